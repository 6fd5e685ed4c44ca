//! The worker against services on the loopback interface.

#[path = "support/fake_service/mod.rs"]
mod fake_service;

use std::io::Write;
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use fake_service::{FakeService, Kind, NAME, SECRET, Trouble};
use phone_provisioning::Mac;
use phone_provisioning::delivery::PhoneUrl;
use phone_provisioning::delivery::admission::Environment;
use phone_provisioning::model::{Login, Url};
use phone_provisioning::redirection::life::{
    Policy, Question, Registration, State, Transition, Visit,
};
use phone_provisioning::redirection::snom::SnomXmlRpc;
use phone_provisioning::redirection::{
    ActionError, Destination, Outcome, Refusal, Retry, RetryCause,
};
use provisioning_server::clock::Clock;
use provisioning_server::redirection::{Services, ServicesError, Worker};
use provisioning_server::server::Asked;
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;

const KINDS: [Kind; 4] = [
    Kind::YealinkRps,
    Kind::YealinkRpsJson,
    Kind::SnomXmlRpc,
    Kind::SnomSraps,
];

fn start() -> DateTime<Utc> {
    "2026-01-14T12:00:00Z".parse().unwrap()
}

fn clock() -> Clock {
    Clock::stopped_at(start())
}

fn mac(number: u8) -> Mac {
    format!("00:15:65:a1:b2:{number:02x}").parse().unwrap()
}

/// An address with a token that must not be seen in a log.
fn address(number: u8) -> String {
    format!("https://pbx.example.net/tok3n-{number}/?a=1&b='2'")
}

fn to(number: u8) -> Destination {
    let url: Url = address(number).parse().unwrap();
    PhoneUrl::from(url).into()
}

/// Where the account at a service is.
fn services(fakes: &[&FakeService]) -> Services {
    with_secret(fakes, SECRET)
}

fn with_secret(fakes: &[&FakeService], secret: &str) -> Services {
    let variables: Vec<_> = fakes.iter().flat_map(|fake| fake.variables()).collect();
    let variable = |name: &str| {
        let (_, value) = variables.iter().find(|(known, _)| *known == name)?;
        Some(if *value == SECRET { secret } else { value }.to_owned())
    };
    let bases = fakes
        .iter()
        .map(|fake| (fake.id().to_owned(), fake.base().clone()));
    Services::from_environment(variable, &bases.collect::<Vec<_>>()).unwrap()
}

/// Snom's service at an address where none of the fakes is.
fn snom_at(base: &str) -> Services {
    let login = Login {
        username: NAME.parse().unwrap(),
        password: SECRET.parse().unwrap(),
    };
    let service = SnomXmlRpc::new(&base.parse().unwrap(), &login).unwrap();
    Services::default().with("snom", Arc::new(service))
}

type Answer = Result<Outcome, ActionError>;

/// A worker that runs, and what is heard of it.
struct Asking {
    asked: UnboundedSender<Asked>,
    heard: UnboundedReceiver<(Mac, u64, Answer)>,
    worker: JoinHandle<()>,
}

impl Asking {
    fn begin(services: Services) -> Self {
        let (asked, questions) = unbounded_channel();
        let (report, heard) = unbounded_channel();
        let worker = Worker::new(services, clock(), questions);
        let worker = worker.run(move |mac, number, answer| {
            let report = report.clone();
            async move { report.send((mac, number, answer)).unwrap() }
        });
        Self {
            asked,
            heard,
            worker: tokio::spawn(worker),
        }
    }

    fn ask(&self, maker: Option<&str>, question: &Question) {
        let vendor = maker.map(str::to_owned);
        let question = question.clone();
        self.asked.send(Asked { vendor, question }).unwrap();
    }

    /// The answer that comes next.
    async fn hear(&mut self) -> (Mac, u64, Answer) {
        let heard = tokio::time::timeout(Duration::from_secs(60), self.heard.recv());
        heard.await.expect("an answer within a minute").unwrap()
    }
}

/// A phone, with what is kept of its registration and the worker that asks about it.
struct Phone<'a> {
    registration: Registration,
    policy: Policy,
    maker: &'static str,
    asking: &'a mut Asking,
}

