//! What a change would do to the files of phones, before anybody makes it.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use phone_provisioning::inspect::{self, DeviceChange, FleetDiff};
use phone_provisioning::inventory::{Actor, Event, OrganisationId, Subscriber};
use phone_provisioning::model::Mac;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::assignment::{Assignment, Description};
use super::description;
use super::firmware::{Choice, ChoiceForModel};
use super::handsets::{Modules, of_base};
use super::organisations::changed;
use super::refusal::{Acting, Changing, Refusal};
use super::request::{At, Caller, MacText, Sent, SentDocument};
use super::settings::{of_phone, of_subscriber};
use super::subscribers::account;
use crate::server::preview::Edit;
use crate::server::{Problem, Server};

/// What a change would do.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "affected": 1,
    "phones": [{
        "mac": "00:15:65:00:00:01", "model": "yealink T46S", "description": "Reception",
        "effects": { "reboots": false, "registers": false, "unknown": true },
    }],
    "changes": [{
        "subject": "lang.gui", "kind": "\"English\" -> \"Dutch\"",
        "effects": { "reboots": false, "registers": false, "unknown": true },
        "phones": ["00:15:65:00:00:01"],
    }],
}))]
pub(super) struct Preview {
    /// How many phones would get other files.
    affected: usize,
    /// These.
    phones: Vec<AffectedPhone>,
    /// Each change, with the phones that it is for; without secrets.
    changes: Vec<SettingChange>,
}

/// A phone that would get other files.
#[derive(Serialize, ToSchema)]
struct AffectedPhone {
    mac: String,
    model: String,
    description: Option<String>,
    effects: Effects,
}

/// A change in the files of phones.
#[derive(Serialize, ToSchema)]
struct SettingChange {
    /// What changes.
    subject: String,
    /// How it changes.
    kind: String,
    effects: Effects,
    /// The phones that it is for.
    phones: Vec<String>,
}

/// What phones do when settings change, as far as the dictionaries know.
#[derive(Serialize, ToSchema)]
pub(super) struct Effects {
    /// They start anew, or take the change up when they do.
    reboots: bool,
    /// They register anew.
    registers: bool,
    /// No source says of some of the settings.
    unknown: bool,
}

impl From<inspect::Effects> for Effects {
    fn from(effects: inspect::Effects) -> Self {
        Self {
            reboots: effects.reboots,
            registers: effects.registers,
            unknown: effects.unknown,
        }
    }
}

impl From<FleetDiff> for Preview {
    fn from(diff: FleetDiff) -> Self {
        let affected = diff.devices().iter().filter(|device| match device.change {
            DeviceChange::Changed(_) => !device.changes().is_empty(),
            _ => true,
        });
        let phones: Vec<AffectedPhone> = affected
            .map(|device| AffectedPhone {
                mac: device.mac.to_string(),
                model: device.model.clone(),
                description: device.label.clone(),
                effects: device.effects().into(),
            })
            .collect();
        let changes = diff
            .by_change()
            .into_iter()
            .map(|(change, macs)| SettingChange {
                subject: change.subject.to_string(),
                kind: change.kind.to_string(),
                effects: change.effects.into(),
                phones: macs.iter().map(ToString::to_string).collect(),
            });
        Self {
            affected: phones.len(),
            changes: changes.collect(),
            phones,
        }
    }
}

type Answer = Result<Json<Preview>, Refusal>;

/// The paths of all previews.
pub(super) fn described() -> OpenApiRouter<Arc<Server>> {
    OpenApiRouter::new()
        .routes(routes!(of_description))
        .routes(routes!(of_assignment))
        .routes(routes!(of_unassignment))
        .routes(routes!(of_settings))
        .routes(routes!(of_profile))
        .routes(routes!(of_handsets))
        .routes(routes!(of_modules))
        .routes(routes!(of_firmware))
        .routes(routes!(of_site))
        .routes(routes!(of_firmware_for_organisation))
        .routes(routes!(of_account))
}

