//! The clocks of Snom desk phones and of Snom DECT bases.

use jiff::tz::TimeZone;

use super::tokens::{self, Law, List};
use super::{Clock, Moment, Rule, number, told, two_digits};
use crate::support::cfg::Setting;

/// Names of the settings that a desk phone's clock hangs on.
pub const DESK_NAMES: [&str; 3] = ["timezone", "utc_offset", "dst"];

/// Names of the settings that a base's clock hangs on.
pub const DECT_NAMES: [&str; 6] = [
    "timezone",
    "timezone_by_country_region",
    "dst_by_country_region",
    "dst_enable",
    "country_region_id",
    "tone_scheme",
];

/// The clock that the settings make on a desk phone, or `None` where they say nothing about the zone.
///
/// * A token alone: it carries offset and rule and wins over what is sent beside it.
/// * Or a blank `timezone` with `utc_offset` (seconds with their sign) and `dst`: blank for no summer
///   time, `SHIFT MM.WW.DD HH:MM:SS MM.WW.DD HH:MM:SS` (week 05 = last, 01 Monday … 07 Sunday) or
///   `SHIFT DD.MM HH:MM:SS DD.MM HH:MM:SS`, on the wall clock before the jump.
///
/// # Errors
/// What is not so.
pub fn read_desk(settings: &[Setting], list: List) -> Result<Option<Clock>, String> {
    let value = |name| told(settings, name).map(|setting| setting.value.as_str());
    match DESK_NAMES.map(value) {
        [None, None, None] => Ok(None),
        [Some(""), Some(offset), Some("")] => Ok(Some(Clock::fixed(utc_offset(offset)?))),
        [Some(""), Some(offset), Some(rule)] => {
            Ok(Some(Clock::yearly(utc_offset(offset)?, &dst(rule)?)))
        }
        [Some(token), None, None] if !token.is_empty() => match law_of(token, list)? {
            Ok(clock) => Ok(Some(clock)),
            // Offset and rule would leave no doubt.
            Err(doubt) => Err(format!("the token {token}: {doubt}")),
        },
        mix => Err(format!("neither a token alone nor all three: {mix:?}")),
    }
}

/// The clock of a base.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Base {
    /// The settings say nothing about the zone, or with a token of which nobody knows what it says.
    Nothing,
    /// That of a country.
    Country(Clock),
    /// That of a token. Whether its summer time comes with it, no source says for sure.
    Token(Clock),
}

/// The clock that the settings make on a base.
///
/// * `timezone_by_country_region` on: the country of `tone_scheme`, where it has one clock; its summer
///   time too, so `dst_by_country_region` is on.
/// * Off: the token. `dst_by_country_region` is on in the one file that has a token, and off if it
///   means what it is called; no source says which.
///
/// # Errors
/// What is not so.
pub fn read_dect(settings: &[Setting]) -> Result<Base, String> {
    let value = |name| told(settings, name).map(|setting| setting.value.as_str());
    for name in ["utc_offset", "dst"] {
        if value(name).is_some() {
            return Err(format!("a base has no {name}"));
        }
    }
    if let Some(setting) = settings.iter().find(|s| is_manual_rule(&s.name)) {
        return Err(format!("nobody knows how {} counts", setting.name));
    }
    if !matches!(value("country_region_id"), None | Some("0")) {
        return Err("nobody knows the numbers of regions".to_owned());
    }
    if !matches!(value("dst_enable"), None | Some("auto")) {
        return Err("nobody has seen dst_enable but on auto".to_owned());
    }
    let [_, zone, dst, ..] = DECT_NAMES.map(value);
    let token = value("timezone").filter(|token| !token.is_empty());
    match [zone, dst] {
        [None, None] if token.is_none() => Ok(Base::Nothing),
        [Some("on"), Some("on")] => country(value("tone_scheme")).map(Base::Country),
        [Some("off"), Some("off" | "on")] => {
            let token = token.ok_or("neither a country nor a token")?;
            Ok(law_of(token, List::V10)?.map_or(Base::Nothing, Base::Token))
        }
        switches => Err(format!("switches of the country: {switches:?}")),
    }
}

