//! Renders the devices of one site.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use super::{ModelMatch, Output, Prepare, Prepared, Rendered, Targets};
use crate::error::{Error, ErrorKind, Errors};
use crate::model::{Device, Firmware, FirmwareScheme, Site, nearest};

/// Renders the devices of one site. What is the same for all devices of a model and firmware is
/// prepared once and kept; share one provisioner between threads.
///
#[cfg_attr(feature = "yealink", doc = "```")]
#[cfg_attr(not(feature = "yealink"), doc = "```ignore")]
/// use std::sync::Arc;
/// use phone_provisioning::model::{Device, Extension, Registrar, Settings, Site};
/// use phone_provisioning::Provisioner;
///
/// let mut settings = Settings::default();
/// settings.time_zone = Some("Europe/Berlin".parse()?);
/// settings.language = Some("de".parse()?);
/// settings.registrar = Some(Registrar::new("sip.example.net".parse()?));
/// let provisioner = Provisioner::new(Arc::new(Site::new("Example".parse()?, settings)));
///
/// let phone = Device::builder("80:5e:0c:12:34:56".parse()?, "yealink T46S")
///     .extension(Extension::new("1001".parse()?, "s3cret".parse()?))
///     .build()?;
/// let rendered = provisioner.render(&phone)?;
/// assert_eq!(rendered.files()[1].name(), "805e0c123456.cfg");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Provisioner {
    site: Arc<Site>,
    targets: Targets,
    plain: bool,
    prepared: RwLock<Cache>,
}

/// Prepared targets: each once, found by what a device says of itself, without a copy of it.
#[derive(Debug, Default)]
struct Cache {
    by_key: BTreeMap<Key, Arc<dyn Prepared>>,
    by_model: BTreeMap<Box<str>, Vec<Known>>,
    count: usize,
}

impl Cache {
    fn get(&self, device: &Device) -> Option<&Known> {
        let known = self.by_model.get(device.model())?;
        known.iter().find(|known| known.is_for(device))
    }
}

/// What a prepared target is kept by: target, model, profile, firmware.
type Key = (usize, usize, Option<Box<str>>, Option<String>);

/// A prepared target for devices that spell their model in one way.
#[derive(Clone, Debug)]
pub(super) struct Known {
    profile: Option<Box<str>>,
    installed: Option<Firmware>,
    scheme: FirmwareScheme,
    pub(super) prepared: Arc<dyn Prepared>,
}

impl Known {
    /// Whether it is for this device, which spells its model in that way.
    pub(super) fn is_for(&self, device: &Device) -> bool {
        let chosen = device.firmware().map(|choice| choice.version.scheme());
        self.profile.as_deref() == device.profile()
            && self.installed == device.installed_firmware()
            && chosen.is_none_or(|chosen| chosen == self.scheme)
    }
}

impl Provisioner {
    /// Prepared targets that are kept; with more, all are made anew.
    const MOST: usize = 1024;

    /// A provisioner with the targets that this crate ships.
    pub fn new(site: Arc<Site>) -> Self {
        Self::with_targets(site, Targets::builtin())
    }

    /// A provisioner with these targets.
    pub fn with_targets(site: Arc<Site>, targets: Targets) -> Self {
        Self {
            site,
            targets,
            plain: false,
            prepared: RwLock::default(),
        }
    }

    /// Whether every file is emitted anew in place of copying finished parts: the same bytes, slower.
    /// For tests, and to measure what preparing gains.
    #[must_use]
    pub fn plain(self, plain: bool) -> Self {
        Self {
            plain,
            prepared: RwLock::default(),
            ..self
        }
    }

    /// The site.
    pub fn site(&self) -> &Arc<Site> {
        &self.site
    }

    /// The targets.
    pub fn targets(&self) -> &Targets {
        &self.targets
    }

    /// All files that the device asks for: those that it shares with its model, then its own.
    ///
    /// # Errors
    /// Everything that is wrong with the device or with its site for this model.
    pub fn render(&self, device: &Device) -> Result<Rendered, Errors> {
        let mut output = Output::with_capacity(32 * 1024);
        let prepared = self.prepared(device)?;
        // Both, so that what is wrong with the site does not hide what is wrong with the device.
        let shared = prepared.render_shared(&mut output);
        let own = prepared.render(device, &mut output);
        let mut errors = Vec::new();
        for result in [shared, own] {
            for error in result.err().into_iter().flat_map(Errors::into_vec) {
                if !errors.contains(&error) {
                    errors.push(error);
                }
            }
        }
        Errors::check(errors).map(|()| Rendered::new(&mut output))
    }

