//! What all SIP messages from here share.

use std::net::SocketAddr;

/// An address as it stands in a message: without the zone of a link, which has a meaning on this
/// machine only, and no IPv4 in the form of IPv6.
pub(super) fn written(address: SocketAddr) -> SocketAddr {
    SocketAddr::new(address.ip().to_canonical(), address.port())
}
