//! Tokens of `name = value` files: the header line, a comment, a line. One method writes one thing.

/// First line of every file; it must stand there unchanged.
pub(crate) const HEADER: &str = "#!version:1.0.0.1";

/// Writes the header line.
pub(crate) fn header(out: &mut Vec<u8>) {
    out.extend_from_slice(HEADER.as_bytes());
    out.push(b'\n');
}

/// Writes a comment line. The text is the library's own, never input.
pub(crate) fn comment(text: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(b"# ");
    out.extend_from_slice(text.as_bytes());
    out.push(b'\n');
}

/// Writes a comment line with a number behind the text, written by `number`.
pub(crate) fn numbered_comment(text: &str, out: &mut Vec<u8>, number: impl Fn(&mut Vec<u8>)) {
    out.extend_from_slice(b"# ");
    out.extend_from_slice(text.as_bytes());
    out.push(b' ');
    number(out);
    out.push(b'\n');
}

/// Writes a name whose components `X` and `Y` (in this order) stand for the indices, and whose
/// component in angle brackets stands for the word, then ` = `.
pub(crate) fn name(pattern: &str, indices: &[u16], word: &str, out: &mut Vec<u8>) {
    Places::of(pattern).fill(pattern, indices, word, out, |index, out| {
        decimal(index.into(), out);
    });
}

/// Where the components of a pattern are that stand for something else, found once.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Places {
    /// Of `X`, `Y` and the first bracket; 0 = the pattern has none, because it never begins with it.
    at: [u8; 3],
}

impl Places {
    /// The places of a pattern of at most 255 bytes.
    pub(crate) const fn of(pattern: &str) -> Self {
        let bytes = pattern.as_bytes();
        let mut at = [0; 3];
        let mut i = 1;
        while i < bytes.len() && i < 256 {
            if bytes[i - 1] == b'.' {
                let ends = i + 1 == bytes.len() || bytes[i + 1] == b'.';
                match bytes[i] {
                    b'X' if ends => at[0] = i as u8,
                    b'Y' if ends => at[1] = i as u8,
                    b'<' => at[2] = i as u8,
                    _ => {}
                }
            }
            i += 1;
        }
        Self { at }
    }

    /// Writes the pattern with its places filled, then ` = `. `number` writes an index; a place
    /// without an index is left as it is.
    #[inline]
    pub(crate) fn fill(
        self,
        pattern: &str,
        indices: &[u16],
        word: &str,
        out: &mut Vec<u8>,
        number: impl Fn(u16, &mut Vec<u8>),
    ) {
        let bytes = pattern.as_bytes();
        let mut from = 0;
        let [x, y, bracket] = self.at.map(usize::from);
        if bracket > 0 {
            return self.fill_word(bytes, indices, word, out, number);
        }
        for (at, index) in [x, y].into_iter().zip(indices) {
            if at > 0 {
                out.extend_from_slice(&bytes[from..at]);
                number(*index, out);
                from = at + 1;
            }
        }
        out.extend_from_slice(&bytes[from..]);
        out.extend_from_slice(b" = ");
    }

    /// The same for a pattern with an index in front of the word and none behind it.
    fn fill_word(
        self,
        bytes: &[u8],
        indices: &[u16],
        word: &str,
        out: &mut Vec<u8>,
        number: impl Fn(u16, &mut Vec<u8>),
    ) {
        let [x, _, bracket] = self.at.map(usize::from);
        let mut from = 0;
        if let (true, Some(index)) = (x > 0, indices.first()) {
            out.extend_from_slice(&bytes[..x]);
            number(*index, out);
            from = x + 1;
        }
        let rest = &bytes[bracket..];
        let end = rest.iter().position(|byte| *byte == b'.');
        out.extend_from_slice(&bytes[from..bracket]);
        out.extend_from_slice(word.as_bytes());
        out.extend_from_slice(&rest[end.unwrap_or(rest.len())..]);
        out.extend_from_slice(b" = ");
    }
}

/// Writes a number.
pub(crate) fn decimal(number: i64, out: &mut Vec<u8>) {
    let mut digits = [0; 20];
    let mut at = digits.len();
    let mut rest = number.unsigned_abs();
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if number < 0 {
        out.push(b'-');
    }
    out.extend_from_slice(&digits[at..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_takes_its_indices_in_order() {
        let written = |pattern, indices: &[u16], word| {
            let mut out = Vec::new();
            name(pattern, indices, word, &mut out);
            String::from_utf8(out).unwrap()
        };
        assert_eq!(written("sip.x", &[], ""), "sip.x = ");
        assert_eq!(
            written("account.X.sip_server.Y.port", &[16, 2], ""),
            "account.16.sip_server.2.port = "
        );
        assert_eq!(
            written("voice_mail.number.X", &[3], ""),
            "voice_mail.number.3 = "
        );
        assert_eq!(written("EXample.X1.YY", &[3], ""), "EXample.X1.YY = ");
        assert_eq!(written("handset.<type>", &[], "w56h"), "handset.w56h = ");
        assert_eq!(
            written("account.X.codec.<payload>.enable", &[1], "pcmu"),
            "account.1.codec.pcmu.enable = "
        );
    }

    #[test]
    fn numbers_are_plain() {
        for number in [0, 7, 10, -48, 65535, i64::MAX, i64::MIN] {
            let mut out = Vec::new();
            decimal(number, &mut out);
            assert_eq!(String::from_utf8(out).unwrap(), number.to_string());
        }
    }
}
