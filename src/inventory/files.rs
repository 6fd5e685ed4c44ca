//! From the inventory to the files of its phones.

use super::{Inventory, InventoryError, Organisation, OrganisationId, Phone, ProfileKey};
use crate::fleet::{
    DeviceDoc, Document, ExtensionDoc, HandsetDoc, Lax, List, MulticellDoc, Names, Number,
    SecretText, SiteDoc,
};
use crate::model::Mac;
use crate::text::Secret;

/// What the PBX adds to the files of a phone: secrets that the inventory does not keep, and what is built
/// onto the phone. `Debug` does not show the secrets.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct FromPbx {
    /// The token of its long-term credential, for the place `{token}` of the provisioning URL.
    pub token: Option<Secret>,
    /// The accounts of the subscriber who has the phone. Of a phone that nobody has they are left out.
    pub extensions: Vec<ExtensionDoc>,
    /// The same on a base: the handsets that carry the accounts.
    pub handsets: Vec<HandsetDoc>,
    /// Expansion modules that are attached; absent = as many as the keys name.
    pub modules: Option<u8>,
    /// The part of a base in a system of several.
    pub multicell: Option<MulticellDoc>,
}

impl FromPbx {
    /// Of a phone that nobody has.
    pub fn token(token: Secret) -> Self {
        Self {
            token: Some(token),
            ..Self::default()
        }
    }

    /// Another account.
    #[must_use]
    pub fn extension(mut self, extension: ExtensionDoc) -> Self {
        self.extensions.push(extension);
        self
    }
}

impl Inventory {
    /// The fleet document of some phones of one organisation:
    /// [resolved](Document::resolve) and given to a [`Provisioner`](crate::Provisioner) it gives their
    /// files. Several at once cost less than one by one.
    ///
    /// Its layers are the site of the organisation, with the firmware chosen for models; the settings of
    /// the phone itself; the subscriber's profile on this phone; and what the PBX adds. **A phone that
    /// nobody has gets no account**, whatever the PBX adds: its files clear what it had.
    ///
    /// A subscriber's profile is checked like a device's own settings. With
    /// [`Document::set_default_handling`] what the model cannot do is left out with a notice.
    ///
    /// # Errors
    /// An unknown organisation; a phone that is not one of it.
    pub fn document(
        &self,
        organisation: &OrganisationId,
        phones: impl IntoIterator<Item = (Mac, FromPbx)>,
    ) -> Result<Document, InventoryError> {
        let found = self.organisation(organisation);
        let unknown = || InventoryError::UnknownOrganisation(organisation.clone());
        let site = self.site(found.ok_or_else(unknown)?);
        let mut profiles = Vec::new();
        let mut devices = Vec::new();
        for (mac, from_pbx) in phones {
            let phone = self
                .phone(mac)
                .filter(|phone| phone.organisation() == organisation);
            let phone = phone.ok_or(InventoryError::UnknownPhone(mac))?;
            let own = phone.settings().map(|own| (own_layer(phone), own.clone()));
            profiles.extend(own);
            devices.push(self.device(phone, from_pbx));
        }
        let mut document = Document::default();
        document.site = Some(site.into());
        document.profiles = list(profiles, Names::from_iter);
        document.devices = Some(List::from_iter(devices).into());
        Ok(document)
    }

    /// The site, with the firmware that was chosen.
    fn site(&self, organisation: &Organisation) -> SiteDoc {
        let mut site = organisation.site().clone();
        if organisation.firmware.is_empty() {
            return site;
        }
        let named = site.firmware.as_ref().and_then(Lax::value);
        let named = named.into_iter().flat_map(Names::entries);
        let left = named.filter_map(|(model, firmware)| {
            let is_chosen = |model| organisation.firmware.contains_key(&model);
            match self.model(model).is_ok_and(is_chosen) {
                true => None,
                false => Some((model.to_owned(), firmware.value()?.clone())),
            }
        });
        let chosen = organisation.firmware.clone();
        site.firmware = Some(Names::from_iter(left.chain(chosen)).into());
        site
    }

    fn device(&self, phone: &Phone, from_pbx: FromPbx) -> DeviceDoc {
        let mut device = DeviceDoc::default();
        device.mac = Some(phone.mac().to_string().into());
        device.model = Some(phone.model().to_owned().into());
        device.label = phone.description().map(|text| text.to_string().into());
        device.installed_firmware = phone.installed_firmware().map(|v| v.to_owned().into());
        device.firmware = phone.firmware().cloned().map(Lax::from);
        device.profile = phone.settings().map(|_| own_layer(phone).into());
        let token = from_pbx.token;
        device.token = token.map(|token| SecretText::from(token.expose().to_owned()).into());
        device.modules = from_pbx
            .modules
            .map(|count| Number::from(i64::from(count)).into());
        device.multicell = from_pbx.multicell.map(Lax::from);
        let Some(subscriber) = phone.subscriber() else {
            return device;
        };
        let key = ProfileKey::new(
            phone.organisation().clone(),
            subscriber.clone(),
            phone.mac(),
        );
        if let Some(profile) = self.profile(&key) {
            device.settings = profile.contents().settings.clone();
            device.keys = profile.contents().keys.clone();
        }
        device.extensions = list(from_pbx.extensions, List::from_iter);
        device.handsets = list(from_pbx.handsets, List::from_iter);
        device
    }
}

/// The document's profile with a phone's own settings.
fn own_layer(phone: &Phone) -> String {
    phone.mac().plain_lower().to_string()
}

/// A field of the document, absent when nothing is in it.
fn list<T, L>(entries: Vec<T>, collect: impl FnOnce(Vec<T>) -> L) -> Option<Lax<L>> {
    (!entries.is_empty()).then(|| Lax::from(collect(entries)))
}
