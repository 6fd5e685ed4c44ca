//! The columns of the rows. What is not named here is refused.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::domain::Domain;

/// One folder of rows.
#[derive(Debug, Default)]
pub struct Target {
    /// The folder below `vendors`: `yealink`, `snom/desk`.
    pub folder: String,
    /// Words that families and models carry, for the `only` columns.
    pub words: BTreeSet<String>,
    /// Defaults of the families, in file order.
    pub families: Vec<(String, Model)>,
    /// Models with the defaults of their family filled in, in file order.
    pub models: Vec<(String, Model)>,
    /// Settings by row id.
    pub settings: Vec<(String, Setting)>,
    /// Token tables by file name.
    pub tokens: Vec<(String, Vec<(String, Token)>)>,
    /// Blocks of MAC addresses by their text.
    pub ouis: Vec<(String, Oui)>,
    /// Names of files by their pattern; `None` without such a table.
    pub files: Option<Vec<(String, FileName)>>,
    /// Facts for the check of files, by row id; `None` without such a table.
    pub lint: Option<Vec<(String, Lint)>>,
    /// Unconfirmed facts about its phones, by row id; `None` without such a table.
    pub unconfirmed: Option<Vec<(String, Unconfirmed)>>,
    /// Unconfirmed facts about all phones of the maker, which stand in the folder above.
    pub unconfirmed_of_maker: Vec<(String, Unconfirmed)>,
}

impl Target {
    /// The folder above, of a target that stands in one: `snom` of `snom/desk`.
    pub fn maker(&self) -> &str {
        self.folder.split('/').next().unwrap_or_default()
    }
}

/// A model, or the defaults of a family. A column that is absent is unknown.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields)]
#[expect(
    missing_docs,
    reason = "the columns are explained at the crate's ModelRow"
)]
pub struct Model {
    pub family: Option<String>,
    pub tags: Vec<String>,
    pub other_names: Vec<String>,
    pub accounts: Option<u16>,
    pub accounts_until: Option<(Bound, u16)>,
    pub servers: Option<u16>,
    pub line_keys: Option<u16>,
    pub line_keys_clear_to: Option<u16>,
    pub pages: Option<u16>,
    pub programmable_keys: Option<Ranges>,
    pub memory_keys: Option<Ranges>,
    pub modules: Option<u16>,
    pub module_keys: Option<Ranges>,
    pub module_names: Vec<String>,
    pub handsets: Option<u16>,
    pub handset_accounts: Option<u16>,
    pub full_handsets: Option<u16>,
    pub bases: Option<u16>,
    pub calls: Option<(u16, u16)>,
    pub system_calls: Option<(u16, u16)>,
    pub file_stem: Option<String>,
    pub other_file_stems: Vec<String>,
    pub image_prefixes: Vec<(Bound, u16)>,
    pub first_firmware: Option<Bound>,
    pub newest_firmware: Option<Bound>,
    pub firmware_steps: Vec<Step>,
    pub reset: Option<String>,
    pub note: Option<String>,
    pub source: Option<String>,
}

impl Model {
    /// The model with what it leaves open taken from its family. Tags are joined, as they say
    /// what both are; of everything else the model's own column counts alone.
    pub fn with_defaults(self, family: &Self) -> Self {
        fn list<T: Clone>(own: Vec<T>, family: &[T]) -> Vec<T> {
            if own.is_empty() { family.to_vec() } else { own }
        }
        let mut tags = family.tags.clone();
        tags.extend(
            self.tags
                .into_iter()
                .filter(|tag| !family.tags.contains(tag)),
        );
        let source = match (self.source, &family.source) {
            (Some(own), Some(family)) => Some(format!("{own}; {family}")),
            (own, _) => own,
        };
        Self {
            family: self.family,
            tags,
            other_names: list(self.other_names, &family.other_names),
            accounts: self.accounts.or(family.accounts),
            accounts_until: self
                .accounts_until
                .or_else(|| family.accounts_until.clone()),
            servers: self.servers.or(family.servers),
            line_keys: self.line_keys.or(family.line_keys),
            line_keys_clear_to: self.line_keys_clear_to.or(family.line_keys_clear_to),
            pages: self.pages.or(family.pages),
            programmable_keys: self
                .programmable_keys
                .or_else(|| family.programmable_keys.clone()),
            memory_keys: self.memory_keys.or_else(|| family.memory_keys.clone()),
            modules: self.modules.or(family.modules),
            module_keys: self.module_keys.or_else(|| family.module_keys.clone()),
            module_names: list(self.module_names, &family.module_names),
            handsets: self.handsets.or(family.handsets),
            handset_accounts: self.handset_accounts.or(family.handset_accounts),
            full_handsets: self.full_handsets.or(family.full_handsets),
            bases: self.bases.or(family.bases),
            calls: self.calls.or(family.calls),
            system_calls: self.system_calls.or(family.system_calls),
            file_stem: self.file_stem.or_else(|| family.file_stem.clone()),
            other_file_stems: list(self.other_file_stems, &family.other_file_stems),
            image_prefixes: list(self.image_prefixes, &family.image_prefixes),
            first_firmware: self
                .first_firmware
                .or_else(|| family.first_firmware.clone()),
            newest_firmware: self
                .newest_firmware
                .or_else(|| family.newest_firmware.clone()),
            firmware_steps: list(self.firmware_steps, &family.firmware_steps),
            reset: self.reset.or_else(|| family.reset.clone()),
            note: self.note.or_else(|| family.note.clone()),
            source,
        }
    }
}

