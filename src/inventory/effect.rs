//! What follows from an event.

use std::fmt;

use chrono::{DateTime, Utc};

use super::{Key, OrganisationId, Role, Subscriber};
use crate::model::Mac;
use crate::redirection::life::Question;

/// What follows from an event: first the records are stored, then the effects are carried out.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[must_use = "the changes must be stored, the effects carried out"]
#[non_exhaustive]
pub struct Applied {
    /// The records that changed, ascending. Each is to be stored as
    /// [`Inventory::record`](super::Inventory::record) gives it, or deleted where it gives none.
    pub changed: Vec<Key>,
    /// What is to be done, in this order.
    pub effects: Vec<Effect>,
}

impl Applied {
    pub(super) fn changed(&mut self, key: Key) {
        if let Err(place) = self.changed.binary_search(&key) {
            self.changed.insert(place, key);
        }
    }

    pub(super) fn effect(&mut self, effect: Effect) {
        self.effects.push(effect);
    }
}

/// What the caller is to do. `Display` is a line for the log, without any secret.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Effect {
    /// Draw a token, keep it where secrets are kept, and tell its hash with
    /// [`Event::Credential`](super::Event::Credential).
    IssueCredential {
        /// The phone.
        mac: Mac,
        /// What the phone needs it for.
        access: Access,
    },
    /// The phone may come in for the first time; its record says so already.
    OpenWindow {
        /// The phone.
        mac: Mac,
        /// The end, which does not belong to the window.
        until: DateTime<Utc>,
        /// Whether it is longer than is advised: worth a warning.
        longer_than_advised: bool,
    },
    /// The phone may no longer come in for the first time; its record says so already.
    CloseWindow {
        /// The phone.
        mac: Mac,
    },
    /// End what the subscriber has registered from this phone: it is somebody else's now, or nobody's.
    LogOut {
        /// The phone.
        mac: Mac,
        /// Whose subscriber it is.
        organisation: OrganisationId,
        /// Whose account it is.
        subscriber: Subscriber,
    },
    /// The files say something else: whoever keeps them ready renders them anew.
    Render(Which),
    /// Tell the phones to fetch their files, at their [contacts](super::Phone::contact), a few at a time
    /// ([`Spread`](crate::delivery::resync::Spread)). One without a contact fetches when it starts next.
    Resync(Which),
    /// Ask the maker's service, and tell the answer with [`Event::Heard`](super::Event::Heard).
    Ask(Question),
}

impl Effect {
    /// The part under which it is carried out: the account at a maker's service is the provider's.
    pub fn role(&self) -> Role {
        match self {
            Self::Ask(_) => Role::Provider,
            Self::IssueCredential { .. }
            | Self::OpenWindow { .. }
            | Self::CloseWindow { .. }
            | Self::LogOut { .. }
            | Self::Render(_)
            | Self::Resync(_) => Role::Customer,
        }
    }
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::IssueCredential { mac, access } => write!(f, "issue {access} to {mac}"),
            Self::OpenWindow { mac, until, .. } => {
                write!(f, "open the window of {mac} until {until:?}")
            }
            Self::CloseWindow { mac } => write!(f, "close the window of {mac}"),
            Self::LogOut {
                mac, subscriber, ..
            } => write!(f, "log {subscriber} out of {mac}"),
            Self::Render(which) => write!(f, "render {which}"),
            Self::Resync(which) => write!(f, "resync {which}"),
            Self::Ask(question) => {
                let (number, ask, mac) = (question.number, &question.ask, question.mac);
                write!(f, "ask the service about {mac} (question {number}): {ask}")
            }
        }
    }
}

/// What a phone needs a credential for.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Access {
    /// To come in for the first time, within its window.
    First,
    /// To come in at any time from then on.
    LongTerm,
}

impl fmt::Display for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::First => "a credential for its first access",
            Self::LongTerm => "a long-term credential",
        })
    }
}

/// Which phones. [`Inventory::macs`](super::Inventory::macs) lists them.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Which {
    /// These.
    Phones(Vec<Mac>),
    /// Those of one model of an organisation.
    Model {
        /// The organisation.
        organisation: OrganisationId,
        /// Maker and model.
        model: String,
    },
    /// All of an organisation.
    Organisation(OrganisationId),
}

impl From<Mac> for Which {
    fn from(mac: Mac) -> Self {
        Self::Phones(vec![mac])
    }
}

impl fmt::Display for Which {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Phones(macs) => {
                for (i, mac) in macs.iter().enumerate() {
                    let comma = if i > 0 { ", " } else { "" };
                    write!(f, "{comma}{mac}")?;
                }
                Ok(())
            }
            Self::Model {
                organisation,
                model,
            } => write!(f, "all {model} of {organisation}"),
            Self::Organisation(organisation) => write!(f, "all phones of {organisation}"),
        }
    }
}
