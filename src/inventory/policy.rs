//! What an operator decides.

use crate::delivery::admission::{self, Environment};
use crate::redirection::life;

/// What an operator decides about an environment, with the defaults.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Policy {
    /// How long windows may be. The [door](admission::Admission) has the same policy.
    pub windows: admission::Policy,
    /// When registrations at the makers' services end, and how they are tried again.
    pub registrations: life::Policy,
}

impl Policy {
    /// The defaults, for an environment.
    pub fn new(environment: Environment) -> Self {
        Self {
            windows: admission::Policy::default(),
            registrations: life::Policy::new(environment),
        }
    }
}
