//! The conversations with all phones, on the caller's clock ([`Exchange`]).

use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};

use crate::model::{Mac, Url};
use crate::target::Targets;

use super::conversation::{Conversation, Due, Key};
use super::discovered::Bounds;
use super::message::{Message, cseq, status as status_of};
use super::{
    AnswerError, Asked, Datagram, Dialog, DiscoveredPhone, DiscoveredPhones, Ended, Heard, Outcome,
    Phone, Polled, Refusal, RequestId, Route, Subscribe,
};

/// All conversations of a server with the phones around it.
///
/// It opens no socket and reads no clock: datagrams, instants and random bytes come in, datagrams
/// and what happened go out. Memory is bounded by [`Limits`].
///
/// ```
/// # const SUBSCRIBE: &[u8] = b"SUBSCRIBE sip:MAC%3a00005E00532D@224.0.1.75 SIP/2.0\r\n\
/// #     Via: SIP/2.0/UDP 192.0.2.10:5060;rport\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\n\
/// #     Call-ID: 1\r\nCSeq: 1 SUBSCRIBE\r\nEvent: ua-profile\r\n\r\n";
/// use chrono::DateTime;
/// use phone_provisioning::Targets;
/// use phone_provisioning::delivery::pnp::{Exchange, Heard, Limits, Outcome, Route};
///
/// let mut exchange = Exchange::new(Targets::builtin(), Limits::default());
/// let route = Route {
///     phone: "192.0.2.10:5060".parse()?,
///     local: "192.0.2.1:5060".parse()?,
/// };
/// let now = DateTime::from_timestamp(1_767_225_600, 0).unwrap();
/// let random = [0x2a; 16]; // sixteen bytes of the operating system's
///
/// let Heard::Asked(asked) = exchange.feed(SUBSCRIBE, route, now, random)? else {
///     panic!("a phone asks");
/// };
/// assert_eq!(asked.phone.mac, Some("00005e00532d".parse()?));
/// let url = "https://pbx.example.net/p/1f4b/".parse()?;
/// let [ok, notify] = &exchange.answer(asked.id, &url, now)?[..] else {
///     panic!("a 200 and a NOTIFY");
/// };
/// assert_eq!(ok.to(), route.phone);
/// assert!(notify.bytes().ends_with(b"\r\n\r\nhttps://pbx.example.net/p/1f4b/"));
///
/// let answer = b"SIP/2.0 200 OK\r\nCall-ID: 1\r\nCSeq: 1 NOTIFY\r\n\r\n";
/// let Heard::Ended(ended) = exchange.feed(answer, route, now, random)? else {
///     panic!("the phone has it");
/// };
/// assert_eq!(ended.outcome, Outcome::Delivered);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Exchange {
    targets: Targets,
    limits: Limits,
    /// In the order in which they began.
    conversations: Vec<Conversation>,
    discovered: DiscoveredPhones,
    last_id: u64,
}

/// Bounds of memory and time. A bound of 0 counts as 1.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Limits {
    /// Conversations at one time. When there are more, one that is over goes first, then the
    /// oldest that nobody has answered. 256.
    pub conversations: usize,
    /// Discovered phones. When there are more, the one that has not asked for longest goes. 1000.
    pub discovered: usize,
    /// How many of each one address can have: a phone needs one. 8.
    pub per_source: usize,
    /// How long a request that nobody has answered can still be answered. 10 minutes.
    pub answerable: TimeDelta,
    /// How long a discovered phone that asks no more is kept. 1 day.
    pub discovered_kept: TimeDelta,
}

impl Default for Limits {
    /// 256 conversations, 1000 discovered phones, 8 of each for one address; ten minutes, one day.
    fn default() -> Self {
        Self {
            conversations: 256,
            discovered: 1000,
            per_source: 8,
            answerable: TimeDelta::minutes(10),
            discovered_kept: TimeDelta::days(1),
        }
    }
}

impl Exchange {
    /// No conversations yet.
    pub fn new(targets: Targets, limits: Limits) -> Self {
        Self {
            targets,
            limits,
            conversations: Vec::new(),
            discovered: DiscoveredPhones::default(),
            last_id: 0,
        }
    }

