//! The time: zone and time server.
//!
//! A base has no settings for an offset and a rule that any source has seen at work. It knows the law of
//! the country of its tones, and laws by token; whether daylight saving then follows the token
//! or still the country of the tones is not proven, so the token mode comes with a notice.

use super::super::super::clock::Clock;
use super::super::super::job::Limit;
use super::super::writer::{PHONE, Writer};
use super::super::zones;
use super::tables::{self, names as n};
use crate::clock::Law;
use crate::error::NoticeCode;
use crate::model::Layer;

/// All settings of the time.
pub(super) fn time(w: &mut Writer<'_, '_>) {
    // Left out when unset: an empty one switches off the server from DHCP.
    if let Some([first, ..]) = w.job.time_servers(1) {
        w.token(n::NTP_SERVER, PHONE, first.as_str());
    }
    zone(w);
}

fn zone(w: &mut Writer<'_, '_>) {
    let Some(clock) = Clock::of(w.job) else {
        let path = w.job.path(Layer::Device, "time_zone");
        return w.job.missing(path, "a time zone");
    };
    let country = w.job.find(|s| s.tone_country);
    let by_country = country.is_some_and(|country| {
        let word = country.value.as_str();
        let row = w.job.tokens(tables::COUNTRY_ZONES, word).next();
        let law = row.and_then(|row| Law::named(row.token));
        law.is_some_and(|law| clock.wrong(&law).is_none())
    });
    w.switch(n::TIMEZONE_BY_COUNTRY_REGION, PHONE, by_country);
    if by_country {
        return w.switch(n::DST_BY_COUNTRY_REGION, PHONE, true);
    }
    let zone = zones::exact(w.job, &clock, tables::ZONES)
        .or_else(|| zones::nearest(w.job, &clock, tables::ZONES));
    let Some(zone) = zone else {
        let what = format!("time zone `{}`", clock.zone);
        let path = clock.path.clone();
        return w
            .job
            .unsupported(clock.layer, path, what, Limit::Firmware, "");
    };
    w.token(n::TIMEZONE, PHONE, zone.token);
    // On, as in the one file from the field that has a token.
    w.switch(n::DST_BY_COUNTRY_REGION, PHONE, true);
    clock.tell(w.job, &zone.law);
    let message = format!(
        "{} gets the zone as `{}`; whether its daylight saving follows that or the country of the tones is not proven: give `tone_country` the zone's own country where the base has its tones",
        w.job.model_name, zone.token,
    );
    w.job.notice(NoticeCode::Clock, clock.path.clone(), message);
}
