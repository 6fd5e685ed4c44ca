//! From the model to the settings of the base itself, one function per group, in the order of the
//! file.

use super::super::super::SettingRow;
use super::super::super::job::{Job, Limit};
use super::super::writer::{PHONE, Writer};
use super::clock;
use super::custom;
use super::tables::{self, names as n};
use crate::error::{NoticeCode, Path};
use crate::model::{
    Firmware, Found, Layer, Ldap, Login, Multicell, MulticellRole, Phonebook, Settings, UrlTemplate,
};
use crate::text::Value;

/// The port that a STUN server listens on, RFC 8489.
const STUN_PORT: u16 = 3478;

/// What the base-wide part needs to know of a base.
#[derive(Clone, Copy, Debug)]
pub(super) struct BaseFacts<'a> {
    /// Its name.
    pub(super) name: Value<'a>,
    pub(super) token: Option<Value<'a>>,
    /// The provisioning URL, when the base can be told.
    pub(super) url: Option<&'a UrlTemplate>,
    pub(super) installed: Option<Firmware>,
    /// Whether another base hands on what is not local.
    pub(super) secondary: bool,
}

/// The section of settings of the base itself.
pub(super) fn global(w: &mut Writer<'_, '_>, base: &BaseFacts<'_>) {
    w.open("global", &[]);
    provisioning(w, base);
    logins(w, base.installed);
    // Off is what the base does by itself: it cannot be given another authority.
    let verify = w.job.or(|s| s.tls.verify, false);
    w.switch(n::TLS_SERVER_AUTHENTICATION, PHONE, verify);
    w.text(n::PHONE_NAME, PHONE, base.name, |job| job.at.key("label"));
    network(w);
    if !base.secondary {
        clock::time(w);
        language(w);
        sip(w);
        // Handsets register by their access code, without a hand on the base.
        w.switch(n::AUTO_DECT_REGISTER, PHONE, true);
        directory(w);
    }
    custom::write(w, "global");
    w.close("global");
    cannot(w.job);
}

/// The section of the system of bases, for models that can be in one.
pub(super) fn multicell(w: &mut Writer<'_, '_>, multicell: Option<&Multicell>) {
    if !w.job.model.is("multicell") {
        if multicell.is_some() {
            let path = w.job.at.key("multicell");
            let what = "system of several bases";
            w.job
                .unsupported(Layer::Device, path, what, Limit::Model, "");
        }
        return custom::section(w, "multicell");
    }
    w.open("multicell", &[]);
    w.switch(n::NETWORK_SYNC_ENABLE, PHONE, multicell.is_some());
    let chain_id = multicell.and_then(|multicell| multicell.chain_id);
    w.number(
        n::NETWORK_SYNC_CHAIN_ID,
        PHONE,
        chain_id.unwrap_or(super::handsets::CHAIN_ID),
    );
    let primary = multicell.and_then(|multicell| multicell.primary);
    match primary {
        Some(std::net::IpAddr::V6(_)) => {
            let path = w.job.at.key("multicell").key("primary");
            let what = "IPv6 address of the data master";
            w.job
                .unsupported(Layer::Device, path, what, Limit::Model, "");
        }
        Some(address) => {
            w.token(
                n::NETWORK_SYNC_PRIMARY_STATIC_IP,
                PHONE,
                &address.to_string(),
            );
        }
        None => w.token(n::NETWORK_SYNC_PRIMARY_STATIC_IP, PHONE, "0.0.0.0"),
    }
    custom::write(w, "multicell");
    w.close("multicell");
}

/// Whether the base gets everything but its own network from another.
pub(super) fn is_secondary(multicell: Option<&Multicell>) -> bool {
    multicell.is_some_and(|multicell| multicell.role == MulticellRole::Secondary)
}

fn provisioning(w: &mut Writer<'_, '_>, base: &BaseFacts<'_>) {
    if let Some(url) = base.url {
        // `{mac}` is left to the base.
        let fill = |name: &str| base.token.filter(|_| name == "token");
        w.url(n::SETTING_SERVER, PHONE, url, fill, |_| {
            Path::root().key("site").key("provisioning_url")
        });
        // The base knows its server now; whoever answers plug and play next must not take it.
        w.switch(n::PNP_CONFIG, PHONE, false);
    }
    let download = w.job.find(|s| s.download.as_ref());
    if download.is_some() || base.url.is_some() {
        let username = download.map(|found| found.value.username.value());
        let password = download.map(|found| found.value.password.value());
        for (row, value, key) in [
            (n::HTTP_CLIENT_USER, username, "username"),
            (n::HTTP_CLIENT_PASSWORD, password, "password"),
        ] {
            w.text_or_clear(row, PHONE, value, |job| {
                let layer = download.map_or(Layer::Site, |found| found.layer);
                job.path(layer, "download").key(key)
            });
        }
    }
}

