//! What the commands read: their options and their files.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use phone_provisioning::parse::{self, File, FileKind, Limits};
use phone_provisioning::target::{ModelRow, ProvisioningTarget};
use phone_provisioning::{Document, Targets};

use super::Failure;

/// The arguments of a command.
pub(super) struct Options {
    flags: Vec<String>,
    values: BTreeMap<String, String>,
    words: Vec<String>,
}

impl Options {
    /// Sorts them; `flags` stand alone, `values` take the argument that follows.
    pub(super) fn new(
        arguments: &[String],
        flags: &[&str],
        values: &[&str],
    ) -> Result<Self, Failure> {
        let mut options = Self {
            flags: Vec::new(),
            values: BTreeMap::new(),
            words: Vec::new(),
        };
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            match argument.strip_prefix("--") {
                None => options.words.push(argument.clone()),
                Some(name) if flags.contains(&name) => options.flags.push(name.to_owned()),
                Some(name) if values.contains(&name) => {
                    let value = arguments
                        .next()
                        .ok_or_else(|| Failure::Usage(format!("{argument} takes a value")))?;
                    options.values.insert(name.to_owned(), value.clone());
                }
                Some(_) => return Err(Failure::Usage(format!("unknown option {argument}"))),
            }
        }
        Ok(options)
    }

    pub(super) fn has(&self, flag: &str) -> bool {
        self.flags.iter().any(|own| own == flag)
    }

    /// The argument that follows an option.
    pub(super) fn value(&self, option: &str) -> Option<&str> {
        self.values.get(option).map(String::as_str)
    }

    /// The arguments that are no options, one at the least.
    pub(super) fn some_words(&self, what: &str) -> Result<&[String], Failure> {
        match self.words.as_slice() {
            [] => Err(Failure::Usage(format!("expected {what}"))),
            words => Ok(words),
        }
    }

    /// The arguments that are no options, exactly so many.
    pub(super) fn words<const N: usize>(&self, what: [&str; N]) -> Result<[&str; N], Failure> {
        let words: Vec<&str> = self.words.iter().map(String::as_str).collect();
        words
            .try_into()
            .map_err(|_| Failure::Usage(format!("expected {}", what.join(" "))))
    }
}

/// The options that open encrypted files.
pub(super) const KEYS: [&str; 2] = ["key-file", "private-key"];

/// The bytes of a file of a phone, in clear where a key is given.
pub(super) fn bytes(options: &Options, path: &str) -> Result<Vec<u8>, Failure> {
    let bytes = raw(path)?;
    match KEYS.iter().find(|key| options.value(key).is_some()) {
        Some(_) => clear(options, path, bytes),
        None => Ok(bytes),
    }
}

#[cfg(feature = "yealink-encrypt")]
fn clear(options: &Options, path: &str, bytes: Vec<u8>) -> Result<Vec<u8>, Failure> {
    use phone_provisioning::target::yealink::encrypt::{
        FileKey, Kind, PrivateKey, decrypt, decrypt_rsa, detect,
    };

    let text = |path: &str| {
        let bytes = raw(path)?;
        let text = String::from_utf8(bytes);
        text.map_err(|_| Failure::Input(format!("error: {path}: expected text")))
    };
    let wrong = |path: &str, error| Failure::Input(format!("error: {path}: {error}"));
    let clear = match (detect(&bytes), options.value("private-key")) {
        (Kind::Plain, _) => return Ok(bytes),
        (Kind::Rsa, Some(pem)) => {
            let key: PrivateKey = text(pem)?.parse().map_err(|error| wrong(pem, error))?;
            decrypt_rsa(&bytes, &key)
        }
        _ => {
            let Some(file) = options.value("key-file") else {
                let what = "no container of RSA mode: --key-file opens it";
                return Err(Failure::Input(format!("error: {path}: {what}")));
            };
            let key = FileKey::from_v84(text(file)?.trim_end_matches(['\r', '\n']));
            decrypt(&bytes, &key.map_err(|error| wrong(file, error))?)
        }
    };
    let clear = clear.map_err(|error| wrong(path, error))?;
    Ok(clear.bytes().to_vec())
}

