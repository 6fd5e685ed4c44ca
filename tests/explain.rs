//! Why phones are told what they are told: expected fields written by hand, and the truth of the rest:
//! a field that is not named changes nothing.

#![cfg(all(feature = "snom", feature = "yealink"))]
// One `json!` holds every field of the settings.
#![recursion_limit = "256"]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use phone_provisioning::inspect::{Explanation, Origin, explain};
use phone_provisioning::parse::{self, Limits};
use phone_provisioning::{Document, Mac, Provisioner, Targets};
use serde_json::{Value, json};
use support::EVERYTHING;

/// The mentioned phones of each target, above [`EVERYTHING`].
const DEVICES: &str = r##"
[profiles.desk]
keys = [
    { position = 2, kind = "blf", value = "1002", label = "Bob" },
    { position = 3, kind = "speed_dial", value = "1003" },
]
[[devices]]
mac = "80:5e:0c:12:34:56"
model = "yealink T46S"
profile = "desk"
token = "t0ken-1"
settings = { language = "fr", vlan = { id = 30 }, custom = [{ target = "yealink", name = "features.text_message.enable", value = "0" }] }
keys = [{ position = 3, kind = "blf", value = "1009" }]
[[devices.extensions]]
number = "1001"
display_name = "Ann"
password = "MARK-1001"
[[devices.extensions]]
number = "1002"
auth_username = "auth-1002"
password = "MARK-1002"
registrar = { host = "own.example.net", port = 5099 }
forward = { busy = "2002" }
[[devices]]
mac = "00:04:13:a1:1f:a7"
model = "snom D785"
profile = "desk"
token = "t0ken-2"
label = "Front"
[[devices.extensions]]
number = "1011"
label = "Desk"
password = "MARK-1011"
[[devices]]
mac = "00:04:13:b6:06:80"
model = "snom M400"
token = "t0ken-3"
[[devices.handsets]]
slot = 1
name = "Hall"
ipei = "0328D3C918"
access_code = "1234"
[[devices.handsets.extensions]]
number = "1021"
password = "MARK-1021"
voicemail = "*98"
[[devices.handsets]]
slot = 4
[[devices.handsets.extensions]]
number = "1022"
password = "MARK-1022"
call_waiting = true
"##;

fn document() -> Document {
    let toml = format!("{EVERYTHING}\n{DEVICES}");
    let mut document = Document::from_toml(&toml).unwrap();
    document.set_default_handling(phone_provisioning::model::Handling::Lenient);
    document
}

const YEALINK: &str = "805e0c123456";
const DESK: &str = "000413a11fa7";
const BASE: &str = "000413b60680";

#[track_caller]
fn why(mac: &str, setting: &str) -> Explanation {
    let (name, index) = match setting.split_once(':') {
        Some((name, index)) => (name, Some(index.parse().unwrap())),
        None => (setting, None),
    };
    let mac: Mac = mac.parse().unwrap();
    match explain(&document(), &Targets::builtin(), mac, name, index) {
        Ok(answer) => answer,
        Err(errors) => panic!("{setting}: {errors}"),
    }
}

#[track_caller]
fn assert_fields(mac: &str, setting: &str, expected: &[&str]) {
    let answer = why(mac, setting);
    let fields: BTreeSet<&str> = answer
        .fields
        .iter()
        .map(|field| field.path.as_str())
        .collect();
    let expected: BTreeSet<&str> = expected.iter().copied().collect();
    assert_eq!(fields, expected, "{answer}");
    assert!(answer.untold.is_empty(), "{answer}");
}

// ---- expected fields ----

#[test]
fn the_fields_of_a_yealink_phone() {
    for (setting, fields) in [
        ("lang.gui", &["devices[0].settings.language"][..]),
        (
            "account.1.label",
            &["devices[0].extensions[0].display_name"],
        ),
        ("account.1.user_name", &["devices[0].extensions[0].number"]),
        (
            "account.2.auth_name",
            &["devices[0].extensions[1].auth_username"],
        ),
        ("account.2.password", &["devices[0].extensions[1].password"]),
        (
            "account.1.sip_server.1.address",
            &["site.settings.registrar.host"],
        ),
        (
            "account.2.sip_server.1.address",
            &["devices[0].extensions[1].registrar.host"],
        ),
        (
            "account.2.sip_server.1.port",
            &["devices[0].extensions[1].registrar.port"],
        ),
        (
            "account.2.busy_fwd.target",
            &["devices[0].extensions[1].forward.busy"],
        ),
        (
            "static.network.vlan.internet_port_vid",
            &["devices[0].settings.vlan.id"],
        ),
        (
            "phone_setting.emergency.number",
            &["site.settings.emergency_numbers"],
        ),
        ("ldap.base", &["site.settings.ldap.base"]),
        ("local_time.time_zone", &["site.settings.time_zone"]),
        (
            "linekey.3.value",
            &[
                "devices[0].keys[0].kind",
                "devices[0].keys[0].position",
                "devices[0].keys[0].value",
            ],
        ),
    ] {
        assert_fields(YEALINK, setting, fields);
    }
}

