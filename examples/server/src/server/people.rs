//! Who may log in, and who has.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher as _, PasswordVerifier as _};
use chrono::{DateTime, TimeDelta, Utc};
use phone_provisioning::Secret;
use phone_provisioning::inventory::{Actor, OrganisationId};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;

use super::{Problem, Server, State};
use crate::random;
use crate::store::Kind;

/// Somebody who may log in.
#[derive(Clone, Deserialize, Serialize)]
pub struct Person {
    /// The name that is typed in.
    pub name: String,
    /// The part.
    pub part: Part,
    /// For which organisations; nothing = all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisations: Option<BTreeSet<OrganisationId>>,
    /// Argon2id, in the format of password hashes (PHC).
    password: String,
}

/// The part that somebody plays.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// Owns phones.
    Provider,
    /// Uses them.
    Customer,
    /// Is the PBX, which reports what happens.
    Platform,
}

impl Person {
    /// Who they are for the inventory.
    pub fn actor(&self) -> Actor {
        match (self.part, &self.organisations) {
            (Part::Platform, _) => Actor::PLATFORM,
            (Part::Provider, None) => Actor::PROVIDER,
            (Part::Provider, Some(of)) => Actor::provider_of(of.iter().cloned()),
            (Part::Customer, of) => Actor::customer_of(of.iter().flatten().cloned()),
        }
    }
}

/// Somebody who has logged in.
#[derive(Clone, Deserialize, Serialize)]
pub struct Session {
    /// Who.
    pub person: String,
    /// Until when.
    pub until: DateTime<Utc>,
    /// What their forms carry, so that no other site can send one.
    pub form_token: String,
}

/// Somebody whose session was found.
pub struct LoggedIn {
    /// Who.
    pub name: String,
    /// Who they are for the inventory.
    pub actor: Actor,
    /// The part.
    pub part: Part,
    /// For which organisations; nothing = all.
    pub organisations: Option<BTreeSet<OrganisationId>>,
    /// What their forms carry.
    pub form_token: String,
}

/// A session lasts so long.
const SESSION: TimeDelta = TimeDelta::hours(12);

/// Sessions that are kept.
const MOST_SESSIONS: usize = 10_000;

impl Server {
    /// Lets somebody in: the token of the session.
    ///
    /// # Errors
    /// [`Problem::Forbidden`] for a wrong name, a wrong password, or too many of them.
    pub async fn log_in(
        self: &Arc<Self>,
        name: &str,
        password: &Secret,
        source: IpAddr,
    ) -> Result<Secret, Problem> {
        self.check_password(name, password, source).await?;
        let token = self.change(|change| {
            let token = random::token(&change.state.environment);
            let session = Session {
                person: name.to_owned(),
                until: change.now + SESSION,
                form_token: random::token(&change.state.environment).expose().to_owned(),
            };
            let key = session_key(change.state, token.expose());
            change.end_sessions();
            change.write(Kind::Sessions, key.clone(), &session);
            change.state.sessions.insert(key, session);
            token
        });
        let token = token.await;
        tracing::info!(person = name, "logged in");
        Ok(token)
    }

    /// Whether somebody has this password. Wrong ones are counted by source.
    async fn check_password(
        &self,
        name: &str,
        password: &Secret,
        source: IpAddr,
    ) -> Result<(), Problem> {
        let now = self.now();
        let stored = self.look(|state| {
            let may_try = state.guesses.may_try(source, now);
            may_try.then(|| state.people.get(name).map(|person| person.password.clone()))
        });
        let stored = stored.ok_or(Problem::Forbidden)?;
        let is_known = stored.is_some();
        // Nobody learns from the time whether a name exists.
        let stored = stored.unwrap_or_else(|| nobody().to_owned());
        let password = password.clone();
        let checked = tokio::task::spawn_blocking(move || is_password(&stored, &password)).await;
        if !is_known || !checked.unwrap_or(false) {
            self.lock().guesses.failed(source, now);
            tracing::warn!(%source, "a login was refused");
            return Err(Problem::Forbidden);
        }
        Ok(())
    }

    /// Who has this token.
    pub fn session(&self, token: &str) -> Option<LoggedIn> {
        let now = self.now();
        self.look(|state| {
            let session = state.sessions.get(&session_key(state, token))?;
            let person = state.people.get(&session.person)?;
            (now < session.until).then(|| LoggedIn {
                name: person.name.clone(),
                actor: person.actor(),
                part: person.part,
                organisations: person.organisations.clone(),
                form_token: session.form_token.clone(),
            })
        })
    }

