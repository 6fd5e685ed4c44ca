//! SRAPS, the Secure Redirection and Provisioning Service, by its REST interface.

mod call;
mod entry;
mod walk;

use std::fmt;
use std::sync::Arc;

use http::{Method, Uri};
use serde_json::Value;

use self::call::{Api, end};
use self::entry::Bound;
use self::walk::{ENDPOINTS, PROFILES, SETTING, missing};
use super::hawk::Credentials;
use crate::error::Invalid;
use crate::model::{Mac, Url};
use crate::redirection::several::{self, Begin};
use crate::redirection::wire::{Base, after_write, broken, is_uncertain};
use crate::redirection::{
    Action, ActionError, Cursor, Destination, Done, Enrolment, Outcome, Page, PageRequest,
    RedirectionService, Retry, RetryCause, Session, Stamp, Step,
};
use crate::text::{Secret, Text};

/// SRAPS, and what is the same interface elsewhere.
///
/// * The account is an API key of the portal, with its identifier. The key needs a role: one whose role is
///   "None" is accepted and may register nothing ([`Refusal::Permission`](super::super::Refusal)).
/// * The first action walks from the list of settings and the key to the addresses of the account, in
///   three requests; the [`Session`] then knows them, and an action is one request, two where the answer
///   does not show what was written. A link to another host than that of the base is never followed.
/// * Registering again replaces the entry; [`Outcome::AlreadyOurs`] does not occur. `take_over` is
///   ignored, which the service does not have; a `login` is refused.
/// * A server is a *provisioning profile* of the account, named by its name or by its identifier. What the
///   service says of a phone, and of a profile whose name is no
///   [`ServerName`](super::super::ServerName), has the identifier.
///   Profiles are made in the portal only.
/// * Requests without a body are signed with the hash of an empty one. Hawk allows that and to leave it
///   out, and public clients of the service do either; with the hash nobody can put a body in.
///
/// ```
/// use chrono::{TimeZone, Utc};
/// use phone_provisioning::redirection::snom::SnomSraps;
/// use phone_provisioning::redirection::{Action, RedirectionService, Session, Stamp, Step};
///
/// let base = SnomSraps::BASE.parse()?;
/// let service = SnomSraps::new(&base, "ck_4711", "the key".parse()?)?;
/// let stamp = Stamp::new(Utc.timestamp_opt(1_800_000_000, 0).unwrap(), [7; 16]);
/// let look_up = Action::LookUp("00:04:13:a1:1f:a7".parse()?);
/// let Step::Send(exchange) = service.start(&look_up, &Session::new(), &stamp)? else {
///     unreachable!("nothing is known yet");
/// };
/// assert_eq!(
///     exchange.request().uri(),
///     "https://api.sraps.snom.com/api/v1/settings/?page_size=1000",
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct SnomSraps(Arc<Api>);

impl SnomSraps {
    /// The base of SRAPS (the vendor's page on the REST interface). Public clients have also used
    /// `https://secure-provisioning.snom.com/api/v1/`.
    pub const BASE: &'static str = "https://api.sraps.snom.com/api/v1/";
    /// The base of GRAPE, the same interface for the phones of Gigaset.
    pub const GRAPE_BASE: &'static str = "https://api.grape.gigaset.net/api/v1/";

    /// The service at this base, with an API key and its identifier.
    ///
    /// # Errors
    /// A base of another scheme than `http` and `https` or with a query; an identifier that does not fit a
    /// header.
    pub fn new(base: &Url, key_id: &str, key: Secret) -> Result<Self, Invalid> {
        Self::of("snom-sraps", "setting_server", base, key_id, key)
    }

    /// The same interface as GRAPE has it: the setting that holds the address has another name there.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn grape(base: &Url, key_id: &str, key: Secret) -> Result<Self, Invalid> {
        Self::of("gigaset-grape", "ProvisioningServer", base, key_id, key)
    }

    fn of(
        service: &'static str,
        setting: &'static str,
        base: &Url,
        key_id: &str,
        key: Secret,
    ) -> Result<Self, Invalid> {
        Ok(Self(Arc::new(Api {
            service,
            setting,
            base: Base::new(base)?,
            credentials: Credentials::new(key_id, key)?,
        })))
    }

    /// Most phones of one action: one request each.
    const MOST: usize = 100;
}

impl fmt::Debug for SnomSraps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SnomSraps")
            .field("service", &self.0.service)
            .field("host", &self.0.base.uri().host())
            .finish_non_exhaustive()
    }
}

