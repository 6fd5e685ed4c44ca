//! Text that people type, checked once: [`Text`] for what may be shown, [`Secret`] for what may not.
//!
//! A line feed in a display name must never become a second setting, a `&` in a password must never
//! break a file. So text is checked where it enters the model and remembers what kinds of characters
//! it holds; each place it is written to then knows at once whether the characters can be copied, must
//! be escaped, or cannot stand there at all.

use std::borrow::Borrow;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use zeroize::Zeroizing;

use crate::error::ErrorKind;

/// Text of a name, a label or a number.
///
/// * No control character: not CR, LF, NUL, tab, DEL or any other of Unicode's control characters,
///   nor the line and paragraph separators U+2028 and U+2029 that some readers take for a line end,
///   nor U+FFFE and U+FFFF that XML cannot hold.
/// * Not empty: an absent text is `Option::None`.
/// * Otherwise kept as given, byte for byte; nothing is trimmed or normalised.
///
/// ```
/// use phone_provisioning::text::Text;
///
/// let name: Text = "Zoë & Co".parse()?;
/// assert_eq!(name.as_str(), "Zoë & Co");
/// let refused = "Bob\naccount.1.password = x".parse::<Text>().unwrap_err();
/// assert_eq!(refused.to_string(), "line feed (U+000A) at character 4 cannot stand in a text");
/// # Ok::<(), phone_provisioning::error::ErrorKind>(())
/// ```
#[derive(Clone, Eq, Ord, PartialEq, PartialOrd)]
pub struct Text {
    text: Box<str>,
    kinds: CharKinds,
}

impl Text {
    /// Checks and keeps a text.
    ///
    /// # Errors
    /// [`ErrorKind::BadCharacter`] for the first character that no phone file can carry,
    /// [`ErrorKind::Empty`] for no text at all.
    pub fn new(text: impl Into<Box<str>>) -> Result<Self, ErrorKind> {
        let text = text.into();
        let kinds = CharKinds::of(&text)?;
        Ok(Self { text, kinds })
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The text with what is known of its characters, for the emitters.
    pub(crate) fn value(&self) -> Value<'_> {
        Value {
            text: &self.text,
            kinds: self.kinds,
        }
    }

    /// What stands for a text on a probe device. No text of a caller's is ever taken for it.
    pub(crate) fn sentinel(name: &'static str) -> Self {
        Self {
            text: name.into(),
            kinds: CharKinds::SENTINEL,
        }
    }
}

impl FromStr for Text {
    type Err = ErrorKind;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::new(text)
    }
}

impl TryFrom<&str> for Text {
    type Error = ErrorKind;

    fn try_from(text: &str) -> Result<Self, Self::Error> {
        Self::new(text)
    }
}

impl TryFrom<String> for Text {
    type Error = ErrorKind;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::new(text)
    }
}

impl AsRef<str> for Text {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

/// A map whose keys are texts is asked with a `&str`.
impl Borrow<str> for Text {
    fn borrow(&self) -> &str {
        &self.text
    }
}

/// As the `str` that it borrows as: what is known of its characters is no part of it.
impl Hash for Text {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.text, f)
    }
}

/// A password, a PIN or a token.
///
/// * The same characters as a [`Text`], not empty.
/// * Wiped from memory when dropped; `Debug` prints `[redacted]`, there is no `Display`.
/// * Compared in a time that does not depend on where two secrets of one length differ.
///
/// ```
/// use phone_provisioning::text::Secret;
///
/// let password: Secret = "s&<c>r\"t'é#=;%9".parse()?;
/// assert_eq!(format!("{password:?}"), "[redacted]");
/// assert_eq!(password.expose(), "s&<c>r\"t'é#=;%9");
/// # Ok::<(), phone_provisioning::error::ErrorKind>(())
/// ```
#[derive(Clone)]
pub struct Secret {
    text: Zeroizing<Box<str>>,
    kinds: CharKinds,
}

impl Secret {
    /// Checks and keeps a secret.
    ///
    /// # Errors
    /// As [`Text::new`]; the error names the bad character and its place, nothing else.
    pub fn new(text: impl Into<Box<str>>) -> Result<Self, ErrorKind> {
        let text = Zeroizing::new(text.into());
        let kinds = CharKinds::of(&text)?;
        Ok(Self { text, kinds })
    }

