//! The conversations with all phones, on the caller's clock ([`Exchange`]).

use std::fmt;
use std::net::{IpAddr, SocketAddr};

use chrono::{DateTime, TimeDelta, Utc};
use zeroize::Zeroizing;

use crate::model::{Mac, Url};
use crate::target::Targets;

use super::discovered::Bounds;
use super::message::{Message, cseq};
use super::{Dialog, DiscoveredPhone, DiscoveredPhones, Phone, Refusal, Route, Subscribe, TooLong};

/// How long the first repetition waits, RFC 3261 section 17.1.2.1.
const T1: TimeDelta = TimeDelta::milliseconds(500);

/// The longest wait between two repetitions.
const T2: TimeDelta = TimeDelta::seconds(4);

/// How long a request is repeated before it is given up: 64 times the first wait.
const TIMER_F: TimeDelta = TimeDelta::seconds(32);

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
    /// oldest that nobody has answered.
    pub conversations: usize,
    /// Discovered phones. When there are more, the one that has not asked for longest goes.
    pub discovered: usize,
    /// How many of each one address can have: a phone needs one.
    pub per_source: usize,
    /// How long a request that nobody has answered can still be answered.
    pub answerable: TimeDelta,
    /// How long a discovered phone that asks no more is kept.
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

/// The name of one request within an [`Exchange`].
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct RequestId(u64);

/// What a datagram was.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Heard {
    /// A phone asks for the address of its files. To be followed by [`Exchange::answer`], by
    /// [`Exchange::discover`], or by nothing.
    Asked(Box<Asked>),
    /// A phone repeats what it asked; the answer that it got goes out again, if it got one.
    Repeated(RequestId, Option<Datagram>),
    /// A phone answers: the conversation is over.
    Ended(Ended),
    /// What changes nothing: a provisional answer, or one that was here before.
    Nothing,
}

/// A phone that asks.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Asked {
    /// The name of the request, for the answer.
    pub id: RequestId,
    /// Who asks, as far as that can be told.
    pub phone: Phone,
    /// What it said.
    pub subscribe: Subscribe,
}

/// A datagram to be sent. Its `Debug` does not show what is in it: that may be a secret.
#[derive(Clone, Eq, PartialEq)]
pub struct Datagram {
    to: SocketAddr,
    from: SocketAddr,
    bytes: Zeroizing<Vec<u8>>,
}

impl Datagram {
    /// Where it goes.
    pub fn to(&self) -> SocketAddr {
        self.to
    }

    /// The local address that it should leave from.
    pub fn from(&self) -> SocketAddr {
        self.from
    }

    /// What it holds.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl fmt::Debug for Datagram {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Datagram")
            .field("to", &self.to)
            .field("from", &self.from)
            .field("len", &self.bytes.len())
            .finish_non_exhaustive()
    }
}

/// The end of a conversation in which a phone got an answer.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Ended {
    /// The name of its request.
    pub id: RequestId,
    /// Who asked.
    pub phone: Phone,
    /// How it ended.
    pub outcome: Outcome,
}

/// How a conversation ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Outcome {
    /// The phone confirmed the `NOTIFY`.
    Delivered,
    /// The phone fetched its files without confirming.
    Fetched,
    /// The phone no longer knows what it asked (481).
    Forgotten,
    /// The phone does not take the `NOTIFY`, with its status: 401 and 407 ask for a password, which no
    /// phone gets from here.
    Refused(u16),
    /// Nothing came back for 32 seconds.
    Unanswered,
}

impl Outcome {
    /// Whether the phone has the address of its files.
    pub fn is_delivered(self) -> bool {
        matches!(self, Self::Delivered | Self::Fetched)
    }

    /// What somebody can do about it, if there is something.
    pub fn advice(self) -> Option<&'static str> {
        match self {
            Self::Forgotten | Self::Unanswered => {
                Some("reboot the phone: it asks only while it starts")
            }
            _ => None,
        }
    }
}

/// Why a request cannot be answered.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum AnswerError {
    /// It is too long ago, or others came in between.
    #[error("the request is no longer known; reboot the phone: it asks only while it starts")]
    Gone,
    /// It has its one answer.
    #[error("the request is answered already")]
    Answered,
    /// The answer does not fit into one datagram.
    #[error(transparent)]
    TooLong(#[from] TooLong),
}

/// What is due.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Polled {
    /// `NOTIFY`s to be sent again.
    pub send: Vec<Datagram>,
    /// Conversations that are over because nothing came back.
    pub ended: Vec<Ended>,
}

