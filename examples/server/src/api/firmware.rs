//! The firmware that may be chosen, and that is.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use phone_provisioning::fleet::FirmwareDoc;
use phone_provisioning::inventory::{Key, OrganisationId, Which};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::description;
use super::phone::Phone;
use super::refusal::{Acting, Changing, Refusal};
use super::request::{At, Caller, MacText, Sent};
use crate::server::Server;
use crate::server::documents::hidden;

const TABLE: &str = "FirmwareDoc";

/// The firmware that may be chosen for a model.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({ "model": "yealink T46S", "firmware": [{ "version": "66.86.0.15" }] }))]
pub(super) struct Certified {
    /// Maker and model.
    model: String,
    /// The versions, best first.
    #[schema(value_type = Vec<description::FirmwareDoc>)]
    firmware: Value,
}

/// List the firmware that may be chosen.
#[utoipa::path(
    get, path = "/firmware", tag = "firmware",
    responses((status = 200, description = "By model", body = Vec<Certified>), Acting),
)]
pub(super) async fn list(
    State(server): State<Arc<Server>>,
    _caller: Caller,
) -> Json<Vec<Certified>> {
    Json(server.look(|state| {
        let models = state.inventory.keys().filter_map(|key| match key {
            Key::Certified(model) => Some(model),
            _ => None,
        });
        let certified = models.filter_map(|model| {
            let firmware = state.inventory.certified(&model)?.firmware();
            let firmware = firmware.iter().map(|each| hidden(TABLE, each)).collect();
            Some(Certified { model, firmware })
        });
        certified.collect()
    }))
}

/// Say which firmware may be chosen for a model.
///
/// What was chosen before stays chosen.
#[utoipa::path(
    put, path = "/firmware/{model}", tag = "firmware",
    request_body = Vec<description::FirmwareDoc>,
    params(("model" = String, Path, description = "Maker and model")),
    responses((status = 204, description = "It may be chosen"), Changing),
)]
pub(super) async fn certify(
    State(server): State<Arc<Server>>,
    caller: Caller,
    At(model): At<String>,
    Sent(firmware): Sent<Vec<FirmwareDoc>>,
) -> Result<StatusCode, Refusal> {
    server.certify(&caller.actor, model, firmware).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Firmware that is chosen.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "version": "66.86.0.15" }))]
pub(super) struct Choice {
    /// The version.
    pub(super) version: String,
}

/// Choose firmware for a phone.
#[utoipa::path(
    put, path = "/phones/{mac}/firmware", tag = "firmware", request_body = Choice,
    params(("mac" = String, Path, description = "The phone")),
    responses((status = 200, description = "The phone", body = Phone), Changing),
)]
pub(super) async fn choose(
    State(server): State<Arc<Server>>,
    caller: Caller,
    At(MacText(mac)): At<MacText>,
    Sent(sent): Sent<Choice>,
) -> Result<Json<Phone>, Refusal> {
    let version = Some(sent.version);
    server
        .choose_firmware(&caller.actor, mac.into(), version)
        .await?;
    Ok(Json(Phone::find(&server, &caller.actor, mac)?))
}

/// Choose no firmware for a phone.
///
/// It has that of its model, or keeps what it has.
#[utoipa::path(
    delete, path = "/phones/{mac}/firmware", tag = "firmware",
    params(("mac" = String, Path, description = "The phone")),
    responses((status = 200, description = "The phone", body = Phone), Acting),
)]
pub(super) async fn choose_none(
    State(server): State<Arc<Server>>,
    caller: Caller,
    At(MacText(mac)): At<MacText>,
) -> Result<Json<Phone>, Refusal> {
    server
        .choose_firmware(&caller.actor, mac.into(), None)
        .await?;
    Ok(Json(Phone::find(&server, &caller.actor, mac)?))
}

/// Firmware for the phones of an organisation.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "model": "yealink T46S", "version": "66.86.0.15" }))]
pub(super) struct ChoiceForModel {
    /// Maker and model.
    model: String,
    /// The version; nothing to choose none.
    version: Option<String>,
}

impl ChoiceForModel {
    /// Which phones, and what they get.
    pub(super) fn of(self, organisation: OrganisationId) -> (Which, Option<String>) {
        let model = self.model;
        let which = Which::Model {
            organisation,
            model,
        };
        (which, self.version)
    }
}

/// Choose firmware for the phones of a model.
///
/// What was chosen for a phone alone goes before it.
#[utoipa::path(
    put, path = "/organisations/{organisation}/firmware", tag = "firmware",
    request_body = ChoiceForModel,
    params(("organisation" = String, Path, description = "Whose phones")),
    responses((status = 204, description = "It is chosen"), Changing),
)]
pub(super) async fn choose_for_organisation(
    State(server): State<Arc<Server>>,
    caller: Caller,
    At(organisation): At<OrganisationId>,
    Sent(sent): Sent<ChoiceForModel>,
) -> Result<StatusCode, Refusal> {
    let (which, version) = sent.of(organisation);
    server
        .choose_firmware(&caller.actor, which, version)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
