//! Pieces of templates that were left in a file: what was to be filled in, and was not.

use std::ops::Range;

use memchr::memmem;

/// So many bytes of one piece are looked at.
const LONGEST: usize = 120;

/// The pieces in a text, in no particular order, at most so many.
pub(super) fn all(text: &str, limit: usize) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for (opening, closing) in PAIRS {
        let mut end = 0;
        for start in memmem::find_iter(text.as_bytes(), opening) {
            if start < end {
                continue;
            }
            if found.len() >= limit {
                return found;
            }
            let rest = &text.as_bytes()[start..];
            let rest = &rest[..rest.len().min(LONGEST)];
            if let Some(len) = piece(rest, opening, closing) {
                end = start + len;
                found.push(start..end);
            }
        }
    }
    found
}

/// What template languages of the field write around a name: Smarty, Twig, Jinja, handlebars, PHP, ERB,
/// the shell, and the double signs of two exchanges' own.
const PAIRS: [(&[u8], &[u8]); 12] = [
    (b"{$", b"}"),
    (b"{{", b"}}"),
    (b"{%", b"%}"),
    (b"{/", b"}"),
    (b"{if ", b"}"),
    (b"{foreach ", b"}"),
    (b"${", b"}"),
    (b"<?php", b"?>"),
    (b"<?=", b"?>"),
    (b"<%", b"%>"),
    (b"__", b"__"),
    (b"%%", b"%%"),
];

/// The length of a piece that begins here, if one does.
fn piece(rest: &[u8], opening: &[u8], closing: &[u8]) -> Option<usize> {
    let inner = &rest[opening.len()..];
    let line = memchr::memchr(b'\n', inner).map_or(inner, |end| &inner[..end]);
    let end = memmem::find(line, closing);
    if opening == closing {
        // A name in double signs. `%%NULL%%` is a strange text and no name.
        let name = &line[..end?];
        let fits = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b':');
        let begins = name.first().is_some_and(u8::is_ascii_alphabetic)
            && (opening == b"__" || name.iter().any(u8::is_ascii_lowercase));
        return (begins && name.iter().all(fits)).then(|| name.len() + 2 * opening.len());
    }
    let end = end.map(|end| opening.len() + end + closing.len());
    match opening {
        // Without its end a single brace is a brace.
        b"{/" | b"{$" | b"${" => end,
        _ => Some(end.unwrap_or(opening.len())),
    }
}
