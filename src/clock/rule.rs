//! What a phone's own clock can be told: an offset, and daylight saving by weeks of months.

use chrono::{DateTime, Duration, Utc};

use super::calendar::{self, SECONDS_PER_DAY};
use super::law::{Disagreement, Law, later};
use super::posix::{PosixChange, PosixDay, PosixDaylight, PosixTz};

/// The clock of a phone: an offset and, where there is any, a rule of daylight saving.
///
/// ```
/// use phone_provisioning::clock::{ClockRule, Law, Precision, released};
///
/// let law = Law::of("Europe/Dublin".parse()?);
/// let rule = ClockRule::nearest(&law, released(), Precision::Hour);
/// assert_eq!(rule.standard_offset, 0);
/// let daylight = rule.daylight.expect("Ireland has it");
/// assert_eq!((daylight.shift, daylight.start.month, daylight.start.week), (3600, 3, 5));
/// # Ok::<(), phone_provisioning::error::Invalid>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub struct ClockRule {
    /// Offset of the standard time, which is the earlier one: seconds east of Greenwich.
    pub standard_offset: i32,
    /// Daylight saving; absent = the clock never changes.
    pub daylight: Option<Daylight>,
}

/// Daylight saving of a phone's clock.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub struct Daylight {
    /// Seconds by which the clock is put forward; positive.
    pub shift: i32,
    /// When it begins, by the clock before the change.
    pub start: WeekRule,
    /// When it ends, by the clock before the change.
    pub end: WeekRule,
}

/// A time of every year: "the last Sunday of March at 02:00".
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub struct WeekRule {
    /// 1 to 12.
    pub month: u8,
    /// 1 to 5; 5 is the last of the month.
    pub week: u8,
    /// 1 (Monday) to 7 (Sunday).
    pub weekday: u8,
    /// Seconds after midnight, 0 to 86,399.
    pub time: i32,
}

/// How precisely a phone takes the time of a change.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Precision {
    /// Whole hours.
    Hour,
    /// Hours, minutes and seconds.
    Second,
}

impl Precision {
    fn seconds(self) -> i32 {
        match self {
            Self::Hour => 3600,
            Self::Second => 1,
        }
    }
}

/// Years over which a rule's changes are compared with a law's: all pairs of leap year and weekday.
const YEARS: std::ops::Range<i32> = 2020..2048;

impl ClockRule {
    /// A clock that never changes.
    pub fn fixed(offset: i32) -> Self {
        Self {
            standard_offset: offset,
            daylight: None,
        }
    }

    /// The rule that comes nearest to a law, exact wherever a rule of weeks can be.
    ///
    /// It is the law's own rule, read as weeks. Only where the law departs from its rule within a year
    /// of `as_of` (a change of the law that is set down) may it be what holds until then: the rule that
    /// is wrong for the shorter time in that year counts. So the rule stays the same from year to
    /// year unless the law changes.
    pub fn nearest(law: &Law, as_of: DateTime<Utc>, precision: Precision) -> Self {
        let by_rule = Self::of_rule(law.posix(), precision);
        let year = later(as_of, 366);
        if law.departure(as_of, year).is_none() {
            return by_rule;
        }
        let wrong = |rule: &Self| {
            law.disagreement(&rule.law(), as_of, year)
                .map_or(Duration::zero(), |differ| differ.total)
        };
        let candidates = [
            Some(by_rule),
            Self::observed(law, as_of, precision),
            Some(Self::fixed(law.offset_at(as_of))),
        ];
        // The first of the least wrong.
        candidates
            .into_iter()
            .flatten()
            .min_by_key(wrong)
            .unwrap_or(by_rule)
    }

