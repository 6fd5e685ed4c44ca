//! Phones that come by way of their maker's redirection service.

use std::sync::Arc;

use phone_provisioning::Secret;
use phone_provisioning::delivery::PhoneUrl;
use phone_provisioning::delivery::admission::Credential;
use phone_provisioning::delivery::pnp::DiscoveredPhones;
use phone_provisioning::inventory::{Access, Actor, Event, Invitation, OrganisationId};
use phone_provisioning::model::{Mac, Url};
use phone_provisioning::redirection::life::{Diagnosis, Due};
use phone_provisioning::redirection::{ActionError, Outcome};

use super::change::Change;
use super::{Problem, Server};
use crate::random;
use crate::store::{Against, Kind};

impl Server {
    /// Has the maker's service send a phone here, also when another environment has it.
    ///
    /// # Errors
    /// No such phone; an organisation without a provisioning URL.
    pub async fn activate(self: &Arc<Self>, actor: &Actor, mac: Mac) -> Result<(), Problem> {
        self.change(|change| {
            let phone = change.state.inventory.find(actor, mac)?;
            let (model, organisation) = (phone.model().to_owned(), phone.organisation().clone());
            let (invitation, token) = change.invitation(mac, &model, &organisation)?;
            change.apply(actor, Event::Activate { mac, invitation })?;
            change.keep(mac, Access::First, token);
            Ok(())
        })
        .await
    }

    /// Has the maker's service forget a phone.
    ///
    /// # Errors
    /// No such phone.
    pub async fn deactivate(self: &Arc<Self>, actor: &Actor, mac: Mac) -> Result<(), Problem> {
        self.apply(actor, Event::Deactivate { mac }).await
    }

    /// Finds out whether a phone's registration at its maker's service is still ours.
    ///
    /// # Errors
    /// No such phone.
    pub async fn check_registration(
        self: &Arc<Self>,
        actor: &Actor,
        mac: Mac,
    ) -> Result<(), Problem> {
        self.change(|change| {
            change.state.inventory.find(actor, mac)?;
            Ok(change.apply(&Actor::PLATFORM, Event::CheckRegistration { mac })?)
        })
        .await
    }

    /// A maker's service has answered a question, or could not be asked.
    pub async fn heard(
        self: &Arc<Self>,
        mac: Mac,
        number: u64,
        answer: Result<Outcome, ActionError>,
    ) {
        let event = Event::Heard {
            mac,
            number,
            answer,
        };
        let heard = self.change(|change| change.apply(&Actor::PLATFORM, event));
        if let Err(error) = heard.await {
            tracing::debug!(%mac, %error, "an answer about nobody");
        }
    }

    /// Does what registrations are due for: the end of the week, another try. How many there were.
    pub async fn sweep(self: &Arc<Self>) -> usize {
        let now = self.now();
        let due: Vec<(Mac, Due)> = self.look(|state| {
            let due = state.inventory.due();
            due.take_while(|(_, due)| due.at() <= now).collect()
        });
        for (mac, due) in &due {
            let mac = *mac;
            let swept = self.change(|change| {
                let drawn = match due {
                    Due::Retry(_) => {
                        let phone = change.state.inventory.phone(mac);
                        let phone = phone.ok_or(Problem::Unknown("phone"))?;
                        let model = phone.model().to_owned();
                        let organisation = phone.organisation().clone();
                        Some(change.invitation(mac, &model, &organisation)?)
                    }
                    _ => None,
                };
                let (invitation, token) = drawn.unzip();
                change.apply(&Actor::PLATFORM, Event::Due { mac, invitation })?;
                if let Some(token) = token {
                    change.keep(mac, Access::First, token);
                }
                Ok::<_, Problem>(())
            });
            if let Err(problem) = swept.await {
                tracing::warn!(%mac, %problem, "a registration cannot be seen to");
            }
        }
        due.len()
    }

    /// What a phone is told that asks the network for its address: only while it may come in, because
    /// anybody can ask in its name.
    pub fn address(&self, mac: Mac) -> Option<Url> {
        let now = self.now();
        self.look(|state| {
            let phone = state.inventory.phone(mac)?;
            Some(state.first_url(phone, now)?.expose().clone())
        })
    }

    /// The phones that ask the network and that nobody knows are these now.
    pub fn discovered(&self, found: &DiscoveredPhones) {
        let ((), receipt, _) = self.begin(Against::Crash, |change| {
            change.write(Kind::Discovered, "phones".to_owned(), found);
            change.state.discovered = found.clone();
        });
        // They will ask again.
        drop(receipt);
    }

    /// Where a phone is on its way from its maker's service, and what to do.
    ///
    /// # Errors
    /// No such phone.
    pub fn diagnosis(&self, actor: &Actor, mac: Mac) -> Result<Diagnosis, Problem> {
        let now = self.now();
        self.look(|state| {
            let phone = state.inventory.find(actor, mac)?;
            let model = state.targets().model(phone.model()).ok();
            let row = model.as_ref().map(|model| model.row);
            Ok(phone.registration().diagnose(now, row))
        })
    }
}

impl Change<'_> {
    /// An address for a phone's first access, with a token that was never used, and the token.
    pub(super) fn invitation(
        &self,
        mac: Mac,
        model: &str,
        organisation: &OrganisationId,
    ) -> Result<(Invitation, Secret), Problem> {
        let template = self.state.template(organisation).ok_or_else(|| {
            Problem::field(
                "provisioning_url",
                "the organisation has none, and the maker's service would have nowhere to send the phone",
            )
        })?;
        let found = self.state.targets().model(model);
        let found = found.map_err(|error| Problem::field("model", error))?;
        let token = random::token(&self.state.environment);
        let url = PhoneUrl::new(&template, &**found.target, mac, Some(token.expose()));
        let url = url.map_err(|error| Problem::field("provisioning_url", error))?;
        let hash = self.state.environment.hash(token.expose());
        Ok((Invitation::new(Credential::token(hash), url), token))
    }
}
