//! The limits of admission.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use chrono::TimeDelta;

/// The limits of admission, with their defaults.
///
/// ```
/// use chrono::TimeDelta;
/// use phone_provisioning::delivery::admission::Policy;
///
/// let mut policy = Policy::default();
/// assert_eq!(policy.longest_window, TimeDelta::hours(24));
/// policy.expected.push("192.0.2.17".parse::<std::net::IpAddr>()?.into());
/// assert_eq!(policy.expected[0].to_string(), "192.0.2.0/24");
/// # Ok::<(), std::net::AddrParseError>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Policy {
    /// Windows longer than this get a warning; 2 hours.
    pub advised_window: TimeDelta,
    /// Windows longer than this are refused; 24 hours.
    pub longest_window: TimeDelta,
    /// How long what a phone came with stays valid after the phone was first seen with its newest
    /// credential: the window, the first credential, the long-term one before a rotation. 5 minutes:
    /// a phone that loses power before it has stored its new address comes back with the old one.
    pub grace: TimeDelta,
    /// Phones that one source may ask for within [`period`](Self::period) without a long-term
    /// credential; 10, at most [`Policy::MAX_PHONES_PER_SOURCE`]. The next one blocks the source.
    pub phones_per_source: u8,
    /// Wrong tokens and logins that a source may show within the period before each further one
    /// blocks it, for 1 second, then 2, 4, …; 5.
    pub guesses_per_source: u32,
    /// Wrong tokens and logins for one phone within the period, from any source, that give an alarm;
    /// 20. They do not block: whoever knows an address of a phone could keep it out.
    pub guesses_per_phone: u32,
    /// What is further back than this is forgotten; 10 minutes.
    pub period: TimeDelta,
    /// How long a source is blocked, at most; 10 minutes.
    pub block: TimeDelta,
    /// Sources that are never blocked: the local network, an office that gets its phones today.
    pub expected: Vec<Source>,
}

impl Policy {
    /// The highest value of [`phones_per_source`](Self::phones_per_source) that has an effect.
    pub const MAX_PHONES_PER_SOURCE: u8 = 16;
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            advised_window: TimeDelta::hours(2),
            longest_window: TimeDelta::hours(24),
            grace: TimeDelta::minutes(5),
            phones_per_source: 10,
            guesses_per_source: 5,
            guesses_per_phone: 20,
            period: TimeDelta::minutes(10),
            block: TimeDelta::minutes(10),
            expected: Vec::new(),
        }
    }
}

/// Where requests come from, as far as they are counted together: the /24 network of an IPv4
/// address, the /64 network of an IPv6 address. An IPv4 address written as IPv6 is one of IPv4.
///
/// ```
/// use std::net::IpAddr;
/// use phone_provisioning::delivery::admission::Source;
///
/// let source = |text: &str| text.parse::<IpAddr>().map(Source::from);
/// assert_eq!(source("192.0.2.1")?, source("::ffff:192.0.2.254")?);
/// assert_eq!(source("2001:db8:0:7::1")?.to_string(), "2001:db8:0:7::/64");
/// # Ok::<(), std::net::AddrParseError>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Source(Network);

#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
enum Network {
    V4([u8; 3]),
    V6(u64),
}

impl Source {
    /// A number of its own, to find it by.
    pub(super) fn number(self) -> [u8; 9] {
        let (kind, number) = match self.0 {
            Network::V4([a, b, c]) => (4, u64::from_be_bytes([0, 0, 0, 0, 0, a, b, c])),
            Network::V6(prefix) => (6, prefix),
        };
        let mut bytes = [kind; 9];
        bytes[1..].copy_from_slice(&number.to_be_bytes());
        bytes
    }
}

impl From<IpAddr> for Source {
    fn from(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V4(address) => {
                let [a, b, c, _] = address.octets();
                Network::V4([a, b, c])
            }
            IpAddr::V6(address) => Network::V6((u128::from(address) >> 64) as u64),
        })
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Network::V4([a, b, c]) => write!(f, "{}/24", Ipv4Addr::new(a, b, c, 0)),
            Network::V6(prefix) => {
                write!(f, "{}/64", Ipv6Addr::from(u128::from(prefix) << 64))
            }
        }
    }
}
