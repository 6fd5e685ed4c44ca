//! The secrets of a fleet, so that none of them is shown in the value of another setting.

use serde_json::Value;
use zeroize::Zeroizing;

use crate::fleet::{Document, Fleet, Secrets};

/// Shorter ones would redact half of all values, and everybody knows them.
const SHORTEST: usize = 4;

/// The keys of the document whose texts are secret.
const KEYS: [&str; 3] = ["access_code", "password", "token"];

/// Every secret of a fleet.
pub(super) fn secrets_of(fleet: &Fleet) -> Vec<Zeroizing<String>> {
    secrets_in(&Document::from_fleet(fleet, Secrets::Expose))
}

/// Every secret of a document.
pub(super) fn secrets_in(document: &Document) -> Vec<Zeroizing<String>> {
    let mut secrets = Vec::new();
    // Tables, lists, texts, integers and booleans are all that a document has.
    collect(
        &serde_json::to_value(document).unwrap_or_default(),
        &mut secrets,
    );
    secrets.sort_unstable_by(|a, b| a.as_str().cmp(b));
    secrets.dedup();
    secrets
}

fn collect(value: &Value, secrets: &mut Vec<Zeroizing<String>>) {
    match value {
        Value::Object(table) => {
            for (key, value) in table {
                match value.as_str() {
                    Some(text) if KEYS.contains(&key.as_str()) && text.len() >= SHORTEST => {
                        secrets.push(Zeroizing::new(text.to_owned()));
                    }
                    _ => collect(value, secrets),
                }
            }
        }
        Value::Array(entries) => entries.iter().for_each(|entry| collect(entry, secrets)),
        _ => {}
    }
}
