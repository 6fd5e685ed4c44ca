//! The program `bulk`, run as people run it: a child process, real files.

#![cfg(all(feature = "snom", feature = "yealink"))]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use support::{cfg, program, xml};

/// A directory that is not there yet, and is gone when the test ends.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&path);
        Self(path)
    }

    fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let entries = fs::read_dir(&self.0).unwrap().map(|entry| entry.unwrap());
        entries
            .map(|entry| {
                let name = entry.file_name().into_string().unwrap();
                (name, fs::read(entry.path()).unwrap())
            })
            .collect()
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

struct Run {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

fn bulk(arguments: &[&str]) -> Run {
    let output = program("bulk").args(arguments).output().unwrap();
    Run {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

#[track_caller]
fn json(arguments: &[&str]) -> Value {
    let run = bulk(&[arguments, &["--json"]].concat());
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    serde_json::from_str(&run.stdout).unwrap()
}

#[test]
fn the_result_is_one_object_with_fixed_keys() {
    let found = json(&["--devices", "24", "--discard"]);
    let keys: Vec<&str> = found
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    let expected = [
        "bytes",
        "copy_ratio",
        "devices",
        "files",
        "ns_per_file",
        "peak_rss_kib",
        "threads",
    ];
    assert_eq!(keys, expected);
    assert_eq!(found["devices"], 24);
    assert_eq!(found["threads"], 1);
    // A Yealink has one file, a Snom one more that names it.
    assert_eq!(found["files"], 8 + 2 * 16);
    assert!(found["bytes"].as_u64().unwrap() > 100_000, "{found}");
    assert!(found["ns_per_file"].as_f64().unwrap() > 0.0, "{found}");
    assert!(found["copy_ratio"].as_f64().unwrap() > 0.0, "{found}");
    let memory = &found["peak_rss_kib"];
    if cfg!(target_os = "linux") {
        assert!(memory.as_u64().unwrap() > 1_000, "{found}");
    } else {
        assert!(memory.is_null(), "{found}");
    }
}

#[test]
fn the_files_are_written_and_no_two_phones_are_alike() {
    let scratch = Scratch::new("bulk-out");
    let found = json(&["--devices", "30", "--out", scratch.path()]);
    let files = scratch.files();
    assert_eq!(found["files"], files.len());
    let bytes: usize = files.values().map(Vec::len).sum();
    assert_eq!(found["bytes"], bytes);
    let mut passwords = Vec::new();
    for (name, bytes) in &files {
        let (read, key) = if name.ends_with(".cfg") {
            (cfg::read(bytes), ".password")
        } else if name.contains("-0004") {
            continue;
        } else if String::from_utf8_lossy(bytes).contains("<global>") {
            (xml::read(xml::Dialect::Dect, bytes), "user_pass.")
        } else {
            (xml::read(xml::Dialect::Desk, bytes), "user_pass.")
        };
        let settings = read.unwrap_or_else(|fault| panic!("{name}: {fault}"));
        let own = settings.iter().filter(|s| s.name.contains(key));
        let own = own.filter(|s| s.value.len() == 16).map(|s| s.value.clone());
        let before = passwords.len();
        passwords.extend(own);
        assert!(passwords.len() > before, "{name} has no password");
    }
    let count = passwords.len();
    passwords.sort();
    passwords.dedup();
    assert_eq!(passwords.len(), count, "two accounts have one password");
}

#[test]
fn threads_change_nothing_but_the_time() {
    let (one, three) = (Scratch::new("bulk-one"), Scratch::new("bulk-three"));
    let devices = ["--devices", "20", "--target", "all"];
    let alone = json(&[&devices[..], &["--out", one.path()]].concat());
    let shared = ["--threads", "3", "--out", three.path()];
    let together = json(&[&devices[..], &shared].concat());
    assert_eq!(together["threads"], 3);
    assert_eq!(alone["bytes"], together["bytes"]);
    assert!(one.files() == three.files(), "other files with threads");
}

#[test]
fn a_target_is_chosen() {
    for (target, files) in [("yealink", 9), ("snom-desk", 18), ("snom-dect", 18)] {
        let found = json(&["--target", target, "--devices", "9"]);
        assert_eq!(found["files"], files, "{target}");
    }
}

#[test]
fn people_read_lines() {
    let run = bulk(&["--devices", "3"]);
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert!(
        lines[0].starts_with("3 devices, 5 files, "),
        "{}",
        run.stdout
    );
    for (line, word) in lines[1..].iter().zip(["ns per file", "copying", "memory"]) {
        assert!(line.contains(word), "{word}: {}", run.stdout);
    }
    assert_eq!(lines.len(), 4);
}

#[test]
fn help_is_printed_on_request() {
    let run = bulk(&["--help"]);
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    assert!(run.stdout.starts_with("usage: bulk"));
}

#[test]
fn wrong_usage_is_refused() {
    let calls: [&[&str]; 9] = [
        &["--nonsense"],
        &["12"],
        &["--devices"],
        &["--devices", "0"],
        &["--devices", "many"],
        &["--devices", "16777217"],
        &["--threads", "0"],
        &["--target", "grandstream"],
        &["--out", "somewhere", "--discard"],
    ];
    for call in calls {
        let run = bulk(call);
        assert_eq!(run.code, Some(2), "{call:?}");
        assert_eq!(run.stdout, "", "{call:?}");
        assert!(
            run.stderr.contains("usage: bulk"),
            "{call:?}: {}",
            run.stderr
        );
    }
}

#[test]
fn a_directory_that_holds_something_is_refused() {
    let scratch = Scratch::new("bulk-foreign");
    fs::create_dir_all(&scratch.0).unwrap();
    fs::write(scratch.0.join("diary.txt"), "mine").unwrap();
    let run = bulk(&["--devices", "3", "--out", scratch.path()]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""));
    assert!(run.stderr.contains("empty directory"), "{}", run.stderr);
    assert_eq!(scratch.files().len(), 1);
}
