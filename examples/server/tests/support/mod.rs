//! What the suites share.

#![allow(
    dead_code,
    unreachable_pub,
    reason = "every suite uses a part of this, in a crate of its own"
)]

pub mod log;
pub mod tools;
pub mod udp;

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use provisioning_server::clock::Clock;

/// When the clocks of tests begin.
pub fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_767_225_600, 0).unwrap()
}

/// A clock that the test holds.
pub fn clock() -> Clock {
    Clock::stopped_at(start())
}

/// Waits until something holds.
#[track_caller]
pub fn until(what: &str, holds: impl Fn() -> bool) {
    let begin = Instant::now();
    while !holds() {
        assert!(begin.elapsed() < udp::PATIENCE, "still not: {what}");
        std::thread::sleep(Duration::from_millis(2));
    }
}
