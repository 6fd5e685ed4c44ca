//! YMCS, the management cloud: redirection by its REST interface of version 2.

mod call;
mod device;

use std::fmt;
use std::sync::Arc;

use self::call::{Account, Call, Failure, end};
use self::device::{Batch, Wanted, pins, removal, search};
use crate::error::Invalid;
use crate::model::{Login, Mac, Url};
use crate::redirection::several::{self, Begin};
use crate::redirection::wire::{self, Base, after_write, is_uncertain};
use crate::redirection::{
    Action, ActionError, Cursor, Done, Ended, Enrolment, Outcome, Page, PageRequest,
    RedirectionService, Refusal, Retry, RetryCause, Session, Stamp, Step,
};

/// Redirection by YMCS v2.
///
/// * The account is a client of OAuth 2.0: its identifier is the user name, its secret the password. The
///   [`Session`] keeps the access token; one is asked for in the last minute of the one before, and once
///   more when the service says that it has ended.
/// * With its serial number a phone is registered by the ordinary call. Without, by a call that the maker
///   must have enabled for the account; where it has not, the outcome is
///   [`Refusal::Serial`](super::super::Refusal).
/// * The service cannot overwrite: an own phone that is sent elsewhere is taken out first, then
///   registered. So is every own phone when a `login` is given, which cannot be compared. `take_over` is
///   ignored.
/// * A server is named by its *identifier* at the service, as it stands in
///   [`Registered::server`](super::super::Registered): the interface has no list of servers.
/// * What another organisation has is only told when it is to be registered; a look-up does not find it.
///
/// ```
/// use chrono::{TimeZone, Utc};
/// use phone_provisioning::model::Login;
/// use phone_provisioning::redirection::yealink::YealinkYmcs;
/// use phone_provisioning::redirection::{Action, RedirectionService, Session, Stamp, Step};
///
/// let client = Login { username: "client".parse()?, password: "secret".parse()? };
/// let service = YealinkYmcs::new(&YealinkYmcs::EUROPE.parse()?, &client)?;
/// let stamp = Stamp::new(Utc.timestamp_opt(1_800_000_000, 0).unwrap(), [7; 16]);
/// let pins = Action::Pins(vec!["80:5e:0c:12:34:56".parse()?]);
/// let Step::Send(exchange) = service.start(&pins, &Session::new(), &stamp)? else {
///     unreachable!("there is no token yet");
/// };
/// assert_eq!(exchange.request().uri(), "https://eu-api.ymcs.yealink.com/v2/token");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct YealinkYmcs(Arc<Account>);

impl YealinkYmcs {
    /// The base of accounts in Europe (a public client's guide).
    pub const EUROPE: &'static str = "https://eu-api.ymcs.yealink.com";
    /// The base of accounts in the United States.
    pub const UNITED_STATES: &'static str = "https://us-api.ymcs.yealink.com";

    /// Most phones of one action: the limit of registering without serial numbers.
    const MOST: usize = 100;

    /// The service at this base, with the identifier and the secret of a client.
    ///
    /// # Errors
    /// A base of another scheme than `http` and `https` or with a query; an identifier with a colon.
    pub fn new(base: &Url, client: &Login) -> Result<Self, Invalid> {
        Ok(Self(Arc::new(Account {
            base: Base::new(base)?,
            authorization: wire::basic(client)?,
        })))
    }
}

impl fmt::Debug for YealinkYmcs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("YealinkYmcs")
            .field("host", &self.0.base.uri().host())
            .finish_non_exhaustive()
    }
}

const SERVICE: &str = "yealink-ymcs";

