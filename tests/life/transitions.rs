//! The table of transitions, row by row, and the rules that go with it.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use phone_provisioning::redirection::life::{
    Account, Cause, Change, Due, Registration, State, Transition, Visit,
};
use phone_provisioning::redirection::{
    ActionError, Broken, Destination, Done, Outcome, Refusal, Registered, Retry, RetryCause,
};

use super::phone::*;
use super::support;

/// All that can come of an action and is no success.
fn failures() -> Vec<(Outcome, Cause)> {
    vec![
        (
            Outcome::Refused(Refusal::Credentials),
            Cause::Refused(Refusal::Credentials),
        ),
        (Outcome::RateLimited { until: None }, Cause::RateLimited),
        (unreached(), Cause::Failed(RetryCause::NotSent)),
        (
            Outcome::Broken(Broken::new(200, "no XML")),
            Cause::Broken(200),
        ),
        (Outcome::Done(Done::Access), Cause::Unexpected),
        (Outcome::Each(Vec::new()), Cause::Unexpected),
        (
            Outcome::Done(Done::Found(Registered::new(support::mac(
                "00:00:5e:00:53:99",
            )))),
            Cause::Unexpected,
        ),
    ]
}

/// Takes a phone that is to be taken out through look-up and deregistration; what came of the latter.
#[track_caller]
fn taken_out(phone: &mut Registration, look_up: Transition, answer: &Outcome) -> Transition {
    let now = late();
    assert_eq!(asked(&look_up), Some("look-up"));
    assert_eq!(look_up.change, Change::Store);
    assert_eq!(
        phone.state(),
        State::Deprovision,
        "before anything is heard"
    );
    let deregister = phone.heard(question(look_up).number, &found(1), now, &policy());
    assert_eq!(asked(&deregister), Some("deregister"));
    assert_eq!(deregister.change, Change::Store);
    assert_eq!(
        phone.state(),
        State::Deprovision,
        "before anything is heard"
    );
    let end = phone.heard(question(deregister).number, answer, now, &policy());
    assert_eq!(end.ask, None);
    end
}

#[test]
fn a_certified_phone_that_is_added_is_registered() {
    let mut phone = Registration::new(mac());
    let added = phone.add(Some(to(1)), start(), &policy());
    assert_eq!(asked(&added), Some("register"));
    assert_eq!(added.change, Change::Store);
    assert_eq!(
        (phone.state(), phone.cause()),
        (State::Provision, Some(Cause::Unanswered))
    );
    let heard = phone.heard(question(added).number, &registered(), start(), &policy());
    assert_eq!(heard, phone_stored());
    assert_eq!((phone.state(), phone.cause()), (State::Active, None));
    assert_eq!(phone.activated_at(), Some(start()));
    assert_eq!(phone.expires_at(), Some(late()));

    let other = Outcome::OwnedByOther;
    for (answer, cause) in failures().into_iter().chain([(other, Cause::OwnedByOther)]) {
        let mut phone = Registration::new(mac());
        let added = question(phone.add(Some(to(1)), start(), &policy()));
        let _ = phone.heard(added.number, &answer, start(), &policy());
        assert_eq!(
            (phone.state(), phone.cause()),
            (State::Provision, Some(cause))
        );
        assert_eq!(phone.due(), Some(Due::Retry(after(1))));
    }
}

/// A transition that stores and asks nothing.
fn phone_stored() -> Transition {
    let transition = Registration::new(mac()).add(None, start(), &policy());
    assert_eq!((&transition.ask, transition.change), (&None, Change::Store));
    transition
}

#[test]
fn an_uncertified_phone_that_is_added_is_disabled() {
    let mut phone = Registration::new(mac());
    assert_eq!(phone.add(None, start(), &policy()), phone_stored());
    assert_eq!((phone.state(), phone.due()), (State::Disabled, None));
    assert_eq!(phone.expires_at(), None);
}

