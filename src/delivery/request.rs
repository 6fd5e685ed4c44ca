//! What is known of a request before anybody looks at it ([`RequestFacts`]).

use std::fmt;
use std::net::IpAddr;

use http::header::USER_AGENT;
use http::{Method, Request, request};

use super::space::Located;

/// What a server knows of a request of a phone: nothing of it is checked yet.
///
/// Made of the types of the crate `http`, or of its parts. `Debug` shows neither path nor query, in which
/// a token may stand.
///
/// ```
/// use phone_provisioning::delivery::RequestFacts;
///
/// let request = http::Request::get("https://pbx.example.net/p/000413A11FA7.xml")
///     .header("User-Agent", "Phone 10.1")
///     .body(())?;
/// let facts = RequestFacts::from(&request).with_peer("192.0.2.7".parse()?);
/// assert_eq!(facts.path(), "/p/000413A11FA7.xml");
/// assert_eq!(facts.user_agent(), Some(b"Phone 10.1".as_slice()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy)]
pub struct RequestFacts<'a> {
    method: &'a Method,
    path: &'a str,
    query: Option<&'a str>,
    authority: Option<&'a str>,
    user_agent: Option<&'a [u8]>,
    has_two_agents: bool,
    certificate: Option<&'a str>,
    peer: Option<IpAddr>,
    located: Option<Located<'a>>,
}

static GET: Method = Method::GET;

impl<'a> RequestFacts<'a> {
    /// A `GET` for a path, with the query behind a `?`, in the encoding in which it was sent.
    pub fn new(path_and_query: &'a str) -> Self {
        let (path, query) = match path_and_query.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (path_and_query, None),
        };
        Self {
            method: &GET,
            path,
            query,
            authority: None,
            user_agent: None,
            has_two_agents: false,
            certificate: None,
            peer: None,
            located: None,
        }
    }

    /// The same with another method.
    #[must_use]
    pub fn with_method(self, method: &'a Method) -> Self {
        Self { method, ..self }
    }

    /// The same with the bytes of the header `User-Agent`.
    #[must_use]
    pub fn with_user_agent(self, user_agent: &'a [u8]) -> Self {
        Self {
            user_agent: Some(user_agent),
            ..self
        }
    }

    /// The same with the subject of the client's certificate, which the server has checked against the
    /// maker's authority: `CN=000413A11FA7,O=…` of RFC 4514, or `/O=…/CN=…` as OpenSSL prints it.
    #[must_use]
    pub fn with_certificate(self, subject: &'a str) -> Self {
        Self {
            certificate: Some(subject),
            ..self
        }
    }

    /// The same with the address that the request came from.
    #[must_use]
    pub fn with_peer(self, peer: IpAddr) -> Self {
        Self {
            peer: Some(peer),
            ..self
        }
    }

    /// The same with the host and port that the request was sent to, as the header `Host` has them: an
    /// [`AddressSpace`](super::AddressSpace) then looks only at templates of this host. A user name
    /// before the host is ignored, and a port that the scheme implies may be missing.
    #[must_use]
    pub fn with_authority(self, authority: &'a str) -> Self {
        Self {
            authority: Some(authority),
            ..self
        }
    }

    /// The same with what an [`AddressSpace`](super::AddressSpace) found in the path: only that counts
    /// as the file and as an address in the path then.
    #[must_use]
    pub fn with_located(self, located: Located<'a>) -> Self {
        Self {
            located: Some(located),
            ..self
        }
    }

    /// The path as it was sent.
    pub fn path(&self) -> &'a str {
        self.path
    }

    /// The query as it was sent, without the `?`.
    pub fn query(&self) -> Option<&'a str> {
        self.query
    }

    /// The method.
    pub fn method(&self) -> &'a Method {
        self.method
    }

    /// Host and port, where they were given.
    pub fn authority(&self) -> Option<&'a str> {
        self.authority
    }

    /// The bytes of the header `User-Agent`, of several the first.
    pub fn user_agent(&self) -> Option<&'a [u8]> {
        self.user_agent
    }

    /// Whether there were several headers `User-Agent` that differ.
    pub fn has_two_user_agents(&self) -> bool {
        self.has_two_agents
    }

    /// The subject of the client's certificate.
    pub fn certificate(&self) -> Option<&'a str> {
        self.certificate
    }

    /// Where the request came from.
    pub fn peer(&self) -> Option<IpAddr> {
        self.peer
    }

    /// What was found in the path.
    pub fn located(&self) -> Option<Located<'a>> {
        self.located
    }
}

impl<'a> From<&'a request::Parts> for RequestFacts<'a> {
    fn from(parts: &'a request::Parts) -> Self {
        Self::of(&parts.method, &parts.uri, &parts.headers)
    }
}

impl<'a, B> From<&'a Request<B>> for RequestFacts<'a> {
    fn from(request: &'a Request<B>) -> Self {
        Self::of(request.method(), request.uri(), request.headers())
    }
}

impl<'a> RequestFacts<'a> {
    fn of(method: &'a Method, uri: &'a http::Uri, headers: &'a http::HeaderMap) -> Self {
        let mut agents = headers.get_all(USER_AGENT).iter();
        let user_agent = agents.next().map(http::HeaderValue::as_bytes);
        Self {
            query: uri.query(),
            user_agent,
            has_two_agents: agents.any(|other| Some(other.as_bytes()) != user_agent),
            ..Self::new(uri.path()).with_method(method)
        }
    }
}

impl fmt::Debug for RequestFacts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestFacts")
            .field("method", self.method)
            .field("peer", &self.peer)
            .field("located", &self.located)
            .finish_non_exhaustive()
    }
}
