//! Emulated phone clocks: what a phone shows that was told these settings. Written from the
//! vendors' grammar and their published examples, and from nothing that writes the settings; what is
//! not in the grammar is a fault, not a guess.
//!
//! A clock is a step function from UTC to the offset of local time. The law of a zone (tzdata, read
//! by jiff) is one too, so that the two are compared at every instant and not at samples.

#![allow(dead_code, unreachable_pub, reason = "as in `support`")]

pub mod phones;
pub mod snom;
pub mod tokens;
pub mod yealink;
pub mod zones;

use jiff::Timestamp;
use jiff::civil::{Date, Weekday};
use jiff::tz::{Offset, TimeZone};

use crate::support::cfg::Setting;

/// Years in which clocks are known; what is compared lies well within.
const YEARS: std::ops::RangeInclusive<i16> = 2024..=2039;

/// Seconds that local time is ahead of UTC, from one instant to the next.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Clock {
    /// Before the first change.
    first: i32,
    /// Instants in seconds of the Unix epoch, ascending, and the offset from then on. Every one is
    /// another than the one before.
    changes: Vec<(i64, i32)>,
}

impl Clock {
    /// A clock that never changes.
    pub fn fixed(offset: i32) -> Self {
        Self {
            first: offset,
            changes: Vec::new(),
        }
    }

    /// The clock of a zone as its law is known.
    pub fn of_law(zone: &TimeZone) -> Self {
        let begin = Timestamp::from_second(noon(*YEARS.start(), 1, 1)).unwrap();
        let end = Timestamp::from_second(noon(*YEARS.end(), 12, 31)).unwrap();
        let following = zone.following(begin);
        let changes = following.take_while(|change| change.timestamp() < end);
        Self::new(
            zone.to_offset(begin).seconds(),
            changes.map(|change| (change.timestamp().as_second(), change.offset().seconds())),
        )
    }

    /// The clock that is another until an instant, and does not change until then.
    #[must_use]
    pub fn fixed_until(&self, offset: i32, until: i64) -> Self {
        let then = (until, self.local_offset(until));
        let changes = self.changes.iter().filter(|(at, _)| *at > until);
        Self::new(offset, [then].into_iter().chain(changes.copied()))
    }

    /// A clock that obeys the same rule every year.
    pub fn yearly(standard: i32, rule: &Rule) -> Self {
        let mut changes = Vec::new();
        for year in YEARS {
            let summer = standard + rule.shift;
            changes.push((rule.start.instant(year, standard), summer));
            changes.push((rule.end.instant(year, summer), standard));
        }
        changes.sort_unstable();
        // In the south the year begins in summer; what came before the first change is the other.
        let (_, after_first) = changes[0];
        let first = if after_first == standard {
            standard + rule.shift
        } else {
            standard
        };
        Self::new(first, changes)
    }

    fn new(first: i32, changes: impl IntoIterator<Item = (i64, i32)>) -> Self {
        let mut clock = Self::fixed(first);
        let mut current = first;
        for (at, offset) in changes {
            // Law also changes names and flags alone.
            if offset != current {
                clock.changes.push((at, offset));
                current = offset;
            }
        }
        clock
    }

    /// Seconds that local time is ahead of UTC at this instant.
    pub fn local_offset(&self, utc_seconds: i64) -> i32 {
        let after = self.changes.partition_point(|(at, _)| *at <= utc_seconds);
        match after.checked_sub(1) {
            Some(last) => self.changes[last].1,
            None => self.first,
        }
    }

    /// The instants within, at which it changes.
    pub fn changes(&self, from: i64, to: i64) -> impl Iterator<Item = i64> + Clone {
        let instants = self.changes.iter().map(|(at, _)| *at);
        instants.filter(move |at| (from..to).contains(at))
    }

    /// When it jumps forward or back, in seconds of the wall clock before the jump.
    pub fn jumps(&self, forward: bool, from: i64, to: i64) -> Vec<i64> {
        let around = |at: i64| [at - 1, at].map(|at| self.local_offset(at));
        let jumps = self.changes(from, to).map(|at| (at, around(at)));
        let jumps = jumps.filter(|(_, [before, after])| (before < after) == forward);
        jumps
            .map(|(at, [before, _])| at + i64::from(before))
            .collect()
    }

    /// The first instant within at which two clocks differ, and what they show.
    pub fn difference(&self, other: &Self, from: i64, to: i64) -> Option<(i64, i32, i32)> {
        let instants = self.instants(other, from, to).into_iter();
        instants
            .map(|at| (at, self.local_offset(at), other.local_offset(at)))
            .find(|(_, own, others)| own != others)
    }

    /// Seconds within for which two clocks differ: the longest at a stretch, and in all.
    pub fn seconds_apart(&self, other: &Self, from: i64, to: i64) -> (i64, i64) {
        let mut instants = self.instants(other, from, to);
        instants.push(to);
        let (mut longest, mut total, mut stretch) = (0, 0, 0);
        for span in instants.windows(2) {
            let length = span[1] - span[0];
            if self.local_offset(span[0]) != other.local_offset(span[0]) {
                stretch += length;
                total += length;
                longest = longest.max(stretch);
            } else if length > 0 {
                stretch = 0;
            }
        }
        (longest, total)
    }

