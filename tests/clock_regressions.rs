//! Clocks that other provisioning systems got wrong, each with the lines that are right. The letters in
//! brackets are the systems of the collection of field failures.
#![cfg(all(feature = "snom", feature = "yealink"))]

#[path = "support/emulator/mod.rs"]
mod emulator;
mod support;

use emulator::phones::{D785, D865, M400, Phone, Renderer, S760, T46S, site};
use emulator::tokens::{self, List};
use phone_provisioning::Targets;
use support::site_with;

/// The lines that a phone's clock hangs on, of a site in the zone.
#[track_caller]
fn assert_lines(phone: &Phone, zone: &str, tones: Option<&str>, expected: &[&str]) {
    let targets = Targets::builtin();
    let told = Renderer::new(phone, &targets).render(site(zone.parse().unwrap(), tones));
    let lines = told.lines(phone);
    assert_eq!(
        Vec::from_iter(lines.lines()),
        expected,
        "{zone} on {}",
        phone.model
    );
}

#[track_caller]
fn assert_yealink(zone: &str, expected: &[&str]) {
    assert_lines(&T46S, zone, None, expected);
}

/// On both families, which have the same tokens.
#[track_caller]
fn assert_snom(zone: &str, expected: &[&str]) {
    assert_lines(&D785, zone, None, expected);
    assert_lines(&D865, zone, None, expected);
}

/// Half hours dropped (W).
#[test]
fn kolkata_keeps_its_half_hour() {
    assert_yealink(
        "Asia/Kolkata",
        &[
            "local_time.time_zone = +5:30",
            "local_time.time_zone_name = None",
            "local_time.summer_time = 0",
        ],
    );
    assert_snom("Asia/Kolkata", &["timezone = IND+5.5"]);
}

#[test]
fn kathmandu_keeps_its_three_quarters() {
    assert_yealink(
        "Asia/Kathmandu",
        &[
            "local_time.time_zone = +5:45",
            "local_time.time_zone_name = None",
            "local_time.summer_time = 0",
        ],
    );
    assert_snom(
        "Asia/Kathmandu",
        &["timezone = ", "utc_offset = +20700", "dst = "],
    );
}

#[test]
fn st_johns_is_three_and_a_half_hours_behind_and_has_summer_time() {
    assert_yealink(
        "America/St_Johns",
        &[
            "local_time.time_zone = -3:30",
            "local_time.time_zone_name = None",
            "local_time.summer_time = 1",
            "local_time.dst_time_type = 1",
            "local_time.start_time = 3/2/7/2",
            "local_time.end_time = 11/1/7/2",
            "local_time.offset_time = 60",
        ],
    );
    assert_snom("America/St_Johns", &["timezone = CAN-3.5"]);
}

#[test]
fn lord_howe_shifts_by_thirty_minutes_and_is_not_broken_hill() {
    assert_yealink(
        "Australia/Lord_Howe",
        &[
            "local_time.time_zone = +10:30",
            "local_time.time_zone_name = None",
            "local_time.summer_time = 1",
            "local_time.dst_time_type = 1",
            "local_time.start_time = 10/1/7/2",
            "local_time.end_time = 4/1/7/2",
            "local_time.offset_time = 30",
        ],
    );
    assert_yealink(
        "Australia/Broken_Hill",
        &[
            "local_time.time_zone = +9:30",
            "local_time.time_zone_name = None",
            "local_time.summer_time = 1",
            "local_time.dst_time_type = 1",
            "local_time.start_time = 10/1/7/2",
            "local_time.end_time = 4/1/7/3",
            "local_time.offset_time = 60",
        ],
    );
    assert_snom(
        "Australia/Lord_Howe",
        &[
            "timezone = ",
            "utc_offset = +37800",
            "dst = 1800 10.01.07 02:00:00 04.01.07 02:00:00",
        ],
    );
    assert_snom("Australia/Broken_Hill", &["timezone = AUS+9.5"]);
}

