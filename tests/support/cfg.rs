//! A strict reader of `name = value` files, written from the rules of the format and not from the
//! writer: what it accepts, every phone reads alike.
//!
//! * First line exactly `#!version:1.0.0.1`; UTF-8 without byte-order mark; every line ends with a
//!   line feed, no carriage return, no other control character anywhere.
//! * Then comments (`# word` or `# word 1`: never input) and lines `name = value`: a name of
//!   lower-case letters, digits, dots and underscores, one blank, `=`, one blank, a value that is
//!   not empty and does not begin or end with white space.
//! * No name twice; a login's password is a command and may stand there once for every login.

use std::collections::BTreeMap;

/// One line.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Setting {
    /// The comment that it stands under.
    pub section: String,
    pub name: String,
    pub value: String,
    /// Whether the value is no value, but clears the setting.
    pub cleared: bool,
    /// From 1.
    pub line: usize,
}

/// The settings in order, or the first fault with its line.
pub fn read(bytes: &[u8]) -> Result<Vec<Setting>, String> {
    let text = std::str::from_utf8(bytes).map_err(|error| format!("not UTF-8: {error}"))?;
    let body = text
        .strip_prefix("#!version:1.0.0.1\n")
        .ok_or("line 1: expected `#!version:1.0.0.1`")?;
    if !text.ends_with('\n') {
        return Err("the last line has no line feed".to_owned());
    }
    let mut settings = Vec::new();
    let mut lines_by_key: BTreeMap<String, usize> = BTreeMap::new();
    let mut section = String::new();
    for (line, content) in (2..).zip(body.lines_of_line_feeds()) {
        let fault = |what: &str| format!("line {line}: {what}: {content:?}");
        if let Some(control) = content.chars().find(|c| c.is_control()) {
            return Err(fault(&format!("holds U+{:04X}", u32::from(control))));
        }
        if let Some(comment) = content.strip_prefix("# ") {
            if !is_section(comment) {
                return Err(fault("a comment that is no section"));
            }
            comment.clone_into(&mut section);
            continue;
        }
        let (name, value) = content
            .split_once(" = ")
            .ok_or_else(|| fault("neither a comment nor `name = value`"))?;
        if !is_name(name) {
            return Err(fault("not a name"));
        }
        if value.is_empty() || value.trim() != value {
            return Err(fault("not a value"));
        }
        let key = match value.split_once(':') {
            Some((login, _)) if name.ends_with("security.user_password") => {
                format!("{name} of {login}")
            }
            _ => name.to_owned(),
        };
        if let Some(first) = lines_by_key.insert(key, line) {
            return Err(fault(&format!("also at line {first}")));
        }
        settings.push(Setting {
            section: section.clone(),
            name: name.to_owned(),
            value: value.to_owned(),
            cleared: matches!(value, "%NULL%" | "%EMPTY%"),
            line,
        });
    }
    Ok(settings)
}

trait Lines {
    fn lines_of_line_feeds(&self) -> Vec<&str>;
}

impl Lines for str {
    /// As `str::lines`, which would swallow a carriage return.
    fn lines_of_line_feeds(&self) -> Vec<&str> {
        let mut lines: Vec<&str> = self.split('\n').collect();
        // After the last line feed there is nothing.
        lines.pop();
        lines
    }
}

fn is_section(comment: &str) -> bool {
    let (word, number) = comment.split_once(' ').unwrap_or((comment, "1"));
    !word.is_empty()
        && word.bytes().all(|byte| byte.is_ascii_lowercase())
        && !number.is_empty()
        && number.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name.split('.').all(|component| {
            !component.is_empty()
                && component
                    .bytes()
                    .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'))
        })
}
