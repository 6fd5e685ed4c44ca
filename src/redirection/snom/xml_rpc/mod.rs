//! The older redirection service, by XML-RPC. SRAPS still answers for it.

mod call;

use std::fmt;
use std::sync::Arc;

use self::call::{Account, end, phones, redirection};
use crate::delivery::PhoneUrl;
use crate::error::Invalid;
use crate::model::{Login, Mac, Url};
use crate::redirection::several::{self, Begin};
use crate::redirection::wire::xml_rpc::Param;
use crate::redirection::wire::{self, Base, after_write, is_uncertain};
use crate::redirection::{
    Action, ActionError, Cursor, Destination, Done, Ended, Enrolment, Outcome, Page, PageRequest,
    RedirectionService, Retry, RetryCause, Session, Stamp, Step,
};

/// The redirection service for phones that SRAPS answers for, by XML-RPC and with a user's password.
///
/// * A phone is sent to an address of its own; there are no servers. `take_over` and `remark` are
///   ignored: the service has neither. A `login` is refused.
/// * A phone that is registered to another address is taken out and registered anew, as the vendor's own
///   tool does it: that registering over an own entry replaces it is only what one public client hopes for.
///   If the second step fails the phone is not registered, and the outcome says so by not being
///   [`Outcome::Done`]; the action can be repeated.
/// * Phones are listed model by model, for the models that were given: each is a page.
///
/// ```
/// use chrono::{TimeZone, Utc};
/// use phone_provisioning::model::Login;
/// use phone_provisioning::redirection::snom::SnomXmlRpc;
/// use phone_provisioning::redirection::{Action, RedirectionService, Session, Stamp, Step};
///
/// let login = Login { username: "reseller".parse()?, password: "secret".parse()? };
/// let service = SnomXmlRpc::new(&SnomXmlRpc::BASE.parse()?, &login)?;
/// let stamp = Stamp::new(Utc.timestamp_opt(1_800_000_000, 0).unwrap(), [7; 16]);
/// let look_up = Action::LookUp("00:04:13:a1:1f:a7".parse()?);
/// let Step::Send(exchange) = service.start(&look_up, &Session::new(), &stamp)? else {
///     unreachable!("nothing is known yet");
/// };
/// assert_eq!(exchange.request().uri(), SnomXmlRpc::BASE);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct SnomXmlRpc(Arc<Account>);

impl SnomXmlRpc {
    /// The base (the vendor's page on the interface). An older host is
    /// `https://provisioning.snom.com:8083/xmlrpc/`.
    pub const BASE: &'static str = "https://secure-provisioning.snom.com:8083/xmlrpc/";

    /// Most phones of one action.
    const MOST: usize = 100;

    /// The service at this base, with a user of its portal.
    ///
    /// # Errors
    /// A base of another scheme than `http` and `https` or with a query; a user name with a colon, or a
    /// name or password that a header cannot hold.
    pub fn new(base: &Url, login: &Login) -> Result<Self, Invalid> {
        Ok(Self(Arc::new(Account {
            base: Base::new(base)?,
            authorization: wire::basic(login)?,
            models: Vec::new(),
        })))
    }

    /// The same, which lists the phones of these models, named as the service names them: `snom370`,
    /// `snomD785`.
    ///
    /// # Errors
    /// A name of other characters than letters and digits, or of more than 32.
    pub fn with_models<'m>(
        self,
        models: impl IntoIterator<Item = &'m str>,
    ) -> Result<Self, Invalid> {
        let models = models.into_iter().map(|model| {
            let fits = (1..=32).contains(&model.len())
                && model.bytes().all(|byte| byte.is_ascii_alphanumeric());
            let expected = "a model of 1 to 32 letters and digits";
            fits.then(|| model.to_owned())
                .ok_or_else(|| Invalid::new(expected, model))
        });
        Ok(Self(Arc::new(Account {
            base: self.0.base.clone(),
            authorization: self.0.authorization.clone(),
            models: models.collect::<Result<_, _>>()?,
        })))
    }
}

impl fmt::Debug for SnomXmlRpc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SnomXmlRpc")
            .field("host", &self.0.base.uri().host())
            .finish_non_exhaustive()
    }
}

const SERVICE: &str = "snom-xmlrpc";

