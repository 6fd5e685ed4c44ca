//! Tables of models that pages carry: how each is reset, and which families there are.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use phone_provisioning::Targets;

/// How a person resets each model; those of which no source says it stand last.
pub(crate) fn resets() -> String {
    let mut text = String::from("| models | how a person resets them |\n|---|---|\n");
    let mut silent = Vec::new();
    for target in Targets::builtin().iter() {
        let mut ways: Vec<(&str, Vec<&str>)> = Vec::new();
        for row in target.models() {
            if row.reset.is_empty() {
                silent.push(format!("{} {}", target.vendor(), row.name));
                continue;
            }
            match ways.iter_mut().find(|(way, _)| *way == row.reset) {
                Some((_, names)) => names.push(&row.name),
                None => ways.push((&row.reset, vec![&row.name])),
            }
        }
        for (way, names) in ways {
            let _ = writeln!(text, "| {} {} | {way} |", target.vendor(), names.join(", "));
        }
    }
    let _ = writeln!(
        text,
        "\nNo source says how these are reset: {}.",
        silent.join(", ")
    );
    text
}

/// The families of models, with their number and how far their firmware goes.
pub(crate) fn families() -> String {
    let mut text = String::from("| target | family | models |\n|---|---|---|\n");
    for target in Targets::builtin().iter() {
        let mut families: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for row in target.models() {
            families.entry(&row.family).or_default().push(&row.name);
        }
        for (family, names) in families {
            let _ = writeln!(
                text,
                "| `{}` | {family} ({}) | {} |",
                target.id(),
                names.len(),
                names.join(" ")
            );
        }
    }
    text
}
