//! Snom desk phones: what their files hold, read back by another XML reader.

#![cfg(feature = "snom")]

use std::sync::Arc;

use phone_provisioning::error::NoticeCode;
use phone_provisioning::model::{
    CallerId, CodecList, CustomSetting, CustomValue, DateFormat, DeviceBuilder, Dtmf, Extension,
    Firmware, FirmwareChoice, FirmwareScheme, FunctionKey, Handling, KeyKind, Ldap, LdapTls,
    LoggedOut, Login, Multicell, MulticellRole, OutboundProxy, Percent, Phonebook, Port, Profile,
    Registrar, Settings, Site, Srtp, TimeFormat, Transport, UrlTemplate, Vlan,
};
use phone_provisioning::target::{ProvisioningTarget, Rendered, Scope, SettingRow, snom::SnomDesk};
use phone_provisioning::{Device, Errors, Provisioner};

const HOSTILE_PASSWORD: &str = "s&<c>r\"t'é#=;%9 中🙂";
const HOSTILE_LABEL: &str = "24/7 \"Süd\" <Büro> & Co";
const MAC: &str = "000413A11FA7";
/// Where the phone of the tests stands, for errors.
const AT: &str = "device.000413a11fa7";

fn text<T: std::str::FromStr>(text: &str) -> T
where
    T::Err: std::fmt::Debug,
{
    text.parse().unwrap()
}

fn settings() -> Settings {
    let mut settings = Settings::default();
    settings.time_zone = Some(text("Europe/Amsterdam"));
    settings.language = Some(text("de"));
    settings.registrar = Some(Registrar::new(text("sip.example.net")));
    settings
}

fn with(change: impl FnOnce(&mut Settings)) -> Site {
    let mut settings = settings();
    change(&mut settings);
    site(settings)
}

fn site(settings: Settings) -> Site {
    Site::new(text("Example BV"), settings)
}

fn site_with_url(url: &str) -> Site {
    let mut site = site(settings());
    site.provisioning_url = Some(UrlTemplate::parse(url, Site::URL_PLACEHOLDERS).unwrap());
    site
}

fn version(version: &str) -> Firmware {
    Firmware::parse(FirmwareScheme::Dotted, version).unwrap()
}

fn extension(number: &str) -> Extension {
    Extension::new(text(number), text("s3cret"))
}

fn login(username: &str, password: &str) -> Login {
    Login {
        username: text(username),
        password: text(password),
    }
}

fn custom(name: &str, index: Option<u16>, value: &str) -> CustomSetting {
    let value = CustomValue::Literal(text(value));
    let mut custom = CustomSetting::new(text("snom-desk"), text(name), value);
    custom.index = index;
    custom
}

fn phone(model: &str) -> DeviceBuilder {
    Device::builder(text("00:04:13:a1:1f:a7"), format!("snom {model}"))
}

fn one(model: &str) -> Device {
    phone(model).extension(extension("1001")).build().unwrap()
}

fn render(site: &Site, device: &Device) -> Result<Rendered, Errors> {
    Provisioner::new(Arc::new(site.clone())).render(device)
}

/// The settings of a device that renders without fault.
fn read(site: &Site, device: &Device) -> Elements {
    read_of(&render(site, device).unwrap())
}

fn read_of(rendered: &Rendered) -> Elements {
    Elements::of(rendered.file(&format!("{MAC}.xml")).unwrap().bytes())
}

fn errors(site: &Site, device: &Device) -> Vec<String> {
    let errors = render(site, device).unwrap_err();
    errors.iter().map(|error| error.to_string()).collect()
}

fn notices(site: &Site, device: &Device) -> Vec<(NoticeCode, String)> {
    let rendered = render(site, device).unwrap();
    let notices = rendered.notices().iter();
    notices
        .map(|notice| (notice.code(), notice.path().to_string()))
        .collect()
}

fn not_applicable(path: &str) -> (NoticeCode, String) {
    (NoticeCode::NotApplicable, path.to_owned())
}

/// One element of a file of settings.
#[derive(Clone, Debug, Eq, PartialEq)]
struct Element {
    section: String,
    name: String,
    index: Option<u16>,
    perm: Option<String>,
    context: Option<String>,
    label: Option<String>,
    value: String,
}

#[derive(Debug, PartialEq)]
struct Elements(Vec<Element>);