/// The three logins of the web pages. One that is not given gets the administrator's password,
/// because its factory one is public. Which firmware has three is gated by what is installed; a base
/// that does not say gets all of them, because an old one ignores what it does not know and a new one
/// would keep open doors.
fn logins(w: &mut Writer<'_, '_>, installed: Option<Firmware>) {
    let admin = w.job.find(|s| s.admin.as_ref());
    if admin.is_none() {
        let path = w.job.path(Layer::Site, "admin");
        let message = "no administrator's login is given: the base keeps the one it has, which may be the factory one";
        w.job.notice(NoticeCode::Security, path, message);
    }
    let user = w.job.find(|s| s.user.as_ref());
    let maintenance = w.job.find(|s| s.maintenance.as_ref());
    let level = w.job.level;
    if installed.is_none() {
        w.job.level = None;
    }
    login(w, "admin", admin, None, [n::HTTP_USER, n::HTTP_PASS]);
    let rows = [n::HTTP_BASIC_USER, n::HTTP_BASIC_PASS];
    login(w, "user", user, admin, rows);
    let rows = [n::HTTP_ENGINEER_USER, n::HTTP_ENGINEER_PASS];
    login(w, "maintenance", maintenance, admin, rows);
    w.job.level = level;
    w.job.check_logins();
}

fn login(
    w: &mut Writer<'_, '_>,
    key: &str,
    given: Option<Found<&Login>>,
    admin: Option<Found<&Login>>,
    [user_row, password_row]: [&SettingRow; 2],
) {
    let Some(found) = given.or(admin) else { return };
    let path = |job: &Job<'_>| match given {
        Some(found) => job.path(found.layer, key),
        None => job.path(found.layer, "admin"),
    };
    if !w.job.has(user_row) {
        if given.is_some() {
            let path = path(w.job);
            let what = format!("web login of the kind `{key}`");
            w.job
                .unsupported(found.layer, path, what, Limit::Firmware, "");
        }
        return;
    }
    match given {
        Some(found) => w.text(user_row, PHONE, found.value.username.value(), |job| {
            path(job).key("username")
        }),
        None => w.token(user_row, PHONE, user_row.shipped.unwrap_or(key)),
    }
    let password = &found.value.password;
    w.text(password_row, PHONE, password.value(), |job| {
        path(job).key("password")
    });
    if given.is_none() {
        let code = if key == "maintenance" {
            NoticeCode::MaintenanceLogin
        } else {
            NoticeCode::Security
        };
        let path = w.job.path(Layer::Site, key);
        let message = format!(
            "the `{}` login is not given: it gets the administrator's password, not the factory one",
            user_row.shipped.unwrap_or(key)
        );
        w.job.notice(code, path, message);
    } else if !password.expose().bytes().all(|b| b.is_ascii_alphanumeric()) {
        let path = path(w.job).key("password");
        let message =
            "bases are known to refuse web passwords with anything but ASCII letters and digits";
        w.job.notice(NoticeCode::Security, path, message);
    }
}

fn network(w: &mut Writer<'_, '_>) {
    let vlan = w.job.find(|s| s.vlan.as_ref());
    // Left out when unset: an empty VLAN makes phones of this maker leave the one from DHCP.
    if let Some(Found { value: vlan, layer }) = vlan {
        w.number(n::VLAN_ID, PHONE, vlan.id());
        w.number(n::VLAN_QOS, PHONE, vlan.priority());
        if vlan.pc().is_some() {
            let path = w.job.path(layer, "vlan.pc_id");
            w.job.unsupported(layer, path, "PC port", Limit::Model, "");
        }
    }
}

fn language(w: &mut Writer<'_, '_>) {
    if let Some(country) = w.job.tones(tables::TONES, Limit::Model) {
        w.token(n::TONE_SCHEME, PHONE, country);
    }
    let Some(language) = w.job.find(|s| s.language.as_ref()) else {
        let path = w.job.path(Layer::Device, "language");
        return w.job.missing(path, "a language");
    };
    match w.job.token_of(tables::LANGUAGES, language.value) {
        Some(row) => {
            w.token(n::LANGUAGE, PHONE, row.token);
            w.token(n::WEB_LANGUAGE, PHONE, row.token);
        }
        None => {
            let what = format!("language `{}`", language.value.as_str());
            let path = w.job.path(language.layer, "language");
            w.job
                .unsupported(language.layer, path, what, Limit::Model, "");
        }
    }
}

