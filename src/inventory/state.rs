//! The state of one environment ([`Inventory`]): what it is asked, and how its records change.

use std::collections::BTreeMap;
use std::fmt;

use chrono::{DateTime, Utc};

use super::index::{Entry, Index};
use super::{
    Actor, Applied, Certified, Event, InventoryError, Key, Organisation, OrganisationId, Phone,
    Policy, Profile, ProfileKey, Record, Subscriber, Which,
};
use crate::delivery::admission::TokenHash;
use crate::model::Mac;
use crate::redirection::life::{Due, Registration};
use crate::target::Targets;

/// The phones of one environment, by organisation: [events](Event) in, [effects](super::Effect) out.
///
/// * A MAC address is there once, whichever organisation has the phone.
/// * Every event is either refused, and nothing has changed, or applied as a whole.
/// * Each takes a time that does not grow with the number of phones, but for its logarithm; only lists
///   take as long as they are.
/// * `Debug` shows how many records there are.
///
/// ```
/// use chrono::{DateTime, Utc};
/// use phone_provisioning::delivery::admission::Environment;
/// use phone_provisioning::fleet::SiteDoc;
/// use phone_provisioning::inventory::{Actor, Event, Inventory, NewPhone, Policy};
/// use phone_provisioning::Targets;
///
/// # let now = DateTime::<Utc>::UNIX_EPOCH;
/// let targets = Targets::builtin();
/// # let Some(target) = targets.iter().next() else { return Ok(()) };
/// # let model = format!("{} {}", target.vendor(), target.models()[0].name);
/// let policy = Policy::new(Environment::new("production")?);
/// let mut inventory = Inventory::new(policy, targets.clone());
///
/// let acme = "acme".parse()?;
/// let mut site = SiteDoc::default();
/// site.name = Some("Acme BV".to_owned().into());
/// let event = Event::AddOrganisation { organisation: acme, site: site.into() };
/// let _ = inventory.apply(&Actor::PROVIDER, event, now)?;
///
/// let mac = "80:5e:0c:12:34:56".parse()?;
/// // Maker and model, as the targets have them.
/// let phone = NewPhone::new(mac, model, "acme".parse()?);
/// let applied = inventory.apply(&Actor::PROVIDER, Event::Add(phone.into()), now)?;
/// assert_eq!(
///     applied.effects[0].to_string(),
///     "issue a long-term credential to 80:5e:0c:12:34:56",
/// );
///
/// let anna = Actor::customer_of(["acme".parse()?]);
/// let event = Event::Assign { mac, subscriber: "1001".parse()? };
/// let _ = inventory.apply(&anna, event, now)?;
/// let phone = inventory.phone(mac).unwrap();
/// assert_eq!(phone.state(now).to_string(), "assigned, window closed");
///
/// let refused = inventory.apply(&anna, Event::Remove { mac }, now).unwrap_err();
/// assert_eq!(refused.to_string(), "only a service provider may do this");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Inventory {
    /// What an operator decides; it can be changed at any time.
    pub policy: Policy,
    pub(super) targets: Targets,
    pub(super) organisations: BTreeMap<OrganisationId, Organisation>,
    pub(super) certified: BTreeMap<String, Certified>,
    phones: BTreeMap<Mac, Phone>,
    pub(super) profiles: BTreeMap<ProfileKey, Profile>,
    /// Of phones that are not on the list.
    tombstones: BTreeMap<Mac, Registration>,
    index: Index,
}

/// Events.
impl Inventory {
    /// An environment without anything. The models that can be added are those of the targets.
    pub fn new(policy: Policy, targets: Targets) -> Self {
        Self {
            policy,
            targets,
            organisations: BTreeMap::new(),
            certified: BTreeMap::new(),
            phones: BTreeMap::new(),
            profiles: BTreeMap::new(),
            tombstones: BTreeMap::new(),
            index: Index::default(),
        }
    }

