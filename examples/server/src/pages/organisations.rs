//! Organisations.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use http::StatusCode;
use phone_provisioning::fleet::{RegistrarDoc, SettingsDoc, SiteDoc, Word};
use phone_provisioning::inventory::{Actor, Organisation, OrganisationId};
use phone_provisioning::model::{TimeZone, Transport};

use super::{Done, Faults, Fields, Frame, Section, Sent, Visitor, page, segment, to_done};
use crate::server::{Problem, Server, State};

pub(super) fn routes() -> Router<Arc<Server>> {
    Router::new().route("/admin/organisations", get(show).post(add))
}

/// An organisation that a visitor may look at.
#[derive(Clone)]
pub(super) struct Choice {
    /// Its identifier.
    pub(super) id: OrganisationId,
    /// What people call it.
    pub(super) name: String,
}

impl Choice {
    /// The identifier as a segment of a path.
    pub(super) fn path(&self) -> String {
        segment(self.id.as_str())
    }
}

/// The organisations that somebody may look at.
pub(super) fn choices(state: &State, actor: &Actor) -> Vec<Choice> {
    let all = state.inventory.organisations();
    let own = all.filter(|organisation| actor.may_act_for(organisation.id()));
    let choice = |organisation: &Organisation| Choice {
        id: organisation.id().clone(),
        name: name(organisation.site())
            .unwrap_or(organisation.id().as_str())
            .to_owned(),
    };
    own.map(choice).collect()
}

/// The name of a site.
pub(super) fn name(site: &SiteDoc) -> Option<&str> {
    Some(site.name.as_ref()?.value()?.as_str())
}

async fn show(visitor: Visitor) -> Response {
    view(&visitor, StatusCode::OK, Faults::none(), &Fields::default())
}

async fn add(sent: Sent) -> Response {
    let Sent { visitor, fields } = sent;
    let mut faults = Faults::none();
    let id = faults.take(fields.read::<OrganisationId>("id"));
    let site = faults.take(site(&fields));
    if let (Some(id), Some(site)) = (id, site) {
        let path = format!("/admin/organisations/{}/settings", segment(id.as_str()));
        match visitor
            .server
            .add_organisation(&visitor.actor, id, site)
            .await
        {
            Ok(()) => return to_done(&path, Done::OrganisationAdded),
            Err(problem) if problem.status() == StatusCode::FORBIDDEN => {
                return super::Refused(problem).into_response();
            }
            Err(problem) => faults.add(&problem),
        }
    }
    view(&visitor, StatusCode::UNPROCESSABLE_ENTITY, faults, &fields)
}

/// What the phones of a new organisation share.
fn site(fields: &Fields) -> Result<SiteDoc, Problem> {
    let text = |name: &str| fields.filled(name).map(|text| text.to_owned().into());
    let mut registrar = RegistrarDoc::default();
    registrar.host = text("registrar");
    if let Some(transport) = fields.filled("transport") {
        let transport =
            Transport::try_from(transport).map_err(|error| Problem::field("transport", error))?;
        registrar.transport = Some(Word::from(transport).into());
    }
    let mut settings = SettingsDoc::default();
    settings.time_zone = text("time_zone");
    settings.language = text("language");
    settings.registrar = Some(registrar.into());
    let mut site = SiteDoc::default();
    site.name = text("name");
    site.provisioning_url = text("provisioning_url");
    site.settings = Some(settings.into());
    Ok(site)
}

fn view(visitor: &Visitor, status: StatusCode, faults: Faults, fields: &Fields) -> Response {
    let rows = visitor.server.look(|state| {
        let row = |choice: Choice| {
            let phones = state.inventory.list(&visitor.actor, &choice.id);
            Row {
                phones: phones.map_or(0, Iterator::count),
                subscribers: state.accounts(&choice.id).count(),
                url: state
                    .template(&choice.id)
                    .map(|url| url.as_str().to_owned()),
                choice,
            }
        };
        choices(state, &visitor.actor)
            .into_iter()
            .map(row)
            .collect()
    });
    let view = View {
        frame: visitor.frame(Section::Organisations),
        rows,
        faults,
        fields,
        zones: TimeZone::all().map(TimeZone::as_str).collect(),
    };
    page(status, &view)
}

#[derive(Template)]
#[template(path = "organisations.html")]
struct View<'f> {
    frame: Frame,
    rows: Vec<Row>,
    faults: Faults,
    fields: &'f Fields,
    zones: Vec<&'static str>,
}

struct Row {
    choice: Choice,
    phones: usize,
    subscribers: usize,
    url: Option<String>,
}
