//! What is read in a SUBSCRIBE, and what is refused.

use phone_provisioning::Targets;
use phone_provisioning::delivery::pnp::{Phone, Refusal, Subscribe};
use proptest::prelude::*;

use super::traces::{self, ALL, SNOM_DECT, SNOM_DESK, SNOM_V7, Trace, YEALINK};

#[track_caller]
fn parsed(text: &str) -> Subscribe {
    Subscribe::parse(text.as_bytes()).unwrap()
}

#[track_caller]
fn refused(text: &str) -> Refusal {
    Subscribe::parse(text.as_bytes()).unwrap_err()
}

/// The desk phone's request, changed.
fn changed(from: &str, to: &str) -> String {
    assert!(SNOM_DESK.text.contains(from), "{from}");
    SNOM_DESK.text.replace(from, to)
}

#[track_caller]
fn assert_read(trace: &Trace, datagram: &[u8]) {
    let subscribe = Subscribe::parse(datagram).unwrap();
    let name = trace.name;
    assert_eq!(
        subscribe.mac(),
        trace.mac.map(|mac| mac.parse().unwrap()),
        "{name}"
    );
    assert_eq!(subscribe.vendor(), trace.vendor, "{name}");
    assert_eq!(subscribe.model(), trace.model, "{name}");
    assert_eq!(subscribe.version(), trace.version, "{name}");
}

#[test]
fn every_known_request_is_read() {
    for trace in ALL {
        assert_read(trace, &trace.bytes());
        // Bare line feeds, and empty lines in front.
        assert_read(trace, trace.text.as_bytes());
        assert_read(trace, format!("\r\n\r\n{}", trace.text).as_bytes());
        // Behind the header there may be anything.
        let mut body = trace.bytes();
        body.extend_from_slice(b"\0\xff what\nwas: that?");
        assert_read(trace, &body);
    }
    let profile_type = |trace: &Trace| {
        let subscribe = Subscribe::parse(&trace.bytes()).unwrap();
        subscribe.profile_type().map(str::to_owned)
    };
    assert_eq!(profile_type(&YEALINK).as_deref(), Some("device"));
    assert_eq!(
        profile_type(&traces::AUDIOCODES).as_deref(),
        Some("application")
    );
}

#[test]
fn fields_in_their_compact_names_and_folded_are_read() {
    let compact = SNOM_DECT
        .text
        .replace("\nVia:", "\nv:")
        .replace("\nFrom:", "\nf:")
        .replace("\nTo:", "\nt :")
        .replace("\nCall-ID:", "\ni:")
        .replace("\nContact:", "\nm:")
        .replace("\nEvent:", "\no:")
        .replace("\nSupported:", "\nk:")
        .replace("\nContent-Length:", "\nl:");
    assert_read(&SNOM_DECT, compact.as_bytes());
    assert_read(&SNOM_DECT, compact.replace("\nv:", "\nV:").as_bytes());
    let folded = SNOM_DECT.bytes();
    let folded = String::from_utf8(folded).unwrap();
    let folded = folded
        .replace("Event: ", "Event:\r\n ")
        .replace(";vendor", "\r\n\t;vendor")
        .replace(";tag", "\r\n  ;tag");
    assert_read(&SNOM_DECT, folded.as_bytes());
}

