//! From the model to settings, one function per group, in the order of the file.

use super::super::super::job::{Job, Limit};
use super::super::super::view::{Account, DeviceView};
use super::super::super::{Domain, SettingRow};
use super::super::files::{Addresses, filled};
use super::super::writer::{At, PHONE, Writer};
use super::clock;
use super::firmware;
use super::tables::{self, names as n};
use crate::error::{ErrorKind, NoticeCode, Path};
use crate::model::{
    CallerId, Device, Dtmf, Extension, Firmware, FirmwareChoice, Forward, Found, Host, HostPort,
    Layer, LdapTls, OutboundProxy, Port, Registrar, Srtp, TimeOfDay, Transport, UrlScheme,
};
use crate::text::Text;

/// Built-in ring tones.
const RING_TONES: u8 = 10;
/// Text of the Alert-Info header that marks a call from a colleague.
const ALERT_INTERNAL: &str = "alert-internal";
/// Seconds until a call counts as not answered, where nothing else is said: two rings of six
/// seconds, as on phones that count rings.
const NO_ANSWER_SECONDS: u16 = 12;
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
    features(w, facts);
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
                job.path(layer_of(download), "download").key(key)
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
fn window(from: TimeOfDay) -> (String, String) {
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
    let Some(country) = w.job.find(|s| s.tone_country) else {
        return;
    };
    let row = w.job.tokens(tables::TONES, country.value.as_str()).next();
    match row {
        Some(row) => w.token(n::TONE_SCHEME, PHONE, row.token),
        None => {
            let what = format!("tones of `{}`", country.value.as_str());
            let path = w.job.path(country.layer, "tone_country");
            w.job
                .unsupported(country.layer, path, what, Limit::Firmware, "");
        }
    }
}

/// Call waiting, do not disturb and forwarding of firmware that has them once for the phone.
fn features(w: &mut Writer<'_, '_>, facts: &DeviceFacts<'_>) {
    let only = facts.only;
    let waiting = call_waiting(w.job, only);
    w.switch(n::CALL_WAITING, PHONE, waiting);
    let dnd = only.and_then(|own| own.dnd).unwrap_or(false);
    w.switch(n::DND_MODE, PHONE, dnd);
    code(w, n::DND_ON_CODE, PHONE, "dnd_on", |c| c.dnd_on.as_ref());
    code(w, n::DND_OFF_CODE, PHONE, "dnd_off", |c| c.dnd_off.as_ref());
    forwards(
        w,
        PHONE,
        &[
            ForwardRows {
                enabled: n::REDIRECT_ALLWAYS,
                target: n::REDIRECT_NUMBER,
                seconds: None,
                on_code: n::REDIRECT_ALWAYS_ON_CODE,
                off_code: n::REDIRECT_ALWAYS_OFF_CODE,
            },
            ForwardRows {
                enabled: n::REDIRECT_ON_BUSY,
                target: n::REDIRECT_BUSY_NUMBER,
                seconds: None,
                on_code: n::REDIRECT_BUSY_ON_CODE,
                off_code: n::REDIRECT_BUSY_OFF_CODE,
            },
            ForwardRows {
                enabled: n::REDIRECT_ON_TIMEOUT,
                target: n::REDIRECT_TIME_NUMBER,
                seconds: Some(n::REDIRECT_TIME),
                on_code: n::REDIRECT_TIME_ON_CODE,
                off_code: n::REDIRECT_TIME_OFF_CODE,
            },
        ],
        only.map(|own| &own.forward),
        |job| job.at.key("extensions").index(0),
    );
}

fn call_waiting(job: &Job<'_>, own: Option<&Extension>) -> bool {
    own.and_then(|own| own.call_waiting)
        .unwrap_or_else(|| job.or(|s| s.call_waiting, true))
}

