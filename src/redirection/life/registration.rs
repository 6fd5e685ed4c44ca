//! What is kept of one phone's registration.

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::Cause;
use crate::delivery::admission::TokenHash;
use crate::model::Mac;

/// What is kept of one phone's registration at its maker's service. The caller stores it, by
/// environment and MAC, and passes the time.
///
/// * Serialised with a version number, like
///   [`PhoneRecord`](crate::delivery::admission::PhoneRecord); one of a newer version is an error that
///   says so.
/// * Holds no address, only hashes.
/// * A removed phone that the service still knows is kept as a [tombstone](Self::is_removed), outside
///   of the list of phones. When the phone is [added](Self::add) again, the tombstone becomes its
///   record.
///
/// ```
/// use chrono::{DateTime, Utc};
/// use phone_provisioning::delivery::{PhoneUrl, admission::Environment};
/// use phone_provisioning::model::Url;
/// use phone_provisioning::redirection::life::{Policy, Registration, State, Visit};
/// use phone_provisioning::redirection::{Done, Outcome, Registered};
///
/// let policy = Policy::new(Environment::new("production")?);
/// let at = |text: &str| text.parse::<DateTime<Utc>>().expect("an instant");
/// let now = at("2026-01-14T12:00:00Z");
/// let mac = "00:00:5e:00:53:2d".parse()?;
/// let url: Url = "https://pbx.example.net/4mSj8k/".parse()?;
/// let mut phone = Registration::new(mac);
///
/// // Added: stored as `provision`, then the service is asked.
/// let question = phone.add(Some(PhoneUrl::from(url).into()), now, &policy).ask.unwrap();
/// assert_eq!(phone.state(), State::Provision);
/// let answer = Outcome::Done(Done::Registered(Registered::new(mac)));
/// let _ = phone.heard(question.number, &answer, now, &policy);
/// assert_eq!(phone.state(), State::Active);
/// assert_eq!(phone.expires_at(), Some(at("2026-01-20T23:00:00Z")));
///
/// // The phone has come: looked up, then taken out.
/// let question = phone.visited(Visit::Bound, now, &policy).ask.unwrap();
/// assert_eq!(question.ask.to_string(), "look up");
/// let _ = phone.heard(question.number, &Outcome::NotFound, now, &policy);
/// assert_eq!(phone.state(), State::Disabled);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Registration {
    pub(super) mac: Mac,
    pub(super) state: State,
    pub(super) removed: bool,
    /// When it was last asked to register the phone, and when that ends.
    pub(super) activated: Option<DateTime<Utc>>,
    pub(super) expires: Option<DateTime<Utc>>,
    /// When the phone came, since then.
    pub(super) visited: Option<DateTime<Utc>>,
    pub(super) take_over: bool,
    /// All that may stand at the service of what was registered here; the newest is the last.
    pub(super) addresses: Vec<TokenHash>,
    /// Number of the last question.
    pub(super) asked: u64,
    pub(super) waiting: Option<Waiting>,
    /// Since the last event that was no repetition.
    pub(super) tries: u32,
    pub(super) next_try: Option<DateTime<Utc>>,
    pub(super) cause: Option<Cause>,
}

/// Where a phone stands with the service.
///
/// Serialised as its word in kebab case, as records have it.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum State {
    /// Registered; the phone has not come yet.
    Active,
    /// Not registered. The phone fetches from us: the only right state in normal operation.
    Disabled,
    /// To be registered, and that has not been done, as far as is known.
    Provision,
    /// To be taken out, and that has not been done, as far as is known.
    Deprovision,
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Active => "active",
            Self::Disabled => "disabled",
            Self::Provision => "provision",
            Self::Deprovision => "deprovision",
        })
    }
}

/// What a timer has to do next, and when.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Due {
    /// [`Registration::sweep`].
    Sweep(DateTime<Utc>),
    /// [`Registration::retry`], with a place to send the phone to.
    Retry(DateTime<Utc>),
}

