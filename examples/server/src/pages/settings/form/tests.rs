//! Documents of the library's own tests, and one with everything in it, through the form and back.

use std::collections::BTreeMap;
use std::path::Path;

use phone_provisioning::Document;
use phone_provisioning::fleet::{Lax, ProfileDoc, SiteDoc};
use serde_json::{Value, json};

use super::*;

/// Everything that the settings of any layer can say.
fn everything() -> Value {
    json!({
        "time_zone": "Europe/Amsterdam", "language": "nl", "tone_country": "NL",
        "time_format": "24h", "date_format": "dmy", "ntp_servers": ["a.example", "b.example"],
        "registrar": { "host": "sip.example", "port": 5070, "transport": "tls", "expires": 600,
            "srtp": "mandatory" },
        "outbound_proxy": { "host": "edge.example", "port": 5061, "transport": "tcp" },
        "backup_registrar": { "host": "sip2.example", "port": 5072 },
        "codecs": ["opus", "g722", "pcma"], "dtmf": "rfc4733",
        "admin": { "username": "root", "password": "s3cret-admin" },
        "user": { "username": "user", "password": "s3cret-user" },
        "maintenance": { "username": "var", "password": "s3cret-maintenance" },
        "download": { "username": "phone", "password": "s3cret-download" },
        "logged_out": { "number": "0900", "username": "nobody", "auth_username": "nobody-auth",
            "password": "s3cret-logged-out" },
        "nat": { "keep_alive_seconds": 30, "rport": true, "stun": "stun.example" },
        "tls": { "verify": false, "ca_url": "https://example.net/ca.pem" },
        "language_pack": { "url": "https://example.net/nl.lang" },
        "call_waiting": true, "caller_id": "name",
        "volumes": { "ringer": 1, "speaker": 2, "handset": 3, "headset": 4, "microphone": 5 },
        "vlan": { "id": 40, "priority": 6, "pc_id": 41, "pc_priority": 7 },
        "emergency_numbers": ["112", "0900112"],
        "feature_codes": { "pickup": "*8", "login": "*11" },
        "ring_tones": { "internal": 8, "external": 9 },
        "ldap": { "host": "ldap.example", "port": 636, "tls": "ldaps", "base": "dc=example",
            "bind_dn": "cn=phone", "password": "s3cret-ldap", "name_attributes": ["cn"] },
        "phonebook": { "url": "https://example.net/book.xml", "name": "Book" },
        "resync": { "every_minutes": 60, "daily_at": "03:30" },
        "custom": [
            { "target": "yealink", "name": "a.b", "value": "s3cret-raw", "models": ["T46S"] },
            { "target": "yealink", "name": "a.c", "index": 2, "template": "s3cret-{{mac}}" },
        ],
    })
}

fn full_phone() -> ProfileDoc {
    let keys = json!([
        { "position": 1, "kind": "line" },
        { "position": 2, "module": 1, "kind": "blf", "value": "1002", "label": "Bob",
            "extension": 2 },
    ]);
    serde_json::from_value(json!({ "settings": everything(), "keys": keys })).unwrap()
}

fn full_site() -> SiteDoc {
    serde_json::from_value(json!({
        "name": "Example BV",
        "provisioning_url": "http://pbx.example/p/{token}/",
        "firmware_base": "https://pbx.example/{vendor}/{file}",
        "firmware": { "yealink T46S": { "version": "66.86.0.15" } },
        "settings": everything(),
    }))
    .unwrap()
}

/// What a browser sends of a form, with empty rows behind those that are filled in.
fn sent(shape: Shape, form: &Form) -> Fields {
    let mut pairs: Vec<(String, String)> = Vec::new();
    for (name, text) in &form.0 {
        pairs.push((name.clone(), text.replace('\n', "\r\n")));
    }
    for field in shape.fields() {
        match field.kind {
            Kind::Password(_) => pairs.push((field.path.to_owned(), String::new())),
            Kind::Ranks(_) => {
                let blank = row_name(field.path, form.rows(field.path), "");
                pairs.push((blank, String::new()));
            }
            _ => {}
        }
    }
    for field in KEY.iter().filter(|_| shape.has_keys()) {
        let blank = row_name(KEYS, form.rows(KEYS), field.path);
        pairs.push((blank, String::new()));
    }
    Fields::new(pairs)
}

