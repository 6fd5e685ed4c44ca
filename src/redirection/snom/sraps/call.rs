//! One request and its answer: signing, the addresses that may be asked, what an error says.

use std::sync::Arc;

use http::header::{ACCEPT, AUTHORIZATION, LINK, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use serde_json::Value;

use crate::redirection::snom::hawk::{self, Credentials};
use crate::redirection::wire::{self, Answer, Base};
use crate::redirection::{Ended, Exchange, Outcome, Refusal, Reply, Session, Stamp, Step};

/// An account at an instance of the service.
pub(super) struct Api {
    pub(super) service: &'static str,
    /// Name of the setting that holds the address of a phone.
    pub(super) setting: &'static str,
    pub(super) base: Base,
    pub(super) credentials: Credentials,
}

/// An answer of 2xx.
pub(super) struct Received {
    pub(super) status: u16,
    /// Null for an empty one.
    pub(super) json: Value,
    next: Option<String>,
}

const JSON: &str = "application/json";

impl Api {
    pub(super) fn get(
        self: Arc<Self>,
        uri: Uri,
        session: Session,
        stamp: &Stamp,
        next: impl FnOnce(Arc<Self>, Result<Received, Outcome>, Session, &Stamp) -> Step
        + Send
        + 'static,
    ) -> Step {
        self.send((Method::GET, uri, None), session, stamp, next)
    }

    /// A request of ours. What its answer says that is no success is an outcome already; 404 is
    /// [`Outcome::NotFound`].
    pub(super) fn send(
        self: Arc<Self>,
        (method, uri, body): (Method, Uri, Option<Vec<u8>>),
        session: Session,
        stamp: &Stamp,
        next: impl FnOnce(Arc<Self>, Result<Received, Outcome>, Session, &Stamp) -> Step
        + Send
        + 'static,
    ) -> Step {
        let content_type = body.as_ref().map(|_| JSON);
        let body = body.unwrap_or_default();
        let header = self.credentials.authorization(&hawk::Request {
            ts: stamp.now.timestamp(),
            nonce: stamp.nonce.as_str(),
            method: method.as_str(),
            resource: uri
                .path_and_query()
                .map_or("/", |resource| resource.as_str()),
            host: &uri.host().unwrap_or_default().to_ascii_lowercase(),
            port: port(&uri),
            hash: &hawk::payload_hash(content_type.unwrap_or_default(), &body),
            ext: "",
        });
        let Ok(header) = wire::secret_field(&header) else {
            // Base64, digits, and an identifier that was checked.
            return end(Outcome::Refused(Refusal::Credentials), session);
        };
        let accept = HeaderValue::from_static(JSON);
        let fields = [(AUTHORIZATION, header), (ACCEPT, accept)];
        let request = wire::request(method, uri, content_type, fields, body);
        Step::Send(Exchange::new(request, move |reply, stamp| {
            let received = self.receive(reply, stamp);
            next(self, received, session, stamp)
        }))
    }

    fn receive(&self, reply: Reply<'_>, stamp: &Stamp) -> Result<Received, Outcome> {
        let mut next = None;
        if let Ok(response) = &reply {
            let headers = response.headers();
            if response.status() == StatusCode::UNAUTHORIZED && self.tells_time(headers) {
                return Err(Outcome::Refused(Refusal::Clock));
            }
            next = next_link(headers);
        }
        let answer = Answer::of(reply, stamp.now)?;
        let Answer { status, body } = answer;
        if !answer.is_success() {
            return Err(refused(answer));
        }
        let json = if body.trim_ascii().is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(body).map_err(|_| answer.broken("it is not JSON"))?
        };
        // A refusal has been seen with a status that looks like success.
        if json.get("mac").is_none() && reason(&json).is_some_and(is_of_other) {
            return Err(Outcome::OwnedByOther);
        }
        let next = next.or_else(|| Some(json.get("next")?.as_str()?.to_owned()));
        Ok(Received { status, json, next })
    }

    fn tells_time(&self, headers: &HeaderMap) -> bool {
        let mut values = headers.get_all(WWW_AUTHENTICATE).iter();
        values.any(|value| {
            value
                .to_str()
                .is_ok_and(|value| self.credentials.tells_time(value))
        })
    }

    /// A link of the service's, if it leads to where the base is: requests are signed, and nobody else is
    /// to get a signature.
    pub(super) fn pinned(&self, link: &str) -> Option<Uri> {
        let base = self.base.uri();
        let link: Uri = if link.starts_with('/') && !link.starts_with("//") {
            let authority = base.authority()?;
            format!("{}://{authority}{link}", base.scheme_str()?)
                .parse()
                .ok()?
        } else {
            link.parse().ok()?
        };
        let same_host = link.host()?.eq_ignore_ascii_case(base.host()?);
        let same = link.scheme() == base.scheme() && same_host && port(&link) == port(&base);
        (same && !link.authority()?.as_str().contains('@')).then_some(link)
    }

    /// The page that follows.
    pub(super) fn next_page(&self, received: &Received) -> Result<Option<Uri>, Outcome> {
        let Some(link) = &received.next else {
            return Ok(None);
        };
        let link = self.pinned(link);
        link.map(Some).ok_or_else(|| received.broken(ELSEWHERE))
    }
}

