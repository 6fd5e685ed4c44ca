//! What a prepared target keeps: site, profile, model and firmware, and what follows from them.

use std::borrow::Cow;
use std::sync::{Arc, LazyLock};

use super::custom::{Custom, Sent};
use super::job::Job;
use super::program::{Program, Programs};
use super::targets::names_model;
#[cfg(feature = "templates")]
use super::template::CustomTemplates;
use super::view::{Account, AccountAt, AccountShape, AccountView};
use super::{FirmwareBound, ModelRow, Output, Prepare, ProvisioningTarget, TargetId};
use crate::error::{Error, ErrorKind, Notice, NoticeCode, Path};
use crate::model::{
    CustomSetting, CustomValue, Device, Extension, Firmware, FirmwareChoice, FirmwareScheme, Found,
    Handling, Layer, Layers, LoggedOut, Settings, Site,
};
use crate::text::Value;

/// What is the same for all devices that a prepared target renders.
#[derive(Debug)]
pub(crate) struct Context {
    pub(crate) site: Arc<Site>,
    pub(crate) profile: Option<Box<str>>,
    pub(crate) target: TargetId,
    pub(crate) vendor: String,
    pub(crate) model: ModelRow,
    /// The model with its vendor: `yealink T46S`.
    pub(crate) model_name: String,
    /// Firmware level that settings are gated by; `None` = unknown.
    pub(crate) level: Option<[u16; 5]>,
    pub(crate) installed: Option<Firmware>,
    pub(crate) firmware_name: String,
    pub(crate) programs: Programs,
    /// The templates of the raw settings of site and profile.
    #[cfg(feature = "templates")]
    pub(crate) templates: CustomTemplates,
}

/// The layer of devices that set nothing of their own.
pub(crate) static NOTHING: LazyLock<Settings> = LazyLock::new(Settings::default);

impl Context {
    pub(crate) fn new(target: &dyn ProvisioningTarget, request: Prepare<'_>) -> Self {
        let installed = request.installed_firmware;
        let newest = request.model.newest_firmware;
        #[allow(unused_mut, reason = "templates are compiled for the rest of it")]
        let mut context = Self {
            site: request.site.clone(),
            profile: request.profile.map(Into::into),
            target: target.id(),
            vendor: target.vendor().to_owned(),
            model_name: format!("{} {}", target.vendor(), request.model.name),
            model: request.model.clone(),
            level: installed
                .map(|firmware| firmware.level())
                .or_else(|| newest.map(|bound| bound.level())),
            installed,
            firmware_name: match (installed, newest) {
                (Some(firmware), _) => firmware.to_string(),
                (None, Some(newest)) => newest_name(target.firmware_scheme(), newest),
                (None, None) => "of unknown version".to_owned(),
            },
            programs: Programs::default(),
            #[cfg(feature = "templates")]
            templates: CustomTemplates::default(),
        };
        #[cfg(feature = "templates")]
        {
            context.templates = CustomTemplates::compile(&context);
        }
        context
    }

