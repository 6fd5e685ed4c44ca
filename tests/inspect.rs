//! The program `inspect`, run as people run it: child processes, real files.

#![allow(
    clippy::disallowed_methods,
    reason = "tests write scratch files; the rule is for the library"
)]
#![cfg(all(feature = "snom", feature = "yealink"))]

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use phone_provisioning::{Document, Provisioner, Targets};
use serde_json::{Value, json};
use support::program;

/// A directory of the test's own, removed when it ends.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("inspect-{name}"));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str, text: impl AsRef<[u8]>) -> String {
        let path = self.0.join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

struct Ran {
    status: Option<i32>,
    out: String,
    err: String,
}

fn inspect(arguments: &[&str]) -> Ran {
    let Output {
        status,
        stdout,
        stderr,
    } = program("inspect").args(arguments).output().unwrap();
    Ran {
        status: status.code(),
        out: String::from_utf8(stdout).unwrap(),
        err: String::from_utf8(stderr).unwrap(),
    }
}

/// What a run prints that does its work and has nothing to complain of.
#[track_caller]
fn printed(arguments: &[&str]) -> String {
    let ran = inspect(arguments);
    assert_eq!((ran.status, ran.err.as_str()), (Some(0), ""), "{}", ran.out);
    ran.out
}

/// What a run says that ends with this status and prints nothing.
#[track_caller]
fn refused(status: i32, arguments: &[&str]) -> String {
    let ran = inspect(arguments);
    assert_eq!(
        (ran.status, ran.out.as_str()),
        (Some(status), ""),
        "{}",
        ran.err
    );
    ran.err
}

const CFG: &str =
    "#!version:1.0.0.1\nlang.gui = English\naccount.1.password = s3cret\nlinekey.1.label = Zoë\n";

const XML: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<settings>\n  <phone-settings>\n    \
    <user_pass idx=\"1\" perm=\"R\">s3cret</user_pass>\n    <http_proxy perm=\"RW\">http://me:pw@host/</http_proxy>\n  \
    </phone-settings>\n  <functionKeys>\n    <fkey idx=\"0\" context=\"1\" label=\"Bob\" perm=\"R\">speed 1</fkey>\n  \
    </functionKeys>\n</settings>\n";

const FLEET: &str = r#"
[site]
name = "Example BV"
[site.settings]
time_zone = "Europe/Amsterdam"
language = "en"
registrar = { host = "sip.example.net" }
admin = { username = "admin", password = "adm1n-pw" }
user = { username = "user", password = "us3r-pw" }
maintenance = { username = "var", password = "v4r-pw" }
[[devices]]
mac = "80:5e:0c:12:34:56"
model = "yealink T46S"
label = "Front desk"
extensions = [{ number = "1001", password = "s3cret" }]
[[devices]]
mac = "80:5e:0c:12:34:57"
model = "yealink T46S"
extensions = [{ number = "1002", password = "s3cond" }]
[[devices]]
mac = "00:04:13:a1:1f:a7"
model = "snom D785"
extensions = [{ number = "1003", password = "th1rd" }]
"#;

// ---- usage ----

#[test]
fn help_is_printed_on_request() {
    for arguments in [&["--help"][..], &["show", "--help"], &["-h"]] {
        let out = printed(arguments);
        assert!(out.starts_with("usage: inspect show FILE"), "{out}");
        for command in ["show", "diff", "lint", "explain", "import"] {
            assert!(out.contains(&format!("\n  {command} ")), "{command}");
        }
    }
}

