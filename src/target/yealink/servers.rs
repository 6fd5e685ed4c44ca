//! Where an account registers: settings of its own, or on a manager of many bases a row of a table
//! that accounts share.

use super::super::job::{Job, Limit};
use super::super::view::Account;
use super::tables::names as n;
use super::writer::Writer;
use crate::error::ErrorKind;
use crate::model::{Found, Host, HostPort, OutboundProxy, Port, Registrar, Srtp, Transport};

/// Everything that a row of the table holds. Two accounts share a row when all of it is equal.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Servers<'a> {
    first: Server<'a>,
    second: Option<Server<'a>>,
    proxy: Option<Server<'a>>,
    transport: Transport,
    expires: u32,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Server<'a> {
    host: &'a Host,
    /// As written: the port of the transport where none is given, 0 for service records.
    port: u16,
}

impl<'a> Servers<'a> {
    /// What an account needs; nothing, with an error, when it has no registrar.
    fn of(job: &mut Job<'a>, account: &Account<'a>) -> Option<Self> {
        let own = account.view.own;
        let registrar: Option<Found<&Registrar>> = job
            .find_for(own.and_then(|own| own.registrar.as_ref()), |s| {
                s.registrar.as_ref()
            });
        let Some(registrar) = registrar else {
            job.missing_registrar(account.at);
            return None;
        };
        let proxy: Option<Found<&OutboundProxy>> = job
            .find_for(own.and_then(|own| own.outbound_proxy.as_ref()), |s| {
                s.outbound_proxy.as_ref()
            });
        let backup = job.backup_for(account.at, registrar.layer);
        let path = job.path_for(account.at, registrar.layer, "registrar");
        let first = registrar.value;
        // The phone has one transport for a server and for the proxy in front of it.
        let transport = proxy
            .and_then(|proxy| proxy.value.transport)
            .unwrap_or(first.transport);
        if transport == Transport::DnsSrv {
            job.check_dns(&first.host, first.port, &path);
            if let Some(proxy) = proxy {
                let path = job.path_for(account.at, proxy.layer, "outbound_proxy");
                job.check_dns(&proxy.value.host, proxy.value.port, &path);
            }
            if let Some(backup) = backup {
                let path = job.path_for(account.at, backup.layer, "backup_registrar");
                job.check_dns(backup.value.host(), backup.value.port(), &path);
            }
        }
        if !(30..=2_147_483_647).contains(&first.expires) {
            let kind = ErrorKind::OutOfRange {
                what: "seconds",
                min: 30,
                max: 2_147_483_647,
                found: first.expires.into(),
                limit: job.limit(Limit::Model),
            };
            job.error(path.key("expires"), kind);
        }
        let server = |host, port: Option<Port>| Server {
            host,
            port: match (transport, port) {
                (Transport::DnsSrv, _) => 0,
                (_, Some(port)) => port.get(),
                (Transport::Tls, None) => 5061,
                (_, None) => 5060,
            },
        };
        let second = |backup: Found<&'a HostPort>| server(backup.value.host(), backup.value.port());
        Some(Self {
            first: server(&first.host, first.port),
            second: backup.map(second),
            proxy: proxy.map(|proxy| server(&proxy.value.host, proxy.value.port)),
            transport,
            expires: first.expires,
        })
    }

    fn transport_number(&self) -> i64 {
        match self.transport {
            Transport::Udp => 0,
            Transport::Tcp => 1,
            Transport::Tls => 2,
            Transport::DnsSrv => 3,
        }
    }
}

/// The servers of an account as settings of its own.
pub(super) fn of_account<'a>(w: &mut Writer<'_, 'a>, index: u16, account: &Account<'a>) {
    let Some(servers) = Servers::of(w.job, account) else {
        return;
    };
    let number = servers.transport_number();
    let (one, two) = (&[index, 1], &[index, 2]);
    for (ix, server) in [(one, Some(servers.first)), (two, servers.second)] {
        match server {
            Some(server) => {
                w.token(n::ACCOUNT_X_SIP_SERVER_Y_ADDRESS, ix, server.host.as_str());
                w.number(n::ACCOUNT_X_SIP_SERVER_Y_PORT, ix, server.port);
                w.number(n::ACCOUNT_X_SIP_SERVER_Y_TRANSPORT_TYPE, ix, number);
                w.number(n::ACCOUNT_X_SIP_SERVER_Y_EXPIRES, ix, servers.expires);
            }
            None => w.clear(n::ACCOUNT_X_SIP_SERVER_Y_ADDRESS, ix),
        }
    }
    let x = &[index];
    if !w.job.has(n::ACCOUNT_X_SIP_SERVER_Y_ADDRESS) {
        // Up to V70 an account has one server.
        let first = servers.first;
        w.token(n::ACCOUNT_X_SIP_SERVER_HOST, x, first.host.as_str());
        w.number(n::ACCOUNT_X_SIP_SERVER_PORT, x, first.port);
        w.number(n::ACCOUNT_X_EXPIRES, x, servers.expires);
        if let Some(found) = w.job.find(|s| s.backup_registrar.as_ref())
            && servers.second.is_some()
        {
            let path = w.job.path_for(account.at, found.layer, "backup_registrar");
            w.job
                .unsupported(found.layer, path, "second server", Limit::Firmware, "");
        }
    }
    w.number(n::ACCOUNT_X_TRANSPORT, x, number);
    w.flag(
        n::ACCOUNT_X_OUTBOUND_PROXY_ENABLE,
        x,
        servers.proxy.is_some(),
    );
    for (row_host, row_port, ix) in [
        (
            n::ACCOUNT_X_OUTBOUND_HOST,
            n::ACCOUNT_X_OUTBOUND_PORT,
            &[index][..],
        ),
        (
            n::ACCOUNT_X_OUTBOUND_PROXY_Y_ADDRESS,
            n::ACCOUNT_X_OUTBOUND_PROXY_Y_PORT,
            &one[..],
        ),
    ] {
        match servers.proxy {
            Some(proxy) => {
                w.token(row_host, ix, proxy.host.as_str());
                w.number(row_port, ix, proxy.port);
            }
            None => w.clear(row_host, ix),
        }
    }
    w.clear(n::ACCOUNT_X_OUTBOUND_PROXY_Y_ADDRESS, two);
    // 1: the second server only when the first fails; 0, both at once, is the phone's default.
    w.flag(
        n::ACCOUNT_X_FALLBACK_REDUNDANCY_TYPE,
        x,
        servers.second.is_some(),
    );
}

