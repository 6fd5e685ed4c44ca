//! Addresses that a phone downloads from ([`Url`]), also with places to fill ([`UrlTemplate`]).

mod percent;
mod template;

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use crate::error::Invalid;
use crate::model::host::{Host, HostPort, Port};

pub(crate) use percent::percent_decoded;
pub use percent::percent_encode_segment;
pub use template::{Segment, UrlTemplate};

/// An absolute `http`, `https`, `ftp` or `tftp` URL, kept byte for byte.
///
/// * Scheme in lower case, `://`, a [`Host`] (IPv6 in brackets), perhaps a [`Port`], then path and
///   query as they are.
/// * Nothing is normalised: no slash added, no letter case changed, no character encoded. A phone
///   gets what was written here.
/// * Printable ASCII without blank, `"`, `<`, `>`, `\`, `^`, `` ` ``, `{`, `|` and `}`; other
///   characters must be there in percent-encoding, and a `%` begins one (RFC 3986 section 2).
/// * No user name and password: they belong into credentials, where they are kept secret. In front
///   of an `@` nothing is shown in errors.
/// * No fragment: no client sends it.
///
/// ```
/// use phone_provisioning::model::{Url, UrlScheme};
///
/// let url: Url = "https://Pbx.example.net:8443/phones/".parse()?;
/// assert_eq!(url.as_str(), "https://Pbx.example.net:8443/phones/");
/// assert_eq!(url.scheme(), UrlScheme::Https);
/// assert_eq!(url.host().as_str(), "pbx.example.net");
/// assert_eq!(url.port().map(|port| port.get()), Some(8443));
/// # Ok::<(), phone_provisioning::error::Invalid>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Url {
    text: Box<str>,
    head: Head,
}

impl Url {
    /// Whether a text is an absolute URL.
    pub(super) fn check(text: &str) -> Result<(), Invalid> {
        let (_, place) = Head::check(text)?;
        placeholders(text, place.end, None).map(drop)
    }

    /// The URL as it was given.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The scheme.
    pub fn scheme(&self) -> UrlScheme {
        self.head.scheme
    }

    /// The host, in its canonical form.
    pub fn host(&self) -> &Host {
        self.head.place.host()
    }

    /// The port, if one is given.
    pub fn port(&self) -> Option<Port> {
        self.head.place.port()
    }

    /// Whether a file name can be put behind it: it ends with a slash and has no query.
    pub fn ends_with_slash(&self) -> bool {
        ends_with_slash(&self.text, &self.head)
    }
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl FromStr for Url {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let head = Head::read(text)?;
        placeholders(text, head.len, None)?;
        Ok(Self {
            text: text.into(),
            head,
        })
    }
}

impl TryFrom<&str> for Url {
    type Error = Invalid;

    fn try_from(text: &str) -> Result<Self, Self::Error> {
        text.parse()
    }
}

/// How a file is fetched.
///
/// ```
/// use phone_provisioning::model::UrlScheme;
///
/// assert_eq!("https".parse::<UrlScheme>()?, UrlScheme::Https);
/// assert_eq!(UrlScheme::Tftp.default_port(), 69);
/// # Ok::<(), phone_provisioning::error::Invalid>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum UrlScheme {
    /// FTP.
    Ftp,
    /// HTTP without TLS.
    Http,
    /// HTTP over TLS.
    Https,
    /// TFTP.
    Tftp,
}

impl UrlScheme {
    /// The scheme as it stands in a URL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ftp => "ftp",
            Self::Http => "http",
            Self::Https => "https",
            Self::Tftp => "tftp",
        }
    }

    /// The port that is meant when a URL has none.
    pub const fn default_port(self) -> u16 {
        match self {
            Self::Ftp => 21,
            Self::Http => 80,
            Self::Https => 443,
            Self::Tftp => 69,
        }
    }
}

impl fmt::Display for UrlScheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for UrlScheme {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::Ftp, Self::Http, Self::Https, Self::Tftp]
            .into_iter()
            .find(|scheme| scheme.as_str() == text)
            .ok_or_else(|| Invalid::new(SCHEMES, text))
    }
}

impl TryFrom<&str> for UrlScheme {
    type Error = Invalid;

    fn try_from(text: &str) -> Result<Self, Self::Error> {
        text.parse()
    }
}

/// What stands in front of the path, and where that begins.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
struct Head {
    scheme: UrlScheme,
    place: HostPort,
    len: usize,
}

