//! Many devices at once: one buffer for all, and only what has changed.

#[cfg(feature = "parallel")]
mod parallel;

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;

use super::provisioner::Known;
use super::{Etag, EtagKey, FileRef, Output, Prepared, Provisioner};
use crate::error::{Errors, Notice};
use crate::model::Device;

/// Renders many devices of one site, made by [`Provisioner::bulk`].
///
/// What comes of each device goes to a sink, in the order of the devices: its files, its notices, or
/// what is wrong with it, which does not stop the others. Nothing is kept: memory does not grow with
/// the number of devices, and once every kind of device has been seen, no more is allocated for
/// devices without notices of their own.
///
#[cfg_attr(feature = "yealink", doc = "```")]
#[cfg_attr(not(feature = "yealink"), doc = "```ignore")]
/// use std::collections::BTreeMap;
/// # use std::sync::Arc;
/// use phone_provisioning::model::{Device, Extension, Registrar, Settings, Site};
/// use phone_provisioning::target::{BulkItem, Etag, EtagKey, Provisioner};
///
/// # let mut settings = Settings::default();
/// # settings.time_zone = Some("Europe/Berlin".parse()?);
/// # settings.language = Some("de".parse()?);
/// # settings.registrar = Some(Registrar::new("sip.example.net".parse()?));
/// # let site = Arc::new(Site::new("Example".parse()?, settings));
/// # let phone = |mac: &str, number: &str| -> Result<Device, Box<dyn std::error::Error>> {
/// #     let extension = Extension::new(number.parse()?, "s3cret".parse()?);
/// #     Ok(Device::builder(mac.parse()?, "yealink T46S").extension(extension).build()?)
/// # };
/// # let mut phones = vec![phone("80:5e:0c:00:00:01", "1001")?, phone("80:5e:0c:00:00:02", "1002")?];
/// let provisioner = Provisioner::new(site);
/// let mut tags: BTreeMap<String, Etag> = BTreeMap::new();
/// provisioner.bulk().run(&phones, |_, item| {
///     if let BulkItem::File(file) = item {
///         tags.insert(file.name().to_owned(), file.etag(EtagKey::PUBLIC));
///     }
/// });
///
/// // One phone gets another user: one file differs.
/// phones[1] = phone("80:5e:0c:00:00:02", "1003")?;
/// let known = |name: &str| tags.get(name).copied();
/// let changed = provisioner.bulk().unless(EtagKey::PUBLIC, &known);
/// let summary = changed.run(&phones, |_, item| {
///     if let BulkItem::File(file) = item {
///         assert_eq!(file.name(), "805e0c000002.cfg");
///     }
/// });
/// assert_eq!((summary.files, summary.unchanged), (1, 1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy)]
#[must_use]
pub struct Bulk<'p> {
    provisioner: &'p Provisioner,
    known: Option<(EtagKey, KnownTag<'p>)>,
    shared: bool,
}

type KnownTag<'p> = &'p (dyn Fn(&str) -> Option<Etag> + Sync);

/// What comes of a device.
#[derive(Debug)]
#[non_exhaustive]
pub enum BulkItem<'a> {
    /// One of its files.
    File(FileRef<'a>),
    /// What the caller should know of its files.
    Notice(&'a Notice),
    /// Everything that is wrong with it; it has no files of its own then.
    Failed(&'a Errors),
}

/// What was done for many devices.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Summary {
    /// Devices that were rendered.
    pub devices: u64,
    /// Devices that something is wrong with.
    pub failed: u64,
    /// Files that were handed out.
    pub files: u64,
    /// Files that were left out because the tag that is known of them is still right.
    pub unchanged: u64,
    /// Bytes of the files that were handed out.
    pub bytes: u64,
}

impl Provisioner {
    /// Renders many devices, see [`Bulk`].
    pub fn bulk(&self) -> Bulk<'_> {
        Bulk {
            provisioner: self,
            known: None,
            shared: false,
        }
    }
}

impl<'p> Bulk<'p> {
    /// Hands out only files whose tag is not the one that `known` gives for their name. Of a name
    /// that it does not know (`None`) the file is handed out.
    pub fn unless(self, key: EtagKey, known: &'p (impl Fn(&str) -> Option<Etag> + Sync)) -> Self {
        Self {
            known: Some((key, known)),
            ..self
        }
    }

    /// Whether the files that all phones of a model share are handed out too, with the first device
    /// of the model.
    pub fn shared(self, shared: bool) -> Self {
        Self { shared, ..self }
    }

