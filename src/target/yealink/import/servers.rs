//! Where an account registers: its own settings, in the spelling of any generation, or a row of the
//! table of a manager.

use std::str::FromStr;

use super::super::SettingRow;
use super::super::tables::names as n;
use super::super::writer::Ix;
use super::Reader;
use crate::inspect::Mark;
use crate::model::{Host, HostPort, OutboundProxy, Port, Registrar, Srtp, Transport};

/// Seconds that a registration is valid for when nobody says otherwise.
const DEFAULT_EXPIRES: u32 = 3600;

/// What an account says of its servers.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Servers {
    pub(super) registrar: Option<Registrar>,
    pub(super) backup: Option<HostPort>,
    pub(super) proxy: Option<OutboundProxy>,
}

/// The settings of one server: address, port, transport, validity.
type Rows = [&'static SettingRow; 4];

const OF_ACCOUNT: Rows = [
    n::ACCOUNT_X_SIP_SERVER_Y_ADDRESS,
    n::ACCOUNT_X_SIP_SERVER_Y_PORT,
    n::ACCOUNT_X_SIP_SERVER_Y_TRANSPORT_TYPE,
    n::ACCOUNT_X_SIP_SERVER_Y_EXPIRES,
];

const OF_TABLE: Rows = [
    n::TEMPLATE_X_SIP_SERVER_Y_ADDRESS,
    n::TEMPLATE_X_SIP_SERVER_Y_PORT,
    n::TEMPLATE_X_SIP_SERVER_Y_TRANSPORT_TYPE,
    n::TEMPLATE_X_SIP_SERVER_Y_EXPIRES,
];

/// Up to V70 an account has one server, and up to V73 one transport.
const OLD: Rows = [
    n::ACCOUNT_X_SIP_SERVER_HOST,
    n::ACCOUNT_X_SIP_SERVER_PORT,
    n::ACCOUNT_X_TRANSPORT,
    n::ACCOUNT_X_EXPIRES,
];

/// The servers of an account.
pub(super) fn of_account(r: &mut Reader<'_>, account: u16) -> Servers {
    let row: Option<u16> = r.parsed(&[n::ACCOUNT_X_SIP_SERVER_TEMPLATE], &[account]);
    match row.filter(|row| r.has(n::TEMPLATE_X_SIP_SERVER_Y_ADDRESS, &[*row, 1])) {
        Some(row) => in_table(r, account, row),
        None => own(r, account),
    }
}

fn own(r: &mut Reader<'_>, account: u16) -> Servers {
    let x = &[account];
    let (one, two) = (&[account, 1], &[account, 2]);
    let old = !r.has(n::ACCOUNT_X_SIP_SERVER_Y_ADDRESS, one);
    if old {
        for (own, like) in OLD.iter().zip(OF_ACCOUNT) {
            if let Some(value) = r.get(own, x) {
                r.means(own, x.into(), like, one.into(), value);
            }
        }
    }
    let [address, port_text, transport_text, expires_text] = [0, 1, 2, 3].map(|i| match old {
        true => r.get(OLD[i], x).or_else(|| r.get(OF_ACCOUNT[i], one)),
        false => r.get(OF_ACCOUNT[i], one).or_else(|| r.get(OLD[i], x)),
    });
    let Some(host) = host(address) else {
        return Servers::default();
    };
    let transport = transport(transport_text, &host);
    let mut registrar = Registrar::new(host);
    registrar.transport = transport;
    registrar.port = port(port_text, transport);
    registrar.expires = expires(expires_text);
    registrar.srtp = srtp(r, account);
    let backup = host_port(r, OF_ACCOUNT[0], OF_ACCOUNT[1], two.into(), transport);
    let mut proxy = None;
    if r.flag(&[n::ACCOUNT_X_OUTBOUND_PROXY_ENABLE], x) == Some(true) {
        let (host_row, port_row) = (
            n::ACCOUNT_X_OUTBOUND_PROXY_Y_ADDRESS,
            n::ACCOUNT_X_OUTBOUND_PROXY_Y_PORT,
        );
        proxy = host_port(r, host_row, port_row, one.into(), transport).or_else(|| {
            let (host_row, port_row) = (n::ACCOUNT_X_OUTBOUND_HOST, n::ACCOUNT_X_OUTBOUND_PORT);
            host_port(r, host_row, port_row, x.into(), transport)
        });
    }
    Servers {
        registrar: Some(registrar),
        backup,
        proxy: proxy.map(outbound_proxy),
    }
}

/// A row of the table of servers. The document gives the rows other numbers.
fn in_table(r: &mut Reader<'_>, account: u16, row: u16) -> Servers {
    let (x, one, two) = (&[row], &[row, 1], &[row, 2]);
    let Some(host) = host(r.get(OF_TABLE[0], one)) else {
        return Servers::default();
    };
    let transport = transport(r.get(OF_TABLE[2], one), &host);
    let mut registrar = Registrar::new(host);
    registrar.transport = transport;
    registrar.port = port(r.get(OF_TABLE[1], one), transport);
    registrar.expires = expires(r.get(OF_TABLE[3], one));
    registrar.srtp = srtp(r, account);
    let backup = host_port(r, OF_TABLE[0], OF_TABLE[1], two.into(), transport);
    let uses_proxy = r.flag(&[n::TEMPLATE_X_OUTBOUND_ENABLE], x) == Some(true);
    let proxy = host_port(
        r,
        n::TEMPLATE_X_OUTBOUND_Y_ADDRESS,
        n::TEMPLATE_X_OUTBOUND_Y_PORT,
        one.into(),
        transport,
    );
    r.mark(n::ACCOUNT_X_SIP_SERVER_TEMPLATE, &[account], Mark::Said);
    r.mark(
        n::TEMPLATE_X_NAME,
        x,
        Mark::Replaced("rows of the table are named for their servers".into()),
    );
    r.mark(n::TEMPLATE_X_OUTBOUND_ENABLE, x, Mark::Said);
    for row in OF_TABLE {
        r.mark(row, one, Mark::Said);
        r.mark(row, two, Mark::Said);
    }
    for row in [
        n::TEMPLATE_X_OUTBOUND_Y_ADDRESS,
        n::TEMPLATE_X_OUTBOUND_Y_PORT,
    ] {
        r.mark(row, one, Mark::Said);
    }
    Servers {
        registrar: Some(registrar),
        backup,
        proxy: proxy.filter(|_| uses_proxy).map(outbound_proxy),
    }
}

fn outbound_proxy(server: HostPort) -> OutboundProxy {
    let mut proxy = OutboundProxy::new(server.host().clone());
    proxy.port = server.port();
    proxy
}

fn host_port(
    r: &Reader<'_>,
    host_row: &SettingRow,
    port_row: &SettingRow,
    ix: Ix<'_>,
    transport: Transport,
) -> Option<HostPort> {
    // Of an address there are no service records.
    let host =
        host(r.get(host_row, ix)).filter(|host| transport != Transport::DnsSrv || !host.is_ip())?;
    Some(HostPort::new(host, port(r.get(port_row, ix), transport)))
}

fn host(text: Option<&str>) -> Option<Host> {
    Host::from_str(text?).ok()
}

/// A port; nothing where it is the transport's own.
fn port(text: Option<&str>, transport: Transport) -> Option<Port> {
    let port: Port = text?.parse().ok()?;
    let own = match transport {
        Transport::Tls => 5061,
        Transport::DnsSrv => return None,
        _ => 5060,
    };
    (port.get() != own).then_some(port)
}

/// The transport by its number. Of an address there are no service records: what the files say then
/// stays a raw setting.
fn transport(number: Option<&str>, host: &Host) -> Transport {
    match number {
        Some("1") => Transport::Tcp,
        Some("2") => Transport::Tls,
        Some("3") if !host.is_ip() => Transport::DnsSrv,
        _ => Transport::Udp,
    }
}

fn expires(text: Option<&str>) -> u32 {
    let seconds = text.and_then(|text| text.parse().ok());
    seconds
        .filter(|seconds| (30..=2_147_483_647).contains(seconds))
        .unwrap_or(DEFAULT_EXPIRES)
}

fn srtp(r: &Reader<'_>, account: u16) -> Srtp {
    match r.get(n::ACCOUNT_X_SRTP_ENCRYPTION, &[account]) {
        Some("1") => Srtp::Optional,
        Some("2") => Srtp::Mandatory,
        _ => Srtp::Off,
    }
}
