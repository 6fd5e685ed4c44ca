//! A record as it is stored: its fields, and the version of them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Adoption, Credential, Guesses, Lapsing, LastRequest, PhoneRecord, Visit, Window};
use crate::model::Mac;
use crate::stored::Versioned;

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

#[derive(Deserialize)]
#[serde(transparent)]
struct Read(#[serde(with = "Fields")] PhoneRecord);

#[derive(Serialize)]
#[serde(transparent)]
struct Written<'a>(#[serde(serialize_with = "fields")] &'a PhoneRecord);

fn fields<S: Serializer>(record: &&PhoneRecord, serializer: S) -> Result<S::Ok, S::Error> {
    Fields::serialize(record, serializer)
}

impl Serialize for PhoneRecord {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Versioned::V1(Written(self)).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for PhoneRecord {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Read(record) = Versioned::deserialize(deserializer)?.known::<D::Error>("phone")?;
        Ok(record)
    }
}
