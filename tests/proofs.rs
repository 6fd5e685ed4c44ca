//! The inventory of proofs, `tests/README.md`: what it names is there, and what must be named is named.

#![allow(
    clippy::disallowed_methods,
    reason = "the inventory and what it names are files; the rule is for the library"
)]

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn tests() -> PathBuf {
    support::root().join("tests")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn inventory() -> String {
    read(&tests().join("README.md"))
}

/// What is in a folder, sorted.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

/// The rows below a head of a table.
fn rows(text: &str, head: &str) -> Vec<Vec<String>> {
    let (_, table) = text.split_once(head).unwrap_or_else(|| panic!("{head}"));
    let rows = table
        .lines()
        .skip(2)
        .take_while(|line| line.starts_with('|'));
    let cells = |row: &str| {
        let cells = row.trim_matches('|').split(" | ");
        cells.map(|cell| cell.trim().to_owned()).collect()
    };
    rows.map(cells).collect()
}

/// The words in backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

#[test]
fn every_golden_case_is_listed_with_its_first_lines() {
    const HEAD: &str = "| case | shows |\n|---|---|\n";
    let mut list = String::new();
    let golden = tests().join("golden");
    for target in names(&golden) {
        for case in names(&golden.join(&target)) {
            let document = read(&golden.join(&target).join(&case).join("fleet.toml"));
            let lines = document.lines().map_while(|line| line.strip_prefix('#'));
            let shows: Vec<&str> = lines.map(str::trim).collect();
            assert!(
                !shows.is_empty(),
                "{target}/{case} does not say what it shows"
            );
            list += &format!("| `{target}/{case}` | {} |\n", shows.join(" "));
        }
    }
    assert!(!list.is_empty());
    let text = inventory();
    let (before, rest) = text.split_once(HEAD).expect("the table of goldens");
    let after: String = rest
        .split_inclusive('\n')
        .skip_while(|line| line.starts_with('|'))
        .collect();
    let new = format!("{before}{HEAD}{list}{after}");
    if std::env::var_os("BLESS").is_some() {
        fs::write(tests().join("README.md"), &new).unwrap();
    }
    assert!(
        new == inventory(),
        "BLESS=1 writes the list of golden cases anew"
    );
}

#[test]
fn every_defect_has_a_test_that_is_there() {
    let rows = rows(&inventory(), "| no. | defect | held by |");
    let mut numbers: BTreeSet<String> = (1..=61).map(|number| number.to_string()).collect();
    numbers.extend((1..=27).map(|number| format!("R{number}")));
    numbers.insert("27a".to_owned());
    for row in rows {
        let [number, _, held] = row.as_slice() else {
            panic!("{row:?}");
        };
        assert!(
            numbers.remove(number),
            "{number} is there twice, or is none"
        );
        if held.starts_with("does not apply: ") {
            continue;
        }
        let mut suite = None;
        let mut count = 0;
        for word in quoted(held) {
            if word.ends_with(".rs") {
                suite = Some(read(&tests().join(word)));
            } else {
                let is_there = |suite: String| suite.contains(&format!("fn {word}("));
                assert!(suite.clone().is_some_and(is_there), "{number}: {word}");
                count += 1;
            }
        }
        assert!(count > 0, "{number} is held by nothing");
    }
    assert_eq!(numbers, BTreeSet::new(), "defects that are not listed");
}

#[test]
fn every_suite_that_is_named_is_there() {
    let text = inventory();
    let suites: Vec<&str> = quoted(&text)
        .filter(|word| word.ends_with(".rs") && !word.contains(' '))
        .collect();
    assert!(suites.len() > 100);
    for suite in suites {
        let place = match suite.starts_with("examples/") {
            true => support::root().join(suite),
            false => tests().join(suite),
        };
        assert!(place.is_file(), "{suite}");
    }
}

#[test]
fn every_fuzz_target_is_built_described_and_has_inputs() {
    let fuzz = tests().join("fuzz");
    let manifest = read(&fuzz.join("Cargo.toml"));
    let described = rows(&read(&fuzz.join("README.md")), "| target | reads |");
    let described: Vec<&str> = described.iter().flat_map(|row| quoted(&row[0])).collect();
    let targets: Vec<String> = names(&fuzz.join("fuzz_targets"))
        .iter()
        .map(|name| name.trim_end_matches(".rs").to_owned())
        .collect();
    assert!(!targets.is_empty());
    for target in &targets {
        assert!(
            manifest.contains(&format!("name = \"{target}\"\n")),
            "{target}"
        );
        let inputs = ["corpus", "seeds"].map(|kind| fuzz.join(kind).join(target));
        let is_filled = |folder: &PathBuf| folder.is_dir() && !names(folder).is_empty();
        assert!(inputs.iter().any(is_filled), "{target} begins with nothing");
    }
    assert_eq!(described, targets);
    for folder in ["corpus", "seeds", "dictionaries"] {
        for name in names(&fuzz.join(folder)) {
            assert!(targets.contains(&name), "{folder}/{name} is of no target");
        }
    }
}
