//! The document → site and devices, or every fault that it has.
//!
//! What is wrong is reported once and then taken for something that is there but not known: a bad
//! registrar is not also a missing one. Where a later check needs a value in its place, a made-up
//! one stands in; it never leaves this module, because there is a fault and so no [`Fleet`].

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Fleet;
use super::document::{DeviceDoc, Document, FirmwareDoc, ProfileDoc, SiteDoc};
use super::lax::{Lax, List, Names};
use super::reader::{At, Reader};
use crate::error::{Error, ErrorKind, Errors, Path, shortened};
use crate::model::{
    Device, DeviceBuilder, Firmware, FirmwareChoice, FirmwareScheme, Language, Layers, Mac,
    Profile, Registrar, Settings, Site, TimeZone, UrlTemplate, nearest,
};
use crate::target::{Provisioner, Targets};
use crate::text::{Secret, Text};

impl Document {
    /// The typed fleet: layers kept apart, every device checked against its model.
    ///
    #[cfg_attr(feature = "yealink", doc = "```")]
    #[cfg_attr(not(feature = "yealink"), doc = "```ignore")]
    /// use phone_provisioning::{Document, Targets};
    ///
    /// let document = Document::from_json(r#"{
    ///     "site": { "name": "Example BV", "settings": {
    ///         "time_zone": "Europe/Berlin", "language": "de",
    ///         "registrar": { "host": "sip.example.net" } } },
    ///     "devices": [{ "mac": "80:5e:0c:12:34:56", "model": "yealink T46S" }]
    /// }"#)?;
    /// let fleet = document.resolve(&Targets::builtin())?;
    /// assert_eq!(fleet.devices()[0].path().as_str(), "devices[0]");
    /// # Ok::<(), phone_provisioning::Errors>(())
    /// ```
    ///
    /// # Errors
    /// Every fault of the whole document: of the site, of the profiles by name, of the devices in
    /// order; within a table unknown keys first, then in the order of the format. Each has the path of the
    /// value, and none shows a secret. What the phones cannot do (too many extensions, a codec list
    /// without any codec of theirs) is among them.
    pub fn resolve(&self, targets: &Targets) -> Result<Fleet, Errors> {
        let made_up = MadeUp::new();
        let mut reader = Reader::default();
        reader.unknown_keys(&At::ROOT, self);
        let mut site = reader.site(&At::ROOT.key("site"), &self.site, targets, &made_up);
        site.profiles =
            reader.profiles(&At::ROOT.key("profiles"), &self.profiles, targets, &made_up);
        let checker = Provisioner::with_targets(Arc::new(site), targets.clone());
        let devices = At::ROOT.key("devices");
        let devices = reader.devices(&devices, &self.devices, &checker, &made_up);
        Errors::check(reader.finish())?;
        Ok(Fleet::new(checker.site().clone(), devices))
    }
}

impl Reader {
    fn site(
        &mut self,
        at: &At<'_>,
        field: &Option<Lax<SiteDoc>>,
        targets: &Targets,
        made_up: &MadeUp,
    ) -> Site {
        let mut site = Site::new(made_up.text.clone(), Settings::default());
        self.require(at, field, "a site");
        let Some(doc) = self.table(at, field) else {
            return site;
        };
        self.require(&at.key("name"), &doc.name, "a name");
        if let Some(name) = self.parse(&at.key("name"), &doc.name) {
            site.name = name;
        }
        let url = at.key("provisioning_url");
        site.provisioning_url = self.template(&url, &doc.provisioning_url, Site::URL_PLACEHOLDERS);
        let base = at.key("firmware_base");
        site.firmware_base = self.template(&base, &doc.firmware_base, Site::FIRMWARE_PLACEHOLDERS);
        site.firmware = self.firmware_by_model(&at.key("firmware"), &doc.firmware, targets);
        site.settings = self.settings(&at.key("settings"), &doc.settings, targets);
        site
    }

    fn template(
        &mut self,
        at: &At<'_>,
        field: &Option<Lax<String>>,
        placeholders: &[&str],
    ) -> Option<UrlTemplate> {
        let text = self.value(at, field)?;
        self.parsed(at, UrlTemplate::parse(text, placeholders))
    }

