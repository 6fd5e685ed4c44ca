//! The handsets of a base: who carries which.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::Path;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use phone_provisioning::Secret;
use phone_provisioning::fleet::{HandsetDoc, Lax};
use phone_provisioning::inventory::OrganisationId;
use phone_provisioning::model::Mac;
use serde_json::{Map, Value};

use super::changes::Changes;
use super::settings::{Form, is_base, read_mac};
use super::{Done, Faults, Fields, Frame, Refused, Section, Sent, Visitor, page, to_done};
use crate::server::equipment::Handset;
use crate::server::preview::Edit;
use crate::server::{Problem, Server};

pub(super) fn routes() -> Router<Arc<Server>> {
    Router::new().route("/admin/phones/{mac}/handsets", get(show).post(send))
}

/// The fields of one handset.
const COLUMNS: [&str; 6] = ["slot", "name", "ipei", "model", "subscriber", "access_code"];

/// The list of them.
const HANDSETS: &str = "handsets";

async fn show(visitor: Visitor, Path(mac): Path<String>) -> Result<Response, Refused> {
    let base = Base::find(&visitor, &mac)?;
    let form = base.form();
    Ok(base.page(&visitor, &form, Answer::default()))
}

async fn send(Path(mac): Path<String>, sent: Sent) -> Result<Response, Refused> {
    let visitor = &sent.visitor;
    let base = Base::find(visitor, &mac)?;
    let mut form = Form::default();
    let typed = with_held(visitor, &sent.fields);
    form.take_rows(&typed, HANDSETS, &COLUMNS);
    let mut answer = Answer::default();
    match (base.read(&form), sent.fields.text("action")) {
        (Err(faults), _) => {
            answer.status = StatusCode::UNPROCESSABLE_ENTITY;
            answer.faults = faults;
        }
        (Ok(handsets), "save") => {
            let server = &visitor.server;
            match server
                .set_handsets(&visitor.actor, base.mac, handsets)
                .await
            {
                Ok(()) => return Ok(to_done(&base.path(), Done::HandsetsSaved)),
                Err(problem) => answer.refuse(&form, &problem),
            }
        }
        (Ok(handsets), "preview") => {
            let edit = Edit::Handsets(base.mac, handsets);
            match Changes::of(visitor, &base.organisation, edit).await {
                Ok(changes) => answer.changes = Some(changes),
                Err(problem) => answer.refuse(&form, &problem),
            }
        }
        _ => answer.blank_rows = 8,
    }
    let codes = (0..form.rows(HANDSETS)).filter_map(|row| {
        let typed = form.cell(HANDSETS, row, "access_code");
        let code = Secret::new(typed.to_owned()).ok()?;
        (!typed.is_empty()).then(|| (format!("{HANDSETS}.{row}.access_code"), code))
    });
    answer.ticket = visitor.server.hold(&visitor.form_token, codes.collect());
    Ok(base.page(visitor, &form, answer))
}

/// What was sent, with the access codes that were typed before.
fn with_held(visitor: &Visitor, sent: &Fields) -> Fields {
    let held = visitor
        .server
        .held(&visitor.form_token, sent.text("ticket"));
    let mut fields: Vec<(String, String)> = Vec::new();
    for (name, secret) in held {
        let row = name.trim_end_matches("access_code");
        let mut others = COLUMNS
            .iter()
            .map(|column| sent.text(&format!("{row}{column}")));
        // The code of a row that was emptied goes with it; one that is typed anew counts.
        if sent.text(&name).is_empty() && others.any(|text| !text.is_empty()) {
            fields.push((name, secret.expose().to_owned()));
        }
    }
    sent.after(fields)
}

/// A base as it is.
struct Base {
    mac: Mac,
    model: String,
    organisation: OrganisationId,
    handsets: Vec<Handset>,
    /// How many it can have.
    most: Option<u16>,
    /// Who can carry one: the name, and what colleagues see.
    subscribers: Vec<(String, String)>,
}

