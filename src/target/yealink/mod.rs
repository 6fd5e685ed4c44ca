//! Yealink phones: `<mac>.cfg`, the common file of a model, the optional boot file.
//!
//! * `<mac>.cfg` is complete by itself; a server may answer 404 to every other name.
//! * `y….cfg` holds what the site gives to all phones of the model, without any secret, in the
//!   spellings of all firmware at once, because phones with different firmware ask for it.
//! * `<mac>.boot` (off unless [`Yealink::boot_file`] is asked for) names the two. A phone that finds a
//!   boot file resets every setting that the files do not name.
//!
//! Firmware is told apart by its generation, the second part of the version (V73 … V87); each
//! setting is written when its row of `vendors/yealink/settings.toml` says that the generation
//! has it. What phones of this maker cannot be told:
//!
//! * call waiting, or a ring tone for colleagues, of one account among several: they are settings of
//!   the phone;
//! * on bases, the account of a phone that nobody uses;
//! * a code to log in with (`feature_codes.login`): a person dials it, no setting holds it, and a key of
//!   kind `hot_desking` logs in without it;
//! * the channel of a multicast group: keys of kind `multicast_paging` speak on the phone's default.
//!
//! The clock gets the standard offset and an explicit rule of weeks, computed from the IANA data; the
//! phone's own table of rules is not used. Times of changes are whole hours. Where the law of a zone is
//! not of that form, the nearest rule goes, with a notice that says when the clock will be wrong.
//!
//! Accounts are numbered in the order of the extensions, on single-cell bases in that of the handsets;
//! on a manager of many bases an account has the number of its handset's slot, and names a row of the
//! table of servers, which are numbered in the order in which accounts first need them. A base in the
//! role beside its manager has neither. Slots of handsets that are not used are cleared, and by name
//! have no account: by itself a slot has the one of its own number.
#![cfg_attr(
    feature = "yealink-encrypt",
    doc = "\nFiles leave here plain; [`encrypt`] makes encrypted ones of them."
)]

mod accounts;
mod clock;
mod custom;
#[cfg(feature = "yealink-encrypt")]
pub mod encrypt;
mod firmware;
mod handsets;
mod identify;
mod import;
mod keys;
mod servers;
mod settings;
mod tables;
mod writer;

use super::context::{Context, NOTHING, accounts_of};
use super::emission::{Emission, NO_NUMBERS};
use super::job::{Job, Limit};
use super::keys::{ProbeKey, key_at, keys_part, of_keys_part};
use super::parts::{Part, PartKind};
use super::program::Program;
use super::view::{Account, AccountAt, DeviceView, MacDigits, numbers, probe_extension};
use super::whole::Section;
use super::{
    AgentClaim, AgentWords, CheckSync, DhcpSource, FileRow, ModelRow, OuiRow, Output, Prepare,
    Prepared, ProvisioningTarget, Refresh, SettingRow, TargetId, TokenRow, VendorClass,
};
use crate::emit::cfg;
use crate::error::{ErrorKind, Errors, Notice, NoticeCode, Path};
use crate::inspect::{ImportRequest, Imported};
use crate::model::shape::Shape;
use crate::model::{Device, Extension, Firmware, FirmwareScheme, Layer};
use settings::DeviceFacts;
use writer::Writer;

/// The oldest firmware whose settings any source names, V70: an older one is told the same.
const OLDEST: [u16; 5] = [70, 0, 0, 0, 0];

/// Content type of the files.
const CONTENT_TYPE: &str = "text/plain; charset=utf-8";

/// The target for Yealink phones.
///
/// ```
/// use phone_provisioning::target::{ProvisioningTarget, yealink::Yealink};
///
/// let yealink = Yealink::new();
/// assert_eq!(yealink.models().iter().filter(|row| row.name == "T46S").count(), 1);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Yealink {
    boot_file: bool,
}

impl Yealink {
    /// Name of the target.
    pub const ID: TargetId = TargetId::new("yealink");

