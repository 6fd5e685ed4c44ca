//! Values of a document by their place: `settings.registrar.host`.

use serde_json::Value;

/// What stands at a place.
pub(super) fn get<'v>(document: &'v Value, place: &str) -> Option<&'v Value> {
    let found = place
        .split('.')
        .try_fold(document, |value, key| value.get(key))?;
    Some(found).filter(|value| !value.is_null())
}

/// Puts a value at a place, and makes the tables that it stands in.
pub(super) fn set(document: &mut Value, place: &str, value: Value) {
    let mut at = document;
    for key in place.split('.') {
        if !at.is_object() {
            *at = Value::Object(Default::default());
        }
        at = &mut at[key];
    }
    *at = value;
}

/// Takes away what stands at a place, and the tables that nothing is left in.
pub(super) fn remove(document: &mut Value, place: &str) {
    let (key, rest) = match place.split_once('.') {
        Some((key, rest)) => (key, Some(rest)),
        None => (place, None),
    };
    let Some(table) = document.as_object_mut() else {
        return;
    };
    let is_left = match (rest, table.get_mut(key)) {
        (Some(rest), Some(below)) => {
            let had_any = below.as_object().is_some_and(|table| !table.is_empty());
            remove(below, rest);
            !had_any || below.as_object().is_none_or(|table| !table.is_empty())
        }
        _ => false,
    };
    if !is_left {
        table.remove(key);
    }
}
