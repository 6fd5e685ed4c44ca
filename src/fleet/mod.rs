//! The fleet document: what people write and databases store, in TOML or JSON.
//!
//! A [`Document`] is lax: it reads whatever is well formed and remembers what was found where, so
//! that [`Document::resolve`] can report every fault of the whole document at once, each with its
//! path. What it gives is a [`Fleet`] of the typed, always valid model; [`Document::from_fleet`] is
//! the way back.
//!
//! ```
//! use phone_provisioning::fleet::Document;
//! use phone_provisioning::target::Targets;
//!
//! let document = Document::from_toml(r#"
//!     [site]
//!     name = "Example BV"
//!     [site.settings]
//!     time_zone = "Europe/Amsterdam"
//!     language = "nl"
//!     registrar = { host = "sip.example.net", port = 70000 }
//!     [[devices]]
//!     mac = "80:5e:0c:12:34:5g"
//!     model = "yealink T46Z"
//!     extensions = [{ number = "1001", passwort = "s3cret" }]
//! "#)?;
//! let errors = document.resolve(&Targets::builtin()).unwrap_err();
//! let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
//! assert_eq!(errors.len(), 5);
//! assert_eq!(
//!     errors[0],
//!     "site.settings.registrar.port: expected a port between 1 and 65535, found 70000",
//! );
//! assert_eq!(
//!     errors[3],
//!     "devices[0].extensions[0].passwort: unknown key `passwort`; the nearest is `password`",
//! );
//! # Ok::<(), phone_provisioning::error::Errors>(())
//! ```
//!
//! A reader's own message quotes the line it stumbled over, and that line may hold a password; so
//! [`ErrorKind::Syntax`] says where, and nothing else.

mod devices;
mod document;
mod lax;
mod reader;
mod resolve;
#[cfg(feature = "schema")]
mod schema;
mod settings;
mod write;

use std::sync::Arc;

use serde::de::Deserialize as _;

pub use document::{
    BackupRegistrarDoc, CustomDoc, DeviceDoc, Document, ExtensionDoc, FeatureCodesDoc, FirmwareDoc,
    ForwardDoc, HandsetDoc, HandsetFirmwareDoc, KeyDoc, LanguagePackDoc, LdapDoc, LoggedOutDoc,
    LoginDoc, MulticellDoc, NatDoc, OutboundProxyDoc, PhonebookDoc, ProfileDoc, RegistrarDoc,
    ResyncDoc, RingTonesDoc, SettingsDoc, SiteDoc, TlsDoc, VlanDoc, VolumesDoc,
};
pub use lax::{Lax, List, Names, Number, SecretText, Word};
pub use write::Secrets;

use crate::error::{Error, ErrorKind, Errors, Path};
use crate::model::{Device, Handling, Site};

/// A site and its devices, all valid: what [`Document::resolve`] gives, or the caller's own.
///
/// ```
/// use std::sync::Arc;
///
/// use phone_provisioning::fleet::{Document, Fleet, Secrets};
/// use phone_provisioning::{Device, Settings, Site};
///
/// let site = Arc::new(Site::new("Example BV".parse()?, Settings::default()));
/// let phone = Device::builder("80:5e:0c:12:34:56".parse()?, "yealink T46S").build()?;
/// let fleet = Fleet::new(site, vec![phone]);
///
/// let document = Document::from_fleet(&fleet, Secrets::Redact).to_toml();
/// assert!(document.contains("mac = \"80:5e:0c:12:34:56\""));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Fleet {
    site: Arc<Site>,
    devices: Vec<Device>,
}

impl Fleet {
    /// A site and its devices, as the caller made them.
    pub fn new(site: Arc<Site>, devices: Vec<Device>) -> Self {
        Self { site, devices }
    }

    /// What all devices share.
    pub fn site(&self) -> &Arc<Site> {
        &self.site
    }

    /// The devices, in the order of the document.
    pub fn devices(&self) -> &[Device] {
        &self.devices
    }

    /// Both, to keep.
    pub fn into_parts(self) -> (Arc<Site>, Vec<Device>) {
        (self.site, self.devices)
    }
}