impl RedirectionService for YealinkYmcs {
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
            Action::Check => account.check(stamp),
            Action::LookUp(mac) => account.look_up(*mac, session, stamp),
            Action::List(page) => account.list(skip(page)?, page.size.max(1), session, stamp),
            Action::Register(enrolment) => account.register(enrolment.clone(), session, stamp),
            Action::Deregister(mac) => account.deregister(*mac, session, stamp),
            Action::RegisterAll(enrolments) => {
                several::check(enrolments.iter().map(|e| e.mac), Self::MOST, SERVICE)?;
                account.register_all(enrolments.clone(), session, stamp)
            }
            Action::DeregisterAll(macs) => {
                several::check(macs.iter().copied(), Self::MOST, SERVICE)?;
                account.deregister_all(macs.clone(), session, stamp)
            }
            Action::Pins(macs) => {
                several::check(macs.iter().copied(), Self::MOST, SERVICE)?;
                account.pins(macs.clone(), session, stamp)
            }
            Action::ListServers(_) | Action::PutServer { .. } | Action::RemoveServer(_) => {
                return Err(ActionError::Unsupported {
                    service: SERVICE,
                    action: action.name(),
                });
            }
        })
    }
}

/// Entries before a page.
fn skip(page: &PageRequest) -> Result<u64, ActionError> {
    let Some(cursor) = &page.after else {
        return Ok(0);
    };
    let skip = cursor.as_str().parse::<u32>();
    skip.map(u64::from)
        .map_err(|_| ActionError::Cursor { service: SERVICE })
}

// ---- the actions ----

impl Account {
    /// With a token of now, so that the credentials are looked at, and a call of the interface that
    /// registers phones.
    fn check(self: Arc<Self>, stamp: &Stamp) -> Step {
        let call = Call::list(0, 1, None);
        self.call(call, Session::new(), stamp, |_, answer, session, _| {
            let outcome = answer.and_then(|answer| search(&answer));
            end(
                outcome.map_or_else(Failure::into, |_| Outcome::Done(Done::Access)),
                session,
            )
        })
    }

    fn list(self: Arc<Self>, skip: u64, limit: u16, session: Session, stamp: &Stamp) -> Step {
        let call = Call::list(skip, limit, None);
        self.call(call, session, stamp, move |_, answer, session, _| {
            let page = answer.and_then(|answer| search(&answer)).map(|found| {
                let next = found.next(skip, limit);
                let next = next.and_then(|next| Cursor::new(&next.to_string()).ok());
                Outcome::Done(Done::Phones(Page::new(found.phones, next)))
            });
            end(page.unwrap_or_else(Failure::into), session)
        })
    }

    fn look_up(self: Arc<Self>, mac: Mac, session: Session, stamp: &Stamp) -> Step {
        self.look_from((0, 1), mac, session, stamp)
    }

    /// The filter finds more than the whole address: the phone is searched page by page, the first by
    /// number 1.
    fn look_from(
        self: Arc<Self>,
        (skip, number): (u64, u32),
        mac: Mac,
        session: Session,
        stamp: &Stamp,
    ) -> Step {
        const PAGE: u16 = 100;
        const MOST_PAGES: u32 = 20;
        let call = Call::list(skip, PAGE, Some(mac));
        self.call(
            call,
            session,
            stamp,
            move |account, answer, session, stamp| {
                let found = match answer.and_then(|answer| search(&answer)) {
                    Ok(found) => found,
                    Err(failure) => return end(failure.into(), session),
                };
                let next = found.next(skip, PAGE);
                let phone = found.phones.into_iter().find(|phone| phone.mac == mac);
                match (phone, next) {
                    (Some(phone), _) => end(Outcome::Done(Done::Found(phone)), session),
                    (None, Some(next)) if number < MOST_PAGES => {
                        account.look_from((next, number + 1), mac, session, stamp)
                    }
                    (None, Some(_)) => {
                        end(wire::broken(200, "the list has too many pages"), session)
                    }
                    (None, None) => end(Outcome::NotFound, session),
                }
            },
        )
    }

    fn register(self: Arc<Self>, enrolment: Enrolment, session: Session, stamp: &Stamp) -> Step {
        let mac = enrolment.mac;
        self.clone()
            .look_up(mac, session, stamp)
            .then(stamp, move |ended, stamp| {
                let Ended { outcome, session } = ended;
                match outcome {
                    Outcome::Done(Done::Found(phone)) if Wanted(&enrolment).is_of(&phone) => {
                        end(Outcome::AlreadyOurs(phone), session)
                    }
                    Outcome::Done(Done::Found(_)) => self.replace(enrolment, session, stamp),
                    Outcome::NotFound => self.add(enrolment, session, stamp),
                    outcome => end(outcome, session),
                }
            })
    }

