//! Who may log in.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use phone_provisioning::Secret;
use phone_provisioning::inventory::OrganisationId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::refusal::{Acting, Changing, Refusal};
use super::request::{At, Caller, Sent, secret};
use super::session::PartName;
use crate::server::Server;

/// Somebody who may log in.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({ "name": "anna", "part": "customer", "organisations": ["acme"] }))]
pub(super) struct PersonInfo {
    name: String,
    part: PartName,
    /// For which organisations they act; nothing = all.
    organisations: Option<BTreeSet<String>>,
}

/// List who may log in.
///
/// For providers of all organisations.
#[utoipa::path(
    get, path = "/people", tag = "people",
    responses((status = 200, description = "By name", body = Vec<PersonInfo>), Acting),
)]
pub(super) async fn list(
    State(server): State<Arc<Server>>,
    caller: Caller,
) -> Result<Json<Vec<PersonInfo>>, Refusal> {
    let people = server.people(&caller.actor)?.into_iter().map(|person| {
        let organisations = person.organisations.as_ref();
        PersonInfo {
            organisations: organisations.map(|of| of.iter().map(ToString::to_string).collect()),
            name: person.name,
            part: person.part.into(),
        }
    });
    Ok(Json(people.collect()))
}

/// What is given to somebody who may log in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "part": "customer", "organisations": ["acme"], "password": "correct horse battery",
}))]
pub(super) struct NewPerson {
    part: PartName,
    /// For which organisations they act; nothing = all, which a customer cannot.
    #[schema(value_type = Option<BTreeSet<String>>)]
    organisations: Option<BTreeSet<OrganisationId>>,
    /// 12 to 200 characters.
    #[serde(deserialize_with = "secret")]
    #[schema(value_type = String, format = Password)]
    password: Secret,
}

/// Let somebody log in, or give them another password.
///
/// For providers of all organisations.
#[utoipa::path(
    put, path = "/people/{name}", tag = "people", request_body = NewPerson,
    params(("name" = String, Path, description = "The name that is typed in")),
    responses((status = 204, description = "They may log in"), Changing),
)]
pub(super) async fn put(
    State(server): State<Arc<Server>>,
    caller: Caller,
    At(name): At<String>,
    Sent(sent): Sent<NewPerson>,
) -> Result<StatusCode, Refusal> {
    let (part, organisations) = (sent.part.into(), sent.organisations);
    let put = server.put_person(&caller.actor, &name, part, organisations, &sent.password);
    put.await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Let somebody log in no longer.
///
/// Their sessions end.
#[utoipa::path(
    delete, path = "/people/{name}", tag = "people",
    params(("name" = String, Path, description = "The name that is typed in")),
    responses((status = 204, description = "They may log in no longer"), Acting),
)]
pub(super) async fn remove(
    State(server): State<Arc<Server>>,
    caller: Caller,
    At(name): At<String>,
) -> Result<StatusCode, Refusal> {
    server.remove_person(&caller.actor, &name).await?;
    Ok(StatusCode::NO_CONTENT)
}
