//! What phones of each kind can be told, found out by telling them: a document with one field more
//! is rendered, and its files and notices are held against those without the field.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use phone_provisioning::model::{Codec, KeyKind};
use phone_provisioning::target::ConfigFile;
use phone_provisioning::{Document, Errors, Provisioner, Targets};
use serde_json::{Value, json};

use crate::support;

/// The phones of the columns: one of each kind that differs from the others in what it takes, with
/// the newest firmware that its row knows.
const PHONES: [(&str, &str); 7] = [
    ("Yealink V86", "yealink T46S"),
    ("Yealink V73", "yealink T28P"),
    ("Yealink base", "yealink W70B"),
    ("Snom V10", "snom D785"),
    ("Snom D8xx", "snom D865"),
    ("Snom V8", "snom 370"),
    ("Snom base", "snom M900"),
];

/// A table: its caption and its rows.
type Topic = (&'static str, Vec<Row>);

/// A field as the table names it, where it stands, and a value that is not the default.
type Row = (String, &'static str, Value);

/// All tables, as they stand in the manual.
pub(crate) fn tables() -> String {
    let mut text = String::from("Columns:\n");
    let targets = Targets::builtin();
    for (column, model) in PHONES {
        let row = targets.model(model).unwrap();
        let newest = row.row.newest_firmware.expect("a row with firmware");
        let _ = writeln!(text, "\n* *{column}*: {model}, firmware {newest}");
    }
    for (caption, fields) in topics() {
        let _ = write!(text, "\n## {caption}\n\n| field |");
        for (column, _) in PHONES {
            let _ = write!(text, " {column} |");
        }
        let _ = writeln!(text, "\n|---|{}", "---|".repeat(PHONES.len()));
        let mut notes: Vec<String> = Vec::new();
        for (name, field, value) in fields {
            let _ = write!(text, "| `{name}` |");
            for (_, model) in PHONES {
                let _ = write!(text, " {} |", cell(model, field, &value, &mut notes));
            }
            text.push('\n');
        }
        for (at, note) in notes.iter().enumerate() {
            let _ = write!(
                text,
                "{}{}. {note}",
                if at == 0 { "\n" } else { "" },
                at + 1
            );
            text.push('\n');
        }
    }
    text
}

/// What comes of one field on one phone: a word of the page's legend, with the numbers of the notices.
fn cell(model: &str, field: &'static str, value: &Value, notes: &mut Vec<String>) -> String {
    let mut plain = document(model);
    match field {
        // A list of its own on both sides: the default one is never told to lack anything.
        "codecs" => {
            let other = if value[0] == "g729" { "pcma" } else { "g729" };
            set(&mut plain, field, json!([other]));
            let mut changed = plain.clone();
            set(&mut changed, field, json!([value[0], other]));
            return compare(model, &plain, &changed, notes);
        }
        // A language that firmware may lack.
        "language_pack" => set(&mut plain, "language", json!("nl")),
        // Of a phone that nobody uses.
        "logged_out" => {
            let device = plain["devices"][0].as_object_mut().unwrap();
            device.remove("extensions");
            device.remove("handsets");
        }
        "user" | "maintenance" => {
            plain["site"]["settings"]
                .as_object_mut()
                .unwrap()
                .remove(field);
        }
        _ => {}
    }
    let mut changed = plain.clone();
    set(&mut changed, field, value.clone());
    let cell = compare(model, &plain, &changed, notes);
    let Some(code) = field
        .strip_prefix("feature_codes.")
        .filter(|_| cell == "same")
    else {
        return cell;
    };
    // A code that no setting holds may be that of a key, which is refused without any.
    set(&mut plain, field, json!("*0"));
    let kind = if code == "login" { "hot_desking" } else { code };
    for document in [&mut plain, &mut changed] {
        document["devices"][0]["keys"] = match kind {
            "pickup" => json!([{ "position": 2, "kind": "blf", "value": "1002" }]),
            _ => json!([{ "position": 2, "kind": kind }]),
        };
    }
    match &*compare(model, &plain, &changed, notes) {
        "yes" => "by keys".to_owned(),
        "same" => "dialled".to_owned(),
        other => panic!("{model}: {field}: {other}"),
    }
}

fn compare(model: &str, plain: &Value, changed: &Value, notes: &mut Vec<String>) -> String {
    let rendered = |document| {
        render(model, document).unwrap_or_else(|errors| panic!("{model}: {errors}: {document}"))
    };
    let ((files, told), (other_files, other_told)) = (rendered(plain), rendered(changed));
    let is_told = files
        .iter()
        .map(ConfigFile::bytes)
        .ne(other_files.iter().map(ConfigFile::bytes));
    let news: Vec<String> = other_told.difference(&told).cloned().collect();
    match (is_told, news.is_empty()) {
        (true, true) => "yes".to_owned(),
        (true, false) => numbered("partly", news, model, notes),
        (false, false) => numbered("no", news, model, notes),
        (false, true) => "same".to_owned(),
    }
}

/// The phone's own files and what is said of them. Those that it shares say what it may not have.
type Answer = Result<(Vec<ConfigFile>, BTreeSet<String>), Errors>;

/// Most fields are held against one and the same document.
fn render(model: &str, document: &Value) -> Answer {
    thread_local! {
        static ANSWERS: RefCell<BTreeMap<String, Answer>> = RefCell::default();
    }
    let text = document.to_string();
    ANSWERS.with_borrow_mut(|answers| {
        let answer = || render_anew(model, &text);
        answers.entry(text.clone()).or_insert_with(answer).clone()
    })
}

fn render_anew(model: &str, document: &str) -> Answer {
    let fleet = Document::from_json(document)?.resolve(&Targets::builtin())?;
    let [device] = fleet.devices() else {
        panic!("one {model}");
    };
    let rendered = Provisioner::new(fleet.site().clone()).render(device)?;
    let notices = rendered
        .notices()
        .iter()
        .map(|notice| notice.message().to_owned());
    let own = rendered.files().iter().filter(|file| file.is_sensitive());
    Ok((own.cloned().collect(), notices.collect()))
}

/// The word with the numbers of the notices behind it.
fn numbered(
    word: &str,
    texts: impl IntoIterator<Item = String>,
    model: &str,
    notes: &mut Vec<String>,
) -> String {
    let mut numbers: BTreeSet<usize> = BTreeSet::new();
    for text in texts {
        // `snom 370 with firmware 8.7.5.35 has no …` is one note with that of the other phones.
        let text = match text.split_once(" has no ") {
            // The row says so already.
            Some((_, what)) if what.starts_with("codec `") => continue,
            Some((who, what)) if who.starts_with(model) => format!("It has no {what}"),
            _ => text.replace(model, "it"),
        };
        let at = notes
            .iter()
            .position(|note| *note == text)
            .unwrap_or_else(|| {
                notes.push(text);
                notes.len() - 1
            });
        numbers.insert(at + 1);
    }
    if numbers.is_empty() {
        return word.to_owned();
    }
    let numbers: Vec<String> = numbers.iter().map(usize::to_string).collect();
    format!("{word} ({})", numbers.join(", "))
}

/// A site with all that the other fields need, and one phone of one account.
fn document(model: &str) -> Value {
    let targets = Targets::builtin();
    let is_base = targets.model(model).unwrap().row.handsets != Some(0);
    let account = json!({ "number": "1001", "password": "s3cret" });
    let mut device = json!({
        "mac": "00:00:5e:00:53:01",
        "model": model,
        "token": "b1946ac92492d234",
        // What it cannot be told for itself is left out with the notice that an inherited value gets.
        "handling": "lenient",
    });
    if is_base {
        device["handsets"] = json!([{ "slot": 1, "extensions": [account] }]);
    } else {
        device["extensions"] = json!([account]);
    }
    json!({
        "site": {
            "name": "Example BV",
            "provisioning_url": "https://pbx.example.net/p/{token}/",
            "settings": {
                "time_zone": "Europe/Amsterdam",
                "language": "en",
                "registrar": { "host": "sip.example.net" },
                "admin": { "username": "chief", "password": "correct-horse" },
                "user": { "username": "worker", "password": "battery" },
                "maintenance": { "username": "fixer", "password": "staple" },
            },
        },
        "devices": [device],
    })
}

/// Puts a value at its place: `extension.` is the phone's account, `key.` a key of the phone, and all
/// else a setting of the site.
fn set(document: &mut Value, field: &str, value: Value) {
    let device = &mut document["devices"][0];
    let (table, path) = match field.strip_prefix("extension.") {
        Some(path) if device["handsets"].is_array() => {
            (&mut device["handsets"][0]["extensions"][0], path)
        }
        Some(path) => (&mut device["extensions"][0], path),
        None if field == "key" => {
            device["keys"] = json!([value]);
            return;
        }
        None => (&mut document["site"]["settings"], field),
    };
    let mut place = table;
    for key in path.split('.') {
        place = &mut place[key];
    }
    *place = value;
}

/// A field that is named by its place.
fn at(field: &'static str, value: Value) -> Row {
    (field.to_owned(), field, value)
}

/// A field of which one value is asked for.
fn is(field: &'static str, value: Value) -> Row {
    (format!("{field} = {value}"), field, value)
}

/// A field within a table of which one value is asked for, beside what its table needs.
fn with(field: &'static str, mut table: Value, key: &str, value: Value) -> Row {
    let name = match value {
        Value::Number(_) => format!("{field}.{key}"),
        _ => format!("{field}.{key} = {value}"),
    };
    table[key] = value;
    (name, field, table)
}

fn topics() -> Vec<Topic> {
    let registrar = |key, value| {
        with(
            "registrar",
            json!({ "host": "sip.example.net" }),
            key,
            value,
        )
    };
    let ldap = |tls: &str| {
        let place = json!({ "host": "ldap.example.net", "base": "dc=example,dc=net" });
        with("ldap", place, "tls", json!(tls))
    };
    let book = json!({ "url": "https://pbx.example.net/book.xml" });
    vec![
        (
            "Registering",
            vec![
                registrar("port", json!(5071)),
                registrar("transport", json!("tcp")),
                registrar("transport", json!("tls")),
                registrar("transport", json!("dns_srv")),
                registrar("srtp", json!("optional")),
                registrar("srtp", json!("mandatory")),
                registrar("expires", json!(600)),
                at("outbound_proxy", json!({ "host": "edge.example.net" })),
                at("backup_registrar", json!({ "host": "sip2.example.net" })),
                at("nat.keep_alive_seconds", json!(45)),
                is("nat.rport", json!(true)),
                is("nat.rport", json!(false)),
                at("nat.stun", json!("stun.example.net")),
                is("tls.verify", json!(true)),
                is("tls.verify", json!(false)),
                at("tls.ca_url", json!("https://pbx.example.net/ca.pem")),
                is("dtmf", json!("sip_info")),
                is("dtmf", json!("in_band")),
                is("dtmf", json!("rfc4733_and_sip_info")),
            ],
        ),
        (
            "Accounts",
            vec![
                at("extension.display_name", json!("Zoë & Co")),
                at("extension.label", json!("Desk")),
                at("extension.username", json!("anna")),
                at("extension.auth_username", json!("anna-desk")),
                at("extension.voicemail", json!("*971001")),
                at(
                    "extension.registrar",
                    json!({ "host": "other.example.net" }),
                ),
                at(
                    "extension.outbound_proxy",
                    json!({ "host": "edge.example.net" }),
                ),
                at("extension.codecs", json!(["pcma"])),
                at("extension.dtmf", json!("sip_info")),
                at("extension.ring_tones.internal", json!(2)),
                at("extension.ring_tones.external", json!(3)),
                at("extension.forward.always", json!("1002")),
                at("extension.forward.busy", json!("1002")),
                at("extension.forward.no_answer", json!("1002")),
                at("extension.dnd", json!(true)),
                at("extension.call_waiting", json!(false)),
                at("extension.auto_answer", json!(true)),
                at(
                    "logged_out",
                    json!({ "number": "900", "password": "s3cret" }),
                ),
            ],
        ),
        (
            "Codecs",
            Codec::ALL
                .iter()
                .map(|codec| codec.as_str())
                .map(|word| (word.to_owned(), "codecs", json!([word])))
                .collect(),
        ),
        (
            "Kinds of keys",
            KeyKind::ALL
                .iter()
                .filter(|kind| **kind != KeyKind::None)
                .map(|kind| key(*kind))
                .collect(),
        ),
        (
            "Clock and display",
            vec![
                at("language", json!("de")),
                at(
                    "language_pack",
                    json!({ "url": "https://pbx.example.net/nl.lang" }),
                ),
                at("tone_country", json!("DE")),
                is("time_format", json!("12h")),
                is("date_format", json!("mdy")),
                is("date_format", json!("ymd")),
                at("ntp_servers", json!(["ntp1.example.net"])),
                at("caller_id", json!("number")),
                at("volumes.ringer", json!(10)),
                at("volumes.speaker", json!(10)),
                at("volumes.handset", json!(10)),
                at("volumes.headset", json!(10)),
                at("volumes.microphone", json!(10)),
                at("ring_tones.internal", json!(2)),
                at("ring_tones.external", json!(3)),
            ],
        ),
        (
            "Calls and codes",
            vec![
                at("call_waiting", json!(false)),
                at("emergency_numbers", json!(["112"])),
                at("feature_codes.pickup", json!("*8")),
                at("feature_codes.group_pickup", json!("*81")),
                at("feature_codes.park", json!("*85")),
                at("feature_codes.park_retrieve", json!("*86")),
                at("feature_codes.dnd_on", json!("*78")),
                at("feature_codes.forward_always_on", json!("*72")),
                at("feature_codes.forward_busy_on", json!("*90")),
                at("feature_codes.forward_no_answer_on", json!("*92")),
                at("feature_codes.voicemail", json!("*97")),
                at("feature_codes.login", json!("*11")),
            ],
        ),
        (
            "Network, logins, provisioning",
            vec![
                at("vlan.id", json!(10)),
                with("vlan", json!({ "id": 10 }), "pc_id", json!(20)),
                at(
                    "download",
                    json!({ "username": "phone", "password": "s3cret" }),
                ),
                at("user", json!({ "username": "other", "password": "s3cret" })),
                at(
                    "maintenance",
                    json!({ "username": "other", "password": "s3cret" }),
                ),
                at("resync.every_minutes", json!(60)),
                at("resync.daily_at", json!("03:30")),
            ],
        ),
        (
            "Directories",
            vec![
                ldap("off"),
                ldap("start_tls"),
                ldap("ldaps"),
                at("phonebook", book.clone()),
                with("phonebook", book, "name", json!("Colleagues")),
            ],
        ),
    ]
}

/// A key of the kind on the second place of the phone, with a value where it takes one.
fn key(kind: KeyKind) -> Row {
    let mut key = json!({ "position": 2, "kind": kind.as_str() });
    if let Some(value) = support::some_value(kind) {
        key["value"] = json!(value);
    }
    (kind.as_str().to_owned(), "key", key)
}
