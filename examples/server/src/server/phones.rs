//! What people and programs do with phones.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use phone_provisioning::Text;
use phone_provisioning::delivery::resync::Recipient;
use phone_provisioning::fleet::{Number, ProfileDoc};
use phone_provisioning::inventory::{
    Access, Actor, Event, NewPhone, OrganisationId, Subscriber, Until, Which,
};
use phone_provisioning::model::Mac;

use super::change::Change;
use super::equipment::{Equipment, Handset, SetUp};
use super::preview::Edit;
use super::{Problem, Server, State};

/// A phone that somebody adds.
#[derive(Clone, Debug)]
pub struct Addition {
    /// Its address.
    pub mac: Mac,
    /// Maker and model, in any usual spelling.
    pub model: String,
    /// Whose it is.
    pub organisation: OrganisationId,
    /// What people call it.
    pub description: Option<String>,
    /// Whether its maker's redirection service is to send it here.
    pub redirected: bool,
}

impl Server {
    /// Puts a phone on the list. One that asked the network for its files is adopted.
    ///
    /// # Errors
    /// An unknown model, an address that is in use, an organisation without a provisioning URL for a
    /// phone that is to be redirected.
    pub async fn add_phone(
        self: &Arc<Self>,
        actor: &Actor,
        addition: Addition,
    ) -> Result<(), Problem> {
        let mac = addition.mac;
        let added = self.change(|change| {
            let state = &*change.state;
            let found = state.discovered.get(mac);
            let model = state.targets().model(&addition.model);
            let vendor = model.map(|model| model.target.vendor().to_owned());
            let organisation = addition.organisation.clone();
            let mut phone = NewPhone::new(mac, addition.model, organisation);
            if let Some(found) = found {
                phone.adoption = phone_provisioning::delivery::admission::Adoption::Pnp;
                phone.installed_firmware = found.firmware.clone();
            }
            phone.description = description(addition.description)?;
            let mut token = None;
            if addition.redirected {
                let (invitation, drawn) =
                    change.invitation(mac, &phone.model, &phone.organisation)?;
                phone = phone.redirected(invitation);
                token = Some(drawn);
            }
            change.apply(actor, Event::Add(phone.into()))?;
            if let Some(token) = token {
                change.keep(mac, Access::First, token);
            }
            if let Ok(vendor) = vendor {
                change.put_equipment(Equipment::new(mac, &vendor));
            }
            Ok::<_, Problem>(())
        });
        added.await?;
        let _ = self.world.forgotten.send(mac);
        Ok(())
    }

    /// Takes a phone off the list.
    ///
    /// # Errors
    /// No such phone.
    pub async fn remove_phone(self: &Arc<Self>, actor: &Actor, mac: Mac) -> Result<(), Problem> {
        let event = Event::Remove { mac };
        self.change(|change| {
            change.apply(actor, event)?;
            change.forget(mac);
            Ok(())
        })
        .await
    }

    /// Gives a phone to a subscriber that there is. Who had it before must have been taken off.
    ///
    /// # Errors
    /// No such phone or subscriber; a phone that somebody has; a base, whose handsets have subscribers.
    pub async fn assign(
        self: &Arc<Self>,
        actor: &Actor,
        mac: Mac,
        subscriber: Subscriber,
    ) -> Result<(), Problem> {
        self.change(|change| {
            let phone = change.state.inventory.find(actor, mac)?;
            let model = change.state.targets().model(phone.model());
            if model.is_ok_and(|model| model.row.handsets.is_some_and(|count| count > 0)) {
                let advice = "subscribers carry the handsets of a base: give one to a handset";
                return Err(Problem::Conflict(advice.to_owned()));
            }
            let account = change.state.account(phone.organisation(), &subscriber);
            account.ok_or(Problem::Unknown("subscriber"))?;
            Ok(change.apply(actor, Event::Assign { mac, subscriber })?)
        })
        .await
    }

