//! The shapes of the vendor tables: what one row under `vendors/` becomes.
//!
//! `vendors/codegen` turns the TOML rows into the committed `tables.rs` of each target. Every row
//! says where its fact comes from; the tags are explained in `vendors/<vendor>/SOURCES.md`.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

pub(crate) use super::file_name::{FileKind, FileRow};
pub(crate) use super::lint_row::{LintRow, LintRule};
pub(crate) use super::unconfirmed::{Unconfirmed, UnconfirmedArea};
use crate::emit::cfg::Places;
use crate::error::Invalid;
pub(crate) use crate::parse::Level;

/// One phone or base model of one target.
///
/// Rows may be static (the shipped tables) or built at run time for a model that the tables lack.
/// A limit that no source states is `None`: nothing is assumed, and rendering says so in a notice.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ModelRow {
    /// The model as the vendor prints it, without the vendor's name: `T46S`, `D785`, `M900`.
    pub name: Cow<'static, str>,
    /// Other spellings that a person or the phone itself uses (`T58` for `T58A`).
    pub other_names: Cow<'static, [Cow<'static, str>]>,
    /// The group of models that share one dialect of the target (`desk`, `dect-single`, …).
    pub family: Cow<'static, str>,
    /// Words for what sets the model apart within its family (`colour`, `ring-keys`, …).
    pub tags: Cow<'static, [Cow<'static, str>]>,
    /// SIP accounts (identities, extensions) that the model can hold.
    pub accounts: Option<u16>,
    /// Earlier firmware that held fewer accounts: up to this firmware, so many.
    pub accounts_until: Option<(FirmwareBound, u16)>,
    /// SIP servers that the model can hold, where they are rows of their own.
    pub servers: Option<u16>,
    /// Function keys of the phone over all its pages: the number that every source grants.
    pub line_keys: Option<u16>,
    /// The largest number of function keys that any source grants: cleared up to here.
    pub line_keys_clear_to: Option<u16>,
    /// Pages of function keys.
    pub pages: Option<u16>,
    /// Positions of the programmable (soft and hard) keys, as inclusive ranges.
    pub programmable_keys: Cow<'static, [(u16, u16)]>,
    /// Positions of the memory keys, as inclusive ranges.
    pub memory_keys: Cow<'static, [(u16, u16)]>,
    /// Expansion modules that can be attached.
    pub modules: Option<u16>,
    /// Key positions of one expansion module, as inclusive ranges.
    pub module_keys: Cow<'static, [(u16, u16)]>,
    /// Names of the expansion modules that fit.
    pub module_names: Cow<'static, [Cow<'static, str>]>,
    /// Handsets that a base can hold; `Some(0)` on a desk phone.
    pub handsets: Option<u16>,
    /// Accounts that one handset can carry.
    pub handset_accounts: Option<u16>,
    /// Handsets that a base can hold when each carries all the accounts that it can.
    pub full_handsets: Option<u16>,
    /// Bases of one system; `Some(1)` for a single cell.
    pub bases: Option<u16>,
    /// Calls that a base by itself carries at once: all narrow band, all wide band or encrypted.
    pub calls: Option<(u16, u16)>,
    /// The same for each base of a system of several.
    pub system_calls: Option<(u16, u16)>,
    /// Stem of the file that all phones of the model ask for, without extension.
    pub file_stem: Option<Cow<'static, str>>,
    /// Further stems that must be answered alike.
    pub other_file_stems: Cow<'static, [Cow<'static, str>]>,
    /// First part of the firmware images that fit, each from a firmware on.
    pub image_prefixes: Cow<'static, [(FirmwareBound, u16)]>,
    /// First firmware known for the model.
    pub first_firmware: Option<FirmwareBound>,
    /// Newest firmware known for the model: what is assumed when the phone's own is not told.
    pub newest_firmware: Option<FirmwareBound>,
    /// Ways from one firmware to another that the model takes in steps, with care or not at all.
    pub firmware_steps: Cow<'static, [FirmwareStep]>,
    /// How a person resets the phone to factory state; empty when no source says so.
    pub reset: Cow<'static, str>,
    /// What else a reader of the row should know.
    pub note: Cow<'static, str>,
    /// Source tags.
    pub source: Cow<'static, str>,
}

