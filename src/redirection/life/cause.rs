//! Why a phone is not where it should be.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::redirection::{ActionError, Outcome, Refusal, RetryCause};

/// Why a phone is in `provision` or `deprovision`. `Display` is a line for people, without any secret.
///
/// Serialised as its word in kebab case, as records have it.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Cause {
    /// The service was asked, and nothing has been heard yet.
    Unanswered,
    /// Another customer of the service has the phone.
    OwnedByOther,
    /// The service does not do it.
    Refused(Refusal),
    /// No account at a service of the phone's maker is set up.
    NoAccount,
    /// The service has no such action.
    Unsupported,
    /// Too many requests.
    RateLimited,
    /// It may go well another time.
    Failed(RetryCause),
    /// The answer, with this status, cannot be understood.
    Broken(u16),
    /// The service answered something else than was asked.
    Unexpected,
    /// The service does not say where the phone is sent, and others use the same account: whose
    /// registration it is, nobody can tell. See [`Account::Shared`](super::Account::Shared).
    Untold,
}

impl Cause {
    /// What a person has to do before another try can go well; nothing where waiting is enough.
    pub fn remedy(&self) -> Option<&'static str> {
        match self {
            Self::OwnedByOther => {
                Some("ask the former owner, or the maker, to release the phone at the service")
            }
            Self::Refused(Refusal::Credentials | Refusal::Permission) => {
                Some("check the account at the service: its credentials and what it may do")
            }
            Self::Refused(Refusal::Clock) => Some("set the clock of the server"),
            Self::Refused(Refusal::Mac) => {
                Some("compare the MAC address with the one printed on the phone")
            }
            Self::Refused(Refusal::Serial) => Some("enter the serial number printed on the phone"),
            Self::Refused(Refusal::Url | Refusal::Server | Refusal::Redirect) => {
                Some("check the addresses that are set up for the service")
            }
            Self::NoAccount => Some("set up an account at the service of the maker of the phone"),
            Self::Unsupported => Some("register the phone by hand in the portal of the service"),
            Self::Untold => Some(
                "see in the portal of the service where it sends the phone, and take the phone out \
                 there unless another environment has it",
            ),
            _ => None,
        }
    }

    /// Of an outcome that is not what was hoped for.
    pub(super) fn of(outcome: &Outcome) -> Self {
        match outcome {
            Outcome::OwnedByOther => Self::OwnedByOther,
            Outcome::Refused(refusal) => Self::Refused(*refusal),
            Outcome::RateLimited { .. } => Self::RateLimited,
            Outcome::Retry(retry) => Self::Failed(retry.cause),
            Outcome::Broken(broken) => Self::Broken(broken.status),
            Outcome::Done(_) | Outcome::AlreadyOurs(_) | Outcome::NotFound | Outcome::Each(_) => {
                Self::Unexpected
            }
        }
    }
}

/// Nothing was sent.
impl From<&ActionError> for Cause {
    fn from(error: &ActionError) -> Self {
        match error {
            ActionError::NoAccount => Self::NoAccount,
            ActionError::NeedsSerial { .. } => Self::Refused(Refusal::Serial),
            ActionError::Destination { .. } => Self::Refused(Refusal::Server),
            ActionError::Scheme { .. } | ActionError::TooLong { .. } => Self::Refused(Refusal::Url),
            // The rest is about lists and about several phones, which are not asked for here.
            _ => Self::Unsupported,
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unanswered => f.write_str("the service has not answered yet"),
            Self::OwnedByOther => f.write_str("another customer of the service has the phone"),
            Self::Refused(refusal) => refusal.fmt(f),
            Self::NoAccount => {
                f.write_str("no account at a service of the maker of the phone is set up")
            }
            Self::Unsupported => f.write_str("the service cannot do this"),
            Self::RateLimited => f.write_str("the service was asked too often"),
            Self::Failed(cause) => cause.fmt(f),
            Self::Broken(status) => write!(
                f,
                "the answer of the service cannot be understood (status {status})"
            ),
            Self::Unexpected => f.write_str("the service answered something else than was asked"),
            Self::Untold => f.write_str(
                "the service does not say where it sends the phone, and others use the account",
            ),
        }
    }
}
