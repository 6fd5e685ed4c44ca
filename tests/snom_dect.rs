//! Snom DECT bases: what is written, read back by another reader, and what is refused.

#![cfg(feature = "snom")]

use std::collections::BTreeMap;
use std::sync::Arc;

use phone_provisioning::error::{Errors, NoticeCode};
use phone_provisioning::model::{
    CallerId, CodecList, CustomSetting, CustomValue, DateFormat, Device, DeviceBuilder, Dtmf,
    Extension, Firmware, FirmwareChoice, FirmwareScheme, FunctionKey, Handling, Handset,
    HandsetBinding, KeyKind, Ldap, LdapTls, LoggedOut, Login, Multicell, MulticellRole,
    OutboundProxy, Percent, Phonebook, Registrar, Settings, Site, Srtp, Transport, UrlTemplate,
    Vlan,
};
use phone_provisioning::target::{ProvisioningTarget, Rendered, snom::SnomDect};
use phone_provisioning::{Mac, Provisioner, Secret, Text};
use proptest::prelude::*;

const MAC: &str = "00:04:13:b6:06:80";
const XML: &str = "000413B60680.xml";
const LABEL: &str = "24/7 \"Süd\" <Büro> & Co";
const PASSWORD: &str = "s&<c>r\"t'é#=;%9 中🙂";

fn text(text: &str) -> Text {
    text.parse().unwrap()
}

fn secret(secret: &str) -> Secret {
    secret.parse().unwrap()
}

fn version(text: &str) -> Firmware {
    Firmware::parse(FirmwareScheme::Branch, text).unwrap()
}

fn template(url: &str) -> UrlTemplate {
    UrlTemplate::parse(url, Site::URL_PLACEHOLDERS).unwrap()
}

fn registrar(host: &str) -> Registrar {
    Registrar::new(host.parse().unwrap())
}

fn login(username: &str, password: &str) -> Login {
    Login {
        username: text(username),
        password: secret(password),
    }
}

fn site() -> Site {
    let mut settings = Settings::default();
    settings.time_zone = Some("Europe/Amsterdam".parse().unwrap());
    settings.language = Some("nl".parse().unwrap());
    settings.registrar = Some(registrar("sip.example.net"));
    settings.admin = Some(login("admin", "Adm1n"));
    Site::new(text("Example"), settings)
}

fn base(model: &str) -> DeviceBuilder {
    let mac: Mac = MAC.parse().unwrap();
    Device::builder(mac, format!("snom {model}"))
}

fn extension(number: &str) -> Extension {
    Extension::new(text(number), secret(PASSWORD))
}

fn handset(slot: u16, extensions: impl IntoIterator<Item = Extension>) -> Handset {
    let mut handset = Handset::new(slot);
    handset.extensions.extend(extensions);
    handset
}

fn try_render(site: &Site, device: DeviceBuilder) -> Result<Rendered, Errors> {
    Provisioner::new(Arc::new(site.clone())).render(&device.build().unwrap())
}

#[track_caller]
fn render(site: &Site, device: DeviceBuilder) -> Rendered {
    try_render(site, device).unwrap_or_else(|errors| panic!("{errors}"))
}

#[track_caller]
fn refused(site: &Site, device: DeviceBuilder) -> Vec<String> {
    let errors = try_render(site, device).unwrap_err();
    errors.iter().map(ToString::to_string).collect()
}

/// A setting as another reader finds it: section, name, index or type, value.
type Line = (String, String, String, String);

