//! Function keys: what every target checks of them, and the codes that serve where a key has no
//! value of its own.

use std::collections::BTreeSet;

use super::ModelRow;
use super::emission::{KeyAt, ListedKey};
use super::job::{Job, Limit};
use super::parts::{Part, PartKind};
use super::program::SeamOf;
use super::view::{
    Account, AccountAt, AccountView, Slot, plain_extension, probe_extension, probe_key,
};
use super::whole::Given;
use crate::error::{ErrorKind, Invalid, Path};
use crate::model::shape::{Shape, is_plain_mailbox};
use crate::model::texts::{Field, KeyField, TextOf};
use crate::model::{Device, Extension, FeatureCodes, Found, FunctionKey, KeyKind, KeyValue, Layer};
use crate::text::{Text, Value};

/// A key of the profile or the device, with its place in that layer's list.
pub(crate) type Placed<'a> = (Found<&'a FunctionKey>, usize);

/// A key that the phone has and that a target can write.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AssignedKey<'a> {
    placed: Placed<'a>,
    /// What it dials, sends or opens: its own value, else the code of the layers for its kind.
    pub(crate) value: Option<KeyText<'a>>,
    /// Of a lamp, the code of the layers that takes a ringing call; the number follows it.
    pub(crate) pickup: Option<KeyText<'a>>,
}

impl<'a> AssignedKey<'a> {
    pub(crate) fn kind(&self) -> KeyKind {
        self.key().kind
    }

    /// Module and position.
    pub(crate) fn place(&self) -> (Option<u8>, u16) {
        self.key().place()
    }

    pub(crate) fn is_at(&self, module: Option<u8>, position: u16) -> bool {
        self.place() == (module, position)
    }

    /// The extension that it belongs to, from 1; 1 for kinds that belong to none.
    pub(crate) fn extension(&self) -> u8 {
        if self.kind().has_extension() {
            self.key().extension
        } else {
            1
        }
    }

    pub(crate) fn label(&self) -> Option<Value<'a>> {
        self.key().label.as_ref().map(Text::value)
    }

    /// Whether the document gives the value for this very key.
    pub(crate) fn has_own_value(&self) -> bool {
        self.key().value.is_some()
    }

    /// The layer that the key stands in, and the key there.
    pub(crate) fn placed(&self) -> &Placed<'a> {
        &self.placed
    }

    fn key(&self) -> &'a FunctionKey {
        self.placed.0.value
    }
}

/// A text that a key is told, and where it comes from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KeyText<'a> {
    pub(crate) value: Value<'a>,
    at: KeyTextAt,
}

#[derive(Clone, Copy, Debug)]
enum KeyTextAt {
    /// The value of the key.
    Own,
    /// The number for voice mail of the key's extension.
    Voicemail(AccountAt),
    /// A code of the layers.
    Code(Layer, &'static str),
}

/// The part of all keys of a phone with so many accounts and modules.
pub(crate) fn keys_part(accounts: u16, modules: u8) -> Part {
    let shape = Shape::default()
        .with(accounts.into(), 16)
        .with(modules.into(), 8);
    Part::new(PartKind::Keys, shape)
}

/// The accounts and modules of the part of all keys.
pub(crate) fn of_keys_part(mut shape: Shape) -> Option<(u16, u8)> {
    let modules = u8::try_from(shape.take(8)).ok()?;
    let accounts = u16::try_from(shape.take(16)).ok()?;
    Some((accounts, modules))
}

/// The part of a key of the document, for a device with so many accounts; `None` when something is
/// to be said of the key. A text of more bytes than `longest` may be worth a notice.
pub(crate) fn key_at<'d>(
    device: &'d Device,
    accounts: u16,
    listed: ListedKey<'d>,
    seam: SeamOf,
    longest: usize,
) -> Option<KeyAt<'d>> {
    let ListedKey { key, own, shaped } = listed;
    let shape = shaped.within(longest)?;
    let given = |text: &'d Text, field| match own {
        Some(own) => Given::Own("", TextOf::Key(own as u32, field)),
        None => Given::Fixed(text.value()),
    };
    let mailbox = (key.value.is_none() && key.kind == KeyKind::Voicemail).then(|| {
        let index = usize::from(key.extension).checked_sub(1)?;
        let mailbox = device.extensions().get(index)?.voicemail.as_ref()?;
        let own = TextOf::Account(index as u32, Field::Voicemail);
        Some((mailbox, Given::Own("", own)))
    });
    let mailbox = mailbox.flatten();
    let is_odd = |mailbox: &Text| mailbox.as_str().len() > longest || !is_plain_mailbox(mailbox);
    if mailbox.is_some_and(|(mailbox, _)| is_odd(mailbox)) {
        return None;
    }
    let shape = shape
        .with_flag(mailbox.is_some())
        .with(accounts.into(), 16)
        .with(seam.sort.into(), 8);
    let value = key.value.as_ref().map(|own| given(own, KeyField::Value));
    Some(KeyAt {
        part: Part::new(PartKind::Key, shape),
        label: key.label.as_ref().map(|own| given(own, KeyField::Label)),
        value: value.or(mailbox.map(|(_, own)| own)),
    })
}

