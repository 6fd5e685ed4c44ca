//! Sites and devices of all sorts, the same ones in every run.

use std::sync::Arc;

use phone_provisioning::model::{
    CallerId, Codec, CodecList, DateFormat, Device, Dtmf, Extension, Firmware, FirmwareChoice,
    FirmwareScheme, FunctionKey, Handling, Handset, HandsetBinding, KeyKind, Ldap, LdapTls, Login,
    Multicell, MulticellRole, OutboundProxy, Percent, Phonebook, Port, Registrar, Settings, Site,
    Srtp, TimeFormat, TimeZone, Transport, UrlTemplate, Vlan,
};
use phone_provisioning::{Secret, Text};

use crate::support::{self, Model, secret, text};

/// Numbers that look like chance, and what is not thrown for bases.
struct Dice {
    state: u64,
    is_base: bool,
    /// Of a base that has SRTP as on and off only two rows of servers may be told alike.
    has_mandatory: bool,
}

impl Dice {
    fn new(what: &str, seed: u64, is_base: bool) -> Self {
        let start = what.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Self {
            state: start ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15),
            is_base,
            has_mandatory: true,
        }
    }

    fn below(&mut self, limit: usize) -> usize {
        // SplitMix64.
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % limit as u64) as usize
    }

    fn coin(&mut self) -> bool {
        self.below(2) == 0
    }

    fn one<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())].clone()
    }

    fn maybe<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.coin().then(|| make(self))
    }
}

const TEXTS: &[&str] = &[
    "Zoë & Co",
    "a<b>\"c\"'d'",
    "Bob",
    "  two blanks ",
    "100%",
    "日本",
    "a|b;c=d",
];

pub(crate) fn device(
    model: &Model<'_>,
    firmware: Option<Firmware>,
    seed: u64,
) -> (Arc<Site>, Device) {
    let version = firmware.map_or(String::new(), |firmware| firmware.to_string());
    let dice = &mut Dice::new(
        &format!("{} {version}", model.name()),
        seed,
        model.is_base(),
    );
    let newest = model.row.newest_firmware.map(|bound| bound.level());
    let level = firmware.map(|firmware| firmware.level()).or(newest);
    dice.has_mandatory = !model.is_base() || level >= Some([670, 0, 0, 0, 0]);
    let mut site = Site::new(text("Example"), settings(dice, model));
    site.provisioning_url = dice.maybe(|dice| {
        let url = dice.one(&[
            "https://pbx.example.net/p/{token}/",
            "https://pbx.example.net/p/{token}/{mac}.xml",
            "http://pbx.example.net/{mac}/",
            "tftp://192.0.2.1/",
        ]);
        UrlTemplate::parse(url, Site::URL_PLACEHOLDERS).unwrap()
    });
    let base = "https://fw.example.net/{vendor}/{model}/{file}";
    site.firmware_base = Some(UrlTemplate::parse(base, Site::FIRMWARE_PLACEHOLDERS).unwrap());
    let mut device = support::with_firmware(support::device(&model.name()), firmware)
        .handling(Handling::Lenient);
    if dice.coin() {
        device = device.token(secret("t&ken/1"));
    }
    if model.is_base() {
        let handsets = handsets(dice, model);
        let secondary = handsets.is_empty() && model.row.is("multicell") && dice.coin();
        if secondary || (model.row.is("multicell") && dice.coin() && !handsets.is_empty()) {
            let role = if secondary {
                MulticellRole::Secondary
            } else {
                MulticellRole::Primary
            };
            let mut multicell = Multicell::new(role);
            multicell.chain_id = dice.maybe(|dice| 600 + dice.below(9) as u16);
            multicell.primary = dice.maybe(|_| "192.0.2.7".parse().unwrap());
            device = device.multicell(multicell);
        }
        for handset in handsets {
            device = device.handset(handset);
        }
        if dice.coin() {
            device = device.label(text(dice.one(TEXTS)));
        }
        if dice.coin() {
            let version = Firmware::parse(FirmwareScheme::Branch, "790/200").unwrap();
            let mut choice = FirmwareChoice::new(version);
            choice.url = dice.maybe(|_| "https://fw.example.net/dect".parse().unwrap());
            if firmware.is_none() {
                device = device.firmware(choice);
            }
        }
        return (Arc::new(site), device.build().unwrap());
    }
    let most = usize::from(model.accounts(firmware).unwrap_or(2));
    let count = dice.below(most.min(4) + 1);
    for number in 1..=count {
        device = device.extension(extension(dice, number as u16));
    }
    for key in keys(dice, model, count) {
        device = device.key(key);
    }
    if let Some(modules) = model.row.modules {
        device = device.modules(dice.below(usize::from(modules) + 1) as u8);
    }
    if dice.coin() {
        let version = dice.one(&["10.1.226.16", "10.1.184.15", "8.9.3.80"]);
        let version = Firmware::parse(FirmwareScheme::Dotted, version).unwrap();
        let mut choice = FirmwareChoice::new(version);
        let stem = model.row.file_stem.as_deref().unwrap();
        choice.url = dice.maybe(|_| {
            let url = format!("https://fw.example.net/{stem}-{version}-SIP-r.bin?a=1");
            url.parse().unwrap()
        });
        device = device.firmware(choice);
    }
    (Arc::new(site), device.build().unwrap())
}

