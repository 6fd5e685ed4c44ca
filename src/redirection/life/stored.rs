//! A registration as it is stored: its fields, and the version of them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::registration::Waiting;
use super::{Cause, Registration, State};
use crate::delivery::admission::TokenHash;
use crate::model::Mac;

/// The fields of version 1. What can be absent may be left out.
#[derive(Serialize, Deserialize)]
#[serde(remote = "Registration")]
struct Fields {
    #[serde(with = "crate::stored::mac_text")]
    mac: Mac,
    state: State,
    #[serde(default)]
    removed: bool,
    #[serde(default)]
    activated: Option<DateTime<Utc>>,
    #[serde(default)]
    expires: Option<DateTime<Utc>>,
    #[serde(default)]
    visited: Option<DateTime<Utc>>,
    #[serde(default)]
    take_over: bool,
    #[serde(default)]
    addresses: Vec<TokenHash>,
    #[serde(default)]
    asked: u64,
    #[serde(default)]
    waiting: Option<Waiting>,
    #[serde(default)]
    tries: u32,
    #[serde(default)]
    next_try: Option<DateTime<Utc>>,
    #[serde(default)]
    cause: Option<Cause>,
}

/// A registration as it is stored.
#[derive(Deserialize)]
#[serde(tag = "version")]
#[allow(clippy::large_enum_variant, reason = "it is taken apart at once")]
enum Stored {
    #[serde(rename = "1")]
    V1(#[serde(deserialize_with = "Fields::deserialize")] Registration),
    #[serde(other)]
    Newer,
}

#[derive(Serialize)]
#[serde(tag = "version")]
enum ToStore<'a> {
    #[serde(rename = "1")]
    V1(#[serde(serialize_with = "fields")] &'a Registration),
}

fn fields<S: Serializer>(record: &&Registration, serializer: S) -> Result<S::Ok, S::Error> {
    Fields::serialize(record, serializer)
}

impl Serialize for Registration {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        ToStore::V1(self).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Registration {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Stored::deserialize(deserializer)? {
            Stored::V1(record) => Ok(record),
            Stored::Newer => Err(de::Error::custom(
                "the record of the registration was written by a newer version of this library, \
                 which knows more than version 1",
            )),
        }
    }
}