/// A link that is not followed.
pub(super) const ELSEWHERE: &str = "it has a link to another host";

impl Received {
    /// The entries of a list.
    pub(super) fn entries(&self) -> Result<&[Value], Outcome> {
        let list = match &self.json {
            Value::Object(page) => page.get("results"),
            list => Some(list),
        };
        let list = list.and_then(Value::as_array);
        list.map(Vec::as_slice)
            .ok_or_else(|| self.broken("it is no list"))
    }

    pub(super) fn broken(&self, what: &'static str) -> Outcome {
        wire::broken(self.status, what)
    }
}

/// The end of an action, or of a part of one.
pub(super) fn end(outcome: Outcome, session: Session) -> Step {
    Step::Ended(Ended::new(outcome, session))
}

fn port(uri: &Uri) -> u16 {
    let implied = if uri.scheme_str() == Some("http") {
        80
    } else {
        443
    };
    uri.port_u16().unwrap_or(implied)
}

/// What an answer says that is no success.
fn refused(answer: Answer<'_>) -> Outcome {
    if is_of_other(&String::from_utf8_lossy(answer.body)) {
        return Outcome::OwnedByOther;
    }
    match answer.status {
        404 | 410 => Outcome::NotFound,
        400 | 422 => Outcome::Refused(Refusal::Unknown),
        409 | 412 => Outcome::Refused(Refusal::Conflict),
        _ => answer.refused(),
    }
}

/// The words in which an error of the service is told.
fn reason(json: &Value) -> Option<&str> {
    ["message", "error", "detail"]
        .iter()
        .find_map(|name| json.get(name)?.as_str())
}

/// Whether an error says that the phone is another customer's.
fn is_of_other(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    text.contains("taken_mac_or_forbidden") || text.contains("user lacks permission to endpoint")
}

/// The link to the next page (RFC 8288): `<https://…?page=2>; rel="next"`, perhaps among others.
fn next_link(headers: &HeaderMap) -> Option<String> {
    let mut values = headers
        .get_all(LINK)
        .iter()
        .filter_map(|value| value.to_str().ok());
    values.find_map(|value| {
        let mut rest = value;
        while let Some((_, link)) = rest.split_once('<') {
            let (link, behind) = link.split_once('>')?;
            let (parameters, _) = behind.split_once('<').unwrap_or((behind, ""));
            let is_next = parameters.split([';', ',']).any(|parameter| {
                let Some((name, value)) = parameter.split_once('=') else {
                    return false;
                };
                let mut relations = value.trim().trim_matches('"').split(' ');
                name.trim().eq_ignore_ascii_case("rel")
                    && relations.any(|relation| relation.eq_ignore_ascii_case("next"))
            });
            if is_next {
                return Some(link.to_owned());
            }
            rest = behind;
        }
        None
    })
}
