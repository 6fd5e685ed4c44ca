//! Telling phones that there is something new: the SIP `NOTIFY` with the event `check-sync`, and when to
//! send it to many.
//!
//! How phones of a target are told, and whether they can be, says
//! [`ProvisioningTarget::check_sync`](crate::target::ProvisioningTarget::check_sync). A PBX whose SIP
//! stack makes its own messages needs no more than the [`CheckSync::event`] from there; [`notify`]
//! makes the whole message, [`Recipient::place`] says where it goes, and a [`Transaction`] sees to it
//! that it arrives over UDP.
//!
//! A phone that is told fetches three to five files, so several hundred of them should not be told at
//! once: [`Spread`].

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::pnp::message::parameter;
use super::sip::written;
use crate::error::Invalid;
use crate::model::{Host, HostPort, Port, Transport};
use crate::target::CheckSync;

mod transaction;

pub use transaction::{Answer, Due, Transaction};

/// The phone that a `NOTIFY` is for.
///
/// By the contact that it registered, if it can be: two phones that share an account are then told
/// apart, and some phones take a restart for a real account only.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Recipient(String);

impl Recipient {
    /// The contact that the phone registered, with or without angle brackets:
    /// `<sip:1001@192.0.2.10:5060;transport=udp>`.
    ///
    /// # Errors
    /// What is no `sip:` or `sips:` address of at most 255 characters that stand in one.
    pub fn contact(contact: &str) -> Result<Self, Invalid> {
        let expected = "a SIP contact such as sip:1001@192.0.2.10:5060";
        let uri = contact.trim_ascii();
        let uri = match uri.strip_prefix('<') {
            Some(uri) => uri.split('>').next().unwrap_or(uri),
            None => uri,
        };
        let place = uri.strip_prefix("sip:").or(uri.strip_prefix("sips:"));
        let stands =
            |byte: u8| byte.is_ascii_alphanumeric() || b"-_.!~*'()%:;=+$,&/?@[]#".contains(&byte);
        let fits = uri.len() <= 255 && uri.bytes().all(stands);
        match place.map(|place| place.rsplit_once('@').map_or(place, |(_, host)| host)) {
            Some(host) if fits && !host.is_empty() => Ok(Self(uri.to_owned())),
            _ => Err(Invalid::new(expected, contact)),
        }
    }

    /// The phone at an address, whatever account it has.
    pub fn address(address: SocketAddr) -> Self {
        Self(format!("sip:anonymous@{}", written(address)))
    }

    /// The request's address.
    pub fn uri(&self) -> &str {
        &self.0
    }

    /// Where a request for it goes, for a sender without a SIP stack of its own (RFC 3263 section 4, of
    /// which nothing but the address record of a name is left to do; a phone has no SRV records).
    ///
    /// # Errors
    /// A host or port that is none, and a transport that is not UDP, TCP or TLS: contacts of browsers
    /// (`transport=ws`) lead nowhere.
    ///
    /// ```
    /// use phone_provisioning::delivery::resync::Recipient;
    /// use phone_provisioning::model::Transport;
    ///
    /// let phone = Recipient::contact("<sip:1001@192.0.2.10;transport=tcp>")?;
    /// let place = phone.place()?;
    /// assert_eq!(place.host.as_str(), "192.0.2.10");
    /// assert_eq!(place.port.get(), 5060);
    /// assert_eq!(place.transport, Transport::Tcp);
    /// # Ok::<(), phone_provisioning::error::Invalid>(())
    /// ```
    pub fn place(&self) -> Result<Place, Invalid> {
        let (scheme, rest) = self.0.split_once(':').unwrap_or_default();
        // The part of the user may hold what ends a host.
        let rest = rest.rsplit_once('@').map_or(rest, |(_, rest)| rest);
        let rest = rest.split_once('?').map_or(rest, |(rest, _)| rest);
        let (place, parameters) = rest.split_once(';').unwrap_or((rest, ""));
        let place: HostPort = place.parse()?;
        let named = parameter(parameters, "transport").map(str::to_ascii_lowercase);
        let transport = match named.as_deref() {
            _ if scheme == "sips" => Transport::Tls,
            None | Some("udp") => Transport::Udp,
            Some("tcp") => Transport::Tcp,
            Some("tls") => Transport::Tls,
            Some(other) => return Err(Invalid::new("the transport udp, tcp or tls", other)),
        };
        let usual = match transport {
            Transport::Tls => 5061,
            _ => 5060,
        };
        Ok(Place {
            port: place.port().map_or_else(|| Port::new(usual), Ok)?,
            host: place.host().clone(),
            transport,
        })
    }
}

