//! What the phone has once: addresses, logins, network, display, directory.

use super::super::super::super::{Domain, SettingRow};
use super::super::super::files::Addresses;
use super::super::super::import::{Reading, on_or_off};
use super::super::super::places::percent;
use super::super::firmware;
use super::super::settings::window;
use super::super::tables::{self, names as n};
use super::time;
use crate::inspect::{Draft, ImportRequest, Mark, RemarkKind};
use crate::model::{
    CallerId, Ldap, LdapTls, Login, Percent, Phonebook, Port, Resync, TimeOfDay, Url, Vlan, Volumes,
};
use crate::parse::FileKind;
use crate::text::Text;

pub(super) fn phone(r: &mut Reading<'_>, request: &ImportRequest<'_>) {
    r.server(n::SETTING_SERVER, request.provisioning_url);
    chosen_firmware(r);
    resync(r);
    logins(r);
    let verify = r.switch(n::TLS_SERVER_AUTHENTICATION, None);
    let country = r.value(n::TONE_SCHEME, None);
    let country = country.and_then(|token| r.word(tables::TONES, token));
    let rport = r.switch(n::ENABLE_RPORT_RFC3581, None);
    let tone = r.value(n::ALERT_INTERNAL_RING_SOUND, None).and_then(ringer);
    let caller_id = match r.value(n::DISPLAY_METHOD, None) {
        Some("display_name_number") => Some(CallerId::NameAndNumber),
        Some("display_number_name") => Some(CallerId::NumberAndName),
        Some("display_name") => Some(CallerId::Name),
        Some("display_number") => Some(CallerId::Number),
        _ => None,
    };
    let emergency_numbers = emergency_numbers(r);
    let vlan = vlan(r);
    let ldap = ldap(r);
    let waiting = r.value(n::CALL_WAITING, None).and_then(on_or_off);
    let settings = r.draft.settings();
    settings.tls.verify = verify;
    settings.tone_country = country.and_then(|word| word.parse().ok());
    settings.nat.rport = rport;
    settings.ring_tones.internal = tone;
    settings.caller_id = caller_id;
    settings.emergency_numbers = emergency_numbers;
    settings.vlan = vlan;
    settings.ldap = ldap;
    // Nobody is logged in, but the phone has been told.
    settings.call_waiting = settings.call_waiting.or(waiting);
    volumes(r);
    time::time(r);
    phonebook(r, request);
}

/// The firmware document, where it is among the files.
fn chosen_firmware(r: &mut Reading<'_>) {
    let Some(image) = r.value(n::FIRMWARE, None) else {
        return;
    };
    let folder = Addresses::new(&r.draft.site).and_then(|addresses| addresses.firmware);
    if folder.is_none() {
        let why = "the phone is told of an image in a file of its own, and the folder of its files is not known";
        r.mark(n::FIRMWARE, None, Mark::Lost(why.into()));
        return;
    }
    if let Some((choice, base)) = firmware::read(image, r.draft.model) {
        r.draft.image = Some(choice);
        r.draft.site.firmware_base = base;
    }
}

fn resync(r: &mut Reading<'_>) {
    if r.switch(n::PROV_POLLING_ENABLED, None) != Some(true) {
        return;
    }
    let period = r.number::<u32>(n::PROV_POLLING_PERIOD, None);
    let time = r.value(n::PROV_POLLING_TIME, None);
    let end = r.value(n::PROV_POLLING_TIME_RAND_END, None);
    let mut resync = Resync::default();
    match (r.value(n::PROV_POLLING_MODE, None), period) {
        (Some("rel") | None, Some(seconds)) if seconds >= 60 => {
            resync.every_minutes = Some(seconds / 60);
        }
        (Some("random"), Some(86_400)) => {
            let from: Option<TimeOfDay> = time.and_then(|time| time.parse().ok());
            resync.daily_at = from.filter(|from| {
                let (from, to) = window(*from);
                Some(&*from) == time && Some(&*to) == end
            });
        }
        _ => {}
    }
    r.draft.settings().resync = resync;
}

/// The logins of the menus and the web pages. Those that only have the administrator's password are
/// what a phone gets that is told of no other.
fn logins(r: &mut Reading<'_>) {
    let login = |rows: [&SettingRow; 2]| -> Option<Login> {
        let [name, password] = rows;
        Some(Login {
            username: r.text(name, None)?,
            password: r.secret(password, None)?,
        })
    };
    let admin = [
        [n::HTTP_USER, n::HTTP_PASS],
        [n::WEBSERVER_ADMIN_NAME, n::WEBSERVER_ADMIN_PASSWORD],
        [n::ADMIN_MODE_LOGIN, n::ADMIN_MODE_PASSWORD],
    ]
    .into_iter()
    .find_map(login);
    let download = login([n::HTTP_CLIENT_USER, n::HTTP_CLIENT_PASS]);
    // The emitter speaks of the others only beside the administrator's.
    let others = admin.is_some();
    let has_users = others && r.has_setting(n::WEBSERVER_USER_NAME);
    let user = login([n::WEBSERVER_USER_NAME, n::WEBSERVER_USER_PASSWORD]).filter(|_| has_users);
    let maintenance = login([n::SERVICE_MODE_LOGIN, n::SERVICE_MODE_PASS]).filter(|_| others);
    let settings = r.draft.settings();
    settings.admin = admin;
    settings.user = user;
    settings.maintenance = maintenance;
    settings.download = download;
}