#[test]
fn chatham_has_minutes_where_the_phone_has_them() {
    assert_yealink(
        "Pacific/Chatham",
        &[
            "local_time.time_zone = +12:45",
            "local_time.time_zone_name = None",
            "local_time.summer_time = 1",
            "local_time.dst_time_type = 1",
            "local_time.start_time = 9/5/7/3",
            "local_time.end_time = 4/1/7/4",
            "local_time.offset_time = 60",
        ],
    );
    assert_snom("Pacific/Chatham", &["timezone = NZL+12.75"]);
}

/// Clamped to +12 (W).
#[test]
fn kiritimati_is_fourteen_hours_ahead() {
    assert_yealink(
        "Pacific/Kiritimati",
        &[
            "local_time.time_zone = +14",
            "local_time.time_zone_name = None",
            "local_time.summer_time = 0",
        ],
    );
    assert_snom(
        "Pacific/Kiritimati",
        &["timezone = ", "utc_offset = +50400", "dst = "],
    );
}

/// In tzdata winter is the exception and goes an hour back: summer and winter swapped.
#[test]
fn dublin_has_summer_time_in_summer() {
    assert_yealink(
        "Europe/Dublin",
        &[
            "local_time.time_zone = 0",
            "local_time.time_zone_name = None",
            "local_time.summer_time = 1",
            "local_time.dst_time_type = 1",
            "local_time.start_time = 3/5/7/1",
            "local_time.end_time = 10/5/7/2",
            "local_time.offset_time = 60",
        ],
    );
    assert_snom("Europe/Dublin", &["timezone = IRL-0"]);
}

/// F: the state at 1 January taken for a transition; the hour after the jump.
#[test]
fn summer_in_the_south_ends_in_autumn() {
    assert_yealink(
        "Australia/Sydney",
        &[
            "local_time.time_zone = +10",
            "local_time.time_zone_name = None",
            "local_time.summer_time = 1",
            "local_time.dst_time_type = 1",
            "local_time.start_time = 10/1/7/2",
            "local_time.end_time = 4/1/7/3",
            "local_time.offset_time = 60",
        ],
    );
    assert_snom("Australia/Sydney", &["timezone = AUS+10"]);
    // Saturday, 24:00, of the first week: there is no hour 24, and the Sunday after is not always the
    // first of the month.
    assert_yealink(
        "America/Santiago",
        &[
            "local_time.time_zone = -4",
            "local_time.time_zone_name = None",
            "local_time.summer_time = 1",
            "local_time.dst_time_type = 1",
            "local_time.start_time = 9/1/6/23",
            "local_time.end_time = 4/1/6/23",
            "local_time.offset_time = 60",
        ],
    );
    assert_snom(
        "America/Santiago",
        &[
            "timezone = ",
            "utc_offset = -14400",
            "dst = 3600 09.01.06 23:59:59 04.01.06 23:59:59",
        ],
    );
}

/// W: the fourth Sunday in one year, the last in another; T: Riga is `63`.
#[test]
fn bucharest_and_riga_switch_on_the_last_sunday_of_every_year() {
    for zone in ["Europe/Bucharest", "Europe/Riga"] {
        assert_yealink(
            zone,
            &[
                "local_time.time_zone = +2",
                "local_time.time_zone_name = None",
                "local_time.summer_time = 1",
                "local_time.dst_time_type = 1",
                "local_time.start_time = 3/5/7/3",
                "local_time.end_time = 10/5/7/4",
                "local_time.offset_time = 60",
            ],
        );
    }
    assert_snom("Europe/Bucharest", &["timezone = ROU+2"]);
    assert_snom("Europe/Riga", &["timezone = LVA+2"]);
}

/// F, W: Paris with the week of the year of rendering.
#[test]
fn paris_switches_on_the_last_sunday_of_every_year() {
    assert_yealink(
        "Europe/Paris",
        &[
            "local_time.time_zone = +1",
            "local_time.time_zone_name = None",
            "local_time.summer_time = 1",
            "local_time.dst_time_type = 1",
            "local_time.start_time = 3/5/7/2",
            "local_time.end_time = 10/5/7/3",
            "local_time.offset_time = 60",
        ],
    );
    assert_snom("Europe/Paris", &["timezone = FRA+1"]);
}

