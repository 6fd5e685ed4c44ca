//! HTTP: one space of paths for phones, one for people, one for programs.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, OriginalUri, State};
use http::{HeaderMap, Method, Response};

use crate::api;
use crate::pages;
use crate::peer::Peer;
use crate::server::Server;
use crate::server::answering::PhoneRequest;

/// All paths. What is not for people or programs is a phone's, or a stranger's.
pub fn router(server: Arc<Server>) -> Router {
    Router::new()
        .merge(pages::router())
        .nest(api::BASE, api::router())
        .fallback(phone)
        .with_state(server)
}

async fn phone(
    State(server): State<Arc<Server>>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    method: Method,
    OriginalUri(uri): OriginalUri,
    fields: HeaderMap,
) -> Response<Body> {
    let request = PhoneRequest {
        method: &method,
        path_and_query: uri.path_and_query().map_or("/", |path| path.as_str()),
        fields: &fields,
        source: peer.address.ip(),
        certificate: peer.certificate.as_deref(),
    };
    server.answer(request).await.map(Body::from)
}