#[test]
fn the_mac_address_is_read_in_all_its_writings() {
    let mac = |uri: &str| parsed(&changed("sip:MAC%3a000413A11FA7@fake", uri)).mac();
    let expected = Some("00:13:5e:87:4b:49".parse().unwrap());
    for uri in [
        "sip:MAC%3a00135E874B49@intern.snom.de",
        "sip:MAC%3A00135E874B49@224.0.1.75",
        "sip:MAC:00135E874B49@fake",
        "sip:MAC00135E874B49@fake",
        "sip:mac00135e874b49@fake",
        "sip:MAC=00135E874B49@fake",
        "sip:MAC-00-13-5E-87-4B-49@fake",
        "sip:MAC%3a00%3a13%3a5E%3a87%3a4B%3a49@fake",
        "sip:MAC%3a0013.5E87.4B49@fake",
        "sips:MAC%3a00135E874B49@fake:5061",
        "sip:00135E874B49@fake",
    ] {
        assert_eq!(mac(uri), expected, "{uri}");
    }
    for uri in [
        "sip:224.0.1.75:5060",
        "sip:MAC%3a00135E874B4@intern.snom.de",
        "sip:MAC%3a00135E874B499@intern.snom.de",
        "sip:MAC%253a00135E874B49@fake",
        "sip:MAC::00135E874B49%@fake",
        "sip:MAC%3a00135E874B4G@fake",
        "sip:MAC%3a000000000000@fake",
        "sip:MAC%3aFFFFFFFFFFFF@fake",
        "sip:MAC%3a01135E874B49@fake",
        "sip:@fake",
        "sip:",
    ] {
        assert_eq!(mac(uri), None, "{uri}");
    }
}

#[test]
fn the_mac_address_comes_from_the_first_place_that_has_one() {
    let mac = |uri: &str, to: &str, from: &str, agent: &str| {
        let text = format!(
            "SUBSCRIBE sip:{uri}@a SIP/2.0\nVia: x\nTo: <sip:{to}@a>\nFrom: <sip:{from}@a>;tag=1\n\
             Call-ID: 1\nCSeq: 1 SUBSCRIBE\nEvent: ua-profile\nUser-Agent: {agent}\n\n"
        );
        parsed(&text).mac().map(|mac| mac.plain_lower().to_string())
    };
    let [a, b, c, d] = [
        "00005e005301",
        "00005e005302",
        "00005e005303",
        "00005e005304",
    ];
    let prefixed = format!("MAC{c}");
    assert_eq!(mac(a, b, &prefixed, d).as_deref(), Some(a));
    assert_eq!(mac("x", b, &prefixed, d).as_deref(), Some(b));
    // An address that nobody has is none.
    assert_eq!(mac("000000000000", b, &prefixed, d).as_deref(), Some(b));
    assert_eq!(mac("x", "y", &prefixed, d).as_deref(), Some(c));
    // An account of twelve digits is no hardware address.
    assert_eq!(mac("x", "y", "441701234567", d).as_deref(), Some(d));
    assert_eq!(
        mac("x", "y", "z", &format!("A/1 (MAC={d}; SER= 00000)")).as_deref(),
        Some(d)
    );
    assert_eq!(
        mac("x", "y", "z", "A B 1.2 00:00:5e:00:53:04").as_deref(),
        Some(d)
    );
    assert_eq!(
        mac("x", "y", "z", &format!("A {c} {d}")).as_deref(),
        Some(d)
    );
    assert_eq!(mac("x", "y", "z", "A (MAC=0004136*****; SER= 00000)"), None);
    assert_eq!(mac("x", "y", "z", "A 1.2 00:15:6525ef16a7c"), None);
}

#[test]
fn the_event_is_read_in_all_its_writings() {
    let known = "ua-profile;profile-type=\"device\";vendor=\"snom\";model=\"snomD120\";version=\"10.1.39.11\"";
    let read = |event: &str| {
        let subscribe = parsed(&changed(known, event));
        let owned = |text: Option<&str>| text.map(str::to_owned);
        (owned(subscribe.vendor()), owned(subscribe.model()))
    };
    let named = |vendor: &str, model: &str| (Some(vendor.to_owned()), Some(model.to_owned()));
    for (event, vendor, model) in [
        (
            "ua-profile;vendor=\"snom\";model=\"snomM700\"",
            "snom",
            "snomM700",
        ),
        (
            "ua-profile;vendor=\u{201c}snom\u{201c};model=\u{201c}snomM700\u{201c}",
            "snom",
            "snomM700",
        ),
        (
            "ua-profile;vendor=\u{201e}snom\u{201d};model=\u{2018}M700\u{2019}",
            "snom",
            "M700",
        ),
        ("ua-profile;vendor='snom';model='M700'", "snom", "M700"),
        ("ua-profile;vendor=snom;model=M700", "snom", "M700"),
        (
            "UA-Profile ; Vendor=\"Snom\" ; model = \"M700\"",
            "Snom",
            "M700",
        ),
        (
            "ua-profile;vendor=\"a;model=b\";model=c;model=d",
            "amodelb",
            "c",
        ),
        ("ua-profile;;=;x;vendor;vendor=a;model=<b>\"", "a", "b"),
    ] {
        assert_eq!(read(event), named(vendor, model), "{event}");
    }
    assert_eq!(
        read("ua-profile;vendor=\"OEM\";model=\"OEM\""),
        (None, None)
    );
    assert_eq!(read("ua-profile;vendor=\"oem\";model=\"\""), (None, None));
    assert_eq!(
        read("ua-profile;profile-type=\"application\""),
        (None, None)
    );
    // No more than 64 characters, whatever comes.
    let long = "x".repeat(2000);
    assert_eq!(
        read(&format!("ua-profile;model={long}")).1.unwrap().len(),
        64
    );
}

