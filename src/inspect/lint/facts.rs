//! The facts of a target, by what they are about.

use std::collections::BTreeMap;

use crate::model::Firmware;
use crate::target::{LintRow, LintRule, ProvisioningTarget};

/// The rows of a target, found by the name of a setting.
#[derive(Debug)]
pub(super) struct Facts<'t> {
    /// By the pattern of the setting's name.
    by_name: BTreeMap<&'t str, Vec<&'t LintRow>>,
    /// Rows about all names that begin alike.
    open: Vec<&'t LintRow>,
    /// All rows.
    rows: &'t [LintRow],
}

impl<'t> Facts<'t> {
    pub(super) fn of(target: &'t dyn ProvisioningTarget) -> Self {
        let rows = target.lint_rows();
        let mut by_name: BTreeMap<_, Vec<_>> = BTreeMap::new();
        let mut open = Vec::new();
        for row in rows {
            if row.name.ends_with('*') {
                open.push(row);
            } else {
                by_name.entry(row.name).or_default().push(row);
            }
        }
        Self {
            by_name,
            open,
            rows,
        }
    }

    /// What is said about the setting of this pattern by a rule.
    pub(super) fn about(&self, pattern: &str, rule: LintRule) -> impl Iterator<Item = &'t LintRow> {
        let named = self.by_name.get(pattern).into_iter().flatten();
        let open = self
            .open
            .iter()
            .filter(move |row| is_open_case(row, pattern));
        named
            .chain(open)
            .copied()
            .filter(move |row| row.rule == rule)
    }

    /// All that a rule says.
    pub(super) fn of_rule(&self, rule: LintRule) -> impl Iterator<Item = &'t LintRow> {
        self.rows.iter().filter(move |row| row.rule == rule)
    }

    /// The level that a firmware is judged by.
    pub(super) fn level(&self, firmware: Option<Firmware>) -> Option<[u16; 5]> {
        let oldest = self.of_rule(LintRule::Oldest).find_map(|row| row.since);
        let oldest = oldest.map_or([0; 5], |oldest| oldest.level());
        firmware.map(|firmware| firmware.level().max(oldest))
    }

    /// Whether the word clears a setting.
    pub(super) fn clears(&self, value: &str) -> bool {
        value.is_empty()
            || self
                .of_rule(LintRule::ClearWord)
                .any(|row| row.value == Some(value))
    }
}

fn is_open_case(row: &LintRow, name: &str) -> bool {
    row.name
        .strip_suffix('*')
        .is_some_and(|stem| name.starts_with(stem))
}

/// The numbers that stand in a name for the indices of a pattern; `None` when it is no case of it.
/// A pattern that ends in `*` is matched by all names that begin alike.
pub(super) fn case_of(name: &str, pattern: &str) -> Option<Vec<u32>> {
    let mut indices = Vec::new();
    let mut own = name.split('.');
    let mut parts = pattern.split('.').peekable();
    while let Some(part) = parts.next() {
        if part == "*" && parts.peek().is_none() {
            return own.next().map(|_| indices);
        }
        let found = own.next()?;
        if matches!(part, "X" | "Y") {
            indices.push(number(found)?);
        } else if part != found {
            return None;
        }
    }
    own.next().is_none().then_some(indices)
}

/// A pattern with these indices in place of its letters, as far as there are any.
pub(super) fn spelled(pattern: &str, indices: &[u32]) -> String {
    let mut indices = indices.iter();
    let mut name = String::new();
    for part in pattern.split('.') {
        if !name.is_empty() {
            name.push('.');
        }
        let index = match part {
            "X" | "Y" => indices.next(),
            _ => None,
        };
        match index {
            Some(index) => name.push_str(&index.to_string()),
            None => name.push_str(part),
        }
    }
    name
}

/// The index that a part of a name is.
pub(super) fn number(part: &str) -> Option<u32> {
    let digits = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| part.parse().ok()).flatten()
}
