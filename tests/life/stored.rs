//! Records as they are stored, of this version and of others.

use phone_provisioning::redirection::life::{Change, Registration, State, Visit};
use phone_provisioning::redirection::{Outcome, Refusal};

use super::phone::*;

/// Written by the first version; never to be changed.
const VERSION_1: &str = include_str!("registration-1.json");

/// The phone of that file: activated, visited, and the deregistration on its way.
fn on_its_way() -> Registration {
    let mut phone = phone(State::Active);
    let visited = question(phone.visited(Visit::Bound, after(30), &policy()));
    let next = phone.heard(visited.number, &found(1), after(30), &policy());
    assert_eq!(asked(&next), Some("deregister"));
    phone
}

#[test]
fn records_of_version_1_are_read() {
    let read: Registration = serde_json::from_str(VERSION_1).unwrap();
    assert_eq!(read, on_its_way());
    let written = serde_json::to_string_pretty(&read).unwrap();
    assert_eq!(written.trim(), VERSION_1.trim());
}

#[test]
fn what_is_not_there_is_as_if_it_had_never_been() {
    let least = r#"{"version":"1","mac":"00-00-5E-00-53-2D","state":"disabled"}"#;
    let read: Registration = serde_json::from_str(least).unwrap();
    assert_eq!(read, Registration::new(mac()));
    // An active phone of which nobody knows until when has ended.
    let active = least.replace("disabled", "active");
    let mut read: Registration = serde_json::from_str(&active).unwrap();
    assert!(read.is_expired(start()));
    assert!(read.due().is_some_and(|due| due.at() < start()));
    assert_eq!(read.sweep(start(), &policy()).change, Change::Store);
    assert_eq!(read.state(), State::Deprovision);
}

#[test]
fn records_of_newer_versions_and_broken_ones_are_refused() {
    let error = |text: &str| {
        serde_json::from_str::<Registration>(text)
            .unwrap_err()
            .to_string()
    };
    let newer = r#"{"mac":17,"version":"2","phones":[{}]}"#;
    assert!(
        error(newer).starts_with("the record of the registration was written by a newer version")
    );
    for broken in [
        "{}",
        r#"{"version":"1"}"#,
        r#"{"version":"1","mac":"00005e00532d","state":"actve"}"#,
        r#"{"version":"1","mac":"00005e0053","state":"active"}"#,
    ] {
        error(broken);
    }
}

#[test]
fn every_cause_is_read_back() {
    let refusals = [Refusal::Serial, Refusal::Code(-7), Refusal::Unknown];
    let refused = refusals.map(Outcome::Refused);
    for answer in refused
        .into_iter()
        .chain([unreached(), Outcome::OwnedByOther])
    {
        let mut phone = Registration::new(mac());
        let asked = question(phone.add(Some(to(1)), start(), &policy()));
        let _ = phone.heard(asked.number, &answer, start(), &policy());
        let stored = serde_json::to_string(&phone).unwrap();
        assert_eq!(
            serde_json::from_str::<Registration>(&stored).unwrap(),
            phone
        );
    }
}

#[test]
fn nothing_is_kept_of_an_address_that_is_gone() {
    let mut phone = phone(State::Active);
    let swept = question(phone.sweep(late(), &policy()));
    let _ = phone.heard(swept.number, &Outcome::NotFound, late(), &policy());
    let stored = serde_json::to_string(&phone).unwrap();
    assert!(stored.contains(r#""addresses":[]"#), "{stored}");
}

#[test]
fn no_address_is_shown_or_stored() {
    let mut phone = Registration::new(mac());
    let added = phone.add(Some(to(1)), start(), &policy());
    let action = added.ask.as_ref().unwrap().action();
    let stored = serde_json::to_string(&phone).unwrap();
    for shown in [
        format!("{phone:?}"),
        stored,
        format!("{added:?}"),
        format!("{action:?}"),
    ] {
        assert!(!shown.contains("token-1"), "{shown}");
    }
}
