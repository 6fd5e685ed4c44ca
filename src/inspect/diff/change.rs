//! What one change is, in values and in words.

use std::fmt;
use std::ops::BitOr;

use serde::Serialize;
use zeroize::Zeroizing;

use crate::inspect::Shown;
use crate::target::{Effect, SettingRow};

/// Everything that changes on a phone, in the order of the new files; what they no longer have comes
/// last.
#[derive(Clone, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
pub struct Diff {
    changes: Vec<Change>,
}

impl Diff {
    pub(super) fn new(changes: Vec<Change>) -> Self {
        Self { changes }
    }

    /// The changes.
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// What the changes together do to the phone.
    pub fn effects(&self) -> Effects {
        let effects = self.changes.iter().map(|change| change.effects);
        effects.fold(Effects::default(), BitOr::bitor)
    }

    /// The same, redacted where it would show one of these secrets.
    pub(super) fn without(mut self, secrets: &[Zeroizing<String>]) -> Self {
        let redact = |shown: &mut Shown| {
            let own = std::mem::replace(shown, Shown::Redacted);
            *shown = own.without(secrets);
        };
        for change in &mut self.changes {
            if let Subject::Place { known_by, .. } = &mut change.subject {
                known_by.iter_mut().for_each(redact);
            }
            match &mut change.kind {
                ChangeKind::Added { value } | ChangeKind::Dropped { value } => redact(value),
                ChangeKind::Changed { from, to } => [from, to].into_iter().for_each(redact),
                ChangeKind::Freed { .. }
                | ChangeKind::Moved { .. }
                | ChangeKind::SecretChanged
                | ChangeKind::Taken { .. } => {}
            }
        }
        self
    }
}

/// One change.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[non_exhaustive]
pub struct Change {
    /// What changes.
    pub subject: Subject,
    /// How it changes.
    pub kind: ChangeKind,
    /// What the phone does then.
    pub effects: Effects,
}

impl Change {
    pub(super) fn new(subject: Subject, kind: ChangeKind, effects: Effects) -> Self {
        Self {
            subject,
            kind,
            effects,
        }
    }
}

/// `lang.gui: "English" -> "German" (effect unknown)`
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} ({})", self.subject, self.kind, self.effects)
    }
}

/// What changes.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Subject {
    /// An account, a key, a handset: all its settings together.
    Place {
        /// What it is, with its number as the file counts: `account 2`, `key idx 0`.
        name: String,
        /// Texts that it is known by.
        known_by: Vec<Shown>,
    },
    /// A setting.
    Setting {
        /// Name as the file spells it.
        name: String,
        /// Index, where the file gives one beside the name.
        index: Option<u32>,
        /// Attribute that changes, or the word that the setting is for, where it is not the value.
        attribute: Option<String>,
    },
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Place { name, known_by } => {
                f.write_str(name)?;
                for (i, text) in known_by.iter().enumerate() {
                    write!(f, "{} {text}", if i == 0 { "" } else { "," })?;
                }
                Ok(())
            }
            Self::Setting {
                name,
                index,
                attribute,
            } => {
                f.write_str(name)?;
                if let Some(index) = index {
                    write!(f, " idx {index}")?;
                }
                if let Some(attribute) = attribute {
                    write!(f, " {attribute}")?;
                }
                Ok(())
            }
        }
    }
}

/// How something changes.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ChangeKind {
    /// The new files have it, the old ones did not.
    Added {
        /// What the phone is told.
        value: Shown,
    },
    /// A value becomes another.
    Changed {
        /// The old one.
        from: Shown,
        /// The new one.
        to: Shown,
    },
    /// The new files no longer say it; most phones then keep the old value.
    Dropped {
        /// What the phone was told.
        value: Shown,
    },
    /// An account or a key is no longer in use.
    Freed {
        /// How many settings that changes.
        settings: usize,
    },
    /// An account or a key has another number; what else of it changes, is told apart.
    Moved {
        /// What it becomes, with its number as the file counts: `account 1`.
        to: String,
    },
    /// A secret becomes another.
    SecretChanged,
    /// An account or a key that was not in use is taken into use.
    Taken {
        /// How many settings that changes.
        settings: usize,
    },
}

impl fmt::Display for ChangeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counted = |settings: &usize| match settings {
            1 => "1 setting".to_owned(),
            many => format!("{many} settings"),
        };
        match self {
            Self::Added { value } => write!(f, "added {value}"),
            Self::Changed { from, to } => write!(f, "{from} -> {to}"),
            Self::Dropped { value } => write!(f, "no longer sent, was {value}"),
            Self::Freed { settings } => write!(f, "freed, {}", counted(settings)),
            Self::Moved { to } => write!(f, "becomes {to}"),
            Self::SecretChanged => f.write_str("changed [redacted]"),
            Self::Taken { settings } => write!(f, "taken into use, {}", counted(settings)),
        }
    }
}

/// What a phone does when settings change, as far as the dictionary knows.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[non_exhaustive]
pub struct Effects {
    /// It reboots, or takes the change up when it reboots.
    pub reboots: bool,
    /// It registers again.
    pub registers: bool,
    /// Some settings are among them of which no source says.
    pub unknown: bool,
}

impl Effects {
    pub(in crate::inspect) fn of(row: Option<&SettingRow>) -> Self {
        let effect = row.map_or(Effect::Unknown, |row| row.effect);
        Self {
            reboots: effect == Effect::Reboot,
            registers: effect == Effect::Register,
            unknown: effect == Effect::Unknown,
        }
    }
}

impl BitOr for Effects {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self {
            reboots: self.reboots | other.reboots,
            registers: self.registers | other.registers,
            unknown: self.unknown | other.unknown,
        }
    }
}

/// `reboots`, `registers again`, `effect unknown`, several of them, or `no effect` of no change.
impl fmt::Display for Effects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<&str> = [
            (self.reboots, "reboots"),
            (self.registers, "registers again"),
            (self.unknown, "effect unknown"),
        ]
        .into_iter()
        .filter_map(|(is, word)| is.then_some(word))
        .collect();
        f.pad(&match words.as_slice() {
            [] => "no effect".to_owned(),
            words => words.join(", "),
        })
    }
}
