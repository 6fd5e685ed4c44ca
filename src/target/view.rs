//! What an emitter sees of a device: values that are a device's own, or the sentinels of a probe.

use super::job::Job;
use crate::error::Path;
use crate::model::{Device, Extension, Layer, LoggedOut};
use crate::text::Value;

/// A value that differs from device to device and stands in a slot of a prepared file.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Slot {
    AuthUsername,
    DisplayName,
    Label,
    MacLower,
    MacUpper,
    Number,
    Password,
    Token,
    Username,
    Voicemail,
}

impl Slot {
    const ALL: [(Self, &'static str); 10] = [
        (Self::AuthUsername, "a"),
        (Self::DisplayName, "d"),
        (Self::Label, "l"),
        (Self::MacLower, "m"),
        (Self::MacUpper, "M"),
        (Self::Number, "n"),
        (Self::Password, "p"),
        (Self::Token, "t"),
        (Self::Username, "u"),
        (Self::Voicemail, "v"),
    ];

    /// The sentinel of the slot. It is marked as such, so that no text is ever taken for one.
    pub(crate) fn sentinel(self) -> Value<'static> {
        let name = Self::ALL
            .iter()
            .find(|(slot, _)| *slot == self)
            .map_or("", |(_, name)| name);
        Value::sentinel(name)
    }

    pub(crate) fn of_sentinel(name: &[u8]) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(_, own)| own.as_bytes() == name)
            .map(|(slot, _)| *slot)
    }
}

/// What the phone-wide part of a file takes from the device.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DeviceView<'a> {
    /// The hardware address, 12 lower-case digits.
    pub(crate) mac_lower: Value<'a>,
    /// The same in upper case.
    pub(crate) mac_upper: Value<'a>,
    pub(crate) token: Option<Value<'a>>,
}

impl<'a> DeviceView<'a> {
    pub(crate) fn new(device: &'a Device, mac_lower: &'a str, mac_upper: &'a str) -> Self {
        Self {
            mac_lower: Value::token(mac_lower),
            mac_upper: Value::token(mac_upper),
            token: device.token().map(|token| token.value()),
        }
    }

    pub(crate) fn probe(with_token: bool) -> Self {
        Self {
            mac_lower: Slot::MacLower.sentinel(),
            mac_upper: Slot::MacUpper.sentinel(),
            token: with_token.then(|| Slot::Token.sentinel()),
        }
    }

    pub(crate) fn value(&self, slot: Slot) -> Option<Value<'a>> {
        match slot {
            Slot::MacLower => Some(self.mac_lower),
            Slot::MacUpper => Some(self.mac_upper),
            Slot::Token => self.token,
            _ => None,
        }
    }
}

/// What the part of one account takes from its extension, or from the logged-out account.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AccountView<'a> {
    pub(crate) number: Value<'a>,
    pub(crate) username: Value<'a>,
    pub(crate) auth_username: Value<'a>,
    pub(crate) password: Value<'a>,
    /// Label, else display name, else number.
    pub(crate) label: Value<'a>,
    pub(crate) display_name: Option<Value<'a>>,
    pub(crate) voicemail: Option<Value<'a>>,
    /// The keys of the document that the defaulted values come from, for errors.
    pub(crate) keys: AccountKeys,
    /// What only a direct rendering reads: registrars and the like of the extension's own.
    pub(crate) own: Option<&'a Extension>,
}

/// Which key of an account gives each value that has a default.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AccountKeys {
    pub(crate) label: &'static str,
    pub(crate) username: &'static str,
    pub(crate) auth_username: &'static str,
}

impl AccountKeys {
    fn new(label: Option<&'static str>, username: bool, auth_username: bool) -> Self {
        let user = if username { "username" } else { "number" };
        Self {
            label: label.unwrap_or("number"),
            username: user,
            auth_username: if auth_username { "auth_username" } else { user },
        }
    }
}

impl<'a> AccountView<'a> {
    pub(crate) fn new(extension: &'a Extension) -> Self {
        let number = extension.number.value();
        let username = extension
            .username
            .as_ref()
            .map_or(number, |name| name.value());
        let display_name = extension.display_name.as_ref().map(|name| name.value());
        Self {
            number,
            username,
            auth_username: extension
                .auth_username
                .as_ref()
                .map_or(username, |name| name.value()),
            password: extension.password.value(),
            label: extension
                .label
                .as_ref()
                .map(|label| label.value())
                .or(display_name)
                .unwrap_or(number),
            display_name,
            voicemail: extension.voicemail.as_ref().map(|number| number.value()),
            keys: AccountKeys::new(
                match (&extension.label, &extension.display_name) {
                    (Some(_), _) => Some("label"),
                    (None, Some(_)) => Some("display_name"),
                    (None, None) => None,
                },
                extension.username.is_some(),
                extension.auth_username.is_some(),
            ),
            own: Some(extension),
        }
    }