/// A key that stands for all of its shape, on a device that stands for all.
#[derive(Debug)]
pub(crate) struct ProbeKey {
    pub(crate) sort: u8,
    pub(crate) accounts: u16,
    key: FunctionKey,
    extensions: Vec<Extension>,
}

impl ProbeKey {
    /// The key of a part. `place` says where keys of a sort are; `None` = there are none.
    pub(crate) fn new(
        mut shape: Shape,
        place: impl FnOnce(u8) -> Option<(Option<u8>, u16)>,
    ) -> Option<Self> {
        let sort = u8::try_from(shape.take(8)).ok()?;
        let accounts = u16::try_from(shape.take(16)).ok()?;
        let has_mailbox = shape.take_flag();
        let (module, position) = place(sort)?;
        let mut extension = probe_extension(plain_extension())?;
        extension.voicemail = has_mailbox.then(|| Text::sentinel(Slot::KeyValue.name()));
        Some(Self {
            sort,
            accounts,
            key: probe_key(&mut shape, module, position),
            extensions: vec![extension; accounts.into()],
        })
    }

    pub(crate) fn placed(&self) -> Placed<'_> {
        let found = Found {
            value: &self.key,
            layer: Layer::Device,
        };
        (found, 0)
    }

    pub(crate) fn accounts(&self) -> Vec<Account<'_>> {
        let extensions = self.extensions.iter().enumerate();
        extensions
            .map(|(index, extension)| Account {
                view: AccountView::probe(extension),
                at: AccountAt::Extension(index),
            })
            .collect()
    }
}

