//! The clock and the language.

use super::super::super::super::clock::Clock;
use super::super::super::super::job::Job;
use super::super::super::import::{Reading, UNKNOWN_ZONE, tell_other_zones};
use super::super::super::zones;
use super::super::clock::locale_of;
use super::super::tables::{self, names as n};
use crate::clock::{ClockRule, Daylight, Precision, WeekRule};
use crate::inspect::{Draft, Mark, ZoneHints, zone_choice, zones_of};
use crate::model::{DateFormat, Handling, Host, Language, Settings, TimeFormat, TimeZone};

pub(super) fn time(r: &mut Reading<'_>) {
    let server = r.value(n::NTP_SERVER, None);
    let server = server.and_then(|server| server.trim().parse::<Host>().ok());
    // What a phone does that is told of neither is left unsaid: the language may say otherwise.
    let hours_12 = r.switch(n::TIME_24_FORMAT, None) == Some(false);
    let month_first = r.switch(n::DATE_US_FORMAT, None) == Some(true);
    let settings = r.draft.settings();
    settings.ntp_servers = server.map(|server| vec![server]);
    settings.time_format = hours_12.then_some(TimeFormat::H12);
    settings.date_format = month_first.then_some(DateFormat::MonthDayYear);
    let language = language(r, month_first);
    r.draft.settings().language = language;
    zone(r);
}

/// The language whose words, and whose locale, the phone is told.
fn language(r: &Reading<'_>, month_first: bool) -> Option<Language> {
    let of_phone = r.value(n::LANGUAGE, None);
    let of_pages = r.value(n::WEB_LANGUAGE, None);
    let locale = r.value(n::LOCALE, None);
    let words_of = |token: Option<&str>| -> Vec<&'static str> {
        let both = tables::LANGUAGES.iter().chain(tables::WEB_LANGUAGES);
        let words = both.filter(|row| Some(row.token) == token);
        words.map(|row| row.word).collect()
    };
    let mut words = words_of(of_phone);
    if words.is_empty() {
        words = words_of(of_pages);
    }
    let with_region = |word: &&str| {
        let (primary, region) = locale?.split_once('_')?;
        (primary == word.split('-').next()?).then(|| format!("{primary}-{region}"))
    };
    let regional: Vec<String> = words.iter().filter_map(with_region).collect();
    let candidates = words.into_iter().map(str::to_owned).chain(regional);
    let candidates: Vec<Language> = candidates.filter_map(|tag| tag.parse().ok()).collect();
    let own = Settings::default();
    let at = Draft::at_device();
    let job = r.context.job(&own, &at, Handling::Lenient);
    let fits = |language: &Language| {
        let token = |table| job.token_of(table, language).map(|row| row.token);
        let told = [
            (token(tables::LANGUAGES) == of_phone, of_phone),
            (token(tables::WEB_LANGUAGES) == of_pages, of_pages),
            (
                locale_of(&job, language, month_first).as_deref() == locale,
                locale,
            ),
        ];
        told.iter()
            .filter(|(fits, told)| *fits && told.is_some())
            .count()
    };
    // The first of those that fit best, and so the shortest.
    candidates
        .into_iter()
        .rev()
        .max_by_key(|language| fits(language))
}

/// The zone of the token that wins, else of offset and rule.
fn zone(r: &mut Reading<'_>) {
    if let Some(token) = r.value(n::TIMEZONE, None) {
        let zone = r.word(tables::ZONES, token);
        r.draft.settings().time_zone = zone.and_then(|zone| zone.parse().ok());
        if zone.is_none() {
            r.mark(n::TIMEZONE, None, Mark::Replaced(UNKNOWN_ZONE.into()));
        }
        for row in [n::UTC_OFFSET, n::DST] {
            let why = "the phone goes by the token of `timezone` beside it";
            r.mark(row, None, Mark::Replaced(why.into()));
        }
        return;
    }
    let offset = r.value(n::UTC_OFFSET, None);
    let Some(rule) = offset.and_then(|offset| rule(offset, r.value(n::DST, None))) else {
        return;
    };
    let zones = zones_of(&rule, Precision::Second);
    let own: Vec<TimeZone> = zones
        .iter()
        .copied()
        .filter(|zone| is_told_by_rule(r, *zone))
        .collect();
    let zones = if own.is_empty() { zones } else { own };
    let country = r.value(n::TONE_SCHEME, None);
    let country = country.and_then(|token| r.word(tables::TONES, token));
    let language = r.draft.settings().language.clone();
    let hints = ZoneHints {
        country: country.and_then(|country| country.parse().ok()),
        language: language.as_ref(),
        ..ZoneHints::default()
    };
    let Some((zone, others)) = zone_choice(zones, hints) else {
        return;
    };
    r.draft.settings().time_zone = Some(zone);
    // Another zone of the law may have a token on this phone, which is then sent in their place.
    for row in [n::TIMEZONE, n::UTC_OFFSET, n::DST] {
        r.mark(row, None, Mark::Said);
    }
    tell_other_zones(&mut r.draft, &others);
}

