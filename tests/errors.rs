//! Every kind of error and of notice, reached once through the public API, with its literal text.

#![cfg(all(feature = "snom", feature = "yealink"))]

mod support;

use std::collections::BTreeSet;

use support::{document_errors, notices_text, render, resolve};

const SITE: &str = r#"
[site]
name = "Example BV"
provisioning_url = "https://pbx.example.net/{token}/"
[site.settings]
time_zone = "Europe/Berlin"
language = "de"
registrar = { host = "sip.example.net" }
admin = { username = "admin", password = "hidden" }
user = { username = "user", password = "hidden" }
maintenance = { username = "var", password = "hidden" }
"#;

/// The phone that the cases change: what is put before its extensions, and its extensions.
fn phone(keys: &str, extension: &str) -> String {
    format!(
        r#"{SITE}
[[devices]]
mac = "80:5e:0c:12:34:56"
model = "yealink T46S"
installed_firmware = "66.86.0.15"
token = "hidden"
{keys}
[[devices.extensions]]
number = "1001"
{extension}
"#
    )
}

/// Kind, document, the one line that it gives.
fn errors() -> Vec<(&'static str, String, &'static str)> {
    let password = "password = \"hidden\"";
    vec![
        (
            "BadCharacter",
            phone("", "password = \"hid\\tden\""),
            "devices[0].extensions[0].password: tab (U+0009) at character 4 cannot stand in a text",
        ),
        (
            "Command",
            phone("", "password = \"%EMPTY%\""),
            "devices[0].extensions[0].password: `%EMPTY%` at character 1 would act as a command in the value of a setting (`account.1.password`); choose another text",
        ),
        (
            "Conflict",
            phone(
                "settings = { registrar = { host = \"192.0.2.1\", transport = \"dns_srv\" } }",
                password,
            ),
            "devices[0].settings.registrar.host: transport `dns_srv` with an address: service records belong to a domain",
        ),
        (
            "Duplicate",
            phone(
                "keys = [{ position = 2, kind = \"line\" }, { position = 2, kind = \"none\" }]",
                password,
            ),
            "devices[0].keys[1]: key `2` is also at devices[0].keys[0]",
        ),
        (
            "Empty",
            phone("", "password = \"\""),
            "devices[0].extensions[0].password: expected a text, found nothing",
        ),
        (
            "Invalid",
            phone("settings = { resync = { daily_at = \"25:00\" } }", password),
            "devices[0].settings.resync.daily_at: expected a time of day from `00:00` to `23:59`, found `25:00`",
        ),
        (
            "Missing",
            phone("", password).replace("language = \"de\"\n", ""),
            "devices[0].settings.language: missing: expected a language; looked at devices[0].settings, site.settings",
        ),
        #[cfg(not(feature = "templates"))]
        (
            "NeedsFeature",
            phone(
                "settings = { custom = [{ target = \"yealink\", name = \"lang.wui\", template = \"{{x}}\" }] }",
                password,
            ),
            "devices[0].settings.custom[0].template: needs the feature `templates` of this library",
        ),
        (
            "NoCodecLeft",
            phone("settings = { codecs = [\"gsm\", \"amr\"] }", password),
            "devices[0].settings.codecs: no codec is left: yealink T46S with firmware 66.86.0.15 has none of gsm, amr",
        ),
        (
            "NotSupported",
            phone("settings = { codecs = [\"gsm\", \"pcma\"] }", password),
            "devices[0].settings.codecs: yealink T46S with firmware 66.86.0.15 has no codec `gsm`",
        ),
        (
            "OutsideDomain",
            phone(
                "settings = { custom = [{ target = \"yealink\", name = \"phone_setting.dialnow_delay\", value = \"20\" }] }",
                password,
            ),
            "devices[0].settings.custom[0].value: `phone_setting.dialnow_delay` takes a whole number from 1 to 14, found `20`; set `unchecked` to send it all the same",
        ),
        (
            "OutOfRange",
            phone("keys = [{ position = 28, kind = \"line\" }]", password),
            "devices[0].keys[0].position: expected a position between 1 and 27 (yealink T46S), found 28",
        ),
        (
            "Syntax",
            "[site]\nname = hidden\n".to_owned(),
            "document: not a well-formed TOML document at line 2, column 8",
        ),
        #[cfg(feature = "templates")]
        (
            "Template",
            phone(
                "settings = { custom = [{ target = \"yealink\", name = \"lang.wui\", template = \"é {{#if x}}hidden\" }] }",
                password,
            ),
            "devices[0].settings.custom[0].template: the template at line 1, column 3: the block has no end",
        ),
        (
            "TooMany",
            phone("modules = 7", password),
            "devices[0].modules: expected at most 6 expansion modules (yealink T46S), found 7",
        ),
        (
            "UnknownKey",
            phone("", "password = \"hidden\"\ndisplayname = \"x\""),
            "devices[0].extensions[0].displayname: unknown key `displayname`; the nearest is `display_name`",
        ),
        (
            "Unresolved",
            phone("profile = \"receptoin\"", password)
                .replace("[[devices]]", "[profiles.reception]\n[[devices]]"),
            "devices[0].profile: no profile `receptoin`; the nearest is `reception`",
        ),
        (
            "Unwritable",
            phone(
                "settings = { admin = { username = \"admin\", password = \"a:b\" } }",
                password,
            ),
            "devices[0].settings.admin.password: `:` at character 2 cannot stand in a login (`static.security.user_password`)",
        ),
        (
            "WrongType",
            phone("settings = { volumes = 7 }", password),
            "devices[0].settings.volumes: expected a table, found an integer",
        ),
    ]
}

