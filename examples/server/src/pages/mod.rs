//! Pages for people, below `/admin/`: HTML made here, which works without JavaScript.
//!
//! * [`Visitor`] is who looks at a page; whoever has not logged in is sent to the login.
//! * [`Sent`] is a form that a visitor has sent from one of these pages, and from nowhere else.
//! * A form that is refused comes back as it was typed, with everything that is wrong with it
//!   ([`Faults`]); one that is accepted leads to the next page, which says so ([`Done`]).
//! * Every look and every change is made as the visitor: nobody sees what is somebody else's.

mod account_form;
mod add_phone;
mod assets;
mod changes;
mod discovered;
mod done;
mod faults;
mod fields;
mod firmware;
mod frame;
mod handsets;
mod local_time;
mod login;
mod organisations;
mod origin;
mod people;
mod phone;
mod phone_acts;
mod phones;
mod picture;
mod provisioning;
mod refused;
mod settings;
mod subscribers;
mod summary;
mod visitor;

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::map_response;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{any, get};
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderValue, StatusCode};
use phone_provisioning::model::percent_encode_segment;

pub use done::Done;
pub use faults::Faults;
pub use fields::Fields;
pub use frame::{Frame, Section};
pub use refused::Refused;
pub use visitor::{Sent, Visitor};

use crate::server::{Problem, Server};

/// The longest form.
const LONGEST_FORM: usize = 256 * 1024;

/// All pages.
pub fn router() -> Router<Arc<Server>> {
    Router::new()
        .merge(assets::routes())
        .merge(login::routes())
        .merge(phones::routes())
        .merge(discovered::routes())
        .merge(add_phone::routes())
        .merge(phone::routes())
        .merge(phone_acts::routes())
        .merge(subscribers::routes())
        .merge(organisations::routes())
        .merge(people::routes())
        .merge(settings::routes())
        .merge(handsets::routes())
        .merge(provisioning::routes())
        .merge(firmware::routes())
        .route("/admin", get(async || to("/admin/")))
        .route(
            "/admin/{*rest}",
            any(async |_: Visitor| Refused(Problem::Unknown("page"))),
        )
        .layer(DefaultBodyLimit::max(LONGEST_FORM))
        .layer(map_response(careful))
}

/// A page.
pub fn page(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => {
            let fields = [
                (CONTENT_TYPE, "text/html; charset=utf-8"),
                (CACHE_CONTROL, "no-store"),
            ];
            (status, fields, html).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "a page cannot be made");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// Leads to another page, also after a form.
pub fn to(path: &str) -> Response {
    // Whatever stood in a path is percent-encoded there.
    let path = HeaderValue::from_str(path).unwrap_or(HeaderValue::from_static("/admin/"));
    (StatusCode::SEE_OTHER, [(LOCATION, path)]).into_response()
}

/// Leads to a page that says what was done.
pub fn to_done(path: &str, done: Done) -> Response {
    let mark = if path.contains('?') { '&' } else { '?' };
    to(&format!("{path}{mark}done={}", done.code()))
}

/// Text as one segment of a path, or as one value of a query.
pub fn segment(text: &str) -> String {
    let mut encoded = Vec::new();
    percent_encode_segment(text, &mut encoded);
    encoded.into_iter().map(char::from).collect()
}

/// What browsers may do with a page: nothing but show it.
async fn careful(mut response: Response) -> Response {
    const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; \
        form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    response
}
