//! Golden files: `golden/<target>/<nnn-name>/fleet.toml`, every file that its phones fetch under
//! `files/`, further names of these in `aliases.txt`, and the notices in `notices.txt`. Compared as bytes.
//!
//! `BLESS=1 cargo test --test golden` writes them anew; read what changed line by line before it is
//! committed, and say so under "Output changes" in CHANGELOG.md.

#![allow(
    clippy::disallowed_methods,
    reason = "goldens are files; the rule is for the library"
)]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use phone_provisioning::{Document, Provisioner, Targets};

/// Every target that may be compiled in. One that is not is passed over.
const TARGETS: [&str; 3] = ["snom-dect", "snom-desk", "yealink"];

#[test]
fn the_files_are_what_they_were() {
    let compiled_in: BTreeSet<String> = Targets::builtin()
        .ids()
        .iter()
        .map(ToString::to_string)
        .collect();
    let bless = std::env::var_os("BLESS").is_some();
    let mut faults = Vec::new();
    let mut cases: BTreeMap<String, usize> = BTreeMap::new();
    for target in entries(&support::root().join("tests/golden")) {
        let id = file_name(&target);
        if !TARGETS.contains(&id.as_str()) {
            faults.push(format!("{}: no such target", target.display()));
        }
        if !compiled_in.contains(&id) {
            continue;
        }
        let mut numbers = BTreeSet::new();
        for case in entries(&target) {
            let name = file_name(&case);
            let number = name.split('-').next().unwrap_or_default().to_owned();
            if number.len() != 3 || !number.bytes().all(|b| b.is_ascii_digit()) {
                faults.push(format!("{}: not named nnn-name", case.display()));
            }
            if !numbers.insert(number) {
                faults.push(format!("{}: its number is taken", case.display()));
            }
            *cases.entry(id.clone()).or_default() += 1;
            check(&case, bless, &mut faults);
        }
    }
    for id in &compiled_in {
        if !cases.contains_key(id) {
            faults.push(format!("the target {id} has no golden files"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

fn check(case: &Path, bless: bool, faults: &mut Vec<String>) {
    let toml = match fs::read_to_string(case.join("fleet.toml")) {
        Ok(toml) => toml,
        Err(error) => return faults.push(format!("{}: fleet.toml: {error}", case.display())),
    };
    let rendered = match rendered(&toml) {
        Ok(rendered) => rendered,
        Err(error) => return faults.push(format!("{}: {error}", case.display())),
    };
    if bless {
        write(case, &rendered);
    }
    let mut there: BTreeSet<PathBuf> = entries(case)
        .into_iter()
        .filter(|path| path.is_file())
        .chain(entries(&case.join("files")))
        .map(|path| path.strip_prefix(case).unwrap().to_owned())
        .collect();
    there.remove(Path::new("fleet.toml"));
    for (name, bytes) in &rendered {
        let path = case.join(name);
        if !there.remove(Path::new(name)) {
            faults.push(format!("{}: missing", path.display()));
            continue;
        }
        let expected = fs::read(&path).unwrap();
        if let Some(difference) = support::difference(&expected, bytes) {
            faults.push(format!("{}: {difference}", path.display()));
        }
    }
    for orphan in there {
        let orphan = case.join(orphan);
        faults.push(format!("{}: no phone fetches it", orphan.display()));
    }
}

/// The files of all phones by their path below the case, and the notices.
fn rendered(toml: &str) -> Result<BTreeMap<String, Vec<u8>>, String> {
    let fleet = Document::from_toml(toml)
        .and_then(|document| document.resolve(&Targets::builtin()))
        .map_err(|errors| errors.to_string())?;
    let provisioner = Provisioner::new(fleet.site().clone());
    let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let mut notices = Vec::new();
    let mut aliases: BTreeSet<String> = BTreeSet::new();
    for device in fleet.devices() {
        let rendered = provisioner
            .render(device)
            .map_err(|errors| errors.to_string())?;
        for notice in rendered.notices() {
            let line = format!("notice: {notice}\n");
            if !notices.contains(&line) {
                notices.push(line);
            }
        }
        for file in rendered.files() {
            let name = file.name();
            let earlier = files.insert(format!("files/{name}"), file.bytes().to_vec());
            if earlier.is_some_and(|earlier| earlier != file.bytes()) {
                return Err(format!("two files with the name {name}"));
            }
            aliases.extend(
                file.aliases()
                    .iter()
                    .map(|alias| format!("{alias} = {name}\n")),
            );
        }
    }
    // No copies: some differ in letter case only, which not every file system keeps apart.
    if !aliases.is_empty() {
        let lines = aliases.into_iter().collect::<String>();
        files.insert("aliases.txt".to_owned(), lines.into_bytes());
    }
    files.insert("notices.txt".to_owned(), notices.concat().into_bytes());
    Ok(files)
}

fn write(case: &Path, rendered: &BTreeMap<String, Vec<u8>>) {
    let files = case.join("files");
    if files.exists() {
        fs::remove_dir_all(&files).unwrap();
    }
    fs::create_dir_all(&files).unwrap();
    for (name, bytes) in rendered {
        fs::write(case.join(name), bytes).unwrap();
    }
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap().to_str().unwrap().to_owned()
}
