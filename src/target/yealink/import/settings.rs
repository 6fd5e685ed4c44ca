//! What concerns the whole phone → settings.

use super::super::super::{Domain, SettingRow, TokenRow};
use super::super::settings::ALERT_INTERNAL;
use super::super::tables::{self, names as n};
use super::super::writer::Ix;
use super::accounts::ring_tone;
use super::{NO_INDEX, Reader};
use crate::inspect::Mark;
use crate::model::{
    CallerId, Country, FirmwareChoice, Host, Language, Ldap, LdapTls, Login, Percent, Phonebook,
    Url, Vlan,
};
use crate::text::{Secret, Text};

/// All of them, but for the time.
pub(super) fn read(r: &mut Reader<'_>) {
    vlan(r);
    download(r);
    resync(r);
    logins(r);
    firmware(r);
    certificates(r);
    language(r);
    tones(r);
    features(r);
    display(r);
    volumes(r);
    ldap(r);
    phonebook(r);
}

fn vlan(r: &mut Reader<'_>) {
    let mut port = |enable: [&SettingRow; 2], id: [&SettingRow; 2], priority: [&SettingRow; 2]| {
        if r.flag(&enable, NO_INDEX) != Some(true) {
            return None;
        }
        // By itself a port is in VLAN 1.
        let id: u16 = r.parsed(&id, NO_INDEX).unwrap_or(1);
        let priority: Option<u8> = r.parsed(&priority, NO_INDEX);
        Some((id, priority.filter(|priority| *priority > 0)))
    };
    let own = port(
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
    );
    let pc = port(
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
    );
    let vlan = own.and_then(|(id, priority)| Vlan::new(id, priority).ok());
    // The document has none for the PC port alone.
    r.draft.settings().vlan = vlan.map(|vlan| {
        pc.and_then(|(id, priority)| vlan.with_pc(id, priority).ok())
            .unwrap_or(vlan)
    });
}

fn download(r: &mut Reader<'_>) {
    let username = [
        n::STATIC_AUTO_PROVISION_SERVER_USERNAME,
        n::AUTO_PROVISION_SERVER_USERNAME,
    ];
    let password = [
        n::STATIC_AUTO_PROVISION_SERVER_PASSWORD,
        n::AUTO_PROVISION_SERVER_PASSWORD,
    ];
    let username: Option<Text> = r.parsed(&username, NO_INDEX);
    let password: Option<Secret> = r.parsed(&password, NO_INDEX);
    r.draft.settings().download = username
        .zip(password)
        .map(|(username, password)| Login { username, password });
}

fn resync(r: &mut Reader<'_>) {
    let repeats = [
        n::STATIC_AUTO_PROVISION_REPEAT_ENABLE,
        n::AUTO_PROVISION_REPEAT_ENABLE,
    ];
    if r.flag(&repeats, NO_INDEX) == Some(true) {
        let minutes = [
            n::STATIC_AUTO_PROVISION_REPEAT_MINUTES,
            n::AUTO_PROVISION_REPEAT_MINUTES,
        ];
        let minutes: Option<u32> = r.parsed(&minutes, NO_INDEX);
        // By itself a phone that polls does so once a day.
        let minutes = minutes.unwrap_or(1440);
        let fits = (1..=43_200).contains(&minutes);
        r.draft.settings().resync.every_minutes = fits.then_some(minutes);
    }
    let weekly = [
        n::STATIC_AUTO_PROVISION_WEEKLY_ENABLE,
        n::AUTO_PROVISION_WEEKLY_ENABLE,
    ];
    if r.flag(&weekly, NO_INDEX) == Some(true) {
        let days = [
            n::STATIC_AUTO_PROVISION_WEEKLY_DAYOFWEEK,
            n::AUTO_PROVISION_WEEKLY_DAYOFWEEK,
            n::AUTO_PROVISION_WEEKLY_MASK,
        ];
        let begin = [
            n::STATIC_AUTO_PROVISION_WEEKLY_BEGIN_TIME,
            n::AUTO_PROVISION_WEEKLY_BEGIN_TIME,
        ];
        let end = [
            n::STATIC_AUTO_PROVISION_WEEKLY_END_TIME,
            n::AUTO_PROVISION_WEEKLY_END_TIME,
        ];
        let daily = r.first(&days, NO_INDEX) == Some("0123456");
        let at = r.first(&begin, NO_INDEX);
        let at_once = at == r.first(&end, NO_INDEX);
        let at = at.filter(|_| daily && at_once);
        r.draft.settings().resync.daily_at = at.and_then(|at| at.parse().ok());
    }
}

