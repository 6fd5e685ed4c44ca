//! Organisations: what their phones share, and the firmware that may be chosen.

use std::sync::Arc;

use phone_provisioning::delivery::{AddressSpace, RequestFacts};
use phone_provisioning::fleet::{FirmwareDoc, SiteDoc};
use phone_provisioning::inventory::{Actor, Event, OrganisationId};
use phone_provisioning::model::{Site, UrlTemplate};

use super::{Problem, Server};

/// Paths that are for people and programs, and that no phone can be sent to.
pub const NOT_FOR_PHONES: [&str; 2] = ["/admin/", "/api/"];

impl Server {
    /// Adds an organisation.
    ///
    /// # Errors
    /// One of that name; a site with faults.
    pub async fn add_organisation(
        self: &Arc<Self>,
        actor: &Actor,
        organisation: OrganisationId,
        site: SiteDoc,
    ) -> Result<(), Problem> {
        check_address(&site)?;
        let site = Box::new(site);
        self.apply(actor, Event::AddOrganisation { organisation, site })
            .await
    }

    /// Changes what the phones of an organisation share, after it was held against all of them.
    ///
    /// # Errors
    /// No such organisation; a site with faults; everything that keeps a phone's files from being made.
    pub async fn change_organisation(
        self: &Arc<Self>,
        actor: &Actor,
        organisation: OrganisationId,
        site: SiteDoc,
    ) -> Result<(), Problem> {
        check_address(&site)?;
        let event = Event::ChangeOrganisation {
            organisation: organisation.clone(),
            site: Box::new(site),
        };
        self.what_would_change(actor, &organisation, event.clone().into())?;
        self.apply(actor, event).await
    }

    /// Removes an organisation without phones, with its subscribers.
    ///
    /// # Errors
    /// No such organisation; one that has phones.
    pub async fn remove_organisation(
        self: &Arc<Self>,
        actor: &Actor,
        organisation: OrganisationId,
    ) -> Result<(), Problem> {
        self.change(|change| {
            let event = Event::RemoveOrganisation {
                organisation: organisation.clone(),
            };
            change.apply(actor, event)?;
            let accounts = change.state.accounts(&organisation);
            let subscribers: Vec<_> = accounts.map(|account| account.subscriber.clone()).collect();
            for subscriber in subscribers {
                change.remove_account(&organisation, &subscriber);
            }
            Ok(())
        })
        .await
    }

    /// The firmware that may be chosen for a model.
    ///
    /// # Errors
    /// An unknown model; a version or an address that is none.
    pub async fn certify(
        self: &Arc<Self>,
        actor: &Actor,
        model: String,
        firmware: Vec<FirmwareDoc>,
    ) -> Result<(), Problem> {
        self.apply(actor, Event::Certify { model, firmware }).await
    }
}

/// Phones are never sent where people are.
pub(super) fn check_address(site: &SiteDoc) -> Result<(), Problem> {
    let url = site.provisioning_url.as_ref().and_then(|url| url.value());
    let Some(url) = url else {
        return Ok(());
    };
    let wrong = |error| Problem::field("provisioning_url", error);
    let template = UrlTemplate::parse(url, Site::URL_PLACEHOLDERS).map_err(wrong)?;
    let space = AddressSpace::new([&template]).map_err(wrong)?;
    let has_token = template.contains("token");
    for path in NOT_FOR_PHONES {
        // Behind a token any path can stand, and a token is never one of these words.
        let file = format!("{path}000000000001.cfg");
        if !has_token && space.find(&RequestFacts::new(&file)).is_some() {
            let message = format!("paths below {path} are for people");
            return Err(Problem::field("provisioning_url", message));
        }
    }
    Ok(())
}
