//! Identities into extensions, and what all of them have in common into the settings.

use super::super::super::super::{Scope, SettingRow};
use super::super::super::import::{Reading, no_password, on_or_off};
use super::super::super::places::{Codecs, Outbound};
use super::super::features::NO_ANSWER_SECONDS;
use super::super::tables::{self, SETTINGS, names as n};
use crate::inspect::{Draft, Mark, RemarkKind, Unknown};
use crate::model::{
    CodecList, Dtmf, Extension, FeatureCodes, Forward, HostPort, OutboundProxy, Registrar, Srtp,
    Transport,
};
use crate::text::Text;

/// An identity in use, apart from what extensions inherit.
#[derive(Debug)]
struct Line {
    extension: Extension,
    has_password: bool,
    servers: Option<Servers>,
    codecs: Option<CodecList>,
    dtmf: Option<Dtmf>,
    ringer: Option<u8>,
    waiting: Option<bool>,
}

/// Where an identity registers.
#[derive(Debug)]
struct Servers {
    /// Without the transport, which stands in the outbound proxy.
    registrar: Registrar,
    way: Way,
    backup: Option<HostPort>,
}

/// What an outbound proxy says.
#[derive(Debug)]
enum Way {
    /// Nothing.
    Plain,
    /// The transport to the registrar itself.
    Own(Transport),
    /// A proxy and the transport to it.
    Proxy(HostPort, Transport),
}

/// Reads all identities. Those that are not in use are left out, and those behind them move up.
pub(super) fn accounts(r: &mut Reading<'_>) {
    let indices = r.indices(&[n::USER_ACTIVE, n::USER_NAME, n::USER_HOST]);
    let is_used = |r: &Reading<'_>, index: &u16| {
        let is_off = r.value(n::USER_ACTIVE, Some(*index)) == Some("off");
        !is_off && r.text(n::USER_NAME, Some(*index)).is_some()
    };
    let (used, unused): (Vec<u16>, Vec<u16>) = indices.iter().partition(|index| is_used(r, index));
    r.accounts = r.held(SETTINGS, Scope::Account, used);
    let why = "the identity is off, or has no user: the phone is told to forget it";
    r.leave_out(SETTINGS, Scope::Account, &unused, why);
    r.renumber(SETTINGS, Scope::Account, &r.accounts.clone());
    r.tell_moved_accounts("extensions");
    let mut lines = Vec::new();
    for (i, index) in r.accounts.clone().into_iter().enumerate() {
        lines.extend(line(r, i, index));
    }
    common(r, &mut lines);
    nat(r);
    codes(r);
    for (i, line) in lines.into_iter().enumerate() {
        if !line.has_password {
            r.draft.unknown.insert(Unknown::Password(i));
        }
        r.draft.extensions.push(line.extension);
    }
}

/// The `i`th extension, of the identity `index`.
fn line(r: &mut Reading<'_>, i: usize, index: u16) -> Option<Line> {
    let at = Some(index);
    let user = r.text(n::USER_NAME, at)?;
    let password = r.secret(n::USER_PASS, at);
    let has_password = password.is_some();
    let number = r.text(n::USER_IDLE_NUMBER, at);
    let number = number.unwrap_or_else(|| user.clone());
    let mut own = Extension::new(number, password.unwrap_or_else(no_password));
    own.username = Some(user).filter(|user| *user != own.number);
    own.auth_username = r
        .text(n::USER_PNAME, at)
        .filter(|user| user != own.username.as_ref().unwrap_or(&own.number));
    own.display_name = r.text(n::USER_REALNAME, at);
    own.label = r
        .text(n::USER_IDLE_TEXT, at)
        .filter(|label| label != own.display_name.as_ref().unwrap_or(&own.number));
    own.voicemail = r.text(n::USER_MAILBOX, at);
    own.auto_answer = r.switch(n::USER_AUTO_CONNECT, at).filter(|on| *on);
    own.dnd =
        (own_or_only(r, n::DND_MODE_IDENTITY, n::DND_MODE, index) == Some("on")).then_some(true);
    own.forward = forward(r, index);
    let (codecs, dtmf) = codecs_and_dtmf(r, i, index);
    let servers = servers(r, index);
    let waiting = r.own_or_phones(n::CALL_WAITING_IDENTITY, index);
    Some(Line {
        extension: own,
        has_password,
        servers,
        codecs,
        dtmf,
        ringer: r.value(n::USER_RINGER, at).and_then(super::phone::ringer),
        waiting: waiting.and_then(on_or_off),
    })
}

