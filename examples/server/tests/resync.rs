//! Phones that are told to fetch again. The phones are plain sockets, and the test holds the clock.

mod support;

use std::collections::BTreeSet;
use std::net::UdpSocket;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::TimeDelta;
use phone_provisioning::delivery::resync::Recipient;
use phone_provisioning::model::Mac;
use phone_provisioning::target::CheckSync;
use provisioning_server::clock::Clock;
use provisioning_server::resync::{End, NotSent, Resync};
use support::udp::{PATIENCE, Phone, field, reply};
use support::{clock, log, until};

const RELOAD: CheckSync = CheckSync::new("check-sync;reboot=false");
const RESTART: CheckSync = CheckSync::new("check-sync;reboot=true");

fn mac(number: u32) -> Mac {
    format!("00041300{number:04x}").parse().unwrap()
}

struct Running {
    resync: Resync,
    clock: Clock,
    ends: Arc<Mutex<Vec<(Mac, End)>>>,
}

impl Running {
    /// On the loopback.
    fn start() -> Self {
        Self::at(Some("127.0.0.1:0"))
    }

    fn at(listen: Option<&str>) -> Self {
        log::keep();
        let clock = clock();
        let listen = listen.map(|listen| listen.parse().unwrap());
        let resync = Resync::open(listen, clock.clone()).unwrap();
        let ends: Arc<Mutex<Vec<(Mac, End)>>> = Arc::default();
        let heard = ends.clone();
        let watch = Arc::new(move |mac, end| heard.lock().unwrap().push((mac, end)));
        tokio::spawn(resync.clone().run(watch, std::future::pending()));
        Self {
            resync,
            clock,
            ends,
        }
    }

    /// Tells one phone: however long the period is, at once.
    fn tell(&self, number: u32, contact: &str, told: CheckSync) -> usize {
        let recipient = Recipient::contact(contact).unwrap();
        let hour = Duration::from_secs(3600);
        self.resync.tell([(mac(number), recipient, told)], hour)
    }

    fn answer(&self, phone: &Phone, notify: &str, status: &str) {
        phone.send(reply(notify, status).as_bytes(), self.resync.local_addr());
    }

    /// What became of a phone, in order.
    fn ends_of(&self, number: u32) -> Vec<End> {
        let ends = self.ends.lock().unwrap();
        let own = ends.iter().filter(|(of, _)| *of == mac(number));
        own.map(|(_, end)| *end).collect()
    }

    /// When this is over, all that was due before has been sent: two more phones have been told.
    fn round(&self) {
        for number in 0xfff0..0xfff2 {
            let phone = Phone::at("127.0.0.1:0");
            self.tell(number, &contact(&phone), RELOAD);
            let notify = phone.receive();
            let before = self.ends_of(number).len();
            self.answer(&phone, &notify, "200 OK");
            until("it has answered", || self.ends_of(number).len() > before);
        }
    }
}

