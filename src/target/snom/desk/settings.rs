//! From the model to settings, one function per group, in the order of the file.

use super::super::super::job::{Job, Limit};
use super::super::super::view::DeviceView;
use super::super::super::{Domain, SettingRow};
use super::super::files::{Addresses, filled};
use super::super::writer::{PHONE, Writer};
use super::clock;
use super::features;
use super::firmware;
use super::tables::{self, names as n};
use crate::error::{ErrorKind, NoticeCode, Path};
use crate::model::{
    CallerId, Extension, Firmware, FirmwareChoice, Found, Layer, LdapTls, Port, TimeOfDay,
    UrlScheme,
};

/// Built-in ring tones.
pub(super) const RING_TONES: u8 = 10;
/// Text of the Alert-Info header that marks a call from a colleague.
const ALERT_INTERNAL: &str = "alert-internal";
/// Length of the window in which a daily poll falls.
const POLL_WINDOW_MINUTES: u8 = 5;
/// Seconds of a day.
const DAY: i64 = 86_400;

/// What the phone-wide part needs to know of a device beside its view.
#[derive(Clone, Copy, Debug)]
pub(super) struct DeviceFacts<'a> {
    /// Where the files are, when the device has what the address needs.
    pub(super) addresses: Option<&'a Addresses>,
    pub(super) firmware: Option<Found<&'a FirmwareChoice>>,
    pub(super) installed: Option<Firmware>,
    /// The only extension: what old firmware has once for the phone is taken from it.
    pub(super) only: Option<&'a Extension>,
}

/// Everything of the phone but its identities and keys.
pub(super) fn phone(w: &mut Writer<'_, '_>, view: &DeviceView<'_>, facts: &DeviceFacts<'_>) {
    provisioning(w, view, facts);
    logins(w);
    security(w, facts);
    network(w);
    clock::time(w);
    language(w);
    tones(w);
    w.switch(
        n::ENABLE_RPORT_RFC3581,
        PHONE,
        // The phone's own default, written because a phone may hold another value.
        w.job.or(|s| s.nat.rport, true),
    );
    features::features(w, facts);
    ringing(w);
    volumes(w);
    display(w);
    ldap(w);
    phonebook(w, facts);
    cannot(w);
}

fn provisioning(w: &mut Writer<'_, '_>, view: &DeviceView<'_>, facts: &DeviceFacts<'_>) {
    let url_path = || Path::root().key("site").key("provisioning_url");
    if let Some(addresses) = facts.addresses {
        let token = |name: &str| view.token.filter(|_| name == "token");
        w.url(n::SETTING_SERVER, PHONE, &addresses.server, token, |_| {
            url_path()
        });
        if addresses.settings.is_none() {
            let message = "the address neither ends with a slash nor names the phone by `{mac}`: which further files a phone asks for there is not known";
            w.job.notice(NoticeCode::NotApplicable, url_path(), message);
        }
        // The phone knows its server now; whoever answers plug and play next must not take it.
        w.switch(n::PNP_CONFIG, PHONE, false);
    }
    let plan = firmware::plan(w.job, facts);
    let policy = if plan.is_some() {
        "auto_update"
    } else {
        "settings_only"
    };
    w.token(n::UPDATE_POLICY, PHONE, policy);
    if let Some(plan) = plan {
        let fill = |name: &str| filled(view, name);
        w.url(n::FIRMWARE_STATUS, PHONE, plan.address, fill, |_| {
            url_path()
        });
    }
    resync(w);
    let download = w.job.find(|s| s.download.as_ref());
    for (row, key, value) in [
        (
            n::HTTP_CLIENT_USER,
            "username",
            download.map(|found| found.value.username.value()),
        ),
        (
            n::HTTP_CLIENT_PASS,
            "password",
            download.map(|found| found.value.password.value()),
        ),
    ] {
        if value.is_some() || facts.addresses.is_some() {
            w.text_or_clear(row, PHONE, value, |job| {
                job.path(features::layer_of(download), "download").key(key)
            });
        }
    }
}

