//! The time zone a phone shows ([`TimeZone`]).

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use chrono_tz::{TZ_VARIANTS, Tz};

use crate::error::Invalid;
use crate::model::nearest::nearest;

/// A time zone of the IANA time zone database: `Europe/Amsterdam`.
///
/// * A name of the database as `chrono-tz` ships it; links such as `Asia/Calcutta` are names too
///   and stay what they are.
/// * Spelled as there, letter case included: other readers of the database need that.
///
/// Equal are zones of the same name; two names of one place are two zones.
///
/// ```
/// use phone_provisioning::model::TimeZone;
///
/// let zone: TimeZone = "Europe/Amsterdam".parse()?;
/// assert_eq!(zone.as_str(), "Europe/Amsterdam");
/// let refused = "europe/amsterdam".parse::<TimeZone>().unwrap_err();
/// assert_eq!(
///     refused.to_string(),
///     "expected the time zone `Europe/Amsterdam` in this letter case, found `europe/amsterdam`",
/// );
/// # Ok::<(), phone_provisioning::error::Invalid>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct TimeZone(Tz);

impl TimeZone {
    /// All zones, links included, sorted by name.
    pub fn all() -> impl Iterator<Item = Self> {
        let mut zones = TZ_VARIANTS.map(Self);
        zones.sort_unstable();
        zones.into_iter()
    }

    /// The name in the database.
    pub fn as_str(self) -> &'static str {
        self.0.name()
    }

    /// The zone as `chrono-tz` has it.
    pub const fn tz(self) -> Tz {
        self.0
    }
}

impl fmt::Display for TimeZone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for TimeZone {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // chrono-tz minds the letter case, also with its feature `case-insensitive`: that only adds
        // another function.
        if let Ok(tz) = text.parse() {
            return Ok(Self(tz));
        }
        let names = || TZ_VARIANTS.iter().map(|tz| tz.name());
        let expected = match names().find(|name| name.eq_ignore_ascii_case(text)) {
            Some(name) => format!("the time zone `{name}` in this letter case"),
            None => match nearest(text, names()) {
                Some(name) => format!("an IANA time zone (the nearest is `{name}`)"),
                None => "an IANA time zone such as `Europe/Amsterdam`".to_owned(),
            },
        };
        Err(Invalid::new(expected, text))
    }
}

impl TryFrom<&str> for TimeZone {
    type Error = Invalid;

    fn try_from(text: &str) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Tz> for TimeZone {
    fn from(tz: Tz) -> Self {
        Self(tz)
    }
}

impl From<TimeZone> for Tz {
    fn from(zone: TimeZone) -> Self {
        zone.0
    }
}

/// By name.
impl Ord for TimeZone {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl PartialOrd for TimeZone {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn assert_refused(text: &str, expected: &str) {
        assert_eq!(
            text.parse::<TimeZone>().unwrap_err().to_string(),
            format!("expected {expected}, found `{text}`"),
        );
    }

    #[test]
    fn every_zone_is_read_back() {
        let mut last = None;
        for zone in TimeZone::all() {
            assert_eq!(zone.as_str().parse::<TimeZone>().unwrap(), zone);
            assert_eq!(TimeZone::try_from(zone.to_string().as_str()).unwrap(), zone);
            assert_eq!(TimeZone::from(zone.tz()), zone);
            assert!(last < Some(zone), "{zone}");
            last = Some(zone);
        }
        assert_eq!(TimeZone::all().count(), TZ_VARIANTS.len());
    }

    #[test]
    fn links_stay_what_they_are() {
        let link: TimeZone = "Asia/Calcutta".parse().unwrap();
        assert_eq!(link.as_str(), "Asia/Calcutta");
        assert_ne!(link, TimeZone::from(Tz::Asia__Kolkata));
        assert_eq!(Tz::from(link), Tz::Asia__Calcutta);
    }

    #[test]
    fn slips_of_letter_case_name_the_right_spelling() {
        assert_refused(
            "europe/amsterdam",
            "the time zone `Europe/Amsterdam` in this letter case",
        );
        assert_refused("utc", "the time zone `UTC` in this letter case");
    }

    #[test]
    fn unknown_zones_name_the_nearest() {
        assert_refused(
            "Europe/Amsterdm",
            "an IANA time zone (the nearest is `Europe/Amsterdam`)",
        );
        assert_refused(
            "America/New York",
            "an IANA time zone (the nearest is `America/New_York`)",
        );
        assert_refused(
            "America/NewYork",
            "an IANA time zone (the nearest is `America/New_York`)",
        );
        for text in ["", "Middle-earth", "CET-1CEST,M3.5.0,M10.5.0/3", "+01:00"] {
            assert_refused(text, "an IANA time zone such as `Europe/Amsterdam`");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn no_text_panics(text in ".*") {
            if let Ok(zone) = text.parse::<TimeZone>() {
                prop_assert_eq!(zone.as_str(), text);
            }
        }
    }
}
