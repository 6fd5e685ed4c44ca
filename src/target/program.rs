//! Prepared parts of files: finished runs of bytes with slots between them.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use super::view::{AccountShape, Slot};
use crate::emit::{Place, Refusal};
use crate::error::Notice;
use crate::text::Value;

/// One part of a file, cut at its slots.
#[derive(Debug)]
pub(crate) struct Program {
    bytes: Vec<u8>,
    /// End of the run before the slot, the slot, the place it stands in.
    slots: Vec<(usize, Slot, Place)>,
    notices: Vec<Notice>,
}

impl Program {
    /// Cuts what an emitter wrote for a probe. `None` when a mark is not one of ours, which would be
    /// a fault of the emitter: the part is then always emitted directly.
    pub(crate) fn cut(probe: &[u8], notices: Vec<Notice>) -> Option<Self> {
        use crate::emit::{SLOT_END, SLOT_START};
        let mut program = Self {
            bytes: Vec::with_capacity(probe.len()),
            slots: Vec::new(),
            notices,
        };
        let mut rest = probe;
        while let Some(start) = rest.iter().position(|byte| *byte == SLOT_START) {
            let end = start + rest[start..].iter().position(|byte| *byte == SLOT_END)?;
            let (place, sentinel) = rest[start + 1..end].split_last()?;
            program.bytes.extend_from_slice(&rest[..start]);
            let slot = Slot::of_sentinel(sentinel)?;
            program
                .slots
                .push((program.bytes.len(), slot, Place::of_mark(*place)?));
            rest = &rest[end + 1..];
        }
        program.bytes.extend_from_slice(rest);
        Some(program)
    }

    /// Copies the runs and writes the values.
    ///
    /// # Errors
    /// The first value that its place refuses; the caller then emits directly to get all of them
    /// with their paths.
    pub(crate) fn run<'v>(
        &self,
        value: impl Fn(Slot) -> Option<Value<'v>>,
        out: &mut Vec<u8>,
    ) -> Result<(), Refusal> {
        let mut from = 0;
        for (end, slot, place) in &self.slots {
            out.extend_from_slice(&self.bytes[from..*end]);
            if let Some(value) = value(*slot) {
                place.write(value, out)?;
            }
            from = *end;
        }
        out.extend_from_slice(&self.bytes[from..]);
        Ok(())
    }

    pub(crate) fn notices(&self) -> &[Notice] {
        &self.notices
    }
}

/// Which part of a file a program is for.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Part {
    /// The phone-wide part; whether the device has a token.
    Phone { token: bool },
    /// The keys when the document names none: accounts in use, modules attached.
    Keys { accounts: u16, modules: u8 },
    /// One account in use.
    Account { index: u16, shape: AccountShape },
    /// The accounts that are not in use, from this one on.
    Unused { from: u16 },
    /// What follows the accounts.
    Tail,
}

/// The programs of one prepared target, made when they are first needed.
#[derive(Debug, Default)]
pub(crate) struct Programs(RwLock<BTreeMap<Part, Option<Arc<Program>>>>);

impl Programs {
    /// The parts that are kept; a fleet with more kinds of devices makes the rest anew.
    const MOST: usize = 256;

    /// The program of a part; `None` when it cannot be prepared. `make` emits the part for a probe
    /// and gives `None` when anything is wrong with it.
    pub(crate) fn get(
        &self,
        part: Part,
        make: impl FnOnce() -> Option<Program>,
    ) -> Option<Arc<Program>> {
        // A panic while the lock is held cannot leave the map half-changed.
        let known = self
            .0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&part)
            .cloned();
        if let Some(program) = known {
            return program;
        }
        let program = make().map(Arc::new);
        let mut programs = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if programs.len() < Self::MOST {
            programs.insert(part, program.clone());
        }
        program
    }
}
