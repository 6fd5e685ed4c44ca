//! Targets: what makes files of the model, one per maker's dialect, behind one trait.
//!
//! | target | id | phones |
//! |---|---|---|
#![cfg_attr(
    feature = "snom",
    doc = "| [`SnomDesk`](snom::SnomDesk) | `snom-desk` | Snom desk phones, firmware 8.7 to 10.1 |
| [`SnomDect`](snom::SnomDect) | `snom-dect` | Snom DECT bases M300, M400, M700, M900 |"
)]
#![cfg_attr(
    feature = "yealink",
    doc = "| [`Yealink`](yealink::Yealink) | `yealink` | Yealink desk, conference and DECT phones, V70 to V87 |"
)]
//!
//! [`Targets`] is the list of targets in use; a caller may put its own beside the shipped ones.
//! [`Provisioner`] renders the devices of one site with them.
//!
//! A target has one emitter, the only place that knows its order and its text. *Preparing* runs it on
//! probe values that no text can be and cuts the result into finished runs of bytes and slots;
//! *rendering* copies the runs and writes the device's values into the slots. Parts that devices of one
//! kind get one after another are kept put together, section by section. What does not fit
//! (settings of the device's own, own registrars) goes through the same emitter directly. Both ways
//! give the same bytes.

mod agent;
mod bulk;
mod clock;
mod context;
mod custom;
mod dictionary;
mod domain;
mod emission;
mod file_name;
pub(crate) mod index;
mod job;
mod keys;
mod lint_row;
mod network;
mod output;
mod parts;
mod program;
mod provisioner;
mod row;
#[cfg(feature = "snom")]
pub mod snom;
pub(crate) mod targets;
#[cfg(feature = "templates")]
pub mod template;
mod unconfirmed;
mod view;
mod whole;
#[cfg(feature = "yealink")]
pub mod yealink;

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

pub use agent::{AgentClaim, AgentWords, Modules};
pub use bulk::{Bulk, BulkItem, Summary};
pub use dictionary::{Indices, SettingMatch};
pub use file_name::{FileKind, FileRow};
pub use lint_row::{LintRow, LintRule};
pub use network::{CheckSync, DhcpSource, Refresh, VendorClass};
pub use output::{ConfigFile, Etag, EtagKey, FileRef, Output, Rendered};
pub use provisioner::Provisioner;
pub use row::{
    Domain, Effect, FirmwareBound, FirmwareSpan, FirmwareStep, ModelRow, OuiRow, Repeats, Scope,
    SettingRow, StepRule, TokenRow,
};
pub use targets::{ModelMatch, Targets};
pub use unconfirmed::{Unconfirmed, UnconfirmedArea};

use crate::error::{ErrorKind, Errors, Invalid};
use crate::inspect::{ImportRequest, Imported};
use crate::model::{Device, Firmware, FirmwareScheme, Mac, MacText, Site};
use crate::parse::Format;

