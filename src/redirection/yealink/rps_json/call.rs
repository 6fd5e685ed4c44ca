//! One exchange: a signed request, and the envelope of its answer.

use std::sync::Arc;

use http::header::CONTENT_TYPE;
use http::{HeaderName, HeaderValue, Method, Request, Uri};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::entry::IdsBody;
use super::sign::{Signed, content_md5};
use crate::redirection::wire::{self, Answer, Base, is_uncertain};
use crate::redirection::{
    Body, Ended, Exchange, Outcome, Refusal, Retry, RetryCause, Session, Stamp, Step,
};
use crate::text::Secret;

pub(super) struct Account {
    pub(super) base: Base,
    /// Identifier of the access key.
    pub(super) key: HeaderValue,
    pub(super) secret: Secret,
}

/// It was accepted, and what is read back is not it.
pub(super) const NOT_SHOWN: Outcome = Outcome::Retry(Retry {
    cause: RetryCause::NotShown,
    after: None,
});

/// How the body of an answer is read.
type Read<T> = fn(Answer<'_>) -> Result<T, Outcome>;

impl Account {
    /// A request of what is there. Names and values of the query are letters and digits.
    pub(super) fn get(&self, path: &str, query: &[(&str, &str)], stamp: &Stamp) -> Request<Body> {
        let pairs: Vec<_> = query
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let uri = match pairs.as_slice() {
            [] => self.base.join(path),
            pairs => self.base.join(&format!("{path}?{}", pairs.join("&"))),
        };
        self.signed(Method::GET, uri, query, Vec::new(), stamp)
    }

    pub(super) fn post(&self, path: &str, body: &impl Serialize, stamp: &Stamp) -> Request<Body> {
        let body = serde_json::to_vec(body).expect("texts, numbers and lists become JSON");
        self.signed(Method::POST, self.base.join(path), &[], body, stamp)
    }

    fn signed(
        &self,
        method: Method,
        uri: Uri,
        query: &[(&str, &str)],
        body: Vec<u8>,
        stamp: &Stamp,
    ) -> Request<Body> {
        let digest = (!body.is_empty()).then(|| content_md5(&body));
        let timestamp = stamp.now.timestamp_millis().to_string();
        let signature = Signed {
            method: method.as_str(),
            content_md5: digest.as_deref(),
            key: self.key.to_str().unwrap_or_default(),
            nonce: stamp.nonce.as_str(),
            timestamp: &timestamp,
            path: uri.path(),
            query,
        };
        let signature = signature.signature(&self.secret);
        let field = |text: &str| {
            let mut value = HeaderValue::from_str(text).expect("letters, digits and base64");
            value.set_sensitive(true);
            value
        };
        let fields = [
            (HeaderName::from_static("x-ca-key"), self.key.clone()),
            (
                HeaderName::from_static("x-ca-nonce"),
                field(stamp.nonce.as_str()),
            ),
            (HeaderName::from_static("x-ca-timestamp"), field(&timestamp)),
            (HeaderName::from_static("x-ca-signature"), field(&signature)),
        ];
        let mut request = wire::request(method, uri, None, fields, body);
        if let Some(digest) = digest {
            let json = HeaderValue::from_static("application/json;charset=UTF-8");
            let headers = request.headers_mut();
            headers.insert(HeaderName::from_static("content-md5"), field(&digest));
            headers.insert(CONTENT_TYPE, json);
        }
        request
    }

    /// Sends a request, and goes on with what its answer is read as.
    pub(super) fn ask<T: 'static>(
        self: Arc<Self>,
        request: Request<Body>,
        read: Read<T>,
        session: Session,
        next: impl FnOnce(Arc<Self>, Result<T, Outcome>, Session, &Stamp) -> Step + Send + 'static,
    ) -> Step {
        Step::Send(Exchange::new(request, move |reply, stamp| {
            let answer = Answer::of(reply, stamp.now).and_then(read);
            next(self, answer, session, stamp)
        }))
    }
}

