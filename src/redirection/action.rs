//! What a service is asked to do.

use std::fmt;
use std::str::FromStr;

use crate::delivery::PhoneUrl;
use crate::error::Invalid;
use crate::model::{Login, Mac, UrlScheme};
use crate::text::Text;

use super::outcome::Cursor;

/// What a service is asked to do.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Action {
    /// Says whether the credentials are good. Changes nothing.
    Check,
    /// Says where a phone is sent, and by whom if it is known.
    LookUp(Mac),
    /// Lists the phones of the account, page by page.
    List(PageRequest),
    /// Registers a phone. One that is ours already is sent to the new address.
    Register(Enrolment),
    /// Takes a phone out.
    Deregister(Mac),
    /// Registers several phones with as few requests as the service allows.
    RegisterAll(Vec<Enrolment>),
    /// Takes several phones out with as few requests as the service allows.
    DeregisterAll(Vec<Mac>),
    /// Lists the servers (or profiles) of the account, page by page.
    ListServers(PageRequest),
    /// Makes a server that phones can be registered to by name, or changes its address.
    PutServer {
        /// Its name.
        name: ServerName,
        /// Where its phones are sent.
        url: PhoneUrl,
        /// What its phones log in with, where the service hands that out.
        login: Option<Login>,
    },
    /// Removes a server.
    RemoveServer(ServerName),
    /// Asks for the device PINs of phones.
    Pins(Vec<Mac>),
}

impl Action {
    /// What is asked for, in a word, for logs.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::LookUp(_) => "look-up",
            Self::List(_) => "list",
            Self::Register(_) | Self::RegisterAll(_) => "register",
            Self::Deregister(_) | Self::DeregisterAll(_) => "deregister",
            Self::ListServers(_) => "list-servers",
            Self::PutServer { .. } => "put-server",
            Self::RemoveServer(_) => "remove-server",
            Self::Pins(_) => "pins",
        }
    }
}

/// One phone to be registered.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Enrolment {
    /// The phone.
    pub mac: Mac,
    /// Where it is sent.
    pub to: Destination,
    /// Its serial number, for services that want it as a proof of possession.
    pub serial: Option<Serial>,
    /// Whether it is taken over when another customer has it. Few services do that.
    pub take_over: bool,
    /// What the phone logs in with, where the service hands that out.
    pub login: Option<Login>,
    /// A remark, shown in the service's portal where it keeps one.
    pub remark: Option<Text>,
}

impl Enrolment {
    /// A phone that is sent there, without anything besides.
    pub fn new(mac: Mac, to: impl Into<Destination>) -> Self {
        Self {
            mac,
            to: to.into(),
            serial: None,
            take_over: false,
            login: None,
            remark: None,
        }
    }
}

/// Where a registered phone is sent.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Destination {
    /// To an address of its own.
    Url(PhoneUrl),
    /// To a server (or profile) that the account has at the service.
    Server(ServerName),
}

impl From<PhoneUrl> for Destination {
    fn from(url: PhoneUrl) -> Self {
        Self::Url(url)
    }
}

impl From<ServerName> for Destination {
    fn from(name: ServerName) -> Self {
        Self::Server(name)
    }
}

/// A text of printable ASCII characters, of 1 to so many.
macro_rules! printable {
    ($(#[doc = $doc:literal])+ $name:ident, $most:literal, $expected:literal, $fits:expr) => {
        $(#[doc = $doc])+
        #[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub struct $name(Box<str>);

        impl $name {
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = Invalid;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let fits: fn(u8) -> bool = $fits;
                if (1..=$most).contains(&text.len()) && text.bytes().all(fits) {
                    return Ok(Self(text.into()));
                }
                Err(Invalid::new($expected, text))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }
    };
}

printable! {
    /// Name of a server object at a service: 1 to 64 letters, digits, spaces and `-_.`. Services may
    /// allow fewer; the action says so.
    ServerName, 64,
    "a server name of 1 to 64 letters, digits, spaces, dashes, underscores and dots",
    |byte| byte.is_ascii_alphanumeric() || b" -_.".contains(&byte)
}

printable! {
    /// Serial number of a phone, as printed on it: 1 to 64 letters, digits and dashes.
    Serial, 64,
    "a serial number of 1 to 64 letters, digits and dashes",
    |byte| byte.is_ascii_alphanumeric() || byte == b'-'
}

/// The PIN that a service keeps of a phone; a secret.
pub type Pin = crate::text::Secret;

/// Which page of a list.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct PageRequest {
    /// Where the page before ended; nothing for the first.
    pub after: Option<Cursor>,
    /// Most entries of the page, from 1. Services without pages give everything at once.
    pub size: u16,
}

impl PageRequest {
    /// The first page, of at most so many entries.
    pub fn first(size: u16) -> Self {
        Self { after: None, size }
    }

    /// The page that follows.
    #[must_use]
    pub fn after(self, cursor: Cursor) -> Self {
        Self {
            after: Some(cursor),
            ..self
        }
    }
}

impl Default for PageRequest {
    fn default() -> Self {
        Self::first(100)
    }
}

/// Why a service cannot be asked this. Nothing was sent.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ActionError {
    /// The caller has no account at any service of the phone's maker, or does not know who that is.
    #[error("no account at a service of the maker of the phone is set up")]
    NoAccount,
    /// The service has no such thing.
    #[error("{service} cannot do `{action}`")]
    Unsupported {
        /// The service.
        service: &'static str,
        /// The action.
        action: &'static str,
    },
    /// The service wants the serial number of each phone.
    #[error("{mac}: expected the serial number of the phone, which {service} asks for")]
    NeedsSerial {
        /// The service.
        service: &'static str,
        /// The phone.
        mac: Mac,
    },
    /// The service does not send phones to an address of their own, or only so.
    #[error("{service}: expected {expected}")]
    Destination {
        /// The service.
        service: &'static str,
        /// What it takes.
        expected: &'static str,
    },
    /// An address of a scheme that the service does not take.
    #[error("{service}: expected an address of http, https, ftp or tftp, found {found:?}")]
    Scheme {
        /// The service.
        service: &'static str,
        /// The scheme that was given.
        found: UrlScheme,
    },
    /// A page that is asked for by a cursor of another list.
    #[error("{service}: expected a place in this list, as it was given with the page before")]
    Cursor {
        /// The service.
        service: &'static str,
    },
    /// A login for the phone, which the service does not hand out: the phone would come without it.
    #[error(
        "{service}: expected no login for the phone, which the service does not hand out; put a token into its address"
    )]
    Login {
        /// The service.
        service: &'static str,
    },
    /// A text that is longer than the service takes.
    #[error("{service}: expected {what} of at most {limit} characters, found {found}")]
    TooLong {
        /// The service.
        service: &'static str,
        /// Which text.
        what: &'static str,
        /// Most characters.
        limit: usize,
        /// Characters of the one that was given.
        found: usize,
    },
    /// More phones than the service takes at once, or none.
    #[error("{service}: expected 1 to {limit} phones at once, found {found}")]
    Count {
        /// The service.
        service: &'static str,
        /// Most phones.
        limit: usize,
        /// Phones that were given.
        found: usize,
    },
    /// Phones of one action that are to be sent to different places, or a phone that is named twice.
    #[error("{service}: expected {expected}")]
    Mixed {
        /// The service.
        service: &'static str,
        /// What it takes.
        expected: &'static str,
    },
}
