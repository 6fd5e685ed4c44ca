//! Function keys: what the document says of them, line keys for the identities, everything else
//! reset.
//!
//! Keys count from 0 over all pages of the phone. Those of the first module follow behind the last
//! slot of the phone, whether or not that slot can be used, those of the next behind the first. A
//! free key is `line` with the context `active`, the factory state; it is reset with a permission to
//! write, because phones log a refusal for each key that they may not.
//!
//! A key that belongs to an extension names its identity where the phone has several; where it has
//! one, `active` is that one.

use super::super::super::job::{Job, Limit};
use super::super::super::keys::{
    AssignedKey, KeyLack, KeyText, Placed, ProbeKey, is_named, positions,
};
use super::super::super::program::SeamOf;
use super::super::super::view::{Account, numbers};
use super::super::super::{ModelRow, TokenRow};
use super::super::writer::{Key, Piece, Writer};
use super::custom;
use super::tables::{KEY_DEFECTS, KEY_TYPES, names as n};
use crate::error::NoticeCode;
use crate::model::{KeyKind, KeyValue};

/// Name of the element, and the section of its rows in the dictionary.
const ELEMENT: &str = "functionKeys";

/// The context of a key that belongs to no identity, or to the only one.
const ACTIVE: &str = "active";

/// All keys of the phone and its attached modules. Phones without keys get no such element.
///
/// `accounts` is the number of `used` ones; the latter are looked at only when `keys` are named.
pub(super) fn write<'a>(
    w: &mut Writer<'_, 'a>,
    accounts: u16,
    modules: u8,
    keys: &[Placed<'a>],
    used: &[Account<'a>],
) {
    let model = w.job.model;
    let fitting = w.job.fitting_keys(keys, used, modules, can_be);
    tell_defects(w.job, &fitting, used);
    let slots = slots(model);
    if slots == 0 && custom::first_of(w.job, ELEMENT).is_none() {
        return;
    }
    w.open(ELEMENT, &[("e", "2")]);
    let lines = accounts.min(model.line_keys.unwrap_or(0));
    let assignable = model.assignable_keys().unwrap_or(u16::MAX);
    for position in 1..=slots {
        let is_named = is_named(keys, None, position);
        w.seam(match position <= assignable {
            true => seam(None, position, position - 1),
            false => SeamOf::NOTHING,
        });
        match at(&fitting, None, position) {
            Some(key) => assigned(w, position - 1, key, accounts),
            None if position <= lines && !is_named => line(w, position - 1, position),
            None => reset(w, position - 1),
        }
    }
    let module_slots = module_slots(model);
    // More modules than fit are an error already.
    let attached = u16::from(modules).min(model.modules.unwrap_or(0));
    for (module, before) in (1..=u8::MAX).zip(0..attached) {
        for position in 1..=module_slots {
            let index = slots + before * module_slots + position - 1;
            let is_key = positions(&model.module_keys).any(|key| key == position);
            w.seam(match is_key {
                true => seam(Some(module), position, index),
                false => SeamOf::NOTHING,
            });
            match at(&fitting, Some(module), position) {
                Some(key) => assigned(w, index, key, accounts),
                None => reset(w, index),
            }
        }
    }
    w.seam(SeamOf::NOTHING);
    custom::write(w, ELEMENT, |_| true);
    w.close(ELEMENT);
}

/// A key that stands for all of its shape.
pub(super) fn probe<'a>(w: &mut Writer<'_, 'a>, probe: &'a ProbeKey, used: &[Account<'a>]) {
    let fitting = w.job.fitting_keys(&[probe.placed()], used, 1, can_be);
    tell_defects(w.job, &fitting, used);
    if let Some(key) = fitting.first() {
        assigned(w, numbers::INDEX, key, probe.accounts);
    }
}

/// Where keys of a sort are.
pub(super) fn first_place(model: &ModelRow, sort: u8) -> Option<(Option<u8>, u16)> {
    let first_of_module = positions(&model.module_keys).next();
    match sort {
        MODULE => first_of_module.map(|position| (Some(1), position)),
        _ => Some((None, 1)),
    }
}

// The sorts of keys: both are told alike, but not every phone has modules.
const PHONE: u8 = 0;
const MODULE: u8 = 1;

fn seam(module: Option<u8>, position: u16, index: u16) -> SeamOf {
    SeamOf {
        place: (module.unwrap_or(0), position),
        sort: if module.is_some() { MODULE } else { PHONE },
        numbers: [index, 0],
    }
}

/// The slots of the phone over all its pages.
pub(super) fn slots(model: &ModelRow) -> u16 {
    model.line_keys_clear_to.or(model.line_keys).unwrap_or(0)
}

/// The slots of one module.
pub(super) fn module_slots(model: &ModelRow) -> u16 {
    let last = model.module_keys.iter().map(|(_, last)| *last).max();
    last.unwrap_or(0)
}

fn at<'k, 'a>(
    keys: &'k [AssignedKey<'a>],
    module: Option<u8>,
    position: u16,
) -> Option<&'k AssignedKey<'a>> {
    keys.iter().find(|key| key.is_at(module, position))
}

