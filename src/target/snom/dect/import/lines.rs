//! Extensions with the handsets that carry them, and the servers that they register at.

use std::collections::BTreeMap;

use super::super::super::super::{Scope, SettingRow};
use super::super::super::import::{Reading, no_password, on_or_off};
use super::super::super::places::Codecs;
use super::super::handsets::{ACCESS_CODE, NO_ANSWER_SECONDS, NO_HANDSET};
use super::super::tables::{self, SETTINGS, names as n};
use crate::inspect::{Draft, Mark, RemarkKind, Unknown};
use crate::model::{
    CodecList, Dtmf, Extension, Forward, Handset, HandsetBinding, HostPort, Ipei, OutboundProxy,
    Port, Registrar, Srtp, Transport,
};
use crate::text::{Secret, Text};

/// A row of the table of servers.
#[derive(Clone, Debug)]
struct Server {
    index: u16,
    registrar: Registrar,
    proxy: Option<OutboundProxy>,
    codecs: Option<CodecList>,
    dtmf: Option<Dtmf>,
}

/// An extension with what it is told besides.
#[derive(Debug)]
struct Line {
    index: u16,
    slot: u16,
    extension: Extension,
    has_password: bool,
    server: Option<Server>,
    waiting: Option<bool>,
}

/// Reads all extensions. Those that are not in use are left out, and those behind them move up.
pub(super) fn lines(r: &mut Reading<'_>) {
    let indices = r.indices(&[n::USER_ACTIVE, n::USER_NAME]);
    let is_used = |r: &Reading<'_>, index: &u16| {
        let is_off = r.value(n::USER_ACTIVE, Some(*index)) == Some("off");
        !is_off && r.text(n::USER_NAME, Some(*index)).is_some()
    };
    let (used, unused): (Vec<u16>, Vec<u16>) = indices.iter().partition(|index| is_used(r, index));
    r.accounts = r.held(SETTINGS, Scope::Extension, used);
    let why = "the extension is off, or has no user: the base is told to forget it";
    r.leave_out(SETTINGS, Scope::Extension, &unused, why);
    let mut lines = read(r);
    // Handsets in the order of their first extensions: that is how the base is told of them.
    let mut places: BTreeMap<u16, usize> = BTreeMap::new();
    for (i, line) in lines.iter().enumerate() {
        places.entry(line.slot).or_insert(i);
    }
    lines.sort_by_key(|line| places.get(&line.slot).copied());
    r.accounts = lines.iter().map(|line| line.index).collect();
    r.renumber(SETTINGS, Scope::Extension, &r.accounts.clone());
    r.tell_moved_accounts("handsets");
    servers(r, &lines);
    common(r, &mut lines);
    for line in lines {
        let handset = match r.draft.handsets.last_mut() {
            Some(last) if last.slot == line.slot => last,
            _ => {
                let handset = handset(r, &line);
                r.draft.handsets.push(handset);
                r.draft.handsets.last_mut().expect("one was pushed")
            }
        };
        handset.extensions.push(line.extension);
        let i = handset.extensions.len() - 1;
        if !line.has_password {
            let handset = r.draft.handsets.len() - 1;
            r.draft.unknown.insert(Unknown::HandsetPassword(handset, i));
        }
    }
}

fn read(r: &mut Reading<'_>) -> Vec<Line> {
    let mut servers: Vec<Server> = Vec::new();
    let mut lines = Vec::new();
    for index in r.accounts.clone() {
        let at = Some(index);
        let Some(user) = r.text(n::USER_NAME, at) else {
            continue;
        };
        // A base has a row for each server; without a number it is the first.
        let server = r.number(n::SUBSCR_SIP_UA_DATA_SERVER_ID, at).unwrap_or(1);
        let known = servers.iter().find(|one| one.index == server).cloned();
        let server = known.or_else(|| {
            let server = self::server(r, server)?;
            servers.push(server.clone());
            Some(server)
        });
        let password = r.secret(n::USER_PASS, at);
        let has_password = password.is_some();
        let mut own = Extension::new(user, password.unwrap_or_else(no_password));
        own.auth_username = r.text(n::USER_PNAME, at).filter(|user| *user != own.number);
        own.display_name = r.text(n::USER_REALNAME, at);
        own.label = r
            .text(n::SUBSCR_SIP_LINE_NAME, at)
            .filter(|label| label != own.display_name.as_ref().unwrap_or(&own.number));
        own.voicemail = r
            .text(n::USER_MAILNUMBER, at)
            .or_else(|| r.text(n::USER_MAILBOX, at));
        own.forward = forward(r, index);
        let waiting = r.own_or_phones(n::CALL_WAITING, index);
        lines.push(Line {
            index,
            slot: r.number(n::SUBSCR_SIP_HS_IDX, at).unwrap_or(index),
            extension: own,
            has_password,
            server,
            waiting: waiting.and_then(on_or_off),
        });
    }
    lines
}