fn contact(phone: &Phone) -> String {
    format!("<sip:1001@{}>", phone.address())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_phone_is_told_at_once_and_answers() {
    let server = Running::start();
    let phone = Phone::at("127.0.0.1:0");
    assert_eq!(server.tell(1, &contact(&phone), RELOAD), 1);
    let (notify, from) = phone.receive_from();
    let local = server.resync.local_addr();
    assert_eq!(from, local);
    let first = format!("NOTIFY sip:1001@{} SIP/2.0", phone.address());
    assert_eq!(notify.lines().next(), Some(&*first));
    assert!(field(&notify, "Via").starts_with(&format!("SIP/2.0/UDP {local};branch=z9hG4bK")));
    assert_eq!(field(&notify, "Event"), "check-sync;reboot=false");

    // Answers that are not to this request change nothing.
    let other = notify.replace("branch=z9hG4bK", "branch=z9hG4bKx");
    server.answer(&phone, &other, "200 OK");
    server.answer(&phone, &notify.replace("1 NOTIFY", "1 REGISTER"), "200 OK");
    server.answer(&phone, &notify, "100 Trying");
    phone.send(b"\0\0\0\0", local);
    server.round();
    assert_eq!(server.ends_of(1), []);

    server.answer(&phone, &notify, "200 OK");
    until("it has answered", || {
        server.ends_of(1) == [End::Answered(200)]
    });
    // Its answer again, and the time: nothing happens any more.
    server.answer(&phone, &notify, "200 OK");
    server.clock.advance(TimeDelta::seconds(40));
    server.round();
    assert!(phone.has_nothing());
    assert_eq!(server.ends_of(1), [End::Answered(200)]);

    // A phone that refuses has answered too.
    server.tell(2, &contact(&phone), RESTART);
    let notify = phone.receive();
    assert_eq!(field(&notify, "Event"), "check-sync;reboot=true");
    server.answer(&phone, &notify, "403 Forbidden");
    until("it has refused", || {
        server.ends_of(2) == [End::Answered(403)]
    });
    assert!(log::text().contains("\"message\":\"resync: answered\""));
}

/// RFC 3261 section 17.1.2.2: "500 ms, 1 s, 2 s, 4 s, 4 s, 4 s, etc.", until 32 seconds are over.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_notify_is_repeated_until_it_is_given_up() {
    let server = Running::start();
    let phone = Phone::at("127.0.0.1:0");
    server.tell(1, &contact(&phone), RELOAD);
    let notify = phone.receive();
    let mut now = 0;
    let mut advance = |to: i64| {
        server.clock.advance(TimeDelta::milliseconds(to - now));
        now = to;
    };
    for due in [
        500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500,
    ] {
        advance(due - 1);
        server.round();
        assert!(phone.has_nothing(), "{due}");
        advance(due);
        assert_eq!(phone.receive(), notify);
    }
    advance(31_999);
    server.round();
    assert_eq!(server.ends_of(1), []);
    advance(32_000);
    until("it is given up", || server.ends_of(1) == [End::Unanswered]);
    // Too late.
    server.answer(&phone, &notify, "200 OK");
    server.round();
    assert!(phone.has_nothing());
    assert_eq!(server.ends_of(1), [End::Unanswered]);
    assert!(log::text().contains("\"message\":\"resync: unanswered\""));
}

