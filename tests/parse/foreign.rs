//! Files in the shapes of others, all written for these tests: vendors' samples, exports of phones, the
//! habits of other systems, and what goes wrong in the field. `foreign/NAME.expected` is the reading of
//! `foreign/NAME`: the kind, one line for every setting and every file that is named, then the findings.
//!
//! `BLESS=1 cargo test --test parse` writes the readings anew; read each beside its file and the
//! reference before it is committed.

use std::fmt::Write as _;
use std::fs;

use phone_provisioning::parse::{self, File, Level, Limits};

use crate::support;

#[test]
fn files_of_others_read_as_expected() {
    let folder = support::root().join("tests/foreign");
    let mut names: Vec<String> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.ends_with(".expected"))
        .collect();
    names.sort();
    assert!(names.len() > 40, "only {} files", names.len());
    let mut faults = Vec::new();
    for name in names {
        let bytes = fs::read(folder.join(&name)).unwrap();
        let found = reading(&parse::parse(&bytes, &Limits::default()));
        let path = folder.join(format!("{name}.expected"));
        if std::env::var_os("BLESS").is_some() {
            fs::write(&path, &found).unwrap();
        }
        let expected = fs::read_to_string(&path).unwrap_or_default();
        if let Some(difference) = support::difference(expected.as_bytes(), found.as_bytes()) {
            faults.push(format!("{name}: {difference}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn what_is_written_in_utf_16_reads_as_in_utf_8() {
    let folder = support::root().join("tests/foreign");
    let sixteen = fs::read(folder.join("yealink-utf-16.cfg")).unwrap();
    let units: Vec<u16> = sixteen
        .chunks(2)
        .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
        .collect();
    let eight = String::from_utf16(&units).unwrap();
    let eight = parse::parse(eight.as_bytes(), &Limits::default());
    let file = parse::parse(&sixteen, &Limits::default());
    assert_eq!(settings(&file), settings(&eight));
    for setting in file.settings() {
        let units: Vec<u16> = sixteen[setting.value_span()]
            .chunks(2)
            .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
            .collect();
        assert_eq!(String::from_utf16(&units).unwrap(), setting.value());
    }
}

fn settings(file: &File<'_>) -> Vec<String> {
    file.settings()
        .iter()
        .map(|s| {
            let place = file.position(s.span().start);
            format!("{place} {} = {}", s.name(), s.value())
        })
        .collect()
}

/// What was read, in words.
fn reading(file: &File<'_>) -> String {
    let mut out = format!("{:?} {:?}", file.format(), file.kind());
    if let Some(root) = file.root() {
        let _ = write!(out, " <{root}>");
    }
    out.push('\n');
    for setting in file.settings() {
        let _ = write!(out, "{}", file.position(setting.span().start));
        if !setting.models().is_empty() {
            let _ = write!(out, " [{}]", setting.models());
        }
        if !setting.section().is_empty() {
            let _ = write!(out, " {}/", setting.section());
        } else {
            out.push(' ');
        }
        out.push_str(setting.name());
        if let Some(index) = setting.index() {
            let _ = write!(out, "[{index}]");
        }
        if let Some(perm) = setting.perm() {
            let _ = write!(out, " ({perm})");
        }
        for (name, value) in setting.attributes() {
            if !["idx", "perm"].contains(&name) {
                let _ = write!(out, " {name}={value:?}");
            }
        }
        let _ = writeln!(out, " = {:?}", setting.value());
    }
    for include in file.includes() {
        let place = file.position(include.span().start);
        let _ = write!(out, "{place}");
        if !include.models().is_empty() {
            let _ = write!(out, " [{}]", include.models());
        }
        let _ = writeln!(out, " names {:?}", include.target());
    }
    for finding in file.findings() {
        let span = finding.span();
        let place = file.position(span.start);
        let _ = writeln!(
            out,
            "{place} {}{}: {}",
            if finding.level() == Level::Error {
                "! "
            } else {
                ""
            },
            finding.code(),
            String::from_utf8_lossy(&file.input()[span]).escape_debug()
        );
    }
    out
}
