//! The fields of a document, one by one, and what else each of them could say.

use std::fmt::Write as _;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::error::Path;
use crate::model::{
    CallerId, Codec, DateFormat, Dtmf, Handling, KeyKind, LdapTls, MulticellRole, Srtp, TimeFormat,
    Transport, Words,
};
use crate::target::{ProvisioningTarget, Targets};

/// A step from a table to a field or from a list to an entry.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Step {
    Key(String),
    Index(usize),
}

/// A field that holds one value, or a list of such.
#[derive(Clone, Debug)]
pub(super) struct Leaf {
    pub(super) steps: Vec<Step>,
    pub(super) value: Value,
    /// Of a field that is a place: places that nothing else has.
    free: Vec<i64>,
}

impl Leaf {
    /// The name of the field.
    pub(super) fn key(&self) -> &str {
        self.key_at(0)
    }

    /// The name of the table that it is in; empty at the top.
    fn parent(&self) -> &str {
        self.key_at(1)
    }

    /// The name so many keys above the field.
    fn key_at(&self, above: usize) -> &str {
        let mut keys = self.steps.iter().rev().filter_map(|step| match step {
            Step::Key(key) => Some(key.as_str()),
            Step::Index(_) => None,
        });
        keys.nth(above).unwrap_or_default()
    }

    /// Whether the field gives its entry a place among the entries of its list: two of them must not
    /// say the same.
    pub(super) fn is_place(&self) -> bool {
        matches!(self.key(), "position" | "slot" | "ipei")
    }

    /// Whether two fields are the same of two entries of one list.
    pub(super) fn is_sibling(&self, other: &Self) -> bool {
        let list = |leaf: &Self| {
            let entry = leaf
                .steps
                .iter()
                .rposition(|step| matches!(step, Step::Index(_)));
            entry.map(|entry| leaf.steps[..entry].to_vec())
        };
        self.key() == other.key() && list(self) == list(other)
    }

    /// What the field could say instead, each of it valid by itself where these targets are in use.
    pub(super) fn alternatives(&self, targets: &Targets) -> Vec<Value> {
        let now = &self.value;
        let mut others = match now {
            Value::Bool(on) => vec![Value::Bool(!on)],
            Value::Number(number) => self.numbers(number.as_i64().unwrap_or_default()),
            Value::String(text) => self.texts(text, targets),
            Value::Array(list) => self.lists(list, targets),
            _ => Vec::new(),
        };
        others.retain(|other| other != now);
        others
    }

    fn numbers(&self, now: i64) -> Vec<Value> {
        let others = match (self.parent(), self.key()) {
            ("volumes", _) => vec![0, 100, 50],
            (_, "priority" | "pc_priority") => vec![(now + 1) % 8, (now + 3) % 8],
            ("ring_tones", _) => vec![now % 4 + 1, (now + 1) % 4 + 1, 0],
            (_, "extension" | "module" | "modules") => vec![now + 1, now - 1, 1],
            (_, "position" | "slot") => self.free.clone(),
            (_, "every_minutes" | "no_answer_seconds") => vec![now + 60, now + 7, now.max(2) - 1],
            _ => vec![now + 1, now - 1, now * 2 + 1],
        };
        others.into_iter().map(Value::from).collect()
    }

    fn lists(&self, now: &[Value], targets: &Targets) -> Vec<Value> {
        let reversed: Vec<&Value> = now.iter().rev().collect();
        let mut others = vec![json!(reversed)];
        if now.len() > 1 {
            others.push(json!(&now[1..]));
        }
        others.extend(match self.key() {
            "codecs" => vec![
                json!(["pcma"]),
                json!(["pcmu", "g722"]),
                json!(["g729", "pcmu", "pcma"]),
            ],
            "ntp_servers" => vec![
                json!(["t1.example.org", "t2.example.org"]),
                json!(["192.0.2.99"]),
            ],
            "emergency_numbers" => vec![json!(["115"]), json!(["113", "118"])],
            "models" => models(targets),
            _ => vec![json!(["alt1"]), json!(["alt1", "alt2"])],
        });
        others
    }

