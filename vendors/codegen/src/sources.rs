//! Every row names where its fact comes from, by tags that `SOURCES.md` explains; every tag has a row.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

/// Columns of a family that sort models and state nothing.
const SORTING: [&str; 2] = ["family", "tags"];

/// What is wrong with the sources of all rows below a folder, one line each. Paths are told from `root`
/// on; `skipped` is left alone.
pub(crate) fn faults(root: &Path, folder: &Path, skipped: &Path) -> Vec<String> {
    let mut files = Vec::new();
    find(folder, skipped, &mut files);
    files.sort();
    let mut pages: BTreeMap<PathBuf, Page> = BTreeMap::new();
    let mut faults = Vec::new();
    for file in &files {
        let path = file.strip_prefix(root).unwrap_or(file).display();
        // What cannot be read is told by whoever reads the rows.
        let text = fs::read_to_string(file).unwrap_or_default();
        let Ok(tables) = text.parse::<Table>() else {
            continue;
        };
        let Some(page) = page_of(file, folder) else {
            faults.push(format!("{path}: no SOURCES.md here or in a folder above"));
            continue;
        };
        let page = pages
            .entry(page)
            .or_insert_with_key(|page| Page::read(page));
        for (row, source) in rows(&tables) {
            match source {
                Some(source) => {
                    let unknown = page.unknown(source);
                    faults.extend(unknown.map(|tag| {
                        format!("{path}: {row}: source {tag:?} is not explained in SOURCES.md")
                    }));
                    page.named.extend(tags(source).map(str::to_owned));
                }
                None => faults.push(format!("{path}: {row}: no source")),
            }
        }
    }
    for (path, page) in pages {
        let path = path.strip_prefix(root).unwrap_or(&path).display();
        let unused = page.explained.difference(&page.named);
        faults.extend(unused.map(|tag| format!("{path}: {tag}: no row names this tag")));
    }
    faults
}

fn find(folder: &Path, skipped: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() && path != skipped {
            // A package has a `Cargo.toml`, which holds no rows.
            if !path.join("Cargo.toml").is_file() {
                find(&path, skipped, files);
            }
        } else if path
            .extension()
            .is_some_and(|extension| extension == "toml")
        {
            files.push(path);
        }
    }
}

/// The page of the file's folder, or of the nearest one above it.
fn page_of(file: &Path, top: &Path) -> Option<PathBuf> {
    let folders = file.ancestors().skip(1);
    let mut folders = folders.take_while(|folder| folder.starts_with(top));
    folders.find_map(|folder| Some(folder.join("SOURCES.md")).filter(|page| page.is_file()))
}

/// A `SOURCES.md`.
struct Page {
    /// The first cells of the tables whose first column is `tag`.
    explained: BTreeSet<String>,
    /// Tags that rows name.
    named: BTreeSet<String>,
}

impl Page {
    fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).unwrap_or_default();
        let mut explained = BTreeSet::new();
        let mut in_tags = false;
        for line in text.lines() {
            let mut cells = line.split('|').map(str::trim);
            let first = cells.nth(1).filter(|_| line.starts_with('|'));
            in_tags = first.is_some_and(|cell| cell == "tag" || in_tags);
            let tag = first.and_then(|cell| cell.strip_prefix('`')?.strip_suffix('`'));
            explained.extend(tag.filter(|_| in_tags).map(str::to_owned));
        }
        Self {
            explained,
            named: BTreeSet::new(),
        }
    }

    fn unknown<'a>(&'a self, source: &'a str) -> impl Iterator<Item = &'a str> {
        tags(source).filter(|tag| !self.explained.contains(*tag))
    }
}

/// The first word of each part between semicolons.
fn tags(source: &str) -> impl Iterator<Item = &str> {
    source.split(';').map(|part| {
        let word = part.split_whitespace().next().unwrap_or("");
        word.trim_end_matches([',', ':'])
    })
}

fn source(row: &Table) -> Option<&str> {
    row.get("source").and_then(Value::as_str)
}

/// The rows of a file, each by its name, with its source. A row is a table within a table; what stands
/// outside of all tables is one row together.
fn rows(tables: &Table) -> Vec<(String, Option<&str>)> {
    let mut rows = Vec::new();
    if tables.values().any(|value| !value.is_table()) {
        rows.push(("file".to_owned(), source(tables)));
    }
    for (table, value) in tables {
        for (id, row) in value.as_table().into_iter().flatten() {
            let Some(row) = row.as_table() else { continue };
            let family = table == "families";
            let sorts = row.keys().all(|column| SORTING.contains(&column.as_str()));
            if family && sorts {
                continue;
            }
            let name = if family {
                format!("families.{id}")
            } else {
                id.clone()
            };
            rows.push((name, source(row)));
        }
    }
    rows
}