impl Elements {
    fn of(bytes: &[u8]) -> Self {
        let text = std::str::from_utf8(bytes).unwrap();
        assert!(text.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<settings>\n"));
        assert!(text.ends_with("</settings>\n"));
        let document = roxmltree::Document::parse(text).unwrap();
        let mut elements = Vec::new();
        let sections = document.root_element().children();
        for section in sections.filter(|node| node.is_element()) {
            assert_eq!(section.attribute("e"), Some("2"));
            for element in section.children().filter(|node| node.is_element()) {
                assert!(element.children().all(|child| child.is_text()));
                let attribute = |name| element.attribute(name).map(str::to_owned);
                elements.push(Element {
                    section: section.tag_name().name().to_owned(),
                    name: element.tag_name().name().to_owned(),
                    index: element.attribute("idx").map(|index| index.parse().unwrap()),
                    perm: attribute("perm"),
                    context: attribute("context"),
                    label: attribute("label"),
                    value: element.text().unwrap_or_default().to_owned(),
                });
            }
        }
        Self(elements)
    }

    fn find(&self, name: &str, index: Option<u16>) -> Option<&Element> {
        let fits = |e: &&Element| e.name == name && e.index == index;
        let mut found = self.0.iter().filter(fits);
        let first = found.next();
        assert_eq!(found.next(), None, "`{name}` is there twice");
        first
    }

    /// The value of a setting of the phone; `None` when it is not there.
    fn get(&self, name: &str) -> Option<&str> {
        self.find(name, None).map(|element| element.value.as_str())
    }

    /// The value of a setting of an identity.
    fn of_identity(&self, index: u16, name: &str) -> Option<&str> {
        self.find(name, Some(index))
            .map(|element| element.value.as_str())
    }

    fn keys(&self) -> Vec<&Element> {
        let keys = self.0.iter().filter(|e| e.section == "functionKeys");
        keys.collect()
    }

    /// Context, label, permission and body of a key.
    fn key(&self, index: u16) -> (&str, &str, &str, &str) {
        let key = self.find("fkey", Some(index)).unwrap();
        (
            key.context.as_deref().unwrap(),
            key.label.as_deref().unwrap(),
            key.perm.as_deref().unwrap(),
            &key.value,
        )
    }
}

/// A key that was reset, and one that belongs to the first identity.
const RESET: (&str, &str, &str, &str) = ("active", "", "RW", "line");
const FIRST_LINE: (&str, &str, &str, &str) = ("1", "", "R", "line");

/// R4: nothing was escaped at all.
#[test]
fn r4_every_text_of_an_identity_reads_back() {
    let mut own = extension("1001");
    own.password = text(HOSTILE_PASSWORD);
    own.label = Some(text(HOSTILE_LABEL));
    own.display_name = Some(text("Zoë & <Co>"));
    own.auth_username = Some(text("a&b"));
    own.username = Some(text("u<1>"));
    own.voicemail = Some(text("<sip:*97@pbx>"));
    own.forward.always = Some(text("0&1"));
    own.forward.no_answer = Some(text("0<2"));
    for model in ["D785", "D865", "D895", "300", "D120"] {
        let device = phone(model).extension(own.clone()).extension(own.clone());
        let read = read(&site(settings()), &device.build().unwrap());
        for index in [1, 2] {
            for (name, value) in [
                ("user_active", "on"),
                ("user_pass", HOSTILE_PASSWORD),
                ("user_idle_text", HOSTILE_LABEL),
                ("user_realname", "Zoë & <Co>"),
                ("user_name", "u<1>"),
                ("user_pname", "a&b"),
                ("user_mailbox", "<sip:*97@pbx>"),
                ("fwd_all_target", "0&1"),
                ("fwd_time_target", "0<2"),
            ] {
                assert_eq!(read.of_identity(index, name), Some(value), "{model} {name}");
            }
        }
    }
}

#[test]
fn every_model_gets_its_files_in_the_order_of_the_dictionary() {
    let desk = SnomDesk::new();
    let order = |element: &Element| {
        let fits = |row: &&SettingRow| {
            row.name == element.name && (row.scope != Scope::Phone) == element.index.is_some()
        };
        let row = desk.settings().iter().find(fits).unwrap();
        assert_eq!(row.section, element.section);
        row.order
    };
    for model in desk.models().iter().filter(|row| !row.is("unsupported")) {
        let rendered = render(&site_with_url("https://h/p/"), &one(&model.name)).unwrap();
        let names: Vec<&str> = rendered.files().iter().map(|file| file.name()).collect();
        let known = desk.file_names(model);
        let expected: Vec<String> = known.iter().map(|n| n.replace("<MAC>", MAC)).collect();
        assert_eq!(names, expected);
        let elements = Elements::of(rendered.file("000413a11fa7.xml").unwrap().bytes()).0;
        assert!(elements.iter().all(|element| element.perm.is_some()));
        for pair in elements.windows(2) {
            // The block of each identity begins anew.
            if pair[0].index == pair[1].index && pair[0].section == pair[1].section {
                assert!(
                    order(&pair[0]) < order(&pair[1]),
                    "{}: {pair:?}",
                    model.name
                );
            }
        }
        let mut blocks: Vec<Option<u16>> = elements.iter().map(|e| e.index).collect();
        blocks.dedup();
        let identities = (1..=model.accounts.unwrap_or(1)).map(Some);
        let keys = (0..model.line_keys_clear_to.unwrap()).map(Some);
        let expected: Vec<Option<u16>> = [None].into_iter().chain(identities).chain(keys).collect();
        assert_eq!(blocks, expected, "{}", model.name);
    }
}

/// A device whose own settings repeat the site's takes the direct way.
#[test]
fn prepared_and_direct_rendering_give_equal_bytes() {
    let mut site = site_with_url("https://h/p/{token}/");
    let base = UrlTemplate::parse("https://fw/{file}", Site::FIRMWARE_PLACEHOLDERS);
    site.firmware_base = Some(base.unwrap());
    let everything = &mut site.settings;
    everything.admin = Some(login("admin", "pass&word"));
    everything.ntp_servers = Some(vec![text("ntp.example.net")]);
    everything.feature_codes.voicemail = Some(text("*97"));
    everything.feature_codes.dnd_on = Some(text("*78"));
    everything.custom = vec![
        custom("http_port", None, "8080"),
        custom("user_moh", Some(2), "<sip:moh@pbx>"),
        custom("auto_reboot_on_setting_change", None, "on"),
        custom("fkey", Some(1), "speed 1&2"),
    ];
    for (model, firmware) in [
        ("D785", "10.1.226.16"),
        ("D785", "8.9.3.80"),
        ("D895", "10.1.226.16"),
        ("D720", "8.7.3.17"),
        ("300", "8.4.35"),
    ] {
        for (accounts, chosen) in (0..=3).flat_map(|n| [(n, false), (n, true)]) {
            site.firmware.clear();
            if chosen {
                let choice = FirmwareChoice::new(version("10.1.226.16"));
                site.firmware.insert(format!("snom {model}"), choice);
            }
            let mut builder = phone(model)
                .installed_firmware(version(firmware))
                .modules(2)
                .token(text("t&k n"));
            for index in 0..accounts {
                let mut own = extension(&format!("100{index}"));
                own.password = text(HOSTILE_PASSWORD);
                own.display_name = (index == 1).then(|| text(HOSTILE_LABEL));
                own.voicemail = (index == 2).then(|| text("9<7"));
                builder = builder.extension(own);
            }
            let prepared = render(&site, &builder.clone().build().unwrap()).unwrap();
            let mut own = Settings::default();
            own.language = Some(text("de"));
            let direct = render(&site, &builder.settings(own).build().unwrap()).unwrap();
            assert_eq!(prepared.files().len(), if chosen { 4 } else { 3 });
            for (prepared, direct) in prepared.files().iter().zip(direct.files()) {
                assert_eq!(prepared.name(), direct.name());
                let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
                assert_eq!(text(prepared.bytes()), text(direct.bytes()));
            }
        }
    }
}

#[test]
fn without_a_url_the_htm_is_the_settings() {
    let rendered = render(&site(settings()), &one("D785")).unwrap();
    let names: Vec<_> = rendered.files().iter().map(|file| file.name()).collect();
    assert_eq!(names, ["snomD785.htm", "snomD785-000413A11FA7.htm"]);
    assert_eq!(
        std::str::from_utf8(rendered.files()[0].bytes()).unwrap(),
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<settings>\n</settings>\n"
    );
    for name in ["000413A11FA7.xml", "000413a11fa7.xml"] {
        assert_eq!(rendered.file(name).unwrap(), &rendered.files()[1]);
    }
    let read = Elements::of(rendered.files()[1].bytes());
    assert_eq!(read.get("setting_server"), None);
    assert_eq!(read.get("pnp_config"), None);
}

#[test]
fn with_a_url_the_htm_names_the_settings() {
    let device = phone("715").token(text("t&k/é")).build().unwrap();
    let rendered = render(&site_with_url("https://h/p/{token}/"), &device).unwrap();
    let container = rendered.file("snom715-000413A11FA7.htm").unwrap();
    assert_eq!(
        std::str::from_utf8(container.bytes()).unwrap(),
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<setting-files>\n  <file url=\"https://h/p/t%26k%2F%C3%A9/000413A11FA7.xml\"/>\n</setting-files>\n"
    );
    let read = read_of(&rendered);
    let server = read.find("setting_server", None).unwrap();
    assert_eq!(server.value, "https://h/p/t%26k%2F%C3%A9/");
    assert_eq!(server.perm.as_deref(), Some("RW"));
    assert_eq!(read.get("pnp_config"), Some("off"));
}

#[test]
fn a_url_that_is_no_folder_and_names_no_phone_leaves_the_settings_in_the_htm() {
    let site = site_with_url("https://h/p/?x=1&y=2");
    let rendered = render(&site, &one("D785")).unwrap();
    assert_eq!(rendered.files().len(), 2);
    let read = Elements::of(rendered.file("snomD785-000413A11FA7.htm").unwrap().bytes());
    assert_eq!(read.get("setting_server"), Some("https://h/p/?x=1&y=2"));
    let expected = not_applicable("site.provisioning_url");
    assert!(notices(&site, &one("D785")).contains(&expected));
}

#[test]
fn a_url_with_the_hardware_address_names_the_settings_itself() {
    for (url, address) in [
        (
            "https://h/p/cfg-{mac}.xml",
            "https://h/p/cfg-000413A11FA7.xml",
        ),
        (
            "https://h/p?a=1&b={mac}",
            "https://h/p?a=1&amp;b=000413A11FA7",
        ),
    ] {
        let rendered = render(&site_with_url(url), &one("D785")).unwrap();
        let container = rendered.file("snomD785-000413A11FA7.htm").unwrap();
        let container = std::str::from_utf8(container.bytes()).unwrap();
        assert!(container.contains(&format!("<file url=\"{address}\"/>")));
        // Left to the phone.
        assert_eq!(read_of(&rendered).get("setting_server"), Some(url));
        let named = rendered.file("cfg-000413A11FA7.xml");
        assert_eq!(named.is_some(), url.ends_with(".xml"));
    }
}

#[test]
fn a_url_with_a_token_needs_the_token() {
    let site = site_with_url("https://h/p/{token}/");
    let rendered = render(&site, &one("D785")).unwrap();
    assert_eq!(rendered.files().len(), 2);
    let read = read_of(&rendered);
    assert_eq!(read.get("setting_server"), None);
    assert_eq!(read.get("pnp_config"), None);
    let mut codes = rendered.notices().iter().map(|notice| notice.code());
    assert!(codes.any(|code| code == NoticeCode::NoToken));
}

#[test]
fn settings_move_from_the_phone_to_the_identity_at_exact_firmware() {
    let mut own = extension("1001");
    own.dnd = Some(true);
    own.forward.always = Some(text("200"));
    own.forward.no_answer = Some(text("300"));
    own.forward.no_answer_seconds = Some(25);
    own.call_waiting = Some(false);
    // Firmware, then whether do not disturb, its codes, forwarding and call waiting belong to the
    // identity.
    for (firmware, expected) in [
        ("8.7.2.99", [false, false, false, false]),
        ("8.7.3", [true, false, false, false]),
        ("8.7.3.17", [true, false, false, false]),
        ("8.7.4", [true, true, true, false]),
        ("8.7.5.8", [true, true, true, false]),
        ("8.7.5.9", [true, true, true, true]),
        ("8.9.3.80", [true, true, true, true]),
        ("10.1.20.0", [true, true, true, true]),
    ] {
        let builder = phone("D765").installed_firmware(version(firmware));
        let device = builder.extension(own.clone()).build().unwrap();
        let read = read(&site(settings()), &device);
        let [dnd, codes, forward, waiting] = expected;
        for (of_identity, old, new, value) in [
            (dnd, "dnd_mode", "dnd_mode", "on"),
            (codes, "dnd_on_code", "dnd_on_code", ""),
            (codes, "dnd_off_code", "dnd_off_code", ""),
            (forward, "redirect_allways", "fwd_all_enabled", "on"),
            (forward, "redirect_number", "fwd_all_target", "200"),
            (forward, "redirect_always_on_code", "fwd_all_on_code", ""),
            (forward, "redirect_on_busy", "fwd_busy_enabled", "off"),
            (forward, "redirect_busy_number", "fwd_busy_target", ""),
            (forward, "redirect_on_timeout", "fwd_time_enabled", "on"),
            (forward, "redirect_time_number", "fwd_time_target", "300"),
            (forward, "redirect_time", "fwd_time_secs", "25"),
            (forward, "redirect_time_off_code", "fwd_time_off_code", ""),
            (waiting, "call_waiting", "call_waiting", "off"),
        ] {
            let found = [read.get(old), read.of_identity(1, new)];
            let expected = if of_identity {
                [None, Some(value)]
            } else {
                [Some(value), None]
            };
            assert_eq!(found, expected, "{firmware} {old} {new}");
        }
    }
}

#[test]
fn what_old_firmware_has_once_belongs_to_no_extension_among_several() {
    let mut own = extension("1001");
    own.dnd = Some(true);
    own.forward.always = Some(text("200"));
    own.call_waiting = Some(false);
    let builder = phone("720").extension(extension("1000")).extension(own);
    let build = |firmware| {
        let builder = builder.clone().installed_firmware(version(firmware));
        builder.build().unwrap()
    };
    let expected = ["call_waiting", "dnd", "forward"].map(|key| {
        format!("{AT}.extensions[1].{key}: snom D720 with firmware 8.7.2.1 has no `{key}` of one account among several")
    });
    assert_eq!(errors(&site(settings()), &build("8.7.2.1")), expected);
    let expected = format!(
        "{AT}.extensions[1].call_waiting: snom D720 with firmware 8.7.4.1 has no `call_waiting` of one account among several"
    );
    assert_eq!(errors(&site(settings()), &build("8.7.4.1")), [expected]);
    let read = read(&site(settings()), &build("8.9.3.80"));
    assert_eq!(read.of_identity(1, "dnd_mode"), Some("off"));
    assert_eq!(read.of_identity(2, "dnd_mode"), Some("on"));
}

#[test]
fn forwarding_while_busy_needs_call_waiting_off() {
    let mut own = extension("1001");
    own.forward.busy = Some(text("200"));
    let expected = not_applicable(&format!("{AT}.extensions[0].forward.busy"));
    let device = phone("D785").extension(own.clone()).build().unwrap();
    assert!(notices(&site(settings()), &device).contains(&expected));
    own.call_waiting = Some(false);
    let device = phone("D785").extension(own).build().unwrap();
    assert!(!notices(&site(settings()), &device).contains(&expected));
}

fn registrar(host: &str, port: Option<u16>, transport: Transport) -> Registrar {
    let mut registrar = Registrar::new(text(host));
    registrar.port = port.map(|port| Port::new(port).unwrap());
    registrar.transport = transport;
    registrar
}

fn proxy(host: &str, port: Option<u16>, transport: Option<Transport>) -> Option<OutboundProxy> {
    let mut proxy = OutboundProxy::new(text(host));
    proxy.port = port.map(|port| Port::new(port).unwrap());
    proxy.transport = transport;
    Some(proxy)
}

/// R17: the outbound proxy was ignored, got the registrar's port, a trailing comma, or UDP.
#[test]
fn r17_the_outbound_proxy_has_its_own_host_port_and_transport() {
    use Transport::{DnsSrv, Tcp, Tls, Udp};
    let cases = [
        (registrar("r", None, Udp), None, None, ["r", ""]),
        (registrar("r", Some(5070), Udp), None, None, ["r:5070", ""]),
        (registrar("r", None, DnsSrv), None, None, ["r", ""]),
        (
            registrar("r", None, Tls),
            None,
            None,
            ["r", "r;transport=tls"],
        ),
        (
            registrar("2001:db8::5", Some(5071), Tcp),
            None,
            None,
            ["[2001:db8::5]:5071", "[2001:db8::5]:5071;transport=tcp"],
        ),
        (
            registrar("r", Some(5070), Tcp),
            proxy("p", Some(5080), None),
            None,
            ["r:5070", "p:5080;transport=tcp"],
        ),
        (
            registrar("r", None, Udp),
            proxy("2001:db8::1", Some(5061), Some(Tls)),
            None,
            ["r", "[2001:db8::1]:5061;transport=tls"],
        ),
        (
            registrar("r", None, DnsSrv),
            proxy("p", None, None),
            None,
            ["r", "p"],
        ),
        (
            registrar("r", None, Udp),
            None,
            Some("b:5090"),
            ["r", "r;transport=udp,b:5090;transport=udp"],
        ),
        (
            registrar("r", None, Tls),
            proxy("p", None, None),
            Some("b"),
            ["r", "p;transport=tls,b;transport=tls"],
        ),
    ];
    for (registrar, proxy, backup, expected) in cases {
        let site = with(|s| {
            s.registrar = Some(registrar);
            s.outbound_proxy = proxy;
            s.backup_registrar = backup.map(text);
        });
        let read = read(&site, &one("D785"));
        let found = ["user_host", "user_outbound"].map(|name| read.of_identity(1, name).unwrap());
        assert_eq!(found, expected);
    }
}

#[test]
fn service_records_belong_to_a_domain_without_port() {
    let site = with(|s| s.registrar = Some(registrar("192.0.2.1", Some(5060), Transport::DnsSrv)));
    assert_eq!(
        errors(&site, &one("D785")),
        [
            "site.settings.registrar.host: transport `dns_srv` with an address: service records belong to a domain",
            "site.settings.registrar.port: transport `dns_srv` with a port: the port comes from the service record; leave it out",
        ]
    );
}

/// R18: SRTP was taken from the transport, or half of it was off.
#[test]
fn r18_srtp_is_its_own_setting_and_whole() {
    for transport in [Transport::Udp, Transport::Tls] {
        for (srtp, expected) in [
            (Srtp::Off, ["off", "off", "off"]),
            (Srtp::Optional, ["on", "optional", "off"]),
            (Srtp::Mandatory, ["on", "mandatory", "off"]),
        ] {
            let mut registrar = registrar("r", None, transport);
            registrar.srtp = srtp;
            let read = read(&with(|s| s.registrar = Some(registrar)), &one("D785"));
            let names = ["user_srtp", "user_savp", "user_auth_tag"];
            assert_eq!(
                names.map(|name| read.of_identity(1, name).unwrap()),
                expected
            );
        }
    }
}

/// R19: the second identity was never written, or got the first one's server.
#[test]
fn r19_each_identity_has_its_own_server() {
    let mut second = extension("1002");
    second.registrar = Some(registrar("other.example.org", Some(5099), Transport::Tcp));
    let device = phone("D785").extension(extension("1001")).extension(second);
    let read = read(&site(settings()), &device.build().unwrap());
    for (name, values) in [
        ("user_active", ["on", "on"]),
        ("user_name", ["1001", "1002"]),
        ("user_host", ["sip.example.net", "other.example.org:5099"]),
        (
            "user_outbound",
            ["", "other.example.org:5099;transport=tcp"],
        ),
    ] {
        let found = [1, 2].map(|index| read.of_identity(index, name).unwrap());
        assert_eq!(found, values);
    }
}

/// R20: the backup registrar took the place of the next identity.
#[test]
fn r20_a_backup_registrar_is_no_identity() {
    let site = with(|s| s.backup_registrar = Some(text("backup.example.net")));
    let builder = phone("D785")
        .extension(extension("1"))
        .extension(extension("2"));
    let read_new = read(&site, &builder.clone().build().unwrap());
    assert_eq!(read_new.of_identity(2, "user_name"), Some("2"));
    assert_eq!(read_new.of_identity(3, "user_active"), Some("off"));
    // The second proxy is known from 8.7 on.
    let old = builder
        .installed_firmware(version("8.6.9"))
        .build()
        .unwrap();
    assert_eq!(read(&site, &old).of_identity(1, "user_outbound"), Some(""));
    let expected = not_applicable("site.settings.backup_registrar");
    assert!(notices(&site, &old).contains(&expected));
}

/// R24: no choice of firmware still sent an address, or an empty one.
#[test]
fn r24_without_a_choice_no_firmware_is_named() {
    let rendered = render(&site_with_url("https://h/p/"), &one("D785")).unwrap();
    let read = read_of(&rendered);
    assert_eq!(read.get("firmware_status"), None);
    assert_eq!(read.get("update_policy"), Some("settings_only"));
    let mut names = rendered.files().iter().map(|file| file.name());
    assert!(!names.any(|name| name.contains("firmware")));
}

/// The address of the image that a phone is told, unescaped.
fn image(site: &Site, device: &Device) -> String {
    let rendered = render(site, device).unwrap();
    let read = read_of(&rendered);
    assert_eq!(read.get("update_policy"), Some("auto_update"));
    let document = "https://h/p/000413A11FA7-firmware.xml";
    assert_eq!(read.get("firmware_status"), Some(document));
    assert_eq!(read.get("firmware"), None);
    let file = rendered.file("000413A11FA7-firmware.xml").unwrap();
    let document = roxmltree::Document::parse(std::str::from_utf8(file.bytes()).unwrap()).unwrap();
    assert!(document.root_element().has_tag_name("firmware-settings"));
    let firmware = document.root_element().first_element_child().unwrap();
    assert!(firmware.has_tag_name("firmware"));
    assert_eq!(firmware.attribute("perm"), Some(""));
    firmware.text().unwrap().to_owned()
}

/// R2: the address of a chained update stood raw in the file.
#[test]
fn r2_the_image_is_named_by_type_and_way_of_loading() {
    let own = "https://fw/{vendor}/{version}/{file}";
    let snom = "https://downloads.snom.com/fw/{version}/bin/{file}";
    let mut site = site_with_url("https://h/p/{mac}.xml");
    for (base, model, chosen, expected) in [
        (
            own,
            "715",
            "10.1.175.16",
            "https://fw/snom/10.1.175.16/snom715-10.1.175.16-SIP-r.bin",
        ),
        (
            own,
            "D812",
            "10.1.226.16",
            "https://fw/snom/10.1.226.16/snomD812-10.1.226.16-SIP-r.swu",
        ),
        (
            own,
            "370",
            "8.7.5.35",
            "https://fw/snom/8.7.5.35/snom370-8.7.5.35-SIP-f.bin",
        ),
        (
            own,
            "D785",
            "10.1.184.14",
            "https://fw/snom/10.1.184.14/snomD785-10.1.184.14-SIP-r.bin",
        ),
        (
            own,
            "D712",
            "10.1.226.16",
            "https://fw/snom/10.1.226.16/snomD712-10.1.226.16-SIP-r.bin",
        ),
        (
            own,
            "D712",
            "10.1.184.15",
            "https://fw/snom/10.1.184.15/snomD712-ramdisk-chained-update-r.bin?mac={mac}&chained_url=https://fw/snom/10.1.184.15/snomD712-10.1.184.15-SIP-r.bin%3Fmac%3D{mac}",
        ),
        (
            own,
            "D785",
            "10.1.226.16",
            "https://fw/snom/10.1.226.16/snomD785-ramdisk-chained-update-r.bin?mac={mac}&chained_url=https://fw/snom/10.1.226.16/snomD785-10.1.226.16-SIP-r.bin%3Fmac%3D{mac}",
        ),
        (
            snom,
            "D785",
            "10.1.226.16",
            "https://downloads.snom.com/fw/update/snomD785-ramdisk-chained-update-r.bin?mac={mac}&chained_url=https://downloads.snom.com/fw/10.1.226.16/bin/snomD785-10.1.226.16-SIP-r.bin%3Fmac%3D{mac}",
        ),
    ] {
        let base = UrlTemplate::parse(base, Site::FIRMWARE_PLACEHOLDERS);
        site.firmware_base = Some(base.unwrap());
        let device = phone(model).firmware(FirmwareChoice::new(version(chosen)));
        assert_eq!(image(&site, &device.build().unwrap()), expected);
    }
    // An address of its own is taken as it is.
    let mut choice = FirmwareChoice::new(version("10.1.226.16"));
    choice.url = Some(text("https://x/a.bin?b=1&c=2"));
    let device = phone("D785").firmware(choice).build().unwrap();
    assert_eq!(image(&site, &device), "https://x/a.bin?b=1&c=2");
}

#[test]
fn a_firmware_needs_a_place_and_a_version_that_can_be_loaded() {
    let choice = FirmwareChoice::new(version("10.1.226.16"));
    let own = phone("D785").firmware(choice.clone()).build().unwrap();
    assert_eq!(
        errors(&site(settings()), &own),
        [format!(
            "{AT}.firmware: snom D785 has no firmware choice without a known folder of its files; give the site a `provisioning_url` that ends with a slash, and the device its `token`"
        )]
    );
    let mut by_site = site(settings());
    by_site.firmware.insert("snom D785".to_owned(), choice);
    let expected = not_applicable("site.firmware.\"snom D785\"");
    assert!(notices(&by_site, &one("D785")).contains(&expected));
    let read = read(&by_site, &one("D785"));
    assert_eq!(read.get("update_policy"), Some("settings_only"));

    let with_url = site_with_url("https://h/p/");
    assert_eq!(
        errors(&with_url, &own),
        [format!(
            "{AT}.firmware.url: missing: expected the address of the image; looked at {AT}.firmware.url, site.firmware_base"
        )]
    );
    let mut choice = FirmwareChoice::new(version("8.7.5.35"));
    choice.url = Some(text("https://x/a.bin"));
    let down = phone("D765").installed_firmware(version("8.9.3.80"));
    assert_eq!(
        errors(&with_url, &down.firmware(choice).build().unwrap()),
        [format!(
            "{AT}.firmware.version: 8.7.5.35 cannot be loaded over the installed 8.9.3.80: 8.9.3 goes back to 8.7.5.44 at most"
        )]
    );
}

#[test]
fn keys_count_over_the_pages_and_the_modules() {
    for (model, modules, slots, of_module) in [
        ("D785", 3, 24, 18),
        ("D895", 3, 56, 60),
        ("D345", 2, 48, 18),
        ("300", 1, 6, 42),
        ("D862", 0, 32, 60),
    ] {
        let device = phone(model).modules(modules).extension(extension("1001"));
        let read = read(&site(settings()), &device.build().unwrap());
        let count = slots + u16::from(modules) * of_module;
        assert_eq!(read.keys().len(), usize::from(count), "{model}");
        assert_eq!(read.key(0), FIRST_LINE);
        for index in 1..count {
            assert_eq!(read.key(index), RESET);
        }
    }
    // The last index that Snom's phones have.
    let device = phone("D895").modules(3).build().unwrap();
    let read_d895 = read(&site(settings()), &device);
    assert_eq!(read_d895.keys().last().unwrap().index, Some(235));
    // No keys, no element.
    assert!(read(&site(settings()), &one("PA1")).keys().is_empty());
}

/// R1: a label with a quote stood raw in an attribute.
#[test]
fn r1_the_keys_of_the_document_are_written_with_their_labels() {
    let mut second = FunctionKey::new(3, KeyKind::Line);
    second.extension = 2;
    second.label = Some(text(HOSTILE_LABEL));
    let mut nothing = FunctionKey::new(1, KeyKind::None);
    nothing.label = Some(text("&"));
    let mut on_module = FunctionKey::new(18, KeyKind::Line);
    on_module.module = Some(2);
    on_module.extension = 2;
    let mut site = site(settings());
    let mut profile = Profile::default();
    profile.keys = vec![nothing, on_module];
    site.profiles.insert("desk".to_owned(), profile);
    let device = phone("D785")
        .profile("desk")
        .extension(extension("1"))
        .extension(extension("2"))
        .key(second)
        .build()
        .unwrap();
    let read = read(&site, &device);
    assert_eq!(read.key(0), ("active", "&", "R", "none"));
    assert_eq!(read.key(1), ("2", "", "R", "line"));
    assert_eq!(read.key(2), ("2", HOSTILE_LABEL, "R", "line"));
    assert_eq!(read.key(3), RESET);
    assert_eq!(read.key(24 + 18 + 17), ("2", "", "R", "line"));
    assert_eq!(read.keys().len(), 24 + 2 * 18);
}

#[test]
fn what_a_label_would_carry_out_is_refused() {
    for (label, what, position) in [
        ("a<br>b", "<br>", 2),
        ("$name", "$", 1),
        ("é<BR/>", "<br>", 2),
    ] {
        let mut key = FunctionKey::new(1, KeyKind::Line);
        key.label = Some(text(label));
        let device = phone("D785").extension(extension("1")).key(key);
        assert_eq!(
            errors(&site(settings()), &device.build().unwrap()),
            [format!(
                "{AT}.keys[0].label: `{what}` at character {position} would act as a command in the label of a key (`fkey`); choose another text"
            )]
        );
    }
}

#[test]
fn keys_that_the_phone_does_not_have_are_named() {
    let lock = FunctionKey::new(2, KeyKind::Lock);
    let mut far = FunctionKey::new(1, KeyKind::None);
    far.module = Some(4);
    let mut of_nobody = FunctionKey::new(3, KeyKind::Line);
    of_nobody.extension = 2;
    let builder = phone("D785")
        .extension(extension("1"))
        .modules(1)
        .key(lock)
        .key(FunctionKey::new(25, KeyKind::Line))
        .key(far)
        .key(of_nobody);
    assert_eq!(
        errors(&site(settings()), &builder.clone().build().unwrap()),
        [
            "keys[0].kind: snom D785 has no key of kind `lock`; the phone locks by itself with the raw setting `keyboard_lock_timeout`",
            "keys[1].position: expected a position between 1 and 24 (snom D785), found 25",
            "keys[2].module: expected a module between 1 and 1 (snom D785), found 4",
            "keys[3].extension: expected an extension between 1 and 1 (the device's extensions), found 2",
        ]
        .map(|error| format!("{AT}.{error}"))
    );
    let lenient = builder.handling(Handling::Lenient).build().unwrap();
    let read = read(&site(settings()), &lenient);
    assert_eq!([read.key(1), read.key(2)], [RESET, RESET]);
    let notices = notices(&site(settings()), &lenient);
    let of_keys = notices.iter().filter(|(_, path)| path.contains(".keys["));
    assert_eq!(of_keys.count(), 4);
}

#[test]
fn more_than_the_model_holds_is_an_error() {
    let mut builder = phone("D120").modules(1);
    for number in ["1", "2", "3"] {
        builder = builder.extension(extension(number));
    }
    assert_eq!(
        errors(&site(settings()), &builder.build().unwrap()),
        [
            "extensions: expected at most 2 accounts (snom D120), found 3",
            "modules: expected at most 0 expansion modules (snom D120), found 1",
        ]
        .map(|error| format!("{AT}.{error}"))
    );
    let known_by_name = phone("SP800").build().unwrap();
    assert_eq!(
        errors(&site(settings()), &known_by_name),
        [format!(
            "{AT}.model: snom SP800 has no known firmware or settings"
        )]
    );
}

#[test]
fn what_is_missing_is_named_with_the_layers_that_lack_it() {
    let layers = format!("{AT}.settings, site.settings");
    assert_eq!(
        errors(&site(Settings::default()), &one("D785")),
        [
            format!("{AT}.settings.time_zone: missing: expected a time zone; looked at {layers}"),
            format!("{AT}.settings.language: missing: expected a language; looked at {layers}"),
            format!(
                "{AT}.extensions[0].registrar: missing: expected a registrar; looked at {AT}.extensions[0].registrar, {layers}"
            ),
        ]
    );
}

#[test]
fn every_identity_that_is_not_used_is_switched_off() {
    for (model, identities) in [("D785", 12), ("D895", 16), ("D862", 8), ("D120", 2)] {
        let read = read(&site(settings()), &one(model));
        assert_eq!(read.of_identity(1, "user_active"), Some("on"));
        for index in 2..=identities {
            let names = ["user_active", "user_name", "user_pname", "user_pass"];
            let found = names.map(|name| read.of_identity(index, name).unwrap());
            assert_eq!(found, ["off", "", "", ""]);
        }
        assert_eq!(read.of_identity(identities + 1, "user_active"), None);
    }
}

#[test]
fn a_phone_that_nobody_uses_has_the_restricted_account() {
    let mut account = LoggedOut::new(text("9000"), text(HOSTILE_PASSWORD));
    account.auth_username = Some(text("restricted"));
    let device = phone("D785").build().unwrap();
    let restricted = read(&with(|s| s.logged_out = Some(account)), &device);
    for (name, value) in [
        ("user_active", "on"),
        ("user_name", "9000"),
        ("user_pname", "restricted"),
        ("user_pass", HOSTILE_PASSWORD),
        ("user_idle_text", "9000"),
        ("user_host", "sip.example.net"),
    ] {
        assert_eq!(restricted.of_identity(1, name), Some(value));
    }
    assert_eq!(restricted.key(0), FIRST_LINE);

    let nobody = read(&site(settings()), &device);
    assert_eq!(nobody.of_identity(1, "user_active"), Some("off"));
    assert_eq!(nobody.key(0), RESET);
    assert_eq!(nobody.get("logon_wizard"), Some("off"));
}

#[test]
fn codecs_stand_in_their_order_with_events_last() {
    for (codecs, dtmf, list, info) in [
        (
            "pcmu g726_32 g722",
            Dtmf::Rfc4733,
            "pcmu,g726-32,g722,telephone-event",
            "off",
        ),
        ("g729", Dtmf::SipInfo, "g729", "sip_info_only"),
        ("g729", Dtmf::InBand, "g729", "off"),
        (
            "g729",
            Dtmf::Rfc4733AndSipInfo,
            "g729,telephone-event",
            "on",
        ),
        // An inherited codec that the phone lacks is left out with a notice.
        ("opus pcma", Dtmf::Rfc4733, "pcma,telephone-event", "off"),
    ] {
        let codecs = codecs.split(' ').map(text);
        let site = with(|s| {
            s.codecs = Some(CodecList::new(codecs).unwrap());
            s.dtmf = Some(dtmf);
        });
        let read = read(&site, &one("D785"));
        assert_eq!(read.of_identity(1, "codec_priority_list"), Some(list));
        assert_eq!(read.of_identity(1, "user_dtmf_info"), Some(info));
    }
    let mut own = extension("1");
    own.codecs = Some(CodecList::new([text("opus")]).unwrap());
    let device = phone("D785").extension(own).build().unwrap();
    assert_eq!(
        errors(&site(settings()), &device),
        [format!(
            "{AT}.extensions[0].codecs: no codec is left: snom D785 with firmware 10.1.226.16 has none of opus"
        )]
    );
}

#[test]
fn languages_follow_firmware_and_model_and_are_never_english_in_silence() {
    let of = |language: &str, model: &str, firmware: &str| {
        let device = phone(model).installed_firmware(version(firmware));
        let site = with(|s| s.language = Some(text(language)));
        let read = read(&site, &device.build().unwrap());
        ["language", "web_language"].map(|name| read.get(name).unwrap_or("-").to_owned())
    };
    assert_eq!(of("de-AT", "D785", "10.1.226.16"), ["Deutsch", "Deutsch"]);
    assert_eq!(of("fr", "D785", "10.1.226.16"), ["Français", "Français"]);
    assert_eq!(of("fr", "D785", "8.9.3.80"), ["Francais", "Francais"]);
    assert_eq!(of("es", "D785", "8.9.3.80"), ["Español", "Espanol"]);
    assert_eq!(of("nl", "D785", "8.4.35"), ["Dutch", "Dutch"]);
    assert_eq!(of("nl", "D865", "10.1.226.16"), ["Nederlands", "-"]);
    assert_eq!(of("vi", "D865", "10.1.226.16"), ["Tiếng Việt", "-"]);
    // Inherited: the phone keeps what it has. Its own: an error.
    assert_eq!(of("fi", "D865", "10.1.226.16"), ["-", "-"]);
    let mut own = Settings::default();
    own.language = Some(text("fi"));
    let device = phone("D865").settings(own).build().unwrap();
    assert_eq!(
        errors(&site(settings()), &device),
        [format!(
            "{AT}.settings.language: snom D865 with firmware 10.1.226.16 has no language `fi`"
        )]
    );
}

#[test]
fn formats_of_time_and_date_go_by_locale_on_the_newest_phones() {
    use DateFormat::{DayMonthYear, MonthDayYear, YearMonthDay};
    use TimeFormat::{H12, H24};
    for (language, model, date, time, expected, noticed) in [
        ("de", "D785", None, None, ["on", "off", "-"], ""),
        (
            "de",
            "D785",
            Some(MonthDayYear),
            Some(H12),
            ["off", "on", "-"],
            "",
        ),
        (
            "de",
            "D785",
            Some(YearMonthDay),
            Some(H24),
            ["on", "off", "-"],
            "date_format",
        ),
        (
            "de",
            "D815",
            Some(DayMonthYear),
            Some(H24),
            ["on", "off", "de_DE"],
            "",
        ),
        (
            "de-AT",
            "D865",
            Some(DayMonthYear),
            Some(H24),
            ["on", "off", "de_AT"],
            "",
        ),
        (
            "en",
            "D865",
            Some(MonthDayYear),
            Some(H12),
            ["off", "on", "en_US"],
            "",
        ),
        (
            "en",
            "D865",
            Some(DayMonthYear),
            None,
            ["on", "off", "en_GB"],
            "",
        ),
        (
            "sv",
            "D865",
            Some(YearMonthDay),
            Some(H24),
            ["on", "off", "sv_SE"],
            "",
        ),
        (
            "de",
            "D865",
            Some(MonthDayYear),
            Some(H12),
            ["off", "on", "de_DE"],
            "date_format time_format",
        ),
    ] {
        let site = with(|s| {
            s.language = Some(text(language));
            s.date_format = date;
            s.time_format = time;
        });
        let device = phone(model).build().unwrap();
        let read = read(&site, &device);
        let names = ["time_24_format", "date_us_format", "locale"];
        assert_eq!(names.map(|name| read.get(name).unwrap_or("-")), expected);
        let notices = notices(&site, &device);
        let keys = notices.iter().filter_map(|(_, path)| {
            let key = path.strip_prefix("site.settings.")?;
            key.ends_with("_format").then_some(key)
        });
        assert_eq!(keys.collect::<Vec<_>>().join(" "), noticed);
    }
}

#[test]
fn what_must_not_be_empty_is_left_out() {
    let site_empty = with(|s| {
        s.emergency_numbers = Some(Vec::new());
        s.ntp_servers = Some(Vec::new());
    });
    let empty = read(&site_empty, &one("D785"));
    let emergency = "keyboard_lock_emergency";
    assert_eq!(empty.get(emergency), Some("911 112 110 999"));
    assert_eq!(empty.get("ntp_server"), None);
    assert_eq!(empty.get("vlan_id"), None);

    let full = with(|s| {
        s.emergency_numbers = Some(vec![text("112"), text("0&112")]);
        s.ntp_servers = Some(vec![text("ntp.example.net")]);
        s.vlan = Some(Vlan::new(10, Some(5)).unwrap().with_pc(20, None).unwrap());
    });
    let full = read(&full, &one("D785"));
    for (name, value) in [
        (emergency, "112 0&112"),
        ("ntp_server", "ntp.example.net"),
        ("vlan_id", "10"),
        ("vlan_qos", "5"),
        ("vlan_pc_id", "20"),
        ("vlan_pc_priority", "0"),
    ] {
        assert_eq!(full.get(name), Some(value));
    }
    let blank = with(|s| s.emergency_numbers = Some(vec![text("112"), text("0 112")]));
    assert_eq!(
        errors(&blank, &one("D785")),
        [
            "site.settings.emergency_numbers[1]: ` ` at character 2 cannot stand in the value of a setting (`keyboard_lock_emergency`)"
        ]
    );
}

/// R25: a login that was not given became an empty one, or another user's.
#[test]
fn r25_logins_go_by_type_and_none_keeps_a_factory_password() {
    let mut settings = settings();
    settings.admin = Some(login("boss", "Adm1n&<>"));
    let admin_only = site(settings.clone());
    let desk = read(&admin_only, &one("D785"));
    let d8 = read(&admin_only, &one("D865"));
    for read in [&desk, &d8] {
        for (name, value) in [
            ("admin_mode", Some("off")),
            ("admin_mode_login", Some("boss")),
            ("admin_mode_password", Some("Adm1n&<>")),
            ("admin_mode_password_confirm", Some("Adm1n&<>")),
            ("http_user", Some("boss")),
            ("http_pass", Some("Adm1n&<>")),
            ("service_mode_login", None),
            ("service_mode_pass", Some("Adm1n&<>")),
            ("webserver_user_name", None),
        ] {
            assert_eq!(read.get(name), value, "{name}");
        }
        let mode = read.find("admin_mode", None).unwrap();
        assert_eq!(mode.perm.as_deref(), Some("RW"));
    }
    for (name, value) in [
        ("webserver_admin_name", "boss"),
        ("webserver_admin_password", "Adm1n&<>"),
        ("webserver_user_password", "Adm1n&<>"),
    ] {
        assert_eq!(desk.get(name), None);
        assert_eq!(d8.get(name), Some(value));
    }
    let expected = (
        NoticeCode::MaintenanceLogin,
        "site.settings.maintenance".to_owned(),
    );
    assert!(notices(&admin_only, &one("D785")).contains(&expected));

    settings.user = Some(login("user", "u"));
    settings.maintenance = Some(login("service", "m"));
    let d8 = read(&site(settings.clone()), &one("D865"));
    for (name, value) in [
        ("webserver_user_name", "user"),
        ("webserver_user_password", "u"),
        ("service_mode_login", "service"),
        ("service_mode_pass", "m"),
    ] {
        assert_eq!(d8.get(name), Some(value));
    }
    settings.user = Some(login("boss", "u"));
    assert_eq!(
        errors(&site(settings), &one("D865")),
        ["site.settings.user.username: login name `boss` is also at site.settings.admin.username"]
    );
    let without = read(&site(self::settings()), &one("D865"));
    for name in ["admin_mode", "http_user", "http_pass", "service_mode_pass"] {
        assert_eq!(without.get(name), None);
    }
}

#[test]
fn the_password_of_the_menus_has_only_characters_that_they_take() {
    let site = with(|s| s.admin = Some(login("boss", "a b")));
    let all = render(&site, &one("D785")).unwrap_err().to_string();
    assert!(all.contains("site.settings.admin.password: ` ` at character 2"));
    assert!(!all.contains("a b"));
}

#[test]
fn polling_is_every_so_many_minutes_or_daily() {
    for (every, daily, expected) in [
        (None, None, ["off", "-", "-", "-", "-"]),
        (Some(90), None, ["on", "rel", "5400", "-", "-"]),
        (
            None,
            Some("03:00"),
            ["on", "random", "86400", "03:00", "03:05"],
        ),
        (
            None,
            Some("03:57"),
            ["on", "random", "86400", "03:57", "04:02"],
        ),
        (
            None,
            Some("00:55"),
            ["on", "random", "86400", "00:55", "01:00"],
        ),
        (
            None,
            Some("23:54"),
            ["on", "random", "86400", "23:54", "23:59"],
        ),
        // The window must not end on the next day.
        (
            None,
            Some("23:59"),
            ["on", "random", "86400", "23:54", "23:59"],
        ),
        (Some(1), Some("03:00"), ["on", "rel", "60", "-", "-"]),
    ] {
        let site = with(|s| {
            s.resync.every_minutes = every;
            s.resync.daily_at = daily.map(text);
        });
        let read = read(&site, &one("D785"));
        let names = ["enabled", "mode", "period", "time", "time_rand_end"];
        let get = |name| read.get(&format!("prov_polling_{name}")).unwrap_or("-");
        assert_eq!(names.map(get), expected);
    }
}

#[test]
fn ring_tones_volumes_and_display_are_told_in_the_phones_words() {
    let site = with(|s| {
        s.ring_tones.internal = Some(0);
        s.ring_tones.external = Some(7);
        s.volumes.ringer = Percent::new(50).ok();
        s.volumes.microphone = Percent::new(100).ok();
        s.caller_id = Some(CallerId::NumberAndName);
        s.tone_country = Some(text("CH"));
        s.nat.keep_alive_seconds = Some(25);
        s.nat.stun = Some(text("stun.example.net:3479"));
        s.nat.rport = Some(false);
        s.tls.verify = Some(true);
    });
    let mut own = extension("1002");
    own.ring_tones.external = Some(10);
    own.auto_answer = Some(true);
    let builder = phone("D765").extension(extension("1001")).extension(own);
    let new = read(&site, &builder.clone().build().unwrap());
    for (name, value) in [
        ("alert_internal_ring_text", "alert-internal"),
        ("alert_internal_ring_sound", "Silent"),
        ("vol_ringer", "8"),
        ("display_method", "display_number_name"),
        ("tone_scheme", "SWI"),
        ("enable_rport_rfc3581", "off"),
        ("tls_server_authentication", "on"),
    ] {
        assert_eq!(new.get(name), Some(value), "{name}");
    }
    for (name, values) in [
        ("user_ringer", ["Ringer7", "Ringer10"]),
        ("user_auto_connect", ["off", "on"]),
        ("keepalive_interval", ["25", "25"]),
        (
            "stun_server",
            ["stun.example.net:3479", "stun.example.net:3479"],
        ),
    ] {
        let found = [1, 2].map(|index| new.of_identity(index, name).unwrap());
        assert_eq!(found, values);
    }
    // The microphones' volumes went with V8.
    assert_eq!(new.get("vol_handset_mic"), None);
    let old = builder.installed_firmware(version("8.7.5.35"));
    let old = read(&site, &old.build().unwrap());
    assert_eq!(old.get("vol_handset_mic"), Some("15"));

    let mut own = Settings::default();
    own.ring_tones.external = Some(11);
    let device = phone("D765").settings(own).extension(extension("1"));
    assert_eq!(
        errors(&site, &device.build().unwrap()),
        [format!(
            "{AT}.settings.ring_tones.external: expected a ring tone between 0 and 10 (snom D765), found 11"
        )]
    );
}

#[test]
fn a_directory_is_asked_in_clear_only_when_that_was_wanted() {
    let mut ldap = Ldap::new(text("ldap.example.net"), text("ou=a&b"));
    ldap.bind_dn = Some(text("cn=x"));
    ldap.password = Some(text(HOSTILE_PASSWORD));
    ldap.name_filter = Some(text("(&(cn=%*)(x<1))"));
    ldap.name_attributes = vec![text("cn"), text("o")];
    ldap.tls = LdapTls::Ldaps;
    let ldaps = read(&with(|s| s.ldap = Some(ldap.clone())), &one("D785"));
    for (name, value) in [
        ("ldap_server", "ldap.example.net"),
        ("ldap_port", "636"),
        ("ldap_over_tls", "on"),
        ("ldap_base", "ou=a&b"),
        ("ldap_username", "cn=x"),
        ("ldap_password", HOSTILE_PASSWORD),
        ("ldap_search_filter", "(&(cn=%*)(x<1))"),
        ("ldap_number_filter", ""),
        ("ldap_name_attributes", "cn o"),
        ("ldap_number_attributes", ""),
    ] {
        assert_eq!(ldaps.get(name), Some(value), "{name}");
    }
    ldap.tls = LdapTls::StartTls;
    let site = with(|s| s.ldap = Some(ldap));
    let start_tls = read(&site, &one("D785"));
    for name in ["ldap_server", "ldap_username", "ldap_password"] {
        assert_eq!(start_tls.get(name), Some(""));
    }
    let expected = not_applicable("site.settings.ldap.tls");
    assert!(notices(&site, &one("D785")).contains(&expected));
}

/// What a phone cannot be told: an error of its own layer, a notice when inherited or lenient.
#[test]
fn what_the_phone_cannot_do_is_never_dropped_in_silence() {
    type Set = fn(&mut Settings);
    let cases: [(&str, Set); 9] = [
        ("tls.ca_url", |s| s.tls.ca_url = Some(text("https://h/ca"))),
        ("language_pack", |s| {
            s.language_pack = Some(text("https://h/x"))
        }),
        ("phonebook", |s| {
            s.phonebook = Some(Phonebook::new(text("https://h/b.xml")));
        }),
        ("ntp_servers", |s| {
            s.ntp_servers = Some(vec![text("a"), text("b")]);
        }),
        ("tone_country", |s| s.tone_country = Some(text("AQ"))),
        ("user", |s| s.user = Some(login("u", "p"))),
        ("volumes.microphone", |s| {
            s.volumes.microphone = Percent::new(1).ok()
        }),
        ("date_format", |s| {
            s.date_format = Some(DateFormat::YearMonthDay)
        }),
        ("resync.daily_at", |s| {
            s.resync.every_minutes = Some(5);
            s.resync.daily_at = Some(text("03:00"));
        }),
    ];
    for (key, set) in cases {
        let mut own = Settings::default();
        set(&mut own);
        let builder = phone("D785").settings(own);
        let found = errors(&site(settings()), &builder.clone().build().unwrap());
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with(&format!("{AT}.settings.{key}: ")));
        let lenient = builder.handling(Handling::Lenient).build().unwrap();
        let expected = not_applicable(&format!("{AT}.settings.{key}"));
        assert!(notices(&site(settings()), &lenient).contains(&expected));
        let expected = not_applicable(&format!("site.settings.{key}"));
        assert!(notices(&with(set), &phone("D785").build().unwrap()).contains(&expected));
    }
    let base = phone("D785").multicell(Multicell::new(MulticellRole::Primary));
    assert_eq!(
        errors(&site(settings()), &base.build().unwrap()),
        [format!(
            "{AT}.multicell: snom D785 has no part in a system of several bases"
        )]
    );
}

