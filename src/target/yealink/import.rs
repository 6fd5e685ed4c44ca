//! The way back: files of a phone → an entry of the fleet document. Driven by the tables that the
//! emitter is driven by.
//!
//! * A setting is read in every spelling that a generation of the firmware has or had, with switches
//!   as digits or as words.
//! * Accounts that are switched off are none; those that are on are numbered from 1 anew, and with them
//!   what belongs to them.
//! * What the phone-wide settings of forwarding and do-not-disturb say becomes that of every account.
//! * Of the provisioning URL the token is kept where the caller's template makes it. Without a template
//!   the address of the files becomes that of the site, and a remark says so.
//!
//! What no file tells, so that no import has it: the label of the device, its profile, whether it is
//! registered for redirection; which user of an account a number belongs to when the SIP user is none;
//! that nobody was logged in (the account for that is an extension then); the code to log in with; the
//! code to park calls on firmware up to V70 and other things that a generation has no setting for;
//! which slot of a base has which model of handset, so that images of handsets stay raw settings; a
//! language that the phone lacks; `remove` for a slot.

mod accounts;
mod clock;
mod codecs;
mod handsets;
mod keys;
mod servers;
mod settings;

use std::str::FromStr;

use super::super::{FirmwareBound, ModelRow, ProvisioningTarget, SettingRow};
use super::tables::names as n;
use super::writer::{Ix, full_name};
use super::{OLDEST, PreparedYealink, Yealink};
use crate::error::Path;
use crate::inspect::{Draft, ImportRequest, Imported, Mark, RemarkKind, Sheet};
use crate::model::{Mac, percent_encode_segment};
use crate::parse::FileKind;
use crate::target::context::Context;
use crate::text::{Secret, Text};

/// Reads the files of a phone.
pub(super) fn import(target: &Yealink, request: &ImportRequest<'_>) -> Imported {
    let sheet_for = |model: Option<&ModelRow>| {
        Sheet::of_those(request.files, is_cleared, repeats, |setting| {
            // A bare `name =` leaves a setting as it is.
            !setting.value().is_empty() && is_for(setting.models(), model)
        })
    };
    let sheet = sheet_for(None);
    let mac = request.mac.or_else(|| mac_of(&sheet));
    let named = match request.model {
        Some(model) => vec![model],
        None => models_of(target, &sheet),
    };
    let model = match named.first() {
        Some(model) => model,
        None => stand_in(target, &sheet),
    };
    let sheet = sheet_for(named.first().copied());
    let mut reader = Reader {
        level: request
            .firmware
            .map(|firmware| firmware.level())
            .or_else(|| model.newest_firmware.map(|bound| bound.level()))
            .map(|level| level.max(OLDEST)),
        draft: Draft::new(sheet, request, mac, model, !named.is_empty()),
    };
    if let [first, others @ ..] = &named[..]
        && !others.is_empty()
    {
        let others: Vec<&str> = others.iter().map(|row| row.name.as_ref()).collect();
        reader.draft.remark(
            RemarkKind::Guess,
            Draft::at_device().key("model"),
            format!(
                "{}; of the same files are {}",
                first.name,
                others.join(", ")
            ),
        );
    }
    reader.files(request);
    reader.provisioning(request);
    let accounts = accounts::read(&mut reader);
    settings::read(&mut reader);
    clock::read(&mut reader);
    keys::read(&mut reader, &accounts);
    let order = handsets::read(&mut reader, &accounts);
    accounts::renumber(&mut reader, &order);
    reader.firmware_of_files(target, request);
    reader.draft.finish(target, |request| {
        let context = |level: Option<[u16; 5]>| PreparedYealink {
            boot_file: false,
            context: Context {
                level,
                ..Context::new(target, request)
            },
        };
        // The phone as it is; then every setting in every spelling.
        vec![
            target.prepare(request),
            Ok(Box::new(context(None)) as Box<dyn super::Prepared>),
        ]
    })
}

/// What clears a setting.
fn is_cleared(value: &str) -> bool {
    matches!(value, "%NULL%" | "%EMPTY%")
}

/// Whether a line with these models in brackets before it is for the model.
fn is_for(models: &str, model: Option<&ModelRow>) -> bool {
    let mut names = models.split(',').map(str::trim);
    let is_it = |row: &ModelRow, name: &str| {
        row.name.eq_ignore_ascii_case(name)
            || row
                .other_names
                .iter()
                .any(|other| other.eq_ignore_ascii_case(name))
    };
    models.is_empty() || model.is_some_and(|row| names.any(|name| is_it(row, name)))
}

