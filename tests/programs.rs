//! The programs under `examples/`, run as people run them: child processes, real files.

#![cfg(feature = "yealink")]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::Value;
use support::program;

/// A directory of the test's own, removed when it ends.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.join(name);
        fs::write(&path, text).unwrap();
        path
    }

    fn out(&self) -> PathBuf {
        self.0.join("out")
    }

    /// Names in the directory, without the fleet files of the test.
    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(&self.0)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| !name.starts_with("fleet."))
            .collect();
        names.sort();
        names
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn render(arguments: &[&str], fleet: &Path, out: &Path) -> Output {
    program("render")
        .args(arguments)
        .arg(fleet)
        .arg(out)
        .output()
        .unwrap()
}

#[track_caller]
fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[track_caller]
fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// Every file of a directory, but the list of files that `render` keeps there.
fn files(directory: &Path) -> BTreeMap<String, Vec<u8>> {
    fs::read_dir(directory)
        .unwrap()
        .map(|entry| {
            let entry = entry.unwrap();
            (
                entry.file_name().into_string().unwrap(),
                fs::read(entry.path()).unwrap(),
            )
        })
        .filter(|(name, _)| !name.starts_with('.'))
        .collect()
}

const SITE: &str = r#"
[site]
name = "Example BV"
[site.settings]
time_zone = "Europe/Amsterdam"
language = "en"
registrar = { host = "sip.example.net" }
admin = { username = "admin", password = "adm1n" }
user = { username = "user", password = "us3r" }
maintenance = { username = "var", password = "v4r" }
"#;

const PHONE: &str = r#"
[[devices]]
mac = "80:5e:0c:12:34:56"
model = "yealink T46S"
[[devices.extensions]]
number = "1001"
password = "s3cret"
"#;

// ---- help and usage ----

#[test]
fn help_is_printed_on_request() {
    for name in ["render", "models", "clock"] {
        let output = program(name).arg("--help").output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{name}");
        assert!(
            stdout(&output).starts_with(&format!("usage: {name}")),
            "{name}"
        );
        assert_eq!(stderr(&output), "", "{name}");
    }
}

#[test]
fn wrong_usage_is_told_from_wrong_input() {
    let calls: [(&str, &[&str]); 5] = [
        ("render", &[]),
        ("render", &["--nonsense", "fleet.toml", "out"]),
        ("render", &["fleet.toml"]),
        ("render", &["no-such-fleet.toml", "out"]),
        ("models", &["--nonsense"]),
    ];
    for (name, arguments) in calls {
        let output = program(name).args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{name} {arguments:?}");
        assert_eq!(stdout(&output), "", "{name} {arguments:?}");
        assert!(!stderr(&output).is_empty(), "{name} {arguments:?}");
    }
}

// ---- render ----

#[test]
fn the_example_fleet_is_rendered() {
    let scratch = Scratch::new("example-fleet");
    let fleet = support::root().join("examples/data/fleet.toml");
    let output = render(&[], &fleet, &scratch.out());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(stdout(&output), "");
    let files = files(&scratch.out());
    assert!(files.contains_key("805e0c100001.cfg"), "{:?}", files.keys());
    assert!(
        files.contains_key("y000000000096.cfg"),
        "{:?}",
        files.keys()
    );
    let stderr = stderr(&output);
    let (notices, summary) = stderr.trim_end().rsplit_once('\n').unwrap();
    assert!(
        notices.lines().all(|line| line.starts_with("notice: ")),
        "{notices}"
    );
    // Copies under further names are not counted.
    let names = files.keys().map(|name| name.to_lowercase());
    let distinct: std::collections::BTreeSet<String> = names.collect();
    assert!(
        summary.contains(&format!(" {} files, ", distinct.len())),
        "{summary}"
    );
    assert_eq!(
        scratch.names(),
        ["out"],
        "nothing is left beside the directory"
    );
}

