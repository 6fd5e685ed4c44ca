//! Where a phone is, and what to do about it.

use std::borrow::Cow;

use chrono::TimeDelta;
use phone_provisioning::redirection::life::{
    Cause, Diagnosis, Registration, Repair, State, Step, Visit,
};
use phone_provisioning::redirection::{Outcome, Refusal};
use phone_provisioning::target::ModelRow;

use super::phone::*;

fn model() -> ModelRow {
    let mut model = ModelRow::EMPTY;
    model.reset = "hold the OK key".into();
    model
}

fn texts(diagnosis: &Diagnosis) -> Vec<String> {
    diagnosis.repair.iter().map(Repair::to_string).collect()
}

#[test]
fn each_state_is_a_step_with_its_repair() {
    let reset = || Repair::Reset {
        how: Cow::Borrowed("hold the OK key"),
    };
    let recipe = || {
        vec![
            Repair::Activate,
            reset(),
            Repair::Boot,
            Repair::ExpectDisabled,
        ]
    };
    let (active, provision) = (phone(State::Active), phone(State::Provision));
    let ending = phone(State::Deprovision);
    let (mut settling, mut in_service) = (active.clone(), active.clone());
    let _ = settling.visited(Visit::Bound, after(5), &policy());
    let asked = question(in_service.visited(Visit::Bound, after(5), &policy()));
    let _ = in_service.heard(asked.number, &Outcome::NotFound, after(5), &policy());
    let mut not_come = active.clone();
    let asked = question(not_come.sweep(late(), &policy()));
    let _ = not_come.heard(asked.number, &Outcome::NotFound, late(), &policy());

    let early = start() + TimeDelta::hours(1);
    let soon = late() - TimeDelta::hours(23);
    for (phone, now, step, repair) in [
        (
            &Registration::new(mac()),
            early,
            Step::NotRegistered,
            vec![],
        ),
        (&provision, early, Step::Registering, recipe()),
        (&provision, late(), Step::Missed, recipe()),
        // It is active already: what is missing is the reset. A day before the end it is too late for that.
        (&active, early, Step::Awaited, recipe()[1..].to_vec()),
        (&active, soon, Step::Awaited, recipe()),
        (&active, late(), Step::Overdue, recipe()),
        // Nobody resets a phone that works.
        (
            &settling,
            early,
            Step::Settling,
            vec![Repair::Retry, Repair::ExpectDisabled],
        ),
        (&ending, late(), Step::Ending, recipe()),
        (&not_come, late(), Step::NotCome, recipe()),
        (&in_service, early, Step::InService, vec![]),
    ] {
        let diagnosis = phone.diagnose(now, Some(&model()));
        assert_eq!(diagnosis.step, step);
        assert_eq!(diagnosis.repair, repair, "{step}");
        assert_eq!(
            diagnosis.is_suboptimal,
            phone.state() != State::Disabled,
            "{step}"
        );
        assert_eq!(diagnosis.expires_at, phone.expires_at());
        let expected = match step {
            Step::NotRegistered => Step::NotRegistered,
            _ => Step::InService,
        };
        assert_eq!(diagnosis.expected, expected);
    }
}

#[test]
fn the_recipe_is_read_out() {
    let diagnosis = phone(State::Provision).diagnose(start(), Some(&model()));
    assert_eq!(
        texts(&diagnosis),
        [
            "activate the phone, before anything is done to the phone itself",
            "reset the phone to factory state: hold the OK key",
            "let the phone start undisturbed: it starts anew several times and may seem idle for 30 \
             seconds in between",
            "see that the phone has become `disabled`",
        ],
    );
    let unknown = phone(State::Provision).diagnose(start(), None);
    assert_eq!(
        texts(&unknown)[1],
        "reset the phone to factory state, as its manual says"
    );
}

#[test]
fn what_stands_in_the_way_comes_first() {
    for (answer, cause, remedy) in [
        (
            Outcome::OwnedByOther,
            Cause::OwnedByOther,
            "ask the former owner, or the maker, to release the phone at the service",
        ),
        (
            Outcome::Refused(Refusal::Serial),
            Cause::Refused(Refusal::Serial),
            "enter the serial number printed on the phone",
        ),
    ] {
        let mut phone = Registration::new(mac());
        let asked = question(phone.add(Some(to(1)), start(), &policy()));
        let _ = phone.heard(asked.number, &answer, start(), &policy());
        let diagnosis = phone.diagnose(start(), Some(&model()));
        assert_eq!(diagnosis.cause, Some(cause));
        assert_eq!(
            diagnosis.repair[..2],
            [Repair::Remedy(cause), Repair::Activate]
        );
        assert_eq!(texts(&diagnosis)[0], remedy);
    }
}

/// Every model of the vendors' tables has its own words for the reset, or none.
#[test]
fn the_reset_is_that_of_the_model() {
    for target in phone_provisioning::Targets::builtin().iter() {
        for row in target.models() {
            let diagnosis = phone(State::Provision).diagnose(start(), Some(row));
            let reset = Repair::Reset {
                how: row.reset.clone(),
            };
            assert_eq!(diagnosis.repair[1], reset, "{}", row.name);
            assert!(texts(&diagnosis)[1].contains(&*row.reset), "{}", row.name);
        }
    }
}
