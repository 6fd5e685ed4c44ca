//! The files of a base back into an entry of the fleet document.
//!
//! What the settings say is read here; whether the document then says the same is found out by the
//! emitter itself, see [`crate::inspect`].
//!
//! What no file of a base tells, and so comes back otherwise:
//!
//! * who gave a value: all that is the base's is the site's;
//! * a number beside another user name, and the name of a handset: it is the label of its first line;
//! * handsets that were unbound, whose extensions leave gaps in the numbers, and handsets without any;
//! * of which model a handset is, and so the firmware for models of handsets;
//! * whether SRTP is optional or mandatory below 6.70, how often packets keep a connection alive;
//! * the zone where only the country of the tones is told, but that country's;
//! * the part of a base in its system: one that has extensions leads.

mod lines;

use super::super::super::{ModelRow, ProvisioningTarget, SettingRow};
use super::super::import::{Reading, UNKNOWN_ZONE, tell_other_files};
use super::SnomDect;
use super::handsets::CHAIN_ID;
use super::tables::{self, MODELS, OUIS, names as n};
use crate::inspect::{Draft, ImportRequest, Imported, Mark, RemarkKind, Sheet};
use crate::model::{
    Firmware, FirmwareChoice, FirmwareScheme, HostPort, Ldap, Login, Multicell, MulticellRole,
    Phonebook, Port, TimeZone, Vlan,
};
use crate::text::Text;

/// Imports the files of a base.
pub(super) fn import(target: &SnomDect, request: &ImportRequest<'_>) -> Imported {
    let mut r = Reading::new(target, request, OUIS, stand_in, MODELS);
    lines::lines(&mut r);
    r.server(n::SETTING_SERVER, request.provisioning_url);
    logins(&mut r);
    base(&mut r);
    directory(&mut r);
    multicell(&mut r);
    firmware(&mut r);
    tell_other_files(&mut r.draft, request);
    r.draft
        .finish(target, |prepare| vec![target.prepare(prepare)])
}

