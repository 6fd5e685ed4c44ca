//! The program `redirection`, run as people run it.
#![cfg(all(feature = "snom", feature = "yealink", feature = "redirection"))]

mod support;

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};
use support::program;

const URL: &str = "https://pbx.example.net/p/t0ken/";
const SRAPS: &[&str] = &["snom-sraps", "register", "000413A11FA7", "--url", URL];
const STAMP: &[&str] = &[
    "--at",
    "2027-01-15T08:00:00Z",
    "--nonce",
    "01010101010101010101010101010101",
];

/// Runs it with credentials for all services.
fn run(arguments: &[&[&str]], input: &str) -> Output {
    let mut command = program("redirection");
    command.args(arguments.concat()).env_clear();
    for name in [
        "YEALINK_RPS_USER",
        "YEALINK_RPS_KEY_ID",
        "YEALINK_YMCS_CLIENT_ID",
        "SNOM_USER",
        "SNOM_KEY_ID",
    ] {
        command.env(name, "ck_1");
    }
    for name in [
        "YEALINK_RPS_PASSWORD",
        "YEALINK_RPS_SECRET",
        "YEALINK_YMCS_SECRET",
        "SNOM_PASSWORD",
        "SNOM_KEY",
    ] {
        command.env(name, "secret");
    }
    feed(command, input)
}

