//! Where a server is: [`Host`], [`Port`] and both together ([`HostPort`]).

use std::borrow::Cow;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::num::NonZeroU16;
use std::str::FromStr;

use crate::error::Invalid;

/// A DNS name or an IP address, without scheme, user name, port and path.
///
/// * A name has labels of 1 to 63 letters, digits and hyphens, no hyphen at either end of a label,
///   at most 253 characters in all and no dot at its end (RFC 1123 section 2.1, RFC 1035 section
///   2.3.4). One underscore may begin a label, as in names of SRV records (RFC 2782).
/// * The last label of a name is not a number: what looks like an IPv4 address must be one.
/// * ASCII only: an internationalised name is written in its `xn--` form.
/// * The text is canonical: lower case, IPv6 as in RFC 5952 and without brackets.
///
/// ```
/// use phone_provisioning::model::Host;
///
/// let host: Host = "SIP.Example.net".parse()?;
/// assert_eq!(host.as_str(), "sip.example.net");
/// let host: Host = "[2001:DB8:0::1]".parse()?;
/// assert_eq!(host.as_str(), "2001:db8::1");
/// assert_eq!(host.bracketed(), "[2001:db8::1]");
/// # Ok::<(), phone_provisioning::error::Invalid>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Host {
    text: Box<str>,
    ip: Option<IpAddr>,
}

impl Host {
    /// Whether it is an IP address and no name.
    pub fn is_ip(&self) -> bool {
        self.ip.is_some()
    }

    /// The IP address, unless it is a name.
    pub fn ip(&self) -> Option<IpAddr> {
        self.ip
    }

    /// The canonical text, an IPv6 address without brackets.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The text as it stands in front of a port or in a URL: an IPv6 address in brackets.
    pub fn bracketed(&self) -> Cow<'_, str> {
        match self.ip {
            Some(IpAddr::V6(_)) => Cow::Owned(format!("[{}]", self.text)),
            _ => Cow::Borrowed(&self.text),
        }
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl FromStr for Host {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(match Self::check(text)? {
            Some(ip) => Self::from(ip),
            None => Self {
                text: text.to_ascii_lowercase().into(),
                ip: None,
            },
        })
    }
}

impl Host {
    /// Whether a text is a host: the address that it is, or `None` for a name.
    fn check(text: &str) -> Result<Option<IpAddr>, Invalid> {
        // What stands around an `@` may be a password.
        if text.contains('@') {
            return Err(Invalid::redacted("a host alone, without a user name"));
        }
        if let Some(inner) = text
            .strip_prefix('[')
            .and_then(|text| text.strip_suffix(']'))
        {
            return match inner.parse::<Ipv6Addr>() {
                Ok(ip) => Ok(Some(IpAddr::V6(ip))),
                Err(_) => Err(Invalid::new("an IPv6 address within the brackets", text)),
            };
        }
        if let Ok(ip) = text.parse::<IpAddr>() {
            return Ok(Some(ip));
        }
        match fault_of_name(text) {
            Some(expected) => Err(Invalid::new(expected, text)),
            None => Ok(None),
        }
    }
}

impl TryFrom<&str> for Host {
    type Error = Invalid;

    fn try_from(text: &str) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<IpAddr> for Host {
    fn from(ip: IpAddr) -> Self {
        Self {
            text: ip.to_string().into(),
            ip: Some(ip),
        }
    }
}

impl From<Ipv4Addr> for Host {
    fn from(ip: Ipv4Addr) -> Self {
        Self::from(IpAddr::V4(ip))
    }
}

impl From<Ipv6Addr> for Host {
    fn from(ip: Ipv6Addr) -> Self {
        Self::from(IpAddr::V6(ip))
    }
}

/// A TCP or UDP port, 1 to 65535.
///
/// Port 0 means "any" to an operating system and "default" to some phones: it is not a place where
/// a server can be reached. Read without sign and leading zeros.
///
/// ```
/// use phone_provisioning::model::Port;
///
/// let port: Port = "5060".parse()?;
/// assert_eq!(port.get(), 5060);
/// assert!("0".parse::<Port>().is_err());
/// # Ok::<(), phone_provisioning::error::Invalid>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Port(NonZeroU16);

impl Port {
    /// A port from its number.
    ///
    /// # Errors
    /// Port 0.
    pub fn new(port: u16) -> Result<Self, Invalid> {
        NonZeroU16::new(port)
            .map(Self)
            .ok_or_else(|| Invalid::new(PORT, "0"))
    }

    /// The number, 1 to 65535.
    pub const fn get(self) -> u16 {
        self.0.get()
    }
}

impl fmt::Display for Port {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Port {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // The parser of the standard library takes a sign and leading zeros too.
        if text.starts_with(|first: char| ('1'..='9').contains(&first))
            && let Ok(port) = text.parse()
        {
            return Ok(Self(port));
        }
        Err(Invalid::new(PORT, text))
    }
}

impl TryFrom<&str> for Port {
    type Error = Invalid;