#[test]
fn feature_codes_go_to_the_identity_or_the_phone() {
    let site = with(|s| {
        let codes = &mut s.feature_codes;
        codes.pickup = Some(text("*8"));
        codes.park = Some(text("*6"));
        codes.park_retrieve = Some(text("*7"));
        codes.dnd_on = Some(text("*78"));
        codes.forward_busy_off = Some(text("*91"));
        codes.voicemail = Some(text("*97"));
    });
    let new = read(&site, &one("D785"));
    for (name, value) in [
        ("blf_directed_call_pickup", "*8"),
        ("blf_park_pick_up", "*7"),
        ("callpark_park_fac", "*6"),
        ("dnd_on_code", "*78"),
        ("fwd_busy_off_code", "*91"),
        ("fwd_busy_on_code", ""),
        ("user_mailbox", "*97"),
    ] {
        assert_eq!(new.of_identity(1, name), Some(value), "{name}");
    }
    let device = phone("D785").installed_firmware(version("8.7.3.17"));
    let device = device.extension(extension("1")).build().unwrap();
    let old = read(&site, &device);
    assert_eq!(old.get("dnd_on_code"), Some("*78"));
    assert_eq!(old.get("redirect_busy_off_code"), Some("*91"));
    assert_eq!(old.of_identity(1, "callpark_park_fac"), None);
    for key in ["park", "park_retrieve"] {
        let expected = not_applicable(&format!("site.settings.feature_codes.{key}"));
        assert!(notices(&site, &device).contains(&expected));
    }
}

