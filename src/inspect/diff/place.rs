//! Accounts, keys and handsets as wholes: which of them moved, which were freed or taken into use.
//!
//! An account that has another number afterwards is recognised by what only it has: values that stand
//! at one place of the old files and at one place of the new ones. What all accounts share says
//! nothing, and so the target need not tell which setting names an account.

use std::borrow::Cow;
use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};

use xxhash_rust::xxh3::xxh3_64;

use super::change::{Change, ChangeKind, Effects, Subject};
use super::{Compare, Difference, Entry, Placed, attributes, head, is_nothing, same, sorted};
use crate::inspect::Shown;
use crate::parse::{Format, Setting};
use crate::target::{Domain, Repeats, Scope, SettingMatch};

/// So many settings at one place are told as one change, when the place was not in use or no longer
/// is.
const MANY: usize = 3;

/// The number of an account or a key; of a key on a module its module comes first.
type Number = [u32; 2];

/// The scopes whose places can change their numbers, with what they are called.
const SCOPES: [(Scope, &str); 8] = [
    (Scope::Account, "account"),
    (Scope::Extension, "extension"),
    (Scope::Handset, "handset"),
    (Scope::Key, "key"),
    (Scope::MemoryKey, "memory key"),
    (Scope::ModuleKey, "module key"),
    (Scope::ProgrammableKey, "programmable key"),
    (Scope::Server, "server"),
];

/// Takes out of the differences those that are moves of places, or places that are freed or taken into
/// use.
pub(super) fn find<'f>(
    compare: &Compare<'_>,
    old: Vec<Entry<'f>>,
    new: Vec<Entry<'f>>,
    differences: Vec<Difference<'f>>,
) -> (Placed, Vec<Difference<'f>>) {
    let mut changes = Placed::new();
    let Some(target) = compare.target else {
        return (changes, differences);
    };
    let at: Vec<Option<(Scope, Number)>> = differences
        .iter()
        .map(|difference| {
            let setting = difference.setting()?;
            place_of(&compare.row(setting)?)
        })
        .collect();
    let mut told = BTreeSet::new();
    // Sorting is dear, and most changes touch one place in one setting.
    let sides = LazyCell::new(|| (sorted(old), sorted(new)));
    for (scope, word) in SCOPES {
        let mut touched: BTreeMap<Number, Vec<usize>> = BTreeMap::new();
        for (i, at) in at.iter().enumerate() {
            if let Some((_, number)) = at.filter(|(own, _)| *own == scope) {
                touched.entry(number).or_default().push(i);
            }
        }
        let several = touched.len() > 1 || touched.values().any(|here| here.len() >= MANY);
        if !several {
            continue;
        }
        let format = target.format();
        let wholes = Wholes {
            compare,
            word,
            format,
            differences: &differences,
            old: Side::new(compare, scope, format, &sides.0),
            new: Side::new(compare, scope, format, &sides.1),
            touched,
        };
        wholes.tell(&mut changes, &mut told);
    }
    let rest = (0..)
        .zip(differences)
        .filter(|(i, _)| !told.contains(i))
        .map(|(_, difference)| difference)
        .collect();
    (changes, rest)
}

/// The place that a setting belongs to, where it can move.
fn place_of(found: &SettingMatch<'_>) -> Option<(Scope, Number)> {
    let scope = found.row.scope;
    SCOPES.iter().find(|(own, _)| *own == scope)?;
    let number = match (scope, found.indices.as_slice()) {
        (Scope::ModuleKey, [module, key, ..]) => [*module, *key],
        (Scope::ModuleKey, _) | (_, []) => return None,
        (_, [index, ..]) => [*index, 0],
    };
    Some((scope, number))
}

/// A setting of a place.
struct Piece<'f> {
    /// Its name without the number of the place.
    key: String,
    entry: Entry<'f>,
    /// A free text that is not empty.
    text: bool,
    shown: Shown,
}

