//! A registration as it is stored: its fields, and the version of them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::registration::Waiting;
use super::{Cause, Registration, State};
use crate::delivery::admission::TokenHash;
use crate::model::Mac;
use crate::stored::Versioned;

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

#[derive(Deserialize)]
#[serde(transparent)]
struct Read(#[serde(with = "Fields")] Registration);

#[derive(Serialize)]
#[serde(transparent)]
struct Written<'a>(#[serde(serialize_with = "fields")] &'a Registration);

fn fields<S: Serializer>(record: &&Registration, serializer: S) -> Result<S::Ok, S::Error> {
    Fields::serialize(record, serializer)
}

impl Serialize for Registration {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Versioned::V1(Written(self)).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Registration {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Read(record) =
            Versioned::deserialize(deserializer)?.known::<D::Error>("registration")?;
        Ok(record)
    }
}
