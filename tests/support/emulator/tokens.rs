//! The zone tokens of Snom phones, each with the zone whose law its label names. Written from the
//! labels of the vendor's menu; the hours in a token say nothing (`CHN+7` is labelled +8).
//!
//! A token carries a rule that was built into the firmware years ago. It is worth the law of today
//! only where that law has not changed since. All others are doubtful, for whatever zone.

/// Which tokens firmware knows: the menu of 8.9.3 or of V10, which the DECT bases share.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum List {
    V8,
    V10,
}

/// What a token stands for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Law {
    /// The law of this zone.
    Of(&'static str),
    /// Nobody knows, and why.
    Doubtful(&'static str),
}

/// What a token stands for.
///
/// # Errors
/// The token is not in the menu.
pub fn law(token: &str, list: List) -> Result<Law, String> {
    if !is_in_menu(token, list) {
        return Err(format!("the token {token} is not in the menu of {list:?}"));
    }
    let known = LAWS.iter().map(|(known, zone)| (known, Law::Of(zone)));
    let doubtful = DOUBTFUL
        .iter()
        .map(|(known, why)| (known, Law::Doubtful(why)));
    let found = known.chain(doubtful).find(|(known, _)| **known == token);
    let (_, law) = found.ok_or_else(|| format!("`{token}` is none of the vendor's tokens"))?;
    Ok(law)
}

/// Whether a token of either menu is in this one.
pub fn is_in_menu(token: &str, list: List) -> bool {
    let only_in_other = match list {
        List::V8 => ONLY_V10,
        List::V10 => ONLY_V8,
    };
    !only_in_other.contains(&token)
}

/// In the menu of 8.9.3 and not in that of V10.
const ONLY_V8: &[&str] = &["COL-5", "ECU-5", "LTU+2", "UAE+4", "USA2-10"];

/// In the menu of V10 and not in that of 8.9.3.
const ONLY_V10: &[&str] = &["CAM-6", "CAN2-6"];

/// Tokens whose law is what it was when the list was made.
pub const LAWS: &[(&str, &str)] = &[
    // America.
    ("USA-10", "Pacific/Honolulu"),
    ("USA-9", "America/Anchorage"),
    ("USA-8", "America/Los_Angeles"),
    ("USA-7", "America/Denver"),
    ("USA2-7", "America/Phoenix"),
    ("USA-6", "America/Chicago"),
    ("CAN2-6", "America/Regina"),
    ("USA-5", "America/New_York"),
    ("BHS-5", "America/Nassau"),
    ("CAN-5", "America/Toronto"),
    ("COL-5", "America/Bogota"),
    ("ECU-5", "America/Guayaquil"),
    ("CAN-4", "America/Halifax"),
    ("BMU-4", "Atlantic/Bermuda"),
    ("TTB-4", "America/Port_of_Spain"),
    ("CAN-3.5", "America/St_Johns"),
    ("ARG-3", "America/Argentina/Buenos_Aires"),
    ("BRA2-3", "America/Fortaleza"),
    ("BRA-2", "America/Noronha"),
    // Europe and its islands.
    ("PRT-1", "Atlantic/Azores"),
    ("FRO-0", "Atlantic/Faroe"),
    ("IRL-0", "Europe/Dublin"),
    ("PRT-0", "Europe/Lisbon"),
    ("ESP-0", "Atlantic/Canary"),
    ("GBR-0", "Europe/London"),
    ("ALB+1", "Europe/Tirane"),
    ("AUT+1", "Europe/Vienna"),
    ("BEL+1", "Europe/Brussels"),
    ("HRV+1", "Europe/Zagreb"),
    ("CZE+1", "Europe/Prague"),
    ("DNK+1", "Europe/Copenhagen"),
    ("FRA+1", "Europe/Paris"),
    ("GER+1", "Europe/Berlin"),
    ("HUN+1", "Europe/Budapest"),
    ("ITA+1", "Europe/Rome"),
    ("LUX+1", "Europe/Luxembourg"),
    ("MAK+1", "Europe/Skopje"),
    ("NLD+1", "Europe/Amsterdam"),
    ("NOR+1", "Europe/Oslo"),
    ("POL+1", "Europe/Warsaw"),
    ("SVK+1", "Europe/Bratislava"),
    ("ESP+1", "Europe/Madrid"),
    ("SWE+1", "Europe/Stockholm"),
    ("CHE+1", "Europe/Zurich"),
    ("GIB+1", "Europe/Gibraltar"),
    ("YUG+1", "Europe/Belgrade"),
    ("BGR+2", "Europe/Sofia"),
    ("CYP+2", "Asia/Nicosia"),
    ("EST+2", "Europe/Tallinn"),
    ("FIN+2", "Europe/Helsinki"),
    ("GRC+2", "Europe/Athens"),
    ("LVA+2", "Europe/Riga"),
    ("LTU+2", "Europe/Vilnius"),
    ("ROU+2", "Europe/Bucharest"),
    ("UKR+2", "Europe/Kyiv"),
    // Africa.
    ("WAT+1", "Africa/Lagos"),
    ("CAT+2", "Africa/Maputo"),
    ("EAT+3", "Africa/Nairobi"),
    // Asia.
    ("LBN+2", "Asia/Beirut"),
    ("IRQ+3", "Asia/Baghdad"),
    ("GEO+4", "Asia/Tbilisi"),
    ("UAE+4", "Asia/Dubai"),
    ("KAZ+5", "Asia/Aqtobe"),
    ("PAK+5", "Asia/Karachi"),
    ("IND+5.5", "Asia/Kolkata"),
    ("THA+7", "Asia/Bangkok"),
    ("SGP+8", "Asia/Singapore"),
    ("JPN+9", "Asia/Tokyo"),
    // Australia and the Pacific.
    ("AUS+8", "Australia/Perth"),
    ("AUS+9.5", "Australia/Adelaide"),
    ("AUS2+9.5", "Australia/Darwin"),
    ("AUS+10", "Australia/Sydney"),
    ("AUS2+10", "Australia/Brisbane"),
    ("AUS3+10", "Australia/Hobart"),
    ("AUS+10.5", "Australia/Lord_Howe"),
    ("NCL+11", "Pacific/Noumea"),
    ("NZL+12", "Pacific/Auckland"),
    ("NZL+12.75", "Pacific/Chatham"),
    ("TON+13", "Pacific/Tongatapu"),
];

/// Tokens that are right for no zone, and why.
pub const DOUBTFUL: &[(&str, &str)] = &[
    (
        "USA2-10",
        "whether Adak's summer time is in it, no source says",
    ),
    ("CAN-8", "Vancouver has no summer time since 2026"),
    ("MEX-8", "the country gave up its summer time in 2022"),
    ("CAN-7", "Edmonton has no summer time since 2026"),
    ("MEX-7", "the country gave up its summer time in 2022"),
    ("CAN-6", "Winnipeg has no summer time since 2026"),
    ("CHL-6", "Chile changed its rule in 2019 and 2022"),
    ("MEX-6", "the country gave up its summer time in 2022"),
    ("CAM-6", "its meaning is inferred"),
    (
        "CUB-5",
        "sources disagree on Cuba's summer time of 2026 and 2027",
    ),
    ("VEN-4.5", "Venezuela is at -4 since 2016"),
    ("CHL-4", "Chile changed its rule in 2019 and 2022"),
    ("PRY-4", "Paraguay is at -3 all year since 2024"),
    (
        "FLK-4",
        "the Falkland Islands are at -3 all year since 2010",
    ),
    ("GRL-3", "Greenland is at -2 since 2023"),
    ("BRA1-3", "Brazil has no summer time since 2019"),
    ("CAI+1", "the Caicos Islands are at -5, Cairo is at +2"),
    ("CHA+1", "Chad or the Chatham Islands"),
    ("NAM+1", "Namibia is at +2 all year since 2017"),
    ("BLR+2", "Belarus is at +3 all year since 2011"),
    ("EGY+2", "Egypt's summer time came and went"),
    ("GAZ+2", "Palestine's rule changes nearly every year"),
    ("ISR+2", "whether the rule of 2013 is in it, no source says"),
    ("JOR+2", "Jordan is at +3 all year since 2022"),
    (
        "MDA+2",
        "Moldova switches with the EU now, and did not when the list was made",
    ),
    (
        "RUS+2",
        "Russia's clocks changed in 2010, 2011, 2014 and 2016",
    ),
    ("SYR+2", "Syria is at +3 all year since 2022"),
    ("TUR+2", "Turkey is at +3 all year since 2016"),
    (
        "RUS+3",
        "Russia's clocks changed in 2010, 2011, 2014 and 2016",
    ),
    ("IRN+3.5", "Iran has no summer time since 2022"),
    (
        "ARM+4",
        "the menu is of years in which Armenia had summer time",
    ),
    (
        "AZE+4",
        "the menu is of years in which Azerbaijan had summer time",
    ),
    ("KAZ+4", "Aqtau is at +5 since 2004"),
    (
        "RUS+4",
        "Russia's clocks changed in 2010, 2011, 2014 and 2016",
    ),
    ("KGZ+5", "Kyrgyzstan is at +6 since 2005"),
    (
        "RUS+5",
        "Russia's clocks changed in 2010, 2011, 2014 and 2016",
    ),
    ("KAZ+6", "Astana and Almaty are at +5 since 2024"),
    (
        "RUS+6",
        "Russia's clocks changed in 2010, 2011, 2014 and 2016",
    ),
    (
        "RUS+7",
        "Russia's clocks changed in 2010, 2011, 2014 and 2016",
    ),
    (
        "CHN+7",
        "labelled +8: whether it is +7 or +8, sources disagree",
    ),
    (
        "KOR+8",
        "labelled +9: whether it is +8 or +9, sources disagree",
    ),
    (
        "RUS+10",
        "Russia's clocks changed in 2010, 2011, 2014 and 2016",
    ),
    (
        "RUS+12",
        "Russia's clocks changed in 2010, 2011, 2014 and 2016",
    ),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use jiff::Timestamp;
    use jiff::tz::TimeZone;

    use super::super::noon;
    use super::*;

    /// The calendar of 28 years later has the same weekdays (until 2100).
    const CYCLE: i64 = 10_227 * 86_400;

    /// The law of a year as instants of the calendar and offsets: equal in years of the same law.
    fn law_of_years(zone: &TimeZone, from: i64, to: i64) -> Vec<(i64, i32)> {
        let begin = Timestamp::from_second(from).unwrap();
        let mut current = zone.to_offset(begin).seconds();
        let mut law = vec![(0, current)];
        for change in zone.following(begin) {
            let (at, offset) = (change.timestamp().as_second(), change.offset().seconds());
            if at >= to {
                break;
            }
            if offset != current {
                law.push((at - from, offset));
                current = offset;
            }
        }
        law
    }

    #[test]
    fn the_menus_have_120_and_117_tokens() {
        let all: BTreeSet<&str> = LAWS
            .iter()
            .chain(DOUBTFUL)
            .map(|(token, _)| *token)
            .collect();
        assert_eq!(
            all.len(),
            LAWS.len() + DOUBTFUL.len(),
            "no token is there twice"
        );
        assert_eq!(all.len() - ONLY_V10.len(), 120);
        assert_eq!(all.len() - ONLY_V8.len(), 117);
        for token in ONLY_V8.iter().chain(ONLY_V10) {
            assert!(all.contains(token), "{token}");
        }
    }

    /// The menu of 8.9.3 is of 2017 at the latest.
    #[test]
    fn laws_of_trusted_tokens_are_those_of_2018() {
        let (from, to) = (noon(2018, 1, 1), noon(2027, 1, 1));
        for (token, name) in LAWS {
            let zone = TimeZone::get(name).unwrap();
            assert_eq!(
                law_of_years(&zone, from, to),
                law_of_years(&zone, from + CYCLE, to + CYCLE),
                "{token}: the law of {name} has changed",
            );
        }
    }

    #[test]
    fn laws_that_changed_are_seen_as_changed() {
        let (from, to) = (noon(2018, 1, 1), noon(2027, 1, 1));
        for name in [
            "America/Vancouver",
            "America/Winnipeg",
            "America/Mexico_City",
            "America/Santiago",
            "Asia/Almaty",
            "Asia/Amman",
            "Asia/Gaza",
            "Africa/Casablanca",
            "America/Nuuk",
        ] {
            let zone = TimeZone::get(name).unwrap();
            assert_ne!(
                law_of_years(&zone, from, to),
                law_of_years(&zone, from + CYCLE, to + CYCLE),
                "{name}",
            );
        }
    }

    #[test]
    fn only_tokens_of_the_list_have_a_law() {
        assert_eq!(law("GER+1", List::V10), Ok(Law::Of("Europe/Berlin")));
        assert_eq!(law("COL-5", List::V8), Ok(Law::Of("America/Bogota")));
        assert_eq!(law("CAN2-6", List::V10), Ok(Law::Of("America/Regina")));
        let doubt = "labelled +8: whether it is +7 or +8, sources disagree";
        assert_eq!(law("CHN+7", List::V10), Ok(Law::Doubtful(doubt)));
        for (token, list, fault) in [
            ("USA+1", List::V10, "`USA+1` is none of the vendor's tokens"),
            ("FRA-5", List::V10, "`FRA-5` is none of the vendor's tokens"),
            ("GRB-0", List::V10, "`GRB-0` is none of the vendor's tokens"),
            ("63", List::V10, "`63` is none of the vendor's tokens"),
            ("CHN+8", List::V8, "`CHN+8` is none of the vendor's tokens"),
            ("", List::V8, "`` is none of the vendor's tokens"),
            (
                "COL-5",
                List::V10,
                "the token COL-5 is not in the menu of V10",
            ),
            (
                "CAN2-6",
                List::V8,
                "the token CAN2-6 is not in the menu of V8",
            ),
        ] {
            assert_eq!(law(token, list), Err(fault.to_owned()));
        }
    }
}
