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
mod keys;
mod servers;
mod settings;
mod tables;
mod writer;

use super::context::{Context, run};
use super::job::Limit;
use super::program::{Part, Program};
use super::view::{AccountView, DeviceView};
use super::{ModelRow, Output, Prepare, Prepared, ProvisioningTarget, SettingRow, TargetId};
use crate::emit::cfg;
use crate::error::{Errors, Notice, NoticeCode, Path};
use crate::model::{Device, FirmwareScheme, Layer};
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

    fn file_names(&self, model: &ModelRow) -> Vec<String> {
        let common = model.file_stem.iter().chain(model.other_file_stems.iter());
        common
            .map(|stem| format!("{stem}.cfg"))
            .chain(["<mac>.cfg".to_owned()])
            .collect()
    }

    fn prepare(&self, request: Prepare<'_>) -> Result<Box<dyn Prepared>, Errors> {
        let mut context = Context::new(self, request);
        context.level = context.level.map(|level| level.max(OLDEST));
        Ok(Box::new(PreparedYealink {
            boot_file: self.boot_file,
            context,
        }))
    }
}

#[derive(Debug)]
struct PreparedYealink {
    boot_file: bool,
    context: Context,
}

impl Prepared for PreparedYealink {
    fn render(&self, device: &Device, output: &mut Output) -> Result<(), Errors> {
        let mac = device.mac().plain_lower().to_string();
        let mac_upper = device.mac().plain_upper().to_string();
        let view = DeviceView::new(device, &mac, &mac_upper);
        let start = output.bytes().len();
        let notices = output.notices().len();
        if !self.render_prepared(device, &view, output) {
            output.back_to(start, notices);
            self.render_directly(device, &view, output)
                .inspect_err(|_| output.back_to(start, notices))?;
        }
        output.name_last(start, &format!("{mac}.cfg"), &[], CONTENT_TYPE, true);
        if self.boot_file && self.context.level.is_none_or(|level| level[0] >= 81) {
            let boot = output.bytes().len();
            self.write_boot_file(&mac, output.bytes());
            output.name_last(boot, &format!("{mac}.boot"), &[], CONTENT_TYPE, false);
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
        let others: Vec<String> = model
            .other_file_stems
            .iter()
            .map(|other| format!("{other}.cfg"))
            .collect();
        let aliases: Vec<&str> = others.iter().map(String::as_str).collect();
        output.name_last(start, &format!("{stem}.cfg"), &aliases, CONTENT_TYPE, false);
        Ok(())
    }
}

impl PreparedYealink {
    /// Renders out of prepared parts; `false` when the device does not fit them or anything is wrong.
    fn render_prepared(&self, device: &Device, view: &DeviceView<'_>, output: &mut Output) -> bool {
        let context = &self.context;
        let fits = device.settings().is_empty()
            && device.firmware().is_none()
            && device.keys().is_empty()
            && context.profile_has_no_keys()
            // The slots of a base are told, used or not.
            && !context.model.is("dect")
            && device.handsets().is_empty()
            && device.multicell().is_none()
            && context.limits(device).is_empty()
            && self.url_fits(view);
        let accounts = if fits {
            // A long text deserves a notice, which the direct way gives.
            context.prepared_accounts(device, |view| !view.is_longer_than(settings::LONG_TEXT))
        } else {
            None
        };
        let Some(accounts) = accounts else {
            return false;
        };
        let facts = self.facts(device);
        cfg::header(output.bytes());
        let token = view.token.is_some();
        let phone = context.programs.get(Part::Phone { token }, || {
            self.cut(|w| settings::phone(w, Some(&DeviceView::probe(token)), &facts))
        });
        if !run(phone.as_deref(), |slot| view.value(slot), output) {
            return false;
        }
        // At most the accounts of the model.
        let used = accounts.len() as u16;
        let modules = device.modules().unwrap_or(0);
        let keys = context.programs.get(
            Part::Keys {
                accounts: used,
                modules,
            },
            || self.cut(|w| keys::write(w, used, modules, &[], &[])),
        );
        if !run(keys.as_deref(), |_| None, output) {
            return false;
        }
        for (index, (account, shape)) in (1..).zip(&accounts) {
            let program = context.programs.get(
                Part::Account {
                    index,
                    shape: *shape,
                },
                || {
                    let probe = account.with_view(AccountView::probe(*shape));
                    self.cut(|w| accounts::account(w, index, &probe, None))
                },
            );
            if !run(program.as_deref(), |slot| account.view.value(slot), output) {
                return false;
            }
        }
        let from = used + 1;
        let unused = context.programs.get(Part::Unused { from }, || {
            self.cut(|w| accounts::unused_accounts(w, |index| index < from))
        });
        let tail = context.programs.get(Part::Tail, || self.cut(custom::write));
        if !run(unused.as_deref(), |_| None, output) || !run(tail.as_deref(), |_| None, output) {
            return false;
        }
        for notice in self.device_notices(device) {
            output.notice(notice);
        }
        true
    }