    /// Takes an own phone out and registers it anew.
    fn replace(self: Arc<Self>, enrolment: Enrolment, session: Session, stamp: &Stamp) -> Step {
        let call = Call::remove(&[enrolment.mac]);
        self.call(
            call,
            session,
            stamp,
            move |account, answer, session, stamp| match answer.and_then(|answer| removal(&answer))
            {
                Ok(removal) if removal.done == 0 => {
                    end(Outcome::Refused(Refusal::Unknown), session)
                }
                Ok(_) => several::after_all(account.add(enrolment, session, stamp), stamp),
                Err(failure) => end(failure.into(), session),
            },
        )
    }

    /// Registers a phone that the account does not have, and reads it back.
    fn add(self: Arc<Self>, enrolment: Enrolment, session: Session, stamp: &Stamp) -> Step {
        let call = Wanted(&enrolment).call();
        self.call(
            call,
            session,
            stamp,
            move |account, answer, session, stamp| {
                let not_shown = Outcome::Retry(Retry::new(RetryCause::NotShown));
                let outcome = answer.and_then(|answer| Wanted(&enrolment).added(&answer));
                // What it means that another entry is there then, or none.
                let (other, none) = match outcome {
                    Ok(()) => (not_shown.clone(), not_shown),
                    Err(failure) if failure.says_existing() => {
                        (Outcome::Refused(Refusal::Conflict), Outcome::OwnedByOther)
                    }
                    Err(failure) => match Wanted(&enrolment).refused(failure) {
                        outcome if is_uncertain(&outcome) => (outcome.clone(), outcome),
                        outcome => return end(outcome, session),
                    },
                };
                let looked = account.look_up(enrolment.mac, session, stamp);
                looked.then(stamp, move |ended, _| {
                    let outcome = match ended.outcome {
                        Outcome::Done(Done::Found(phone)) if Wanted(&enrolment).is_sent(&phone) => {
                            Outcome::Done(Done::Registered(phone))
                        }
                        Outcome::Done(Done::Found(_)) => other,
                        Outcome::NotFound => none,
                        outcome => after_write(outcome),
                    };
                    end(outcome, ended.session)
                })
            },
        )
    }

    fn deregister(self: Arc<Self>, mac: Mac, session: Session, stamp: &Stamp) -> Step {
        let call = Call::remove(&[mac]);
        self.call(
            call,
            session,
            stamp,
            move |account, answer, session, stamp| {
                let (found, none) = match answer.and_then(|answer| removal(&answer)) {
                    Ok(removal) if removal.done > 0 => (NOT_SHOWN, REMOVED),
                    Ok(_) => (Outcome::Refused(Refusal::Unknown), Outcome::NotFound),
                    // Phones that it does not have are refused in several ways.
                    Err(failure) => match Outcome::from(failure) {
                        outcome if is_uncertain(&outcome) => (outcome, REMOVED),
                        outcome @ (Outcome::NotFound | Outcome::Refused(Refusal::Code(_))) => {
                            (outcome, Outcome::NotFound)
                        }
                        outcome => return end(outcome, session),
                    },
                };
                account.settle(mac, found, none, session, stamp)
            },
        )
    }

    /// Looks a phone up, and ends with what it means that it is there, or not.
    fn settle(
        self: Arc<Self>,
        mac: Mac,
        found: Outcome,
        none: Outcome,
        session: Session,
        stamp: &Stamp,
    ) -> Step {
        self.look_up(mac, session, stamp)
            .then(stamp, move |ended, _| {
                let outcome = match ended.outcome {
                    Outcome::Done(Done::Found(_)) => found,
                    Outcome::NotFound => none,
                    outcome => after_write(outcome),
                };
                end(outcome, ended.session)
            })
    }

