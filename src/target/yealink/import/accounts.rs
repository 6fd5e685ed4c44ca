//! Accounts → extensions: who registers, with which names, and what happens to calls.

use std::collections::BTreeMap;

use super::super::super::SettingRow;
use super::super::settings::RING_TONES;
use super::super::tables::names as n;
use super::super::writer::Ix;
use super::servers::{self, Servers};
use super::{NO_INDEX, Reader, codecs, index_behind};
use crate::inspect::{Draft, Mark, RemarkKind, Unknown};
use crate::model::{CodecList, Dtmf, Extension, FeatureCodes, HostPort, Nat, Port, Settings};
use crate::text::{Secret, Text};

/// An account that is on.
#[derive(Debug)]
pub(super) struct Account {
    /// Its number in the files.
    pub(super) number: u16,
    pub(super) extension: Extension,
    /// Whether no file has its password.
    pub(super) no_password: bool,
}

/// What each account says of things that the document says once.
#[derive(Debug)]
struct Shared {
    servers: Servers,
    codecs: Option<CodecList>,
    dtmf: Option<Dtmf>,
}

/// Every account that is on, and what they share. On a phone they become its extensions.
pub(super) fn read(r: &mut Reader<'_>) -> Vec<Account> {
    let mut accounts = Vec::new();
    let mut shared = Vec::new();
    for number in r.indices("account.") {
        let x = &[number];
        let username = r.text(n::ACCOUNT_X_USER_NAME, x);
        let on = r.flag(&[n::ACCOUNT_X_ENABLE], x);
        let Some(username) = username.filter(|_| on.unwrap_or(true)) else {
            unused(r, number, on == Some(true));
            continue;
        };
        let (extension, no_password) = extension(r, number, username);
        accounts.push(Account {
            number,
            extension,
            no_password,
        });
        shared.push(Shared {
            servers: servers::of_account(r, number),
            codecs: codecs::of_account(r, number),
            dtmf: dtmf(r, number),
        });
    }
    share(r, &mut accounts, shared);
    if !r.draft.model.is("dect") {
        for (i, account) in accounts.iter().enumerate() {
            if account.no_password {
                r.draft.unknown.insert(Unknown::Password(i));
            }
            r.draft.extensions.push(account.extension.clone());
        }
    }
    accounts
}

/// What an account that is off, or that nobody can be, leaves behind.
fn unused(r: &mut Reader<'_>, number: u16, is_on: bool) {
    let why = if is_on {
        "of an account without a user name"
    } else {
        "of an account that is switched off"
    };
    let prefix = format!("account.{number}.");
    let mailbox = format!("voice_mail.number.{number}");
    for entry in r.draft.sheet.entries_mut() {
        if entry.name.starts_with(&prefix) || entry.name == mailbox {
            entry.mark = Mark::Replaced(why.into());
        }
    }
}

fn extension(r: &mut Reader<'_>, number: u16, username: Text) -> (Extension, bool) {
    let x = &[number];
    // `user@domain` is a way to say the domain too; the number is what a person dials.
    let short = username.as_str().split('@').next().unwrap_or_default();
    let dialled = short.parse().unwrap_or_else(|_| username.clone());
    let password = r.secret(n::ACCOUNT_X_PASSWORD, x);
    let no_password = password.is_none();
    let mut extension = Extension::new(dialled, password.unwrap_or_else(made_up));
    extension.auth_username = r
        .text(n::ACCOUNT_X_AUTH_NAME, x)
        .filter(|name| *name != username);
    if extension.number != username {
        extension.username = Some(username);
    }
    extension.display_name = r.text(n::ACCOUNT_X_DISPLAY_NAME, x);
    let by_itself = extension.display_name.as_ref().unwrap_or(&extension.number);
    extension.label = r
        .text(n::ACCOUNT_X_LABEL, x)
        .filter(|label| label != by_itself);
    extension.voicemail = r.text(n::VOICE_MAIL_NUMBER_X, x);
    extension.ring_tones.external = ring_tone(r, n::ACCOUNT_X_RINGTONE_RING_TYPE, x.into());
    extension.auto_answer = on(r, n::ACCOUNT_X_AUTO_ANSWER, x);
    extension.dnd = on(r, n::ACCOUNT_X_DND_ENABLE, x);
    forwards(r, x, &mut extension);
    by_phone(r, x, &mut extension);
    (extension, no_password)
}

