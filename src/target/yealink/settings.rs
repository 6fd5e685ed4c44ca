//! From the model to settings, one function per section, in the order of the file.

use std::collections::BTreeSet;

use super::super::job::{Job, Limit};
use super::super::view::{AccountAt, AccountView, DeviceView};
use super::super::{SettingRow, TokenRow};
use super::tables::{self, names as n};
use super::writer::{Ix, PHONE, Writer, concrete_name};
use crate::emit::Place;
use crate::error::{ErrorKind, NoticeCode, Path};
use crate::model::{
    CallerId, Codec, CodecList, CustomValue, DateFormat, Device, Dtmf, Firmware, FirmwareChoice,
    Found, HandsetBinding, Host, HostPort, Layer, LdapTls, Login, OutboundProxy, Port, Registrar,
    Segment, Srtp, TimeFormat, Transport, UrlTemplate, percent_encode_segment,
};
use crate::text::{Text, Value};

/// Longest URL that the phones are known to take. [Y-app-config]
pub(super) const URL_LIMIT: usize = 511;

/// Digits of a hardware address.
const MAC_DIGITS: usize = 12;

/// Texts up to here are known to be taken. [Y-v84 p204]
pub(super) const LONG_TEXT: usize = 99;

/// How long the phone rings once: six seconds.
const SECONDS_PER_RING: u16 = 6;
/// Most rings that the phone waits.
const MOST_RINGS: u16 = 20;
/// Built-in ring tones.
const RING_TONES: u8 = 8;
/// Text of the Alert-Info header that marks a call from a colleague.
const ALERT_INTERNAL: &str = "alert-internal";
/// The number that stands for silence in the table of distinctive ring tones.
const SILENT_RINGER: i64 = 9;

/// What the phone-wide part needs to know of a device beside its view.
#[derive(Clone, Copy, Debug)]
pub(super) struct DeviceFacts<'a> {
    pub(super) url: Option<&'a UrlTemplate>,
    pub(super) firmware: Option<Found<&'a FirmwareChoice>>,
    pub(super) installed: Option<Firmware>,
    /// Call waiting of the only extension: it can stand for the phone.
    pub(super) one_extension: Option<bool>,
}

impl<'a> DeviceFacts<'a> {
    /// The facts of no device in particular.
    pub(super) fn shared(site: &'a crate::model::Site) -> Self {
        Self {
            url: site.provisioning_url.as_ref(),
            firmware: None,
            installed: None,
            one_extension: None,
        }
    }
}

/// One account of the phone.
#[derive(Clone, Copy, Debug)]
pub(super) struct Account<'a> {
    pub(super) view: AccountView<'a>,
    pub(super) at: AccountAt,
}

/// Everything of the phone but its keys and accounts. Without a view: the file that all phones of
/// the model share.
pub(super) fn phone(
    w: &mut Writer<'_, '_>,
    view: Option<&DeviceView<'_>>,
    facts: &DeviceFacts<'_>,
) {
    network(w);
    if let Some(view) = view {
        provisioning(w, view, facts);
        logins(w);
        firmware(w, facts);
    }
    certificates(w);
    language(w, facts);
    time(w);
    tones(w);
    sip(w);
    features(w, facts);
    display(w);
    audio(w);
    directory(w);
}

fn network(w: &mut Writer<'_, '_>) {
    w.section("network", None);
    let vlan = w.job.find(|s| s.vlan.as_ref());
    let port = vlan.map(|found| (found.value.id(), found.value.priority()));
    let pc = vlan.and_then(|found| found.value.pc());
    let spellings = [
        (
            port,
            [
                n::STATIC_NETWORK_VLAN_INTERNET_PORT_ENABLE,
                n::NETWORK_VLAN_INTERNET_PORT_ENABLE,
            ],
            [
                n::STATIC_NETWORK_VLAN_INTERNET_PORT_VID,
                n::NETWORK_VLAN_INTERNET_PORT_VID,
            ],
            [
                n::STATIC_NETWORK_VLAN_INTERNET_PORT_PRIORITY,
                n::NETWORK_VLAN_INTERNET_PORT_PRIORITY,
            ],
        ),
        (
            pc,
            [
                n::STATIC_NETWORK_VLAN_PC_PORT_ENABLE,
                n::NETWORK_VLAN_PC_PORT_ENABLE,
            ],
            [
                n::STATIC_NETWORK_VLAN_PC_PORT_VID,
                n::NETWORK_VLAN_PC_PORT_VID,
            ],
            [
                n::STATIC_NETWORK_VLAN_PC_PORT_PRIORITY,
                n::NETWORK_VLAN_PC_PORT_PRIORITY,
            ],
        ),
    ];
    for (port, enable, vid, priority) in spellings {
        for row in enable {
            w.flag(row, PHONE, port.is_some());
        }
        let Some((id, level)) = port else { continue };
        for row in vid {
            w.number(row, PHONE, id);
        }
        for row in priority {
            w.number(row, PHONE, level);
        }
    }
}

fn provisioning(w: &mut Writer<'_, '_>, view: &DeviceView<'_>, facts: &DeviceFacts<'_>) {
    w.section("provisioning", None);
    let url = facts
        .url
        .filter(|url| !url.contains("token") || view.token.is_some());
    if let Some(url) = url {
        // What the device adds to the template counts once it is percent-encoded.
        let mut token = Vec::new();
        percent_encode_segment(view.token.map_or("", |token| token.as_str()), &mut token);
        let (mut of_site, mut of_token) = (0, 0);
        for segment in url.segments() {
            match segment {
                Segment::Literal(text) => of_site += text.len(),
                Segment::Placeholder("token") => of_token += token.len(),
                Segment::Placeholder(_) => of_site += MAC_DIGITS,
            }
        }
        if of_site + of_token > URL_LIMIT {
            let path = if of_site > URL_LIMIT {
                Path::root().key("site").key("provisioning_url")
            } else {
                w.job.at.key("token")
            };
            let kind = ErrorKind::TooMany {
                what: "characters in the provisioning URL",
                limit: URL_LIMIT,
                found: of_site + of_token,
                origin: w.job.limit(Limit::Model),
            };
            w.job.error(path, kind);
        }
        let fill = |name: &str| match name {
            "token" => view.token,
            _ => Some(view.mac_lower),
        };
        for row in [
            n::STATIC_AUTO_PROVISION_SERVER_URL,
            n::AUTO_PROVISION_SERVER_URL,
        ] {
            w.url(row, url, fill, |_| {
                Path::root().key("site").key("provisioning_url")
            });
        }
    }
    let download = w.job.find(|s| s.download.as_ref());
    let username = [
        n::STATIC_AUTO_PROVISION_SERVER_USERNAME,
        n::AUTO_PROVISION_SERVER_USERNAME,
    ];
    let password = [
        n::STATIC_AUTO_PROVISION_SERVER_PASSWORD,
        n::AUTO_PROVISION_SERVER_PASSWORD,
    ];
    let value = |of: fn(&Login) -> Value<'_>| download.map(|found| of(found.value));
    let username_value = value(|login| login.username.value());
    let password_value = value(|login| login.password.value());
    for (key, rows, value) in [
        ("username", username, username_value),
        ("password", password, password_value),
    ] {
        let layer = download.map_or(Layer::Site, |found| found.layer);
        for row in rows {
            if value.is_some() || url.is_some() {
                w.text_or_clear(row, PHONE, value, |job| {
                    job.path(layer, "download").key(key)
                });
            }
        }
    }
    if url.is_some() {
        // The phone knows its server now; whoever answers plug and play next must not take it.
        for row in [
            n::STATIC_AUTO_PROVISION_PNP_ENABLE,
            n::AUTO_PROVISION_PNP_ENABLE,
        ] {
            w.flag(row, PHONE, false);
        }
    }
    resync(w);
}