/// What the identity has, or what old firmware has once for the phone, where it is the only one.
fn own_or_only<'a>(
    r: &mut Reading<'a>,
    row: &SettingRow,
    phones: &SettingRow,
    index: u16,
) -> Option<&'a str> {
    let own = r.value(row, Some(index));
    let is_only = r.accounts == [index];
    own.or_else(|| is_only.then(|| r.phones(phones, row, index))?)
}

fn forward(r: &mut Reading<'_>, index: u16) -> Forward {
    let mut target = |[enabled, all, target, number]: [&SettingRow; 4]| -> Option<Text> {
        let is_on = own_or_only(r, enabled, all, index) == Some("on");
        let number = own_or_only(r, target, number, index);
        is_on.then(|| Text::new(number?).ok())?
    };
    let mut forward = Forward {
        always: target([
            n::FWD_ALL_ENABLED,
            n::REDIRECT_ALLWAYS,
            n::FWD_ALL_TARGET,
            n::REDIRECT_NUMBER,
        ]),
        busy: target([
            n::FWD_BUSY_ENABLED,
            n::REDIRECT_ON_BUSY,
            n::FWD_BUSY_TARGET,
            n::REDIRECT_BUSY_NUMBER,
        ]),
        no_answer: target([
            n::FWD_TIME_ENABLED,
            n::REDIRECT_ON_TIMEOUT,
            n::FWD_TIME_TARGET,
            n::REDIRECT_TIME_NUMBER,
        ]),
        no_answer_seconds: None,
    };
    let seconds = own_or_only(r, n::FWD_TIME_SECS, n::REDIRECT_TIME, index);
    let says = |seconds: &u16| *seconds != NO_ANSWER_SECONDS || forward.no_answer.is_some();
    let seconds = seconds.and_then(|seconds| seconds.trim().parse().ok());
    forward.no_answer_seconds = seconds.filter(says);
    forward
}

fn codecs_and_dtmf(r: &mut Reading<'_>, i: usize, index: u16) -> (Option<CodecList>, Option<Dtmf>) {
    let list = r.own_or_phones(n::CODEC_PRIORITY_LIST, index);
    let read = list.map(|list| Codecs::read(list, |token| r.known_word(tables::CODECS, token)));
    // In whatever order and with whatever blanks the events stand in it.
    if read.as_ref().is_some_and(|read| !read.known.is_empty()) {
        for at in [Some(index), None] {
            r.mark(n::CODEC_PRIORITY_LIST, at, Mark::Said);
        }
    }
    if let Some(read) = &read
        && !read.unknown.is_empty()
    {
        let path = Draft::at_device().key("extensions").index(i).key("codecs");
        let message = format!(
            "without {}, which this phone or the document does not have",
            read.unknown.join(", ")
        );
        r.draft.remark(RemarkKind::Lost, path, message);
    }
    let info = r.own_or_phones(n::USER_DTMF_INFO, index);
    let dtmf = match (info, read.as_ref().map(|read| read.events)) {
        (Some("on"), _) => Some(Dtmf::Rfc4733AndSipInfo),
        (Some("sip_info_only"), _) => Some(Dtmf::SipInfo),
        (_, Some(true)) => Some(Dtmf::Rfc4733),
        (_, Some(false)) => Some(Dtmf::InBand),
        (_, None) => None,
    };
    let codecs = read.and_then(|read| CodecList::new(read.known).ok());
    (codecs, dtmf)
}

/// Where the identity registers, and what stands in its outbound proxy.
fn servers(r: &mut Reading<'_>, index: u16) -> Option<Servers> {
    let at = Some(index);
    let place: HostPort = r.value(n::USER_HOST, at)?.trim().parse().ok()?;
    let mut registrar = Registrar::new(place.host().clone());
    registrar.port = place.port();
    if let Some(expires) = r.number(n::USER_EXPIRY, at).filter(|seconds| *seconds > 0) {
        registrar.expires = expires;
    }
    registrar.srtp = srtp(r, index);
    let outbound = r.value(n::USER_OUTBOUND, at).and_then(Outbound::read);
    let outbound = outbound.map(|outbound| {
        let first = &outbound.first;
        // Without a port the phone goes by the records of the domain.
        let by_records = first.port().is_none() && !first.host().is_ip();
        let transport = outbound.transport.unwrap_or(if by_records {
            Transport::DnsSrv
        } else {
            Transport::Udp
        });
        (outbound, transport)
    });
    let (way, backup) = match outbound {
        None => (Way::Plain, None),
        Some((outbound, transport)) => {
            let plain = matches!(transport, Transport::Udp | Transport::DnsSrv);
            let is_own = outbound.first == place && (!plain || outbound.second.is_some());
            let way = match is_own {
                true => Way::Own(transport),
                false => Way::Proxy(outbound.first, transport),
            };
            (way, outbound.second)
        }
    };
    Some(Servers {
        registrar,
        way,
        backup,
    })
}

