//! `cargo bench -p provisioning-benches --bench identify`: what a request tells of a phone, `identify/<shape>`, and the place of
//! its path in an address space, `space/<shape>`, each one request at a time. The goal is a million
//! requests a second on one core, admission and all.

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use phone_provisioning::Targets;
use phone_provisioning::delivery::{AddressSpace, RequestFacts, identify};
use phone_provisioning::model::{Site, UrlTemplate};

/// Shape, path, User-Agent.
const SHAPES: [(&str, &str, &str); 6] = [
    (
        "snom-desk",
        "/p/W4xkNQ3cTkqlGbS5mfYJ3A/snomD785-00041396D9B4.htm",
        "Mozilla/4.0 (compatible; snomD785-SIP 10.1.169.16 2010.12-00001-gd311851f1 (Feb 25 2019 - 14:19:43) 00041396D9B4 SXM:0 UXM:0 UXMC:0)",
    ),
    (
        "snom-dect",
        "/p/W4xkNQ3cTkqlGbS5mfYJ3A/000413B60680.xml",
        "Mozilla/4.0 (compatible; Snom M900 05.20.0001 000413b60680)",
    ),
    (
        "yealink",
        "/p/W4xkNQ3cTkqlGbS5mfYJ3A/805e0c123456.cfg",
        "Yealink SIP-T46S 66.86.0.15 80:5e:0c:12:34:56",
    ),
    (
        "yealink-common",
        "/p/W4xkNQ3cTkqlGbS5mfYJ3A/y000000000066.cfg",
        "Yealink SIP-T46S 66.86.0.15 80:5e:0c:12:34:56",
    ),
    (
        "unknown",
        "/p/W4xkNQ3cTkqlGbS5mfYJ3A/020000112233.cfg",
        "Gigaset N870 IP PRO/83.V2.43.0+build.5f0a106;7C2F80112233;Handset=50",
    ),
    (
        "nobody",
        "/wp-login.php",
        "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101",
    ),
];

fn identification(criterion: &mut Criterion) {
    let targets = Targets::builtin();
    let mut group = criterion.benchmark_group("identify");
    group.throughput(Throughput::Elements(1));
    for (shape, path, agent) in SHAPES {
        let facts = RequestFacts::new(path).with_user_agent(agent.as_bytes());
        group.bench_function(shape, |bencher| {
            bencher.iter(|| black_box(identify(&targets, black_box(&facts))));
        });
    }
    let long = "snom ".repeat(64 * 1024 / 5);
    let facts = RequestFacts::new("/x").with_user_agent(long.as_bytes());
    group.bench_function("64-kib", |bencher| {
        bencher.iter(|| black_box(identify(&targets, black_box(&facts))));
    });
    group.finish();
}

fn space(criterion: &mut Criterion) {
    let template = "https://pbx.example.net/p/{token}/";
    let template = UrlTemplate::parse(template, Site::URL_PLACEHOLDERS).expect("a template");
    let space = AddressSpace::new([&template]).expect("a space");
    let mut group = criterion.benchmark_group("space");
    group.throughput(Throughput::Elements(1));
    for (shape, path, _) in SHAPES {
        let facts = RequestFacts::new(path);
        group.bench_function(shape, |bencher| {
            bencher.iter(|| black_box(space.find(black_box(&facts))));
        });
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(2));
    targets = identification, space
}
criterion_main!(benches);
