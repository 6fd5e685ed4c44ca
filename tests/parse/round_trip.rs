//! What is rendered comes back: every setting, its value, its order, its line. Held against the strict
//! readers of `support`, which were written from the rules of the formats, one of them on another
//! library.

use std::collections::BTreeSet;
use std::fs;
use std::sync::Arc;

use phone_provisioning::inspect::target_of;
use phone_provisioning::model::{Device, Firmware, Site};
use phone_provisioning::parse::{self, File, FileKind, Format, Level, Limits};
use phone_provisioning::target::ProvisioningTarget;
use phone_provisioning::{Provisioner, Targets};
use proptest::prelude::*;

use crate::support::xml::CONTAINER;
use crate::support::{
    self, EVERYTHING, Model, built, device, extension, handset, models, secret, site_of, site_with,
    some_key, with_firmware,
};

/// Models that are known by name only: nothing is rendered for them.
const UNSUPPORTED: &[&str] = &["snom SP800"];

#[test]
fn every_golden_file_comes_back() {
    let targets = Targets::builtin();
    let mut count = 0;
    for target in targets.iter() {
        let folder = support::root().join(format!("tests/golden/{}", target.id()));
        for case in fs::read_dir(folder).unwrap() {
            for path in fs::read_dir(case.unwrap().path().join("files")).unwrap() {
                let path = path.unwrap().path();
                let bytes = fs::read(&path).unwrap();
                check(target.as_ref(), &path.display().to_string(), &bytes);
                count += 1;
            }
        }
    }
    assert!(count > 80, "only {count} files");
}

#[test]
fn a_golden_file_is_of_the_target_that_made_it() {
    let targets = Targets::builtin();
    for target in targets.iter() {
        let folder = support::root().join(format!("tests/golden/{}", target.id()));
        for case in fs::read_dir(folder).unwrap() {
            for path in fs::read_dir(case.unwrap().path().join("files")).unwrap() {
                let path = path.unwrap().path();
                let bytes = fs::read(&path).unwrap();
                let file = parse::parse(&bytes, &Limits::default());
                let found = target_of(&targets, &file).map(|found| found.id());
                if file.settings().is_empty() || file.kind() == FileKind::FileList {
                    assert_eq!(found, None, "{}", path.display());
                } else {
                    assert_eq!(found, Some(target.id()), "{}", path.display());
                }
            }
        }
    }
}

#[test]
fn the_least_device_of_every_model_and_firmware_comes_back() {
    let site = site_with(|_| ());
    every_model_and_firmware(|model, firmware| {
        check_device(model, &site, &built(with_firmware(model.least(), firmware)));
    });
}

#[test]
fn a_full_device_of_every_dialect_comes_back() {
    let site = site_of(EVERYTHING);
    let mut seen = BTreeSet::new();
    every_model_and_firmware(|model, firmware| {
        let level = firmware.map(|firmware| firmware.level());
        let mut tags = model.row.tags.to_vec();
        tags.sort();
        if seen.insert((model.target.id(), model.row.family.clone(), tags, level)) {
            let device = model.full(firmware).token(secret("MARK-token"));
            check_device(model, &site, &built(device));
        }
    });
}

