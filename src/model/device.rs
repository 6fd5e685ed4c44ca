//! One phone or base, and who uses it.

use std::net::IpAddr;
use std::sync::LazyLock;

use super::digest::Digest;
use super::{
    CodecList, Dtmf, Firmware, FirmwareChoice, FunctionKey, Ipei, Mac, OutboundProxy, Registrar,
    RingTones, Settings,
};
use crate::error::{Error, ErrorKind, Errors, Path};
use crate::text::{Secret, Text};

/// One phone or base.
///
/// * Either extensions (a desk phone) or handsets (a base), not both.
/// * Keys are unique by place; handset slots are unique and start at 1.
/// * Whether the model exists and holds all this is the affair of the target that renders it.
///
/// Made by its [`builder`](Self::builder), once; a change is a new device.
///
/// ```
/// use phone_provisioning::model::{Device, Extension, FunctionKey, KeyKind};
///
/// let mut key = FunctionKey::new(2, KeyKind::Blf);
/// key.value = Some("1002".parse()?);
/// let phone = Device::builder("80:5e:0c:12:34:56".parse()?, "acme T46")
///     .token("b1946ac92492d234".parse()?)
///     .extension(Extension::new("1001".parse()?, "s3cret".parse()?))
///     .key(key.clone())
///     .build()?;
/// assert_eq!(phone.extensions()[0].number.as_str(), "1001");
///
/// // All relations that do not hold are told at once.
/// let errors = Device::builder(phone.mac(), "acme T46").key(key.clone()).key(key).build();
/// assert_eq!(
///     errors.unwrap_err().to_string(),
///     "device.805e0c123456.keys[1]: key `2` is also at device.805e0c123456.keys[0]",
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Device {
    mac: Mac,
    model: Box<str>,
    at: Path,
    label: Option<Text>,
    profile: Option<Box<str>>,
    installed_firmware: Option<Firmware>,
    firmware: Option<FirmwareChoice>,
    token: Option<Secret>,
    modules: Option<u8>,
    redirect: Option<bool>,
    handling: Handling,
    /// `None`: nothing. Most devices have none, and a fleet of them should be small.
    settings: Option<Box<Settings>>,
    extensions: Vec<Extension>,
    keys: Vec<FunctionKey>,
    handsets: Vec<Handset>,
    multicell: Option<Multicell>,
    digest: Digest,
}

/// The layer of a device that sets nothing.
static NOTHING: LazyLock<Settings> = LazyLock::new(Settings::default);

impl Device {
    /// A device of this address and model (maker and name; see
    /// [`Targets::model`](crate::target::Targets::model) for the spellings).
    pub fn builder(mac: Mac, model: impl Into<Box<str>>) -> DeviceBuilder {
        DeviceBuilder {
            device: Self {
                mac,
                model: model.into(),
                at: Path::root()
                    .key("device")
                    .key(&mac.plain_lower().to_string()),
                label: None,
                profile: None,
                installed_firmware: None,
                firmware: None,
                token: None,
                modules: None,
                redirect: None,
                handling: Handling::Strict,
                settings: None,
                extensions: Vec::new(),
                keys: Vec::new(),
                handsets: Vec::new(),
                multicell: None,
                digest: Digest::default(),
            },
        }
    }

    /// Hardware address.
    pub fn mac(&self) -> Mac {
        self.mac
    }

    /// Vendor and model as given: `acme T46`.
    pub fn model(&self) -> &str {
        &self.model
    }

    /// Place of the device in its document, for errors and notices.
    pub fn path(&self) -> &Path {
        &self.at
    }

    /// What people call the phone.
    pub fn label(&self) -> Option<&Text> {
        self.label.as_ref()
    }

    /// Name of the site's profile that it follows.
    pub fn profile(&self) -> Option<&str> {
        self.profile.as_deref()
    }

    /// What the phone reports that it runs; absent = the newest firmware of the model.
    pub fn installed_firmware(&self) -> Option<Firmware> {
        self.installed_firmware
    }

    /// Firmware chosen for this phone, over the site's choice for its model.
    pub fn firmware(&self) -> Option<&FirmwareChoice> {
        self.firmware.as_ref()
    }

    /// Secret part of its provisioning URL, which fills `{token}`.
    pub fn token(&self) -> Option<&Secret> {
        self.token.as_ref()
    }