fn resync(w: &mut Writer<'_, '_>) {
    let every = w.job.find(|s| s.resync.every_minutes);
    let every = every.filter(|found| {
        let fits = (1..=43_200).contains(&found.value);
        if !fits {
            let kind = ErrorKind::OutOfRange {
                what: "minutes",
                min: 1,
                max: 43_200,
                found: found.value.into(),
                limit: w.job.limit(Limit::Model),
            };
            let path = w.job.path(found.layer, "resync.every_minutes");
            w.job.error(path, kind);
        }
        fits
    });
    let daily = w.job.find(|s| s.resync.daily_at);
    for row in [
        n::STATIC_AUTO_PROVISION_REPEAT_ENABLE,
        n::AUTO_PROVISION_REPEAT_ENABLE,
    ] {
        w.flag(row, PHONE, every.is_some());
    }
    if let Some(found) = every {
        for row in [
            n::STATIC_AUTO_PROVISION_REPEAT_MINUTES,
            n::AUTO_PROVISION_REPEAT_MINUTES,
        ] {
            w.number(row, PHONE, found.value);
        }
    }
    for row in [
        n::STATIC_AUTO_PROVISION_WEEKLY_ENABLE,
        n::AUTO_PROVISION_WEEKLY_ENABLE,
    ] {
        w.flag(row, PHONE, daily.is_some());
    }
    let Some(found) = daily else { return };
    for row in [
        n::STATIC_AUTO_PROVISION_WEEKLY_DAYOFWEEK,
        n::AUTO_PROVISION_WEEKLY_DAYOFWEEK,
        n::AUTO_PROVISION_WEEKLY_MASK,
    ] {
        w.token(row, PHONE, "0123456");
    }
    let time = found.value.to_string();
    for row in [
        n::STATIC_AUTO_PROVISION_WEEKLY_BEGIN_TIME,
        n::AUTO_PROVISION_WEEKLY_BEGIN_TIME,
        n::STATIC_AUTO_PROVISION_WEEKLY_END_TIME,
        n::AUTO_PROVISION_WEEKLY_END_TIME,
    ] {
        w.token(row, PHONE, &time);
    }
}

/// The three logins of the web pages. One that is not given gets the administrator's password,
/// because its factory one is public.
fn logins(w: &mut Writer<'_, '_>) {
    let Some(admin) = w.job.find(|s| s.admin.as_ref()) else {
        let path = w.job.path(Layer::Site, "admin");
        w.job.notice(
            NoticeCode::Security,
            path,
            "no administrator's login is given: the phone keeps the one it has, which may be the factory one",
        );
        return;
    };
    w.section("security", None);
    let user = w.job.find(|s| s.user.as_ref());
    let maintenance = w.job.find(|s| s.maintenance.as_ref());
    let logins = [
        (
            "user",
            user,
            [
                n::STATIC_SECURITY_USER_NAME_USER,
                n::SECURITY_USER_NAME_USER,
            ],
            NoticeCode::Security,
        ),
        (
            "maintenance",
            maintenance,
            [n::STATIC_SECURITY_USER_NAME_VAR, n::SECURITY_USER_NAME_VAR],
            NoticeCode::MaintenanceLogin,
        ),
        (
            "admin",
            Some(admin),
            [
                n::STATIC_SECURITY_USER_NAME_ADMIN,
                n::SECURITY_USER_NAME_ADMIN,
            ],
            NoticeCode::Security,
        ),
    ];
    for (key, login, rows, _) in &logins {
        for row in rows {
            match login {
                Some(found) => {
                    w.text_at(
                        Place::Login,
                        row,
                        PHONE,
                        found.value.username.value(),
                        |job| job.path(found.layer, key).key("username"),
                    );
                }
                None => w.token(row, PHONE, row.default.unwrap_or(key)),
            }
        }
    }
    // Two logins of one name would be one login with two passwords.
    let mut seen: Vec<(&str, Path)> = Vec::new();
    for (key, login, rows, _) in &logins {
        let name = match login {
            Some(found) => found.value.username.as_str(),
            None => rows[0].default.unwrap_or(key),
        };
        let path = w
            .job
            .path(login.map_or(Layer::Site, |found| found.layer), key)
            .key("username");
        if let Some((_, other)) = seen.iter().find(|(earlier, _)| *earlier == name) {
            let (found, other) = (name.to_owned(), other.clone());
            let kind = ErrorKind::Duplicate {
                what: "login name",
                found,
                other,
            };
            w.job.error(path.clone(), kind);
        }
        seen.push((name, path));
    }
    for row in [n::STATIC_SECURITY_USER_PASSWORD, n::SECURITY_USER_PASSWORD] {
        for (key, login, names, code) in &logins {
            let factory_name = Value::token(names[0].default.unwrap_or(key));
            let (name, found) = match login {
                Some(found) => (found.value.username.value(), *found),
                None => (factory_name, admin),
            };
            let given = if login.is_some() { *key } else { "admin" };
            w.login(row, name, found.value.password.value(), |job| {
                let path = job.path(found.layer, given);
                (path.key("username"), path.key("password"))
            });
            if login.is_none() && w.job.has(row) {
                let path = w.job.path(Layer::Site, key);
                let message = format!(
                    "the `{}` login is not given: it gets the administrator's password, not the factory one",
                    factory_name.as_str()
                );
                w.job.notice(*code, path, message);
            }
        }
    }
}

fn firmware(w: &mut Writer<'_, '_>, facts: &DeviceFacts<'_>) {
    let Some(choice) = facts.firmware else { return };
    let path = match choice.layer {
        Layer::Device => w.job.at.key("firmware"),
        _ => Path::root()
            .key("site")
            .key("firmware")
            .key(w.job.model_name),
    };
    let version = choice.value.version;
    let prefixes = &w.job.model.image_prefixes;
    if let Some(prefix) = version.prefix()
        && !prefixes.is_empty()
        && !prefixes.iter().any(|(_, own)| *own == prefix)
    {
        let own: Vec<String> = prefixes.iter().map(|(_, own)| own.to_string()).collect();
        let kind = ErrorKind::Conflict(
            format!(
                "an image of another model: firmware of {} begins with {}, found {version}",
                w.job.model_name,
                own.join(" or "),
            )
            .into(),
        );
        w.job.error(path.key("version"), kind);
        return;
    }
    if let Some(installed) = facts.installed {
        if installed.oem() != version.oem() {
            let message = format!(
                "{version} is of another branch than the installed {installed}; images of different branches are not freely interchangeable"
            );
            w.job
                .notice(NoticeCode::Firmware, path.key("version"), message);
        } else if version < installed {
            let message = format!("{version} is older than the installed {installed}");
            w.job
                .notice(NoticeCode::Firmware, path.key("version"), message);
        }
    }
    let address = match (&choice.value.url, &w.job.layers.site().firmware_base) {
        (Some(url), _) => url.as_str().to_owned(),
        (None, Some(base)) => base.fill(|name| {
            let model = &w.job.model.name;
            match name {
                "vendor" => "yealink".to_owned(),
                "model" => model.to_string(),
                "version" => version.to_string(),
                _ => format!("{model}-{version}.rom"),
            }
        }),
        (None, None) => {
            let kind = ErrorKind::Missing {
                expected: "the address of the image",
                looked_at: format!("{}, site.firmware_base", path.key("url")),
            };
            w.job.error(path.key("url"), kind);
            return;
        }
    };
    w.section("firmware", None);
    for row in [n::STATIC_FIRMWARE_URL, n::FIRMWARE_URL] {
        w.token(row, PHONE, &address);
    }
}