/// Why a target cannot write a key as it stands.
#[derive(Clone, Copy, Debug)]
pub(crate) enum KeyLack {
    /// The phone has no keys of this kind. What can be done in its place, or empty.
    Kind(Limit, &'static str),
    /// On this phone keys of this kind take no value. What can be done in its place, or empty. The
    /// key is written without.
    Value(Limit, &'static str),
    /// On this phone keys of this kind are of no use without a value.
    Bare,
}

impl<'a> Job<'a> {
    /// Path of a key in its layer's list.
    pub(crate) fn key_path(&self, (key, index): &Placed<'_>) -> Path {
        self.layers.key_path(key.layer, self.at, *index)
    }

    /// Path of a text that a key is told.
    pub(crate) fn key_text_path(&self, key: &AssignedKey<'_>, text: &KeyText<'_>) -> Path {
        match text.at {
            KeyTextAt::Own => self.key_path(key.placed()).key("value"),
            KeyTextAt::Voicemail(account) => account.path(self).key("voicemail"),
            KeyTextAt::Code(layer, code) => self.path(layer, "feature_codes").key(code),
        }
    }

    /// The keys that the phone has and that can be written. What it cannot do of the others is
    /// reported, as is every value that is none for its kind of key.
    ///
    /// `accounts` are those in use, in order; `modules` are attached; `can` says what the target
    /// cannot write, and is asked only of keys that have a place on the phone.
    pub(crate) fn fitting_keys(
        &mut self,
        keys: &[Placed<'a>],
        accounts: &[Account<'a>],
        modules: u8,
        can: impl Fn(&Self, &AssignedKey<'a>) -> Result<(), KeyLack>,
    ) -> Vec<AssignedKey<'a>> {
        let mut fitting = Vec::with_capacity(keys.len());
        for placed in keys {
            // Wrong input is wrong on every phone.
            let right = self.has_right_value(placed);
            if !self.has_place(placed, modules) {
                continue;
            }
            let mut key = self.with_codes(placed, accounts);
            match can(self, &key) {
                Ok(()) => {}
                Err(KeyLack::Kind(limit, instead)) => {
                    let what = format!("key of kind `{}`", key.kind().as_str());
                    let path = self.key_path(placed).key("kind");
                    self.unsupported(placed.0.layer, path, what, limit, instead);
                    continue;
                }
                Err(KeyLack::Value(limit, instead)) => {
                    let what = format!("value for a key of kind `{}`", key.kind().as_str());
                    let path = self.key_path(placed).key("value");
                    self.unsupported(placed.0.layer, path, what, limit, instead);
                    key.value = None;
                }
                Err(KeyLack::Bare) => {
                    self.missing_value(&key);
                    continue;
                }
            }
            if key.kind().needs_value() && key.value.is_none() {
                self.missing_value(&key);
                continue;
            }
            if !(right && self.has_right_codes(&key)) {
                // An error already: what else is wrong with the key is told with it.
                (key.value, key.pickup) = (None, None);
            }
            if self.has_extension(placed, accounts) {
                fitting.push(key);
            }
        }
        fitting
    }

    /// Whether the value of the document is one for its kind of key.
    fn has_right_value(&mut self, placed: &Placed<'a>) -> bool {
        let key = placed.0.value;
        if key
            .value
            .as_ref()
            .is_some_and(|value| value.value().is_sentinel())
        {
            return true;
        }
        let checked = key.check_value();
        let right = checked.is_ok();
        if let Err(kind) = checked {
            let path = self.key_path(placed).key("value");
            self.error(path, kind);
        }
        right
    }

    /// Whether the codes that serve the key are dialled like a value of its own.
    fn has_right_codes(&mut self, key: &AssignedKey<'a>) -> bool {
        let value = key.value.filter(|_| !key.has_own_value());
        let texts = [value, key.pickup].into_iter().flatten();
        let wrong: Vec<(Path, Invalid)> = texts
            .filter(|text| !text.value.is_sentinel())
            .filter_map(|text| {
                let invalid = KeyValue::Number.check(text.value.as_str()).err()?;
                Some((self.key_text_path(key, &text), invalid))
            })
            .collect();
        let right = wrong.is_empty();
        for (path, invalid) in wrong {
            self.error(path, invalid.into());
        }
        right
    }

    /// Whether the phone, or the module, has such a key.
    fn has_place(&mut self, placed: &Placed<'a>, modules: u8) -> bool {
        let (key, layer) = (placed.0.value, placed.0.layer);
        let path = self.key_path(placed);
        let module_keys = &self.model.module_keys;
        let limit = match key.module {
            None => self.model.assignable_keys(),
            Some(_) => positions(module_keys).max().or(Some(0)),
        };
        if limit == Some(0) {
            let what = match key.module {
                None => "function key",
                Some(_) => "expansion module",
            };
            let kind = ErrorKind::NotSupported {
                what: what.into(),
                limit: self.model_name.to_owned(),
                instead: other_keys(self.model, key.module).into(),
            };
            self.beyond(layer, path, kind);
            return false;
        }
        let model_name = self.model_name;
        let beyond = |what, max: i64, found: i64| ErrorKind::OutOfRange {
            what,
            min: 1,
            max,
            found,
            limit: model_name.to_owned(),
        };
        let limit = limit.unwrap_or(u16::MAX);
        if !(1..=limit).contains(&key.position) {
            let kind = beyond("a position", limit.into(), key.position.into());
            self.beyond(layer, path.key("position"), kind);
            return false;
        }
        let Some(module) = key.module else {
            return true;
        };
        if !positions(module_keys).any(|position| position == key.position) {
            let kind = ErrorKind::NotSupported {
                what: format!("key {} to assign on an expansion module", key.position).into(),
                limit: model_name.to_owned(),
                instead: format!("it has the keys {}", in_words(module_keys)).into(),
            };
            self.beyond(layer, path.key("position"), kind);
            return false;
        }
        let most = self.model.modules.unwrap_or(modules.into());
        let attached = u16::from(modules).min(most);
        if attached == 0 {
            let what = "expansion module attached";
            self.unsupported(layer, path.key("module"), what, Limit::Model, "");
            return false;
        }
        if !(1..=attached).contains(&module.into()) {
            let kind = beyond("a module", attached.into(), module.into());
            self.beyond(layer, path.key("module"), kind);
            return false;
        }
        true
    }

    /// The key with what the layers say of it.
    fn with_codes(&self, placed: &Placed<'a>, accounts: &[Account<'a>]) -> AssignedKey<'a> {
        let key = placed.0.value;
        let own = key.value.as_ref().map(|value| KeyText {
            value: value.value(),
            at: KeyTextAt::Own,
        });
        let mailbox = || {
            if key.kind != KeyKind::Voicemail {
                return None;
            }
            let account = accounts.get(usize::from(key.extension).checked_sub(1)?)?;
            Some(KeyText {
                value: account.view.voicemail?,
                at: KeyTextAt::Voicemail(account.at),
            })
        };
        let code = || self.code(code_of(key.kind)?);
        let pickup = (key.kind == KeyKind::Blf).then_some(("pickup", PICKUP));
        AssignedKey {
            placed: *placed,
            value: own.or_else(mailbox).or_else(code),
            pickup: pickup.and_then(|code| self.code(code)),
        }
    }

    fn code(&self, (name, get): Code) -> Option<KeyText<'a>> {
        let found = self.find(|settings| get(&settings.feature_codes))?;
        Some(KeyText {
            value: found.value.value(),
            at: KeyTextAt::Code(found.layer, name),
        })
    }

    /// Whether the extension of the key is in use. A key that belongs to none is told without.
    fn has_extension(&mut self, placed: &Placed<'a>, accounts: &[Account<'a>]) -> bool {
        let (key, layer) = (placed.0.value, placed.0.layer);
        let path = || self.key_path(placed).key("extension");
        if !key.kind.has_extension() {
            if key.extension != 1 {
                let what = format!("extension for a key of kind `{}`", key.kind.as_str());
                self.unsupported(layer, path(), what, Limit::Model, "leave it out");
            }
            return true;
        }
        // While nobody is logged in, keys wait for the first extension.
        let most = accounts.len().max(1);
        let fits = (1..=most).contains(&key.extension.into());
        if !fits {
            let kind = ErrorKind::OutOfRange {
                what: "an extension",
                min: 1,
                max: most.try_into().unwrap_or(i64::MAX),
                found: key.extension.into(),
                limit: "the device's extensions".to_owned(),
            };
            self.beyond(layer, path(), kind);
        }
        fits
    }

