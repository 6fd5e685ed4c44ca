//! Logging in and out.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Json;
use axum::extract::{ConnectInfo, State};
use http::StatusCode;
use phone_provisioning::Secret;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::refusal::{Acting, Changing, Refusal};
use super::request::{Caller, Sent, secret};
use crate::peer::Peer;
use crate::server::people::Part;
use crate::server::{Problem, Server};

/// Who logs in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "admin", "password": "correct horse battery" }))]
pub(super) struct Login {
    /// The name of the person, or of the program.
    name: String,
    #[serde(deserialize_with = "secret")]
    #[schema(value_type = String, format = Password)]
    password: Secret,
}

/// A session.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "token": "3rTq0Vb8mZ1cXy5nKd2LhA", "name": "admin", "part": "provider", "organisations": null,
}))]
pub(super) struct Session {
    /// What is sent with each request from now on: `Authorization: Bearer …`. It is a secret.
    token: String,
    /// Who has logged in.
    name: String,
    /// Their part.
    part: PartName,
    /// For which organisations they act; nothing = all.
    organisations: Option<BTreeSet<String>>,
}

/// The part that somebody plays.
#[derive(Clone, Copy, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum PartName {
    /// Owns phones: adds, moves and removes them.
    Provider,
    /// Uses phones of some organisations.
    Customer,
    /// Is the PBX, which reports what happens.
    Platform,
}

impl From<Part> for PartName {
    fn from(part: Part) -> Self {
        match part {
            Part::Provider => Self::Provider,
            Part::Customer => Self::Customer,
            Part::Platform => Self::Platform,
        }
    }
}

impl From<PartName> for Part {
    fn from(part: PartName) -> Self {
        match part {
            PartName::Provider => Self::Provider,
            PartName::Customer => Self::Customer,
            PartName::Platform => Self::Platform,
        }
    }
}

/// Log in.
///
/// After five wrong passwords within ten minutes a source has to wait. Then the right one is refused too,
/// with the same answer.
#[utoipa::path(
    post, path = "/login", tag = "session", security(()), request_body = Login,
    responses((status = 200, description = "A session of twelve hours", body = Session), Changing),
)]
pub(super) async fn log_in(
    State(server): State<Arc<Server>>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    Sent(login): Sent<Login>,
) -> Result<Json<Session>, Refusal> {
    let source = peer.address.ip();
    let token = server.log_in(&login.name, &login.password, source).await;
    let token = token.map_err(|problem| match problem {
        Problem::Forbidden => Refusal::unauthenticated("name or password is wrong"),
        other => other.into(),
    })?;
    let person = server.session(token.expose()).ok_or(Problem::Forbidden)?;
    let organisations = person.organisations.map(|organisations| {
        let names = organisations.iter().map(ToString::to_string);
        names.collect()
    });
    Ok(Json(Session {
        token: token.expose().to_owned(),
        name: person.name,
        part: person.part.into(),
        organisations,
    }))
}

/// Log out.
#[utoipa::path(
    post, path = "/logout", tag = "session",
    responses((status = 204, description = "The token is not good any more"), Acting),
)]
pub(super) async fn log_out(State(server): State<Arc<Server>>, caller: Caller) -> StatusCode {
    server.log_out(&caller.token).await;
    StatusCode::NO_CONTENT
}