fn certificates(w: &mut Writer<'_, '_>) {
    w.section("certificates", None);
    // The phone's own default, written because a phone may hold another value.
    let verify = w.job.or(|s| s.tls.verify, true);
    for row in [
        n::STATIC_SECURITY_TRUST_CERTIFICATES,
        n::SECURITY_TRUST_CERTIFICATES,
    ] {
        w.flag(row, PHONE, verify);
    }
    let Some(ca) = w.job.find(|s| s.tls.ca_url.as_ref()) else {
        return;
    };
    // 2: the built-in authorities and the one that is loaded.
    w.number(n::STATIC_SECURITY_CA_CERT, PHONE, 2);
    for row in [
        n::STATIC_TRUSTED_CERTIFICATES_URL,
        n::TRUSTED_CERTIFICATES_URL,
    ] {
        w.token(row, PHONE, ca.value.as_str());
    }
}

fn language(w: &mut Writer<'_, '_>, facts: &DeviceFacts<'_>) {
    let Some(language) = w.job.find(|s| s.language.as_ref()) else {
        let path = w.job.path(Layer::Device, "language");
        return missing(w, path, "a language");
    };
    w.section("language", None);
    let pack = w.job.find(|s| s.language_pack.as_ref());
    let gui = token_of(w, tables::LANGUAGES, language.value);
    // The Benelux branch of the firmware brings Dutch, the international one does not.
    let dutch_branch = facts
        .installed
        .is_some_and(|firmware| firmware.oem() == Some(188));
    let brought = gui.is_some_and(|row| row.built_in || (row.word == "nl" && dutch_branch));
    let path = w.job.path(language.layer, "language");
    match (gui, pack) {
        (Some(row), _) if brought => w.token(n::LANG_GUI, PHONE, row.token),
        (Some(row), Some(pack)) => {
            w.token(n::GUI_LANG_URL, PHONE, pack.value.as_str());
            w.token(n::LANG_GUI, PHONE, row.token);
        }
        (Some(_), None) => {
            let what = format!("language `{}` of its own", language.value.as_str());
            let instead = "give `language_pack` the address of its pack";
            w.job
                .unsupported(language.layer, path.clone(), what, Limit::Firmware, instead);
        }
        (None, _) => {
            let what = format!("language `{}`", language.value.as_str());
            w.job
                .unsupported(language.layer, path.clone(), what, Limit::Model, "");
        }
    }
    if let Some(row) = token_of(w, tables::WEB_LANGUAGES, language.value) {
        w.token(n::LANG_WUI, PHONE, row.token);
    }
}

/// The token of a language, falling back along its tag.
fn token_of(
    w: &Writer<'_, '_>,
    table: &'static [TokenRow],
    language: &crate::model::Language,
) -> Option<&'static TokenRow> {
    language
        .fallbacks()
        .find_map(|tag| w.job.tokens(table, tag).next())
}

fn missing(w: &mut Writer<'_, '_>, path: Path, expected: &'static str) {
    if w.is_shared() {
        return;
    }
    let looked_at = w.job.layers.looked_at(w.job.at);
    w.job.error(
        path,
        ErrorKind::Missing {
            expected,
            looked_at,
        },
    );
}

fn time(w: &mut Writer<'_, '_>) {
    if w.job.find(|s| s.time_zone.as_ref()).is_none() {
        let path = w.job.path(Layer::Device, "time_zone");
        missing(w, path, "a time zone");
    }
    w.section("time", None);
    if let Some(servers) = w.job.find(|s| s.ntp_servers.as_ref()) {
        let rows = [n::LOCAL_TIME_NTP_SERVER1, n::LOCAL_TIME_NTP_SERVER2];
        for (index, row) in rows.into_iter().enumerate() {
            match servers.value.get(index) {
                Some(server) => w.token(row, PHONE, server.as_str()),
                None => w.clear(row, PHONE),
            }
        }
        if servers.value.len() > rows.len() {
            let kind = ErrorKind::TooMany {
                what: "time servers",
                limit: rows.len(),
                found: servers.value.len(),
                origin: w.job.limit(Limit::Model),
            };
            let path = w.job.path(servers.layer, "ntp_servers");
            w.job.beyond(servers.layer, path, kind);
        }
    }
    let format = w.job.or(|s| s.time_format, TimeFormat::H24);
    w.number(
        n::LOCAL_TIME_TIME_FORMAT,
        PHONE,
        i64::from(format == TimeFormat::H24),
    );
    let date = match w.job.find(|s| s.date_format).map(|found| found.value) {
        None => 0,
        Some(DateFormat::YearMonthDay) => 2,
        Some(DateFormat::DayMonthYear) => 3,
        Some(DateFormat::MonthDayYear) => 4,
    };
    w.number(n::LOCAL_TIME_DATE_FORMAT, PHONE, date);
}

fn tones(w: &mut Writer<'_, '_>) {
    let Some(country) = w.job.find(|s| s.tone_country) else {
        return;
    };
    let token = w.job.tokens(tables::TONES, country.value.as_str()).next();
    match token {
        Some(row) => {
            w.section("tones", None);
            w.token(n::VOICE_TONE_COUNTRY, PHONE, row.token);
        }
        None => {
            let what = format!("tones of `{}`", country.value.as_str());
            let path = w.job.path(country.layer, "tone_country");
            w.job
                .unsupported(country.layer, path, what, Limit::Model, "");
        }
    }
}

fn sip(w: &mut Writer<'_, '_>) {
    w.section("sip", None);
    let stun = w.job.find(|s| s.nat.stun.as_ref());
    for row in [n::STATIC_SIP_NAT_STUN_ENABLE, n::SIP_NAT_STUN_ENABLE] {
        w.flag(row, PHONE, stun.is_some());
    }
    if let Some(found) = stun {
        for row in [n::STATIC_SIP_NAT_STUN_SERVER, n::SIP_NAT_STUN_SERVER] {
            w.token(row, PHONE, found.value.host().as_str());
        }
        let port = found.value.port().map_or(3478, Port::get);
        for row in [n::STATIC_SIP_NAT_STUN_PORT, n::SIP_NAT_STUN_PORT] {
            w.number(row, PHONE, port);
        }
    }
    // A NOTIFY alone makes the phone fetch its settings; it reboots only when the NOTIFY says so.
    w.number(n::SIP_NOTIFY_REBOOT_ENABLE, PHONE, 0);
}

