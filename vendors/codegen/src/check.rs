//! The rules of the data, each a small function with the name of what it demands.

use std::collections::{BTreeMap, BTreeSet};

use crate::schema::{
    Bound, Lint, LintRule, Model, Scope, Setting, Step, Target, Token, Unconfirmed, word,
};

/// A word that no model carries: a setting that is known and must never be written.
const NEVER: &str = "never";

/// Applies every rule to a target and adds what is wrong.
pub fn target(target: &Target, faults: &mut Vec<String>) {
    let mut check = Check {
        target,
        faults,
        folder: &target.folder,
        file: "models",
    };
    check.families_have_no_family();
    check.model_names_are_unique();
    for (name, model) in &target.models {
        check.model_is_consistent(name, model);
    }
    check.file = "settings";
    check.names_differ_in_something();
    check.orders_are_unique();
    check.constant_names_are_unique();
    for (id, setting) in &target.settings {
        check.firmware_ascends(id, setting.since.as_ref(), setting.until.as_ref());
        check.only_names_known_words(id, &setting.only);
        check.setting_is_consistent(id, setting);
    }
    for (table, rows) in &target.tokens {
        check.file = table;
        check.tokens_differ_in_something(rows);
        for (id, row) in rows {
            check.firmware_ascends(id, row.since.as_ref(), row.until.as_ref());
            check.only_names_known_words(id, &row.only);
            if row.token.is_empty() || word(id).is_empty() {
                check.fault(id, "a word or token is empty");
            }
        }
    }
    check.file = "ouis";
    check.blocks_are_addresses();
    check.file = "files";
    for (pattern, _) in target.files.iter().flatten() {
        check.pattern_is_a_name(pattern);
    }
    check.file = "lint";
    for (id, row) in target.lint.iter().flatten() {
        check.firmware_ascends(id, row.since.as_ref(), row.until.as_ref());
        check.only_names_known_words(id, &row.only);
        check.fact_is_whole(id, row);
    }
    check.file = "unconfirmed";
    let own = target.unconfirmed.as_deref().unwrap_or_default();
    for (id, row) in own {
        check.firmware_ascends(id, row.since.as_ref(), row.until.as_ref());
        check.only_names_known_words(id, &row.only);
        check.unconfirmed_is_whole(id, row);
        check.unconfirmed_is_about_rows(id, row);
    }
    check.doubtful_settings_are_explained(own);
    check.unconfirmed_of_maker_is_about_all(own);
}

/// The bytes of a block of MAC addresses: three or four pairs of hexadecimal digits.
pub(crate) fn prefix(text: &str) -> Option<Vec<u8>> {
    let byte = |pair: &str| {
        let digits = pair.len() == 2 && pair.bytes().all(|b| b.is_ascii_hexdigit());
        digits.then(|| u8::from_str_radix(pair, 16).ok()).flatten()
    };
    let bytes: Vec<u8> = text.split(':').map(byte).collect::<Option<_>>()?;
    matches!(bytes.len(), 3 | 4).then_some(bytes)
}

/// The name of the constant that stands for a row id.
pub(crate) fn constant(id: &str) -> String {
    let parts: Vec<&str> = id
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|part| !part.is_empty())
        .collect();
    let name = parts.join("_").to_ascii_uppercase();
    let digit = name.starts_with(|c: char| c.is_ascii_digit());
    if digit { format!("_{name}") } else { name }
}

/// Whether a name is one that a pattern stands for, or the pattern itself.
fn is_case_of(name: &str, pattern: &str) -> bool {
    let number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    name.split('.').count() == pattern.split('.').count()
        && name
            .split('.')
            .zip(pattern.split('.'))
            .all(|(own, part)| own == part || (matches!(part, "X" | "Y") && number(own)))
}

/// Whether an entry of a list of settings is this one, or has its beginning before a `*`.
fn names(entry: &str, setting: &str) -> bool {
    match entry.strip_suffix('*') {
        Some(stem) => setting.starts_with(stem),
        None => entry == setting,
    }
}

struct Check<'a> {
    target: &'a Target,
    faults: &'a mut Vec<String>,
    folder: &'a str,
    file: &'a str,
}