#[test]
fn a_second_run_replaces_the_first() {
    let scratch = Scratch::new("second-run");
    let two = format!("{SITE}{PHONE}{}", PHONE.replace("34:56", "34:57"));
    let one = format!("{SITE}{PHONE}");
    for (fleet, count) in [(two, 3), (one, 2)] {
        let fleet = scratch.file("fleet.toml", &fleet);
        let output = render(&[], &fleet, &scratch.out());
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        assert_eq!(files(&scratch.out()).len(), count);
        assert_eq!(scratch.names(), ["out"]);
    }
}

#[test]
fn a_directory_with_foreign_files_is_refused() {
    let scratch = Scratch::new("foreign");
    let fleet = scratch.file("fleet.toml", &format!("{SITE}{PHONE}"));
    fs::create_dir(scratch.out()).unwrap();
    fs::write(scratch.out().join("diary.txt"), "mine").unwrap();
    let output = render(&[], &fleet, &scratch.out());
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).contains("`diary.txt`"),
        "{}",
        stderr(&output)
    );
    assert_eq!(
        files(&scratch.out()).keys().collect::<Vec<_>>(),
        ["diary.txt"]
    );
    assert_eq!(scratch.names(), ["out"]);
}

#[test]
fn check_writes_nothing() {
    let scratch = Scratch::new("check");
    let fleet = scratch.file("fleet.toml", &format!("{SITE}{PHONE}"));
    let output = program("render")
        .arg("--check")
        .arg(&fleet)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let output = render(&["--check"], &fleet, &scratch.out());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(
        stderr(&output).ends_with("nothing was written\n"),
        "{}",
        stderr(&output)
    );
    assert!(scratch.names().is_empty());
}

#[test]
fn the_manifest_has_one_object_per_file() {
    let scratch = Scratch::new("manifest");
    let fleet = scratch.file("fleet.toml", &format!("{SITE}{PHONE}"));
    let output = render(&["--manifest"], &fleet, &scratch.out());
    let written = files(&scratch.out());
    let lines: Vec<Value> = stdout(&output)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), written.len());
    for line in &lines {
        let keys: Vec<&String> = line.as_object().unwrap().keys().collect();
        assert_eq!(
            keys,
            [
                "aliases",
                "bytes",
                "content_type",
                "etag",
                "mac",
                "model",
                "name",
                "sensitive"
            ]
        );
        let bytes = &written[line["name"].as_str().unwrap()];
        assert_eq!(line["bytes"], bytes.len());
        let etag = line["etag"].as_str().unwrap();
        assert!(
            etag.len() == 32 && etag.bytes().all(|b| b.is_ascii_hexdigit()),
            "{etag}"
        );
    }
    let of = |name: &str| lines.iter().find(|line| line["name"] == name).unwrap();
    let own = of("805e0c123456.cfg");
    assert_eq!(own["mac"], "805e0c123456");
    assert_eq!(own["model"], "yealink T46S");
    assert_eq!(own["sensitive"], true);
    assert_eq!(of("y000000000066.cfg")["sensitive"], false);
}

#[test]
fn json_says_the_same_as_toml() {
    let scratch = Scratch::new("json");
    let toml = format!("{SITE}{PHONE}");
    let value: toml::Value = toml::from_str(&toml).unwrap();
    let by_toml = scratch.file("fleet.toml", &toml);
    let by_json = scratch.file("fleet.json", &serde_json::to_string(&value).unwrap());
    assert_eq!(render(&[], &by_toml, &scratch.out()).status.code(), Some(0));
    let expected = files(&scratch.out());
    let output = render(&[], &by_json, &scratch.out());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(files(&scratch.out()) == expected);
}

#[test]
fn two_runs_and_the_reverse_order_give_the_same_bytes() {
    let scratch = Scratch::new("order");
    let text = fs::read_to_string(support::root().join("examples/data/fleet.toml")).unwrap();
    let mut runs = Vec::new();
    let mut document: toml::Table = toml::from_str(&text).unwrap();
    for _ in 0..2 {
        let fleet = scratch.file("fleet.json", &serde_json::to_string(&document).unwrap());
        let output = render(&[], &fleet, &scratch.out());
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        runs.push(files(&scratch.out()));
        let output = render(&[], &fleet, &scratch.out());
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        runs.push(files(&scratch.out()));
        document["devices"].as_array_mut().unwrap().reverse();
    }
    assert!(runs[0].len() > 13);
    for run in &runs[1..] {
        assert!(*run == runs[0]);
    }
}

