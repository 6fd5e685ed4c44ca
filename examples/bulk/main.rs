//! `bulk`: renders a synthetic fleet of any size and says how fast that went.
//!
//! Exit status: 0 = done, 1 = a phone could not be rendered, 2 = usage or I/O.

mod fleet;
mod report;
mod run;

use std::path::PathBuf;
use std::process::ExitCode;

const USAGE: &str =
    "usage: bulk [--devices N] [--target T|all] [--threads K] [--out DIR|--discard] [--json]

Renders N synthetic phones, no two alike, and prints how many files and bytes that were, how fast,
how that compares to copying the same bytes, and the most memory that was used. At any time there
are 1,000 phones per target in memory; making the next thousand is not counted, and neither is
writing files.

  --devices N    how many phones; 30000 unless told
  --target T     phones of this target only: snom-desk, snom-dect or yealink; all of them in turn
                 unless told
  --threads K    how many threads render; 1 unless told
  --out DIR      writes the files into DIR, which is empty or not there yet, each under its own name
  --discard      throws the files away, as is done unless --out is given
  --json         prints one JSON object
  --help         this text
";

/// What was asked for.
#[derive(Debug)]
pub(crate) struct Options {
    devices: u64,
    targets: Vec<&'static str>,
    threads: usize,
    out: Option<PathBuf>,
    json: bool,
}

/// Why it was not done.
#[derive(Debug)]
pub(crate) enum Failure {
    Input(phone_provisioning::Errors),
    Io(String),
    Usage(String),
}

fn main() -> ExitCode {
    let done = match options(std::env::args().skip(1)) {
        Ok(Some(options)) => run::run(&options).and_then(|found| report::print(&options, &found)),
        Ok(None) => {
            print!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Err(failure) => Err(failure),
    };
    let Err(failure) = done else {
        return ExitCode::SUCCESS;
    };
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

fn options(mut arguments: impl Iterator<Item = String>) -> Result<Option<Options>, Failure> {
    let mut options = Options {
        devices: 30_000,
        targets: fleet::TARGETS.to_vec(),
        threads: 1,
        out: None,
        json: false,
    };
    let mut discard = false;
    while let Some(argument) = arguments.next() {
        let mut value = |what: &str| {
            let value = arguments.next();
            value.ok_or_else(|| Failure::Usage(format!("{argument} takes {what}")))
        };
        match argument.as_str() {
            "--devices" => options.devices = number(&value("a number")?, fleet::MOST)?,
            "--threads" => options.threads = number(&value("a number")?, 256)? as usize,
            "--target" => options.targets = targets(&value("a target, or all")?)?,
            "--out" => options.out = Some(PathBuf::from(value("a directory")?)),
            "--discard" => discard = true,
            "--json" => options.json = true,
            "--help" | "-h" => return Ok(None),
            other => return Err(Failure::Usage(format!("unknown argument {other}"))),
        }
    }
    if discard && options.out.is_some() {
        let text = "--out writes the files and --discard throws them away";
        return Err(Failure::Usage(text.to_owned()));
    }
    Ok(Some(options))
}

fn number(text: &str, most: u64) -> Result<u64, Failure> {
    let number = text
        .parse()
        .ok()
        .filter(|number| (1..=most).contains(number));
    number
        .ok_or_else(|| Failure::Usage(format!("expected a number from 1 to {most}, found {text}")))
}

fn targets(text: &str) -> Result<Vec<&'static str>, Failure> {
    let all = fleet::TARGETS;
    if text == "all" {
        return Ok(all.to_vec());
    }
    let found = all.into_iter().find(|target| *target == text);
    let all = all.join(", ");
    found
        .map(|target| vec![target])
        .ok_or_else(|| Failure::Usage(format!("expected {all} or all, found {text}")))
}