/// A key of the document.
fn assigned<'a>(w: &mut Writer<'_, 'a>, index: u16, key: &AssignedKey<'a>, accounts: u16) {
    let Some(body) = body(w.job, key) else {
        return reset(w, index);
    };
    let names_identity = match key.kind() {
        KeyKind::Line => true,
        kind => kind.has_extension() && accounts > 1,
    };
    let identity = key.extension().to_string();
    let label = key.label().map(|label| {
        let path = w.job.key_path(key.placed()).key("label");
        (label, path)
    });
    let attributes = Key {
        context: if names_identity { &identity } else { ACTIVE },
        label,
        perm: None,
    };
    w.key(n::FKEY, index, attributes, &body);
}

/// The line key of an identity.
fn line(w: &mut Writer<'_, '_>, index: u16, identity: u16) {
    let identity = identity.to_string();
    let key = Key {
        context: &identity,
        label: None,
        perm: None,
    };
    w.key(n::FKEY, index, key, &[Piece::Words("line")]);
}

fn reset(w: &mut Writer<'_, '_>, index: u16) {
    let key = Key {
        context: ACTIVE,
        label: None,
        perm: Some("RW"),
    };
    w.key(n::FKEY, index, key, &[Piece::Words("line")]);
}

/// What such a key lacks on this phone.
fn can_be<'a>(job: &Job<'a>, key: &AssignedKey<'a>) -> Result<(), KeyLack> {
    let kind = key.kind();
    let forms = [false, true].map(|with_value| form(job, kind, with_value).is_some());
    match (forms, argument(key).is_some()) {
        ([false, false], _) => Err(KeyLack::Kind(Limit::Model, in_place_of(kind))),
        // A value where no phone takes one is wrong anyway.
        ([true, false], true) if kind.value() != KeyValue::Nothing => {
            let instead = "leave it out: the key is for the line of its `extension`";
            Err(KeyLack::Value(Limit::Model, instead))
        }
        ([false, true], false) => Err(KeyLack::Bare),
        _ => Ok(()),
    }
}

/// What serves for a kind that these phones do not have.
fn in_place_of(kind: KeyKind) -> &'static str {
    match kind {
        KeyKind::BlfList => "use `blf` with the number of each extension of the list",
        KeyKind::CallReturn => {
            "use `speed_dial` with the code by which the PBX calls the last caller"
        }
        KeyKind::Lock => "the phone locks by itself with the raw setting `keyboard_lock_timeout`",
        KeyKind::Prefix => "use `speed_dial` with the whole number",
        _ => "",
    }
}

