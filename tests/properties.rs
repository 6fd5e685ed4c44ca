//! What holds for any input: text arrives unchanged or is an error that names its field, one field
//! changes only its own settings, and the two ways of rendering agree.

mod support;

use std::sync::Arc;

use phone_provisioning::error::{Errors, NoticeCode};
use phone_provisioning::model::{Device, Extension, Mac};
use phone_provisioning::{Document, Provisioner, Site, Targets, Text};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};
use support::cfg::Setting;
use support::{EVERYTHING, Model, built, models, site_of};

/// Every case renders a phone: few enough that the suite stays quick without optimisation.
fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        // A failing case is shrunk and printed; it then becomes a test of its own.
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

// ---- text ----

/// How a text comes back out of the files.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Back {
    /// In the value of a setting.
    Whole,
    /// Percent-encoded in a URL.
    Encoded,
    /// In the same form or another, or not at all.
    Somehow,
}

/// Every text of the document, by its place.
const TEXTS: &[(&str, Back)] = &[
    ("site.name", Back::Somehow),
    ("site.provisioning_url", Back::Somehow),
    ("site.firmware_base", Back::Somehow),
    ("site.settings.time_zone", Back::Somehow),
    ("site.settings.language", Back::Somehow),
    ("site.settings.tone_country", Back::Somehow),
    ("site.settings.time_format", Back::Somehow),
    ("site.settings.date_format", Back::Somehow),
    ("site.settings.ntp_servers[0]", Back::Somehow),
    ("site.settings.registrar.host", Back::Somehow),
    ("site.settings.registrar.transport", Back::Somehow),
    ("site.settings.registrar.srtp", Back::Somehow),
    ("site.settings.outbound_proxy.host", Back::Somehow),
    ("site.settings.backup_registrar.host", Back::Somehow),
    ("site.settings.codecs[0]", Back::Somehow),
    ("site.settings.dtmf", Back::Somehow),
    ("site.settings.admin.username", Back::Whole),
    ("site.settings.admin.password", Back::Whole),
    ("site.settings.user.username", Back::Whole),
    ("site.settings.user.password", Back::Whole),
    ("site.settings.maintenance.username", Back::Whole),
    ("site.settings.maintenance.password", Back::Whole),
    ("site.settings.download.username", Back::Whole),
    ("site.settings.download.password", Back::Whole),
    ("site.settings.nat.stun", Back::Somehow),
    ("site.settings.tls.ca_url", Back::Somehow),
    ("site.settings.language_pack.url", Back::Somehow),
    ("site.settings.caller_id", Back::Somehow),
    ("site.settings.emergency_numbers[0]", Back::Whole),
    ("site.settings.feature_codes.pickup", Back::Whole),
    ("site.settings.feature_codes.group_pickup", Back::Whole),
    ("site.settings.feature_codes.park", Back::Whole),
    ("site.settings.feature_codes.park_retrieve", Back::Whole),
    ("site.settings.feature_codes.dnd_on", Back::Whole),
    ("site.settings.feature_codes.dnd_off", Back::Whole),
    ("site.settings.feature_codes.forward_always_on", Back::Whole),
    (
        "site.settings.feature_codes.forward_always_off",
        Back::Whole,
    ),
    ("site.settings.feature_codes.forward_busy_on", Back::Whole),
    ("site.settings.feature_codes.forward_busy_off", Back::Whole),
    (
        "site.settings.feature_codes.forward_no_answer_on",
        Back::Whole,
    ),
    (
        "site.settings.feature_codes.forward_no_answer_off",
        Back::Whole,
    ),
    ("site.settings.feature_codes.voicemail", Back::Whole),
    ("site.settings.feature_codes.login", Back::Somehow),
    ("site.settings.ldap.host", Back::Somehow),
    ("site.settings.ldap.tls", Back::Somehow),
    ("site.settings.ldap.base", Back::Whole),
    ("site.settings.ldap.bind_dn", Back::Whole),
    ("site.settings.ldap.password", Back::Whole),
    ("site.settings.ldap.name_filter", Back::Whole),
    ("site.settings.ldap.number_filter", Back::Whole),
    ("site.settings.ldap.name_attributes[0]", Back::Whole),
    ("site.settings.ldap.number_attributes[0]", Back::Whole),
    ("site.settings.ldap.display_name", Back::Whole),
    ("site.settings.phonebook.url", Back::Somehow),
    ("site.settings.phonebook.name", Back::Whole),
    ("site.settings.resync.daily_at", Back::Somehow),
    ("profiles.desk.keys[0].label", Back::Whole),
    ("devices[0].mac", Back::Somehow),
    ("devices[0].model", Back::Somehow),
    ("devices[0].label", Back::Somehow),
    ("devices[0].profile", Back::Somehow),
    ("devices[0].installed_firmware", Back::Somehow),
    ("devices[0].token", Back::Encoded),
    ("devices[0].keys[0].kind", Back::Somehow),
    ("devices[0].keys[0].label", Back::Whole),
    ("devices[0].extensions[0].number", Back::Whole),
    ("devices[0].extensions[0].display_name", Back::Whole),
    ("devices[0].extensions[0].username", Back::Whole),
    ("devices[0].extensions[0].auth_username", Back::Whole),
    ("devices[0].extensions[0].password", Back::Whole),
    ("devices[0].extensions[0].label", Back::Whole),
    ("devices[0].extensions[0].voicemail", Back::Whole),
    ("devices[0].extensions[0].forward.always", Back::Whole),
    ("devices[0].extensions[0].forward.busy", Back::Whole),
    ("devices[0].extensions[0].forward.no_answer", Back::Whole),
    ("devices[1].settings.logged_out.number", Back::Whole),
    ("devices[1].settings.logged_out.username", Back::Whole),
    ("devices[1].settings.logged_out.auth_username", Back::Whole),
    ("devices[1].settings.logged_out.password", Back::Whole),
];

