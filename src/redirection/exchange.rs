//! Requests out, answers in: the steps of an action.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use zeroize::Zeroizing;

use super::outcome::Outcome;
use crate::error::Invalid;
use crate::text::Secret;

/// What follows a call of [`RedirectionService::start`](super::RedirectionService::start) or
/// [`Exchange::feed`].
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "an action goes on or has ended")]
pub enum Step {
    /// Something is to be sent.
    Send(Exchange),
    /// The action has ended.
    Ended(Ended),
}

impl Step {
    /// The same, and where it ends, what follows from its end: exchanges are put together of shorter
    /// ones. `stamp` is of now; a later end passes the one that its answer was fed with.
    #[cfg(feature = "redirection")]
    pub(super) fn then(
        self,
        stamp: &Stamp,
        next: impl FnOnce(Ended, &Stamp) -> Self + Send + 'static,
    ) -> Self {
        match self {
            Self::Ended(ended) => next(ended, stamp),
            Self::Send(Exchange {
                request,
                next: first,
            }) => Self::Send(Exchange::new(request, move |reply, stamp| {
                first(reply, stamp).then(stamp, next)
            })),
        }
    }
}

/// How an action has ended.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Ended {
    /// What came of it.
    pub outcome: Outcome,
    /// What was learned for the next action of this account.
    pub session: Session,
}

impl Ended {
    /// An end with this outcome.
    pub fn new(outcome: Outcome, session: Session) -> Self {
        Self { outcome, session }
    }
}

/// A request to be sent, and what is to be done with its answer.
///
/// The request is sent as it is: method, address, fields and body are signed. **Redirects are not to be
/// followed**: they would carry credentials to another place. An answer of 3xx is fed like any other.
pub struct Exchange {
    request: http::Request<Body>,
    next: Box<Next>,
}

type Next = dyn FnOnce(Reply<'_>, &Stamp) -> Step + Send;

impl Exchange {
    /// A request, and what its answer leads to.
    pub fn new(
        request: http::Request<Body>,
        next: impl FnOnce(Reply<'_>, &Stamp) -> Step + Send + 'static,
    ) -> Self {
        Self {
            request,
            next: Box::new(next),
        }
    }

    /// What is to be sent. Its fields hold credentials, which `Debug` does not show.
    pub fn request(&self) -> &http::Request<Body> {
        &self.request
    }

    /// Reads the answer, or hears that there is none. `stamp` is of now, with a nonce that has not been
    /// used.
    pub fn feed<B: AsRef<[u8]>>(
        self,
        reply: Result<http::Response<B>, Lost>,
        stamp: &Stamp,
    ) -> Step {
        let response = match reply {
            Ok(response) => response,
            Err(lost) => return (self.next)(Err(lost), stamp),
        };
        let (parts, body) = response.into_parts();
        let response = http::Response::from_parts(parts, body.as_ref());
        (self.next)(Ok(response), stamp)
    }
}

impl fmt::Debug for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exchange")
            .field("method", self.request.method())
            .field("host", &self.request.uri().host())
            .finish_non_exhaustive()
    }
}

/// What came back.
pub type Reply<'a> = Result<http::Response<&'a [u8]>, Lost>;

/// Why there is no answer.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Lost {
    /// The request did not leave: no address, no connection, no TLS. The service knows nothing of it.
    NotSent,
    /// It left, and no answer came. The service may have done what was asked.
    NoAnswer,
}

/// Body of a request. Wiped from memory when dropped; `Debug` does not show it.
#[derive(Clone, Default, Eq, PartialEq)]
pub struct Body(Zeroizing<Vec<u8>>);

impl Body {
    /// The bytes to be sent.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Body([redacted], {} bytes)", self.0.len())
    }
}

/// What goes into a request at the moment in which it is made.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Stamp {
    /// The time. Services refuse what is minutes off.
    pub now: DateTime<Utc>,
    /// Used once.
    pub nonce: Nonce,
}

impl Stamp {
    /// This time and 16 fresh random bytes.
    pub fn new(now: DateTime<Utc>, random: [u8; 16]) -> Self {
        let nonce = Nonce::from_random(random);
        Self { now, nonce }
    }

    /// This time and this nonce.
    pub fn with_nonce(now: DateTime<Utc>, nonce: Nonce) -> Self {
        Self { now, nonce }
    }
}

/// A number used once: 1 to 64 letters and digits.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Nonce(Box<str>);

impl Nonce {
    /// 32 lower-case hexadecimal digits.
    pub fn from_random(random: [u8; 16]) -> Self {
        Self(format!("{:032x}", u128::from_be_bytes(random)).into())
    }

    /// A nonce of these characters.
    ///
    /// # Errors
    /// A text without characters, of more than 64, or of others than ASCII letters and digits.
    pub fn new(text: &str) -> Result<Self, Invalid> {
        let fits = |byte: u8| byte.is_ascii_alphanumeric();
        if (1..=64).contains(&text.len()) && text.bytes().all(fits) {
            return Ok(Self(text.into()));
        }
        Err(Invalid::new("a nonce of 1 to 64 letters and digits", text))
    }

    /// The characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Nonce {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::new(text)
    }
}

impl fmt::Display for Nonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// What exchanges with one account have learned: an access token with its end, the service's own
/// addresses. Cheap to clone; `Debug` does not show it. Of another account it is of no use.
#[derive(Clone, Default, Eq, PartialEq)]
pub struct Session(Option<Arc<Learned>>);

/// The parts are the services'.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Learned {
    /// A token, and when it ends.
    pub(super) token: Option<(Secret, DateTime<Utc>)>,
    /// Identifiers and addresses, by the service's own names.
    pub(super) places: Vec<(&'static str, String)>,
}

impl Session {
    /// Nothing learned yet.
    pub fn new() -> Self {
        Self::default()
    }
}

/// What the services keep there.
#[cfg(feature = "redirection")]
impl Session {
    pub(super) fn token(&self) -> Option<&(Secret, DateTime<Utc>)> {
        self.0.as_ref()?.token.as_ref()
    }

    pub(super) fn place(&self, name: &str) -> Option<&str> {
        let places = &self.0.as_ref()?.places;
        let (_, place) = places.iter().find(|(known, _)| *known == name)?;
        Some(place)
    }

    pub(super) fn with_token(&self, token: Option<(Secret, DateTime<Utc>)>) -> Self {
        let mut learned = self.0.as_deref().cloned().unwrap_or_default();
        learned.token = token;
        Self(Some(Arc::new(learned)))
    }

    pub(super) fn with_place(&self, name: &'static str, place: String) -> Self {
        let mut learned = self.0.as_deref().cloned().unwrap_or_default();
        learned.places.retain(|(known, _)| *known != name);
        learned.places.push((name, place));
        Self(Some(Arc::new(learned)))
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Session([redacted])")
    }
}
