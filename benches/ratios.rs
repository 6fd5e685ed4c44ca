//! `cargo bench -p provisioning-benches --bench ratios [-- CASE…]`: our rendering against the other ways, in turn within one
//! process, and the goals next to the ratios. `-- CASE --only CONTENDER` runs that one alone for some
//! seconds, for a profiler.
//!
//! Each round gives every contender the same short time, one after another; what is printed is the
//! median over the rounds of each round's own ratio, so that a machine that grows slower or faster
//! does not matter.

mod support;

use std::hint::black_box;
use std::time::{Duration, Instant};

use phone_provisioning::model::Device;
use phone_provisioning::parse::{Format, Limits, parse};
use phone_provisioning::{Output, Provisioner};
use support::cases::{CASES, Case, Kept, render};
use support::contenders::{Scene, Way};
use support::reading;

/// Rounds of a case.
const ROUNDS: usize = 200;
/// Time of one contender in one round.
const SLICE: Duration = Duration::from_micros(300);

/// What a ratio must not be above: case, contender, the one it is measured against, the ratio.
const GOALS: [(&str, &str, &str, f64); 15] = [
    ("synthetic", "prepared", "askama", 0.40),
    ("synthetic", "prepared", "askama-site-literal", 0.50),
    ("synthetic", "prepared-and-etag", "askama", 0.65),
    ("synthetic", "prepared", "minijinja", 1.0 / 40.0),
    ("synthetic", "prepared", "handlebars", 1.0 / 110.0),
    ("synthetic", "plain", "askama", 1.5),
    ("d785", "prepared", "appends", 0.45),
    ("m900", "prepared", "appends", 0.45),
    ("fleet of 30000, cfg", "bulk", "copy", 1.25),
    ("fleet of 30000, xml", "bulk", "copy", 1.0),
    ("a million devices", "prepared", "10000 devices", 1.10),
    ("threads", "two threads", "one thread", 1.0 / 1.8),
    ("parse t46s", "settings", "lines", 1.0 / 0.4),
    ("parse d785", "settings", "events", 1.0 / 0.5),
    ("parse m900", "settings", "events", 1.0 / 0.5),
];

fn main() {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let only = arguments.iter().position(|argument| argument == "--only");
    let only = only.map(|at| {
        arguments
            .drain(at..)
            .nth(1)
            .expect("--only takes a contender")
    });
    // `cargo test --benches` only wants to know whether all of this works.
    let measured = arguments.iter().any(|argument| argument == "--bench");
    let wanted: Vec<&String> = arguments.iter().filter(|a| !a.starts_with('-')).collect();
    let is_wanted = |name: &str| wanted.is_empty() || wanted.iter().any(|w| name.contains(*w));
    for case in CASES.iter().filter(|case| is_wanted(case.name)) {
        let scene = Scene::new(case);
        let mut ways = scene.ways();
        ways.extend(scene.etags());
        if let Some(only) = &only {
            ways.retain(|way| way.name == only);
            ways.iter_mut().for_each(repeat);
        } else if measured {
            println!(
                "\n### {} ({}, {} bytes)\n",
                case.name,
                case.target,
                scene.bytes()
            );
            measure(&mut ways).report(case.name, &["askama", "appends", "copy"]);
        }
    }
    if !measured || only.is_some() {
        return;
    }
    for (name, case) in [("cfg", "synthetic"), ("xml", "d785")] {
        for devices in [1_000, 30_000] {
            let name = format!("fleet of {devices}, {name}");
            if is_wanted(&name) {
                fleet(&name, Case::named(case), devices);
            }
        }
    }
    if is_wanted("a million devices") {
        million();
    }
    if is_wanted("threads") {
        threads();
    }
    for (name, path) in reading::FILES {
        let name = format!("parse {name}");
        if is_wanted(&name) {
            parsing(&name, path);
        }
    }
}

