//! `import`: a fleet document of the files of one phone.

use std::io::Write;
use std::process::ExitCode;

use phone_provisioning::fleet::Secrets;
use phone_provisioning::inspect::{ImportFile, ImportRequest, target_of};
use phone_provisioning::{Mac, Targets};

use super::Failure;
use super::input::{Options, bytes, file, model, name};

pub(super) fn run(options: &Options, out: &mut Vec<u8>) -> Result<ExitCode, Failure> {
    let paths = options.some_words("FILE")?;
    let contents: Vec<Vec<u8>> = paths
        .iter()
        .map(|path| bytes(options, path))
        .collect::<Result<_, _>>()?;
    let mut files = Vec::new();
    for (path, content) in paths.iter().zip(&contents) {
        files.push(file(path, content)?);
    }
    let targets = Targets::builtin();
    let mut found = None;
    for path in paths {
        found = found.or(model(&targets, options.value("model"), path)?);
    }
    let of_files = || files.iter().find_map(|file| target_of(&targets, file));
    let Some(target) = found.map(|(target, _)| target).or_else(of_files) else {
        let text = "error: no phone is known that has a setting of these files; name the --model";
        return Err(Failure::Input(text.to_owned()));
    };
    let files: Vec<ImportFile<'_>> = paths
        .iter()
        .zip(&files)
        .map(|(path, file)| ImportFile::new(file).named(name(path)))
        .collect();
    let mut request = ImportRequest::new(&files);
    request.model = found.map(|(_, row)| row);
    if let Some(mac) = options.value("mac") {
        let mac: Result<Mac, _> = mac.parse();
        request.mac = Some(mac.map_err(|error| Failure::Usage(format!("--mac: {error}")))?);
    }
    let imported = target.import(request);
    for remark in imported.remarks() {
        eprintln!("{remark}");
    }
    write!(out, "{}", imported.document(Secrets::Expose).to_toml())?;
    Ok(ExitCode::SUCCESS)
}