#[test]
fn activating_registers_from_any_state_and_takes_over() {
    for state in [
        State::Active,
        State::Disabled,
        State::Provision,
        State::Deprovision,
    ] {
        for failed in [false, true] {
            let mut phone = phone(state);
            let activated = phone.activate(to(2), late(), &policy());
            assert_eq!(asked(&activated), Some("register, take over"), "{state}");
            assert_eq!(activated.change, Change::Store);
            assert_eq!(phone.state(), State::Provision);
            let answer = if failed { unreached() } else { registered() };
            let _ = phone.heard(question(activated).number, &answer, late(), &policy());
            let expected = if failed {
                State::Provision
            } else {
                State::Active
            };
            assert_eq!(phone.state(), expected, "{state}");
            // The time begins anew.
            assert_eq!(
                phone.expires_at(),
                Some(late() + TimeDelta::hours(168)),
                "{state}"
            );
        }
    }
}

#[test]
fn a_phone_that_has_come_is_taken_out() {
    for state in [State::Active, State::Provision] {
        let mut phone = phone(state);
        let visited = phone.visited(Visit::Bound, late(), &policy());
        let end = taken_out(&mut phone, visited, &removed());
        assert_eq!(
            (end.change, phone.state()),
            (Change::Store, State::Disabled)
        );
        assert_eq!((phone.visited_at(), phone.due()), (Some(late()), None));
    }
    // The next time it is activated, it has yet to come again.
    let mut again = phone(State::Active);
    let _ = again.visited(Visit::Bound, after(1), &policy());
    let _ = again.activate(to(2), after(2), &policy());
    assert_eq!(again.visited_at(), None);

    for (answer, cause) in failures() {
        let mut phone = phone(State::Active);
        let visited = phone.visited(Visit::Bound, late(), &policy());
        let end = taken_out(&mut phone, visited, &answer);
        assert_eq!(
            (end.change, phone.state()),
            (Change::Store, State::Deprovision)
        );
        assert_eq!(phone.cause(), Some(cause));
    }
}

#[test]
fn only_a_sign_that_is_late_enough_is_a_visit() {
    for (needed, sign, counts) in [
        (Visit::Bound, Visit::AtService, false),
        (Visit::Bound, Visit::CameIn, false),
        (Visit::Bound, Visit::Bound, true),
        (Visit::CameIn, Visit::AtService, false),
        (Visit::CameIn, Visit::CameIn, true),
        (Visit::CameIn, Visit::Bound, true),
        (Visit::AtService, Visit::AtService, true),
    ] {
        let (mut policy, mut phone) = (policy(), phone(State::Active));
        policy.visit = needed;
        let visited = phone.visited(sign, after(5), &policy);
        assert_eq!(visited.ask.is_some(), counts, "{needed:?} {sign:?}");
        assert_eq!(phone.visited_at().is_some(), counts);
    }
}

#[test]
fn the_sweep_takes_out_what_has_ended_and_nothing_else() {
    for state in [State::Active, State::Provision] {
        let mut phone = phone(state);
        let early = phone.sweep(late() - TimeDelta::seconds(1), &policy());
        assert_eq!((early.ask, early.change), (None, Change::Nothing));
        assert!(!phone.is_expired(late() - TimeDelta::seconds(1)));
        assert!(phone.is_expired(late()));
        let swept = phone.sweep(late(), &policy());
        let end = taken_out(&mut phone, swept, &removed());
        assert_eq!(
            (end.change, phone.state()),
            (Change::Store, State::Disabled)
        );
        assert_eq!(phone.visited_at(), None);
    }
    for (answer, cause) in failures() {
        let mut phone = phone(State::Active);
        let swept = phone.sweep(late(), &policy());
        let _ = taken_out(&mut phone, swept, &answer);
        assert_eq!(
            (phone.state(), phone.cause()),
            (State::Deprovision, Some(cause))
        );
    }
}

