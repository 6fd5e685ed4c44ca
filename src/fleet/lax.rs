//! What the wire form is made of: values that take anything and remember what it was.
//!
//! A reader that stops at the first number where a text belongs shows one fault at a time, and its
//! message quotes the line, password and all. So every field is a [`Lax`]: it never fails to read,
//! and [`resolve`](super::Document::resolve) reports what it holds with the path of the value.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap as _, SerializeSeq as _, Serializer};
use zeroize::Zeroizing;

use crate::model::Words;

/// A value of the document: what belongs there, or the type of what was found instead.
///
/// ```
/// use phone_provisioning::fleet::Lax;
///
/// let name = Lax::from("Example BV".to_owned());
/// assert_eq!(name.value().map(String::as_str), Some("Example BV"));
/// assert_eq!(name.found(), None);
/// ```
#[derive(Clone, Debug)]
pub struct Lax<T>(Result<T, &'static str>);

impl<T> Lax<T> {
    /// The value, when one of the right type was found.
    pub fn value(&self) -> Option<&T> {
        self.0.as_ref().ok()
    }

    /// The type that was found instead: `an integer`, `a table`.
    pub fn found(&self) -> Option<&'static str> {
        self.0.as_ref().err().copied()
    }

    pub(super) fn value_mut(&mut self) -> Option<&mut T> {
        self.0.as_mut().ok()
    }

    pub(super) fn into_value(self) -> Result<T, &'static str> {
        self.0
    }

    pub(super) fn get(&self) -> Result<&T, &'static str> {
        self.0.as_ref().map_err(|found| *found)
    }
}

impl<T> From<T> for Lax<T> {
    fn from(value: T) -> Self {
        Self(Ok(value))
    }
}

impl<'de, T: Wire> Deserialize<'de> for Lax<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer
            .deserialize_any(Anything(PhantomData))
            .map(Self)
    }
}

impl<T: Serialize> Serialize for Lax<T> {
    /// A value that could not be read is written as nothing; the tables and lists of the document
    /// leave it out.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Ok(value) => value.serialize(serializer),
            Err(_) => serializer.serialize_none(),
        }
    }
}

/// Whether a field of a table is left out when it is written.
pub(super) fn unread<T>(field: &Option<Lax<T>>) -> bool {
    field.as_ref().is_none_or(|lax| lax.found().is_some())
}

/// A type of the wire form: which of the reader's types it can be made of. Everything else is
/// refused with the name of what was found; nothing is ever quoted.
pub trait Wire: Sized {
    /// What the format has there, for errors.
    const EXPECTED: &'static str;

    /// From a text.
    fn text(_text: String) -> Result<Self, &'static str> {
        Err("a text")
    }

    /// From `true` or `false`.
    fn boolean(_value: bool) -> Result<Self, &'static str> {
        Err("true or false")
    }

    /// From an integer. One beyond the limits of `i64` comes as the nearest limit.
    fn integer(_number: i64) -> Result<Self, &'static str> {
        Err("an integer")
    }

    /// From a list.
    fn list<'de, A: SeqAccess<'de>>(mut list: A) -> Result<Result<Self, &'static str>, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Err("a list"))
    }

    /// From a table.
    fn table<'de, A: MapAccess<'de>>(mut table: A) -> Result<Result<Self, &'static str>, A::Error> {
        let mut read = Err("a table");
        while let Some(key) = table.next_key::<String>()? {
            read = match disguised(&key) {
                Some(Disguised::Number) => match table.next_value::<String>()?.parse() {
                    Ok(number) => Self::integer(number),
                    Err(_) => Err(Disguised::Number.found()),
                },
                Some(other) => {
                    table.next_value::<IgnoredAny>()?;
                    Err(other.found())
                }
                None => {
                    table.next_value::<IgnoredAny>()?;
                    Err("a table")
                }
            };
        }
        Ok(read)
    }
}

/// A value that serde has no type for and that a reader hands over as a table of one key.
pub(super) enum Disguised {
    DateOrTime,
    Number,
}

impl Disguised {
    pub(super) fn found(self) -> &'static str {
        match self {
            Self::DateOrTime => "a date or time",
            Self::Number => "a number",
        }
    }
}

/// What hides behind the only key of a table. The first is how the TOML reader hands over dates and
/// times; the second how the JSON reader hands over every number, once any crate of the program
/// asks `serde_json` for `arbitrary_precision`.
pub(super) fn disguised(key: &str) -> Option<Disguised> {
    match key {
        "$__toml_private_datetime" => Some(Disguised::DateOrTime),
        "$serde_json::private::Number" => Some(Disguised::Number),
        _ => None,
    }
}

