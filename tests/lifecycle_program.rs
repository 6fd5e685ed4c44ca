//! The program `lifecycle`, run as people run it: a child process.

mod support;

use std::process::Output;

use support::program;

fn run(arguments: &[&str]) -> Output {
    program("lifecycle").args(arguments).output().unwrap()
}

fn stdout(output: &Output) -> &str {
    str::from_utf8(&output.stdout).unwrap()
}

fn stderr(output: &Output) -> &str {
    str::from_utf8(&output.stderr).unwrap()
}

// ---- expiry ----

#[test]
fn the_end_of_a_registration_is_printed() {
    for (arguments, printed) in [
        (vec!["2026-01-13T22:59:59Z"], "2026-01-13T23:00:00Z\n"),
        (vec!["2026-01-14T00:00:00+01:00"], "2026-01-20T23:00:00Z\n"),
        (
            vec!["2026-03-31T22:00:00Z", "--civil", "Europe/Amsterdam"],
            "2026-04-07T22:00:00Z\n",
        ),
        (
            vec!["--civil", "Europe/Amsterdam", "2026-10-20T22:00:00Z"],
            "2026-10-27T22:00:00Z\n",
        ),
    ] {
        let output = run(&[&["expiry"], arguments.as_slice()].concat());
        assert_eq!(stderr(&output), "", "{arguments:?}");
        assert_eq!(stdout(&output), printed, "{arguments:?}");
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
    }
}

#[test]
fn wrong_input_is_told_from_wrong_usage() {
    for (arguments, error) in [
        (
            vec!["expiry", "yesterday"],
            "error: expected a time such as 2026-01-14T12:00:00Z, found `yesterday`\n",
        ),
        (
            vec![
                "expiry",
                "2026-01-14T12:00:00Z",
                "--civil",
                "Europe/Amsterdm",
            ],
            "error: expected an IANA time zone (the nearest is `Europe/Amsterdam`), found \
             `Europe/Amsterdm`\n",
        ),
    ] {
        let output = run(&arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert_eq!((stdout(&output), stderr(&output)), ("", error));
    }
    let now = "2026-01-14T12:00:00Z";
    for arguments in [
        vec!["expiry"],
        vec!["expiry", now, now],
        vec!["expiry", now, "--civil"],
        vec!["expiry", now, "--nonsense"],
    ] {
        let output = run(&arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert_eq!(stdout(&output), "", "{arguments:?}");
        assert!(
            stderr(&output).contains("usage: lifecycle"),
            "{arguments:?}"
        );
    }
}

#[test]
fn help_is_printed_on_request() {
    let output = run(&["--help"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(stdout(&output).starts_with("usage: lifecycle"));
    assert_eq!(stderr(&output), "");
}
