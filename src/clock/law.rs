//! What the clocks of a zone do by law.

use std::borrow::Cow;

use chrono::{DateTime, Duration, Utc};

use super::calendar::{self, SECONDS_PER_DAY};
use super::posix::PosixTz;
use super::tables;
use crate::model::TimeZone;

/// The beginning of 2020, where the table begins.
const FIRST: i64 = 1_577_836_800;

/// A row of the table: what one or more zones do from 2020 on.
#[derive(Debug)]
pub(super) struct LawRow {
    /// The offset before the first change.
    pub(super) first: i32,
    /// Changes that no rule gives: seconds since 1970 in UTC, the offset from then on.
    pub(super) changes: &'static [(i64, i32)],
    /// The rule after the last of them, or always.
    pub(super) posix: &'static str,
}

/// What the clocks of a zone do by law, from 2020 on: changes that are set down one by one, then a rule
/// for good.
///
/// Comes of the IANA time zone database; [`tzdata_version`](super::tzdata_version) says of which
/// release. Instants before 2020 are answered as if what holds in 2020 had always held.
///
/// ```
/// use chrono::{DateTime, Utc};
/// use phone_provisioning::clock::Law;
///
/// let law = Law::of("Asia/Kathmandu".parse()?);
/// assert_eq!(law.posix().to_string(), "<+0545>-5:45");
/// let berlin = Law::of("Europe/Berlin".parse()?);
/// let summer: DateTime<Utc> = "2027-07-01T00:00:00Z".parse().expect("an instant");
/// assert_eq!(berlin.offset_at(summer), 7200);
/// assert_eq!(berlin.year(2027).len(), 2);
/// # Ok::<(), phone_provisioning::error::Invalid>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Law {
    first: i32,
    changes: Cow<'static, [(i64, i32)]>,
    tail: PosixTz,
}

/// A change of a clock.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub struct Transition {
    /// When.
    pub at: DateTime<Utc>,
    /// Offset until then, seconds east of Greenwich.
    pub before: i32,
    /// Offset from then on.
    pub after: i32,
}

/// Where two clocks differ: a phone's and the law's.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub struct Disagreement {
    /// The first time that they differ.
    pub first: Span,
    /// The longest of those times.
    pub longest: Span,
    /// How many such times there are.
    pub spans: usize,
    /// How long they differ in all.
    pub total: Duration,
}

/// A time during which two clocks differ by the same amount.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub struct Span {
    /// When it begins.
    pub from: DateTime<Utc>,
    /// When it ends.
    pub until: DateTime<Utc>,
    /// Seconds by which the phone's clock is ahead of the law's; negative = behind.
    pub ahead: i32,
}

impl Span {
    /// How long it is.
    pub fn length(&self) -> Duration {
        self.until - self.from
    }
}

impl Law {
    /// The law of a zone. A name that the table lacks has the law of UTC; a test sees that there is
    /// none.
    pub fn of(zone: TimeZone) -> Self {
        Self::named(zone.as_str()).unwrap_or_else(|| Self::from(PosixTz::fixed(0)))
    }