/// What old firmware has once for the phone: an extension among several cannot have its own.
pub(super) fn features_of_extensions(w: &mut Writer<'_, '_>, device: &Device) {
    if device.extensions().len() < 2 {
        return;
    }
    let at = w.job.at.key("extensions");
    // What the phone is told for all of them: an extension that wants the same gets it.
    let waiting = call_waiting(w.job, None);
    for (index, own) in device.extensions().iter().enumerate() {
        let own_values = [
            (
                "call_waiting",
                own.call_waiting.is_some_and(|own| own != waiting),
                n::CALL_WAITING_IDENTITY,
            ),
            ("dnd", own.dnd == Some(true), n::DND_MODE_IDENTITY),
            (
                "forward",
                own.forward != Forward::default(),
                n::FWD_ALL_ENABLED,
            ),
        ];
        for (key, given, row) in own_values {
            if given && !w.job.has(row) {
                let path = at.index(index).key(key);
                let what = format!("`{key}` of one account among several");
                w.job
                    .unsupported(Layer::Extension, path, what, Limit::Firmware, "");
            }
        }
    }
}

type CodeOf = fn(&crate::model::FeatureCodes) -> Option<&Text>;

/// A feature code, or its setting cleared.
fn code(w: &mut Writer<'_, '_>, row: &SettingRow, at: At<'_>, key: &str, get: CodeOf) {
    let found = w.job.find(|s| get(&s.feature_codes));
    w.text_or_clear(row, at, found.map(|found| found.value.value()), |job| {
        job.path(layer_of(found), "feature_codes").key(key)
    });
}

/// A feature code, or the one that the phone brings.
fn code_or_default(w: &mut Writer<'_, '_>, row: &SettingRow, at: At<'_>, key: &str, get: CodeOf) {
    match w.job.find(|s| get(&s.feature_codes)) {
        Some(found) if !w.job.has(row) => {
            let path = w.job.path(found.layer, "feature_codes").key(key);
            let what = format!("code `{key}`");
            w.job
                .unsupported(found.layer, path, what, Limit::Firmware, "");
        }
        Some(_) => code(w, row, at, key, get),
        None => match row.default {
            Some(default) => w.token(row, at, default),
            None => w.clear(row, at),
        },
    }
}

/// The settings of one kind of forwarding.
#[derive(Clone, Copy, Debug)]
struct ForwardRows {
    enabled: &'static SettingRow,
    target: &'static SettingRow,
    seconds: Option<&'static SettingRow>,
    on_code: &'static SettingRow,
    off_code: &'static SettingRow,
}

