//! The stories of people who set phones up, clicked through in a browser: every field is found by its
//! label, every button by its words. The phones are real HTTP.

#[path = "support/browser.rs"]
mod browser;
#[path = "support/client.rs"]
#[allow(dead_code, unreachable_pub, reason = "this suite uses a part of it")]
mod client;
#[path = "support/fake_service/mod.rs"]
mod fake_service;
#[path = "support/program.rs"]
#[allow(dead_code, unreachable_pub, reason = "this suite uses a part of it")]
mod program;
#[path = "support/tools.rs"]
#[allow(unreachable_pub, reason = "every suite uses a part of this")]
mod tools;

use browser::Browser;
use client::Api;
use fake_service::{FakeService, Kind};
use program::{ADMIN, Program};
use provisioning_server::clock::Clock;
use serde_json::json;

/// The password of the PBX.
const PBX: &str = "the switchboard itself";

const FLEET: &str = r#"
[site]
name = "Acme & Söhne"
provisioning_url = "http://pbx.example.net/p/{token}/"
[site.settings]
time_zone = "Europe/Amsterdam"
language = "nl"
registrar = { host = "sip.example.net" }
admin = { username = "admin", password = "Kanaal-7-Zout" }

[[devices]]
mac = "00:04:13:00:00:02"
model = "snom D785"
label = "Workshop"
"#;

/// What the phone of the stories says it is.
const AGENT: &str = "Yealink SIP-T46S 66.86.0.15 00:15:65:00:00:0a";

fn is_missing() -> bool {
    let driver = tools::is_here("chromedriver", "--version", "chromium-driver");
    !driver || !tools::is_here("chromium", "--version", "chromium")
}

async fn log_in(browser: &mut Browser) {
    browser.open("/admin/").await;
    browser.sees("Log in").await;
    browser.picture("login").await;
    browser.fill("Name", "admin").await;
    browser.fill("Password", ADMIN).await;
    browser.press("Log in").await;
    browser.sees("1 phone").await;
}

async fn add_phone(browser: &mut Browser, is_redirected: bool) {
    browser.follow("Add a phone").await;
    browser.fill("MAC address", "00-15-65-00-00-0A").await;
    browser.choose("Model", "yealink T46S").await;
    browser.fill("Description", "Front desk").await;
    if is_redirected {
        browser
            .tick("The manufacturer's service sends the phone here")
            .await;
    }
    browser.picture("add-phone").await;
    browser.press("Add the phone").await;
    browser.sees("The phone was added.").await;
}

/// What the phone gets: the status, and the file.
fn fetch(program: &Program, path: &str) -> (u16, String) {
    let url = format!("http://{}{path}", program.address());
    let answer = client::ask("GET", &url, &[("user-agent", AGENT)], None);
    (answer.status, answer.body)
}

/// The path of an address.
fn path(address: &str) -> &str {
    let (_, rest) = address.split_once("://").unwrap();
    &rest[rest.find('/').unwrap()..]
}

