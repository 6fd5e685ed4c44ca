//! Tokens of `timezone`: names of laws that the firmware knows.

use super::super::TokenRow;
use super::super::clock::Clock;
use super::super::job::Job;
use crate::clock::Law;

/// A token with the law that the phone then follows.
#[derive(Debug)]
pub(super) struct ZoneToken {
    pub(super) token: &'static str,
    pub(super) law: Law,
}

/// The token whose law is the zone's in the coming years: its own where there is one.
pub(super) fn exact(job: &Job<'_>, clock: &Clock, table: &'static [TokenRow]) -> Option<ZoneToken> {
    tokens(job, table)
        .filter(|(_, law)| clock.wrong(law).is_none())
        .min_by_key(|(row, _)| (row.word != clock.zone.name(), row.order, row.word))
        .map(|(row, law)| ZoneToken {
            token: row.token,
            law,
        })
}

/// The token whose law differs from the zone's for the shortest time in the coming years.
pub(super) fn nearest(
    job: &Job<'_>,
    clock: &Clock,
    table: &'static [TokenRow],
) -> Option<ZoneToken> {
    let wrong = |law: &Law| {
        clock.wrong(law).map(|wrong| {
            let amount = wrong.longest.ahead.unsigned_abs();
            (wrong.total, amount)
        })
    };
    tokens(job, table)
        .min_by_key(|(row, law)| (wrong(law), row.order, row.word))
        .map(|(row, law)| ZoneToken {
            token: row.token,
            law,
        })
}

/// The tokens that the phone knows, with their laws.
fn tokens(
    job: &Job<'_>,
    table: &'static [TokenRow],
) -> impl Iterator<Item = (&'static TokenRow, Law)> {
    let (model, level) = (job.model, job.level);
    table
        .iter()
        .filter(move |row| row.exists_on(model, level))
        .filter_map(|row| Some((row, Law::named(row.word)?)))
}