    /// Whose handsets a base has.
    ///
    /// # Errors
    /// No such base or subscriber; handsets that the base cannot have.
    pub async fn set_handsets(
        self: &Arc<Self>,
        actor: &Actor,
        mac: Mac,
        handsets: Vec<Handset>,
    ) -> Result<(), Problem> {
        self.check(actor, &Edit::Handsets(mac, handsets.clone()))?;
        self.change(|change| {
            let phone = change.state.inventory.find(actor, mac)?;
            let is_in_use = phone.subscriber().is_some();
            let equipment = change.state.equipment(mac).cloned();
            let mut equipment = equipment.ok_or(Problem::Unknown("phone"))?;
            let has_any = !handsets.is_empty();
            equipment.handsets = handsets;
            change.put_equipment(equipment);
            let subscriber = Equipment::line_of_base(mac);
            match (has_any, is_in_use) {
                (true, false) => change.apply(actor, Event::Assign { mac, subscriber })?,
                (false, true) => change.apply(actor, Event::Unassign { mac })?,
                (true, true) => change.apply(&Actor::PLATFORM, Event::LineChanged { mac })?,
                (false, false) => {}
            }
            Ok(())
        })
        .await
    }

    /// Applies an event that an actor wants to one phone, or to several.
    ///
    /// # Errors
    /// The inventory refuses it.
    pub async fn apply(self: &Arc<Self>, actor: &Actor, event: Event) -> Result<(), Problem> {
        Ok(self.change(|change| change.apply(actor, event)).await?)
    }

    /// Takes a phone from its subscriber.
    ///
    /// # Errors
    /// No such phone, or nobody has it.
    pub async fn unassign(self: &Arc<Self>, actor: &Actor, mac: Mac) -> Result<(), Problem> {
        self.apply(actor, Event::Unassign { mac }).await
    }

    /// Lets a phone come in for the first time until then, or for an hour.
    ///
    /// # Errors
    /// No such phone; a time that has passed or is too far.
    pub async fn open_window(
        self: &Arc<Self>,
        actor: &Actor,
        mac: Mac,
        until: Option<DateTime<Utc>>,
    ) -> Result<(), Problem> {
        let until = until.map_or(Until::AnHourFromNow, Until::At);
        self.apply(actor, Event::OpenWindow { mac, until }).await
    }

    /// Names a phone.
    ///
    /// # Errors
    /// No such phone; text with control characters.
    pub async fn describe(
        self: &Arc<Self>,
        actor: &Actor,
        mac: Mac,
        words: Option<String>,
    ) -> Result<(), Problem> {
        let description = description(words)?;
        let event = Event::Describe { mac, description };
        self.apply(actor, event).await
    }

    /// Gives a phone settings and keys of its own, after they were held against its model.
    ///
    /// # Errors
    /// No such phone; everything that its model cannot do.
    pub async fn configure(
        self: &Arc<Self>,
        actor: &Actor,
        mac: Mac,
        settings: ProfileDoc,
    ) -> Result<(), Problem> {
        let modules = self.look(|state| {
            state.inventory.find(actor, mac)?;
            Ok::<_, Problem>(state.set_up(mac).modules)
        })?;
        let profile = settings;
        self.set_up(actor, mac, SetUp { modules, profile }).await
    }

    /// The same, with the expansion modules that are attached to it.
    ///
    /// # Errors
    /// No such phone; everything that its model cannot do.
    pub async fn set_up(
        self: &Arc<Self>,
        actor: &Actor,
        mac: Mac,
        set_up: SetUp,
    ) -> Result<(), Problem> {
        self.check(actor, &Edit::SetUp(mac, Box::new(set_up.clone())))?;
        self.change(|change| change.set_up(actor, mac, set_up))
            .await
    }