impl RedirectionService for SnomSraps {
    fn id(&self) -> &'static str {
        self.0.service
    }

    fn start(
        &self,
        action: &Action,
        session: &Session,
        stamp: &Stamp,
    ) -> Result<Step, ActionError> {
        let (api, session) = (self.0.clone(), session.clone());
        let service = self.id();
        Ok(match action {
            Action::Check => api.check(session, stamp),
            Action::LookUp(mac) => api.look_up(*mac, session, stamp),
            Action::List(page) => {
                let page = (page.size, self.cursor(page)?);
                let read = |entry: &Value, session: &Session| entry::read(entry, session);
                api.list(ENDPOINTS, page, (session, stamp), read, Done::Phones)
            }
            Action::ListServers(page) => {
                let page = (page.size, self.cursor(page)?);
                let read = |entry: &Value, _: &Session| entry::read_profile(entry);
                api.list(PROFILES, page, (session, stamp), read, Done::Servers)
            }
            Action::Register(enrolment) => {
                several::check_logins([enrolment.login.as_ref()], service)?;
                api.register(enrolment.clone(), session, stamp)
            }
            Action::Deregister(mac) => api.deregister(*mac, session, stamp),
            Action::RegisterAll(enrolments) => {
                several::check(enrolments.iter().map(|e| e.mac), Self::MOST, service)?;
                several::check_logins(enrolments.iter().map(|e| e.login.as_ref()), service)?;
                let phones = enrolments.iter().cloned().map(|enrolment| {
                    let (mac, api) = (enrolment.mac, api.clone());
                    let begin: Begin =
                        Box::new(move |session, stamp| api.register(enrolment, session, stamp));
                    (mac, begin)
                });
                several::each(phones, session, stamp)
            }
            Action::DeregisterAll(macs) => {
                several::check(macs.iter().copied(), Self::MOST, service)?;
                let phones = macs.iter().map(|&mac| {
                    let api = api.clone();
                    let begin: Begin =
                        Box::new(move |session, stamp| api.deregister(mac, session, stamp));
                    (mac, begin)
                });
                several::each(phones, session, stamp)
            }
            Action::PutServer { .. } | Action::RemoveServer(_) | Action::Pins(_) => {
                let action = action.name();
                return Err(ActionError::Unsupported { service, action });
            }
        })
    }
}

impl SnomSraps {
    /// The page that a cursor stands for: a link of the service's own.
    fn cursor(&self, page: &PageRequest) -> Result<Option<Uri>, ActionError> {
        let service = self.id();
        let link = |cursor: &Cursor| self.0.pinned(cursor.as_str());
        let link = page.after.as_ref().map(link);
        link.map(|link| link.ok_or(ActionError::Cursor { service }))
            .transpose()
    }
}

// ---- the actions ----

impl Api {
    fn check(self: Arc<Self>, session: Session, stamp: &Stamp) -> Step {
        let uri = self.token_uri();
        self.get(uri, session, stamp, |_, received, session, _| {
            let access = received
                .map_err(missing)
                .and_then(|received| match received.json {
                    Value::Object(_) => Ok(Outcome::Done(Done::Access)),
                    _ => Err(received.broken("it is no access key")),
                });
            end(access.unwrap_or_else(|outcome| outcome), session)
        })
    }

    fn look_up(self: Arc<Self>, mac: Mac, session: Session, stamp: &Stamp) -> Step {
        let needs = &[SETTING, ENDPOINTS];
        self.with(needs, session, stamp, move |api, session, stamp| {
            api.read(mac, session, stamp)
        })
    }

