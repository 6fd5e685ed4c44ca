//! What is wrong ([`Error`]) and what is worth knowing ([`Notice`]), each with the path of the value.
//!
//! Texts are lower case without a full stop, say what was expected and what was found, and name the
//! limit with its origin. A secret is in none of them.

mod notice;
mod path;

use std::borrow::Cow;
use std::fmt::{self, Write as _};

use crate::model::Codec;

pub use notice::{Notice, NoticeCode};
pub use path::Path;

/// One fault of the input, with the path of the value that has it.
///
/// A caller that tells faults apart matches on the [`kind`](Self::kind); a form shows the kind beside the
/// field of the [`path`](Self::path).
///
/// ```
/// use phone_provisioning::error::{Error, ErrorKind, Path};
///
/// let at = Path::root().key("devices").index(3).key("mac");
/// let error = Error::new(at, ErrorKind::Empty);
/// assert_eq!(error.to_string(), "devices[3].mac: expected a text, found nothing");
/// assert!(matches!(error.kind(), ErrorKind::Empty));
/// ```
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{path}: {kind}")]
pub struct Error {
    path: Path,
    kind: ErrorKind,
}

impl Error {
    /// A fault at a path.
    pub fn new(path: Path, kind: ErrorKind) -> Self {
        Self { path, kind }
    }

    /// Where the fault is: `devices[3].extensions[0].password`.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What the fault is; its `Display` is the message without the path.
    pub fn kind(&self) -> &ErrorKind {
        &self.kind
    }
}

/// All faults that were found in one pass.
///
/// * At least one; they are in the order of the document.
/// * `Display` writes one to a line, without a line end behind the last.
///
/// ```
/// use phone_provisioning::error::{Error, ErrorKind, Errors, Path};
///
/// // A target collects what is wrong and gives all of it.
/// let mut found = Vec::new();
/// assert_eq!(Errors::check(found.clone()), Ok(()));
/// found.push(Error::new(Path::root().key("site"), ErrorKind::Empty));
/// found.push(Error::new(Path::root().key("devices"), ErrorKind::Empty));
/// let errors = Errors::check(found).unwrap_err();
/// assert_eq!(errors.iter().count(), 2);
/// assert_eq!(errors.to_string().lines().count(), 2);
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Errors(Vec<Error>);

impl Errors {
    /// The list as a result: `Ok` when there is nothing in it.
    ///
    /// # Errors
    /// All the faults, when there are any.
    pub fn check(errors: Vec<Error>) -> Result<(), Self> {
        if errors.is_empty() {
            Ok(())
        } else {
            Err(Self(errors))
        }
    }

    /// The faults, one after another.
    pub fn iter(&self) -> std::slice::Iter<'_, Error> {
        self.0.iter()
    }

    /// The faults as a list, not empty.
    pub fn into_vec(self) -> Vec<Error> {
        self.0
    }
}

impl From<Error> for Errors {
    fn from(error: Error) -> Self {
        Self(vec![error])
    }
}

impl IntoIterator for Errors {
    type IntoIter = std::vec::IntoIter<Error>;
    type Item = Error;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Errors {
    type IntoIter = std::slice::Iter<'a, Error>;
    type Item = &'a Error;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for Errors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, error) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_char('\n')?;
            }
            fmt::Display::fmt(error, f)?;
        }
        Ok(())
    }
}

impl std::error::Error for Errors {}

