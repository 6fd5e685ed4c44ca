//! How values of the domain stand in records that a caller stores, and the version of such a record.

use serde::{Deserialize, Serialize, de};

/// A record with the version of its fields beside them.
#[derive(Serialize, Deserialize)]
#[serde(tag = "version")]
pub(crate) enum Versioned<T> {
    #[serde(rename = "1")]
    V1(T),
    /// What a newer version of this library wrote.
    #[serde(other)]
    Newer,
}

impl<T> Versioned<T> {
    /// The record, of what `what` names.
    pub(crate) fn known<E: de::Error>(self, what: &str) -> Result<T, E> {
        match self {
            Self::V1(record) => Ok(record),
            Self::Newer => Err(E::custom(format_args!(
                "the record of the {what} was written by a newer version of this library, which \
                 knows more than version 1"
            ))),
        }
    }
}

/// A MAC address: 12 lower-case hexadecimal digits.
pub(crate) mod mac_text {
    use serde::{Deserialize as _, Deserializer, Serializer, de};

    use crate::model::Mac;

    pub(crate) fn serialize<S: Serializer>(mac: &Mac, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&mac.plain_lower())
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Mac, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}
