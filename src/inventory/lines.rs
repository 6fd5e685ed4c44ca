//! Who has which phone.

use chrono::{DateTime, Utc};

use super::{
    Actor, Applied, Effect, Inventory, InventoryError, Key, Phone, Profile, ProfileKey, Subscriber,
};
use crate::delivery::resync::Recipient;
use crate::fleet::ProfileDoc;
use crate::model::Mac;

impl Inventory {
    pub(super) fn assign(
        &mut self,
        actor: &Actor,
        mac: Mac,
        subscriber: Subscriber,
    ) -> Result<Applied, InventoryError> {
        let mut applied = Applied::default();
        match self.find(actor, mac)?.subscriber() {
            Some(former) if *former == subscriber => {}
            Some(_) => return Err(InventoryError::Assigned(mac)),
            None => self.give(mac, subscriber, &mut applied)?,
        }
        Ok(applied)
    }

    pub(super) fn unassign(
        &mut self,
        actor: &Actor,
        mac: Mac,
        now: DateTime<Utc>,
    ) -> Result<Applied, InventoryError> {
        if self.find(actor, mac)?.subscriber().is_none() {
            return Err(InventoryError::NotAssigned(mac));
        }
        let mut applied = Applied::default();
        self.shut(mac, now, &mut applied)?;
        self.take_away(mac, &mut applied)?;
        Ok(applied)
    }

    pub(super) fn logged_in(
        &mut self,
        mac: Mac,
        subscriber: Subscriber,
    ) -> Result<Applied, InventoryError> {
        let phone = self.phone(mac).ok_or(InventoryError::UnknownPhone(mac))?;
        let mut applied = Applied::default();
        let (organisation, former) = (phone.organisation().clone(), phone.subscriber().cloned());
        if former.as_ref() == Some(&subscriber) {
            return Ok(applied);
        }
        self.give(mac, subscriber, &mut applied)?;
        if let Some(subscriber) = former {
            applied.effect(Effect::LogOut {
                mac,
                organisation,
                subscriber,
            });
        }
        Ok(applied)
    }

    pub(super) fn logged_out(&mut self, mac: Mac) -> Result<Applied, InventoryError> {
        let phone = self.phone(mac).ok_or(InventoryError::UnknownPhone(mac))?;
        let mut applied = Applied::default();
        if phone.subscriber().is_some() {
            self.take_away(mac, &mut applied)?;
        }
        Ok(applied)
    }

    pub(super) fn line_changed(&mut self, mac: Mac) -> Result<Applied, InventoryError> {
        let mut applied = Applied::default();
        self.change(mac, &mut applied, Phone::touch)?;
        self.refresh(mac, &mut applied);
        Ok(applied)
    }

    pub(super) fn fetched(&mut self, mac: Mac, edition: u64) -> Result<Applied, InventoryError> {
        let mut applied = Applied::default();
        let is_new = self.report(mac, &mut applied, |phone| phone.fetched(edition))?;
        // It came for its files before its line was taken away, and that is known only now.
        if is_new && self.phone(mac).is_some_and(Phone::is_leaving) {
            self.refresh(mac, &mut applied);
        }
        Ok(applied)
    }

    pub(super) fn registered(
        &mut self,
        mac: Mac,
        subscriber: Option<&Subscriber>,
        contact: &Recipient,
    ) -> Result<Applied, InventoryError> {
        let mut applied = Applied::default();
        self.report(mac, &mut applied, |phone| {
            phone.registered(subscriber, contact)
        })?;
        Ok(applied)
    }

    /// Gives a phone to a subscriber, with what it had there before.
    fn give(
        &mut self,
        mac: Mac,
        subscriber: Subscriber,
        applied: &mut Applied,
    ) -> Result<(), InventoryError> {
        let organisation = self.change(mac, applied, |phone| {
            phone.assign(subscriber.clone());
            phone.organisation().clone()
        })?;
        let key = ProfileKey::new(organisation, subscriber, mac);
        self.profiles.entry(key).or_insert_with_key(|key| {
            applied.changed(Key::Profile(key.clone()));
            Profile {
                key: key.clone(),
                contents: ProfileDoc::default(),
            }
        });
        self.refresh(mac, applied);
        Ok(())
    }

    /// Takes a phone from its subscriber.
    fn take_away(&mut self, mac: Mac, applied: &mut Applied) -> Result<(), InventoryError> {
        let (organisation, subscriber) = self.change(mac, applied, |phone| {
            (phone.organisation().clone(), phone.unassign())
        })?;
        self.refresh(mac, applied);
        if let Some(subscriber) = subscriber {
            applied.effect(Effect::LogOut {
                mac,
                organisation,
                subscriber,
            });
        }
        Ok(())
    }
}
