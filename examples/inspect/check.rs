//! `lint`: what is wrong with a file.

use std::io::Write;
use std::process::ExitCode;

use phone_provisioning::Targets;
use phone_provisioning::inspect::{LintRequest, lint, target_of};
use phone_provisioning::model::Firmware;
use phone_provisioning::parse::Level;
use serde_json::json;

use super::Failure;
use super::input::{Options, bytes, model, name, read};

pub(super) fn run(options: &Options, out: &mut Vec<u8>) -> Result<ExitCode, Failure> {
    let [path] = options.words(["FILE"])?;
    let bytes = bytes(options, path)?;
    let file = read(path, &bytes)?;
    let targets = Targets::builtin();
    let model = model(&targets, options.value("model"), path)?;
    let of_file = || target_of(&targets, &file);
    let Some(target) = model.map(|(target, _)| target).or_else(of_file) else {
        let text =
            format!("error: {path}: no phone is known that has a setting of it; name the --model");
        return Err(Failure::Input(text));
    };
    let mut request = LintRequest::new(&file, &**target).file_name(name(path));
    if let Some((_, row)) = model {
        request = request.model(row);
    }
    if let Some(version) = options.value("firmware") {
        let firmware = Firmware::parse(target.firmware_scheme(), version)
            .map_err(|error| Failure::Usage(format!("--firmware: {error}")))?;
        request = request.firmware(firmware);
    }
    let findings = lint(&request);
    if options.has("json") {
        writeln!(out, "{}", json!(findings))?;
    } else {
        for finding in &findings {
            let (position, level, code) = (finding.position(), finding.level(), finding.code());
            writeln!(
                out,
                "{path}:{position}: {level}: {code}: {}",
                finding.message()
            )?;
        }
    }
    let is_wrong = findings
        .iter()
        .any(|finding| finding.level() == Level::Error);
    Ok(ExitCode::from(u8::from(is_wrong)))
}
