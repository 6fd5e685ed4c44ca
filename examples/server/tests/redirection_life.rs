//! Phones on their way by a maker's redirection service: a server in this process with a clock that stands,
//! its tasks, and a service on the loopback interface.

#[path = "support/fake_service/mod.rs"]
mod fake_service;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use fake_service::{FakeService, Kind, Trouble};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use phone_provisioning::inventory::Actor;
use phone_provisioning::model::Mac;
use phone_provisioning::redirection::RetryCause;
use phone_provisioning::redirection::life::{Cause, State};
use phone_provisioning::{Document, Secret};
use provisioning_server::clock::Clock;
use provisioning_server::redirection::Services;
use provisioning_server::resync::Resync;
use provisioning_server::server::answering::PhoneRequest;
use provisioning_server::server::start::Started;
use provisioning_server::server::{Options, Server};
use provisioning_server::tasks::{self, Stop, Ways};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio::sync::watch;

const KINDS: [Kind; 4] = [
    Kind::YealinkRps,
    Kind::YealinkRpsJson,
    Kind::SnomXmlRpc,
    Kind::SnomSraps,
];

const FLEET: &str = r#"
    [site]
    name = "acme"
    provisioning_url = "http://pbx.example.net/p/{token}/"
    [site.settings]
    time_zone = "Europe/Berlin"
    language = "de"
    registrar = { host = "sip.example.net" }
    admin = { username = "admin", password = "correct-horse" }
    [[devices]]
    mac = "80:5e:0c:53:00:01"
    model = "yealink T46S"
    extensions = [{ number = "201", password = "secret-of-201" }]
    [[devices]]
    mac = "00:04:13:53:00:01"
    model = "snom D785"
    extensions = [{ number = "202", password = "secret-of-202" }]
"#;

/// A Wednesday, noon.
fn start() -> DateTime<Utc> {
    "2026-01-14T12:00:00Z".parse().unwrap()
}

/// The end of the week: a Tuesday, midnight an hour east.
const WEEK: TimeDelta = TimeDelta::hours(6 * 24 + 11);

/// Who comes, and what it asks for.
struct Handset {
    mac: Mac,
    agent: String,
    file: String,
}

impl Handset {
    fn of(fake: &FakeService) -> Self {
        let (mac, agent, file) = match fake.maker() {
            "yealink" => (
                "80:5e:0c:53:00:01",
                "Yealink SIP-T46S 66.86.0.15 80:5e:0c:53:00:01",
                "805e0c530001.cfg",
            ),
            _ => (
                "00:04:13:53:00:01",
                "Mozilla/4.0 (compatible; snomD785-SIP 10.1.226.16 1.1.3-s SPEAr300 SNOM 1.4 \
                 000413530001)",
                "snomD785-000413530001.htm",
            ),
        };
        Self {
            mac: mac.parse().unwrap(),
            agent: agent.to_owned(),
            file: file.to_owned(),
        }
    }

    /// Asks the service, and fetches its file from where it is sent.
    async fn starts(&self, fake: &FakeService, site: &Site) -> Option<String> {
        let url = fake.address_of(self.mac)?;
        self.fetches(&url, site).await
    }

    /// The file, if it gets one.
    async fn fetches(&self, folder: &str, site: &Site) -> Option<String> {
        let path = folder.strip_prefix("http://pbx.example.net").unwrap();
        let mut fields = HeaderMap::new();
        let agent = HeaderValue::from_str(&self.agent).unwrap();
        fields.insert(header::USER_AGENT, agent);
        let request = PhoneRequest {
            method: &Method::GET,
            path_and_query: &format!("{path}{}", self.file),
            fields: &fields,
            source: "192.0.2.7".parse().unwrap(),
            certificate: None,
        };
        let answer = site.server.answer(request).await;
        let is_there = answer.status() == StatusCode::OK;
        is_there.then(|| String::from_utf8(answer.into_body()).unwrap())
    }
}