/// Preview another description.
#[utoipa::path(
    post, path = "/phones/{mac}/description/preview", tag = "preview", request_body = Description,
    params(("mac" = String, Path, description = "The phone")),
    responses((status = 200, description = "What it would do", body = Preview), Changing),
)]
async fn of_description(
    State(server): State<Arc<Server>>,
    caller: Caller,
    At(MacText(mac)): At<MacText>,
    Sent(sent): Sent<Description>,
) -> Answer {
    let description = crate::server::phones::description(sent.description)?;
    on_phone(
        &server,
        &caller.actor,
        mac,
        Event::Describe { mac, description },
    )
}

/// Preview an assignment.
#[utoipa::path(
    post, path = "/phones/{mac}/subscriber/preview", tag = "preview", request_body = Assignment,
    params(("mac" = String, Path, description = "The phone")),
    responses((status = 200, description = "What it would do", body = Preview), Changing),
)]
async fn of_assignment(
    State(server): State<Arc<Server>>,
    caller: Caller,
    At(MacText(mac)): At<MacText>,
    Sent(sent): Sent<Assignment>,
) -> Answer {
    let subscriber = sent.subscriber;
    on_phone(
        &server,
        &caller.actor,
        mac,
        Event::Assign { mac, subscriber },
    )
}

/// Preview what taking a phone from its subscriber would do.
#[utoipa::path(
    post, path = "/phones/{mac}/unassignment/preview", tag = "preview",
    params(("mac" = String, Path, description = "The phone")),
    responses((status = 200, description = "What it would do", body = Preview), Acting),
)]
async fn of_unassignment(
    State(server): State<Arc<Server>>,
    caller: Caller,
    At(MacText(mac)): At<MacText>,
) -> Answer {
    on_phone(&server, &caller.actor, mac, Event::Unassign { mac })
}

/// Preview other settings of a phone.
#[utoipa::path(
    post, path = "/phones/{mac}/settings/preview", tag = "preview",
    request_body = description::ProfileDoc,
    params(("mac" = String, Path, description = "The phone")),
    responses((status = 200, description = "What it would do", body = Preview), Changing),
)]
async fn of_settings(
    State(server): State<Arc<Server>>,
    caller: Caller,
    At(MacText(mac)): At<MacText>,
    SentDocument(sent): SentDocument,
) -> Answer {
    let settings = of_phone(&server, &caller.actor, mac, sent)?.into();
    on_phone(
        &server,
        &caller.actor,
        mac,
        Event::Configure { mac, settings },
    )
}

/// Preview other settings of a subscriber on a phone.
#[utoipa::path(
    post, path = "/phones/{mac}/profiles/{subscriber}/preview", tag = "preview",
    request_body = description::ProfileDoc,
    params(
        ("mac" = String, Path, description = "The phone"),
        ("subscriber" = String, Path, description = "Who has it, or has had it"),
    ),
    responses((status = 200, description = "What it would do", body = Preview), Changing),
)]
async fn of_profile(
    State(server): State<Arc<Server>>,
    caller: Caller,
    At((MacText(mac), subscriber)): At<(MacText, Subscriber)>,
    SentDocument(sent): SentDocument,
) -> Answer {
    let profile = of_subscriber(&server, &caller.actor, mac, &subscriber, sent)?.into();
    let event = Event::ChangeProfile {
        mac,
        subscriber,
        profile,
    };
    on_phone(&server, &caller.actor, mac, event)
}

/// Preview other handsets of a base.
#[utoipa::path(
    post, path = "/phones/{mac}/handsets/preview", tag = "preview",
    request_body = Vec<description::Handset>,
    params(("mac" = String, Path, description = "The base")),
    responses((status = 200, description = "What it would do", body = Preview), Changing),
)]
async fn of_handsets(
    State(server): State<Arc<Server>>,
    caller: Caller,
    At(MacText(mac)): At<MacText>,
    SentDocument(sent): SentDocument,
) -> Answer {
    let handsets = of_base(&server, &caller.actor, mac, sent)?;
    on_phone(&server, &caller.actor, mac, Edit::Handsets(mac, handsets))
}

