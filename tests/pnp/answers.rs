//! The bytes that phones get.

use std::net::SocketAddr;

use phone_provisioning::delivery::pnp::{Dialog, Route, Subscribe};
use phone_provisioning::model::Url;
use proptest::prelude::*;

use super::traces::{self, ALL, SNOM_DECT, SNOM_DESK, SNOM_V7, Trace, YEALINK};
use super::{RANDOM, URL, route, url};

#[track_caller]
fn dialog(trace: &Trace) -> Dialog {
    let subscribe = Subscribe::parse(&trace.bytes()).unwrap();
    Dialog::new(&subscribe, route(trace.source), RANDOM).unwrap()
}

/// The dialog of a changed request of the desk phone.
fn changed(from: &str, to: &str, source: &str) -> Dialog {
    assert!(SNOM_DESK.text.contains(from), "{from}");
    let text = SNOM_DESK.text.replace(from, to);
    let subscribe = Subscribe::parse(text.as_bytes()).unwrap();
    Dialog::new(&subscribe, route(source), RANDOM).unwrap()
}

#[track_caller]
fn assert_wire(bytes: &[u8], expected: &str) {
    let text = std::str::from_utf8(bytes).unwrap();
    assert_eq!(text, expected.replace('\n', "\r\n"));
}

/// The value of a field of a message.
fn field<'a>(message: &'a [u8], name: &str) -> Option<&'a str> {
    let text = std::str::from_utf8(message).unwrap();
    let head = text.split("\r\n\r\n").next().unwrap();
    let mut lines = head.split("\r\n");
    lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}

#[test]
fn a_desk_phone_gets_exactly_this() {
    let dialog = dialog(&SNOM_V7);
    assert_eq!(dialog.to(), SNOM_V7.source());
    assert_wire(
        &dialog.ok(),
        "SIP/2.0 200 OK
Via: SIP/2.0/UDP 192.168.10.67:5060;received=192.168.10.67;rport=5060
From: <sip:MAC%3a00135E874B49@intern.snom.de>;tag=658512961
To: <sip:MAC%3a00135E874B49@intern.snom.de>;tag=0011223344556677
Call-ID: 1930770594@192.168.10.67
CSeq: 1 SUBSCRIBE
Contact: <sip:192.168.10.1:5062>
Expires: 0
Content-Length: 0

",
    );
    assert_wire(
        &dialog.notify(&url()).unwrap(),
        "NOTIFY sip:192.168.10.67:5060 SIP/2.0
Via: SIP/2.0/UDP 192.168.10.1:5062;branch=z9hG4bK8899aabbccddeeff;rport
Max-Forwards: 70
From: <sip:MAC%3a00135E874B49@intern.snom.de>;tag=0011223344556677
To: <sip:MAC%3a00135E874B49@intern.snom.de>;tag=658512961
Call-ID: 1930770594@192.168.10.67
CSeq: 1 NOTIFY
Contact: <sip:192.168.10.1:5062>
Event: ua-profile;profile-type=\"device\";vendor=\"OEM\";model=\"OEM\";version=\"7.1.19\"
Subscription-State: terminated;reason=timeout
Content-Type: application/url
Content-Length: 42

https://pbx.example.net/p/ac2fbb80c5da60e/",
    );
}

#[test]
fn a_base_gets_exactly_this() {
    let dialog = dialog(&SNOM_DECT);
    assert_wire(
        &dialog.ok(),
        "SIP/2.0 200 OK
Via: SIP/2.0/UDP 10.0.0.90:5060;branch=z9hG4bKl1d23iyadenuaa1jr4vm
From: <sip:512@10.0.0.90>;tag=dmrud.mzfyg66
To: <sip:MAC%3a00041361A0B1@224.0.1.75>;tag=0011223344556677
Call-ID: 6cm70qdo.o.8i@10.0.0.90
CSeq: 20264 SUBSCRIBE
Contact: <sip:192.168.10.1:5062>
Expires: 0
Content-Length: 0

",
    );
    assert_wire(
        &dialog.notify(&url()).unwrap(),
        "NOTIFY sip:512@10.0.0.90 SIP/2.0
Via: SIP/2.0/UDP 192.168.10.1:5062;branch=z9hG4bK8899aabbccddeeff;rport
Max-Forwards: 70
From: <sip:MAC%3a00041361A0B1@224.0.1.75>;tag=0011223344556677
To: <sip:512@10.0.0.90>;tag=dmrud.mzfyg66
Call-ID: 6cm70qdo.o.8i@10.0.0.90
CSeq: 1 NOTIFY
Contact: <sip:192.168.10.1:5062>
Event: ua-profile;profile-type=\"device\";vendor=\"snom\";model=\"snomM700\";version=\"03.23.0005\"
Subscription-State: terminated;reason=timeout
Content-Type: application/url
Content-Length: 42

https://pbx.example.net/p/ac2fbb80c5da60e/",
    );
}

