//! `public-api-list JSON LIST [--write]`: holds the public items of the library against the committed
//! list, and the crates that they name against those that they may name.
//!
//! Exit status: 0 = as it should be, 1 = not, 2 = usage, I/O, or JSON of a format that is not read here.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::ExitCode;

use public_api::{Builder, PublicApi};

const USAGE: &str = "usage: public-api-list JSON LIST [--write]

Compares the public items in JSON (what rustdoc writes) with LIST, one item a line, and says what
differs. With --write LIST is written instead. Names of foreign crates are checked in both cases.
";

/// Crates whose names may stand in the public interface: who uses it has them at hand, or wants to.
const ALLOWED: [&str; 10] = [
    "alloc",
    "chrono",
    "chrono_tz",
    "core",
    "http",
    "macaddr",
    "phone_provisioning",
    "serde",
    // Where the traits of `serde` live.
    "serde_core",
    "std",
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (json, list, write) = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [json, list] => (json, list, false),
        [json, list, "--write"] => (json, list, true),
        _ => {
            eprint!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    let api = Builder::from_rustdoc_json(json)
        .omit_blanket_impls(true)
        .omit_auto_trait_impls(true)
        .omit_auto_derived_impls(true)
        .build();
    let api = match api {
        Ok(api) => api,
        Err(error) => {
            eprintln!("{json}: {error}");
            return ExitCode::from(2);
        }
    };
    let found = lines(&api);
    let is_listed = if write {
        fs::write(list, found.join("\n") + "\n").map(|()| true)
    } else {
        fs::read_to_string(list).map(|committed| is_same(&committed, &found, list))
    };
    match is_listed {
        Ok(is_listed) if names_no_foreign_crate(&found) && is_listed => ExitCode::SUCCESS,
        Ok(_) => ExitCode::from(1),
        Err(error) => {
            eprintln!("{list}: {error}");
            ExitCode::from(2)
        }
    }
}

/// The items, sorted as text. Methods of private traits and the like are there once.
fn lines(api: &PublicApi) -> Vec<String> {
    let lines: BTreeSet<String> = api.items().map(ToString::to_string).collect();
    lines.into_iter().collect()
}

fn is_same(committed: &str, found: &[String], list: &str) -> bool {
    let committed: BTreeSet<&str> = committed.lines().collect();
    let found: BTreeSet<&str> = found.iter().map(String::as_str).collect();
    for gone in committed.difference(&found) {
        println!("- {gone}");
    }
    for new in found.difference(&committed) {
        println!("+ {new}");
    }
    let is_same = committed == found;
    if !is_same {
        println!("the public interface is not as in {list}; `.ci/api --write` writes it anew");
    }
    is_same
}

fn names_no_foreign_crate(lines: &[String]) -> bool {
    let mut foreign = BTreeMap::new();
    for line in lines {
        for name in crates(line).filter(|name| !ALLOWED.contains(name)) {
            foreign.entry(name).or_insert(line);
        }
    }
    for (name, line) in &foreign {
        println!("the crate {name} must not be named in the public interface: {line}");
    }
    foreign.is_empty()
}

/// The crates in which the paths of a line begin. Types, whose paths begin with a capital letter, and the
/// primitive types that `From` is implemented for are none.
fn crates(line: &str) -> impl Iterator<Item = &str> {
    let is_of_path = |c: char| c.is_alphanumeric() || matches!(c, '_' | ':');
    let is_integer = |name: &str| {
        name.strip_prefix(['u', 'i'])
            .is_some_and(|bits| bits.parse::<u8>().is_ok())
    };
    line.split(move |c| !is_of_path(c))
        .filter_map(|path| path.split_once("::"))
        .map(|(first, _)| first)
        .filter(move |first| first.starts_with(|c: char| c.is_lowercase()) && !is_integer(first))
}