fn settings(dice: &mut Dice, model: &Model<'_>) -> Settings {
    let mut settings = Settings::default();
    let zones: Vec<TimeZone> = TimeZone::all().collect();
    settings.time_zone = Some(dice.one(&zones));
    let languages = [
        "en", "de", "de-AT", "fr", "nl", "en-US", "es", "sv", "it", "da",
    ];
    settings.language = Some(dice.one(&languages).parse().unwrap());
    settings.tone_country =
        dice.maybe(|dice| dice.one(&["DE", "NL", "US", "GB", "SE"]).parse().unwrap());
    settings.time_format = dice.maybe(|dice| dice.one(&[TimeFormat::H12, TimeFormat::H24]));
    settings.date_format = dice.maybe(|dice| {
        dice.one(&[
            DateFormat::DayMonthYear,
            DateFormat::MonthDayYear,
            DateFormat::YearMonthDay,
        ])
    });
    settings.ntp_servers = dice.maybe(|_| vec!["ntp.example.net".parse().unwrap()]);
    settings.registrar = Some(registrar(dice));
    settings.outbound_proxy = dice.maybe(proxy);
    settings.backup_registrar = dice.maybe(|_| "b.example.net:5070".parse().unwrap());
    settings.codecs = dice.maybe(codecs);
    settings.dtmf = dice.maybe(dtmf);
    settings.admin = dice.maybe(|_| login("admin", "adm1n"));
    settings.user = dice.maybe(|_| login("worker", "us3r"));
    settings.maintenance = dice.maybe(|_| login("fixer", "f1x"));
    settings.download = dice.maybe(|_| login("phone & co", "d<wnload"));
    settings.nat.keep_alive_seconds = dice.maybe(|dice| 1 + dice.below(99) as u32);
    settings.nat.rport = dice.maybe(Dice::coin);
    settings.nat.stun = dice.maybe(|_| "stun.example.net:3479".parse().unwrap());
    settings.tls.verify = dice.maybe(Dice::coin);
    settings.call_waiting = dice.maybe(Dice::coin);
    settings.caller_id = dice.maybe(|dice| {
        dice.one(&[
            CallerId::Name,
            CallerId::Number,
            CallerId::NameAndNumber,
            CallerId::NumberAndName,
        ])
    });
    for volume in [
        &mut settings.volumes.ringer,
        &mut settings.volumes.speaker,
        &mut settings.volumes.handset,
        &mut settings.volumes.headset,
        &mut settings.volumes.microphone,
    ] {
        *volume = dice.maybe(|dice| Percent::new(dice.below(101) as u8).unwrap());
    }
    settings.vlan = dice.maybe(|dice| {
        let vlan = Vlan::new(1 + dice.below(4094) as u16, Some(dice.below(8) as u8)).unwrap();
        match model.is_base() {
            true => vlan,
            false => vlan.with_pc(20, Some(dice.below(8) as u8)).unwrap(),
        }
    });
    settings.emergency_numbers = dice.maybe(|_| vec![text("112"), text("110")]);
    let codes = &mut settings.feature_codes;
    for (i, code) in [
        &mut codes.pickup,
        &mut codes.group_pickup,
        &mut codes.park,
        &mut codes.park_retrieve,
        &mut codes.dnd_on,
        &mut codes.dnd_off,
        &mut codes.forward_always_on,
        &mut codes.forward_always_off,
        &mut codes.forward_busy_on,
        &mut codes.forward_busy_off,
        &mut codes.forward_no_answer_on,
        &mut codes.forward_no_answer_off,
        &mut codes.voicemail,
        &mut codes.login,
    ]
    .into_iter()
    .enumerate()
    {
        // The first three are what phones bring.
        let own = ["*97", "*68", "*88"].get(i).copied();
        *code = dice.maybe(|dice| match own {
            Some(own) if dice.coin() => text(own),
            _ => text(&format!("*{}", 60 + i)),
        });
    }
    settings.ring_tones.internal = dice.maybe(|dice| dice.below(11) as u8);
    settings.ring_tones.external = dice.maybe(|dice| dice.below(11) as u8);
    settings.ldap = dice.maybe(|dice| {
        let mut ldap = Ldap::new("ldap.example.net".parse().unwrap(), text("dc=a&b"));
        if !model.is_base() && dice.coin() {
            ldap.tls = LdapTls::Ldaps;
        }
        ldap.port = dice.maybe(|_| Port::new(1636).unwrap());
        ldap.bind_dn = dice.maybe(|_| text("cn=phone"));
        ldap.password = dice.maybe(|_| secret("l<ap"));
        ldap.name_filter = dice.maybe(|_| text("(|(cn=%*)(o=%*))"));
        ldap.number_filter = dice.maybe(|_| text("(tel=%)"));
        if dice.coin() {
            ldap.name_attributes = vec![text("cn"), text("sn")];
        }
        if dice.coin() {
            ldap.number_attributes = vec![text("tel")];
        }
        ldap.display_name = dice.maybe(|_| text("%cn"));
        ldap
    });
    settings.phonebook = dice.maybe(|dice| {
        let url = dice.one(&[
            "https://pbx.example.net/book.xml?a=1&b=2",
            "https://pbx.example.net",
            "http://pbx.example.net/books/",
        ]);
        Phonebook::new(url.parse().unwrap())
    });
    settings.resync.every_minutes = dice.maybe(|dice| 1 + dice.below(9999) as u32);
    settings.resync.daily_at = dice.maybe(|dice| {
        dice.one(&["03:30", "23:57", "22:58", "00:00"])
            .parse()
            .unwrap()
    });
    settings
}

