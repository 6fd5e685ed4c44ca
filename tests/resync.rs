//! Telling phones that there is something new: what they are told, and when.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use phone_provisioning::Targets;
use phone_provisioning::delivery::resync::{
    Answer, Due, Recipient, Spread, Transaction, notify, subnet,
};
use phone_provisioning::model::{Firmware, FirmwareScheme, Transport};
use phone_provisioning::target::{CheckSync, Refresh};
use proptest::prelude::*;

fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_767_225_600, 0).unwrap()
}

const RANDOM: [u8; 16] = [
    0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff,
];

/// What phones of a target are told, or why they are not.
fn told(target: &str, refresh: Refresh, firmware: Option<Firmware>) -> Result<CheckSync, String> {
    let targets = Targets::builtin();
    let target = targets
        .iter()
        .find(|known| known.id().as_str() == target)
        .unwrap();
    target
        .check_sync(refresh, firmware)
        .map_err(|error| error.to_string())
}

/// Issue 57 of the field: `reboot=true` and `reboot=false` do not mean the same on all phones, and
/// whoever tells them must know.
#[test]
#[cfg(all(feature = "snom", feature = "yealink"))]
fn every_target_says_how_its_phones_are_told() {
    let event = |target, refresh| told(target, refresh, None).map(|told| told.event);
    for target in ["snom-desk", "yealink"] {
        assert_eq!(
            event(target, Refresh::Reload),
            Ok("check-sync;reboot=false")
        );
        assert_eq!(
            event(target, Refresh::Restart),
            Ok("check-sync;reboot=true")
        );
    }
    assert_eq!(
        event("snom-dect", Refresh::Restart),
        Ok("check-sync;reboot=true")
    );
    assert_eq!(
        event("snom-dect", Refresh::Reload).unwrap_err(),
        "snom-dect has no known way to reload its settings without a restart; restart the base",
    );
}

#[test]
#[cfg(all(feature = "snom", feature = "yealink"))]
fn what_a_phone_may_do_instead_is_said() {
    let caveat = |target, refresh, firmware| told(target, refresh, firmware).unwrap().caveat;
    let firmware = |text| Some(Firmware::parse(FirmwareScheme::Generation, text).unwrap());
    let desk = caveat("snom-desk", Refresh::Reload, None).unwrap();
    assert!(desk.contains("restarts too"), "{desk}");
    for firmware in [None, firmware("28.71.0.81"), firmware("66.86.0.15")] {
        let yealink = caveat("yealink", Refresh::Reload, firmware).unwrap();
        assert!(
            yealink.contains("sip.notify_reboot_enable is 1"),
            "{yealink}"
        );
    }
    let old = caveat("yealink", Refresh::Reload, firmware("18.0.0.80")).unwrap();
    assert!(old.contains("below V71"), "{old}");
    let restart = caveat("yealink", Refresh::Restart, None).unwrap();
    assert!(
        restart.contains("sip.notify_reboot_enable is 2"),
        "{restart}"
    );
    assert_eq!(caveat("snom-desk", Refresh::Restart, None), None);
}

#[test]
fn a_phone_is_told_exactly_this() {
    let told = CheckSync::new("check-sync;reboot=true");
    let local = "192.0.2.1:5060".parse().unwrap();
    let phone =
        Recipient::contact("\t<sip:1001@192.0.2.10:5062;transport=udp>;expires=60 ").unwrap();
    assert_eq!(phone.uri(), "sip:1001@192.0.2.10:5062;transport=udp");
    assert_eq!(
        String::from_utf8(notify(&told, &phone, local, RANDOM)).unwrap(),
        "NOTIFY sip:1001@192.0.2.10:5062;transport=udp SIP/2.0\r\n\
         Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK0011223344556677;rport\r\n\
         Max-Forwards: 70\r\n\
         From: <sip:192.0.2.1:5060>;tag=8899aabb\r\n\
         To: <sip:1001@192.0.2.10:5062>\r\n\
         Call-ID: 0011223344556677ccddeeff@192.0.2.1\r\n\
         CSeq: 1 NOTIFY\r\n\
         Contact: <sip:192.0.2.1:5060>\r\n\
         Event: check-sync;reboot=true\r\n\
         Subscription-State: terminated\r\n\
         Content-Length: 0\r\n\
         \r\n",
    );
}

