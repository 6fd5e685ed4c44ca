//! The parts of a section of a file put together once more, so that each device of a kind is a few
//! walks over finished bytes and its own texts.
//!
//! A section is recorded while a device of the kind is rendered out of its parts: it holds what the
//! parts held, and so what the emitter wrote.

use std::ops::{Range, RangeInclusive};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, OnceLock};

use super::Output;
use super::output::Block;
use super::parts::Room;
use super::program::Program;
use super::view::Slot;
use crate::emit::{Place, Refusal};
use crate::error::Notice;
use crate::model::digest::Kind;
use crate::model::texts::{TextOf, Texts};
use crate::text::{CharKinds, Value};
use crate::wiped::Wiped;

/// What stands in a slot of a part.
#[derive(Clone, Copy)]
pub(crate) enum Given<'v> {
    /// This text of the device, behind something that all devices have.
    Own(&'static str, TextOf),
    /// Made of the device, and found again by its slot alone.
    Made(Value<'v>),
    /// The same for all devices.
    Fixed(Value<'v>),
}

impl<'v> Given<'v> {
    /// Writes it.
    ///
    /// # Errors
    /// What the place refuses.
    #[inline]
    pub(super) fn write(
        self,
        place: Place,
        texts: &Texts,
        out: &mut Vec<u8>,
    ) -> Result<(), Refusal> {
        match self {
            Self::Own(before, of) => {
                out.extend_from_slice(before.as_bytes());
                match texts.get(texts.number(of)) {
                    Some(value) => place.write(value, out),
                    None => Ok(()),
                }
            }
            Self::Made(value) | Self::Fixed(value) => place.write(value, out),
        }
    }
}

/// A section of a target's files. What its bytes follow from beside texts is one kind.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Section {
    /// A file that names the others.
    Container,
    /// What is in front of keys and accounts.
    Front,
    Keys,
    /// Accounts, and what follows them.
    Accounts,
    /// A file of its own about firmware.
    Firmware,
}

/// A section for devices of one kind.
#[derive(Debug)]
pub(crate) struct Whole {
    section: Section,
    kind: Kind,
    pieces: Vec<Piece>,
    notices: Vec<Notice>,
}

/// A piece of a whole.
#[derive(Debug)]
enum Piece {
    /// Runs and slots.
    Runs(Runs),
    /// A long run of a part.
    Stretch(Arc<Program>, Range<usize>),
    /// A part once for each of these numbers, which are all that stands in its slots.
    Numbered(Arc<Program>, RangeInclusive<u16>),
}

/// Finished bytes with slots between them, padded.
#[derive(Debug, Default)]
struct Runs {
    /// The site's passwords stand among them: wiped, and not shown.
    bytes: Wiped,
    slots: Vec<SlotAt>,
}

#[derive(Clone, Copy, Debug)]
struct SlotAt {
    /// End of the run before the slot.
    end: u32,
    place: Place,
    /// The kinds of characters that the place looks at; `None`: all.
    examined: Option<CharKinds>,
    source: Source,
}

/// Where the text of a slot comes from.
#[derive(Clone, Copy, Debug)]
enum Source {
    Own(u32),
    Made(Slot),
}

const NO_TEXT: Value<'static> = Value::token("");

/// Bytes behind the last run, so that a short run can be copied by a fixed length.
const PADDING: usize = 128;

/// A stretch of a part that is worth a piece of its own, and is not copied into the whole.
const STRETCH: usize = 1024;

impl Whole {
    /// Writes the section for a device of the kind. `made` gives what is made of the device.
    ///
    /// # Errors
    /// The first text that its place refuses.
    pub(super) fn run<'v>(
        &self,
        texts: &Texts,
        made: impl Fn(Slot) -> Option<Value<'v>>,
        output: &mut Output,
    ) -> Result<(), Refusal> {
        let (out, block) = output.bytes_and_block();
        for piece in &self.pieces {
            match piece {
                Piece::Runs(runs) => runs.write(texts, &made, block, out)?,
                Piece::Stretch(program, range) => out.extend_from_slice(program.bytes(range)),
                Piece::Numbered(program, numbers) => program.run_numbered(numbers.clone(), out),
            }
        }
        for notice in &self.notices {
            output.notice_of_many(notice);
        }
        Ok(())
    }

    fn size(&self) -> usize {
        let of_piece = |piece: &Piece| match piece {
            Piece::Runs(runs) => runs.bytes.len() + size_of_val(runs.slots.as_slice()),
            Piece::Stretch(..) | Piece::Numbered(..) => 0,
        };
        let pieces = self.pieces.iter().map(of_piece).sum::<usize>();
        size_of::<Self>() + size_of_val(self.pieces.as_slice()) + pieces + self.kind.size()
    }
}