impl RedirectionService for SnomXmlRpc {
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
            Action::List(page) => account.list(self.model(page)?, session, stamp),
            Action::Register(enrolment) => {
                several::check_logins([enrolment.login.as_ref()], SERVICE)?;
                account.register(enrolment.mac, own_url(enrolment)?, session, stamp)
            }
            Action::Deregister(mac) => account.deregister(*mac, session, stamp),
            Action::RegisterAll(enrolments) => {
                several::check(enrolments.iter().map(|e| e.mac), Self::MOST, SERVICE)?;
                several::check_logins(enrolments.iter().map(|e| e.login.as_ref()), SERVICE)?;
                let phones = enrolments.iter().map(|e| Ok((e.mac, own_url(e)?)));
                account.register_all(phones.collect::<Result<_, _>>()?, session, stamp)
            }
            Action::DeregisterAll(macs) => {
                several::check(macs.iter().copied(), Self::MOST, SERVICE)?;
                account.deregister_all(macs.clone(), session, stamp)
            }
            Action::ListServers(_)
            | Action::PutServer { .. }
            | Action::RemoveServer(_)
            | Action::Pins(_) => return Err(unsupported(action)),
        })
    }
}

impl SnomXmlRpc {
    /// Which of the models a page is of.
    fn model(&self, page: &PageRequest) -> Result<usize, ActionError> {
        let models = &self.0.models;
        if models.is_empty() {
            return Err(unsupported(&Action::List(page.clone())));
        }
        let Some(cursor) = &page.after else {
            return Ok(0);
        };
        let at = models.iter().position(|model| model == cursor.as_str());
        at.ok_or(ActionError::Cursor { service: SERVICE })
    }
}

fn unsupported(action: &Action) -> ActionError {
    ActionError::Unsupported {
        service: SERVICE,
        action: action.name(),
    }
}

fn own_url(enrolment: &Enrolment) -> Result<PhoneUrl, ActionError> {
    match &enrolment.to {
        Destination::Url(url) => Ok(url.clone()),
        Destination::Server(_) => Err(ActionError::Destination {
            service: SERVICE,
            expected: "an address for the phone: the service has no servers",
        }),
    }
}

// ---- the actions ----

impl Account {
    fn check(self: Arc<Self>, session: Session, stamp: &Stamp) -> Step {
        let params = [Param::Text("ping")];
        self.call(
            "network.echo",
            &params,
            session,
            stamp,
            |_, value, session, _| {
                end(
                    value.map_or_else(|outcome| outcome, |_| Outcome::Done(Done::Access)),
                    session,
                )
            },
        )
    }

    fn look_up(self: Arc<Self>, mac: Mac, session: Session, stamp: &Stamp) -> Step {
        let method = "redirect.getPhoneRedirection";
        let asked = mac.plain_upper().to_string();
        let params = [Param::Text(&asked)];
        self.call(
            method,
            &params,
            session,
            stamp,
            move |_, value, session, _| {
                let found = value.and_then(|value| redirection(mac, &value));
                end(
                    found.map_or_else(|outcome| outcome, |found| Outcome::Done(Done::Found(found))),
                    session,
                )
            },
        )
    }

    fn list(self: Arc<Self>, at: usize, session: Session, stamp: &Stamp) -> Step {
        let model = self.models[at].clone();
        let params = [Param::Text(&model), Param::Nil];
        self.call(
            "redirect.listPhones",
            &params,
            session,
            stamp,
            move |account, value, session, _| {
                let next = account
                    .models
                    .get(at + 1)
                    .and_then(|model| Cursor::new(model).ok());
                let page = value
                    .and_then(|value| phones(&value))
                    .map(|phones| Page::new(phones, next));
                end(
                    page.map_or_else(|outcome| outcome, |page| Outcome::Done(Done::Phones(page))),
                    session,
                )
            },
        )
    }

    fn register(self: Arc<Self>, mac: Mac, url: PhoneUrl, session: Session, stamp: &Stamp) -> Step {
        self.clone()
            .look_up(mac, session, stamp)
            .then(stamp, move |ended, stamp| {
                let Ended { outcome, session } = ended;
                match outcome {
                    Outcome::Done(Done::Found(found)) if found.url.as_ref() == Some(&url) => {
                        end(Outcome::AlreadyOurs(found), session)
                    }
                    Outcome::Done(Done::Found(_)) => {
                        let removed = self.clone().tell(
                            "redirect.deregisterPhone",
                            mac,
                            None,
                            session,
                            stamp,
                        );
                        removed.then(stamp, move |ended, stamp| match ended.outcome {
                            Outcome::Done(_) | Outcome::NotFound => {
                                several::after_all(self.add(mac, url, ended.session, stamp), stamp)
                            }
                            outcome => end(outcome, ended.session),
                        })
                    }
                    Outcome::NotFound => self.add(mac, url, session, stamp),
                    outcome => end(outcome, session),
                }
            })
    }

