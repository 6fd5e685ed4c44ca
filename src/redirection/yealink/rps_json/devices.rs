//! The actions on phones.

use std::sync::Arc;

use super::call::{Account, NOT_SHOWN, data, done, end};
use super::entry::{Device, IdsBody, Owner, Wanted, plain};
use crate::model::Mac;
use crate::redirection::several::{self, Begin};
use crate::redirection::wire::{after_write, is_uncertain};
use crate::redirection::{Destination, Done, Enrolment, Outcome, Refusal, Session, Stamp, Step};

const ADD: &str = "/api/open/v1/device/add";
const CHECK_MAC: &str = "/api/open/v1/device/checkMac";
const DELETE: &str = "/api/open/v1/device/delete";
const DETAIL: &str = "/api/open/v1/device/detail";
const EDIT: &str = "/api/open/v1/device/edit";
const MIGRATE: &str = "/api/open/v1/device/migrate";
const SERVER_LIST: &str = "/api/open/v1/device/serverList";

impl Account {
    pub(super) fn check(self: Arc<Self>, session: Session, stamp: &Stamp) -> Step {
        let request = self.get(SERVER_LIST, &[], stamp);
        self.ask(request, done, session, |_, answer, session, _| {
            let access = answer.map(|()| Outcome::Done(Done::Access));
            end(access.unwrap_or_else(|outcome| outcome), session)
        })
    }

    pub(super) fn list(
        self: Arc<Self>,
        place: (u32, u16),
        session: Session,
        stamp: &Stamp,
    ) -> Step {
        let entry = |device: &Device| Some(device.registered());
        self.page(place, session, stamp, entry, Done::Phones)
    }

    pub(super) fn look_up(self: Arc<Self>, mac: Mac, session: Session, stamp: &Stamp) -> Step {
        self.find_device(
            mac,
            session,
            stamp,
            move |account, device, session, stamp| match device {
                Ok(Some(device)) => end(Outcome::Done(Done::Found(device.registered())), session),
                Ok(None) => account.not_listed(mac, session, stamp),
                Err(outcome) => end(outcome, session),
            },
        )
    }

    /// What a phone is that the account does not list.
    fn not_listed(self: Arc<Self>, mac: Mac, session: Session, stamp: &Stamp) -> Step {
        self.owner(mac, session, stamp, |_, owner, session, _| {
            let outcome = match owner {
                Ok(owner) if owner.is_other() => Outcome::OwnedByOther,
                Ok(owner) if owner.is_self() => NOT_SHOWN,
                Ok(_) => Outcome::NotFound,
                Err(outcome) => outcome,
            };
            end(outcome, session)
        })
    }

    fn owner(
        self: Arc<Self>,
        mac: Mac,
        session: Session,
        stamp: &Stamp,
        next: impl FnOnce(Arc<Self>, Result<Owner, Outcome>, Session, &Stamp) -> Step + Send + 'static,
    ) -> Step {
        let request = self.get(CHECK_MAC, &[("mac", &plain(mac))], stamp);
        self.ask(request, data, session, next)
    }
}

// ---- registering ----

impl Account {
    pub(super) fn register(
        self: Arc<Self>,
        phone: Enrolment,
        session: Session,
        stamp: &Stamp,
    ) -> Step {
        self.resolved(
            phone,
            session,
            stamp,
            |account, wanted, session, stamp| match wanted {
                Ok(wanted) => account.register_at(wanted, session, stamp),
                Err(outcome) => end(outcome, session),
            },
        )
    }

    /// With the server that the phone is to be sent to.
    fn resolved(
        self: Arc<Self>,
        phone: Enrolment,
        session: Session,
        stamp: &Stamp,
        next: impl FnOnce(Arc<Self>, Result<Wanted, Outcome>, Session, &Stamp) -> Step + Send + 'static,
    ) -> Step {
        let name = match &phone.to {
            Destination::Url(_) => {
                let wanted = Wanted {
                    phone,
                    server: None,
                };
                return next(self, Ok(wanted), session, stamp);
            }
            Destination::Server(name) => name.clone(),
        };
        self.find_server(&name, session, stamp, |account, server, session, stamp| {
            let wanted = match server {
                Ok(Some(server)) => Ok(Wanted {
                    phone,
                    server: Some(server),
                }),
                Ok(None) => Err(Outcome::Refused(Refusal::Server)),
                Err(outcome) => Err(outcome),
            };
            next(account, wanted, session, stamp)
        })
    }

