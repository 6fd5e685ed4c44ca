//! Who sent a request: every User-Agent of the reference, names of files, certificates, blocks of
//! addresses, what contradicts what, and the program `identify` as people run it.

#![cfg(all(feature = "snom", feature = "yealink"))]

mod support;

#[path = "identify/agents.rs"]
mod agents;
#[path = "identify/conflicts.rs"]
mod conflicts;
#[path = "identify/files.rs"]
mod files;
#[path = "identify/hostile.rs"]
mod hostile;
#[path = "identify/program.rs"]
mod program;

use std::sync::LazyLock;

use phone_provisioning::Targets;
use phone_provisioning::delivery::{Identification, RequestFacts, identify};

static TARGETS: LazyLock<Targets> = LazyLock::new(Targets::builtin);

/// What a request with this User-Agent alone tells.
fn agent(agent: &str) -> Identification<'_> {
    identify(
        &TARGETS,
        &RequestFacts::new("/").with_user_agent(agent.as_bytes()),
    )
}

/// What a path alone tells.
fn path(path: &str) -> Identification<'_> {
    identify(&TARGETS, &RequestFacts::new(path))
}

/// Vendor, model, firmware and address as words; `-` where there is none.
fn shown(phone: &Identification<'_>) -> [String; 4] {
    let dash = || "-".to_owned();
    [
        phone
            .vendor()
            .map_or_else(dash, |fact| fact.value.to_owned()),
        phone
            .model()
            .map_or_else(dash, |fact| fact.value.name().to_owned()),
        phone
            .firmware()
            .map_or_else(dash, |fact| fact.value.to_string()),
        phone
            .mac()
            .map_or_else(dash, |fact| fact.value.plain_lower().to_string()),
    ]
}

#[track_caller]
fn assert_phone(phone: &Identification<'_>, expected: [&str; 4]) {
    assert_eq!(shown(phone), expected);
}
