//! Who is at the other end of a connection.

use std::net::SocketAddr;

use axum::extract::connect_info::Connected;
use axum::serve::IncomingStream;
use tokio::net::TcpListener;

/// Who is at the other end of a connection.
#[derive(Clone, Debug)]
pub struct Peer {
    /// Its address; one of IPv4 as such, also where the socket is for both kinds.
    pub address: SocketAddr,
    /// The subject of its certificate, which was checked.
    pub certificate: Option<String>,
    /// Whether nobody on the way can read along.
    pub is_tls: bool,
}

impl Peer {
    /// Somebody without TLS.
    pub fn at(address: SocketAddr) -> Self {
        Self {
            address: SocketAddr::new(address.ip().to_canonical(), address.port()),
            certificate: None,
            is_tls: false,
        }
    }
}

impl Connected<IncomingStream<'_, TcpListener>> for Peer {
    fn connect_info(stream: IncomingStream<'_, TcpListener>) -> Self {
        Self::at(*stream.remote_addr())
    }
}
