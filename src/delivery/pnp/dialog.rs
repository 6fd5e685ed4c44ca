//! What is sent back ([`Dialog`]): the 200 and the `NOTIFY`, byte for byte.

use std::fmt::Write as _;
use std::net::{IpAddr, SocketAddr};

use crate::model::Url;

use super::super::sip::written;
use super::message::parameter;
use super::subscribe::{Profile, Subscribe};

/// Longest datagram that is sent, in bytes: one that no network takes apart.
const LONGEST: usize = 1299;

/// The way of a datagram: from a phone to an address of ours.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[allow(clippy::exhaustive_structs, reason = "a way has two ends")]
pub struct Route {
    /// Where the datagram came from, as the socket says.
    pub phone: SocketAddr,
    /// The address and port that the phone can reach us at: those of the interface, not of the
    /// multicast group and not 0.0.0.0.
    pub local: SocketAddr,
}

/// A conversation with one phone: all that the answers to one `SUBSCRIBE` are made of.
///
/// The same dialog makes the same bytes at every call, so that a repeated request gets the answer that
/// it got before.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Dialog {
    via: Vec<String>,
    from: String,
    to: String,
    call_id: String,
    cseq: String,
    profile: Profile,
    /// Request line of the `NOTIFY`.
    target: String,
    route: Route,
    tag: u64,
    branch: u64,
}

/// An answer that would not fit into one datagram.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, thiserror::Error)]
#[error("answer of {bytes} bytes, longer than {LONGEST}")]
#[non_exhaustive]
pub struct TooLong {
    /// Its length in bytes.
    pub bytes: usize,
}

impl Dialog {
    /// The dialog that a request opens.
    ///
    /// `random` becomes the tag and the branch of the answers, 64 bits each: fresh bytes from the
    /// operating system for every dialog, so that nobody else on the network can guess them.
    ///
    /// # Errors
    /// [`TooLong`] when the 200 would be longer than 1299 bytes, because of what must be copied into it.
    pub fn new(subscribe: &Subscribe, route: Route, random: [u8; 16]) -> Result<Self, TooLong> {
        let phone = written(route.phone);
        let via = subscribe.via.iter().enumerate();
        let via = via.map(|(i, via)| match i {
            0 => received(via, phone),
            _ => via.clone(),
        });
        let random = u128::from_be_bytes(random);
        let dialog = Self {
            via: via.collect(),
            from: subscribe.from.clone(),
            to: subscribe.to.clone(),
            call_id: subscribe.call_id.clone(),
            cseq: subscribe.cseq.clone(),
            profile: subscribe.profile.clone(),
            target: target(subscribe.contact.as_deref(), phone),
            route: Route {
                phone: reply_to(&subscribe.via, route.phone),
                ..route
            },
            tag: (random >> 64) as u64,
            branch: random as u64,
        };
        fitting(dialog.ok()).map(|_| dialog)
    }

    /// Where the answers go: to where the request came from.
    pub fn to(&self) -> SocketAddr {
        self.route.phone
    }

    /// The address that the answers are sent from.
    pub fn local(&self) -> SocketAddr {
        self.route.local
    }

    /// The `200 OK` to the `SUBSCRIBE`.
    pub fn ok(&self) -> Vec<u8> {
        let mut text = String::from("SIP/2.0 200 OK\r\n");
        for via in &self.via {
            field(&mut text, "Via", via);
        }
        field(&mut text, "From", &self.from);
        field(&mut text, "To", &self.to_with_tag());
        field(&mut text, "Call-ID", &self.call_id);
        field(&mut text, "CSeq", &self.cseq);
        field(&mut text, "Contact", &self.contact());
        field(&mut text, "Expires", "0");
        field(&mut text, "Content-Length", "0");
        text.push_str("\r\n");
        text.into_bytes()
    }

    /// The one `NOTIFY` of the subscription, with the address of the phone's files.
    ///
    /// # Errors
    /// [`TooLong`] when it would be longer than 1299 bytes.
    pub fn notify(&self, url: &Url) -> Result<Vec<u8>, TooLong> {
        let local = written(self.route.local);
        let mut text = format!("NOTIFY {} SIP/2.0\r\n", self.target);
        let via = format!("SIP/2.0/UDP {local};branch={};rport", self.branch());
        field(&mut text, "Via", &via);
        field(&mut text, "Max-Forwards", "70");
        field(&mut text, "From", &self.to_with_tag());
        field(&mut text, "To", &self.from);
        field(&mut text, "Call-ID", &self.call_id);
        field(&mut text, "CSeq", "1 NOTIFY");
        field(&mut text, "Contact", &self.contact());
        field(&mut text, "Event", &self.event());
        field(&mut text, "Subscription-State", "terminated;reason=timeout");
        field(&mut text, "Content-Type", "application/url");
        field(&mut text, "Content-Length", &url.as_str().len().to_string());
        text.push_str("\r\n");
        text.push_str(url.as_str());
        fitting(text.into_bytes())
    }

