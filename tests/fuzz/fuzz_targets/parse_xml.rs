//! Any bytes, read as XML.
#![no_main]

use libfuzzer_sys::fuzz_target;
use phone_provisioning::parse::{Limits, parse_xml};

#[path = "../check.rs"]
mod check;

fuzz_target!(|bytes: &[u8]| {
    check::check(&parse_xml(bytes, &Limits::default()), bytes);
});