#[test]
fn what_a_phone_cannot_do_is_an_error_or_a_notice() {
    let scratch = Scratch::new("lenient");
    let own =
        "settings = { volumes = { ringer = 10 }, tone_country = \"NG\" }\n[[devices.extensions]]";
    let fleet = format!("{SITE}{}", PHONE.replacen("[[devices.extensions]]", own, 1));
    let fleet = scratch.file("fleet.toml", &fleet);
    let strict = render(&[], &fleet, &scratch.out());
    assert_eq!(strict.status.code(), Some(1));
    assert_eq!(
        stderr(&strict),
        "error: devices[0].settings.tone_country: yealink T46S has no tones of `NG`\n"
    );
    assert!(scratch.names().is_empty());
    let lenient = render(&["--lenient"], &fleet, &scratch.out());
    assert_eq!(lenient.status.code(), Some(0), "{}", stderr(&lenient));
    assert!(
        stderr(&lenient).starts_with(
            "notice: devices[0].settings.tone_country: not-applicable: yealink T46S has no tones of `NG`\n"
        ),
        "{}",
        stderr(&lenient)
    );
}

/// R5: a line feed in a name was a second setting; `%NULL%` in a password cleared it.
#[test]
fn text_that_would_break_or_command_a_file_is_refused() {
    let scratch = Scratch::new("hostile");
    let cases = [
        (
            "display_name",
            r"Bob\naccount.1.password = x",
            "line feed (U+000A) at character 4 cannot stand in a text",
        ),
        (
            "display_name",
            r"Bob\r",
            "carriage return (U+000D) at character 4 cannot stand in a text",
        ),
        (
            "password",
            r"a\u0000hidden",
            "NUL (U+0000) at character 2 cannot stand in a text",
        ),
        (
            "password",
            r"hidden\u0007",
            "control character (U+0007) at character 7 cannot stand in a text",
        ),
        (
            "password",
            "%NULL%",
            "`%NULL%` at character 1 would act as a command in the value of a setting (`account.1.password`); choose another text",
        ),
        (
            "display_name",
            "%NULL%",
            "`%NULL%` at character 1 would act as a command in the value of a setting (`account.1.display_name`); choose another text",
        ),
    ];
    for (field, text, message) in cases {
        let mut extension = "[[devices.extensions]]\nnumber = \"1001\"\n".to_owned();
        if field != "password" {
            extension += "label = \"x\"\npassword = \"s3cret\"\n";
        }
        extension += &format!("{field} = \"{text}\"\n");
        let phone = PHONE.split("[[devices.extensions]]").next().unwrap();
        let fleet = scratch.file("fleet.toml", &format!("{SITE}{phone}{extension}"));
        let output = render(&[], &fleet, &scratch.out());
        assert_eq!(output.status.code(), Some(1), "{field} {text}");
        let expected = format!("error: devices[0].extensions[0].{field}: {message}\n");
        assert_eq!(stderr(&output), expected);
        assert!(scratch.names().is_empty(), "something was written");
    }
}

#[test]
fn a_broken_document_is_not_quoted() {
    let scratch = Scratch::new("broken");
    let toml = scratch.file(
        "fleet.toml",
        "[site]\nname = \"x\"\npassword = \"hidden\" oops\n",
    );
    let json = scratch.file("fleet.json", "{\"site\": {\"password\": \"hidden\" oops}}");
    for (fleet, message) in [
        (
            toml,
            "error: document: not a well-formed TOML document at line 3, column 21\n",
        ),
        (
            json,
            "error: document: not a well-formed JSON document at line 1, column 32\n",
        ),
    ] {
        let output = render(&[], &fleet, &scratch.out());
        assert_eq!(output.status.code(), Some(1));
        assert_eq!(stderr(&output), message);
        assert!(scratch.names().is_empty());
    }
}

