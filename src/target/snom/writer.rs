//! Writes XML settings: the one place that knows which settings a phone or base gets and how an
//! element looks. Both Snom targets write through it.
//!
//! One setting stands on one line: `<NAME idx="N" perm="P">VALUE</NAME>`. `perm` is written by the
//! desk phones' target only; bases do not take it.

use super::super::SettingRow;
use super::super::custom::Custom;
use super::super::job::Job;
use super::super::program::SeamOf;
use crate::emit::{Place, Refusal, xml};
use crate::error::Path;
use crate::model::{Segment, UrlTemplate};
use crate::text::Value;

/// Appends elements to a file. A setting that the firmware does not have is left out, so that
/// callers name a setting in all its spellings and the dictionary decides.
#[derive(Debug)]
pub(super) struct Writer<'w, 'a> {
    pub(super) job: &'w mut Job<'a>,
    out: &'w mut Vec<u8>,
    permissions: bool,
    depth: usize,
}

/// Which of a setting's values is meant: what stands beside its name.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) enum At<'t> {
    /// Nothing: one value for the whole phone or base.
    #[default]
    Phone,
    /// `idx="N"`.
    Index(u16),
    /// `type="M65"`: a model of handset.
    Type(&'t str),
}

impl From<u16> for At<'_> {
    fn from(index: u16) -> Self {
        Self::Index(index)
    }
}

impl At<'_> {
    fn index(self) -> Option<u16> {
        match self {
            Self::Index(index) => Some(index),
            Self::Phone | Self::Type(_) => None,
        }
    }
}

/// A setting of the phone itself, which has no index.
pub(super) const PHONE: At<'static> = At::Phone;

/// Permission of a setting whose row says nothing: read only.
const READ_ONLY: &str = "R";

/// The attributes of a function key.
#[derive(Clone, Debug)]
pub(super) struct Key<'v> {
    /// `active` or the number of an identity.
    pub(super) context: &'v str,
    /// The text beside the key, with its path.
    pub(super) label: Option<(Value<'v>, Path)>,
    /// Permission where it differs from the row's.
    pub(super) perm: Option<&'static str>,
}