/// Maker and model of a request, as the targets in use have them.
fn decided(text: &str) -> (Option<String>, Option<String>) {
    let phone = Phone::of(&parsed(text), &Targets::builtin());
    (phone.vendor, phone.model)
}

fn known(vendor: &str, model: &str) -> (Option<String>, Option<String>) {
    (Some(vendor.to_owned()), Some(model.to_owned()))
}

#[test]
#[cfg(all(feature = "snom", feature = "yealink"))]
fn who_asks_is_decided_by_the_targets_in_use() {
    for (trace, vendor, model) in [
        (&SNOM_DESK, "snom", "snom D120"),
        (&SNOM_DECT, "snom", "snom M700"),
        (&YEALINK, "yealink", "yealink W52P"),
        (&traces::YEALINK_NEW, "yealink", "yealink T53W"),
        // The event's own model is in no table, that of the User-Agent is.
        (&traces::YEALINK_T21, "yealink", "yealink T21P"),
    ] {
        assert_eq!(decided(trace.text), known(vendor, model), "{}", trace.name);
    }
    assert_eq!(decided(traces::AUDIOCODES.text), (None, None));
    assert_eq!(decided(SNOM_V7.text), (None, None));
    assert_eq!(decided(traces::GIGASET.text), (None, None));
}

#[test]
fn a_phone_of_no_target_keeps_its_own_words() {
    let phone = Phone::of(&parsed(traces::GRANDSTREAM.text), &Targets::builtin());
    assert_eq!(phone.vendor.as_deref(), Some("Grandstream"));
    assert_eq!(phone.model, None);
    assert_eq!(phone.reported_model.as_deref(), Some("GRP2612W"));
    assert_eq!(phone.firmware.as_deref(), Some("1.0.5.1"));
}

#[test]
#[cfg(all(feature = "snom", feature = "yealink"))]
fn the_block_of_the_address_counts_before_the_words_of_the_phone() {
    let said = |mac: &str, event: &str, agent: &str| {
        let known = "vendor=\"snom\";model=\"snomD120\";version=\"10.1.39.11\"";
        let text = changed("000413A11FA7", mac).replace(known, event);
        decided(&text.replace("snomD120/10.1.39.11", agent))
    };
    let t46s = "vendor=\"Yealink\";model=\"T46S\"";
    // A block of one maker.
    assert_eq!(
        said("805E0C123456", t46s, "x"),
        known("yealink", "yealink T46S")
    );
    assert_eq!(
        said("805E0C123456", "vendor=snom;model=T46S", "x"),
        known("yealink", "yealink T46S")
    );
    assert_eq!(
        said("805E0C123456", "vendor=snom;model=D785", "x"),
        (Some("yealink".into()), None)
    );
    // A block of two makers, and one of nobody.
    assert_eq!(
        said("0004139A0001", t46s, "x"),
        known("yealink", "yealink T46S")
    );
    assert_eq!(
        said("0004139A0001", "vendor=OEM;model=P850W", "x"),
        (None, None)
    );
    assert_eq!(
        said("00005E005301", t46s, "snomD785/10.1.1.1"),
        known("yealink", "yealink T46S")
    );
    // The User-Agent is asked last.
    let agent = "Mozilla/4.0 (compatible; snomD785-SIP 10.1.33.33)";
    assert_eq!(
        said("00005E005301", "vendor=OEM;model=OEM", agent),
        known("snom", "snom D785")
    );
    assert_eq!(
        said("00005E005301", "x", "Yealink SIP-T46S 66.85.0.5"),
        known("yealink", "yealink T46S")
    );
}