struct Anything<T>(PhantomData<T>);

impl<'de, T: Wire> Visitor<'de> for Anything<T> {
    type Value = Result<T, &'static str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(T::boolean(value))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(T::integer(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(T::integer(i64::try_from(number).unwrap_or(i64::MAX)))
    }

    fn visit_i128<E>(self, number: i128) -> Result<Self::Value, E> {
        let nearest = if number < 0 { i64::MIN } else { i64::MAX };
        Ok(T::integer(i64::try_from(number).unwrap_or(nearest)))
    }

    fn visit_u128<E>(self, number: u128) -> Result<Self::Value, E> {
        Ok(T::integer(i64::try_from(number).unwrap_or(i64::MAX)))
    }

    fn visit_f64<E>(self, _number: f64) -> Result<Self::Value, E> {
        Ok(Err("a decimal number"))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(T::text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Self::Value, E> {
        Ok(T::text(text))
    }

    fn visit_bytes<E>(self, _bytes: &[u8]) -> Result<Self::Value, E> {
        Ok(Err("bytes"))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Err("nothing"))
    }

    fn visit_none<E>(self) -> Result<Self::Value, E> {
        Ok(Err("nothing"))
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
        T::list(list)
    }

    fn visit_map<A: MapAccess<'de>>(self, table: A) -> Result<Self::Value, A::Error> {
        T::table(table)
    }
}

impl Wire for String {
    const EXPECTED: &'static str = "a text";

    fn text(text: String) -> Result<Self, &'static str> {
        Ok(text)
    }
}

impl Wire for bool {
    const EXPECTED: &'static str = "true or false";

    fn boolean(value: bool) -> Result<Self, &'static str> {
        Ok(value)
    }
}

/// A text that may be secret: wiped when dropped, not shown by `Debug`. Writing the document writes
/// it in clear; see [`Document::from_fleet`](super::Document::from_fleet).
#[derive(Clone)]
pub struct SecretText(Zeroizing<String>);

impl SecretText {
    /// The text in clear. Whoever calls this answers for where it goes.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for SecretText {
    fn from(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl Wire for SecretText {
    const EXPECTED: &'static str = "a text";

    fn text(text: String) -> Result<Self, &'static str> {
        Ok(text.into())
    }
}

impl Serialize for SecretText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// An integer from `MIN` to `MAX`; what lies beyond is held all the same and reported with its path.
#[derive(Clone, Copy, Debug)]
pub struct Number<const MIN: i64, const MAX: i64>(i64);

impl<const MIN: i64, const MAX: i64> Number<MIN, MAX> {
    /// The number as it was found, perhaps beyond the limits.
    pub fn get(self) -> i64 {
        self.0
    }
}

impl<const MIN: i64, const MAX: i64> From<i64> for Number<MIN, MAX> {
    fn from(number: i64) -> Self {
        Self(number)
    }
}

impl<const MIN: i64, const MAX: i64> Wire for Number<MIN, MAX> {
    const EXPECTED: &'static str = "an integer";

    fn integer(number: i64) -> Result<Self, &'static str> {
        Ok(Self(number))
    }
}

impl<const MIN: i64, const MAX: i64> Serialize for Number<MIN, MAX> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.0)
    }
}

/// One of the format's words for a `T`, or whatever text stands there instead.
#[derive(Clone)]
pub struct Word<T> {
    text: String,
    of: PhantomData<fn() -> T>,
}

impl<T> Word<T> {
    /// The text as it was found.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl<T: Words> From<T> for Word<T> {
    fn from(value: T) -> Self {
        Self {
            text: value.as_str().to_owned(),
            of: PhantomData,
        }
    }
}

impl<T> fmt::Debug for Word<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.text, f)
    }
}

impl<T> Wire for Word<T> {
    const EXPECTED: &'static str = "a text";

    fn text(text: String) -> Result<Self, &'static str> {
        Ok(Self {
            text,
            of: PhantomData,
        })
    }
}

impl<T> Serialize for Word<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

/// A list whose entries may each be of a wrong type.
///
/// ```
/// use phone_provisioning::fleet::{DeviceDoc, KeyDoc, List, Number, Word};
/// use phone_provisioning::model::KeyKind;
///
/// let mut key = KeyDoc::default();
/// key.position = Some(Number::from(3).into());
/// key.kind = Some(Word::from(KeyKind::Blf).into());
/// key.value = Some("1002".to_owned().into());
///
/// let mut device = DeviceDoc::default();
/// device.keys = Some(List::from_iter([key]).into());
/// assert_eq!(device.keys.unwrap().value().unwrap().entries().len(), 1);
/// ```
#[derive(Clone, Debug)]
pub struct List<T>(Vec<Lax<T>>);

