//! Reads fields of the wire form into values of the model and notes every fault with its path.

use std::collections::BTreeSet;
use std::ops::Bound;
use std::str::FromStr;

use super::document::Table;
use super::lax::{Lax, List, Number, SecretText, Wire, Word};
use crate::error::{Error, ErrorKind, Invalid, Path, shortened};
#[cfg(feature = "templates")]
use crate::model::Template;
use crate::model::{Words, nearest};
use crate::text::Secret;

/// A place in the document: a chain of steps on the stack, made into a [`Path`] only for a fault.
#[derive(Clone, Copy, Debug)]
pub(super) struct At<'a> {
    parent: Option<&'a At<'a>>,
    step: Step<'a>,
}

#[derive(Clone, Copy, Debug)]
enum Step<'a> {
    Root,
    Key(&'a str),
    Index(usize),
}

impl At<'static> {
    pub(super) const ROOT: Self = Self {
        parent: None,
        step: Step::Root,
    };
}

impl<'a> At<'a> {
    pub(super) fn key(&'a self, key: &'a str) -> Self {
        Self {
            parent: Some(self),
            step: Step::Key(key),
        }
    }

    pub(super) fn index(&'a self, index: usize) -> Self {
        Self {
            parent: Some(self),
            step: Step::Index(index),
        }
    }

    pub(super) fn path(&self) -> Path {
        let parent = self.parent.map(At::path).unwrap_or_default();
        match self.step {
            Step::Root => parent,
            Step::Key(key) => parent.key(key),
            Step::Index(index) => parent.index(index),
        }
    }
}

/// What stands in the place of a secret in a document that was written without its secrets.
pub(super) const REDACTED: &str = "[redacted]";

/// Collects the faults of one pass.
///
/// The methods give `None` for a field that is absent and for one that is wrong; the fault of the
/// latter is noted, so that [`is_broken`](Self::is_broken) can tell the two apart where an absent
/// field would be another fault.
#[derive(Debug, Default)]
pub(super) struct Reader {
    faults: Vec<Error>,
    /// The paths of all faults and of made-up values.
    broken: BTreeSet<String>,
    /// Entries that hold their place in a list with a made-up position.
    displaced: BTreeSet<String>,
}

impl Reader {
    /// Notes a fault.
    pub(super) fn fault(&mut self, at: &At<'_>, kind: impl Into<ErrorKind>) {
        let path = at.path();
        self.broken.insert(path.as_str().to_owned());
        self.faults.push(Error::new(path, kind.into()));
    }

    /// Notes what a later stage found, unless it is about something that is known to be wrong.
    pub(super) fn found_later(&mut self, faults: impl IntoIterator<Item = Error>) {
        for fault in faults {
            let path = fault.path().as_str();
            let known =
                ancestors(path).any(|above| self.broken.contains(above)) || self.is_displaced(path);
            if !known {
                self.faults.push(fault);
            }
        }
    }

    /// Whether a path is that of a displaced entry, or of its made-up place.
    fn is_displaced(&self, path: &str) -> bool {
        let place = [".position", ".module", ".slot"];
        let entry = place.iter().find_map(|key| path.strip_suffix(key));
        self.displaced.contains(entry.unwrap_or(path))
    }

    /// An entry whose place is wrong stays in its list at a made-up place, so that the indices of
    /// the others are right; what a later stage says about that place means nothing.
    pub(super) fn displace(&mut self, at: &At<'_>) {
        self.displaced.insert(at.path().as_str().to_owned());
    }

    /// A made-up value stands here for a check, because the right one is wrong or missing in some
    /// layer; what a later stage says about it means nothing.
    pub(super) fn made_up(&mut self, at: &At<'_>) {
        self.broken.insert(at.path().as_str().to_owned());
    }

    /// Whether a fault was found at this path, above it or below it.
    pub(super) fn is_broken(&self, path: &Path) -> bool {
        let path = path.as_str();
        let from_here = self
            .broken
            .range::<str, _>((Bound::Included(path), Bound::Unbounded));
        ancestors(path).any(|above| self.broken.contains(above))
            || from_here
                .map_while(|found| found.strip_prefix(path))
                .any(|rest| rest.starts_with(['.', '[']))
    }

    /// [`is_broken`](Self::is_broken) for a place.
    pub(super) fn is_broken_at(&self, at: &At<'_>) -> bool {
        !self.broken.is_empty() && self.is_broken(&at.path())
    }