/// The row that the files are read by when nothing says of which model they are: the largest.
fn stand_in(_: &Sheet<'_>) -> &'static ModelRow {
    let found = MODELS.iter().find(|row| row.name == "M900");
    found.unwrap_or(&MODELS[0])
}

/// The logins of the web pages. One that has the name that bases bring and the administrator's password is
/// what a base gets that is told of no other.
fn logins(r: &mut Reading<'_>) {
    let login = |[name, password]: [&SettingRow; 2]| -> Option<Login> {
        Some(Login {
            username: r.text(name, None)?,
            password: r.secret(password, None)?,
        })
    };
    let admin = login([n::HTTP_USER, n::HTTP_PASS]);
    let given = |rows: [&SettingRow; 2]| {
        let is_made_up = |login: &Login| {
            let same = admin
                .as_ref()
                .is_some_and(|admin| admin.password == login.password);
            same && rows[0].shipped == Some(login.username.as_str())
        };
        login(rows).filter(|login| !is_made_up(login))
    };
    let user = given([n::HTTP_BASIC_USER, n::HTTP_BASIC_PASS]);
    let maintenance = given([n::HTTP_ENGINEER_USER, n::HTTP_ENGINEER_PASS]);
    let download = login([n::HTTP_CLIENT_USER, n::HTTP_CLIENT_PASSWORD]);
    let settings = r.draft.settings();
    settings.admin = admin;
    settings.user = user;
    settings.maintenance = maintenance;
    settings.download = download;
}

/// Name, network, clock, language.
fn base(r: &mut Reading<'_>) {
    let made_up = r.draft.mac.map(|mac| format!("dect-{}", mac.plain_upper()));
    r.draft.label = r
        .text(n::PHONE_NAME, None)
        .filter(|name| Some(name.as_str()) != made_up.as_deref());
    let verify = r.switch(n::TLS_SERVER_AUTHENTICATION, None);
    // 0 is none.
    let vlan = r.number(n::VLAN_ID, None);
    let vlan = vlan.and_then(|id| Vlan::new(id, r.number(n::VLAN_QOS, None)).ok());
    let server = r.value(n::NTP_SERVER, None);
    let server = server.and_then(|server| server.trim().parse().ok());
    let country = r.value(n::TONE_SCHEME, None);
    let country = country.and_then(|token| r.word(tables::TONES, token));
    let zone = zone(r, country);
    let words = [n::LANGUAGE, n::WEB_LANGUAGE].map(|row| r.value(row, None));
    let mut words = words.into_iter().flatten();
    let language = words.find_map(|token| r.word(tables::LANGUAGES, token));
    let rport = r.switch(n::ENABLE_RPORT_RFC3581, None);
    let stun = r.value(n::STUN_SERVER, None);
    let stun = stun.and_then(|stun| stun.trim().parse::<HostPort>().ok());
    let settings = r.draft.settings();
    settings.tls.verify = verify;
    settings.vlan = vlan;
    settings.ntp_servers = server.map(|server| vec![server]);
    settings.tone_country = country.and_then(|word| word.parse().ok());
    settings.time_zone = zone;
    settings.language = language.and_then(|word| word.parse().ok());
    settings.nat.rport = rport;
    settings.nat.stun = stun;
}

/// The zone of the country of the tones, or that of the token.
fn zone(r: &mut Reading<'_>, country: Option<&str>) -> Option<TimeZone> {
    let by_country = n::TIMEZONE_BY_COUNTRY_REGION;
    if r.switch(by_country, None) == Some(true) {
        let why = "the base takes no notice of it while its zone is that of its country";
        r.mark(n::TIMEZONE, None, Mark::Replaced(why.into()));
        let mut rows = tables::COUNTRY_ZONES.iter();
        let row = rows.find(|row| Some(row.word) == country)?;
        return row.token.parse().ok();
    }
    let token = r.value(n::TIMEZONE, None)?;
    let Some(zone) = r.word(tables::ZONES, token) else {
        r.mark(n::TIMEZONE, None, Mark::Replaced(UNKNOWN_ZONE.into()));
        return None;
    };
    // The country of the tones says it where it has the same law.
    for row in [n::TIMEZONE, by_country] {
        r.same_as(row, None, (by_country, None, "on"));
    }
    zone.parse().ok()
}

/// The central directory: LDAP or a file.
fn directory(r: &mut Reading<'_>) {
    let ldap = ldap(r);
    let parts = [n::PHONEBOOK_LOCATION, n::PHONEBOOK_FILENAME];
    let parts = parts.map(|row| r.value(row, None).unwrap_or_default());
    let url = parts.concat().parse().ok();
    let settings = r.draft.settings();
    settings.ldap = ldap;
    settings.phonebook = url.map(Phonebook::new);
}

fn ldap(r: &Reading<'_>) -> Option<Ldap> {
    const PORT: u16 = 389;
    let host = r.value(n::LDAP_SERVER, None)?.trim().parse().ok()?;
    let mut ldap = Ldap::new(host, r.text(n::LDAP_BASE, None)?);
    let port = r.number(n::LDAP_PORT, None);
    ldap.port = port.filter(|port: &Port| port.get() != PORT);
    ldap.bind_dn = r.text(n::LDAP_USERNAME, None);
    ldap.password = r.secret(n::LDAP_PASSWORD, None);
    ldap.name_filter = r.text(n::LDAP_SEARCH_FILTER, None);
    let names = r.value(n::LDAP_NAME_ATTRIBUTES, None);
    // What the base does by itself is nobody's choice.
    let names = names.filter(|names| Some(*names) != n::LDAP_NAME_ATTRIBUTES.default);
    let names = names.unwrap_or_default().split('+').map(str::trim);
    ldap.name_attributes = names.filter_map(|name| Text::new(name).ok()).collect();
    ldap.number_attributes = r
        .text(n::LDAP_NUMBER_ATTRIBUTES, None)
        .into_iter()
        .collect();
    Some(ldap)
}

/// Which part a base has is in none of its settings: the one that is told accounts hands them on.
fn multicell(r: &mut Reading<'_>) {
    if r.switch(n::NETWORK_SYNC_ENABLE, None) != Some(true) {
        return;
    }
    let role = if r.draft.handsets.is_empty() {
        MulticellRole::Secondary
    } else {
        MulticellRole::Primary
    };
    let mut multicell = Multicell::new(role);
    let chain_id = r.number(n::NETWORK_SYNC_CHAIN_ID, None);
    multicell.chain_id = chain_id.filter(|id| *id != CHAIN_ID);
    let primary = r.value(n::NETWORK_SYNC_PRIMARY_STATIC_IP, None);
    let primary = primary.filter(|primary| *primary != "0.0.0.0");
    multicell.primary = primary.and_then(|primary| primary.trim().parse().ok());
    r.draft.multicell = Some(multicell);
    let message = match role {
        MulticellRole::Primary => "a base with accounts leads its system",
        MulticellRole::Secondary => "a base without accounts follows another",
    };
    let path = Draft::at_device().key("multicell").key("role");
    r.draft.remark(RemarkKind::Guess, path, message);
}

/// Firmware of the base; that of handsets belongs to models of which no file tells the handsets.
fn firmware(r: &mut Reading<'_>) {
    let number = |row| r.number::<u16>(row, None);
    let software = number(n::FP_FWU_SW_VERSION).filter(|software| *software > 0);
    if let Some(software) = software {
        let branch = number(n::FP_FWU_BRANCH_VERSION).unwrap_or(0);
        let version = Firmware::parse(FirmwareScheme::Branch, &format!("{software}/{branch}"));
        let url = r.value(n::FIRMWARE, None).and_then(|url| url.parse().ok());
        if let (Ok(version), Some(url)) = (version, url) {
            let mut choice = FirmwareChoice::new(version);
            choice.url = Some(url);
            r.draft.image = Some(choice);
        }
    }
    let why = "firmware of a model of handset: no file tells which handsets are of that model";
    for row in [n::PP_FWU_SW_VERSION, n::PP_FWU_BRANCH_VERSION] {
        r.mark(row, None, Mark::Lost(why.into()));
    }
}