/// Something that makes the configuration files of a family of phones.
///
/// Object safe; [`Targets`] keeps them as `Arc<dyn ProvisioningTarget>`. A target outside of this crate
/// says what it is, which models it has and how it renders one; everything else has a default, which
/// is most often that nothing is known.
///
/// ```
/// use std::sync::Arc;
/// use phone_provisioning::model::{Device, FirmwareScheme, Layers, Site};
/// use phone_provisioning::target::{
///     ModelRow, Output, Prepare, Prepared, ProvisioningTarget, TargetId,
/// };
/// use phone_provisioning::{Document, Errors, Provisioner, Targets};
///
/// #[derive(Debug)]
/// struct Acme(Vec<ModelRow>);
///
/// impl ProvisioningTarget for Acme {
///     fn id(&self) -> TargetId {
///         TargetId::new("acme-desk")
///     }
///     fn vendor(&self) -> &str {
///         "acme"
///     }
///     fn firmware_scheme(&self) -> FirmwareScheme {
///         FirmwareScheme::Dotted
///     }
///     fn models(&self) -> &[ModelRow] {
///         &self.0
///     }
///     fn file_names(&self, _: &ModelRow) -> Vec<String> {
///         vec!["<mac>.txt".to_owned()]
///     }
///     fn prepare(&self, request: Prepare<'_>) -> Result<Box<dyn Prepared>, Errors> {
///         Ok(Box::new(Ready(Arc::clone(request.site))))
///     }
/// }
///
/// #[derive(Debug)]
/// struct Ready(Arc<Site>);
///
/// impl Prepared for Ready {
///     fn render(&self, device: &Device, output: &mut Output) -> Result<(), Errors> {
///         let layers = Layers::new(&self.0, device.profile(), device.settings());
///         let registrar = layers.find(|settings| settings.registrar.as_ref());
///         let name = format!("{}.txt", device.mac().plain_lower());
///         output.add_file(&name, &[], "text/plain", true, |bytes| {
///             for extension in device.extensions() {
///                 bytes.extend_from_slice(extension.number.as_str().as_bytes());
///                 if let Some(registrar) = registrar {
///                     bytes.extend_from_slice(format!("@{}", registrar.value.host).as_bytes());
///                 }
///             }
///         });
///         Ok(())
///     }
///     fn render_shared(&self, _: &mut Output) -> Result<(), Errors> {
///         Ok(())
///     }
/// }
///
/// let targets = Targets::builtin().with(Acme(vec![ModelRow::new("P1")]));
/// let fleet = Document::from_toml(r#"
///     [site]
///     name = "Example BV"
///     [site.settings]
///     time_zone = "Europe/Amsterdam"
///     language = "nl"
///     registrar = { host = "sip.example.net" }
///     [[devices]]
///     mac = "00:00:5e:00:53:2d"
///     model = "Acme P1"
///     extensions = [{ number = "1001", password = "s3cret" }]
/// "#)?.resolve(&targets)?;
/// let provisioner = Provisioner::with_targets(fleet.site().clone(), targets);
/// let rendered = provisioner.render(&fleet.devices()[0])?;
/// assert_eq!(rendered.file("00005e00532d.txt").unwrap().bytes(), b"1001@sip.example.net");
/// # Ok::<(), Errors>(())
/// ```
pub trait ProvisioningTarget: fmt::Debug + Send + Sync + 'static {
    /// Its name in documents and file paths; unique among the targets in use.
    fn id(&self) -> TargetId;

    /// The maker's name as it stands before a model: `yealink`. Lower case.
    fn vendor(&self) -> &str;

    /// How the makers' firmware versions are written.
    fn firmware_scheme(&self) -> FirmwareScheme;

    /// The models that it knows.
    fn models(&self) -> &[ModelRow];

    /// The dictionary of settings that it knows, ascending by name; empty when it has none.
    fn settings(&self) -> &[SettingRow] {
        &[]
    }

    /// How its files are written.
    fn format(&self) -> Format {
        Format::Cfg
    }

    /// What the name of a setting means, as it stands in a file, with the number beside it where the
    /// format has one: `account.3.label`, or `user_name` and 3.
    ///
    /// By default it is looked up in [`settings`](Self::settings), which then ascend by name in bytes.
    fn setting(&self, name: &str, index: Option<u32>) -> Option<SettingMatch<'_>> {
        dictionary::find(self.settings(), name, index)
    }

    /// What is known of files that went wrong, for [`lint`](crate::inspect::lint()); empty when nothing is.
    fn lint_rows(&self) -> &[LintRow] {
        &[]
    }

    /// The facts about its phones that no source confirms and that something here rests on, by name;
    /// empty when none is written down.
    fn unconfirmed(&self) -> &[Unconfirmed] {
        &[]
    }

    /// The letter before the numbers of findings that rest on the tables of this target: `Y`. `G`
    /// and `P` are taken by findings that rest on none.
    fn lint_prefix(&self) -> char {
        'T'
    }

    /// Names of the files that a phone of the model asks for, `<mac>` standing for its address in
    /// the letter case that the phone uses.
    fn file_names(&self, model: &ModelRow) -> Vec<String>;

    /// Further names that its phones ask for or send; empty when none is known.
    fn other_files(&self) -> &[FileRow] {
        &[]
    }

    /// Whether a phone may be told to ask for the common file of another model, so that the name of the
    /// file is only a hint at the model that asks.
    fn shares_common_files(&self) -> bool {
        false
    }

    /// Languages that its phones' displays speak, ascending by BCP 47 tag; a tag may be there several
    /// times, each for other firmware. Empty when none is known.
    fn languages(&self) -> &[TokenRow] {
        &[]
    }

    /// Blocks of MAC addresses that its phones have, ascending; empty when none is known.
    fn mac_blocks(&self) -> &[OuiRow] {
        &[]
    }

    /// The address of a phone as the phone writes it at `{mac}` of a URL.
    fn mac_in_url(&self, mac: Mac) -> MacText {
        mac.plain_lower()
    }

    /// What a User-Agent of HTTP or SIP says, if a phone of this target sends such a one. The words are a
    /// stranger's.
    ///
    /// By default one that begins with the maker's name, or has it as a word, with the name of one of
    /// the [`models`](Self::models) after it, then a version, and an address of twelve digits anywhere.
    fn read_agent<'a>(&self, agent: &AgentWords<'a>) -> Option<AgentClaim<'a>> {
        agent.claim(self)
    }

    /// Makes ready to render devices of one model.
    ///
    /// # Errors
    /// Everything that is wrong for all of these devices.
    fn prepare(&self, request: Prepare<'_>) -> Result<Box<dyn Prepared>, Errors>;

    /// The files of a phone as an entry of the fleet document, see [`inspect`](crate::inspect). A
    /// target that reads nothing of its files makes raw settings of all that they say.
    fn import(&self, request: ImportRequest<'_>) -> Imported {
        Imported::raw(self, &request)
    }

    /// How its phones are told by SIP to fetch their files again, or to restart. Without a firmware the
    /// newest is assumed.
    ///
    /// # Errors
    /// [`ErrorKind::NotSupported`] when no source says that they can be told so, which is so by default.
    fn check_sync(
        &self,
        _refresh: Refresh,
        _firmware: Option<Firmware>,
    ) -> Result<CheckSync, ErrorKind> {
        Err(ErrorKind::NotSupported {
            what: "known way to be told of new files".into(),
            limit: self.id().to_string(),
            instead: "restart the phone by hand".into(),
        })
    }

    /// The DHCP options that its phones read the address of their files from, the one that wins
    /// over the others first; empty when none is known.
    fn dhcp_sources(&self) -> &[DhcpSource] {
        &[]
    }

    /// Whether its phones send this vendor class (option 60 of DHCP); a stranger's bytes.
    fn vendor_class(&self, _class: &[u8]) -> Option<VendorClass<'_>> {
        None
    }
}

