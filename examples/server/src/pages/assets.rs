//! The style sheet, and the few lines of script that copy an address.

use std::sync::Arc;

use axum::Router;
use axum::response::IntoResponse;
use axum::routing::get;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};

use crate::server::Server;

pub(super) fn routes() -> Router<Arc<Server>> {
    Router::new()
        .route("/admin/assets/style.css", get(style))
        .route("/admin/assets/copy.js", get(copy))
}

async fn style() -> impl IntoResponse {
    asset(
        "text/css; charset=utf-8",
        include_str!("../../assets/style.css"),
    )
}

async fn copy() -> impl IntoResponse {
    asset(
        "text/javascript; charset=utf-8",
        include_str!("../../assets/copy.js"),
    )
}

fn asset(content_type: &'static str, text: &'static str) -> impl IntoResponse {
    let fields = [(CONTENT_TYPE, content_type), (CACHE_CONTROL, "max-age=300")];
    (fields, text)
}
