//! Logging in and out.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{ConnectInfo, Query, Request, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use http::header::SET_COOKIE;
use http::{HeaderMap, HeaderValue, StatusCode};
use serde::Deserialize;

use super::refused::foreign_form;
use super::visitor::{read, session_token};
use super::{Done, Sent, origin, page, to, to_done};
use crate::peer::Peer;
use crate::server::Server;

pub(super) fn routes() -> Router<Arc<Server>> {
    Router::new()
        .route("/admin/login", get(show).post(log_in))
        .route("/admin/logout", post(log_out))
}

async fn show(Query(asked): Query<Asked>) -> Response {
    let view = View {
        name: String::new(),
        next: asked.next.unwrap_or_default(),
        done: asked.done.as_deref().and_then(Done::of),
        is_refused: false,
    };
    page(StatusCode::OK, &view)
}

async fn log_in(
    State(server): State<Arc<Server>>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    request: Request,
) -> Result<Response, Response> {
    let (parts, body) = request.into_parts();
    if origin::is_foreign(&parts) {
        return Err(foreign_form());
    }
    let fields = read(Request::from_parts(parts, body)).await?;
    let (name, next) = (fields.text("name"), fields.text("next"));
    let session = match fields.secret("password") {
        Ok(Some(password)) => {
            let source = peer.address.ip();
            server.log_in(name, &password, source).await.ok()
        }
        _ => None,
    };
    let Some(session) = session else {
        let view = View {
            name: name.to_owned(),
            next: next.to_owned(),
            done: None,
            is_refused: true,
        };
        return Ok(page(StatusCode::FORBIDDEN, &view));
    };
    let next = if is_own(next) { next } else { "/admin/" };
    let cookie = cookie(session.expose(), 12 * 60 * 60, peer.is_tls);
    Ok(([(SET_COOKIE, cookie)], to(next)).into_response())
}

async fn log_out(ConnectInfo(peer): ConnectInfo<Peer>, headers: HeaderMap, sent: Sent) -> Response {
    if let Some(token) = session_token(&headers) {
        sent.visitor.server.log_out(token).await;
    }
    let cookie = cookie("", 0, peer.is_tls);
    let next = to_done("/admin/login", Done::LoggedOut);
    ([(SET_COOKIE, cookie)], next).into_response()
}

/// Browsers show the cookie to these pages alone, and to no script.
fn cookie(token: &str, seconds: u32, is_tls: bool) -> HeaderValue {
    let secure = if is_tls { "; Secure" } else { "" };
    let text = format!(
        "session={token}; Path=/admin; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}"
    );
    let mut value = HeaderValue::from_str(&text).expect("a token is plain");
    value.set_sensitive(true);
    value
}

/// Whether an address is one of these pages: a login leads nowhere else.
fn is_own(next: &str) -> bool {
    let is_plain = next
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    next.starts_with("/admin/") && is_plain
}

#[derive(Deserialize)]
struct Asked {
    next: Option<String>,
    done: Option<String>,
}

#[derive(Template)]
#[template(path = "login.html")]
struct View {
    name: String,
    next: String,
    done: Option<Done>,
    is_refused: bool,
}
