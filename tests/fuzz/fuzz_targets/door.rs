//! Requests of strangers for the file of a phone that is known, divided by NUL: in the first line the method
//! and the address, below it the fields.
#![no_main]

use std::sync::LazyLock;

use chrono::{DateTime, TimeDelta, Utc};
use http::header::{CONTENT_LENGTH, CONTENT_RANGE, ETAG, IF_NONE_MATCH, RANGE};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response};
use libfuzzer_sys::fuzz_target;
use phone_provisioning::delivery::admission::{
    Admission, Adoption, Attempt, Credential, Decision, Environment, PhoneRecord, Policy, Reason,
    Verdict,
};
use phone_provisioning::delivery::answer::{Answers, Content, rendered};
use phone_provisioning::delivery::{AddressSpace, RequestFacts, Token, identify};
use phone_provisioning::model::{Login, Site, UrlTemplate};
use phone_provisioning::target::{EtagKey, Output};
use phone_provisioning::{Document, Fleet, Provisioner, Targets};

/// What the phone has for its first access, and for good; its login, as the field has it.
const FIRST: &str = "Zmlyc3QgYWNjZXNzIGlzIGE";
const FOR_GOOD: &str = "Zm9yIGdvb2QgaXMgYW5vdGhlcg";
const LOGIN: &str = "cGhvbmU6Zm91ciB0aW1lcyBmaXZlIGlzIHR3ZW50eQ";

const FILE: &[u8] = b"account.1.password = s3cret\n";

static TARGETS: LazyLock<Targets> = LazyLock::new(Targets::builtin);

static SPACE: LazyLock<AddressSpace> = LazyLock::new(|| {
    let templates = [
        "https://pbx/p/{token}/",
        "https://pbx/q?mac={mac}&t={token}",
        "https://pbx/login/",
    ];
    let templates = templates.map(|text| UrlTemplate::parse(text, Site::URL_PLACEHOLDERS).unwrap());
    AddressSpace::new(&templates).unwrap()
});

static FLEET: LazyLock<Fleet> = LazyLock::new(|| {
    let document = "site = { name = 'Example', settings = { time_zone = 'Europe/Berlin', language = 'de',\n\
         registrar = { host = 'sip.example.net' } } }\n\
         [[devices]]\nmac = '80:5e:0c:12:34:56'\nmodel = 'yealink T46S'\n\
         extensions = [{ number = '1001', password = 's3cret' }]\n";
    Document::from_toml(document)
        .unwrap()
        .resolve(&TARGETS)
        .unwrap()
});

static PROVISIONER: LazyLock<Provisioner> =
    LazyLock::new(|| Provisioner::new(FLEET.site().clone()));

fuzz_target!(|bytes: &[u8]| {
    let answers = Answers::new("phones", EtagKey::new(7)).unwrap();
    let mut now = DateTime::UNIX_EPOCH;
    let (mut door, mut record) = phone(now);
    let mut output = Output::default();
    let mut is_told = false;
    // What admits is in what was sent, however it is coded.
    for sent in bytes.split(|byte| *byte == 0) {
        now += TimeDelta::minutes(1);
        let Some(request) = request(sent) else {
            continue;
        };
        let facts = RequestFacts::from(&request);
        let located = SPACE.find(&facts);
        let facts = located.map_or(facts, |located| facts.with_located(located));
        let token = located
            .and_then(|located| located.token())
            .map(Token::expose);
        let phone = identify(&TARGETS, &facts);
        let mut attempt = Attempt::of(&facts, &phone, [192, 0, 2, 7].into());
        attempt.login_space = request.uri().path().starts_with("/login/");
        attempt.authorization = request
            .headers()
            .get("authorization")
            .map(HeaderValue::as_bytes);
        let decision = door.decide(Some(&mut record), &attempt, now);
        check_decision(decision, token.as_deref(), attempt.authorization, now);
        // What it has lets no other phone in, nor one that says two things of itself.
        let is_other = attempt.mac.is_some_and(|mac| mac != record.mac());
        assert!(!decision.is_admitted() || !is_other && !attempt.conflict);
        // Nothing secret is kept, unless somebody sends it for the name of a file, a phone or a method.
        let kept = serde_json::to_string(&record).unwrap();
        for secret in [FIRST, FOR_GOOD, LOGIN] {
            let is_in = |bytes: &[u8]| {
                bytes
                    .windows(secret.len())
                    .any(|part| part == secret.as_bytes())
            };
            let method = request.method().as_str();
            let names = [attempt.agent, attempt.file.as_bytes(), method.as_bytes()];
            is_told |= names.into_iter().any(is_in);
            assert!(is_told || !kept.contains(secret), "{kept}");
        }
        assert!(is_told || !format!("{attempt:?} {facts:?} {decision:?}").contains(FOR_GOOD));

        let (method, fields) = (request.method(), request.headers());
        let content = Content::new("text/plain", FILE);
        check(
            &answers.answer(method, fields, decision.verdict, Some(content)),
            method,
            fields,
            decision,
        );
        let device = &FLEET.devices()[0];
        let file =
            rendered(&PROVISIONER, device, &facts, &mut output).expect("a device without fault");
        let verdict = Verdict::Refuse;
        let refused = answers.answer(method, fields, verdict, file.map(Content::from));
        assert!(refused.body().is_empty() && refused.headers().get(ETAG).is_none());
    }
});

