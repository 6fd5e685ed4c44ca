//! One call and its answer: the access token, the fields of a request, the codes of errors.

use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use http::header::{ACCEPT, AUTHORIZATION};
use http::{HeaderName, HeaderValue, Method};
use serde::Serialize;
use serde_json::Value;

use crate::redirection::wire::{self, Answer, Base};
use crate::redirection::{
    Body, Ended, Exchange, Outcome, Refusal, Reply, Retry, RetryCause, Session, Stamp, Step,
};
use crate::text::Secret;

/// A client of the service.
pub(super) struct Account {
    pub(super) base: Base,
    /// What it shows for a token.
    pub(super) authorization: HeaderValue,
}

/// A call of the interface; all are `POST`s with a body.
#[derive(Clone)]
pub(super) struct Call {
    path: &'static str,
    body: Body,
}

impl Call {
    pub(super) fn new(path: &'static str, body: &impl Serialize) -> Self {
        let body = serde_json::to_vec(body).unwrap_or_default().into();
        Self { path, body }
    }
}

/// What is read of an answer.
pub(super) type Answered<T = Value> = Result<T, Failure>;

const JSON: &str = "application/json";

impl Account {
    /// Calls with the token of the session, or with a new one, and once more with another where the
    /// service does not take that any more.
    pub(super) fn call(
        self: Arc<Self>,
        call: Call,
        session: Session,
        stamp: &Stamp,
        next: impl FnOnce(Arc<Self>, Answered, Session, &Stamp) -> Step + Send + 'static,
    ) -> Step {
        let is_good = |(_, ends): &&(Secret, DateTime<Utc>)| *ends > stamp.now + EARLY;
        let Some((token, _)) = session.token().filter(is_good) else {
            return self.call_anew(call, session, stamp, next);
        };
        let request = self.request(&call, bearer(token), stamp);
        Step::Send(Exchange::new(request, move |reply, stamp| {
            match receive(reply, stamp) {
                Err(failure) if failure.says_ended() => self.call_anew(call, session, stamp, next),
                answer => next(self, answer, session, stamp),
            }
        }))
    }

    /// Asks for a token and calls with it.
    fn call_anew(
        self: Arc<Self>,
        call: Call,
        session: Session,
        stamp: &Stamp,
        next: impl FnOnce(Arc<Self>, Answered, Session, &Stamp) -> Step + Send + 'static,
    ) -> Step {
        let grant = Grant {
            grant_type: "client_credentials",
        };
        let request = self.request(
            &Call::new("/v2/token", &grant),
            Some(self.authorization.clone()),
            stamp,
        );
        Step::Send(Exchange::new(request, move |reply, stamp| {
            let granted = receive(reply, stamp).and_then(|answer| token(&answer, stamp.now));
            let (token, ends) = match granted {
                Ok(granted) => granted,
                // No token: nothing of the action itself has been asked, and nothing was done.
                Err(failure) => return end(failure.outcome, session.with_token(None)),
            };
            let request = self.request(&call, bearer(&token), stamp);
            let session = session.with_token(Some((token, ends)));
            Step::Send(Exchange::new(request, move |reply, stamp| {
                let answer = receive(reply, stamp);
                let session = match &answer {
                    Err(failure) if failure.says_ended() => session.with_token(None),
                    _ => session,
                };
                next(self, answer, session, stamp)
            }))
        }))
    }

    fn request(
        &self,
        call: &Call,
        authorization: Option<HeaderValue>,
        stamp: &Stamp,
    ) -> http::Request<Body> {
        let json = HeaderValue::from_static(JSON);
        let nonce = HeaderValue::from_str(stamp.nonce.as_str());
        let fields = [
            (ACCEPT, json),
            (
                HeaderName::from_static("timestamp"),
                stamp.now.timestamp_millis().into(),
            ),
            (
                HeaderName::from_static("nonce"),
                nonce.unwrap_or(HeaderValue::from_static("")),
            ),
        ];
        let uri = self.base.join(call.path);
        let body = call.body.as_bytes().to_vec();
        let mut request = wire::request(Method::POST, uri, Some(JSON), fields, body);
        request
            .headers_mut()
            .extend(authorization.map(|value| (AUTHORIZATION, value)));
        request
    }
}

/// A token is not used in its last minute.
const EARLY: Duration = Duration::seconds(60);

#[derive(Serialize)]
struct Grant {
    grant_type: &'static str,
}

fn bearer(token: &Secret) -> Option<HeaderValue> {
    let value = zeroize::Zeroizing::new(format!("Bearer {}", token.expose()));
    wire::secret_field(&value).ok()
}

