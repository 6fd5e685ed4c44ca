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
mod identify;
mod import;
mod keys;
mod settings;
mod tables;

use super::super::context::{Context, NOTHING};
use super::super::emission::{Emission, NO_NUMBERS};
use super::super::job::Limit;
use super::super::keys::{ProbeKey, key_at, keys_part, of_keys_part};
use super::super::parts::{Part, PartKind};
use super::super::program::Program;
use super::super::view::{
    Account, AccountAt, AccountView, DeviceView, MacDigits, numbers, probe_extension,
};
use super::super::whole::Section;
use super::super::{
    AgentClaim, AgentWords, CheckSync, DhcpSource, FileRow, ModelRow, OuiRow, Output, Prepare,
    Prepared, ProvisioningTarget, Refresh, SettingRow, TargetId, TokenRow, VendorClass,
};
use super::files::{self, Addresses, CONTENT_TYPE};
use super::writer::{Writer, close_document, open_document};
use crate::error::{Error, ErrorKind, Errors};
use crate::inspect::{ImportRequest, Imported};
use crate::model::shape::Shape;
use crate::model::{Device, Firmware, FirmwareScheme, Layer, Mac, MacText, Settings, Url};
use crate::parse::Format;
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

    fn lint_rows(&self) -> &[super::super::LintRow] {
        tables::LINT
    }

    fn unconfirmed(&self) -> &[super::super::Unconfirmed] {
        tables::UNCONFIRMED
    }

    fn lint_prefix(&self) -> char {
        'S'
    }

    fn format(&self) -> Format {
        Format::Xml
    }

    fn file_names(&self, model: &ModelRow) -> Vec<String> {
        let of_type = model.file_stem.iter();
        of_type
            .flat_map(|stem| [format!("{stem}.htm"), format!("{stem}-<MAC>.htm")])
            .chain(["<MAC>.xml".to_owned()])
            .collect()
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
        Ok(match refresh {
            Refresh::Reload => CheckSync::new("check-sync;reboot=false")
                .with_caveat("the phone restarts too when a changed setting needs it"),
            Refresh::Restart => CheckSync::new("check-sync;reboot=true"),
        })
    }

    fn dhcp_sources(&self) -> &[DhcpSource] {
        &[DhcpSource::Encapsulated(66), DhcpSource::Text(66)]
    }

    /// The type of the phone, whole: `snomD785`.
    fn vendor_class(&self, class: &[u8]) -> Option<VendorClass<'_>> {
        let maker = class.get(..4)?.eq_ignore_ascii_case(b"snom");
        let is_class = |stem: &str| stem.as_bytes().eq_ignore_ascii_case(class);
        let is_model = |row: &&ModelRow| {
            let stems = row.file_stem.iter().chain(row.other_file_stems.iter());
            stems.map(|stem| &**stem).any(is_class)
        };
        let model = self.models().iter().find(is_model);
        maker.then(|| model.map_or(VendorClass::Maker, VendorClass::Model))
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
        let mac = MacDigits::new(device.mac());
        let view = DeviceView::new(device, &mac);
        let facts = self.facts(device, &view);

        let start = output.bytes().len();
        let limits = self.context.limits(device);
        let mut emission = Emission::new(&self.context, device, output, limits);
        let address = facts.addresses.and_then(|known| known.settings.as_ref());
        if let Some(address) = address {
            let phonebook = self.phonebook(device.settings());
            files::add_container(&mut emission, address, phonebook, &view);
        }
        let settings = emission.output().bytes().len();
        self.emit(&mut emission, device, &view, &facts);
        let firmware = emission.output().bytes().len();
        emission.section(
            Section::Firmware,
            true,
            |slot| view.value(slot),
            |emission| {
                emission.part(
                    self.firmware_part(device, &view),
                    NO_NUMBERS,
                    |slot| view.given(slot),
                    |job, bytes| firmware::write(job, &facts, bytes),
                );
            },
        );
        emission.finish(|part| self.prepare(part))?;
        let end = output.bytes().len();

        let own = [mac.upper(), ".xml"];
        let of_type = self.context.model.file_stem.as_deref();
        if let Some(stem) = of_type {
            let secret = address.is_none_or(|address| address.contains("token"));
            let bytes = match address {
                Some(_) => start..settings,
                None => settings..firmware,
            };
            output.entry(
                bytes,
                CONTENT_TYPE,
                secret,
                [stem, "-", mac.upper(), ".htm"],
            );
        }
        if of_type.is_some() && address.is_none() {
            output.alias(own);
        } else {
            output.entry(settings..firmware, CONTENT_TYPE, true, own);
        }
        output.alias([mac.lower(), ".xml"]);
        if let Some(addresses) = facts.addresses {
            addresses.alias(mac.upper(), output);
        }
        if end > firmware {
            // It holds addresses of images, and no secret.
            let name = [mac.upper(), "-firmware.xml"];
            output.entry(firmware..end, CONTENT_TYPE, false, name);
        }
        Ok(())
    }

    fn render_shared(&self, output: &mut Output) -> Result<(), Errors> {
        if let Some(stem) = &self.context.model.file_stem
            && !self.context.model.is("unsupported")
        {
            output.add_file(&format!("{stem}.htm"), &[], CONTENT_TYPE, false, |bytes| {
                open_document("settings", bytes);
                close_document("settings", bytes);
            });
        }
        Ok(())
    }
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

    /// Adds the document with the settings, part by part.
    fn emit<'d>(
        &'d self,
        emission: &mut Emission<'d>,
        device: &'d Device,
        view: &DeviceView<'_>,
        facts: &DeviceFacts<'_>,
    ) {
        emission.section(
            Section::Accounts,
            true,
            |slot| view.value(slot),
            |emission| self.accounts(emission, device, view, facts),
        );
        emission.section(
            Section::Keys,
            true,
            |_| None,
            |emission| {
                self.keys(emission, device);
                emission.literal(|bytes| close_document("settings", bytes));
            },
        );
    }

    /// Adds everything but the keys.
    fn accounts<'d>(
        &'d self,
        emission: &mut Emission<'d>,
        device: &'d Device,
        view: &DeviceView<'_>,
        facts: &DeviceFacts<'_>,
    ) {
        let context = &self.context;
        if device.multicell().is_some() {
            emission.emit(|job, _| {
                let path = device.path().key("multicell");
                let what = "part in a system of several bases";
                job.unsupported(Layer::Device, path, what, Limit::Model, "");
            });
        }
        emission.literal(|bytes| open_document("settings", bytes));
        let only = facts.only.map(AccountView::new);
        emission.part(
            self.phone_part(device, view, facts),
            NO_NUMBERS,
            |slot| view.given(slot).or_else(|| only?.given(Some(0), slot)),
            |job, bytes| write_phone(&mut Writer::desk(job, bytes), view, facts),
        );
        let own = device.extensions().iter().any(features::has_own);
        if own && features::are_not_of_identity(context) {
            emission.emit(|job, bytes| {
                features::features_of_extensions(&mut Writer::desk(job, bytes), device);
            });
        }
        context.each_account(device, |index, account, shaped| {
            emission.part(
                shaped.shape.map(|shape| Part::new(account.kind(), shape)),
                [index, 0],
                |slot| account.given(index, slot),
                |job, bytes| accounts::account(&mut Writer::desk(job, bytes), index, account),
            );
        });
        // More than the model holds is an error already.
        let count = context.count_accounts(device);
        emission.part_from(
            Some(Part::new(PartKind::Unused, Shape::default())),
            count + 1,
            |job, bytes| accounts::unused_accounts(&mut Writer::desk(job, bytes), count + 1),
        );
        emission.part(
            Some(Part::new(PartKind::Tail, Shape::default())),
            NO_NUMBERS,
            |_| None,
            |job, bytes| write_tail(&mut Writer::desk(job, bytes)),
        );
    }

    /// Where the phone book is.
    fn phonebook<'a>(&'a self, own: &'a Settings) -> Option<&'a Url> {
        let layers = self.context.layers(own);
        let found = layers.find(|settings| settings.phonebook.as_ref());
        found.map(|found| &found.value.url)
    }

    fn keys<'d>(&'d self, emission: &mut Emission<'d>, device: &'d Device) {
        let context = &self.context;
        let count = context.count_accounts(device);
        let modules = context.attached_modules(device);
        emission.keys(
            Some(keys_part(count, modules)),
            [context.profile_keys(), device.keys()],
            |key, seam| key_at(device, count, key, seam, usize::MAX),
            |job, bytes| {
                let keys = job.layers.keys(device.keys());
                let used = context.used_accounts(device);
                keys::write(&mut Writer::desk(job, bytes), count, modules, &keys, &used);
            },
        );
    }

    /// The part of what the phone is told beside identities and keys.
    fn phone_part(
        &self,
        device: &Device,
        view: &DeviceView<'_>,
        facts: &DeviceFacts<'_>,
    ) -> Option<Part> {
        if device.firmware().is_some() {
            return None;
        }
        let only = facts.only.filter(|own| features::has_own(own));
        let shape = match only.filter(|_| features::are_of_phone(&self.context)) {
            Some(_) => device.digest().accounts.first()?.shape?,
            None => Shape::default(),
        };
        let shape = shape.with_flag(view.token.is_some());
        Some(Part::new(PartKind::Phone, shape))
    }

    /// The part of the firmware document, empty where there is none.
    fn firmware_part(&self, device: &Device, view: &DeviceView<'_>) -> Option<Part> {
        let shape = Shape::default().with_flag(view.token.is_some());
        let fits = device.firmware().is_none();
        fits.then(|| Part::new(PartKind::Head, shape))
    }

    /// Emits a part for a probe.
    fn prepare(&self, part: Part) -> Option<Program> {
        let mut shape = part.shape();
        match part.kind() {
            PartKind::Phone => {
                let view = DeviceView::probe(shape.take_flag());
                let only = probe_extension(shape);
                let facts = DeviceFacts {
                    only: only.as_ref(),
                    ..self.facts_of_site(&view)
                };
                self.cut(|w| write_phone(w, &view, &facts))
            }
            PartKind::Head => {
                let view = DeviceView::probe(shape.take_flag());
                let facts = self.facts_of_site(&view);
                self.context
                    .cut(|job, bytes| firmware::write(job, &facts, bytes))
            }
            PartKind::Container => {
                let view = DeviceView::probe(shape.take_flag());
                let addresses = self.facts_of_site(&view).addresses?;
                let address = addresses.settings.as_ref()?;
                let phonebook = self.phonebook(&NOTHING);
                self.context
                    .cut(|_, bytes| files::container(address, phonebook, &view, bytes))
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
                self.cut(|w| accounts::account(w, numbers::INDEX, &account))
            }
            PartKind::LoggedOut => {
                let account = self.context.logged_out_account(&NOTHING)?;
                self.cut(|w| accounts::account(w, numbers::INDEX, &account))
            }
            PartKind::Unused => self.cut(|w| accounts::unused_accounts(w, 1)),
            PartKind::Tail => self.cut(write_tail),
            PartKind::UnusedOne => None,
        }
    }

    fn cut<'a>(&'a self, emit: impl FnOnce(&mut Writer<'_, 'a>)) -> Option<Program> {
        self.context
            .cut(|job, bytes| emit(&mut Writer::desk(job, bytes)))
    }

    /// What the phone-wide part needs to know of a device beside its view.
    fn facts<'a>(&'a self, device: &'a Device, view: &DeviceView<'_>) -> DeviceFacts<'a> {
        DeviceFacts {
            firmware: self.context.chosen_firmware(device),
            only: match device.extensions() {
                [only] => Some(only),
                _ => None,
            },
            ..self.facts_of_site(view)
        }
    }

    /// The same for a device that has nothing of its own.
    fn facts_of_site(&self, view: &DeviceView<'_>) -> DeviceFacts<'_> {
        DeviceFacts {
            addresses: self.addresses.as_ref().filter(|known| known.known_to(view)),
            firmware: self.context.firmware_of_site(),
            installed: self.context.installed,
            only: None,
        }
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

#[cfg(test)]
mod tests {
    use super::super::super::whole::tests::one_kind_is_one_whole;
    use super::*;

    #[test]
    fn devices_of_one_kind_come_out_of_one_whole() {
        one_kind_is_one_whole(
            &SnomDesk::new(),
            ("D785", 3),
            |context| PreparedDesk {
                addresses: None,
                context,
            },
            |prepared| &prepared.context,
        );
    }
}
