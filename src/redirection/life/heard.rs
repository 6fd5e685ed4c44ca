//! What the service's answers do to a registration.

use chrono::{DateTime, TimeDelta, Utc};

use super::events::after;
use super::registration::{About, Waiting};
use super::{Account, Ask, Cause, Change, Policy, Registration, State, Transition, Visit};
use crate::delivery::admission::TokenHash;
use crate::redirection::{ActionError, Done, Outcome, Registered};

/// What a look-up has found.
enum Found<'a> {
    /// It is registered by this account, to an address of ours or to one that is not told.
    Ours(&'a Registered),
    /// It is registered by this account, nobody knows to what.
    Untold,
    /// Nothing of ours is there.
    Nothing,
    /// It could not be looked up.
    Unknown(Cause),
}

/// Answers.
impl Registration {
    /// What came of a question. An outcome of several phones is searched for this one.
    ///
    /// An answer to any but the last question, or the second one to it, changes nothing.
    pub fn heard(
        &mut self,
        number: u64,
        outcome: &Outcome,
        now: DateTime<Utc>,
        policy: &Policy,
    ) -> Transition {
        let Some(waiting) = self.answered(number) else {
            return Transition::NOTHING;
        };
        let outcome = match outcome {
            Outcome::Each(outcomes) => outcomes.iter().find(|(mac, _)| *mac == self.mac),
            _ => None,
        }
        .map_or(outcome, |(_, own)| own);
        match waiting.what {
            About::Registering => self.heard_registering(outcome, now, policy),
            About::Standing => self.heard_standing(outcome, now, policy),
            About::Checking => self.heard_checking(waiting, outcome, now, policy),
            About::Owner => self.heard_owner(waiting, outcome, now, policy),
            About::Deregistering => match outcome {
                Outcome::Done(Done::Removed) | Outcome::NotFound | Outcome::OwnedByOther => {
                    self.is_gone()
                }
                _ => self.failed(Cause::of(outcome), wait(outcome, now), now, policy),
            },
        }
    }

    /// The service cannot be asked this: nothing was sent.
    pub fn refused(
        &mut self,
        number: u64,
        error: &ActionError,
        now: DateTime<Utc>,
        policy: &Policy,
    ) -> Transition {
        match self.answered(number) {
            None => Transition::NOTHING,
            Some(_) => self.failed(Cause::from(error), TimeDelta::zero(), now, policy),
        }
    }

    /// The question that is answered, if it is the one that waits.
    fn answered(&mut self, number: u64) -> Option<Waiting> {
        self.waiting.take_if(|waiting| waiting.number == number)
    }

    fn heard_registering(
        &mut self,
        outcome: &Outcome,
        now: DateTime<Utc>,
        policy: &Policy,
    ) -> Transition {
        match outcome {
            Outcome::Done(Done::Registered(registered)) | Outcome::AlreadyOurs(registered)
                if registered.mac == self.mac =>
            {
                self.state = State::Active;
                // It took the place of all others.
                let others = self.addresses.len().saturating_sub(1);
                self.addresses.drain(..others);
                self.settle()
            }
            _ => self.failed(Cause::of(outcome), wait(outcome, now), now, policy),
        }
    }

    /// Keeps of the addresses the one that stands; then there is room for another.
    fn heard_standing(
        &mut self,
        outcome: &Outcome,
        now: DateTime<Utc>,
        policy: &Policy,
    ) -> Transition {
        match self.found(outcome, policy) {
            Found::Unknown(cause) => {
                return self.failed(cause, wait(outcome, now), now, policy);
            }
            Found::Ours(registered) => {
                let standing = policy.addresses_of(registered);
                self.addresses
                    .retain(|known| standing.contains(&Some(*known)));
            }
            Found::Untold | Found::Nothing => self.addresses.clear(),
        }
        self.next_try = Some(now);
        Transition::STORE
    }

