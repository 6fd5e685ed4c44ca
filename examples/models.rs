//! `models [--json]`: the support table.
//!
//! Every model of every target that is compiled in: accounts, keys, pages, modules, handsets, the
//! files that it asks for and how a person resets it. The table of the README is this output. An
//! empty cell (`null` in JSON) is a limit that no source states. JSON also has what no source confirms of
//! each model: what the library does meanwhile, and what would settle it.

use std::io::{self, Write};
use std::process::ExitCode;

use phone_provisioning::Targets;
use phone_provisioning::target::{ModelRow, ProvisioningTarget};
use serde_json::{Value, json};

const USAGE: &str = "usage: models [--json]

Prints the support table as Markdown, or with --json as one JSON array.
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let targets = Targets::builtin();
    let text = match arguments[..] {
        [] => markdown(&targets),
        ["--json"] => json_text(&targets),
        ["--help" | "-h"] => USAGE.to_owned(),
        _ => {
            eprint!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match io::stdout().write_all(text.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever reads the first lines only may close the pipe.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("standard output: {error}");
            ExitCode::from(2)
        }
    }
}

fn markdown(targets: &Targets) -> String {
    let mut text = String::from(
        "| model | target | accounts | keys | pages | modules | handsets | files | factory reset |\n\
         |---|---|---|---|---|---|---|---|---|\n",
    );
    for (target, row) in rows(targets) {
        let cells = [
            format!("{} {}", target.vendor(), row.name),
            target.id().to_string(),
            number(row.accounts),
            keys(row),
            number(row.pages),
            modules(row),
            number(row.handsets),
            target
                .file_names(row)
                .iter()
                .map(|name| format!("`{name}`"))
                .collect::<Vec<_>>()
                .join(" "),
            row.reset.to_string(),
        ];
        text += &format!("| {} |\n", cells.join(" | "));
    }
    text
}

fn json_text(targets: &Targets) -> String {
    let models: Vec<Value> = rows(targets)
        .map(|(target, row)| {
            json!({
                "model": format!("{} {}", target.vendor(), row.name),
                "other_names": row.other_names,
                "target": target.id().as_str(),
                "accounts": row.accounts,
                "keys": row.line_keys,
                "keys_clear_to": row.line_keys_clear_to,
                "pages": row.pages,
                "modules": row.modules,
                "module_names": row.module_names,
                "module_keys": count(&row.module_keys),
                "handsets": row.handsets,
                "files": target.file_names(row),
                "first_firmware": row.first_firmware.map(|bound| bound.to_string()),
                "newest_firmware": row.newest_firmware.map(|bound| bound.to_string()),
                "reset": row.reset,
                "note": row.note,
                "source": row.source,
                "unconfirmed": unconfirmed(target, row),
            })
        })
        .collect();
    let mut text = format!("{:#}", Value::from(models));
    text.push('\n');
    text
}

/// The rows of the ledger that are about the model on any firmware that is known of it.
fn unconfirmed(target: &dyn ProvisioningTarget, model: &ModelRow) -> Vec<Value> {
    let rows = target.unconfirmed().iter();
    rows.filter(|row| row.concerns(model, None))
        .map(|row| {
            json!({
                "id": row.id,
                "area": row.area.as_str(),
                "about": row.about,
                "choice": row.choice,
                "confirm": row.confirm,
                "settings": row.settings,
                "source": row.source,
            })
        })
        .collect()
}

fn rows(targets: &Targets) -> impl Iterator<Item = (&dyn ProvisioningTarget, &ModelRow)> {
    targets
        .iter()
        .flat_map(|target| target.models().iter().map(move |row| (&**target, row)))
}

fn number(number: Option<u16>) -> String {
    number.map_or_else(String::new, |number| number.to_string())
}

fn keys(row: &ModelRow) -> String {
    match (row.line_keys, row.line_keys_clear_to) {
        (Some(sure), Some(most)) if most > sure => format!("{sure} (up to {most})"),
        (sure, _) => number(sure),
    }
}

fn modules(row: &ModelRow) -> String {
    match row.modules {
        Some(0) => "0".to_owned(),
        Some(most) => {
            let names = row.module_names.join(", ");
            format!("{most} × {} {names}", count(&row.module_keys))
                .trim_end()
                .to_owned()
        }
        None => String::new(),
    }
}

fn count(ranges: &[(u16, u16)]) -> u16 {
    ranges.iter().map(|(from, to)| to - from + 1).sum()
}
