//! Firmware: what is certified for a model, and what phones are to have of it.

use std::collections::BTreeSet;
use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::Path;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use phone_provisioning::fleet::FirmwareDoc;
use phone_provisioning::inventory::{Actor, Event, Inventory, Key, OrganisationId, Role, Which};
use phone_provisioning::model::Mac;

use super::changes::Changes;
use super::settings::read_mac;
use super::{Done, Faults, Fields, Frame, Refused, Section, Sent, Visitor, page, segment, to_done};
use crate::server::preview::Edit;
use crate::server::subscribers::may_act;
use crate::server::{Problem, Server};

pub(super) fn routes() -> Router<Arc<Server>> {
    Router::new()
        .route("/admin/firmware", get(show_certified).post(certify))
        .route(
            "/admin/organisations/{id}/firmware",
            get(show_models).post(choose_for_model),
        )
        .route(
            "/admin/phones/{mac}/firmware",
            get(show_phone).post(choose_for_phone),
        )
}

// ---- what is certified ----

async fn show_certified(visitor: Visitor) -> Result<Response, Refused> {
    certified_page(
        &visitor,
        StatusCode::OK,
        &Faults::none(),
        &Fields::default(),
    )
}

async fn certify(sent: Sent) -> Result<Response, Refused> {
    let Sent { visitor, fields } = &sent;
    let model = fields.text("model").to_owned();
    let known = visitor.server.look(|state| {
        let model = state.targets().model(&model);
        let model = model.map(|model| model.canonical()).unwrap_or_default();
        let known = state.inventory.certified(&model);
        known.map_or_else(Vec::new, |known| known.firmware().to_vec())
    });
    let version = fields.text("version");
    let is_other = |firmware: &FirmwareDoc| version_of(firmware) != Some(version);
    let mut firmware: Vec<FirmwareDoc> = known.into_iter().filter(is_other).collect();
    if fields.text("action") != "remove" {
        let mut added = FirmwareDoc::default();
        added.version = Some(version.to_owned().into());
        added.url = fields.filled("url").map(|url| url.to_owned().into());
        firmware.insert(0, added);
    }
    match visitor
        .server
        .certify(&visitor.actor, model, firmware)
        .await
    {
        Ok(()) => Ok(to_done("/admin/firmware", Done::FirmwareCertified)),
        Err(problem) => {
            let mut faults = Faults::none();
            refuse(&mut faults, &problem);
            certified_page(visitor, problem.status(), &faults, fields)
        }
    }
}

/// Each fault beside the field of the version or the address that it is about.
fn refuse(faults: &mut Faults, problem: &Problem) {
    let Some(errors) = problem.errors() else {
        faults.add(problem);
        return;
    };
    for error in errors {
        let path = error.path().as_str();
        let field = ["version", "url"]
            .into_iter()
            .find(|field| path.ends_with(field));
        faults.add_at(field.map(str::to_owned), error.kind().to_string());
    }
}

fn certified_page(
    visitor: &Visitor,
    status: StatusCode,
    faults: &Faults,
    typed: &Fields,
) -> Result<Response, Refused> {
    if visitor.actor.role() != Role::Provider {
        return Err(Refused(Problem::Forbidden));
    }
    let view = visitor.server.look(|state| {
        let keys = state.inventory.keys().filter_map(|key| match key {
            Key::Certified(model) => Some(model),
            _ => None,
        });
        let certified = keys.map(|model| CertifiedModel {
            firmware: listed(&state.inventory, &model),
            model,
        });
        let targets = state.targets().iter();
        let names = targets.flat_map(|target| {
            let rows = target.models().iter();
            rows.map(|row| format!("{} {}", target.vendor(), row.name))
        });
        CertifiedView {
            frame: visitor.frame(Section::Firmware),
            may_certify: visitor.actor == Actor::PROVIDER,
            models: certified.collect(),
            names: names.collect(),
            faults,
            model: typed.text("model").to_owned(),
            version: typed.text("version").to_owned(),
            url: typed.text("url").to_owned(),
        }
    });
    Ok(page(status, &view))
}

