//! `inspect`: reads files of phones back, and says what they are told and why.
//!
//! Exit status: 0 = done, 1 = the input is wrong, 2 = usage or I/O.

mod check;
mod compare;
mod input;
mod reason;
mod show;
mod take_over;

use std::io::{self, Write};
use std::process::ExitCode;

use phone_provisioning::error::Errors;

use input::Options;

const USAGE: &str = "usage: inspect show FILE [--json] [--secrets]
       inspect diff OLD NEW [--json]
       inspect lint FILE [--model M] [--firmware V] [--json]
       inspect explain FLEET MAC SETTING [--json]
       inspect import FILE... [--mac M] [--model M]

Reads Snom XML, Yealink configuration and boot files, whoever wrote them.

  show      prints the settings of FILE in its order, each with line and column; what is wrong with
            the file goes to standard error
  diff      prints what changes on a phone that gets NEW after OLD, and whether it registers again or
            reboots; two fleet files (.toml, .json) are compared phone by phone
  lint      checks FILE against the dictionary of its phones and prints what is found as
            `file:line:column: level: code: message`; exit status 1 when there is an error
  explain   says which layer, field and rule of FLEET tell the phone MAC the SETTING: `lang.gui`,
            `user_name:1`
  import    prints a fleet document, passwords in clear, of the files of one phone in the order that
            the phone reads them; what it could not say goes to standard error

  --json      one JSON value on standard output
  --secrets   shows secrets in clear
  --model     model with its vendor: `yealink T46S`; else as the name of the file says
  --firmware  version that the phone runs: `66.86.0.15`
  --mac       address of the phone; else as the name of the file says
  --key-file FILE    the characters of the key of encrypted files
  --private-key PEM  RSA key that the key of encrypted files is wrapped for; both need a build with
                     the feature yealink-encrypt
  --help      this text
";

/// Why the program ends without having done its work.
enum Failure {
    /// The input is wrong.
    Input(String),
    /// Files or standard output.
    Io(String),
    Usage(String),
}

impl From<Errors> for Failure {
    fn from(errors: Errors) -> Self {
        let lines: Vec<String> = errors
            .iter()
            .map(|error| format!("error: {error}"))
            .collect();
        Self::Input(lines.join("\n"))
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Io(format!("standard output: {error}"))
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments
        .iter()
        .any(|argument| argument == "--help" || argument == "-h")
    {
        print!("{USAGE}");
        return ExitCode::SUCCESS;
    }
    let mut out = Vec::new();
    let result = run(&arguments, &mut out);
    let written = io::stdout().lock().write_all(&out);
    let (text, status) = match (result, written) {
        (Ok(status), Ok(())) => return status,
        // Whoever reads no further has seen enough.
        (Ok(status), Err(error)) if error.kind() == io::ErrorKind::BrokenPipe => return status,
        (Ok(_), Err(error)) => (format!("standard output: {error}"), 2),
        (Err(Failure::Input(text)), _) => (text, 1),
        (Err(Failure::Io(text)), _) => (text, 2),
        (Err(Failure::Usage(text)), _) => (format!("{text}\n{USAGE}"), 2),
    };
    eprintln!("{}", text.trim_end());
    ExitCode::from(status)
}

fn run(arguments: &[String], out: &mut Vec<u8>) -> Result<ExitCode, Failure> {
    let Some((command, rest)) = arguments.split_first() else {
        return Err(Failure::Usage("expected a command".to_owned()));
    };
    match command.as_str() {
        "show" => show::run(&options(rest, &["json", "secrets"], &[])?, out),
        "diff" => compare::run(&options(rest, &["json"], &[])?, out),
        "lint" => check::run(&options(rest, &["json"], &["firmware", "model"])?, out),
        "import" => take_over::run(&options(rest, &[], &["mac", "model"])?, out),
        "explain" => reason::run(&Options::new(rest, &["json"], &[])?, out),
        other => Err(Failure::Usage(format!("unknown command {other}"))),
    }
}

/// The options of a command that reads files of phones.
fn options(rest: &[String], flags: &[&str], values: &[&str]) -> Result<Options, Failure> {
    Options::new(rest, flags, &[values, &input::KEYS].concat())
}
