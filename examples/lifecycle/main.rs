//! `lifecycle`: the life of phones in the PBX, and how long they are registered at their makers' services.
//!
//! Exit status: 0 = done, 1 = the input is wrong (nothing was printed), 2 = usage or I/O.

mod expiry;
mod script;

use std::io::{self, Write as _};
use std::process::ExitCode;

const USAGE: &str = "usage: lifecycle [SCRIPT]
       lifecycle expiry ACTIVATED_AT [--civil ZONE]

  SCRIPT    walks through the life of phones and prints each state and effect; without it, a walk that
            is built in
  expiry    prints when the registration of a phone ends that was activated at ACTIVATED_AT (RFC 3339,
            2026-01-14T12:00:00Z): at the beginning of Wednesday, UTC+1

  --civil ZONE  by the clocks of this IANA zone, and after 168 hours at the latest
  --help        this text
";

/// Why the program ends without having done its work.
enum Failure {
    /// The input is wrong.
    Input(String),
    Io(String),
    Usage(String),
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let is_help = |argument: &String| argument == "--help" || argument == "-h";
    let result = match arguments.split_first() {
        _ if arguments.iter().any(is_help) => Ok(format!("{USAGE}\n{}", script::LANGUAGE)),
        Some((command, rest)) if command == "expiry" => expiry::run(rest),
        Some((option, _)) if option.starts_with('-') => {
            Err(Failure::Usage(format!("unknown option {option}")))
        }
        Some((path, [])) => script::run(Some(path)),
        Some((_, [further, ..])) => Err(Failure::Usage(format!("one script too many: {further}"))),
        None => script::run(None),
    };
    match result {
        Ok(text) => print(&text),
        Err(Failure::Input(text)) => {
            eprintln!("error: {text}");
            ExitCode::from(1)
        }
        Err(Failure::Io(text)) => {
            eprintln!("error: {text}");
            ExitCode::from(2)
        }
        Err(Failure::Usage(text)) => {
            eprint!("{text}\n{USAGE}");
            ExitCode::from(2)
        }
    }
}

fn print(text: &str) -> ExitCode {
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
