//! Handsets of a base, and expansion modules of a desk phone.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use phone_provisioning::fleet::Number;
use phone_provisioning::inventory::Actor;
use phone_provisioning::model::Mac;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::description;
use super::refusal::{Acting, Changing, Refusal};
use super::request::{At, Caller, MacText, Sent, SentDocument, document};
use crate::server::documents::{hidden, kept};
use crate::server::equipment::{Handset, SetUp};
use crate::server::preview::Edit;
use crate::server::{Problem, Server};

/// The table of each handset.
const TABLE: &str = "HandsetDoc";

/// Show the handsets of a base.
#[utoipa::path(
    get, path = "/phones/{mac}/handsets", tag = "settings",
    params(("mac" = String, Path, description = "The base")),
    responses(
        (status = 200, description = "Its handsets", body = Vec<description::Handset>), Acting,
    ),
)]
pub(super) async fn get(
    State(server): State<Arc<Server>>,
    caller: Caller,
    At(MacText(mac)): At<MacText>,
) -> Result<Json<Value>, Refusal> {
    Ok(Json(shown(&known(&server, &caller.actor, mac)?)))
}

/// Give a base other handsets.
#[utoipa::path(
    put, path = "/phones/{mac}/handsets", tag = "settings",
    request_body = Vec<description::Handset>,
    params(("mac" = String, Path, description = "The base")),
    responses(
        (status = 200, description = "Its handsets", body = Vec<description::Handset>), Changing,
    ),
)]
pub(super) async fn put(
    State(server): State<Arc<Server>>,
    caller: Caller,
    At(MacText(mac)): At<MacText>,
    SentDocument(sent): SentDocument,
) -> Result<Json<Value>, Refusal> {
    let handsets = of_base(&server, &caller.actor, mac, sent)?;
    server.set_handsets(&caller.actor, mac, handsets).await?;
    Ok(Json(shown(&known(&server, &caller.actor, mac)?)))
}

/// What was sent as the handsets of a base.
pub(super) fn of_base(
    server: &Server,
    actor: &Actor,
    mac: Mac,
    sent: Value,
) -> Result<Vec<Handset>, Refusal> {
    let before = known(server, actor, mac)?;
    let handsets: Vec<Handset> = document(kept_in_list(sent, &before))?;
    for handset in &handsets {
        if handset.handset.extensions.is_some() {
            let expected = "expected a subscriber in the place of accounts";
            return Err(Problem::field("extensions", expected).into());
        }
    }
    Ok(handsets)
}

/// How many expansion modules a phone has.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "modules": 1 }))]
pub(super) struct Modules {
    /// The number; nothing = as many as the keys need.
    modules: Option<u8>,
}

impl Modules {
    /// What is set up on a phone, with this many modules.
    fn set_up(&self, server: &Server, mac: Mac) -> SetUp {
        let before = server.look(|state| state.set_up(mac));
        let modules = self.modules.map(|count| Number::from(i64::from(count)));
        SetUp {
            modules: modules.map(Into::into),
            ..before
        }
    }

    /// The change that this is.
    pub(super) fn edit(&self, server: &Server, mac: Mac) -> Edit {
        Edit::SetUp(mac, self.set_up(server, mac).into())
    }
}

/// Show how many expansion modules a phone has.
#[utoipa::path(
    get, path = "/phones/{mac}/modules", tag = "settings",
    params(("mac" = String, Path, description = "The phone")),
    responses((status = 200, description = "The number", body = Modules), Acting),
)]
pub(super) async fn get_modules(
    State(server): State<Arc<Server>>,
    caller: Caller,
    At(MacText(mac)): At<MacText>,
) -> Result<Json<Modules>, Refusal> {
    let modules = server.look(|state| {
        state.inventory.find(&caller.actor, mac)?;
        let equipment = state.equipment(mac);
        Ok::<_, Problem>(equipment.and_then(|equipment| equipment.modules))
    })?;
    Ok(Json(Modules { modules }))
}

/// Say how many expansion modules a phone has.
#[utoipa::path(
    put, path = "/phones/{mac}/modules", tag = "settings", request_body = Modules,
    params(("mac" = String, Path, description = "The phone")),
    responses((status = 200, description = "The number", body = Modules), Changing),
)]
pub(super) async fn put_modules(
    State(server): State<Arc<Server>>,
    caller: Caller,
    At(MacText(mac)): At<MacText>,
    Sent(sent): Sent<Modules>,
) -> Result<Json<Modules>, Refusal> {
    let set_up = sent.set_up(&server, mac);
    server.set_up(&caller.actor, mac, set_up).await?;
    Ok(Json(sent))
}

fn known(server: &Server, actor: &Actor, mac: Mac) -> Result<Vec<Handset>, Problem> {
    server.look(|state| {
        state.inventory.find(actor, mac)?;
        let equipment = state.equipment(mac);
        Ok(equipment.map_or_else(Vec::new, |equipment| equipment.handsets.clone()))
    })
}

fn shown(handsets: &[Handset]) -> Value {
    let shown = handsets.iter().map(|handset| {
        let mut shown = hidden(TABLE, &handset.handset);
        if let Some(subscriber) = &handset.subscriber {
            shown["subscriber"] = subscriber.as_str().into();
        }
        shown
    });
    shown.collect()
}

/// Each handset keeps the secrets of the one that was in its slot.
fn kept_in_list(sent: Value, before: &[Handset]) -> Value {
    let Value::Array(entries) = sent else {
        return sent;
    };
    let entries = entries.into_iter().map(|entry| {
        let slot = entry["slot"].as_i64();
        let known = before.iter().find(|handset| handset.slot() == slot);
        match known {
            Some(known) => kept(TABLE, entry, &known.handset),
            None => entry,
        }
    });
    entries.collect()
}
