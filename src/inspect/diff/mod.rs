//! What changes on a phone that gets other files ([`diff`]).

mod change;
mod fleet;
mod place;

use std::borrow::Cow;
use std::cmp::Ordering;

use xxhash_rust::xxh3::xxh3_64;

pub use change::{Change, ChangeKind, Diff, Effects, Subject};
pub use fleet::{DeviceChange, DeviceDiff, FleetDiff, StateDiff, diff_fleets, diff_states};

use super::shown::Shown;
use crate::parse::{File, FileKind, Format, Setting};
use crate::target::{ProvisioningTarget, Repeats, SettingMatch};

/// What changes on a phone that got the old files and gets the new ones, each in the order that the
/// phone reads them. The target's dictionary says which settings are secret and what they do; without
/// one the names alone are compared.
///
/// A later setting replaces an earlier one of the same name and index, whatever file it stands in,
/// as phones do it; where the dictionary says that each counts, each does. An account or a key that
/// has another number afterwards is one [`Moved`](ChangeKind::Moved) change. What is secret is told as
/// changed and never shown.
///
/// ```
/// # #[cfg(feature = "yealink")] {
/// use phone_provisioning::inspect::diff;
/// use phone_provisioning::parse::{self, Limits};
/// use phone_provisioning::target::yealink::Yealink;
///
/// let old = b"#!version:1.0.0.1\nlang.gui = English\naccount.1.password = old\n";
/// let new = b"#!version:1.0.0.1\naccount.1.password = new\nlang.gui = German\n";
/// let [old, new] = [&old[..], new].map(|bytes| parse::parse(bytes, &Limits::default()));
///
/// let diff = diff(Some(&Yealink::new()), &[&old], &[&new]);
/// let lines: Vec<String> = diff.changes().iter().map(ToString::to_string).collect();
/// assert_eq!(
///     lines,
///     [
///         "account.1.password: changed [redacted] (registers again)",
///         "lang.gui: \"English\" -> \"German\" (effect unknown)",
///     ],
/// );
/// # }
/// ```
pub fn diff(target: Option<&dyn ProvisioningTarget>, old: &[&File<'_>], new: &[&File<'_>]) -> Diff {
    let lists = |files: &[&File<'_>]| files.iter().any(|file| is_list(file.kind()));
    let compare = Compare {
        target,
        lists: lists(old) || lists(new),
    };
    let (old, new) = (all(old), all(new));
    let (changed_old, changed_new) = without_ends(&old, &new);
    let differences = compare.differences(&sorted(changed_old), &sorted(changed_new));
    if differences.is_empty() {
        return Diff::default();
    }
    let (places, rest) = place::find(&compare, old, new, differences);
    let mut changes = places;
    for difference in &rest {
        compare.describe(difference, &mut changes);
    }
    changes.sort_by_key(|(order, _)| *order);
    Diff::new(changes.into_iter().map(|(_, change)| change).collect())
}

/// Files whose entries have no names of their own: each stands for itself.
fn is_list(kind: FileKind) -> bool {
    !matches!(
        kind,
        FileKind::Settings | FileKind::Boot | FileKind::Firmware
    )
}

/// A setting with what it is sorted by.
#[derive(Clone, Copy)]
struct Entry<'f> {
    /// Of name and index: most comparisons end here.
    hash: u64,
    order: u32,
    /// What is written before the value: name, index, attributes.
    written: &'f [u8],
    setting: &'f Setting<'f>,
}

impl<'f> Entry<'f> {
    /// Whether it is the same setting and says the same. Most are written alike.
    fn is_like(&self, other: &Entry<'_>) -> bool {
        let plain = !self.written.is_empty() && !self.written.contains(&b'&');
        if plain && self.written == other.written {
            return self.setting.value() == other.setting.value();
        }
        self.cmp_name(other).is_eq() && same(self.setting, other.setting)
    }

