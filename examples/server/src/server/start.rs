//! From a database, or from a fleet file, to a server.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::{Arc, Mutex};

use phone_provisioning::delivery::admission::{self, Admission, Environment, Source};
use phone_provisioning::delivery::answer::Answers;
use phone_provisioning::delivery::pnp::DiscoveredPhones;
use phone_provisioning::inventory::{Access, Inventory, Policy, Record};
use phone_provisioning::model::Mac;
use phone_provisioning::target::EtagKey;
use phone_provisioning::{Document, Secret, Targets};
use serde::de::DeserializeOwned;

use super::change::Change;
use super::equipment::{Account, Equipment};
use super::people::{Guesses, Part, person};
use super::state::no_space;
use super::{Server, State, Tasks, import, world};
use crate::clock::Clock;
use crate::random;
use crate::store::{Against, Contents, Kind, Store, StoreError, Stored};

/// How a server is started.
pub struct Options<'a> {
    /// The database.
    pub database: &'a Path,
    /// What a new database is filled with.
    pub fleet: &'a Document,
    /// The password of `admin` in a new database; nothing to draw one.
    pub password: Option<Secret>,
    /// Networks from which many phones come at once.
    pub expected: Vec<Source>,
    /// The clock.
    pub clock: Clock,
}

/// A server, what its tasks wait for, and what a person is to be told once.
pub struct Started {
    /// The server.
    pub server: Arc<Server>,
    /// What its tasks wait for.
    pub tasks: Tasks,
    /// The password of `admin` that was drawn for a new database.
    pub password: Option<Secret>,
    /// How many phones were taken out of the fleet file; nothing of a database that was there.
    pub imported: Option<usize>,
}

impl Server {
    /// Opens the database; a new one is filled with the fleet.
    ///
    /// # Errors
    /// What keeps the database from being used, or the fleet from being taken in.
    pub async fn start(options: Options<'_>) -> Result<Started, StartError> {
        let (store, contents) = Store::open(options.database)?;
        let is_new = contents.values().all(Vec::is_empty);
        let mut drawn = Vec::new();
        let mut constant = |key: &str, draw: &dyn Fn() -> String| {
            constant(&contents, key).unwrap_or_else(|| {
                let value = draw();
                drawn.push((key.to_owned(), value.clone()));
                value
            })
        };
        let random = || u128::from_be_bytes(random::bytes()).to_string();
        let environment = constant("environment", &|| format!("server-{}", random()));
        let etag_key = constant("etag-key", &random);
        let environment = Environment::new(&environment).map_err(|_| StartError::Damaged)?;
        let key = etag_key.bytes().fold(0_u64, |sum, digit| {
            sum.wrapping_mul(10).wrapping_add(u64::from(digit))
        });

        let mut state = restore(&contents, environment, options.expected)?;
        let now = options.clock.now();
        let mut change = Change::new(&mut state, now);
        for (key, value) in drawn {
            change.write(Kind::Server, key, &value);
        }
        let mut password = None;
        let mut imported = None;
        if is_new {
            let given = options.password.clone();
            let first = given.unwrap_or_else(|| random::token(&change.state.environment));
            let admin = person("admin", Part::Provider, None, &first);
            change.put_person(admin.map_err(|problem| StartError::Password(problem.to_string()))?);
            password = Some(first).filter(|_| options.password.is_none());
            imported = Some(import::fleet(&mut change, options.fleet)?);
        }
        let (writes, effects) = change.into_parts();
        // A fleet is taken in as a whole or not at all.
        store.write(Against::PowerCut, writes).stored().await;
        state.read_space();

        let (world, tasks) = world();
        let server = Arc::new(Self {
            clock: options.clock,
            state: Mutex::new(state),
            store,
            answers: Answers::new("phones", EtagKey::new(key)).map_err(|_| StartError::Damaged)?,
            world,
        });
        server.carry_out(effects);
        Ok(Started {
            server,
            tasks,
            password,
            imported,
        })
    }
}

