//! The page of a phone: everything that is known of it, and everything that can be done with it.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::Path;
use axum::response::Response;
use axum::routing::get;
use chrono::TimeDelta;
use http::StatusCode;
use phone_provisioning::delivery::admission::{Adoption, LastRequest, WindowState};
use phone_provisioning::inventory::{Phone, Role};
use phone_provisioning::model::Mac;
use phone_provisioning::redirection::life::Diagnosis;

use super::local_time::LocalTime;
use super::organisations::{Choice, choices};
use super::summary::{Summary, User};
use super::{Faults, Fields, Frame, Refused, Section, Visitor, page};
use crate::server::{Problem, Server, State};

pub(super) fn routes() -> Router<Arc<Server>> {
    Router::new().route("/admin/phones/{mac}", get(show))
}

async fn show(visitor: Visitor, Path(mac): Path<String>) -> Result<Response, Refused> {
    let fields = Fields::default();
    view(
        &visitor,
        read(&mac)?,
        StatusCode::OK,
        Faults::none(),
        &fields,
    )
}

/// The phone that a path names.
pub(super) fn read(mac: &str) -> Result<Mac, Problem> {
    // What is no address is no phone.
    mac.parse().map_err(|_| Problem::Unknown("phone"))
}

/// The page; with a form that was refused, as it was typed.
pub(super) fn view(
    visitor: &Visitor,
    mac: Mac,
    status: StatusCode,
    faults: Faults,
    fields: &Fields,
) -> Result<Response, Refused> {
    let diagnosis = visitor.server.diagnosis(&visitor.actor, mac)?;
    let frame = visitor.frame(Section::Phones);
    let view = visitor.server.look(|state| {
        let phone = state.inventory.find(&visitor.actor, mac)?;
        Ok::<_, Problem>(View {
            frame,
            phone: Summary::of(state, phone, visitor.now()),
            is_base: is_base(state, phone),
            subscribers: subscribers(state, phone),
            facts: Facts::of(state, phone, visitor),
            access: FirstAccess::of(state, phone, visitor),
            maker: Maker::of(state, phone, &diagnosis, visitor),
            others: others(state, phone, visitor),
            faults,
            fields,
        })
    })?;
    Ok(page(status, &view))
}

fn is_base(state: &State, phone: &Phone) -> bool {
    let model = state.targets().model(phone.model());
    model.is_ok_and(|model| model.row.handsets.is_some_and(|count| count > 0))
}

/// Who may get the phone: number and name.
fn subscribers(state: &State, phone: &Phone) -> Vec<(String, String)> {
    let accounts = state.accounts(phone.organisation());
    let named = accounts.map(|account| {
        let name = account.display_name().unwrap_or("");
        (account.subscriber.to_string(), name.to_owned())
    });
    named.collect()
}

/// Where the phone can be moved.
fn others(state: &State, phone: &Phone, visitor: &Visitor) -> Vec<Choice> {
    let mut all = choices(state, &visitor.actor);
    all.retain(|choice| choice.id != *phone.organisation());
    all
}

fn clock(state: &State, phone: &Phone) -> LocalTime {
    let organisation = state.inventory.organisation(phone.organisation());
    LocalTime::of_organisation(organisation)
}

#[derive(Template)]
#[template(path = "phone.html")]
struct View<'f> {
    frame: Frame,
    phone: Summary,
    is_base: bool,
    subscribers: Vec<(String, String)>,
    facts: Facts,
    access: FirstAccess,
    maker: Maker,
    others: Vec<Choice>,
    faults: Faults,
    fields: &'f Fields,
}

impl View<'_> {
    fn is_free(&self) -> bool {
        matches!(self.phone.user, User::Nobody)
    }

    /// The end of a window as it was typed, or in an hour.
    fn until(&self) -> &str {
        let typed = self.fields.all("until").next();
        typed.unwrap_or(&self.access.in_an_hour)
    }

    /// The description as it was typed, or as it is.
    fn description(&self) -> &str {
        let typed = self.fields.all("description").next();
        typed.unwrap_or(&self.phone.description)
    }
}