/// The body of a key without a value, or the word in front of the value.
pub(super) fn form(job: &Job<'_>, kind: KeyKind, with_value: bool) -> Option<&'static str> {
    rows(job, KEY_TYPES, kind, with_value)
        .next()
        .map(|row| row.token)
}

fn rows(
    job: &Job<'_>,
    table: &'static [TokenRow],
    kind: KeyKind,
    with_value: bool,
) -> impl Iterator<Item = &'static TokenRow> {
    job.tokens(table, kind.as_str())
        .filter(move |row| (row.order > 0) == with_value)
}

/// The value that stands in the body.
fn argument<'a>(key: &AssignedKey<'a>) -> Option<KeyText<'a>> {
    // The number of the mailbox is told to the identity already, and the key calls that.
    let is_told = key.kind() == KeyKind::Voicemail && !key.has_own_value();
    key.value.filter(|_| !is_told)
}

/// What stands in the body; `None` when the value has no form there, which is reported.
fn body<'a>(job: &mut Job<'a>, key: &AssignedKey<'a>) -> Option<Vec<Piece<'a>>> {
    let kind = key.kind();
    let argument = argument(key);
    let form = form(job, kind, argument.is_some())?;
    let mut body = vec![Piece::Words(form)];
    let Some(argument) = argument else {
        return Some(body);
    };
    let is_address = kind.value() == KeyValue::Number && argument.value.as_str().contains('@');
    let (before, behind) = match (kind, is_address) {
        (KeyKind::Blf, true) => (" <sip:", ";user=phone>"),
        (KeyKind::Conference, true) => (" sip:", ""),
        (KeyKind::Conference, false) => {
            let what = "conference room that has a number alone";
            refuse(job, key, &argument, what, "give its address: `room@host`");
            return None;
        }
        (_, true) => {
            let what = "address as what such a key dials";
            let instead = "give the number alone: it is dialled at the PBX of the extension";
            refuse(job, key, &argument, what, instead);
            return None;
        }
        (_, false) => (" ", ""),
    };
    body.push(Piece::Words(before));
    body.push(Piece::Value(
        argument.value,
        job.key_text_path(key, &argument),
    ));
    body.push(Piece::Words(behind));
    if let Some(pickup) = &key.pickup {
        body.push(Piece::Words("|"));
        body.push(Piece::Value(pickup.value, job.key_text_path(key, pickup)));
    }
    Some(body)
}

fn refuse<'a>(
    job: &mut Job<'a>,
    key: &AssignedKey<'a>,
    argument: &KeyText<'a>,
    what: &'static str,
    instead: &'static str,
) {
    let path = job.key_text_path(key, argument);
    let layer = key.placed().0.layer;
    job.unsupported(layer, path, what, Limit::Model, instead);
}

/// What is known to go wrong with keys of this phone, told once for all keys of a kind.
fn tell_defects<'a>(job: &mut Job<'a>, keys: &[AssignedKey<'a>], used: &[Account<'a>]) {
    let mut told: Vec<(KeyKind, bool)> = Vec::new();
    for key in keys {
        let sort = (key.kind(), argument(key).is_some());
        if told.contains(&sort) || (sort == (KeyKind::Forward, false) && has_target(key, used)) {
            continue;
        }
        told.push(sort);
        let defect = rows(job, KEY_DEFECTS, sort.0, sort.1).next();
        if let Some(defect) = defect {
            let path = job.key_path(key.placed());
            let message = format!("{}: {}", job.limit(Limit::Firmware), defect.token);
            job.notice(NoticeCode::Firmware, path, message);
        }
    }
}

/// Whether the extension of a key says where its calls are forwarded to.
fn has_target(key: &AssignedKey<'_>, used: &[Account<'_>]) -> bool {
    let account = usize::from(key.extension()).checked_sub(1);
    account
        .and_then(|index| used.get(index)?.view.own)
        .is_some_and(|own| own.forward.always.is_some())
}