/// X: Regina got `USA-6`, which has summer time; and an empty `dst` beside a token does not end it.
#[test]
fn regina_has_no_summer_time() {
    assert_yealink(
        "America/Regina",
        &[
            "local_time.time_zone = -6",
            "local_time.time_zone_name = None",
            "local_time.summer_time = 0",
        ],
    );
    assert_snom("America/Regina", &["timezone = CAN2-6"]);
    // V8 has no such token.
    let triple = ["timezone = ", "utc_offset = -21600", "dst = "];
    assert_lines(&S760, "America/Regina", None, &triple);
}

#[test]
fn vancouver_and_winnipeg_have_no_summer_time_since_2026() {
    for (zone, line) in [
        ("America/Vancouver", "local_time.time_zone = -7"),
        ("America/Winnipeg", "local_time.time_zone = -5"),
    ] {
        let others = [
            "local_time.time_zone_name = None",
            "local_time.summer_time = 0",
        ];
        assert_yealink(zone, &[line, others[0], others[1]]);
    }
    assert_snom("America/Vancouver", &["timezone = USA2-7"]);
    assert_snom(
        "America/Winnipeg",
        &["timezone = ", "utc_offset = -18000", "dst = "],
    );
    // A place of the same standard offset that kept it.
    assert_snom("America/Rankin_Inlet", &["timezone = USA-6"]);
}

/// T: empty; menus disagree on the hours of `KOR+8`.
#[test]
fn tokyo_and_seoul_are_nine_hours_ahead() {
    assert_snom("Asia/Tokyo", &["timezone = JPN+9"]);
    assert_snom("Asia/Seoul", &["timezone = JPN+9"]);
}

/// T: `KOR+8` and `CHN+7` by the hours in the token.
#[test]
fn shanghai_is_eight_hours_ahead() {
    assert_snom("Asia/Shanghai", &["timezone = SGP+8"]);
    assert_lines(
        &M400,
        "Asia/Shanghai",
        Some("CN"),
        &[
            "timezone_by_country_region = on",
            "dst_by_country_region = on",
            "tone_scheme = CHN",
        ],
    );
}

/// Its law changes for Ramadan in years before 2026 and in old releases of tzdata.
#[test]
fn casablanca_is_at_utc_all_year_since_september_2026() {
    assert_yealink(
        "Africa/Casablanca",
        &[
            "local_time.time_zone = 0",
            "local_time.time_zone_name = None",
            "local_time.summer_time = 0",
        ],
    );
    assert_snom(
        "Africa/Casablanca",
        &["timezone = ", "utc_offset = +0", "dst = "],
    );
}

/// 2:00 of the Saturday after a fourth Thursday: at most 22 hours off.
#[test]
fn gaza_gets_the_nearest_rule() {
    assert_yealink(
        "Asia/Gaza",
        &[
            "local_time.time_zone = +2",
            "local_time.time_zone_name = None",
            "local_time.summer_time = 1",
            "local_time.dst_time_type = 1",
            "local_time.start_time = 3/5/7/0",
            "local_time.end_time = 10/5/7/0",
            "local_time.offset_time = 60",
        ],
    );
    assert_snom(
        "Asia/Gaza",
        &[
            "timezone = ",
            "utc_offset = +7200",
            "dst = 3600 03.05.07 00:00:00 10.05.07 00:00:00",
        ],
    );
}

/// 23:00 of the eve of the last Sunday of March: an hour off.
#[test]
fn nuuk_is_two_hours_behind_since_2023() {
    assert_yealink(
        "America/Nuuk",
        &[
            "local_time.time_zone = -2",
            "local_time.time_zone_name = None",
            "local_time.summer_time = 1",
            "local_time.dst_time_type = 1",
            "local_time.start_time = 3/5/7/0",
            "local_time.end_time = 10/5/7/0",
            "local_time.offset_time = 60",
        ],
    );
    assert_snom(
        "America/Nuuk",
        &[
            "timezone = ",
            "utc_offset = -7200",
            "dst = 3600 03.05.07 00:00:00 10.05.07 00:00:00",
        ],
    );
}