/// A switch that is on; off is what an account is by itself.
fn on(r: &mut Reader<'_>, row: &SettingRow, x: &[u16; 1]) -> Option<bool> {
    r.flag(&[row], x).filter(|on| *on)
}

fn forwards(r: &mut Reader<'_>, x: &[u16; 1], extension: &mut Extension) {
    let mut target = |enable: &SettingRow, target: &SettingRow| {
        on(r, enable, x)?;
        r.text(target, x)
    };
    let forward = &mut extension.forward;
    forward.always = target(
        n::ACCOUNT_X_ALWAYS_FWD_ENABLE,
        n::ACCOUNT_X_ALWAYS_FWD_TARGET,
    );
    forward.busy = target(n::ACCOUNT_X_BUSY_FWD_ENABLE, n::ACCOUNT_X_BUSY_FWD_TARGET);
    forward.no_answer = target(
        n::ACCOUNT_X_TIMEOUT_FWD_ENABLE,
        n::ACCOUNT_X_TIMEOUT_FWD_TARGET,
    );
    forward.no_answer_seconds = seconds(r.parsed(&[n::ACCOUNT_X_TIMEOUT_FWD_TIMEOUT], x));
}

/// Rings in seconds; nothing for two, which is what the phone does by itself.
fn seconds(rings: Option<u16>) -> Option<u16> {
    rings
        .filter(|rings| *rings != 2 && *rings <= 20)
        .map(|rings| rings * 6)
}

/// Forwarding and do-not-disturb of the whole phone, which it has unless it is told otherwise.
fn by_phone(r: &mut Reader<'_>, x: &[u16; 1], extension: &mut Extension) {
    let of_phone = |r: &Reader<'_>, mode: &SettingRow| r.get(mode, NO_INDEX) != Some("1");
    if of_phone(r, n::FEATURES_DND_MODE)
        && r.flag(&[n::FEATURES_DND_ENABLE], NO_INDEX) == Some(true)
    {
        extension.dnd = Some(true);
        same(r, n::FEATURES_DND_ENABLE, n::ACCOUNT_X_DND_ENABLE, x);
    }
    if !of_phone(r, n::FEATURES_FWD_MODE) {
        return;
    }
    let forward = &mut extension.forward;
    let ways: [(&mut Option<Text>, [&SettingRow; 4]); 3] = [
        (
            &mut forward.always,
            [
                n::FORWARD_ALWAYS_ENABLE,
                n::FORWARD_ALWAYS_TARGET,
                n::ACCOUNT_X_ALWAYS_FWD_ENABLE,
                n::ACCOUNT_X_ALWAYS_FWD_TARGET,
            ],
        ),
        (
            &mut forward.busy,
            [
                n::FORWARD_BUSY_ENABLE,
                n::FORWARD_BUSY_TARGET,
                n::ACCOUNT_X_BUSY_FWD_ENABLE,
                n::ACCOUNT_X_BUSY_FWD_TARGET,
            ],
        ),
        (
            &mut forward.no_answer,
            [
                n::FORWARD_NO_ANSWER_ENABLE,
                n::FORWARD_NO_ANSWER_TARGET,
                n::ACCOUNT_X_TIMEOUT_FWD_ENABLE,
                n::ACCOUNT_X_TIMEOUT_FWD_TARGET,
            ],
        ),
    ];
    for (number, [enable, target, own_enable, own_target]) in ways {
        if r.flag(&[enable], NO_INDEX) != Some(true) {
            continue;
        }
        if let Some(target_number) = r.text(target, NO_INDEX) {
            *number = Some(target_number);
            same(r, enable, own_enable, x);
            same(r, target, own_target, x);
        }
    }
    if forward.no_answer.is_some() && forward.no_answer_seconds.is_none() {
        forward.no_answer_seconds = seconds(r.parsed(&[n::FORWARD_NO_ANSWER_TIMEOUT], NO_INDEX));
        let (phone, account) = (
            n::FORWARD_NO_ANSWER_TIMEOUT,
            n::ACCOUNT_X_TIMEOUT_FWD_TIMEOUT,
        );
        same(r, phone, account, x);
    }
}

/// A setting of the phone means that of the account.
fn same(r: &mut Reader<'_>, phone: &SettingRow, account: &SettingRow, x: &[u16; 1]) {
    if let Some(value) = r.get(phone, NO_INDEX) {
        r.means(phone, NO_INDEX.into(), account, x.into(), value);
    }
}

