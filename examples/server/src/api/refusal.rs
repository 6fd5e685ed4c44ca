//! What a program is told when something cannot be done (RFC 9457).

use std::collections::BTreeMap;

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use utoipa::openapi::response::{Response as Described, ResponseBuilder};
use utoipa::openapi::{ContentBuilder, Ref, RefOr};
use utoipa::{IntoResponses, ToSchema};

use crate::server::Problem;

const PROBLEM: &str = "application/problem+json";

/// Why something was not done.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    errors: Vec<String>,
}

impl Refusal {
    /// A fault in what was asked.
    pub(super) fn new(status: StatusCode, error: impl Into<String>) -> Self {
        let errors = vec![error.into()];
        Self { status, errors }
    }

    /// Nobody is logged in.
    pub(super) fn unauthenticated(error: &str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, error)
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        let (status, errors) = (problem.status(), problem.messages());
        Self { status, errors }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let details = ProblemDetails {
            kind: "about:blank",
            title: self.status.canonical_reason().unwrap_or("refused"),
            status: self.status.as_u16(),
            detail: self.errors.join("\n"),
            errors: self.errors,
        };
        let body = serde_json::to_string(&details).expect("texts and numbers");
        let mut response = (self.status, body).into_response();
        let fields = response.headers_mut();
        fields.insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM));
        if self.status == StatusCode::UNAUTHORIZED {
            let scheme = HeaderValue::from_static("Bearer");
            fields.insert(header::WWW_AUTHENTICATE, scheme);
        }
        response
    }
}

/// Why something was not done.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "type": "about:blank",
    "title": "Not Found",
    "status": 404,
    "detail": "no phone 00:15:65:00:00:01",
    "errors": ["no phone 00:15:65:00:00:01"],
}))]
pub(super) struct ProblemDetails {
    /// Always `about:blank`: the status says what kind of problem it is.
    #[serde(rename = "type")]
    kind: &'static str,
    /// The status in words.
    title: &'static str,
    /// The status.
    status: u16,
    /// All errors, one a line.
    detail: String,
    /// Each error by itself, most with the path of the field that it is about.
    errors: Vec<String>,
}

/// How something that is only looked at can be refused.
pub(super) struct Looking;

/// How a change without a body can be refused.
pub(super) struct Acting;

/// How a change with a body can be refused.
pub(super) struct Changing;

const UNAUTHENTICATED: (u16, &str) = (401, "No session, or one that is over");
const FORBIDDEN: (u16, &str) = (403, "Who asks plays another part");
const UNKNOWN: (u16, &str) = (404, "No such thing, or it is another organisation's");
const CONFLICT: (u16, &str) = (409, "It contradicts what there is");
const WRONG: (u16, &str) = (422, "Fields with faults, each of them told");
const MALFORMED: (u16, &str) = (
    400,
    "The query or the body is not of the form that is described",
);
const TOO_LONG: (u16, &str) = (413, "The body is longer than 1 MiB");
const NOT_JSON: (u16, &str) = (415, "The body is not declared as `application/json`");

impl IntoResponses for Looking {
    fn responses() -> BTreeMap<String, RefOr<Described>> {
        described(&[
            MALFORMED,
            UNAUTHENTICATED,
            FORBIDDEN,
            UNKNOWN,
            CONFLICT,
            WRONG,
        ])
    }
}

impl IntoResponses for Acting {
    fn responses() -> BTreeMap<String, RefOr<Described>> {
        described(&[UNAUTHENTICATED, FORBIDDEN, UNKNOWN, CONFLICT, WRONG])
    }
}

impl IntoResponses for Changing {
    fn responses() -> BTreeMap<String, RefOr<Described>> {
        described(&[
            MALFORMED,
            UNAUTHENTICATED,
            FORBIDDEN,
            UNKNOWN,
            CONFLICT,
            TOO_LONG,
            NOT_JSON,
            WRONG,
        ])
    }
}

fn described(refusals: &[(u16, &str)]) -> BTreeMap<String, RefOr<Described>> {
    let refusals = refusals.iter().map(|(status, why)| {
        let schema = Ref::from_schema_name("ProblemDetails");
        let content = ContentBuilder::new().schema(Some(schema)).build();
        let response = ResponseBuilder::new()
            .description(*why)
            .content(PROBLEM, content)
            .build();
        (status.to_string(), RefOr::T(response))
    });
    refusals.collect()
}
