//! When registrations end: the table of the reference, and every clock of the world against another
//! reader of the time zone database.

use chrono::{DateTime, FixedOffset, TimeDelta, Utc, Weekday};
use jiff::tz::AmbiguousOffset;
use jiff::{Timestamp, ToSpan as _, civil};
use phone_provisioning::clock::later_laws;
use phone_provisioning::model::TimeZone;
use phone_provisioning::redirection::life::{Weekly, Zone};
use proptest::prelude::*;

use super::time;

const WEEKDAYS: [Weekday; 7] = [
    Weekday::Mon,
    Weekday::Tue,
    Weekday::Wed,
    Weekday::Thu,
    Weekday::Fri,
    Weekday::Sat,
    Weekday::Sun,
];

/// Activated at, ends by the fixed clock of UTC+1, ends by the civil clock of Amsterdam.
#[rustfmt::skip]
const TABLE: [(&str, &str, &str); 9] = [
    ("2026-01-13T22:59:59Z", "2026-01-13T23:00:00Z", "2026-01-13T23:00:00Z"),
    ("2026-01-13T23:00:00Z", "2026-01-20T23:00:00Z", "2026-01-20T23:00:00Z"),
    ("2026-01-14T12:00:00Z", "2026-01-20T23:00:00Z", "2026-01-20T23:00:00Z"),
    // The week in which summer time begins has 167 hours.
    ("2026-03-24T23:00:00Z", "2026-03-31T23:00:00Z", "2026-03-31T22:00:00Z"),
    ("2026-03-31T22:00:00Z", "2026-03-31T23:00:00Z", "2026-04-07T22:00:00Z"),
    ("2026-07-07T21:59:59Z", "2026-07-07T23:00:00Z", "2026-07-07T22:00:00Z"),
    ("2026-07-07T22:59:59Z", "2026-07-07T23:00:00Z", "2026-07-14T22:00:00Z"),
    // The one in which it ends has 169: the cap is an hour before its end.
    ("2026-10-20T22:00:00Z", "2026-10-20T23:00:00Z", "2026-10-27T22:00:00Z"),
    ("2026-10-20T23:00:00Z", "2026-10-27T23:00:00Z", "2026-10-27T23:00:00Z"),
];

#[test]
fn registrations_end_as_the_reference_says() {
    let (fixed, civil) = (Weekly::default(), Weekly::civil(zone("Europe/Amsterdam")));
    for (activated, by_fixed, by_civil) in TABLE {
        let activated = time(activated);
        assert_eq!(fixed.expires_at(activated), time(by_fixed), "{activated}");
        assert_eq!(civil.expires_at(activated), time(by_civil), "{activated}");
    }
}

#[test]
fn the_default_is_the_beginning_of_wednesday_at_utc_plus_1() {
    let offset = FixedOffset::east_opt(3600).unwrap();
    let same = Weekly::new(Weekday::Wed, 0, Zone::Fixed(offset)).unwrap();
    assert_eq!(same, Weekly::default());
    let amsterdam = zone("Europe/Amsterdam");
    let same = Weekly::new(Weekday::Wed, 0, Zone::Civil(amsterdam)).unwrap();
    assert_eq!(same, Weekly::civil(amsterdam));
    let refused = Weekly::new(Weekday::Wed, 24, Zone::Fixed(offset)).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "expected an hour from 0 to 23, found `24`"
    );
}

/// Clocks of Beirut go from 0:00 on a Sunday to 23:00 on the Saturday: the Saturday is not over then.
/// Clocks of Santiago leave out the hour after a Sunday has begun; those of Troll leave out two.
#[test]
fn a_time_that_is_left_out_or_comes_twice_is_the_first_moment_that_reaches_it() {
    for (name, hour, activated, ends) in [
        (
            "Asia/Beirut",
            0,
            "2026-10-24T12:00:00Z",
            "2026-10-24T22:00:00Z",
        ),
        (
            "Asia/Beirut",
            0,
            "2026-03-28T12:00:00Z",
            "2026-03-28T22:00:00Z",
        ),
        (
            "America/Santiago",
            0,
            "2026-09-05T12:00:00Z",
            "2026-09-06T04:00:00Z",
        ),
        (
            "America/Havana",
            0,
            "2026-10-31T12:00:00Z",
            "2026-11-01T04:00:00Z",
        ),
        (
            "Antarctica/Troll",
            2,
            "2026-03-28T12:00:00Z",
            "2026-03-29T01:00:00Z",
        ),
        (
            "Europe/Amsterdam",
            2,
            "2026-10-24T12:00:00Z",
            "2026-10-25T00:00:00Z",
        ),
    ] {
        let weekly = Weekly::new(Weekday::Sun, hour, Zone::Civil(zone(name))).unwrap();
        assert_eq!(weekly.expires_at(time(activated)), time(ends), "{name}");
    }
}

