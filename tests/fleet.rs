//! The fleet document: what is read, every fault of it at once, and the way back.
//!
//! A small maker of its own stands in for the shipped targets, so that these tests say nothing about
//! any real phone and run whatever is compiled in.

use std::collections::BTreeSet;
use std::sync::Arc;

use phone_provisioning::error::{Error, ErrorKind, Errors};
use phone_provisioning::fleet::{Document, Fleet, Secrets};
use phone_provisioning::model::{
    Codec, CustomValue, Device, FirmwareScheme, Handling, HandsetBinding, KeyKind, Layers,
    MulticellRole, Srtp, Transport,
};
use phone_provisioning::target::{
    ModelRow, Output, Prepare, Prepared, ProvisioningTarget, TargetId, Targets,
};
use proptest::prelude::*;
use serde_json::{Value, json};

// ---- reading ----

#[test]
fn every_key_of_the_format_reaches_the_model() {
    let fleet = resolved(EVERYTHING);
    let site = fleet.site();
    assert_eq!(site.name.as_str(), "Example BV");
    assert_eq!(
        site.provisioning_url.as_ref().unwrap().as_str(),
        "https://pbx.example.net/p/{token}/"
    );
    assert_eq!(
        site.firmware_base.as_ref().unwrap().as_str(),
        "https://fw.example.net/{file}"
    );
    assert_eq!(site.firmware["acme P1"].version.to_string(), "1.2.3");
    assert_eq!(
        site.firmware["acme P1"].url.as_ref().unwrap().as_str(),
        "https://fw.example.net/p1-1.2.3.bin"
    );
    let settings = &site.settings;
    let registrar = settings.registrar.as_ref().unwrap();
    assert_eq!(registrar.host.as_str(), "sip.example.net");
    assert_eq!(registrar.port.unwrap().get(), 5061);
    assert_eq!(
        (registrar.transport, registrar.srtp),
        (Transport::Tls, Srtp::Mandatory)
    );
    assert_eq!(registrar.expires, 600);
    assert_eq!(
        settings.codecs.as_ref().unwrap().as_slice(),
        [Codec::G722, Codec::Pcma]
    );
    assert_eq!(settings.volumes.headset.unwrap().get(), 50);
    assert_eq!(settings.vlan.unwrap().pc(), Some((20, 3)));
    assert_eq!(
        settings
            .feature_codes
            .forward_no_answer_off
            .as_ref()
            .unwrap()
            .as_str(),
        "*93"
    );
    assert_eq!(settings.resync.daily_at.unwrap().to_string(), "03:30");
    assert_eq!(settings.custom[1].value, CustomValue::Empty);
    assert_eq!(settings.custom[0].models[0].as_str(), "acme P1");

    let phone = &fleet.devices()[0];
    assert_eq!(phone.path().as_str(), "devices[0]");
    assert_eq!(phone.mac().to_string(), "00:04:13:92:2d:24");
    assert_eq!((phone.modules(), phone.redirect()), (Some(2), Some(true)));
    assert_eq!(phone.handling(), Handling::Lenient);
    assert_eq!(phone.token().unwrap().expose(), "t0ken");
    let extension = &phone.extensions()[0];
    assert_eq!(extension.password.expose(), "s3cret");
    assert_eq!(extension.forward.no_answer_seconds, Some(20));
    assert_eq!(
        (extension.dnd, extension.auto_answer),
        (Some(false), Some(true))
    );
    assert_eq!(phone.keys()[0].kind, KeyKind::Blf);
    assert_eq!(
        (phone.keys()[0].module, phone.keys()[0].extension),
        (Some(1), 2)
    );

    let base = &fleet.devices()[1];
    assert_eq!(base.multicell().unwrap().role, MulticellRole::Primary);
    assert_eq!(
        base.multicell().unwrap().primary.unwrap().to_string(),
        "192.0.2.7"
    );
    let bindings: Vec<bool> = base
        .handsets()
        .iter()
        .map(|h| matches!(h.binding, HandsetBinding::Ipei(_)))
        .collect();
    assert_eq!(bindings, [true, false, false]);
    assert_eq!(base.handsets()[1].binding, HandsetBinding::Remove);
    assert_eq!(base.handsets()[2].binding, HandsetBinding::Remove);
    assert_eq!(
        base.handsets()[0].access_code.as_ref().unwrap().expose(),
        "7391"
    );
    assert_eq!(base.handsets()[0].firmware.unwrap().to_string(), "7.40.1");
}

#[test]
fn the_layers_are_kept_apart() {
    let fleet = resolved(EVERYTHING);
    let phone = &fleet.devices()[0];
    let layers = Layers::new(fleet.site(), phone.profile(), phone.settings());
    let language = layers.find(|s| s.language.as_ref()).unwrap();
    assert_eq!(language.value.as_str(), "de-AT");
    assert!(language.layer.is_own());
    let wanted = layers.find(|s| s.call_waiting.as_ref()).unwrap();
    assert!(!wanted.layer.is_own());
    assert_eq!(
        fleet.site().settings.language.as_ref().unwrap().as_str(),
        "nl"
    );
}