/// Forwarding of all calls, while busy, and of unanswered ones. With codes the phone dials them and
/// the server forwards, without codes the phone does it itself.
fn forwards<'a>(
    w: &mut Writer<'_, 'a>,
    at: At<'_>,
    rows: &[ForwardRows; 3],
    forward: Option<&Forward>,
    account: impl Fn(&Job<'a>) -> Path,
) {
    type Kind<'f> = (&'f str, Option<&'f Text>, [(&'f str, CodeOf); 2]);
    let kinds: [Kind<'_>; 3] = [
        (
            "always",
            forward.and_then(|forward| forward.always.as_ref()),
            [
                ("forward_always_on", |c| c.forward_always_on.as_ref()),
                ("forward_always_off", |c| c.forward_always_off.as_ref()),
            ],
        ),
        (
            "busy",
            forward.and_then(|forward| forward.busy.as_ref()),
            [
                ("forward_busy_on", |c| c.forward_busy_on.as_ref()),
                ("forward_busy_off", |c| c.forward_busy_off.as_ref()),
            ],
        ),
        (
            "no_answer",
            forward.and_then(|forward| forward.no_answer.as_ref()),
            [
                ("forward_no_answer_on", |c| c.forward_no_answer_on.as_ref()),
                ("forward_no_answer_off", |c| {
                    c.forward_no_answer_off.as_ref()
                }),
            ],
        ),
    ];
    for (rows, (key, number, [(on_key, on), (off_key, off)])) in rows.iter().zip(kinds) {
        w.switch(rows.enabled, at, number.is_some());
        w.text_or_clear(
            rows.target,
            at,
            number.map(|number| number.value()),
            |job| account(job).key("forward").key(key),
        );
        if let Some(row) = rows.seconds {
            let seconds = forward.and_then(|forward| forward.no_answer_seconds);
            w.number(row, at, seconds.unwrap_or(NO_ANSWER_SECONDS));
        }
        code(w, rows.on_code, at, on_key, on);
        code(w, rows.off_code, at, off_key, off);
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

fn ringer(tone: u8) -> String {
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

/// One identity in use.
pub(super) fn account<'a>(w: &mut Writer<'_, 'a>, index: u16, account: &Account<'a>) {
    let (view, at) = (&account.view, account.at);
    let own = view.own;
    w.switch(n::USER_ACTIVE, index, true);
    w.text_or_clear(n::USER_REALNAME, index, view.display_name, |job| {
        at.path(job).key("display_name")
    });
    w.text(n::USER_NAME, index, view.username, |job| {
        account.username_path(job)
    });
    w.text(n::USER_PNAME, index, view.auth_username, |job| {
        account.auth_username_path(job)
    });
    w.text(n::USER_PASS, index, view.password, |job| {
        at.path(job).key("password")
    });
    servers(w, index, account);
    codecs_and_dtmf(w, index, account);
    let (mailbox, mailbox_path) = account.voicemail(w.job);
    w.text_or_clear(n::USER_MAILBOX, index, mailbox, |_| mailbox_path);
    nat(w, index);
    ring_tones(w, index, account);

    let waiting = call_waiting(w.job, own);
    w.switch(n::CALL_WAITING_IDENTITY, index, waiting);
    if waiting && own.is_some_and(|own| own.forward.busy.is_some()) {
        let path = at.path(w.job).key("forward").key("busy");
        let message = "the phone forwards while busy only when call waiting is off";
        w.job.notice(NoticeCode::NotApplicable, path, message);
    }
    let dnd = own.and_then(|own| own.dnd).unwrap_or(false);
    let x = At::from(index);
    w.switch(n::DND_MODE_IDENTITY, x, dnd);
    code(w, n::DND_ON_CODE_IDENTITY, x, "dnd_on", |c| {
        c.dnd_on.as_ref()
    });
    code(w, n::DND_OFF_CODE_IDENTITY, x, "dnd_off", |c| {
        c.dnd_off.as_ref()
    });
    forwards(
        w,
        x,
        &[
            ForwardRows {
                enabled: n::FWD_ALL_ENABLED,
                target: n::FWD_ALL_TARGET,
                seconds: None,
                on_code: n::FWD_ALL_ON_CODE,
                off_code: n::FWD_ALL_OFF_CODE,
            },
            ForwardRows {
                enabled: n::FWD_BUSY_ENABLED,
                target: n::FWD_BUSY_TARGET,
                seconds: None,
                on_code: n::FWD_BUSY_ON_CODE,
                off_code: n::FWD_BUSY_OFF_CODE,
            },
            ForwardRows {
                enabled: n::FWD_TIME_ENABLED,
                target: n::FWD_TIME_TARGET,
                seconds: Some(n::FWD_TIME_SECS),
                on_code: n::FWD_TIME_ON_CODE,
                off_code: n::FWD_TIME_OFF_CODE,
            },
        ],
        own.map(|own| &own.forward),
        |job| at.path(job),
    );
    let auto_answer = own.and_then(|own| own.auto_answer).unwrap_or(false);
    w.switch(n::USER_AUTO_CONNECT, index, auto_answer);
    // Direct pickup goes with the keys on older firmware.
    if w.job.has(n::BLF_DIRECTED_CALL_PICKUP) {
        code_or_default(w, n::BLF_DIRECTED_CALL_PICKUP, x, "pickup", |c| {
            c.pickup.as_ref()
        });
    }
    code_or_default(w, n::BLF_PARK_PICK_UP, x, "park_retrieve", |c| {
        c.park_retrieve.as_ref()
    });
    code_or_default(w, n::CALLPARK_PARK_FAC, x, "park", |c| c.park.as_ref());
    w.text(n::USER_IDLE_TEXT, index, view.label, |job| {
        account.label_path(job)
    });
    w.text(n::USER_IDLE_NUMBER, index, view.number, |job| {
        at.path(job).key("number")
    });
}

/// Where the identity registers. The transport stands in the outbound proxy, which therefore names
/// the registrar when there is no proxy and the transport is not UDP.
fn servers<'a>(w: &mut Writer<'_, 'a>, index: u16, account: &Account<'a>) {
    let own = account.view.own;
    let registrar: Option<Found<&Registrar>> = w
        .job
        .find_for(own.and_then(|own| own.registrar.as_ref()), |s| {
            s.registrar.as_ref()
        });
    let Some(registrar) = registrar else {
        return w.job.missing_registrar(account.at);
    };
    let proxy: Option<Found<&OutboundProxy>> = w
        .job
        .find_for(own.and_then(|own| own.outbound_proxy.as_ref()), |s| {
            s.outbound_proxy.as_ref()
        });
    let first = registrar.value;
    let path = w.job.path_for(account.at, registrar.layer, "registrar");
    if first.transport == Transport::DnsSrv {
        w.job.check_dns(&first.host, first.port, &path);
    }
    if first.expires == 0 {
        let kind = ErrorKind::OutOfRange {
            what: "seconds",
            min: 1,
            max: u32::MAX.into(),
            found: 0,
            limit: String::new(),
        };
        w.job.error(path.key("expires"), kind);
    }
    let transport = proxy
        .and_then(|proxy| proxy.value.transport)
        .unwrap_or(first.transport);
    if let Some(proxy) = proxy
        && transport == Transport::DnsSrv
    {
        let path = w.job.path_for(account.at, proxy.layer, "outbound_proxy");
        w.job.check_dns(&proxy.value.host, proxy.value.port, &path);
    }
    let backup = backup_of(w, account, registrar.layer);

    w.token(n::USER_HOST, index, &place(&first.host, first.port));
    let (host, port) = match proxy {
        Some(proxy) => (&proxy.value.host, proxy.value.port),
        None => (&first.host, first.port),
    };
    let plain = matches!(transport, Transport::Udp | Transport::DnsSrv);
    if proxy.is_none() && backup.is_none() && plain {
        w.clear(n::USER_OUTBOUND, index);
    } else {
        let mut outbound = place(host, port) + parameter(transport);
        if let Some(backup) = backup {
            outbound.push(',');
            outbound += &place(backup.host(), backup.port());
            outbound += parameter(transport);
        }
        w.token(n::USER_OUTBOUND, index, &outbound);
    }
    w.number(n::USER_EXPIRY, index, first.expires);
    let (srtp, savp) = match first.srtp {
        Srtp::Off => (false, "off"),
        Srtp::Optional => (true, "optional"),
        Srtp::Mandatory => (true, "mandatory"),
    };
    w.switch(n::USER_SRTP, index, srtp);
    w.token(n::USER_SAVP, index, savp);
    // 80 bit, as everybody else has it: with 32 bit a call that is taken off hold stays silent.
    w.switch(n::USER_AUTH_TAG, index, false);
}

