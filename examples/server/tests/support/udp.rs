//! Phones that are plain sockets.

use std::net::{SocketAddr, UdpSocket};
use std::time::Duration;

/// Long enough for the slowest machine; nothing waits for it to pass.
pub const PATIENCE: Duration = Duration::from_secs(20);

pub struct Phone(pub UdpSocket);

impl Phone {
    pub fn at(address: &str) -> Self {
        let socket = UdpSocket::bind(address).unwrap();
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        Self(socket)
    }

    pub fn address(&self) -> SocketAddr {
        self.0.local_addr().unwrap()
    }

    #[track_caller]
    pub fn send(&self, bytes: &[u8], to: SocketAddr) {
        self.0.send_to(bytes, to).unwrap();
    }

    #[track_caller]
    pub fn receive(&self) -> String {
        self.receive_from().0
    }

    #[track_caller]
    pub fn receive_from(&self) -> (String, SocketAddr) {
        let mut bytes = [0; 2000];
        let (length, from) = self.0.recv_from(&mut bytes).unwrap();
        (String::from_utf8(bytes[..length].to_vec()).unwrap(), from)
    }

    /// Whether nothing is here, now.
    pub fn has_nothing(&self) -> bool {
        self.0.set_nonblocking(true).unwrap();
        let nothing = self.0.peek_from(&mut [0; 10]).is_err();
        self.0.set_nonblocking(false).unwrap();
        nothing
    }
}

/// The answer to a request, as RFC 3261 section 8.2.6 has it.
pub fn reply(request: &str, status: &str) -> String {
    let copied = request.lines().filter(|line| {
        let names = ["Via:", "From:", "To:", "Call-ID:", "CSeq:"];
        names.iter().any(|name| line.starts_with(name))
    });
    let copied: Vec<&str> = copied.collect();
    format!("SIP/2.0 {status}\r\n{}\r\n\r\n", copied.join("\r\n"))
}

/// A field of a message.
#[track_caller]
pub fn field<'a>(message: &'a str, name: &str) -> &'a str {
    let mut fields = message.lines().filter_map(|line| line.split_once(": "));
    let found = fields.find(|(found, _)| *found == name);
    found.unwrap_or_else(|| panic!("no {name} in {message}")).1
}
