//! The answer, in values and in words.

use std::fmt;

use serde::Serialize;

use super::leaf::joined;
use crate::error::Path;
use crate::inspect::{Effects, Shown};
use crate::model::{Layer, Mac};
use crate::parse::Position;
use crate::target::SettingRow;

/// Why a phone is told a setting: the answer of [`explain`](super::explain()).
///
/// `Display` writes it for people, `Serialize` for programs. No secret is in it.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Explanation {
    /// Name of the setting as the file spells it.
    pub name: String,
    /// Index beside the name.
    pub index: Option<u32>,
    /// The phone.
    #[serde(serialize_with = "plain")]
    pub mac: Mac,
    /// Its model with its vendor.
    pub model: String,
    /// Its place in the document.
    #[serde(serialize_with = "text")]
    pub device: Path,
    /// Where its files say it, in the order that the phone reads them; nowhere when it is not told. The
    /// fields are those of the last, which counts.
    pub told: Vec<Occurrence>,
    /// How it came.
    pub origin: Origin,
    /// The fields that decide it, those of the highest layer first.
    pub fields: Vec<Field>,
    /// Fields of which no experiment could tell.
    #[serde(serialize_with = "texts")]
    pub untold: Vec<Path>,
    /// What the dictionary says of it.
    pub rule: Option<Rule>,
    /// What was noticed about the fields.
    pub notices: Vec<String>,
}

/// A setting in a file.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Occurrence {
    /// Name of the file.
    pub file: String,
    /// The line and the column where it begins.
    #[serde(flatten)]
    pub position: Position,
    /// Its value.
    pub value: Shown,
    /// Its attributes, but for its index.
    pub attributes: Vec<(String, Shown)>,
}

/// How a setting came to be what it is.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Origin {
    /// The target always says so.
    Constant,
    /// The target's default, because no layer says otherwise.
    Default {
        /// Fields that would change it.
        #[serde(serialize_with = "texts")]
        set_by: Vec<Path>,
    },
    /// Fields of the document.
    Fields,
    /// Nothing tells the phone.
    NotTold,
    /// A raw setting of the document.
    Raw,
    /// It is of a place that nothing of the document is at: an account, a key or a handset that is
    /// cleared, or that gets what it has by default.
    Unused,
}

/// A field of the document that decides a setting.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Field {
    /// Its place.
    #[serde(serialize_with = "text")]
    pub path: Path,
    /// Its layer.
    #[serde(serialize_with = "layer")]
    pub layer: Layer,
    /// What it says.
    pub value: Shown,
    /// Fields of lower layers that it overrides, nearest first.
    #[serde(serialize_with = "texts")]
    pub overrides: Vec<Path>,
}

impl Field {
    /// Whether it is what a raw setting sends.
    pub(super) fn is_raw_value(&self) -> bool {
        let path = self.path.as_str();
        let raw = path.contains(".custom[");
        raw && [".value", ".template"]
            .iter()
            .any(|end| path.ends_with(end))
    }
}

/// What the dictionary says of a setting.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Rule {
    /// Name pattern.
    pub pattern: &'static str,
    /// What it takes, in words.
    pub domain: String,
    /// Default that the vendor states: what everybody knows, be it a password.
    pub default: Option<&'static str>,
    /// First firmware.
    pub since: Option<String>,
    /// Last firmware.
    pub until: Option<String>,
    /// What the phone does when it changes.
    pub effects: Effects,
    /// Whether the sources leave a point open.
    pub doubtful: bool,
    /// Source tags.
    pub source: &'static str,
}

impl Rule {
    pub(super) fn of(row: &SettingRow) -> Self {
        Self {
            pattern: row.name,
            domain: row.domain.to_string(),
            default: row.default,
            since: row.since.map(|bound| bound.to_string()),
            until: row.until.map(|bound| bound.to_string()),
            effects: Effects::of(Some(row)),
            doubtful: row.doubtful,
            source: row.source,
        }
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let index = self
            .index
            .map_or(String::new(), |index| format!(" idx {index}"));
        writeln!(
            f,
            "{}{index} of {} {} ({})",
            self.name, self.model, self.mac, self.device
        )?;
        for told in &self.told {
            write!(f, "  {}:{}: {}", told.file, told.position, told.value)?;
            for (name, value) in &told.attributes {
                write!(f, " {name}={value}")?;
            }
            writeln!(f)?;
        }
        writeln!(f, "origin: {}", self.origin)?;
        for field in &self.fields {
            let layer = layer_word(field.layer);
            writeln!(f, "  {layer}: {} = {}", field.path, field.value)?;
            if !field.overrides.is_empty() {
                writeln!(f, "    overrides {}", joined(&field.overrides))?;
            }
        }
        if !self.untold.is_empty() {
            writeln!(f, "  not tried: {}", joined(&self.untold))?;
        }
        match &self.rule {
            Some(rule) => writeln!(f, "rule: {rule}")?,
            None => writeln!(f, "rule: the dictionary does not know it")?,
        }
        for notice in &self.notices {
            writeln!(f, "notice: {notice}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Constant => f.write_str("always so for this phone; no field changes it"),
            Self::Default { set_by } => {
                let fields = joined(set_by);
                write!(
                    f,
                    "default, because no layer says otherwise; set by {fields}"
                )
            }
            Self::Fields => f.write_str("fields of the document"),
            Self::NotTold => f.write_str("the phone is not told; no field of the document does it"),
            Self::Raw => f.write_str("a raw setting of the document"),
            Self::Unused => f.write_str("nothing of the document is at its place"),
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` takes ", self.pattern)?;
        match self.domain.char_indices().nth(DOMAIN) {
            Some((end, _)) => write!(f, "{}…", &self.domain[..end])?,
            None => f.write_str(&self.domain)?,
        }
        if let Some(default) = &self.default {
            write!(f, "; default {default:?}")?;
        }
        if let Some(since) = &self.since {
            write!(f, "; since firmware {since}")?;
        }
        if let Some(until) = &self.until {
            write!(f, "; until firmware {until}")?;
        }
        let doubtful = if self.doubtful { ", doubtful" } else { "" };
        write!(f, "; {}; source: {}{doubtful}", self.effects, self.source)
    }
}

/// So many characters of a domain in words are shown: some are tables of a hundred words.
const DOMAIN: usize = 200;

fn layer_word(layer: Layer) -> &'static str {
    match layer {
        Layer::Default => "default",
        Layer::Site => "site",
        Layer::Profile => "profile",
        Layer::Device => "device",
        Layer::Extension => "extension, handset or key",
    }
}

fn plain<S: serde::Serializer>(mac: &Mac, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&mac.plain_lower())
}

fn text<S: serde::Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(path.as_str())
}

fn texts<S: serde::Serializer>(paths: &[Path], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(paths.iter().map(Path::as_str))
}

fn layer<S: serde::Serializer>(layer: &Layer, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(layer_word(*layer))
}