impl ModelRow {
    /// An empty row: everything unknown. The generated tables start here.
    pub const EMPTY: Self = Self {
        name: Cow::Borrowed(""),
        other_names: Cow::Borrowed(&[]),
        family: Cow::Borrowed(""),
        tags: Cow::Borrowed(&[]),
        accounts: None,
        accounts_until: None,
        servers: None,
        line_keys: None,
        line_keys_clear_to: None,
        pages: None,
        programmable_keys: Cow::Borrowed(&[]),
        memory_keys: Cow::Borrowed(&[]),
        modules: None,
        module_keys: Cow::Borrowed(&[]),
        module_names: Cow::Borrowed(&[]),
        handsets: None,
        handset_accounts: None,
        full_handsets: None,
        bases: None,
        calls: None,
        system_calls: None,
        file_stem: None,
        other_file_stems: Cow::Borrowed(&[]),
        image_prefixes: Cow::Borrowed(&[]),
        first_firmware: None,
        newest_firmware: None,
        firmware_steps: Cow::Borrowed(&[]),
        reset: Cow::Borrowed(""),
        note: Cow::Borrowed(""),
        source: Cow::Borrowed(""),
    };

    /// A row of which nothing but the name is known. The fields are public: set what is known.
    ///
    /// ```
    /// use phone_provisioning::target::ModelRow;
    ///
    /// let mut row = ModelRow::new("X1");
    /// row.accounts = Some(2);
    /// row.line_keys = Some(8);
    /// assert_eq!((row.name.as_ref(), row.modules), ("X1", None));
    /// ```
    pub fn new(name: impl Into<Cow<'static, str>>) -> Self {
        Self {
            name: name.into(),
            ..Self::EMPTY
        }
    }

    /// Whether the row carries the tag, or belongs to the family of that name.
    pub fn is(&self, word: &str) -> bool {
        self.family == word || self.tags.iter().any(|tag| tag == word)
    }
}

/// A firmware level that a row begins or ends with: one to five leading parts of a version.
///
/// As `since` it is met by every version that is not smaller, missing parts counting as 0. As
/// `until` it is met by every version whose leading parts are not larger: `until 8.7.3` covers
/// 8.7.3.17. Which parts of a version count is the affair of its family, see
/// [`Firmware::level`](crate::model::Firmware::level).
///
/// ```
/// use phone_provisioning::target::FirmwareBound;
///
/// let bound: FirmwareBound = "8.7.3".parse()?;
/// assert_eq!(bound, FirmwareBound::new(&[8, 7, 3]));
/// assert!(bound.since_met([8, 7, 3, 0, 0]) && !bound.since_met([8, 7, 2, 9, 0]));
/// assert!(bound.until_met([8, 7, 3, 17, 0]) && !bound.until_met([8, 7, 4, 0, 0]));
/// # Ok::<(), phone_provisioning::error::Invalid>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct FirmwareBound {
    parts: [u16; 5],
    len: u8,
}

impl FirmwareBound {
    /// A bound of one to five parts.
    ///
    /// # Panics
    /// When there are no parts or more than five. It is meant for tables, which find out at compile time;
    /// what is read at run time is [parsed](str::parse).
    pub const fn new(parts: &[u16]) -> Self {
        assert!(
            !parts.is_empty() && parts.len() <= 5,
            "a firmware bound has one to five parts"
        );
        let mut all = [0; 5];
        let mut i = 0;
        while i < parts.len() {
            all[i] = parts[i];
            i += 1;
        }
        Self {
            parts: all,
            len: parts.len() as u8,
        }
    }

    /// The parts that are given.
    pub fn parts(&self) -> &[u16] {
        &self.parts[..usize::from(self.len)]
    }

    /// The level itself, missing parts 0.
    pub fn level(&self) -> [u16; 5] {
        self.parts
    }

