//! `cargo bench --bench render`: `render/<target>/<case>/<contender>`.

mod support;

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use support::cases::CASES;
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

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1));
    targets = files
}
criterion_main!(benches);
