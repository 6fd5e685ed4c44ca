//! Bases and their handsets: what both makers' systems have in common and where they differ.
//! Files are read by the strict readers.

#![cfg(all(feature = "snom", feature = "yealink"))]

mod support;

use std::sync::Arc;

use phone_provisioning::error::NoticeCode;
use phone_provisioning::model::{
    Device, DeviceBuilder, Extension, Handling, Handset, HandsetBinding, Multicell, MulticellRole,
    Registrar, Site, Srtp,
};
use phone_provisioning::target::Rendered;
use support::cfg::Setting;
use support::{
    built, device, document_errors, handset, render, render_err, resolve, secret, site_with, text,
    value, with_firmware,
};

const AT: &str = "device.805e0c123456";

fn site() -> Arc<Site> {
    site_with(|_| ())
}

fn settings(site: &Arc<Site>, device: DeviceBuilder) -> Vec<Setting> {
    support::own_settings(site, &built(device))
}

fn yealink(version: &str) -> Option<phone_provisioning::model::Firmware> {
    let scheme = phone_provisioning::model::FirmwareScheme::Generation;
    phone_provisioning::model::Firmware::parse(scheme, version).ok()
}

#[track_caller]
fn assert_told(settings: &[Setting], expected: &[(&str, &str)]) {
    for (name, expected) in expected {
        assert_eq!(value(settings, name), Some(*expected), "{name}");
    }
}

#[track_caller]
fn assert_not_told(settings: &[Setting], names: &[&str]) {
    for name in names {
        assert_eq!(value(settings, name), None, "{name}");
    }
}

fn notices(rendered: &Rendered, code: NoticeCode) -> Vec<String> {
    let notices = rendered.notices().iter();
    notices
        .filter(|notice| notice.code() == code)
        .map(|notice| format!("{}: {}", notice.path(), notice.message()))
        .collect()
}

fn extension(number: &str) -> Extension {
    Extension::new(text(number), secret("p"))
}

fn carrying(slot: u16, numbers: &[&str]) -> Handset {
    let mut handset = Handset::new(slot);
    handset.extensions = numbers.iter().map(|number| extension(number)).collect();
    handset
}

fn bound(mut handset: Handset, identity: &str) -> Handset {
    handset.binding = HandsetBinding::Ipei(identity.parse().unwrap());
    handset
}

fn removed(mut handset: Handset) -> Handset {
    handset.binding = HandsetBinding::Remove;
    handset
}

// ---- Yealink bases of their own ----

/// A slot that nobody names has by itself the account of its number, which is another handset's here.
#[test]
fn slots_that_are_not_used_ring_and_dial_with_no_account() {
    let base = || {
        device("yealink W60B")
            .handset(carrying(4, &["201", "202"]))
            .handset(carrying(1, &["203"]))
    };
    let told = settings(
        &site(),
        base().installed_firmware(yealink("77.85.0.20").unwrap()),
    );
    assert_told(
        &told,
        &[
            ("account.1.user_name", "201"),
            ("account.3.user_name", "203"),
            ("handset.4.incoming_lines", "1,2"),
            ("handset.4.dial_out_lines", "1,2"),
            ("handset.4.dial_out_default_line", "1"),
            ("handset.1.incoming_lines", "3"),
            ("handset.1.dial_out_lines", "3"),
            ("handset.1.dial_out_default_line", "3"),
        ],
    );
    for slot in [2, 3, 5, 6, 7, 8] {
        assert_told(
            &told,
            &[
                (&format!("handset.{slot}.name"), "%NULL%"),
                (&format!("handset.{slot}.incoming_lines"), "%EMPTY%"),
                (&format!("handset.{slot}.dial_out_lines"), "%EMPTY%"),
                (&format!("handset.{slot}.dial_out_default_line"), "%NULL%"),
            ],
        );
    }
    assert_not_told(&told, &["handset.9.name", "handset.1.ipui"]);
    // V73 has no word for nothing.
    let old = with_firmware(device("yealink W52P"), yealink("25.73.0.50"));
    assert_told(
        &settings(&site(), old.handset(carrying(1, &["201"]))),
        &[
            ("handset.2.incoming_lines", "%NULL%"),
            ("handset.5.dial_out_lines", "%NULL%"),
        ],
    );
    // Nor does a base without handsets keep any.
    assert_told(
        &settings(&site(), device("yealink W70B")),
        &[
            ("handset.10.incoming_lines", "%EMPTY%"),
            ("account.10.enable", "0"),
        ],
    );
}