#[test]
fn a_phone_without_a_contact_is_told_by_its_address() {
    let uri = |address: &str| {
        Recipient::address(address.parse().unwrap())
            .uri()
            .to_owned()
    };
    assert_eq!(uri("192.0.2.10:5060"), "sip:anonymous@192.0.2.10:5060");
    assert_eq!(
        uri("[2001:db8::7]:5060"),
        "sip:anonymous@[2001:db8::7]:5060"
    );
    assert_eq!(uri("[fe80::7%3]:5060"), "sip:anonymous@[fe80::7]:5060");
    assert_eq!(
        uri("[::ffff:192.0.2.10]:5060"),
        "sip:anonymous@192.0.2.10:5060"
    );
}

#[test]
fn a_contact_is_an_address_and_nothing_else() {
    for contact in [
        "sip:1001@192.0.2.10",
        "sips:a%20b@[2001:db8::7]:5061;ob",
        "sip:192.0.2.10",
    ] {
        assert_eq!(Recipient::contact(contact).unwrap().uri(), contact);
    }
    let long = format!("sip:{}@a", "x".repeat(250));
    for contact in [
        "",
        "*",
        "<>",
        "1001@192.0.2.10",
        "tel:1001",
        "sip:",
        "sip:1001@",
        "sip:a b@c",
        "sip:a@b\r\nX: y",
        "sip:a\"@b",
        "sip:\u{e9}@b",
        &long,
    ] {
        let error = Recipient::contact(contact).unwrap_err().to_string();
        assert!(
            error.starts_with("expected a SIP contact such as"),
            "{error}"
        );
    }
}

/// Host, port and transport that a contact leads to.
fn place(contact: &str) -> Result<(String, u16, Transport), String> {
    let place = Recipient::contact(contact).unwrap().place();
    place
        .map(|place| (place.host.to_string(), place.port.get(), place.transport))
        .map_err(|error| error.to_string())
}

#[test]
fn a_contact_says_where_the_phone_is() {
    use Transport::{Tcp, Tls, Udp};
    for (contact, host, port, transport) in [
        ("sip:1001@192.0.2.10", "192.0.2.10", 5060, Udp),
        ("sip:192.0.2.10:5062", "192.0.2.10", 5062, Udp),
        ("sip:a@[2001:DB8::7]:5071;ob", "2001:db8::7", 5071, Udp),
        ("sip:a@[2001:db8::7]", "2001:db8::7", 5060, Udp),
        ("sip:a@192.0.2.10;transport=UDP", "192.0.2.10", 5060, Udp),
        (
            "sip:a@192.0.2.10;ob;transport=tcp;x=y",
            "192.0.2.10",
            5060,
            Tcp,
        ),
        ("sip:a@192.0.2.10;transport=TLS", "192.0.2.10", 5061, Tls),
        ("sips:a@192.0.2.10", "192.0.2.10", 5061, Tls),
        (
            "sips:a@192.0.2.10:5099;transport=tcp",
            "192.0.2.10",
            5099,
            Tls,
        ),
        // The user may hold what ends a host elsewhere, and the header fields what looks like one.
        ("sip:a;transport=tcp?b@192.0.2.10", "192.0.2.10", 5060, Udp),
        ("sip:a:b@192.0.2.10", "192.0.2.10", 5060, Udp),
        (
            "sip:a@192.0.2.10?x=y;transport=tcp",
            "192.0.2.10",
            5060,
            Udp,
        ),
        (
            "<sip:a@Phone.Example.net>;transport=tcp",
            "phone.example.net",
            5060,
            Udp,
        ),
    ] {
        let expected = (host.to_owned(), port, transport);
        assert_eq!(place(contact), Ok(expected), "{contact}");
    }
    let address = Recipient::address("[::ffff:192.0.2.10]:5070".parse().unwrap());
    assert_eq!(address.place().unwrap().host.as_str(), "192.0.2.10");
}

