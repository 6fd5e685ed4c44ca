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
mod identify;
mod import;
mod servers;
mod settings;
mod tables;

use super::super::context::{Context, NOBODY};
use super::super::emission::{Emission, NO_NUMBERS};
use super::super::job::{Job, Limit};
use super::super::parts::{Part, PartKind};
use super::super::program::Program;
use super::super::view::{
    Account, AccountAt, DeviceView, MacDigits, Slot, numbers, plain_extension, probe_extension,
};
use super::super::whole::{Given, Section};
use super::super::{
    AgentClaim, AgentWords, CheckSync, DhcpSource, FileRow, ModelRow, OuiRow, Output, Prepare,
    Prepared, ProvisioningTarget, Refresh, SettingRow, TargetId, TokenRow, VendorClass,
};
use super::files::{self, Addresses, CONTENT_TYPE};
use super::writer::{self, Writer};
use crate::error::{ErrorKind, Errors};
use crate::inspect::{ImportRequest, Imported};
use crate::model::shape::Shape;
use crate::model::{Device, Firmware, FirmwareScheme, Mac, MacText};
use crate::parse::Format;
use crate::text::Value;
use firmware::Wanted;
use handsets::Plan;
use servers::Server;
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

    fn lint_rows(&self) -> &[super::super::LintRow] {
        tables::LINT
    }

    fn unconfirmed(&self) -> &[super::super::Unconfirmed] {
        tables::UNCONFIRMED
    }

    fn lint_prefix(&self) -> char {
        'D'
    }

    fn format(&self) -> Format {
        Format::Xml
    }

    fn file_names(&self, model: &ModelRow) -> Vec<String> {
        let (maker, model) = stem(model);
        vec![
            format!("{maker}{model}.htm"),
            format!("{maker}{model}-<MAC>.htm"),
            "<MAC>.xml".to_owned(),
        ]
    }

    fn other_files(&self) -> &[FileRow] {
        tables::FILES
    }

    fn languages(&self) -> &[TokenRow] {
        tables::LANGUAGES
    }

    fn mac_blocks(&self) -> &[OuiRow] {
        tables::OUIS
    }

    fn mac_in_url(&self, mac: Mac) -> MacText {
        mac.plain_upper()
    }

    fn read_agent<'a>(&self, agent: &AgentWords<'a>) -> Option<AgentClaim<'a>> {
        identify::read_agent(agent)
    }

    fn import(&self, request: ImportRequest<'_>) -> Imported {
        import::import(self, &request)
    }

    fn check_sync(&self, refresh: Refresh, _: Option<Firmware>) -> Result<CheckSync, ErrorKind> {
        match refresh {
            Refresh::Reload => Err(ErrorKind::NotSupported {
                what: "known way to reload its settings without a restart".into(),
                limit: Self::ID.to_string(),
                instead: "restart the base".into(),
            }),
            Refresh::Restart => Ok(CheckSync::new("check-sync;reboot=true")),
        }
    }

    fn dhcp_sources(&self) -> &[DhcpSource] {
        &[DhcpSource::Text(66)]
    }

    /// It begins with the type of the base, `snomM700`; what follows is not known.
    fn vendor_class(&self, class: &[u8]) -> Option<VendorClass<'_>> {
        let begins = |text: &str, class: &[u8]| {
            let head = class.get(..text.len());
            head.is_some_and(|head| head.eq_ignore_ascii_case(text.as_bytes()))
        };
        let is_model = |row: &&ModelRow| {
            let (maker, model) = stem(row);
            begins(maker, class) && begins(model, &class[maker.len()..])
        };
        self.models().iter().find(is_model).map(VendorClass::Model)
    }

    fn prepare(&self, request: Prepare<'_>) -> Result<Box<dyn Prepared>, Errors> {
        let context = Context::new(self, request);
        Ok(Box::new(PreparedDect {
            addresses: Addresses::new(&context.site),
            context,
        }))
    }
}

/// What the names of a model's files begin with, in two parts.
fn stem(model: &ModelRow) -> (&str, &str) {
    match &model.file_stem {
        Some(stem) => (stem, ""),
        None => ("snom", &model.name),
    }
}

#[derive(Debug)]
struct PreparedDect {
    context: Context,
    addresses: Option<Addresses>,
}