    /// The environment of these records, in any order. Of two records with one key the later one counts.
    pub fn restore(
        policy: Policy,
        targets: Targets,
        records: impl IntoIterator<Item = Record>,
    ) -> Self {
        let mut inventory = Self::new(policy, targets);
        let mut tombstones = BTreeMap::new();
        for record in records {
            match record {
                Record::Organisation(organisation) => {
                    let id = organisation.id.clone();
                    inventory.organisations.insert(id, *organisation);
                }
                Record::Phone(phone) => inventory.put(*phone),
                Record::Profile(profile) => {
                    inventory.profiles.insert(profile.key.clone(), *profile);
                }
                Record::Certified(certified) => {
                    let model = certified.model.clone();
                    inventory.certified.insert(model, *certified);
                }
                Record::Tombstone(registration) => {
                    tombstones.insert(registration.mac(), *registration);
                }
            }
        }
        // Of a phone that is on the list its record knows more.
        tombstones.retain(|mac, _| !inventory.phones.contains_key(mac));
        for registration in tombstones.into_values() {
            inventory.put_tombstone(registration);
        }
        inventory
    }

    /// Applies an event that the actor wants.
    ///
    /// What changed is to be stored before the effects are carried out: a program that stops in between
    /// finds everything again, but for effects that can be had again (rendering, telling phones).
    ///
    /// # Errors
    /// What the event or the actor lacks; nothing has changed then.
    pub fn apply(
        &mut self,
        actor: &Actor,
        event: Event,
        now: DateTime<Utc>,
    ) -> Result<Applied, InventoryError> {
        let needed = event.role();
        if !actor.plays(needed) {
            return Err(InventoryError::Role { needed });
        }
        match event {
            Event::AddOrganisation { organisation, site } => {
                self.add_organisation(actor, organisation, *site)
            }
            Event::ChangeOrganisation { organisation, site } => {
                self.change_organisation(actor, &organisation, *site)
            }
            Event::RemoveOrganisation { organisation } => {
                self.remove_organisation(actor, organisation)
            }
            Event::Add(phone) => self.add(actor, *phone, now),
            Event::Remove { mac } => self.remove(actor, mac, now),
            Event::Move { mac, to } => self.move_to(actor, mac, to, now),
            Event::Activate { mac, invitation } => self.activate(actor, mac, invitation, now),
            Event::Deactivate { mac } => self.deactivate(actor, mac, now),
            Event::Certify { model, firmware } => self.certify(actor, &model, firmware),

            Event::Assign { mac, subscriber } => self.assign(actor, mac, subscriber),
            Event::Unassign { mac } => self.unassign(actor, mac, now),
            Event::OpenWindow { mac, until } => self.open_window(actor, mac, until, now),
            Event::CloseWindow { mac } => self.close_window(actor, mac, now),
            Event::Revoke { mac } => self.revoke(actor, mac, now),
            Event::Describe { mac, description } => self.describe(actor, mac, description),
            Event::Configure { mac, settings } => self.configure(actor, mac, settings),
            Event::ChangeProfile {
                mac,
                subscriber,
                profile,
            } => self.change_profile(actor, mac, subscriber, *profile),
            Event::ForgetProfile {
                organisation,
                mac,
                subscriber,
            } => self.forget_profile(actor, ProfileKey::new(organisation, subscriber, mac)),
            Event::ChooseFirmware { phones, version } => {
                self.choose_firmware(actor, phones, version.as_deref())
            }

            Event::Credential {
                mac,
                access,
                credential,
            } => self.credential(mac, access, credential, now),
            Event::LoggedIn { mac, subscriber } => self.logged_in(mac, subscriber),
            Event::LoggedOut { mac } => self.logged_out(mac),
            Event::LineChanged { mac } => self.line_changed(mac),
            Event::Fetched { mac, edition } => self.fetched(mac, edition),
            Event::Registered {
                mac,
                subscriber,
                contact,
            } => self.registered(mac, subscriber.as_ref(), &contact),
            Event::Runs { mac, version } => self.runs(mac, version),
            Event::Heard {
                mac,
                number,
                answer,
            } => self.heard(mac, number, &answer, now),
            Event::Due { mac, invitation } => self.is_due(mac, invitation, now),
            Event::CheckRegistration { mac } => self.check_registration(mac, now),
        }
    }
}

