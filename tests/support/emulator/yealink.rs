//! The clock of a Yealink phone.

use super::{Clock, Moment, Rule, number, told};
use crate::support::cfg::Setting;

/// Names of the settings that this reads.
pub const NAMES: [&str; 7] = [
    "local_time.time_zone",
    "local_time.time_zone_name",
    "local_time.summer_time",
    "local_time.dst_time_type",
    "local_time.start_time",
    "local_time.end_time",
    "local_time.offset_time",
];

/// The clock that the settings make on firmware of a generation (73, 86), or `None` where they say
/// nothing about the zone or name an offset that the generation does not know.
///
/// * `time_zone`: `0`, `+H`, `-H`, `±H:MM`, from −12 to +14. Known are offsets from −11 to +12 up to
///   V7x, to +14 from V8x, from −12 on V85 and newer.
/// * `time_zone_name`: `None`, which goes with every offset, from V8x; nothing on a V7x, which does
///   not know that name. Every other name brings a rule of its own.
/// * `summer_time`: 0 off or 1 by the rule below; 2 is the phone's own list, whose laws are old.
/// * `dst_time_type`: 1 = `start_time` and `end_time` are `Month/Week/Weekday/Hour` (week 5 = last,
///   1 Monday … 7 Sunday), 0 = `Month/Day/Hour`; hour 0–23 of the wall clock before the jump.
/// * `offset_time`: minutes, −300 to 300.
///
/// # Errors
/// What is not so.
pub fn read(settings: &[Setting], generation: u16) -> Result<Option<Clock>, String> {
    if NAMES.iter().all(|name| told(settings, name).is_none()) {
        return Ok(None);
    }
    let value = |name: &str| {
        let name = format!("local_time.{name}");
        told(settings, &name).filter(|setting| !setting.cleared)
    };
    let required = |name: &str| {
        let found = value(name).map(|setting| setting.value.as_str());
        found.ok_or_else(|| format!("local_time.{name} has no value"))
    };
    let standard = zone(required("time_zone")?)?;
    let name = value("time_zone_name").map(|setting| setting.value.as_str());
    match (name, generation >= 80) {
        (Some("None"), true) | (None, false) => (),
        (name, _) => return Err(format!("V{generation} with the zone name {name:?}")),
    }
    match required("summer_time")? {
        "0" => {
            for unused in ["start_time", "end_time", "offset_time"] {
                if let Some(left) = value(unused) {
                    return Err(format!("no summer time, but {unused} {}", left.value));
                }
            }
            return Ok(knows(generation, standard).then(|| Clock::fixed(standard)));
        }
        "1" => (),
        other => return Err(format!("summer_time {other}: not a rule of our own")),
    }
    let moment = match required("dst_time_type")? {
        "0" => of_date,
        "1" => of_week,
        other => return Err(format!("dst_time_type {other}")),
    };
    let rule = Rule {
        shift: shift(required("offset_time")?)?,
        start: moment(required("start_time")?)?,
        end: moment(required("end_time")?)?,
    };
    Ok(knows(generation, standard).then(|| Clock::yearly(standard, &rule)))
}

/// Seconds.
fn zone(text: &str) -> Result<i32, String> {
    let fault = || format!("time_zone {text}");
    if text == "0" {
        return Ok(0);
    }
    let (sign, rest) = match (text.strip_prefix('+'), text.strip_prefix('-')) {
        (Some(rest), _) => (60, rest),
        (_, Some(rest)) => (-60, rest),
        _ => return Err(fault()),
    };
    let minutes = match rest.split_once(':') {
        None => 60 * number(rest)?,
        Some((hours, minutes @ ("15" | "30" | "45"))) => 60 * number(hours)? + number(minutes)?,
        Some(_) => return Err(fault()),
    };
    let seconds = sign * minutes;
    if seconds == 0 || !(-12 * 3600..=14 * 3600).contains(&seconds) {
        return Err(fault());
    }
    Ok(seconds)
}

