//! What is kept of one phone.

mod stored;

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::request_log::LastRequest;
use super::token::{Credential, TokenHash};
use super::window::{Opening, Window, WindowState, after};
use super::{AdmissionError, Policy};
use crate::model::Mac;

/// What is kept of one phone of one environment: its window, the hashes of its credentials, and what
/// support staff ask for. The caller stores it, by environment and MAC.
///
/// * At most one credential for the first access, at most two for the time after.
/// * Serialised with a version number. A record of an older version is read and brought up to date;
///   one of a newer version is an error that says so.
///
/// ```
/// use chrono::{DateTime, TimeDelta, Utc};
/// use phone_provisioning::delivery::admission::{
///     Adoption, Credential, Environment, PhoneRecord, Policy,
/// };
///
/// # let now = DateTime::<Utc>::UNIX_EPOCH;
/// let environment = Environment::new("production")?;
/// let mut record = PhoneRecord::new("00:00:5e:00:53:2d".parse()?, Adoption::Redirection, now);
/// let (first, hash) = environment.new_token(b"16 random bytes!")?;
/// record.invite(Credential::token(hash))?;
/// let (token, hash) = environment.new_token(b"other 16 bytes..")?;
/// record.issue(Credential::token(hash), now)?;
///
/// let opening = record.open_for_an_hour(now, &Policy::default())?;
/// assert_eq!(opening.until, now + TimeDelta::hours(1));
/// assert!(!opening.longer_than_advised);
/// // `first` goes into the address that the phone is sent to, `token` into its configuration.
/// assert_ne!(first, token);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PhoneRecord {
    mac: Mac,
    adoption: Adoption,
    adopted: DateTime<Utc>,
    window: Option<Window>,
    visit: Visit,
    bound: Option<DateTime<Utc>>,
    /// For the first access.
    first: Option<Lapsing>,
    /// The newest, which stands in the phone's configuration.
    credential: Option<Credential>,
    /// The one before, until the phone has been seen with the newest.
    former: Option<Lapsing>,
    guesses: Guesses,
    pub(super) last_admitted: Option<LastRequest>,
    pub(super) last_refused: Option<LastRequest>,
}

/// How a phone learned its first address.
///
/// Serialised as its word in kebab case, as records have it.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Adoption {
    /// Somebody typed it in.
    ByHand,
    /// From the DHCP server.
    Dhcp,
    /// By plug and play (SIP `ua-profile`).
    Pnp,
    /// From the maker's redirection service.
    Redirection,
}

impl fmt::Display for Adoption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::ByHand => "by hand",
            Self::Dhcp => "DHCP",
            Self::Pnp => "plug and play",
            Self::Redirection => "redirection service",
        })
    }
}

/// Where a phone stands, for a support page.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Status {
    /// Whether it may come in for the first time.
    pub window: WindowState,
    /// Since when it is bound: it was seen with a long-term credential.
    pub bound: Option<DateTime<Utc>>,
    /// Whether it has a credential for the first access that is still good for an open window.
    pub first_credential: bool,
    /// Whether it has a long-term credential, seen or not.
    pub long_term_credential: bool,
    /// Whether it has been given a new long-term credential and is not done with the old one.
    pub rotating: bool,
}

/// Issuing and asking; what requests do to a record is [`Admission::decide`](super::Admission::decide)'s.
impl PhoneRecord {
    /// A phone without any credential, of which somebody has learned in this way.
    pub fn new(mac: Mac, adoption: Adoption, now: DateTime<Utc>) -> Self {
        Self {
            mac,
            adoption,
            adopted: now,
            window: None,
            visit: Visit::Awaited,
            bound: None,
            first: None,
            credential: None,
            former: None,
            guesses: Guesses::default(),
            last_admitted: None,
            last_refused: None,
        }
    }

    /// The phone.
    pub fn mac(&self) -> Mac {
        self.mac
    }

    /// How the phone learned its first address, and when.
    pub fn adoption(&self) -> (Adoption, DateTime<Utc>) {
        (self.adoption, self.adopted)
    }

    /// Notes that the phone was given an address anew.
    pub fn adopt(&mut self, adoption: Adoption, now: DateTime<Utc>) {
        (self.adoption, self.adopted) = (adoption, now);
    }

    /// Opens the window for one hour.
    ///
    /// # Errors
    /// As [`open_until`](Self::open_until).
    pub fn open_for_an_hour(
        &mut self,
        now: DateTime<Utc>,
        policy: &Policy,
    ) -> Result<Opening, AdmissionError> {
        self.open_until(after(now, TimeDelta::hours(1)), now, policy)
    }

    /// Opens the window, or moves the end of the one that is open.
    ///
    /// # Errors
    /// [`AdmissionError::WindowInThePast`], [`AdmissionError::WindowTooLong`]; the window then is as
    /// it was.
    pub fn open_until(
        &mut self,
        until: DateTime<Utc>,
        now: DateTime<Utc>,
        policy: &Policy,
    ) -> Result<Opening, AdmissionError> {
        let (window, opening) = Window::open(now, until, policy)?;
        if !self.is_open(now) {
            self.visit = Visit::Awaited;
        }
        self.window = Some(window);
        Ok(opening)
    }

