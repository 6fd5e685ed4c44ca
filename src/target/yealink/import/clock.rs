//! The clock → a time zone. The offset and the rule tell the law, a name of the phone's list the place.

use super::super::tables::{self, names as n};
use super::{NO_INDEX, Reader};
use crate::clock::{ClockRule, Daylight, Law, Precision, WeekRule, released};
use crate::inspect::{Draft, Mark, RemarkKind, ZoneHints, zone_choice, zones_of, zones_where};
use crate::model::{DateFormat, Host, TimeFormat, TimeZone};

/// Everything of the time.
pub(super) fn read(r: &mut Reader<'_>) {
    let rows = [n::LOCAL_TIME_NTP_SERVER1, n::LOCAL_TIME_NTP_SERVER2];
    let servers: Vec<Host> = rows
        .iter()
        .filter_map(|row| r.parsed(&[row], NO_INDEX))
        .collect();
    let said = rows.iter().any(|row| r.has(row, NO_INDEX));
    let time = [n::LOCAL_TIME_TIME_FORMAT, n::CUSTOM_HANDSET_TIME_FORMAT];
    let time_format = match r.flag(&time, NO_INDEX) {
        Some(true) => Some(TimeFormat::H24),
        Some(false) => Some(TimeFormat::H12),
        None => None,
    };
    let date = [n::LOCAL_TIME_DATE_FORMAT, n::CUSTOM_HANDSET_DATE_FORMAT];
    let date_format = match r.first(&date, NO_INDEX) {
        Some("2") => Some(DateFormat::YearMonthDay),
        Some("3") => Some(DateFormat::DayMonthYear),
        Some("4") => Some(DateFormat::MonthDayYear),
        _ => None,
    };
    let settings = r.draft.settings();
    settings.ntp_servers = said.then_some(servers);
    settings.time_format = time_format;
    settings.date_format = date_format;
    zone(r);
}

fn zone(r: &mut Reader<'_>) {
    let name = r.token(n::LOCAL_TIME_TIME_ZONE_NAME, NO_INDEX);
    let named = name.filter(|name| *name != "None").and_then(zone_of_name);
    let offset = r.get(n::LOCAL_TIME_TIME_ZONE, NO_INDEX).and_then(seconds);
    let told = match offset {
        Some(offset) => told(r, offset),
        None => Told::Nothing,
    };
    let settings = r.draft.settings();
    let hints = ZoneHints {
        named,
        country: settings.tone_country,
        language: settings.language.as_ref(),
    };
    let fitting = match told {
        Told::Rule(rule) => zones_of(&rule, Precision::Hour),
        Told::Nothing | Told::Offset(_) | Told::Months(..) => Vec::new(),
    };
    let (zone, message) = if let Some(named) = named {
        // The place is what somebody chose; the rule beside it may be stale.
        let law = Law::of(named);
        let own = ClockRule::nearest(&law, released(), Precision::Hour);
        let alike = match told {
            Told::Nothing => true,
            Told::Rule(rule) => rule == own,
            Told::Offset(offset) | Told::Months(offset, ..) => offset == own.standard_offset,
        };
        let message =
            format!("{named}, by the name in the files; its law is not what they say beside it");
        (named, (!alike).then_some(message))
    } else if let Some((zone, others)) = zone_choice(fitting, hints) {
        (zone, (!others.is_empty()).then(|| one_of(zone, &others)))
    } else if let Some((zone, others)) = zone_choice(like(told), hints) {
        let message = format!(
            "{}; the files give no rule that is the law of a zone",
            one_of(zone, &others)
        );
        (zone, Some(message))
    } else {
        return;
    };
    r.draft.settings().time_zone = Some(zone);
    if let Some(message) = message {
        r.draft
            .remark(RemarkKind::Guess, Draft::at("time_zone"), message);
    }
    for row in [
        n::LOCAL_TIME_TIME_ZONE,
        n::LOCAL_TIME_TIME_ZONE_NAME,
        n::LOCAL_TIME_SUMMER_TIME,
        n::LOCAL_TIME_DST_TIME_TYPE,
        n::LOCAL_TIME_START_TIME,
        n::LOCAL_TIME_END_TIME,
        n::LOCAL_TIME_OFFSET_TIME,
    ] {
        r.mark(row, NO_INDEX, Mark::Said);
    }
}

/// What the files say of the clock.
#[derive(Clone, Copy, Debug)]
enum Told {
    Nothing,
    /// An offset, and no rule or one that the phone has for itself.
    Offset(i32),
    /// An offset, and the months in which daylight saving begins and ends.
    Months(i32, u8, u8),
    /// A rule of weeks, or that the clock never changes.
    Rule(ClockRule),
}

/// The zone chosen, and at most so many of the others that have its law.
fn one_of(zone: TimeZone, others: &[TimeZone]) -> String {
    const SHOWN: usize = 12;
    let shown: Vec<&str> = others
        .iter()
        .take(SHOWN)
        .map(|zone| zone.as_str())
        .collect();
    let more = match others.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    if shown.is_empty() {
        return zone.to_string();
    }
    format!("{zone}; of the same law are {}{more}", shown.join(", "))
}

