//! The caller's raw settings: what they send, and whether the vendor's dictionary allows it.

use std::borrow::Cow;

use super::SettingRow;
use super::job::{Job, Limit};
use crate::error::{ErrorKind, NoticeCode, Path, quoted};
use crate::model::{CustomSetting, Layer, nearest};
use crate::text::{Secret, Value};

/// A raw setting for this phone.
#[derive(Debug)]
pub(crate) struct Custom<'a> {
    pub(crate) setting: &'a CustomSetting,
    pub(crate) layer: Layer,
    /// Its place in its layer's list.
    pub(crate) index: usize,
    pub(crate) sent: Sent<'a>,
}

/// What a raw setting sends.
#[derive(Debug)]
pub(crate) struct Sent<'a> {
    /// The text; `None` clears the setting in the way of its format.
    pub(crate) text: Option<Cow<'a, Secret>>,
    /// The key of the document that it comes from.
    pub(crate) key: &'static str,
    /// Whether a template put a password or a token into it.
    pub(crate) secret: bool,
}

impl Custom<'_> {
    /// Its place in the document.
    pub(crate) fn path(&self, job: &Job<'_>) -> Path {
        job.path(self.layer, "custom").index(self.index)
    }

    /// The place of what it sends in the document.
    pub(crate) fn value_path(&self, job: &Job<'_>) -> Path {
        self.path(job).key(self.sent.key)
    }

    /// What it sends; `None` clears the setting in the way of its format.
    pub(crate) fn value(&self) -> Option<Value<'_>> {
        self.sent.text.as_deref().map(Secret::value)
    }
}

impl Job<'_> {
    /// Checks a raw setting against its row: the domain, and whether the phone has it.
    pub(crate) fn check_custom(
        &mut self,
        custom: &Custom<'_>,
        row: Option<&SettingRow>,
        known: &[SettingRow],
    ) {
        let name = custom.setting.name.as_str();
        let path = custom.path(self);
        let Some(row) = row else {
            let near = nearest(name, known.iter().map(|row| row.name));
            let near = near
                .map(|near| format!("; the nearest is `{near}`"))
                .unwrap_or_default();
            self.notice(
                NoticeCode::CustomUnknown,
                path.key("name"),
                format!(
                    "the dictionary of {} has no `{name}`{near}",
                    self.model_name
                ),
            );
            return;
        };
        if !self.has(row) {
            let message = format!("{} does not know `{name}`", self.limit(Limit::Firmware));
            self.notice(NoticeCode::NotApplicable, path.key("name"), message);
        }
        let Some(value) = custom.value() else {
            return;
        };
        if !custom.setting.unchecked && !row.domain.contains(value.as_str()) {
            let found = if row.secret || custom.sent.secret {
                "[redacted]".to_owned()
            } else {
                quoted(value.as_str())
            };
            self.error(
                custom.value_path(self),
                ErrorKind::OutsideDomain {
                    setting: name.to_owned(),
                    domain: row.domain.to_string(),
                    found,
                },
            );
        }
    }
}
