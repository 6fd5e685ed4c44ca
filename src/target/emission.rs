//! One rendering of one device, section by section: whole where one of its kind is kept, else part by
//! part. Parts that are prepared are copied, the others emitted.
//!
//! All ways go through the target's one emitter: what is copied was cut out of its output for a
//! probe. Whatever is wrong with a part keeps it from being prepared, so that the emitter itself
//! says it, for the device at hand.

use std::ops::{Range, RangeInclusive};
use std::sync::{Arc, RwLockReadGuard};

use super::Output;
use super::context::Context;
use super::job::Job;
use super::parts::{Kept, Part};
use super::program::{Program, Seam, SeamOf};
use super::view::Slot;
use super::whole::{Given, Recording, Section};
use crate::error::{Error, Errors, Notice};
use crate::model::shape::Shaped;
use crate::model::texts::Texts;
use crate::model::{Device, FunctionKey};
use crate::text::Value;

/// One rendering of one device.
#[derive(Debug)]
pub(crate) struct Emission<'r> {
    context: &'r Context,
    device: &'r Device,
    output: &'r mut Output,
    /// `None`: everything is emitted.
    texts: Option<&'r Texts>,
    /// Taken when a section is not kept whole.
    kept: Option<RwLockReadGuard<'r, Kept>>,
    /// Made when something is emitted.
    job: Option<Job<'r>>,
    /// Parts to prepare for the next device.
    wanted: Wanted,
    /// The section that is put together for the next device of the kind; given up when something is
    /// emitted.
    recording: Option<Recording>,
    start: (usize, usize),
}

/// The parts that are looked for: which were missing, and where the last was found.
#[derive(Debug, Default)]
struct Wanted {
    missing: Vec<Part>,
    hint: usize,
}

/// The numbers of a part that is told by none.
pub(crate) const NO_NUMBERS: [u16; 2] = [0, 0];

/// A key of the document at its place, with what stands in its slots.
pub(crate) struct KeyAt<'v> {
    pub(crate) part: Part,
    pub(crate) label: Option<Given<'v>>,
    pub(crate) value: Option<Given<'v>>,
}

/// A key of the document, and its place in the device's own list.
#[derive(Clone, Copy)]
pub(crate) struct ListedKey<'v> {
    pub(crate) key: &'v FunctionKey,
    /// `None`: it is one of the profile's.
    pub(crate) own: Option<usize>,
    pub(crate) shaped: Shaped,
}

impl<'r> Emission<'r> {
    /// Begins to render; `errors` are known already.
    pub(crate) fn new(
        context: &'r Context,
        device: &'r Device,
        output: &'r mut Output,
        errors: Vec<Error>,
    ) -> Self {
        // Settings of the device's own change everything.
        let fits = !(device.has_settings() || context.plain || context.has_templates());
        let texts = device.digest().texts.as_ref();
        let start = (output.bytes().len(), output.notices().len());
        let mut emission = Self {
            context,
            device,
            output,
            texts: texts.filter(|_| fits),
            kept: None,
            job: None,
            wanted: Wanted::default(),
            recording: None,
            start,
        };
        if !errors.is_empty() {
            emission.job().errors.extend(errors);
        }
        emission
    }

