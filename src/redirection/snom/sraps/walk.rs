//! The way to the addresses of an account, from one link to the next.

use std::sync::Arc;

use http::Uri;
use serde_json::Value;

use super::call::{Api, ELSEWHERE, Received, end};
use super::entry::text;
use crate::model::Mac;
use crate::redirection::wire::broken;
use crate::redirection::{Done, Outcome, Refusal, ServerName, Session, Stamp, Step};

/// What a session knows: the identifier of the setting that holds the address of a phone, …
pub(super) const SETTING: &str = "setting";
/// … the address of the account's phones, …
pub(super) const ENDPOINTS: &str = "endpoints";
/// … and that of its profiles. Both end with a slash.
pub(super) const PROFILES: &str = "profiles";

/// Entries of a page that is only searched.
const PAGE: u16 = 1000;

/// Most pages that are searched.
const MOST_PAGES: u32 = 50;

/// What is searched in a list.
struct Search {
    is_it: Box<dyn Fn(&Value) -> bool + Send>,
    /// What it means that it is not there.
    absent: Outcome,
    /// Most pages that are still looked at.
    pages: u32,
}

enum Next {
    Found(String),
    Page(Uri),
}

impl Api {
    /// Goes on when all that it needs is known.
    pub(super) fn with(
        self: Arc<Self>,
        needs: &'static [&'static str],
        session: Session,
        stamp: &Stamp,
        next: impl FnOnce(Arc<Self>, Session, &Stamp) -> Step + Send + 'static,
    ) -> Step {
        let wants_account = needs.iter().any(|need| *need != SETTING);
        let setting = if needs.contains(&SETTING) && session.place(SETTING).is_none() {
            self.clone().find_setting(session, stamp)
        } else {
            end(Outcome::Done(Done::Access), session)
        };
        setting.then(stamp, move |ended, stamp| {
            let Outcome::Done(Done::Access) = ended.outcome else {
                return Step::Ended(ended);
            };
            // A link of another account's session may lead elsewhere.
            let knows = |place| {
                ended
                    .session
                    .place(place)
                    .and_then(|link| self.pinned(link))
                    .is_some()
            };
            let account = if wants_account && !(knows(ENDPOINTS) && knows(PROFILES)) {
                self.clone().find_account(ended.session, stamp)
            } else {
                Step::Ended(ended)
            };
            account.then(stamp, move |ended, stamp| match ended.outcome {
                Outcome::Done(Done::Access) => next(self, ended.session, stamp),
                _ => Step::Ended(ended),
            })
        })
    }

    pub(super) fn token_uri(&self) -> Uri {
        let mut path = b"/tokens/".to_vec();
        crate::model::percent_encode_segment(self.credentials.id(), &mut path);
        self.base.join(&String::from_utf8_lossy(&path))
    }

    /// The address of the entry of a phone.
    pub(super) fn entry_uri(&self, mac: Mac, session: &Session) -> Uri {
        self.place_uri(ENDPOINTS, &mac.plain_lower().to_string(), session)
    }

    /// The address of the first page of a list.
    pub(super) fn page_uri(&self, place: &'static str, size: u16, session: &Session) -> Uri {
        self.place_uri(place, &format!("?page_size={}", size.max(1)), session)
    }

    fn place_uri(&self, place: &'static str, behind: &str, session: &Session) -> Uri {
        let place = session.place(place).unwrap_or_default();
        self.pinned(&format!("{place}{behind}")).unwrap_or_default()
    }

    /// Searches the settings for the one that holds the address of a phone.
    fn find_setting(self: Arc<Self>, session: Session, stamp: &Stamp) -> Step {
        let page = self.base.join(&format!("/settings/?page_size={PAGE}"));
        let search = Search {
            is_it: {
                let name = self.setting;
                Box::new(move |entry| text(entry, "param_name") == Some(name))
            },
            absent: broken(200, "the setting for the address is not among the settings"),
            pages: MOST_PAGES,
        };
        self.search(page, search, session, stamp, |_, id, session, _| {
            end(Outcome::Done(Done::Access), session.with_place(SETTING, id))
        })
    }

    /// Searches the profiles for the one of this name, or with this identifier, and goes on with the
    /// identifier.
    pub(super) fn find_profile(
        self: Arc<Self>,
        name: ServerName,
        session: Session,
        stamp: &Stamp,
        found: impl FnOnce(Arc<Self>, String, Session, &Stamp) -> Step + Send + 'static,
    ) -> Step {
        let page = self.page_uri(PROFILES, PAGE, &session);
        let search = Search {
            is_it: Box::new(move |entry| {
                let names = [text(entry, "name"), text(entry, "uuid")];
                names.contains(&Some(name.as_str()))
            }),
            absent: Outcome::Refused(Refusal::Server),
            pages: MOST_PAGES,
        };
        self.search(page, search, session, stamp, found)
    }

    /// Goes through a list, page by page, and on with the identifier of the entry that is searched. Of two
    /// on a page neither is taken: it may be the wrong one.
    fn search(
        self: Arc<Self>,
        page: Uri,
        mut search: Search,
        session: Session,
        stamp: &Stamp,
        found: impl FnOnce(Arc<Self>, String, Session, &Stamp) -> Step + Send + 'static,
    ) -> Step {
        self.get(
            page,
            session,
            stamp,
            move |api, received, session, stamp| {
                let next = received.map_err(missing).and_then(|received| {
                    let entries = received.entries()?.iter();
                    let ids = entries
                        .filter(|entry| (search.is_it)(entry))
                        .map(|entry| text(entry, "uuid"));
                    match ids.collect::<Vec<_>>()[..] {
                        [Some(id)] => Ok(Next::Found(id.to_owned())),
                        [] => api
                            .next_page(&received)?
                            .map(Next::Page)
                            .ok_or(search.absent.clone()),
                        _ => Err(search.absent.clone()),
                    }
                });
                search.pages -= 1;
                match next {
                    Ok(Next::Found(id)) => found(api, id, session, stamp),
                    Ok(Next::Page(_)) if search.pages == 0 => {
                        end(broken(200, "the list has too many pages"), session)
                    }
                    Ok(Next::Page(page)) => api.search(page, search, session, stamp, found),
                    Err(outcome) => end(outcome, session),
                }
            },
        )
    }

    /// Asks the access key for its company, and that for its lists.
    fn find_account(self: Arc<Self>, session: Session, stamp: &Stamp) -> Step {
        let token = self.token_uri();
        self.get(token, session, stamp, |api, received, session, stamp| {
            let company = received.map_err(missing);
            let company = company.and_then(|received| {
                api.link(&received, &["company"])?
                    .ok_or_else(|| received.broken("it has no link to the company"))
            });
            let company = match company {
                Ok(company) => company,
                Err(outcome) => return end(outcome, session),
            };
            let beside = format!(
                "{}/provisioning-profiles/",
                company.to_string().trim_end_matches('/')
            );
            api.get(company, session, stamp, move |api, received, session, _| {
                let places = received.map_err(missing).and_then(|received| {
                    let endpoints = api.link(&received, &["endpoints"])?;
                    let endpoints =
                        endpoints.ok_or_else(|| received.broken("it has no link to the phones"))?;
                    let profiles = api.link(
                        &received,
                        &["provisioning-profiles", "provisioning_profiles"],
                    )?;
                    let profiles = profiles.map_or(beside, |profiles| folder(&profiles));
                    Ok((folder(&endpoints), profiles))
                });
                match places {
                    Ok((endpoints, profiles)) => {
                        let session = session.with_place(ENDPOINTS, endpoints);
                        end(
                            Outcome::Done(Done::Access),
                            session.with_place(PROFILES, profiles),
                        )
                    }
                    Err(outcome) => end(outcome, session),
                }
            })
        })
    }

    /// A link of this name.
    fn link(&self, received: &Received, names: &[&str]) -> Result<Option<Uri>, Outcome> {
        let links = received.json.get("links");
        let link = links.and_then(|links| names.iter().find_map(|name| text(links, name)));
        let Some(link) = link else {
            return Ok(None);
        };
        // What is longer than any address is none.
        let link = Some(link)
            .filter(|link| link.len() <= 1024)
            .and_then(|link| self.pinned(link));
        link.map(Some).ok_or_else(|| received.broken(ELSEWHERE))
    }
}

fn folder(uri: &Uri) -> String {
    format!("{}/", uri.to_string().trim_end_matches('/'))
}

/// What must be there and is not, is a fault of the service, and no phone that is not registered.
pub(super) fn missing(outcome: Outcome) -> Outcome {
    match outcome {
        Outcome::NotFound => broken(404, "what every account has is not there"),
        outcome => outcome,
    }
}