    /// Closes the window at once. A bound phone stays bound.
    pub fn close(&mut self, now: DateTime<Utc>) {
        if let Some(window) = &mut self.window {
            window.close_by(now);
        }
    }

    /// Gives the phone a credential for its first access, in place of any other for that.
    ///
    /// It opens nothing by itself: outside the window it is refused. A phone that is bound and has
    /// lost its settings needs a new one.
    ///
    /// # Errors
    /// [`AdmissionError::SameCredential`] when it would let the phone in for good.
    pub fn invite(&mut self, first: Credential) -> Result<(), AdmissionError> {
        let former = self.former.map(|former| former.credential);
        let long_term = [self.credential, former].into_iter().flatten();
        if long_term
            .into_iter()
            .any(|credential| first.shows(&credential))
        {
            return Err(AdmissionError::SameCredential);
        }
        self.first = Some(Lapsing::new(first));
        self.visit = Visit::Awaited;
        Ok(())
    }

    /// Takes the credential for the first access back.
    pub fn withdraw(&mut self) {
        self.first = None;
    }

    /// Gives the phone a new long-term credential, to be put into its configuration. The one before
    /// stays valid until the phone has been seen with the new one, and [`Policy::grace`] longer.
    ///
    /// # Errors
    /// [`AdmissionError::RotationUnderWay`] while two are valid: which of them the phone has, nobody
    /// can tell. [`AdmissionError::SameCredential`] when it has this one already.
    pub fn issue(
        &mut self,
        credential: Credential,
        now: DateTime<Utc>,
    ) -> Result<(), AdmissionError> {
        if self.former.is_some_and(|former| former.is_valid(now)) {
            return Err(AdmissionError::RotationUnderWay);
        }
        let is_first = |first: Lapsing| first.credential.shows(&credential);
        if self.credential == Some(credential) || self.first.is_some_and(is_first) {
            return Err(AdmissionError::SameCredential);
        }
        self.former = self.credential.replace(credential).map(Lapsing::new);
        Ok(())
    }

    /// Takes all credentials back, closes the window and forgets that the phone was bound: it was
    /// stolen, or belongs to somebody else now.
    pub fn revoke(&mut self, now: DateTime<Utc>) {
        self.close(now);
        (self.first, self.credential, self.former) = (None, None, None);
        (self.bound, self.visit) = (None, Visit::Awaited);
    }

    /// Where the phone stands.
    pub fn status(&self, now: DateTime<Utc>) -> Status {
        let window = self.window.map(|window| window.state(now));
        Status {
            window: window.unwrap_or(WindowState::NeverOpened),
            bound: self.bound,
            first_credential: self.first.is_some_and(|first| first.is_valid(now)),
            long_term_credential: self.credential.is_some(),
            rotating: self.former.is_some_and(|former| former.is_valid(now)),
        }
    }

    /// The last request that was admitted.
    pub fn last_admitted(&self) -> Option<&LastRequest> {
        self.last_admitted.as_ref()
    }

    /// The last request for this phone that was not admitted. Anybody may have sent it.
    pub fn last_refused(&self) -> Option<&LastRequest> {
        self.last_refused.as_ref()
    }
}

/// What a request shows of a phone's credentials.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Proof {
    /// The newest long-term credential.
    Newest,
    /// The one before, still valid.
    Former,
    /// That of the first access, still valid.
    First,
    /// One that was valid once.
    Lapsed,
    /// The right token, and no login or a wrong one.
    TokenOnly,
    /// Nothing.
    Nothing,
}

/// What the admitted request was the first to do.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Firsts {
    pub(super) came_in: bool,
    pub(super) bound: bool,
    pub(super) rotated: bool,
}

/// What requests do.
impl PhoneRecord {
    /// The tokens that lead to this record, the lapsed ones too: whoever shows one is told why it is
    /// refused.
    pub(crate) fn tokens(&self) -> impl Iterator<Item = &TokenHash> {
        let first = self.first.as_ref().map(|first| &first.credential);
        let former = self.former.as_ref().map(|former| &former.credential);
        let all = [first, self.credential.as_ref(), former];
        let tokens = all.into_iter().flatten();
        tokens.filter_map(|credential| credential.token.as_ref())
    }

    pub(super) fn is_open(&self, now: DateTime<Utc>) -> bool {
        self.window.is_some_and(|window| window.is_open(now))
    }

    pub(super) fn is_bound(&self) -> bool {
        self.bound.is_some()
    }