    /// Adds a section: whole, when it is kept for devices of this kind and `fits`, which says that
    /// there is nothing to tell of its texts; else what `parts` adds. `made` gives what is made of
    /// the device and stands in slots.
    pub(crate) fn section<'v>(
        &mut self,
        section: Section,
        fits: bool,
        made: impl Fn(Slot) -> Option<Value<'v>>,
        parts: impl FnOnce(&mut Self),
    ) {
        let digest = self.device.digest();
        let kind = match section {
            Section::Keys => digest.kind_of_keys.as_ref(),
            _ => digest.kind.as_ref(),
        };
        let Some((texts, kind)) = self.texts.zip(kind.filter(|_| fits)) else {
            self.look_for_parts();
            return parts(self);
        };
        let wholes = self.context.parts.wholes();
        if let Some(whole) = wholes.get(section, kind) {
            let start = self.output.bytes().len();
            let notices = self.output.notices().len();
            if whole.run(texts, made, self.output).is_ok() {
                return;
            }
            self.output.back_to(start, notices);
        } else if wholes.is_wanted(section, kind) {
            self.recording = Some(Recording::default());
        }
        self.look_for_parts();
        parts(self);
        if let Some(recording) = self.recording.take() {
            let whole = recording.finish(section, kind.clone());
            self.context.parts.keep(whole);
        }
    }

    fn look_for_parts(&mut self) {
        if self.kept.is_none() && self.texts.is_some() {
            self.kept = Some(self.context.parts.read());
        }
    }

    /// Whether finished bytes can be copied at all.
    pub(crate) fn is_plain(&self) -> bool {
        self.texts.is_some()
    }

    /// Adds what is the same for all devices.
    pub(crate) fn literal(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        let bytes = self.output.bytes();
        let start = bytes.len();
        write(bytes);
        if let Some(recording) = &mut self.recording {
            recording.literal(&bytes[start..]);
        }
    }

    pub(crate) fn output(&mut self) -> &mut Output {
        self.output
    }

    /// Adds what the emitter writes.
    pub(crate) fn emit(&mut self, emit: impl FnOnce(&mut Job<'r>, &mut Vec<u8>)) {
        self.recording = None;
        let mut job = self.job.take().unwrap_or_else(|| self.new_job());
        emit(&mut job, self.output.bytes());
        for notice in job.notices.drain(..) {
            self.output.add_notice(notice);
        }
        self.job = Some(job);
    }

    /// Adds a part: out of its program, where it has one and every value fits its place, else what
    /// the emitter writes. `numbers` are those of its account, key or module.
    pub(crate) fn part<'v>(
        &mut self,
        part: Option<Part>,
        numbers: [u16; 2],
        given: impl Fn(Slot) -> Option<Given<'v>>,
        emit: impl FnOnce(&mut Job<'r>, &mut Vec<u8>),
    ) {
        let program = part.and_then(|part| program_of(&self.kept, &mut self.wanted, part));
        let is_written = program.is_some_and(|program| {
            run(
                program,
                numbers,
                given,
                self.texts,
                self.output,
                &mut self.recording,
            )
        });
        if !is_written {
            self.emit(emit);
        }
    }

    /// Adds a part once for each of these numbers, which are all that it takes. `false` when it has no
    /// program.
    pub(crate) fn part_numbered(&mut self, part: Part, numbers: RangeInclusive<u16>) -> bool {
        let program = program_of(&self.kept, &mut self.wanted, part);
        let Some(program) = program.filter(|program| program.is_numbered()) else {
            return false;
        };
        program.run_numbered(numbers.clone(), self.output.bytes());
        if let Some(recording) = &mut self.recording {
            recording.numbered(program, numbers);
        }
        tell(program, self.output, &mut self.recording);
        true
    }

    /// Adds a part that has many like things in it, from the one of this place on.
    pub(crate) fn part_from(
        &mut self,
        part: Option<Part>,
        from: u16,
        emit: impl FnOnce(&mut Job<'r>, &mut Vec<u8>),
    ) {
        let program = part.and_then(|part| program_of(&self.kept, &mut self.wanted, part));
        let Some(program) = program else {
            return self.emit(emit);
        };
        let seams = program.seams();
        let first = seams.partition_point(|seam| seam.of.place.1 < from);
        let range = program.between(Some(first), None);
        stretch(program, range, self.output, &mut self.recording);
        tell(program, self.output, &mut self.recording);
    }

    /// Adds the keys: those that no list names out of the part of all keys, the others each out of
    /// its own part. `lists` come one over the other, the device's last. When one key has no program,
    /// all are emitted.
    pub(crate) fn keys<'v>(
        &mut self,
        all: Option<Part>,
        lists: [&'v [FunctionKey]; 2],
        key: impl Fn(ListedKey<'v>, SeamOf) -> Option<KeyAt<'v>>,
        emit: impl FnOnce(&mut Job<'r>, &mut Vec<u8>),
    ) {
        let start = self.output.bytes().len();
        let notices = self.output.notices().len();
        let is_written = all.is_some_and(|all| self.run_keys(all, lists, key));
        if !is_written {
            self.output.back_to(start, notices);
            self.emit(emit);
        }
    }

    /// Ends the rendering. `prepare` makes a part that was asked for and missing.
    ///
    /// # Errors
    /// Everything that is wrong; the output is then as it was.
    pub(crate) fn finish(self, prepare: impl Fn(Part) -> Option<Program>) -> Result<(), Errors> {
        let Self {
            context,
            device,
            output,
            kept,
            job,
            wanted,
            start,
            ..
        } = self;
        drop(kept);
        if !wanted.missing.is_empty() && context.parts.are_worth_making() {
            for part in wanted.missing {
                context.parts.make(part, &prepare);
            }
        }
        if let Some(job) = job
            && let Err(errors) = Errors::check(job.errors)
        {
            output.back_to(start.0, start.1);
            return Err(errors);
        }
        context.tell_of(device, output);
        Ok(())
    }

    /// A notice about the device.
    pub(crate) fn notice(&mut self, notice: Notice) {
        self.output.add_notice(notice);
    }

    fn job(&mut self) -> &mut Job<'r> {
        if self.job.is_none() {
            self.job = Some(self.new_job());
        }
        self.job.as_mut().expect("it was made")
    }

    fn new_job(&self) -> Job<'r> {
        self.context.job_for(self.device)
    }

    fn run_keys<'v>(
        &mut self,
        all: Part,
        lists: [&'v [FunctionKey]; 2],
        key: impl Fn(ListedKey<'v>, SeamOf) -> Option<KeyAt<'v>>,
    ) -> bool {
        let Some(program) = program_of(&self.kept, &mut self.wanted, all) else {
            return false;
        };
        let seams = program.seams();
        let mut named = self.output.take_scratch();
        let is_written = place_keys(seams, lists, &mut named) && {
            let mut done = None;
            let mut all_written = true;
            for (seam, named) in named.iter().enumerate().filter(|(_, named)| **named > 0) {
                let before = program.between(done, Some(seam));
                stretch(program, before, self.output, &mut self.recording);
                done = Some(seam + 1);
                let of = seams[seam].of;
                let key = self
                    .listed(lists, *named)
                    .and_then(|listed| key(listed, of));
                // Also of the others: what is missing is asked for at once.
                all_written &= key.is_some_and(|key| {
                    let found = program_of(&self.kept, &mut self.wanted, key.part);
                    let given = |slot| match slot {
                        Slot::KeyLabel => key.label,
                        Slot::KeyValue | Slot::KeyAddress => key.value,
                        _ => None,
                    };
                    found.is_some_and(|found| {
                        run(
                            found,
                            of.numbers,
                            given,
                            self.texts,
                            self.output,
                            &mut self.recording,
                        )
                    })
                });
            }
            let rest = program.between(done, None);
            stretch(program, rest, self.output, &mut self.recording);
            all_written
        };
        self.output.give_scratch(named);
        tell(program, self.output, &mut self.recording);
        is_written
    }

    /// The entry of this number, counted over both lists from 1.
    fn listed<'v>(&self, lists: [&'v [FunctionKey]; 2], number: u32) -> Option<ListedKey<'v>> {
        let index = usize::try_from(number).ok()?.checked_sub(1)?;
        let [profile, device] = lists;
        if let Some(key) = profile.get(index) {
            // The keys of a profile were not looked at when the device was made.
            let shaped = Shaped::of_key(key);
            let own = None;
            return Some(ListedKey { key, own, shaped });
        }
        let own = index - profile.len();
        Some(ListedKey {
            key: device.get(own)?,
            own: Some(own),
            shaped: *self.device.digest().keys.get(own)?,
        })
    }
}