/// Why a server does not start.
#[derive(Debug)]
pub enum StartError {
    /// The database.
    Store(StoreError),
    /// The database holds something that this program did not write.
    Damaged,
    /// The fleet file, or what it would become.
    Fleet(Vec<String>),
    /// The first password.
    Password(String),
}

impl std::fmt::Display for StartError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Store(error) => write!(f, "the database: {error}"),
            Self::Damaged => f.write_str("the database holds what this program did not write"),
            Self::Fleet(errors) => f.write_str(&errors.join("\n")),
            Self::Password(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for StartError {}

impl From<StoreError> for StartError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// What the server drew when it was first started.
fn constant(contents: &Contents, key: &str) -> Option<String> {
    let (_, value) = contents
        .get(&Kind::Server)?
        .iter()
        .find(|(k, _)| k == key)?;
    serde_json::from_str(value).ok()
}

fn restore(
    contents: &Contents,
    environment: Environment,
    expected: Vec<Source>,
) -> Result<State, StartError> {
    let mut policy = Policy::new(environment.clone());
    policy.windows.expected.clone_from(&expected);
    let mut windows = admission::Policy::default();
    windows.expected = expected;
    let records = all::<Record>(contents, Kind::Records)?;
    let records = records.into_iter().map(|(_, record)| record);
    let inventory = Inventory::restore(policy, Targets::builtin(), records);
    let seed = u64::from_be_bytes(random::bytes());

    let accounts = all::<Account>(contents, Kind::Subscribers)?;
    let accounts = accounts.into_iter().map(|(_, account)| {
        let key = (account.organisation.clone(), account.subscriber.clone());
        (key, account)
    });
    let equipment = all::<Equipment>(contents, Kind::Equipment)?;
    let equipment = equipment.into_iter().map(|(_, known)| (known.mac, known));
    let discovered = all::<DiscoveredPhones>(contents, Kind::Discovered)?;
    Ok(State {
        inventory,
        discovered: discovered
            .into_iter()
            .next()
            .map_or_else(DiscoveredPhones::default, |(_, d)| d),
        door: Admission::new(environment.clone(), windows, seed),
        environment,
        tokens: tokens(contents)?,
        accounts: accounts.collect(),
        equipment: equipment.collect(),
        people: all(contents, Kind::People)?
            .into_iter()
            .collect::<BTreeMap<_, _>>(),
        sessions: all(contents, Kind::Sessions)?.into_iter().collect(),
        guesses: Guesses::default(),
        held: Default::default(),
        space: Arc::new(no_space()),
        ready: HashMap::new(),
        changes: 0,
        provisioners: HashMap::new(),
    })
}

/// All documents of a kind.
fn all<T: DeserializeOwned>(
    contents: &Contents,
    kind: Kind,
) -> Result<Vec<(String, T)>, StartError> {
    let stored = contents.get(&kind).map_or(&[][..], Vec::as_slice);
    let read = |(key, value): &(String, Stored)| {
        // The reader's own words would quote what is stored.
        let value = serde_json::from_str(value).map_err(|_| StartError::Damaged)?;
        Ok((key.clone(), value))
    };
    stored.iter().map(read).collect()
}

fn tokens(contents: &Contents) -> Result<HashMap<(Mac, Access), Secret>, StartError> {
    let stored = contents.get(&Kind::Tokens).map_or(&[][..], Vec::as_slice);
    let read = |(key, value): &(String, Stored)| {
        let (mac, access) = key.split_once(' ').ok_or(StartError::Damaged)?;
        let access = match access {
            "first" => Access::First,
            "long-term" => Access::LongTerm,
            _ => return Err(StartError::Damaged),
        };
        let mac = mac.parse().map_err(|_| StartError::Damaged)?;
        let token = value.parse().map_err(|_| StartError::Damaged)?;
        Ok(((mac, access), token))
    };
    stored.iter().map(read).collect()
}