impl<'a> Phone<'a> {
    fn new(number: u8, fake: &FakeService, asking: &'a mut Asking) -> Self {
        Self {
            registration: Registration::new(mac(number)),
            policy: policy(),
            maker: fake.maker(),
            asking,
        }
    }

    /// An event, all that is asked because of it, and the last answer.
    async fn has(
        &mut self,
        event: impl FnOnce(&mut Registration, &Policy) -> Transition,
    ) -> Answer {
        let mut transition = event(&mut self.registration, &self.policy);
        let mut last = None;
        while let Some(question) = transition.ask {
            self.asking.ask(Some(self.maker), &question);
            let (mac, number, answer) = self.asking.hear().await;
            assert_eq!((mac, number), (question.mac, question.number));
            transition = match &answer {
                Ok(outcome) => self
                    .registration
                    .heard(number, outcome, start(), &self.policy),
                Err(error) => self
                    .registration
                    .refused(number, error, start(), &self.policy),
            };
            last = Some(answer);
        }
        last.expect("something was asked")
    }

    async fn added(&mut self, address: u8) -> Answer {
        self.has(|registration, policy| registration.add(Some(to(address)), start(), policy))
            .await
    }

    async fn activated(&mut self, address: u8) -> Answer {
        self.has(|registration, policy| registration.activate(to(address), start(), policy))
            .await
    }

    async fn checked(&mut self) -> Answer {
        self.has(|registration, policy| registration.check(start(), policy))
            .await
    }

    async fn visited(&mut self) -> Answer {
        self.has(|registration, policy| registration.visited(Visit::Bound, start(), policy))
            .await
    }

    fn state(&self) -> State {
        self.registration.state()
    }
}

fn policy() -> Policy {
    Policy::new(Environment::new("production").unwrap())
}

/// A question that registers a phone.
fn registering(number: u8) -> Question {
    let mut registration = Registration::new(mac(number));
    let transition = registration.add(Some(to(number)), start(), &policy());
    transition.ask.unwrap()
}

fn retry(cause: RetryCause) -> Answer {
    Ok(Outcome::Retry(Retry::new(cause)))
}

