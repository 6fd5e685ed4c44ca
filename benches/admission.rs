//! `cargo bench -p provisioning-benches --bench admission`: `admission/<case>`, from the request to the decision: path, agent and
//! token of a thousand different phones, one after another. The goal is a million requests a second on
//! one core, which is a microsecond each.

#[path = "support/door.rs"]
mod door;

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use door::{CASES, Door};

fn requests(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("admission");
    group.throughput(Throughput::Elements(1));
    for (name, case) in CASES {
        let mut door = Door::new(case);
        let mut numbers = (0..Door::PHONES).cycle();
        group.bench_function(name, |bencher| {
            bencher.iter(|| black_box(door.request(numbers.next().unwrap_or(0))));
        });
        assert_eq!(door.request(0), door.case());
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1));
    targets = requests
}
criterion_main!(benches);