#[test]
fn the_fields_of_a_snom_desk_phone() {
    for (setting, fields) in [
        ("language", &["site.settings.language"][..]),
        ("user_name:1", &["devices[1].extensions[0].number"]),
        ("user_idle_text:1", &["devices[1].extensions[0].label"]),
        ("user_pass:1", &["devices[1].extensions[0].password"]),
        (
            "user_host:1",
            &[
                "site.settings.registrar.host",
                "site.settings.registrar.port",
            ],
        ),
        ("time_24_format", &["site.settings.time_format"]),
        (
            "keyboard_lock_emergency",
            &["site.settings.emergency_numbers"],
        ),
        ("vol_ringer", &["profiles.desk.settings.volumes.ringer"]),
        (
            "setting_server",
            &["devices[1].token", "site.provisioning_url"],
        ),
        ("tls_server_authentication", &["site.settings.tls.verify"]),
    ] {
        assert_fields(DESK, setting, fields);
    }
}

#[test]
fn the_fields_of_a_snom_base() {
    for (setting, fields) in [
        (
            "user_name:1",
            &["devices[2].handsets[0].extensions[0].number"][..],
        ),
        (
            "user_pass:2",
            &["devices[2].handsets[1].extensions[0].password"],
        ),
        (
            "user_mailbox:1",
            &["devices[2].handsets[0].extensions[0].voicemail"],
        ),
        ("user_mailbox:2", &["site.settings.feature_codes.voicemail"]),
        ("subscr_sip_hs_idx:2", &["devices[2].handsets[1].slot"]),
        ("subscr_dect_ipui:1", &["devices[2].handsets[0].ipei"]),
        (
            "subscr_dect_ac_code:1",
            &["devices[2].handsets[0].access_code"],
        ),
        (
            "call_waiting:2",
            &["devices[2].handsets[1].extensions[0].call_waiting"],
        ),
        ("user_expiry:1", &["site.settings.registrar.expires"]),
        ("ntp_server", &["site.settings.ntp_servers"]),
    ] {
        assert_fields(BASE, setting, fields);
    }
}

// ---- layers and origins ----

#[test]
fn a_lower_layer_is_overridden() {
    let overridden = |mac: &str, setting: &str| -> Vec<String> {
        let answer = why(mac, setting);
        let fields = answer.fields.iter();
        fields
            .flat_map(|field| field.overrides.iter().map(ToString::to_string))
            .collect()
    };
    assert_eq!(overridden(YEALINK, "lang.gui"), ["site.settings.language"]);
    assert_eq!(
        overridden(DESK, "vol_ringer"),
        ["site.settings.volumes.ringer"]
    );
    // A table of a place replaces the lower one as a whole.
    assert_eq!(
        overridden(YEALINK, "account.2.sip_server.1.port"),
        ["site.settings.registrar.port"],
    );
    let mut key = overridden(YEALINK, "linekey.3.value");
    key.dedup();
    assert_eq!(key, ["profiles.desk.keys[1]"]);
    assert_eq!(
        overridden(BASE, "call_waiting:2"),
        ["site.settings.call_waiting"]
    );
}

#[test]
fn a_raw_setting_is_told_as_one() {
    let answer = why(YEALINK, "features.text_message.enable");
    assert_eq!(answer.origin, Origin::Raw);
    assert!(
        answer
            .fields
            .iter()
            .any(|field| field.path.as_str() == "devices[0].settings.custom[0].value"),
        "{answer}"
    );
}

#[test]
fn what_no_layer_says_is_a_default() {
    let answer = why(YEALINK, "account.1.auto_answer");
    let Origin::Default { set_by } = &answer.origin else {
        panic!("{answer}");
    };
    assert_eq!(set_by.len(), 1, "{answer}");
    assert_eq!(set_by[0].as_str(), "devices[0].extensions[0].auto_answer");
}