    /// Order of names, indices and the models that a line is for. That of the hashes comes first, so that this is no order to show.
    fn cmp_name<'g>(&self, other: &Entry<'g>) -> Ordering {
        let (a, b) = (self.setting, other.setting);
        let names = || (a.name(), a.index(), a.models()).cmp(&(b.name(), b.index(), b.models()));
        self.hash.cmp(&other.hash).then_with(names)
    }
}

/// The settings of some files in the order that they are read.
fn all<'f>(files: &[&'f File<'f>]) -> Vec<Entry<'f>> {
    let settings = files.iter().flat_map(|file| {
        file.settings()
            .iter()
            .map(|setting| (file.input(), setting))
    });
    (0..)
        .zip(settings)
        .map(|(order, (input, setting))| Entry {
            hash: xxh3_64(setting.name().as_bytes())
                ^ u64::from(setting.index().map_or(0, |index| index.wrapping_add(1)))
                    .wrapping_mul(0x9e37_79b9_7f4a_7c15),
            order,
            written: input
                .get(setting.span().start..setting.value_span().start)
                .unwrap_or_default(),
            setting,
        })
        .collect()
}

/// The settings of one name together, in the order that they are read.
fn sorted(mut entries: Vec<Entry<'_>>) -> Vec<Entry<'_>> {
    entries.sort_unstable_by(|a, b| a.cmp_name(b).then(a.order.cmp(&b.order)));
    entries
}

/// Both lists without what they begin with and end with alike: files that follow one another differ in
/// few places. Of a name that is there elsewhere too all entries stay.
fn without_ends<'f>(old: &[Entry<'f>], new: &[Entry<'f>]) -> (Vec<Entry<'f>>, Vec<Entry<'f>>) {
    let alike = |(a, b): &(&Entry<'_>, &Entry<'_>)| a.is_like(b);
    let start = old.iter().zip(new).take_while(alike).count();
    let (old_rest, new_rest) = (&old[start..], &new[start..]);
    let both = old_rest.iter().rev().zip(new_rest.iter().rev());
    let end = both.take_while(alike).count();
    let middle = |entries: &[Entry<'f>]| entries[..entries.len() - end].to_vec();
    let (mut old_middle, mut new_middle) = (middle(old_rest), middle(new_rest));
    let mut hashes: Vec<u64> = old_middle
        .iter()
        .chain(&new_middle)
        .map(|e| e.hash)
        .collect();
    if hashes.is_empty() {
        return (old_middle, new_middle);
    }
    hashes.sort_unstable();
    let again = |entry: &&Entry<'_>| hashes.binary_search(&entry.hash).is_ok();
    for (all, middle) in [(old, &mut old_middle), (new, &mut new_middle)] {
        let ends = all[..start].iter().chain(&all[all.len() - end..]);
        middle.extend(ends.filter(again));
    }
    (old_middle, new_middle)
}

/// The entries of one name and index at the head of a list, and the rest of it.
fn head<'e, 'f>(entries: &'e [Entry<'f>]) -> (&'e [Entry<'f>], &'e [Entry<'f>]) {
    let Some(first) = entries.first() else {
        return (entries, entries);
    };
    let same = |entry: &&Entry<'_>| entry.cmp_name(first).is_eq();
    let more = entries[1..].iter().take_while(same).count();
    entries.split_at(1 + more)
}

/// A setting that is not the same on both sides; there is one at the least.
#[derive(Clone, Copy)]
struct Difference<'f> {
    old: Option<Entry<'f>>,
    new: Option<Entry<'f>>,
}

impl<'f> Difference<'f> {
    /// Name and index, from the side that has them.
    fn setting(&self) -> Option<&'f Setting<'f>> {
        self.new.or(self.old).map(|entry| entry.setting)
    }

    /// Its place among the changes: that in the new files; what is no longer there comes last.
    fn order(&self) -> (bool, u32) {
        let order = self.new.or(self.old).map_or(0, |entry| entry.order);
        (self.new.is_none(), order)
    }
}

/// Changes with their places.
type Placed = Vec<((bool, u32), Change)>;

