//! `TZ` strings of POSIX: `CET-1CEST,M3.5.0,M10.5.0/3`.

use std::fmt;
use std::str::FromStr;

use super::calendar::{self, SECONDS_PER_DAY};
use crate::error::Invalid;

/// A clock in the notation of the `TZ` variable (POSIX.1-2024, chapter 8.3): an offset, and the rule of
/// daylight saving where there is any.
///
/// * Names are three or more letters, or `<…>` around letters, digits, `+` and `-`.
/// * Offsets and times are `[+-]h[h][:mm[:ss]]`; an offset has at most 24 hours, the time of a change
///   from -167 to 167 hours, as compiled zones use them (RFC 9636, section 3.3.2).
/// * Daylight saving without a rule is refused: what it then means differs from system to system.
///
/// Written back in the shortest form: without what is the default.
///
/// ```
/// use phone_provisioning::clock::PosixTz;
///
/// let berlin: PosixTz = "CET-1CEST,M3.5.0,M10.5.0/3".parse()?;
/// assert_eq!(berlin.offset(), 3600);
/// assert_eq!(berlin.daylight().map(|daylight| daylight.offset), Some(7200));
/// # Ok::<(), phone_provisioning::error::Invalid>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct PosixTz {
    name: String,
    offset: i32,
    daylight: Option<PosixDaylight>,
}

/// Daylight saving of a [`PosixTz`].
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub struct PosixDaylight {
    /// Name of the time: `CEST`.
    pub name: String,
    /// Offset while it is in force, seconds east of Greenwich.
    pub offset: i32,
    /// When it begins; its time is that of the clock before the change.
    pub start: PosixChange,
    /// When it ends; its time is that of the clock before the change.
    pub end: PosixChange,
}

/// When a clock changes, once a year.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub struct PosixChange {
    /// The day.
    pub day: PosixDay,
    /// Seconds after that day's midnight by the clock before the change; outside 0 to 86,399 the
    /// change falls on another day.
    pub time: i32,
}

/// A day of every year.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum PosixDay {
    /// `Jn`: the n-th day, 1 to 365; the 29th of February is never counted.
    Julian(u16),
    /// `n`: days after the 1st of January, 0 to 365; the 29th of February counts.
    DayOfYear(u16),
    /// `Mm.w.d`: a weekday of a month.
    Weekday {
        /// 1 to 12.
        month: u8,
        /// 1 to 5; 5 is the last of the month.
        week: u8,
        /// 0 (Sunday) to 6 (Saturday).
        weekday: u8,
    },
}

/// The time of a change that says none.
const TWO_O_CLOCK: i32 = 2 * 3600;

impl PosixTz {
    /// A clock that never changes.
    pub(super) fn fixed(offset: i32) -> Self {
        Self {
            name: "-00".to_owned(),
            offset,
            daylight: None,
        }
    }

    /// A clock with daylight saving.
    pub(super) fn with_daylight(offset: i32, daylight: PosixDaylight) -> Self {
        Self {
            name: "-00".to_owned(),
            offset,
            daylight: Some(daylight),
        }
    }

    /// Name of the standard time: `CET`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Offset of the standard time, seconds east of Greenwich (the string counts west).
    pub fn offset(&self) -> i32 {
        self.offset
    }

    /// The rule of daylight saving. Its offset may be the smaller one: some laws call the winter's
    /// time the exception.
    pub fn daylight(&self) -> Option<&PosixDaylight> {
        self.daylight.as_ref()
    }

    /// The two changes of a year, in order: seconds since 1970 in UTC, the offset from then on.
    pub(super) fn changes(&self, year: i32) -> Option<[(i64, i32); 2]> {
        let daylight = self.daylight.as_ref()?;
        let at = |change: PosixChange, before: i32| {
            change.day.of(year) * SECONDS_PER_DAY + i64::from(change.time) - i64::from(before)
        };
        let start = (at(daylight.start, self.offset), daylight.offset);
        let end = (at(daylight.end, daylight.offset), self.offset);
        Some(if start.0 <= end.0 {
            [start, end]
        } else {
            [end, start]
        })
    }
}

impl PosixDay {
    /// The day in a year, counted from 1970-01-01.
    pub(super) fn of(self, year: i32) -> i64 {
        let first = calendar::days(year, 1, 1);
        match self {
            Self::DayOfYear(day) => first + i64::from(day),
            Self::Julian(day) => {
                let skips = day > 59 && calendar::is_leap(year);
                first + i64::from(day) - 1 + i64::from(skips)
            }
            Self::Weekday {
                month,
                week,
                weekday,
            } => calendar::weekday_of_month(year, month, week, weekday),
        }
    }
}

