//! Reads XML, also such that is not well-formed.
//!
//! A reader of its own: one that keeps to the standard ends at the first raw `&` in a password, where
//! this one has to tell of it, of what else is wrong, and of everything that can still be read.
//!
//! Time is linear in the input: an element that holds others is looked through once before it is
//! taken, and what lies in one that is not closed at most [`Limits::depth`](super::Limits::depth)
//! times.

use std::borrow::Cow;
use std::ops::Range;

use memchr::{memchr, memchr2, memmem};

use super::element::{self, Tag};
use super::file::Include;
use super::finding::Code;
use super::reading::{Reading, decoded, short};
use super::setting::{Setting, Shape};
use super::source::Source;
use super::{FileKind, Format, reference};

/// Reads the file.
pub(super) fn read(reading: &mut Reading<'_>) {
    reading.format = Format::Xml;
    reading.mark();
    let source = reading.source.clone();
    let text = source.text();
    let start = source.start();
    if !reading.is_readable() {
        return;
    }
    // An element of one line has some forty bytes at least.
    reading.expect(text.len() / 48);
    let mut xml = Xml {
        reading,
        source: &source,
        text,
        bytes: text.as_bytes(),
        at: start,
        open: Vec::new(),
        roots: 0,
        has_declaration: false,
        is_rootless: false,
        crossed: None,
        endless: [usize::MAX; 3],
    };
    xml.file();
}

struct Xml<'r, 'a> {
    reading: &'r mut Reading<'a>,
    source: &'r Source<'a>,
    text: &'r str,
    bytes: &'r [u8],
    at: usize,
    /// The root and the section that are open.
    open: Vec<Open>,
    roots: usize,
    has_declaration: bool,
    is_rootless: bool,
    /// The name of an element whose end tag comes too late.
    crossed: Option<Range<usize>>,
    /// From where on comments, CDATA and instructions have no end, so that none is looked for.
    endless: [usize; 3],
}

/// An element that holds settings or sections.
struct Open {
    tag: Range<usize>,
    name: Range<usize>,
    code_points: bool,
    /// Whether it is a root that holds sections.
    holds_sections: bool,
    /// Whether any element with others in it is a section of it.
    holds_any: bool,
    /// The name where it is a section, nothing where it is the root: no section holds another.
    section: Range<u32>,
}

/// How an element with other elements within it goes on.
enum Inner {
    /// Everything in it is closed; its own end tag begins and ends here.
    Closed(usize, usize),
    /// Its own end tag comes here, while another is open.
    Crossed(usize),
    /// It never ends.
    Open,
    /// More deeply than is looked.
    TooDeep,
}

/// Things of XML that are no elements.
#[derive(Clone, Copy)]
enum Aside {
    Comment,
    Data,
    Instruction,
}

impl Aside {
    /// The one that begins here.
    fn at(rest: &[u8]) -> Option<Self> {
        match rest {
            [b'<', b'!', b'-', b'-', ..] => Some(Self::Comment),
            [b'<', b'?', ..] => Some(Self::Instruction),
            _ if rest.starts_with(b"<![CDATA[") => Some(Self::Data),
            _ => None,
        }
    }

    fn start_len(self) -> usize {
        match self {
            Self::Comment => 4,
            Self::Data => 9,
            Self::Instruction => 2,
        }
    }

    fn ends_with(self) -> &'static [u8] {
        match self {
            Self::Comment => b"-->",
            Self::Data => b"]]>",
            Self::Instruction => b"?>",
        }
    }
}