#[test]
fn a_contact_that_leads_nowhere_says_why() {
    for (contact, expected) in [
        (
            "sip:a@b.invalid;transport=ws",
            "expected the transport udp, tcp or tls, found `ws`",
        ),
        ("sip:a@192.0.2.10:0", "expected a port"),
        ("sip:a@192.0.2.10:99999", "expected a port"),
        ("sip:a@2001:db8::7", "expected an IPv6 address in brackets"),
        ("sip:a@[2001:db8::7", "expected a closing bracket"),
        ("sip:a@192.0.2", "expected "),
        ("sip:a@-", "expected "),
    ] {
        let error = place(contact).unwrap_err();
        assert!(error.starts_with(expected), "{contact}: {error}");
    }
}

fn transaction() -> Transaction {
    let told = CheckSync::new("check-sync;reboot=false");
    let phone = Recipient::contact("sip:1001@192.0.2.10").unwrap();
    Transaction::new(
        &told,
        &phone,
        "192.0.2.1:5060".parse().unwrap(),
        RANDOM,
        start(),
    )
}

/// An answer as RFC 3261 section 8.2.6 has it, to the request of [`transaction`].
fn answer(status: &str) -> Answer {
    let datagram = format!(
        "SIP/2.0 {status}\r\n\
         Via: SIP/2.0/UDP 192.0.2.1:5060;received=192.0.2.1;branch=z9hG4bK0011223344556677;rport=5060\r\n\
         From: <sip:192.0.2.1:5060>;tag=8899aabb\r\nTo: <sip:1001@192.0.2.10>;tag=1\r\n\
         Call-ID: 0011223344556677ccddeeff@192.0.2.1\r\nCSeq: 1 NOTIFY\r\nContent-Length: 0\r\n\r\n",
    );
    Answer::parse(datagram.as_bytes()).unwrap()
}

/// Milliseconds after the start at which a request goes out again, and at which it is given up.
fn sent_again(transaction: &mut Transaction, mut now: DateTime<Utc>) -> (Vec<i64>, i64) {
    let mut sent = Vec::new();
    loop {
        let since = (now - start()).num_milliseconds();
        match transaction.poll(now) {
            Due::Nothing => {}
            Due::Send => sent.push(since),
            Due::Unanswered => return (sent, since),
        }
        let next = transaction.next_timeout();
        assert!(next > now);
        now = next;
    }
}

/// RFC 3261 section 17.1.2.2: "500 ms, 1 s, 2 s, 4 s, 4 s, 4 s, etc."
#[test]
fn a_notify_is_repeated_until_it_is_given_up() {
    let mut unanswered = transaction();
    let message = String::from_utf8(unanswered.message().to_vec()).unwrap();
    let branch = unanswered.branch();
    assert!(message.contains(&format!(";branch={branch};")), "{message}");
    assert_eq!(
        sent_again(&mut unanswered, start()),
        (
            vec![
                500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500
            ],
            32_000
        ),
    );
    // Who looks late sends once.
    let late = start() + TimeDelta::seconds(10);
    let mut unanswered = transaction();
    assert_eq!(unanswered.poll(late), Due::Send);
    assert_eq!(unanswered.poll(late), Due::Nothing);
    assert_eq!(
        unanswered.next_timeout(),
        start() + TimeDelta::milliseconds(11_500)
    );
    // The calendar has an end.
    let told = CheckSync::new("check-sync");
    let phone = Recipient::contact("sip:192.0.2.10").unwrap();
    let end = DateTime::<Utc>::MAX_UTC;
    let mut last = Transaction::new(
        &told,
        &phone,
        "192.0.2.1:5060".parse().unwrap(),
        RANDOM,
        end,
    );
    assert_eq!(last.poll(end), Due::Unanswered);
}

/// RFC 3261 section 17.1.2.2: behind a provisional answer every four seconds.
#[test]
fn a_provisional_answer_slows_a_notify_down() {
    let mut slow = transaction();
    assert_eq!(slow.answered(&answer("100 Trying")), None);
    assert_eq!(
        sent_again(&mut slow, start()),
        (
            vec![500, 4500, 8500, 12_500, 16_500, 20_500, 24_500, 28_500],
            32_000
        ),
    );
}