impl Account {
    /// Deletes one entry by its identifier. `read_back` is given what comes of it when the entry still is
    /// there.
    pub(super) fn delete(
        self: Arc<Self>,
        (path, id): (&str, &str),
        session: Session,
        stamp: &Stamp,
        read_back: impl FnOnce(Arc<Self>, Outcome, Session, &Stamp) -> Step + Send + 'static,
    ) -> Step {
        let body = IdsBody {
            ids: [id],
            server_id: None,
        };
        let request = self.post(path, &body, stamp);
        self.ask(
            request,
            done,
            session,
            |account, deleted, session, stamp| {
                let otherwise = match deleted {
                    Ok(()) => NOT_SHOWN,
                    Err(outcome) if is_uncertain(&outcome) => outcome,
                    Err(outcome) => return end(outcome, session),
                };
                read_back(account, otherwise, session, stamp)
            },
        )
    }
}

pub(super) fn end(outcome: Outcome, session: Session) -> Step {
    Step::Ended(Ended::new(outcome, session))
}

/// That it was done; whatever else is told.
pub(super) fn done(answer: Answer<'_>) -> Result<(), Outcome> {
    let verdict: Verdict = match serde_json::from_slice(answer.body) {
        Ok(verdict) => verdict,
        // Credentials are refused with 401 and with 403.
        Err(_) if answer.status == 403 => return Err(Outcome::Refused(Refusal::Credentials)),
        Err(_) if !answer.is_success() => return Err(answer.refused()),
        Err(_) => return Err(answer.broken("it is no JSON object with a result")),
    };
    let mut texts = Vec::new();
    let mut fields = Vec::new();
    let mut code = None;
    for failure in [&verdict.error, &verdict.errors].into_iter().flatten() {
        collect(failure, &mut texts, &mut fields, &mut code);
    }
    if verdict.ret >= 0 && answer.is_success() && texts.is_empty() {
        return Ok(());
    }
    if texts.is_empty() && answer.status == 403 {
        return Err(Outcome::Refused(Refusal::Credentials));
    }
    Err(refused(&texts, &fields, code))
}

/// That it was done, and its `data`.
pub(super) fn data<T: DeserializeOwned>(answer: Answer<'_>) -> Result<T, Outcome> {
    done(answer)?;
    let envelope: Result<Data<T>, _> = serde_json::from_slice(answer.body);
    let envelope = envelope.map_err(|_| answer.broken("its data are not those of the call"))?;
    Ok(envelope.data)
}

#[derive(Deserialize)]
struct Verdict {
    ret: i64,
    error: Option<Value>,
    errors: Option<Value>,
}

#[derive(Deserialize)]
struct Data<T> {
    data: T,
}

/// The messages of an error, the fields that they are about, and its number.
fn collect<'a>(
    failure: &'a Value,
    texts: &mut Vec<String>,
    fields: &mut Vec<&'a str>,
    code: &mut Option<i64>,
) {
    match failure {
        Value::String(text) if !text.is_empty() => texts.push(text.to_ascii_lowercase()),
        Value::Array(failures) => {
            for failure in failures {
                collect(failure, texts, fields, code);
            }
        }
        Value::Object(members) => {
            for (name, value) in members {
                match (name.as_str(), value) {
                    ("field", Value::String(field)) => fields.push(field),
                    ("errorCode", Value::Number(number)) => *code = number.as_i64(),
                    ("errorCode", Value::String(text)) if text.parse::<i64>().is_ok() => {
                        *code = text.parse().ok();
                    }
                    _ => collect(value, texts, fields, code),
                }
            }
        }
        _ => {}
    }
}

/// The outcome of message keys that are known, else of the fields, else of the number.
fn refused(texts: &[String], fields: &[&str], code: Option<i64>) -> Outcome {
    let keys = [
        ("device.mac.existed", Outcome::Refused(Refusal::Conflict)),
        ("device.mac.added.by.other", Outcome::OwnedByOther),
        ("device.operate.forbidden", Outcome::OwnedByOther),
        ("device.not.found", Outcome::NotFound),
        ("device.mac.invalid", Outcome::Refused(Refusal::Mac)),
        ("unauthorized", Outcome::Refused(Refusal::Credentials)),
    ];
    let known = keys
        .into_iter()
        .find(|(key, _)| texts.iter().any(|text| text.contains(key)));
    if let Some((_, outcome)) = known {
        return outcome;
    }
    let of_field = fields.iter().find_map(|field| match *field {
        "mac" | "macs" => Some(Refusal::Mac),
        "serverName" | "serverId" => Some(Refusal::Server),
        "url" | "uniqueServerUrl" => Some(Refusal::Url),
        _ => None,
    });
    let refusal = of_field.or(code.map(Refusal::Code));
    Outcome::Refused(refusal.unwrap_or(Refusal::Unknown))
}