/// What is known of the phone.
struct Facts {
    organisation_path: String,
    chosen_firmware: Option<String>,
    learned_by: &'static str,
    bound_since: Option<String>,
    admitted: Option<Request>,
    refused: Option<Request>,
    is_reachable: bool,
    zone: &'static str,
}

/// A request of the phone, or of somebody in its name.
struct Request {
    at: String,
    source: String,
    agent: String,
    file: String,
    reason: String,
}

impl Facts {
    fn of(state: &State, phone: &Phone, visitor: &Visitor) -> Self {
        let clock = clock(state, phone);
        let admission = phone.admission();
        let request = |last: &LastRequest| Request {
            at: clock.show(last.at),
            source: last.source.to_string(),
            agent: last.agent.clone(),
            file: last.file.clone(),
            reason: last.reason.to_string(),
        };
        let organisation = state.inventory.organisation(phone.organisation());
        let of_model = organisation.and_then(|of| of.firmware(phone.model()));
        let chosen = phone.firmware().or(of_model);
        let bound = admission.status(visitor.now()).bound;
        Self {
            organisation_path: super::segment(phone.organisation().as_str()),
            chosen_firmware: chosen.and_then(|chosen| chosen.version.as_ref()?.value().cloned()),
            learned_by: match admission.adoption().0 {
                Adoption::ByHand => "typed in by hand",
                Adoption::Dhcp => "from the DHCP server",
                Adoption::Pnp => "by plug and play",
                Adoption::Redirection => "from the manufacturer's service",
                _ => "otherwise",
            },
            bound_since: bound.map(|since| clock.show(since)),
            admitted: admission.last_admitted().map(request),
            refused: admission.last_refused().map(request),
            is_reachable: phone.contact().is_some(),
            zone: clock.name(),
        }
    }
}

/// Whether and how the phone can come in for the first time.
struct FirstAccess {
    is_open: bool,
    until: String,
    now: String,
    in_an_hour: String,
    link: Option<String>,
    has_address: bool,
}

impl FirstAccess {
    fn of(state: &State, phone: &Phone, visitor: &Visitor) -> Self {
        let clock = clock(state, phone);
        let now = visitor.now();
        let until = match phone.admission().status(now).window {
            WindowState::Open { until, .. } => Some(until),
            _ => None,
        };
        let link = state.first_url(phone, now);
        Self {
            is_open: until.is_some(),
            until: until.map(|until| clock.show(until)).unwrap_or_default(),
            now: clock.show(now),
            in_an_hour: clock.field(now + TimeDelta::hours(1)),
            link: link.map(|link| link.expose().as_str().to_owned()),
            has_address: state.template(phone.organisation()).is_some(),
        }
    }
}

/// Where the phone stands with its maker's service.
struct Maker {
    step: String,
    expected: Option<String>,
    cause: Option<String>,
    ends: Option<String>,
    repair: Vec<String>,
    may_act: bool,
    is_registered: bool,
}

impl Maker {
    fn of(state: &State, phone: &Phone, diagnosis: &Diagnosis, visitor: &Visitor) -> Self {
        let clock = clock(state, phone);
        let expected = Some(diagnosis.expected).filter(|expected| *expected != diagnosis.step);
        Self {
            step: diagnosis.step.to_string(),
            expected: expected.map(|step| step.to_string()),
            cause: diagnosis.cause.map(|cause| cause.to_string()),
            ends: diagnosis.expires_at.map(|at| clock.show(at)),
            repair: diagnosis.repair.iter().map(ToString::to_string).collect(),
            may_act: visitor.actor.role() == Role::Provider,
            is_registered: diagnosis.is_suboptimal,
        }
    }
}
