//! The caller's raw settings.

use super::super::dictionary;
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
        let row = dictionary::find(tables::SETTINGS, &name, None).map(|found| found.row);
        w.job.check_custom(raw, row, tables::SETTINGS);
        w.raw(&name, raw, row);
    }
    w.job.custom = custom;
}
