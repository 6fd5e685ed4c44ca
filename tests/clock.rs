//! Whether phones show the right time: every zone, on a phone of every kind, from the day that the
//! rules are of to the end of 2036. What a phone was told is read back, put into an emulated phone
//! clock (`support/emulator`) and held against tzdata, second by second.
#![cfg(all(feature = "snom", feature = "yealink"))]

#[path = "support/emulator/mod.rs"]
mod emulator;
mod support;

use std::collections::BTreeSet;
use std::sync::Arc;

use emulator::phones::{D785, D865, M400, M900, Phone, Reading, Renderer, S760, T46G, T46S, site};
use emulator::tokens::List;
use emulator::zones::{
    LATER, Later, RULES_AS_OF, UNTIL, Zone, by_law, law, laws, places, same_law, window, zones,
};
use emulator::{Clock, Moment, Rule, noon, snom, tokens};
use jiff::Timestamp;
use phone_provisioning::Targets;
use phone_provisioning::model::{Site, TimeZone};

// ---- zones ----

/// Names of tzdata that are no zone of a site, because no place is meant.
const NO_PLACE: &[&str] = &["Factory"];

#[test]
fn laws_that_jiff_does_not_know_yet_are_no_longer_here_once_it_does() {
    let (from, to) = window();
    for later in LATER {
        for name in later.zones() {
            let known = Clock::of_law(&jiff::tz::TimeZone::get(name).unwrap());
            assert!(
                known.difference(&law(name).law, from, to).is_some(),
                "{name}: jiff has {}",
                later.source,
            );
        }
    }
}

#[test]
fn every_name_of_tzdata_is_a_zone_that_a_site_can_have() {
    let others = zones().iter().filter(|zone| zone.zone.is_none());
    let others: Vec<&str> = others.map(|zone| zone.name.as_str()).collect();
    assert_eq!(others, NO_PLACE);
    assert!(places().count() >= TimeZone::all().count());
}

/// Zones whose law is another in the tzdata of chrono-tz, which is of 2025.
const NEWER_THAN_CHRONO_TZ: &[&str] = &[
    "Africa/Casablanca",
    "Africa/El_Aaiun",
    "America/Edmonton",
    "America/Havana",
    "America/Inuvik",
    "America/Rainy_River",
    "America/Vancouver",
    "America/Winnipeg",
    "America/Yellowknife",
    "Canada/Central",
    "Canada/Mountain",
    "Canada/Pacific",
    "Cuba",
    "Europe/Chisinau",
    "Europe/Tiraspol",
];

#[test]
fn two_readers_of_tzdata_agree_on_the_laws() {
    use chrono_tz::OffsetComponents as _;

    let (from, to) = window();
    let mut newer = Vec::new();
    for (zone, place) in places() {
        let jiff = jiff::tz::TimeZone::get(&zone.name).unwrap();
        let changes = zone.law.changes(from, to);
        let mut instants: Vec<i64> = changes.flat_map(|at| [at - 1, at, at + 1]).collect();
        for year in RULES_AS_OF.0 + 1..=UNTIL.0 {
            instants.extend((1..=12).map(|month| noon(year, month, 1)));
        }
        let mut differs = false;
        for at in instants {
            let own = zone.law.local_offset(at);
            let direct = jiff.to_offset(Timestamp::from_second(at).unwrap());
            let amended = Later::of(&zone.name).is_some();
            assert!(
                amended || own == direct.seconds(),
                "{} at {at}: {own} and {direct}",
                zone.name
            );
            let utc = chrono::DateTime::from_timestamp(at, 0).unwrap().naive_utc();
            let chrono = chrono::TimeZone::offset_from_utc_datetime(&place.tz(), &utc);
            let chrono = chrono.base_utc_offset() + chrono.dst_offset();
            differs |= i64::from(own) != chrono.num_seconds();
        }
        if differs {
            newer.push(zone.name.as_str());
        }
    }
    assert_eq!(newer, NEWER_THAN_CHRONO_TZ);
}

// ---- every zone on every kind of phone ----

/// Zones of one law that a kind of phone cannot be told.
struct Gap {
    /// Names, divided by blanks.
    zones: &'static str,
    reason: &'static str,
}

impl Gap {
    fn zones(&self) -> impl Iterator<Item = &'static str> + Clone + use<> {
        self.zones.split(' ')
    }

    /// The first of its zones: all have the same law.
    fn law(&self) -> &'static Zone {
        law(self.zones().next().unwrap())
    }
}