/// Nanoseconds of each contender in each round.
#[derive(Default)]
struct Times(Vec<(&'static str, Vec<f64>)>);

impl Times {
    fn add(&mut self, name: &'static str, spent: f64) {
        match self.0.iter_mut().find(|(own, _)| *own == name) {
            Some((_, rounds)) => rounds.push(spent),
            None => self.0.push((name, vec![spent])),
        }
    }

    fn of(&self, name: &str) -> &[f64] {
        let found = self.0.iter().find(|(own, _)| *own == name);
        &found.expect("a contender that ran").1
    }

    /// The median of each round's own ratio.
    fn ratio(&self, name: &str, base: &str) -> f64 {
        let pairs = self.of(name).iter().zip(self.of(base));
        median(pairs.map(|(one, other)| one / other).collect())
    }

    /// Prints a table, and the goals of the case.
    fn report(&self, case: &str, bases: &[&str]) {
        print!("| contender | µs |");
        for base in bases {
            print!(" / {base} |");
        }
        println!("\n|---|{}", "--:|".repeat(1 + bases.len()));
        for (name, rounds) in &self.0 {
            print!("| {name} | {:.2} |", median(rounds.clone()) / 1000.0);
            for base in bases {
                print!(" {:.3} |", self.ratio(name, base));
            }
            println!();
        }
        let goals = GOALS.iter().filter(|(own, ..)| *own == case);
        for (place, (_, name, base, most)) in goals.enumerate() {
            if place == 0 {
                println!("\n| goal | at most | found | |\n|---|--:|--:|---|");
            }
            let found = self.ratio(name, base);
            let verdict = if found <= *most { "met" } else { "MISSED" };
            println!("| {name} / {base} | {most:.3} | {found:.3} | {verdict} |");
        }
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len().is_multiple_of(2) {
        (values[middle - 1] + values[middle]) / 2.0
    } else {
        values[middle]
    }
}

fn measure(ways: &mut [Way<'_>]) -> Times {
    let mut times = Times::default();
    let iterations: Vec<u32> = ways.iter_mut().map(calibrate).collect();
    for _ in 0..ROUNDS {
        for (way, iterations) in ways.iter_mut().zip(&iterations) {
            let start = Instant::now();
            for _ in 0..*iterations {
                (way.run)(&mut |bytes| {
                    black_box(bytes);
                });
            }
            times.add(
                way.name,
                start.elapsed().as_nanos() as f64 / f64::from(*iterations),
            );
        }
    }
    times
}

/// How often a contender runs in its slice.
fn calibrate(way: &mut Way<'_>) -> u32 {
    let (start, mut runs) = (Instant::now(), 0_u32);
    while start.elapsed() < 20 * SLICE {
        (way.run)(&mut |bytes| {
            black_box(bytes);
        });
        runs += 1;
    }
    (runs / 20).max(1)
}

/// Runs a contender for a while.
fn repeat(way: &mut Way<'_>) {
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(5) {
        (way.run)(&mut |bytes| {
            black_box(bytes);
        });
    }
}

/// Distinct devices kept in memory, rendered one after another, against copying their finished
/// files kept in memory. Both walk through all of it, so that neither finds it in a cache.
fn fleet(name: &str, case: &Case, devices: u64) {
    let mut kept = Kept::new(case, devices);
    let mut times = Times::default();
    let part = 500.min(kept.devices());
    let laps = (30_000 / kept.devices()).max(3);
    for _ in 0..laps {
        for first in (0..kept.devices()).step_by(part) {
            let numbers = first..(first + part).min(kept.devices());
            let count = numbers.len() as f64;
            let start = Instant::now();
            for number in numbers.clone() {
                kept.render(number);
            }
            times.add("prepared", start.elapsed().as_nanos() as f64 / count);
            let start = Instant::now();
            kept.bulk(numbers.clone());
            times.add("bulk", start.elapsed().as_nanos() as f64 / count);
            let start = Instant::now();
            for number in numbers {
                kept.copy(number);
            }
            times.add("copy", start.elapsed().as_nanos() as f64 / count);
        }
    }
    println!("\n### {name} ({})\n", case.name);
    times.report(name, &["copy"]);
}

/// A fleet of 10,000 and one of a million, in turn, each device another.
fn million() {
    let case = Case::named("synthetic");
    let mut times = Times::default();
    let large = case.provisioner();
    for lap in 0..100 {
        let small = case.provisioner();
        for (way, provisioner, lap) in [("prepared", &large, lap), ("10000 devices", &small, 0)] {
            let (mut output, mut spent) = (Output::new(), Duration::ZERO);
            for ring in 0..10 {
                // A thousand in memory at a time; making them is not counted.
                let first = lap * 10_000 + ring * 1_000;
                let devices = case.devices(first..first + 1_000);
                let start = Instant::now();
                render_all(provisioner, &devices, &mut output);
                spent += start.elapsed();
            }
            times.add(way, spent.as_nanos() as f64 / 10_000.0);
        }
    }
    println!("\n### a million devices ({})\n", case.name);
    times.report("a million devices", &["10000 devices"]);
}

/// The same devices on one thread and on two. The threads are there before, as those of a server are.
fn threads() {
    let case = Case::named("synthetic");
    let provisioner = case.provisioner();
    let devices = case.devices(0..100_000);
    let mut times = Times::default();
    let pools = [("one thread", 1), ("two threads", 2)].map(|(way, threads)| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        (way, pool.expect("a pool of threads"))
    });
    for _ in 0..20 {
        for (way, pool) in &pools {
            let start = Instant::now();
            pool.install(|| {
                provisioner.bulk().run_parallel(&devices, |_, delivery| {
                    black_box(delivery);
                });
            });
            let spent = start.elapsed().as_nanos() as f64;
            times.add(way, spent / devices.len() as f64);
        }
    }
    println!("\n### threads ({})\n", case.name);
    times.report("threads", &["one thread"]);
}

/// A file read, and the least that reading it can be.
fn parsing(name: &str, path: &str) {
    let bytes = reading::bytes(path);
    let limits = Limits::default();
    let is_xml = parse(&bytes, &limits).format() == Format::Xml;
    let settings = Way {
        name: "settings",
        run: Box::new(|_| {
            black_box(parse(black_box(&bytes), &limits));
        }),
    };
    let least = match is_xml {
        true => Way {
            name: "events",
            run: Box::new(|_| {
                black_box(reading::events(black_box(&bytes)));
            }),
        },
        false => Way {
            name: "lines",
            run: Box::new(|_| {
                black_box(reading::lines(black_box(&bytes)));
            }),
        },
    };
    let base = least.name;
    println!("\n### {name} ({} bytes)\n", bytes.len());
    measure(&mut [settings, least]).report(name, &[base]);
}

fn render_all(provisioner: &Provisioner, devices: &[Device], output: &mut Output) {
    for device in devices {
        render(provisioner, device, output);
        black_box(&*output);
    }
}