/// The token of an answer, and when it ends.
fn token(answer: &Value, now: DateTime<Utc>) -> Answered<(Secret, DateTime<Utc>)> {
    let broken = |what| Failure::from(wire::broken(200, what));
    let token = answer.get("access_token").and_then(Value::as_str);
    let fits = |token: &&str| {
        (1..=8192).contains(&token.len()) && token.bytes().all(|byte| byte.is_ascii_graphic())
    };
    let token = token.filter(fits).and_then(|token| Secret::new(token).ok());
    let token = token.ok_or_else(|| broken("it has no access token"))?;
    let seconds = answer
        .get("expires_in")
        .and_then(integer)
        .unwrap_or_default();
    let lasts = Duration::seconds(seconds.clamp(0, 366 * 24 * 3600));
    Ok((token, now.checked_add_signed(lasts).unwrap_or(now)))
}

/// A call that was not done, or nobody knows.
pub(super) struct Failure {
    code: Option<i64>,
    outcome: Outcome,
}

impl Failure {
    /// Of a code of the service's list.
    pub(super) fn of_code(code: i64, details: &Value) -> Self {
        let refused = Outcome::Refused;
        let outcome = match code {
            800_001 | 800_005 | 800_200 => refused(Refusal::Mac),
            800_002 => refused(Refusal::Serial),
            800_003 | 900_409 | 900_412 => refused(Refusal::Conflict),
            800_004 => Outcome::OwnedByOther,
            800_006 | 800_008 => refused(Refusal::TooMuch),
            800_007 | 900_400 => refused(of_field(details).unwrap_or(Refusal::Code(code))),
            900_401 | 900_440 => refused(Refusal::Credentials),
            900_403 => refused(Refusal::Permission),
            900_404 => Outcome::NotFound,
            900_429 => Outcome::RateLimited { until: None },
            // The nonce was used before (500403), or the service is out of order.
            500_403 | 900_408 | 900_500 | 900_502..=900_504 | 900_511 | 900_599 => {
                Outcome::Retry(Retry::new(RetryCause::Busy))
            }
            _ => refused(Refusal::Code(code)),
        };
        let code = Some(code);
        Self { code, outcome }
    }

    /// Whether the token is not taken any more.
    fn says_ended(&self) -> bool {
        self.outcome == Outcome::Refused(Refusal::Credentials)
    }

    /// Whether the entry is there already: ours, or another's.
    pub(super) fn says_existing(&self) -> bool {
        self.code == Some(800_003)
    }
}

impl From<Outcome> for Failure {
    fn from(outcome: Outcome) -> Self {
        let code = None;
        Self { code, outcome }
    }
}

impl From<Failure> for Outcome {
    fn from(failure: Failure) -> Self {
        failure.outcome
    }
}

/// What a parameter that is not taken means.
fn of_field(details: &Value) -> Option<Refusal> {
    let mut details = details.as_array()?.iter();
    details.find_map(|detail| match detail.get("field")?.as_str()? {
        "mac" | "macs" => Some(Refusal::Mac),
        "sn" => Some(Refusal::Serial),
        "uniqueServerUrl" => Some(Refusal::Url),
        "serverId" => Some(Refusal::Server),
        _ => None,
    })
}

fn receive(reply: Reply<'_>, stamp: &Stamp) -> Answered {
    let answer = Answer::of(reply, stamp.now)?;
    let json: Result<Value, _> = serde_json::from_slice(answer.body);
    let code = json
        .as_ref()
        .ok()
        .and_then(|json| integer(json.get("code")?));
    if let Some(code) = code.filter(|code| *code != 900_200) {
        let details = json.as_ref().ok().and_then(|json| json.get("details"));
        return Err(Failure::of_code(code, details.unwrap_or(&Value::Null)));
    }
    if !answer.is_success() {
        let error = json
            .as_ref()
            .ok()
            .and_then(|json| json.get("error")?.as_str());
        // RFC 6749 section 5.2.
        let is_client = matches!(error, Some("invalid_client" | "unauthorized_client"));
        let refused = Outcome::Refused(Refusal::Credentials);
        return Err(if is_client { refused } else { answer.refused() }.into());
    }
    json.map_err(|_| answer.broken("it is not JSON").into())
}

/// A number, perhaps as text.
pub(super) fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::String(text) => text.trim().parse().ok(),
        value => value.as_i64(),
    }
}

/// The end of an action, or of a part of one.
pub(super) fn end(outcome: Outcome, session: Session) -> Step {
    Step::Ended(Ended::new(outcome, session))
}