#[test]
fn raw_settings_take_the_place_of_the_models() {
    let site = with(|s| {
        s.custom = vec![
            custom("auto_reboot_on_setting_change", None, "on"),
            custom("language", None, "Deutsch"),
            custom("user_idle_text", Some(1), "<&>"),
            custom("call_waiting", Some(2), "visual"),
            custom("fkey", Some(0), "blf 201|*8"),
            custom("brand_new.setting", None, "x"),
        ];
    });
    let device = phone("D785")
        .extension(extension("1"))
        .extension(extension("2"));
    let device = device.build().unwrap();
    let read = read(&site, &device);
    assert_eq!(read.0[0].name, "auto_reboot_on_setting_change");
    assert_eq!(read.get("language"), Some("Deutsch"));
    assert_eq!(read.of_identity(1, "user_idle_text"), Some("<&>"));
    assert_eq!(read.of_identity(2, "user_idle_text"), Some("2"));
    assert_eq!(read.of_identity(2, "call_waiting"), Some("visual"));
    assert_eq!(read.of_identity(1, "call_waiting"), Some("on"));
    assert_eq!(read.key(0), ("active", "", "R", "blf 201|*8"));
    let unknown = read.find("brand_new.setting", None).unwrap();
    assert_eq!(unknown.perm.as_deref(), Some("R"));
    assert_eq!(unknown.value, "x");
    let of_custom: Vec<(NoticeCode, String)> = notices(&site, &device)
        .into_iter()
        .filter(|(code, _)| matches!(code, NoticeCode::CustomShadows | NoticeCode::CustomUnknown))
        .collect();
    let shadows = [1, 2, 3, 4].map(|index| format!("site.settings.custom[{index}]"));
    for path in shadows {
        assert!(of_custom.contains(&(NoticeCode::CustomShadows, path)));
    }
    let unknown = "site.settings.custom[5].name".to_owned();
    assert!(of_custom.contains(&(NoticeCode::CustomUnknown, unknown)));
    assert_eq!(of_custom.len(), 5);
}

