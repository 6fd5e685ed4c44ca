//! The time zone of a device, and what is said where a phone cannot be told its law.

use chrono::{DateTime, Duration, Utc};

use super::job::Job;
use crate::clock::{ClockRule, Disagreement, Law, Precision, later, released};
use crate::error::{ErrorKind, NoticeCode, Path};
use crate::model::{Handling, Layer, TimeZone};

/// The time zone of a device.
#[derive(Debug)]
pub(crate) struct Clock {
    pub(crate) zone: TimeZone,
    pub(crate) law: Law,
    pub(crate) layer: Layer,
    pub(crate) path: Path,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
}

impl Clock {
    /// How far ahead a phone's clock is compared with the law.
    const YEARS: i64 = 10;

    /// The zone of the layers, where one is given.
    pub(crate) fn of(job: &Job<'_>) -> Option<Self> {
        let found = job.find(|s| s.time_zone)?;
        let from = job.layers.site().rules_as_of.unwrap_or_else(released);
        Some(Self {
            zone: found.value,
            law: Law::of(found.value),
            layer: found.layer,
            path: job.path(found.layer, "time_zone"),
            from,
            until: later(from, Self::YEARS * 365 + 2),
        })
    }

    /// The rule of weeks for the zone.
    pub(crate) fn rule(&self, precision: Precision) -> ClockRule {
        ClockRule::nearest(&self.law, self.from, precision)
    }

    /// Whether the law departs from its own rule in the coming year: what holds now then counts more
    /// than what comes after.
    pub(crate) fn departs_soon(&self) -> bool {
        self.law.departure(self.from, self.soon()).is_some()
    }

    /// Where a phone whose clock does this differs from the law in the coming year.
    pub(crate) fn wrong_soon(&self, phone: &Law) -> Option<Disagreement> {
        self.law.disagreement(phone, self.from, self.soon())
    }

    fn soon(&self) -> DateTime<Utc> {
        later(self.from, 366)
    }

    /// Where a phone whose clock does this differs from the law in the coming years.
    pub(crate) fn wrong(&self, phone: &Law) -> Option<Disagreement> {
        if *phone == self.law {
            return None;
        }
        self.law.disagreement(phone, self.from, self.until)
    }

    /// Says where the phone's clock will be wrong, as an error where that is longer than the site
    /// allows.
    pub(crate) fn tell(&self, job: &mut Job<'_>, phone: &Law) {
        let Some(wrong) = self.wrong(phone) else {
            return;
        };
        let tolerance = job.layers.site().clock_tolerance;
        let strict = job.handling == Handling::Strict;
        if strict && let Some(limit) = tolerance.filter(|limit| wrong.longest.length() > *limit) {
            let kind = ErrorKind::WrongClock {
                zone: self.zone.as_str(),
                found: self.words(&wrong),
                limit: length(limit),
            };
            job.error(self.path.clone(), kind);
            return;
        }
        let message = format!(
            "no setting of {} says the law of {}: its clock is {}",
            job.model_name,
            self.zone,
            self.words(&wrong),
        );
        job.notice(NoticeCode::Clock, self.path.clone(), message);
    }

    fn words(&self, wrong: &Disagreement) -> String {
        let first = wrong.first;
        let amount = length(Duration::seconds(first.ahead.unsigned_abs().into()));
        let side = if first.ahead > 0 { "ahead" } else { "behind" };
        let from = stamp(first.from);
        if wrong.spans == 1 && first.until == self.until {
            return format!("{amount} {side} from {from} on");
        }
        format!(
            "{amount} {side} from {from} to {}; such times until {}: {}, the longest {}, {} in all",
            stamp(first.until),
            self.until.format("%Y-%m-%d"),
            wrong.spans,
            length(wrong.longest.length()),
            length(wrong.total),
        )
    }
}

fn stamp(at: DateTime<Utc>) -> impl std::fmt::Display {
    at.format("%Y-%m-%d %H:%M UTC")
}

/// A length of time in the two largest units that it has: `7 days`, `1 h 30 min`, `1 s`.
fn length(time: Duration) -> String {
    let seconds = time.num_seconds();
    let parts = [
        (seconds / 86_400, " days"),
        (seconds / 3600 % 24, " h"),
        (seconds / 60 % 60, " min"),
        (seconds % 60, " s"),
    ];
    let mut words = parts.iter().filter(|(number, _)| *number != 0);
    let word = |(number, unit): &(i64, &str)| match (number, *unit) {
        (1, " days") => "1 day".to_owned(),
        _ => format!("{number}{unit}"),
    };
    match (words.next(), words.next()) {
        (Some(first), Some(second)) => format!("{} {}", word(first), word(second)),
        (Some(only), None) => word(only),
        (None, _) => "0 s".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_said_in_two_units() {
        let said = |seconds| length(Duration::seconds(seconds));
        assert_eq!(said(0), "0 s");
        assert_eq!(said(1), "1 s");
        assert_eq!(said(1800), "30 min");
        assert_eq!(said(5400), "1 h 30 min");
        assert_eq!(said(86_400), "1 day");
        assert_eq!(said(7 * 86_400 + 3600 + 1), "7 days 1 h");
    }
}
