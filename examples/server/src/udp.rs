//! A UDP socket that speaks SIP: it knows at which address a phone reaches it.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket as StdUdpSocket};
use std::time::Duration;

use socket2::{Domain, Protocol, SockRef, Socket, Type};
use tokio::net::UdpSocket;

/// A datagram of UDP is no longer.
pub(crate) const LONGEST_DATAGRAM: usize = 65_535;

/// How long a socket that cannot be read is left alone.
const PAUSE: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub(crate) struct Udp {
    socket: UdpSocket,
    bound: SocketAddr,
    /// The one address that phones reach us at; where there are several, the way to the phone decides.
    own: Option<IpAddr>,
}

impl Udp {
    /// A socket at an address. With `::` it is for both kinds of addresses.
    pub(crate) fn bind(address: SocketAddr) -> io::Result<Self> {
        let own = Some(address.ip()).filter(|ip| !ip.is_unspecified());
        Self::with(address, own, |socket| match address.ip() {
            IpAddr::V6(Ipv6Addr::UNSPECIFIED) => socket.set_only_v6(false),
            _ => Ok(()),
        })
    }

    /// A socket with options of its own, which are set before it has its address.
    pub(crate) fn with(
        address: SocketAddr,
        own: Option<IpAddr>,
        set: impl FnOnce(&Socket) -> io::Result<()>,
    ) -> io::Result<Self> {
        let socket = Socket::new(
            Domain::for_address(address),
            Type::DGRAM,
            Some(Protocol::UDP),
        )?;
        set(&socket)?;
        socket.set_nonblocking(true)?;
        socket.bind(&address.into())?;
        let socket = UdpSocket::from_std(socket.into())?;
        let bound = socket.local_addr()?;
        Ok(Self { socket, bound, own })
    }

    /// What it is bound to; instead of "any address" its own, if there is one.
    pub(crate) fn local_addr(&self) -> SocketAddr {
        SocketAddr::new(self.own.unwrap_or(self.bound.ip()), self.bound.port())
    }

    /// The next datagram and who sent it. An error of the socket is logged and waited out.
    pub(crate) async fn receive(&self, buffer: &mut [u8]) -> (usize, SocketAddr) {
        loop {
            match self.socket.recv_from(buffer).await {
                Ok(datagram) => return datagram,
                // What an earlier datagram met, where the system tells.
                Err(error) if error.kind() == io::ErrorKind::ConnectionReset => {}
                Err(error) => {
                    tracing::warn!(local = %self.bound, %error, "cannot receive datagrams");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }

    /// Sends from any thread, without waiting. What the system has no room for is lost, as datagrams
    /// are; whoever sends repeats them.
    pub(crate) fn send(&self, bytes: &[u8], to: SocketAddr) -> io::Result<()> {
        let to = match (self.bound.ip(), to.ip()) {
            (IpAddr::V6(_), IpAddr::V4(ip)) => {
                SocketAddr::new(ip.to_ipv6_mapped().into(), to.port())
            }
            _ => to,
        };
        match SockRef::from(&self.socket).send_to(bytes, &to.into()) {
            Err(error) if error.kind() != io::ErrorKind::WouldBlock => Err(error),
            _ => Ok(()),
        }
    }

    /// Our address and port on the way to a phone.
    pub(crate) fn towards(&self, phone: SocketAddr) -> SocketAddr {
        let ip = self.own.or_else(|| way(phone).ok());
        SocketAddr::new(ip.unwrap_or(self.bound.ip()), self.bound.port())
    }
}

/// The address that the machine has on the way to another. Connecting a UDP socket sends nothing: it
/// asks the system.
fn way(to: SocketAddr) -> io::Result<IpAddr> {
    let mut to = to;
    to.set_ip(to.ip().to_canonical());
    let any: IpAddr = match to {
        SocketAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        SocketAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    };
    let probe = StdUdpSocket::bind(SocketAddr::new(any, 0))?;
    probe.connect(to)?;
    Ok(probe.local_addr()?.ip())
}
