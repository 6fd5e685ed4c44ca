//! Any bytes, read as lines `name = value`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use phone_provisioning::parse::{Limits, parse_cfg};

#[path = "../check.rs"]
mod check;

fuzz_target!(|bytes: &[u8]| {
    check::check(&parse_cfg(bytes, &Limits::default()), bytes);
});
