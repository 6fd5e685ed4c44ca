//! Renders the devices of one site.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use super::{ModelMatch, Output, Prepare, Prepared, Rendered, Targets};
use crate::error::{Error, ErrorKind, Errors};
use crate::model::{Device, Firmware, Site, nearest};

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
    prepared: RwLock<BTreeMap<Key, Arc<dyn Prepared>>>,
}

/// What a prepared target is kept by: target, model, profile, firmware.
type Key = (usize, usize, Option<Box<str>>, Option<String>);

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
            prepared: RwLock::default(),
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
        let model = self.model(device)?;
        let key = (
            model.target_index,
            model.model_index,
            device.profile().map(Into::into),
            device
                .installed_firmware()
                .map(|firmware| firmware.to_string()),
        );
        // A panic while the lock is held cannot leave the map half-changed.
        let kept = self
            .prepared
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&key)
            .cloned();
        if let Some(prepared) = kept {
            return Ok(prepared);
        }
        let model = self.targets.by_index(model.target_index, model.model_index);
        let prepared: Arc<dyn Prepared> = Arc::from(model.target.prepare(Prepare {
            site: &self.site,
            profile: device.profile(),
            model: model.row,
            installed_firmware: device.installed_firmware(),
        })?);
        let mut all = self
            .prepared
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        if all.len() >= Self::MOST {
            all.clear();
        }
        all.insert(key, prepared.clone());
        Ok(prepared)
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
