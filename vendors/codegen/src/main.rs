//! `cargo run -p vendor-tables`: writes every `tables.rs` anew, or says what is wrong with the rows.
//!
//! `-- --check` writes nothing and fails where a table is stale; `-- FOLDER` reads `FOLDER/vendors`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs, io};

fn main() -> ExitCode {
    let mut root = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    let mut write = true;
    for argument in env::args_os().skip(1) {
        if argument == "--check" {
            write = false;
        } else {
            root = PathBuf::from(argument);
        }
    }
    match vendor_tables::generate(&root) {
        Ok(tables) => {
            // Every table is dealt with, also after one that failed.
            let good = tables
                .iter()
                .map(|(path, text)| settle(&root, path, text, write));
            if good.fold(true, |all, one| all & one) {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            }
        }
        Err(faults) => {
            for fault in &faults {
                eprintln!("{fault}");
            }
            eprintln!("{} fault(s); nothing was written", faults.len());
            ExitCode::FAILURE
        }
    }
}

/// Brings one file up to date, or judges it; says what it did.
fn settle(root: &Path, path: &Path, text: &str, write: bool) -> bool {
    let full = root.join(path);
    // An unchanged file keeps its time stamp, so that nothing is compiled anew.
    if fs::read_to_string(&full).is_ok_and(|old| old == text) {
        println!("{}: unchanged", path.display());
        return true;
    }
    if !write {
        eprintln!("{}: stale", path.display());
        return false;
    }
    match replace(&full, text) {
        Ok(()) => println!("{}: written", path.display()),
        Err(error) => {
            eprintln!("{}: {error}", path.display());
            return false;
        }
    }
    true
}

fn replace(full: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = full.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(full, text)
}