#[test]
fn raw_settings_that_break_a_phone_or_a_file_are_refused() {
    let mut empty = custom("vlan_id", None, "1");
    empty.value = CustomValue::Empty;
    let mut phone_type = custom("phone_type", None, "snom300");
    phone_type.unchecked = true;
    let site = with(|s| {
        s.custom = vec![
            phone_type,
            empty,
            custom("user_moh", None, "x"),
            custom("language", Some(1), "Deutsch"),
            custom("user_moh", Some(13), "x"),
            custom("mc_address", Some(11), "x"),
            custom("http_port", None, "99999"),
            custom("http_pass", None, "secret-of-the-caller"),
            custom("webserver_type", None, "gopher"),
            custom("a b", None, "x"),
            custom("a><b", None, "x"),
        ];
    });
    let found = errors(&site, &one("D785"));
    let paths: Vec<&str> = found
        .iter()
        .map(|error| error.split(": ").next().unwrap())
        .collect();
    assert_eq!(
        paths,
        [
            "custom[0].name",
            "custom[1].value",
            "custom[2].index",
            "custom[3].index",
            "custom[4].index",
            "custom[5].index",
            "custom[6].value",
            "custom[8].value",
            "custom[9].name",
            "custom[10].name",
        ]
        .map(|path| format!("site.settings.{path}")),
        "{found:#?}"
    );
}

