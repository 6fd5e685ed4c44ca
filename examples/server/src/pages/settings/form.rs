//! Settings as a form: from a document to the texts of its fields, and back.
//!
//! * A field that is empty in the form is absent in the document.
//! * Only what was typed differently from what the document says changes: what a form does not show, and
//!   what nobody touched, stays as it is.
//! * What was typed and cannot be read stands in the document as it was typed: the library says what is
//!   wrong with it, and where.

use std::collections::BTreeMap;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::fields::{Field, Group, KEY, Kind, MODULES, ORGANISATION, SETTINGS};
use super::place::{get, remove, set};
use crate::pages::Fields;

/// What a form shows of a document.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Shape {
    /// Name, address and settings of an organisation.
    Organisation,
    /// Settings, keys and modules of a phone.
    Phone,
    /// Settings and keys of who uses it.
    Line,
    /// Settings of a base, which has no keys.
    Base,
}

impl Shape {
    /// The fields, in groups.
    pub(super) fn groups(self) -> impl Iterator<Item = &'static Group> {
        let own = match self {
            Self::Organisation => Some(&ORGANISATION),
            Self::Phone => Some(&MODULES),
            Self::Line | Self::Base => None,
        };
        own.into_iter().chain(SETTINGS)
    }

    /// Whether there are keys.
    pub(super) fn has_keys(self) -> bool {
        matches!(self, Self::Phone | Self::Line)
    }

    fn fields(self) -> impl Iterator<Item = &'static Field> {
        self.groups().flat_map(|group| group.fields)
    }
}

/// The texts of a form's fields by name. There is no `Debug`: some of them are passwords.
#[derive(Clone, Default)]
pub(in crate::pages) struct Form(BTreeMap<String, String>);

impl Form {
    /// What a form shows of a document: everything but its passwords.
    pub(super) fn of(shape: Shape, document: &impl Serialize) -> Self {
        let document = json(document);
        let mut form = BTreeMap::new();
        for field in shape.fields() {
            match field.kind {
                Kind::Ranks(_) => {
                    for (rank, word) in entries(&document, field.path).iter().enumerate() {
                        form.insert(format!("{}.{rank}", field.path), shown(word));
                    }
                }
                _ => drop(form.insert(field.path.to_owned(), shown_at(&document, field))),
            }
        }
        if shape.has_keys() {
            for (row, key) in entries(&document, KEYS).iter().enumerate() {
                for field in KEY {
                    let text = key.get(field.path).map_or_else(String::new, shown);
                    form.insert(row_name(KEYS, row, field.path), text);
                }
            }
        }
        Self(form)
    }

    /// What was typed. Rows that were left empty are gone, those behind them have moved up.
    pub(super) fn typed(shape: Shape, sent: &Fields) -> Self {
        let mut form = Self::default();
        for field in shape.fields() {
            match field.kind {
                Kind::Ranks(_) => form.take_rows(sent, field.path, &[""]),
                Kind::Password(_) => {
                    if let Some(text) = sent.all(field.path).next() {
                        form.0.insert(field.path.to_owned(), text.to_owned());
                    }
                }
                _ => {
                    if sent.is_ticked(field.path) {
                        let text = sent.text(field.path).replace("\r\n", "\n");
                        form.0.insert(field.path.to_owned(), text);
                    }
                }
            }
        }
        if shape.has_keys() {
            let columns: Vec<&str> = KEY.iter().map(|field| field.path).collect();
            form.take_rows(sent, KEYS, &columns);
        }
        form
    }

    /// Rows of fields `list.0.column`, without those that are empty.
    pub(in crate::pages) fn take_rows(&mut self, sent: &Fields, list: &str, columns: &[&str]) {
        let mut next = 0;
        for row in 0..MOST_ROWS {
            let name = |column: &&str| row_name(list, row, column);
            if !columns.iter().any(|column| sent.is_ticked(&name(column))) {
                break;
            }
            // Of a row that was there and is empty now it is known that it was shown.
            self.0.entry(shown_mark(list)).or_default();
            if columns
                .iter()
                .all(|column| sent.text(&name(column)).is_empty())
            {
                continue;
            }
            for column in columns {
                let text = sent.text(&name(column)).to_owned();
                self.0.insert(row_name(list, next, column), text);
            }
            next += 1;
        }
    }

