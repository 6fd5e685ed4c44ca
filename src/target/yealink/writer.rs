//! Writes lines: the one place that knows which settings a phone gets and how a value is cleared.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::super::SettingRow;
use super::super::custom::Custom;
use super::super::dictionary::find;
use super::super::job::Job;
use super::super::program::SeamOf;
use super::tables;
use crate::emit::{Place, cfg};
use crate::error::{ErrorKind, Path};
use crate::model::{CustomSetting, Segment, UrlTemplate};
use crate::text::Value;

/// Appends lines to a file. A line whose setting the firmware does not have is left out, so that
/// callers name a setting in all its spellings and the dictionary decides.
#[derive(Debug)]
pub(super) struct Writer<'w, 'a> {
    pub(super) job: &'w mut Job<'a>,
    out: &'w mut Vec<u8>,
    shared: bool,
}

/// Which of a setting's values is meant: its indices, and the word that stands for a component in
/// angle brackets.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Ix<'i> {
    pub(super) numbers: &'i [u16],
    pub(super) word: &'i str,
}

impl<'i> From<&'i [u16]> for Ix<'i> {
    fn from(numbers: &'i [u16]) -> Self {
        Self { numbers, word: "" }
    }
}

impl<'i, const N: usize> From<&'i [u16; N]> for Ix<'i> {
    fn from(numbers: &'i [u16; N]) -> Self {
        Self { numbers, word: "" }
    }
}

/// A setting of the phone itself, which has no index.
pub(super) const PHONE: &[u16; 0] = &[];

impl<'w, 'a> Writer<'w, 'a> {
    pub(super) fn new(job: &'w mut Job<'a>, out: &'w mut Vec<u8>) -> Self {
        Self {
            job,
            out,
            shared: false,
        }
    }

    /// A writer for the file that all phones of a model share: secret settings are left out.
    pub(super) fn shared(self) -> Self {
        Self {
            shared: true,
            ..self
        }
    }

    pub(super) fn is_shared(&self) -> bool {
        self.shared
    }

    /// A comment that names what follows.
    pub(super) fn section(&mut self, name: &str) {
        cfg::comment(name, self.out);
    }

    /// A comment that names the one of many that follows.
    pub(super) fn numbered_section(&mut self, name: &str, number: u16) {
        cfg::numbered_comment(name, self.out, |out| self.job.decimal(number.into(), out));
    }

    /// Says that what follows is told of one key or account among many.
    pub(super) fn seam(&mut self, of: SeamOf) {
        self.job.seam(of, self.out);
    }

