//! Defects that other provisioning systems had, one test each, named after the defect. The numbers
//! are those of the list of field failures that the crate was designed against.

#![cfg(feature = "yealink")]

mod support;

use support::{device, document_errors, own_settings, render, resolve, value};

const SITE: &str = r#"
[site]
name = "Example BV"
provisioning_url = "https://pbx.example.net/p/{token}/"
[site.settings]
time_zone = "Europe/Berlin"
language = "de"
registrar = { host = "sip.example.net" }
admin = { username = "admin", password = "adm1n" }
"#;

/// The settings of the only device of a document: the site above and this.
#[track_caller]
fn settings_of(toml: &str) -> Vec<support::cfg::Setting> {
    let fleet = resolve(&format!("{SITE}{toml}"));
    own_settings(fleet.site(), &fleet.devices()[0])
}

const PHONE: &str = r#"
[[devices]]
mac = "80:5e:0c:12:34:56"
model = "yealink T46S"
installed_firmware = "66.86.0.15"
token = "t0ken"
"#;

/// 31: a random password with `&` broke the file; 1008: quotes in a display name did.
#[test]
fn f31_marks_in_passwords_and_names_arrive() {
    let settings = settings_of(&format!(
        r#"{PHONE}
extensions = [{{ number = "1", display_name = "24/7 \"Süd\" <Büro> & Co", password = "s&<c>r\"t'é#=;%9 中🙂" }}]"#
    ));
    assert_eq!(
        value(&settings, "account.1.display_name"),
        Some("24/7 \"Süd\" <Büro> & Co")
    );
    assert_eq!(
        value(&settings, "account.1.password"),
        Some("s&<c>r\"t'é#=;%9 中🙂")
    );
}

/// R5: a line feed in a display name added settings to the file, for instance a password.
#[test]
fn r05_a_line_feed_adds_no_setting() {
    let errors = document_errors(&format!(
        r#"{SITE}{PHONE}
extensions = [{{ number = "1", display_name = "Bob\naccount.1.password = x", password = "y" }}]"#
    ));
    assert_eq!(
        errors,
        [
            "devices[0].extensions[0].display_name: line feed (U+000A) at character 4 cannot stand in a text"
        ]
    );
}

/// R6: storage turned the password `OFF` into nothing, `YES` into `1`, and expanded `${PATH}`.
#[test]
fn r06_words_and_variables_are_only_text() {
    for password in [
        "OFF", "NONE", "YES", "true", "null", "${PATH}", "{mac}", "$1", "%s", "0",
    ] {
        let settings = settings_of(&format!(
            "{PHONE}extensions = [{{ number = \"1\", password = \"{password}\" }}]"
        ));
        assert_eq!(value(&settings, "account.1.password"), Some(password));
    }
}

/// R7, 22: settings glued to one line, lines without `=`, placeholder names left in. The strict
/// reader accepts none of it; here for the phone of the failure.
#[test]
fn r07_every_setting_has_a_line_of_its_own() {
    let settings = settings_of(
        r#"
[[devices]]
mac = "80:5e:0c:12:34:56"
model = "yealink T58W"
token = "t"
extensions = [{ number = "1", password = "p" }, { number = "2", password = "q" }]"#,
    );
    for account in 1..=2 {
        for (codec, priority) in [("g722", "1"), ("pcma", "2"), ("pcmu", "3"), ("g729", "4")] {
            let name = |key| format!("account.{account}.codec.{codec}.{key}");
            assert_eq!(value(&settings, &name("enable")), Some("1"));
            assert_eq!(value(&settings, &name("priority")), Some(priority));
        }
    }
    assert!(
        settings
            .iter()
            .all(|setting| !setting.name.contains(['X', '<', '{', '$']))
    );
}

/// R8: a time stamp in a comment gave another hash at every request.
#[test]
fn r08_nothing_in_a_file_depends_on_the_moment() {
    let fleet = resolve(&format!("{SITE}{PHONE}"));
    let one = render(fleet.site(), &fleet.devices()[0]);
    let two = render(fleet.site(), &fleet.devices()[0]);
    assert_eq!(one.files(), two.files());
}

