//! `cargo bench -p provisioning-benches --bench templates`: says whether the templates of the contenders are those of the
//! files that are rendered today; `-- --write` makes them anew.

#![allow(dead_code, reason = "the other benches use the rest of these modules")]

#[path = "support/cases.rs"]
mod cases;
#[path = "../examples/bulk/fleet.rs"]
mod fleet;
#[path = "support/generate.rs"]
mod generate;
#[path = "support/page.rs"]
mod page;

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use cases::CASES;
use page::Page;

fn main() -> ExitCode {
    let write = std::env::args().any(|argument| argument == "--write");
    let mut fresh = true;
    for case in &CASES {
        let provisioner = case.provisioner();
        let files: Vec<Vec<u8>> = (1..=3).map(|n| case.files(&provisioner, n)).collect();
        let pages: Vec<Page> = files.iter().map(|file| Page::read(file)).collect();
        let (lines, bytes) = (
            files[0].iter().filter(|b| **b == b'\n').count(),
            files[0].len(),
        );
        let own = generate::own_values(&pages);
        println!(
            "{}: {lines} lines, {bytes} bytes, {own} values of the device",
            case.name
        );
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("templates")
            .join(case.name);
        for (name, text) in generate::files(case.name, &pages) {
            let path = folder.join(name);
            if fs::read_to_string(&path).is_ok_and(|committed| committed == text) {
                continue;
            }
            if write {
                fs::create_dir_all(&folder).expect("the folder of the templates");
                fs::write(&path, text).expect("a template");
            } else {
                println!(
                    "{} is stale; make it anew with `-- --write`",
                    path.display()
                );
                fresh = false;
            }
        }
    }
    if fresh {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