impl FromStr for PosixTz {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let mut reader = Reader { rest: text };
        reader.zone().ok_or_else(|| {
            let place = text.len() - reader.rest.len() + 1;
            Invalid::new(
                format!(
                    "a TZ string such as `CET-1CEST,M3.5.0,M10.5.0/3` (read up to byte {place})"
                ),
                text,
            )
        })
    }
}

/// What is still to be read.
struct Reader<'t> {
    rest: &'t str,
}

impl<'t> Reader<'t> {
    fn zone(&mut self) -> Option<PosixTz> {
        let name = self.name()?;
        // The string says how far west a place is.
        let offset = -self.time(24)?;
        if self.rest.is_empty() {
            return Some(PosixTz {
                name: name.to_owned(),
                offset,
                daylight: None,
            });
        }
        let daylight_name = self.name()?;
        let daylight_offset = if self.rest.starts_with(',') {
            offset + 3600
        } else {
            -self.time(24)?
        };
        let start = self.change()?;
        let end = self.change()?;
        self.rest.is_empty().then(|| PosixTz {
            name: name.to_owned(),
            offset,
            daylight: Some(PosixDaylight {
                name: daylight_name.to_owned(),
                offset: daylight_offset,
                start,
                end,
            }),
        })
    }

    fn name(&mut self) -> Option<&'t str> {
        let (name, rest) = match self.rest.strip_prefix('<') {
            Some(quoted) => {
                let (name, rest) = quoted.split_once('>')?;
                let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-');
                name.chars().all(allowed).then_some((name, rest))?
            }
            None => {
                let letters = |c: char| !c.is_ascii_alphabetic();
                let end = self.rest.find(letters).unwrap_or(self.rest.len());
                self.rest.split_at(end)
            }
        };
        (name.len() >= 3).then(|| self.rest = rest)?;
        Some(name)
    }

    fn change(&mut self) -> Option<PosixChange> {
        self.skip(',').then_some(())?;
        let day = if self.skip('M') {
            let month = self.number(1, 12)?;
            let week = self.skip('.').then(|| self.number(1, 5))??;
            let weekday = self.skip('.').then(|| self.number(0, 6))??;
            // All three are small.
            PosixDay::Weekday {
                month: month as u8,
                week: week as u8,
                weekday: weekday as u8,
            }
        } else if self.skip('J') {
            PosixDay::Julian(self.number(1, 365)?)
        } else {
            PosixDay::DayOfYear(self.number(0, 365)?)
        };
        let time = if self.skip('/') {
            self.time(167)?
        } else {
            TWO_O_CLOCK
        };
        Some(PosixChange { day, time })
    }

    /// Hours, minutes and seconds with a sign.
    fn time(&mut self, most_hours: u16) -> Option<i32> {
        let negative = self.skip('-');
        if !negative {
            self.skip('+');
        }
        let hours = i32::from(self.number(0, most_hours)?);
        let mut seconds = hours * 3600;
        if self.skip(':') {
            seconds += i32::from(self.number(0, 59)?) * 60;
            if self.skip(':') {
                seconds += i32::from(self.number(0, 59)?);
            }
        }
        Some(if negative { -seconds } else { seconds })
    }

    fn number(&mut self, least: u16, most: u16) -> Option<u16> {
        let end = self.rest.find(|c: char| !c.is_ascii_digit());
        let (digits, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        let number = (digits.len() <= 3).then(|| digits.parse().ok())??;
        (least..=most).contains(&number).then(|| self.rest = rest)?;
        Some(number)
    }

    fn skip(&mut self, wanted: char) -> bool {
        let after = self.rest.strip_prefix(wanted);
        self.rest = after.unwrap_or(self.rest);
        after.is_some()
    }
}

impl fmt::Display for PosixTz {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = |f: &mut fmt::Formatter<'_>, name: &str| {
            if name.chars().all(|c| c.is_ascii_alphabetic()) {
                f.write_str(name)
            } else {
                write!(f, "<{name}>")
            }
        };
        name(f, &self.name)?;
        time(f, -self.offset)?;
        let Some(daylight) = &self.daylight else {
            return Ok(());
        };
        name(f, &daylight.name)?;
        if daylight.offset != self.offset + 3600 {
            time(f, -daylight.offset)?;
        }
        for change in [daylight.start, daylight.end] {
            match change.day {
                PosixDay::Julian(day) => write!(f, ",J{day}")?,
                PosixDay::DayOfYear(day) => write!(f, ",{day}")?,
                PosixDay::Weekday {
                    month,
                    week,
                    weekday,
                } => write!(f, ",M{month}.{week}.{weekday}")?,
            }
            if change.time != TWO_O_CLOCK {
                f.write_str("/")?;
                time(f, change.time)?;
            }
        }
        Ok(())
    }
}

