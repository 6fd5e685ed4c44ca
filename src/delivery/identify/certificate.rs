//! The MAC address in the subject of a client's certificate.

use crate::model::Mac;

/// Addresses in the common names of a subject, in the writing of RFC 4514 (`CN=…,O=…`) or of OpenSSL
/// (`/O=…/CN=…`). Makers put the address there alone or with something behind an `@`; a certificate that
/// all phones share has none.
pub(super) fn macs(subject: &str) -> impl Iterator<Item = Mac> {
    let divider = if subject.starts_with('/') { '/' } else { ',' };
    let is_divider = move |c| c == divider || (c == '+' && divider == ',');
    unescaped(subject, is_divider).filter_map(|attribute| {
        let (kind, value) = attribute.split_once('=')?;
        let is_name = ["CN", "2.5.4.3"]
            .iter()
            .any(|name| kind.trim().eq_ignore_ascii_case(name));
        let word = value.trim().trim_matches('"');
        let word = word.split_once('@').map_or(word, |(word, _)| word);
        is_name.then(|| Mac::from_word(word.as_bytes())).flatten()
    })
}

/// The parts between dividers that no backslash stands before.
fn unescaped(text: &str, is_divider: impl Fn(char) -> bool) -> impl Iterator<Item = &str> {
    let mut escaped = false;
    text.split(move |c| {
        let divides = !escaped && is_divider(c);
        escaped = c == '\\' && !escaped;
        divides
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_macs(subject: &str, expected: &[&str]) {
        let macs: Vec<String> = macs(subject)
            .map(|mac| mac.plain_lower().to_string())
            .collect();
        assert_eq!(macs, expected, "{subject}");
    }

    #[test]
    fn common_names() {
        for subject in [
            "CN=000413A11FA7",
            "CN=000413a11fa7,O=Maker,C=DE",
            "O=x, cn = 00:04:13:a1:1f:a7 , C=DE",
            "C=DE+CN=00-04-13-A1-1F-A7",
            "/C=DE/O=Maker/CN=000413A11FA7",
            "/CN=000413A11FA7@phones",
            "2.5.4.3=000413A11FA7",
            "CN=\"000413A11FA7\"",
        ] {
            assert_macs(subject, &["000413a11fa7"]);
        }
        assert_macs(
            "CN=000413A11FA7,CN=805e0c123456",
            &["000413a11fa7", "805e0c123456"],
        );
    }

    #[test]
    fn what_only_looks_like_a_common_name() {
        for subject in [
            "",
            "CN=",
            "=000413A11FA7",
            "000413A11FA7",
            "CN=000413A11FA",
            "CN=x000413A11FA7",
            "CN=Phone 000413A11FA7",
            "CN=000000000000",
            "OU=000413A11FA7",
            "O=CN=000413A11FA7",
            "O=a\\,CN=000413A11FA7",
            "/O=a\\/CN=000413A11FA7",
            "CN=pbx.example.net/CN=000413A11FA7",
            "XCN=000413A11FA7",
        ] {
            assert_macs(subject, &[]);
        }
        assert_macs("O=a\\\\,CN=000413A11FA7", &["000413a11fa7"]);
    }
}