/// Preview another number of expansion modules.
#[utoipa::path(
    post, path = "/phones/{mac}/modules/preview", tag = "preview", request_body = Modules,
    params(("mac" = String, Path, description = "The phone")),
    responses((status = 200, description = "What it would do", body = Preview), Changing),
)]
async fn of_modules(
    State(server): State<Arc<Server>>,
    caller: Caller,
    At(MacText(mac)): At<MacText>,
    Sent(sent): Sent<Modules>,
) -> Answer {
    on_phone(&server, &caller.actor, mac, sent.edit(&server, mac))
}

/// Preview other firmware of a phone.
#[utoipa::path(
    post, path = "/phones/{mac}/firmware/preview", tag = "preview", request_body = Choice,
    params(("mac" = String, Path, description = "The phone")),
    responses((status = 200, description = "What it would do", body = Preview), Changing),
)]
async fn of_firmware(
    State(server): State<Arc<Server>>,
    caller: Caller,
    At(MacText(mac)): At<MacText>,
    Sent(sent): Sent<Choice>,
) -> Answer {
    let event = Event::ChooseFirmware {
        phones: mac.into(),
        version: Some(sent.version),
    };
    on_phone(&server, &caller.actor, mac, event)
}

/// Preview another site of an organisation that there is.
#[utoipa::path(
    post, path = "/organisations/{organisation}/preview", tag = "preview",
    request_body = description::SiteDoc,
    params(("organisation" = String, Path, description = "The organisation")),
    responses((status = 200, description = "What it would do", body = Preview), Changing),
)]
async fn of_site(
    State(server): State<Arc<Server>>,
    caller: Caller,
    At(organisation): At<OrganisationId>,
    SentDocument(sent): SentDocument,
) -> Answer {
    let site = changed(&server, &caller.actor, &organisation, sent)?;
    let event = Event::ChangeOrganisation {
        organisation: organisation.clone(),
        site: site.into(),
    };
    on_organisation(&server, &caller.actor, &organisation, event)
}

/// Preview other firmware of all phones of a model.
#[utoipa::path(
    post, path = "/organisations/{organisation}/firmware/preview", tag = "preview",
    request_body = ChoiceForModel,
    params(("organisation" = String, Path, description = "The organisation")),
    responses((status = 200, description = "What it would do", body = Preview), Changing),
)]
async fn of_firmware_for_organisation(
    State(server): State<Arc<Server>>,
    caller: Caller,
    At(organisation): At<OrganisationId>,
    Sent(sent): Sent<ChoiceForModel>,
) -> Answer {
    let (phones, version) = sent.of(organisation.clone());
    let event = Event::ChooseFirmware { phones, version };
    on_organisation(&server, &caller.actor, &organisation, event)
}

/// Preview other accounts of a subscriber.
#[utoipa::path(
    post, path = "/organisations/{organisation}/subscribers/{subscriber}/preview", tag = "preview",
    request_body = Vec<description::ExtensionDoc>,
    params(
        ("organisation" = String, Path, description = "The organisation"),
        ("subscriber" = String, Path, description = "The number of the first account"),
    ),
    responses((status = 200, description = "What it would do", body = Preview), Changing),
)]
async fn of_account(
    State(server): State<Arc<Server>>,
    caller: Caller,
    At((organisation, subscriber)): At<(OrganisationId, Subscriber)>,
    SentDocument(sent): SentDocument,
) -> Answer {
    let account = account(&server, &caller.actor, &organisation, &subscriber, sent)?;
    let edit = Edit::Account(account.into());
    on_organisation(&server, &caller.actor, &organisation, edit)
}

fn on_phone(server: &Server, actor: &Actor, mac: Mac, edit: impl Into<Edit>) -> Answer {
    let organisation = server.look(|state| {
        let phone = state.inventory.find(actor, mac)?;
        Ok::<_, Problem>(phone.organisation().clone())
    })?;
    on_organisation(server, actor, &organisation, edit)
}

fn on_organisation(
    server: &Server,
    actor: &Actor,
    organisation: &OrganisationId,
    edit: impl Into<Edit>,
) -> Answer {
    let diff = server.what_would_change(actor, organisation, edit.into())?;
    Ok(Json(diff.into()))
}