    /// Phones without serial numbers go in one call; what came of it, and what is left to be done, is
    /// seen phone by phone.
    fn register_all(
        self: Arc<Self>,
        enrolments: Vec<Enrolment>,
        session: Session,
        stamp: &Stamp,
    ) -> Step {
        if enrolments.len() == 1
            || enrolments
                .iter()
                .any(|enrolment| enrolment.serial.is_some())
        {
            return self.register_each(enrolments, Vec::new(), session, stamp);
        }
        let call = Call::add_all(&enrolments);
        self.call(
            call,
            session,
            stamp,
            move |account, answer, session, stamp| {
                let macs = enrolments.iter().map(|enrolment| enrolment.mac);
                let added = match answer.and_then(|answer| Batch::read(&answer)) {
                    Ok(batch) => macs.filter(|mac| !batch.refused(*mac)).collect(),
                    Err(failure) => match Wanted(&enrolments[0]).refused(failure) {
                        outcome if is_uncertain(&outcome) => Vec::new(),
                        outcome => {
                            return several::all(macs, &outcome, session);
                        }
                    },
                };
                let step = account.register_each(enrolments, added, session, stamp);
                several::after_all(step, stamp)
            },
        )
    }

    /// One by one; `added` are there already, by a call of ours.
    fn register_each(
        self: Arc<Self>,
        enrolments: Vec<Enrolment>,
        added: Vec<Mac>,
        session: Session,
        stamp: &Stamp,
    ) -> Step {
        let phones = enrolments.into_iter().map(|enrolment| {
            let (account, mac) = (self.clone(), enrolment.mac);
            let is_added = added.contains(&mac);
            let begin: Begin = Box::new(move |session, stamp| {
                if !is_added {
                    return account.register(enrolment, session, stamp);
                }
                let looked = account.look_up(mac, session, stamp);
                looked.then(stamp, move |ended, _| {
                    let outcome = match ended.outcome {
                        Outcome::Done(Done::Found(phone)) if Wanted(&enrolment).is_sent(&phone) => {
                            Outcome::Done(Done::Registered(phone))
                        }
                        Outcome::Done(Done::Found(_)) | Outcome::NotFound => NOT_SHOWN,
                        outcome => after_write(outcome),
                    };
                    end(outcome, ended.session)
                })
            });
            (mac, begin)
        });
        several::each(phones, session, stamp)
    }

    fn deregister_all(self: Arc<Self>, macs: Vec<Mac>, session: Session, stamp: &Stamp) -> Step {
        let call = Call::remove(&macs);
        self.call(
            call,
            session,
            stamp,
            move |account, answer, session, stamp| {
                let removal = match answer.and_then(|answer| removal(&answer)) {
                    Ok(removal) => Some(removal),
                    Err(failure) => match Outcome::from(failure) {
                        outcome if is_uncertain(&outcome) => None,
                        // One that it does not have may have spoilt all.
                        Outcome::NotFound | Outcome::Refused(Refusal::Code(_)) => None,
                        outcome => {
                            let outcomes = macs.into_iter().map(|mac| (mac, outcome.clone()));
                            return end(Outcome::Each(outcomes.collect()), session);
                        }
                    },
                };
                let phones = macs.into_iter().map(|mac| {
                    let account = account.clone();
                    let was_there = removal.as_ref().map(|removal| !removal.names(mac));
                    let begin: Begin = Box::new(move |session, stamp| match was_there {
                        Some(true) => account.settle(mac, NOT_SHOWN, REMOVED, session, stamp),
                        _ => account.deregister(mac, session, stamp),
                    });
                    (mac, begin)
                });
                let step = several::each(phones, session, stamp);
                several::after_all(step, stamp)
            },
        )
    }

    fn pins(self: Arc<Self>, macs: Vec<Mac>, session: Session, stamp: &Stamp) -> Step {
        let call = Call::pins(&macs);
        self.call(call, session, stamp, move |_, answer, session, _| {
            let pins = answer.and_then(|answer| pins(&macs, &answer));
            let outcome = pins.map_or_else(Failure::into, |pins| Outcome::Done(Done::Pins(pins)));
            end(outcome, session)
        })
    }
}

const REMOVED: Outcome = Outcome::Done(Done::Removed);
const NOT_SHOWN: Outcome = Outcome::Retry(Retry {
    cause: RetryCause::NotShown,
    after: None,
});