#[test]
fn what_nobody_uses_is_cleared() {
    for (mac, setting) in [
        (YEALINK, "account.5.enable"),
        (YEALINK, "linekey.9.type"),
        (DESK, "user_active:7"),
        (DESK, "fkey:9"),
        (BASE, "user_active:9"),
    ] {
        let answer = why(mac, setting);
        assert_eq!(answer.origin, Origin::Unused, "{answer}");
        assert!(answer.fields.is_empty(), "{answer}");
    }
}

#[test]
fn what_is_always_so_is_constant() {
    for (mac, setting) in [
        (YEALINK, "sip.notify_reboot_enable"),
        (DESK, "logon_wizard"),
        (BASE, "auto_dect_register"),
    ] {
        assert_eq!(why(mac, setting).origin, Origin::Constant, "{setting}");
    }
}

#[test]
fn what_is_not_told_is_said_to_be_not_told() {
    let answer = why(YEALINK, "account.1.blf.blf_list_uri");
    assert_eq!(answer.origin, Origin::NotTold, "{answer}");
    assert!(answer.told.is_empty());
}

#[test]
fn the_place_in_the_file_is_told() {
    let answer = why(YEALINK, "account.2.password");
    let [told] = answer.told.as_slice() else {
        panic!("{answer}");
    };
    let fleet = document().resolve(&Targets::builtin()).unwrap();
    let rendered = Provisioner::new(fleet.site().clone())
        .render(&fleet.devices()[0])
        .unwrap();
    let file = rendered.file(&told.file).unwrap();
    let line = std::str::from_utf8(file.bytes())
        .unwrap()
        .lines()
        .nth(told.position.line - 1);
    assert_eq!(line, Some("account.2.password = MARK-1002"));
    assert_eq!(told.position.column, 1);
    assert_eq!(told.value.to_string(), "[redacted]");
}

#[test]
fn a_notice_about_a_field_is_told() {
    // Several ringer levels round to one of the phone's.
    let answer = why(BASE, "ntp_server");
    assert!(
        answer
            .notices
            .iter()
            .any(|notice| notice.starts_with("site.settings.ntp_servers: ")),
        "{answer}"
    );
}

#[test]
fn the_dictionary_speaks() {
    let rule = why(YEALINK, "account.2.password").rule.unwrap();
    assert_eq!(rule.pattern, "account.X.password");
    assert!(rule.effects.registers);
    assert_eq!(rule.source, "yt; y-guide; inferred effect");
}

#[test]
fn a_phone_and_a_setting_that_are_not_there() {
    let targets = Targets::builtin();
    let fault = |mac: &str, name: &str| {
        explain(&document(), &targets, mac.parse().unwrap(), name, None)
            .unwrap_err()
            .to_string()
    };
    assert_eq!(
        fault("00:11:22:33:44:55", "x"),
        "document: no device `00:11:22:33:44:55`"
    );
    assert_eq!(
        fault(YEALINK, "account.1.lable"),
        "document: no setting `account.1.lable`; the nearest is `account.X.label`"
    );
    let broken = Document::from_toml("devices = []").unwrap();
    assert!(
        explain(
            &broken,
            &targets,
            YEALINK.parse().unwrap(),
            "lang.gui",
            None
        )
        .is_err()
    );
}

#[test]
fn a_large_base_is_explained_too() {
    let handsets: Vec<String> = (1..=120)
        .map(|slot| {
            format!(
                "[[devices.handsets]]\nslot = {slot}\n\
                 extensions = [{{ number = \"{}\", password = \"pw-{slot}\" }}]\n",
                2000 + slot
            )
        })
        .collect();
    let toml = format!(
        "[site]\nname = \"Example\"\n[site.settings]\ntime_zone = \"Europe/Berlin\"\nlanguage = \"en\"\n\
         registrar = {{ host = \"sip.example.net\" }}\n[[devices]]\nmac = \"000413b60680\"\n\
         model = \"snom M900\"\n{}",
        handsets.concat()
    );
    let document = Document::from_toml(&toml).unwrap();
    let answer = |name: &str, index: u32| {
        let mac = BASE.parse().unwrap();
        let answer = explain(&document, &Targets::builtin(), mac, name, Some(index)).unwrap();
        let fields = answer.fields.iter().map(|field| field.path.to_string());
        fields.collect::<Vec<_>>()
    };
    assert_eq!(
        answer("user_name", 77),
        ["devices[0].handsets[76].extensions[0].number"]
    );
    assert_eq!(
        answer("subscr_sip_hs_idx", 3),
        ["devices[0].handsets[2].slot"]
    );
    assert_eq!(answer("user_host", 1), ["site.settings.registrar.host"]);
}