/// Waits until something is so.
async fn until(what: &str, is_so: impl Fn() -> bool) {
    let deadline = tokio::time::Instant::now() + Duration::from_secs(60);
    while !is_so() {
        assert!(tokio::time::Instant::now() < deadline, "{what}");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

#[tokio::test]
async fn a_phone_is_registered_looked_up_and_taken_out() {
    for kind in KINDS {
        let fake = FakeService::start(kind, clock()).await;
        let mut asking = Asking::begin(services(&[&fake]));
        let mut phone = Phone::new(1, &fake, &mut asking);

        let registered = phone.added(1).await;
        assert_eq!(phone.state(), State::Active, "{kind:?}: {registered:?}");
        assert_eq!(fake.address_of(mac(1)), Some(address(1)), "{kind:?}");

        let found = phone.checked().await;
        assert_eq!(phone.state(), State::Active, "{kind:?}: {found:?}");

        // Another address takes the place of the first.
        let moved = phone.activated(2).await;
        assert_eq!(phone.state(), State::Active, "{kind:?}: {moved:?}");
        assert_eq!(fake.address_of(mac(1)), Some(address(2)), "{kind:?}");

        let removed = phone.visited().await;
        assert_eq!(phone.state(), State::Disabled, "{kind:?}: {removed:?}");
        assert_eq!(fake.address_of(mac(1)), None, "{kind:?}");

        // The way to the phones of the account is asked for once.
        let calls = fake.calls();
        let walks = calls.iter().filter(|call| call.contains("/settings/"));
        let expected = usize::from(kind == Kind::SnomSraps);
        assert_eq!(walks.count(), expected, "{calls:?}");
    }
}

#[tokio::test]
async fn a_phone_that_somebody_else_has_is_told() {
    for kind in KINDS {
        let fake = FakeService::start(kind, clock()).await;
        fake.give_away(mac(1));
        let mut asking = Asking::begin(services(&[&fake]));
        let mut phone = Phone::new(1, &fake, &mut asking);
        assert_eq!(phone.added(1).await, Ok(Outcome::OwnedByOther), "{kind:?}");
        assert_eq!(phone.state(), State::Provision, "{kind:?}");
        // One of the services lets it be taken over.
        let taken_over = phone.activated(1).await;
        let expected = (kind == Kind::YealinkRps).then(|| address(1));
        assert_eq!(
            fake.address_of(mac(1)),
            expected,
            "{kind:?}: {taken_over:?}"
        );
    }
}

#[tokio::test]
async fn a_service_out_of_order_is_asked_once() {
    for kind in KINDS {
        let fake = FakeService::start(kind, clock()).await;
        let mut asking = Asking::begin(services(&[&fake]));
        let mut phone = Phone::new(1, &fake, &mut asking);
        fake.next(100, Trouble::Fails);
        assert_eq!(phone.added(1).await, retry(RetryCause::Busy), "{kind:?}");
        assert_eq!(phone.state(), State::Provision, "{kind:?}");
        // A write that fails is looked up; nothing is asked for ever.
        assert!(fake.calls().len() <= 3, "{:?}", fake.calls());
    }
}

#[tokio::test]
async fn a_service_that_hangs_up_has_not_answered() {
    for kind in KINDS {
        let fake = FakeService::start(kind, clock()).await;
        let mut asking = Asking::begin(services(&[&fake]));
        let mut phone = Phone::new(1, &fake, &mut asking);
        fake.next(100, Trouble::HangsUp);
        assert_eq!(
            phone.added(1).await,
            retry(RetryCause::NoAnswer),
            "{kind:?}"
        );
        assert_eq!(fake.address_of(mac(1)), None, "{kind:?}");
    }
}

#[tokio::test]
async fn what_was_done_without_an_answer_is_looked_up() {
    for (kind, write) in KINDS.into_iter().zip([
        "registerDeviceWithUniqueUrl",
        "device/add",
        "registerPhone",
        "PUT ",
    ]) {
        let fake = FakeService::start(kind, clock()).await;
        let mut asking = Asking::begin(services(&[&fake]));
        let mut phone = Phone::new(1, &fake, &mut asking);
        fake.at(write, Trouble::HangsUpAfterwards);
        let answer = phone.added(1).await;
        assert_eq!(phone.state(), State::Active, "{kind:?}: {answer:?}");
        assert_eq!(fake.address_of(mac(1)), Some(address(1)), "{kind:?}");
    }
}

#[tokio::test]
async fn a_limit_is_told_with_its_end() {
    for kind in KINDS {
        let fake = FakeService::start(kind, clock()).await;
        let mut asking = Asking::begin(services(&[&fake]));
        let mut phone = Phone::new(1, &fake, &mut asking);
        fake.next(1, Trouble::TooOften(90));
        let until = Some(start() + TimeDelta::seconds(90));
        let limited = Ok(Outcome::RateLimited { until });
        assert_eq!(phone.added(1).await, limited, "{kind:?}");
        assert_eq!(fake.calls().len(), 1, "{kind:?}");
    }
}

#[tokio::test]
async fn wrong_credentials_are_refused() {
    for kind in KINDS {
        let fake = FakeService::start(kind, clock()).await;
        let mut asking = Asking::begin(with_secret(&[&fake], "another-secret"));
        let mut phone = Phone::new(1, &fake, &mut asking);
        let refused = Ok(Outcome::Refused(Refusal::Credentials));
        assert_eq!(phone.added(1).await, refused, "{kind:?}");
    }
}

#[tokio::test]
async fn a_clock_that_is_wrong_is_not_taken_for_wrong_credentials() {
    let fake = FakeService::start(Kind::SnomSraps, clock()).await;
    fake.is_ahead(TimeDelta::minutes(10));
    let mut asking = Asking::begin(services(&[&fake]));
    let mut phone = Phone::new(1, &fake, &mut asking);
    let refused = Ok(Outcome::Refused(Refusal::Clock));
    assert_eq!(phone.added(1).await, refused);
}

#[tokio::test]
async fn credentials_are_not_carried_elsewhere() {
    for kind in KINDS {
        let fake = FakeService::start(kind, clock()).await;
        let elsewhere = FakeService::start(kind, clock()).await;
        let mut asking = Asking::begin(services(&[&fake]));
        let mut phone = Phone::new(1, &fake, &mut asking);
        fake.next(1, Trouble::Redirects(elsewhere.base().to_string()));
        let refused = Ok(Outcome::Refused(Refusal::Redirect));
        assert_eq!(phone.added(1).await, refused, "{kind:?}");
        assert_eq!(elsewhere.calls(), Vec::<String>::new(), "{kind:?}");
    }
}

#[tokio::test]
async fn nobody_listens() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    let mut asking = Asking::begin(snom_at(&base));
    asking.ask(Some("snom"), &registering(1));
    assert_eq!(asking.hear().await.2, retry(RetryCause::NotSent));
}

#[tokio::test]
async fn a_service_that_cannot_prove_who_it_is_is_told_nothing() {
    let rcgen::CertifiedKey { cert, signing_key } =
        rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let key = signing_key.serialize_der().try_into().unwrap();
    let tls = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key)
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("https://{}/", listener.local_addr().unwrap());
    let handshake = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(tls));
        acceptor.accept(stream).await.map(drop)
    });
    let mut asking = Asking::begin(snom_at(&base));
    asking.ask(Some("snom"), &registering(1));
    assert_eq!(asking.hear().await.2, retry(RetryCause::NotSent));
    assert!(handshake.await.unwrap().is_err());
}