impl Piece<'_> {
    /// One number for each thing it says: the value, and each attribute.
    fn sayings(&self, format: Format) -> Vec<u64> {
        let setting = self.entry.setting;
        let mut sayings = Vec::new();
        if !is_nothing(setting.value(), format) {
            sayings.push(hash(&[&self.key, "", setting.value()]));
        }
        for (name, value) in attributes(setting) {
            if !value.is_empty() {
                sayings.push(hash(&[&self.key, name, &value]));
            }
        }
        sayings
    }
}

/// Of all that some settings say.
fn content(pieces: &[Piece<'_>]) -> u64 {
    let mut texts: Vec<Cow<'_, str>> = Vec::new();
    for piece in pieces {
        texts.extend([
            piece.key.as_str().into(),
            piece.entry.setting.value().into(),
        ]);
        for (name, value) in attributes(piece.entry.setting) {
            texts.extend([name.into(), value]);
        }
    }
    let texts: Vec<&str> = texts.iter().map(|text| &**text).collect();
    hash(&texts)
}

/// Of texts in a row, their lengths included.
fn hash(texts: &[&str]) -> u64 {
    let mut bytes = Vec::new();
    for text in texts {
        bytes.extend_from_slice(&text.len().to_le_bytes());
        bytes.extend_from_slice(text.as_bytes());
    }
    xxh3_64(&bytes)
}

/// The places of one side.
struct Side<'f> {
    places: BTreeMap<Number, Vec<Piece<'f>>>,
    /// Places that are not in use: they say less than others and nothing in words, or the same as most
    /// of the others.
    blank: BTreeSet<Number>,
    /// What is said at one place only, with the place.
    only: BTreeMap<u64, Number>,
}

impl<'f> Side<'f> {
    fn new(compare: &Compare<'_>, scope: Scope, format: Format, entries: &[Entry<'f>]) -> Self {
        let mut places: BTreeMap<Number, Vec<Piece<'f>>> = BTreeMap::new();
        let mut entries = entries;
        while !entries.is_empty() {
            let (same, rest) = head(entries);
            entries = rest;
            let Some(entry) = same.last() else { break };
            let Some(found) = compare.row(entry.setting) else {
                continue;
            };
            let Some((_, number)) = place_of(&found).filter(|(own, _)| *own == scope) else {
                continue;
            };
            if found.row.repeats != Repeats::Replaces {
                continue;
            }
            let name = entry.setting.name();
            let in_words = matches!(
                found.row.domain,
                Domain::Any | Domain::Host | Domain::Text(_) | Domain::Url(_)
            );
            places.entry(number).or_default().push(Piece {
                key: key(name, found.row.name, scope),
                entry: *entry,
                text: in_words && !is_nothing(entry.setting.value(), format),
                shown: Shown::of(Some(found.row), name, entry.setting.value()),
            });
        }
        for pieces in places.values_mut() {
            pieces.sort_by(|a, b| a.key.cmp(&b.key));
        }
        let mut side = Self {
            blank: BTreeSet::new(),
            only: BTreeMap::new(),
            places,
        };
        side.find_blank();
        side.find_only(format);
        side
    }

    fn find_blank(&mut self) {
        let most = self.places.values().map(Vec::len).max().unwrap_or_default();
        let mut alike: BTreeMap<u64, Vec<Number>> = BTreeMap::new();
        for (number, pieces) in &self.places {
            if pieces.len() < most && !pieces.iter().any(|piece| piece.text) {
                self.blank.insert(*number);
            }
            alike.entry(content(pieces)).or_default().push(*number);
        }
        let common = alike.values().max_by_key(|numbers| numbers.len());
        if let Some(numbers) = common.filter(|numbers| numbers.len() * 2 > self.places.len().max(2))
        {
            self.blank.extend(numbers);
        }
    }

    fn find_only(&mut self, format: Format) {
        let mut several = BTreeSet::new();
        for (number, pieces) in &self.places {
            for saying in pieces.iter().flat_map(|piece| piece.sayings(format)) {
                if self.only.insert(saying, *number).is_some() {
                    several.insert(saying);
                }
            }
        }
        self.only.retain(|saying, _| !several.contains(saying));
    }

    fn is_blank(&self, number: Number) -> bool {
        self.blank.contains(&number) || !self.places.contains_key(&number)
    }

    fn pieces(&self, number: Number) -> &[Piece<'f>] {
        self.places.get(&number).map_or(&[], Vec::as_slice)
    }

    /// What is said at this place only, how often.
    fn own_sayings(&self) -> BTreeMap<Number, usize> {
        let mut own = BTreeMap::new();
        for number in self.only.values() {
            *own.entry(*number).or_default() += 1;
        }
        own
    }
}