/// Whether this phone has no token for the zone, and so is told offset and rule.
fn is_told_by_rule(r: &Reading<'_>, zone: TimeZone) -> bool {
    let own = Settings {
        time_zone: Some(zone),
        ..Settings::default()
    };
    let at = Draft::at_device();
    let job: Job<'_> = r.context.job(&own, &at, Handling::Lenient);
    let clock = Clock::of(&job);
    clock.is_some_and(|clock| zones::exact(&job, &clock, tables::ZONES).is_none())
}

/// `+3600` and `3600 03.05.07 02:00:00 10.05.07 03:00:00`: the shift, then month, week, weekday and
/// time of both changes. Without the second the clock never changes.
fn rule(offset: &str, dst: Option<&str>) -> Option<ClockRule> {
    let standard_offset = offset.trim().parse().ok()?;
    let Some(dst) = dst else {
        return Some(ClockRule::fixed(standard_offset));
    };
    let words: Vec<&str> = dst.split_whitespace().collect();
    let [shift, start, start_time, end, end_time] = words[..] else {
        return None;
    };
    let daylight = Daylight {
        shift: shift.parse().ok().filter(|shift| *shift > 0)?,
        start: change(start, start_time)?,
        end: change(end, end_time)?,
    };
    Some(ClockRule {
        standard_offset,
        daylight: Some(daylight),
    })
}

/// `03.05.07` and `02:00:00`.
fn change(day: &str, time: &str) -> Option<WeekRule> {
    let [month, week, weekday] = numbers::<u8>(day, '.')?;
    let [hour, minute, second] = numbers::<i32>(time, ':')?;
    let is_time = (0..24).contains(&hour) && (0..60).contains(&minute) && (0..60).contains(&second);
    let is_day = (1..=12).contains(&month) && (1..=5).contains(&week) && (1..=7).contains(&weekday);
    (is_day && is_time).then_some(WeekRule {
        month,
        week,
        weekday,
        time: hour * 3600 + minute * 60 + second,
    })
}

fn numbers<N: std::str::FromStr>(text: &str, separator: char) -> Option<[N; 3]> {
    let numbers: Option<Vec<N>> = text
        .split(separator)
        .map(|number| number.parse().ok())
        .collect();
    numbers?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_read_as_it_is_written() {
        let berlin: TimeZone = "Europe/Berlin".parse().unwrap();
        let law = crate::clock::Law::of(berlin);
        let expected = ClockRule::nearest(&law, crate::clock::released(), Precision::Second);
        let dst = "3600 03.05.07 02:00:00 10.05.07 03:00:00";
        assert_eq!(rule("+3600", Some(dst)), Some(expected));
        assert_eq!(rule("3600", Some(dst)), Some(expected));
        assert_eq!(rule("-18000", None), Some(ClockRule::fixed(-18_000)));
        // A month with 13, days of a month, a rule without an end, no number.
        for wrong in [
            "3600 13.05.07 02:00:00 10.05.07 03:00:00",
            "3600 29.03 02:00:00 25.10 03:00:00",
            "3600 03.05.07 02:00:00",
            "x 03.05.07 02:00:00 10.05.07 03:00:00",
        ] {
            assert_eq!(rule("+3600", Some(wrong)), None, "{wrong}");
        }
        assert_eq!(rule("", None), None);
    }
}
