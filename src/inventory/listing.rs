//! The list of phones: what goes on it, what leaves it, what moves.

use chrono::{DateTime, Utc};

use super::{
    Access, Actor, Applied, Effect, Inventory, InventoryError, Key, NewPhone, OrganisationId,
    Phone, ProfileKey, Subscriber,
};
use crate::delivery::admission::PhoneRecord;
use crate::fleet::ProfileDoc;
use crate::model::{Firmware, Mac};
use crate::redirection::Destination;
use crate::redirection::life::{Change, Registration};
use crate::text::Text;

impl Inventory {
    pub(super) fn add(
        &mut self,
        actor: &Actor,
        new: NewPhone,
        now: DateTime<Utc>,
    ) -> Result<Applied, InventoryError> {
        let mac = new.mac;
        self.organisation_of(actor, &new.organisation)?;
        let model = self.model(&new.model)?;
        if self.phone(mac).is_some() {
            return Err(InventoryError::InUse(mac));
        }
        let mut admission = PhoneRecord::new(mac, new.adoption, now);
        if let Some(invitation) = &new.invitation {
            admission.invite(invitation.credential)?;
        }

        let mut applied = Applied::default();
        let left = self.take_tombstone(mac);
        if left.is_some() {
            applied.changed(Key::Tombstone(mac));
        }
        let mut registration = left.unwrap_or_else(|| Registration::new(mac));
        let is_invited = new.invitation.is_some();
        let to = new
            .invitation
            .map(|invitation| Destination::Url(invitation.url));
        let transition = registration.add(to, now, &self.policy.registrations);

        let mut phone = Phone::new(
            new.organisation,
            model,
            new.description,
            admission,
            registration,
        );
        if is_invited {
            phone.first_ends = phone.registration.expires_at();
        }
        let installed = new.installed_firmware;
        phone.installed = installed.and_then(|version| self.version(phone.model(), version));
        self.put(phone);
        applied.changed(Key::Phone(mac));
        let access = Access::LongTerm;
        applied.effect(Effect::IssueCredential { mac, access });
        applied.effects.extend(transition.ask.map(Effect::Ask));
        Ok(applied)
    }

    pub(super) fn remove(
        &mut self,
        actor: &Actor,
        mac: Mac,
        now: DateTime<Utc>,
    ) -> Result<Applied, InventoryError> {
        self.find(actor, mac)?;
        let phone = self.take(mac).ok_or(InventoryError::UnknownPhone(mac))?;
        let mut applied = Applied::default();
        applied.changed(Key::Phone(mac));
        if let Some(subscriber) = phone.subscriber().cloned() {
            let organisation = phone.organisation().clone();
            applied.effect(Effect::LogOut {
                mac,
                organisation,
                subscriber,
            });
        }
        let mut registration = phone.registration;
        let transition = registration.remove(now, &self.policy.registrations);
        if transition.change != Change::Delete {
            self.put_tombstone(registration);
            applied.changed(Key::Tombstone(mac));
        }
        applied.effects.extend(transition.ask.map(Effect::Ask));
        Ok(applied)
    }

    pub(super) fn move_to(
        &mut self,
        actor: &Actor,
        mac: Mac,
        to: OrganisationId,
        now: DateTime<Utc>,
    ) -> Result<Applied, InventoryError> {
        let from = self.find(actor, mac)?.organisation().clone();
        self.organisation_of(actor, &to)?;
        let mut applied = Applied::default();
        if from == to {
            return Ok(applied);
        }
        self.shut(mac, now, &mut applied)?;
        let subscriber = self.change(mac, &mut applied, |phone| {
            phone.organisation = to;
            phone.touch();
            phone.unassign()
        })?;
        self.refresh(mac, &mut applied);
        if let Some(subscriber) = subscriber {
            applied.effect(Effect::LogOut {
                mac,
                organisation: from,
                subscriber,
            });
        }
        Ok(applied)
    }