/// The program of a part; one that is missing is asked for.
fn program_of<'k>(
    kept: &'k Option<RwLockReadGuard<'_, Kept>>,
    wanted: &mut Wanted,
    part: Part,
) -> Option<&'k Arc<Program>> {
    let kept = kept.as_ref()?;
    if let Some(found) = kept.get(&part, &mut wanted.hint) {
        return found;
    }
    if kept.has_room() {
        wanted.missing.push(part);
    }
    None
}

/// Runs a program; `false`, and nothing is written, when a place refuses a value.
fn run<'v>(
    program: &Arc<Program>,
    numbers: [u16; 2],
    given: impl Fn(Slot) -> Option<Given<'v>>,
    texts: Option<&Texts>,
    output: &mut Output,
    recording: &mut Option<Recording>,
) -> bool {
    let Some(texts) = texts else { return false };
    let start = output.bytes().len();
    let [index, module] = numbers.map(Digits::new);
    let given = |slot: Slot| match slot {
        Slot::Index => Some(Given::Fixed(index.value())),
        Slot::Module => Some(Given::Fixed(module.value())),
        // What is given lives as long as the device.
        slot => given(slot),
    };
    if program.run(given, texts, output.bytes()).is_err() {
        output.bytes().truncate(start);
        return false;
    }
    if let Some(own) = recording
        && program.record(given, texts, own).is_none()
    {
        *recording = None;
    }
    tell(program, output, &mut None);
    true
}

