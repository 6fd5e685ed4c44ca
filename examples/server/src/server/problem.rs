//! Why something that a person or a program wants cannot be done.

use std::fmt;

use phone_provisioning::error::{Errors, Invalid};
use phone_provisioning::inventory::InventoryError;

/// Why something cannot be done. `Display` is for whoever wanted it, and shows no secret.
#[derive(Debug)]
pub enum Problem {
    /// The inventory refuses it.
    Inventory(InventoryError),
    /// A field is not as it should be: its name, and what is expected.
    Field {
        /// The field.
        field: &'static str,
        /// What is wrong with it, or what is expected.
        message: String,
    },
    /// Files or settings with faults.
    Contents(Errors),
    /// There is nothing of that name, or it is somebody else's.
    Unknown(&'static str),
    /// It contradicts what there is.
    Conflict(String),
    /// Who asks may not.
    Forbidden,
}

impl Problem {
    /// A field that is not as it should be.
    pub fn field(field: &'static str, message: impl fmt::Display) -> Self {
        let message = message.to_string();
        Self::Field { field, message }
    }

    /// What HTTP calls it.
    pub fn status(&self) -> http::StatusCode {
        use http::StatusCode as Status;
        match self {
            Self::Inventory(error) => match error {
                InventoryError::Role { .. } | InventoryError::Environment => Status::FORBIDDEN,
                InventoryError::UnknownOrganisation(_)
                | InventoryError::UnknownPhone(_)
                | InventoryError::UnknownProfile { .. } => Status::NOT_FOUND,
                InventoryError::OrganisationExists(_)
                | InventoryError::OrganisationInUse(_)
                | InventoryError::InUse(_)
                | InventoryError::Assigned(_)
                | InventoryError::NotAssigned(_)
                | InventoryError::ProfileInUse { .. } => Status::CONFLICT,
                _ => Status::UNPROCESSABLE_ENTITY,
            },
            Self::Field { .. } | Self::Contents(_) => Status::UNPROCESSABLE_ENTITY,
            Self::Unknown(_) => Status::NOT_FOUND,
            Self::Conflict(_) => Status::CONFLICT,
            Self::Forbidden => Status::FORBIDDEN,
        }
    }

    /// The faults with their places, where it is about contents.
    pub fn errors(&self) -> Option<&Errors> {
        match self {
            Self::Contents(errors) | Self::Inventory(InventoryError::Contents(errors)) => {
                Some(errors)
            }
            _ => None,
        }
    }

    /// Each fault by itself, for a list.
    pub fn messages(&self) -> Vec<String> {
        match self.errors() {
            Some(errors) => errors.iter().map(ToString::to_string).collect(),
            None => vec![self.to_string()],
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Inventory(error) => write!(f, "{error}"),
            Self::Field { field, message } => write!(f, "{field}: {message}"),
            Self::Contents(errors) => write!(f, "{errors}"),
            Self::Unknown(what) => write!(f, "no such {what}"),
            Self::Conflict(why) => f.write_str(why),
            Self::Forbidden => f.write_str("not allowed"),
        }
    }
}

impl std::error::Error for Problem {}

impl From<InventoryError> for Problem {
    fn from(error: InventoryError) -> Self {
        Self::Inventory(error)
    }
}

impl From<Errors> for Problem {
    fn from(errors: Errors) -> Self {
        Self::Contents(errors)
    }
}

/// A name that cannot be one.
impl From<Invalid> for Problem {
    fn from(invalid: Invalid) -> Self {
        Self::field("name", invalid)
    }
}
