//! Phones that asked the network for their files and that nobody knows.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use phone_provisioning::delivery::pnp::DiscoveredPhone;
use phone_provisioning::inventory::Role;
use serde::Serialize;
use utoipa::ToSchema;

use super::refusal::{Acting, Refusal};
use super::request::Caller;
use crate::server::{Problem, Server};

/// A phone that asked the network for its files and that nobody knows. What it says of itself is not
/// proven.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "mac": "00:15:65:00:00:02", "vendor": "yealink", "model": "yealink T46S", "reported_model": "T46S",
    "firmware": "66.86.0.15", "source": "192.0.2.7", "first_seen": "2026-03-02T09:00:00Z",
    "last_seen": "2026-03-02T09:10:00Z", "count": 2,
}))]
pub(super) struct Discovered {
    mac: String,
    /// The maker, if it is known.
    vendor: Option<String>,
    /// Maker and model, if they are known.
    model: Option<String>,
    /// The model in the phone's own words.
    reported_model: Option<String>,
    /// The version of its firmware in its own words.
    firmware: Option<String>,
    /// Where it last asked from.
    source: String,
    first_seen: DateTime<Utc>,
    last_seen: DateTime<Utc>,
    /// How often it has asked.
    count: u32,
}

impl From<&DiscoveredPhone> for Discovered {
    fn from(phone: &DiscoveredPhone) -> Self {
        Self {
            mac: phone.mac.to_string(),
            vendor: phone.vendor.clone(),
            model: phone.model.clone(),
            reported_model: phone.reported_model.clone(),
            firmware: phone.firmware.clone(),
            source: phone.source.to_string(),
            first_seen: phone.first_seen,
            last_seen: phone.last_seen,
            count: phone.count,
        }
    }
}

/// List discovered phones.
///
/// For providers, who may add them: they are nobody's yet.
#[utoipa::path(
    get, path = "/discovered", tag = "phones",
    responses((status = 200, description = "By MAC address", body = Vec<Discovered>), Acting),
)]
pub(super) async fn list(
    State(server): State<Arc<Server>>,
    caller: Caller,
) -> Result<Json<Vec<Discovered>>, Refusal> {
    if caller.actor.role() != Role::Provider {
        return Err(Problem::Forbidden.into());
    }
    Ok(Json(server.look(|state| {
        state.discovered.iter().map(Into::into).collect()
    })))
}
