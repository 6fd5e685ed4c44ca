//! Makers' redirection services, as far as phones are registered, looked up and taken out there: HTTP
//! servers on the loopback interface, each with a table of phones and one account.
//!
//! Signatures are checked with another implementation of the hashes than the library's, and what is
//! signed is put together from the bytes that came.

#![allow(
    dead_code,
    unreachable_pub,
    reason = "every suite uses a part of this, in a crate of its own"
)]

mod snom_sraps;
mod xml_rpc;
mod yealink_rps_json;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use axum::body::{Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use chrono::TimeDelta;
use http::request::Parts;
use http::{StatusCode, header};
use phone_provisioning::Mac;
use phone_provisioning::model::Url;
use provisioning_server::clock::Clock;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// What the account is called, and its secret.
pub const NAME: &str = "reseller-17";
pub const SECRET: &str = "s3cret-of-the-account";

/// A service that runs until the test ends.
pub struct FakeService {
    shared: Arc<Shared>,
    base: Url,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    YealinkRps,
    YealinkRpsJson,
    SnomXmlRpc,
    SnomSraps,
}

/// What goes wrong with a request.
#[derive(Clone, Debug)]
pub enum Trouble {
    /// It is answered with 500, and not done.
    Fails,
    /// It is answered with 429 and `Retry-After` in seconds, and not done.
    TooOften(u32),
    /// The connection is closed; it is not done.
    HangsUp,
    /// It is done, and then the connection is closed.
    HangsUpAfterwards,
    /// It is sent elsewhere.
    Redirects(String),
}

impl FakeService {
    /// `clock` is the one that the requests are stamped by.
    pub async fn start(kind: Kind, clock: Clock) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let path = match kind {
            Kind::YealinkRps | Kind::SnomXmlRpc => "/xmlrpc/",
            Kind::YealinkRpsJson => "",
            Kind::SnomSraps => "/api/v1/",
        };
        let base = format!("http://{address}{path}").parse().unwrap();
        let shared = Arc::new(Shared {
            kind,
            clock,
            state: Mutex::default(),
            through: watch::Sender::new(usize::MAX),
        });
        let router = Router::new().fallback(answer).with_state(shared.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { shared, base }
    }

    /// The name of the service in the library.
    pub fn id(&self) -> &'static str {
        match self.shared.kind {
            Kind::YealinkRps => "yealink-rps",
            Kind::YealinkRpsJson => "yealink-rps-json",
            Kind::SnomXmlRpc => "snom-xmlrpc",
            Kind::SnomSraps => "snom-sraps",
        }
    }

    /// The maker whose phones it knows.
    pub fn maker(&self) -> &'static str {
        match self.shared.kind {
            Kind::YealinkRps | Kind::YealinkRpsJson => "yealink",
            Kind::SnomXmlRpc | Kind::SnomSraps => "snom",
        }
    }

    /// The environment variables with the credentials of the account.
    pub fn variables(&self) -> [(&'static str, &'static str); 2] {
        let [name, secret] = match self.shared.kind {
            Kind::YealinkRps => ["YEALINK_RPS_USER", "YEALINK_RPS_PASSWORD"],
            Kind::YealinkRpsJson => ["YEALINK_RPS_KEY_ID", "YEALINK_RPS_SECRET"],
            Kind::SnomXmlRpc => ["SNOM_USER", "SNOM_PASSWORD"],
            Kind::SnomSraps => ["SNOM_KEY_ID", "SNOM_KEY"],
        };
        [(name, NAME), (secret, SECRET)]
    }

    pub fn base(&self) -> &Url {
        &self.base
    }

    /// Where a phone of the account is sent.
    pub fn address_of(&self, mac: Mac) -> Option<String> {
        let state = self.shared.state();
        let phone = state.phones.get(&mac)?;
        (phone.owner == Owner::Account).then(|| phone.url.clone())
    }

    /// Somebody registers a phone with the account, in the portal of the service.
    pub fn register(&self, mac: Mac, url: &str) {
        self.shared.state().put(mac, Owner::Account, url);
    }

    /// Another customer has a phone.
    pub fn give_away(&self, mac: Mac) {
        let url = "https://elsewhere.example.org/";
        self.shared.state().put(mac, Owner::Other, url);
    }

    /// The next requests go wrong.
    pub fn next(&self, count: usize, trouble: Trouble) {
        let troubles = std::iter::repeat_n((String::new(), trouble), count);
        self.shared.state().troubles.extend(troubles);
    }

    /// The next request of a call with this text in it goes wrong.
    pub fn at(&self, call: &str, trouble: Trouble) {
        let trouble = (call.to_owned(), trouble);
        self.shared.state().troubles.push(trouble);
    }

    /// The clock of the service is so far ahead.
    pub fn is_ahead(&self, by: TimeDelta) {
        self.shared.state().ahead = by;
    }

    /// Requests that come from now on are not answered.
    pub fn hold(&self) {
        let arrived = self.shared.state().calls.len();
        self.shared.through.send_replace(arrived);
    }

    /// So many requests more are answered, in the order in which they came.
    pub fn let_through(&self, count: usize) {
        let more = |through: &mut usize| *through = through.saturating_add(count);
        self.shared.through.send_modify(more);
    }

    /// The calls that came, as `METHOD path`, or by the method's name of XML-RPC.
    pub fn calls(&self) -> Vec<String> {
        self.shared.state().calls.clone()
    }

    /// The phones of the calls that came, where they name one.
    pub fn asked_about(&self) -> Vec<Mac> {
        self.shared.state().asked_about.clone()
    }

    /// Requests without an answer yet.
    pub fn at_once(&self) -> usize {
        self.shared.state().at_once.len()
    }

    /// The most requests that were without an answer at one time, and whether two of them were about one
    /// phone.
    pub fn most_at_once(&self) -> (usize, bool) {
        let state = self.shared.state();
        (state.most_at_once, state.overlapped)
    }
}

