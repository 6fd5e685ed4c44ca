//! Subscribers: who they are, and the accounts that phones register for them.

use std::sync::Arc;

use phone_provisioning::Document;
use phone_provisioning::fleet::{DeviceDoc, ExtensionDoc, List};
use phone_provisioning::inventory::{Actor, Event, OrganisationId, Subscriber};
use phone_provisioning::model::Mac;

use super::equipment::Account;
use super::preview::copy;
use super::{Problem, Server, State};

impl Server {
    /// Adds a subscriber, or changes the accounts of one.
    ///
    /// # Errors
    /// No such organisation; accounts with faults; phones of the subscriber that cannot carry them.
    pub async fn put_subscriber(
        self: &Arc<Self>,
        actor: &Actor,
        account: Account,
    ) -> Result<(), Problem> {
        self.look(|state| {
            check_account(state, actor, &account)?;
            let mut copied = copy(state, &account.organisation)?;
            let key = (account.organisation.clone(), account.subscriber.clone());
            copied.accounts.insert(key, account.clone());
            let macs = phones_of(state, &account.organisation, &account.subscriber);
            copied.check_phones(&account.organisation, macs)
        })?;
        self.change(|change| {
            let macs = phones_of(change.state, &account.organisation, &account.subscriber);
            change.put_account(account);
            for mac in macs {
                change.apply(&Actor::PLATFORM, Event::LineChanged { mac })?;
            }
            Ok(())
        })
        .await
    }

    /// Removes a subscriber that has no phone, with what it had on phones.
    ///
    /// # Errors
    /// No such subscriber; one that has a phone.
    pub async fn remove_subscriber(
        self: &Arc<Self>,
        actor: &Actor,
        organisation: OrganisationId,
        subscriber: Subscriber,
    ) -> Result<(), Problem> {
        self.change(|change| {
            let state = &*change.state;
            may_act(state, actor, &organisation)?;
            let known = state.account(&organisation, &subscriber);
            known.ok_or(Problem::Unknown("subscriber"))?;
            if let Some(mac) = phones_of(state, &organisation, &subscriber).first() {
                let why = format!("{subscriber} has {mac}; take it away first");
                return Err(Problem::Conflict(why));
            }
            let keys = state.inventory.keys().filter_map(|key| match key {
                phone_provisioning::inventory::Key::Profile(key) => Some(key),
                _ => None,
            });
            let of = |key: &phone_provisioning::inventory::ProfileKey| {
                key.organisation == organisation && key.subscriber == subscriber
            };
            let profiles: Vec<_> = keys.filter(of).collect();
            for key in profiles {
                let event = Event::ForgetProfile {
                    organisation: key.organisation,
                    mac: key.mac,
                    subscriber: key.subscriber,
                };
                change.apply(actor, event)?;
            }
            change.remove_account(&organisation, &subscriber);
            Ok(())
        })
        .await
    }
}

/// Whether the actor may look at what belongs to an organisation.
///
/// # Errors
/// No such organisation, or not the actor's.
pub fn may_act(state: &State, actor: &Actor, organisation: &OrganisationId) -> Result<(), Problem> {
    Ok(state.inventory.list(actor, organisation).map(drop)?)
}

/// The phones that carry a subscriber's accounts: its own, and the bases of its handsets.
pub fn phones_of(
    state: &State,
    organisation: &OrganisationId,
    subscriber: &Subscriber,
) -> Vec<Mac> {
    let own = state.inventory.phones_of(organisation, subscriber);
    let own = own.map(|phone| phone.mac());
    let carries = |mac: &Mac| {
        let phone = state.inventory.phone(*mac);
        phone.is_some_and(|phone| phone.organisation() == organisation)
    };
    let bases = state.equipment.values().filter(|equipment| {
        let mut handsets = equipment.handsets.iter();
        handsets.any(|handset| handset.subscriber.as_ref() == Some(subscriber))
    });
    let bases = bases.map(|equipment| equipment.mac).filter(carries);
    own.chain(bases).collect()
}

fn check_account(state: &State, actor: &Actor, account: &Account) -> Result<(), Problem> {
    may_act(state, actor, &account.organisation)?;
    if account.extensions.is_empty() {
        return Err(Problem::field(
            "extensions",
            "expected at least one account",
        ));
    }
    let first = account.extensions.first().and_then(number);
    if first != Some(account.subscriber.as_str()) {
        let expected = "expected the number of the first account as the subscriber's name";
        return Err(Problem::field("subscriber", expected));
    }
    check_form(state, account)
}

/// Accounts that no phone carries yet are held against the format as if one did.
fn check_form(state: &State, account: &Account) -> Result<(), Problem> {
    let organisation = state.inventory.organisation(&account.organisation);
    let organisation = organisation.ok_or(Problem::Unknown("organisation"))?;
    let targets = state.targets().iter();
    let mut models =
        targets.flat_map(|target| target.models().iter().map(move |row| (target, row)));
    let desk_phone = models.find(|(_, row)| row.handsets.is_none_or(|count| count == 0));
    let (target, row) = desk_phone.ok_or(Problem::Unknown("model"))?;
    let mut phone = DeviceDoc::default();
    phone.mac = Some("00:00:00:00:00:01".to_owned().into());
    phone.model = Some(format!("{} {}", target.vendor(), row.name).into());
    phone.extensions = Some(List::from_iter(account.extensions.iter().cloned()).into());
    let mut document = Document::default();
    document.site = Some(organisation.site().clone().into());
    document.devices = Some(List::from_iter([phone]).into());
    document.resolve(state.targets())?;
    Ok(())
}

/// The number of an account.
pub fn number(extension: &ExtensionDoc) -> Option<&str> {
    extension.number.as_ref()?.value().map(String::as_str)
}
