//! What the first bytes of a file tell.

use memchr::memmem;

use super::{Format, source, text};

/// So many bytes are looked at.
const HEAD: usize = 4096;

/// How a text is probably written.
pub(super) fn format(file: &str) -> Format {
    // As nearly all files begin.
    if file.starts_with("#!version:") {
        return Format::Cfg;
    }
    if file.starts_with("<?xml") {
        return Format::Xml;
    }
    let file = file.trim_start_matches(|c: char| c == '\u{feff}' || c.is_whitespace());
    let head = &file.as_bytes()[..file.len().min(HEAD)];
    let at = |needle: &str| memmem::find(head, needle.as_bytes()).unwrap_or(usize::MAX);
    // Stray output may stand before either kind of file.
    let declaration = at("<?xml").min(at("<settings")).min(at("<phone-settings"));
    let header = at("#!version:");
    match head.first() {
        _ if header == declaration && text::is_written_so(file) => Format::Text,
        Some(b'#') => Format::Cfg,
        _ if header < declaration => Format::Cfg,
        _ if declaration < usize::MAX => Format::Xml,
        Some(b'<') => Format::Xml,
        _ => Format::Cfg,
    }
}

/// Whether a text of lines is of a format that looks alike: the one of the maker of some bases, whose
/// names stand in `%`.
pub(super) fn is_of_base_maker(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let Some(line) = lines.find(|line| !line.starts_with("//") && !line.starts_with('#')) else {
        return false;
    };
    let name = line
        .strip_prefix('%')
        .and_then(|rest| rest.split_once("%:"));
    name.is_some_and(|(name, _)| {
        !name.is_empty()
            && name
                .bytes()
                .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
    })
}

/// Whether bytes are no text at all.
pub(super) fn is_binary(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(HEAD)];
    if source::is_utf_16(bytes) || head.starts_with(b"#!") || head.starts_with(b"<") {
        return false;
    }
    // Text in an old encoding has strange letters, but no control characters to speak of.
    let (mut controls, mut high) = (0, 0);
    for &byte in head {
        controls += usize::from(byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r'));
        high += usize::from(byte >= 0x80);
    }
    (controls * 20 > head.len() || high * 3 > head.len()) && std::str::from_utf8(bytes).is_err()
}
