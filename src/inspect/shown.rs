//! What may be shown of a value.

use std::fmt;

use serde::Serialize;
use zeroize::Zeroizing;

use crate::target::SettingRow;

/// A value as it may be shown: in clear, or not at all.
///
/// `Display` puts a text in quotes and writes `[redacted]` for a secret.
///
/// ```
/// use phone_provisioning::inspect::Shown;
///
/// let shown = Shown::of(None, "account.1.label", "Anna");
/// assert_eq!((shown.to_string().as_str(), shown.text()), ("\"Anna\"", Some("Anna")));
/// let hidden = Shown::of(None, "account.1.password", "s3cret");
/// assert_eq!((hidden.to_string().as_str(), hidden.text()), ("[redacted]", None));
/// ```
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[allow(clippy::exhaustive_enums, reason = "shown or not")]
pub enum Shown {
    /// In clear; the login of an address is left out, and where no row says that the setting is no
    /// secret, its path too: it may hold a token.
    Text(String),
    /// It is secret.
    Redacted,
}

impl Shown {
    /// What may be shown of the value of a setting with this name and row.
    pub fn of(row: Option<&SettingRow>, name: &str, value: &str) -> Self {
        if is_secret(row, name) {
            Self::Redacted
        } else {
            Self::Text(harmless(value, row.is_some()))
        }
    }

    /// What may be shown of an attribute of such a setting. Who may change the setting is never secret.
    pub fn of_attribute(
        row: Option<&SettingRow>,
        name: &str,
        attribute: &str,
        value: &str,
    ) -> Self {
        match attribute {
            "perm" => Self::Text(value.to_owned()),
            _ => Self::of(row, name, value),
        }
    }

    /// The text, unless it is secret.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Redacted => None,
        }
    }

    /// The same, redacted where it holds one of these secrets.
    #[must_use]
    pub(super) fn without(self, secrets: &[Zeroizing<String>]) -> Self {
        match self {
            Self::Text(text) if secrets.iter().any(|secret| text.contains(secret.as_str())) => {
                Self::Redacted
            }
            shown => shown,
        }
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => fmt::Debug::fmt(text, f),
            Self::Redacted => f.write_str(REDACTED),
        }
    }
}

impl Serialize for Shown {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.text().unwrap_or(REDACTED))
    }
}

/// What stands in the place of a secret.
pub(super) const REDACTED: &str = "[redacted]";

/// Whether the values of a setting must not be shown: its row says so, or there is no row and its
/// name sounds like a secret.
///
/// ```
/// use phone_provisioning::inspect::is_secret;
///
/// assert!(is_secret(None, "account.1.sip_password"));
/// assert!(!is_secret(None, "account.1.label"));
/// ```
pub fn is_secret(row: Option<&SettingRow>, name: &str) -> bool {
    const WORDS: [&str; 8] = [
        "pass",
        "pwd",
        "secret",
        "pin",
        "token",
        "hash",
        "credential",
        "aes",
    ];
    match row {
        Some(row) => row.secret,
        None => {
            let name = name.to_ascii_lowercase();
            WORDS.iter().any(|word| name.contains(word))
                || name
                    .split(|c: char| !c.is_ascii_alphanumeric())
                    .any(|part| matches!(part, "key" | "pw" | "psk" | "auth"))
        }
    }
}

/// A text whose addresses are without their logins, `https://[redacted]@host`, and perhaps without what
/// follows the host.
fn harmless(text: &str, with_paths: bool) -> String {
    let ends = |c: char| matches!(c, '"' | '<' | '>' | '\'') || c.is_whitespace();
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("://") {
        let (before, address) = rest.split_at(start + 3);
        shown.push_str(before);
        let end = address.find(|c: char| matches!(c, '/' | '?' | '#') || ends(c));
        let mut end = end.unwrap_or(address.len());
        if address[..end].ends_with(':') && address[end..].starts_with("//") {
            // Another address begins within this one.
            end -= 1;
        }
        let (host, path) = address.split_at(end);
        if let Some(at) = host.rfind('@') {
            shown.push_str(REDACTED);
            shown.push_str(&host[at..]);
        } else {
            shown.push_str(host);
        }
        rest = path;
        let end = path.find(ends).unwrap_or(path.len());
        if !with_paths && end > 1 {
            shown.push('/');
            shown.push_str(REDACTED);
            rest = &path[end..];
        }
    }
    shown + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_without_its_login() {
        for (text, shown) in [
            ("https://u:p@host/a@b", "https://[redacted]@host/a@b"),
            (
                "https://host/a?u=http://x@y",
                "https://host/a?u=http://[redacted]@y",
            ),
            ("sip:1002@host", "sip:1002@host"),
            ("://", "://"),
            ("a://u@b://c@d", "a://[redacted]@b://[redacted]@d"),
        ] {
            assert_eq!(harmless(text, true), shown);
        }
    }

    #[test]
    fn the_path_of_an_address_may_hold_a_token() {
        for (text, shown) in [
            (
                "https://u:p@host/t0ken/x.xml",
                "https://[redacted]@host/[redacted]",
            ),
            (
                "see http://host/a, ftp://b/ c",
                "see http://host/[redacted] ftp://b/ c",
            ),
            ("http://host?t0ken", "http://host/[redacted]"),
            (
                "http://host/a\"http://b/c\"",
                "http://host/[redacted]\"http://b/[redacted]\"",
            ),
        ] {
            assert_eq!(harmless(text, false), shown);
        }
        let file = Shown::of_attribute(None, "file", "url", "https://host/t0ken/");
        assert_eq!(file.text(), Some("https://host/[redacted]"));
    }

    #[test]
    fn a_name_without_a_row_that_sounds_like_a_secret_is_one() {
        for name in [
            "user_pw",
            "wifi.1.psk",
            "api_key",
            "sip.auth",
            "PassPhrase",
            "x_pin_code",
        ] {
            assert!(is_secret(None, name), "{name}");
        }
        for name in ["linekey.1.label", "author", "keyboard", "user_name"] {
            assert!(!is_secret(None, name), "{name}");
        }
    }

    #[test]
    fn a_row_decides() {
        let row = SettingRow::new("spinner");
        assert!(!is_secret(Some(&row), "spinner"));
        let row = SettingRow {
            secret: true,
            ..row
        };
        assert_eq!(Shown::of(Some(&row), "spinner", "x"), Shown::Redacted);
    }

    #[test]
    fn what_holds_a_known_secret_is_not_shown() {
        let secrets = [Zeroizing::new("s3cret".to_owned())];
        let shown = |text: &str| Shown::Text(text.to_owned()).without(&secrets);
        assert_eq!(shown("a s3cret b"), Shown::Redacted);
        assert_eq!(shown("plain"), Shown::Text("plain".to_owned()));
    }
}