#[test]
fn json_and_toml_are_one_format() {
    let json: Value = toml::from_str(EVERYTHING).unwrap();
    let json = Document::from_json(&json.to_string())
        .unwrap()
        .resolve(&targets())
        .unwrap();
    assert_eq!(json, resolved(EVERYTHING));
}

#[test]
fn null_is_absent() {
    let mut json: Value = toml::from_str(SMALL).unwrap();
    json["profiles"] = Value::Null;
    json["devices"][0]["label"] = Value::Null;
    json["devices"][0]["extensions"][0]["registrar"] = Value::Null;
    assert_eq!(resolve_json(&json).unwrap(), resolved(SMALL));
}

#[test]
fn a_key_waits_for_the_first_extension_when_nobody_is_logged_in() {
    let mut json: Value = toml::from_str(SMALL).unwrap();
    json["devices"][0]["extensions"] = json!([]);
    json["devices"][0]["keys"] = json!([{ "position": 1, "kind": "line" }]);
    assert!(resolve_json(&json).is_ok());
}

// ---- faults ----

#[test]
fn a_dozen_mistakes_are_reported_at_once_in_order() {
    let errors = texts(
        r#"
        sites = 1
        [site]
        name = ""
        provisioning_url = "https://pbx.example.net/{tokn}/"
        firmware = { "acme P1" = { version = "one" }, "ACME p-1" = { version = "1.2.3" } }
        [site.settings]
        time_zone = "Europe/Amsterdan"
        language = 31
        registrar = { host = "sip.example.net", port = 0, transport = "TLS" }
        codecs = ["g722", "pcam", "g722"]
        volumes = { ringer = 101 }
        vlan = { id = 4095, pc_priority = 3 }
        resync = { daily_at = 03:30:00 }
        custom = [
            { target = "acne", name = "x", value = "1" },
            { target = "acme", name = "x" },
            { target = "acme", name = "x", value = "1", template = "2" },
            { target = "acme", name = "x", template = "{{2" },
            { target = "acme", name = "x", value = "1", models = ["acme P9", "other T1"] },
        ]
        [profiles.reception]
        keys = [{ position = 3, kind = "bfl", value = "a\nb" }, { kind = "line" }]
        [[devices]]
        mac = "00:04:13:92:2D:2G"
        model = "acme P2"
        profile = "recption"
        installed_firmware = "not looked at, the model is unknown"
        [[devices]]
        mac = "000413922d25"
        model = "acme P1"
        modules = 1.5
        extensions = [
            { number = "1", password = "p", displayname = "Anna" },
            { number = "2" },
            { number = "3", password = "p", forward = { no_answer_seconds = -1 } },
        ]
        keys = [{ position = 0, kind = "line" }, { position = 2, kind = "line", extension = 4 }]
        handsets = [{ slot = 1, extensions = [] }]
        [[devices]]
        mac = "00-04-13-92-2D-25"
        model = "acme B1"
        multicell = { role = "slave", primary = "data.example.net" }
        extensions = [{ number = "1", password = "p" }]
        handsets = [{ slot = 1, ipei = "0123", access_code = "12345" }, "two"]
        "#,
    );
    let expected = [
        "sites: unknown key `sites`; the nearest is `site`",
        "site.name: expected a text, found nothing",
        "site.provisioning_url: expected one of the placeholders {token} {mac}, found `{tokn}`",
        "site.firmware.\"acme P1\": model `acme P1` is also at site.firmware.\"ACME p-1\"",
        "site.firmware.\"acme P1\".version: expected a firmware version of three to five numbers such as 10.1.127.10, found `one`",
        "site.settings.time_zone: expected an IANA time zone (the nearest is `Europe/Amsterdam`), found `Europe/Amsterdan`",
        "site.settings.language: expected a text, found an integer",
        "site.settings.registrar.port: expected a port between 1 and 65535, found 0",
        "site.settings.registrar.transport: expected `udp`, `tcp`, `tls` or `dns_srv`, found `TLS`",
        "site.settings.codecs[1]: expected a codec (the nearest is `pcma`), found `pcam`",
        "site.settings.codecs[2]: codec `g722` is also at site.settings.codecs[0]",
        "site.settings.volumes.ringer: expected a volume in per cent between 0 and 100, found 101",
        "site.settings.vlan.id: expected a VLAN id between 1 and 4094, found 4095",
        "site.settings.vlan.pc_id: missing: expected the VLAN id that `pc_priority` is for; looked at site.settings.vlan",
        "site.settings.resync.daily_at: expected a text, found a date or time",
        "site.settings.custom[0].target: no target `acne`; the nearest is `acme`",
        "site.settings.custom[1].value: missing: expected a value; looked at site.settings.custom[1]",
        "site.settings.custom[2]: `value` beside `template`: give one of the two",
        if cfg!(feature = "templates") {
            "site.settings.custom[3].template: the template at line 1, column 1: the tag has no end"
        } else {
            "site.settings.custom[3].template: needs the feature `templates` of this library"
        },
        "site.settings.custom[4].models[0]: no model `acme P9`; the nearest is `acme P1`",
        "site.settings.custom[4].models[1]: no model `other T1`",
        "profiles.reception.keys[0].kind: expected a kind of key; the nearest is `blf`, found `bfl`",
        "profiles.reception.keys[0].value: line feed (U+000A) at character 2 cannot stand in a text",
        "profiles.reception.keys[1].position: missing: expected a position; looked at profiles.reception.keys[1]",
        "devices[0].mac: expected a MAC address of 12 hexadecimal digits, plain, in pairs with `:` or `-`, or in fours with `.`, found `00:04:13:92:2D:2G`",
        "devices[0].model: no model `acme P2`; the nearest is `acme P1`",
        "devices[0].profile: no profile `recption`; the nearest is `reception`",
        "devices[1].modules: expected an integer, found a decimal number",
        "devices[1].extensions[0].displayname: unknown key `displayname`; the nearest is `display_name`",
        "devices[1].extensions[1].password: missing: expected a password; looked at devices[1].extensions[1]",
        "devices[1].extensions[2].forward.no_answer_seconds: expected a number of seconds between 0 and 65535, found -1",
        "devices[1].keys[0].position: expected a position between 1 and 65535, found 0",
        "devices[1].keys[1].extension: no extension `4`",
        "devices[1].handsets: handsets on a desk phone: acme P1 has extensions of its own",
        "devices[1].extensions: expected at most 2 extensions (acme P1), found 3",
        "devices[2].mac: MAC address `00:04:13:92:2d:25` is also at devices[1].mac",
        "devices[2].extensions: extensions on a base: the handsets of acme B1 carry them",
        "devices[2].handsets[0].ipei: expected an IPEI of 13 or 12 decimal digits or an IPUI of 10 hexadecimal digits, found `0123`",
        "devices[2].handsets[0].access_code: expected four digits, found [redacted]",
        "devices[2].handsets[0].extensions: missing: expected a list of extensions; looked at devices[2].handsets[0]",
        "devices[2].handsets[1]: expected a table, found a text",
        "devices[2].multicell.role: expected `primary` or `secondary`, found `slave`",
        "devices[2].multicell.primary: expected an IP address, found `data.example.net`",
    ];
    assert_eq!(errors, expected);
}