fn sip(w: &mut Writer<'_, '_>) {
    let rport = w.job.or(|s| s.nat.rport, true);
    w.switch(n::ENABLE_RPORT_RFC3581, PHONE, rport);
    let Some(Found { value: stun, layer }) = w.job.find(|s| s.nat.stun.as_ref()) else {
        return w.clear(n::STUN_SERVER, PHONE);
    };
    w.token(n::STUN_SERVER, PHONE, stun.host().as_str());
    if stun.port().is_some_and(|port| port.get() != STUN_PORT) {
        let path = w.job.path(layer, "nat.stun");
        let what = "port of a STUN server other than 3478";
        w.job.unsupported(layer, path, what, Limit::Model, "");
    }
}

/// The central directory, of which the base has one: LDAP or a file.
fn directory(w: &mut Writer<'_, '_>) {
    let ldap = w.job.ldap(|_| false, Limit::Model);
    let file = w.job.find(|s| s.phonebook.as_ref());
    let (ldap, file) = match (ldap, file) {
        (Some(ldap), Some(file)) => {
            let (layer, key) = if file.layer > ldap.layer {
                (ldap.layer, "ldap")
            } else {
                (file.layer, "phonebook")
            };
            let path = w.job.path(layer, key);
            let what = "second central directory: LDAP or a file";
            w.job.unsupported(layer, path, what, Limit::Model, "");
            if key == "ldap" {
                (None, Some(file))
            } else {
                (Some(ldap), None)
            }
        }
        other => other,
    };
    w.number(
        n::PHONEBOOK_SERVER_LOCATION,
        PHONE,
        i64::from(ldap.is_some()),
    );
    phonebook(w, file);
    match ldap {
        Some(found) => ldap_server(w, found.value, found.layer),
        None => w.clear(n::LDAP_SERVER, PHONE),
    }
}

/// A file that the base loads; its address stands in two settings that the base joins as they are.
fn phonebook(w: &mut Writer<'_, '_>, file: Option<Found<&Phonebook>>) {
    let Some(Found { value: file, layer }) = file else {
        w.clear(n::PHONEBOOK_LOCATION, PHONE);
        return w.clear(n::PHONEBOOK_FILENAME, PHONE);
    };
    let url = file.url.as_str();
    let path = url.find('?').unwrap_or(url.len());
    // A URL without a path has its last slash in front of the host.
    let host = url.find("://").map_or(0, |at| at + 3);
    let (server, name) = match url[host..path].rfind('/') {
        Some(slash) => url.split_at(host + slash + 1),
        None => (url, ""),
    };
    w.address(n::PHONEBOOK_LOCATION, PHONE, server);
    if name.is_empty() {
        w.clear(n::PHONEBOOK_FILENAME, PHONE);
    } else {
        w.address(n::PHONEBOOK_FILENAME, PHONE, name);
    }
    if file.name.is_some() {
        let path = w.job.path(layer, "phonebook.name");
        let what = "name for the directory";
        w.job.unsupported(layer, path, what, Limit::Model, "");
    }
}

fn ldap_server(w: &mut Writer<'_, '_>, ldap: &Ldap, layer: Layer) {
    let path = w.job.path(layer, "ldap");
    w.token(n::LDAP_SERVER, PHONE, ldap.host.as_str());
    let port = ldap.port.map_or(389, |port| port.get());
    w.number(n::LDAP_PORT, PHONE, port);
    w.text(n::LDAP_BASE, PHONE, ldap.base.value(), |_| path.key("base"));
    let user = ldap.bind_dn.as_ref().map(|dn| dn.value());
    w.text_or_clear(n::LDAP_USERNAME, PHONE, user, |_| path.key("bind_dn"));
    let password = ldap.password.as_ref().map(|password| password.value());
    w.text_or_clear(n::LDAP_PASSWORD, PHONE, password, |_| path.key("password"));
    let filter = ldap.name_filter.as_ref().map(|filter| filter.value());
    w.text_or_clear(n::LDAP_SEARCH_FILTER, PHONE, filter, |_| {
        path.key("name_filter")
    });
    if ldap.name_attributes.is_empty() {
        let row = n::LDAP_NAME_ATTRIBUTES;
        w.token(row, PHONE, row.default.unwrap_or("cn"));
    } else {
        let names = ldap.name_attributes.iter().enumerate();
        let at = path.key("name_attributes");
        // The base's own choice of two is `sn+givenName`.
        w.list(
            n::LDAP_NAME_ATTRIBUTES,
            PHONE,
            '+',
            names.map(|(i, name)| (name.value(), at.index(i))),
        );
    }
    // Left out when none is given: the base asks for three by itself.
    if let Some(first) = ldap.number_attributes.first() {
        w.text(n::LDAP_NUMBER_ATTRIBUTES, PHONE, first.value(), |_| {
            path.key("number_attributes").index(0)
        });
    }
    let wishes = [
        (
            "number_filter",
            ldap.number_filter.is_some(),
            "LDAP filter of its own for numbers",
        ),
        (
            "number_attributes",
            ldap.number_attributes.len() > 1,
            "known way to tell several LDAP attributes of numbers",
        ),
        (
            "display_name",
            ldap.display_name.is_some(),
            "LDAP display name",
        ),
    ];
    for (key, wished, what) in wishes {
        if wished {
            w.job
                .unsupported(layer, path.key(key), what, Limit::Model, "");
        }
    }
}

