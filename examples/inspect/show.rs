//! `show`: the settings of a file.

use std::io::Write;
use std::process::ExitCode;

use phone_provisioning::Targets;
use phone_provisioning::inspect::{Shown, target_of};
use serde_json::json;

use super::Failure;
use super::input::{Options, bytes, file};

pub(super) fn run(options: &Options, out: &mut Vec<u8>) -> Result<ExitCode, Failure> {
    let [path] = options.words(["FILE"])?;
    let bytes = bytes(options, path)?;
    let file = file(path, &bytes)?;
    let targets = Targets::builtin();
    let target = target_of(&targets, &file);
    let mut rows = Vec::new();
    for setting in file.settings() {
        let (name, index) = (setting.name(), setting.index());
        let found = target.and_then(|target| target.setting(name, index));
        let row = found.as_ref().map(|found| found.row);
        let shown = |attribute: Option<&str>, text: &str| match (options.has("secrets"), attribute)
        {
            (true, _) => Shown::Text(text.to_owned()),
            (false, None) => Shown::of(row, name, text),
            (false, Some(attribute)) => Shown::of_attribute(row, name, attribute, text),
        };
        let at = file.position(setting.span().start);
        let value = shown(None, setting.value());
        if options.has("json") {
            rows.push(json!({
                "name": name,
                "index": index,
                "value": value,
                "line": at.line,
                "column": at.column,
                "perm": setting.perm(),
            }));
            continue;
        }
        let index = index.map_or(String::new(), |index| format!(" idx {index}"));
        write!(out, "{}:{}: {name}{index} = {value}", at.line, at.column)?;
        for (attribute, value) in setting.attributes().filter(|(name, _)| *name != "idx") {
            let value = shown(Some(attribute), &value);
            write!(out, " {attribute}={value}")?;
        }
        writeln!(out)?;
    }
    if options.has("json") {
        writeln!(out, "{}", json!(rows))?;
    }
    Ok(ExitCode::SUCCESS)
}