impl Runs {
    #[inline]
    fn write<'v>(
        &self,
        texts: &Texts,
        made: &impl Fn(Slot) -> Option<Value<'v>>,
        block: &mut Block,
        out: &mut Vec<u8>,
    ) -> Result<(), Refusal> {
        let mut pieces = Pieces {
            block,
            used: 0,
            out,
        };
        let mut from = 0;
        for at in &self.slots {
            let end = at.end as usize;
            pieces.run(&self.bytes[from..], end - from);
            from = end;
            match at.source {
                Source::Own(number) => {
                    let Some((bytes, len, kinds)) = texts.bytes_from(number) else {
                        continue;
                    };
                    match bytes.first_chunk::<{ Texts::PADDING }>() {
                        // Nothing of it is anything to this place.
                        Some(chunk)
                            if len <= chunk.len() && at.examined.is_some_and(|k| !kinds.any(k)) =>
                        {
                            pieces.chunk(chunk, len);
                        }
                        _ => at
                            .place
                            .write(texts.get(number).unwrap_or(NO_TEXT), pieces.out())?,
                    }
                }
                Source::Made(slot) => {
                    if let Some(value) = made(slot) {
                        at.place.write(value, pieces.out())?;
                    }
                }
            }
        }
        pieces.run(&self.bytes[from..], self.bytes.len() - PADDING - from);
        pieces.out();
        Ok(())
    }
}

/// Pieces that are put one behind the other.
struct Pieces<'o> {
    block: &'o mut Block,
    /// Bytes of the block that are not in `out` yet.
    used: usize,
    out: &'o mut Vec<u8>,
}

impl Pieces<'_> {
    /// Adds the first bytes of a run, behind which at least [`PADDING`] others are. Most runs are short.
    #[inline(always)]
    fn run(&mut self, run: &[u8], len: usize) {
        match run.first_chunk::<PADDING>() {
            Some(chunk) if len <= PADDING / 2 => {
                if let Some(half) = chunk.first_chunk::<{ PADDING / 2 }>() {
                    self.chunk(half, len);
                }
            }
            Some(chunk) if len <= PADDING => self.chunk(chunk, len),
            _ => self.out().extend_from_slice(&run[..len]),
        }
    }

    /// Adds the first bytes of a chunk: a copy of a fixed length is faster than one of a length that is
    /// known only then.
    #[inline(always)]
    fn chunk<const N: usize>(&mut self, chunk: &[u8; N], len: usize) {
        if self.block.put(self.used, chunk).is_none() {
            self.out();
            let _ = self.block.put(0, chunk);
        }
        self.used += len;
    }

    /// What follows the pieces.
    #[inline]
    fn out(&mut self) -> &mut Vec<u8> {
        self.out.extend_from_slice(self.block.first(self.used));
        self.used = 0;
        self.out
    }
}

/// A whole that is being recorded.
#[derive(Debug, Default)]
pub(crate) struct Recording {
    pieces: Vec<Piece>,
    runs: Runs,
    notices: Vec<Notice>,
}

impl Recording {
    /// Adds bytes that are the same for all devices.
    pub(super) fn literal(&mut self, bytes: &[u8]) {
        self.runs.bytes.extend_from_slice(bytes);
    }

    /// Adds a stretch of a part.
    pub(super) fn stretch(&mut self, program: &Arc<Program>, range: Range<usize>) {
        if range.len() < STRETCH {
            return self.literal(program.bytes(&range));
        }
        self.end_runs();
        self.pieces.push(Piece::Stretch(program.clone(), range));
    }