    /// Where a clock with this rule differs from a law, from one instant up to another.
    pub fn disagreement(
        &self,
        law: &Law,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Option<Disagreement> {
        law.disagreement(&self.law(), from, until)
    }

    /// The rule as the law of an imaginary place.
    pub fn law(&self) -> Law {
        let Some(daylight) = self.daylight else {
            return PosixTz::fixed(self.standard_offset).into();
        };
        PosixTz::with_daylight(
            self.standard_offset,
            PosixDaylight {
                name: "-00".to_owned(),
                offset: self.standard_offset.saturating_add(daylight.shift),
                start: daylight.start.posix(),
                end: daylight.end.posix(),
            },
        )
        .into()
    }

    /// A rule of `TZ` strings, as weeks.
    fn of_rule(posix: &PosixTz, precision: Precision) -> Self {
        let Some(daylight) = posix.daylight() else {
            return Self::fixed(posix.offset());
        };
        let nearest = |change: PosixChange| {
            WeekRule::exact(change, precision).unwrap_or_else(|| {
                let times = YEARS
                    .map(|year| change.day.of(year) * SECONDS_PER_DAY + i64::from(change.time));
                WeekRule::nearest(&times.collect::<Vec<_>>(), precision)
            })
        };
        let (start, end) = (nearest(daylight.start), nearest(daylight.end));
        let shift = daylight.offset - posix.offset();
        // Some laws call the winter's time the exception; for a phone the later clock is.
        let (standard_offset, shift, start, end) = if shift < 0 {
            (daylight.offset, -shift, end, start)
        } else {
            (posix.offset(), shift, start, end)
        };
        Self {
            standard_offset,
            daylight: (shift != 0).then_some(Daylight { shift, start, end }),
        }
    }

    /// The rule that the changes of the coming years follow, when there is one forward and one back
    /// in each of them.
    fn observed(law: &Law, as_of: DateTime<Utc>, precision: Precision) -> Option<Self> {
        let changes = law.transitions(as_of, later(as_of, 3 * 366));
        let [first, second, ..] = changes[..] else {
            return None;
        };
        if (first.before, first.after) != (second.after, second.before) {
            return None;
        }
        let alike = changes.iter().take_while(|change| {
            [first.before, first.after].contains(&change.after)
                && [first.before, first.after].contains(&change.before)
        });
        let (mut forward, mut back) = (Vec::new(), Vec::new());
        for change in alike {
            let wall = change.at.timestamp() + i64::from(change.before);
            if change.after > change.before {
                forward.push(wall);
            } else {
                back.push(wall);
            }
        }
        let standard_offset = first.before.min(first.after);
        Some(Self {
            standard_offset,
            daylight: Some(Daylight {
                shift: first.before.max(first.after) - standard_offset,
                start: WeekRule::nearest(&forward, precision),
                end: WeekRule::nearest(&back, precision),
            }),
        })
    }
}

impl WeekRule {
    /// The rule of a change that is one of weeks already.
    fn exact(change: PosixChange, precision: Precision) -> Option<Self> {
        let PosixDay::Weekday {
            month,
            week,
            weekday,
        } = change.day
        else {
            return None;
        };
        let in_day = (0..SECONDS_PER_DAY as i32).contains(&change.time);
        (in_day && change.time % precision.seconds() == 0).then_some(Self {
            month,
            week,
            weekday: if weekday == 0 { 7 } else { weekday },
            time: change.time,
        })
    }

    /// The rule that comes nearest to times of some years, one each: seconds since 1970 by the wall
    /// clock.
    fn nearest(times: &[i64], precision: Precision) -> Self {
        let mut candidates = Vec::new();
        for time in times {
            candidates.extend(Self::around(*time, precision));
        }
        // Later weeks first, so that `last` wins where the fourth would do as well.
        candidates
            .sort_by_key(|rule: &Self| (rule.month, u8::MAX - rule.week, rule.weekday, rule.time));
        candidates.dedup();
        let error = |rule: &Self| -> i64 {
            times
                .iter()
                .map(|time| {
                    let (year, ..) = calendar::date(time.div_euclid(SECONDS_PER_DAY));
                    (rule.wall(year) - time).abs()
                })
                .sum()
        };
        candidates.into_iter().min_by_key(error).unwrap_or(Self {
            month: 1,
            week: 1,
            weekday: 7,
            time: 0,
        })
    }

