//! What the service says in words: a truth value and a text, which is not shown to anybody.

use crate::model::Mac;
use crate::redirection::wire::broken;
use crate::redirection::wire::xml_rpc::{Answer, Value};
use crate::redirection::{Outcome, Refusal};

/// What an answer says.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Said {
    /// It is done; or "true", in words that are not known: those of some methods are not documented.
    Accepted,
    /// This account has the phone.
    Registered,
    /// Nobody has it.
    Unregistered,
    /// This account has it, and so it is not registered once more.
    Existing,
    /// Another account has it, which can be overridden.
    Overridable,
    /// Another account has it.
    Owned,
    Mac,
    Server,
    Url,
    Fault(i64),
    Unknown,
    /// Something that answers no question.
    Nonsense,
}

impl Said {
    /// What it means for an action that is not answered by it.
    pub(super) fn refused(self) -> Outcome {
        Outcome::Refused(match self {
            Self::Overridable | Self::Owned => return Outcome::OwnedByOther,
            Self::Mac => Refusal::Mac,
            Self::Server => Refusal::Server,
            Self::Url => Refusal::Url,
            Self::Fault(code) => Refusal::Code(code),
            Self::Unknown => Refusal::Unknown,
            Self::Existing => Refusal::Conflict,
            Self::Accepted | Self::Registered | Self::Unregistered | Self::Nonsense => {
                return broken(200, "it answers another question");
            }
        })
    }
}

/// Reads `[truth, text]`, a text or a truth value alone, and a fault.
pub(super) fn words(answer: Answer) -> Said {
    let value = match answer {
        Answer::Fault { code, text } => return of_text(&text).unwrap_or(Said::Fault(code)),
        Answer::Value(value) => value,
    };
    let parts = match &value {
        Value::Array(values) => values.as_slice(),
        value => std::slice::from_ref(value),
    };
    let truth = parts.iter().find_map(|part| match part {
        Value::Boolean(truth) => Some(*truth),
        _ => None,
    });
    let text = parts.iter().find_map(Value::text);
    match (truth, text.map(of_text)) {
        (Some(false), Some(Some(Said::Accepted))) | (None, None) => Said::Nonsense,
        (_, Some(Some(said))) => said,
        (Some(true), _) => Said::Accepted,
        (_, _) => Said::Unknown,
    }
}

/// What a text says that the service's guide knows, in any letter case. Of several lines the first that
/// tells more than "OK" counts.
fn of_text(text: &str) -> Option<Said> {
    let text = text.to_ascii_lowercase();
    let said: Vec<Said> = text
        .lines()
        .filter_map(|line| of_line(line.trim()))
        .collect();
    let telling = said.iter().find(|said| **said != Said::Accepted);
    telling.or(said.first()).copied()
}

fn of_line(line: &str) -> Option<Said> {
    let whole = match line.trim_end_matches('.') {
        "ok" => Some(Said::Accepted),
        "registered" => Some(Said::Registered),
        "unregistered" | "unknown" => Some(Said::Unregistered),
        "registered elsewhere" => Some(Said::Owned),
        _ => None,
    };
    let error = line.strip_prefix("error:").unwrap_or(line).trim_start();
    let starts = [
        ("are you sure you want to override", Said::Overridable),
        ("existing mac", Said::Existing),
        ("invalid mac", Said::Mac),
        ("invalid server", Said::Server),
        ("the server name can only contain", Said::Server),
        ("the url can only begin with", Said::Url),
    ];
    let start = || starts.iter().find(|(start, _)| error.starts_with(start));
    let start = whole.or_else(|| start().map(|(_, said)| *said));
    // A bare address: that of a phone which is another's. A word as long would be none.
    let is_bare = || {
        let digits = error.bytes().take_while(u8::is_ascii_hexdigit).count();
        error.len() < line.len()
            && digits >= 10
            && error
                .as_bytes()
                .get(digits)
                .is_none_or(|byte| !byte.is_ascii_alphanumeric())
    };
    start.or_else(|| is_bare().then_some(Said::Owned))
}

/// The phones of a list: texts, or arrays and structs with one.
pub(super) fn macs(answer: Answer) -> Result<Vec<Mac>, Outcome> {
    let strange = || broken(200, "it is no list of phones");
    let values = match answer {
        Answer::Value(Value::Array(values)) => values,
        answer => {
            return Err(match words(answer) {
                Said::Accepted => strange(),
                said => said.refused(),
            });
        }
    };
    let values = match values.as_slice() {
        [Value::Boolean(true), Value::Array(values)] => values,
        [Value::Boolean(true), values @ ..] => values,
        [Value::Boolean(false), ..] => {
            return Err(words(Answer::Value(Value::Array(values))).refused());
        }
        values => values,
    };
    values
        .iter()
        .map(|value| mac(value).ok_or_else(strange))
        .collect()
}

fn mac(value: &Value) -> Option<Mac> {
    match value {
        Value::Text(text) => text.trim().parse().ok(),
        Value::Array(values) => values.iter().find_map(mac),
        Value::Struct(members) => members.iter().find_map(|(_, value)| mac(value)),
        _ => None,
    }
}
