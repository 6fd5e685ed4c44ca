//! The time in which a phone may come in for the first time.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::{AdmissionError, Policy};

/// From when until when a phone may come in without its long-term credential: `[opened, until)`.
///
/// The first download does not close it: phones start anew several times while they apply what they
/// were given.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub(super) struct Window {
    opened: DateTime<Utc>,
    until: DateTime<Utc>,
}

impl Window {
    pub(super) fn open(
        now: DateTime<Utc>,
        until: DateTime<Utc>,
        policy: &Policy,
    ) -> Result<(Self, Opening), AdmissionError> {
        if until <= now {
            return Err(AdmissionError::WindowInThePast(now));
        }
        let latest = after(now, policy.longest_window);
        if until > latest {
            let found = until;
            return Err(AdmissionError::WindowTooLong { latest, found });
        }
        let opening = Opening {
            until,
            longer_than_advised: until > after(now, policy.advised_window),
        };
        Ok((Self { opened: now, until }, opening))
    }

    pub(super) fn close_by(&mut self, end: DateTime<Utc>) {
        self.until = self.until.min(end);
    }

    pub(super) fn is_open(&self, now: DateTime<Utc>) -> bool {
        self.opened <= now && now < self.until
    }

    pub(super) fn state(&self, now: DateTime<Utc>) -> WindowState {
        if self.is_open(now) {
            WindowState::Open {
                until: self.until,
                remaining: self.until.signed_duration_since(now),
            }
        } else if now < self.opened {
            WindowState::NotYet { from: self.opened }
        } else {
            WindowState::Closed { since: self.until }
        }
    }
}

/// A window that was opened.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[must_use = "it says whether the window is longer than it should be"]
#[non_exhaustive]
pub struct Opening {
    /// When it closes, unless the phone settles earlier.
    pub until: DateTime<Utc>,
    /// Whether it is longer than [`Policy::advised_window`]: worth a warning.
    pub longer_than_advised: bool,
}

/// Whether a phone may come in for the first time.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum WindowState {
    /// No window was ever opened.
    NeverOpened,
    /// It was opened at an instant that has not come yet: two clocks disagree.
    NotYet {
        /// When it was opened.
        from: DateTime<Utc>,
    },
    /// It may.
    Open {
        /// The end of the window, which does not belong to it.
        until: DateTime<Utc>,
        /// The time until then.
        remaining: TimeDelta,
    },
    /// It may not any more.
    Closed {
        /// When the window closed.
        since: DateTime<Utc>,
    },
}

/// The instant so much later, or the last one there is.
pub(super) fn after(now: DateTime<Utc>, delta: TimeDelta) -> DateTime<Utc> {
    now.checked_add_signed(delta)
        .unwrap_or(DateTime::<Utc>::MAX_UTC)
}
