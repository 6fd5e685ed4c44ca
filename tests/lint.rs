//! The check of files: every code, every fact of the tables, our own output, and the defects of other
//! systems that need a dictionary to be seen.

#![allow(
    clippy::disallowed_methods,
    reason = "goldens are files; the rule is for the library"
)]

#[path = "lint/defects.rs"]
mod defects;
#[path = "lint/facts.rs"]
mod facts;
mod support;

use std::collections::BTreeSet;
use std::fs;

use phone_provisioning::inspect::{LINT_CODES, LintFinding, LintRequest, lint};
use phone_provisioning::model::Firmware;
use phone_provisioning::parse::{self, Level, Limits};
use phone_provisioning::target::{ProvisioningTarget, Rendered};
use phone_provisioning::{Document, Provisioner, Targets};
use support::{EVERYTHING, MARK, Model, built, device, models, secret, site_of, site_with};

/// What a fleet document may choose: passwords, names that look like a template, and forwarding of a
/// busy line whose calls wait, which is told in a notice as well.
const CHOSEN: [(&str, Option<&str>); 4] = [
    ("G0602", None),
    ("G0603", None),
    ("P0012", None),
    ("S0502", Some("fwd_busy_enabled")),
];

// ---- what every suite below needs ----

/// A file to check: its target, and what is known beside it.
#[derive(Clone, Default)]
struct Case<'a> {
    target: &'a str,
    model: Option<&'a str>,
    firmware: Option<&'a str>,
    name: Option<&'a str>,
}

impl<'a> Case<'a> {
    /// `None` where the target is not compiled in.
    fn run(&self, text: &str) -> Option<Vec<LintFinding>> {
        let targets = Targets::builtin();
        let target = targets
            .iter()
            .find(|target| target.id().as_str() == self.target)?;
        let file = parse::parse(text.as_bytes(), &Limits::default());
        let mut request = LintRequest::new(&file, target.as_ref());
        if let Some(model) = self.model {
            let found = targets.model(model).unwrap();
            assert_eq!(found.target.id(), target.id());
            request = request.model(found.row);
        }
        if let Some(firmware) = self.firmware {
            request = request.firmware(firmware_of(target.as_ref(), firmware));
        }
        if let Some(name) = self.name {
            request = request.file_name(name);
        }
        Some(lint(&request))
    }
}

fn firmware_of(target: &dyn ProvisioningTarget, text: &str) -> Firmware {
    Firmware::parse(target.firmware_scheme(), text).unwrap()
}

fn yealink() -> Case<'static> {
    Case {
        target: "yealink",
        ..Case::default()
    }
}

fn snom() -> Case<'static> {
    Case {
        target: "snom-desk",
        ..Case::default()
    }
}

fn dect() -> Case<'static> {
    Case {
        target: "snom-dect",
        ..Case::default()
    }
}

/// `code line` of every finding.
#[track_caller]
fn assert_found(case: &Case<'_>, text: &str, expected: &[&str]) {
    let Some(found) = case.run(text) else { return };
    let shown: Vec<String> = found
        .iter()
        .map(|finding| format!("{} {}", finding.code(), finding.position().line))
        .collect();
    assert_eq!(shown, expected, "{text}\n{found:#?}");
}

/// The only finding of a file.
#[track_caller]
fn only(case: &Case<'_>, text: &str) -> Option<LintFinding> {
    let mut found = case.run(text)?;
    assert_eq!(found.len(), 1, "{text}\n{found:#?}");
    found.pop()
}

fn cfg(lines: &str) -> String {
    format!("#!version:1.0.0.1\n{lines}")
}

/// Settings of a desk phone, the first one in line 4.
fn desk(settings: &str) -> String {
    in_section("phone-settings e=\"2\"", settings)
}

fn keys(settings: &str) -> String {
    in_section("functionKeys e=\"2\"", settings)
}

fn in_section(section: &str, settings: &str) -> String {
    let name = section.split(' ').next().unwrap();
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<settings>\n<{section}>\n{settings}\n</{name}>\n</settings>\n"
    )
}

