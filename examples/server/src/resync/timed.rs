//! Things of phones, each with its instant.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use phone_provisioning::model::Mac;

/// At most one thing for each phone; the earliest is found at once.
#[derive(Debug)]
pub(super) struct Timed<T> {
    things: BTreeMap<Mac, (DateTime<Utc>, T)>,
    instants: BTreeSet<(DateTime<Utc>, Mac)>,
}

impl<T> Default for Timed<T> {
    fn default() -> Self {
        Self {
            things: BTreeMap::new(),
            instants: BTreeSet::new(),
        }
    }
}

impl<T> Timed<T> {
    /// Takes the place of what the phone had.
    pub(super) fn insert(&mut self, mac: Mac, at: DateTime<Utc>, thing: T) {
        self.remove(mac);
        self.things.insert(mac, (at, thing));
        self.instants.insert((at, mac));
    }

    pub(super) fn get_mut(&mut self, mac: Mac) -> Option<&mut T> {
        self.things.get_mut(&mac).map(|(_, thing)| thing)
    }

    pub(super) fn remove(&mut self, mac: Mac) -> Option<(DateTime<Utc>, T)> {
        let (at, thing) = self.things.remove(&mac)?;
        self.instants.remove(&(at, mac));
        Some((at, thing))
    }

    /// Takes out the earliest, if its time has come.
    pub(super) fn pop(&mut self, now: DateTime<Utc>) -> Option<(Mac, T)> {
        let (at, mac) = *self.instants.first()?;
        let (_, thing) = (at <= now).then(|| self.remove(mac))??;
        Some((mac, thing))
    }

    /// The instant of the earliest.
    pub(super) fn next(&self) -> Option<DateTime<Utc>> {
        Some(self.instants.first()?.0)
    }

    pub(super) fn len(&self) -> usize {
        self.things.len()
    }
}
