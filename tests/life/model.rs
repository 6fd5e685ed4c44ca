//! Random lives of one phone in two environments that share a service.
//!
//! The service holds one registration for the phone and does what it is asked in the order in which it is
//! asked. What comes back may be lost, late or double; a program may stop between storing and asking. Each
//! environment knows no more than what it has stored.

use chrono::{DateTime, TimeDelta, Utc};
use phone_provisioning::redirection::life::{
    Ask, Change, Due, Policy, Question, Registration, State, Transition, Visit,
};
use phone_provisioning::redirection::{
    Destination, Done, Outcome, Refusal, Registered, Retry, RetryCause,
};
use proptest::prelude::*;

use super::phone::*;

/// What distinguishes services and accounts.
#[derive(Clone, Copy, Debug)]
struct Kind {
    /// Whether the environments have accounts of their own.
    apart: bool,
    /// Whether a phone can be taken over from another account.
    takes_over: bool,
    /// Whether a look-up says where the phone is sent.
    tells: bool,
}

const KINDS: [Kind; 4] = [
    Kind {
        apart: false,
        takes_over: false,
        tells: true,
    },
    Kind {
        apart: true,
        takes_over: true,
        tells: true,
    },
    Kind {
        apart: true,
        takes_over: false,
        tells: true,
    },
    Kind {
        apart: true,
        takes_over: true,
        tells: false,
    },
];

/// What is registered, and by which environment.
struct Entry {
    environment: usize,
    to: Destination,
}

struct Service {
    kind: Kind,
    entry: Option<Entry>,
}

impl Service {
    fn does(&mut self, environment: usize, question: &Question) -> Outcome {
        let owner = self.entry.as_ref().map(|entry| entry.environment);
        let is_other = self.kind.apart && owner.is_some_and(|owner| owner != environment);
        match &question.ask {
            Ask::Register { to, take_over } => {
                if is_other && !(*take_over && self.kind.takes_over) {
                    return Outcome::OwnedByOther;
                }
                let entry = Entry {
                    environment,
                    to: to.clone(),
                };
                let is_same = self
                    .entry
                    .replace(entry)
                    .is_some_and(|entry| entry.to == *to);
                let registered = Registered::new(mac());
                match is_same {
                    true => Outcome::AlreadyOurs(registered),
                    false => Outcome::Done(Done::Registered(registered)),
                }
            }
            _ if is_other => Outcome::OwnedByOther,
            Ask::LookUp => match &self.entry {
                None => Outcome::NotFound,
                Some(entry) => {
                    let mut found = Registered::new(mac());
                    if self.kind.tells {
                        let Destination::Url(url) = &entry.to else {
                            unreachable!("only addresses are registered")
                        };
                        found.url = Some(url.clone());
                    }
                    Outcome::Done(Done::Found(found))
                }
            },
            Ask::Deregister => {
                assert!(
                    owner.is_none_or(|owner| owner == environment),
                    "{environment} takes out what {owner:?} has registered",
                );
                match self.entry.take() {
                    None => Outcome::NotFound,
                    Some(_) => Outcome::Done(Done::Removed),
                }
            }
            other => unreachable!("{other}"),
        }
    }
}

struct Environment {
    policy: Policy,
    /// What is in its database: the phone or its tombstone.
    stored: Option<String>,
}

struct World {
    now: DateTime<Utc>,
    service: Service,
    environments: [Environment; 2],
    urls: u32,
    /// Answers on their way.
    late: Vec<(usize, u64, Outcome)>,
    quiet: bool,
}

/// What becomes of a question.
#[derive(Clone, Copy, Debug)]
enum Fate {
    Answered,
    /// Answered twice, the second time later.
    Twice,
    /// Done, and the answer comes later.
    Late,
    /// Done, and no answer comes.
    Lost,
    /// Done, and what came back is no answer.
    Garbled,
    /// The program stopped before it was sent.
    NotSent,
    /// Not done.
    Failed,
}

const FATES: [Fate; 9] = [
    Fate::Answered,
    Fate::Answered,
    Fate::Twice,
    Fate::Late,
    Fate::Late,
    Fate::Lost,
    Fate::Garbled,
    Fate::NotSent,
    Fate::Failed,
];

impl World {
    fn new(kind: Kind) -> Self {
        let environment = |name| Environment {
            policy: policy_of(name),
            stored: None,
        };
        Self {
            now: start(),
            service: Service { kind, entry: None },
            environments: ["production", "staging"].map(environment),
            urls: 0,
            late: Vec::new(),
            quiet: false,
        }
    }

    fn load(&self, environment: usize) -> Option<Registration> {
        let stored = self.environments[environment].stored.as_ref()?;
        Some(serde_json::from_str(stored).unwrap())
    }

    fn new_url(&mut self) -> Destination {
        self.urls += 1;
        to(self.urls)
    }

    /// Loads the record, lets something happen to it, and stores it if it says so.
    fn with(
        &mut self,
        environment: usize,
        record: Registration,
        event: impl FnOnce(&mut Registration, DateTime<Utc>, &Policy) -> Transition,
    ) -> Option<Question> {
        let mut changed = record.clone();
        let own = &mut self.environments[environment];
        let transition = event(&mut changed, self.now, &own.policy);
        match transition.change {
            Change::Nothing => {
                assert_eq!((&changed, &transition.ask), (&record, &None));
            }
            Change::Delete => own.stored = None,
            _ => own.stored = Some(serde_json::to_string(&changed).unwrap()),
        }
        // What is asked of the service can never be worse than what is stored.
        match transition.ask.as_ref().map(|question| &question.ask) {
            Some(Ask::Register { .. }) => assert_eq!(changed.state(), State::Provision),
            Some(Ask::Deregister) => assert_eq!(changed.state(), State::Deprovision),
            _ => {}
        }
        self.holds(environment);
        transition.ask
    }

