//! Any bytes, as a program reads a file that somebody sends: what is it, for whom, what is wrong.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use phone_provisioning::Targets;
use phone_provisioning::inspect::target_of;
use phone_provisioning::parse::{Limits, parse};

#[path = "../check.rs"]
mod check;

static TARGETS: LazyLock<Targets> = LazyLock::new(Targets::builtin);

fuzz_target!(|bytes: &[u8]| {
    let file = parse(bytes, &Limits::default());
    check::check(&file, bytes);
    if let Some(target) = target_of(&TARGETS, &file) {
        for setting in file.settings() {
            let found = target.setting(setting.name(), setting.index());
            if let Some(word) = found.and_then(|found| found.word) {
                let _ = &setting.name()[word];
            }
        }
    }
});