    /// The secret in clear. Whoever calls this answers for where it goes.
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// What stands for a secret on a probe device.
    pub(crate) fn sentinel(name: &'static str) -> Self {
        Self {
            text: Zeroizing::new(name.into()),
            kinds: CharKinds::SENTINEL,
        }
    }

    /// The secret with what is known of its characters, for the emitters.
    pub(crate) fn value(&self) -> Value<'_> {
        Value {
            text: &self.text,
            kinds: self.kinds,
        }
    }
}

impl FromStr for Secret {
    type Err = ErrorKind;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::new(text)
    }
}

impl TryFrom<&str> for Secret {
    type Error = ErrorKind;

    fn try_from(text: &str) -> Result<Self, Self::Error> {
        Self::new(text)
    }
}

impl TryFrom<String> for Secret {
    type Error = ErrorKind;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::new(text)
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        let (one, two) = (self.text.as_bytes(), other.text.as_bytes());
        let differences = one.iter().zip(two).fold(0, |sum, (a, b)| sum | (a ^ b));
        // black_box keeps the optimiser from leaving the loop at the first difference.
        one.len() == two.len() && std::hint::black_box(differences) == 0
    }
}

impl Eq for Secret {}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// A checked text on its way to a place of a file: the characters and what is known of them.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(crate) struct Value<'a> {
    text: &'a str,
    kinds: CharKinds,
}

impl<'a> Value<'a> {
    /// A value made of characters that every place can carry: letters, digits and `-._/:`.
    ///
    /// Numbers, host names and tokens of the vendor tables come this way; they are no user's text.
    pub(crate) const fn token(text: &'a str) -> Self {
        Self {
            text,
            kinds: CharKinds::NONE,
        }
    }

    /// Text of the vendor tables or of a checked type that may hold something to escape, such as
    /// the `&` of a URL.
    pub(crate) fn of_type(text: &'a str) -> Self {
        let kinds = CharKinds::of(text).unwrap_or(CharKinds::NONE);
        Self { text, kinds }
    }

    /// A text that was checked before.
    pub(crate) const fn known(text: &'a str, kinds: CharKinds) -> Self {
        Self { text, kinds }
    }

    /// A sentinel of a probe device: text that no [`Text`] can be.
    pub(crate) const fn sentinel(text: &'a str) -> Self {
        Self {
            text,
            kinds: CharKinds::SENTINEL,
        }
    }

    /// The characters.
    pub(crate) fn as_str(self) -> &'a str {
        self.text
    }

    /// What is known of the characters.
    pub(crate) fn kinds(self) -> CharKinds {
        self.kinds
    }

    /// Whether it stands for a value on a probe device.
    pub(crate) fn is_sentinel(self) -> bool {
        self.kinds.any(CharKinds::SENTINEL)
    }
}

impl fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A value may come from a secret.
        f.debug_struct("Value")
            .field("kinds", &self.kinds)
            .finish_non_exhaustive()
    }
}

/// The kinds of characters that a text holds, found once when it is made.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(crate) struct CharKinds(u16);

impl CharKinds {
    /// Nothing but ASCII letters, digits and harmless marks.
    pub(crate) const NONE: Self = Self(0);
    /// `&`, `<` or `>`.
    pub(crate) const MARKUP: Self = Self(1);
    /// `"` or `'`.
    pub(crate) const QUOTE: Self = Self(1 << 1);
    /// A blank at the start or the end.
    pub(crate) const EDGE_BLANK: Self = Self(1 << 2);
    /// A blank anywhere.
    pub(crate) const BLANK: Self = Self(1 << 3);
    /// Anything beyond ASCII.
    pub(crate) const NON_ASCII: Self = Self(1 << 4);
    /// A mark that some phone reads as a command or a separator: `% $ ! |`.
    pub(crate) const COMMAND: Self = Self(1 << 5);
    /// Anything but ASCII letters, digits and `- . _ ~`, the characters that a URL never escapes.
    pub(crate) const RESERVED: Self = Self(1 << 6);
    /// `:`, the separator of `user:password` fields.
    pub(crate) const COLON: Self = Self(1 << 7);
    /// Not a text at all but the sentinel of a probe device.
    pub(crate) const SENTINEL: Self = Self(1 << 15);