#[test]
fn every_kind_of_error_has_its_text() {
    let mut reached = BTreeSet::new();
    for (kind, document, expected) in errors() {
        let found =
            match std::panic::catch_unwind(|| {
                match phone_provisioning::Document::from_toml(&document) {
                    Ok(_) => document_errors(&document),
                    Err(errors) => support::errors_text(&errors),
                }
            }) {
                Ok(found) => found,
                Err(_) => panic!("{kind}: the document has no fault"),
            };
        assert_eq!(found, [expected], "{kind}");
        assert!(!found[0].contains("hidden"), "{kind} shows a secret");
        reached.insert(kind);
    }
    reached.insert(a_clock_that_is_wrong_for_too_long());
    // With the feature nothing lacks it, without it nothing is a template.
    reached.insert(if cfg!(feature = "templates") {
        "NeedsFeature"
    } else {
        "Template"
    });
    assert_eq!(
        reached,
        variants("pub enum ErrorKind"),
        "kinds that no case reaches"
    );
}

/// What is allowed is no field of the document, the caller says it.
fn a_clock_that_is_wrong_for_too_long() -> &'static str {
    let document = phone("", "password = \"hidden\"").replace("Europe/Berlin", "Africa/Cairo");
    let fleet = resolve(&document);
    let render = |minutes| {
        let mut site = fleet.site().as_ref().clone();
        site.rules_as_of = Some("2026-09-30T00:00:00Z".parse().expect("an instant"));
        site.clock_tolerance = Some(chrono::Duration::minutes(minutes));
        phone_provisioning::Provisioner::new(site.into()).render(&fleet.devices()[0])
    };
    assert!(render(60).is_ok());
    let errors = render(59).expect_err("an hour is longer");
    assert_eq!(
        support::errors_text(&errors),
        [
            "site.settings.time_zone: the clock of Africa/Cairo would be 1 h behind from 2026-10-29 20:00 UTC to 2026-10-29 21:00 UTC; such times until 2036-09-29: 10, the longest 1 h, 10 h in all, longer than 59 min at a stretch; choose a zone of another law or allow more (`clock_tolerance`)"
        ],
    );
    "WrongClock"
}