/// Texts that stand only in the document of a base.
const TEXTS_OF_BASES: &[(&str, Back)] = &[
    ("devices[0].handsets[0].name", Back::Whole),
    ("devices[0].handsets[0].ipei", Back::Somehow),
    ("devices[0].handsets[0].access_code", Back::Somehow),
    ("devices[0].handsets[0].model", Back::Somehow),
];

/// Texts that a target reads nothing of and says nothing about, as its documentation admits.
const NOT_READ: &[(&str, &str)] = &[
    // It goes with keys of a kind that is not written as yet.
    ("snom-desk", "site.settings.feature_codes.group_pickup"),
];

/// A document with something at every one of these places.
fn document(model: &str) -> Value {
    let mut document = document_of_desk(model);
    if is_base(model) {
        // A base that has no TLS for LDAP leaves the directory out.
        document["site"]["settings"]["ldap"]["tls"] = "off".into();
        document["devices"] = json!([{
            "mac": "80:5e:0c:12:34:56",
            "model": model,
            "token": "t0ken",
            "handsets": [{
                "slot": 1,
                "extensions": document["devices"][0]["extensions"],
            }],
        }]);
    }
    document
}

fn is_base(model: &str) -> bool {
    let targets = Targets::builtin();
    targets.model(model).unwrap().row.handsets != Some(0)
}

/// Where a text of a desk phone's document stands in that of the model; nowhere on a base when only
/// keys or a phone that nobody uses have it.
fn place_of(model: &str, path: &str) -> Option<String> {
    if !is_base(model) {
        return (!path.contains(".handsets[")).then(|| path.to_owned());
    }
    let of_base =
        !path.contains(".keys[") && !path.starts_with("devices[1]") && path != "devices[0].profile";
    let place = path.replace(
        "devices[0].extensions[",
        "devices[0].handsets[0].extensions[",
    );
    of_base.then_some(place)
}