    fn try_from(text: &str) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl TryFrom<u16> for Port {
    type Error = Invalid;

    fn try_from(port: u16) -> Result<Self, Self::Error> {
        Self::new(port)
    }
}

impl From<NonZeroU16> for Port {
    fn from(port: NonZeroU16) -> Self {
        Self(port)
    }
}

impl From<Port> for u16 {
    fn from(port: Port) -> Self {
        port.get()
    }
}

/// A host with or without a port: `sip.example.net`, `192.0.2.1:5060`, `[2001:db8::1]:5061`.
///
/// An IPv6 address is always in brackets, because `2001:db8::1:5061` could be read both ways.
///
/// ```
/// use phone_provisioning::model::HostPort;
///
/// let place: HostPort = "sip.example.net:5061".parse()?;
/// assert_eq!(place.host().as_str(), "sip.example.net");
/// assert_eq!(place.port().map(|port| port.get()), Some(5061));
/// # Ok::<(), phone_provisioning::error::Invalid>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct HostPort {
    host: Host,
    port: Option<Port>,
}

impl HostPort {
    /// Both together; without a port the protocol's default is meant.
    pub fn new(host: Host, port: Option<Port>) -> Self {
        Self { host, port }
    }

    /// The host.
    pub fn host(&self) -> &Host {
        &self.host
    }

    /// The port, if one is given.
    pub fn port(&self) -> Option<Port> {
        self.port
    }
}

impl fmt::Display for HostPort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.host.bracketed())?;
        match self.port {
            Some(port) => write!(f, ":{port}"),
            None => Ok(()),
        }
    }
}

impl FromStr for HostPort {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (host, port) = Self::split(text)?;
        Ok(Self {
            host: host.parse()?,
            port,
        })
    }
}

impl HostPort {
    /// Whether a text is a host with or without a port.
    pub(super) fn check(text: &str) -> Result<(), Invalid> {
        let (host, _) = Self::split(text)?;
        Host::check(host).map(drop)
    }

    /// What should be the host, and the port.
    fn split(text: &str) -> Result<(&str, Option<Port>), Invalid> {
        // What stands around an `@` may be a password.
        if text.contains('@') {
            return Err(Invalid::redacted(
                "a host with or without a port, and no user name",
            ));
        }
        if text.contains("://") {
            let expected = "a host with or without a port, and no scheme";
            return Err(Invalid::new(expected, text));
        }
        let (host, port) = if text.starts_with('[') {
            let unclosed = || Invalid::new("a closing bracket after the IPv6 address", text);
            let (host, after) = text.split_at(text.find(']').ok_or_else(unclosed)? + 1);
            match after.strip_prefix(':') {
                None if after.is_empty() => (host, None),
                None => return Err(Invalid::new("nothing or `:` and a port after `]`", text)),
                port => (host, port),
            }
        } else {
            match text.split_once(':') {
                Some((_, rest)) if rest.contains(':') => {
                    return Err(Invalid::new("an IPv6 address in brackets", text));
                }
                Some((host, port)) => (host, Some(port)),
                None => (text, None),
            }
        };
        // What is wrong with the host comes first.
        if port.is_some() {
            Host::check(host)?;
        }
        Ok((host, port.map(str::parse).transpose()?))
    }
}

impl TryFrom<&str> for HostPort {
    type Error = Invalid;

    fn try_from(text: &str) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Host> for HostPort {
    fn from(host: Host) -> Self {
        Self::new(host, None)
    }
}

const PORT: &str = "a port from 1 to 65535";

/// What a text that is no IP address would have to be to be a name; `None` when it is one.
fn fault_of_name(text: &str) -> Option<&'static str> {
    if text.is_empty() {
        return Some("a host name or an IP address");
    }
    if !text.is_ascii() {
        return Some("a host name in ASCII (write it in its xn-- form)");
    }
    if text.contains("://") {
        return Some("a host alone, without a scheme");
    }
    if let Some((host, port)) = text.rsplit_once(':') {
        let is_port = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
        return if is_port && (host.ends_with(']') || !host.contains(':')) {
            Some("a host alone, without a port")
        } else {
            Some("a host name or an IP address")
        };
    }
    if text.len() > 253 {
        return Some("a host name of at most 253 characters");
    }
    if text.ends_with('.') {
        return Some("a host name without a dot at its end");
    }
    for label in text.split('.') {
        let plain = label.strip_prefix('_').unwrap_or(label);
        if !plain
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        {
            return Some("a host name of letters, digits, hyphens and dots");
        }
        if plain.is_empty() {
            return Some("a host name without empty labels between its dots");
        }
        if label.len() > 63 {
            return Some("a host name with at most 63 characters between its dots");
        }
        if plain.starts_with('-') || plain.ends_with('-') {
            return Some("a host name whose labels neither begin nor end with a hyphen");
        }
    }
    let last = text.rsplit('.').next().unwrap_or(text);
    if last.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some("an IPv4 address of four numbers from 0 to 255 without leading zeros");
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn assert_host(text: &str, canonical: &str, is_ip: bool) {
        let host: Host = text.parse().unwrap();
        assert_eq!(host.as_str(), canonical);
        assert_eq!(host.to_string(), canonical);
        assert_eq!(host.is_ip(), is_ip);
        assert_eq!(host.ip().is_some(), is_ip);
        assert_eq!(Host::try_from(canonical).unwrap(), host);
        assert_eq!(host.bracketed().parse::<Host>().unwrap(), host);
    }

