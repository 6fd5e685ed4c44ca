//! From a request to an answer, through all steps: the life of a phone at a server.

#![cfg(all(feature = "snom", feature = "yealink"))]

mod support;

use chrono::{DateTime, TimeDelta, Utc};
use http::{Request, StatusCode};
use phone_provisioning::delivery::admission::{
    Admission, Adoption, Attempt, Credential, Decision, Environment, PhoneRecord, Policy, Reason,
    TokenHash, Verdict,
};
use phone_provisioning::delivery::answer::{Answers, rendered};
use phone_provisioning::delivery::{AddressSpace, PhoneUrl, RequestFacts, identify};
use phone_provisioning::model::{Device, Site, UrlTemplate};
use phone_provisioning::target::EtagKey;
use phone_provisioning::{Output, Provisioner, Targets};
use support::{mac, secret, site_with};

const URL: &str = "https://pbx.example.net/p/{token}/";

struct Server {
    space: AddressSpace,
    template: UrlTemplate,
    provisioner: Provisioner,
    targets: Targets,
    admission: Admission,
    answers: Answers,
    device: Device,
    record: PhoneRecord,
    /// By which the phone is found when it does not say who it is.
    hashes: Vec<TokenHash>,
    given: u8,
    now: DateTime<Utc>,
}

impl Server {
    fn new(model: &str, address: &str) -> Self {
        let now = "2026-11-22T18:00:00Z".parse::<DateTime<Utc>>().unwrap();
        let template = UrlTemplate::parse(URL, Site::URL_PLACEHOLDERS).unwrap();
        let site = site_with(|site| site.provisioning_url = Some(template.clone()));
        let environment = Environment::new("production").unwrap();
        let mut server = Self {
            space: AddressSpace::new([&template]).unwrap(),
            template,
            provisioner: Provisioner::new(site),
            targets: Targets::builtin(),
            admission: Admission::new(environment, Policy::default(), 7),
            answers: Answers::new("phones", EtagKey::new(7)).unwrap(),
            device: phone(model, address, "none"),
            record: PhoneRecord::new(mac(address), Adoption::Redirection, now),
            hashes: Vec::new(),
            given: 0,
            now,
        };
        server.rotate();
        server
    }

    fn token(&mut self) -> (String, Credential) {
        self.given += 1;
        let environment = self.admission.environment();
        let (token, hash) = environment.new_token(&[self.given; 16]).unwrap();
        self.hashes.push(hash);
        (token.expose().to_owned(), Credential::token(hash))
    }

    /// Puts a new long-term token into the phone's configuration.
    fn rotate(&mut self) {
        let (token, credential) = self.token();
        self.record.issue(credential, self.now).unwrap();
        let (model, address) = (self.device.model(), self.device.mac().to_string());
        self.device = phone(model, &address, &token);
    }

    /// The address that the phone is sent to.
    fn invite(&mut self) -> String {
        let (token, credential) = self.token();
        self.record.invite(credential).unwrap();
        let target = self.targets.model(self.device.model()).unwrap().target;
        let mac = self.device.mac();
        let url = PhoneUrl::new(&self.template, &**target, mac, Some(&token)).unwrap();
        url.expose().as_str().to_owned()
    }

    fn get(&mut self, url: &str, agent: &str) -> (StatusCode, String, Decision) {
        let request = Request::get(url).header("User-Agent", agent).body(());
        let request = request.unwrap();
        let facts = RequestFacts::from(&request);
        let facts = match self.space.find(&facts) {
            Some(located) => facts.with_located(located),
            None => facts,
        };
        let identification = identify(&self.targets, &facts);
        let attempt = Attempt::of(&facts, &identification, [192, 0, 2, 7].into());
        let environment = self.admission.environment();
        let is_known = match (attempt.mac, attempt.token.as_deref()) {
            (Some(mac), _) => mac == self.device.mac(),
            (None, Some(token)) => self.hashes.contains(&environment.hash(token)),
            (None, None) => false,
        };
        let record = is_known.then_some(&mut self.record);
        let decision = self.admission.decide(record, &attempt, self.now);
        let mut output = Output::new();
        let content = match decision.verdict {
            Verdict::Admit => {
                rendered(&self.provisioner, &self.device, &facts, &mut output).unwrap()
            }
            _ => None,
        };
        let content = content.map(Into::into);
        let (method, fields) = (request.method(), request.headers());
        let answer = self
            .answers
            .answer(method, fields, decision.verdict, content);
        let body = String::from_utf8(answer.body().to_vec()).unwrap();
        (answer.status(), body, decision)
    }
}

fn phone(model: &str, address: &str, token: &str) -> Device {
    let device = Device::builder(mac(address), model).token(secret(token));
    support::built(device.extension(support::extension(1)))
}