#[test]
fn a_phone_on_a_port_of_its_own_gets_exactly_this() {
    let dialog = dialog(&YEALINK);
    assert_eq!(
        dialog.to(),
        "10.1.3.239:5059".parse::<SocketAddr>().unwrap()
    );
    assert_wire(
        &dialog.ok(),
        "SIP/2.0 200 OK
Via: SIP/2.0/UDP 10.1.3.239:5059;branch=z9hG4bK1536537630
From: <sip:MAC001565f4f9e1@224.0.1.75>;tag=1536537630
To: <sip:MAC001565f4f9e1@224.0.1.75>;tag=0011223344556677
Call-ID: 1536537630@10.1.3.239
CSeq: 1 SUBSCRIBE
Contact: <sip:192.168.10.1:5062>
Expires: 0
Content-Length: 0

",
    );
    assert_wire(
        &dialog.notify(&url()).unwrap(),
        "NOTIFY sip:MAC001565f4f9e1@10.1.3.239:5059 SIP/2.0
Via: SIP/2.0/UDP 192.168.10.1:5062;branch=z9hG4bK8899aabbccddeeff;rport
Max-Forwards: 70
From: <sip:MAC001565f4f9e1@224.0.1.75>;tag=0011223344556677
To: <sip:MAC001565f4f9e1@224.0.1.75>;tag=1536537630
Call-ID: 1536537630@10.1.3.239
CSeq: 1 NOTIFY
Contact: <sip:192.168.10.1:5062>
Event: ua-profile;profile-type=\"device\";vendor=\"yealink\";model=\"W52P\";version=\"25.81.0.10\"
Subscription-State: terminated;reason=timeout
Content-Type: application/url
Content-Length: 42

https://pbx.example.net/p/ac2fbb80c5da60e/",
    );
}

/// Whatever is asked for, nothing lasts: one answer, and the subscription is over.
#[test]
fn no_subscription_outlives_its_answer() {
    for asked in ["Expires: 86400", "Expires: x", "X: y"] {
        let dialog = changed("Expires: 0", asked, "192.168.10.68:5060");
        assert_eq!(field(&dialog.ok(), "Expires"), Some("0"));
        let notify = dialog.notify(&url()).unwrap();
        let state = field(&notify, "Subscription-State");
        assert_eq!(state, Some("terminated;reason=timeout"));
    }
}

/// A responder that answered to port 5060, or to what `Via` says, never reached these phones.
#[test]
fn answers_go_to_where_the_request_came_from() {
    for trace in ALL {
        let subscribe = Subscribe::parse(&trace.bytes()).unwrap();
        for source in [
            "203.0.113.9:1036",
            "[2001:db8::7]:5062",
            "[::ffff:10.0.0.9]:7",
        ] {
            let dialog = Dialog::new(&subscribe, route(source), RANDOM).unwrap();
            assert_eq!(dialog.to(), source.parse().unwrap(), "{}", trace.name);
            assert_eq!(dialog.local(), route(source).local);
        }
    }
    // Only a port that is none is made up for.
    let to = |trace: &Trace, source: &str| {
        let subscribe = Subscribe::parse(&trace.bytes()).unwrap();
        Dialog::new(&subscribe, route(source), RANDOM)
            .unwrap()
            .to()
            .port()
    };
    assert_eq!(to(&YEALINK, "10.1.3.239:0"), 5059);
    assert_eq!(to(&SNOM_V7, "10.1.3.239:0"), 5060);
}

