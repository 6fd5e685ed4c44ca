//! What can be done with a phone from its page.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::Path;
use axum::response::Response;
use axum::routing::{get, post};
use http::StatusCode;
use phone_provisioning::inventory::{Event, OrganisationId, Role, Subscriber};
use phone_provisioning::model::Mac;

use super::local_time::LocalTime;
use super::phone::{read, view};
use super::summary::Summary;
use super::{Done, Faults, Frame, Refused, Section, Sent, Visitor, page, to_done};
use crate::server::{Problem, Server};

pub(super) fn routes() -> Router<Arc<Server>> {
    Router::new()
        .route("/admin/phones/{mac}/assign", post(assign))
        .route("/admin/phones/{mac}/unassign", post(unassign))
        .route("/admin/phones/{mac}/window", post(open))
        .route("/admin/phones/{mac}/window/close", post(close))
        .route("/admin/phones/{mac}/revoke", post(revoke))
        .route("/admin/phones/{mac}/describe", post(describe))
        .route("/admin/phones/{mac}/resync", post(resync))
        .route("/admin/phones/{mac}/activate", post(activate))
        .route("/admin/phones/{mac}/deactivate", post(deactivate))
        .route("/admin/phones/{mac}/check", post(check))
        .route("/admin/phones/{mac}/move", post(move_to))
        .route(
            "/admin/phones/{mac}/remove",
            get(ask_to_remove).post(remove),
        )
}

type Answer = Result<Response, Refused>;

async fn assign(Path(mac): Path<String>, sent: Sent) -> Answer {
    let mac = read(&mac)?;
    let subscriber = sent.fields.read::<Subscriber>("subscriber");
    let assigned = match subscriber {
        Ok(who) => {
            sent.visitor
                .server
                .assign(&sent.visitor.actor, mac, who)
                .await
        }
        Err(problem) => Err(problem),
    };
    answer(&sent, mac, Done::Assigned, assigned)
}

async fn unassign(Path(mac): Path<String>, sent: Sent) -> Answer {
    let mac = read(&mac)?;
    let unassigned = sent.visitor.server.unassign(&sent.visitor.actor, mac).await;
    answer(&sent, mac, Done::Unassigned, unassigned)
}

/// For an hour, or until a time on the clock of the organisation.
async fn open(Path(mac): Path<String>, sent: Sent) -> Answer {
    let mac = read(&mac)?;
    let Sent { visitor, fields } = &sent;
    let until = match fields.all("until").next() {
        None => Ok(None),
        Some(typed) => visitor.server.look(|state| {
            let phone = state.inventory.find(&visitor.actor, mac)?;
            let organisation = state.inventory.organisation(phone.organisation());
            let until = LocalTime::of_organisation(organisation).read(typed.trim());
            until
                .map(Some)
                .map_err(|error| Problem::field("until", error))
        }),
    };
    let opened = match until {
        Ok(until) => visitor.server.open_window(&visitor.actor, mac, until).await,
        Err(problem) => Err(problem),
    };
    answer(&sent, mac, Done::WindowOpened, opened)
}

async fn close(Path(mac): Path<String>, sent: Sent) -> Answer {
    let mac = read(&mac)?;
    apply(&sent, mac, Done::WindowClosed, Event::CloseWindow { mac }).await
}

async fn revoke(Path(mac): Path<String>, sent: Sent) -> Answer {
    let mac = read(&mac)?;
    apply(&sent, mac, Done::Revoked, Event::Revoke { mac }).await
}

async fn describe(Path(mac): Path<String>, sent: Sent) -> Answer {
    let mac = read(&mac)?;
    let Sent { visitor, fields } = &sent;
    let words = fields.filled("description").map(str::to_owned);
    let described = visitor.server.describe(&visitor.actor, mac, words).await;
    answer(&sent, mac, Done::Described, described)
}

async fn resync(Path(mac): Path<String>, sent: Sent) -> Answer {
    let mac = read(&mac)?;
    let told = sent
        .visitor
        .server
        .resync(&sent.visitor.actor, vec![mac])
        .await;
    answer(&sent, mac, Done::Resync, told)
}

async fn activate(Path(mac): Path<String>, sent: Sent) -> Answer {
    let mac = read(&mac)?;
    let activated = sent.visitor.server.activate(&sent.visitor.actor, mac).await;
    answer(&sent, mac, Done::Activated, activated)
}

async fn deactivate(Path(mac): Path<String>, sent: Sent) -> Answer {
    let mac = read(&mac)?;
    let deactivated = sent
        .visitor
        .server
        .deactivate(&sent.visitor.actor, mac)
        .await;
    answer(&sent, mac, Done::Deactivated, deactivated)
}

async fn check(Path(mac): Path<String>, sent: Sent) -> Answer {
    let mac = read(&mac)?;
    let server = &sent.visitor.server;
    let checked = server.check_registration(&sent.visitor.actor, mac).await;
    answer(&sent, mac, Done::Checking, checked)
}

async fn move_to(Path(mac): Path<String>, sent: Sent) -> Answer {
    let mac = read(&mac)?;
    match sent.fields.read::<OrganisationId>("to") {
        Ok(to) => apply(&sent, mac, Done::Moved, Event::Move { mac, to }).await,
        Err(problem) => answer(&sent, mac, Done::Moved, Err(problem)),
    }
}

async fn ask_to_remove(visitor: Visitor, Path(mac): Path<String>) -> Answer {
    let mac = read(&mac)?;
    if visitor.actor.role() != Role::Provider {
        return Err(Problem::Forbidden.into());
    }
    let frame = visitor.frame(Section::Phones);
    let now = visitor.now();
    let phone = visitor.server.look(|state| {
        let phone = state.inventory.find(&visitor.actor, mac)?;
        Ok::<_, Problem>(Summary::of(state, phone, now))
    })?;
    Ok(page(StatusCode::OK, &RemoveView { frame, phone }))
}

async fn remove(Path(mac): Path<String>, sent: Sent) -> Answer {
    let mac = read(&mac)?;
    match sent
        .visitor
        .server
        .remove_phone(&sent.visitor.actor, mac)
        .await
    {
        Ok(()) => Ok(to_done("/admin/", Done::PhoneRemoved)),
        Err(problem) => Err(problem.into()),
    }
}

async fn apply(sent: &Sent, mac: Mac, done: Done, event: Event) -> Answer {
    let applied = sent.visitor.server.apply(&sent.visitor.actor, event).await;
    answer(sent, mac, done, applied)
}

/// Back to the phone's page, which says what was done or what is wrong.
fn answer(sent: &Sent, mac: Mac, done: Done, result: Result<(), Problem>) -> Answer {
    match result {
        Ok(()) => Ok(to_done(
            &format!("/admin/phones/{}", mac.plain_lower()),
            done,
        )),
        Err(problem) => {
            let status = problem.status();
            view(
                &sent.visitor,
                mac,
                status,
                Faults::from(&problem),
                &sent.fields,
            )
        }
    }
}

#[derive(Template)]
#[template(path = "remove_phone.html")]
struct RemoveView {
    frame: Frame,
    phone: Summary,
}