// ---- the codes ----

/// One section of the documentation of the codes.
struct Documented {
    code: String,
    level: String,
    meaning: String,
    /// Target, then what is known of phone and file.
    context: Vec<String>,
    example: Option<String>,
}

fn documented() -> Vec<Documented> {
    let text = fs::read_to_string(support::root().join("src/inspect/lint/codes.md")).unwrap();
    let mut sections = Vec::new();
    for section in text.split("\n## `").skip(1) {
        let (code, rest) = section.split_once('`').unwrap();
        let (level, rest) = rest
            .trim()
            .trim_start_matches('*')
            .split_once("*: ")
            .unwrap();
        let (meaning, rest) = rest
            .split_once(". Comes")
            .or(rest.split_once(".\n"))
            .unwrap();
        let (context, example) = match rest.split_once("```text\n") {
            Some((context, example)) => (context, example.split_once("```")),
            None => ("", None),
        };
        sections.push(Documented {
            code: code.to_owned(),
            level: level.to_owned(),
            meaning: meaning.to_owned(),
            context: context
                .split('`')
                .skip(1)
                .step_by(2)
                .map(str::to_owned)
                .collect(),
            example: example.map(|(example, _)| example.to_owned()),
        });
    }
    sections
}

#[test]
fn every_code_is_documented_with_an_example_that_has_it_alone() {
    let documented = documented();
    assert_eq!(documented.len(), LINT_CODES.len());
    for (section, code) in documented.iter().zip(LINT_CODES) {
        assert_eq!(&section.code[1..], code.number);
        assert_eq!(section.level, code.level.to_string(), "{}", section.code);
        assert_eq!(section.meaning, code.meaning, "{}", section.code);
        assert_eq!(section.code.starts_with('G'), code.general);
        let Some(example) = &section.example else {
            assert_eq!(section.code, "G0901", "an example is missing");
            continue;
        };
        let mut case = Case {
            target: &section.context[0],
            ..Case::default()
        };
        for word in &section.context[1..] {
            if word.contains(' ') {
                case.model = Some(word);
            } else if word.starts_with(|c: char| c.is_ascii_digit()) {
                case.firmware = Some(word);
            } else {
                case.name = Some(word);
            }
        }
        let Some(finding) = only(&case, example) else {
            continue;
        };
        assert_eq!(finding.code(), section.code, "{finding:#?}");
        assert_eq!(finding.level(), code.level, "{finding:#?}");
    }
}

#[test]
fn more_findings_than_the_limit_are_said_to_be_more() {
    let lines: String = (0..20).map(|i| format!("no.such.name{i} = 1\n")).collect();
    let text = cfg(&lines);
    let file = parse::parse(text.as_bytes(), &Limits::default());
    for target in Targets::builtin().iter() {
        let request = LintRequest::new(&file, target.as_ref()).limit(5);
        let found = lint(&request);
        assert_eq!(found.len(), 6);
        assert_eq!(found[5].code(), "G0901");
    }
}

#[test]
fn a_finding_is_written_as_json() {
    let Some(finding) = only(&yealink(), &cfg("account.1.enable = true\n")) else {
        return;
    };
    assert_eq!(
        serde_json::to_value(&finding).unwrap(),
        serde_json::json!({
            "code": "Y0302",
            "level": "error",
            "line": 2,
            "column": 20,
            "span": {"start": 37, "end": 41},
            "name": "account.1.enable",
            "message": "phones do not know this word here; write `1`",
            "suggestion": "1",
        })
    );
}

// ---- our own files ----