#[test]
fn what_no_layer_gives_is_missing_once_per_device() {
    let errors = texts(
        r#"
        site = { name = "Example BV" }
        [profiles.hall]
        [[devices]]
        mac = "000413922d24"
        model = "acme P1"
        profile = "hall"
        extensions = [
            { number = "1", password = "p", registrar = { host = "a.example.net" } },
            { number = "2", password = "p" },
        ]
        [[devices]]
        mac = "000413922d25"
        model = "acme B1"
        settings = { time_zone = "Europe/Berlin", language = "de" }
        handsets = [{ slot = 7, extensions = [{ number = "3", password = "p" }] }]
        "#,
    );
    assert_eq!(
        errors,
        [
            "devices[0].settings.time_zone: missing: expected a time zone; looked at devices[0].settings, profiles.hall.settings, site.settings",
            "devices[0].settings.language: missing: expected a language; looked at devices[0].settings, profiles.hall.settings, site.settings",
            "devices[0].settings.registrar: missing: expected a registrar; looked at devices[0].extensions[1], devices[0].settings, profiles.hall.settings, site.settings",
            "devices[1].settings.registrar: missing: expected a registrar; looked at devices[1].handsets[0].extensions[0], devices[1].settings, site.settings",
        ],
    );
}

#[test]
fn the_restricted_account_of_a_logged_out_phone_needs_a_registrar_too() {
    let phone = |settings: &str| {
        format!(
            r#"
            [site]
            name = "Example BV"
            settings = {{ time_zone = "Europe/Berlin", language = "de"{settings} }}
            [[devices]]
            mac = "000413922d24"
            model = "acme P1"
            "#
        )
    };
    resolved(&phone(""));
    assert_eq!(
        texts(&phone(
            r#", logged_out = { number = "900", password = "p" }"#
        )),
        [
            "devices[0].settings.registrar: missing: expected a registrar; looked at site.settings.logged_out, devices[0].settings, site.settings"
        ],
    );
}

#[test]
fn required_fields_that_are_absent_say_where_they_belong() {
    assert_eq!(
        texts(""),
        [
            "site: missing: expected a site; looked at document",
            "devices: missing: expected a list of devices; looked at document",
        ],
    );
    let errors = texts(
        r#"
        devices = [{}]
        [site.settings]
        registrar = {}
        admin = {}
        logged_out = {}
        language_pack = {}
        vlan = {}
        ldap = {}
        phonebook = {}
        custom = [{}]
        "#,
    );
    let paths: Vec<&str> = errors
        .iter()
        .filter_map(|text| text.split(": ").next())
        .collect();
    assert!(
        errors
            .iter()
            .all(|text| text.contains(": missing: expected ")),
        "{errors:#?}"
    );
    assert_eq!(
        paths,
        [
            "site.name",
            "site.settings.registrar.host",
            "site.settings.admin.username",
            "site.settings.admin.password",
            "site.settings.logged_out.number",
            "site.settings.logged_out.password",
            "site.settings.language_pack.url",
            "site.settings.vlan.id",
            "site.settings.ldap.host",
            "site.settings.ldap.base",
            "site.settings.phonebook.url",
            "site.settings.custom[0].target",
            "site.settings.custom[0].name",
            "site.settings.custom[0].value",
            "devices[0].mac",
            "devices[0].model",
            "devices[0].settings.time_zone",
            "devices[0].settings.language",
        ],
    );
}

