//! One conversation with one phone over time.

use std::net::{IpAddr, SocketAddr};

use chrono::{DateTime, TimeDelta, Utc};

use crate::model::{Mac, Url};

use super::super::sip::{Repetition, TIMER_F, Turn, after};
use super::{AnswerError, Datagram, Dialog, Ended, Outcome, Phone, RequestId, Subscribe};

#[derive(Debug)]
pub(super) struct Conversation {
    pub(super) id: RequestId,
    pub(super) source: SocketAddr,
    pub(super) phone: Phone,
    /// The same in all repetitions of the request.
    key: Key,
    dialog: Dialog,
    heard: DateTime<Utc>,
    state: State,
}

/// What tells a repetition from a new request, together with the source.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct Key {
    call_id: String,
    cseq: String,
    branch: Option<String>,
}

impl Key {
    pub(super) fn of(subscribe: &Subscribe) -> Self {
        Self {
            call_id: subscribe.call_id.clone(),
            cseq: subscribe.cseq.clone(),
            branch: subscribe.branch().map(str::to_owned),
        }
    }
}

#[derive(Debug)]
enum State {
    /// Nobody has answered, and nothing was sent.
    Open,
    Notifying {
        notify: Datagram,
        repetition: Repetition,
    },
    /// Since when. What the phone still repeats gets its 200.
    Over(DateTime<Utc>),
}

/// What is due of a conversation.
pub(super) enum Due {
    Send(Datagram),
    End(Ended),
}

impl Conversation {
    pub(super) fn new(
        id: RequestId,
        source: SocketAddr,
        key: Key,
        phone: Phone,
        dialog: Dialog,
        heard: DateTime<Utc>,
    ) -> Self {
        Self {
            id,
            source,
            phone,
            key,
            dialog,
            heard,
            state: State::Open,
        }
    }

    pub(super) fn is_repeated_by(&self, source: SocketAddr, key: &Key) -> bool {
        self.source == source && self.key == *key
    }

    /// Whether an answer of the phone belongs to what was sent.
    pub(super) fn is_confirmed_by(&self, phone: IpAddr, call_id: &str, cseq: (u32, &str)) -> bool {
        self.is_answered() && self.dialog.is_answered_by(phone, call_id, cseq)
    }

    pub(super) fn is_of(&self, source: IpAddr) -> bool {
        self.source.ip().to_canonical() == source
    }

    pub(super) fn is_with(&self, mac: Mac) -> bool {
        self.phone.mac == Some(mac)
    }

    pub(super) fn is_answered(&self) -> bool {
        !matches!(self.state, State::Open)
    }

    pub(super) fn is_notifying(&self) -> bool {
        matches!(self.state, State::Notifying { .. })
    }

    /// How much it is needed, when there are too many: one that is over least, then one that nobody has
    /// answered, then one that waits for its phone; the older the less.
    pub(super) fn need(&self) -> (u8, DateTime<Utc>) {
        let kind = match self.state {
            State::Over(_) => 0,
            State::Open => 1,
            State::Notifying { .. } => 2,
        };
        (kind, self.heard)
    }

    pub(super) fn ok(&self) -> Datagram {
        Datagram::of(&self.dialog, self.dialog.ok())
    }

    /// See [`Exchange::answer`](super::Exchange::answer).
    pub(super) fn answer(
        &mut self,
        url: &Url,
        now: DateTime<Utc>,
        answerable: TimeDelta,
    ) -> Result<Vec<Datagram>, AnswerError> {
        if self.is_answered() {
            return Err(AnswerError::Answered);
        }
        let age = now.signed_duration_since(self.heard);
        if age >= answerable {
            return Err(AnswerError::Gone);
        }
        let notify = Datagram::of(&self.dialog, self.dialog.notify(url)?);
        let mut datagrams = Vec::new();
        if age < TIMER_F {
            datagrams.push(self.ok());
        }
        datagrams.push(notify.clone());
        self.state = State::Notifying {
            notify,
            repetition: Repetition::from(now),
        };
        Ok(datagrams)
    }

    /// What is due by now: at most one thing.
    pub(super) fn poll(&mut self, now: DateTime<Utc>) -> Option<Due> {
        let State::Notifying { notify, repetition } = &mut self.state else {
            return None;
        };
        match repetition.poll(now) {
            Turn::Wait => None,
            Turn::Send => Some(Due::Send(notify.clone())),
            Turn::GiveUp => Some(Due::End(self.end(Outcome::Unanswered, now))),
        }
    }

    pub(super) fn end(&mut self, outcome: Outcome, now: DateTime<Utc>) -> Ended {
        self.state = State::Over(now);
        Ended {
            id: self.id,
            phone: self.phone.clone(),
            outcome,
        }
    }

    /// When something is due next, or it can be forgotten.
    pub(super) fn next_timeout(&self, answerable: TimeDelta) -> DateTime<Utc> {
        match self.state {
            State::Open => after(self.heard, answerable),
            State::Notifying { repetition, .. } => repetition.next_timeout(),
            State::Over(at) => after(at, TIMER_F),
        }
    }

    /// Whether nothing of it is needed any more.
    pub(super) fn is_forgotten(&self, now: DateTime<Utc>, answerable: TimeDelta) -> bool {
        !self.is_notifying() && self.next_timeout(answerable) <= now
    }
}
