//! What an emitter sees of a device: values that are a device's own, or the sentinels of a probe.

use super::job::Job;
use super::parts::PartKind;
use super::whole::Given;
use crate::error::Path;
use crate::model::shape::{Shape, dtmf};
use crate::model::texts::{Field, TextOf};
use crate::model::{Device, Extension, FunctionKey, KeyKind, Layer, LoggedOut, Mac};
use crate::text::{Secret, Text, Value};

/// A value that differs from device to device and stands in a slot of a prepared part.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[repr(u8)]
pub(crate) enum Slot {
    AccessCode,
    AuthUsername,
    DisplayName,
    ForwardAlways,
    ForwardBusy,
    ForwardNoAnswer,
    HandsetIpui,
    KeyAddress,
    KeyLabel,
    KeyValue,
    Label,
    MacLower,
    MacUpper,
    Number,
    Password,
    Token,
    Username,
    Voicemail,
    /// The number of an account, a key or an extension.
    Index,
    /// The number of the module that a key is on.
    Module,
    /// The number of a handset.
    Handset,
}

impl Slot {
    const ALL: [(Self, &'static str); 21] = [
        (Self::AccessCode, "c"),
        (Self::AuthUsername, "a"),
        (Self::DisplayName, "d"),
        (Self::ForwardAlways, "A"),
        (Self::ForwardBusy, "B"),
        (Self::ForwardNoAnswer, "N"),
        (Self::HandsetIpui, "h"),
        // Targets look for the sign in the value of a key.
        (Self::KeyAddress, "@"),
        (Self::KeyLabel, "L"),
        (Self::KeyValue, "k"),
        (Self::Label, "l"),
        (Self::MacLower, "m"),
        (Self::MacUpper, "M"),
        (Self::Number, "n"),
        (Self::Password, "p"),
        (Self::Token, "t"),
        (Self::Username, "u"),
        (Self::Voicemail, "v"),
        (Self::Index, "1"),
        (Self::Module, "2"),
        (Self::Handset, "3"),
    ];

    /// The sentinel of the slot. It is marked as such, so that no text is ever taken for one.
    pub(crate) fn sentinel(self) -> Value<'static> {
        Value::sentinel(self.name())
    }

    pub(crate) fn name(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(slot, _)| *slot == self)
            .map_or("", |(_, name)| name)
    }

    pub(crate) fn of_sentinel(name: &[u8]) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(_, own)| own.as_bytes() == name)
            .map(|(slot, _)| *slot)
    }

    fn text(self) -> Text {
        Text::sentinel(self.name())
    }
}

/// Numbers that stand for slots on a probe device. They are larger than any number of an account, a
/// key or a handset on a probe; no other run of an emitter looks for them.
pub(crate) mod numbers {
    use super::Slot;

    pub(crate) const INDEX: u16 = 0xFFF1;
    pub(crate) const MODULE: u16 = 0xFFF2;
    pub(crate) const HANDSET: u16 = 0xFFF3;

    /// The slot that a number of a probe stands for.
    pub(crate) fn slot(number: i64) -> Option<Slot> {
        match u16::try_from(number).ok()? {
            INDEX => Some(Slot::Index),
            MODULE => Some(Slot::Module),
            HANDSET => Some(Slot::Handset),
            _ => None,
        }
    }
}

/// A hardware address as text, in both letter cases.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MacDigits {
    lower: [u8; 12],
    upper: [u8; 12],
}

impl MacDigits {
    pub(crate) fn new(mac: Mac) -> Self {
        Self {
            lower: mac.plain_lower_bytes(),
            upper: mac.plain_upper_bytes(),
        }
    }

    pub(crate) fn lower(&self) -> &str {
        std::str::from_utf8(&self.lower).unwrap_or_default()
    }