/// A way from one firmware to another: by way of a third one, with something that it needs, or
/// with neither of the two columns not at all.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Installed firmware.
    pub from: Span,
    /// Wanted firmware.
    pub to: Span,
    /// Firmware that comes first.
    pub via: Option<Bound>,
    /// What must be there, in words.
    pub needs: Option<String>,
}

/// Firmware levels `450..499`, `510..` or `..410`, both ends included.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(try_from = "String")]
pub struct Span {
    /// The first, where there is one.
    pub since: Option<Bound>,
    /// The last, where there is one.
    pub until: Option<Bound>,
}

impl TryFrom<String> for Span {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let bound = |text: &str| match text {
            "" => Ok(None),
            text => Bound::try_from(text.to_owned()).map(Some),
        };
        match text.split_once("..") {
            Some((since, until)) => Ok(Self {
                since: bound(since)?,
                until: bound(until)?,
            }),
            None => Err(format!("firmware {text:?} is not of the form A..B")),
        }
    }
}

/// A setting of the vendor's dictionary.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(
    missing_docs,
    reason = "the columns are explained at the crate's SettingRow"
)]
pub struct Setting {
    pub name: Option<String>,
    pub domain: Domain,
    pub default: Option<String>,
    pub shipped: Option<String>,
    pub since: Option<Bound>,
    pub until: Option<Bound>,
    pub scope: Scope,
    pub indices: Option<Indices>,
    pub only: Vec<String>,
    pub section: String,
    pub order: u16,
    pub perm: Option<String>,
    pub effect: Option<Effect>,
    pub repeats: Option<Repeats>,
    pub secret: bool,
    pub doubtful: bool,
    pub source: Option<String>,
}

impl Setting {
    /// The name that the phone spells: the row id up to a `#`, unless the row names another.
    pub fn spelling<'a>(&'a self, id: &'a str) -> &'a str {
        self.name.as_deref().unwrap_or_else(|| word(id))
    }
}

/// A row of a translation table.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(
    missing_docs,
    reason = "the columns are explained at the crate's TokenRow"
)]
pub struct Token {
    pub token: String,
    pub number: Option<u16>,
    pub since: Option<Bound>,
    pub until: Option<Bound>,
    #[serde(default)]
    pub only: Vec<String>,
    #[serde(default)]
    pub order: u16,
    #[serde(default = "yes")]
    pub built_in: bool,
    pub source: Option<String>,
}

/// A block of MAC addresses.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(
    missing_docs,
    reason = "the columns are explained at the crate's OuiRow"
)]
pub struct Oui {
    pub shared_with: String,
    pub models: Vec<String>,
    pub source: Option<String>,
}

/// A name of files that phones ask for.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(
    missing_docs,
    reason = "the columns are explained at the crate's FileRow"
)]
pub struct FileName {
    pub kind: FileKind,
    pub source: Option<String>,
}

/// What a file is.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "kebab-case")]
#[expect(
    missing_docs,
    reason = "the words are explained at the crate's FileKind"
)]
pub enum FileKind {
    Boot,
    CallLog,
    Common,
    Contacts,
    Device,
    Firmware,
    Key,
    Language,
    LocalSettings,
}

/// A fact for the check of files.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(
    missing_docs,
    reason = "the columns are explained at the crate's LintRow"
)]
pub struct Lint {
    pub rule: LintRule,
    pub name: Option<String>,
    pub value: Option<String>,
    #[serde(default)]
    pub other: String,
    pub with: Option<String>,
    #[serde(default)]
    pub instead: String,
    #[serde(default)]
    pub because: String,
    pub level: Option<Level>,
    pub since: Option<Bound>,
    pub until: Option<Bound>,
    #[serde(default)]
    pub only: Vec<String>,
    pub source: Option<String>,
}