/// Polling: every so many minutes, or at one time of each day.
fn resync(w: &mut Writer<'_, '_>) {
    let every = w.job.find(|s| s.resync.every_minutes);
    let daily = w.job.find(|s| s.resync.daily_at);
    if let Some(found) = every.filter(|found| found.value == 0) {
        let kind = ErrorKind::OutOfRange {
            what: "minutes",
            min: 1,
            max: u32::MAX.into(),
            found: 0,
            limit: String::new(),
        };
        let path = w.job.path(found.layer, "resync.every_minutes");
        w.job.error(path, kind);
    }
    w.switch(
        n::PROV_POLLING_ENABLED,
        PHONE,
        every.is_some() || daily.is_some(),
    );
    match (every, daily) {
        (Some(every), _) => {
            w.token(n::PROV_POLLING_MODE, PHONE, "rel");
            w.number(n::PROV_POLLING_PERIOD, PHONE, i64::from(every.value) * 60);
            if let Some(daily) = daily {
                let path = w.job.path(daily.layer, "resync.daily_at");
                let what = "daily poll beside one every so many minutes";
                w.job.unsupported(daily.layer, path, what, Limit::Model, "");
            }
        }
        (None, Some(daily)) => {
            // The word for one moment of the day is not proven: a random moment of a few minutes.
            let (from, to) = window(daily.value);
            w.token(n::PROV_POLLING_MODE, PHONE, "random");
            w.number(n::PROV_POLLING_PERIOD, PHONE, DAY);
            w.token(n::PROV_POLLING_TIME, PHONE, &from);
            w.token(n::PROV_POLLING_TIME_RAND_END, PHONE, &to);
        }
        (None, None) => {}
    }
}

/// The few minutes from a time of day on, or the last of the day: the window must not end before it
/// begins.
pub(super) fn window(from: TimeOfDay) -> (String, String) {
    let last = 60 - 1 - POLL_WINDOW_MINUTES;
    match (from.hour(), from.minute()) {
        (23, minute) if minute > last => (format!("23:{last}"), "23:59".to_owned()),
        (hour, minute) if minute >= 60 - POLL_WINDOW_MINUTES => {
            let end = minute + POLL_WINDOW_MINUTES - 60;
            (from.to_string(), format!("{:02}:{end:02}", hour + 1))
        }
        (hour, minute) => {
            let end = minute + POLL_WINDOW_MINUTES;
            (from.to_string(), format!("{hour:02}:{end:02}"))
        }
    }
}