    /// With the phones that were discovered in an earlier run.
    #[must_use]
    pub fn with_discovered(self, discovered: DiscoveredPhones) -> Self {
        Self { discovered, ..self }
    }

    /// Takes a datagram that came in.
    ///
    /// `random` makes the tag and the branch of a new dialog: fresh bytes for every call, see
    /// [`Dialog::new`].
    ///
    /// # Errors
    /// Why it is passed over. Nothing is to be sent then.
    pub fn feed(
        &mut self,
        datagram: &[u8],
        route: Route,
        now: DateTime<Utc>,
        random: [u8; 16],
    ) -> Result<Heard, Refusal> {
        let source = route.phone.ip().to_canonical();
        if !can_be_phone(source) {
            return Err(Refusal::Source);
        }
        let message = Message::read(datagram)?;
        if let Some(status) = message.start.strip_prefix("SIP/2.0 ") {
            return self.confirmed(status, &message, source, now);
        }
        let subscribe = Subscribe::from_message(message)?;
        let key = Key::of(&subscribe);
        let mut known = self.conversations.iter();
        if let Some(known) = known.find(|known| known.is_repeated_by(route.phone, &key)) {
            let again = known.is_answered().then(|| known.ok());
            return Ok(Heard::Repeated(known.id, again));
        }
        let phone = Phone::of(&subscribe, &self.targets);
        let dialog = Dialog::new(&subscribe, route, random)?;
        self.make_room(source, phone.mac);
        self.last_id += 1;
        let id = RequestId(self.last_id);
        let asked = Asked {
            id,
            phone: phone.clone(),
            subscribe,
        };
        let conversation = Conversation::new(id, route.phone, key, phone, dialog, now);
        self.conversations.push(conversation);
        Ok(Heard::Asked(Box::new(asked)))
    }

    /// Answers a request with the address of the phone's files: the 200 and the `NOTIFY`, or the `NOTIFY`
    /// alone when the phone has long ceased to wait for the 200.
    ///
    /// # Errors
    /// See [`AnswerError`]. Nothing has changed then.
    pub fn answer(
        &mut self,
        id: RequestId,
        url: &Url,
        now: DateTime<Utc>,
    ) -> Result<Vec<Datagram>, AnswerError> {
        let mut conversations = self.conversations.iter_mut();
        let conversation = conversations.find(|conversation| conversation.id == id);
        let conversation = conversation.ok_or(AnswerError::Gone)?;
        conversation.answer(url, now, self.limits.answerable)
    }

    /// Keeps an unknown phone for an operator. `None` for one that did not say its MAC address.
    pub fn discover(&mut self, id: RequestId, now: DateTime<Utc>) -> Option<&DiscoveredPhone> {
        let mut conversations = self.conversations.iter();
        let conversation = conversations.find(|conversation| conversation.id == id)?;
        let phone = &conversation.phone;
        let source = conversation.source.ip().to_canonical();
        let bounds = Bounds {
            all: self.limits.discovered,
            per_source: self.limits.per_source,
        };
        let mac = phone.mac?;
        self.discovered.note(mac, phone, source, now, bounds);
        self.discovered.get(mac)
    }

    /// The latest request of a phone that nobody has answered: what to answer once the phone is
    /// assigned.
    pub fn open_request(&self, mac: Mac) -> Option<RequestId> {
        let mut conversations = self.conversations.iter().rev();
        let open = conversations.find(|known| known.is_with(mac) && !known.is_answered());
        open.map(|conversation| conversation.id)
    }

    /// Tells that a phone has fetched its files, proven to be its own by their address: then it has
    /// got the `NOTIFY`, also if it is too busy to say so.
    pub fn fetched(&mut self, mac: Mac, now: DateTime<Utc>) -> Vec<Ended> {
        self.discovered.forget(mac);
        let conversations = self.conversations.iter_mut();
        let waiting = conversations.filter(|known| known.is_with(mac) && known.is_notifying());
        let ended = waiting.map(|conversation| conversation.end(Outcome::Fetched, now));
        ended.collect()
    }