    /// Kept under the one spelling of each model.
    fn firmware_by_model(
        &mut self,
        at: &At<'_>,
        field: &Option<Lax<Names<FirmwareDoc>>>,
        targets: &Targets,
    ) -> BTreeMap<String, FirmwareChoice> {
        let mut choices = BTreeMap::new();
        let mut first = BTreeMap::new();
        for (name, entry) in self
            .value(at, field)
            .iter()
            .flat_map(|names| names.entries())
        {
            let at_name = at.key(name);
            let model = self.parsed(&at_name, targets.model(name));
            let scheme = model.map(|model| model.target.firmware_scheme());
            let model = model.map(|model| model.canonical());
            if let Some(model) = &model
                && let Some(other) = first.insert(model.clone(), name)
            {
                first.insert(model.clone(), other);
                let (found, other) = (model.clone(), at.key(other).path());
                self.fault(
                    &at_name,
                    ErrorKind::Duplicate {
                        what: "model",
                        found,
                        other,
                    },
                );
            }
            let choice = self
                .table_entry(&at_name, entry)
                .and_then(|doc| self.firmware_choice(&at_name, doc, scheme));
            choices.extend(model.zip(choice));
        }
        choices
    }

    pub(super) fn firmware_choice(
        &mut self,
        at: &At<'_>,
        doc: &FirmwareDoc,
        scheme: Option<FirmwareScheme>,
    ) -> Option<FirmwareChoice> {
        self.require(&at.key("version"), &doc.version, "a version");
        let version = self.firmware(&at.key("version"), &doc.version, scheme);
        let url = self.parse(&at.key("url"), &doc.url);
        let mut choice = FirmwareChoice::new(version?);
        choice.url = url;
        Some(choice)
    }

    /// A version in the way that the model's maker writes it; without a model nobody can tell.
    pub(super) fn firmware(
        &mut self,
        at: &At<'_>,
        field: &Option<Lax<String>>,
        scheme: Option<FirmwareScheme>,
    ) -> Option<Firmware> {
        let text = self.value(at, field)?;
        self.parsed(at, Firmware::parse(scheme?, text))
    }

    fn profiles(
        &mut self,
        at: &At<'_>,
        field: &Option<Lax<Names<ProfileDoc>>>,
        targets: &Targets,
        made_up: &MadeUp,
    ) -> BTreeMap<String, Profile> {
        let mut profiles = BTreeMap::new();
        for (name, entry) in self
            .value(at, field)
            .iter()
            .flat_map(|names| names.entries())
        {
            let at = at.key(name);
            let mut profile = Profile::default();
            if let Some(doc) = self.table_entry(&at, entry) {
                profile.settings = self.settings(&at.key("settings"), &doc.settings, targets);
                profile.keys = self.keys(&at.key("keys"), &doc.keys);
                // The relations between keys are the same as those of a device.
                let keys = profile.keys.iter().cloned();
                let device = Device::builder(made_up.mac, "").path(at.path());
                if let Err(faults) = keys.fold(device, DeviceBuilder::key).build() {
                    self.found_later(faults.into_vec());
                }
            }
            // One that is wrong is there all the same: devices may name it.
            profiles.insert(name.to_owned(), profile);
        }
        profiles
    }

    fn devices(
        &mut self,
        at: &At<'_>,
        field: &Option<Lax<List<DeviceDoc>>>,
        checker: &Provisioner,
        made_up: &MadeUp,
    ) -> Vec<Device> {
        self.require(at, field, "a list of devices");
        let list = self.value(at, field);
        let entries = list.iter().flat_map(|list| list.entries()).enumerate();
        let mut macs = BTreeMap::new();
        let mut devices = Vec::new();
        for (i, entry) in entries {
            let at = at.index(i);
            let Some(doc) = self.table_entry(&at, entry) else {
                continue;
            };
            self.require(&at.key("mac"), &doc.mac, "a MAC address");
            let mac: Option<Mac> = self.parse(&at.key("mac"), &doc.mac);
            if let Some(mac) = mac {
                let first = *macs.entry(mac).or_insert(i);
                if first != i {
                    let other = Path::root().key("devices").index(first).key("mac");
                    let found = mac.to_string();
                    let kind = ErrorKind::Duplicate {
                        what: "MAC address",
                        found,
                        other,
                    };
                    self.fault(&at.key("mac"), kind);
                }
            }
            devices.extend(self.device(&at, doc, mac.unwrap_or(made_up.mac), checker, made_up));
        }
        self.systems(&devices, checker.targets());
        devices
    }

