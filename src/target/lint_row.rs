//! The shape of the facts by which files are checked: what one row of a `lint.toml` becomes.

use super::{FirmwareBound, ModelRow};
use crate::parse::Level;

/// One fact about the files of a target, for [`lint`](crate::inspect::lint()).
///
/// Names are patterns as in [`SettingRow`](super::SettingRow): `account.X.label`. Values are words
/// divided by `|`: `*` is any text but an empty one, a word behind `~` is any text that contains it,
/// behind `^` one that begins and behind `$` one that ends with it, and `!` before all of them turns
/// the list round. What a column means depends on the rule.
///
/// ```
/// use phone_provisioning::target::{LintRow, LintRule};
///
/// let mut row = LintRow::EMPTY;
/// (row.rule, row.name, row.value) = (LintRule::Value, "timezone", Some("63|^X"));
/// assert!(row.concerns_value("63") && row.concerns_value("X+1"));
/// assert!(!row.concerns_value("GER+1"));
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct LintRow {
    /// What the row says.
    pub rule: LintRule,
    /// The setting, or a name that is none.
    pub name: &'static str,
    /// The values of the setting that the row is about; `None` = all.
    pub value: Option<&'static str>,
    /// Another setting, or an attribute.
    pub other: &'static str,
    /// The values of the other setting.
    pub with: Option<&'static str>,
    /// What to write instead.
    pub instead: &'static str,
    /// Why, as the end of a sentence.
    pub because: &'static str,
    /// How grave it is, where that differs from the rule's own level.
    pub level: Option<Level>,
    /// First firmware that the fact holds for.
    pub since: Option<FirmwareBound>,
    /// Last firmware that the fact holds for.
    pub until: Option<FirmwareBound>,
    /// Families or tags of the models that it holds for; empty = all.
    pub only: &'static [&'static str],
    /// Source tags.
    pub source: &'static str,
}

impl LintRow {
    /// An empty row, the base of all others.
    pub const EMPTY: Self = Self {
        rule: LintRule::Value,
        name: "",
        value: None,
        other: "",
        with: None,
        instead: "",
        because: "",
        level: None,
        since: None,
        until: None,
        only: &[],
        source: "",
    };

    /// Whether it holds for a phone. Of a model or a firmware level that is not known (`None`) it
    /// holds only if it holds for all of them.
    pub fn holds(&self, model: Option<&ModelRow>, level: Option<[u16; 5]>) -> bool {
        let model_fits = self.only.is_empty()
            || model.is_some_and(|model| self.only.iter().any(|word| model.is(word)));
        let firmware_fits = match level {
            Some(level) => {
                self.since.is_none_or(|since| since.since_met(level))
                    && self.until.is_none_or(|until| until.until_met(level))
            }
            None => self.since.is_none() && self.until.is_none(),
        };
        model_fits && firmware_fits
    }

    /// Whether the row is about this value of its setting.
    pub fn concerns_value(&self, value: &str) -> bool {
        self.value.is_none_or(|words| is_among(value, words))
    }

    /// Whether the row is about this value of the other setting.
    pub fn concerns_other(&self, value: &str) -> bool {
        self.with.is_none_or(|words| is_among(value, words))
    }
}

fn is_among(value: &str, words: &str) -> bool {
    let (words, turned) = match words.strip_prefix('!') {
        Some(words) => (words, true),
        None => (words, false),
    };
    let fits = |word: &str| match (word.as_bytes().first(), word.get(1..)) {
        (Some(b'~'), Some(part)) => value.contains(part),
        (Some(b'^'), Some(part)) => value.starts_with(part),
        (Some(b'$'), Some(part)) => value.ends_with(part),
        _ => word == value || (word == "*" && !value.is_empty()),
    };
    words.split('|').any(fits) != turned
}

/// What a [`LintRow`] says.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum LintRule {
    /// The attribute `other` of the setting is one of these words (`value`).
    Attribute,
    /// The setting stands before the setting `other`; `*` = before all others.
    Before,
    /// The phone reads the setting in a boot file only.
    BootFile,
    /// The setting with `value` is at odds with the setting `other` of the values `with`.
    Clash,
    /// A word (`value`) that clears a setting.
    ClearWord,
    /// A password (`value`) that phones have when they leave the factory.
    Factory,
    /// The first word of the setting's value is one of these (`value`).
    FirstWord,
    /// The value is of one of these forms (`value`): text as it stands, and numbers as ranges in
    /// braces, `{1..12}`. Where the range begins with a 0 and more, all of its numbers have as many
    /// digits: `{01..12}`; otherwise none begins with a 0.
    Form,
    /// The setting is a password of the login that the setting `other` names; without it the text
    /// up to the mark in `value` names the login.
    Login,
    /// The name is none: `instead` was meant.
    Misspelt,
    /// The setting with `value` needs the setting `other`, with one of the values `with`.
    Needs,
    /// The setting must not be sent empty.
    NeverEmpty,
    /// The setting must not be sent.
    NeverSent,
    /// The name was a setting of firmware that no dictionary knows any more.
    Obsolete,
    /// The dictionary begins with the firmware `since`: an older one is judged like that.
    Oldest,
    /// The phone reads the setting in a file of its own only, not in one that phones share.
    OwnFile,
    /// A permission flag (`value`).
    Perm,
    /// The setting needs the permission flag `value`.
    PermIs,
    /// The setting must not have the permission flag `value`.
    PermNot,
    /// The setting is a number to type, not a password; other values than `value` are no secret.
    Pin,
    /// A beginning of names (`value`) that firmware before `since` does not have.
    Prefix,
    /// The setting is called `instead` by other firmware.
    Renamed,
    /// The setting may stand several times: once for each text up to the mark in `value`, or for
    /// each value of the attribute `other`.
    Repeats,
    /// The setting has the same value as the setting `other`.
    Same,
    /// The element `name` holds what belongs to the section `value`; `*` = of any section.
    Section,
    /// The setting has another value for each index.
    Unique,
    /// The value (`value`) is known to be wrong.
    Value,
}
