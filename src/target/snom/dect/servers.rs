//! The table of SIP servers: one row per distinct place that extensions register at.

use super::super::super::job::{Job, Limit};
use super::super::super::view::{Account, AccountAt};
use super::super::writer::Writer;
use super::tables::{self, names as n};
use crate::error::{NoticeCode, Path};
use crate::model::{
    Codec, Dtmf, Extension, Found, Host, Layer, OutboundProxy, Port, Registrar, Srtp, Transport,
};

/// Everything that a row of the table holds. Two extensions share a row when all of it is equal.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Server {
    /// `host`, or `host:port` where the port is not 5060.
    host: String,
    outbound: Option<String>,
    transport: &'static str,
    expires: u32,
    srtp: Srtp,
    codecs: String,
    dtmf: &'static str,
}

impl Server {
    /// The row that an extension needs; `None` when it has no registrar or no codec is left.
    /// `in_system`: whether the base is one of several.
    pub(super) fn of<'a>(
        job: &mut Job<'a>,
        account: &Account<'a>,
        in_system: bool,
    ) -> Option<Self> {
        let (own, at) = (account.view.own, account.at);
        let registrar: Option<Found<&Registrar>> = job
            .find_for(own.and_then(|own| own.registrar.as_ref()), |s| {
                s.registrar.as_ref()
            });
        let Some(Found { value, layer }) = registrar else {
            job.missing_registrar(at);
            return None;
        };
        let proxy: Option<Found<&OutboundProxy>> = job
            .find_for(own.and_then(|own| own.outbound_proxy.as_ref()), |s| {
                s.outbound_proxy.as_ref()
            });
        let path = job.path_for(at, layer, "registrar");
        let transport = transport(job, at, value, &path, layer, proxy);
        let codecs = codecs(job, account, in_system);
        let dtmf = dtmf(job, own.and_then(|own| own.dtmf), at);
        if value.srtp != Srtp::Off && !job.has(n::USER_SRTP) {
            let message = "this firmware knows SRTP as on and off only; it is switched on";
            job.notice(NoticeCode::Rounded, path.key("srtp"), message);
        }
        if value.srtp != Srtp::Off {
            let what = "encryption of speech";
            fewer_calls(job, layer, path.key("srtp"), what, in_system);
        }
        Some(Self {
            host: address(&value.host, value.port, transport),
            outbound: proxy.map(|found| address(&found.value.host, found.value.port, transport)),
            transport: transport_word(transport),
            expires: value.expires,
            srtp: value.srtp,
            codecs: codecs?,
            dtmf,
        })
    }

    /// Whether an extension takes everything of its row from the layers below.
    pub(super) fn is_inherited_by(extension: &Extension) -> bool {
        extension.registrar.is_none()
            && extension.outbound_proxy.is_none()
            && extension.codecs.is_none()
            && extension.dtmf.is_none()
    }
}

/// All rows of the model: those in use, then the others cleared.
pub(super) fn write(w: &mut Writer<'_, '_>, servers: &[Server]) {
    for (index, server) in (1..).zip(servers) {
        one(w, index, server);
    }
    // More than the model holds is an error already.
    let used = u16::try_from(servers.len()).unwrap_or(u16::MAX - 1);
    for index in used + 1..=w.job.model.servers.unwrap_or(0) {
        w.clear(n::SRV_SIP_SERVER_ALIAS, index);
        w.clear(n::USER_HOST, index);
    }
}

fn one(w: &mut Writer<'_, '_>, index: u16, server: &Server) {
    w.token(n::SRV_SIP_SERVER_ALIAS, index, &server.host);
    w.token(n::USER_HOST, index, &server.host);
    match &server.outbound {
        Some(outbound) => w.token(n::USER_OUTBOUND, index, outbound),
        None => w.clear(n::USER_OUTBOUND, index),
    }
    w.token(n::SRV_SIP_TRANSPORT, index, server.transport);
    w.number(n::USER_EXPIRY, index, server.expires);
    if w.job.has(n::USER_SRTP) {
        let word = match server.srtp {
            Srtp::Off => "disabled",
            Srtp::Optional => "optional",
            Srtp::Mandatory => "mandatory",
        };
        w.token(n::USER_SRTP, index, word);
    } else {
        w.switch(n::USER_SRTP_ONOFF, index, server.srtp != Srtp::Off);
    }
    w.token(n::CODEC_PRIORITY_LIST, index, &server.codecs);
    w.token(n::USER_DTMF_INFO, index, server.dtmf);
    let keep_alive = w.job.or(|s| s.nat.keep_alive_seconds, 30) > 0;
    w.switch(n::KEEPALIVE_INTERVAL, index, keep_alive);
}