#[test]
fn a_raw_firmware_goes_to_the_firmware_file() {
    let mut site = site_with_url("https://h/p/");
    let raw = custom("firmware_uxm", None, "https://x/uxm.bin?a&b");
    site.settings.custom.push(raw);
    let rendered = render(&site, &one("D785")).unwrap();
    let file = rendered.file("000413A11FA7-firmware.xml").unwrap();
    assert_eq!(
        std::str::from_utf8(file.bytes()).unwrap(),
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<firmware-settings>\n  <firmware_uxm perm=\"\">https://x/uxm.bin?a&amp;b</firmware_uxm>\n</firmware-settings>\n"
    );
    let read = read_of(&rendered);
    assert_eq!(read.get("firmware_uxm"), None);
    assert_eq!(read.get("update_policy"), Some("auto_update"));
}

#[test]
fn no_secret_is_in_shared_files_errors_and_notices() {
    let mut site = site_with_url("https://h/p/{token}/");
    let settings = &mut site.settings;
    settings.admin = Some(login("boss", "Secret-1"));
    settings.download = Some(login("dl", "Secret-2"));
    settings.logged_out = Some(LoggedOut::new(text("9"), text("Secret-3")));
    let mut ldap = Ldap::new(text("ldap"), text("b"));
    ldap.password = Some(text("Secret-4"));
    settings.ldap = Some(ldap);
    settings.custom = vec![custom("tftp_secret", None, "Secret-6")];
    let device = phone("D865").token(text("Secret-5")).build().unwrap();
    let rendered = render(&site, &device).unwrap();
    for file in rendered.files() {
        let text = std::str::from_utf8(file.bytes()).unwrap();
        assert_eq!(
            text.contains("Secret-"),
            file.is_sensitive(),
            "{}",
            file.name()
        );
    }
    let read = read_of(&rendered);
    assert_eq!(read.get("http_client_user"), Some("dl"));
    assert_eq!(read.get("http_client_pass"), Some("Secret-2"));
    for notice in rendered.notices() {
        assert!(!notice.to_string().contains("Secret-"));
    }
    site.settings.time_zone = None;
    site.settings.registrar = None;
    let errors = render(&site, &device).unwrap_err();
    assert!(!errors.to_string().contains("Secret-"));
}
