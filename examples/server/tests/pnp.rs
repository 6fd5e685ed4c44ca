//! Phones that ask the network for the address of their files: plain sockets, and a SIP client of others
//! (SIPp).

mod support;

#[path = "../../../tests/pnp/traces.rs"]
mod traces;

use std::collections::BTreeMap;
use std::fs;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use chrono::TimeDelta;
use phone_provisioning::Targets;
use phone_provisioning::delivery::pnp::{AnswerError, DiscoveredPhones, Phone as Asking};
use phone_provisioning::model::{Mac, Url};
use provisioning_server::clock::Clock;
use provisioning_server::pnp::{Options, Phones, Pnp};
use support::udp::{Phone, field, reply};
use support::{clock, log, tools, until};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use traces::{GRANDSTREAM, SNOM_DECT, SNOM_DESK, Trace, YEALINK};

const URLS: [(&Trace, &str); 3] = [
    (&SNOM_DESK, "https://pbx.example.net/p/desk-4mSj8k/"),
    (&SNOM_DECT, "https://pbx.example.net/p/base-9sKw2l/"),
    (&YEALINK, "https://pbx.example.net/p/dect-Zq81mn/"),
];

fn mac(trace: &Trace) -> Mac {
    trace.mac.unwrap().parse().unwrap()
}

fn url(text: &str) -> Url {
    text.parse().unwrap()
}

/// The server's side: the phones that may be told, and the lists that were told.
#[derive(Default)]
struct Known {
    phones: BTreeMap<Mac, Url>,
    told: Mutex<Vec<DiscoveredPhones>>,
}

impl Known {
    fn of(urls: &[(&Trace, &str)]) -> Self {
        let phones = urls.iter().map(|(trace, text)| (mac(trace), url(text)));
        Self {
            phones: phones.collect(),
            told: Mutex::default(),
        }
    }

    /// The MAC addresses of the list that was told last.
    fn last(&self) -> Vec<Mac> {
        let told = self.told.lock().unwrap();
        let last = told.last().map(|list| list.iter().map(|phone| phone.mac));
        last.map(Iterator::collect).unwrap_or_default()
    }
}

impl Phones for Known {
    fn address_of(&self, phone: &Asking) -> Option<Url> {
        self.phones.get(&phone.mac?).cloned()
    }

    fn discovered(&self, found: &DiscoveredPhones) {
        self.told.lock().unwrap().push(found.clone());
    }
}