/// R9, R11: a tail of empty settings undid what was set above; an address was set, then set to
/// nothing. Every name stands once.
#[test]
fn r09_no_setting_is_undone_by_a_later_line() {
    let settings = settings_of(&format!(
        "{PHONE}extensions = [{{ number = \"1\", password = \"p\" }}]"
    ));
    let address: Vec<&str> = settings
        .iter()
        .filter(|setting| setting.name == "account.1.sip_server.1.address")
        .map(|setting| setting.value.as_str())
        .collect();
    assert_eq!(address, ["sip.example.net"]);
}

/// R10: the mailbox of account 2 overwrote that of account 1.
#[test]
fn r10_each_account_has_its_own_mailbox() {
    let settings = settings_of(&format!(
        r#"{PHONE}extensions = [
    {{ number = "1", password = "p", voicemail = "*971" }},
    {{ number = "2", password = "p", voicemail = "*972" }},
]"#
    ));
    assert_eq!(value(&settings, "voice_mail.number.1"), Some("*971"));
    assert_eq!(value(&settings, "voice_mail.number.2"), Some("*972"));
}

/// R17: outbound proxy ignored; its port replaced by the SIP port; TCP became UDP.
#[test]
fn r17_the_outbound_proxy_keeps_its_port_and_transport() {
    let settings = settings_of(&format!(
        r#"{PHONE}
settings = {{ outbound_proxy = {{ host = "edge.example.net", port = 5099, transport = "tcp" }} }}
extensions = [{{ number = "1", password = "p" }}]"#
    ));
    assert_eq!(
        value(&settings, "account.1.outbound_proxy_enable"),
        Some("1")
    );
    assert_eq!(
        value(&settings, "account.1.outbound_proxy.1.address"),
        Some("edge.example.net")
    );
    assert_eq!(
        value(&settings, "account.1.outbound_proxy.1.port"),
        Some("5099")
    );
    assert_eq!(
        value(&settings, "account.1.sip_server.1.port"),
        Some("5060")
    );
    assert_eq!(
        value(&settings, "account.1.sip_server.1.transport_type"),
        Some("1")
    );
}

/// R18: TLS with mandatory SRTP came out as SRTP off; SRTP was derived from the transport.
#[test]
fn r18_srtp_is_a_setting_of_its_own() {
    for (transport, number) in [("udp", "0"), ("tcp", "1"), ("tls", "2"), ("dns_srv", "3")] {
        for (srtp, encryption) in [("off", "0"), ("optional", "1"), ("mandatory", "2")] {
            let settings = settings_of(&format!(
                r#"{PHONE}
settings = {{ registrar = {{ host = "sip.example.net", transport = "{transport}", srtp = "{srtp}" }} }}
extensions = [{{ number = "1", password = "p" }}]"#
            ));
            assert_eq!(
                value(&settings, "account.1.sip_server.1.transport_type"),
                Some(number)
            );
            assert_eq!(
                value(&settings, "account.1.srtp_encryption"),
                Some(encryption)
            );
        }
    }
}

/// R19: the second account on another server got the first one's address.
#[test]
fn r19_an_account_on_another_server_gets_that_server() {
    let settings = settings_of(&format!(
        r#"{PHONE}extensions = [
    {{ number = "1", password = "p" }},
    {{ number = "2", password = "p", registrar = {{ host = "other.example.net", port = 5070 }} }},
]"#
    ));
    assert_eq!(
        value(&settings, "account.1.sip_server.1.address"),
        Some("sip.example.net")
    );
    assert_eq!(
        value(&settings, "account.2.sip_server.1.address"),
        Some("other.example.net")
    );
    assert_eq!(
        value(&settings, "account.2.sip_server.1.port"),
        Some("5070")
    );
}

/// R20: the backup registrar took the next account's index.
#[test]
fn r20_the_backup_registrar_is_a_second_server_of_the_same_account() {
    let settings = settings_of(&format!(
        r#"{PHONE}
settings = {{ backup_registrar = {{ host = "two.example.net", port = 5062 }} }}
extensions = [{{ number = "1", password = "p" }}]"#
    ));
    assert_eq!(
        value(&settings, "account.1.sip_server.2.address"),
        Some("two.example.net")
    );
    assert_eq!(
        value(&settings, "account.1.sip_server.2.port"),
        Some("5062")
    );
    assert_eq!(value(&settings, "account.2.enable"), Some("0"));
}