fn through<D: Clone + DeserializeOwned + Serialize>(shape: Shape, document: &D) -> Value {
    let form = Form::of(shape, document);
    let form = Form::typed(shape, &sent(shape, &form));
    json(&form.write(shape, document))
}

/// Every value by its place.
fn leaves(value: &Value, place: &str, into: &mut BTreeMap<String, Value>) {
    match value {
        Value::Object(table) => table.iter().for_each(|(key, value)| {
            leaves(value, &format!("{place}.{key}"), into);
        }),
        leaf => drop(into.insert(place.trim_start_matches('.').to_owned(), leaf.clone())),
    }
}

fn leaves_of(document: &impl Serialize) -> BTreeMap<String, Value> {
    let mut found = BTreeMap::new();
    leaves(&json(document), "", &mut found);
    found
}

#[test]
fn a_document_that_goes_through_the_form_stays_as_it_is() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden");
    let mut documents = 0;
    for target in std::fs::read_dir(folder).unwrap() {
        for case in std::fs::read_dir(target.unwrap().path()).unwrap() {
            let Ok(text) = std::fs::read_to_string(case.unwrap().path().join("fleet.toml")) else {
                continue;
            };
            let document = Document::from_toml(&text).unwrap();
            let site = document.site.as_ref().and_then(Lax::value).unwrap();
            assert_eq!(through(Shape::Organisation, site), json(site));
            let devices = document.devices.as_ref().and_then(Lax::value).unwrap();
            let profiles = document.profiles.iter().filter_map(Lax::value);
            let profiles = profiles.flat_map(|names| names.entries());
            let profiles = profiles.filter_map(|(_, profile)| profile.value().cloned());
            let own = devices
                .entries()
                .iter()
                .filter_map(Lax::value)
                .map(|device| {
                    let mut own = ProfileDoc::default();
                    own.settings.clone_from(&device.settings);
                    own.keys.clone_from(&device.keys);
                    own
                });
            for profile in profiles.chain(own) {
                for shape in [Shape::Phone, Shape::Line, Shape::Base] {
                    assert_eq!(through(shape, &profile), json(&profile));
                }
                documents += 1;
            }
        }
    }
    assert!(documents > 40, "{documents}");
    let (phone, site) = (full_phone(), full_site());
    assert_eq!(through(Shape::Phone, &phone), json(&phone));
    assert_eq!(through(Shape::Organisation, &site), json(&site));
}

#[test]
fn texts_with_blanks_at_their_ends_stay_as_they_are() {
    let document: ProfileDoc = serde_json::from_value(json!({
        "settings": { "emergency_numbers": [" 112", "110 "], "admin": { "username": " a ", "password": "b" } },
        "keys": [{ "position": 1, "kind": "speed_dial", "value": "1", "label": " Bob " }],
    }))
    .unwrap();
    assert_eq!(through(Shape::Phone, &document), json(&document));
}

#[test]
fn a_field_that_is_emptied_goes_and_nothing_else() {
    for (shape, document) in [
        (Shape::Phone, json(&full_phone())),
        (Shape::Organisation, json(&full_site())),
    ] {
        let before = leaves_of(&document);
        let full = Form::of(shape, &document);
        for (name, text) in &full.0 {
            if text.is_empty() || name == "https" {
                continue;
            }
            let mut form = full.clone();
            form.put(name, String::new());
            let form = Form::typed(shape, &sent(shape, &form));
            let after = leaves_of(&form.write(shape, &document));
            let changed: Vec<&str> = before
                .keys()
                .chain(after.keys())
                .filter(|place| before.get(*place) != after.get(*place))
                .map(String::as_str)
                .collect();
            let whole = name
                .split(".codecs")
                .next()
                .filter(|_| name.contains(".codecs"));
            match name.as_str() {
                "settings.admin.username" => {
                    assert_eq!(changed, ["settings.admin.password", name.as_str()]);
                }
                row if row.starts_with("keys.") => assert_eq!(changed, ["keys", "keys"]),
                _ if whole.is_some() => assert_eq!(changed, ["settings.codecs"; 2]),
                name => assert_eq!(changed, [name]),
            }
        }
    }
}

