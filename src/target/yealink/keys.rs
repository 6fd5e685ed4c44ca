//! Function keys: line keys, memory keys and the keys of expansion modules.
//!
//! * A key counts over the phone's pages first, then over the memory keys beside them (T26P, T28P,
//!   T38G): key 7 of a T28P is its first memory key. The number of a module's key is the one that the
//!   phone's settings have, so that an EXP20 has no key 21: it turns the page.
//! * All three sorts share one list of types (`vendors/yealink/key_types.toml`). Programmable keys, the
//!   soft and hard keys of the phone, have another; no key of the document means one, and they are left
//!   as they are.
//! * A key without function is one line, `type = 0`. A key in use is told every value that its
//!   firmware reads, so that nothing of an earlier use remains.

use std::collections::BTreeMap;

use super::super::job::{Job, Limit};
use super::super::keys::{
    AssignedKey, KeyLack, Placed, ProbeKey, is_named, positions, positions_of_phone,
};
use super::super::program::SeamOf;
use super::super::view::{Account, numbers};
use super::super::{ModelRow, SettingRow};
use super::tables::{self, names as n};
use super::writer::Writer;
use crate::emit::Place;
use crate::model::KeyKind;

/// Type number of a key without function.
const NOTHING: i64 = 0;

/// All keys of the phone and its attached modules.
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
    let fitting: BTreeMap<_, _> = fitting.iter().map(|key| (key.place(), key)).collect();
    let line_keys = positions_of_phone(model, keys);
    if !line_keys.is_empty() || !model.memory_keys.is_empty() || modules > 0 {
        w.section("keys");
    }
    let assignable = model.line_keys.unwrap_or(u16::MAX);
    for position in line_keys {
        let place = (None, position);
        w.seam(match position <= assignable {
            true => SeamOf {
                place: (0, position),
                sort: LINE,
                numbers: [position, 0],
            },
            false => SeamOf::NOTHING,
        });
        let named = fitting
            .get(&place)
            .filter(|_| position <= assignable)
            .copied();
        let is_free = named.is_none() && !is_named(keys, None, position);
        if is_free && model.line_keys.is_some() && position <= accounts.min(assignable) {
            told(w, &LINE_KEY, &[position], KeyKind::Line, position, None);
        } else {
            key(w, &LINE_KEY, &[position], named);
        }
    }
    for module in 1..=modules {
        for position in positions(&model.module_keys) {
            let named = fitting.get(&(Some(module), position)).copied();
            w.seam(SeamOf {
                place: (module, position),
                sort: MODULE,
                numbers: [position, module.into()],
            });
            key(w, &MODULE_KEY, &[module.into(), position], named);
        }
    }
    for (before, index) in (0..).zip(positions(&model.memory_keys)) {
        let place = model.line_keys.map(|keys| keys.saturating_add(before + 1));
        let named = place.and_then(|position| fitting.get(&(None, position)));
        w.seam(place.map_or(SeamOf::NOTHING, |position| SeamOf {
            place: (0, position),
            sort: MEMORY,
            numbers: [index, 0],
        }));
        key(w, &MEMORY_KEY, &[index], named.copied());
    }
}

/// A key that stands for all of its shape.
pub(super) fn probe<'a>(w: &mut Writer<'_, 'a>, probe: &'a ProbeKey, used: &[Account<'a>]) {
    let fitting = w.job.fitting_keys(&[probe.placed()], used, 1, can_be);
    let (rows, ix): (_, &[u16]) = match probe.sort {
        MODULE => (&MODULE_KEY, &[numbers::MODULE, numbers::INDEX]),
        MEMORY => (&MEMORY_KEY, &[numbers::INDEX]),
        _ => (&LINE_KEY, &[numbers::INDEX]),
    };
    key(w, rows, ix, fitting.first());
}

/// Where keys of a sort are.
pub(super) fn first_place(model: &ModelRow, sort: u8) -> Option<(Option<u8>, u16)> {
    let first_of_module = positions(&model.module_keys).next();
    match sort {
        MODULE => first_of_module.map(|position| (Some(1), position)),
        MEMORY => model.line_keys.map(|keys| (None, keys.saturating_add(1))),
        _ => Some((None, 1)),
    }
}

// The sorts of keys.
const LINE: u8 = 0;
const MODULE: u8 = 1;
const MEMORY: u8 = 2;

/// The settings of one sort of keys.
pub(super) struct Rows {
    pub(super) kind: &'static SettingRow,
    pub(super) line: &'static SettingRow,
    pub(super) value: &'static SettingRow,
    pub(super) label: &'static SettingRow,
    pub(super) extension: &'static SettingRow,
    pub(super) pickup_value: &'static SettingRow,
}

pub(super) const LINE_KEY: Rows = Rows {
    kind: n::LINEKEY_X_TYPE,
    line: n::LINEKEY_X_LINE,
    value: n::LINEKEY_X_VALUE,
    label: n::LINEKEY_X_LABEL,
    extension: n::LINEKEY_X_EXTENSION,
    pickup_value: n::LINEKEY_X_PICKUP_VALUE,
};

