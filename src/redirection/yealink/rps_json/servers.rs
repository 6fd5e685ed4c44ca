//! The actions on servers.

use std::sync::Arc;

use super::call::{Account, NOT_SHOWN, data, done, end};
use super::entry::{Server, WantedServer};
use crate::redirection::wire::{after_write, is_uncertain};
use crate::redirection::{Done, Outcome, ServerName, Session, Stamp, Step};

const ADD: &str = "/api/open/v1/server/add";
const DELETE: &str = "/api/open/v1/server/delete";
const DETAIL: &str = "/api/open/v1/server/detail";
const EDIT: &str = "/api/open/v1/server/edit";

impl Account {
    /// Servers whose names are none of ours are left out: no action could name them.
    pub(super) fn list_servers(
        self: Arc<Self>,
        place: (u32, u16),
        session: Session,
        stamp: &Stamp,
    ) -> Step {
        self.page(place, session, stamp, Server::object, Done::Servers)
    }

    pub(super) fn put_server(
        self: Arc<Self>,
        wanted: WantedServer,
        session: Session,
        stamp: &Stamp,
    ) -> Step {
        let name = wanted.name.clone();
        self.find_server(&name, session, stamp, |account, server, session, stamp| {
            let server = match server {
                Ok(server) => server,
                Err(outcome) => return end(outcome, session),
            };
            let is_change = server.is_some();
            let request = match &server {
                Some(server) if wanted.needs_no_write(server) => {
                    return end(wanted.there(server), session);
                }
                Some(_) => account.post(EDIT, &wanted.body(server.as_ref()), stamp),
                None => account.post(ADD, &wanted.body(None), stamp),
            };
            account.ask(
                request,
                done,
                session,
                move |account, written, session, stamp| {
                    let otherwise = match written {
                        Ok(()) => NOT_SHOWN,
                        // Whether a password was changed cannot be read back.
                        Err(lost) if is_change && wanted.login.is_some() => {
                            return end(lost, session);
                        }
                        Err(outcome) if is_uncertain(&outcome) => outcome,
                        Err(outcome) => return end(outcome, session),
                    };
                    account.read_server(wanted, otherwise, session, stamp)
                },
            )
        })
    }

    /// A server that was written is read back, with its details where the list does not tell its login.
    fn read_server(
        self: Arc<Self>,
        wanted: WantedServer,
        otherwise: Outcome,
        session: Session,
        stamp: &Stamp,
    ) -> Step {
        let name = wanted.name.clone();
        self.find_server(&name, session, stamp, |account, server, session, stamp| {
            let server = match server {
                Ok(Some(server)) if wanted.is_told_by(&server) => {
                    return end(wanted.compared(&server).unwrap_or(otherwise), session);
                }
                Ok(Some(server)) => server,
                Ok(None) => return end(otherwise, session),
                Err(outcome) => return end(after_write(outcome), session),
            };
            let request = account.get(DETAIL, &[("id", server.id.as_str())], stamp);
            account.ask(
                request,
                data::<Server>,
                session,
                move |_, server, session, _| {
                    let outcome = match server {
                        Ok(server) => wanted.compared(&server).unwrap_or(otherwise),
                        Err(outcome) => after_write(outcome),
                    };
                    end(outcome, session)
                },
            )
        })
    }

    pub(super) fn remove_server(
        self: Arc<Self>,
        name: ServerName,
        session: Session,
        stamp: &Stamp,
    ) -> Step {
        self.find_server(
            &name.clone(),
            session,
            stamp,
            |account, server, session, stamp| {
                let server = match server {
                    Ok(Some(server)) => server,
                    Ok(None) => return end(Outcome::NotFound, session),
                    Err(outcome) => return end(outcome, session),
                };
                account.delete(
                    (DELETE, server.id.as_str()),
                    session,
                    stamp,
                    move |account, otherwise, session, stamp| {
                        account.find_server(&name, session, stamp, |_, server, session, _| {
                            let outcome = match server {
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