/// A model with its certified firmware.
struct CertifiedModel {
    model: String,
    /// Versions with the addresses of their images, best first.
    firmware: Vec<(String, String)>,
}

fn listed(inventory: &Inventory, model: &str) -> Vec<(String, String)> {
    let certified = inventory.certified(model).into_iter();
    let firmware = certified.flat_map(|certified| certified.firmware());
    let rows = firmware.map(|firmware| {
        let url = firmware.url.as_ref().and_then(|url| url.value());
        let version = version_of(firmware).unwrap_or_default();
        (version.to_owned(), url.cloned().unwrap_or_default())
    });
    rows.collect()
}

fn version_of(firmware: &FirmwareDoc) -> Option<&str> {
    firmware.version.as_ref()?.value().map(String::as_str)
}

// ---- what phones are to have ----

async fn show_models(visitor: Visitor, Path(id): Path<String>) -> Result<Response, Refused> {
    let subject = Subject::organisation(&visitor, &id)?;
    Ok(subject.page(&visitor, StatusCode::OK, &Faults::none(), None, None))
}

async fn choose_for_model(Path(id): Path<String>, sent: Sent) -> Result<Response, Refused> {
    let subject = Subject::organisation(&sent.visitor, &id)?;
    subject.choose(&sent).await
}

async fn show_phone(visitor: Visitor, Path(mac): Path<String>) -> Result<Response, Refused> {
    let subject = Subject::phone(&visitor, &mac)?;
    Ok(subject.page(&visitor, StatusCode::OK, &Faults::none(), None, None))
}

async fn choose_for_phone(Path(mac): Path<String>, sent: Sent) -> Result<Response, Refused> {
    let subject = Subject::phone(&sent.visitor, &mac)?;
    subject.choose(&sent).await
}

/// What firmware is chosen for: one phone, or the models of an organisation.
struct Subject {
    organisation: OrganisationId,
    phone: Option<Mac>,
    choices: Vec<Choice>,
}

/// A model, or a phone of it, with what can be chosen.
struct Choice {
    model: String,
    /// How many phones of it there are.
    phones: usize,
    versions: Vec<String>,
    /// What was chosen.
    chosen: String,
    /// What was chosen for all phones of the model, where one of them is looked at.
    of_model: String,
    /// What phones of it report.
    installed: BTreeSet<String>,
}

impl Subject {
    fn organisation(visitor: &Visitor, id: &str) -> Result<Self, Problem> {
        let unknown = || Problem::Unknown("organisation");
        let id: OrganisationId = id.parse().map_err(|_| unknown())?;
        visitor.server.look(|state| {
            may_act(state, &visitor.actor, &id)?;
            let found = state.inventory.organisation(&id).ok_or_else(unknown)?;
            let mut choices: Vec<Choice> = Vec::new();
            // By model: phones of one stand together.
            for phone in state.inventory.list(&visitor.actor, &id)? {
                if choices
                    .last()
                    .is_none_or(|last| last.model != phone.model())
                {
                    let model = phone.model().to_owned();
                    let chosen = found.firmware(&model).and_then(version_of);
                    choices.push(Choice {
                        phones: 0,
                        versions: versions(&state.inventory, &model),
                        chosen: chosen.unwrap_or_default().to_owned(),
                        of_model: String::new(),
                        installed: BTreeSet::new(),
                        model,
                    });
                }
                if let Some(last) = choices.last_mut() {
                    last.phones += 1;
                    last.installed
                        .extend(phone.installed_firmware().map(str::to_owned));
                }
            }
            Ok(Self {
                organisation: id,
                phone: None,
                choices,
            })
        })
    }

    fn phone(visitor: &Visitor, mac: &str) -> Result<Self, Problem> {
        let mac = read_mac(mac)?;
        visitor.server.look(|state| {
            let phone = state.inventory.find(&visitor.actor, mac)?;
            let organisation = state.inventory.organisation(phone.organisation());
            let of_model = organisation.and_then(|found| found.firmware(phone.model()));
            let chosen = phone.firmware().and_then(version_of);
            let choice = Choice {
                model: phone.model().to_owned(),
                phones: 1,
                versions: versions(&state.inventory, phone.model()),
                chosen: chosen.unwrap_or_default().to_owned(),
                of_model: of_model.and_then(version_of).unwrap_or_default().to_owned(),
                installed: phone
                    .installed_firmware()
                    .map(str::to_owned)
                    .into_iter()
                    .collect(),
            };
            Ok(Self {
                organisation: phone.organisation().clone(),
                phone: Some(mac),
                choices: vec![choice],
            })
        })
    }