    /// Rules that are at or next to a time in its year.
    fn around(wall: i64, precision: Precision) -> impl Iterator<Item = Self> {
        let step = i64::from(precision.seconds());
        let midnight = wall.div_euclid(SECONDS_PER_DAY) * SECONDS_PER_DAY;
        let times = [
            // Down and up to what can be said.
            wall.div_euclid(step) * step,
            (wall + step - 1).div_euclid(step) * step,
            // The ends of the day, for a law that counts its days by another one.
            midnight - step,
            midnight + SECONDS_PER_DAY,
        ];
        times.into_iter().flat_map(|time| {
            let days = time.div_euclid(SECONDS_PER_DAY);
            let (_, month, day) = calendar::date(days);
            let weekday = match calendar::weekday(days) {
                0 => 7,
                weekday => weekday,
            };
            let week = (day - 1) / 7 + 1;
            let rule = move |week| Self {
                month,
                week,
                weekday,
                // Less than a day.
                time: time.rem_euclid(SECONDS_PER_DAY) as i32,
            };
            [week, 5].into_iter().map(rule)
        })
    }

    /// The time in a year, seconds since 1970 by the wall clock.
    fn wall(&self, year: i32) -> i64 {
        let day = calendar::weekday_of_month(year, self.month, self.week, self.weekday % 7);
        day * SECONDS_PER_DAY + i64::from(self.time)
    }

