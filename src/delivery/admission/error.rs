//! What an administrator may not do to a phone's record.

use chrono::{DateTime, Utc};

/// Why a credential could not be made or a window not be opened. Nothing has changed then.
///
/// ```
/// use phone_provisioning::delivery::admission::{AdmissionError, Environment};
///
/// let environment = Environment::new("production")?;
/// let refused = environment.new_token(&[7; 8]).unwrap_err();
/// assert_eq!(refused, AdmissionError::RandomBytes(8));
/// assert_eq!(refused.to_string(), "expected 16 to 64 random bytes, found 8");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum AdmissionError {
    /// A name of an environment that is empty, too long or not printable.
    #[error("expected the name of an environment of 1 to 64 printable ASCII characters")]
    Environment,
    /// A login that HTTP's Basic authentication cannot carry (RFC 7617 section 2).
    #[error("expected a user name and a password of ASCII characters, the name without a colon")]
    Login,
    /// A password that can be guessed.
    #[error("expected a password of at least 20 characters, found {0}")]
    Password(usize),
    /// Too little randomness to make a token of, or more than an address holds.
    #[error("expected 16 to 64 random bytes, found {0}")]
    RandomBytes(usize),
    /// A credential that the phone has already, for its first access or for the time after.
    #[error("expected a credential that the phone does not have yet")]
    SameCredential,
    /// A third credential, while two are valid.
    #[error("the phone has not settled on its newest credential yet; wait for that or revoke them")]
    RotationUnderWay,
    /// A window that ends before it begins.
    #[error("expected a window that ends after {0}")]
    WindowInThePast(DateTime<Utc>),
    /// A window that is longer than the policy allows.
    #[error("expected a window that ends at {latest} at the latest, found {found}")]
    WindowTooLong {
        /// The latest end that the policy allows.
        latest: DateTime<Utc>,
        /// The end that was asked for.
        found: DateTime<Utc>,
    },
}
