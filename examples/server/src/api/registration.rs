//! The makers' redirection services, and what the PBX reports.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use http::StatusCode;
use phone_provisioning::inventory::{Actor, Subscriber};
use phone_provisioning::model::Mac;
use phone_provisioning::redirection::life::Step;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::phone::RegistrationState;
use super::refusal::{Acting, Changing, Refusal};
use super::request::{At, Caller, MacText, Sent};
use crate::server::{Problem, Server};

/// Where a phone is on its way from its maker's redirection service, and what to do.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "state": "active", "step": "awaited", "step_text": "registered; the phone has not come yet",
    "expected": "in-service", "suboptimal": true, "cause": null, "expires_at": "2026-03-09T09:00:00Z",
    "repair": ["let the phone start undisturbed"],
}))]
pub(super) struct Diagnosis {
    state: RegistrationState,
    /// Where the phone is.
    step: StepName,
    /// The same in words.
    step_text: String,
    /// Where a phone that works is.
    expected: StepName,
    /// Whether a phone that works should not be in this state.
    suboptimal: bool,
    /// Why the service does not do what it should.
    cause: Option<String>,
    /// When the registration ends.
    expires_at: Option<DateTime<Utc>>,
    /// What to do, in this order, if the phone does not come by itself.
    repair: Vec<String>,
}

/// A step on the way of a phone.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum StepName {
    /// It was never registered.
    NotRegistered,
    /// The service is being asked to register it.
    Registering,
    /// It was not registered in time.
    Missed,
    /// It is registered, and has not come yet.
    Awaited,
    /// It did not come in time.
    Overdue,
    /// It has come; the service is being asked to forget it.
    Settling,
    /// It did not come; the service is being asked to forget it.
    Ending,
    /// It did not come while it was registered.
    NotCome,
    /// It has come and knows its address: all is well.
    InService,
}

impl From<Step> for StepName {
    fn from(step: Step) -> Self {
        match step {
            Step::Registering => Self::Registering,
            Step::Missed => Self::Missed,
            Step::Awaited => Self::Awaited,
            Step::Overdue => Self::Overdue,
            Step::Settling => Self::Settling,
            Step::Ending => Self::Ending,
            Step::NotCome => Self::NotCome,
            Step::InService => Self::InService,
            _ => Self::NotRegistered,
        }
    }
}

impl Diagnosis {
    fn of(server: &Server, actor: &Actor, mac: Mac) -> Result<Self, Problem> {
        let diagnosis = server.diagnosis(actor, mac)?;
        let state = server.look(|state| {
            let phone = state.inventory.find(actor, mac)?;
            Ok::<_, Problem>(phone.registration().state())
        })?;
        Ok(Self {
            state: state.into(),
            step: diagnosis.step.into(),
            step_text: diagnosis.step.to_string(),
            expected: diagnosis.expected.into(),
            suboptimal: diagnosis.is_suboptimal,
            cause: diagnosis.cause.map(|cause| cause.to_string()),
            expires_at: diagnosis.expires_at,
            repair: diagnosis.repair.iter().map(ToString::to_string).collect(),
        })
    }
}

/// Show where a phone is on its way from its maker's service.
#[utoipa::path(
    get, path = "/phones/{mac}/registration", tag = "registration",
    params(("mac" = String, Path, description = "The phone")),
    responses((status = 200, description = "Where it is, and what to do", body = Diagnosis), Acting),
)]
pub(super) async fn get(
    State(server): State<Arc<Server>>,
    caller: Caller,
    At(MacText(mac)): At<MacText>,
) -> Result<Json<Diagnosis>, Refusal> {
    Ok(Json(Diagnosis::of(&server, &caller.actor, mac)?))
}

/// Have the maker's service send a phone here.
///
/// Also when another environment has it. What came of it is told by its registration later.
#[utoipa::path(
    post, path = "/phones/{mac}/activate", tag = "registration",
    params(("mac" = String, Path, description = "The phone")),
    responses(
        (status = 202, description = "The service is being asked", body = Diagnosis), Acting,
    ),
)]
pub(super) async fn activate(
    State(server): State<Arc<Server>>,
    caller: Caller,
    At(MacText(mac)): At<MacText>,
) -> Result<(StatusCode, Json<Diagnosis>), Refusal> {
    server.activate(&caller.actor, mac).await?;
    let diagnosis = Diagnosis::of(&server, &caller.actor, mac)?;
    Ok((StatusCode::ACCEPTED, Json(diagnosis)))
}

/// Have the maker's service send a phone here no longer.
#[utoipa::path(
    post, path = "/phones/{mac}/deactivate", tag = "registration",
    params(("mac" = String, Path, description = "The phone")),
    responses(
        (status = 202, description = "The service is being asked", body = Diagnosis), Acting,
    ),
)]
pub(super) async fn deactivate(
    State(server): State<Arc<Server>>,
    caller: Caller,
    At(MacText(mac)): At<MacText>,
) -> Result<(StatusCode, Json<Diagnosis>), Refusal> {
    server.deactivate(&caller.actor, mac).await?;
    let diagnosis = Diagnosis::of(&server, &caller.actor, mac)?;
    Ok((StatusCode::ACCEPTED, Json(diagnosis)))
}

/// Find out whether a phone's registration at its maker's service is still ours.
#[utoipa::path(
    post, path = "/phones/{mac}/registration/check", tag = "registration",
    params(("mac" = String, Path, description = "The phone")),
    responses(
        (status = 202, description = "The service is being asked", body = Diagnosis), Acting,
    ),
)]
pub(super) async fn check(
    State(server): State<Arc<Server>>,
    caller: Caller,
    At(MacText(mac)): At<MacText>,
) -> Result<(StatusCode, Json<Diagnosis>), Refusal> {
    server.check_registration(&caller.actor, mac).await?;
    let diagnosis = Diagnosis::of(&server, &caller.actor, mac)?;
    Ok((StatusCode::ACCEPTED, Json(diagnosis)))
}

/// A phone that has registered with the PBX.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "subscriber": "201", "contact": "<sip:201@192.0.2.7:5060>" }))]
pub(super) struct Registered {
    /// Whose account it used.
    #[schema(value_type = Option<String>)]
    subscriber: Option<Subscriber>,
    /// The field `Contact` of its request.
    contact: String,
}

/// Report that a phone has registered with the PBX.
///
/// The PBX's alone, which is a person with the part `platform`.
#[utoipa::path(
    post, path = "/phones/{mac}/registered", tag = "registration", request_body = Registered,
    params(("mac" = String, Path, description = "The phone")),
    responses((status = 204, description = "It is known"), Changing),
)]
pub(super) async fn registered(
    State(server): State<Arc<Server>>,
    caller: Caller,
    At(MacText(mac)): At<MacText>,
    Sent(sent): Sent<Registered>,
) -> Result<StatusCode, Refusal> {
    let (who, contact) = (sent.subscriber, sent.contact);
    server.registered(&caller.actor, mac, who, &contact).await?;
    Ok(StatusCode::NO_CONTENT)
}