/// Where a phone can be reached.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub struct Place {
    /// Its address, or a name that leads to it.
    pub host: Host,
    /// Its port; where the contact has none, that of the transport.
    pub port: Port,
    /// How it listens there: UDP, TCP or TLS.
    pub transport: Transport,
}

/// The `NOTIFY` that tells one phone, out of any dialog: to be sent to the phone, or through the PBX.
///
/// `local` is the address that the phone's answer goes to; `random` is fresh from the operating
/// system for every phone. A message that goes through a PBX which adds a `Via` of its own stays
/// as it is.
///
/// ```
/// use phone_provisioning::delivery::resync::{Recipient, notify};
/// use phone_provisioning::target::CheckSync;
///
/// let told = CheckSync::new("check-sync;reboot=false");
/// let phone = Recipient::contact("<sip:1001@192.0.2.10:5060>")?;
/// let message = notify(&told, &phone, "192.0.2.1:5060".parse()?, [7; 16]);
/// let message = String::from_utf8(message)?;
/// assert!(message.starts_with("NOTIFY sip:1001@192.0.2.10:5060 SIP/2.0\r\n"));
/// assert!(message.contains("\r\nEvent: check-sync;reboot=false\r\n"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn notify(
    told: &CheckSync,
    recipient: &Recipient,
    local: SocketAddr,
    random: [u8; 16],
) -> Vec<u8> {
    let local = written(local);
    let branch = branch(random);
    let random = u128::from_be_bytes(random);
    let (id, tag, call) = (
        random >> 64,
        random >> 32 & 0xffff_ffff,
        random & 0xffff_ffff,
    );
    let uri = recipient.uri();
    // Parameters of the contact are for the request line; in `To` they would stand for something else.
    let to = uri.split([';', '?']).next().unwrap_or(uri);
    format!(
        "NOTIFY {uri} SIP/2.0\r\n\
         Via: SIP/2.0/UDP {local};branch={branch};rport\r\n\
         Max-Forwards: 70\r\n\
         From: <sip:{local}>;tag={tag:08x}\r\n\
         To: <{to}>\r\n\
         Call-ID: {id:016x}{call:08x}@{ip}\r\n\
         CSeq: 1 NOTIFY\r\n\
         Contact: <sip:{local}>\r\n\
         Event: {event}\r\n\
         Subscription-State: terminated\r\n\
         Content-Length: 0\r\n\
         \r\n",
        ip = local.ip(),
        event = told.event,
    )
    .into_bytes()
}

/// The branch of the request that is made of these bytes: their first half.
fn branch(random: [u8; 16]) -> String {
    format!("z9hG4bK{:016x}", u128::from_be_bytes(random) >> 64)
}

