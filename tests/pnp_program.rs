//! The program `pnp`, run as people run it: a child process on the loopback, asked by plain sockets and
//! by a SIP client of others (SIPp).

#![cfg(all(feature = "snom", feature = "yealink"))]

mod support;

#[path = "pnp/traces.rs"]
mod traces;

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::time::Duration;

use support::program;
use traces::{GRANDSTREAM, SNOM_DECT, SNOM_DESK, Trace, YEALINK};

/// Long enough for the slowest machine; nothing waits for it to pass.
const PATIENCE: Duration = Duration::from_secs(20);

const FLEET: &str = r#"
[site]
name = "Example BV"
provisioning_url = "https://pbx.example.net/p/{token}/"
[site.settings]
time_zone = "Europe/Amsterdam"
language = "en"
registrar = { host = "sip.example.net" }

[[devices]]
mac = "00:04:13:a1:1f:a7"
model = "snom D120"
token = "desk-4mSj8k"

[[devices]]
mac = "00:04:13:61:a0:b1"
model = "snom M700"
token = "base-9sKw2l"

[[devices]]
mac = "00:15:65:f4:f9:e1"
model = "yealink W52P"
token = "dect-Zq81mn"
"#;

const URLS: [(&Trace, &str); 3] = [
    (&SNOM_DESK, "https://pbx.example.net/p/desk-4mSj8k/"),
    (&SNOM_DECT, "https://pbx.example.net/p/base-9sKw2l/"),
    (&YEALINK, "https://pbx.example.net/p/dect-Zq81mn/"),
];

/// The running program, ended with the test.
struct Pnp {
    child: Child,
    stdout: BufReader<ChildStdout>,
    address: SocketAddr,
}

impl Pnp {
    fn start(name: &str, fleet: &str, arguments: &[&str]) -> Self {
        let fleet = scratch(name, fleet);
        let mut child = program("pnp")
            .arg(fleet)
            .args(["--listen", "127.0.0.1:0"])
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let address = loop {
            let line = lines.next().expect("it listens").unwrap();
            if let Some(address) = line.strip_prefix("listening on ") {
                break address.parse().unwrap();
            }
        };
        // Somebody has to read what else it says.
        std::thread::spawn(move || lines.for_each(drop));
        let stdout = BufReader::new(child.stdout.take().unwrap());
        Self {
            child,
            stdout,
            address,
        }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.stdout.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    fn phone(&self) -> Phone {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        socket.connect(self.address).unwrap();
        Phone(socket)
    }
}

impl Drop for Pnp {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

struct Phone(UdpSocket);

impl Phone {
    fn send(&self, bytes: &[u8]) {
        self.0.send(bytes).unwrap();
    }