    /// The faults so far: those of the site, then of the profiles, then of the devices; of one that
    /// was found for several devices, the first.
    pub(super) fn finish(self) -> Vec<Error> {
        let mut faults = self.faults;
        faults.sort_by_key(
            |fault| match fault.path().as_str().split(['.', '[']).next() {
                Some("site") => 1,
                Some("profiles") => 2,
                Some("devices") => 3,
                _ => 0,
            },
        );
        let mut seen = BTreeSet::new();
        faults.retain(|fault| {
            seen.insert((fault.path().as_str().to_owned(), fault.kind().to_string()))
        });
        faults
    }

    /// The value of a field.
    pub(super) fn value<'d, T: Wire>(
        &mut self,
        at: &At<'_>,
        field: &'d Option<Lax<T>>,
    ) -> Option<&'d T> {
        self.entry(at, field.as_ref()?)
    }

    /// A value that is there.
    pub(super) fn entry<'d, T: Wire>(&mut self, at: &At<'_>, entry: &'d Lax<T>) -> Option<&'d T> {
        match entry.get() {
            Ok(value) => Some(value),
            Err(found) => {
                self.fault(
                    at,
                    ErrorKind::WrongType {
                        expected: T::EXPECTED,
                        found,
                    },
                );
                None
            }
        }
    }

    /// Notes a required field that is absent.
    pub(super) fn require<T>(
        &mut self,
        at: &At<'_>,
        field: &Option<Lax<T>>,
        expected: &'static str,
    ) {
        if field.is_none() {
            let looked_at = at.parent.map(At::path).unwrap_or_default().to_string();
            self.fault(
                at,
                ErrorKind::Missing {
                    expected,
                    looked_at,
                },
            );
        }
    }

    /// A table, its unknown keys noted.
    pub(super) fn table<'d, T: Table>(
        &mut self,
        at: &At<'_>,
        field: &'d Option<Lax<T>>,
    ) -> Option<&'d T> {
        self.table_entry(at, field.as_ref()?)
    }

    /// A table that is there, its unknown keys noted.
    pub(super) fn table_entry<'d, T: Table>(
        &mut self,
        at: &At<'_>,
        entry: &'d Lax<T>,
    ) -> Option<&'d T> {
        let table = self.entry(at, entry)?;
        self.unknown_keys(at, table);
        Some(table)
    }

    /// Notes the keys of a table that the format does not have.
    pub(super) fn unknown_keys<T: Table>(&mut self, at: &At<'_>, table: &T) {
        for key in table.unknown().keys() {
            let kind = ErrorKind::UnknownKey {
                key: shortened(key),
                nearest: nearest(key, T::KEYS.iter().copied()).map(str::to_owned),
            };
            self.fault(&at.key(key), kind);
        }
    }

    /// The entries of a list, each `None` when it is of a wrong type.
    pub(super) fn list<'d, T: Wire>(
        &mut self,
        at: &At<'_>,
        field: &'d Option<Lax<List<T>>>,
    ) -> Option<Vec<Option<&'d T>>> {
        let list = self.value(at, field)?;
        let entries = list.entries().iter().enumerate();
        Some(
            entries
                .map(|(i, entry)| self.entry(&at.index(i), entry))
                .collect(),
        )
    }

    /// A text that the type makes something of.
    pub(super) fn parse<T>(&mut self, at: &At<'_>, field: &Option<Lax<String>>) -> Option<T>
    where
        T: FromStr<Err: Into<ErrorKind>>,
    {
        let text = self.value(at, field)?;
        self.parsed(at, text.parse())
    }

    /// A list of texts that the type makes something of. An entry that is wrong is left out.
    pub(super) fn parse_list<T>(
        &mut self,
        at: &At<'_>,
        field: &Option<Lax<List<String>>>,
    ) -> Option<Vec<T>>
    where
        T: FromStr<Err: Into<ErrorKind>>,
    {
        let texts = self.list(at, field)?;
        let texts = texts.into_iter().enumerate();
        Some(
            texts
                .filter_map(|(i, text)| self.parsed(&at.index(i), text?.parse()))
                .collect(),
        )
    }

    /// What came of reading a text.
    pub(super) fn parsed<T>(
        &mut self,
        at: &At<'_>,
        result: Result<T, impl Into<ErrorKind>>,
    ) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(kind) => {
                self.fault(at, kind);
                None
            }
        }
    }

    /// One of the format's words.
    pub(super) fn word<T: Words>(
        &mut self,
        at: &At<'_>,
        field: &Option<Lax<Word<T>>>,
    ) -> Option<T> {
        let word = self.value(at, field)?;
        self.parsed(at, word.as_str().parse())
    }

    /// An integer within the limits of its field.
    pub(super) fn number<T: TryFrom<i64>, const MIN: i64, const MAX: i64>(
        &mut self,
        at: &At<'_>,
        field: &Option<Lax<Number<MIN, MAX>>>,
        what: &'static str,
    ) -> Option<T> {
        let found = self.value(at, field)?.get();
        let within = (MIN..=MAX)
            .contains(&found)
            .then(|| T::try_from(found).ok())
            .flatten();
        if within.is_none() {
            let limit = String::new();
            self.fault(
                at,
                ErrorKind::OutOfRange {
                    what,
                    min: MIN,
                    max: MAX,
                    found,
                    limit,
                },
            );
        }
        within
    }

    /// `true` or `false`.
    pub(super) fn boolean(&mut self, at: &At<'_>, field: &Option<Lax<bool>>) -> Option<bool> {
        self.value(at, field).copied()
    }

    /// A secret. The mark of one that was left out when the document was written is refused: it
    /// would become the password.
    pub(super) fn secret(
        &mut self,
        at: &At<'_>,
        field: &Option<Lax<SecretText>>,
    ) -> Option<Secret> {
        let text = self.value(at, field)?.expose();
        if text == REDACTED {
            self.fault(at, Invalid::redacted("the secret itself"));
            return None;
        }
        self.parsed(at, Secret::new(text))
    }

    /// A template, which may hold a secret.
    #[cfg(feature = "templates")]
    pub(super) fn value_template(
        &mut self,
        at: &At<'_>,
        field: &Option<Lax<SecretText>>,
    ) -> Option<Template> {
        let text = self.value(at, field)?.expose();
        if text == REDACTED {
            self.fault(at, Invalid::redacted("the template itself"));
            return None;
        }
        self.parsed(at, Template::new(text))
    }
}

