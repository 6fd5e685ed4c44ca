//! Ways to find phones without looking at all of them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::{OrganisationId, Phone, Subscriber};
use crate::delivery::admission::TokenHash;
use crate::model::Mac;
use crate::redirection::life::Registration;

/// The phones of an organisation by their model.
type ByModel = BTreeMap<String, BTreeSet<Mac>>;

#[derive(Default)]
pub(super) struct Index {
    by_organisation: BTreeMap<OrganisationId, ByModel>,
    by_line: BTreeMap<(OrganisationId, Subscriber), BTreeSet<Mac>>,
    by_token: BTreeMap<[u8; 32], Mac>,
    due: BTreeSet<(DateTime<Utc>, Mac)>,
}

/// What a phone is found by.
#[derive(Eq, PartialEq)]
pub(super) struct Entry {
    mac: Mac,
    organisation: OrganisationId,
    model: String,
    subscriber: Option<Subscriber>,
    tokens: Vec<[u8; 32]>,
    due: Option<DateTime<Utc>>,
}

impl Entry {
    pub(super) fn of(phone: &Phone) -> Self {
        let tokens = phone.admission().tokens();
        Self {
            mac: phone.mac(),
            organisation: phone.organisation().clone(),
            model: phone.model().to_owned(),
            subscriber: phone.subscriber().cloned(),
            tokens: tokens.map(|token| *token.as_bytes()).collect(),
            due: due(phone.registration()),
        }
    }
}

fn due(registration: &Registration) -> Option<DateTime<Utc>> {
    registration.due().map(|due| due.at())
}

impl Index {
    pub(super) fn insert(&mut self, entry: Entry) {
        let mac = entry.mac;
        if let Some(subscriber) = entry.subscriber {
            let line = (entry.organisation.clone(), subscriber);
            self.by_line.entry(line).or_default().insert(mac);
        }
        let models = self.by_organisation.entry(entry.organisation).or_default();
        models.entry(entry.model).or_default().insert(mac);
        let tokens = entry.tokens.into_iter().map(|token| (token, mac));
        self.by_token.extend(tokens);
        self.due.extend(entry.due.map(|due| (due, mac)));
    }

    pub(super) fn remove(&mut self, entry: Entry) {
        let mac = entry.mac;
        if let Some(models) = self.by_organisation.get_mut(&entry.organisation) {
            remove_from(models, entry.model, mac);
            if models.is_empty() {
                self.by_organisation.remove(&entry.organisation);
            }
        }
        if let Some(subscriber) = entry.subscriber {
            remove_from(&mut self.by_line, (entry.organisation, subscriber), mac);
        }
        for token in entry.tokens {
            if self.by_token.get(&token) == Some(&mac) {
                self.by_token.remove(&token);
            }
        }
        if let Some(due) = entry.due {
            self.due.remove(&(due, mac));
        }
    }

    pub(super) fn insert_tombstone(&mut self, registration: &Registration) {
        let due = due(registration).map(|due| (due, registration.mac()));
        self.due.extend(due);
    }

    pub(super) fn remove_tombstone(&mut self, registration: &Registration) {
        if let Some(due) = due(registration) {
            self.due.remove(&(due, registration.mac()));
        }
    }

    /// By MAC address within each model.
    pub(super) fn of_organisation(
        &self,
        organisation: &OrganisationId,
    ) -> impl Iterator<Item = Mac> + use<'_> {
        let models = self.by_organisation.get(organisation);
        models
            .into_iter()
            .flatten()
            .flat_map(|(_, macs)| macs)
            .copied()
    }

    pub(super) fn of_model(
        &self,
        organisation: &OrganisationId,
        model: &str,
    ) -> impl Iterator<Item = Mac> + use<'_> {
        let models = self.by_organisation.get(organisation);
        let macs = models.and_then(|models| models.get(model));
        macs.into_iter().flatten().copied()
    }

    pub(super) fn of_subscriber(
        &self,
        organisation: &OrganisationId,
        subscriber: &Subscriber,
    ) -> impl Iterator<Item = Mac> + use<'_> {
        let line = (organisation.clone(), subscriber.clone());
        self.by_line.get(&line).into_iter().flatten().copied()
    }

    pub(super) fn with_token(&self, token: &TokenHash) -> Option<Mac> {
        self.by_token.get(token.as_bytes()).copied()
    }

    pub(super) fn due(&self) -> impl Iterator<Item = (DateTime<Utc>, Mac)> + use<'_> {
        self.due.iter().copied()
    }
}

fn remove_from<K: Ord>(sets: &mut BTreeMap<K, BTreeSet<Mac>>, key: K, mac: Mac) {
    if let Some(set) = sets.get_mut(&key) {
        set.remove(&mac);
        if set.is_empty() {
            sets.remove(&key);
        }
    }
}
