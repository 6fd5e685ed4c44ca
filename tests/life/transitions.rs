//! The table of transitions, row by row.

use chrono::TimeDelta;
use phone_provisioning::redirection::life::{
    Cause, Change, Due, Registration, State, Transition, Visit,
};
use phone_provisioning::redirection::{Broken, Done, Outcome, Refusal, Registered, RetryCause};

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
        (
            Outcome::Done(Done::Registered(Registered::new(support::mac(
                "00:00:5e:00:53:99",
            )))),
            Cause::Unexpected,
        ),
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
fn what_is_not_wanted_any_more_is_taken_out_at_once() {
    for state in [State::Active, State::Provision, State::Deprovision] {
        let mut phone = phone(state);
        let deactivated = phone.deactivate(late(), &policy());
        assert_eq!(phone.state(), State::Deprovision);
        let end = taken_out(&mut phone, deactivated, &removed());
        assert_eq!(
            (end.change, phone.state()),
            (Change::Store, State::Disabled)
        );
        assert_eq!((phone.visited_at(), phone.due()), (None, None), "{state}");
    }
    let mut disabled = phone(State::Disabled);
    let nothing = disabled.deactivate(after(1), &policy());
    assert_eq!((nothing.ask, nothing.change), (None, Change::Nothing));
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
