//! Documents as they may be looked at: without their secrets, and taken back with those that were there.
//!
//! Which texts are secret is the format's to say: its schema marks them.

use std::sync::LazyLock;

use phone_provisioning::Document;
use serde::Serialize;
use serde_json::Value;

/// What stands in the place of a secret; sent back, it means: as before.
pub const REDACTED: &str = "[redacted]";

/// Where the tables of the format are.
static SCHEMA: LazyLock<Value> = LazyLock::new(|| {
    // The library made it: it is JSON.
    serde_json::from_str(&Document::json_schema()).unwrap_or_default()
});

/// A table of the format, `ProfileDoc` or `SiteDoc` for instance.
pub fn table(name: &str) -> &'static Value {
    match name {
        "SiteDoc" => &SCHEMA["properties"]["site"],
        name => &SCHEMA["$defs"][name],
    }
}

/// The names of all tables that a document refers to.
pub fn tables() -> impl Iterator<Item = &'static str> {
    let referred = SCHEMA["$defs"].as_object().into_iter().flatten();
    referred.map(|(name, _)| name.as_str()).chain(["SiteDoc"])
}

/// A document of this table, without its secrets.
pub fn hidden(name: &str, document: &impl Serialize) -> Value {
    let mut shown = serde_json::to_value(document).unwrap_or_default();
    hide(table(name), &mut shown);
    shown
}

/// What was sent in the place of a document: where it says what [`hidden`] showed of a secret, the secret
/// stays. What has no counterpart is left as it is, and refused by whoever reads it.
pub fn kept(name: &str, mut sent: Value, before: &impl Serialize) -> Value {
    let before = serde_json::to_value(before).unwrap_or_default();
    let shown = hidden(name, &before);
    keep(&mut sent, &before, &shown);
    sent
}

/// A text of which the schema does not say what it is, is hidden as well.
fn hide(schema: &'static Value, value: &mut Value) {
    let schema = resolved(schema);
    match value {
        Value::String(text) if is_shown(schema) => *text = without_login(text),
        Value::String(text) => REDACTED.clone_into(text),
        Value::Array(entries) => {
            for entry in entries {
                hide(&schema["items"], entry);
            }
        }
        Value::Object(fields) => {
            for (key, field) in fields {
                match schema["properties"].get(key) {
                    Some(property) => hide(property, field),
                    None => hide(&schema["additionalProperties"], field),
                }
            }
        }
        _ => {}
    }
}

/// Whether a schema is that of a text without secrets, which may be one that need not be there.
fn is_shown(schema: &Value) -> bool {
    let is_text = match &schema["type"] {
        Value::Array(types) => types.iter().any(|name| name == "string"),
        name => name == "string",
    };
    is_text && schema["format"] != "password"
}