fn feed(mut command: Command, input: &str) -> Output {
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // A program that does not read has closed the pipe.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

#[track_caller]
fn stdout(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(output.stderr.is_empty(), "{output:?}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[track_caller]
fn assert_refused(output: &Output, status: i32, start: &str) {
    let stderr = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(output.status.code(), Some(status), "{stderr}");
    assert!(stderr.starts_with(start), "{stderr}");
    assert!(output.stdout.is_empty());
    assert!(!stderr.contains("secret"), "{stderr}");
}

fn response(status: u16, body: &str) -> String {
    let len = body.len();
    format!("HTTP/1.1 {status} Some\r\nContent-Type: x\r\nContent-Length: {len}\r\n\r\n{body}")
}

#[test]
fn the_next_request_is_exact() {
    // The signature was made by Python's hmac.
    let expected = "GET https://api.sraps.snom.com/api/v1/settings/?page_size=1000\n\
        authorization: Hawk id=\"ck_1\", ts=\"1800000000\", nonce=\"01010101010101010101010101010101\", \
        hash=\"B0weSUXsMcb5UhL41FZbrUJCAotzSI3HawE1NPLRUz8=\", \
        mac=\"SKESKp47yUdjMcUQYaQ5m6zZOIEy+YsTuuxXIoi1pV4=\"\naccept: application/json\n\n";
    assert_eq!(stdout(&run(&[SRAPS, STAMP], "")), expected);
    let shown = stdout(&run(&[SRAPS, STAMP, &["--json"]], ""));
    let shown: Value = serde_json::from_str(&shown).unwrap();
    assert_eq!(shown["request"]["method"], "GET");
    assert_eq!(
        shown["request"]["headers"][1],
        json!(["accept", "application/json"])
    );
}

#[test]
fn every_service_has_a_first_request() {
    for (service, first) in [
        (
            "yealink-rps",
            "POST https://api-dm.yealink.com:8443/xmlrpc/\n",
        ),
        (
            "yealink-rps-json",
            "POST https://api-dm.yealink.com:8443/api/open/v1/device/list\n",
        ),
        (
            "yealink-ymcs",
            "POST https://eu-api.ymcs.yealink.com/v2/token\n",
        ),
        (
            "snom-xmlrpc",
            "POST https://secure-provisioning.snom.com:8083/xmlrpc/\n",
        ),
        (
            "snom-sraps",
            "GET https://api.sraps.snom.com/api/v1/settings/?page_size=1000\n",
        ),
    ] {
        let shown = stdout(&run(
            &[&[service, "look-up", "80:5e:0c:12:34:56"], STAMP],
            "",
        ));
        assert!(shown.starts_with(first), "{shown}");
        let base = ["--base", "http://127.0.0.1:8080/x"];
        let shown = stdout(&run(
            &[&[service, "look-up", "80:5e:0c:12:34:56"], &base],
            "",
        ));
        let line = shown.lines().next().unwrap();
        assert!(line.contains(" http://127.0.0.1:8080/x"), "{line}");
    }
}

#[test]
fn answers_lead_to_the_next_request_and_to_the_outcome() {
    let settings = response(200, r#"[{"uuid":"7f2c","param_name":"setting_server"}]"#);
    let token = response(200, r#"{"links":{"company":"/api/v1/companies/acme"}}"#);
    let company = response(
        200,
        r#"{"links":{"endpoints":"/api/v1/companies/acme/endpoints/"}}"#,
    );
    // Line feeds alone, and a response that only says that others follow.
    let walk = format!(
        "{settings}\n\nHTTP/2 103 \nlink: </a>\n\n{token}{}",
        company.replace('\r', "")
    );
    let feed: &[&str] = &["feed"];
    let stamp: &[&str] = &[
        "--at",
        "2027-01-15T08:00:00Z",
        "--nonce",
        "04040404040404040404040404040404",
    ];
    let expected = "PUT https://api.sraps.snom.com/api/v1/companies/acme/endpoints/000413a11fa7\n\
        content-type: application/json\n\
        authorization: Hawk id=\"ck_1\", ts=\"1800000000\", nonce=\"04040404040404040404040404040404\", \
        hash=\"z9F9iT+kXHG8fUZlxVonz/yZ4dypJjrLP+H3o9uCMCw=\", \
        mac=\"TpDvLrmiFflsh9CYxGar0O4NGngai98pxmqgzguJDog=\"\naccept: application/json\n\n\
        {\"mac\":\"000413a11fa7\",\"autoprovisioning_enabled\":true,\"settings_manager\":{\"7f2c\":\
        {\"value\":\"https://pbx.example.net/p/t0ken/\",\"attrs\":{\"perm\":\"RW\"}}}}";
    assert_eq!(stdout(&run(&[feed, SRAPS, stamp], &walk)), expected);

    let entry = expected.split_once("\n\n").unwrap().1;
    // The last body goes to the end.
    let all = format!("{walk}HTTP/1.1 200 OK\r\n\r\n{entry}");
    let done = "is: done\nphone.mac: 000413a11fa7\nphone.url: https://pbx.example.net/p/t0ken/\n";
    assert_eq!(stdout(&run(&[feed, SRAPS, STAMP], &all)), done);
    let shown = stdout(&run(&[feed, SRAPS, STAMP, &["--json"]], &all));
    let shown: Value = serde_json::from_str(&shown).unwrap();
    assert_eq!(shown["outcome"]["is"], "done");
    assert_eq!(shown["outcome"]["phone"]["url"], URL);

    let taken = format!(
        "{walk}{}",
        response(403, r#"{"message":"taken_mac_or_forbidden secret"}"#)
    );
    assert_eq!(
        stdout(&run(&[feed, SRAPS, STAMP], &taken)),
        "is: owned by another\n"
    );
}

#[test]
fn pins_and_several_phones_are_shown() {
    let token = response(200, r#"{"access_token":"tok","expires_in":7200}"#);
    let pins: &[&str] = &[
        "feed",
        "yealink-ymcs",
        "pins",
        "805e0c123456",
        "805e0c123457",
    ];
    let answers = format!(
        "{token}{}",
        response(200, r#"[{"mac":"805e0c123457","pin":"4711"}]"#)
    );
    assert_eq!(
        stdout(&run(&[pins], &answers)),
        "is: done\npins.1.mac: 805e0c123456\npins.2.mac: 805e0c123457\npins.2.pin: 4711\n"
    );
    let all: &[&str] = &[
        "feed",
        "yealink-ymcs",
        "deregister",
        "805e0c123456",
        "805e0c123457",
    ];
    let answers = format!("{token}{}", response(429, ""));
    let shown = stdout(&run(&[all], &answers));
    assert!(
        shown.starts_with("is: each\nphones.1.mac: 805e0c123456\n"),
        "{shown}"
    );
    assert!(
        shown.contains("phones.2.outcome.is: rate limited\n"),
        "{shown}"
    );
}

#[test]
fn wrong_input_is_told_and_nothing_is_printed() {
    let feed: &[&str] = &["feed"];
    let fed = |input: &str| run(&[feed, SRAPS, STAMP], input);
    assert_refused(
        &fed(""),
        1,
        "error: expected an HTTP response on standard input\n",
    );
    for (input, error) in [
        ("secret", "error: response 1: it ends in the status line\n"),
        (
            "GET / HTTP/1.1\n",
            "error: response 1: expected a status line such as HTTP/1.1 200 OK\n",
        ),
        (
            "HTTP/1.1 42 x\n\n",
            "error: response 1: expected a status from 100 to 999, found 42\n",
        ),
        (
            "HTTP/1.1 200 OK\n",
            "error: response 1: it ends in the header fields\n",
        ),
        (
            "HTTP/1.1 200 OK\nsecret\n\n",
            "error: response 1: expected header fields such as Name: value\n",
        ),
        (
            "HTTP/1.1 200 OK\nContent-Length: x\n\n",
            "error: response 1: expected a number as Content-Length\n",
        ),
        (
            "HTTP/1.1 200 OK\nContent-Length: 9\n\nsecret",
            "error: response 1: expected a body of 9 bytes, found 6\n",
        ),
    ] {
        assert_refused(&fed(input), 1, error);
    }
    let twice = [response(401, "secret"), response(200, "")].concat();
    assert_refused(
        &fed(&twice),
        1,
        "error: the action has ended with response 1 of 2\n",
    );
    // An answer that cannot be understood is an outcome, and wrong input.
    let broken = fed(&response(200, "<html>secret"));
    assert_eq!(broken.status.code(), Some(1));
    let shown = String::from_utf8(broken.stdout).unwrap();
    let reason = "the answer of the service cannot be understood (status 200): it is not JSON";
    assert_eq!(shown, format!("is: broken\nreason: {reason}\n"));

    let error = "error: expected a MAC address";
    assert_refused(&run(&[&["snom-sraps", "look-up", "000413"]], ""), 1, error);
    let error = "error: --url: expected a URL scheme";
    assert_refused(&run(&[&SRAPS[..4], &["sip://x"]], ""), 1, error);
    let error = "error: yealink-ymcs cannot do `list-servers`\n";
    assert_refused(&run(&[&["yealink-ymcs", "list-servers"]], ""), 1, error);
    assert_refused(
        &run(&[SRAPS, &["--at", "now"]], ""),
        1,
        "error: expected a time such as",
    );
    assert_refused(
        &run(&[SRAPS, &["--nonce", "\n"]], ""),
        1,
        "error: expected a nonce",
    );
}

#[test]
fn wrong_usage() {
    for (arguments, error) in [
        (&["snom-sraps"][..], "expected a service and an action\n"),
        (
            &["feed", "snom-sraps"],
            "expected a service and an action\n",
        ),
        (&["telephone", "check"], "unknown service telephone\n"),
        (&["snom-sraps", "ring"], "unknown action ring\n"),
        (
            &["snom-sraps", "check", "000413a11fa7"],
            "check: expected no MAC address\n",
        ),
        (
            &["snom-sraps", "look-up"],
            "look-up: expected one MAC address\n",
        ),
        (
            &["snom-sraps", "register"],
            "register: expected MAC addresses\n",
        ),
        (
            &["snom-sraps", "register", "000413a11fa7"],
            "register: expected --url or --server\n",
        ),
        (
            &["snom-sraps", "check", "--url"],
            "expected a value behind --url\n",
        ),
        (
            &["snom-sraps", "check", "--size", "1", "--size", "2"],
            "--size stands there twice\n",
        ),
        (
            &["snom-sraps", "check", "--loud"],
            "unknown option --loud\n",
        ),
    ] {
        assert_refused(
            &run(&[arguments], ""),
            2,
            &format!("{error}usage: redirection"),
        );
    }
    let mut bare = program("redirection");
    bare.args(SRAPS).env_clear();
    let error = "expected SNOM_KEY_ID and SNOM_KEY in the environment\n";
    assert_refused(&feed(bare, ""), 2, error);
    let mut half = program("redirection");
    half.args(SRAPS).env_clear().env("SNOM_KEY", "secret");
    let error = "expected both SNOM_KEY_ID and SNOM_KEY in the environment\n";
    assert_refused(&feed(half, ""), 2, error);
    let help = stdout(&run(&[&["--help"]], ""));
    assert!(help.starts_with("usage: redirection SERVICE ACTION"));
}

#[test]
fn without_a_stamp_each_request_is_another() {
    let [one, two] = [(); 2].map(|()| stdout(&run(&[SRAPS], "")));
    assert_ne!(one, two);
    assert_eq!(
        stdout(&run(&[SRAPS, STAMP], "")),
        stdout(&run(&[SRAPS, STAMP], ""))
    );
}