impl Base {
    fn find(visitor: &Visitor, mac: &str) -> Result<Self, Problem> {
        let mac = read_mac(mac)?;
        visitor.server.look(|state| {
            let phone = state.inventory.find(&visitor.actor, mac)?;
            if !is_base(state, phone.model()) {
                return Err(Problem::Unknown("base"));
            }
            let equipment = state.equipment(mac);
            let accounts = state.accounts(phone.organisation());
            let model = state.targets().model(phone.model()).ok();
            Ok(Self {
                mac,
                model: phone.model().to_owned(),
                organisation: phone.organisation().clone(),
                handsets: equipment.map_or_else(Vec::new, |known| known.handsets.clone()),
                most: model.and_then(|model| model.row.handsets),
                subscribers: accounts
                    .map(|account| {
                        let number = account.subscriber.to_string();
                        let name = account.display_name().unwrap_or_default();
                        let shown = format!("{number} {name}").trim_end().to_owned();
                        (number, shown)
                    })
                    .collect(),
            })
        })
    }

    fn path(&self) -> String {
        format!("/admin/phones/{}/handsets", self.mac.plain_lower())
    }

    fn form(&self) -> Form {
        let mut form = Form::default();
        for (row, handset) in self.handsets.iter().enumerate() {
            let own = &handset.handset;
            let mut put = |column: &str, text: Option<String>| {
                form.put(
                    &format!("{HANDSETS}.{row}.{column}"),
                    text.unwrap_or_default(),
                );
            };
            let text = |field: &Option<Lax<String>>| field.as_ref()?.value().cloned();
            put("slot", handset.slot().map(|slot| slot.to_string()));
            put("name", text(&own.name));
            put("ipei", text(&own.ipei));
            put("model", text(&own.model));
            put(
                "subscriber",
                handset.subscriber.as_ref().map(ToString::to_string),
            );
        }
        form
    }

    /// What was typed, as handsets. What no column shows stays with its slot.
    fn read(&self, form: &Form) -> Result<Vec<Handset>, Faults> {
        let mut faults = Faults::none();
        let known: BTreeMap<i64, &Handset> = self
            .handsets
            .iter()
            .filter_map(|handset| Some((handset.slot()?, handset)))
            .collect();
        let mut handsets = Vec::new();
        for row in 0..form.rows(HANDSETS) {
            let cell = |column: &str| form.cell(HANDSETS, row, column);
            let slot = cell("slot").parse::<i64>().ok();
            let before = slot.and_then(|slot| known.get(&slot));
            let before = before.map(|handset| serde_json::to_value(&handset.handset));
            let mut table = match before {
                Some(Ok(Value::Object(table))) => table,
                _ => Map::new(),
            };
            let slot = slot.map_or_else(|| cell("slot").into(), Value::from);
            table.insert("slot".to_owned(), slot);
            for column in ["name", "ipei", "model", "access_code"] {
                match cell(column) {
                    "" if column == "access_code" => {}
                    "" => drop(table.remove(column)),
                    text => drop(table.insert(column.to_owned(), text.into())),
                }
            }
            let subscriber = Some(cell("subscriber")).filter(|name| !name.is_empty());
            let subscriber = subscriber.map(str::parse).transpose();
            let handset: Result<HandsetDoc, _> = serde_json::from_value(table.into());
            match (subscriber, handset) {
                (Ok(subscriber), Ok(handset)) => handsets.push(Handset {
                    handset,
                    subscriber,
                }),
                _ => faults.add_at(
                    Some(format!("{HANDSETS}.{row}.subscriber")),
                    "no such subscriber".to_owned(),
                ),
            }
        }
        match faults.is_empty() {
            true => Ok(handsets),
            false => Err(faults),
        }
    }