    /// A token of the vendor's or of a type that holds no user's text.
    pub(super) fn token<'i>(&mut self, row: &SettingRow, ix: impl Into<Ix<'i>>, token: &str) {
        if let Some(line) = self.begin(row, ix.into()) {
            debug_assert!(!token.is_empty(), "a bare `name =` is never written");
            self.out.extend_from_slice(token.as_bytes());
            self.end(line);
        }
    }

    pub(super) fn number<'i>(
        &mut self,
        row: &SettingRow,
        ix: impl Into<Ix<'i>>,
        number: impl Into<i64>,
    ) {
        if let Some(line) = self.begin(row, ix.into()) {
            self.job.decimal(number.into(), self.out);
            self.end(line);
        }
    }

    pub(super) fn flag<'i>(&mut self, row: &SettingRow, ix: impl Into<Ix<'i>>, on: bool) {
        self.number(row, ix, i64::from(on));
    }

    /// A user's text. `path` is asked for only when there is something to say about it.
    pub(super) fn text<'i>(
        &mut self,
        row: &SettingRow,
        ix: impl Into<Ix<'i>>,
        value: Value<'_>,
        path: impl FnOnce(&Job<'a>) -> Path,
    ) {
        self.text_at(Place::CfgValue, row, ix, value, path);
    }

    /// A user's text at a place of its own rules.
    pub(super) fn text_at<'i>(
        &mut self,
        place: Place,
        row: &SettingRow,
        ix: impl Into<Ix<'i>>,
        value: Value<'_>,
        path: impl FnOnce(&Job<'a>) -> Path,
    ) {
        let ix = ix.into();
        let Some(line) = self.begin(row, ix) else {
            return;
        };
        if let Err(refusal) = place.write(value, self.out) {
            self.out.truncate(line);
            let path = path(self.job);
            self.job.refused(path, refusal, place, &full_name(row, ix));
            return;
        }
        self.end(line);
        self.job
            .tell_long_text(row, value, path, || full_name(row, ix));
    }

    /// A user's text, or the setting cleared.
    pub(super) fn text_or_clear<'i>(
        &mut self,
        row: &SettingRow,
        ix: impl Into<Ix<'i>>,
        value: Option<Value<'_>>,
        path: impl FnOnce(&Job<'a>) -> Path,
    ) {
        match value {
            Some(value) => self.text(row, ix, value, path),
            None => self.clear(row, ix),
        }
    }

    /// Several texts joined by a separator that none of them may hold.
    pub(super) fn list<'v>(
        &mut self,
        row: &SettingRow,
        separator: char,
        items: impl IntoIterator<Item = (Value<'v>, Path)>,
    ) {
        let Some(line) = self.begin(row, PHONE.into()) else {
            return;
        };
        let start = self.out.len();
        for (value, path) in items {
            if self.out.len() > start {
                self.out.push(separator as u8);
            }
            let place = Place::CfgListItem;
            let name = full_name(row, PHONE.into());
            if let Err(refusal) = place.write(value, self.out) {
                self.job.refused(path, refusal, place, &name);
            } else if separator == ' '
                && let Some(at) = value.as_str().chars().position(|c| c == ' ')
            {
                let refusal = crate::emit::Refusal::Character(' ', at + 1);
                self.job.refused(path, refusal, place, &name);
            }
        }
        self.end(line);
    }

    /// A login: `name:password`.
    pub(super) fn login(
        &mut self,
        row: &SettingRow,
        name: Value<'_>,
        password: Value<'_>,
        paths: impl FnOnce(&Job<'a>) -> (Path, Path),
    ) {
        let Some(line) = self.begin(row, PHONE.into()) else {
            return;
        };
        let of_name = Place::Login.write(name, self.out);
        self.out.push(b':');
        let of_password = Place::Login.write(password, self.out);
        if of_name.is_ok() && of_password.is_ok() {
            return self.end(line);
        }
        self.out.truncate(line);
        let (name_path, password_path) = paths(self.job);
        for (result, path) in [(of_name, name_path), (of_password, password_path)] {
            if let Err(refusal) = result {
                self.job.refused(path, refusal, Place::Login, row.name);
            }
        }
    }

    /// A URL made of a template.
    pub(super) fn url<'v>(
        &mut self,
        row: &SettingRow,
        template: &UrlTemplate,
        fill: impl Fn(&str) -> Option<Value<'v>>,
        path: impl FnOnce(&Job<'a>) -> Path,
    ) {
        let Some(line) = self.begin(row, PHONE.into()) else {
            return;
        };
        for segment in template.segments() {
            match segment {
                Segment::Literal(text) => self.out.extend_from_slice(text.as_bytes()),
                Segment::Placeholder(name) => {
                    let Some(value) = fill(name) else { continue };
                    if let Err(refusal) = Place::UrlSegment.write(value, self.out) {
                        let path = path(self.job);
                        self.job.refused(path, refusal, Place::UrlSegment, row.name);
                        self.out.truncate(line);
                        return;
                    }
                }
            }
        }
        self.end(line);
    }

    /// Clears a setting: `%NULL%`, or `%EMPTY%` where the phone's default is not blank and the
    /// firmware knows that word (V80 on). Never a bare `name =`, which phones ignore.
    pub(super) fn clear<'i>(&mut self, row: &SettingRow, ix: impl Into<Ix<'i>>) {
        let knows_empty = self.job.level.is_none_or(|level| level[0] >= 80);
        let blank_default = row.default.is_none_or(str::is_empty);
        let token = if blank_default || !knows_empty {
            "%NULL%"
        } else {
            "%EMPTY%"
        };
        if let Some(line) = self.begin(row, ix.into()) {
            self.out.extend_from_slice(token.as_bytes());
            self.end(line);
        }
    }

    /// Makes a list empty that the phone fills by itself. V7x has no word for that: it is reset there.
    pub(super) fn empty<'i>(&mut self, row: &SettingRow, ix: impl Into<Ix<'i>>) {
        let knows_empty = self.job.level.is_none_or(|level| level[0] >= 80);
        self.token(row, ix, if knows_empty { "%EMPTY%" } else { "%NULL%" });
    }

    /// A raw line: the name as the caller gave it, the value where there is one.
    pub(super) fn raw(&mut self, name: &str, raw: &Custom<'_>, row: Option<&SettingRow>) {
        let line = self.out.len();
        let place = Place::CfgValue;
        if let Some((at, character)) = name.chars().enumerate().find(|(_, c)| !is_of_name(*c)) {
            let kind = ErrorKind::Unwritable {
                character,
                position: at + 1,
                place: "the name of a setting".to_owned(),
            };
            self.job.error(raw.path(self.job).key("name"), kind);
            return;
        }
        self.out.extend_from_slice(name.as_bytes());
        self.out.extend_from_slice(b" = ");
        match raw.value() {
            Some(value) => {
                if let Err(refusal) = place.write(value, self.out) {
                    self.out.truncate(line);
                    let path = raw.value_path(self.job);
                    self.job.refused(path, refusal, place, name);
                    return;
                }
            }
            None => {
                let blank = row.and_then(|row| row.default).is_none_or(str::is_empty);
                self.out
                    .extend_from_slice(if blank { b"%NULL%" } else { b"%EMPTY%" });
            }
        }
        self.end(line);
    }

    /// Writes `name = ` when the setting is to be written and gives the start of the line.
    fn begin(&mut self, row: &SettingRow, ix: Ix<'_>) -> Option<usize> {
        if !self.job.has(row) || (self.shared && row.secret) {
            return None;
        }
        if !self.job.custom.is_empty() && ix.numbers.iter().any(|n| self.job.is_slot(*n)) {
            // A raw setting takes the place of the one that has its number.
            let is_it = |raw: &Custom<'_>| {
                let known = find(tables::SETTINGS, &concrete_name(raw.setting), None);
                known.is_some_and(|known| known.row.name == row.name)
            };
            self.job.is_spoilt |= self.job.custom.iter().any(is_it);
        }
        let line = self.out.len();
        let number = |number: u16, out: &mut Vec<u8>| self.job.decimal(number.into(), out);
        row.places
            .fill(row.name, ix.numbers, ix.word, self.out, number);
        let name_end = self.out.len() - " = ".len();
        let name = &self.out[line..name_end];
        // A login is set per line; a further line does not replace the others.
        let shadowed = !self.job.custom.is_empty()
            && !is_login(row)
            && self.job.shadowed(&full_name(row, ix), |custom| {
                concrete_name(custom).as_bytes() == name
            });
        if shadowed {
            self.out.truncate(line);
            return None;
        }
        Some(line)
    }

    fn end(&mut self, _line: usize) {
        self.out.push(b'\n');
    }
}

/// The name of a raw setting with its index in the place of the first `X`.
pub(super) fn concrete_name(setting: &CustomSetting) -> Cow<'_, str> {
    match setting.index {
        Some(index) => setting
            .name
            .as_str()
            .replacen('X', &index.to_string(), 1)
            .into(),
        None => setting.name.as_str().into(),
    }
}

/// Whether the setting is a command that the phone carries out once per line.
fn is_login(row: &SettingRow) -> bool {
    row.name.ends_with("security.user_password")
}

fn is_of_name(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '.' | '_' | '-')
}

/// The name of a setting with its indices, for messages.
pub(super) fn full_name(row: &SettingRow, ix: Ix<'_>) -> String {
    let mut bytes = Vec::new();
    cfg::name(row.name, ix.numbers, ix.word, &mut bytes);
    bytes.truncate(bytes.len() - " = ".len());
    let mut name = String::new();
    let _ = write!(name, "{}", String::from_utf8_lossy(&bytes));
    name
}
