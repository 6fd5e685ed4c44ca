//! What a page of settings is about: an organisation, a phone, or what its user has on it.

use std::sync::Arc;

use phone_provisioning::fleet::{ProfileDoc, SiteDoc};
use phone_provisioning::inventory::{Actor, Event, OrganisationId, ProfileKey, Role, Subscriber};
use phone_provisioning::model::Mac;

use super::form::{Form, Shape};
use super::text;
use crate::pages::{Visitor, segment};
use crate::server::equipment::SetUp;
use crate::server::preview::Edit;
use crate::server::subscribers::may_act;
use crate::server::{Problem, Server, State};

/// What an address asks for.
#[derive(Clone, Debug)]
pub(super) enum Wanted {
    /// The settings of an organisation.
    Organisation(String),
    /// Those of a phone.
    Phone(String),
    /// Those of whoever uses a phone.
    Line(String),
}

/// Settings as they are, and where they stand.
pub(super) struct Settings {
    /// Whose they are.
    pub organisation: OrganisationId,
    /// What the form shows.
    pub shape: Shape,
    /// The settings.
    pub contents: Contents,
    /// What is inherited where they say nothing: what people call the layer, and its texts; the nearest
    /// first.
    pub inherited: Vec<(&'static str, Form)>,
    /// What the page is called.
    pub title: String,
}

/// A document of settings, and what it is of besides the organisation.
#[derive(Clone)]
pub(super) enum Contents {
    /// Of the organisation itself.
    Site(Box<SiteDoc>),
    /// Of a phone.
    SetUp(Mac, Box<SetUp>),
    /// Of who uses it.
    Profile(Mac, Subscriber, Box<ProfileDoc>),
}

impl Settings {
    /// The settings that an address asks for, if the visitor may change them.
    pub(super) fn find(visitor: &Visitor, wanted: &Wanted) -> Result<Self, Problem> {
        let actor = &visitor.actor;
        visitor.server.look(|state| match wanted {
            Wanted::Organisation(id) => Self::of_organisation(state, actor, id),
            Wanted::Phone(mac) => Self::of_phone(state, actor, mac),
            Wanted::Line(mac) => Self::of_line(state, actor, mac),
        })
    }

    fn of_organisation(state: &State, actor: &Actor, id: &str) -> Result<Self, Problem> {
        let unknown = || Problem::Unknown("organisation");
        let id: OrganisationId = id.parse().map_err(|_| unknown())?;
        may_act(state, actor, &id)?;
        if actor.role() != Role::Provider {
            return Err(Problem::Forbidden);
        }
        let site = state
            .inventory
            .organisation(&id)
            .ok_or_else(unknown)?
            .site();
        Ok(Self {
            shape: Shape::Organisation,
            contents: Contents::Site(Box::new(site.clone())),
            inherited: Vec::new(),
            title: format!("Settings of {id}"),
            organisation: id,
        })
    }

    fn of_phone(state: &State, actor: &Actor, mac: &str) -> Result<Self, Problem> {
        let mac = read_mac(mac)?;
        let phone = state.inventory.find(actor, mac)?;
        let organisation = phone.organisation().clone();
        Ok(Self {
            shape: match is_base(state, phone.model()) {
                true => Shape::Base,
                false => Shape::Phone,
            },
            contents: Contents::SetUp(mac, Box::new(state.set_up(mac))),
            inherited: of_site(state, &organisation),
            title: format!("Settings of {mac}"),
            organisation,
        })
    }

    fn of_line(state: &State, actor: &Actor, mac: &str) -> Result<Self, Problem> {
        let mac = read_mac(mac)?;
        let phone = state.inventory.find(actor, mac)?;
        let organisation = phone.organisation().clone();
        let subscriber = phone
            .subscriber()
            .filter(|_| !is_base(state, phone.model()));
        let nobody = || Problem::Conflict(format!("nobody has {mac}"));
        let subscriber = subscriber.ok_or_else(nobody)?.clone();
        let key = ProfileKey::new(organisation.clone(), subscriber.clone(), mac);
        let profile = state.inventory.profile(&key);
        let profile = profile.map(|profile| profile.contents().clone());
        let shape = Shape::Line;
        let mut inherited = vec![("the phone", Form::of(shape, &state.set_up(mac).profile))];
        inherited.extend(of_site(state, &organisation));
        Ok(Self {
            title: format!("Settings of {subscriber} on {mac}"),
            shape,
            contents: Contents::Profile(mac, subscriber, Box::new(profile.unwrap_or_default())),
            inherited,
            organisation,
        })
    }

