//! What a change would do, tried on a copy: before anybody saves anything.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use phone_provisioning::delivery::admission::{Admission, Policy};
use phone_provisioning::delivery::pnp::DiscoveredPhones;
use phone_provisioning::fleet::{Lax, List};
use phone_provisioning::inspect::{FleetDiff, diff_fleets};
use phone_provisioning::inventory::{Actor, Event, Inventory, Key, OrganisationId};
use phone_provisioning::model::{Handling, Mac};
use phone_provisioning::{Document, Errors, Provisioner};

use super::change::Change;
use super::equipment::{Account, Handset, SetUp};
use super::state::no_space;
use super::{Problem, Server, State};

/// A change that somebody thinks about.
#[derive(Clone, Debug)]
pub enum Edit {
    /// Something that the inventory does.
    Event(Box<Event>),
    /// Other settings, keys and modules of a phone.
    SetUp(Mac, Box<SetUp>),
    /// Other handsets of a base.
    Handsets(Mac, Vec<Handset>),
    /// Other accounts of a subscriber.
    Account(Box<Account>),
}

impl From<Event> for Edit {
    fn from(event: Event) -> Self {
        Self::Event(event.into())
    }
}

impl Server {
    /// What a change would do to the phones of an organisation, without any secret.
    ///
    /// # Errors
    /// The change would be refused, also for what a phone of it cannot do; everything that would keep a
    /// phone's files from being made.
    pub fn what_would_change(
        &self,
        actor: &Actor,
        organisation: &OrganisationId,
        edit: Edit,
    ) -> Result<FleetDiff, Problem> {
        let now = self.now();
        self.check(actor, &edit)?;
        let (before, after, targets) = self.look(|state| {
            super::subscribers::may_act(state, actor, organisation)?;
            let macs = |state: &State| -> Result<Vec<Mac>, Problem> {
                let phones = state.inventory.list(actor, organisation)?;
                Ok(phones.map(|phone| phone.mac()).collect())
            };
            let before = state.document(organisation, macs(state)?)?;
            let mut copied = copy(state, organisation)?;
            copied.edit(actor, edit, now)?;
            let after = copied.document(organisation, macs(&copied)?)?;
            Ok::<_, Problem>((before, after, state.targets().clone()))
        })?;
        let (before, after) = (before.resolve(&targets)?, after.resolve(&targets)?);
        Ok(diff_fleets(&targets, &before, &after)?)
    }

    /// Refuses an address where people are; and what somebody sets for one phone and it cannot do: nothing
    /// may be left out of its files.
    pub(super) fn check(&self, actor: &Actor, edit: &Edit) -> Result<(), Problem> {
        let now = self.now();
        if let Edit::Event(event) = edit
            && let Event::ChangeOrganisation { site, .. } = &**event
        {
            super::settings::check_address(site)?;
        }
        let Some(mac) = edit.phone() else {
            return Ok(());
        };
        self.look(|state| {
            let organisation = state.inventory.find(actor, mac)?.organisation().clone();
            if let Edit::Handsets(_, handsets) = edit {
                let mut carriers = handsets.iter().filter_map(|h| h.subscriber.as_ref());
                if carriers.any(|who| state.account(&organisation, who).is_none()) {
                    return Err(Problem::Unknown("subscriber"));
                }
            }
            let mut copied = copy(state, &organisation)?;
            copied.edit(actor, edit.clone(), now)?;
            let mut document = copied.document_as(&organisation, vec![mac], Handling::Strict)?;
            if edit.is_set_up() {
                raise(&mut document);
            }
            copied.check_document(&document)
        })
    }
}

impl Edit {
    /// The phone that it is made for, which must be able to do everything in it.
    fn phone(&self) -> Option<Mac> {
        match self {
            Self::SetUp(mac, _) | Self::Handsets(mac, _) => Some(*mac),
            Self::Event(event) => match &**event {
                Event::ChangeProfile { mac, .. } | Event::Configure { mac, .. } => Some(*mac),
                _ => None,
            },
            Self::Account(_) => None,
        }
    }

