//! From the files of a phone back to an entry of the fleet document ([`ImportRequest`]).

mod draft;
mod sheet;
mod withdraw;
mod zone;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use crate::error::Path;
use crate::fleet::{DeviceDoc, Document, ExtensionDoc, Fleet, HandsetDoc, Lax, List, Secrets};
use crate::model::{Device, Firmware, Mac, Site, UrlTemplate};
use crate::parse::{File, Position};
use crate::target::{ModelRow, ProvisioningTarget};

pub(crate) use draft::Draft;
pub(crate) use sheet::{Entry, Mark, Sheet};
pub(crate) use zone::{ZoneHints, zone_choice, zones_of, zones_where};

/// What a target imports ([`ProvisioningTarget::import`]): the files of one phone, and what is known
/// beside them. So a PBX takes over phones that another system has provisioned.
///
/// How it works, for every target: what the files say is read into the typed model; that is rendered
/// by the very emitter that makes files; what then comes out as it stood in the files is *said*. What
/// does not come out goes into `custom` as a raw setting, and is listed with its place and the
/// reason. So nothing is lost in silence, and a document of phones that this library provisioned
/// itself renders the same bytes again.
///
#[cfg_attr(feature = "yealink", doc = "```")]
#[cfg_attr(not(feature = "yealink"), doc = "```ignore")]
/// use phone_provisioning::fleet::Secrets;
/// use phone_provisioning::inspect::{ImportFile, ImportRequest};
/// use phone_provisioning::parse::{Limits, parse};
/// use phone_provisioning::target::{ProvisioningTarget, yealink::Yealink};
///
/// let bytes = b"#!version:1.0.0.1
/// account.1.enable = 1
/// account.1.user_name = 1001
/// account.1.password = s3cret
/// account.1.sip_server.1.address = sip.example.net
/// local_time.time_zone_name = Netherlands(Amsterdam)
/// lang.gui = German
/// screensaver.wait_time = 600
/// ";
/// let file = parse(bytes, &Limits::default());
/// let target = Yealink::new();
/// let model = target.models().iter().find(|row| row.name == "T46S");
/// let files = [ImportFile::new(&file).named("805e0c123456.cfg")];
/// let mut request = ImportRequest::new(&files);
/// request.model = model;
/// let imported = target.import(request);
///
/// let toml = imported.document(Secrets::Redact).to_toml();
/// assert!(toml.contains("mac = \"80:5e:0c:12:34:56\""));
/// assert!(toml.contains("number = \"1001\""));
/// assert!(toml.contains("time_zone = \"Europe/Amsterdam\""));
/// assert!(!toml.contains("s3cret"));
/// let raw = &imported.remarks()[0];
/// assert_eq!(raw.setting().unwrap().name(), "screensaver.wait_time");
/// assert_eq!(raw.setting().unwrap().position().line, 8);
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ImportRequest<'a> {
    /// The files in the order in which the phone reads them: what several set, the last one sets.
    pub files: &'a [ImportFile<'a>],
    /// Hardware address of the phone; absent = as the names of the files or their content say.
    pub mac: Option<Mac>,
    /// Model, a row of the target; absent = as the names of the files or their content say.
    pub model: Option<&'a ModelRow>,
    /// What the phone runs; absent = the newest firmware of the model.
    pub firmware: Option<Firmware>,
    /// The provisioning URL of the site that takes the phone over. Where the one in the files is made
    /// of it, its token becomes the device's.
    pub provisioning_url: Option<&'a UrlTemplate>,
}

impl<'a> ImportRequest<'a> {
    /// Files of which nothing else is known.
    pub fn new(files: &'a [ImportFile<'a>]) -> Self {
        Self {
            files,
            mac: None,
            model: None,
            firmware: None,
            provisioning_url: None,
        }
    }
}

/// A file of a phone.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ImportFile<'a> {
    /// Name as the phone asks for it, where it is known: it tells the model or the address.
    pub name: Option<&'a str>,
    /// Its content.
    pub file: &'a File<'a>,
}

impl<'a> ImportFile<'a> {
    /// A file without a name.
    pub fn new(file: &'a File<'a>) -> Self {
        Self { name: None, file }
    }

    /// The same with the name by which the phone asks for it.
    #[must_use]
    pub fn named(self, name: &'a str) -> Self {
        Self {
            name: Some(name),
            ..self
        }
    }
}

/// What came of an import: an entry of the fleet document, and what there is to say about it.
///
/// `Debug` shows no secret.
#[derive(Clone, Debug)]
pub struct Imported {
    site: Arc<Site>,
    device: Device,
    unknown: BTreeSet<Unknown>,
    remarks: Vec<Remark>,
}

/// What a document needs and the files do not have.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Unknown {
    Mac,
    Model,
    /// Of an extension.
    Password(usize),
    /// Of an extension of a handset.
    HandsetPassword(usize, usize),
}

impl Imported {
    /// The import of a target that reads nothing: raw settings alone.
    pub(crate) fn raw<T: ProvisioningTarget + ?Sized>(
        target: &T,
        request: &ImportRequest<'_>,
    ) -> Self {
        let sheet = Sheet::new(request.files, str::is_empty, |_| false);
        let model = request.model.or_else(|| target.models().first());
        let draft = Draft::new(
            sheet,
            request,
            request.mac,
            model.unwrap_or(&ModelRow::EMPTY),
            request.model.is_some(),
        );
        draft.finish(target, |request| vec![target.prepare(request)])
    }