/// `h[:mm[:ss]]`.
fn time(f: &mut fmt::Formatter<'_>, seconds: i32) -> fmt::Result {
    let sign = if seconds < 0 { "-" } else { "" };
    let seconds = seconds.abs();
    write!(f, "{sign}{}", seconds / 3600)?;
    if seconds % 3600 != 0 {
        write!(f, ":{:02}", seconds / 60 % 60)?;
    }
    if seconds % 60 != 0 {
        write!(f, ":{:02}", seconds % 60)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn read(text: &str) -> PosixTz {
        text.parse().unwrap()
    }

    #[track_caller]
    fn assert_change(text: &str, day: PosixDay, time: i32) {
        let zone = read(&format!("AAA3BBB,{text},J1"));
        assert_eq!(zone.daylight().unwrap().start, PosixChange { day, time });
    }

    #[test]
    fn names_may_be_quoted() {
        assert_eq!(read("<+0545>-5:45").name(), "+0545");
        assert_eq!(read("<+0545>-5:45").offset(), 20_700);
        assert_eq!(read("<-03>3<-02>,M3.2.0,M11.1.0").offset(), -10_800);
        for text in ["AB3", "<AB>3", "<A_B>3", "<ABC3", "A1B3", "ÄBC3"] {
            assert!(text.parse::<PosixTz>().is_err(), "{text}");
        }
    }

    #[test]
    fn daylight_time_may_be_the_earlier_one() {
        let dublin = read("IST-1GMT0,M10.5.0,M3.5.0/1");
        assert_eq!(dublin.offset(), 3600);
        assert_eq!(dublin.daylight().unwrap().offset, 0);
        assert_eq!(
            dublin.changes(2027).unwrap(),
            [(1_806_195_600, 3600), (1_824_944_400, 0)],
            "2027-03-28 and 2027-10-31, both at 01:00 UTC",
        );
    }

    #[test]
    fn the_hour_may_lie_outside_its_day() {
        let weekday = |month, week, weekday| PosixDay::Weekday {
            month,
            week,
            weekday,
        };
        assert_change("M3.5.0/-1", weekday(3, 5, 0), -3600);
        assert_change("M4.1.6/24", weekday(4, 1, 6), 86_400);
        assert_change("M3.4.4/50", weekday(3, 4, 4), 180_000);
        assert_change("M1.1.1/-167:59:59", weekday(1, 1, 1), -604_799);
        assert!("AAA3BBB,M3.5.0/168,J1".parse::<PosixTz>().is_err());
        assert!("AAA25".parse::<PosixTz>().is_err());
    }

    #[test]
    fn days_may_be_counted() {
        assert_change("J60", PosixDay::Julian(60), 7200);
        assert_change("59/1:02:03", PosixDay::DayOfYear(59), 3723);
        let first_of_march = |year| PosixDay::Julian(60).of(year) == calendar::days(year, 3, 1);
        assert!(first_of_march(2027) && first_of_march(2028));
        assert_eq!(PosixDay::DayOfYear(59).of(2027), calendar::days(2027, 3, 1));
        assert_eq!(
            PosixDay::DayOfYear(59).of(2028),
            calendar::days(2028, 2, 29)
        );
        for text in [
            "J0", "J366", "366", "M0.1.0", "M13.1.0", "M1.0.0", "M1.6.0", "M1.1.7",
        ] {
            let text = format!("AAA3BBB,{text},J1");
            assert!(text.parse::<PosixTz>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_refusal_says_where() {
        let refused = "CET-1CEST".parse::<PosixTz>().unwrap_err();
        assert_eq!(
            refused.to_string(),
            "expected a TZ string such as `CET-1CEST,M3.5.0,M10.5.0/3` (read up to byte 10), found `CET-1CEST`",
        );
        for text in [
            "",
            ":Europe/Berlin",
            "CET",
            "CET-1CEST,M3.5.0",
            "CET-1CEST,M3.5.0,M10.5.0x",
        ] {
            assert!(text.parse::<PosixTz>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "[A-Z<>+,./:J0-9M-]{0,40}|.*") {
            if let Ok(zone) = text.parse::<PosixTz>() {
                prop_assert_eq!(&read(&zone.to_string()), &zone);
                zone.changes(2026);
            }
        }
    }
}