/// Whether the setting gives a rule in numbers. One file is the only witness of what they mean.
fn is_manual_rule(name: &str) -> bool {
    name.starts_with("dst_start_") || name.starts_with("dst_stop_")
}

/// Codes of `tone_scheme`, which selects a base's country too, and the zone of that country. The
/// United States, Australia and Mexico have several.
pub const COUNTRIES: &[(&str, &str)] = &[
    ("AUT", "Europe/Vienna"),
    ("CHN", "Asia/Shanghai"),
    ("DNK", "Europe/Copenhagen"),
    ("ESP", "Europe/Madrid"),
    ("FRA", "Europe/Paris"),
    ("GBR", "Europe/London"),
    ("GER", "Europe/Berlin"),
    ("IND", "Asia/Kolkata"),
    ("ITA", "Europe/Rome"),
    ("JPN", "Asia/Tokyo"),
    ("NLD", "Europe/Amsterdam"),
    ("NOR", "Europe/Oslo"),
    ("NZL", "Pacific/Auckland"),
    ("SWE", "Europe/Stockholm"),
    ("SWI", "Europe/Zurich"),
];

fn country(code: Option<&str>) -> Result<Clock, String> {
    let found = COUNTRIES.iter().find(|(known, _)| Some(*known) == code);
    let (_, zone) = found.ok_or_else(|| format!("a clock of the country {code:?}"))?;
    Ok(Clock::of_law(&TimeZone::get(zone).unwrap()))
}

/// The clock of a token, or why nobody knows it.
fn law_of(token: &str, list: List) -> Result<Result<Clock, &'static str>, String> {
    Ok(match tokens::law(token, list)? {
        Law::Of(zone) => Ok(Clock::of_law(&TimeZone::get(zone).unwrap())),
        Law::Doubtful(why) => Err(why),
    })
}

/// Seconds with their sign.
fn utc_offset(text: &str) -> Result<i32, String> {
    let seconds = match (text.strip_prefix('+'), text.strip_prefix('-')) {
        (Some(rest), _) => number(rest),
        (_, Some(rest)) if rest != "0" => number(rest).map(|seconds| -seconds),
        _ => Err("no sign".to_owned()),
    };
    let seconds = seconds.map_err(|fault| format!("utc_offset {text}: {fault}"))?;
    if seconds.abs() > 14 * 3600 {
        return Err(format!("utc_offset {text}: more than 14 hours"));
    }
    Ok(seconds)
}

fn dst(text: &str) -> Result<Rule, String> {
    let fault = |fault: String| format!("dst {text}: {fault}");
    let fields: Vec<&str> = text.split(' ').collect();
    let [shift, start, start_time, end, end_time] = fields[..] else {
        return Err(fault(format!("{} fields", fields.len())));
    };
    let shift = number(shift).map_err(fault)?;
    if shift == 0 || shift > 5 * 3600 {
        return Err(fault(format!("a shift of {shift} seconds")));
    }
    if start.len() != end.len() {
        return Err(fault("a week and a date".to_owned()));
    }
    Ok(Rule {
        shift,
        start: moment(start, start_time).map_err(fault)?,
        end: moment(end, end_time).map_err(fault)?,
    })
}

/// `MM.WW.DD` or `DD.MM`, and a time of the day.
fn moment(day: &str, time: &str) -> Result<Moment, String> {
    let time = match two_digits_each(time, ':')?[..] {
        [hour @ 0..24, minute @ 0..60, second @ 0..60] => 3600 * hour + 60 * minute + second,
        _ => return Err(format!("the time {time}")),
    };
    match two_digits_each(day, '.')?[..] {
        [month, week, weekday] => Moment::of_week(month, week, weekday, time),
        [date, month] => Moment::of_date(month, date, time),
        _ => Err(format!("the day {day}")),
    }
}

