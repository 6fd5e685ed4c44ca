//! Answers that come late, twice, of several phones or not at all; and time.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use phone_provisioning::redirection::life::{Cause, Change, Due, Registration, State, Visit};
use phone_provisioning::redirection::{ActionError, Outcome, Refusal, Retry, RetryCause};

use super::phone::*;
use super::support;

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
        (ActionError::NoAccount, Cause::NoAccount),
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
