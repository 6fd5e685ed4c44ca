//! Prepared parts of files: finished runs of bytes with slots between them.

use super::view::{Slot, numbers};
use crate::emit::{Place, Refusal, SLOT_END, SLOT_START, cfg, mark};
use crate::error::Notice;
use crate::text::Value;

/// Bytes behind the last run, so that a short run can be copied by a fixed length.
const PADDING: usize = 64;

/// One part of a file, cut at its slots.
#[derive(Debug)]
pub(crate) struct Program {
    /// The runs, and the padding.
    bytes: Vec<u8>,
    slots: Vec<SlotAt>,
    seams: Vec<Seam>,
    notices: Vec<Notice>,
}

#[derive(Clone, Copy, Debug)]
struct SlotAt {
    /// End of the run before the slot.
    end: u32,
    slot: Slot,
    place: Place,
}

/// Where the bytes of one of many like things begin, a key or an unused account, so that some of them
/// can be left out. They end at the next seam.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Seam {
    pub(crate) of: SeamOf,
    at: u32,
}

/// What begins at a seam.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct SeamOf {
    /// Module and position of a key, 0 and the number of an account; see [`SeamOf::NOTHING`].
    pub(crate) place: (u8, u16),
    /// Which group of settings it is told by.
    pub(crate) sort: u8,
    /// The numbers that its settings are told by.
    pub(crate) numbers: [u16; 2],
}

impl SeamOf {
    /// What nobody asks for.
    pub(crate) const NOTHING: Self = Self {
        place: (0, 0),
        sort: 0,
        numbers: [0, 0],
    };

    /// An account.
    pub(crate) fn account(index: u16) -> Self {
        Self {
            place: (0, index),
            ..Self::NOTHING
        }
    }
}

/// Begins a seam among the marks: no slot is called so.
const SEAM: u8 = b'=';

impl Program {
    /// Cuts what an emitter wrote for a probe. `None` when a mark is not one of ours, which would be
    /// a fault of the emitter: the part is then always emitted directly.
    pub(crate) fn cut(probe: &[u8], notices: Vec<Notice>) -> Option<Self> {
        let mut program = Self {
            bytes: Vec::with_capacity(probe.len()),
            slots: Vec::new(),
            seams: Vec::new(),
            notices,
        };
        let mut rest = probe;
        while let Some(start) = rest.iter().position(|byte| *byte == SLOT_START) {
            let end = start + rest[start..].iter().position(|byte| *byte == SLOT_END)?;
            program.bytes.extend_from_slice(&rest[..start]);
            let here = u32::try_from(program.bytes.len()).ok()?;
            let inside = &rest[start + 1..end];
            if let Some((&SEAM, seam)) = inside.split_first() {
                let of = read_seam(seam)?;
                program.seams.push(Seam { of, at: here });
            } else {
                let (place, sentinel) = inside.split_last()?;
                program.slots.push(SlotAt {
                    end: here,
                    slot: Slot::of_sentinel(sentinel)?,
                    place: Place::of_mark(*place)?,
                });
            }
            rest = &rest[end + 1..];
        }
        program.bytes.extend_from_slice(rest);
        program.bytes.extend_from_slice(&[0; PADDING]);
        // A slot between seams would be written with the wrong values.
        let is_mixed = !program.seams.is_empty() && !program.slots.is_empty();
        (!is_mixed).then_some(program)
    }

    /// The same with its numbers in place.
    pub(crate) fn bound(&self, numbers: [u16; 2]) -> Self {
        let mut bound = Self {
            bytes: Vec::with_capacity(self.bytes.len() + 2 * self.slots.len()),
            slots: Vec::new(),
            seams: Vec::new(),
            notices: self.notices.clone(),
        };
        let mut from = 0;
        for at in &self.slots {
            bound.bytes.extend_from_slice(&self.bytes[from..at.end()]);
            from = at.end();
            match at.slot {
                Slot::Index => cfg::decimal(numbers[0].into(), &mut bound.bytes),
                Slot::Module => cfg::decimal(numbers[1].into(), &mut bound.bytes),
                _ => bound.slots.push(SlotAt {
                    end: u32::try_from(bound.bytes.len()).unwrap_or(u32::MAX),
                    ..*at
                }),
            }
        }
        bound.bytes.extend_from_slice(&self.bytes[from..]);
        bound
    }

