//! Random lives of a few phones in two environments of three organisations, with one service that keeps
//! one registration per phone: what must hold after every event.

use std::collections::{BTreeMap, BTreeSet};

use phone_provisioning::inventory::{Key, Record, Which};
use phone_provisioning::redirection::life::{Ask, Due, Question, State};
use proptest::prelude::*;

use super::service::Service;
use super::*;

const ORGANISATIONS: [&str; 3] = ["acme", "beta", "gamma"];
const NUMBERS: [&str; 2] = ["1001", "1002"];
const PHONES: [&str; 3] = [
    "00:04:13:00:53:01",
    "00:04:13:00:53:02",
    "80:5e:0c:00:53:03",
];

#[derive(Clone, Debug)]
enum Step {
    Clock(i64),
    Add {
        redirected: bool,
        to: usize,
    },
    Remove,
    Move(usize),
    Activate,
    Deactivate,
    Assign(usize),
    Unassign,
    Open(i64),
    Close,
    Configure,
    Revoke,
    LogIn(usize),
    LogOut,
    /// The phone asks with a token, downloads, and registers; or reports come late.
    Ask {
        long_term: bool,
    },
    Fetch {
        back: u64,
    },
    Register(usize),
    Check,
    Due,
    /// The service is asked, about one phone in the order of the questions; the answer may be lost.
    Send {
        which: usize,
        lost: bool,
    },
    /// One of the answers arrives, in any order.
    Hear(usize),
    ServiceDown(bool),
    /// The program stops and starts again from what it stored.
    Restart,
}

fn steps() -> impl Strategy<Value = Vec<(usize, usize, Step)>> {
    let step = prop_oneof![
        3 => (0..600_i64).prop_map(Step::Clock),
        1 => (3000..9000_i64).prop_map(Step::Clock),
        6 => (any::<bool>(), 0..3_usize).prop_map(|(redirected, to)| Step::Add { redirected, to }),
        2 => Just(Step::Remove),
        3 => (0..3_usize).prop_map(Step::Move),
        3 => Just(Step::Activate),
        2 => Just(Step::Deactivate),
        5 => (0..2_usize).prop_map(Step::Assign),
        3 => Just(Step::Unassign),
        4 => (-10..1500_i64).prop_map(Step::Open),
        1 => Just(Step::Close),
        1 => Just(Step::Configure),
        1 => Just(Step::Revoke),
        2 => (0..2_usize).prop_map(Step::LogIn),
        1 => Just(Step::LogOut),
        8 => any::<bool>().prop_map(|long_term| Step::Ask { long_term }),
        6 => (0..3_u64).prop_map(|back| Step::Fetch { back }),
        4 => (0..3_usize).prop_map(Step::Register),
        2 => Just(Step::Check),
        4 => Just(Step::Due),
        12 => (any::<usize>(), prop::bool::weighted(0.2))
            .prop_map(|(which, lost)| Step::Send { which, lost }),
        8 => any::<usize>().prop_map(Step::Hear),
        1 => any::<bool>().prop_map(Step::ServiceDown),
        1 => Just(Step::Restart),
    ];
    prop::collection::vec((0..2_usize, 0..3_usize, step), 1..150)
}

/// An environment with its database, and the questions that it has under way.
struct Place {
    world: World,
    database: BTreeMap<Key, String>,
    questions: Vec<Question>,
    /// On their way back.
    answers: Vec<Event>,
    /// Phones that were let in while they had a line, and have not fetched files without one since.
    holding: BTreeSet<Mac>,
}

impl Place {
    fn new(environment: &str) -> Self {
        let mut world = World::new(environment);
        let event = Event::AddOrganisation {
            organisation: organisation("gamma"),
            site: site("Gamma").into(),
        };
        world.provider(event);
        let mut place = Self {
            world,
            database: BTreeMap::new(),
            questions: Vec::new(),
            answers: Vec::new(),
            holding: BTreeSet::new(),
        };
        let keys: Vec<Key> = place.world.inventory.keys().collect();
        place.store(keys);
        place
    }

    fn store(&mut self, keys: Vec<Key>) {
        for key in keys {
            match self.world.inventory.record(&key) {
                Some(record) => {
                    let text = serde_json::to_string(&record).unwrap();
                    self.database.insert(key, text);
                }
                None => {
                    self.database.remove(&key);
                }
            }
        }
    }