    pub(crate) fn upper(&self) -> &str {
        std::str::from_utf8(&self.upper).unwrap_or_default()
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
    pub(crate) fn new(device: &'a Device, mac: &'a MacDigits) -> Self {
        Self {
            mac_lower: Value::token(mac.lower()),
            mac_upper: Value::token(mac.upper()),
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

    pub(crate) fn given(&self, slot: Slot) -> Option<Given<'a>> {
        self.value(slot).map(Given::Made)
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
    /// The texts that the defaulted values are.
    pub(crate) from: Defaulted,
    /// The extension, for what else it has of its own.
    pub(crate) own: Option<&'a Extension>,
}

/// Which text of an account serves for each value that has a default.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Defaulted {
    pub(crate) label: Field,
    pub(crate) username: Field,
    pub(crate) auth_username: Field,
}

impl Defaulted {
    /// By what is there.
    fn new(is_there: impl Fn(Field) -> bool) -> Self {
        let first = |fields: [Field; 2]| fields.into_iter().find(|field| is_there(*field));
        let username = first([Field::Username, Field::Number]).unwrap_or(Field::Number);
        Self {
            label: first([Field::Label, Field::DisplayName]).unwrap_or(Field::Number),
            username,
            auth_username: first([Field::AuthUsername, username]).unwrap_or(username),
        }
    }
}

impl<'a> AccountView<'a> {
    pub(crate) fn new(extension: &'a Extension) -> Self {
        let number = extension.number.value();
        let from = Defaulted::new(|field| field.of(extension).is_some());
        let of = |field: Field| field.of(extension).unwrap_or(number);
        Self {
            number,
            username: of(from.username),
            auth_username: of(from.auth_username),
            password: extension.password.value(),
            label: of(from.label),
            display_name: Field::DisplayName.of(extension),
            voicemail: Field::Voicemail.of(extension),
            from,
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
            from: Defaulted::new(|field| match field {
                Field::Username => account.username.is_some(),
                Field::AuthUsername => account.auth_username.is_some(),
                _ => false,
            }),
            own: None,
        }
    }

    /// What stands in a slot, of the account with this number on the device, from 0; of the one for
    /// when nobody is logged in, which is the same on all devices, without.
    pub(crate) fn given(&self, account: Option<u32>, slot: Slot) -> Option<Given<'a>> {
        let Some(account) = account else {
            return self.value(slot).map(Given::Fixed);
        };
        let field = match slot {
            Slot::AuthUsername => self.from.auth_username,
            Slot::DisplayName => Field::DisplayName,
            Slot::ForwardAlways => Field::ForwardAlways,
            Slot::ForwardBusy => Field::ForwardBusy,
            Slot::ForwardNoAnswer => Field::ForwardNoAnswer,
            Slot::Label => self.from.label,
            Slot::Number => Field::Number,
            Slot::Password => Field::Password,
            Slot::Username => self.from.username,
            Slot::Voicemail => Field::Voicemail,
            _ => return None,
        };
        Some(Given::Own("", TextOf::Account(account, field)))
    }

    /// What stands in a slot of the account for when nobody is logged in.
    fn value(&self, slot: Slot) -> Option<Value<'a>> {
        match slot {
            Slot::AuthUsername => Some(self.auth_username),
            Slot::Label => Some(self.label),
            Slot::Number => Some(self.number),
            Slot::Password => Some(self.password),
            Slot::Username => Some(self.username),
            _ => None,
        }
    }
}

/// The shape of an extension that has nothing but what each has.
pub(crate) fn plain_extension() -> Shape {
    Shape::default().with_flag(true)
}

/// An extension of this shape whose texts are sentinels; `None` for the shape of no extension.
pub(crate) fn probe_extension(mut shape: Shape) -> Option<Extension> {
    if !shape.take_flag() {
        return None;
    }
    let password = Secret::sentinel(Slot::Password.name());
    let mut probe = Extension::new(Slot::Number.text(), password);
    probe.dtmf = dtmf(shape.take(3));
    probe.auto_answer = shape.take_switch();
    probe.call_waiting = shape.take_switch();
    probe.dnd = shape.take_switch();
    let byte = |number: u16| number.min(u8::MAX.into()) as u8;
    probe.ring_tones.external = shape.take_optional(9).map(byte);
    probe.ring_tones.internal = shape.take_optional(9).map(byte);
    probe.forward.no_answer_seconds = shape.take_optional(17);
    let text = |slot: Slot, is_there: bool| is_there.then(|| slot.text());
    probe.forward.no_answer = text(Slot::ForwardNoAnswer, shape.take_flag());
    probe.forward.busy = text(Slot::ForwardBusy, shape.take_flag());
    probe.forward.always = text(Slot::ForwardAlways, shape.take_flag());
    probe.label = text(Slot::Label, shape.take_flag());
    probe.voicemail = text(Slot::Voicemail, shape.take_flag());
    probe.display_name = text(Slot::DisplayName, shape.take_flag());
    probe.username = Some(Slot::Username.text());
    probe.auth_username = Some(Slot::AuthUsername.text());
    Some(probe)
}

