//! Collects what a target of templates is made of.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::super::TargetId;
use super::engine::{Engine, Escape, compile};
use super::file::{FileTemplate, Names, check_name, file_name};
use super::helpers::KEYS;
use super::phone::{CODECS, LANGUAGES};
use super::tables::Tables;
use super::{ModelRow, TemplateTarget, VendorFile, VendorFiles, error};
use crate::error::{Error, ErrorKind, Errors, Invalid, Path};
use crate::model::{Codec, FirmwareScheme, KeyKind, Language};

/// Collects what a [`TemplateTarget`] is made of. Everything is checked by
/// [`build`](Self::build).
#[derive(Clone, Debug)]
pub struct TemplateTargetBuilder {
    id: String,
    vendor: String,
    scheme: FirmwareScheme,
    models: Vec<ModelRow>,
    tables: Tables,
    files: Vec<FileTemplate>,
    errors: Vec<Error>,
}

impl TemplateTargetBuilder {
    pub(super) fn new(id: &str, vendor: &str) -> Self {
        Self {
            id: id.to_owned(),
            vendor: vendor.to_owned(),
            scheme: FirmwareScheme::Dotted,
            models: Vec::new(),
            tables: Tables::default(),
            files: Vec::new(),
            errors: Vec::new(),
        }
    }

    /// How the maker's firmware versions are written; default [`FirmwareScheme::Dotted`].
    #[must_use]
    pub fn firmware_scheme(mut self, scheme: FirmwareScheme) -> Self {
        self.scheme = scheme;
        self
    }

    /// A model.
    #[must_use]
    pub fn model(mut self, row: ModelRow) -> Self {
        self.models.push(row);
        self
    }

    /// The models of a TOML document, see [`ModelRow::from_toml`].
    #[must_use]
    pub fn models_toml(mut self, text: &str) -> Self {
        match ModelRow::from_toml(text) {
            Ok(rows) => self.models.extend(rows),
            Err(errors) => self.errors.extend(errors.into_vec()),
        }
        self
    }

    /// The maker's word for one of ours: an entry of a table. The tables `codecs`, `keys` and
    /// `languages` have a meaning, see the [page of the module](super); the rest is for the helper
    /// `map`.
    #[must_use]
    pub fn word(mut self, table: &str, word: &str, token: &str) -> Self {
        if let Err(kind) = self.tables.add(table, word, token) {
            let path = Path::root().key("tables").key(table).key(word);
            self.errors.push(Error::new(path, kind));
        }
        self
    }

    /// The tables of a TOML document: one table per table, in it a text or a whole number per word. A
    /// list gives the words `word.1`, `word.2`, …
    ///
    /// ```
    /// use phone_provisioning::target::template::TemplateTarget;
    ///
    /// let builder = TemplateTarget::builder("acme-desk", "acme").tables_toml(r#"
    ///     [codecs]
    ///     pcmu = 0
    ///     pcma = 8
    ///     [account]
    ///     password = ["P34", "P406"] # {{map "account" "password" index}}
    /// "#);
    /// # let _ = builder;
    /// ```
    #[must_use]
    pub fn tables_toml(mut self, text: &str) -> Self {
        self.tables.read(text, &mut self.errors);
        self
    }

    /// A file that the phones ask for. Those of each phone are made in the order in which they are
    /// added.
    #[must_use]
    pub fn file(mut self, file: FileTemplate) -> Self {
        self.files.push(file);
        self
    }

    /// The target.
    ///
    /// # Errors
    /// Everything that is wrong with rows, tables, names and templates; what is wrong in a template with
    /// its line and column. Paths begin with `models`, `tables` or `files`.
    pub fn build(mut self) -> Result<TemplateTarget, Errors> {
        let root = Path::root();
        let mut errors = std::mem::take(&mut self.errors);
        let id: Result<TargetId, Invalid> = self.id.parse();
        if let Err(invalid) = &id {
            errors.push(Error::new(root.key("id"), invalid.clone().into()));
        }
        let lower = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        if self.vendor.is_empty() || !self.vendor.bytes().all(lower) {
            let expected = "a maker's name of lower-case letters and digits";
            let kind = Invalid::new(expected, &self.vendor).into();
            errors.push(Error::new(root.key("vendor"), kind));
        }
        self.check_models(&mut errors);
        self.check_files(&mut errors);
        let mut names = BTreeSet::new();
        let mut files = Vec::new();
        for (index, file) in std::mem::take(&mut self.files).into_iter().enumerate() {
            let at = root.key("files").index(index).key("template");
            match compile(&file.text) {
                Ok(template) => {
                    if file.shared && template.writes_secret {
                        let why =
                            "a shared file writes no secret: every phone of the model reads it";
                        errors.push(Error::new(at, ErrorKind::Conflict(why.into())));
                    }
                    names.extend(template.names.iter().cloned());
                    files.push(VendorFile {
                        about: file,
                        template,
                    });
                }
                Err(fault) => {
                    let what = format!("the template of `{}`", file.name);
                    errors.push(error(&at, what, fault));
                }
            }
        }
        self.check_tables(&names, &mut errors);
        Errors::check(errors)?;
        let id = id.map_err(|invalid| Error::new(root.key("id"), invalid.into()))?;
        let tables = Arc::new(self.tables);
        let vendor_files = VendorFiles {
            files,
            names,
            plain: Engine::new(Escape::None, tables.clone()),
            xml: Engine::new(Escape::Xml, tables.clone()),
            tables,
        };
        Ok(TemplateTarget {
            id,
            vendor: self.vendor,
            scheme: self.scheme,
            models: self.models,
            vendor_files: Arc::new(vendor_files),
        })
    }

