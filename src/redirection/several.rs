//! One action on several phones, one phone after the other.

use std::collections::VecDeque;

use super::action::ActionError;
use super::exchange::{Ended, Session, Stamp, Step};
use super::outcome::{Outcome, Refusal, RetryCause};
use super::wire::after_write;
use crate::model::{Login, Mac};

/// How the action on one phone begins.
pub(super) type Begin = Box<dyn FnOnce(Session, &Stamp) -> Step + Send>;

/// Refuses no phones, more than `limit`, and one that is named twice.
pub(super) fn check(
    macs: impl ExactSizeIterator<Item = Mac>,
    limit: usize,
    service: &'static str,
) -> Result<(), ActionError> {
    let found = macs.len();
    if !(1..=limit).contains(&found) {
        return Err(ActionError::Count {
            service,
            limit,
            found,
        });
    }
    let mut macs: Vec<Mac> = macs.collect();
    macs.sort_unstable();
    if macs.windows(2).any(|pair| pair[0] == pair[1]) {
        let expected = "each phone once";
        return Err(ActionError::Mixed { service, expected });
    }
    Ok(())
}

/// Refuses logins, where the service hands none out.
pub(super) fn check_logins<'a>(
    logins: impl IntoIterator<Item = Option<&'a Login>>,
    service: &'static str,
) -> Result<(), ActionError> {
    match logins.into_iter().any(|login| login.is_some()) {
        true => Err(ActionError::Login { service }),
        false => Ok(()),
    }
}

/// Ends with [`Outcome::Each`]. What no phone can change, such as wrong credentials, ends it at once: the
/// phones that were not reached then have the same outcome.
pub(super) fn each(
    phones: impl IntoIterator<Item = (Mac, Begin)>,
    session: Session,
    stamp: &Stamp,
) -> Step {
    next(phones.into_iter().collect(), Vec::new(), session, stamp)
}

/// The same behind a request for all of them that may have been done in part.
pub(super) fn after_all(step: Step, stamp: &Stamp) -> Step {
    step.then(stamp, |ended, _| {
        let outcome = after_write(ended.outcome);
        Step::Ended(Ended::new(outcome, ended.session))
    })
}

/// Ends with the same outcome for all of them.
pub(super) fn all(
    macs: impl IntoIterator<Item = Mac>,
    outcome: &Outcome,
    session: Session,
) -> Step {
    let each = macs.into_iter().map(|mac| (mac, outcome.clone()));
    Step::Ended(Ended::new(Outcome::Each(each.collect()), session))
}

fn next(
    mut left: VecDeque<(Mac, Begin)>,
    mut outcomes: Vec<(Mac, Outcome)>,
    session: Session,
    stamp: &Stamp,
) -> Step {
    let Some((mac, begin)) = left.pop_front() else {
        return Step::Ended(Ended::new(Outcome::Each(outcomes), session));
    };
    begin(session, stamp).then(stamp, move |ended, stamp| {
        let Ended { outcome, session } = ended;
        if is_of_account(&outcome) {
            let unreached = left.drain(..).map(|(mac, _)| (mac, outcome.clone()));
            let unreached: Vec<_> = unreached.collect();
            outcomes.push((mac, outcome));
            outcomes.extend(unreached);
        } else {
            outcomes.push((mac, outcome));
        }
        next(left, outcomes, session, stamp)
    })
}

/// Whether it is the account's or the service's, and no phone's.
pub(super) fn is_of_account(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::RateLimited { .. } => true,
        Outcome::Refused(refusal) => matches!(
            refusal,
            Refusal::Credentials | Refusal::Permission | Refusal::Clock | Refusal::Redirect
        ),
        Outcome::Retry(retry) => retry.cause != RetryCause::NotShown,
        _ => false,
    }
}
