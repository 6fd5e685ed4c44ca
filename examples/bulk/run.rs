//! Renders the phones, lap by lap.

use std::fs;
use std::io::{self, IsTerminal};
use std::path::Path;
use std::time::{Duration, Instant};

use phone_provisioning::model::Device;
use phone_provisioning::{Output, Provisioner};

use super::fleet;
use super::{Failure, Options};

/// Phones per target that are in memory at a time.
const RING: u64 = 1_000;
/// Bytes that are rendered before they are copied, so that both find them in the same caches.
const BATCH: usize = 512 * 1024;

/// What a run came to.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) files: u64,
    pub(crate) bytes: u64,
    /// Time for rendering. Where several threads render, that of the one that took longest.
    pub(crate) rendering: Duration,
    /// Time for copying the same bytes into a reused buffer.
    pub(crate) copying: Duration,
}

impl Found {
    fn add(&mut self, other: &Self) {
        self.files += other.files;
        self.bytes += other.bytes;
        self.rendering += other.rendering;
        self.copying += other.copying;
    }
}

/// Renders all phones that were asked for.
pub(crate) fn run(options: &Options) -> Result<Found, Failure> {
    if let Some(out) = &options.out {
        prepare(out).map_err(|error| Failure::Io(format!("{}: {error}", out.display())))?;
    }
    let provisioner = Provisioner::new(fleet::site());
    let progress = io::stderr().is_terminal();
    let lap = RING * options.targets.len() as u64;
    let mut workers: Vec<Worker> = (0..options.threads).map(|_| Worker::default()).collect();
    let mut ring: Vec<Device> = Vec::new();
    let mut found = Found::default();
    let mut first = 0;
    while first < options.devices {
        let last = (first + lap).min(options.devices);
        turn(&mut ring, &options.targets, first..last);
        found.add(&render_lap(
            &provisioner,
            &ring,
            &mut workers,
            options.out.as_deref(),
        )?);
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

/// Renders the ring, a part of it on each thread.
fn render_lap(
    provisioner: &Provisioner,
    ring: &[Device],
    workers: &mut [Worker],
    out: Option<&Path>,
) -> Result<Found, Failure> {
    let part = ring.len().div_ceil(workers.len()).max(1);
    let work = |worker: &mut Worker, devices: &[Device]| worker.render(provisioner, devices, out);
    let results: Vec<Result<Found, Failure>> = match workers {
        [worker] => vec![work(worker, ring)],
        workers => std::thread::scope(|scope| {
            let jobs = workers.iter_mut().zip(ring.chunks(part));
            let threads: Vec<_> = jobs
                .map(|(worker, devices)| scope.spawn(move || work(worker, devices)))
                .collect();
            let results = threads.into_iter().map(|thread| thread.join());
            results
                .map(|result| result.expect("a thread ends"))
                .collect()
        }),
    };
    let mut lap = Found::default();
    for result in results {
        let part = result?;
        lap.files += part.files;
        lap.bytes += part.bytes;
        lap.rendering = lap.rendering.max(part.rendering);
        lap.copying = lap.copying.max(part.copying);
    }
    Ok(lap)
}

/// What one thread reuses.
#[derive(Debug, Default)]
struct Worker {
    output: Output,
    copy: Vec<u8>,
}

impl Worker {
    fn render(
        &mut self,
        provisioner: &Provisioner,
        devices: &[Device],
        out: Option<&Path>,
    ) -> Result<Found, Failure> {
        let mut found = Found::default();
        let mut rest = devices;
        let mut batch = 1;
        while !rest.is_empty() {
            let (now, later) = rest.split_at(rest.len().min(batch));
            rest = later;
            self.output.clear();
            let start = Instant::now();
            for device in now {
                let rendered = provisioner.render_into(device, &mut self.output);
                rendered.map_err(Failure::Input)?;
            }
            found.rendering += start.elapsed();
            found.copying += self.copied();
            for file in self.output.files() {
                found.files += 1;
                found.bytes += file.bytes().len() as u64;
                if let Some(out) = out {
                    let path = out.join(file.name());
                    fs::write(&path, file.bytes())
                        .map_err(|error| Failure::Io(format!("{}: {error}", path.display())))?;
                }
            }
            let done = (devices.len() - rest.len()) as u64;
            batch = (BATCH as u64 * done / found.bytes.max(1)).clamp(1, 100) as usize;
        }
        Ok(found)
    }

    /// How long it takes to copy what was rendered.
    fn copied(&mut self) -> Duration {
        let start = Instant::now();
        for file in self.output.files() {
            self.copy.clear();
            self.copy.extend_from_slice(file.bytes());
            std::hint::black_box(&self.copy);
        }
        start.elapsed()
    }
}

/// Makes the directory; one that holds anything is somebody else's.
fn prepare(out: &Path) -> io::Result<()> {
    fs::create_dir_all(out)?;
    match fs::read_dir(out)?.next() {
        None => Ok(()),
        Some(_) => Err(io::Error::other("holds files; choose an empty directory")),
    }
}
