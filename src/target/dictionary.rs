//! What the name of a setting means: the row of the dictionary and the numbers in the name.

use std::ops::Range;

use super::{Scope, SettingRow};

/// What a name means: the row that it belongs to, and what its pattern leaves open.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SettingMatch<'t> {
    /// The row.
    pub row: &'t SettingRow,
    /// The numbers of the name, or beside it.
    pub indices: Indices,
    /// Where in the name the word is that stands for the `<word>` of the pattern.
    pub word: Option<Range<usize>>,
}

impl<'t> SettingMatch<'t> {
    /// A row and the numbers of the name, for a target that looks its settings up by itself.
    pub const fn new(row: &'t SettingRow, indices: Indices) -> Self {
        Self {
            row,
            indices,
            word: None,
        }
    }
}

/// Up to three numbers of one name.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct Indices {
    numbers: [u32; 3],
    len: u8,
}

impl Indices {
    /// These numbers; `None` when there are more than three.
    pub fn new(numbers: &[u32]) -> Option<Self> {
        let mut indices = Self::default();
        for number in numbers {
            indices.push(*number)?;
        }
        Some(indices)
    }

    /// The numbers, in the order of the name.
    pub fn as_slice(&self) -> &[u32] {
        &self.numbers[..usize::from(self.len)]
    }

    /// The first: of the account, the key, the handset.
    pub fn first(&self) -> Option<u32> {
        self.as_slice().first().copied()
    }

    fn push(&mut self, number: u32) -> Option<()> {
        *self.numbers.get_mut(usize::from(self.len))? = number;
        self.len += 1;
        Some(())
    }
}

/// The letters that stand for the numbers of a name, in order.
const LETTERS: [u8; 3] = [b'X', b'Y', b'Z'];
/// No name of a dictionary is longer.
const LONGEST: usize = 160;

/// Finds what a name means in rows that ascend by name.
///
/// Of several rows of one name it takes the one that has an index exactly if there is one beside the
/// name, the first of these.
pub(super) fn find<'t>(
    rows: &'t [SettingRow],
    name: &str,
    index: Option<u32>,
) -> Option<SettingMatch<'t>> {
    if name.len() > LONGEST {
        return None;
    }
    let mut indices = Indices::default();
    let mut pattern = Pattern::default();
    let has_number = name.split('.').any(|component| number(component).is_some());
    if !has_number {
        pattern.push(name.as_bytes())?;
    } else {
        for (i, component) in name.split('.').enumerate() {
            if i > 0 {
                pattern.push(b".")?;
            }
            match number(component) {
                Some(number) => {
                    let letter = *LETTERS.get(indices.as_slice().len())?;
                    indices.push(number)?;
                    pattern.push(&[letter])?;
                }
                None => pattern.push(component.as_bytes())?,
            }
        }
    }
    let pattern = pattern.as_bytes();
    if let Some(row) = named(rows, pattern, index) {
        if let Some(index) = index {
            indices.push(index)?;
        }
        return Some(SettingMatch::new(row, indices));
    }
    with_word(rows, name, pattern, indices)
}

/// The rows of one name.
pub(super) fn rows_of<'t>(rows: &'t [SettingRow], name: &str) -> &'t [SettingRow] {
    rows_of_bytes(rows, name.as_bytes())
}

fn rows_of_bytes<'t>(rows: &'t [SettingRow], name: &[u8]) -> &'t [SettingRow] {
    let from = rows.partition_point(|row| row.name.as_bytes() < name);
    let rows = &rows[from..];
    let len = rows
        .iter()
        .take_while(|row| row.name.as_bytes() == name)
        .count();
    &rows[..len]
}

fn named<'t>(rows: &'t [SettingRow], name: &[u8], index: Option<u32>) -> Option<&'t SettingRow> {
    let rows = rows_of_bytes(rows, name);
    let fits = |row: &&SettingRow| (row.scope != Scope::Phone) == index.is_some();
    rows.iter().find(fits).or(rows.first())
}

/// The row of which one component stands for a word of a table.
fn with_word<'t>(
    rows: &'t [SettingRow],
    name: &str,
    pattern: &[u8],
    indices: Indices,
) -> Option<SettingMatch<'t>> {
    // Rows that begin like the pattern stand where it would stand.
    let at = rows.partition_point(|row| row.name.as_bytes() < pattern);
    let neighbours = &rows[at.saturating_sub(1)..rows.len().min(at + 1)];
    let mut end = pattern.len();
    for i in (0..pattern.split(|b| *b == b'.').count()).rev() {
        let start = pattern[..end].iter().rposition(|b| *b == b'.');
        let start = start.map_or(0, |dot| dot + 1);
        let (before, after) = (&pattern[..start], &pattern[end..]);
        end = start.saturating_sub(1);
        let begins_so = |row: &SettingRow| row.name.as_bytes().starts_with(before);
        if !neighbours.iter().any(begins_so) {
            continue;
        }
        let from = rows.partition_point(|row| {
            let (head, rest) = row.name.as_bytes().split_at(row.name.len().min(start));
            head < before || head == before && rest.first().is_none_or(|b| *b < b'<')
        });
        let with_word = rows[from..].iter().map(|row| (row, row.name.as_bytes()));
        let with_word = with_word
            .take_while(|(_, name)| name.starts_with(before) && name.get(start) == Some(&b'<'));
        for (row, name_of_row) in with_word {
            let rest = &name_of_row[start..];
            let close = rest.iter().position(|b| *b == b'>').map(|at| at + 1);
            if close.is_some_and(|close| rest[close..] == *after) {
                return Some(SettingMatch {
                    row,
                    indices,
                    word: component_of(name, i),
                });
            }
        }
    }
    None
}

/// Where a component is in a name.
fn component_of(name: &str, wanted: usize) -> Option<Range<usize>> {
    let before: usize = name.split('.').take(wanted).map(|c| c.len() + 1).sum();
    let len = name.split('.').nth(wanted)?.len();
    Some(before..before + len)
}

/// The number that a component is.
fn number(component: &str) -> Option<u32> {
    let is_number = !component.is_empty() && component.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| component.parse().ok()).flatten()
}

/// A pattern in the making, which needs no allocation.
struct Pattern {
    bytes: [u8; LONGEST],
    len: usize,
}

impl Default for Pattern {
    fn default() -> Self {
        Self {
            bytes: [0; LONGEST],
            len: 0,
        }
    }
}

impl Pattern {
    fn push(&mut self, bytes: &[u8]) -> Option<()> {
        let end = self.len + bytes.len();
        self.bytes.get_mut(self.len..end)?.copy_from_slice(bytes);
        self.len = end;
        Some(())
    }

    fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}