    /// The law of a zone by its name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let row = tables::LAWS.get(usize::from(Self::place(name)?))?;
        Some(Self {
            first: row.first,
            changes: Cow::Borrowed(row.changes),
            // A test reads every string of the table.
            tail: row.posix.parse().ok()?,
        })
    }

    /// Whether two zones have had one law since 2020 and will have.
    pub(crate) fn is_shared(one: &str, other: &str) -> bool {
        one == other || (Self::place(one).is_some() && Self::place(one) == Self::place(other))
    }

    fn place(name: &str) -> Option<u16> {
        let place = tables::ZONES.binary_search_by(|(own, _)| (*own).cmp(name));
        Some(tables::ZONES[place.ok()?].1)
    }

    /// A law of changes that are set down one by one, and the rule after them.
    #[cfg(test)]
    pub(super) fn with_changes(first: i32, changes: Vec<(i64, i32)>, tail: PosixTz) -> Self {
        Self {
            first,
            changes: changes.into(),
            tail,
        }
    }

    /// The rule that holds for good once the changes that are set down one by one are over.
    pub fn posix(&self) -> &PosixTz {
        &self.tail
    }

    /// Offset at an instant, seconds east of Greenwich.
    pub fn offset_at(&self, at: DateTime<Utc>) -> i32 {
        self.offset(at.timestamp())
    }

    /// The changes after one instant, up to and including another, in order; none where the second is not
    /// the later one.
    pub fn transitions(&self, after: DateTime<Utc>, until: DateTime<Utc>) -> Vec<Transition> {
        let mut before = self.offset_at(after);
        let mut found = Vec::new();
        for (at, offset) in self.changes_between(after.timestamp(), until.timestamp()) {
            found.push(Transition {
                at: instant(at),
                before,
                after: offset,
            });
            before = offset;
        }
        found
    }

    /// The changes of a year of UTC, in order; none of a year that the calendar of `chrono` does not have.
    pub fn year(&self, year: i32) -> Vec<Transition> {
        let start = |year| calendar::days(year, 1, 1) * SECONDS_PER_DAY;
        self.transitions(
            instant(start(year) - 1),
            instant(start(year.saturating_add(1)) - 1),
        )
    }

    /// Where a clock that follows `clock` differs from one that follows this law, from one instant up
    /// to another; `None` = nowhere.
    pub fn disagreement(
        &self,
        clock: &Self,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Option<Disagreement> {
        let (start, end) = (from.timestamp(), until.timestamp());
        let (law, phone) = (
            self.changes_between(start, end),
            clock.changes_between(start, end),
        );
        let (mut law, mut phone) = (law.iter().peekable(), phone.iter().peekable());
        let mut offsets = (self.offset(start), clock.offset(start));
        let mut at = start;
        let mut spans: Vec<(i64, i64, i32)> = Vec::new();
        loop {
            let next_law = law.peek().map_or(end, |(at, _)| *at);
            let next_phone = phone.peek().map_or(end, |(at, _)| *at);
            let next = next_law.min(next_phone).min(end);
            let ahead = offsets.1 - offsets.0;
            if ahead != 0 && next > at {
                match spans.last_mut() {
                    Some(last) if last.1 == at && last.2 == ahead => last.1 = next,
                    _ => spans.push((at, next, ahead)),
                }
            }
            if next >= end {
                break;
            }
            at = next;
            while let Some((_, offset)) = law.next_if(|(time, _)| *time == at) {
                offsets.0 = *offset;
            }
            while let Some((_, offset)) = phone.next_if(|(time, _)| *time == at) {
                offsets.1 = *offset;
            }
        }
        let span = |(from, until, ahead): (i64, i64, i32)| Span {
            from: instant(from),
            until: instant(until),
            ahead,
        };
        let seconds = spans.iter().map(|(from, until, _)| until - from).sum();
        // The first of the longest.
        let longest = spans
            .iter()
            .copied()
            .rev()
            .max_by_key(|(from, until, _)| until - from)?;
        Some(Disagreement {
            first: span(*spans.first()?),
            longest: span(longest),
            spans: spans.len(),
            total: Duration::seconds(seconds),
        })
    }

    /// Where the law departs from its own rule: a change of the law that is set down and still to
    /// come, or yearly changes by a calendar that no rule knows (Ramadan).
    pub fn departure(&self, from: DateTime<Utc>, until: DateTime<Utc>) -> Option<Disagreement> {
        self.disagreement(&Self::from(self.tail.clone()), from, until)
    }

    /// Changes with `after < at <= until`, from 2020 on, without those that change nothing.
    fn changes_between(&self, after: i64, until: i64) -> Vec<(i64, i32)> {
        let after = after.max(FIRST);
        let mut found = Vec::new();
        let mut last = self.offset(after);
        let mut push = |at: i64, offset: i32| {
            if at > after && at <= until && offset != last {
                last = offset;
                found.push((at, offset));
            }
        };
        for (at, offset) in self.changes.iter() {
            push(*at, *offset);
        }
        let rule_from = self.changes.last().map_or(i64::MIN, |(at, _)| *at);
        for year in year_of(after.max(rule_from)) - 1..=year_of(until) + 1 {
            let Some(changes) = self.tail.changes(year) else {
                break;
            };
            for (at, offset) in changes {
                if at > rule_from {
                    push(at, offset);
                }
            }
        }
        found
    }

    fn offset(&self, at: i64) -> i32 {
        let passed = self.changes.iter().rev().find(|(time, _)| *time <= at);
        match (passed, self.changes.last()) {
            (None, Some(_)) => self.first,
            (Some(passed), Some(last)) if passed.0 < last.0 => passed.1,
            (Some(last), _) => self.by_rule(at, Some(*last)),
            (None, None) => self.by_rule(at, None),
        }
    }

    /// The offset by the rule, which begins with the last change that is set down.
    fn by_rule(&self, at: i64, since: Option<(i64, i32)>) -> i32 {
        let year = year_of(at);
        let passed = (year - 1..=year + 1)
            .filter_map(|year| self.tail.changes(year))
            .flatten()
            .rfind(|(time, _)| *time <= at);
        match (passed, since) {
            (Some(passed), Some(since)) if passed.0 < since.0 => since.1,
            (Some(passed), _) => passed.1,
            (None, _) => self.tail.offset(),
        }
    }
}