impl Head {
    fn read(text: &str) -> Result<Self, Invalid> {
        let (scheme, authority) = Self::check(text)?;
        Ok(Self {
            scheme,
            place: text[authority.clone()].parse()?,
            len: authority.end,
        })
    }

    /// The scheme, and where host and port stand, which are right.
    fn check(text: &str) -> Result<(UrlScheme, Range<usize>), Invalid> {
        let Some((scheme, rest)) = text.split_once("://") else {
            let expected = "an absolute URL such as https://pbx.example.net/";
            return Err(invalid(expected, text, 0..text.len()));
        };
        let place = scheme.len() + 3;
        let len = place + rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let authority = &text[place..len];
        if authority.contains('@') {
            return Err(Invalid::redacted("a URL without user name and password"));
        }
        if authority.contains(['{', '}']) {
            let expected = "a URL with placeholders only in its path and query";
            return Err(invalid(expected, text, place..len));
        }
        let scheme = match scheme.parse() {
            Ok(scheme) => scheme,
            Err(_) => return Err(invalid(SCHEMES, text, 0..scheme.len())),
        };
        HostPort::check(authority).map_err(|error| {
            // A password with a slash in it ends what looks like the host and port.
            if text[len..].contains('@') {
                Invalid::redacted("a host, perhaps a port, and a path in the URL")
            } else {
                error
            }
        })?;
        Ok((scheme, place..len))
    }
}

const SCHEMES: &str = "a URL scheme in lower case: ftp, http, https or tftp";

/// Checks path and query from `start` on and finds the placeholders there, which are allowed or
/// (`None`) are characters like others.
fn placeholders(
    text: &str,
    start: usize,
    allowed: Option<&[&str]>,
) -> Result<Vec<Range<usize>>, Invalid> {
    let mut found = Vec::new();
    let mut at = start;
    while let Some(character) = text[at..].chars().next() {
        let next = at + character.len_utf8();
        // All before it is ASCII, so that bytes are characters.
        let position = at + 1;
        at = match character {
            '#' => return Err(invalid("a URL without a fragment", text, at..text.len())),
            '{' | '}' => {
                let allowed = allowed.ok_or_else(|| unencoded(text, at..next, position))?;
                let placeholder = placeholder(text, at, allowed)?;
                let end = placeholder.end;
                found.push(placeholder);
                end
            }
            '%' => {
                let digits = text.as_bytes().get(next..next + 2).unwrap_or_default();
                if digits.len() < 2 || !digits.iter().all(u8::is_ascii_hexdigit) {
                    let expected = format!(
                        "two hexadecimal digits after the `%` at character {position} of the URL"
                    );
                    return Err(invalid(expected, text, at..next));
                }
                next + 2
            }
            '!'..='~' if !matches!(character, '"' | '<' | '>' | '\\' | '^' | '`' | '|') => next,
            _ => return Err(unencoded(text, at..next, position)),
        };
    }
    Ok(found)
}

/// The placeholder whose brace is at this byte.
fn placeholder(text: &str, at: usize, allowed: &[&str]) -> Result<Range<usize>, Invalid> {
    let braced: Vec<String> = allowed.iter().map(|name| format!("{{{name}}}")).collect();
    let inner = &text[at + 1..];
    let len = inner
        .find(['{', '}', '/', '?', '&', '#'])
        .unwrap_or(inner.len());
    let closed = text[at..].starts_with('{') && inner[len..].starts_with('}');
    let end = at + 1 + len + usize::from(closed);
    if closed && allowed.contains(&&inner[..len]) {
        return Ok(at..end);
    }
    let shown = if text[at..].starts_with('}') {
        at..at + 1
    } else {
        at..end
    };
    Err(match (braced.as_slice(), closed) {
        ([], _) => invalid("a URL without placeholders", text, shown),
        (_, true) => invalid(
            format!("one of the placeholders {}", braced.join(" ")),
            text,
            shown,
        ),
        (_, false) => {
            let expected = format!("braces only in pairs, as in {}", braced.join(" "));
            invalid(expected, text, shown)
        }
    })
}

fn unencoded(text: &str, at: Range<usize>, position: usize) -> Invalid {
    let expected = format!("percent-encoding at character {position} of the URL");
    invalid(expected, text, at)
}

/// An error that shows the part of the text, unless the part is in front of an `@`: then it may
/// belong to a password.
fn invalid(expected: impl Into<Cow<'static, str>>, text: &str, part: Range<usize>) -> Invalid {
    if text[part.start..].contains('@') {
        Invalid::redacted(expected)
    } else {
        Invalid::new(expected, &text[part])
    }
}