/// Settings that the phone carries out once per line.
fn repeats(name: &str) -> bool {
    name.ends_with("security.user_password") || name.ends_with("trusted_certificates.url")
}

/// A document in the making, with what reads the phone's own way of saying things.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    pub(super) draft: Draft<'a>,
    pub(super) level: Option<[u16; 5]>,
}

impl<'a> Reader<'a> {
    /// The value of a setting in this spelling.
    pub(super) fn get<'i>(&self, row: &SettingRow, ix: impl Into<Ix<'i>>) -> Option<&'a str> {
        self.draft.sheet.value(&full_name(row, ix.into()), None)
    }

    /// Whether the files speak of a setting, be it to clear it.
    pub(super) fn has<'i>(&self, row: &SettingRow, ix: impl Into<Ix<'i>>) -> bool {
        let name = full_name(row, ix.into());
        self.draft.sheet.raw(&name, None).is_some()
    }

    /// The value in the first of several spellings, those of the phone's firmware before others.
    pub(super) fn first<'i>(&self, rows: &[&SettingRow], ix: impl Into<Ix<'i>>) -> Option<&'a str> {
        let ix = ix.into();
        let model = self.draft.model;
        let (own, others): (Vec<&SettingRow>, Vec<&SettingRow>) = rows
            .iter()
            .partition(|row| row.exists_on(model, self.level));
        let mut rows = own.iter().chain(&others);
        rows.find_map(|row| self.get(row, ix))
    }

    /// The value as a type of the model. What is no such value stays a raw setting.
    pub(super) fn parsed<'i, T: FromStr>(
        &self,
        rows: &[&SettingRow],
        ix: impl Into<Ix<'i>>,
    ) -> Option<T> {
        self.first(rows, ix)?.parse().ok()
    }

    pub(super) fn text<'i>(&self, row: &SettingRow, ix: impl Into<Ix<'i>>) -> Option<Text> {
        self.parsed(&[row], ix)
    }

    pub(super) fn secret<'i>(&self, row: &SettingRow, ix: impl Into<Ix<'i>>) -> Option<Secret> {
        self.parsed(&[row], ix)
    }

    /// A switch: a digit, or a word of another system for it.
    pub(super) fn flag<'i>(&mut self, rows: &[&SettingRow], ix: impl Into<Ix<'i>>) -> Option<bool> {
        let ix = ix.into();
        let value = self.first(rows, ix)?;
        let on = match value.to_ascii_lowercase().as_str() {
            "1" | "true" | "yes" | "on" | "enable" | "enabled" => true,
            "0" | "false" | "no" | "off" | "disable" | "disabled" => false,
            _ => return None,
        };
        for row in rows {
            self.means(row, ix, row, ix, if on { "1" } else { "0" });
        }
        Some(on)
    }

    /// A word of the vendor's, without the quotation marks that some systems put around it.
    pub(super) fn token<'i>(&mut self, row: &SettingRow, ix: impl Into<Ix<'i>>) -> Option<&'a str> {
        let ix = ix.into();
        let value = self.get(row, ix)?;
        let inner = value
            .strip_prefix('"')
            .and_then(|rest| rest.strip_suffix('"'))
            .filter(|inner| !inner.is_empty());
        if let Some(inner) = inner {
            self.means(row, ix, row, ix, inner);
        }
        Some(inner.unwrap_or(value))
    }

    /// Notes that a setting of the files says the same as another one with this value.
    pub(super) fn means(
        &mut self,
        row: &SettingRow,
        ix: Ix<'_>,
        other: &SettingRow,
        other_ix: Ix<'_>,
        value: &str,
    ) {
        let same = Mark::SameAs(full_name(other, other_ix), None, value.to_owned());
        self.draft.sheet.mark(&full_name(row, ix), None, same);
    }

    pub(super) fn mark<'i>(&mut self, row: &SettingRow, ix: impl Into<Ix<'i>>, mark: Mark) {
        let name = full_name(row, ix.into());
        self.draft.sheet.mark(&name, None, mark);
    }

    /// The indices that the files use behind a prefix such as `account.`.
    pub(super) fn indices(&self, prefix: &str) -> Vec<u16> {
        let entries = self.draft.sheet.entries().iter();
        let mut indices: Vec<u16> = entries
            .filter_map(|entry| index_behind(&entry.name, prefix))
            .collect();
        indices.sort_unstable();
        indices.dedup();
        indices
    }

    /// What is wanting among the files.
    fn files(&mut self, request: &ImportRequest<'_>) {
        let names: Vec<&str> = request
            .files
            .iter()
            .filter_map(|file| base_name(file.name?))
            .collect();
        for (number, file) in (1..).zip(request.files) {
            let name = file
                .name
                .map_or_else(|| format!("file {number}"), str::to_owned);
            if file.file.kind() == FileKind::Encrypted {
                let message =
                    format!("{name} is encrypted: nothing of it is read; decrypt it first");
                self.draft.remark(RemarkKind::Lost, Path::root(), message);
            }
            let wanting = file.file.includes().iter().filter(|include| {
                let included = base_name(include.target()).unwrap_or_default();
                is_for(include.models(), Some(self.draft.model)) && !names.contains(&included)
            });
            // An address may hold a token: how many is said, not which.
            let wanting = wanting.count();
            if wanting > 0 {
                let message = format!("{name} includes {wanting} that are not among the files");
                self.draft.remark(RemarkKind::Lost, Path::root(), message);
            }
        }
    }

    /// The address of the server, its token and its login.
    fn provisioning(&mut self, request: &ImportRequest<'_>) {
        let url = [
            n::STATIC_AUTO_PROVISION_SERVER_URL,
            n::AUTO_PROVISION_SERVER_URL,
        ];
        let found = self.first(&url, NO_INDEX);
        let mac = self.draft.mac;
        match (request.provisioning_url, found) {
            (Some(template), found) => {
                self.draft.site.provisioning_url = Some(template.clone());
                self.draft.token = found.and_then(|found| token_in(template, found, mac));
            }
            (None, Some(found)) => {
                // The address of this very phone is that of every phone with its own.
                let own = mac.map(|mac| mac.plain_lower().to_string());
                let general = own.map(|own| found.replace(&own, "{mac}"));
                let text = general.as_deref().unwrap_or(found);
                let allowed = crate::model::Site::URL_PLACEHOLDERS;
                let template = crate::model::UrlTemplate::parse(text, allowed).ok();
                if template.is_some() {
                    self.draft.remark(
                        RemarkKind::Guess,
                        Path::root().key("site").key("provisioning_url"),
                        "the address in the files: give the one of the site that takes the phone over",
                    );
                }
                self.draft.site.provisioning_url = template;
            }
            (None, None) => {}
        }
        for row in url {
            let why = "the address of the system that the phone came from";
            self.mark(row, NO_INDEX, Mark::Replaced(why.into()));
        }
        for row in [
            n::STATIC_AUTO_PROVISION_PNP_ENABLE,
            n::AUTO_PROVISION_PNP_ENABLE,
        ] {
            let why = "plug and play is off where the provisioning URL is told, and on otherwise";
            self.mark(row, NO_INDEX, Mark::Replaced(why.into()));
        }
        // The boot file of the document is made where it is asked for.
        for row in [n::OVERWRITE_MODE, n::SPECIFIC_MODEL_EXCLUDED_MODE] {
            let why = "how files are taken is said by the boot file, which the target makes";
            self.mark(row, NO_INDEX, Mark::Replaced(why.into()));
        }
    }

    /// Says when the files are written for older firmware than is assumed.
    fn firmware_of_files(&mut self, target: &Yealink, request: &ImportRequest<'_>) {
        if request.firmware.is_some() {
            return;
        }
        let Some(level) = self.level else { return };
        let rows: Vec<_> = self
            .draft
            .sheet
            .entries()
            .iter()
            .filter_map(|entry| Some(target.setting(&entry.name, None)?.row))
            .collect();
        let ended = rows.iter().filter_map(|row| row.until);
        let ended = ended.filter(|until| !until.until_met(level));
        // The last firmware that has them all, when there is one.
        let last = ended.min_by_key(|until| until.level());
        let newer = |last: FirmwareBound| {
            let mut sinces = rows.iter().filter_map(|row| row.since);
            sinces.any(|since| since.level() > last.level())
        };
        if let Some(last) = last.filter(|last| !newer(*last)) {
            self.draft.remark(
                RemarkKind::Guess,
                Draft::at_device().key("installed_firmware"),
                format!(
                    "the newest firmware of the model is assumed, and the files have settings that end with V{last}: give the firmware"
                ),
            );
        }
    }
}

