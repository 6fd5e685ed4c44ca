//! How fast files are read back, beside the least that reading can be.
//!
//! `parse/<file>/<contender>`: `settings` is the parser; `lines` splits a file of lines after a check that
//! it is UTF-8; `events` pulls the raw events of `quick-xml`; `look-up` finds what every name means.

#![allow(
    clippy::disallowed_methods,
    missing_docs,
    reason = "a bench reads files; criterion makes functions without a word"
)]

mod support;

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use phone_provisioning::Targets;
use phone_provisioning::inspect::target_of;
use phone_provisioning::parse::{self, Format, Limits};
use support::reading::{FILES, bytes, events, lines};

fn files(criterion: &mut Criterion) {
    let targets = Targets::builtin();
    let limits = Limits::default();
    for (name, path) in FILES {
        let bytes = bytes(path);
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

criterion_group!(benches, files);
criterion_main!(benches);
