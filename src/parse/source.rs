//! The text of a file, and where its pieces are in the bytes of the input.

use std::ops::Range;
use std::sync::Arc;

use zeroize::Zeroizing;

use super::finding::{Code, Findings};

/// The text of a file. A clean one is the input itself; what is no UTF-8 is converted once.
#[derive(Clone)]
pub(super) enum Source<'a> {
    Input(&'a str),
    Converted(Arc<Converted<'a>>),
}

/// A text made of bytes that are no UTF-8.
pub(super) struct Converted<'a> {
    bytes: &'a [u8],
    encoding: Encoding,
    text: Zeroizing<String>,
    /// Places in the text and in the input that belong together, one every [`STEP`] bytes or so.
    marks: Vec<(usize, usize)>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Encoding {
    Utf8,
    Utf16Le,
    Utf16Be,
}

/// So many bytes of converted text from one mark to the next.
const STEP: usize = 64;

const BYTE_ORDER_MARK: &str = "\u{feff}";

impl<'a> Source<'a> {
    /// The text of the input up to so many bytes.
    pub(super) fn new(bytes: &'a [u8], limit: usize, findings: &mut Findings) -> Self {
        let limit = limit.min(u32::MAX as usize);
        let bytes = if bytes.len() > limit {
            findings.push(Code::TOO_LARGE.at(limit..limit));
            cut(bytes, limit)
        } else {
            bytes
        };
        let encoding = encoding(bytes);
        if encoding == Encoding::Utf8
            && let Ok(text) = std::str::from_utf8(bytes)
        {
            return Self::Input(text);
        }
        if encoding != Encoding::Utf8 {
            findings.push(Code::UTF_16.at(0..bytes.len().min(2)));
        }
        Self::Converted(Arc::new(Converted::new(bytes, encoding, findings)))
    }

    pub(super) fn text(&self) -> &str {
        match self {
            Self::Input(text) => text,
            Self::Converted(converted) => &converted.text,
        }
    }

    /// A piece of the text.
    pub(super) fn slice(&self, span: Range<u32>) -> &str {
        let span = span.start as usize..span.end as usize;
        self.text().get(span).unwrap_or_default()
    }

    /// Where a piece of the text is in the input.
    pub(super) fn span(&self, span: Range<u32>) -> Range<usize> {
        let span = span.start as usize..span.end as usize;
        match self {
            Self::Input(_) => span,
            Self::Converted(converted) => converted.place(span.start)..converted.place(span.end),
        }
    }

    pub(super) fn is_utf_16(&self) -> bool {
        match self {
            Self::Input(_) => false,
            Self::Converted(converted) => converted.encoding != Encoding::Utf8,
        }
    }

    /// Where the text begins behind a byte-order mark.
    pub(super) fn start(&self) -> usize {
        if self.text().starts_with(BYTE_ORDER_MARK) {
            BYTE_ORDER_MARK.len()
        } else {
            0
        }
    }

    /// Where a place of the input is in the text.
    pub(super) fn text_place(&self, offset: usize) -> usize {
        match self {
            Self::Input(text) => offset.min(text.len()),
            Self::Converted(converted) => converted.text_place(offset),
        }
    }
}

impl<'a> Converted<'a> {
    fn new(bytes: &'a [u8], encoding: Encoding, findings: &mut Findings) -> Self {
        let mut text = Zeroizing::new(String::with_capacity(bytes.len() + bytes.len() / 8));
        let mut marks = vec![(0, 0)];
        let mut at = 0;
        while let Some((character, len)) = next(bytes, at, encoding) {
            if marks.last().is_some_and(|last| text.len() - last.0 >= STEP) {
                marks.push((text.len(), at));
            }
            if character.is_none() {
                findings.push(Code::NOT_UTF_8.at(at..at + len));
            }
            text.push(character.unwrap_or(char::REPLACEMENT_CHARACTER));
            at += len;
        }
        Self {
            bytes,
            encoding,
            text,
            marks,
        }
    }

    /// Where a place of the text is in the input.
    fn place(&self, wanted: usize) -> usize {
        let mark = self.marks.partition_point(|mark| mark.0 <= wanted);
        let (mut there, mut here) = self.marks[mark.saturating_sub(1)];
        while there < wanted
            && let Some((character, len)) = next(self.bytes, here, self.encoding)
        {
            there += character.unwrap_or(char::REPLACEMENT_CHARACTER).len_utf8();
            here += len;
        }
        here
    }

    fn text_place(&self, wanted: usize) -> usize {
        let mark = self.marks.partition_point(|mark| mark.1 <= wanted);
        let (mut there, mut here) = self.marks[mark.saturating_sub(1)];
        while let Some((character, len)) = next(self.bytes, here, self.encoding) {
            if here + len > wanted {
                break;
            }
            there += character.unwrap_or(char::REPLACEMENT_CHARACTER).len_utf8();
            here += len;
        }
        there
    }
}

/// The character at a place, `None` for bytes that are none, and its length in bytes.
fn next(bytes: &[u8], at: usize, encoding: Encoding) -> Option<(Option<char>, usize)> {
    let rest = bytes.get(at..).filter(|rest| !rest.is_empty())?;
    if encoding == Encoding::Utf8 {
        if rest[0].is_ascii() {
            return Some((Some(char::from(rest[0])), 1));
        }
        let head = &rest[..rest.len().min(4)];
        let (text, wrong) = match std::str::from_utf8(head) {
            Ok(text) => (text, 0),
            Err(error) => {
                let valid = std::str::from_utf8(&head[..error.valid_up_to()]);
                // Bytes that lack their end at the end of the head lack it in the input, too, when
                // they are its first.
                let wrong = error.error_len().unwrap_or(head.len());
                (valid.unwrap_or_default(), wrong)
            }
        };
        return Some(match text.chars().next() {
            Some(character) => (Some(character), character.len_utf8()),
            None => (None, wrong.max(1)),
        });
    }
    let unit = |i: usize| {
        let pair = [*rest.get(2 * i)?, *rest.get(2 * i + 1)?];
        Some(match encoding {
            Encoding::Utf16Be => u16::from_be_bytes(pair),
            _ => u16::from_le_bytes(pair),
        })
    };
    let Some(first) = unit(0) else {
        return Some((None, 1));
    };
    let units = [first, unit(1).unwrap_or_default()];
    let character = char::decode_utf16(units).next().and_then(Result::ok);
    Some((character, character.map_or(2, |c| 2 * c.len_utf16())))
}

/// Whether the first bytes say that the file is UTF-16.
pub(super) fn is_utf_16(bytes: &[u8]) -> bool {
    encoding(bytes) != Encoding::Utf8
}

/// What the first bytes say.
fn encoding(bytes: &[u8]) -> Encoding {
    match bytes {
        [0xff, 0xfe, ..] | [b'#' | b'<', 0, _, 0, ..] => Encoding::Utf16Le,
        [0xfe, 0xff, ..] | [0, b'#' | b'<', 0, _, ..] => Encoding::Utf16Be,
        _ => Encoding::Utf8,
    }
}

/// The first so many bytes, less the beginning of a character at their end.
fn cut(bytes: &[u8], limit: usize) -> &[u8] {
    let mut end = limit;
    while end > limit.saturating_sub(3) && bytes.get(end).is_some_and(|b| b & 0xc0 == 0x80) {
        end -= 1;
    }
    &bytes[..end]
}