impl Due {
    /// When.
    pub fn at(&self) -> DateTime<Utc> {
        match self {
            Self::Sweep(at) | Self::Retry(at) => *at,
        }
    }
}

/// A question without an answer yet.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub(super) struct Waiting {
    pub(super) number: u64,
    pub(super) since: DateTime<Utc>,
    pub(super) what: About,
}

/// What a question is about.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum About {
    /// Registering it to the last of the addresses.
    Registering,
    /// What of all that was registered here does stand, before anything more is.
    Standing,
    /// Whether the registration of an active phone still is ours.
    Checking,
    /// Whose the registration is that is to go.
    Owner,
    Deregistering,
}

impl Registration {
    /// Registrations that end sooner after they were made are worth a warning: the phone must be
    /// reset before.
    pub const SHORT: TimeDelta = TimeDelta::hours(24);

    /// Most addresses that are kept. Before one more is registered, the service is asked which stands.
    pub(super) const MOST_ADDRESSES: usize = 16;

    /// A phone that was never registered: `disabled`.
    pub fn new(mac: Mac) -> Self {
        Self {
            mac,
            state: State::Disabled,
            removed: false,
            activated: None,
            expires: None,
            visited: None,
            take_over: false,
            addresses: Vec::new(),
            asked: 0,
            waiting: None,
            tries: 0,
            next_try: None,
            cause: None,
        }
    }

    /// The phone.
    pub fn mac(&self) -> Mac {
        self.mac
    }

    /// Where it stands.
    pub fn state(&self) -> State {
        self.state
    }

    /// Whether the phone was removed: this is a tombstone, kept until the service has forgotten it.
    pub fn is_removed(&self) -> bool {
        self.removed
    }

    /// When the registration was last asked for.
    pub fn activated_at(&self) -> Option<DateTime<Utc>> {
        self.activated
    }

    /// When the registration ends, of a phone that is `active` or `provision`: the credential in its
    /// address must not be good for any longer, whatever the service still says.
    pub fn expires_at(&self) -> Option<DateTime<Utc>> {
        self.expires.filter(|_| self.is_wanted())
    }

    /// Whether the registration has ended, swept or not.
    pub fn is_expired(&self, now: DateTime<Utc>) -> bool {
        self.is_wanted() && self.expires.is_none_or(|expires| expires <= now)
    }

    /// How long the registration still stands; nothing when it has ended, or there is none.
    pub fn remaining(&self, now: DateTime<Utc>) -> Option<TimeDelta> {
        let remaining = self.expires_at()?.signed_duration_since(now);
        (remaining > TimeDelta::zero()).then_some(remaining)
    }

    /// Whether the registration ends within [`SHORT`](Self::SHORT).
    pub fn ends_soon(&self, now: DateTime<Utc>) -> bool {
        let remaining = self.remaining(now);
        remaining.is_some_and(|remaining| remaining < Self::SHORT)
    }

    /// When the phone came, since it was last registered.
    pub fn visited_at(&self) -> Option<DateTime<Utc>> {
        self.visited
    }

    /// Why the phone is in `provision` or `deprovision`; of one that is `active`, why it is not known
    /// whether it still is.
    pub fn cause(&self) -> Option<Cause> {
        self.cause
    }

    /// What a timer has to do next; nothing for a `disabled` phone.
    pub fn due(&self) -> Option<Due> {
        let epoch = DateTime::<Utc>::UNIX_EPOCH;
        // What is missing in a record was due long ago.
        let (end, next_try) = (self.expires, self.next_try);
        let (end, next_try) = (end.unwrap_or(epoch), next_try.unwrap_or(epoch));
        match self.state {
            State::Disabled => None,
            State::Provision if next_try < end => Some(Due::Retry(next_try)),
            State::Active | State::Provision => Some(Due::Sweep(end)),
            State::Deprovision => Some(Due::Sweep(next_try)),
        }
    }

    /// Whether it is to be registered.
    fn is_wanted(&self) -> bool {
        matches!(self.state, State::Active | State::Provision)
    }
}
