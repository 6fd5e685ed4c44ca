//! Function keys: line keys for the accounts, everything else reset.

use std::collections::BTreeSet;

use super::super::job::Limit;
use super::super::keys::{KeyLack, Placed, positions};
use super::super::view::Account;
use super::tables::names as n;
use super::writer::Writer;
use crate::model::{FunctionKey, KeyKind};

/// Type number of a line key. It is the same from V70 to V87.
const LINE: i64 = 15;
/// Type number of a key without function.
const NOTHING: i64 = 0;

/// All keys of the phone and its attached modules.
pub(super) fn write<'a>(
    w: &mut Writer<'_, 'a>,
    accounts: u16,
    modules: u8,
    keys: &[Placed<'a>],
    used: &[Account<'a>],
) {
    let model = w.job.model;
    let assignable = model.line_keys.unwrap_or(0);
    let all: Vec<u16> = match model.line_keys_clear_to.or(model.line_keys) {
        Some(last) => (1..=last).collect(),
        // Of a phone whose keys nobody has counted: those that are named.
        None => {
            let of_phone = keys.iter().filter(|(key, _)| key.value.module.is_none());
            let named: BTreeSet<u16> = of_phone.map(|(key, _)| key.value.position).collect();
            named.into_iter().filter(|position| *position > 0).collect()
        }
    };
    let fitting = w
        .job
        .fitting_keys(keys, used, modules, |_, key| match key.kind() {
            KeyKind::Line if key.placed().0.value.module.is_none() => Ok(()),
            KeyKind::None => Ok(()),
            _ => Err(KeyLack::Kind(Limit::Model, "")),
        });
    if !all.is_empty() || !model.memory_keys.is_empty() || modules > 0 {
        w.section("keys", None);
    }
    for position in all {
        let is_named = keys
            .iter()
            .any(|(key, _)| key.value.module.is_none() && key.value.position == position);
        let named = fitting.iter().find(|key| key.is_at(None, position));
        match named {
            Some(named) if named.kind() == KeyKind::Line => {
                let path = w.job.key_path(named.placed());
                let key = named.placed().0.value;
                line(w, position, key.extension.into(), Some((key, path)));
            }
            None if !is_named && position <= accounts.min(assignable) => {
                line(w, position, position, None);
            }
            _ => w.number(n::LINEKEY_X_TYPE, &[position], NOTHING),
        }
    }
    for module in 1..=u16::from(modules) {
        for position in positions(&model.module_keys) {
            w.number(
                n::EXPANSION_MODULE_X_KEY_Y_TYPE,
                &[module, position],
                NOTHING,
            );
        }
    }
    for position in positions(&model.memory_keys) {
        w.number(n::MEMORYKEY_X_TYPE, &[position], NOTHING);
    }
}

fn line(
    w: &mut Writer<'_, '_>,
    position: u16,
    account: u16,
    named: Option<(&FunctionKey, crate::error::Path)>,
) {
    let x = &[position];
    w.number(n::LINEKEY_X_TYPE, x, LINE);
    // Two models count accounts from 0.
    let first = if w.job.model.is("line-index-0") { 0 } else { 1 };
    w.number(n::LINEKEY_X_LINE, x, account + first - 1);
    // What an earlier kind of key left behind would show beside the line.
    w.clear(n::LINEKEY_X_VALUE, x);
    match named
        .as_ref()
        .and_then(|(key, path)| Some((key.label.as_ref()?, path)))
    {
        Some((label, path)) => w.text(n::LINEKEY_X_LABEL, x, label.value(), |_| path.key("label")),
        None => w.clear(n::LINEKEY_X_LABEL, x),
    }
}
