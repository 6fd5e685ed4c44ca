//! When registrations end: every week at the same time.

use chrono::{DateTime, FixedOffset, TimeDelta, Utc, Weekday};

use crate::clock::Law;
use crate::error::Invalid;
use crate::model::TimeZone;

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;
const WEEK: i64 = 7 * DAY;

/// The time of the week at which all registrations end that were made before it.
///
/// By default it is the beginning of Wednesday at UTC+1, in summer too. Weeks of such a clock have
/// 168 hours. Those of a [civil](Zone::Civil) clock have an hour less or more when it is changed; a
/// registration then ends after 168 hours at the latest.
///
/// ```
/// use chrono::{DateTime, Utc};
/// use phone_provisioning::redirection::life::Weekly;
///
/// let activated: DateTime<Utc> = "2026-07-07T22:59:59Z".parse()?;
/// let expires = Weekly::default().expires_at(activated);
/// assert_eq!(expires.to_string(), "2026-07-07 23:00:00 UTC");
/// # Ok::<(), chrono::ParseError>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Weekly {
    weekday: Weekday,
    hour: u8,
    clock: Clock,
}

/// By which clock the time of the week is meant.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Zone {
    /// One that is never changed.
    Fixed(FixedOffset),
    /// That of a place. A time that its clock leaves out is the moment of the change; of one that it
    /// shows twice the first counts: the week ends when the clock first shows the time or a later one.
    Civil(TimeZone),
}

#[derive(Clone, Debug, Eq, PartialEq)]
enum Clock {
    Fixed(i64),
    Civil(Law),
}

impl Weekly {
    /// This hour of this day.
    ///
    /// # Errors
    /// An hour beyond 23.
    pub fn new(weekday: Weekday, hour: u8, zone: Zone) -> Result<Self, Invalid> {
        if hour > 23 {
            return Err(Invalid::new("an hour from 0 to 23", &hour.to_string()));
        }
        let clock = match zone {
            Zone::Fixed(offset) => Clock::Fixed(offset.local_minus_utc().into()),
            Zone::Civil(zone) => Clock::Civil(Law::of(zone)),
        };
        Ok(Self {
            weekday,
            hour,
            clock,
        })
    }

    /// The beginning of Wednesday in a zone.
    pub fn civil(zone: TimeZone) -> Self {
        Self {
            clock: Clock::Civil(Law::of(zone)),
            ..Self::default()
        }
    }

    /// When a registration ends that was made at this time: more than nothing and at most 168 hours
    /// later. One that is made at the very end of a week has the whole next one.
    pub fn expires_at(&self, activated: DateTime<Utc>) -> DateTime<Utc> {
        let latest = activated
            .checked_add_signed(TimeDelta::seconds(WEEK))
            .unwrap_or(DateTime::<Utc>::MAX_UTC);
        let at = activated.timestamp();
        // A day on either side, for offsets; the week after, when this week's end is over.
        let day = at.div_euclid(DAY) - 1;
        let first = day + i64::from(self.days_until(day));
        let mut ends = (0..3).map(|week| self.reached((first + 7 * week) * DAY));
        let end = ends.find(|end| *end > at);
        let end = end.and_then(|end| DateTime::from_timestamp(end, 0));
        end.map_or(latest, |end| end.min(latest))
    }

    /// Days from a day, counted from 1970-01-01, to the weekday.
    fn days_until(&self, day: i64) -> u8 {
        // That day was a Thursday.
        let weekday = (day + 3).rem_euclid(7);
        let wanted = i64::from(self.weekday.num_days_from_monday());
        // Less than 7.
        (wanted - weekday).rem_euclid(7) as u8
    }

    /// When the clock first shows the hour of a day, or a later time.
    fn reached(&self, midnight: i64) -> i64 {
        let wall = midnight + i64::from(self.hour) * HOUR;
        let law = match &self.clock {
            Clock::Fixed(offset) => return wall - offset,
            Clock::Civil(law) => law,
        };
        let instant = |seconds| DateTime::from_timestamp(seconds, 0).unwrap_or_default();
        // No clock is further from UTC than that.
        let (from, until) = (instant(wall - 2 * DAY), instant(wall + 2 * DAY));
        let mut offset = law.offset_at(from);
        for change in law.transitions(from, until) {
            let at = change.at.timestamp();
            if wall - i64::from(offset) < at {
                break;
            }
            offset = change.after;
            if at + i64::from(offset) >= wall {
                return at;
            }
        }
        wall - i64::from(offset)
    }
}

/// The beginning of Wednesday at UTC+1.
impl Default for Weekly {
    fn default() -> Self {
        Self {
            weekday: Weekday::Wed,
            hour: 0,
            clock: Clock::Fixed(HOUR),
        }
    }
}