    fn texts(&self, now: &str, targets: &Targets) -> Vec<Value> {
        let others = match (self.parent(), self.key()) {
            (_, "caller_id") => words::<CallerId>(now),
            (_, "date_format") => words::<DateFormat>(now),
            (_, "dtmf") => words::<Dtmf>(now),
            (_, "handling") => words::<Handling>(now),
            (_, "kind") => kinds(now),
            ("ldap", "tls") => words::<LdapTls>(now),
            (_, "role") => words::<MulticellRole>(now),
            (_, "srtp") => words::<Srtp>(now),
            (_, "time_format") => words::<TimeFormat>(now),
            (_, "transport") => words::<Transport>(now),
            (_, "codecs") => words::<Codec>(now),
            (_, "time_zone") => owned(&["Asia/Tokyo", "America/New_York", "Australia/Sydney"]),
            (_, "language") => owned(&["fr", "en", "de", "es"]),
            (_, "tone_country") => owned(&["FR", "US", "GB", "DE"]),
            ("registrar" | "outbound_proxy" | "backup_registrar" | "ldap", "host") => {
                owned(&["alt-a.example.org", "alt-b.example.net"])
            }
            (_, "stun") => owned(&["alt-a.example.org", "alt-b.example.net:3499"]),
            (_, "primary") => owned(&["192.0.2.88", "192.0.2.89"]),
            (_, "provisioning_url") => owned(&[
                "https://alt.example.org/q/{token}/",
                "https://alt.example.net/{mac}/",
            ]),
            (_, "firmware_base") => owned(&[
                "https://alt.example.org/{vendor}/{model}/{version}/{file}",
                "http://alt.example.net/{file}",
            ]),
            (_, "url" | "ca_url") => owned(&[
                "https://alt.example.org/a.bin",
                "http://alt.example.net/b.bin",
            ]),
            (_, "version") => vec![with_last_number(now, 1), with_last_number(now, -1)],
            (_, "access_code") => owned(&["9182", "0457"]),
            (_, "daily_at") => owned(&["04:15", "23:50"]),
            (_, "ipei") => owned(&["0123456789", "0987654321"]),
            (_, "mac") => with_last_digit(now),
            (_, "target") => targets.ids().iter().map(ToString::to_string).collect(),
            (_, "value") if now.contains("://") => {
                owned(&["https://alt.example.org/a", "http://alt.example.net/b"])
            }
            (_, "value") if now.contains(':') => owned(&["224.0.1.99:5100", "224.0.1.98:5102"]),
            (_, "value") => {
                let mut others = vec![format!("{now}7")];
                others.extend(owned(&["5550", "1", "0", "on", "off"]));
                others
            }
            (_, "number" | "voicemail" | "always" | "busy" | "no_answer") => {
                vec![format!("{now}7"), "5550".to_owned()]
            }
            ("feature_codes", _) => vec![format!("{now}7"), "*55".to_owned()],
            _ => vec![format!("{now}x"), "Alt".to_owned()],
        };
        others.into_iter().map(Value::String).collect()
    }
}

/// The other words of a choice; those that go with anything else come first.
fn words<T: Words>(now: &str) -> Vec<String> {
    let words = T::ALL.iter().map(|word| word.as_str());
    let mut words: Vec<String> = words
        .filter(|word| *word != now)
        .map(str::to_owned)
        .collect();
    words.sort_by_key(|word| word == "dns_srv");
    words
}

/// The other kinds of keys whose values are of the same sort.
fn kinds(now: &str) -> Vec<String> {
    let Ok(own) = now.parse::<KeyKind>() else {
        return Vec::new();
    };
    let like =
        |kind: &&KeyKind| kind.value() == own.value() && kind.needs_value() == own.needs_value();
    let kinds = KeyKind::ALL
        .iter()
        .filter(like)
        .filter(|kind| **kind != own);
    kinds.map(|kind| kind.as_str().to_owned()).take(3).collect()
}