#[test]
fn a_final_answer_ends_a_notify() {
    for (line, status) in [
        ("200 OK", 200),
        ("200", 200),
        ("401 Unauthorized", 401),
        ("481 Subscription does not exist", 481),
        ("699 x", 699),
    ] {
        let answer = answer(line);
        assert_eq!(answer.status(), status);
        assert_eq!(transaction().answered(&answer), Some(status));
    }
    // The answer of another phone.
    let told = CheckSync::new("check-sync");
    let phone = Recipient::contact("sip:192.0.2.11").unwrap();
    let local = "192.0.2.1:5060".parse().unwrap();
    let mut other = Transaction::new(&told, &phone, local, [7; 16], start());
    assert_eq!(other.answered(&answer("200 OK")), None);
    assert_eq!(other.branch(), "z9hG4bK0707070707070707");
}

#[test]
fn what_is_no_answer_to_a_notify() {
    let good = "SIP/2.0 200 OK\nv: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\nCSeq: 1 NOTIFY\n\n";
    assert_eq!(Answer::parse(good.as_bytes()).unwrap().branch(), "z9hG4bK1");
    // The topmost Via is the sender's, also where both stand in one line.
    let two = good.replace("K1", "K1, SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK2");
    assert_eq!(Answer::parse(two.as_bytes()).unwrap().branch(), "z9hG4bK1");
    for (from, to) in [
        ("SIP/2.0 200 OK", "NOTIFY sip:192.0.2.1 SIP/2.0"),
        ("200", "20"),
        ("200", "2000"),
        ("200", "099"),
        ("200", "700"),
        ("200", "+20"),
        ("NOTIFY", "REGISTER"),
        ("CSeq", "X"),
        ("v:", "X:"),
        (";branch=z9hG4bK1", ""),
        ("\n\n", "\n"),
        ("OK", "O\0K"),
    ] {
        let datagram = good.replace(from, to);
        assert_eq!(Answer::parse(datagram.as_bytes()), None, "{datagram}");
    }
    assert_eq!(Answer::parse(b""), None);
    assert_eq!(Answer::parse(&[b'x'; 70_000]), None);
}

