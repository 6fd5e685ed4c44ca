//! What an operator decides about registrations.

use chrono::TimeDelta;

use super::Weekly;
use crate::delivery::admission::{Environment, TokenHash};
use crate::model::Url;
use crate::redirection::{Destination, Registered};

/// What an operator decides about registrations, with the defaults.
///
/// ```
/// use chrono::TimeDelta;
/// use phone_provisioning::delivery::admission::Environment;
/// use phone_provisioning::redirection::life::{Policy, Visit};
///
/// let policy = Policy::new(Environment::new("production")?);
/// assert_eq!(policy.visit, Visit::Bound);
/// assert_eq!(policy.longest_pause, TimeDelta::hours(6));
/// # Ok::<(), phone_provisioning::delivery::admission::AdmissionError>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Policy {
    /// The environment: what it registers is told from what others register.
    pub environment: Environment,
    /// When registrations end; at the beginning of Wednesday, UTC+1.
    pub expiry: Weekly,
    /// What it takes for a phone to have come; [`Visit::Bound`].
    pub visit: Visit,
    /// Who registers with the account at the service; [`Account::Own`].
    pub account: Account,
    /// How long an answer may take before it is given up; 2 minutes.
    pub patience: TimeDelta,
    /// How long what a look-up has found is acted upon; 1 minute. Somebody else may register the phone
    /// in between.
    pub look_up_good_for: TimeDelta,
    /// The pause after the first failure; 1 minute. Each further one is twice as long.
    pub first_pause: TimeDelta,
    /// The longest pause between two tries, also where a service asks for a longer one; 6 hours.
    pub longest_pause: TimeDelta,
}

impl Policy {
    /// The defaults, for an environment.
    pub fn new(environment: Environment) -> Self {
        Self {
            environment,
            expiry: Weekly::default(),
            visit: Visit::Bound,
            account: Account::Own,
            patience: TimeDelta::minutes(2),
            look_up_good_for: TimeDelta::minutes(1),
            first_pause: TimeDelta::minutes(1),
            longest_pause: TimeDelta::hours(6),
        }
    }

    /// The pause after so many tries.
    pub(super) fn pause(&self, tries: u32) -> TimeDelta {
        let times = 1 << tries.saturating_sub(1).min(30);
        let pause = self.first_pause.checked_mul(times);
        pause.map_or(self.longest_pause, |pause| pause.min(self.longest_pause))
    }

    /// What is kept of the place that a phone is sent to.
    pub(super) fn address(&self, to: &Destination) -> TokenHash {
        match to {
            Destination::Url(url) => self.environment.hash(&plain(url.expose())),
            // No address begins like that.
            Destination::Server(name) => self.environment.hash(&format!("server {name}")),
        }
    }

    /// What would be kept of the places where a service says it sends the phone: an address, which may
    /// be that of its server, and the server. Nothing where it does not say.
    pub(super) fn addresses_of(&self, registered: &Registered) -> [Option<TokenHash>; 2] {
        let url = registered.url.clone().map(Destination::Url);
        let server = registered.server.clone().map(Destination::Server);
        [url, server].map(|to| to.map(|to| self.address(&to)))
    }
}

/// An address as it is compared: services write hosts in lower case, leave a port out that goes
/// without saying, and add the slash behind the host (RFC 3986 section 6.2).
fn plain(url: &Url) -> String {
    let (_, behind) = url.as_str().split_once("://").unwrap_or_default();
    let path = behind.find(['/', '?']).map_or("", |at| &behind[at..]);
    let slash = if path.starts_with('/') { "" } else { "/" };
    let (scheme, host) = (url.scheme(), url.host());
    let port = url.port().map_or(scheme.default_port(), |port| port.get());
    format!("{scheme}://{host}:{port}{slash}{path}")
}

/// A sign that a phone has come, from the earliest to the latest.
///
/// At the first of them the phone has an address and no more. It may start anew several times before it
/// has settled, and one that loses its settings on the way asks the service again: so the default is
/// the last, after which the phone knows its address for good. The time that the registration stands
/// longer is bounded by the end of the week, and the phone's window is closed by the same sign.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Visit {
    /// The service says that the phone has asked it since it was registered.
    AtService,
    /// It came in with its first credential: [`Decision::came_in`](crate::delivery::admission::Decision::came_in).
    CameIn,
    /// It was seen with its long-term credential: [`Decision::bound`](crate::delivery::admission::Decision::bound).
    Bound,
}

/// Who registers phones with the account at the service.
///
/// It matters for services whose look-up says no more than that the account has the phone.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Account {
    /// This environment alone: what the account has registered is ours.
    Own,
    /// Other environments too. Where the service does not say what it has registered, the phone is not
    /// taken out and stays `deprovision` with [`Cause::Untold`](super::Cause::Untold): a person who knows
    /// takes it out, or the phone is activated anew.
    Shared,
}