#[tokio::test]
async fn a_maker_without_an_account_is_told() {
    let fake = FakeService::start(Kind::SnomSraps, clock()).await;
    let mut asking = Asking::begin(services(&[&fake]));
    for maker in [None, Some("yealink"), Some("nobody")] {
        let question = registering(1);
        asking.ask(maker, &question);
        let told = (mac(1), question.number, Err(ActionError::NoAccount));
        assert_eq!(asking.hear().await, told, "{maker:?}");
    }
    assert_eq!(fake.calls(), Vec::<String>::new());
}

#[tokio::test]
async fn two_makers_are_asked_at_the_same_time() {
    let yealink = FakeService::start(Kind::YealinkRps, clock()).await;
    let snom = FakeService::start(Kind::SnomXmlRpc, clock()).await;
    let mut asking = Asking::begin(services(&[&yealink, &snom]));
    yealink.hold();
    asking.ask(Some("yealink"), &registering(1));
    until("the first is asked", || yealink.at_once() == 1).await;
    asking.ask(Some("snom"), &registering(2));
    assert_eq!(asking.hear().await.0, mac(2));
    yealink.let_through(usize::MAX);
    assert_eq!(asking.hear().await.0, mac(1));
}

#[tokio::test]
async fn many_phones_are_asked_about_four_at_a_time() {
    const PHONES: u8 = 40;
    let fake = FakeService::start(Kind::YealinkRps, clock()).await;
    let mut asking = Asking::begin(services(&[&fake]));
    fake.hold();
    for number in 0..PHONES {
        asking.ask(Some("yealink"), &registering(number));
    }
    // Each is registered and then looked up.
    for answered in 0..usize::from(PHONES) * 2 {
        until("four wait, or all that are left", || {
            fake.calls().len() >= (answered + 4).min(usize::from(PHONES) * 2 - 3)
        })
        .await;
        fake.let_through(1);
    }
    for _ in 0..PHONES {
        let (mac, _, answer) = asking.hear().await;
        assert!(matches!(answer, Ok(Outcome::Done(_))), "{mac}: {answer:?}");
    }
    assert_eq!(fake.most_at_once(), (4, false));
    let registered = (0..PHONES).filter(|number| fake.address_of(mac(*number)).is_some());
    assert_eq!(registered.count(), usize::from(PHONES));
}