fn two_digits_each(text: &str, separator: char) -> Result<Vec<i32>, String> {
    text.split(separator).map(two_digits).collect()
}

#[cfg(test)]
mod tests {
    use super::super::settings;
    use super::*;

    fn law(zone: &str) -> Clock {
        Clock::of_law(&TimeZone::get(zone).unwrap())
    }

    fn desk(lines: &[(&str, &str)]) -> Result<Option<Clock>, String> {
        read_desk(&settings(lines), List::V10)
    }

    fn triple(offset: &str, dst: &str) -> Result<Option<Clock>, String> {
        desk(&[("timezone", ""), ("utc_offset", offset), ("dst", dst)])
    }

    #[test]
    fn published_rules_are_the_laws_they_are_for() {
        let german = "3600 03.05.07 02:00:00 10.05.07 03:00:00";
        assert_eq!(triple("+3600", german), Ok(Some(law("Europe/Berlin"))));
        let us = "3600 03.02.07 02:00:00 11.01.07 02:00:00";
        assert_eq!(triple("-18000", us), Ok(Some(law("America/New_York"))));
        assert_eq!(triple("-18000", ""), Ok(Some(law("America/Panama"))));
    }

    #[test]
    fn the_published_rule_by_date_is_the_same_date_every_year() {
        let rule = Rule {
            shift: 3600,
            start: Moment::of_date(3, 22, 3 * 3600).unwrap(),
            end: Moment::of_date(9, 22, 4 * 3600).unwrap(),
        };
        let clock = triple("+0", "3600 22.03 03:00:00 22.09 04:00:00");
        assert_eq!(clock, Ok(Some(Clock::yearly(0, &rule))));
    }

    #[test]
    fn half_hours_and_quarters_are_seconds() {
        let lord_howe = "1800 10.01.07 02:00:00 04.01.07 02:00:00";
        assert_eq!(
            triple("+37800", lord_howe),
            Ok(Some(law("Australia/Lord_Howe")))
        );
        let chatham = "3600 09.05.07 02:45:00 04.01.07 03:45:00";
        assert_eq!(triple("+45900", chatham), Ok(Some(law("Pacific/Chatham"))));
    }

    #[test]
    fn a_token_stands_alone() {
        assert_eq!(
            desk(&[("timezone", "USA2-7")]),
            Ok(Some(law("America/Phoenix")))
        );
        for mix in [
            &[("timezone", "USA-6"), ("dst", "")][..],
            &[("timezone", "USA-6"), ("utc_offset", "-21600")],
            &[("timezone", "USA-6"), ("utc_offset", "-21600"), ("dst", "")],
            &[("timezone", "")],
            &[("timezone", ""), ("utc_offset", "-21600")],
            &[("timezone", ""), ("dst", "")],
            &[("utc_offset", "-21600"), ("dst", "")],
            &[("timezone", "USA+1")],
            &[("timezone", "KAZ+6")],
        ] {
            assert!(desk(mix).is_err(), "{mix:?}");
        }
        assert_eq!(desk(&[("time_24_format", "on")]), Ok(None));
    }

    #[test]
    fn everything_else_is_a_fault() {
        let right = "3600 03.05.07 02:00:00 10.05.07 03:00:00";
        assert!(triple("+3600", right).is_ok());
        for offset in [
            "3600", "+03600", "-0", "+", "", "+1:00", "+50401", "+-3600", "+ 0",
        ] {
            assert!(triple(offset, right).is_err(), "{offset}");
        }
        for rule in [
            "3600  03.05.07 02:00:00 10.05.07 03:00:00",
            "3600 03.05.07 02:00:00 10.05.07 03:00:00 ",
            "3600 3.5.7 02:00:00 10.05.07 03:00:00",
            "3600 03.05.07 02:00 10.05.07 03:00",
            "3600 03.05.00 02:00:00 10.05.07 03:00:00",
            "3600 03.06.07 02:00:00 10.05.07 03:00:00",
            "3600 03.05.07 24:00:00 10.05.07 03:00:00",
            "3600 03.05.07 02:60:00 10.05.07 03:00:00",
            "3600 22.03 02:00:00 10.05.07 03:00:00",
            "0 03.05.07 02:00:00 10.05.07 03:00:00",
            "-3600 03.05.07 02:00:00 10.05.07 03:00:00",
            "60 03.05.07 02:00:00",
            // The fields as month, day and hour.
            "3600 03.29.02 00:00:00 10.25.03 00:00:00",
            "off",
        ] {
            assert!(triple("+3600", rule).is_err(), "{rule}");
        }
    }

