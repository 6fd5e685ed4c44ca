//! What the value of a function key may be, by the kind of the key.

use std::net::Ipv4Addr;

use super::{HostPort, KeyKind, Port, Url};
use crate::error::Invalid;

/// What stands in the value of a function key.
///
/// ```
/// use phone_provisioning::model::{KeyKind, KeyValue};
///
/// assert_eq!(KeyKind::Blf.value(), KeyValue::Number);
/// assert!(KeyValue::Number.check("201@pbx.example.net").is_ok());
/// let refused = KeyValue::Number.check("201@pbx@example.net").unwrap_err();
/// assert_eq!(
///     refused.to_string(),
///     "expected a number or an address with one `@`, found `201@pbx@example.net`"
/// );
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum KeyValue {
    /// Nothing: the key is told all by its kind.
    Nothing,
    /// What a person could dial: a number or code (`201`, `*85`, `+4930123`), a user name (`anna`),
    /// or an address `user@host` or `user@host:port`. Without a scheme, blanks and brackets: how an
    /// address is spelled in a file is the affair of the phone's maker.
    Number,
    /// Digits that are sent as tones: `0` to `9`, `*`, `#` and `A` to `D`.
    Digits,
    /// The beginning of a number: `0` to `9`, `*`, `#` and `+`.
    Prefix,
    /// An absolute URL, as [`Url`] has it.
    Url,
    /// An IPv4 multicast address (224.0.0.0 to 239.255.255.255) and a port: `224.0.1.116:5004`.
    Multicast,
}

impl KeyValue {
    /// Whether a text is such a value.
    ///
    /// # Errors
    /// What is expected in place of the text.
    pub fn check(self, text: &str) -> Result<(), Invalid> {
        match self {
            Self::Nothing => Err(Invalid::new("no value", text)),
            Self::Number => number(text),
            Self::Digits => all_of(
                text,
                "0123456789*#ABCD",
                "tones: digits, `*`, `#`, `A` to `D`",
            ),
            Self::Prefix => all_of(text, "0123456789*#+", "a prefix: digits, `*`, `#`, `+`"),
            Self::Url => Url::check(text),
            Self::Multicast => multicast(text),
        }
    }
}

impl KeyKind {
    /// What the value of such a key is.
    pub fn value(self) -> KeyValue {
        match self {
            Self::Blf
            | Self::Conference
            | Self::DirectedPickup
            | Self::Forward
            | Self::GroupPickup
            | Self::HotDesking
            | Self::Intercom
            | Self::Park
            | Self::RetrievePark
            | Self::SharedLine
            | Self::SpeedDial
            | Self::Transfer
            | Self::Voicemail => KeyValue::Number,
            Self::Dtmf => KeyValue::Digits,
            Self::MulticastPaging => KeyValue::Multicast,
            Self::Prefix => KeyValue::Prefix,
            Self::Url | Self::XmlBrowser => KeyValue::Url,
            Self::BlfList
            | Self::CallReturn
            | Self::Directory
            | Self::Dnd
            | Self::Hold
            | Self::Ldap
            | Self::Line
            | Self::Lock
            | Self::None
            | Self::Record
            | Self::Redial => KeyValue::Nothing,
        }
    }

    /// Whether such a key is of no use without a value. For the kinds that have a feature code
    /// ([`Park`](Self::Park), [`RetrievePark`](Self::RetrievePark),
    /// [`GroupPickup`](Self::GroupPickup), [`DirectedPickup`](Self::DirectedPickup),
    /// [`Voicemail`](Self::Voicemail)) the code serves where the key itself has none.
    pub fn needs_value(self) -> bool {
        let may_be_bare = matches!(
            self,
            Self::Conference | Self::Forward | Self::HotDesking | Self::SharedLine | Self::Transfer
        );
        self.value() != KeyValue::Nothing && !may_be_bare
    }

    /// Whether such a key belongs to one extension, so that its number says something.
    pub fn has_extension(self) -> bool {
        !matches!(
            self,
            Self::Directory
                | Self::Dtmf
                | Self::Hold
                | Self::Ldap
                | Self::Lock
                | Self::MulticastPaging
                | Self::None
                | Self::Record
                | Self::Url
                | Self::XmlBrowser
        )
    }
}

/// A number or code, or an address with one `@`.
fn number(text: &str) -> Result<(), Invalid> {
    let (user, host) = match text.split_once('@') {
        Some((_, rest)) if rest.contains('@') => {
            return Err(Invalid::new("a number or an address with one `@`", text));
        }
        Some((user, host)) => (user, Some(host)),
        None => (text, None),
    };
    // The user part of a SIP address (RFC 3261, section 25.1) and `#`, without what separates parts
    // of an address and without percent-encoding, which a person does not dial.
    let dialled = |byte: u8| byte.is_ascii_alphanumeric() || b"*#+-_.!~'()&=$,".contains(&byte);
    if user.is_empty() || !user.bytes().all(dialled) {
        let expected = "a number or an address `user@host`, without scheme, blanks and brackets";
        return Err(Invalid::new(expected, text));
    }
    match host.map(HostPort::check) {
        Some(Err(_)) => Err(Invalid::new("a host name or address behind the `@`", text)),
        _ => Ok(()),
    }
}