/// The address for good that stands in a file, as text: no reader of ours is asked.
fn address_in(file: &str) -> String {
    let begin = "http://pbx.example.net/p/";
    let (_, behind) = file.split_once(begin).expect("an address");
    let (token, _) = behind.split_once('/').expect("a folder");
    format!("{begin}{token}/")
}

/// A server and its tasks.
struct Site {
    server: Arc<Server>,
    /// The tasks end when it goes.
    _stop: watch::Sender<bool>,
}

impl Site {
    async fn open(folder: &Path, clock: &Clock, fakes: &[&FakeService]) -> Self {
        let started = started(folder, clock).await;
        let (stop, stopped) = watch::channel(false);
        let ways = Ways {
            pnp: None,
            resync: Resync::open(None, clock.clone()).unwrap(),
            resync_over: Duration::ZERO,
            services: services(fakes),
        };
        tasks::start(&started.server, started.tasks, ways, &Stop(stopped));
        Self {
            server: started.server,
            _stop: stop,
        }
    }

    async fn activates(&self, mac: Mac) {
        self.server.activate(&Actor::PROVIDER, mac).await.unwrap();
    }

    /// Lets a phone come in within the next hour.
    async fn opens(&self, mac: Mac) {
        let provider = Actor::PROVIDER;
        let opened = self.server.open_window(&provider, mac, None);
        opened.await.unwrap();
    }

    fn stands(&self, mac: Mac) -> (State, Option<Cause>) {
        self.server.look(|state| {
            let phone = state.inventory.phone(mac).expect("it is on the list");
            let registration = phone.registration();
            (registration.state(), registration.cause())
        })
    }

    /// What registrations are due for next, and when.
    fn due(&self) -> Option<(Mac, DateTime<Utc>)> {
        self.server.look(|state| {
            let first = state.inventory.due().next();
            first.map(|(mac, due)| (mac, due.at()))
        })
    }

    /// Waits until this is the next thing that is due.
    async fn is_due(&self, expected: Option<(Mac, DateTime<Utc>)>) {
        let is_due = until(|| self.due() == expected).await;
        is_due.unwrap_or_else(|()| panic!("{:?}, not {expected:?}", self.due()));
    }

    async fn becomes(&self, mac: Mac, expected: State, cause: Option<Cause>) {
        until(|| self.stands(mac) == (expected, cause))
            .await
            .unwrap_or_else(|()| panic!("{mac}: {:?}, not {expected}", self.stands(mac)));
    }
}

