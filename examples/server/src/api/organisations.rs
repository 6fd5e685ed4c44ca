//! Organisations: what their phones share.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use phone_provisioning::fleet::SiteDoc;
use phone_provisioning::inventory::{Actor, OrganisationId};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::description;
use super::refusal::{Acting, Changing, Refusal};
use super::request::{At, Caller, SentDocument, document};
use crate::server::documents::{hidden, kept};
use crate::server::subscribers::may_act;
use crate::server::{Problem, Server};

const TABLE: &str = "SiteDoc";

/// An organisation in a list.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({ "id": "acme", "name": "Acme BV", "phones": 12, "subscribers": 10 }))]
pub(super) struct Summary {
    /// What paths and phones name it by.
    id: String,
    /// What displays show.
    name: Option<String>,
    /// How many phones it has.
    phones: usize,
    /// How many subscribers it has.
    subscribers: usize,
}

/// List organisations.
#[utoipa::path(
    get, path = "/organisations", tag = "organisations",
    responses(
        (status = 200, description = "Those of the caller, by name", body = Vec<Summary>), Acting,
    ),
)]
pub(super) async fn list(
    State(server): State<Arc<Server>>,
    caller: Caller,
) -> Result<Json<Vec<Summary>>, Refusal> {
    let summaries = server.look(|state| {
        let all = state.inventory.organisations();
        let own = all.filter(|organisation| caller.actor.may_act_for(organisation.id()));
        let summaries = own.map(|organisation| {
            let id = organisation.id();
            let name = organisation.site().name.as_ref();
            Ok(Summary {
                id: id.to_string(),
                name: name.and_then(|name| name.value()).cloned(),
                phones: state.inventory.list(&caller.actor, id)?.count(),
                subscribers: state.accounts(id).count(),
            })
        });
        summaries.collect::<Result<Vec<_>, Problem>>()
    })?;
    Ok(Json(summaries))
}

/// Show what the phones of an organisation share.
#[utoipa::path(
    get, path = "/organisations/{organisation}", tag = "organisations",
    params(("organisation" = String, Path, description = "The organisation")),
    responses((status = 200, description = "What they share", body = description::SiteDoc), Acting),
)]
pub(super) async fn get(
    State(server): State<Arc<Server>>,
    caller: Caller,
    At(organisation): At<OrganisationId>,
) -> Result<Json<Value>, Refusal> {
    let site = site(&server, &caller.actor, &organisation)?;
    Ok(Json(hidden(TABLE, &site)))
}

/// Add an organisation, or change what its phones share.
#[utoipa::path(
    put, path = "/organisations/{organisation}", tag = "organisations",
    request_body = description::SiteDoc,
    params(("organisation" = String, Path, description = "The organisation")),
    responses(
        (status = 200, description = "What they share", body = description::SiteDoc),
        (status = 201, description = "There is another one", body = description::SiteDoc),
        Changing,
    ),
)]
pub(super) async fn put(
    State(server): State<Arc<Server>>,
    caller: Caller,
    At(organisation): At<OrganisationId>,
    SentDocument(sent): SentDocument,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    let actor = &caller.actor;
    let id = organisation.clone();
    let status = match exists(&server, &organisation) {
        true => {
            let changed = changed(&server, actor, &organisation, sent)?;
            server.change_organisation(actor, id, changed).await?;
            StatusCode::OK
        }
        false => {
            server.add_organisation(actor, id, document(sent)?).await?;
            StatusCode::CREATED
        }
    };
    let site = site(&server, actor, &organisation)?;
    Ok((status, Json(hidden(TABLE, &site))))
}

/// Remove an organisation without phones.
///
/// Its subscribers go with it.
#[utoipa::path(
    delete, path = "/organisations/{organisation}", tag = "organisations",
    params(("organisation" = String, Path, description = "The organisation")),
    responses((status = 204, description = "It has gone"), Acting),
)]
pub(super) async fn remove(
    State(server): State<Arc<Server>>,
    caller: Caller,
    At(organisation): At<OrganisationId>,
) -> Result<StatusCode, Refusal> {
    server
        .remove_organisation(&caller.actor, organisation)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What was sent as the site of an organisation that there is.
pub(super) fn changed(
    server: &Server,
    actor: &Actor,
    organisation: &OrganisationId,
    sent: Value,
) -> Result<SiteDoc, Refusal> {
    let before = site(server, actor, organisation)?;
    document(kept(TABLE, sent, &before))
}

fn exists(server: &Server, organisation: &OrganisationId) -> bool {
    server.look(|state| state.inventory.organisation(organisation).is_some())
}

fn site(server: &Server, actor: &Actor, organisation: &OrganisationId) -> Result<SiteDoc, Problem> {
    server.look(|state| {
        may_act(state, actor, organisation)?;
        let known = state.inventory.organisation(organisation);
        let known = known.ok_or(Problem::Unknown("organisation"))?;
        Ok(known.site().clone())
    })
}