/// Whether a generation has the offset in its list.
pub fn knows(generation: u16, seconds: i32) -> bool {
    let (least, most) = match generation {
        ..80 => (-11, 12),
        80..85 => (-11, 14),
        _ => (-12, 14),
    };
    (3600 * least..=3600 * most).contains(&seconds)
}

/// Minutes, in seconds. A shift of nothing is no summer time.
fn shift(text: &str) -> Result<i32, String> {
    let minutes = match text.strip_prefix('-') {
        Some(rest) => -number(rest)?,
        None => number(text)?,
    };
    if minutes == 0 || !(-300..=300).contains(&minutes) {
        return Err(format!("offset_time {text}"));
    }
    Ok(60 * minutes)
}

fn of_week(text: &str) -> Result<Moment, String> {
    let [month, week, weekday, hour] = parts(text)?;
    Moment::of_week(month, week, weekday, 3600 * hour).map_err(|fault| format!("{text}: {fault}"))
}

fn of_date(text: &str) -> Result<Moment, String> {
    let [month, day, hour] = parts(text)?;
    Moment::of_date(month, day, 3600 * hour).map_err(|fault| format!("{text}: {fault}"))
}

fn parts<const N: usize>(text: &str) -> Result<[i32; N], String> {
    let parts: Vec<i32> = text
        .split('/')
        .map(number)
        .collect::<Result<_, _>>()
        .map_err(|fault| format!("{text}: {fault}"))?;
    let wrong = |parts: Vec<i32>| format!("{text}: {} parts and not {N}", parts.len());
    <[i32; N]>::try_from(parts).map_err(wrong)
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::super::settings;
    use super::*;

    /// Offset, switch, kind, start, end, shift.
    fn clock(values: [&str; 6]) -> Result<Option<Clock>, String> {
        let [zone, switch, kind, start, end, shift] = values;
        let lines = [
            ("local_time.time_zone", zone),
            ("local_time.time_zone_name", "None"),
            ("local_time.summer_time", switch),
            ("local_time.dst_time_type", kind),
            ("local_time.start_time", start),
            ("local_time.end_time", end),
            ("local_time.offset_time", shift),
        ];
        read(&settings(&lines), 86)
    }

    #[track_caller]
    fn assert_law(values: [&str; 6], zone: &str) {
        let law = Clock::of_law(&TimeZone::get(zone).unwrap());
        assert_eq!(clock(values), Ok(Some(law)), "{values:?}");
    }

    #[test]
    fn published_rules_are_the_laws_they_are_for() {
        // A DECT base of an exchange in Germany, as exported.
        assert_law(
            ["+1", "1", "1", "3/5/7/2", "10/5/7/3", "60"],
            "Europe/Berlin",
        );
        // The vendor's own list: New Zealand.
        assert_law(
            ["+12", "1", "1", "9/5/7/2", "4/1/7/3", "60"],
            "Pacific/Auckland",
        );
        assert_law(
            ["-5", "0", "%NULL%", "%NULL%", "%NULL%", "%NULL%"],
            "America/Panama",
        );
    }

    #[test]
    fn the_vendors_examples_are_read_in_its_order() {
        // Tuesday of the fourth week in January, 5 o'clock.
        assert_eq!(of_week("1/4/2/5"), Moment::of_week(1, 4, 2, 5 * 3600));
        // 20 May, 10:00.
        assert_eq!(of_date("5/20/10"), Moment::of_date(5, 20, 10 * 3600));
        assert_eq!(of_date("12/31/23"), Moment::of_date(12, 31, 23 * 3600));
    }

    #[test]
    fn rules_by_date_are_the_same_date_every_year() {
        let clock = clock(["0", "1", "0", "3/20/0", "9/22/24", "60"]);
        assert!(clock.is_err(), "there is no hour 24");
        let rule = Rule {
            shift: 3600,
            start: Moment::of_date(3, 20, 0).unwrap(),
            end: Moment::of_date(9, 22, 0).unwrap(),
        };
        let clock = super::tests::clock(["0", "1", "0", "3/20/0", "9/22/0", "60"]);
        assert_eq!(clock, Ok(Some(Clock::yearly(0, &rule))));
    }

    #[test]
    fn offsets_have_a_sign_and_no_padding() {
        assert_eq!(zone("0"), Ok(0));
        assert_eq!(zone("+5:45"), Ok(20_700));
        assert_eq!(zone("-9:30"), Ok(-34_200));
        for text in [
            "",
            "1",
            "+0",
            "-0",
            "+01",
            "+5:00",
            "+5:5",
            "+5:450",
            "+15",
            "-13",
            "+14:15",
            "+5.5",
            "+5:30 ",
            "++5",
            "+-5",
            "+:30",
            "0:30",
            "\u{ff0b}5",
        ] {
            assert!(zone(text).is_err(), "{text}");
        }
    }

    #[test]
    fn offsets_are_those_of_the_generation() {
        for (text, since) in [
            ("-12", 85),
            ("-11", 73),
            ("+12", 73),
            ("+12:45", 80),
            ("+14", 80),
        ] {
            for generation in [73, 80, 84, 85, 86] {
                let lines = [
                    ("local_time.time_zone", text),
                    ("local_time.summer_time", "0"),
                    ("local_time.time_zone_name", "None"),
                ];
                let lines = &lines[..if generation < 80 { 2 } else { 3 }];
                let expected = Clock::fixed(zone(text).unwrap());
                assert_eq!(
                    read(&settings(lines), generation),
                    Ok((generation >= since).then_some(expected)),
                    "{text} on V{generation}",
                );
            }
        }
    }

    #[test]
    fn everything_else_is_a_fault() {
        let right = ["+1", "1", "1", "3/5/7/2", "10/5/7/3", "60"];
        assert!(clock(right).is_ok());
        for (at, wrong) in [
            // The phone's own list.
            (1, "2"),
            (1, "%NULL%"),
            (2, "%NULL%"),
            (2, "2"),
            // By date.
            (2, "0"),
            (3, "3/5/7"),
            (3, "03/5/7/2"),
            (3, "3/5/0/2"),
            (3, "3/0/7/2"),
            (3, "3/5/7/24"),
            // The day before the last Sunday.
            (3, "3/5/7/2:0,-1d"),
            (3, "3/5/7/2,-1"),
            (3, "%NULL%"),
            (4, "//"),
            (5, "0"),
            (5, "301"),
            (5, "3600"),
            (5, "+60"),
        ] {
            let mut values = right;
            values[at] = wrong;
            assert!(clock(values).is_err(), "{values:?}");
        }
        assert!(clock(["+1", "0", "1", "3/5/7/2", "10/5/7/3", "60"]).is_err());
    }

    #[test]
    fn names_bring_rules_of_their_own() {
        for (name, generation, read) in [
            (Some("None"), 86, true),
            (Some("None"), 80, true),
            (Some("Germany(Berlin)"), 86, false),
            (None, 86, false),
            (None, 73, true),
            (Some("None"), 73, false),
        ] {
            let mut lines = vec![
                ("local_time.time_zone", "+1"),
                ("local_time.summer_time", "0"),
            ];
            lines.extend(name.map(|name| ("local_time.time_zone_name", name)));
            let clock = super::read(&settings(&lines), generation);
            assert_eq!(clock.is_ok(), read, "{name:?} on V{generation}");
        }
    }

    #[test]
    fn nothing_is_no_clock() {
        let others = settings(&[("local_time.time_format", "1")]);
        assert_eq!(read(&others, 86), Ok(None));
        // Summer time without a zone is no clock either, but a fault.
        assert!(read(&settings(&[("local_time.summer_time", "0")]), 86).is_err());
    }
}
