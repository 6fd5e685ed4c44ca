//! The files of phones: made when they are asked for, kept until something changes.

use std::collections::BTreeMap;
use std::sync::Arc;

use phone_provisioning::delivery::PhoneUrl;
use phone_provisioning::delivery::admission::WindowState;
use phone_provisioning::inspect::{Explanation, explain, hide_secrets};
use phone_provisioning::inventory::{Access, Actor, OrganisationId, Phone};
use phone_provisioning::model::{Device, Handling, Mac};
use phone_provisioning::parse::{Limits, parse};
use phone_provisioning::{Document, Fleet, Provisioner, Targets};

use super::{Problem, Server, State};

/// A phone whose files can be rendered.
pub struct Ready {
    pub(super) device: Device,
    pub(super) provisioner: Arc<Provisioner>,
    /// Of its contents; see [`Phone::edition`].
    pub(super) edition: u64,
}

/// A phone on its way to be ready, which takes its time: the server is not held up by it.
pub(super) enum Readying {
    /// It was ready.
    Ready(Arc<Ready>),
    /// Its document is to be resolved.
    Document(Box<Unresolved>),
}

/// A phone's document.
pub(super) struct Unresolved {
    mac: Mac,
    edition: u64,
    /// How often something had changed by then.
    changes: u64,
    document: Document,
    targets: Targets,
    /// What phones of its organisation are rendered with, unless it has settings of its own.
    shared: Option<(OrganisationId, Option<Arc<Provisioner>>)>,
}

impl Server {
    /// Makes a phone ready, and keeps it so until something changes.
    pub(super) fn ready(&self, readying: Readying) -> Result<Arc<Ready>, Problem> {
        let unresolved = match readying {
            Readying::Ready(ready) => return Ok(ready),
            Readying::Document(unresolved) => *unresolved,
        };
        let Unresolved {
            mac,
            edition,
            changes,
            document,
            targets,
            shared,
        } = unresolved;
        let (site, devices) = document.resolve(&targets)?.into_parts();
        let device = devices.into_iter().next();
        let device = device.ok_or(Problem::Unknown("phone"))?;
        let known = shared.as_ref().and_then(|(_, known)| known.clone());
        let make = || Arc::new(Provisioner::with_targets(site, targets));
        let provisioner = known.unwrap_or_else(make);
        let ready = Arc::new(Ready {
            device,
            provisioner: provisioner.clone(),
            edition,
        });
        let mut state = self.lock();
        if state.changes == changes {
            state.ready.insert(mac, ready.clone());
            if let Some((organisation, None)) = shared {
                state.provisioners.insert(organisation, provisioner);
            }
        }
        Ok(ready)
    }
}

impl State {
    /// A phone with what its files are made of, or what it can be made of.
    pub(super) fn readying(&self, mac: Mac) -> Result<Readying, Problem> {
        let phone = self.inventory.phone(mac).ok_or(Problem::Unknown("phone"))?;
        let (organisation, edition) = (phone.organisation().clone(), phone.edition());
        let known = self.ready.get(&mac);
        if let Some(ready) = known.filter(|ready| ready.edition == edition) {
            return Ok(Readying::Ready(ready.clone()));
        }
        let document = self.document(&organisation, [mac])?;
        // Settings of its own stand in the site that is made for it.
        let shared = phone.settings().is_none().then(|| {
            let known = self.provisioners.get(&organisation).cloned();
            (organisation, known)
        });
        Ok(Readying::Document(Box::new(Unresolved {
            mac,
            edition,
            changes: self.changes,
            document,
            targets: self.targets().clone(),
            shared,
        })))
    }

    /// The fleet document of some phones. What a model cannot do is left out with a notice: settings are
    /// held against the model when somebody saves them.
    pub fn document(
        &self,
        organisation: &OrganisationId,
        macs: impl IntoIterator<Item = Mac>,
    ) -> Result<Document, Problem> {
        self.document_as(organisation, macs, Handling::Lenient)
    }

    /// The same with another handling of what a model cannot do.
    pub(super) fn document_as(
        &self,
        organisation: &OrganisationId,
        macs: impl IntoIterator<Item = Mac>,
        handling: Handling,
    ) -> Result<Document, Problem> {
        let phones = macs.into_iter().filter_map(|mac| {
            let phone = self.inventory.phone(mac)?;
            Some((mac, self.from_pbx(phone)))
        });
        let mut document = self.inventory.document(organisation, phones)?;
        document.set_default_handling(handling);
        Ok(document)
    }

