//! The shape of `src/`: who imports whom, where a maker may be named, what a target's folder holds.
//! Rules that nobody checks are forgotten one line at a time.

#![expect(
    clippy::disallowed_methods,
    reason = "this suite reads the sources; the rule is for the library"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The modules of the crate from the ground up: each imports those before it and no others.
const FLOORS: [&str; 15] = [
    "scan",
    "wiped",
    "error",
    "text",
    "model",
    "stored",
    "clock",
    "emit",
    "parse",
    "target",
    "fleet",
    "inspect",
    "delivery",
    "redirection",
    "inventory",
];

/// Imports against that order, each with its reason. One that is no longer needed fails the test.
const UPWARDS: [(&str, &str, &str); 2] = [
    (
        "error",
        "model",
        "an error and a notice name codecs, as values and not in words",
    ),
    (
        "target",
        "inspect",
        "a target reads its own files: what it makes of them is what `inspect::import` gives out",
    ),
];

/// Modules that hold documentation alone.
const DOCUMENTS: [&str; 1] = ["manual"];

/// Rooms in which no maker is named at all, not in a comment and not in a test.
const NEUTRAL: [&str; 21] = [
    "src/scan.rs",
    "src/wiped.rs",
    "src/error.rs",
    "src/error",
    "src/text.rs",
    "src/stored.rs",
    "src/model",
    "src/clock",
    "src/emit",
    "src/delivery/admission",
    "src/delivery/answer",
    "src/delivery/pnp",
    "src/delivery/resync",
    "src/delivery/resync.rs",
    "src/inventory",
    "src/redirection/action.rs",
    "src/redirection/exchange.rs",
    "src/redirection/outcome.rs",
    "src/redirection/several.rs",
    "src/redirection/life",
    "src/redirection/wire",
];

/// The files outside of the makers' own folders whose code names them: the lists of what there is.
const REGISTERS: [&str; 4] = [
    "src/lib.rs",
    "src/redirection/mod.rs",
    "src/target/mod.rs",
    "src/target/targets.rs",
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every file below a folder, or the file itself; by path.
fn files(place: &Path, found: &mut BTreeSet<PathBuf>) {
    if place.is_file() {
        found.insert(place.to_owned());
        return;
    }
    let entries =
        fs::read_dir(place).unwrap_or_else(|error| panic!("{}: {error}", place.display()));
    for entry in entries {
        files(&entry.unwrap().path(), found);
    }
}

/// The files of the crate, each by its path below the root, with `/`, and its text.
fn sources() -> Vec<(String, String)> {
    let mut found = BTreeSet::new();
    files(&root().join("src"), &mut found);
    let sources: Vec<_> = found
        .iter()
        .map(|path| (name(path), fs::read_to_string(path).unwrap()))
        .collect();
    assert!(sources.len() > 200, "only {} files", sources.len());
    sources
}

fn name(path: &Path) -> String {
    let below = path.strip_prefix(root()).unwrap();
    let parts: Vec<_> = below.iter().map(|part| part.to_str().unwrap()).collect();
    parts.join("/")
}

/// The code of a file, line by line, without its comments, its conditions on features and the tests at
/// its end.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let tests = text.match_indices("\n#[cfg(test)]\n").find(|(at, mark)| {
        let next = text[at + mark.len()..].lines().next();
        next.is_some_and(|line| line.contains("mod tests {"))
    });
    let end = tests.map_or(text.len(), |(at, _)| at);
    let lines = text[..end].lines().enumerate();
    lines.map(|(at, line)| {
        let trimmed = line.trim_start();
        let aside = ["//", "#[cfg", "#![cfg"];
        let code = if aside.iter().any(|start| trimmed.starts_with(start)) {
            ""
        } else {
            line.split_once(" // ").map_or(line, |(code, _)| code)
        };
        (at + 1, code)
    })
}

/// The module of the crate that a file belongs to; `None` for its root.
fn module(path: &str) -> Option<&str> {
    let below = path.strip_prefix("src/").unwrap();
    let first = below.split('/').next().unwrap();
    let module = first.strip_suffix(".rs").unwrap_or(first);
    (module != "lib").then_some(module)
}

/// The modules of the crate that a line of code names.
fn named(line: &str) -> impl Iterator<Item = &str> {
    let letter = |c: char| c.is_ascii_alphanumeric() || c == '_';
    line.split("crate::").skip(1).map(move |rest| {
        let end = rest.find(|c| !letter(c)).unwrap_or(rest.len());
        &rest[..end]
    })
}

/// How often `super::` stands in a row in a line.
fn climbs(line: &str) -> usize {
    let mut most = 0;
    let mut rest = line;
    while let Some(at) = rest.find("super::") {
        rest = &rest[at..];
        let bare = rest.trim_start_matches("super::");
        most = most.max((rest.len() - bare.len()) / "super::".len());
        rest = bare;
    }
    most
}

