//! The program `examples/pbx`: a child process, and phones that ask it for their files.

#![cfg(all(feature = "snom", feature = "yealink"))]

mod support;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::time::Duration;

use support::program;

/// Long enough for a busy machine; nothing waits that long unless something is broken.
const PATIENCE: Duration = Duration::from_secs(30);

struct Pbx {
    child: Child,
    /// The address of each phone, as it was printed.
    urls: Vec<String>,
}

impl Pbx {
    fn start() -> Self {
        let mut child = program("pbx")
            .arg("127.0.0.1:0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let urls = lines.take(2).map(|line| {
            let line = line.unwrap();
            line.split_once(": ").unwrap().1.to_owned()
        });
        Self {
            urls: urls.collect(),
            child,
        }
    }

    /// The answer to a request for a file below the address of a phone.
    fn ask(&self, method: &str, phone: usize, file: &str) -> String {
        let url = self.urls[phone].strip_prefix("http://").unwrap();
        let (host, folder) = url.split_once('/').unwrap();
        self.send(&format!(
            "{method} /{folder}{file} HTTP/1.1\r\nHost: {host}\r\n\r\n"
        ))
    }

    /// What comes back until the connection is closed.
    fn send(&self, request: &str) -> String {
        let url = self.urls[0].strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(url.split_once('/').unwrap().0).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }
}

impl Drop for Pbx {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[track_caller]
fn file_of(answer: &str) -> &str {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.0 200 OK\r\n"), "{head}");
    let length = format!("Content-Length: {}", body.len());
    assert!(head.lines().any(|line| line == length), "{head}");
    body
}

#[track_caller]
fn assert_not_found(answer: &str) {
    assert!(answer.starts_with("HTTP/1.0 404 "), "{answer}");
    assert!(answer.ends_with("\r\n\r\n"), "{answer}");
}

#[test]
fn each_phone_gets_its_files() {
    let pbx = Pbx::start();
    let yealink = pbx.ask("GET", 0, "805e0c123456.cfg");
    let yealink = file_of(&yealink);
    assert!(yealink.starts_with("#!version:1.0.0.1\n"), "{yealink}");
    assert!(yealink.contains("\naccount.1.display_name = Zoë & Co\n"));
    assert!(yealink.contains("\naccount.1.password = s3cret<1>\n"));
    // The phone comes back to where it was served.
    let own = format!("\nstatic.auto_provision.server.url = {}\n", pbx.urls[0]);
    assert!(yealink.contains(&own), "{own}");
    // What it shares with its model, before it knows of a file of its own.
    let common = pbx.ask("GET", 0, "y000000000066.cfg");
    assert!(file_of(&common).starts_with("#!version:1.0.0.1\n"));

    let snom = pbx.ask("GET", 1, "000413A11FA7.xml");
    assert!(file_of(&snom).contains(">s3cret&lt;2&gt;</user_pass>\n"));
}

#[test]
fn nothing_else_is_given_away() {
    let pbx = Pbx::start();
    // The file of another, a wrong token, no token, outside, an upload.
    assert_not_found(&pbx.ask("GET", 0, "000413A11FA7.xml"));
    assert_not_found(&pbx.ask("PUT", 0, "805e0c123456.cfg"));
    for path in [
        "/p/b1946ac92492d235/805e0c123456.cfg",
        "/p//805e0c123456.cfg",
        "/805e0c123456.cfg",
        "/",
    ] {
        assert_not_found(&pbx.send(&format!("GET {path} HTTP/1.1\r\n\r\n")));
    }
}

#[test]
fn a_broken_request_stops_nobody() {
    let pbx = Pbx::start();
    for request in ["", "GET", "GET / HTTP/1.1\r\n", "\r\n"] {
        pbx.send(request);
    }
    let endless = format!("GET / HTTP/1.1\r\nX: {}", "x".repeat(7000));
    assert_eq!(pbx.send(&endless), "");
    file_of(&pbx.ask("GET", 0, "805e0c123456.cfg"));
}

#[test]
fn wrong_usage_is_told() {
    let help = program("pbx").arg("--help").output().unwrap();
    assert_eq!(help.status.code(), Some(0));
    assert!(help.stdout.starts_with(b"usage: pbx LISTEN\n"));
    for arguments in [
        &[][..],
        &["--nonsense"],
        &["127.0.0.1:0", "more"],
        &["nowhere"],
    ] {
        let output = program("pbx").args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
        assert!(!output.stderr.is_empty(), "{arguments:?}");
    }
}
