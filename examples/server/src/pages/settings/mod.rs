//! Settings of an organisation, of a phone, and of its user: as a form, and as text.

mod fields;
mod form;
mod place;
mod subject;
mod text;
mod view;

use std::collections::BTreeSet;
use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::Path;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use phone_provisioning::Secret;
use phone_provisioning::model::{Country, TimeZone};

use fields::{KEY, Kind};
use form::{Shape, field_of};
use subject::{Contents, Settings, Wanted};
use view::{Around, Input, Shown};

use super::changes::Changes;
use super::{Done, Faults, Frame, Refused, Section, Sent, Visitor, page, to_done};
use crate::server::Problem;

pub(super) use form::Form;
pub(super) use subject::{is_base, read_mac};

pub(super) fn routes() -> Router<Arc<crate::server::Server>> {
    pages("/admin/organisations/{id}/settings", Wanted::Organisation)
        .merge(pages("/admin/phones/{mac}/settings", Wanted::Phone))
        .merge(pages(
            "/admin/phones/{mac}/settings/subscriber",
            Wanted::Line,
        ))
}

/// A form, and the same as text below it.
fn pages(path: &str, wanted: fn(String) -> Wanted) -> Router<Arc<crate::server::Server>> {
    let form =
        get(async move |visitor: Visitor, Path(name): Path<String>| show(&visitor, &wanted(name)))
            .post(async move |Path(name): Path<String>, sent: Sent| {
                send(&sent, &wanted(name)).await
            });
    let text = get(async move |visitor: Visitor, Path(name): Path<String>| {
        show_text(&visitor, &wanted(name))
    })
    .post(async move |Path(name): Path<String>, sent: Sent| send_text(&sent, &wanted(name)).await);
    Router::new()
        .route(path, form)
        .route(&format!("{path}/text"), text)
}

fn show(visitor: &Visitor, wanted: &Wanted) -> Result<Response, Refused> {
    let settings = Settings::find(visitor, wanted)?;
    let form = settings.contents.form(settings.shape);
    Ok(Answer::default().page(visitor, &settings, &form))
}

async fn send(sent: &Sent, wanted: &Wanted) -> Result<Response, Refused> {
    let visitor = &sent.visitor;
    let settings = Settings::find(visitor, wanted)?;
    let mut form = Form::typed(settings.shape, &sent.fields);
    let held = visitor
        .server
        .held(&visitor.form_token, sent.fields.text("ticket"));
    for (name, secret) in held {
        if form.text(&name).is_empty() {
            form.put(&name, secret.expose().to_owned());
        }
    }
    let to = settings.contents.with(settings.shape, &form);
    let mut answer = Answer::default();
    match sent.fields.text("action") {
        "save" => match settings.save(&visitor.server, &visitor.actor, to).await {
            Ok(()) => return Ok(to_done(&settings.path(), Done::SettingsSaved)),
            Err(problem) => answer.refuse(&settings, &problem),
        },
        "preview" => {
            let edit = settings.edit(to);
            match Changes::of(visitor, &settings.organisation, edit).await {
                Ok(changes) => answer.changes = Some(changes),
                Err(problem) => answer.refuse(&settings, &problem),
            }
        }
        _ => answer.blank_rows = 12,
    }
    let typed = passwords(settings.shape, &form);
    answer.typed = typed.iter().map(|(name, _)| name.clone()).collect();
    answer.ticket = visitor.server.hold(&visitor.form_token, typed);
    Ok(answer.page(visitor, &settings, &form))
}

fn show_text(visitor: &Visitor, wanted: &Wanted) -> Result<Response, Refused> {
    let settings = Settings::find(visitor, wanted)?;
    let text = settings.contents.text();
    Ok(Answer::default().text_page(visitor, &settings, &text))
}

async fn send_text(sent: &Sent, wanted: &Wanted) -> Result<Response, Refused> {
    let visitor = &sent.visitor;
    let settings = Settings::find(visitor, wanted)?;
    let typed = sent.fields.text("text");
    let mut answer = Answer::default();
    match settings.contents.read(typed) {
        Err(fault) => {
            answer.status = StatusCode::UNPROCESSABLE_ENTITY;
            answer.faults.add_at(Some("text".to_owned()), fault);
        }
        Ok(to) if sent.fields.text("action") == "save" => {
            match settings.save(&visitor.server, &visitor.actor, to).await {
                Ok(()) => {
                    let path = format!("{}/text", settings.path());
                    return Ok(to_done(&path, Done::SettingsSaved));
                }
                Err(problem) => answer.refuse_text(&problem),
            }
        }
        Ok(to) => {
            let edit = settings.edit(to);
            match Changes::of(visitor, &settings.organisation, edit).await {
                Ok(changes) => answer.changes = Some(changes),
                Err(problem) => answer.refuse_text(&problem),
            }
        }
    }
    Ok(answer.text_page(visitor, &settings, typed))
}

/// The passwords of a form that were typed.
fn passwords(shape: Shape, form: &Form) -> Vec<(String, Secret)> {
    let fields = shape.groups().flat_map(|group| group.fields);
    let passwords = fields.filter(|field| matches!(field.kind, Kind::Password(_)));
    let typed = passwords.filter_map(|field| {
        let text = form.text(field.path);
        // One with control characters is refused, and typed again.
        let secret = Secret::new(text.to_owned()).ok()?;
        (!text.is_empty()).then(|| (field.path.to_owned(), secret))
    });
    typed.collect()
}