/// Asking.
impl Inventory {
    /// The targets whose models can be added.
    pub fn targets(&self) -> &Targets {
        &self.targets
    }

    /// An organisation.
    pub fn organisation(&self, id: &OrganisationId) -> Option<&Organisation> {
        self.organisations.get(id)
    }

    /// The organisations, by name.
    pub fn organisations(&self) -> impl Iterator<Item = &Organisation> {
        self.organisations.values()
    }

    /// A phone, whoever has it. For somebody who logs in ask [`find`](Self::find).
    pub fn phone(&self, mac: Mac) -> Option<&Phone> {
        self.phones.get(&mac)
    }

    /// A phone of an organisation of the actor's.
    ///
    /// # Errors
    /// [`InventoryError::UnknownPhone`], also when it is somebody else's.
    pub fn find(&self, actor: &Actor, mac: Mac) -> Result<&Phone, InventoryError> {
        let phone = self.phones.get(&mac);
        phone
            .filter(|phone| actor.may_act_for(phone.organisation()))
            .ok_or(InventoryError::UnknownPhone(mac))
    }

    /// The phones of an organisation of the actor's, by model and MAC address.
    ///
    /// # Errors
    /// [`InventoryError::UnknownOrganisation`], also when it is somebody else's.
    pub fn list<'i>(
        &'i self,
        actor: &Actor,
        organisation: &OrganisationId,
    ) -> Result<impl Iterator<Item = &'i Phone> + use<'i>, InventoryError> {
        self.organisation_of(actor, organisation)?;
        let macs = self.index.of_organisation(organisation);
        Ok(macs.filter_map(|mac| self.phones.get(&mac)))
    }

    /// The phones that an effect is about.
    pub fn macs<'a>(&'a self, which: &'a Which) -> impl Iterator<Item = Mac> + use<'a> {
        let macs: Box<dyn Iterator<Item = Mac> + 'a> = match which {
            Which::Phones(macs) => Box::new(macs.iter().copied()),
            Which::Model {
                organisation,
                model,
            } => Box::new(self.index.of_model(organisation, model)),
            Which::Organisation(organisation) => Box::new(self.index.of_organisation(organisation)),
        };
        macs
    }

    /// The phones that a subscriber has now.
    pub fn phones_of<'i>(
        &'i self,
        organisation: &OrganisationId,
        subscriber: &Subscriber,
    ) -> impl Iterator<Item = &'i Phone> + use<'i> {
        let macs = self.index.of_subscriber(organisation, subscriber);
        macs.filter_map(|mac| self.phones.get(&mac))
    }

    /// The phone that has this token, for its first access or for the time after: some requests name no
    /// phone.
    pub fn phone_with_token(&self, token: &TokenHash) -> Option<&Phone> {
        self.phones.get(&self.index.with_token(token)?)
    }

    /// What a subscriber has on a phone, or had.
    pub fn profile(&self, key: &ProfileKey) -> Option<&Profile> {
        self.profiles.get(key)
    }

    /// The firmware that may be chosen for a model.
    pub fn certified(&self, model: &str) -> Option<&Certified> {
        self.certified.get(model)
    }

    /// What is left at a maker's service of a phone that was removed.
    pub fn tombstone(&self, mac: Mac) -> Option<&Registration> {
        self.tombstones.get(&mac)
    }

    /// What timers have to do, the most urgent first: at that time, [`Event::Due`] with the phone.
    pub fn due(&self) -> impl Iterator<Item = (Mac, Due)> {
        self.index.due().filter_map(|(_, mac)| {
            let registration = self.registration(mac)?;
            Some((mac, registration.due()?))
        })
    }

    /// The record of this key, to be stored; nothing when there is none any more.
    pub fn record(&self, key: &Key) -> Option<Record> {
        Some(match key {
            Key::Organisation(id) => {
                Record::Organisation(Box::new(self.organisations.get(id)?.clone()))
            }
            Key::Phone(mac) => Record::Phone(Box::new(self.phones.get(mac)?.clone())),
            Key::Profile(key) => Record::Profile(Box::new(self.profiles.get(key)?.clone())),
            Key::Certified(model) => {
                Record::Certified(Box::new(self.certified.get(model)?.clone()))
            }
            Key::Tombstone(mac) => Record::Tombstone(Box::new(self.tombstones.get(mac)?.clone())),
        })
    }

    /// The keys of all records.
    pub fn keys(&self) -> impl Iterator<Item = Key> {
        let organisations = self.organisations.keys().cloned().map(Key::Organisation);
        organisations
            .chain(self.certified.keys().cloned().map(Key::Certified))
            .chain(self.phones.keys().copied().map(Key::Phone))
            .chain(self.profiles.keys().cloned().map(Key::Profile))
            .chain(self.tombstones.keys().copied().map(Key::Tombstone))
    }
}