/// A server without tasks, once the one before has let the database go.
async fn started(folder: &Path, clock: &Clock) -> Started {
    let fleet = Document::from_toml(FLEET).unwrap();
    let database = folder.join("db.sqlite");
    let deadline = tokio::time::Instant::now() + Duration::from_secs(30);
    loop {
        let started = Server::start(Options {
            database: &database,
            fleet: &fleet,
            password: Some(Secret::new("not a real password").unwrap()),
            expected: Vec::new(),
            clock: clock.clone(),
        });
        match started.await {
            Ok(started) => return started,
            Err(error) if tokio::time::Instant::now() > deadline => panic!("{error}"),
            Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
}

fn services(fakes: &[&FakeService]) -> Services {
    let variables: Vec<_> = fakes.iter().flat_map(|fake| fake.variables()).collect();
    let variable = |name: &str| {
        let (_, value) = variables.iter().find(|(known, _)| *known == name)?;
        Some((*value).to_owned())
    };
    let bases = fakes
        .iter()
        .map(|fake| (fake.id().to_owned(), fake.base().clone()));
    Services::from_environment(variable, &bases.collect::<Vec<_>>()).unwrap()
}

/// Waits until something is so, which it may never be.
async fn until(is_so: impl Fn() -> bool) -> Result<(), ()> {
    let deadline = tokio::time::Instant::now() + Duration::from_secs(60);
    while !is_so() {
        if tokio::time::Instant::now() > deadline {
            return Err(());
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    Ok(())
}

/// A server with one service, and the phone that comes by way of it.
struct Story {
    _folder: TempDir,
    clock: Clock,
    fake: FakeService,
    phone: Handset,
    site: Site,
}

impl Story {
    async fn begin(kind: Kind) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::stopped_at(start());
        let fake = FakeService::start(kind, clock.clone()).await;
        let site = Site::open(folder.path(), &clock, &[&fake]).await;
        let phone = Handset::of(&fake);
        Self {
            _folder: folder,
            clock,
            fake,
            phone,
            site,
        }
    }

    async fn activated(kind: Kind) -> Self {
        let story = Self::begin(kind).await;
        story.site.activates(story.phone.mac).await;
        story.becomes(State::Active, None).await;
        story
    }

    async fn becomes(&self, state: State, cause: Option<Cause>) {
        self.site.becomes(self.phone.mac, state, cause).await;
    }

    fn address(&self) -> Option<String> {
        self.fake.address_of(self.phone.mac)
    }
}

#[tokio::test]
async fn a_phone_is_activated_comes_and_is_taken_out() {
    for kind in KINDS {
        let story = Story::activated(kind).await;
        let (fake, phone, site) = (&story.fake, &story.phone, &story.site);
        let sent_to = story.address().expect("the service sends it here");
        // Whoever asks the service in its name gets nothing before its window is open.
        assert_eq!(phone.starts(fake, site).await, None, "{kind:?}");
        site.opens(phone.mac).await;

        let file = phone.starts(fake, site).await.expect("its file");
        story.becomes(State::Active, None).await;
        let for_good = address_in(&file);
        assert_ne!(for_good, sent_to, "{kind:?}");
        let again = phone.fetches(&for_good, site).await;
        assert_eq!(again, Some(file), "{kind:?}");

        story.becomes(State::Disabled, None).await;
        assert_eq!(story.address(), None, "{kind:?}");
        // The address that anybody could ask for is of no use any more, after the time in which a phone
        // that starts several times may still come by it.
        story.clock.advance(TimeDelta::minutes(5));
        assert_eq!(phone.fetches(&sent_to, site).await, None, "{kind:?}");
        assert!(phone.fetches(&for_good, site).await.is_some(), "{kind:?}");
    }
}

#[tokio::test]
async fn what_nobody_came_for_goes_at_the_end_of_the_week() {
    for kind in KINDS {
        let story = Story::activated(kind).await;
        let sent_to = story.address().unwrap();
        story.clock.advance(WEEK - TimeDelta::seconds(1));
        story.site.opens(story.phone.mac).await;
        // Nothing is due yet.
        assert_eq!(story.site.server.sweep().await, 0, "{kind:?}");
        story.clock.advance(TimeDelta::seconds(1));
        story.becomes(State::Disabled, None).await;
        assert_eq!(story.address(), None, "{kind:?}");
        // The window was opened for longer.
        let file = story.phone.fetches(&sent_to, &story.site).await;
        assert_eq!(file, None, "{kind:?}");
    }
}

#[tokio::test]
async fn what_somebody_else_has_registered_meanwhile_stays() {
    // The other services tell where a phone is sent.
    for kind in [Kind::YealinkRpsJson, Kind::SnomXmlRpc, Kind::SnomSraps] {
        let story = Story::activated(kind).await;
        let elsewhere = "http://another.example.org/p/";
        story.fake.register(story.phone.mac, elsewhere);
        story.clock.advance(WEEK);
        story.becomes(State::Disabled, None).await;
        assert_eq!(story.address().as_deref(), Some(elsewhere), "{kind:?}");
    }
}

#[tokio::test]
async fn a_service_out_of_order_is_asked_again() {
    let story = Story::begin(Kind::SnomXmlRpc).await;
    let mac = story.phone.mac;
    let busy = Some(Cause::Failed(RetryCause::Busy));
    story.fake.next(1, Trouble::Fails);
    story.site.activates(mac).await;
    story.becomes(State::Provision, busy).await;
    story.clock.advance(TimeDelta::minutes(1));
    story.becomes(State::Active, None).await;
    let first = story.address().expect("it is registered");

    let due = |minutes| {
        story
            .site
            .is_due(Some((mac, start() + WEEK + TimeDelta::minutes(minutes))))
    };
    story.fake.next(2, Trouble::HangsUp);
    story.clock.advance(WEEK - TimeDelta::minutes(1));
    due(1).await;
    let lost = Some(Cause::Failed(RetryCause::NoAnswer));
    assert_eq!(story.site.stands(mac), (State::Deprovision, lost));
    assert_eq!(story.address(), Some(first));
    story.clock.advance(TimeDelta::minutes(1));
    due(3).await;
    story.becomes(State::Deprovision, lost).await;
    story.clock.advance(TimeDelta::minutes(2));
    story.becomes(State::Disabled, None).await;
    assert_eq!(story.address(), None);
}

#[tokio::test]
async fn a_server_that_died_before_it_asked_asks_when_it_is_back() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::stopped_at(start());
    let fake = FakeService::start(Kind::YealinkRpsJson, clock.clone()).await;
    let mac = Handset::of(&fake).mac;
    // Stored, and nobody carries the question.
    let dead = started(folder.path(), &clock).await.server;
    dead.activate(&Actor::PROVIDER, mac).await.unwrap();
    drop(dead);
    assert_eq!(fake.calls(), Vec::<String>::new());

    let site = Site::open(folder.path(), &clock, &[&fake]).await;
    assert_eq!(
        site.stands(mac),
        (State::Provision, Some(Cause::Unanswered))
    );
    clock.advance(TimeDelta::minutes(2));
    site.becomes(mac, State::Active, None).await;
    assert!(fake.address_of(mac).is_some());
}

#[test]
fn a_phone_that_is_removed_is_taken_out() {
    let runtime = || Runtime::new().unwrap();
    for kind in KINDS {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::stopped_at(start());
        let world = runtime();
        let fake = world.block_on(FakeService::start(kind, clock.clone()));
        let mac = Handset::of(&fake).mac;

        let first = runtime();
        first.block_on(async {
            let site = Site::open(folder.path(), &clock, &[&fake]).await;
            site.activates(mac).await;
            site.becomes(mac, State::Active, None).await;
            fake.next(1, Trouble::Fails);
            let provider = Actor::PROVIDER;
            let removed = site.server.remove_phone(&provider, mac);
            removed.await.unwrap();
            site.is_due(Some((mac, start() + TimeDelta::minutes(1))))
                .await;
        });
        // The server ends with all its tasks; the next one has to know whose phone it was.
        drop(first);
        assert!(fake.address_of(mac).is_some(), "{kind:?}");

        runtime().block_on(async {
            let site = Site::open(folder.path(), &clock, &[&fake]).await;
            clock.advance(TimeDelta::minutes(1));
            site.is_due(None).await;
        });
        assert_eq!(fake.address_of(mac), None, "{kind:?}");
    }
}

#[tokio::test]
async fn a_maker_without_an_account_is_told_to_the_provider() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::stopped_at(start());
    let yealink = FakeService::start(Kind::YealinkRps, clock.clone()).await;
    let snom = FakeService::start(Kind::SnomSraps, clock.clone()).await;
    let site = Site::open(folder.path(), &clock, &[&yealink]).await;
    let mac = Handset::of(&snom).mac;
    site.activates(mac).await;
    site.becomes(mac, State::Provision, Some(Cause::NoAccount))
        .await;
    let diagnosis = site.server.diagnosis(&Actor::PROVIDER, mac).unwrap();
    let repair = diagnosis.repair.first().map(ToString::to_string);
    let advice = "set up an account at the service of the maker of the phone";
    assert_eq!(repair.as_deref(), Some(advice));
    assert_eq!(yealink.calls(), Vec::<String>::new());
}
