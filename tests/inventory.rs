//! The inventory: stories of phones from the box to the next organisation, with real files; who may do
//! what; random lives; what is stored.

#![cfg(all(feature = "snom", feature = "yealink"))]

#[path = "inventory/model.rs"]
mod model;
#[path = "inventory/roles.rs"]
mod roles;
#[path = "inventory/service.rs"]
mod service;
#[path = "inventory/stories.rs"]
mod stories;
#[path = "inventory/storing.rs"]
mod storing;
mod support;
#[path = "inventory/week.rs"]
mod week;

use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::LazyLock;

use chrono::{DateTime, TimeDelta, Utc};
use phone_provisioning::delivery::PhoneUrl;
use phone_provisioning::delivery::admission::{
    self, Admission, Attempt, Credential, Decision, Environment,
};
use phone_provisioning::delivery::resync::Recipient;
use phone_provisioning::fleet::{ExtensionDoc, Fleet, ProfileDoc, SiteDoc};
use phone_provisioning::inventory::{
    Access, Actor, Applied, Effect, Event, FromPbx, Inventory, InventoryError, Invitation,
    NewPhone, OrganisationId, PhoneState, Policy, ProfileKey, Subscriber, Until,
};
use phone_provisioning::model::{Handling, Mac, Url};
use phone_provisioning::{Document, Provisioner, Secret, Targets};
use support::mac;

/// A desk phone of one maker and one of the other.
const DESK: (&str, &str) = ("00:04:13:00:53:01", "snom D785");
const OTHER_DESK: (&str, &str) = ("80:5e:0c:00:53:02", "yealink T46S");

/// Monday, 2 November 2026.
fn start() -> DateTime<Utc> {
    "2026-11-02T09:00:00Z".parse().unwrap()
}

fn organisation(name: &str) -> OrganisationId {
    name.parse().unwrap()
}

fn subscriber(number: &str) -> Subscriber {
    number.parse().unwrap()
}

fn targets() -> Targets {
    static TARGETS: LazyLock<Targets> = LazyLock::new(Targets::builtin);
    TARGETS.clone()
}

fn policy(environment: &str) -> Policy {
    Policy::new(Environment::new(environment).unwrap())
}

/// A site whose phones show its name while they are idle.
fn site(name: &str) -> SiteDoc {
    let toml = format!(
        r#"
        [site]
        name = "{name}"
        provisioning_url = "https://pbx.example.net/{{token}}/"
        [site.settings]
        time_zone = "Europe/Amsterdam"
        language = "nl"
        registrar = {{ host = "{}.example.net" }}
        admin = {{ username = "admin", password = "admin-of-{name}" }}
        custom = [
            {{ target = "snom-desk", name = "user_idle_text", index = 1, value = "{name}" }},
            {{ target = "yealink", name = "static.network.dhcp_host_name", value = "{name}" }},
        ]
        "#,
        name.to_lowercase()
    );
    let document = Document::from_toml(&toml).unwrap();
    document.site.unwrap().value().unwrap().clone()
}

/// Settings and keys out of TOML.
fn profile(toml: &str) -> Box<ProfileDoc> {
    let document = Document::from_toml(&format!("[profiles.it]\n{toml}")).unwrap();
    let profiles = document.profiles.unwrap();
    let (_, profile) = profiles.value().unwrap().entries().next().unwrap();
    Box::new(profile.value().unwrap().clone())
}

/// What the PBX knows of a subscriber.
fn account(subscriber: &Subscriber) -> ExtensionDoc {
    let mut account = ExtensionDoc::default();
    account.number = Some(subscriber.to_string().into());
    account.display_name = Some(format!("Subscriber {subscriber}").into());
    account.password =
        Some(phone_provisioning::fleet::SecretText::from(password(subscriber)).into());
    account
}

fn password(subscriber: &Subscriber) -> String {
    format!("password-of-{subscriber}")
}

/// What followed from an event, looked at or not.
#[derive(Debug, PartialEq)]
struct Seen(Applied);

impl Deref for Seen {
    type Target = Applied;

    fn deref(&self) -> &Applied {
        &self.0
    }
}

impl From<Seen> for Applied {
    fn from(seen: Seen) -> Self {
        seen.0
    }
}

