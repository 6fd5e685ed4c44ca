//! `cargo bench --bench ratios [-- CASE…]`: our rendering against the other ways, in turn within one
//! process, and the goals next to the ratios. `-- --only CONTENDER CASE` runs that one alone for some
//! seconds, for a profiler.
//!
//! Each round gives every contender the same short time, one after another; what is printed is the
//! median over the rounds of each round's own ratio, so that a machine that grows slower or faster
//! does not matter.

mod support;

use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::{Duration, Instant};

use phone_provisioning::Output;
use phone_provisioning::model::Device;
use support::cases::{CASES, Case, render};
use support::contenders::{Scene, Way};

/// Rounds of a case.
const ROUNDS: usize = 200;
/// Time of one contender in one round.
const SLICE: Duration = Duration::from_micros(300);

/// What a ratio must not be above: case, contender, the one it is measured against, the ratio.
const GOALS: [(&str, &str, &str, f64); 12] = [
    ("synthetic", "prepared", "askama", 0.40),
    ("synthetic", "prepared", "askama-site-literal", 0.50),
    ("synthetic", "prepared-and-etag", "askama", 0.65),
    ("synthetic", "prepared", "minijinja", 1.0 / 40.0),
    ("synthetic", "prepared", "handlebars", 1.0 / 110.0),
    ("synthetic", "plain", "askama", 1.5),
    ("d785", "prepared", "appends", 0.45),
    ("m900", "prepared", "appends", 0.45),
    ("fleet of 30000, cfg", "prepared", "copy", 1.25),
    ("fleet of 30000, xml", "prepared", "copy", 1.0),
    ("a million devices", "prepared", "10000 devices", 1.10),
    ("two threads", "one thread", "two threads", 1.0 / 1.8),
];

fn main() {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let only = arguments.iter().position(|argument| argument == "--only");
    let only = only.map(|at| arguments.drain(at..(at + 2).min(arguments.len())).last());
    let only = only.flatten();
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
            println!("\n{} ({}, {} bytes)", case.name, case.target, scene.bytes());
            report(case.name, &measure(&mut ways));
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
}

/// Nanoseconds of each contender in each round.
type Times = BTreeMap<&'static str, Vec<f64>>;

fn measure(ways: &mut [Way<'_>]) -> Times {
    let mut times = Times::new();
    let iterations: Vec<u32> = ways.iter_mut().map(calibrate).collect();
    for _ in 0..ROUNDS {
        for (way, iterations) in ways.iter_mut().zip(&iterations) {
            let start = Instant::now();
            for _ in 0..*iterations {
                (way.run)(&mut |bytes| {
                    black_box(bytes);
                });
            }
            let spent = start.elapsed().as_nanos() as f64 / f64::from(*iterations);
            times.entry(way.name).or_default().push(spent);
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

fn report(case: &str, times: &Times) {
    let us = |name: &str| median(times[name].clone()) / 1000.0;
    let shown = ["askama", "appends", "copy"].map(|base| times.contains_key(base).then_some(base));
    let shown: Vec<&str> = shown.into_iter().flatten().collect();
    print!("  {:24}{:>12}", "", "µs");
    for base in &shown {
        print!("{:>14}", format!("/ {base}"));
    }
    println!();
    for name in times.keys() {
        print!("  {name:24}{:>12.2}", us(name));
        for base in &shown {
            print!("{:>14.3}", ratio(times, name, base));
        }
        println!();
    }
    goals(case, times);
}

fn goals(case: &str, times: &Times) {
    for (_, name, base, most) in GOALS.iter().filter(|(own, ..)| *own == case) {
        let found = ratio(times, name, base);
        let verdict = if found <= *most { "ok" } else { "MISSED" };
        println!("  goal: {name} / {base} <= {most:.4}: {found:.4} {verdict}");
    }
}

fn ratio(times: &Times, name: &str, base: &str) -> f64 {
    let pairs = times[name].iter().zip(&times[base]);
    median(pairs.map(|(one, other)| one / other).collect())
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

/// Distinct devices kept in memory, rendered one after another, against copying their finished
/// files kept in memory. Both walk through all of it, so that neither finds it in a cache.
fn fleet(name: &str, case: &Case, devices: u64) {
    let provisioner = case.provisioner();
    let kept: Vec<Device> = (1..=devices).map(|n| case.phone.device(n)).collect();
    let mut output = Output::new();
    let mut files: Vec<Box<[u8]>> = Vec::new();
    for device in &kept {
        render(&provisioner, device, &mut output);
        files.extend(output.files().map(|file| file.bytes().into()));
    }
    let per_device = files.len() / kept.len();
    let (mut times, mut out) = (Times::new(), Vec::new());
    let chunk = 500;
    let laps = 30_000 / devices.min(30_000);
    for _ in 0..laps.max(3) {
        for (devices, files) in kept.chunks(chunk).zip(files.chunks(chunk * per_device)) {
            let start = Instant::now();
            for device in devices {
                render(&provisioner, device, &mut output);
                black_box(&output);
            }
            let ours = start.elapsed();
            let start = Instant::now();
            for files in files.chunks(per_device) {
                out.clear();
                for file in files {
                    out.extend_from_slice(file);
                }
                black_box(&out);
            }
            let copied = start.elapsed();
            for (way, spent) in [("prepared", ours), ("copy", copied)] {
                let spent = spent.as_nanos() as f64 / devices.len() as f64;
                times.entry(way).or_default().push(spent);
            }
        }
    }
    println!("\n{name} ({})", case.name);
    report(name, &times);
}

/// A fleet of 10,000 and one of a million, in turn, each device another.
fn million() {
    let case = Case::named("synthetic");
    let mut times = Times::new();
    let large = case.provisioner();
    for lap in 0..100 {
        let small = case.provisioner();
        let small = lap_of(case, &small, 0);
        let part = lap_of(case, &large, lap);
        for (way, spent) in [("prepared", part), ("10000 devices", small)] {
            times.entry(way).or_default().push(spent);
        }
    }
    println!("\na million devices (synthetic)");
    report("a million devices", &times);
}

/// Renders the 10,000 devices of a lap, 1,000 in memory at a time; nanoseconds of each.
fn lap_of(case: &Case, provisioner: &phone_provisioning::Provisioner, lap: u64) -> f64 {
    let mut output = Output::new();
    let mut spent = Duration::ZERO;
    for ring in 0..10 {
        let first = lap * 10_000 + ring * 1_000;
        let devices: Vec<Device> = (first..first + 1_000)
            .map(|n| case.phone.device(n))
            .collect();
        let start = Instant::now();
        for device in &devices {
            render(provisioner, device, &mut output);
            black_box(&output);
        }
        spent += start.elapsed();
    }
    spent.as_nanos() as f64 / 10_000.0
}
