//! Subscribers and their accounts.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use phone_provisioning::inventory::{Actor, OrganisationId, Subscriber};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::description::ExtensionDoc;
use super::refusal::{Acting, Changing, Refusal};
use super::request::{At, Caller, SentDocument, document};
use crate::server::documents::{hidden, kept};
use crate::server::equipment::Account;
use crate::server::subscribers::{may_act, phones_of};
use crate::server::{Problem, Server, State as Known};

/// A subscriber.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "subscriber": "201", "display_name": "Reception", "phones": ["00:15:65:00:00:01"],
    "extensions": [{ "number": "201", "display_name": "Reception", "password": "[redacted]" }],
}))]
pub(super) struct SubscriberInfo {
    /// The subscriber: the number of the first account.
    subscriber: String,
    /// The name that colleagues see.
    display_name: Option<String>,
    /// Phones that carry the accounts.
    phones: Vec<String>,
    /// The accounts, in the order of the lines on a phone.
    #[schema(value_type = Vec<ExtensionDoc>)]
    extensions: Value,
}

impl SubscriberInfo {
    fn of(state: &Known, account: &Account) -> Self {
        let phones = phones_of(state, &account.organisation, &account.subscriber);
        let extensions = account.extensions.iter();
        Self {
            subscriber: account.subscriber.to_string(),
            display_name: account.display_name().map(str::to_owned),
            phones: phones.iter().map(ToString::to_string).collect(),
            extensions: extensions
                .map(|each| hidden("ExtensionDoc", each))
                .collect(),
        }
    }
}

/// List the subscribers of an organisation.
#[utoipa::path(
    get, path = "/organisations/{organisation}/subscribers", tag = "organisations",
    params(("organisation" = String, Path, description = "The organisation")),
    responses((status = 200, description = "By name", body = Vec<SubscriberInfo>), Acting),
)]
pub(super) async fn list(
    State(server): State<Arc<Server>>,
    caller: Caller,
    At(organisation): At<OrganisationId>,
) -> Result<Json<Vec<SubscriberInfo>>, Refusal> {
    let subscribers = server.look(|state| {
        may_act(state, &caller.actor, &organisation)?;
        let accounts = state.accounts(&organisation);
        let infos = accounts.map(|account| SubscriberInfo::of(state, account));
        Ok::<_, Problem>(infos.collect())
    })?;
    Ok(Json(subscribers))
}

/// Show a subscriber.
#[utoipa::path(
    get, path = "/organisations/{organisation}/subscribers/{subscriber}", tag = "organisations",
    params(
        ("organisation" = String, Path, description = "The organisation"),
        ("subscriber" = String, Path, description = "The number of the first account"),
    ),
    responses((status = 200, description = "The subscriber", body = SubscriberInfo), Acting),
)]
pub(super) async fn get(
    State(server): State<Arc<Server>>,
    caller: Caller,
    At((organisation, subscriber)): At<(OrganisationId, Subscriber)>,
) -> Result<Json<SubscriberInfo>, Refusal> {
    Ok(Json(find(
        &server,
        &caller.actor,
        &organisation,
        &subscriber,
    )?))
}

/// Add a subscriber, or change its accounts.
#[utoipa::path(
    put, path = "/organisations/{organisation}/subscribers/{subscriber}", tag = "organisations",
    request_body = Vec<ExtensionDoc>,
    params(
        ("organisation" = String, Path, description = "The organisation"),
        ("subscriber" = String, Path, description = "The number of the first account"),
    ),
    responses((status = 200, description = "The subscriber", body = SubscriberInfo), Changing),
)]
pub(super) async fn put(
    State(server): State<Arc<Server>>,
    caller: Caller,
    At((organisation, subscriber)): At<(OrganisationId, Subscriber)>,
    SentDocument(sent): SentDocument,
) -> Result<Json<SubscriberInfo>, Refusal> {
    let account = account(&server, &caller.actor, &organisation, &subscriber, sent)?;
    server.put_subscriber(&caller.actor, account).await?;
    Ok(Json(find(
        &server,
        &caller.actor,
        &organisation,
        &subscriber,
    )?))
}

/// Remove a subscriber that has no phone.
///
/// What it had on phones goes with it.
#[utoipa::path(
    delete, path = "/organisations/{organisation}/subscribers/{subscriber}", tag = "organisations",
    params(
        ("organisation" = String, Path, description = "The organisation"),
        ("subscriber" = String, Path, description = "The number of the first account"),
    ),
    responses((status = 204, description = "It has gone"), Acting),
)]
pub(super) async fn remove(
    State(server): State<Arc<Server>>,
    caller: Caller,
    At((organisation, subscriber)): At<(OrganisationId, Subscriber)>,
) -> Result<StatusCode, Refusal> {
    let actor = &caller.actor;
    server
        .remove_subscriber(actor, organisation, subscriber)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What was sent as the accounts of a subscriber.
pub(super) fn account(
    server: &Server,
    actor: &Actor,
    organisation: &OrganisationId,
    subscriber: &Subscriber,
    sent: Value,
) -> Result<Account, Refusal> {
    let before = server.look(|state| {
        may_act(state, actor, organisation)?;
        let known = state.account(organisation, subscriber);
        Ok::<_, Problem>(known.map_or_else(Vec::new, |account| account.extensions.clone()))
    })?;
    // In a handset the format has a list of accounts.
    let (sent, before) = (
        json!({ "extensions": sent }),
        json!({ "extensions": before }),
    );
    let mut kept = kept("HandsetDoc", sent, &before);
    Ok(Account {
        organisation: organisation.clone(),
        subscriber: subscriber.clone(),
        extensions: document(kept["extensions"].take())?,
    })
}

fn find(
    server: &Server,
    actor: &Actor,
    organisation: &OrganisationId,
    subscriber: &Subscriber,
) -> Result<SubscriberInfo, Problem> {
    server.look(|state| {
        may_act(state, actor, organisation)?;
        let account = state.account(organisation, subscriber);
        let account = account.ok_or(Problem::Unknown("subscriber"))?;
        Ok(SubscriberInfo::of(state, account))
    })
}
