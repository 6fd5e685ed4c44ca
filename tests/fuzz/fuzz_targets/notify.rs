//! What comes to the port from which phones are told that there is something new, divided by NUL: the contact
//! of a phone, which may have line ends in it, then datagrams.
#![no_main]

use chrono::{DateTime, TimeDelta};
use libfuzzer_sys::fuzz_target;
use phone_provisioning::delivery::resync::{Answer, Due, Recipient, Transaction, notify};
use phone_provisioning::target::CheckSync;

const BRANCH: &str = "z9hG4bK2a2a2a2a2a2a2a2a";
const RANDOM: [u8; 16] = [0x2a; 16];

fuzz_target!(|bytes: &[u8]| {
    let mut parts = bytes.split(|byte| *byte == 0);
    let contact = parts.next().unwrap_or_default();
    let phone = match Recipient::contact(&String::from_utf8_lossy(contact)) {
        Ok(phone) => phone,
        Err(error) => {
            let _ = error.to_string();
            Recipient::address("192.0.2.10:5060".parse().expect("an address"))
        }
    };
    // What leads somewhere is a host and a port, not what stands around them.
    if let Ok(place) = phone.place() {
        let uri = phone.uri().to_ascii_lowercase();
        assert!(
            uri.contains(place.host.as_str()) || place.host.as_str().contains(':'),
            "{place:?}"
        );
    }
    let again = Recipient::contact(phone.uri()).expect("an address of our own");
    assert_eq!(again, phone);

    let told = CheckSync::new("check-sync;reboot=false");
    let local = "192.0.2.1:5060".parse().expect("an address");
    check_message(&notify(&told, &phone, local, RANDOM), &phone);

    let mut now = DateTime::UNIX_EPOCH;
    let mut transaction = Transaction::new(&told, &phone, local, RANDOM, now);
    // The same, to which nobody says anything.
    let mut unanswered = transaction.clone();
    let (mut sent, mut usual) = (0, 0);
    for datagram in parts {
        let Some(answer) = Answer::parse(datagram) else {
            continue;
        };
        assert!((100..700).contains(&answer.status()));
        let text = String::from_utf8_lossy(datagram);
        // Of a folded line each part.
        assert!(answer.branch().split(' ').all(|part| text.contains(part)));
        assert!(
            !answer
                .branch()
                .contains(|c: char| c.is_ascii_control() && c != '\t' || c == ';')
        );
        let due = transaction.next_timeout();
        match transaction.answered(&answer) {
            // A stranger who does not know the branch ends nothing.
            Some(status) => {
                assert_eq!((answer.branch(), answer.status()), (BRANCH, status));
                assert!(status >= 200);
            }
            None => assert!(answer.branch() != BRANCH || answer.status() < 200),
        }
        // None is a reason to send more often, now or later.
        assert_eq!(transaction.next_timeout(), due);
        now += TimeDelta::milliseconds(700);
        sent += u32::from(transaction.poll(now) == Due::Send);
        usual += u32::from(unanswered.poll(now) == Due::Send);
        assert!(sent <= usual);
    }
    assert_eq!(
        transaction.poll(DateTime::UNIX_EPOCH + TimeDelta::seconds(32)),
        Due::Unanswered
    );
});

/// One request, to this phone, in which nothing of the contact has become a line of its own.
fn check_message(message: &[u8], phone: &Recipient) {
    let text = std::str::from_utf8(message).expect("text is sent");
    let (head, body) = text.split_once("\r\n\r\n").expect("a header with an end");
    assert!(body.is_empty());
    // A CR or LF alone ends a line for some who read it.
    assert!(
        !head
            .replace("\r\n", "")
            .contains(|c: char| c.is_ascii_control())
    );
    let mut lines = head.split("\r\n");
    assert_eq!(
        lines.next(),
        Some(format!("NOTIFY {} SIP/2.0", phone.uri()).as_str())
    );
    assert_eq!(lines.count(), 10, "{head}");
}