    /// A run of the emitter for a device with these settings of its own.
    pub(crate) fn job<'a>(
        &'a self,
        own: &'a Settings,
        at: &'a Path,
        handling: Handling,
    ) -> Job<'a> {
        let layers = self.layers(own);
        Job {
            custom: self.custom(&layers, |_, _, _| None),
            layers,
            model: &self.model,
            model_name: &self.model_name,
            level: self.level,
            firmware_name: &self.firmware_name,
            at,
            handling,
            errors: Vec::new(),
            notices: Vec::new(),
        }
    }

    /// A run of the emitter for this device.
    pub(crate) fn job_for<'a>(&'a self, device: &'a Device) -> Job<'a> {
        #[allow(unused_mut, reason = "templates add errors")]
        let mut job = self.job(device.settings(), device.path(), device.handling());
        #[cfg(feature = "templates")]
        super::template::fill_custom(self, device, &mut job);
        job
    }

    /// The raw settings of the layers for this target and model; `template` says what one with a
    /// template sends, `None` leaves it out.
    pub(crate) fn custom<'a>(
        &self,
        layers: &Layers<'a>,
        #[allow(
            unused_variables,
            unused_mut,
            reason = "without templates there are none"
        )]
        mut template: impl FnMut(&'a CustomSetting, Layer, usize) -> Option<Sent<'a>>,
    ) -> Vec<Custom<'a>> {
        let found = layers.custom(|custom| self.is_for(custom));
        let made = found.into_iter().map(|(found, index)| {
            let (setting, layer) = (found.value, found.layer);
            let literal = |text| Sent {
                text,
                key: "value",
                secret: false,
            };
            let sent = match &setting.value {
                CustomValue::Literal(text) => literal(Some(Cow::Borrowed(text))),
                CustomValue::Empty => literal(None),
                #[cfg(feature = "templates")]
                CustomValue::Template(_) => template(setting, layer, index)?,
            };
            Some(Custom {
                setting,
                layer,
                index,
                sent,
            })
        });
        made.flatten().collect()
    }

    /// Whether a raw setting is for this target and model.
    pub(crate) fn is_for(&self, custom: &CustomSetting) -> bool {
        let models = &custom.models;
        custom.target.as_str() == self.target.as_str()
            && (models.is_empty()
                || models
                    .iter()
                    .any(|m| names_model(m.as_str(), &self.vendor, &self.model)))
    }

    /// Whether a template makes raw settings of site or profile: they are then the device's own, and
    /// nothing can be prepared.
    pub(crate) fn has_templates(&self) -> bool {
        #[cfg(feature = "templates")]
        let has = self.templates.any();
        #[cfg(not(feature = "templates"))]
        let has = false;
        has
    }

    /// A run for the file that all phones of the model share: no profile, any firmware.
    pub(crate) fn shared_job<'a>(&'a self, at: &'a Path) -> Job<'a> {
        Job {
            layers: Layers::new(&self.site, None, &NOTHING),
            level: None,
            firmware_name: "of any version",
            custom: Vec::new(),
            ..self.job(&NOTHING, at, Handling::Lenient)
        }
    }

    pub(crate) fn layers<'a>(&'a self, own: &'a Settings) -> Layers<'a> {
        Layers::new(&self.site, self.profile.as_deref(), own)
    }

    pub(crate) fn profile_has_no_keys(&self) -> bool {
        let profile = self
            .profile
            .as_deref()
            .and_then(|name| self.site.profiles.get(name));
        profile.is_none_or(|profile| profile.keys.is_empty())
    }

    /// Emits a part for a probe and cuts it; `None` when anything is wrong with it.
    pub(crate) fn cut(&self, emit: impl FnOnce(&mut Job<'_>, &mut Vec<u8>)) -> Option<Program> {
        // Nothing that is the probe's own can be at fault.
        let at = Path::root().key("devices");
        let mut job = self.job(&NOTHING, &at, Handling::Strict);
        let mut bytes = Vec::new();
        emit(&mut job, &mut bytes);
        if job.errors.is_empty() {
            Program::cut(&bytes, job.notices)
        } else {
            None
        }
    }

    /// The account of a phone that nobody is logged in to.
    pub(crate) fn logged_out<'a>(&'a self, own: &'a Settings) -> Option<Found<&'a LoggedOut>> {
        self.layers(own)
            .find(|settings| settings.logged_out.as_ref())
    }

    /// The accounts that the device uses: its extensions', or the one for when nobody is logged in.
    pub(crate) fn used_accounts<'a>(&'a self, device: &'a Device) -> Vec<Account<'a>> {
        let mut used: Vec<Account<'a>> = accounts_of(device)
            .map(|(at, extension)| Account {
                view: AccountView::new(extension),
                at,
            })
            .collect();
        if used.is_empty() {
            used.extend(self.logged_out(device.settings()).map(|found| Account {
                view: AccountView::logged_out(found.value),
                at: AccountAt::LoggedOut(found.layer),
            }));
        }
        used
    }

    /// The accounts with their shapes, when every one of them has a shape and `fits`.
    pub(crate) fn prepared_accounts<'d>(
        &self,
        device: &'d Device,
        fits: impl Fn(&AccountView<'d>) -> bool,
    ) -> Option<Vec<(Account<'d>, AccountShape)>> {
        if device.extensions().is_empty() && self.logged_out(&NOTHING).is_some() {
            // The account of a phone that nobody is logged in to is no extension.
            return None;
        }
        if self.has_templates() {
            return None;
        }
        accounts_of(device)
            .map(|(at, extension)| {
                let view = AccountView::new(extension);
                let shape = view.shape()?;
                fits(&view).then_some((Account { view, at }, shape))
            })
            .collect()
    }

    /// The firmware chosen for the device, or for its model.
    pub(crate) fn chosen_firmware<'a>(
        &'a self,
        device: &'a Device,
    ) -> Option<Found<&'a FirmwareChoice>> {
        let own = device.firmware().map(|value| Found {
            value,
            layer: Layer::Device,
        });
        own.or_else(|| {
            let value = self.site.firmware.get(&self.model_name)?;
            Some(Found {
                value,
                layer: Layer::Site,
            })
        })
    }

    /// What is wrong with the number of things on the device.
    pub(crate) fn limits(&self, device: &Device) -> Vec<Error> {
        let mut errors = Vec::new();
        let at = device.path();
        let mut too_many = |key: &str, what, limit: Option<u16>, found: usize, origin: String| {
            if let Some(limit) = limit.map(usize::from).filter(|limit| found > *limit) {
                let kind = ErrorKind::TooMany {
                    what,
                    limit,
                    found,
                    origin,
                };
                errors.push(Error::new(at.key(key), kind));
            }
        };
        let by_firmware = self
            .model
            .accounts_until
            .filter(|(until, _)| self.level.is_some_and(|level| until.until_met(level)));
        let (limit, origin) = match by_firmware {
            Some((_, fewer)) => (
                Some(fewer),
                format!("{} with firmware {}", self.model_name, self.firmware_name),
            ),
            None => (self.model.accounts, self.model_name.clone()),
        };
        let list = if device.handsets().is_empty() {
            "extensions"
        } else {
            "handsets"
        };
        too_many(list, "accounts", limit, accounts_of(device).count(), origin);
        let modules = device.modules().map_or(0, usize::from);
        let model = || self.model_name.clone();
        too_many(
            "modules",
            "expansion modules",
            self.model.modules,
            modules,
            model(),
        );
        too_many(
            "handsets",
            "handsets",
            self.model.handsets,
            device.handsets().len(),
            model(),
        );
        let is_base = self.model.handsets.is_some_and(|handsets| handsets > 0);
        if is_base && !device.extensions().is_empty() {
            let kind = format!(
                "extensions on a base: the handsets of {} carry them",
                self.model_name
            );
            let path = at.key("extensions");
            errors.push(Error::new(path, ErrorKind::Conflict(kind.into())));
        }
        errors
    }

    /// Notices about the device itself rather than about what it inherits.
    pub(crate) fn device_notices(&self, device: &Device) -> Vec<Notice> {
        let mut notices = Vec::new();
        let url = self.site.provisioning_url.as_ref();
        if device.token().is_none() && url.is_some_and(|url| url.contains("token")) {
            notices.push(Notice::new(
                NoticeCode::NoToken,
                device.path().key("token"),
                "the provisioning URL has a token and the device has none: no provisioning settings are sent, plug and play stays on",
            ));
        }
        let model = &self.model;
        for (unknown, key, what, instead) in [
            (
                model.accounts.is_none(),
                "extensions",
                "accounts",
                "those in use are written, none is switched off",
            ),
            (
                model.line_keys.is_none(),
                "keys",
                "keys",
                "those that are named are written, none is reset",
            ),
            (
                model.modules.is_none() && device.modules().is_some(),
                "modules",
                "expansion modules",
                "their keys are not reset",
            ),
            (
                model.handsets.is_none() && !device.handsets().is_empty(),
                "handsets",
                "handsets",
                "those that are named are written",
            ),
        ] {
            if unknown {
                notices.push(Notice::new(
                    NoticeCode::UnknownLimit,
                    device.path().key(key),
                    format!(
                        "how many {what} {} holds is not known: {instead}",
                        self.model_name
                    ),
                ));
            }
        }
        notices
    }
}