    #[track_caller]
    fn receive(&self) -> String {
        let mut bytes = [0; 2000];
        let length = self.0.recv(&mut bytes).unwrap();
        String::from_utf8(bytes[..length].to_vec()).unwrap()
    }
}

fn scratch(name: &str, text: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, text).unwrap();
    path
}

fn confirm(notify: &str) -> String {
    let field = |name: &str| {
        let line = notify.lines().find(|line| line.starts_with(name));
        line.unwrap().to_owned()
    };
    let [call_id, cseq] = ["Call-ID:", "CSeq:"].map(field);
    format!("SIP/2.0 200 OK\r\n{call_id}\r\n{cseq}\r\n\r\n")
}

#[test]
fn the_phones_of_the_fleet_get_their_urls() {
    let mut pnp = Pnp::start("pnp_fleet.toml", FLEET, &[]);
    let names = ["snom D120", "snom M700", "yealink W52P"];
    for ((trace, url), model) in URLS.into_iter().zip(names) {
        let phone = pnp.phone();
        phone.send(&trace.bytes());
        let ok = phone.receive();
        assert!(ok.starts_with("SIP/2.0 200 OK\r\n"), "{ok}");
        let notify = phone.receive();
        assert!(notify.starts_with("NOTIFY sip:"), "{notify}");
        assert!(notify.ends_with(&format!("\r\n\r\n{url}")), "{notify}");
        let mac = trace.mac.unwrap();
        let place = phone.0.local_addr().unwrap();
        assert_eq!(pnp.line(), format!("answered {mac} {model} at {place}"));
        // The request again: the same 200, perhaps behind a repeated NOTIFY.
        phone.send(&trace.bytes());
        let again = std::iter::repeat_with(|| phone.receive());
        let mut again = again.skip_while(|message| message.starts_with("NOTIFY"));
        assert_eq!(again.next().as_ref(), Some(&ok));
        phone.send(confirm(&notify).as_bytes());
        assert_eq!(pnp.line(), format!("delivered {mac} {model}"));
    }
}

#[test]
fn strangers_and_noise_get_nothing() {
    let mut pnp = Pnp::start("pnp_strangers.toml", FLEET, &[]);
    let stranger = pnp.phone();
    stranger.send(b"");
    stranger.send(b"\0\0\0\0");
    stranger.send(&[b'x'; 20_000]);
    stranger.send(b"SIP/2.0 200 OK\r\n\r\n");
    stranger.send(&YEALINK.bytes()[..100]);
    stranger.send(&GRANDSTREAM.bytes());
    let place = stranger.0.local_addr().unwrap();
    assert_eq!(
        pnp.line(),
        format!("unknown c0:74:ad:11:22:33 GRP2612W at {place}")
    );
    // It is still there for those it knows, and what it sends first is for them.
    let phone = pnp.phone();
    phone.send(&YEALINK.bytes());
    assert!(phone.receive().starts_with("SIP/2.0 200 OK"));
    stranger.0.set_nonblocking(true).unwrap();
    assert!(stranger.0.recv(&mut [0; 10]).is_err());
}

#[test]
fn any_phone_gets_an_answer_when_asked_so() {
    let fleet = FLEET.replace("/{token}/", "/{mac}.xml");
    let mut pnp = Pnp::start("pnp_any.toml", &fleet, &["--any"]);
    for (trace, file) in [
        (&SNOM_DESK, "000413A11FA7.xml"),
        (&YEALINK, "001565f4f9e1.xml"),
        (&GRANDSTREAM, "c074ad112233.xml"),
    ] {
        let phone = pnp.phone();
        phone.send(&trace.bytes());
        assert!(phone.receive().starts_with("SIP/2.0 200 OK"));
        let notify = phone.receive();
        assert!(notify.ends_with(&format!("/p/{file}")), "{notify}");
        assert!(pnp.line().starts_with("answered "));
    }
}

fn refused(arguments: &[&str]) -> Output {
    program("pnp").args(arguments).output().unwrap()
}

#[test]
fn help_and_usage() {
    let output = refused(&["--help"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stdout.starts_with(b"usage: pnp FLEET"));
    for arguments in [
        &[][..],
        &["a", "b"],
        &["--what", "a"],
        &["a", "--listen"],
        &["a", "--listen", "5060"],
        &["a", "--group", "192.0.2.1"],
        &["/no/such/file.toml"],
    ] {
        let output = refused(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(!output.stderr.is_empty() && output.stdout.is_empty());
    }
}

#[test]
fn a_fleet_that_cannot_be_told_is_an_error() {
    for (name, fleet, arguments, text) in [
        ("pnp_bad.toml", "devices = 1", &[][..], "error: "),
        (
            "pnp_no_url.toml",
            &*FLEET.replace("provisioning_url", "#"),
            &[],
            "error: site.provisioning_url: missing",
        ),
        (
            "pnp_token.toml",
            FLEET,
            &["--any"],
            "error: site.provisioning_url: nobody knows the {token}",
        ),
    ] {
        let path = scratch(name, fleet);
        let output = refused(&[&[path.to_str().unwrap()], arguments].concat());
        assert_eq!(output.status.code(), Some(1), "{name}");
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(stderr.starts_with(text), "{stderr}");
    }
    // A port that is taken.
    let taken = UdpSocket::bind("127.0.0.1:0").unwrap();
    let path = scratch("pnp_taken.toml", FLEET);
    let address = taken.local_addr().unwrap().to_string();
    let output = refused(&[path.to_str().unwrap(), "--listen", &address]);
    assert_eq!(output.status.code(), Some(2));
}

// ---- a real SIP client ----

/// Whether SIPp is there; when it must be and is not, the test fails.
fn sipp_is_here() -> bool {
    // It knows no version without an exit status of its own.
    if Command::new("sipp").arg("-v").output().is_ok() {
        return true;
    }
    let required = std::env::var_os("PROVISIONING_REQUIRE_TOOLS").is_some();
    assert!(
        !required,
        "PROVISIONING_REQUIRE_TOOLS is set, and sipp is missing"
    );
    eprintln!("SKIPPED: sipp is missing (Debian: sip-tester)");
    false
}

/// Runs a scenario once, with this URL expected.
fn sipp(pnp: &Pnp, scenario: &str, url: &str) -> Output {
    let path = support::root().join(format!("tests/pnp/{scenario}.xml"));
    let text = fs::read_to_string(path).unwrap();
    assert!(text.contains("@URL@"));
    let text = text.replace("@URL@", &url.replace('.', "\\."));
    let scenario = scratch(&format!("pnp_{scenario}_{}.xml", pnp.address.port()), &text);
    let free = UdpSocket::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    Command::new("sipp")
        .arg(pnp.address.to_string())
        .arg("-sf")
        .arg(&scenario)
        .args(["-i", "127.0.0.1", "-p", &free.port().to_string()])
        .args(["-m", "1", "-nostdin", "-timeout", "20s", "-timeout_error"])
        .args([
            "-trace_err",
            "-error_file",
            scenario.with_extension("log").to_str().unwrap(),
        ])
        .env("TERM", "dumb")
        .current_dir(env!("CARGO_TARGET_TMPDIR"))
        .output()
        .unwrap()
}

#[track_caller]
fn assert_sipp(scenario: &str, (trace, url): (&Trace, &str)) {
    if !sipp_is_here() {
        return;
    }
    let mut pnp = Pnp::start(&format!("pnp_sipp_{scenario}.toml"), FLEET, &[]);
    let output = sipp(&pnp, scenario, url);
    let shown = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{shown}\n{errors}");
    assert!(
        pnp.line()
            .starts_with(&format!("answered {}", trace.mac.unwrap()))
    );
    assert!(
        pnp.line()
            .starts_with(&format!("delivered {}", trace.mac.unwrap()))
    );
}

#[test]
fn sipp_as_a_snom_desk_phone_gets_its_url() {
    assert_sipp("snom_desk", URLS[0]);
}

#[test]
fn sipp_as_a_snom_dect_base_gets_its_url() {
    assert_sipp("snom_dect", URLS[1]);
}

#[test]
fn sipp_as_a_yealink_phone_gets_its_url() {
    assert_sipp("yealink", URLS[2]);
}

/// The scenarios can fail: with the URL of another phone they do.
#[test]
fn sipp_minds_the_url() {
    if sipp_is_here() {
        let pnp = Pnp::start("pnp_sipp_other.toml", FLEET, &[]);
        let output = sipp(&pnp, "snom_desk", URLS[1].1);
        assert_ne!(output.status.code(), Some(0));
    }
}