/// A zone, as a site can have it, and the country of the site's tones.
type Case = (&'static Zone, TimeZone, Option<&'static str>);

/// Zones on a phone: the clock is right or the zone is in the ledger, and the caller is told so where it
/// is wrong and only there.
#[track_caller]
fn check(phone: &Phone, cases: impl Iterator<Item = Case>, ledger: &[&[Gap]]) {
    let (from, to) = window();
    let gaps = ledger.iter().copied().flatten();
    let listed: BTreeSet<&str> = gaps.flat_map(Gap::zones).collect();
    let mut faults = Vec::new();
    let targets = Targets::builtin();
    let renderer = Renderer::new(phone, &targets);
    let mut seen = 0;
    for (zone, place, tones) in cases {
        seen += 1;
        let told = renderer.render(site(place, tones));
        let mut fault = |what: String| {
            let lines = told.lines(phone);
            faults.push(format!(
                "{} with tones of {tones:?}: {what}\n{lines}",
                zone.name
            ));
        };
        let difference = |clock: Clock| clock.difference(&zone.law, from, to).map(in_words);
        let (wrong, proven) = match phone.kind.read(&told.settings) {
            Err(unread) => {
                fault(format!("no phone understands this: {unread}"));
                continue;
            }
            Ok(Reading::Nothing) => (Some("nobody knows what it shows".to_owned()), true),
            Ok(Reading::Clock(clock)) => (difference(clock), true),
            Ok(Reading::Unproven(clock)) => (difference(clock), false),
        };
        if !proven && tones.is_some() && tones == country_of(zone) {
            fault("a token beside the tones of a country with this law".to_owned());
        }
        match (wrong, &told.notices[..], listed.contains(&*zone.name)) {
            (Some(wrong), [], _) => fault(format!("wrong without a notice: {wrong}")),
            (Some(wrong), _, false) => fault(format!("wrong, not in the ledger: {wrong}")),
            (None, _, true) => fault("right, but in the ledger".to_owned()),
            (None, [], _) if !proven => fault("unproven, without a notice".to_owned()),
            (None, [notice, ..], _) if proven => fault(format!("right, with a notice: {notice}")),
            (Some(_), _, true) | (None, _, false) => (),
        }
    }
    assert!(seen > 50, "only {seen} zones");
    let (count, model) = (faults.len(), phone.model);
    faults.truncate(40);
    assert!(
        count == 0,
        "{count} of {seen} zones on {model}:\n{}",
        faults.join("\n")
    );
}

fn in_words((at, phone, law): (i64, i32, i32)) -> String {
    let at = Timestamp::from_second(at).unwrap();
    format!("at {at} the phone shows {phone:+} and the law says {law:+}")
}

/// All zones of sites without tones.
fn all() -> impl Iterator<Item = Case> {
    places().map(|(zone, place)| (zone, place, None))
}

#[test]
fn every_zone_on_a_yealink_phone() {
    check(&T46S, all(), &[NO_RULE, NO_MINUTES]);
}

#[test]
fn every_zone_on_an_old_yealink_phone() {
    check(&T46G, all(), &[NO_RULE, NO_MINUTES, BEYOND_OLD_OFFSETS]);
}

#[test]
fn every_zone_on_a_snom_phone() {
    check(&D785, all(), &[NO_RULE]);
}

#[test]
fn every_zone_on_a_snom_phone_of_the_newest_family() {
    check(&D865, all(), &[NO_RULE]);
}

#[test]
fn every_zone_on_an_old_snom_phone() {
    check(&S760, all(), &[NO_RULE]);
}

#[test]
fn every_zone_on_a_base_without_tones() {
    check(&M400, all(), &[NO_RULE, NO_TOKEN]);
}

#[test]
fn every_zone_on_a_base_with_tones_of_a_country_with_its_law() {
    let with_country = |(zone, place)| Some((zone, place, Some(country_of(zone)?)));
    check(
        &M400,
        places().filter_map(with_country),
        &[NO_RULE, NO_TOKEN],
    );
}

#[test]
fn every_law_on_a_base_with_tones_of_another_country() {
    let cases = laws().map(|zone| (zone, zone.zone.unwrap(), Some(country_not_of(zone))));
    check(&M400, cases, &[NO_RULE, NO_TOKEN]);
}

