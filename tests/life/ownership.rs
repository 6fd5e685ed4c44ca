//! Whose the registration is that stands at the service: ours, another environment's, another customer's.

use chrono::TimeDelta;
use phone_provisioning::model::Url;
use phone_provisioning::redirection::life::{
    Account, Cause, Change, Due, Registration, State, Visit,
};
use phone_provisioning::redirection::{Destination, Done, Outcome, Registered};

use super::phone::*;
use super::support;

/// What another environment, or another customer, has registered meanwhile is left alone.
#[test]
fn a_sweep_never_takes_out_what_is_not_ours() {
    for answer in [found(9), Outcome::OwnedByOther, Outcome::NotFound] {
        for state in [State::Active, State::Provision, State::Deprovision] {
            let mut phone = phone(state);
            let now = late() + TimeDelta::minutes(1);
            let swept = question(phone.sweep(now, &policy()));
            let heard = phone.heard(swept.number, &answer, now, &policy());
            assert_eq!((heard.ask, heard.change), (None, Change::Store));
            assert_eq!(phone.state(), State::Disabled);
        }
    }
}

#[test]
fn every_address_that_may_stand_is_known_again() {
    let mut phone = Registration::new(mac());
    for number in 1..=16 {
        let asked = question(phone.activate(to(number), after(0), &policy()));
        let _ = phone.heard(asked.number, &unreached(), after(0), &policy());
    }
    for standing in 1..=16 {
        let mut phone = phone.clone();
        let swept = question(phone.sweep(late(), &policy()));
        let next = phone.heard(swept.number, &found(standing), late(), &policy());
        assert_eq!(asked(&next), Some("deregister"), "{standing}");
    }
    // Another environment's address is never one of ours, even where it is the same.
    let mut swept_elsewhere = phone.clone();
    let staging = policy_of("staging");
    let swept = question(swept_elsewhere.sweep(late(), &staging));
    let heard = swept_elsewhere.heard(swept.number, &found(1), late(), &staging);
    assert_eq!(
        (heard.ask, swept_elsewhere.state()),
        (None, State::Disabled)
    );

    // One more than can be kept: first the service says which stands.
    let full = phone.activate(to(17), after(1), &policy());
    assert_eq!(
        (asked(&full), phone.state()),
        (Some("look-up"), State::Provision)
    );
    let full = question(full);
    for (answer, ours) in [(found(3), Some(3)), (Outcome::NotFound, None)] {
        let mut phone = phone.clone();
        let heard = phone.heard(full.number, &answer, after(2), &policy());
        assert_eq!((heard.ask, phone.due()), (None, Some(Due::Retry(after(2)))));
        let registered = phone.retry(Some(to(18)), after(2), &policy());
        assert_eq!(asked(&registered), Some("register, take over"));
        for standing in 1..=17 {
            let mut phone = phone.clone();
            let swept = question(phone.sweep(late(), &policy()));
            let next = phone.heard(swept.number, &found(standing), late(), &policy());
            assert_eq!(next.ask.is_some(), Some(standing) == ours, "{standing}");
        }
    }
}

/// A registration takes the place of the one before: nothing of that can stand.
#[test]
fn a_phone_can_be_activated_as_often_as_one_likes() {
    let mut phone = Registration::new(mac());
    for number in 1..=40 {
        let activated = phone.activate(to(number), after(0), &policy());
        assert_eq!(asked(&activated), Some("register, take over"), "{number}");
        let _ = phone.heard(
            question(activated).number,
            &registered(),
            after(0),
            &policy(),
        );
    }
}

/// Services write addresses in their own way.
#[test]
fn an_address_is_known_again_however_a_service_writes_it() {
    let at = |text: &str| Destination::Url(text.parse::<Url>().unwrap().into());
    for (ours, theirs, same) in [
        (
            "https://PBX.example.net",
            "https://pbx.example.net:443/",
            true,
        ),
        (
            "http://pbx.example.net?mac=1",
            "http://pbx.example.net:80/?mac=1",
            true,
        ),
        (
            "https://pbx.example.net/p/A/",
            "https://pbx.example.net/p/a/",
            false,
        ),
        (
            "https://pbx.example.net/p/A/",
            "https://pbx.example.net/p/A",
            false,
        ),
        (
            "https://pbx.example.net/",
            "http://pbx.example.net:443/",
            false,
        ),
        (
            "https://pbx.example.net:8443/",
            "https://pbx.example.net/",
            false,
        ),
    ] {
        let mut phone = Registration::new(mac());
        let asked = question(phone.add(Some(at(ours)), start(), &policy()));
        let _ = phone.heard(asked.number, &registered(), start(), &policy());
        let swept = question(phone.sweep(late(), &policy()));
        let Destination::Url(theirs_url) = at(theirs) else {
            unreachable!()
        };
        let mut found = Registered::new(mac());
        found.url = Some(theirs_url);
        let found = Outcome::Done(Done::Found(found));
        let next = phone.heard(swept.number, &found, late(), &policy());
        assert_eq!(next.ask.is_some(), same, "{ours} {theirs}");
    }
}