// ---- the truth ----

/// Other values for every field of the site, each of them valid; written apart from what the library
/// itself tries.
fn others() -> Value {
    json!({
        "time_zone": "America/Chicago",
        "language": "es",
        "tone_country": "IT",
        "time_format": "24h",
        "date_format": "dmy",
        "ntp_servers": ["time.example.com"],
        "registrar": { "host": "reg.example.com", "port": 6060, "transport": "udp", "expires": 900, "srtp": "off" },
        "outbound_proxy": { "host": "proxy.example.com", "port": 6061 },
        "backup_registrar": { "host": "backup.example.com", "port": 6062 },
        "codecs": ["pcmu", "pcma"],
        "dtmf": "rfc4733",
        "admin": { "username": "boss", "password": "other-admin" },
        "user": { "username": "someone", "password": "other-user" },
        "maintenance": { "username": "third", "password": "other-third" },
        "download": { "username": "getter", "password": "other-getter" },
        "logged_out": { "number": "901", "password": "other-guest" },
        "nat": { "keep_alive_seconds": 20, "rport": false, "stun": "stun.example.com:3400" },
        "tls": { "verify": true, "ca_url": "http://ca.example.com/x.pem" },
        "call_waiting": true,
        "caller_id": "name",
        "volumes": { "ringer": 90, "speaker": 80, "handset": 70, "headset": 10, "microphone": 5 },
        "vlan": { "id": 40, "priority": 2, "pc_id": 41, "pc_priority": 1 },
        "emergency_numbers": ["999"],
        "ring_tones": { "internal": 1, "external": 2 },
        "ldap": {
            "host": "dir.example.com", "port": 390, "tls": "off", "base": "dc=other", "bind_dn": "cn=other",
            "password": "other-ldap", "name_filter": "(sn=%)", "number_filter": "(mobile=%)",
            "name_attributes": ["sn"], "number_attributes": ["mobile"], "display_name": "%sn",
        },
        "phonebook": { "url": "https://book.example.com/b.xml", "name": "Others" },
        "resync": { "every_minutes": 30, "daily_at": "02:10" },
        "feature_codes": {
            "pickup": "*1", "group_pickup": "*2", "park": "*3", "park_retrieve": "*4", "dnd_on": "*5",
            "dnd_off": "*6", "forward_always_on": "*7", "forward_always_off": "*8#", "forward_busy_on": "*9",
            "forward_busy_off": "*10", "forward_no_answer_on": "*12", "forward_no_answer_off": "*13",
            "voicemail": "*14", "login": "*15",
        },
    })
}

type Told = BTreeMap<(String, Option<u32>), Vec<(String, String)>>;

/// What a device of a document is told: every setting with value and attributes.
fn told(document: &Value, device: usize) -> Option<Told> {
    let document: Document = serde_json::from_value(document.clone()).unwrap();
    let fleet = document.resolve(&Targets::builtin()).ok()?;
    let rendered = Provisioner::new(fleet.site().clone())
        .render(&fleet.devices()[device])
        .ok()?;
    let mut told = Told::new();
    for file in rendered.files() {
        let file = parse::parse(file.bytes(), &Limits::default());
        for setting in file.settings() {
            let beside = setting
                .attributes()
                .map(|(name, value)| format!("{name}={value}"));
            let beside = beside.collect::<Vec<_>>().join(" ");
            let name = (setting.name().to_owned(), setting.index());
            told.entry(name)
                .or_default()
                .push((setting.value().to_owned(), beside));
        }
    }
    Some(told)
}

/// Every field of a sample, as a path in words and as a pointer.
fn fields(sample: &Value, path: String, pointer: String, found: &mut Vec<(String, String, Value)>) {
    match sample {
        Value::Object(table) => {
            for (key, value) in table {
                fields(
                    value,
                    format!("{path}.{key}"),
                    format!("{pointer}/{key}"),
                    found,
                );
            }
        }
        value => found.push((path, pointer, value.clone())),
    }
}