    /// Compares with every credential, also with those that the phone does not have.
    pub(super) fn proof(&self, shown: &Shown, now: DateTime<Utc>) -> Proof {
        let of_lapsing = |lapsing: Option<Lapsing>| {
            let shows = shown.shows(lapsing.map(|lapsing| lapsing.credential));
            (shows, lapsing.is_some_and(|lapsing| lapsing.is_valid(now)))
        };
        let newest = shown.shows(self.credential);
        let (former, former_is_valid) = of_lapsing(self.former);
        let (first, first_is_valid) = of_lapsing(self.first);
        let token_only = newest == Shows::TokenOnly
            || former == Shows::TokenOnly && former_is_valid
            || first == Shows::TokenOnly && first_is_valid;
        match (newest, former, first) {
            (Shows::All, _, _) => Proof::Newest,
            (_, Shows::All, _) if former_is_valid => Proof::Former,
            (_, _, Shows::All) if first_is_valid => Proof::First,
            _ if token_only => Proof::TokenOnly,
            (_, Shows::All, _) | (_, _, Shows::All) => Proof::Lapsed,
            _ => Proof::Nothing,
        }
    }

    /// Notes that the phone came in without a long-term credential.
    pub(super) fn came_in(&mut self) -> Firsts {
        let came_in = self.visit == Visit::Awaited;
        if came_in {
            self.visit = Visit::CameIn;
        }
        Firsts {
            came_in,
            ..Firsts::default()
        }
    }

    /// Notes that the phone has its long-term credential: what it came with goes, after a grace.
    ///
    /// A bound phone that is invited anew goes on asking with its old settings until somebody resets
    /// it; that must not take the invitation away.
    pub(super) fn seen(&mut self, proof: Proof, now: DateTime<Utc>, policy: &Policy) -> Firsts {
        let mut firsts = Firsts::default();
        let end = after(now, policy.grace);
        if proof == Proof::Newest
            && let Some(former) = &mut self.former
            && former.until.is_none()
        {
            former.until = Some(end);
            firsts.rotated = true;
        }
        if self.bound.is_none() || self.visit == Visit::CameIn {
            firsts.bound = true;
            self.bound = Some(now);
            self.visit = Visit::Settled;
            if let Some(first) = &mut self.first {
                first.until.get_or_insert(end);
            }
            if let Some(window) = &mut self.window {
                window.close_by(end);
            }
        }
        firsts
    }

    /// Counts a wrong secret; whether it is the one too many.
    pub(super) fn guessed(&mut self, now: DateTime<Utc>, policy: &Policy) -> bool {
        let Guesses { count, last } = self.guesses;
        let recent = last.is_some_and(|last| now.signed_duration_since(last).abs() < policy.period);
        let count = if recent { count } else { 0 };
        self.guesses = Guesses {
            count: count.saturating_add(1),
            last: Some(now),
        };
        count == policy.guesses_per_phone
    }
}

/// How far the phone is with its first access.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Visit {
    /// It has not come in since it was invited, or since the window was opened.
    #[default]
    Awaited,
    /// It has, and has not been seen with a long-term credential since.
    CameIn,
    /// It has.
    Settled,
}

/// A credential that ends.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
struct Lapsing {
    credential: Credential,
    /// Absent as long as nothing has ended it.
    until: Option<DateTime<Utc>>,
}

impl Lapsing {
    fn new(credential: Credential) -> Self {
        Self {
            credential,
            until: None,
        }
    }

    fn is_valid(self, now: DateTime<Utc>) -> bool {
        self.until.is_none_or(|until| now < until)
    }
}

/// Wrong secrets shown for this phone.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
struct Guesses {
    count: u32,
    last: Option<DateTime<Utc>>,
}

/// The hashes of what a request shows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shown {
    pub(super) token: Option<TokenHash>,
    pub(super) login: Option<TokenHash>,
}

#[derive(Clone, Copy, Eq, PartialEq)]
enum Shows {
    All,
    TokenOnly,
    No,
}

impl Shown {
    /// Takes the same time with a credential and without.
    fn shows(&self, credential: Option<Credential>) -> Shows {
        let Credential { token, login } = credential.unwrap_or(Credential {
            token: None,
            login: None,
        });
        let (has_token, has_login) = (same(token, self.token), same(login, self.login));
        match (token, login) {
            (None, None) => Shows::No,
            (Some(_), _) if !has_token => Shows::No,
            (Some(_), Some(_)) if !has_login => Shows::TokenOnly,
            (None, Some(_)) if !has_login => Shows::No,
            _ => Shows::All,
        }
    }
}

fn same(kept: Option<TokenHash>, shown: Option<TokenHash>) -> bool {
    let nothing = TokenHash::OF_NOTHING;
    let equal = kept.unwrap_or(nothing) == shown.unwrap_or(nothing);
    equal & kept.is_some() & shown.is_some()
}

impl Credential {
    /// Whether whoever has this one has all that the other one asks for.
    fn shows(&self, other: &Self) -> bool {
        let Self { token, login } = *self;
        Shown { token, login }.shows(Some(*other)) == Shows::All
    }
}
