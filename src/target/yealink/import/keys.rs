//! Line keys, memory keys and the keys of modules → function keys.

use super::super::super::keys::positions;
use super::super::super::{SettingRow, TokenRow};
use super::super::keys::{LINE_KEY, MEMORY_KEY, MODULE_KEY, Rows};
use super::super::tables::{self, names as n};
use super::super::writer::{Ix, full_name};
use super::accounts::Account;
use super::{NO_INDEX, Reader};
use crate::inspect::Mark;
use crate::model::{FunctionKey, KeyKind, KeyValue};
use crate::text::Text;

/// All keys that the model has and the document can name. Others stay raw settings.
pub(super) fn read(r: &mut Reader<'_>, accounts: &[Account]) {
    pickup_code(r);
    let model = r.draft.model;
    let assignable = model.line_keys.unwrap_or(u16::MAX);
    let mut keys = Vec::new();
    for position in r.indices("linekey.") {
        let index = [position];
        let ix = Ix::from(&index);
        if !(1..=assignable).contains(&position) {
            continue;
        }
        let Some(key) = key(r, &LINE_KEY, ix, position, accounts) else {
            continue;
        };
        // What nobody names is a line of its account, and behind those nothing.
        let by_itself = if usize::from(position) <= accounts.len() && model.line_keys.is_some() {
            let mut line = FunctionKey::new(position, KeyKind::Line);
            line.extension = u8::try_from(position).unwrap_or(u8::MAX);
            line
        } else {
            FunctionKey::new(position, KeyKind::None)
        };
        if key != by_itself {
            keys.push(key);
        }
    }
    for (before, index) in (1..).zip(positions(&model.memory_keys)) {
        let place = model.line_keys.and_then(|keys| keys.checked_add(before));
        let index = [index];
        if let Some(position) = place
            && let Some(key) = key(r, &MEMORY_KEY, Ix::from(&index), position, accounts)
            && key.kind != KeyKind::None
        {
            keys.push(key);
        }
    }
    let modules = r.indices("expansion_module.");
    let most = model.modules.unwrap_or(u16::MAX);
    let attached = modules
        .iter()
        .filter(|module| (1..=most).contains(*module))
        .max();
    let attached = attached.and_then(|module| u8::try_from(*module).ok());
    for module in 1..=attached.unwrap_or(0) {
        for position in positions(&model.module_keys) {
            let index = [module.into(), position];
            let Some(mut key) = key(r, &MODULE_KEY, Ix::from(&index), position, accounts) else {
                continue;
            };
            key.module = Some(module);
            if key.kind != KeyKind::None {
                keys.push(key);
            }
        }
    }
    r.draft.modules = attached;
    r.draft.keys = keys;
}

/// A key as the files have it; nothing when they say none, or one that the document has not.
fn key(
    r: &mut Reader<'_>,
    rows: &Rows,
    ix: Ix<'_>,
    position: u16,
    accounts: &[Account],
) -> Option<FunctionKey> {
    let number = r.get(rows.kind, ix)?;
    let Some(kind) = kind(r, number) else {
        let why = "the document, or this phone, has no key of that kind";
        return keep(r, rows, ix, accounts, why);
    };
    let mut key = FunctionKey::new(position, kind);
    if kind == KeyKind::None {
        for row in parts(rows) {
            let why = "of a key without function";
            r.mark(row, ix, Mark::Replaced(why.into()));
        }
        return Some(key);
    }
    if kind.has_extension() {
        let Some(extension) = extension(r, rows, ix, accounts) else {
            // Under its number the document may have another account.
            for row in parts(rows).into_iter().chain([rows.kind]) {
                let why = "of a key whose account is not in use";
                r.mark(row, ix, Mark::Replaced(why.into()));
            }
            return Some(FunctionKey::new(position, KeyKind::None));
        };
        key.extension = extension;
    }
    key.label = r.text(rows.label, ix);
    let takes_value = kind.value() != KeyValue::Nothing && kind != KeyKind::HotDesking;
    key.value = r.text(rows.value, ix).filter(|_| takes_value);
    if key.check_value().is_err() {
        let why = "a value that keys of its kind do not have in the document";
        return keep(r, rows, ix, accounts, why);
    }
    if !takes_value {
        let why = "keys of its kind take no value";
        r.mark(rows.value, ix, Mark::Replaced(why.into()));
    }
    // Of another kind of key the account says nothing, and where accounts moved so did the key.
    r.mark(rows.line, ix, Mark::Said);
    if kind == KeyKind::Blf {
        pickup(r, rows, ix);
    }
    Some(key)
}

