//! Looks a template over before the engine reads it.
//!
//! The engine's parser calls itself for every nested block, so a hostile template could exhaust the
//! stack, and it knows things that have no place here: output that is not escaped, partials that
//! include each other, decorators. All that is refused here, with its place. What is left is checked
//! by the engine.

use std::borrow::Cow;

use crate::model::bad_character;

/// What is wrong with a template, and where.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Fault {
    /// Line, from 1.
    pub(super) line: usize,
    /// Column in characters, from 1.
    pub(super) column: usize,
    pub(super) reason: Cow<'static, str>,
}

impl Fault {
    /// A fault at a byte of a text.
    pub(super) fn at(text: &str, byte: usize, reason: impl Into<Cow<'static, str>>) -> Self {
        let end = (0..=byte.min(text.len()))
            .rev()
            .find(|&end| text.is_char_boundary(end))
            .unwrap_or(0);
        let before = &text[..end];
        let line_start = before.rfind('\n').map_or(0, |end| end + 1);
        Self {
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            reason: reason.into(),
        }
    }
}

/// Bytes that the template of a file may have.
pub(super) const MOST_BYTES: usize = 1024 * 1024;

/// Blocks within one another; a further `else if` counts as one.
const MOST_BLOCKS: usize = 32;

/// Parentheses within one another.
const MOST_PARENTHESES: usize = 8;

/// Looks the template over.
///
/// # Errors
/// The first thing that has no place in it.
pub(super) fn scan(text: &str) -> Result<(), Fault> {
    if text.len() > MOST_BYTES {
        return Err(Fault::at(
            text,
            0,
            format!("longer than {MOST_BYTES} bytes"),
        ));
    }
    if let Some((position, character)) = bad_character(text) {
        let byte = text
            .char_indices()
            .nth(position - 1)
            .map_or(0, |(at, _)| at);
        let reason = format!("U+{:04X} cannot stand in a template", u32::from(character));
        return Err(Fault::at(text, byte, reason));
    }
    let mut open: Vec<Block> = Vec::new();
    let mut from = 0;
    while let Some(found) = text[from..].find("{{") {
        let start = from + found;
        if text[..start].ends_with('\\') {
            let reason = "a backslash before `{{` would take its meaning away";
            return Err(Fault::at(text, start - 1, reason));
        }
        let inner = start + 2;
        let rest = &text[inner..];
        if rest.starts_with('!') {
            from = comment(text, inner)
                .ok_or_else(|| Fault::at(text, start, "the comment has no end"))?;
            continue;
        }
        let end = tag(text, start)?;
        block(text, start, &text[inner..end - 2], &mut open)?;
        from = end;
    }
    match open.first() {
        Some(block) => Err(Fault::at(text, block.start, "the block has no end")),
        None => Ok(()),
    }
}

/// An open block.
struct Block {
    start: usize,
    /// Itself and its `else if`s.
    depth: usize,
}

/// Where a comment ends: a long one, `{{!-- --}}`, may hold braces.
fn comment(text: &str, inner: usize) -> Option<usize> {
    let rest = &text[inner..];
    let long = rest[1..].trim_start().starts_with("--");
    let end = long.then(|| {
        let from = rest.find("--")? + 2;
        Some(from + rest[from..].find("--}}")? + 4)
    });
    let end = end.flatten().or_else(|| Some(rest.find("}}")? + 2));
    Some(inner + end?)
}

/// Where a tag ends, past its braces.
fn tag(text: &str, start: usize) -> Result<usize, Fault> {
    let fault = |at: usize, reason: &'static str| Err(Fault::at(text, at, reason));
    let body = text[start + 2..].trim_start_matches(['~', ' ', '\t', '\n', '\r']);
    let first = text.len() - body.len();
    match body.as_bytes() {
        [b'{', ..] => return fault(start, "`{{{` would write without escaping; write `{{`"),
        [b'&', ..] => return fault(start, "`{{&` would write without escaping; write `{{`"),
        [b'>', ..] => return fault(start, "a template includes no other; write its text here"),
        [b'*', ..] => return fault(start, "decorators have no place here"),
        [b'(', ..] => return fault(start, "a name is expected before a parenthesis"),
        [b'#', b'>' | b'*', ..] => return fault(start, "a template includes no other"),
        _ => {}
    }
    let mut parentheses: usize = 0;
    let mut quote = None;
    let mut characters = text[first..].char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        let at = first + at;
        match (quote, character) {
            (Some(_), '\\') => drop(characters.next()),
            (Some(open), _) if open == character => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(character),
            (None, '(') => {
                parentheses += 1;
                if parentheses > MOST_PARENTHESES {
                    return fault(at, "too many parentheses within one another");
                }
            }
            (None, ')') => parentheses = parentheses.saturating_sub(1),
            (None, '}') if matches!(characters.peek(), Some((_, '}'))) => return Ok(at + 2),
            (None, _) if is_of_tag(character) => {}
            (None, _) => return fault(at, "this character cannot stand here"),
        }
    }
    fault(start, "the tag has no end")
}

