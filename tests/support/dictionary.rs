//! Finds the dictionary rows of a concrete setting: `account.3.label` is `account.X.label`. Where
//! the format has an attribute for the index, `user_name.3` is `user_name` of a row that counts.

use std::cell::RefCell;
use std::collections::BTreeMap;

use phone_provisioning::target::{ProvisioningTarget, Scope, SettingRow};

/// The rows of one target by the shape of their names.
#[derive(Debug)]
pub struct Dictionary<'t> {
    /// By name, the indices of patterns replaced by `#`.
    shapes: BTreeMap<String, Vec<&'t SettingRow>>,
    /// Rows with a component in angle brackets, which stands for a word.
    with_word: Vec<&'t SettingRow>,
    /// By name: the place of each group that the row belongs to, then its own.
    orders: RefCell<BTreeMap<&'static str, Vec<u16>>>,
    target: &'t dyn ProvisioningTarget,
    /// Whether names are patterns; otherwise the index is an attribute.
    patterns: bool,
}

impl<'t> Dictionary<'t> {
    pub fn of(target: &'t dyn ProvisioningTarget) -> Self {
        let mut shapes: BTreeMap<String, Vec<&SettingRow>> = BTreeMap::new();
        let mut with_word = Vec::new();
        let patterns = !target.id().as_str().starts_with("snom-");
        for row in target.settings() {
            if !patterns {
                let key = attribute_key(row.name, row.scope != Scope::Phone);
                shapes.entry(key).or_default().push(row);
                continue;
            }
            if row.name.contains('<') {
                with_word.push(row);
            }
            let shape = shape(row.name, |component| matches!(component, "X" | "Y"));
            shapes.entry(shape).or_default().push(row);
        }
        Self {
            shapes,
            with_word,
            orders: RefCell::default(),
            target,
            patterns,
        }
    }

    /// The smallest order of each group that a row belongs to, then that of the row itself.
    fn orders(&self, row: &SettingRow) -> Vec<u16> {
        let mut orders = self.orders.borrow_mut();
        let of_row = orders.entry(row.name);
        of_row
            .or_insert_with(|| orders_of(self.target, row))
            .clone()
    }

    /// The smallest order of what counts the same in the section.
    fn first_of_group(&self, row: &SettingRow) -> u16 {
        let mut orders = self.orders.borrow_mut();
        let of_row = orders.entry(row.name);
        of_row.or_insert_with(|| {
            let rows = self.target.settings().iter();
            let group =
                rows.filter(|other| other.scope == row.scope && other.section == row.section);
            vec![group.map(|row| row.order).min().unwrap_or(row.order)]
        })[0]
    }

    /// All rows that the name is a case of.
    pub fn rows(&self, name: &str) -> Vec<&'t SettingRow> {
        if !self.patterns {
            let (name, counts) = match name.split_once('.') {
                Some((name, _)) => (name, true),
                None => (name, false),
            };
            let rows = self.shapes.get(&attribute_key(name, counts));
            return rows.cloned().unwrap_or_default();
        }
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
#[derive(Debug)]
pub struct Places<'d> {
    dictionary: &'d Dictionary<'d>,
    /// Words in the order in which they appear: their table orders them, not the dictionary.
    words: Vec<String>,
}

impl<'d> Places<'d> {
    pub fn of(dictionary: &'d Dictionary<'d>) -> Self {
        Self {
            dictionary,
            words: Vec::new(),
        }
    }

    /// Ascends through one section of a file. An account is a section of its own.
    pub fn of_setting(&mut self, row: &SettingRow, name: &str) -> Vec<(u16, usize)> {
        if !self.dictionary.patterns {
            return self.of_attribute(row, name);
        }
        let orders = self.dictionary.orders(row);
        let mut indices = Vec::new();
        for (component, own) in row.name.split('.').zip(name.split('.')) {
            match component {
                "X" | "Y" => indices.push(own.parse().unwrap()),
                word if word.starts_with('<') => indices.push(self.index_of_word(own)),
                _ => {}
            }
        }
        let of_account = usize::from(row.scope == Scope::Account);
        let indices = indices.into_iter().chain([0]);
        orders.into_iter().zip(indices).skip(of_account).collect()
    }

    /// All that counts the same in one section stays together, one index after another.
    fn of_attribute(&mut self, row: &SettingRow, name: &str) -> Vec<(u16, usize)> {
        let own = (row.order, 0);
        if row.scope == Scope::Phone {
            return vec![own];
        }
        let first = self.dictionary.first_of_group(row);
        let at = name.split('.').nth(1).unwrap();
        let index = at.parse().unwrap_or_else(|_| self.index_of_word(at));
        vec![(first, index), own]
    }

    fn index_of_word(&mut self, word: &str) -> usize {
        let known = self.words.iter().position(|known| known == word);
        known.unwrap_or_else(|| {
            self.words.push(word.to_owned());
            self.words.len() - 1
        })
    }
}

fn orders_of(target: &dyn ProvisioningTarget, row: &SettingRow) -> Vec<u16> {
    let pattern: Vec<&str> = row.name.split('.').collect();
    let is_index = |component: &str| matches!(component, "X" | "Y") || component.starts_with('<');
    let groups = (0..pattern.len()).filter(|i| is_index(pattern[*i]));
    let first = |belongs: &dyn Fn(&str) -> bool| {
        let rows = target.settings().iter().filter(|row| belongs(row.name));
        rows.map(|row| row.order).min().unwrap_or(row.order)
    };
    let mut orders: Vec<u16> = groups
        .map(|i| {
            first(&|name| {
                name.split('.')
                    .take(i + 1)
                    .eq(pattern[..=i].iter().copied())
            })
        })
        .collect();
    // Two spellings of one setting have one place.
    let bare = |name: &'_ str| name.strip_prefix("static.").unwrap_or(name).to_owned();
    orders.push(first(&|name| bare(name) == bare(row.name)));
    orders
}

/// A key that no name with a `#` of its own can have.
fn attribute_key(name: &str, counts: bool) -> String {
    if counts {
        format!("{name}#")
    } else {
        name.to_owned()
    }
}

fn shape(name: &str, is_index: impl Fn(&str) -> bool) -> String {
    name.split('.')
        .map(|component| if is_index(component) { "#" } else { component })
        .collect::<Vec<_>>()
        .join(".")
}