impl<T> List<T> {
    /// The entries, in order.
    pub fn entries(&self) -> &[Lax<T>] {
        &self.0
    }

    pub(super) fn entries_mut(&mut self) -> &mut [Lax<T>] {
        &mut self.0
    }
}

impl<T> FromIterator<T> for List<T> {
    fn from_iter<I: IntoIterator<Item = T>>(entries: I) -> Self {
        Self(entries.into_iter().map(Lax::from).collect())
    }
}

impl<T: Wire> Wire for List<T> {
    const EXPECTED: &'static str = "a list";

    fn list<'de, A: SeqAccess<'de>>(mut list: A) -> Result<Result<Self, &'static str>, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = list.next_element()? {
            entries.push(entry);
        }
        Ok(Ok(Self(entries)))
    }
}

impl<T: Serialize> Serialize for List<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let read = || self.0.iter().filter_map(Lax::value);
        let mut list = serializer.serialize_seq(Some(read().count()))?;
        read().try_for_each(|entry| list.serialize_element(entry))?;
        list.end()
    }
}

/// A table whose keys are names that the user chose, in the order of the names: whether a TOML
/// reader keeps the order of the text depends on what else is in the program.
#[derive(Clone, Debug)]
pub struct Names<T>(BTreeMap<String, Lax<T>>);

impl<T> Names<T> {
    /// The entries with their names.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &Lax<T>)> {
        self.0.iter().map(|(name, entry)| (name.as_str(), entry))
    }
}

impl<T> FromIterator<(String, T)> for Names<T> {
    /// Of entries with one name the last is kept.
    fn from_iter<I: IntoIterator<Item = (String, T)>>(entries: I) -> Self {
        Self(
            entries
                .into_iter()
                .map(|(name, value)| (name, Lax::from(value)))
                .collect(),
        )
    }
}

impl<T: Wire> Wire for Names<T> {
    const EXPECTED: &'static str = "a table";

    fn table<'de, A: MapAccess<'de>>(mut table: A) -> Result<Result<Self, &'static str>, A::Error> {
        let mut entries = BTreeMap::new();
        while let Some(name) = table.next_key::<String>()? {
            if let Some(disguised) = disguised(&name) {
                table.next_value::<IgnoredAny>()?;
                return Ok(Err(disguised.found()));
            }
            if entries.contains_key(&name) {
                return Err(serde::de::Error::custom("a name twice"));
            }
            entries.insert(name, table.next_value()?);
        }
        Ok(Ok(Self(entries)))
    }
}

impl<T: Serialize> Serialize for Names<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let read = || {
            self.0
                .iter()
                .filter_map(|(name, lax)| Some((name, lax.value()?)))
        };
        let mut table = serializer.serialize_map(Some(read().count()))?;
        read().try_for_each(|(name, value)| table.serialize_entry(name, value))?;
        table.end()
    }
}

/// The keys of a table that the format does not have, in their own order (see [`Names`]). Their
/// values are not kept: they may be secret.
#[derive(Clone, Debug, Default)]
pub(super) struct Unknown(BTreeSet<String>);

impl Unknown {
    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    pub(super) fn insert(&mut self, key: String) {
        self.0.insert(key);
    }
}

#[cfg(test)]
mod tests {
    use serde::de::value::{Error, MapDeserializer};

    use super::*;

    /// What `serde_json` hands over for a number when it is built with `arbitrary_precision`.
    fn number<T: Wire>(text: &str) -> Result<T, &'static str> {
        let table = [("$serde_json::private::Number", text)];
        let read: Result<Lax<T>, Error> = Lax::deserialize(MapDeserializer::new(table.into_iter()));
        read.unwrap().into_value()
    }

    #[test]
    fn a_number_in_disguise_is_a_number() {
        assert_eq!(number::<Number<1, 9>>("5").unwrap().get(), 5);
        assert_eq!(number::<Number<1, 9>>("1.5").unwrap_err(), "a number");
        assert_eq!(number::<String>("5").unwrap_err(), "an integer");
        assert_eq!(number::<Names<String>>("5").unwrap_err(), "a number");
        assert_eq!(number::<super::super::NatDoc>("5").unwrap_err(), "a number");
    }

    #[test]
    fn a_secret_is_not_shown() {
        let secret = SecretText::from("s3cret".to_owned());
        assert_eq!(format!("{:?}", Lax::from(secret)), "Lax(Ok([redacted]))");
    }
}