/// The number of a built-in ring tone, 0 for silence; nothing for the phone's own.
pub(super) fn ring_tone(r: &mut Reader<'_>, row: &SettingRow, ix: Ix<'_>) -> Option<u8> {
    let value = r.get(row, ix)?;
    let file = value.strip_prefix("Resource:").unwrap_or(value);
    let tone = match file.strip_suffix(".wav")? {
        "Silent" => 0,
        ring => ring.strip_prefix("Ring")?.parse().ok()?,
    };
    if tone > RING_TONES {
        return None;
    }
    r.means(row, ix, row, ix, file);
    Some(tone)
}

fn dtmf(r: &Reader<'_>, number: u16) -> Option<Dtmf> {
    Some(match r.get(n::ACCOUNT_X_DTMF_TYPE, &[number])? {
        "0" => Dtmf::InBand,
        "1" => Dtmf::Rfc4733,
        "2" => Dtmf::SipInfo,
        "3" => Dtmf::Rfc4733AndSipInfo,
        _ => return None,
    })
}

/// Puts into the settings what one account says, and into the others what they say otherwise.
fn share(r: &mut Reader<'_>, accounts: &mut [Account], shared: Vec<Shared>) {
    // A backup registrar is the settings' alone: the account that has one speaks for all.
    let with_backup = shared
        .iter()
        .position(|account| account.servers.backup.is_some());
    let speaker = with_backup.unwrap_or(0);
    let Some(first) = shared.get(speaker) else {
        return nat(r, &[]);
    };
    let servers = first.servers.clone();
    let all_have_proxy = shared.iter().all(|account| account.servers.proxy.is_some());
    let number = accounts[speaker].number;
    let settings = r.draft.settings();
    settings.registrar.clone_from(&servers.registrar);
    settings.backup_registrar.clone_from(&servers.backup);
    if all_have_proxy {
        settings.outbound_proxy.clone_from(&servers.proxy);
    }
    settings.codecs.clone_from(&first.codecs);
    settings.dtmf = first.dtmf;
    for (account, own) in accounts.iter_mut().zip(&shared) {
        let extension = &mut account.extension;
        // One with a registrar of its own has no backup.
        let alike =
            own.servers.registrar == servers.registrar && own.servers.backup == servers.backup;
        if !alike {
            extension.registrar.clone_from(&own.servers.registrar);
        }
        if !all_have_proxy || own.servers.proxy != servers.proxy {
            extension.outbound_proxy.clone_from(&own.servers.proxy);
        }
        if own.codecs != first.codecs {
            extension.codecs.clone_from(&own.codecs);
        }
        if own.dtmf != first.dtmf {
            extension.dtmf = own.dtmf;
        }
    }
    one_mailbox(settings, accounts);
    nat(r, &[number]);
    feature_codes(r, number);
}

/// A code that all accounts dial for voice mail is one of the settings.
fn one_mailbox(settings: &mut Settings, accounts: &mut [Account]) {
    let code = match accounts {
        [first, _, ..] => first.extension.voicemail.clone(),
        _ => None,
    };
    if code.is_some()
        && accounts
            .iter()
            .all(|account| account.extension.voicemail == code)
    {
        for account in accounts {
            account.extension.voicemail = None;
        }
        settings.feature_codes.voicemail = code;
    }
}

/// Help behind a NAT: of the phone from V81 on, of the account before. Without an account only the
/// phone is asked.
fn nat(r: &mut Reader<'_>, x: &[u16]) {
    let mut nat = Nat::default();
    let of_phone = [n::STATIC_SIP_NAT_STUN_ENABLE, n::SIP_NAT_STUN_ENABLE];
    let on = r.flag(&of_phone, NO_INDEX) == Some(true)
        || r.flag(&[n::ACCOUNT_X_NAT_NAT_TRAVERSAL], x) == Some(true);
    if on {
        let servers = [n::STATIC_SIP_NAT_STUN_SERVER, n::SIP_NAT_STUN_SERVER];
        let ports = [n::STATIC_SIP_NAT_STUN_PORT, n::SIP_NAT_STUN_PORT];
        let host = r
            .parsed(&servers, NO_INDEX)
            .or_else(|| r.parsed(&[n::ACCOUNT_X_NAT_STUN_SERVER], x));
        let port = r
            .parsed(&ports, NO_INDEX)
            .or_else(|| r.parsed(&[n::ACCOUNT_X_NAT_STUN_PORT], x));
        let port = port.filter(|port: &Port| port.get() != 3478);
        nat.stun = host.map(|host| HostPort::new(host, port));
    }
    nat.rport = r.flag(&[n::ACCOUNT_X_NAT_RPORT], x);
    let seconds: Option<u32> = r.parsed(&[n::ACCOUNT_X_NAT_UDP_UPDATE_TIME], x);
    nat.keep_alive_seconds = seconds.filter(|seconds| *seconds > 0);
    r.draft.settings().nat = nat;
}