fn every_model_and_firmware(mut check: impl FnMut(&Model<'_>, Option<Firmware>)) {
    let targets = Targets::builtin();
    for model in models(&targets) {
        if UNSUPPORTED.contains(&model.name().as_str()) {
            continue;
        }
        for firmware in model.firmwares() {
            check(&model, firmware);
        }
    }
}

/// Any text that a field takes, hard ones rather often.
fn any_text() -> impl Strategy<Value = String> {
    let hard = prop::sample::select(vec![
        "&",
        "&amp;",
        "&#228;",
        "<",
        ">",
        "</user_realname>",
        "<!--",
        "-->",
        "]]>",
        "\"",
        "'",
        "=",
        " = ",
        "#",
        " #",
        "%NULL%",
        ";",
        "[T46S]",
        "!",
        "|",
        "{",
        "{{",
        "é",
        "中",
        "🙂",
        "\u{feff}",
        "a.b = c",
        "\\",
        "/>",
        "=\"",
        " x=",
    ]);
    prop::collection::vec(
        prop_oneof![hard.prop_map(str::to_owned), "[ -~]{0,4}"],
        0..5,
    )
    .prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_of_a_device_comes_back(label in any_text(), name in any_text(), password in any_text()) {
        let site = site_with(|_| ());
        let targets = Targets::builtin();
        for model in ["yealink T46S", "yealink W60B", "snom D785", "snom M900"] {
            let found = targets.model(model).unwrap();
            let Some(device) = device_of(model, &label, &name, &password) else { continue };
            let Ok(rendered) = Provisioner::new(site.clone()).render(&device) else { continue };
            for file in rendered.files() {
                check(found.target.as_ref(), model, file.bytes());
            }
        }
    }
}

fn device_of(model: &str, label: &str, name: &str, password: &str) -> Option<Device> {
    let mut account = extension(1);
    account.password = password.parse().ok()?;
    account.display_name = Some(name.parse().ok()?);
    account.label = Some(label.parse().ok()?);
    let mut builder = device(model);
    if model.contains('W') || model.contains('M') {
        let mut first = handset(1);
        first.extensions = vec![account];
        builder = builder.handset(first);
    } else {
        let mut key = some_key(2, phone_provisioning::model::KeyKind::Blf);
        key.label = Some(label.parse().ok()?);
        builder = builder.extension(account).key(key);
    }
    builder.build().ok()
}

#[track_caller]
fn check_device(model: &Model<'_>, site: &Arc<Site>, device: &Device) {
    let rendered = support::render(site, device);
    for file in rendered.files() {
        check(model.target, &model.name(), file.bytes());
    }
}

/// What comes back is what the strict reader of the target finds, and nothing is wrong with it.
#[track_caller]
fn check(target: &dyn ProvisioningTarget, what: &str, bytes: &[u8]) {
    let file = parse::parse(bytes, &Limits::default());
    assert_eq!(file.format(), target.format(), "{what}");
    let wrong = file.findings().iter().find(|finding| {
        // A text that looks like a piece of a template is a text.
        finding.level() > Level::Info && !["P0012", "P0208"].contains(&finding.code())
    });
    if let Some(wrong) = wrong {
        panic!(
            "{what}: {} {}: {}",
            file.position(wrong.span().start),
            wrong.code(),
            wrong.message()
        );
    }
    let strict = support::read(target, bytes);
    let expected = strict.iter().map(|setting| {
        let section = match file.format() {
            // Of lines the strict reader tells the comment that they stand under.
            Format::Cfg => "",
            _ => &setting.section,
        };
        format!(
            "{} {section}/{} = {}",
            setting.line, setting.name, setting.value
        )
    });
    let expected: Vec<String> = expected.collect();
    assert_eq!(read(&file), expected, "{what}");
    check_spans(&file, bytes);
}

/// The settings in the words of the strict readers.
fn read(file: &File<'_>) -> Vec<String> {
    let mut out = Vec::new();
    let root = file.root().unwrap_or_default();
    for setting in file.settings() {
        let line = file.position(setting.span().start).line;
        let section = match setting.section() {
            "" => root,
            section => section,
        };
        if section == CONTAINER {
            let url = setting.attribute("url").unwrap();
            out.push(format!("{line} {section}/{} = {url}", setting.name()));
            continue;
        }
        let name = match (setting.index(), setting.attribute("type")) {
            (Some(index), _) => format!("{}.{index}", setting.name()),
            (None, Some(kind)) => format!("{}.{kind}", setting.name()),
            (None, None) => setting.name().to_owned(),
        };
        out.push(format!("{line} {section}/{name} = {}", setting.value()));
        for attribute in ["context", "label"] {
            let value = setting.attribute(attribute).unwrap_or_default();
            if !value.is_empty() {
                out.push(format!("{line} {section}/{name}.{attribute} = {value}"));
            }
        }
    }
    out
}

/// The span of a setting holds its name and its value.
fn check_spans(file: &File<'_>, bytes: &[u8]) {
    for setting in file.settings() {
        let (span, value) = (setting.span(), setting.value_span());
        assert!(span.start <= value.start && value.end <= span.end);
        let text = std::str::from_utf8(&bytes[span]).unwrap();
        let start = text.strip_prefix('<').unwrap_or(text);
        assert!(start.starts_with(setting.name()), "{text}");
        let end = if file.format() == Format::Xml {
            ">"
        } else {
            setting.value()
        };
        assert!(text.ends_with(end), "{text}");
    }
}