#[test]
fn a_table_that_nothing_is_left_in_goes() {
    let document = json(&full_phone());
    let mut form = Form::of(Shape::Phone, &document);
    for name in ["host", "port", "transport"] {
        form.put(&format!("settings.outbound_proxy.{name}"), String::new());
    }
    let after = form.write(Shape::Phone, &document);
    assert_eq!(after["settings"].get("outbound_proxy"), None);
    assert_ne!(after["settings"].get("registrar"), None);
}

#[test]
fn what_is_typed_stands_in_its_place() {
    let document = json(&full_site());
    let mut form = Form::of(Shape::Organisation, &document);
    let typed = [
        ("settings.language", "de-AT"),
        ("settings.registrar.port", "5099"),
        ("settings.tls.verify", "true"),
        ("settings.emergency_numbers", "110\r\n\r\n 112 "),
        ("settings.admin.password", " new one "),
        ("settings.codecs.0", ""),
        ("settings.codecs.3", "g729"),
        ("https", "https"),
        ("settings.volumes.ringer", "loud"),
    ];
    for (name, text) in typed {
        form.put(name, text.to_owned());
    }
    let mut pairs: Vec<(String, String)> = form.0.into_iter().collect();
    pairs.push(("settings.codecs.4".to_owned(), String::new()));
    let form = Form::typed(Shape::Organisation, &Fields::new(pairs));
    let after = form.write(Shape::Organisation, &document);
    assert_eq!(after["provisioning_url"], "https://pbx.example/p/{token}/");
    let settings = &after["settings"];
    assert_eq!(settings["language"], "de-AT");
    assert_eq!(settings["registrar"]["port"], 5099);
    assert_eq!(settings["tls"]["verify"], true);
    assert_eq!(settings["emergency_numbers"], json!(["110", "112"]));
    assert_eq!(settings["admin"]["password"], " new one ");
    assert_eq!(settings["codecs"], json!(["g722", "pcma", "g729"]));
    // The library says what is wrong with it.
    assert_eq!(settings["volumes"]["ringer"], "loud");
}

#[test]
fn a_form_never_holds_a_password_of_the_document() {
    for form in [
        Form::of(Shape::Phone, &full_phone()),
        Form::of(Shape::Organisation, &full_site()),
    ] {
        let leaked = form.0.values().find(|text| text.contains("s3cret"));
        assert_eq!(leaked, None);
    }
}

#[test]
fn a_fault_is_beside_the_field_that_it_is_about() {
    for (place, field) in [
        ("settings.registrar.port", Some("settings.registrar.port")),
        ("settings.codecs[2]", Some("settings.codecs.2")),
        ("settings.codecs", Some("settings.codecs.0")),
        (
            "settings.emergency_numbers[1]",
            Some("settings.emergency_numbers"),
        ),
        ("keys[3].value", Some("keys.3.value")),
        ("keys[3]", Some("keys.3.position")),
        ("settings.registrar", None),
        ("settings.ldap.host", None),
        ("keys[x].value", None),
        ("keys[1].colour", None),
        ("name", None),
    ] {
        assert_eq!(field_of(Shape::Line, place).as_deref(), field, "{place}");
    }
    assert_eq!(field_of(Shape::Base, "keys[3].value"), None);
    assert_eq!(
        field_of(Shape::Organisation, "name").as_deref(),
        Some("name")
    );
}