    #[track_caller]
    fn assert_host_refused(text: &str, expected: &str) {
        assert_eq!(
            text.parse::<Host>().unwrap_err().to_string(),
            format!("expected {expected}, found `{text}`"),
        );
    }

    #[track_caller]
    fn assert_host_port_refused(text: &str, message: &str) {
        assert_eq!(text.parse::<HostPort>().unwrap_err().to_string(), message);
    }

    #[test]
    fn names() {
        assert_host("sip.example.net", "sip.example.net", false);
        assert_host("PBX", "pbx", false);
        assert_host("1und1.example", "1und1.example", false);
        assert_host("xn--bcher-kva.example", "xn--bcher-kva.example", false);
        assert_host("_sips._tcp.example.net", "_sips._tcp.example.net", false);
        assert_host("a-1.2b", "a-1.2b", false);
        let long = "a".repeat(63);
        assert_host(&long, &long, false);
        let longest = format!("{long}.{long}.{long}.{}", "a".repeat(61));
        assert_eq!(longest.len(), 253);
        assert_host(&longest, &longest, false);
    }

    #[test]
    fn addresses() {
        assert_host("192.0.2.1", "192.0.2.1", true);
        assert_host("2001:DB8:0:0::1", "2001:db8::1", true);
        assert_host("[2001:db8::1]", "2001:db8::1", true);
        assert_host("::ffff:192.0.2.1", "::ffff:192.0.2.1", true);
        assert_eq!(
            Host::from(Ipv4Addr::new(192, 0, 2, 1)).bracketed(),
            "192.0.2.1"
        );
        assert_eq!(Host::from(Ipv6Addr::LOCALHOST).bracketed(), "[::1]");
    }

    #[test]
    fn no_hosts() {
        assert_host_refused("", "a host name or an IP address");
        assert_host_refused(
            "bücher.example",
            "a host name in ASCII (write it in its xn-- form)",
        );
        assert_host_refused("https://example.net", "a host alone, without a scheme");
        assert_host_refused("example.net:5060", "a host alone, without a port");
        assert_host_refused("[2001:db8::1]:5060", "a host alone, without a port");
        assert_host_refused("example.net:", "a host name or an IP address");
        assert_host_refused("2001:db8::1::2", "a host name or an IP address");
        assert_host_refused("fe80::1%eth0", "a host name or an IP address");
        assert_host_refused("[192.0.2.1]", "an IPv6 address within the brackets");
        assert_host_refused("[]", "an IPv6 address within the brackets");
        assert_host_refused("example.net.", "a host name without a dot at its end");
        let letters = "a host name of letters, digits, hyphens and dots";
        for text in [
            "exa mple.net",
            " example.net",
            "example.net/",
            "pbx_1.example",
            "__a.b",
            "a\\b",
        ] {
            assert_host_refused(text, letters);
        }
        let empty = "a host name without empty labels between its dots";
        for text in [".example.net", "example..net", "_.example.net"] {
            assert_host_refused(text, empty);
        }
        let hyphen = "a host name whose labels neither begin nor end with a hyphen";
        for text in ["-a.example", "a-.example", "_-a.example"] {
            assert_host_refused(text, hyphen);
        }
        let address = "an IPv4 address of four numbers from 0 to 255 without leading zeros";
        for text in [
            "256.0.2.1",
            "192.0.2",
            "192.0.02.1",
            "192.0.2.1.1",
            "1234",
            "a.1",
        ] {
            assert_host_refused(text, address);
        }
    }