/// What is said about a form beside what stands in it.
struct Answer {
    status: StatusCode,
    faults: Faults,
    changes: Option<Changes>,
    /// For the passwords that were typed, of these fields.
    ticket: Option<Secret>,
    typed: BTreeSet<String>,
    blank_rows: usize,
}

impl Default for Answer {
    fn default() -> Self {
        Self {
            status: StatusCode::OK,
            faults: Faults::none(),
            changes: None,
            ticket: None,
            typed: BTreeSet::new(),
            blank_rows: 4,
        }
    }
}

impl Answer {
    /// Each fault beside the field that it is about, where there is one.
    fn refuse(&mut self, settings: &Settings, problem: &Problem) {
        self.status = problem.status();
        let Some(errors) = problem.errors() else {
            self.faults.add(problem);
            return;
        };
        for error in errors {
            let place = settings.place(error.path().as_str());
            let field = place.and_then(|place| field_of(settings.shape, place));
            let text = match field {
                Some(_) => error.kind().to_string(),
                None => error.to_string(),
            };
            self.faults.add_at(field, text);
        }
    }

    fn refuse_text(&mut self, problem: &Problem) {
        self.status = problem.status();
        for message in problem.messages() {
            self.faults.add_at(Some("text".to_owned()), message);
        }
    }

    fn page(&self, visitor: &Visitor, settings: &Settings, form: &Form) -> Response {
        let kept = settings.contents.form(settings.shape);
        let password = |name: &str| match self.typed.contains(name) && self.ticket.is_some() {
            true => {
                "A password has been typed, and is saved with the form; leave it empty to save that one."
            }
            false if !kept.text("settings.admin.username").is_empty() => {
                "A password is set; leave it empty to keep it."
            }
            false => "None is set here.",
        };
        let around = Around {
            shape: settings.shape,
            password: &password,
            faults: &self.faults,
            inherited: &settings.inherited,
            blank_rows: self.blank_rows,
        };
        let view = FormView {
            frame: visitor.frame(section(settings)),
            title: &settings.title,
            path: settings.path(),
            links: links(visitor, settings),
            faults: &self.faults,
            changes: self.changes.as_ref(),
            ticket: self.ticket.as_ref().map(Secret::expose),
            groups: around.groups(form),
            keys: match settings.shape.has_keys() {
                true => around.keys(form),
                false => Vec::new(),
            },
            key_columns: KEY.iter().map(|field| field.label).collect(),
            languages: languages(visitor),
            time_zones: TimeZone::all().map(TimeZone::as_str).collect(),
            countries: Country::all().map(Country::as_str).collect(),
        };
        page(self.status, &view)
    }

    fn text_page(&self, visitor: &Visitor, settings: &Settings, text: &str) -> Response {
        let view = TextView {
            frame: visitor.frame(section(settings)),
            title: &settings.title,
            path: settings.path(),
            faults: &self.faults,
            changes: self.changes.as_ref(),
            text,
            kept: text::KEPT,
        };
        page(self.status, &view)
    }
}

fn section(settings: &Settings) -> Section {
    match settings.phone() {
        Some(_) => Section::Phones,
        None => Section::Organisations,
    }
}

/// Where else to go.
fn links(visitor: &Visitor, settings: &Settings) -> Vec<(String, &'static str)> {
    let Some(mac) = settings.phone() else {
        let id = super::segment(settings.organisation.as_str());
        return vec![(format!("/admin/organisations/{id}/firmware"), "Firmware")];
    };
    let phone = format!("/admin/phones/{}", mac.plain_lower());
    let has_user = visitor.server.look(|state| {
        let found = state.inventory.phone(mac);
        found.is_some_and(|found| found.subscriber().is_some())
    });
    let mut links = vec![
        (phone.clone(), "The phone"),
        (format!("{phone}/provisioning"), "What it gets"),
        (format!("{phone}/firmware"), "Firmware"),
    ];
    match (&settings.contents, settings.shape) {
        (Contents::Profile(..), _) => {
            links.push((format!("{phone}/settings"), "Settings whoever uses it"));
        }
        (_, Shape::Base) => links.push((format!("{phone}/handsets"), "Handsets")),
        _ if has_user => {
            links.push((
                format!("{phone}/settings/subscriber"),
                "Settings of its user",
            ));
        }
        _ => {}
    }
    links
}

/// Tags of the languages that displays of any phone speak.
fn languages(visitor: &Visitor) -> BTreeSet<&'static str> {
    visitor.server.look(|state| {
        let targets = state.targets().iter();
        let rows = targets.flat_map(|target| target.languages().to_vec());
        rows.map(|row| row.word).collect()
    })
}

#[derive(Template)]
#[template(path = "settings/form.html")]
struct FormView<'a> {
    frame: Frame,
    title: &'a str,
    path: String,
    links: Vec<(String, &'static str)>,
    faults: &'a Faults,
    changes: Option<&'a Changes>,
    ticket: Option<&'a str>,
    groups: Vec<Shown>,
    keys: Vec<Vec<Input>>,
    key_columns: Vec<&'static str>,
    languages: BTreeSet<&'static str>,
    time_zones: Vec<&'static str>,
    countries: Vec<&'static str>,
}

#[derive(Template)]
#[template(path = "settings/text.html")]
struct TextView<'a> {
    frame: Frame,
    title: &'a str,
    path: String,
    faults: &'a Faults,
    changes: Option<&'a Changes>,
    text: &'a str,
    kept: &'static str,
}
