//! The time: zone, daylight saving, time servers, formats.

use super::super::clock::Clock;
use super::super::job::Limit;
use super::settings::missing;
use super::tables::names as n;
use super::writer::{PHONE, Writer};
use crate::clock::{Precision, WeekRule};
use crate::model::{DateFormat, Layer, TimeFormat};

/// All settings of the time.
pub(super) fn time(w: &mut Writer<'_, '_>) {
    w.section("time");
    let rows = [n::LOCAL_TIME_NTP_SERVER1, n::LOCAL_TIME_NTP_SERVER2];
    if let Some(servers) = w.job.time_servers(rows.len()) {
        for (index, row) in rows.into_iter().enumerate() {
            match servers.get(index) {
                Some(server) => w.token(row, PHONE, server.as_str()),
                None => w.clear(row, PHONE),
            }
        }
    }
    zone(w);
    let format = w.job.or(|s| s.time_format, TimeFormat::H24);
    w.number(
        n::LOCAL_TIME_TIME_FORMAT,
        PHONE,
        i64::from(format == TimeFormat::H24),
    );
    let date = date_format(w);
    w.number(n::LOCAL_TIME_DATE_FORMAT, PHONE, date);
}

/// The number of the format of dates; the phone's own where none is chosen.
pub(super) fn date_format(w: &Writer<'_, '_>) -> i64 {
    match w.job.find(|s| s.date_format).map(|found| found.value) {
        None => 0,
        Some(DateFormat::YearMonthDay) => 2,
        Some(DateFormat::DayMonthYear) => 3,
        Some(DateFormat::MonthDayYear) => 4,
    }
}

/// The offset and an explicit rule, never the phone's own: its table is stale for several zones.
fn zone(w: &mut Writer<'_, '_>) {
    let Some(clock) = Clock::of(w.job) else {
        let path = w.job.path(Layer::Device, "time_zone");
        return missing(w, path, "a time zone");
    };
    let rule = clock.rule(Precision::Hour);
    let minutes = rule.standard_offset / 60;
    let offset = offset(minutes);
    let old_desk = w.job.level.is_some_and(|level| level[0] < 80) && !w.job.model.is("dect");
    let known = match w.job.level {
        Some(level) if level[0] < 80 => -11 * 60..=12 * 60,
        Some(level) if level[0] < 85 => -11 * 60..=14 * 60,
        _ => -12 * 60..=14 * 60,
    };
    if !known.contains(&minutes) {
        let what = format!("UTC offset {offset}");
        let path = clock.path.clone();
        w.job
            .unsupported(clock.layer, path, what, Limit::Firmware, "");
    }
    w.token(n::LOCAL_TIME_TIME_ZONE, PHONE, &offset);
    // A name selects one of the phone's own rules. `None` is none of them; old desk phones have no
    // such name.
    if old_desk {
        w.clear(n::LOCAL_TIME_TIME_ZONE_NAME, PHONE);
    } else {
        w.token(n::LOCAL_TIME_TIME_ZONE_NAME, PHONE, "None");
    }
    w.flag(n::LOCAL_TIME_SUMMER_TIME, PHONE, rule.daylight.is_some());
    if let Some(daylight) = rule.daylight {
        // 1: by weeks of months.
        w.number(n::LOCAL_TIME_DST_TIME_TYPE, PHONE, 1);
        for (row, change) in [
            (n::LOCAL_TIME_START_TIME, daylight.start),
            (n::LOCAL_TIME_END_TIME, daylight.end),
        ] {
            let WeekRule {
                month,
                week,
                weekday,
                time,
                ..
            } = change;
            let hour = time / 3600;
            w.token(row, PHONE, &format!("{month}/{week}/{weekday}/{hour}"));
        }
        w.number(n::LOCAL_TIME_OFFSET_TIME, PHONE, daylight.shift / 60);
    }
    if !w.is_shared() {
        clock.tell(w.job, &rule.law());
    }
}

/// `0`, `+1`, `-3:30`.
fn offset(minutes: i32) -> String {
    let (hours, rest) = (minutes.abs() / 60, minutes.abs() % 60);
    let sign = match minutes {
        0 => "",
        1.. => "+",
        _ => "-",
    };
    if rest == 0 {
        format!("{sign}{hours}")
    } else {
        format!("{sign}{hours}:{rest:02}")
    }
}
