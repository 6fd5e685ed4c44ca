//! Snom desk phones: the files that a phone asks for by its type and its hardware address.
//!
//! | file | holds |
//! |---|---|
//! | `snom<type>.htm` | shared by all phones of the model: an empty `<settings>`, so that nothing can come before a phone's own file or undo it |
//! | `snom<type>-<MAC>.htm` | when the provisioning URL is known: a `<setting-files>` that names `<MAC>.xml` by its full address, and the phone book where there is one; else the settings themselves |
//! | `<MAC>.xml` (also `<mac>.xml`) | the settings |
//! | `<MAC>-firmware.xml` | only when a firmware is chosen: its image; `firmware_status` in the settings names this file |
//!
//! # Where the files are
//!
//! The provisioning URL is a folder and ends with `/`, or it has `{mac}` in its last part and is the
//! address of the settings itself (`https://pbx.example.net/p/{token}/{mac}.xml`; the file is then
//! also an alias by that name). A phone that is told an address with `{mac}` asks for that alone:
//! behind a folder with `{mac}` in it `{mac}.xml` is added. What else a phone asks for when the URL
//! is neither is not known; it is told the URL as it is, with a notice, and its `.htm` carries the
//! settings. `{mac}` in `setting_server` is left to the phone, everywhere else it is filled in.
//!
//! # Firmware
//!
//! A choice with a `url` names the image. Otherwise the image is
//! `snom<type>-<version>-SIP-r.bin` (`-f` on four old models, `.swu` on D8xx) on the site's
//! `firmware_base`. Models that load newer versions by way of a RAM disk image get the address of
//! that image (`snom<type>-ramdisk-chained-update-r.bin` on the same server, or in its own folder
//! on Snom's) with the other in its query. Without a known folder for `<MAC>-firmware.xml` no
//! firmware can be chosen.
//!
//! # Time
//!
//! A zone goes as a token of `timezone` where the firmware knows its law under one, and otherwise as
//! `utc_offset` and `dst` beside an empty `timezone`, because a token wins over them. The tokens in use
//! are those of countries whose law has not changed since the firmware's list was made
//! (`vendors/snom/SOURCES.md`). Where not even a rule of weeks can say the law (Israel, Egypt, Chile
//! and a few more), the nearest rule goes, with a notice that says when the clock will be wrong.
//!
//! # Phone book
//!
//! The site's phone book is a file of its own in the list of a phone's files: the phone reads it in
//! its own form, a `<tbook>`. A phone that asks for its settings alone has no such list.
//!
//! # Keys
//!
//! | kind | the key | | kind | the key |
//! |---|---|---|---|---|
//! | `line` | `line` | | `multicast_paging` | `multicast GROUP:PORT` |
//! | `blf` | `blf NUMBER\|PICKUP` | | `group_pickup`, `directed_pickup` | `speed CODE` |
//! | `speed_dial` | `speed NUMBER` | | `voicemail` | `keyevent F_RETRIEVE`; with a value `speed` |
//! | `park` | `orbit` or `speed`, by model | | `record` | `recorder` |
//! | `retrieve_park` | `speed CODE` | | `ldap` | `keyevent F_DIRECTORY_SEARCH` |
//! | `dtmf` | `dtmf TONES` | | `directory` | `keyevent F_ADR_BOOK` |
//! | `url`, `xml_browser` | `url URL` | | `hot_desking` | `speed CODE` |
//! | `transfer` | `transfer` | | `shared_line` | `mult` |
//! | `forward` | `keyevent F_REDIRECT`; with a value `redirect` | | `dnd` | `keyevent F_DND` |
//! | `conference` | `keyevent F_CONFERENCE`; with a value `conference` | | `hold` | `keyevent F_HOLD` |
//! | `intercom` | `icom NUMBER` | | `redial` | `keyevent F_REDIAL` |
//!
//! The address of a lamp, `201@host`, becomes `blf <sip:201@host;user=phone>`. A lamp gets the code
//! `pickup` of the layers; without one it shows and dials all the same.
//!
//! On D8xx one key of each page turns the page: that many fewer can be assigned, and the last slots
//! of the phone are left free. The soft keys below the display and the hard keys are not fed by the
//! model: what was set there stays. They are reached by `custom` settings, each a `TYPE ARG` as
//! above: `context_key` with the indices 0 to 3 on most phones of V10, `gui_fkey1` to `gui_fkey4` on
//! all of V8 and a few of V10, `dkey_*` for hard keys. A key of another type than these is a
//! `custom` setting `fkey` with its index.
//!
//! # What these phones cannot be told
//!
//! * a certificate of an authority or a language pack by its address, a name for the phone book;
//! * StartTLS for LDAP (the directory is then left out, because its password would go in clear);
//! * more than one time server; a date with the year first, where no locale has it so;
//! * a daily poll beside one every so many minutes; a daily poll falls into the five minutes from
//!   its time on;
//! * below 8.7.5.9 call waiting, below 8.7.4 forwarding, below 8.7.3 do not disturb of one identity
//!   among several: they belong to the phone;
//! * below 8.7 a second registrar and STUN; from 8.8 on the volume of the microphones;
//! * a ring tone of one identity for calls from colleagues; park codes below 8.8;
//! * on phones other than D8xx a web login of their own for users;
//! * keys of the kinds `blf_list`, `call_return`, `lock` and `prefix`; in a key other than `blf` and
//!   `conference` an address in place of a number, and a conference room without one;
//! * below 8.8 the code for picking up a call but through a `blf` key, and at all times the code for
//!   a group and `login` but through keys of the kinds `group_pickup` and `hot_desking`.

