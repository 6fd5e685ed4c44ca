//! What is kept of one phone ([`Phone`]), and how far its user is with it ([`PhoneState`]).

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::stored::text;
use super::{OrganisationId, Subscriber};
use crate::delivery::admission::{PhoneRecord, WindowState};
use crate::delivery::resync::Recipient;
use crate::fleet::{FirmwareDoc, ProfileDoc};
use crate::model::Mac;
use crate::redirection::life::Registration;
use crate::text::Text;

/// What is kept of one phone: one record, so that its state, its window and its registration at the
/// maker's service cannot contradict each other.
///
/// * It belongs to one organisation and has at most one line.
/// * Its MAC address is there once in its environment.
/// * Changed by [`Inventory`](super::Inventory) alone.
/// * `Debug` shows no settings: they may hold passwords.
///
/// Serialised as a part of a [`Record`](super::Record).
#[derive(Clone, Deserialize, Serialize)]
pub struct Phone {
    #[serde(with = "crate::stored::mac_text")]
    pub(super) mac: Mac,
    pub(super) organisation: OrganisationId,
    /// In the one spelling of the list of models.
    pub(super) model: String,
    #[serde(default, with = "text", skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<Text>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) settings: Option<Box<ProfileDoc>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) firmware: Option<FirmwareDoc>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) installed: Option<String>,
    #[serde(default)]
    pub(super) edition: u64,
    #[serde(default)]
    line: Line,
    /// Whether the phone may hold the password of a line, this one or one before.
    #[serde(default)]
    holds_line: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    contact: Option<String>,
    pub(super) admission: PhoneRecord,
    pub(super) registration: Registration,
    /// When the credential of its first access ends, which stands in the registered address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) first_ends: Option<DateTime<Utc>>,
}

/// Whose phone it is now, each since an edition of its contents.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "is")]
enum Line {
    Nobodys {
        since: u64,
    },
    Assigned {
        subscriber: Subscriber,
        since: u64,
        downloaded: bool,
        registered: bool,
    },
    Leaving {
        since: u64,
    },
}

impl Default for Line {
    fn default() -> Self {
        Self::Nobodys { since: 0 }
    }
}

/// How far a phone is with its user.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum PhoneState {
    /// It has no line.
    Listed,
    /// It has one, and has not both downloaded its files and registered since.
    Assigned {
        /// Whether it may come in for the first time. A phone that is bound needs no window.
        window_is_open: bool,
    },
    /// It has downloaded its files and registered.
    Provisioned,
    /// It has no line any more, and has not downloaded the files that say so: it may still hold the
    /// password of the line.
    Unassigning,
}

impl fmt::Display for PhoneState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Listed => "listed",
            Self::Assigned {
                window_is_open: false,
            } => "assigned, window closed",
            Self::Assigned {
                window_is_open: true,
            } => "assigned, window open",
            Self::Provisioned => "provisioned",
            Self::Unassigning => "unassigning",
        })
    }
}

/// Asking.
impl Phone {
    /// The phone.
    pub fn mac(&self) -> Mac {
        self.mac
    }

    /// Whose it is.
    pub fn organisation(&self) -> &OrganisationId {
        &self.organisation
    }

    /// Maker and model as [`Targets::model`](crate::target::Targets::model) spells them.
    pub fn model(&self) -> &str {
        &self.model
    }

    /// What people call it.
    pub fn description(&self) -> Option<&Text> {
        self.description.as_ref()
    }

    /// Settings and keys of its own, whoever uses it.
    pub fn settings(&self) -> Option<&ProfileDoc> {
        self.settings.as_deref()
    }

    /// The firmware that was chosen for it, over that of its model. Absent = it keeps what it has, unless
    /// one was chosen for its model.
    pub fn firmware(&self) -> Option<&FirmwareDoc> {
        self.firmware.as_ref()
    }

    /// Version of the firmware that it reports.
    pub fn installed_firmware(&self) -> Option<&str> {
        self.installed.as_deref()
    }

    /// Whose line it has.
    pub fn subscriber(&self) -> Option<&Subscriber> {
        match &self.line {
            Line::Assigned { subscriber, .. } => Some(subscriber),
            Line::Nobodys { .. } | Line::Leaving { .. } => None,
        }
    }

    /// How far it is with its user.
    pub fn state(&self, now: DateTime<Utc>) -> PhoneState {
        match &self.line {
            Line::Nobodys { .. } => PhoneState::Listed,
            Line::Leaving { .. } => PhoneState::Unassigning,
            Line::Assigned {
                downloaded: true,
                registered: true,
                ..
            } => PhoneState::Provisioned,
            Line::Assigned { .. } => PhoneState::Assigned {
                window_is_open: matches!(
                    self.admission.status(now).window,
                    WindowState::Open { .. }
                ),
            },
        }
    }