/// Types, unknown keys, references and limits on five devices: one run tells them all.
#[test]
fn twelve_mistakes_on_five_devices_are_told_in_one_run() {
    let scratch = Scratch::new("twelve");
    let fleet = format!(
        r#"{SITE}
[profiles.reception]
keys = [{{ position = 1, kind = "line" }}]

[[devices]]
mac = "80:5e:0c:00:00:0g"
model = "yealink T46S"
profile = "receptoin"
[[devices.extensions]]
number = 1001
password = "hidden1"

[[devices]]
mac = "80:5e:0c:00:00:02"
model = "yealink T46X"
[[devices.extensions]]
number = "1002"
passwort = "hidden2"
password = "hidden2"

[[devices]]
mac = "80:5e:0c:00:00:03"
model = "yealink T41S"
settings = {{ volumes = {{ ringer = 101 }}, time_zone = "Europe/Amsterdm" }}
keys = [{{ position = 16, kind = "line" }}]
extensions = [
    {{ number = "1", password = "hidden3" }}, {{ number = "2", password = "hidden3" }},
    {{ number = "3", password = "hidden3" }}, {{ number = "4", password = "hidden3" }},
    {{ number = "5", password = "hidden3" }}, {{ number = "6", password = "hidden3" }},
    {{ number = "7", password = "hidden3" }},
]

[[devices]]
mac = "80:5e:0c:00:00:04"
model = "yealink T54W"
modules = 4
[[devices.extensions]]
number = "1004"
password = "hidden\n4"

[[devices]]
mac = "805E0C000004"
model = "yealink T19P_E2"
installed_firmware = "53.84"
[[devices.extensions]]
number = "1005"
password = "hidden5"
"#
    );
    let fleet = scratch.file("fleet.toml", &fleet);
    let output = render(&[], &fleet, &scratch.out());
    assert_eq!(output.status.code(), Some(1));
    let text = stderr(&output);
    let paths: Vec<&str> = text
        .lines()
        .map(|line| {
            line.strip_prefix("error: ")
                .unwrap()
                .split_once(": ")
                .unwrap()
                .0
        })
        .collect();
    assert_eq!(
        paths,
        [
            "devices[0].mac",
            "devices[0].profile",
            "devices[0].extensions[0].number",
            "devices[1].model",
            "devices[1].extensions[0].passwort",
            "devices[2].settings.time_zone",
            "devices[2].settings.volumes.ringer",
            "devices[2].extensions",
            "devices[2].keys[0].position",
            "devices[3].extensions[0].password",
            "devices[3].modules",
            "devices[4].mac",
            "devices[4].installed_firmware",
        ],
        "{text}"
    );
    assert!(!text.contains("hidden"), "a secret is shown:\n{text}");
    assert!(scratch.names().is_empty());
}

// ---- models ----

#[test]
fn the_table_has_a_row_for_every_model() {
    let output = program("models").output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    let json = program("models").arg("--json").output().unwrap();
    let models: Vec<Value> = serde_json::from_str(&stdout(&json)).unwrap();
    assert_eq!(stdout(&output).lines().count(), models.len() + 2);
    let t46s = models
        .iter()
        .find(|model| model["model"] == "yealink T46S")
        .unwrap();
    assert_eq!(t46s["accounts"], 16);
    assert_eq!(t46s["keys"], 27);
    assert_eq!(t46s["modules"], 6);
    assert_eq!(t46s["module_keys"], 40);
    assert_eq!(t46s["handsets"], 0);
    assert_eq!(t46s["files"][0], "y000000000066.cfg");
    let t18 = models
        .iter()
        .find(|model| model["model"] == "yealink T18")
        .unwrap();
    assert_eq!(t18["accounts"], Value::Null);
    // What no source confirms of a model: its own limits, not those of another.
    let doubts = |model: &Value| -> Vec<String> {
        let rows = model["unconfirmed"].as_array().unwrap();
        let texts = ["about", "choice", "confirm", "source"];
        let full = |row: &&Value| texts.iter().all(|key| row[key].as_str().is_some());
        assert!(rows.iter().filter(full).count() == rows.len() && !rows.is_empty());
        let id = |row: &Value| row["id"].as_str().unwrap().to_owned();
        rows.iter().map(id).collect()
    };
    assert!(doubts(t18).contains(&"limits-of-t18".to_owned()));
    assert!(!doubts(t46s).contains(&"limits-of-t18".to_owned()));
    assert!(models.iter().all(|model| !doubts(model).is_empty()));
}

