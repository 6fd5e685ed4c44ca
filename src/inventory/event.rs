//! What happens, or is wanted.

use chrono::{DateTime, Utc};

use super::{Access, InventoryError, OrganisationId, Role, Subscriber, Which};
use crate::delivery::PhoneUrl;
use crate::delivery::admission::{Adoption, Credential};
use crate::delivery::pnp::DiscoveredPhone;
use crate::delivery::resync::Recipient;
use crate::error::ErrorKind;
use crate::fleet::{FirmwareDoc, ProfileDoc, SiteDoc};
use crate::model::Mac;
use crate::redirection::{ActionError, Outcome};
use crate::text::Text;

/// What happens, or is wanted. [`Event::role`] says who may want it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Event {
    // ---- the provider's ----
    /// There is another organisation; its phones share this site.
    AddOrganisation {
        /// The organisation.
        organisation: OrganisationId,
        /// Name, servers, settings: what its phones share.
        site: Box<SiteDoc>,
    },
    /// What the phones of an organisation share has changed. Firmware that the site names is kept; what was
    /// [chosen](Self::ChooseFirmware) goes before it.
    ChangeOrganisation {
        /// The organisation.
        organisation: OrganisationId,
        /// What its phones share from now on.
        site: Box<SiteDoc>,
    },
    /// An organisation without phones goes, with the profiles of its subscribers.
    RemoveOrganisation {
        /// The organisation.
        organisation: OrganisationId,
    },
    /// Another phone goes on the list.
    Add(Box<NewPhone>),
    /// A phone goes, with its settings. Profiles stay.
    Remove {
        /// The phone.
        mac: Mac,
    },
    /// A phone goes to another organisation, for which the actor must be allowed to act too. Its user is
    /// logged out, its window closed; its settings and credentials stay, and the service is not asked.
    Move {
        /// The phone.
        mac: Mac,
        /// Where it goes.
        to: OrganisationId,
    },
    /// The maker's service is to send the phone to this address, also when another environment has it.
    Activate {
        /// The phone.
        mac: Mac,
        /// The address, and the credential in it.
        invitation: Invitation,
    },
    /// The maker's service is no longer to send the phone here. The credential in the address ends, and
    /// with it the window.
    Deactivate {
        /// The phone.
        mac: Mac,
    },
    /// The list of firmware that may be chosen for a model. What was chosen before stays.
    Certify {
        /// Maker and model.
        model: String,
        /// The versions, best first, each with the address of its image where it has one.
        firmware: Vec<FirmwareDoc>,
    },

    // ---- the customer's ----
    /// A subscriber gets a phone that nobody has, with what it had there before.
    Assign {
        /// The phone.
        mac: Mac,
        /// Who gets it.
        subscriber: Subscriber,
    },
    /// A phone is taken from its subscriber, who finds everything again when it comes back.
    Unassign {
        /// The phone.
        mac: Mac,
    },
    /// A phone may come in for the first time, until then; an open window gets this end.
    OpenWindow {
        /// The phone.
        mac: Mac,
        /// The end.
        until: Until,
    },
    /// A phone may no longer come in for the first time.
    CloseWindow {
        /// The phone.
        mac: Mac,
    },
    /// A phone is stolen, or in the wrong hands: none of its credentials is good any more. It has to be let
    /// in anew.
    Revoke {
        /// The phone.
        mac: Mac,
    },
    /// What people call a phone.
    Describe {
        /// The phone.
        mac: Mac,
        /// The words; nothing to have none.
        description: Option<Text>,
    },
    /// A phone's own settings and keys, whoever uses it: its VLAN, its expansion modules' keys. They
    /// stand above those of the site and below those of its subscriber.
    Configure {
        /// The phone.
        mac: Mac,
        /// The settings and keys.
        settings: Box<ProfileDoc>,
    },
    /// What a subscriber has on a phone that it has or has had.
    ChangeProfile {
        /// The phone.
        mac: Mac,
        /// The subscriber.
        subscriber: Subscriber,
        /// The settings and keys.
        profile: Box<ProfileDoc>,
    },
    /// What a subscriber had on a phone is to be forgotten.
    ForgetProfile {
        /// The organisation of the subscriber.
        organisation: OrganisationId,
        /// The phone.
        mac: Mac,
        /// The subscriber.
        subscriber: Subscriber,
    },
    /// Phones are to have a certified firmware, or to keep what they have.
    ChooseFirmware {
        /// One phone, several, those of a model, or all. What is chosen for a phone goes before what is
        /// chosen for its model.
        phones: Which,
        /// The version; nothing = the phones use the firmware that is installed.
        version: Option<String>,
    },

    // ---- what the platform reports ----
    /// A credential was drawn for a phone.
    Credential {
        /// The phone.
        mac: Mac,
        /// What for.
        access: Access,
        /// Its hash.
        credential: Credential,
    },
    /// A subscriber of the phone's organisation has logged in on it. Who was logged in is no longer.
    LoggedIn {
        /// The phone.
        mac: Mac,
        /// Who.
        subscriber: Subscriber,
    },
    /// The subscriber has logged out on the phone.
    LoggedOut {
        /// The phone.
        mac: Mac,
    },
    /// What the PBX adds to the phone's files ([`FromPbx`](super::FromPbx)) has changed: the password of its
    /// line, the handsets of a base.
    LineChanged {
        /// The phone.
        mac: Mac,
    },
    /// The phone has downloaded its own files, as they were in this [edition](super::Phone::edition).
    Fetched {
        /// The phone.
        mac: Mac,
        /// The edition that was sent.
        edition: u64,
    },
    /// The phone has registered with the PBX.
    Registered {
        /// The phone.
        mac: Mac,
        /// Whose account it used; nothing for one of nobody's.
        subscriber: Option<Subscriber>,
        /// Where it is reached.
        contact: Recipient,
    },
    /// The phone has told which firmware it runs.
    Runs {
        /// The phone.
        mac: Mac,
        /// The version.
        version: String,
    },
    /// The service has answered a [question](super::Effect::Ask).
    Heard {
        /// The phone.
        mac: Mac,
        /// The number of the question.
        number: u64,
        /// What came of it, or why the service could not be asked.
        answer: Result<Outcome, ActionError>,
    },
    /// It is time for what [`Inventory::due`](super::Inventory::due) says of the phone; too early,
    /// nothing happens.
    Due {
        /// The phone.
        mac: Mac,
        /// For another try to register it
        /// ([`Due::Retry`](crate::redirection::life::Due::Retry)).
        invitation: Option<Invitation>,
    },
    /// Find out whether the phone's registration is still ours.
    CheckRegistration {
        /// The phone.
        mac: Mac,
    },
}

