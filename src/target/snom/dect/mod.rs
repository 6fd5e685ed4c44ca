//! Snom DECT bases: M300, M400, M700 and M900.
//!
//! * `snom<MODEL>-<MAC>.htm` names the file with the settings where the provisioning URL tells where
//!   that is, and holds the settings themselves where it does not.
//! * `<MAC>.xml` holds the settings: the base (`global`), the SIP servers, the extensions with their
//!   handsets, the system of bases (`multicell`), the firmware.
//! * `snom<MODEL>.htm`, which all bases of the model ask for, is an empty document: what is absent stays
//!   as it is.
//!
//! A base merges what it loads with what it has, so everything that the document no longer has is
//! cleared. Extensions are numbered in the order of handsets and of their extensions; SIP servers in
//! the order in which extensions first need them, one row for all extensions that need the same.
//! Every slot of the model that holds no extension is cleared with three lines: it is switched off,
//! its number is freed (the base wants each number once), its handset is unbound. On bases with a
//! thousand slots those lines are most of the file, and no fewer do.
//!
//! A secondary base of a system gets what is local to it (provisioning, logins, name, network,
//! system, firmware) and no servers and extensions: the primary hands them on.
//!
//! Firmware goes base first. Where the row of the model knows that the chosen version needs another one
//! before it, that one is told, and the handsets wait; the next rendering with the new
//! `installed_firmware` tells the next step. A version to which there is no way is not told at all.
//!
//! G.722 as the first codec and encryption of speech halve the calls that a base carries at once; a
//! notice says from how many to how many.
//!
//! A handset without an access code of its own has `0000`, the code that bases bring; where some slots
//! shall wait for one handset each, give every handset one.
//!
//! What bases cannot be told, because no setting for it is known:
//!
//! * function keys, pick-up, parking, forwarding and do-not-disturb codes, do-not-disturb, automatic
//!   answering, emergency numbers, the account of a phone that nobody uses;
//! * caller-ID display, volumes, ring tones, formats of time and date;
//! * a second registrar, transport by service records of the DNS, DTMF in the speech or in two ways;
//! * the name of a handset (it names the handset's first line instead) and of the phone book, a
//!   language pack, the PC port's VLAN, a second time server, the port of a STUN server;
//! * polling for settings, the authority that servers' certificates come from;
//! * encryption of LDAP, its filter of numbers, more than one attribute of numbers, its display name,
//!   LDAP and a phone book at once;
//! * a rule of daylight saving: a zone goes by the country of the tones where that has its law, else by
//!   the nearest token, with a notice.

mod clock;
mod custom;
mod firmware;
mod handsets;
mod servers;
mod settings;
mod tables;

use super::super::context::Context;
use super::super::job::{Job, Limit};
use super::super::program::Part;
use super::super::view::{DeviceView, Slot};
use super::super::{ModelRow, Output, Prepare, Prepared, ProvisioningTarget, SettingRow, TargetId};
use super::files::{self, Addresses, CONTENT_TYPE};
use super::writer::{self, Writer};
use crate::error::{Errors, Notice};
use crate::model::{Device, FirmwareScheme};
use crate::text::Value;
use firmware::Wanted;
use handsets::Plan;
use settings::BaseFacts;

/// The target for Snom DECT bases.
///
/// ```
/// use phone_provisioning::target::{ProvisioningTarget, snom::SnomDect};
///
/// let models = SnomDect::new();
/// let models: Vec<&str> = models.models().iter().map(|row| &*row.name).collect();
/// assert_eq!(models, ["M300", "M400", "M700", "M900"]);
/// ```
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct SnomDect {}

impl SnomDect {
    /// Name of the target.
    pub const ID: TargetId = TargetId::new("snom-dect");

    /// The target.
    pub fn new() -> Self {
        Self::default()
    }
}

impl ProvisioningTarget for SnomDect {
    fn id(&self) -> TargetId {
        Self::ID
    }

