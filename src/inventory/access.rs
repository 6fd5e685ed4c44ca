//! Windows and credentials: who may download.

use chrono::{DateTime, Utc};

use super::{Access, Actor, Applied, Effect, Inventory, InventoryError, Key, Until};
use crate::delivery::admission::{
    Admission, AdmissionError, Attempt, Change, Credential, Decision, WindowState,
};
use crate::model::Mac;
use crate::redirection::life::Visit;

impl Inventory {
    /// Decides whether a request may download, with the record of the phone that it names, or of the phone
    /// that has its token where it names none.
    ///
    /// What the decision means for the phone's registration at its maker's service follows at once: a phone
    /// that has come is taken out there. The phone's record is among the changes when it must be stored
    /// before the answer goes out; when [`Decision::change`] is [`Change::LastRequest`] it can be stored when
    /// there is time.
    pub fn admit(
        &mut self,
        door: &mut Admission,
        attempt: &Attempt<'_>,
        now: DateTime<Utc>,
    ) -> (Decision, Applied) {
        let token = || Some(door.environment().hash(attempt.token.as_deref()?));
        let by_token = || Some(self.phone_with_token(&token()?)?.mac());
        let mac = attempt.mac.or_else(by_token);
        // A stranger is refused in the time that it takes to refuse a phone that is known.
        let Some(phone) = mac.and_then(|mac| self.phone_mut(mac)) else {
            return (door.decide(None, attempt, now), Applied::default());
        };
        let mac = phone.mac();
        let decision = door.decide(Some(&mut phone.admission), attempt, now);
        let mut applied = Applied::default();
        if decision.is_admitted() && phone.admitted() || decision.change == Change::State {
            applied.changed(Key::Phone(mac));
        }
        let sign = match (decision.bound, decision.came_in) {
            (true, _) => Visit::Bound,
            (false, true) => Visit::CameIn,
            (false, false) => return (decision, applied),
        };
        let policy = self.policy.registrations.clone();
        let visited = self.change(mac, &mut applied, |phone| {
            phone.registration.visited(sign, now, &policy)
        });
        let ask = visited.ok().and_then(|transition| transition.ask);
        applied.effects.extend(ask.map(Effect::Ask));
        (decision, applied)
    }

    pub(super) fn open_window(
        &mut self,
        actor: &Actor,
        mac: Mac,
        until: Until,
        now: DateTime<Utc>,
    ) -> Result<Applied, InventoryError> {
        self.find(actor, mac)?;
        let policy = self.policy.windows.clone();
        let mut applied = Applied::default();
        let (opening, needs_credential) = self.change(mac, &mut applied, |phone| {
            let admission = &mut phone.admission;
            let opening = match until {
                Until::At(until) => admission.open_until(until, now, &policy),
                Until::AnHourFromNow => admission.open_for_an_hour(now, &policy),
            }?;
            let mut end = opening.until;
            if let Some(first_ends) = phone.first_ends {
                if first_ends <= now {
                    admission.withdraw();
                    phone.first_ends = None;
                } else {
                    admission.close(first_ends);
                    end = end.min(first_ends);
                }
            }
            let needs_credential = !admission.status(now).first_credential;
            Ok::<_, InventoryError>(((end, opening.longer_than_advised), needs_credential))
        })??;
        let (until, longer_than_advised) = opening;
        if needs_credential {
            let access = Access::First;
            applied.effect(Effect::IssueCredential { mac, access });
        }
        applied.effect(Effect::OpenWindow {
            mac,
            until,
            longer_than_advised,
        });
        Ok(applied)
    }

    pub(super) fn close_window(
        &mut self,
        actor: &Actor,
        mac: Mac,
        now: DateTime<Utc>,
    ) -> Result<Applied, InventoryError> {
        self.find(actor, mac)?;
        let mut applied = Applied::default();
        self.shut(mac, now, &mut applied)?;
        Ok(applied)
    }

    pub(super) fn revoke(
        &mut self,
        actor: &Actor,
        mac: Mac,
        now: DateTime<Utc>,
    ) -> Result<Applied, InventoryError> {
        let mut applied = self.close_window(actor, mac, now)?;
        self.change(mac, &mut applied, |phone| {
            phone.admission.revoke(now);
            phone.first_ends = None;
        })?;
        let access = Access::LongTerm;
        applied.effect(Effect::IssueCredential { mac, access });
        Ok(applied)
    }

    pub(super) fn credential(
        &mut self,
        mac: Mac,
        access: Access,
        credential: Credential,
        now: DateTime<Utc>,
    ) -> Result<Applied, InventoryError> {
        let mut applied = Applied::default();
        self.change(mac, &mut applied, |phone| {
            match access {
                Access::First => {
                    phone.admission.invite(credential)?;
                    phone.first_ends = None;
                }
                Access::LongTerm => {
                    phone.admission.issue(credential, now)?;
                    phone.touch();
                }
            }
            Ok::<_, AdmissionError>(())
        })??;
        if access == Access::LongTerm {
            self.refresh(mac, &mut applied);
        }
        Ok(applied)
    }

    /// Closes the window, if it is open.
    pub(super) fn shut(
        &mut self,
        mac: Mac,
        now: DateTime<Utc>,
        applied: &mut Applied,
    ) -> Result<(), InventoryError> {
        let is_shut = self.report(mac, applied, |phone| {
            let window = phone.admission.status(now).window;
            let is_open = matches!(
                window,
                WindowState::Open { .. } | WindowState::NotYet { .. }
            );
            phone.admission.close(now);
            is_open
        })?;
        if is_shut {
            applied.effect(Effect::CloseWindow { mac });
        }
        Ok(())
    }
}
