//! Files read back: what is rendered comes back as it was written, what others write is read as they
//! mean it, every fault is told by its code, and no bytes whatever do harm.

#![cfg(all(feature = "snom", feature = "yealink"))]
#![allow(
    clippy::disallowed_methods,
    reason = "tests read files; the rule is for the library"
)]

#[path = "parse/anything.rs"]
mod anything;
#[path = "parse/dictionary.rs"]
mod dictionary;
#[path = "parse/faults.rs"]
mod faults;
#[path = "parse/foreign.rs"]
mod foreign;
#[path = "parse/round_trip.rs"]
mod round_trip;
mod support;
