//! A phone as programs see it.

use chrono::{DateTime, Utc};
use phone_provisioning::delivery::admission::{Adoption, LastRequest, WindowState};
use phone_provisioning::inventory::{Actor, Phone as Known, PhoneState};
use phone_provisioning::model::Mac;
use phone_provisioning::redirection::life;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::server::{Problem, Server, State};

/// A phone.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "mac": "00:15:65:00:00:01", "model": "yealink T46S", "vendor": "yealink", "organisation": "acme",
    "description": "Reception", "subscriber": "201", "subscriber_name": "Reception", "state": "assigned",
    "window": { "open": true, "until": "2026-03-02T10:00:00Z", "remaining_seconds": 3540 },
    "bound_since": null, "adoption": "by-hand", "installed_firmware": null, "chosen_firmware": "66.86.0.15",
    "contact": null, "last_admitted": null, "last_refused": null,
    "registration": { "state": "disabled", "expires_at": null, "cause": null },
}))]
pub(super) struct Phone {
    /// Its MAC address, with colons.
    mac: String,
    /// Maker and model.
    model: String,
    /// The maker.
    vendor: Option<String>,
    /// Whose it is.
    organisation: String,
    /// What people call it.
    description: Option<String>,
    /// Who has it.
    subscriber: Option<String>,
    /// The name of who has it.
    subscriber_name: Option<String>,
    /// How far it is with who has it.
    state: StateName,
    /// Whether it may come in for the first time.
    window: Window,
    /// Since when it holds a long-term credential that it has shown.
    bound_since: Option<DateTime<Utc>>,
    /// How it learned its first address.
    adoption: AdoptionName,
    /// The firmware that it reports.
    installed_firmware: Option<String>,
    /// The firmware that was chosen for it alone.
    chosen_firmware: Option<String>,
    /// Where it last registered.
    contact: Option<String>,
    /// The last request that was let in.
    last_admitted: Option<LastRequestInfo>,
    /// The last request that was refused.
    last_refused: Option<LastRequestInfo>,
    /// Where it stands with its maker's redirection service.
    registration: RegistrationInfo,
}

/// How far a phone is with who has it.
#[derive(Clone, Copy, Deserialize, Eq, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum StateName {
    /// Nobody has it.
    Listed,
    /// Somebody has it, and it has not both fetched its files and registered.
    Assigned,
    /// It has fetched its files and registered.
    Provisioned,
    /// Nobody has it any more, and it has not fetched the files that say so.
    Unassigning,
}

impl From<PhoneState> for StateName {
    fn from(state: PhoneState) -> Self {
        match state {
            PhoneState::Assigned { .. } => Self::Assigned,
            PhoneState::Provisioned => Self::Provisioned,
            PhoneState::Unassigning => Self::Unassigning,
            _ => Self::Listed,
        }
    }
}

/// Whether a phone may come in for the first time.
#[derive(Serialize, ToSchema)]
pub(super) struct Window {
    /// Whether it may.
    open: bool,
    /// The end of the window, open or closed; nothing where there was none.
    until: Option<DateTime<Utc>>,
    /// Seconds until then, while it is open.
    remaining_seconds: Option<i64>,
}

impl From<WindowState> for Window {
    fn from(state: WindowState) -> Self {
        let (open, until, remaining) = match state {
            WindowState::Open { until, remaining } => {
                (true, Some(until), Some(remaining.num_seconds()))
            }
            WindowState::Closed { since } => (false, Some(since), None),
            _ => (false, None, None),
        };
        Self {
            open,
            until,
            remaining_seconds: remaining,
        }
    }
}

/// How a phone learned its first address.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum AdoptionName {
    /// Somebody typed it in.
    ByHand,
    /// From the DHCP server.
    Dhcp,
    /// By plug and play.
    Pnp,
    /// From its maker's redirection service.
    Redirection,
}

impl From<Adoption> for AdoptionName {
    fn from(adoption: Adoption) -> Self {
        match adoption {
            Adoption::Dhcp => Self::Dhcp,
            Adoption::Pnp => Self::Pnp,
            Adoption::Redirection => Self::Redirection,
            _ => Self::ByHand,
        }
    }
}

