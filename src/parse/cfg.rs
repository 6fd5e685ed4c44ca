//! Reads lines `name = value`, and the boot files that name others.

use std::ops::Range;

use memchr::{memchr, memchr_iter, memmem};

use super::file::Include;
use super::finding::Code;
use super::reading::{Reading, short};
use super::setting::{Extra, Models, Setting, Shape};
use super::source::Source;
use super::{FileKind, Format, sniff};
use crate::emit::cfg::HEADER;
use crate::scan::{self, Ends};

/// Reads the file.
pub(super) fn read(reading: &mut Reading<'_>) {
    reading.format = Format::Cfg;
    let source = reading.source.clone();
    let text = source.text();
    let ends = Ends::of(text.as_bytes());
    if ends.is_odd() {
        reading.mark();
    }
    if !reading.is_readable() {
        return;
    }
    if sniff::is_of_base_maker(text) {
        reading.find(Code::OTHER_TEXT, 0..text.lines().next().map_or(0, str::len));
        return;
    }
    // A line has some thirty bytes at least.
    reading.expect(text.len() / 32);
    let start = source.start();
    let header = header_line(&text.as_bytes()[start..]).map(|at| start + at);
    let mut cfg = Cfg {
        reading,
        source: &source,
        text,
        bytes: text.as_bytes(),
        ends: &ends,
        header: Header::Missing,
        header_at: header,
        has_junk: false,
        models: None,
        is_boot: false,
    };
    cfg.lines(start);
    cfg.end();
}

struct Cfg<'r, 'a> {
    reading: &'r mut Reading<'a>,
    source: &'r Source<'a>,
    text: &'r str,
    bytes: &'r [u8],
    ends: &'r Ends,
    header: Header,
    /// Where the header is, wherever that may be.
    header_at: Option<usize>,
    /// Whether something was told that stands before the header.
    has_junk: bool,
    /// The models in brackets on the line before.
    models: Option<Range<usize>>,
    is_boot: bool,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Header {
    Missing,
    There,
}

impl<'a> Cfg<'_, 'a> {
    /// Reads line after line, until there is no more room.
    fn lines(&mut self, start: usize) {
        let end = self.bytes.len();
        let is_old = self.reading.has_carriage_returns() && memchr(b'\n', self.bytes).is_none();
        if is_old {
            let first = memchr(b'\r', self.bytes).unwrap_or(end);
            self.reading.find(Code::OLD_LINE_ENDS, first..first + 1);
        }
        let feed = if is_old { b'\r' } else { b'\n' };
        let mut at = start;
        while at < end {
            let (next, room) = match self.plain(at) {
                Some(done) => done,
                None => {
                    let len = memchr(feed, &self.bytes[at..]).unwrap_or(end - at);
                    (at + len + 1, self.line(at, at + len))
                }
            };
            if !room {
                return;
            }
            at = next;
        }
    }

    /// A line as nearly all are, `name = value` with nothing strange about it: where the next begins,
    /// and whether to go on. `None`, and nothing done, for any other.
    #[inline]
    fn plain(&mut self, start: usize) -> Option<(usize, bool)> {
        let bytes = self.bytes;
        let skip_blank = |at: usize| at + usize::from(bytes.get(at) == Some(&b' '));
        let name_end = self.ends.name(start);
        let equals = skip_blank(name_end);
        if name_end == start || bytes.get(equals) != Some(&b'=') {
            return None;
        }
        let value = skip_blank(equals + 1);
        let end = self.ends.value(value);
        let is_plain = bytes.get(end) == Some(&b'\n')
            && end > value
            && !is_blank(bytes[value])
            && !is_blank(bytes[end - 1]);
        is_plain.then(|| (end + 1, self.push(start..end, start..name_end, value..end)))
    }

    /// One line; whether to go on.
    fn line(&mut self, mut start: usize, mut end: usize) -> bool {
        while start < end && is_blank(self.bytes[end - 1]) {
            end -= 1;
        }
        while start < end && is_blank(self.bytes[start]) {
            start += 1;
        }
        match self.bytes[start..end].first() {
            None => true,
            Some(b'#') => {
                self.comment(start..end);
                true
            }
            Some(b'[') => self.prefixed(start..end),
            _ => self.content(start, start..end),
        }
    }

    fn comment(&mut self, line: Range<usize>) {
        let text = &self.text[line.clone()];
        if !text.starts_with("#!") && self.header == Header::There {
            return;
        }
        if text == HEADER {
            if self.header == Header::Missing {
                self.header = Header::There;
                if line.start > self.source.start() && !self.has_junk {
                    self.reading.find(Code::HEADER_LATE, line);
                }
            }
        } else if squeezed_starts(text, "#!version") && self.header == Header::Missing {
            self.header = Header::There;
            self.reading.find(Code::OTHER_HEADER, line);
        }
    }

