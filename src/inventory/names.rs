//! Names that the caller gives: of an organisation, of a subscriber.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::error::Invalid;

/// A name of the caller's: text of 1 to 64 bytes without control characters, cheap to clone, serialised
/// as text.
macro_rules! names {
    ($($(#[doc = $doc:literal])+ $name:ident, $expected:literal;)+) => {$(
        $(#[doc = $doc])+
        #[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub struct $name(Arc<str>);

        impl $name {
            /// The name.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = Invalid;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                if (1..=64).contains(&text.len()) && !text.chars().any(char::is_control) {
                    return Ok(Self(text.into()));
                }
                Err(Invalid::new($expected, text))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(de::Error::custom)
            }
        }
    )+};
}

names! {
    /// What the PBX calls an organisation: 1 to 64 bytes without control characters. It is not shown to
    /// anybody; the name that phones show is that of the organisation's site.
    OrganisationId, "a name of an organisation of 1 to 64 bytes without control characters";

    /// What the PBX calls a subscriber of an organisation, its line number for instance: 1 to 64 bytes
    /// without control characters.
    Subscriber, "a name of a subscriber of 1 to 64 bytes without control characters";
}

impl Subscriber {
    /// Stands before all others.
    pub(super) fn least() -> Self {
        Self("".into())
    }
}