pub(super) const MODULE_KEY: Rows = Rows {
    kind: n::EXPANSION_MODULE_X_KEY_Y_TYPE,
    line: n::EXPANSION_MODULE_X_KEY_Y_LINE,
    value: n::EXPANSION_MODULE_X_KEY_Y_VALUE,
    label: n::EXPANSION_MODULE_X_KEY_Y_LABEL,
    extension: n::EXPANSION_MODULE_X_KEY_Y_EXTENSION,
    pickup_value: n::EXPANSION_MODULE_X_KEY_Y_PICKUP_VALUE,
};

pub(super) const MEMORY_KEY: Rows = Rows {
    kind: n::MEMORYKEY_X_TYPE,
    line: n::MEMORYKEY_X_LINE,
    value: n::MEMORYKEY_X_VALUE,
    label: n::MEMORYKEY_X_LABEL,
    extension: n::MEMORYKEY_X_EXTENSION,
    pickup_value: n::MEMORYKEY_X_PICKUP_VALUE,
};

/// A key of the document, or one that nobody names.
fn key<'a>(w: &mut Writer<'_, 'a>, rows: &Rows, ix: &[u16], named: Option<&AssignedKey<'a>>) {
    match named {
        Some(key) if key.kind() != KeyKind::None => {
            let account = key.extension().into();
            told(w, rows, ix, key.kind(), account, Some(key));
        }
        Some(key) if key.label().is_some() => {
            let path = w.job.key_path(key.placed()).key("label");
            let what = "label for a key of kind `none`";
            let layer = key.placed().0.layer;
            w.job
                .unsupported(layer, path, what, Limit::Model, "leave it out");
            w.number(rows.kind, ix, NOTHING);
        }
        _ => w.number(rows.kind, ix, NOTHING),
    }
}

/// A key in use.
fn told<'a>(
    w: &mut Writer<'_, 'a>,
    rows: &Rows,
    ix: &[u16],
    kind: KeyKind,
    account: u16,
    key: Option<&AssignedKey<'a>>,
) {
    let Some(number) = w.job.tokens(tables::KEY_TYPES, kind.as_str()).next() else {
        // Refused already; `line` and `none` are of every firmware.
        return w.number(rows.kind, ix, NOTHING);
    };
    w.token(rows.kind, ix, number.token);
    // Two models count accounts from 0.
    let first = if w.job.model.is("line-index-0") { 0 } else { 1 };
    w.number(rows.line, ix, account + first - 1);
    // The phone logs in by itself, without dialling the code of the PBX.
    let value = key.filter(|_| kind != KeyKind::HotDesking);
    match value.and_then(|key| Some((key, key.value?))) {
        Some((key, text)) => {
            let path = |job: &Job<'_>| job.key_text_path(key, &text);
            w.text_at(Place::CfgKeyValue, rows.value, ix, text.value, path);
        }
        None => w.clear(rows.value, ix),
    }
    match key.and_then(|key| Some((key, key.label()?))) {
        Some((key, label)) => {
            let path = |job: &Job<'_>| job.key_path(key.placed()).key("label");
            w.text(rows.label, ix, label, path);
        }
        None => w.clear(rows.label, ix),
    }
    // Either or both, as the firmware has them.
    for row in [rows.extension, rows.pickup_value] {
        match key.and_then(|key| Some((key, key.pickup?))) {
            Some((key, code)) => {
                let path = |job: &Job<'_>| job.key_text_path(key, &code);
                w.text_at(Place::CfgKeyValue, row, ix, code.value, path);
            }
            None => w.clear(row, ix),
        }
    }
}

/// What no key of this model or firmware does.
fn can_be(job: &Job<'_>, key: &AssignedKey<'_>) -> Result<(), KeyLack> {
    let kind = key.kind();
    let is_in = |table| job.tokens(table, kind.as_str()).next().is_some();
    if is_in(tables::KEY_GAPS) {
        return Err(KeyLack::Kind(Limit::Model, instead_of(kind)));
    }
    if !is_in(tables::KEY_TYPES) {
        return Err(KeyLack::Kind(Limit::Firmware, instead_of(kind)));
    }
    if kind == KeyKind::HotDesking && key.has_own_value() {
        let instead = "the phone logs in by itself; use `speed_dial` for a number to dial";
        return Err(KeyLack::Value(Limit::Model, instead));
    }
    Ok(())
}

/// What serves instead of a kind of key that not all phones have.
fn instead_of(kind: KeyKind) -> &'static str {
    match kind {
        KeyKind::Directory => "type 29 of a programmable key opens it, set by `custom`",
        KeyKind::Ldap => "use `directory`",
        KeyKind::Prefix => "use `speed_dial` with the whole number",
        KeyKind::Redial => "use `call_return` for the last caller, `speed_dial` for a number",
        KeyKind::RetrievePark => "use `speed_dial` with the code",
        KeyKind::SharedLine => "use `line` of the extension that is shared",
        KeyKind::Url => "use `xml_browser`",
        _ => "",
    }
}