fn features(w: &mut Writer<'_, '_>, facts: &DeviceFacts<'_>) {
    w.section("features", None);
    let call_waiting = facts
        .one_extension
        .unwrap_or_else(|| w.job.or(|s| s.call_waiting, true));
    w.flag(n::CALL_WAITING_ENABLE, PHONE, call_waiting);
    // Forwarding and do-not-disturb belong to the account, not to the phone.
    w.number(n::FEATURES_DND_MODE, PHONE, 1);
    w.number(n::FEATURES_FWD_MODE, PHONE, 1);

    let pickup = w.job.find(|s| s.feature_codes.pickup.as_ref());
    w.flag(
        n::FEATURES_PICKUP_DIRECT_PICKUP_ENABLE,
        PHONE,
        pickup.is_some(),
    );
    code(w, n::FEATURES_PICKUP_DIRECT_PICKUP_CODE, pickup, "pickup");
    let group = w.job.find(|s| s.feature_codes.group_pickup.as_ref());
    w.flag(
        n::FEATURES_PICKUP_GROUP_PICKUP_ENABLE,
        PHONE,
        group.is_some(),
    );
    code(
        w,
        n::FEATURES_PICKUP_GROUP_PICKUP_CODE,
        group,
        "group_pickup",
    );
    let park = w.job.find(|s| s.feature_codes.park.as_ref());
    let retrieve = w.job.find(|s| s.feature_codes.park_retrieve.as_ref());
    w.flag(n::FEATURES_CALL_PARK_ENABLE, PHONE, park.is_some());
    for (row, found, key) in [
        (n::FEATURES_CALL_PARK_PARK_CODE, park, "park"),
        (
            n::FEATURES_CALL_PARK_PARK_RETRIEVE_CODE,
            retrieve,
            "park_retrieve",
        ),
    ] {
        if let (Some(found), false) = (found, w.job.has(row)) {
            let path = w.job.path(found.layer, "feature_codes").key(key);
            w.job
                .unsupported(found.layer, path, "park code", Limit::Firmware, "");
        }
        code(w, row, found, key);
    }

    let tones = w.job.find(|s| s.ring_tones.internal);
    let internal = tones.and_then(|found| {
        let path = w.job.path(found.layer, "ring_tones.internal");
        ring_tone_fits(w, found, path).then_some(found.value)
    });
    let alert = Ix::from(&[1]);
    match internal {
        Some(_) => w.token(
            n::DISTINCTIVE_RING_TONES_ALERT_INFO_X_TEXT,
            alert,
            ALERT_INTERNAL,
        ),
        None => w.clear(n::DISTINCTIVE_RING_TONES_ALERT_INFO_X_TEXT, alert),
    }
    let ringer = match internal {
        None => 1,
        Some(0) => SILENT_RINGER,
        Some(tone) => tone.into(),
    };
    w.number(n::DISTINCTIVE_RING_TONES_ALERT_INFO_X_RINGER, alert, ringer);
}

/// A feature code, or its setting cleared.
fn code(w: &mut Writer<'_, '_>, row: &SettingRow, found: Option<Found<&Text>>, key: &str) {
    match found {
        Some(found) => w.text(row, PHONE, found.value.value(), |job| {
            job.path(found.layer, "feature_codes").key(key)
        }),
        None => w.clear(row, PHONE),
    }
}

fn ring_tone_fits(w: &mut Writer<'_, '_>, found: Found<u8>, path: Path) -> bool {
    let fits = found.value <= RING_TONES;
    if !fits {
        let kind = ErrorKind::OutOfRange {
            what: "a ring tone",
            min: 0,
            max: RING_TONES.into(),
            found: found.value.into(),
            limit: w.job.limit(Limit::Model),
        };
        w.job.beyond(found.layer, path, kind);
    }
    fits
}

fn ring_file(tone: u8) -> String {
    if tone == 0 {
        "Silent.wav".to_owned()
    } else {
        format!("Ring{tone}.wav")
    }
}

fn display(w: &mut Writer<'_, '_>) {
    w.section("display", None);
    let method = match w.job.find(|s| s.caller_id).map(|found| found.value) {
        None | Some(CallerId::NameAndNumber) => 0,
        Some(CallerId::NumberAndName) => 1,
        Some(CallerId::Name) => 2,
        Some(CallerId::Number) => 3,
    };
    w.number(n::PHONE_SETTING_CALL_INFO_DISPLAY_METHOD, PHONE, method);
    let tone = w.job.find(|s| s.ring_tones.external).filter(|found| {
        let path = w.job.path(found.layer, "ring_tones.external");
        ring_tone_fits(w, *found, path)
    });
    let file = ring_file(tone.map_or(1, |found| found.value));
    w.token(n::PHONE_SETTING_RING_TYPE, PHONE, &file);
    let emergency = n::PHONE_SETTING_EMERGENCY_NUMBER;
    match w.job.find(|s| s.emergency_numbers.as_ref()) {
        Some(found) if !found.value.is_empty() => {
            let path = w.job.path(found.layer, "emergency_numbers");
            let items = found.value.iter().enumerate();
            w.list(
                emergency,
                ',',
                items.map(|(i, number)| (number.value(), path.index(i))),
            );
        }
        _ => w.token(emergency, PHONE, emergency.default.unwrap_or("112")),
    }
}

fn audio(w: &mut Writer<'_, '_>) {
    type Volume = fn(&crate::model::Volumes) -> Option<crate::model::Percent>;
    let volumes: [(&[&SettingRow], Volume); 5] = [
        (&[n::VOICE_RING_VOL], |volumes| volumes.ringer),
        (&[n::VOICE_HANDSET_SPK_VOL], |volumes| volumes.handset),
        (&[n::VOICE_HANDFREE_SPK_VOL], |volumes| volumes.speaker),
        (&[n::VOICE_HEADSET_SPK_VOL], |volumes| volumes.headset),
        (
            &[
                n::VOICE_HANDSET_SEND,
                n::VOICE_HANDFREE_SEND,
                n::VOICE_HEADSET_SEND,
            ],
            |volumes| volumes.microphone,
        ),
    ];
    let mut begun = false;
    for (rows, get) in volumes {
        let Some(found) = w.job.find(|s| get(&s.volumes)) else {
            continue;
        };
        if !begun {
            w.section("audio", None);
            begun = true;
        }
        for row in rows {
            let crate::target::Domain::Integer([(min, max)]) = row.domain else {
                continue;
            };
            // The ranges of the dictionary are small and positive.
            w.number(row, PHONE, found.value.of(*min as u16, *max as u16));
        }
    }
}

fn directory(w: &mut Writer<'_, '_>) {
    w.section("directory", None);
    ldap(w);
    let phonebook = w.job.find(|s| s.phonebook.as_ref());
    let first = Ix::from(&[1]);
    match phonebook {
        Some(found) => {
            w.token(
                n::REMOTE_PHONEBOOK_DATA_X_URL,
                first,
                found.value.url.as_str(),
            );
        }
        None => w.clear(n::REMOTE_PHONEBOOK_DATA_X_URL, first),
    }
    let name = phonebook.and_then(|found| {
        Some(Found {
            value: found.value.name.as_ref()?,
            layer: found.layer,
        })
    });
    w.text_or_clear(
        n::REMOTE_PHONEBOOK_DATA_X_NAME,
        first,
        name.map(|found| found.value.value()),
        |job| {
            job.path(name.map_or(Layer::Site, |found| found.layer), "phonebook")
                .key("name")
        },
    );
}