    /// The phone that the settings are of; nothing when they are an organisation's.
    pub(super) fn phone(&self) -> Option<Mac> {
        match &self.contents {
            Contents::Site(_) => None,
            Contents::SetUp(mac, _) | Contents::Profile(mac, ..) => Some(*mac),
        }
    }

    /// Where the page is.
    pub(super) fn path(&self) -> String {
        match &self.contents {
            Contents::Site(_) => {
                let id = segment(self.organisation.as_str());
                format!("/admin/organisations/{id}/settings")
            }
            Contents::SetUp(mac, _) => format!("/admin/phones/{}/settings", mac.plain_lower()),
            Contents::Profile(mac, ..) => {
                format!("/admin/phones/{}/settings/subscriber", mac.plain_lower())
            }
        }
    }

    /// Other settings as a change.
    pub(super) fn edit(&self, to: Contents) -> Edit {
        Edit::Event(Box::new(match to {
            Contents::SetUp(mac, set_up) => return Edit::SetUp(mac, set_up),
            Contents::Site(site) => Event::ChangeOrganisation {
                organisation: self.organisation.clone(),
                site,
            },
            Contents::Profile(mac, subscriber, profile) => Event::ChangeProfile {
                mac,
                subscriber,
                profile,
            },
        }))
    }

    /// Saves other settings.
    pub(super) async fn save(
        &self,
        server: &Arc<Server>,
        actor: &Actor,
        to: Contents,
    ) -> Result<(), Problem> {
        match to {
            Contents::Site(site) => {
                let organisation = self.organisation.clone();
                server.change_organisation(actor, organisation, *site).await
            }
            Contents::SetUp(mac, set_up) => server.set_up(actor, mac, *set_up).await,
            Contents::Profile(mac, subscriber, profile) => {
                server
                    .change_profile(actor, mac, subscriber, *profile)
                    .await
            }
        }
    }

    /// A place of the fleet document as one of these settings; nothing when it is elsewhere.
    pub(super) fn place<'p>(&self, path: &'p str) -> Option<&'p str> {
        // Of a phone the library knows a profile with its own settings, and a device with its user's.
        let below = |first: &str| Some(path.strip_prefix(first)?.split_once('.')?.1);
        match &self.contents {
            Contents::Site(_) => path.strip_prefix("site."),
            Contents::SetUp(..) => below("profiles.").or_else(|| below("devices[0]")),
            Contents::Profile(..) => below("profiles.phone").or_else(|| below("devices[0]")),
        }
    }
}

impl Contents {
    /// The texts of a form that shows them.
    pub(super) fn form(&self, shape: Shape) -> Form {
        match self {
            Self::Site(site) => Form::of(shape, site),
            Self::SetUp(_, set_up) => Form::of(shape, set_up),
            Self::Profile(.., profile) => Form::of(shape, profile),
        }
    }

    /// With what was typed into a form.
    pub(super) fn with(&self, shape: Shape, form: &Form) -> Self {
        let mut changed = self.clone();
        match &mut changed {
            Self::Site(site) => *site = form.write(shape, site),
            Self::SetUp(_, set_up) => *set_up = form.write(shape, set_up),
            Self::Profile(.., profile) => *profile = form.write(shape, profile),
        }
        changed
    }

    /// As text, with a mark in the place of each secret.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Site(site) => text::shown(site),
            Self::SetUp(_, set_up) => text::shown(set_up),
            Self::Profile(.., profile) => text::shown(profile),
        }
    }

    /// What a text says, with the secrets that it keeps.
    pub(super) fn read(&self, typed: &str) -> Result<Self, String> {
        let mut changed = self.clone();
        match &mut changed {
            Self::Site(site) => *site = text::read(typed, site)?,
            Self::SetUp(_, set_up) => *set_up = text::read(typed, set_up)?,
            Self::Profile(.., profile) => *profile = text::read(typed, profile)?,
        }
        Ok(changed)
    }
}

/// The address in a path.
pub(in crate::pages) fn read_mac(text: &str) -> Result<Mac, Problem> {
    text.parse().map_err(|_| Problem::Unknown("phone"))
}

/// Whether a model has handsets instead of keys.
pub(in crate::pages) fn is_base(state: &State, model: &str) -> bool {
    let model = state.targets().model(model);
    model.is_ok_and(|model| model.row.handsets.is_some_and(|count| count > 0))
}

fn of_site(state: &State, organisation: &OrganisationId) -> Vec<(&'static str, Form)> {
    let organisation = state.inventory.organisation(organisation);
    let form = organisation.map(|found| ("the organisation", Form::of(Shape::Base, found.site())));
    form.into_iter().collect()
}