/// The logins of the menus and of the web pages. One that is not given gets the administrator's
/// password, so that no factory one stays.
fn logins(w: &mut Writer<'_, '_>) {
    w.job.check_logins();
    let user = w.job.find(|s| s.user.as_ref());
    if let Some(found) = user
        && !w.job.has(n::WEBSERVER_USER_NAME)
    {
        let path = w.job.path(found.layer, "user");
        let what = "web login of its own for users";
        w.job.unsupported(found.layer, path, what, Limit::Model, "");
    }
    let Some(admin) = w.job.find(|s| s.admin.as_ref()) else {
        let path = w.job.path(Layer::Site, "admin");
        let message = "no administrator's login is given: the phone keeps the one it has, which may be the factory one";
        return w.job.notice(NoticeCode::Security, path, message);
    };
    let (name, password) = (admin.value.username.value(), admin.value.password.value());
    let name_path = |job: &Job<'_>| job.path(admin.layer, "admin").key("username");
    let password_path = |job: &Job<'_>| job.path(admin.layer, "admin").key("password");

    // Users do not get the administrator's menus; who knows the password still can.
    w.switch(n::ADMIN_MODE, PHONE, false);
    w.text(n::ADMIN_MODE_LOGIN, PHONE, name, name_path);
    for row in [n::ADMIN_MODE_PASSWORD, n::ADMIN_MODE_PASSWORD_CONFIRM] {
        w.text_of(row, PHONE, password, in_menu_password, password_path);
    }
    for (name_row, password_row) in [
        (n::HTTP_USER, n::HTTP_PASS),
        (n::WEBSERVER_ADMIN_NAME, n::WEBSERVER_ADMIN_PASSWORD),
    ] {
        w.text(name_row, PHONE, name, name_path);
        w.text(password_row, PHONE, password, password_path);
    }
    let others = [
        (
            "user",
            user,
            [n::WEBSERVER_USER_NAME, n::WEBSERVER_USER_PASSWORD],
            NoticeCode::Security,
        ),
        (
            "maintenance",
            w.job.find(|s| s.maintenance.as_ref()),
            [n::SERVICE_MODE_LOGIN, n::SERVICE_MODE_PASS],
            NoticeCode::MaintenanceLogin,
        ),
    ];
    for (key, login, [name_row, password_row], code) in others {
        match login {
            Some(found) => {
                let (name, password) = (&found.value.username, &found.value.password);
                w.text(name_row, PHONE, name.value(), |job| {
                    job.path(found.layer, key).key("username")
                });
                w.text(password_row, PHONE, password.value(), |job| {
                    job.path(found.layer, key).key("password")
                });
            }
            None if w.job.has(password_row) => {
                w.text(password_row, PHONE, password, password_path);
                let path = w.job.path(Layer::Site, key);
                let message = format!(
                    "the `{key}` login is not given: it gets the administrator's password, not the factory one"
                );
                w.job.notice(code, path, message);
            }
            None => {}
        }
    }
}

/// What the phone takes in the password of its menus.
fn in_menu_password(character: char) -> bool {
    character.is_ascii_alphanumeric() || ".+@:,?!-_/();&$*#<>[]=".contains(character)
}

fn security(w: &mut Writer<'_, '_>, facts: &DeviceFacts<'_>) {
    let verify = w.job.find(|s| s.tls.verify);
    let https = facts
        .addresses
        .is_some_and(|addresses| addresses.server.scheme() == UrlScheme::Https);
    if verify.is_none() && https {
        let path = w.job.path(Layer::Site, "tls.verify");
        let message = "not given: the phone takes any certificate for that of its servers";
        w.job.notice(NoticeCode::Security, path, message);
    }
    // The phone's own default is off, written because a phone may hold another value.
    let verify = verify.is_some_and(|found| found.value);
    w.switch(n::TLS_SERVER_AUTHENTICATION, PHONE, verify);

    let emergency = n::KEYBOARD_LOCK_EMERGENCY;
    match w.job.find(|s| s.emergency_numbers.as_ref()) {
        Some(found) if !found.value.is_empty() => {
            let path = w.job.path(found.layer, "emergency_numbers");
            let items = found.value.iter().enumerate();
            let items = items.map(|(i, number)| (number.value(), path.index(i)));
            w.list(emergency, PHONE, ' ', items);
        }
        // Never empty: the phone would stop while it starts and ask for numbers.
        _ => w.token(emergency, PHONE, emergency.default.unwrap_or("112")),
    }
    // The server brings the identities; a phone without one must not ask for a login of its own.
    w.switch(n::LOGON_WIZARD, PHONE, false);
}

/// A VLAN that is not given is left out: an empty one makes the phone leave that of DHCP.
fn network(w: &mut Writer<'_, '_>) {
    let Some(vlan) = w.job.find(|s| s.vlan.as_ref()) else {
        return;
    };
    w.number(n::VLAN_ID, PHONE, vlan.value.id());
    w.number(n::VLAN_QOS, PHONE, vlan.value.priority());
    if let Some((id, priority)) = vlan.value.pc() {
        w.number(n::VLAN_PC_ID, PHONE, id);
        w.number(n::VLAN_PC_PRIORITY, PHONE, priority);
    }
}