/// What is wrong is there: it is not also missing, and what hangs on it is not also wrong.
#[test]
fn one_mistake_is_one_error() {
    for (at, wrong, error) in [
        (
            "/site",
            json!(5),
            "site: expected a table, found an integer",
        ),
        (
            "/site/settings",
            json!([]),
            "site.settings: expected a table, found a list",
        ),
        (
            "/site/settings/time_zone",
            json!("Mars/Olympus"),
            "site.settings.time_zone: expected an IANA time zone such as `Europe/Amsterdam`, found `Mars/Olympus`",
        ),
        (
            "/site/settings/language",
            json!(true),
            "site.settings.language: expected a text, found true or false",
        ),
        (
            "/site/settings/registrar",
            json!("sip.example.net"),
            "site.settings.registrar: expected a table, found a text",
        ),
        (
            "/site/settings/registrar/expires",
            json!(-5),
            "site.settings.registrar.expires: expected a number of seconds between 1 and 4294967295, found -5",
        ),
        (
            "/devices/0/model",
            json!("acme"),
            "devices[0].model: no model `acme`",
        ),
        (
            "/devices/0/extensions",
            json!({}),
            "devices[0].extensions: expected a list, found a table",
        ),
        (
            "/devices/0/extensions/0",
            json!(null),
            "devices[0].extensions[0]: expected a table, found nothing",
        ),
        (
            "/devices/0/keys/0/position",
            json!("first"),
            "devices[0].keys[0].position: expected an integer, found a text",
        ),
        (
            "/devices/0/keys/0/module",
            json!(0),
            "devices[0].keys[0].module: expected a module between 1 and 255, found 0",
        ),
        (
            "/devices/0/settings",
            json!({ "registrar": { "host": "two words" } }),
            "devices[0].settings.registrar.host: expected a host name of letters, digits, hyphens and dots, found `two words`",
        ),
        (
            "/devices",
            json!({}),
            "devices: expected a list, found a table",
        ),
        (
            "/devices/0",
            json!(1e3),
            "devices[0]: expected a table, found a decimal number",
        ),
    ] {
        let mut json: Value = toml::from_str(SMALL).unwrap();
        json["devices"][0]["keys"] = json!([
            { "position": 1, "module": 2, "kind": "line" },
            { "position": 65535, "kind": "line" },
        ]);
        json["devices"][0]["settings"] = json!({});
        let (table, key) = at.rsplit_once('/').unwrap();
        match json.pointer_mut(table).unwrap() {
            Value::Object(table) => drop(table.insert(key.to_owned(), wrong)),
            list => list[key.parse::<usize>().unwrap()] = wrong,
        }
        let errors = resolve_json(&json).unwrap_err();
        assert_eq!(errors.to_string(), error, "{at}");
    }
}

#[test]
fn a_registrar_that_an_unknown_profile_could_give_is_not_missing() {
    let mut json: Value = toml::from_str(SMALL).unwrap();
    json["site"]["settings"] = json!({});
    json["devices"][0]["profile"] = json!("hall");
    assert_eq!(
        resolve_json(&json).unwrap_err().to_string(),
        "devices[0].profile: no profile `hall`"
    );
}

#[test]
fn what_is_right_is_checked_beside_what_is_wrong() {
    let mut json: Value = toml::from_str(SMALL).unwrap();
    json["site"]["settings"]["registrar"]["host"] = json!("");
    json["devices"][0]["mac"] = json!("mac");
    json["devices"][0]["extensions"] = json!([{}, {}, {}]);
    json["devices"][0]["keys"] = json!([
        { "kind": "line" },
        { "position": 2, "kind": "line" },
        { "position": 2, "kind": "blf" },
    ]);
    let base = json!({
        "mac": "000413922d25",
        "model": "acme B1",
        "handsets": [{ "slot": 1, "extensions": [] }, { "slot": 1, "extensions": [] }],
        "multicell": { "role": "secondary" },
        "keys": [{ "position": 40, "kind": "line" }],
    });
    json["devices"].as_array_mut().unwrap().push(base);
    let errors = resolve_json(&json).unwrap_err();
    let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
    let later: Vec<&String> = errors
        .iter()
        .filter(|text| !text.contains("missing"))
        .collect();
    assert_eq!(
        later[2..],
        [
            "devices[0].keys[2]: key `2` is also at devices[0].keys[1]",
            "devices[0].extensions: expected at most 2 extensions (acme P1), found 3",
            "devices[1].handsets[1].slot: slot `1` is also at devices[1].handsets[0].slot",
            "devices[1].handsets: handsets on a secondary base: they belong to the primary, which hands them on",
            "devices[1].keys: expected at most 0 keys (acme B1), found 1",
        ],
    );
}