#[test]
fn wrong_usage_is_told() {
    let scratch = Scratch::new("usage");
    let (cfg, fleet) = (
        scratch.file("a.cfg", CFG),
        scratch.file("fleet.toml", FLEET),
    );
    for (arguments, says) in [
        (&[][..], "expected a command"),
        (&["frobnicate"], "unknown command frobnicate"),
        (&["show"], "expected FILE"),
        (&["show", "a", "b"], "expected FILE"),
        (
            &["show", "--frobnicate", "a"],
            "unknown option --frobnicate",
        ),
        (&["diff", "a"], "expected OLD NEW"),
        (
            &["diff", cfg.as_str(), fleet.as_str()],
            "expected two fleet files or two files of phones",
        ),
        (&["explain", "a", "b"], "expected FLEET MAC SETTING"),
        (&["explain", fleet.as_str(), "nobody", "x"], "MAC: expected"),
        (
            &["explain", fleet.as_str(), "805e0c123456", "user_name:x"],
            "expected NAME or NAME:INDEX",
        ),
        (&["import"], "expected FILE"),
        (&["lint", cfg.as_str(), "--model"], "--model takes a value"),
        (
            &["lint", cfg.as_str(), "--model", "yealink T46Z"],
            "--model: no model",
        ),
        (
            &["lint", cfg.as_str(), "--firmware", "x"],
            "--firmware: expected",
        ),
        (&["import", cfg.as_str(), "--mac", "x"], "--mac: expected"),
    ] {
        let err = refused(2, arguments);
        assert!(err.starts_with(says), "{arguments:?}: {err}");
        assert!(err.contains("usage: inspect"), "{err}");
    }
}

#[test]
fn a_file_that_cannot_be_read_is_told() {
    for arguments in [
        &["show", "/no/such/file"][..],
        &["lint", "/no/such/file"],
        &["explain", "/no/such/file", "805e0c123456", "x"],
    ] {
        assert!(
            refused(2, arguments).starts_with("/no/such/file: "),
            "{arguments:?}"
        );
    }
}

// ---- show ----

#[test]
fn settings_are_shown_with_their_places() {
    let scratch = Scratch::new("show");
    let cfg = scratch.file("a.cfg", CFG);
    assert_eq!(
        printed(&["show", &cfg]),
        "2:1: lang.gui = \"English\"\n3:1: account.1.password = [redacted]\n4:1: linekey.1.label = \"Zoë\"\n"
    );
    let xml = scratch.file("a.xml", XML);
    assert_eq!(
        printed(&["show", &xml]),
        "4:5: user_pass idx 1 = [redacted] perm=\"R\"\n\
         5:5: http_proxy = \"http://[redacted]@host/\" perm=\"RW\"\n\
         8:5: fkey idx 0 = \"speed 1\" context=\"1\" label=\"Bob\" perm=\"R\"\n"
    );
}

#[test]
fn settings_are_shown_as_json() {
    let scratch = Scratch::new("show-json");
    let read = |arguments: &[&str]| -> Value { serde_json::from_str(&printed(arguments)).unwrap() };
    let cfg = scratch.file("a.cfg", CFG);
    assert_eq!(
        read(&["show", "--json", &cfg]),
        json!([
            { "name": "lang.gui", "index": null, "value": "English", "line": 2, "column": 1, "perm": null },
            { "name": "account.1.password", "index": null, "value": "[redacted]", "line": 3, "column": 1, "perm": null },
            { "name": "linekey.1.label", "index": null, "value": "Zoë", "line": 4, "column": 1, "perm": null },
        ])
    );
    let xml = scratch.file("a.xml", XML);
    assert_eq!(
        read(&["show", &xml, "--json", "--secrets"]),
        json!([
            { "name": "user_pass", "index": 1, "value": "s3cret", "line": 4, "column": 5, "perm": "R" },
            { "name": "http_proxy", "index": null, "value": "http://me:pw@host/", "line": 5, "column": 5, "perm": "RW" },
            { "name": "fkey", "index": 0, "value": "speed 1", "line": 8, "column": 5, "perm": "R" },
        ])
    );
}

#[test]
fn what_is_wrong_with_a_file_goes_to_standard_error() {
    let scratch = Scratch::new("show-findings");
    let cfg = scratch.file("a.cfg", "#!version:1.0.0.1\nlang.gui = English\nnonsense\n");
    let ran = inspect(&["show", &cfg]);
    assert_eq!(ran.status, Some(0));
    assert_eq!(ran.out, "2:1: lang.gui = \"English\"\n");
    assert!(
        ran.err.starts_with(&format!("{cfg}:3:1: ")) && ran.err.contains(": P0"),
        "{}",
        ran.err
    );
}