/// For the models of a raw setting: of each target one.
fn models(targets: &Targets) -> Vec<Value> {
    let model = |target: &Arc<dyn ProvisioningTarget>| {
        let model = target.models().first()?;
        Some(json!([format!("{} {}", target.vendor(), model.name)]))
    };
    targets.iter().filter_map(model).collect()
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

/// A version whose last number is another.
fn with_last_number(version: &str, by: i64) -> String {
    let start = version
        .rfind(|c: char| !c.is_ascii_digit())
        .map_or(0, |before| before + 1);
    let number: i64 = version[start..].parse().unwrap_or_default();
    format!("{}{}", &version[..start], (number + by).max(0))
}

/// An address whose last digit is another.
fn with_last_digit(address: &str) -> Vec<String> {
    let digits = |last: char| {
        let mut other = address.to_owned();
        other.pop();
        other.push(last);
        other
    };
    vec![digits('1'), digits('2'), digits('e')]
}

/// The fields of a document below a place, in its order. A list of plain values is one field.
pub(super) fn leaves(value: &Value, steps: &mut Vec<Step>, found: &mut Vec<Leaf>) {
    let is_plain = |value: &Value| !value.is_object() && !value.is_array();
    match value {
        Value::Object(table) => {
            for (key, value) in table {
                steps.push(Step::Key(key.clone()));
                leaves(value, steps, found);
                steps.pop();
            }
        }
        Value::Array(entries) if !entries.is_empty() && !entries.iter().all(is_plain) => {
            for (index, value) in entries.iter().enumerate() {
                steps.push(Step::Index(index));
                leaves(value, steps, found);
                steps.pop();
            }
        }
        Value::Null => {}
        plain => found.push(Leaf {
            steps: steps.clone(),
            value: plain.clone(),
            free: Vec::new(),
        }),
    }
}

/// Tells each field that is a place which places are free: far from those that are taken, and from the
/// one that is asked about, so that nothing comes upon it that was elsewhere.
pub(super) fn find_free(leaves: &mut [Leaf], asked: &[u32]) {
    let places = leaves.iter().filter(|leaf| leaf.is_place());
    let taken: Vec<i64> = places.filter_map(|leaf| leaf.value.as_i64()).collect();
    let is_free = |place: i64| {
        let near = |asked: &u32| (i64::from(*asked) - 1..=i64::from(*asked) + 1).contains(&place);
        place > 0 && !taken.contains(&place) && !asked.iter().any(near)
    };
    let last = taken.iter().max().copied().unwrap_or_default();
    let behind = (last + 1..).filter(|place| is_free(*place)).take(1);
    let between = (1..last).rev().filter(|place| is_free(*place)).take(1);
    let free: Vec<i64> = between.chain(behind).chain([last + 50]).collect();
    for leaf in leaves.iter_mut().filter(|leaf| leaf.is_place()) {
        leaf.free.clone_from(&free);
    }
}

/// The value at a place.
pub(super) fn at<'v>(document: &'v Value, steps: &[Step]) -> Option<&'v Value> {
    steps.iter().try_fold(document, |value, step| match step {
        Step::Key(key) => value.get(key),
        Step::Index(index) => value.get(index),
    })
}

/// The value at a place, to change it.
pub(super) fn at_mut<'v>(document: &'v mut Value, steps: &[Step]) -> Option<&'v mut Value> {
    steps.iter().try_fold(document, |value, step| match step {
        Step::Key(key) => value.get_mut(key),
        Step::Index(index) => value.get_mut(index),
    })
}

/// The place in the words of the document.
pub(super) fn path(steps: &[Step]) -> Path {
    steps.iter().fold(Path::root(), |path, step| match step {
        Step::Key(key) => path.key(key),
        Step::Index(index) => path.index(*index),
    })
}

/// A list of paths in words.
pub(super) fn joined(paths: &[Path]) -> String {
    let mut text = String::new();
    for (i, path) in paths.iter().enumerate() {
        let comma = if i == 0 { "" } else { ", " };
        let _ = write!(text, "{comma}{path}");
    }
    text
}