fn srtp(r: &mut Reading<'_>, index: u16) -> Srtp {
    let at = Some(index);
    let savp = r.value(n::USER_SAVP, at);
    let srtp = match (r.value(n::USER_SRTP, at), savp) {
        (Some("on"), Some("mandatory")) | (None, Some("mandatory")) => Srtp::Mandatory,
        (Some("on"), _) | (None, Some("optional")) => Srtp::Optional,
        _ => Srtp::Off,
    };
    if srtp == Srtp::Off {
        // Beside a switch that is off the profile does nothing.
        let account = r.number_of(index);
        r.same_as(n::USER_SAVP, at, (n::USER_SAVP, account, "off"));
    }
    srtp
}

/// What several identities share goes into the settings; what differs stays with the extension.
fn common(r: &mut Reading<'_>, lines: &mut [Line]) {
    common_servers(r, lines);
    let codecs = settle(lines, |l| &mut l.codecs, |e| &mut e.codecs);
    let dtmf = settle(lines, |l| &mut l.dtmf, |e| &mut e.dtmf);
    let ringer = settle(lines, |l| &mut l.ringer, |e| &mut e.ring_tones.external);
    let waiting = settle(lines, |l| &mut l.waiting, |e| &mut e.call_waiting);
    let settings = r.draft.settings();
    settings.codecs = codecs;
    settings.dtmf = dtmf;
    settings.ring_tones.external = ringer;
    settings.call_waiting = waiting;
}

/// The registrar of most weight goes into the settings, with its backup, which stands beside no other.
fn common_servers(r: &mut Reading<'_>, lines: &mut [Line]) {
    let all = || lines.iter().filter_map(|line| line.servers.as_ref());
    let first = all().find(|one| one.backup.is_some());
    let Some(first) = first.or_else(|| all().next()) else {
        return;
    };
    let alike = |one: &&Servers| one.registrar == first.registrar && one.backup == first.backup;
    let transport = |way: &Way| match way {
        Way::Plain => Some(Transport::Udp),
        Way::Own(transport) => Some(*transport),
        Way::Proxy(..) => None,
    };
    // Behind a proxy the registrar may have any.
    let transport = all()
        .filter(alike)
        .find_map(|one| transport(&one.way))
        .unwrap_or(match first.way {
            Way::Proxy(_, transport) if transport != Transport::DnsSrv => transport,
            _ => Transport::Udp,
        });
    let mut registrar = first.registrar.clone();
    registrar.transport = transport;
    let backup = first.backup.clone();
    let mut proxies = Vec::new();
    for line in lines.iter_mut() {
        let Some(servers) = line.servers.take() else {
            continue;
        };
        let proxy = servers.settle(&mut line.extension, &registrar, backup.as_ref());
        proxies.push(proxy.clone());
        line.extension.outbound_proxy = proxy;
    }
    // An extension that has none cannot refuse the one of the settings.
    let proxy = match proxies.iter().all(Option::is_some) {
        true => proxies.into_iter().flatten().next(),
        false => None,
    };
    for line in lines {
        let own = &mut line.extension.outbound_proxy;
        *own = own.take().filter(|own| Some(own) != proxy.as_ref());
    }
    let settings = r.draft.settings();
    settings.registrar = Some(registrar);
    settings.outbound_proxy = proxy;
    settings.backup_registrar = backup;
}