    pub(crate) fn logged_out(account: &'a LoggedOut) -> Self {
        let number = account.number.value();
        let username = account
            .username
            .as_ref()
            .map_or(number, |name| name.value());
        Self {
            number,
            username,
            auth_username: account
                .auth_username
                .as_ref()
                .map_or(username, |name| name.value()),
            password: account.password.value(),
            label: number,
            display_name: None,
            voicemail: None,
            keys: AccountKeys::new(
                None,
                account.username.is_some(),
                account.auth_username.is_some(),
            ),
            own: None,
        }
    }

    /// The sentinels for accounts of this shape.
    pub(crate) fn probe(shape: AccountShape) -> Self {
        Self {
            number: Slot::Number.sentinel(),
            username: Slot::Username.sentinel(),
            auth_username: Slot::AuthUsername.sentinel(),
            password: Slot::Password.sentinel(),
            label: Slot::Label.sentinel(),
            display_name: shape.display_name.then(|| Slot::DisplayName.sentinel()),
            voicemail: shape.voicemail.then(|| Slot::Voicemail.sentinel()),
            // Nothing that is a probe's own can be at fault.
            keys: AccountKeys::new(None, false, false),
            own: None,
        }
    }

    pub(crate) fn value(&self, slot: Slot) -> Option<Value<'a>> {
        match slot {
            Slot::AuthUsername => Some(self.auth_username),
            Slot::DisplayName => self.display_name,
            Slot::Label => Some(self.label),
            Slot::Number => Some(self.number),
            Slot::Password => Some(self.password),
            Slot::Username => Some(self.username),
            Slot::Voicemail => self.voicemail,
            Slot::MacLower | Slot::MacUpper | Slot::Token => None,
        }
    }

    /// Whether one of its texts has more bytes than this.
    pub(crate) fn is_longer_than(&self, bytes: usize) -> bool {
        [
            self.number,
            self.username,
            self.auth_username,
            self.password,
            self.label,
        ]
        .iter()
        .chain(&self.display_name)
        .chain(&self.voicemail)
        .any(|value| value.as_str().len() > bytes)
    }

    /// The shape of the account when nothing but the slots differs from others of its shape.
    pub(crate) fn shape(&self) -> Option<AccountShape> {
        let plain = self.own.is_none_or(|extension| {
            extension.registrar.is_none()
                && extension.outbound_proxy.is_none()
                && extension.codecs.is_none()
                && extension.dtmf.is_none()
                && extension.ring_tones == Default::default()
                && extension.forward == Default::default()
                && extension.dnd.is_none()
                && extension.call_waiting.is_none()
                && extension.auto_answer.is_none()
        });
        plain.then_some(AccountShape {
            display_name: self.display_name.is_some(),
            voicemail: self.voicemail.is_some(),
        })
    }
}

/// One account of a phone.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Account<'a> {
    pub(crate) view: AccountView<'a>,
    pub(crate) at: AccountAt,
}

impl<'a> Account<'a> {
    /// The same account with other values.
    pub(crate) fn with_view<'v>(&self, view: AccountView<'v>) -> Account<'v> {
        Account { view, at: self.at }
    }

    /// The number for voice mail, its own or the code of the layers, with its path.
    pub(crate) fn voicemail(&self, job: &Job<'a>) -> (Option<Value<'a>>, Path) {
        let code = job.find(|s| s.feature_codes.voicemail.as_ref());
        match (self.view.voicemail, code) {
            (None, Some(found)) => {
                let path = job.path(found.layer, "feature_codes").key("voicemail");
                (Some(found.value.value()), path)
            }
            (own, _) => (own, self.at.path(job).key("voicemail")),
        }
    }

    /// Path of what serves as its label.
    pub(crate) fn label_path(&self, job: &Job<'_>) -> Path {
        self.at.path(job).key(self.view.keys.label)
    }

    /// Path of what serves as its SIP user.
    pub(crate) fn username_path(&self, job: &Job<'_>) -> Path {
        self.at.path(job).key(self.view.keys.username)
    }

    /// Path of what serves as its user for authentication.
    pub(crate) fn auth_username_path(&self, job: &Job<'_>) -> Path {
        self.at.path(job).key(self.view.keys.auth_username)
    }
}

/// Where an account comes from.
#[derive(Clone, Copy, Debug)]
pub(crate) enum AccountAt {
    Extension(usize),
    Handset(usize, usize),
    LoggedOut(Layer),
}

impl AccountAt {
    pub(crate) fn path(self, job: &Job<'_>) -> Path {
        match self {
            Self::Extension(index) => job.at.key("extensions").index(index),
            Self::Handset(handset, index) => job
                .at
                .key("handsets")
                .index(handset)
                .key("extensions")
                .index(index),
            Self::LoggedOut(layer) => job.path(layer, "logged_out"),
        }
    }
}

/// Which of the optional values of an account are there.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct AccountShape {
    pub(crate) display_name: bool,
    pub(crate) voicemail: bool,
}