/// R21, 16: unused keys and accounts were not written, so old ones stayed.
#[test]
fn r21_what_is_not_used_is_reset() {
    let settings = settings_of(&format!(
        "{PHONE}modules = 1\nextensions = [{{ number = \"1\", password = \"p\" }}]"
    ));
    for key in 2..=27 {
        assert_eq!(value(&settings, &format!("linekey.{key}.type")), Some("0"));
    }
    for key in 1..=40 {
        let name = format!("expansion_module.1.key.{key}.type");
        assert_eq!(value(&settings, &name), Some("0"));
    }
    assert_eq!(value(&settings, "expansion_module.2.key.1.type"), None);
    for account in 2..=16 {
        assert_eq!(
            value(&settings, &format!("account.{account}.enable")),
            Some("0")
        );
        assert_eq!(
            value(&settings, &format!("account.{account}.password")),
            Some("%NULL%")
        );
    }
}

/// R22: the key of account 2 was placed on line 1.
#[test]
fn r22_a_line_key_belongs_to_its_account() {
    let settings = settings_of(&format!(
        r#"{PHONE}
keys = [{{ position = 5, kind = "line", extension = 2 }}]
extensions = [{{ number = "1", password = "p" }}, {{ number = "2", password = "p" }}]"#
    ));
    assert_eq!(value(&settings, "linekey.5.type"), Some("15"));
    assert_eq!(value(&settings, "linekey.5.line"), Some("2"));
}

/// R23, 37, 38: codec priority missing; numbered codecs sent to firmware that wants names; `true`
/// instead of `1`; only the first account had its codecs.
#[test]
fn r23_codecs_come_in_the_words_of_the_firmware() {
    let phone = |firmware: &str| {
        settings_of(&format!(
            r#"
[[devices]]
mac = "80:5e:0c:12:34:56"
model = "yealink T46S"
installed_firmware = "{firmware}"
token = "t"
settings = {{ codecs = ["pcma", "g722"] }}
extensions = [{{ number = "1", password = "p" }}, {{ number = "2", password = "p" }}]"#
        ))
    };
    let named = phone("66.86.0.15");
    let both = phone("66.81.0.110");
    for account in 1..=2 {
        for settings in [&named, &both] {
            let of = |key| value(settings, &format!("account.{account}.codec.{key}"));
            assert_eq!(of("pcma.enable"), Some("1"));
            assert_eq!(of("pcma.priority"), Some("1"));
            assert_eq!(of("g722.priority"), Some("2"));
            assert_eq!(of("pcmu.enable"), Some("0"));
            assert_eq!(of("pcmu.priority"), Some("0"));
        }
        let slot = |key| value(&both, &format!("account.{account}.codec.{key}"));
        assert_eq!(slot("2.payload_type"), Some("PCMA"));
        assert_eq!(slot("2.priority"), Some("1"));
        assert_eq!(slot("6.payload_type"), Some("G722"));
        assert_eq!(slot("6.priority"), Some("2"));
        assert_eq!(slot("1.enable"), Some("0"));
        assert_eq!(
            value(&named, &format!("account.{account}.codec.1.enable")),
            None
        );
    }
}

/// R24: without a choice of firmware a firmware address was sent all the same, or an empty one.
#[test]
fn r24_no_firmware_chosen_sends_none() {
    let settings = settings_of(&format!(
        "{PHONE}extensions = [{{ number = \"1\", password = \"p\" }}]"
    ));
    assert!(
        settings
            .iter()
            .all(|setting| !setting.name.contains("firmware"))
    );
}

/// R25, 26: `user_password = :` for a login that is not set; the same name stands once per login.
#[test]
fn r25_every_login_gets_a_password_that_is_not_the_factory_one() {
    let settings = settings_of(&format!(
        "{PHONE}extensions = [{{ number = \"1\", password = \"p\" }}]"
    ));
    let logins: Vec<&str> = settings
        .iter()
        .filter(|setting| setting.name == "static.security.user_password")
        .map(|setting| setting.value.as_str())
        .collect();
    assert_eq!(logins, ["user:adm1n", "var:adm1n", "admin:adm1n"]);
}

/// 27: `sip_server_host` was sent to phones that want `sip_server.1.address` for years.
#[test]
fn f27_servers_are_named_as_the_firmware_names_them() {
    for firmware in ["2.71.0.50", "2.72.0.50", "2.73.0.50"] {
        let settings = settings_of(&format!(
            r#"
[[devices]]
mac = "80:5e:0c:12:34:56"
model = "yealink T28P"
installed_firmware = "{firmware}"
token = "t"
extensions = [{{ number = "1", password = "p" }}]"#
        ));
        assert_eq!(
            value(&settings, "account.1.sip_server.1.address"),
            Some("sip.example.net")
        );
        assert_eq!(value(&settings, "account.1.sip_server_host"), None);
    }
}

