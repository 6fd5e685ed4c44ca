//! A document in the making: what an importer has read, tried on the emitter.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use super::sheet::IsCleared;
use super::{Entry, ImportRequest, Imported, Mark, Remark, RemarkKind, Sheet, Unknown};
use crate::error::{ErrorKind, Errors, Path};
use crate::model::{
    CustomSetting, CustomValue, Device, Extension, Firmware, FirmwareChoice, FunctionKey, Handset,
    Language, Mac, Multicell, Registrar, Settings, Site, nearest,
};
use crate::parse::{File, Limits, parse};
use crate::target::{ModelRow, Output, Prepare, Prepared, ProvisioningTarget};
use crate::text::{Secret, Text};

/// How often a document that the emitter refuses is tried again without what it refuses.
const TRIES: usize = 64;

/// What an importer fills.
///
/// * Settings go into `site`, which is the lowest layer: what this phone cannot do is then no error.
/// * `finish` makes the rest of it: it renders the document, and what of the files does not come out
///   becomes a raw setting or a remark.
#[derive(Debug)]
pub(crate) struct Draft<'a> {
    pub(crate) sheet: Sheet<'a>,
    /// `None` = not known; a made-up one stands in.
    pub(crate) mac: Option<Mac>,
    /// The row that the files are read by.
    pub(crate) model: &'a ModelRow,
    /// Whether that row is the phone's, and not one that stands in.
    pub(crate) model_is_known: bool,
    pub(crate) firmware: Option<Firmware>,
    pub(crate) site: Site,
    pub(crate) token: Option<Secret>,
    /// What people call the phone.
    pub(crate) label: Option<Text>,
    /// Firmware that the phone shall have.
    pub(crate) image: Option<FirmwareChoice>,
    pub(crate) modules: Option<u8>,
    pub(crate) extensions: Vec<Extension>,
    pub(crate) keys: Vec<FunctionKey>,
    pub(crate) handsets: Vec<Handset>,
    pub(crate) multicell: Option<Multicell>,
    /// Extensions whose password no file has.
    pub(crate) unknown: BTreeSet<Unknown>,
    pub(super) custom: Vec<CustomSetting>,
    pub(super) remarks: Vec<Remark>,
}

impl<'a> Draft<'a> {
    /// A draft that says nothing as yet.
    pub(crate) fn new(
        sheet: Sheet<'a>,
        request: &ImportRequest<'a>,
        mac: Option<Mac>,
        model: &'a ModelRow,
        model_is_known: bool,
    ) -> Self {
        Self {
            sheet,
            mac,
            model,
            model_is_known,
            firmware: request.firmware,
            site: Site::new(literal("Imported"), Settings::default()),
            token: None,
            label: None,
            image: None,
            modules: None,
            extensions: Vec::new(),
            keys: Vec::new(),
            handsets: Vec::new(),
            multicell: None,
            unknown: BTreeSet::new(),
            custom: Vec::new(),
            remarks: Vec::new(),
        }
    }

    /// The settings of the site.
    pub(crate) fn settings(&mut self) -> &mut Settings {
        &mut self.site.settings
    }

    /// Path of a key of the settings.
    pub(crate) fn at(key: &str) -> Path {
        let settings = Path::root().key("site").key("settings");
        key.split('.').fold(settings, |path, part| path.key(part))
    }

    /// Path of the device.
    pub(crate) fn at_device() -> Path {
        Path::root().key("devices").index(0)
    }

    /// Says something about a place of the document.
    pub(crate) fn remark(
        &mut self,
        kind: RemarkKind,
        path: Path,
        message: impl Into<Cow<'static, str>>,
    ) {
        self.remarks.push(Remark {
            kind,
            path,
            setting: None,
            message: message.into(),
        });
    }