#[test]
fn numbers_beyond_any_limit_are_out_of_range_and_no_surprise() {
    let mut json: Value = toml::from_str(SMALL).unwrap();
    json["site"]["settings"]["registrar"]["port"] = json!(u64::MAX);
    assert_eq!(
        resolve_json(&json).unwrap_err().to_string(),
        "site.settings.registrar.port: expected a port between 1 and 65535, found 9223372036854775807",
    );
}

#[test]
fn raw_settings_for_different_models_may_share_a_name() {
    let custom = |first: Value, second: Value| {
        let mut json: Value = toml::from_str(SMALL).unwrap();
        let entry =
            |models| json!({ "target": "acme", "name": "x", "value": "1", "models": models });
        json["site"]["settings"]["custom"] = json!([entry(first), entry(second)]);
        resolve_json(&json).map_err(|errors| errors.to_string())
    };
    assert!(custom(json!(["acme P1"]), json!(["acme B1"])).is_ok());
    let twice = "site.settings.custom[1]: setting `x` is also at site.settings.custom[0]";
    assert_eq!(
        custom(json!(["acme P1"]), json!(["ACME-P1"])).unwrap_err(),
        twice
    );
    assert_eq!(custom(json!(["acme P1"]), json!([])).unwrap_err(), twice);
}

// ---- form ----

#[test]
fn a_fault_of_the_form_has_a_place_and_no_text() {
    for (text, place) in [
        ("[site]\nname = \"Zoë\" s3cret\n", "line 2, column 14"),
        (
            "[site]\nname = \"a\"\nname = \"s3cret\"\n",
            "line 3, column 1",
        ),
        ("password = \"s3cret", "line 1, column 19"),
        ("password = 's3cret\n", "line 1, column 19"),
        ("s3cret", "line 1, column 7"),
        (
            "a = 99999999999999999999999999999999999999999s3cret",
            "line 1, column 46",
        ),
    ] {
        let errors = Document::from_toml(text).unwrap_err();
        assert_eq!(
            errors.to_string(),
            format!("document: not a well-formed TOML document at {place}"),
            "{text}"
        );
    }
    for (text, place) in [
        ("{\n \"name\": \"Zoë\" s3cret }", "line 2, column 16"),
        ("{\"password\": \"s3cret", "line 1, column 20"),
        (
            "{\"site\": {}, \"site\": {\"name\": \"s3cret\"}}",
            "line 1, column 19",
        ),
        (
            "{\"profiles\": {\"a\": {}, \"a\": {}}}",
            "line 1, column 26",
        ),
        ("{} s3cret", "line 1, column 4"),
        ("", "line 1, column 1"),
    ] {
        let errors = Document::from_json(text).unwrap_err();
        assert_eq!(
            errors.to_string(),
            format!("document: not a well-formed JSON document at {place}"),
            "{text}"
        );
    }
}

#[test]
fn a_json_document_that_is_no_object_is_refused() {
    for (text, found) in [
        ("[]", "a list"),
        ("\"s3cret\"", "a text"),
        ("null", "nothing"),
    ] {
        assert_eq!(
            Document::from_json(text).unwrap_err().to_string(),
            format!("document: expected a table, found {found}"),
        );
    }
}

// ---- secrets ----

#[test]
fn no_error_shows_a_secret() {
    let broken = "s3cret\u{7}value";
    let login = json!({ "username": "a", "password": broken });
    let json = json!({
        "site": { "name": "x", "settings": {
            "time_zone": "Europe/Berlin", "language": "de",
            "registrar": { "host": "sip.example.net", "password": broken },
            "admin": login, "user": login, "maintenance": login, "download": login,
            "logged_out": { "number": "1", "password": broken },
            "ldap": { "host": "a", "base": "b", "password": broken },
            "custom": [
                { "target": "acme", "name": "a", "value": broken },
                { "target": "acme", "name": "b", "template": broken },
                { "target": "acme", "name": "c", "value": [broken] },
            ],
        } },
        "devices": [
            { "mac": "000413922d24", "model": "acme P1", "token": broken, "extensions": [
                { "number": "1", "password": broken },
                { "number": "2", "password": { "s": broken } },
                { "number": "3", "pasword": broken },
            ] },
            { "mac": "000413922d25", "model": "acme B1", "handsets": [
                { "slot": 1, "access_code": broken, "extensions": [] },
                { "slot": 2, "access_code": "s3cret", "extensions": [{ "number": "1", "password": broken }] },
            ] },
        ],
    });
    let document = Document::from_json(&json.to_string()).unwrap();
    let errors = document.resolve(&targets()).unwrap_err();
    assert!(errors.iter().count() > 15);
    for shown in [
        errors.to_string(),
        format!("{errors:?}"),
        format!("{document:?}"),
    ] {
        assert!(!shown.contains("s3cret"), "{shown}");
    }
}