#[test]
fn via_says_where_the_request_came_from() {
    let via = |via: &str, source: &str| {
        let known = "Via: SIP/2.0/UDP 192.168.10.68:5060;rport";
        let dialog = changed(known, &via.replace("; ", ";"), source);
        field(&dialog.ok(), "Via").unwrap().to_owned()
    };
    let here = "192.168.10.68:5061";
    for (sent, answered) in [
        // RFC 3581 section 4.
        (
            "Via: SIP/2.0/UDP 10.1.1.1:4540;rport;branch=z9hG4bKkjshdyff",
            "SIP/2.0/UDP 10.1.1.1:4540;received=192.168.10.68;rport=5061;branch=z9hG4bKkjshdyff",
        ),
        (
            "Via: SIP/2.0/UDP 192.168.10.68;branch=z9hG4bK1",
            "SIP/2.0/UDP 192.168.10.68;branch=z9hG4bK1",
        ),
        // RFC 3261 section 18.2.1.
        (
            "Via: SIP/2.0/UDP phone.example:5060;branch=z9hG4bK1",
            "SIP/2.0/UDP phone.example:5060;received=192.168.10.68;branch=z9hG4bK1",
        ),
        (
            "Via: SIP/2.0/UDP 192.168.10.69",
            "SIP/2.0/UDP 192.168.10.69;received=192.168.10.68",
        ),
        (
            "Via: SIP/2.0/UDP 192.168.10.68;RPORT",
            "SIP/2.0/UDP 192.168.10.68;received=192.168.10.68;rport=5061",
        ),
        // What is said already is left alone.
        (
            "Via: SIP/2.0/UDP 192.168.10.68;rport=9",
            "SIP/2.0/UDP 192.168.10.68;rport=9",
        ),
        (
            "Via: SIP/2.0/UDP 1.2.3.4;received=5.6.7.8",
            "SIP/2.0/UDP 1.2.3.4;received=5.6.7.8",
        ),
        // Several in one line: the first is the topmost.
        (
            "Via: SIP/2.0/UDP 192.168.10.68;rport, SIP/2.0/UDP 9.9.9.9;rport",
            "SIP/2.0/UDP 192.168.10.68;received=192.168.10.68;rport=5061, SIP/2.0/UDP 9.9.9.9;rport",
        ),
    ] {
        assert_eq!(via(sent, here), answered, "{sent}");
    }
    assert_eq!(
        via(
            "Via: SIP/2.0/UDP [2001:db8::7]:5060;rport",
            "[2001:db8::8]:5060"
        ),
        "SIP/2.0/UDP [2001:db8::7]:5060;received=2001:db8::8;rport=5060",
    );
    // Every line comes back, the topmost first.
    let dialog = changed("Via: SIP", "Via: SIP/2.0/UDP 9.9.9.9;rport\nVia: SIP", here);
    let ok = String::from_utf8(dialog.ok()).unwrap();
    assert!(ok.starts_with(
        "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 9.9.9.9;received=192.168.10.68;rport=5061\r\n\
         Via: SIP/2.0/UDP 192.168.10.68:5060;rport\r\n"
    ));
}

#[test]
fn the_contact_is_asked_where_it_is_the_phone_itself() {
    let target = |contact: &str| {
        let known = "Contact: <sip:192.168.10.68:5060>";
        let dialog = changed(known, contact, "192.168.10.68:5064");
        let notify = String::from_utf8(dialog.notify(&url()).unwrap()).unwrap();
        let line = notify.lines().next().unwrap().to_owned();
        line.strip_prefix("NOTIFY ")
            .unwrap()
            .strip_suffix(" SIP/2.0")
            .unwrap()
            .to_owned()
    };
    for own in [
        "sip:192.168.10.68",
        "sip:192.168.10.68:5060",
        "sip:512@192.168.10.68",
        "sip:MAC%3a000413A11FA7@192.168.10.68:5059",
    ] {
        assert_eq!(target(&format!("Contact: <{own}>")), own);
        assert_eq!(target(&format!("m: \"Phone <1>\" <{own}>;expires=0")), own);
        assert_eq!(target(&format!("Contact: {own};expires=0")), own);
    }
    for other in [
        "Contact: <sip:10.0.0.9:5060>",
        "Contact: <sip:phone.example>",
        "Contact: <sip:a@192.168.10.68;transport=tcp>",
        "Contact: <sip:a@192.168.10.68?x=y>",
        "Contact: <sip:a b@192.168.10.68>",
        "Contact: <sip:a\"@192.168.10.68>",
        "Contact: <sip:a@b@192.168.10.68>",
        "Contact: <sips:192.168.10.68>",
        "Contact: <tel:1>",
        "Contact: *",
        "Contact: ",
        "Contact: <sip:192.168.10.68>\nContact: <sip:192.168.10.68>",
        "X: y",
    ] {
        assert_eq!(target(other), "sip:192.168.10.68:5064", "{other}");
    }
}