    /// Carries out what can be carried out at once.
    fn follow(&mut self, applied: Applied) {
        self.store(applied.changed);
        for effect in applied.effects {
            match effect {
                Effect::Ask(question) => self.questions.push(question),
                // The world has drawn it already; that changed the phone too.
                Effect::IssueCredential { mac, .. } => self.store(vec![Key::Phone(mac)]),
                _ => {}
            }
        }
    }

    /// Applies an event; what the state does not allow is refused and changes nothing.
    fn apply(&mut self, actor: &Actor, event: Event) {
        let before = self.records();
        match self.world.apply(actor, event) {
            Ok(applied) => self.follow(applied),
            Err(_) => assert_eq!(self.records(), before, "refused, and something changed"),
        }
    }

    fn records(&self) -> BTreeMap<Key, String> {
        let inventory = &self.world.inventory;
        let record = |key: &Key| serde_json::to_string(&inventory.record(key).unwrap()).unwrap();
        inventory
            .keys()
            .map(|key| (key.clone(), record(&key)))
            .collect()
    }

    fn restart(&mut self) {
        let records = self.database.values();
        let records = records.map(|text| serde_json::from_str::<Record>(text).unwrap());
        let policy = self.world.inventory.policy.clone();
        self.world.inventory = Inventory::restore(policy, targets(), records);
    }

    fn step(&mut self, phone: usize, step: Step, service: &mut Service) {
        let mac = mac(PHONES[phone]);
        let model = if phone == 2 {
            "yealink T46S"
        } else {
            "snom D785"
        };
        let provider = Actor::PROVIDER;
        let platform = Actor::PLATFORM;
        match step {
            Step::Clock(minutes) => self.world.now += TimeDelta::minutes(minutes),
            Step::Add { redirected, to } => {
                let organisation = organisation(ORGANISATIONS[to]);
                let mut new = NewPhone::new(mac, model, organisation);
                if redirected {
                    let tokens = self.world.tokens.clone();
                    new = new.redirected(self.world.invitation(mac));
                    if self.world.inventory.phone(mac).is_some() {
                        self.world.tokens = tokens;
                    }
                }
                let is_new = self.world.inventory.phone(mac).is_none();
                self.apply(&provider, Event::Add(new.into()));
                assert!(self.world.inventory.phone(mac).is_some() || !is_new);
            }
            Step::Remove => {
                self.holding.remove(&mac);
                self.apply(&provider, Event::Remove { mac });
            }
            Step::Move(to) => {
                let to = organisation(ORGANISATIONS[to]);
                self.apply(&provider, Event::Move { mac, to });
            }
            Step::Activate => {
                if self.world.inventory.phone(mac).is_some() {
                    let invitation = self.world.invitation(mac);
                    self.apply(&provider, Event::Activate { mac, invitation });
                }
            }
            Step::Deactivate => self.apply(&provider, Event::Deactivate { mac }),
            Step::Assign(number) => {
                let subscriber = subscriber(NUMBERS[number]);
                self.apply(&provider, Event::Assign { mac, subscriber });
            }
            Step::Unassign => self.apply(&provider, Event::Unassign { mac }),
            Step::Open(minutes) => {
                let until = Until::At(self.world.now + TimeDelta::minutes(minutes));
                self.apply(&provider, Event::OpenWindow { mac, until });
            }
            Step::Close => self.apply(&provider, Event::CloseWindow { mac }),
            Step::Configure => {
                let settings = profile("settings.vlan = { id = 77 }");
                self.apply(&provider, Event::Configure { mac, settings });
            }
            Step::Revoke => self.apply(&provider, Event::Revoke { mac }),
            Step::LogIn(number) => {
                let subscriber = subscriber(NUMBERS[number]);
                self.apply(&platform, Event::LoggedIn { mac, subscriber });
            }
            Step::LogOut => self.apply(&platform, Event::LoggedOut { mac }),
            Step::Ask { long_term } => {
                let access = if long_term {
                    Access::LongTerm
                } else {
                    Access::First
                };
                if self.world.tokens.contains_key(&(mac, access)) {
                    self.asks(mac, access);
                }
            }
            Step::Fetch { back } => {
                let phone = self.world.inventory.phone(mac);
                let edition = phone.map_or(0, |phone| phone.edition().saturating_sub(back));
                if back == 0 && phone.is_some_and(|phone| phone.subscriber().is_none()) {
                    self.holding.remove(&mac);
                }
                self.apply(&platform, Event::Fetched { mac, edition });
            }
            Step::Register(number) => {
                let subscriber = NUMBERS.get(number).map(|number| subscriber(number));
                let contact = Recipient::contact("sip:x@192.0.2.7").unwrap();
                let event = Event::Registered {
                    mac,
                    subscriber,
                    contact,
                };
                self.apply(&platform, event);
            }
            Step::Check => self.apply(&platform, Event::CheckRegistration { mac }),
            Step::Due => {
                let due = self.world.inventory.due().next();
                if let Some((mac, due)) = due {
                    self.is_due(mac, due);
                }
            }
            Step::Send { which, lost } => {
                let is_first = |i: &usize| {
                    let mac = self.questions[*i].mac;
                    self.questions[..*i]
                        .iter()
                        .all(|earlier| earlier.mac != mac)
                };
                let first: Vec<usize> = (0..self.questions.len()).filter(is_first).collect();
                if !first.is_empty() {
                    let question = self.questions.remove(first[which % first.len()]);
                    self.send(&question, lost, service);
                }
            }
            Step::Hear(which) => {
                if !self.answers.is_empty() {
                    let event = self.answers.remove(which % self.answers.len());
                    self.apply(&Actor::PLATFORM, event);
                }
            }
            Step::ServiceDown(is_down) => service.is_down = is_down,
            Step::Restart => {
                // What was not sent never will be, what is not heard yet is lost.
                self.questions.clear();
                self.answers.clear();
                self.restart();
            }
        }
    }