#[test]
fn any_bytes_can_be_shown() {
    let scratch = Scratch::new("show-bytes");
    for (name, bytes) in [
        ("empty", &b""[..]),
        ("zeros", &[0; 64]),
        ("high", &[0xff, 0xfe, 0x3c, 0x00]),
        ("open", b"<settings><a>"),
    ] {
        let path = scratch.file(name, bytes);
        let ran = inspect(&["show", "--json", &path]);
        assert!(matches!(ran.status, Some(0 | 1)), "{name}: {}", ran.err);
    }
}

// ---- diff ----

#[test]
fn two_files_are_compared() {
    let scratch = Scratch::new("diff");
    let old = scratch.file("old.cfg", CFG);
    let new = CFG.replace("English", "German").replace("s3cret", "other");
    let new = scratch.file("new.cfg", new);
    assert_eq!(
        printed(&["diff", &old, &new]),
        "lang.gui: \"English\" -> \"German\" (effect unknown)\n\
         account.1.password: changed [redacted] (registers again)\n\
         2 changes: registers again, effect unknown\n"
    );
    assert_eq!(printed(&["diff", &old, &old]), "0 changes\n");
    let json: Value = serde_json::from_str(&printed(&["diff", &old, &new, "--json"])).unwrap();
    assert_eq!(
        json["changes"][0],
        json!({
            "subject": { "setting": { "name": "lang.gui", "index": null, "attribute": null } },
            "kind": { "changed": { "from": "English", "to": "German" } },
            "effects": { "reboots": false, "registers": false, "unknown": true },
        })
    );
}

#[test]
fn two_fleets_are_compared() {
    let scratch = Scratch::new("diff-fleet");
    let old = scratch.file("old.toml", FLEET);
    let new = FLEET.replace("\"en\"", "\"de\"").replace("s3cret", "other");
    let new = scratch.file("new.toml", new);
    let out = printed(&["diff", &old, &new]);
    assert_eq!(
        out,
        "2 devices: lang.gui: \"English\" -> \"German\" (effect unknown)\n\
         2 devices: lang.wui: \"English\" -> \"German\" (effect unknown)\n\
         805e0c123456 yealink T46S \"Front desk\": account.1.password: changed [redacted] (registers again)\n\
         000413a11fa7 snom D785: language: \"English\" -> \"Deutsch\" (effect unknown)\n\
         000413a11fa7 snom D785: web_language: \"English\" -> \"Deutsch\" (effect unknown)\n\
         7 changes on 3 of 3 devices, 5 files: 1 register again, 0 reboot, 3 with unknown effects\n"
    );
    assert_eq!(
        printed(&["diff", &old, &old]),
        "0 changes on 0 of 3 devices, 0 files\n"
    );
    let json: Value = serde_json::from_str(&printed(&["diff", &old, &new, "--json"])).unwrap();
    assert_eq!(json["devices"][0]["mac"], "805e0c123456");
}

#[test]
fn a_fleet_with_faults_is_refused() {
    let scratch = Scratch::new("diff-fault");
    let good = scratch.file("good.toml", FLEET);
    let bad = scratch.file(
        "bad.toml",
        FLEET
            .replace("\"en\"", "\"en\"\nlanguag = 1")
            .replace("T46S", "T46Z"),
    );
    let err = refused(1, &["diff", &good, &bad]);
    let lines: Vec<&str> = err.lines().collect();
    assert_eq!(lines.len(), 3, "{err}");
    assert!(
        lines.iter().all(|line| line.starts_with("error: ")),
        "{err}"
    );
}

// ---- lint ----

