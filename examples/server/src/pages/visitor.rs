//! Who looks at a page, and the forms that they send.

use std::sync::Arc;

use axum::Form;
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::response::{IntoResponse as _, Response};
use chrono::{DateTime, Utc};
use http::HeaderMap;
use http::header::COOKIE;
use http::request::Parts;
use phone_provisioning::inventory::{Actor, Role};
use serde::Deserialize;

use super::refused::foreign_form;
use super::{Done, Fields, Frame, Refused, Section, origin, segment, to};
use crate::server::people::is_form_token;
use crate::server::{Problem, Server};

/// Somebody who has logged in and looks at a page.
pub struct Visitor {
    /// The server.
    pub server: Arc<Server>,
    /// Who.
    pub name: String,
    /// Who they are for the inventory.
    pub actor: Actor,
    /// What their forms carry.
    pub form_token: String,
    /// What they just did.
    pub done: Option<Done>,
}

impl Visitor {
    /// What their page has around it.
    pub fn frame(&self, here: Section) -> Frame {
        Frame::new(self, here)
    }

    /// The time.
    pub fn now(&self) -> DateTime<Utc> {
        self.server.now()
    }
}

impl FromRequestParts<Arc<Server>> for Visitor {
    type Rejection = Response;

    async fn from_request_parts(
        parts: &mut Parts,
        server: &Arc<Server>,
    ) -> Result<Self, Self::Rejection> {
        let who = session_token(&parts.headers).and_then(|token| server.session(token));
        let Some(who) = who else {
            let wanted = parts.uri.path_and_query().filter(|_| parts.method == "GET");
            let wanted = wanted.map_or("/admin/", |path| path.as_str());
            return Err(to(&format!("/admin/login?next={}", segment(wanted))));
        };
        if who.actor.role() == Role::Platform {
            // A login of a program has nothing to look at.
            return Err(Refused(Problem::Forbidden).into_response());
        }
        let said = Query::<Said>::try_from_uri(&parts.uri).ok();
        Ok(Self {
            server: server.clone(),
            name: who.name,
            actor: who.actor,
            form_token: who.form_token,
            done: said.and_then(|said| Done::of(said.done.as_deref()?)),
        })
    }
}

/// A form that a visitor has sent from one of these pages.
pub struct Sent {
    /// Who.
    pub visitor: Visitor,
    /// What stands in it.
    pub fields: Fields,
}

impl FromRequest<Arc<Server>> for Sent {
    type Rejection = Response;

    async fn from_request(request: Request, server: &Arc<Server>) -> Result<Self, Self::Rejection> {
        let (mut parts, body) = request.into_parts();
        let visitor = Visitor::from_request_parts(&mut parts, server).await?;
        let is_foreign = origin::is_foreign(&parts);
        let fields = read(Request::from_parts(parts, body)).await?;
        let token = fields.all(FORM_TOKEN).next().unwrap_or("");
        if is_foreign || !is_form_token(&visitor.form_token, token) {
            tracing::warn!(person = visitor.name, "a form from elsewhere was refused");
            return Err(foreign_form());
        }
        Ok(Self { visitor, fields })
    }
}

/// The fields of a form, whoever sent it.
pub(super) async fn read(request: Request) -> Result<Fields, Response> {
    let read = Form::<Vec<(String, String)>>::from_request(request, &()).await;
    // The reader's own words would quote what was typed.
    let Form(fields) = read.map_err(|error| error.status().into_response())?;
    Ok(Fields::new(fields))
}

/// The token of a session, which the browser keeps.
pub(super) fn session_token(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers.get_all(COOKIE).iter();
    let cookies = cookies.filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|cookies| cookies.split(';'));
    pairs.find_map(|pair| pair.trim().strip_prefix("session="))
}

/// The field of a form that says for which session it was made.
const FORM_TOKEN: &str = "form_token";

/// What the page before said.
#[derive(Deserialize)]
struct Said {
    done: Option<String>,
}
