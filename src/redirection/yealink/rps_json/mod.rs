//! RPS by JSON.

mod call;
mod devices;
mod entry;
mod find;
mod servers;
mod sign;

use std::fmt;
use std::sync::Arc;

use self::call::Account;
use self::entry::WantedServer;
use crate::error::Invalid;
use crate::model::Url;
use crate::redirection::several;
use crate::redirection::wire::{self, Base};
use crate::redirection::{
    Action, ActionError, Destination, PageRequest, RedirectionService, ServerName, Session, Stamp,
    Step,
};
use crate::text::Secret;

/// RPS by JSON, the newer interface ("open/v1"), whose requests are signed with an access key.
///
/// * Whatever is written is read back and compared: where phones are sent, and the name of their login
///   where the service tells it. After a lost answer it is looked up; nothing is written twice blindly.
/// * A phone of another enterprise is not taken over, whatever is asked: [`Outcome::OwnedByOther`].
/// * What the service hands out ([`Enrolment::login`]) can be written and not be read: a phone with a
///   login, or with a remark, is written although it is there already.
/// * Names of servers have at most 20 characters and are unique among all enterprises.
/// * `serial` is ignored: the service has none.
///
/// [`Outcome::OwnedByOther`]: crate::redirection::Outcome::OwnedByOther
/// [`Enrolment::login`]: crate::redirection::Enrolment::login
///
/// ```
/// use chrono::{TimeZone, Utc};
/// use phone_provisioning::redirection::yealink::YealinkRpsJson;
/// use phone_provisioning::redirection::{Action, RedirectionService, Session, Stamp, Step};
///
/// let base = YealinkRpsJson::BASE.parse()?;
/// let service = YealinkRpsJson::new(&base, "the key's id", "the key's secret".parse()?)?;
/// let stamp = Stamp::new(Utc.timestamp_opt(1_800_000_000, 0).unwrap(), [7; 16]);
/// let look_up = Action::LookUp("00:15:65:a1:b2:c3".parse()?);
/// let Step::Send(exchange) = service.start(&look_up, &Session::new(), &stamp)? else {
///     unreachable!("nothing is known yet");
/// };
/// let request = exchange.request();
/// assert_eq!(request.uri(), "https://api-dm.yealink.com:8443/api/open/v1/device/list");
/// assert_eq!(request.headers()["x-ca-timestamp"], "1800000000000");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct YealinkRpsJson(Arc<Account>);

impl YealinkRpsJson {
    /// The service's base (as three public clients have it).
    pub const BASE: &'static str = "https://api-dm.yealink.com:8443";
    /// Most characters of the name of a server.
    const LONGEST_NAME: usize = 20;
    /// Most phones of one action. The service's own limit is not known; its successor takes as many.
    const MOST: usize = 100;

    /// The service at this base, with the identifier and the secret of an access key.
    ///
    /// # Errors
    /// A base of another scheme than `http` and `https` or with a query; an identifier that does not fit a
    /// header.
    pub fn new(base: &Url, key_id: &str, secret: Secret) -> Result<Self, Invalid> {
        Ok(Self(Arc::new(Account {
            base: Base::new(base)?,
            key: wire::secret_field(key_id)?,
            secret,
        })))
    }

    /// A name that the service takes.
    fn named(name: &ServerName) -> Result<(), ActionError> {
        let (limit, found) = (Self::LONGEST_NAME, name.as_str().len());
        if found <= limit {
            return Ok(());
        }
        let (service, what) = (SERVICE, "the name of a server");
        Err(ActionError::TooLong {
            service,
            what,
            limit,
            found,
        })
    }

    fn sent(to: &Destination) -> Result<(), ActionError> {
        match to {
            Destination::Server(name) => Self::named(name),
            Destination::Url(_) => Ok(()),
        }
    }
}

impl fmt::Debug for YealinkRpsJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("YealinkRpsJson")
            .field("host", &self.0.base.uri().host())
            .finish_non_exhaustive()
    }
}

const SERVICE: &str = "yealink-rps-json";

impl RedirectionService for YealinkRpsJson {
    fn id(&self) -> &'static str {
        SERVICE
    }

    fn start(
        &self,
        action: &Action,
        session: &Session,
        stamp: &Stamp,
    ) -> Result<Step, ActionError> {
        let (account, session) = (self.0.clone(), session.clone());
        Ok(match action {
            Action::Check => account.check(session, stamp),
            Action::LookUp(mac) => account.look_up(*mac, session, stamp),
            Action::List(page) => account.list(place(page)?, session, stamp),
            Action::Register(phone) => {
                Self::sent(&phone.to)?;
                account.register(phone.clone(), session, stamp)
            }
            Action::Deregister(mac) => account.deregister(*mac, session, stamp),
            Action::RegisterAll(phones) => {
                several::check(phones.iter().map(|phone| phone.mac), Self::MOST, SERVICE)?;
                phones.iter().try_for_each(|phone| Self::sent(&phone.to))?;
                account.register_all(phones.clone(), session, stamp)
            }
            Action::DeregisterAll(macs) => {
                several::check(macs.iter().copied(), Self::MOST, SERVICE)?;
                account.deregister_all(macs.clone(), session, stamp)
            }
            Action::ListServers(page) => account.list_servers(place(page)?, session, stamp),
            Action::PutServer { name, url, login } => {
                Self::named(name)?;
                let (name, url, login) = (name.clone(), url.clone(), login.clone());
                account.put_server(WantedServer { name, url, login }, session, stamp)
            }
            Action::RemoveServer(name) => {
                Self::named(name)?;
                account.remove_server(name.clone(), session, stamp)
            }
            Action::Pins(_) => {
                let (service, action) = (SERVICE, action.name());
                return Err(ActionError::Unsupported { service, action });
            }
        })
    }
}

/// The entries before a page, and those of the page.
fn place(page: &PageRequest) -> Result<(u32, u16), ActionError> {
    let skip = page
        .after
        .as_ref()
        .map_or(Ok(0), |cursor| cursor.as_str().parse());
    let skip = skip.map_err(|_| ActionError::Cursor { service: SERVICE })?;
    Ok((skip, page.size.max(1)))
}