    /// Nothing is registered by an environment in which the phone is `disabled`, or unknown.
    fn holds(&self, environment: usize) {
        let record = self.load(environment);
        let is_out = record.is_none_or(|record| record.state() == State::Disabled);
        let owner = self.service.entry.as_ref().map(|entry| entry.environment);
        assert!(
            !is_out || owner != Some(environment),
            "left registered by {environment}"
        );
    }

    fn ask(
        &mut self,
        environment: usize,
        question: Option<Question>,
        fates: &mut dyn Iterator<Item = Fate>,
    ) {
        let mut question = question;
        // A look-up and what follows from it happen at one time: that is the guard's promise.
        while let Some(asked) = question.take() {
            let fate = if self.quiet {
                Fate::Answered
            } else {
                fates.next().unwrap_or(Fate::Answered)
            };
            match fate {
                Fate::NotSent => return,
                Fate::Failed => {
                    let outcome = match asked.number % 3 {
                        0 => Outcome::Retry(Retry::new(RetryCause::NotSent)),
                        1 => Outcome::Refused(Refusal::Credentials),
                        _ => Outcome::RateLimited {
                            until: Some(self.now + TimeDelta::hours(3)),
                        },
                    };
                    question = self.hear(environment, asked.number, &outcome);
                    continue;
                }
                _ => {}
            }
            let outcome = self.service.does(environment, &asked);
            let later = (environment, asked.number, outcome.clone());
            match fate {
                Fate::Lost => return,
                Fate::Late => {
                    self.late.push(later);
                    return;
                }
                Fate::Garbled => {
                    let garbled = Outcome::Retry(Retry::new(RetryCause::NoAnswer));
                    question = self.hear(environment, asked.number, &garbled);
                }
                Fate::Twice => {
                    self.late.push(later);
                    question = self.hear(environment, asked.number, &outcome);
                }
                _ => question = self.hear(environment, asked.number, &outcome),
            }
        }
    }

    fn hear(&mut self, environment: usize, number: u64, outcome: &Outcome) -> Option<Question> {
        let record = self.load(environment)?;
        self.with(environment, record, |record, now, policy| {
            record.heard(number, outcome, now, policy)
        })
    }

    /// Something happens in an environment.
    fn event(&mut self, environment: usize, event: u8, fates: &mut dyn Iterator<Item = Fate>) {
        if event <= 2 && !self.late.is_empty() {
            let (environment, number, outcome) = self.late.remove(0);
            let question = self.hear(environment, number, &outcome);
            return self.ask(environment, question, fates);
        }
        let url = self.new_url();
        let stored = self.load(environment);
        let question = match stored {
            Some(record) if !record.is_removed() => {
                self.with(environment, record, |record, now, policy| match event {
                    0..=2 => record.activate(url, now, policy),
                    3 => record.visited(Visit::Bound, now, policy),
                    4 => record.sweep(now, policy),
                    5 => record.retry(Some(url), now, policy),
                    6 => record.check(now, policy),
                    7 => record.remove(now, policy),
                    9 => record.deactivate(now, policy),
                    _ => record.retry(None, now, policy),
                })
            }
            // Not in the list: added with or without a tombstone, or the tombstone is tried again.
            found => {
                let is_tombstone = found.is_some();
                let record = found.unwrap_or_else(|| Registration::new(mac()));
                self.with(environment, record, |record, now, policy| match event {
                    4 | 5 if is_tombstone => record.sweep(now, policy),
                    6 if is_tombstone => record.activate(url, now, policy),
                    7 => record.add(None, now, policy),
                    _ => record.add(Some(url), now, policy),
                })
            }
        };
        self.ask(environment, question, fates);
    }

    /// From now on every question is answered at once, and timers do what is due.
    fn settle(&mut self) {
        self.quiet = true;
        for environment in 0..2 {
            let mut rounds = 0;
            while let Some(record) = self.load(environment) {
                let Some(due) = record.due() else {
                    break;
                };
                if record.state() == State::Active {
                    break;
                }
                rounds += 1;
                assert!(rounds < 60, "stuck: {record:?}");
                self.timer(environment, record, due);
            }
            let settled = self.load(environment).is_none_or(|record| {
                !record.is_removed() && matches!(record.state(), State::Active | State::Disabled)
            });
            assert!(settled);
        }
        // After the week nothing is registered, and nothing is due.
        for environment in 0..2 {
            for _ in 0..3 {
                let Some(record) = self.load(environment) else {
                    break;
                };
                if let Some(due) = record.due() {
                    self.timer(environment, record, due);
                }
            }
            let record = self.load(environment);
            assert!(record.is_none_or(|record| record.due().is_none()));
        }
        assert!(self.service.entry.is_none());
    }

    fn timer(&mut self, environment: usize, record: Registration, due: Due) {
        self.now = self.now.max(due.at());
        let url = self.new_url();
        let question = self.with(environment, record, |record, now, policy| match due {
            Due::Retry(_) => record.retry(Some(url), now, policy),
            _ => record.sweep(now, policy),
        });
        self.ask(environment, question, &mut std::iter::empty());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 700, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_lives_keep_what_is_promised(
        kind in prop::sample::select(&KINDS[..]),
        events in prop::collection::vec(
            (0..2_usize, 0..10_u8, 2..4000_i64, prop::collection::vec(prop::sample::select(&FATES[..]), 0..4)),
            1..60,
        ),
    ) {
        let mut world = World::new(kind);
        for (environment, event, minutes, fates) in events {
            // What was looked up before is too old by then.
            world.now += TimeDelta::minutes(minutes);
            world.event(environment, event, &mut fates.into_iter());
        }
        world.settle();
    }
}
