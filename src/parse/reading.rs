//! A file while it is read: what has been found so far.

use std::ops::Range;

use memchr::memmem;
use zeroize::Zeroizing;

use super::file::{File, Include};
use super::finding::{Code, Findings};
use super::setting::{Extra, Setting};
use super::source::Source;
use super::{FileKind, Format, Limits, residue, sniff};

/// A file while it is read.
pub(super) struct Reading<'a> {
    input: &'a [u8],
    pub(super) source: Source<'a>,
    pub(super) limits: Limits,
    pub(super) format: Format,
    pub(super) kind: FileKind,
    /// Where the name of the root element is.
    pub(super) root: Option<Range<u32>>,
    settings: Vec<Setting<'a>>,
    includes: Vec<Include>,
    findings: Findings,
    marks: Marks,
    is_binary: bool,
}

/// Which kinds of bytes the text has at all: what is not there, need not be looked for in every line.
#[derive(Clone, Copy, Debug, Default)]
struct Marks {
    /// A control character but tab, line feed and carriage return, or the first byte of one.
    control: bool,
    carriage_return: bool,
    /// What pieces of templates begin with.
    residue: bool,
    /// Two asterisks in a row.
    masked: bool,
}

impl<'a> Reading<'a> {
    pub(super) fn new(bytes: &'a [u8], limits: &Limits) -> Self {
        let mut findings = Findings::new(limits.findings);
        // What is no text is not converted to one.
        let is_binary = sniff::is_binary(bytes);
        let text = if is_binary { &[] } else { bytes };
        let source = Source::new(text, limits.bytes, &mut findings);
        let mut reading = Self {
            input: bytes,
            source,
            limits: *limits,
            format: Format::Cfg,
            kind: FileKind::Other,
            root: None,
            settings: Vec::new(),
            includes: Vec::new(),
            findings,
            marks: Marks::default(),
            is_binary,
        };
        if reading.start() > 0 && !reading.source.is_utf_16() {
            reading.find(Code::BYTE_ORDER_MARK, 0..reading.start());
        }
        reading
    }

    /// Looks for the kinds of bytes that most texts have none of. Whoever reads a text without such bytes
    /// need not call it.
    pub(super) fn mark(&mut self) {
        self.marks = Marks::of(self.text().as_bytes());
        if self.marks.control {
            self.find_controls();
        }
    }

    /// Whether there is text to read; tells what there is instead.
    pub(super) fn is_readable(&mut self) -> bool {
        let all = 0..self.input.len();
        let is_encrypted = self.input.starts_with(CONTAINER)
            || self.is_binary && self.input.len().is_multiple_of(BLOCK);
        if is_encrypted {
            self.kind = FileKind::Encrypted;
            self.findings.push(Code::ENCRYPTED.at(all));
        } else if self.is_binary {
            self.findings.push(Code::NOT_TEXT.at(all));
        } else if self.text()[self.start()..].trim().is_empty() {
            self.findings.push(Code::EMPTY.at(all));
        } else {
            return true;
        }
        false
    }

    pub(super) fn text(&self) -> &str {
        self.source.text()
    }

    /// Where the text begins behind a byte-order mark.
    pub(super) fn start(&self) -> usize {
        self.source.start()
    }

    pub(super) fn has_carriage_returns(&self) -> bool {
        self.marks.carriage_return
    }

    /// Room for about so many settings.
    pub(super) fn expect(&mut self, settings: usize) {
        self.settings.reserve(settings.min(self.limits.settings));
    }

    /// Notes a fault at a piece of the text.
    #[cold]
    pub(super) fn find(&mut self, code: Code, span: Range<usize>) {
        let span = self.source.span(short(span));
        self.findings.push(code.at(span));
    }

    /// Notes a fault at a piece of the text, in words of its own.
    #[cold]
    pub(super) fn find_because(&mut self, code: Code, span: Range<usize>, message: String) {
        let span = self.source.span(short(span));
        self.findings.push(code.because(span, message));
    }

    /// Adds the setting at this place; whether there was room for it.
    ///
    /// It is made where it stays. Made elsewhere and moved there, it would be read back in wider pieces
    /// than it was written in, which processors are slow at.
    #[inline(always)]
    pub(super) fn push(&mut self, span: Range<usize>, make: impl FnOnce() -> Setting<'a>) -> bool {
        if self.settings.len() >= self.limits.settings {
            self.find(Code::TOO_MANY_SETTINGS, span);
            return false;
        }
        self.settings.extend(std::iter::once_with(make));
        true
    }

    pub(super) fn include(&mut self, include: Include) {
        if self.includes.len() < self.limits.settings {
            self.includes.push(include);
        }
    }