/// The newest firmware of a model as its vendor writes versions.
fn newest_name(scheme: FirmwareScheme, newest: FirmwareBound) -> String {
    match (scheme, newest.level()) {
        (FirmwareScheme::Branch, [software, branch, ..]) => {
            format!("{}.{:02}.{branch}", software / 100, software % 100)
        }
        _ => newest.to_string(),
    }
}

/// The accounts of a device in the order in which they are numbered.
pub(crate) fn accounts_of(device: &Device) -> impl Iterator<Item = (AccountAt, &Extension)> {
    let own = device.extensions().iter().enumerate();
    let own = own.map(|(index, extension)| (AccountAt::Extension(index), extension));
    let of_handsets = device
        .handsets()
        .iter()
        .enumerate()
        .flat_map(|(handset, carrier)| {
            let extensions = carrier.extensions.iter().enumerate();
            extensions
                .map(move |(index, extension)| (AccountAt::Handset(handset, index), extension))
        });
    own.chain(of_handsets)
}

/// Runs a program, if there is one and every value fits its place.
pub(crate) fn run<'v>(
    program: Option<&Program>,
    value: impl Fn(super::view::Slot) -> Option<Value<'v>>,
    output: &mut Output,
) -> bool {
    let Some(program) = program else { return false };
    if program.run(value, output.bytes()).is_err() {
        return false;
    }
    for notice in program.notices() {
        output.notice(notice.clone());
    }
    true
}