/// The kinds of faults. One kind per decision that a caller can take; the `Display` of a kind is
/// the message.
///
/// Kinds may come, and are no variants of a maker's. The fields are public and may be matched, so that
/// a user interface can word them itself; a target outside this crate makes them too.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A character that no phone file can carry.
    #[error("{} (U+{:04X}) at character {position} cannot stand in a text", name_of(*character), u32::from(*character))]
    BadCharacter {
        /// The character.
        character: char,
        /// Its place in the text, counted in characters from 1.
        position: usize,
    },
    /// A text that the phone would carry out instead of showing it.
    #[error(
        "{what} at character {position} would act as a command in {place}; choose another text"
    )]
    Command {
        /// The part that acts.
        what: Cow<'static, str>,
        /// Where it begins, counted in characters from 1.
        position: usize,
        /// The place of the file and the setting it was meant for.
        place: String,
    },
    /// Two values that exclude each other.
    #[error("{0}")]
    Conflict(Cow<'static, str>),
    /// The same thing twice.
    #[error("{what} `{found}` is also at {other}")]
    Duplicate {
        /// What must be unique.
        what: &'static str,
        /// The value that is there twice, in its canonical form.
        found: String,
        /// Where the first one is.
        other: Path,
    },
    /// Nothing where something must be.
    #[error("expected a text, found nothing")]
    Empty,
    /// A value of the right type that is not well formed.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// A required value that no layer gives.
    #[error("missing: expected {expected}; looked at {looked_at}")]
    Missing {
        /// What is required.
        expected: &'static str,
        /// The layers that could have given it.
        looked_at: String,
    },
    /// A feature of the crate that the input asks for and that is not compiled in.
    #[error("needs the feature `{0}` of this library")]
    NeedsFeature(&'static str),
    /// None of the wanted codecs is known to the phone.
    #[error("no codec is left: {limit} has none of {}", words(wanted))]
    NoCodecLeft {
        /// What was wanted.
        wanted: Vec<Codec>,
        /// Whose codecs they are.
        limit: String,
    },
    /// Something that the phone cannot do, asked for on the device itself.
    #[error("{limit} has no {what}{}", or_else(instead))]
    NotSupported {
        /// What was asked for.
        what: Cow<'static, str>,
        /// Where the limit comes from: the model, the firmware.
        limit: String,
        /// What can be done; empty when nothing.
        instead: Cow<'static, str>,
    },
    /// A value of a raw setting that the vendor's dictionary does not allow.
    #[error("`{setting}` takes {domain}, found {found}; set `unchecked` to send it all the same")]
    OutsideDomain {
        /// Name of the setting.
        setting: String,
        /// The domain in words.
        domain: String,
        /// The value, redacted where the setting is secret.
        found: String,
    },
    /// A number beyond its limits.
    #[error(
        "expected {what} between {min} and {max}{}, found {found}",
        because(limit)
    )]
    OutOfRange {
        /// What is counted or measured, with its unit.
        what: &'static str,
        /// Smallest allowed.
        min: i64,
        /// Largest allowed.
        max: i64,
        /// The number.
        found: i64,
        /// Where the limit comes from; empty when it is the nature of the thing.
        limit: String,
    },
    /// A document that is not even well formed. The text of the reader is left out: it quotes.
    #[error("not a well-formed {format} document at line {line}, column {column}")]
    Syntax {
        /// `TOML` or `JSON`.
        format: &'static str,
        /// Line, from 1.
        line: usize,
        /// Column in characters, from 1.
        column: usize,
    },
    /// A template of the caller's that cannot be read or filled in, or whose result is not what its
    /// format allows. Says where and what; what the template's engine says is left out: it quotes.
    #[error("{what} at line {line}, column {column}: {reason}")]
    Template {
        /// The template, or its result.
        what: String,
        /// Line, from 1.
        line: usize,
        /// Column in characters, from 1.
        column: usize,
        /// What is wrong there.
        reason: Cow<'static, str>,
    },
    /// More of something than the phone holds.
    #[error("expected at most {limit} {} ({origin}), found {found}", counted(*limit, what))]
    TooMany {
        /// What is counted, in the plural: `time servers`, `accounts of one handset`.
        what: &'static str,
        /// How many fit.
        limit: usize,
        /// How many there are.
        found: usize,
        /// Where the limit comes from.
        origin: String,
    },
    /// A key that the format does not have.
    #[error("unknown key `{key}`{}", did_you_mean(nearest))]
    UnknownKey {
        /// The key.
        key: String,
        /// The nearest key that exists here.
        nearest: Option<String>,
    },
    /// A reference to something that is not there: a model, a profile, an extension.
    #[error("no {what} `{name}`{}", did_you_mean(nearest))]
    Unresolved {
        /// What is referred to.
        what: &'static str,
        /// The name that was given.
        name: String,
        /// The nearest name that exists.
        nearest: Option<String>,
    },
    /// A character that one place of the file cannot carry.
    #[error("`{character}` at character {position} cannot stand in {place}")]
    Unwritable {
        /// The character.
        character: char,
        /// Its place in the text, counted in characters from 1.
        position: usize,
        /// The place of the file and the setting it was meant for.
        place: String,
    },
    /// A clock that will be wrong for longer than the site allows, because no setting says the law of
    /// the zone.
    #[error(
        "the clock of {zone} would be {found}, longer than {limit} at a stretch; choose a zone of another law or allow more (`clock_tolerance`)"
    )]
    WrongClock {
        /// The zone.
        zone: &'static str,
        /// What is wrong, in words.
        found: String,
        /// What the site allows, in words.
        limit: String,
    },
    /// A value of another type than the format has there.
    #[error("expected {expected}, found {found}")]
    WrongType {
        /// What the format has there.
        expected: &'static str,
        /// The type that was found.
        found: &'static str,
    },
}