/// The address for the time after, as the phone's file says it.
fn long_term(file: &str) -> String {
    let line = file
        .lines()
        .find_map(|line| line.strip_prefix("static.auto_provision.server.url = "));
    line.expect("the file says where the next one is")
        .to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_portal() {
    if is_missing() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(FLEET, &["--pnp", "off"]);
    let server = format!("http://{}", program.address());
    let mut browser = Browser::start(server, &folder.path().join("profile"), "portal").await;
    log_in(&mut browser).await;
    browser.picture("phones").await;

    browser.follow("Subscribers").await;
    browser.follow("Add an extension").await;
    browser.fill("Number", "101").await;
    browser.fill("Display name", "Anna Smit").await;
    browser.picture("add-extension").await;
    browser.press("Add the extension").await;
    browser.sees("The subscriber was saved.").await;
    browser.picture("subscribers").await;

    browser.follow("Phones").await;
    add_phone(&mut browser, false).await;
    browser.choose("Subscriber", "101 Anna Smit").await;
    browser.press("Assign").await;
    browser.sees("The phone was assigned.").await;

    browser.follow("Settings").await;
    browser.fill("Language", "de").await;
    browser.fill("Time zone", "Europe/Berlin").await;
    browser.picture("settings").await;
    browser.press("Show what would change").await;
    browser.sees("Nothing is saved yet.").await;
    browser.picture("what-would-change").await;
    browser.press("Save").await;
    browser.sees("saved").await;

    browser.open("/admin/phones/00156500000a").await;
    browser.press("Allow authentication for an hour").await;
    browser.sees("Authentication is allowed.").await;
    browser.press("Copy").await;
    browser.sees("Copied.").await;
    browser.picture("window").await;
    let link = browser.value("Provisioning link").await;

    let file = "00156500000a.cfg";
    let (status, first) = fetch(&program, &format!("{}{file}", path(&link)));
    assert_eq!(status, 200);
    assert!(first.contains("account.1.user_name = 101"), "{first}");
    assert!(
        first.contains("account.1.display_name = Anna Smit"),
        "{first}"
    );
    assert!(first.contains("lang.gui = German"), "{first}");
    let next = long_term(&first);
    assert_ne!(next, link);
    let next = format!("{}{file}", path(&next));
    assert_eq!(fetch(&program, &next).0, 200);
    browser.open("/admin/phones/00156500000a").await;
    browser.sees("in use since").await;
    browser.picture("phone").await;
    // The PBX has a login, too, and reports that the phone has registered.
    browser.open("/admin/people").await;
    browser.fill("Name", "pbx").await;
    browser
        .choose("Part", "Program: reports what happens")
        .await;
    browser.fill("Password", PBX).await;
    browser.picture("people").await;
    browser.press("Add the login").await;
    browser.sees("The login was saved.").await;
    let pbx = Api::log_in(program.address(), "pbx", PBX);
    let contact = json!({ "subscriber": "101", "contact": "<sip:101@127.0.0.1:9>" });
    pbx.ok("POST", "/phones/00156500000a/registered", Some(&contact));
    browser.open("/admin/phones/00156500000a").await;
    browser.sees("Provisioned").await;
    browser.picture("provisioned").await;
    browser.follow("View provisioning").await;
    browser.unfold("00156500000a.cfg").await;
    browser.sees("account.1.user_name = 101").await;
    assert!(!browser.text().await.contains("Kanaal-7-Zout"));
    browser.picture("provisioning").await;

    browser.open("/admin/phones/00156500000a").await;
    browser.press("Unassign").await;
    browser.sees("Unassigning").await;
    browser.picture("unassigning").await;
    let (status, cleared) = fetch(&program, &next);
    assert_eq!(status, 200);
    assert!(!cleared.contains("account.1.user_name = 101"), "{cleared}");
    browser.open("/admin/phones/00156500000a").await;
    browser.sees("Listed").await;
    browser.open("/admin/?q=00%3A15%3A65").await;
    browser.sees("just now").await;
    browser.picture("search").await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn manufacturer_provisioning() {
    if is_missing() {
        return;
    }
    let service = FakeService::start(Kind::YealinkRpsJson, Clock::system()).await;
    let folder = tempfile::tempdir().unwrap();
    let base = format!("{}={}", service.id(), service.base().as_str());
    let arguments = ["--pnp", "off", "--redirection-base", base.as_str()];
    let program = Program::start_with(FLEET, &arguments, &service.variables());
    let server = format!("http://{}", program.address());
    let profile = folder.path().join("profile");
    let mut browser = Browser::start(server, &profile, "manufacturer").await;
    let mac = "00:15:65:00:00:0a".parse().unwrap();
    log_in(&mut browser).await;

    // It is registered when it is added, and can be taken out and registered again.
    add_phone(&mut browser, true).await;
    browser.sees("registered; the phone has not come yet").await;
    browser.sees("If the phone does not come by itself").await;
    browser.picture("active").await;
    let first = service.address_of(mac).expect("the service has the phone");
    browser.press("Deactivate").await;
    browser.sees("Disabled").await;
    assert_eq!(service.address_of(mac), None);
    browser.picture("deactivated").await;
    browser.press("Activate").await;
    browser.sees("registered; the phone has not come yet").await;
    let address = service.address_of(mac).expect("the service has the phone");
    assert_ne!(first, address);
    browser.press("Check now").await;
    browser.sees("Active").await;

    // The phone is reset, asks the service and comes.
    browser.press("Allow authentication for an hour").await;
    browser.sees("Authentication is allowed.").await;
    let file = "00156500000a.cfg";
    assert_ne!(fetch(&program, &format!("{}{file}", path(&first))).0, 200);
    let (status, own) = fetch(&program, &format!("{}{file}", path(&address)));
    assert_eq!(status, 200);
    let next = long_term(&own);
    assert_eq!(fetch(&program, &format!("{}{file}", path(&next))).0, 200);
    browser.sees("The phone is\nin service").await;
    browser.picture("in-service").await;
    assert_eq!(
        service.address_of(mac),
        None,
        "the service has forgotten it"
    );
    browser.close().await;
}