/// The three logins of the web pages: their names, and the passwords that stand behind those.
fn logins(r: &mut Reader<'_>) {
    let passwords: Vec<(&str, &str)> = r
        .draft
        .sheet
        .entries()
        .iter()
        .filter(|entry| super::repeats(&entry.name) && entry.name.ends_with("user_password"))
        .filter_map(|entry| entry.setting.value().split_once(':'))
        .collect();
    let login = |rows: [&SettingRow; 2]| {
        let name = r
            .first(&rows, NO_INDEX)
            .or(rows[0].default)
            .unwrap_or_default();
        // Of several lines the last one counts.
        let found = passwords.iter().rev().find(|(own, _)| *own == name);
        let password = found.and_then(|(_, password)| password.parse().ok());
        let username = name.parse().ok();
        username
            .zip(password)
            .map(|(username, password)| Login { username, password })
    };
    let admin = login([
        n::STATIC_SECURITY_USER_NAME_ADMIN,
        n::SECURITY_USER_NAME_ADMIN,
    ]);
    // One with the factory's name and the administrator's password is what nobody has chosen.
    let chosen = |rows: [&SettingRow; 2]| {
        login(rows).filter(|login| {
            let as_admin = admin
                .as_ref()
                .is_some_and(|admin| admin.password == login.password);
            !(as_admin && rows[0].default == Some(login.username.as_str()))
        })
    };
    let user = chosen([
        n::STATIC_SECURITY_USER_NAME_USER,
        n::SECURITY_USER_NAME_USER,
    ]);
    let maintenance = chosen([n::STATIC_SECURITY_USER_NAME_VAR, n::SECURITY_USER_NAME_VAR]);
    let settings = r.draft.settings();
    (settings.admin, settings.user, settings.maintenance) = (admin, user, maintenance);
}

/// The image that the phone shall have, when its name tells the version.
fn firmware(r: &mut Reader<'_>) {
    let url = r.parsed(&[n::STATIC_FIRMWARE_URL, n::FIRMWARE_URL], NO_INDEX);
    let version = url
        .as_ref()
        .and_then(super::super::firmware::version_in_name);
    if let (Some(version), Some(url)) = (version, url) {
        let mut choice = FirmwareChoice::new(version);
        choice.url = Some(url);
        r.draft.image = Some(choice);
    }
}

fn certificates(r: &mut Reader<'_>) {
    let verify = [
        n::STATIC_SECURITY_TRUST_CERTIFICATES,
        n::SECURITY_TRUST_CERTIFICATES,
    ];
    let url = [
        n::STATIC_TRUSTED_CERTIFICATES_URL,
        n::TRUSTED_CERTIFICATES_URL,
    ];
    let verify = r.flag(&verify, NO_INDEX);
    let ca_url: Option<Url> = r.parsed(&url, NO_INDEX);
    if let Some(ca_url) = &ca_url {
        let is_one = |name: &str| url.iter().any(|row| row.name == name);
        for entry in r.draft.sheet.entries_mut() {
            if is_one(&entry.name) && entry.setting.value() != ca_url.as_str() {
                let why = "the document has the certificate of one authority, the last";
                entry.mark = Mark::Lost(why.into());
            }
        }
    }
    let tls = &mut r.draft.settings().tls;
    (tls.verify, tls.ca_url) = (verify, ca_url);
}