    /// A line with models in brackets before it, or nothing but them.
    #[cold]
    fn prefixed(&mut self, line: Range<usize>) -> bool {
        let text = &self.text[line.clone()];
        self.drop_models();
        let Some(close) = text.find(']') else {
            self.reading.find(Code::BAD_PREFIX, line);
            return true;
        };
        let models = line.start + 1..line.start + close;
        if text[1..close].trim().is_empty() {
            self.reading.find(Code::BAD_PREFIX, line.clone());
        }
        let rest = &text[close + 1..];
        let start = line.end - rest.trim_start().len();
        self.models = Some(models);
        start == line.end || self.content(line.start, start..line.end)
    }

    /// The models in brackets that no line followed.
    fn drop_models(&mut self) {
        if let Some(models) = self.models.take() {
            self.reading.find(Code::BAD_PREFIX, models);
        }
    }

    /// A line that says something: a setting, or a file to include.
    fn content(&mut self, start: usize, line: Range<usize>) -> bool {
        let mut name_end = line.start;
        while name_end < line.end && scan::is_of_name(self.bytes[name_end]) {
            name_end += 1;
        }
        let mut equals = name_end;
        while equals < line.end && is_blank(self.bytes[equals]) {
            equals += 1;
        }
        if equals == line.end || self.bytes[equals] != b'=' || name_end == line.start {
            return self.strange(start, line);
        }
        self.setting(start, line.start..name_end, equals, line.end)
    }

    fn setting(&mut self, start: usize, name: Range<usize>, equals: usize, end: usize) -> bool {
        let mut value = equals + 1;
        while value < end && is_blank(self.bytes[value]) {
            value += 1;
        }
        self.check_value(start, value, end);
        self.push(start..end, name, value..end)
    }

    /// Within the loop over the lines, where it is called for nearly all of them.
    #[inline(always)]
    fn push(&mut self, span: Range<usize>, name: Range<usize>, value: Range<usize>) -> bool {
        let models = self.models.take();
        let extra = models.and_then(|models| of_models(models, name.start));
        let source = self.source;
        self.reading.push(span.clone(), || Setting {
            source: source.clone(),
            extra,
            span: short(span),
            value: short(value),
            section: 0..0,
            name_end: name.end as u32,
            beside_end: name.end as u32,
            index: 0,
            has_index: false,
            shape: Shape::Line,
        })
    }

    #[inline]
    fn check_value(&mut self, start: usize, value: usize, end: usize) {
        if value == end {
            self.reading.find(Code::BARE_NAME, start..end);
            return;
        }
        if self.ends.value(value) < end {
            self.check_strange_value(value, end);
        }
    }

    #[cold]
    fn check_strange_value(&mut self, start: usize, end: usize) {
        let text = &self.text[start..end];
        if let Some(at) = glued(text) {
            self.reading.find(Code::GLUED, start + at..end);
        } else if let Some(at) = text.find(" #").or_else(|| text.find("\t#")) {
            self.reading
                .find(Code::COMMENT_IN_VALUE, start + at + 1..end);
        }
        if text.len() > 1 && text.starts_with('"') && text.ends_with('"') {
            self.reading.find(Code::QUOTED, start..end);
        }
        if let Some(at) = text.find('\r') {
            self.reading
                .find(Code::OLD_LINE_ENDS, start + at..start + at + 1);
        }
    }

    /// A line that is not `name = value` at first sight.
    #[cold]
    fn strange(&mut self, start: usize, line: Range<usize>) -> bool {
        let text = &self.text[line.clone()];
        if let Some(path) = text.strip_prefix("include:config") {
            self.include(line.end - path.len()..line.end);
            return true;
        }
        let is_before = self.header == Header::Missing && self.header_at > Some(line.start);
        let equals = text.find('=');
        let code = match equals {
            _ if text.starts_with(';') || text.starts_with("//") => Code::OTHER_COMMENT,
            None if self.reading.is_residue(text) => Code::RESIDUE,
            _ if is_before => Code::BEFORE_START,
            None => Code::NO_EQUALS,
            Some(0) => Code::NO_NAME,
            Some(equals) => {
                // Other white space than blanks is strange, and a name all the same.
                let name = text[..equals].trim_end_matches([' ', '\t', '\r']);
                if !self.reading.is_residue(name) {
                    let mut letters = name.char_indices();
                    let strange =
                        letters.find(|(_, c)| !c.is_ascii() || !scan::is_of_name(*c as u8));
                    let (at, letter) = strange.unwrap_or((0, ' '));
                    let at = line.start + at;
                    self.reading
                        .find(Code::STRANGE_NAME, at..at + letter.len_utf8());
                }
                let name = line.start..line.start + name.len();
                return self.setting(start, name, line.start + equals, line.end);
            }
        };
        self.models = None;
        if code == Code::BEFORE_START && std::mem::replace(&mut self.has_junk, true) {
            return true;
        }
        self.reading.find(code, line);
        true
    }