/// Code, document, a line that is among its notices.
fn notices() -> Vec<(&'static str, String, &'static str)> {
    let password = "password = \"hidden\"";
    let custom = |name: &str, value: &str| {
        phone(
            &format!(
                "settings = {{ custom = [{{ target = \"yealink\", name = \"{name}\", value = \"{value}\" }}] }}"
            ),
            password,
        )
    };
    vec![
        (
            "Capacity",
            format!(
                "{}[[devices]]\nmac = \"00:04:13:b6:00:01\"\nmodel = \"snom M900\"\ntoken = \"hidden\"\nhandsets = [{{ slot = 1, extensions = [{{ number = \"1\", {password} }}] }}]\n",
                SITE.replace(
                    "{ host = \"sip.example.net\" }",
                    "{ host = \"sip.example.net\", srtp = \"mandatory\" }"
                )
            ),
            "site.settings.registrar.srtp: capacity: with encryption of speech snom M900 carries 5 calls at once instead of 10",
        ),
        (
            "Clock",
            phone("", password).replace("Europe/Berlin", "Africa/Cairo"),
            "site.settings.time_zone: clock: no setting of yealink T46S says the law of Africa/Cairo: its clock is 1 h behind from 2026-10-29 20:00 UTC to 2026-10-29 21:00 UTC; such times until 2036-09-29: 10, the longest 1 h, 10 h in all",
        ),
        (
            "CodecLeftOut",
            phone("", password).replace(
                "language = \"de\"",
                "language = \"de\"\ncodecs = [\"gsm\", \"pcma\"]",
            ),
            "site.settings.codecs: codec-left-out: yealink T46S with firmware 66.86.0.15 has no codec `gsm`",
        ),
        (
            "CustomShadows",
            custom("call_waiting.enable", "0"),
            "devices[0].settings.custom[0]: custom-shadows: replaces what the model says of `call_waiting.enable`",
        ),
        (
            "CustomUnknown",
            custom("call_waiting.enabled", "0"),
            "devices[0].settings.custom[0].name: custom-unknown: the dictionary of yealink T46S has no `call_waiting.enabled`; the nearest is `call_waiting.enable`",
        ),
        (
            "Firmware",
            phone("", password).replace("66.86.0.15", "68.86.0.15"),
            "devices[0].installed_firmware: firmware: firmware of yealink T46S begins with 66, this one with 68",
        ),
        (
            "LongText",
            phone("", &format!("{password}\nlabel = \"{}\"", "x".repeat(100))),
            "devices[0].extensions[0].label: long-text: longer than the 99 characters that `account.1.label` is known to take",
        ),
        (
            "MaintenanceLogin",
            phone("", password).replace(
                "maintenance = { username = \"var\", password = \"hidden\" }\n",
                "",
            ),
            "site.settings.maintenance: maintenance-login: the `var` login is not given: it gets the administrator's password, not the factory one",
        ),
        (
            "NoToken",
            phone("", password).replace("token = \"hidden\"\n", ""),
            "devices[0].token: no-token: the provisioning URL has a token and the device has none: no provisioning settings are sent, plug and play stays on",
        ),
        (
            "NotApplicable",
            phone("", password).replace(
                "language = \"de\"",
                "language = \"de\"\ntone_country = \"NG\"",
            ),
            "site.settings.tone_country: not-applicable: yealink T46S has no tones of `NG`",
        ),
        (
            "Rounded",
            format!(
                "{}[[devices]]\nmac = \"00:04:13:b6:00:01\"\nmodel = \"snom M700\"\ninstalled_firmware = \"5.20.1\"\ntoken = \"hidden\"\nhandsets = [{{ slot = 1, extensions = [{{ number = \"1\", {password} }}] }}]\n",
                SITE.replace(
                    "{ host = \"sip.example.net\" }",
                    "{ host = \"sip.example.net\", srtp = \"mandatory\" }"
                )
            ),
            "site.settings.registrar.srtp: rounded: this firmware knows SRTP as on and off only; it is switched on",
        ),
        (
            "Security",
            phone("", password).replace(
                "admin = { username = \"admin\", password = \"hidden\" }\n",
                "",
            ),
            "site.settings.admin: security: no administrator's login is given: the phone keeps the one it has, which may be the factory one",
        ),
        (
            "UnknownLimit",
            phone("", password)
                .replace("T46S", "T18")
                .replace("installed_firmware = \"66.86.0.15\"\n", ""),
            "devices[0].extensions: unknown-limit: how many accounts yealink T18 holds is not known: those in use are written, none is switched off",
        ),
    ]
}

#[test]
fn every_kind_of_notice_has_its_text() {
    let mut reached = BTreeSet::new();
    for (code, document, expected) in notices() {
        let fleet = resolve(&document);
        let rendered = render(fleet.site(), &fleet.devices()[0]);
        let found = notices_text(rendered.notices());
        assert!(
            found.iter().any(|notice| notice == expected),
            "{code}: {found:#?}"
        );
        assert!(!found.concat().contains("hidden"), "{code} shows a secret");
        reached.insert(code);
    }
    assert_eq!(
        reached,
        variants("pub enum NoticeCode"),
        "codes that no case reaches"
    );
}