/// What the settings ask for and a base cannot be told, as far as nothing above says so.
fn cannot(job: &mut Job<'_>) {
    type Wish = (&'static str, &'static str, fn(&Settings) -> bool);
    const WISHES: [Wish; 30] = [
        ("time_format", "time format", |s| s.time_format.is_some()),
        ("date_format", "date format", |s| s.date_format.is_some()),
        ("backup_registrar", "second registrar", |s| {
            s.backup_registrar.is_some()
        }),
        ("tls.ca_url", "certificate of an authority", |s| {
            s.tls.ca_url.is_some()
        }),
        ("language_pack", "language pack", |s| {
            s.language_pack.is_some()
        }),
        ("caller_id", "choice of the caller's name or number", |s| {
            s.caller_id.is_some()
        }),
        ("volumes.ringer", "volumes", |s| s.volumes.ringer.is_some()),
        ("volumes.speaker", "volumes", |s| {
            s.volumes.speaker.is_some()
        }),
        ("volumes.handset", "volumes", |s| {
            s.volumes.handset.is_some()
        }),
        ("volumes.headset", "volumes", |s| {
            s.volumes.headset.is_some()
        }),
        ("volumes.microphone", "volumes", |s| {
            s.volumes.microphone.is_some()
        }),
        ("emergency_numbers", "emergency numbers", |s| {
            s.emergency_numbers.is_some()
        }),
        ("feature_codes.pickup", "pick-up code", |s| {
            s.feature_codes.pickup.is_some()
        }),
        ("feature_codes.group_pickup", "pick-up code", |s| {
            s.feature_codes.group_pickup.is_some()
        }),
        ("feature_codes.park", "park code", |s| {
            s.feature_codes.park.is_some()
        }),
        ("feature_codes.park_retrieve", "park code", |s| {
            s.feature_codes.park_retrieve.is_some()
        }),
        ("feature_codes.dnd_on", "do-not-disturb code", |s| {
            s.feature_codes.dnd_on.is_some()
        }),
        ("feature_codes.dnd_off", "do-not-disturb code", |s| {
            s.feature_codes.dnd_off.is_some()
        }),
        ("feature_codes.forward_always_on", "forwarding code", |s| {
            s.feature_codes.forward_always_on.is_some()
        }),
        ("feature_codes.forward_always_off", "forwarding code", |s| {
            s.feature_codes.forward_always_off.is_some()
        }),
        ("feature_codes.forward_busy_on", "forwarding code", |s| {
            s.feature_codes.forward_busy_on.is_some()
        }),
        ("feature_codes.forward_busy_off", "forwarding code", |s| {
            s.feature_codes.forward_busy_off.is_some()
        }),
        (
            "feature_codes.forward_no_answer_on",
            "forwarding code",
            |s| s.feature_codes.forward_no_answer_on.is_some(),
        ),
        (
            "feature_codes.forward_no_answer_off",
            "forwarding code",
            |s| s.feature_codes.forward_no_answer_off.is_some(),
        ),
        ("feature_codes.login", "login code", |s| {
            s.feature_codes.login.is_some()
        }),
        ("ring_tones.internal", "ring tones", |s| {
            s.ring_tones.internal.is_some()
        }),
        ("ring_tones.external", "ring tones", |s| {
            s.ring_tones.external.is_some()
        }),
        ("logged_out", "account of a phone that nobody uses", |s| {
            s.logged_out.is_some()
        }),
        ("resync.every_minutes", "known word for polling", |s| {
            s.resync.every_minutes.is_some()
        }),
        ("resync.daily_at", "known word for polling", |s| {
            s.resync.daily_at.is_some()
        }),
    ];
    for (key, what, is_wished) in WISHES {
        if let Some(Found { layer, .. }) = job.find(|s| is_wished(s).then_some(())) {
            let path = job.path(layer, key);
            let instead = if key.starts_with("resync") {
                "let the server send check-sync"
            } else {
                ""
            };
            job.unsupported(layer, path, what, Limit::Model, instead);
        }
    }
    if let Some(found) = job.find(|s| s.nat.keep_alive_seconds.filter(|seconds| *seconds > 0)) {
        let path = job.path(found.layer, "nat.keep_alive_seconds");
        let message = "the base knows keep-alive packets as on and off only; they are switched on";
        job.notice(NoticeCode::Rounded, path, message);
    }
}
