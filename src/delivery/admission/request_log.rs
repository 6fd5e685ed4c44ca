//! What support staff see of a request.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Attempt, Reason};

/// A request, as far as it may be shown: no token, no password, and nothing in it that a terminal or
/// a web page would obey.
///
/// Serialised as a part of a [`PhoneRecord`](super::PhoneRecord).
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LastRequest {
    /// When it came.
    pub at: DateTime<Utc>,
    /// Where it came from.
    pub source: IpAddr,
    /// What the phone said it is: at most 120 printable ASCII characters, others as `?`.
    pub agent: String,
    /// The file it asked for: at most 80 characters, likewise.
    pub file: String,
    /// What was decided, and why.
    pub reason: Reason,
}

impl LastRequest {
    const LONGEST_AGENT: usize = 120;
    const LONGEST_FILE: usize = 80;

    /// Writes a request over the one before; the texts keep their memory.
    pub(super) fn note(
        last: &mut Option<Self>,
        attempt: &Attempt<'_>,
        reason: Reason,
        now: DateTime<Utc>,
    ) {
        let last = last.get_or_insert_with(|| Self {
            at: now,
            source: attempt.source,
            agent: String::with_capacity(Self::LONGEST_AGENT),
            file: String::with_capacity(Self::LONGEST_FILE),
            reason,
        });
        (last.at, last.source, last.reason) = (now, attempt.source, reason);
        copy(attempt.agent, Self::LONGEST_AGENT, &mut last.agent);
        copy(attempt.file.as_bytes(), Self::LONGEST_FILE, &mut last.file);
    }
}

fn copy(from: &[u8], longest: usize, to: &mut String) {
    let from = &from[..from.len().min(longest)];
    let is_printable = |byte: &u8| matches!(byte, b' '..=b'~');
    to.clear();
    // Without a branch, so that many bytes are looked at together.
    let is_strange = from
        .iter()
        .fold(false, |found, byte| found | !is_printable(byte));
    match str::from_utf8(from) {
        // As almost always: copied whole.
        Ok(text) if !is_strange => to.push_str(text),
        _ => to.extend(from.iter().map(|byte| match is_printable(byte) {
            true => char::from(*byte),
            false => '?',
        })),
    }
}
