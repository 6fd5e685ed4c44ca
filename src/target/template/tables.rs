//! What a caller brings in TOML: the vendor's words, and its models.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::{Table, Value};

use super::super::ModelRow;
use crate::error::{Error, ErrorKind, Errors, Invalid, Path};
use crate::text::Text;

/// Tables of the vendor's words: table → word → the vendor's word.
#[derive(Clone, Debug, Default)]
pub(super) struct Tables(BTreeMap<String, BTreeMap<String, String>>);

impl Tables {
    pub(super) fn get(&self, table: &str) -> Option<&BTreeMap<String, String>> {
        self.0.get(table)
    }

    /// Adds an entry; a later one of the same word replaces the earlier.
    ///
    /// # Errors
    /// A token with a control character.
    pub(super) fn add(&mut self, table: &str, word: &str, token: &str) -> Result<(), ErrorKind> {
        // An empty token is a token: some vendors say nothing for the usual case.
        if !token.is_empty() {
            Text::new(token)?;
        }
        let table = self.0.entry(table.to_owned()).or_default();
        table.insert(word.to_owned(), token.to_owned());
        Ok(())
    }

    /// Adds the tables of a TOML document. A list gives the words 1, 2, …; a table within a table
    /// and the word within it are joined with a dot.
    pub(super) fn read(&mut self, text: &str, errors: &mut Vec<Error>) {
        let path = Path::root().key("tables");
        let document = match text.parse::<Table>() {
            Ok(document) => document,
            Err(error) => return errors.push(syntax(path, text, &error)),
        };
        for (name, entries) in document {
            let at = path.key(&name);
            match entries {
                Value::Table(entries) => self.entries(&name, "", entries, &at, errors),
                _ => errors.push(Error::new(at, wrong("a table"))),
            }
        }
    }

    fn entries(
        &mut self,
        table: &str,
        before: &str,
        entries: Table,
        at: &Path,
        errors: &mut Vec<Error>,
    ) {
        for (word, value) in entries {
            let at = at.key(&word);
            self.entry(table, format!("{before}{word}"), value, &at, errors);
        }
    }

    fn entry(
        &mut self,
        table: &str,
        word: String,
        value: Value,
        at: &Path,
        errors: &mut Vec<Error>,
    ) {
        let token = match value {
            Value::String(token) => token,
            Value::Integer(number) => number.to_string(),
            Value::Array(list) => {
                for (index, value) in list.into_iter().enumerate() {
                    let word = format!("{word}.{}", index + 1);
                    self.entry(table, word, value, &at.index(index), errors);
                }
                return;
            }
            Value::Table(inner) => {
                return self.entries(table, &format!("{word}."), inner, at, errors);
            }
            _ => return errors.push(Error::new(at.clone(), wrong("a text or a whole number"))),
        };
        if let Err(kind) = self.add(table, &word, &token) {
            errors.push(Error::new(at.clone(), kind));
        }
    }
}

fn wrong(expected: &'static str) -> ErrorKind {
    Invalid::redacted(expected).into()
}

fn syntax(path: Path, text: &str, error: &toml::de::Error) -> Error {
    let at = error.span().map_or(0, |span| span.start);
    let fault = super::scan::Fault::at(text, at, "");
    let kind = ErrorKind::Syntax {
        format: "TOML",
        line: fault.line,
        column: fault.column,
    };
    Error::new(path, kind)
}

/// The columns of a row of models; they are explained at [`ModelRow`]. Ranges are written as
/// `1-20,22-40`, firmware as `1.0.11`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Row {
    family: String,
    tags: Vec<String>,
    other_names: Vec<String>,
    accounts: Option<u16>,
    line_keys: Option<u16>,
    line_keys_clear_to: Option<u16>,
    pages: Option<u16>,
    modules: Option<u16>,
    module_keys: Option<String>,
    module_names: Vec<String>,
    handsets: Option<u16>,
    file_stem: Option<String>,
    other_file_stems: Vec<String>,
    first_firmware: Option<String>,
    newest_firmware: Option<String>,
    reset: String,
    note: String,
    source: String,
}

impl ModelRow {
    /// The rows of a TOML document in the form of the crate's own `vendors/*/models.toml`: a table
    /// `models` with one table per model, and a table `families` with what the models of a family
    /// share.
    ///
    /// # Errors
    /// Every row that cannot be read, with its path.
    ///
    /// ```
    /// use phone_provisioning::target::ModelRow;
    ///
    /// let rows = ModelRow::from_toml(r#"
    ///     [families]
    ///     desk = { handsets = 0 }
    ///     [models]
    ///     X1 = { family = "desk", accounts = 2, line_keys = 8, module_keys = "1-20,22-40" }
    /// "#)?;
    /// assert_eq!((rows[0].accounts, rows[0].handsets), (Some(2), Some(0)));
    /// assert_eq!(rows[0].module_keys.as_ref(), [(1, 20), (22, 40)]);
    /// # Ok::<(), phone_provisioning::Errors>(())
    /// ```
    pub fn from_toml(text: &str) -> Result<Vec<Self>, Errors> {
        let root = Path::root();
        let document: Table = text
            .parse()
            .map_err(|error| Errors::from(syntax(root.key("models"), text, &error)))?;
        let mut errors = Vec::new();
        for key in document.keys() {
            if !["families", "models"].contains(&key.as_str()) {
                let kind = ErrorKind::UnknownKey {
                    key: key.clone(),
                    nearest: None,
                };
                errors.push(Error::new(root.key(key), kind));
            }
        }
        let families = document.get("families").and_then(Value::as_table);
        let models = document.get("models").and_then(Value::as_table);
        let mut rows = Vec::new();
        for (name, own) in models.into_iter().flatten() {
            match row(name, own, families) {
                Ok(row) => rows.push(row),
                Err(kind) => errors.push(Error::new(root.key("models").key(name), kind)),
            }
        }
        if rows.is_empty() && errors.is_empty() {
            errors.push(Error::new(root.key("models"), ErrorKind::Empty));
        }
        Errors::check(errors).map(|()| rows)
    }
}