fn document_of_desk(model: &str) -> Value {
    let toml = EVERYTHING.split("[profiles.desk").next().unwrap();
    let mut document: Value = toml::from_str(toml).unwrap();
    document["site"]["settings"]["language_pack"] = json!({ "url": "http://pbx.example.net/x" });
    document["profiles"] =
        json!({ "desk": { "keys": [{ "position": 1, "kind": "line", "label": "One" }] } });
    document["devices"] = json!([
        {
            "mac": "80:5e:0c:12:34:56",
            "model": model,
            "profile": "desk",
            "token": "t0ken",
            "keys": [{ "position": 2, "kind": "line", "label": "Two" }],
            "extensions": [{
                "number": "1001",
                "username": "u1001",
                "auth_username": "a1001",
                "password": "s3cret",
                "forward": {},
            }],
        },
        {
            "mac": "80:5e:0c:12:34:57",
            "model": model,
            "token": "other",
            "settings": { "logged_out": {
                "number": "901",
                "username": "u901",
                "auth_username": "a901",
                "password": "s3cret",
            } },
        },
    ]);
    document
}

fn put(document: &mut Value, path: &str, text: &str) {
    let pointer = format!("/{}", path.replace(['.', '['], "/").replace(']', ""));
    match document.pointer_mut(&pointer) {
        Some(place) => *place = text.into(),
        None => {
            let (table, key) = pointer.rsplit_once('/').unwrap();
            document.pointer_mut(table).unwrap()[key] = text.into();
        }
    }
}

/// The settings of all files of the devices of a document, and the places of what the target cannot
/// tell its phones.
fn settings_of(document: &Value) -> Result<(Vec<Setting>, Vec<String>), Errors> {
    let targets = Targets::builtin();
    let fleet = Document::from_json(&document.to_string())?.resolve(&targets)?;
    let provisioner = Provisioner::new(fleet.site().clone());
    let mut settings = Vec::new();
    let mut told = Vec::new();
    for device in fleet.devices() {
        let target = targets.model(device.model()).unwrap().target;
        let rendered = provisioner.render(device)?;
        for file in rendered.files() {
            settings.extend(support::read(target.as_ref(), file.bytes()));
        }
        let notices = rendered.notices().iter();
        let cannot = notices.filter(|notice| notice.code() == NoticeCode::NotApplicable);
        told.extend(cannot.map(|notice| notice.path().to_string()));
    }
    Ok((settings, told))
}

/// Texts that break files, act as commands or are plain.
fn any_text() -> impl Strategy<Value = String> {
    let atoms = select(vec![
        "%NULL%", "%EMPTY%", "!", "&", "<", ">", "\"", "'", "#", "=", " = ", ";", "%", "|",
        "$name", "<br>", ":", ",", " ", "\u{a0}", "\n", "\r", "\t", "\0", "\u{1}", "\u{2}",
        "\u{7f}", "\u{85}", "\u{feff}", "\u{2028}", "\u{ffff}", "é", "中", "🙂", "a", "Z", "0",
        "]]>", "&amp;", "{mac}", "\\", "/", "..", "+", "*",
    ]);
    prop_oneof![
        3 => prop::collection::vec(atoms, 0..5).prop_map(|atoms| atoms.concat()),
        1 => any::<String>(),
        1 => "[ -~]{1,40}",
        1 => "\\PC{90,130}",
    ]
}

/// One model of each target: a phone that has several accounts and keys, or a base that is not large.
fn phones() -> Vec<String> {
    let targets = Targets::builtin();
    let mut phones: Vec<(String, String)> = Vec::new();
    let all = models(&targets);
    let desk = |model: &&Model<'_>| {
        !model.is_base() && model.row.accounts >= Some(3) && model.row.line_keys >= Some(3)
    };
    let base = |model: &&Model<'_>| model.is_base() && model.row.accounts <= Some(20);
    for model in all.iter().filter(desk).chain(all.iter().filter(base)) {
        let id = model.target.id().to_string();
        if phones.iter().all(|(known, _)| *known != id) && newest(model) {
            phones.push((id, model.name()));
        }
    }
    phones.into_iter().map(|(_, name)| name).collect()
}