    /// The text of a field.
    pub(in crate::pages) fn text(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// The text of a field in a row.
    pub(in crate::pages) fn cell(&self, list: &str, row: usize, column: &str) -> &str {
        self.text(&row_name(list, row, column))
    }

    /// Whether there is such a field.
    pub(in crate::pages) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Another text for a field.
    pub(in crate::pages) fn put(&mut self, name: &str, text: String) {
        self.0.insert(name.to_owned(), text);
    }

    /// How many rows of a list are filled in.
    pub(in crate::pages) fn rows(&self, list: &str) -> usize {
        let is_row = |row: &usize| {
            let start = row_name(list, *row, "");
            let mut at = self.0.range(start.clone()..);
            let next = at.next();
            next.is_some_and(|(name, _)| {
                let rest = name.strip_prefix(&start);
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            })
        };
        (0..MOST_ROWS).take_while(is_row).count()
    }

    /// The document with what was typed.
    pub(super) fn write<D>(&self, shape: Shape, document: &D) -> D
    where
        D: Clone + DeserializeOwned + Serialize,
    {
        let was = Self::of(shape, document);
        let mut changed = json(document);
        for field in shape.fields() {
            self.write_field(field, &was, &mut changed);
        }
        if shape.has_keys() && self.0.contains_key(&shown_mark(KEYS)) {
            self.write_keys(&was, &mut changed);
        }
        // Any table is such a document: what is wrong in it, it says when it is resolved.
        serde_json::from_value(changed).unwrap_or_else(|_| document.clone())
    }

    fn write_field(&self, field: &Field, was: &Self, document: &mut Value) {
        let path = field.path;
        let typed = self.0.get(path).map(String::as_str);
        let read = |text: &str| value(field.kind, text.trim());
        let is_new = typed.is_some_and(|text| read(text) != read(was.text(path)));
        match field.kind {
            Kind::Ranks(_) => {
                let words = |form: &Self| -> Vec<Value> {
                    let rows = 0..form.rows(path);
                    rows.map(|rank| form.cell(path, rank, "").trim().into())
                        .collect()
                };
                let is_shown = self.0.contains_key(&shown_mark(path));
                if is_shown && words(self) != words(was) {
                    put(document, path, Value::Array(words(self)));
                }
            }
            Kind::Password(with) => {
                if let Some(password) = typed.filter(|text| !text.is_empty()) {
                    set(document, path, password.into());
                } else if !was.text(with).is_empty() && get(document, with).is_none() {
                    remove(document, path);
                }
            }
            Kind::SchemeOf(address) if is_new => {
                let scheme = typed.unwrap_or_default();
                let rest = get(document, address).and_then(Value::as_str);
                let rest = rest.and_then(|address| address.split_once("://"));
                if let (Some((_, rest)), false) = (rest, scheme.is_empty()) {
                    let changed = format!("{scheme}://{rest}");
                    set(document, address, changed.into());
                }
            }
            kind if is_new => put(document, path, value(kind, typed.unwrap_or_default())),
            _ => {}
        }
    }

    fn write_keys(&self, was: &Self, document: &mut Value) {
        let row = |form: &Self, row: usize| -> Vec<String> {
            let texts = KEY.iter().map(|field| form.cell(KEYS, row, field.path));
            texts.map(|text| text.trim().to_owned()).collect()
        };
        let rows = |form: &Self| -> Vec<Vec<String>> {
            (0..form.rows(KEYS)).map(|i| row(form, i)).collect()
        };
        if rows(self) == rows(was) {
            return;
        }
        let keys = rows(self).into_iter().map(|texts| {
            let mut key = Value::Object(Default::default());
            for (field, text) in KEY.iter().zip(texts) {
                put(&mut key, field.path, value(field.kind, &text));
            }
            key
        });
        put(document, KEYS, Value::Array(keys.collect()));
    }
}

/// The field that a fault of a document is about: its name in the form of this document.
pub(super) fn field_of(shape: Shape, place: &str) -> Option<String> {
    let name = place.replace('[', ".").replace(']', "");
    let is_field = |field: &&Field| {
        let below = name.strip_prefix(field.path);
        below.is_some_and(|below| match field.kind {
            Kind::Lines | Kind::Ranks(_) => below.is_empty() || below.starts_with('.'),
            _ => below.is_empty(),
        })
    };
    if let Some(field) = shape.fields().find(is_field) {
        return Some(match field.kind {
            Kind::Ranks(_) if name == field.path => format!("{name}.0"),
            Kind::Ranks(_) => name,
            _ => field.path.to_owned(),
        });
    }
    let key = name.strip_prefix("keys.").filter(|_| shape.has_keys())?;
    let (row, column) = key.split_once('.').unwrap_or((key, "position"));
    let row = row.parse().ok()?;
    let is_column = KEY.iter().any(|field| field.path == column);
    is_column.then(|| row_name(KEYS, row, column))
}

/// The list of keys.
pub(super) const KEYS: &str = "keys";

/// Rows that a form may have.
const MOST_ROWS: usize = 1000;

/// The name of a field in a row.
pub(super) fn row_name(list: &str, row: usize, column: &str) -> String {
    match column {
        "" => format!("{list}.{row}"),
        column => format!("{list}.{row}.{column}"),
    }
}

/// No field has this name: the list stood in the form that was sent.
fn shown_mark(list: &str) -> String {
    format!("{list}:")
}

fn json(document: &impl Serialize) -> Value {
    serde_json::to_value(document).unwrap_or_default()
}

fn entries<'v>(document: &'v Value, place: &str) -> &'v [Value] {
    let list = get(document, place).and_then(Value::as_array);
    list.map_or(&[], Vec::as_slice)
}

fn shown_at(document: &Value, field: &Field) -> String {
    match field.kind {
        Kind::Password(_) => String::new(),
        Kind::SchemeOf(address) => {
            let address = get(document, address).and_then(Value::as_str);
            let scheme = address.and_then(|address| address.split_once("://"));
            scheme.map_or_else(String::new, |(scheme, _)| scheme.to_owned())
        }
        _ => get(document, field.path).map_or_else(String::new, shown),
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(lines) => {
            let lines: Vec<String> = lines.iter().map(shown).collect();
            lines.join("\n")
        }
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// What was typed, as the document has it.
fn value(kind: Kind, text: &str) -> Value {
    match kind {
        Kind::Number => text
            .parse::<i64>()
            .map_or_else(|_| text.into(), Value::from),
        Kind::YesNo => match text {
            "true" => true.into(),
            "false" => false.into(),
            other => other.into(),
        },
        Kind::Lines => {
            let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
            lines.collect::<Vec<_>>().into()
        }
        _ => text.into(),
    }
}

/// Puts a value at a place; nothing, where it is empty.
fn put(document: &mut Value, place: &str, value: Value) {
    let is_empty = match &value {
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        _ => false,
    };
    match is_empty {
        true => remove(document, place),
        false => set(document, place, value),
    }
}

#[cfg(test)]
mod tests;