    fn dect(lines: &[(&str, &str)]) -> Result<Base, String> {
        read_dect(&settings(lines))
    }

    #[test]
    fn a_base_follows_the_country_or_the_token() {
        let [on, off] = ["on", "off"].map(|switch| {
            [
                ("timezone_by_country_region", switch),
                ("dst_by_country_region", switch),
            ]
        });
        let with = |switches: [(&'static str, &'static str); 2],
                    more: &[(&'static str, &'static str)]| {
            dect(&[&switches[..], more].concat())
        };
        let berlin = law("Europe/Berlin");
        let country = Ok(Base::Country(berlin.clone()));
        assert_eq!(with(on, &[("tone_scheme", "GER")]), country);
        // The token is ignored.
        assert_eq!(
            with(on, &[("tone_scheme", "GER"), ("timezone", "JPN+9")]),
            country
        );
        let token = Ok(Base::Token(berlin));
        assert_eq!(with(off, &[("timezone", "GER+1")]), token);
        assert_eq!(
            with(off, &[("timezone", "GER+1"), ("tone_scheme", "JPN")]),
            token
        );
        assert!(with(on, &[]).is_err());
        for several in ["USA", "AUS", "MEX", "CHE"] {
            assert!(with(on, &[("tone_scheme", several)]).is_err(), "{several}");
        }
        assert!(with(off, &[]).is_err());
        assert!(with(off, &[("timezone", "")]).is_err());
        assert!(with(off, &[("timezone", "AT+1")]).is_err());
        assert!(with(off, &[("timezone", "LTU+2")]).is_err(), "not on V10");
        // There is nothing better to be told.
        assert_eq!(with(off, &[("timezone", "KAZ+6")]), Ok(Base::Nothing));
    }

    #[test]
    fn a_base_is_told_nothing_that_nobody_understands() {
        let right = [
            ("timezone_by_country_region", "off"),
            ("dst_by_country_region", "off"),
            ("timezone", "GER+1"),
            ("tone_scheme", "JPN"),
        ];
        assert!(dect(&right).is_ok());
        for more in [
            ("dst_start_month", "3"),
            ("dst_stop_wday_last_in_month", "5"),
            ("utc_offset", "+3600"),
            ("dst", ""),
            ("dst_enable", "on"),
            ("country_region_id", "3"),
        ] {
            assert!(dect(&[&right[..], &[more]].concat()).is_err(), "{more:?}");
        }
        for more in [("dst_enable", "auto"), ("country_region_id", "0")] {
            assert!(dect(&[&right[..], &[more]].concat()).is_ok(), "{more:?}");
        }
    }

    #[test]
    fn the_switch_of_summer_time_goes_with_both() {
        let dect = |zone, dst| {
            dect(&[
                ("timezone_by_country_region", zone),
                ("dst_by_country_region", dst),
                ("timezone", "JPN+9"),
                ("tone_scheme", "GER"),
            ])
        };
        let tokyo = Ok(Base::Token(law("Asia/Tokyo")));
        assert_eq!(dect("off", "on"), tokyo);
        assert_eq!(dect("off", "off"), tokyo);
        assert!(dect("on", "off").is_err());
        assert!(dect("yes", "on").is_err());
    }

    #[test]
    fn nothing_is_no_clock() {
        assert_eq!(dect(&[("tone_scheme", "GER")]), Ok(Base::Nothing));
        assert!(dect(&[("timezone", "GER+1")]).is_err());
    }
}