    pub(super) fn describe(
        &mut self,
        actor: &Actor,
        mac: Mac,
        description: Option<Text>,
    ) -> Result<Applied, InventoryError> {
        self.find(actor, mac)?;
        let mut applied = Applied::default();
        self.change(mac, &mut applied, |phone| {
            phone.description = description;
            phone.touch();
        })?;
        applied.effect(Effect::Render(mac.into()));
        Ok(applied)
    }

    pub(super) fn configure(
        &mut self,
        actor: &Actor,
        mac: Mac,
        settings: Box<ProfileDoc>,
    ) -> Result<Applied, InventoryError> {
        self.find(actor, mac)?;
        self.check_profile(&settings)?;
        let mut applied = Applied::default();
        self.change(mac, &mut applied, |phone| {
            phone.settings = Some(settings);
            phone.touch();
        })?;
        self.refresh(mac, &mut applied);
        Ok(applied)
    }

    pub(super) fn change_profile(
        &mut self,
        actor: &Actor,
        mac: Mac,
        subscriber: Subscriber,
        contents: ProfileDoc,
    ) -> Result<Applied, InventoryError> {
        let phone = self.find(actor, mac)?;
        let is_in_use = phone.subscriber() == Some(&subscriber);
        let key = ProfileKey::new(phone.organisation().clone(), subscriber, mac);
        self.check_profile(&contents)?;
        let Some(profile) = self.profiles.get_mut(&key) else {
            let subscriber = key.subscriber;
            return Err(InventoryError::UnknownProfile { subscriber, mac });
        };
        profile.contents = contents;
        let mut applied = Applied::default();
        applied.changed(Key::Profile(key));
        if is_in_use {
            self.change(mac, &mut applied, Phone::touch)?;
            self.refresh(mac, &mut applied);
        }
        Ok(applied)
    }

    pub(super) fn forget_profile(
        &mut self,
        actor: &Actor,
        key: ProfileKey,
    ) -> Result<Applied, InventoryError> {
        self.organisation_of(actor, &key.organisation)?;
        let (subscriber, mac) = (key.subscriber.clone(), key.mac);
        let is_its = |phone: &Phone| {
            *phone.organisation() == key.organisation && phone.subscriber() == Some(&key.subscriber)
        };
        if self.phone(mac).is_some_and(is_its) {
            return Err(InventoryError::ProfileInUse { subscriber, mac });
        }
        if self.profiles.remove(&key).is_none() {
            return Err(InventoryError::UnknownProfile { subscriber, mac });
        }
        let mut applied = Applied::default();
        applied.changed(Key::Profile(key));
        Ok(applied)
    }

    pub(super) fn runs(&mut self, mac: Mac, version: String) -> Result<Applied, InventoryError> {
        let phone = self.phone(mac).ok_or(InventoryError::UnknownPhone(mac))?;
        let version = self.version(phone.model(), version);
        let mut applied = Applied::default();
        let is_new = self.report(mac, &mut applied, |phone| {
            let is_new = version.is_some() && phone.installed != version;
            if is_new {
                phone.installed = version;
                phone.touch();
            }
            is_new
        })?;
        if is_new {
            applied.effect(Effect::Render(mac.into()));
        }
        Ok(applied)
    }

    /// A version as the maker of the model writes it; nothing when it is written otherwise.
    fn version(&self, model: &str, version: String) -> Option<String> {
        let scheme = self.targets.model(model).ok()?.target.firmware_scheme();
        let firmware = Firmware::parse(scheme, &version).ok()?;
        Some(firmware.to_string())
    }

    /// The phone's files say something else.
    pub(super) fn refresh(&self, mac: Mac, applied: &mut Applied) {
        applied.effect(Effect::Render(mac.into()));
        if self
            .phone(mac)
            .is_some_and(|phone| phone.contact().is_some())
        {
            applied.effect(Effect::Resync(mac.into()));
        }
    }
}
