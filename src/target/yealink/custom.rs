//! The caller's raw settings.

use super::super::SettingRow;
use super::tables;
use super::writer::{Writer, concrete_name};

/// The caller's raw settings.
pub(super) fn write(w: &mut Writer<'_, '_>) {
    let custom = std::mem::take(&mut w.job.custom);
    if !custom.is_empty() {
        w.section("custom");
    }
    for raw in &custom {
        let name = concrete_name(raw.setting);
        let row = row_of(&name);
        w.job.check_custom(raw, row, tables::SETTINGS);
        w.raw(&name, raw, row);
    }
    w.job.custom = custom;
}

/// The dictionary row of a concrete name: `account.3.label` is `account.X.label`.
pub(super) fn row_of(name: &str) -> Option<&'static SettingRow> {
    let mut indices = ["X", "Y"].into_iter();
    let pattern: Vec<&str> = name
        .split('.')
        .map(|component| {
            let number = !component.is_empty() && component.bytes().all(|b| b.is_ascii_digit());
            if number {
                indices.next().unwrap_or(component)
            } else {
                component
            }
        })
        .collect();
    let find = |pattern: &str| {
        let at = tables::SETTINGS.partition_point(|row| row.name < pattern);
        tables::SETTINGS.get(at).filter(|row| row.name == pattern)
    };
    find(&pattern.join(".")).or_else(|| {
        // One component may stand for a word of its own table.
        tables::SETTINGS.iter().find(|row| {
            let own: Vec<&str> = row.name.split('.').collect();
            row.name.contains('<')
                && own.len() == pattern.len()
                && own
                    .iter()
                    .zip(&pattern)
                    .all(|(a, b)| a == b || a.starts_with('<'))
        })
    })
}
