//! What an edit would do to phones, as a page shows it before anything is saved.

use askama::Template;
use phone_provisioning::inspect::{DeviceChange, FleetDiff};
use phone_provisioning::inventory::OrganisationId;
use phone_provisioning::model::Mac;

use super::Visitor;
use crate::server::Problem;
use crate::server::preview::Edit;

/// What an edit would do.
#[derive(Template)]
#[template(path = "parts/changes.html")]
pub(super) struct Changes {
    groups: Vec<Group>,
    /// Changes that are not shown.
    more: usize,
    phones: usize,
    restart: usize,
    register: usize,
    unknown: usize,
}

/// One change, and the phones that it comes to.
struct Group {
    what: String,
    how: String,
    effects: String,
    phones: Vec<Mac>,
    more: usize,
}

/// Changes on one page.
const MOST_CHANGES: usize = 200;

/// Phones that are named of each.
const MOST_PHONES: usize = 10;

impl Changes {
    /// What an edit by a visitor would do.
    ///
    /// # Errors
    /// It would be refused.
    pub(super) async fn of(
        visitor: &Visitor,
        organisation: &OrganisationId,
        edit: Edit,
    ) -> Result<Self, Problem> {
        let (server, actor) = (visitor.server.clone(), visitor.actor.clone());
        let organisation = organisation.clone();
        // All files of an organisation are made twice.
        let diff = tokio::task::spawn_blocking(move || {
            server.what_would_change(&actor, &organisation, edit)
        });
        let failed = |_| Problem::Conflict("the changes could not be found out".to_owned());
        Ok(Self::new(&diff.await.map_err(failed)??))
    }

    fn new(diff: &FleetDiff) -> Self {
        let mut groups: Vec<Group> = Vec::new();
        for (change, mut phones) in diff.by_change() {
            let more = phones.len().saturating_sub(MOST_PHONES);
            phones.truncate(MOST_PHONES);
            groups.push(Group {
                what: change.subject.to_string(),
                how: change.kind.to_string(),
                effects: change.effects.to_string(),
                phones,
                more,
            });
        }
        for device in diff.devices() {
            let how = match &device.change {
                DeviceChange::Added { .. } => "is new",
                DeviceChange::Removed => "goes",
                DeviceChange::Replaced { .. } => "becomes another model",
                _ => continue,
            };
            groups.push(Group {
                what: device.model.clone(),
                how: how.to_owned(),
                effects: String::new(),
                phones: vec![device.mac],
                more: 0,
            });
        }
        let changed = || {
            let devices = diff.devices().iter();
            devices.filter(|device| {
                !matches!(&device.change, DeviceChange::Changed(state) if state.files.is_empty())
            })
        };
        let more = groups.len().saturating_sub(MOST_CHANGES);
        groups.truncate(MOST_CHANGES);
        Self {
            groups,
            more,
            phones: changed().count(),
            restart: changed().filter(|device| device.effects().reboots).count(),
            register: changed()
                .filter(|device| device.effects().registers)
                .count(),
            unknown: changed().filter(|device| device.effects().unknown).count(),
        }
    }

    fn summary(&self) -> String {
        if self.phones == 0 {
            return "No phone would get other files.".to_owned();
        }
        let mut said = vec![format!("{} would get other files", phones(self.phones))];
        if self.restart > 0 {
            said.push(format!("{} would restart", phones(self.restart)));
        }
        if self.register > 0 {
            said.push(format!("{} would register again", phones(self.register)));
        }
        if self.unknown > 0 {
            said.push(format!(
                "of {} no source says all that they do",
                phones(self.unknown)
            ));
        }
        said.join("; ") + "."
    }
}

fn phones(count: usize) -> String {
    match count {
        1 => "1 phone".to_owned(),
        many => format!("{many} phones"),
    }
}
