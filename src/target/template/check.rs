//! Reads back what a template made: a value must be text of the file and nothing else.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::file::{Format, KeyValue};
use super::scan::Fault;
use super::sink::Sink;

/// Checks the result of a template.
///
/// # Errors
/// The first place of the result that is not what the format allows.
pub(super) fn check(format: &Format, sink: &Sink) -> Result<(), Fault> {
    let wrong = match format {
        Format::Xml => xml(&sink.text, &sink.values),
        Format::KeyValue(dialect) => key_value(dialect, &sink.text, &sink.values),
        Format::Text => Ok(()),
    };
    wrong.map_err(|(at, reason)| Fault::at(&sink.text, at, reason))
}

type Wrong = (usize, Cow<'static, str>);

/// Characters that change nothing wherever they stand: an index may be part of a name.
fn is_harmless(value: &str) -> bool {
    value
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
}

/// Whether the XML is well formed, and whether every value stands in text or in an attribute.
fn xml(text: &str, values: &[Range<usize>]) -> Result<(), Wrong> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_comments = true;
    let mut allowed: Vec<Range<usize>> = Vec::new();
    let mut allow = |range: Range<usize>| match allowed.last_mut() {
        Some(last) if last.end == range.start => last.end = range.end,
        _ => allowed.push(range),
    };
    let mut depth = 0_usize;
    let mut roots = 0;
    loop {
        let start = reader.buffer_position() as usize;
        let malformed = |at: usize| (at, Cow::from("this is not well-formed XML"));
        let event = reader
            .read_event()
            .map_err(|_| malformed(reader.error_position() as usize))?;
        let end = reader.buffer_position() as usize;
        let is_start = matches!(event, Event::Start(_));
        match event {
            Event::Start(tag) | Event::Empty(tag) => {
                if depth == 0 {
                    roots += 1;
                    if roots > 1 {
                        return Err((start, "a second element beside the first".into()));
                    }
                }
                depth += usize::from(is_start);
                for value in attributes(text, &tag).ok_or_else(|| malformed(start))? {
                    allow(value);
                }
            }
            Event::End(_) => depth = depth.saturating_sub(1),
            Event::Text(_) if depth == 0 => {
                if !text[start..end].trim().is_empty() {
                    return Err((start, "text outside of the element".into()));
                }
            }
            Event::Text(_) => {
                if text[start..end].contains("]]>") {
                    return Err(malformed(start));
                }
                allow(start..end);
            }
            Event::GeneralRef(reference) => {
                let known = ["amp", "lt", "gt", "quot", "apos"].contains(&&*reference)
                    || matches!(reference.resolve_char_ref(), Ok(Some(_)));
                if depth == 0 || !known {
                    return Err((start, "a reference that XML does not know".into()));
                }
                allow(start..end);
            }
            Event::Decl(_) if start > 0 => {
                return Err((start, "the XML declaration comes first of all".into()));
            }
            Event::DocType(_) => {
                return Err((start, "a document type has no place here".into()));
            }
            Event::Decl(_) | Event::CData(_) | Event::Comment(_) | Event::PI(_) => {}
            Event::Eof => break,
        }
    }
    if depth > 0 || roots == 0 {
        let reason = "the XML ends before its element does";
        return Err((text.len(), reason.into()));
    }
    for value in values {
        let fits = allowed
            .iter()
            .any(|range| range.start <= value.start && value.end <= range.end);
        if !fits && !is_harmless(&text[value.clone()]) {
            let reason = "a value stands neither in text nor in an attribute";
            return Err((value.start, reason.into()));
        }
    }
    Ok(())
}

/// Where the values of the attributes of a tag stand; `None` when it is not well formed.
fn attributes(text: &str, tag: &BytesStart<'_>) -> Option<Vec<Range<usize>>> {
    if !is_name(tag.name().as_ref()) {
        return None;
    }
    let mut values = Vec::new();
    for attribute in tag.attributes() {
        let attribute = attribute.ok()?;
        let value = attribute.value.as_ref();
        if !is_name(attribute.key.as_ref()) || value.contains('<') {
            return None;
        }
        quick_xml::escape::unescape(value).ok()?;
        // The reader lends a part of the text.
        let start = (value.as_ptr() as usize).checked_sub(text.as_ptr() as usize)?;
        values.push(start..start + value.len());
    }
    Some(values)
}

fn is_name(name: &str) -> bool {
    let first = |c: char| c.is_alphabetic() || matches!(c, '_' | ':');
    name.starts_with(first)
        && name
            .chars()
            .all(|c| first(c) || c.is_alphanumeric() || matches!(c, '-' | '.' | '·'))
}

/// Whether every line is `name = value` or a comment, and every value stays within its line.
fn key_value(dialect: &KeyValue, text: &str, values: &[Range<usize>]) -> Result<(), Wrong> {
    let mut names = BTreeSet::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let at = start;
        start += line.len();
        let line = line.trim_end_matches(['\n', '\r']);
        let here = |byte: usize| at + byte;
        let in_line: Vec<Range<usize>> = values
            .iter()
            .filter(|value| at <= value.start && value.start < at + line.len())
            .map(|value| value.start - at..value.end - at)
            .collect();
        let is_comment = line.starts_with(|first| dialect.comments.contains(first));
        let is_section = dialect.sections && line.starts_with('[') && line.ends_with(']');
        let strange = |until: usize| {
            let found = in_line
                .iter()
                .find(|value| value.start < until && !is_harmless(&line[value.start..value.end]));
            found.map(|value| here(value.start))
        };
        if line.trim().is_empty() || is_comment || is_section {
            if let Some(found) = strange(line.len()) {
                return Err((found, "a value stands in a line that is no setting".into()));
            }
            continue;
        }
        let Some(separator) = line.find(dialect.separator) else {
            let reason = format!("expected a name, `{}` and a value", dialect.separator);
            return Err((at, reason.into()));
        };
        if let Some(found) = strange(separator + 1) {
            return Err((found, "a value stands in the name of a setting".into()));
        }
        let name = line[..separator].trim_end();
        if name.is_empty() || name.starts_with(char::is_whitespace) {
            return Err((at, "a setting has no name".into()));
        }
        if !dialect.repeats && !names.insert(name.to_owned()) {
            return Err((at, format!("the setting `{name}` is there twice").into()));
        }
        for value in in_line.iter().filter(|value| value.start > separator) {
            let found = &line[value.start..value.end];
            if let Some(bad) = found.find(|c| dialect.refused.contains(c)) {
                let character = found[bad..].chars().next().unwrap_or_default();
                let reason = format!("`{character}` cannot stand in the value of a setting");
                return Err((here(value.start + bad), reason.into()));
            }
            // A reader drops the blanks around a value.
            let before = line[separator + dialect.separator.len_utf8()..value.start].trim();
            let after = line[value.end..].trim();
            let lost = (before.is_empty() && found.starts_with(char::is_whitespace))
                || (after.is_empty() && found.ends_with(char::is_whitespace));
            if lost {
                let reason = "a blank at the end of a value would be lost";
                return Err((here(value.start), reason.into()));
            }
        }
    }
    Ok(())
}