/// A base of a thousand accounts takes its time to render and read: one zone of every law.
#[test]
fn a_large_base_is_told_what_a_small_one_is_told() {
    let targets = Targets::builtin();
    let [large, small] = [&M900, &M400].map(|phone| (phone, Renderer::new(phone, &targets)));
    for zone in laws() {
        let site = site(zone.zone.unwrap(), None);
        let [large, small] = [&large, &small].map(|(phone, renderer)| {
            let told = renderer.render(site.clone());
            (told.lines(phone), told.notices.len())
        });
        assert_eq!(large, small, "{}", zone.name);
    }
}

/// Countries whose tones a base knows, as codes of ISO 3166-1, and the zone of each.
const TONES: &[(&str, &str)] = &[
    ("AT", "AUT"),
    ("CH", "SWI"),
    ("CN", "CHN"),
    ("DE", "GER"),
    ("DK", "DNK"),
    ("ES", "ESP"),
    ("FR", "FRA"),
    ("GB", "GBR"),
    ("IN", "IND"),
    ("IT", "ITA"),
    ("JP", "JPN"),
    ("NL", "NLD"),
    ("NO", "NOR"),
    ("NZ", "NZL"),
    ("SE", "SWE"),
];

/// The last country of those with the law of the zone.
fn country_of(zone: &Zone) -> Option<&'static str> {
    let of_law = |code: &str| {
        let mut countries = snom::COUNTRIES.iter();
        let (_, place) = countries.find(|(known, _)| *known == code).unwrap();
        same_law(law(place), zone)
    };
    let found = TONES.iter().rev().find(|(_, code)| of_law(code));
    found.map(|(country, _)| *country)
}

/// A country with another law, or with several: the own one, where that has several.
fn country_not_of(zone: &Zone) -> &'static str {
    let several = [
        ("America/", "US"),
        ("US/", "US"),
        ("Australia/", "AU"),
        ("Mexico/", "MX"),
    ];
    let own = several
        .iter()
        .find(|(start, _)| zone.name.starts_with(start));
    match own {
        Some((_, country)) => country,
        None if country_of(zone) == Some("JP") => "DE",
        None => "JP",
    }
}

// ---- the ledger: what phones cannot be told ----

/// Laws that no rule says which is the same every year, of weeks or of dates.
const NO_RULE: &[Gap] = &[
    Gap {
        zones: "Africa/Cairo Egypt",
        reason: "until the last Thursday of October, 24:00; there is no hour 24",
    },
    Gap {
        zones: "America/Havana Cuba",
        reason: "no summer time for once in the winter of 2026; again from November 2027 on",
    },
    Gap {
        zones: "America/Godthab America/Nuuk America/Scoresbysund",
        reason: "from 23:00 of the day before the last Sunday of March",
    },
    Gap {
        zones: "America/Santiago Chile/Continental",
        reason: "the first Saturdays of September and April, 24:00; there is no hour 24",
    },
    Gap {
        zones: "Asia/Gaza Asia/Hebron",
        reason: "2:00 two days after the fourth Thursdays of March and October",
    },
    Gap {
        zones: "Asia/Jerusalem Asia/Tel_Aviv Israel",
        reason: "from 2:00 of the day after the fourth Thursday of March",
    },
];

/// Laws that change at another minute than the first of an hour.
const NO_MINUTES: &[Gap] = &[Gap {
    zones: "NZ-CHAT Pacific/Chatham",
    reason: "2:45 and 3:45",
}];

/// Offsets beyond those of V7x, from -11 to +12.
const BEYOND_OLD_OFFSETS: &[Gap] = &[
    Gap {
        zones: "Etc/GMT+12",
        reason: "-12",
    },
    Gap {
        zones: "Etc/GMT-13 Pacific/Apia Pacific/Enderbury Pacific/Fakaofo Pacific/Kanton \
            Pacific/Tongatapu",
        reason: "+13",
    },
    Gap {
        zones: "Etc/GMT-14 Pacific/Kiritimati",
        reason: "+14",
    },
];