#[test]
fn a_phone_that_is_sent_to_a_server_is_known_by_its_name() {
    let server = |name: &str| Destination::Server(name.parse().unwrap());
    for (name, has_url, ours) in [
        ("office", false, true),
        ("other", false, false),
        // Services tell the address of the server, too.
        ("office", true, true),
        ("other", true, false),
    ] {
        let mut phone = Registration::new(mac());
        let asked = question(phone.add(Some(server("office")), start(), &policy()));
        let _ = phone.heard(asked.number, &registered(), start(), &policy());
        let swept = question(phone.sweep(late(), &policy()));
        let mut found = Registered::new(mac());
        found.server = Some(name.parse().unwrap());
        found.url = has_url.then(|| url(1));
        let found = Outcome::Done(Done::Found(found));
        let next = phone.heard(swept.number, &found, late(), &policy());
        assert_eq!(next.ask.is_some(), ours, "{name} {has_url}");
    }
}

#[test]
fn where_no_address_is_told_the_account_decides() {
    let (mut own, mut shared) = (phone(State::Active), phone(State::Active));
    let swept = question(own.sweep(late(), &policy()));
    let next = own.heard(swept.number, &found_somewhere(), late(), &policy());
    assert_eq!(asked(&next), Some("deregister"));

    // It does tell, and what it tells is none of ours.
    let mut elsewhere = phone(State::Active);
    let swept = question(elsewhere.sweep(late(), &policy()));
    let mut found = Registered::new(mac());
    found.is_elsewhere = true;
    let found = Outcome::Done(Done::Found(found));
    let next = elsewhere.heard(swept.number, &found, late(), &policy());
    assert_eq!((next.ask, elsewhere.state()), (None, State::Disabled));

    let mut policy = policy();
    policy.account = Account::Shared;
    let swept = question(shared.sweep(late(), &policy));
    let next = shared.heard(swept.number, &found_somewhere(), late(), &policy);
    assert_eq!(next.ask, None);
    assert_eq!(
        (shared.state(), shared.cause()),
        (State::Deprovision, Some(Cause::Untold))
    );
    // Once the other environment has taken it out, all is well.
    let swept = question(shared.retry(None, late(), &policy));
    let _ = shared.heard(swept.number, &Outcome::NotFound, late(), &policy);
    assert_eq!(shared.state(), State::Disabled);
}

#[test]
fn what_is_said_of_another_phone_says_nothing_of_this_one() {
    let mut phone = phone(State::Active);
    let swept = question(phone.sweep(late(), &policy()));
    let mut found = Registered::new(support::mac("00:00:5e:00:53:99"));
    found.url = Some(url(1));
    let found = Outcome::Done(Done::Found(found));
    let heard = phone.heard(swept.number, &found, late(), &policy());
    assert_eq!((heard.ask, phone.state()), (None, State::Deprovision));
    assert_eq!(phone.cause(), Some(Cause::Unexpected));
}

/// Between looking up and deregistering, somebody else may register.
#[test]
fn what_was_looked_up_too_long_ago_is_looked_up_again() {
    for (minutes, next) in [(0, "deregister"), (1, "deregister"), (2, "look-up")] {
        let mut phone = phone(State::Active);
        let swept = question(phone.sweep(late(), &policy()));
        let now = late() + TimeDelta::minutes(minutes);
        let heard = phone.heard(swept.number, &found(1), now, &policy());
        assert_eq!(asked(&heard), Some(next), "{minutes}");
    }
}

#[test]
fn a_check_finds_out_what_became_of_an_active_phone() {
    let visited = |last_visit| {
        let mut found = Registered::new(mac());
        (found.url, found.last_visit) = (Some(url(1)), Some(last_visit));
        Outcome::Done(Done::Found(found))
    };
    let at_service = |is_enough| {
        let mut policy = policy();
        policy.visit = if is_enough {
            Visit::AtService
        } else {
            Visit::CameIn
        };
        policy
    };
    for (answer, is_enough, state, next) in [
        (found(1), true, State::Active, None),
        // Switched over to another environment.
        (found(9), true, State::Disabled, None),
        (Outcome::OwnedByOther, true, State::Disabled, None),
        (Outcome::NotFound, true, State::Disabled, None),
        (unreached(), true, State::Active, None),
        // It came to the service, before it was activated or since.
        (visited(start()), true, State::Active, None),
        (visited(after(5)), false, State::Active, None),
        (
            visited(after(5)),
            true,
            State::Deprovision,
            Some("deregister"),
        ),
    ] {
        let (mut phone, policy) = (phone(State::Active), at_service(is_enough));
        let checked = phone.check(after(10), &policy);
        assert_eq!(
            (asked(&checked), phone.state()),
            (Some("look-up"), State::Active)
        );
        let heard = phone.heard(question(checked).number, &answer, after(10), &policy);
        assert_eq!((asked(&heard), phone.state()), (next, state), "{answer:?}");
        assert_eq!(heard.change, Change::Store);
        if state == State::Active {
            assert_eq!(phone.due(), Some(Due::Sweep(late())));
        }
    }
    for state in [State::Provision, State::Deprovision] {
        assert_eq!(
            phone(state).check(after(10), &policy()).change,
            Change::Nothing
        );
    }
}
