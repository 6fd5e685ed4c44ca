//! Where a phone is on its way, where it should be, and what to do about it.

use std::borrow::Cow;
use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};

use super::{Cause, Registration, State};
use crate::target::ModelRow;

/// Where a phone is on its way, where it should be, and what a person can do about it.
///
/// ```
/// use chrono::{DateTime, Utc};
/// use phone_provisioning::redirection::life::{Registration, Step};
///
/// let phone = Registration::new("00:00:5e:00:53:2d".parse()?);
/// let diagnosis = phone.diagnose(DateTime::<Utc>::UNIX_EPOCH, None);
/// assert_eq!(diagnosis.step, Step::NotRegistered);
/// assert!(!diagnosis.is_suboptimal);
/// assert!(diagnosis.repair.is_empty());
/// # Ok::<(), phone_provisioning::error::Invalid>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Diagnosis {
    /// Where the phone is.
    pub step: Step,
    /// Where a phone that works is.
    pub expected: Step,
    /// Whether the state is another than `disabled`, which a phone that works should not be in.
    pub is_suboptimal: bool,
    /// Why the service does not do what it should.
    pub cause: Option<Cause>,
    /// When the registration ends, if there is one.
    pub expires_at: Option<DateTime<Utc>>,
    /// What to do, in this order, if the phone does not come by itself. Empty where nothing is to be
    /// done here.
    pub repair: Vec<Repair>,
}

/// A step on the way of a phone.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Step {
    /// `disabled`: it was never registered. It has its address from elsewhere, or none.
    NotRegistered,
    /// `provision`: the service is being asked to register it, for the first time or again.
    Registering,
    /// `provision`: the time for which it was to be registered is over.
    Missed,
    /// `active`: registered; the phone has yet to be reset, to ask the service and to come.
    Awaited,
    /// `active`: the phone did not come in time. The registration is to be swept.
    Overdue,
    /// `deprovision`: the phone has come; the service is being asked to forget it.
    Settling,
    /// `deprovision`: the phone did not come; the service is being asked to forget it.
    Ending,
    /// `disabled`: the phone did not come while it was registered.
    NotCome,
    /// `disabled`: the phone has come and knows its address. All is well.
    InService,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::NotRegistered => "never registered at the maker's service",
            Self::Registering => "to be registered at the maker's service",
            Self::Missed => "not registered in time",
            Self::Awaited => "registered; the phone has not come yet",
            Self::Overdue => "registered for too long; the phone has not come",
            Self::Settling => "the phone has come; its registration is to be removed",
            Self::Ending => "the phone has not come; its registration is to be removed",
            Self::NotCome => "not registered any more; the phone has not come",
            Self::InService => "in service",
        })
    }
}

/// Something that a person does. `Display` is a sentence to read out.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Repair {
    /// What stands in the way at the service; see [`Cause::remedy`].
    Remedy(Cause),
    /// Tries again to have the registration removed.
    Retry,
    /// Activates the phone: before it is reset, or it finds no server afterwards.
    Activate,
    /// Resets the phone to factory state.
    Reset {
        /// How, in the words of the model's row; empty where nobody says.
        how: Cow<'static, str>,
    },
    /// Lets the phone start, undisturbed.
    Boot,
    /// Sees that the phone has become `disabled`.
    ExpectDisabled,
}

impl fmt::Display for Repair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Remedy(cause) => f.write_str(cause.remedy().unwrap_or("wait")),
            Self::Retry => f.write_str("remove the registration at the maker's service once more"),
            Self::Activate => {
                f.write_str("activate the phone, before anything is done to the phone itself")
            }
            Self::Reset { how } if how.is_empty() => {
                f.write_str("reset the phone to factory state, as its manual says")
            }
            Self::Reset { how } => write!(f, "reset the phone to factory state: {how}"),
            Self::Boot => f.write_str(
                "let the phone start undisturbed: it starts anew several times and may seem idle for \
                 30 seconds in between",
            ),
            Self::ExpectDisabled => f.write_str("see that the phone has become `disabled`"),
        }
    }
}

impl Registration {
    /// Where the phone is on its way, where it should be, and what to do about it. The row of its model
    /// says how it is reset.
    pub fn diagnose(&self, now: DateTime<Utc>, model: Option<&ModelRow>) -> Diagnosis {
        let step = self.step(now);
        Diagnosis {
            step,
            expected: match step {
                Step::NotRegistered => Step::NotRegistered,
                _ => Step::InService,
            },
            is_suboptimal: self.state != State::Disabled,
            cause: self.cause,
            expires_at: self.expires_at(),
            repair: self.repair(step, now, model),
        }
    }

    fn step(&self, now: DateTime<Utc>) -> Step {
        match self.state {
            State::Provision if self.is_expired(now) => Step::Missed,
            State::Provision => Step::Registering,
            State::Active if self.is_expired(now) => Step::Overdue,
            State::Active => Step::Awaited,
            State::Deprovision if self.visited.is_some() => Step::Settling,
            State::Deprovision => Step::Ending,
            State::Disabled if self.visited.is_some() => Step::InService,
            State::Disabled if self.activated.is_some() => Step::NotCome,
            State::Disabled => Step::NotRegistered,
        }
    }

    fn repair(&self, step: Step, now: DateTime<Utc>, model: Option<&ModelRow>) -> Vec<Repair> {
        let remedy = self.cause.filter(|cause| cause.remedy().is_some());
        let mut repair: Vec<Repair> = remedy.map(Repair::Remedy).into_iter().collect();
        let is_good_for_a_reset = |remaining: TimeDelta| remaining >= Self::SHORT;
        match step {
            Step::NotRegistered | Step::InService => return Vec::new(),
            Step::Settling => {
                repair.extend([Repair::Retry, Repair::ExpectDisabled]);
                return repair;
            }
            // Registered, and for long enough: only the reset is missing.
            Step::Awaited if self.remaining(now).is_some_and(is_good_for_a_reset) => {}
            _ => repair.push(Repair::Activate),
        }
        let how = model.map_or(Cow::Borrowed(""), |model| model.reset.clone());
        repair.extend([Repair::Reset { how }, Repair::Boot, Repair::ExpectDisabled]);
        repair
    }
}
