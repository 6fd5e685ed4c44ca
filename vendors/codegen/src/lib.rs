//! Turns the rows under `vendors/` into the committed tables under `src/`.
//!
//! One row is one fact with its source. The schema ([`schema`]) refuses columns that it does not
//! know, the rules ([`check`]) refuse rows that cannot be right, and every fault of every file is
//! reported at once. The result depends on nothing but the files: the same rows, the same bytes.

pub mod check;
mod clock;
pub mod domain;
mod emit;
mod load;
mod page;
pub mod schema;
mod sources;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The tables of all targets under `root/vendors`: each with its path below `root`.
///
/// A target is a folder that holds a `models.toml`; `vendors/snom/desk` becomes
/// `src/target/snom/desk/tables.rs`. The rules of the time zones come of `vendors/tzdata`, where the
/// root has it, and what no source confirms is a page of the documentation too. Nothing is written.
///
/// # Errors
/// Every fault of every file, one line each: file, row, what is wrong.
pub fn generate(root: &Path) -> Result<Vec<(PathBuf, String)>, Vec<String>> {
    let mut faults = Vec::new();
    let targets = load::targets(root, &mut faults);
    for target in &targets {
        check::target(target, &mut faults);
    }
    let clock = clock::table(root, &mut faults);
    let vendors = root.join("vendors");
    faults.extend(sources::faults(root, &vendors, &vendors.join("examples")));
    // Targets of one maker share rows, and so their faults.
    let mut told = BTreeSet::new();
    faults.retain(|fault| told.insert(fault.clone()));
    if !faults.is_empty() {
        return Err(faults);
    }
    let page = page::unconfirmed(&targets);
    let targets = targets.iter().map(|target| {
        let path = Path::new("src/target")
            .join(&target.folder)
            .join("tables.rs");
        (path, emit::tables(target))
    });
    Ok(clock.into_iter().chain(targets).chain(page).collect())
}

/// What is wrong with the sources of the rows below `folder`, which [`generate`] leaves alone.
///
/// One line each, with its path below `root`.
pub fn unsourced(root: &Path, folder: &Path) -> Vec<String> {
    sources::faults(root, folder, Path::new(""))
}