    /// Renders the devices one after another.
    pub fn run<'d>(
        &self,
        devices: impl IntoIterator<Item = &'d Device>,
        mut sink: impl FnMut(&'d Device, BulkItem<'_>),
    ) -> Summary {
        let mut summary = Summary::default();
        let mut batch = Batch::default();
        let mut models = Models::default();
        for device in devices {
            batch.clear();
            batch.render(self, device, models.is_new(self.shared, device));
            batch.hand_out(&mut summary, &mut sink);
        }
        summary
    }

    /// Renders the devices on all threads of the current [rayon](https://docs.rs/rayon) pool. The
    /// sink is called on one thread at a time, in the order of the devices, while others render on;
    /// they are never further ahead than four batches for each thread, of some 256 KiB each.
    #[cfg(feature = "parallel")]
    pub fn run_parallel<'d, I>(
        &self,
        devices: I,
        sink: impl FnMut(&'d Device, BulkItem<'_>) + Send,
    ) -> Summary
    where
        I: IntoIterator<Item = &'d Device>,
        I::IntoIter: Send,
    {
        parallel::run(self, devices.into_iter(), sink)
    }

    /// Whether the file is the one that is known.
    fn is_known(&self, file: FileRef<'_>) -> bool {
        self.known
            .is_some_and(|(key, known)| known(file.name()) == Some(file.etag(key)))
    }
}

impl fmt::Debug for Bulk<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bulk")
            .field("provisioner", &self.provisioner)
            .field("shared", &self.shared)
            .finish_non_exhaustive()
    }
}

/// The models whose shared files have been handed out, as the devices spell them.
#[derive(Debug, Default)]
struct Models(BTreeSet<Box<str>>);

impl Models {
    fn is_new(&mut self, wanted: bool, device: &Device) -> bool {
        if !wanted || self.0.contains(device.model()) {
            return false;
        }
        self.0.insert(device.model().into())
    }
}

/// Some devices and what came of them.
#[derive(Debug, Default)]
struct Batch<'d> {
    output: Output,
    done: Vec<Done<'d>>,
    /// Of each file of the output, whether it is handed out.
    changed: Vec<bool>,
    recent: Recent,
}

/// Prepared targets of the last devices: looked up without touching what threads share.
#[derive(Debug, Default)]
struct Recent(Vec<(Box<str>, Known)>);

#[derive(Debug)]
struct Done<'d> {
    device: &'d Device,
    files: Range<usize>,
    notices: Range<usize>,
    failed: Option<Errors>,
}

impl<'d> Batch<'d> {
    fn clear(&mut self) {
        self.output.clear();
        self.done.clear();
        self.changed.clear();
    }

    fn render(&mut self, bulk: &Bulk<'_>, device: &'d Device, with_shared: bool) {
        let files = self.output.files().len();
        let notices = self.output.notices().len();
        let prepared = self.recent.prepared(bulk.provisioner, device);
        let rendered = prepared.and_then(|prepared| {
            self.output.separate();
            if with_shared {
                prepared.render_shared(&mut self.output)?;
            }
            prepared.render(device, &mut self.output)
        });
        for file in self.output.files().skip(files) {
            self.changed.push(!bulk.is_known(file));
        }
        self.done.push(Done {
            device,
            files: files..self.output.files().len(),
            notices: notices..self.output.notices().len(),
            failed: rendered.err(),
        });
    }

    fn hand_out(&mut self, summary: &mut Summary, sink: &mut impl FnMut(&'d Device, BulkItem<'_>)) {
        for done in &self.done {
            // The files of a device that failed are those that it shares with others.
            match &done.failed {
                Some(errors) => {
                    summary.failed += 1;
                    sink(done.device, BulkItem::Failed(errors));
                }
                None => summary.devices += 1,
            }
            let changed = self.changed[done.files.clone()].iter();
            let files = self.output.files().skip(done.files.start);
            for (file, changed) in files.zip(changed) {
                if *changed {
                    summary.files += 1;
                    summary.bytes += file.bytes().len() as u64;
                    sink(done.device, BulkItem::File(file));
                } else {
                    summary.unchanged += 1;
                }
            }
            for notice in &self.output.notices()[done.notices.clone()] {
                sink(done.device, BulkItem::Notice(notice));
            }
        }
    }
}

impl Recent {
    /// Prepared targets that are remembered.
    const MOST: usize = 8;

    fn prepared(
        &mut self,
        provisioner: &Provisioner,
        device: &Device,
    ) -> Result<&dyn Prepared, Errors> {
        let is_it =
            |(model, known): &(Box<str>, Known)| **model == *device.model() && known.is_for(device);
        let at = match self.0.iter().position(is_it) {
            Some(at) => at,
            None => {
                let known = provisioner.known(device)?;
                if self.0.len() >= Self::MOST {
                    self.0.clear();
                }
                self.0.push((device.model().into(), known));
                self.0.len() - 1
            }
        };
        Ok(&*self.0[at].1.prepared)
    }
}