    fn page(&self, visitor: &Visitor, form: &Form, answer: Answer) -> Response {
        let filled = form.rows(HANDSETS);
        let rows = (0..filled + answer.blank_rows).map(|row| {
            let cells = COLUMNS.map(|column| {
                let name = format!("{HANDSETS}.{row}.{column}");
                let is_secret = column == "access_code";
                Cell {
                    value: match is_secret {
                        true => String::new(),
                        false => form.text(&name).to_owned(),
                    },
                    fault: answer.faults.of(&name).map(str::to_owned),
                    label: format!("{} of handset {}", heading(column), row + 1),
                    column,
                    name,
                }
            });
            Row {
                cells,
                code: self.code_of(form, row),
            }
        });
        let view = View {
            frame: visitor.frame(Section::Phones),
            base: self,
            path: self.path(),
            rows: rows.collect(),
            headings: COLUMNS.map(heading),
            faults: &answer.faults,
            changes: answer.changes.as_ref(),
            ticket: answer.ticket.as_ref().map(Secret::expose),
        };
        page(answer.status, &view)
    }

    /// What is said of the access code of a row.
    fn code_of(&self, form: &Form, row: usize) -> &'static str {
        let slot = form.cell(HANDSETS, row, "slot").parse::<i64>().ok();
        let known = self
            .handsets
            .iter()
            .find(|handset| handset.slot() == slot && slot.is_some());
        match form.cell(HANDSETS, row, "access_code") {
            "" if known.is_some_and(|handset| handset.handset.access_code.is_some()) => "set",
            "" => "",
            _ => "typed",
        }
    }
}

/// What is said about a form beside what stands in it.
struct Answer {
    status: StatusCode,
    faults: Faults,
    changes: Option<Changes>,
    ticket: Option<Secret>,
    blank_rows: usize,
}

impl Default for Answer {
    fn default() -> Self {
        Self {
            status: StatusCode::OK,
            faults: Faults::none(),
            changes: None,
            ticket: None,
            blank_rows: 2,
        }
    }
}

impl Answer {
    fn refuse(&mut self, form: &Form, problem: &Problem) {
        self.status = problem.status();
        let Some(errors) = problem.errors() else {
            self.faults.add(problem);
            return;
        };
        for error in errors {
            let place = error.path().as_str().strip_prefix("devices[0].");
            let name = place.map(|place| place.replace('[', ".").replace(']', ""));
            let column = |name: &String| {
                let (start, column) = name.rsplit_once('.')?;
                Some(match COLUMNS.contains(&column) {
                    true => name.clone(),
                    // Of a handset as a whole, or of an account that it carries.
                    false if start == HANDSETS => format!("{name}.slot"),
                    false => {
                        let row = name.strip_prefix("handsets.")?.split('.').next()?;
                        format!("{HANDSETS}.{row}.subscriber")
                    }
                })
            };
            let field = name.as_ref().and_then(column);
            let field = field.filter(|field| form.has(field) || field.ends_with("subscriber"));
            let text = match field {
                Some(_) => error.kind().to_string(),
                None => error.to_string(),
            };
            self.faults.add_at(field, text);
        }
    }
}

/// A row of the form.
struct Row {
    cells: [Cell; COLUMNS.len()],
    /// Whether there is an access code.
    code: &'static str,
}

/// A field of the form.
struct Cell {
    name: String,
    column: &'static str,
    label: String,
    value: String,
    fault: Option<String>,
}

fn heading(column: &'static str) -> &'static str {
    match column {
        "slot" => "Slot",
        "name" => "Name",
        "ipei" => "IPEI",
        "model" => "Model",
        "subscriber" => "Subscriber",
        _ => "Access code",
    }
}

#[derive(Template)]
#[template(path = "handsets.html")]
struct View<'a> {
    frame: Frame,
    base: &'a Base,
    path: String,
    rows: Vec<Row>,
    headings: [&'static str; COLUMNS.len()],
    faults: &'a Faults,
    changes: Option<&'a Changes>,
    ticket: Option<&'a str>,
}
