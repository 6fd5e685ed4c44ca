//! The prepared parts of one target, model and firmware: made when they are first needed, kept within
//! a bound.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use super::program::Program;
use super::whole::{Whole, Wholes};
use crate::model::shape::Shape;

/// Which part of a file a program is for. What a part depends on beside the site, the model and the
/// firmware is in its shape.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Part {
    kind: PartKind,
    shape: Shape,
}

/// The kinds of parts.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum PartKind {
    /// One account, or the extension of a handset, in use.
    Account,
    /// The file that names the others.
    Container,
    /// What stands in front of the accounts of a base.
    Head,
    /// One key that the document names.
    Key,
    /// All keys when the document names none.
    Keys,
    /// The account of a phone that nobody is logged in to.
    LoggedOut,
    /// The phone-wide part.
    Phone,
    /// What follows the accounts.
    Tail,
    /// Every account of the model, not used.
    Unused,
    /// One account, not used.
    UnusedOne,
}

impl Part {
    pub(crate) fn new(kind: PartKind, shape: Shape) -> Self {
        Self { kind, shape }
    }

    pub(crate) fn kind(&self) -> PartKind {
        self.kind
    }

    pub(crate) fn shape(&self) -> Shape {
        self.shape
    }
}

/// The programs that are kept.
#[derive(Debug, Default)]
pub(crate) struct Parts {
    kept: RwLock<Kept>,
    is_used: AtomicBool,
    wholes: Wholes,
    room: Room,
}

/// The memory that everything kept for one site, model and firmware may take. A fleet with more kinds
/// of devices emits what is left over directly.
#[derive(Debug, Default)]
pub(super) struct Room {
    taken: AtomicUsize,
}

impl Room {
    const MOST: usize = 256 * 1024;

    /// Takes some bytes, if so many others are left then.
    pub(super) fn take(&self, size: usize, left: usize) -> bool {
        let fits = |taken: usize| {
            let taken = taken.checked_add(size)?;
            (taken.saturating_add(left) <= Self::MOST).then_some(taken)
        };
        self.taken.fetch_update(Relaxed, Relaxed, fits).is_ok()
    }
}

/// A sorted list: few, looked up a hundred times per device.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    parts: Vec<(Part, Option<Arc<Program>>)>,
    /// Whether one part found no room: no more are made.
    is_full: bool,
}

impl Kept {
    /// The program of a part, when it is kept; a part that cannot be prepared has none. `hint` is
    /// where the last part was found: accounts and keys of one shape follow each other.
    #[inline]
    pub(super) fn get(&self, part: &Part, hint: &mut usize) -> Option<Option<&Arc<Program>>> {
        let next = *hint + 1;
        *hint = match self.parts.get(next) {
            Some((known, _)) if known == part => next,
            _ => self.find(part).ok()?,
        };
        Some(self.parts[*hint].1.as_ref())
    }

    pub(super) fn has_room(&self) -> bool {
        !self.is_full
    }

    fn find(&self, part: &Part) -> Result<usize, usize> {
        self.parts.binary_search_by(|(known, _)| known.cmp(part))
    }
}

impl Parts {
    pub(super) fn read(&self) -> RwLockReadGuard<'_, Kept> {
        // A panic while the lock is held cannot leave the list half-changed.
        self.kept.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a device was rendered before: nothing is prepared for one that may be the only one.
    pub(super) fn are_worth_making(&self) -> bool {
        // A look at what is there already costs less than to write it once more.
        self.is_used.load(Relaxed) || self.is_used.swap(true, Relaxed)
    }

    /// The sections that are kept whole.
    pub(super) fn wholes(&self) -> &Wholes {
        &self.wholes
    }

    /// Keeps a whole, if there is room.
    pub(super) fn keep(&self, whole: Whole) {
        self.wholes.keep(whole, &self.room);
    }

    /// Makes a part and keeps it, if there is room. `probe` emits it for a probe and gives `None`
    /// when it cannot be prepared.
    pub(super) fn make(&self, part: Part, probe: impl FnOnce(Part) -> Option<Program>) {
        let program = probe(part);
        let size = size_of::<(Part, Option<Program>)>() + program.as_ref().map_or(0, Program::size);
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        let Err(at) = kept.find(&part) else { return };
        if !self.room.take(size, 0) {
            kept.is_full = true;
            return;
        }
        kept.parts.insert(at, (part, program.map(Arc::new)));
    }
}