#[test]
fn addresses_stand_in_messages_as_phones_read_them() {
    let subscribe = Subscribe::parse(&traces::YEALINK.bytes()).unwrap();
    let route = Route {
        phone: "[::ffff:10.0.0.9]:5060".parse().unwrap(),
        local: "[::ffff:10.0.0.1]:5060".parse().unwrap(),
    };
    let dialog = Dialog::new(&subscribe, route, RANDOM).unwrap();
    let notify = dialog.notify(&url()).unwrap();
    assert!(notify.starts_with(b"NOTIFY sip:10.0.0.9:5060 SIP/2.0\r\n"));
    assert_eq!(field(&notify, "Contact"), Some("<sip:10.0.0.1:5060>"));
    assert_eq!(
        field(&dialog.ok(), "Via"),
        Some("SIP/2.0/UDP 10.1.3.239:5059;received=10.0.0.9;branch=z9hG4bK1536537630"),
    );
    // A link's own name is no affair of the phone's; the datagram still needs it.
    let route = Route {
        phone: "[fe80::9%3]:5060".parse().unwrap(),
        local: "[fe80::1%3]:5060".parse().unwrap(),
    };
    let dialog = Dialog::new(&subscribe, route, RANDOM).unwrap();
    assert_eq!(dialog.to(), route.phone);
    let notify = dialog.notify(&url()).unwrap();
    assert!(notify.starts_with(b"NOTIFY sip:[fe80::9]:5060 SIP/2.0\r\n"));
    assert_eq!(field(&notify, "Contact"), Some("<sip:[fe80::1]:5060>"));
}

#[test]
fn no_datagram_is_longer_than_a_network_carries() {
    let dialog = dialog(&SNOM_DESK);
    let url_of = |length: usize| -> Url {
        let start = "https://pbx.example.net/";
        format!("{start}{}", "x".repeat(length - start.len()))
            .parse()
            .unwrap()
    };
    let room = 1299 - (dialog.notify(&url()).unwrap().len() - URL.len());
    // A length of three digits takes a byte more than one of two.
    assert_eq!(dialog.notify(&url_of(room - 1)).unwrap().len(), 1299);
    let error = dialog.notify(&url_of(room)).unwrap_err();
    assert_eq!(error.bytes, 1300);
    assert_eq!(error.to_string(), "answer of 1300 bytes, longer than 1299");

    let long = SNOM_DESK
        .text
        .replace("Via: ", &format!("Via: {}\nVia: ", "x".repeat(1200)));
    let subscribe = Subscribe::parse(long.as_bytes()).unwrap();
    let error = Dialog::new(&subscribe, route("192.168.10.68:5060"), RANDOM).unwrap_err();
    assert!(error.bytes > 1299);
}

/// A strict reader of what is sent, apart from the one in the library: lines, one empty line, a body of the
/// length that is said.
#[track_caller]
fn strictly_read(message: &[u8]) -> (Vec<(&str, &str)>, &str) {
    let text = std::str::from_utf8(message).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let mut lines = head.split("\r\n");
    let start = lines.next().unwrap();
    assert!(start == "SIP/2.0 200 OK" || start.starts_with("NOTIFY sip:"));
    assert_eq!(start.split(' ').count(), 3);
    let fields: Vec<(&str, &str)> = lines.map(|line| line.split_once(": ").unwrap()).collect();
    let length = fields
        .iter()
        .find(|(name, _)| *name == "Content-Length")
        .unwrap();
    assert_eq!(length.1.parse(), Ok(body.len()));
    (fields, body)
}

proptest! {
    /// Whatever the phone says, it adds no line to what is sent.
    #[test]
    fn no_phone_adds_a_field(
        trace in 0..ALL.len(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), "[\r\n\t \"<>;:,=@%a\u{e9}\0]{1,3}"), 1..8),
    ) {
        let mut text = ALL[trace].text.to_owned();
        for (place, with) in changes {
            let mut place = place.index(text.len());
            while !text.is_char_boundary(place) {
                place -= 1;
            }
            text.insert_str(place, &with);
        }
        if let Ok(subscribe) = Subscribe::parse(text.as_bytes())
            && let Ok(dialog) = Dialog::new(&subscribe, route(ALL[trace].source), RANDOM)
        {
            let ok = dialog.ok();
            let (fields, body) = strictly_read(&ok);
            prop_assert_eq!(body, "");
            let names: Vec<&str> = fields.iter().map(|(name, _)| *name).filter(|n| *n != "Via").collect();
            prop_assert_eq!(
                names,
                ["From", "To", "Call-ID", "CSeq", "Contact", "Expires", "Content-Length"],
            );
            if let Ok(notify) = dialog.notify(&url()) {
                let (fields, body) = strictly_read(&notify);
                prop_assert_eq!(body, URL);
                let names: Vec<&str> = fields.iter().map(|(name, _)| *name).collect();
                prop_assert_eq!(
                    names,
                    [
                        "Via", "Max-Forwards", "From", "To", "Call-ID", "CSeq", "Contact", "Event",
                        "Subscription-State", "Content-Type", "Content-Length",
                    ],
                );
                // The event is made of what is known to be harmless.
                let event = field(&notify, "Event").unwrap();
                let harmless = |c: char| c.is_ascii_alphanumeric() || " ._-;=\"".contains(c);
                prop_assert!(event.chars().all(harmless), "{}", event);
            }
        }
    }
}
