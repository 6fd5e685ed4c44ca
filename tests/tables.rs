//! The committed tables are what the generator makes of the rows under `vendors/`, and the rows are
//! whole.

mod support;

use std::fs;

use phone_provisioning::Targets;

#[test]
fn the_tables_are_fresh() {
    let root = support::root();
    let tables = vendor_tables::generate(&root).unwrap_or_else(|faults| {
        panic!(
            "the rows have {} faults:\n{}",
            faults.len(),
            faults.join("\n")
        )
    });
    assert!(!tables.is_empty(), "the generator found no rows");
    for (path, text) in tables {
        let committed = fs::read_to_string(root.join(&path)).unwrap_or_default();
        assert!(
            committed == text,
            "{} is stale; run `cargo run -p vendor-tables`",
            path.display()
        );
    }
}

#[test]
fn every_row_has_its_source() {
    for target in Targets::builtin().iter() {
        for model in target.models() {
            assert!(!model.source.is_empty(), "{} {}", target.id(), model.name);
        }
        for setting in target.settings() {
            assert!(
                !setting.source.is_empty(),
                "{} {}",
                target.id(),
                setting.name
            );
        }
    }
}

/// How many rows the reference tables have: none may get lost.
#[cfg(feature = "yealink")]
#[test]
fn yealink_is_complete() {
    use phone_provisioning::target::{ProvisioningTarget, yealink::Yealink};

    let yealink = Yealink::new();
    assert_eq!(yealink.models().len(), 81);
    assert!(
        yealink.settings().len() >= 871,
        "{}",
        yealink.settings().len()
    );
}

#[test]
fn settings_are_found_by_name() {
    for target in Targets::builtin().iter() {
        let settings = target.settings();
        assert!(
            settings.is_sorted_by(|a, b| a.name <= b.name),
            "the dictionary of {} is not sorted",
            target.id()
        );
    }
}

/// The README's table is the output of `models`; `BLESS=1` writes it anew.
#[test]
fn the_readme_has_the_support_table() {
    let all: Vec<String> = Targets::builtin()
        .ids()
        .iter()
        .map(ToString::to_string)
        .collect();
    if all.len() < support::SHIPPED_TARGETS.len() {
        // The table is that of the default features.
        return;
    }
    let path = support::root().join("README.md");
    let readme = fs::read_to_string(&path).unwrap();
    let (before, rest) = readme
        .split_once("<!-- models -->\n")
        .expect("the marker <!-- models -->");
    let (table, after) = rest
        .split_once("<!-- /models -->")
        .expect("the marker <!-- /models -->");
    let output = support::program("models").output().unwrap();
    assert!(output.status.success());
    let printed = String::from_utf8(output.stdout).unwrap();
    if std::env::var_os("BLESS").is_some() {
        let text = format!("{before}<!-- models -->\n{printed}<!-- /models -->{after}");
        fs::write(&path, text).unwrap();
        return;
    }
    for (at, (have, want)) in table.lines().zip(printed.lines()).enumerate() {
        assert_eq!(
            have, want,
            "row {at} of the README's table; BLESS=1 writes it anew"
        );
    }
    assert_eq!(table, printed, "the README's table; BLESS=1 writes it anew");
}