    /// Whether any of the kinds is there.
    pub(crate) const fn any(self, kinds: Self) -> bool {
        self.0 & kinds.0 != 0
    }

    /// Both.
    pub(crate) const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    fn of(text: &str) -> Result<Self, ErrorKind> {
        if text.is_empty() {
            return Err(ErrorKind::Empty);
        }
        let mut kinds = Self::NONE;
        for (index, character) in text.chars().enumerate() {
            kinds = kinds.with(match character {
                'a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '.' | '_' | '~' => Self::NONE,
                '&' | '<' | '>' => Self::MARKUP.with(Self::RESERVED),
                '"' | '\'' => Self::QUOTE.with(Self::RESERVED),
                ' ' => Self::BLANK.with(Self::RESERVED),
                '%' | '$' | '!' | '|' => Self::COMMAND.with(Self::RESERVED),
                ':' => Self::COLON.with(Self::RESERVED),
                _ if character.is_control() || is_unwritable(character) => {
                    return Err(ErrorKind::BadCharacter {
                        character,
                        position: index + 1,
                    });
                }
                _ if character.is_ascii() => Self::RESERVED,
                _ => Self::NON_ASCII.with(Self::RESERVED),
            });
        }
        let blank = |end: Option<char>| end.is_some_and(char::is_whitespace);
        if blank(text.chars().next()) || blank(text.chars().next_back()) {
            kinds = kinds.with(Self::EDGE_BLANK);
        }
        Ok(kinds)
    }
}

/// Characters that are no controls and still end a line for some reader or have no place in XML.
fn is_unwritable(character: char) -> bool {
    matches!(character, '\u{2028}' | '\u{2029}' | '\u{FFFE}' | '\u{FFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_are_refused_with_their_place() {
        for (text, message) in [
            (
                "a\rb",
                "carriage return (U+000D) at character 2 cannot stand in a text",
            ),
            ("\0", "NUL (U+0000) at character 1 cannot stand in a text"),
            ("é\tb", "tab (U+0009) at character 2 cannot stand in a text"),
            (
                "ab\u{7f}",
                "control character (U+007F) at character 3 cannot stand in a text",
            ),
            (
                "\u{85}",
                "control character (U+0085) at character 1 cannot stand in a text",
            ),
            (
                "x\u{2028}",
                "line separator (U+2028) at character 2 cannot stand in a text",
            ),
            (
                "x\u{FFFF}",
                "noncharacter (U+FFFF) at character 2 cannot stand in a text",
            ),
        ] {
            assert_eq!(Text::new(text).unwrap_err().to_string(), message);
            assert_eq!(Secret::new(text).unwrap_err().to_string(), message);
        }
    }

    #[test]
    fn no_text_is_not_a_text() {
        assert_eq!(
            Text::new("").unwrap_err().to_string(),
            "expected a text, found nothing"
        );
    }

    #[test]
    fn the_kinds_of_characters_are_remembered() {
        let kinds = |text: &str| Text::new(text).unwrap().value().kinds();
        assert_eq!(kinds("Az09-._~"), CharKinds::NONE);
        assert!(kinds("a&b").any(CharKinds::MARKUP));
        assert!(kinds("it's").any(CharKinds::QUOTE));
        assert!(kinds(" a").any(CharKinds::EDGE_BLANK));
        assert!(kinds("a\u{a0}").any(CharKinds::EDGE_BLANK));
        assert!(!kinds("a b").any(CharKinds::EDGE_BLANK));
        assert!(kinds("中").any(CharKinds::NON_ASCII));
        assert!(kinds("%NULL%").any(CharKinds::COMMAND));
    }

    #[test]
    fn secrets_are_compared_whole_and_never_printed() {
        let secret = |text: &str| Secret::new(text).unwrap();
        assert_eq!(secret("abc"), secret("abc"));
        assert_ne!(secret("abc"), secret("abd"));
        assert_ne!(secret("abc"), secret("abcd"));
        assert_eq!(
            format!("{:?} {:?}", secret("abc"), Some(secret("abc")))
                .matches("abc")
                .count(),
            0
        );
    }
}