fn phone(now: DateTime<Utc>) -> (Admission, PhoneRecord) {
    let environment = Environment::new("production").unwrap();
    let mut record = PhoneRecord::new(FLEET.devices()[0].mac(), Adoption::Dhcp, now);
    let login = Login {
        username: "phone".parse().unwrap(),
        password: "four times five is twenty".parse().unwrap(),
    };
    let login = Credential::login(environment.hash_login(&login).unwrap());
    record.issue(login, now).unwrap();
    record
        .issue(Credential::token(environment.hash(FOR_GOOD)), now)
        .unwrap();
    record
        .invite(Credential::token(environment.hash(FIRST)))
        .unwrap();
    let policy = Policy::default();
    let _ = record
        .open_until(now + TimeDelta::minutes(4), now, &policy)
        .unwrap();
    (Admission::new(environment, policy, 7), record)
}

fn request(sent: &[u8]) -> Option<Request<()>> {
    let mut lines = sent.split(|byte| *byte == b'\n');
    let mut first = lines.next()?.splitn(2, |byte| *byte == b' ');
    let method = Method::from_bytes(first.next()?).ok()?;
    let mut request = Request::builder().method(method).uri(first.next()?);
    for line in lines {
        let at = line.iter().position(|byte| *byte == b':')?;
        let name = HeaderName::from_bytes(&line[..at]).ok()?;
        request = request.header(
            name,
            HeaderValue::from_bytes(line[at + 1..].trim_ascii()).ok()?,
        );
    }
    request.body(()).ok()
}

/// Nobody comes in without what the phone has, nor too late.
fn check_decision(
    decision: Decision,
    token: Option<&str>,
    field: Option<&[u8]>,
    now: DateTime<Utc>,
) {
    let has_login = || {
        let text = field
            .and_then(|field| field.get(6..))
            .unwrap_or_default()
            .trim_ascii();
        let padding = text.iter().rev().take_while(|byte| **byte == b'=').count();
        &text[..text.len() - padding] == LOGIN.as_bytes()
    };
    let _ = decision.reason.to_string();
    match decision.reason {
        Reason::FirstCredential => {
            assert_eq!(token, Some(FIRST));
            assert!(now < DateTime::UNIX_EPOCH + TimeDelta::minutes(4));
        }
        Reason::LongTermCredential => assert_eq!(token, Some(FOR_GOOD)),
        Reason::FormerCredential => assert!(has_login()),
        _ => assert!(!decision.is_admitted(), "{decision:?}"),
    }
}

/// The file goes to who is admitted and to nobody else, whole or as the part that was asked for.
fn check(answer: &Response<&[u8]>, method: &Method, fields: &HeaderMap, decision: Decision) {
    let (status, body) = (answer.status().as_u16(), *answer.body());
    if !matches!(*method, Method::GET | Method::HEAD) || !decision.is_admitted() {
        assert!(body.is_empty() && matches!(status, 401 | 404 | 405));
        return;
    }
    let length = answer
        .headers()
        .get(CONTENT_LENGTH)
        .map(|length| length.to_str().unwrap());
    match status {
        200 => assert_eq!(length, Some("28")),
        206 => assert!(*method == Method::GET && fields.contains_key(RANGE)),
        304 => assert!(fields.contains_key(IF_NONE_MATCH) && body.is_empty()),
        416 => assert!(fields.contains_key(RANGE) && body.is_empty()),
        _ => panic!("{status}"),
    }
    if *method == Method::HEAD {
        assert!(body.is_empty());
        return;
    }
    match answer
        .headers()
        .get(CONTENT_RANGE)
        .filter(|_| status == 206)
    {
        Some(range) => {
            let range = range.to_str().unwrap().strip_prefix("bytes ").unwrap();
            let (first, last) = range.strip_suffix("/28").unwrap().split_once('-').unwrap();
            let (first, last): (usize, usize) = (first.parse().unwrap(), last.parse().unwrap());
            assert_eq!(body, &FILE[first..=last]);
            assert_eq!(length, Some(body.len().to_string().as_str()));
        }
        None => assert_eq!(body, if status == 200 { FILE } else { b"" }),
    }
}
