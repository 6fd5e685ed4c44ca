//! Tokens of `timezone`: names of laws that the firmware knows.

use super::super::TokenRow;
use super::super::clock::Clock;
use super::super::job::Job;
use crate::clock::{Disagreement, Law};

/// A token with the law that the phone then follows.
#[derive(Debug)]
pub(super) struct ZoneToken {
    pub(super) token: &'static str,
    pub(super) law: Law,
}

/// The token whose law is the zone's in the coming years: its own where there is one.
pub(super) fn exact(job: &Job<'_>, clock: &Clock, table: &'static [TokenRow]) -> Option<ZoneToken> {
    let name = clock.zone.as_str();
    let by_preference = |row: &&TokenRow| (row.word != name, row.order, row.word);
    let shared = rows(job, table).filter(|row| Law::is_shared(row.word, name));
    let row = shared.min_by_key(by_preference).or_else(|| {
        // Another law may have come to the same in the meantime.
        rows(job, table)
            .filter(|row| Law::named(row.word).is_some_and(|law| clock.wrong(&law).is_none()))
            .min_by_key(by_preference)
    })?;
    Some(ZoneToken {
        token: row.token,
        law: Law::named(row.word)?,
    })
}

/// The token whose law differs from the zone's for the shortest time in the coming years; in the coming
/// one, where the law departs from its own rule.
pub(super) fn nearest(
    job: &Job<'_>,
    clock: &Clock,
    table: &'static [TokenRow],
) -> Option<ZoneToken> {
    let departs_soon = clock.departs_soon();
    let wrong = |law: &Law| {
        let size = |wrong: Option<Disagreement>| {
            wrong.map(|wrong| (wrong.total, wrong.longest.ahead.unsigned_abs()))
        };
        let soon = departs_soon.then(|| size(clock.wrong_soon(law)));
        (soon, size(clock.wrong(law)))
    };
    rows(job, table)
        .filter_map(|row| Some((row, Law::named(row.word)?)))
        .min_by_key(|(row, law)| (wrong(law), row.order, row.word))
        .map(|(row, law)| ZoneToken {
            token: row.token,
            law,
        })
}

/// The tokens that the phone knows.
fn rows(job: &Job<'_>, table: &'static [TokenRow]) -> impl Iterator<Item = &'static TokenRow> {
    let (model, level) = (job.model, job.level);
    table.iter().filter(move |row| row.exists_on(model, level))
}