#[test]
fn what_failed_is_tried_again() {
    for (answer, state) in [
        (registered(), State::Active),
        (unreached(), State::Provision),
    ] {
        let mut phone = phone(State::Provision);
        let retried = phone.retry(Some(to(2)), after(5), &policy());
        assert_eq!(
            asked(&retried),
            Some("register"),
            "it was not asked to take over"
        );
        let _ = phone.heard(question(retried).number, &answer, after(5), &policy());
        assert_eq!(
            (phone.state(), phone.activated_at()),
            (state, Some(after(5)))
        );
    }
    let mut waits = phone(State::Provision);
    let retried = waits.retry(None, after(5), &policy());
    assert_eq!((retried.ask, retried.change), (None, Change::Nothing));

    for (answer, state) in [
        (removed(), State::Disabled),
        (Outcome::NotFound, State::Disabled),
        (Outcome::OwnedByOther, State::Disabled),
        (unreached(), State::Deprovision),
    ] {
        let mut phone = phone(State::Deprovision);
        let retried = phone.retry(None, late(), &policy());
        let _ = taken_out(&mut phone, retried, &answer);
        assert_eq!(phone.state(), state);
    }
}

#[test]
fn nothing_happens_to_a_disabled_phone() {
    let mut phone = phone(State::Disabled);
    assert_eq!(
        phone.visited(Visit::Bound, start(), &policy()),
        phone_stored(),
        "it is noted"
    );
    for transition in [
        phone.visited(Visit::Bound, start(), &policy()),
        phone.sweep(late(), &policy()),
        phone.retry(Some(to(1)), late(), &policy()),
        phone.check(late(), &policy()),
    ] {
        assert_eq!((transition.ask, transition.change), (None, Change::Nothing));
        assert_eq!(phone.state(), State::Disabled);
    }
}

#[test]
fn a_removed_phone_is_taken_out_and_then_forgotten() {
    let mut disabled = phone(State::Disabled);
    let gone = disabled.remove(start(), &policy());
    assert_eq!((gone.ask, gone.change), (None, Change::Delete));

    for state in [State::Active, State::Provision, State::Deprovision] {
        for answer in [removed(), Outcome::NotFound, Outcome::OwnedByOther] {
            let mut phone = phone(state);
            let removed = phone.remove(late(), &policy());
            assert!(phone.is_removed());
            let end = taken_out(&mut phone, removed, &answer);
            assert_eq!(end.change, Change::Delete, "{state}");
        }
        let mut phone = phone(state);
        let removed = phone.remove(late(), &policy());
        let end = taken_out(&mut phone, removed, &unreached());
        assert_eq!(end.change, Change::Store, "{state}: a tombstone");
        assert_eq!(
            (phone.state(), phone.is_removed()),
            (State::Deprovision, true)
        );
    }
}

#[test]
fn a_tombstone_is_not_activated_but_can_be_added_again() {
    let mut tombstone = phone(State::Active);
    let removed = question(tombstone.remove(after(1), &policy()));
    let _ = tombstone.heard(removed.number, &unreached(), after(1), &policy());
    let activated = tombstone.activate(to(2), after(2), &policy());
    assert_eq!((activated.ask, activated.change), (None, Change::Nothing));

    // Uncertified: what was there goes on being taken out.
    let mut by_hand = tombstone.clone();
    assert_eq!(by_hand.add(None, after(3), &policy()), phone_stored());
    assert_eq!(
        (by_hand.state(), by_hand.is_removed()),
        (State::Deprovision, false)
    );
    let swept = by_hand.sweep(late(), &policy());
    let end = taken_out(&mut by_hand, swept, &Outcome::NotFound);
    assert_eq!(
        (end.change, by_hand.state()),
        (Change::Store, State::Disabled)
    );

    // Certified, and the service is not reached: the address of before may still stand, and goes.
    let added = question(tombstone.add(Some(to(2)), after(3), &policy()));
    let _ = tombstone.heard(added.number, &unreached(), after(3), &policy());
    let swept = tombstone.sweep(late(), &policy());
    let end = taken_out(&mut tombstone, swept, &Outcome::NotFound);
    assert_eq!(
        (end.change, tombstone.state()),
        (Change::Store, State::Disabled)
    );
}

// ---- whose registration it is ----

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
    let at = |text: &str| {
        Destination::Url(
            text.parse::<phone_provisioning::model::Url>()
                .unwrap()
                .into(),
        )
    };
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

