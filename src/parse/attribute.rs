//! The attributes of a tag, one after another.

use std::ops::Range;

use memchr::{memchr, memchr_iter};

use super::finding::Code;

/// One attribute, or what stands where one should. The places are bytes of the text.
pub(super) struct Attribute {
    /// Empty where there is no name.
    pub(super) name: Range<usize>,
    pub(super) value: Range<usize>,
    pub(super) fault: Option<Code>,
    /// Where the next one may begin.
    pub(super) next: usize,
}

/// So many quotes of one value are tried as its end.
const QUOTES: usize = 32;

/// So far the end of a value is looked for that has none.
const FAR: usize = 4096;

/// The attribute at a place within a tag; `None` at the end of the tag (`>`, `/>`, `<` or nothing).
#[inline]
pub(super) fn next(text: &[u8], at: usize) -> Option<Attribute> {
    let start = skip_blanks(text, at);
    match *text.get(start)? {
        b'>' | b'<' => return None,
        b'/' | b'?' if matches!(text.get(start + 1), None | Some(b'>')) => return None,
        _ => {}
    }
    let name_end = name_end(text, start);
    if name_end == start {
        // A quote, a slash or a sign of equality by itself.
        return Some(Attribute {
            name: start..start,
            value: start..start + 1,
            fault: Some(Code::STRAY_QUOTE),
            next: start + 1,
        });
    }
    let equals = skip_blanks(text, name_end);
    let name = start..name_end;
    if text.get(equals) != Some(&b'=') {
        return Some(Attribute {
            name,
            value: name_end..name_end,
            fault: Some(Code::NO_VALUE),
            next: name_end,
        });
    }
    let begin = skip_blanks(text, equals + 1);
    let (value, fault, next) = match text.get(begin) {
        Some(quote @ (b'"' | b'\'')) => quoted(text, begin + 1, *quote),
        _ => unquoted(text, begin),
    };
    Some(Attribute {
        name,
        value,
        fault,
        next,
    })
}

#[inline]
fn skip_blanks(text: &[u8], mut at: usize) -> usize {
    while matches!(text.get(at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
        at += 1;
    }
    at
}

#[inline]
fn name_end(text: &[u8], mut at: usize) -> usize {
    while let Some(byte) = text.get(at)
        && !matches!(
            byte,
            b' ' | b'\t' | b'\n' | b'\r' | b'=' | b'>' | b'<' | b'/' | b'"' | b'\'' | b'?'
        )
    {
        at += 1;
    }
    at
}

/// The value in quotes, what is wrong with it, and where it ends with its quote.
#[inline]
fn quoted(text: &[u8], begin: usize, quote: u8) -> (Range<usize>, Option<Code>, usize) {
    let rest = &text[begin..];
    if let Some(end) = memchr(quote, rest)
        && ends_value(rest, end + 1)
    {
        let raw = memchr(b'<', &rest[..end]).map(|_| Code::LESS_THAN_IN_ATTRIBUTE);
        return (begin..begin + end, raw, begin + end + 1);
    }
    wrongly_quoted(text, begin, quote)
}

/// A value with quotes in it, or without its last quote.
#[cold]
fn wrongly_quoted(text: &[u8], begin: usize, quote: u8) -> (Range<usize>, Option<Code>, usize) {
    let fault = Some(Code::STRAY_QUOTE);
    let rest = &text[begin..];
    // No further than the line, and not far on an endless one.
    let rest = &rest[..rest.len().min(FAR)];
    let line = memchr(b'\n', rest).unwrap_or(rest.len());
    let line = &rest[..line];
    let mut ends = memchr_iter(quote, line).take(QUOTES);
    if let Some(end) = ends.find(|end| ends_value(line, end + 1)) {
        return (begin..begin + end, fault, begin + end + 1);
    }
    let end = memchr(b'>', line).unwrap_or(line.len());
    let end = if end > 0 && line[end - 1] == b'/' && end < line.len() {
        end - 1
    } else {
        end
    };
    (begin..begin + end, fault, begin + end)
}

/// Whether what follows a quote lets it be the last: the end of the tag, or a blank and then names up
/// to the `=` of the next attribute or to the end of the tag.
#[inline]
fn ends_value(text: &[u8], after: usize) -> bool {
    match text.get(after) {
        None | Some(b'>') => return true,
        Some(b'/' | b'?') => return matches!(text.get(after + 1), None | Some(b'>')),
        Some(b' ' | b'\t' | b'\n' | b'\r') => {}
        _ => return false,
    }
    let mut at = skip_blanks(text, after);
    loop {
        let end = name_end(text, at);
        let next = skip_blanks(text, end);
        match text.get(next) {
            Some(b'=') => return end > at,
            None | Some(b'>' | b'/' | b'?' | b'<') => return true,
            _ if end == at || next == end => return false,
            _ => at = next,
        }
    }
}

/// A value without quotes: up to a blank or the end of the tag.
#[cold]
fn unquoted(text: &[u8], begin: usize) -> (Range<usize>, Option<Code>, usize) {
    let mut end = begin;
    while let Some(byte) = text.get(end)
        && !matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'>' | b'<')
        && !(*byte == b'/' && matches!(text.get(end + 1), None | Some(b'>')))
    {
        end += 1;
    }
    let fault = if end == begin {
        Code::NO_VALUE
    } else {
        Code::NO_QUOTES
    };
    (begin..end, Some(fault), end)
}
