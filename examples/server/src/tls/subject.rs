//! The name that a certificate is for, as text.

use std::fmt::Write as _;

use x509_parser::asn1_rs::{Tag, ToDer};
use x509_parser::prelude::{FromDer, X509Certificate};
use x509_parser::x509::AttributeTypeAndValue;

/// The subject of a certificate in the writing of RFC 4514; `None` for one without.
///
/// The writing of the reading crate is not that: it leaves dividers within values as they are, and a
/// company could have a phone's address in its name.
pub(super) fn subject(certificate: &[u8]) -> Option<String> {
    let (_, certificate) = X509Certificate::from_der(certificate).ok()?;
    let names = certificate.subject().iter_rdn();
    let mut names: Vec<String> = names
        .map(|name| name.iter().map(attribute).collect::<Vec<_>>().join("+"))
        .collect();
    // The last comes first, section 2.1.
    names.reverse();
    Some(names.join(",")).filter(|text| !text.is_empty())
}

/// The attribute types with a name of their own, section 3.
const NAMES: [(&str, &str); 9] = [
    ("2.5.4.3", "CN"),
    ("2.5.4.7", "L"),
    ("2.5.4.8", "ST"),
    ("2.5.4.10", "O"),
    ("2.5.4.11", "OU"),
    ("2.5.4.6", "C"),
    ("2.5.4.9", "STREET"),
    ("0.9.2342.19200300.100.1.25", "DC"),
    ("0.9.2342.19200300.100.1.1", "UID"),
];

fn attribute(attribute: &AttributeTypeAndValue<'_>) -> String {
    let kind = attribute.attr_type().to_id_string();
    let name = NAMES.iter().find(|(id, _)| *id == kind);
    match (name, text(attribute)) {
        (Some((_, name)), Some(text)) => format!("{name}={}", escaped(&text)),
        (name, _) => {
            let name = name.map_or(&*kind, |(_, name)| name);
            let value = attribute.attr_value().to_der_vec().unwrap_or_default();
            let mut written = format!("{name}=#");
            for byte in value {
                let _ = write!(written, "{byte:02X}");
            }
            written
        }
    }
}

/// The value, if it is of a kind of text.
fn text(attribute: &AttributeTypeAndValue<'_>) -> Option<String> {
    let bytes = attribute.as_slice();
    match attribute.attr_value().tag() {
        Tag::BmpString => {
            let (units, []) = bytes.as_chunks::<2>() else {
                return None;
            };
            let units: Vec<u16> = units.iter().map(|unit| u16::from_be_bytes(*unit)).collect();
            String::from_utf16(&units).ok()
        }
        Tag::UniversalString => {
            let (units, []) = bytes.as_chunks::<4>() else {
                return None;
            };
            let units = units.iter().map(|unit| u32::from_be_bytes(*unit));
            units.map(char::from_u32).collect()
        }
        // Everybody takes it for Latin-1.
        Tag::T61String => Some(bytes.iter().map(|byte| char::from(*byte)).collect()),
        _ => attribute.as_str().ok().map(str::to_owned),
    }
}

/// Section 2.4; control characters as well, since the text goes to a log.
fn escaped(value: &str) -> String {
    let last = value.chars().count().saturating_sub(1);
    let mut text = String::with_capacity(value.len());
    for (at, c) in value.chars().enumerate() {
        match c {
            '"' | '+' | ',' | ';' | '<' | '>' | '\\' => text.extend(['\\', c]),
            '#' if at == 0 => text.push_str("\\#"),
            ' ' if at == 0 || at == last => text.push_str("\\ "),
            '\0'..' ' | '\u{7f}' => {
                let _ = write!(text, "\\{:02X}", u32::from(c));
            }
            c => text.push(c),
        }
    }
    text
}