/// An environment with its PBX: it draws the credentials that are asked for, and keeps them.
struct World {
    inventory: Inventory,
    door: Admission,
    now: DateTime<Utc>,
    drawn: u64,
    tokens: BTreeMap<(Mac, Access), Secret>,
}

impl World {
    /// Two organisations, `acme` and `beta`.
    fn new(environment: &str) -> Self {
        let door = Admission::new(
            Environment::new(environment).unwrap(),
            admission::Policy::default(),
            7,
        );
        let mut world = Self {
            inventory: Inventory::new(policy(environment), targets()),
            door,
            now: start(),
            drawn: 0,
            tokens: BTreeMap::new(),
        };
        for (id, name) in [("acme", "Acme"), ("beta", "Beta")] {
            world.provider(Event::AddOrganisation {
                organisation: organisation(id),
                site: site(name).into(),
            });
        }
        world
    }

    /// With a phone of `acme`.
    fn with_phone((address, model): (&str, &str)) -> (Self, Mac) {
        let mut world = Self::new("production");
        let mac = mac(address);
        let phone = NewPhone::new(mac, model, organisation("acme"));
        world.provider(Event::Add(phone.into()));
        (world, mac)
    }

    /// Hours pass.
    fn later(&mut self, hours: i64) {
        self.now += TimeDelta::hours(hours);
    }

    fn apply(&mut self, actor: &Actor, event: Event) -> Result<Applied, InventoryError> {
        let applied = self.inventory.apply(actor, event, self.now)?;
        for effect in &applied.effects {
            if let Effect::IssueCredential { mac, access } = *effect {
                let (token, credential) = self.draw();
                self.tokens.insert((mac, access), token);
                let event = Event::Credential {
                    mac,
                    access,
                    credential,
                };
                let _ = self.inventory.apply(&Actor::PLATFORM, event, self.now)?;
            }
        }
        Ok(applied)
    }

    fn draw(&mut self) -> (Secret, Credential) {
        self.drawn += 1;
        let mut random = [0; 16];
        random[..8].copy_from_slice(&self.drawn.to_be_bytes());
        let (token, hash) = self.door.environment().new_token(&random).unwrap();
        (token, Credential::token(hash))
    }

    /// An address for the maker's service, with a token of its own.
    fn invitation(&mut self, mac: Mac) -> Invitation {
        let (token, credential) = self.draw();
        let name = self.door.environment().as_str();
        let url = format!("https://{name}.example.net/{}/", token.expose());
        self.tokens.insert((mac, Access::First), token);
        Invitation::new(credential, PhoneUrl::from(url.parse::<Url>().unwrap()))
    }

    #[track_caller]
    fn provider(&mut self, event: Event) -> Seen {
        Seen(self.apply(&Actor::PROVIDER, event).unwrap())
    }

    /// Somebody of the organisation that has the phone.
    #[track_caller]
    fn customer(&mut self, event: Event) -> Seen {
        let all = ["acme", "beta", "gamma"].map(organisation);
        Seen(self.apply(&Actor::customer_of(all), event).unwrap())
    }

    #[track_caller]
    fn platform(&mut self, event: Event) -> Seen {
        Seen(self.apply(&Actor::PLATFORM, event).unwrap())
    }

    #[track_caller]
    fn assign(&mut self, mac: Mac, number: &str) -> Seen {
        let subscriber = subscriber(number);
        self.customer(Event::Assign { mac, subscriber })
    }

    #[track_caller]
    fn open_for_an_hour(&mut self, mac: Mac) -> Seen {
        let until = Until::AnHourFromNow;
        self.customer(Event::OpenWindow { mac, until })
    }

    fn state(&self, mac: Mac) -> PhoneState {
        self.inventory.phone(mac).unwrap().state(self.now)
    }

    /// The phone asks with one of its tokens.
    fn ask(&mut self, mac: Mac, access: Access) -> (Decision, Applied) {
        let token = self.tokens[&(mac, access)].expose().to_owned();
        let mut attempt = Attempt::new([192, 0, 2, 7].into());
        attempt.token = Some(token.into());
        attempt.mac = Some(mac);
        self.inventory.admit(&mut self.door, &attempt, self.now)
    }

