//! What a phone is set to, whoever has it, and what its subscribers have on it.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use phone_provisioning::fleet::ProfileDoc;
use phone_provisioning::inventory::{Actor, Event, ProfileKey, Subscriber};
use phone_provisioning::model::Mac;
use serde_json::Value;

use super::description::ProfileDoc as Described;
use super::refusal::{Acting, Changing, Refusal};
use super::request::{At, Caller, MacText, SentDocument, document};
use crate::server::documents::{hidden, kept};
use crate::server::{Problem, Server};

const TABLE: &str = "ProfileDoc";

/// Show a phone's own settings.
///
/// They stand above those of its organisation and below those of its subscriber.
#[utoipa::path(
    get, path = "/phones/{mac}/settings", tag = "settings",
    params(("mac" = String, Path, description = "The phone")),
    responses((status = 200, description = "The settings and keys", body = Described), Acting),
)]
pub(super) async fn get(
    State(server): State<Arc<Server>>,
    caller: Caller,
    At(MacText(mac)): At<MacText>,
) -> Result<Json<Value>, Refusal> {
    Ok(Json(hidden(TABLE, &own(&server, &caller.actor, mac)?)))
}

/// Give a phone other settings of its own.
#[utoipa::path(
    put, path = "/phones/{mac}/settings", tag = "settings", request_body = Described,
    params(("mac" = String, Path, description = "The phone")),
    responses((status = 200, description = "The settings and keys", body = Described), Changing),
)]
pub(super) async fn put(
    State(server): State<Arc<Server>>,
    caller: Caller,
    At(MacText(mac)): At<MacText>,
    SentDocument(sent): SentDocument,
) -> Result<Json<Value>, Refusal> {
    let settings = of_phone(&server, &caller.actor, mac, sent)?;
    server.configure(&caller.actor, mac, settings).await?;
    Ok(Json(hidden(TABLE, &own(&server, &caller.actor, mac)?)))
}

/// Show what a subscriber has on a phone.
#[utoipa::path(
    get, path = "/phones/{mac}/profiles/{subscriber}", tag = "settings",
    params(
        ("mac" = String, Path, description = "The phone"),
        ("subscriber" = String, Path, description = "Who has it, or has had it"),
    ),
    responses((status = 200, description = "The settings and keys", body = Described), Acting),
)]
pub(super) async fn get_profile(
    State(server): State<Arc<Server>>,
    caller: Caller,
    At((MacText(mac), subscriber)): At<(MacText, Subscriber)>,
) -> Result<Json<Value>, Refusal> {
    let profile = profile(&server, &caller.actor, mac, &subscriber)?;
    Ok(Json(hidden(TABLE, &profile)))
}

/// Give a subscriber other settings on a phone.
#[utoipa::path(
    put, path = "/phones/{mac}/profiles/{subscriber}", tag = "settings", request_body = Described,
    params(
        ("mac" = String, Path, description = "The phone"),
        ("subscriber" = String, Path, description = "Who has it, or has had it"),
    ),
    responses((status = 200, description = "The settings and keys", body = Described), Changing),
)]
pub(super) async fn put_profile(
    State(server): State<Arc<Server>>,
    caller: Caller,
    At((MacText(mac), subscriber)): At<(MacText, Subscriber)>,
    SentDocument(sent): SentDocument,
) -> Result<Json<Value>, Refusal> {
    let actor = &caller.actor;
    let changed = of_subscriber(&server, actor, mac, &subscriber, sent)?;
    let who = subscriber.clone();
    server.change_profile(actor, mac, who, changed).await?;
    let profile = profile(&server, actor, mac, &subscriber)?;
    Ok(Json(hidden(TABLE, &profile)))
}

/// Forget what a subscriber had on a phone.
#[utoipa::path(
    delete, path = "/phones/{mac}/profiles/{subscriber}", tag = "settings",
    params(
        ("mac" = String, Path, description = "The phone"),
        ("subscriber" = String, Path, description = "Who has had it"),
    ),
    responses((status = 204, description = "It is forgotten"), Acting),
)]
pub(super) async fn forget_profile(
    State(server): State<Arc<Server>>,
    caller: Caller,
    At((MacText(mac), subscriber)): At<(MacText, Subscriber)>,
) -> Result<http::StatusCode, Refusal> {
    let organisation = server.look(|state| {
        let phone = state.inventory.find(&caller.actor, mac)?;
        Ok::<_, Problem>(phone.organisation().clone())
    })?;
    let event = Event::ForgetProfile {
        organisation,
        mac,
        subscriber,
    };
    server.apply(&caller.actor, event).await?;
    Ok(http::StatusCode::NO_CONTENT)
}

/// What was sent as a phone's own settings.
pub(super) fn of_phone(
    server: &Server,
    actor: &Actor,
    mac: Mac,
    sent: Value,
) -> Result<ProfileDoc, Refusal> {
    let before = own(server, actor, mac)?;
    document(kept(TABLE, sent, &before))
}

/// What was sent as a subscriber's settings on a phone.
pub(super) fn of_subscriber(
    server: &Server,
    actor: &Actor,
    mac: Mac,
    subscriber: &Subscriber,
    sent: Value,
) -> Result<ProfileDoc, Refusal> {
    let before = profile(server, actor, mac, subscriber)?;
    document(kept(TABLE, sent, &before))
}

fn own(server: &Server, actor: &Actor, mac: Mac) -> Result<ProfileDoc, Problem> {
    server.look(|state| {
        let phone = state.inventory.find(actor, mac)?;
        Ok(phone.settings().cloned().unwrap_or_default())
    })
}

fn profile(
    server: &Server,
    actor: &Actor,
    mac: Mac,
    subscriber: &Subscriber,
) -> Result<ProfileDoc, Problem> {
    server.look(|state| {
        let phone = state.inventory.find(actor, mac)?;
        let key = ProfileKey::new(phone.organisation().clone(), subscriber.clone(), mac);
        if let Some(profile) = state.inventory.profile(&key) {
            return Ok(profile.contents().clone());
        }
        // Who has a phone may have nothing on it yet.
        match phone.subscriber() == Some(subscriber) {
            true => Ok(ProfileDoc::default()),
            false => Err(Problem::Unknown("profile")),
        }
    })
}