fn login(username: &str, password: &str) -> Login {
    Login {
        username: text(username),
        password: secret(password),
    }
}

fn registrar(dice: &mut Dice) -> Registrar {
    let hosts = [
        "sip.example.net",
        "sip2.example.net",
        "192.0.2.9",
        "2001:db8::9",
    ];
    let mut registrar = Registrar::new(dice.one(&hosts).parse().unwrap());
    registrar.port = dice.maybe(|dice| Port::new(dice.one(&[5060, 5061, 5080])).unwrap());
    registrar.transport = dice.one(&[Transport::Udp, Transport::Tcp, Transport::Tls]);
    registrar.srtp = dice.one(&[Srtp::Off, Srtp::Optional, Srtp::Mandatory]);
    if registrar.srtp == Srtp::Mandatory && !dice.has_mandatory {
        registrar.srtp = Srtp::Optional;
    }
    if dice.coin() {
        registrar.expires = 600;
    }
    if dice.below(6) == 0 {
        registrar.host = "sip.example.net".parse().unwrap();
        registrar.port = None;
        registrar.transport = Transport::DnsSrv;
    }
    registrar
}

fn proxy(dice: &mut Dice) -> OutboundProxy {
    let hosts = ["edge.example.net", "sip.example.net"];
    let mut proxy = OutboundProxy::new(dice.one(&hosts).parse().unwrap());
    proxy.transport = dice.maybe(|dice| {
        dice.one(&[
            Transport::Udp,
            Transport::Tcp,
            Transport::Tls,
            Transport::DnsSrv,
        ])
    });
    // A base has one transport for both, and the registrar may have a port.
    proxy.transport = proxy
        .transport
        .filter(|transport| !dice.is_base || *transport != Transport::DnsSrv);
    proxy
}

fn codecs(dice: &mut Dice) -> CodecList {
    let lists: [&[Codec]; 4] = [
        &[Codec::Pcma],
        &[Codec::G722, Codec::Pcmu, Codec::Pcma],
        &[Codec::Opus, Codec::G729, Codec::G726_32, Codec::Pcmu],
        &[
            Codec::Pcmu,
            Codec::Gsm,
            Codec::G723,
            Codec::G726_40,
            Codec::Amr,
        ],
    ];
    CodecList::new(dice.one(&lists).iter().copied()).unwrap()
}

fn dtmf(dice: &mut Dice) -> Dtmf {
    dice.one(&[
        Dtmf::Rfc4733,
        Dtmf::SipInfo,
        Dtmf::InBand,
        Dtmf::Rfc4733AndSipInfo,
    ])
}