    fn vendor(&self) -> &str {
        "snom"
    }

    fn firmware_scheme(&self) -> FirmwareScheme {
        FirmwareScheme::Branch
    }

    fn models(&self) -> &[ModelRow] {
        tables::MODELS
    }

    fn settings(&self) -> &[SettingRow] {
        tables::SETTINGS
    }

    fn file_names(&self, model: &ModelRow) -> Vec<String> {
        let stem = stem(model);
        vec![
            format!("{stem}.htm"),
            format!("{stem}-<MAC>.htm"),
            "<MAC>.xml".to_owned(),
        ]
    }

    fn prepare(&self, request: Prepare<'_>) -> Result<Box<dyn Prepared>, Errors> {
        let context = Context::new(self, request);
        Ok(Box::new(PreparedDect {
            addresses: Addresses::new(&context.site),
            context,
        }))
    }
}

/// What the names of a model's files begin with.
fn stem(model: &ModelRow) -> String {
    match &model.file_stem {
        Some(stem) => stem.to_string(),
        None => format!("snom{}", model.name),
    }
}

#[derive(Debug)]
struct PreparedDect {
    context: Context,
    addresses: Option<Addresses>,
}

impl Prepared for PreparedDect {
    fn render(&self, device: &Device, output: &mut Output) -> Result<(), Errors> {
        let lower = device.mac().plain_lower().to_string();
        let upper = device.mac().plain_upper().to_string();
        let view = DeviceView::new(device, &lower, &upper);
        let start = output.bytes().len();
        let notices = self
            .settings(device, &view, output)
            .inspect_err(|_| output.bytes().truncate(start))?;

        let htm = format!("{}-{upper}.htm", stem(&self.context.model));
        let mut names = vec![format!("{upper}.xml"), format!("{lower}.xml")];
        let addresses = self.addresses_of(&view);
        for mac in [&upper, &lower] {
            let file = addresses.and_then(|addresses| addresses.settings_file(mac));
            names.extend(file.filter(|file| !names.contains(file)));
        }
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let end = output.bytes().len();
        match addresses.and_then(|addresses| addresses.settings.as_ref()) {
            Some(settings) => {
                files::container(settings, None, &view, output.bytes());
                // The base reads the container first.
                let secret = settings.contains("token");
                output.name_last(end, &htm, &[], CONTENT_TYPE, secret);
                output.name_range(start..end, names[0], &names[1..], CONTENT_TYPE, true);
            }
            None => output.name_last(start, &htm, &names, CONTENT_TYPE, true),
        }
        for notice in notices {
            output.notice(notice);
        }
        Ok(())
    }

    fn render_shared(&self, output: &mut Output) -> Result<(), Errors> {
        let name = format!("{}.htm", stem(&self.context.model));
        output.file(&name, &[], CONTENT_TYPE, false, |bytes| {
            writer::open_document("settings", bytes);
            writer::close_document("settings", bytes);
        });
        Ok(())
    }
}