#[test]
fn subnets() {
    let of = |address: &str| subnet(address.parse().unwrap()).to_string();
    assert_eq!(of("192.0.2.77"), "192.0.2.0");
    assert_eq!(of("::ffff:192.0.2.77"), "192.0.2.0");
    assert_eq!(of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
}

#[test]
fn phones_are_told_one_after_another() {
    let minute = Duration::from_secs(60);
    let spread = Spread::over(minute, start(), 1);
    assert_eq!(spread.plan(Vec::<u32>::new(), |_| ()), []);
    let plan = spread.plan(0..4, |_| ());
    for (i, (at, phone)) in (0..).zip(&plan) {
        assert_eq!(*phone, i);
        let slot = start() + TimeDelta::seconds(15 * i64::from(i));
        assert!(slot <= *at && *at < slot + TimeDelta::seconds(15), "{at}");
    }
    // Four a minute is the same as fifteen seconds for each.
    let every = Spread::every(Duration::from_secs(15), start(), 1);
    assert_eq!(every.plan(0..4, |_| ()), plan);
    // Another seed, other instants of the same slots.
    assert_ne!(Spread::over(minute, start(), 2).plan(0..4, |_| ()), plan);
}

#[test]
fn phones_of_one_group_are_far_apart() {
    // Two big bases and three phones of their own: no two of a base follow each other.
    let phones = ["a1", "a2", "a3", "b1", "b2", "b3", "c1", "d1", "e1"];
    let spread = Spread::over(Duration::from_secs(90), start(), 7);
    let plan = spread.plan(phones, |phone| phone.as_bytes()[0]);
    let order: Vec<&str> = plan.iter().map(|(_, phone)| *phone).collect();
    assert_eq!(
        order,
        ["a1", "b1", "a2", "b2", "c1", "d1", "e1", "a3", "b3"]
    );
}

#[test]
fn no_length_of_time_is_too_long_or_too_short() {
    let end = DateTime::<Utc>::MAX_UTC;
    let all = |spread: Spread| {
        let plan = spread.plan(0..3, |_| ());
        plan.into_iter().map(|(at, _)| at).collect::<Vec<_>>()
    };
    assert_eq!(all(Spread::over(Duration::ZERO, start(), 1)), [start(); 3]);
    let micro = Duration::from_micros(1);
    assert_eq!(all(Spread::over(micro, start(), 1)), [start(); 3]);
    assert_eq!(all(Spread::every(Duration::MAX, end, 1)), [end; 3]);
    let forever = all(Spread::every(Duration::MAX, start(), 1));
    assert_eq!(forever[1..], [end; 2]);
}

proptest! {
    #[test]
    fn every_phone_has_a_slot_of_its_own(
        groups in prop::collection::vec(0..6u8, 1..80),
        seed: u64,
        seconds in 1..100_000u64,
    ) {
        let phones: Vec<(usize, u8)> = groups.iter().copied().enumerate().collect();
        let period = Duration::from_secs(seconds);
        let plan = Spread::over(period, start(), seed).plan(phones.clone(), |(_, group)| *group);
        prop_assert_eq!(&plan, &Spread::over(period, start(), seed).plan(phones.clone(), |(_, group)| *group));

        let mut told: Vec<(usize, u8)> = plan.iter().map(|(_, phone)| *phone).collect();
        let places: Vec<u8> = told.iter().map(|(_, group)| *group).collect();
        told.sort();
        prop_assert_eq!(told, phones);
        let n = groups.len() as i64;
        let slot = |i: i64| start() + TimeDelta::microseconds(seconds as i64 * 1_000_000 * i / n);
        for (i, (at, _)) in (0..).zip(&plan) {
            prop_assert!(slot(i) <= *at && *at < slot(i + 1), "{} {}", i, at);
        }

        // Of each stretch of the plan a group has its share, and few more or less.
        let mut sizes: BTreeMap<u8, f64> = BTreeMap::new();
        for group in &groups {
            *sizes.entry(*group).or_default() += 1.0;
        }
        for (group, size) in &sizes {
            let mut before = 0.0;
            for (i, place) in places.iter().enumerate() {
                let share = size * i as f64 / groups.len() as f64;
                prop_assert!((before - share).abs() <= sizes.len() as f64, "{}", i);
                before += f64::from(u8::from(place == group));
            }
        }
    }

    #[test]
    fn no_contact_adds_a_line(contact in "sip:[\\PC\r\n\t]{0,30}|.*") {
        if let Ok(recipient) = Recipient::contact(&contact) {
            let told = CheckSync::new("check-sync");
            let message = notify(&told, &recipient, "192.0.2.1:5060".parse().unwrap(), RANDOM);
            let message = String::from_utf8(message).unwrap();
            prop_assert_eq!(message.matches('\n').count(), 12);
            prop_assert_eq!(message.lines().next().unwrap().split(' ').count(), 3);
        }
    }

    #[test]
    fn the_place_of_any_contact_is_found_or_refused(contact in "sips?:[\\PC]{0,30}") {
        if let Ok(place) = Recipient::contact(&contact).map(|recipient| recipient.place()) {
            let known = [Transport::Udp, Transport::Tcp, Transport::Tls];
            prop_assert!(place.is_err() || known.contains(&place.unwrap().transport));
        }
    }

    #[test]
    fn no_datagram_breaks_the_reading_of_answers(datagram: Vec<u8>, line in "\\PC*") {
        let _ = Answer::parse(&datagram);
        let text = format!("SIP/2.0 {line}\r\nVia: {line}\r\nCSeq: {line}\r\n\r\n");
        let _ = Answer::parse(text.as_bytes());
    }

    #[test]
    fn a_subnet_is_its_own_subnet(bytes: [u8; 16]) {
        let address = IpAddr::from(bytes);
        prop_assert_eq!(subnet(subnet(address)), subnet(address));
    }
}