fn ends_with_slash(text: &str, head: &Head) -> bool {
    let path = &text[head.len..];
    path.ends_with('/') && !path.contains('?')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PLACES: &[&str] = &["token", "mac"];

    #[track_caller]
    fn assert_url(text: &str, scheme: UrlScheme, host: &str, port: Option<u16>) {
        let url: Url = text.parse().unwrap();
        assert_eq!(url.as_str(), text);
        assert_eq!(url.to_string(), text);
        assert_eq!(url.scheme(), scheme);
        assert_eq!(url.host().as_str(), host);
        assert_eq!(url.port().map(Port::get), port);
        assert_eq!(Url::try_from(text).unwrap(), url);

        let template = UrlTemplate::parse(text, PLACES).unwrap();
        assert_eq!(UrlTemplate::from(url), template);
        assert_eq!(template.fill(|name| name.to_owned()), text);
        assert_eq!(
            template.segments().collect::<Vec<_>>(),
            [Segment::Literal(text)]
        );
    }

    /// As a URL and as a template alike.
    #[track_caller]
    fn assert_refused(text: &str, message: &str) {
        assert_eq!(text.parse::<Url>().unwrap_err().to_string(), message);
        assert_template_refused(text, message);
    }

    #[track_caller]
    fn assert_template_refused(text: &str, message: &str) {
        assert_eq!(
            UrlTemplate::parse(text, PLACES).unwrap_err().to_string(),
            message
        );
    }

    #[test]
    fn urls_are_kept_as_they_are() {
        use UrlScheme::{Ftp, Http, Https, Tftp};

        assert_url("https://pbx.example.net", Https, "pbx.example.net", None);
        assert_url(
            "https://Pbx.Example.NET/A/../b//c",
            Https,
            "pbx.example.net",
            None,
        );
        assert_url("http://192.0.2.1:80/", Http, "192.0.2.1", Some(80));
        assert_url("tftp://[2001:DB8::1]/phones/", Tftp, "2001:db8::1", None);
        assert_url("ftp://[2001:db8::1]:2121/x", Ftp, "2001:db8::1", Some(2121));
        assert_url(
            "https://pbx.example.net?a=b&c=%2f@:;,'()*!$+~",
            Https,
            "pbx.example.net",
            None,
        );
        assert_url("http://pbx/http://other/", Http, "pbx", None);
        assert_eq!(Ftp.default_port(), 21);
        assert_eq!(Http.default_port(), 80);
        assert_eq!(Https.default_port(), 443);
        assert_eq!(Tftp.to_string().parse::<UrlScheme>().unwrap(), Tftp);
        assert_eq!(UrlScheme::try_from("http").unwrap(), Http);
    }

    #[test]
    fn a_file_name_fits_behind_a_final_slash() {
        let url = |text: &str| text.parse::<Url>().unwrap().ends_with_slash();
        assert!(url("https://pbx.example.net/"));
        assert!(url("https://pbx.example.net/p/"));
        assert!(!url("https://pbx.example.net"));
        assert!(!url("https://pbx.example.net/p"));
        assert!(!url("https://pbx.example.net/p?x=/"));
        let template = |text| UrlTemplate::parse(text, PLACES).unwrap().ends_with_slash();
        assert!(template("https://pbx.example.net/{token}/"));
        assert!(!template("https://pbx.example.net/{token}"));
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in ["", "pbx.example.net/p", "/p/", "https:/pbx", "mailto:bob"] {
            assert_refused(
                text,
                &format!(
                    "expected an absolute URL such as https://pbx.example.net/, found `{text}`"
                ),
            );
        }
        for (text, scheme) in [
            ("HTTPS://pbx/", "HTTPS"),
            ("sip://pbx/", "sip"),
            ("://pbx/", ""),
            (" http://pbx", " http"),
        ] {
            assert_refused(
                text,
                &format!(
                    "expected a URL scheme in lower case: ftp, http, https or tftp, found `{scheme}`"
                ),
            );
        }
        assert_eq!(
            "gopher".parse::<UrlScheme>().unwrap_err().to_string(),
            "expected a URL scheme in lower case: ftp, http, https or tftp, found `gopher`",
        );
    }

    #[test]
    fn host_and_port_are_checked() {
        assert_refused(
            "https:///p/",
            "expected a host name or an IP address, found ``",
        );
        assert_refused(
            "https://pbx_1.example/",
            "expected a host name of letters, digits, hyphens and dots, found `pbx_1.example`",
        );
        assert_refused(
            "https://2001:db8::1/",
            "expected an IPv6 address in brackets, found `2001:db8::1`",
        );
        assert_refused(
            "https://pbx:0/",
            "expected a port from 1 to 65535, found `0`",
        );
        assert_refused("https://pbx:/", "expected a port from 1 to 65535, found ``");
    }

    #[test]
    fn characters_are_checked() {
        for character in [' ', '"', '<', '>', '\\', '^', '`', '|', '\u{e9}'] {
            assert_refused(
                &format!("http://pbx/a{character}b"),
                &format!(
                    "expected percent-encoding at character 13 of the URL, found `{character}`"
                ),
            );
        }
        assert_refused(
            "http://pbx/a\n",
            "expected percent-encoding at character 13 of the URL, found `\\u{a}`",
        );
        for (brace, text) in [('{', "http://pbx/a{mac}"), ('}', "http://pbx/a}")] {
            assert_eq!(
                text.parse::<Url>().unwrap_err().to_string(),
                format!("expected percent-encoding at character 13 of the URL, found `{brace}`"),
            );
        }
        assert_refused(
            "http://pbx/a#b",
            "expected a URL without a fragment, found `#b`",
        );
        assert_refused(
            "http://pbx#",
            "expected a URL without a fragment, found `#`",
        );
    }

    #[test]
    fn a_percent_sign_begins_an_encoding() {
        assert!("http://pbx/%20%aF?%00".parse::<Url>().is_ok());
        for text in [
            "http://pbx/%",
            "http://pbx/%2",
            "http://pbx/%2G",
            "http://pbx/%%2F",
            "http://pbx/%é1",
        ] {
            assert_refused(
                text,
                "expected two hexadecimal digits after the `%` at character 12 of the URL, found \
                 `%`",
            );
        }
        // What some phones take for a command is no encoding.
        assert!("http://pbx/%NULL%".parse::<Url>().is_err());
        assert!("http://pbx/%EMPTY%".parse::<Url>().is_err());
        assert!(UrlTemplate::parse("http://pbx/%{mac}", PLACES).is_err());
    }

    #[test]
    fn passwords_are_not_shown() {
        assert_refused(
            "https://bob:s3cret@pbx.example.net/",
            "expected a URL without user name and password, found [redacted]",
        );
        assert_refused(
            "https://bob:s3{mac}t@pbx.example.net/",
            "expected a URL without user name and password, found [redacted]",
        );
        assert_refused(
            "bob:s3cret@pbx.example.net/",
            "expected an absolute URL such as https://pbx.example.net/, found [redacted]",
        );
        assert_refused(
            "sip://bob/s3cret@pbx.example.net/",
            "expected a URL scheme in lower case: ftp, http, https or tftp, found [redacted]",
        );
        // A slash in the password: what looks like host and port is user and password.
        assert_refused(
            "https://bob:s3c/ret@pbx.example.net/",
            "expected a host, perhaps a port, and a path in the URL, found [redacted]",
        );
        assert_refused(
            "https://bob:1/#ret@pbx.example.net/",
            "expected a URL without a fragment, found [redacted]",
        );
        assert_template_refused(
            "https://bob:1/{s3cret}@pbx.example.net/",
            "expected one of the placeholders {token} {mac}, found [redacted]",
        );
    }

    #[test]
    fn templates() {
        let text = "https://pbx.example.net:8443/p/{token}{mac}/x?m={mac}";
        let template = UrlTemplate::parse(text, PLACES).unwrap();
        assert_eq!(template.as_str(), text);
        assert_eq!(template.to_string(), text);
        assert_eq!(template.scheme(), UrlScheme::Https);
        assert_eq!(template.host().as_str(), "pbx.example.net");
        assert_eq!(template.port().map(Port::get), Some(8443));
        assert!(template.contains("token"));
        assert!(template.contains("mac"));
        assert!(!template.contains("{mac}"));
        assert!(!template.contains("model"));
        assert_eq!(
            template.segments().collect::<Vec<_>>(),
            [
                Segment::Literal("https://pbx.example.net:8443/p/"),
                Segment::Placeholder("token"),
                Segment::Placeholder("mac"),
                Segment::Literal("/x?m="),
                Segment::Placeholder("mac"),
            ],
        );
        let filled = template.fill(|name| {
            if name == "mac" {
                "000413922d24"
            } else {
                "é/?#&%{} ~"
            }
        });
        assert_eq!(
            filled,
            "https://pbx.example.net:8443/p/%C3%A9%2F%3F%23%26%25%7B%7D%20~000413922d24/x?m=000413922d24",
        );
    }

    #[test]
    fn placeholders_are_checked() {
        assert_template_refused(
            "https://pbx/{tokn}/",
            "expected one of the placeholders {token} {mac}, found `{tokn}`",
        );
        assert_template_refused(
            "https://pbx/{}/",
            "expected one of the placeholders {token} {mac}, found `{}`",
        );
        for (text, found) in [
            ("https://pbx/{token/x}", "{token"),
            ("https://pbx/{token", "{token"),
            ("https://pbx/{token?a=b", "{token"),
            ("https://pbx/{{mac}}", "{"),
            ("https://pbx/{mac}}", "}"),
            ("https://pbx/}mac{", "}"),
            ("https://pbx/}}", "}"),
        ] {
            assert_template_refused(
                text,
                &format!("expected braces only in pairs, as in {{token}} {{mac}}, found `{found}`"),
            );
        }
        for text in [
            "https://{mac}.example.net/",
            "https://pbx:{mac}/",
            "https://{mac}",
        ] {
            assert_template_refused(
                text,
                &format!(
                    "expected a URL with placeholders only in its path and query, found `{}`",
                    text.trim_start_matches("https://").trim_end_matches('/'),
                ),
            );
        }
        for text in ["https://pbx/{mac}", "https://pbx/{mac"] {
            assert_eq!(
                UrlTemplate::parse(text, &[]).unwrap_err().to_string(),
                format!(
                    "expected a URL without placeholders, found `{}`",
                    &text[12..]
                ),
            );
        }
    }

    fn decoded(text: &str) -> Vec<u8> {
        let mut bytes = text.bytes();
        let mut out = Vec::new();
        while let Some(byte) = bytes.next() {
            if byte == b'%' {
                let pair: String = bytes.by_ref().take(2).map(char::from).collect();
                out.push(u8::from_str_radix(&pair, 16).unwrap());
            } else {
                out.push(byte);
            }
        }
        out
    }

    proptest! {
        #[test]
        fn filled_templates_are_urls(token in ".*", mac in "[0-9a-f]{12}") {
            let template = UrlTemplate::parse("http://pbx/{token}/?m={mac}", PLACES).unwrap();
            let filled = template.fill(|name| if name == "mac" { &mac } else { &token });
            let url: Url = filled.parse().unwrap();
            prop_assert_eq!(url.as_str(), &filled);
            let encoded = filled.strip_prefix("http://pbx/").unwrap();
            let encoded = encoded.strip_suffix(&format!("/?m={mac}")).unwrap();
            prop_assert!(!encoded.contains(['/', '?', '#', '&', '=', '+']));
            prop_assert_eq!(decoded(encoded), token.as_bytes());
        }

        #[test]
        fn segments_make_up_the_template(
            parts in prop::collection::vec("[a-c/?=&.-]{1,4}|\\{mac\\}|\\{token\\}", 0..8),
        ) {
            let text = format!("http://pbx/{}", parts.concat());
            let template = UrlTemplate::parse(&text, PLACES).unwrap();
            let again: String = template
                .segments()
                .map(|segment| match segment {
                    Segment::Literal(text) => text.to_owned(),
                    Segment::Placeholder(name) => format!("{{{name}}}"),
                })
                .collect();
            prop_assert_eq!(again, text);
        }

        #[test]
        fn no_text_panics(rest in "[a-c/?#%:@é{}\\[\\] \u{1}]{0,16}|.*", secret in "[s-z]{6}") {
            let text = format!("http://{rest}");
            if let Ok(url) = text.parse::<Url>() {
                prop_assert_eq!(url.to_string().parse::<Url>().unwrap(), url.clone());
                prop_assert_eq!(url.as_str(), text.clone());
            }
            if let Ok(template) = UrlTemplate::parse(&text, &["a", "mac"]) {
                prop_assert_eq!(template.as_str(), text.clone());
            }
            // Whatever a password is mixed with: in front of an `@` it does not come out.
            for text in [format!("{rest}{secret}@h"), format!("http://b:{rest}{secret}@h/")] {
                for error in [text.parse::<Url>().err(), UrlTemplate::parse(&text, PLACES).err()] {
                    let message = error.map(|error| error.to_string()).unwrap_or_default();
                    prop_assert!(!message.contains(&secret), "{}", message);
                }
            }
        }
    }
}
