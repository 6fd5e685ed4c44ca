//! The door.

use chrono::{DateTime, Utc};

use super::record::{Firsts, Proof, Shown};
use super::request_log::LastRequest;
use super::sources::{Count, Sources, TooMany};
use super::{
    Adoption, Alarm, Attempt, Change, Credential, Decision, Environment, PhoneRecord, Policy,
    Reason, Source, TokenHash, Verdict,
};
use crate::model::Mac;

/// Decides who may download, for the phones of one environment.
///
/// It keeps no phones; it keeps count of sources, of 4096 at a time in about 2 MB that are allocated
/// when it is made. Deciding allocates nothing, but for the two texts of the first request of a
/// phone that came in or was refused.
///
/// ```
/// use chrono::{DateTime, TimeDelta, Utc};
/// use phone_provisioning::delivery::admission::{
///     Admission, Adoption, Attempt, Credential, Environment, PhoneRecord, Policy, Reason,
/// };
///
/// # let now = DateTime::<Utc>::UNIX_EPOCH;
/// # let random_seed = 7;
/// let environment = Environment::new("production")?;
/// let mac = "00:00:5e:00:53:2d".parse()?;
/// let mut record = PhoneRecord::new(mac, Adoption::Dhcp, now);
/// let (first, hash) = environment.new_token(b"16 random bytes!")?;
/// record.invite(Credential::token(hash))?;
///
/// let mut admission = Admission::new(environment, Policy::default(), random_seed);
/// let mut attempt = Attempt::new([192, 0, 2, 7].into());
/// attempt.mac = Some(mac);
/// attempt.token = Some(first.expose().into());
/// let decision = admission.decide(Some(&mut record), &attempt, now);
/// assert_eq!(decision.reason, Reason::WindowClosed);
///
/// record.open_for_an_hour(now, &admission.policy)?;
/// let decision = admission.decide(Some(&mut record), &attempt, now);
/// assert!(decision.is_admitted() && decision.came_in);
///
/// let stranger = admission.decide(None, &attempt, now);
/// assert_eq!(stranger.reason.to_string(), "refused: the phone is not known");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Admission {
    /// The limits; they can be changed at any time.
    pub policy: Policy,
    environment: Environment,
    sources: Sources,
    /// Stands in for every phone that is not known, so that refusing one costs the same work.
    nobody: PhoneRecord,
}

impl Admission {
    /// A door without a queue. The seed must be random: who knows it can choose networks whose counts
    /// push each other out.
    pub fn new(environment: Environment, policy: Policy, seed: u64) -> Self {
        let mac = Mac::new([2, 0, 0, 0, 0, 1]).expect("an address of one device");
        let mut nobody = PhoneRecord::new(mac, Adoption::ByHand, DateTime::<Utc>::UNIX_EPOCH);
        let credential = Credential::token(TokenHash::OF_NOTHING);
        // Only a phone that has the same one already refuses a credential.
        let issued = nobody.issue(credential, DateTime::<Utc>::UNIX_EPOCH);
        debug_assert!(issued.is_ok());
        Self {
            policy,
            environment,
            sources: Sources::new(seed),
            nobody,
        }
    }

    /// The environment.
    pub fn environment(&self) -> &Environment {
        &self.environment
    }