    /// A phone is let in as its record says: without a window only with what binds it.
    fn asks(&mut self, mac: Mac, access: Access) {
        let now = self.world.now;
        let status = self
            .world
            .inventory
            .phone(mac)
            .map(|phone| (phone.admission().status(now), phone.subscriber().cloned()));
        let (decision, applied) = self.world.ask(mac, access);
        let is_open = status.as_ref().is_some_and(|(status, _)| {
            matches!(status.window, admission::WindowState::Open { .. })
        });
        if access == Access::First && decision.is_admitted() {
            assert!(is_open, "served without a window");
        }
        assert!(status.is_some() || !decision.is_admitted());
        if decision.is_admitted() && status.is_some_and(|(_, line)| line.is_some()) {
            self.holding.insert(mac);
        }
        // What is only for support staff is stored too, so that records can be compared.
        self.follow(applied);
        if self.world.inventory.phone(mac).is_some() {
            self.store(vec![Key::Phone(mac)]);
        }
    }

    fn is_due(&mut self, mac: Mac, due: Due) {
        if due.at() > self.world.now {
            return;
        }
        let invitation = match due {
            Due::Retry(_) => Some(self.world.invitation(mac)),
            _ => None,
        };
        self.apply(&Actor::PLATFORM, Event::Due { mac, invitation });
    }

    /// A question is carried to the service. What was looked up is heard and acted upon at once: how long
    /// that may take is a rule of the registration's own.
    fn send(&mut self, question: &Question, lost: bool, service: &mut Service) {
        let mac = question.mac;
        let name = self.world.door.environment().as_str().to_owned();
        let held = service.holder(mac).map(str::to_owned);
        let answer = service.answer(question);
        if question.ask == Ask::Deregister && service.holder(mac).is_none() {
            assert!(
                held.is_none_or(|held| held.contains(&name)),
                "another's registration was taken out"
            );
        }
        let event = Event::Heard {
            mac,
            number: question.number,
            answer: Ok(answer),
        };
        match &question.ask {
            _ if lost => {}
            Ask::LookUp => {
                self.apply(&Actor::PLATFORM, event);
                let last = self.questions.pop_if(|next| next.ask == Ask::Deregister);
                if let Some(next) = last {
                    self.send(&next, lost, service);
                }
            }
            _ => self.answers.push(event),
        }
    }

