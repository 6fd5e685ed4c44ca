//! A file that was read.

use std::fmt;
use std::ops::Range;
use std::sync::OnceLock;

use memchr::{memchr, memchr_iter};

use super::finding::Finding;
use super::setting::Setting;
use super::source::Source;
use super::{FileKind, Format};

/// A file that was read: its settings in order, and what is wrong with it.
///
/// `Debug` shows names and never values.
pub struct File<'a> {
    input: &'a [u8],
    source: Source<'a>,
    format: Format,
    kind: FileKind,
    root: Option<Range<u32>>,
    settings: Vec<Setting<'a>>,
    includes: Vec<Include>,
    findings: Vec<Finding>,
    /// Where the lines begin in the text; made when a position is asked for.
    lines: OnceLock<Vec<usize>>,
}

impl<'a> File<'a> {
    #[expect(clippy::too_many_arguments, reason = "called from one place")]
    pub(super) fn new(
        input: &'a [u8],
        source: Source<'a>,
        format: Format,
        kind: FileKind,
        root: Option<Range<u32>>,
        settings: Vec<Setting<'a>>,
        includes: Vec<Include>,
        findings: Vec<Finding>,
    ) -> Self {
        Self {
            input,
            source,
            format,
            kind,
            root,
            settings,
            includes,
            findings,
            lines: OnceLock::new(),
        }
    }

    /// How it is written.
    pub fn format(&self) -> Format {
        self.format
    }

    /// What it holds.
    pub fn kind(&self) -> FileKind {
        self.kind
    }

    /// The name of the root element of XML; `None` for other files, and where there is no root.
    pub fn root(&self) -> Option<&str> {
        self.root.clone().map(|root| self.source.slice(root))
    }

    /// Its settings in the order of the file, all that are there: of several of one name the phone
    /// takes the last, but for commands such as the passwords of several logins.
    pub fn settings(&self) -> &[Setting<'a>] {
        &self.settings
    }

    /// What is wrong with its bytes, in the order of the file.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// What a boot file includes, or which addresses a list of files names, in order.
    pub fn includes(&self) -> &[Include] {
        &self.includes
    }

    /// The bytes that were read.
    pub fn input(&self) -> &'a [u8] {
        self.input
    }

    /// The line and the column of a byte of the input; of an offset behind its end, those of the end.
    ///
    /// The first call looks for the lines; each call counts the characters of one line.
    pub fn position(&self, offset: usize) -> Position {
        let text = self.source.text();
        let at = self.source.text_place(offset);
        let lines = self.lines.get_or_init(|| {
            let bytes = text.as_bytes();
            // A file of old line ends has no others.
            let is_old = memchr(b'\n', bytes).is_none();
            let feed = if is_old { b'\r' } else { b'\n' };
            let starts = memchr_iter(feed, bytes).map(|end| end + 1);
            [0].into_iter().chain(starts).collect()
        });
        let line = lines.partition_point(|start| *start <= at);
        let start = lines.get(line.saturating_sub(1)).copied().unwrap_or(0);
        let before = &text.as_bytes()[start.min(text.len())..at.min(text.len())];
        // Every byte but the following ones of a character begins one.
        let column = before.iter().filter(|byte| **byte & 0xc0 != 0x80).count() + 1;
        Position { line, column }
    }
}

impl fmt::Debug for File<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("File")
            .field("format", &self.format)
            .field("kind", &self.kind)
            .field("root", &self.root())
            .field("settings", &self.settings)
            .field("findings", &self.findings)
            .finish_non_exhaustive()
    }
}

/// A place in a file. `Display` writes `12:7`.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, serde::Serialize)]
#[non_exhaustive]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The column, in characters, from 1.
    pub column: usize,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// Another file that a file names.
#[derive(Clone, Eq, PartialEq)]
pub struct Include {
    pub(super) target: String,
    pub(super) models: String,
    pub(super) span: Range<usize>,
}

impl Include {
    /// The path or the address, as it is written. It may hold a token or a login.
    pub fn target(&self) -> &str {
        &self.target
    }

    /// The models in brackets before it, which alone take it: `T46S, T48S`. Empty when all do.
    pub fn models(&self) -> &str {
        &self.models
    }

    /// Where the path is, in bytes of the input.
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }
}

impl fmt::Debug for Include {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Include")
            .field("models", &self.models)
            .field("span", &self.span)
            .finish_non_exhaustive()
    }
}