/// What stands behind `before` in a file, up to the end of the line or a mark.
fn value<'f>(file: &'f str, before: &str) -> &'f str {
    let (_, value) = file
        .split_once(before)
        .unwrap_or_else(|| panic!("{before} in {file}"));
    &value[..value.find(['\n', '<', '"']).unwrap_or(value.len())]
}

#[test]
fn a_yealink_phone_comes_in_is_bound_and_gets_a_new_token() {
    let agent = "Yealink SIP-T46S 66.86.0.15 80:5e:0c:12:34:56";
    let mut server = Server::new("yealink T46S", "80:5e:0c:12:34:56");
    let first = server.invite();
    let own = |folder: &str| format!("{folder}805e0c123456.cfg");
    let (status, body, decision) = server.get(&own(&first), agent);
    assert_eq!((status.as_u16(), &*body), (404, ""));
    assert_eq!(decision.reason, Reason::WindowClosed);

    let _ = server
        .record
        .open_for_an_hour(server.now, &Policy::default())
        .unwrap();
    // The names that it tries: some are there.
    for (name, status) in [
        ("805e0c123456.boot", 404),
        ("y000000000000.boot", 404),
        ("y000000000066.cfg", 200),
    ] {
        assert_eq!(
            server.get(&format!("{first}{name}"), agent).0.as_u16(),
            status,
            "{name}"
        );
    }
    let (status, body, _) = server.get(&own(&first), agent);
    assert_eq!(status.as_u16(), 200);
    let before = "static.auto_provision.server.url = ";
    let second = value(&body, before).to_owned();
    assert_ne!(second, first);
    assert!(server.get(&own(&second), agent).2.bound);

    server.now += TimeDelta::hours(24);
    assert_eq!(server.get(&own(&first), agent).2.reason, Reason::Replaced);
    server.rotate();
    let (_, body, decision) = server.get(&own(&second), agent);
    assert_eq!(decision.reason, Reason::FormerCredential);
    let third = value(&body, before).to_owned();
    assert!(server.get(&own(&third), agent).2.rotated);
    server.now += TimeDelta::hours(24);
    assert_eq!(server.get(&own(&second), agent).0.as_u16(), 404);
    assert_eq!(server.get(&own(&third), agent).0.as_u16(), 200);

    // Another phone with this one's token, and this phone by another's name.
    let other = agent.replace("56", "57");
    assert_eq!(server.get(&own(&third), &other).2.reason, Reason::Conflict);
    let path = format!("{third}805e0c123457.cfg");
    assert_eq!(server.get(&path, &other).2.reason, Reason::UnknownPhone);
    let last = server.record.last_refused().unwrap();
    assert_eq!(
        (last.file.as_str(), last.reason),
        ("805e0c123456.cfg", Reason::Conflict)
    );
}

/// Firmware before 8.7.5 does not say its address in the file of its model.
#[test]
fn a_snom_phone_is_found_by_its_token_and_follows_the_list_of_files() {
    let agent = "Mozilla/4.0 (compatible; snom760-SIP 8.7.3.19 2010.06)";
    let mut server = Server::new("snom 760", "00:04:13:a1:1f:a7");
    let first = server.invite();
    let _ = server
        .record
        .open_for_an_hour(server.now, &Policy::default())
        .unwrap();
    let (status, _, decision) = server.get(&format!("{first}snom760.htm"), agent);
    assert_eq!(status.as_u16(), 200);
    assert_eq!(decision.reason, Reason::FirstCredential);
    let (status, list, _) = server.get(&format!("{first}snom760-000413A11FA7.htm"), agent);
    assert_eq!(status.as_u16(), 200);
    let settings = value(&list, "<file url=\"").to_owned();
    // The answer gets lost: the phone starts again with the address that it was sent to.
    assert!(server.get(&settings, agent).2.bound);
    server.now += TimeDelta::minutes(4);
    assert_eq!(
        server.get(&format!("{first}snom760.htm"), agent).0.as_u16(),
        200
    );
    let (_, file, decision) = server.get(&settings, agent);
    assert_eq!(decision.reason, Reason::LongTermCredential);
    let second = value(&file, "<setting_server perm=\"RW\">");
    assert_eq!(settings, format!("{second}000413A11FA7.xml"));
}

/// Nobody learns from an answer whether there is a phone.
#[test]
fn outside_of_the_space_there_is_nothing() {
    let mut server = Server::new("yealink T46S", "80:5e:0c:12:34:56");
    for path in [
        "/",
        "/805e0c123456.cfg",
        "/p/",
        "/p/805e0c123456.cfg",
        "/p/x/../805e0c123456.cfg",
    ] {
        let url = format!("https://pbx.example.net{path}");
        let (status, body, _) = server.get(&url, "curl/8.0");
        assert_eq!((status.as_u16(), &*body), (404, ""), "{path}");
    }
}