// ---- answers that come late, twice or not at all ----

#[test]
fn only_the_answer_to_the_last_question_counts_and_counts_once() {
    let mut phone = Registration::new(mac());
    let first = question(phone.add(Some(to(1)), start(), &policy()));
    let second = question(phone.activate(to(2), after(1), &policy()));
    assert!(first.number < second.number);
    for (number, answer) in [
        (first.number, registered()),
        (first.number, Outcome::OwnedByOther),
        (second.number + 1, registered()),
    ] {
        let before = phone.clone();
        let heard = phone.heard(number, &answer, after(2), &policy());
        assert_eq!((heard.ask, heard.change), (None, Change::Nothing));
        assert_eq!(phone, before);
    }
    let _ = phone.heard(second.number, &registered(), after(2), &policy());
    assert_eq!(phone.state(), State::Active);
    let before = phone.clone();
    let heard = phone.heard(second.number, &Outcome::OwnedByOther, after(3), &policy());
    assert_eq!((heard.change, &phone), (Change::Nothing, &before));
    let error = ActionError::NeedsSerial {
        service: "acme",
        mac: mac(),
    };
    assert_eq!(
        phone
            .refused(second.number, &error, after(3), &policy())
            .change,
        Change::Nothing
    );
    assert_eq!(phone, before);
}

#[test]
fn an_outcome_of_several_phones_is_searched_for_this_one() {
    let mut phone = Registration::new(mac());
    let asked = question(phone.add(Some(to(1)), start(), &policy()));
    let other = support::mac("00:00:5e:00:53:99");
    let each = Outcome::Each(vec![(other, Outcome::OwnedByOther), (mac(), registered())]);
    let _ = phone.heard(asked.number, &each, start(), &policy());
    assert_eq!(phone.state(), State::Active);
}

#[test]
fn what_a_service_cannot_be_asked_is_a_failure_with_its_cause() {
    for (error, cause) in [
        (
            ActionError::NeedsSerial {
                service: "acme",
                mac: mac(),
            },
            Cause::Refused(Refusal::Serial),
        ),
        (
            ActionError::Unsupported {
                service: "acme",
                action: "register",
            },
            Cause::Unsupported,
        ),
    ] {
        let mut phone = Registration::new(mac());
        let asked = question(phone.add(Some(to(1)), start(), &policy()));
        assert_eq!(
            phone.refused(asked.number, &error, start(), &policy()),
            phone_stored()
        );
        assert_eq!(
            (phone.state(), phone.cause()),
            (State::Provision, Some(cause))
        );
        assert!(cause.remedy().is_some());
    }
}

#[test]
fn an_answer_that_never_comes_is_given_up() {
    let mut phone = Registration::new(mac());
    let _ = phone.add(Some(to(1)), start(), &policy());
    assert_eq!(phone.due(), Some(Due::Retry(after(2))));
    let retried = question(phone.retry(Some(to(2)), after(2), &policy()));
    let _ = phone.heard(retried.number, &registered(), after(2), &policy());
    assert_eq!(phone.due(), Some(Due::Sweep(late())));

    let _ = phone.sweep(late(), &policy());
    let patience = TimeDelta::minutes(2);
    assert_eq!(phone.due(), Some(Due::Sweep(late() + patience)));
    let early = phone.sweep(late() + TimeDelta::minutes(1), &policy());
    assert_eq!((early.ask, early.change), (None, Change::Nothing));
    let again = phone.sweep(late() + patience, &policy());
    assert_eq!(asked(&again), Some("look-up"));
    // The look-up is answered, the deregistration is not.
    let now = late() + patience;
    let _ = phone.heard(question(again).number, &found(2), now, &policy());
    assert_eq!(phone.due(), Some(Due::Sweep(now + patience)));
}

