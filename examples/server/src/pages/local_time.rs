//! Times as the clock on the wall of an organisation shows them.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use phone_provisioning::clock::Law;
use phone_provisioning::fleet::SiteDoc;
use phone_provisioning::inventory::Organisation;
use phone_provisioning::model::TimeZone;

/// The clock of an organisation.
pub(super) struct LocalTime {
    zone: Option<TimeZone>,
    law: Law,
}

impl LocalTime {
    /// The clock of a site.
    fn of(site: &SiteDoc) -> Self {
        let settings = site.settings.as_ref().and_then(|settings| settings.value());
        let zone = settings.and_then(|settings| settings.time_zone.as_ref()?.value());
        Self::new(zone.and_then(|zone| zone.parse().ok()))
    }

    /// The clock of an organisation; that of Greenwich where there is none.
    pub(super) fn of_organisation(organisation: Option<&Organisation>) -> Self {
        organisation.map_or_else(
            || Self::new(None),
            |organisation| Self::of(organisation.site()),
        )
    }

    fn new(zone: Option<TimeZone>) -> Self {
        let law = Law::of(zone.unwrap_or(greenwich()));
        Self { zone, law }
    }

    /// The zone by name.
    pub(super) fn name(&self) -> &'static str {
        self.zone.map_or("UTC", TimeZone::as_str)
    }

    /// An instant, to the minute.
    pub(super) fn show(&self, at: DateTime<Utc>) -> String {
        self.local(at).format("%Y-%m-%d %H:%M").to_string()
    }

    /// An instant as a field of a form takes it.
    pub(super) fn field(&self, at: DateTime<Utc>) -> String {
        self.local(at).format("%Y-%m-%dT%H:%M").to_string()
    }

    /// What a field of a form holds. Of a time that comes twice, the first.
    ///
    /// # Errors
    /// What was expected.
    pub(super) fn read(&self, field: &str) -> Result<DateTime<Utc>, String> {
        let formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"];
        let mut read = formats
            .iter()
            .filter_map(|format| NaiveDateTime::parse_from_str(field, format).ok());
        let local = read.next();
        let local = local.ok_or("expected a date and a time, as 2026-07-01T18:30")?;
        let day = TimeDelta::days(1);
        let near = [local.checked_sub_signed(day), local.checked_add_signed(day)];
        let offsets = near
            .into_iter()
            .flatten()
            .map(|near| self.offset(near.and_utc()));
        let instants = offsets.filter_map(|offset| local.checked_sub_signed(offset));
        let instants = instants.map(|instant| instant.and_utc());
        let is_it = |at: &DateTime<Utc>| self.local(*at) == local;
        let first = instants.filter(is_it).min();
        first.ok_or_else(|| format!("clocks in {} are set forward over this time", self.name()))
    }

    fn local(&self, at: DateTime<Utc>) -> NaiveDateTime {
        let utc = at.naive_utc();
        utc.checked_add_signed(self.offset(at)).unwrap_or(utc)
    }

    fn offset(&self, at: DateTime<Utc>) -> TimeDelta {
        TimeDelta::seconds(self.law.offset_at(at).into())
    }
}

/// How long something still lasts, so that nobody is told more than there is.
pub(super) fn remaining(time: TimeDelta) -> String {
    match time.num_minutes() {
        ..1 => format!("{} s left", time.num_seconds().max(0)),
        minutes @ 1..60 => format!("{minutes} min left"),
        minutes => format!("{} h {} min left", minutes / 60, minutes % 60),
    }
}

/// How long ago something was.
pub(super) fn ago(time: TimeDelta) -> String {
    match time.num_minutes() {
        ..1 => "just now".to_owned(),
        minutes @ 1..60 => format!("{minutes} min ago"),
        minutes @ 60..1440 => format!("{} h ago", minutes / 60),
        minutes @ 1440..2880 => format!("{} day ago", minutes / 1440),
        minutes => format!("{} days ago", minutes / 1440),
    }
}

fn greenwich() -> TimeZone {
    "UTC".parse().expect("there is such a zone")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock(zone: &str) -> LocalTime {
        LocalTime::new(Some(zone.parse().expect("a zone")))
    }

    #[track_caller]
    fn assert_read(zone: &str, field: &str, expected: &str) {
        let expected: DateTime<Utc> = expected.parse().expect("an instant");
        assert_eq!(clock(zone).read(field), Ok(expected));
    }

    #[test]
    fn a_time_is_that_of_the_zone() {
        assert_read(
            "Europe/Amsterdam",
            "2026-07-01T18:30",
            "2026-07-01T16:30:00Z",
        );
        assert_read(
            "Europe/Amsterdam",
            "2026-12-01T18:30",
            "2026-12-01T17:30:00Z",
        );
        assert_read(
            "America/St_Johns",
            "2026-07-01T23:59",
            "2026-07-02T02:29:00Z",
        );
        assert_read(
            "Pacific/Kiritimati",
            "2026-07-01T00:00",
            "2026-06-30T10:00:00Z",
        );
        assert_read("UTC", "2026-07-01 18:30", "2026-07-01T18:30:00Z");
    }

    #[test]
    fn clocks_that_are_set() {
        // Amsterdam 2026: forward on 29 March at 2, back on 25 October at 3.
        assert_read(
            "Europe/Amsterdam",
            "2026-03-29T01:59",
            "2026-03-29T00:59:00Z",
        );
        assert_read(
            "Europe/Amsterdam",
            "2026-03-29T03:00",
            "2026-03-29T01:00:00Z",
        );
        assert_read(
            "Europe/Amsterdam",
            "2026-10-25T02:30",
            "2026-10-25T00:30:00Z",
        );
        let missing = clock("Europe/Amsterdam").read("2026-03-29T02:30");
        let expected = "clocks in Europe/Amsterdam are set forward over this time";
        assert_eq!(missing, Err(expected.to_owned()));
    }

    #[test]
    fn what_is_shown_can_be_read() {
        let zone = clock("Asia/Kathmandu");
        let at: DateTime<Utc> = "2026-11-23T01:45:00Z".parse().expect("an instant");
        assert_eq!(zone.show(at), "2026-11-23 07:30");
        assert_eq!(zone.read(&zone.field(at)), Ok(at));
        assert!(zone.read("tomorrow").is_err());
    }

    #[test]
    fn lengths_of_time() {
        assert_eq!(remaining(TimeDelta::seconds(59)), "59 s left");
        assert_eq!(remaining(TimeDelta::seconds(3599)), "59 min left");
        assert_eq!(remaining(TimeDelta::minutes(125)), "2 h 5 min left");
        assert_eq!(ago(TimeDelta::seconds(-5)), "just now");
        assert_eq!(ago(TimeDelta::hours(30)), "1 day ago");
    }
}