    fn posix(&self) -> PosixChange {
        PosixChange {
            day: PosixDay::Weekday {
                month: self.month,
                week: self.week,
                weekday: self.weekday % 7,
            },
            time: self.time,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn law(posix: &str) -> Law {
        posix.parse::<PosixTz>().unwrap().into()
    }

    #[track_caller]
    fn assert_rule(posix: &str, precision: Precision, expected: &str) {
        let as_of = "2026-11-22T00:00:00Z".parse().unwrap();
        let rule = ClockRule::nearest(&law(posix), as_of, precision);
        let daylight = rule.daylight.map_or_else(String::new, |daylight| {
            let Daylight { shift, start, end } = daylight;
            let week = |rule: WeekRule| {
                let time = rule.time;
                format!(
                    "{}.{}.{} {}:{:02}:{:02}",
                    rule.month,
                    rule.week,
                    rule.weekday,
                    time / 3600,
                    time / 60 % 60,
                    time % 60
                )
            };
            format!(" {} from {} to {}", shift / 60, week(start), week(end))
        });
        assert_eq!(
            format!("{}{daylight}", rule.standard_offset),
            expected,
            "{posix}"
        );
    }

    #[test]
    fn a_law_of_weeks_is_said_as_it_is() {
        use Precision::{Hour, Second};
        for precision in [Hour, Second] {
            let rule = |posix, expected| assert_rule(posix, precision, expected);
            rule("JST-9", "32400");
            rule(
                "CET-1CEST,M3.5.0,M10.5.0/3",
                "3600 60 from 3.5.7 2:00:00 to 10.5.7 3:00:00",
            );
            rule(
                "EST5EDT,M3.2.0,M11.1.0",
                "-18000 60 from 3.2.7 2:00:00 to 11.1.7 2:00:00",
            );
            // The winter's time is the exception by law, the summer's for a phone.
            rule(
                "IST-1GMT0,M10.5.0,M3.5.0/1",
                "0 60 from 3.5.7 1:00:00 to 10.5.7 2:00:00",
            );
            rule(
                "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0",
                "37800 30 from 10.1.7 2:00:00 to 4.1.7 2:00:00",
            );
        }
    }

    #[test]
    fn other_laws_get_the_rule_that_is_wrong_for_the_shortest_time() {
        use Precision::{Hour, Second};
        // Chatham: quarters of an hour.
        let chatham = "<+1245>-12:45<+1345>,M9.5.0/2:45,M4.1.0/3:45";
        assert_rule(
            chatham,
            Second,
            "45900 60 from 9.5.7 2:45:00 to 4.1.7 3:45:00",
        );
        assert_rule(
            chatham,
            Hour,
            "45900 60 from 9.5.7 3:00:00 to 4.1.7 4:00:00",
        );
        // Cairo ends at 24 o'clock.
        let cairo = "EET-2EEST,M4.5.5/0,M10.5.4/24";
        assert_rule(
            cairo,
            Second,
            "7200 60 from 4.5.5 0:00:00 to 10.5.4 23:59:59",
        );
        assert_rule(cairo, Hour, "7200 60 from 4.5.5 0:00:00 to 10.5.4 23:00:00");
        // Nuuk begins an hour before the last Sunday; an hour late is nearer than a week early.
        let nuuk = "<-02>2<-01>,M3.5.0/-1,M10.5.0/0";
        assert_rule(nuuk, Hour, "-7200 60 from 3.5.7 0:00:00 to 10.5.7 0:00:00");
        // Jerusalem: the Friday after the fourth Thursday; three hours early every year are nearer than
        // a week early or late in some.
        let jerusalem = "IST-2IDT,M3.4.4/26,M10.5.0";
        assert_rule(
            jerusalem,
            Hour,
            "7200 60 from 3.4.4 23:00:00 to 10.5.7 2:00:00",
        );
        // A fixed date comes out as the week that it falls in most often.
        assert_rule(
            "IRST-3:30IRDT,J80/0,J264/0",
            Hour,
            "12600 60 from 3.3.1 23:00:00 to 9.3.1 23:00:00",
        );
    }

    #[test]
    fn the_rule_is_the_same_from_year_to_year() {
        for name in [
            "Asia/Jerusalem",
            "Africa/Casablanca",
            "Asia/Gaza",
            "America/Nuuk",
            "Europe/Paris",
        ] {
            let law = Law::named(name).unwrap();
            let of = |year: i32| {
                let as_of = format!("{year}-09-30T00:00:00Z").parse().unwrap();
                ClockRule::nearest(&law, as_of, Precision::Hour)
            };
            for year in 2027..2036 {
                assert_eq!(of(year), of(2026), "{name} {year}");
            }
        }
    }

    #[test]
    fn a_change_of_the_law_that_is_to_come_counts_when_it_comes() {
        let cuba = Law::named("America/Havana").unwrap();
        let as_of = |day: &str| {
            let as_of = format!("{day}T00:00:00Z").parse().unwrap();
            ClockRule::nearest(&cuba, as_of, Precision::Hour)
        };
        // UTC-4 all through the winter of 2026, and the rule again from November 2027 on.
        assert_eq!(as_of("2026-10-28"), ClockRule::fixed(-4 * 3600));
        let rule = as_of("2027-10-01");
        assert_eq!(
            (rule.standard_offset, rule.daylight.is_some()),
            (-5 * 3600, true)
        );
        assert!(
            cuba.departure(
                "2026-10-28T00:00:00Z".parse().unwrap(),
                "2036-01-01T00:00:00Z".parse().unwrap()
            )
            .is_some()
        );
    }

    #[test]
    fn a_rule_that_will_be_given_up_holds_until_then() {
        // Two more summers, then none: the table then has the changes one by one.
        let berlin = law("CET-1CEST,M3.5.0,M10.5.0/3");
        let from: DateTime<Utc> = "2026-11-22T00:00:00Z".parse().unwrap();
        let until = "2028-12-31T00:00:00Z".parse().unwrap();
        let changes = berlin.transitions(from, until);
        let changes = changes
            .iter()
            .map(|change| (change.at.timestamp(), change.after));
        let given_up = Law::with_changes(3600, changes.collect(), "CET-1".parse().unwrap());
        let rule = |as_of| ClockRule::nearest(&given_up, as_of, Precision::Hour);
        assert_eq!(
            rule(from),
            ClockRule::nearest(&berlin, from, Precision::Hour)
        );
        assert_eq!(rule(until), ClockRule::fixed(3600));
    }
}