/// Characters of names, numbers and what stands between them.
fn is_of_tag(character: char) -> bool {
    character.is_ascii_alphanumeric()
        || matches!(
            character,
            '_' | '-' | '.' | '/' | '@' | '=' | '|' | '#' | '^' | '~' | ' ' | '\t' | '\n' | '\r'
        )
}

/// Counts the blocks that a tag opens or closes.
fn block(text: &str, start: usize, tag: &str, open: &mut Vec<Block>) -> Result<(), Fault> {
    let tag = tag.trim_start_matches(['~', ' ', '\t', '\n', '\r']);
    if tag.starts_with('#') {
        open.push(Block { start, depth: 1 });
    } else if tag.starts_with('/') {
        if open.pop().is_none() {
            return Err(Fault::at(text, start, "no block is open here"));
        }
    } else if let Some(rest) = tag.strip_prefix("else").or_else(|| tag.strip_prefix('^')) {
        // A name that begins with `else` counts too: that does no harm.
        let chained = rest.trim_matches(['~', ' ', '\t', '\n', '\r']);
        if !chained.is_empty()
            && let Some(block) = open.last_mut()
        {
            block.depth += 1;
        }
    }
    if open.iter().map(|block| block.depth).sum::<usize>() > MOST_BLOCKS {
        return Err(Fault::at(text, start, "too many blocks within one another"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> String {
        let fault = scan(text).unwrap_err();
        format!("{}:{}: {}", fault.line, fault.column, fault.reason)
    }

    #[test]
    fn what_a_template_may_hold_passes() {
        for text in [
            "",
            "a } b { c",
            "{{a}} {{~ b.c ~}} {{../d}} {{@index}}",
            "{{#if (eq a \"}}{{/if}}\")}}x{{else if b}}y{{^}}z{{/if}}",
            "{{!-- {{#if}} --}}{{! {{#if }}",
            "{{#each a as |b c|}}{{b}}{{/each}}",
            "{{f 'it''s' x=1}}",
        ] {
            assert_eq!(scan(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn what_it_may_not_is_told_with_its_place() {
        for (text, expected) in [
            (
                "é{{{a}}}",
                "1:2: `{{{` would write without escaping; write `{{`",
            ),
            (
                "\n {{~ &a}}",
                "2:2: `{{&` would write without escaping; write `{{`",
            ),
            (
                "{{> a}}",
                "1:1: a template includes no other; write its text here",
            ),
            ("{{#> a}}{{/a}}", "1:1: a template includes no other"),
            (
                "{{#*inline \"a\"}}{{/inline}}",
                "1:1: a template includes no other",
            ),
            ("{{* a}}", "1:1: decorators have no place here"),
            ("{{(a)}}", "1:1: a name is expected before a parenthesis"),
            (
                "{{{{raw}}}}{{{{/raw}}}}",
                "1:1: `{{{` would write without escaping; write `{{`",
            ),
            (
                "\\{{a}}",
                "1:1: a backslash before `{{` would take its meaning away",
            ),
            ("{{a [b]}}", "1:5: this character cannot stand here"),
            ("{{é}}", "1:3: this character cannot stand here"),
            ("{{a \"b}}", "1:1: the tag has no end"),
            ("{{a", "1:1: the tag has no end"),
            ("{{! a", "1:1: the comment has no end"),
            ("a\n{{#if a}}", "2:1: the block has no end"),
            ("{{/if}}", "1:1: no block is open here"),
            ("a\u{1}", "1:2: U+0001 cannot stand in a template"),
        ] {
            assert_eq!(fault(text), expected, "{text}");
        }
    }

    #[test]
    fn depth_is_bounded() {
        let nested = |depth: usize| "{{#if a}}".repeat(depth) + &"{{/if}}".repeat(depth);
        assert_eq!(scan(&nested(32)), Ok(()));
        assert_eq!(
            fault(&nested(33)),
            "1:289: too many blocks within one another"
        );
        let chain =
            |length: usize| format!("{{{{#if a}}}}{}{{{{/if}}}}", "{{else if b}}".repeat(length));
        assert_eq!(scan(&chain(31)), Ok(()));
        assert!(fault(&chain(32)).ends_with("too many blocks within one another"));
        let parentheses =
            |depth: usize| format!("{{{{a {}b{}}}}}", "(c ".repeat(depth), ")".repeat(depth));
        assert_eq!(scan(&parentheses(8)), Ok(()));
        assert!(fault(&parentheses(9)).ends_with("too many parentheses within one another"));
        assert!(fault(&"x".repeat(MOST_BYTES + 1)).starts_with("1:1: longer than"));
    }
}