/// Adds a stretch of a program.
fn stretch(
    program: &Arc<Program>,
    range: Range<usize>,
    output: &mut Output,
    recording: &mut Option<Recording>,
) {
    output.bytes().extend_from_slice(program.bytes(&range));
    if let Some(recording) = recording {
        recording.stretch(program, range);
    }
}

/// Adds what is said of a part.
fn tell(program: &Program, output: &mut Output, recording: &mut Option<Recording>) {
    for notice in program.notices() {
        output.notice_of_many(notice);
    }
    if let Some(recording) = recording {
        recording.notices(program.notices());
    }
}

/// Says for each seam which entry of the lists belongs there: 0 none, else its number, counted over
/// both lists. `false` when an entry belongs to no seam.
fn place_keys(seams: &[Seam], lists: [&[FunctionKey]; 2], named: &mut Vec<u32>) -> bool {
    named.clear();
    named.resize(seams.len(), 0);
    let mut next = 0;
    for (number, key) in (1..).zip(lists.into_iter().flatten()) {
        // From 1; 0 is the phone itself, and no module of a caller's.
        if key.module == Some(0) || key.position == 0 {
            return false;
        }
        let place = (key.module.unwrap_or(0), key.position);
        // Keys mostly stand in the order of their places.
        let (behind, before) = (&seams[next..], &seams[..next]);
        let is_it = |seam: &Seam| seam.of.place == place;
        let found = behind.iter().position(is_it).map(|at| next + at);
        let Some(at) = found.or_else(|| before.iter().position(is_it)) else {
            return false;
        };
        named[at] = number;
        next = at + 1;
    }
    true
}

/// A number as text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Digits {
    digits: [u8; Self::MOST],
    from: u8,
}

impl Digits {
    /// Digits at most.
    pub(crate) const MOST: usize = 5;

    pub(crate) fn new(number: u16) -> Self {
        let mut digits = [b'0'; Self::MOST];
        let (mut from, mut rest) = (digits.len(), number);
        while rest > 0 || from == digits.len() {
            from -= 1;
            digits[from] = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
        Self {
            digits,
            from: from as u8,
        }
    }

    pub(crate) fn value(&self) -> Value<'_> {
        Value::token(std::str::from_utf8(self.as_bytes()).unwrap_or_default())
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.digits[usize::from(self.from)..]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_those_of_the_number() {
        for number in [0, 1, 9, 10, 99, 100, 12_345, u16::MAX] {
            assert_eq!(Digits::new(number).value().as_str(), number.to_string());
        }
    }
}