    /// Expansion modules attached; absent = as many as the highest module that its keys are on.
    pub fn modules(&self) -> Option<u8> {
        self.modules
    }

    /// Whether the phone is registered at the manufacturer's redirection service.
    pub fn redirect(&self) -> Option<bool> {
        self.redirect
    }

    /// What happens when the phone cannot do what was set for it.
    pub fn handling(&self) -> Handling {
        self.handling
    }

    /// The device's own layer of settings.
    pub fn settings(&self) -> &Settings {
        self.settings.as_deref().unwrap_or(&NOTHING)
    }

    /// Whether it sets anything itself.
    pub(crate) fn has_settings(&self) -> bool {
        self.settings.is_some()
    }

    /// What rendering wants to know of it.
    pub(crate) fn digest(&self) -> &Digest {
        &self.digest
    }

    /// Accounts 1, 2, … of a desk phone. None = nobody is logged in.
    pub fn extensions(&self) -> &[Extension] {
        &self.extensions
    }

    /// The device's own keys; one at the place of a key of the profile replaces that.
    pub fn keys(&self) -> &[FunctionKey] {
        &self.keys
    }

    /// Handsets of a base.
    pub fn handsets(&self) -> &[Handset] {
        &self.handsets
    }

    /// Part in a system of several bases.
    pub fn multicell(&self) -> Option<&Multicell> {
        self.multicell.as_ref()
    }
}

/// Collects what a device is made of, see [`Device::builder`].
///
/// A setter of one value replaces what was set before; [`extension`](Self::extension),
/// [`key`](Self::key) and [`handset`](Self::handset) append.
#[derive(Clone, Debug)]
pub struct DeviceBuilder {
    device: Device,
}

impl DeviceBuilder {
    /// Place of the device in its document, for errors and notices; default `device.<mac>`.
    #[must_use]
    pub fn path(mut self, at: Path) -> Self {
        self.device.at = at;
        self
    }

    /// What people call the phone.
    #[must_use]
    pub fn label(mut self, label: Text) -> Self {
        self.device.label = Some(label);
        self
    }

    /// Name of the site's profile that it follows.
    #[must_use]
    pub fn profile(mut self, name: impl Into<Box<str>>) -> Self {
        self.device.profile = Some(name.into());
        self
    }

    /// What the phone reports that it runs.
    #[must_use]
    pub fn installed_firmware(mut self, firmware: Firmware) -> Self {
        self.device.installed_firmware = Some(firmware);
        self
    }

    /// Firmware that this phone shall have.
    #[must_use]
    pub fn firmware(mut self, choice: FirmwareChoice) -> Self {
        self.device.firmware = Some(choice);
        self
    }

    /// Secret part of its provisioning URL, which fills `{token}`.
    #[must_use]
    pub fn token(mut self, token: Secret) -> Self {
        self.device.token = Some(token);
        self
    }

    /// Expansion modules attached; default as many as the highest module that its keys are on.
    #[must_use]
    pub fn modules(mut self, modules: u8) -> Self {
        self.device.modules = Some(modules);
        self
    }

    /// Whether the phone is registered at the manufacturer's redirection service.
    #[must_use]
    pub fn redirect(mut self, redirect: bool) -> Self {
        self.device.redirect = Some(redirect);
        self
    }

    /// What happens when the phone cannot do what was set for it; default [`Handling::Strict`].
    #[must_use]
    pub fn handling(mut self, handling: Handling) -> Self {
        self.device.handling = handling;
        self
    }

    /// The device's own layer of settings, above those of site and profile.
    #[must_use]
    pub fn settings(mut self, settings: Settings) -> Self {
        self.device.settings = (!settings.is_empty()).then(|| Box::new(settings));
        self
    }

    /// The next account of a desk phone.
    #[must_use]
    pub fn extension(mut self, extension: Extension) -> Self {
        self.device.extensions.push(extension);
        self
    }

    /// A key, beside those of the profile.
    #[must_use]
    pub fn key(mut self, key: FunctionKey) -> Self {
        self.device.keys.push(key);
        self
    }

    /// A handset of a base.
    #[must_use]
    pub fn handset(mut self, handset: Handset) -> Self {
        self.device.handsets.push(handset);
        self
    }

    /// Part in a system of several bases.
    #[must_use]
    pub fn multicell(mut self, multicell: Multicell) -> Self {
        self.device.multicell = Some(multicell);
        self
    }