    /// Adds a part that is told by a number alone, for each of these.
    pub(super) fn numbered(&mut self, program: &Arc<Program>, numbers: RangeInclusive<u16>) {
        self.end_runs();
        self.pieces.push(Piece::Numbered(program.clone(), numbers));
    }

    /// Adds a slot of a part. `None` when it cannot stand in a whole.
    pub(super) fn slot(
        &mut self,
        slot: Slot,
        place: Place,
        given: Option<Given<'_>>,
        texts: &Texts,
    ) -> Option<()> {
        let source = match given {
            None => return Some(()),
            Some(Given::Fixed(value)) => return place.write(value, &mut self.runs.bytes).ok(),
            Some(Given::Made(_)) => Source::Made(slot),
            Some(Given::Own(before, of)) => {
                self.runs.bytes.extend_from_slice(before.as_bytes());
                Source::Own(texts.number(of))
            }
        };
        let end = u32::try_from(self.runs.bytes.len()).ok()?;
        self.runs.slots.push(SlotAt {
            end,
            place,
            examined: place.examined(),
            source,
        });
        Some(())
    }

    /// Adds what is said of a part.
    pub(super) fn notices(&mut self, notices: &[Notice]) {
        for notice in notices {
            if !self.notices.contains(notice) {
                self.notices.push(notice.clone());
            }
        }
    }

    fn end_runs(&mut self) {
        let mut runs = std::mem::take(&mut self.runs);
        if !runs.bytes.is_empty() || !runs.slots.is_empty() {
            runs.bytes.extend_from_slice(&[0; PADDING]);
            // A list that shrinks in place would leave its old memory behind.
            runs.bytes = Wiped::from(runs.bytes.as_slice().to_vec());
            runs.slots.shrink_to_fit();
            self.pieces.push(Piece::Runs(runs));
        }
    }

    pub(super) fn finish(mut self, section: Section, kind: Kind) -> Whole {
        self.end_runs();
        Whole {
            section,
            kind,
            pieces: self.pieces,
            notices: self.notices,
        }
    }
}

/// The wholes that are kept. Reading them writes nothing: threads do not wait for each other's
/// memory.
#[derive(Debug)]
pub(super) struct Wholes {
    /// Each from the place of its kind's hash on.
    kept: Box<[OnceLock<Whole>]>,
    is_full: AtomicBool,
    /// The hash of the last kind that was seen, by place: a kind is recorded when it comes again.
    seen: Box<[AtomicU64]>,
}

impl Default for Wholes {
    fn default() -> Self {
        Self {
            kept: (0..Self::PLACES).map(|_| OnceLock::new()).collect(),
            is_full: AtomicBool::new(false),
            seen: (0..Self::PLACES).map(|_| AtomicU64::new(0)).collect(),
        }
    }
}

impl Wholes {
    /// Sections that are kept at most.
    const PLACES: usize = 128;

    /// The memory that wholes leave to parts, which every kind of device needs.
    const LEFT: usize = 24 * 1024;

    /// The section for a kind.
    #[inline]
    pub(super) fn get(&self, section: Section, kind: &Kind) -> Option<&Whole> {
        for at in Self::places(section, kind) {
            let whole = self.kept[at].get()?;
            if whole.section == section && whole.kind == *kind {
                return Some(whole);
            }
        }
        None
    }

    /// Whether the section is worth recording: its kind was seen before, and there is room.
    pub(super) fn is_wanted(&self, section: Section, kind: &Kind) -> bool {
        if self.is_full.load(Relaxed) {
            return false;
        }
        let seen = &self.seen[Self::places(section, kind).next().unwrap_or_default()];
        seen.swap(kind.hash(), Relaxed) == kind.hash()
    }

    /// Keeps a whole, if there is room.
    pub(super) fn keep(&self, mut whole: Whole, room: &Room) {
        if !room.take(whole.size(), Self::LEFT) {
            self.is_full.store(true, Relaxed);
            return;
        }
        for at in Self::places(whole.section, &whole.kind) {
            match self.kept[at].set(whole) {
                Ok(()) => return,
                Err(back) => whole = back,
            }
            let is_there =
                |other: &Whole| other.section == whole.section && other.kind == whole.kind;
            if self.kept[at].get().is_some_and(is_there) {
                // Another thread was faster.
                return;
            }
        }
        self.is_full.store(true, Relaxed);
    }