/// The path itself and what lies above it: `a.b[0]`, `a.b`, `a`.
fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    let above = path.match_indices(['.', '[']).map(|(end, _)| &path[..end]);
    above.chain([path])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(paths: &[&str]) -> Reader {
        let broken = paths.iter().map(|&path| path.to_owned()).collect();
        Reader {
            broken,
            ..Reader::default()
        }
    }

    fn path(keys: &[&str]) -> Path {
        keys.iter().fold(Path::root(), |path, key| path.key(key))
    }

    #[test]
    fn a_place_becomes_a_path() {
        let devices = At::ROOT.key("devices");
        let third = devices.index(3);
        assert_eq!(third.key("mac").path().as_str(), "devices[3].mac");
        assert_eq!(At::ROOT.path(), Path::root());
    }

    #[test]
    fn a_fault_breaks_what_is_above_and_below_it() {
        let reader = broken(&["site.settings.registrar.host"]);
        assert!(reader.is_broken(&path(&["site", "settings", "registrar"])));
        assert!(reader.is_broken(&path(&["site", "settings", "registrar", "host"])));
        assert!(!reader.is_broken(&path(&["site", "settings", "registrar", "port"])));
        assert!(!reader.is_broken(&path(&["site", "settings", "reg"])));
        assert!(!reader.is_broken(&path(&["site", "name"])));
        assert!(broken(&["site"]).is_broken(&path(&["site", "settings", "registrar"])));
        assert!(!broken(&["site.settings.registrars"]).is_broken(&path(&[
            "site",
            "settings",
            "registrar"
        ])));
    }

    #[test]
    fn a_sibling_between_a_path_and_what_is_below_it_hides_nothing() {
        // `-` sorts before `.`, so that `a-b` stands between `a` and `a.b`.
        assert!(broken(&["a-b", "a.b"]).is_broken(&path(&["a"])));
    }

    #[test]
    fn what_is_known_to_be_wrong_is_not_reported_again() {
        let mut reader = broken(&["devices[0].mac"]);
        let later = |path: Path| Error::new(path, ErrorKind::Empty);
        let device = Path::root().key("devices").index(0);
        reader.found_later([later(device.key("mac")), later(device.key("mac").key("x"))]);
        assert!(reader.faults.is_empty());
        reader.found_later([later(device.key("macs"))]);
        assert_eq!(reader.faults.len(), 1);
    }
}