/// What the phone has by itself is nobody's choice.
fn emergency_numbers(r: &Reading<'_>) -> Option<Vec<Text>> {
    let row = n::KEYBOARD_LOCK_EMERGENCY;
    let list = r.value(row, None)?;
    if Some(list) == row.default {
        return None;
    }
    let numbers = list.split([' ', ',']).filter(|number| !number.is_empty());
    numbers.map(|number| Text::new(number).ok()).collect()
}

fn vlan(r: &Reading<'_>) -> Option<Vlan> {
    let vlan = Vlan::new(r.number(n::VLAN_ID, None)?, r.number(n::VLAN_QOS, None)).ok()?;
    let Some(pc) = r.number(n::VLAN_PC_ID, None) else {
        return Some(vlan);
    };
    let with_pc = vlan.with_pc(pc, r.number(n::VLAN_PC_PRIORITY, None));
    Some(with_pc.unwrap_or(vlan))
}

/// The number of a built-in ring tone; 0 for silence.
pub(super) fn ringer(name: &str) -> Option<u8> {
    if name == "Silent" {
        return Some(0);
    }
    let number = name.strip_prefix("Ringer")?;
    number
        .parse()
        .ok()
        .filter(|number| (1..=10).contains(number))
}

fn volumes(r: &mut Reading<'_>) {
    let volume = |row: &SettingRow| -> Option<Percent> {
        let step = r.number(row, None)?;
        let Domain::Integer([(min, max)]) = row.domain else {
            return None;
        };
        // The ranges of the dictionary are small and positive.
        percent(step, *min as u16, *max as u16)
    };
    let microphones = [n::VOL_SPEAKER_MIC, n::VOL_HANDSET_MIC, n::VOL_HEADSET_MIC].map(volume);
    // The document has one for all three.
    let [first, ..] = microphones;
    let volumes = Volumes {
        ringer: volume(n::VOL_RINGER),
        speaker: volume(n::VOL_SPEAKER),
        handset: volume(n::VOL_HANDSET),
        headset: volume(n::VOL_HEADSET),
        microphone: first.filter(|_| microphones.iter().all(|volume| *volume == first)),
    };
    r.draft.settings().volumes = volumes;
}

fn ldap(r: &Reading<'_>) -> Option<Ldap> {
    let tls = match r.switch(n::LDAP_OVER_TLS, None) {
        Some(true) => LdapTls::Ldaps,
        _ => LdapTls::Off,
    };
    let usual = if tls == LdapTls::Ldaps { 636 } else { 389 };
    let host = r.value(n::LDAP_SERVER, None)?.trim().parse().ok()?;
    let mut ldap = Ldap::new(host, r.text(n::LDAP_BASE, None)?);
    ldap.tls = tls;
    let port = r.number(n::LDAP_PORT, None);
    ldap.port = port.filter(|port: &Port| port.get() != usual);
    ldap.bind_dn = r.text(n::LDAP_USERNAME, None);
    ldap.password = r.secret(n::LDAP_PASSWORD, None);
    ldap.name_filter = r.text(n::LDAP_SEARCH_FILTER, None);
    ldap.number_filter = r.text(n::LDAP_NUMBER_FILTER, None);
    let list = |row| -> Vec<Text> {
        let items = r.value(row, None).unwrap_or_default().split_whitespace();
        items.filter_map(|item| Text::new(item).ok()).collect()
    };
    ldap.name_attributes = list(n::LDAP_NAME_ATTRIBUTES);
    ldap.number_attributes = list(n::LDAP_NUMBER_ATTRIBUTES);
    ldap.display_name = r.text(n::LDAP_DISPLAY_NAME, None);
    Some(ldap)
}

/// The phone book that the emitter lists behind the settings: the second of two files, of which the
/// first alone is the phone's own.
fn phonebook(r: &mut Reading<'_>, request: &ImportRequest<'_>) {
    let files = request.files.iter().map(|file| file.file);
    let lists = files.filter(|file| file.kind() == FileKind::FileList);
    let mut pairs = lists.filter_map(|list| match list.includes() {
        [settings, book] => Some((settings.target(), book.target())),
        _ => None,
    });
    let mac = r.draft.mac.map(|mac| mac.plain_upper().to_string());
    let is_own = |address: &str| {
        let mac = mac.as_deref();
        address.contains("{mac}") || mac.is_some_and(|mac| address.to_uppercase().contains(mac))
    };
    let book = pairs.find_map(|(settings, book)| {
        let url: Url = book.parse().ok()?;
        (is_own(settings) && !is_own(book)).then_some(url)
    });
    let Some(url) = book else { return };
    r.draft.settings().phonebook = Some(Phonebook::new(url));
    let message = "the second file of the phone's list is taken for its phone book";
    r.draft
        .remark(RemarkKind::Guess, Draft::at("phonebook"), message);
}
