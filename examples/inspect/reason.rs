//! `explain`: why a phone is told what it is told.

use std::io::Write;
use std::process::ExitCode;

use phone_provisioning::inspect::explain;
use phone_provisioning::{Mac, Targets};
use serde_json::json;

use super::Failure;
use super::input::{Options, fleet};

pub(super) fn run(options: &Options, out: &mut Vec<u8>) -> Result<ExitCode, Failure> {
    let [path, mac, setting] = options.words(["FLEET", "MAC", "SETTING"])?;
    let mac: Mac = mac
        .parse()
        .map_err(|error| Failure::Usage(format!("MAC: {error}")))?;
    let (name, index) = match setting.rsplit_once(':') {
        Some((name, index)) => {
            let index = index.parse().map_err(|_| {
                Failure::Usage(format!("expected NAME or NAME:INDEX, found {setting}"))
            })?;
            (name, Some(index))
        }
        None => (setting, None),
    };
    let answer = explain(&fleet(path)?, &Targets::builtin(), mac, name, index)?;
    match options.has("json") {
        true => writeln!(out, "{}", json!(answer))?,
        false => write!(out, "{answer}")?,
    }
    Ok(ExitCode::SUCCESS)
}
