//! Who may log in, and one's own password.

use std::collections::BTreeSet;
use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{ConnectInfo, Path};
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use phone_provisioning::inventory::OrganisationId;

use super::organisations::{Choice, choices};
use super::{Done, Faults, Fields, Frame, Refused, Section, Sent, Visitor, page, segment, to_done};
use crate::peer::Peer;
use crate::server::people::{Part, Person};
use crate::server::{Problem, Server};

pub(super) fn routes() -> Router<Arc<Server>> {
    Router::new()
        .route("/admin/people", get(show).post(add))
        .route(
            "/admin/people/{name}/remove",
            get(ask_to_remove).post(remove),
        )
        .route("/admin/password", get(show_own).post(change_own))
}

type Answer = Result<Response, Refused>;

async fn show(visitor: Visitor) -> Answer {
    view(&visitor, StatusCode::OK, Faults::none(), &Fields::default())
}

async fn add(sent: Sent) -> Answer {
    match put(&sent).await {
        Ok(()) => Ok(to_done("/admin/people", Done::PersonAdded)),
        Err(problem) => {
            let faults = Faults::from(&problem);
            view(&sent.visitor, problem.status(), faults, &sent.fields)
        }
    }
}

async fn put(sent: &Sent) -> Result<(), Problem> {
    let Sent { visitor, fields } = sent;
    let part = match fields.text("part") {
        "provider" => Part::Provider,
        "customer" => Part::Customer,
        "platform" => Part::Platform,
        _ => {
            return Err(Problem::field(
                "part",
                "expected one of those that are listed",
            ));
        }
    };
    let chosen = fields.all("organisation").map(str::parse);
    let chosen: Result<BTreeSet<OrganisationId>, _> = chosen.collect();
    let chosen = chosen.map_err(|error| Problem::field("organisation", error))?;
    let organisations = Some(chosen).filter(|chosen| !chosen.is_empty());
    let password = fields.secret("new-password")?;
    let password = password.ok_or(Problem::field("new-password", "expected a password"))?;
    let name = fields.text("name");
    let known = visitor.server.people(&visitor.actor)?;
    if known.iter().any(|person| person.name == name) {
        return Err(Problem::field("name", "there is a login of this name"));
    }
    let server = &visitor.server;
    server
        .put_person(&visitor.actor, name, part, organisations, &password)
        .await
}

async fn ask_to_remove(visitor: Visitor, Path(name): Path<String>) -> Answer {
    let known = visitor.server.people(&visitor.actor)?;
    if !known.iter().any(|person| person.name == name) {
        return Err(Problem::Unknown("person").into());
    }
    Ok(show_removal(&visitor, name, StatusCode::OK, Faults::none()))
}

async fn remove(Path(name): Path<String>, sent: Sent) -> Answer {
    let Sent { visitor, .. } = &sent;
    match visitor.server.remove_person(&visitor.actor, &name).await {
        Ok(()) => Ok(to_done("/admin/people", Done::PersonRemoved)),
        Err(problem) => {
            let faults = Faults::from(&problem);
            Ok(show_removal(visitor, name, problem.status(), faults))
        }
    }
}

async fn show_own(visitor: Visitor) -> Response {
    let frame = visitor.frame(Section::Own);
    let faults = Faults::none();
    page(StatusCode::OK, &OwnView { frame, faults })
}

async fn change_own(ConnectInfo(peer): ConnectInfo<Peer>, sent: Sent) -> Response {
    let Sent { visitor, fields } = &sent;
    let changed = match (fields.secret("password"), fields.secret("new-password")) {
        (Ok(Some(old)), Ok(Some(new))) => {
            let source = peer.address.ip();
            let server = &visitor.server;
            server
                .change_own_password(&visitor.name, &old, &new, source)
                .await
        }
        (Err(problem), _) | (_, Err(problem)) => Err(problem),
        _ => Err(Problem::field("new-password", "expected a password")),
    };
    match changed {
        Ok(()) => to_done("/admin/login", Done::PasswordChanged),
        Err(problem) => {
            let frame = visitor.frame(Section::Own);
            let faults = Faults::from(&problem);
            page(problem.status(), &OwnView { frame, faults })
        }
    }
}

fn view(visitor: &Visitor, status: StatusCode, faults: Faults, fields: &Fields) -> Answer {
    let people = visitor.server.people(&visitor.actor)?;
    let view = View {
        frame: visitor.frame(Section::People),
        rows: people.into_iter().map(Row::of).collect(),
        organisations: visitor.server.look(|state| choices(state, &visitor.actor)),
        faults,
        fields,
    };
    Ok(page(status, &view))
}

fn show_removal(visitor: &Visitor, name: String, status: StatusCode, faults: Faults) -> Response {
    let view = RemoveView {
        frame: visitor.frame(Section::People),
        path: format!("/admin/people/{}/remove", segment(&name)),
        name,
        faults,
    };
    page(status, &view)
}

#[derive(Template)]
#[template(path = "people.html")]
struct View<'f> {
    frame: Frame,
    rows: Vec<Row>,
    organisations: Vec<Choice>,
    faults: Faults,
    fields: &'f Fields,
}

impl View<'_> {
    fn is_chosen(&self, choice: &Choice) -> bool {
        self.fields
            .all("organisation")
            .any(|id| id == choice.id.as_str())
    }
}

struct Row {
    remove: String,
    name: String,
    part: &'static str,
    organisations: String,
}

impl Row {
    fn of(person: Person) -> Self {
        let named = person.organisations.map(|of| {
            let ids: Vec<&str> = of.iter().map(OrganisationId::as_str).collect();
            ids.join(", ")
        });
        Self {
            remove: format!("/admin/people/{}/remove", segment(&person.name)),
            part: match person.part {
                Part::Provider => "Provider",
                Part::Customer => "Customer",
                Part::Platform => "Program",
            },
            organisations: named.unwrap_or_else(|| "all".to_owned()),
            name: person.name,
        }
    }
}

#[derive(Template)]
#[template(path = "remove_person.html")]
struct RemoveView {
    frame: Frame,
    name: String,
    path: String,
    faults: Faults,
}

#[derive(Template)]
#[template(path = "password.html")]
struct OwnView {
    frame: Frame,
    faults: Faults,
}
