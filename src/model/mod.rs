//! The vendor-free domain: sites, devices, extensions and everything they are made of.
//!
//! Every type here is valid by construction; what a maker's phone can do with it is the affair of
//! its target. Which type feeds what:
//!
//! | type | feeds |
//! |---|---|
//! | [`Site`] | what many phones share: addresses, firmware choice, the lowest layer of settings, profiles |
//! | [`Settings`] | one layer of settings; [`Layers`] puts site, profile and device above one another |
//! | [`Device`] | one phone or base: who it is, who uses it, what differs from its site |
//! | [`Extension`] | one SIP account |
//! | [`Handset`] | one slot of a DECT base |
//! | [`FunctionKey`] | one key of a phone or its expansion modules |
//!
//! ```
//! use phone_provisioning::model::{Device, Extension, Registrar, Settings, Site};
//!
//! let mut settings = Settings::default();
//! settings.time_zone = Some("Europe/Amsterdam".parse()?);
//! settings.language = Some("nl".parse()?);
//! settings.registrar = Some(Registrar::new("sip.example.net".parse()?));
//! let site = Site::new("Example BV".parse()?, settings);
//!
//! let mut anna = Extension::new("1001".parse()?, "s3cret".parse()?);
//! anna.display_name = Some("Anna".parse()?);
//! let phone = Device::builder("80:5e:0c:12:34:56".parse()?, "acme T46")
//!     .extension(anna)
//!     .build()?;
//! assert_eq!(phone.extensions().len(), 1);
//! # assert!(site.provisioning_url.is_none());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod codec;
mod device;
pub(crate) mod digest;
mod firmware;
mod host;
mod ipei;
mod key;
mod key_value;
mod layers;
mod locale;
mod mac;
mod nearest;
mod settings;
pub(crate) mod shape;
mod site;
#[cfg(feature = "templates")]
mod template;
pub(crate) mod texts;
mod time_zone;
mod url;
mod words;

pub use codec::{Codec, CodecList};
pub use device::{
    Device, DeviceBuilder, Extension, Forward, Handling, Handset, HandsetBinding, Multicell,
    MulticellRole,
};
pub use firmware::{Firmware, FirmwareScheme};
pub use host::{Host, HostPort, Port};
pub use ipei::{Ipei, IpeiText};
pub use key::{FunctionKey, KeyKind};
pub use key_value::KeyValue;
pub use layers::{Found, Layer, Layers};
pub use locale::{Country, Language};
pub use mac::{Mac, MacText};
pub(crate) use nearest::nearest;
pub use settings::{
    CallerId, CustomSetting, CustomValue, DateFormat, Dtmf, FeatureCodes, Ldap, LdapTls, LoggedOut,
    Login, Nat, OutboundProxy, Percent, Phonebook, Registrar, Resync, RingTones, Settings, Srtp,
    TimeFormat, TimeOfDay, Tls, Transport, Vlan, Volumes,
};
pub use site::{FirmwareChoice, Profile, Site};
#[cfg(feature = "templates")]
pub use template::Template;
#[cfg(feature = "templates")]
pub(crate) use template::bad_character;
pub use time_zone::TimeZone;
pub(crate) use url::percent_decoded;
pub use url::{Segment, Url, UrlScheme, UrlTemplate, percent_encode_segment};
pub(crate) use words::{Words, one_of};