fn row(name: &str, own: &Value, families: Option<&Table>) -> Result<ModelRow, ErrorKind> {
    let own = own.as_table().ok_or_else(|| wrong("a table"))?;
    let family = own
        .get("family")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let mut merged = match (family, families.and_then(|all| all.get(family))) {
        ("", _) => Table::new(),
        (_, Some(Value::Table(defaults))) => defaults.clone(),
        _ => {
            return Err(ErrorKind::Unresolved {
                what: "family",
                name: family.to_owned(),
                nearest: None,
            });
        }
    };
    merged.extend(own.clone());
    let row = Row::deserialize(Value::Table(merged))
        .map_err(|error| ErrorKind::Conflict(error.message().to_owned().into()))?;
    Ok(ModelRow {
        family: row.family.into(),
        tags: owned(row.tags),
        other_names: owned(row.other_names),
        accounts: row.accounts,
        line_keys: row.line_keys,
        line_keys_clear_to: row.line_keys_clear_to,
        pages: row.pages,
        modules: row.modules,
        module_keys: match &row.module_keys {
            Some(text) => ranges(text)?.into(),
            None => ModelRow::EMPTY.module_keys,
        },
        module_names: owned(row.module_names),
        handsets: row.handsets,
        file_stem: row.file_stem.map(Into::into),
        other_file_stems: owned(row.other_file_stems),
        first_firmware: row.first_firmware.as_deref().map(str::parse).transpose()?,
        newest_firmware: row.newest_firmware.as_deref().map(str::parse).transpose()?,
        reset: row.reset.into(),
        note: row.note.into(),
        source: row.source.into(),
        ..ModelRow::new(name.to_owned())
    })
}

type Texts = std::borrow::Cow<'static, [std::borrow::Cow<'static, str>]>;

fn owned(texts: Vec<String>) -> Texts {
    texts.into_iter().map(Into::into).collect::<Vec<_>>().into()
}

/// Inclusive ranges: `1-20,22-40`, `7`.
fn ranges(text: &str) -> Result<Vec<(u16, u16)>, Invalid> {
    let range = |part: &str| {
        let (from, to) = part.split_once('-').unwrap_or((part, part));
        let (from, to) = (from.trim().parse().ok()?, to.trim().parse().ok()?);
        (1..=to).contains(&from).then_some((from, to))
    };
    text.split(',')
        .map(range)
        .collect::<Option<Vec<_>>>()
        .ok_or_else(|| Invalid::new("ranges such as `1-20,22-40`", text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::FirmwareBound;

    fn told(errors: &[Error]) -> Vec<String> {
        errors.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn tables_are_read_flat() {
        let mut tables = Tables::default();
        let mut errors = Vec::new();
        let text = "[codecs]\npcmu = \"0\"\n[account]\nname = [\"P1\", \"P2\"]\n[deep.er]\na = [[3]]\nempty = \"\"\n";
        tables.read(text, &mut errors);
        assert_eq!(told(&errors), [""; 0]);
        let get =
            |table: &str, word: &str| tables.get(table).unwrap().get(word).map(String::as_str);
        assert_eq!(get("codecs", "pcmu"), Some("0"));
        assert_eq!(get("account", "name.2"), Some("P2"));
        assert_eq!(get("deep", "er.a.1.1"), Some("3"));
        assert_eq!(get("deep", "er.empty"), Some(""));

        tables.read("a = 1\n[b]\nc = 1.5\nd = \"x\\ny\"\n", &mut errors);
        tables.read("[a\n", &mut errors);
        assert_eq!(
            told(&errors),
            [
                "tables.a: expected a table, found [redacted]",
                "tables.b.c: expected a text or a whole number, found [redacted]",
                "tables.b.d: line feed (U+000A) at character 2 cannot stand in a text",
                "tables: not a well-formed TOML document at line 1, column 3",
            ]
        );
    }

    #[test]
    fn rows_are_read_with_every_fault() {
        let rows = ModelRow::from_toml(
            "[families]\ndesk = { handsets = 0, accounts = 4, source = \"s\" }\n[models]\nX1 = { family = \"desk\", accounts = 2, newest_firmware = \"1.0.11\" }\nX2 = {}\n",
        )
        .unwrap();
        assert_eq!(
            (rows[0].accounts, rows[0].handsets, rows[0].source.as_ref()),
            (Some(2), Some(0), "s")
        );
        assert_eq!(
            rows[0].newest_firmware,
            Some(FirmwareBound::new(&[1, 0, 11]))
        );
        assert_eq!((rows[1].name.as_ref(), rows[1].accounts), ("X2", None));
        let errors = ModelRow::from_toml(
            "[modles]\n[models]\nA = 1\nB = { family = \"x\" }\nC = { acounts = 1 }\nD = { module_keys = \"9-1\" }\nE = { first_firmware = \"1.x\" }\nF = { accounts = -1 }\n",
        )
        .unwrap_err();
        let errors: Vec<String> = errors.iter().map(|e| e.path().to_string()).collect();
        assert_eq!(
            errors,
            [
                "modles", "models.A", "models.B", "models.C", "models.D", "models.E", "models.F"
            ]
        );
        for nothing in ["", "[models]\n", "models = 1"] {
            assert_eq!(
                ModelRow::from_toml(nothing).unwrap_err().to_string(),
                "models: expected a text, found nothing"
            );
        }
    }
}
