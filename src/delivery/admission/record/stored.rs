//! A record as it is stored: its fields, and the version of them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{Adoption, Credential, Guesses, Lapsing, LastRequest, PhoneRecord, Visit, Window};
use crate::model::Mac;

/// The fields of version 1. What can be absent may be left out.
#[derive(Serialize, Deserialize)]
#[serde(remote = "PhoneRecord")]
struct Fields {
    #[serde(with = "crate::stored::mac_text")]
    mac: Mac,
    adoption: Adoption,
    adopted: DateTime<Utc>,
    #[serde(default)]
    window: Option<Window>,
    #[serde(default)]
    visit: Visit,
    #[serde(default)]
    bound: Option<DateTime<Utc>>,
    #[serde(default)]
    first: Option<Lapsing>,
    #[serde(default)]
    credential: Option<Credential>,
    #[serde(default)]
    former: Option<Lapsing>,
    #[serde(default)]
    guesses: Guesses,
    #[serde(default)]
    last_admitted: Option<LastRequest>,
    #[serde(default)]
    last_refused: Option<LastRequest>,
}

/// A record as it is stored.
#[derive(Deserialize)]
#[serde(tag = "version")]
#[allow(clippy::large_enum_variant, reason = "it is taken apart at once")]
enum Stored {
    #[serde(rename = "1")]
    V1(#[serde(deserialize_with = "Fields::deserialize")] PhoneRecord),
    #[serde(other)]
    Newer,
}

#[derive(Serialize)]
#[serde(tag = "version")]
enum ToStore<'a> {
    #[serde(rename = "1")]
    V1(#[serde(serialize_with = "fields")] &'a PhoneRecord),
}

fn fields<S: Serializer>(record: &&PhoneRecord, serializer: S) -> Result<S::Ok, S::Error> {
    Fields::serialize(record, serializer)
}

impl Serialize for PhoneRecord {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        ToStore::V1(self).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for PhoneRecord {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Stored::deserialize(deserializer)? {
            Stored::V1(record) => Ok(record),
            Stored::Newer => Err(de::Error::custom(
                "the record of the phone was written by a newer version of this library, which \
                 knows more than version 1",
            )),
        }
    }
}
