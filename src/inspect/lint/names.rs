//! Names: whether these phones have such a setting, and under which name.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::{case_of, number, spelled};
use super::items::{Item, Items, enclosing, has, sections};
use super::{Linter, Told, because, codes};
use crate::model::{FirmwareScheme, nearest};
use crate::parse::{Format, Level};
use crate::target::{FirmwareBound, LintRow, LintRule, SettingRow};

/// A name of more characters is near to nothing.
const LONGEST_NAME: usize = 128;

/// How many names are compared with the whole dictionary: a hostile file may have many.
const MOST_COMPARED: usize = 100;

pub(super) fn check(linter: &mut Linter<'_>, items: &Items<'_>) {
    let mut known = Known {
        shapes: BTreeMap::new(),
    };
    for item in &items.list {
        if linter.full {
            return;
        }
        match item.row {
            None => unknown(linter, items, item, &mut known),
            Some(row) => row_of(linter, items, item, row),
        }
    }
    foreign_sections(linter);
}

/// The nearest names that were looked for, by the shape of the name.
struct Known<'t> {
    shapes: BTreeMap<String, Option<&'t str>>,
}

fn unknown<'t>(linter: &mut Linter<'t>, items: &Items<'_>, item: &Item<'_>, known: &mut Known<'t>) {
    let name = item.setting.name();
    if misspelt(linter, item) || prefix(linter, items, item) {
        return;
    }
    let (shape, indices) = shape(name);
    let all = linter.request.target.settings();
    let full = known.shapes.len() >= MOST_COMPARED;
    let near = match known.shapes.get(&shape) {
        Some(near) => *near,
        None if full || name.len() > LONGEST_NAME => None,
        None => {
            let near = nearest(&shape, all.iter().map(|row| row.name));
            known.shapes.insert(shape, near);
            near
        }
    };
    let letters = |name: &str| {
        name.split('.')
            .filter(|part| matches!(*part, "X" | "Y"))
            .count()
    };
    let whole = near.is_some_and(|near| letters(near) <= indices.len());
    let near = near.map(|near| spelled(near, &indices));
    let told = match &near {
        Some(near) => Told::new(format!(
            "no setting of these phones is known by this name; the nearest is `{near}`"
        )),
        None => Told::new("no setting of these phones is known by this name").level(Level::Info),
    };
    linter.tell(codes::UNKNOWN, item, told.instead(near.filter(|_| whole)));
}

/// A name with its numbers replaced by the letters of a pattern, and the numbers.
fn shape(name: &str) -> (String, Vec<u32>) {
    let mut indices = Vec::new();
    let mut letters = ["X", "Y"].into_iter();
    let parts: Vec<&str> = name
        .split('.')
        .map(|part| match number(part) {
            Some(index) => match letters.next() {
                Some(letter) => {
                    indices.push(index);
                    letter
                }
                None => part,
            },
            None => part,
        })
        .collect();
    (parts.join("."), indices)
}

/// Tells of a name that is known to be none.
fn misspelt(linter: &mut Linter<'_>, item: &Item<'_>) -> bool {
    let name = item.setting.name();
    let facts = linter.facts;
    let found = [LintRule::Misspelt, LintRule::Obsolete]
        .into_iter()
        .flat_map(|rule| facts.of_rule(rule))
        .find_map(|row| Some((row, case_of(name, row.name)?)));
    let Some((row, indices)) = found else {
        return false;
    };
    let instead = (!row.instead.is_empty()).then(|| replaced(name, row, &indices));
    let write = instead
        .as_ref()
        .map_or_else(String::new, |name| format!("; write `{name}`"));
    let reason = because(row.because);
    let (code, text) = match row.rule {
        LintRule::Obsolete => (codes::OBSOLETE, "this is no setting any more"),
        _ => (codes::MISSPELT, "this name is misspelt"),
    };
    let told = Told::new(format!("{text}{write}{reason}"));
    linter.tell(code, item, told.level(row.level).instead(instead));
    true
}

/// The right name: the indices in their places; behind a `*` the rest of the wrong name.
fn replaced(name: &str, row: &LintRow, indices: &[u32]) -> String {
    let (Some(right), Some(wrong)) = (row.instead.strip_suffix('*'), row.name.strip_suffix('*'))
    else {
        return spelled(row.instead, indices);
    };
    let parts = wrong.trim_end_matches('.').split('.').count();
    let rest: Vec<&str> = name.split('.').skip(parts).collect();
    format!("{}{}", spelled(right, indices), rest.join("."))
}

/// Tells of a name that the dictionary has with another beginning.
fn prefix(linter: &mut Linter<'_>, items: &Items<'_>, item: &Item<'_>) -> bool {
    let request = linter.request;
    let Some((prefix, since)) = prefix_row(linter) else {
        return false;
    };
    let name = item.setting.name();
    let (twin, verb) = match name.strip_prefix(prefix) {
        Some(bare) => (bare.to_owned(), "goes without"),
        None => (format!("{prefix}{name}"), "begins with"),
    };
    let Some(found) = request.target.setting(&twin, item.setting.index()) else {
        return false;
    };
    if !has(found.row, request.model, linter.level) {
        return false;
    }
    let stands_too = items.last(&twin, &[]).is_some();
    // Which of the two names a phone reads is a question of its firmware.
    let level =
        (stands_too || (linter.level.is_none() && item.row.is_some())).then_some(Level::Info);
    if stands_too && linter.level.is_none() {
        return true;
    }
    let since = since.map_or_else(String::new, |since| {
        format!(
            " (the beginning is there since firmware {})",
            bound(linter, since)
        )
    });
    let told = Told::new(format!(
        "this name {verb} `{prefix}`{since}; write `{twin}`"
    ));
    linter.tell(codes::PREFIX, item, told.level(level).instead(twin));
    true
}

