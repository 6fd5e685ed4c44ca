//! Requests that nobody's phone sends: cut, blown up, in other letters.

use std::net::IpAddr;

use http::Method;
use phone_provisioning::delivery::{Origin, RequestFacts, identify};
use proptest::prelude::*;

use super::{TARGETS, agent, shown};

const SHAPES: [&str; 6] = [
    "Mozilla/4.0 (compatible; snomD785-SIP 10.1.169.16 2010.12-00001-gd311851f1 (Feb 25 2019 - 14:19:43) 00041396D9B4 SXM:0 UXM:0 UXMC:0)",
    "Mozilla/4.0 (compatible; snom320-SIP 6.5.20; snom320 jffs2 v3.36; snom320 linux 3.38)",
    "Mozilla/4.0 (compatible; Snom M900 05.20.0001 000413b60680)",
    "snomM700/03.23.0005 (MAC=000413612A3B; SER= 00000; HW=255)",
    "Yealink SIP-T46G 28.72.0.1 00:15:65:4a:a9:37",
    "Yealink SIP VP-T49G 51.80.0.10 00:15:65:9b:5a:44",
];

#[test]
fn a_header_of_64_kib_is_cut_at_a_whole_word() {
    let long = "9".repeat(64 * 1024);
    for (text, mac) in [
        // What stands in front of the limit is read.
        (format!("{} {long}", SHAPES[4]), "0015654aa937"),
        // What stands behind it is not, and a word that it cuts becomes no other word.
        (
            format!(
                "Yealink SIP-T46G 28.72.0.1 {}00:15:65:4a:a9:37",
                " ".repeat(600)
            ),
            "-",
        ),
        (
            format!("Yealink SIP-T46G 28.72.0.1 {}001565{long}", " ".repeat(479)),
            "-",
        ),
    ] {
        assert_eq!(shown(&agent(&text)), ["yealink", "T46G", "28.72.0.1", mac]);
    }
    for text in [
        long.clone(),
        format!("Yealink{long}"),
        "snom ".repeat(13_000),
        "(".repeat(65_536),
    ] {
        assert_eq!(shown(&agent(&text)), ["-"; 4]);
    }
}

#[test]
fn a_path_of_64_kib_is_cheap() {
    let long = "a/".repeat(32 * 1024);
    let text = format!("/{long}805e0c123456.cfg");
    let phone = identify(&TARGETS, &RequestFacts::new(&text));
    assert_eq!(shown(&phone)[3], "805e0c123456");
    let text = format!("/{}.cfg", "805e0c123456".repeat(5000));
    assert_eq!(
        shown(&identify(&TARGETS, &RequestFacts::new(&text)))[3],
        "-"
    );
    let text = format!("/x?{}mac=805e0c123456", "a=b&".repeat(20));
    assert_eq!(
        shown(&identify(&TARGETS, &RequestFacts::new(&text)))[3],
        "-"
    );
}

/// Tokens stand in paths: neither the facts nor what is said of them shows one in `Debug`.
#[test]
fn nothing_shows_a_token() {
    let facts = RequestFacts::new("/p/s3cret-token?t=s3cret-token");
    let phone = identify(&TARGETS, &facts);
    for text in [
        format!("{facts:?}"),
        format!("{phone:?}"),
        format!("{:?}", phone.file()),
    ] {
        assert!(!text.contains("s3cret"), "{text}");
    }
}

#[test]
fn facts_are_what_was_given() {
    let request = http::Request::put("https://pbx.example.net:8443/p/805e0c123456-local.cfg?x=1")
        .header("User-Agent", b"Yealink SIP-T46G 28.72.0.1\xff".as_slice())
        .body(())
        .unwrap();
    let peer: IpAddr = "2001:db8::1".parse().unwrap();
    let facts = RequestFacts::from(&request)
        .with_peer(peer)
        .with_certificate("CN=805e0c123456");
    assert_eq!(facts.method(), Method::PUT);
    assert_eq!(
        (facts.path(), facts.query()),
        ("/p/805e0c123456-local.cfg", Some("x=1"))
    );
    assert_eq!(
        facts.user_agent(),
        Some(b"Yealink SIP-T46G 28.72.0.1\xff".as_slice())
    );
    assert_eq!(facts.peer(), Some(peer));
    assert_eq!(facts.certificate(), Some("CN=805e0c123456"));
    assert!(!facts.has_two_user_agents());
    let path = facts.path().to_owned();
    let (parts, ()) = request.into_parts();
    assert_eq!(RequestFacts::from(&parts).path(), path);
}

/// What a mutated header may at most say: something that stands in it.
fn assert_honest(text: &[u8]) {
    let facts = RequestFacts::new("/").with_user_agent(text);
    let phone = identify(&TARGETS, &facts);
    let lower = text.to_ascii_lowercase();
    let holds = |part: &str| {
        let part = part.to_ascii_lowercase();
        lower
            .windows(part.len())
            .any(|window| window == part.as_bytes())
    };
    if let Some(mac) = phone.mac_from(Origin::UserAgent) {
        let writings = [mac.plain_lower(), mac.colon_lower(), mac.dash_lower()];
        assert!(writings.iter().any(|writing| holds(&writing.to_string())));
    }
    if let Some(model) = phone.model() {
        let known = model.value.known();
        let others = known.iter().flat_map(|known| known.row.other_names.iter());
        let mut names = others.map(|name| &**name).chain([model.value.name()]);
        assert!(names.any(holds), "{:?}", model.value.name());
    }
    assert!(phone.vendor().is_some() || phone.conflicts().len() == 1 || phone.model().is_none());
}

proptest! {
    #[test]
    fn no_bytes_panic(text in prop::collection::vec(any::<u8>(), 0..200), path: String) {
        assert_honest(&text);
        let facts = RequestFacts::new(&path).with_user_agent(&text).with_certificate(&path);
        let phone = identify(&TARGETS, &facts);
        let _ = (format!("{phone:?}"), phone.confidence(), phone.file().name().len());
    }

    #[test]
    fn mutations_say_nothing_that_is_not_there(
        shape in prop::sample::select(&SHAPES[..]),
        at in 0..200_usize,
        len in 0..4_usize,
        put in prop::collection::vec(any::<u8>(), 0..4),
    ) {
        let mut text = shape.as_bytes().to_vec();
        let start = at.min(text.len());
        let end = (start + len).min(text.len());
        text.splice(start..end, put);
        assert_honest(&text);
    }

    /// Letter case, more blanks, and what follows behind a blank change nothing.
    #[test]
    fn harmless_changes_are_harmless(
        shape in prop::sample::select(&SHAPES[..]),
        upper: bool,
        blanks in 1..4_usize,
        tail in "[g-z~é]{0,12}",
    ) {
        let original = agent(shape);
        let text = if upper { shape.to_ascii_uppercase() } else { shape.to_ascii_lowercase() };
        let text = text.replace(' ', &" ".repeat(blanks));
        let text = format!("{text} {tail}");
        prop_assert_eq!(shown(&agent(&text)), shown(&original));
    }

    /// A header that is cut anywhere gives an address whole or not at all.
    #[test]
    fn a_cut_address_is_none(shape in prop::sample::select(&SHAPES[..]), at in 0..200_usize) {
        let cut = &shape[..at.min(shape.len())];
        if let Some(mac) = agent(cut).mac() {
            prop_assert_eq!(Some(mac.value), agent(shape).mac().map(|fact| fact.value));
        }
    }
}