#[test]
fn what_is_no_request_for_a_profile_is_refused() {
    use Refusal::*;

    for (from, to, refusal) in [
        ("SUBSCRIBE sip", "REGISTER sip", OtherMethod),
        ("SUBSCRIBE sip", "subscribe sip", OtherMethod),
        (" SIP/2.0\n", " SIP/3.0\n", NotSip),
        (" SIP/2.0\n", " HTTP/1.1\n", NotSip),
        (" SIP/2.0\n", "  SIP/2.0\n", NotSip),
        ("SUBSCRIBE sip:", " SUBSCRIBE sip:", NotSip),
        (
            "SUBSCRIBE sip:",
            "SUBSCRIBE tel:",
            Malformed("request line"),
        ),
        ("Event: ua-profile", "Event: message-summary", OtherEvent),
        ("Event: ua-profile", "Event: ua-profile2", OtherEvent),
        ("Event: ", "Xvent: ", Missing("Event")),
        ("Via: ", "Xia: ", Missing("Via")),
        ("From: ", "Xrom: ", Missing("From")),
        ("To: ", "Xo: ", Missing("To")),
        ("Call-ID: ", "Xall-ID: ", Missing("Call-ID")),
        ("CSeq: ", "XSeq: ", Missing("CSeq")),
        ("CSeq: 1 SUBSCRIBE", "CSeq: 1 NOTIFY", Malformed("CSeq")),
        (
            "CSeq: 1 SUBSCRIBE",
            "CSeq: one SUBSCRIBE",
            Malformed("CSeq"),
        ),
        ("CSeq: 1 SUBSCRIBE", "CSeq: +1 SUBSCRIBE", Malformed("CSeq")),
        (
            "CSeq: 1 SUBSCRIBE",
            "CSeq: 4294967296 SUBSCRIBE",
            Malformed("CSeq"),
        ),
        ("CSeq: 1", "CSeq: 1 SUBSCRIBE\nCSeq: 1", Repeated("CSeq")),
        ("From: ", "f: <sip:a@b>\nFrom: ", Repeated("From")),
        ("Event: ", "Event: ua-profile\nEvent: ", Repeated("Event")),
        ("Call-ID: ", "Call-ID: a b", Malformed("Call-ID")),
        ("To: <sip:MAC", "To: <tel:MAC", Malformed("To")),
        ("To: <sip:MAC", "To: \"<sip:MAC", Malformed("To")),
        ("@fake>\n", "@fake>;tag=1\n", InDialog),
        ("@fake>\n", "@fake> ; TAG = 1\n", InDialog),
        ("Expires: 0", "Expires 0", Malformed("header")),
        ("Expires: 0", "Expires: \x000", ControlCharacter),
        ("Expires: 0", "Expires: 0\rX-Evil: 1", ControlCharacter),
        ("tag=1245", "tag=12\u{8}45", ControlCharacter),
        ("\n\n", "\n", Unterminated),
    ] {
        assert_eq!(refused(&changed(from, to)), refusal, "{to}");
    }
    for text in ["", "\r\n\r\n", "\0", "hello\n\n", "GET / HTTP/1.1\r\n\r\n"] {
        assert_eq!(refused(text), NotSip, "{text:?}");
    }
    assert_eq!(refused("SIP/2.0 200 OK\n\n"), OtherMethod);
    // Copied into the answer, these must be text.
    for (name, trace) in [
        ("From", "From: "),
        ("Via", "Via: "),
        ("Call-ID", "Call-ID: "),
    ] {
        let mut bytes = SNOM_DESK.text.as_bytes().to_vec();
        let place = SNOM_DESK.text.find(trace).unwrap() + trace.len();
        bytes[place] = 0xff;
        assert_eq!(Subscribe::parse(&bytes).unwrap_err(), Malformed(name));
    }
}

