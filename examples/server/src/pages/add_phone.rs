//! Adding a phone.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::Query;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use phone_provisioning::Targets;
use phone_provisioning::inventory::{OrganisationId, Role};
use phone_provisioning::model::Mac;

use super::organisations::{Choice, choices};
use super::{Done, Faults, Fields, Frame, Refused, Section, Sent, Visitor, page, to_done};
use crate::server::phones::Addition;
use crate::server::{Problem, Server};

pub(super) fn routes() -> Router<Arc<Server>> {
    Router::new().route("/admin/phones/add", get(show).post(add))
}

async fn show(
    visitor: Visitor,
    Query(asked): Query<Vec<(String, String)>>,
) -> Result<Response, Refused> {
    view(
        &visitor,
        StatusCode::OK,
        Faults::none(),
        &Fields::new(asked),
    )
}

async fn add(sent: Sent) -> Result<Response, Refused> {
    let Sent { visitor, fields } = sent;
    let mut faults = Faults::none();
    let mac = faults.take(fields.read::<Mac>("mac"));
    let organisation = faults.take(fields.read::<OrganisationId>("organisation"));
    let mut status = StatusCode::UNPROCESSABLE_ENTITY;
    if let (Some(mac), Some(organisation)) = (mac, organisation) {
        let addition = Addition {
            mac,
            model: fields.text("model").to_owned(),
            organisation,
            description: fields.filled("description").map(str::to_owned),
            redirected: fields.is_ticked("redirected"),
        };
        match visitor.server.add_phone(&visitor.actor, addition).await {
            Ok(()) => {
                let path = format!("/admin/phones/{}", mac.plain_lower());
                return Ok(to_done(&path, Done::PhoneAdded));
            }
            Err(problem) => {
                status = problem.status();
                faults.add(&problem);
            }
        }
    }
    view(&visitor, status, faults, &fields)
}

fn view(
    visitor: &Visitor,
    status: StatusCode,
    faults: Faults,
    fields: &Fields,
) -> Result<Response, Refused> {
    if visitor.actor.role() != Role::Provider {
        return Err(Problem::Forbidden.into());
    }
    let (organisations, makers) = visitor.server.look(|state| {
        let organisations = choices(state, &visitor.actor);
        (organisations, makers(state.targets()))
    });
    let view = View {
        frame: visitor.frame(Section::Phones),
        organisations,
        makers,
        faults,
        fields,
    };
    Ok(page(status, &view))
}

/// The models of each target, in the order of their names.
fn makers(targets: &Targets) -> Vec<Maker> {
    let maker = |target: &Arc<dyn phone_provisioning::target::ProvisioningTarget>| {
        let names = target.models().iter().map(|row| row.name.as_ref());
        let mut models: Vec<String> = names
            .map(|name| format!("{} {name}", target.vendor()))
            .collect();
        models.sort_unstable();
        let name = target.id().as_str().to_owned();
        Maker { name, models }
    };
    targets.iter().map(maker).collect()
}

#[derive(Template)]
#[template(path = "add_phone.html")]
struct View<'f> {
    frame: Frame,
    organisations: Vec<Choice>,
    makers: Vec<Maker>,
    faults: Faults,
    fields: &'f Fields,
}

struct Maker {
    name: String,
    models: Vec<String>,
}
