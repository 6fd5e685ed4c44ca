//! `lifecycle`: how long phones are registered at their makers' services.
//!
//! Exit status: 0 = done, 1 = the input is wrong (nothing was printed), 2 = usage or I/O.

mod expiry;

use std::io::{self, Write as _};
use std::process::ExitCode;

const USAGE: &str = "usage: lifecycle expiry ACTIVATED_AT [--civil ZONE]

  expiry    prints when the registration of a phone ends that was activated at ACTIVATED_AT (RFC 3339,
            2026-01-14T12:00:00Z): at the beginning of Wednesday, UTC+1

  --civil ZONE  by the clocks of this IANA zone, and after 168 hours at the latest
  --help        this text
";

/// Why the program ends without having done its work.
enum Failure {
    /// The input is wrong.
    Input(String),
    Usage(String),
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let is_help = |argument: &String| argument == "--help" || argument == "-h";
    let result = match arguments.split_first() {
        _ if arguments.iter().any(is_help) => Ok(USAGE.to_owned()),
        Some((command, rest)) if command == "expiry" => expiry::run(rest),
        Some((command, _)) => Err(Failure::Usage(format!("unknown command {command}"))),
        None => Err(Failure::Usage("expected a command".to_owned())),
    };
    match result {
        Ok(text) => print(&text),
        Err(Failure::Input(text)) => {
            eprintln!("error: {text}");
            ExitCode::from(1)
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
