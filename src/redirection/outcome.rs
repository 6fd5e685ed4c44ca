//! What comes of an action.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::action::{Pin, Serial, ServerName};
use crate::delivery::PhoneUrl;
use crate::error::Invalid;
use crate::model::Mac;
#[cfg(feature = "redirection")]
use crate::model::Url;

/// What came of an action. No text of the service is in it: services put credentials into their errors.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Outcome {
    /// It is done. What was written was read back where the service allows it.
    Done(Done),
    /// The phone is registered by this account, to the same place: nothing was changed.
    AlreadyOurs(Registered),
    /// Another customer of the service has the phone.
    OwnedByOther,
    /// The service does not have it.
    NotFound,
    /// The service does not do it, and asking again does not help.
    Refused(Refusal),
    /// Too many requests; not before then.
    RateLimited {
        /// When the next request may be sent, where the service says so.
        until: Option<DateTime<Utc>>,
    },
    /// It may go well another time. The state at the service is as it was, or not known.
    Retry(Retry),
    /// The answer cannot be understood.
    Broken(Broken),
    /// One outcome for each phone of an action on several, in the order in which they were given.
    Each(Vec<(Mac, Outcome)>),
}

/// What was done.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Done {
    /// The credentials are good.
    Access,
    /// The phone is registered.
    Registered(Registered),
    /// The phone, or the server, is no longer there.
    Removed,
    /// The phone is registered by this account.
    Found(Registered),
    /// A page of the phones of the account.
    Phones(Page<Registered>),
    /// The server is there.
    Server(ServerObject),
    /// A page of the servers of the account.
    Servers(Page<ServerObject>),
    /// The PIN of each phone that has one.
    Pins(Vec<(Mac, Option<Pin>)>),
}

/// What a service says of a phone of this account. Most services say only some of it.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Registered {
    /// The phone.
    pub mac: Mac,
    /// Where it is sent: the address of its own, else that of its server.
    pub url: Option<PhoneUrl>,
    /// The server (or profile) that it is sent to.
    pub server: Option<ServerName>,
    /// The service's own identifier of the entry.
    pub id: Option<String>,
    /// Its serial number.
    pub serial: Option<Serial>,
    /// When it was registered.
    pub since: Option<DateTime<Utc>>,
    /// When the phone last asked the service: it has been sent on.
    pub last_visit: Option<DateTime<Utc>>,
    /// Whether it is sent to an address that none of ours can be: with a user name, a place to fill, or
    /// of another scheme. `url` is empty then.
    pub is_elsewhere: bool,
}

impl Registered {
    /// A phone of which no more is known.
    pub fn new(mac: Mac) -> Self {
        Self {
            mac,
            url: None,
            server: None,
            id: None,
            serial: None,
            since: None,
            last_visit: None,
            is_elsewhere: false,
        }
    }

    /// Notes the address as the service writes it; an empty one is none.
    #[cfg(feature = "redirection")]
    pub(super) fn is_sent_to(&mut self, url: &str) {
        self.url = url.parse::<Url>().ok().map(PhoneUrl::from);
        self.is_elsewhere = self.url.is_none() && !url.trim().is_empty();
    }
}

/// A server (or profile) that phones are registered to by its name.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct ServerObject {
    /// Its name.
    pub name: ServerName,
    /// The service's own identifier.
    pub id: Option<String>,
    /// Where its phones are sent.
    pub url: Option<PhoneUrl>,
}

impl ServerObject {
    /// A server of which no more is known.
    pub fn new(name: ServerName) -> Self {
        Self {
            name,
            id: None,
            url: None,
        }
    }
}

/// A page of a list.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Page<T> {
    /// What is on it.
    pub entries: Vec<T>,
    /// Where the next one begins; nothing behind the last.
    pub next: Option<Cursor>,
}

impl<T> Page<T> {
    /// A page of these, and where the next one begins.
    pub fn new(entries: Vec<T>, next: Option<Cursor>) -> Self {
        Self { entries, next }
    }
}

/// Where a page begins, in the service's own words.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Cursor(Box<str>);

impl Cursor {
    /// One that was kept as text.
    ///
    /// # Errors
    /// No text, one of more than 1024 characters, or of others than visible ASCII.
    pub fn new(text: &str) -> Result<Self, Invalid> {
        if (1..=1024).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Ok(Self(text.into()));
        }
        Err(Invalid::new("a place in a list, as it was given", text))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Cursor {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::new(text)
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Why a service does not do it.
///
/// Serialised as its word in kebab case, as records have it.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Refusal {
    /// The credentials are wrong or have ended.
    #[error("the service does not accept the credentials")]
    Credentials,
    /// The account may not do this.
    #[error("the account at the service may not do this")]
    Permission,
    /// The service's clock and ours are too far apart.
    #[error("the service's clock and ours are too far apart")]
    Clock,
    /// The service does not know such phones.
    #[error("the service does not take this MAC address")]
    Mac,
    /// The service does not take the address.
    #[error("the service does not take this provisioning URL")]
    Url,
    /// There is no such server, or its name is not allowed.
    #[error("the service does not have this server, or does not take its name")]
    Server,
    /// The serial number is wrong, or is asked for.
    #[error("the service asks for the serial number of the phone, or for another one")]
    Serial,
    /// More than the service takes.
    #[error("the service does not take so many, or so much")]
    TooMuch,
    /// Somebody else changed it at the same time.
    #[error("the entry at the service was changed by somebody else at the same time")]
    Conflict,
    /// It sends the request to another place; it is not followed with credentials.
    #[error("the service redirects, and credentials are not sent elsewhere")]
    Redirect,
    /// For a reason that is only told as a number.
    #[error("the service refuses, with code {0}")]
    Code(i64),
    /// For a reason that is not known.
    #[error("the service refuses, for a reason that is not known")]
    Unknown,
}

/// It may go well another time.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Retry {
    /// Why it did not.
    pub cause: RetryCause,
    /// When, where the service says so.
    pub after: Option<Duration>,
}

impl Retry {
    /// For this cause, at any time.
    pub fn new(cause: RetryCause) -> Self {
        let after = None;
        Self { cause, after }
    }
}

/// Why another try may go well.
///
/// Serialised as its word in kebab case, as records have it.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum RetryCause {
    /// The service was not reached: nothing has changed there.
    #[error("the service was not reached")]
    NotSent,
    /// No answer came, and asking whether it was done brought none either.
    #[error("the service did not answer; whether it was done is not known")]
    NoAnswer,
    /// The service is busy or out of order.
    #[error("the service is out of order for the moment")]
    Busy,
    /// It was accepted, and what is read back is not it yet.
    #[error("the service has accepted it, and does not show it yet")]
    NotShown,
}

/// An answer that cannot be understood.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the answer of the service cannot be understood (status {status}): {what}")]
#[non_exhaustive]
pub struct Broken {
    /// Status of the answer.
    pub status: u16,
    /// What is wrong with it.
    pub what: &'static str,
}

impl Broken {
    /// An answer of this status with this fault.
    pub const fn new(status: u16, what: &'static str) -> Self {
        Self { status, what }
    }
}