    /// Whether an answer of the phone belongs to this dialog's `NOTIFY`.
    pub(super) fn is_answered_by(&self, phone: IpAddr, call_id: &str, cseq: (u32, &str)) -> bool {
        self.route.phone.ip().to_canonical() == phone.to_canonical()
            && self.call_id == call_id
            && cseq == (1, "NOTIFY")
    }

    fn to_with_tag(&self) -> String {
        format!("{};tag={:016x}", self.to, self.tag)
    }

    fn branch(&self) -> String {
        format!("z9hG4bK{:016x}", self.branch)
    }

    fn contact(&self) -> String {
        format!("<sip:{}>", written(self.route.local))
    }

    /// The event with what the phone said of itself, in straight quotation marks.
    fn event(&self) -> String {
        let Profile {
            profile_type,
            vendor,
            model,
            version,
        } = &self.profile;
        let mut event = String::from("ua-profile");
        for (name, value) in [
            ("profile-type", profile_type),
            ("vendor", vendor),
            ("model", model),
            ("version", version),
        ] {
            if let Some(value) = value {
                let _ = write!(event, ";{name}=\"{value}\"");
            }
        }
        event
    }
}

fn field(text: &mut String, name: &str, value: &str) {
    text.extend([name, ": ", value, "\r\n"]);
}

fn fitting(bytes: Vec<u8>) -> Result<Vec<u8>, TooLong> {
    match bytes.len() {
        0..=LONGEST => Ok(bytes),
        bytes => Err(TooLong { bytes }),
    }
}

/// The topmost `Via` with where the request really came from: RFC 3261 section 18.2.1, and RFC 3581
/// section 4 where the phone asks for it.
fn received(via: &str, phone: SocketAddr) -> String {
    let (first, others) = match via.find(',') {
        Some(comma) => via.split_at(comma),
        None => (via, ""),
    };
    let asks = parameter(first, "rport") == Some("");
    if parameter(first, "received").is_some() {
        return via.to_owned();
    }
    let mut parts: Vec<String> = first.split(';').map(str::to_owned).collect();
    if asks {
        for part in &mut parts[1..] {
            if part.trim().eq_ignore_ascii_case("rport") {
                *part = format!("rport={}", phone.port());
            }
        }
    }
    if asks || sent_by(first).is_none_or(|(host, _)| host != phone.ip()) {
        parts.insert(1, format!("received={}", phone.ip()));
    }
    parts.join(";") + others
}

/// The address and the port that a `Via` names, unless it names a host.
fn sent_by(via: &str) -> Option<(IpAddr, Option<u16>)> {
    let place = via.split([';', ',']).next()?;
    place_of(place.trim().rsplit([' ', '\t']).next()?)
}

fn place_of(place: &str) -> Option<(IpAddr, Option<u16>)> {
    if let Ok(place) = place.parse::<SocketAddr>() {
        return Some((place.ip().to_canonical(), Some(place.port())));
    }
    let host = place
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
        .unwrap_or(place);
    Some((host.parse::<IpAddr>().ok()?.to_canonical(), None))
}

/// The source of the datagram; only when its port is no port, the one that the `Via` names.
fn reply_to(via: &[String], phone: SocketAddr) -> SocketAddr {
    const SIP: u16 = 5060;
    let mut to = phone;
    if phone.port() == 0 {
        let named = via.first().and_then(|via| sent_by(via)?.1);
        to.set_port(named.filter(|port| *port != 0).unwrap_or(SIP));
    }
    to
}

/// The `Contact` where it is the phone's own address, plain; otherwise one made of the source.
fn target(contact: Option<&str>, phone: SocketAddr) -> String {
    let own = contact.filter(|contact| {
        let Some(place) = contact.strip_prefix("sip:") else {
            return false;
        };
        let (user, place) = place.rsplit_once('@').unwrap_or(("", place));
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.!~*'()%:=+".contains(&byte);
        user.bytes().all(plain) && place_of(place).is_some_and(|(host, _)| host == phone.ip())
    });
    own.map_or_else(|| format!("sip:{phone}"), str::to_owned)
}
