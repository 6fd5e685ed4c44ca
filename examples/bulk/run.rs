//! Renders the phones, lap by lap.

use std::fs;
use std::io::{self, IsTerminal};
use std::path::Path;
use std::time::{Duration, Instant};

use phone_provisioning::model::Device;
use phone_provisioning::target::{BulkItem, FileRef};
use phone_provisioning::{Errors, Provisioner};

use super::fleet;
use super::{Failure, Options};

/// Phones per target that are in memory at a time.
const RING: u64 = 1_000;
/// Bytes that are kept until they are copied.
const KEPT: usize = 1024 * 1024;

/// What a run came to.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) files: u64,
    pub(crate) bytes: u64,
    pub(crate) rendering: Duration,
    /// Time for copying the same bytes into a reused buffer, on one thread.
    pub(crate) copying: Duration,
}

/// Renders all phones that were asked for.
pub(crate) fn run(options: &Options) -> Result<Found, Failure> {
    if let Some(out) = &options.out {
        prepare(out).map_err(|error| Failure::Io(format!("{}: {error}", out.display())))?;
    }
    let provisioner = Provisioner::new(fleet::site());
    let threads = Threads::new(options.threads)?;
    let progress = io::stderr().is_terminal();
    let lap = RING * options.targets.len() as u64;
    let mut ring: Vec<Device> = Vec::new();
    let mut copies = Copies::default();
    let mut found = Found::default();
    let mut first = 0;
    while first < options.devices {
        let last = (first + lap).min(options.devices);
        turn(&mut ring, &options.targets, first..last);
        threads.render(&provisioner, &ring, &mut found)?;
        found.copying += copies.of(&provisioner, &ring, options.out.as_deref())?;
        first = last;
        if progress {
            eprint!("\r{first} of {} devices", options.devices);
        }
    }
    if progress {
        eprintln!();
    }
    Ok(found)
}

/// Makes the ring the phones of these numbers.
fn turn(ring: &mut Vec<Device>, targets: &[&str], numbers: std::ops::Range<u64>) {
    ring.truncate((numbers.end - numbers.start) as usize);
    for (place, number) in numbers.enumerate() {
        let count = targets.len() as u64;
        let phones = fleet::phones(targets[(number % count) as usize]);
        let kind = (number / count) % phones.len() as u64;
        let device = phones[kind as usize].device(number);
        match ring.get_mut(place) {
            Some(old) => *old = device,
            None => ring.push(device),
        }
    }
}

/// What renders a lap.
#[derive(Debug)]
struct Threads {
    #[cfg(feature = "parallel")]
    pool: rayon::ThreadPool,
    #[cfg(not(feature = "parallel"))]
    count: usize,
}

impl Threads {
    #[cfg(feature = "parallel")]
    fn new(count: usize) -> Result<Self, Failure> {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(count).build();
        pool.map(|pool| Self { pool })
            .map_err(|error| Failure::Io(format!("{count} threads: {error}")))
    }

    #[cfg(not(feature = "parallel"))]
    fn new(count: usize) -> Result<Self, Failure> {
        Ok(Self { count })
    }

    /// Renders the ring; nothing is done with the files but counting them.
    fn render(
        &self,
        provisioner: &Provisioner,
        ring: &[Device],
        found: &mut Found,
    ) -> Result<(), Failure> {
        let start = Instant::now();
        let parts = self.count_files(provisioner, ring);
        found.rendering += start.elapsed();
        for part in parts {
            found.files += part.files;
            found.bytes += part.bytes;
            if let Some(errors) = part.failed {
                return Err(Failure::Input(errors));
            }
        }
        Ok(())
    }

    #[cfg(feature = "parallel")]
    fn count_files(&self, provisioner: &Provisioner, ring: &[Device]) -> Vec<Counted> {
        let mut counted = Counted::default();
        let bulk = provisioner.bulk();
        if self.pool.current_num_threads() == 1 {
            bulk.run(ring, |_, item| counted.count(item));
        } else {
            self.pool
                .install(|| bulk.run_parallel(ring, |_, item| counted.count(item)));
        }
        vec![counted]
    }

    /// A part of the ring on each thread.
    #[cfg(not(feature = "parallel"))]
    fn count_files(&self, provisioner: &Provisioner, ring: &[Device]) -> Vec<Counted> {
        let part = ring.len().div_ceil(self.count);
        let work = |devices: &[Device]| {
            let mut counted = Counted::default();
            let bulk = provisioner.bulk();
            bulk.run(devices, |_, item| counted.count(item));
            counted
        };
        if self.count == 1 {
            return vec![work(ring)];
        }
        std::thread::scope(|scope| {
            let threads: Vec<_> = ring
                .chunks(part)
                .map(|devices| scope.spawn(move || work(devices)))
                .collect();
            let results = threads.into_iter().map(|thread| thread.join());
            results
                .map(|result| result.expect("a thread ends"))
                .collect()
        })
    }
}

/// What came of some devices.
#[derive(Debug, Default)]
struct Counted {
    files: u64,
    bytes: u64,
    failed: Option<Errors>,
}

impl Counted {
    fn count(&mut self, item: BulkItem<'_>) {
        match item {
            BulkItem::File(file) => {
                self.files += 1;
                self.bytes += file.bytes().len() as u64;
            }
            BulkItem::Failed(errors) if self.failed.is_none() => self.failed = Some(errors.clone()),
            _ => {}
        }
    }
}

/// Finished files, and the buffer that they are copied to.
#[derive(Debug, Default)]
struct Copies {
    kept: Vec<u8>,
    ends: Vec<usize>,
    copy: Vec<u8>,
    copying: Duration,
}

impl Copies {
    /// How long it takes to copy the files of the ring; they are rendered once more for it, and
    /// written where that is wanted.
    fn of(
        &mut self,
        provisioner: &Provisioner,
        ring: &[Device],
        out: Option<&Path>,
    ) -> Result<Duration, Failure> {
        let mut written = Ok(());
        self.copying = Duration::ZERO;
        provisioner.bulk().run(ring, |_, item| {
            let BulkItem::File(file) = item else {
                return;
            };
            if let (Some(out), Ok(())) = (out, &written) {
                written = write(out, file);
            }
            self.kept.extend_from_slice(file.bytes());
            self.ends.push(self.kept.len());
            if self.kept.len() > KEPT {
                self.copy_kept();
            }
        });
        self.copy_kept();
        written.map(|()| self.copying)
    }

    fn copy_kept(&mut self) {
        let start = Instant::now();
        let mut from = 0;
        for end in self.ends.drain(..) {
            self.copy.clear();
            self.copy.extend_from_slice(&self.kept[from..end]);
            std::hint::black_box(&self.copy);
            from = end;
        }
        self.copying += start.elapsed();
        self.kept.clear();
    }
}

fn write(out: &Path, file: FileRef<'_>) -> Result<(), Failure> {
    let path = out.join(file.name());
    fs::write(&path, file.bytes())
        .map_err(|error| Failure::Io(format!("{}: {error}", path.display())))
}

/// Makes the directory; one that holds anything is somebody else's.
fn prepare(out: &Path) -> io::Result<()> {
    fs::create_dir_all(out)?;
    match fs::read_dir(out)?.next() {
        None => Ok(()),
        Some(_) => Err(io::Error::other("holds files; choose an empty directory")),
    }
}
