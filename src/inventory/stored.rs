//! Records as they are stored: one at a time, with a version.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{Certified, Organisation, OrganisationId, Phone, Profile, ProfileKey};
use crate::model::Mac;
use crate::redirection::life::Registration;
use crate::stored::Versioned;

/// What one record of an inventory is about: by it the caller finds the record again.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Key {
    /// An organisation.
    Organisation(OrganisationId),
    /// A phone.
    Phone(Mac),
    /// What a subscriber has on a phone.
    Profile(ProfileKey),
    /// The firmware that may be chosen for a model.
    Certified(String),
    /// What is left at a maker's service of a phone that was removed.
    Tombstone(Mac),
}

/// One record, to be stored under its [`Key`] and read back by
/// [`Inventory::restore`](super::Inventory::restore).
///
/// As serde value it is an object with `version` and `kind`. A record of an older version is read and
/// brought up to date; one of a newer version is an error that says so. **Settings are written with their
/// passwords in clear**: they are kept where passwords may be kept. `Debug` does not show them.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Record {
    /// Of an organisation.
    Organisation(Box<Organisation>),
    /// Of a phone.
    Phone(Box<Phone>),
    /// Of what a subscriber has on a phone.
    Profile(Box<Profile>),
    /// Of the firmware of a model.
    Certified(Box<Certified>),
    /// Of a phone that was removed.
    Tombstone(Box<Registration>),
}

impl Record {
    /// What it is about.
    pub fn key(&self) -> Key {
        match self {
            Self::Organisation(organisation) => Key::Organisation(organisation.id.clone()),
            Self::Phone(phone) => Key::Phone(phone.mac()),
            Self::Profile(profile) => Key::Profile(profile.key.clone()),
            Self::Certified(certified) => Key::Certified(certified.model.clone()),
            Self::Tombstone(registration) => Key::Tombstone(registration.mac()),
        }
    }
}

/// The records of version 1.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
enum V1<O, P, U, C, T> {
    Organisation(O),
    Phone(P),
    Profile(U),
    Certified(C),
    /// Has a version of its own, which must not stand beside ours.
    Tombstone {
        registration: T,
    },
}

type Read = V1<Box<Organisation>, Box<Phone>, Box<Profile>, Box<Certified>, Box<Registration>>;
type ToWrite<'a> = V1<&'a Organisation, &'a Phone, &'a Profile, &'a Certified, &'a Registration>;

impl Serialize for Record {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let record: ToWrite<'_> = match self {
            Self::Organisation(organisation) => V1::Organisation(organisation),
            Self::Phone(phone) => V1::Phone(phone),
            Self::Profile(profile) => V1::Profile(profile),
            Self::Certified(certified) => V1::Certified(certified),
            Self::Tombstone(registration) => V1::Tombstone { registration },
        };
        Versioned::V1(record).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Record {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let record: Read = Versioned::deserialize(deserializer)?.known::<D::Error>("inventory")?;
        Ok(match record {
            V1::Organisation(organisation) => Self::Organisation(organisation),
            V1::Phone(phone) if phone.is_of_several() => {
                return Err(de::Error::custom(
                    "the record of the phone holds the admission or the registration of another phone",
                ));
            }
            V1::Phone(phone) => Self::Phone(phone),
            V1::Profile(profile) => Self::Profile(profile),
            V1::Certified(certified) => Self::Certified(certified),
            V1::Tombstone { registration } => Self::Tombstone(registration),
        })
    }
}

/// An optional text, checked when it is read.
pub(super) mod text {
    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer, de};

    use crate::text::Text;

    pub(crate) fn serialize<S: Serializer>(
        text: &Option<Text>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        text.as_ref().map(Text::as_str).serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Text>, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?;
        text.map(Text::new).transpose().map_err(de::Error::custom)
    }
}