/// 40: the file was written in the wrong letter case, the phone got 404.
#[test]
fn f40_the_file_has_the_letter_case_that_the_phone_asks_with() {
    for spelled in [
        "80:5E:0C:AB:CD:EF",
        "805E0CABCDEF",
        "805e.0cab.cdef",
        "80-5e-0C-ab-CD-ef",
    ] {
        let fleet = resolve(&format!(
            "{SITE}\n[[devices]]\nmac = \"{spelled}\"\nmodel = \"yealink T46S\"\ntoken = \"t\"\n"
        ));
        let rendered = render(fleet.site(), &fleet.devices()[0]);
        assert!(rendered.file("805e0cabcdef.cfg").is_some(), "{spelled}");
    }
}

/// 46: a file that anybody may fetch held the directory's password.
#[test]
fn f46_the_file_of_the_model_holds_no_password() {
    let fleet = resolve(&format!(
        "{SITE}ldap = {{ host = \"ldap.example.net\", base = \"dc=x\", password = \"hidden-ldap\" }}\n{PHONE}"
    ));
    let rendered = render(fleet.site(), &fleet.devices()[0]);
    let shared = rendered.file("y000000000066.cfg").unwrap();
    let text = std::str::from_utf8(shared.bytes()).unwrap();
    assert!(text.contains("ldap.host = ldap.example.net"), "{text}");
    for secret in ["hidden-ldap", "adm1n", "t0ken"] {
        assert!(!text.contains(secret), "{secret} stands in\n{text}");
    }
}

/// 23: a phone asked for a number that the system had filed under another model.
#[test]
fn f23_every_number_of_a_model_is_answered() {
    let fleet = resolve(&format!(
        "{SITE}\n[[devices]]\nmac = \"80:5e:0c:12:34:56\"\nmodel = \"yealink T56A\"\ntoken = \"t\"\n"
    ));
    let rendered = render(fleet.site(), &fleet.devices()[0]);
    for name in ["y000000000058.cfg", "y000000000056.cfg"] {
        assert!(rendered.file(name).is_some(), "{name}");
    }
    let t28 = device("yealink T28P").build().unwrap();
    let site = fleet.site();
    assert!(render(site, &t28).file("y000000000000.cfg").is_some());
}

// ---- found by the suites of this crate ----

/// A port or an address beside service records was left out without a word for the second server.
#[test]
fn a_backup_registrar_beside_service_records_has_neither_port_nor_address() {
    let site = SITE.replace(
        r#"registrar = { host = "sip.example.net" }"#,
        r#"registrar = { host = "example.net", transport = "dns_srv" }
        backup_registrar = { host = "192.0.2.1", port = 5070 }"#,
    );
    let extension = "[[devices.extensions]]\nnumber = \"1001\"\npassword = \"x\"\n";
    assert_eq!(
        document_errors(&format!("{site}{PHONE}{extension}")),
        [
            "site.settings.backup_registrar.host: transport `dns_srv` with an address: service records belong to a domain",
            "site.settings.backup_registrar.port: transport `dns_srv` with a port: the port comes from the service record; leave it out",
        ]
    );
}

/// The length of the provisioning URL was counted with the placeholders in it, and a token that is
/// too long was laid at the door of the site.
#[test]
fn the_provisioning_url_is_measured_as_it_is_sent() {
    let render_with = |token: &str| {
        let site = support::site_with(|site| {
            let path = "x".repeat(511 - "https://pbx.example.net///".len() - 12 - 6);
            let url = format!("https://pbx.example.net/{path}/{{token}}{{mac}}/");
            let placeholders = phone_provisioning::Site::URL_PLACEHOLDERS;
            let url = phone_provisioning::model::UrlTemplate::parse(&url, placeholders);
            site.provisioning_url = Some(url.unwrap());
        });
        let phone = device("yealink T46S").token(support::secret(token));
        let phone = support::built(phone);
        let provisioner = phone_provisioning::Provisioner::new(site.clone());
        provisioner
            .render(&phone)
            .map(|_| {
                let settings = own_settings(&site, &phone);
                let url = value(&settings, "static.auto_provision.server.url");
                url.unwrap().len()
            })
            .map_err(|errors| errors.to_string())
    };
    assert_eq!(render_with("abcdef"), Ok(511));
    assert_eq!(render_with("a/b/"), Err("device.805e0c123456.token: expected at most 511 characters in the provisioning URL (yealink T46S), found 513".to_owned()));
}