    /// What a subscriber has on a phone.
    ///
    /// # Errors
    /// No such phone; one that the subscriber never had; everything that its model cannot do.
    pub async fn change_profile(
        self: &Arc<Self>,
        actor: &Actor,
        mac: Mac,
        subscriber: Subscriber,
        profile: ProfileDoc,
    ) -> Result<(), Problem> {
        let profile = Box::new(profile);
        let event = Event::ChangeProfile {
            mac,
            subscriber,
            profile,
        };
        self.check(actor, &Edit::Event(Box::new(event.clone())))?;
        self.apply(actor, event).await
    }

    /// Has phones fetch their files now, where they can be told.
    ///
    /// # Errors
    /// A phone that is not the actor's.
    pub async fn resync(self: &Arc<Self>, actor: &Actor, macs: Vec<Mac>) -> Result<(), Problem> {
        self.look(|state| {
            macs.iter()
                .try_for_each(|mac| state.inventory.find(actor, *mac).map(drop))
        })?;
        let _ = self.world.resyncs.send(macs);
        Ok(())
    }

    /// A phone has registered with the PBX.
    ///
    /// # Errors
    /// No such phone; a contact that is none.
    pub async fn registered(
        self: &Arc<Self>,
        actor: &Actor,
        mac: Mac,
        subscriber: Option<Subscriber>,
        contact: &str,
    ) -> Result<(), Problem> {
        let contact =
            Recipient::contact(contact).map_err(|error| Problem::field("contact", error))?;
        self.change(|change| {
            let equipment = change.state.equipment(mac);
            // Whose handset has registered through a base, is the line of the base in the inventory.
            let of_handset = |who: &Subscriber| {
                let handsets = equipment.map_or(&[][..], |known| &known.handsets);
                let mut carriers = handsets.iter().map(|handset| handset.subscriber.as_ref());
                carriers.any(|carrier| carrier == Some(who))
            };
            let subscriber = subscriber.map(|who| match of_handset(&who) {
                true => Equipment::line_of_base(mac),
                false => who,
            });
            let event = Event::Registered {
                mac,
                subscriber,
                contact,
            };
            Ok(change.apply(actor, event)?)
        })
        .await
    }

    /// Chooses firmware for phones, or none.
    ///
    /// # Errors
    /// A version that is not certified; a phone that is not the actor's.
    pub async fn choose_firmware(
        self: &Arc<Self>,
        actor: &Actor,
        phones: Which,
        version: Option<String>,
    ) -> Result<(), Problem> {
        self.apply(actor, Event::ChooseFirmware { phones, version })
            .await
    }
}

impl State {
    /// What is set up on a phone, whoever uses it.
    pub fn set_up(&self, mac: Mac) -> SetUp {
        let modules = self.equipment(mac).and_then(|equipment| equipment.modules);
        let phone = self.inventory.phone(mac);
        SetUp {
            modules: modules.map(|count| Number::from(i64::from(count)).into()),
            profile: phone
                .and_then(|phone| phone.settings())
                .cloned()
                .unwrap_or_default(),
        }
    }
}

impl Change<'_> {
    pub(super) fn set_up(&mut self, actor: &Actor, mac: Mac, set_up: SetUp) -> Result<(), Problem> {
        let modules = set_up.count_modules()?;
        let settings = Box::new(set_up.profile);
        self.apply(actor, Event::Configure { mac, settings })?;
        if let Some(mut equipment) = self.state.equipment(mac).cloned() {
            equipment.modules = modules;
            self.put_equipment(equipment);
        }
        Ok(())
    }
}

/// What people call a phone; nothing when they type nothing.
///
/// # Errors
/// Text with control characters.
pub fn description(words: Option<String>) -> Result<Option<Text>, Problem> {
    let words = words.map(|words| words.trim().to_owned());
    let words = words.filter(|words| !words.is_empty());
    let text = words.map(Text::new).transpose();
    text.map_err(|error| Problem::field("description", error))
}