#[test]
fn a_file_is_checked() {
    let scratch = Scratch::new("lint");
    let cfg = scratch.file(
        "805e0c123456.cfg",
        "#!version:1.0.0.1\naccount.1.enable = true\naccount.1.lable = s3cret\n",
    );
    let ran = inspect(&["lint", &cfg]);
    assert_eq!((ran.status, ran.err.as_str()), (Some(1), ""));
    let lines: Vec<&str> = ran.out.lines().collect();
    assert!(
        lines[0].starts_with(&format!("{cfg}:2:20: error: Y0302: ")),
        "{}",
        ran.out
    );
    assert!(lines[1].starts_with(&format!("{cfg}:3:1: ")), "{}", ran.out);
    assert!(!ran.out.contains("s3cret"), "{}", ran.out);
    let json: Value = serde_json::from_str(&inspect(&["lint", "--json", &cfg]).out).unwrap();
    assert_eq!(
        (&json[0]["code"], &json[0]["line"]),
        (&json!("Y0302"), &json!(2))
    );
}

#[test]
fn the_model_and_the_firmware_are_told_or_guessed() {
    let scratch = Scratch::new("lint-model");
    let codes = |arguments: &[&str]| -> Vec<String> {
        let mut all = vec!["lint", "--json"];
        all.extend(arguments);
        let json: Value = serde_json::from_str(&inspect(&all).out).unwrap();
        let codes = json.as_array().unwrap().iter();
        codes
            .map(|finding| finding["code"].as_str().unwrap().to_owned())
            .collect()
    };
    // Nobody has fifty accounts; that a T46S has 16 is known when it is named.
    let text = "#!version:1.0.0.1\naccount.40.label = x\n";
    let cfg = scratch.file("805e0c123456.cfg", text);
    let without = codes(&[&cfg]);
    let with = codes(&[&cfg, "--model", "yealink T46S"]);
    assert!(with.len() > without.len(), "{without:?} {with:?}");
    // The name of a Snom file says the model.
    let xml = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<settings><phone-settings>\
               <user_name idx=\"10\" perm=\"R\">x</user_name></phone-settings></settings>\n";
    let guessed = codes(&[&scratch.file("snom710-000413A11FA7.htm", xml)]);
    let unknown = codes(&[&scratch.file("some.xml", xml)]);
    assert!(guessed.len() > unknown.len(), "{guessed:?} {unknown:?}");
}

#[test]
fn what_no_phone_knows_is_refused() {
    let scratch = Scratch::new("lint-unknown");
    let cfg = scratch.file("a.cfg", "#!version:1.0.0.1\nfrob = 1\n");
    assert!(refused(1, &["lint", &cfg]).contains("name the --model"));
    let out = inspect(&["lint", &cfg, "--model", "yealink T46S"]).out;
    assert!(out.contains(":2:1: "), "{out}");
}

// ---- explain ----

#[test]
fn a_setting_is_explained() {
    let scratch = Scratch::new("explain");
    let fleet = scratch.file("fleet.toml", FLEET);
    assert_eq!(
        printed(&["explain", &fleet, "80-5E-0C-12-34-57", "account.1.password"]),
        "account.1.password of yealink T46S 80:5e:0c:12:34:57 (devices[1])\n  \
           805e0c123457.cfg:93:1: [redacted]\n\
         origin: fields of the document\n  \
           extension, handset or key: devices[1].extensions[0].password = [redacted]\n\
         rule: `account.X.password` takes a text of at most 99 characters; default \"\"; registers again; source: yt; y-guide; inferred effect, doubtful\n"
    );
    let out = printed(&["explain", &fleet, "000413a11fa7", "user_name:1", "--json"]);
    let json: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(json["fields"][0]["path"], "devices[2].extensions[0].number");
    assert_eq!(json["told"][0]["value"], "1003");
}

#[test]
fn what_cannot_be_explained_is_told() {
    let scratch = Scratch::new("explain-fault");
    let fleet = scratch.file("fleet.toml", FLEET);
    assert_eq!(
        refused(1, &["explain", &fleet, "001122334455", "lang.gui"]),
        "error: document: no device `00:11:22:33:44:55`\n"
    );
    assert_eq!(
        refused(1, &["explain", &fleet, "805e0c123456", "lang.gul"]),
        "error: document: no setting `lang.gul`; the nearest is `lang.gui`\n"
    );
}

// ---- import ----

