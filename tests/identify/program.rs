//! `examples/identify`, as people run it.

use std::process::Output;

use serde_json::{Value, json};

use crate::support::program;

fn run(arguments: &[&str]) -> Output {
    program("identify").args(arguments).output().unwrap()
}

#[track_caller]
fn answer(arguments: &[&str]) -> Value {
    let output = run(arguments);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}");
    assert!(output.stderr.is_empty(), "{arguments:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn everything_that_a_request_tells() {
    let agent =
        "Mozilla/4.0 (compatible; snomD785-SIP 10.1.127.10 2010.12 000413922D24 SXM:0 UXM:0)";
    let path = "/p/snomD785-000413922D24.htm";
    let subject = "CN=000413922D24,O=snom";
    let arguments = [
        "--user-agent",
        agent,
        "--path",
        path,
        "--cert-subject",
        subject,
    ];
    let expected = json!({
        "vendor": "snom",
        "model": "D785",
        "firmware": "10.1.127.10",
        "mac": "000413922d24",
        "file": "snomD785-000413922D24.htm",
        "confidence": "certified",
        "conflicts": [],
    });
    assert_eq!(answer(&arguments), expected);
}

#[test]
fn what_is_absent_is_null() {
    let expected = json!({
        "vendor": null,
        "model": null,
        "firmware": null,
        "mac": null,
        "file": null,
        "confidence": null,
        "conflicts": [],
    });
    assert_eq!(answer(&["--user-agent", "curl/8.14.1"]), expected);
    assert_eq!(answer(&["--path", "/p/"]), expected);
    assert_eq!(answer(&["--cert-subject", ""]), expected);
    let found = answer(&[
        "--user-agent",
        "Mozilla/4.0 (compatible; Snom M900 07.40.0104 000413b60680)",
    ]);
    assert_eq!(
        (&found["firmware"], &found["file"]),
        (&json!("7.40.104"), &Value::Null)
    );
    let found = answer(&["--path", "/805E0C123456.cfg"]);
    assert_eq!(
        (&found["mac"], &found["model"]),
        (&json!("805e0c123456"), &Value::Null)
    );
    assert_eq!(found["confidence"], "claimed");
}

#[test]
fn conflicts_say_what_each_place_has() {
    let agent = "Yealink SIP-T46S 66.86.0.15 80:5e:0c:12:34:56";
    let found = answer(&["--path", "/805e0c123457.cfg", "--user-agent", agent]);
    assert_eq!(found["mac"], Value::Null);
    assert_eq!(
        (&found["vendor"], &found["model"]),
        (&json!("yealink"), &json!("T46S"))
    );
    assert_eq!(found["firmware"], "66.86.0.15");
    let origins = json!({ "path": "805e0c123457", "user-agent": "805e0c123456" });
    assert_eq!(
        found["conflicts"],
        json!([{ "about": "mac", "origins": origins }])
    );
    let found = answer(&[
        "--path",
        "/snomD785.htm",
        "--user-agent",
        "Yealink SIP-T46S 66.86.0.15",
    ]);
    let origins = json!({ "path": null, "user-agent": null });
    assert_eq!(
        found["conflicts"],
        json!([{ "about": "vendor", "origins": origins }])
    );
    assert_eq!(
        (&found["vendor"], &found["model"]),
        (&Value::Null, &Value::Null)
    );
}

#[test]
fn help_and_usage() {
    let output = run(&["--help"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stdout.starts_with(b"usage: identify ["));
    assert!(output.stderr.is_empty());
    let wrong: [&[&str]; 6] = [
        &[],
        &["--nonsense", "x"],
        &["--path"],
        &["/805e0c123456.cfg"],
        &["--path", "/a", "--path", "/b"],
        &["--path", "/a", "--help"],
    ];
    for arguments in wrong {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
        assert!(output.stderr.starts_with(b"usage: "), "{arguments:?}");
    }
}