/// The rule of the files: weeks of months, dates, or the phone's own for a place.
fn told(r: &mut Reader<'_>, offset: i32) -> Told {
    match r.get(n::LOCAL_TIME_SUMMER_TIME, NO_INDEX) {
        Some("0") => return Told::Rule(ClockRule::fixed(offset)),
        Some("1") => {}
        _ => return Told::Offset(offset),
    }
    let rows = [n::LOCAL_TIME_START_TIME, n::LOCAL_TIME_END_TIME];
    let texts = rows.map(|row| r.get(row, NO_INDEX).unwrap_or_default());
    let by_week = r.get(n::LOCAL_TIME_DST_TIME_TYPE, NO_INDEX) == Some("1");
    let minutes: Option<i32> = r.parsed(&[n::LOCAL_TIME_OFFSET_TIME], NO_INDEX);
    // An hour where nothing is said.
    let shift = minutes.unwrap_or(60).saturating_mul(60);
    if let ([Some(start), Some(end)], true) = (texts.map(week), by_week) {
        let mut rule = ClockRule::fixed(offset);
        // Where winter is the exception, the later clock is here all the same.
        let (start, end, shift) = if shift < 0 {
            rule.standard_offset = offset.saturating_add(shift);
            (end, start, shift.saturating_neg())
        } else {
            (start, end, shift)
        };
        rule.daylight = Some(Daylight { shift, start, end });
        return Told::Rule(rule);
    }
    match texts.map(month) {
        [Some(start), Some(end)] => Told::Months(offset, start, end),
        _ => Told::Offset(offset),
    }
}

/// The month of a rule of dates, or of one with minutes or days behind it.
fn month(text: &str) -> Option<u8> {
    let month = text.split('/').next()?.trim().parse().ok()?;
    (1..=12).contains(&month).then_some(month)
}

/// `3/5/7/2`: month, week, weekday, hour. With minutes or days behind it is no rule of ours.
fn week(text: &str) -> Option<WeekRule> {
    let mut parts = text.split('/').map(|part| part.trim().parse::<u8>().ok());
    let mut next = || parts.next()?;
    let (month, week, weekday, hour) = (next()?, next()?, next()?, next()?);
    let fits = (1..=12).contains(&month)
        && (1..=5).contains(&week)
        && (1..=7).contains(&weekday)
        && hour < 24;
    (fits && parts.next().is_none()).then(|| WeekRule {
        month,
        week,
        weekday,
        time: i32::from(hour) * 3600,
    })
}

/// Zones that are near what the files say: the same standard offset, and the same months where they say
/// any.
fn like(told: Told) -> Vec<TimeZone> {
    let (offset, months) = match told {
        Told::Nothing => return Vec::new(),
        Told::Offset(offset) => (offset, None),
        Told::Months(offset, start, end) => (offset, Some((start, end))),
        Told::Rule(rule) => {
            let months = |daylight: Daylight| (daylight.start.month, daylight.end.month);
            (rule.standard_offset, rule.daylight.map(months))
        }
    };
    zones_where(Precision::Hour, |rule| {
        let own = rule
            .daylight
            .map(|daylight| (daylight.start.month, daylight.end.month));
        rule.standard_offset == offset && (months.is_none() || own == months)
    })
}

/// `0`, `+1`, `-3:30`, with or without sign and zeros.
fn seconds(text: &str) -> Option<i32> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let (hours, minutes) = digits.split_once(':').unwrap_or((digits, "0"));
    let part = |digits: &str| -> Option<i32> {
        let number: u8 = digits.parse().ok()?;
        (number < 60).then_some(number.into())
    };
    let seconds = sign * (part(hours)? * 3600 + part(minutes)? * 60);
    (-86_400..=86_400).contains(&seconds).then_some(seconds)
}

/// The zone of a name of the phone's list. Spellings differ in blanks from generation to generation.
fn zone_of_name(name: &str) -> Option<TimeZone> {
    let plain = |text: &str| -> String {
        let kept = text.chars().filter(|c| !c.is_whitespace());
        kept.flat_map(char::to_lowercase).collect()
    };
    let wanted = plain(name);
    let mut rows = tables::TIME_ZONES.iter();
    rows.find(|row| plain(row.token) == wanted)?
        .word
        .parse()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_zone_of_the_list_is_one() {
        for row in tables::TIME_ZONES {
            assert!(row.word.parse::<TimeZone>().is_ok(), "{}", row.word);
            assert!(zone_of_name(row.token).is_some(), "{}", row.token);
        }
        let amsterdam = zone_of_name("netherlands (Amsterdam)").unwrap();
        assert_eq!(amsterdam.as_str(), "Europe/Amsterdam");
        assert_eq!(zone_of_name("None"), None);
    }

    #[test]
    fn offsets_and_weeks_are_read() {
        assert_eq!(seconds("0"), Some(0));
        assert_eq!(seconds("+1"), Some(3600));
        assert_eq!(seconds("-3:30"), Some(-12_600));
        assert_eq!(seconds("+05:45"), Some(20_700));
        for text in ["", "+", "1:", "1:60", "99", "+-1", "1:2:3"] {
            assert_eq!(seconds(text), None, "{text}");
        }
        let sunday = WeekRule {
            month: 3,
            week: 5,
            weekday: 7,
            time: 7200,
        };
        assert_eq!(week("3/5/7/2"), Some(sunday));
        for text in [
            "3/5/7",
            "3/5/7/2:0,-1d",
            "13/5/7/2",
            "3/5/7/24",
            "3/5/7/2/1",
            "3//7/2",
        ] {
            assert_eq!(week(text), None, "{text}");
        }
    }
}
