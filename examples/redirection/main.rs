//! `redirection SERVICE ACTION MAC…`: the exact requests to the makers' redirection services, and what
//! comes of their answers. Nothing is sent.
//!
//! Exit status: 0 = done, 1 = the input is wrong, 2 = usage or I/O.

mod answers;
mod asked;
mod services;
mod shown;

use std::io::{self, Read as _, Write as _};
use std::process::ExitCode;

use phone_provisioning::redirection::{Outcome, Session, Stamp, Step};
use zeroize::Zeroizing;

use asked::Asked;

const USAGE: &str = "usage: redirection SERVICE ACTION [MAC...] [options]
       redirection feed SERVICE ACTION [MAC...] [the same options]

Prints the first request of an action exactly as it must be sent: a line with method and URL, the header
fields, an empty line, the body. Nothing is sent. With `feed` it reads the answers so far from standard
input, whole HTTP responses one after another (status line, fields, empty line, body by Content-Length or
to the end), and prints the next request, or the outcome. The requests hold credentials.

SERVICE and the environment variables with its credentials:
  yealink-rps       YEALINK_RPS_USER, YEALINK_RPS_PASSWORD
  yealink-rps-json  YEALINK_RPS_KEY_ID, YEALINK_RPS_SECRET
  yealink-ymcs      YEALINK_YMCS_CLIENT_ID, YEALINK_YMCS_SECRET
  snom-xmlrpc       SNOM_USER, SNOM_PASSWORD
  snom-sraps        SNOM_KEY_ID, SNOM_KEY

ACTION:
  check             whether the credentials are good
  look-up MAC       where the phone is sent
  list              the phones of the account, page by page
  register MAC...   with --url or --server
  deregister MAC...
  pins MAC...       the PINs of phones
  list-servers      servers, or profiles
  put-server        with --server and --url
  remove-server     with --server

  --url U         where the phone is sent
  --server NAME   the server, or profile, that it is sent to
  --serial S      serial number of the one phone
  --take-over     also when another customer has it, where the service does that
  --remark TEXT   shown in the service's portal
  --size N        most entries of a page; 100 unless said otherwise
  --after CURSOR  the page that follows, as the page before said
  --model M       a model whose phones are listed (snom-xmlrpc); may be repeated
  --base B        address of the service, instead of the maker's own
  --nonce N       1 to 64 letters and digits for the request; random unless said otherwise
  --at TIME       RFC 3339 time for the request: 2027-01-15T08:00:00Z; now unless said otherwise
  --json          one JSON object
  --help          this text

What the phone logs in with is taken from REDIRECTION_PHONE_USER and REDIRECTION_PHONE_PASSWORD when both are
set; a service that hands no login out refuses it.
";

/// Why the program ends without having done its work.
enum Failure {
    /// The input is wrong.
    Input(String),
    Usage(String),
}

fn main() -> ExitCode {
    let arguments: Result<Vec<String>, _> = std::env::args_os()
        .skip(1)
        .map(|a| a.into_string())
        .collect();
    let Ok(arguments) = arguments else {
        return report(&Failure::Usage("an argument is not UTF-8".to_owned()));
    };
    if arguments
        .iter()
        .any(|argument| matches!(argument.as_str(), "--help" | "-h"))
    {
        return print(USAGE.as_bytes(), ExitCode::SUCCESS);
    }
    let asked = match Asked::read(&arguments) {
        Ok(asked) => asked,
        Err(failure) => return report(&failure),
    };
    let mut input = Zeroizing::new(Vec::new());
    if asked.feed
        && let Err(error) = io::stdin().lock().read_to_end(&mut input)
    {
        eprintln!("standard input: {error}");
        return ExitCode::from(2);
    }
    match run(&asked, &input) {
        Ok((text, code)) => print(&text, code),
        Err(failure) => report(&failure),
    }
}

/// The text to be printed, and the status.
fn run(asked: &Asked, input: &[u8]) -> Result<(Zeroizing<Vec<u8>>, ExitCode), Failure> {
    let service = services::service(asked)?;
    let answers = answers::read(input).map_err(Failure::Input)?;
    if asked.feed && answers.is_empty() {
        return Err(Failure::Input(
            "expected an HTTP response on standard input".to_owned(),
        ));
    }
    let stamp = Stamp::with_nonce(asked.at, asked.nonce.clone());
    let step = service.start(&asked.action, &Session::new(), &stamp);
    let mut step = step.map_err(|error| Failure::Input(error.to_string()))?;
    let count = answers.len();
    for (at, answer) in answers.into_iter().enumerate() {
        step = match step {
            Step::Send(exchange) => exchange.feed(Ok(answer), &stamp),
            _ => {
                let text = format!("the action has ended with response {at} of {count}");
                return Err(Failure::Input(text));
            }
        };
    }
    Ok(match step {
        Step::Send(exchange) => (
            shown::request(exchange.request(), asked.json),
            ExitCode::SUCCESS,
        ),
        Step::Ended(ended) => {
            let code = match ended.outcome {
                Outcome::Broken(_) => ExitCode::from(1),
                _ => ExitCode::SUCCESS,
            };
            (shown::outcome(&ended.outcome, asked.json), code)
        }
    })
}

fn report(failure: &Failure) -> ExitCode {
    match failure {
        Failure::Input(text) => {
            eprintln!("error: {text}");
            ExitCode::from(1)
        }
        Failure::Usage(text) => {
            eprint!("{text}\n{USAGE}");
            ExitCode::from(2)
        }
    }
}

fn print(text: &[u8], code: ExitCode) -> ExitCode {
    let mut out = io::stdout().lock();
    match out.write_all(text).and_then(|()| out.flush()) {
        Ok(()) => code,
        // Whoever reads the first lines only may close the pipe.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => code,
        Err(error) => {
            eprintln!("standard output: {error}");
            ExitCode::from(2)
        }
    }
}
