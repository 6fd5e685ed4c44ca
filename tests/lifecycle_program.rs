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

// ---- the walk ----

#[test]
#[cfg(feature = "snom")]
fn the_walk_that_is_built_in_is_printed() {
    let output = run(&[]);
    assert_eq!(stderr(&output), "");
    assert_eq!(output.status.code(), Some(0));
    let walk = include_str!("lifecycle/walk.txt");
    support::assert_bytes("the walk", walk.as_bytes(), &output.stdout);
    // A file is read like what is built in.
    let script = support::root().join("examples/data/lifecycle.txt");
    let again = run(&[script.to_str().unwrap()]);
    assert_eq!(stdout(&again), walk);
}

#[test]
fn a_script_with_a_fault_is_told_with_its_line() {
    let folder = std::env::temp_dir().join(format!("lifecycle-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("script.txt");
    for (script, error) in [
        (
            "# nothing\n\nsing 00:04:13:00:53:01\n",
            "3: expected an event, found `sing … `; see --help",
        ),
        (
            "add x acme",
            "1: expected an event, found `add x acme`; see --help",
        ),
        (
            "wait 3w",
            "1: expected minutes, hours or days such as 1h, found `3w`",
        ),
        (
            "time noon",
            "1: expected a time such as 2026-11-02T09:00:00Z, found `noon`",
        ),
    ] {
        std::fs::write(&path, script).unwrap();
        let output = run(&[path.to_str().unwrap()]);
        let told = format!("error: {}:{error}\n", path.display());
        assert_eq!((stdout(&output), stderr(&output)), ("", told.as_str()));
        assert_eq!(output.status.code(), Some(1));
    }
    std::fs::remove_dir_all(&folder).unwrap();
    for arguments in [vec!["no-such-script"], vec!["a", "b"], vec!["--nonsense"]] {
        let output = run(&arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert_eq!(stdout(&output), "", "{arguments:?}");
    }
}

#[test]
fn help_is_printed_on_request() {
    let output = run(&["--help"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(stdout(&output).starts_with("usage: lifecycle"));
    assert_eq!(stderr(&output), "");
}