/// Firmware before V70 got a file without a server, because no source names its settings.
#[test]
fn firmware_before_v70_is_told_what_v70_is_told() {
    let phone = |version: &str| {
        let firmware = phone_provisioning::model::Firmware::parse(
            phone_provisioning::model::FirmwareScheme::Generation,
            version,
        );
        let phone = device("yealink T28P").extension(support::extension(1));
        support::built(phone.installed_firmware(firmware.unwrap()))
    };
    let site = support::site_with(|_| ());
    let (old, known) = (phone("2.60.0.10"), phone("2.70.0.10"));
    assert_eq!(
        value(&own_settings(&site, &old), "account.1.sip_server_host"),
        Some("sip.example.net")
    );
    assert_eq!(
        support::own_file(&render(&site, &old)).bytes(),
        support::own_file(&render(&site, &known)).bytes()
    );
    let told = support::notices_text(render(&site, &old).notices());
    assert!(
        told.iter().any(|notice| notice == "device.805e0c123456.installed_firmware: firmware: no source names the settings of 2.60.0.10: it is told those of V70"),
        "{told:?}"
    );
}

/// What a key cannot do was cleared without a word.
#[test]
fn a_value_of_a_line_key_is_told() {
    let site = support::site_with(|_| ());
    let mut key = support::line_key(1, 1);
    key.value = Some(support::text("1002"));
    let phone = device("yealink T46S").extension(support::extension(1));
    assert_eq!(
        support::render_err(&site, &support::built(phone.key(key))),
        ["device.805e0c123456.keys[0].value: a key of kind `line` takes no value"]
    );
}

/// A manager of many bases has account X for the handset in slot X; the accounts were numbered in the
/// order of the list.
#[test]
fn the_account_of_a_managed_handset_has_the_number_of_its_slot() {
    let base = |more: &str| {
        format!(
            r#"
[[devices]]
mac = "80:5e:0c:12:34:56"
model = "yealink W80DM"
token = "t"
[[devices.handsets]]
slot = 7
name = "Seven"
extensions = [{{ number = "2007", password = "p" }}{more}]
[[devices.handsets]]
slot = 3
extensions = [{{ number = "2003", password = "q" }}]
"#
        )
    };
    let settings = settings_of(&base(""));
    assert_eq!(value(&settings, "account.7.user_name"), Some("2007"));
    assert_eq!(value(&settings, "account.3.user_name"), Some("2003"));
    assert_eq!(value(&settings, "handset.7.name"), Some("Seven"));
    for unused in [1, 2, 4, 5, 6, 8, 100] {
        assert_eq!(
            value(&settings, &format!("account.{unused}.enable")),
            Some("0")
        );
    }
    let second = base(", { number = \"2017\", password = \"p\" }");
    assert_eq!(
        document_errors(&format!("{SITE}{second}")),
        [
            "devices[0].handsets[0].extensions: expected at most 1 account of one handset (yealink W80DM), found 2"
        ]
    );
}

/// A directory that was to be reached over TLS was told to phones without TLS for LDAP, which would
/// have sent its password in clear.
#[test]
fn a_directory_over_tls_is_left_out_where_there_is_no_tls() {
    let fleet = resolve(&format!(
        "{SITE}ldap = {{ host = \"ldap.example.net\", tls = \"ldaps\", base = \"dc=x\", password = \"hidden-ldap\" }}\n\
         [[devices]]\nmac = \"80:5e:0c:12:34:56\"\nmodel = \"yealink T28P\"\ninstalled_firmware = \"2.73.0.50\"\ntoken = \"t\"\n"
    ));
    let rendered = render(fleet.site(), &fleet.devices()[0]);
    let own = support::own_file(&rendered);
    let text = std::str::from_utf8(own.bytes()).unwrap();
    assert!(text.contains("\nldap.enable = 0\n"), "{text}");
    assert!(!text.contains("hidden-ldap"), "{text}");
    assert!(rendered.notices().iter().any(|notice| {
        notice.to_string()
            == "site.settings.ldap.tls: not-applicable: yealink T28P with firmware 2.73.0.50 has no LDAP over TLS; the directory is left out, because its password would go in clear"
    }));
}
