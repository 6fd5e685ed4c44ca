//! The one way to change anything: in memory, then on the disk, then in the world.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use phone_provisioning::Secret;
use phone_provisioning::delivery::admission::Credential;
use phone_provisioning::inventory::{
    Access, Actor, Applied, Effect, Event, InventoryError, Key, OrganisationId, Record, Subscriber,
};
use phone_provisioning::model::Mac;

use super::equipment::{Account, Equipment};
use super::{Asked, Server, State};
use crate::random;
use crate::store::{Against, Kind, Receipt, Stored, Write};

/// A change under way. What has been done in it is stored, also when a later part of it is refused.
pub struct Change<'s> {
    /// What the server knows.
    pub state: &'s mut State,
    /// The time of the change.
    pub now: DateTime<Utc>,
    writes: Vec<Write>,
    effects: Vec<Effect>,
}

impl Server {
    /// Changes something, waits until it is stored, and then has done what follows from it.
    pub async fn change<R>(self: &Arc<Self>, change: impl FnOnce(&mut Change<'_>) -> R) -> R {
        let (result, receipt, effects) = self.begin(Against::PowerCut, change);
        if effects.is_empty() {
            receipt.stored().await;
            return result;
        }
        let server = self.clone();
        // Also when who asked for it has gone meanwhile.
        let done = tokio::spawn(async move {
            receipt.stored().await;
            server.carry_out(effects);
        });
        let _ = done.await;
        result
    }

    /// Changes something in memory, and hands it to the disk in the order of all changes.
    pub(super) fn begin<R>(
        &self,
        against: Against,
        change: impl FnOnce(&mut Change<'_>) -> R,
    ) -> (R, Receipt, Vec<Effect>) {
        let now = self.now();
        let mut state = self.lock();
        let mut under_way = Change::new(&mut state, now);
        let result = change(&mut under_way);
        let (writes, effects) = under_way.into_parts();
        // What the world is told must not be forgotten, whoever began it.
        let against = match effects.is_empty() {
            true => against,
            false => Against::PowerCut,
        };
        let receipt = self.store.write(against, writes);
        (result, receipt, effects)
    }

    pub(super) fn carry_out(&self, effects: Vec<Effect>) {
        for effect in effects {
            tracing::info!(%effect, "follows");
            match effect {
                Effect::Ask(question) => {
                    let vendor = self.look(|state| state.vendor(question.mac));
                    let _ = self.world.questions.send(Asked { vendor, question });
                }
                Effect::Resync(which) => {
                    let macs = self.look(|state| state.inventory.macs(&which).collect());
                    let _ = self.world.resyncs.send(macs);
                }
                Effect::OpenWindow { mac, .. } => {
                    let _ = self.world.invited.send(mac);
                }
                // A PBX with a registrar ends the registration there; this server has none.
                Effect::LogOut { .. } => {}
                _ => {}
            }
        }
    }
}

impl<'s> Change<'s> {
    pub(super) fn new(state: &'s mut State, now: DateTime<Utc>) -> Self {
        Self {
            state,
            now,
            writes: Vec::new(),
            effects: Vec::new(),
        }
    }

    /// Applies an event, with the credentials that it asks for.
    ///
    /// # Errors
    /// The inventory refuses it; nothing has changed then.
    pub fn apply(&mut self, actor: &Actor, event: Event) -> Result<(), InventoryError> {
        let moved = match event {
            Event::Move { mac, .. } => Some(mac),
            _ => None,
        };
        let applied = self.state.inventory.apply(actor, event, self.now)?;
        self.follow(applied);
        // Who carried the handsets of a base stays where they are; others there may have their numbers.
        let equipment = moved.and_then(|mac| self.state.equipment(mac).cloned());
        if let Some(mut equipment) = equipment.filter(|known| !known.handsets.is_empty()) {
            for handset in &mut equipment.handsets {
                handset.subscriber = None;
            }
            self.put_equipment(equipment);
        }
        Ok(())
    }

    /// Takes what followed from an event.
    pub fn follow(&mut self, applied: Applied) {
        for key in applied.changed {
            self.write_record(&key);
            if matches!(key, Key::Organisation(_)) {
                self.state.read_space();
            }
        }
        for effect in applied.effects {
            match effect {
                Effect::IssueCredential { mac, access } => {
                    let token = random::token(&self.state.environment);
                    self.issue(mac, access, token);
                }
                Effect::Render(which) => self.state.stale_all(&which),
                effect => self.effects.push(effect),
            }
        }
    }

    /// Gives a phone a token, and keeps it where secrets are kept.
    pub fn issue(&mut self, mac: Mac, access: Access, token: Secret) {
        let hash = self.state.environment.hash(token.expose());
        let event = Event::Credential {
            mac,
            access,
            credential: Credential::token(hash),
        };
        match self.apply(&Actor::PLATFORM, event) {
            Ok(()) => self.keep(mac, access, token),
            Err(error) => tracing::warn!(%mac, %access, %error, "no credential"),
        }
    }

    /// Gives a phone the token that it has already, in the place of one that it has never seen.
    pub(super) fn reissue(&mut self, mac: Mac, token: Secret) {
        // Two may be valid at a time: the one that was drawn when the phone was added, and this one.
        self.issue(mac, Access::LongTerm, token);
    }

    /// Keeps a token in clear: it is written into files and addresses.
    pub fn keep(&mut self, mac: Mac, access: Access, token: Secret) {
        let value = Stored::new(token.expose().to_owned());
        let key = token_key(mac, access);
        self.writes.push(Write::put(Kind::Tokens, key, value));
        self.state.tokens.insert((mac, access), token);
        self.state.stale(mac);
    }

    /// Forgets what was kept of a phone that has gone.
    pub fn forget(&mut self, mac: Mac) {
        for access in [Access::First, Access::LongTerm] {
            if self.state.tokens.remove(&(mac, access)).is_some() {
                let key = token_key(mac, access);
                self.writes.push(Write::delete(Kind::Tokens, key));
            }
        }
        // As long as its registration is not taken out, somebody must know whose phone it was.
        match self.state.equipment.remove(&mac) {
            Some(known) if self.state.inventory.tombstone(mac).is_some() => {
                self.put_equipment(Equipment::new(mac, &known.vendor));
            }
            Some(_) => self.delete(Kind::Equipment, mac.to_string()),
            None => {}
        }
        self.state.stale(mac);
    }

    /// Stores what is known of a phone besides.
    pub fn put_equipment(&mut self, equipment: Equipment) {
        self.write(Kind::Equipment, equipment.mac.to_string(), &equipment);
        self.state.stale(equipment.mac);
        self.state.equipment.insert(equipment.mac, equipment);
    }

    /// Stores a subscriber's accounts.
    pub fn put_account(&mut self, account: Account) {
        let key = (account.organisation.clone(), account.subscriber.clone());
        self.write(Kind::Subscribers, account_key(&key.0, &key.1), &account);
        self.state.accounts.insert(key, account);
    }

    /// Forgets a subscriber.
    pub fn remove_account(&mut self, organisation: &OrganisationId, subscriber: &Subscriber) {
        let key = account_key(organisation, subscriber);
        self.writes.push(Write::delete(Kind::Subscribers, key));
        let key = (organisation.clone(), subscriber.clone());
        self.state.accounts.remove(&key);
    }

    /// Stores a document of another kind.
    pub fn write(&mut self, kind: Kind, key: String, value: &impl serde::Serialize) {
        let value = Stored::new(serde_json::to_string(value).expect("documents are plain"));
        self.writes.push(Write::put(kind, key, value));
    }

    /// Deletes a document of another kind.
    pub fn delete(&mut self, kind: Kind, key: String) {
        self.writes.push(Write::delete(kind, key));
    }

    /// What is to be stored, and what follows then.
    pub(super) fn into_parts(self) -> (Vec<Write>, Vec<Effect>) {
        (self.writes, self.effects)
    }

    fn write_record(&mut self, key: &Key) {
        let record: Option<Record> = self.state.inventory.record(key);
        match record {
            Some(record) => self.write(Kind::Records, record_key(key), &record),
            None => self.delete(Kind::Records, record_key(key)),
        }
    }

    /// Stores a phone's record where only its last request has changed: when there is time.
    pub(super) fn note(&mut self, mac: Mac) {
        self.write_record(&Key::Phone(mac));
    }
}

/// Tokens are kept by phone and purpose.
pub(super) fn token_key(mac: Mac, access: Access) -> String {
    let access = match access {
        Access::First => "first",
        _ => "long-term",
    };
    format!("{mac} {access}")
}

fn account_key(organisation: &OrganisationId, subscriber: &Subscriber) -> String {
    list([organisation.as_str(), subscriber.as_str()])
}

fn record_key(key: &Key) -> String {
    match key {
        Key::Organisation(id) => list(["organisation", id.as_str()]),
        Key::Phone(mac) => list(["phone", &mac.to_string()]),
        Key::Profile(key) => {
            let (organisation, subscriber) = (key.organisation.as_str(), key.subscriber.as_str());
            list(["profile", organisation, subscriber, &key.mac.to_string()])
        }
        Key::Certified(model) => list(["certified", model]),
        Key::Tombstone(mac) => list(["tombstone", &mac.to_string()]),
        other => list(["other", &format!("{other:?}")]),
    }
}

/// Names may hold any character: a list keeps them apart.
fn list<const N: usize>(parts: [&str; N]) -> String {
    serde_json::to_string(&parts[..]).expect("a list of texts")
}
