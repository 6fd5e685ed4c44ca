//! What all SIP messages from here share.

use std::net::SocketAddr;

use chrono::{DateTime, TimeDelta, Utc};

/// How long the first repetition waits, RFC 3261 section 17.1.2.1.
const T1: TimeDelta = TimeDelta::milliseconds(500);

/// The longest wait between two repetitions.
const T2: TimeDelta = TimeDelta::seconds(4);

/// How long a request is repeated before it is given up: 64 times the first wait.
pub(super) const TIMER_F: TimeDelta = TimeDelta::seconds(32);

/// An address as it stands in a message: without the zone of a link, which has a meaning on this
/// machine only, and no IPv4 in the form of IPv6.
pub(super) fn written(address: SocketAddr) -> SocketAddr {
    SocketAddr::new(address.ip().to_canonical(), address.port())
}

/// An instant later, at the end of the calendar at most.
pub(super) fn after(at: DateTime<Utc>, wait: TimeDelta) -> DateTime<Utc> {
    at.checked_add_signed(wait)
        .unwrap_or(DateTime::<Utc>::MAX_UTC)
}

/// When a request that went out over UDP goes out again, until an answer comes or the time is over
/// (RFC 3261 section 17.1.2).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Repetition {
    due: DateTime<Utc>,
    wait: TimeDelta,
    until: DateTime<Utc>,
}

/// What is to be done with a request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Turn {
    Wait,
    Send,
    GiveUp,
}

impl Repetition {
    /// Of a request that goes out now.
    pub(super) fn from(now: DateTime<Utc>) -> Self {
        Self {
            due: after(now, T1),
            wait: T1,
            until: after(now, TIMER_F),
        }
    }

    /// What is due by now. A call that comes late sends once, not once per missed instant.
    pub(super) fn poll(&mut self, now: DateTime<Utc>) -> Turn {
        if self.until <= now {
            return Turn::GiveUp;
        }
        if self.due > now {
            return Turn::Wait;
        }
        while self.due <= now {
            self.wait = T2.min(self.wait * 2);
            self.due = after(self.due, self.wait);
        }
        Turn::Send
    }

    /// A provisional answer: whoever says so is there, and is asked again at the longest wait only. The
    /// repetition that is due already goes out still.
    pub(super) fn slow_down(&mut self) {
        self.wait = T2;
    }

    pub(super) fn next_timeout(&self) -> DateTime<Utc> {
        self.due.min(self.until)
    }
}