fn ldap(w: &mut Writer<'_, '_>) {
    let ldap = w.job.find(|s| s.ldap.as_ref());
    w.flag(n::LDAP_ENABLE, PHONE, ldap.is_some());
    let Some(Found { value: ldap, layer }) = ldap else {
        return;
    };
    let path = w.job.path(layer, "ldap");
    let tls = match ldap.tls {
        LdapTls::Off => 0,
        LdapTls::StartTls => 1,
        LdapTls::Ldaps => 2,
    };
    w.token(n::LDAP_HOST, PHONE, ldap.host.as_str());
    let port = ldap.port.map_or(
        if ldap.tls == LdapTls::Ldaps { 636 } else { 389 },
        Port::get,
    );
    w.number(n::LDAP_PORT, PHONE, port);
    if tls != 0 && !w.job.has(n::LDAP_TLS_MODE) {
        w.job.unsupported(
            layer,
            path.key("tls"),
            "encryption of LDAP",
            Limit::Firmware,
            "",
        );
    }
    w.number(n::LDAP_TLS_MODE, PHONE, tls);
    w.text(n::LDAP_BASE, PHONE, ldap.base.value(), |_| path.key("base"));
    for (row, value, key) in [
        (
            n::LDAP_USER,
            ldap.bind_dn.as_ref().map(|v| v.value()),
            "bind_dn",
        ),
        (
            n::LDAP_PASSWORD,
            ldap.password.as_ref().map(|v| v.value()),
            "password",
        ),
        (
            n::LDAP_NAME_FILTER,
            ldap.name_filter.as_ref().map(|v| v.value()),
            "name_filter",
        ),
        (
            n::LDAP_NUMBER_FILTER,
            ldap.number_filter.as_ref().map(|v| v.value()),
            "number_filter",
        ),
    ] {
        w.text_or_clear(row, PHONE, value, |_| path.key(key));
    }
    for (row, items, key) in [
        (n::LDAP_NAME_ATTR, &ldap.name_attributes, "name_attributes"),
        (
            n::LDAP_NUMB_ATTR,
            &ldap.number_attributes,
            "number_attributes",
        ),
    ] {
        if items.is_empty() {
            w.clear(row, PHONE);
        } else {
            let at = path.key(key);
            let items = items.iter().enumerate();
            w.list(row, ' ', items.map(|(i, item)| (item.value(), at.index(i))));
        }
    }
    let display_name = ldap.display_name.as_ref().map(|v| v.value());
    w.text_or_clear(n::LDAP_DISPLAY_NAME, PHONE, display_name, |_| {
        path.key("display_name")
    });
}

/// Call waiting is a setting of the phone: an extension among several cannot have its own.
pub(super) fn call_waiting_of_extensions(w: &mut Writer<'_, '_>, accounts: &[Account<'_>]) {
    if accounts.len() == 1 && matches!(accounts[0].at, AccountAt::Extension(_)) {
        return;
    }
    for account in accounts {
        if account
            .view
            .own
            .is_some_and(|own| own.call_waiting.is_some())
        {
            let path = account.at.path(w.job).key("call_waiting");
            w.job.unsupported(
                Layer::Extension,
                path,
                "call waiting of one account among several",
                Limit::Model,
                "set it in the device's settings",
            );
        }
    }
}

/// One account in use.
pub(super) fn account<'a>(w: &mut Writer<'_, 'a>, index: u16, account: &Account<'a>) {
    let (view, at) = (&account.view, account.at);
    let x = &[index];
    w.section("account", Some(index));
    w.flag(n::ACCOUNT_X_ENABLE, x, true);
    w.text(n::ACCOUNT_X_LABEL, x, view.label, |job| {
        at.path(job).key(view.keys.label)
    });
    w.text_or_clear(n::ACCOUNT_X_DISPLAY_NAME, x, view.display_name, |job| {
        at.path(job).key("display_name")
    });
    w.text(n::ACCOUNT_X_USER_NAME, x, view.username, |job| {
        at.path(job).key(view.keys.username)
    });
    w.text(n::ACCOUNT_X_AUTH_NAME, x, view.auth_username, |job| {
        at.path(job).key(view.keys.auth_username)
    });
    w.text(n::ACCOUNT_X_PASSWORD, x, view.password, |job| {
        at.path(job).key("password")
    });
    servers(w, index, account);
    dtmf(w, index, account);
    nat(w, index);
    codecs(w, index, account);
    voicemail(w, index, account);
    let own = view.own;
    let tone = own.and_then(|own| own.ring_tones.external).filter(|tone| {
        let found = Found {
            value: *tone,
            layer: Layer::Extension,
        };
        let path = at.path(w.job).key("ring_tones").key("external");
        ring_tone_fits(w, found, path)
    });
    match tone {
        Some(tone) => w.token(n::ACCOUNT_X_RINGTONE_RING_TYPE, x, &ring_file(tone)),
        None => w.token(n::ACCOUNT_X_RINGTONE_RING_TYPE, x, "common"),
    }
    if own.is_some_and(|own| own.ring_tones.internal.is_some()) {
        let path = at.path(w.job).key("ring_tones").key("internal");
        let what = "ring tone for calls from colleagues of one account";
        let instead = "set it in the device's settings";
        w.job
            .unsupported(Layer::Extension, path, what, Limit::Model, instead);
    }
    let auto_answer = own.and_then(|own| own.auto_answer).unwrap_or(false);
    dnd(w, index, account);
    forwards(w, index, account);
    w.flag(n::ACCOUNT_X_AUTO_ANSWER, x, auto_answer);
}

/// A value of the extension's own, else of the layers below.
fn find_for<'a, T>(
    w: &Writer<'_, 'a>,
    own: Option<T>,
    get: impl Fn(&'a crate::model::Settings) -> Option<T>,
) -> Option<Found<T>> {
    own.map(|value| Found {
        value,
        layer: Layer::Extension,
    })
    .or_else(|| w.job.find(get))
}

/// Path of a value that an extension may have of its own.
fn path_for(w: &Writer<'_, '_>, account: &Account<'_>, layer: Layer, key: &str) -> Path {
    match layer {
        Layer::Extension => account.at.path(w.job).key(key),
        _ => w.job.path(layer, key),
    }
}

