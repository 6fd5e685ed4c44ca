//! References of XML: `&amp;`, `&#228;`.

use std::borrow::Cow;
use std::ops::Range;

use memchr::memchr;

use super::finding::Code;

/// Resolves the references of a text and tells what is wrong with them, by their place in the text.
///
/// Where numeric references are not characters, those of one run that are all below 256 are the bytes
/// of UTF-8, as phones read a section without `e="2"`. A run that is no UTF-8 was meant otherwise.
pub(super) fn resolve<'t>(
    text: &'t str,
    code_points: bool,
    mut find: impl FnMut(Code, Range<usize>),
) -> Cow<'t, str> {
    let Some(first) = memchr(b'&', text.as_bytes()) else {
        return Cow::Borrowed(text);
    };
    let mut out = String::with_capacity(text.len());
    let mut at = first;
    out.push_str(&text[..first]);
    while at < text.len() {
        let rest = &text[at..];
        if let Some(run) = byte_run(rest).filter(|_| !code_points) {
            match std::str::from_utf8(&run.bytes) {
                Ok(letters) => out.push_str(letters),
                Err(_) => {
                    find(Code::BYTE_REFERENCE, at..at + run.len);
                    out.extend(run.bytes.iter().map(|byte| char::from(*byte)));
                }
            }
            at += run.len;
        } else if let Some((number, len)) = numeric(rest) {
            match char::from_u32(number).filter(|c| is_of_xml(*c)) {
                Some(character) => {
                    if !code_points && number > 255 {
                        find(Code::BYTE_REFERENCE, at..at + len);
                    }
                    out.push(character);
                }
                None => {
                    find(Code::NO_CHARACTER, at..at + len);
                    out.push(char::REPLACEMENT_CHARACTER);
                }
            }
            at += len;
        } else if rest.starts_with('&') {
            let (found, len) = named(rest);
            match found {
                Some(character) => out.push(character),
                None => {
                    let code = if len > 1 {
                        Code::UNKNOWN_REFERENCE
                    } else {
                        Code::RAW_AMPERSAND
                    };
                    find(code, at..at + len);
                    out.push_str(&rest[..len]);
                }
            }
            at += len;
        }
        let rest = &text[at..];
        let plain = memchr(b'&', rest.as_bytes()).unwrap_or(rest.len());
        out.push_str(&rest[..plain]);
        at += plain;
    }
    Cow::Owned(out)
}

/// Resolves the references of an attribute, of which faults were told before. A line break within it
/// is a blank.
pub(super) fn resolve_attribute(text: &str, code_points: bool) -> Cow<'_, str> {
    if text.contains(['\n', '\t', '\r']) {
        let blanks = text.replace("\r\n", " ").replace(['\n', '\t', '\r'], " ");
        return Cow::Owned(resolve(&blanks, code_points, |_, _| {}).into_owned());
    }
    resolve(text, code_points, |_, _| {})
}

/// The longest name of a reference, `apos`, and the longest number that is looked at.
const LONGEST: usize = 12;

/// What a reference of letters stands for, and its length. A length of 1 is an `&` by itself.
fn named(rest: &str) -> (Option<char>, usize) {
    let known = [
        ("&amp;", '&'),
        ("&lt;", '<'),
        ("&gt;", '>'),
        ("&quot;", '"'),
        ("&apos;", '\''),
    ];
    for (reference, character) in known {
        if rest.starts_with(reference) {
            return (Some(character), reference.len());
        }
    }
    let name = rest.as_bytes()[1..].iter().take(LONGEST);
    let letters = name.take_while(|b| b.is_ascii_alphanumeric()).count();
    let is_reference = letters > 0
        && rest.as_bytes()[1].is_ascii_alphabetic()
        && rest.as_bytes().get(1 + letters) == Some(&b';');
    (None, if is_reference { letters + 2 } else { 1 })
}

/// The number of a numeric reference and its length.
fn numeric(rest: &str) -> Option<(u32, usize)> {
    let body = rest.strip_prefix("&#")?;
    let (digits, radix, before) = match body.strip_prefix('x') {
        Some(digits) => (digits, 16, 3),
        None => (body, 10, 2),
    };
    let len = digits
        .bytes()
        .take(LONGEST)
        .take_while(|b| char::from(*b).is_digit(radix))
        .count();
    if len == 0 || digits.as_bytes().get(len) != Some(&b';') {
        return None;
    }
    let number = u32::from_str_radix(&digits[..len], radix).unwrap_or(u32::MAX);
    Some((number, before + len + 1))
}

/// Numeric references in a row that may be the bytes of characters.
struct Run {
    bytes: Vec<u8>,
    len: usize,
}

/// The run of references to bytes beyond ASCII that begins here.
fn byte_run(text: &str) -> Option<Run> {
    let mut run = Run {
        bytes: Vec::new(),
        len: 0,
    };
    while let Some((number, len)) = numeric(&text[run.len..])
        && (128..256).contains(&number)
    {
        run.bytes.push(number as u8);
        run.len += len;
    }
    (run.len > 0).then_some(run)
}

/// Whether XML allows the character.
fn is_of_xml(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..)
}