struct Compare<'t> {
    target: Option<&'t dyn ProvisioningTarget>,
    /// Whether a name that is there several times and that no dictionary knows is a list.
    lists: bool,
}

impl<'t> Compare<'t> {
    fn row(&self, setting: &Setting<'_>) -> Option<SettingMatch<'t>> {
        self.target?.setting(setting.name(), setting.index())
    }

    fn repeats(&self, entry: &Entry<'_>) -> Repeats {
        match self.row(entry.setting) {
            Some(found) => found.row.repeats,
            None if self.lists => Repeats::Adds,
            None => Repeats::Replaces,
        }
    }

    fn differences<'f>(&self, old: &[Entry<'f>], new: &[Entry<'f>]) -> Vec<Difference<'f>> {
        let mut differences = Vec::new();
        let (mut old, mut new) = (old, new);
        while let (Some(a), Some(b)) = (old.first(), new.first()) {
            let ((olds, old_rest), (news, new_rest)) = match a.cmp_name(b) {
                Ordering::Less => (head(old), new.split_at(0)),
                Ordering::Equal => (head(old), head(new)),
                Ordering::Greater => (old.split_at(0), head(new)),
            };
            self.compare(olds, news, &mut differences);
            (old, new) = (old_rest, new_rest);
        }
        while !old.is_empty() {
            let (olds, rest) = head(old);
            self.compare(olds, &[], &mut differences);
            old = rest;
        }
        while !new.is_empty() {
            let (news, rest) = head(new);
            self.compare(&[], news, &mut differences);
            new = rest;
        }
        differences
    }

    /// Compares the settings of one name and index.
    fn compare<'f>(
        &self,
        olds: &[Entry<'f>],
        news: &[Entry<'f>],
        differences: &mut Vec<Difference<'f>>,
    ) {
        if let ([old], [new]) = (olds, news)
            && same(old.setting, new.setting)
        {
            return;
        }
        let Some(first) = olds.first().or(news.first()) else {
            return;
        };
        match self.repeats(first) {
            Repeats::Replaces => {
                let (old, new) = (olds.last().copied(), news.last().copied());
                let unchanged =
                    matches!((&old, &new), (Some(a), Some(b)) if same(a.setting, b.setting));
                if !unchanged {
                    differences.push(Difference { old, new });
                }
            }
            Repeats::Adds => each(olds, news, cmp_content, differences),
            Repeats::PerWord => {
                let (olds, news) = (last_per_word(olds), last_per_word(news));
                each(&olds, &news, cmp_word, differences);
            }
        }
    }

    /// Adds the changes that a difference is in words.
    fn describe(&self, difference: &Difference<'_>, changes: &mut Placed) {
        let Some(setting) = difference.setting() else {
            return;
        };
        let found = self.row(setting);
        let row = found.as_ref().map(|found| found.row);
        let effects = Effects::of(row);
        let word = match row {
            Some(row) if row.repeats == Repeats::PerWord && setting.value().contains(':') => {
                Some(word_of(setting))
            }
            _ => None,
        };
        let mut push = |attribute: Option<&str>, kind: ChangeKind| {
            let subject = Subject::Setting {
                name: match setting.models() {
                    "" => setting.name().to_owned(),
                    models => format!("[{models}]{}", setting.name()),
                },
                index: setting.index(),
                attribute: attribute.or(word).map(str::to_owned),
            };
            changes.push((difference.order(), Change::new(subject, kind, effects)));
        };
        let shown = |attribute: Option<&str>, text: &str| match attribute {
            Some(attribute) => Shown::of_attribute(row, setting.name(), attribute, text),
            None => Shown::of(row, setting.name(), text),
        };
        let changed = |attribute: Option<&str>, old: &str, new: &str| match (
            shown(attribute, old),
            shown(attribute, new),
        ) {
            (Shown::Redacted, _) | (_, Shown::Redacted) => ChangeKind::SecretChanged,
            (from, to) => ChangeKind::Changed { from, to },
        };
        match (&difference.old, &difference.new) {
            (None, None) => {}
            (None, Some(new)) => push(
                None,
                ChangeKind::Added {
                    value: shown(None, new.setting.value()),
                },
            ),
            (Some(old), None) => push(
                None,
                ChangeKind::Dropped {
                    value: shown(None, old.setting.value()),
                },
            ),
            (Some(old), Some(new)) => {
                let (old, new) = (old.setting, new.setting);
                if old.value() != new.value() {
                    push(None, changed(None, old.value(), new.value()));
                }
                let (old, new) = (attributes(old), attributes(new));
                for (name, value) in &new {
                    match old.iter().find(|(other, _)| other == name) {
                        Some((_, other)) if other == value => {}
                        Some((_, other)) => push(Some(name), changed(Some(name), other, value)),
                        None => push(
                            Some(name),
                            ChangeKind::Added {
                                value: shown(Some(name), value),
                            },
                        ),
                    }
                }
                for (name, value) in &old {
                    if !new.iter().any(|(other, _)| other == name) {
                        push(
                            Some(name),
                            ChangeKind::Dropped {
                                value: shown(Some(name), value),
                            },
                        );
                    }
                }
            }
        }
    }
}

/// Whether two settings of one name tell a phone the same.
fn same(a: &Setting<'_>, b: &Setting<'_>) -> bool {
    a.value() == b.value() && (a.attributes().eq(b.attributes()) || attributes(a) == attributes(b))
}

/// The attributes that say more than which setting it is, by name.
fn attributes<'s>(setting: &'s Setting<'_>) -> Vec<(&'s str, Cow<'s, str>)> {
    let mut attributes: Vec<_> = setting
        .attributes()
        .filter(|(name, _)| *name != "idx")
        .collect();
    attributes.sort();
    attributes
}

fn cmp_content(a: &Setting<'_>, b: &Setting<'_>) -> Ordering {
    a.value()
        .cmp(b.value())
        .then_with(|| attributes(a).cmp(&attributes(b)))
}

/// What a value is for: the word before its first colon.
fn word_of<'s>(setting: &'s Setting<'_>) -> &'s str {
    let value = setting.value();
    value.split_once(':').map_or(value, |(word, _)| word)
}

fn cmp_word(a: &Setting<'_>, b: &Setting<'_>) -> Ordering {
    word_of(a).cmp(word_of(b))
}

/// Of the settings for one word the last.
fn last_per_word<'f>(entries: &[Entry<'f>]) -> Vec<Entry<'f>> {
    let mut last: Vec<Entry<'f>> = Vec::with_capacity(entries.len());
    for entry in entries {
        last.retain(|other| cmp_word(other.setting, entry.setting).is_ne());
        last.push(*entry);
    }
    last
}

