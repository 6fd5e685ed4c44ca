//! A maker's service as all of them are: one registration per phone, looked up and taken out by whoever
//! has the account. Two environments use one account.

use std::collections::BTreeMap;

use phone_provisioning::delivery::PhoneUrl;
use phone_provisioning::inventory::{Actor, Applied, Effect, Event};
use phone_provisioning::model::Mac;
use phone_provisioning::redirection::life::{Ask, Question};
use phone_provisioning::redirection::{Destination, Done, Outcome, Registered, Retry, RetryCause};

use super::World;

#[derive(Default)]
pub(super) struct Service {
    pub(super) is_down: bool,
    registered: BTreeMap<Mac, PhoneUrl>,
}

impl Service {
    /// Where a phone is sent.
    pub(super) fn holder(&self, mac: Mac) -> Option<&str> {
        self.registered.get(&mac).map(|url| url.expose().as_str())
    }

    /// Does what it is asked.
    pub(super) fn answer(&mut self, question: &Question) -> Outcome {
        let mac = question.mac;
        if self.is_down {
            return Outcome::Retry(Retry::new(RetryCause::NotSent));
        }
        match &question.ask {
            Ask::Register { to, take_over } => {
                let Destination::Url(url) = to else {
                    panic!("{to:?}")
                };
                // Whoever registers first keeps it, unless somebody insists.
                if self.registered.contains_key(&mac) && !take_over {
                    return Outcome::OwnedByOther;
                }
                self.registered.insert(mac, url.clone());
                Outcome::Done(Done::Registered(Registered::new(mac)))
            }
            Ask::LookUp => match self.registered.get(&mac) {
                None => Outcome::NotFound,
                Some(url) => {
                    let mut found = Registered::new(mac);
                    found.url = Some(url.clone());
                    Outcome::Done(Done::Found(found))
                }
            },
            Ask::Deregister => match self.registered.remove(&mac) {
                None => Outcome::NotFound,
                Some(_) => Outcome::Done(Done::Removed),
            },
            other => panic!("{other:?}"),
        }
    }

    /// Answers everything that an environment asks, until it asks no more.
    pub(super) fn carry(&mut self, world: &mut World, applied: impl Into<Applied>) {
        let mut effects = applied.into().effects;
        while let Some(effect) = effects.pop() {
            if let Effect::Ask(question) = effect {
                let event = Event::Heard {
                    mac: question.mac,
                    number: question.number,
                    answer: Ok(self.answer(&question)),
                };
                effects.extend(world.apply(&Actor::PLATFORM, event).unwrap().effects);
            }
        }
    }
}
