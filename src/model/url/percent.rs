//! Percent-encoding, there and back.

use std::iter;

/// Appends a value as one segment of a URL's path or one value of its query.
///
/// Letters, digits and `-`, `.`, `_`, `~` stand for themselves, every other byte of the UTF-8 text
/// becomes `%` and two upper-case hexadecimal digits (RFC 3986 section 2.3). The result is at most
/// three times as long as the value.
///
/// The values `.` and `..` stay what they are, and clients take such a segment for a way up the
/// path in any encoding: a value that a stranger chooses must be checked before.
///
/// ```
/// use phone_provisioning::model::percent_encode_segment;
///
/// let mut out = b"/p/".to_vec();
/// percent_encode_segment("Zoë & Co", &mut out);
/// assert_eq!(out, b"/p/Zo%C3%AB%20%26%20Co");
/// ```
pub fn percent_encode_segment(value: &str, out: &mut Vec<u8>) {
    out.extend(percent_encoded(value));
}

/// The bytes that a text in percent-encoding stands for, decoded once; an error where a `%` begins no
/// encoding, which is the last then.
pub(crate) fn percent_decoded(text: &str) -> impl Iterator<Item = Result<u8, BadEncoding>> {
    let mut rest = text.as_bytes();
    iter::from_fn(move || {
        let (&first, tail) = rest.split_first()?;
        if first != b'%' {
            rest = tail;
            return Some(Ok(first));
        }
        let digit = |at: usize| char::from(*tail.get(at)?).to_digit(16);
        let byte = digit(0).zip(digit(1));
        rest = byte.map_or(&[], |_| &tail[2..]);
        let byte = byte.and_then(|(high, low)| u8::try_from(high << 4 | low).ok());
        Some(byte.ok_or(BadEncoding))
    })
}

/// A `%` without two hexadecimal digits behind it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct BadEncoding;

pub(super) fn percent_encoded(value: &str) -> impl Iterator<Item = u8> {
    value.bytes().flat_map(|byte| {
        let (bytes, len) = match byte {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' | b'.' | b'_' | b'~' => {
                ([byte, 0, 0], 1)
            }
            _ => {
                let digit = |nibble: u8| b"0123456789ABCDEF"[usize::from(nibble)];
                ([b'%', digit(byte >> 4), digit(byte & 15)], 3)
            }
        };
        bytes.into_iter().take(len)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unreserved_characters_stand_for_themselves() {
        let mut out = Vec::new();
        percent_encode_segment("AZaz09-._~", &mut out);
        assert_eq!(out, b"AZaz09-._~");
        percent_encode_segment("%2F+", &mut out);
        assert_eq!(out, b"AZaz09-._~%252F%2B");
    }
}
