//! Plug and play: what phones ask, what they are told, and how long.

#[path = "pnp/answers.rs"]
mod answers;
#[path = "pnp/conversations.rs"]
mod conversations;
#[path = "pnp/requests.rs"]
mod requests;
#[path = "pnp/traces.rs"]
mod traces;

use chrono::{DateTime, TimeDelta, Utc};
use phone_provisioning::Targets;
use phone_provisioning::delivery::pnp::{Asked, Exchange, Heard, Limits, Route};
use phone_provisioning::model::Url;
use traces::Trace;

const URL: &str = "https://pbx.example.net/p/ac2fbb80c5da60e/";

fn url() -> Url {
    URL.parse().unwrap()
}

/// So many milliseconds after the beginning of the test.
fn at(millis: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_767_225_600, 0).unwrap() + TimeDelta::milliseconds(millis)
}

fn route(phone: &str) -> Route {
    Route {
        phone: phone.parse().unwrap(),
        local: "192.168.10.1:5062".parse().unwrap(),
    }
}

fn exchange() -> Exchange {
    Exchange::new(Targets::builtin(), Limits::default())
}

/// Tag 00112233 44556677, branch 8899aabb ccddeeff.
const RANDOM: [u8; 16] = [
    0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff,
];

/// A phone asks at an instant.
#[track_caller]
fn ask(exchange: &mut Exchange, trace: &Trace, millis: i64) -> Asked {
    let heard = exchange.feed(&trace.bytes(), route(trace.source), at(millis), RANDOM);
    match heard.unwrap() {
        Heard::Asked(asked) => *asked,
        other => panic!("{}: {other:?}", trace.name),
    }
}

/// The phone's answer to a NOTIFY.
fn reply(trace: &Trace, status: &str) -> Vec<u8> {
    let call_id = trace.text.split("Call-ID: ").nth(1).unwrap();
    let call_id = call_id.lines().next().unwrap();
    format!("SIP/2.0 {status}\r\nCall-ID: {call_id}\r\nCSeq: 1 NOTIFY\r\n\r\n").into_bytes()
}