/// Every model with every firmware at which its dictionary changes; the devices that fill their model
/// once for every dialect.
#[test]
fn nothing_is_wrong_with_our_own_files() {
    let least = site_with(|_| ());
    let everything = site_of(EVERYTHING);
    let targets = Targets::builtin();
    let mut dialects = BTreeSet::new();
    let mut faults = BTreeSet::new();
    for model in models(&targets) {
        if model.row.is("unsupported") {
            continue;
        }
        for firmware in model.firmwares() {
            let bare = support::with_firmware(model.least(), firmware);
            let rendered = support::render(&least, &built(bare));
            judge(&model, firmware, &rendered, &mut faults);
            let mut tags = model.row.tags.to_vec();
            tags.sort();
            let level = firmware.map(|firmware| firmware.level());
            // A thousand handsets are of the dialect of the first.
            let large = model
                .accounts(firmware)
                .is_some_and(|accounts| accounts > 100);
            let dialect = (model.target.id(), model.row.family.clone(), tags, level);
            if !dialects.insert(dialect) || (large && firmware.is_some()) {
                continue;
            }
            let full = model.full(firmware).token(secret("MARK-token"));
            let nobody = support::with_firmware(device(&model.name()), firmware);
            for device in [full, nobody] {
                let rendered = support::render(&everything, &built(device));
                judge(&model, firmware, &rendered, &mut faults);
            }
        }
    }
    let faults: Vec<_> = faults.into_iter().collect();
    assert!(
        faults.is_empty(),
        "{} faults\n{}",
        faults.len(),
        faults.join("\n")
    );
}

/// Every file of a device: nothing above info.
fn judge(
    model: &Model<'_>,
    firmware: Option<Firmware>,
    rendered: &Rendered,
    faults: &mut BTreeSet<String>,
) {
    for file in rendered.files() {
        let parsed = parse::parse(file.bytes(), &Limits::default());
        let mut request = LintRequest::new(&parsed, model.target)
            .model(model.row)
            .file_name(file.name());
        // A file that all phones of the model share is for every firmware.
        if let Some(firmware) = firmware.filter(|_| file.is_sensitive()) {
            request = request.firmware(firmware);
        }
        for finding in lint(&request) {
            let json = serde_json::to_string(&finding).unwrap();
            assert!(!json.contains(MARK), "a secret in {json}");
            let chosen = CHOSEN.iter().any(|(code, name)| {
                *code == finding.code() && name.is_none_or(|name| finding.name() == Some(name))
            });
            if finding.level() > Level::Info && !chosen {
                let version = firmware.map(|firmware| firmware.to_string());
                faults.insert(format!(
                    "{} {:?} {}: {}: {}: {:?}: {}",
                    model.name(),
                    version,
                    file.name(),
                    finding.level(),
                    finding.code(),
                    finding.name(),
                    finding.message(),
                ));
            }
        }
    }
}

#[test]
fn nothing_is_wrong_with_the_golden_files() {
    let targets = Targets::builtin();
    let all = models(&targets);
    let mut faults = BTreeSet::new();
    let mut cases = 0;
    for target in targets.iter() {
        let folder = support::root()
            .join("tests/golden")
            .join(target.id().as_str());
        for case in fs::read_dir(folder).unwrap() {
            let toml = fs::read_to_string(case.unwrap().path().join("fleet.toml")).unwrap();
            let fleet = Document::from_toml(&toml).unwrap().resolve(&targets);
            // A document may speak of phones of a target that is not compiled in.
            let complete = targets.iter().count() == support::SHIPPED_TARGETS.len();
            let fleet = match fleet {
                Err(_) if !complete => continue,
                fleet => fleet.unwrap(),
            };
            let provisioner = Provisioner::new(fleet.site().clone());
            for device in fleet.devices() {
                cases += 1;
                let found = targets.model(device.model()).unwrap();
                let mut of_name = all.iter().filter(|model| model.name() == found.canonical());
                let rendered = provisioner.render(device).unwrap();
                judge(
                    of_name.next().unwrap(),
                    device.installed_firmware(),
                    &rendered,
                    &mut faults,
                );
            }
        }
    }
    assert!(cases > 0 || targets.iter().next().is_none());
    let faults: Vec<_> = faults.into_iter().collect();
    assert!(
        faults.is_empty(),
        "{} faults\n{}",
        faults.len(),
        faults.join("\n")
    );
}
