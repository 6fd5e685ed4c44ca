//! Why a phone is told a setting.

use phone_provisioning::inspect::{Explanation, Field, Occurrence, Origin, Rule};
use phone_provisioning::model::Layer;
use serde::Serialize;
use utoipa::ToSchema;

use super::preview::Effects;

/// Why a phone is told a setting.
#[derive(Serialize, ToSchema)]
pub(super) struct Explained {
    /// Name of the setting as the file spells it.
    name: String,
    /// Index beside the name.
    index: Option<u32>,
    /// Where the phone's files say it, in the order in which it reads them; the last counts.
    told: Vec<Told>,
    /// How it came.
    origin: OriginName,
    /// The fields that decide it, or that would.
    fields: Vec<DecidingField>,
    /// What the maker's dictionary says of it.
    rule: Option<DictionaryRule>,
    /// What was noticed about the fields.
    notices: Vec<String>,
    /// All this in words.
    text: String,
}

/// A setting in a file.
#[derive(Serialize, ToSchema)]
struct Told {
    /// Name of the file.
    file: String,
    /// Line, from 1.
    line: usize,
    /// What it is set to.
    value: String,
}

/// How a setting came to be what it is.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum OriginName {
    /// The target always says so.
    Constant,
    /// The target's default: no layer says otherwise.
    Default,
    /// Fields of the settings.
    Fields,
    /// Nothing tells the phone.
    NotTold,
    /// A raw setting.
    Raw,
    /// It is of a place that is not in use.
    Unused,
}

/// A field that decides a setting.
#[derive(Serialize, ToSchema)]
struct DecidingField {
    /// Its place.
    path: String,
    /// Its layer; nothing where it would decide.
    layer: Option<LayerName>,
    /// What it says; nothing where it would decide.
    value: Option<String>,
    /// Fields of lower layers that it goes before.
    overrides: Vec<String>,
}

/// A layer of settings.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum LayerName {
    /// What the target does by itself.
    Default,
    /// The organisation.
    Site,
    /// The phone, whoever has it.
    Profile,
    /// The subscriber's settings on the phone.
    Device,
    /// The account, the handset or the key.
    Extension,
}

/// What the maker's dictionary says of a setting.
#[derive(Serialize, ToSchema)]
struct DictionaryRule {
    /// What it takes.
    domain: String,
    /// The default that the maker states.
    default: Option<&'static str>,
    /// First firmware.
    since: Option<String>,
    /// Last firmware.
    until: Option<String>,
    /// What the phone does when it changes.
    effects: Effects,
    /// Whether the sources leave a point open.
    doubtful: bool,
    /// The sources.
    source: &'static str,
}

impl From<Explanation> for Explained {
    fn from(explanation: Explanation) -> Self {
        let text = explanation.to_string();
        let would = match &explanation.origin {
            Origin::Default { set_by } => set_by.as_slice(),
            _ => &[],
        };
        let would = would.iter().map(|path| DecidingField {
            path: path.to_string(),
            layer: None,
            value: None,
            overrides: Vec::new(),
        });
        let fields = explanation.fields.iter().map(DecidingField::from);
        Self {
            told: explanation.told.iter().map(Told::from).collect(),
            origin: OriginName::from(&explanation.origin),
            fields: fields.chain(would).collect(),
            rule: explanation.rule.map(DictionaryRule::from),
            name: explanation.name,
            index: explanation.index,
            notices: explanation.notices,
            text,
        }
    }
}

impl From<&Occurrence> for Told {
    fn from(told: &Occurrence) -> Self {
        Self {
            file: told.file.clone(),
            line: told.position.line,
            value: shown(&told.value),
        }
    }
}

impl From<&Origin> for OriginName {
    fn from(origin: &Origin) -> Self {
        match origin {
            Origin::Constant => Self::Constant,
            Origin::Default { .. } => Self::Default,
            Origin::Fields => Self::Fields,
            Origin::Raw => Self::Raw,
            Origin::Unused => Self::Unused,
            _ => Self::NotTold,
        }
    }
}

impl From<&Field> for DecidingField {
    fn from(field: &Field) -> Self {
        Self {
            path: field.path.to_string(),
            layer: Some(match field.layer {
                Layer::Default => LayerName::Default,
                Layer::Site => LayerName::Site,
                Layer::Profile => LayerName::Profile,
                Layer::Device => LayerName::Device,
                Layer::Extension => LayerName::Extension,
            }),
            value: Some(shown(&field.value)),
            overrides: field.overrides.iter().map(ToString::to_string).collect(),
        }
    }
}

impl From<Rule> for DictionaryRule {
    fn from(rule: Rule) -> Self {
        Self {
            domain: rule.domain,
            default: rule.default,
            since: rule.since,
            until: rule.until,
            effects: rule.effects.into(),
            doubtful: rule.doubtful,
            source: rule.source,
        }
    }
}

fn shown(value: &phone_provisioning::inspect::Shown) -> String {
    let redacted = crate::server::documents::REDACTED;
    value.text().unwrap_or(redacted).to_owned()
}
