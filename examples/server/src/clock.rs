//! What time it is: the machine's clock, or one that a test holds.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use chrono::{DateTime, TimeDelta, Utc};

/// A clock that many tasks look at.
#[derive(Clone, Debug, Default)]
pub struct Clock(Option<Arc<Mutex<DateTime<Utc>>>>);

impl Clock {
    /// The machine's.
    pub fn system() -> Self {
        Self(None)
    }

    /// One that stands still until it is [set](Self::advance).
    pub fn stopped_at(instant: DateTime<Utc>) -> Self {
        Self(Some(Arc::new(Mutex::new(instant))))
    }

    /// The time.
    pub fn now(&self) -> DateTime<Utc> {
        match &self.0 {
            Some(instant) => *instant.lock().unwrap_or_else(PoisonError::into_inner),
            None => system_now(),
        }
    }

    /// Sets a clock of a test forward; the machine's goes on by itself.
    pub fn advance(&self, by: TimeDelta) {
        if let Some(instant) = &self.0 {
            let mut instant = instant.lock().unwrap_or_else(PoisonError::into_inner);
            *instant = instant.checked_add_signed(by).unwrap_or(*instant);
        }
    }
}

fn system_now() -> DateTime<Utc> {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let since = since.unwrap_or_default();
    let seconds = i64::try_from(since.as_secs()).unwrap_or(i64::MAX);
    DateTime::from_timestamp(seconds, since.subsec_nanos()).unwrap_or(DateTime::<Utc>::MAX_UTC)
}