    /// The document: a site with the settings, and one device.
    ///
    /// With [`Secrets::Expose`] it resolves, unless something required is in none of the files: then a
    /// remark of kind [`RemarkKind::Missing`] says what to add.
    pub fn document(&self, secrets: Secrets) -> Document {
        let fleet = Fleet::new(self.site.clone(), vec![self.device.clone()]);
        let mut document = Document::from_fleet(&fleet, secrets);
        let device = document
            .devices
            .as_ref()
            .and_then(Lax::value)
            .and_then(|list| list.entries().first())
            .and_then(Lax::value)
            .cloned();
        document.devices = Some(List::from_iter(device.map(|device| self.blank(device))).into());
        document
    }

    /// What could not be said, what was guessed and what is missing: in the order of the files,
    /// then of the document.
    pub fn remarks(&self) -> &[Remark] {
        &self.remarks
    }

    /// The device without the made-up values that stand for what is not known.
    fn blank(&self, mut device: DeviceDoc) -> DeviceDoc {
        if self.unknown.contains(&Unknown::Mac) {
            device.mac = None;
        }
        if self.unknown.contains(&Unknown::Model) {
            device.model = None;
        }
        device.extensions = with_each(device.extensions, |i, mut extension: ExtensionDoc| {
            if self.unknown.contains(&Unknown::Password(i)) {
                extension.password = None;
            }
            extension
        });
        device.handsets = with_each(device.handsets, |slot, mut handset: HandsetDoc| {
            handset.extensions = with_each(handset.extensions, |i, mut extension: ExtensionDoc| {
                if self.unknown.contains(&Unknown::HandsetPassword(slot, i)) {
                    extension.password = None;
                }
                extension
            });
            handset
        });
        device
    }
}

/// The list with every entry changed.
fn with_each<T: Clone>(
    list: Option<Lax<List<T>>>,
    change: impl Fn(usize, T) -> T,
) -> Option<Lax<List<T>>> {
    let entries: Vec<T> = list?
        .value()?
        .entries()
        .iter()
        .filter_map(Lax::value)
        .cloned()
        .collect();
    let entries = entries.into_iter().enumerate();
    Some(List::from_iter(entries.map(|(i, entry)| change(i, entry))).into())
}

/// Something that the caller should know about an import. Never shows a value of a file, which may be
/// secret.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Remark {
    pub(crate) kind: RemarkKind,
    pub(crate) path: Path,
    pub(crate) setting: Option<SettingPlace>,
    pub(crate) message: Cow<'static, str>,
}

impl Remark {
    /// What kind of remark it is.
    pub fn kind(&self) -> RemarkKind {
        self.kind
    }

    /// Where in the document it is about; the root where the setting is nowhere in it.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The setting that it is about, where it is about one.
    pub fn setting(&self) -> Option<&SettingPlace> {
        self.setting.as_ref()
    }

    /// The text, without kind and places.
    pub fn message(&self) -> &str {
        &self.message
    }
}

/// `805e0c123456.cfg:8:1: screensaver.wait_time: custom: …`, and without a setting
/// `site.settings.time_zone: missing: …`.
impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.setting {
            Some(setting) => write!(f, "{setting}: ")?,
            None => write!(f, "{}: ", self.path)?,
        }
        write!(f, "{}: {}", self.kind.as_str(), self.message)
    }
}

/// A setting of one of the files.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SettingPlace {
    pub(crate) file: usize,
    pub(crate) file_name: Option<String>,
    pub(crate) name: String,
    pub(crate) index: Option<u32>,
    pub(crate) position: Position,
}

impl SettingPlace {
    /// Which of the files, from 0 in the order of the request.
    pub fn file(&self) -> usize {
        self.file
    }

    /// Name of the setting as the file spells it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its index, where the format has one beside the name.
    pub fn index(&self) -> Option<u32> {
        self.index
    }

    /// Line and column of the setting.
    pub fn position(&self) -> Position {
        self.position
    }
}

impl fmt::Display for SettingPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.file_name {
            Some(name) => write!(f, "{name}")?,
            None => write!(f, "file {}", self.file + 1)?,
        }
        let Position { line, column, .. } = self.position;
        write!(f, ":{line}:{column}: {}", self.name)?;
        match self.index {
            Some(index) => write!(f, "[{index}]"),
            None => Ok(()),
        }
    }
}

/// The kinds of remarks.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum RemarkKind {
    /// The document has no word for the setting: it is in `custom`.
    Custom,
    /// The value is what the phone does by itself, and nothing in the document says otherwise: left
    /// out.
    Default,
    /// Chosen among several that fit; the others are told.
    Guess,
    /// Neither the document nor `custom` can say it: left out.
    Lost,
    /// Required, and in none of the files: to be added.
    Missing,
    /// The document decides it, or it belongs to the system that the phone came from: left out.
    Replaced,
}

impl RemarkKind {
    /// The kind as it is printed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Custom => "custom",
            Self::Default => "default",
            Self::Guess => "guess",
            Self::Lost => "lost",
            Self::Missing => "missing",
            Self::Replaced => "replaced",
        }
    }
}

impl fmt::Display for RemarkKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
