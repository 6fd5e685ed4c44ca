//! Files of phones back into documents: what this library wrote comes back and gives the same bytes;
//! what other systems wrote is understood, or told.

#![cfg(feature = "yealink")]

mod support;

use std::sync::Arc;

use phone_provisioning::error::{Error, ErrorKind, Errors, Path};
use phone_provisioning::fleet::Secrets;
use phone_provisioning::inspect::{ImportFile, ImportRequest, Imported, RemarkKind};
use phone_provisioning::model::{Firmware, FirmwareScheme, KeyKind, UrlTemplate};
use phone_provisioning::parse::{Limits, parse};
use phone_provisioning::target::yealink::Yealink;
use phone_provisioning::target::{
    Domain, ModelRow, Prepare, Prepared, ProvisioningTarget, TargetId,
};
use phone_provisioning::{Device, Document, Site, Targets};
use proptest::prelude::*;
use serde_json::{Value, json};
use support::import::{difference, resolved};
use support::{EVERYTHING, Model, built, device, models, secret, site_of, site_with};

/// What no file can tell of what the document said.
const UNTOLD: &[&str] = &[
    // Firmware up to V70 is told that there is a code to park calls, and not which.
    "features.call_park.enable",
    // Which slot has which model of handset: the base is told of the models alone.
    "over_the_air.",
];