fn language(w: &mut Writer<'_, '_>) {
    let Some(language) = w.job.find(|s| s.language.as_ref()) else {
        let path = w.job.path(Layer::Device, "language");
        return w.job.missing(path, "a language");
    };
    let path = w.job.path(language.layer, "language");
    let what = format!("language `{}`", language.value.as_str());
    match w.job.token_of(tables::LANGUAGES, language.value) {
        Some(row) => w.token(n::LANGUAGE, PHONE, row.token),
        None => {
            w.job
                .unsupported(language.layer, path, what, Limit::Firmware, "");
            return;
        }
    }
    match w.job.token_of(tables::WEB_LANGUAGES, language.value) {
        Some(row) => w.token(n::WEB_LANGUAGE, PHONE, row.token),
        None => {
            let limit = w.job.limit(Limit::Firmware);
            let message = format!("{limit} has no web pages in {what}: they stay as they are");
            w.job.notice(NoticeCode::NotApplicable, path, message);
        }
    }
}

fn tones(w: &mut Writer<'_, '_>) {
    if let Some(country) = w.job.tones(tables::TONES, Limit::Firmware) {
        w.token(n::TONE_SCHEME, PHONE, country);
    }
}

fn ringing(w: &mut Writer<'_, '_>) {
    let tone = w.job.find(|s| s.ring_tones.internal).filter(|found| {
        let path = w.job.path(found.layer, "ring_tones.internal");
        w.job.ring_tone_fits(*found, RING_TONES, path)
    });
    w.token(n::ALERT_INTERNAL_RING_TEXT, PHONE, ALERT_INTERNAL);
    let ringer = ringer(tone.map_or(1, |found| found.value));
    w.token(n::ALERT_INTERNAL_RING_SOUND, PHONE, &ringer);
}

pub(super) fn ringer(tone: u8) -> String {
    if tone == 0 {
        "Silent".to_owned()
    } else {
        format!("Ringer{tone}")
    }
}

/// Volumes; one that is not given stays what the user made it.
fn volumes(w: &mut Writer<'_, '_>) {
    type Volume = fn(&crate::model::Volumes) -> Option<crate::model::Percent>;
    let volumes: [(&str, &[&SettingRow], Volume); 5] = [
        ("ringer", &[n::VOL_RINGER], |volumes| volumes.ringer),
        ("speaker", &[n::VOL_SPEAKER], |volumes| volumes.speaker),
        ("handset", &[n::VOL_HANDSET], |volumes| volumes.handset),
        ("headset", &[n::VOL_HEADSET], |volumes| volumes.headset),
        (
            "microphone",
            &[n::VOL_SPEAKER_MIC, n::VOL_HANDSET_MIC, n::VOL_HEADSET_MIC],
            |volumes| volumes.microphone,
        ),
    ];
    for (key, rows, get) in volumes {
        let Some(found) = w.job.find(|s| get(&s.volumes)) else {
            continue;
        };
        if !rows.iter().any(|row| w.job.has(row)) {
            let path = w.job.path(found.layer, "volumes").key(key);
            let what = format!("volume `{key}`");
            w.job
                .unsupported(found.layer, path, what, Limit::Firmware, "");
        }
        for row in rows {
            if let Domain::Integer([(min, max)]) = row.domain {
                // The ranges of the dictionary are small and positive.
                w.number(row, PHONE, found.value.of(*min as u16, *max as u16));
            }
        }
    }
}

fn display(w: &mut Writer<'_, '_>) {
    let method = match w.job.find(|s| s.caller_id).map(|found| found.value) {
        None | Some(CallerId::NameAndNumber) => "display_name_number",
        Some(CallerId::NumberAndName) => "display_number_name",
        Some(CallerId::Name) => "display_name",
        Some(CallerId::Number) => "display_number",
    };
    w.token(n::DISPLAY_METHOD, PHONE, method);
}

