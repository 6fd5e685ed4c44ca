//! Who has a phone, and when it may come in.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use phone_provisioning::inventory::{Event, OrganisationId, Subscriber};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::phone::Phone;
use super::refusal::{Acting, Changing, Refusal};
use super::request::{At, Caller, MacText, Sent};
use crate::server::{Problem, Server};

type Answer = Result<Json<Phone>, Refusal>;

/// What people call a phone.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Description {
    /// The words; nothing to have none.
    pub(super) description: Option<String>,
}

/// Describe a phone.
#[utoipa::path(
    put, path = "/phones/{mac}/description", tag = "phones", request_body = Description,
    params(("mac" = String, Path, description = "The phone")),
    responses((status = 200, description = "The phone", body = Phone), Changing),
)]
pub(super) async fn describe(
    State(server): State<Arc<Server>>,
    caller: Caller,
    At(MacText(mac)): At<MacText>,
    Sent(sent): Sent<Description>,
) -> Answer {
    server
        .describe(&caller.actor, mac, sent.description)
        .await?;
    Ok(Json(Phone::find(&server, &caller.actor, mac)?))
}

/// Who gets a phone.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "subscriber": "201" }))]
pub(super) struct Assignment {
    /// The subscriber.
    #[schema(value_type = String)]
    pub(super) subscriber: Subscriber,
}

/// Assign a phone.
///
/// It gets what the subscriber had on it before. A phone that has not come in needs a window, too.
#[utoipa::path(
    put, path = "/phones/{mac}/subscriber", tag = "assignment", request_body = Assignment,
    params(("mac" = String, Path, description = "The phone")),
    responses((status = 200, description = "The phone", body = Phone), Changing),
)]
pub(super) async fn assign(
    State(server): State<Arc<Server>>,
    caller: Caller,
    At(MacText(mac)): At<MacText>,
    Sent(sent): Sent<Assignment>,
) -> Answer {
    server.assign(&caller.actor, mac, sent.subscriber).await?;
    Ok(Json(Phone::find(&server, &caller.actor, mac)?))
}

/// Unassign a phone.
#[utoipa::path(
    delete, path = "/phones/{mac}/subscriber", tag = "assignment",
    params(("mac" = String, Path, description = "The phone")),
    responses((status = 200, description = "The phone", body = Phone), Acting),
)]
pub(super) async fn unassign(
    State(server): State<Arc<Server>>,
    caller: Caller,
    At(MacText(mac)): At<MacText>,
) -> Answer {
    server.unassign(&caller.actor, mac).await?;
    Ok(Json(Phone::find(&server, &caller.actor, mac)?))
}

/// How long a phone may come in for the first time.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "until": "an-hour" }))]
pub(super) struct Opening {
    /// An instant in RFC 3339, or `an-hour` from now.
    until: String,
}

impl Opening {
    fn until(&self) -> Result<Option<DateTime<Utc>>, Problem> {
        if self.until == "an-hour" {
            return Ok(None);
        }
        let expected = "expected `an-hour` or an instant: 2026-03-02T10:00:00Z";
        let instant = DateTime::parse_from_rfc3339(&self.until);
        let instant = instant.map_err(|_| Problem::field("until", expected))?;
        Ok(Some(instant.with_timezone(&Utc)))
    }
}

/// Let a phone come in for the first time.
#[utoipa::path(
    put, path = "/phones/{mac}/window", tag = "assignment", request_body = Opening,
    params(("mac" = String, Path, description = "The phone")),
    responses((status = 200, description = "The phone", body = Phone), Changing),
)]
pub(super) async fn open_window(
    State(server): State<Arc<Server>>,
    caller: Caller,
    At(MacText(mac)): At<MacText>,
    Sent(sent): Sent<Opening>,
) -> Answer {
    let until = sent.until()?;
    server.open_window(&caller.actor, mac, until).await?;
    Ok(Json(Phone::find(&server, &caller.actor, mac)?))
}

/// Let a phone come in no longer.
///
/// One that holds a long-term credential needs no window.
#[utoipa::path(
    delete, path = "/phones/{mac}/window", tag = "assignment",
    params(("mac" = String, Path, description = "The phone")),
    responses((status = 200, description = "The phone", body = Phone), Acting),
)]
pub(super) async fn close_window(
    State(server): State<Arc<Server>>,
    caller: Caller,
    At(MacText(mac)): At<MacText>,
) -> Answer {
    server
        .apply(&caller.actor, Event::CloseWindow { mac })
        .await?;
    Ok(Json(Phone::find(&server, &caller.actor, mac)?))
}

/// Where a phone comes in for the first time.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({ "url": "https://pbx.example.net/p/3rTq0Vb8mZ1cXy5nKd2LhA/" }))]
pub(super) struct Link {
    /// The address. It is a secret: whoever knows it gets the phone's passwords while the window is open.
    url: String,
}

/// Get the address for a phone's first access.
///
/// There is one while the phone may come in.
#[utoipa::path(
    get, path = "/phones/{mac}/link", tag = "assignment",
    params(("mac" = String, Path, description = "The phone")),
    responses((status = 200, description = "The address", body = Link), Acting),
)]
pub(super) async fn link(
    State(server): State<Arc<Server>>,
    caller: Caller,
    At(MacText(mac)): At<MacText>,
) -> Result<Json<Link>, Refusal> {
    let now = server.now();
    let url = server.look(|state| {
        let phone = state.inventory.find(&caller.actor, mac)?;
        let closed = "the phone may not come in now: open its window";
        let url = state.first_url(phone, now);
        url.ok_or_else(|| Problem::Conflict(closed.to_owned()))
    })?;
    let url = url.expose().as_str().to_owned();
    Ok(Json(Link { url }))
}

/// Revoke a phone's credentials.
///
/// For one that is stolen, or in the wrong hands: it has to be let in anew.
#[utoipa::path(
    post, path = "/phones/{mac}/revoke", tag = "assignment",
    params(("mac" = String, Path, description = "The phone")),
    responses((status = 200, description = "The phone", body = Phone), Acting),
)]
pub(super) async fn revoke(
    State(server): State<Arc<Server>>,
    caller: Caller,
    At(MacText(mac)): At<MacText>,
) -> Answer {
    server.apply(&caller.actor, Event::Revoke { mac }).await?;
    Ok(Json(Phone::find(&server, &caller.actor, mac)?))
}

/// Where a phone goes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Transfer {
    /// The organisation.
    #[schema(value_type = String)]
    organisation: OrganisationId,
}

/// Move a phone to another organisation.
///
/// Who has it is logged out, its window closed; its own settings stay.
#[utoipa::path(
    put, path = "/phones/{mac}/organisation", tag = "phones", request_body = Transfer,
    params(("mac" = String, Path, description = "The phone")),
    responses((status = 200, description = "The phone", body = Phone), Changing),
)]
pub(super) async fn transfer(
    State(server): State<Arc<Server>>,
    caller: Caller,
    At(MacText(mac)): At<MacText>,
    Sent(sent): Sent<Transfer>,
) -> Answer {
    let to = sent.organisation;
    server.apply(&caller.actor, Event::Move { mac, to }).await?;
    Ok(Json(Phone::find(&server, &caller.actor, mac)?))
}