/// A request of a phone, without anything secret in it.
#[derive(Serialize, ToSchema)]
struct LastRequestInfo {
    /// When it came.
    at: DateTime<Utc>,
    /// Where it came from.
    source: String,
    /// What the phone said it is.
    agent: String,
    /// What it asked for.
    file: String,
    /// Why it was let in or not.
    reason: String,
}

impl From<&LastRequest> for LastRequestInfo {
    fn from(last: &LastRequest) -> Self {
        Self {
            at: last.at,
            source: last.source.to_string(),
            agent: last.agent.clone(),
            file: last.file.clone(),
            reason: last.reason.to_string(),
        }
    }
}

/// Where a phone stands with its maker's redirection service.
#[derive(Serialize, ToSchema)]
struct RegistrationInfo {
    state: RegistrationState,
    /// When its registration ends.
    expires_at: Option<DateTime<Utc>>,
    /// Why the service does not do what it should.
    cause: Option<String>,
}

/// What the maker's redirection service knows of a phone.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum RegistrationState {
    /// It is registered, and has not come yet.
    Active,
    /// It is not registered: the only right state in normal operation.
    Disabled,
    /// It is to be registered.
    Provision,
    /// Its registration is to be removed.
    Deprovision,
}

impl From<life::State> for RegistrationState {
    fn from(state: life::State) -> Self {
        match state {
            life::State::Active => Self::Active,
            life::State::Provision => Self::Provision,
            life::State::Deprovision => Self::Deprovision,
            _ => Self::Disabled,
        }
    }
}

impl Phone {
    /// A phone as it is now.
    pub(super) fn of(state: &State, phone: &Known, now: DateTime<Utc>) -> Self {
        let admission = phone.admission();
        let status = admission.status(now);
        let registration = phone.registration();
        let account = phone
            .subscriber()
            .and_then(|who| state.account(phone.organisation(), who));
        let chosen = phone.firmware().and_then(|firmware| {
            let version = firmware.version.as_ref()?;
            version.value().cloned()
        });
        Self {
            mac: phone.mac().to_string(),
            model: phone.model().to_owned(),
            vendor: state.vendor(phone.mac()),
            organisation: phone.organisation().to_string(),
            description: phone.description().map(ToString::to_string),
            subscriber: phone.subscriber().map(ToString::to_string),
            subscriber_name: account.and_then(|account| account.display_name().map(str::to_owned)),
            state: phone.state(now).into(),
            window: status.window.into(),
            bound_since: status.bound,
            adoption: admission.adoption().0.into(),
            installed_firmware: phone.installed_firmware().map(str::to_owned),
            chosen_firmware: chosen,
            contact: phone.contact().map(|contact| contact.uri().to_owned()),
            last_admitted: admission.last_admitted().map(Into::into),
            last_refused: admission.last_refused().map(Into::into),
            registration: RegistrationInfo {
                state: registration.state().into(),
                expires_at: registration.expires_at(),
                cause: registration.cause().map(|cause| cause.to_string()),
            },
        }
    }

    /// The phone with this address, if it is the actor's.
    pub(super) fn find(server: &Server, actor: &Actor, mac: Mac) -> Result<Self, Problem> {
        let now = server.now();
        server.look(|state| Ok(Self::of(state, state.inventory.find(actor, mac)?, now)))
    }

    /// Whether it is in this state.
    pub(super) fn is_in(&self, state: StateName) -> bool {
        self.state == state
    }

    /// Whether a word that somebody searches for stands in what the phone is known by.
    pub(super) fn matches(&self, word: &str) -> bool {
        let word = word.to_lowercase();
        let digits = plain(&word);
        let is_address = !digits.is_empty() && plain(&self.mac.to_lowercase()).contains(&digits);
        let texts = [
            Some(&self.model),
            self.description.as_ref(),
            self.subscriber.as_ref(),
            self.subscriber_name.as_ref(),
        ];
        let mut texts = texts.into_iter().flatten();
        is_address || texts.any(|text| text.to_lowercase().contains(&word))
    }
}

/// A MAC address without what stands between its digits; nothing of what is no part of one.
fn plain(text: &str) -> String {
    let is_address = text
        .chars()
        .all(|c| c.is_ascii_hexdigit() || matches!(c, ':' | '-' | '.'));
    match is_address {
        true => text.chars().filter(char::is_ascii_hexdigit).collect(),
        false => String::new(),
    }
}
