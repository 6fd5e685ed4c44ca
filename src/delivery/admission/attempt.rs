//! What a request brings to the door.

use std::borrow::Cow;
use std::fmt;
use std::net::IpAddr;

use crate::delivery::{Identification, Origin, RequestFacts, Subject, Token};
use crate::model::Mac;
use crate::target::FileKind;

/// What admission looks at: who asks, from where, and what it has to show.
///
/// ```
/// use std::net::Ipv4Addr;
/// use phone_provisioning::delivery::admission::Attempt;
///
/// let mut attempt = Attempt::new(Ipv4Addr::new(192, 0, 2, 7).into());
/// attempt.mac = Some("00:00:5e:00:53:2d".parse()?);
/// attempt.token = Some("MTYgcmFuZG9tIGJ5dGVzIQ".into());
/// assert!(!format!("{attempt:?}").contains("MTYg"));
/// # Ok::<(), phone_provisioning::error::Invalid>(())
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub struct Attempt<'a> {
    /// Where it comes from. Behind a proxy: what a proxy of the caller's own says of that.
    pub source: IpAddr,
    /// Whose file is asked for; absent when the request does not say.
    pub mac: Option<Mac>,
    /// Whether path, query, agent and certificate name different phones.
    pub conflict: bool,
    /// The phone that a client certificate names, checked by the caller's TLS. A certificate that
    /// all phones of a maker share names none.
    pub certificate: Option<Mac>,
    /// The token in the address.
    pub token: Option<Cow<'a, str>>,
    /// The value of the `Authorization` field.
    pub authorization: Option<&'a [u8]>,
    /// Whether the address belongs to a space that has no tokens and asks everybody for a login.
    pub login_space: bool,
    /// The name of the file that is asked for.
    pub file: &'a str,
    /// The value of the `User-Agent` field.
    pub agent: &'a [u8],
}

impl<'a> Attempt<'a> {
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

    /// What was found in the path of a request, and what was identified. The token is only there when
    /// the facts say [where the request was located](RequestFacts::with_located); `authorization` and
    /// `login_space` are the caller's to add.
    ///
    /// Of the conflicts only one about the address counts: a phone whose model is told wrongly is
    /// still that phone.
    pub fn of(
        facts: &RequestFacts<'a>,
        identification: &Identification<'a>,
        source: IpAddr,
    ) -> Self {
        let located = facts.located();
        let file = identification.file();
        let is_about_mac = |subject| subject == Subject::Mac;
        let mut conflicts = identification.conflicts().iter();
        Self {
            mac: identification.mac().map(|mac| mac.value),
            conflict: conflicts.any(|conflict| is_about_mac(conflict.about)),
            certificate: identification.mac_from(Origin::Certificate),
            token: located.and_then(|located| located.token().map(Token::expose)),
            // Of a path that was not located, the last part may be a token.
            file: match located.is_some() || file.kind() != FileKind::Other {
                true => file.name(),
                false => "",
            },
            agent: facts.user_agent().unwrap_or_default(),
            ..Self::new(source)
        }
    }
}

impl fmt::Debug for Attempt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let redacted = "[redacted]";
        f.debug_struct("Attempt")
            .field("source", &self.source)
            .field("mac", &self.mac)
            .field("conflict", &self.conflict)
            .field("certificate", &self.certificate)
            .field("token", &self.token.as_ref().map(|_| redacted))
            .field("authorization", &self.authorization.map(|_| redacted))
            .field("login_space", &self.login_space)
            .field("file", &self.file)
            .finish_non_exhaustive()
    }
}
