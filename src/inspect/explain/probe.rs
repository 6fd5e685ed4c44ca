//! Experiments: a document is changed in a field and rendered again, and the setting looked at.

use serde::Deserialize as _;
use serde_json::Value;
use zeroize::Zeroizing;

use super::leaf::{Leaf, at_mut};
use crate::fleet::Document;
use crate::parse::{Limits, Setting, parse};
use crate::target::{Provisioner, Rendered, Repeats, Targets};

/// What a phone is told by a setting: its value with its attributes, of the last file that has it; of
/// a setting that counts each time all of them.
pub(super) type Seen = Vec<(Zeroizing<String>, Vec<(String, Zeroizing<String>)>)>;

/// The setting that is asked about.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked<'a> {
    pub(super) name: &'a str,
    pub(super) index: Option<u32>,
    /// What it means that it is there more than once.
    pub(super) repeats: Repeats,
}

impl Asked<'_> {
    pub(super) fn is(self, setting: &Setting<'_>) -> bool {
        setting.name() == self.name && setting.index() == self.index
    }
}

/// What came of an experiment.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Outcome {
    /// The setting is another, is there or is gone.
    Changed,
    /// The changed document is none.
    Failed,
    /// The setting is what it was.
    Same,
}

/// A document of one device, and the setting that is looked at.
pub(super) struct Probe<'a> {
    pub(super) targets: &'a Targets,
    asked: Asked<'a>,
    pub(super) document: Value,
    before: Seen,
}

impl<'a> Probe<'a> {
    /// `None` when nothing can be rendered of the document.
    pub(super) fn new(targets: &'a Targets, asked: Asked<'a>, document: Value) -> Option<Self> {
        let mut probe = Self {
            targets,
            asked,
            document,
            before: Seen::new(),
        };
        probe.before = probe.look()?;
        Some(probe)
    }

    /// The same for another document, in which the setting still is what it was.
    pub(super) fn with(&self, document: Value) -> Option<Self> {
        let probe = Self::new(self.targets, self.asked, document)?;
        (probe.before == self.before).then_some(probe)
    }

    /// What the first device is told now.
    fn look(&self) -> Option<Seen> {
        let document = Document::deserialize(&self.document).ok()?;
        let fleet = document.resolve(self.targets).ok()?;
        let provisioner = Provisioner::with_targets(fleet.site().clone(), self.targets.clone());
        let rendered = provisioner.render(fleet.devices().first()?).ok()?;
        Some(seen(&rendered, self.asked))
    }

    /// Whether the phone was told this before any change.
    pub(super) fn saw(&self, seen: &Seen) -> bool {
        self.before == *seen
    }

    fn outcome(&self) -> Outcome {
        match self.look() {
            None => Outcome::Failed,
            Some(now) if now == self.before => Outcome::Same,
            Some(_) => Outcome::Changed,
        }
    }

    /// Changes the document, looks, and changes it back.
    pub(super) fn try_with(&mut self, change: impl FnOnce(&mut Value)) -> Outcome {
        let kept = self.document.clone();
        change(&mut self.document);
        let outcome = self.outcome();
        self.document = kept;
        outcome
    }

    /// The same for other values of some fields.
    pub(super) fn try_values(&mut self, values: &[(&Leaf, Value)]) -> Outcome {
        for (leaf, value) in values {
            self.set(leaf, value.clone());
        }
        let outcome = self.outcome();
        for (leaf, _) in values {
            self.set(leaf, leaf.value.clone());
        }
        outcome
    }

    fn set(&mut self, leaf: &Leaf, value: Value) {
        if let Some(place) = at_mut(&mut self.document, &leaf.steps) {
            *place = value;
        }
    }

    /// The fields of the list that decide the setting, and those of which no experiment can tell,
    /// by their places in the list.
    pub(super) fn search(&mut self, leaves: &[Leaf]) -> (Vec<usize>, Vec<usize>) {
        let (mut deciding, mut untold) = (Vec::new(), Vec::new());
        self.search_from(leaves, 0, &mut deciding, &mut untold);
        (deciding, untold)
    }