    /// The address that a phone can be told to come in for the first time: while it may.
    pub fn first_url(&self, phone: &Phone, now: chrono::DateTime<chrono::Utc>) -> Option<PhoneUrl> {
        let status = phone.admission().status(now);
        let may_come = matches!(status.window, WindowState::Open { .. }) && status.first_credential;
        let token = self.tokens.get(&(phone.mac(), Access::First))?;
        let template = self.template(phone.organisation()).filter(|_| may_come)?;
        let model = self.targets().model(phone.model()).ok()?;
        PhoneUrl::new(
            &template,
            &**model.target,
            phone.mac(),
            Some(token.expose()),
        )
        .ok()
    }
}

/// A file as it may be looked at.
#[derive(Debug)]
pub struct Shown {
    /// Its name as phones ask for it.
    pub name: String,
    /// What it is.
    pub content_type: &'static str,
    /// Its lines, with `[redacted]` in the place of secrets.
    pub lines: Vec<Line>,
}

/// A line of a file.
#[derive(Debug)]
pub struct Line {
    /// The line.
    pub text: String,
    /// The setting in it, if there is one.
    pub setting: Option<Setting>,
}

/// A setting in a line.
#[derive(Debug)]
pub struct Setting {
    /// Its name as the file spells it.
    pub name: String,
    /// The index beside the name.
    pub index: Option<u32>,
    /// What it takes, in the words of the dictionary.
    pub domain: Option<String>,
    /// The tag of the source that says so.
    pub source: Option<&'static str>,
}

/// What a phone gets.
#[derive(Debug)]
pub struct Provisioning {
    /// Its files, in the order in which it asks for them.
    pub files: Vec<Shown>,
    /// What was left out, and why.
    pub notices: Vec<String>,
}

impl Server {
    /// What a phone gets, without its secrets, for whoever may look at the phone.
    ///
    /// # Errors
    /// No such phone; faults that keep its files from being made.
    pub fn provisioning(&self, actor: &Actor, mac: Mac) -> Result<Provisioning, Problem> {
        let (fleet, targets) = self.fleet_of(actor, mac)?;
        let provisioner = Provisioner::with_targets(fleet.site().clone(), targets.clone());
        let device = fleet.devices().first().ok_or(Problem::Unknown("phone"))?;
        let rendered = provisioner.render(device)?;
        let model = targets.model(device.model()).ok();
        let files = rendered.files().iter().map(|file| {
            let hidden = hide_secrets(&targets, &fleet, file.bytes());
            let text = String::from_utf8_lossy(&hidden);
            let mut settings = settings(text.as_bytes(), model.as_ref().map(|m| &**m.target));
            let lines = text.lines().enumerate().map(|(number, line)| Line {
                text: line.to_owned(),
                setting: settings.remove(&(number + 1)),
            });
            Shown {
                name: file.name().to_owned(),
                content_type: file.content_type(),
                lines: lines.collect(),
            }
        });
        Ok(Provisioning {
            files: files.collect(),
            notices: rendered.notices().iter().map(ToString::to_string).collect(),
        })
    }

    /// Why a phone is told a setting.
    ///
    /// # Errors
    /// No such phone or setting.
    pub fn explain(
        &self,
        actor: &Actor,
        mac: Mac,
        name: &str,
        index: Option<u32>,
    ) -> Result<Explanation, Problem> {
        let (document, targets) = self.look(|state| {
            let organisation = state.inventory.find(actor, mac)?.organisation().clone();
            let document = state.document(&organisation, [mac])?;
            Ok::<_, Problem>((document, state.targets().clone()))
        })?;
        Ok(explain(&document, &targets, mac, name, index)?)
    }

    fn fleet_of(&self, actor: &Actor, mac: Mac) -> Result<(Fleet, Targets), Problem> {
        self.look(|state| {
            let organisation = state.inventory.find(actor, mac)?.organisation().clone();
            let document = state.document(&organisation, [mac])?;
            let targets = state.targets().clone();
            Ok((document.resolve(&targets)?, targets))
        })
    }
}

/// The settings of a file by line; of two in one line the first.
fn settings(
    bytes: &[u8],
    target: Option<&dyn phone_provisioning::target::ProvisioningTarget>,
) -> BTreeMap<usize, Setting> {
    let file = parse(bytes, &Limits::default());
    let mut found = BTreeMap::new();
    for setting in file.settings() {
        let row = target.and_then(|target| target.setting(setting.name(), setting.index()));
        let shown = Setting {
            name: setting.name().to_owned(),
            index: setting.index(),
            domain: row.as_ref().map(|found| found.row.domain.to_string()),
            source: row.as_ref().map(|found| found.row.source),
        };
        found
            .entry(file.position(setting.span().start).line)
            .or_insert(shown);
    }
    found
}