    /// Copies the runs and writes the values.
    ///
    /// # Errors
    /// The first value that its place refuses; the caller then emits directly to get all of them
    /// with their paths.
    #[inline]
    pub(crate) fn run<'v>(
        &self,
        value: impl Fn(Slot) -> Option<Value<'v>>,
        out: &mut Vec<u8>,
    ) -> Result<(), Refusal> {
        let end = self.bytes.len() - PADDING;
        out.reserve(self.bytes.len() + PADDING * self.slots.len());
        let mut from = 0;
        for at in &self.slots {
            self.copy(from, at.end(), out);
            if let Some(value) = value(at.slot) {
                at.place.write(value, out)?;
            }
            from = at.end();
        }
        self.copy(from, end, out);
        Ok(())
    }

    /// Copies a run. Most are short: a copy of a fixed length that is cut off again is faster than
    /// one of a length that is known only then.
    #[inline]
    fn copy(&self, from: usize, end: usize, out: &mut Vec<u8>) {
        let len = end - from;
        match self.bytes[from..].first_chunk::<PADDING>() {
            Some(chunk) if len <= PADDING => {
                let start = out.len();
                out.extend_from_slice(chunk);
                out.truncate(start + len);
            }
            _ => out.extend_from_slice(&self.bytes[from..end]),
        }
    }

    /// The seams, in the order of the file.
    pub(crate) fn seams(&self) -> &[Seam] {
        &self.seams
    }

    /// The bytes between two seams, by their places in the list: from 0, the beginning, to one behind
    /// the last, the end.
    pub(crate) fn between(&self, from: Option<usize>, to: Option<usize>) -> &[u8] {
        let end = self.bytes.len() - PADDING;
        let at = |seam: usize| self.seams.get(seam).map(|seam| seam.at as usize);
        let from = from.map_or(0, |from| at(from).unwrap_or(end));
        let to = to.and_then(at).unwrap_or(end);
        self.bytes.get(from..to).unwrap_or_default()
    }

    pub(crate) fn notices(&self) -> &[Notice] {
        &self.notices
    }

    /// About the memory that it takes.
    pub(crate) fn size(&self) -> usize {
        size_of::<Self>()
            + self.bytes.len()
            + size_of_val(self.slots.as_slice())
            + size_of_val(self.seams.as_slice())
    }
}

impl SlotAt {
    #[inline]
    fn end(&self) -> usize {
        self.end as usize
    }
}

/// Writes a number of a probe: the mark of a slot where it stands for one.
pub(crate) fn probe_number(number: i64, out: &mut Vec<u8>) {
    match numbers::slot(number) {
        Some(slot) => mark(slot.name(), Place::CfgValue, out),
        None => cfg::decimal(number, out),
    }
}

/// Writes a seam of a probe.
pub(crate) fn probe_seam(of: SeamOf, out: &mut Vec<u8>) {
    out.extend_from_slice(&[SLOT_START, SEAM]);
    let (module, position) = of.place;
    let [a, b] = of.numbers;
    for number in [module.into(), position, of.sort.into(), a, b] {
        cfg::decimal(number.into(), out);
        out.push(b' ');
    }
    out.push(SLOT_END);
}

fn read_seam(text: &[u8]) -> Option<SeamOf> {
    let mut numbers = std::str::from_utf8(text).ok()?.split_ascii_whitespace();
    let mut next = || numbers.next()?.parse::<u16>().ok();
    let place = (u8::try_from(next()?).ok()?, next()?);
    let sort = u8::try_from(next()?).ok()?;
    Some(SeamOf {
        place,
        sort,
        numbers: [next()?, next()?],
    })
}
