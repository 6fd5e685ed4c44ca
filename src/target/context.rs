//! What a prepared target keeps: site, profile, model and firmware, and what follows from them.

use std::borrow::Cow;
use std::sync::{Arc, LazyLock};

use super::custom::{Custom, Sent};
use super::job::{Job, Limit};
use super::parts::Parts;
use super::program::Program;
use super::targets::names_model;
#[cfg(feature = "templates")]
use super::template::CustomTemplates;
use super::view::{Account, AccountAt, AccountView};
use super::{FirmwareBound, ModelRow, Output, Prepare, ProvisioningTarget, TargetId};
use crate::error::{Error, ErrorKind, Notice, NoticeCode, Path};
use crate::model::shape::{Shape, Shaped};
use crate::model::{
    CustomSetting, CustomValue, Device, Extension, Firmware, FirmwareChoice, FirmwareScheme, Found,
    FunctionKey, Handling, Layer, Layers, LoggedOut, Settings, Site,
};

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
    pub(crate) parts: Parts,
    /// Whether everything is to be emitted anew.
    pub(crate) plain: bool,
    /// The templates of the raw settings of site and profile.
    #[cfg(feature = "templates")]
    pub(crate) templates: CustomTemplates,
}

/// The layer of devices that set nothing of their own.
pub(crate) static NOTHING: LazyLock<Settings> = LazyLock::new(Settings::default);

/// A device that has nothing of its own.
pub(crate) static NOBODY: LazyLock<Device> = LazyLock::new(|| {
    let mac = crate::model::Mac::new([0x02, 0, 0, 0, 0, 1]).expect("an address of one phone");
    let nobody = Device::builder(mac, "").path(PROBE.clone()).build();
    nobody.expect("nothing is wrong with nothing")
});

/// Where a probe stands: what is said of this place is said of a device.
static PROBE: LazyLock<Path> = LazyLock::new(|| Path::root().key("devices"));

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
            parts: Parts::default(),
            plain: request.plain,
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
            is_probe: false,
            is_spoilt: false,
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

    /// The keys of the profile.
    pub(crate) fn profile_keys(&self) -> &[FunctionKey] {
        let profile = self.profile.as_deref();
        let profile = profile.and_then(|name| self.site.profiles.get(name));
        profile.map_or(&[], |profile| profile.keys.as_slice())
    }

    /// Expansion modules of the device: as told, else as many as the highest that a key is on.
    pub(crate) fn attached_modules(&self, device: &Device) -> u8 {
        let keys = [self.profile_keys(), device.keys()];
        let highest = || {
            keys.into_iter()
                .flatten()
                .filter_map(|key| key.module)
                .max()
        };
        device.modules().or_else(highest).unwrap_or(0)
    }

    /// Emits a part for a probe and cuts it; `None` when anything is wrong with it, or there is
    /// something to say of the device, which each device must be told by its own path.
    pub(crate) fn cut<'a>(
        &'a self,
        emit: impl FnOnce(&mut Job<'a>, &mut Vec<u8>),
    ) -> Option<Program> {
        let mut job = self.job(&NOTHING, &PROBE, Handling::Strict);
        job.is_probe = true;
        let mut bytes = crate::wiped::Wiped::default();
        emit(&mut job, &mut bytes);
        let tells_device = job.notices.iter().any(|n| n.path().is_within(&PROBE));
        if job.errors.is_empty() && !tells_device && !job.is_spoilt {
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

    /// The same as an account.
    pub(crate) fn logged_out_account<'a>(&'a self, own: &'a Settings) -> Option<Account<'a>> {
        self.logged_out(own).map(|found| Account {
            view: AccountView::logged_out(found.value),
            at: AccountAt::LoggedOut(found.layer),
        })
    }

    /// How many accounts the device uses.
    pub(crate) fn count_accounts(&self, device: &Device) -> u16 {
        let logged_out = || self.logged_out(device.settings()).is_some();
        match accounts_of(device).count() {
            0 => logged_out().into(),
            // As many as that are refused, and one more must be a number too.
            own => u16::try_from(own).unwrap_or(u16::MAX).min(u16::MAX - 1),
        }
    }

    /// The accounts that the device uses with their numbers and shapes, in order.
    pub(crate) fn each_account<'a>(
        &'a self,
        device: &'a Device,
        mut each: impl FnMut(u16, &Account<'a>, Shaped),
    ) {
        let accounts = accounts_of(device).zip(&device.digest().accounts);
        for (index, ((at, extension), shaped)) in (1..u16::MAX).zip(accounts) {
            let view = AccountView::new(extension);
            each(index, &Account { view, at }, *shaped);
        }
        if accounts_of(device).next().is_none()
            && let Some(account) = self.logged_out_account(device.settings())
        {
            // It is the same on all devices.
            let shape = Some(Shape::default());
            each(1, &account, Shaped { shape, longest: 0 });
        }
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
            used.extend(self.logged_out_account(device.settings()));
        }
        used
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
        own.or_else(|| self.firmware_of_site())
    }

    /// The firmware that the site has chosen for the model.
    pub(crate) fn firmware_of_site(&self) -> Option<Found<&FirmwareChoice>> {
        let value = self.site.firmware.get(&self.model_name)?;
        Some(Found {
            value,
            layer: Layer::Site,
        })
    }

    /// What is wrong with the number of things on the device.
    pub(crate) fn limits(&self, device: &Device) -> Vec<Error> {
        let mut errors = Vec::new();
        let at = device.path();
        let mut too_many = |key: &str, what, limit: Option<u16>, found: usize, level: Limit| {
            if let Some(limit) = limit.map(usize::from).filter(|limit| found > *limit) {
                let origin = match level {
                    Limit::Firmware => {
                        format!("{} with firmware {}", self.model_name, self.firmware_name)
                    }
                    Limit::Model => self.model_name.clone(),
                };
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
            Some((_, fewer)) => (Some(fewer), Limit::Firmware),
            None => (self.model.accounts, Limit::Model),
        };
        let list = if device.handsets().is_empty() {
            "extensions"
        } else {
            "handsets"
        };
        too_many(list, "accounts", limit, accounts_of(device).count(), origin);
        too_many(
            "modules",
            "expansion modules",
            self.model.modules,
            device.modules().map_or(0, usize::from),
            Limit::Model,
        );
        too_many(
            "handsets",
            "handsets",
            self.model.handsets,
            device.handsets().len(),
            Limit::Model,
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

    /// Tells what there is to say of the device itself rather than of what it inherits.
    pub(crate) fn tell_of(&self, device: &Device, output: &mut Output) {
        let url = self.site.provisioning_url.as_ref();
        if device.token().is_none() && url.is_some_and(|url| url.contains("token")) {
            output.add_notice(Notice::new(
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
                output.add_notice(Notice::new(
                    NoticeCode::UnknownLimit,
                    device.path().key(key),
                    format!(
                        "how many {what} {} holds is not known: {instead}",
                        self.model_name
                    ),
                ));
            }
        }
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