impl<'a> AccountView<'a> {
    /// What an emitter sees of a probe: what has a default has a sentinel of its own.
    pub(crate) fn probe(extension: &'a Extension) -> Self {
        Self {
            label: Slot::Label.sentinel(),
            ..Self::new(extension)
        }
    }
}

/// A key of this shape whose texts are sentinels, at this place.
pub(crate) fn probe_key(shape: &mut Shape, module: Option<u8>, position: u16) -> FunctionKey {
    let extension = shape.take(8);
    let labelled = shape.take_flag();
    let value = shape.take(2);
    let kind = usize::try_from(shape.take(5)).unwrap_or(0);
    let kind = KeyKind::ALL.get(kind).copied().unwrap_or(KeyKind::None);
    let mut key = FunctionKey::new(position, kind);
    key.module = module;
    key.extension = u8::try_from(extension).unwrap_or(u8::MAX);
    key.label = labelled.then(|| Slot::KeyLabel.text());
    key.value = match value {
        0 => None,
        1 => Some(Slot::KeyValue.text()),
        _ => Some(Slot::KeyAddress.text()),
    };
    key
}

/// One account of a phone.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Account<'a> {
    pub(crate) view: AccountView<'a>,
    pub(crate) at: AccountAt,
}

impl<'a> Account<'a> {
    /// One that stands for all of its shape.
    pub(crate) fn probe(extension: &'a Extension, at: AccountAt) -> Self {
        Self {
            view: AccountView::probe(extension),
            at,
        }
    }

    /// What stands in a slot of the account with this number, from 1.
    pub(crate) fn given(&self, index: u16, slot: Slot) -> Option<Given<'a>> {
        let is_own = !matches!(self.at, AccountAt::LoggedOut(_));
        let account = is_own.then(|| u32::from(index - 1));
        self.view.given(account, slot)
    }

    /// The kind of part that tells of it.
    pub(crate) fn kind(&self) -> PartKind {
        match self.at {
            AccountAt::LoggedOut(_) => PartKind::LoggedOut,
            AccountAt::Extension(_) | AccountAt::Handset(..) => PartKind::Account,
        }
    }

    /// The number for voice mail, its own or the code of the layers, with its path.
    pub(crate) fn voicemail(
        &self,
        job: &Job<'a>,
    ) -> (Option<Value<'a>>, impl FnOnce(&Job<'a>) -> Path + use<'a>) {
        let code = job.find(|s| s.feature_codes.voicemail.as_ref());
        let (own, at) = (self.view.voicemail, self.at);
        let value = own.or(code.map(|found| found.value.value()));
        (value, move |job: &Job<'a>| match (own, code) {
            (None, Some(found)) => job.path(found.layer, "feature_codes").key("voicemail"),
            _ => at.path(job).key("voicemail"),
        })
    }

    /// Path of what serves as its label.
    pub(crate) fn label_path(&self, job: &Job<'_>) -> Path {
        self.at.path(job).key(self.view.from.label.key())
    }

    /// Path of what serves as its SIP user.
    pub(crate) fn username_path(&self, job: &Job<'_>) -> Path {
        self.at.path(job).key(self.view.from.username.key())
    }

    /// Path of what serves as its user for authentication.
    pub(crate) fn auth_username_path(&self, job: &Job<'_>) -> Path {
        self.at.path(job).key(self.view.from.auth_username.key())
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