/// The line a handset dials with is one of its own: another would have no effect.
#[test]
fn the_default_line_is_among_the_lines_of_the_handset() {
    let lists: [&[&[&str]]; 3] = [
        &[&["1"], &["2", "3"], &["4"]],
        &[&["1", "2", "3", "4", "5"]],
        &[&["1", "2"], &["3", "4"], &["5"]],
    ];
    for handsets in lists {
        let mut base = device("yealink W56P");
        for (slot, numbers) in (1..).zip(handsets) {
            base = base.handset(carrying(slot, numbers));
        }
        let told = settings(&site(), base);
        for (slot, numbers) in (1..).zip(handsets) {
            let of = |key: &str| value(&told, &format!("handset.{slot}.{key}")).unwrap();
            let lines: Vec<&str> = of("dial_out_lines").split(',').collect();
            assert_eq!(of("incoming_lines"), of("dial_out_lines"));
            assert!(lines.contains(&of("dial_out_default_line")));
            let users: Vec<&str> = lines
                .iter()
                .map(|line| value(&told, &format!("account.{line}.user_name")).unwrap())
                .collect();
            assert_eq!(users, **numbers);
        }
    }
}

#[test]
fn a_handset_that_is_taken_away_leaves_its_accounts_off() {
    let lenient = device("yealink W60B").handling(Handling::Lenient);
    let base = lenient
        .handset(removed(carrying(1, &["201"])))
        .handset(carrying(2, &["202"]));
    let rendered = render(&site(), &built(base.clone()));
    let told = settings(&site(), base);
    assert_told(
        &told,
        &[
            ("account.1.enable", "0"),
            ("account.1.user_name", "%NULL%"),
            ("account.2.enable", "1"),
            ("account.2.user_name", "202"),
            ("handset.1.incoming_lines", "%EMPTY%"),
            ("handset.2.incoming_lines", "2"),
        ],
    );
    let unbind = format!(
        "{AT}.handsets[0].ipei: yealink W60B has no way to unbind a handset; leave it out, which switches its accounts off, and deregister it at the base"
    );
    assert_eq!(
        notices(&rendered, NoticeCode::NotApplicable),
        std::slice::from_ref(&unbind)
    );
    let strict = device("yealink W60B").handset(removed(carrying(1, &["201"])));
    assert_eq!(render_err(&site(), &built(strict)), [unbind]);
}

#[test]
fn what_a_yealink_base_cannot_do_is_said_with_what_can_be_done() {
    let mut asking = bound(carrying(1, &["201"]), "0DEADBEEF4");
    asking.access_code = Some(secret("1234"));
    asking.model = Some(text("M65"));
    assert_eq!(
        render_err(&site(), &built(device("yealink W60B").handset(asking))),
        [
            format!(
                "{AT}.handsets[0].ipei: yealink W60B has no binding of a slot to one handset; register the handsets in the order of the slots"
            ),
            format!(
                "{AT}.handsets[0].access_code: yealink W60B has no access code of one slot; set that of the base as the raw setting `base.pin_code`"
            ),
            format!("{AT}.handsets[0].model: yealink W60B has no handset `M65`"),
        ]
    );
    // A model that bases know is no request.
    let mut known = carrying(1, &["201"]);
    known.model = Some(text("w73h"));
    render(&site(), &built(device("yealink W60B").handset(known)));
}

