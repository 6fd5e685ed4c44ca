//! Subscribers and their accounts.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query};
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use phone_provisioning::inventory::{OrganisationId, Subscriber};
use serde::Deserialize;

use super::account_form::{self, AccountForm};
use super::organisations::{Choice, choices};
use super::{Done, Faults, Frame, Refused, Section, Sent, Visitor, page, segment, to_done};
use crate::server::equipment::Account;
use crate::server::subscribers::{may_act, phones_of};
use crate::server::{Problem, Server, State};

pub(super) fn routes() -> Router<Arc<Server>> {
    Router::new()
        .route("/admin/subscribers", get(list))
        .route(
            "/admin/organisations/{id}/subscribers/add",
            get(show_new).post(add),
        )
        .route(
            "/admin/organisations/{id}/subscribers/{subscriber}",
            get(show).post(save),
        )
        .route(
            "/admin/organisations/{id}/subscribers/{subscriber}/remove",
            get(ask_to_remove).post(remove),
        )
}

type Answer = Result<Response, Refused>;

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    organisation: String,
}

async fn list(visitor: Visitor, Query(asked): Query<Asked>) -> Answer {
    let (organisations, groups) = visitor.server.look(|state| {
        let organisations = choices(state, &visitor.actor);
        let is_asked = |choice: &&Choice| {
            asked.organisation.is_empty() || asked.organisation == choice.id.as_str()
        };
        let asked = organisations.iter().filter(is_asked);
        let groups: Vec<Group> = asked.map(|choice| Group::of(state, choice)).collect();
        (organisations, groups)
    });
    let frame = visitor.frame(Section::Subscribers);
    let view = ListView {
        frame,
        organisations,
        groups,
        asked: asked.organisation,
    };
    Ok(page(StatusCode::OK, &view))
}

async fn show_new(visitor: Visitor, Path(id): Path<String>) -> Answer {
    let place = Place::of(&visitor, &id, None)?;
    let form = AccountForm::empty();
    Ok(show_form(
        &visitor,
        place,
        StatusCode::OK,
        Faults::none(),
        form,
    ))
}

async fn show(visitor: Visitor, Path((id, who)): Path<(String, String)>) -> Answer {
    let place = Place::of(&visitor, &id, Some(&who))?;
    let form = AccountForm::of(place.known()?);
    Ok(show_form(
        &visitor,
        place,
        StatusCode::OK,
        Faults::none(),
        form,
    ))
}

async fn add(Path(id): Path<String>, sent: Sent) -> Answer {
    let place = Place::of(&sent.visitor, &id, None)?;
    let account = account_form::read(&sent.fields, None, place.choice.id.clone());
    if let Ok(account) = &account {
        let is_taken = sent.visitor.server.look(|state| {
            state
                .account(&account.organisation, &account.subscriber)
                .is_some()
        });
        if is_taken {
            let problem = Problem::field("number-1", "there is a subscriber of this number");
            return Ok(refused(&sent, place, &problem));
        }
    }
    store(&sent, place, account).await
}

async fn save(Path((id, who)): Path<(String, String)>, sent: Sent) -> Answer {
    let place = Place::of(&sent.visitor, &id, Some(&who))?;
    let known = place.known()?;
    let account = account_form::read(&sent.fields, Some(known), place.choice.id.clone());
    store(&sent, place, account).await
}

async fn store(sent: &Sent, place: Place, account: Result<Account, Problem>) -> Answer {
    let Sent { visitor, .. } = sent;
    let stored = match account {
        Ok(account) => visitor.server.put_subscriber(&visitor.actor, account).await,
        Err(problem) => Err(problem),
    };
    match stored {
        Ok(()) => Ok(to_done(&place.list(), Done::SubscriberSaved)),
        Err(problem) => Ok(refused(sent, place, &problem)),
    }
}

fn refused(sent: &Sent, place: Place, problem: &Problem) -> Response {
    let form = AccountForm::typed(&sent.fields, place.account.as_ref());
    show_form(
        &sent.visitor,
        place,
        problem.status(),
        Faults::from(problem),
        form,
    )
}

async fn ask_to_remove(visitor: Visitor, Path((id, who)): Path<(String, String)>) -> Answer {
    let place = Place::of(&visitor, &id, Some(&who))?;
    place.known()?;
    Ok(show_removal(
        &visitor,
        place,
        StatusCode::OK,
        Faults::none(),
    ))
}