impl Prepared for PreparedDect {
    fn render(&self, device: &Device, output: &mut Output) -> Result<(), Errors> {
        let mac = MacDigits::new(device.mac());
        let view = DeviceView::new(device, &mac);
        let start = output.bytes().len();
        let limits = self.context.limits(device);
        let mut emission = Emission::new(&self.context, device, output, limits);
        self.emit(&mut emission, device, &view);
        let end = emission.output().bytes().len();
        let addresses = self.addresses_of(&view);
        let settings = addresses.and_then(|addresses| addresses.settings.as_ref());
        if let Some(settings) = settings {
            files::add_container(&mut emission, settings, None, &view);
        }
        emission.finish(|part| self.prepare(part))?;

        let stem = stem(&self.context.model);
        let htm = [stem.0, stem.1, "-", mac.upper(), ".htm"];
        let [upper, lower] = [mac.upper(), mac.lower()].map(|mac| [mac, ".xml"]);
        match settings {
            Some(settings) => {
                // The base reads the container first.
                let secret = settings.contains("token");
                let container = end..output.bytes().len();
                output.entry(container, CONTENT_TYPE, secret, htm);
                output.entry(start..end, CONTENT_TYPE, true, upper);
            }
            None => {
                output.entry(start..end, CONTENT_TYPE, true, htm);
                output.alias(upper);
            }
        }
        output.alias(lower);
        if let Some(addresses) = addresses {
            addresses.alias(mac.upper(), output);
            addresses.alias(mac.lower(), output);
        }
        Ok(())
    }

    fn render_shared(&self, output: &mut Output) -> Result<(), Errors> {
        let (maker, model) = stem(&self.context.model);
        let name = format!("{maker}{model}.htm");
        output.add_file(&name, &[], CONTENT_TYPE, false, |bytes| {
            writer::open_document("settings", bytes);
            writer::close_document("settings", bytes);
        });
        Ok(())
    }
}