    /// What is due by now. A call that comes late sends each `NOTIFY` once, not once per missed
    /// instant.
    pub fn poll(&mut self, now: DateTime<Utc>) -> Polled {
        let mut polled = Polled::default();
        for due in self.conversations.iter_mut().filter_map(|c| c.poll(now)) {
            match due {
                Due::Send(datagram) => polled.send.push(datagram),
                Due::End(ended) => polled.ended.push(ended),
            }
        }
        let answerable = self.limits.answerable;
        self.conversations
            .retain(|conversation| !conversation.is_forgotten(now, answerable));
        self.discovered.expire(now, self.limits.discovered_kept);
        polled
    }

    /// When [`poll`](Self::poll) has something to do next; `None` while there is nothing.
    pub fn next_timeout(&self) -> Option<DateTime<Utc>> {
        let conversations = self.conversations.iter();
        let timeouts = conversations.map(|known| known.next_timeout(self.limits.answerable));
        let expiry = self.discovered.next_expiry(self.limits.discovered_kept);
        timeouts.chain(expiry).min()
    }

    /// The phones that nobody knows.
    pub fn discovered(&self) -> &DiscoveredPhones {
        &self.discovered
    }

    /// Drops the record of a phone, once it is assigned or to be ignored. Its request can still be
    /// answered.
    pub fn forget(&mut self, mac: Mac) -> Option<DiscoveredPhone> {
        self.discovered.forget(mac)
    }

    /// A phone answers a `NOTIFY`.
    fn confirmed(
        &mut self,
        status: &str,
        message: &Message<'_>,
        source: IpAddr,
        now: DateTime<Utc>,
    ) -> Result<Heard, Refusal> {
        let status = status_of(status).ok_or(Refusal::NotSip)?;
        let call_id = message.call_id.as_deref();
        let call_id = call_id.ok_or(Refusal::Missing("Call-ID"))?;
        let number = message.cseq.as_deref().ok_or(Refusal::Missing("CSeq"))?;
        let number = cseq(number).ok_or(Refusal::Malformed("CSeq"))?;
        let mut conversations = self.conversations.iter_mut();
        let conversation =
            conversations.find(|known| known.is_confirmed_by(source, call_id, number));
        let conversation = conversation.ok_or(Refusal::Unasked)?;
        let outcome = match status {
            200..=299 => Outcome::Delivered,
            481 => Outcome::Forgotten,
            300.. => Outcome::Refused(status),
            _ => return Ok(Heard::Nothing),
        };
        if !conversation.is_notifying() {
            return Ok(Heard::Nothing);
        }
        let ended = conversation.end(outcome, now);
        if let Some(mac) = ended.phone.mac.filter(|_| outcome.is_delivered()) {
            self.discovered.forget(mac);
        }
        Ok(Heard::Ended(ended))
    }

    /// Makes room for one more conversation. A phone that asks anew has given up what it asked before.
    fn make_room(&mut self, source: IpAddr, mac: Option<Mac>) {
        if let Some(mac) = mac {
            self.conversations
                .retain(|known| !(known.is_of(source) && known.is_with(mac)));
        }
        let of_source = |known: &&Conversation| known.is_of(source);
        while self.conversations.iter().filter(of_source).count() >= self.limits.per_source.max(1) {
            self.drop_one(|known| known.is_of(source));
        }
        while self.conversations.len() >= self.limits.conversations.max(1) {
            self.drop_one(|_| true);
        }
    }

    /// Drops the conversation that is needed least among some.
    fn drop_one(&mut self, among: impl Fn(&Conversation) -> bool) {
        let candidates = self.conversations.iter().enumerate();
        let candidates = candidates.filter(|(_, known)| among(known));
        if let Some((at, _)) = candidates.min_by_key(|(_, known)| known.need()) {
            self.conversations.remove(at);
        }
    }
}

/// Whether a phone can have the address. An answer to any other would reach many, or nobody.
fn can_be_phone(source: IpAddr) -> bool {
    let broadcast = matches!(source, IpAddr::V4(address) if address.is_broadcast());
    !(source.is_unspecified() || source.is_multicast() || broadcast)
}
