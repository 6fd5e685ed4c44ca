//! `render FLEET OUT_DIR`: writes every file that the phones of a fleet would fetch.
//!
//! Exit status: 0 = done, 1 = the input is wrong and nothing was written, 2 = usage or I/O.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use phone_provisioning::error::{Errors, Notice};
use phone_provisioning::model::{Device, Handling};
use phone_provisioning::target::{ConfigFile, EtagKey};
use phone_provisioning::{Document, Fleet, Provisioner, Targets};

const USAGE: &str = "usage: render [--check] [--manifest] [--lenient] FLEET [OUT_DIR]

Writes every file that the phones of FLEET (TOML, or JSON by its name) would fetch into OUT_DIR,
under the names they ask for. The files are staged beside OUT_DIR and moved in when all of them are
there; a directory that holds other files is refused.

  --check      only says whether the fleet can be rendered
  --manifest   prints one JSON object per file on standard output
  --lenient    what a phone cannot do is left out with a notice, for every device that does not
               say otherwise itself
  --help       this text
";

/// Names the files of an earlier run, so that a directory of ours is told from a foreign one.
const MARKER: &str = ".phone-provisioning-files";

struct Options {
    check: bool,
    manifest: bool,
    lenient: bool,
    fleet: PathBuf,
    out: Option<PathBuf>,
}

enum Failure {
    Input(Errors),
    Io(String),
    Usage(String),
}

fn main() -> ExitCode {
    let options = match options(std::env::args().skip(1)) {
        Ok(Some(options)) => options,
        Ok(None) => {
            print!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Err(failure) => return report(failure),
    };
    match run(&options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => report(failure),
    }
}

fn report(failure: Failure) -> ExitCode {
    match failure {
        Failure::Input(errors) => {
            for error in &errors {
                eprintln!("error: {error}");
            }
            ExitCode::from(1)
        }
        Failure::Io(text) => {
            eprintln!("{text}");
            ExitCode::from(2)
        }
        Failure::Usage(text) => {
            eprint!("{text}\n{USAGE}");
            ExitCode::from(2)
        }
    }
}

fn options(arguments: impl Iterator<Item = String>) -> Result<Option<Options>, Failure> {
    let (mut check, mut manifest, mut lenient) = (false, false, false);
    let mut paths = Vec::new();
    for argument in arguments {
        match argument.as_str() {
            "--check" => check = true,
            "--manifest" => manifest = true,
            "--lenient" => lenient = true,
            "--help" | "-h" => return Ok(None),
            _ if argument.starts_with('-') => {
                return Err(Failure::Usage(format!("unknown option {argument}")));
            }
            _ => paths.push(PathBuf::from(argument)),
        }
    }
    let mut paths = paths.into_iter();
    let (fleet, out) = (paths.next(), paths.next());
    let Some(fleet) = fleet.filter(|_| paths.next().is_none()) else {
        return Err(Failure::Usage(
            "expected a fleet file and a directory".to_owned(),
        ));
    };
    if out.is_none() && !check {
        return Err(Failure::Usage(
            "expected a directory to write to".to_owned(),
        ));
    }
    Ok(Some(Options {
        check,
        manifest,
        lenient,
        fleet,
        out,
    }))
}

fn run(options: &Options) -> Result<(), Failure> {
    let text = fs::read_to_string(&options.fleet)
        .map_err(|error| Failure::Io(format!("{}: {error}", options.fleet.display())))?;
    let fleet = read(&options.fleet, &text, options.lenient).map_err(Failure::Input)?;
    let (files, notices) = render(&fleet).map_err(Failure::Input)?;

    for notice in notices {
        eprintln!("notice: {notice}");
    }
    let bytes: usize = files.values().map(|(_, file)| file.bytes().len()).sum();
    if options.manifest {
        print_manifest(&files)?;
    }
    let (devices, count) = (fleet.devices().len(), files.len());
    let summary = format!("{devices} devices, {count} files, {bytes} bytes");
    match (&options.out, options.check) {
        (Some(out), false) => {
            write(out, &files)
                .map_err(|error| Failure::Io(format!("{}: {error}", out.display())))?;
            eprintln!("{summary} in {}", out.display());
        }
        _ => eprintln!("{summary}: nothing was written"),
    }
    Ok(())
}

fn read(path: &Path, text: &str, lenient: bool) -> Result<Fleet, Errors> {
    let json = path
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
    let mut document = if json {
        Document::from_json(text)?
    } else {
        Document::from_toml(text)?
    };
    if lenient {
        document.set_default_handling(Handling::Lenient);
    }
    document.resolve(&Targets::builtin())
}

/// Files by name, each with the device it was made for. A file that several phones share is there
/// once, with the first of them.
type Files<'a> = BTreeMap<String, (&'a Device, ConfigFile)>;

