//! From the clock of a phone back to a time zone. Many zones have one law: the likeliest is chosen,
//! and the others are told.

use std::sync::LazyLock;

use crate::clock::{ClockRule, Law, Precision, released};
use crate::model::{Country, Language, TimeZone};

/// The zones whose clock a phone is told in this way, in the order of their names.
pub(crate) fn zones_of(rule: &ClockRule, precision: Precision) -> Vec<TimeZone> {
    zones_where(precision, |own| own == rule)
}

/// The zones with such a rule, in the order of their names.
pub(crate) fn zones_where(
    precision: Precision,
    is_it: impl Fn(&ClockRule) -> bool,
) -> Vec<TimeZone> {
    static HOURS: LazyLock<Vec<(TimeZone, ClockRule)>> = LazyLock::new(|| rules(Precision::Hour));
    static SECONDS: LazyLock<Vec<(TimeZone, ClockRule)>> =
        LazyLock::new(|| rules(Precision::Second));
    let rules = match precision {
        Precision::Hour => &HOURS,
        Precision::Second => &SECONDS,
    };
    let same = rules.iter().filter(|(_, own)| is_it(own));
    same.map(|(zone, _)| *zone).collect()
}

fn rules(precision: Precision) -> Vec<(TimeZone, ClockRule)> {
    TimeZone::all()
        .map(|zone| {
            let rule = ClockRule::nearest(&Law::of(zone), released(), precision);
            (zone, rule)
        })
        .collect()
}

/// What makes one of several zones likelier than the others.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ZoneHints<'a> {
    /// A zone of the same law that the files name.
    pub(crate) named: Option<TimeZone>,
    pub(crate) country: Option<Country>,
    pub(crate) language: Option<&'a Language>,
}

/// The likeliest of some zones, and the others in the order of their likelihood.
pub(crate) fn zone_choice(
    mut zones: Vec<TimeZone>,
    hints: ZoneHints<'_>,
) -> Option<(TimeZone, Vec<TimeZone>)> {
    let countries = [
        hints.country.map(|country| country.as_str()),
        hints.language.and_then(country_of),
    ];
    let rank = |zone: &TimeZone| {
        let name = zone.as_str();
        let is_in = |country: &Option<&str>| {
            country.is_some_and(|country| ZONES.contains(&(country, name)))
        };
        let known = ZONES.iter().position(|(_, known)| *known == name);
        (
            hints.named != Some(*zone),
            countries.iter().position(is_in).unwrap_or(countries.len()),
            known.unwrap_or(ZONES.len()),
            // `CET` and `Etc/GMT-1` are no places, `US/Eastern` is an old name of one.
            !name.contains('/')
                || ["Etc/", "US/", "Brazil/", "Canada/", "Chile/", "Mexico/"]
                    .iter()
                    .any(|area| name.starts_with(area)),
        )
    };
    zones.sort_by_key(rank);
    let mut zones = zones.into_iter();
    Some((zones.next()?, zones.collect()))
}

/// Where a language is at home, when its tag does not say the country.
fn country_of(language: &Language) -> Option<&str> {
    if let Some(region) = language.region() {
        return Some(region);
    }
    Some(match language.primary() {
        "ar" => "EG",
        "cs" => "CZ",
        "da" => "DK",
        "de" => "DE",
        "el" => "GR",
        "es" => "ES",
        "fi" => "FI",
        "fr" => "FR",
        "he" => "IL",
        "hu" => "HU",
        "it" => "IT",
        "ja" => "JP",
        "nb" | "nn" | "no" => "NO",
        "nl" => "NL",
        "pl" => "PL",
        "pt" => "PT",
        "ru" => "RU",
        "sk" => "SK",
        "sl" => "SI",
        "sv" => "SE",
        "tr" => "TR",
        "zh" => "CN",
        _ => return None,
    })
}