mod accounts;
mod clock;
mod custom;
mod features;
mod firmware;
mod keys;
mod settings;
mod tables;

use super::super::context::{Context, run};
use super::super::job::Limit;
use super::super::program::{Part, Program};
use super::super::view::{AccountView, DeviceView};
use super::super::{ModelRow, Output, Prepare, Prepared, ProvisioningTarget, SettingRow, TargetId};
use super::files::{self, Addresses, CONTENT_TYPE};
use super::writer::{Writer, close_document, open_document};
use crate::error::{Error, ErrorKind, Errors, Notice};
use crate::model::{Device, FirmwareScheme, Layer};
use settings::DeviceFacts;

/// The section of all settings but the keys.
const PHONE_SETTINGS: &str = "phone-settings";

/// The target for Snom desk phones.
///
/// ```
/// use phone_provisioning::target::{ProvisioningTarget, snom::SnomDesk};
///
/// let desk = SnomDesk::new();
/// let d785 = desk.models().iter().find(|row| row.name == "D785").unwrap();
/// assert_eq!(desk.file_names(d785), ["snomD785.htm", "snomD785-<MAC>.htm", "<MAC>.xml"]);
/// ```
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct SnomDesk {}

impl SnomDesk {
    /// Name of the target.
    pub const ID: TargetId = TargetId::new("snom-desk");

    /// The target.
    pub fn new() -> Self {
        Self::default()
    }
}

impl ProvisioningTarget for SnomDesk {
    fn id(&self) -> TargetId {
        Self::ID
    }

    fn vendor(&self) -> &str {
        "snom"
    }

    fn firmware_scheme(&self) -> FirmwareScheme {
        FirmwareScheme::Dotted
    }

    fn models(&self) -> &[ModelRow] {
        tables::MODELS
    }

    fn settings(&self) -> &[SettingRow] {
        tables::SETTINGS
    }

    fn file_names(&self, model: &ModelRow) -> Vec<String> {
        let of_type = model.file_stem.iter();
        of_type
            .flat_map(|stem| [format!("{stem}.htm"), format!("{stem}-<MAC>.htm")])
            .chain(["<MAC>.xml".to_owned()])
            .collect()
    }

    fn prepare(&self, request: Prepare<'_>) -> Result<Box<dyn Prepared>, Errors> {
        let context = Context::new(self, request);
        Ok(Box::new(PreparedDesk {
            addresses: Addresses::new(&context.site),
            context,
        }))
    }
}

#[derive(Debug)]
struct PreparedDesk {
    context: Context,
    addresses: Option<Addresses>,
}