    /// Adding a phone of another enterprise is refused in a way that is not documented: who has it is
    /// asked before.
    fn register_at(self: Arc<Self>, wanted: Wanted, session: Session, stamp: &Stamp) -> Step {
        let mac = wanted.phone.mac;
        self.owner(
            mac,
            session,
            stamp,
            |account, owner, session, stamp| match owner {
                Ok(owner) if owner.is_other() => end(Outcome::OwnedByOther, session),
                Ok(owner) if owner.is_self() => account.change(wanted, session, stamp),
                Ok(_) => account.add(wanted, session, stamp),
                Err(outcome) => end(outcome, session),
            },
        )
    }

    fn add(self: Arc<Self>, wanted: Wanted, session: Session, stamp: &Stamp) -> Step {
        let request = self.post(ADD, &wanted.addition(&[wanted.phone.mac]), stamp);
        self.ask(
            request,
            done,
            session,
            |account, added, session, stamp| match added {
                // It has come between the question and this.
                Err(Outcome::Refused(Refusal::Conflict)) => account.change(wanted, session, stamp),
                added => account.written(wanted, added, session, stamp),
            },
        )
    }

    /// Sends a phone of this account to another place, if it is not sent there already.
    fn change(self: Arc<Self>, wanted: Wanted, session: Session, stamp: &Stamp) -> Step {
        self.read(
            wanted,
            session,
            stamp,
            |account, wanted, device, session, stamp| {
                let device = match device {
                    Ok(Some(device)) => device,
                    Ok(None) => return end(NOT_SHOWN, session),
                    Err(outcome) => return end(outcome, session),
                };
                if wanted.needs_no_write(&device) {
                    return end(Outcome::AlreadyOurs(wanted.registered(&device)), session);
                }
                let request = if wanted.is_migration(&device) {
                    let server_id = wanted.server.as_ref().map(|server| server.id.as_str());
                    let ids = [device.id.as_str()];
                    account.post(MIGRATE, &IdsBody { ids, server_id }, stamp)
                } else {
                    account.post(EDIT, &wanted.change(&device), stamp)
                };
                account.ask(
                    request,
                    done,
                    session,
                    |account, edited, session, stamp| match edited {
                        // It has gone since it was listed.
                        Err(Outcome::NotFound) => end(Outcome::Refused(Refusal::Conflict), session),
                        // Whether a password was changed cannot be read back.
                        Err(lost) if is_uncertain(&lost) && wanted.phone.login.is_some() => {
                            end(lost, session)
                        }
                        edited => account.written(wanted, edited, session, stamp),
                    },
                )
            },
        )
    }

    /// An answer to a write is no proof of it, and a lost one is none of the contrary: the phone is read
    /// back and compared.
    fn written(
        self: Arc<Self>,
        wanted: Wanted,
        answer: Result<(), Outcome>,
        session: Session,
        stamp: &Stamp,
    ) -> Step {
        let otherwise = match answer {
            Ok(()) => NOT_SHOWN,
            Err(outcome) if is_uncertain(&outcome) => outcome,
            Err(outcome) => return end(outcome, session),
        };
        self.read(wanted, session, stamp, |_, wanted, device, session, _| {
            let outcome = match device {
                Ok(Some(device)) if wanted.is(&device) => {
                    Outcome::Done(Done::Registered(wanted.registered(&device)))
                }
                Ok(_) => otherwise,
                Err(outcome) => after_write(outcome),
            };
            end(outcome, session)
        })
    }

    /// The entry of a phone, with its details where the list does not tell enough to compare it.
    fn read(
        self: Arc<Self>,
        wanted: Wanted,
        session: Session,
        stamp: &Stamp,
        next: impl FnOnce(Arc<Self>, Wanted, Result<Option<Device>, Outcome>, Session, &Stamp) -> Step
        + Send
        + 'static,
    ) -> Step {
        let mac = wanted.phone.mac;
        self.find_device(
            mac,
            session,
            stamp,
            move |account, device, session, stamp| {
                let device = match device {
                    Ok(Some(device)) if !wanted.is_told_by(&device) => device,
                    device => return next(account, wanted, device, session, stamp),
                };
                let request = account.get(DETAIL, &[("id", device.id.as_str())], stamp);
                account.ask(
                    request,
                    data::<Device>,
                    session,
                    move |account, detail, session, stamp| {
                        let detail = match detail {
                            Ok(detail) if detail.mac == mac => Ok(Some(detail)),
                            // Removed meanwhile, or one that is another's now.
                            Ok(_) | Err(Outcome::NotFound) => Ok(None),
                            Err(outcome) => Err(outcome),
                        };
                        next(account, wanted, detail, session, stamp)
                    },
                )
            },
        )
    }
}