    /// The device, if its parts fit together.
    ///
    /// # Errors
    /// All relations that do not hold: extensions beside handsets, two keys at one place, two
    /// handsets in one slot, a place or slot 0, a secondary base with handsets.
    pub fn build(self) -> Result<Device, Errors> {
        let mut device = self.device;
        let mut errors = Vec::new();
        if !device.extensions.is_empty() && !device.handsets.is_empty() {
            errors.push(Error::new(
                device.at.key("extensions"),
                ErrorKind::Conflict("extensions beside handsets: a phone has extensions, a base has handsets that carry them".into()),
            ));
        }
        let keys = device.at.key("keys");
        for (i, key) in device.keys.iter().enumerate() {
            let at = keys.index(i);
            if key.position == 0 {
                errors.push(Error::new(
                    at.key("position"),
                    from_one("a position", u16::MAX),
                ));
            }
            if key.module == Some(0) {
                errors.push(Error::new(
                    at.key("module"),
                    from_one("a module", u8::MAX.into()),
                ));
            }
            if key.extension == 0 {
                errors.push(Error::new(
                    at.key("extension"),
                    from_one("an extension", u8::MAX.into()),
                ));
            }
            if let Some(first) = device.keys[..i]
                .iter()
                .position(|first| first.same_place(key))
            {
                let place = match key.module {
                    Some(module) => format!("{} of module {module}", key.position),
                    None => key.position.to_string(),
                };
                let other = keys.index(first);
                errors.push(Error::new(
                    at,
                    ErrorKind::Duplicate {
                        what: "key",
                        found: place,
                        other,
                    },
                ));
            }
        }
        let handsets = device.at.key("handsets");
        for (i, handset) in device.handsets.iter().enumerate() {
            let at = handsets.index(i);
            if handset.slot == 0 {
                errors.push(Error::new(at.key("slot"), from_one("a slot", u16::MAX)));
            }
            if let Some(first) = device.handsets[..i]
                .iter()
                .position(|one| one.slot == handset.slot)
            {
                errors.push(Error::new(
                    at.key("slot"),
                    ErrorKind::Duplicate {
                        what: "slot",
                        found: handset.slot.to_string(),
                        other: handsets.index(first).key("slot"),
                    },
                ));
            }
        }
        if device
            .multicell
            .as_ref()
            .is_some_and(|m| m.role == MulticellRole::Secondary)
            && !device.handsets.is_empty()
        {
            errors.push(Error::new(
                handsets,
                ErrorKind::Conflict(
                    "handsets on a secondary base: they belong to the primary, which hands them on"
                        .into(),
                ),
            ));
        }
        Errors::check(errors)?;
        device.digest = Digest::of(&device);
        Ok(device)
    }
}

fn from_one(what: &'static str, max: u16) -> ErrorKind {
    ErrorKind::OutOfRange {
        what,
        min: 1,
        max: max.into(),
        found: 0,
        limit: String::new(),
    }
}

/// What happens when a phone cannot do what was set for it.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[allow(clippy::exhaustive_enums, reason = "an error or a notice")]
pub enum Handling {
    /// It is an error.
    #[default]
    Strict,
    /// It is left out, with a notice.
    Lenient,
}

/// One SIP account (makers also call it an identity, an account or a line): who registers where,
/// and how it is called.
///
/// Made by [`Extension::new`]; the fields are set afterwards. What is absent is inherited.
///
/// ```
/// use phone_provisioning::model::Extension;
///
/// let mut zoe = Extension::new("1001".parse()?, "s&<c>r\"t'é#=;%9".parse()?);
/// zoe.display_name = Some("Zoë & Co".parse()?);
/// zoe.auth_username = Some("u1001".parse()?);
/// assert!(!format!("{zoe:?}").contains("s&<c>r"), "secrets are not printed");
/// # Ok::<(), phone_provisioning::error::ErrorKind>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Extension {
    /// The number that is called, and the SIP user unless there is a
    /// [`username`](Self::username).
    pub number: Text,
    /// Password of the SIP account.
    pub password: Secret,
    /// Name that the called party sees.
    pub display_name: Option<Text>,
    /// SIP user; absent = the number.
    pub username: Option<Text>,
    /// User for authentication; absent = the SIP user.
    pub auth_username: Option<Text>,
    /// What the phone calls the line; absent = the display name, else the number.
    pub label: Option<Text>,
    /// Number to dial for voice mail; absent = the site's voice-mail code.
    pub voicemail: Option<Text>,
    /// Registrar of its own.
    pub registrar: Option<Registrar>,
    /// Outbound proxy of its own.
    pub outbound_proxy: Option<OutboundProxy>,
    /// Codecs of its own.
    pub codecs: Option<CodecList>,
    /// DTMF of its own.
    pub dtmf: Option<Dtmf>,
    /// Ring tones of its own.
    pub ring_tones: RingTones,
    /// Forwarding by the phone.
    pub forward: Forward,
    /// Whether it rejects all calls.
    pub dnd: Option<bool>,
    /// Whether a second call is offered during a call.
    pub call_waiting: Option<bool>,
    /// Whether it answers by itself.
    pub auto_answer: Option<bool>,
}