#[cfg(not(feature = "yealink-encrypt"))]
fn clear(_: &Options, _: &str, _: Vec<u8>) -> Result<Vec<u8>, Failure> {
    let what = "keys of encrypted files need the feature yealink-encrypt";
    Err(Failure::Usage(what.to_owned()))
}

fn raw(path: &str) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(|error| Failure::Io(format!("{path}: {error}")))
}

/// The last part of a path: the name that a phone asks for.
pub(super) fn name(path: &str) -> &str {
    let name = Path::new(path).file_name();
    name.and_then(|name| name.to_str()).unwrap_or(path)
}

/// A model with its target.
pub(super) type Model<'t> = (&'t Arc<dyn ProvisioningTarget>, &'t ModelRow);

/// The model that is named, else the only one whose phones ask for a file of this name.
pub(super) fn model<'t>(
    targets: &'t Targets,
    named: Option<&str>,
    path: &str,
) -> Result<Option<Model<'t>>, Failure> {
    if let Some(named) = named {
        let found = targets.model(named);
        let found = found.map_err(|error| Failure::Usage(format!("--model: {error}")))?;
        return Ok(Some((found.target, found.row)));
    }
    let name = name(path);
    let mut found = None;
    for target in targets.iter() {
        for row in target.models() {
            let asks = |pattern: &String| is_named(name, pattern);
            if target.file_names(row).iter().any(asks) && found.replace((target, row)).is_some() {
                return Ok(None);
            }
        }
    }
    Ok(found)
}

/// Whether a name is of a pattern with `<mac>` in it; letter case does not matter.
fn is_named(name: &str, pattern: &str) -> bool {
    let (name, pattern) = (name.to_ascii_lowercase(), pattern.to_ascii_lowercase());
    match pattern.split_once("<mac>") {
        None => name == pattern,
        Some((before, after)) => {
            let rest = name.strip_prefix(before);
            let mac = rest.and_then(|rest| rest.strip_suffix(after));
            mac.is_some_and(|mac| mac.len() == 12 && mac.bytes().all(|b| b.is_ascii_hexdigit()))
        }
    }
}

/// A file of a phone. What is wrong with it goes to standard error; one that nobody can read is wrong
/// input.
pub(super) fn file<'b>(path: &str, bytes: &'b [u8]) -> Result<File<'b>, Failure> {
    let file = read(path, bytes)?;
    for finding in file.findings() {
        let at = file.position(finding.span().start);
        let (level, code) = (finding.level(), finding.code());
        eprintln!("{path}:{at}: {level}: {code}: {}", finding.message());
    }
    Ok(file)
}

/// A file of a phone, whatever is wrong with it.
pub(super) fn read<'b>(path: &str, bytes: &'b [u8]) -> Result<File<'b>, Failure> {
    let file = parse::parse(bytes, &Limits::default());
    if file.kind() == FileKind::Encrypted {
        return Err(Failure::Input(format!(
            "error: {path}: encrypted; --key-file or --private-key opens it"
        )));
    }
    Ok(file)
}

/// Whether a file is a fleet document, by its name.
pub(super) fn is_fleet(path: &str) -> bool {
    extension(path).is_some_and(|extension| matches!(extension.as_str(), "json" | "toml"))
}

/// A fleet document.
pub(super) fn fleet(path: &str) -> Result<Document, Failure> {
    let text = fs::read_to_string(path).map_err(|error| Failure::Io(format!("{path}: {error}")))?;
    Ok(match extension(path).as_deref() {
        Some("json") => Document::from_json(&text)?,
        _ => Document::from_toml(&text)?,
    })
}

fn extension(path: &str) -> Option<String> {
    let extension = Path::new(path).extension()?.to_str()?;
    Some(extension.to_ascii_lowercase())
}