// ---- what Yealink handsets are told ----

#[test]
fn handsets_get_their_language_by_number() {
    let told = |language: &str, handset: Handset| {
        let site = site_with(|site| site.settings.language = Some(language.parse().unwrap()));
        let base = built(device("yealink W70B").handset(handset));
        let rendered = render(&site, &base);
        let of_handsets = rendered
            .notices()
            .iter()
            .filter(|n| n.message().contains("handsets"));
        let of_handsets: Vec<String> = of_handsets.map(ToString::to_string).collect();
        let settings = support::own_settings(&site, &base);
        let number = value(&settings, "custom.handset.language").map(str::to_owned);
        (number, of_handsets)
    };
    for (language, number) in [
        ("en", "0"),
        ("fr-CA", "1"),
        ("de-AT", "2"),
        ("it", "3"),
        ("pl", "4"),
        ("pt", "5"),
        ("es-MX", "6"),
        ("tr", "7"),
        ("ru", "8"),
        ("sv", "10"),
    ] {
        assert_eq!(
            told(language, handset(1)),
            (Some(number.to_owned()), vec![]),
            "{language}"
        );
    }
    let lacking = |language: &str| {
        vec![format!(
            "site.settings.language: not-applicable: yealink W70B has no language `{language}` on its handsets; choose it on each handset"
        )]
    };
    assert_eq!(told("nl", handset(1)), (None, lacking("nl")));
    // Czech and Slovak are on one model of handset alone.
    let mut cp935w = handset(1);
    cp935w.model = Some(text("CP935W"));
    assert_eq!(told("cs", handset(1)), (None, lacking("cs")));
    assert_eq!(told("cs", cp935w.clone()), (Some("9".to_owned()), vec![]));
    assert_eq!(told("sk", cp935w), (Some("11".to_owned()), vec![]));
}

#[test]
fn handsets_get_the_formats_of_the_base_and_the_base_passes_them_on() {
    let site = site_with(|site| {
        site.settings.time_format = Some(phone_provisioning::model::TimeFormat::H12);
        site.settings.date_format = Some(phone_provisioning::model::DateFormat::DayMonthYear);
    });
    for (model, version, switch) in [
        (
            "yealink W52P",
            "25.73.0.50",
            "auto_provision.handset_configured.enable",
        ),
        (
            "yealink W80DM",
            "103.83.0.50",
            "static.auto_provision.handset_configured.enable",
        ),
    ] {
        let base = with_firmware(device(model), yealink(version)).handset(handset(1));
        assert_told(
            &settings(&site, base),
            &[
                ("custom.handset.time_format", "0"),
                ("custom.handset.date_format", "3"),
                (switch, "1"),
            ],
        );
    }
    let phone = settings(
        &site,
        device("yealink T46S").extension(support::extension(1)),
    );
    assert_not_told(
        &phone,
        &[
            "custom.handset.language",
            "static.auto_provision.handset_configured.enable",
        ],
    );
}

// ---- Yealink managers of many bases ----

fn registrar(host: &str) -> Registrar {
    Registrar::new(host.parse().unwrap())
}