    /// The path behind `include:config`.
    fn include(&mut self, rest: Range<usize>) {
        self.is_boot = true;
        let text = self.text[rest.clone()].trim();
        let begin = rest.end - self.text[rest.clone()].trim_start().len();
        let quoted = [('<', '>'), ('"', '"')].iter().find_map(|(open, close)| {
            let path = text.strip_prefix(*open)?.strip_suffix(*close)?;
            Some((path, begin + 1))
        });
        let (path, begin) = quoted.unwrap_or((text, begin));
        let span = begin..begin + path.len();
        let file = path.split('?').next().unwrap_or_default();
        let is_cfg = file.len() > 4
            && file.is_char_boundary(file.len() - 4)
            && file[file.len() - 4..].eq_ignore_ascii_case(".cfg");
        if quoted.is_none() || path.is_empty() {
            self.reading.find(Code::BAD_INCLUDE, rest);
        } else if !is_cfg {
            self.reading.find(Code::INCLUDE_NAME, span.clone());
        }
        let models = self
            .models
            .take()
            .map(|models| self.text[models].trim().to_owned());
        self.reading.include(Include {
            target: path.to_owned(),
            models: models.unwrap_or_default(),
            span: self.source.span(short(span)),
        });
    }

    /// What only the whole file tells.
    fn end(&mut self) {
        self.drop_models();
        let boots = |name: &str| matches!(name, "overwrite_mode" | "specific_model.excluded_mode");
        let settings = self.reading.settings();
        let is_boot = self.is_boot || settings.iter().take(64).any(|s| boots(s.name()));
        let is_any = is_boot || !settings.is_empty() || self.header == Header::There;
        self.reading.kind = match (is_boot, is_any) {
            (true, _) => FileKind::Boot,
            (false, true) => FileKind::Settings,
            (false, false) => FileKind::Other,
        };
        if self.header == Header::Missing {
            let start = self.source.start();
            let line = memchr(b'\n', &self.bytes[start..]).unwrap_or(self.bytes.len() - start);
            self.reading.find(Code::NO_HEADER, start..start + line);
        }
    }
}

/// The models before a line, and where the name begins behind them.
#[cold]
fn of_models(models: Range<usize>, name: usize) -> Option<Box<Extra>> {
    Some(Box::new(Extra {
        models: Some(Models {
            span: short(models),
            name: name as u32,
        }),
        ..Extra::default()
    }))
}

#[inline]
fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r')
}

/// Where the first line is that is the header or wants to be it.
fn header_line(text: &[u8]) -> Option<usize> {
    let starts = memmem::find_iter(text, b"#!").take(64);
    let mut starts = starts.filter(|at| *at == 0 || text[at - 1] == b'\n');
    starts.find(|at| text[*at..].starts_with(b"#!version"))
}

/// Whether a line without its blanks, in small letters, begins so.
fn squeezed_starts(line: &str, start: &str) -> bool {
    let mut letters = line.chars().filter(|c| !c.is_whitespace());
    start
        .chars()
        .all(|c| letters.next().is_some_and(|l| l.eq_ignore_ascii_case(&c)))
}

/// Where another setting begins within a value: a name with a dot in it and a `=`.
fn glued(value: &str) -> Option<usize> {
    let bytes = value.as_bytes();
    memchr_iter(b'=', bytes).take(64).find_map(|equals| {
        let name = bytes[..equals].trim_ascii_end();
        let fits = |b: &u8| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'.');
        let len = name.iter().rev().take(120).take_while(|b| fits(b)).count();
        let digits = name[name.len() - len..]
            .iter()
            .take_while(|b| b.is_ascii_digit());
        let start = name.len() - len + digits.count();
        let name = &name[start..];
        let before = bytes[..start].last();
        // Queries, parameters and directory names have signs of equality, too.
        let is_other = matches!(
            before,
            Some(b'?' | b'&' | b'/' | b';' | b',' | b'(' | b'@' | b':' | b'%' | b'-')
        );
        let is_name = name.split(|b| *b == b'.').count() > 1
            && name
                .split(|b| *b == b'.')
                .all(|component| !component.is_empty());
        (is_name && !is_other).then_some(start)
    })
}
