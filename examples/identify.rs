//! `identify [--user-agent UA] [--path PATH] [--cert-subject S]`: who sent a request, and what is asked
//! for, as one JSON object.

use std::io::{self, Write};
use std::process::ExitCode;

use phone_provisioning::Targets;
use phone_provisioning::delivery::{Identification, RequestFacts, Subject, identify};
use phone_provisioning::target::FileKind;
use serde_json::{Value, json};

const USAGE: &str = "usage: identify [--user-agent UA] [--path PATH] [--cert-subject S]

Prints what a request of a phone tells of the phone, as one JSON object:
vendor, model, firmware, mac, file, confidence, conflicts. What is not known is null.

  --user-agent UA   the header User-Agent
  --path PATH       the path, perhaps with a query, as it was sent
  --cert-subject S  the subject of the client's certificate: CN=...,O=... or /O=.../CN=...

Of model, firmware and mac that contradict each other within the request the fact is
null, and conflicts says what differs and what each place has.
";

fn main() -> ExitCode {
    let arguments: Vec<String> = match std::env::args_os()
        .skip(1)
        .map(|a| a.into_string())
        .collect()
    {
        Ok(arguments) => arguments,
        Err(_) => {
            eprintln!("an argument is not UTF-8");
            return ExitCode::from(2);
        }
    };
    if let ["--help" | "-h"] = arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        return print(USAGE);
    }
    let Some(asked) = Asked::read(&arguments) else {
        eprint!("{USAGE}");
        return ExitCode::from(2);
    };
    let targets = Targets::builtin();
    let mut facts = RequestFacts::new(asked.path.unwrap_or_default());
    if let Some(user_agent) = asked.user_agent {
        facts = facts.with_user_agent(user_agent.as_bytes());
    }
    if let Some(subject) = asked.cert_subject {
        facts = facts.with_certificate(subject);
    }
    let mut shown = shown(&identify(&targets, &facts));
    if asked.path.is_none() {
        shown["file"] = Value::Null;
    }
    print(&format!("{shown:#}\n"))
}

/// What the arguments say; each at most once, and one at the least.
#[derive(Default)]
struct Asked<'a> {
    user_agent: Option<&'a str>,
    path: Option<&'a str>,
    cert_subject: Option<&'a str>,
}

impl<'a> Asked<'a> {
    fn read(arguments: &'a [String]) -> Option<Self> {
        let mut asked = Self::default();
        for pair in arguments.chunks(2) {
            let [name, value] = pair else {
                return None;
            };
            let place = match name.as_str() {
                "--user-agent" => &mut asked.user_agent,
                "--path" => &mut asked.path,
                "--cert-subject" => &mut asked.cert_subject,
                _ => return None,
            };
            if place.replace(value).is_some() {
                return None;
            }
        }
        (!arguments.is_empty()).then_some(asked)
    }
}

fn shown(phone: &Identification<'_>) -> Value {
    let file = phone.file();
    let conflicts = phone.conflicts().iter().map(|conflict| {
        let origins = conflict.origins().map(|origin| {
            let mac = phone
                .mac_from(origin)
                .filter(|_| conflict.about == Subject::Mac);
            (origin.to_string(), mac_text(mac))
        });
        let origins: serde_json::Map<String, Value> = origins.collect();
        json!({ "about": conflict.about.as_str(), "origins": origins })
    });
    json!({
        "vendor": phone.vendor().map(|fact| fact.value),
        "model": phone.model().map(|fact| fact.value.name()),
        "firmware": phone.firmware().map(|fact| fact.value.to_string()),
        "mac": mac_text(phone.mac().map(|fact| fact.value)),
        "file": match file.kind() {
            FileKind::Folder => Value::Null,
            _ => json!(file.name()),
        },
        "confidence": phone.confidence().map(|confidence| confidence.as_str()),
        "conflicts": conflicts.collect::<Vec<_>>(),
    })
}

fn mac_text(mac: Option<phone_provisioning::Mac>) -> Value {
    json!(mac.map(|mac| mac.plain_lower().to_string()))
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