impl Servers {
    /// What the extension has of its own beside the registrar of the settings: a registrar perhaps, and
    /// the proxy that is given back.
    fn settle(
        self,
        own: &mut Extension,
        common: &Registrar,
        backup: Option<&HostPort>,
    ) -> Option<OutboundProxy> {
        let mut registrar = self.registrar;
        let (place, transport) = match self.way {
            Way::Plain => (None, Transport::Udp),
            Way::Own(transport) => (None, transport),
            Way::Proxy(place, transport) => (Some(place), transport),
        };
        registrar.transport = common.transport;
        let is_common = registrar == *common && self.backup.as_ref() == backup;
        let has_own_transport = transport != common.transport;
        if !is_common {
            // Of the registrar's domain there may be no records.
            registrar.transport = match (&place, transport) {
                (Some(_), Transport::DnsSrv) => Transport::Udp,
                _ => transport,
            };
        }
        let told = registrar.transport;
        let place = match place {
            // Another transport to the registrar itself, and its backup with it.
            None if is_common && has_own_transport => {
                Some(HostPort::new(registrar.host.clone(), registrar.port))
            }
            place => place,
        };
        own.registrar = (!is_common).then_some(registrar);
        let place = place?;
        let mut proxy = OutboundProxy::new(place.host().clone());
        proxy.port = place.port();
        proxy.transport = (transport != told).then_some(transport);
        Some(proxy)
    }
}

/// The first value goes into the settings; a line that has another one keeps that for itself.
fn settle<T: Clone + PartialEq>(
    lines: &mut [Line],
    read: impl Fn(&mut Line) -> &mut Option<T>,
    own: impl Fn(&mut Extension) -> &mut Option<T>,
) -> Option<T> {
    let first = lines.iter_mut().find_map(|line| read(line).clone());
    for line in lines {
        let value = read(line).take();
        *own(&mut line.extension) = value.filter(|value| Some(value) != first.as_ref());
    }
    first
}

/// Help for phones behind a NAT, which identities have each and the document has once.
fn nat(r: &mut Reading<'_>) {
    let seconds = r.of_accounts(n::KEEPALIVE_INTERVAL);
    let stun = r.of_accounts(n::STUN_SERVER);
    let nat = &mut r.draft.settings().nat;
    nat.keep_alive_seconds = seconds
        .and_then(|seconds| seconds.trim().parse().ok())
        .filter(|seconds| *seconds > 0);
    nat.stun = stun.and_then(|stun| stun.trim().parse().ok());
}

/// The codes of the PBX, which identities have each, or the phone, and the document has once.
fn codes(r: &mut Reading<'_>) {
    // Of old firmware, which has it once, and of which any identity tells the same.
    let first = r.accounts.first().copied();
    let mut code = |identity: &SettingRow, phone: Option<&SettingRow>| -> Option<Text> {
        let own = r.of_accounts(identity);
        let code = own.or_else(|| match first {
            Some(first) => r.phones(phone?, identity, first),
            None => r.value(phone?, None),
        });
        Text::new(code?).ok()
    };
    let mut codes = FeatureCodes {
        dnd_on: code(n::DND_ON_CODE_IDENTITY, Some(n::DND_ON_CODE)),
        dnd_off: code(n::DND_OFF_CODE_IDENTITY, Some(n::DND_OFF_CODE)),
        forward_always_on: code(n::FWD_ALL_ON_CODE, Some(n::REDIRECT_ALWAYS_ON_CODE)),
        forward_always_off: code(n::FWD_ALL_OFF_CODE, Some(n::REDIRECT_ALWAYS_OFF_CODE)),
        forward_busy_on: code(n::FWD_BUSY_ON_CODE, Some(n::REDIRECT_BUSY_ON_CODE)),
        forward_busy_off: code(n::FWD_BUSY_OFF_CODE, Some(n::REDIRECT_BUSY_OFF_CODE)),
        forward_no_answer_on: code(n::FWD_TIME_ON_CODE, Some(n::REDIRECT_TIME_ON_CODE)),
        forward_no_answer_off: code(n::FWD_TIME_OFF_CODE, Some(n::REDIRECT_TIME_OFF_CODE)),
        ..FeatureCodes::default()
    };
    // What the phone does by itself is nobody's choice.
    let mut chosen = |row: &SettingRow| {
        let code = code(row, None);
        code.filter(|code| Some(code.as_str()) != row.default)
    };
    codes.pickup = chosen(n::BLF_DIRECTED_CALL_PICKUP);
    codes.park_retrieve = chosen(n::BLF_PARK_PICK_UP);
    codes.park = chosen(n::CALLPARK_PARK_FAC);
    r.draft.settings().feature_codes = codes;
}