    /// A key that is of no use without a value, which nothing gives.
    fn missing_value(&mut self, key: &AssignedKey<'a>) {
        let path = self.key_path(key.placed()).key("value");
        let mut looked_at = path.to_string();
        if key.kind() == KeyKind::Voicemail {
            looked_at += ", the extension's voicemail";
        }
        if let Some((code, _)) = code_of(key.kind()) {
            let layers = self.layers.looked_at(self.at);
            looked_at += &format!(", feature_codes.{code} of {layers}");
        }
        let expected = match key.kind().value() {
            KeyValue::Digits => "tones to send",
            KeyValue::Multicast => "a multicast address and port",
            KeyValue::Nothing | KeyValue::Number => "a number or code to dial",
            KeyValue::Prefix => "the digits of the prefix",
            KeyValue::Url => "a URL",
        };
        let kind = ErrorKind::Missing {
            expected,
            looked_at,
        };
        self.error(path, kind);
    }
}

impl ModelRow {
    /// The keys of the phone itself that can be assigned: those over its pages, then the memory
    /// keys beside them. `None` when nobody has counted them.
    pub(crate) fn assignable_keys(&self) -> Option<u16> {
        let memory_keys = positions(&self.memory_keys).count();
        let memory_keys = u16::try_from(memory_keys).unwrap_or(u16::MAX);
        self.line_keys.map(|keys| keys.saturating_add(memory_keys))
    }
}