/// The settings of a key beside its type.
fn parts(rows: &Rows) -> [&'static SettingRow; 5] {
    [
        rows.line,
        rows.value,
        rows.label,
        rows.extension,
        rows.pickup_value,
    ]
}

/// A key that stays as raw settings, with the number that its account has in the document.
fn keep(
    r: &mut Reader<'_>,
    rows: &Rows,
    ix: Ix<'_>,
    accounts: &[Account],
    why: &'static str,
) -> Option<FunctionKey> {
    for row in parts(rows).into_iter().chain([rows.kind]) {
        r.mark(row, ix, Mark::Because(why.into()));
    }
    if r.get(rows.line, ix).is_some()
        && let Some(extension) = extension(r, rows, ix, accounts)
    {
        let line = u16::from(extension) + first_line(r) - 1;
        let name = full_name(rows.line, ix);
        r.draft.sheet.rewrite(&name, None, line.to_string());
    }
    None
}

/// The kind of a type number, on this model with this firmware.
fn kind(r: &Reader<'_>, number: &str) -> Option<KeyKind> {
    let model = r.draft.model;
    let exists = |row: &&TokenRow| row.exists_on(model, r.level);
    let row = tables::KEY_TYPES
        .iter()
        .filter(exists)
        .find(|row| row.token == number)?;
    let mut gaps = tables::KEY_GAPS.iter().filter(exists);
    if gaps.any(|gap| gap.word == row.word) {
        return None;
    }
    row.word.parse().ok()
}

/// The extension of a key, from 1; the first where the phone chooses, and none where the account is
/// not in use.
fn extension(r: &Reader<'_>, rows: &Rows, ix: Ix<'_>, accounts: &[Account]) -> Option<u8> {
    let first = first_line(r);
    let line: Option<u16> = r.parsed(&[rows.line], ix);
    let Some(line) = line.filter(|line| *line >= first) else {
        return Some(1);
    };
    let number = line.checked_add(1)? - first;
    if accounts.is_empty() {
        // Keys of a phone that nobody uses wait for the first extension.
        return (number == 1).then_some(1);
    }
    let at = accounts
        .iter()
        .position(|account| account.number == number)?;
    u8::try_from(at + 1).ok()
}

/// The number of the first account in keys: two models count from 0.
fn first_line(r: &Reader<'_>) -> u16 {
    if r.draft.model.is("line-index-0") {
        0
    } else {
        1
    }
}

/// The code that takes a ringing call stands beside every lamp; the document says it once.
fn pickup_code(r: &mut Reader<'_>) {
    if r.draft.settings().feature_codes.pickup.is_some() {
        return;
    }
    let of = |prefix: &str| r.indices(prefix).into_iter();
    let modules = of("expansion_module.").flat_map(|module| {
        let keys = r.indices(&format!("expansion_module.{module}.key."));
        keys.into_iter().map(move |key| [module, key])
    });
    let line_keys = of("linekey.").map(|key| (&LINE_KEY, vec![key]));
    let memory_keys = of("memorykey.").map(|key| (&MEMORY_KEY, vec![key]));
    let module_keys = modules.map(|key| (&MODULE_KEY, key.to_vec()));
    let mut keys = line_keys.chain(memory_keys).chain(module_keys);
    let code = keys.find_map(|(rows, numbers)| {
        let ix = Ix::from(&numbers[..]);
        if kind(r, r.get(rows.kind, ix)?)? != KeyKind::Blf {
            return None;
        }
        let code = r.first(&[rows.extension, rows.pickup_value], ix)?;
        KeyValue::Number.check(code).ok()?;
        code.parse::<Text>().ok()
    });
    if code.is_some() {
        r.draft.settings().feature_codes.pickup = code;
        // It is used all the same when a key of the phone dials it.
        let why = "the code of the lamps is the one of the document";
        let row = n::FEATURES_PICKUP_DIRECT_PICKUP_ENABLE;
        r.mark(row, NO_INDEX, Mark::Replaced(why.into()));
    }
}

/// Whichever of the two settings of a lamp the files have: the firmware has one or both.
fn pickup(r: &mut Reader<'_>, rows: &Rows, ix: Ix<'_>) {
    for (row, other) in [
        (rows.extension, rows.pickup_value),
        (rows.pickup_value, rows.extension),
    ] {
        if let Some(code) = r.get(row, ix)
            && !row.exists_on(r.draft.model, r.level)
        {
            r.means(row, ix, other, ix, code);
        }
    }
}