fn servers<'a>(w: &mut Writer<'_, 'a>, index: u16, account: &Account<'a>) {
    let own = account.view.own;
    let registrar: Option<Found<&Registrar>> =
        find_for(w, own.and_then(|own| own.registrar.as_ref()), |s| {
            s.registrar.as_ref()
        });
    let Some(registrar) = registrar else {
        let path = account.at.path(w.job).key("registrar");
        let looked_at = format!("{path}, {}", w.job.layers.looked_at(w.job.at));
        w.job.error(
            path,
            ErrorKind::Missing {
                expected: "a registrar",
                looked_at,
            },
        );
        return;
    };
    let proxy: Option<Found<&OutboundProxy>> =
        find_for(w, own.and_then(|own| own.outbound_proxy.as_ref()), |s| {
            s.outbound_proxy.as_ref()
        });
    let backup: Option<Found<&HostPort>> = w.job.find(|s| s.backup_registrar.as_ref());
    // A backup stands in for the registrar that was given beside it, not for another PBX.
    let backup = backup.filter(|found| {
        let fits = registrar.layer != Layer::Extension;
        if !fits {
            let path = w.job.path(found.layer, "backup_registrar");
            let of = account.at.path(w.job).key("registrar");
            let message = format!("not used beside the registrar of its own at {of}");
            w.job.notice(NoticeCode::NotApplicable, path, message);
        }
        fits
    });
    let path = path_for(w, account, registrar.layer, "registrar");
    let first = registrar.value;
    // The phone has one transport for a server and for the proxy in front of it.
    let transport = proxy
        .and_then(|proxy| proxy.value.transport)
        .unwrap_or(first.transport);
    if transport == Transport::DnsSrv {
        check_dns(w, &first.host, first.port, &path);
        if let Some(proxy) = proxy {
            let path = path_for(w, account, proxy.layer, "outbound_proxy");
            check_dns(w, &proxy.value.host, proxy.value.port, &path);
        }
        if let Some(backup) = backup {
            let path = path_for(w, account, backup.layer, "backup_registrar");
            check_dns(w, backup.value.host(), backup.value.port(), &path);
        }
    }
    if !(30..=2_147_483_647).contains(&first.expires) {
        let kind = ErrorKind::OutOfRange {
            what: "seconds",
            min: 30,
            max: 2_147_483_647,
            found: first.expires.into(),
            limit: w.job.limit(Limit::Model),
        };
        w.job.error(path.key("expires"), kind);
    }
    let number = transport_number(transport);
    let port = |port: Option<Port>| match (transport, port) {
        (Transport::DnsSrv, _) => 0,
        (_, Some(port)) => port.get(),
        (Transport::Tls, None) => 5061,
        (_, None) => 5060,
    };
    let one = &[index, 1];
    w.token(n::ACCOUNT_X_SIP_SERVER_Y_ADDRESS, one, first.host.as_str());
    w.number(n::ACCOUNT_X_SIP_SERVER_Y_PORT, one, port(first.port));
    w.number(n::ACCOUNT_X_SIP_SERVER_Y_TRANSPORT_TYPE, one, number);
    w.number(n::ACCOUNT_X_SIP_SERVER_Y_EXPIRES, one, first.expires);
    let two = &[index, 2];
    match backup {
        Some(found) => {
            w.token(
                n::ACCOUNT_X_SIP_SERVER_Y_ADDRESS,
                two,
                found.value.host().as_str(),
            );
            w.number(
                n::ACCOUNT_X_SIP_SERVER_Y_PORT,
                two,
                port(found.value.port()),
            );
            w.number(n::ACCOUNT_X_SIP_SERVER_Y_TRANSPORT_TYPE, two, number);
            w.number(n::ACCOUNT_X_SIP_SERVER_Y_EXPIRES, two, first.expires);
        }
        None => w.clear(n::ACCOUNT_X_SIP_SERVER_Y_ADDRESS, two),
    }
    if !w.job.has(n::ACCOUNT_X_SIP_SERVER_Y_ADDRESS) {
        // Up to V70 an account has one server.
        let x = &[index];
        w.token(n::ACCOUNT_X_SIP_SERVER_HOST, x, first.host.as_str());
        w.number(n::ACCOUNT_X_SIP_SERVER_PORT, x, port(first.port));
        w.number(n::ACCOUNT_X_EXPIRES, x, first.expires);
        if let Some(found) = backup {
            let path = path_for(w, account, found.layer, "backup_registrar");
            w.job
                .unsupported(found.layer, path, "second server", Limit::Firmware, "");
        }
    }
    w.number(n::ACCOUNT_X_TRANSPORT, &[index], number);

    w.flag(
        n::ACCOUNT_X_OUTBOUND_PROXY_ENABLE,
        &[index],
        proxy.is_some(),
    );
    for (row_host, row_port, ix) in [
        (
            n::ACCOUNT_X_OUTBOUND_HOST,
            n::ACCOUNT_X_OUTBOUND_PORT,
            &[index][..],
        ),
        (
            n::ACCOUNT_X_OUTBOUND_PROXY_Y_ADDRESS,
            n::ACCOUNT_X_OUTBOUND_PROXY_Y_PORT,
            &one[..],
        ),
    ] {
        match proxy {
            Some(found) => {
                w.token(row_host, ix, found.value.host.as_str());
                w.number(row_port, ix, port(found.value.port));
            }
            None => w.clear(row_host, ix),
        }
    }
    w.clear(n::ACCOUNT_X_OUTBOUND_PROXY_Y_ADDRESS, two);
    // 1: the second server only when the first fails; 0, both at once, is the phone's default.
    w.flag(
        n::ACCOUNT_X_FALLBACK_REDUNDANCY_TYPE,
        &[index],
        backup.is_some(),
    );
    let srtp = match first.srtp {
        Srtp::Off => 0,
        Srtp::Optional => 1,
        Srtp::Mandatory => 2,
    };
    w.number(n::ACCOUNT_X_SRTP_ENCRYPTION, &[index], srtp);
}

fn transport_number(transport: Transport) -> i64 {
    match transport {
        Transport::Udp => 0,
        Transport::Tcp => 1,
        Transport::Tls => 2,
        Transport::DnsSrv => 3,
    }
}

/// The phone asks for NAPTR and SRV records only for a name without a port.
fn check_dns(w: &mut Writer<'_, '_>, host: &Host, port: Option<Port>, path: &Path) {
    if host.is_ip() {
        w.job.error(
            path.key("host"),
            ErrorKind::Conflict(
                "transport `dns_srv` with an address: service records belong to a domain".into(),
            ),
        );
    }
    if port.is_some() {
        w.job.error(
            path.key("port"),
            ErrorKind::Conflict("transport `dns_srv` with a port: the port comes from the service record; leave it out".into()),
        );
    }
}

fn dtmf<'a>(w: &mut Writer<'_, 'a>, index: u16, account: &Account<'a>) {
    let own = account.view.own.and_then(|own| own.dtmf);
    let dtmf = find_for(w, own, |s| s.dtmf).map_or(Dtmf::default(), |found| found.value);
    let kind = match dtmf {
        Dtmf::InBand => 0,
        Dtmf::Rfc4733 => 1,
        Dtmf::SipInfo => 2,
        Dtmf::Rfc4733AndSipInfo => 3,
    };
    w.number(n::ACCOUNT_X_DTMF_TYPE, &[index], kind);
    // 1: as application/dtmf-relay, the form that the PBXs of the field read.
    w.number(n::ACCOUNT_X_DTMF_INFO_TYPE, &[index], i64::from(kind >= 2));
}

fn nat(w: &mut Writer<'_, '_>, index: u16) {
    let x = &[index];
    let stun = w.job.find(|s| s.nat.stun.as_ref());
    w.flag(n::ACCOUNT_X_NAT_NAT_TRAVERSAL, x, stun.is_some());
    if let Some(found) = stun {
        w.token(n::ACCOUNT_X_NAT_STUN_SERVER, x, found.value.host().as_str());
        let port = found.value.port().map_or(3478, Port::get);
        w.number(n::ACCOUNT_X_NAT_STUN_PORT, x, port);
    }
    let seconds = w.job.or(|s| s.nat.keep_alive_seconds, 30);
    w.flag(n::ACCOUNT_X_NAT_UDP_UPDATE_ENABLE, x, true);
    w.number(n::ACCOUNT_X_NAT_UDP_UPDATE_TIME, x, seconds);
    let rport = w.job.or(|s| s.nat.rport, false);
    w.flag(n::ACCOUNT_X_NAT_RPORT, x, rport);
}