    pub(super) fn settings(&self) -> &[Setting<'a>] {
        &self.settings
    }

    /// Whether a piece of text outside of settings was left in by a template.
    pub(super) fn is_residue(&self, text: &str) -> bool {
        self.marks.residue && !residue::all(text, 1).is_empty()
    }

    pub(super) fn finish(mut self) -> File<'a> {
        if self.marks.residue || self.marks.masked {
            self.check_content();
        }
        File::new(
            self.input,
            self.source,
            self.format,
            self.kind,
            self.root,
            self.settings,
            self.includes,
            self.findings.sorted(),
        )
    }

    /// Pieces of templates and masks in the settings that were read.
    #[cold]
    fn check_content(&mut self) {
        let source = self.source.clone();
        let text = source.text();
        let limit = self.limits.findings.saturating_mul(4);
        if self.marks.residue {
            for piece in residue::all(text, limit) {
                if self.setting_at(piece.start).is_some() {
                    self.find(Code::RESIDUE, piece);
                }
            }
        }
        if self.marks.masked {
            let mut end = 0;
            for start in memmem::find_iter(text.as_bytes(), MASK) {
                if start < end {
                    continue;
                }
                let len = text.as_bytes()[start..].iter().take_while(|b| **b == b'*');
                end = start + len.count();
                let value = self.setting_at(start).map(Setting::value_text_span);
                if value == Some(start..end) {
                    self.find(Code::MASKED, start..end);
                }
            }
        }
    }

    /// The setting that a place of the text belongs to.
    fn setting_at(&self, place: usize) -> Option<&Setting<'a>> {
        let after = self
            .settings
            .partition_point(|s| s.text_span().start <= place);
        let setting = self.settings.get(after.checked_sub(1)?)?;
        setting.text_span().contains(&place).then_some(setting)
    }

    #[cold]
    fn find_controls(&mut self) {
        let source = self.source.clone();
        let mut before = false;
        for (at, character) in source.text().char_indices() {
            let strange = character.is_control() && !matches!(character, '\t' | '\n' | '\r');
            // Of several in a row the first is told.
            if strange && !before {
                let message = format!(
                    "a control character (U+{:04X}); no text has one",
                    u32::from(character)
                );
                self.find_because(Code::CONTROL, at..at + character.len_utf8(), message);
                if self.findings.is_full() {
                    return;
                }
            }
            before = strange;
        }
    }
}

/// What the container of an encrypted file begins with.
const CONTAINER: &[u8] = b"#!encrypt:";
/// Length of an encrypted block, in bytes; files that are encrypted as a whole have only such.
const BLOCK: usize = 16;

/// What masks a secret begin with.
const MASK: &[u8] = b"****";

impl Marks {
    /// One pass without a branch, so that it runs many bytes at a time.
    fn of(bytes: &[u8]) -> Self {
        let (mut control, mut carriage_return, mut residue, mut masked) = (0, 0, 0, 0);
        let is = |condition: bool| u8::from(condition);
        // The declaration is no piece of a template.
        let bytes = bytes.strip_prefix(b"<?").unwrap_or(bytes);
        let (last, before) = bytes.split_last().unzip();
        let before = before.unwrap_or_default();
        for (&byte, &next) in before.iter().zip(bytes.get(1..).unwrap_or_default()) {
            let blank = is(byte == b'\n') | is(byte == b'\t') | is(byte == b'\r');
            control |= (is(byte < 0x20) ^ blank) | is(byte == 0x7f) | is(byte == 0xc2);
            carriage_return |= is(byte == b'\r');
            let doubled = is(byte == next) & (is(byte == b'_') | is(byte == b'%'));
            let opened = is(byte == b'<') & (is(next == b'%') | is(next == b'?'));
            residue |= is(byte == b'{') | doubled | opened;
            masked |= is(byte == b'*') & is(next == b'*');
        }
        let last = last.copied().unwrap_or(b'\n');
        let is_blank = matches!(last, b'\t' | b'\n' | b'\r');
        Self {
            control: control != 0 || last.is_ascii_control() && !is_blank,
            carriage_return: carriage_return != 0 || last == b'\r',
            residue: residue != 0,
            masked: masked != 0,
        }
    }
}

/// A value that is written otherwise than it is meant.
pub(super) fn decoded(value: String) -> Option<Box<Extra>> {
    Some(Box::new(Extra {
        value: Some(Zeroizing::new(value)),
        ..Extra::default()
    }))
}

/// A range of a text, which is never larger than 4 GiB.
pub(super) fn short(span: Range<usize>) -> Range<u32> {
    span.start as u32..span.end as u32
}
