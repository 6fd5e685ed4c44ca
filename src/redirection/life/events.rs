//! What happens to a registration.

use chrono::{DateTime, TimeDelta, Utc};

use super::registration::{About, Waiting};
use super::{Ask, Cause, Change, Policy, Question, Registration, State, Transition, Visit};
use crate::redirection::Destination;

/// Events. Each may happen in each state, at any time and more than once.
impl Registration {
    /// The phone is added to the list: with a place to send it to when it is certified, else without.
    ///
    /// The record is a [new](Self::new) one, or the tombstone of the phone. What it was registered for
    /// before goes on being taken out.
    pub fn add(
        &mut self,
        to: Option<Destination>,
        now: DateTime<Utc>,
        policy: &Policy,
    ) -> Transition {
        self.removed = false;
        match to {
            Some(to) => self.register_anew(to, false, now, policy),
            None => Transition::STORE,
        }
    }

    /// Somebody activates the phone: it is registered, taken over from another customer where the
    /// service does that, and the time until its end begins anew. A tombstone is not.
    ///
    /// A phone that has its address never asks the service again: activate it first, then reset it.
    pub fn activate(&mut self, to: Destination, now: DateTime<Utc>, policy: &Policy) -> Transition {
        if self.removed {
            return Transition::NOTHING;
        }
        self.register_anew(to, true, now, policy)
    }

    /// Somebody no longer wants the service to send the phone here: it is taken out now, whether or not it
    /// has come.
    pub fn deactivate(&mut self, now: DateTime<Utc>, policy: &Policy) -> Transition {
        match self.state {
            State::Active | State::Provision | State::Deprovision => self.take_out(now, policy),
            State::Disabled => Transition::NOTHING,
        }
    }

    /// The phone has come: with the first request that is a sign as late as [`Policy::visit`] or later,
    /// the registration goes.
    pub fn visited(&mut self, sign: Visit, now: DateTime<Utc>, policy: &Policy) -> Transition {
        if sign < policy.visit {
            return Transition::NOTHING;
        }
        let is_first = self.visited.is_none();
        self.visited.get_or_insert(now);
        match self.state {
            State::Active | State::Provision => self.take_out(now, policy),
            State::Disabled | State::Deprovision if is_first => Transition::STORE,
            State::Disabled | State::Deprovision => Transition::NOTHING,
        }
    }

    /// The weekly sweep, or any timer: takes out what has ended, and tries again what could not be taken
    /// out before when it is time for that. It may be late.
    pub fn sweep(&mut self, now: DateTime<Utc>, policy: &Policy) -> Transition {
        let is_time = self.next_try.is_none_or(|next_try| next_try <= now);
        match self.state {
            State::Active | State::Provision if self.is_expired(now) => self.take_out(now, policy),
            State::Deprovision if is_time => self.ask_for_owner(now, policy),
            _ => Transition::NOTHING,
        }
    }

    /// Tries again, at the time that [`due`](Self::due) says or at once because a person wants it.
    ///
    /// A phone in `provision` is registered for a new time, if there is a place to send it to; one in
    /// `deprovision` is taken out.
    pub fn retry(
        &mut self,
        to: Option<Destination>,
        now: DateTime<Utc>,
        policy: &Policy,
    ) -> Transition {
        match (self.state, to) {
            (State::Provision, Some(to)) => self.register(to, now, policy),
            (State::Deprovision, _) => self.ask_for_owner(now, policy),
            _ => Transition::NOTHING,
        }
    }

    /// Finds out whether an `active` phone still is registered by us, or has been switched over to
    /// another environment; and, where the service tells, whether the phone has asked it.
    pub fn check(&mut self, now: DateTime<Utc>, policy: &Policy) -> Transition {
        if self.state != State::Active {
            return Transition::NOTHING;
        }
        self.ask(About::Checking, Ask::LookUp, now, policy)
    }

    /// The phone is removed from the list. Unless the change is [`Change::Delete`], the record is to be
    /// kept as a tombstone.
    pub fn remove(&mut self, now: DateTime<Utc>, policy: &Policy) -> Transition {
        self.removed = true;
        if self.state == State::Disabled {
            let change = Change::Delete;
            return Transition { ask: None, change };
        }
        self.take_out(now, policy)
    }
}

/// What events lead to.
impl Registration {
    fn register_anew(
        &mut self,
        to: Destination,
        take_over: bool,
        now: DateTime<Utc>,
        policy: &Policy,
    ) -> Transition {
        self.state = State::Provision;
        (self.take_over, self.tries) = (take_over, 0);
        self.register(to, now, policy)
    }

    fn register(&mut self, to: Destination, now: DateTime<Utc>, policy: &Policy) -> Transition {
        (self.activated, self.visited) = (Some(now), None);
        self.expires = Some(policy.expiry.expires_at(now));
        let address = policy.address(&to);
        self.addresses.retain(|known| *known != address);
        if self.addresses.len() >= Self::MOST_ADDRESSES {
            return self.ask(About::Standing, Ask::LookUp, now, policy);
        }
        self.addresses.push(address);
        let take_over = self.take_over;
        let ask = Ask::Register { to, take_over };
        self.ask(About::Registering, ask, now, policy)
    }

    pub(super) fn take_out(&mut self, now: DateTime<Utc>, policy: &Policy) -> Transition {
        self.state = State::Deprovision;
        self.tries = 0;
        self.ask_for_owner(now, policy)
    }

    pub(super) fn ask_for_owner(&mut self, now: DateTime<Utc>, policy: &Policy) -> Transition {
        self.ask(About::Owner, Ask::LookUp, now, policy)
    }

    /// Asks; from then on only the answer to this question counts. Unless it comes, the next try is due
    /// when it is given up.
    pub(super) fn ask(
        &mut self,
        what: About,
        ask: Ask,
        now: DateTime<Utc>,
        policy: &Policy,
    ) -> Transition {
        // Milliseconds, so that a record made anew after another was deleted does not count from 1.
        let at_least = u64::try_from(now.timestamp_millis()).unwrap_or(0);
        self.asked = self.asked.wrapping_add(1).max(at_least);
        let (number, since) = (self.asked, now);
        self.waiting = Some(Waiting {
            number,
            since,
            what,
        });
        if matches!(what, About::Registering | About::Standing | About::Owner) {
            self.tries = self.tries.saturating_add(1);
        }
        let pause = policy.pause(self.tries).max(policy.patience);
        self.next_try = Some(after(now, pause));
        self.cause = Some(Cause::Unanswered);
        let mac = self.mac;
        Transition {
            ask: Some(Question { number, mac, ask }),
            change: Change::Store,
        }
    }
}

pub(super) fn after(now: DateTime<Utc>, pause: TimeDelta) -> DateTime<Utc> {
    now.checked_add_signed(pause)
        .unwrap_or(DateTime::<Utc>::MAX_UTC)
}