    /// Bases with one chain id are one system, which takes so many. Of a system without a chain id the
    /// bases have the same one by themselves.
    fn systems(&mut self, devices: &[Device], targets: &Targets) {
        let mut systems: BTreeMap<Option<u16>, Vec<&Device>> = BTreeMap::new();
        for device in devices {
            if let Some(multicell) = device.multicell() {
                systems.entry(multicell.chain_id).or_default().push(device);
            }
        }
        for bases in systems.values() {
            for (count, base) in (1..).zip(bases) {
                // A model without systems is reported by its target.
                let Some((model, limit)) = targets.model(base.model()).ok().and_then(|model| {
                    let limit = model.row.bases.filter(|limit| *limit > 1)?;
                    Some((model, usize::from(limit)))
                }) else {
                    continue;
                };
                if count == limit + 1 {
                    let kind = ErrorKind::TooMany {
                        what: "bases of one system",
                        limit,
                        found: bases.len(),
                        origin: model.canonical(),
                    };
                    self.found_later([Error::new(base.path().key("multicell"), kind)]);
                }
            }
        }
    }

    fn device(
        &mut self,
        at: &At<'_>,
        doc: &DeviceDoc,
        mac: Mac,
        checker: &Provisioner,
        made_up: &MadeUp,
    ) -> Option<Device> {
        let targets = checker.targets();
        self.require(&at.key("model"), &doc.model, "a vendor and a model");
        let spelled = self.value(&at.key("model"), &doc.model);
        let model = spelled.and_then(|name| self.parsed(&at.key("model"), targets.model(name)));
        let scheme = model.map(|model| model.target.firmware_scheme());

        let mut device = Device::builder(mac, spelled.map_or("", |name| name)).path(at.path());
        if let Some(label) = self.parse(&at.key("label"), &doc.label) {
            device = device.label(label);
        }
        if let Some(name) = self.profile(&at.key("profile"), &doc.profile, checker.site()) {
            device = device.profile(name);
        }
        let installed = at.key("installed_firmware");
        if let Some(version) = self.firmware(&installed, &doc.installed_firmware, scheme) {
            device = device.installed_firmware(version);
        }
        let firmware = at.key("firmware");
        let choice = self
            .table(&firmware, &doc.firmware)
            .and_then(|doc| self.firmware_choice(&firmware, doc, scheme));
        if let Some(choice) = choice {
            device = device.firmware(choice);
        }
        if let Some(token) = self.secret(&at.key("token"), &doc.token) {
            device = device.token(token);
        }
        if let Some(modules) = self.number(&at.key("modules"), &doc.modules, "a number of modules")
        {
            device = device.modules(modules);
        }
        if let Some(redirect) = self.boolean(&at.key("redirect"), &doc.redirect) {
            device = device.redirect(redirect);
        }
        if let Some(handling) = self.word(&at.key("handling"), &doc.handling) {
            device = device.handling(handling);
        }
        let settings = self.settings(&at.key("settings"), &doc.settings, targets);
        device = device.settings(settings);
        let mut occupants = self.occupants(at, doc, model, made_up);

        let built = match occupants.clone().move_into(device.clone()).build() {
            Ok(built) => built,
            Err(faults) => {
                self.found_later(faults.into_vec());
                self.disentangle(at, &mut occupants);
                occupants.clone().move_into(device.clone()).build().ok()?
            }
        };
        let filled = self.required_settings(at, &built, checker.site(), made_up);
        if model.is_some() {
            let checked = match filled {
                Some(settings) => occupants
                    .move_into(device.settings(settings))
                    .build()
                    .and_then(|d| checker.check(&d)),
                None => checker.check(&built),
            };
            self.found_later(checked.err().into_iter().flat_map(Errors::into_vec));
        }
        Some(built)
    }

