//! Reads the folders; a row that the schema refuses is a fault, and reading goes on.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{fs, io};

use serde::de::DeserializeOwned;
use toml::{Table, Value};

use crate::schema::{Model, Target};

/// Every folder below `root/vendors` that holds a `models.toml`, by path. The examples are for callers
/// to copy; nothing is generated for them.
pub(crate) fn targets(root: &Path, faults: &mut Vec<String>) -> Vec<Target> {
    let vendors = root.join("vendors");
    let mut folders = Vec::new();
    if let Err(error) = find(&vendors, &mut folders) {
        faults.push(format!("vendors: {error}"));
    }
    folders.retain(|folder| !folder.starts_with(vendors.join("examples")));
    folders.sort();
    folders
        .iter()
        .map(|folder| target(&vendors, folder, faults))
        .collect()
}

fn find(folder: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
    if folder.join("models.toml").is_file() {
        found.push(folder.to_owned());
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            find(&path, found)?;
        }
    }
    Ok(())
}

fn target(vendors: &Path, folder: &Path, faults: &mut Vec<String>) -> Target {
    let below = folder.strip_prefix(vendors).unwrap_or(folder);
    let names: Vec<_> = below.iter().map(|part| part.to_string_lossy()).collect();
    let mut target = Target {
        folder: names.join("/"),
        ..Target::default()
    };
    for stem in stems(folder, &target.folder, faults) {
        let mut file = File::open(folder, &target.folder, &stem, faults);
        match stem.as_str() {
            "models" => {
                target.families = file.rows("families");
                target.models = models(&target.families, &mut file);
            }
            "settings" => target.settings = file.rows("settings"),
            "ouis" => target.ouis = file.rows("ouis"),
            "files" => target.files = Some(file.rows("files")),
            "lint" => target.lint = Some(file.rows("lint")),
            "unconfirmed" => target.unconfirmed = Some(file.rows("unconfirmed")),
            _ => {
                let rows = file.rows(&stem);
                target.tokens.push((stem, rows));
            }
        }
        file.close();
    }
    // What is not known of all phones of a maker stands once, above its targets.
    if let Some(maker) = folder.parent().filter(|maker| *maker != vendors)
        && maker.join("unconfirmed.toml").is_file()
    {
        let mut file = File::open(maker, target.maker(), "unconfirmed", faults);
        target.unconfirmed_of_maker = file.rows("unconfirmed");
        file.close();
    }
    let rows = target.families.iter().chain(&target.models);
    target.words = rows.flat_map(|(_, row)| row.tags.iter().cloned()).collect();
    target
        .words
        .extend(target.families.iter().map(|(name, _)| name.clone()));
    target
}

fn models(families: &[(String, Model)], file: &mut File<'_>) -> Vec<(String, Model)> {
    let mut models: Vec<(String, Model)> = file.rows("models");
    for (name, model) in &mut models {
        let family = families
            .iter()
            .find(|(name, _)| Some(name) == model.family.as_ref());
        match (family, &model.family) {
            (Some((_, family)), _) => *model = std::mem::take(model).with_defaults(family),
            (None, Some(word)) => file.fault(name, &format!("family {word:?} is not declared")),
            (None, None) => file.fault(name, "no family"),
        }
    }
    models
}

/// The tables of a folder: every `*.toml` in it, by name.
fn stems(folder: &Path, name: &str, faults: &mut Vec<String>) -> Vec<String> {
    let mut stems = BTreeSet::new();
    match fs::read_dir(folder) {
        Ok(entries) => {
            for path in entries.flatten().map(|entry| entry.path()) {
                if let (Some("toml"), Some(stem)) =
                    (path.extension().and_then(|e| e.to_str()), path.file_stem())
                {
                    stems.insert(stem.to_string_lossy().into_owned());
                }
            }
        }
        Err(error) => faults.push(format!("vendors/{name}: {error}")),
    }
    if !stems.contains("settings") {
        faults.push(format!("vendors/{name}: no settings.toml"));
    }
    stems.into_iter().collect()
}

/// One file while it is taken apart.
struct File<'a> {
    name: String,
    /// What is not taken out yet; `None` when the file could not be read, which is fault enough.
    tables: Option<Table>,
    faults: &'a mut Vec<String>,
}

impl<'a> File<'a> {
    fn open(folder: &Path, target: &str, stem: &str, faults: &'a mut Vec<String>) -> Self {
        let name = format!("vendors/{target}/{stem}.toml");
        let mut file = Self {
            name,
            tables: None,
            faults,
        };
        match fs::read_to_string(folder.join(format!("{stem}.toml"))) {
            Ok(text) => file.read(&text),
            Err(error) => file.fault("", &error.to_string()),
        }
        file
    }

    fn read(&mut self, text: &str) {
        for (i, line) in text.lines().enumerate() {
            let line = line.trim();
            let row = line.contains(" = {") && (line.ends_with('}') || line.contains("} #"));
            if !(line.is_empty() || line.starts_with(['#', '[']) || row) {
                let place = format!("line {}", i + 1);
                self.fault(&place, "one row is one line: \"name\" = { column = …, … }");
            }
        }
        match text.parse::<Table>() {
            Ok(tables) => self.tables = Some(tables),
            Err(error) => self.fault("", error.to_string().trim_end()),
        }
    }

    /// Takes a table out and reads each of its rows.
    fn rows<T: DeserializeOwned>(&mut self, table: &str) -> Vec<(String, T)> {
        let mut rows = Vec::new();
        let Some(tables) = &mut self.tables else {
            return rows;
        };
        match tables.remove(table) {
            Some(Value::Table(table)) => {
                for (id, row) in table {
                    match row.try_into() {
                        Ok(row) => rows.push((id, row)),
                        Err(error) => {
                            let text = error.to_string();
                            self.fault(&id, &text.trim_end().replace('\n', " "));
                        }
                    }
                }
            }
            Some(_) => self.fault(table, "not a table"),
            None => self.fault("", &format!("no table [{table}]")),
        }
        rows
    }

    /// What was not taken out is unknown.
    fn close(self) {
        for table in self.tables.iter().flat_map(Table::keys) {
            self.faults
                .push(format!("{}: unknown table [{table}]", self.name));
        }
    }

    fn fault(&mut self, row: &str, text: &str) {
        let row = if row.is_empty() {
            String::new()
        } else {
            format!("{row}: ")
        };
        self.faults.push(format!("{}: {row}{text}", self.name));
    }
}