fn language(r: &mut Reader<'_>) {
    let why = "a language that the firmware does not bring, without the address of its pack";
    r.mark(n::LANG_GUI, NO_INDEX, Mark::Because(why.into()));
    let gui = r.token(n::LANG_GUI, NO_INDEX);
    let web = r.token(n::LANG_WUI, NO_INDEX);
    let handsets = r.token(n::CUSTOM_HANDSET_LANGUAGE, NO_INDEX);
    let word = gui
        .and_then(|token| word(tables::LANGUAGES, token))
        .or_else(|| word(tables::WEB_LANGUAGES, web?))
        .or_else(|| word(tables::HANDSET_LANGUAGES, handsets?));
    let language: Option<Language> = word.and_then(|word| word.parse().ok());
    let pack = r.parsed(&[n::GUI_LANG_URL], NO_INDEX);
    let settings = r.draft.settings();
    (settings.language, settings.language_pack) = (language, pack);
}

/// Our word for a token. Of several the one that a source states, not one that we have concluded.
fn word(table: &'static [TokenRow], token: &str) -> Option<&'static str> {
    let rows = || {
        table
            .iter()
            .filter(|row| row.token.eq_ignore_ascii_case(token))
    };
    rows()
        .find(|row| !row.source.contains("inferred"))
        .or_else(|| rows().next())
        .map(|row| row.word)
}

fn tones(r: &mut Reader<'_>) {
    let Some(token) = r.token(n::VOICE_TONE_COUNTRY, NO_INDEX) else {
        return;
    };
    // Another system's word, which the vendor's list does not have.
    let token = if token == "USA" {
        "United States"
    } else {
        token
    };
    let country: Option<Country> = word(tables::TONES, token).and_then(|word| word.parse().ok());
    if country.is_some() {
        let row = n::VOICE_TONE_COUNTRY;
        r.means(row, NO_INDEX.into(), row, NO_INDEX.into(), token);
    }
    r.draft.settings().tone_country = country;
}

fn features(r: &mut Reader<'_>) {
    let call_waiting = r.flag(&[n::CALL_WAITING_ENABLE], NO_INDEX);
    let pickup = r.text(n::FEATURES_PICKUP_DIRECT_PICKUP_CODE, NO_INDEX);
    let group_pickup = r.text(n::FEATURES_PICKUP_GROUP_PICKUP_CODE, NO_INDEX);
    let park = r.text(n::FEATURES_CALL_PARK_PARK_CODE, NO_INDEX);
    let park_retrieve = r.text(n::FEATURES_CALL_PARK_PARK_RETRIEVE_CODE, NO_INDEX);
    let settings = r.draft.settings();
    settings.call_waiting = call_waiting;
    let codes = &mut settings.feature_codes;
    codes.pickup = pickup;
    codes.group_pickup = group_pickup;
    codes.park = park;
    codes.park_retrieve = park_retrieve;
    for row in [n::FEATURES_DND_MODE, n::FEATURES_FWD_MODE] {
        let why = "the document has forwarding and do-not-disturb for each account";
        r.mark(row, NO_INDEX, Mark::Replaced(why.into()));
    }
    let first = Ix::from(&[1]);
    if r.get(n::DISTINCTIVE_RING_TONES_ALERT_INFO_X_TEXT, first) == Some(ALERT_INTERNAL) {
        let tone = match r.get(n::DISTINCTIVE_RING_TONES_ALERT_INFO_X_RINGER, first) {
            Some("9") => Some(0),
            Some(number) => number.parse().ok().filter(|tone| (1..=8).contains(tone)),
            None => None,
        };
        r.draft.settings().ring_tones.internal = tone;
    }
}

fn display(r: &mut Reader<'_>) {
    let caller_id = match r.get(n::PHONE_SETTING_CALL_INFO_DISPLAY_METHOD, NO_INDEX) {
        Some("0") => Some(CallerId::NameAndNumber),
        Some("1") => Some(CallerId::NumberAndName),
        Some("2") => Some(CallerId::Name),
        Some("3") => Some(CallerId::Number),
        _ => None,
    };
    let tone = ring_tone(r, n::PHONE_SETTING_RING_TYPE, NO_INDEX.into());
    let row = n::PHONE_SETTING_EMERGENCY_NUMBER;
    let numbers = r
        .get(row, NO_INDEX)
        .filter(|text| row.default != Some(*text));
    let numbers: Option<Vec<Text>> = numbers.and_then(|text| {
        let items = text.split(',').map(|item| item.trim().parse().ok());
        items.collect()
    });
    if let Some(numbers) = &numbers {
        let text: Vec<&str> = numbers.iter().map(Text::as_str).collect();
        let text = text.join(",");
        r.means(row, NO_INDEX.into(), row, NO_INDEX.into(), &text);
    }
    let settings = r.draft.settings();
    settings.caller_id = caller_id;
    settings.ring_tones.external = tone;
    settings.emergency_numbers = numbers;
}

fn volumes(r: &mut Reader<'_>) {
    let mut volumes = crate::model::Volumes::default();
    for (place, row) in [
        (&mut volumes.ringer, n::VOICE_RING_VOL),
        (&mut volumes.handset, n::VOICE_HANDSET_SPK_VOL),
        (&mut volumes.speaker, n::VOICE_HANDFREE_SPK_VOL),
        (&mut volumes.headset, n::VOICE_HEADSET_SPK_VOL),
        (&mut volumes.microphone, n::VOICE_HANDSET_SEND),
    ] {
        *place = percent(row, r.parsed(&[row], NO_INDEX));
    }
    r.draft.settings().volumes = volumes;
}

/// The share of the range that becomes this step: the roundest of those that do.
fn percent(row: &SettingRow, step: Option<u16>) -> Option<Percent> {
    let Domain::Integer([(min, max)]) = row.domain else {
        return None;
    };
    let (min, max) = (u16::try_from(*min).ok()?, u16::try_from(*max).ok()?);
    let step = step?;
    let becomes = (0..=100)
        .filter_map(|percent| Percent::new(percent).ok())
        .filter(|percent| percent.of(min, max) == step);
    becomes.min_by_key(|percent| (percent.get() % 10 != 0, percent.get() % 5 != 0))
}

fn ldap(r: &mut Reader<'_>) {
    let on = r.flag(&[n::LDAP_ENABLE], NO_INDEX) == Some(true);
    let host: Option<Host> = r.parsed(&[n::LDAP_HOST], NO_INDEX);
    let base = r.text(n::LDAP_BASE, NO_INDEX);
    let (Some(host), Some(base), true) = (host, base, on) else {
        return;
    };
    let mut ldap = Ldap::new(host, base);
    ldap.tls = match r.get(n::LDAP_TLS_MODE, NO_INDEX) {
        Some("1") => LdapTls::StartTls,
        Some("2") => LdapTls::Ldaps,
        _ => LdapTls::Off,
    };
    let own = if ldap.tls == LdapTls::Ldaps { 636 } else { 389 };
    let port: Option<crate::model::Port> = r.parsed(&[n::LDAP_PORT], NO_INDEX);
    ldap.port = port.filter(|port| port.get() != own);
    ldap.bind_dn = r.text(n::LDAP_USER, NO_INDEX);
    ldap.password = r.secret(n::LDAP_PASSWORD, NO_INDEX);
    ldap.name_filter = r.text(n::LDAP_NAME_FILTER, NO_INDEX);
    ldap.number_filter = r.text(n::LDAP_NUMBER_FILTER, NO_INDEX);
    ldap.display_name = r.text(n::LDAP_DISPLAY_NAME, NO_INDEX);
    let words = |row| -> Vec<Text> {
        let text = r.get(row, NO_INDEX).unwrap_or_default();
        let words = text.split_ascii_whitespace();
        words.filter_map(|word| word.parse().ok()).collect()
    };
    ldap.name_attributes = words(n::LDAP_NAME_ATTR);
    ldap.number_attributes = words(n::LDAP_NUMB_ATTR);
    r.draft.settings().ldap = Some(ldap);
}

fn phonebook(r: &mut Reader<'_>) {
    let first = Ix::from(&[1]);
    let url = r.parsed(&[n::REMOTE_PHONEBOOK_DATA_X_URL], first);
    let name = r.text(n::REMOTE_PHONEBOOK_DATA_X_NAME, first);
    r.draft.settings().phonebook = url.map(|url| {
        let mut book = Phonebook::new(url);
        book.name = name;
        book
    });
}