#[test]
fn pauses_grow_and_have_an_end() {
    let hours = |hours: i64| TimeDelta::hours(hours);
    let mut phone = phone(State::Deprovision);
    let mut pauses = Vec::new();
    let mut now = late();
    for _ in 0..40 {
        let due = phone.due().unwrap().at();
        pauses.push((due - now).num_minutes());
        now = due;
        let asked = question(phone.sweep(now, &policy()));
        let _ = phone.heard(asked.number, &unreached(), now, &policy());
    }
    assert_eq!(pauses[..10], [1, 2, 4, 8, 16, 32, 64, 128, 256, 360]);
    assert!(pauses[10..].iter().all(|pause| *pause == 360));

    // Another activation begins anew.
    let asked = question(phone.activate(to(2), now, &policy()));
    let _ = phone.heard(asked.number, &unreached(), now, &policy());
    assert_eq!(phone.due(), Some(Due::Retry(now + TimeDelta::minutes(1))));

    // A service that wants more time gets it, within reason.
    let limited = |until| Outcome::RateLimited { until };
    let busy = |after| {
        let mut retry = Retry::new(RetryCause::Busy);
        retry.after = Some(after);
        Outcome::Retry(retry)
    };
    for (answer, wait) in [
        (limited(Some(now + hours(2))), hours(2)),
        (limited(Some(now - hours(2))), TimeDelta::minutes(1)),
        (limited(Some(DateTime::<Utc>::MAX_UTC)), hours(6)),
        (limited(None), TimeDelta::minutes(1)),
        (busy(Duration::from_secs(3600)), hours(1)),
        (busy(Duration::MAX), hours(6)),
    ] {
        let asked = question(phone.activate(to(2), now, &policy()));
        let _ = phone.heard(asked.number, &answer, now, &policy());
        assert_eq!(phone.due(), Some(Due::Retry(now + wait)), "{answer:?}");
    }
}

/// A phone that cannot be registered for a week is not tried for ever.
#[test]
fn tries_end_with_the_week() {
    let mut phone = phone(State::Provision);
    let mut tries = 0;
    let end = loop {
        match phone.due().unwrap() {
            Due::Retry(at) if tries < 100 => {
                let asked = question(phone.retry(Some(to(1)), at, &policy()));
                let _ = phone.heard(asked.number, &unreached(), at, &policy());
                tries += 1;
            }
            due => break due.at(),
        }
    };
    assert_eq!((end, tries), (late(), 33));
    let swept = question(phone.sweep(end, &policy()));
    let _ = phone.heard(swept.number, &Outcome::NotFound, end, &policy());
    assert_eq!((phone.state(), phone.due()), (State::Disabled, None));
}

// ---- time ----

#[test]
fn the_time_that_remains_is_told() {
    let phone = phone(State::Active);
    let day_before = late() - TimeDelta::hours(24);
    assert_eq!(phone.remaining(day_before), Some(TimeDelta::hours(24)));
    assert!(!phone.ends_soon(day_before));
    assert!(phone.ends_soon(day_before + TimeDelta::seconds(1)));
    assert_eq!(phone.remaining(late()), None);
    assert!(!phone.ends_soon(late()));
    assert_eq!(
        super::phone::phone(State::Deprovision).remaining(start()),
        None
    );
}

#[test]
fn no_time_is_too_early_or_too_late() {
    for now in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC] {
        for state in [
            State::Active,
            State::Disabled,
            State::Provision,
            State::Deprovision,
        ] {
            let mut policies = [policy(), policy()];
            policies[1].first_pause = TimeDelta::MAX;
            policies[1].longest_pause = TimeDelta::MAX;
            policies[1].patience = TimeDelta::MIN;
            for policy in &policies {
                let mut phone = phone(state);
                for transition in [
                    phone.add(Some(to(1)), now, policy),
                    phone.activate(to(1), now, policy),
                    phone.check(now, policy),
                    phone.sweep(now, policy),
                    phone.visited(Visit::Bound, now, policy),
                    phone.retry(Some(to(1)), now, policy),
                    phone.remove(now, policy),
                ] {
                    if let Some(question) = transition.ask {
                        let _ = phone.heard(question.number, &found(1), now, policy);
                    }
                    let _ = (phone.due(), phone.remaining(now), phone.is_expired(now));
                    let _ = phone.diagnose(now, None);
                }
            }
        }
    }
}
