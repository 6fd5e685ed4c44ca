//! What the files of a phone say, later files winning, and what became of each setting.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::{ImportFile, SettingPlace};
use crate::parse::Setting;

/// How a format says that a setting is cleared.
pub(crate) type IsCleared = fn(&str) -> bool;

/// The settings of all files. Of several of one name and index the last counts, as on the phone.
#[derive(Debug)]
pub(crate) struct Sheet<'a> {
    files: &'a [ImportFile<'a>],
    entries: Vec<Entry<'a>>,
    places: BTreeMap<(&'a str, Option<u32>), usize>,
    is_cleared: IsCleared,
}

/// A setting that counts.
#[derive(Debug)]
pub(crate) struct Entry<'a> {
    pub(crate) setting: &'a Setting<'a>,
    /// Its name on the phone of the document, where accounts have other numbers than in the file.
    pub(crate) name: Cow<'a, str>,
    pub(crate) index: Option<u32>,
    pub(crate) mark: Mark,
    /// Its value on that phone, where it names accounts by their numbers.
    value: Option<String>,
    /// Which of the files it stands in.
    pub(crate) file: usize,
}

impl Entry<'_> {
    /// Its value on the phone of the document.
    pub(crate) fn value(&self) -> &str {
        self.value.as_deref().unwrap_or(self.setting.value())
    }
}

/// What an importer found out about a setting.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) enum Mark {
    /// Nothing: it is said by the document when the rendered document says the same, and becomes a
    /// raw setting otherwise.
    #[default]
    Open,
    /// It means the same as another setting with this value, which the document has to say.
    SameAs(String, Option<u32>, String),
    /// It is said by the document in another way.
    Said,
    /// The document is not to say it: why not.
    Replaced(Cow<'static, str>),
    /// The document cannot say it: why not. It becomes a raw setting.
    Because(Cow<'static, str>),
    /// Neither the document nor a raw setting can say it: why not.
    Lost(Cow<'static, str>),
}

impl<'a> Sheet<'a> {
    /// The settings of files.
    ///
    /// `repeats` tells the settings that are commands: each of their lines counts.
    pub(crate) fn new(
        files: &'a [ImportFile<'a>],
        is_cleared: IsCleared,
        repeats: impl Fn(&str) -> bool,
    ) -> Self {
        Self::of_those(files, is_cleared, repeats, |_| true)
    }

    /// The settings of files, without those that the phone passes over.
    pub(crate) fn of_those(
        files: &'a [ImportFile<'a>],
        is_cleared: IsCleared,
        repeats: impl Fn(&str) -> bool,
        counts: impl Fn(&Setting<'_>) -> bool,
    ) -> Self {
        let mut entries: Vec<Option<Entry<'a>>> = Vec::new();
        let mut last: BTreeMap<(&'a str, Option<u32>), usize> = BTreeMap::new();
        for (file, from) in files.iter().enumerate() {
            for setting in from.file.settings().iter().filter(|s| counts(s)) {
                let (name, index) = (setting.name(), setting.index());
                let earlier = last.insert((name, index), entries.len());
                if let Some(earlier) = earlier.filter(|_| !repeats(name)) {
                    entries[earlier] = None;
                }
                entries.push(Some(Entry {
                    setting,
                    name: name.into(),
                    index,
                    mark: Mark::Open,
                    value: None,
                    file,
                }));
            }
        }
        let entries: Vec<Entry<'a>> = entries.into_iter().flatten().collect();
        let places = entries.iter().enumerate();
        let places = places.map(|(i, entry)| ((entry.setting.name(), entry.setting.index()), i));
        Self {
            files,
            places: places.collect(),
            entries,
            is_cleared,
        }
    }

    /// How the format says that a setting is cleared.
    pub(crate) fn is_cleared(&self) -> IsCleared {
        self.is_cleared
    }

    /// The files.
    pub(crate) fn files(&self) -> &'a [ImportFile<'a>] {
        self.files
    }

    /// The settings in the order of the files.
    pub(crate) fn entries(&self) -> &[Entry<'a>] {
        &self.entries
    }

    pub(crate) fn entries_mut(&mut self) -> &mut [Entry<'a>] {
        &mut self.entries
    }

    /// What the files say of a setting, also that it is cleared.
    pub(crate) fn raw(&self, name: &str, index: Option<u32>) -> Option<&'a str> {
        let place = self.places.get(&(name, index))?;
        Some(self.entries[*place].setting.value())
    }

    /// The value of a setting; nothing when it is cleared or in none of the files.
    pub(crate) fn value(&self, name: &str, index: Option<u32>) -> Option<&'a str> {
        self.raw(name, index)
            .filter(|value| !(self.is_cleared)(value))
    }

    /// Whether the entry clears its setting.
    pub(crate) fn clears(&self, entry: &Entry<'_>) -> bool {
        (self.is_cleared)(entry.setting.value())
    }

    /// Keeps what an importer found out about a setting, where the files have it.
    pub(crate) fn mark(&mut self, name: &str, index: Option<u32>, mark: Mark) {
        if let Some(place) = self.places.get(&(name, index)) {
            self.entries[*place].mark = mark;
        }
    }

    /// Gives a setting that names accounts the numbers that those have in the document.
    pub(crate) fn rewrite(&mut self, name: &str, index: Option<u32>, value: String) {
        if let Some(place) = self.places.get(&(name, index)) {
            self.entries[*place].value = Some(value);
        }
    }

    /// Where an entry stands.
    pub(crate) fn place(&self, entry: &Entry<'_>) -> SettingPlace {
        let file = &self.files[entry.file];
        SettingPlace {
            file: entry.file,
            file_name: file.name.map(str::to_owned),
            name: entry.setting.name().to_owned(),
            index: entry.setting.index(),
            position: file.file.position(entry.setting.span().start),
        }
    }
}
