//! The codes: what can be found, and how grave it is.

use crate::parse::Level;

/// A code of [`lint`](super::lint()).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct LintCode {
    /// Its number, four digits. A letter stands before it: that of the target whose tables the
    /// finding rests on, or `G`.
    pub number: &'static str,
    /// Whether it needs no table of a target: then the letter is `G` for all of them.
    pub general: bool,
    /// How grave it is, unless the row that it rests on says otherwise.
    pub level: Level,
    /// What it means.
    pub meaning: &'static str,
}

macro_rules! codes {
    ($($name:ident $number:literal $general:literal $level:ident $meaning:literal;)*) => {
        /// Every code that [`lint`](super::lint()) gives beside those of the parsers, in order.
        pub const LINT_CODES: &[LintCode] = &[$($name),*];

        $(pub(super) const $name: LintCode = LintCode {
            number: $number,
            general: $general,
            level: Level::$level,
            meaning: $meaning,
        };)*
    };
}

codes! {
    UNKNOWN "0101" false Warning "no setting that these phones are known to have";
    MISSPELT "0102" false Warning "a name that is known to be misspelt in files";
    OTHER_FIRMWARE "0103" false Warning "a setting that the firmware does not have, or calls otherwise";
    PREFIX "0104" false Warning "a name whose beginning the firmware does not have, or misses";
    OTHER_MODEL "0105" false Warning "a setting that the model does not have";
    NEVER_SENT "0106" false Error "a setting that must not be sent";
    OBSOLETE "0107" false Warning "a name that once was a setting";
    BEYOND_MODEL "0201" false Warning "an index beyond what the model has";
    BEYOND_RANGE "0202" false Warning "an index beyond what the setting has on any model";
    INDEX "0203" false Error "an index that the setting needs is missing, or one that it does not have is there";
    DOMAIN "0301" false Error "a value that the setting does not take";
    BOOLEAN "0302" false Error "a word for yes or no of another format";
    EMPTY "0303" false Warning "an empty value that does harm";
    VALUE "0304" false Warning "a value that is known to be wrong, or not to be relied on";
    CLEAR_WORD "0305" false Warning "a word for clearing that the firmware does not know";
    FIRST_WORD "0306" false Warning "a type of key that phones do not have";
    ATTRIBUTE "0307" false Warning "an attribute with a value that phones do not know";
    FORM "0308" false Error "a value that is not of the form that phones read";
    TWICE "0401" false Warning "a setting that stands twice";
    UNDONE "0402" false Error "a setting that is set and then emptied";
    ORDER "0403" false Warning "settings in an order that has another effect than is meant";
    SECTION "0404" false Warning "a setting in a section that it does not belong to";
    IGNORED_HERE "0405" false Warning "a setting in a file in which phones ignore it";
    PERM_MISSING "0406" false Info "a setting without its permission flag";
    PERM "0407" false Warning "a permission flag that is unknown or wrong here";
    NEEDS "0501" false Warning "a setting without another one that it needs";
    CLASH "0502" false Warning "two settings that contradict each other";
    NOT_SAME "0503" false Error "two settings that must be the same and are not";
    NOT_UNIQUE "0504" false Error "the same value under two indices that must differ";
    SECRET_SHARED "0601" true Error "a secret in a file that all phones of a model can read";
    FACTORY "0602" true Warning "a password of the factory";
    WEAK "0603" true Warning "a password that is easily guessed";
    LOGIN "0604" true Warning "a login without a name or without a password";
    LOGIN_LEFT "0605" true Warning "a login that keeps the password of the factory";
    TOO_MANY "0901" true Warning "more findings than the limit; the rest is not listed";
}
