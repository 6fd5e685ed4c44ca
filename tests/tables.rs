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

/// Rows that callers copy name their sources as ours do; those of ours the generator checks.
#[test]
fn the_rows_of_the_examples_name_their_sources() {
    let root = support::root();
    let folder = root.join("vendors/examples");
    assert!(folder.is_dir());
    let faults = vendor_tables::unsourced(&root, &folder);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_unconfirmed_fact_is_about_some_model() {
    for target in Targets::builtin().iter() {
        let rows = target.unconfirmed();
        assert!(rows.len() > 50, "{} has {} rows", target.id(), rows.len());
        assert!(rows.is_sorted_by(|a, b| a.id < b.id), "{}", target.id());
        for row in rows {
            let mut models = target.models().iter();
            assert!(
                models.any(|model| row.concerns(model, None)),
                "{} {}: no model has this firmware",
                target.id(),
                row.id
            );
        }
    }
}

/// A cell of the support table is not left empty without a word.
#[test]
fn limits_that_no_source_states_are_among_the_unconfirmed_facts() {
    use phone_provisioning::target::UnconfirmedArea;

    for target in Targets::builtin().iter() {
        for model in target.models() {
            let limits = [
                model.accounts,
                model.line_keys,
                model.modules,
                model.handsets,
            ];
            let mut rows = target.unconfirmed().iter();
            let told = rows.any(|row| {
                row.area == UnconfirmedArea::Limits && row.models.contains(&&*model.name)
            });
            assert!(
                told || limits.iter().all(Option::is_some),
                "{} {}",
                target.id(),
                model.name
            );
        }
    }
}

#[cfg(all(feature = "snom", feature = "yealink"))]
#[test]
fn unconfirmed_facts_are_told_apart_by_model_and_firmware() {
    let targets = Targets::builtin();
    let concerns = |target: &str, id: &str, model: &str, level: Option<[u16; 5]>| {
        let mut targets = targets.iter();
        let target = targets.find(|known| known.id().as_str() == target).unwrap();
        let row = target.unconfirmed().iter().find(|row| row.id == id);
        let model = target.models().iter().find(|row| row.name == model);
        row.unwrap().concerns(model.unwrap(), level)
    };
    // By name, by a word, and of all phones of the maker.
    assert!(concerns("snom-dect", "mac-block-of-m400", "M400", None));
    assert!(!concerns("snom-dect", "mac-block-of-m400", "M900", None));
    assert!(concerns("snom-desk", "page-turning-slots", "D862", None));
    assert!(!concerns("snom-desk", "page-turning-slots", "D785", None));
    assert!(concerns("snom-dect", "certificate-subject", "M300", None));
    assert!(concerns("snom-desk", "certificate-subject", "D785", None));
    // By firmware: what the phone has, or what its model is known to have.
    let since = "day-offset-rules";
    assert!(concerns("yealink", since, "T46S", Some([84, 0, 0, 0, 0])));
    assert!(!concerns("yealink", since, "T46S", Some([83, 0, 0, 0, 0])));
    assert!(concerns("yealink", since, "T46S", None));
    assert!(!concerns("yealink", since, "T28P", None));
    let until = "weekly-misspelt-switch";
    assert!(concerns("yealink", until, "T28P", None));
    assert!(!concerns("yealink", until, "T88W", None));
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