    /// Decides a request. `record` is that of the phone that the request names, or where it names
    /// none, that of the phone that has the token ([`Environment::hash`]).
    ///
    /// What decides, in this order:
    ///
    /// 1. A conflict of names, or a certificate of another phone: refused, with an alarm.
    /// 2. A long-term credential: admitted, always. It is never blocked and counts for no limit, so
    ///    that nobody can keep a bound phone out.
    /// 3. The token of a phone that must log in besides: challenged.
    /// 4. A source that is blocked: refused.
    /// 5. The credential of the first access: admitted in the window.
    /// 6. A certificate of this phone: admitted in the window, or when the phone is bound.
    /// 7. Everything else: refused. In a space where all phones log in, challenged instead of
    ///    refused, whoever asks.
    pub fn decide(
        &mut self,
        record: Option<&mut PhoneRecord>,
        attempt: &Attempt<'_>,
        now: DateTime<Utc>,
    ) -> Decision {
        let shown = Shown {
            token: attempt
                .token
                .as_deref()
                .map(|token| self.environment.hash(token)),
            login: attempt
                .authorization
                .and_then(|field| self.environment.hash_authorization(field)),
        };
        let is_known = record.is_some();
        let record = record.unwrap_or(&mut self.nobody);
        let proof = record.proof(&shown, now);
        let identity = Identity::of(is_known.then_some(&*record), attempt);
        let proof = match identity {
            Identity::Right | Identity::Missing => proof,
            _ => Proof::Nothing,
        };
        let mut alarm = (identity == Identity::False).then_some(Alarm::Identity);

        let is_long_term = matches!(proof, Proof::Newest | Proof::Former);
        let mut is_blocked = false;
        if !is_long_term {
            let shows_something = shown.token.is_some() || shown.login.is_some();
            let guess = match proof {
                Proof::Nothing => shows_something,
                Proof::TokenOnly => shown.login.is_some(),
                _ => false,
            };
            // Who is only now asked to log in has not asked for anything yet.
            let asks = shows_something || !attempt.login_space;
            let asks = asks && (proof != Proof::TokenOnly || guess);
            let count = Count {
                mac: attempt.mac.filter(|_| asks),
                guess,
            };
            let source = Source::from(attempt.source);
            let counted = self.sources.count(source, count, now, &self.policy);
            is_blocked = counted.blocked;
            alarm = alarm.or(counted.too_many.map(|what| match what {
                TooMany::Phones => Alarm::ManyPhones(source),
                TooMany::Guesses => Alarm::Guessing(source),
            }));
            let too_many = guess && record.guessed(now, &self.policy);
            alarm = alarm.or((too_many && is_known).then_some(Alarm::GuessingPhone));
        }

        let has_certificate = attempt.certificate == Some(record.mac());
        let may_come_in = record.is_open(now);
        let reason = match identity {
            Identity::Unknown if attempt.mac.is_none() => Reason::Unidentified,
            Identity::Unknown => Reason::UnknownPhone,
            Identity::False if attempt.conflict => Reason::Conflict,
            Identity::False => Reason::OtherCertificate,
            Identity::Other => Reason::OtherPhone,
            Identity::Right | Identity::Missing => match proof {
                Proof::Newest => Reason::LongTermCredential,
                Proof::Former => Reason::FormerCredential,
                Proof::TokenOnly if shown.login.is_some() => Reason::WrongLogin,
                Proof::TokenOnly => Reason::LoginMissing,
                _ if is_blocked => Reason::SourceBlocked,
                Proof::First if may_come_in => Reason::FirstCredential,
                _ if has_certificate && (may_come_in || record.is_bound()) => Reason::Certificate,
                Proof::First => Reason::WindowClosed,
                _ if has_certificate => Reason::WindowClosed,
                Proof::Lapsed => Reason::Replaced,
                Proof::Nothing if shown.token.is_none() && shown.login.is_none() => {
                    Reason::NothingShown
                }
                Proof::Nothing => Reason::WrongCredential,
            },
        };

        let firsts = match reason {
            Reason::LongTermCredential | Reason::FormerCredential => {
                record.seen(proof, now, &self.policy)
            }
            Reason::FirstCredential => record.came_in(),
            Reason::Certificate if may_come_in => record.came_in(),
            _ => Firsts::default(),
        };
        let verdict = match reason {
            Reason::LongTermCredential
            | Reason::FormerCredential
            | Reason::FirstCredential
            | Reason::Certificate => Verdict::Admit,
            Reason::LoginMissing | Reason::WrongLogin => Verdict::Challenge,
            _ if attempt.login_space => Verdict::Challenge,
            _ => Verdict::Refuse,
        };
        let last = match verdict {
            Verdict::Admit => &mut record.last_admitted,
            _ => &mut record.last_refused,
        };
        LastRequest::note(last, attempt, reason, now);
        Decision {
            verdict,
            reason,
            came_in: firsts.came_in,
            bound: firsts.bound,
            rotated: firsts.rotated,
            alarm,
            change: match is_known {
                false => Change::Nothing,
                true if firsts == Firsts::default() => Change::LastRequest,
                true => Change::State,
            },
        }
    }
}

/// How the names in a request agree with the record that was found.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Identity {
    /// It names this phone.
    Right,
    /// It names none; its token is to say which one it is.
    Missing,
    /// It names another phone.
    Other,
    /// It names several, or has the certificate of another phone.
    False,
    /// There is no record.
    Unknown,
}

impl Identity {
    fn of(record: Option<&PhoneRecord>, attempt: &Attempt<'_>) -> Self {
        let named = attempt.mac.or(record.map(PhoneRecord::mac));
        let certificate = attempt.certificate;
        if attempt.conflict || certificate.is_some_and(|mac| named.is_some_and(|n| n != mac)) {
            return Self::False;
        }
        match (record, attempt.mac) {
            (None, _) => Self::Unknown,
            (Some(_), None) => Self::Missing,
            (Some(record), Some(mac)) if mac == record.mac() => Self::Right,
            (Some(_), Some(_)) => Self::Other,
        }
    }
}