fn all_of(text: &str, allowed: &str, expected: &'static str) -> Result<(), Invalid> {
    if text.chars().all(|c| allowed.contains(c)) {
        Ok(())
    } else {
        Err(Invalid::new(expected, text))
    }
}

fn multicast(text: &str) -> Result<(), Invalid> {
    let parts = text.split_once(':');
    let group = parts.and_then(|(group, _)| group.parse::<Ipv4Addr>().ok());
    let port = parts.and_then(|(_, port)| port.parse::<Port>().ok());
    match (group, port) {
        (Some(group), Some(_)) if group.is_multicast() => Ok(()),
        _ => {
            let expected = "an IPv4 multicast address and a port such as 224.0.1.116:5004";
            Err(Invalid::new(expected, text))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn accepted(value: KeyValue, texts: &[&str]) {
        for text in texts {
            assert_eq!(value.check(text), Ok(()), "{text}");
        }
    }

    #[track_caller]
    fn refused(value: KeyValue, expected: &str, texts: &[&str]) {
        for text in texts {
            let message = format!("expected {expected}, found `{text}`");
            assert_eq!(value.check(text).unwrap_err().to_string(), message);
        }
    }

    #[test]
    fn a_number_is_what_a_person_dials() {
        accepted(
            KeyValue::Number,
            &[
                "201",
                "*85",
                "**201",
                "#31#",
                "+4930123",
                "anna.bell-1",
                "201@pbx.example.net",
                "201@192.0.2.1:5061",
                "201@[2001:db8::1]:5061",
            ],
        );
        refused(
            KeyValue::Number,
            "a number or an address with one `@`",
            &["201@a@b", "@@", "201@@host"],
        );
        refused(
            KeyValue::Number,
            "a number or an address `user@host`, without scheme, blanks and brackets",
            &[
                "2 01",
                " 201",
                "201 ",
                "<sip:201@host>",
                "sip:201@host",
                "201|*8",
                "\"201\"",
                "@host",
                "20:1",
                "201;x=y",
                "zoë",
                "a/b",
                "20%31",
            ],
        );
        refused(
            KeyValue::Number,
            "a host name or address behind the `@`",
            &[
                "201@",
                "201@ho st",
                "201@host:0",
                "201@host:port",
                "201@<host>",
            ],
        );
    }

    #[test]
    fn tones_and_prefixes_are_digits() {
        accepted(KeyValue::Digits, &["1", "*2", "0123456789*#ABCD"]);
        refused(
            KeyValue::Digits,
            "tones: digits, `*`, `#`, `A` to `D`",
            &["1,2", "a", "E", "1 2", "١"],
        );
        accepted(KeyValue::Prefix, &["0", "+49", "*31*", "#31#"]);
        refused(
            KeyValue::Prefix,
            "a prefix: digits, `*`, `#`, `+`",
            &["0 ", "A", "0-"],
        );
    }

    #[test]
    fn a_multicast_group_has_a_port() {
        accepted(
            KeyValue::Multicast,
            &["224.0.0.0:1", "224.0.1.116:5004", "239.255.255.255:65535"],
        );
        refused(
            KeyValue::Multicast,
            "an IPv4 multicast address and a port such as 224.0.1.116:5004",
            &[
                "224.0.1.116",
                "224.0.1.116:",
                "224.0.1.116:0",
                "224.0.1.116:65536",
                "224.0.1.116:+5004",
                "192.0.2.1:5004",
                "240.0.0.1:5004",
                "224.00.1.116:5004",
                "[ff02::1]:5004",
                "group:5004",
                "224.0.1.116:5004:1",
            ],
        );
    }

    #[test]
    fn a_url_has_no_blank() {
        accepted(KeyValue::Url, &["http://pbx.example.net/a?b=c&d=e"]);
        let blank = KeyValue::Url
            .check("http://pbx.example.net/a b")
            .unwrap_err();
        assert_eq!(
            blank.to_string(),
            "expected percent-encoding at character 25 of the URL, found ` `"
        );
    }

    #[test]
    fn a_kind_that_takes_nothing_needs_nothing() {
        for kind in KeyKind::ALL {
            assert!(!(kind.value() == KeyValue::Nothing && kind.needs_value()));
        }
        assert_eq!(
            KeyValue::Nothing.check("1").unwrap_err().to_string(),
            "expected no value, found `1`"
        );
    }
}
