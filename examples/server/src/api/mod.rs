//! The JSON interface for programs, with its OpenAPI description.
//!
//! * A program logs in like a person and sends the token that it gets: `Authorization: Bearer …`. What it
//!   may do is what the person may do; the PBX itself is a person with the part `platform`.
//! * Paths name what is changed, `PUT` gives it another value, `…/preview` says what that would do to the
//!   phones' files. Refusals are RFC 9457 problems with all errors at once.
//! * Settings, sites, accounts and handsets are the tables of the fleet's format. Secrets are never sent:
//!   `[redacted]` stands in their place, and sent back it leaves them as they are.

mod assignment;
mod description;
mod discovered;
mod explained;
mod firmware;
mod handsets;
mod organisations;
mod people;
mod phone;
mod phones;
mod preview;
mod provisioning;
mod refusal;
mod registration;
mod request;
mod session;
mod settings;
mod subscribers;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::map_response;
use axum::response::Response;
use http::{HeaderValue, StatusCode, header};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::server::Server;
use refusal::Refusal;

/// Where the interface is.
pub const BASE: &str = "/api/v1";

/// The longest body.
const LONGEST: usize = 1 << 20;

/// The paths below [`BASE`].
pub fn router() -> Router<Arc<Server>> {
    let (router, _) = described().split_for_parts();
    router
        .fallback(async || Refusal::new(StatusCode::NOT_FOUND, "there is no such path"))
        .method_not_allowed_fallback(async || {
            let why = "the path has no such method";
            Refusal::new(StatusCode::METHOD_NOT_ALLOWED, why)
        })
        .layer(DefaultBodyLimit::max(LONGEST))
        .layer(map_response(never_stored))
}

/// Each path with its description: there is none without.
fn described() -> OpenApiRouter<Arc<Server>> {
    OpenApiRouter::with_openapi(description::frame())
        .routes(routes!(description::get))
        .routes(routes!(session::log_in))
        .routes(routes!(session::log_out))
        .routes(routes!(phones::list, phones::add))
        .routes(routes!(phones::get, phones::remove))
        .routes(routes!(assignment::describe))
        .routes(routes!(assignment::assign, assignment::unassign))
        .routes(routes!(assignment::open_window, assignment::close_window))
        .routes(routes!(assignment::link))
        .routes(routes!(assignment::revoke))
        .routes(routes!(assignment::transfer))
        .routes(routes!(settings::get, settings::put))
        .routes(routes!(
            settings::get_profile,
            settings::put_profile,
            settings::forget_profile
        ))
        .routes(routes!(handsets::get, handsets::put))
        .routes(routes!(handsets::get_modules, handsets::put_modules))
        .routes(routes!(firmware::choose, firmware::choose_none))
        .routes(routes!(provisioning::files))
        .routes(routes!(provisioning::explain))
        .routes(routes!(provisioning::resync))
        .routes(routes!(registration::get))
        .routes(routes!(registration::activate))
        .routes(routes!(registration::deactivate))
        .routes(routes!(registration::check))
        .routes(routes!(registration::registered))
        .routes(routes!(discovered::list))
        .routes(routes!(organisations::list))
        .routes(routes!(
            organisations::get,
            organisations::put,
            organisations::remove
        ))
        .routes(routes!(firmware::choose_for_organisation))
        .routes(routes!(subscribers::list))
        .routes(routes!(
            subscribers::get,
            subscribers::put,
            subscribers::remove
        ))
        .routes(routes!(firmware::list))
        .routes(routes!(firmware::certify))
        .routes(routes!(people::list))
        .routes(routes!(people::put, people::remove))
        .merge(preview::described())
}

/// Much of what is answered is a secret, and all of it can be another thing a moment later.
async fn never_stored(mut response: Response) -> Response {
    let fields = response.headers_mut();
    let no_store = HeaderValue::from_static("no-store");
    fields.insert(header::CACHE_CONTROL, no_store);
    let nosniff = HeaderValue::from_static("nosniff");
    fields.insert(header::X_CONTENT_TYPE_OPTIONS, nosniff);
    response
}
