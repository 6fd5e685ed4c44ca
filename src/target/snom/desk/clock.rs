//! The time: zone, daylight saving, time server, formats.

use super::super::super::clock::Clock;
use super::super::super::job::{Job, Limit};
use super::super::writer::{PHONE, Writer};
use super::super::zones;
use super::tables::{self, names as n};
use crate::clock::{Daylight, Precision, WeekRule};
use crate::model::{DateFormat, Language, Layer, TimeFormat};

/// All settings of the time.
pub(super) fn time(w: &mut Writer<'_, '_>) {
    // Left out when not given: an empty one switches off the server that DHCP names.
    if let Some([first, ..]) = w.job.time_servers(1) {
        w.token(n::NTP_SERVER, PHONE, first.as_str());
    }
    zone(w);
    let time = w.job.find(|s| s.time_format);
    let hours_12 = time.is_some_and(|found| found.value == TimeFormat::H12);
    w.switch(n::TIME_24_FORMAT, PHONE, !hours_12);
    let date = w.job.find(|s| s.date_format);
    let month_first = date.is_some_and(|found| found.value == DateFormat::MonthDayYear);
    w.switch(n::DATE_US_FORMAT, PHONE, month_first);
    let language = w.job.find(|s| s.language.as_ref());
    let locale = language.and_then(|found| locale_of(w.job, found.value, month_first));
    if let Some(locale) = &locale {
        w.token(n::LOCALE, PHONE, locale);
    }
    // The locale has the last word where the phone goes by it.
    let by_locale = locale.filter(|_| w.job.model.is("locale"));
    if let Some(found) = date
        && found.value != shown_date(by_locale.as_deref(), month_first)
    {
        let what = match found.value {
            DateFormat::DayMonthYear => "date format `dmy`",
            DateFormat::MonthDayYear => "date format `mdy`",
            DateFormat::YearMonthDay => "date format `ymd`",
        };
        format_of_locale(w, found.layer, "date_format", what, by_locale.as_deref());
    }
    if let (Some(found), Some(locale)) = (time, &by_locale)
        && hours_12 != locale.ends_with("_US")
    {
        let what = if hours_12 {
            "time format `12h`"
        } else {
            "time format `24h`"
        };
        format_of_locale(w, found.layer, "time_format", what, Some(locale));
    }
}

/// The token of a law that the firmware knows, or offset and rule beside an empty token: the token wins
/// over the two.
fn zone(w: &mut Writer<'_, '_>) {
    let Some(clock) = Clock::of(w.job) else {
        let path = w.job.path(Layer::Device, "time_zone");
        return w.job.missing(path, "a time zone");
    };
    if let Some(zone) = zones::exact(w.job, &clock, tables::ZONES) {
        return w.token(n::TIMEZONE, PHONE, zone.token);
    }
    let rule = clock.rule(Precision::Second);
    w.clear(n::TIMEZONE, PHONE);
    w.token(n::UTC_OFFSET, PHONE, &format!("{:+}", rule.standard_offset));
    match rule.daylight {
        Some(daylight) => w.token(n::DST, PHONE, &dst(daylight)),
        None => w.clear(n::DST, PHONE),
    }
    clock.tell(w.job, &rule.law());
}

/// Seconds of the shift, then month, week, weekday and time of both changes.
fn dst(daylight: Daylight) -> String {
    let change = |rule: WeekRule| {
        let time = rule.time;
        format!(
            "{:02}.{:02}.{:02} {:02}:{:02}:{:02}",
            rule.month,
            rule.week,
            rule.weekday,
            time / 3600,
            time / 60 % 60,
            time % 60,
        )
    };
    let Daylight {
        shift, start, end, ..
    } = daylight;
    format!("{shift} {} {}", change(start), change(end))
}

fn format_of_locale(
    w: &mut Writer<'_, '_>,
    layer: Layer,
    key: &str,
    what: &str,
    locale: Option<&str>,
) {
    let path = w.job.path(layer, key);
    let what = match locale {
        Some(locale) => format!("{what} beside locale `{locale}`, which follows the language"),
        None => what.to_owned(),
    };
    w.job.unsupported(layer, path, what, Limit::Model, "");
}

/// The order of day, month and year that a phone shows.
fn shown_date(locale: Option<&str>, month_first: bool) -> DateFormat {
    match locale {
        Some(locale) if locale.ends_with("_US") => DateFormat::MonthDayYear,
        Some("sv_SE" | "hu_HU") => DateFormat::YearMonthDay,
        Some(_) => DateFormat::DayMonthYear,
        None if month_first => DateFormat::MonthDayYear,
        None => DateFormat::DayMonthYear,
    }
}

/// The locale of a language: with its own region, else with the usual one.
pub(super) fn locale_of(job: &Job<'_>, language: &Language, month_first: bool) -> Option<String> {
    let primary = language.primary();
    if primary == "en" && month_first && language.region().is_none() {
        let row = job.tokens(tables::LOCALES, "en-US").next()?;
        return Some(row.token.to_owned());
    }
    let usual = job.token_of(tables::LOCALES, language)?;
    let letters = |region: &&str| region.bytes().all(|byte| byte.is_ascii_uppercase());
    Some(match language.region().filter(letters) {
        Some(region) => format!("{primary}_{region}"),
        None => usual.token.to_owned(),
    })
}