/// The positions of the phone's own keys that are written: all that it may have, or those that are
/// named where nobody has counted them.
pub(crate) fn positions_of_phone(model: &ModelRow, keys: &[Placed<'_>]) -> Vec<u16> {
    if let Some(last) = model.line_keys_clear_to.or(model.line_keys) {
        return (1..=last).collect();
    }
    let of_phone = keys.iter().filter(|(key, _)| key.value.module.is_none());
    let named: BTreeSet<u16> = of_phone.map(|(key, _)| key.value.position).collect();
    named.into_iter().filter(|position| *position > 0).collect()
}

/// Whether the document names the key at this place, be it one that the phone can have or not.
pub(crate) fn is_named(keys: &[Placed<'_>], module: Option<u8>, position: u16) -> bool {
    keys.iter()
        .any(|(key, _)| key.value.place() == (module, position))
}

/// The positions of inclusive ranges.
pub(crate) fn positions(ranges: &[(u16, u16)]) -> impl Iterator<Item = u16> + '_ {
    ranges.iter().flat_map(|(from, to)| *from..=*to)
}

type Code = (&'static str, fn(&FeatureCodes) -> Option<&Text>);

const PICKUP: fn(&FeatureCodes) -> Option<&Text> = |codes| codes.pickup.as_ref();

/// The code that serves a key of the kind that has no value.
fn code_of(kind: KeyKind) -> Option<Code> {
    Some(match kind {
        KeyKind::DirectedPickup => ("pickup", PICKUP),
        KeyKind::GroupPickup => ("group_pickup", |codes| codes.group_pickup.as_ref()),
        KeyKind::HotDesking => ("login", |codes| codes.login.as_ref()),
        KeyKind::Park => ("park", |codes| codes.park.as_ref()),
        KeyKind::RetrievePark => ("park_retrieve", |codes| codes.park_retrieve.as_ref()),
        KeyKind::Voicemail => ("voicemail", |codes| codes.voicemail.as_ref()),
        _ => return None,
    })
}

/// What keys a phone without function keys has all the same.
fn other_keys(model: &ModelRow, module: Option<u8>) -> String {
    match module {
        None if !model.programmable_keys.is_empty() => format!(
            "its programmable keys {} are reached by `custom` settings",
            in_words(&model.programmable_keys)
        ),
        _ => String::new(),
    }
}

fn in_words(ranges: &[(u16, u16)]) -> String {
    let ranges = ranges.iter().map(|(from, to)| match from == to {
        true => from.to_string(),
        false => format!("{from} to {to}"),
    });
    ranges.collect::<Vec<_>>().join(", ")
}
