//! One rendering of one device: parts that are prepared are copied, the others emitted.
//!
//! Both ways go through the target's one emitter: what is copied was cut out of its output for a
//! probe. Whatever is wrong with a part keeps it from being prepared, so that the emitter itself
//! says it, for the device at hand.

use std::sync::RwLockReadGuard;

use super::Output;
use super::context::Context;
use super::job::Job;
use super::parts::{Kept, Part};
use super::program::{Program, Seam, SeamOf};
use super::view::Slot;
use crate::error::{Error, Errors, Notice};
use crate::model::shape::Shaped;
use crate::model::{Device, FunctionKey};
use crate::text::Value;

/// One rendering of one device.
#[derive(Debug)]
pub(crate) struct Emission<'r> {
    context: &'r Context,
    device: &'r Device,
    output: &'r mut Output,
    /// `None`: everything is emitted.
    kept: Option<RwLockReadGuard<'r, Kept>>,
    /// Made when something is emitted.
    job: Option<Job<'r>>,
    /// Parts to prepare for the next device.
    wanted: Wanted,
    start: (usize, usize),
}

/// The parts that are looked for: which were missing, and where the last was found.
#[derive(Debug, Default)]
struct Wanted {
    missing: Vec<Part>,
    hint: usize,
}

/// A key of the document at its place, with what stands in its slots.
pub(crate) struct KeyAt<'v> {
    pub(crate) part: Part,
    pub(crate) label: Option<Value<'v>>,
    pub(crate) value: Option<Value<'v>>,
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
        let start = (output.bytes().len(), output.notices().len());
        let mut emission = Self {
            context,
            device,
            output,
            kept: fits.then(|| context.parts.read()),
            job: None,
            wanted: Wanted::default(),
            start,
        };
        if !errors.is_empty() {
            emission.job().errors.extend(errors);
        }
        emission
    }

    /// Whether parts can be prepared at all.
    pub(crate) fn is_prepared(&self) -> bool {
        self.kept.is_some()
    }

    pub(crate) fn bytes(&mut self) -> &mut Vec<u8> {
        self.output.bytes()
    }

    pub(crate) fn output(&mut self) -> &mut Output {
        self.output
    }

    /// Adds what the emitter writes.
    pub(crate) fn emit(&mut self, emit: impl FnOnce(&mut Job<'r>, &mut Vec<u8>)) {
        let mut job = self.job.take().unwrap_or_else(|| self.new_job());
        emit(&mut job, self.output.bytes());
        for notice in job.notices.drain(..) {
            self.output.notice(notice);
        }
        self.job = Some(job);
    }

    /// Adds a part: out of its program, where it has one and every value fits its place, else what
    /// the emitter writes.
    pub(crate) fn part<'v>(
        &mut self,
        part: Option<Part>,
        numbers: Option<[u16; 2]>,
        value: impl Fn(Slot) -> Option<Value<'v>>,
        emit: impl FnOnce(&mut Job<'r>, &mut Vec<u8>),
    ) {
        let is_written = part.is_some_and(|part| self.run(part, numbers, value));
        if !is_written {
            self.emit(emit);
        }
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
        let bytes = program.between(Some(first), None);
        self.output.bytes().extend_from_slice(bytes);
        for notice in program.notices() {
            self.output.notice(notice.clone());
        }
    }

    /// Adds the keys: those that no list names out of the part of all keys, the others each out of
    /// its own part. `lists` come one over the other, the device's last. When one key has no program, all are emitted.
    pub(crate) fn keys<'v>(
        &mut self,
        all: Option<Part>,
        lists: [&'v [FunctionKey]; 2],
        key: impl Fn(&'v FunctionKey, Shaped, SeamOf) -> Option<KeyAt<'v>>,
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
        self.output.notice(notice);
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

    fn run<'v>(
        &mut self,
        part: Part,
        numbers: Option<[u16; 2]>,
        value: impl Fn(Slot) -> Option<Value<'v>>,
    ) -> bool {
        let Some(found) = numbered(&self.kept, &mut self.wanted, part, numbers) else {
            return false;
        };
        run(found, self.output, value)
    }

    fn run_keys<'v>(
        &mut self,
        all: Part,
        lists: [&'v [FunctionKey]; 2],
        key: impl Fn(&'v FunctionKey, Shaped, SeamOf) -> Option<KeyAt<'v>>,
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
                self.output.bytes().extend_from_slice(before);
                done = Some(seam + 1);
                let of = seams[seam].of;
                let key = entry(lists, *named).and_then(|(entry, own)| {
                    // The keys of a profile were not looked at when the device was made.
                    let shaped = own.and_then(|own| self.device.key_shapes().get(own).copied());
                    key(entry, shaped.unwrap_or_else(|| Shaped::of_key(entry)), of)
                });
                let written = key.is_some_and(|key| {
                    let numbers = Some(of.numbers);
                    let found = numbered(&self.kept, &mut self.wanted, key.part, numbers);
                    found.is_some_and(|found| {
                        run(found, self.output, |slot| match slot {
                            Slot::KeyLabel => key.label,
                            Slot::KeyValue | Slot::KeyAddress => key.value,
                            _ => None,
                        })
                    })
                });
                if !written {
                    all_written = false;
                    break;
                }
            }
            if all_written {
                let rest = program.between(done, None);
                self.output.bytes().extend_from_slice(rest);
            }
            all_written
        };
        self.output.give_scratch(named);
        for notice in program.notices() {
            self.output.notice(notice.clone());
        }
        is_written
    }
}