#[test]
fn what_is_too_long_is_refused() {
    let filled = |length: usize| {
        let rest = length - SNOM_DESK.text.len() - "X: \n".len();
        changed(
            "Expires: 0",
            &format!("X: {}\nExpires: 0", "x".repeat(rest)),
        )
    };
    assert_eq!(filled(8192).len(), 8192);
    parsed(&filled(8192));
    assert_eq!(refused(&filled(8193)), Refusal::TooLong);

    // Eleven fields, and these.
    let lines = |count: usize| {
        changed(
            "Expires: 0",
            &format!("{}Expires: 0", "X: 1\n".repeat(count)),
        )
    };
    assert_eq!(SNOM_DESK.text.trim_end().lines().count(), 12);
    parsed(&lines(64 - 11));
    assert_eq!(refused(&lines(65 - 11)), Refusal::TooManyLines);
}

#[test]
fn refusals_say_nothing_of_the_datagram() {
    let texts = [
        (Refusal::TooLong, "datagram of more than 8192 bytes"),
        (Refusal::TooManyLines, "more than 64 lines of header"),
        (Refusal::NotSip, "not a SIP message"),
        (Refusal::Unterminated, "no empty line behind the header"),
        (Refusal::ControlCharacter, "control character in the header"),
        (
            Refusal::OtherMethod,
            "neither a SUBSCRIBE nor an answer to a NOTIFY",
        ),
        (
            Refusal::OtherEvent,
            "a subscription to another event than ua-profile",
        ),
        (Refusal::Missing("Via"), "no Via"),
        (Refusal::Repeated("To"), "more than one To"),
        (Refusal::Malformed("CSeq"), "malformed CSeq"),
        (Refusal::InDialog, "a SUBSCRIBE within a dialog"),
        (Refusal::Source, "sent from no address of a phone"),
        (Refusal::Unasked, "an answer to no NOTIFY of ours"),
    ];
    for (refusal, text) in texts {
        assert_eq!(refusal.to_string(), text);
    }
}

/// Safe to print: no line end, no quotation mark, no escape of a terminal, not long.
fn assert_harmless(text: Option<&str>) {
    let Some(text) = text else { return };
    assert!((1..=64).contains(&text.len()), "{text}");
    let harmless = |c: char| c.is_ascii_alphanumeric() || " ._-/:;=()".contains(c);
    assert!(text.chars().all(harmless), "{text}");
}

proptest! {
    #[test]
    fn no_datagram_panics_and_nothing_harmful_comes_out(
        trace in 0..ALL.len(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4u8), 0..12),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let mut bytes = ALL[trace].bytes();
        for (place, byte, how) in changes {
            let place = place.index(bytes.len());
            match how {
                0 => bytes[place] = byte,
                1 => bytes.insert(place, byte),
                2 => { bytes.remove(place); }
                _ => {
                    let part = bytes[place..].to_vec();
                    bytes.splice(place..place, part);
                }
            }
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        if let Ok(subscribe) = Subscribe::parse(&bytes) {
            for text in [
                subscribe.vendor(),
                subscribe.model(),
                subscribe.version(),
                subscribe.profile_type(),
                subscribe.user_agent(),
            ] {
                assert_harmless(text);
            }
            let phone = Phone::of(&subscribe, &Targets::builtin());
            assert_harmless(phone.vendor.as_deref());
            assert_harmless(phone.firmware.as_deref());
        }
    }

    #[test]
    fn no_bytes_panic(bytes: Vec<u8>) {
        let _ = Subscribe::parse(&bytes);
        let _ = Subscribe::parse(&[b"SUBSCRIBE sip:a SIP/2.0\n", &bytes[..]].concat());
    }
}