/// Laws of no country and of no token that a base knows.
const NO_TOKEN: &[Gap] = &[
    Gap {
        zones: "Africa/Abidjan Africa/Accra Africa/Bamako Africa/Banjul Africa/Bissau \
            Africa/Casablanca Africa/Conakry Africa/Dakar Africa/El_Aaiun Africa/Freetown \
            Africa/Lome Africa/Monrovia Africa/Nouakchott Africa/Ouagadougou Africa/Sao_Tome \
            Africa/Timbuktu America/Danmarkshavn Atlantic/Reykjavik Atlantic/St_Helena Etc/GMT \
            Etc/GMT+0 Etc/GMT-0 Etc/GMT0 Etc/Greenwich Etc/UCT Etc/UTC Etc/Universal Etc/Zulu \
            GMT GMT+0 GMT-0 GMT0 Greenwich Iceland UCT UTC Universal Zulu",
        reason: "no country and no token at UTC all year",
    },
    Gap {
        zones: "America/Adak America/Atka US/Aleutian",
        reason: "USA2-10 is not in the menu of V10",
    },
    Gap {
        zones: "America/Atikokan America/Bogota America/Cancun America/Cayman America/Coral_Harbour \
            America/Eirunepe America/Guayaquil America/Jamaica America/Lima America/Panama \
            America/Porto_Acre America/Rainy_River America/Rio_Branco America/Winnipeg \
            Brazil/Acre Canada/Central EST Etc/GMT+5 Jamaica",
        reason: "COL-5 and ECU-5 are not in the menu of V10",
    },
    Gap {
        zones: "America/Miquelon",
        reason: "-3 with the summer time of North America",
    },
    Gap {
        zones: "Antarctica/Troll",
        reason: "two hours of summer time",
    },
    Gap {
        zones: "Asia/Anadyr Asia/Kamchatka Etc/GMT-12 Kwajalein Pacific/Fiji Pacific/Funafuti \
            Pacific/Kwajalein Pacific/Majuro Pacific/Nauru Pacific/Tarawa Pacific/Wake \
            Pacific/Wallis",
        reason: "RUS+12 is in doubt",
    },
    Gap {
        zones: "Asia/Bishkek Asia/Dacca Asia/Dhaka Asia/Kashgar Asia/Omsk Asia/Thimbu Asia/Thimphu \
            Asia/Urumqi Etc/GMT-6 Indian/Chagos",
        reason: "KAZ+6 and RUS+6 are in doubt",
    },
    Gap {
        zones: "Asia/Kabul",
        reason: "+4:30",
    },
    Gap {
        zones: "Asia/Kathmandu Asia/Katmandu",
        reason: "+5:45",
    },
    Gap {
        zones: "Asia/Rangoon Asia/Yangon Indian/Cocos",
        reason: "+6:30",
    },
    Gap {
        zones: "Asia/Tehran Iran",
        reason: "IRN+3.5 has the summer time of before 2022",
    },
    Gap {
        zones: "Atlantic/Cape_Verde Etc/GMT+1",
        reason: "-1 all year",
    },
    Gap {
        zones: "Australia/Eucla",
        reason: "+8:45",
    },
    Gap {
        zones: "Chile/EasterIsland Pacific/Easter",
        reason: "CHL-6 has a rule of before 2022",
    },
    Gap {
        zones: "Etc/GMT+11 Pacific/Midway Pacific/Niue Pacific/Pago_Pago Pacific/Samoa US/Samoa",
        reason: "-11",
    },
    Gap {
        zones: "Etc/GMT+12",
        reason: "-12",
    },
    Gap {
        zones: "Etc/GMT+8 Pacific/Pitcairn",
        reason: "-8 all year",
    },
    Gap {
        zones: "Etc/GMT+9 Pacific/Gambier",
        reason: "-9 all year",
    },
    Gap {
        zones: "Etc/GMT-14 Pacific/Kiritimati",
        reason: "+14",
    },
    Gap {
        zones: "Pacific/Marquesas",
        reason: "-9:30",
    },
    Gap {
        zones: "Pacific/Norfolk",
        reason: "+11 with the summer time of Australia",
    },
];