    /// Whether a firmware of this level has what exists since the bound.
    pub fn since_met(&self, level: [u16; 5]) -> bool {
        level >= self.parts
    }

    /// Whether a firmware of this level still has what exists until the bound.
    pub fn until_met(&self, level: [u16; 5]) -> bool {
        let len = usize::from(self.len);
        level[..len] <= self.parts[..len]
    }
}

/// Numbers with dots between them: `10.1.73`.
impl FromStr for FirmwareBound {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let parts: Option<Vec<u16>> = text.split('.').map(|part| part.parse().ok()).collect();
        match parts {
            Some(parts) if parts.len() <= 5 => Ok(Self::new(&parts)),
            _ => Err(Invalid::new("a version of one to five numbers", text)),
        }
    }
}

impl fmt::Display for FirmwareBound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, part) in self.parts().iter().enumerate() {
            if i > 0 {
                f.write_str(".")?;
            }
            write!(f, "{part}")?;
        }
        Ok(())
    }
}

/// A way from one firmware to another that a model does not take directly.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub struct FirmwareStep {
    /// Installed firmware that it is about.
    pub from: FirmwareSpan,
    /// Wanted firmware that it is about.
    pub to: FirmwareSpan,
    /// What holds on the way.
    pub rule: StepRule,
}

impl FirmwareStep {
    /// A rule for the way from some versions to others.
    pub const fn new(from: FirmwareSpan, to: FirmwareSpan, rule: StepRule) -> Self {
        Self { from, to, rule }
    }

    /// Whether the rule holds on the way between two firmware levels.
    pub fn is_on(&self, from: [u16; 5], to: [u16; 5]) -> bool {
        self.from.contains(from) && self.to.contains(to)
    }
}

/// What holds on the way from one firmware to another.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum StepRule {
    /// There is no such way.
    Never,
    /// Something beside the phone must be there, in words.
    Needs(&'static str),
    /// This firmware comes first.
    Via(FirmwareBound),
}

/// Firmware levels between two bounds, each as [`FirmwareBound`] explains; `None` = open.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub struct FirmwareSpan {
    /// The first.
    pub since: Option<FirmwareBound>,
    /// The last.
    pub until: Option<FirmwareBound>,
}

impl FirmwareSpan {
    /// The levels between two bounds.
    pub const fn new(since: Option<FirmwareBound>, until: Option<FirmwareBound>) -> Self {
        Self { since, until }
    }

    /// Whether the level lies between the bounds.
    pub fn contains(&self, level: [u16; 5]) -> bool {
        self.since.is_none_or(|since| since.since_met(level))
            && self.until.is_none_or(|until| until.until_met(level))
    }
}

/// One setting of a vendor's dictionary. Dictionaries are thousands of rows that never change, so that
/// everything in a row is `'static`.
///
/// The name is a pattern: a path component `X` (then `Y`) stands for an index, a component in
/// angle brackets for one of the words of its table.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct SettingRow {
    /// Name pattern as the phone spells it.
    pub name: &'static str,
    /// What values are allowed.
    pub domain: Domain,
    /// Value that the vendor states as default; the empty string is a blank default.
    pub default: Option<&'static str>,
    /// Value that peers ship where the vendor states no default.
    pub shipped: Option<&'static str>,
    /// First firmware with the setting; `None` = as far back as known.
    pub since: Option<FirmwareBound>,
    /// Last firmware with the setting; `None` = still there.
    pub until: Option<FirmwareBound>,
    /// What an index counts.
    pub scope: Scope,
    /// Inclusive range of each index that is not bounded by the model.
    pub indices: &'static [(u16, u16)],
    /// Families or tags of the models that have it; empty = all.
    pub only: &'static [&'static str],
    /// Section of the file that it stands in.
    pub section: &'static str,
    /// Place in the file: settings are written in this order.
    pub order: u16,
    /// Permission flag that is written with it, where the format has one.
    pub perm: Option<&'static str>,
    /// What the phone does when the value changes.
    pub effect: Effect,
    /// What it means that the setting stands in a file more than once.
    pub repeats: Repeats,
    /// Whether the value must never be shown.
    pub secret: bool,
    /// Whether the sources leave a point open (see the vendor's SOURCES.md).
    pub doubtful: bool,
    /// Source tags.
    pub source: &'static str,
    /// Where the components of the name are that stand for something.
    pub(crate) places: Places,
}