    /// What must hold at any time.
    fn check(&self) {
        let inventory = &self.world.inventory;
        let mut of_organisations = 0;
        for organisation in inventory.organisations() {
            let listed = inventory.list(&Actor::PROVIDER, organisation.id()).unwrap();
            let listed: Vec<Mac> = listed.map(|phone| phone.mac()).collect();
            of_organisations += listed.len();
            for &mac in &listed {
                let phone = inventory.phone(mac).unwrap();
                assert_eq!(phone.organisation(), organisation.id());
            }
            for number in NUMBERS {
                for phone in inventory.phones_of(organisation.id(), &subscriber(number)) {
                    assert_eq!(phone.subscriber(), Some(&subscriber(number)));
                }
            }
        }
        let phones = PHONES
            .map(mac)
            .into_iter()
            .filter_map(|mac| inventory.phone(mac));
        let phones: Vec<_> = phones.collect();
        assert_eq!(of_organisations, phones.len(), "each once");
        for phone in &phones {
            let mac = phone.mac();
            assert!(inventory.tombstone(mac).is_none());
            assert!(!phone.registration().is_removed());
            if let Some(subscriber) = phone.subscriber() {
                let key = ProfileKey::new(phone.organisation().clone(), subscriber.clone(), mac);
                assert!(
                    inventory.profile(&key).is_some(),
                    "whoever has a phone has a profile"
                );
                let found = inventory.phones_of(phone.organisation(), subscriber);
                assert_eq!(found.filter(|found| found.mac() == mac).count(), 1);
            }
            let is_assigned = phone.subscriber().is_some();
            match phone.state(self.world.now) {
                PhoneState::Assigned { .. } | PhoneState::Provisioned => assert!(is_assigned),
                state => {
                    assert!(!is_assigned);
                    let is_cleared = state == PhoneState::Listed;
                    assert!(
                        !(is_cleared && self.holding.contains(&mac)),
                        "a password is left"
                    );
                }
            }
            let model = Which::Model {
                organisation: phone.organisation().clone(),
                model: phone.model().to_owned(),
            };
            assert!(inventory.macs(&model).any(|found| found == mac));
        }
        let due: Vec<Mac> = inventory.due().map(|(mac, _)| mac).collect();
        for mac in PHONES.map(mac) {
            let phone = inventory.phone(mac).map(|phone| phone.registration());
            let registration = phone.or(inventory.tombstone(mac));
            let waits = registration.is_some_and(|registration| registration.due().is_some());
            assert_eq!(
                due.iter().filter(|due| **due == mac).count(),
                usize::from(waits)
            );
        }
        // The database knows all that the program knows.
        assert_eq!(self.database, self.records());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_the_rules_hold(steps in steps()) {
        let mut service = Service::default();
        let mut places = ["production", "staging"].map(Place::new);
        let mut profiles: BTreeMap<(usize, String), String> = BTreeMap::new();
        for (place, phone, step) in steps {
            if let Step::Clock(minutes) = step {
                // One time for all.
                for place in &mut places {
                    place.world.now += TimeDelta::minutes(minutes);
                }
            } else {
                places[place].step(phone, step, &mut service);
            }
            places[place].check();
            // Profiles are never lost.
            for (key, record) in &places[place].database {
                if let Key::Profile(key) = key {
                    profiles.insert((place, format!("{key:?}")), record.clone());
                }
            }
            for (at, key) in profiles.keys() {
                let has = |k: &Key| matches!(k, Key::Profile(k) if format!("{k:?}") == *key);
                prop_assert!(places[*at].database.keys().any(has), "{key} is lost");
            }
        }

        // In the end, when the service answers and nobody does anything more, all comes to rest: no phone
        // is left registered that is not, or no longer, to be.
        service.is_down = false;
        for _ in 0..40 {
            for place in &mut places {
                while !place.questions.is_empty() {
                    place.step(0, Step::Send { which: 0, lost: false }, &mut service);
                    while !place.answers.is_empty() {
                        place.step(0, Step::Hear(0), &mut service);
                    }
                }
                let due: Vec<_> = place.world.inventory.due().collect();
                for (mac, due) in due {
                    place.is_due(mac, due);
                }
                place.world.now += TimeDelta::hours(12);
                place.check();
            }
        }
        for place in &places {
            let inventory = &place.world.inventory;
            let name = place.world.door.environment().as_str();
            for mac in PHONES.map(mac) {
                prop_assert!(inventory.tombstone(mac).is_none(), "a tombstone for ever");
                let state = inventory.phone(mac).map(|phone| phone.registration().state());
                let is_ours = service.holder(mac).is_some_and(|held| held.contains(name));
                if state.is_none_or(|state| state == State::Disabled) {
                    prop_assert!(!is_ours, "{mac} is left registered by {name}");
                }
            }
        }
    }
}
