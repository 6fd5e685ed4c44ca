//! What the makers' services are asked, and what they answer.

use chrono::{DateTime, Utc};

use super::{Actor, Applied, Effect, Inventory, InventoryError, Invitation, Key, Phone};
use crate::delivery::admission::{AdmissionError, Adoption};
use crate::model::Mac;
use crate::redirection::life::{Change, Due, Policy, Registration, Transition};
use crate::redirection::{ActionError, Destination, Outcome};

impl Inventory {
    pub(super) fn activate(
        &mut self,
        actor: &Actor,
        mac: Mac,
        invitation: Invitation,
        now: DateTime<Utc>,
    ) -> Result<Applied, InventoryError> {
        self.find(actor, mac)?;
        self.register(mac, invitation, now, |registration, to, policy| {
            registration.activate(to, now, policy)
        })
    }

    pub(super) fn deactivate(
        &mut self,
        actor: &Actor,
        mac: Mac,
        now: DateTime<Utc>,
    ) -> Result<Applied, InventoryError> {
        self.find(actor, mac)?;
        let policy = self.policy.registrations.clone();
        let mut applied = Applied::default();
        let mut transition = None;
        let is_new = self.report(mac, &mut applied, |phone| {
            let follows = phone.registration.deactivate(now, &policy);
            let has_changed = follows.change != Change::Nothing;
            // The credential may have been told to whoever asked the service.
            if has_changed && phone.first_ends.take().is_some() {
                phone.admission.withdraw();
            }
            transition = Some(follows);
            has_changed
        })?;
        if is_new {
            self.shut(mac, now, &mut applied)?;
        }
        let ask = transition.and_then(|transition| transition.ask);
        applied.effects.extend(ask.map(Effect::Ask));
        Ok(applied)
    }

    pub(super) fn heard(
        &mut self,
        mac: Mac,
        number: u64,
        answer: &Result<Outcome, ActionError>,
        now: DateTime<Utc>,
    ) -> Result<Applied, InventoryError> {
        self.with_registration(mac, |registration, policy| match answer {
            Ok(outcome) => registration.heard(number, outcome, now, policy),
            Err(error) => registration.refused(number, error, now, policy),
        })
    }

    pub(super) fn is_due(
        &mut self,
        mac: Mac,
        invitation: Option<Invitation>,
        now: DateTime<Utc>,
    ) -> Result<Applied, InventoryError> {
        let registration = self.registration(mac);
        let registration = registration.ok_or(InventoryError::UnknownPhone(mac))?;
        let due = registration.due().filter(|due| due.at() <= now);
        match (due, invitation) {
            (None, _) => Ok(Applied::default()),
            (Some(Due::Retry(_)), Some(invitation)) => {
                self.register(mac, invitation, now, |registration, to, policy| {
                    registration.retry(Some(to), now, policy)
                })
            }
            (Some(Due::Retry(_)), None) => Err(InventoryError::NoInvitation(mac)),
            (Some(_), _) => {
                self.with_registration(mac, |registration, policy| registration.sweep(now, policy))
            }
        }
    }

    pub(super) fn check_registration(
        &mut self,
        mac: Mac,
        now: DateTime<Utc>,
    ) -> Result<Applied, InventoryError> {
        self.with_registration(mac, |registration, policy| registration.check(now, policy))
    }

    /// Registers a phone to an address, with the credential in it: it is good as long as the address is
    /// registered, and the window does not stay open for longer.
    fn register(
        &mut self,
        mac: Mac,
        invitation: Invitation,
        now: DateTime<Utc>,
        register: impl FnOnce(&mut Registration, Destination, &Policy) -> Transition,
    ) -> Result<Applied, InventoryError> {
        let policy = self.policy.registrations.clone();
        let mut applied = Applied::default();
        let transition = self.change(mac, &mut applied, |phone| {
            phone.admission.invite(invitation.credential)?;
            phone.admission.adopt(Adoption::Redirection, now);
            let to = Destination::Url(invitation.url);
            let transition = register(&mut phone.registration, to, &policy);
            phone.first_ends = phone.registration.expires_at();
            if let Some(first_ends) = phone.first_ends {
                phone.admission.close(first_ends);
            }
            Ok::<_, AdmissionError>(transition)
        })??;
        applied.effects.extend(transition.ask.map(Effect::Ask));
        Ok(applied)
    }

    /// Changes what is known of a phone at its service, be it on the list or not.
    fn with_registration(
        &mut self,
        mac: Mac,
        change: impl FnOnce(&mut Registration, &Policy) -> Transition,
    ) -> Result<Applied, InventoryError> {
        let policy = self.policy.registrations.clone();
        let mut applied = Applied::default();
        let mut ask = None;
        if let Some(mut registration) = self.take_tombstone(mac) {
            let transition = change(&mut registration, &policy);
            if transition.change != Change::Delete {
                self.put_tombstone(registration);
            }
            if transition.change != Change::Nothing {
                applied.changed(Key::Tombstone(mac));
            }
            ask = transition.ask;
        } else {
            self.report(mac, &mut applied, |phone: &mut Phone| {
                let transition = change(&mut phone.registration, &policy);
                ask = transition.ask;
                transition.change != Change::Nothing
            })?;
        }
        applied.effects.extend(ask.map(Effect::Ask));
        Ok(applied)
    }
}