impl SettingRow {
    /// An empty row, which has no place in a dictionary: no setting is called nothing.
    const EMPTY: Self = Self {
        name: "",
        domain: Domain::Any,
        default: None,
        shipped: None,
        since: None,
        until: None,
        scope: Scope::Phone,
        indices: &[],
        only: &[],
        section: "",
        order: 0,
        perm: None,
        effect: Effect::Unknown,
        repeats: Repeats::Replaces,
        secret: false,
        doubtful: false,
        source: "",
        places: Places::of(""),
    };

    /// A row of this name pattern and no more, the base of the generated ones: any value, one for the
    /// whole phone, of every model and firmware. The fields are public: set what is known.
    ///
    /// ```
    /// use phone_provisioning::target::{Domain, Scope, SettingRow};
    ///
    /// static SETTINGS: [SettingRow; 1] = [{
    ///     let mut row = SettingRow::new("account.X.port");
    ///     row.domain = Domain::Integer(&[(1, 65535)]);
    ///     row.scope = Scope::Account;
    ///     row
    /// }];
    /// assert!(SETTINGS[0].domain.contains("5060"));
    /// ```
    pub const fn new(name: &'static str) -> Self {
        Self {
            name,
            places: Places::of(name),
            ..Self::EMPTY
        }
    }

    /// Whether a phone of this model and firmware level has the setting. An unknown level
    /// (`None`) has every setting: the phone ignores what it does not know.
    pub fn exists_on(&self, model: &ModelRow, level: Option<[u16; 5]>) -> bool {
        (self.only.is_empty() || self.only.iter().any(|word| model.is(word)))
            && level.is_none_or(|level| {
                self.since.is_none_or(|since| since.since_met(level))
                    && self.until.is_none_or(|until| until.until_met(level))
            })
    }
}

/// What an index of a setting counts.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Scope {
    /// A SIP account or identity.
    Account,
    /// A SIP extension of a base.
    Extension,
    /// A handset of a base.
    Handset,
    /// Something else with its own range, see [`SettingRow::indices`].
    Indexed,
    /// A function key.
    Key,
    /// A memory key.
    MemoryKey,
    /// An expansion module, then a key of it.
    ModuleKey,
    /// Nothing: one value for the whole phone.
    Phone,
    /// A programmable key.
    ProgrammableKey,
    /// A SIP server of a base.
    Server,
}

/// What the phone does when a setting changes, as far as a source says so.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Effect {
    /// The phone reboots.
    Reboot,
    /// The account registers again.
    Register,
    /// No source says.
    Unknown,
}

/// What a setting means that stands in the files of a phone more than once.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Repeats {
    /// The last one counts.
    Replaces,
    /// Every one counts: each adds a value.
    Adds,
    /// One counts for each word before the first colon of the value: a password for each user.
    PerWord,
}

/// The values that a setting takes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Domain {
    /// No source states a domain.
    Any,
    /// One of these tokens, each with its meaning where one is stated.
    Choice(&'static [(&'static str, &'static str)]),
    /// A decimal number.
    Decimal,
    /// So many decimal digits, smallest and largest count.
    Digits(u16, u16),
    /// Host name or IP address.
    Host,
    /// So many hexadecimal digits, smallest and largest count.
    Hex(u16, u16),
    /// IPv4 address.
    Ipv4,
    /// A whole number within one of these inclusive ranges.
    Integer(&'static [(i64, i64)]),
    /// Comma-separated words, any of these; no words = any.
    List(&'static [&'static str]),
    /// Text of at most so many characters, where a limit is known.
    Text(Option<u16>),
    /// Time of day `HH:MM`.
    Time,
    /// Address of a file or service, of at most so many characters, where a limit is known.
    Url(Option<u16>),
}

