//! The life of a registration at a maker's service: its end, its transitions one by one, random lives
//! in two environments, and what is stored.

#[path = "life/expiry.rs"]
mod expiry;
mod support;

use chrono::{DateTime, Utc};

fn time(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}