/// A setting of the phone itself.
pub(super) const NO_INDEX: &[u16; 0] = &[];

/// The number behind a prefix, when a dot or nothing follows it: 3 in `account.3.label`.
pub(super) fn index_behind(name: &str, prefix: &str) -> Option<u16> {
    let rest = name.strip_prefix(prefix)?;
    let number = rest.split('.').next()?;
    number.parse().ok()
}

/// The token that makes an address of a template.
fn token_in(template: &crate::model::UrlTemplate, found: &str, mac: Option<Mac>) -> Option<Secret> {
    use crate::model::Segment;
    let mac = mac.map(|mac| mac.plain_lower().to_string());
    let segments: Vec<Segment<'_>> = template.segments().collect();
    let at = segments
        .iter()
        .position(|segment| *segment == Segment::Placeholder("token"))?;
    let text = |segments: &[Segment<'_>]| -> Option<String> {
        let pieces = segments.iter().map(|segment| match segment {
            Segment::Literal(text) => Some(*text),
            // A second token: its text is known when the first is.
            Segment::Placeholder("token") => None,
            Segment::Placeholder(_) => mac.as_deref(),
        });
        pieces.collect()
    };
    let rest = found.strip_prefix(&text(&segments[..at])?)?;
    let encoded = rest.strip_suffix(&text(&segments[at + 1..])?)?;
    let token = decoded(encoded)?;
    // Written again it must be what was found.
    let mut again = Vec::new();
    percent_encode_segment(&token, &mut again);
    (again == encoded.as_bytes()).then(|| Secret::new(token).ok())?
}

fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        if *first == b'%' {
            let digits = std::str::from_utf8(behind.get(..2)?).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = &behind[2..];
        } else {
            bytes.push(*first);
            rest = behind;
        }
    }
    String::from_utf8(bytes).ok()
}

/// The address in the name of a file: `805e0c123456.cfg`, and the phone's own `…-local.cfg`.
fn mac_of(sheet: &Sheet<'_>) -> Option<Mac> {
    let names = sheet.files().iter().rev().filter_map(|file| file.name);
    names.filter_map(base_name).find_map(|name| {
        let digits = name.get(..12)?;
        let ends = matches!(name.as_bytes().get(12), None | Some(b'.' | b'-'));
        let hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        (ends && hex).then(|| digits.parse().ok())?
    })
}

/// The models that the name of a file tells that all phones of one model ask for, or that of the image.
/// Some share one.
fn models_of<'t>(target: &'t Yealink, sheet: &Sheet<'_>) -> Vec<&'t ModelRow> {
    let rows = || target.models().iter();
    let names = sheet.files().iter().filter_map(|file| file.name);
    for name in names {
        let stem = base_name(name).and_then(|name| name.split('.').next());
        let asks = |row: &&ModelRow| {
            row.file_stem.as_deref() == stem
                || row
                    .other_file_stems
                    .iter()
                    .any(|other| Some(other.as_ref()) == stem)
        };
        let fitting: Vec<&ModelRow> = rows().filter(asks).collect();
        if !fitting.is_empty() {
            return fitting;
        }
    }
    let url = sheet
        .value(n::STATIC_FIRMWARE_URL.name, None)
        .or_else(|| sheet.value(n::FIRMWARE_URL.name, None));
    let image = url.and_then(base_name).unwrap_or_default();
    let name = image.split(['-', '(']).next().unwrap_or_default();
    rows()
        .filter(|row| row.name.eq_ignore_ascii_case(name))
        .take(1)
        .collect()
}

fn base_name(path: &str) -> Option<&str> {
    path.rsplit(['/', '\\']).next()
}

/// A model to read by when none is known: the one of its sort with the most accounts and keys.
fn stand_in<'t>(target: &'t Yealink, sheet: &Sheet<'_>) -> &'t ModelRow {
    let has = |prefix: &str| {
        let mut entries = sheet.entries().iter();
        entries.any(|entry| entry.name.starts_with(prefix))
    };
    let family = match (has("handset."), has("template.")) {
        (_, true) => "dect-manager",
        (true, false) => "dect-single",
        (false, false) => "desk",
    };
    let rows = target.models().iter().filter(|row| row.family == family);
    rows.max_by_key(|row| (row.modules, row.accounts, row.line_keys))
        .unwrap_or(&super::tables::MODELS[0])
}