// ---- clock ----

fn clock(arguments: &[&str]) -> Output {
    program("clock").args(arguments).output().unwrap()
}

#[test]
#[cfg(feature = "snom")]
fn the_clock_of_a_zone_is_shown() {
    let output = clock(&["Asia/Kathmandu", "--year", "2027"]);
    assert_eq!(output.status.code(), Some(0));
    let version = phone_provisioning::clock::tzdata_version();
    assert_eq!(
        stdout(&output),
        format!(
            r#"Asia/Kathmandu: <+0545>-5:45 (tzdata {version}, rules as of 2027-01-01)

snom-desk (snom D785): UTC+05:45, never changes
  <timezone perm="R"></timezone>
  <utc_offset perm="R">+20700</utc_offset>
  <dst perm="R"></dst>
  agrees with tzdata at every instant of the next ten years

snom-dect (snom M900): by a law that the firmware knows
  <timezone_by_country_region>off</timezone_by_country_region>
  <timezone>IND+5.5</timezone>
  <dst_by_country_region>on</dst_by_country_region>
  no setting of snom M900 says the law of Asia/Kathmandu: its clock is 15 min behind from 2027-01-01 00:00 UTC on
  snom M900 gets the zone as `IND+5.5`; whether its daylight saving follows that or the country of the tones is not proven: give `tone_country` the zone's own country where the base has its tones

yealink (yealink T46S): UTC+05:45, never changes
  local_time.time_zone = +5:45
  local_time.time_zone_name = None
  local_time.summer_time = 0
  agrees with tzdata at every instant of the next ten years
"#
        ),
    );
    let one = clock(&["Europe/Madrid", "--target", "snom-dect", "--country", "ES"]);
    let one = stdout(&one);
    assert!(one.contains("<timezone_by_country_region>on<"), "{one}");
    assert!(
        one.contains("agrees with tzdata") && !one.contains("yealink"),
        "{one}"
    );
}

#[test]
fn a_clock_needs_a_zone_that_exists() {
    let output = clock(&["Europe/Amsterdm"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        stderr(&output),
        "error: expected an IANA time zone (the nearest is `Europe/Amsterdam`), found `Europe/Amsterdm`\n",
    );
    let wrong: [&[&str]; 5] = [
        &[],
        &["--all", "Europe/Rome"],
        &["Europe/Rome", "--year", "1999"],
        &["Europe/Rome", "--target", "acme"],
        &["Europe/Rome", "--year"],
    ];
    for arguments in wrong {
        let output = clock(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(stderr(&output).contains("usage: clock"), "{arguments:?}");
    }
}

#[test]
fn the_summary_of_all_clocks_ends_with_a_table() {
    let output = clock(&["--all", "--target", "yealink"]);
    assert_eq!(output.status.code(), Some(0));
    let text = stdout(&output);
    assert!(text.contains("\nAfrica/Cairo\tnearest by rule\n"), "{text}");
    assert!(
        text.contains("\nPacific/Kiritimati\texact by rule\n"),
        "{text}"
    );
    let zones = phone_provisioning::model::TimeZone::all().count();
    let last = text.lines().last().unwrap();
    let cells: Vec<usize> = last
        .split('|')
        .filter_map(|cell| cell.trim().parse().ok())
        .collect();
    assert_eq!(cells[0] + cells[1], zones, "{last}");
    assert_eq!(cells[2..], [0, zones], "{last}");
}
