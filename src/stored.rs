//! How values of the domain stand in records that a caller stores.

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