/// How the speech of an account is encrypted.
pub(super) fn encryption<'a>(w: &mut Writer<'_, 'a>, index: u16, account: &Account<'a>) {
    let own = account.view.own.and_then(|own| own.registrar.as_ref());
    // Without a registrar there is an error already.
    let Some(registrar) = w.job.find_for(own, |s| s.registrar.as_ref()) else {
        return;
    };
    let srtp = match registrar.value.srtp {
        Srtp::Off => 0,
        Srtp::Optional => 1,
        Srtp::Mandatory => 2,
    };
    w.number(n::ACCOUNT_X_SRTP_ENCRYPTION, &[index], srtp);
}

/// The table of a manager, and for each account the number of its row.
pub(super) fn table<'a>(w: &mut Writer<'_, 'a>, accounts: &[(u16, Account<'a>)]) -> Vec<u16> {
    let mut table: Vec<Servers<'_>> = Vec::new();
    let mut numbers = Vec::new();
    let limit = w.job.model.servers;
    for (_, account) in accounts {
        let Some(servers) = Servers::of(w.job, account) else {
            numbers.push(0);
            continue;
        };
        let known = table.iter().position(|row| *row == servers);
        let at = known.unwrap_or_else(|| {
            table.push(servers);
            let found = table.len();
            if let Some(limit) = limit.map(usize::from).filter(|limit| found == limit + 1) {
                let kind = ErrorKind::TooMany {
                    what: "SIP servers",
                    limit,
                    found,
                    origin: w.job.limit(Limit::Model),
                };
                let path = account.at.path(w.job);
                w.job.error(path, kind);
            }
            found - 1
        });
        // No more than accounts, whose numbers are 16 bits.
        numbers.push(u16::try_from(at + 1).unwrap_or(u16::MAX));
    }
    for (index, servers) in (1..).zip(&table) {
        row(w, index, servers);
    }
    let used = u16::try_from(table.len()).unwrap_or(u16::MAX - 1);
    for index in used + 1..=limit.unwrap_or(0) {
        w.numbered_section("template", index);
        w.clear(n::TEMPLATE_X_NAME, &[index]);
        w.clear(n::TEMPLATE_X_SIP_SERVER_Y_ADDRESS, &[index, 1]);
        w.clear(n::TEMPLATE_X_SIP_SERVER_Y_ADDRESS, &[index, 2]);
        w.flag(n::TEMPLATE_X_OUTBOUND_ENABLE, &[index], false);
        w.clear(n::TEMPLATE_X_OUTBOUND_Y_ADDRESS, &[index, 1]);
    }
    numbers
}

fn row(w: &mut Writer<'_, '_>, index: u16, servers: &Servers<'_>) {
    let (x, one, two) = (&[index], &[index, 1], &[index, 2]);
    let number = servers.transport_number();
    w.numbered_section("template", index);
    // Nobody gives it a name.
    w.token(n::TEMPLATE_X_NAME, x, servers.first.host.as_str());
    for (ix, server) in [(one, Some(servers.first)), (two, servers.second)] {
        match server {
            Some(server) => {
                w.token(n::TEMPLATE_X_SIP_SERVER_Y_ADDRESS, ix, server.host.as_str());
                w.number(n::TEMPLATE_X_SIP_SERVER_Y_PORT, ix, server.port);
                w.number(n::TEMPLATE_X_SIP_SERVER_Y_TRANSPORT_TYPE, ix, number);
                w.number(n::TEMPLATE_X_SIP_SERVER_Y_EXPIRES, ix, servers.expires);
            }
            None => w.clear(n::TEMPLATE_X_SIP_SERVER_Y_ADDRESS, ix),
        }
    }
    w.flag(n::TEMPLATE_X_OUTBOUND_ENABLE, x, servers.proxy.is_some());
    match servers.proxy {
        Some(proxy) => {
            w.token(n::TEMPLATE_X_OUTBOUND_Y_ADDRESS, one, proxy.host.as_str());
            w.number(n::TEMPLATE_X_OUTBOUND_Y_PORT, one, proxy.port);
        }
        None => w.clear(n::TEMPLATE_X_OUTBOUND_Y_ADDRESS, one),
    }
}

/// Whether the accounts name a row of a table in place of their servers.
pub(super) fn are_in_a_table(w: &Writer<'_, '_>) -> bool {
    w.job.has(n::ACCOUNT_X_SIP_SERVER_TEMPLATE) && w.job.model.servers.is_some()
}