    /// Ends a session.
    pub async fn log_out(self: &Arc<Self>, token: &str) {
        self.change(|change| {
            let key = session_key(change.state, token);
            if change.state.sessions.remove(&key).is_some() {
                change.delete(Kind::Sessions, key);
            }
        })
        .await;
    }

    /// Adds somebody who may log in, or gives them another password.
    ///
    /// # Errors
    /// [`Problem::Forbidden`] unless a provider of all organisations wants it; a password of fewer than
    /// 12 characters; a customer without organisation.
    pub async fn put_person(
        self: &Arc<Self>,
        actor: &Actor,
        name: &str,
        part: Part,
        organisations: Option<BTreeSet<OrganisationId>>,
        password: &Secret,
    ) -> Result<(), Problem> {
        if *actor != Actor::PROVIDER {
            return Err(Problem::Forbidden);
        }
        self.look(|state| {
            let mut named = organisations.iter().flatten();
            match named.find(|id| state.inventory.organisation(id).is_none()) {
                Some(_) => Err(Problem::Unknown("organisation")),
                None => Ok(()),
            }
        })?;
        let person = person(name, part, organisations, password)?;
        self.change(|change| change.put_person(person)).await;
        Ok(())
    }

    /// Gives somebody another password who knows the one so far, and ends all their sessions.
    ///
    /// # Errors
    /// A wrong password, or too many of them; a new one of fewer than 12 characters.
    pub async fn change_own_password(
        self: &Arc<Self>,
        name: &str,
        old: &Secret,
        new: &Secret,
        source: IpAddr,
    ) -> Result<(), Problem> {
        let wrong = || Problem::field("password", "it is wrong, or there were too many tries");
        self.check_password(name, old, source)
            .await
            .map_err(|_| wrong())?;
        let known = self.look(|state| state.people.get(name).cloned());
        let known = known.ok_or(Problem::Unknown("person"))?;
        let changed = person(name, known.part, known.organisations, new);
        let changed = changed.map_err(|problem| match problem {
            Problem::Field { message, .. } => Problem::field("new-password", message),
            other => other,
        })?;
        self.change(|change| {
            change.put_person(changed);
            change.end_sessions_of(name);
        })
        .await;
        Ok(())
    }

    /// Takes the login of somebody away, and ends their sessions.
    ///
    /// # Errors
    /// [`Problem::Forbidden`] unless a provider of all organisations wants it; the last one of those
    /// cannot go.
    pub async fn remove_person(self: &Arc<Self>, actor: &Actor, name: &str) -> Result<(), Problem> {
        if *actor != Actor::PROVIDER {
            return Err(Problem::Forbidden);
        }
        self.change(|change| {
            let state = &mut *change.state;
            if !state.people.contains_key(name) {
                return Err(Problem::Unknown("person"));
            }
            let mut others = state.people.values().filter(|person| person.name != name);
            if !others.any(|person| person.actor() == Actor::PROVIDER) {
                let why = "somebody must be able to log in for all organisations";
                return Err(Problem::Conflict(why.to_owned()));
            }
            state.people.remove(name);
            change.delete(Kind::People, name.to_owned());
            change.end_sessions();
            Ok(())
        })
        .await
    }

    /// Who may log in, by name.
    ///
    /// # Errors
    /// [`Problem::Forbidden`] unless a provider of all organisations asks.
    pub fn people(&self, actor: &Actor) -> Result<Vec<Person>, Problem> {
        match *actor == Actor::PROVIDER {
            true => Ok(self.look(|state| state.people.values().cloned().collect())),
            false => Err(Problem::Forbidden),
        }
    }
}