    /// The phone is let in with its first token and then with the one for good.
    #[track_caller]
    fn bind(&mut self, mac: Mac) -> Seen {
        let (decision, _) = self.ask(mac, Access::First);
        assert!(decision.is_admitted(), "{}", decision.reason);
        let (decision, applied) = self.ask(mac, Access::LongTerm);
        assert!(decision.bound, "{}", decision.reason);
        Seen(applied)
    }

    /// The phone's files have arrived, and it registers with what is in them.
    #[track_caller]
    fn settle(&mut self, mac: Mac) {
        let phone = self.inventory.phone(mac).unwrap();
        let (edition, subscriber) = (phone.edition(), phone.subscriber().cloned());
        self.platform(Event::Fetched { mac, edition });
        let contact = Recipient::contact("<sip:x@192.0.2.7:5060>").unwrap();
        self.platform(Event::Registered {
            mac,
            subscriber,
            contact,
        });
    }

    /// A phone that is assigned, let in, bound, downloaded and registered.
    fn provisioned(phone: (&str, &str), number: &str) -> (Self, Mac) {
        let (mut world, mac) = Self::with_phone(phone);
        world.assign(mac, number);
        world.open_for_an_hour(mac);
        world.bind(mac);
        world.settle(mac);
        assert_eq!(world.state(mac), PhoneState::Provisioned);
        (world, mac)
    }

    /// What the PBX knows of whoever has the phone, and of whoever had it.
    fn pbx(&self, mac: Mac) -> FromPbx {
        let token = self.tokens[&(mac, Access::LongTerm)].clone();
        let phone = self.inventory.phone(mac).unwrap();
        let subscriber = phone.subscriber().cloned();
        // What must not be in the files of a phone that nobody has.
        let subscriber = subscriber.unwrap_or_else(|| self::subscriber("forgotten"));
        FromPbx::token(token).extension(account(&subscriber))
    }

    #[track_caller]
    fn fleet(&self, mac: Mac) -> Fleet {
        let phone = self.inventory.phone(mac).unwrap();
        let phones = [(mac, self.pbx(mac))];
        let mut document = self
            .inventory
            .document(phone.organisation(), phones)
            .unwrap();
        document.set_default_handling(Handling::Lenient);
        match document.resolve(self.inventory.targets()) {
            Ok(fleet) => fleet,
            Err(errors) => panic!("{errors}"),
        }
    }

    /// The phone's own file.
    #[track_caller]
    fn file(&self, mac: Mac) -> String {
        let fleet = self.fleet(mac);
        let provisioner = Provisioner::new(fleet.site().clone());
        let rendered = provisioner.render(&fleet.devices()[0]).unwrap();
        let bytes = support::own_file(&rendered).bytes();
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    /// The value of a setting in it.
    #[track_caller]
    fn setting(&self, mac: Mac, name: &str) -> Option<String> {
        let phone = self.inventory.phone(mac).unwrap();
        let targets = self.inventory.targets();
        let target = targets.model(phone.model()).unwrap().target;
        let settings = support::read(&**target, self.file(mac).as_bytes());
        support::value(&settings, name).map(str::to_owned)
    }

    /// Whether account 1 is on in the phone's file.
    #[track_caller]
    fn has_account(&self, mac: Mac) -> bool {
        let phone = self.inventory.phone(mac).unwrap();
        let target = self
            .inventory
            .targets()
            .model(phone.model())
            .unwrap()
            .target;
        let spelling = support::spelling(&**target);
        let switch = self.setting(mac, &(spelling.account_switch)(1));
        match spelling.positions {
            [off, _] if switch.as_deref() == Some(off) => false,
            [_, on] if switch.as_deref() == Some(on) => true,
            _ => panic!("account 1 is {switch:?}"),
        }
    }

    fn key(&self, mac: Mac, organisation: &str, number: &str) -> ProfileKey {
        ProfileKey::new(self::organisation(organisation), subscriber(number), mac)
    }
}

/// The effects as they are logged.
fn lines(applied: &Applied) -> Vec<String> {
    applied.effects.iter().map(ToString::to_string).collect()
}