#[test]
fn a_manager_keeps_servers_in_a_table() {
    let site = site_with(|site| {
        site.settings.backup_registrar = Some("backup.example.net:5070".parse().unwrap());
    });
    let mut own = extension("203");
    let mut elsewhere = registrar("other.example.net");
    elsewhere.transport = phone_provisioning::model::Transport::Tls;
    elsewhere.srtp = Srtp::Mandatory;
    own.registrar = Some(elsewhere);
    let mut third = Handset::new(3);
    third.extensions.push(own);
    let told = settings(
        &site,
        device("yealink W90DM")
            .handset(carrying(9, &["209"]))
            .handset(third)
            .handset(carrying(1, &["201"])),
    );
    assert_told(
        &told,
        &[
            ("template.1.name", "sip.example.net"),
            ("template.1.sip_server.1.address", "sip.example.net"),
            ("template.1.sip_server.1.port", "5060"),
            ("template.1.sip_server.1.transport_type", "0"),
            ("template.1.sip_server.1.expires", "3600"),
            ("template.1.sip_server.2.address", "backup.example.net"),
            ("template.1.sip_server.2.port", "5070"),
            ("template.1.outbound.enable", "0"),
            ("template.2.sip_server.1.address", "other.example.net"),
            ("template.2.sip_server.1.port", "5061"),
            ("template.2.sip_server.1.transport_type", "2"),
            ("template.2.sip_server.2.address", "%NULL%"),
            ("template.3.name", "%NULL%"),
            ("template.3.sip_server.1.address", "%NULL%"),
            ("template.10.sip_server.1.address", "%NULL%"),
            ("template.10.outbound.enable", "0"),
            // Account and slot have one number.
            ("account.1.sip_server.template", "1"),
            ("account.3.sip_server.template", "2"),
            ("account.9.sip_server.template", "1"),
            ("account.9.user_name", "209"),
            ("account.3.srtp_encryption", "2"),
            ("account.1.srtp_encryption", "0"),
            ("account.2.enable", "0"),
            ("account.250.enable", "0"),
        ],
    );
    assert_not_told(
        &told,
        &[
            "template.11.name",
            "account.1.sip_server.1.address",
            "account.1.outbound_proxy_enable",
            "handset.1.incoming_lines",
            "handset.1.dial_out_lines",
        ],
    );
}

#[test]
fn the_outbound_proxy_of_a_manager_stands_in_its_table() {
    let site = site_with(|site| {
        let mut proxy =
            phone_provisioning::model::OutboundProxy::new("proxy.example.net".parse().unwrap());
        proxy.port = Some(5099.try_into().unwrap());
        site.settings.outbound_proxy = Some(proxy);
    });
    assert_told(
        &settings(&site, device("yealink W80DM").handset(handset(1))),
        &[
            ("template.1.outbound.enable", "1"),
            ("template.1.outbound.1.address", "proxy.example.net"),
            ("template.1.outbound.1.port", "5099"),
        ],
    );
}

#[test]
fn the_eleventh_server_of_a_manager_is_an_error() {
    let mut base = device("yealink W80DM");
    for slot in 1..=11 {
        let mut own = extension(&format!("2{slot:02}"));
        own.registrar = Some(registrar(&format!("sip{slot}.example.net")));
        let mut handset = Handset::new(slot);
        handset.extensions.push(own);
        base = base.handset(handset);
    }
    assert_eq!(
        render_err(&site(), &built(base)),
        [format!(
            "{AT}.handsets[10].extensions[0]: expected at most 10 SIP servers (yealink W80DM), found 11"
        )]
    );
}

/// The identity is passed on as ten hexadecimal digits, whatever it was given as.
#[test]
fn a_manager_binds_and_frees_slots() {
    let told = settings(
        &site(),
        device("yealink W80DM")
            .handset(bound(carrying(2, &["202"]), "0x0deadbeef4"))
            .handset(bound(carrying(3, &["203"]), "00146 0156577 9"))
            .handset(removed(carrying(4, &["204"])))
            .handset(carrying(5, &["205"])),
    );
    assert_told(
        &told,
        &[
            ("handset.1.ipui", "%NULL%"),
            ("handset.2.ipui", "0DEADBEEF4"),
            ("handset.3.ipui", "00092263A1"),
            ("handset.4.ipui", "%NULL%"),
            ("handset.5.ipui", "%NULL%"),
            ("handset.100.ipui", "%NULL%"),
            ("account.4.enable", "0"),
            ("account.5.enable", "1"),
        ],
    );
    assert_not_told(&told, &["handset.101.ipui", "handset.1.reg.enable"]);
}