/// The handset of a slot, as its first extension has it.
fn handset(r: &mut Reading<'_>, line: &Line) -> Handset {
    let at = Some(line.index);
    let mut handset = Handset::new(line.slot);
    let ipui = r.value(n::SUBSCR_DECT_IPUI, at);
    let ipui = ipui.filter(|ipui| !ipui.eq_ignore_ascii_case(NO_HANDSET));
    if let Some(Ok(ipei)) = ipui.map(str::parse::<Ipei>) {
        handset.binding = HandsetBinding::Ipei(ipei);
        // In whatever way it is written.
        let ipui = format!("0x{}", ipei.ipui());
        let account = r.number_of(line.index);
        let row = n::SUBSCR_DECT_IPUI;
        r.same_as(row, at, (row, account, ipui.as_str()));
    }
    let code = r.value(n::SUBSCR_DECT_AC_CODE, at);
    let code = code.filter(|code| *code != ACCESS_CODE);
    handset.access_code = code.and_then(|code| Secret::new(code).ok());
    handset
}

fn forward(r: &Reading<'_>, index: u16) -> Forward {
    let at = Some(index);
    let target = |[enabled, target]: [&SettingRow; 2]| -> Option<Text> {
        (r.switch(enabled, at) == Some(true)).then(|| r.text(target, at))?
    };
    let mut forward = Forward {
        always: target([n::FWD_ALL_ENABLED, n::FWD_ALL_TARGET]),
        busy: target([n::FWD_BUSY_ENABLED, n::FWD_BUSY_TARGET]),
        no_answer: target([n::FWD_TIME_ENABLED, n::FWD_TIME_TARGET]),
        no_answer_seconds: None,
    };
    let says = |seconds: &u16| *seconds != NO_ANSWER_SECONDS || forward.no_answer.is_some();
    forward.no_answer_seconds = r.number(n::FWD_TIME_SECS, at).filter(says);
    forward
}

/// A row of the table of servers; `None` when it names none.
fn server(r: &mut Reading<'_>, index: u16) -> Option<Server> {
    let at = Some(index);
    let place: HostPort = r.value(n::USER_HOST, at)?.trim().parse().ok()?;
    let transport = match r.value(n::SRV_SIP_TRANSPORT, at) {
        Some("tcp") => Transport::Tcp,
        Some("tls") => Transport::Tls,
        _ => Transport::Udp,
    };
    let usual = if transport == Transport::Tls {
        5061
    } else {
        5060
    };
    let port = |place: &HostPort| place.port().filter(|port: &Port| port.get() != usual);
    let mut registrar = Registrar::new(place.host().clone());
    registrar.port = port(&place);
    registrar.transport = transport;
    if let Some(seconds) = r.number(n::USER_EXPIRY, at).filter(|seconds| *seconds > 0) {
        registrar.expires = seconds;
    }
    registrar.srtp = match r.value(n::USER_SRTP, at) {
        Some("mandatory") => Srtp::Mandatory,
        Some("optional") => Srtp::Optional,
        Some("on") => {
            let path = Draft::at("registrar.srtp");
            let message = "the base has SRTP as on and off: it may be meant as mandatory";
            r.draft.remark(RemarkKind::Guess, path, message);
            Srtp::Optional
        }
        _ => Srtp::Off,
    };
    let outbound = r.value(n::USER_OUTBOUND, at);
    let outbound = outbound.and_then(|outbound| outbound.trim().parse::<HostPort>().ok());
    let proxy = outbound.map(|place| {
        let mut proxy = OutboundProxy::new(place.host().clone());
        proxy.port = port(&place);
        proxy
    });
    let dtmf = match r.value(n::USER_DTMF_INFO, at) {
        Some("off") => Some(Dtmf::Rfc4733),
        Some("sip_info_only") => Some(Dtmf::SipInfo),
        _ => None,
    };
    Some(Server {
        index,
        registrar,
        proxy,
        codecs: codecs(r, index),
        dtmf,
    })
}