    fn cut(&self, emit: impl FnOnce(&mut Writer<'_, '_>)) -> Option<Program> {
        self.context
            .cut(|job, bytes| emit(&mut Writer::new(job, bytes)))
    }

    fn render_directly<'d>(
        &'d self,
        device: &'d Device,
        view: &DeviceView<'d>,
        output: &mut Output,
    ) -> Result<(), Errors> {
        let context = &self.context;
        let mut job = context.job_for(device);
        job.errors.extend(context.limits(device));
        let bytes = output.bytes();
        cfg::header(bytes);
        let mut writer = Writer::new(&mut job, bytes);
        let w = &mut writer;
        settings::phone(w, Some(view), &self.facts(device));

        let mut used = context.used_accounts(device);
        handsets::nobody(w, &mut used);
        // More than the model holds is an error already.
        let count = u16::try_from(used.len()).unwrap_or(u16::MAX - 1);
        let keys = w.job.layers.keys(device.keys());
        let highest = keys.iter().filter_map(|(key, _)| key.value.module).max();
        let most = context.model.modules.and_then(|most| most.try_into().ok());
        let modules = device.modules().or(highest).unwrap_or(0);
        let modules = modules.min(most.unwrap_or(u8::MAX));
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
            let path = device.path().key("multicell");
            w.job
                .unsupported(Layer::Device, path, "part in a system", Limit::Model, "");
        }
        custom::write(w);
        job.notices.extend(self.device_notices(device));
        Errors::check(job.errors)?;
        for notice in job.notices {
            output.notice(notice);
        }
        Ok(())
    }

    /// What the phone-wide part needs to know of a device beside its view.
    fn facts<'a>(&'a self, device: &'a Device) -> DeviceFacts<'a> {
        DeviceFacts {
            url: self.context.site.provisioning_url.as_ref(),
            firmware: self.context.chosen_firmware(device),
            installed: self.context.installed,
            handsets: device.handsets(),
            one_extension: match device.extensions() {
                [only] => only.call_waiting,
                _ => None,
            },
        }
    }

    /// Whether the provisioning URL of the device is short enough without counting precisely.
    fn url_fits(&self, view: &DeviceView<'_>) -> bool {
        let template = self.context.site.provisioning_url.as_ref();
        let template = template.map_or(0, |url| url.as_str().len());
        let token = view.token.map_or(0, |token| token.as_str().len() * 3);
        template + token + 12 <= settings::URL_LIMIT
    }

    fn device_notices(&self, device: &Device) -> Vec<Notice> {
        let context = &self.context;
        let mut notices = context.device_notices(device);
        let Some(installed) = context.installed else {
            return notices;
        };
        let prefixes = &context.model.image_prefixes;
        let level = installed.level();
        if level < OLDEST {
            notices.push(Notice::new(
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
            notices.push(Notice::new(
                NoticeCode::Firmware,
                device.path().key("installed_firmware"),
                format!(
                    "firmware of {} begins with {expected}, this one with {found}",
                    context.model_name
                ),
            ));
        }
        notices
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