    /// The places where a section may be, the best first.
    fn places(section: Section, kind: &Kind) -> impl Iterator<Item = usize> + use<> {
        let first = (kind.hash() as usize).wrapping_add(section as usize) % Self::PLACES;
        (first..Self::PLACES).chain(0..first)
    }

    #[cfg(test)]
    pub(super) fn count(&self) -> usize {
        self.kept
            .iter()
            .filter(|place| place.get().is_some())
            .count()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::sync::Arc;

    use super::super::context::Context;
    use super::super::parts::Room;
    use super::super::{Output, Prepare, Prepared, ProvisioningTarget};
    use super::{Recording, Section, Wholes};
    use crate::model::digest::Kind;
    use crate::model::{
        Device, Extension, FunctionKey, Handset, HandsetBinding, Ipei, KeyKind, Registrar,
        Settings, Site,
    };

    #[test]
    fn a_section_is_never_taken_for_another_of_its_kind() {
        let kind = |word| Kind::new(vec![word]);
        let first = |kind: &Kind| Wholes::places(Section::Container, kind).next();
        let own = kind(0);
        let neighbour = (1..).map(kind).find(|other| first(other) == first(&own));
        let (wholes, room) = (Wholes::default(), Room::default());
        let keep = |section, kind: &Kind| {
            wholes.keep(Recording::default().finish(section, kind.clone()), &room);
        };
        // The neighbour has the place, so that the section stands where another would begin.
        keep(Section::Container, &neighbour.expect("one of a hundred"));
        keep(Section::Container, &own);
        assert_eq!(wholes.count(), 2);
        assert!(wholes.get(Section::Container, &own).is_some());
        assert!(wholes.get(Section::Front, &own).is_none());
        keep(Section::Front, &own);
        keep(Section::Front, &own);
        assert!(wholes.get(Section::Front, &own).is_some());
        assert_eq!(wholes.count(), 3, "kept once");
    }

    fn device(number: u32, is_base: bool) -> Device {
        let text = |text: String| text.parse().unwrap();
        let mac = format!("00:04:13:00:00:{number:02x}").parse().unwrap();
        let mut extension = Extension::new(text(number.to_string()), "p&ss".parse().unwrap());
        extension.label = Some(text(format!("Bob {number}")));
        let device = Device::builder(mac, "");
        let device = if is_base {
            let mut handset = Handset::new(2);
            handset.binding = HandsetBinding::Ipei(Ipei::new(36, number).unwrap());
            handset.extensions.push(extension);
            device.handset(handset)
        } else {
            let mut key = FunctionKey::new(2, KeyKind::SpeedDial);
            key.value = Some(text(format!("0{number}")));
            device.extension(extension).key(key)
        };
        device.build().unwrap()
    }

    /// That devices of one kind of this model are told out of one whole, once the kind is known.
    pub(in super::super) fn one_kind_is_one_whole<P: Prepared>(
        target: &dyn ProvisioningTarget,
        (model, sections): (&str, usize),
        prepared: impl FnOnce(Context) -> P,
        context: impl Fn(&P) -> &Context,
    ) {
        let settings = Settings {
            time_zone: Some("Europe/Berlin".parse().unwrap()),
            language: Some("de".parse().unwrap()),
            registrar: Some(Registrar::new("sip.example.net".parse().unwrap())),
            ..Settings::default()
        };
        let site = Arc::new(Site::new("Example".parse().unwrap(), settings));
        let model = target.models().iter().find(|row| row.name == model);
        let model = model.expect("the model is known");
        let prepared = prepared(Context::new(
            target,
            Prepare {
                site: &site,
                profile: None,
                model,
                installed_firmware: None,
                plain: false,
            },
        ));
        let wholes = || context(&prepared).parts.wholes().count();
        let mut output = Output::new();
        for number in 1..9 {
            // The first device may be the only one; then parts are made, and put together.
            assert!(number > 2 || wholes() == 0, "after {number} devices");
            let device = device(number, model.handsets.is_some_and(|most| most > 0));
            prepared.render(&device, &mut output).unwrap();
        }
        assert_eq!(wholes(), sections, "one kind is one whole");
    }
}
