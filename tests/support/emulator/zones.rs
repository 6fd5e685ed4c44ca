//! The zones of tzdata and their laws.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use jiff::Timestamp;
use phone_provisioning::model::TimeZone;

use super::{Clock, noon};

/// The day that rules are of where the caller gives none.
pub const RULES_AS_OF: (i16, i8, i8) = (2026, 9, 30);

/// The last day that is looked at.
pub const UNTIL: (i16, i8, i8) = (2036, 12, 31);

/// The seconds that are looked at.
pub fn window() -> (i64, i64) {
    let [from, to] = [RULES_AS_OF, UNTIL].map(|(year, month, day)| noon(year, month, day));
    (from, to)
}

/// A zone and its law.
pub struct Zone {
    pub name: String,
    /// `None` = no zone that a site can have.
    pub zone: Option<TimeZone>,
    pub law: Clock,
}

/// Every name of tzdata.
pub fn zones() -> &'static [Zone] {
    static ZONES: OnceLock<Vec<Zone>> = OnceLock::new();
    ZONES.get_or_init(|| {
        let names = jiff::tz::db().available();
        let mut names: BTreeSet<String> = names.map(|name| name.as_str().to_owned()).collect();
        names.extend(TimeZone::all().map(|zone| zone.as_str().to_owned()));
        let zone = |name: String| {
            let law = Clock::of_law(&jiff::tz::TimeZone::get(&name).unwrap());
            let later = Later::of(&name);
            Zone {
                law: later.map_or(law.clone(), |later| later.amend(&law)),
                zone: name.parse().ok(),
                name,
            }
        };
        names.into_iter().map(zone).collect()
    })
}

/// A law that is newer than the tzdata of jiff: an offset that stays until an instant.
pub struct Later {
    zones: &'static str,
    offset: i32,
    until: &'static str,
    /// The release that has it.
    pub source: &'static str,
}

/// All that the tzdata of 2026f has otherwise than that of 2026e, from the day that the rules are of.
pub const LATER: &[Later] = &[Later {
    zones: "America/Havana Cuba",
    offset: -4 * 3600,
    until: "2027-11-07T05:00:00Z",
    source: "2026f",
}];

impl Later {
    /// The names of its zones.
    pub fn zones(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.zones.split(' ')
    }

    /// The law that amends one of a zone.
    pub fn of(zone: &str) -> Option<&'static Self> {
        LATER
            .iter()
            .find(|later| later.zones().any(|name| name == zone))
    }

    fn amend(&self, law: &Clock) -> Clock {
        let until: Timestamp = self.until.parse().unwrap();
        law.fixed_until(self.offset, until.as_second())
    }
}

/// Zones that a site can have.
pub fn places() -> impl Iterator<Item = (&'static Zone, TimeZone)> {
    zones().iter().filter_map(|zone| Some((zone, zone.zone?)))
}

pub fn law(name: &str) -> &'static Zone {
    let at = zones().binary_search_by(|zone| zone.name.as_str().cmp(name));
    &zones()[at.unwrap()]
}

/// Whether two zones have the same clock from the day that the rules are of.
pub fn same_law(one: &Zone, other: &Zone) -> bool {
    let (from, to) = window();
    one.law.difference(&other.law, from, to).is_none()
}

/// The names of every law.
pub fn by_law() -> Vec<Vec<&'static str>> {
    let mut laws: Vec<Vec<&str>> = Vec::new();
    for (zone, _) in places() {
        match laws.iter_mut().find(|names| same_law(law(names[0]), zone)) {
            Some(names) => names.push(&zone.name),
            None => laws.push(vec![&zone.name]),
        }
    }
    laws
}

/// One zone of every law.
pub fn laws() -> impl Iterator<Item = &'static Zone> {
    by_law().into_iter().map(|names| law(names[0]))
}
