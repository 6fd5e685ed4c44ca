//! What many phones share.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, Utc};

use super::{Firmware, FunctionKey, Settings, Url, UrlTemplate};
use crate::text::Text;

/// What many phones share: a customer, a building.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Site {
    /// Name, shown on idle displays where the phone can.
    pub name: Text,
    /// Where phones fetch their files: a template with `{token}` and `{mac}`.
    pub provisioning_url: Option<UrlTemplate>,
    /// Where firmware images are, for choices without an address of their own: a template with
    /// `{vendor}`, `{model}`, `{version}` and `{file}`.
    pub firmware_base: Option<UrlTemplate>,
    /// Firmware chosen for a model, by the model as it is written in a device's `model`. A model
    /// that is not here keeps what it has: no firmware setting is sent at all.
    pub firmware: BTreeMap<String, FirmwareChoice>,
    /// The lowest layer of settings.
    pub settings: Settings,
    /// Named sets of settings and keys that devices refer to.
    pub profiles: BTreeMap<String, Profile>,
    /// The day that the phones' clock rules are worked out for; absent = the release of the time zone
    /// data ([`clock::released`](crate::clock::released)). It matters only where a law is about to
    /// change. Not a field of the fleet document: the caller knows the day.
    pub rules_as_of: Option<DateTime<Utc>>,
    /// The longest time that a phone's clock may be wrong at a stretch, where its rules cannot say the
    /// law of the zone; longer is an error in strict handling. Absent = any, which is told in a
    /// notice. Not a field of the fleet document.
    pub clock_tolerance: Option<Duration>,
}

impl Site {
    /// Placeholders that a provisioning URL may contain.
    pub const URL_PLACEHOLDERS: &'static [&'static str] = &["token", "mac"];

    /// Placeholders that the address of a firmware server may contain.
    pub const FIRMWARE_PLACEHOLDERS: &'static [&'static str] =
        &["vendor", "model", "version", "file"];

    /// A site without addresses, firmware choices and profiles.
    pub fn new(name: Text, settings: Settings) -> Self {
        Self {
            name,
            provisioning_url: None,
            firmware_base: None,
            firmware: BTreeMap::new(),
            settings,
            profiles: BTreeMap::new(),
            rules_as_of: None,
            clock_tolerance: None,
        }
    }
}

/// A named set of settings and keys.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Profile {
    /// Settings above the site's and below the device's.
    pub settings: Settings,
    /// Keys; a device's key at the same place replaces the profile's.
    pub keys: Vec<FunctionKey>,
}

/// A firmware that a phone shall have.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct FirmwareChoice {
    /// The version.
    pub version: Firmware,
    /// The image, or on some DECT bases the root of the server that holds images; absent = the
    /// site's `firmware_base`.
    pub url: Option<Url>,
}

impl FirmwareChoice {
    /// A version from the site's firmware server.
    pub fn new(version: Firmware) -> Self {
        Self { version, url: None }
    }
}