/// What is in the ledger cannot be said, and what is not can: all rules and tokens are tried.
#[test]
fn the_ledger_is_what_no_rule_and_no_token_can_say() {
    for names in by_law() {
        let zone = law(names[0]);
        let in_ledger = |gaps: &[Gap]| {
            let listed = gaps.iter().flat_map(Gap::zones);
            let listed = |name: &&&str| listed.clone().any(|listed| listed == **name);
            match names.iter().filter(listed).count() {
                0 => false,
                all if all == names.len() => true,
                some => panic!("{some} of the zones of one law: {names:?}"),
            }
        };
        let [hours, seconds] = [3600, 1].map(|step| rule_fits(&zone.law, step));
        assert_eq!(in_ledger(NO_RULE), !seconds, "{names:?}");
        assert_eq!(in_ledger(NO_MINUTES), seconds && !hours, "{names:?}");
        // Half a year apart: the standard time of one of the two is the smaller offset.
        let year = UNTIL.0;
        let offsets = [noon(year, 1, 1), noon(year, 7, 1)].map(|at| zone.law.local_offset(at));
        let standard = offsets[0].min(offsets[1]);
        if !(-11 * 3600..=12 * 3600).contains(&standard) {
            assert!(
                in_ledger(BEYOND_OLD_OFFSETS) || in_ledger(NO_MINUTES),
                "{names:?}"
            );
        } else {
            assert!(!in_ledger(BEYOND_OLD_OFFSETS), "{names:?}");
        }
        let token = tokens::LAWS.iter().any(|(token, place)| {
            tokens::is_in_menu(token, List::V10) && same_law(law(place), zone)
        });
        let told = token || country_of(zone).is_some();
        assert_eq!(
            in_ledger(NO_RULE) || in_ledger(NO_TOKEN),
            !told,
            "{names:?}"
        );
    }
}

/// Lines of the ledger of a desk phone: laws, not names.
#[test]
fn the_ledger_of_a_desk_phone_is_short() {
    assert!(NO_RULE.len() + NO_MINUTES.len() + BEYOND_OLD_OFFSETS.len() <= 14);
    let all = [NO_RULE, NO_MINUTES, BEYOND_OLD_OFFSETS, NO_TOKEN];
    for gap in all.into_iter().flatten() {
        assert!(!gap.reason.is_empty());
        assert!(gap.zones().is_sorted(), "{}", gap.zones);
        assert!(gap.zones().all(|name| same_law(law(name), gap.law())));
    }
}

/// Whether any rule of weeks or dates makes this clock, at times that are a multiple of the seconds.
/// All rules are tried.
fn rule_fits(law: &Clock, seconds: i32) -> bool {
    let (from, to) = window();
    let moment = |forward| {
        let jumps = law.jumps(forward, from, to);
        let time = i32::try_from(jumps.first()?.rem_euclid(86_400)).unwrap();
        let mut moments = Moment::all(time).filter(|_| time % seconds == 0);
        moments.find(|moment| jumps.iter().all(|wall| moment.seconds_from(*wall) == 0))
    };
    let offsets = law.changes(from, to).map(|at| law.local_offset(at));
    let (Some(standard), Some(summer)) = (offsets.clone().min(), offsets.max()) else {
        return true;
    };
    let (Some(start), Some(end)) = (moment(true), moment(false)) else {
        return false;
    };
    let shift = summer - standard;
    let clock = Clock::yearly(standard, &Rule { shift, start, end });
    clock.difference(law, from, to).is_none()
}

// ---- where no rule is exact ----

/// Where no rule is exact, none is wrong for less time at a stretch within ten years, and of those none
/// for less time in all.
#[test]
fn the_nearest_rule_is_told_where_none_is_exact() {
    let (from, _) = window();
    let to = noon(RULES_AS_OF.0 + 10, RULES_AS_OF.1, RULES_AS_OF.2);
    let targets = Targets::builtin();
    for (phone, gaps, step) in [
        (&T46S, &[NO_RULE, NO_MINUTES][..], 3600),
        (&D785, &[NO_RULE][..], 1),
    ] {
        let renderer = Renderer::new(phone, &targets);
        for gap in gaps.iter().copied().flatten() {
            let zone = gap.law();
            // A law that is about to change is told as it is first.
            if Later::of(&zone.name).is_some() {
                continue;
            }
            let told = renderer.render(site(zone.zone.unwrap(), None));
            let Ok(Reading::Clock(clock)) = phone.kind.read(&told.settings) else {
                panic!("{}: {}", zone.name, told.lines(phone));
            };
            assert_eq!(
                clock.seconds_apart(&zone.law, from, to),
                nearest_seconds_apart(&zone.law, from, to, step),
                "{} on {}:\n{}",
                zone.name,
                phone.model,
                told.lines(phone),
            );
        }
    }
}

