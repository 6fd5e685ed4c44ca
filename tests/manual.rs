//! The manual and the other pages: their links lead somewhere, the manual's index has every page,
//! and what can be read off the crate itself is written by it (`BLESS=1`).
#![cfg(all(feature = "snom", feature = "yealink"))]

#[path = "manual/links.rs"]
mod links;
#[path = "manual/matrix.rs"]
mod matrix;
#[path = "manual/models.rs"]
mod models;
mod support;

use std::fs;
use std::path::{Path, PathBuf};

/// The pages of the manual, as names of files below `src/manual`.
fn pages() -> Vec<String> {
    let folder = support::root().join("src/manual");
    let mut pages: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter_map(|name| Some(name.strip_suffix(".md")?.to_owned()))
        .collect();
    pages.sort();
    assert!(!pages.is_empty(), "no pages below src/manual");
    pages
}

#[test]
fn every_page_stands_in_the_index() {
    let index = fs::read_to_string(support::root().join("src/manual/mod.rs")).unwrap();
    for page in pages() {
        let module = format!("pub mod {page} {{\n    #![doc = include_str!(\"{page}.md\")]\n}}\n");
        assert!(
            index.contains(&module),
            "{page}.md is no module of the manual"
        );
        let line = format!("//! | [`{page}`] |");
        assert!(index.contains(&line), "the index does not name {page}");
    }
}

#[test]
fn links_lead_somewhere() {
    let root = support::root();
    let mut files: Vec<PathBuf> = pages()
        .iter()
        .map(|page| root.join("src/manual").join(format!("{page}.md")))
        .collect();
    files.extend(
        [
            "README.md",
            "CHANGELOG.md",
            "BENCHMARKS.md",
            "tests/fuzz/README.md",
        ]
        .map(|name| root.join(name)),
    );
    let mut broken = Vec::new();
    let mut seen = 0;
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        for link in links::of(&text) {
            seen += 1;
            if let Err(why) = links::check(&file, &text, link) {
                let name = file.strip_prefix(&root).unwrap().display();
                broken.push(format!("{name}: {link}: {why}"));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
    assert!(seen > 10, "only {seen} links were found");
}

/// Every program and bench that a page tells people to run is there.
#[test]
fn commands_name_programs_that_exist() {
    let root = support::root();
    let mut files: Vec<PathBuf> = pages()
        .iter()
        .map(|page| root.join(format!("src/manual/{page}.md")))
        .collect();
    files.push(root.join("README.md"));
    let mut seen = 0;
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let words: Vec<&str> = text.split_whitespace().collect();
        for pair in words.windows(2) {
            let folder = match pair[0] {
                "--example" => "examples",
                "--bench" => "benches",
                "--test" => "tests",
                _ => continue,
            };
            if pair[1].starts_with("NAME") {
                continue;
            }
            seen += 1;
            let name = pair[1].trim_end_matches(['`', ',', '.', ';', ')']);
            let exists = root.join(folder).join(format!("{name}.rs")).exists()
                || root.join(folder).join(name).join("main.rs").exists();
            assert!(exists, "{}: `{} {name}`", file.display(), pair[0]);
        }
    }
    assert!(seen > 10, "only {seen} commands were found");
}

/// What pages print of the programs is what the programs print of the example fleet.
#[test]
fn printed_output_is_real() {
    let root = support::root();
    let mut seen = 0;
    for page in ["README.md", "src/manual/bytes.md"] {
        let text = fs::read_to_string(root.join(page)).unwrap();
        let command = "cargo run --release --example inspect -- explain ";
        for (_, arguments) in text.lines().filter_map(|line| line.split_once(command)) {
            let mut inspect = support::program("inspect");
            inspect
                .arg("explain")
                .args(arguments.split(' '))
                .current_dir(&root);
            let output = String::from_utf8(inspect.output().unwrap().stdout).unwrap();
            assert!(!output.is_empty(), "{page}: explain {arguments}");
            assert!(text.contains(&output), "{page} has not this:\n{output}");
            seen += 1;
        }
    }
    assert_eq!(seen, 2);

    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    let fleet = fs::read_to_string(root.join("examples/data/fleet.toml")).unwrap();
    let fleet = support::resolve(&fleet);
    let phone = fleet
        .devices()
        .iter()
        .find(|device| device.mac() == support::mac("805e0c100002"));
    let rendered = support::render(fleet.site(), phone.unwrap());
    let file = std::str::from_utf8(rendered.file("805e0c100002.cfg").unwrap().bytes()).unwrap();
    let shown = readme
        .lines()
        .filter(|line| line.starts_with("account.1.") && line.contains(" = "));
    assert_eq!(
        shown
            .inspect(|line| assert!(file.contains(*line), "{line}"))
            .count(),
        5
    );

    let mut render = support::program("render");
    render
        .args(["--check", "examples/data/fleet.toml"])
        .current_dir(&root);
    let told = String::from_utf8(render.output().unwrap().stderr).unwrap();
    let (counts, _) = told.lines().last().unwrap().split_once(": ").unwrap();
    assert!(
        readme.contains(&format!("\n{counts} in out\n")),
        "the README does not say: {counts}"
    );
    let notices = readme.lines().filter(|line| line.starts_with("notice: "));
    assert_eq!(
        notices
            .inspect(|line| assert!(told.contains(*line), "{line}"))
            .count(),
        2
    );
}

#[test]
fn the_tables_of_what_phones_can_be_told_are_fresh() {
    is_fresh("src/manual/targets.md", "told", &matrix::tables());
}

#[test]
fn the_reset_recipes_are_fresh() {
    is_fresh("src/manual/reset.md", "reset", &models::resets());
}

#[test]
fn the_families_of_the_readme_are_fresh() {
    is_fresh("README.md", "families", &models::families());
}

/// Holds the part of a page between its markers against what the crate says.
#[track_caller]
fn is_fresh(page: &str, marker: &str, made: &str) {
    let path: &Path = &support::root().join(page);
    let text = fs::read_to_string(path).unwrap();
    let (open, close) = (
        format!("<!-- {marker} -->\n"),
        format!("<!-- /{marker} -->"),
    );
    let (before, rest) = text.split_once(&open).expect("the opening marker");
    let (have, after) = rest.split_once(&close).expect("the closing marker");
    if std::env::var_os("BLESS").is_some() {
        fs::write(path, format!("{before}{open}{made}{close}{after}")).unwrap();
        return;
    }
    for (at, (have, want)) in have.lines().zip(made.lines()).enumerate() {
        assert_eq!(
            have, want,
            "line {at} of {marker} in {page}; BLESS=1 writes it anew"
        );
    }
    assert_eq!(have, made, "{marker} in {page}; BLESS=1 writes it anew");
}