/// The end of the last Thursday of October: an hour off, or a second.
#[test]
fn cairo_has_summer_time_again() {
    assert_yealink(
        "Africa/Cairo",
        &[
            "local_time.time_zone = +2",
            "local_time.time_zone_name = None",
            "local_time.summer_time = 1",
            "local_time.dst_time_type = 1",
            "local_time.start_time = 4/5/5/0",
            "local_time.end_time = 10/5/4/23",
            "local_time.offset_time = 60",
        ],
    );
    assert_snom(
        "Africa/Cairo",
        &[
            "timezone = ",
            "utc_offset = +7200",
            "dst = 3600 04.05.05 00:00:00 10.05.04 23:59:59",
        ],
    );
}

/// T: the offset of before 2024; the token of Paraguay has summer time.
#[test]
fn asuncion_is_three_hours_behind_all_year() {
    assert_yealink(
        "America/Asuncion",
        &[
            "local_time.time_zone = -3",
            "local_time.time_zone_name = None",
            "local_time.summer_time = 0",
        ],
    );
    assert_snom("America/Asuncion", &["timezone = ARG-3"]);
}

/// W: the token made of the language's country and whole hours; nothing at all where the language has
/// no entry, and nothing on a base.
#[test]
fn the_token_of_berlin_hangs_on_no_language_and_on_no_tones() {
    let targets = Targets::builtin();
    for phone in [&D785, &D865, &S760, &M400] {
        let renderer = Renderer::new(phone, &targets);
        for language in ["en", "en-US", "de", "fr", "nl", "da"] {
            for tones in [None, Some("US"), Some("FR"), Some("JP")] {
                let site = site_with(|site| {
                    site.settings.time_zone = Some("Europe/Berlin".parse().unwrap());
                    site.settings.language = Some(language.parse().unwrap());
                    site.settings.tone_country = tones.map(|country| country.parse().unwrap());
                });
                let told = renderer.render(site);
                let lines = told.lines(phone);
                let of_country = lines.contains("timezone_by_country_region = on");
                let in_paris = of_country && lines.contains("tone_scheme = FRA");
                let what = format!("{} in {language} with {tones:?}: {lines}", phone.model);
                assert_eq!(
                    of_country,
                    phone.model == "snom M400" && tones == Some("FR"),
                    "{what}"
                );
                assert!(in_paris || lines.contains("timezone = GER+1\n"), "{what}");
            }
        }
    }
}

/// The rule of before 2026, and after 2027, shows an hour too little in between.
#[test]
fn havana_stays_at_four_hours_behind_until_november_2027() {
    assert_yealink(
        "America/Havana",
        &[
            "local_time.time_zone = -4",
            "local_time.time_zone_name = None",
            "local_time.summer_time = 0",
        ],
    );
    assert_snom(
        "America/Havana",
        &["timezone = ", "utc_offset = -14400", "dst = "],
    );
    // A base has no offset: the token that is right this winter.
    assert_lines(
        &M400,
        "America/Havana",
        None,
        &[
            "timezone = TTB-4",
            "timezone_by_country_region = off",
            "dst_by_country_region = on",
        ],
    );
}

/// The dictionaries know the tokens of the menus, and none that other systems made up.
#[test]
fn tokens_are_those_of_the_menus() {
    let targets = Targets::builtin();
    for (target, list) in [("snom-desk", None), ("snom-dect", Some(List::V10))] {
        let target = targets.iter().find(|t| t.id().as_str() == target).unwrap();
        let row = target.settings().iter().find(|row| row.name == "timezone");
        let domain = row.unwrap().domain;
        let menu = |token: &str| list.is_none_or(|list| tokens::is_in_menu(token, list));
        for (token, _) in tokens::LAWS.iter().chain(tokens::DOUBTFUL) {
            assert!(domain.contains(token) || !menu(token), "{token}");
        }
        for made_up in ["USA+1", "FRA-5", "GRB-0", "63", "CHN+8", "KOR+9", "AT+1"] {
            assert!(!domain.contains(made_up), "{made_up}");
        }
    }
}