    /// Whether it is about a phone's own settings.
    fn is_set_up(&self) -> bool {
        match self {
            Self::SetUp(..) => true,
            Self::Event(event) => matches!(&**event, Event::Configure { .. }),
            Self::Handsets(..) | Self::Account(_) => false,
        }
    }
}

impl State {
    fn edit(&mut self, actor: &Actor, edit: Edit, now: DateTime<Utc>) -> Result<(), Problem> {
        // What would be stored and done is dropped with the copy.
        let mut change = Change::new(self, now);
        match edit {
            Edit::Event(event) => change.apply(actor, *event)?,
            Edit::SetUp(mac, set_up) => change.set_up(actor, mac, *set_up)?,
            Edit::Handsets(mac, handsets) => {
                let equipment = change.state.equipment.get(&mac).cloned();
                let mut equipment = equipment.ok_or(Problem::Unknown("phone"))?;
                equipment.handsets = handsets;
                let subscriber = super::equipment::Equipment::line_of_base(mac);
                let is_in_use = change
                    .state
                    .inventory
                    .find(actor, mac)?
                    .subscriber()
                    .is_some();
                if !is_in_use && !equipment.handsets.is_empty() {
                    change.apply(actor, Event::Assign { mac, subscriber })?;
                }
                change.put_equipment(equipment);
            }
            Edit::Account(account) => change.put_account(*account),
        }
        Ok(())
    }

    /// Whether the files of some phones can be made when nothing may be left out.
    pub(super) fn check_phones(
        &self,
        organisation: &OrganisationId,
        macs: Vec<Mac>,
    ) -> Result<(), Problem> {
        self.check_document(&self.document_as(organisation, macs, Handling::Strict)?)
    }

    fn check_document(&self, document: &Document) -> Result<(), Problem> {
        let fleet = document.resolve(self.targets())?;
        let provisioner = Provisioner::with_targets(fleet.site().clone(), self.targets().clone());
        let checked = fleet
            .devices()
            .iter()
            .map(|device| provisioner.check(device));
        let errors = checked.filter_map(Result::err).flat_map(Errors::into_vec);
        Ok(Errors::check(errors.collect())?)
    }
}

/// Makes a phone's own settings, which stand below those of its user, those of the device: what is
/// inherited may be left out, and they may not.
fn raise(document: &mut Document) {
    let profiles = document.profiles.as_ref().and_then(Lax::value);
    let own = profiles.and_then(|profiles| profiles.entries().next()?.1.value().cloned());
    let devices = document.devices.as_ref().and_then(Lax::value);
    let device = devices.and_then(|devices| devices.entries().first()?.value().cloned());
    if let (Some(own), Some(mut device)) = (own, device) {
        device.profile = None;
        device.settings = own.settings;
        device.keys = own.keys;
        document.devices = Some(List::from_iter([device]).into());
    }
}

/// What is known of one organisation, once more.
pub(super) fn copy(state: &State, organisation: &OrganisationId) -> Result<State, Problem> {
    let inventory = &state.inventory;
    let is_of = |key: &Key| match key {
        Key::Phone(mac) => {
            let phone = inventory.phone(*mac);
            phone.is_some_and(|phone| phone.organisation() == organisation)
        }
        Key::Profile(key) => key.organisation == *organisation,
        Key::Tombstone(_) => false,
        _ => true,
    };
    let records = inventory.keys().filter(is_of);
    let records = records.filter_map(|key| inventory.record(&key));
    let targets = state.targets().clone();
    let copied = Inventory::restore(inventory.policy.clone(), targets, records);
    Ok(State {
        inventory: copied,
        discovered: DiscoveredPhones::default(),
        door: Admission::new(state.environment.clone(), Policy::default(), 0),
        environment: state.environment.clone(),
        tokens: state.tokens.clone(),
        accounts: state.accounts.clone(),
        equipment: state.equipment.clone(),
        people: BTreeMap::new(),
        sessions: HashMap::new(),
        guesses: Default::default(),
        held: Default::default(),
        space: Arc::new(no_space()),
        ready: HashMap::new(),
        changes: 0,
        provisioners: HashMap::new(),
    })
}