    /// Appends the device's own files to a reused buffer: the way to render many devices.
    ///
    /// # Errors
    /// Everything that is wrong with the device; the output then holds no file of it.
    pub fn render_into(&self, device: &Device, output: &mut Output) -> Result<(), Errors> {
        self.prepared(device)?.render(device, output)
    }

    /// Appends the files that the device shares with all phones of its model at this site.
    ///
    /// # Errors
    /// Everything that is wrong with the site for this model.
    pub fn render_shared_into(&self, device: &Device, output: &mut Output) -> Result<(), Errors> {
        self.prepared(device)?.render_shared(output)
    }

    /// Whether the device can be rendered.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn check(&self, device: &Device) -> Result<(), Errors> {
        self.render(device).map(drop)
    }

    fn prepared(&self, device: &Device) -> Result<Arc<dyn Prepared>, Errors> {
        // A panic while the lock is held cannot leave the cache half-changed.
        let cache = self.prepared.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = cache.get(device) {
            return Ok(known.prepared.clone());
        }
        drop(cache);
        self.known(device).map(|known| known.prepared)
    }

    /// The prepared target of the device, with what it can be recognised by.
    pub(super) fn known(&self, device: &Device) -> Result<Known, Errors> {
        let cache = self.prepared.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = cache.get(device) {
            return Ok(known.clone());
        }
        drop(cache);
        self.prepare(device)
    }

    fn prepare(&self, device: &Device) -> Result<Known, Errors> {
        let model = self.model(device)?;
        let profile: Option<Box<str>> = device.profile().map(Into::into);
        let installed = device.installed_firmware();
        let key = (
            model.target_index,
            model.model_index,
            profile.clone(),
            installed.map(|firmware| firmware.to_string()),
        );
        let cache = self.prepared.read().unwrap_or_else(PoisonError::into_inner);
        let kept = cache.by_key.get(&key).cloned();
        drop(cache);
        let prepared = match kept {
            Some(prepared) => prepared,
            None => Arc::from(model.target.prepare(Prepare {
                site: &self.site,
                profile: device.profile(),
                model: model.row,
                installed_firmware: installed,
                plain: self.plain,
            })?),
        };
        let mut cache = self
            .prepared
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = cache.get(device) {
            // Another thread was faster.
            return Ok(known.clone());
        }
        if cache.count >= Self::MOST {
            *cache = Cache::default();
        }
        cache.count += 1;
        cache.by_key.insert(key, prepared.clone());
        let known = Known {
            profile,
            installed,
            scheme: model.target.firmware_scheme(),
            prepared,
        };
        let of_model = cache.by_model.entry(device.model().into()).or_default();
        of_model.push(known.clone());
        Ok(known)
    }

    fn model(&self, device: &Device) -> Result<ModelMatch<'_>, Errors> {
        let at = device.path();
        let mut errors = Vec::new();
        if let Some(name) = device.profile()
            && !self.site.profiles.contains_key(name)
        {
            let names = self.site.profiles.keys().map(String::as_str);
            errors.push(Error::new(
                at.key("profile"),
                ErrorKind::Unresolved {
                    what: "profile",
                    name: name.to_owned(),
                    nearest: nearest(name, names).map(str::to_owned),
                },
            ));
        }
        let model = match self.targets.model(device.model()) {
            Ok(model) => model,
            Err(kind) => {
                errors.push(Error::new(at.key("model"), kind));
                return Err(Errors::check(errors).expect_err("there is an error"));
            }
        };
        let scheme = model.target.firmware_scheme();
        let versions: [(&str, Option<Firmware>); 2] = [
            ("installed_firmware", device.installed_firmware()),
            ("firmware", device.firmware().map(|choice| choice.version)),
        ];
        for (key, version) in versions {
            if version.is_some_and(|version| version.scheme() != scheme) {
                errors.push(Error::new(
                    at.key(key),
                    ErrorKind::Conflict(
                        format!(
                            "the version is not written as {} firmware is",
                            model.canonical()
                        )
                        .into(),
                    ),
                ));
            }
        }
        Errors::check(errors).map(|()| model)
    }
}
