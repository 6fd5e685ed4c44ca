//! Function keys: line keys for the identities, everything else reset.
//!
//! Keys count from 0, those of the first module behind the last slot of the phone, those of the next
//! behind the first. A free key is `line` with the context `active`, the factory state; it is reset
//! with a permission to write, because phones log a refusal for each key that they may not.

use super::super::super::job::Limit;
use super::super::super::keys::{AssignedKey, KeyLack, Placed};
use super::super::super::view::Account;
use super::super::writer::{Key, Writer};
use super::custom;
use super::tables::names as n;
use crate::model::KeyKind;

/// Name of the element, and the section of its rows in the dictionary.
const ELEMENT: &str = "functionKeys";

/// The context of a key that belongs to no identity.
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
    let slots = model.line_keys.unwrap_or(0);
    let last = model.line_keys_clear_to.unwrap_or(slots);
    let fitting = w
        .job
        .fitting_keys(keys, used, modules, |_, key| match key.kind() {
            KeyKind::Line | KeyKind::None => Ok(()),
            _ => Err(KeyLack::Kind(Limit::Model, "")),
        });
    let module_slots = model.module_keys.iter().map(|(_, last)| *last).max();
    let module_slots = module_slots.unwrap_or(0);
    // More modules than fit are an error already.
    let modules = u16::from(modules).min(model.modules.unwrap_or(0));
    if last == 0 && custom::first_of(w.job, ELEMENT).is_none() {
        return;
    }
    w.open(ELEMENT, &[("e", "2")]);
    for position in 1..=last {
        let named = at(&fitting, None, position);
        let is_free = !keys
            .iter()
            .any(|(key, _)| key.value.module.is_none() && key.value.position == position);
        let is_line = is_free && position <= accounts.min(slots);
        match named {
            Some(named) => one(w, position - 1, &named),
            None if is_line => line(w, position - 1, position),
            None => reset(w, position - 1),
        }
    }
    let numbers = (1..=u8::MAX).zip(0..modules);
    for (module, before) in numbers {
        for position in 1..=module_slots {
            let index = slots + before * module_slots + position - 1;
            match at(&fitting, Some(module), position) {
                Some(named) => one(w, index, &named),
                None => reset(w, index),
            }
        }
    }
    custom::write(w, ELEMENT, |_| true);
    w.close(ELEMENT);
}

fn at<'a>(keys: &[AssignedKey<'a>], module: Option<u8>, position: u16) -> Option<AssignedKey<'a>> {
    keys.iter().find(|key| key.is_at(module, position)).copied()
}

/// A key of the document.
fn one(w: &mut Writer<'_, '_>, index: u16, named: &AssignedKey<'_>) {
    let label = named.label().map(|label| {
        let path = w.job.key_path(named.placed()).key("label");
        (label, path)
    });
    let identity = named.extension().to_string();
    let (context, body) = match named.kind() {
        KeyKind::Line => (identity.as_str(), "line"),
        _ => (ACTIVE, "none"),
    };
    let key = Key {
        context,
        label,
        perm: None,
    };
    w.key(n::FKEY, index, key, body);
}

/// The line key of an identity.
fn line(w: &mut Writer<'_, '_>, index: u16, identity: u16) {
    let identity = identity.to_string();
    let key = Key {
        context: &identity,
        label: None,
        perm: None,
    };
    w.key(n::FKEY, index, key, "line");
}

fn reset(w: &mut Writer<'_, '_>, index: u16) {
    let key = Key {
        context: ACTIVE,
        label: None,
        perm: Some("RW"),
    };
    w.key(n::FKEY, index, key, "line");
}