impl Lint {
    /// The setting that the row is about: the row id up to a `#`, unless the row names another.
    pub fn spelling<'a>(&'a self, id: &'a str) -> &'a str {
        self.name.as_deref().unwrap_or_else(|| word(id))
    }
}

/// What a fact for the check of files says.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd)]
#[serde(rename_all = "kebab-case")]
#[expect(
    missing_docs,
    reason = "the words are explained at the crate's LintRule"
)]
pub enum LintRule {
    Attribute,
    Before,
    BootFile,
    Clash,
    ClearWord,
    Factory,
    FirstWord,
    Form,
    Login,
    Misspelt,
    Needs,
    NeverEmpty,
    NeverSent,
    Obsolete,
    Oldest,
    OwnFile,
    Perm,
    PermIs,
    PermNot,
    Pin,
    Prefix,
    Renamed,
    Repeats,
    Same,
    Section,
    Unique,
    Value,
}

/// How grave a finding is.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the words are explained at the crate's Level")]
pub enum Level {
    Error,
    Info,
    Warning,
}

/// A fact that no source confirms and that something rests on.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(
    missing_docs,
    reason = "the columns are explained at the crate's Unconfirmed"
)]
pub struct Unconfirmed {
    pub area: Area,
    pub about: String,
    pub choice: String,
    pub confirm: String,
    #[serde(default)]
    pub models: Vec<String>,
    #[serde(default)]
    pub only: Vec<String>,
    pub since: Option<Bound>,
    pub until: Option<Bound>,
    #[serde(default)]
    pub settings: Vec<String>,
    pub source: Option<String>,
}

/// What rests on an unconfirmed fact.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd)]
#[serde(rename_all = "kebab-case")]
#[expect(
    missing_docs,
    reason = "the words are explained at the crate's UnconfirmedArea"
)]
pub enum Area {
    Files,
    Limits,
    Recognition,
    Delivery,
    Redirection,
}

/// What an index counts.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, Ord, PartialEq, PartialOrd)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the words are explained at the crate's Scope")]
pub enum Scope {
    Account,
    Extension,
    Handset,
    Indexed,
    Key,
    MemoryKey,
    ModuleKey,
    #[default]
    Phone,
    ProgrammableKey,
    Server,
}

/// What the phone does when the value changes.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the words are explained at the crate's Effect")]
pub enum Effect {
    Reboot,
    Register,
}

/// What it means that a setting stands in a file more than once.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "kebab-case")]
#[expect(
    missing_docs,
    reason = "the words are explained at the crate's Repeats"
)]
pub enum Repeats {
    Adds,
    PerWord,
}

/// A firmware level of one to five parts, written `81`, `8.7.4` or `670/202`.
#[derive(Clone, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd)]
#[serde(try_from = "String")]
pub struct Bound(pub Vec<u16>);

impl TryFrom<String> for Bound {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let parts: Option<Vec<u16>> = text
            .split(['.', '/'])
            .map(|part| part.parse().ok())
            .collect();
        match parts {
            Some(parts) if parts.len() <= 5 => Ok(Self(parts)),
            _ => Err(format!("firmware {text:?} is not one to five numbers")),
        }
    }
}

impl Bound {
    /// Whether some firmware lies between this bound as `since` and the other as `until`.
    pub fn reaches(&self, until: &Self) -> bool {
        let part = |i: usize| self.0.get(i).copied().unwrap_or(0);
        let since: Vec<u16> = (0..until.0.len()).map(part).collect();
        since <= until.0
    }
}

/// Ascending inclusive ranges of key positions: `1-10,12-14`.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(try_from = "String")]
pub struct Ranges(pub Vec<(u16, u16)>);

impl TryFrom<String> for Ranges {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let ranges = pairs(&text, "-")?;
        if ranges.windows(2).any(|pair| pair[0].1 >= pair[1].0) {
            return Err(format!("ranges {text:?} do not ascend"));
        }
        Ok(Self(ranges))
    }
}

/// The range of each index of a setting, in the order of the indices: `1..6,1..40`.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub struct Indices(pub Vec<(u16, u16)>);

impl TryFrom<String> for Indices {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        pairs(&text, "..").map(Self)
    }
}

/// The word of a row id: `de#v7x` is a further row for `de`.
pub fn word(id: &str) -> &str {
    id.split_once('#').map_or(id, |(word, _)| word)
}

fn pairs(text: &str, between: &str) -> Result<Vec<(u16, u16)>, String> {
    text.split(',')
        .map(|range| {
            let (low, high) = range.split_once(between).unwrap_or((range, range));
            match (low.parse(), high.parse()) {
                (Ok(low), Ok(high)) if low <= high => Ok((low, high)),
                _ => Err(format!("range {range:?} is not of the form A{between}B")),
            }
        })
        .collect()
}

fn yes() -> bool {
    true
}
