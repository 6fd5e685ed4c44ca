//! What every emitter works with: the layers of one device, the limits of its model and firmware,
//! and the list of what is wrong.

use std::borrow::Cow;

use super::{ModelRow, SettingRow, TokenRow};
use crate::emit::{Place, Refusal};
use crate::error::{Error, ErrorKind, Invalid, Notice, NoticeCode, Path};
use crate::model::{CustomSetting, CustomValue, Found, Handling, Layer, Layers, Settings, nearest};

/// One run of an emitter.
#[derive(Debug)]
pub(crate) struct Job<'a> {
    pub(crate) layers: Layers<'a>,
    pub(crate) model: &'a ModelRow,
    /// The model with its vendor, for messages.
    pub(crate) model_name: &'a str,
    /// Firmware level that settings are gated by; `None` = unknown: everything is written.
    pub(crate) level: Option<[u16; 5]>,
    /// The firmware in words, for messages.
    pub(crate) firmware_name: &'a str,
    /// Where the device stands in the document.
    pub(crate) at: &'a Path,
    pub(crate) handling: Handling,
    /// Raw settings for this target and model, with their place in their layer's list.
    pub(crate) custom: Vec<(Found<&'a CustomSetting>, usize)>,
    pub(crate) errors: Vec<Error>,
    pub(crate) notices: Vec<Notice>,
}

impl<'a> Job<'a> {
    /// The highest layer that has the value.
    pub(crate) fn find<T>(&self, get: impl Fn(&'a Settings) -> Option<T>) -> Option<Found<T>> {
        self.layers.find(get)
    }

    /// The value alone, or the target's default.
    pub(crate) fn or<T>(&self, get: impl Fn(&'a Settings) -> Option<T>, default: T) -> T {
        self.find(get).map_or(default, |found| found.value)
    }

    /// Path of a value of the settings.
    pub(crate) fn path(&self, layer: Layer, key: &str) -> Path {
        self.layers.path(layer, self.at, key)
    }

    pub(crate) fn error(&mut self, path: Path, kind: ErrorKind) {
        let error = Error::new(path, kind);
        if !self.errors.contains(&error) {
            self.errors.push(error);
        }
    }

    pub(crate) fn notice(
        &mut self,
        code: NoticeCode,
        path: Path,
        message: impl Into<Cow<'static, str>>,
    ) {
        self.notices.push(Notice::new(code, path, message));
    }

    /// The phone cannot do `what`: an error when it was asked for on the device itself, else a
    /// notice. `instead` says what can be done.
    pub(crate) fn unsupported(
        &mut self,
        layer: Layer,
        path: Path,
        what: impl Into<Cow<'static, str>>,
        limit: Limit,
        instead: &'static str,
    ) {
        let kind = ErrorKind::NotSupported {
            what: what.into(),
            limit: self.limit(limit),
            instead: instead.into(),
        };
        self.beyond(layer, path, kind);
    }

    /// Something the phone cannot do, as an error or as a notice.
    pub(crate) fn beyond(&mut self, layer: Layer, path: Path, kind: ErrorKind) {
        if layer.is_own() && self.handling == Handling::Strict {
            self.error(path, kind);
        } else {
            self.notice(NoticeCode::NotApplicable, path, kind.to_string());
        }
    }

    /// The origin of a limit in words.
    pub(crate) fn limit(&self, limit: Limit) -> String {
        match limit {
            Limit::Firmware => format!("{} with firmware {}", self.model_name, self.firmware_name),
            Limit::Model => self.model_name.to_owned(),
        }
    }

    /// Whether the phone has the setting.
    pub(crate) fn has(&self, row: &SettingRow) -> bool {
        row.exists_on(self.model, self.level)
    }

    /// The tokens that the phone knows for a word, in order.
    pub(crate) fn tokens(
        &self,
        table: &'static [TokenRow],
        word: &str,
    ) -> impl Iterator<Item = &'static TokenRow> {
        table
            .iter()
            .filter(move |row| row.word == word && row.exists_on(self.model, self.level))
    }

    /// Notes that a raw setting, by its place in [`Self::custom`], replaces the model's own.
    pub(crate) fn shadows(&mut self, custom: usize, name: &str) {
        let (found, index) = &self.custom[custom];
        let path = self.custom_path(found.layer, *index);
        let message = format!("replaces what the model says of `{name}`");
        self.notice(NoticeCode::CustomShadows, path, message);
    }

    /// Path of a raw setting in its layer's list.
    pub(crate) fn custom_path(&self, layer: Layer, index: usize) -> Path {
        self.path(layer, "custom").index(index)
    }

    /// Turns a refusal of a place into an error that names the place and the setting.
    pub(crate) fn refused(&mut self, path: Path, refusal: Refusal, place: Place, setting: &str) {
        let place_name = format!("{} (`{setting}`)", place.name());
        self.error(
            path,
            match refusal {
                Refusal::Character(character, position) => ErrorKind::Unwritable {
                    character,
                    position,
                    place: place_name,
                },
                Refusal::Command(what, position) => ErrorKind::Command {
                    what: format!("`{what}`").into(),
                    position,
                    place: place_name,
                },
                Refusal::TooLong(limit, found) => ErrorKind::TooMany {
                    what: "characters",
                    limit,
                    found,
                    origin: place_name,
                },
            },
        );
    }

    /// Checks a raw setting against its row: the domain, and whether the phone has it.
    pub(crate) fn check_custom(
        &mut self,
        custom: &CustomSetting,
        row: Option<&SettingRow>,
        path: &Path,
        known: &[SettingRow],
    ) {
        let name = custom.name.as_str();
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
        let CustomValue::Literal(value) = &custom.value else {
            return;
        };
        if !custom.unchecked && !row.domain.contains(value.expose()) {
            let found = if row.secret {
                "[redacted]".to_owned()
            } else {
                Invalid::new("", value.expose())
                    .to_string()
                    .split_off("expected , found ".len())
            };
            self.error(
                path.key("value"),
                ErrorKind::OutsideDomain {
                    setting: name.to_owned(),
                    domain: row.domain.to_string(),
                    found,
                },
            );
        }
    }
}

/// Where a limit comes from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Limit {
    Firmware,
    Model,
}
