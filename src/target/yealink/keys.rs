//! Function keys: line keys for the accounts, everything else reset.

use std::collections::BTreeSet;

use super::super::ModelRow;
use super::super::job::Limit;
use super::tables::names as n;
use super::writer::Writer;
use crate::error::ErrorKind;
use crate::model::{Found, FunctionKey, KeyKind};

/// Type number of a line key. It is the same from V70 to V87.
const LINE: i64 = 15;
/// Type number of a key without function.
const NOTHING: i64 = 0;

/// All keys of the phone and its attached modules.
pub(super) fn write(
    w: &mut Writer<'_, '_>,
    accounts: u16,
    modules: u8,
    keys: &[(Found<&FunctionKey>, usize)],
) {
    let model = w.job.model;
    check(w, accounts, modules, keys);
    let of_phone = || keys.iter().filter(|(key, _)| key.value.module.is_none());
    let all: Vec<u16> = match model.line_keys_clear_to.or(model.line_keys) {
        Some(last) => (1..=last).collect(),
        // Of a phone whose keys nobody has counted: those that are named.
        None => {
            let named: BTreeSet<u16> = of_phone().map(|(key, _)| key.value.position).collect();
            named.into_iter().filter(|position| *position > 0).collect()
        }
    };
    if !all.is_empty() || !model.memory_keys.is_empty() || modules > 0 {
        w.section("keys", None);
    }
    for position in all {
        let named = of_phone().find(|(key, _)| key.value.position == position);
        match named {
            Some((key, index)) if is_line(key.value, accounts, model) => {
                let path = w.job.layers.key_path(key.layer, w.job.at, *index);
                line(
                    w,
                    position,
                    key.value.extension.into(),
                    Some((key.value, path)),
                );
            }
            None if position <= accounts.min(model.line_keys.unwrap_or(0)) => {
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

/// Whether a key of the phone becomes a line; [`check`] has told why when it does not.
fn is_line(key: &FunctionKey, accounts: u16, model: &ModelRow) -> bool {
    key.kind == KeyKind::Line
        && model.line_keys.is_none_or(|keys| key.position <= keys)
        && (1..=waiting(accounts)).contains(&key.extension.into())
}

/// While nobody is logged in, keys wait for the first extension.
fn waiting(accounts: u16) -> u16 {
    accounts.max(1)
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

/// What the phone cannot do of what the keys ask for.
fn check(
    w: &mut Writer<'_, '_>,
    accounts: u16,
    modules: u8,
    keys: &[(Found<&FunctionKey>, usize)],
) {
    for (key, index) in keys {
        let path = w.job.layers.key_path(key.layer, w.job.at, *index);
        let key_of = key.value;
        let limit = match key_of.module {
            None => w.job.model.line_keys,
            Some(_) => positions(&w.job.model.module_keys).max().or(Some(0)),
        };
        if limit == Some(0) {
            let what = match key_of.module {
                None => "function key",
                Some(_) => "expansion module",
            };
            w.job.unsupported(key.layer, path, what, Limit::Model, "");
            continue;
        }
        let limit = limit.unwrap_or(u16::MAX);
        if !(1..=limit).contains(&key_of.position) {
            let kind = ErrorKind::OutOfRange {
                what: "a position",
                min: 1,
                max: limit.into(),
                found: key_of.position.into(),
                limit: w.job.limit(Limit::Model),
            };
            w.job.beyond(key.layer, path.key("position"), kind);
            continue;
        }
        let attached = modules.min(
            u8::try_from(w.job.model.modules.unwrap_or(u16::from(modules))).unwrap_or(u8::MAX),
        );
        if key_of.module.is_some() && attached == 0 {
            let what = "expansion module attached";
            w.job
                .unsupported(key.layer, path.key("module"), what, Limit::Model, "");
            continue;
        }
        if let Some(module) = key_of.module.filter(|m| !(1..=attached).contains(m)) {
            let kind = ErrorKind::OutOfRange {
                what: "a module",
                min: 1,
                max: attached.into(),
                found: module.into(),
                limit: w.job.limit(Limit::Model),
            };
            w.job.beyond(key.layer, path.key("module"), kind);
            continue;
        }
        match key_of.kind {
            KeyKind::None => {}
            KeyKind::Line if key_of.module.is_none() => {
                if key_of.value.is_some() {
                    let what = "value for a key of kind `line`";
                    w.job
                        .unsupported(key.layer, path.key("value"), what, Limit::Model, "");
                }
                let accounts = waiting(accounts);
                if !(1..=accounts).contains(&key_of.extension.into()) {
                    let kind = ErrorKind::OutOfRange {
                        what: "an extension",
                        min: 1,
                        max: accounts.into(),
                        found: key_of.extension.into(),
                        limit: "the device's extensions".to_owned(),
                    };
                    w.job.beyond(key.layer, path.key("extension"), kind);
                }
            }
            kind => {
                let what = format!("key of kind `{}` as yet", kind.as_str());
                w.job
                    .unsupported(key.layer, path.key("kind"), what, Limit::Model, "");
            }
        }
    }
}

fn positions(ranges: &[(u16, u16)]) -> impl Iterator<Item = u16> + '_ {
    ranges.iter().flat_map(|(from, to)| *from..=*to)
}