    /// A page of `place`, made of the entries of an answer.
    fn list<T: 'static>(
        self: Arc<Self>,
        place: &'static str,
        page: (u16, Option<Uri>),
        (session, stamp): (Session, &Stamp),
        read: fn(&Value, &Session) -> Option<T>,
        done: fn(Page<T>) -> Done,
    ) -> Step {
        self.with(
            &[SETTING, ENDPOINTS, PROFILES],
            session,
            stamp,
            move |api, session, stamp| {
                let (size, cursor) = page;
                let uri = cursor.unwrap_or_else(|| api.page_uri(place, size, &session));
                api.get(uri, session, stamp, move |api, received, session, _| {
                    let outcome = received.and_then(|received| {
                        let entries = received.entries()?;
                        let entries = entries.iter().filter_map(|entry| read(entry, &session));
                        let next = api.next_page(&received)?;
                        let next = next.map(|uri| Cursor::new(&uri.to_string()));
                        let next = next.transpose();
                        let next =
                            next.map_err(|_| received.broken("it has a link that is too long"))?;
                        Ok(Outcome::Done(done(Page::new(entries.collect(), next))))
                    });
                    end(outcome.unwrap_or_else(|outcome| outcome), session)
                })
            },
        )
    }

    fn register(self: Arc<Self>, enrolment: Enrolment, session: Session, stamp: &Stamp) -> Step {
        let needs = match &enrolment.to {
            Destination::Url(_) => &[SETTING, ENDPOINTS][..],
            Destination::Server(_) => &[SETTING, ENDPOINTS, PROFILES],
        };
        self.with(needs, session, stamp, move |api, session, stamp| {
            let (mac, remark) = (enrolment.mac, enrolment.remark);
            let name = match enrolment.to {
                Destination::Url(url) => {
                    return api.write(mac, Bound::Url(url), remark, session, stamp);
                }
                Destination::Server(name) => name,
            };
            api.find_profile(name, session, stamp, move |api, id, session, stamp| {
                api.write(mac, Bound::Profile(id), remark, session, stamp)
            })
        })
    }

    /// Writes the entry of a phone, and reads it back unless the answer shows it.
    fn write(
        self: Arc<Self>,
        mac: Mac,
        bound: Bound,
        remark: Option<Text>,
        session: Session,
        stamp: &Stamp,
    ) -> Step {
        let body = bound.body(mac, remark.as_ref(), session.place(SETTING));
        let uri = self.entry_uri(mac, &session);
        self.send(
            (Method::PUT, uri, body),
            session,
            stamp,
            move |api, received, session, stamp| {
                let otherwise = match received {
                    Ok(received) => match entry::read(&received.json, &session) {
                        Some(entry) if entry.mac == mac && bound.is_of(&entry) => {
                            return end(Outcome::Done(Done::Registered(entry)), session);
                        }
                        _ => Outcome::Retry(Retry::new(RetryCause::NotShown)),
                    },
                    Err(Outcome::NotFound) => {
                        // The address of the entries is not what it was: the next action asks for it again.
                        let outcome = broken(404, "the list of phones is not there any more");
                        return end(outcome, Session::new());
                    }
                    Err(outcome) if is_uncertain(&outcome) => outcome,
                    Err(outcome) => return end(outcome, session),
                };
                api.read(mac, session, stamp).then(stamp, move |ended, _| {
                    let outcome = match ended.outcome {
                        Outcome::Done(Done::Found(entry)) if bound.is_of(&entry) => {
                            Outcome::Done(Done::Registered(entry))
                        }
                        Outcome::Done(Done::Found(_)) | Outcome::NotFound => otherwise,
                        outcome => after_write(outcome),
                    };
                    end(outcome, ended.session)
                })
            },
        )
    }

    fn deregister(self: Arc<Self>, mac: Mac, session: Session, stamp: &Stamp) -> Step {
        let needs = &[SETTING, ENDPOINTS];
        self.with(needs, session, stamp, move |api, session, stamp| {
            let request = (Method::DELETE, api.entry_uri(mac, &session), None);
            api.send(
                request,
                session,
                stamp,
                move |api, received, session, stamp| {
                    let otherwise = match received {
                        Ok(_) => Outcome::Retry(Retry::new(RetryCause::NotShown)),
                        Err(outcome) if is_uncertain(&outcome) => outcome,
                        Err(outcome) => return end(outcome, session),
                    };
                    api.read(mac, session, stamp).then(stamp, move |ended, _| {
                        let outcome = match ended.outcome {
                            Outcome::NotFound => Outcome::Done(Done::Removed),
                            Outcome::Done(Done::Found(_)) => otherwise,
                            outcome => after_write(outcome),
                        };
                        end(outcome, ended.session)
                    })
                },
            )
        })
    }

    /// Asks for the entry of a phone.
    fn read(self: Arc<Self>, mac: Mac, session: Session, stamp: &Stamp) -> Step {
        let uri = self.entry_uri(mac, &session);
        self.get(uri, session, stamp, move |_, received, session, _| {
            let found = received.and_then(|received| match entry::read(&received.json, &session) {
                Some(entry) if entry.mac == mac => Ok(Outcome::Done(Done::Found(entry))),
                _ => Err(received.broken("it is not the entry of the phone")),
            });
            end(found.unwrap_or_else(|outcome| outcome), session)
        })
    }
}