    /// The result. `prepare` makes the emitter ready for the document, first as the phone is; further
    /// ones may know other spellings of the same settings.
    pub(crate) fn finish<T: ProvisioningTarget + ?Sized>(
        mut self,
        target: &T,
        prepare: impl Fn(Prepare<'_>) -> Vec<Result<Box<dyn Prepared>, Errors>>,
    ) -> Imported {
        let of_document = std::mem::take(&mut self.remarks);
        let echo = self.settled(target, &prepare);
        let refused = std::mem::take(&mut self.remarks);
        self.remarks = self.weigh(target, &echo);
        drop(echo);
        if !self.custom.is_empty() {
            // The raw settings are tried too: what they may not say is told by the emitter.
            self.settled(target, &prepare);
        }
        self.remarks.extend(refused);
        self.remarks.extend(of_document);
        self.name_missing();
        self.number_custom();
        let (site, device) = self.parts(target, false);
        let mut unknown = self.unknown;
        if self.mac.is_none() {
            unknown.insert(Unknown::Mac);
        }
        if !self.model_is_known {
            unknown.insert(Unknown::Model);
        }
        Imported {
            site: Arc::new(site),
            device: device.unwrap_or_else(|_| nobody()),
            unknown,
            remarks: self.remarks,
        }
    }

    /// Renders the document, without what the emitter refuses, and gives the files.
    fn settled<T: ProvisioningTarget + ?Sized>(
        &mut self,
        target: &T,
        prepare: &impl Fn(Prepare<'_>) -> Vec<Result<Box<dyn Prepared>, Errors>>,
    ) -> Output {
        let mut output = Output::new();
        for _ in 0..TRIES {
            match self.rendered(target, prepare, &mut output) {
                Ok(()) => break,
                Err(errors) => {
                    output.clear();
                    if !self.withdraw(errors) {
                        break;
                    }
                }
            }
        }
        output
    }

    fn rendered<T: ProvisioningTarget + ?Sized>(
        &self,
        target: &T,
        prepare: &impl Fn(Prepare<'_>) -> Vec<Result<Box<dyn Prepared>, Errors>>,
        output: &mut Output,
    ) -> Result<(), Errors> {
        let (site, device) = self.parts(target, true);
        let (site, device) = (Arc::new(site), device?);
        let request = Prepare {
            site: &site,
            profile: None,
            model: self.model,
            installed_firmware: self.firmware,
            plain: true,
        };
        for (i, prepared) in prepare(request).into_iter().enumerate() {
            let result = prepared.and_then(|prepared| {
                if i == 0 {
                    prepared.render_shared(output)?;
                    output.clear();
                }
                prepared.render(&device, output)
            });
            // A further one is asked for its spellings alone.
            if i == 0 {
                result?;
            }
        }
        Ok(())
    }

    /// Site and device; `filled` gives made-up values to what the emitter cannot do without.
    fn parts<T: ProvisioningTarget + ?Sized>(
        &self,
        target: &T,
        filled: bool,
    ) -> (Site, Result<Device, Errors>) {
        let mut site = self.site.clone();
        if filled {
            let settings = &mut site.settings;
            settings.time_zone.get_or_insert(chrono_tz::Tz::UTC.into());
            settings.language.get_or_insert_with(english);
            settings.registrar.get_or_insert_with(nowhere);
        }
        let mut own = Settings::default();
        own.custom.clone_from(&self.custom);
        let model = format!("{} {}", target.vendor(), self.model.name);
        let mut device = Device::builder(self.mac.unwrap_or_else(made_up_mac), model)
            .path(Self::at_device())
            .settings(own);
        if let Some(firmware) = self.firmware {
            device = device.installed_firmware(firmware);
        }
        if let Some(label) = &self.label {
            device = device.label(label.clone());
        }
        if let Some(image) = &self.image {
            device = device.firmware(image.clone());
        }
        if let Some(token) = &self.token {
            device = device.token(token.clone());
        }
        if let Some(modules) = self.modules {
            device = device.modules(modules);
        }
        if let Some(multicell) = self.multicell {
            device = device.multicell(multicell);
        }
        for extension in &self.extensions {
            device = device.extension(extension.clone());
        }
        for key in &self.keys {
            device = device.key(key.clone());
        }
        for handset in &self.handsets {
            device = device.handset(handset.clone());
        }
        (site, device.build())
    }

    // ---- what the files say and the document does not ----

    /// Finds out what became of each setting, makes raw settings of what is left, and says so.
    fn weigh<T: ProvisioningTarget + ?Sized>(
        &mut self,
        target: &T,
        output: &Output,
    ) -> Vec<Remark> {
        let limits = Limits::default();
        let files: Vec<_> = output
            .files()
            .map(|file| parse(file.bytes(), &limits))
            .collect();
        let echo = Echo::new(&files, self.sheet.is_cleared());
        let mut remarks = Vec::new();
        let mut custom: Vec<CustomSetting> = Vec::new();
        for entry in self.sheet.entries() {
            let (kind, message) = match self.fate(target, entry, &echo) {
                Fate::Said => continue,
                Fate::Told(kind, message) => (kind, message),
            };
            let (kind, path, message) = match kind {
                RemarkKind::Custom => match raw(target, entry, self.sheet.clears(entry)) {
                    Ok(setting) if custom.iter().any(|other| other.same_place(&setting)) => {
                        let why = "a second line of a setting that can be in the document once";
                        (RemarkKind::Lost, Path::root(), why.into())
                    }
                    Ok(setting) => {
                        custom.push(setting);
                        let at = Self::at_device().key("settings").key("custom");
                        (kind, at.index(custom.len() - 1), message)
                    }
                    Err(why) => (RemarkKind::Lost, Path::root(), why.to_string().into()),
                },
                _ => (kind, Path::root(), message),
            };
            remarks.push(Remark {
                kind,
                path,
                setting: Some(self.sheet.place(entry)),
                message,
            });
        }
        self.custom = custom;
        remarks
    }

    fn fate<T: ProvisioningTarget + ?Sized>(
        &self,
        target: &T,
        entry: &Entry<'_>,
        echo: &Echo<'_>,
    ) -> Fate {
        let (name, value) = (entry.name.as_ref(), entry.value());
        if echo.says(name, entry.index, value) {
            return Fate::Said;
        }
        match &entry.mark {
            Mark::Said => return Fate::Said,
            Mark::SameAs(name, index, value) if echo.says(name, *index, value) => {
                return Fate::Said;
            }
            Mark::Replaced(why) if !self.sheet.clears(entry) => {
                return Fate::Told(RemarkKind::Replaced, why.clone());
            }
            _ => {}
        }
        if self.sheet.clears(entry) {
            // To be cleared needs no word, unless the document sets it to something else.
            let row = target.setting(name, entry.index).map(|found| found.row);
            let default = row.and_then(|row| row.default);
            let by_itself = default.is_some_and(|value| echo.says(name, entry.index, value));
            if by_itself || !echo.sets(name, entry.index) {
                return Fate::Said;
            }
            let why = "cleared in the file, and the document gives it a value";
            return Fate::Told(RemarkKind::Replaced, why.into());
        }
        match &entry.mark {
            Mark::Because(why) => return Fate::Told(RemarkKind::Custom, why.clone()),
            Mark::Lost(why) => return Fate::Told(RemarkKind::Lost, why.clone()),
            _ => {}
        }
        let Some(matched) = target.setting(name, entry.index) else {
            let names = target.settings().iter().map(|row| row.name);
            let message = match nearest(name, names) {
                Some(near) => format!(
                    "the dictionary of {} does not have it; the nearest is `{near}`",
                    target.id()
                ),
                None => format!("the dictionary of {} does not have it", target.id()),
            };
            return Fate::Told(RemarkKind::Custom, message.into());
        };
        let echoed = echo.speaks_of(name, entry.index);
        if !echoed && matched.row.default == Some(value) {
            let why = "what the phone does by itself";
            return Fate::Told(RemarkKind::Default, why.into());
        }
        let why = if echoed {
            "a value that the document has no word for"
        } else {
            "a setting that the document has no key for"
        };
        Fate::Told(RemarkKind::Custom, why.into())
    }

    /// What the document needs and no file has.
    fn name_missing(&mut self) {
        let mut remarks = Vec::new();
        let mut missing = |path: Path, what: &'static str| {
            remarks.push(Remark {
                kind: RemarkKind::Missing,
                path,
                setting: None,
                message: format!("in none of the files: add {what}").into(),
            });
        };
        let device = Self::at_device();
        let settings = &self.site.settings;
        if settings.time_zone.is_none() {
            missing(Self::at("time_zone"), "the time zone");
        }
        if settings.language.is_none() {
            missing(Self::at("language"), "the language");
        }
        let of_handsets = self.handsets.iter().flat_map(|handset| &handset.extensions);
        let mut accounts = self.extensions.iter().chain(of_handsets);
        if settings.registrar.is_none() && accounts.any(|account| account.registrar.is_none()) {
            missing(Self::at("registrar"), "the registrar");
        }
        if self.mac.is_none() {
            missing(device.key("mac"), "the hardware address");
        }
        if !self.model_is_known {
            missing(device.key("model"), "the vendor and the model");
        }
        for unknown in &self.unknown {
            let path = match *unknown {
                Unknown::Password(i) => device.key("extensions").index(i),
                Unknown::HandsetPassword(handset, i) => {
                    let handset = device.key("handsets").index(handset);
                    handset.key("extensions").index(i)
                }
                Unknown::Mac | Unknown::Model => continue,
            };
            missing(path.key("password"), "the password");
        }
        self.remarks.append(&mut remarks);
    }

    /// Raw settings that were withdrawn leave a gap in the paths of the others.
    fn number_custom(&mut self) {
        let list = Self::at_device().key("settings").key("custom");
        let mut next = 0;
        for remark in &mut self.remarks {
            if remark.kind == RemarkKind::Custom {
                remark.path = list.index(next);
                next += 1;
            }
        }
    }
}

enum Fate {
    Said,
    Told(RemarkKind, Cow<'static, str>),
}

/// What the files of the rendered document say, in all their spellings.
#[derive(Debug)]
struct Echo<'f> {
    lines: BTreeSet<(&'f str, Option<u32>, &'f str)>,
    is_cleared: IsCleared,
}

impl<'f> Echo<'f> {
    fn new(files: &'f [File<'_>], is_cleared: IsCleared) -> Self {
        let settings = files.iter().flat_map(File::settings);
        let lines = settings.map(|setting| (setting.name(), setting.index(), setting.value()));
        Self {
            lines: lines.collect(),
            is_cleared,
        }
    }

    /// Whether a setting is rendered with this very value.
    fn says(&self, name: &str, index: Option<u32>, value: &str) -> bool {
        self.lines.contains(&(name, index, value))
    }

    /// Whether a setting is rendered, be it to clear it.
    fn speaks_of(&self, name: &str, index: Option<u32>) -> bool {
        self.values(name, index).next().is_some()
    }

    /// Whether a setting is rendered with a value.
    fn sets(&self, name: &str, index: Option<u32>) -> bool {
        self.values(name, index)
            .any(|value| !(self.is_cleared)(value))
    }

    fn values<'q>(&'q self, name: &'q str, index: Option<u32>) -> impl Iterator<Item = &'q str> {
        let from = self.lines.range((name, index, "")..);
        from.take_while(move |line| (line.0, line.1) == (name, index))
            .map(|line| line.2)
    }
}

/// A raw setting for what an entry of the files says.
fn raw<T: ProvisioningTarget + ?Sized>(
    target: &T,
    entry: &Entry<'_>,
    clears: bool,
) -> Result<CustomSetting, ErrorKind> {
    let name = Text::new(entry.name.as_ref())?;
    let value = if clears {
        CustomValue::Empty
    } else {
        CustomValue::Literal(Secret::new(entry.value())?)
    };
    let mut setting = CustomSetting::new(Text::new(target.id().as_str())?, name, value);
    setting.index = match entry.index.map(u16::try_from) {
        Some(Err(_)) => {
            return Err(ErrorKind::OutOfRange {
                what: "an index",
                min: 0,
                max: u16::MAX.into(),
                found: entry.index.unwrap_or_default().into(),
                limit: String::new(),
            });
        }
        index => index.and_then(Result::ok),
    };
    Ok(setting)
}

/// A text of our own.
fn literal(text: &'static str) -> Text {
    text.parse().expect("a literal without controls")
}

fn english() -> Language {
    "en".parse().expect("a language tag")
}

fn nowhere() -> Registrar {
    Registrar::new("made-up.invalid".parse().expect("a host name"))
}

fn made_up_mac() -> Mac {
    // Locally administered, so no phone's.
    Mac::new([2, 0, 0, 0, 0, 1]).expect("a unicast address")
}

/// The device when the parts make none, which what is withdrawn excludes.
fn nobody() -> Device {
    let device = Device::builder(made_up_mac(), "").path(Draft::at_device());
    device.build().expect("a device without parts")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_literals_are_well_formed() {
        assert_eq!(literal("Imported").as_str(), "Imported");
        assert_eq!(english().as_str(), "en");
        assert_eq!(nowhere().host.as_str(), "made-up.invalid");
        assert_eq!(nobody().mac(), made_up_mac());
    }
}
