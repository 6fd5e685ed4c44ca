//! What many phones share.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, Utc};

use super::{Firmware, FunctionKey, Settings, Url, UrlTemplate};
use crate::text::Text;

/// What many phones share: a customer, a building.
///
/// Made by [`Site::new`]; the fields are set afterwards. A [`Provisioner`](crate::Provisioner) is made
/// for one site.
///
/// ```
/// use phone_provisioning::model::{Settings, Site, UrlTemplate};
///
/// let mut site = Site::new("Example BV".parse()?, Settings::default());
/// let url = "https://pbx.example.net/p/{token}/";
/// site.provisioning_url = Some(UrlTemplate::parse(url, Site::URL_PLACEHOLDERS)?);
/// assert!(UrlTemplate::parse("https://pbx.example.net/{serial}/", Site::URL_PLACEHOLDERS).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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

/// A named set of settings and keys, between the site's and the device's own.
///
/// ```
/// use phone_provisioning::model::{FunctionKey, KeyKind, Profile, Settings, Site};
///
/// let mut reception = Profile::default();
/// reception.settings.call_waiting = Some(false);
/// let mut bob = FunctionKey::new(3, KeyKind::Blf);
/// bob.value = Some("1002".parse()?);
/// reception.keys.push(bob);
///
/// let mut site = Site::new("Example BV".parse()?, Settings::default());
/// site.profiles.insert("reception".to_owned(), reception);
/// # Ok::<(), phone_provisioning::error::ErrorKind>(())
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Profile {
    /// Settings above the site's and below the device's.
    pub settings: Settings,
    /// Keys; a device's key at the same place replaces the profile's.
    pub keys: Vec<FunctionKey>,
}

/// A firmware that a phone shall have, from an address of its own or from the site's server
/// ([`Site::firmware_base`]).
///
/// ```
/// use phone_provisioning::model::{Firmware, FirmwareChoice, FirmwareScheme, Settings, Site};
///
/// let version = Firmware::parse(FirmwareScheme::Generation, "66.86.0.15")?;
/// let mut choice = FirmwareChoice::new(version);
/// choice.url = Some("https://firmware.example.net/66.86.0.15.rom".parse()?);
///
/// let mut site = Site::new("Example BV".parse()?, Settings::default());
/// site.firmware.insert("acme T46".to_owned(), choice);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