    fn heard_checking(
        &mut self,
        waiting: Waiting,
        outcome: &Outcome,
        now: DateTime<Utc>,
        policy: &Policy,
    ) -> Transition {
        match self.found(outcome, policy) {
            Found::Ours(Registered {
                last_visit: Some(last_visit),
                ..
            }) if policy.visit <= Visit::AtService && self.activated < Some(*last_visit) => {
                self.visited.get_or_insert(*last_visit);
                self.state = State::Deprovision;
                self.tries = 0;
                self.take_out_ours(waiting, now, policy)
            }
            Found::Ours(_) | Found::Untold => self.settle(),
            Found::Nothing => self.is_gone(),
            Found::Unknown(cause) => self.failed(cause, TimeDelta::zero(), now, policy),
        }
    }

    fn heard_owner(
        &mut self,
        waiting: Waiting,
        outcome: &Outcome,
        now: DateTime<Utc>,
        policy: &Policy,
    ) -> Transition {
        match self.found(outcome, policy) {
            Found::Ours(_) => self.take_out_ours(waiting, now, policy),
            Found::Nothing => self.is_gone(),
            Found::Untold => self.failed(Cause::Untold, TimeDelta::zero(), now, policy),
            Found::Unknown(cause) => self.failed(cause, wait(outcome, now), now, policy),
        }
    }

    fn take_out_ours(
        &mut self,
        looked_up: Waiting,
        now: DateTime<Utc>,
        policy: &Policy,
    ) -> Transition {
        let age = now.signed_duration_since(looked_up.since);
        if age > policy.look_up_good_for {
            return self.ask_for_owner(now, policy);
        }
        self.ask(About::Deregistering, Ask::Deregister, now, policy)
    }

    fn found<'a>(&self, outcome: &'a Outcome, policy: &Policy) -> Found<'a> {
        match outcome {
            Outcome::Done(Done::Found(found)) | Outcome::AlreadyOurs(found)
                if found.mac == self.mac =>
            {
                let told = policy.addresses_of(found);
                let is_ours = |told: &TokenHash| self.addresses.contains(told);
                if told.iter().flatten().any(is_ours) {
                    Found::Ours(found)
                } else if found.is_elsewhere || told.iter().any(Option::is_some) {
                    Found::Nothing
                } else if policy.account == Account::Own {
                    Found::Ours(found)
                } else {
                    Found::Untold
                }
            }
            Outcome::NotFound | Outcome::OwnedByOther => Found::Nothing,
            _ => Found::Unknown(Cause::of(outcome)),
        }
    }

    /// Nothing of ours is at the service.
    fn is_gone(&mut self) -> Transition {
        self.state = State::Disabled;
        self.addresses.clear();
        let transition = self.settle();
        match self.removed {
            true => Transition {
                change: Change::Delete,
                ..transition
            },
            false => transition,
        }
    }

    /// Nothing is to be tried again.
    fn settle(&mut self) -> Transition {
        (self.tries, self.next_try, self.cause) = (0, None, None);
        Transition::STORE
    }

    /// It is to be tried again, not before this time has passed; but the service does not keep us waiting
    /// for ever.
    fn failed(
        &mut self,
        cause: Cause,
        wait: TimeDelta,
        now: DateTime<Utc>,
        policy: &Policy,
    ) -> Transition {
        let pause = policy.pause(self.tries).max(wait.min(policy.longest_pause));
        self.next_try = Some(after(now, pause));
        self.cause = Some(cause);
        Transition::STORE
    }
}

/// How long the service wants us to wait.
fn wait(outcome: &Outcome, now: DateTime<Utc>) -> TimeDelta {
    match outcome {
        Outcome::RateLimited { until: Some(until) } => until.signed_duration_since(now),
        Outcome::Retry(retry) => retry.after.map_or(TimeDelta::zero(), |after| {
            TimeDelta::from_std(after).unwrap_or(TimeDelta::MAX)
        }),
        _ => TimeDelta::zero(),
    }
}