impl Extension {
    /// An account whose user names are its number and that inherits everything else.
    pub fn new(number: Text, password: Secret) -> Self {
        Self {
            number,
            password,
            display_name: None,
            username: None,
            auth_username: None,
            label: None,
            voicemail: None,
            registrar: None,
            outbound_proxy: None,
            codecs: None,
            dtmf: None,
            ring_tones: RingTones::default(),
            forward: Forward::default(),
            dnd: None,
            call_waiting: None,
            auto_answer: None,
        }
    }
}

impl Extension {
    /// The SIP user: its own, else the number.
    pub(crate) fn user(&self) -> &str {
        self.username.as_ref().unwrap_or(&self.number).as_str()
    }
}

/// Where an extension's calls go: forwarding by the phone itself, not by the PBX.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub struct Forward {
    /// All calls.
    pub always: Option<Text>,
    /// Calls while it is busy.
    pub busy: Option<Text>,
    /// Calls that nobody answers.
    pub no_answer: Option<Text>,
    /// Seconds until a call counts as not answered.
    pub no_answer_seconds: Option<u16>,
}

/// One handset of a DECT base: a slot, who may take it, and the accounts that it carries.
///
/// ```
/// use phone_provisioning::model::{Device, Extension, Handset, HandsetBinding};
///
/// let mut handset = Handset::new(1);
/// handset.binding = HandsetBinding::Ipei("0328D3C8FC".parse()?);
/// handset.extensions.push(Extension::new("1001".parse()?, "s3cret".parse()?));
/// let base = Device::builder("00:04:13:a1:b2:c3".parse()?, "acme M7")
///     .handset(handset)
///     .build()?;
/// assert_eq!(base.handsets()[0].slot, 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Handset {
    /// Slot of the base, from 1; how many there are, says the model.
    pub slot: u16,
    /// What people call it.
    pub name: Option<Text>,
    /// Which handset may take the slot.
    pub binding: HandsetBinding,
    /// Four digits that are typed into the handset to register it.
    pub access_code: Option<Secret>,
    /// Handset model, for its firmware.
    pub model: Option<Text>,
    /// Firmware for handsets of its model.
    pub firmware: Option<Firmware>,
    /// Accounts that it carries.
    pub extensions: Vec<Extension>,
}

impl Handset {
    /// A slot for any handset, without accounts.
    pub fn new(slot: u16) -> Self {
        Self {
            slot,
            name: None,
            binding: HandsetBinding::Any,
            access_code: None,
            model: None,
            firmware: None,
            extensions: Vec::new(),
        }
    }
}

/// Which handset may take a slot.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[allow(clippy::exhaustive_enums, reason = "any, one or none")]
pub enum HandsetBinding {
    /// The next that registers.
    #[default]
    Any,
    /// This one only.
    Ipei(Ipei),
    /// None: the handset that had it is unbound.
    Remove,
}

/// Part in a system of several bases (multicell).
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub struct Multicell {
    /// Number that all bases of the system share; absent = the base's own default.
    pub chain_id: Option<u16>,
    /// Part of this base.
    pub role: MulticellRole,
    /// Address of the data master: the primary base.
    pub primary: Option<IpAddr>,
}

impl Multicell {
    /// A base of a system with the default chain id.
    pub fn new(role: MulticellRole) -> Self {
        Self {
            chain_id: None,
            role,
            primary: None,
        }
    }
}

/// Part of a base in a system of several.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum MulticellRole {
    /// Data master: holds servers and handsets and hands them on.
    Primary,
    /// Gets everything but its own network from the primary.
    Secondary,
}
