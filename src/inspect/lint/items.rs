//! The settings of a file, each with what the dictionary says of it.

use std::collections::{BTreeMap, BTreeSet};

use super::LintRequest;
use super::facts::{Facts, spelled};
use crate::parse::{Format, Setting};
use crate::target::{LintRule, ModelRow, Scope, SettingRow};

/// A setting of the file.
#[derive(Debug)]
pub(super) struct Item<'a> {
    pub(super) setting: &'a Setting<'a>,
    /// Every row of its name; empty when the dictionary does not know it.
    pub(super) rows: &'a [SettingRow],
    /// The row that fits it best: for its index, then for the model and the firmware.
    pub(super) row: Option<&'a SettingRow>,
    /// The numbers in its name, or its index.
    pub(super) indices: Vec<u32>,
    /// Whether its value is empty, or a word that clears it.
    pub(super) cleared: bool,
    /// The element of XML that it stands in.
    pub(super) section: &'a str,
}

/// The settings of the file that are a phone's, and which stand under one name.
#[derive(Debug)]
pub(super) struct Items<'a> {
    pub(super) list: Vec<Item<'a>>,
    /// By name and index, the places in the list.
    by_name: BTreeMap<(&'a str, Option<u32>), Vec<usize>>,
}

impl<'a> Items<'a> {
    pub(super) fn of(request: &LintRequest<'a>, facts: &Facts<'a>) -> Self {
        let sections = sections(request, facts);
        let level = facts.level(request.firmware);
        let mut items = Self {
            list: Vec::new(),
            by_name: BTreeMap::new(),
        };
        for setting in request.file.settings() {
            let section = enclosing(request, setting);
            let ours = request.file.format() != Format::Xml || sections.contains(section);
            if !ours || !is_for(request.model, setting.models()) {
                continue;
            }
            let found = request.target.setting(setting.name(), setting.index());
            let rows = match &found {
                Some(found) => rows_of(request.target.settings(), found.row.name),
                None => rows_of(request.target.settings(), setting.name()),
            };
            let by_attribute = request.file.format() == Format::Xml;
            let row = rows.iter().max_by_key(|row| {
                let index_fits =
                    !by_attribute || (row.scope != Scope::Phone) == setting.index().is_some();
                (index_fits, has(row, request.model, level))
            });
            let indices = match (&found, setting.index()) {
                (_, Some(index)) => vec![index],
                (Some(found), None) => found.indices.as_slice().to_vec(),
                (None, None) => Vec::new(),
            };
            let place = items.list.len();
            let key = (setting.name(), setting.index());
            items.by_name.entry(key).or_default().push(place);
            items.list.push(Item {
                setting,
                rows,
                row,
                indices,
                cleared: facts.clears(setting.value()),
                section,
            });
        }
        items
    }

    /// The settings that stand more than once, each with its places.
    pub(super) fn repeated(&self) -> impl Iterator<Item = &[usize]> {
        let places = self.by_name.values().map(Vec::as_slice);
        places.filter(|places| places.len() > 1)
    }

    /// The last setting of a name, for the indices of another setting: the one that counts.
    pub(super) fn last(&self, pattern: &str, indices: &[u32]) -> Option<&Item<'a>> {
        let of = |name: &str, index| {
            let places = self.by_name.get(&(name, index))?;
            self.list.get(*places.last()?)
        };
        let name = spelled(pattern, indices);
        of(&name, None).or_else(|| of(&name, indices.first().copied()))
    }

    /// The places of the settings of a pattern.
    pub(super) fn places(&self, pattern: &str) -> impl Iterator<Item = usize> {
        let of_pattern = move |item: &Item<'_>| item.row.is_some_and(|row| row.name == pattern);
        let all = self.list.iter().enumerate();
        all.filter(move |(_, item)| of_pattern(item))
            .map(|(place, _)| place)
    }
}

/// Whether a phone of the model and firmware has the setting; what is not known is no hindrance.
pub(super) fn has(row: &SettingRow, model: Option<&ModelRow>, level: Option<[u16; 5]>) -> bool {
    match model {
        Some(model) => row.exists_on(model, level),
        None => level.is_none_or(|level| {
            row.since.is_none_or(|since| since.since_met(level))
                && row.until.is_none_or(|until| until.until_met(level))
        }),
    }
}

/// The rows of a name; the dictionary is in the order of names.
pub(super) fn rows_of<'t>(table: &'t [SettingRow], name: &str) -> &'t [SettingRow] {
    let from = table.partition_point(|row| row.name < name);
    let rows = &table[from..];
    &rows[..rows.partition_point(|row| row.name <= name)]
}

/// The elements that hold settings of these phones.
pub(super) fn sections<'a>(request: &LintRequest<'a>, facts: &Facts<'a>) -> BTreeSet<&'a str> {
    let of_rows = request.target.settings().iter().map(|row| row.section);
    let others = facts.of_rule(LintRule::Section).map(|row| row.name);
    of_rows.chain(others).chain(["settings"]).collect()
}

/// The element that a setting stands in: the innermost one, or the root.
pub(super) fn enclosing<'a>(request: &LintRequest<'a>, setting: &'a Setting<'a>) -> &'a str {
    match setting.section().rsplit('/').next() {
        Some(section) if !section.is_empty() => section,
        _ => request.file.root().unwrap_or_default(),
    }
}

/// Whether a line with these models in brackets before it is for the model.
fn is_for(model: Option<&ModelRow>, models: &str) -> bool {
    let models = models.trim_matches(['[', ']']);
    let Some(model) = model.filter(|_| !models.is_empty()) else {
        return true;
    };
    let spellings = || std::iter::once(&model.name).chain(model.other_names.iter());
    models
        .split(',')
        .any(|named| spellings().any(|own| own.eq_ignore_ascii_case(named.trim())))
}