impl PreparedDect {
    /// Appends the document with all settings and gives back the notices.
    fn settings<'d>(
        &'d self,
        device: &'d Device,
        view: &DeviceView<'d>,
        output: &mut Output,
    ) -> Result<Vec<Notice>, Errors> {
        let context = &self.context;
        let mut job = context.job_for(device);
        job.errors.extend(context.limits(device));
        check(&mut job, device);
        let multicell = device.multicell();
        let secondary = settings::is_secondary(multicell);
        // Settings of the device's own, and another choice of sections, go the plain way.
        let plain = !device.settings().is_empty() || secondary || context.has_templates();

        writer::open_document("settings", output.bytes());
        let made_up = format!("dect-{}", view.mac_upper.as_str());
        let name = match device.label() {
            Some(label) => label.value(),
            None => Value::token(&made_up),
        };
        let base = self.facts(view, name, secondary);
        if plain || !self.prepared_global(&mut job, &base, output) {
            settings::global(&mut Writer::dect(&mut job, output.bytes()), &base);
        }
        if secondary {
            let w = &mut Writer::dect(&mut job, output.bytes());
            custom::section(w, "server");
            custom::section(w, "extension");
        } else {
            self.extensions(&mut job, device, plain, output);
        }
        let w = &mut Writer::dect(&mut job, output.bytes());
        settings::multicell(w, multicell);
        let wanted = Wanted {
            choice: context.chosen_firmware(device),
            installed: context.installed,
            base: context.site.firmware_base.as_ref(),
        };
        firmware::write(w, device, &wanted);
        writer::close_document("settings", output.bytes());

        Errors::check(job.errors)?;
        job.notices.extend(context.device_notices(device));
        Ok(job.notices)
    }

    /// The tables of servers and extensions.
    fn extensions<'d>(
        &'d self,
        job: &mut Job<'d>,
        device: &'d Device,
        plain: bool,
        output: &mut Output,
    ) {
        let plan = Plan::new(job, device);
        let w = &mut Writer::dect(job, output.bytes());
        w.open("server", &[]);
        servers::write(w, &plan.servers);
        custom::write(w, "server");
        w.close("server");
        w.open("extension", &[]);
        handsets::write(w, &plan);

        let from = plan.used() + 1;
        let programs = &self.context.programs;
        let unused = (!plain)
            .then(|| {
                programs.get(Part::Unused { from }, || {
                    self.context.cut(|job, bytes| {
                        handsets::unused(&mut Writer::dect(job, bytes), from);
                    })
                })
            })
            .flatten();
        let copied = unused.is_some_and(|unused| {
            job.notices.extend(unused.notices().iter().cloned());
            unused.run(|_| None, output.bytes()).is_ok()
        });
        let w = &mut Writer::dect(job, output.bytes());
        if !copied {
            handsets::unused(w, from);
        }
        custom::write(w, "extension");
        w.close("extension");
    }

    /// Writes the section of the base itself out of its prepared form; `false` when there is none.
    fn prepared_global(
        &self,
        job: &mut Job<'_>,
        base: &BaseFacts<'_>,
        output: &mut Output,
    ) -> bool {
        let token = base.token.is_some();
        let program = self.context.programs.get(Part::Phone { token }, || {
            let view = DeviceView::probe(token);
            let probe = self.facts(&view, Slot::Label.sentinel(), false);
            self.context
                .cut(|job, bytes| settings::global(&mut Writer::dect(job, bytes), &probe))
        });
        let Some(program) = program else {
            return false;
        };
        let start = output.bytes().len();
        let value = |slot| match slot {
            Slot::Label => Some(base.name),
            Slot::Token => base.token,
            _ => None,
        };
        let written = program.run(value, output.bytes()).is_ok();
        if written {
            job.notices.extend(program.notices().iter().cloned());
        } else {
            output.bytes().truncate(start);
        }
        written
    }

    fn facts<'a>(
        &'a self,
        view: &DeviceView<'a>,
        name: Value<'a>,
        secondary: bool,
    ) -> BaseFacts<'a> {
        BaseFacts {
            name,
            token: view.token,
            url: self.addresses_of(view).map(|addresses| &addresses.server),
            installed: self.context.installed,
            secondary,
        }
    }

    fn addresses_of(&self, view: &DeviceView<'_>) -> Option<&Addresses> {
        self.addresses
            .as_ref()
            .filter(|addresses| addresses.known_to(view))
    }
}

/// What a base does not have at all.
fn check(job: &mut Job<'_>, device: &Device) {
    for (found, index) in job.layers.keys(device.keys()) {
        let path = job.layers.key_path(found.layer, job.at, index);
        let what = "function keys";
        job.unsupported(found.layer, path, what, Limit::Model, "");
    }
}