/// Reading and writing. A document can be made here as well: `Default` is empty, and each field takes its
/// value by `into`.
///
/// ```
/// use phone_provisioning::fleet::{Document, SiteDoc};
///
/// let mut site = SiteDoc::default();
/// site.name = Some("Example BV".to_owned().into());
/// let mut document = Document::default();
/// document.site = Some(site.into());
/// assert_eq!(document.to_toml(), "[site]\nname = \"Example BV\"\n");
/// ```
impl Document {
    /// Reads a document in TOML. Types, unknown keys and values are the affair of
    /// [`resolve`](Self::resolve).
    ///
    /// # Errors
    /// [`ErrorKind::Syntax`] with the place where the text is not well formed or has a key twice.
    ///
    /// ```
    /// use phone_provisioning::Document;
    ///
    /// assert!(Document::from_toml("devices = 7").is_ok(), "that is for `resolve` to report");
    /// let error = Document::from_toml("[site]\nname = Example").unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "document: not a well-formed TOML document at line 2, column 8",
    /// );
    /// ```
    pub fn from_toml(text: &str) -> Result<Self, Errors> {
        toml::from_str::<Lax<Self>>(text)
            .map_err(|error| {
                let start = error.span().map_or(0, |span| span.start);
                syntax("TOML", text, start)
            })
            .and_then(document)
    }

    /// Reads a document in JSON; `null` counts as absent.
    ///
    /// # Errors
    /// [`ErrorKind::Syntax`] with the place where the text is not well formed or has a key twice;
    /// [`ErrorKind::WrongType`] when it is no object.
    pub fn from_json(text: &str) -> Result<Self, Errors> {
        let mut reader = serde_json::Deserializer::from_str(text);
        Lax::deserialize(&mut reader)
            .and_then(|read| reader.end().map(|()| read))
            .map_err(|error| {
                // The reader counts bytes of the line up to and with the one it stumbled over.
                let line: usize = text
                    .split_inclusive('\n')
                    .take(error.line().saturating_sub(1))
                    .map(str::len)
                    .sum();
                syntax("JSON", text, line + error.column().saturating_sub(1))
            })
            .and_then(document)
    }

    /// The document in TOML, its secrets in clear as it holds them. What could not be read and
    /// unknown keys are left out.
    pub fn to_toml(&self) -> String {
        // Tables, lists, texts, integers and booleans under text keys: all of TOML, nothing else.
        toml::to_string(self).expect("a document has only what TOML can say")
    }

    /// The document in JSON, its secrets in clear as it holds them. What could not be read and
    /// unknown keys are left out.
    pub fn to_json(&self) -> String {
        // As above; and nothing is written to that could fail.
        serde_json::to_string_pretty(self).expect("a document has only what JSON can say")
    }

    /// Gives every device that does not say how it is handled this handling. What cannot be read of
    /// the devices is left for [`resolve`](Self::resolve) to report.
    ///
    /// ```
    /// use phone_provisioning::Document;
    /// use phone_provisioning::model::Handling;
    ///
    /// let mut document = Document::from_json(r#"{ "devices": [{ "handling": "strict" }, {}] }"#)?;
    /// document.set_default_handling(Handling::Lenient);
    /// assert_eq!(document.to_json().matches("lenient").count(), 1);
    /// # Ok::<(), phone_provisioning::Errors>(())
    /// ```
    pub fn set_default_handling(&mut self, handling: Handling) {
        let devices = self.devices.iter_mut().filter_map(Lax::value_mut);
        for device in devices
            .flat_map(List::entries_mut)
            .filter_map(Lax::value_mut)
        {
            device
                .handling
                .get_or_insert_with(|| Lax::from(Word::from(handling)));
        }
    }

    /// JSON Schema (draft 2020-12) of the document as a text in JSON, for editors and forms.
    ///
    /// Every table is a definition with the name of its type (`SiteDoc` alone stands where it is
    /// used); texts that are secret have the format `password`.
    #[cfg(feature = "schema")]
    pub fn json_schema() -> String {
        format!(
            "{:#}",
            schemars::schema_for!(document::schema::Document).to_value()
        )
    }
}

fn document(read: Lax<Document>) -> Result<Document, Errors> {
    read.into_value().map_err(|found| {
        Error::new(
            Path::root(),
            ErrorKind::WrongType {
                expected: "a table",
                found,
            },
        )
        .into()
    })
}

/// A fault of the form at a byte of the text.
fn syntax(format: &'static str, text: &str, at: usize) -> Errors {
    let at = (0..=at.min(text.len()))
        .rev()
        .find(|&at| text.is_char_boundary(at))
        .unwrap_or(0);
    let before = &text[..at];
    let line_start = before.rfind('\n').map_or(0, |end| end + 1);
    let kind = ErrorKind::Syntax {
        format,
        line: before.matches('\n').count() + 1,
        column: before[line_start..].chars().count() + 1,
    };
    Error::new(Path::root(), kind).into()
}