    /// The first seconds of all spans in which neither clock changes: what is so then is so always.
    fn instants(&self, other: &Self, from: i64, to: i64) -> Vec<i64> {
        let mut instants = vec![from];
        instants.extend(self.changes(from, to));
        instants.extend(other.changes(from, to));
        instants.sort_unstable();
        instants
    }
}

/// Summer time of every year.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Rule {
    /// Seconds that summer is ahead of standard time.
    pub shift: i32,
    /// On the wall clock of standard time.
    pub start: Moment,
    /// On the wall clock of summer time.
    pub end: Moment,
}

/// A moment of every year, on the wall clock before the jump.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Moment {
    month: i8,
    day: Day,
    /// Seconds since midnight.
    time: i32,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Day {
    /// The first to fourth of its weekday in the month, or the last.
    Week(i8, Weekday),
    Date(i8),
}

impl Moment {
    /// Month 1–12, week 1–4 or 5 for the last, weekday 1 Monday … 7 Sunday, time of the day in
    /// seconds.
    pub fn of_week(month: i32, week: i32, weekday: i32, time: i32) -> Result<Self, String> {
        let week = match within("a week", week, 1, 5)? {
            5 => -1,
            week => week,
        };
        let weekday = within("a weekday", weekday, 1, 7)?;
        let weekday = Weekday::from_monday_one_offset(weekday).unwrap();
        Self::of(month, Day::Week(week, weekday), time)
    }

    /// Month 1–12, day of it, time of the day in seconds.
    pub fn of_date(month: i32, day: i32, time: i32) -> Result<Self, String> {
        let days = match month {
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        Self::of(month, Day::Date(within("a day", day, 1, days)?), time)
    }

    fn of(month: i32, day: Day, time: i32) -> Result<Self, String> {
        if !(0..86_400).contains(&time) {
            return Err(format!("{time} is no second of a day"));
        }
        let month = within("a month", month, 1, 12)?;
        Ok(Self { month, day, time })
    }

    /// Every moment of a year that a rule can name, at this time of the day.
    pub fn all(time: i32) -> impl Iterator<Item = Self> {
        let weeks = (1..=5).flat_map(|week| (1..=7).map(move |weekday| (week, weekday)));
        let of_week = move |month| {
            let weeks = weeks.clone();
            weeks.map(move |(week, weekday)| Self::of_week(month, week, weekday, time))
        };
        let of_date = move |month| (1..=31).map(move |day| Self::of_date(month, day, time));
        let moments = (1..=12).flat_map(move |month| of_week(month).chain(of_date(month)));
        moments.filter_map(Result::ok)
    }

    /// How far it is from a second of the wall clock, in the year in which it is nearest.
    pub fn seconds_from(self, wall: i64) -> i64 {
        let of_years = YEARS.map(|year| (self.instant(year, 0) - wall).abs());
        of_years.min().unwrap()
    }

    pub fn month(self) -> i8 {
        self.month
    }

    /// When it is, on a wall clock of this offset.
    fn instant(self, year: i16, offset: i32) -> i64 {
        let first = Date::new(year, self.month, 1).unwrap();
        let date = match self.day {
            Day::Week(week, weekday) => first.nth_weekday_of_month(week, weekday).unwrap(),
            Day::Date(day) => Date::new(year, self.month, day).unwrap(),
        };
        let midnight = date.at(0, 0, 0, 0);
        let midnight = Offset::UTC.to_timestamp(midnight).unwrap().as_second();
        midnight + i64::from(self.time) - i64::from(offset)
    }
}

/// Noon of a day in UTC, in seconds of the Unix epoch.
pub fn noon(year: i16, month: i8, day: i8) -> i64 {
    let noon = Date::new(year, month, day).unwrap().at(12, 0, 0, 0);
    Offset::UTC.to_timestamp(noon).unwrap().as_second()
}

fn within(what: &str, found: i32, least: i32, most: i32) -> Result<i8, String> {
    if (least..=most).contains(&found) {
        Ok(i8::try_from(found).unwrap())
    } else {
        Err(format!("{found} is not {what} of {least} to {most}"))
    }
}

/// A value of the files that a device fetches, where one of them has it; the last one counts.
fn told<'s>(settings: &'s [Setting], name: &str) -> Option<&'s Setting> {
    settings.iter().rev().find(|setting| setting.name == name)
}

/// A number of digits alone, without zeros in front.
fn number(text: &str) -> Result<i32, String> {
    let plain = text == "0" || !text.starts_with('0');
    digits(text)
        .filter(|_| plain)
        .ok_or_else(|| format!("`{text}` is not a number of digits alone without zeros in front"))
}

/// A number of exactly two digits.
fn two_digits(text: &str) -> Result<i32, String> {
    let two = digits(text).filter(|_| text.len() == 2);
    two.ok_or_else(|| format!("`{text}` is not two digits"))
}

fn digits(text: &str) -> Option<i32> {
    let only = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| only)
}