    fn profile<'d>(
        &mut self,
        at: &At<'_>,
        field: &'d Option<Lax<String>>,
        site: &Site,
    ) -> Option<&'d str> {
        let name = self.value(at, field)?;
        if site.profiles.contains_key(name) {
            return Some(name);
        }
        let names = site.profiles.keys().map(String::as_str);
        let nearest = nearest(name, names).map(str::to_owned);
        self.fault(
            at,
            ErrorKind::Unresolved {
                what: "profile",
                name: shortened(name),
                nearest,
            },
        );
        None
    }

    /// Notes what no layer gives though a phone needs it. The result is the device's own settings
    /// with made-up values for it, when there are any.
    fn required_settings(
        &mut self,
        at: &At<'_>,
        device: &Device,
        site: &Site,
        made_up: &MadeUp,
    ) -> Option<Settings> {
        let layers = Layers::new(site, device.profile(), device.settings());
        let mut filled: Option<Settings> = None;
        let own = || device.settings().clone();
        if layers
            .find(|settings| settings.time_zone.as_ref())
            .is_none()
        {
            self.missing(at, device, "time_zone", "a time zone", None);
            filled.get_or_insert_with(own).time_zone = Some(made_up.time_zone);
        }
        if layers.find(|settings| settings.language.as_ref()).is_none() {
            self.missing(at, device, "language", "a language", None);
            filled.get_or_insert_with(own).language = Some(made_up.language.clone());
        }
        if layers
            .find(|settings| settings.registrar.as_ref())
            .is_none()
            && let Some(user) = self.without_registrar(at, device, &layers)
        {
            self.missing(at, device, "registrar", "a registrar", Some(user));
            filled.get_or_insert_with(own).registrar = Some(made_up.registrar.clone());
        }
        filled
    }

    /// Notes a missing value, unless a layer gives one that is wrong.
    fn missing(
        &mut self,
        at: &At<'_>,
        device: &Device,
        key: &str,
        expected: &'static str,
        user: Option<Path>,
    ) {
        let own = at.key("settings");
        let profile = device
            .profile()
            .map(|name| Path::root().key("profiles").key(name));
        let layers: Vec<Path> = [Some(at.path()), profile, Some(Path::root().key("site"))]
            .into_iter()
            .flatten()
            .map(|layer| layer.key("settings"))
            .collect();
        let wrong = self.is_broken(&at.key("profile").path())
            || layers.iter().any(|layer| self.is_broken(&layer.key(key)));
        if wrong {
            self.made_up(&own.key(key));
            return;
        }
        let looked_at: Vec<&str> = user.iter().chain(&layers).map(Path::as_str).collect();
        let looked_at = looked_at.join(", ");
        self.fault(
            &own.key(key),
            ErrorKind::Missing {
                expected,
                looked_at,
            },
        );
    }

    /// The first account that has no registrar of its own.
    fn without_registrar(&self, at: &At<'_>, device: &Device, layers: &Layers<'_>) -> Option<Path> {
        let lacks = |extension: &Path| !self.is_broken(&extension.key("registrar"));
        let (phone, base) = (at.key("extensions").path(), at.key("handsets").path());
        let of_phone = device
            .extensions()
            .iter()
            .enumerate()
            .map(|(i, e)| (e, phone.index(i)));
        let of_base = device
            .handsets()
            .iter()
            .enumerate()
            .flat_map(|(slot, handset)| {
                let list = base.index(slot).key("extensions");
                handset
                    .extensions
                    .iter()
                    .enumerate()
                    .map(move |(i, e)| (e, list.index(i)))
            });
        let mut accounts = of_phone.chain(of_base).peekable();
        if accounts.peek().is_some() {
            return accounts
                .find(|(extension, path)| extension.registrar.is_none() && lacks(path))
                .map(|(_, path)| path);
        }
        let logged_out = layers.find(|settings| settings.logged_out.as_ref())?;
        Some(layers.path(logged_out.layer, &at.path(), "logged_out"))
    }
}

/// Values that stand in for wrong ones while the rest is checked.
pub(super) struct MadeUp {
    pub(super) text: Text,
    pub(super) secret: Secret,
    mac: Mac,
    language: Language,
    time_zone: TimeZone,
    registrar: Registrar,
}

impl MadeUp {
    fn new() -> Self {
        // The literals are well formed: a test makes them.
        let text = |text: &str| text.parse().expect("a literal without controls");
        Self {
            text: text("made-up"),
            secret: "made-up".parse().expect("a literal without controls"),
            // Locally administered, so no phone's.
            mac: Mac::new([2, 0, 0, 0, 0, 1]).expect("a unicast address"),
            language: "en".parse().expect("a language tag"),
            time_zone: chrono_tz::Tz::UTC.into(),
            registrar: Registrar::new("made-up.invalid".parse().expect("a host name")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_made_up_values_are_well_formed() {
        assert_eq!(MadeUp::new().text.as_str(), "made-up");
    }
}
