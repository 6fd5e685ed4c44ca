//! Organisations, and the firmware that they may choose.

use super::{
    Actor, Applied, Certified, Effect, Inventory, InventoryError, Key, Organisation,
    OrganisationId, ProfileKey, Subscriber, Which,
};
use crate::error::Errors;
use crate::fleet::{Document, FirmwareDoc, List, Names, ProfileDoc, SiteDoc};
use crate::model::Mac;

impl Inventory {
    pub(super) fn add_organisation(
        &mut self,
        actor: &Actor,
        id: OrganisationId,
        site: SiteDoc,
    ) -> Result<Applied, InventoryError> {
        if !actor.may_act_for(&id) {
            return Err(InventoryError::UnknownOrganisation(id));
        }
        if self.organisations.contains_key(&id) {
            return Err(InventoryError::OrganisationExists(id));
        }
        self.check_site(&site)?;
        let mut applied = Applied::default();
        applied.changed(Key::Organisation(id.clone()));
        let organisation = Organisation {
            id: id.clone(),
            site,
            firmware: Default::default(),
        };
        self.organisations.insert(id, organisation);
        Ok(applied)
    }

    pub(super) fn change_organisation(
        &mut self,
        actor: &Actor,
        id: &OrganisationId,
        site: SiteDoc,
    ) -> Result<Applied, InventoryError> {
        self.organisation_of(actor, id)?;
        self.check_site(&site)?;
        let mut applied = Applied::default();
        if let Some(organisation) = self.organisations.get_mut(id) {
            organisation.site = site;
        }
        applied.changed(Key::Organisation(id.clone()));
        if self.has_phones(id) {
            applied.effect(Effect::Render(Which::Organisation(id.clone())));
            applied.effect(Effect::Resync(Which::Organisation(id.clone())));
        }
        Ok(applied)
    }

    pub(super) fn remove_organisation(
        &mut self,
        actor: &Actor,
        id: OrganisationId,
    ) -> Result<Applied, InventoryError> {
        self.organisation_of(actor, &id)?;
        if self.has_phones(&id) {
            return Err(InventoryError::OrganisationInUse(id));
        }
        let mut applied = Applied::default();
        while let Some(key) = self.first_profile(&id) {
            self.profiles.remove(&key);
            applied.changed(Key::Profile(key));
        }
        self.organisations.remove(&id);
        applied.changed(Key::Organisation(id));
        Ok(applied)
    }

    fn first_profile(&self, organisation: &OrganisationId) -> Option<ProfileKey> {
        let any = Mac::new([0, 0, 0, 0, 0, 1]).ok()?;
        let before_all = ProfileKey::new(organisation.clone(), Subscriber::least(), any);
        let (key, _) = self.profiles.range(before_all..).next()?;
        (key.organisation == *organisation).then(|| key.clone())
    }

    pub(super) fn certify(
        &mut self,
        actor: &Actor,
        model: &str,
        firmware: Vec<FirmwareDoc>,
    ) -> Result<Applied, InventoryError> {
        if !actor.may_act_for_all() {
            return Err(InventoryError::Environment);
        }
        let model = self.model(model)?;
        for firmware in &firmware {
            let mut site = nobodys_site();
            let choice = [(model.clone(), firmware.clone())];
            site.firmware = Some(Names::from_iter(choice).into());
            self.check_site(&site)?;
        }
        let mut applied = Applied::default();
        applied.changed(Key::Certified(model.clone()));
        match firmware.is_empty() {
            true => self.certified.remove(&model),
            false => {
                let list = Certified {
                    model: model.clone(),
                    firmware,
                };
                self.certified.insert(model, list)
            }
        };
        Ok(applied)
    }

    pub(super) fn choose_firmware(
        &mut self,
        actor: &Actor,
        which: Which,
        version: Option<&str>,
    ) -> Result<Applied, InventoryError> {
        let mut applied = Applied::default();
        match &which {
            Which::Phones(macs) => {
                let mut choices = Vec::with_capacity(macs.len());
                for &mac in macs {
                    let phone = self.find(actor, mac)?;
                    choices.push((mac, self.choice(phone.model(), version)?));
                }
                for (mac, choice) in choices {
                    self.change(mac, &mut applied, |phone| {
                        phone.firmware = choice;
                        phone.touch();
                    })?;
                }
            }
            Which::Model {
                organisation,
                model,
            } => {
                self.organisation_of(actor, organisation)?;
                let model = self.model(model)?;
                let choice = self.choice(&model, version)?;
                self.choose_for(organisation, [(model, choice)], &mut applied);
            }
            Which::Organisation(organisation) => {
                let phones = self.list(actor, organisation)?;
                let mut models: Vec<String> =
                    phones.map(|phone| phone.model().to_owned()).collect();
                models.dedup();
                let choices = models.into_iter().map(|model| {
                    let choice = self.choice(&model, version)?;
                    Ok((model, choice))
                });
                let choices = choices.collect::<Result<Vec<_>, InventoryError>>()?;
                self.choose_for(organisation, choices, &mut applied);
            }
        }
        applied.effect(Effect::Render(which));
        Ok(applied)
    }

    /// The firmware of this version, if it is certified for the model.
    fn choice(
        &self,
        model: &str,
        version: Option<&str>,
    ) -> Result<Option<FirmwareDoc>, InventoryError> {
        let Some(version) = version else {
            return Ok(None);
        };
        let certified = self.certified.get(model);
        let found = certified.and_then(|certified| certified.get(version));
        let not_certified = || InventoryError::NotCertified {
            model: model.to_owned(),
            version: version.to_owned(),
            certified: certified.map_or_else(Vec::new, |certified| {
                certified.versions().map(str::to_owned).collect()
            }),
        };
        found.cloned().map(Some).ok_or_else(not_certified)
    }

    fn choose_for(
        &mut self,
        organisation: &OrganisationId,
        choices: impl IntoIterator<Item = (String, Option<FirmwareDoc>)>,
        applied: &mut Applied,
    ) {
        if let Some(found) = self.organisations.get_mut(organisation) {
            for (model, choice) in choices {
                match choice {
                    Some(choice) => found.firmware.insert(model, choice),
                    None => found.firmware.remove(&model),
                };
            }
            applied.changed(Key::Organisation(organisation.clone()));
        }
    }

    /// The one spelling of a model.
    pub(super) fn model(&self, spelled: &str) -> Result<String, InventoryError> {
        let model = self.targets.model(spelled);
        Ok(model.map_err(InventoryError::Model)?.canonical())
    }

    fn check_site(&self, site: &SiteDoc) -> Result<(), Errors> {
        let mut document = Document::default();
        document.site = Some(site.clone().into());
        document.devices = Some(List::from_iter([]).into());
        document.resolve(&self.targets).map(drop)
    }

    /// Whether settings and keys are well formed. What the model cannot do is found when its files are
    /// made.
    pub(super) fn check_profile(&self, profile: &ProfileDoc) -> Result<(), Errors> {
        let mut document = Document::default();
        document.site = Some(nobodys_site().into());
        let profiles = [("phone".to_owned(), profile.clone())];
        document.profiles = Some(Names::from_iter(profiles).into());
        document.devices = Some(List::from_iter([]).into());
        document.resolve(&self.targets).map(drop)
    }
}

fn nobodys_site() -> SiteDoc {
    let mut site = SiteDoc::default();
    site.name = Some("-".to_owned().into());
    site
}
