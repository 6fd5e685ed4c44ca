//! Reads lines `name: value`, the form that XML replaced. A sign behind the name says who may change
//! the setting; a line that begins with `#` or `<` is a comment.

use std::ops::Range;

use memchr::memchr_iter;

use super::finding::Code;
use super::reading::{Reading, short};
use super::setting::{Setting, Shape};
use super::{FileKind, Format};

/// Reads the file.
pub(super) fn read(reading: &mut Reading<'_>) {
    reading.format = Format::Text;
    reading.mark();
    if !reading.is_readable() {
        return;
    }
    reading.kind = FileKind::Settings;
    let source = reading.source.clone();
    let text = source.text();
    let mut at = source.start();
    reading.find(Code::OLD_FORM, at..at);
    for end in memchr_iter(b'\n', text.as_bytes()).chain([text.len()]) {
        let line = at..end.max(at);
        at = end + 1;
        let content = text[line.clone()].trim();
        if content.is_empty() || content.starts_with(['#', '<']) {
            continue;
        }
        let start = line.end - text[line].trim_start().len();
        let span = start..start + content.len();
        let Some(parts) = parts(content) else {
            reading.find(Code::NO_COLON, span);
            continue;
        };
        let place = |part: Range<usize>| short(start + part.start..start + part.end);
        let room = reading.push(span.clone(), || Setting {
            source: source.clone(),
            extra: None,
            span: short(span),
            value: place(parts.value),
            section: 0..0,
            name_end: (start + parts.name) as u32,
            beside_end: (start + parts.sign) as u32,
            index: 0,
            has_index: false,
            shape: Shape::Text,
        });
        if !room {
            return;
        }
    }
}

/// Whether the first line that is no comment is of this form, and most of those that follow.
pub(super) fn is_written_so(text: &str) -> bool {
    let lines = text.lines().take(100).map(str::trim);
    let mut lines = lines.filter(|line| !line.is_empty() && !line.starts_with(['#', '<']));
    if lines.next().and_then(parts).is_none() {
        return false;
    }
    let (mut those, mut others) = (1, 0);
    for line in lines {
        if parts(line).is_some() {
            those += 1;
        } else {
            others += 1;
        }
    }
    those > others
}

struct Parts {
    /// Where the name ends that the line begins with.
    name: usize,
    /// Where the sign ends behind it.
    sign: usize,
    value: Range<usize>,
}

/// The parts of `name: value`, `name!: value`, `name&: value`.
fn parts(line: &str) -> Option<Parts> {
    let fits = |b: &u8| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_');
    let name = line.bytes().take_while(|b| fits(b)).count();
    let sign = usize::from(matches!(
        line.as_bytes().get(name),
        Some(b'!' | b'&' | b'$')
    ));
    let value = line.get(name + sign..)?.strip_prefix(':')?;
    let is_blank = value.is_empty() || value.starts_with([' ', '\t']);
    let starts = line.starts_with(|c: char| c.is_ascii_lowercase());
    (starts && is_blank).then(|| Parts {
        name,
        sign: name + sign,
        value: line.len() - value.trim_start().len()..line.len(),
    })
}