/// The zones where most people of a country live, the ones met more often first.
const ZONES: &[(&str, &str)] = &[
    ("DE", "Europe/Berlin"),
    ("NL", "Europe/Amsterdam"),
    ("FR", "Europe/Paris"),
    ("IT", "Europe/Rome"),
    ("ES", "Europe/Madrid"),
    ("BE", "Europe/Brussels"),
    ("AT", "Europe/Vienna"),
    ("CH", "Europe/Zurich"),
    ("PL", "Europe/Warsaw"),
    ("CZ", "Europe/Prague"),
    ("SK", "Europe/Bratislava"),
    ("HU", "Europe/Budapest"),
    ("DK", "Europe/Copenhagen"),
    ("SE", "Europe/Stockholm"),
    ("NO", "Europe/Oslo"),
    ("SI", "Europe/Ljubljana"),
    ("HR", "Europe/Zagreb"),
    ("LU", "Europe/Luxembourg"),
    ("GB", "Europe/London"),
    ("IE", "Europe/Dublin"),
    ("PT", "Europe/Lisbon"),
    ("FI", "Europe/Helsinki"),
    ("GR", "Europe/Athens"),
    ("RO", "Europe/Bucharest"),
    ("BG", "Europe/Sofia"),
    ("LT", "Europe/Vilnius"),
    ("LV", "Europe/Riga"),
    ("EE", "Europe/Tallinn"),
    ("UA", "Europe/Kyiv"),
    ("TR", "Europe/Istanbul"),
    ("RU", "Europe/Moscow"),
    ("US", "America/New_York"),
    ("US", "America/Chicago"),
    ("US", "America/Denver"),
    ("US", "America/Los_Angeles"),
    ("US", "America/Phoenix"),
    ("US", "America/Anchorage"),
    ("US", "Pacific/Honolulu"),
    ("CA", "America/Toronto"),
    ("CA", "America/Vancouver"),
    ("CA", "America/Winnipeg"),
    ("CA", "America/Edmonton"),
    ("CA", "America/Halifax"),
    ("CA", "America/St_Johns"),
    ("MX", "America/Mexico_City"),
    ("BR", "America/Sao_Paulo"),
    ("AR", "America/Argentina/Buenos_Aires"),
    ("CL", "America/Santiago"),
    ("CO", "America/Bogota"),
    ("PE", "America/Lima"),
    ("VE", "America/Caracas"),
    ("CN", "Asia/Shanghai"),
    ("JP", "Asia/Tokyo"),
    ("KR", "Asia/Seoul"),
    ("SG", "Asia/Singapore"),
    ("HK", "Asia/Hong_Kong"),
    ("TW", "Asia/Taipei"),
    ("TH", "Asia/Bangkok"),
    ("VN", "Asia/Ho_Chi_Minh"),
    ("ID", "Asia/Jakarta"),
    ("IN", "Asia/Kolkata"),
    ("PK", "Asia/Karachi"),
    ("BD", "Asia/Dhaka"),
    ("AE", "Asia/Dubai"),
    ("SA", "Asia/Riyadh"),
    ("IR", "Asia/Tehran"),
    ("IL", "Asia/Jerusalem"),
    ("EG", "Africa/Cairo"),
    ("ZA", "Africa/Johannesburg"),
    ("NG", "Africa/Lagos"),
    ("KE", "Africa/Nairobi"),
    ("MA", "Africa/Casablanca"),
    ("AU", "Australia/Sydney"),
    ("AU", "Australia/Brisbane"),
    ("AU", "Australia/Adelaide"),
    ("AU", "Australia/Darwin"),
    ("AU", "Australia/Perth"),
    ("NZ", "Pacific/Auckland"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(name: &str) -> TimeZone {
        name.parse().unwrap()
    }

    fn chosen(like: &str, hints: ZoneHints<'_>) -> (String, usize) {
        let rule = ClockRule::nearest(&Law::of(zone(like)), released(), Precision::Hour);
        let zones = zones_of(&rule, Precision::Hour);
        let (choice, others) = zone_choice(zones, hints).unwrap();
        (choice.to_string(), others.len())
    }

    #[test]
    fn the_zones_of_countries_exist() {
        for (country, name) in ZONES {
            assert!(country.parse::<Country>().is_ok(), "{country}");
            assert!(name.parse::<TimeZone>().is_ok(), "{name}");
        }
    }

    #[test]
    fn a_hint_decides_between_zones_of_one_law() {
        let (berlin, others) = chosen("Europe/Oslo", ZoneHints::default());
        assert_eq!(berlin, "Europe/Berlin");
        assert!(others > 30);
        let language: Language = "nl".parse().unwrap();
        let mut hints = ZoneHints {
            language: Some(&language),
            ..ZoneHints::default()
        };
        assert_eq!(chosen("Europe/Oslo", hints).0, "Europe/Amsterdam");
        hints.country = Some("BE".parse().unwrap());
        assert_eq!(chosen("Europe/Oslo", hints).0, "Europe/Brussels");
        hints.named = Some(zone("Europe/Rome"));
        assert_eq!(chosen("Europe/Oslo", hints).0, "Europe/Rome");
    }

    #[test]
    fn every_zone_is_found_by_its_clock() {
        for precision in [Precision::Hour, Precision::Second] {
            for zone in TimeZone::all() {
                let rule = ClockRule::nearest(&Law::of(zone), released(), precision);
                assert!(zones_of(&rule, precision).contains(&zone), "{zone}");
            }
        }
    }
}