/// The settings of a file in their order.
#[track_caller]
fn lines(rendered: &Rendered, name: &str) -> Vec<Line> {
    let file = rendered.file(name).expect("the file is there");
    let bytes = std::str::from_utf8(file.bytes()).unwrap();
    assert!(bytes.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"));
    assert!(bytes.ends_with("</settings>\n"));
    let document = roxmltree::Document::parse(bytes).unwrap();
    let root = document.root_element();
    assert_eq!(root.tag_name().name(), "settings");
    let elements = |node: roxmltree::Node<'_, '_>| {
        node.children()
            .filter(roxmltree::Node::is_element)
            .map(|node| node.id())
            .collect::<Vec<_>>()
    };
    let mut lines = Vec::new();
    for section in elements(root) {
        let section = document.get_node(section).unwrap();
        for setting in elements(section) {
            let setting = document.get_node(setting).unwrap();
            assert!(setting.attributes().len() <= 1, "no permissions");
            let at = setting.attributes().next();
            assert!(at.is_none_or(|at| matches!(at.name(), "idx" | "type")));
            assert!(setting.children().all(|child| child.is_text()));
            lines.push((
                section.tag_name().name().to_owned(),
                setting.tag_name().name().to_owned(),
                at.map_or("", |at| at.value()).to_owned(),
                setting.text().unwrap_or_default().to_owned(),
            ));
        }
    }
    lines
}

/// The settings of the base by name, with `name.index` where there is one. Nothing stands twice.
#[track_caller]
fn values(rendered: &Rendered) -> BTreeMap<String, String> {
    let mut values = BTreeMap::new();
    for (_, name, at, value) in lines(rendered, XML) {
        let name = if at.is_empty() {
            name
        } else {
            format!("{name}.{at}")
        };
        assert_eq!(values.insert(name.clone(), value), None, "{name} twice");
    }
    values
}

#[track_caller]
fn assert_values(rendered: &Rendered, expected: &[(&str, &str)]) {
    let values = values(rendered);
    for (name, value) in expected {
        assert_eq!(
            values.get(*name).map(String::as_str),
            Some(*value),
            "{name}"
        );
    }
}

#[track_caller]
fn assert_absent(rendered: &Rendered, names: &[&str]) {
    let values = values(rendered);
    for name in names {
        assert_eq!(values.get(*name), None, "{name}");
    }
}

fn notices(rendered: &Rendered, code: NoticeCode) -> Vec<String> {
    let all = rendered.notices().iter();
    all.filter(|notice| notice.code() == code)
        .map(|notice| format!("{}: {}", notice.path(), notice.message()))
        .collect()
}

#[test]
fn every_value_is_read_back() {
    let mut site = site();
    site.provisioning_url = Some(template("https://pbx.example.net/p/{token}/"));
    let settings = &mut site.settings;
    settings.tone_country = Some("CH".parse().unwrap());
    settings.ntp_servers = Some(vec!["ntp.example.net".parse().unwrap()]);
    settings.user = Some(login("usér <1>", PASSWORD));
    settings.maintenance = Some(login("service", PASSWORD));
    settings.download = Some(login("down&load", PASSWORD));
    settings.vlan = Some(Vlan::new(42, Some(5)).unwrap());
    settings.tls.verify = Some(true);
    settings.nat.rport = Some(false);
    settings.nat.stun = Some("stun.example.net:3478".parse().unwrap());
    settings.codecs = Some("pcma g726_32 g722".parse::<CodecList>().unwrap());
    settings.dtmf = Some(Dtmf::SipInfo);
    settings.call_waiting = Some(false);
    settings.feature_codes.voicemail = Some(text("*97"));
    let mut anna = extension("201");
    anna.display_name = Some(text("Zoë \"Z\" <x> & y"));
    anna.username = Some(text("u<1>"));
    anna.auth_username = Some(text("a&1"));
    anna.label = Some(text(LABEL));
    anna.voicemail = Some(text("<*98>"));
    anna.call_waiting = Some(true);
    anna.forward.always = Some(text("1&2"));
    anna.forward.busy = Some(text("30"));
    anna.forward.no_answer = Some(text("31"));
    anna.forward.no_answer_seconds = Some(45);
    let mut bound = handset(7, [anna, extension("202")]);
    bound.binding = HandsetBinding::Ipei("57005 0782068 7".parse().unwrap());
    bound.access_code = Some(secret("0815"));
    let device = base("M900")
        .label(text(LABEL))
        .token(secret("t/&k"))
        .handset(bound)
        .handset(handset(3, [extension("203")]));
    let rendered = render(&site, device);
    assert_values(
        &rendered,
        &[
            ("setting_server", "https://pbx.example.net/p/t%2F%26k/"),
            ("pnp_config", "off"),
            ("http_client_user", "down&load"),
            ("http_client_password", PASSWORD),
            ("http_user", "admin"),
            ("http_pass", "Adm1n"),
            ("http_basic_user", "usér <1>"),
            ("http_basic_pass", PASSWORD),
            ("http_engineer_user", "service"),
            ("http_engineer_pass", PASSWORD),
            ("tls_server_authentication", "on"),
            ("phone_name", LABEL),
            ("vlan_id", "42"),
            ("vlan_qos", "5"),
            ("ntp_server", "ntp.example.net"),
            ("tone_scheme", "SWI"),
            ("language", "Dutch"),
            ("web_language", "Dutch"),
            ("enable_rport_rfc3581", "off"),
            ("stun_server", "stun.example.net"),
            ("auto_dect_register", "on"),
            ("user_host.1", "sip.example.net"),
            ("user_outbound.1", ""),
            ("srv_sip_transport.1", "udp"),
            ("user_expiry.1", "3600"),
            ("user_srtp.1", "disabled"),
            ("codec_priority_list.1", "pcma, g726, g722"),
            ("user_dtmf_info.1", "sip_info_only"),
            ("keepalive_interval.1", "on"),
            ("user_active.1", "on"),
            ("user_name.1", "u<1>"),
            ("user_pname.1", "a&1"),
            ("user_pass.1", PASSWORD),
            ("user_realname.1", "Zoë \"Z\" <x> & y"),
            ("subscr_sip_line_name.1", LABEL),
            ("subscr_sip_hs_idx.1", "7"),
            ("subscr_dect_ipui.1", "0x0DEADBEEF4"),
            ("subscr_dect_ac_code.1", "0815"),
            ("subscr_sip_ua_data_server_id.1", "1"),
            ("user_mailbox.1", "<*98>"),
            ("user_mailnumber.1", "<*98>"),
            ("call_waiting.1", "on"),
            ("fwd_all_enabled.1", "on"),
            ("fwd_all_target.1", "1&2"),
            ("fwd_busy_enabled.1", "on"),
            ("fwd_busy_target.1", "30"),
            ("fwd_time_enabled.1", "on"),
            ("fwd_time_target.1", "31"),
            ("fwd_time_secs.1", "45"),
            ("auto_answer_mode.1", "disabled"),
            ("user_name.2", "202"),
            ("user_pass.2", PASSWORD),
            ("subscr_sip_hs_idx.2", "7"),
            ("subscr_dect_ipui.2", "0x0DEADBEEF4"),
            ("user_mailnumber.2", "*97"),
            ("call_waiting.2", "off"),
            ("fwd_all_enabled.2", "off"),
            ("fwd_all_target.2", ""),
            ("user_name.3", "203"),
            ("user_pass.3", PASSWORD),
            ("subscr_sip_hs_idx.3", "3"),
            ("subscr_dect_ipui.3", "0xFFFFFFFFFF"),
            ("subscr_dect_ac_code.3", "0000"),
            ("user_active.4", "off"),
            ("network_sync_enable", "off"),
        ],
    );
    assert_eq!(
        notices(&rendered, NoticeCode::Security).len(),
        2,
        "two passwords that bases are known to refuse"
    );
}

#[test]
fn settings_stand_in_the_order_of_the_dictionary() {
    let mut site = site();
    site.provisioning_url = Some(template("https://pbx.example.net/"));
    site.settings.vlan = Some(Vlan::new(2, None).unwrap());
    site.settings.ldap = Some(Ldap::new("10.0.0.1".parse().unwrap(), text("dc=x")));
    let mut choice = FirmwareChoice::new(version("740B104"));
    choice.url = Some("https://fw.example.net".parse().unwrap());
    let mut one = handset(1, [extension("1"), extension("2")]);
    one.model = Some(text("M65"));
    one.firmware = Some(version("740B104"));
    let device = base("M900")
        .firmware(choice)
        .multicell(Multicell::new(MulticellRole::Primary))
        .handset(one);
    let target = SnomDect::new();
    let order = |section: &str, name: &str| {
        let mut rows = target.settings().iter();
        let row = rows.find(|row| row.name == name && row.section == section);
        row.unwrap_or_else(|| panic!("no row {name} in {section}"))
            .order
    };
    let mut sections: Vec<String> = Vec::new();
    let mut last = (String::new(), String::new(), 0);
    for (section, name, at, _) in lines(&render(&site, device), XML) {
        let order = order(&section, &name);
        if last.0 == section && last.1 == at {
            assert!(order > last.2, "{name} {at}");
        }
        if sections.last() != Some(&section) {
            sections.push(section.clone());
        }
        last = (section, at, order);
    }
    let expected = [
        "global",
        "server",
        "extension",
        "multicell",
        "firmware-settings",
    ];
    assert_eq!(sections, expected);
}

#[test]
fn prepared_and_plain_give_the_same_bytes() {
    let mut site = site();
    site.provisioning_url = Some(template("https://pbx.example.net/p/{token}/{mac}.xml"));
    site.settings.call_waiting = Some(true);
    site.settings.caller_id = Some(CallerId::Name);
    site.settings.custom = vec![
        custom("log_level", None, "7"),
        custom("user_name", Some(9), "nine"),
        custom("unheard_of", None, "x"),
    ];
    for model in ["M300", "M400", "M700", "M900"] {
        for token in [None, Some(secret("t&k"))] {
            for count in 0..3_u16 {
                let device = |own: Settings| {
                    let mut device = base(model).label(text(LABEL)).settings(own);
                    if let Some(token) = token.clone() {
                        device = device.token(token);
                    }
                    for slot in 1..=count {
                        device = device.handset(handset(slot, [extension(&slot.to_string())]));
                    }
                    device
                };
                let mut own = Settings::default();
                own.call_waiting = Some(true);
                let prepared = device(Settings::default()).build().unwrap();
                let provisioner = Provisioner::new(Arc::new(site.clone()));
                // Parts are made for the second device of a kind and used from the third on.
                for _ in 0..3 {
                    provisioner.render(&prepared).unwrap();
                }
                let prepared = provisioner.render(&prepared).unwrap();
                let plain = render(&site, device(own));
                assert_eq!(prepared.files(), plain.files(), "{model} {count}");
                let sorted = |rendered: &Rendered| {
                    let mut all: Vec<String> =
                        rendered.notices().iter().map(ToString::to_string).collect();
                    all.sort();
                    all
                };
                assert_eq!(sorted(&prepared), sorted(&plain));
            }
        }
    }
}

#[test]
fn one_base_leaves_nothing_of_another_in_prepared_parts() {
    let provisioner = Provisioner::new(Arc::new(site()));
    let device = |mac: &str, label: Option<&str>| {
        let mac: Mac = mac.parse().unwrap();
        let builder = Device::builder(mac, "snom M300");
        let builder = match label {
            Some(label) => builder.label(text(label)),
            None => builder,
        };
        builder
            .handset(handset(1, [extension("1")]))
            .build()
            .unwrap()
    };
    let names: Vec<String> = [
        ("00:04:13:62:00:01", Some("first")),
        ("00:04:13:62:00:02", None),
        ("00:04:13:62:00:03", Some(LABEL)),
    ]
    .into_iter()
    .map(|(mac, label)| {
        let rendered = provisioner.render(&device(mac, label)).unwrap();
        let file = format!("{}.xml", mac.replace(':', ""));
        let mut lines = lines(&rendered, &file).into_iter();
        lines.find(|line| line.1 == "phone_name").unwrap().3
    })
    .collect();
    assert_eq!(names, ["first", "dect-000413620002", LABEL]);
}

#[test]
fn a_base_asks_for_a_container_where_the_url_is_known() {
    let mut with_url = site();
    with_url.provisioning_url = Some(template("https://pbx.example.net/p/{token}/"));
    let device = || {
        base("M900")
            .token(secret("a/b"))
            .handset(handset(1, [extension("1")]))
    };
    let rendered = render(&with_url, device());
    let names: Vec<&str> = rendered.files().iter().map(|file| file.name()).collect();
    assert_eq!(
        names,
        [
            "snomM900.htm",
            "snomM900-000413B60680.htm",
            "000413B60680.xml"
        ]
    );
    assert_eq!(
        std::str::from_utf8(rendered.file("snomM900-000413B60680.htm").unwrap().bytes()).unwrap(),
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<setting-files>\n  \
         <file url=\"https://pbx.example.net/p/a%2Fb/000413B60680.xml\"/>\n</setting-files>\n"
    );
    assert_eq!(
        rendered.file("000413b60680.xml"),
        rendered.file("000413B60680.xml")
    );
    assert_eq!(lines(&rendered, "snomM900.htm"), []);

    let rendered = render(&site(), device());
    let names: Vec<&str> = rendered.files().iter().map(|file| file.name()).collect();
    assert_eq!(names, ["snomM900.htm", "snomM900-000413B60680.htm"]);
    assert_eq!(
        rendered.file("snomM900-000413B60680.htm"),
        rendered.file("000413B60680.xml")
    );
    assert_absent(&rendered, &["setting_server", "pnp_config"]);

    // Without its token the base cannot be told: as if no URL were known.
    let bare = base("M900").handset(handset(1, [extension("1")]));
    let rendered = render(&with_url, bare);
    assert_eq!(rendered.files().len(), 2);
    assert_absent(&rendered, &["setting_server", "pnp_config"]);
    assert_eq!(notices(&rendered, NoticeCode::NoToken).len(), 1);
}

#[test]
fn the_mac_of_the_url_is_left_to_the_base() {
    let mut site = site();
    site.provisioning_url = Some(template("https://pbx.example.net/x/cfg-{mac}.xml"));
    let rendered = render(&site, base("M400").handset(handset(1, [extension("1")])));
    let expected = "https://pbx.example.net/x/cfg-{mac}.xml";
    assert_values(&rendered, &[("setting_server", expected)]);
    let file = rendered.file("cfg-000413b60680.xml");
    assert_eq!(file, rendered.file(XML));
    assert!(file.is_some());
}

#[test]
fn shared_files_hold_nothing_of_a_device() {
    let mut site = site();
    site.provisioning_url = Some(template("https://pbx.example.net/p/{token}/"));
    let device = base("M900")
        .token(secret("tok3n"))
        .handset(handset(1, [extension("1")]));
    let rendered = render(&site, device);
    for file in rendered.files() {
        let text = std::str::from_utf8(file.bytes()).unwrap();
        assert_eq!(
            file.is_sensitive(),
            text.contains("Adm1n") || text.contains("tok3n"),
            "{}",
            file.name()
        );
    }
}

#[test]
fn every_unused_slot_of_the_model_is_cleared_in_three_lines() {
    for (model, slots) in [("M300", 20), ("M400", 20), ("M700", 1000), ("M900", 1000)] {
        let rendered = render(
            &site(),
            base(model).handset(handset(1, [extension("1"), extension("2")])),
        );
        let mut unused = BTreeMap::<usize, Vec<(String, String)>>::new();
        for (section, name, at, value) in lines(&rendered, XML) {
            if section == "extension" && at.parse::<usize>().unwrap() > 2 {
                let lines = unused.entry(at.parse().unwrap()).or_default();
                lines.push((name, value));
            }
        }
        assert_eq!(unused.len(), slots - 2, "{model}");
        assert_eq!(unused.keys().next_back(), Some(&slots));
        let expected = [
            ("user_active", "off"),
            ("user_name", ""),
            ("subscr_dect_ipui", "0xFFFFFFFFFF"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert!(unused.values().all(|lines| *lines == expected), "{model}");
        for server in 2..=10 {
            assert_values(&rendered, &[(&format!("user_host.{server}"), "")]);
        }
        assert_absent(&rendered, &["user_host.11"]);
    }
}

#[test]
fn a_base_without_handsets_is_legal() {
    let rendered = render(&site(), base("M300"));
    assert_values(
        &rendered,
        &[
            ("user_host.1", ""),
            ("user_active.1", "off"),
            ("user_active.20", "off"),
        ],
    );
}

#[test]
fn a_removed_handset_is_unbound_and_off() {
    let mut gone = handset(1, [extension("1")]);
    gone.binding = HandsetBinding::Remove;
    let rendered = render(&site(), base("M400").handset(gone));
    assert_values(
        &rendered,
        &[
            ("user_active.1", "off"),
            ("user_name.1", ""),
            ("user_pname.1", ""),
            ("user_pass.1", ""),
            ("subscr_dect_ipui.1", "0xFFFFFFFFFF"),
        ],
    );
    assert_absent(&rendered, &["user_realname.1", "subscr_sip_hs_idx.1"]);
}

#[test]
fn the_name_of_a_handset_names_its_first_line() {
    let mut labelled = extension("1");
    labelled.label = Some(text("Line"));
    let mut one = handset(1, [extension("2"), extension("3")]);
    one.name = Some(text("Warehouse"));
    let mut two = handset(2, [labelled]);
    two.name = Some(text("Office"));
    let rendered = render(&site(), base("M400").handset(one).handset(two));
    assert_values(
        &rendered,
        &[
            ("subscr_sip_line_name.1", "Warehouse"),
            ("subscr_sip_line_name.2", "3"),
            ("subscr_sip_line_name.3", "Line"),
        ],
    );
    assert_eq!(
        notices(&rendered, NoticeCode::NotApplicable),
        [
            "device.000413b60680.handsets[1].name: the base keeps no name of a handset; its line is called by the extension's label"
        ]
    );
}

#[test]
fn words_follow_the_firmware() {
    let rendered = |model: &str, installed: Option<&str>| {
        let mut site = site();
        if let Some(registrar) = &mut site.settings.registrar {
            registrar.srtp = Srtp::Optional;
        }
        let mut device = base(model).handset(handset(1, [extension("1")]));
        if let Some(installed) = installed {
            device = device.installed_firmware(version(installed));
        }
        render(&site, device)
    };
    for (model, installed, srtp, logins) in [
        ("M700", Some("410"), "on", false),
        ("M300", Some("520B1"), "on", false),
        ("M900", Some("530B10"), "on", true),
        ("M900", Some("669B999"), "on", true),
        ("M900", Some("670B0"), "optional", true),
        ("M900", Some("670B202"), "optional", true),
        ("M400", Some("790B200"), "optional", true),
        ("M900", None, "optional", true),
        // Newest 5.20 known; a base that does not say gets all logins all the same.
        ("M300", None, "on", true),
        ("M700", None, "on", true),
    ] {
        let rendered = rendered(model, installed);
        assert_values(&rendered, &[("user_srtp.1", srtp), ("http_user", "admin")]);
        if logins {
            assert_values(
                &rendered,
                &[
                    ("http_basic_user", "User"),
                    ("http_basic_pass", "Adm1n"),
                    ("http_engineer_user", "Engineer"),
                    ("http_engineer_pass", "Adm1n"),
                ],
            );
        } else {
            assert_absent(&rendered, &["http_basic_user", "http_engineer_pass"]);
        }
        let rounded = notices(&rendered, NoticeCode::Rounded).len();
        assert_eq!(rounded, usize::from(srtp == "on"), "{model} {installed:?}");
        let told = notices(&rendered, NoticeCode::MaintenanceLogin).len();
        assert_eq!(told, usize::from(logins), "{model} {installed:?}");
    }
}

#[test]
fn a_login_that_the_firmware_lacks_is_reported() {
    let mut with_user = site();
    with_user.settings.user = Some(login("user", "u"));
    let device = || base("M300").installed_firmware(version("520B1"));
    let rendered = render(&with_user, device());
    assert_eq!(
        notices(&rendered, NoticeCode::NotApplicable),
        ["site.settings.user: snom M300 with firmware 5.20.1 has no web login of the kind `user`"]
    );
    let mut own = Settings::default();
    own.maintenance = Some(login("m", "m"));
    assert_eq!(
        refused(&site(), device().settings(own)),
        [
            "device.000413b60680.settings.maintenance: snom M300 with firmware 5.20.1 has no web login of the kind `maintenance`"
        ]
    );
}

#[test]
fn r17_the_outbound_proxy_has_its_own_port_and_transport() {
    let mut site = site();
    let mut of_site = registrar("sip.example.net");
    of_site.port = Some(5070.try_into().unwrap());
    site.settings.registrar = Some(of_site);
    let mut proxy = OutboundProxy::new("2001:db8::1".parse().unwrap());
    proxy.port = Some(5080.try_into().unwrap());
    proxy.transport = Some(Transport::Tcp);
    site.settings.outbound_proxy = Some(proxy);
    let rendered = render(&site, base("M900").handset(handset(1, [extension("1")])));
    assert_values(
        &rendered,
        &[
            ("user_host.1", "sip.example.net:5070"),
            ("user_outbound.1", "[2001:db8::1]:5080"),
            ("srv_sip_transport.1", "tcp"),
        ],
    );
}

#[test]
fn r18_encryption_of_speech_is_a_setting_of_its_own() {
    for (transport, srtp, host, word) in [
        (Transport::Tls, Srtp::Mandatory, "h:5061", "mandatory"),
        (Transport::Tls, Srtp::Off, "h:5061", "disabled"),
        (Transport::Udp, Srtp::Mandatory, "h", "mandatory"),
        (Transport::Tcp, Srtp::Optional, "h", "optional"),
    ] {
        let mut site = site();
        let mut registrar = registrar("h");
        registrar.transport = transport;
        registrar.srtp = srtp;
        site.settings.registrar = Some(registrar);
        let rendered = render(&site, base("M900").handset(handset(1, [extension("1")])));
        assert_values(&rendered, &[("user_host.1", host), ("user_srtp.1", word)]);
    }
}

#[test]
fn r19_r26_extensions_share_a_server_exactly_when_it_is_the_same() {
    let with = |number: &str, change: fn(&mut Extension)| {
        let mut extension = extension(number);
        change(&mut extension);
        extension
    };
    let device = base("M900")
        .handset(handset(
            1,
            [
                with("1", |_| {}),
                with("2", |e| e.registrar = Some(registrar("b.example.net"))),
                // The port that is meant when none is given.
                with("3", |e| {
                    let mut same = registrar("sip.example.net");
                    same.port = Some(5060.try_into().unwrap());
                    e.registrar = Some(same);
                }),
            ],
        ))
        .handset(handset(
            2,
            [
                with("4", |e| {
                    let mut tls = registrar("b.example.net");
                    tls.transport = Transport::Tls;
                    e.registrar = Some(tls);
                }),
                with("5", |e| e.codecs = Some("pcmu".parse().unwrap())),
                with("6", |e| e.dtmf = Some(Dtmf::SipInfo)),
                with("7", |_| {}),
            ],
        ));
    let rendered = render(&site(), device);
    assert_values(
        &rendered,
        &[
            ("subscr_sip_ua_data_server_id.1", "1"),
            ("subscr_sip_ua_data_server_id.2", "2"),
            ("subscr_sip_ua_data_server_id.3", "1"),
            ("subscr_sip_ua_data_server_id.4", "3"),
            ("subscr_sip_ua_data_server_id.5", "4"),
            ("subscr_sip_ua_data_server_id.6", "5"),
            ("subscr_sip_ua_data_server_id.7", "1"),
            ("user_host.1", "sip.example.net"),
            ("codec_priority_list.1", "g722, pcma, pcmu, g729"),
            ("user_host.2", "b.example.net"),
            ("user_host.3", "b.example.net:5061"),
            ("srv_sip_transport.3", "tls"),
            ("user_host.4", "sip.example.net"),
            ("codec_priority_list.4", "pcmu"),
            ("user_dtmf_info.5", "sip_info_only"),
            ("user_host.6", ""),
        ],
    );
}

#[test]
fn r26_the_eleventh_server_is_an_error() {
    let mut device = base("M900");
    for slot in 1..=12 {
        let mut extension = extension(&slot.to_string());
        extension.registrar = Some(registrar(&format!("r{slot}.example.net")));
        device = device.handset(handset(slot, [extension]));
    }
    assert_eq!(
        refused(&site(), device),
        [
            "device.000413b60680.handsets[10].extensions[0].registrar: expected at most 10 SIP servers (snom M900), found 11"
        ]
    );
}

#[test]
fn r20_a_backup_registrar_is_no_server_of_the_base() {
    let mut site = site();
    site.settings.backup_registrar = Some("backup.example.net".parse().unwrap());
    let rendered = render(&site, base("M900").handset(handset(1, [extension("1")])));
    assert_values(&rendered, &[("user_host.2", "")]);
    assert_eq!(
        notices(&rendered, NoticeCode::NotApplicable),
        ["site.settings.backup_registrar: snom M900 has no second registrar"]
    );
}

#[test]
fn r24_no_firmware_is_named_when_none_is_chosen() {
    let mut site = site();
    site.firmware_base = Some(
        UrlTemplate::parse("https://fw.example.net/{file}", Site::FIRMWARE_PLACEHOLDERS).unwrap(),
    );
    let rendered = render(&site, base("M900"));
    let bytes = rendered.file(XML).unwrap().bytes();
    assert!(!std::str::from_utf8(bytes).unwrap().contains("firmware"));
}

#[test]
fn r16_the_language_is_the_language() {
    let mut site = site();
    site.settings.language = Some("pt-BR".parse().unwrap());
    site.settings.date_format = Some(DateFormat::YearMonthDay);
    let rendered = render(&site, base("M900"));
    assert_values(
        &rendered,
        &[("language", "Português"), ("web_language", "Português")],
    );
    assert_eq!(
        notices(&rendered, NoticeCode::NotApplicable),
        ["site.settings.date_format: snom M900 has no date format"]
    );
}

#[test]
fn a_language_that_the_base_lacks_is_never_english() {
    let mut with_language = site();
    with_language.settings.language = Some("fi".parse().unwrap());
    let rendered = render(&with_language, base("M900"));
    assert_absent(&rendered, &["language", "web_language"]);
    let mut own = Settings::default();
    own.language = Some("fi".parse().unwrap());
    assert_eq!(
        refused(&site(), base("M900").settings(own)),
        ["device.000413b60680.settings.language: snom M900 has no language `fi`"]
    );
}

#[test]
fn firmware_of_base_and_handsets() {
    let mut site = site();
    let mut choice = FirmwareChoice::new(version("740B104"));
    choice.url = Some("https://fw.example.net:8443/a?b=1&c=2".parse().unwrap());
    site.firmware.insert("snom M900".to_owned(), choice);
    let with = |slot: u16, model: &str| {
        let mut handset = handset(slot, [extension(&slot.to_string())]);
        handset.model = Some(text(model));
        handset.firmware = Some(version("7.40.104"));
        handset
    };
    let device = || {
        base("M900")
            .installed_firmware(version("670B202"))
            .handset(with(1, "M90"))
            .handset(with(2, "m65"))
            .handset(with(3, "M90"))
            // Known from 7.40 on, which the base will have.
            .handset(with(4, "M30"))
    };
    let rendered = render(&site, device());
    assert_values(
        &rendered,
        &[
            ("firmware", "https://fw.example.net:8443/a?b=1&c=2"),
            ("fp_fwu_sw_version", "740"),
            ("fp_fwu_branch_version", "104"),
            ("pp_fwu_sw_version.M30", "740"),
            ("pp_fwu_sw_version.M65", "740"),
            ("pp_fwu_branch_version.M65", "104"),
            ("pp_fwu_sw_version.M90", "740"),
        ],
    );
    // R2: an `&` of an address is escaped.
    let bytes = rendered.file(XML).unwrap().bytes();
    let raw = std::str::from_utf8(bytes).unwrap();
    assert!(raw.contains("<firmware>https://fw.example.net:8443/a?b=1&amp;c=2</firmware>"));

    assert_eq!(
        refused(&site, device().handset(with(5, "M25"))),
        [
            "device.000413b60680.handsets[4].model: snom M900 with firmware 6.70.202 has no handset `M25`"
        ]
    );
    let mut other = with(5, "M65");
    other.firmware = Some(version("670B201"));
    assert_eq!(
        refused(&site, device().handset(other)),
        [
            "device.000413b60680.handsets[4].firmware: 6.70.201 and, at device.000413b60680.handsets[1].firmware, 7.40.104: handsets of one model have one firmware"
        ]
    );
    let mut nameless = with(5, "M65");
    nameless.model = None;
    let mut strange = with(6, "M65");
    strange.firmware = Firmware::parse(FirmwareScheme::Dotted, "10.1.2.3").ok();
    assert_eq!(
        refused(&site, device().handset(nameless).handset(strange)),
        [
            "device.000413b60680.handsets[4].model: missing: expected the model of a handset with firmware; looked at device.000413b60680.handsets[4].model",
            "device.000413b60680.handsets[5].firmware: the version is not written as handset firmware is",
        ]
    );
}

#[test]
fn the_root_of_the_firmware_server_follows_from_the_template() {
    let root = |base_url: &str| {
        let mut site = site();
        let choice = FirmwareChoice::new(version("740B104"));
        site.firmware.insert("snom M900".to_owned(), choice);
        site.firmware_base =
            Some(UrlTemplate::parse(base_url, Site::FIRMWARE_PLACEHOLDERS).unwrap());
        try_render(&site, base("M900")).map(|rendered| values(&rendered)["firmware"].clone())
    };
    for (template, expected) in [
        (
            "https://fw.example.net/{vendor}/{model}/{file}",
            "https://fw.example.net/snom",
        ),
        ("https://fw.example.net/{file}", "https://fw.example.net"),
        ("https://fw.example.net/x/", "https://fw.example.net/x"),
        (
            "https://fw.example.net/{version}/{model}/",
            "https://fw.example.net/7.40.104",
        ),
    ] {
        assert_eq!(root(template).unwrap(), expected);
    }
    for template in [
        "https://fw.example.net/{model}/{version}/{file}",
        "https://fw.example.net/get?file={file}",
    ] {
        let message = root(template).unwrap_err().to_string();
        assert!(
            message.starts_with("site.firmware_base: snom M900 adds `{model}/{file}`"),
            "{message}"
        );
    }
    let mut site = site();
    let choice = FirmwareChoice::new(version("740B104"));
    site.firmware.insert("snom M900".to_owned(), choice);
    assert_eq!(
        refused(&site, base("M900")),
        [
            "site.firmware.\"snom M900\".url: missing: expected the address of the server that holds images; looked at site.firmware.\"snom M900\".url, site.firmware_base"
        ]
    );
}

#[test]
fn firmware_5_20_loses_the_port_of_its_server() {
    let mut choice = FirmwareChoice::new(version("520B1"));
    choice.url = Some("https://dect.example.net:8443".parse().unwrap());
    let device = base("M700")
        .installed_firmware(version("520B1"))
        .firmware(choice);
    let rendered = render(&site(), device);
    assert_eq!(notices(&rendered, NoticeCode::Firmware).len(), 1);
}

#[test]
fn a_system_of_bases() {
    let mut primary = Multicell::new(MulticellRole::Primary);
    primary.chain_id = Some(4711);
    primary.primary = Some("10.0.0.7".parse().unwrap());
    let device = base("M700")
        .multicell(primary)
        .handset(handset(1, [extension("512")]));
    assert_values(
        &render(&site(), device),
        &[
            ("network_sync_enable", "on"),
            ("network_sync_chain_id", "4711"),
            ("network_sync_primary_static_ip", "10.0.0.7"),
            ("user_name.1", "512"),
        ],
    );

    let mut site = site();
    site.settings.time_zone = None;
    site.settings.language = None;
    let secondary = base("M700").multicell(Multicell::new(MulticellRole::Secondary));
    let rendered = render(&site, secondary.clone());
    let mut sections: Vec<String> = lines(&rendered, XML).into_iter().map(|l| l.0).collect();
    sections.dedup();
    assert_eq!(sections, ["global", "multicell"]);
    assert_values(
        &rendered,
        &[
            ("network_sync_enable", "on"),
            ("network_sync_chain_id", "512"),
            ("phone_name", "dect-000413B60680"),
            ("http_pass", "Adm1n"),
        ],
    );
    // The same as the primary's own requires both.
    assert_eq!(refused(&site, base("M700")).len(), 2);
}

#[test]
fn a_single_cell_has_no_system() {
    let device = base("M300").multicell(Multicell::new(MulticellRole::Primary));
    assert_eq!(
        refused(&site(), device),
        ["device.000413b60680.multicell: snom M300 has no system of several bases"]
    );
    assert_absent(&render(&site(), base("M300")), &["network_sync_enable"]);
    let mut primary = Multicell::new(MulticellRole::Primary);
    primary.primary = Some("2001:db8::1".parse().unwrap());
    assert_eq!(
        refused(&site(), base("M900").multicell(primary)),
        ["device.000413b60680.multicell.primary: snom M900 has no IPv6 address of the data master"]
    );
}

#[test]
fn numbers_are_unique_and_not_the_chain_id() {
    let mut renamed = extension("203");
    renamed.username = Some(text("201"));
    let device = base("M900")
        .multicell(Multicell::new(MulticellRole::Primary))
        .handset(handset(1, [extension("201"), extension("512")]))
        .handset(handset(2, [renamed]));
    assert_eq!(
        refused(&site(), device),
        [
            "device.000413b60680.handsets[0].extensions[1].number: 512 is the chain id of a system without device.000413b60680.multicell.chain_id, which the bases register with themselves; change one of the two",
            "device.000413b60680.handsets[1].extensions[0].username: SIP user `201` is also at device.000413b60680.handsets[0].extensions[0].number",
        ]
    );
    let alone = base("M900").handset(handset(1, [extension("512")]));
    let rendered = render(&site(), alone);
    assert_eq!(notices(&rendered, NoticeCode::NotApplicable).len(), 1);
}

#[test]
fn limits_are_errors_all_at_once() {
    let lines = (1..=5).map(|number| extension(&number.to_string()));
    let mut code = handset(3, [extension("9")]);
    code.access_code = Some(secret("12345"));
    let bound = |slot: u16| {
        let mut handset = handset(slot, [extension(&format!("1{slot}"))]);
        handset.binding = HandsetBinding::Ipei("57005 0782068 7".parse().unwrap());
        handset
    };
    let device = base("M300")
        .handset(handset(1, lines))
        .handset(handset(21, [extension("8")]))
        .handset(code)
        .handset(bound(4))
        .handset(bound(5));
    let at = "device.000413b60680.handsets";
    assert_eq!(
        refused(&site(), device),
        [
            format!(
                "{at}[0].extensions: expected at most 4 extensions (a handset of snom M300), found 5"
            ),
            format!("{at}[1].slot: expected a slot between 1 and 20 (snom M300), found 21"),
            format!(
                "{at}[2].access_code: expected an access code of four digits, found [redacted]"
            ),
            format!("{at}[4].ipei: IPEI `5700507820687` is also at {at}[3].ipei"),
        ]
    );
    let mut full = base("M300");
    for slot in 1..=11 {
        let numbers = [slot * 2, slot * 2 + 1].map(|number| extension(&number.to_string()));
        full = full.handset(handset(slot, numbers));
    }
    assert_eq!(
        refused(&site(), full),
        [format!(
            "{at}: expected at most 20 accounts (snom M300), found 22"
        )]
    );
}

#[test]
fn what_is_not_of_a_base_is_refused() {
    let mut empty = handset(1, []);
    empty.binding = HandsetBinding::Ipei("57005 0782068 7".parse().unwrap());
    let device = base("M900")
        .key(FunctionKey::new(1, KeyKind::Line))
        .handset(empty);
    assert_eq!(
        refused(&site(), device),
        [
            "device.000413b60680.keys[0]: snom M900 has no function keys",
            "device.000413b60680.handsets[0].ipei: snom M900 has no place for a handset without extensions; give the handset an extension",
        ]
    );
    let mut site = site();
    site.settings.registrar = None;
    assert_eq!(
        refused(&site, base("M900").extension(extension("1"))),
        [
            "device.000413b60680.extensions: extensions on a base: the handsets of snom M900 carry them"
        ]
    );
    let missing = refused(&site, base("M900").handset(handset(1, [extension("1")])));
    assert_eq!(
        missing,
        [
            "device.000413b60680.handsets[0].extensions[0].registrar: missing: expected a registrar; looked at device.000413b60680.handsets[0].extensions[0].registrar, device.000413b60680.settings, site.settings"
        ]
    );
}

/// Settings of which a base can be told nothing, with their keys.
fn impossible() -> (Settings, Vec<&'static str>) {
    let mut s = Settings::default();
    s.date_format = Some(DateFormat::DayMonthYear);
    s.backup_registrar = Some("b.example.net".parse().unwrap());
    s.dtmf = Some(Dtmf::InBand);
    s.logged_out = Some(LoggedOut::new(text("900"), secret(PASSWORD)));
    s.nat.stun = Some("stun.example.net:3479".parse().unwrap());
    s.tls.ca_url = Some("https://pbx.example.net/ca.pem".parse().unwrap());
    s.caller_id = Some(CallerId::Number);
    s.volumes.ringer = Percent::new(50).ok();
    s.vlan = Some(Vlan::new(2, None).unwrap().with_pc(3, None).unwrap());
    s.emergency_numbers = Some(vec![text("112")]);
    s.feature_codes.pickup = Some(text("*8"));
    s.feature_codes.dnd_on = Some(text("*78"));
    s.ring_tones.external = Some(2);
    s.resync.every_minutes = Some(60);
    let mut ldap = Ldap::new("10.0.0.1".parse().unwrap(), text("dc=x"));
    ldap.tls = LdapTls::Ldaps;
    ldap.password = Some(secret(PASSWORD));
    ldap.number_attributes = vec![text("mobile"), text("homePhone")];
    s.ldap = Some(ldap);
    s.phonebook = Some(Phonebook::new("https://h/p/book.xml".parse().unwrap()));
    let keys = vec![
        "backup_registrar",
        "caller_id",
        "date_format",
        "dtmf",
        "emergency_numbers",
        "feature_codes.dnd_on",
        "feature_codes.pickup",
        "ldap.number_attributes",
        "ldap.tls",
        "logged_out",
        "nat.stun",
        "phonebook",
        "resync.every_minutes",
        "ring_tones.external",
        "tls.ca_url",
        "vlan.pc_id",
        "volumes.ringer",
    ];
    (s, keys)
}

#[test]
fn what_a_base_cannot_be_told_is_an_error_of_its_own_and_a_notice_when_inherited() {
    let (settings, keys) = impossible();
    let device = || base("M900").handset(handset(1, [extension("1")]));
    let all = |key: &&&str| !key.is_empty();
    // Without TLS the LDAP directory is left out as a whole, and leaves its place to the phone book.
    let rest = |key: &&&str| !matches!(**key, "ldap.number_attributes" | "phonebook");
    let found = |mut paths: Vec<String>, prefix: &str, told: &dyn Fn(&&&str) -> bool| {
        paths.sort();
        let keys = keys.iter().filter(|key| told(key));
        let expected: Vec<String> = keys.map(|key| format!("{prefix}{key}")).collect();
        assert_eq!(paths, expected);
    };

    let errors = try_render(&site(), device().settings(settings.clone())).unwrap_err();
    let paths = errors.iter().map(|e| e.path().to_string()).collect();
    found(paths, "device.000413b60680.settings.", &all);
    assert!(!errors.to_string().contains(PASSWORD));

    let applicable = |rendered: &Rendered| -> Vec<String> {
        let notices = rendered.notices().iter();
        notices
            .filter(|notice| notice.code() == NoticeCode::NotApplicable)
            .map(|notice| notice.path().to_string())
            .collect()
    };
    let lenient = device()
        .settings(settings.clone())
        .handling(Handling::Lenient);
    found(
        applicable(&render(&site(), lenient)),
        "device.000413b60680.settings.",
        &rest,
    );

    let mut site = site();
    let with = std::mem::take(&mut site.settings);
    site.settings = settings;
    site.settings.time_zone = with.time_zone;
    site.settings.language = with.language;
    site.settings.registrar = with.registrar;
    let rendered = render(&site, device());
    found(applicable(&rendered), "site.settings.", &rest);
    assert_values(
        &rendered,
        &[
            ("user_dtmf_info.1", "off"),
            ("stun_server", "stun.example.net"),
            ("vlan_id", "2"),
            ("phonebook_server_location", "0"),
            ("phonebook_location", "https://h/p/"),
            ("phonebook_filename", "book.xml"),
            ("ldap_server", ""),
        ],
    );
    assert_absent(&rendered, &["http_user", "http_pass", "http_basic_pass"]);
    assert_eq!(notices(&rendered, NoticeCode::Security).len(), 1);
}

#[test]
fn wishes_of_an_extension_that_the_base_lacks_are_errors() {
    let mut wishful = extension("1");
    wishful.dnd = Some(true);
    wishful.auto_answer = Some(true);
    wishful.ring_tones.external = Some(3);
    wishful.codecs = Some("g722 opus".parse().unwrap());
    let mut srv = registrar("10.0.0.1");
    srv.transport = Transport::DnsSrv;
    srv.port = Some(5060.try_into().unwrap());
    wishful.registrar = Some(srv);
    let errors = try_render(&site(), base("M900").handset(handset(1, [wishful]))).unwrap_err();
    let mut paths: Vec<String> = errors.iter().map(|e| e.path().to_string()).collect();
    paths.sort();
    let at = "device.000413b60680.handsets[0].extensions[0]";
    assert_eq!(
        paths,
        [
            "auto_answer",
            "codecs",
            "dnd",
            "registrar.host",
            "registrar.port",
            "registrar.transport",
            "ring_tones",
        ]
        .map(|key| format!("{at}.{key}"))
    );
    // What is off is off anyway.
    let mut modest = extension("1");
    modest.dnd = Some(false);
    modest.auto_answer = Some(false);
    render(&site(), base("M900").handset(handset(1, [modest])));
}

#[test]
fn codecs_that_a_base_lacks_are_left_out_and_none_is_an_error() {
    let mut site = site();
    site.settings.codecs = Some("opus g722 ilbc pcma".parse().unwrap());
    let device = || base("M900").handset(handset(1, [extension("1")]));
    let rendered = render(&site, device());
    assert_values(&rendered, &[("codec_priority_list.1", "g722, pcma")]);
    assert_eq!(notices(&rendered, NoticeCode::CodecLeftOut).len(), 2);
    site.settings.codecs = Some("opus ilbc".parse().unwrap());
    let errors = refused(&site, device());
    assert!(errors[0].starts_with("site.settings.codecs: no codec is left"));
}

#[test]
fn a_phone_book_is_divided_at_its_last_slash() {
    for (url, server, file) in [
        ("https://h/p/book.xml", "https://h/p/", "book.xml"),
        ("https://h/p?a=/x&b=c", "https://h/", "p?a=/x&b=c"),
        ("https://h/", "https://h/", ""),
        ("https://h", "https://h", ""),
    ] {
        let mut site = site();
        site.settings.phonebook = Some(Phonebook::new(url.parse().unwrap()));
        assert_values(
            &render(&site, base("M900")),
            &[
                ("phonebook_server_location", "0"),
                ("phonebook_location", server),
                ("phonebook_filename", file),
                ("ldap_server", ""),
            ],
        );
    }
}

fn custom(name: &str, index: Option<u16>, value: &str) -> CustomSetting {
    let value = CustomValue::Literal(secret(value));
    let mut custom = CustomSetting::new(text("snom-dect"), text(name), value);
    custom.index = index;
    custom
}

#[test]
fn raw_settings_stand_in_their_sections() {
    let mut site = site();
    site.settings.custom = vec![
        custom("ac_code", None, "4711"),
        custom("conferencing", Some(1), "sip:c&d@h"),
        custom("push_to_talk", Some(2), "on"),
        custom("network_sync_time", None, "30"),
        custom("unheard_of", Some(3), "<x>"),
        custom("enable_rport_rfc3581", None, "off"),
    ];
    let rendered = render(&site, base("M900").handset(handset(1, [extension("1")])));
    let sections: BTreeMap<String, String> = lines(&rendered, XML)
        .into_iter()
        .map(|(section, name, ..)| (name, section))
        .collect();
    for (name, section) in [
        ("ac_code", "global"),
        ("conferencing", "server"),
        ("push_to_talk", "extension"),
        ("network_sync_time", "multicell"),
        ("unheard_of", "global"),
    ] {
        assert_eq!(sections[name], section);
    }
    assert_values(
        &rendered,
        &[
            ("conferencing.1", "sip:c&d@h"),
            ("push_to_talk.2", "on"),
            ("unheard_of.3", "<x>"),
            ("enable_rport_rfc3581", "off"),
        ],
    );
    assert_eq!(notices(&rendered, NoticeCode::CustomUnknown).len(), 1);
    assert_eq!(notices(&rendered, NoticeCode::CustomShadows).len(), 1);
}

#[test]
fn raw_settings_that_would_do_harm_are_refused() {
    let mut own = Settings::default();
    own.custom = vec![
        custom("utc_offset", None, "3600"),
        custom("pp_fwu_sw_version", None, "740"),
        custom("user_active", None, "on"),
        custom("log_level", Some(1), "7"),
        custom("user_host", Some(11), "h"),
        custom("vlan_qos", None, "8"),
        custom("<x>", None, "y"),
    ];
    let found = refused(&site(), base("M900").settings(own));
    let at = "device.000413b60680.settings.custom";
    assert_eq!(
        found,
        [
            format!(
                "{at}[0].name: `utc_offset` is a setting of other phones and must not reach a base"
            ),
            format!("{at}[3].index: `log_level` takes no index"),
            format!(
                "{at}[5].value: `vlan_qos` takes a whole number from 0 to 7, found `8`; set `unchecked` to send it all the same"
            ),
            format!(
                "{at}[6].name: `<` at character 1 cannot stand in the value of a setting (`custom`)"
            ),
            format!("{at}[4].index: expected an index between 1 and 10 (snom M900), found 11"),
            format!("{at}[2].index: `user_active` takes an index"),
            format!(
                "{at}[1].name: `pp_fwu_sw_version` belongs to a model of handset; set it as the handset's `firmware`"
            ),
        ]
    );
}

#[test]
fn no_error_shows_a_secret() {
    let mut own = Settings::default();
    own.custom = vec![custom("subscr_dect_ac_code", Some(1), "s3cr3t-code")];
    let mut bad = handset(1, [extension("1"), extension("1")]);
    bad.access_code = Some(secret("s3cr3t-code"));
    let device = base("M900").settings(own).handset(bad);
    let errors = try_render(&site(), device).unwrap_err().to_string();
    assert!(errors.contains("[redacted]"));
    assert!(
        !errors.contains("s3cr3t") && !errors.contains(PASSWORD),
        "{errors}"
    );
}

proptest! {
    #[test]
    fn any_text_is_read_back(one in "\\PC{1,40}", two in "[&<>\"'%$!|;]{1,12}") {
        let (Ok(display_name), Ok(password)) = (one.parse::<Text>(), two.parse::<Secret>()) else {
            return Ok(());
        };
        let mut extension = Extension::new(text("1"), password);
        extension.display_name = Some(display_name.clone());
        let device = base("M300").label(display_name).handset(handset(1, [extension]));
        let rendered = render(&site(), device);
        let values = values(&rendered);
        prop_assert_eq!(&values["phone_name"], &one);
        prop_assert_eq!(&values["user_realname.1"], &one);
        prop_assert_eq!(&values["user_pass.1"], &two);
    }
}