/// The second proxy, which firmware knows from 8.7 on.
fn backup_of<'a>(
    w: &mut Writer<'_, 'a>,
    account: &Account<'a>,
    registrar: Layer,
) -> Option<&'a HostPort> {
    let found = w.job.backup_for(account.at, registrar)?;
    if w.job.level.is_some_and(|level| level < [8, 7, 0, 0, 0]) {
        let path = w.job.path(found.layer, "backup_registrar");
        let what = "second registrar";
        w.job
            .unsupported(found.layer, path, what, Limit::Firmware, "");
        return None;
    }
    Some(found.value)
}

/// `host` or `host:port`.
fn place(host: &Host, port: Option<Port>) -> String {
    match port {
        Some(port) => format!("{}:{}", host.bracketed(), port.get()),
        None => host.bracketed().into_owned(),
    }
}

/// Without a parameter (and a port) the phone goes by the domain's records.
fn parameter(transport: Transport) -> &'static str {
    match transport {
        Transport::Udp => ";transport=udp",
        Transport::Tcp => ";transport=tcp",
        Transport::Tls => ";transport=tls",
        Transport::DnsSrv => "",
    }
}

/// The codecs. `telephone-event` is one of them, the last, where keys are sent as events.
fn codecs_and_dtmf<'a>(w: &mut Writer<'_, 'a>, index: u16, account: &Account<'a>) {
    let own = account.view.own.and_then(|own| own.dtmf);
    let dtmf = w
        .job
        .find_for(own, |s| s.dtmf)
        .map_or(Dtmf::default(), |found| found.value);
    if let Some(codecs) = w.job.codecs(account, tables::CODECS) {
        let mut list: Vec<&str> = codecs
            .iter()
            .flat_map(|codec| w.job.tokens(tables::CODECS, codec.as_str()))
            .map(|row| row.token)
            .collect();
        if matches!(dtmf, Dtmf::Rfc4733 | Dtmf::Rfc4733AndSipInfo) {
            list.push("telephone-event");
        }
        w.token(n::CODEC_PRIORITY_LIST, index, &list.join(","));
    }
    let info = match dtmf {
        Dtmf::Rfc4733 | Dtmf::InBand => "off",
        Dtmf::Rfc4733AndSipInfo => "on",
        Dtmf::SipInfo => "sip_info_only",
    };
    w.token(n::USER_DTMF_INFO, index, info);
}

