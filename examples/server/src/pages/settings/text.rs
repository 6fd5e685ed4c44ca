//! Settings as text, for what no form shows: JSON, with a mark in the place of each secret.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Stands in the place of a secret; typed or left there, it keeps the secret.
pub(super) const KEPT: &str = "[unchanged]";

/// A document as text, without its secrets.
pub(super) fn shown<D: DeserializeOwned + Serialize>(document: &D) -> String {
    let mut value = serde_json::to_value(document).unwrap_or_default();
    hide(&mut value);
    // Once more as what it is: its keys come in the order of the format.
    let document: Result<D, _> = serde_json::from_value(value);
    document
        .and_then(|document| serde_json::to_string_pretty(&document))
        .unwrap_or_default()
}

/// What a text says, with the secrets that it keeps of what there was.
///
/// # Errors
/// What is wrong with the text, without quoting it.
pub(super) fn read<D: DeserializeOwned + Serialize>(typed: &str, was: &D) -> Result<D, String> {
    let mut value: Value = serde_json::from_str(typed).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        format!("not a well-formed JSON document at line {line}, column {column}")
    })?;
    let was = serde_json::to_value(was).unwrap_or_default();
    keep(&mut value, Some(&was), "")?;
    serde_json::from_value(value).map_err(|_| "expected a table, each of its keys once".to_owned())
}

fn hide(value: &mut Value) {
    match value {
        Value::Object(table) => {
            let is_raw = is_raw(table);
            for (key, value) in table {
                match is_secret(key, is_raw) && value.is_string() {
                    true => *value = KEPT.into(),
                    false => hide(value),
                }
            }
        }
        Value::Array(list) => list.iter_mut().for_each(hide),
        _ => {}
    }
}

fn keep(value: &mut Value, was: Option<&Value>, place: &str) -> Result<(), String> {
    match value {
        Value::Object(table) => {
            let is_raw = is_raw(table);
            for (key, value) in table {
                let below = match place {
                    "" => key.clone(),
                    place => format!("{place}.{key}"),
                };
                let was = was.and_then(|was| was.get(key));
                if is_secret(key, is_raw) && value.as_str() == Some(KEPT) {
                    let nothing = || format!("{below}: there is nothing that could stay unchanged");
                    *value = was
                        .filter(|was| was.is_string())
                        .ok_or_else(nothing)?
                        .clone();
                } else {
                    keep(value, was, &below)?;
                }
            }
        }
        Value::Array(list) => {
            let before = was.and_then(Value::as_array);
            for (i, value) in list.iter_mut().enumerate() {
                // Raw settings are known by what they set, whichever place of the list they have.
                let was = before.and_then(|before| match identity(value) {
                    Some(own) => before
                        .iter()
                        .find(|was| identity(was).as_ref() == Some(&own)),
                    None => before.get(i),
                });
                keep(value, was, &format!("{place}[{i}]"))?;
            }
        }
        _ => {}
    }
    Ok(())
}

/// Passwords; and what raw settings send, which may be one.
fn is_secret(key: &str, is_raw: bool) -> bool {
    key == "password" || is_raw && matches!(key, "value" | "template")
}

/// Whether a table is a raw setting.
fn is_raw(table: &serde_json::Map<String, Value>) -> bool {
    table.contains_key("target")
}

fn identity(value: &Value) -> Option<[&Value; 3]> {
    value.get("target")?;
    let part = |key| value.get(key).unwrap_or(&Value::Null);
    Some([part("target"), part("name"), part("index")])
}

#[cfg(test)]
mod tests;
