//! From the model to settings, one function per section, in the order of the file.

use super::super::SettingRow;
use super::super::job::Limit;
use super::super::view::DeviceView;
use super::clock;
use super::firmware;
use super::tables::{self, names as n};
use super::writer::{Ix, PHONE, Writer};
use crate::emit::Place;
use crate::error::{ErrorKind, NoticeCode, Path};
use crate::model::{
    CallerId, Firmware, FirmwareChoice, Found, Handset, Layer, LdapTls, Login, Port, Segment,
    UrlTemplate, percent_encode_segment,
};
use crate::text::{Text, Value};

/// Longest URL that the phones are known to take, see the row of `static.auto_provision.server.url`.
pub(super) const URL_LIMIT: usize = 511;

/// Digits of a hardware address.
const MAC_DIGITS: usize = 12;

/// Texts up to here are known to be taken: the soft limit of the dictionary, see SOURCES.md.
pub(super) const LONG_TEXT: usize = 99;

/// Built-in ring tones.
pub(super) const RING_TONES: u8 = 8;
/// Text of the Alert-Info header that marks a call from a colleague.
pub(super) const ALERT_INTERNAL: &str = "alert-internal";
/// The number that stands for silence in the table of distinctive ring tones.
const SILENT_RINGER: i64 = 9;

/// What the phone-wide part needs to know of a device beside its view.
#[derive(Clone, Copy, Debug)]
pub(super) struct DeviceFacts<'a> {
    pub(super) url: Option<&'a UrlTemplate>,
    pub(super) firmware: Option<Found<&'a FirmwareChoice>>,
    pub(super) installed: Option<Firmware>,
    /// Handsets of a base.
    pub(super) handsets: &'a [Handset],
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
            handsets: &[],
            one_extension: None,
        }
    }
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
        firmware::write(w, facts);
    }
    certificates(w);
    language(w, facts);
    clock::time(w);
    tones(w);
    sip(w);
    features(w, facts);
    display(w);
    audio(w);
    directory(w);
}

fn network(w: &mut Writer<'_, '_>) {
    w.section("network");
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
    w.section("provisioning");
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
    let model = w.job.model;
    if model.is("dect") && model.handsets != Some(0) {
        // What handsets are told stays on the base otherwise.
        for row in [
            n::STATIC_AUTO_PROVISION_HANDSET_CONFIGURED_ENABLE,
            n::AUTO_PROVISION_HANDSET_CONFIGURED_ENABLE,
        ] {
            w.flag(row, PHONE, true);
        }
    }
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
    w.job.check_logins();
    w.section("security");
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

fn certificates(w: &mut Writer<'_, '_>) {
    w.section("certificates");
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
    w.section("language");
    let pack = w.job.find(|s| s.language_pack.as_ref());
    let gui = w.job.token_of(tables::LANGUAGES, language.value);
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
    if let Some(row) = w.job.token_of(tables::WEB_LANGUAGES, language.value) {
        w.token(n::LANG_WUI, PHONE, row.token);
    }
}

/// The file that all phones of a model share may lack what the device's own layers bring.
pub(super) fn missing(w: &mut Writer<'_, '_>, path: Path, expected: &'static str) {
    if !w.is_shared() {
        w.job.missing(path, expected);
    }
}

fn tones(w: &mut Writer<'_, '_>) {
    if let Some(country) = w.job.tones(tables::TONES, Limit::Model) {
        w.section("tones");
        w.token(n::VOICE_TONE_COUNTRY, PHONE, country);
    }
}

fn sip(w: &mut Writer<'_, '_>) {
    w.section("sip");
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
    w.section("features");
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
            let instead = "a key of kind `park` or `speed_dial` dials it";
            w.job
                .unsupported(found.layer, path, "park code", Limit::Firmware, instead);
        }
        code(w, row, found, key);
    }

    let tones = w.job.find(|s| s.ring_tones.internal);
    let internal = tones.and_then(|found| {
        let path = w.job.path(found.layer, "ring_tones.internal");
        w.job
            .ring_tone_fits(found, RING_TONES, path)
            .then_some(found.value)
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

pub(super) fn ring_file(tone: u8) -> String {
    if tone == 0 {
        "Silent.wav".to_owned()
    } else {
        format!("Ring{tone}.wav")
    }
}

fn display(w: &mut Writer<'_, '_>) {
    w.section("display");
    let method = match w.job.find(|s| s.caller_id).map(|found| found.value) {
        None | Some(CallerId::NameAndNumber) => 0,
        Some(CallerId::NumberAndName) => 1,
        Some(CallerId::Name) => 2,
        Some(CallerId::Number) => 3,
    };
    w.number(n::PHONE_SETTING_CALL_INFO_DISPLAY_METHOD, PHONE, method);
    let tone = w.job.find(|s| s.ring_tones.external).filter(|found| {
        let path = w.job.path(found.layer, "ring_tones.external");
        w.job.ring_tone_fits(*found, RING_TONES, path)
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
            w.section("audio");
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
    w.section("directory");
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
    let encrypts = w.job.has(n::LDAP_TLS_MODE);
    let ldap = w.job.ldap(|_| encrypts, Limit::Firmware);
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