    /// The number of what its files say: it goes up with every change that is the phone's own. Whoever
    /// renders the files keeps it and tells it with
    /// [`Event::Fetched`](super::Event::Fetched).
    pub fn edition(&self) -> u64 {
        self.edition
    }

    /// Where it last registered, to [tell it](crate::delivery::resync) that there is something new.
    pub fn contact(&self) -> Option<Recipient> {
        Recipient::contact(self.contact.as_deref()?).ok()
    }

    /// Who may download its files: its window and its credentials.
    pub fn admission(&self) -> &PhoneRecord {
        &self.admission
    }

    /// What is known of it at its maker's redirection service.
    pub fn registration(&self) -> &Registration {
        &self.registration
    }
}

/// What happens to it.
impl Phone {
    /// A phone that nobody uses.
    pub(super) fn new(
        organisation: OrganisationId,
        model: String,
        description: Option<Text>,
        admission: PhoneRecord,
        registration: Registration,
    ) -> Self {
        Self {
            mac: admission.mac(),
            organisation,
            model,
            description,
            settings: None,
            firmware: None,
            installed: None,
            edition: 0,
            line: Line::default(),
            holds_line: false,
            contact: None,
            admission,
            registration,
            first_ends: None,
        }
    }

    /// Whether its parts are of different phones: what is decided or asked would be about another one.
    pub(super) fn is_of_several(&self) -> bool {
        self.admission.mac() != self.mac || self.registration.mac() != self.mac
    }

    /// Its files say something else from now on.
    pub(super) fn touch(&mut self) {
        self.edition = self.edition.saturating_add(1);
    }

    /// Whether it may hold the password of a line that it no longer has.
    pub(super) fn is_leaving(&self) -> bool {
        matches!(self.line, Line::Leaving { .. })
    }

    /// Gives it to a subscriber.
    pub(super) fn assign(&mut self, subscriber: Subscriber) {
        self.touch();
        self.line = Line::Assigned {
            subscriber,
            since: self.edition,
            downloaded: false,
            registered: false,
        };
    }

    /// Takes it from its subscriber, if it has one. What it never downloaded it need not forget.
    pub(super) fn unassign(&mut self) -> Option<Subscriber> {
        let subscriber = self.subscriber()?.clone();
        self.touch();
        let since = self.edition;
        self.line = match self.holds_line {
            true => Line::Leaving { since },
            false => Line::Nobodys { since },
        };
        Some(subscriber)
    }

    /// It is let in to its files, and may hold its line from then on, whether or not anybody reports that
    /// it has got them; whether that is new.
    pub(super) fn admitted(&mut self) -> bool {
        let is_new = self.subscriber().is_some() && !self.holds_line;
        self.holds_line |= is_new;
        is_new
    }

    /// It has downloaded its files of this edition; whether that is new. A report of an edition from
    /// before its line was taken away means that it may hold what it should not.
    pub(super) fn fetched(&mut self, edition: u64) -> bool {
        let before = (self.line.clone(), self.holds_line);
        match &mut self.line {
            Line::Assigned {
                since, downloaded, ..
            } => {
                self.holds_line = true;
                *downloaded |= edition >= *since;
            }
            Line::Nobodys { since } | Line::Leaving { since } => {
                let since = *since;
                self.holds_line = edition < since;
                self.line = match self.holds_line {
                    true => Line::Leaving { since },
                    false => Line::Nobodys { since },
                };
            }
        }
        before != (self.line.clone(), self.holds_line)
    }

    /// It has registered, as its subscriber, as somebody else or as nobody; whether that is new.
    pub(super) fn registered(
        &mut self,
        registrant: Option<&Subscriber>,
        contact: &Recipient,
    ) -> bool {
        let mut is_new = self.contact.as_deref() != Some(contact.uri());
        self.contact = Some(contact.uri().to_owned());
        if let Line::Assigned {
            subscriber,
            registered,
            ..
        } = &mut self.line
        {
            let is_its_own = registrant == Some(subscriber);
            is_new |= is_its_own && !*registered;
            *registered |= is_its_own;
        }
        is_new
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Phone")
            .field("mac", &self.mac)
            .field("organisation", &self.organisation)
            .field("model", &self.model)
            .field("line", &self.line)
            .field("edition", &self.edition)
            .field("admission", &self.admission)
            .field("registration", &self.registration)
            .finish_non_exhaustive()
    }
}