/// Twenty phones in each of twenty subnets, in ten minutes: one each second and a half, and no two of
/// a subnet one after the other.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_phones_are_told_one_after_another() {
    let server = Running::at(Some("0.0.0.0:0"));
    let phones = Phone::at("0.0.0.0:0");
    let port = phones.address().port();
    let calls = (0..400).map(|number| {
        let (subnet, host) = (number / 20, number % 20 + 1);
        let contact = format!("sip:{number}@127.0.{subnet}.{host}:{port}");
        (mac(number), Recipient::contact(&contact).unwrap(), RELOAD)
    });
    assert_eq!(server.resync.tell(calls, Duration::from_secs(600)), 400);
    let mut told = Vec::new();
    for slot in 1..=400 {
        server.clock.advance(TimeDelta::milliseconds(1500));
        let (notify, from) = phones.receive_from();
        assert_eq!(server.resync.waiting(), 400 - slot);
        told.push(notify.lines().next().unwrap().to_owned());
        phones.send(reply(&notify, "200 OK").as_bytes(), from);
        until("it has answered", || {
            server.ends.lock().unwrap().len() == slot
        });
    }
    assert!(phones.has_nothing());
    assert_eq!(told.iter().collect::<BTreeSet<_>>().len(), 400);
    let ends = server.ends.lock().unwrap();
    assert!(ends.iter().all(|(_, end)| *end == End::Answered(200)));
    let subnet = |line: &str| line.split('.').nth(2).map(str::to_owned);
    for pair in told.windows(2) {
        assert_ne!(subnet(&pair[0]), subnet(&pair[1]));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_phone_that_waits_is_told_once() {
    let server = Running::start();
    let phones: Vec<Phone> = (0..10).map(|_| Phone::at("127.0.0.1:0")).collect();
    let calls = |told: CheckSync| {
        let calls = (0..).zip(&phones).map(move |(number, phone)| {
            let recipient = Recipient::contact(&contact(phone)).unwrap();
            (mac(number), recipient, told)
        });
        calls.collect::<Vec<_>>()
    };
    let hour = Duration::from_secs(3600);
    // Twice in one list is once.
    let twice = [calls(RELOAD), calls(RELOAD)].concat();
    assert_eq!(server.resync.tell(twice, hour), 10);
    assert_eq!(server.resync.tell(calls(RESTART), hour), 0);
    assert_eq!(server.resync.waiting(), 10);
    // One at once: it is told now, and not again when it would have been.
    assert_eq!(server.tell(9, &contact(&phones[9]), RELOAD), 0);
    let notify = phones[9].receive();
    assert_eq!(field(&notify, "Event"), RELOAD.event);
    server.answer(&phones[9], &notify, "200 OK");
    until("it has answered", || server.ends_of(9).len() == 1);
    assert_eq!(server.resync.waiting(), 9);

    server.clock.advance(TimeDelta::hours(1));
    for (number, phone) in (0..9).zip(&phones) {
        // The later call counts.
        let notify = phone.receive();
        assert_eq!(field(&notify, "Event"), RESTART.event);
        server.answer(phone, &notify, "200 OK");
        until("it has answered", || server.ends_of(number).len() == 1);
    }
    server.round();
    assert!(phones.iter().all(Phone::has_nothing));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_phone_that_is_told_anew_hears_no_more_of_the_old() {
    let server = Running::start();
    let phone = Phone::at("127.0.0.1:0");
    server.tell(1, &contact(&phone), RELOAD);
    let old = phone.receive();
    assert_eq!(server.tell(1, &contact(&phone), RESTART), 1);
    let new = phone.receive();
    assert_ne!(field(&old, "Via"), field(&new, "Via"));
    assert_ne!(field(&old, "Call-ID"), field(&new, "Call-ID"));
    server.clock.advance(TimeDelta::milliseconds(500));
    assert_eq!(phone.receive(), new);
    server.answer(&phone, &old, "200 OK");
    server.round();
    assert_eq!(server.ends_of(1), []);
    assert!(phone.has_nothing());
    server.answer(&phone, &new, "202 Accepted");
    until("it has answered", || {
        server.ends_of(1) == [End::Answered(202)]
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_sent_is_said() {
    let server = Running::start();
    for (number, contact, reason) in [
        (1, "sip:a@127.0.0.1:9;transport=tcp", NotSent::Transport),
        (2, "sip:a@127.0.0.1:9;transport=TLS", NotSent::Transport),
        (3, "sips:a@127.0.0.1:9", NotSent::Transport),
        (4, "sip:a@127.0.0.1:9;transport=ws", NotSent::Contact),
        (5, "sip:a@127.0.0.1:0", NotSent::Contact),
        (6, "sip:a@nobody.invalid", NotSent::Name),
    ] {
        server.tell(number, contact, RELOAD);
        let end = End::NotSent(reason);
        until(contact, || server.ends_of(number) == [end]);
    }
    // A socket of IPv4 cannot send there.
    server.tell(7, "sip:a@[2001:db8::7]", RELOAD);
    until("no way", || {
        let ends = server.ends_of(7);
        matches!(ends[..], [End::NotSent(NotSent::Network(_))])
    });
    let log = log::text();
    assert!(log.contains("\"reason\":\"the contact asks for another transport than UDP\""));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn phones_of_both_kinds_of_addresses_are_told_and_names_are_found() {
    let server = Running::at(None);
    let mut numbers = 1..;
    let mut told = |phone: &Phone, host: &str| {
        let number = numbers.next().unwrap();
        let port = phone.address().port();
        server.tell(number, &format!("sip:a@{host}:{port}"), RELOAD);
        let (notify, from) = phone.receive_from();
        let via = field(&notify, "Via");
        let own = via.strip_prefix("SIP/2.0/UDP ").unwrap().split(';').next();
        assert_eq!(
            own,
            Some(&*from.to_string().replace("[::ffff:127.0.0.1]", "127.0.0.1"))
        );
        phone.send(reply(&notify, "200 OK").as_bytes(), from);
        let answered = [End::Answered(200)];
        until("it has answered", || server.ends_of(number) == answered);
    };
    told(&Phone::at("127.0.0.1:0"), "127.0.0.1");
    match UdpSocket::bind("[::1]:0") {
        Ok(_) => told(&Phone::at("[::1]:0"), "[::1]"),
        Err(error) => eprintln!("SKIPPED: no IPv6 on this machine: {error}"),
    }
    // What the system says first: with or without IPv6.
    let localhost = tokio::net::lookup_host("localhost:0").await.unwrap().next();
    told(&Phone::at(&localhost.unwrap().to_string()), "localhost");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_ends_when_it_is_told_to() {
    let resync = Resync::open(Some("127.0.0.1:0".parse().unwrap()), clock()).unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let stopped = async {
        let _ = stopped.await;
    };
    let run = tokio::spawn(resync.clone().run(Arc::new(|_, _| {}), stopped));
    stop.send(()).unwrap();
    tokio::time::timeout(PATIENCE, run).await.unwrap().unwrap();
}