impl Prepared for PreparedDesk {
    fn render(&self, device: &Device, output: &mut Output) -> Result<(), Errors> {
        self.check_model(device)?;
        let mac = device.mac().plain_lower().to_string();
        let mac_upper = device.mac().plain_upper().to_string();
        let view = DeviceView::new(device, &mac, &mac_upper);
        let addresses = self
            .addresses
            .as_ref()
            .filter(|addresses| addresses.known_to(&view));
        let facts = self.facts(device, addresses);

        let start = output.bytes().len();
        let address = addresses.and_then(|addresses| addresses.settings.as_ref());
        if let Some(address) = address {
            let phonebook = self.context.layers(device.settings());
            let phonebook = phonebook.find(|s| s.phonebook.as_ref());
            let phonebook = phonebook.map(|found| &found.value.url);
            files::container(address, phonebook, &view, output.bytes());
        }
        let settings = output.bytes().len();
        if !self.render_prepared(device, &view, &facts, output) {
            output.bytes().truncate(settings);
            self.render_directly(device, &view, &facts, output)
                .inspect_err(|_| output.bytes().truncate(start))?;
        }
        let end = output.bytes().len();

        let own = format!("{mac_upper}.xml");
        let mut aliases = vec![format!("{mac}.xml")];
        let named = addresses.and_then(|addresses| addresses.settings_file(&mac_upper));
        aliases.extend(named.filter(|named| *named != own && *named != aliases[0]));
        let of_type = self.context.model.file_stem.as_ref();
        let of_type = of_type.map(|stem| format!("{stem}-{mac_upper}.htm"));
        match (of_type, address) {
            (Some(of_type), Some(address)) => {
                let secret = address.contains("token");
                output.name_range(start..settings, &of_type, &[], CONTENT_TYPE, secret);
                name_settings(output, settings..end, &own, &aliases);
            }
            (Some(of_type), None) => {
                aliases.insert(0, own);
                name_settings(output, settings..end, &of_type, &aliases);
            }
            (None, _) => name_settings(output, settings..end, &own, &aliases),
        }
        self.render_firmware(device, &facts, &mac_upper, output);
        Ok(())
    }

    fn render_shared(&self, output: &mut Output) -> Result<(), Errors> {
        if let Some(stem) = &self.context.model.file_stem
            && !self.context.model.is("unsupported")
        {
            output.file(&format!("{stem}.htm"), &[], CONTENT_TYPE, false, |bytes| {
                open_document("settings", bytes);
                close_document("settings", bytes);
            });
        }
        Ok(())
    }
}

fn name_settings(
    output: &mut Output,
    bytes: std::ops::Range<usize>,
    name: &str,
    aliases: &[String],
) {
    let aliases: Vec<&str> = aliases.iter().map(String::as_str).collect();
    output.name_range(bytes, name, &aliases, CONTENT_TYPE, true);
}

impl PreparedDesk {
    /// A model that is known by name only.
    fn check_model(&self, device: &Device) -> Result<(), Errors> {
        if !self.context.model.is("unsupported") {
            return Ok(());
        }
        let kind = ErrorKind::NotSupported {
            what: "known firmware or settings".into(),
            limit: self.context.model_name.clone(),
            instead: "".into(),
        };
        Err(Error::new(device.path().key("model"), kind).into())
    }

    /// Renders out of prepared parts; `false` when the device does not fit them or anything is wrong.
    fn render_prepared(
        &self,
        device: &Device,
        view: &DeviceView<'_>,
        facts: &DeviceFacts<'_>,
        output: &mut Output,
    ) -> bool {
        let context = &self.context;
        let fits = device.settings().is_empty()
            && device.firmware().is_none()
            && device.keys().is_empty()
            && context.profile_has_no_keys()
            && device.handsets().is_empty()
            && device.multicell().is_none()
            && context.limits(device).is_empty();
        let accounts = if fits {
            context.prepared_accounts(device, |_| true)
        } else {
            None
        };
        let Some(accounts) = accounts else {
            return false;
        };
        open_document("settings", output.bytes());
        let token = view.token.is_some();
        let phone = context.programs.get(Part::Phone { token }, || {
            self.cut(|w| write_phone(w, &DeviceView::probe(token), facts))
        });
        if !run(phone.as_deref(), |slot| view.value(slot), output) {
            return false;
        }
        for (index, (account, shape)) in (1..).zip(&accounts) {
            let shape = *shape;
            let program = context.programs.get(Part::Account { index, shape }, || {
                let view = AccountView::probe(shape);
                self.cut(|w| accounts::account(w, index, &account.with_view(view)))
            });
            if !run(program.as_deref(), |slot| account.view.value(slot), output) {
                return false;
            }
        }
        // At most the accounts of the model.
        let used = accounts.len() as u16;
        let from = used + 1;
        let unused = context.programs.get(Part::Unused { from }, || {
            self.cut(|w| accounts::unused_accounts(w, from))
        });
        let tail = context.programs.get(Part::Tail, || self.cut(write_tail));
        let modules = device.modules().unwrap_or(0);
        let accounts = used;
        let keys = context.programs.get(Part::Keys { accounts, modules }, || {
            self.cut(|w| keys::write(w, accounts, modules, &[], &[]))
        });
        for part in [unused, tail, keys] {
            if !run(part.as_deref(), |_| None, output) {
                return false;
            }
        }
        close_document("settings", output.bytes());
        for notice in self.device_notices(device) {
            output.notice(notice);
        }
        true
    }