#[test]
fn files_become_a_fleet_document() {
    let scratch = Scratch::new("import");
    let fleet = Document::from_toml(FLEET)
        .unwrap()
        .resolve(&Targets::builtin())
        .unwrap();
    let provisioner = Provisioner::new(fleet.site().clone());
    let rendered = provisioner.render(&fleet.devices()[0]).unwrap();
    let paths: Vec<String> = rendered
        .files()
        .iter()
        .map(|file| scratch.file(file.name(), file.bytes()))
        .collect();
    let mut arguments = vec!["import", "--model", "yealink T46S"];
    arguments.extend(paths.iter().map(String::as_str));
    let ran = inspect(&arguments);
    assert_eq!(ran.status, Some(0), "{}", ran.err);
    let imported = Document::from_toml(&ran.out)
        .unwrap()
        .resolve(&Targets::builtin())
        .unwrap();
    let device = &imported.devices()[0];
    assert_eq!(device.mac().plain_lower().to_string(), "805e0c123456");
    assert_eq!(device.extensions()[0].number.as_str(), "1001");
    let again = Provisioner::new(imported.site().clone())
        .render(device)
        .unwrap();
    for (old, new) in rendered.files().iter().zip(again.files()) {
        support::assert_bytes(old.name(), old.bytes(), new.bytes());
    }
}

#[test]
fn what_an_import_cannot_say_goes_to_standard_error() {
    let scratch = Scratch::new("import-remarks");
    let cfg = scratch.file("some.cfg", CFG.to_owned() + "screensaver.wait_time = 600\n");
    let ran = inspect(&[
        "import",
        &cfg,
        "--mac",
        "805e0c123456",
        "--model",
        "yealink T46S",
    ]);
    assert_eq!(ran.status, Some(0));
    assert!(
        ran.err
            .contains("some.cfg:5:1: screensaver.wait_time: custom: "),
        "{}",
        ran.err
    );
    assert!(
        ran.out.contains("mac = \"80:5e:0c:12:34:56\""),
        "{}",
        ran.out
    );
}

#[cfg(feature = "yealink-encrypt")]
#[test]
fn encrypted_files_are_read_with_their_key() {
    use phone_provisioning::target::yealink::encrypt::{FileKey, Style, encrypt};

    let scratch = Scratch::new("encrypted");
    let key = "0123456789abcdef";
    let plain = b"#!version:1.0.0.1\nlang.gui = English\n";
    let file_key = FileKey::any_firmware(key).unwrap();
    let file = scratch.file(
        "805e0c123456.cfg",
        encrypt(plain, &file_key, Style::default()),
    );
    let key_file = scratch.file("key.txt", format!("{key}\n"));

    let ran = inspect(&["show", &file, "--key-file", &key_file]);
    assert_eq!(
        (ran.status, ran.out.as_str(), ran.err.as_str()),
        (Some(0), "2:1: lang.gui = \"English\"\n", "")
    );
    let ran = inspect(&["show", &file]);
    assert_eq!(ran.status, Some(1));
    assert!(ran.err.contains("--key-file"), "{}", ran.err);
    let wrong = scratch.file("wrong.txt", "fedcba9876543210");
    let ran = inspect(&["show", &file, "--key-file", &wrong]);
    assert_eq!(ran.status, Some(1));
    assert!(!ran.err.contains("fedcba"), "{}", ran.err);
    // A file in clear needs no key.
    let clear = scratch.file("clear.cfg", plain);
    let ran = inspect(&[
        "lint",
        &clear,
        "--key-file",
        &key_file,
        "--model",
        "yealink T46S",
    ]);
    assert_eq!(ran.status, Some(0), "{}", ran.err);
}

#[cfg(not(feature = "yealink-encrypt"))]
#[test]
fn a_key_needs_the_feature() {
    let scratch = Scratch::new("no-key");
    let file = scratch.file("clear.cfg", "#!version:1.0.0.1\nlang.gui = English\n");
    let ran = inspect(&["show", &file, "--key-file", "key.txt"]);
    assert_eq!(ran.status, Some(2));
    assert!(
        ran.err.contains("the feature yealink-encrypt"),
        "{}",
        ran.err
    );
}