#[test]
fn slots_of_a_manager_end_where_its_accounts_end() {
    // How many handsets it holds is not known, how many accounts is.
    let beyond = device("yealink W75DM")
        .handset(handset(20))
        .handset(handset(21));
    assert_eq!(
        render_err(&site(), &built(beyond)),
        [format!(
            "{AT}.handsets[1].slot: expected a slot with an account between 1 and 20 (yealink W75DM), found 21"
        )]
    );
}

#[test]
fn a_base_in_its_role_holds_neither_accounts_nor_handsets() {
    for model in ["yealink W75B", "yealink W80B", "yealink W90B"] {
        let told = settings(&site(), device(model));
        let of_accounts = |setting: &&Setting| {
            ["account.", "template.", "handset.", "custom.handset."]
                .iter()
                .any(|start| setting.name.starts_with(start))
        };
        assert_eq!(told.iter().find(of_accounts), None, "{model}");
        let errors = render_err(&site(), &built(device(model).handset(handset(1))));
        let limit = format!("{AT}.handsets: expected at most 0 handsets ({model}), found 1");
        assert!(errors.contains(&limit), "{errors:?}");
    }
}

/// Nor does it take the account of a phone that nobody uses.
#[test]
fn a_base_in_its_role_has_no_account_for_nobody() {
    let site = support::site_of(support::EVERYTHING);
    for model in ["yealink W75B", "yealink W80B", "yealink W90B"] {
        let told = settings(&site, device(model).token(secret("t")));
        assert_not_told(&told, &["account.1.enable", "account.1.user_name"]);
    }
}

// ---- Snom bases ----

/// The number of a handset that is unbound goes to another one, and its registrar is not a row.
#[test]
fn the_number_of_an_unbound_handset_is_free() {
    let mut old = removed(carrying(1, &["201"]));
    old.extensions[0].registrar = Some(registrar("old.example.net"));
    let told = settings(
        &site(),
        device("snom M900")
            .handset(old)
            .handset(carrying(2, &["201"])),
    );
    assert_told(
        &told,
        &[
            ("user_active.1", "off"),
            ("user_name.1", ""),
            ("user_pass.1", ""),
            ("subscr_dect_ipui.1", "0xFFFFFFFFFF"),
            ("user_active.2", "on"),
            ("user_name.2", "201"),
            ("subscr_sip_hs_idx.2", "2"),
            ("subscr_sip_ua_data_server_id.2", "1"),
            ("user_host.1", "sip.example.net"),
            ("user_host.2", ""),
        ],
    );
    // Without a registrar for anybody, only one that registers misses it.
    let site = site_with(|site| site.settings.registrar = None);
    settings(
        &site,
        device("snom M900").handset(removed(carrying(1, &["201"]))),
    );
}

#[test]
fn bindings_access_codes_and_lines_stand_with_each_extension() {
    let mut first = bound(
        carrying(7, &["201", "202", "203", "204"]),
        "57005 0782068 7",
    );
    first.access_code = Some(secret("0071"));
    let mut second = carrying(9, &["205"]);
    second.access_code = Some(secret("0090"));
    let told = settings(
        &site(),
        device("snom M700")
            .handset(first)
            .handset(second)
            .handset(carrying(1, &["206"])),
    );
    for index in 1..=4 {
        assert_told(
            &told,
            &[
                (&format!("user_name.{index}"), &*format!("20{index}")),
                (&format!("subscr_sip_hs_idx.{index}"), "7"),
                (&format!("subscr_dect_ipui.{index}"), "0x0DEADBEEF4"),
                (&format!("subscr_dect_ac_code.{index}"), "0071"),
            ],
        );
    }
    assert_told(
        &told,
        &[
            ("subscr_sip_hs_idx.5", "9"),
            ("subscr_dect_ipui.5", "0xFFFFFFFFFF"),
            ("subscr_dect_ac_code.5", "0090"),
            ("subscr_sip_hs_idx.6", "1"),
            ("subscr_dect_ac_code.6", "0000"),
        ],
    );
}