impl<'a> Xml<'_, 'a> {
    fn file(&mut self) {
        while self.at < self.bytes.len() {
            let here = self.skip_blanks(self.at);
            match self.bytes.get(here) {
                None => break,
                Some(b'<') => {}
                Some(_) => {
                    self.stray_text(here);
                    continue;
                }
            }
            match self.bytes.get(here + 1) {
                Some(b'/') => self.end(here),
                Some(b'!' | b'?') => self.aside(here),
                _ => {
                    if !self.start(here) {
                        break;
                    }
                }
            }
        }
        for open in std::mem::take(&mut self.open) {
            self.find(Code::NOT_CLOSED, open.tag);
        }
        if self.roots == 0 && !self.is_rootless && self.reading.kind == FileKind::Other {
            let end = self.text.len();
            self.find(Code::NO_ROOT, end..end);
        } else if !self.has_declaration
            && self.reading.root.is_some()
            && self.reading.kind != FileKind::Other
        {
            let start = self.source.start();
            self.find(Code::NO_DECLARATION, start..start);
        }
    }

    /// A start tag between elements; whether to go on.
    fn start(&mut self, here: usize) -> bool {
        let Some(tag) = self.tag(here) else {
            self.find(Code::RAW_LESS_THAN, here..here + 1);
            self.at = here + 1;
            return true;
        };
        let Some(parent) = self.open.last() else {
            return self.root(tag);
        };
        let (holds_sections, holds_any) = (parent.holds_sections, parent.holds_any);
        let holds_elements = !tag.is_empty && element::element_follows(self.bytes, tag.end);
        if !holds_elements && !holds_sections {
            return self.setting(&tag);
        }
        let name = &self.text[tag.name.clone()];
        if element::is_section(name) {
            if !holds_sections && self.open.len() > 1 {
                // A section never holds another: the one before was not closed.
                let open = parent.tag.clone();
                self.find(Code::NOT_CLOSED, open);
                self.open.pop();
            }
        } else if !holds_any || !holds_elements || tag.index.is_some() {
            return self.setting(&tag);
        }
        self.open(tag);
        true
    }

    fn root(&mut self, tag: Tag) -> bool {
        let name = &self.text[tag.name.clone()];
        let kind = element::kind(name);
        if name.eq_ignore_ascii_case("html") {
            self.find(Code::WEB_PAGE, tag.start..tag.end);
            self.roots += 1;
            self.reading.root.get_or_insert(short(tag.name));
            return false;
        }
        if kind.is_none() && !tag.is_empty && !element::element_follows(self.bytes, tag.end) {
            if !self.is_rootless {
                self.is_rootless = true;
                self.reading.kind = FileKind::Settings;
                self.find(Code::NO_ROOT, tag.start..tag.end);
            }
            return self.setting(&tag);
        }
        self.roots += 1;
        if self.roots > 1 {
            self.find(Code::SECOND_ROOT, tag.start..tag.end);
        } else {
            self.reading.kind = kind.unwrap_or(FileKind::Other);
            self.reading.root = Some(short(tag.name.clone()));
        }
        self.open(tag);
        true
    }

    /// Enters an element that holds settings or sections.
    fn open(&mut self, tag: Tag) {
        self.check_attributes(&tag);
        self.at = tag.end;
        if tag.is_empty {
            return;
        }
        let inherited = self.open.last().is_some_and(|open| open.code_points);
        let is_root = self.open.is_empty();
        self.open.push(Open {
            tag: tag.start..tag.end,
            holds_any: is_root && self.text[tag.name.clone()] == *"settings",
            holds_sections: is_root && !element::is_section(&self.text[tag.name.clone()]),
            section: match is_root {
                true => 0..0,
                false => short(tag.name.clone()),
            },
            name: tag.name,
            code_points: tag.code_points.unwrap_or(inherited),
        });
    }

    /// An end tag between elements.
    fn end(&mut self, here: usize) {
        let (name, end, is_closed) = element::end_tag(self.bytes, here);
        self.at = end.max(here + 2);
        if !is_closed {
            self.find(Code::TAG_NOT_CLOSED, here..end);
        }
        let own = &self.text[name];
        let is_own = |open: &Open| self.text[open.name.clone()] == *own;
        if let Some(level) = self.open.iter().rposition(is_own) {
            while self.open.len() > level + 1
                && let Some(open) = self.open.pop()
            {
                self.find(Code::NOT_CLOSED, open.tag);
            }
            self.open.pop();
            return;
        }
        if self.is_crossed(own) {
            return;
        }
        let meant = |open: &Open| squeezed(&self.text[open.name.clone()]) == squeezed(own);
        if self.open.last().is_some_and(meant) {
            self.open.pop();
            self.find(Code::CLOSED_BY_OTHER, here..end);
        } else {
            self.find(Code::STRAY_END, here..end);
        }
    }

    /// Text where only elements may stand.
    #[cold]
    fn stray_text(&mut self, here: usize) {
        let rest = &self.bytes[here..];
        let len = memchr(b'<', rest).unwrap_or(rest.len());
        let text = &self.text[here..here + len];
        let span = here..here + text.trim_end().len();
        let code = if self.reading.is_residue(text) {
            Code::RESIDUE
        } else if self.roots == 0 && !self.has_declaration && !self.is_rootless {
            Code::BEFORE_START
        } else {
            Code::STRAY_TEXT
        };
        self.find(code, span);
        self.at = here + len;
    }

    /// A comment, the declaration or the like.
    fn aside(&mut self, here: usize) {
        let rest = &self.bytes[here..];
        let Some(aside) = Aside::at(rest) else {
            if rest.len() > 2 && rest[2].is_ascii_alphabetic() {
                return self.document_type(here);
            }
            self.find(Code::RAW_LESS_THAN, here..here + 1);
            self.at = here + 1;
            return;
        };
        let (end, is_closed) = self.end_of(aside, here);
        self.at = end;
        if !is_closed {
            self.find(Code::COMMENT_NOT_CLOSED, here..end);
            return;
        }
        match aside {
            Aside::Comment => self.check_comment(here, end),
            Aside::Data => self.find(Code::STRAY_TEXT, here..end),
            Aside::Instruction => self.instruction(here, end),
        }
    }

    fn instruction(&mut self, here: usize, end: usize) {
        let body = &self.text[here + 2..end - 2];
        if !body.starts_with("xml")
            || body[3..].starts_with(|c: char| c.is_alphanumeric() || c == '-')
        {
            if self.reading.is_residue(&self.text[here..end]) {
                self.find(Code::RESIDUE, here..end);
            }
            return;
        }
        if self.roots > 0 || self.has_declaration || self.is_rootless {
            self.find(Code::DECLARATION_AGAIN, here..end);
            return;
        }
        self.has_declaration = true;
        let before = &self.text[self.source.start()..here];
        if before.trim_start().starts_with("<!--") {
            self.find(Code::COMMENT_FIRST, here..end);
        } else if !before.is_empty() && before.trim().is_empty() {
            let message = "blanks stand before the XML declaration: not well-formed";
            self.reading
                .find_because(Code::BEFORE_START, 0..here, message.to_owned());
        }
        let mut at = 3;
        while let Some(found) = super::attribute::next(body.as_bytes(), at) {
            at = found.next;
            let value = body.get(found.value.clone()).unwrap_or_default();
            if body.get(found.name) == Some("encoding")
                && !["utf-8", "utf8", "us-ascii", "ascii"]
                    .iter()
                    .any(|known| value.eq_ignore_ascii_case(known))
            {
                let base = here + 2;
                self.find(
                    Code::ENCODING,
                    base + found.value.start..base + found.value.end,
                );
            }
        }
    }

    /// `<!DOCTYPE …>`, with or without declarations in brackets, none of which is read.
    #[cold]
    fn document_type(&mut self, here: usize) {
        let rest = &self.bytes[here..];
        let close = memchr(b'>', rest);
        let end = match (memchr(b'[', rest), close) {
            (Some(open), Some(close)) if open < close => {
                let end = memmem::find(&rest[open..], b"]>").map(|at| open + at + 2);
                end.unwrap_or(close + 1)
            }
            (_, Some(close)) => close + 1,
            _ => rest.len(),
        };
        self.at = here + end;
        let text = &self.text[here..here + end];
        let is_page = text.get(9..).is_some_and(|rest| {
            rest.trim_start()
                .get(..4)
                .is_some_and(|w| w.eq_ignore_ascii_case("html"))
        });
        if !is_page {
            self.find(Code::DOCUMENT_TYPE, here..here + end);
        }
    }

    /// A setting, from its tag to its end; whether there was room for it.
    #[inline]
    fn setting(&mut self, tag: &Tag) -> bool {
        self.check_attributes(tag);
        if tag.is_empty {
            return self.push(tag, tag.end..tag.end, tag.end, None);
        }
        if !tag.is_closed && self.own_end(tag, tag.end).is_none() {
            return self.unclosed(tag, tag.end);
        }
        let rest = &self.bytes[tag.end..];
        if let Some(len) = memchr2(b'<', b'&', rest)
            && let Some(end) = self.own_end(tag, tag.end + len)
            && !(self.reading.has_carriage_returns() && rest[..len].contains(&b'\r'))
        {
            return self.push(tag, tag.end..tag.end + len, end, None);
        }
        self.value(tag)
    }

    /// Where the end tag of an element ends, if it stands here.
    #[inline]
    fn own_end(&self, tag: &Tag, here: usize) -> Option<usize> {
        let name = &self.bytes[tag.name.clone()];
        let rest = self.bytes[here..].strip_prefix(b"</")?.strip_prefix(name)?;
        match rest {
            [b'>', ..] => Some(here + name.len() + 3),
            [b' ' | b'\t' | b'\n' | b'\r', ..] => {
                let blanks = rest.len() - rest.trim_ascii_start().len();
                (rest.get(blanks) == Some(&b'>')).then_some(here + name.len() + blanks + 3)
            }
            _ => None,
        }
    }

    /// A value with something in it beside plain text.
    fn value(&mut self, tag: &Tag) -> bool {
        // What is put together so far, and where the piece begins that is not in it.
        let mut value: Option<String> = None;
        let mut piece = tag.end;
        let mut from = tag.end;
        // Up to here a `<` is text.
        let mut raw_until = 0;
        loop {
            let Some(here) = memchr(b'<', &self.bytes[from..]).map(|at| from + at) else {
                self.find(Code::NOT_CLOSED, tag.start..tag.end);
                return self.unclosed(tag, self.text.len());
            };
            let rest = &self.bytes[here..];
            if here < raw_until {
                from = here + 1;
                continue;
            }
            if let Some(end) = self.own_end(tag, here) {
                let value = self.joined(tag, value, piece..here);
                return self.push(tag, tag.end..here, end, value);
            }
            if rest.starts_with(b"</") {
                let (name, end, is_closed) = element::end_tag(self.bytes, here);
                let own = &self.text[name];
                if own == &self.text[tag.name.clone()] {
                    self.find(Code::TAG_NOT_CLOSED, here..end);
                    let value = self.joined(tag, value, piece..here);
                    return self.push(tag, tag.end..here, end, value);
                }
                if self
                    .open
                    .iter()
                    .any(|open| self.text[open.name.clone()] == *own)
                {
                    self.find(Code::NOT_CLOSED, tag.start..tag.end);
                    return self.unclosed(tag, here);
                }
                if self.is_crossed(own) {
                    self.add(tag, &mut value, piece..here);
                    (piece, from) = (end, end);
                    continue;
                }
                let next = memchr(b'<', &self.bytes[end..]).map(|at| end + at);
                if let Some(next) = next
                    && self.own_end(tag, next).is_some()
                    && !self.bytes[end..next].contains(&b'\n')
                {
                    self.find(Code::RAW_LESS_THAN, here..here + 1);
                    from = end;
                    continue;
                }
                self.find(Code::CLOSED_BY_OTHER, here..end);
                if !is_closed {
                    self.find(Code::TAG_NOT_CLOSED, here..end);
                }
                let value = self.joined(tag, value, piece..here);
                return self.push(tag, tag.end..here, end.max(here + 2), value);
            }
            if let Some(aside) = Aside::at(rest) {
                let (end, is_closed) = self.end_of(aside, here);
                if !is_closed {
                    self.find(Code::COMMENT_NOT_CLOSED, here..end);
                }
                self.add(tag, &mut value, piece..here);
                match aside {
                    Aside::Data if is_closed => {
                        let data = &self.text[here + aside.start_len()..end - 3];
                        value.get_or_insert_default().push_str(data);
                    }
                    Aside::Comment if is_closed => self.check_comment(here, end),
                    _ => {}
                }
                (piece, from) = (end, end);
                continue;
            }
            if element::name(self.bytes, here + 1).is_none() {
                self.find(Code::RAW_LESS_THAN, here..here + 1);
                from = here + 1;
                continue;
            }
            match self.inner(tag, here) {
                Inner::Closed(last, end) => {
                    // The faults within it; as a value it stays as it is written.
                    let _ = self.resolved(tag, tag.end..last);
                    let inner = &self.text[tag.end..last];
                    let start = tag.end + (inner.len() - inner.trim_start().len());
                    let len = inner.trim().len();
                    return self.push(tag, start..start + len, end, None);
                }
                Inner::Crossed(last)
                    if !self.bytes[here..last].contains(&b'\n')
                        && !self.is_crossing(here, last) =>
                {
                    self.find(Code::RAW_LESS_THAN, here..here + 1);
                    raw_until = last;
                }
                Inner::Crossed(_) => {
                    self.find(Code::CROSSED, tag.start..tag.end);
                    self.crossed = Some(tag.name.clone());
                    return self.unclosed(tag, here);
                }
                Inner::Open => {
                    self.find(Code::NOT_CLOSED, tag.start..tag.end);
                    return self.unclosed(tag, here);
                }
                Inner::TooDeep => {
                    self.find(Code::TOO_DEEP, tag.start..tag.end);
                    return self.unclosed(tag, here);
                }
            }
        }
    }

    /// A value that is put together, with its last piece, where it is not a piece of the text.
    fn joined(&mut self, tag: &Tag, value: Option<String>, piece: Range<usize>) -> Option<String> {
        let last = self.resolved(tag, piece.clone());
        match value {
            Some(value) => Some(value + last.as_deref().unwrap_or(&self.text[piece])),
            None => last,
        }
    }

    /// Adds a piece to a value that is put together.
    fn add(&mut self, tag: &Tag, value: &mut Option<String>, piece: Range<usize>) {
        let resolved = self.resolved(tag, piece.clone());
        let text = resolved.as_deref().unwrap_or(&self.text[piece]);
        value.get_or_insert_default().push_str(text);
    }

    /// A piece of text with its references resolved, where it has any.
    fn resolved(&mut self, tag: &Tag, piece: Range<usize>) -> Option<String> {
        let code_points = self.code_points(tag);
        let text = &self.text[piece.clone()];
        let reading = &mut *self.reading;
        let resolved = reference::resolve(text, code_points, |code, span| {
            reading.find(code, piece.start + span.start..piece.start + span.end);
        });
        if reading.has_carriage_returns() && text.contains('\r') {
            // One that is written as such ends a line, one that is referred to is a character.
            let text = text.replace("\r\n", "\n").replace('\r', "\n");
            return Some(reference::resolve(&text, code_points, |_, _| {}).into_owned());
        }
        match resolved {
            Cow::Owned(resolved) => Some(resolved),
            Cow::Borrowed(_) => None,
        }
    }

    /// Looks through the elements within an element.
    fn inner(&mut self, outer: &Tag, mut here: usize) -> Inner {
        let mut open: Vec<Range<usize>> = Vec::new();
        loop {
            let rest = &self.bytes[here..];
            if rest.starts_with(b"</") {
                let (name, end, _) = element::end_tag(self.bytes, here);
                let own = &self.bytes[name];
                match open.pop() {
                    Some(top) if self.bytes[top.clone()] == *own => {}
                    None if self.bytes[outer.name.clone()] == *own => {
                        return Inner::Closed(here, end);
                    }
                    Some(_) if self.bytes[outer.name.clone()] == *own => {
                        return Inner::Crossed(here);
                    }
                    _ => return Inner::Open,
                }
                here = end;
            } else if let Some(aside) = Aside::at(rest) {
                here = self.end_of(aside, here).0;
            } else if let Some(tag) = element::tag(self.bytes, here, &mut |_, _| {}) {
                if !tag.is_empty {
                    if self.open.len() + open.len() + 2 > self.reading.limits.depth {
                        return Inner::TooDeep;
                    }
                    open.push(tag.name);
                }
                here = tag.end;
            } else {
                here += 1;
            }
            match memchr(b'<', &self.bytes[here..]) {
                Some(next) => here += next,
                None => return Inner::Open,
            }
        }
    }

    /// Whether the element that is open at the end tag of another has its own end tag right behind.
    fn is_crossing(&self, inner: usize, last: usize) -> bool {
        let Some(name) = element::name(self.bytes, inner + 1) else {
            return false;
        };
        let (_, end, _) = element::end_tag(self.bytes, last);
        let here = self.skip_blanks(end);
        self.bytes[here..].starts_with(b"</") && {
            let (next, _, _) = element::end_tag(self.bytes, here);
            self.bytes[next] == self.bytes[name]
        }
    }

    /// An element that is not closed: its value is what stands on its line.
    fn unclosed(&mut self, tag: &Tag, end: usize) -> bool {
        let text = &self.text[tag.end..end];
        let line = memchr(b'\n', text.as_bytes()).unwrap_or(text.len());
        let len = text[..line].trim_end().len();
        let last = tag.end + len;
        let value = self.resolved(tag, tag.end..last);
        let room = self.push(tag, tag.end..last, last, value);
        self.at = end;
        room
    }

    #[inline]
    fn push(&mut self, tag: &Tag, value: Range<usize>, end: usize, other: Option<String>) -> bool {
        self.at = end;
        if self.reading.kind == FileKind::FileList {
            self.include(tag);
        }
        let open = self.open.last();
        let extra = other.and_then(decoded);
        let (source, code_points) = (self.source, self.code_points(tag));
        self.reading.push(tag.start..end, || Setting {
            source: source.clone(),
            extra,
            span: short(tag.start..end),
            value: short(value),
            section: open.map_or(0..0, |open| open.section.clone()),
            name_end: tag.name.end as u32,
            beside_end: tag.attributes.end as u32,
            index: tag.index.unwrap_or_default(),
            has_index: tag.index.is_some(),
            shape: Shape::Element { code_points },
        })
    }

    /// The address of a file in a list of files.
    fn include(&mut self, tag: &Tag) {
        let mut at = tag.attributes.start;
        while let Some(found) = super::attribute::next(self.bytes, at) {
            at = found.next;
            if self.text.get(found.name.clone()) == Some("url") {
                let url = self.text.get(found.value.clone()).unwrap_or_default();
                let target = reference::resolve_attribute(url, self.code_points(tag));
                self.reading.include(Include {
                    target: target.into_owned(),
                    models: String::new(),
                    span: self.source.span(short(found.value)),
                });
                return;
            }
        }
    }

    fn tag(&mut self, here: usize) -> Option<Tag> {
        let reading = &mut *self.reading;
        element::tag(self.bytes, here, &mut |code, span| reading.find(code, span))
    }

    /// Tells what is wrong with the references in the attributes of a tag.
    #[inline]
    fn check_attributes(&mut self, tag: &Tag) {
        if memchr(b'&', &self.bytes[tag.attributes.clone()]).is_some() {
            let mut at = tag.attributes.start;
            while let Some(found) = super::attribute::next(self.bytes, at) {
                at = found.next;
                let _ = self.resolved(tag, found.value);
            }
        }
    }

    #[inline]
    fn code_points(&self, tag: &Tag) -> bool {
        let inherited = || self.open.last().is_some_and(|open| open.code_points);
        tag.code_points.unwrap_or_else(inherited)
    }

    /// Where a comment or the like ends, and whether it is closed; one that is not, ends with its line.
    fn end_of(&mut self, aside: Aside, here: usize) -> (usize, bool) {
        let begin = here + aside.start_len();
        if begin < self.endless[aside as usize] {
            let rest = self.bytes.get(begin..).unwrap_or_default();
            if let Some(at) = memmem::find(rest, aside.ends_with()) {
                return (begin + at + aside.ends_with().len(), true);
            }
            self.endless[aside as usize] = begin;
        }
        let rest = &self.bytes[here..];
        (here + memchr(b'\n', rest).unwrap_or(rest.len()), false)
    }

    fn check_comment(&mut self, here: usize, end: usize) {
        let body = &self.bytes[here + 4..end - 3];
        if memmem::find(body, b"--").is_some() || body.ends_with(b"-") {
            self.find(Code::DASHES, here..end);
        }
    }

    /// Whether an end tag is the late one of an element that crosses another.
    fn is_crossed(&mut self, name: &str) -> bool {
        let is_it = |crossed: &mut Range<usize>| self.text[crossed.clone()] == *name;
        self.crossed.take_if(is_it).is_some()
    }

    #[inline]
    fn skip_blanks(&self, mut at: usize) -> usize {
        while matches!(self.bytes.get(at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            at += 1;
        }
        at
    }

    #[cold]
    fn find(&mut self, code: Code, span: Range<usize>) {
        self.reading.find(code, span);
    }
}

/// The letters and digits of a name.
fn squeezed(name: &str) -> String {
    name.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect()
}
