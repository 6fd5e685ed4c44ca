//! The ledger of facts that no source confirms: what one row of an `unconfirmed.toml` becomes.

use super::{FirmwareBound, ModelRow};

/// A fact about phones that no source confirms, and on which something of this library rests.
///
/// The rows of a target are [`ProvisioningTarget::unconfirmed`](super::ProvisioningTarget::unconfirmed).
/// Whoever can settle one (with an export of a phone, a capture, a page of the maker) turns it into an
/// ordinary row of the vendor's tables.
///
/// ```
/// use phone_provisioning::Targets;
///
/// let targets = Targets::builtin();
/// for target in targets.iter() {
///     let model = &target.models()[0];
///     for row in target.unconfirmed().iter().filter(|row| row.concerns(model, None)) {
///         println!("{} {}: {}; {}", target.vendor(), model.name, row.about, row.confirm);
///     }
/// }
/// ```
///
/// The page `unconfirmed` of the manual lists them all.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Unconfirmed {
    /// Its name, unique among all rows of the maker. It stays when the words change.
    pub id: &'static str,
    /// What rests on it.
    pub area: UnconfirmedArea,
    /// What is not known.
    pub about: &'static str,
    /// What this library does meanwhile.
    pub choice: &'static str,
    /// What would confirm it, or show that it is wrong.
    pub confirm: &'static str,
    /// Models that it is about, beside those of `only`; both empty = all of the target.
    pub models: &'static [&'static str],
    /// Families or tags of the models that it is about.
    pub only: &'static [&'static str],
    /// First firmware that it is about.
    pub since: Option<FirmwareBound>,
    /// Last firmware that it is about.
    pub until: Option<FirmwareBound>,
    /// Name patterns of the settings that it is about, as in [`SettingRow`](super::SettingRow); `*` at
    /// the end stands for any rest. Empty where it is not about settings.
    pub settings: &'static [&'static str],
    /// Source tags: what little is known.
    pub source: &'static str,
}

impl Unconfirmed {
    /// An empty row, the base of all others.
    pub const EMPTY: Self = Self {
        id: "",
        area: UnconfirmedArea::Files,
        about: "",
        choice: "",
        confirm: "",
        models: &[],
        only: &[],
        since: None,
        until: None,
        settings: &[],
        source: "",
    };

    /// Whether it is about a phone of this model and firmware level. Of an unknown level (`None`) any
    /// firmware counts that is known for the model.
    pub fn concerns(&self, model: &ModelRow, level: Option<[u16; 5]>) -> bool {
        let everybody = self.models.is_empty() && self.only.is_empty();
        let named = self.models.iter().any(|name| model.name == *name)
            || self.only.iter().any(|word| model.is(word));
        let oldest = level.or(model.first_firmware.map(|first| first.level()));
        let newest = level.or(model.newest_firmware.map(|newest| newest.level()));
        (everybody || named)
            && (self.since.zip(newest)).is_none_or(|(since, newest)| since.since_met(newest))
            && (self.until.zip(oldest)).is_none_or(|(until, oldest)| until.until_met(oldest))
    }
}

/// What of this library rests on an unconfirmed fact.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum UnconfirmedArea {
    /// What is written into files and read back out of them.
    Files,
    /// What a model can hold.
    Limits,
    /// How a phone is recognised.
    Recognition,
    /// How phones find their files, ask for them and are told of new ones.
    Delivery,
    /// What the maker's redirection services are told and what they answer.
    Redirection,
}

impl UnconfirmedArea {
    /// Its name: `files`, `limits`, `recognition`, `delivery`, `redirection`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Files => "files",
            Self::Limits => "limits",
            Self::Recognition => "recognition",
            Self::Delivery => "delivery",
            Self::Redirection => "redirection",
        }
    }
}
