//! A page that cannot be shown, or a request that cannot be done.

use askama::Template;
use axum::response::{IntoResponse, Response};
use http::StatusCode;

use super::page;
use crate::server::Problem;

/// Why there is nothing else to show than this.
pub struct Refused(pub Problem);

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let status = self.0.status();
        let messages = self.0.messages();
        page(status, &View { status, messages })
    }
}

impl<P: Into<Problem>> From<P> for Refused {
    fn from(problem: P) -> Self {
        Self(problem.into())
    }
}

/// A form that was not made for this visit.
pub(super) fn foreign_form() -> Response {
    let message = "The form was not made for this visit. Go back, load the page again, and send it \
        once more.";
    let status = StatusCode::FORBIDDEN;
    let messages = vec![message.to_owned()];
    page(status, &View { status, messages })
}

#[derive(Template)]
#[template(path = "refused.html")]
struct View {
    status: StatusCode,
    messages: Vec<String>,
}

impl View {
    fn heading(&self) -> &'static str {
        match self.status {
            StatusCode::NOT_FOUND => "Not found",
            StatusCode::FORBIDDEN => "Not allowed",
            _ => "This cannot be done",
        }
    }
}