#[test]
fn a_field_that_is_not_named_changes_nothing() {
    let document = document();
    let before = serde_json::to_value(&document).unwrap();
    let mut changes = Vec::new();
    fields(
        &others(),
        "site.settings".to_owned(),
        "/site/settings".to_owned(),
        &mut changes,
    );
    let more = [
        (
            "devices[0].extensions[0].display_name",
            "/devices/0/extensions/0/display_name",
            "Eve",
        ),
        (
            "devices[0].extensions[0].password",
            "/devices/0/extensions/0/password",
            "other-1",
        ),
        (
            "devices[0].extensions[1].number",
            "/devices/0/extensions/1/number",
            "3002",
        ),
        ("devices[0].token", "/devices/0/token", "other-token"),
        (
            "devices[1].extensions[0].number",
            "/devices/1/extensions/0/number",
            "3011",
        ),
        ("devices[1].token", "/devices/1/token", "other-token"),
        (
            "devices[2].handsets[0].name",
            "/devices/2/handsets/0/name",
            "Cellar",
        ),
        (
            "devices[2].handsets[0].ipei",
            "/devices/2/handsets/0/ipei",
            "0328D3C919",
        ),
        (
            "devices[2].handsets[1].extensions[0].number",
            "/devices/2/handsets/1/extensions/0/number",
            "3022",
        ),
        (
            "profiles.desk.keys[0].value",
            "/profiles/desk/keys/0/value",
            "3333",
        ),
        (
            "profiles.desk.keys[0].label",
            "/profiles/desk/keys/0/label",
            "Zed",
        ),
        (
            "profiles.desk.settings.volumes.ringer",
            "/profiles/desk/settings/volumes/ringer",
            "",
        ),
        (
            "site.provisioning_url",
            "/site/provisioning_url",
            "https://other.example.com/{token}/x/",
        ),
        ("site.name", "/site/name", "Other BV"),
    ];
    changes.extend(more.map(|(path, pointer, value)| {
        let value = if value.is_empty() {
            json!(30)
        } else {
            json!(value)
        };
        (path.to_owned(), pointer.to_owned(), value)
    }));
    let mut checked = 0;
    for (device, mac) in [YEALINK, DESK, BASE].into_iter().enumerate() {
        let now = told(&before, device).unwrap();
        // What each change of a field makes of the phone.
        let mut after: Vec<(&str, Told)> = Vec::new();
        for (path, pointer, value) in &changes {
            let mut changed = before.clone();
            *changed
                .pointer_mut(pointer)
                .unwrap_or_else(|| panic!("{pointer}")) = value.clone();
            after.extend(told(&changed, device).map(|told| (path.as_str(), told)));
        }
        assert!(
            after.len() > 80,
            "{} of {} can be rendered",
            after.len(),
            changes.len()
        );
        // Settings that some change reaches first, then a sample of all.
        let names: Vec<&(String, Option<u32>)> = now.keys().collect();
        for name in names.iter().skip(device).step_by(names.len() / 8) {
            let (setting, index) = name;
            let answer = explain(
                &document,
                &Targets::builtin(),
                mac.parse().unwrap(),
                setting,
                *index,
            )
            .unwrap();
            let named: BTreeSet<&str> = answer
                .fields
                .iter()
                .map(|field| field.path.as_str())
                .collect();
            for (path, told) in &after {
                if !named.contains(path) {
                    assert_eq!(
                        told.get(*name),
                        now.get(*name),
                        "{path} is not named\n{answer}"
                    );
                    checked += 1;
                }
            }
        }
    }
    assert!(checked > 2_000, "{checked}");
}

#[test]
fn no_secret_is_in_an_answer() {
    for (mac, settings) in [
        (
            YEALINK,
            &[
                "account.1.password",
                "static.security.user_password",
                "ldap.password",
            ][..],
        ),
        (
            YEALINK,
            &[
                "static.auto_provision.server.url",
                "static.auto_provision.server.password",
            ],
        ),
        (
            DESK,
            &[
                "user_pass:1",
                "setting_server",
                "http_pass",
                "http_client_pass",
                "admin_mode_password",
            ],
        ),
        (
            BASE,
            &[
                "user_pass:1",
                "subscr_dect_ac_code:1",
                "http_engineer_pass",
                "setting_server",
            ],
        ),
    ] {
        for setting in settings {
            let answer = why(mac, setting);
            let shown = format!(
                "{answer}{answer:?}{}",
                serde_json::to_string(&answer).unwrap()
            );
            for secret in ["MARK-", "t0ken-", "1234\""] {
                assert!(!shown.contains(secret), "{setting} shows {secret}: {shown}");
            }
        }
    }
}
