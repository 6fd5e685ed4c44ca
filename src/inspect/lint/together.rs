//! Settings that say something about one another.

use std::collections::BTreeMap;

use super::items::{Item, Items};
use super::{Linter, Told, because, codes};
use crate::parse::Level;
use crate::target::{LintRow, LintRule, SettingRow};

pub(super) fn check(linter: &mut Linter<'_>, items: &Items<'_>) {
    unique(linter, items);
    for item in &items.list {
        let Some(row) = item.row else { continue };
        for fact in rows(linter, row) {
            // A word that clears is as good as nothing.
            let value = if item.cleared {
                ""
            } else {
                item.setting.value()
            };
            if fact.concerns_value(value) {
                relation(linter, items, item, fact);
            }
        }
    }
}

/// Values that differ from index to index.
fn unique(linter: &mut Linter<'_>, items: &Items<'_>) {
    for fact in linter.facts.of_rule(LintRule::Unique) {
        let mut seen: BTreeMap<&str, &Item<'_>> = BTreeMap::new();
        for place in items.places(fact.name) {
            let item = &items.list[place];
            if item.cleared {
                continue;
            }
            let Some(before) = seen.insert(item.setting.value(), item) else {
                continue;
            };
            if before.indices == item.indices {
                continue;
            }
            let line = linter
                .request
                .file
                .position(before.setting.span().start)
                .line;
            let told = Told::new(format!(
                "line {line} has the same value for another index{}",
                because(fact.because)
            ));
            linter.tell(codes::NOT_UNIQUE, item, told.at_value().level(fact.level));
        }
    }
}

fn rows<'t>(linter: &Linter<'t>, row: &SettingRow) -> Vec<&'t LintRow> {
    let (model, level) = (linter.request.model, linter.level);
    let rules = [LintRule::Needs, LintRule::Clash, LintRule::Same];
    rules
        .into_iter()
        .flat_map(|rule| linter.facts.about(row.name, rule))
        .filter(|fact| fact.holds(model, level))
        .collect()
}

fn relation(linter: &mut Linter<'_>, items: &Items<'_>, item: &Item<'_>, fact: &LintRow) {
    let other = items.last(fact.other, &item.indices);
    let name = other.map_or_else(
        || super::facts::spelled(fact.other, &item.indices),
        |other| crate::error::shortened(other.setting.name()),
    );
    let found = other.map(|other| {
        if other.cleared {
            ""
        } else {
            other.setting.value()
        }
    });
    let reason = because(fact.because);
    match (fact.rule, found) {
        (LintRule::Needs, None) => {
            // It may stand in another file of the phone.
            let told = Told::new(format!(
                "this needs `{name}`, which is not in this file{reason}"
            ));
            linter.tell(codes::NEEDS, item, told.level(Level::Info));
        }
        (LintRule::Needs, Some(value)) if !fact.concerns_other(value) => {
            let values = match fact.with {
                Some("*") | None => "a value".to_owned(),
                Some("") => "no value".to_owned(),
                Some(words) => format!("`{}`", words.replace('|', "` or `")),
            };
            let told = Told::new(format!("this needs `{name}` with {values}{reason}"));
            linter.tell(codes::NEEDS, item, told.level(fact.level));
        }
        (LintRule::Clash, Some(value)) if fact.concerns_other(value) => {
            let told = Told::new(format!("this contradicts `{name}`{reason}"));
            linter.tell(codes::CLASH, item, told.level(fact.level));
        }
        (LintRule::Same, Some(value)) if value != item.setting.value() => {
            let told = Told::new(format!("this is not the same as `{name}`{reason}"));
            linter.tell(codes::NOT_SAME, item, told.at_value().level(fact.level));
        }
        _ => {}
    }
}