/// With four lines on each there is room for two hundred.
#[test]
fn a_base_holds_fewer_handsets_with_all_their_lines() {
    let base = |handsets: u16| {
        (1..=handsets).fold(device("snom M900"), |base, slot| {
            let numbers: Vec<String> = (1..=4).map(|line| format!("{slot}0{line}")).collect();
            let numbers: Vec<&str> = numbers.iter().map(String::as_str).collect();
            base.handset(carrying(slot, &numbers))
        })
    };
    render(&site(), &built(base(200)));
    assert_eq!(
        render_err(&site(), &built(base(201))),
        [format!(
            "{AT}.handsets: expected at most 200 handsets with all their lines (snom M900), found 201"
        )]
    );
}

#[test]
fn wide_band_and_encryption_halve_the_calls() {
    let told = |model: &str, srtp: Srtp, codecs: &str, system: bool| {
        let site = site_with(|site| {
            site.settings.registrar.as_mut().unwrap().srtp = srtp;
            let codecs: Vec<_> = codecs
                .split(' ')
                .map(|codec| codec.parse().unwrap())
                .collect();
            site.settings.codecs = phone_provisioning::model::CodecList::new(codecs).ok();
        });
        let mut base = device(model).handset(handset(1)).handset(handset(2));
        if system {
            base = base.multicell(Multicell::new(MulticellRole::Primary));
        }
        notices(&render(&site, &built(base)), NoticeCode::Capacity)
    };
    let of_codecs =
        |rest: &str| format!("site.settings.codecs: with G.722 as the first codec {rest}");
    let of_srtp =
        |rest: &str| format!("site.settings.registrar.srtp: with encryption of speech {rest}");
    let alone = "snom M900 carries 5 calls at once instead of 10";
    let system = "each base of the system carries 4 calls at once instead of 8";
    let unknown = "snom M400 carries half as many calls at once; how many is not known";
    let no: [String; 0] = [];
    assert_eq!(told("snom M900", Srtp::Off, "pcma g722", false), no);
    assert_eq!(
        told("snom M900", Srtp::Off, "g722 pcma", false),
        [of_codecs(alone)]
    );
    assert_eq!(
        told("snom M900", Srtp::Optional, "pcma", false),
        [of_srtp(alone)]
    );
    assert_eq!(
        told("snom M700", Srtp::Mandatory, "g722 pcma", true),
        [of_codecs(system), of_srtp(system)]
    );
    assert_eq!(
        told("snom M400", Srtp::Off, "g722", false),
        [of_codecs(unknown)]
    );
    assert_eq!(told("snom M400", Srtp::Off, "pcma", false), no);
}

/// W#73, W#211, W#285: the tags of bases change with their firmware.
#[test]
fn f61_a_base_is_told_in_the_words_of_its_firmware() {
    let site = site_with(|site| {
        site.settings.registrar.as_mut().unwrap().srtp = Srtp::Mandatory;
        site.settings.admin = Some(phone_provisioning::model::Login {
            username: text("chief"),
            password: secret("Adm1n"),
        });
    });
    let scheme = phone_provisioning::model::FirmwareScheme::Branch;
    for (version, srtp, three_logins) in [
        ("450B5", "on", false),
        ("520B1", "on", false),
        ("530B10", "on", true),
        ("650B204", "on", true),
        ("670B202", "mandatory", true),
        ("740B104", "mandatory", true),
    ] {
        let version = phone_provisioning::model::Firmware::parse(scheme, version).unwrap();
        let base = device("snom M900")
            .installed_firmware(version)
            .handset(handset(1));
        let told = settings(&site, base);
        assert_told(&told, &[("user_srtp.1", srtp), ("http_pass", "Adm1n")]);
        let engineer = value(&told, "http_engineer_pass").is_some();
        assert_eq!(engineer, three_logins, "{version}");
    }
}

// ---- systems of several bases ----

const SITE: &str = r#"
[site]
name = "Example BV"
[site.settings]
time_zone = "Europe/Berlin"
language = "de"
registrar = { host = "sip.example.net" }
"#;