/// The variants of an enum of `error`: a new one fails here until a case reaches it.
fn variants(of: &str) -> BTreeSet<&'static str> {
    let source = concat!(
        include_str!("../src/error.rs"),
        include_str!("../src/error/notice.rs")
    );
    let (_, body) = source.split_once(of).expect("the enum is there");
    let (body, _) = body.split_once("\n}\n").expect("the enum ends");
    body.lines()
        .filter_map(|line| line.strip_prefix("    "))
        .filter(|line| line.starts_with(|c: char| c.is_ascii_uppercase()))
        .map(|line| {
            let end = line
                .find(|c: char| !c.is_ascii_alphanumeric())
                .unwrap_or(line.len());
            &line[..end]
        })
        .collect()
}

/// What code can say and no document can: the document's reader refuses it before.
#[test]
fn code_is_told_what_is_wrong_too() {
    use phone_provisioning::Provisioner;
    use phone_provisioning::model::{
        Device, DeviceBuilder, Extension, FunctionKey, Handset, KeyKind, Registrar, Settings,
    };
    use support::{errors_text, extension, site_with};

    let device = |model: &str| Device::builder("80:5e:0c:12:34:56".parse().unwrap(), model);
    let told = |device: DeviceBuilder| match device.build() {
        Err(errors) => errors_text(&errors),
        Ok(device) => {
            let provisioner = Provisioner::new(site_with(|_| ()));
            errors_text(&provisioner.render(&device).unwrap_err())
        }
    };
    let registering = |expires: u32| {
        let mut own: Extension = extension(1);
        let mut registrar = Registrar::new("sip.example.net".parse().unwrap());
        registrar.expires = expires;
        own.registrar = Some(registrar);
        own
    };
    let every = |minutes: u32| {
        let mut settings = Settings::default();
        settings.resync.every_minutes = Some(minutes);
        settings
    };
    let key = |position: u16| FunctionKey::new(position, KeyKind::Dnd);

    let of_device = told(
        device("acme X1")
            .profile("reception")
            .extension(extension(1)),
    );
    assert_eq!(
        of_device,
        [
            "device.805e0c123456.profile: no profile `reception`",
            "device.805e0c123456.model: no model `acme X1`"
        ]
    );
    let yealink = told(
        device("yealink T46S")
            .extension(registering(29))
            .settings(every(43_201)),
    );
    assert_eq!(
        yealink,
        [
            "device.805e0c123456.settings.resync.every_minutes: expected minutes between 1 and 43200 (yealink T46S), found 43201",
            "device.805e0c123456.extensions[0].registrar.expires: expected seconds between 30 and 2147483647 (yealink T46S), found 29"
        ]
    );
    let yealink = told(
        device("yealink T46S")
            .extension(extension(1))
            .settings(every(0)),
    );
    assert_eq!(
        yealink,
        [
            "device.805e0c123456.settings.resync.every_minutes: expected minutes between 1 and 43200 (yealink T46S), found 0"
        ]
    );
    let mut ringing = registering(0);
    ringing.ring_tones.internal = Some(3);
    let snom = told(device("snom D785").extension(ringing).settings(every(0)));
    assert_eq!(
        snom,
        [
            "device.805e0c123456.settings.resync.every_minutes: expected minutes between 1 and 4294967295, found 0",
            "device.805e0c123456.extensions[0].registrar.expires: expected seconds between 1 and 4294967295, found 0",
            "device.805e0c123456.extensions[0].ring_tones.internal: snom D785 has no ring tone for calls from colleagues of one account; set it in the device's settings"
        ]
    );
    let mut handset = Handset::new(99);
    handset.extensions.push(extension(1));
    assert_eq!(
        told(device("yealink W60B").handset(handset)),
        [
            "device.805e0c123456.handsets[0].slot: expected a slot between 1 and 8 (yealink W60B), found 99"
        ]
    );
    let mut beyond = key(0);
    beyond.module = Some(0);
    beyond.extension = 0;
    let both = device("yealink W60B")
        .handset(Handset::new(1))
        .extension(extension(1));
    assert_eq!(
        told(both.key(beyond)),
        [
            "device.805e0c123456.extensions: extensions beside handsets: a phone has extensions, a base has handsets that carry them",
            "device.805e0c123456.keys[0].position: expected a position between 1 and 65535, found 0",
            "device.805e0c123456.keys[0].module: expected a module between 1 and 255, found 0",
            "device.805e0c123456.keys[0].extension: expected an extension between 1 and 255, found 0"
        ]
    );
}
