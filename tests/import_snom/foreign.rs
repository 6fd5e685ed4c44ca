//! Files in the shapes of other systems, each with the document and the remarks that come of it.
//!
//! `import_snom/<desk|dect>-<name>/` holds the files, `expected.toml` and `remarks.txt`. `BLESS=1 cargo
//! test --test import_snom` writes the two anew; read them line by line before they are committed.

use std::fs;
use std::path::{Path, PathBuf};

use super::*;

#[test]
fn the_files_of_other_systems_give_their_documents() {
    let cases = cases();
    assert!(cases.len() >= 10, "{} cases", cases.len());
    let mut faults = Vec::new();
    for case in cases {
        check(&case, &mut faults);
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

fn cases() -> Vec<PathBuf> {
    let folder = support::root().join("tests/import_snom");
    let mut cases: Vec<PathBuf> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    cases.sort();
    cases
}

fn check(case: &Path, faults: &mut Vec<String>) {
    let name = case.file_name().unwrap().to_str().unwrap();
    let id = format!("snom-{}", name.split('-').next().unwrap());
    let mut paths: Vec<PathBuf> = fs::read_dir(case)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            !["expected.toml", "remarks.txt"]
                .iter()
                .any(|own| path.ends_with(own))
        })
        .collect();
    // In the order of their names: `1-snomD785.htm`.
    paths.sort();
    let read: Vec<(String, Vec<u8>)> = paths
        .iter()
        .map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap();
            let name = name.split_once('-').unwrap().1;
            (name.to_owned(), fs::read(path).unwrap())
        })
        .collect();
    let files: Vec<(&str, &[u8])> = read
        .iter()
        .map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
        .collect();
    let targets = Targets::builtin();
    let target = targets.iter().find(|target| target.id().as_str() == id);
    let imported = import(target.unwrap().as_ref(), &files, Known::default());

    let document = imported.document(Secrets::Expose);
    let toml = document.to_toml();
    let remarks: Vec<String> = imported.remarks().iter().map(|r| r.to_string()).collect();
    let remarks = remarks
        .iter()
        .map(|remark| format!("{remark}\n"))
        .collect::<String>();
    for (file, found) in [("expected.toml", &toml), ("remarks.txt", &remarks)] {
        let path = case.join(file);
        if std::env::var_os("BLESS").is_some() {
            fs::write(&path, found).unwrap();
        }
        let expected = fs::read(&path).unwrap_or_default();
        if let Some(difference) = support::difference(&expected, found.as_bytes()) {
            faults.push(format!("{name}/{file}: {difference}"));
        }
    }
    // Unless something is missing, the document is one, and the emitter takes it.
    let missing = |remark: &Remark| remark.kind() == RemarkKind::Missing;
    match document.resolve(&targets) {
        Ok(fleet) => {
            let result = Provisioner::new(fleet.site().clone()).render(&fleet.devices()[0]);
            if let Err(errors) = result {
                faults.push(format!("{name}: {errors}"));
            }
        }
        Err(errors) if !imported.remarks().iter().any(missing) => {
            faults.push(format!("{name}: {errors}"));
        }
        Err(errors) => {
            // Every error is about something that is missing.
            let paths: BTreeSet<String> = imported
                .remarks()
                .iter()
                .filter(|remark| missing(remark))
                .map(|remark| remark.path().to_string())
                .collect();
            for error in errors.iter() {
                let path = error.path().to_string();
                let named = paths
                    .iter()
                    .any(|own| own.ends_with(path.rsplit('.').next().unwrap()));
                if !named {
                    faults.push(format!("{name}: {error}"));
                }
            }
        }
    }
    // Redacted, no secret of the files is shown.
    let redacted = imported.document(Secrets::Redact).to_toml();
    for shown in [&redacted, &remarks, &format!("{imported:?}")] {
        if shown.contains("s3cret") {
            faults.push(format!("{name}: a secret is shown"));
        }
    }
}