/// A rule that has held all along.
impl From<PosixTz> for Law {
    fn from(tail: PosixTz) -> Self {
        Self {
            first: tail.offset(),
            changes: Cow::Borrowed(&[]),
            tail,
        }
    }
}

fn year_of(at: i64) -> i32 {
    calendar::date(at.div_euclid(SECONDS_PER_DAY)).0
}

/// So many days later, or the last instant that there is.
pub(crate) fn later(at: DateTime<Utc>, days: i64) -> DateTime<Utc> {
    at.checked_add_signed(Duration::days(days))
        .unwrap_or(DateTime::<Utc>::MAX_UTC)
}

/// An instant of the years that `chrono` has; others, which no table holds, are the epoch.
pub(super) fn instant(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::{ClockRule, Precision};
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn every_zone_has_its_law() {
        for zone in TimeZone::all() {
            assert!(Law::named(zone.as_str()).is_some(), "{zone}");
        }
        for (name, _) in tables::ZONES {
            assert!(name.parse::<TimeZone>().is_ok(), "{name}");
        }
        for row in tables::LAWS {
            let posix: PosixTz = row.posix.parse().unwrap();
            assert_eq!(posix.to_string(), row.posix);
            assert!(row.changes.is_sorted_by_key(|(at, _)| *at));
        }
        assert!(tables::ZONES.is_sorted());
    }

    #[test]
    fn changes_end_and_the_rule_begins() {
        let law = Law::named("Asia/Amman").unwrap();
        assert_eq!(law.offset_at(at("2020-01-15T00:00:00Z")), 7200);
        assert_eq!(law.offset_at(at("2021-07-01T00:00:00Z")), 10_800);
        assert_eq!(law.offset_at(at("2027-01-01T00:00:00Z")), 10_800);
        assert_eq!(law.year(2021).len(), 2);
        assert_eq!(law.year(2027), []);
    }

    #[test]
    fn a_year_has_its_changes() {
        let year = Law::named("Australia/Lord_Howe").unwrap().year(2027);
        let seen: Vec<_> = year
            .iter()
            .map(|change| (change.at.to_string(), change.before, change.after))
            .collect();
        assert_eq!(
            seen,
            [
                ("2027-04-03 15:00:00 UTC".to_owned(), 39_600, 37_800),
                ("2027-10-02 15:30:00 UTC".to_owned(), 37_800, 39_600),
            ],
        );
    }

    #[test]
    fn no_instant_is_too_early_or_too_late() {
        for zone in ["Europe/Berlin", "Asia/Gaza", "America/Havana", "Etc/UTC"] {
            let law = Law::named(zone).unwrap();
            for at in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC] {
                law.offset_at(at);
                assert_eq!(law.transitions(at, later(at, 3652)), []);
                let rule = ClockRule::nearest(&law, at, Precision::Hour);
                rule.disagreement(&law, at, later(at, 3652));
            }
        }
    }

    #[test]
    fn clocks_are_compared() {
        let law: Law = "CET-1CEST,M3.5.0,M10.5.0/3"
            .parse::<PosixTz>()
            .unwrap()
            .into();
        let american: Law = "CET-1CEST,M3.2.0,M11.1.0"
            .parse::<PosixTz>()
            .unwrap()
            .into();
        let (from, until) = (at("2027-01-01T00:00:00Z"), at("2028-01-01T00:00:00Z"));
        let differ = law.disagreement(&american, from, until).unwrap();
        assert_eq!(differ.spans, 2);
        assert_eq!(differ.first.from, at("2027-03-14T01:00:00Z"));
        assert_eq!(differ.first.until, at("2027-03-28T01:00:00Z"));
        assert_eq!(differ.first.ahead, 3600);
        assert_eq!(differ.longest, differ.first);
        assert_eq!(differ.total, Duration::days(21) - Duration::hours(1));
        assert_eq!(law.disagreement(&law, from, until), None);
        // Nothing is compared outside of what was asked.
        assert_eq!(law.disagreement(&american, from, differ.first.from), None);
        let year = from + Duration::days(3652);
        assert_eq!(law.disagreement(&american, year, from), None);
    }
}