/// Whether no model of the target is known to run a newer firmware.
fn newest(model: &Model<'_>) -> bool {
    let level =
        |row: &phone_provisioning::target::ModelRow| row.newest_firmware.map(|bound| bound.level());
    let rows = model.target.models().iter();
    level(model.row) == rows.filter_map(level).max()
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn any_text_arrives_or_is_an_error_that_names_its_field(
        (path, back) in select([TEXTS, TEXTS_OF_BASES].concat()),
        text in any_text(),
    ) {
        for model in phones() {
            check_text(&model, path, back, &text);
        }
    }

    #[test]
    fn what_is_a_text_is_kept_byte_for_byte(text in any_text()) {
        match Text::new(text.as_str()) {
            Ok(kept) => prop_assert_eq!(kept.as_str(), text),
            Err(_) => prop_assert!(
                text.is_empty()
                    || text.contains(|c: char| c.is_control()
                        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{fffe}' | '\u{ffff}')),
                "{text:?}",
            ),
        }
    }
}

/// What chance may miss: each kind of text at each place.
#[test]
fn every_kind_of_text_arrives_or_is_an_error_at_every_place() {
    for model in phones() {
        for (path, back) in TEXTS.iter().chain(TEXTS_OF_BASES) {
            for text in ["%NULL%", " x", "!<&,'\"|$é", "x\ny"] {
                check_text(&model, path, *back, text);
            }
        }
    }
}

#[track_caller]
fn check_text(model: &str, path: &str, back: Back, text: &str) {
    let Some(path) = place_of(model, path) else {
        return;
    };
    let path = path.as_str();
    let id = Targets::builtin().model(model).unwrap().target.id();
    let mut document = document(model);
    put(&mut document, path, text);
    match settings_of(&document) {
        Ok((settings, told)) => {
            let mut values = settings
                .iter()
                // What clears a setting is no text that arrived.
                .filter(|setting| !setting.cleared)
                .map(|setting| setting.value.as_str());
            let arrived = match back {
                Back::Somehow => true,
                Back::Whole => values.any(|value| value.contains(text)),
                Back::Encoded => values.any(|value| decoded(value).contains(text)),
            };
            // A notice may speak of the whole table.
            let told = told.iter().any(|at| {
                let rest = path.strip_prefix(at.as_str());
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
            });
            let unread = NOT_READ.contains(&(id.as_str(), path));
            let found = arrived || told || unread;
            assert!(found, "{path} = {text:?} is in no file of {model}");
        }
        Err(errors) => {
            for error in &errors {
                let (at, message) = (error.path().as_str(), error.to_string());
                assert!(
                    at == path || names_a_neighbour(path, at),
                    "{path} = {text:?}: {message}"
                );
                assert!(!message.contains(char::is_control), "{message:?}");
                let secret = path.ends_with("password") || path.ends_with("token");
                if secret && text.chars().count() > 8 {
                    assert!(!message.contains(text), "{message}");
                }
            }
        }
    }
}

/// Errors of a relation stand at one of its two ends; those of a wrong model or profile at what
/// hangs on it.
fn names_a_neighbour(path: &str, at: &str) -> bool {
    let login = |path: &str| path.ends_with(".username") && path.starts_with("site.settings.");
    match path {
        "devices[0].mac" => at == "devices[1].mac",
        // Another kind of phone has other limits, another profile other keys.
        "devices[0].model" | "devices[0].profile" | "devices[0].installed_firmware" => {
            at.starts_with("devices[0]") || at.starts_with("site") || at.starts_with("profiles")
        }
        // Service records belong to a domain and have no port.
        "site.settings.registrar.transport" => at.starts_with("site.settings."),
        // No longer a line.
        "devices[0].keys[0].kind" => at.starts_with("devices[0].keys[0]"),
        // A phone without a language of its own needs a pack.
        "site.settings.language" => at == "site.settings.language_pack.url",
        _ => login(path) && login(at),
    }
}

fn decoded(url: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = url.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(encoded) if *byte == b'%' => {
                bytes.push(encoded);
                rest = &after[2..];
            }
            _ => {
                bytes.push(*byte);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

// ---- two ways of rendering ----

#[derive(Clone, Debug)]
struct Account {
    number: String,
    password: String,
    optional: [Option<String>; 5],
}

fn account() -> impl Strategy<Value = Account> {
    let plain = || prop_oneof![4 => "[a-zA-Z0-9é& ]{1,12}", 1 => any_text()];
    let optional = || prop::array::uniform5(prop::option::of(plain()));
    (plain(), plain(), optional()).prop_map(|(number, password, optional)| Account {
        number,
        password,
        optional,
    })
}

impl Account {
    fn extension(&self) -> Option<Extension> {
        let text = |text: &Option<String>| text.as_ref().and_then(|text| Text::new(&**text).ok());
        let mut extension = Extension::new(
            Text::new(&*self.number).ok()?,
            phone_provisioning::Secret::new(&*self.password).ok()?,
        );
        let [display_name, username, auth_username, label, voicemail] = &self.optional;
        extension.display_name = text(display_name);
        extension.username = text(username);
        extension.auth_username = text(auth_username);
        extension.label = text(label);
        extension.voicemail = text(voicemail);
        Some(extension)
    }
}

proptest! {
    #![proptest_config(cases(120))]

    #[test]
    fn a_phone_that_spells_out_what_it_inherits_gets_the_same_file(
        which in any::<prop::sample::Index>(),
        accounts in prop::collection::vec(account(), 0..4),
        token in prop::option::of(any_text()),
        everything in any::<bool>(),
    ) {
        let targets = Targets::builtin();
        let all: Vec<Model<'_>> = models(&targets).into_iter().filter(|m| !m.is_base()).collect();
        if all.is_empty() {
            return Ok(());
        }
        let model = &all[which.index(all.len())];
        let site = if everything { site_of(EVERYTHING) } else { support::site_with(|_| ()) };
        let extensions: Vec<Extension> =
            accounts.iter().filter_map(Account::extension).collect();
        let device = |spelled_out: bool| {
            let mut device = support::device(&model.name());
            if let Some(token) = token.as_ref().and_then(|t| t.parse().ok()) {
                device = device.token(token);
            }
            for mut extension in extensions.iter().cloned() {
                if spelled_out {
                    extension.dnd = Some(false);
                    extension.auto_answer = Some(false);
                }
                device = device.extension(extension);
            }
            built(device)
        };
        let [plain, spelled_out] = [device(false), device(true)].map(|d| result(&site, &d));
        prop_assert_eq!(plain, spelled_out);
    }
}

/// Files and notices, or errors, in words.
fn result(site: &Arc<Site>, device: &Device) -> Result<(Vec<String>, Vec<String>), Vec<String>> {
    let rendered = Provisioner::new(site.clone())
        .render(device)
        .map_err(|errors| support::errors_text(&errors))?;
    let mut files: Vec<String> = Vec::new();
    for file in rendered.files() {
        files.push(file.name().to_owned());
        files.push(String::from_utf8_lossy(file.bytes()).into_owned());
    }
    Ok((files, support::notices_text(rendered.notices())))
}

// ---- one field, its own settings ----

#[cfg(feature = "yealink")]
mod one_field {
    use phone_provisioning::model::{
        CallerId, CodecList, DateFormat, Dtmf, Registrar, Settings, TimeFormat, Transport, Vlan,
    };
    use phone_provisioning::model::{Codec, OutboundProxy, Percent, Srtp};
    use support::secret;

    use super::*;

    type OfExtension = (
        &'static str,
        fn(&mut Extension, &str, u8),
        &'static [&'static str],
    );

    /// What changes an extension, and what may change in the file with it; `#` is its account.
    const EXTENSION: &[OfExtension] = &[
        (
            "number",
            |e, t, _| e.number = text(t),
            &[
                "account.#.label",
                "account.#.user_name",
                "account.#.auth_name",
            ],
        ),
        (
            "password",
            |e, t, _| e.password = secret(t),
            &["account.#.password"],
        ),
        (
            "display_name",
            |e, t, _| e.display_name = Some(text(t)),
            &["account.#.display_name", "account.#.label"],
        ),
        (
            "username",
            |e, t, _| e.username = Some(text(t)),
            &["account.#.user_name", "account.#.auth_name"],
        ),
        (
            "auth_username",
            |e, t, _| e.auth_username = Some(text(t)),
            &["account.#.auth_name"],
        ),
        (
            "label",
            |e, t, _| e.label = Some(text(t)),
            &["account.#.label"],
        ),
        (
            "voicemail",
            |e, t, _| e.voicemail = Some(text(t)),
            &["voice_mail.number.#", "account.#.subscribe_mwi"],
        ),
        (
            "registrar.host",
            |e, t, _| e.registrar = Some(Registrar::new(host(t))),
            &[
                "account.#.sip_server.1.",
                "account.#.sip_server.2.",
                "account.#.fallback.redundancy_type",
                "account.#.outbound_proxy.1.port",
                "account.#.srtp_encryption",
            ],
        ),
        (
            "outbound_proxy",
            |e, t, _| e.outbound_proxy = Some(OutboundProxy::new(host(t))),
            &[
                "account.#.outbound_proxy_enable",
                "account.#.outbound_proxy.1.",
            ],
        ),
        (
            "codecs",
            |e, _, n| e.codecs = Some(codecs(n)),
            &["account.#.codec."],
        ),
        (
            "dtmf",
            |e, _, n| e.dtmf = Some(dtmf(n)),
            &["account.#.dtmf."],
        ),
        (
            "ring_tones.external",
            |e, _, n| e.ring_tones.external = Some(n % 9),
            &["account.#.ringtone.ring_type"],
        ),
        (
            "forward.always",
            |e, t, _| e.forward.always = Some(text(t)),
            &["account.#.always_fwd.enable", "account.#.always_fwd.target"],
        ),
        (
            "forward.busy",
            |e, t, _| e.forward.busy = Some(text(t)),
            &["account.#.busy_fwd.enable", "account.#.busy_fwd.target"],
        ),
        (
            "forward.no_answer",
            |e, t, _| e.forward.no_answer = Some(text(t)),
            &[
                "account.#.timeout_fwd.enable",
                "account.#.timeout_fwd.target",
            ],
        ),
        (
            "forward.no_answer_seconds",
            |e, _, n| e.forward.no_answer_seconds = Some(u16::from(n % 121)),
            &["account.#.timeout_fwd.timeout"],
        ),
        (
            "dnd",
            |e, _, n| e.dnd = Some(n % 2 == 1),
            &["account.#.dnd.enable"],
        ),
        (
            "auto_answer",
            |e, _, n| e.auto_answer = Some(n % 2 == 1),
            &["account.#.auto_answer"],
        ),
    ];

    type OfSettings = (
        &'static str,
        fn(&mut Settings, &str, u8),
        &'static [&'static str],
    );

    const SETTINGS: &[OfSettings] = &[
        (
            "language",
            |s, _, n| s.language = Some(["de", "fr", "it"][usize::from(n % 3)].parse().unwrap()),
            &["lang.gui", "lang.wui"],
        ),
        (
            "time_zone",
            |s, _, _| s.time_zone = Some("Asia/Tokyo".parse().unwrap()),
            &[
                "local_time.time_zone",
                "local_time.summer_time",
                "local_time.dst_time_type",
                "local_time.start_time",
                "local_time.end_time",
                "local_time.offset_time",
            ],
        ),
        (
            "time_format",
            |s, _, _| s.time_format = Some(TimeFormat::H24),
            &["local_time.time_format"],
        ),
        (
            "date_format",
            |s, _, _| s.date_format = Some(DateFormat::MonthDayYear),
            &["local_time.date_format"],
        ),
        (
            "ntp_servers",
            |s, t, _| s.ntp_servers = Some(vec![host(t)]),
            &["local_time.ntp_server1", "local_time.ntp_server2"],
        ),
        (
            "codecs",
            |s, _, n| s.codecs = Some(codecs(n)),
            &["account.*.codec."],
        ),
        (
            "dtmf",
            |s, _, n| s.dtmf = Some(dtmf(n)),
            &["account.*.dtmf."],
        ),
        (
            "registrar.srtp",
            |s, _, _| s.registrar.as_mut().unwrap().srtp = Srtp::Optional,
            &["account.*.srtp_encryption"],
        ),
        (
            "registrar.transport",
            |s, _, _| s.registrar.as_mut().unwrap().transport = Transport::Tcp,
            &["account.*.sip_server."],
        ),
        (
            "registrar.expires",
            |s, _, n| s.registrar.as_mut().unwrap().expires = 60 + u32::from(n),
            &[
                "account.*.sip_server.1.expires",
                "account.*.sip_server.2.expires",
            ],
        ),
        (
            "call_waiting",
            |s, _, n| s.call_waiting = Some(n % 2 == 1),
            &["call_waiting.enable"],
        ),
        (
            "caller_id",
            |s, _, _| s.caller_id = Some(CallerId::Name),
            &["phone_setting.call_info_display_method"],
        ),
        (
            "volumes.ringer",
            |s, _, n| s.volumes.ringer = Percent::new(n % 101).ok(),
            &["voice.ring_vol"],
        ),
        (
            "volumes.speaker",
            |s, _, n| s.volumes.speaker = Percent::new(n % 101).ok(),
            &["voice.handfree.spk_vol"],
        ),
        (
            "volumes.handset",
            |s, _, n| s.volumes.handset = Percent::new(n % 101).ok(),
            &["voice.handset.spk_vol"],
        ),
        (
            "volumes.headset",
            |s, _, n| s.volumes.headset = Percent::new(n % 101).ok(),
            &["voice.headset.spk_vol"],
        ),
        (
            "volumes.microphone",
            |s, _, n| s.volumes.microphone = Percent::new(n % 101).ok(),
            &[
                "voice.handfree_send",
                "voice.handset_send",
                "voice.headset_send",
            ],
        ),
        (
            "vlan",
            |s, _, n| s.vlan = Some(Vlan::new(u16::from(n) + 1, Some(n % 8)).unwrap()),
            &["static.network.vlan."],
        ),
        (
            "emergency_numbers",
            |s, _, n| s.emergency_numbers = Some(vec![text(&n.to_string())]),
            &["phone_setting.emergency.number"],
        ),
        (
            "admin.password",
            |s, _, n| s.admin.as_mut().unwrap().password = secret(&format!("pw{n}")),
            &["static.security.user_password"],
        ),
        (
            "feature_codes.pickup",
            |s, t, _| s.feature_codes.pickup = Some(text(t)),
            &[
                "features.pickup.direct_pickup_code",
                "features.pickup.direct_pickup_enable",
            ],
        ),
        (
            "feature_codes.voicemail",
            |s, t, _| s.feature_codes.voicemail = Some(text(t)),
            &["voice_mail.number.", "account.*.subscribe_mwi"],
        ),
        (
            "resync.every_minutes",
            |s, _, n| s.resync.every_minutes = Some(1 + u32::from(n)),
            &["static.auto_provision.repeat."],
        ),
        (
            "ldap.base",
            |s, t, _| s.ldap.as_mut().unwrap().base = text(t),
            &["ldap.base"],
        ),
        (
            "nat.keep_alive_seconds",
            |s, _, n| s.nat.keep_alive_seconds = Some(1 + u32::from(n)),
            &["account.*.nat.udp_update_time"],
        ),
    ];

    fn text(text: &str) -> Text {
        support::text(text)
    }

    fn host(text: &str) -> phone_provisioning::model::Host {
        format!("h-{}.example.net", text.to_lowercase())
            .parse()
            .unwrap()
    }

    fn codecs(number: u8) -> CodecList {
        let lists: [&[Codec]; 4] = [
            &[Codec::Pcmu],
            &[Codec::G722, Codec::Opus],
            &[Codec::G729, Codec::Pcma, Codec::Ilbc],
            &[Codec::Pcma, Codec::G722, Codec::Pcmu],
        ];
        CodecList::new(lists[usize::from(number % 4)].iter().copied()).unwrap()
    }

    fn dtmf(number: u8) -> Dtmf {
        let all = [
            Dtmf::Rfc4733,
            Dtmf::SipInfo,
            Dtmf::InBand,
            Dtmf::Rfc4733AndSipInfo,
        ];
        all[usize::from(number % 4)]
    }

    /// Three extensions on a phone of a site that says everything.
    fn phone(change: impl Fn(usize, &mut Extension)) -> Device {
        let mut device = support::device("yealink T46S").token(secret("t0ken"));
        for account in 1..=3 {
            let mut extension = support::extension(account);
            change(usize::from(account), &mut extension);
            device = device.extension(extension);
        }
        built(device)
    }

    fn changed(before: &[Setting], after: &[Setting]) -> Vec<String> {
        let pairs = |settings: &[Setting]| -> Vec<(String, String)> {
            let pairs = settings.iter().map(|s| (s.name.clone(), s.value.clone()));
            pairs.collect()
        };
        let (before, after) = (pairs(before), pairs(after));
        let gone = before.iter().filter(|pair| !after.contains(pair));
        let new = after.iter().filter(|pair| !before.contains(pair));
        gone.chain(new).map(|(name, _)| name.clone()).collect()
    }

    /// A pattern is a name, or the beginning of one when it ends with a dot; `*` is any account.
    fn allows(pattern: &str, name: &str) -> bool {
        let name: Vec<&str> = name.split('.').collect();
        let pattern: Vec<&str> = pattern.split('.').collect();
        let (open, pattern) = match pattern.split_last() {
            Some((&"", rest)) => (true, rest),
            _ => (false, &pattern[..]),
        };
        (name.len() == pattern.len() || open && name.len() > pattern.len())
            && pattern.iter().zip(&name).all(|(p, n)| p == n || *p == "*")
    }

    proptest! {
        #![proptest_config(cases(150))]

        #[test]
        fn of_an_extension_changes_only_its_own_settings(
            (field, change, allowed) in select(EXTENSION),
            account in 1usize..=3,
            text in "[a-z0-9]{1,10}",
            number in any::<u8>(),
        ) {
            let site = site_of(EVERYTHING);
            let before = support::own_settings(&site, &phone(|_, _| ()));
            let after = support::own_settings(&site, &phone(|at, extension| {
                if at == account {
                    change(extension, &text, number);
                }
            }));
            for name in changed(&before, &after) {
                let fits = allowed.iter().any(|pattern| {
                    allows(&pattern.replace('#', &account.to_string()), &name)
                });
                prop_assert!(fits, "{field} of account {account} changed {name}");
            }
        }

        #[test]
        fn of_the_settings_changes_only_its_own(
            (field, change, allowed) in select(SETTINGS),
            text in "[a-z0-9]{1,10}",
            number in any::<u8>(),
        ) {
            let site = site_of(EVERYTHING);
            let before = support::own_settings(&site, &phone(|_, _| ()));
            let mut changed_site = Site::clone(&site);
            change(&mut changed_site.settings, &text, number);
            let after = support::own_settings(&Arc::new(changed_site), &phone(|_, _| ()));
            for name in changed(&before, &after) {
                let fits = allowed.iter().any(|pattern| allows(pattern, &name));
                prop_assert!(fits, "{field} changed {name}");
            }
        }
    }
}

// ---- addresses ----

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn a_mac_is_the_same_in_every_spelling(mut bytes in any::<[u8; 6]>()) {
        // Not a group address, not all zeros.
        bytes[0] &= 0xfe;
        bytes[5] |= 1;
        let mac = Mac::new(bytes).unwrap();
        let hex = |separator: &str, width: usize| -> String {
            let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            let groups: Vec<&str> = (0..12).step_by(width).map(|i| &digits[i..i + width]).collect();
            groups.join(separator)
        };
        for spelled in [hex("", 12), hex(":", 2), hex("-", 2), hex(".", 4)] {
            for spelled in [spelled.clone(), spelled.to_uppercase()] {
                prop_assert_eq!(spelled.parse::<Mac>().unwrap(), mac, "{}", spelled);
            }
        }
        prop_assert_eq!(mac.plain_lower().to_string(), hex("", 12));
        for wrong in [hex(":", 4), hex(" ", 6), format!("{}0", hex("", 12)), hex(":", 2) + ":"] {
            prop_assert!(wrong.parse::<Mac>().is_err(), "{wrong}");
        }
    }
}

#[test]
fn there_is_a_phone_of_every_target_to_try_texts_on() {
    let targets = Targets::builtin();
    assert_eq!(phones().len(), targets.iter().count());
}