fn ldap(w: &mut Writer<'_, '_>) {
    let found = w.job.ldap(|tls| tls == LdapTls::Ldaps, Limit::Model);
    let Some(Found { value: ldap, layer }) = found else {
        for row in [n::LDAP_SERVER, n::LDAP_USERNAME, n::LDAP_PASSWORD] {
            w.clear(row, PHONE);
        }
        return;
    };
    let path = w.job.path(layer, "ldap");
    let ldaps = ldap.tls == LdapTls::Ldaps;
    w.token(n::LDAP_SERVER, PHONE, ldap.host.as_str());
    let port = ldap.port.map_or(if ldaps { 636 } else { 389 }, Port::get);
    w.number(n::LDAP_PORT, PHONE, port);
    w.switch(n::LDAP_OVER_TLS, PHONE, ldaps);
    w.text(n::LDAP_BASE, PHONE, ldap.base.value(), |_| path.key("base"));
    let texts = [
        (
            n::LDAP_USERNAME,
            ldap.bind_dn.as_ref().map(|text| text.value()),
            "bind_dn",
        ),
        (
            n::LDAP_PASSWORD,
            ldap.password.as_ref().map(|text| text.value()),
            "password",
        ),
        (
            n::LDAP_SEARCH_FILTER,
            ldap.name_filter.as_ref().map(|text| text.value()),
            "name_filter",
        ),
        (
            n::LDAP_NUMBER_FILTER,
            ldap.number_filter.as_ref().map(|text| text.value()),
            "number_filter",
        ),
    ];
    for (row, value, key) in texts {
        w.text_or_clear(row, PHONE, value, |_| path.key(key));
    }
    for (row, items, key) in [
        (
            n::LDAP_NAME_ATTRIBUTES,
            &ldap.name_attributes,
            "name_attributes",
        ),
        (
            n::LDAP_NUMBER_ATTRIBUTES,
            &ldap.number_attributes,
            "number_attributes",
        ),
    ] {
        let at = path.key(key);
        let items = items.iter().enumerate();
        let items = items.map(|(i, item)| (item.value(), at.index(i)));
        w.list(row, PHONE, ' ', items);
    }
    let display_name = ldap.display_name.as_ref().map(|text| text.value());
    w.text_or_clear(n::LDAP_DISPLAY_NAME, PHONE, display_name, |_| {
        path.key("display_name")
    });
}

/// A phone book stands beside the settings in the container; what the phone cannot be told of it.
fn phonebook(w: &mut Writer<'_, '_>, facts: &DeviceFacts<'_>) {
    let Some(found) = w.job.find(|s| s.phonebook.as_ref()) else {
        return;
    };
    let path = w.job.path(found.layer, "phonebook");
    if !facts.addresses.is_some_and(Addresses::has_container) {
        let what = "phone book without a list of its files";
        let instead = "give the site a `provisioning_url` that ends with a slash and leaves `{mac}` out, and the device its `token`";
        w.job
            .unsupported(found.layer, path, what, Limit::Model, instead);
    } else if found.value.name.is_some() {
        let what = "name for a phone book";
        w.job
            .unsupported(found.layer, path.key("name"), what, Limit::Model, "");
    }
}

/// What the model has and the phone cannot be told.
fn cannot(w: &mut Writer<'_, '_>) {
    let asked = [
        (
            "tls.ca_url",
            w.job.find(|s| s.tls.ca_url.as_ref().map(drop)),
            "certificate of an authority from an address",
        ),
        (
            "language_pack",
            w.job.find(|s| s.language_pack.as_ref().map(drop)),
            "language pack from an address",
        ),
    ];
    for (key, found, what) in asked {
        if let Some(found) = found {
            let path = w.job.path(found.layer, key);
            w.job.unsupported(found.layer, path, what, Limit::Model, "");
        }
    }
}