    /// The target, without boot files.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether a boot file is made for phones that read one (from V81 on).
    #[must_use]
    pub fn boot_file(self, boot_file: bool) -> Self {
        Self { boot_file }
    }
}

impl ProvisioningTarget for Yealink {
    fn id(&self) -> TargetId {
        Self::ID
    }

    fn vendor(&self) -> &str {
        "yealink"
    }

    fn firmware_scheme(&self) -> FirmwareScheme {
        FirmwareScheme::Generation
    }

    fn models(&self) -> &[ModelRow] {
        tables::MODELS
    }

    fn settings(&self) -> &[SettingRow] {
        tables::SETTINGS
    }

    fn lint_rows(&self) -> &[super::LintRow] {
        tables::LINT
    }

    fn unconfirmed(&self) -> &[super::Unconfirmed] {
        tables::UNCONFIRMED
    }

    fn lint_prefix(&self) -> char {
        'Y'
    }

    fn file_names(&self, model: &ModelRow) -> Vec<String> {
        let common = model.file_stem.iter().chain(model.other_file_stems.iter());
        common
            .map(|stem| format!("{stem}.cfg"))
            .chain(["<mac>.cfg".to_owned()])
            .collect()
    }

    fn other_files(&self) -> &[FileRow] {
        tables::FILES
    }

    /// By `auto_provision.common_file_name`; several numbers are shared anyway.
    fn shares_common_files(&self) -> bool {
        true
    }

    fn languages(&self) -> &[TokenRow] {
        tables::LANGUAGES
    }

    fn mac_blocks(&self) -> &[OuiRow] {
        tables::OUIS
    }

    fn read_agent<'a>(&self, agent: &AgentWords<'a>) -> Option<AgentClaim<'a>> {
        identify::read_agent(agent)
    }

    fn prepare(&self, request: Prepare<'_>) -> Result<Box<dyn Prepared>, Errors> {
        let mut context = Context::new(self, request);
        context.level = context.level.map(|level| level.max(OLDEST));
        Ok(Box::new(PreparedYealink {
            boot_file: self.boot_file,
            context,
        }))
    }

    fn import(&self, request: ImportRequest<'_>) -> Imported {
        import::import(self, &request)
    }

    fn check_sync(
        &self,
        refresh: Refresh,
        firmware: Option<Firmware>,
    ) -> Result<CheckSync, ErrorKind> {
        let generation = firmware.and_then(|firmware| firmware.generation());
        Ok(match refresh {
            Refresh::Reload if generation.is_some_and(|v| v < 71) => {
                CheckSync::new("check-sync;reboot=false")
                    .with_caveat("below V71 no source says whether the phone restarts")
            }
            Refresh::Reload => CheckSync::new("check-sync;reboot=false").with_caveat(
                "a phone that has no file of ours yet restarts: its setting sip.notify_reboot_enable is 1 until a file says 0",
            ),
            Refresh::Restart => CheckSync::new("check-sync;reboot=true")
                .with_caveat("the phone hears nothing where its setting sip.notify_reboot_enable is 2"),
        })
    }

    fn dhcp_sources(&self) -> &[DhcpSource] {
        &[
            DhcpSource::Custom { min: 128, max: 254 },
            DhcpSource::Text(66),
        ]
    }

    /// The same for all models, and a setting of the phone.
    fn vendor_class(&self, class: &[u8]) -> Option<VendorClass<'_>> {
        let maker = class.eq_ignore_ascii_case(self.vendor().as_bytes());
        maker.then_some(VendorClass::Maker)
    }
}

#[derive(Debug)]
struct PreparedYealink {
    boot_file: bool,
    context: Context,
}