/// The codecs, in the scheme of the generation: named settings from V82 on, numbered slots to V80.
/// V81 knows both and believes the slots; both are written there.
fn codecs<'a>(w: &mut Writer<'_, 'a>, index: u16, account: &Account<'a>) {
    let own = account.view.own.and_then(|own| own.codecs.as_ref());
    let wanted = find_for(w, own, |s| s.codecs.as_ref());
    let fits = |row: &&TokenRow| row.exists_on(w.job.model, w.job.level);
    let numbered =
        w.job.has(n::ACCOUNT_X_CODEC_Y_ENABLE) && tables::CODEC_SLOTS.iter().any(|row| fits(&row));
    let named = w.job.has(n::ACCOUNT_X_CODEC_PAYLOAD_ENABLE);
    if !numbered && !named {
        let layer = wanted.map_or(Layer::Site, |found| found.layer);
        let path = path_for(w, account, layer, "codecs");
        if layer.is_own() {
            let what = "known way to be told its codecs";
            w.job
                .unsupported(layer, path, what, Limit::Firmware, "leave them out");
        } else {
            let message = format!(
                "how {} is told its codecs is not known: it keeps those it has",
                w.job.limit(Limit::Firmware)
            );
            w.job.notice(NoticeCode::UnknownLimit, path, message);
        }
        return;
    }
    let table = if numbered {
        tables::CODEC_SLOTS
    } else {
        tables::CODECS
    };
    let default = CodecList::default_list();
    let list = wanted.map_or(&default, |found| found.value);
    let known = |codec: Codec| w.job.tokens(table, codec.as_str()).next().is_some();
    let (kept, left): (Vec<Codec>, Vec<Codec>) =
        list.iter().copied().partition(|codec| known(*codec));
    if let Some(found) = wanted {
        let path = path_for(w, account, found.layer, "codecs");
        if kept.is_empty() {
            let limit = w.job.limit(Limit::Firmware);
            w.job.error(
                path,
                ErrorKind::NoCodecLeft {
                    wanted: left,
                    limit,
                },
            );
            return;
        }
        for codec in left {
            let what = format!("codec `{}`", codec.as_str());
            if found.layer.is_own() {
                w.job
                    .unsupported(found.layer, path.clone(), what, Limit::Firmware, "");
            } else {
                let message = format!("{} has no {what}", w.job.limit(Limit::Firmware));
                w.job
                    .notice(NoticeCode::CodecLeftOut, path.clone(), message);
            }
        }
    }
    if named {
        named_codecs(w, index, &kept);
    }
    if numbered {
        numbered_codecs(w, index, &kept);
    }
}

/// Tokens of the codecs in their order: their place, from 1, is their priority.
fn ranked(w: &Writer<'_, '_>, table: &'static [TokenRow], codecs: &[Codec]) -> Vec<&'static str> {
    codecs
        .iter()
        .flat_map(|codec| w.job.tokens(table, codec.as_str()).map(|row| row.token))
        .collect()
}

fn named_codecs(w: &mut Writer<'_, '_>, index: u16, codecs: &[Codec]) {
    let ranked = ranked(w, tables::CODECS, codecs);
    let mut seen = BTreeSet::new();
    for row in tables::CODECS {
        if !row.exists_on(w.job.model, w.job.level) || !seen.insert(row.token) {
            continue;
        }
        let ix = Ix {
            numbers: &[index],
            word: row.token,
        };
        let rank = ranked
            .iter()
            .position(|token| *token == row.token)
            .map_or(0, |at| at + 1);
        w.flag(n::ACCOUNT_X_CODEC_PAYLOAD_ENABLE, ix, rank > 0);
        // Fewer than a hundred codecs.
        w.number(n::ACCOUNT_X_CODEC_PAYLOAD_PRIORITY, ix, rank as i64);
    }
}

fn numbered_codecs(w: &mut Writer<'_, '_>, index: u16, codecs: &[Codec]) {
    let mut slots: Vec<&TokenRow> = tables::CODEC_SLOTS
        .iter()
        .filter(|row| row.exists_on(w.job.model, w.job.level))
        .collect();
    slots.sort_by_key(|row| row.order);
    let ranked = ranked(w, tables::CODEC_SLOTS, codecs);
    for row in slots {
        let slot = &[index, row.order];
        let rank = ranked
            .iter()
            .position(|token| *token == row.token)
            .map_or(0, |at| at + 1);
        w.flag(n::ACCOUNT_X_CODEC_Y_ENABLE, slot, rank > 0);
        w.token(n::ACCOUNT_X_CODEC_Y_PAYLOAD_TYPE, slot, row.token);
        w.number(n::ACCOUNT_X_CODEC_Y_PRIORITY, slot, rank as i64);
        if let Some(payload) = row.number {
            w.number(n::ACCOUNT_X_CODEC_Y_RTPMAP, slot, payload);
        }
    }
}

fn voicemail(w: &mut Writer<'_, '_>, index: u16, account: &Account<'_>) {
    let x = &[index];
    let code = w.job.find(|s| s.feature_codes.voicemail.as_ref());
    let number = account
        .view
        .voicemail
        .or(code.map(|found| found.value.value()));
    w.flag(n::ACCOUNT_X_SUBSCRIBE_MWI, x, number.is_some());
    w.flag(n::ACCOUNT_X_DISPLAY_MWI_ENABLE, x, true);
    w.text_or_clear(n::VOICE_MAIL_NUMBER_X, x, number, |job| {
        match (account.view.voicemail, code) {
            (None, Some(found)) => job.path(found.layer, "feature_codes").key("voicemail"),
            _ => account.at.path(job).key("voicemail"),
        }
    });
}

fn dnd(w: &mut Writer<'_, '_>, index: u16, account: &Account<'_>) {
    let x = &[index];
    let on = account.view.own.and_then(|own| own.dnd).unwrap_or(false);
    w.flag(n::ACCOUNT_X_DND_ENABLE, x, on);
    let codes: [(&SettingRow, &str, CodeOf); 2] = [
        (n::ACCOUNT_X_DND_ON_CODE, "dnd_on", |codes| {
            codes.dnd_on.as_ref()
        }),
        (n::ACCOUNT_X_DND_OFF_CODE, "dnd_off", |codes| {
            codes.dnd_off.as_ref()
        }),
    ];
    for (row, key, get) in codes {
        account_code(w, row, x, key, get);
    }
}

type CodeOf = fn(&crate::model::FeatureCodes) -> Option<&Text>;

fn account_code(w: &mut Writer<'_, '_>, row: &SettingRow, x: &[u16; 1], key: &str, get: CodeOf) {
    match w.job.find(|s| get(&s.feature_codes)) {
        Some(found) => w.text(row, x, found.value.value(), |job| {
            job.path(found.layer, "feature_codes").key(key)
        }),
        None => w.clear(row, x),
    }
}

/// The settings of one way of forwarding.
struct ForwardRows<'a> {
    key: &'static str,
    enable: &'static SettingRow,
    target: &'static SettingRow,
    on_code: (&'static SettingRow, &'static str, CodeOf),
    off_code: (&'static SettingRow, &'static str, CodeOf),
    number: Option<&'a Text>,
}