impl Check<'_> {
    fn families_have_no_family(&mut self) {
        for (name, family) in &self.target.families {
            if family.family.is_some() {
                self.fault(&format!("families.{name}"), "a family has no family");
            }
        }
    }

    /// A look-up ignores case, blanks, dashes and underscores: so does this rule.
    fn model_names_are_unique(&mut self) {
        let mut seen: BTreeMap<String, &str> = BTreeMap::new();
        for (name, model) in &self.target.models {
            for spelling in std::iter::once(name).chain(&model.other_names) {
                let bare: String = spelling
                    .chars()
                    .filter(char::is_ascii_alphanumeric)
                    .map(|c| c.to_ascii_lowercase())
                    .collect();
                if bare.is_empty() {
                    self.fault(name, &format!("name {spelling:?} has no letter or digit"));
                } else if let Some(other) = seen.insert(bare, name) {
                    self.fault(name, &format!("name {spelling:?} already means {other}"));
                }
            }
        }
    }

    fn model_is_consistent(&mut self, name: &str, model: &Model) {
        if model
            .line_keys_clear_to
            .is_some_and(|to| model.line_keys.is_none_or(|n| n > to))
        {
            self.fault(
                name,
                "line_keys must be known and not above line_keys_clear_to",
            );
        }
        if model
            .accounts_until
            .as_ref()
            .is_some_and(|(_, n)| model.accounts.is_none_or(|a| *n >= a))
        {
            self.fault(
                name,
                "accounts_until must hold fewer accounts than accounts",
            );
        }
        let keys = model.module_keys.is_some() || !model.module_names.is_empty();
        if keys && model.modules.is_none_or(|n| n == 0) {
            self.fault(name, "keys or names of modules, but no modules");
        }
        if !model.image_prefixes.is_sorted_by(|a, b| a.0 < b.0) {
            self.fault(name, "image_prefixes do not ascend");
        }
        for step in &model.firmware_steps {
            self.step_is_consistent(name, step);
        }
        if model.calls.or(model.system_calls).is_some() && model.handsets.is_none_or(|n| n == 0) {
            self.fault(name, "calls of a base, but no handsets");
        }
        if !model.other_file_stems.is_empty() && model.file_stem.is_none() {
            self.fault(name, "other_file_stems without file_stem");
        }
        self.firmware_ascends(
            name,
            model.first_firmware.as_ref(),
            model.newest_firmware.as_ref(),
        );
    }

    /// A step on the way lies between its ends, so that every way comes to an end.
    fn step_is_consistent(&mut self, name: &str, step: &Step) {
        if step.via.is_some() && step.needs.is_some() {
            self.fault(name, "firmware_steps: via and needs are two steps");
        }
        let Some(via) = &step.via else { return };
        let leaves = step
            .from
            .until
            .as_ref()
            .is_some_and(|last| !via.reaches(last));
        let arrives = step.to.since.as_ref().is_some_and(|first| via < first);
        if !leaves || !arrives {
            self.fault(name, "firmware_steps: via does not lie between from and to");
        }
    }

    /// Two rows of one name are for different firmware, models or scopes.
    fn names_differ_in_something(&mut self) {
        let mut seen = BTreeMap::new();
        for (id, row) in &self.target.settings {
            let name = row.spelling(id);
            if let Some(other) =
                seen.insert((name, &row.since, &row.until, &row.only, row.scope), id)
            {
                self.fault(
                    id,
                    &format!("says of {name:?} for the same phones what {other:?} says"),
                );
            }
        }
    }

    fn orders_are_unique(&mut self) {
        let mut seen = BTreeMap::new();
        for (id, row) in &self.target.settings {
            if row.order == 0 {
                self.fault(id, "no order");
            } else if let Some(other) = seen.insert(row.order, id) {
                self.fault(id, &format!("order {} is taken by {other:?}", row.order));
            }
        }
    }

    fn constant_names_are_unique(&mut self) {
        let mut seen = BTreeMap::new();
        for (id, _) in &self.target.settings {
            let name = constant(id);
            if name.is_empty() {
                self.fault(id, "the row id has no letter or digit");
            } else if let Some(other) = seen.insert(name.clone(), id) {
                self.fault(id, &format!("constant {name} already stands for {other:?}"));
            }
        }
    }

    fn setting_is_consistent(&mut self, id: &str, row: &Setting) {
        let name = row.spelling(id);
        if name.is_empty() || row.section.is_empty() {
            self.fault(id, "name or section is empty");
        }
        for (column, value) in [("default", &row.default), ("shipped", &row.shipped)] {
            if let Some(value) = value.as_deref().filter(|value| !row.domain.admits(value)) {
                self.fault(id, &format!("{column} {value:?} is outside the domain"));
            }
        }
        if row.default.is_some() && row.shipped.is_some() {
            self.fault(id, "shipped is for settings without a stated default");
        }
        let placeholders = name
            .split('.')
            .filter(|part| matches!(*part, "X" | "Y"))
            .count();
        if placeholders > 0 && row.scope == Scope::Phone {
            self.fault(id, "the name has an index, but the scope is phone");
        }
        let indices = row.indices.as_ref().map_or(0, |indices| indices.0.len());
        if placeholders > 0 && indices > placeholders {
            self.fault(id, "more ranges in indices than indices in the name");
        }
    }

    fn tokens_differ_in_something(&mut self, rows: &[(String, Token)]) {
        let mut seen = BTreeMap::new();
        for (id, row) in rows {
            let key = (word(id), row.order, &row.since, &row.until, &row.only);
            if let Some(other) = seen.insert(key, id) {
                self.fault(id, &format!("stands at the same place as {other:?}"));
            }
        }
    }

    fn blocks_are_addresses(&mut self) {
        let mut seen = BTreeSet::new();
        for (id, row) in &self.target.ouis {
            match prefix(id) {
                Some(bytes) if seen.insert(bytes.clone()) => {}
                Some(_) => self.fault(id, "stands twice"),
                None => self.fault(id, "is not three or four bytes such as 00:15:65"),
            }
            for model in &row.models {
                if !self.target.models.iter().any(|(name, _)| name == model) {
                    self.fault(id, &format!("model {model:?} is not in models.toml"));
                }
            }
        }
    }

    /// Names are compared in lower case; an address is written `<mac>`, and once.
    fn pattern_is_a_name(&mut self, pattern: &str) {
        let rest = pattern.replacen("<mac>", "", 1);
        let fits = |c: char| matches!(c, 'a'..='z' | '0'..='9' | '.' | '_' | '-' | '*' | '#');
        if pattern.is_empty() || !rest.chars().all(fits) {
            let says = "is not a name in lower case, `<mac>` once at most";
            self.fault(pattern, says);
        }
    }

    /// Each kind of fact has the columns that it needs, and speaks of settings that there are, or
    /// of names that are none.
    fn fact_is_whole(&mut self, id: &str, row: &Lint) {
        use LintRule as R;
        let name = row.spelling(id);
        let known = |name: &str| {
            let (stem, open) = match name.strip_suffix('*') {
                Some(stem) => (stem, true),
                None => (name, false),
            };
            let mut names = self
                .target
                .settings
                .iter()
                .map(|(id, row)| row.spelling(id));
            names.any(|name| {
                if open {
                    name.starts_with(stem)
                } else {
                    is_case_of(stem, name)
                }
            })
        };
        let named = !matches!(
            row.rule,
            R::ClearWord | R::Oldest | R::Perm | R::Prefix | R::Section
        );
        let no_name = matches!(row.rule, R::Misspelt | R::Obsolete);
        let of_two = matches!(
            row.rule,
            R::Before | R::Clash | R::Login | R::Needs | R::Same
        );
        let own_mark = row.rule == R::Login && row.value.is_some();
        let with_value = matches!(
            row.rule,
            R::Attribute
                | R::ClearWord
                | R::Factory
                | R::FirstWord
                | R::Form
                | R::Perm
                | R::PermIs
                | R::PermNot
                | R::Prefix
                | R::Section
                | R::Value
        );
        let with_reason = matches!(
            row.rule,
            R::Before
                | R::BootFile
                | R::Clash
                | R::Needs
                | R::NeverEmpty
                | R::NeverSent
                | R::OwnFile
                | R::Unique
                | R::Value
        );
        for (wrong, what) in [
            (no_name && known(name), "this is a name of settings.toml"),
            (
                named && !no_name && !known(name),
                "this is no name of settings.toml",
            ),
            (
                of_two && !own_mark && row.other != "*" && !known(&row.other),
                "other is no name of settings.toml",
            ),
            (
                row.rule == R::Attribute && row.other.is_empty(),
                "no attribute (other)",
            ),
            (with_value && row.value.is_none(), "no value"),
            (
                matches!(row.rule, R::Misspelt | R::Renamed) && row.instead.is_empty(),
                "nothing instead",
            ),
            (with_reason && row.because.is_empty(), "no reason (because)"),
        ] {
            if wrong {
                self.fault(id, what);
            }
        }
    }

    fn unconfirmed_is_whole(&mut self, id: &str, row: &Unconfirmed) {
        let plain = |c: char| matches!(c, 'a'..='z' | '0'..='9' | '-');
        if !id.chars().all(plain) {
            self.fault(
                id,
                "the name is not of lower-case letters, digits and dashes",
            );
        }
        for (column, text) in [
            ("about", &row.about),
            ("choice", &row.choice),
            ("confirm", &row.confirm),
        ] {
            if text.trim().is_empty() {
                self.fault(id, &format!("{column} is empty"));
            }
        }
    }

    fn unconfirmed_is_about_rows(&mut self, id: &str, row: &Unconfirmed) {
        for name in &row.models {
            if !self.target.models.iter().any(|(model, _)| model == name) {
                self.fault(id, &format!("model {name:?} is not in models.toml"));
            }
        }
        for name in &row.settings {
            let mut settings = self.target.settings.iter();
            if !settings.any(|(id, row)| names(name, row.spelling(id))) {
                self.fault(id, &format!("setting {name:?} is not in settings.toml"));
            }
        }
    }

    /// Whoever meets a doubtful setting finds out what is in doubt.
    fn doubtful_settings_are_explained(&mut self, ledger: &[(String, Unconfirmed)]) {
        for (id, row) in &self.target.settings {
            let name = row.spelling(id);
            let mut listed = ledger.iter().flat_map(|(_, row)| &row.settings);
            if row.doubtful && !listed.any(|listed| names(listed, name)) {
                self.fault(
                    id,
                    "the setting is doubtful, and no row says what is in doubt",
                );
            }
        }
    }

    /// Rows above the targets stand for every phone of the maker, and have names of their own.
    fn unconfirmed_of_maker_is_about_all(&mut self, own: &[(String, Unconfirmed)]) {
        self.folder = self.target.maker();
        for (id, row) in &self.target.unconfirmed_of_maker {
            self.unconfirmed_is_whole(id, row);
            let bounds = row.since.is_some() || row.until.is_some();
            if bounds || !(row.models.is_empty() && row.only.is_empty() && row.settings.is_empty())
            {
                let says = "is of all phones of the maker: no models, only, firmware or settings";
                self.fault(id, says);
            }
            if own.iter().any(|(own, _)| own == id) {
                let target = &self.target.folder;
                self.fault(id, &format!("vendors/{target} has a row of this name"));
            }
        }
    }

    fn firmware_ascends(&mut self, row: &str, since: Option<&Bound>, until: Option<&Bound>) {
        if let (Some(since), Some(until)) = (since, until)
            && !since.reaches(until)
        {
            self.fault(row, "the first firmware is above the last");
        }
    }

    fn only_names_known_words(&mut self, row: &str, only: &[String]) {
        for word in only {
            if word != NEVER && !self.target.words.contains(word) {
                self.fault(
                    row,
                    &format!("only {word:?} is no family and no tag of a model"),
                );
            }
        }
    }

    fn fault(&mut self, row: &str, text: &str) {
        let (folder, file) = (self.folder, self.file);
        self.faults
            .push(format!("vendors/{folder}/{file}.toml: {row}: {text}"));
    }
}