fn system(role: &str, chain_id: Option<u16>, number: usize) -> String {
    let chain_id = chain_id.map_or(String::new(), |id| format!(", chain_id = {id}"));
    format!(
        "[[devices]]\nmac = \"00:04:13:01:{:02x}:{:02x}\"\nmodel = \"snom M900\"\nmulticell = {{ role = \"{role}\"{chain_id} }}\n",
        number / 256,
        number % 256
    )
}

#[test]
fn a_system_has_as_many_bases_as_the_maker_says() {
    let fleet = |bases: usize, chain_id: Option<u16>| {
        let secondaries = (1..bases).map(|number| system("secondary", chain_id, number));
        format!(
            "{SITE}{}{}",
            system("primary", chain_id, 0),
            secondaries.collect::<String>()
        )
    };
    assert_eq!(resolve(&fleet(254, Some(600))).devices().len(), 254);
    for chain_id in [Some(600), None] {
        assert_eq!(
            document_errors(&fleet(256, chain_id)),
            [
                "devices[254].multicell: expected at most 254 bases of one system (snom M900), found 256"
            ]
        );
    }
    // Two systems.
    let secondaries = (254..300).map(|number| system("secondary", Some(601), number));
    let two = format!(
        "{}{}",
        fleet(254, Some(600)),
        secondaries.collect::<String>()
    );
    resolve(&two);
}

#[test]
fn the_number_of_a_system_is_no_extension_of_it() {
    let with = |chain_id: &str, number: &str, username: &str| {
        format!(
            "{SITE}[[devices]]\nmac = \"00:04:13:01:00:01\"\nmodel = \"snom M900\"\nmulticell = {{ role = \"primary\"{chain_id} }}\nhandsets = [{{ slot = 1, extensions = [{{ number = \"{number}\", password = \"p\"{username} }}] }}]\n"
        )
    };
    let rest = "which the bases register with themselves; change one of the two";
    assert_eq!(
        document_errors(&with(", chain_id = 600", "600", "")),
        [format!(
            "devices[0].handsets[0].extensions[0].number: 600 is the chain id at devices[0].multicell.chain_id, {rest}"
        )]
    );
    assert_eq!(
        document_errors(&with("", "1", ", username = \"512\"")),
        [format!(
            "devices[0].handsets[0].extensions[0].username: 512 is the chain id of a system without devices[0].multicell.chain_id, {rest}"
        )]
    );
    resolve(&with(", chain_id = 600", "512", ""));
    // What registers is the SIP user.
    resolve(&with(", chain_id = 600", "600", ", username = \"u600\""));
    // 16 bits.
    resolve(&with(", chain_id = 65535", "512", ""));
    let errors = document_errors(&with(", chain_id = 65536", "512", ""));
    assert_eq!(
        errors,
        ["devices[0].multicell.chain_id: expected a chain id between 0 and 65535, found 65536"]
    );
}

#[test]
fn a_secondary_base_holds_nothing_that_the_primary_hands_on() {
    let secondary = format!(
        "{SITE}{}handsets = [{{ slot = 1, extensions = [{{ number = \"1\", password = \"p\" }}] }}]\n",
        system("secondary", None, 1)
    );
    assert_eq!(
        document_errors(&secondary),
        [
            "devices[0].handsets: handsets on a secondary base: they belong to the primary, which hands them on"
        ]
    );
    let fleet = resolve(&format!("{SITE}{}", system("secondary", Some(7), 1)));
    let base: &Device = &fleet.devices()[0];
    let told = support::own_settings(fleet.site(), base);
    assert_told(
        &told,
        &[
            ("network_sync_enable", "on"),
            ("network_sync_chain_id", "7"),
        ],
    );
    assert_not_told(
        &told,
        &[
            "user_host.1",
            "user_active.1",
            "language",
            "ntp_server",
            "auto_dect_register",
        ],
    );
}
