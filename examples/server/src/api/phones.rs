//! The list of phones.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use http::{StatusCode, header};
use phone_provisioning::inventory::OrganisationId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::phone::{Phone, StateName};
use super::refusal::{Acting, Changing, Looking, Refusal};
use super::request::{Asked, At, Caller, MacText, Sent};
use crate::server::Server;
use crate::server::phones::Addition;

/// Which phones are listed.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Selection {
    /// Those of one organisation; without, all that the caller may see.
    #[param(value_type = Option<String>)]
    organisation: Option<OrganisationId>,
    /// Those with this in their MAC address, model, description, subscriber or its name.
    q: Option<String>,
    /// Those in this state.
    #[param(inline)]
    state: Option<StateName>,
    /// So many are passed over.
    offset: Option<usize>,
    /// So many are listed at most: 1 to 1000, without it 100.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<usize>,
}

/// A part of the list of phones.
#[derive(Serialize, ToSchema)]
pub(super) struct PhoneList {
    /// So many there are.
    total: usize,
    /// So many were passed over.
    offset: usize,
    /// By organisation, model and MAC address.
    phones: Vec<Phone>,
}

/// List phones.
#[utoipa::path(
    get, path = "/phones", tag = "phones", params(Selection),
    responses((status = 200, description = "A part of the list", body = PhoneList), Looking),
)]
pub(super) async fn list(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Asked(selection): Asked<Selection>,
) -> Result<Json<PhoneList>, Refusal> {
    let limit = selection.limit.unwrap_or(100);
    if !(1..=1000).contains(&limit) {
        let why = "limit: expected 1 to 1000";
        return Err(Refusal::new(StatusCode::BAD_REQUEST, why));
    }
    let now = server.now();
    let phones = server.look(|state| {
        let actor = &caller.actor;
        let organisations: Vec<OrganisationId> = match selection.organisation {
            Some(organisation) => vec![organisation],
            None => {
                let all = state.inventory.organisations().map(|known| known.id());
                all.filter(|id| actor.may_act_for(id)).cloned().collect()
            }
        };
        let mut phones = Vec::new();
        for organisation in organisations {
            let listed = state.inventory.list(actor, &organisation)?;
            phones.extend(listed.map(|phone| Phone::of(state, phone, now)));
        }
        Ok::<_, crate::server::Problem>(phones)
    })?;
    let wanted = phones.into_iter().filter(|phone| {
        let is_in_state = selection.state.is_none_or(|state| phone.is_in(state));
        is_in_state && selection.q.as_ref().is_none_or(|word| phone.matches(word))
    });
    let wanted: Vec<Phone> = wanted.collect();
    let offset = selection.offset.unwrap_or(0);
    Ok(Json(PhoneList {
        total: wanted.len(),
        offset,
        phones: wanted.into_iter().skip(offset).take(limit).collect(),
    }))
}

/// A phone that goes on the list.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "mac": "00:15:65:00:00:01", "model": "yealink T46S", "organisation": "acme", "description": "Reception",
}))]
pub(super) struct NewPhone {
    /// Its MAC address in any usual spelling.
    #[schema(value_type = String)]
    mac: MacText,
    /// Maker and model in any usual spelling.
    model: String,
    /// Whose it is.
    #[schema(value_type = String)]
    organisation: OrganisationId,
    /// What people call it.
    description: Option<String>,
    /// Whether its maker's redirection service is to send it here.
    #[serde(default)]
    redirected: bool,
}

/// Add a phone.
///
/// One that asked the network for its files is told where they are as soon as it may come in.
#[utoipa::path(
    post, path = "/phones", tag = "phones", request_body = NewPhone,
    responses(
        (
            status = 201, description = "It is on the list", body = Phone,
            headers(("location" = String, description = "Where it is")),
        ),
        Changing,
    ),
)]
pub(super) async fn add(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Sent(new): Sent<NewPhone>,
) -> Result<(StatusCode, [(header::HeaderName, String); 1], Json<Phone>), Refusal> {
    let MacText(mac) = new.mac;
    let addition = Addition {
        mac,
        model: new.model,
        organisation: new.organisation,
        description: new.description,
        redirected: new.redirected,
    };
    server.add_phone(&caller.actor, addition).await?;
    let place = [(header::LOCATION, format!("{}/phones/{mac}", super::BASE))];
    let phone = Phone::find(&server, &caller.actor, mac)?;
    Ok((StatusCode::CREATED, place, Json(phone)))
}

/// Show a phone.
#[utoipa::path(
    get, path = "/phones/{mac}", tag = "phones",
    params(("mac" = String, Path, description = "The phone")),
    responses((status = 200, description = "The phone", body = Phone), Acting),
)]
pub(super) async fn get(
    State(server): State<Arc<Server>>,
    caller: Caller,
    At(MacText(mac)): At<MacText>,
) -> Result<Json<Phone>, Refusal> {
    Ok(Json(Phone::find(&server, &caller.actor, mac)?))
}

/// Remove a phone.
///
/// What its subscriber had on it is kept.
#[utoipa::path(
    delete, path = "/phones/{mac}", tag = "phones",
    params(("mac" = String, Path, description = "The phone")),
    responses((status = 204, description = "It is off the list"), Acting),
)]
pub(super) async fn remove(
    State(server): State<Arc<Server>>,
    caller: Caller,
    At(MacText(mac)): At<MacText>,
) -> Result<StatusCode, Refusal> {
    server.remove_phone(&caller.actor, mac).await?;
    Ok(StatusCode::NO_CONTENT)
}
