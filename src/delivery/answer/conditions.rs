//! Which part of a file a request asks for, and whether it has it already.

use std::ops::Range;

use http::header::{IF_NONE_MATCH, IF_RANGE, RANGE};
use http::{HeaderMap, HeaderValue};

/// What of a file to send.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Part {
    Whole,
    /// Not empty.
    Range(Range<usize>),
    /// It asks for bytes behind the end.
    Beyond,
}

/// Whether the tag, in its quotes, is one of those that the phone has (RFC 9110 section 13.1.2).
/// Weak tags count as well: a proxy that compresses makes them weak.
pub(super) fn is_unchanged(fields: &HeaderMap, tag: &str) -> bool {
    let fields = fields.get_all(IF_NONE_MATCH).iter();
    let mut tags = fields.flat_map(|field| field.as_bytes().split(|&byte| byte == b','));
    tags.any(|known| {
        let known = known.trim_ascii();
        let known = known.strip_prefix(b"W/").unwrap_or(known);
        known == b"*" || known == tag.as_bytes()
    })
}

/// One range of bytes is answered; several, and what is not understood, as if none were asked for
/// (RFC 9110 section 14.2). A range of another version of the file is not sent either
/// (section 13.1.5); only its strong tag proves a version.
pub(super) fn part(fields: &HeaderMap, tag: &str, len: usize) -> Part {
    let mut ranges = fields.get_all(RANGE).iter();
    let (Some(range), None) = (ranges.next(), ranges.next()) else {
        return Part::Whole;
    };
    let is_other = |version: &HeaderValue| version.as_bytes().trim_ascii() != tag.as_bytes();
    if fields.get(IF_RANGE).is_some_and(is_other) {
        return Part::Whole;
    }
    match range.to_str().ok().and_then(read) {
        None => Part::Whole,
        Some(Asked::From(first, _)) if first >= len => Part::Beyond,
        Some(Asked::From(first, last)) => {
            let last = last.map_or(len - 1, |last| last.min(len - 1));
            Part::Range(first..last + 1)
        }
        Some(Asked::Last(0)) => Part::Beyond,
        Some(Asked::Last(_)) if len == 0 => Part::Beyond,
        Some(Asked::Last(count)) => Part::Range(len.saturating_sub(count)..len),
    }
}

enum Asked {
    From(usize, Option<usize>),
    Last(usize),
}

fn read(range: &str) -> Option<Asked> {
    let (unit, range) = range.trim().split_once('=')?;
    if !unit.eq_ignore_ascii_case("bytes") {
        return None;
    }
    let (first, last) = range.trim().split_once('-')?;
    match (first, last) {
        ("", last) => Some(Asked::Last(number(last)?)),
        (first, "") => Some(Asked::From(number(first)?, None)),
        (first, last) => {
            let (first, last) = (number(first)?, number(last)?);
            (first <= last).then_some(Asked::From(first, Some(last)))
        }
    }
}

/// A number too large to count is behind every end.
fn number(digits: &str) -> Option<usize> {
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().unwrap_or(usize::MAX))
}