impl PreparedDect {
    /// Adds the document with all settings, part by part.
    fn emit<'d>(&'d self, emission: &mut Emission<'d>, device: &'d Device, view: &DeviceView<'_>) {
        let context = &self.context;
        let secondary = settings::is_secondary(device.multicell());
        let made_up = made_up_name(view.mac_upper);
        let name = match device.label() {
            Some(label) => label.value(),
            None => Value::token(std::str::from_utf8(&made_up).unwrap_or_default()),
        };
        let base = self.facts(view, name, secondary);
        let made = |slot| match slot {
            Slot::Label => Some(base.name),
            Slot::Token => base.token,
            _ => None,
        };
        // They are told of, and none is written.
        if !(device.keys().is_empty() && context.profile_keys().is_empty()) {
            emission.emit(|job, _| check(job, device));
        }
        let is_plain = emission.is_plain() && handsets::are_plain(&context.model, device);
        emission.section(Section::Accounts, is_plain, made, |emission| {
            let shape = Shape::default().with_flag(base.token.is_some());
            let global = (!secondary).then(|| Part::new(PartKind::Phone, shape));
            emission.literal(|bytes| writer::open_document("settings", bytes));
            emission.part(
                global,
                NO_NUMBERS,
                |slot| made(slot).map(Given::Made),
                |job, bytes| settings::global(&mut Writer::dect(job, bytes), &base),
            );
            self.body(emission, device, is_plain);
        });
    }

    /// What follows the settings of the base itself.
    fn body<'d>(&'d self, emission: &mut Emission<'d>, device: &'d Device, is_plain: bool) {
        let secondary = settings::is_secondary(device.multicell());
        if secondary {
            emission.emit(|job, bytes| {
                let w = &mut Writer::dect(job, bytes);
                custom::section(w, "server");
                custom::section(w, "extension");
            });
        } else {
            self.extensions(emission, device, is_plain);
        }
        let handsets = device.handsets();
        let fits = device.multicell().is_none()
            && device.firmware().is_none()
            && handsets
                .iter()
                .all(|handset| firmware::is_plain(&self.context.model, handset));
        emission.part(
            fits.then(|| Part::new(PartKind::Tail, Shape::default())),
            NO_NUMBERS,
            |_| None,
            |job, bytes| self.tail(&mut Writer::dect(job, bytes), device),
        );
        emission.literal(|bytes| writer::close_document("settings", bytes));
    }

    /// The tables of servers and extensions.
    fn extensions<'d>(&'d self, emission: &mut Emission<'d>, device: &'d Device, is_plain: bool) {
        if !is_plain {
            return emission.emit(|job, bytes| {
                let plan = Plan::new(job, device);
                let w = &mut Writer::dect(job, bytes);
                self.head(w, &plan.servers);
                handsets::write(w, &plan);
                handsets::unused(w, plan.used() + 1..=w.job.model.accounts.unwrap_or(0));
                custom::write(w, "extension");
                w.close("extension");
            });
        }
        let context = &self.context;
        let in_system = device.multicell().is_some();
        let any = handsets::lines(device).any(|line| line.server() > 0);
        let shape = Shape::default().with_flag(in_system).with_flag(any);
        emission.part(
            Some(Part::new(PartKind::Head, shape)),
            NO_NUMBERS,
            |_| None,
            |job, bytes| {
                let plan = Plan::new(job, device);
                self.head(&mut Writer::dect(job, bytes), &plan.servers);
            },
        );
        let mut from = 1;
        for (index, line) in (1..u16::MAX).zip(handsets::lines(device)) {
            let number = line.handset_number();
            emission.part(
                line.shape()
                    .map(|shape| Part::new(PartKind::Account, shape)),
                [index, 0],
                |slot| line.given(index, slot, &number),
                |job, bytes| handsets::one(&mut Writer::dect(job, bytes), index, &line),
            );
            from = index + 1;
        }
        let last = context.model.accounts.unwrap_or(0);
        // A base has a thousand; only raw settings make one unlike the others.
        let one = Part::new(PartKind::UnusedOne, Shape::default());
        if !emission.part_numbered(one, from..=last) {
            emission.emit(|job, bytes| {
                handsets::unused(&mut Writer::dect(job, bytes), from..=last);
            });
        }
        emission.part(
            Some(Part::new(PartKind::Keys, Shape::default())),
            NO_NUMBERS,
            |_| None,
            |job, bytes| end_extensions(&mut Writer::dect(job, bytes)),
        );
    }

    /// The table of servers, and the beginning of that of extensions.
    fn head(&self, w: &mut Writer<'_, '_>, servers: &[Server]) {
        w.open("server", &[]);
        servers::write(w, servers);
        custom::write(w, "server");
        w.close("server");
        w.open("extension", &[]);
    }

    /// The system of bases, and firmware.
    fn tail(&self, w: &mut Writer<'_, '_>, device: &Device) {
        settings::multicell(w, device.multicell());
        let wanted = Wanted {
            choice: self.context.chosen_firmware(device),
            installed: self.context.installed,
            base: self.context.site.firmware_base.as_ref(),
        };
        firmware::write(w, device, &wanted);
    }

    /// Emits a part for a probe.
    fn prepare(&self, part: Part) -> Option<Program> {
        let mut shape = part.shape();
        match part.kind() {
            PartKind::Phone => {
                let view = DeviceView::probe(shape.take_flag());
                let base = self.facts(&view, Slot::Label.sentinel(), false);
                self.cut(|w| settings::global(w, &base))
            }
            PartKind::Container => {
                let view = DeviceView::probe(shape.take_flag());
                let settings = self.addresses_of(&view)?.settings.as_ref()?;
                self.context
                    .cut(|_, bytes| files::container(settings, None, &view, bytes))
            }
            PartKind::Head => {
                let any = shape.take_flag();
                let in_system = shape.take_flag();
                let extension = probe_extension(plain_extension())?;
                let account = Account::probe(&extension, AccountAt::Handset(0, 0));
                self.cut(|w| {
                    let server = any.then(|| Server::of(w.job, &account, in_system));
                    let servers: Vec<Server> = server.flatten().into_iter().collect();
                    self.head(w, &servers);
                })
            }
            PartKind::Account => {
                let probe = handsets::ProbeLine::new(shape)?;
                let line = probe.line();
                self.cut(|w| handsets::one(w, numbers::INDEX, &line))
            }
            PartKind::UnusedOne => {
                self.cut(|w| handsets::unused(w, numbers::INDEX..=numbers::INDEX))
            }
            PartKind::Keys => self.cut(end_extensions),
            PartKind::Tail => self.cut(|w| self.tail(w, &NOBODY)),
            PartKind::Key | PartKind::LoggedOut | PartKind::Unused => None,
        }
    }

    fn cut<'a>(&'a self, emit: impl FnOnce(&mut Writer<'_, 'a>)) -> Option<Program> {
        self.context
            .cut(|job, bytes| emit(&mut Writer::dect(job, bytes)))
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

/// The name of a base that nobody has named.
fn made_up_name(mac_upper: Value<'_>) -> [u8; 17] {
    let mut name = *b"dect-000000000000";
    let mac = mac_upper.as_str().as_bytes();
    name.iter_mut()
        .skip(5)
        .zip(mac)
        .for_each(|(to, from)| *to = *from);
    name
}

fn end_extensions(w: &mut Writer<'_, '_>) {
    custom::write(w, "extension");
    w.close("extension");
}

/// What a base does not have at all.
fn check(job: &mut Job<'_>, device: &Device) {
    for (found, index) in job.layers.keys(device.keys()) {
        let path = job.layers.key_path(found.layer, job.at, index);
        let what = "function keys";
        job.unsupported(found.layer, path, what, Limit::Model, "");
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::whole::tests::one_kind_is_one_whole;
    use super::*;

    #[test]
    fn devices_of_one_kind_come_out_of_one_whole() {
        one_kind_is_one_whole(
            &SnomDect::new(),
            ("M900", 1),
            |context| PreparedDect {
                addresses: None,
                context,
            },
            |prepared| &prepared.context,
        );
    }
}