struct Running {
    pnp: Pnp,
    known: Arc<Known>,
    clock: Clock,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Running {
    fn start(known: Known) -> Self {
        Self::at(&loopback(), known).unwrap()
    }

    fn at(options: &Options, known: Known) -> std::io::Result<Self> {
        log::keep();
        let (clock, known) = (clock(), Arc::new(known));
        let none = DiscoveredPhones::default();
        let pnp = Pnp::open(options, Targets::builtin(), none, clock.clone())?;
        let (stop, stopped) = oneshot::channel();
        let run = pnp.clone().run(known.clone(), async {
            let _ = stopped.await;
        });
        Ok(Self {
            pnp,
            known,
            clock,
            stop,
            task: tokio::spawn(run),
        })
    }

    fn ask(&self, phone: &Phone, trace: &Trace) {
        phone.send(&trace.bytes(), self.pnp.local_addr());
    }

    /// When this is over, all that was due or sent before has been done: a phone has asked and got
    /// its answer.
    fn round(&self) {
        for number in 0..2 {
            let phone = Phone::at("127.0.0.1:0");
            let (trace, _) = URLS[2];
            let again = trace
                .text
                .replace("Call-ID: ", &format!("Call-ID: {number}"));
            phone.send(again.as_bytes(), self.pnp.local_addr());
            let notify = [phone.receive(), phone.receive()]
                .into_iter()
                .find(|message| message.starts_with("NOTIFY"))
                .unwrap();
            phone.send(reply(&notify, "200 OK").as_bytes(), self.pnp.local_addr());
        }
    }
}

fn loopback() -> Options {
    Options {
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        group: None,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn known_phones_are_answered_at_once() {
    let server = Running::start(Known::of(&URLS));
    for (trace, url) in URLS {
        let phone = Phone::at("127.0.0.1:0");
        server.ask(&phone, trace);
        let (ok, from) = phone.receive_from();
        assert_eq!(from, server.pnp.local_addr());
        assert!(ok.starts_with("SIP/2.0 200 OK\r\n"), "{ok}");
        assert_eq!(field(&ok, "Contact"), format!("<sip:{from}>"));
        let notify = phone.receive();
        assert!(notify.starts_with("NOTIFY sip:"), "{notify}");
        assert!(notify.ends_with(&format!("\r\n\r\n{url}")), "{notify}");
        // The request again: the same 200. Half a second later: the same NOTIFY.
        server.ask(&phone, trace);
        assert_eq!(phone.receive(), ok);
        server.clock.advance(TimeDelta::milliseconds(500));
        assert_eq!(phone.receive(), notify);
        // The phone has it: no more of it.
        phone.send(reply(&notify, "200 OK").as_bytes(), from);
        server.round();
        server.clock.advance(TimeDelta::seconds(5));
        server.round();
        assert!(phone.has_nothing());
    }
    assert!(server.known.told.lock().unwrap().is_empty());
    let log = log::text();
    for (trace, url) in URLS {
        let mac = trace.mac.unwrap();
        assert!(log.contains(&format!("\"mac\":\"{mac}\"")), "{mac}");
        let token = url.trim_end_matches('/').rsplit('/').next().unwrap();
        assert!(!log.contains(token), "{token}");
    }
    assert!(log.contains("plug and play: answered") && log.contains("plug and play: delivered"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn noise_gets_nothing() {
    let server = Running::start(Known::of(&URLS));
    let stranger = Phone::at("127.0.0.1:0");
    let to = server.pnp.local_addr();
    stranger.send(b"", to);
    stranger.send(b"\0\0\0\0", to);
    stranger.send(&[b'x'; 20_000], to);
    stranger.send(b"SIP/2.0 200 OK\r\n\r\n", to);
    stranger.send(&YEALINK.bytes()[..100], to);
    server.round();
    assert!(stranger.has_nothing());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unknown_phone_is_told_once_it_is_assigned() {
    let server = Running::start(Known::of(&URLS[2..]));
    let (trace, text) = URLS[0];
    let phone = Phone::at("127.0.0.1:0");
    server.ask(&phone, trace);
    let listed = || server.known.last() == [mac(trace)];
    until("the phone is discovered", listed);
    server.round();
    assert!(phone.has_nothing());
    let found = server.pnp.discovered();
    let found = found.get(mac(trace)).unwrap();
    assert_eq!(found.model.as_deref(), Some("snom D120"));
    assert_eq!(found.source, IpAddr::from(Ipv4Addr::LOCALHOST));

    // Within the half minute in which it waits: the 200, and the NOTIFY of the same dialog.
    server.clock.advance(TimeDelta::seconds(20));
    server.pnp.assigned(mac(trace), &url(text)).unwrap();
    let (ok, notify) = (phone.receive(), phone.receive());
    assert!(ok.starts_with("SIP/2.0 200 OK\r\n"), "{ok}");
    assert!(notify.ends_with(&format!("\r\n\r\n{text}")), "{notify}");
    assert_eq!(field(&notify, "Call-ID"), "313531@192.168.10.68");
    assert_eq!(field(&notify, "From"), field(&ok, "To"));
    assert!(field(&ok, "To").contains(";tag="));
    assert_eq!(field(&notify, "To"), field(&ok, "From"));
    until("it is no longer listed", || server.known.last().is_empty());
    // It is repeated, as every NOTIFY.
    server.clock.advance(TimeDelta::milliseconds(500));
    assert_eq!(phone.receive(), notify);
    let answer = server.pnp.assigned(mac(trace), &url(text));
    assert_eq!(answer, Err(AnswerError::Gone));
    // The list goes to whoever starts next.
    assert!(server.pnp.discovered().is_empty());
    assert!(!log::text().contains("desk-4mSj8k"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_late_notify_comes_alone_and_not_too_late() {
    let server = Running::start(Known::of(&URLS[2..]));
    let [desk, base] = [0, 1].map(|at| {
        let phone = Phone::at("127.0.0.1:0");
        server.ask(&phone, URLS[at].0);
        phone
    });
    until("both are discovered", || server.known.last().len() == 2);
    // Five minutes later no phone waits for a 200.
    server.clock.advance(TimeDelta::minutes(5));
    let assign = |at: usize| server.pnp.assigned(mac(URLS[at].0), &url(URLS[at].1));
    assign(0).unwrap();
    let notify = desk.receive();
    assert!(notify.starts_with("NOTIFY sip:"), "{notify}");
    // After ten the phone must ask again.
    server.clock.advance(TimeDelta::minutes(5));
    assert_eq!(assign(1), Err(AnswerError::Gone));
    server.round();
    server.ask(&base, &SNOM_DECT);
    until("it asks again", || server.known.last() == [mac(&SNOM_DECT)]);
    assign(1).unwrap();
    assert!(base.receive().starts_with("SIP/2.0 200 OK"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_phone_that_fetches_hears_no_more() {
    let server = Running::start(Known::of(&URLS));
    let phone = Phone::at("127.0.0.1:0");
    server.ask(&phone, &SNOM_DESK);
    let (_, notify) = (phone.receive(), phone.receive());
    assert!(notify.starts_with("NOTIFY"));
    server.pnp.fetched(mac(&SNOM_DESK));
    server.clock.advance(TimeDelta::seconds(5));
    server.round();
    assert!(phone.has_nothing());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn discovered_phones_are_forgotten_kept_and_told_in_the_end() {
    let server = Running::start(Known::of(&URLS[2..]));
    let phone = Phone::at("127.0.0.1:0");
    for trace in [&SNOM_DESK, &SNOM_DECT, &GRANDSTREAM] {
        server.ask(&phone, trace);
    }
    until("three are discovered", || server.known.last().len() == 3);
    server.pnp.forget(mac(&SNOM_DECT));
    // The end tells what has not been told.
    server.stop.send(()).unwrap();
    server.task.await.unwrap();
    let mut left = [mac(&SNOM_DESK), mac(&GRANDSTREAM)];
    left.sort();
    assert_eq!(server.known.last(), left);

    // The next run has them, and drops them a day after they asked.
    let stored = server.known.told.lock().unwrap().last().unwrap().clone();
    let stored = serde_json::from_str(&serde_json::to_string(&stored).unwrap()).unwrap();
    let clock = clock();
    let pnp = Pnp::open(&loopback(), Targets::builtin(), stored, clock.clone()).unwrap();
    assert_eq!(pnp.discovered().len(), 2);
    let known = Arc::new(Known::default());
    tokio::spawn(pnp.clone().run(known.clone(), std::future::pending()));
    clock.advance(TimeDelta::days(1));
    until("they are dropped", || pnp.discovered().is_empty());
    until("and that is told", || known.told.lock().unwrap().len() == 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_of_requests_is_told_once_a_second() {
    let server = Running::start(Known::of(&URLS[2..]));
    let begin = Instant::now();
    let phone = Phone::at("127.0.0.1:0");
    for number in 0..2000 {
        let text = SNOM_DESK
            .text
            .replace("000413A11FA7", &format!("00041300{number:04X}"));
        let text = text.replace("Call-ID: ", &format!("Call-ID: {number}"));
        phone.send(text.as_bytes(), server.pnp.local_addr());
        if number % 20 == 0 {
            // The buffers of the system are small.
            server.round();
        }
    }
    let last: Mac = "0004130007cf".parse().unwrap();
    until("the last is discovered", || {
        server.known.last().contains(&last)
    });
    // One address has eight phones.
    assert_eq!(server.known.last().len(), 8);
    let told = server.known.told.lock().unwrap().len() as u64;
    assert!(told <= begin.elapsed().as_secs() + 2, "{told}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_group_is_heard_by_two_servers() {
    let group = Ipv4Addr::new(224, 0, 1, 75);
    let mut options = Options {
        group: Some(group),
        ..loopback()
    };
    let first = match Running::at(&options, Known::of(&URLS[..1])) {
        Ok(first) => first,
        Err(error) => return eprintln!("SKIPPED: no multicast on this machine: {error}"),
    };
    let port = first.pnp.local_addr().port();
    options.listen.set_port(port);
    let second = Running::at(&options, Known::of(&URLS[1..2])).unwrap();
    let phone = Phone::at("127.0.0.1:0");
    let loopback = socket2::SockRef::from(&phone.0).set_multicast_if_v4(&Ipv4Addr::LOCALHOST);
    loopback.unwrap();
    for (trace, url) in &URLS[..2] {
        phone.send(&trace.bytes(), SocketAddr::from((group, port)));
        let (ok, from) = phone.receive_from();
        assert!(ok.starts_with("SIP/2.0 200 OK"), "{ok}");
        assert_eq!(from, SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
        assert!(phone.receive().ends_with(url));
    }
    until("each has discovered the other's", || {
        first.known.last() == [mac(&SNOM_DECT)] && second.known.last() == [mac(&SNOM_DESK)]
    });
}

#[tokio::test]
async fn a_port_that_is_taken_is_an_error() {
    let server = Running::start(Known::default());
    let options = Options {
        listen: server.pnp.local_addr(),
        group: None,
    };
    let error = Running::at(&options, Known::default()).err().unwrap();
    assert_eq!(error.kind(), std::io::ErrorKind::AddrInUse);
}

// ---- a real SIP client ----

/// Runs a scenario of the library's suite once, with this URL expected.
fn sipp(server: &Running, scenario: &str, url: &str) -> Child {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let text = fs::read_to_string(root.join(format!("tests/pnp/{scenario}.xml"))).unwrap();
    assert!(text.contains("@URL@"));
    let text = text.replace("@URL@", &url.replace('.', "\\."));
    let address = server.pnp.local_addr();
    let file = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join(format!("pnp_{scenario}_{}.xml", address.port()));
    fs::write(&file, text).unwrap();
    let free = UdpSocket::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    Command::new("sipp")
        .arg(address.to_string())
        .arg("-sf")
        .arg(&file)
        .args(["-i", "127.0.0.1", "-p", &free.port().to_string()])
        .args(["-m", "1", "-nostdin", "-timeout", "20s", "-timeout_error"])
        .arg("-trace_err")
        .arg("-error_file")
        .arg(file.with_extension("log"))
        .env("TERM", "dumb")
        .current_dir(env!("CARGO_TARGET_TMPDIR"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

#[track_caller]
fn assert_success(sipp: Child) {
    let output = sipp.wait_with_output().unwrap();
    let shown = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{shown}\n{errors}");
}

const SCENARIOS: [&str; 3] = ["snom_desk", "snom_dect", "yealink"];

fn sipp_is_here() -> bool {
    tools::is_here("sipp", "-v", "sip-tester")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sipp_as_a_phone_gets_its_url() {
    if sipp_is_here() {
        let server = Running::start(Known::of(&URLS));
        for (scenario, (_, url)) in SCENARIOS.into_iter().zip(URLS) {
            assert_success(sipp(&server, scenario, url));
        }
        // The scenarios can fail: with the URL of another phone they do.
        let output = sipp(&server, SCENARIOS[0], URLS[1].1).wait_with_output();
        assert_ne!(output.unwrap().status.code(), Some(0));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sipp_as_a_phone_gets_its_url_once_it_is_assigned() {
    if sipp_is_here() {
        let server = Running::start(Known::default());
        for (scenario, (trace, text)) in SCENARIOS.into_iter().zip(URLS) {
            let phone = sipp(&server, scenario, text);
            until("it is discovered", || {
                server.pnp.discovered().get(mac(trace)).is_some()
            });
            server.pnp.assigned(mac(trace), &url(text)).unwrap();
            assert_success(phone);
        }
    }
}