    #[test]
    fn lengths() {
        let refused = |text: &str| text.parse::<Host>().unwrap_err().to_string();
        let shown = "a".repeat(64);
        assert_eq!(
            refused(&shown),
            format!(
                "expected a host name with at most 63 characters between its dots, found `{shown}`"
            ),
        );
        let label = "a".repeat(63);
        let text = format!("{label}.{label}.{label}.{}", "a".repeat(62));
        assert_eq!(
            refused(&text),
            format!("expected a host name of at most 253 characters, found `{label}.…`"),
        );
    }

    #[test]
    fn what_stands_at_an_at_sign_is_not_shown() {
        assert_eq!(
            "bob:s3cret@example.net"
                .parse::<Host>()
                .unwrap_err()
                .to_string(),
            "expected a host alone, without a user name, found [redacted]",
        );
        assert_host_port_refused(
            "bob:s3cret@example.net:5060",
            "expected a host with or without a port, and no user name, found [redacted]",
        );
    }

    #[test]
    fn ports() {
        assert_eq!("1".parse::<Port>().unwrap().get(), 1);
        assert_eq!("65535".parse::<Port>().unwrap().to_string(), "65535");
        assert_eq!(u16::from(Port::new(5060).unwrap()), 5060);
        assert_eq!(Port::try_from(5060), Port::try_from("5060"));
        assert_eq!(Port::from(NonZeroU16::MIN).get(), 1);
        for text in [
            "", "0", "65536", "05060", "+5060", "-1", "5060 ", "5e3", "\u{ff15}",
        ] {
            assert_eq!(
                text.parse::<Port>().unwrap_err().to_string(),
                format!("expected a port from 1 to 65535, found `{text}`"),
            );
        }
        assert_eq!(
            Port::new(0).unwrap_err().to_string(),
            "expected a port from 1 to 65535, found `0`",
        );
    }

    #[test]
    fn host_and_port() {
        for (text, host, port) in [
            ("sip.example.net", "sip.example.net", None),
            ("sip.example.net:5061", "sip.example.net", Some(5061)),
            ("192.0.2.1:5060", "192.0.2.1", Some(5060)),
            ("[2001:db8::1]", "2001:db8::1", None),
            ("[2001:db8::1]:5061", "2001:db8::1", Some(5061)),
        ] {
            let place: HostPort = text.parse().unwrap();
            assert_eq!(place.host().as_str(), host);
            assert_eq!(place.port().map(Port::get), port);
            assert_eq!(place.to_string(), text);
            assert_eq!(HostPort::new(host.parse().unwrap(), place.port()), place);
        }
        let host: Host = "pbx".parse().unwrap();
        assert_eq!(HostPort::from(host).to_string(), "pbx");
    }

    #[test]
    fn no_host_and_port() {
        assert_host_port_refused("", "expected a host name or an IP address, found ``");
        assert_host_port_refused(
            "2001:db8::1",
            "expected an IPv6 address in brackets, found `2001:db8::1`",
        );
        assert_host_port_refused(
            "[2001:db8::1",
            "expected a closing bracket after the IPv6 address, found `[2001:db8::1`",
        );
        assert_host_port_refused(
            "[::1]5060",
            "expected nothing or `:` and a port after `]`, found `[::1]5060`",
        );
        assert_host_port_refused(
            "sip://pbx",
            "expected a host with or without a port, and no scheme, found `sip://pbx`",
        );
        assert_host_port_refused("pbx:", "expected a port from 1 to 65535, found ``");
        assert_host_port_refused("pbx:sip", "expected a port from 1 to 65535, found `sip`");
        assert_host_port_refused("[::1]:0", "expected a port from 1 to 65535, found `0`");
        assert_host_port_refused(":5060", "expected a host name or an IP address, found ``");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(
            host in "[a-zA-Z][a-zA-Z0-9-]{0,5}[a-z0-9](\\._?[0-9a-z]{1,5}){0,3}\\.[a-z]{2}",
            ip: IpAddr,
            port: Option<NonZeroU16>,
        ) {
            let port = port.map(Port::from);
            for host in [host.parse::<Host>().unwrap(), Host::from(ip)] {
                prop_assert_eq!(&host.to_string().parse::<Host>().unwrap(), &host);
                prop_assert_eq!(&host.bracketed().parse::<Host>().unwrap(), &host);
                let place = HostPort::new(host, port);
                prop_assert_eq!(&place.to_string().parse::<HostPort>().unwrap(), &place);
            }
        }

        #[test]
        fn no_text_panics(text in "[a-cA-C0-9.:_é\\[\\]-]{0,12}|.*") {
            if let Ok(host) = text.parse::<Host>() {
                prop_assert!(host.as_str().is_ascii());
                prop_assert_eq!(&host.to_string().parse::<Host>().unwrap(), &host);
            }
            if let Ok(place) = text.parse::<HostPort>() {
                prop_assert_eq!(&place.to_string().parse::<HostPort>().unwrap(), &place);
            }
        }
    }
}