/// Every model of the target with every firmware at which its dictionary changes.
fn every_model_and_firmware(mut check: impl FnMut(&Model<'_>, Option<Firmware>)) {
    let targets = Targets::builtin();
    for model in models(&targets) {
        if model.target.id().as_str() != "yealink" {
            continue;
        }
        for firmware in model.firmwares() {
            check(&model, firmware);
        }
    }
}

#[test]
fn what_was_rendered_is_imported_and_rendered_alike() {
    let (least, everything) = (site_with(|_| ()), site_of(EVERYTHING));
    let mut faults = Vec::new();
    every_model_and_firmware(|model, firmware| {
        let full = built(model.full(firmware).token(secret("MARK-token/1")));
        let mut cases: Vec<(&Arc<Site>, Device)> = vec![(&everything, full)];
        if firmware.is_none() {
            cases.push((&least, built(model.least())));
            cases.push((&least, built(device(&model.name()))));
            cases.push((&everything, built(device(&model.name()))));
        }
        for (site, device) in &cases {
            if let Some(difference) = difference(site, device, UNTOLD) {
                let version = firmware.map_or_else(|| "-".to_owned(), |f| f.to_string());
                faults.push(format!("{} with {version}: {difference}", model.name()));
            }
        }
    });
    let shown = &faults[..faults.len().min(12)];
    assert!(faults.is_empty(), "{}: {}", faults.len(), shown.join("\n"));
}

/// Every device of every golden document of the target, but for its raw settings.
#[test]
fn goldens_are_imported_and_rendered_alike() {
    let folder = support::root().join("tests/golden/yealink");
    let mut faults = Vec::new();
    let mut devices = 0;
    for case in std::fs::read_dir(folder).unwrap() {
        let case = case.unwrap().path();
        let fleet = support::resolve(&std::fs::read_to_string(case.join("fleet.toml")).unwrap());
        for device in fleet.devices() {
            devices += 1;
            let own = device.settings().custom.iter();
            let raw = fleet.site().settings.custom.iter().chain(own);
            let raw: Vec<String> = raw
                .map(|raw| match raw.index {
                    Some(index) => raw.name.as_str().replacen('X', &index.to_string(), 1),
                    None => raw.name.to_string(),
                })
                .collect();
            let untold: Vec<&str> = raw
                .iter()
                .map(String::as_str)
                .chain(UNTOLD.to_vec())
                .collect();
            if let Some(difference) = difference(fleet.site(), device, &untold) {
                faults.push(format!("{}: {difference}", case.display()));
            }
        }
    }
    assert!(devices >= 15, "{devices}");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

// ---- any device ----

/// A document that says everything, for a phone or a base, with a stream of numbers that takes some of
/// it away and chooses among the words of the rest.
fn document(model: &str, firmware: Option<&str>, mut number: impl FnMut(usize) -> usize) -> Value {
    let mut document: Value = toml::from_str(EVERYTHING).unwrap();
    document.as_object_mut().unwrap().remove("profiles");
    let settings = &mut document["site"]["settings"];
    settings["time_zone"] = pick(
        &mut number,
        &[
            "Europe/Berlin",
            "America/New_York",
            "Asia/Kolkata",
            "Australia/Lord_Howe",
            "Asia/Jerusalem",
            "Pacific/Chatham",
            "Africa/Casablanca",
            "UTC",
        ],
    );
    settings["language"] = pick(
        &mut number,
        &["de", "en", "fr", "pt-BR", "zh-TW", "es-MX", "ru", "it"],
    );
    settings["tone_country"] = pick(&mut number, &["DE", "US", "GB", "CZ"]);
    settings["time_format"] = pick(&mut number, &["12h", "24h"]);
    settings["date_format"] = pick(&mut number, &["dmy", "mdy", "ymd"]);
    settings["dtmf"] = pick(&mut number, &DTMF);
    settings["caller_id"] = pick(
        &mut number,
        &["name", "number", "name_and_number", "number_and_name"],
    );
    settings["registrar"]["transport"] = pick(&mut number, &["udp", "tcp", "tls"]);
    settings["registrar"]["srtp"] = pick(&mut number, &["off", "optional", "mandatory"]);
    settings["codecs"] = codecs(&mut number);
    settings["ldap"]["tls"] = pick(&mut number, &["off", "start_tls", "ldaps"]);
    settings["ring_tones"] = json!({ "internal": number(9), "external": number(9) });
    settings["call_waiting"] = (number(2) == 1).into();
    for volume in settings["volumes"].as_object_mut().unwrap().values_mut() {
        *volume = number(101).into();
    }
    // Another phone is told less. Those that every phone needs stay.
    let optional: Vec<String> = settings.as_object().unwrap().keys().cloned().collect();
    for key in optional {
        let needed = ["time_zone", "language", "registrar"].contains(&key.as_str());
        let table = settings[&key].as_object_mut();
        if !needed && number(3) == 0 {
            settings.as_object_mut().unwrap().remove(&key);
        } else if let Some(table) = table {
            table.retain(|part, _| {
                [
                    "host", "username", "password", "number", "base", "url", "id", "pc_id",
                ]
                .contains(&part.as_str())
                    || number(3) > 0
            });
        }
    }
    let accounts = number(4);
    let extensions: Vec<Value> = (0..accounts).map(|i| extension(i, &mut number)).collect();
    let mut device = json!({ "mac": "80:5e:0c:12:34:56", "model": model });
    if let Some(firmware) = firmware {
        device["installed_firmware"] = firmware.into();
    }
    if number(2) == 0 {
        device["token"] = "t0ken/ü".into();
    }
    let targets = Targets::builtin();
    let row = targets.model(model).unwrap().row;
    if row.handsets == Some(0) {
        device["extensions"] = extensions.into();
        let mut keys = Vec::new();
        for position in 1..=row.line_keys.unwrap_or(0) {
            if number(2) == 0 {
                keys.push(key(position, accounts, &mut number));
            }
        }
        if row.modules > Some(0) && number(2) == 0 {
            let mut key = key(1 + number(20) as u16, accounts, &mut number);
            key["module"] = 1.into();
            keys.push(key);
        }
        device["keys"] = keys.into();
    } else {
        let mut slots: Vec<usize> = (1..=5).collect();
        let handsets = extensions.into_iter().map(|extension| {
            let slot = slots.remove(number(slots.len()));
            json!({ "slot": slot, "name": format!("Phone {slot}"), "extensions": [extension] })
        });
        device["handsets"] = handsets.collect();
    }
    document["devices"] = json!([device]);
    document
}

const DTMF: [&str; 4] = ["rfc4733", "sip_info", "in_band", "rfc4733_and_sip_info"];

fn pick(number: &mut impl FnMut(usize) -> usize, words: &[&str]) -> Value {
    words[number(words.len())].into()
}

fn codecs(number: &mut impl FnMut(usize) -> usize) -> Value {
    let mut words = vec!["pcma", "pcmu", "g722", "g729", "ilbc", "g726_32", "opus"];
    let count = 1 + number(words.len());
    (0..count)
        .map(|_| words.remove(number(words.len())))
        .collect()
}

fn extension(i: usize, number: &mut impl FnMut(usize) -> usize) -> Value {
    let mut extension = json!({ "number": (1001 + i).to_string(), "password": format!("pw{i}") });
    let table = extension.as_object_mut().unwrap();
    let mut maybe = |number: &mut dyn FnMut(usize) -> usize, key: &str, value: Value| {
        if number(2) == 0 {
            table.insert(key.to_owned(), value);
        }
    };
    maybe(number, "display_name", "Zoë & Co".into());
    maybe(number, "username", format!("u{i}@example.net").into());
    maybe(number, "auth_username", format!("a{i}").into());
    maybe(number, "label", "Zoë".into());
    maybe(number, "voicemail", "*97".into());
    maybe(number, "dnd", true.into());
    maybe(number, "auto_answer", true.into());
    let dtmf = pick(number, &DTMF);
    maybe(number, "dtmf", dtmf);
    let list = codecs(number);
    maybe(number, "codecs", list);
    let tone = number(9);
    maybe(number, "ring_tones", json!({ "external": tone }));
    let seconds = 6 * number(21);
    maybe(
        number,
        "forward",
        json!({ "always": "1", "busy": "2", "no_answer": "3", "no_answer_seconds": seconds }),
    );
    let expires = 60 + number(3);
    maybe(
        number,
        "registrar",
        json!({ "host": "other.example.net", "transport": "tcp", "expires": expires }),
    );
    maybe(
        number,
        "outbound_proxy",
        json!({ "host": "192.0.2.7", "port": 5099 }),
    );
    extension
}

fn key(position: u16, accounts: usize, number: &mut impl FnMut(usize) -> usize) -> Value {
    let kind = KeyKind::ALL[number(KeyKind::ALL.len())];
    let mut key = json!({ "position": position, "kind": kind.as_str() });
    if let Some(value) = support::some_value(kind).filter(|_| kind != KeyKind::HotDesking) {
        key["value"] = value.into();
    }
    if kind != KeyKind::None && number(2) == 0 {
        key["label"] = "Bob & Co".into();
    }
    if kind.has_extension() {
        key["extension"] = (1 + number(accounts.max(1))).into();
    }
    key
}

/// Phones of every way to say codecs, keys, servers and handsets.
const PHONES: [(&str, Option<&str>); 10] = [
    ("yealink T46S", None),
    ("yealink T46S", Some("66.81.0.110")),
    ("yealink T46G", Some("28.73.0.50")),
    ("yealink T28P", Some("2.70.0.140")),
    ("yealink T42G", Some("29.80.0.60")),
    ("yealink T58A", None),
    ("yealink T57W", Some("97.84.0.30")),
    ("yealink W52P", Some("25.73.0.40")),
    ("yealink W60B", None),
    ("yealink W80DM", None),
];

/// A stream of numbers below what is asked for (SplitMix64).
fn numbers(mut seed: u64) -> impl FnMut(usize) -> usize {
    move |below| {
        seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = seed;
        for (shift, factor) in [(30, 0xbf58_476d_1ce4_e5b9), (27, 0x94d0_49bb_1331_11eb)] {
            mixed = (mixed ^ (mixed >> shift)).wrapping_mul(factor);
        }
        usize::try_from((mixed ^ (mixed >> 31)) % below.max(1) as u64).unwrap()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, max_shrink_iters: 0, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_device_is_imported_and_rendered_alike(
        seed in any::<u64>(),
        phone in 0..PHONES.len(),
    ) {
        let (model, firmware) = PHONES[phone];
        let document = document(model, firmware, numbers(seed));
        let mut document = Document::from_json(&document.to_string()).unwrap();
        // What this phone cannot do is left out.
        document.set_default_handling(phone_provisioning::model::Handling::Lenient);
        if let Ok(fleet) = document.resolve(&Targets::builtin()) {
            let device = &fleet.devices()[0];
            let difference = difference(fleet.site(), device, UNTOLD);
            prop_assert!(difference.is_none(), "{model}: {}\n{}", difference.unwrap(), document.to_toml());
        }
    }
}

// ---- files of other systems ----

/// Every case of `tests/import/`: files as others write them, the document and what is said of it.
///
/// `BLESS=1 cargo test --test import` writes the last two anew.
#[test]
fn files_of_other_systems_are_understood_or_told() {
    let bless = std::env::var_os("BLESS").is_some();
    let mut cases: Vec<_> = std::fs::read_dir(support::root().join("tests/import"))
        .unwrap()
        .map(|case| case.unwrap().path())
        .collect();
    cases.sort();
    assert!(cases.len() >= 10, "{}", cases.len());
    let mut faults = Vec::new();
    for case in cases {
        let read = |name: &str| std::fs::read_to_string(case.join(name)).unwrap_or_default();
        let imported = import_case(&case);
        let document = imported.document(Secrets::Expose).to_toml();
        let remarks: String = imported
            .remarks()
            .iter()
            .map(|remark| format!("{remark}\n"))
            .collect();
        for (name, found) in [("document.toml", &document), ("remarks.txt", &remarks)] {
            if bless {
                std::fs::write(case.join(name), found).unwrap();
            }
            if let Some(difference) = support::difference(read(name).as_bytes(), found.as_bytes()) {
                faults.push(format!("{} {name}: {difference}", case.display()));
            }
        }
        check_resolves(&imported);
        // Only the document that is asked for holds secrets.
        let redacted = imported.document(Secrets::Redact).to_toml();
        for secret in ["s3cret", "pw", "ch1ef", "t00r", "ld4p", "adm1n"] {
            for (what, text) in [
                ("the remarks", &remarks),
                ("the redacted document", &redacted),
                ("debug output", &format!("{imported:?}")),
            ] {
                assert!(
                    !text.contains(secret),
                    "{}: {secret} is in {what}",
                    case.display()
                );
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

fn import_case(case: &std::path::Path) -> Imported {
    let about: Value =
        toml::from_str(&std::fs::read_to_string(case.join("case.toml")).unwrap()).unwrap();
    let targets = Targets::builtin();
    let target = targets
        .iter()
        .find(|target| target.id().as_str() == "yealink")
        .unwrap();
    let names = about["files"].as_array().unwrap().iter();
    let names: Vec<&str> = names.map(|name| name.as_str().unwrap()).collect();
    let bytes: Vec<Vec<u8>> = names
        .iter()
        .map(|name| std::fs::read(case.join(name)).unwrap())
        .collect();
    let limits = Limits::default();
    let parsed: Vec<_> = bytes.iter().map(|bytes| parse(bytes, &limits)).collect();
    let files: Vec<_> = parsed
        .iter()
        .zip(&names)
        .map(|(file, name)| ImportFile::new(file).named(name))
        .collect();
    let text = |key: &str| about.get(key).map(|value| value.as_str().unwrap());
    let url = text("provisioning_url")
        .map(|url| UrlTemplate::parse(url, Site::URL_PLACEHOLDERS).unwrap());
    let mut request = ImportRequest::new(&files);
    request.model = text("model").map(|model| targets.model(model).unwrap().row);
    request.firmware =
        text("firmware").map(|version| Firmware::parse(target.firmware_scheme(), version).unwrap());
    request.provisioning_url = url.as_ref();
    target.import(request)
}

/// An import resolves, but for what its remarks say to be missing.
#[track_caller]
fn check_resolves(imported: &Imported) {
    let missing = imported
        .remarks()
        .iter()
        .filter(|remark| remark.kind() == RemarkKind::Missing);
    let missing: Vec<String> = missing.map(|remark| remark.path().to_string()).collect();
    let Err(errors) = resolved(imported) else {
        assert!(missing.is_empty(), "{missing:?} are not");
        return;
    };
    for error in &errors {
        // What all devices share may be said by the device too.
        let shared = error
            .path()
            .to_string()
            .replace("devices[0].settings", "site.settings");
        assert!(
            missing.contains(&error.path().to_string()) || missing.contains(&shared),
            "{error}\n{}",
            imported.document(Secrets::Redact).to_toml(),
        );
    }
}

#[test]
fn what_is_wanting_among_the_files_is_told() {
    let boot = b"#!version:1.0.0.1\ninclude:config \"y000000000066.cfg\"\ninclude:config <805e0c123456.cfg>\n\
        [T54W]include:config \"x.cfg\"\noverwrite_mode = 1\n";
    let own = b"#!version:1.0.0.1\n[T46S, T48S]lang.gui = German\n[T54W]lang.wui = French\n";
    let limits = Limits::default();
    let (boot, own) = (parse(boot, &limits), parse(own, &limits));
    let secret = parse(b"#!encrypt:1.0.0.0\n#!key_signatue:RSA_256\n", &limits);
    let files = [
        ImportFile::new(&boot).named("805e0c123456.boot"),
        ImportFile::new(&own).named("805e0c123456.cfg"),
        ImportFile::new(&secret),
    ];
    let targets = Targets::builtin();
    let mut request = ImportRequest::new(&files);
    request.model = Some(targets.model("yealink T46S").unwrap().row);
    let imported = Yealink::new().import(request);
    let remarks: Vec<String> = imported.remarks().iter().map(ToString::to_string).collect();
    assert_eq!(
        remarks,
        [
            "805e0c123456.boot:5:1: overwrite_mode: replaced: how files are taken is said by the boot file, which the target makes",
            "document: lost: 805e0c123456.boot includes 1 that are not among the files",
            "document: lost: file 3 is encrypted: nothing of it is read; decrypt it first",
            "site.settings.time_zone: missing: in none of the files: add the time zone",
        ]
    );
    // The line of another model is not this phone's.
    let toml = imported.document(Secrets::Redact).to_toml();
    assert!(
        toml.contains("language = \"de\"") && !toml.contains("lang.wui"),
        "{toml}"
    );
}

/// A target that knows neither settings nor files.
#[derive(Debug)]
struct Bare;

impl ProvisioningTarget for Bare {
    fn id(&self) -> TargetId {
        TargetId::new("bare")
    }

    fn vendor(&self) -> &str {
        "bare"
    }

    fn firmware_scheme(&self) -> FirmwareScheme {
        FirmwareScheme::Dotted
    }

    fn models(&self) -> &[ModelRow] {
        &[]
    }

    fn file_names(&self, _: &ModelRow) -> Vec<String> {
        Vec::new()
    }

    fn prepare(&self, _: Prepare<'_>) -> Result<Box<dyn Prepared>, Errors> {
        Err(Error::new(Path::root(), ErrorKind::Empty).into())
    }
}

#[test]
fn a_target_that_reads_nothing_makes_raw_settings() {
    let file = parse(
        b"#!version:1.0.0.1\na.b = 1\na.c =\na.b = 2\n",
        &Limits::default(),
    );
    let files = [ImportFile::new(&file)];
    let imported = Bare.import(ImportRequest::new(&files));
    let toml = imported.document(Secrets::Expose).to_toml();
    let raw = "target = \"bare\"\nname = \"a.b\"\nvalue = \"2\"\n";
    assert!(toml.contains(raw) && !toml.contains("a.c"), "{toml}");
    let raw = &imported.remarks()[0];
    assert_eq!(
        raw.to_string(),
        "file 1:4:1: a.b: custom: the dictionary of bare does not have it"
    );
    assert_eq!(raw.path().as_str(), "devices[0].settings.custom[0]");
}

/// More accounts than the phone has are left out, and with them what is said of them.
#[test]
fn accounts_beyond_those_of_the_phone_are_told() {
    let accounts = (1..=4).map(|i| {
        format!("account.{i}.enable = 1\naccount.{i}.user_name = {i}\naccount.{i}.sip_server.1.address = a.example.net\n")
    });
    let text = format!("#!version:1.0.0.1\n{}", accounts.collect::<String>());
    let imported = import_text(&text, Some("yealink T40G"));
    check_resolves(&imported);
    let missing = imported
        .remarks()
        .iter()
        .filter(|remark| remark.kind() == RemarkKind::Missing);
    let missing: Vec<&str> = missing.map(|remark| remark.path().as_str()).collect();
    let passwords = missing.iter().filter(|path| path.ends_with("password"));
    assert_eq!(passwords.count(), 3, "{missing:?}");
    let lost = imported
        .remarks()
        .iter()
        .find(|remark| remark.kind() == RemarkKind::Lost)
        .unwrap();
    assert_eq!(
        lost.to_string(),
        "devices[0].extensions: lost: expected at most 3 accounts (yealink T40G), found 4"
    );
}

/// Whatever others write resolves, on phones of every sort.
#[test]
fn every_foreign_file_is_imported_into_a_document_that_resolves() {
    let folder = support::root().join("tests/foreign");
    let Ok(entries) = std::fs::read_dir(folder) else {
        return eprintln!("SKIPPED: no foreign files");
    };
    let paths = entries.map(|entry| entry.unwrap().path());
    let paths: Vec<_> = paths
        .filter(|path| path.extension().is_some_and(|extension| extension == "cfg"))
        .collect();
    assert!(!paths.is_empty());
    for path in paths {
        let bytes = std::fs::read(&path).unwrap();
        let file = parse(&bytes, &Limits::default());
        let files = [ImportFile::new(&file)];
        for (model, _) in PHONES {
            let targets = Targets::builtin();
            let mut request = ImportRequest::new(&files);
            request.model = Some(targets.model(model).unwrap().row);
            check_resolves(&Yealink::new().import(request));
        }
    }
}

// ---- any file ----

/// Lines of names of the dictionary, and some that are none, with values that are right, nearly right
/// and wrong.
fn any_lines() -> impl Strategy<Value = String> {
    let target = Yealink::new();
    let names: Vec<String> = target
        .settings()
        .iter()
        .map(|row| row.name.to_owned())
        .collect();
    let values: Vec<String> = target
        .settings()
        .iter()
        .flat_map(|row| {
            let choices = match row.domain {
                Domain::Choice(choices) => choices,
                _ => &[],
            };
            let tokens = choices.iter().map(|(token, _)| (*token).to_owned());
            tokens
                .chain(row.default.map(str::to_owned))
                .collect::<Vec<_>>()
        })
        .collect();
    let name = (prop::sample::select(names), 0..7u16, 0..4u16).prop_map(|(name, x, y)| {
        let components = name.split('.').map(|component| match component {
            "X" => x.to_string(),
            "Y" => y.to_string(),
            "<payload>" => "pcma".to_owned(),
            component if component.starts_with('<') => "w73h".to_owned(),
            component => component.to_owned(),
        });
        components.collect::<Vec<_>>().join(".")
    });
    let special = prop::sample::select(vec![
        "%NULL%",
        "%EMPTY%",
        "",
        "true",
        "\"English\"",
        "16",
        "13",
        "15",
        "1,2",
        "2,1,9",
        "3/5/7/2",
        "10/5/7/3",
        "+1",
        "-3:30",
        "Germany(Berlin)",
        "admin:x",
        "admin:a b",
        "user:admin",
        "!edk",
        "sip.example.net",
        "192.0.2.1",
        "::1",
        "65536",
        "-1",
        "9999999999999",
        "1001@a",
        "*97",
        "http://a.example/\u{7b}mac}/",
        "https://pbx.example.net/p/t%20k/",
        "\u{a0}x\u{a0}",
        "a\u{1}b",
        "é中🙂",
        "0328D3C918",
        "http://f.example/T46S-66.86.0.15.rom",
        "http://f.example/1.2.3.4.rom",
        "Dutch",
    ])
    .prop_map(str::to_owned);
    let value = prop_oneof![
        3 => special,
        2 => prop::sample::select(values),
        1 => (0..40u16).prop_map(|number| number.to_string()),
        1 => ".{0,110}",
    ];
    let line = (name, value).prop_map(|(name, value)| format!("{name} = {value}\n"));
    let line = prop_oneof![
        20 => line,
        1 => Just("account.1.enable = 1\naccount.1.user_name = 1001\n".to_owned()),
        1 => Just("account.3.enable = 1\naccount.3.user_name = 1003\n".to_owned()),
        1 => "\\PC{0,60}\n",
    ];
    let head = "#!version:1.0.0.1\n";
    prop::collection::vec(line, 0..60).prop_map(move |lines| format!("{head}{}", lines.concat()))
}

/// Imports a text as the file of a phone of this model.
fn import_text(text: &str, model: Option<&str>) -> Imported {
    let targets = Targets::builtin();
    let target = targets
        .iter()
        .find(|target| target.id().as_str() == "yealink")
        .unwrap();
    let file = parse(text.as_bytes(), &Limits::default());
    let files = [ImportFile::new(&file).named("805e0c123456.cfg")];
    let mut request = ImportRequest::new(&files);
    request.model = model.map(|model| targets.model(model).unwrap().row);
    target.import(request)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_file_is_imported_into_a_document_that_resolves(
        text in any_lines(),
        phone in 0..=PHONES.len(),
    ) {
        let model = PHONES.get(phone).map(|(model, _)| *model);
        check_resolves(&import_text(&text, model));
    }

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let file = parse(&bytes, &Limits::default());
        let files = [ImportFile::new(&file)];
        let imported = Yealink::new().import(ImportRequest::new(&files));
        imported.document(Secrets::Redact).to_toml();
    }
}
