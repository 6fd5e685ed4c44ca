//! How fast files are read back, beside the least that reading can be.
//!
//! `parse/<file>/<contender>`: `settings` is the parser; `lines` splits a file of lines after a check that
//! it is UTF-8; `events` pulls the raw events of `quick-xml`; `look-up` finds what every name means.

#![allow(
    clippy::disallowed_methods,
    missing_docs,
    reason = "a bench reads files; criterion makes functions without a word"
)]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use phone_provisioning::Targets;
use phone_provisioning::inspect::target_of;
use phone_provisioning::parse::{self, Format, Limits};
use quick_xml::Reader;
use quick_xml::events::Event;

/// Files as they are rendered, by the model of their phone.
const FILES: [(&str, &str); 3] = [
    ("t46s", "yealink/002-full/files/805e0c123456.cfg"),
    ("d785", "snom-desk/002-full/files/000413A11FA7.xml"),
    ("m900", "snom-dect/010-m900-system/files/000413B60680.xml"),
];

fn files(criterion: &mut Criterion) {
    let targets = Targets::builtin();
    let limits = Limits::default();
    for (name, path) in FILES {
        let path = format!("{}/../tests/golden/{path}", env!("CARGO_MANIFEST_DIR"));
        let bytes = std::fs::read(&path).unwrap();
        let file = parse::parse(&bytes, &limits);
        let mut group = criterion.benchmark_group(format!("parse/{name}"));
        group.throughput(Throughput::Bytes(bytes.len() as u64));
        group.bench_function("settings", |b| {
            b.iter(|| parse::parse(black_box(&bytes), &limits).settings().len());
        });
        match file.format() {
            Format::Xml => group.bench_function("events", |b| b.iter(|| events(black_box(&bytes)))),
            _ => group.bench_function("lines", |b| b.iter(|| lines(black_box(&bytes)))),
        };
        let target = target_of(&targets, &file).unwrap();
        group.bench_function("look-up", |b| {
            b.iter(|| {
                let settings = file.settings().iter();
                settings
                    .filter(|s| target.setting(s.name(), s.index()).is_some())
                    .count()
            });
        });
        group.finish();
    }
}

/// Splits a text into lines.
fn lines(bytes: &[u8]) -> usize {
    let text = std::str::from_utf8(bytes).unwrap();
    text.lines().map(black_box).count()
}

/// Pulls every event.
fn events(bytes: &[u8]) -> usize {
    let mut reader = Reader::from_reader(bytes);
    let mut count = 0;
    loop {
        match black_box(reader.read_event()).unwrap() {
            Event::Eof => return count,
            _ => count += 1,
        }
    }
}

criterion_group!(benches, files);
criterion_main!(benches);