#[tokio::test]
async fn questions_about_one_phone_are_asked_in_order() {
    let fake = FakeService::start(Kind::SnomXmlRpc, clock()).await;
    let mut asking = Asking::begin(services(&[&fake]));
    let policy = policy();
    let mut registration = Registration::new(mac(1));
    let first = registration.add(Some(to(1)), start(), &policy).ask.unwrap();
    let mut activated = |address| {
        let transition = registration.activate(to(address), start(), &policy);
        transition.ask.unwrap()
    };
    let (second, third, fourth) = (activated(2), activated(3), activated(4));
    fake.hold();
    asking.ask(Some("snom"), &first);
    until("the first is asked", || fake.at_once() == 1).await;
    asking.ask(Some("snom"), &second);
    asking.ask(Some("snom"), &third);
    // As if the third had overtaken it on the way.
    asking.ask(Some("snom"), &second);
    asking.ask(Some("snom"), &registering(2));
    until("the other phone is asked about", || {
        fake.asked_about() == [mac(1), mac(2)]
    })
    .await;
    fake.let_through(usize::MAX);
    let mut numbers = Vec::new();
    for _ in 0..3 {
        let (about, number, answer) = asking.hear().await;
        assert!(matches!(answer, Ok(Outcome::Done(_))), "{answer:?}");
        numbers.extend((about == mac(1)).then_some(number));
    }
    // The answer to the second would not have counted.
    assert_eq!(numbers, [first.number, third.number]);
    assert_eq!(fake.address_of(mac(1)), Some(address(3)));

    fake.hold();
    let asked = fake.calls().len() + 1;
    asking.ask(Some("snom"), &fourth);
    until("the fourth is asked", || fake.calls().len() == asked).await;
    // What comes late is not sent behind a newer one.
    asking.ask(Some("snom"), &third);
    asking.ask(Some("snom"), &registering(3));
    until("another phone is asked about", || {
        fake.asked_about().last() == Some(&mac(3))
    })
    .await;
    fake.let_through(usize::MAX);
    let mut heard = [asking.hear().await.0, asking.hear().await.0];
    heard.sort_unstable();
    assert_eq!(heard, [mac(1), mac(3)]);
    // Whatever else is to be sent is sent before this one has ended.
    asking.ask(Some("snom"), &registering(4));
    assert_eq!(asking.hear().await.0, mac(4));
    assert_eq!(fake.address_of(mac(1)), Some(address(4)));
    assert!(!fake.most_at_once().1, "two requests about one phone");
}

#[tokio::test]
async fn a_listener_that_fails_keeps_nobody_from_being_heard() {
    let fake = FakeService::start(Kind::SnomXmlRpc, clock()).await;
    let (asked, questions) = unbounded_channel();
    let (report, mut heard) = unbounded_channel();
    let worker = Worker::new(services(&[&fake]), clock(), questions);
    tokio::spawn(worker.run(move |about, _, _| {
        let report = report.clone();
        async move {
            if about != mac(9) {
                std::panic::resume_unwind(Box::new("the listener fails"));
            }
            report.send(about).unwrap();
        }
    }));
    for number in 0..10 {
        let question = registering(number);
        let vendor = Some("snom".to_owned());
        asked.send(Asked { vendor, question }).unwrap();
    }
    let heard = tokio::time::timeout(Duration::from_secs(60), heard.recv());
    assert_eq!(heard.await, Ok(Some(mac(9))));
}

#[tokio::test]
async fn what_is_under_way_is_finished_when_nobody_asks_any_more() {
    let fake = FakeService::start(Kind::SnomXmlRpc, clock()).await;
    let mut asking = Asking::begin(services(&[&fake]));
    fake.hold();
    for number in 0..6 {
        asking.ask(Some("snom"), &registering(number));
    }
    until("four are asked", || fake.at_once() == 4).await;
    drop(asking.asked);
    // The worker runs before this goes on: there is one thread for both.
    tokio::task::yield_now().await;
    fake.let_through(usize::MAX);
    asking.worker.await.unwrap();
    let mut finished = 0;
    while let Some((_, _, answer)) = asking.heard.recv().await {
        assert!(matches!(answer, Ok(Outcome::Done(_))), "{answer:?}");
        finished += 1;
    }
    assert_eq!(finished, 4);
}

