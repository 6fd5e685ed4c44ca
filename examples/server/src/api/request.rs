//! What is read off a request: who asks, what about, and what is sent.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use http::request::Parts;
use http::{StatusCode, header};
use phone_provisioning::Secret;
use phone_provisioning::inventory::Actor;
use phone_provisioning::model::Mac;
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use zeroize::Zeroizing;

use super::refusal::Refusal;
use crate::server::{Problem, Server};

/// Who asks, as their session says.
pub(super) struct Caller {
    pub(super) actor: Actor,
    /// What they hold, to end the session.
    pub(super) token: Zeroizing<String>,
}

impl FromRequestParts<Arc<Server>> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, server: &Arc<Server>) -> Result<Self, Refusal> {
        let field = parts.headers.get(header::AUTHORIZATION);
        let text = field.and_then(|field| field.to_str().ok());
        let token = text.and_then(|text| {
            let (scheme, token) = text.split_once(' ')?;
            scheme.eq_ignore_ascii_case("Bearer").then(|| token.trim())
        });
        let token = token.ok_or_else(|| {
            Refusal::unauthenticated("expected the field `Authorization: Bearer …`; log in first")
        })?;
        let found = server.session(token).ok_or_else(|| {
            Refusal::unauthenticated("the session is over, or never was; log in again")
        })?;
        Ok(Self {
            actor: found.actor,
            token: Zeroizing::new(token.to_owned()),
        })
    }
}

/// The places of a path.
pub(super) struct At<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for At<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        match Path::<T>::from_request_parts(parts, state).await {
            Ok(Path(places)) => Ok(Self(places)),
            // What names nothing that can be there, names nothing that is there.
            Err(_) => Err(Problem::Unknown("thing").into()),
        }
    }
}

/// The parameters of a query. There are no others.
pub(super) struct Asked<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Asked<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        match Query::<T>::from_request_parts(parts, state).await {
            Ok(Query(asked)) => Ok(Self(asked)),
            Err(_) => Err(Refusal::new(
                StatusCode::BAD_REQUEST,
                "the query has a parameter that is not described, or a wrong value in one",
            )),
        }
    }
}

/// What is sent, as JSON.
pub(super) struct Sent<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Sent<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let body = body(request, state).await?;
        read(&body).map(Self)
    }
}

/// A document that is sent, in which [`REDACTED`](crate::server::documents::REDACTED) may stand in the
/// place of secrets.
pub(super) struct SentDocument(pub(super) Value);

impl<S: Send + Sync> FromRequest<S> for SentDocument {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let body = body(request, state).await?;
        read(&body).map(Self)
    }
}

async fn body<S: Send + Sync>(request: Request, state: &S) -> Result<Zeroizing<Vec<u8>>, Refusal> {
    let media_type = request.headers().get(header::CONTENT_TYPE);
    let media_type = media_type.and_then(|field| field.to_str().ok());
    let essence = media_type.and_then(|text| text.split(';').next());
    if !essence.is_some_and(|text| text.trim().eq_ignore_ascii_case("application/json")) {
        return Err(Refusal::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "expected `Content-Type: application/json`",
        ));
    }
    match Bytes::from_request(request, state).await {
        Ok(bytes) => Ok(Zeroizing::new(bytes.into())),
        Err(rejection) => Err(Refusal::new(
            rejection.status(),
            match rejection.status() {
                StatusCode::PAYLOAD_TOO_LARGE => "the body is longer than 1 MiB",
                _ => "the body did not come as a whole",
            },
        )),
    }
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    serde_json::from_slice(body)
        .map_err(|error| Refusal::new(StatusCode::BAD_REQUEST, fault(&error)))
}

/// From a document of which the secrets have been filled in.
pub(super) fn document<T: DeserializeOwned>(value: Value) -> Result<T, Refusal> {
    serde_json::from_value(value)
        .map_err(|error| Refusal::new(StatusCode::BAD_REQUEST, fault(&error)))
}

/// What is wrong with a body. The reader's own words quote values, which may be secret, but for those
/// about the names of fields.
fn fault(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let about_names = ["unknown field ", "missing field ", "duplicate field "];
    if about_names.iter().any(|start| text.starts_with(start)) {
        return text.chars().take(400).collect();
    }
    let what = match error.classify() {
        serde_json::error::Category::Data => "a value of another type than is described",
        _ => "no JSON",
    };
    match error.line() {
        0 => what.to_owned(),
        line => format!("line {line}, column {}: {what}", error.column()),
    }
}

/// A MAC address in a path or a body, in any usual spelling.
#[derive(Clone, Copy)]
pub(super) struct MacText(pub(super) Mac);

impl<'de> Deserialize<'de> for MacText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map(Self).map_err(D::Error::custom)
    }
}

/// A password in a body.
pub(super) fn secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Secret, D::Error> {
    let text = String::deserialize(deserializer)?;
    Secret::new(text).map_err(D::Error::custom)
}