#[derive(Debug)]
struct Conversation {
    id: RequestId,
    heard: DateTime<Utc>,
    source: SocketAddr,
    /// The same in all repetitions of the request.
    key: Key,
    phone: Phone,
    dialog: Dialog,
    state: State,
}

#[derive(Debug, Eq, PartialEq)]
struct Key {
    call_id: String,
    cseq: String,
    branch: Option<String>,
}

#[derive(Debug)]
enum State {
    /// Nobody has answered, and nothing was sent.
    Open,
    Notifying {
        notify: Datagram,
        /// When it goes out again.
        due: DateTime<Utc>,
        wait: TimeDelta,
        until: DateTime<Utc>,
    },
    /// Since when. What the phone still repeats gets its 200.
    Over(DateTime<Utc>),
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
            return self.answered(status, &message, source, now);
        }
        let subscribe = Subscribe::from_message(message)?;
        let key = Key {
            call_id: subscribe.call_id.clone(),
            cseq: subscribe.cseq.clone(),
            branch: subscribe.branch().map(str::to_owned),
        };
        let known = |c: &&Conversation| c.source == route.phone && c.key == key;
        if let Some(conversation) = self.conversations.iter().find(known) {
            let again = conversation.is_answered().then(|| conversation.ok());
            return Ok(Heard::Repeated(conversation.id, again));
        }
        let phone = Phone::of(&subscribe, &self.targets);
        let dialog = Dialog::new(&subscribe, route, random)?;
        self.make_room(source, phone.mac);
        self.last_id += 1;
        let id = RequestId(self.last_id);
        self.conversations.push(Conversation {
            id,
            heard: now,
            source: route.phone,
            key,
            phone: phone.clone(),
            dialog,
            state: State::Open,
        });
        Ok(Heard::Asked(Box::new(Asked {
            id,
            phone,
            subscribe,
        })))
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
        let answerable = self.limits.answerable;
        let conversation = self
            .conversations
            .iter_mut()
            .find(|conversation| conversation.id == id)
            .ok_or(AnswerError::Gone)?;
        if conversation.is_answered() {
            return Err(AnswerError::Answered);
        }
        let age = now.signed_duration_since(conversation.heard);
        if age >= answerable {
            return Err(AnswerError::Gone);
        }
        let notify = conversation.datagram(conversation.dialog.notify(url)?);
        let mut datagrams = Vec::new();
        if age < TIMER_F {
            datagrams.push(conversation.ok());
        }
        datagrams.push(notify.clone());
        conversation.state = State::Notifying {
            notify,
            due: after(now, T1),
            wait: T1,
            until: after(now, TIMER_F),
        };
        Ok(datagrams)
    }

    /// Keeps an unknown phone for an operator. `None` for one that did not say its MAC address.
    pub fn discover(&mut self, id: RequestId, now: DateTime<Utc>) -> Option<&DiscoveredPhone> {
        let conversation = self.conversations.iter().find(|c| c.id == id)?;
        let mac = conversation.phone.mac?;
        let bounds = Bounds {
            all: self.limits.discovered,
            per_source: self.limits.per_source,
        };
        let source = conversation.source.ip().to_canonical();
        self.discovered
            .note(mac, &conversation.phone, source, now, bounds);
        self.discovered.get(mac)
    }

    /// The latest request of a phone that nobody has answered: what to answer once the phone is
    /// assigned.
    pub fn open_request(&self, mac: Mac) -> Option<RequestId> {
        let open = |c: &&Conversation| c.phone.mac == Some(mac) && !c.is_answered();
        self.conversations.iter().rev().find(open).map(|c| c.id)
    }

    /// Tells that a phone has fetched its files, proven to be its own by their address: then it has
    /// got the `NOTIFY`, also if it is too busy to say so.
    pub fn fetched(&mut self, mac: Mac, now: DateTime<Utc>) -> Vec<Ended> {
        let mut ended = Vec::new();
        for conversation in &mut self.conversations {
            if conversation.phone.mac == Some(mac) && conversation.is_notifying() {
                ended.push(conversation.end(Outcome::Fetched, now));
            }
        }
        self.discovered.forget(mac);
        ended
    }

    /// What is due by now. A call that comes late sends each `NOTIFY` once, not once per missed
    /// instant.
    pub fn poll(&mut self, now: DateTime<Utc>) -> Polled {
        let mut polled = Polled::default();
        for conversation in &mut self.conversations {
            let State::Notifying {
                notify,
                due,
                wait,
                until,
            } = &mut conversation.state
            else {
                continue;
            };
            if *until <= now {
                polled
                    .ended
                    .push(conversation.end(Outcome::Unanswered, now));
            } else if *due <= now {
                polled.send.push(notify.clone());
                while *due <= now {
                    *wait = T2.min(*wait * 2);
                    *due = after(*due, *wait);
                }
            }
        }
        let answerable = self.limits.answerable;
        self.conversations
            .retain(|conversation| now < conversation.forgotten_at(answerable));
        self.discovered.expire(now, self.limits.discovered_kept);
        polled
    }

    /// When [`poll`](Self::poll) has something to do next; `None` while there is nothing.
    pub fn next_timeout(&self) -> Option<DateTime<Utc>> {
        let answerable = self.limits.answerable;
        let conversations = self.conversations.iter();
        conversations
            .map(|conversation| match conversation.state {
                State::Notifying { due, until, .. } => due.min(until),
                _ => conversation.forgotten_at(answerable),
            })
            .chain(self.discovered.next_expiry(self.limits.discovered_kept))
            .min()
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
    fn answered(
        &mut self,
        status: &str,
        message: &Message<'_>,
        source: IpAddr,
        now: DateTime<Utc>,
    ) -> Result<Heard, Refusal> {
        let status = status.split(' ').next().unwrap_or_default();
        let digits = status.len() == 3 && status.bytes().all(|byte| byte.is_ascii_digit());
        let status: u16 = match status.parse() {
            Ok(status) if digits => status,
            _ => return Err(Refusal::NotSip),
        };
        let call_id = message.call_id.as_deref();
        let call_id = call_id.ok_or(Refusal::Missing("Call-ID"))?;
        let number = message.cseq.as_deref().ok_or(Refusal::Missing("CSeq"))?;
        let number = cseq(number).ok_or(Refusal::Malformed("CSeq"))?;
        let conversation = self
            .conversations
            .iter_mut()
            .find(|c| c.is_answered() && c.dialog.is_answered_by(source, call_id, number))
            .ok_or(Refusal::Unasked)?;
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
        let of_source = |c: &Conversation| c.source.ip().to_canonical() == source;
        if mac.is_some() {
            self.conversations
                .retain(|c| !(of_source(c) && c.phone.mac == mac));
        }
        let of_it =
            |conversations: &[Conversation]| conversations.iter().filter(|c| of_source(c)).count();
        while of_it(&self.conversations) >= self.limits.per_source.max(1) {
            self.drop_one(of_source);
        }
        while self.conversations.len() >= self.limits.conversations.max(1) {
            self.drop_one(|_| true);
        }
    }

    /// Drops the conversation that is needed least among some: one that is over before one that
    /// nobody has answered, that before one that waits for its phone; the oldest of its kind.
    fn drop_one(&mut self, among: impl Fn(&Conversation) -> bool) {
        let candidates = self.conversations.iter().enumerate();
        let least = candidates.filter(|(_, c)| among(c)).min_by_key(|(_, c)| {
            let kind = match c.state {
                State::Over(_) => 0,
                State::Open => 1,
                State::Notifying { .. } => 2,
            };
            (kind, c.heard)
        });
        if let Some((at, _)) = least {
            self.conversations.remove(at);
        }
    }
}

