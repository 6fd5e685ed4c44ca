//! `cargo bench -p provisioning-benches --bench diff`: `diff/<format>/<case>/<contender>`, of two files of 500 settings that are
//! already parsed. The other contender makes two maps and compares them: it knows neither repeated
//! lines nor secrets, places or effects.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use phone_provisioning::inspect::diff;
use phone_provisioning::parse::{File, Limits, parse};
use phone_provisioning::target::ProvisioningTarget;
use phone_provisioning::target::snom::SnomDesk;
use phone_provisioning::target::yealink::Yealink;

/// So many settings have the files.
const SETTINGS: usize = 500;

/// The settings of some accounts, by their numbers.
fn cfg(accounts: &[u32], label: &str) -> String {
    let names = [
        "enable",
        "label",
        "display_name",
        "user_name",
        "auth_name",
        "password",
        "sip_server.1.address",
        "sip_server.1.port",
        "sip_server.1.transport_type",
        "sip_server.1.expires",
        "sip_server.2.address",
        "outbound_proxy_enable",
        "outbound_proxy.1.address",
        "srtp_encryption",
        "dtmf.type",
        "nat.nat_traversal",
        "nat.udp_update_enable",
        "nat.rport",
        "codec.g722.enable",
        "codec.g722.priority",
        "codec.pcma.enable",
        "codec.pcma.priority",
        "codec.pcmu.enable",
        "codec.pcmu.priority",
        "subscribe_mwi",
    ];
    let mut text = "#!version:1.0.0.1\n".to_owned();
    for place in 1..=SETTINGS / names.len() {
        for name in names {
            let value = match (accounts.get(place - 1), name) {
                (None, _) => "%NULL%".to_owned(),
                (Some(_), "label") if place == 7 => label.to_owned(),
                (Some(own), "label" | "user_name" | "auth_name" | "password") => format!("10{own}"),
                (Some(_), name) => format!("the same {}", name.len()),
            };
            let _ = writeln!(text, "account.{place}.{name} = {value}");
        }
    }
    text
}

/// The same accounts as a Snom desk phone is told them.
fn xml(accounts: &[u32], label: &str) -> String {
    let cfg = cfg(accounts, label);
    let mut text = "<settings>\n<phone-settings e=\"2\">\n".to_owned();
    for line in cfg.lines().skip(1) {
        let (name, value) = line.split_once(" = ").unwrap_or((line, ""));
        let (account, name) = name["account.".len()..]
            .split_once('.')
            .unwrap_or(("1", name));
        let name = match name {
            "enable" => "user_active".to_owned(),
            "label" => "user_realname".to_owned(),
            "auth_name" => "user_pname".to_owned(),
            "password" => "user_pass".to_owned(),
            other => other.replace('.', "_"),
        };
        let _ = writeln!(
            text,
            "<{name} idx=\"{account}\" perm=\"R\">{value}</{name}>"
        );
    }
    text + "</phone-settings>\n</settings>\n"
}

fn maps(old: &File<'_>, new: &File<'_>) -> usize {
    let map = |file: &File<'_>| -> BTreeMap<(String, Option<u32>), String> {
        let settings = file.settings().iter();
        settings
            .map(|s| ((s.name().to_owned(), s.index()), s.value().to_owned()))
            .collect()
    };
    let (old, new) = (map(old), map(new));
    let changed = new
        .iter()
        .filter(|(name, value)| old.get(*name) != Some(*value));
    changed.count() + old.keys().filter(|name| !new.contains_key(*name)).count()
}

/// Makes the file of some accounts, one of them with this label.
type Maker = fn(&[u32], &str) -> String;

fn diffs(criterion: &mut Criterion) {
    let all: Vec<u32> = (11..27).collect();
    let formats: [(&str, &dyn ProvisioningTarget, Maker); 2] = [
        ("cfg", &Yealink::new(), cfg),
        ("xml", &SnomDesk::new(), xml),
    ];
    for (format, target, make) in formats {
        let old = make(&all, "Ann");
        let cases = [
            ("nothing", make(&all, "Ann"), 0),
            ("one-value", make(&all, "Bob"), 1),
            ("accounts-moved-up", make(&all[1..], "Ann"), 15),
        ];
        for (case, new, least) in cases {
            let [old, new] = [&old, &new].map(|text| parse(text.as_bytes(), &Limits::default()));
            assert_eq!(
                (old.settings().len(), new.settings().len()),
                (SETTINGS, SETTINGS)
            );
            let found = diff(Some(target), &[&old], &[&new]).changes().len();
            assert!(found >= least, "{found} changes");
            let mut group = criterion.benchmark_group(format!("diff/{format}/{case}"));
            group.bench_function("ours", |bencher| {
                bencher.iter(|| black_box(diff(Some(target), &[&old], &[&new])));
            });
            group.bench_function("maps", |bencher| {
                bencher.iter(|| black_box(maps(&old, &new)));
            });
            group.finish();
        }
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(2));
    targets = diffs
}
criterion_main!(benches);