/// How records change.
impl Inventory {
    pub(super) fn organisation_of(
        &self,
        actor: &Actor,
        id: &OrganisationId,
    ) -> Result<&Organisation, InventoryError> {
        let organisation = self.organisations.get(id);
        organisation
            .filter(|organisation| actor.may_act_for(&organisation.id))
            .ok_or_else(|| InventoryError::UnknownOrganisation(id.clone()))
    }

    pub(super) fn has_phones(&self, organisation: &OrganisationId) -> bool {
        self.index.of_organisation(organisation).next().is_some()
    }

    /// What is known of a phone at its service, be it on the list or not.
    pub(super) fn registration(&self, mac: Mac) -> Option<&Registration> {
        let phone = self.phones.get(&mac).map(Phone::registration);
        phone.or_else(|| self.tombstones.get(&mac))
    }

    /// Changes a phone if something has happened to it.
    pub(super) fn report(
        &mut self,
        mac: Mac,
        applied: &mut Applied,
        report: impl FnOnce(&mut Phone) -> bool,
    ) -> Result<bool, InventoryError> {
        let known = applied.changed.len();
        let has_changed = self.change(mac, applied, report)?;
        if !has_changed && applied.changed.len() > known {
            applied.changed.retain(|key| *key != Key::Phone(mac));
        }
        Ok(has_changed)
    }

    /// Changes a phone, and finds it by what it then is.
    pub(super) fn change<R>(
        &mut self,
        mac: Mac,
        applied: &mut Applied,
        change: impl FnOnce(&mut Phone) -> R,
    ) -> Result<R, InventoryError> {
        let phone = self.phones.get_mut(&mac);
        let phone = phone.ok_or(InventoryError::UnknownPhone(mac))?;
        let before = Entry::of(phone);
        let result = change(phone);
        let after = Entry::of(phone);
        if before != after {
            self.index.remove(before);
            self.index.insert(after);
        }
        applied.changed(Key::Phone(mac));
        Ok(result)
    }

    /// A phone, for what it is not found by.
    pub(super) fn phone_mut(&mut self, mac: Mac) -> Option<&mut Phone> {
        self.phones.get_mut(&mac)
    }

    pub(super) fn put(&mut self, phone: Phone) {
        self.take(phone.mac());
        self.index.insert(Entry::of(&phone));
        self.phones.insert(phone.mac(), phone);
    }

    pub(super) fn take(&mut self, mac: Mac) -> Option<Phone> {
        let phone = self.phones.remove(&mac)?;
        self.index.remove(Entry::of(&phone));
        Some(phone)
    }

    pub(super) fn put_tombstone(&mut self, registration: Registration) {
        self.take_tombstone(registration.mac());
        self.index.insert_tombstone(&registration);
        self.tombstones.insert(registration.mac(), registration);
    }

    pub(super) fn take_tombstone(&mut self, mac: Mac) -> Option<Registration> {
        let registration = self.tombstones.remove(&mac)?;
        self.index.remove_tombstone(&registration);
        Some(registration)
    }
}

impl fmt::Debug for Inventory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inventory")
            .field(
                "environment",
                &self.policy.registrations.environment.as_str(),
            )
            .field("organisations", &self.organisations.len())
            .field("phones", &self.phones.len())
            .field("profiles", &self.profiles.len())
            .field("tombstones", &self.tombstones.len())
            .finish_non_exhaustive()
    }
}