/// Settings as a reader of files gives them; `%NULL%` clears.
#[cfg(test)]
fn settings(lines: &[(&str, &str)]) -> Vec<Setting> {
    let setting = |(line, (name, value)): (usize, &(&str, &str))| Setting {
        section: "time".to_owned(),
        name: (*name).to_owned(),
        value: (*value).to_owned(),
        cleared: *value == "%NULL%",
        line: line + 1,
    };
    lines.iter().enumerate().map(setting).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn law(zone: &str) -> Clock {
        Clock::of_law(&TimeZone::get(zone).unwrap())
    }

    /// Seconds of the epoch.
    fn at(text: &str) -> i64 {
        text.parse::<Timestamp>().unwrap().as_second()
    }

    #[test]
    fn the_law_is_what_newspapers_say() {
        let berlin = law("Europe/Berlin");
        assert_eq!(berlin.local_offset(at("2026-03-29T00:59:59Z")), 3600);
        assert_eq!(berlin.local_offset(at("2026-03-29T01:00:00Z")), 7200);
        assert_eq!(berlin.local_offset(at("2026-10-25T00:59:59Z")), 7200);
        assert_eq!(berlin.local_offset(at("2026-10-25T01:00:00Z")), 3600);
        let sydney = law("Australia/Sydney");
        assert_eq!(sydney.local_offset(at("2027-01-01T00:00:00Z")), 39_600);
        assert_eq!(sydney.local_offset(at("2027-07-01T00:00:00Z")), 36_000);
    }

    #[test]
    fn a_rule_of_the_north_is_the_law() {
        let rule = Rule {
            shift: 3600,
            start: Moment::of_week(3, 5, 7, 2 * 3600).unwrap(),
            end: Moment::of_week(10, 5, 7, 3 * 3600).unwrap(),
        };
        assert_eq!(Clock::yearly(3600, &rule), law("Europe/Berlin"));
    }

    #[test]
    fn a_rule_of_the_south_wraps_the_year() {
        let rule = Rule {
            shift: 3600,
            start: Moment::of_week(10, 1, 7, 2 * 3600).unwrap(),
            end: Moment::of_week(4, 1, 7, 3 * 3600).unwrap(),
        };
        let clock = Clock::yearly(36_000, &rule);
        assert_eq!(clock, law("Australia/Sydney"));
        assert_eq!(clock.local_offset(at("2027-01-01T00:00:00Z")), 39_600);
    }

    #[test]
    fn a_difference_is_found_at_its_first_second() {
        let (from, to) = (noon(2026, 1, 1), noon(2028, 1, 1));
        let fixed = Clock::fixed(3600);
        let berlin = law("Europe/Berlin");
        let first = at("2026-03-29T01:00:00Z");
        assert_eq!(
            fixed.difference(&berlin, from, to),
            Some((first, 3600, 7200))
        );
        assert_eq!(
            berlin.difference(&fixed, first + 1, to),
            Some((first + 1, 7200, 3600))
        );
        // The other one's additional change counts too.
        assert_eq!(
            berlin.difference(&fixed, from, to),
            Some((first, 7200, 3600))
        );
        assert_eq!(berlin.difference(&berlin, from, to), None);
        assert_eq!(berlin.difference(&fixed, from, first), None);
    }

    #[test]
    fn stretches_of_difference_are_counted_in_seconds() {
        let (from, to) = (noon(2026, 1, 1), noon(2028, 1, 1));
        let fixed = Clock::fixed(3600);
        let berlin = law("Europe/Berlin");
        // 29 March to 25 October, 28 March to 31 October.
        let (first, second) = (210 * 86_400, 217 * 86_400);
        assert_eq!(
            fixed.seconds_apart(&berlin, from, to),
            (second, first + second)
        );
        assert_eq!(berlin.seconds_apart(&berlin, from, to), (0, 0));
    }

    #[test]
    fn a_law_that_is_suspended_comes_back() {
        let until = at("2027-11-07T05:00:00Z");
        let havana = law("America/Havana").fixed_until(-14_400, until);
        assert_eq!(havana.local_offset(at("2026-12-24T00:00:00Z")), -14_400);
        assert_eq!(havana.local_offset(until - 1), -14_400);
        assert_eq!(havana.local_offset(until), -18_000);
        assert_eq!(havana.local_offset(at("2028-07-01T00:00:00Z")), -14_400);
    }

    #[test]
    fn weeks_days_and_times_outside_the_calendar_are_faults() {
        for (month, week, weekday, time) in [
            (0, 5, 7, 0),
            (13, 5, 7, 0),
            (3, 0, 7, 0),
            (3, 6, 7, 0),
            (3, 5, 0, 0),
            (3, 5, 8, 0),
            (3, 5, 7, 86_400),
            (3, 5, 7, -1),
        ] {
            assert!(Moment::of_week(month, week, weekday, time).is_err());
        }
        for (month, day) in [(2, 29), (4, 31), (1, 0), (1, 32)] {
            assert!(Moment::of_date(month, day, 0).is_err(), "{month}/{day}");
        }
    }
}
