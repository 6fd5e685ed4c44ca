//! What was decided, why, and what follows.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Source;

/// What was decided of a request, and what follows from it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[must_use]
#[non_exhaustive]
pub struct Decision {
    /// Whether it is let in.
    pub verdict: Verdict,
    /// Why; safe to log.
    pub reason: Reason,
    /// The phone came in for the first time since it was invited: with the credential of the first
    /// access, or with its certificate.
    pub came_in: bool,
    /// The phone was seen with a long-term credential for the first time, or for the first time since
    /// it came in anew: it is bound. The maker's redirection service need not know it any more.
    pub bound: bool,
    /// The phone was seen with the new one of its two long-term credentials.
    pub rotated: bool,
    /// Something that somebody should look at.
    pub alarm: Option<Alarm>,
    /// What happened to the record.
    pub change: Change,
}

impl Decision {
    /// Whether the request is let in.
    pub fn is_admitted(&self) -> bool {
        self.verdict == Verdict::Admit
    }
}

/// Whether a request is let in.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Verdict {
    /// It is.
    Admit,
    /// Not without a login: `401`. Nobody learns from it whether a phone exists; it is said either to
    /// everybody in the same space or to who knows the phone's token.
    Challenge,
    /// It is not: `404`, the same for all reasons.
    Refuse,
}

/// Why a request was let in or not. `Display` is a line for the log, without any secret.
///
/// Serialised as its word in kebab case, as records have it.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Reason {
    /// Admitted: it shows the phone's long-term credential.
    LongTermCredential,
    /// Admitted: it shows the long-term credential from before a rotation that is under way.
    FormerCredential,
    /// Admitted: it shows the credential of the first access within the window.
    FirstCredential,
    /// Admitted: its certificate names the phone, which is bound or may come in.
    Certificate,
    /// Refused: it says nothing of who asks.
    Unidentified,
    /// Refused: path, agent and certificate name different phones.
    Conflict,
    /// Refused: nobody has added this phone.
    UnknownPhone,
    /// Refused: it asks for a phone other than the one whose record was found.
    OtherPhone,
    /// Refused: the certificate is another phone's.
    OtherCertificate,
    /// Refused: the window is not open.
    WindowClosed,
    /// Refused: it shows a credential that has been replaced.
    Replaced,
    /// Refused: it shows nothing.
    NothingShown,
    /// Refused: what it shows was never the phone's.
    WrongCredential,
    /// Refused: the token is right, and it must log in besides.
    LoginMissing,
    /// Refused: the token is right, the login is not.
    WrongLogin,
    /// Refused: its source asks for too much.
    SourceBlocked,
}

impl Reason {
    /// A line for the log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LongTermCredential => "admitted with the long-term credential",
            Self::FormerCredential => "admitted with the long-term credential before the newest",
            Self::FirstCredential => "admitted with the first credential, in the window",
            Self::Certificate => "admitted with the phone's certificate",
            Self::Unidentified => "refused: nothing says which phone asks",
            Self::Conflict => "refused: path, agent and certificate name different phones",
            Self::UnknownPhone => "refused: the phone is not known",
            Self::OtherPhone => "refused: the credential is another phone's",
            Self::OtherCertificate => "refused: the certificate is another phone's",
            Self::WindowClosed => "refused: the window is closed",
            Self::Replaced => "refused: the credential has been replaced",
            Self::NothingShown => "refused: no credential",
            Self::WrongCredential => "refused: wrong credential",
            Self::LoginMissing => "refused: no login",
            Self::WrongLogin => "refused: wrong login",
            Self::SourceBlocked => "refused: too many requests of its kind from this source",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Something that somebody should look at. `Display` is a line for the log, without any secret.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Alarm {
    /// Path, agent and certificate name different phones, or the certificate is another phone's than
    /// the record's: an attack, or a proxy that mixes requests up.
    Identity,
    /// More phones were asked for from one source than should be; it is blocked.
    ManyPhones(Source),
    /// Somebody guesses credentials from one source; it is slowed down.
    Guessing(Source),
    /// Somebody guesses the credentials of this phone.
    GuessingPhone,
}

impl fmt::Display for Alarm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Identity => f.write_str("a request under a false name"),
            Self::ManyPhones(source) => write!(f, "{source} asks for many phones and is blocked"),
            Self::Guessing(source) => write!(f, "{source} guesses credentials and is slowed down"),
            Self::GuessingPhone => f.write_str("somebody guesses the credentials of this phone"),
        }
    }
}

/// What happened to a record, and when it must be stored.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Change {
    /// Nothing: there is no record.
    Nothing,
    /// What support staff see. It can be stored when there is time.
    LastRequest,
    /// What later requests depend on. Store it before the answer goes out.
    State,
}
