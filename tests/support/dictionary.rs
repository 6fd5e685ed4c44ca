//! Finds the dictionary rows of a concrete setting: `account.3.label` is `account.X.label`.

use std::collections::BTreeMap;

use phone_provisioning::target::{ProvisioningTarget, Scope, SettingRow};

/// The rows of one target by the shape of their names.
pub struct Dictionary<'t> {
    /// By name, the indices of patterns replaced by `#`.
    shapes: BTreeMap<String, Vec<&'t SettingRow>>,
    /// Rows with a component in angle brackets, which stands for a word.
    with_word: Vec<&'t SettingRow>,
}

impl<'t> Dictionary<'t> {
    pub fn of(target: &'t dyn ProvisioningTarget) -> Self {
        let mut shapes: BTreeMap<String, Vec<&SettingRow>> = BTreeMap::new();
        let mut with_word = Vec::new();
        for row in target.settings() {
            if row.name.contains('<') {
                with_word.push(row);
            }
            let shape = shape(row.name, |component| matches!(component, "X" | "Y"));
            shapes.entry(shape).or_default().push(row);
        }
        Self { shapes, with_word }
    }

    /// All rows that the name is a case of.
    pub fn rows(&self, name: &str) -> Vec<&'t SettingRow> {
        let digits = |component: &str| {
            !component.is_empty() && component.bytes().all(|b| b.is_ascii_digit())
        };
        if let Some(rows) = self.shapes.get(&shape(name, digits)) {
            return rows.clone();
        }
        let own: Vec<&str> = name.split('.').collect();
        let fits = |row: &&&SettingRow| {
            let pattern: Vec<&str> = row.name.split('.').collect();
            pattern.len() == own.len()
                && pattern
                    .iter()
                    .zip(&own)
                    .all(|(pattern, own)| match *pattern {
                        "X" | "Y" => digits(own),
                        word if word.starts_with('<') => !digits(own),
                        literal => literal == *own,
                    })
        };
        self.with_word.iter().filter(fits).copied().collect()
    }
}

/// Where a setting stands in its file by the dictionary: groups that repeat under an index (keys,
/// servers, codecs) stay together, one index after another.
pub struct Places<'t> {
    target: &'t dyn ProvisioningTarget,
    /// Words in the order in which they appear: their table orders them, not the dictionary.
    words: Vec<String>,
}

impl<'t> Places<'t> {
    pub fn of(target: &'t dyn ProvisioningTarget) -> Self {
        Self {
            target,
            words: Vec::new(),
        }
    }

    /// Ascends through one section of a file. An account is a section of its own.
    pub fn of_setting(&mut self, row: &SettingRow, name: &str) -> Vec<(u16, usize)> {
        let pattern: Vec<&str> = row.name.split('.').collect();
        let mut place = Vec::new();
        let mut of_account = row.scope == Scope::Account;
        for (i, (component, own)) in pattern.iter().zip(name.split('.')).enumerate() {
            let index = match *component {
                "X" | "Y" => own.parse().unwrap(),
                word if word.starts_with('<') => self.index_of_word(own),
                _ => continue,
            };
            if std::mem::take(&mut of_account) {
                continue;
            }
            place.push((self.first_of_group(&pattern[..=i]), index));
        }
        // Two spellings of one setting have one place.
        let bare = row.name.strip_prefix("static.").unwrap_or(row.name);
        let spellings = self.target.settings().iter();
        let first = spellings
            .filter(|other| other.name.strip_prefix("static.").unwrap_or(other.name) == bare)
            .map(|other| other.order)
            .min();
        place.push((first.unwrap_or(row.order), 0));
        place
    }

    fn first_of_group(&self, prefix: &[&str]) -> u16 {
        let group = self.target.settings().iter().filter(|row| {
            let components: Vec<&str> = row.name.split('.').take(prefix.len()).collect();
            components == prefix
        });
        group.map(|row| row.order).min().unwrap_or(0)
    }

    fn index_of_word(&mut self, word: &str) -> usize {
        let known = self.words.iter().position(|known| known == word);
        known.unwrap_or_else(|| {
            self.words.push(word.to_owned());
            self.words.len() - 1
        })
    }
}

fn shape(name: &str, is_index: impl Fn(&str) -> bool) -> String {
    name.split('.')
        .map(|component| if is_index(component) { "#" } else { component })
        .collect::<Vec<_>>()
        .join(".")
}