fn nat(w: &mut Writer<'_, '_>, index: u16) {
    match w.job.find(|s| s.nat.keep_alive_seconds) {
        Some(found) => w.number(n::KEEPALIVE_INTERVAL, index, found.value),
        None => w.clear(n::KEEPALIVE_INTERVAL, index),
    }
    let stun = w.job.find(|s| s.nat.stun.as_ref());
    match stun {
        Some(found) if !w.job.has(n::STUN_SERVER) => {
            let path = w.job.path(found.layer, "nat.stun");
            w.job
                .unsupported(found.layer, path, "STUN", Limit::Firmware, "");
        }
        Some(found) => {
            let server = place(found.value.host(), found.value.port());
            w.token(n::STUN_SERVER, index, &server);
        }
        None => w.clear(n::STUN_SERVER, index),
    }
}

fn ring_tones<'a>(w: &mut Writer<'_, 'a>, index: u16, account: &Account<'a>) {
    let own = account.view.own.map(|own| own.ring_tones);
    let tone = w
        .job
        .find_for(own.and_then(|own| own.external), |s| s.ring_tones.external)
        .filter(|found| {
            let path = match found.layer {
                Layer::Extension => account.at.path(w.job).key("ring_tones").key("external"),
                layer => w.job.path(layer, "ring_tones.external"),
            };
            w.job.ring_tone_fits(*found, RING_TONES, path)
        });
    w.token(
        n::USER_RINGER,
        index,
        &ringer(tone.map_or(1, |found| found.value)),
    );
    if own.is_some_and(|own| own.internal.is_some()) {
        let path = account.at.path(w.job).key("ring_tones").key("internal");
        let what = "ring tone for calls from colleagues of one account";
        let instead = "set it in the device's settings";
        w.job
            .unsupported(Layer::Extension, path, what, Limit::Model, instead);
    }
}

/// Switches every identity off that the model has and the device does not use: a phone keeps an
/// old registration otherwise.
pub(super) fn unused_accounts(w: &mut Writer<'_, '_>, from: u16) {
    for index in from..=w.job.model.accounts.unwrap_or(0) {
        w.switch(n::USER_ACTIVE, index, false);
        for row in [n::USER_NAME, n::USER_PNAME, n::USER_PASS] {
            w.clear(row, index);
        }
    }
}

fn layer_of<T>(found: Option<Found<T>>) -> Layer {
    found.map_or(Layer::Site, |found| found.layer)
}