/// What a target prepares for: a site (with one of its profiles, or none) × a model × a firmware. Made
/// by [`Provisioner`]; a target gives it on to another one as it is.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Prepare<'a> {
    /// The site.
    pub site: &'a Arc<Site>,
    /// Name of the profile that the devices follow.
    pub profile: Option<&'a str>,
    /// The model.
    pub model: &'a ModelRow,
    /// What the devices report that they run; `None` = the newest firmware of the model.
    pub installed_firmware: Option<Firmware>,
    /// Whether to emit every file anew in place of copying finished parts: the same bytes, slower.
    pub plain: bool,
}

/// A target made ready for devices of one site, profile, model and firmware.
pub trait Prepared: fmt::Debug + Send + Sync {
    /// Appends the device's own files and its notices.
    ///
    /// # Errors
    /// Everything that is wrong with the device; the output then holds no file of it.
    fn render(&self, device: &Device, output: &mut Output) -> Result<(), Errors>;

    /// Appends the files that all phones of the model at this site share. They hold no secret and
    /// do not depend on profile or firmware.
    ///
    /// # Errors
    /// Everything that is wrong with the site for this model.
    fn render_shared(&self, output: &mut Output) -> Result<(), Errors>;
}

/// Name of a target: `yealink`.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct TargetId(Cow<'static, str>);

impl TargetId {
    /// A name of lower-case letters, digits and dashes.
    ///
    /// # Panics
    /// When there is another character, or none. It is meant for constants, which find out at compile
    /// time; what is read at run time is [parsed](str::parse).
    pub const fn new(id: &'static str) -> Self {
        let bytes = id.as_bytes();
        let mut i = 0;
        while i < bytes.len() {
            assert!(
                matches!(bytes[i], b'a'..=b'z' | b'0'..=b'9' | b'-'),
                "a target id has lower-case letters, digits and dashes"
            );
            i += 1;
        }
        assert!(!bytes.is_empty(), "a target id is not empty");
        Self(Cow::Borrowed(id))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for TargetId {
    type Err = Invalid;

    fn from_str(id: &str) -> Result<Self, Invalid> {
        let fits = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
        if !id.is_empty() && id.bytes().all(fits) {
            return Ok(Self(Cow::Owned(id.to_owned())));
        }
        let expected = "a target id of lower-case letters, digits and dashes";
        Err(Invalid::new(expected, id))
    }
}

impl fmt::Display for TargetId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}