/// A piece of what a function key does.
#[derive(Clone, Debug)]
pub(super) enum Piece<'v> {
    /// Words and signs of the vendor's.
    Words(&'v str),
    /// A number, an address or a code, with its path.
    Value(Value<'v>, Path),
}

impl<'w, 'a> Writer<'w, 'a> {
    /// A writer that gives every setting its permission, as desk phones want it.
    pub(super) fn desk(job: &'w mut Job<'a>, out: &'w mut Vec<u8>) -> Self {
        Self {
            permissions: true,
            ..Self::dect(job, out)
        }
    }

    /// A writer that gives no permissions, as bases want it.
    pub(super) fn dect(job: &'w mut Job<'a>, out: &'w mut Vec<u8>) -> Self {
        Self {
            job,
            out,
            permissions: false,
            depth: 2,
        }
    }

    /// The same for settings that stand so many elements deep: 2 in `<settings>` with sections, 1
    /// in a file of one section.
    pub(super) fn at_depth(self, depth: usize) -> Self {
        Self { depth, ..self }
    }

    /// Says that what follows is told of one key or account among many.
    pub(super) fn seam(&mut self, of: SeamOf) {
        self.job.seam(of, self.out);
    }

    /// Opens an element that holds settings.
    pub(super) fn open(&mut self, name: &str, attributes: &[(&str, &str)]) {
        open(self.depth - 1, name, attributes, self.out);
    }

    /// Closes it.
    pub(super) fn close(&mut self, name: &str) {
        close(self.depth - 1, name, self.out);
    }

    /// A token of the vendor's or of a type that holds no user's text and nothing to escape.
    pub(super) fn token<'t>(&mut self, row: &SettingRow, at: impl Into<At<'t>>, token: &str) {
        if self.begin(row, at.into()).is_none() {
            return;
        }
        debug_assert!(
            !token.is_empty() && !token.contains(['&', '<', '>']),
            "`{}` is cleared, or written as an address or a text",
            row.name
        );
        self.out.extend_from_slice(token.as_bytes());
        self.end(row.name);
    }

    /// Text of a type that holds no user's text, but perhaps an `&`: an address.
    pub(super) fn address<'t>(&mut self, row: &SettingRow, at: impl Into<At<'t>>, address: &str) {
        if self.begin(row, at.into()).is_none() {
            return;
        }
        literal(address, self.out);
        self.end(row.name);
    }

    pub(super) fn number<'t>(
        &mut self,
        row: &SettingRow,
        at: impl Into<At<'t>>,
        number: impl Into<i64>,
    ) {
        if self.begin(row, at.into()).is_some() {
            self.job.decimal(number.into(), self.out);
            self.end(row.name);
        }
    }

    /// A switch of the words `on` and `off`.
    pub(super) fn switch<'t>(&mut self, row: &SettingRow, at: impl Into<At<'t>>, on: bool) {
        self.token(row, at, if on { "on" } else { "off" });
    }

    /// A user's text. `path` is asked for only when there is something to say about it.
    pub(super) fn text<'t>(
        &mut self,
        row: &SettingRow,
        at: impl Into<At<'t>>,
        value: Value<'_>,
        path: impl FnOnce(&Job<'a>) -> Path,
    ) {
        self.text_of(row, at, value, |_| true, path);
    }

    /// A user's text of which the phone takes only some characters.
    pub(super) fn text_of<'t>(
        &mut self,
        row: &SettingRow,
        at: impl Into<At<'t>>,
        value: Value<'_>,
        takes: impl Fn(char) -> bool,
        path: impl FnOnce(&Job<'a>) -> Path,
    ) {
        let Some(line) = self.begin(row, at.into()) else {
            return;
        };
        let place = Place::XmlText;
        let sentinel = value.is_sentinel();
        let strange = value.as_str().chars().enumerate().find(|(_, c)| !takes(*c));
        let written = match strange.filter(|_| !sentinel) {
            Some((index, character)) => Err(Refusal::Character(character, index + 1)),
            None => place.write(value, self.out),
        };
        if let Err(refusal) = written {
            self.out.truncate(line);
            let path = path(self.job);
            self.job.refused(path, refusal, place, row.name);
            return;
        }
        self.end(row.name);
        self.job.tell_long_text(row, value, path, || row.name);
    }

    /// A user's text, or the setting cleared.
    pub(super) fn text_or_clear<'t>(
        &mut self,
        row: &SettingRow,
        at: impl Into<At<'t>>,
        value: Option<Value<'_>>,
        path: impl FnOnce(&Job<'a>) -> Path,
    ) {
        match value {
            Some(value) => self.text(row, at, value, path),
            None => self.clear(row, at),
        }
    }

    /// Several texts joined by a separator that none of them may hold.
    pub(super) fn list<'v, 't>(
        &mut self,
        row: &SettingRow,
        at: impl Into<At<'t>>,
        separator: char,
        items: impl IntoIterator<Item = (Value<'v>, Path)>,
    ) {
        if self.begin(row, at.into()).is_none() {
            return;
        }
        let place = Place::XmlText;
        for (i, (value, path)) in items.into_iter().enumerate() {
            if i > 0 {
                self.out.push(separator as u8);
            }
            let inside = value.as_str().chars().position(|c| c == separator);
            let written = match inside {
                Some(at) => Err(Refusal::Character(separator, at + 1)),
                None => place.write(value, self.out),
            };
            if let Err(refusal) = written {
                self.job.refused(path, refusal, place, row.name);
            }
        }
        self.end(row.name);
    }

    /// A URL made of a template. `fill` gives nothing for a place that is left to the phone.
    pub(super) fn url<'v, 't>(
        &mut self,
        row: &SettingRow,
        at: impl Into<At<'t>>,
        template: &UrlTemplate,
        fill: impl Fn(&str) -> Option<Value<'v>>,
        path: impl FnOnce(&Job<'a>) -> Path,
    ) {
        let Some(line) = self.begin(row, at.into()) else {
            return;
        };
        match url(template, fill, self.out) {
            Ok(()) => self.end(row.name),
            Err(refusal) => {
                self.out.truncate(line);
                let path = path(self.job);
                self.job.refused(path, refusal, Place::UrlSegment, row.name);
            }
        }
    }

    /// Clears a setting: an element without content.
    pub(super) fn clear<'t>(&mut self, row: &SettingRow, at: impl Into<At<'t>>) {
        if self.begin(row, at.into()).is_some() {
            self.end(row.name);
        }
    }

    /// A function key: its attributes, then what it does.
    pub(super) fn key(&mut self, row: &SettingRow, index: u16, key: Key<'_>, body: &[Piece<'_>]) {
        if !self.is_written(row, At::Index(index)) {
            return;
        }
        let line = self.out.len();
        let mut written = true;
        self.start(row.name, At::Index(index));
        xml::attribute("context", key.context, self.out);
        xml::begin_attribute("label", self.out);
        if let Some((value, path)) = key.label {
            written &= self.piece(row, Place::XmlLabel, value, path);
        }
        xml::end_attribute(self.out);
        self.permission(key.perm.or(row.perm));
        xml::close_tag(self.out);
        for piece in body {
            match piece {
                Piece::Words(words) => literal(words, self.out),
                Piece::Value(value, path) => {
                    written &= self.piece(row, Place::XmlKeyValue, *value, path.clone());
                }
            }
        }
        self.end(row.name);
        if !written {
            self.out.truncate(line);
        }
    }

    /// One text of several in a line; whether its place takes it.
    fn piece(&mut self, row: &SettingRow, place: Place, value: Value<'_>, path: Path) -> bool {
        let written = place.write(value, self.out);
        written
            .map_err(|refusal| self.job.refused(path, refusal, place, row.name))
            .is_ok()
    }

    /// A raw setting: the name as the caller gave it, further attributes of the target's own, the
    /// value where there is one.
    pub(super) fn raw(
        &mut self,
        name: &str,
        at: At<'_>,
        attributes: &[(&str, &str)],
        raw: &Custom<'_>,
        row: Option<&SettingRow>,
    ) {
        if let Some((at, character)) = strange_in_name(name) {
            let refusal = Refusal::Character(character, at);
            let path = raw.path(self.job).key("name");
            return self.job.refused(path, refusal, Place::XmlText, "custom");
        }
        let line = self.out.len();
        self.start(name, at);
        for (name, value) in attributes {
            xml::attribute(name, value, self.out);
        }
        self.permission(row.and_then(|row| row.perm));
        xml::close_tag(self.out);
        if let Some(value) = raw.value()
            && let Err(refusal) = Place::XmlText.write(value, self.out)
        {
            self.out.truncate(line);
            let path = raw.value_path(self.job);
            self.job.refused(path, refusal, Place::XmlText, name);
            return;
        }
        self.end(name);
    }

    /// Writes `<NAME idx="N" perm="P">` when the setting is to be written and gives the start of the
    /// line.
    fn begin(&mut self, row: &SettingRow, at: At<'_>) -> Option<usize> {
        if !self.is_written(row, at) {
            return None;
        }
        let line = self.out.len();
        self.start(row.name, at);
        self.permission(row.perm);
        xml::close_tag(self.out);
        Some(line)
    }

    /// Whether the firmware has the setting and no raw setting takes its place.
    fn is_written(&mut self, row: &SettingRow, at: At<'_>) -> bool {
        if !self.job.custom.is_empty() && at.index().is_some_and(|index| self.job.is_slot(index)) {
            // A raw setting takes the place of the one that has its number.
            let mut names = self.job.custom.iter().map(|raw| raw.setting.name.as_str());
            self.job.is_spoilt |= names.any(|name| name == row.name);
        }
        self.job.has(row)
            && (matches!(at, At::Type(_))
                || !self.job.shadowed(row.name, |custom| {
                    custom.name.as_str() == row.name && custom.index == at.index()
                }))
    }

    fn start(&mut self, name: &str, at: At<'_>) {
        xml::line(self.depth, self.out);
        xml::open_tag(name, self.out);
        match at {
            At::Phone => {}
            At::Index(index) => {
                xml::begin_attribute("idx", self.out);
                self.job.decimal(index.into(), self.out);
                xml::end_attribute(self.out);
            }
            At::Type(model) => xml::attribute("type", model, self.out),
        }
    }

    fn permission(&mut self, perm: Option<&str>) {
        if self.permissions {
            xml::attribute("perm", perm.unwrap_or(READ_ONLY), self.out);
        }
    }

    fn end(&mut self, name: &str) {
        xml::end_tag(name, self.out);
        self.out.push(b'\n');
    }
}

