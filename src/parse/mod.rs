//! The way back: files that phones and bases download, or write themselves, into their settings in
//! order, each with its place in the file.
//!
//! The parsers know how files are written, not what a setting means: that is the affair of the
//! [dictionaries](crate::target::ProvisioningTarget::setting) and of [`inspect`](crate::inspect).
//!
//! | written as | read are |
//! |---|---|
//! | XML | settings with index, permission and attributes; function keys; containers of files; firmware; phone books and dial plans; language lists; the sections of a base |
//! | `name = value` | configuration files of all phones or of one, the exports of a phone, boot files with what they include |
//! | `name: value` | the text form that XML replaced |
//!
//! **Any bytes can be read.** A file with faults yields what can be read of it, in the way that a
//! patient reader would take it, and a [`Finding`] with a stable code for every fault; the codes are
//! in [`PARSE_CODES`]. Nothing panics, and time and memory are bounded by the size of the input and by
//! [`Limits`].
//!
//! ```
//! use phone_provisioning::parse::{self, FileKind, Limits};
//!
//! let bytes = b"#!version:1.0.0.1\naccount.1.label = Anna\naccount.1.enable\n";
//! let file = parse::parse(bytes, &Limits::default());
//! assert_eq!(file.kind(), FileKind::Settings);
//!
//! let [label] = file.settings() else { panic!("one line says nothing") };
//! assert_eq!((label.name(), label.value()), ("account.1.label", "Anna"));
//! assert_eq!(file.position(label.span().start).line, 2);
//!
//! let [finding] = file.findings() else { panic!("and is told") };
//! assert_eq!(finding.code(), "P0204");
//! assert_eq!(file.position(finding.span().start).line, 3);
//! ```
//!
//! # Encrypted files
//!
//! They are [recognised](FileKind::Encrypted) and not read: first decrypt, then parse.
//!
#![cfg_attr(feature = "yealink-encrypt", doc = "```")]
#![cfg_attr(not(feature = "yealink-encrypt"), doc = "```ignore")]
//! use phone_provisioning::parse::{self, FileKind, Limits};
//! use phone_provisioning::target::yealink::encrypt;
//!
//! let key = encrypt::FileKey::any_firmware("0123456789abcdef")?;
//! let served = encrypt::encrypt(b"#!version:1.0.0.1\nlang.gui = German\n", &key, Default::default());
//! assert_eq!(parse::parse(&served, &Limits::default()).kind(), FileKind::Encrypted);
//!
//! let plain = encrypt::decrypt(&served, &key)?;
//! let file = parse::parse(plain.bytes(), &Limits::default());
//! assert_eq!(file.settings()[0].value(), "German");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod attribute;
mod cfg;
mod element;
mod file;
mod finding;
mod reading;
mod reference;
mod residue;
mod setting;
mod sniff;
mod source;
mod text;
mod xml;

pub use file::{File, Include, Position};
pub use finding::{Finding, Level, PARSE_CODES, ParseCode};
pub use setting::{Attributes, Setting};

use reading::Reading;

/// What bounds the work of reading one file. What lies beyond is not read, and a finding says so.
///
/// ```
/// use phone_provisioning::parse::{self, Limits};
///
/// let mut limits = Limits::default();
/// limits.settings = 1;
/// let file = parse::parse(b"#!version:1.0.0.1\na = 1\nb = 2\n", &limits);
/// assert_eq!(file.settings().len(), 1);
/// assert_eq!(file.findings()[0].code(), "P0002");
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Limits {
    /// The largest file, in bytes: 16 MiB. Never more than 4 GiB.
    pub bytes: usize,
    /// The most settings: 200,000.
    pub settings: usize,
    /// How deep XML elements may stand in one another: 32.
    pub depth: usize,
    /// The most findings that are listed: 1,000.
    pub findings: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 16 << 20,
            settings: 200_000,
            depth: 32,
            findings: 1_000,
        }
    }
}

/// How a file is written.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Format {
    /// Lines `name = value`.
    Cfg,
    /// Lines `name: value`, the form that XML replaced.
    Text,
    /// XML.
    Xml,
}

/// What a file holds, as far as its root element or its first lines say.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum FileKind {
    /// What files to load, and how they are taken.
    Boot,
    /// Rules for what is dialled.
    DialPlan,
    /// Nothing that can be read without a key.
    Encrypted,
    /// Addresses of further files.
    FileList,
    /// Which firmware to load.
    Firmware,
    /// Languages of the display or of the web pages, or one of them.
    Languages,
    /// Anything else.
    Other,
    /// Contacts.
    PhoneBook,
    /// Settings of a phone or a base.
    Settings,
}

/// Reads a file; its first bytes tell how it is written.
///
/// ```
/// use phone_provisioning::parse::{self, Format, Limits};
///
/// let file = parse::parse(b"<phone-settings><ntp_server perm=\"R\"/></phone-settings>", &Limits::default());
/// assert_eq!((file.format(), file.root()), (Format::Xml, Some("phone-settings")));
/// ```
pub fn parse<'a>(bytes: &'a [u8], limits: &Limits) -> File<'a> {
    let mut reading = Reading::new(bytes, limits);
    match sniff::format(reading.text()) {
        Format::Cfg => cfg::read(&mut reading),
        Format::Text => text::read(&mut reading),
        Format::Xml => xml::read(&mut reading),
    }
    reading.finish()
}

/// Reads a file of lines `name = value`, whatever it looks like: for a caller that knows what it is.
pub fn parse_cfg<'a>(bytes: &'a [u8], limits: &Limits) -> File<'a> {
    let mut reading = Reading::new(bytes, limits);
    cfg::read(&mut reading);
    reading.finish()
}

/// Reads a file of XML, whatever it looks like: for a caller that knows what it is.
pub fn parse_xml<'a>(bytes: &'a [u8], limits: &Limits) -> File<'a> {
    let mut reading = Reading::new(bytes, limits);
    xml::read(&mut reading);
    reading.finish()
}
