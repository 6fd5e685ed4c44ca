//! What an organisation's phones share, what its subscribers have, what firmware may be chosen.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::{OrganisationId, Subscriber};
use crate::fleet::{FirmwareDoc, ProfileDoc, SiteDoc};
use crate::model::Mac;

/// An organisation of the environment. `Debug` does not show its site, which may hold passwords.
///
/// Serialised as a part of a [`Record`](super::Record).
#[derive(Clone, Deserialize, Serialize)]
pub struct Organisation {
    pub(super) id: OrganisationId,
    pub(super) site: SiteDoc,
    /// Chosen for all phones of a model.
    #[serde(default)]
    pub(super) firmware: BTreeMap<String, FirmwareDoc>,
}

impl Organisation {
    /// What the PBX calls it.
    pub fn id(&self) -> &OrganisationId {
        &self.id
    }

    /// What its phones share.
    pub fn site(&self) -> &SiteDoc {
        &self.site
    }

    /// The firmware that was chosen for all phones of a model.
    pub fn firmware(&self, model: &str) -> Option<&FirmwareDoc> {
        self.firmware.get(model)
    }
}

impl fmt::Debug for Organisation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Organisation")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// Whose profile on which phone.
///
/// Serialised as a part of a [`Record`](super::Record).
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[non_exhaustive]
pub struct ProfileKey {
    /// The organisation of the subscriber.
    pub organisation: OrganisationId,
    /// The subscriber.
    pub subscriber: Subscriber,
    /// The phone.
    #[serde(with = "crate::stored::mac_text")]
    pub mac: Mac,
}

impl ProfileKey {
    /// What this subscriber has on this phone.
    pub fn new(organisation: OrganisationId, subscriber: Subscriber, mac: Mac) -> Self {
        Self {
            organisation,
            subscriber,
            mac,
        }
    }
}

/// What a subscriber has on a phone: kept when the phone is taken away, used again when it comes back.
/// `Debug` does not show it: settings may hold passwords.
///
/// Serialised as a part of a [`Record`](super::Record).
#[derive(Clone, Deserialize, Serialize)]
pub struct Profile {
    #[serde(flatten)]
    pub(super) key: ProfileKey,
    pub(super) contents: ProfileDoc,
}

impl Profile {
    /// Whose it is, on which phone.
    pub fn key(&self) -> &ProfileKey {
        &self.key
    }

    /// Settings and keys.
    pub fn contents(&self) -> &ProfileDoc {
        &self.contents
    }
}

impl fmt::Debug for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Profile")
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

/// The firmware that may be chosen for a model. `Debug` shows versions only: an address may hold a login.
///
/// Serialised as a part of a [`Record`](super::Record).
#[derive(Clone, Deserialize, Serialize)]
pub struct Certified {
    pub(super) model: String,
    pub(super) firmware: Vec<FirmwareDoc>,
}

impl Certified {
    /// Maker and model.
    pub fn model(&self) -> &str {
        &self.model
    }

    /// The versions, best first.
    pub fn versions(&self) -> impl Iterator<Item = &str> {
        self.firmware.iter().filter_map(version_of)
    }

    /// The same, each with the address of its image where it has one.
    pub fn firmware(&self) -> &[FirmwareDoc] {
        &self.firmware
    }

    /// The one of this version.
    pub(super) fn get(&self, version: &str) -> Option<&FirmwareDoc> {
        let mut firmware = self.firmware.iter();
        firmware.find(|firmware| version_of(firmware) == Some(version))
    }
}

impl fmt::Debug for Certified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certified")
            .field("model", &self.model)
            .field("versions", &self.versions().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

fn version_of(firmware: &FirmwareDoc) -> Option<&str> {
    firmware.version.as_ref()?.value().map(String::as_str)
}