// ---- taking out ----

impl Account {
    pub(super) fn deregister(self: Arc<Self>, mac: Mac, session: Session, stamp: &Stamp) -> Step {
        self.find_device(
            mac,
            session,
            stamp,
            move |account, device, session, stamp| {
                let device = match device {
                    Ok(Some(device)) => device,
                    Ok(None) => return account.not_listed(mac, session, stamp),
                    Err(outcome) => return end(outcome, session),
                };
                account.delete(
                    (DELETE, device.id.as_str()),
                    session,
                    stamp,
                    move |account, otherwise, session, stamp| {
                        account.find_device(mac, session, stamp, |_, device, session, _| {
                            let outcome = match device {
                                Ok(None) => Outcome::Done(Done::Removed),
                                Ok(Some(_)) => otherwise,
                                Err(outcome) => after_write(outcome),
                            };
                            end(outcome, session)
                        })
                    },
                )
            },
        )
    }
}

// ---- several phones ----

impl Account {
    /// In one request where all are to have the same, and then a look at each. What the service does not
    /// simply accept is done phone by phone.
    pub(super) fn register_all(
        self: Arc<Self>,
        phones: Vec<Enrolment>,
        session: Session,
        stamp: &Stamp,
    ) -> Step {
        let macs: Vec<Mac> = phones.iter().map(|phone| phone.mac).collect();
        let mut others = phones.iter();
        let first = match others.next() {
            Some(first) if others.all(|other| is_same(first, other)) => first.clone(),
            _ => return self.each(phones, Self::register, session, stamp),
        };
        self.resolved(
            first,
            session,
            stamp,
            move |account, wanted, session, stamp| {
                let wanted = match wanted {
                    Ok(wanted) => wanted,
                    Err(outcome) => return several::all(macs, &outcome, session),
                };
                let request = account.post(ADD, &wanted.addition(&macs), stamp);
                account.ask(
                    request,
                    done,
                    session,
                    move |account, added, session, stamp| match added {
                        Ok(()) => {
                            let wanted = phones.into_iter().map(|phone| {
                                let server = wanted.server.clone();
                                Wanted { phone, server }
                            });
                            let read = |account: Arc<Self>, wanted, session, stamp: &Stamp| {
                                account.written(wanted, Ok(()), session, stamp)
                            };
                            account.each(wanted.collect(), read, session, stamp)
                        }
                        Err(outcome)
                            if several::is_of_account(&outcome) && !is_uncertain(&outcome) =>
                        {
                            several::all(macs, &outcome, session)
                        }
                        Err(_) => {
                            let step = account.each(phones, Self::register, session, stamp);
                            several::after_all(step, stamp)
                        }
                    },
                )
            },
        )
    }

    pub(super) fn deregister_all(
        self: Arc<Self>,
        macs: Vec<Mac>,
        session: Session,
        stamp: &Stamp,
    ) -> Step {
        self.each(macs, Self::deregister, session, stamp)
    }

    fn each<T: Phone>(
        self: Arc<Self>,
        phones: Vec<T>,
        action: fn(Arc<Self>, T, Session, &Stamp) -> Step,
        session: Session,
        stamp: &Stamp,
    ) -> Step {
        let phones = phones.into_iter().map(|phone| {
            let (account, mac) = (self.clone(), phone.mac());
            let begin: Begin =
                Box::new(move |session, stamp| action(account, phone, session, stamp));
            (mac, begin)
        });
        several::each(phones, session, stamp)
    }
}

fn is_same(one: &Enrolment, other: &Enrolment) -> bool {
    one.to == other.to && one.login == other.login && one.remark == other.remark
}

/// What is done with phones one by one is done with them, with what they are to be, or with their addresses.
trait Phone: Send + 'static {
    fn mac(&self) -> Mac;
}

impl Phone for Mac {
    fn mac(&self) -> Mac {
        *self
    }
}

impl Phone for Enrolment {
    fn mac(&self) -> Mac {
        self.mac
    }
}

impl Phone for Wanted {
    fn mac(&self) -> Mac {
        self.phone.mac
    }
}
