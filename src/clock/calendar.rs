//! Days of the Gregorian calendar.

use chrono::{Datelike, NaiveDate};

pub(super) const SECONDS_PER_DAY: i64 = 86_400;

/// The day that chrono counts as 1970-01-01.
const EPOCH: i32 = 719_163;

/// Days from 1970-01-01 to a date. Dates outside the calendar of `chrono`, which no caller has, are
/// the epoch.
pub(super) fn days(year: i32, month: u8, day: u8) -> i64 {
    NaiveDate::from_ymd_opt(year, month.into(), day.into())
        .map_or(0, |date| i64::from(date.num_days_from_ce() - EPOCH))
}

/// The date of a day: year, month, day of the month.
pub(super) fn date(days: i64) -> (i32, u8, u8) {
    let date = i32::try_from(days + i64::from(EPOCH))
        .ok()
        .and_then(NaiveDate::from_num_days_from_ce_opt)
        .unwrap_or_default();
    // A month and its days fit.
    (date.year(), date.month() as u8, date.day() as u8)
}

/// Day of the week, 0 (Sunday) to 6.
pub(super) fn weekday(days: i64) -> u8 {
    // 1970-01-01 was a Thursday.
    (days + 4).rem_euclid(7) as u8
}

pub(super) fn is_leap(year: i32) -> bool {
    NaiveDate::from_yo_opt(year, 366).is_some()
}

/// Day of the n-th weekday (0 = Sunday) of a month; week 5 is the last.
pub(super) fn weekday_of_month(year: i32, month: u8, week: u8, weekday: u8) -> i64 {
    let first = days(year, month, 1);
    let skipped = (i64::from(weekday) - i64::from(self::weekday(first))).rem_euclid(7);
    let day = first + skipped + 7 * (i64::from(week) - 1);
    let (_, its_month, _) = date(day);
    if its_month == month { day } else { day - 7 }
}