fn prefix_row(linter: &Linter<'_>) -> Option<(&'static str, Option<FirmwareBound>)> {
    let row = linter.facts.of_rule(LintRule::Prefix).next()?;
    Some((row.value?, row.since))
}

/// A setting that the dictionary has: whether it may be sent, and this phone has it.
fn row_of(linter: &mut Linter<'_>, items: &Items<'_>, item: &Item<'_>, row: &SettingRow) {
    // A part of the name may stand for a word of its own, also for one that is none.
    if row.name.contains('<') && misspelt(linter, item) {
        return;
    }
    let request = linter.request;
    let facts = linter.facts;
    let never = facts.about(row.name, LintRule::NeverSent).next();
    if never.is_some() || row.only == ["never"] {
        let reason = because(never.map_or("", |never| never.because));
        let level = never.and_then(|never| never.level);
        let told = Told::new(match level {
            None | Some(Level::Error) => format!("this setting must not be sent{reason}"),
            Some(_) => format!("this setting is better left out{reason}"),
        });
        linter.tell(codes::NEVER_SENT, item, told.level(level));
        return;
    }
    if let Some(model) = request.model
        && !item.rows.iter().any(|row| row.exists_on(model, None))
    {
        let told = Told::new(format!("the {} does not have this setting", model.name));
        linter.tell(codes::OTHER_MODEL, item, told);
        return;
    }
    if has(row, request.model, linter.level) && (linter.level.is_some() || row.until.is_none()) {
        return;
    }
    firmware(linter, items, item, row);
}

/// The firmware does not have the setting, or newer firmware does not.
fn firmware(linter: &mut Linter<'_>, items: &Items<'_>, item: &Item<'_>, row: &SettingRow) {
    let request = linter.request;
    let facts = linter.facts;
    let known = linter.level.is_some();
    let first = request.model.and_then(|model| model.first_firmware);
    // Without a firmware a setting is old for sure only when the model never ran what had it.
    let too_old = |first: FirmwareBound| {
        row.until
            .is_some_and(|until| !until.until_met(first.level()))
    };
    let gone = first.is_some_and(too_old);
    if !known && !gone && item.rows.iter().any(|row| row.until.is_none()) {
        return;
    }
    let certain = known || gone;
    let renamed = facts.about(row.name, LintRule::Renamed).next();
    if renamed.is_none() && prefix(linter, items, item) {
        return;
    }
    let instead = renamed.map(|renamed| spelled(renamed.instead, &item.indices));
    let stands_too = renamed.is_some_and(|row| items.last(row.instead, &item.indices).is_some());
    if stands_too && !certain {
        return;
    }
    let newer = |since: FirmwareBound| linter.level.is_some_and(|level| !since.since_met(level));
    let text = match (row.since.filter(|since| newer(*since)), row.until) {
        (Some(since), _) => format!("only firmware from {} on has it", bound(linter, since)),
        (None, Some(until)) => format!("only firmware up to {} has it", bound(linter, until)),
        (None, None) => "the firmware does not have it".to_owned(),
    };
    let too_new = row.since.is_some_and(newer);
    let instead = instead.filter(|_| !too_new);
    let write = instead.as_ref().map_or_else(String::new, |name| {
        format!("; other firmware calls it `{name}`")
    });
    let level = (!certain || stands_too).then_some(Level::Info);
    let told = Told::new(format!("{text}{write}")).level(level);
    linter.tell(codes::OTHER_FIRMWARE, item, told.instead(instead));
}

/// A firmware level as its makers write it.
pub(super) fn bound(linter: &Linter<'_>, bound: FirmwareBound) -> String {
    match linter.request.target.firmware_scheme() {
        FirmwareScheme::Generation => format!("V{bound}"),
        _ => bound.to_string(),
    }
}

/// Elements that nearly have the name of a section: what stands in them is lost.
fn foreign_sections(linter: &mut Linter<'_>) {
    let request = linter.request;
    if request.file.format() != Format::Xml {
        return;
    }
    let known = sections(request, linter.facts);
    let mut told = BTreeSet::new();
    for setting in request.file.settings() {
        let section = enclosing(request, setting);
        if known.contains(section) || section.len() > LONGEST_NAME || told.len() > MOST_COMPARED {
            continue;
        }
        if !told.insert(section) {
            continue;
        }
        let Some(near) = nearest(section, known.iter().copied()) else {
            continue;
        };
        // The finding is about the first setting in it.
        let item = Item {
            setting,
            rows: &[],
            row: None,
            indices: Vec::new(),
            cleared: false,
            section,
        };
        let what = format!("phones know no section of this name; the nearest is `{near}`");
        let instead = near.to_owned();
        linter.tell(codes::SECTION, &item, Told::new(what).instead(instead));
    }
}