fn render(fleet: &Fleet) -> Result<(Files<'_>, Vec<Notice>), Errors> {
    let provisioner = Provisioner::new(fleet.site().clone());
    let mut files = Files::new();
    let mut notices = Vec::new();
    let mut seen = BTreeSet::new();
    let progress = io::stderr().is_terminal() && fleet.devices().len() > 1000;
    for (done, device) in fleet.devices().iter().enumerate() {
        if progress && done % 1000 == 0 {
            eprint!("\r{done} devices");
        }
        let rendered = provisioner.render(device)?;
        for notice in rendered.notices() {
            // What a site says to all its phones is told once.
            if seen.insert(notice.to_string()) {
                notices.push(notice.clone());
            }
        }
        for file in rendered.files() {
            files
                .entry(file.name().to_owned())
                .or_insert_with(|| (device, file.clone()));
        }
    }
    if progress {
        eprint!("\r");
    }
    Ok((files, notices))
}

fn print_manifest(files: &Files<'_>) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    for (device, file) in files.values() {
        let line = serde_json::json!({
            "mac": device.mac().plain_lower().to_string(),
            "model": device.model(),
            "name": file.name(),
            "aliases": file.aliases(),
            "content_type": file.content_type(),
            "bytes": file.bytes().len(),
            "etag": file.etag(EtagKey::PUBLIC).to_string(),
            "sensitive": file.is_sensitive(),
        });
        match writeln!(stdout, "{line}") {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(()),
            other => other.map_err(|error| Failure::Io(format!("standard output: {error}")))?,
        }
    }
    Ok(())
}

/// Stages the files beside the directory and moves them in, so that whoever serves it never sees
/// half a fleet and nothing is left behind when the disk is full.
fn write(out: &Path, files: &Files<'_>) -> io::Result<()> {
    refuse_foreign(out)?;
    let name = out
        .file_name()
        .ok_or_else(|| io::Error::other("expected a directory name"))?;
    let beside = |suffix: &str| {
        let mut staged = name.to_owned();
        staged.push(suffix);
        out.with_file_name(staged)
    };
    let (staged, old) = (beside(".new"), beside(".old"));
    for left in [&staged, &old] {
        if left.exists() {
            refuse_foreign(left)?;
            fs::remove_dir_all(left)?;
        }
    }
    let result = stage(&staged, files).and_then(|()| {
        if out.exists() {
            fs::rename(out, &old)?;
        }
        fs::rename(&staged, out)
    });
    if result.is_err() {
        // The first error is the one to report.
        let _ = fs::remove_dir_all(&staged);
        if old.exists() && !out.exists() {
            let _ = fs::rename(&old, out);
        }
    } else if old.exists() {
        fs::remove_dir_all(&old)?;
    }
    result
}

fn stage(staged: &Path, files: &Files<'_>) -> io::Result<()> {
    fs::create_dir_all(staged)?;
    let mut names = String::new();
    // First, so that a run that is cut off leaves a directory that the next one knows as ours.
    let list = |names: &str| fs::write(staged.join(MARKER), names);
    for (_, file) in files.values() {
        for name in std::iter::once(file.name()).chain(file.aliases().iter().map(String::as_str)) {
            names += name;
            names.push('\n');
        }
    }
    list(&names)?;
    for (_, file) in files.values() {
        fs::write(staged.join(file.name()), file.bytes())?;
        for alias in file.aliases() {
            let path = staged.join(alias);
            // A name that differs in letter case only is the same file to some file systems.
            if !path.exists() {
                fs::write(path, file.bytes())?;
            }
        }
    }
    Ok(())
}

/// Refuses a directory with anything that an earlier run did not write.
fn refuse_foreign(out: &Path) -> io::Result<()> {
    if !out.exists() {
        return Ok(());
    }
    let ours = fs::read_to_string(out.join(MARKER)).unwrap_or_default();
    let ours: BTreeSet<&str> = ours.lines().chain([MARKER]).collect();
    for entry in fs::read_dir(out)? {
        let name = entry?.file_name();
        if !name.to_str().is_some_and(|name| ours.contains(name)) {
            let text = format!(
                "holds `{}`, which is not ours; choose another directory",
                name.display()
            );
            return Err(io::Error::other(text));
        }
    }
    Ok(())
}