#[test]
fn the_oracle_agrees_around_every_change_of_every_clock() {
    let mut changes = 0;
    for zone in TimeZone::all().filter(|zone| is_known(*zone)) {
        let tz = jiff::tz::TimeZone::get(zone.as_str()).unwrap();
        let start: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        let end: Timestamp = "2029-01-01T00:00:00Z".parse().unwrap();
        for change in tz
            .following(start)
            .take_while(|change| change.timestamp() < end)
        {
            changes += 1;
            let at = DateTime::from_timestamp(change.timestamp().as_second(), 0).unwrap();
            // The hours that either clock shows at the change, and one more on either side.
            let before = tz.to_datetime(change.timestamp() - 1.second());
            let after = change.offset().to_datetime(change.timestamp());
            for shown in [before, after] {
                for hours in -2..=2 {
                    let shown = shown.checked_add(hours.hours()).unwrap();
                    let weekday = WEEKDAYS[shown.weekday().to_monday_zero_offset() as usize];
                    let hour = u8::try_from(shown.hour()).unwrap();
                    let weekly = Weekly::new(weekday, hour, Zone::Civil(zone)).unwrap();
                    for seconds in [-7 * 86_400, -86_400, -3600, -1, 0, 1, 3600] {
                        let activated = at + TimeDelta::seconds(seconds);
                        let oracle = oracle(weekday, hour, &tz, activated);
                        assert_eq!(
                            weekly.expires_at(activated),
                            oracle,
                            "{zone} {weekday} {hour}:00, activated {activated}",
                        );
                    }
                }
            }
        }
    }
    assert!(changes > 500, "{changes}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_registration_lives_for_more_than_nothing_and_a_week_at_most(
        // 2026 to 2036
        second in 1_767_225_600_i64..2_114_380_800,
        nanosecond in prop_oneof![Just(0_u32), 0..1_000_000_000_u32],
        weekday in 0..7_usize,
        hour in 0..24_u8,
        quarters in -48..=56_i32,
        place in 0..TimeZone::all().count(),
        is_fixed: bool,
    ) {
        let activated = DateTime::from_timestamp(second, nanosecond).unwrap();
        let weekday = WEEKDAYS[weekday];
        let civil = TimeZone::all().nth(place).unwrap();
        let (zone, tz) = if is_fixed {
            let offset = FixedOffset::east_opt(quarters * 900).unwrap();
            let tz = jiff::tz::Offset::from_seconds(quarters * 900).unwrap().to_time_zone();
            (Zone::Fixed(offset), tz)
        } else {
            (Zone::Civil(civil), jiff::tz::TimeZone::get(civil.as_str()).unwrap())
        };
        let weekly = Weekly::new(weekday, hour, zone).unwrap();
        let expires = weekly.expires_at(activated);
        let lifetime = expires - activated;
        prop_assert!(lifetime > TimeDelta::zero() && lifetime <= TimeDelta::hours(168));
        if is_fixed || is_known(civil) {
            prop_assert_eq!(expires, oracle(weekday, hour, &tz, activated));
        }
    }
}

#[test]
fn no_time_is_too_early_or_too_late() {
    for weekly in [Weekly::default(), Weekly::civil(zone("Europe/Amsterdam"))] {
        let first = DateTime::<Utc>::MIN_UTC;
        assert!(weekly.expires_at(first) > first);
        let last = DateTime::<Utc>::MAX_UTC;
        assert_eq!(weekly.expires_at(last), last);
    }
}

/// The first moment after another at which the clock reaches the hour of the weekday; 168 hours later
/// at the latest.
fn oracle(
    weekday: Weekday,
    hour: u8,
    tz: &jiff::tz::TimeZone,
    activated: DateTime<Utc>,
) -> DateTime<Utc> {
    let nanosecond = i32::try_from(activated.timestamp_subsec_nanos()).unwrap();
    let activated_at = Timestamp::new(activated.timestamp(), nanosecond).unwrap();
    let yesterday = tz.to_datetime(activated_at).date() - 1.day();
    let wanted = weekday.num_days_from_monday();
    let days = yesterday.series(1.day()).take(17);
    let end = days
        .filter(|day| day.weekday().to_monday_zero_offset() as u32 == wanted)
        .map(|day| reached(tz, day.at(hour.try_into().unwrap(), 0, 0, 0)))
        .find(|end| *end > activated_at)
        .unwrap();
    let end = DateTime::from_timestamp(end.as_second(), 0).unwrap();
    end.min(activated + TimeDelta::hours(168))
}

fn reached(tz: &jiff::tz::TimeZone, shown: civil::DateTime) -> Timestamp {
    match tz.to_ambiguous_timestamp(shown).offset() {
        AmbiguousOffset::Unambiguous { offset } => offset.to_timestamp(shown).unwrap(),
        AmbiguousOffset::Fold { before, .. } => before.to_timestamp(shown).unwrap(),
        AmbiguousOffset::Gap { after, .. } => {
            let earlier = after.to_timestamp(shown).unwrap() - 1.second();
            tz.following(earlier).next().unwrap().timestamp()
        }
    }
}

/// Whether the other reader has the same law of the zone.
fn is_known(zone: TimeZone) -> bool {
    later_laws()
        .iter()
        .all(|(later, _)| *later != zone.as_str())
}

fn zone(name: &str) -> TimeZone {
    name.parse().unwrap()
}