/// A name without the number of its place: what stands for it in the pattern.
fn key(name: &str, pattern: &str, scope: Scope) -> String {
    let parts = pattern.split('.').zip(name.split('.'));
    let parts = parts.map(|(pattern, own)| match pattern {
        "X" => pattern,
        "Y" if scope == Scope::ModuleKey => pattern,
        _ => own,
    });
    parts.collect::<Vec<_>>().join(".")
}

/// The places of one scope on both sides.
struct Wholes<'c, 'f> {
    compare: &'c Compare<'c>,
    word: &'static str,
    format: Format,
    differences: &'c [Difference<'f>],
    old: Side<'f>,
    new: Side<'f>,
    /// The differences at each place.
    touched: BTreeMap<Number, Vec<usize>>,
}

impl<'f> Wholes<'_, 'f> {
    fn tell(&self, changes: &mut Placed, told: &mut BTreeSet<usize>) {
        let moves = self.moves();
        let came: BTreeSet<Number> = moves.values().copied().collect();
        for (&from, &to) in &moves {
            let kind = ChangeKind::Moved { to: self.name(to) };
            self.push(&self.old, from, to, kind, changes);
            self.tell_rest(from, to, changes);
        }
        // A moved place leaves its number to what stood where it went, or to what is new.
        let gone = came.iter().filter(|number| !moves.contains_key(*number));
        let left = moves.keys().filter(|number| !came.contains(*number));
        for (&gone, &left) in gone.zip(left) {
            if content(self.old.pieces(gone)) == content(self.new.pieces(left)) {
                // They changed places, and one of them is not worth a word.
                continue;
            }
            let settings = self.differences_at(left).len();
            if !self.old.is_blank(gone) {
                self.push(
                    &self.old,
                    gone,
                    left,
                    ChangeKind::Freed { settings },
                    changes,
                );
            }
            if !self.new.is_blank(left) {
                self.push(
                    &self.new,
                    left,
                    left,
                    ChangeKind::Taken { settings },
                    changes,
                );
            }
        }
        for (&number, here) in &self.touched {
            if moves.contains_key(&number) || came.contains(&number) {
                told.extend(here);
                continue;
            }
            let settings = here.len();
            let kind = match (self.old.is_blank(number), self.new.is_blank(number)) {
                (true, false) => ChangeKind::Taken { settings },
                (false, true) => ChangeKind::Freed { settings },
                _ => continue,
            };
            if settings < MANY {
                continue;
            }
            let side = match kind {
                ChangeKind::Taken { .. } => &self.new,
                _ => &self.old,
            };
            self.push(side, number, number, kind, changes);
            told.extend(here);
        }
    }

    /// Which place became which.
    fn moves(&self) -> BTreeMap<Number, Number> {
        let mut shared: BTreeMap<(Number, Number), usize> = BTreeMap::new();
        for (saying, from) in &self.old.only {
            if let Some(to) = self.new.only.get(saying) {
                *shared.entry((*from, *to)).or_default() += 1;
            }
        }
        let count = |from, to| shared.get(&(from, to)).copied().unwrap_or_default();
        let (olds, news) = (self.old.own_sayings(), self.new.own_sayings());
        let mut likely: Vec<(usize, Number, Number)> = shared
            .iter()
            .filter(|&(&(from, to), &both)| {
                let own = |all: &BTreeMap<Number, usize>, number| all.get(number).copied();
                // What the other side has nowhere else may be all that a place says.
                let least = own(&olds, &from).min(own(&news, &to)).unwrap_or_default();
                from != to
                    && both * 2 > least
                    && both > count(from, from)
                    && both > count(to, to)
                    && !self.old.is_blank(from)
                    && !self.new.is_blank(to)
            })
            .map(|(&(from, to), &both)| (both, from, to))
            .collect();
        likely.sort_by_key(|(both, from, to)| (usize::MAX - both, *from, *to));
        let mut moves = BTreeMap::new();
        let mut taken = BTreeSet::new();
        for (_, from, to) in likely {
            if !moves.contains_key(&from) && !taken.contains(&to) {
                moves.insert(from, to);
                taken.insert(to);
            }
        }
        moves
    }

    /// What a place that moved says otherwise than before.
    fn tell_rest(&self, from: Number, to: Number, changes: &mut Placed) {
        let mut both: BTreeMap<&str, Difference<'f>> = BTreeMap::new();
        let nothing = Difference {
            old: None,
            new: None,
        };
        for piece in self.old.pieces(from) {
            both.entry(&piece.key).or_insert(nothing).old = Some(piece.entry);
        }
        for piece in self.new.pieces(to) {
            both.entry(&piece.key).or_insert(nothing).new = Some(piece.entry);
        }
        for difference in both.values() {
            let unchanged = matches!(
                (&difference.old, &difference.new),
                (Some(old), Some(new)) if same(old.setting, new.setting)
            );
            if !unchanged {
                self.compare.describe(difference, changes);
            }
        }
    }

    fn push(
        &self,
        side: &Side<'f>,
        number: Number,
        changed: Number,
        kind: ChangeKind,
        changes: &mut Placed,
    ) {
        let effects = self
            .differences_at(changed)
            .iter()
            .filter_map(|&i| self.differences.get(i)?.setting())
            .map(|setting| self.effects(setting))
            .fold(Effects::default(), |all, one| all | one);
        let subject = Subject::Place {
            name: self.name(number),
            known_by: self.known_by(side, number),
        };
        let orders = self
            .new
            .pieces(changed)
            .iter()
            .map(|piece| piece.entry.order);
        let order = orders.min().map_or((true, 0), |order| (false, order));
        changes.push((order, Change::new(subject, kind, effects)));
    }

    fn effects(&self, setting: &Setting<'_>) -> Effects {
        Effects::of(self.compare.row(setting).as_ref().map(|found| found.row))
    }

    fn differences_at(&self, number: Number) -> &[usize] {
        self.touched.get(&number).map_or(&[], Vec::as_slice)
    }

    /// Up to two texts that only this place has.
    fn known_by(&self, side: &Side<'f>, number: Number) -> Vec<Shown> {
        let mut pieces: Vec<&Piece<'f>> = side.pieces(number).iter().collect();
        pieces.sort_by_key(|piece| piece.entry.order);
        let mut texts: Vec<Shown> = Vec::new();
        for piece in pieces {
            let own = piece
                .sayings(self.format)
                .iter()
                .any(|saying| side.only.contains_key(saying));
            let shown = &piece.shown;
            if own && piece.text && shown.text().is_some() && !texts.contains(shown) {
                texts.push(shown.clone());
            }
            if texts.len() == 2 {
                break;
            }
        }
        texts
    }

    /// `key 3`, or `key idx 2` where the number stands beside the name.
    fn name(&self, [number, second]: Number) -> String {
        let idx = match self.format {
            Format::Xml => "idx ",
            _ => "",
        };
        match self.word {
            "module key" => format!("module {number} key {second}"),
            word => format!("{word} {idx}{number}"),
        }
    }
}
