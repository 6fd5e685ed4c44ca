//! One conversation with one phone over time.

use std::net::{IpAddr, SocketAddr};

use chrono::{DateTime, TimeDelta, Utc};

use crate::model::{Mac, Url};

use super::{AnswerError, Datagram, Dialog, Ended, Outcome, Phone, RequestId, Subscribe};

/// How long the first repetition waits, RFC 3261 section 17.1.2.1.
const T1: TimeDelta = TimeDelta::milliseconds(500);

/// The longest wait between two repetitions.
const T2: TimeDelta = TimeDelta::seconds(4);

/// How long a request is repeated before it is given up: 64 times the first wait.
const TIMER_F: TimeDelta = TimeDelta::seconds(32);

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
        /// When it goes out again.
        due: DateTime<Utc>,
        wait: TimeDelta,
        until: DateTime<Utc>,
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
            due: after(now, T1),
            wait: T1,
            until: after(now, TIMER_F),
        };
        Ok(datagrams)
    }

    /// What is due by now: at most one thing.
    pub(super) fn poll(&mut self, now: DateTime<Utc>) -> Option<Due> {
        let State::Notifying {
            notify,
            due,
            wait,
            until,
        } = &mut self.state
        else {
            return None;
        };
        if *until <= now {
            return Some(Due::End(self.end(Outcome::Unanswered, now)));
        }
        if *due > now {
            return None;
        }
        while *due <= now {
            *wait = T2.min(*wait * 2);
            *due = after(*due, *wait);
        }
        Some(Due::Send(notify.clone()))
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
            State::Notifying { due, until, .. } => due.min(until),
            State::Over(at) => after(at, TIMER_F),
        }
    }

    /// Whether nothing of it is needed any more.
    pub(super) fn is_forgotten(&self, now: DateTime<Utc>, answerable: TimeDelta) -> bool {
        !self.is_notifying() && self.next_timeout(answerable) <= now
    }
}

/// An instant later, at the end of the calendar at most.
fn after(at: DateTime<Utc>, wait: TimeDelta) -> DateTime<Utc> {
    at.checked_add_signed(wait)
        .unwrap_or(DateTime::<Utc>::MAX_UTC)
}
