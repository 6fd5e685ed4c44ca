//! Any datagram, as the plug and play port hears it, in the middle of conversations.
#![no_main]

use std::sync::LazyLock;

use chrono::{DateTime, TimeDelta};
use libfuzzer_sys::fuzz_target;
use phone_provisioning::Targets;
use phone_provisioning::delivery::pnp::{Exchange, Heard, Limits, Route};
use phone_provisioning::model::Url;

static TARGETS: LazyLock<Targets> = LazyLock::new(Targets::builtin);
static URL: LazyLock<Url> =
    LazyLock::new(|| "https://pbx.example.net/p/1f4b/".parse().expect("a URL"));

fuzz_target!(|bytes: &[u8]| {
    let mut exchange = Exchange::new(TARGETS.clone(), Limits::default());
    let route = Route {
        phone: "192.168.10.67:5060".parse().expect("an address"),
        local: "192.168.10.1:5060".parse().expect("an address"),
    };
    let mut now = DateTime::UNIX_EPOCH;
    // One message after another, as they come.
    for message in bytes.split(|byte| *byte == 0) {
        if let Ok(Heard::Asked(asked)) = exchange.feed(message, route, now, [7; 16]) {
            exchange.discover(asked.id, now);
            for sent in exchange.answer(asked.id, &URL, now).unwrap_or_default() {
                check(sent.bytes());
            }
        }
        now += TimeDelta::milliseconds(700);
        exchange.poll(now);
    }
});

/// What is sent has one header of whole lines, and nothing of it comes from between the lines.
fn check(sent: &[u8]) {
    let text = std::str::from_utf8(sent).expect("text is sent");
    let (head, body) = text.split_once("\r\n\r\n").expect("a header with an end");
    assert!(sent.len() < 1300);
    assert!(body.is_empty() || body == URL.as_str());
    for line in head.split("\r\n") {
        assert!(!line.contains(|c: char| c.is_ascii_control() && c != '\t'));
    }
    let (start, _) = head.split_once("\r\n").expect("fields");
    let is_notify = start.starts_with("NOTIFY sip:") && start.ends_with(" SIP/2.0");
    assert!(start == "SIP/2.0 200 OK" || is_notify && start.split(' ').count() == 3);
    // What a phone says of itself stands in its quotation marks.
    if let Some((_, event)) = head.split_once("\r\nEvent: ua-profile") {
        let event = event.lines().next().unwrap_or_default();
        for part in event.split(';').skip(1) {
            let word = part
                .split_once("=\"")
                .and_then(|(_, word)| word.strip_suffix('"'));
            let fits = |c: char| c.is_ascii_alphanumeric() || " ._-".contains(c);
            assert!(word.expect("a word").chars().all(fits), "{event}");
        }
    }
    let fields = head.split("\r\n").skip(1);
    let others = fields.filter(|line| !line.starts_with("Via: ")).count();
    assert!(others == 7 || others == 10, "{head}");
}
