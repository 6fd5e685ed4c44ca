//! Who may do what.

use std::collections::BTreeSet;
use std::fmt;

use super::OrganisationId;

/// The part that somebody plays.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Role {
    /// Uses phones: assigns them, opens windows, describes them.
    Customer,
    /// Owns phones and the accounts at the makers' services: adds, moves and removes. May do what its
    /// customers may.
    Provider,
    /// The PBX itself, which reports what happened. Nobody who logs in has this part.
    Platform,
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Customer => "customer",
            Self::Provider => "service provider",
            Self::Platform => "platform",
        })
    }
}

/// Who wants something: a part, and the organisations for which it is played.
///
/// ```
/// use phone_provisioning::inventory::{Actor, Role};
///
/// let anna = Actor::customer_of(["acme".parse()?]);
/// assert_eq!(anna.role(), Role::Customer);
/// assert!(anna.may_act_for(&"acme".parse()?));
/// assert!(!anna.may_act_for(&"other".parse()?));
/// # Ok::<(), phone_provisioning::error::Invalid>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Actor {
    role: Role,
    /// Nothing = all.
    organisations: Option<BTreeSet<OrganisationId>>,
}

impl Actor {
    /// The service provider of all organisations.
    pub const PROVIDER: Self = Self::of_all(Role::Provider);

    /// The PBX itself.
    pub const PLATFORM: Self = Self::of_all(Role::Platform);

    const fn of_all(role: Role) -> Self {
        let organisations = None;
        Self {
            role,
            organisations,
        }
    }

    /// A service provider of some organisations.
    pub fn provider_of(organisations: impl IntoIterator<Item = OrganisationId>) -> Self {
        Self {
            role: Role::Provider,
            organisations: Some(organisations.into_iter().collect()),
        }
    }

    /// Somebody of these organisations, most often of one.
    pub fn customer_of(organisations: impl IntoIterator<Item = OrganisationId>) -> Self {
        Self {
            role: Role::Customer,
            organisations: Some(organisations.into_iter().collect()),
        }
    }

    /// The part.
    pub fn role(&self) -> Role {
        self.role
    }

    /// Whether it may act for this organisation, in its part.
    pub fn may_act_for(&self, organisation: &OrganisationId) -> bool {
        let mine = self.organisations.as_ref();
        mine.is_none_or(|mine| mine.contains(organisation))
    }

    /// Whether it may act for all organisations of the environment.
    pub(super) fn may_act_for_all(&self) -> bool {
        self.organisations.is_none()
    }

    /// Whether its part is the one that is needed, or includes it. Reports are the platform's alone,
    /// and it does nothing else.
    pub(super) fn plays(&self, needed: Role) -> bool {
        match (self.role, needed) {
            (Role::Provider, Role::Customer) => true,
            (played, needed) => played == needed,
        }
    }
}
