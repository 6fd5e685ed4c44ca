//! A phone, the addresses that it is sent to, and answers of a service.

use chrono::{DateTime, TimeDelta, Utc};
use phone_provisioning::delivery::PhoneUrl;
use phone_provisioning::delivery::admission::Environment;
use phone_provisioning::model::{Mac, Url};
use phone_provisioning::redirection::life::{
    Ask, Change, Policy, Question, Registration, State, Transition,
};
use phone_provisioning::redirection::{
    Action, Destination, Done, Outcome, Registered, Retry, RetryCause,
};

use super::support;

pub(crate) fn mac() -> Mac {
    support::mac("00:00:5e:00:53:2d")
}

pub(crate) fn policy() -> Policy {
    policy_of("production")
}

pub(crate) fn policy_of(environment: &str) -> Policy {
    Policy::new(Environment::new(environment).unwrap())
}

pub(crate) fn url(number: u32) -> PhoneUrl {
    let url = format!("https://pbx.example.net/p/token-{number}/");
    PhoneUrl::from(url.parse::<Url>().unwrap())
}

pub(crate) fn to(number: u32) -> Destination {
    url(number).into()
}

/// A Wednesday, noon; the week ends on Tuesday at 23:00.
pub(crate) fn start() -> DateTime<Utc> {
    super::time("2026-01-14T12:00:00Z")
}

pub(crate) fn after(minutes: i64) -> DateTime<Utc> {
    start() + TimeDelta::minutes(minutes)
}

/// Past the end of the week.
pub(crate) fn late() -> DateTime<Utc> {
    super::time("2026-01-20T23:00:00Z")
}

// ---- answers ----

pub(crate) fn registered() -> Outcome {
    Outcome::Done(Done::Registered(Registered::new(mac())))
}

pub(crate) fn removed() -> Outcome {
    Outcome::Done(Done::Removed)
}

/// Registered by this account, to this address.
pub(crate) fn found(number: u32) -> Outcome {
    let mut found = Registered::new(mac());
    found.url = Some(url(number));
    Outcome::Done(Done::Found(found))
}

/// Registered by this account, the service does not say to what.
pub(crate) fn found_somewhere() -> Outcome {
    Outcome::Done(Done::Found(Registered::new(mac())))
}

pub(crate) fn unreached() -> Outcome {
    Outcome::Retry(Retry::new(RetryCause::NotSent))
}

// ---- phones in each state ----

/// What is asked, and nothing else happened.
#[track_caller]
pub(crate) fn question(transition: Transition) -> Question {
    transition.ask.expect("a question")
}

/// What the question is in the words of the services.
pub(crate) fn asked(transition: &Transition) -> Option<&'static str> {
    let question = transition.ask.as_ref()?;
    let action = question.action();
    match (&action, &question.ask) {
        (Action::Register(enrolment), Ask::Register { to, take_over }) => {
            assert_eq!((enrolment.mac, &enrolment.to), (mac(), to));
            assert_eq!(enrolment.take_over, *take_over);
            Some(if *take_over {
                "register, take over"
            } else {
                "register"
            })
        }
        (Action::LookUp(of), Ask::LookUp) | (Action::Deregister(of), Ask::Deregister) => {
            assert_eq!(*of, mac());
            Some(action.name())
        }
        _ => panic!("{action:?} is not {}", question.ask),
    }
}

/// A phone in this state, registered (or to be registered) to address 1 at the start.
pub(crate) fn phone(state: State) -> Registration {
    let policy = policy();
    let mut phone = Registration::new(mac());
    let answer = match state {
        State::Disabled => return phone,
        State::Provision => unreached(),
        _ => registered(),
    };
    let asked = question(phone.add(Some(to(1)), start(), &policy));
    let _ = phone.heard(asked.number, &answer, start(), &policy);
    if state == State::Deprovision {
        let asked = question(phone.sweep(late(), &policy));
        let _ = phone.heard(asked.number, &unreached(), late(), &policy);
    }
    assert_eq!(phone.state(), state);
    phone
}

/// A transition that stores and asks nothing.
pub(crate) fn phone_stored() -> Transition {
    let transition = Registration::new(mac()).add(None, start(), &policy());
    assert_eq!((&transition.ask, transition.change), (&None, Change::Store));
    transition
}