#[test]
fn credentials_come_from_the_environment() {
    let of = |value: &str, set: &[&str], bases: &[(&str, &str)]| {
        let bases: Vec<(String, Url)> = bases
            .iter()
            .map(|(id, base)| ((*id).to_owned(), base.parse().unwrap()))
            .collect();
        let variable = |name: &str| set.contains(&name).then(|| value.to_owned());
        Services::from_environment(variable, &bases)
    };
    let from = |set: &[&str], bases: &[(&str, &str)]| of("x", set, bases);
    let told = |services: Result<Services, ServicesError>| services.unwrap_err().to_string();
    let is = |services: Result<Services, ServicesError>| -> Vec<String> {
        let services = services.unwrap();
        let services = services.iter().map(|(maker, id)| format!("{maker} {id}"));
        services.collect()
    };
    assert!(is(from(&[], &[])).is_empty());
    assert!(is(of("", &["SNOM_KEY_ID", "SNOM_KEY"], &[])).is_empty());
    let both = [
        "SNOM_KEY_ID",
        "SNOM_KEY",
        "YEALINK_RPS_KEY_ID",
        "YEALINK_RPS_SECRET",
    ];
    assert_eq!(
        is(from(&both, &[("snom-sraps", "http://127.0.0.1:1/")])),
        ["snom snom-sraps", "yealink yealink-rps-json"]
    );
    assert_eq!(
        told(from(&["SNOM_KEY"], &[])),
        "expected both SNOM_KEY_ID and SNOM_KEY in the environment"
    );
    let twice = ["SNOM_KEY_ID", "SNOM_KEY", "SNOM_USER", "SNOM_PASSWORD"];
    assert_eq!(
        told(from(&twice, &[])),
        "expected credentials for one service of snom, found SNOM_USER and SNOM_KEY_ID"
    );
    // A user name with a colon would end before it.
    let unusable = told(of("x:y", &["SNOM_USER", "SNOM_PASSWORD"], &[]));
    assert!(unusable.starts_with("snom-xmlrpc: expected "), "{unusable}");
    assert!(!unusable.contains("x:y"), "{unusable}");
    assert_eq!(
        told(from(&[], &[("snom-sraps", "http://127.0.0.1:1/")])),
        "expected both SNOM_KEY_ID and SNOM_KEY in the environment"
    );
    let unknown = told(from(&both, &[("rps", "http://127.0.0.1:1/")]));
    assert!(unknown.ends_with("found \"rps\""), "{unknown}");
    assert_eq!(
        told(of("s\nt", &both, &[])),
        "YEALINK_RPS_KEY_ID: expected a text without control characters"
    );
}

/// Everything that is logged in this process.
static LOG: LazyLock<Arc<Mutex<Vec<u8>>>> = LazyLock::new(|| {
    let log = Arc::new(Mutex::new(Vec::new()));
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .json()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || Writer(writer.clone()))
        .finish();
    tracing::subscriber::set_global_default(subscriber).unwrap();
    log
});

struct Writer(Arc<Mutex<Vec<u8>>>);

impl Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn nothing_secret_is_logged() {
    let log = LazyLock::force(&LOG).clone();
    for kind in KINDS {
        let fake = FakeService::start(kind, clock()).await;
        let services = services(&[&fake]);
        assert!(!format!("{services:?}").contains(SECRET), "{services:?}");
        let mut asking = Asking::begin(services);
        let mut phone = Phone::new(0x77, &fake, &mut asking);
        let _ = phone.added(7).await;
        let _ = phone.visited().await;
        fake.give_away(mac(0x77));
        let _ = phone.activated(8).await;
        fake.next(100, Trouble::Fails);
        let _ = phone.activated(7).await;
    }
    let log = String::from_utf8(log.lock().unwrap().clone()).unwrap();
    let lines: Vec<serde_json::Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let about = |service: &str, ask: &str, answer: &str| {
        lines.iter().any(|line| {
            let fields = &line["fields"];
            fields["service"] == service
                && fields["mac"] == mac(0x77).to_string()
                && fields["ask"] == ask
                && fields["answer"] == answer
        })
    };
    for service in [
        "yealink-rps",
        "yealink-rps-json",
        "snom-xmlrpc",
        "snom-sraps",
    ] {
        assert!(about(service, "register", "done"), "{service}: {log}");
        assert!(about(service, "deregister", "done"), "{service}: {log}");
        let busy = "the service is out of order for the moment";
        assert!(
            about(service, "register, take over", busy),
            "{service}: {log}"
        );
    }
    let coded = base64::Engine::encode(
        &base64::engine::general_purpose::STANDARD,
        format!("{NAME}:{SECRET}"),
    );
    for secret in [NAME, SECRET, "tok3n", "pbx.example.net", &coded, "Hawk id"] {
        assert!(!log.contains(secret), "{secret}: {log}");
    }
}
