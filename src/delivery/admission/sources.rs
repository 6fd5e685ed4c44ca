//! How many phones each source has asked for lately, and how many wrong secrets it has shown.
//!
//! The memory is allocated once and never grows. A source has its place in one set of eight; which
//! set, only the seed says, so that nobody can choose addresses that share a set with his own. When
//! the set is full, the newcomer takes the place of the source that has done least: whoever wants
//! his own count forgotten must first do the same from eight other networks of the same set, and a
//! blocked source is the last to go.

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::{Policy, Source};
use crate::model::Mac;

/// Sources that are counted at the same time.
pub(super) const SOURCES: usize = 4096;
const SET: usize = 8;

pub(super) struct Sources {
    seed: u64,
    entries: Box<[Entry]>,
}

/// What a request without a long-term credential adds to the count of its source.
#[derive(Clone, Copy, Debug)]
pub(super) struct Count {
    pub(super) mac: Option<Mac>,
    /// Whether it shows a secret that is wrong.
    pub(super) guess: bool,
}

/// What has become of the source.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Counted {
    pub(super) blocked: bool,
    /// Whether this request was the one too many, and of what.
    pub(super) too_many: Option<TooMany>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum TooMany {
    Phones,
    Guesses,
}

impl Sources {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            seed,
            entries: vec![Entry::default(); SOURCES].into(),
        }
    }

    pub(super) fn count(
        &mut self,
        source: Source,
        count: Count,
        now: DateTime<Utc>,
        policy: &Policy,
    ) -> Counted {
        if policy.expected.contains(&source) {
            return Counted {
                blocked: false,
                too_many: None,
            };
        }
        let limits = Limits::new(policy);
        let now = now.timestamp_millis();
        self.entry(source, now, &limits).count(count, now, &limits)
    }

    fn entry(&mut self, source: Source, now: i64, limits: &Limits) -> &mut Entry {
        let hash = xxh3_64_with_seed(&source.number(), self.seed);
        let set = hash as usize % (SOURCES / SET) * SET;
        let set = &mut self.entries[set..set + SET];
        let known = set.iter().position(|entry| entry.source == Some(source));
        let place = known.unwrap_or_else(|| {
            let weights = set.iter().map(|entry| entry.weight(now, limits));
            let lightest = weights.enumerate().min_by_key(|&(_, weight)| weight);
            lightest.map_or(0, |(place, _)| place)
        });
        let entry = &mut set[place];
        if known.is_none() {
            *entry = Entry {
                source: Some(source),
                ..Entry::default()
            };
        }
        entry
    }
}

impl fmt::Debug for Sources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = self.entries.iter().filter_map(|entry| entry.source);
        f.debug_struct("Sources")
            .field("known", &known.count())
            .finish_non_exhaustive()
    }
}

/// The limits of a [`Policy`] in milliseconds.
struct Limits {
    phones: usize,
    guesses: u32,
    period: i64,
    block: i64,
}

impl Limits {
    fn new(policy: &Policy) -> Self {
        let millis = |delta: TimeDelta| delta.num_milliseconds().max(0);
        Self {
            phones: policy
                .phones_per_source
                .min(Policy::MAX_PHONES_PER_SOURCE)
                .into(),
            guesses: policy.guesses_per_source,
            period: millis(policy.period),
            block: millis(policy.block),
        }
    }
}

/// One source. Times are milliseconds of Unix time.
#[derive(Clone, Copy, Default)]
struct Entry {
    source: Option<Source>,
    phones: [Option<Seen>; Policy::MAX_PHONES_PER_SOURCE as usize],
    guesses: u32,
    last_guess: i64,
    last: i64,
    blocked_until: Option<i64>,
}

#[derive(Clone, Copy)]
struct Seen {
    mac: Mac,
    at: i64,
}

impl Entry {
    fn count(&mut self, count: Count, now: i64, limits: &Limits) -> Counted {
        self.last = now;
        let was_blocked = self.is_blocked(now, limits);
        let mut too_many = None;
        if count.guess {
            self.guesses = self.recent_guesses(now, limits).saturating_add(1);
            self.last_guess = now;
            if let Some(more @ 1..) = self.guesses.checked_sub(limits.guesses) {
                let seconds = 1_i64 << (more - 1).min(32);
                self.block(now, seconds.saturating_mul(1000).min(limits.block));
                too_many = (more == 1).then_some(TooMany::Guesses);
            }
        }
        if let Some(mac) = count.mac
            && !self.has_room_for(mac, now, limits)
        {
            // A source that is blocked already is not blocked for longer: phones behind it go on asking.
            if !was_blocked {
                self.block(now, limits.block);
                too_many = Some(TooMany::Phones);
            }
        }
        Counted {
            blocked: self.is_blocked(now, limits),
            too_many,
        }
    }

    /// Notes that a phone was asked for, unless there are too many already.
    fn has_room_for(&mut self, mac: Mac, now: i64, limits: &Limits) -> bool {
        let places = &mut self.phones[..limits.phones];
        let known = |seen: &Option<Seen>| seen.is_some_and(|seen| seen.mac == mac);
        let free = |seen: &Option<Seen>| seen.is_none_or(|seen| is_past(seen.at, now, limits));
        let place = places.iter().position(known);
        match place.or_else(|| places.iter().position(free)) {
            Some(place) => {
                places[place] = Some(Seen { mac, at: now });
                true
            }
            None => false,
        }
    }

    fn block(&mut self, now: i64, millis: i64) {
        let end = now.saturating_add(millis);
        self.blocked_until = Some(self.blocked_until.map_or(end, |until| until.max(end)));
    }

    /// Not for longer than a block lasts, should a clock have been set back.
    fn is_blocked(&self, now: i64, limits: &Limits) -> bool {
        self.blocked_until
            .is_some_and(|until| now < until && until.saturating_sub(now) <= limits.block)
    }

    fn recent_guesses(&self, now: i64, limits: &Limits) -> u32 {
        match is_past(self.last_guess, now, limits) {
            true => 0,
            false => self.guesses,
        }
    }

    /// How much would be forgotten with it: whether it is blocked, phones and guesses, when it last
    /// came.
    fn weight(&self, now: i64, limits: &Limits) -> (bool, u32, i64) {
        let recent = |seen: &&Option<Seen>| seen.is_some_and(|s| !is_past(s.at, now, limits));
        let phones = self.phones.iter().filter(recent).count() as u32;
        let guesses = self.recent_guesses(now, limits);
        let done = phones.saturating_add(guesses);
        (self.is_blocked(now, limits), done, self.last)
    }
}

/// Whether it is further back than a period, or ahead by more than one: a clock was set back.
fn is_past(at: i64, now: i64, limits: &Limits) -> bool {
    now.saturating_sub(at).saturating_abs() >= limits.period
}