fn forwards<'a>(w: &mut Writer<'_, 'a>, index: u16, account: &Account<'a>) {
    let x = &[index];
    let forward = account.view.own.map(|own| &own.forward);
    let path = |job: &Job<'_>, key: &str| account.at.path(job).key("forward").key(key);
    let ways = [
        ForwardRows {
            key: "always",
            enable: n::ACCOUNT_X_ALWAYS_FWD_ENABLE,
            target: n::ACCOUNT_X_ALWAYS_FWD_TARGET,
            on_code: (
                n::ACCOUNT_X_ALWAYS_FWD_ON_CODE,
                "forward_always_on",
                |codes| codes.forward_always_on.as_ref(),
            ),
            off_code: (
                n::ACCOUNT_X_ALWAYS_FWD_OFF_CODE,
                "forward_always_off",
                |codes| codes.forward_always_off.as_ref(),
            ),
            number: forward.and_then(|forward| forward.always.as_ref()),
        },
        ForwardRows {
            key: "busy",
            enable: n::ACCOUNT_X_BUSY_FWD_ENABLE,
            target: n::ACCOUNT_X_BUSY_FWD_TARGET,
            on_code: (n::ACCOUNT_X_BUSY_FWD_ON_CODE, "forward_busy_on", |codes| {
                codes.forward_busy_on.as_ref()
            }),
            off_code: (
                n::ACCOUNT_X_BUSY_FWD_OFF_CODE,
                "forward_busy_off",
                |codes| codes.forward_busy_off.as_ref(),
            ),
            number: forward.and_then(|forward| forward.busy.as_ref()),
        },
        ForwardRows {
            key: "no_answer",
            enable: n::ACCOUNT_X_TIMEOUT_FWD_ENABLE,
            target: n::ACCOUNT_X_TIMEOUT_FWD_TARGET,
            on_code: (
                n::ACCOUNT_X_TIMEOUT_FWD_ON_CODE,
                "forward_no_answer_on",
                |codes| codes.forward_no_answer_on.as_ref(),
            ),
            off_code: (
                n::ACCOUNT_X_TIMEOUT_FWD_OFF_CODE,
                "forward_no_answer_off",
                |codes| codes.forward_no_answer_off.as_ref(),
            ),
            number: forward.and_then(|forward| forward.no_answer.as_ref()),
        },
    ];
    for way in ways {
        w.flag(way.enable, x, way.number.is_some());
        w.text_or_clear(way.target, x, way.number.map(Text::value), |job| {
            path(job, way.key)
        });
        for (row, key, get) in [way.on_code, way.off_code] {
            account_code(w, row, x, key, get);
        }
    }
    let seconds = forward.and_then(|forward| forward.no_answer_seconds);
    let most = MOST_RINGS * SECONDS_PER_RING;
    if let Some(seconds) = seconds.filter(|seconds| *seconds > most) {
        let kind = ErrorKind::OutOfRange {
            what: "seconds",
            min: 0,
            max: most.into(),
            found: seconds.into(),
            limit: w.job.limit(Limit::Model),
        };
        let path = path(w.job, "no_answer_seconds");
        w.job.beyond(Layer::Extension, path, kind);
    }
    // The phone counts rings; its own default is two.
    let rings = seconds.map_or(2, |seconds| {
        seconds.div_ceil(SECONDS_PER_RING).min(MOST_RINGS)
    });
    w.number(n::ACCOUNT_X_TIMEOUT_FWD_TIMEOUT, x, rings);
}

/// Switches every account off that the model has and the device does not use: a phone keeps an
/// old registration otherwise.
pub(super) fn unused_accounts(w: &mut Writer<'_, '_>, from: u16) {
    let last = w.job.model.accounts.unwrap_or(0);
    for index in from..=last {
        let x = &[index];
        w.section("account", Some(index));
        w.flag(n::ACCOUNT_X_ENABLE, x, false);
        for row in [
            n::ACCOUNT_X_USER_NAME,
            n::ACCOUNT_X_AUTH_NAME,
            n::ACCOUNT_X_PASSWORD,
        ] {
            w.clear(row, x);
        }
    }
}

/// Handsets of a single-cell base: which accounts each of them rings and dials with.
pub(super) fn handsets(w: &mut Writer<'_, '_>, device: &Device) {
    let mut next_account: u16 = 1;
    for (i, handset) in device.handsets().iter().enumerate() {
        let at = w.job.at.key("handsets").index(i);
        let slot = &[handset.slot];
        // At most the accounts of the base, which are checked elsewhere.
        let count = u16::try_from(handset.extensions.len()).unwrap_or(u16::MAX);
        let accounts: Vec<String> = (next_account..next_account.saturating_add(count))
            .map(|a| a.to_string())
            .collect();
        next_account = next_account.saturating_add(count);
        let slots = w.job.model.handsets.filter(|slots| handset.slot > *slots);
        if let Some(slots) = slots {
            let kind = ErrorKind::OutOfRange {
                what: "a slot",
                min: 1,
                max: slots.into(),
                found: handset.slot.into(),
                limit: w.job.limit(Limit::Model),
            };
            w.job.beyond(Layer::Extension, at.key("slot"), kind);
            continue;
        }
        w.section("handset", Some(handset.slot));
        w.text_or_clear(
            n::HANDSET_X_NAME,
            slot,
            handset.name.as_ref().map(|name| name.value()),
            |_| at.key("name"),
        );
        if let Some(first) = accounts.first() {
            let list = accounts.join(",");
            w.token(n::HANDSET_X_INCOMING_LINES, slot, &list);
            w.token(n::HANDSET_X_DIAL_OUT_LINES, slot, &list);
            w.token(n::HANDSET_X_DIAL_OUT_DEFAULT_LINE, slot, first);
        }
        let not_yet = [
            (
                "ipei",
                handset.binding != HandsetBinding::Any,
                "binding of a slot to one handset",
            ),
            (
                "access_code",
                handset.access_code.is_some(),
                "access code of one slot",
            ),
            ("model", handset.model.is_some(), "handset model"),
            (
                "firmware",
                handset.firmware.is_some(),
                "firmware of one handset",
            ),
        ];
        for (key, given, what) in not_yet {
            if given {
                w.job
                    .unsupported(Layer::Extension, at.key(key), what, Limit::Model, "");
            }
        }
    }
}

/// The caller's raw settings.
pub(super) fn custom(w: &mut Writer<'_, '_>) {
    let custom = std::mem::take(&mut w.job.custom);
    if !custom.is_empty() {
        w.section("custom", None);
    }
    for (found, index) in &custom {
        let setting = found.value;
        let path = w.job.custom_path(found.layer, *index);
        let name = concrete_name(setting);
        let row = row_of(&name);
        w.job.check_custom(setting, row, &path, tables::SETTINGS);
        let value = match &setting.value {
            CustomValue::Literal(value) => Some(value.value()),
            CustomValue::Empty => None,
        };
        w.raw(&name, value, row, path);
    }
    w.job.custom = custom;
}

/// The dictionary row of a concrete name: `account.3.label` is `account.X.label`.
pub(super) fn row_of(name: &str) -> Option<&'static SettingRow> {
    let mut indices = ["X", "Y"].into_iter();
    let pattern: Vec<&str> = name
        .split('.')
        .map(|component| {
            let number = !component.is_empty() && component.bytes().all(|b| b.is_ascii_digit());
            if number {
                indices.next().unwrap_or(component)
            } else {
                component
            }
        })
        .collect();
    let find = |pattern: &str| {
        let at = tables::SETTINGS.partition_point(|row| row.name < pattern);
        tables::SETTINGS.get(at).filter(|row| row.name == pattern)
    };
    find(&pattern.join(".")).or_else(|| {
        // One component may stand for a word of its own table.
        tables::SETTINGS.iter().find(|row| {
            let own: Vec<&str> = row.name.split('.').collect();
            row.name.contains('<')
                && own.len() == pattern.len()
                && own
                    .iter()
                    .zip(&pattern)
                    .all(|(a, b)| a == b || a.starts_with('<'))
        })
    })
}