async fn remove(Path((id, who)): Path<(String, String)>, sent: Sent) -> Answer {
    let Sent { visitor, .. } = &sent;
    let place = Place::of(visitor, &id, Some(&who))?;
    let known = place.known()?;
    let (of, who) = (known.organisation.clone(), known.subscriber.clone());
    let removed = visitor
        .server
        .remove_subscriber(&visitor.actor, of, who)
        .await;
    match removed {
        Ok(()) => Ok(to_done(&place.list(), Done::SubscriberRemoved)),
        Err(problem) => Ok(show_removal(
            visitor,
            place,
            problem.status(),
            Faults::from(&problem),
        )),
    }
}

/// The organisation that a path names, and the subscriber.
struct Place {
    choice: Choice,
    account: Option<Account>,
}

impl Place {
    fn of(visitor: &Visitor, id: &str, who: Option<&str>) -> Result<Self, Problem> {
        let unknown = |_| Problem::Unknown("organisation");
        let id: OrganisationId = id.parse().map_err(unknown)?;
        visitor.server.look(|state| {
            may_act(state, &visitor.actor, &id)?;
            let all = choices(state, &visitor.actor);
            let choice = all.into_iter().find(|choice| choice.id == id);
            let choice = choice.ok_or(Problem::Unknown("organisation"))?;
            let who = who.and_then(|who| who.parse::<Subscriber>().ok());
            let account = who.and_then(|who| state.account(&id, &who).cloned());
            Ok(Self { choice, account })
        })
    }

    fn known(&self) -> Result<&Account, Problem> {
        self.account.as_ref().ok_or(Problem::Unknown("subscriber"))
    }

    /// The path of the organisation's subscribers.
    fn list(&self) -> String {
        format!("/admin/subscribers?organisation={}", self.choice.path())
    }

    /// The path of this subscriber, or where one is added.
    fn path(&self) -> String {
        let who = self
            .account
            .as_ref()
            .map(|account| segment(account.subscriber.as_str()));
        let who = who.as_deref().unwrap_or("add");
        format!(
            "/admin/organisations/{}/subscribers/{who}",
            self.choice.path()
        )
    }
}

fn show_form(
    visitor: &Visitor,
    place: Place,
    status: StatusCode,
    faults: Faults,
    form: AccountForm,
) -> Response {
    let frame = visitor.frame(Section::Subscribers);
    let view = FormView {
        frame,
        place,
        faults,
        form,
    };
    page(status, &view)
}

fn show_removal(visitor: &Visitor, place: Place, status: StatusCode, faults: Faults) -> Response {
    let frame = visitor.frame(Section::Subscribers);
    let view = RemoveView {
        frame,
        place,
        faults,
    };
    page(status, &view)
}

#[derive(Template)]
#[template(path = "subscribers.html")]
struct ListView {
    frame: Frame,
    organisations: Vec<Choice>,
    groups: Vec<Group>,
    asked: String,
}

/// The subscribers of an organisation.
struct Group {
    choice: Choice,
    rows: Vec<Row>,
}

struct Row {
    number: String,
    name: String,
    accounts: usize,
    path: String,
    phones: Vec<String>,
}

impl Group {
    fn of(state: &State, choice: &Choice) -> Self {
        let row = |account: &Account| {
            let phones = phones_of(state, &account.organisation, &account.subscriber);
            let who = segment(account.subscriber.as_str());
            Row {
                number: account.subscriber.to_string(),
                name: account.display_name().unwrap_or("").to_owned(),
                accounts: account.extensions.len(),
                path: format!("/admin/organisations/{}/subscribers/{who}", choice.path()),
                phones: phones.into_iter().map(|mac| mac.to_string()).collect(),
            }
        };
        Self {
            choice: choice.clone(),
            rows: state.accounts(&choice.id).map(row).collect(),
        }
    }
}

#[derive(Template)]
#[template(path = "subscriber.html")]
struct FormView {
    frame: Frame,
    place: Place,
    faults: Faults,
    form: AccountForm,
}

#[derive(Template)]
#[template(path = "remove_subscriber.html")]
struct RemoveView {
    frame: Frame,
    place: Place,
    faults: Faults,
}
