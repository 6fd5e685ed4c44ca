//! Settings as text: what is hidden, and what stays when the mark stays.

use phone_provisioning::fleet::ProfileDoc;
use serde_json::{Value, json};

use super::*;

fn document() -> ProfileDoc {
    serde_json::from_value(json!({
        "settings": {
            "language": "text-1",
            "admin": { "username": "text-2", "password": "text-3" },
            "user": { "username": "text-4", "password": "text-5" },
            "maintenance": { "username": "text-6", "password": "text-7" },
            "download": { "username": "text-8", "password": "text-9" },
            "logged_out": { "number": "text-10", "auth_username": "text-11", "password": "text-12" },
            "ldap": { "host": "text-13", "base": "text-14", "bind_dn": "text-15", "password": "text-16" },
            "phonebook": { "url": "text-17", "name": "text-18" },
            "custom": [
                { "target": "text-19", "name": "text-20", "value": "text-21" },
                { "target": "text-22", "name": "text-23", "index": 1, "template": "text-24" },
            ],
        },
        "keys": [{ "position": 1, "kind": "text-25", "value": "text-26", "label": "text-27" }],
    }))
    .unwrap()
}

#[test]
fn what_the_library_does_not_print_is_not_shown_either() {
    let document = document();
    let (printed, shown) = (format!("{document:?}"), shown(&document));
    for i in 1..=27 {
        let leaf = format!("\"text-{i}\"");
        assert_eq!(shown.contains(&leaf), printed.contains(&leaf), "{leaf}");
    }
}

#[test]
fn a_text_that_nobody_touched_keeps_everything() {
    let document = document();
    let read: ProfileDoc = read(&shown(&document), &document).unwrap();
    assert_eq!(json(&read), json(&document));
}

#[test]
fn raw_settings_keep_their_values_in_any_order() {
    let document = document();
    let mut text: Value = serde_json::from_str(&shown(&document)).unwrap();
    text["settings"]["custom"].as_array_mut().unwrap().reverse();
    let read: ProfileDoc = read(&text.to_string(), &document).unwrap();
    let custom = &json(&read)["settings"]["custom"];
    assert_eq!(custom[0]["template"], "text-24");
    assert_eq!(custom[1]["value"], "text-21");
}

#[test]
fn a_mark_where_nothing_was_is_a_fault() {
    let typed =
        r#"{ "settings": { "custom": [{ "target": "t", "name": "n", "value": "[unchanged]" }] } }"#;
    let fault = read(typed, &document())
        .map(|_: ProfileDoc| ())
        .unwrap_err();
    let expected = "settings.custom[0].value: there is nothing that could stay unchanged";
    assert_eq!(fault, expected);
}

#[test]
fn a_fault_of_the_form_does_not_quote() {
    let fault = read("{\n \"password\": \"s3cret\" x", &document());
    let fault = fault.map(|_: ProfileDoc| ()).unwrap_err();
    assert_eq!(
        fault,
        "not a well-formed JSON document at line 2, column 23"
    );
}

fn json(document: &ProfileDoc) -> Value {
    serde_json::to_value(document).unwrap()
}