/// Where a server is, in the form of `user_host` and `user_outbound`: the port unless it is 5060. With
/// TLS always, because no source says which one the base takes by itself.
fn address(host: &Host, port: Option<Port>, transport: Transport) -> String {
    let host = host.bracketed();
    let tls = transport == Transport::Tls;
    match port.map_or(if tls { 5061 } else { 5060 }, Port::get) {
        5060 if !tls => host.into_owned(),
        port => format!("{host}:{port}"),
    }
}

fn transport_word(transport: Transport) -> &'static str {
    match transport {
        Transport::Udp | Transport::DnsSrv => "udp",
        Transport::Tcp => "tcp",
        Transport::Tls => "tls",
    }
}

/// The base has one transport for a server and for the proxy in front of it.
fn transport(
    job: &mut Job<'_>,
    at: AccountAt,
    registrar: &Registrar,
    registrar_path: &Path,
    layer: Layer,
    proxy: Option<Found<&OutboundProxy>>,
) -> Transport {
    let of_proxy = proxy.and_then(|found| Some((found.value.transport?, found.layer)));
    let (transport, layer, path) = match of_proxy {
        Some((transport, layer)) => (transport, layer, job.path_for(at, layer, "outbound_proxy")),
        None => (registrar.transport, layer, registrar_path.clone()),
    };
    if transport == Transport::DnsSrv {
        job.check_dns(&registrar.host, registrar.port, registrar_path);
        if let Some(proxy) = proxy {
            let path = job.path_for(at, proxy.layer, "outbound_proxy");
            job.check_dns(&proxy.value.host, proxy.value.port, &path);
        }
        let what = "transport by service records of the DNS";
        let instead = "name the transport";
        job.unsupported(layer, path.key("transport"), what, Limit::Model, instead);
    }
    transport
}

/// The codecs as the base lists them, divided by comma and blank.
fn codecs<'a>(job: &mut Job<'a>, account: &Account<'a>, in_system: bool) -> Option<String> {
    let kept = job.codecs(account, tables::CODECS)?;
    if kept.first() == Some(&Codec::G722) {
        let own = account.view.own.and_then(|own| own.codecs.as_ref());
        let layer = job.find_for(own, |s| s.codecs.as_ref());
        let layer = layer.map_or(Layer::Default, |found| found.layer);
        let path = job.path_for(account.at, layer, "codecs");
        let what = "G.722 as the first codec";
        fewer_calls(job, layer, path, what, in_system);
    }
    let tokens: Vec<&str> = kept
        .iter()
        .filter_map(|codec| job.tokens(tables::CODECS, codec.as_str()).next())
        .map(|row| row.token)
        .collect();
    Some(tokens.join(", "))
}

/// Wide band and encryption take the place of two calls each. [pascom]
fn fewer_calls(job: &mut Job<'_>, asked: Layer, path: Path, what: &str, in_system: bool) {
    let (calls, base) = if in_system {
        (job.model.system_calls, "each base of the system")
    } else {
        (job.model.calls, job.model_name)
    };
    let message = match calls {
        Some((most, fewer)) => {
            format!("with {what} {base} carries {fewer} calls at once instead of {most}")
        }
        // Nobody asked, and there is no figure to tell.
        None if asked == Layer::Default => return,
        None => format!(
            "with {what} {} carries half as many calls at once; how many is not known",
            job.model_name
        ),
    };
    // The base has one capacity: once is enough, at the first that asks for it.
    if !job.notices.iter().any(|told| told.message() == message) {
        job.notice(NoticeCode::Capacity, path, message);
    }
}

/// How keys pressed during a call are sent. The word for both ways at once is not proven, and
/// there is none for tones in the speech: telephone events then.
fn dtmf(job: &mut Job<'_>, own: Option<Dtmf>, at: AccountAt) -> &'static str {
    let dtmf = job.find_for(own, |s| s.dtmf);
    let what = match dtmf.map(|found| found.value) {
        None | Some(Dtmf::Rfc4733) => return "off",
        Some(Dtmf::SipInfo) => return "sip_info_only",
        Some(Dtmf::InBand) => "DTMF in the speech",
        Some(Dtmf::Rfc4733AndSipInfo) => "DTMF as RFC 4733 and SIP INFO at once",
    };
    let layer = dtmf.map_or(Layer::Default, |found| found.layer);
    let path = job.path_for(at, layer, "dtmf");
    let instead = "choose `rfc4733` or `sip_info`";
    job.unsupported(layer, path, what, Limit::Model, instead);
    "off"
}