/// The codecs of a server, or those that some systems send once for all.
fn codecs(r: &mut Reading<'_>, index: u16) -> Option<CodecList> {
    let row = n::CODEC_PRIORITY_LIST;
    let list = r.value(row, Some(index)).or_else(|| r.value(row, None))?;
    let read = Codecs::read(list, |token| r.known_word(tables::CODECS, token));
    // Events come with the setting for tones; in the list they do harm.
    let events = read.events.then_some("telephone-event");
    let left: Vec<&str> = read.unknown.iter().copied().chain(events).collect();
    if !left.is_empty() {
        let message = format!("without {}, which a base does not have", left.join(", "));
        r.draft
            .remark(RemarkKind::Lost, Draft::at("codecs"), message);
    }
    if !read.known.is_empty() {
        // With whatever blanks.
        for at in [Some(index), None] {
            r.mark(row, at, Mark::Said);
        }
    }
    CodecList::new(read.known).ok()
}

/// Numbers the servers in the order of their first use, as the emitter does.
fn servers(r: &mut Reading<'_>, lines: &[Line]) {
    let mut order: Vec<u16> = Vec::new();
    for server in lines.iter().filter_map(|line| line.server.as_ref()) {
        if !order.contains(&server.index) {
            order.push(server.index);
        }
    }
    let mut unused = r.indices(&[n::USER_HOST, n::SRV_SIP_SERVER_ALIAS]);
    unused.retain(|index| !order.contains(index));
    let why = "no extension registers at this server: the base is told to forget it";
    r.leave_out(SETTINGS, Scope::Server, &unused, why);
    r.renumber(SETTINGS, Scope::Server, &order);
    for line in lines {
        let server = line.server.as_ref();
        let place = order
            .iter()
            .position(|own| server.map(|one| one.index) == Some(*own));
        if let Some(place) = place {
            let index = Some(u32::from(line.index));
            let row = n::SUBSCR_SIP_UA_DATA_SERVER_ID;
            r.draft
                .sheet
                .rewrite(row.name, index, (place + 1).to_string());
        }
    }
}

/// What several extensions share goes into the settings; what differs stays with the extension.
fn common(r: &mut Reading<'_>, lines: &mut [Line]) {
    let first = lines.iter().find_map(|line| line.server.clone());
    let waiting = lines.iter().find_map(|line| line.waiting);
    let Some(first) = first else { return };
    // An extension that has none cannot refuse the one of the settings.
    let all_have = lines
        .iter()
        .filter_map(|line| line.server.as_ref())
        .all(|server| server.proxy.is_some());
    let proxy = first.proxy.clone().filter(|_| all_have);
    for line in lines.iter_mut() {
        let own = &mut line.extension;
        own.call_waiting = line.waiting.filter(|own| Some(*own) != waiting);
        let Some(server) = line.server.take() else {
            continue;
        };
        let differs = server.registrar != first.registrar;
        own.registrar = differs.then_some(server.registrar);
        own.outbound_proxy = server.proxy.filter(|own| Some(own) != proxy.as_ref());
        own.codecs = server
            .codecs
            .filter(|own| Some(own) != first.codecs.as_ref());
        own.dtmf = server.dtmf.filter(|own| Some(*own) != first.dtmf);
    }
    // The base has it as on and off; on is what it does by itself.
    let settings = r.draft.settings();
    settings.registrar = Some(first.registrar);
    settings.outbound_proxy = proxy;
    settings.codecs = first.codecs;
    settings.dtmf = first.dtmf;
    settings.call_waiting = waiting;
}