    /// Registers a phone that is not registered, and reads it back.
    fn add(self: Arc<Self>, mac: Mac, url: PhoneUrl, session: Session, stamp: &Stamp) -> Step {
        let told = self
            .clone()
            .tell("redirect.registerPhone", mac, Some(&url), session, stamp);
        told.then(stamp, move |ended, stamp| {
            let otherwise = match ended.outcome {
                Outcome::Done(_) => Outcome::Retry(Retry::new(RetryCause::NotShown)),
                outcome if is_uncertain(&outcome) => outcome,
                outcome => return end(outcome, ended.session),
            };
            self.look_up(mac, ended.session, stamp)
                .then(stamp, move |ended, _| {
                    let outcome = match ended.outcome {
                        Outcome::Done(Done::Found(found)) if found.url.as_ref() == Some(&url) => {
                            Outcome::Done(Done::Registered(found))
                        }
                        Outcome::Done(Done::Found(_)) | Outcome::NotFound => otherwise,
                        outcome => after_write(outcome),
                    };
                    end(outcome, ended.session)
                })
        })
    }

    fn deregister(self: Arc<Self>, mac: Mac, session: Session, stamp: &Stamp) -> Step {
        let told = self
            .clone()
            .tell("redirect.deregisterPhone", mac, None, session, stamp);
        told.then(stamp, move |ended, stamp| {
            let otherwise = match ended.outcome {
                Outcome::Done(_) => Outcome::Retry(Retry::new(RetryCause::NotShown)),
                outcome if is_uncertain(&outcome) => outcome,
                outcome => return end(outcome, ended.session),
            };
            self.confirm_removal(mac, otherwise, ended.session, stamp)
        })
    }

    /// Says that a phone is removed if it is, and something else otherwise.
    fn confirm_removal(
        self: Arc<Self>,
        mac: Mac,
        otherwise: Outcome,
        session: Session,
        stamp: &Stamp,
    ) -> Step {
        self.look_up(mac, session, stamp)
            .then(stamp, move |ended, _| {
                let outcome = match ended.outcome {
                    Outcome::NotFound => Outcome::Done(Done::Removed),
                    Outcome::Done(Done::Found(_)) => otherwise,
                    outcome => after_write(outcome),
                };
                end(outcome, ended.session)
            })
    }

    /// Phones for one address go in one call. What came of it is asked for phone by phone: the answer is
    /// one for all.
    fn register_all(
        self: Arc<Self>,
        phones: Vec<(Mac, PhoneUrl)>,
        session: Session,
        stamp: &Stamp,
    ) -> Step {
        let url = phones[0].1.clone();
        if phones.len() == 1 || phones.iter().any(|(_, other)| *other != url) {
            return self.register_each(phones, false, session, stamp);
        }
        let macs: Vec<Mac> = phones.iter().map(|(mac, _)| *mac).collect();
        let method = "redirect.registerPhoneList";
        let told = self
            .clone()
            .tell_all(method, &macs, Some(&url), session, stamp);
        told.then(stamp, move |ended, stamp| {
            if several::is_of_account(&ended.outcome) {
                return several::all(macs, &ended.outcome, ended.session);
            }
            let is_told = matches!(ended.outcome, Outcome::Done(_));
            let step = self.register_each(phones, is_told, ended.session, stamp);
            several::after_all(step, stamp)
        })
    }

    /// One by one; what is there already may be so by a call before.
    fn register_each(
        self: Arc<Self>,
        phones: Vec<(Mac, PhoneUrl)>,
        is_told: bool,
        session: Session,
        stamp: &Stamp,
    ) -> Step {
        let phones = phones.into_iter().map(|(mac, url)| {
            let account = self.clone();
            let begin: Begin = Box::new(move |session, stamp| {
                let registered = account.register(mac, url, session, stamp);
                registered.then(stamp, move |ended, _| match ended.outcome {
                    Outcome::AlreadyOurs(phone) if is_told => {
                        end(Outcome::Done(Done::Registered(phone)), ended.session)
                    }
                    outcome => end(outcome, ended.session),
                })
            });
            (mac, begin)
        });
        several::each(phones, session, stamp)
    }

    fn deregister_all(self: Arc<Self>, macs: Vec<Mac>, session: Session, stamp: &Stamp) -> Step {
        let told =
            self.clone()
                .tell_all("redirect.deregisterPhoneList", &macs, None, session, stamp);
        told.then(stamp, move |ended, stamp| {
            if several::is_of_account(&ended.outcome) {
                return several::all(macs, &ended.outcome, ended.session);
            }
            let is_told = matches!(ended.outcome, Outcome::Done(_));
            let phones = macs.into_iter().map(|mac| {
                let account = self.clone();
                let begin: Begin = Box::new(move |session, stamp| {
                    if is_told {
                        let otherwise = Outcome::Retry(Retry::new(RetryCause::NotShown));
                        return account.confirm_removal(mac, otherwise, session, stamp);
                    }
                    account.deregister(mac, session, stamp)
                });
                (mac, begin)
            });
            let step = several::each(phones, ended.session, stamp);
            several::after_all(step, stamp)
        })
    }
}