/// The codes that stand with the account, and those of the phone where it has none.
fn feature_codes(r: &mut Reader<'_>, number: u16) {
    type Place = fn(&mut FeatureCodes) -> &mut Option<Text>;
    let codes: [(Place, &SettingRow, &SettingRow); 8] = [
        (
            |codes| &mut codes.dnd_on,
            n::ACCOUNT_X_DND_ON_CODE,
            n::FEATURES_DND_ON_CODE,
        ),
        (
            |codes| &mut codes.dnd_off,
            n::ACCOUNT_X_DND_OFF_CODE,
            n::FEATURES_DND_OFF_CODE,
        ),
        (
            |codes| &mut codes.forward_always_on,
            n::ACCOUNT_X_ALWAYS_FWD_ON_CODE,
            n::FORWARD_ALWAYS_ON_CODE,
        ),
        (
            |codes| &mut codes.forward_always_off,
            n::ACCOUNT_X_ALWAYS_FWD_OFF_CODE,
            n::FORWARD_ALWAYS_OFF_CODE,
        ),
        (
            |codes| &mut codes.forward_busy_on,
            n::ACCOUNT_X_BUSY_FWD_ON_CODE,
            n::FORWARD_BUSY_ON_CODE,
        ),
        (
            |codes| &mut codes.forward_busy_off,
            n::ACCOUNT_X_BUSY_FWD_OFF_CODE,
            n::FORWARD_BUSY_OFF_CODE,
        ),
        (
            |codes| &mut codes.forward_no_answer_on,
            n::ACCOUNT_X_TIMEOUT_FWD_ON_CODE,
            n::FORWARD_NO_ANSWER_ON_CODE,
        ),
        (
            |codes| &mut codes.forward_no_answer_off,
            n::ACCOUNT_X_TIMEOUT_FWD_OFF_CODE,
            n::FORWARD_NO_ANSWER_OFF_CODE,
        ),
    ];
    let x = &[number];
    for (place, account, phone) in codes {
        let own = r.text(account, x);
        if own.is_none() {
            same(r, phone, account, x);
        }
        let code = own.or_else(|| r.text(phone, NO_INDEX));
        *place(&mut r.draft.settings().feature_codes) = code;
    }
}

/// Gives what belongs to an account the number that it has in the document. `order`: the numbers of
/// the files in the order in which the document counts.
pub(super) fn renumber(r: &mut Reader<'_>, order: &[u16]) {
    let new: BTreeMap<u16, u16> = order.iter().copied().zip(1..).collect();
    let moved: Vec<(u16, u16)> = new.into_iter().filter(|(old, new)| old != new).collect();
    for (old, new) in &moved {
        r.draft.remark(
            RemarkKind::Guess,
            Draft::at_device(),
            format!(
                "account {old} of the files is account {new} of the document, which counts without gaps"
            ),
        );
    }
    let new: BTreeMap<u16, u16> = moved.into_iter().collect();
    for entry in r.draft.sheet.entries_mut() {
        for prefix in ["account.", "voice_mail.number."] {
            let number = |name: &str| new.get(&index_behind(name, prefix)?).copied();
            if let Mark::SameAs(name, ..) = &mut entry.mark
                && let Some(new) = number(name)
            {
                *name = renamed(name, prefix, new);
            }
            if let Some(new) = number(&entry.name) {
                entry.name = renamed(&entry.name, prefix, new).into();
            }
        }
    }
}

fn renamed(name: &str, prefix: &str, number: u16) -> String {
    let rest = name.strip_prefix(prefix).unwrap_or_default();
    let behind = rest.find('.').map_or("", |dot| &rest[dot..]);
    format!("{prefix}{number}{behind}")
}

/// What stands for a password that no file has; the document has none there.
fn made_up() -> Secret {
    "made-up".parse().expect("a literal without controls")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_gets_another_number() {
        assert_eq!(
            renamed("account.12.label", "account.", 3),
            "account.3.label"
        );
        assert_eq!(
            renamed("voice_mail.number.2", "voice_mail.number.", 1),
            "voice_mail.number.1"
        );
        assert_eq!(made_up().expose(), "made-up");
    }
}