#[test]
fn a_redacted_document_shows_no_secret_and_does_not_resolve() {
    let fleet = resolved(EVERYTHING);
    let redacted = Document::from_fleet(&fleet, Secrets::Redact);
    for text in [
        redacted.to_toml(),
        redacted.to_json(),
        format!("{redacted:?}"),
    ] {
        for secret in SECRETS {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
    let errors = redacted.resolve(&targets()).unwrap_err();
    assert_eq!(errors.iter().count(), SECRETS.len());
    for error in &errors {
        assert_eq!(
            error.kind().to_string(),
            "expected the secret itself, found [redacted]"
        );
    }
    let exposed = Document::from_fleet(&fleet, Secrets::Expose);
    for secret in SECRETS {
        assert!(exposed.to_toml().contains(secret), "{secret}");
        assert!(!format!("{exposed:?}").contains(secret), "{secret}");
    }
}

// ---- the way back ----

#[test]
fn a_fleet_survives_the_way_back() {
    for text in [SMALL, EVERYTHING] {
        let fleet = resolved(text);
        let document = Document::from_fleet(&fleet, Secrets::Expose);
        assert_eq!(resolved(&document.to_toml()), fleet);
        let json = Document::from_json(&document.to_json()).unwrap();
        assert_eq!(json.resolve(&targets()).unwrap(), fleet);
    }
}

#[test]
fn a_small_document_is_written_like_this() {
    let document = Document::from_fleet(&resolved(SMALL), Secrets::Redact);
    assert_eq!(
        document.to_toml(),
        r#"[site]
name = "Example BV"

[site.settings]
time_zone = "Europe/Amsterdam"
language = "nl"

[site.settings.registrar]
host = "sip.example.net"
transport = "udp"
expires = 3600
srtp = "off"

[[devices]]
mac = "00:04:13:92:2d:24"
model = "acme P1"
handling = "strict"

[[devices.extensions]]
number = "1001"
password = "[redacted]"
"#
    );
}

#[test]
fn what_could_not_be_read_is_not_written() {
    let document = Document::from_toml(
        r#"
        sites = 1
        site = { name = 5, settings = { codecs = ["g722", 7] } }
        profiles = { a = 1, b = {} }
        "#,
    )
    .unwrap();
    assert_eq!(
        document.to_toml(),
        "[site.settings]\ncodecs = [\"g722\"]\n\n[profiles.b]\n"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Any subset of the optional keys gives a fleet, and that fleet survives the way back.
    #[test]
    fn any_valid_document_survives_the_way_back(left_out in prop::collection::vec(any::<prop::sample::Index>(), 0..40)) {
        let mut json: Value = toml::from_str(EVERYTHING).unwrap();
        for index in left_out {
            let optional = optional_places(&json);
            if !optional.is_empty() {
                remove(&mut json, index.get::<String>(&optional));
            }
        }
        let fleet = resolve_json(&json).map_err(|e| TestCaseError::fail(e.to_string()))?;
        let document = Document::from_fleet(&fleet, Secrets::Expose);
        let toml = Document::from_toml(&document.to_toml()).unwrap().resolve(&targets());
        prop_assert_eq!(toml.as_ref(), Ok(&fleet));
        let json = Document::from_json(&document.to_json()).unwrap().resolve(&targets());
        prop_assert_eq!(json.as_ref(), Ok(&fleet));
    }

    /// Whatever stands anywhere: no panic, every error on one line, and each at a path that is
    /// in the document or would be.
    #[test]
    fn anything_anywhere_is_read_or_refused(
        changes in prop::collection::vec((any::<prop::sample::Index>(), anything()), 1..8),
    ) {
        let mut json: Value = toml::from_str(EVERYTHING).unwrap();
        for (index, value) in changes {
            let places = places(&json);
            *json.pointer_mut(index.get::<String>(&places)).unwrap() = value;
        }
        if let Err(errors) = resolve_json_any(&json) {
            let mut seen = BTreeSet::new();
            for error in &errors {
                prop_assert!(!error.to_string().contains(['\n', '\r', '\0']), "{}", error);
                prop_assert!(seen.insert(error.to_string()), "twice: {}", error);
            }
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in any::<String>(), cut in any::<prop::sample::Index>()) {
        let _ = Document::from_toml(&text);
        let _ = Document::from_json(&text);
        let mut damaged: Vec<char> = EVERYTHING.chars().collect();
        let at = cut.index(damaged.len());
        damaged.splice(at..at, text.chars());
        let damaged: String = damaged.into_iter().collect();
        let result = Document::from_toml(&damaged).and_then(|document| document.resolve(&targets()));
        if let Err(errors) = result {
            let shown = format!("{errors} {errors:?}");
            prop_assert!(SECRETS.iter().all(|secret| !shown.contains(secret)), "{}", shown);
        }
    }
}

fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[a-z0-9.:_-]{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-z_]{1,12}|\\PC*", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// JSON pointers of everything below the root.
fn places(json: &Value) -> Vec<String> {
    let mut places = Vec::new();
    let mut stack = vec![(String::new(), json)];
    while let Some((at, value)) = stack.pop() {
        if !at.is_empty() {
            places.push(at.clone());
        }
        match value {
            Value::Object(map) => stack.extend(map.iter().map(|(key, value)| {
                (
                    format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")),
                    value,
                )
            })),
            Value::Array(list) => {
                stack.extend(
                    list.iter()
                        .enumerate()
                        .map(|(i, value)| (format!("{at}/{i}"), value)),
                );
            }
            _ => {}
        }
    }
    places.sort();
    places
}

/// JSON pointers of what may be left out: every key that is not required where it stands.
fn optional_places(json: &Value) -> Vec<String> {
    let required = |place: &String| {
        let mut keys = place.rsplit('/');
        let key = keys.next().unwrap_or_default();
        let table = keys
            .find(|key| key.parse::<usize>().is_err())
            .unwrap_or_default();
        match (table, key) {
            ("", "site" | "devices")
            | ("site", "name" | "settings")
            | ("settings", "time_zone" | "language" | "registrar")
            | ("registrar" | "outbound_proxy" | "backup_registrar" | "ldap", "host")
            | ("admin" | "user" | "maintenance" | "download", _)
            | ("logged_out" | "extensions", "number" | "password")
            | ("language_pack" | "phonebook", "url")
            | ("vlan", "id" | "pc_id")
            | ("ldap", "base")
            | ("custom", "target" | "name" | "value" | "models")
            | (_, "version")
            | ("devices", "mac" | "model" | "extensions")
            | ("keys", "position" | "kind")
            | ("handsets", "slot" | "ipei" | "extensions")
            | ("multicell", "role") => true,
            // A profile is removed only when nobody names it, a list's entry never.
            ("profiles", name) => name == "reception",
            _ => key.parse::<usize>().is_ok(),
        }
    };
    let mut places = places(json);
    places.retain(|place| !required(place) && place != "/profiles");
    places
}

fn remove(json: &mut Value, place: &str) {
    let (parent, key) = place.rsplit_once('/').unwrap();
    let parent = json.pointer_mut(parent).unwrap().as_object_mut().unwrap();
    parent.remove(key).unwrap();
}

/// All secrets of [`EVERYTHING`].
const SECRETS: [&str; 12] = [
    "adm1n-pw", "us3r-pw", "v4r-pw", "ph0ne-pw", "gu3st-pw", "ld4p-pw", "w1fi-pw", "t0ken",
    "s3cret", "s3cond", "h4ndset", "7391",
];

const SMALL: &str = r#"
[site]
name = "Example BV"
[site.settings]
time_zone = "Europe/Amsterdam"
language = "nl"
registrar = { host = "sip.example.net" }
[[devices]]
mac = "00:04:13:92:2D:24"
model = "acme P1"
[[devices.extensions]]
number = "1001"
password = "s3cret"
"#;

const EVERYTHING: &str = r#"
[site]
name = "Example BV"
provisioning_url = "https://pbx.example.net/p/{token}/"
firmware_base = "https://fw.example.net/{file}"
firmware = { "Acme p-1" = { version = "1.2.3", url = "https://fw.example.net/p1-1.2.3.bin" } }
[site.settings]
time_zone = "Europe/Amsterdam"
language = "nl"
tone_country = "NL"
time_format = "24h"
date_format = "dmy"
ntp_servers = ["ntp.example.net", "192.0.2.1"]
registrar = { host = "sip.example.net", port = 5061, transport = "tls", expires = 600, srtp = "mandatory" }
outbound_proxy = { host = "edge.example.net", port = 5062, transport = "tcp" }
backup_registrar = { host = "2001:db8::1", port = 5063 }
codecs = ["g722", "pcma"]
dtmf = "rfc4733_and_sip_info"
admin = { username = "admin", password = "adm1n-pw" }
user = { username = "user", password = "us3r-pw" }
maintenance = { username = "var", password = "v4r-pw" }
download = { username = "phone", password = "ph0ne-pw" }
logged_out = { number = "900", username = "guest", auth_username = "guest-auth", password = "gu3st-pw" }
nat = { keep_alive_seconds = 30, rport = true, stun = "stun.example.net:3478" }
tls = { verify = true, ca_url = "http://pbx.example.net/ca.pem" }
language_pack = { url = "http://pbx.example.net/nl.lang" }
call_waiting = true
caller_id = "name_and_number"
volumes = { ringer = 10, speaker = 20, handset = 30, headset = 50, microphone = 100 }
vlan = { id = 10, priority = 5, pc_id = 20, pc_priority = 3 }
emergency_numbers = ["112", "911"]
ring_tones = { internal = 1, external = 0 }
ldap = { host = "ldap.example.net", port = 636, tls = "ldaps", base = "dc=example,dc=net", bind_dn = "cn=phone", password = "ld4p-pw", name_filter = "(cn=%)", number_filter = "(tel=%)", name_attributes = ["cn", "sn"], number_attributes = ["tel"], display_name = "%cn" }
phonebook = { url = "https://pbx.example.net/book.xml", name = "Colleagues" }
resync = { every_minutes = 60, daily_at = "03:30" }
custom = [
    { target = "acme", name = "wifi.password", index = 3, value = "w1fi-pw", models = ["ACME P1"], unchecked = true },
    { target = "acme", name = "wifi.ssid", value = "" },
]
[site.settings.feature_codes]
pickup = "*8"
group_pickup = "*81"
park = "*85"
park_retrieve = "*86"
dnd_on = "*78"
dnd_off = "*79"
forward_always_on = "*72"
forward_always_off = "*73"
forward_busy_on = "*90"
forward_busy_off = "*91"
forward_no_answer_on = "*92"
forward_no_answer_off = "*93"
voicemail = "*97"
login = "*11"

[profiles.reception]
keys = [{ position = 3, kind = "blf", value = "1002", label = "Bob" }]
settings = { call_waiting = false, volumes = { ringer = 90 } }
[profiles."front desk, 2nd floor"]

[[devices]]
mac = "0004.1392.2d24"
model = "Acme P-1"
label = "Zoë's phone"
profile = "reception"
installed_firmware = "1.2.0"
firmware = { version = "1.2.4", url = "https://fw.example.net/p1-1.2.4.bin" }
token = "t0ken"
modules = 2
redirect = true
handling = "lenient"
settings = { language = "de-AT", codecs = ["pcmu"] }
keys = [{ position = 20, module = 1, kind = "blf", value = "1003", label = "Eve", extension = 2 }]
[[devices.extensions]]
number = "1001"
display_name = "Zoë & Co"
username = "u1001"
auth_username = "a1001"
password = "s3cret"
label = "Zoë"
voicemail = "*97"
registrar = { host = "other.example.net" }
outbound_proxy = { host = "edge2.example.net" }
codecs = ["opus", "g729"]
dtmf = "sip_info"
ring_tones = { internal = 2, external = 3 }
forward = { always = "1", busy = "2", no_answer = "3", no_answer_seconds = 20 }
dnd = false
call_waiting = false
auto_answer = true
[[devices.extensions]]
number = "1002"
password = "s3cond"

[[devices]]
mac = "00:04:13:92:2d:25"
model = "acme B1"
multicell = { chain_id = 513, role = "primary", primary = "192.0.2.7" }
handsets = [
    { slot = 1, name = "Hall", ipei = "0270001234560", access_code = "7391", model = "H5", firmware = { version = "7.40.1" }, extensions = [{ number = "2001", password = "h4ndset" }] },
    { slot = 2, ipei = "remove" },
    { slot = 3, ipei = "FFFFFFFFFF", extensions = [] },
]
"#;

fn targets() -> Targets {
    Targets::new([Arc::new(Acme::new()) as Arc<dyn ProvisioningTarget>])
}

#[track_caller]
fn resolved(toml: &str) -> Fleet {
    match Document::from_toml(toml).and_then(|document| document.resolve(&targets())) {
        Ok(fleet) => fleet,
        Err(errors) => panic!("{errors}"),
    }
}

fn resolve_json_any(json: &Value) -> Result<Fleet, Errors> {
    Document::from_json(&json.to_string())?.resolve(&targets())
}

fn resolve_json(json: &Value) -> Result<Fleet, Errors> {
    Document::from_json(&json.to_string())
        .unwrap()
        .resolve(&targets())
}

#[track_caller]
fn texts(toml: &str) -> Vec<String> {
    let errors = Document::from_toml(toml)
        .unwrap()
        .resolve(&targets())
        .unwrap_err();
    errors.iter().map(ToString::to_string).collect()
}

/// A maker of one phone with two accounts and one base with two handsets.
#[derive(Clone, Debug)]
struct Acme(Vec<ModelRow>);

impl Acme {
    fn new() -> Self {
        let mut phone = ModelRow::EMPTY;
        phone.name = "P1".into();
        phone.accounts = Some(2);
        phone.handsets = Some(0);
        let mut base = ModelRow::EMPTY;
        base.name = "B1".into();
        base.handsets = Some(3);
        Self(vec![phone, base])
    }
}

impl ProvisioningTarget for Acme {
    fn id(&self) -> TargetId {
        TargetId::new("acme")
    }

    fn vendor(&self) -> &str {
        "acme"
    }

    fn firmware_scheme(&self) -> FirmwareScheme {
        FirmwareScheme::Dotted
    }

    fn models(&self) -> &[ModelRow] {
        &self.0
    }

    fn file_names(&self, _: &ModelRow) -> Vec<String> {
        Vec::new()
    }

    fn prepare(&self, _: Prepare<'_>) -> Result<Box<dyn Prepared>, Errors> {
        Ok(Box::new(self.clone()))
    }
}

impl Prepared for Acme {
    fn render(&self, device: &Device, _: &mut Output) -> Result<(), Errors> {
        let mut errors = Vec::new();
        let found = device.extensions().len();
        if found > 2 {
            let kind = ErrorKind::TooMany {
                what: "extensions",
                limit: 2,
                found,
                origin: "acme P1".to_owned(),
            };
            errors.push(Error::new(device.path().key("extensions"), kind));
        }
        let found = device.keys().len();
        if found > 0 && !device.handsets().is_empty() {
            let kind = ErrorKind::TooMany {
                what: "keys",
                limit: 0,
                found,
                origin: "acme B1".to_owned(),
            };
            errors.push(Error::new(device.path().key("keys"), kind));
        }
        Errors::check(errors)
    }

    fn render_shared(&self, _: &mut Output) -> Result<(), Errors> {
        Ok(())
    }
}