    fn check_models(&self, errors: &mut Vec<Error>) {
        let models = Path::root().key("models");
        if self.models.is_empty() && errors.is_empty() {
            errors.push(Error::new(models.clone(), nothing("at least one model")));
        }
        for (index, row) in self.models.iter().enumerate() {
            let at = models.index(index).key("name");
            if row.name.is_empty() {
                errors.push(Error::new(at, nothing("the name of a model")));
            } else if let Some(first) = self.models[..index]
                .iter()
                .position(|other| other.name == row.name)
            {
                let kind = ErrorKind::Duplicate {
                    what: "model",
                    found: row.name.to_string(),
                    other: models.index(first).key("name"),
                };
                errors.push(Error::new(at, kind));
            }
        }
    }

    fn check_files(&self, errors: &mut Vec<Error>) {
        let files = Path::root().key("files");
        if self.files.is_empty() {
            errors.push(Error::new(files.clone(), nothing("at least one file")));
        }
        let mut seen: Vec<(&str, Path)> = Vec::new();
        for (index, file) in self.files.iter().enumerate() {
            let at = files.index(index);
            let aliases = file.aliases.iter().enumerate();
            let aliases = aliases.map(|(i, alias)| (alias, at.key("aliases").index(i)));
            for (name, at) in [(&file.name, at.key("name"))].into_iter().chain(aliases) {
                if let Err(invalid) = self.check_name(name, file.shared) {
                    errors.push(Error::new(at.clone(), invalid.into()));
                }
                if let Some((_, other)) = seen.iter().find(|(earlier, _)| earlier == name) {
                    let kind = ErrorKind::Duplicate {
                        what: "file name",
                        found: name.clone(),
                        other: other.clone(),
                    };
                    errors.push(Error::new(at.clone(), kind));
                }
                seen.push((name, at));
            }
        }
    }

    /// The name by itself, and with the models in it.
    fn check_name(&self, name: &str, shared: bool) -> Result<(), Invalid> {
        check_name(name, shared)?;
        self.models.iter().try_for_each(|row| {
            let names = Names {
                mac: "{{mac}}",
                mac_upper: "{{mac_upper}}",
                model: &row.name,
            };
            check_name(&file_name(name, names), shared)
        })
    }

    /// The tables that have a meaning must have our words, and be there where a template uses them.
    fn check_tables(&self, names: &BTreeSet<String>, errors: &mut Vec<Error>) {
        type Reads = fn(&str) -> Result<(), Invalid>;
        let codec: Reads = |word| word.parse::<Codec>().map(drop);
        let kind: Reads = |word| word.parse::<KeyKind>().map(drop);
        let tag: Reads = |word| word.parse::<Language>().map(drop);
        for (table, reads) in [(CODECS, codec), (KEYS, kind), (LANGUAGES, tag)] {
            let at = Path::root().key("tables").key(table);
            for word in self.tables.get(table).into_iter().flat_map(|t| t.keys()) {
                if let Err(invalid) = reads(word) {
                    errors.push(Error::new(at.key(word), invalid.into()));
                }
            }
        }
        let needed: [(&str, &[&str]); 2] = [(CODECS, &[]), (KEYS, &["line", "none"])];
        for (table, words) in needed {
            if !names.contains(table) {
                continue;
            }
            let at = Path::root().key("tables").key(table);
            match self.tables.get(table) {
                None => {
                    let expected = "a table, because a template names the list";
                    errors.push(Error::new(at, nothing(expected)));
                }
                Some(entries) => {
                    for word in words.iter().filter(|word| !entries.contains_key(**word)) {
                        errors.push(Error::new(at.key(word), nothing("the maker's word")));
                    }
                }
            }
        }
    }
}

fn nothing(expected: &'static str) -> ErrorKind {
    Invalid::new(expected, "").into()
}