    async fn choose(&self, sent: &Sent) -> Result<Response, Refused> {
        let Sent { visitor, fields } = sent;
        let model = fields.text("model").to_owned();
        let version = fields.filled("version").map(str::to_owned);
        let picked = Some((model.clone(), version.clone().unwrap_or_default()));
        let phones = match self.phone {
            Some(mac) => mac.into(),
            None => Which::Model {
                organisation: self.organisation.clone(),
                model,
            },
        };
        let event = Event::ChooseFirmware {
            phones: phones.clone(),
            version: version.clone(),
        };
        let result = match fields.text("action") {
            "save" => {
                let server = &visitor.server;
                match server
                    .choose_firmware(&visitor.actor, phones, version)
                    .await
                {
                    Ok(()) => return Ok(to_done(&self.path(), Done::FirmwareChosen)),
                    Err(problem) => Err(problem),
                }
            }
            _ => Changes::of(visitor, &self.organisation, Edit::Event(Box::new(event))).await,
        };
        Ok(match result {
            Ok(changes) => self.page(
                visitor,
                StatusCode::OK,
                &Faults::none(),
                Some(&changes),
                picked,
            ),
            Err(problem) => {
                let faults = Faults::from(&problem);
                self.page(visitor, problem.status(), &faults, None, picked)
            }
        })
    }

    fn path(&self) -> String {
        match self.phone {
            Some(mac) => format!("/admin/phones/{}/firmware", mac.plain_lower()),
            None => self.organisation_path(),
        }
    }

    fn organisation_path(&self) -> String {
        let id = segment(self.organisation.as_str());
        format!("/admin/organisations/{id}/firmware")
    }

    fn page(
        &self,
        visitor: &Visitor,
        status: StatusCode,
        faults: &Faults,
        changes: Option<&Changes>,
        picked: Option<(String, String)>,
    ) -> Response {
        let view = ChoiceView {
            frame: visitor.frame(match self.phone {
                Some(_) => Section::Phones,
                None => Section::Organisations,
            }),
            title: match self.phone {
                Some(mac) => format!("Firmware of {mac}"),
                None => format!("Firmware of {}", self.organisation),
            },
            subject: self,
            path: self.path(),
            faults,
            changes,
            picked,
        };
        page(status, &view)
    }
}

fn versions(inventory: &Inventory, model: &str) -> Vec<String> {
    let certified = inventory.certified(model).into_iter();
    let versions = certified.flat_map(|certified| certified.versions());
    versions.map(str::to_owned).collect()
}

#[derive(Template)]
#[template(path = "firmware/certified.html")]
struct CertifiedView<'a> {
    frame: Frame,
    may_certify: bool,
    models: Vec<CertifiedModel>,
    names: Vec<String>,
    faults: &'a Faults,
    model: String,
    version: String,
    url: String,
}

#[derive(Template)]
#[template(path = "firmware/choice.html")]
struct ChoiceView<'a> {
    frame: Frame,
    title: String,
    subject: &'a Subject,
    path: String,
    faults: &'a Faults,
    changes: Option<&'a Changes>,
    /// What was picked in the form that was sent: model and version.
    picked: Option<(String, String)>,
}

impl ChoiceView<'_> {
    /// Whether the form of this model was sent; of a phone there is one form.
    fn is_picked(&self, choice: &Choice) -> bool {
        let picked = self.picked.as_ref();
        picked.is_some_and(|(model, _)| *model == choice.model)
    }

    /// What stands in the field of a model.
    fn version_of<'v>(&'v self, choice: &'v Choice) -> &'v str {
        match &self.picked {
            Some((model, version)) if *model == choice.model => version,
            _ => &choice.chosen,
        }
    }
}