/// Writes the declaration and opens the root element.
pub(super) fn open_document(root: &str, out: &mut Vec<u8>) {
    xml::declaration(out);
    open(0, root, &[], out);
}

/// Closes the root element.
pub(super) fn close_document(root: &str, out: &mut Vec<u8>) {
    close(0, root, out);
}

/// Writes a URL made of a template, for XML text or an attribute. `fill` gives nothing for a place
/// that is left to the phone.
pub(super) fn url<'v>(
    template: &UrlTemplate,
    fill: impl Fn(&str) -> Option<Value<'v>>,
    out: &mut Vec<u8>,
) -> Result<(), Refusal> {
    for segment in template.segments() {
        match segment {
            Segment::Literal(text) => literal(text, out),
            Segment::Placeholder(name) => match fill(name) {
                Some(value) => Place::UrlSegment.write(value, out)?,
                None => {
                    out.push(b'{');
                    out.extend_from_slice(name.as_bytes());
                    out.push(b'}');
                }
            },
        }
    }
    Ok(())
}

fn open(depth: usize, name: &str, attributes: &[(&str, &str)], out: &mut Vec<u8>) {
    xml::line(depth, out);
    xml::open_tag(name, out);
    for (name, value) in attributes {
        xml::attribute(name, value, out);
    }
    xml::close_tag(out);
    out.push(b'\n');
}

fn close(depth: usize, name: &str, out: &mut Vec<u8>) {
    xml::line(depth, out);
    xml::end_tag(name, out);
    out.push(b'\n');
}

/// Printable ASCII of the library's own or of a checked URL, which holds no quotes.
pub(super) fn literal(text: &str, out: &mut Vec<u8>) {
    let written = Place::XmlText.write(Value::of_type(text), out);
    debug_assert!(written.is_ok(), "XML text takes every character");
}

/// The first character that cannot stand in the name of an element, and its place from 1.
fn strange_in_name(name: &str) -> Option<(usize, char)> {
    let fits = |(i, c): &(usize, char)| match c {
        'a'..='z' | 'A'..='Z' | '_' => true,
        '0'..='9' | '-' | '.' => *i > 0,
        _ => false,
    };
    let strange = name.chars().enumerate().find(|found| !fits(found));
    strange.map(|(i, c)| (i + 1, c))
}
