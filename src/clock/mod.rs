//! The right time on every phone: what clocks do by law, and what a phone's own clock is told.
//!
//! * [`Law`]: what the clocks of a zone do, of every zone and alias of the IANA time zone database.
//! * [`PosixTz`]: the rules of the database, strings such as `CET-1CEST,M3.5.0,M10.5.0/3`.
//! * [`ClockRule`]: the form that phones take: an offset, and daylight saving by weeks of months.
//! * [`Disagreement`]: where the two differ, for the places whose law no such rule can say.
//!
//! Nothing here reads a clock. What depends on the day takes it from the caller
//! ([`Site::rules_as_of`](crate::model::Site::rules_as_of)); the default is the day that the data were
//! released.
//!
//! ```
//! use chrono::Duration;
//! use phone_provisioning::clock::{ClockRule, Law, Precision, released};
//!
//! // The law of Israel: Friday before the last Sunday of March. Weeks come near.
//! let law = Law::of("Asia/Jerusalem".parse()?);
//! let rule = ClockRule::nearest(&law, released(), Precision::Hour);
//! let wrong = rule.disagreement(&law, released(), released() + Duration::days(3652));
//! assert!(wrong.is_some());
//! # Ok::<(), phone_provisioning::error::Invalid>(())
//! ```

mod calendar;
mod law;
mod posix;
mod rule;
mod tables;

use chrono::{DateTime, Utc};

pub(crate) use law::later;
pub use law::{Disagreement, Law, Span, Transition};
pub use posix::{PosixChange, PosixDay, PosixDaylight, PosixTz};
pub use rule::{ClockRule, Daylight, Precision, WeekRule};

/// The release of the IANA time zone database that the laws come from: `2026e`.
///
/// ```
/// let (year, letter) = phone_provisioning::clock::tzdata_version().split_at(4);
/// assert!(year.parse::<u16>().is_ok() && letter.len() == 1);
/// ```
pub fn tzdata_version() -> &'static str {
    tables::VERSION
}

/// When that release was made: the reference date where the caller names none.
pub fn released() -> DateTime<Utc> {
    law::instant(tables::RELEASED)
}

/// Zones whose law is of a later release than the others', with that release.
pub fn later_laws() -> &'static [(&'static str, &'static str)] {
    tables::LATER
}