#[test]
fn modules_import_only_what_is_below_them() {
    let floor = |module: &str| FLOORS.iter().position(|name| *name == module);
    let mut faults = Vec::new();
    let mut upwards = BTreeSet::new();
    let mut seen = BTreeSet::new();
    for (path, text) in sources() {
        let Some(own) = module(&path) else { continue };
        if !path.ends_with(".rs") {
            continue;
        }
        if DOCUMENTS.contains(&own) {
            let code: Vec<_> = code(&text)
                .filter(|(_, code)| named(code).next().is_some())
                .collect();
            assert!(
                code.is_empty(),
                "{path} holds documentation alone: {code:?}"
            );
            continue;
        }
        let Some(height) = floor(own) else {
            faults.push(format!("{path}: `{own}` has no floor in this test"));
            continue;
        };
        seen.insert(own.to_owned());
        // Depth of the module in the crate: `a/b.rs` and `a/b/mod.rs` are two deep.
        let parts = path.trim_end_matches("/mod.rs").split('/').count() - 1;
        for (at, code) in code(&text) {
            // Modules of the crate are named from its root, or this test would not see them.
            if climbs(code) >= parts {
                faults.push(format!("{path}:{at}: climbs to the root: write `crate::`"));
            }
            for other in named(code).filter(|other| *other != own) {
                match floor(other) {
                    Some(below) if below < height => {}
                    Some(_) => {
                        let allowed = UPWARDS.iter().find(|(a, b, _)| (*a, *b) == (own, other));
                        match allowed {
                            Some((a, b, _)) => drop(upwards.insert((*a, *b))),
                            None => {
                                faults.push(format!("{path}:{at}: {own} imports {other}, above it"))
                            }
                        }
                    }
                    None => faults.push(format!("{path}:{at}: what is `crate::{other}`?")),
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    for (a, b, reason) in UPWARDS {
        assert!(!reason.is_empty());
        assert!(
            upwards.contains(&(a, b)),
            "{a} no longer imports {b}: take it off the list"
        );
    }
    let gone: Vec<_> = FLOORS
        .iter()
        .filter(|floor| !seen.contains(**floor))
        .collect();
    assert!(gone.is_empty(), "no such modules: {gone:?}");
}

/// The makers, by the folders of their data.
fn makers() -> Vec<String> {
    let mut makers = Vec::new();
    let vendors = root().join("vendors");
    for folder in [vendors.clone(), vendors.join("examples")] {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let mut found = BTreeSet::new();
            files(&path, &mut found);
            let mut found = found.iter();
            let word = path.file_name().unwrap().to_str().unwrap();
            if word != "examples" && found.any(|file| file.ends_with("models.toml")) {
                makers.push(word.to_lowercase());
            }
        }
    }
    makers.sort();
    assert_eq!(
        makers,
        ["grandstream", "snom", "yealink"],
        "a new maker: say so here"
    );
    makers
}

#[test]
fn neutral_rooms_name_no_maker() {
    let makers = makers();
    let mut faults = Vec::new();
    for room in NEUTRAL {
        let mut found = BTreeSet::new();
        files(&root().join(room), &mut found);
        for path in &found {
            for (at, line) in fs::read_to_string(path).unwrap().lines().enumerate() {
                let lower = line.to_lowercase();
                let named = makers.iter().filter(|maker| lower.contains(*maker));
                faults.extend(named.map(|maker| format!("{}:{}: {maker}", name(path), at + 1)));
            }
        }
    }
    assert!(
        faults.is_empty(),
        "a maker is named where none must be:\n{}",
        faults.join("\n")
    );
}

#[test]
fn code_names_a_maker_in_its_own_folder_only() {
    let makers = makers();
    let mut faults = Vec::new();
    let mut registers = BTreeSet::new();
    for (path, text) in sources() {
        if !path.ends_with(".rs") {
            continue;
        }
        let own = |maker: &str| {
            path.split('/')
                .any(|part| part.trim_end_matches(".rs") == maker)
        };
        for (at, code) in code(&text) {
            let lower = code.to_lowercase();
            for maker in makers.iter().filter(|maker| lower.contains(*maker)) {
                if REGISTERS.contains(&path.as_str()) {
                    registers.insert(path.clone());
                } else if !own(maker) {
                    faults.push(format!("{path}:{at}: {maker}"));
                }
            }
        }
    }
    assert!(
        faults.is_empty(),
        "code for one maker in a shared file:\n{}",
        faults.join("\n")
    );
    assert_eq!(
        registers.len(),
        REGISTERS.len(),
        "a register without a maker's name: take it off the list"
    );
}

/// Whoever knows one target finds the same topic in the same file of another.
#[test]
fn the_folders_of_targets_are_alike() {
    let mut found = BTreeSet::new();
    files(&root().join("vendors"), &mut found);
    let mut targets = 0;
    for rows in found.iter().filter(|path| path.ends_with("models.toml")) {
        let folder = name(rows.parent().unwrap());
        if folder.starts_with("vendors/examples/") {
            continue;
        }
        targets += 1;
        let code = folder.replacen("vendors", "src/target", 1);
        for file in ["mod", "settings", "identify", "tables"] {
            let file = format!("{code}/{file}.rs");
            assert!(
                root().join(&file).is_file(),
                "{folder} has rows, and there is no {file}"
            );
        }
        let rows = root().join(&folder).join("unconfirmed.toml");
        assert!(
            rows.is_file(),
            "{folder} says nothing of what is not confirmed"
        );
    }
    assert_eq!(targets, 3);
}
