//! `cargo bench -p provisioning-benches --bench render`: `render/<target>/<case>/<contender>`.

mod support;

use std::cell::RefCell;
use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use support::cases::{CASES, Case, Kept};
use support::contenders::Scene;

fn files(criterion: &mut Criterion) {
    for case in &CASES {
        let scene = Scene::new(case);
        let mut group = criterion.benchmark_group(format!("render/{}/{}", case.target, case.name));
        group.throughput(Throughput::Bytes(scene.bytes() as u64));
        let ways = scene.ways().into_iter().chain(scene.etags());
        for mut way in ways {
            group.bench_function(way.name, |bencher| {
                bencher.iter(|| {
                    (way.run)(&mut |bytes| {
                        black_box(bytes);
                    });
                });
            });
        }
        group.finish();
    }
}

const WAYS: [(&str, WayOfKept); 2] = [("prepared", Kept::render), ("copy", Kept::copy)];

type WayOfKept = fn(&mut Kept, usize);

/// Distinct devices kept in memory, each the next one.
fn fleets(criterion: &mut Criterion) {
    for case in ["synthetic", "d785"].map(Case::named) {
        for devices in [1_000, 30_000] {
            // Made when the first bench asks for it, so that a filter passes over it.
            let kept = RefCell::new(None);
            let name = format!("render/{}/fleet-{devices}", case.target);
            let mut group = criterion.benchmark_group(name);
            for (name, way) in WAYS {
                group.bench_function(name, |bencher| {
                    let mut kept = kept.borrow_mut();
                    let kept = kept.get_or_insert_with(|| Kept::new(case, devices));
                    let mut numbers = (0..kept.devices()).cycle();
                    bencher.iter(|| way(kept, numbers.next().unwrap_or(0)));
                });
            }
            group.finish();
        }
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1));
    targets = files, fleets
}
criterion_main!(benches);