/// A text that is not what its type holds: what was expected and what was found.
///
/// What was found is shortened and its unprintable characters are shown as escapes. Whoever makes
/// one from a text that may hold a secret uses [`Invalid::redacted`].
///
/// ```
/// use phone_provisioning::error::Invalid;
///
/// let refused = Invalid::new("a colour", "gr\u{7}een");
/// assert_eq!(refused.to_string(), "expected a colour, found `gr\\u{7}een`");
/// let refused = Invalid::redacted("a PIN of four digits");
/// assert_eq!(refused.to_string(), "expected a PIN of four digits, found [redacted]");
/// ```
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("expected {expected}, found {found}")]
pub struct Invalid {
    expected: Cow<'static, str>,
    found: String,
}

impl Invalid {
    /// The expectation and the text that does not meet it, of which 64 characters are shown.
    pub fn new(expected: impl Into<Cow<'static, str>>, found: &str) -> Self {
        Self {
            expected: expected.into(),
            found: quoted(found),
        }
    }

    /// The expectation alone, for a text that must not be shown.
    pub fn redacted(expected: impl Into<Cow<'static, str>>) -> Self {
        Self {
            expected: expected.into(),
            found: "[redacted]".to_owned(),
        }
    }
}

/// A text of the input in its quotation marks, for a message.
pub(crate) fn quoted(found: &str) -> String {
    format!("`{}`", shortened(found))
}

/// A text of the input for a message: at most 64 characters, the unprintable ones as escapes.
pub(crate) fn shortened(found: &str) -> String {
    let mut shown = String::new();
    for (i, character) in found.chars().enumerate() {
        if i == 64 {
            shown.push('…');
            break;
        }
        if character.is_control() || character == '\u{2028}' || character == '\u{2029}' {
            shown.extend(character.escape_unicode());
        } else {
            shown.push(character);
        }
    }
    shown
}

fn name_of(character: char) -> &'static str {
    match character {
        '\0' => "NUL",
        '\t' => "tab",
        '\n' => "line feed",
        '\r' => "carriage return",
        '\u{2028}' => "line separator",
        '\u{2029}' => "paragraph separator",
        '\u{FFFE}' | '\u{FFFF}' => "noncharacter",
        _ => "control character",
    }
}

fn did_you_mean(nearest: &Option<String>) -> String {
    nearest
        .as_ref()
        .map(|nearest| format!("; the nearest is `{nearest}`"))
        .unwrap_or_default()
}

fn or_else(instead: &str) -> String {
    if instead.is_empty() {
        String::new()
    } else {
        format!("; {instead}")
    }
}

fn because(limit: &str) -> String {
    if limit.is_empty() {
        String::new()
    } else {
        format!(" ({limit})")
    }
}

/// What is counted, with its noun in the singular where one fits: `time server`.
fn counted(limit: usize, what: &str) -> String {
    let mut words: Vec<&str> = what.split(' ').collect();
    let noun = words.iter_mut().find(|word| word.ends_with('s'));
    if let Some(noun) = noun.filter(|_| limit == 1) {
        *noun = &noun[..noun.len() - 1];
    }
    words.join(" ")
}

fn words(codecs: &[Codec]) -> String {
    codecs
        .iter()
        .map(|codec| codec.as_str())
        .collect::<Vec<_>>()
        .join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_counted_in_the_singular() {
        assert_eq!(counted(2, "time servers"), "time servers");
        assert_eq!(counted(0, "handsets"), "handsets");
        assert_eq!(counted(1, "time servers"), "time server");
        assert_eq!(
            counted(1, "accounts of one handset"),
            "account of one handset"
        );
    }
}