/// Compares settings that each count: those that are alike by `cmp` are one setting on both sides.
fn each<'f>(
    olds: &[Entry<'f>],
    news: &[Entry<'f>],
    cmp: fn(&Setting<'_>, &Setting<'_>) -> Ordering,
    differences: &mut Vec<Difference<'f>>,
) {
    let ordered = |entries: &[Entry<'f>]| {
        let mut entries = entries.to_vec();
        entries.sort_by(|a, b| cmp(a.setting, b.setting).then(a.order.cmp(&b.order)));
        entries.into_iter().peekable()
    };
    let (mut olds, mut news) = (ordered(olds), ordered(news));
    loop {
        let side = match (olds.peek(), news.peek()) {
            (None, None) => return,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(old), Some(new)) => cmp(old.setting, new.setting),
        };
        let old = if side.is_le() { olds.next() } else { None };
        let new = if side.is_ge() { news.next() } else { None };
        let unchanged = matches!((&old, &new), (Some(a), Some(b)) if same(a.setting, b.setting));
        if !unchanged {
            differences.push(Difference { old, new });
        }
    }
}

/// Whether a value says that there is nothing: it is empty, or the word with which a file of lines
/// clears a setting.
fn is_nothing(value: &str, format: Format) -> bool {
    value.is_empty() || (format == Format::Cfg && matches!(value, "%NULL%" | "%EMPTY%"))
}
