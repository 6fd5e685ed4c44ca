//! The life of a registration at a maker's service: its end, its transitions one by one, random lives
//! in two environments, and what is stored.

#[path = "life/answers.rs"]
mod answers;
#[path = "life/diagnosis.rs"]
mod diagnosis;
#[path = "life/expiry.rs"]
mod expiry;
#[path = "life/model.rs"]
mod model;
#[path = "life/ownership.rs"]
mod ownership;
#[path = "life/phone.rs"]
mod phone;
#[path = "life/stored.rs"]
mod stored;
mod support;
#[path = "life/transitions.rs"]
mod transitions;

use chrono::{DateTime, Utc};

fn time(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}
