//! Why something cannot be done.

use crate::delivery::admission::AdmissionError;
use crate::error::{ErrorKind, Errors};
use crate::model::Mac;

use super::{OrganisationId, Role, Subscriber};

/// Why an event was refused. Nothing has changed then.
///
/// What belongs to an organisation for which the actor may not act is as unknown to it as what does not
/// exist; no text names a foreign organisation.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum InventoryError {
    /// The actor plays another part.
    #[error("only a {needed} may do this")]
    Role {
        /// The part that is needed.
        needed: Role,
    },
    /// The actor may not act for all organisations.
    #[error("only who may act for all organisations of the environment may do this")]
    Environment,
    /// No such organisation, or not the actor's.
    #[error("no organisation `{0}`")]
    UnknownOrganisation(OrganisationId),
    /// There is one of this name already.
    #[error("there is an organisation `{0}` already")]
    OrganisationExists(OrganisationId),
    /// It still has phones.
    #[error("the organisation `{0}` still has phones")]
    OrganisationInUse(OrganisationId),
    /// No such phone, or not the actor's.
    #[error("no phone {0}")]
    UnknownPhone(Mac),
    /// The phone is in the environment already. Whose it is, is not told.
    #[error("{0} is already in use")]
    InUse(Mac),
    /// No such model on the list, or none that may be told; with the nearest one.
    #[error("{0}")]
    Model(ErrorKind),
    /// The phone has the line of somebody already.
    #[error("{0} has a line already; unassign it first")]
    Assigned(Mac),
    /// The phone has no line.
    #[error("{0} has no line")]
    NotAssigned(Mac),
    /// This subscriber has never had this phone.
    #[error("`{subscriber}` has never had {mac}")]
    UnknownProfile {
        /// The subscriber.
        subscriber: Subscriber,
        /// The phone.
        mac: Mac,
    },
    /// The profile is that of the subscriber who has the phone now.
    #[error("`{subscriber}` has {mac}; unassign it first")]
    ProfileInUse {
        /// The subscriber.
        subscriber: Subscriber,
        /// The phone.
        mac: Mac,
    },
    /// It is time to try again to register the phone, and there is no address to register.
    #[error("{0} is to be registered again: expected an address for it")]
    NoInvitation(Mac),
    /// A window or a credential that is not allowed.
    #[error(transparent)]
    Admission(#[from] AdmissionError),
    /// Not on the list of the model's certified firmware.
    #[error(
        "firmware {version} is not certified for {model}; certified are: {}",
        listed(certified)
    )]
    NotCertified {
        /// The model.
        model: String,
        /// What was asked for.
        version: String,
        /// What is on the list.
        certified: Vec<String>,
    },
    /// A version or an address of firmware that is not well formed, or settings with faults.
    #[error(transparent)]
    Contents(#[from] Errors),
}

fn listed(certified: &[String]) -> String {
    match certified {
        [] => "none".to_owned(),
        certified => certified.join(", "),
    }
}