impl Prepared for PreparedYealink {
    fn render(&self, device: &Device, output: &mut Output) -> Result<(), Errors> {
        let mac = MacDigits::new(device.mac());
        let start = output.bytes().len();
        let limits = self.context.limits(device);
        let mut emission = Emission::new(&self.context, device, output, limits);
        self.emit(&mut emission, device, &mac);
        emission.finish(|part| self.prepare(part))?;
        let end = output.bytes().len();
        output.entry(start..end, CONTENT_TYPE, true, [mac.lower(), ".cfg"]);
        if self.boot_file && self.context.level.is_none_or(|level| level[0] >= 81) {
            self.write_boot_file(mac.lower(), output.bytes());
            let boot = end..output.bytes().len();
            output.entry(boot, CONTENT_TYPE, false, [mac.lower(), ".boot"]);
        }
        Ok(())
    }

    fn render_shared(&self, output: &mut Output) -> Result<(), Errors> {
        let model = &self.context.model;
        let Some(stem) = &model.file_stem else {
            return Ok(());
        };
        let at = Path::root().key("site");
        let mut job = self.context.shared_job(&at);
        let bytes = output.bytes();
        let start = bytes.len();
        cfg::header(bytes);
        let mut writer = Writer::new(&mut job, bytes).shared();
        settings::phone(&mut writer, None, &DeviceFacts::shared(&self.context.site));
        if let Err(errors) = Errors::check(job.errors) {
            output.bytes().truncate(start);
            return Err(errors);
        }
        let bytes = start..output.bytes().len();
        output.entry(bytes, CONTENT_TYPE, false, [&**stem, ".cfg"]);
        for other in model.other_file_stems.iter() {
            output.alias([&**other, ".cfg"]);
        }
        Ok(())
    }
}

