//! What follows from an event: something to ask the service, something to store.

use std::fmt;

use crate::model::Mac;
use crate::redirection::{Action, Destination, Enrolment};

/// What follows from an event.
///
/// First the record is stored as [`change`](Self::change) says, then the service is asked.
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use]
#[non_exhaustive]
pub struct Transition {
    /// What to ask the service. Its answer goes to [`Registration::heard`](super::Registration::heard).
    pub ask: Option<Question>,
    /// What happened to the record.
    pub change: Change,
}

impl Transition {
    pub(super) const NOTHING: Self = Self {
        ask: None,
        change: Change::Nothing,
    };
    pub(super) const STORE: Self = Self {
        ask: None,
        change: Change::Store,
    };
}

/// What happened to a record.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Change {
    /// Nothing.
    Nothing,
    /// It is to be stored, before the service is asked.
    Store,
    /// The phone was removed, and nothing of it is left at the service: the record is to be deleted.
    Delete,
}

/// Something to ask the service about one phone.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Question {
    /// Goes with the answer. Numbers grow from question to question, also where a record is deleted and
    /// the phone is added again later.
    pub number: u64,
    /// The phone.
    pub mac: Mac,
    /// What is asked.
    pub ask: Ask,
}

impl Question {
    /// What the service is to do. A serial number, a login or a remark can be put into an enrolment.
    pub fn action(&self) -> Action {
        match &self.ask {
            Ask::Register { to, take_over } => {
                let mut enrolment = Enrolment::new(self.mac, to.clone());
                enrolment.take_over = *take_over;
                Action::Register(enrolment)
            }
            Ask::LookUp => Action::LookUp(self.mac),
            Ask::Deregister => Action::Deregister(self.mac),
        }
    }
}

/// What is asked of the service.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Ask {
    /// Send the phone to an address.
    Register {
        /// Where it is sent.
        to: Destination,
        /// Also when another customer has it, where the service does that.
        take_over: bool,
    },
    /// Say where the phone is sent.
    LookUp,
    /// Forget the phone.
    Deregister,
}

impl fmt::Display for Ask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Register {
                take_over: false, ..
            } => "register",
            Self::Register {
                take_over: true, ..
            } => "register, take over",
            Self::LookUp => "look up",
            Self::Deregister => "deregister",
        })
    }
}
