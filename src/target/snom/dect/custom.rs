//! The caller's raw settings.

use super::super::super::custom::Custom;
use super::super::super::dictionary;
use super::super::super::job::Job;
use super::super::super::{Scope, SettingRow};
use super::super::raw;
use super::super::writer::{At, PHONE, Writer};
use super::tables;
use crate::error::ErrorKind;
use crate::model::CustomSetting;

/// A section that holds nothing but the caller's raw settings, where there are any.
pub(super) fn section(w: &mut Writer<'_, '_>, name: &str) {
    let any = w.job.custom.iter();
    if any.map(|raw| section_of(raw.setting)).any(|of| of == name) {
        w.open(name, &[]);
        write(w, name);
        w.close(name);
    }
}

/// The caller's raw settings of one section; those that nobody knows stand in `global`.
pub(super) fn write(w: &mut Writer<'_, '_>, section: &str) {
    let custom = std::mem::take(&mut w.job.custom);
    let here = custom
        .iter()
        .filter(|raw| section_of(raw.setting) == section);
    for raw in here {
        let name = raw.setting.name.as_str();
        let row = row_of(w.job, name);
        if let Some((key, kind)) = row.and_then(|row| misfit(w.job, raw, row)) {
            let path = raw.path(w.job).key(key);
            w.job.error(path, kind);
            continue;
        }
        w.job.check_custom(raw, row, tables::SETTINGS);
        let at = raw.setting.index.map_or(PHONE, At::Index);
        w.raw(name, at, &[], raw, row);
    }
    w.job.custom = custom;
}

/// Why a known raw setting cannot be sent as it stands, and which of its keys is at fault.
fn misfit(job: &Job<'_>, raw: &Custom<'_>, row: &SettingRow) -> Option<(&'static str, ErrorKind)> {
    let name = row.name;
    let refused = if row.only == ["never"] {
        format!("`{name}` is a setting of other phones and must not reach a base")
    } else if row.scope == Scope::Indexed {
        format!("`{name}` belongs to a model of handset; set it as the handset's `firmware`")
    } else {
        let last = match row.scope {
            Scope::Extension => job.model.accounts,
            Scope::Server => job.model.servers,
            _ => None,
        };
        let indices = Some((1, last.unwrap_or(u16::MAX)));
        return raw::misfit(job, raw, row, tables::LINT, indices);
    };
    Some(("name", ErrorKind::Conflict(refused.into())))
}

fn section_of(setting: &CustomSetting) -> &'static str {
    let known = dictionary::rows_of(tables::SETTINGS, setting.name.as_str()).first();
    known.map_or("global", |row| row.section)
}

/// The row of a name: the one of the firmware, where two share it.
fn row_of(job: &Job<'_>, name: &str) -> Option<&'static SettingRow> {
    let rows = dictionary::rows_of(tables::SETTINGS, name);
    rows.iter().find(|row| job.has(row)).or(rows.first())
}
