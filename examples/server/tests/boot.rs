//! Two thousand phones start at once, and the server dies in the middle: nobody is answered wrongly, and
//! nothing is lost that anybody was told.
//!
//! How long it takes is printed and not judged here: `cargo test --release … -- --nocapture` shows it.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use http::{Request, StatusCode, header};
use http_body_util::{BodyExt as _, Empty};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use phone_provisioning::delivery::admission::WindowState;
use phone_provisioning::inventory::{Actor, OrganisationId};
use phone_provisioning::model::Mac;
use phone_provisioning::{Document, Secret};
use provisioning_server::clock::Clock;
use provisioning_server::server::start::Started;
use provisioning_server::server::{Options, Server};

/// So many phones, in three kinds.
const PHONES: usize = 2000;

/// So long it takes until the last of them has been switched on.
const SWITCHED_ON: Duration = Duration::from_secs(10);

/// A phone, and how it is told where to go.
#[derive(Clone)]
struct Phone {
    mac: Mac,
    kind: usize,
    /// Path of the folder with its first token.
    folder: String,
}

/// What a phone says it is, and what it asks for: shared files, then its own.
const KINDS: [(&str, &str, [&str; 2]); 3] = [
    (
        "yealink T46S",
        "Yealink SIP-T46S 66.86.0.15 {colons}",
        ["y000000000066.cfg", "{lower}.cfg"],
    ),
    (
        "snom D785",
        "Mozilla/4.0 (compatible; snomD785-SIP 10.1.226.16 1.1.3-s SPEAr300 SNOM 1.4 000413)",
        ["snomD785.htm", "snomD785-{upper}.htm"],
    ),
    (
        "snom M900",
        "Mozilla/4.0 (compatible; snomM900-SIP 07.40 0104)",
        ["snomM900.htm", "snomM900-{upper}.htm"],
    ),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_thousand_phones_start_and_the_server_dies_in_between() {
    let folder = tempfile::tempdir().unwrap();
    let (fleet, database) = (
        folder.path().join("fleet.toml"),
        folder.path().join("db.sqlite"),
    );
    std::fs::write(&fleet, fleet_toml()).unwrap();
    let phones = prepare(&fleet, &database).await;

    let mut program = Program::start(&fleet, &database, folder.path());
    let boot = Arc::new(Boot::new(program.port));
    let started = Instant::now();
    let mut tasks = Vec::new();
    for (i, phone) in phones.iter().enumerate() {
        let (boot, phone) = (boot.clone(), phone.clone());
        let at = SWITCHED_ON.mul_f64(i as f64 / PHONES as f64);
        tasks.push(tokio::spawn(async move {
            tokio::time::sleep_until((started + at).into()).await;
            boot.start(&phone).await
        }));
    }
    // In the middle of it, at no particular moment.
    boot.bound_reaches(PHONES / 2).await;
    program.kill();
    let told = boot.told();
    program = Program::start(&fleet, &database, folder.path());
    boot.port.store(usize::from(program.port), Ordering::SeqCst);

    let mut latencies = Vec::new();
    for task in tasks {
        latencies.extend(task.await.unwrap());
    }
    program.kill();
    assert!(told.len() >= PHONES / 2);
    latencies.sort_unstable();
    let percentile = |p: usize| latencies[latencies.len() * p / 100 - 1];
    eprintln!(
        "{} requests in {:.1?}: median {:.1?}, 90 % {:.1?}, 99 % {:.1?}, longest {:.1?}; {} began anew",
        latencies.len(),
        started.elapsed(),
        percentile(50),
        percentile(90),
        percentile(99),
        latencies.last().unwrap(),
        boot.refused.load(Ordering::SeqCst),
    );
    assert_eq!(
        latencies.len() % 3,
        0,
        "every phone has made its three requests"
    );

    // What is on the disk after the second death.
    let Started { server, .. } = open(&fleet, &database).await;
    let now = server.now();
    server.look(|state| {
        for phone in &phones {
            let record = state.inventory.phone(phone.mac).expect("no phone is lost");
            let status = record.admission().status(now);
            assert!(status.bound.is_some(), "{}", phone.mac);
            assert!(
                matches!(
                    status.window,
                    WindowState::Open { .. } | WindowState::Closed { .. }
                ),
                "{}",
                phone.mac
            );
            assert!(
                record.admission().last_admitted().is_some(),
                "{}",
                phone.mac
            );
        }
    });
}

/// A new database, with all phones assigned and their windows open.
async fn prepare(fleet: &Path, database: &Path) -> Vec<Phone> {
    let started = open(fleet, database).await;
    assert_eq!(started.imported, Some(PHONES));
    let server = started.server;
    let opened = (0..PHONES).map(|i| {
        let server = server.clone();
        tokio::spawn(async move { server.open_window(&Actor::PROVIDER, mac(i), None).await })
    });
    let opened: Vec<_> = opened.collect();
    for opened in opened {
        opened.await.unwrap().unwrap();
    }
    let now = server.now();
    server.look(|state| {
        let organisation: OrganisationId = "boot".parse().unwrap();
        assert!(state.inventory.organisation(&organisation).is_some());
        let phones = (0..PHONES).map(|i| {
            let phone = state.inventory.phone(mac(i)).unwrap();
            let url = state.first_url(phone, now).expect("its window is open");
            Phone {
                mac: mac(i),
                kind: i % KINDS.len(),
                folder: path(url.expose().as_str()).to_owned(),
            }
        });
        phones.collect()
    })
}

/// The server in this process, once the one before has let the database go.
async fn open(fleet: &Path, database: &Path) -> Started {
    let document = Document::from_toml(&std::fs::read_to_string(fleet).unwrap()).unwrap();
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        let started = Server::start(Options {
            database,
            fleet: &document,
            password: Some(Secret::new("not a real password").unwrap()),
            expected: Vec::new(),
            clock: Clock::system(),
        });
        match started.await {
            Ok(started) => return started,
            Err(error) if Instant::now() > deadline => panic!("{error}"),
            Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
}

fn fleet_toml() -> String {
    let mut toml = String::from(
        r#"
        [site]
        name = "boot"
        provisioning_url = "http://pbx.example.net/p/{token}/"
        [site.settings]
        time_zone = "Europe/Berlin"
        language = "de"
        registrar = { host = "sip.example.net" }
        admin = { username = "admin", password = "correct-horse" }
        "#,
    );
    for i in 0..PHONES {
        let (mac, model) = (mac(i), KINDS[i % KINDS.len()].0);
        let number = 10_000 + i;
        let extension = format!("{{ number = \"{number}\", password = \"secret-of-{number}\" }}");
        let line = match model.ends_with("M900") {
            true => format!("handsets = [{{ slot = 1, extensions = [{extension}] }}]"),
            false => format!("extensions = [{extension}]"),
        };
        toml += &format!("[[devices]]\nmac = \"{mac}\"\nmodel = \"{model}\"\n{line}\n");
    }
    toml
}

fn mac(i: usize) -> Mac {
    let prefix = [[0x80, 0x5e, 0x0c], [0x00, 0x04, 0x13], [0x00, 0x08, 0x7b]][i % KINDS.len()];
    let [.., a, b] = (i as u32).to_be_bytes();
    Mac::new([prefix[0], prefix[1], prefix[2], 0x53, a, b]).unwrap()
}

fn path(url: &str) -> &str {
    let (_, behind) = url.split_once("://").unwrap();
    &behind[behind.find('/').unwrap()..]
}

// ---- the program ----

struct Program {
    child: Child,
    port: u16,
}

impl Program {
    fn start(fleet: &Path, database: &Path, folder: &Path) -> Self {
        let log = std::fs::File::options()
            .create(true)
            .append(true)
            .open(folder.join("log"));
        let mut child = Command::new(env!("CARGO_BIN_EXE_provisioning-server"))
            .args([fleet, Path::new("--db"), database])
            .args([
                "--listen",
                "127.0.0.1:0",
                "--pnp",
                "off",
                "--expected",
                "127.0.0.1",
            ])
            .stdout(Stdio::piped())
            .stderr(log.unwrap())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let address = lines.find_map(|line| {
            line.unwrap()
                .strip_prefix("listening on http://")
                .map(str::to_owned)
        });
        let address = address
            .unwrap_or_else(|| panic!("{}", std::fs::read_to_string(folder.join("log")).unwrap()));
        let port = address.rsplit(':').next().unwrap().parse().unwrap();
        Self { child, port }
    }

    /// As the power does.
    fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}

// ---- the phones ----

struct Boot {
    client: Client<HttpConnector, Empty<&'static [u8]>>,
    port: AtomicUsize,
    bound: AtomicUsize,
    /// Requests that nobody answered.
    refused: AtomicUsize,
    told: std::sync::Mutex<BTreeMap<Mac, String>>,
}

impl Boot {
    fn new(port: u16) -> Self {
        // A phone opens a connection for each file.
        let client = Client::builder(TokioExecutor::new())
            .pool_max_idle_per_host(0)
            .build_http();
        Self {
            client,
            port: AtomicUsize::new(port.into()),
            bound: AtomicUsize::new(0),
            refused: AtomicUsize::new(0),
            told: Default::default(),
        }
    }

    /// Shared file, own file, and the own file once more by the address that stood in it.
    async fn start(&self, phone: &Phone) -> Vec<Duration> {
        let mut latencies = Vec::new();
        let [shared, own] = KINDS[phone.kind].2.map(|name| filled(name, phone.mac));
        self.fetch(phone, &phone.folder, &shared, &mut latencies)
            .await;
        let file = self.fetch(phone, &phone.folder, &own, &mut latencies).await;
        let folder = folder_in(&file);
        assert_ne!(folder, phone.folder, "the address for good is another one");
        let again = self.fetch(phone, &folder, &own, &mut latencies).await;
        assert_eq!(again, file, "{}", phone.mac);
        self.told.lock().unwrap().insert(phone.mac, folder);
        self.bound.fetch_add(1, Ordering::SeqCst);
        latencies
    }

    /// Asks until there is an answer, as phones do. An answer that is no file is a fault.
    async fn fetch(
        &self,
        phone: &Phone,
        folder: &str,
        name: &str,
        latencies: &mut Vec<Duration>,
    ) -> String {
        let deadline = Instant::now() + Duration::from_secs(300);
        loop {
            let port = self.port.load(Ordering::SeqCst);
            let request = Request::get(format!("http://127.0.0.1:{port}{folder}{name}"))
                .header(header::USER_AGENT, filled(KINDS[phone.kind].1, phone.mac))
                .body(Empty::new())
                .unwrap();
            let asked = Instant::now();
            let answer = async {
                let answer = self.client.request(request).await.ok()?;
                let status = answer.status();
                let body = answer.into_body().collect().await.ok()?.to_bytes();
                Some((status, String::from_utf8(body.to_vec()).unwrap()))
            };
            if let Some((status, body)) = answer.await {
                assert_eq!(status, StatusCode::OK, "{} {name}", phone.mac);
                latencies.push(asked.elapsed());
                return body;
            }
            assert!(Instant::now() < deadline, "{} is not answered", phone.mac);
            self.refused.fetch_add(1, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    async fn bound_reaches(&self, count: usize) {
        let deadline = Instant::now() + Duration::from_secs(300);
        while self.bound.load(Ordering::SeqCst) < count {
            assert!(Instant::now() < deadline, "only {:?} are bound", self.bound);
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    fn told(&self) -> BTreeMap<Mac, String> {
        self.told.lock().unwrap().clone()
    }
}

fn filled(text: &str, mac: Mac) -> String {
    text.replace("{lower}", &mac.plain_lower().to_string())
        .replace("{upper}", &mac.plain_upper().to_string())
        .replace("{colons}", &mac.to_string())
}

/// The folder that a file sends its phone to, as text: no reader of ours is asked.
fn folder_in(file: &str) -> String {
    let (_, behind) = file
        .split_once("http://pbx.example.net/p/")
        .expect("an address");
    let end = behind.find('/').expect("a folder");
    format!("/p/{}/", &behind[..end])
}
