//! The identities, one after another; those that are not in use are switched off.

use super::super::super::job::Limit;
use super::super::super::program::SeamOf;
use super::super::super::view::Account;
use super::super::writer::{At, Writer};
use super::features::{ForwardRows, call_waiting, code, code_or_default, forwards};
use super::settings::{RING_TONES, ringer};
use super::tables::{self, names as n};
use crate::error::{ErrorKind, NoticeCode};
use crate::model::{
    Dtmf, Found, Host, HostPort, Layer, OutboundProxy, Port, Registrar, Srtp, Transport,
};

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
    w.text_or_clear(n::USER_MAILBOX, index, mailbox, mailbox_path);
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
        w.seam(SeamOf::account(index));
        w.switch(n::USER_ACTIVE, index, false);
        for row in [n::USER_NAME, n::USER_PNAME, n::USER_PASS] {
            w.clear(row, index);
        }
    }
}