impl Conversation {
    fn is_answered(&self) -> bool {
        !matches!(self.state, State::Open)
    }

    fn is_notifying(&self) -> bool {
        matches!(self.state, State::Notifying { .. })
    }

    fn ok(&self) -> Datagram {
        self.datagram(self.dialog.ok())
    }

    fn datagram(&self, bytes: Vec<u8>) -> Datagram {
        Datagram {
            to: self.dialog.to(),
            from: self.dialog.local(),
            bytes: bytes.into(),
        }
    }

    fn end(&mut self, outcome: Outcome, now: DateTime<Utc>) -> Ended {
        self.state = State::Over(now);
        Ended {
            id: self.id,
            phone: self.phone.clone(),
            outcome,
        }
    }

    /// When nothing of it is needed any more.
    fn forgotten_at(&self, answerable: TimeDelta) -> DateTime<Utc> {
        match self.state {
            State::Open => after(self.heard, answerable),
            State::Notifying { .. } => DateTime::<Utc>::MAX_UTC,
            State::Over(at) => after(at, TIMER_F),
        }
    }
}

/// An instant later, at the end of the calendar at most.
fn after(at: DateTime<Utc>, wait: TimeDelta) -> DateTime<Utc> {
    at.checked_add_signed(wait)
        .unwrap_or(DateTime::<Utc>::MAX_UTC)
}

/// Whether a phone can have the address. An answer to any other would reach many, or nobody.
fn can_be_phone(source: IpAddr) -> bool {
    let broadcast = matches!(source, IpAddr::V4(address) if address.is_broadcast());
    !(source.is_unspecified() || source.is_multicast() || broadcast)
}
