//! Prepared parts of files: finished runs of bytes with slots between them.

use std::ops::{Range, RangeInclusive};
use std::sync::Arc;

use super::emission::Digits;
use super::view::{Slot, numbers};
use super::whole::{Given, Recording};
use crate::emit::{Place, Refusal, SLOT_END, SLOT_START, cfg, mark};
use crate::error::Notice;
use crate::model::texts::Texts;
use crate::wiped::Wiped;

/// One part of a file, cut at its slots.
#[derive(Debug)]
pub(crate) struct Program {
    /// The runs. The site's passwords stand among them: wiped, and not shown.
    bytes: Wiped,
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
            bytes: Wiped::with_capacity(probe.len()),
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
        // A slot between seams would be written with the wrong values.
        let is_mixed = !program.seams.is_empty() && !program.slots.is_empty();
        (!is_mixed).then_some(program)
    }

    /// Copies the runs and writes what stands in the slots.
    ///
    /// # Errors
    /// The first value that its place refuses; the caller then emits directly to get all of them
    /// with their paths.
    pub(crate) fn run<'v>(
        &self,
        given: impl Fn(Slot) -> Option<Given<'v>>,
        texts: &Texts,
        out: &mut Vec<u8>,
    ) -> Result<(), Refusal> {
        out.reserve(self.bytes.len());
        let mut from = 0;
        for at in &self.slots {
            out.extend_from_slice(&self.bytes[from..at.end()]);
            if let Some(given) = given(at.slot) {
                given.write(at.place, texts, out)?;
            }
            from = at.end();
        }
        out.extend_from_slice(&self.bytes[from..]);
        Ok(())
    }

    /// Whether the number of an account, a key or an extension is all that stands in its slots.
    pub(crate) fn is_numbered(&self) -> bool {
        self.slots.iter().all(|at| at.slot == Slot::Index)
    }

    /// Copies the runs once for each of these numbers, which stands in every slot.
    pub(crate) fn run_numbered(&self, numbers: RangeInclusive<u16>, out: &mut Vec<u8>) {
        out.reserve(numbers.len() * (self.bytes.len() + Digits::MOST * self.slots.len()));
        let mut last: Option<(usize, Digits)> = None;
        for number in numbers.map(Digits::new) {
            let digits = number.as_bytes();
            let start = out.len();
            match &last {
                // As long as the one before: a copy of it, with those digits changed that differ,
                // mostly the last alone.
                Some((before, old)) if old.as_bytes().len() == digits.len() => {
                    out.extend_from_within(*before..);
                    let mut changed = digits.iter().zip(old.as_bytes());
                    let changed = changed.position(|(new, old)| new != old).unwrap_or(0);
                    for (place, digit) in digits.iter().enumerate().skip(changed) {
                        let mut shift = start + place;
                        for at in &self.slots {
                            out[shift + at.end()] = *digit;
                            shift += digits.len();
                        }
                    }
                }
                _ => {
                    let mut from = 0;
                    for at in &self.slots {
                        out.extend_from_slice(&self.bytes[from..at.end()]);
                        out.extend_from_slice(digits);
                        from = at.end();
                    }
                    out.extend_from_slice(&self.bytes[from..]);
                }
            }
            last = Some((start, number));
        }
    }

    /// Records what [`run`](Self::run) writes. `None` when something of it cannot stand in a whole.
    pub(crate) fn record<'v>(
        self: &Arc<Self>,
        given: impl Fn(Slot) -> Option<Given<'v>>,
        texts: &Texts,
        recording: &mut Recording,
    ) -> Option<()> {
        let mut from = 0;
        for at in &self.slots {
            recording.stretch(self, from..at.end());
            recording.slot(at.slot, at.place, given(at.slot), texts)?;
            from = at.end();
        }
        recording.stretch(self, from..self.bytes.len());
        recording.notices(&self.notices);
        Some(())
    }

    /// The seams, in the order of the file.
    pub(crate) fn seams(&self) -> &[Seam] {
        &self.seams
    }

    /// Where the bytes between two seams are, which are named by their places in the list: from 0, the
    /// beginning, to one behind the last, the end.
    pub(crate) fn between(&self, from: Option<usize>, to: Option<usize>) -> Range<usize> {
        let end = self.bytes.len();
        let at = |seam: usize| self.seams.get(seam).map(|seam| seam.at as usize);
        let from = from.map_or(0, |from| at(from).unwrap_or(end));
        let to = to.and_then(at).unwrap_or(end);
        from.min(to)..to
    }

    /// These of its bytes.
    pub(crate) fn bytes(&self, range: &Range<usize>) -> &[u8] {
        self.bytes.get(range.clone()).unwrap_or_default()
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
