//! Entries of lists: pages, and the one that is searched for.

use std::sync::Arc;

use serde::de::DeserializeOwned;

use super::call::{Account, data, end};
use super::entry::{Device, ListBody, Listed, Server, plain};
use crate::model::Mac;
use crate::redirection::wire::broken;
use crate::redirection::{Cursor, Done, Outcome, Page, ServerName, Session, Stamp, Step};

/// A list that the service has.
pub(super) trait Entry: DeserializeOwned + Send + 'static {
    /// The path of the call.
    const LIST: &'static str;
}

impl Entry for Device {
    const LIST: &'static str = "/api/open/v1/device/list";
}

impl Entry for Server {
    const LIST: &'static str = "/api/open/v1/server/list";
}

/// Entries of a page of a search, and the pages of the longest: a whole address or name finds few.
const PAGE: u16 = 100;
const MOST_PAGES: u32 = 50;

impl Account {
    /// One page of a list, its entries as `entry` makes them: what it leaves out is not told.
    pub(super) fn page<T: Entry, E: 'static>(
        self: Arc<Self>,
        (skip, limit): (u32, u16),
        session: Session,
        stamp: &Stamp,
        entry: fn(&T) -> Option<E>,
        done: fn(Page<E>) -> Done,
    ) -> Step {
        let body = ListBody {
            key: None,
            skip,
            limit,
            auto_count: true,
        };
        let request = self.post(T::LIST, &body, stamp);
        self.ask(request, data, session, move |_, page, session, _| {
            let page = page.map(|page: Listed<T>| {
                let next = page.next(skip, limit);
                let entries = page.data.iter().filter_map(entry).collect();
                Outcome::Done(done(Page::new(entries, next.and_then(cursor))))
            });
            end(page.unwrap_or_else(|outcome| outcome), session)
        })
    }

    pub(super) fn find_device(
        self: Arc<Self>,
        mac: Mac,
        session: Session,
        stamp: &Stamp,
        next: impl FnOnce(Arc<Self>, Result<Option<Device>, Outcome>, Session, &Stamp) -> Step
        + Send
        + 'static,
    ) -> Step {
        let is_it = move |device: &Device| device.mac == mac;
        self.find(plain(mac), is_it, (0, 1), session, stamp, next)
    }

    pub(super) fn find_server(
        self: Arc<Self>,
        name: &ServerName,
        session: Session,
        stamp: &Stamp,
        next: impl FnOnce(Arc<Self>, Result<Option<Server>, Outcome>, Session, &Stamp) -> Step
        + Send
        + 'static,
    ) -> Step {
        let key = name.as_str().to_owned();
        let name = key.clone();
        let is_it = move |server: &Server| server.server_name == name;
        self.find(key, is_it, (0, 1), session, stamp, next)
    }

    /// The service finds whatever has the key in it: pages are read until the entry comes, the first by
    /// number 1.
    fn find<T: Entry>(
        self: Arc<Self>,
        key: String,
        is_it: impl Fn(&T) -> bool + Send + 'static,
        (skip, number): (u32, u32),
        session: Session,
        stamp: &Stamp,
        next: impl FnOnce(Arc<Self>, Result<Option<T>, Outcome>, Session, &Stamp) -> Step
        + Send
        + 'static,
    ) -> Step {
        let body = ListBody {
            key: Some(&key),
            skip,
            limit: PAGE,
            auto_count: true,
        };
        let request = self.post(T::LIST, &body, stamp);
        let read = data::<Listed<T>>;
        self.ask(
            request,
            read,
            session,
            move |account, page, session, stamp| {
                let page = match page {
                    Ok(page) => page,
                    Err(outcome) => return next(account, Err(outcome), session, stamp),
                };
                let skip = page.next(skip, PAGE);
                if let Some(entry) = page.data.into_iter().find(|entry| is_it(entry)) {
                    return next(account, Ok(Some(entry)), session, stamp);
                }
                match skip {
                    None => next(account, Ok(None), session, stamp),
                    Some(skip) if number < MOST_PAGES => {
                        account.find(key, is_it, (skip, number + 1), session, stamp, next)
                    }
                    Some(_) => {
                        let endless = broken(200, "the list does not end");
                        next(account, Err(endless), session, stamp)
                    }
                }
            },
        )
    }
}

/// Where a page begins.
fn cursor(skip: u32) -> Option<Cursor> {
    Cursor::new(&skip.to_string()).ok()
}
