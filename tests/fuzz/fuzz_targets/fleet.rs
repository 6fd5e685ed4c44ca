//! A fleet document of a stranger: read, resolved, written again.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use phone_provisioning::{Document, Targets};

static TARGETS: LazyLock<Targets> = LazyLock::new(Targets::builtin);

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    for document in [Document::from_toml(text), Document::from_json(text)] {
        let result = document.and_then(|document| document.resolve(&TARGETS));
        if let Err(errors) = result {
            for error in errors.iter() {
                let _ = error.to_string();
            }
        }
    }
});