/// When to tell each of many phones.
///
/// The time is cut into as many slots of one length as there are phones, and each phone gets one:
/// the phone in slot *i* of *n* is told at `start + period·i/n` and up to one slot later. How much
/// later comes out of the seed, so that two servers that begin together do not beat together. Phones
/// of one group (a subnet, a base) are put as far apart as can be: member *j* of *g* stands at the
/// part `(2j + 1)/2g` of the time.
///
/// The same phones, groups, start and seed give the same plan.
///
/// ```
/// use std::net::IpAddr;
/// use std::time::Duration;
/// use chrono::DateTime;
/// use phone_provisioning::delivery::resync::{Spread, subnet};
///
/// let phones: Vec<IpAddr> = vec!["192.0.2.10".parse()?, "192.0.2.11".parse()?, "198.51.100.7".parse()?];
/// let start = DateTime::from_timestamp(1_767_225_600, 0).unwrap();
/// let spread = Spread::over(Duration::from_secs(60), start, 42);
/// let plan = spread.plan(phones, |phone| subnet(*phone));
/// let order: Vec<String> = plan.iter().map(|(_, phone)| phone.to_string()).collect();
/// assert_eq!(order, ["192.0.2.10", "198.51.100.7", "192.0.2.11"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Spread {
    length: Length,
    start: DateTime<Utc>,
    seed: u64,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Length {
    All(Duration),
    Each(Duration),
}

impl Spread {
    /// All phones within this time.
    pub fn over(period: Duration, start: DateTime<Utc>, seed: u64) -> Self {
        let length = Length::All(period);
        Self {
            length,
            start,
            seed,
        }
    }

    /// One phone in this time, however long all of them take.
    pub fn every(slot: Duration, start: DateTime<Utc>, seed: u64) -> Self {
        let length = Length::Each(slot);
        Self {
            length,
            start,
            seed,
        }
    }

    /// The instant of each phone, in the order of time. `group` says which phones belong together.
    /// Instants are whole microseconds, and none is behind the end of the calendar.
    pub fn plan<P, G: Ord>(
        &self,
        phones: impl IntoIterator<Item = P>,
        group: impl Fn(&P) -> G,
    ) -> Vec<(DateTime<Utc>, P)> {
        let mut groups: BTreeMap<G, Vec<P>> = BTreeMap::new();
        for phone in phones {
            groups.entry(group(&phone)).or_default().push(phone);
        }
        let mut placed = Vec::new();
        for (number, members) in groups.into_values().enumerate() {
            let size = members.len() as u128;
            for (j, phone) in members.into_iter().enumerate() {
                // As a part of 2^32, so that the parts of groups of all sizes can be compared.
                let part = (((2 * j as u128) + 1) << 32) / (2 * size);
                placed.push((part, number, phone));
            }
        }
        placed.sort_by_key(|(part, number, _)| (*part, *number));

        let count = placed.len() as u128;
        let all = match self.length {
            Length::All(period) => period.as_micros(),
            Length::Each(slot) => slot.as_micros().saturating_mul(count),
        };
        let in_slots = placed.into_iter().enumerate();
        in_slots
            .map(|(i, (.., phone))| {
                let i = i as u128;
                let begin = all.saturating_mul(i) / count;
                let end = all.saturating_mul(i + 1) / count;
                let jitter = u128::from(mixed(self.seed ^ i as u64)) % (end - begin).max(1);
                (self.at(begin.saturating_add(jitter)), phone)
            })
            .collect()
    }

    fn at(&self, micros: u128) -> DateTime<Utc> {
        let wait = i64::try_from(micros).map_or(TimeDelta::MAX, TimeDelta::microseconds);
        let at = self.start.checked_add_signed(wait);
        at.unwrap_or(DateTime::<Utc>::MAX_UTC)
    }
}

/// The network that an address most likely belongs to: the first three bytes of an IPv4 address, the
/// first half of an IPv6 address.
pub fn subnet(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => {
            let [a, b, c, _] = address.octets();
            Ipv4Addr::new(a, b, c, 0).into()
        }
        IpAddr::V6(address) => Ipv6Addr::from(u128::from(address) >> 64 << 64).into(),
    }
}

/// One step of SplitMix64: all bits of the result depend on all bits of the value.
fn mixed(value: u64) -> u64 {
    let mut z = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
