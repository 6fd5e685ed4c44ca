//! Everything that the server knows, in memory.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use phone_provisioning::delivery::AddressSpace;
use phone_provisioning::delivery::admission::{Admission, Environment};
use phone_provisioning::delivery::pnp::DiscoveredPhones;
use phone_provisioning::fleet::{ExtensionDoc, SiteDoc};
use phone_provisioning::inventory::{
    Access, FromPbx, Inventory, OrganisationId, Phone, Subscriber, Which,
};
use phone_provisioning::model::{Mac, Site, UrlTemplate};
use phone_provisioning::{Provisioner, Secret, Targets};

use super::equipment::{Account, Equipment};
use super::files::Ready;
use super::held::Held;
use super::people::{Guesses, Person, Session};

/// Everything that the server knows.
pub struct State {
    /// The phones and who has them.
    pub inventory: Inventory,
    /// Discovered phones that nobody knows, as the listener saw them last.
    pub discovered: DiscoveredPhones,
    pub(super) door: Admission,
    pub(super) environment: Environment,
    pub(super) tokens: HashMap<(Mac, Access), Secret>,
    pub(super) accounts: BTreeMap<(OrganisationId, Subscriber), Account>,
    pub(super) equipment: BTreeMap<Mac, Equipment>,
    pub(super) people: BTreeMap<String, Person>,
    pub(super) sessions: HashMap<String, Session>,
    pub(super) guesses: Guesses,
    pub(super) held: Held,
    pub(super) space: Arc<AddressSpace>,
    /// Phones whose files have been asked for since they changed last.
    pub(super) ready: HashMap<Mac, Arc<Ready>>,
    /// How often something changed that files are made of.
    pub(super) changes: u64,
    /// What phones without settings of their own are rendered with.
    pub(super) provisioners: HashMap<OrganisationId, Arc<Provisioner>>,
}

/// Asking.
impl State {
    /// The targets.
    pub fn targets(&self) -> &Targets {
        self.inventory.targets()
    }

    /// A subscriber's accounts.
    pub fn account(&self, organisation: &OrganisationId, who: &Subscriber) -> Option<&Account> {
        self.accounts.get(&(organisation.clone(), who.clone()))
    }

    /// The subscribers of an organisation, by name.
    pub fn accounts(&self, organisation: &OrganisationId) -> impl Iterator<Item = &Account> {
        let of = organisation.clone();
        let accounts = self.accounts.values();
        accounts.filter(move |account| account.organisation == of)
    }

    /// What is known of a phone beside its record.
    pub fn equipment(&self, mac: Mac) -> Option<&Equipment> {
        self.equipment.get(&mac)
    }

    /// The maker of a phone.
    pub fn vendor(&self, mac: Mac) -> Option<String> {
        Some(self.equipment.get(&mac)?.vendor.clone())
    }

    /// The provisioning URL of an organisation.
    pub fn template(&self, organisation: &OrganisationId) -> Option<UrlTemplate> {
        template(self.inventory.organisation(organisation)?.site())
    }

    /// What the PBX adds to a phone's files.
    pub fn from_pbx(&self, phone: &Phone) -> FromPbx {
        let mut added = FromPbx::default();
        added.token = self.tokens.get(&(phone.mac(), Access::LongTerm)).cloned();
        let equipment = self.equipment.get(&phone.mac());
        added.modules = equipment.and_then(|equipment| equipment.modules);
        added.multicell = equipment.and_then(|equipment| equipment.multicell.clone());
        let extensions = |subscriber: &Subscriber| -> Vec<ExtensionDoc> {
            let account = self.account(phone.organisation(), subscriber);
            account.map_or_else(Vec::new, |account| account.extensions.clone())
        };
        if let Some(subscriber) = phone.subscriber() {
            added.extensions = extensions(subscriber);
        }
        if let Some(equipment) = equipment {
            let handsets = equipment.handsets.iter().map(|handset| {
                let carried = handset.subscriber.as_ref().map(extensions);
                handset.with(carried.unwrap_or_default())
            });
            added.handsets = handsets.collect();
        }
        added
    }
}

/// What is made out of the rest.
impl State {
    /// A phone's files are to be made anew.
    pub(super) fn stale(&mut self, mac: Mac) {
        self.ready.remove(&mac);
        self.changes += 1;
    }

    /// The same of some phones. What they share may have changed.
    pub(super) fn stale_all(&mut self, which: &Which) {
        match which {
            Which::Organisation(organisation) | Which::Model { organisation, .. } => {
                self.provisioners.remove(organisation);
                self.changes += 1;
                let inventory = &self.inventory;
                let is_of = |mac: &Mac| {
                    let phone = inventory.phone(*mac);
                    phone.is_some_and(|phone| phone.organisation() == organisation)
                };
                self.ready.retain(|mac, _| !is_of(mac));
            }
            which => {
                let macs: Vec<Mac> = self.inventory.macs(which).collect();
                for mac in macs {
                    self.stale(mac);
                }
            }
        }
    }

    /// The addresses of phones are to be read off the sites anew.
    pub(super) fn read_space(&mut self) {
        let sites = self.inventory.organisations();
        let templates: Vec<UrlTemplate> = sites.filter_map(|o| template(o.site())).collect();
        // Each was checked when its site was taken in.
        let space = AddressSpace::new(&templates);
        self.space = Arc::new(space.unwrap_or_else(|_| no_space()));
    }
}

pub(super) fn no_space() -> AddressSpace {
    AddressSpace::new([]).expect("no template is wrong")
}

/// The provisioning URL of a site.
pub(super) fn template(site: &SiteDoc) -> Option<UrlTemplate> {
    let url = site.provisioning_url.as_ref()?.value()?;
    UrlTemplate::parse(url, Site::URL_PLACEHOLDERS).ok()
}
