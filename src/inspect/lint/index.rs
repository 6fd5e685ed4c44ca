//! Indices: whether the model has such an account, key, module, handset or server.

use super::items::{Item, Items};
use super::{Linter, Told, codes};
use crate::parse::{Format, Level};
use crate::target::{LintRule, ModelRow, Scope, SettingRow};

pub(super) fn check(linter: &mut Linter<'_>, items: &Items<'_>) {
    for item in &items.list {
        if let Some(row) = item.row {
            indices(linter, item, row);
        }
    }
}

fn indices(linter: &mut Linter<'_>, item: &Item<'_>, row: &SettingRow) {
    if linter.request.file.format() == Format::Xml && !attribute_fits(linter, item, row) {
        return;
    }
    let level = linter.level;
    for (place, index) in item.indices.iter().enumerate() {
        if row.scope == Scope::Phone {
            continue;
        }
        if let Some((low, high)) = stated(row, place)
            && !(u32::from(low)..=u32::from(high)).contains(index)
        {
            let told = Told::new(format!("the index {index} is not between {low} and {high}"));
            linter.tell(codes::BEYOND_RANGE, item, told);
            return;
        }
        let Some(limit) = (match linter.request.model {
            Some(model) => of_model(row, place, model, level),
            None => of_any_model(row, place, linter.request.target.models()),
        }) else {
            continue;
        };
        if limit.holds(*index) {
            continue;
        }
        // Newer firmware of the model has it: what is sent too early is passed over.
        let later = linter.request.model;
        let later = later.and_then(|model| of_model(row, place, model, None));
        let later = later.is_some_and(|limit| limit.holds(*index));
        let told = match linter.request.model {
            Some(model) => Told::new(format!(
                "the index {index} is beyond the {}, which has {}",
                model.name,
                limit.text(what(row.scope, place)),
            )),
            None => Told::new(format!(
                "the index {index} is beyond every model; the largest has {}",
                limit.text(what(row.scope, place)),
            )),
        };
        let code = match linter.request.model {
            Some(_) => codes::BEYOND_MODEL,
            None => codes::BEYOND_RANGE,
        };
        linter.tell(code, item, told.level(later.then_some(Level::Info)));
        return;
    }
}

/// Whether an index is there exactly if the setting has one.
fn attribute_fits(linter: &mut Linter<'_>, item: &Item<'_>, row: &SettingRow) -> bool {
    let by_attribute = linter
        .facts
        .about(row.name, LintRule::Repeats)
        .any(|row| !row.other.is_empty());
    let counts = row.scope != Scope::Phone;
    let told = match (counts, item.setting.index().is_some()) {
        (true, false) if !by_attribute => "an index (`idx`) is missing",
        (false, true) => "this setting is one for the whole phone; it takes no index (`idx`)",
        _ => return true,
    };
    linter.tell(codes::INDEX, item, Told::new(told));
    false
}

/// The range of an index that the row itself states.
fn stated(row: &SettingRow, place: usize) -> Option<(u16, u16)> {
    let letters = row
        .name
        .split('.')
        .filter(|part| matches!(*part, "X" | "Y"));
    // Ranges are for the last indices where the model bounds the first.
    let ahead = letters.count().max(1).saturating_sub(row.indices.len());
    row.indices.get(place.checked_sub(ahead)?).copied()
}

/// How far an index goes.
enum Limit {
    /// From the first number on so many.
    Count(u32, u32),
    /// These positions.
    Positions(Vec<(u16, u16)>),
}

impl Limit {
    fn holds(&self, index: u32) -> bool {
        match self {
            Self::Count(first, count) => (*first..first + count).contains(&index),
            Self::Positions(ranges) => ranges
                .iter()
                .any(|(low, high)| (u32::from(*low)..=u32::from(*high)).contains(&index)),
        }
    }

    fn text(&self, what: &str) -> String {
        match self {
            Self::Count(_, 0) => format!("no {what}"),
            Self::Count(1, 1) => format!("one {what}"),
            Self::Count(1, count) => format!("{count} {what}s"),
            Self::Count(first, count) => {
                format!("{count} {what}s, numbered from {first} on")
            }
            Self::Positions(ranges) => {
                let ranges: Vec<String> = ranges
                    .iter()
                    .map(|(low, high)| format!("{low} to {high}"))
                    .collect();
                format!("the {what}s {}", ranges.join(" and "))
            }
        }
    }
}

fn what(scope: Scope, place: usize) -> &'static str {
    match (scope, place) {
        (Scope::Account, _) => "account",
        (Scope::Extension, _) => "extension",
        (Scope::Handset, _) => "handset",
        (Scope::Key, _) => "key",
        (Scope::MemoryKey, _) => "memory key",
        (Scope::ModuleKey, 0) => "expansion module",
        (Scope::ModuleKey, _) => "module key",
        (Scope::ProgrammableKey, _) => "programmable key",
        (Scope::Server, _) => "server",
        _ => "place",
    }
}

/// What the model has of it; `None` where nothing is known, or nothing of the model bounds it.
fn of_model(
    row: &SettingRow,
    place: usize,
    model: &ModelRow,
    level: Option<[u16; 5]>,
) -> Option<Limit> {
    let count = |count: u16| Limit::Count(1, count.into());
    let positions =
        |ranges: &[(u16, u16)]| (!ranges.is_empty()).then(|| Limit::Positions(ranges.to_vec()));
    let accounts = match (model.accounts_until, level) {
        (Some((until, fewer)), Some(level)) if until.until_met(level) => Some(fewer),
        _ => model.accounts,
    };
    match (row.scope, place) {
        (Scope::Account | Scope::Extension, 0) => accounts.map(count),
        (Scope::Handset, 0) => match model.handsets {
            // A desk phone may carry a base of its own, of which nothing is known.
            Some(0) if accounts != Some(0) => None,
            handsets => handsets.map(count),
        },
        (Scope::Server, 0) => model.servers.map(count),
        (Scope::Key, 0) => keys(row, model),
        (Scope::ModuleKey, 0) => model.modules.map(count),
        (Scope::ModuleKey, 1) => positions(&model.module_keys),
        (Scope::MemoryKey, 0) => positions(&model.memory_keys),
        (Scope::ProgrammableKey, 0) => positions(&model.programmable_keys),
        _ => None,
    }
}

/// The keys of the phone. Where they count from 0, those of modules go on behind them.
fn keys(row: &SettingRow, model: &ModelRow) -> Option<Limit> {
    let slots = u32::from(model.line_keys_clear_to.or(model.line_keys)?);
    let from_zero = row.indices.first().is_some_and(|(low, _)| *low == 0);
    if !from_zero {
        return Some(Limit::Count(1, slots));
    }
    let of_module = model.module_keys.iter().map(|(_, last)| u32::from(*last));
    let modules = u32::from(model.modules?) * of_module.max().unwrap_or(0);
    Some(Limit::Count(0, slots + modules))
}

/// What the largest model has of it.
fn of_any_model(row: &SettingRow, place: usize, models: &[ModelRow]) -> Option<Limit> {
    let mut most: Option<(u32, u32)> = None;
    for model in models {
        match of_model(row, place, model, None) {
            Some(Limit::Count(first, count)) => {
                most = most.max(Some((first, count)));
            }
            Some(Limit::Positions(ranges)) => {
                let last = ranges.iter().map(|(_, high)| u32::from(*high)).max();
                most = most.max(last.map(|last| (1, last)));
            }
            None => {}
        }
    }
    most.map(|(first, count)| Limit::Count(first, count))
}
