//! Tokens of XML files: declaration, tags, attributes, text. One function writes one token; how they
//! are laid out on lines is the caller's affair.
//!
//! Letters are written as raw UTF-8, never as numeric references: phones disagree on what those
//! mean.

/// Writes the XML declaration, with a line feed.
pub(crate) fn declaration(out: &mut Vec<u8>) {
    out.extend_from_slice(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
}

/// Writes `<name`; attributes may follow, then [`close_tag`] or [`close_empty`].
pub(crate) fn open_tag(name: &str, out: &mut Vec<u8>) {
    out.push(b'<');
    out.extend_from_slice(name.as_bytes());
}

/// Writes ` name="` of an attribute; the value and [`end_attribute`] follow.
pub(crate) fn begin_attribute(name: &str, out: &mut Vec<u8>) {
    out.push(b' ');
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"=\"");
}

/// Writes the quote that ends an attribute.
pub(crate) fn end_attribute(out: &mut Vec<u8>) {
    out.push(b'"');
}

/// Writes an attribute whose value is the library's own and needs no escaping.
pub(crate) fn attribute(name: &str, value: &str, out: &mut Vec<u8>) {
    begin_attribute(name, out);
    out.extend_from_slice(value.as_bytes());
    end_attribute(out);
}

/// Ends the tag of an element with content.
pub(crate) fn close_tag(out: &mut Vec<u8>) {
    out.push(b'>');
}

/// Ends the tag of an element without content.
pub(crate) fn close_empty(out: &mut Vec<u8>) {
    out.extend_from_slice(b"/>");
}

/// Writes `</name>`.
pub(crate) fn end_tag(name: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(b"</");
    out.extend_from_slice(name.as_bytes());
    out.push(b'>');
}

/// Writes the indent of a line: two blanks per level.
pub(crate) fn line(indent: usize, out: &mut Vec<u8>) {
    for _ in 0..indent {
        out.extend_from_slice(b"  ");
    }
}

/// Escapes text so that it can stand in XML text and in attributes in either kind of quotes. At most
/// six bytes for one.
#[cfg(feature = "templates")]
pub(crate) fn escape_anywhere(text: &str, out: &mut String) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            _ => out.push(character),
        }
    }
}

/// Escapes `& < >`, and `"` where it would end an attribute. At most six bytes for one.
pub(crate) fn escape(text: &str, quotes: bool, out: &mut Vec<u8>) {
    let mut from = 0;
    for (at, byte) in text.bytes().enumerate() {
        let reference: &[u8] = match byte {
            b'&' => b"&amp;",
            b'<' => b"&lt;",
            b'>' => b"&gt;",
            b'"' if quotes => b"&quot;",
            _ => continue,
        };
        // The four are ASCII: the cuts lie between characters.
        out.extend_from_slice(&text.as_bytes()[from..at]);
        out.extend_from_slice(reference);
        from = at + 1;
    }
    out.extend_from_slice(&text.as_bytes()[from..]);
}