/// One entry of a translation table: our word on the left, the vendor's token on the right.
///
/// Several rows for one word mean: several tokens, in `order` (one codec that the phone knows in
/// two bit rates), or different tokens by firmware or family.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct TokenRow {
    /// Our word: a language tag, a country, a codec.
    pub word: &'static str,
    /// The token as the phone spells it.
    pub token: &'static str,
    /// A number that goes with the token (payload number, pack number), where there is one.
    pub number: Option<u16>,
    /// First firmware that knows the token.
    pub since: Option<FirmwareBound>,
    /// Last firmware that knows the token.
    pub until: Option<FirmwareBound>,
    /// Families or tags of the models that know it; empty = all.
    pub only: &'static [&'static str],
    /// Place among the tokens of one word, or of the slot that the token stands in by default.
    pub order: u16,
    /// Whether the firmware brings it, so that no pack has to be loaded.
    pub built_in: bool,
    /// Source tags.
    pub source: &'static str,
}

impl TokenRow {
    /// An empty row, the base of the generated ones.
    pub const EMPTY: Self = Self {
        word: "",
        token: "",
        number: None,
        since: None,
        until: None,
        only: &[],
        order: 0,
        built_in: true,
        source: "",
    };

    /// Whether a phone of this model and firmware level knows the token. Of an unknown level
    /// (`None`) the newest firmware is assumed: one word must not become two tokens.
    pub fn exists_on(&self, model: &ModelRow, level: Option<[u16; 5]>) -> bool {
        (self.only.is_empty() || self.only.iter().any(|word| model.is(word)))
            && match level {
                Some(level) => {
                    self.since.is_none_or(|since| since.since_met(level))
                        && self.until.is_none_or(|until| until.until_met(level))
                }
                None => self.until.is_none(),
            }
    }
}

/// A block of MAC addresses that the vendor uses.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct OuiRow {
    /// The first bytes of the address: three, or four where the block is a part of an OUI.
    pub prefix: &'static [u8],
    /// Another maker whose phones come from the same block; empty = none known.
    pub shared_with: &'static str,
    /// Models that the block is known for; empty = any.
    pub models: &'static [&'static str],
    /// Source tags.
    pub source: &'static str,
}

impl OuiRow {
    /// A block with these first bytes, shared with nobody and of any model.
    pub const fn new(prefix: &'static [u8], source: &'static str) -> Self {
        Self {
            prefix,
            shared_with: "",
            models: &[],
            source,
        }
    }
}

// What the binary searches rely on, judged when the crate is compiled. Comparing text is not const
// yet; bytes are compared as `str` does it.

/// Whether the settings stand in the order of their names.
pub(crate) const fn settings_ascend(rows: &[SettingRow]) -> bool {
    let mut i = 1;
    while i < rows.len() {
        if compare(rows[i - 1].name.as_bytes(), rows[i].name.as_bytes()) > 0 {
            return false;
        }
        i += 1;
    }
    true
}

/// Whether the tokens stand in the order of their words, those of one word in their own order.
pub(crate) const fn tokens_ascend(rows: &[TokenRow]) -> bool {
    let mut i = 1;
    while i < rows.len() {
        let words = compare(rows[i - 1].word.as_bytes(), rows[i].word.as_bytes());
        if words > 0 || (words == 0 && rows[i - 1].order > rows[i].order) {
            return false;
        }
        i += 1;
    }
    true
}

/// Whether the blocks of addresses ascend and none is there twice.
pub(crate) const fn blocks_ascend(rows: &[OuiRow]) -> bool {
    let mut i = 1;
    while i < rows.len() {
        if compare(rows[i - 1].prefix, rows[i].prefix) >= 0 {
            return false;
        }
        i += 1;
    }
    true
}

const fn compare(a: &[u8], b: &[u8]) -> i32 {
    let mut i = 0;
    while i < a.len() && i < b.len() {
        if a[i] != b[i] {
            return a[i] as i32 - b[i] as i32;
        }
        i += 1;
    }
    a.len() as i32 - b.len() as i32
}
