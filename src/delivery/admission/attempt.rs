//! What a request brings to the door.

use std::fmt;
use std::net::IpAddr;

use crate::model::Mac;

/// What admission looks at: who asks, from where, and what it has to show.
///
/// ```
/// use std::net::Ipv4Addr;
/// use phone_provisioning::delivery::admission::Attempt;
///
/// let mut attempt = Attempt::new(Ipv4Addr::new(192, 0, 2, 7).into());
/// attempt.mac = Some("00:00:5e:00:53:2d".parse()?);
/// attempt.token = Some("MTYgcmFuZG9tIGJ5dGVzIQ");
/// assert!(!format!("{attempt:?}").contains("MTYg"));
/// # Ok::<(), phone_provisioning::error::Invalid>(())
/// ```
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Attempt<'a> {
    /// Where it comes from. Behind a proxy: what a proxy of the caller's own says of that.
    pub source: IpAddr,
    /// Whose file is asked for; absent when the request does not say.
    pub mac: Option<Mac>,
    /// Whether path, agent and certificate name different phones.
    pub conflict: bool,
    /// The phone that a client certificate names, checked by the caller's TLS. A certificate that
    /// all phones of a maker share names none.
    pub certificate: Option<Mac>,
    /// The token in the address.
    pub token: Option<&'a str>,
    /// The value of the `Authorization` field.
    pub authorization: Option<&'a [u8]>,
    /// Whether the address belongs to a space that has no tokens and asks everybody for a login.
    pub login_space: bool,
    /// The name of the file that is asked for.
    pub file: &'a str,
    /// The value of the `User-Agent` field.
    pub agent: &'a [u8],
}

impl Attempt<'_> {
    /// A request that shows nothing.
    pub fn new(source: IpAddr) -> Self {
        Self {
            source,
            mac: None,
            conflict: false,
            certificate: None,
            token: None,
            authorization: None,
            login_space: false,
            file: "",
            agent: b"",
        }
    }
}

impl fmt::Debug for Attempt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attempt")
            .field("source", &self.source)
            .field("mac", &self.mac)
            .field("conflict", &self.conflict)
            .field("certificate", &self.certificate)
            .field("token", &self.token.map(|_| "[redacted]"))
            .field("authorization", &self.authorization.map(|_| "[redacted]"))
            .field("login_space", &self.login_space)
            .field("file", &self.file)
            .finish_non_exhaustive()
    }
}