    fn cut(&self, emit: impl FnOnce(&mut Writer<'_, '_>)) -> Option<Program> {
        self.context
            .cut(|job, bytes| emit(&mut Writer::desk(job, bytes)))
    }

    fn render_directly<'d>(
        &'d self,
        device: &'d Device,
        view: &DeviceView<'d>,
        facts: &DeviceFacts<'d>,
        output: &mut Output,
    ) -> Result<(), Errors> {
        let context = &self.context;
        let mut job = context.job_for(device);
        job.errors.extend(context.limits(device));
        if device.multicell().is_some() {
            let path = device.path().key("multicell");
            let what = "part in a system of several bases";
            job.unsupported(Layer::Device, path, what, Limit::Model, "");
        }
        let bytes = output.bytes();
        open_document("settings", bytes);
        let mut writer = Writer::desk(&mut job, bytes);
        let w = &mut writer;
        write_phone(w, view, facts);
        features::features_of_extensions(w, device);
        let used = context.used_accounts(device);
        for (index, account) in (1..).zip(&used) {
            accounts::account(w, index, account);
        }
        // More than the model holds is an error already.
        let count = u16::try_from(used.len()).unwrap_or(u16::MAX - 1);
        accounts::unused_accounts(w, count + 1);
        write_tail(w);
        let keys = w.job.layers.keys(device.keys());
        let highest = keys.iter().filter_map(|(key, _)| key.value.module).max();
        let modules = device.modules().or(highest).unwrap_or(0);
        keys::write(w, count, modules, &keys, &used);
        close_document("settings", bytes);
        job.notices.extend(self.device_notices(device));
        Errors::check(job.errors)?;
        for notice in job.notices {
            output.notice(notice);
        }
        Ok(())
    }

    /// The firmware document of the device, where the settings name one.
    fn render_firmware<'d>(
        &'d self,
        device: &'d Device,
        facts: &DeviceFacts<'d>,
        mac_upper: &str,
        output: &mut Output,
    ) {
        let mut job = self.context.job_for(device);
        let bytes = output.bytes();
        let start = bytes.len();
        // It holds addresses of images, and no secret.
        if firmware::write(&mut job, facts, bytes) {
            let name = format!("{mac_upper}-firmware.xml");
            output.name_last(start, &name, &[], CONTENT_TYPE, false);
        }
    }

    /// What the phone-wide part needs to know of a device beside its view.
    fn facts<'a>(
        &'a self,
        device: &'a Device,
        addresses: Option<&'a Addresses>,
    ) -> DeviceFacts<'a> {
        DeviceFacts {
            addresses,
            firmware: self.context.chosen_firmware(device),
            installed: self.context.installed,
            only: match device.extensions() {
                [only] => Some(only),
                _ => None,
            },
        }
    }

    fn device_notices(&self, device: &Device) -> Vec<Notice> {
        self.context.device_notices(device)
    }
}

fn write_phone(w: &mut Writer<'_, '_>, view: &DeviceView<'_>, facts: &DeviceFacts<'_>) {
    w.open(PHONE_SETTINGS, &[("e", "2")]);
    custom::write(w, PHONE_SETTINGS, custom::is_first);
    settings::phone(w, view, facts);
}

fn write_tail(w: &mut Writer<'_, '_>) {
    custom::write(w, PHONE_SETTINGS, |row| !custom::is_first(row));
    w.close(PHONE_SETTINGS);
}
