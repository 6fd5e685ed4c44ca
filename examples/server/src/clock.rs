//! What time it is: the machine's clock, or one that a test holds.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::watch;

/// The machine's clock may be set while somebody waits.
const LONGEST_SLEEP: Duration = Duration::from_secs(60);

/// A clock that many tasks look at.
#[derive(Clone, Debug, Default)]
pub struct Clock(Option<Arc<watch::Sender<DateTime<Utc>>>>);

impl Clock {
    /// The machine's.
    pub fn system() -> Self {
        Self(None)
    }

    /// One that stands still until it is [set](Self::advance).
    pub fn stopped_at(instant: DateTime<Utc>) -> Self {
        Self(Some(Arc::new(watch::Sender::new(instant))))
    }

    /// The time.
    pub fn now(&self) -> DateTime<Utc> {
        match &self.0 {
            Some(instant) => *instant.borrow(),
            None => system_now(),
        }
    }

    /// Sets a clock of a test forward; the machine's goes on by itself.
    pub fn advance(&self, by: TimeDelta) {
        if let Some(instant) = &self.0 {
            instant.send_modify(|instant| {
                *instant = instant.checked_add_signed(by).unwrap_or(*instant);
            });
        }
    }

    /// Waits until it is this late.
    pub async fn reached(&self, instant: DateTime<Utc>) {
        match &self.0 {
            Some(now) => {
                // Cannot fail: the sender is here.
                let _ = now.subscribe().wait_for(|now| instant <= *now).await;
            }
            None => {
                while let Ok(left) = (instant - system_now()).to_std()
                    && !left.is_zero()
                {
                    tokio::time::sleep(left.min(LONGEST_SLEEP)).await;
                }
            }
        }
    }
}

fn system_now() -> DateTime<Utc> {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let since = since.unwrap_or_default();
    let seconds = i64::try_from(since.as_secs()).unwrap_or(i64::MAX);
    DateTime::from_timestamp(seconds, since.subsec_nanos()).unwrap_or(DateTime::<Utc>::MAX_UTC)
}