    /// Halves a list until it is one field or nothing in it decides.
    fn search_from(
        &mut self,
        leaves: &[Leaf],
        first: usize,
        deciding: &mut Vec<usize>,
        untold: &mut Vec<usize>,
    ) {
        match leaves {
            [] => return,
            [leaf] => {
                match self.single(leaf) {
                    Outcome::Changed => deciding.push(first),
                    Outcome::Failed => untold.push(first),
                    Outcome::Same => {}
                }
                return;
            }
            _ => {}
        }
        if self.none_decides(leaves) {
            return;
        }
        let (left, right) = leaves.split_at(leaves.len() / 2);
        self.search_from(left, first, deciding, untold);
        self.search_from(right, first + left.len(), deciding, untold);
    }

    /// Whether one field decides: every other value is tried until one changes the setting, and at the
    /// end that there is none.
    fn single(&mut self, leaf: &Leaf) -> Outcome {
        let mut tried = Outcome::Failed;
        for other in leaf.alternatives(self.targets) {
            match self.try_values(&[(leaf, other)]) {
                Outcome::Changed => return Outcome::Changed,
                Outcome::Same => tried = Outcome::Same,
                Outcome::Failed => {}
            }
        }
        match self.try_values(&[(leaf, Value::Null)]) {
            Outcome::Failed if leaf.key() == "kind" => self.without_key(leaf),
            Outcome::Failed => tried,
            outcome => outcome,
        }
    }

    /// A key whose value suits no other kind: none in its place.
    fn without_key(&mut self, kind: &Leaf) -> Outcome {
        let Some((_, key)) = kind.steps.split_last() else {
            return Outcome::Failed;
        };
        self.try_with(|document| {
            let key = at_mut(document, key).and_then(Value::as_object_mut);
            for (name, value) in key.into_iter().flatten() {
                *value = match name.as_str() {
                    "position" | "module" => continue,
                    "kind" => "none".into(),
                    _ => Value::Null,
                };
            }
        })
    }

    /// Whether none of several fields decides. They are changed together in several ways, some with
    /// only a part of them: two that change together could undo each other.
    pub(super) fn none_decides(&mut self, leaves: &[Leaf]) -> bool {
        let ways: [(usize, Takes); 4] = [
            (0, |_| true),
            (1, |_| true),
            (0, |place| place % 2 == 0),
            (0, |place| place % 2 == 1),
        ];
        let mut same = 0;
        for (nth, takes) in ways {
            let values = together(leaves, nth, takes, self.targets);
            match self.try_values(&values) {
                Outcome::Changed => return false,
                Outcome::Same => same += 1,
                Outcome::Failed => {}
            }
        }
        same >= 3
    }
}

/// Which fields of a list are changed, by their places.
type Takes = fn(usize) -> bool;

/// Other values of several fields at once. Fields that give entries their places change places among
/// themselves.
fn together<'l>(
    leaves: &'l [Leaf],
    nth: usize,
    takes: Takes,
    targets: &Targets,
) -> Vec<(&'l Leaf, Value)> {
    let taken: Vec<&Leaf> = (0..)
        .zip(leaves)
        .filter(|(place, _)| takes(*place))
        .map(|(_, leaf)| leaf)
        .collect();
    let mut values = Vec::with_capacity(taken.len());
    for (place, leaf) in taken.iter().enumerate() {
        let others = leaf.alternatives(targets);
        let sibling = || {
            let rest = taken[place + 1..].iter().chain(&taken[..place]);
            rest.copied().find(|other| other.is_sibling(leaf))
        };
        let other = match leaf.is_place().then(sibling).flatten() {
            Some(sibling) => Some(sibling.value.clone()),
            None => others.get(nth % others.len().max(1)).cloned(),
        };
        values.extend(other.map(|other| (*leaf, other)));
    }
    values
}

/// What the files say of a setting.
pub(super) fn seen(rendered: &Rendered, asked: Asked<'_>) -> Seen {
    let mut seen = Seen::new();
    for file in rendered.files() {
        let file = parse(file.bytes(), &Limits::default());
        let settings = file.settings().iter();
        let own = settings.filter(|setting| asked.is(setting));
        seen.extend(own.map(|setting| {
            let attributes = setting.attributes();
            let attributes =
                attributes.map(|(name, value)| (name.to_owned(), value.into_owned().into()));
            (setting.value().to_owned().into(), attributes.collect())
        }));
    }
    if asked.repeats == Repeats::Replaces {
        seen.drain(..seen.len().saturating_sub(1));
    }
    seen
}