impl super::change::Change<'_> {
    pub(super) fn put_person(&mut self, person: Person) {
        self.write(Kind::People, person.name.clone(), &person);
        self.state.people.insert(person.name.clone(), person);
    }

    /// All sessions of somebody are over.
    fn end_sessions_of(&mut self, name: &str) {
        let sessions = self.state.sessions.iter();
        let own = sessions.filter(|(_, session)| session.person == name);
        let keys: Vec<String> = own.map(|(key, _)| key.clone()).collect();
        for key in keys {
            self.state.sessions.remove(&key);
            self.delete(Kind::Sessions, key);
        }
    }

    /// Sessions that are over go; with too many, those that end first.
    fn end_sessions(&mut self) {
        let State {
            sessions, people, ..
        } = &mut *self.state;
        let mut by_end: Vec<(DateTime<Utc>, String)> = Vec::new();
        for (key, session) in sessions.iter() {
            let is_over = session.until <= self.now || !people.contains_key(&session.person);
            let end = if is_over {
                DateTime::UNIX_EPOCH
            } else {
                session.until
            };
            by_end.push((end, key.clone()));
        }
        by_end.sort_unstable();
        let too_many = by_end.len().saturating_sub(MOST_SESSIONS - 1);
        let over = by_end
            .iter()
            .take_while(|(end, _)| *end == DateTime::UNIX_EPOCH);
        let ended = over.count().max(too_many);
        for (_, key) in by_end.into_iter().take(ended) {
            self.state.sessions.remove(&key);
            self.delete(Kind::Sessions, key);
        }
    }
}

/// Whether a form was made for this session.
pub fn is_form_token(expected: &str, found: &str) -> bool {
    expected.as_bytes().ct_eq(found.as_bytes()).into()
}

/// Somebody with a password that was checked for its length.
pub(super) fn person(
    name: &str,
    part: Part,
    organisations: Option<BTreeSet<OrganisationId>>,
    password: &Secret,
) -> Result<Person, Problem> {
    let name = name.trim();
    let is_name = (1..=64).contains(&name.len()) && !name.chars().any(char::is_control);
    if !is_name {
        return Err(Problem::field(
            "name",
            "expected 1 to 64 bytes without control characters",
        ));
    }
    let length = password.expose().chars().count();
    if !(12..=200).contains(&length) {
        return Err(Problem::field("password", "expected 12 to 200 characters"));
    }
    if part == Part::Customer && organisations.as_ref().is_none_or(BTreeSet::is_empty) {
        return Err(Problem::field(
            "organisations",
            "a customer belongs to an organisation",
        ));
    }
    Ok(Person {
        name: name.to_owned(),
        part,
        organisations,
        password: hashed(password),
    })
}

fn hashed(password: &Secret) -> String {
    let salt = random::bytes::<16>();
    let hash = Argon2::default().hash_password_with_salt(password.expose().as_bytes(), &salt);
    hash.expect("salt and password are of good length")
        .to_string()
}

fn is_password(stored: &str, password: &Secret) -> bool {
    let Ok(stored) = PasswordHash::new(stored) else {
        return false;
    };
    let checked = Argon2::default().verify_password(password.expose().as_bytes(), &stored);
    checked.is_ok()
}

/// The hash of a password that nobody has.
fn nobody() -> &'static str {
    static NOBODY: std::sync::LazyLock<String> =
        std::sync::LazyLock::new(|| hashed(&"nobody has this".parse().expect("a text")));
    &NOBODY
}

/// Sessions are kept by the hash of what people hold.
fn session_key(state: &State, token: &str) -> String {
    let hash = state.environment.hash(token);
    let digits = hash.as_bytes().iter();
    digits.map(|byte| format!("{byte:02x}")).collect()
}

/// Wrong logins by source.
#[derive(Default)]
pub(super) struct Guesses(std::collections::HashMap<IpAddr, (u32, DateTime<Utc>)>);

impl Guesses {
    /// Wrong logins of one source before it has to wait.
    const FREE: u32 = 5;
    /// How long they count.
    const KEPT: TimeDelta = TimeDelta::minutes(10);
    /// Sources that are counted.
    const MOST: usize = 4096;

    fn may_try(&self, source: IpAddr, now: DateTime<Utc>) -> bool {
        let counted = self.0.get(&source);
        counted.is_none_or(|(count, since)| *count < Self::FREE || now - *since >= Self::KEPT)
    }

    fn failed(&mut self, source: IpAddr, now: DateTime<Utc>) {
        if self.0.len() >= Self::MOST {
            self.0.retain(|_, (_, since)| now - *since < Self::KEPT);
        }
        if self.0.len() >= Self::MOST {
            self.0.clear();
        }
        let (count, since) = self.0.entry(source).or_insert((0, now));
        if now - *since >= Self::KEPT {
            (*count, *since) = (0, now);
        }
        *count += 1;
    }
}