impl PreparedYealink {
    /// Adds the settings of the device, part by part.
    fn emit<'d>(&'d self, emission: &mut Emission<'d>, device: &'d Device, mac: &'d MacDigits) {
        let view = DeviceView::new(device, mac);
        // A long text deserves a notice, which the emitter gives.
        let fits = device.digest().longest <= settings::LONG_TEXT && self.url_fits(&view);
        emission.section(
            Section::Front,
            fits,
            |slot| view.value(slot),
            |emission| {
                emission.literal(cfg::header);
                let facts = self.facts(device);
                emission.part(
                    self.phone_part(device, &view),
                    NO_NUMBERS,
                    |slot| view.given(slot),
                    |job, bytes| settings::phone(&mut Writer::new(job, bytes), Some(&view), &facts),
                );
            },
        );
        if self.context.model.is("dect") {
            emission.emit(|job, bytes| self.base(&mut Writer::new(job, bytes), device));
            self.tail(emission);
        } else {
            self.desk(emission, device, fits);
        }
        self.tell_of(device, emission);
    }

    fn tail(&self, emission: &mut Emission<'_>) {
        emission.part(
            Some(Part::new(PartKind::Tail, Shape::default())),
            NO_NUMBERS,
            |_| None,
            |job, bytes| custom::write(&mut Writer::new(job, bytes)),
        );
    }

    /// Keys and accounts of a phone.
    fn desk<'d>(&'d self, emission: &mut Emission<'d>, device: &'d Device, fits: bool) {
        let context = &self.context;
        // More than the model holds is an error already.
        let count = context.count_accounts(device);
        emission.section(
            Section::Keys,
            fits,
            |_| None,
            |emission| self.keys(emission, device, count),
        );
        emission.section(
            Section::Accounts,
            fits,
            |_| None,
            |emission| {
                self.accounts(emission, device, count);
                if device.multicell().is_some() {
                    emission.emit(|job, _| no_system(job));
                }
                self.tail(emission);
            },
        );
    }

    fn keys<'d>(&'d self, emission: &mut Emission<'d>, device: &'d Device, count: u16) {
        let context = &self.context;
        let modules = context.attached_modules(device);
        let most = context.model.modules.and_then(|most| most.try_into().ok());
        let modules = modules.min(most.unwrap_or(u8::MAX));
        emission.keys(
            Some(keys_part(count, modules)),
            [context.profile_keys(), device.keys()],
            |key, seam| key_at(device, count, key, seam, settings::LONG_TEXT),
            |job, bytes| {
                let keys = job.layers.keys(device.keys());
                let used = context.used_accounts(device);
                keys::write(&mut Writer::new(job, bytes), count, modules, &keys, &used);
            },
        );
    }

    fn accounts<'d>(&'d self, emission: &mut Emission<'d>, device: &'d Device, count: u16) {
        let context = &self.context;
        let is_one = device.extensions().len() == 1;
        let has_waiting = |own: &Extension| own.call_waiting.is_some();
        if !is_one && accounts_of(device).any(|(_, own)| has_waiting(own)) {
            emission.emit(|job, bytes| {
                let used = context.used_accounts(device);
                accounts::call_waiting_of_extensions(&mut Writer::new(job, bytes), &used);
            });
        }
        context.each_account(device, |index, account, shaped| {
            let shape = shaped.within(settings::LONG_TEXT);
            emission.part(
                shape.map(|shape| Part::new(account.kind(), shape)),
                [index, 0],
                |slot| account.given(index, slot),
                |job, bytes| accounts::account(&mut Writer::new(job, bytes), index, account, None),
            );
        });
        emission.part_from(
            Some(Part::new(PartKind::Unused, Shape::default())),
            count + 1,
            |job, bytes| {
                accounts::unused_accounts(&mut Writer::new(job, bytes), |index| index <= count);
            },
        );
    }

    /// Accounts and handsets of a base.
    fn base<'d>(&'d self, w: &mut Writer<'_, 'd>, device: &'d Device) {
        let mut used = self.context.used_accounts(device);
        handsets::nobody(w, &mut used);
        let count = u16::try_from(used.len()).unwrap_or(u16::MAX - 1);
        let keys = w.job.layers.keys(device.keys());
        let modules = device.modules().unwrap_or(0);
        let modules = modules.min(
            w.job
                .model
                .modules
                .unwrap_or(0)
                .try_into()
                .unwrap_or(u8::MAX),
        );
        keys::write(w, count, modules, &keys, &used);
        accounts::call_waiting_of_extensions(w, &used);
        let numbered = handsets::numbered(w, device, used);
        let templates = if servers::are_in_a_table(w) {
            servers::table(w, &numbered).into_iter().map(Some).collect()
        } else {
            vec![None; numbered.len()]
        };
        for ((index, account), template) in numbered.iter().zip(templates) {
            accounts::account(w, *index, account, template);
        }
        let is_used = |index| numbered.iter().any(|(own, _)| *own == index);
        accounts::unused_accounts(w, is_used);
        handsets::write(w, device);
        if device.multicell().is_some() {
            no_system(w.job);
        }
    }

    /// The part of what the phone is told beside keys and accounts.
    fn phone_part(&self, device: &Device, view: &DeviceView<'_>) -> Option<Part> {
        let fits = device.firmware().is_none()
            && device.handsets().iter().all(|own| own.firmware.is_none())
            && self.url_fits(view);
        let shape = Shape::default()
            .with_flag(view.token.is_some())
            .with_switch(self.facts(device).one_extension);
        fits.then(|| Part::new(PartKind::Phone, shape))
    }

    /// Emits a part for a probe.
    fn prepare(&self, part: Part) -> Option<Program> {
        let mut shape = part.shape();
        match part.kind() {
            PartKind::Phone => {
                let one_extension = shape.take_switch();
                let view = DeviceView::probe(shape.take_flag());
                let facts = DeviceFacts {
                    one_extension,
                    ..self.facts_of_site()
                };
                self.cut(|w| settings::phone(w, Some(&view), &facts))
            }
            PartKind::Keys => {
                let (accounts, modules) = of_keys_part(shape)?;
                self.cut(|w| keys::write(w, accounts, modules, &[], &[]))
            }
            PartKind::Key => {
                let model = &self.context.model;
                let probe = ProbeKey::new(shape, |sort| keys::first_place(model, sort))?;
                let used = probe.accounts();
                self.cut(|w| keys::probe(w, &probe, &used))
            }
            PartKind::Account => {
                let extension = probe_extension(shape)?;
                let account = Account::probe(&extension, AccountAt::Extension(0));
                self.cut(|w| accounts::account(w, numbers::INDEX, &account, None))
            }
            PartKind::LoggedOut => {
                let account = self.context.logged_out_account(&NOTHING)?;
                self.cut(|w| accounts::account(w, numbers::INDEX, &account, None))
            }
            PartKind::Unused => self.cut(|w| accounts::unused_accounts(w, |_| false)),
            PartKind::Tail => self.cut(custom::write),
            PartKind::Container | PartKind::Head | PartKind::UnusedOne => None,
        }
    }

    fn cut<'a>(&'a self, emit: impl FnOnce(&mut Writer<'_, 'a>)) -> Option<Program> {
        self.context
            .cut(|job, bytes| emit(&mut Writer::new(job, bytes)))
    }

    /// What the phone-wide part needs to know of a device beside its view.
    fn facts<'a>(&'a self, device: &'a Device) -> DeviceFacts<'a> {
        DeviceFacts {
            firmware: self.context.chosen_firmware(device),
            handsets: device.handsets(),
            one_extension: match device.extensions() {
                [only] => only.call_waiting,
                _ => None,
            },
            ..self.facts_of_site()
        }
    }

    /// The same for a device that has nothing of its own.
    fn facts_of_site(&self) -> DeviceFacts<'_> {
        DeviceFacts {
            firmware: self.context.firmware_of_site(),
            installed: self.context.installed,
            ..DeviceFacts::shared(&self.context.site)
        }
    }

    /// Whether the provisioning URL of the device is short enough without counting precisely.
    fn url_fits(&self, view: &DeviceView<'_>) -> bool {
        let template = self.context.site.provisioning_url.as_ref();
        let template = template.map_or(0, |url| url.as_str().len());
        let token = view.token.map_or(0, |token| token.as_str().len() * 3);
        template + token + 12 <= settings::URL_LIMIT
    }

    /// Tells of a firmware that does not fit what is known of the model.
    fn tell_of(&self, device: &Device, emission: &mut Emission<'_>) {
        let context = &self.context;
        let Some(installed) = context.installed else {
            return;
        };
        let prefixes = &context.model.image_prefixes;
        let level = installed.level();
        if level < OLDEST {
            emission.notice(Notice::new(
                NoticeCode::Firmware,
                device.path().key("installed_firmware"),
                format!("no source names the settings of {installed}: it is told those of V70"),
            ));
        }
        let fitting = prefixes
            .iter()
            .rev()
            .find(|(since, _)| since.since_met(level));
        if let (Some((_, expected)), Some(found)) =
            (fitting.or(prefixes.first()), installed.prefix())
            && *expected != found
        {
            emission.notice(Notice::new(
                NoticeCode::Firmware,
                device.path().key("installed_firmware"),
                format!(
                    "firmware of {} begins with {expected}, this one with {found}",
                    context.model_name
                ),
            ));
        }
    }

    fn write_boot_file(&self, mac: &str, bytes: &mut Vec<u8>) {
        cfg::header(bytes);
        if let Some(stem) = &self.context.model.file_stem {
            bytes.extend_from_slice(format!("include:config \"{stem}.cfg\"\n").as_bytes());
        }
        bytes.extend_from_slice(format!("include:config \"{mac}.cfg\"\n").as_bytes());
        bytes.extend_from_slice(b"overwrite_mode = 1\n");
    }
}

fn no_system(job: &mut Job<'_>) {
    let path = job.at.key("multicell");
    job.unsupported(Layer::Device, path, "part in a system", Limit::Model, "");
}

#[cfg(test)]
mod tests {
    use super::super::whole::tests::one_kind_is_one_whole;
    use super::*;

    #[test]
    fn devices_of_one_kind_come_out_of_one_whole() {
        one_kind_is_one_whole(
            &Yealink::new(),
            ("T46S", 3),
            |context| PreparedYealink {
                boot_file: false,
                context,
            },
            |prepared| &prepared.context,
        );
    }
}
