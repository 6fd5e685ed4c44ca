//! The caller's raw settings.

use super::super::super::custom::Custom;
use super::super::super::dictionary;
use super::super::super::job::{Job, Limit};
use super::super::super::{Scope, SettingRow};
use super::super::raw;
use super::super::writer::{At, PHONE, Writer};
use super::tables::{self, names as n};
use crate::error::{ErrorKind, Path};
use crate::model::{CustomSetting, Layer};

/// Where a setting stands that the dictionary does not know.
const USUAL_SECTION: &str = "phone-settings";

/// Whether a raw setting acts on those that follow it, and so comes first of all.
pub(super) fn is_first(row: Option<&SettingRow>) -> bool {
    row.is_some_and(|row| row.order < n::SETTING_SERVER.order)
}

/// The first raw setting of a section: its layer and its path.
pub(super) fn first_of(job: &Job<'_>, section: &str) -> Option<(Layer, Path)> {
    let found = job
        .custom
        .iter()
        .find(|raw| section_of(row_of(job, raw.setting)) == section);
    found.map(|raw| (raw.layer, raw.path(job)))
}

/// The raw settings of a section, as far as they are wanted.
pub(super) fn write(
    w: &mut Writer<'_, '_>,
    section: &str,
    wanted: impl Fn(Option<&SettingRow>) -> bool,
) {
    let custom = std::mem::take(&mut w.job.custom);
    for raw in &custom {
        let setting = raw.setting;
        let row = row_of(w.job, setting);
        if section_of(row) != section || !wanted(row) {
            continue;
        }
        if let Some(row) = row
            && !fits(w.job, raw, row)
        {
            continue;
        }
        w.job.check_custom(raw, row, tables::SETTINGS);
        let at = setting.index.map_or(PHONE, At::from);
        let attributes: &[(&str, &str)] = if row.is_some_and(|row| row.scope == Scope::Key) {
            &[("context", "active"), ("label", "")]
        } else {
            &[]
        };
        w.raw(setting.name.as_str(), at, attributes, raw, row);
    }
    w.job.custom = custom;
}

/// The dictionary row of a raw setting. Of two rows of one name the one that has an index exactly if
/// the setting has counts, and the one that the firmware has.
fn row_of(job: &Job<'_>, setting: &CustomSetting) -> Option<&'static SettingRow> {
    let rows = dictionary::rows_of(tables::SETTINGS, setting.name.as_str()).iter();
    rows.max_by_key(|row| (is_indexed(row) == setting.index.is_some(), job.has(row)))
}

fn section_of(row: Option<&SettingRow>) -> &'static str {
    row.map_or(USUAL_SECTION, |row| row.section)
}

fn is_indexed(row: &SettingRow) -> bool {
    row.scope != Scope::Phone
}

/// Whether the setting may be written at all, and at this place.
fn fits(job: &mut Job<'_>, raw: &Custom<'_>, row: &SettingRow) -> bool {
    let path = raw.path(job);
    let name = row.name;
    if row.only == ["never"] {
        let kind = ErrorKind::NotSupported {
            what: format!("setting `{name}` that can be sent").into(),
            limit: job.limit(Limit::Model),
            instead: "leave it out: firmware that obeys it asks for a file without a name".into(),
        };
        job.error(path.key("name"), kind);
        return false;
    }
    let indices = match row.scope {
        Scope::Account => Some((1, job.model.accounts.unwrap_or(u16::MAX))),
        _ => row.indices.first().copied(),
    };
    let Some((key, kind)) = raw::misfit(job, raw, row, tables::LINT, indices) else {
        return true;
    };
    job.error(path.key(key), kind);
    false
}