impl Event {
    /// The part that who wants it must play.
    pub fn role(&self) -> Role {
        match self {
            Self::AddOrganisation { .. }
            | Self::ChangeOrganisation { .. }
            | Self::RemoveOrganisation { .. }
            | Self::Add(_)
            | Self::Remove { .. }
            | Self::Move { .. }
            | Self::Activate { .. }
            | Self::Deactivate { .. }
            | Self::Certify { .. } => Role::Provider,
            Self::Assign { .. }
            | Self::Unassign { .. }
            | Self::OpenWindow { .. }
            | Self::CloseWindow { .. }
            | Self::Revoke { .. }
            | Self::Describe { .. }
            | Self::Configure { .. }
            | Self::ChangeProfile { .. }
            | Self::ForgetProfile { .. }
            | Self::ChooseFirmware { .. } => Role::Customer,
            Self::Credential { .. }
            | Self::LoggedIn { .. }
            | Self::LoggedOut { .. }
            | Self::LineChanged { .. }
            | Self::Fetched { .. }
            | Self::Registered { .. }
            | Self::Runs { .. }
            | Self::Heard { .. }
            | Self::Due { .. }
            | Self::CheckRegistration { .. } => Role::Platform,
        }
    }
}

/// A phone that is to go on the list.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct NewPhone {
    /// The phone.
    pub mac: Mac,
    /// Maker and model, in any usual spelling.
    pub model: String,
    /// Whose it is.
    pub organisation: OrganisationId,
    /// What people call it.
    pub description: Option<Text>,
    /// The firmware that it reports.
    pub installed_firmware: Option<String>,
    /// How it learns its first address.
    pub adoption: Adoption,
    /// Where the maker's service is to send it; nothing to leave the service alone.
    pub invitation: Option<Invitation>,
}

impl NewPhone {
    /// A phone whose address somebody types in.
    pub fn new(mac: Mac, model: impl Into<String>, organisation: OrganisationId) -> Self {
        Self {
            mac,
            model: model.into(),
            organisation,
            description: None,
            installed_firmware: None,
            adoption: Adoption::ByHand,
            invitation: None,
        }
    }

    /// A phone that asked the network for its files. When it is added, the caller answers it
    /// ([`Exchange::answer`](crate::delivery::pnp::Exchange::answer)).
    ///
    /// # Errors
    /// [`InventoryError::Model`] when its model is none of the targets'.
    pub fn discovered(
        phone: &DiscoveredPhone,
        organisation: OrganisationId,
    ) -> Result<Self, InventoryError> {
        let unknown = || {
            InventoryError::Model(ErrorKind::Unresolved {
                what: "model",
                name: phone.reported_model.clone().unwrap_or_default(),
                nearest: None,
            })
        };
        let model = phone.model.clone().ok_or_else(unknown)?;
        Ok(Self {
            adoption: Adoption::Pnp,
            installed_firmware: phone.firmware.clone(),
            ..Self::new(phone.mac, model, organisation)
        })
    }

    /// To be found by way of its maker's redirection service.
    #[must_use]
    pub fn redirected(self, invitation: Invitation) -> Self {
        Self {
            adoption: Adoption::Redirection,
            invitation: Some(invitation),
            ..self
        }
    }
}

/// What the maker's service is to tell a phone. `Debug` does not show the address.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Invitation {
    /// The credential in the address.
    pub credential: Credential,
    /// The address.
    pub url: PhoneUrl,
}

impl Invitation {
    /// An address, and the credential in it.
    pub fn new(credential: Credential, url: PhoneUrl) -> Self {
        Self { credential, url }
    }
}

/// The end of a window.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Until {
    /// An instant.
    At(DateTime<Utc>),
    /// An hour from now.
    AnHourFromNow,
}