/// A table, where the schema refers to one, which need not be there.
fn resolved(schema: &'static Value) -> &'static Value {
    let alternatives = schema["anyOf"].as_array();
    let mut alternatives = alternatives.into_iter().flatten();
    let schema = alternatives
        .find(|alternative| alternative["type"] != "null")
        .unwrap_or(schema);
    let name = schema["$ref"].as_str().and_then(|to| to.rsplit('/').next());
    name.map_or(schema, table)
}

/// An address without the name and the password in it.
fn without_login(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else {
        return text.to_owned();
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    match rest[..end].rfind('@') {
        Some(at) => format!("{scheme}://{REDACTED}{}", &rest[at..]),
        None => text.to_owned(),
    }
}

fn keep(sent: &mut Value, before: &Value, shown: &Value) {
    match (&mut *sent, before, shown) {
        (Value::String(text), Value::String(old), Value::String(seen))
            if text.contains(REDACTED) && text == seen =>
        {
            text.clone_from(old);
        }
        (Value::Object(fields), before, shown) => {
            for (key, field) in fields {
                keep(field, &before[key], &shown[key]);
            }
        }
        (Value::Array(entries), Value::Array(old), Value::Array(seen)) => {
            for (place, entry) in entries.iter_mut().enumerate() {
                let same = |seen: &Value| identity(seen) == identity(entry);
                let place = match identity(entry) {
                    Value::Null => Some(place),
                    _ => seen.iter().position(same),
                };
                if let Some((old, seen)) = place.and_then(|i| Some((old.get(i)?, seen.get(i)?))) {
                    keep(entry, old, seen);
                }
            }
        }
        _ => {}
    }
}

/// What an entry of a list is known by, wherever it stands: a handset by its slot, an account by its
/// number, a raw setting by its name.
fn identity(entry: &Value) -> Value {
    let named = |keys: &[&str]| -> Value { keys.iter().map(|key| entry[*key].clone()).collect() };
    if entry["slot"].is_number() {
        entry["slot"].clone()
    } else if entry["number"].is_string() {
        entry["number"].clone()
    } else if entry["target"].is_string() {
        named(&["target", "name", "index", "models"])
    } else {
        Value::Null
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_sent_back_as_it_was_shown_is_as_it_was() {
        let before = json!({
            "settings": {
                "admin": { "username": "admin", "password": "s3cret" },
                "custom": [
                    { "target": "yealink", "name": "a", "value": "one" },
                    { "target": "yealink", "name": "b", "value": "two" },
                ],
            },
            "keys": [
                { "position": 1, "kind": "speed_dial", "value": "12@example.net" },
                { "position": 2, "kind": "url", "value": "https://u:p4ss@door.example.net/x?to=a@b" },
            ],
        });
        let shown = hidden("ProfileDoc", &before);
        let expected = json!({
            "settings": {
                "admin": { "username": "admin", "password": REDACTED },
                "custom": [
                    { "target": "yealink", "name": "a", "value": REDACTED },
                    { "target": "yealink", "name": "b", "value": REDACTED },
                ],
            },
            "keys": [
                { "position": 1, "kind": "speed_dial", "value": "12@example.net" },
                { "position": 2, "kind": "url", "value": "https://[redacted]@door.example.net/x?to=a@b" },
            ],
        });
        assert_eq!(shown, expected);
        assert_eq!(kept("ProfileDoc", shown, &before), before);
    }

    #[test]
    fn entries_keep_their_secrets_when_they_change_places() {
        let before = json!([
            { "number": "201", "password": "one" },
            { "number": "202", "password": "two" },
        ]);
        let sent = json!([
            { "number": "202", "password": REDACTED },
            { "number": "203", "password": REDACTED },
            { "number": "201", "password": "new" },
        ]);
        let shown = json!([
            { "number": "201", "password": REDACTED },
            { "number": "202", "password": REDACTED },
        ]);
        let mut kept = sent;
        keep(&mut kept, &before, &shown);
        let expected = json!([
            { "number": "202", "password": "two" },
            { "number": "203", "password": REDACTED },
            { "number": "201", "password": "new" },
        ]);
        assert_eq!(kept, expected);
    }

    #[test]
    fn what_the_format_does_not_have_is_hidden() {
        let document = json!({ "settings": { "new": { "thing": "s3cret" }, "language": "nl" } });
        let shown = json!({ "settings": { "new": { "thing": REDACTED }, "language": "nl" } });
        assert_eq!(hidden("ProfileDoc", &document), shown);
        let shown = json!({ "name": "Acme", "settings": { "admin": { "password": REDACTED } } });
        let mut site = shown.clone();
        site["settings"]["admin"]["password"] = json!("s3cret");
        assert_eq!(hidden("SiteDoc", &site), shown);
    }

    #[test]
    fn a_text_without_secret_is_not_taken_for_one() {
        let before = json!({ "settings": { "language": "nl" } });
        let sent = json!({ "settings": { "language": REDACTED } });
        assert_eq!(kept("ProfileDoc", sent.clone(), &before), sent);
    }
}
