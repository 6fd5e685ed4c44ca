//! Text with places that are filled in for each device ([`Template`]).

use std::fmt;
use std::str::FromStr;

use zeroize::Zeroizing;

use crate::error::ErrorKind;

/// A template of the value of a raw setting, in the language of handlebars.
///
/// * At most 16 KiB, not empty.
/// * No control character but line feeds, carriage returns before them, and tabs.
/// * Otherwise kept as given. Whether it is well formed is found out where it is compiled: when a
///   fleet document is resolved, and when a target is prepared.
///
/// It may hold a password, so it is wiped from memory when dropped, `Debug` does not show it, and it is
/// read as a [`Secret`](crate::text::Secret) is.
/// What it can name is told at [`target::template`](crate::target::template).
///
/// ```
/// use phone_provisioning::model::Template;
///
/// let template: Template = "{{site.name}} {{mac}}".parse()?;
/// assert_eq!(template.expose(), "{{site.name}} {{mac}}");
/// # Ok::<(), phone_provisioning::error::ErrorKind>(())
/// ```
#[derive(Clone, Eq, PartialEq)]
pub struct Template(Zeroizing<Box<str>>);

impl Template {
    /// Bytes that a template may have.
    pub const MOST_BYTES: usize = 16 * 1024;

    /// Checks and keeps a template.
    ///
    /// # Errors
    /// [`ErrorKind::Empty`], [`ErrorKind::TooMany`] bytes, or [`ErrorKind::BadCharacter`].
    pub fn new(text: impl Into<Box<str>>) -> Result<Self, ErrorKind> {
        let text = Zeroizing::new(text.into());
        if text.is_empty() {
            return Err(ErrorKind::Empty);
        }
        if text.len() > Self::MOST_BYTES {
            return Err(ErrorKind::TooMany {
                what: "bytes",
                limit: Self::MOST_BYTES,
                found: text.len(),
                origin: "a template".to_owned(),
            });
        }
        match bad_character(&text) {
            Some((position, character)) => Err(ErrorKind::BadCharacter {
                character,
                position,
            }),
            None => Ok(Self(text)),
        }
    }

    /// The text in clear. Whoever calls this answers for where it goes.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl FromStr for Template {
    type Err = ErrorKind;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::new(text)
    }
}

impl TryFrom<&str> for Template {
    type Error = ErrorKind;

    fn try_from(text: &str) -> Result<Self, Self::Error> {
        Self::new(text)
    }
}

impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// The first character that a template must not have, with its place from 1.
pub(crate) fn bad_character(text: &str) -> Option<(usize, char)> {
    let mut characters = (1..).zip(text.chars()).peekable();
    while let Some((position, character)) = characters.next() {
        let fine = match character {
            '\n' | '\t' => true,
            '\r' => characters.peek().is_some_and(|(_, next)| *next == '\n'),
            '\u{2028}' | '\u{2029}' | '\u{FFFE}' | '\u{FFFF}' => false,
            _ => !character.is_control(),
        };
        if !fine {
            return Some((position, character));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_allowed_and_controls_are_not() {
        for text in ["{{a}}", "a\n\tb\r\nc", "é 中"] {
            assert_eq!(Template::new(text).unwrap().expose(), text);
        }
        for (text, message) in [
            ("", "expected a text, found nothing"),
            (
                "é\u{1}",
                "control character (U+0001) at character 2 cannot stand in a text",
            ),
            (
                "a\rb",
                "carriage return (U+000D) at character 2 cannot stand in a text",
            ),
            (
                "\u{2028}",
                "line separator (U+2028) at character 1 cannot stand in a text",
            ),
        ] {
            assert_eq!(Template::new(text).unwrap_err().to_string(), message);
        }
        assert!(Template::new("x".repeat(16 * 1024)).is_ok());
        assert_eq!(
            Template::new("x".repeat(16 * 1024 + 1))
                .unwrap_err()
                .to_string(),
            "expected at most 16384 bytes (a template), found 16385"
        );
    }

    #[test]
    fn a_template_is_not_printed() {
        assert_eq!(
            format!("{:?}", Template::new("s3cret").unwrap()),
            "[redacted]"
        );
    }
}
