//! Tags of XML, and which elements hold settings.

use std::ops::Range;

use memchr::memchr;

use super::FileKind;
use super::attribute;
use super::finding::Code;

/// A start tag. The places are bytes of the text.
#[derive(Clone, Debug)]
pub(super) struct Tag {
    /// Where its `<` is.
    pub(super) start: usize,
    pub(super) name: Range<usize>,
    pub(super) attributes: Range<usize>,
    /// Behind its `>`.
    pub(super) end: usize,
    /// `<name/>`.
    pub(super) is_empty: bool,
    /// Whether there is a `>` at all.
    pub(super) is_closed: bool,
    pub(super) index: Option<u32>,
    /// What an attribute `e` says about numeric references.
    pub(super) code_points: Option<bool>,
}

/// So many attributes are compared with those before.
const COMPARED: usize = 16;

/// The start tag at a `<`; `None` when no name follows, as after a raw `<`.
#[inline]
pub(super) fn tag(
    text: &[u8],
    start: usize,
    find: &mut impl FnMut(Code, Range<usize>),
) -> Option<Tag> {
    let name = name(text, start + 1)?;
    let mut tag = Tag {
        start,
        attributes: name.end..name.end,
        end: name.end,
        is_empty: false,
        is_closed: true,
        index: None,
        code_points: None,
        name,
    };
    let mut names = [const { 0..0 }; COMPARED];
    let mut count = 0;
    while let Some(found) = attribute::next(text, tag.end) {
        tag.end = found.next;
        if let Some(fault) = found.fault {
            find(fault, found.name.start..found.value.end);
        }
        let own = &text[found.name.clone()];
        let before = names.iter().take(count);
        if before.into_iter().any(|name| text[name.clone()] == *own) && !own.is_empty() {
            find(Code::ATTRIBUTE_TWICE, found.name.clone());
        } else if count < COMPARED {
            names[count] = found.name.clone();
            count += 1;
        }
        match own {
            b"idx" => {
                tag.index = index(&text[found.value.clone()]);
                if tag.index.is_none() {
                    find(Code::BAD_INDEX, found.value);
                }
            }
            b"e" => tag.code_points = Some(text[found.value] == *b"2"),
            _ => {}
        }
    }
    tag.attributes.end = tag.end;
    while matches!(text.get(tag.end), Some(b' ' | b'\t' | b'\n' | b'\r')) {
        tag.end += 1;
    }
    if let Some(b'/' | b'?') = text.get(tag.end) {
        tag.is_empty = true;
        tag.end += 1;
    }
    if text.get(tag.end) == Some(&b'>') {
        tag.end += 1;
    } else {
        tag.is_closed = false;
        find(Code::TAG_NOT_CLOSED, start..tag.attributes.end);
    }
    Some(tag)
}

/// The name that begins here: letters, digits and `-_.`, then a blank or the end of the tag.
#[inline]
pub(super) fn name(text: &[u8], start: usize) -> Option<Range<usize>> {
    let first = text.get(start)?;
    if !first.is_ascii_alphabetic() && *first != b'_' {
        return None;
    }
    let mut end = start + 1;
    while let Some(byte) = text.get(end) {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-' | b'.' => end += 1,
            b' ' | b'\t' | b'\n' | b'\r' | b'>' | b'/' | b'<' => break,
            _ => return None,
        }
    }
    Some(start..end)
}

/// The number of an index, which has blanks around it at most.
#[inline]
fn index(digits: &[u8]) -> Option<u32> {
    let digits = digits.trim_ascii();
    let mut number = 0_u32;
    for byte in digits {
        let digit = byte.checked_sub(b'0').filter(|digit| *digit < 10)?;
        number = number.checked_mul(10)?.checked_add(digit.into())?;
    }
    (!digits.is_empty()).then_some(number)
}

/// Where the end tag at a `</` has its name, and where it ends; whether it is closed by `>`.
pub(super) fn end_tag(text: &[u8], start: usize) -> (Range<usize>, usize, bool) {
    let begin = start + 2;
    let name = name(text, begin).unwrap_or(begin..begin);
    let mut end = name.end;
    while let Some(byte) = text.get(end)
        && !matches!(byte, b'>' | b'<' | b'\n')
    {
        end += 1;
    }
    match text.get(end) {
        Some(b'>') => (name, end + 1, true),
        _ => (name, end, false),
    }
}

/// Whether the next thing after a tag, blanks and comments aside, is the start tag of another element.
pub(super) fn element_follows(text: &[u8], mut at: usize) -> bool {
    // A few comments; a page of them is passed over like one.
    for _ in 0..8 {
        while matches!(text.get(at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            at += 1;
        }
        if !text[at..].starts_with(b"<!--") {
            break;
        }
        let head = &text[at..text.len().min(at + 4096)];
        match memchr(b'>', head) {
            Some(end) => at += end + 1,
            None => return true,
        }
    }
    text.get(at) == Some(&b'<') && name(text, at + 1).is_some()
}

/// What an element holds that can be the root of a file, where that is known.
pub(super) fn kind(root: &str) -> Option<FileKind> {
    Some(match root {
        "settings" | "phone-settings" | "functionKeys" | "function-keys" | "ReplacementPlan"
        | "uploads" | "certificates" | "global" | "server" | "extension" | "repeater"
        | "multicell" => FileKind::Settings,
        "setting-files" => FileKind::FileList,
        "firmware-settings" => FileKind::Firmware,
        "tbook" | "phone-book" => FileKind::PhoneBook,
        "dialplan" | "dial-plan" => FileKind::DialPlan,
        "gui-languages" | "web-languages" | "phrases" | "w_phrases" => FileKind::Languages,
        _ => return None,
    })
}

/// Whether an element of this name holds settings, and not other such elements.
pub(super) fn is_section(name: &str) -> bool {
    name != "settings" && kind(name).is_some()
}