fn extension(dice: &mut Dice, number: u16) -> Extension {
    let mut extension = support::extension(number);
    extension.display_name = dice.maybe(|dice| text(dice.one(TEXTS)));
    let name = |kind: &str| -> Text { text(&format!("{kind} & {number}")) };
    extension.username = dice.maybe(|_| name("user"));
    extension.auth_username = dice.maybe(|_| name("auth"));
    extension.password = Secret::new(format!("p&<ss>{number}")).unwrap();
    extension.label = dice.maybe(|dice| text(dice.one(TEXTS)));
    extension.voicemail = dice.maybe(|_| text("*971"));
    // A base has ten places for servers.
    let seldom = if dice.is_base { 24 } else { 4 };
    if dice.below(seldom) == 0 {
        extension.registrar = Some(registrar(dice));
    }
    if dice.below(seldom) == 0 {
        extension.outbound_proxy = Some(proxy(dice));
    }
    if dice.below(seldom) == 0 {
        extension.codecs = Some(codecs(dice));
    }
    if dice.below(seldom) == 0 {
        extension.dtmf = Some(dtmf(dice));
    }
    extension.ring_tones.external = dice.maybe(|dice| dice.below(11) as u8);
    extension.forward.always = dice.maybe(|_| text("2001"));
    extension.forward.busy = dice.maybe(|_| text("2002"));
    extension.forward.no_answer = dice.maybe(|_| text("2003"));
    extension.forward.no_answer_seconds = dice.maybe(|dice| 10 + dice.below(15) as u16);
    extension.dnd = dice.maybe(Dice::coin);
    extension.call_waiting = dice.maybe(Dice::coin);
    extension.auto_answer = dice.maybe(Dice::coin);
    extension
}

/// Keys of all kinds, also such as the phone does not have, at places where no line key stands by
/// itself.
fn keys(dice: &mut Dice, model: &Model<'_>, accounts: usize) -> Vec<FunctionKey> {
    let mut keys = Vec::new();
    let last = model.row.line_keys.unwrap_or(0);
    for position in 1..=last {
        let kind = dice.one(KeyKind::ALL);
        let is_free = usize::from(position) > accounts;
        if dice.below(3) == 0 && is_free {
            keys.push(key(dice, position, kind, accounts));
        } else if dice.below(4) == 0 {
            keys.push(key(dice, position, KeyKind::Blf, accounts));
        }
    }
    let modules = model.row.modules.unwrap_or(0);
    let module_keys = model.row.module_keys.first().map_or(0, |(_, last)| *last);
    for module in 1..=modules {
        for position in 1..=module_keys {
            let kind = dice.one(KeyKind::ALL);
            if dice.below(4) == 0 {
                let mut key = key(dice, position, kind, accounts);
                key.module = Some(module as u8);
                keys.push(key);
            }
        }
    }
    keys
}

fn key(dice: &mut Dice, position: u16, kind: KeyKind, accounts: usize) -> FunctionKey {
    let mut key = support::some_key(position, kind);
    let bare = [KeyKind::Transfer, KeyKind::Forward, KeyKind::HotDesking];
    if bare.contains(&kind) && dice.coin() {
        key.value = None;
    }
    if kind == KeyKind::Conference {
        key.value = dice.maybe(|_| text("3000@pbx.example.net"));
    }
    if kind == KeyKind::Blf && dice.coin() {
        key.value = Some(text("201@branch.example.net:5061"));
    }
    key.label = dice.maybe(|dice| text(dice.one(TEXTS)));
    if kind == KeyKind::HotDesking && key.value.is_none() {
        key.value = Some(text("*11"));
    }
    if kind.has_extension() {
        key.extension = 1 + dice.below(accounts.max(1)) as u8;
    }
    key
}

fn handsets(dice: &mut Dice, model: &Model<'_>) -> Vec<Handset> {
    let most = usize::from(model.row.handsets.unwrap_or(1)).min(12);
    let count = dice.below(most + 1);
    let mut number = 0;
    let mut handsets = Vec::new();
    for slot in 1..=count {
        let mut handset = Handset::new(slot as u16 * 2 - 1);
        if model.row.handsets < Some(24) {
            handset.slot = slot as u16;
        }
        if dice.coin() {
            let ipui = format!("00092{slot:05X}");
            handset.binding = HandsetBinding::Ipei(ipui.parse().unwrap());
        }
        handset.access_code = dice.maybe(|_| secret("1234"));
        handset.name = dice.maybe(|dice| text(dice.one(TEXTS)));
        for _ in 0..1 + dice.below(2) {
            number += 1;
            if number > model.row.accounts.unwrap_or(1) {
                break;
            }
            handset.extensions.push(extension(dice, number));
        }
        if !handset.extensions.is_empty() {
            handsets.push(handset);
        }
    }
    handsets
}