/// How long the nearest of all rules is wrong, at full hours or, where there are seconds, in the last one
/// of a day: the longest time at a stretch, and in all.
fn nearest_seconds_apart(law: &Clock, from: i64, to: i64, step: i32) -> (i64, i64) {
    let nearest = |forward| {
        let jumps = law.jumps(forward, from, to);
        let months: BTreeSet<i8> = jumps.iter().map(|wall| month_of(*wall)).collect();
        let hours = (0..24).map(|hour| 3600 * hour);
        let moments = hours.chain([86_400 - step]).flat_map(Moment::all);
        let moments = moments.filter(|moment| months.contains(&moment.month()));
        let apart = |moment: Moment| {
            let apart = jumps.iter().map(|wall| moment.seconds_from(*wall));
            (apart.clone().max().unwrap(), apart.sum())
        };
        moments.map(apart).min().unwrap()
    };
    let [(longest, total), (other, more)]: [(i64, i64); 2] = [true, false].map(nearest);
    (longest.max(other), total + more)
}

fn month_of(wall: i64) -> i8 {
    let utc = Timestamp::from_second(wall)
        .unwrap()
        .to_zoned(jiff::tz::TimeZone::UTC);
    utc.month()
}

// ---- from year to year ----

/// The same bytes, whenever they are made, unless the law is another then.
#[test]
fn settings_do_not_change_from_year_to_year() {
    let targets = Targets::builtin();
    for phone in [&T46S, &D785, &M400] {
        let renderer = Renderer::new(phone, &targets);
        let mut changed = BTreeSet::new();
        for zone in laws() {
            let site = site(zone.zone.unwrap(), None);
            let now = renderer.bytes(site.clone());
            for (year, month, day) in [(2026, 12, 31), (2028, 2, 29), (2029, 7, 1), (2030, 12, 31)]
            {
                let then = renderer.bytes(as_of(&site, noon(year, month, day)));
                if then != now {
                    changed.insert(zone.name.as_str());
                }
            }
        }
        // A base has no token for what Havana's law is until 2027.
        changed.remove("America/Havana");
        assert_eq!(changed, BTreeSet::new(), "{}", phone.model);
    }
}

/// The site, with the rules of another day.
fn as_of(site: &Arc<Site>, day: i64) -> Arc<Site> {
    let mut site = Site::clone(site);
    site.rules_as_of = chrono::DateTime::from_timestamp(day, 0);
    Arc::new(site)
}

#[test]
fn the_rules_of_a_day_are_those_of_the_law_from_then_on() {
    let targets = Targets::builtin();
    let exception_over = noon(2027, 12, 1);
    let (_, to) = window();
    let havana = law("America/Havana");
    let site = as_of(&site(havana.zone.unwrap(), None), exception_over);
    for phone in [&T46S, &D785] {
        let told = Renderer::new(phone, &targets).render(site.clone());
        let Ok(Reading::Clock(clock)) = phone.kind.read(&told.settings) else {
            panic!("{}", told.lines(phone));
        };
        assert_eq!(clock.difference(&havana.law, exception_over, to), None);
        assert_eq!(support::notices_text(&told.notices), [""; 0]);
    }
}

#[test]
fn the_day_that_rules_are_of_is_the_release_of_tzdata() {
    let (year, month, day) = RULES_AS_OF;
    let released = phone_provisioning::clock::released().timestamp();
    assert_eq!(
        noon(year, month, day).div_euclid(86_400),
        released.div_euclid(86_400)
    );
}

// ---- how wrong a clock may be ----

/// The clock of a phone is wrong for an hour, a quarter of an hour, a second or never.
#[test]
fn a_clock_that_is_wrong_for_longer_than_the_site_tolerates_is_an_error() {
    let targets = Targets::builtin();
    for (phone, zone, error) in [
        (&T46S, "America/Santiago", true),
        (&T46S, "Pacific/Chatham", false),
        (&T46S, "Europe/Berlin", false),
        (&D785, "America/Santiago", false),
        (&D785, "America/Nuuk", true),
        (&M400, "Asia/Kathmandu", true),
    ] {
        let model = phone.model;
        let tolerant = site(zone.parse().unwrap(), None);
        let mut strict = Site::clone(&tolerant);
        strict.clock_tolerance = Some(chrono::Duration::minutes(30));
        let device = Renderer::new(phone, &targets).device;
        support::render(&tolerant, &device);
        if !error {
            support::render(&Arc::new(strict), &device);
            continue;
        }
        let errors = support::render_err(&Arc::new(strict), &device);
        let path = "site.settings.time_zone: ";
        assert!(
            errors.iter().all(|error| error.starts_with(path)),
            "{model}: {errors:?}"
        );
        assert!(
            errors.iter().all(|error| error.contains(zone)),
            "{model}: {errors:?}"
        );
    }
}