struct Shared {
    kind: Kind,
    clock: Clock,
    state: Mutex<Table>,
    /// How many of all requests may be answered.
    through: watch::Sender<usize>,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, Table> {
        self.state.lock().unwrap()
    }
}

#[derive(Default)]
struct Table {
    phones: BTreeMap<Mac, Phone>,
    /// The last identifier that was given to an entry.
    last_id: u64,
    /// Numbers that were used once.
    nonces: BTreeSet<String>,
    ahead: TimeDelta,
    troubles: Vec<(String, Trouble)>,
    calls: Vec<String>,
    asked_about: Vec<Mac>,
    at_once: Vec<Option<Mac>>,
    most_at_once: usize,
    overlapped: bool,
}

#[derive(Clone)]
struct Phone {
    owner: Owner,
    url: String,
    id: String,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Owner {
    Account,
    Other,
}

impl Table {
    fn put(&mut self, mac: Mac, owner: Owner, url: &str) {
        self.last_id += 1;
        let phone = Phone {
            owner,
            url: url.to_owned(),
            id: format!("e{}", self.last_id),
        };
        self.phones.insert(mac, phone);
    }

    fn owner(&self, mac: Mac) -> Option<Owner> {
        self.phones.get(&mac).map(|phone| phone.owner)
    }

    /// Whether a number has not been used before.
    fn is_fresh(&mut self, nonce: &str) -> bool {
        !nonce.is_empty() && self.nonces.insert(nonce.to_owned())
    }

    fn trouble(&mut self, call: &str) -> Option<Trouble> {
        let mut troubles = self.troubles.iter();
        let place = troubles.position(|(part, _)| call.contains(part.as_str()))?;
        Some(self.troubles.remove(place).1)
    }

    fn begins(&mut self, mac: Option<Mac>) {
        self.overlapped |= mac.is_some() && self.at_once.contains(&mac);
        self.at_once.push(mac);
        self.most_at_once = self.most_at_once.max(self.at_once.len());
    }

    fn ends(&mut self, mac: Option<Mac>) {
        let place = self.at_once.iter().position(|other| *other == mac);
        self.at_once.remove(place.unwrap());
    }
}

/// A request that has come.
struct Asked {
    parts: Parts,
    body: Bytes,
}

impl Asked {
    fn header(&self, name: &str) -> &str {
        let value = self.parts.headers.get(name);
        value.and_then(|value| value.to_str().ok()).unwrap_or("")
    }

    fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap_or("")
    }

    /// The first 12 hexadecimal digits of address and body that stand alone.
    fn mac(&self) -> Option<Mac> {
        let whole = format!("{} {}", self.parts.uri, self.text());
        let mut words = whole.split(|c: char| !c.is_ascii_alphanumeric());
        words.find_map(|word| (word.len() == 12).then(|| word.parse().ok())?)
    }
}

async fn answer(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, 1 << 20).await.unwrap();
    let asked = Asked { parts, body };
    let mac = asked.mac();
    let call = match shared.kind {
        Kind::YealinkRps | Kind::SnomXmlRpc => xml_rpc::method(&asked).to_owned(),
        _ => format!("{} {}", asked.parts.method, asked.parts.uri.path()),
    };
    let (number, trouble) = {
        let mut state = shared.state();
        state.calls.push(call.clone());
        state.asked_about.extend(mac);
        state.begins(mac);
        (state.calls.len(), state.trouble(&call))
    };
    let mut through = shared.through.subscribe();
    through
        .wait_for(|through| *through >= number)
        .await
        .unwrap();
    shared.state().ends(mac);
    match trouble {
        None => carry_out(&shared, &asked),
        Some(Trouble::Fails) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Some(Trouble::TooOften(seconds)) => {
            let after = [(header::RETRY_AFTER, seconds.to_string())];
            (StatusCode::TOO_MANY_REQUESTS, after).into_response()
        }
        Some(Trouble::HangsUp) => hang_up(),
        Some(Trouble::HangsUpAfterwards) => {
            carry_out(&shared, &asked);
            hang_up()
        }
        Some(Trouble::Redirects(to)) => {
            (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, to)]).into_response()
        }
    }
}

fn carry_out(shared: &Shared, asked: &Asked) -> Response {
    let mut table = shared.state();
    let now = shared.clock.now() + table.ahead;
    match shared.kind {
        Kind::YealinkRps => xml_rpc::yealink(asked, &mut table),
        Kind::SnomXmlRpc => xml_rpc::snom(asked, &mut table),
        Kind::YealinkRpsJson => yealink_rps_json::answer(asked, now, &mut table),
        Kind::SnomSraps => snom_sraps::answer(asked, now, &mut table),
    }
}

/// Ends the task of the connection, and so the connection.
fn hang_up() -> ! {
    std::panic::resume_unwind(Box::new("the service hangs up"))
}
