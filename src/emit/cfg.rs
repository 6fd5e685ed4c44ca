//! Tokens of `name = value` files: the header line, a comment, a line. One method writes one thing.

/// First line of every file; it must stand there unchanged.
pub const HEADER: &str = "#!version:1.0.0.1";

/// Writes the header line.
pub fn header(out: &mut Vec<u8>) {
    out.extend_from_slice(HEADER.as_bytes());
    out.push(b'\n');
}

/// Writes a comment line. The text is the library's own, never input.
pub fn comment(text: &str, number: Option<u16>, out: &mut Vec<u8>) {
    out.extend_from_slice(b"# ");
    out.extend_from_slice(text.as_bytes());
    if let Some(number) = number {
        out.push(b' ');
        decimal(number.into(), out);
    }
    out.push(b'\n');
}

/// Writes a name whose components `X` and `Y` (in this order) stand for the indices, and whose
/// component in angle brackets stands for the word, then ` = `.
pub fn name(pattern: &str, indices: &[u16], word: &str, out: &mut Vec<u8>) {
    let mut indices = indices.iter();
    for (i, component) in pattern.split('.').enumerate() {
        if i > 0 {
            out.push(b'.');
        }
        match component {
            "X" | "Y" => match indices.next() {
                Some(index) => decimal((*index).into(), out),
                None => out.extend_from_slice(component.as_bytes()),
            },
            _ if component.starts_with('<') => out.extend_from_slice(word.as_bytes()),
            _ => out.extend_from_slice(component.as_bytes()),
        }
    }
    out.extend_from_slice(b" = ");
}

/// Writes a number.
pub fn decimal(number: i64, out: &mut Vec<u8>) {
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