/// A program, and the numbers for its slots where they are not written into it.
type Numbered<'p> = (&'p Program, Option<[u16; 2]>);

/// The program of a part; one that is missing is asked for.
fn program_of<'k>(
    kept: &'k Option<RwLockReadGuard<'_, Kept>>,
    wanted: &mut Wanted,
    part: Part,
) -> Option<&'k Program> {
    let kept = kept.as_ref()?;
    if let Some(found) = kept.get(&part, &mut wanted.hint) {
        return found;
    }
    if kept.has_room() {
        wanted.missing.push(part);
    }
    None
}

/// The program of a part with its numbers: written into it already, else to be put into its slots.
fn numbered<'k>(
    kept: &'k Option<RwLockReadGuard<'_, Kept>>,
    wanted: &mut Wanted,
    part: Part,
    numbers: Option<[u16; 2]>,
) -> Option<Numbered<'k>> {
    let Some(numbers) = numbers else {
        return program_of(kept, wanted, part).map(|program| (program, None));
    };
    let bound = part.bound(numbers);
    if let Some(Some(program)) = kept.as_ref()?.get(&bound, &mut wanted.hint) {
        return Some((program, None));
    }
    let program = program_of(kept, wanted, part)?;
    if kept.as_ref()?.has_room() {
        wanted.missing.push(bound);
    }
    Some((program, Some(numbers)))
}

/// Runs a program; `false`, and nothing is written, when a place refuses a value.
#[inline]
fn run<'v>(
    (program, numbers): Numbered<'_>,
    output: &mut Output,
    value: impl Fn(Slot) -> Option<Value<'v>>,
) -> bool {
    let start = output.bytes().len();
    let written = match numbers {
        None => program.run(value, output.bytes()),
        Some(numbers) => {
            let [index, module] = numbers.map(Digits::new);
            let value = |slot| match slot {
                Slot::Index => Some(index.value()),
                Slot::Module => Some(module.value()),
                // Values live as long as the device.
                slot => value(slot),
            };
            program.run(value, output.bytes())
        }
    };
    if written.is_err() {
        output.bytes().truncate(start);
        return false;
    }
    for notice in program.notices() {
        output.notice(notice.clone());
    }
    true
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

/// The entry of this number; of the second list also its place there.
fn entry(lists: [&[FunctionKey]; 2], number: u32) -> Option<(&FunctionKey, Option<usize>)> {
    let index = usize::try_from(number).ok()?.checked_sub(1)?;
    let [first, second] = lists;
    if let Some(entry) = first.get(index) {
        return Some((entry, None));
    }
    let own = index - first.len();
    second.get(own).map(|entry| (entry, Some(own)))
}

/// A number as text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Digits {
    digits: [u8; 5],
    from: u8,
}

impl Digits {
    pub(crate) fn new(number: u16) -> Self {
        let mut digits = [b'0'; 5];
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
        let digits = &self.digits[usize::from(self.from)..];
        Value::token(std::str::from_utf8(digits).unwrap_or_default())
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
