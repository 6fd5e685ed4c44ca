//! Answers: which file, conditions, ranges, and refusals that say nothing.

#![cfg(all(feature = "snom", feature = "yealink"))]

mod support;

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, header};
use phone_provisioning::delivery::admission::{
    Admission, Adoption, Attempt, Credential, Environment, PhoneRecord, Policy, Reason, Verdict,
};
use phone_provisioning::delivery::answer::{Answers, Content, find, rendered};
use phone_provisioning::delivery::{AddressSpace, RequestFacts};
use phone_provisioning::model::{Device, Login, Site, UrlTemplate};
use phone_provisioning::target::EtagKey;
use phone_provisioning::{Output, Provisioner};
use proptest::prelude::*;
use support::{built, mac, secret, site_with, text};

const FILE: &[u8] = b"0123456789";
const TYPE: &str = "text/plain; charset=utf-8";

fn answers() -> Answers {
    Answers::new("phones", EtagKey::new(7)).unwrap()
}

fn fields(fields: &[(HeaderName, &str)]) -> HeaderMap {
    let value = |text: &str| HeaderValue::try_from(text).unwrap();
    let mut map = HeaderMap::new();
    for (name, text) in fields {
        map.append(name, value(text));
    }
    map
}

/// The answer to an admitted request for a file of ten bytes.
fn get(asked: &[(HeaderName, &str)]) -> Response<&'static [u8]> {
    let content = Some(Content::new(TYPE, FILE));
    answers().answer(&Method::GET, &fields(asked), Verdict::Admit, content)
}

fn tag() -> String {
    format!("\"{}\"", EtagKey::new(7).tag(FILE))
}

/// Everything of an answer that goes over the wire, as text.
fn wire(answer: &Response<&[u8]>) -> String {
    let fields: BTreeSet<String> = answer
        .headers()
        .iter()
        .map(|(name, value)| format!("{name}: {}\n", value.to_str().unwrap()))
        .collect();
    let body = String::from_utf8_lossy(answer.body()).into_owned();
    let status = answer.status().as_str().to_owned();
    [status, "\n".into(), fields.into_iter().collect(), body].concat()
}

const NOT_FOUND: &str = "404\ncache-control: no-store\ncontent-length: 0\n";

#[test]
fn a_file_is_sent_with_its_length_and_a_tag() {
    let expected = format!(
        "200\naccept-ranges: bytes\ncache-control: private\ncontent-length: 10\n\
         content-type: {TYPE}\netag: {}\n0123456789",
        tag()
    );
    assert_eq!(wire(&get(&[])), expected);
    let content = Some(Content::new(TYPE, FILE));
    let head = answers().answer(&Method::HEAD, &HeaderMap::new(), Verdict::Admit, content);
    assert_eq!(wire(&head), expected.trim_end_matches("0123456789"));
    let empty = answers().answer(
        &Method::GET,
        &HeaderMap::new(),
        Verdict::Admit,
        Some(Content::new(TYPE, b"")),
    );
    assert_eq!(empty.headers()[header::CONTENT_LENGTH], "0");
    assert_eq!(empty.status(), StatusCode::OK);
}

#[test]
fn a_phone_that_has_the_file_is_told_so() {
    let tag = tag();
    let expected = format!("304\ncache-control: private\netag: {tag}\n");
    let name = || header::IF_NONE_MATCH;
    for known in [
        tag.clone(),
        format!("W/{tag}"),
        "*".to_owned(),
        format!("\"other\", W/\"x\" ,{tag}"),
    ] {
        let answer = get(&[(name(), &known), (header::RANGE, "bytes=0-0")]);
        assert_eq!(wire(&answer), expected, "{known}");
    }
    assert_eq!(wire(&get(&[(name(), "\"a\""), (name(), &tag)])), expected);
    for unknown in [
        "",
        "\"other\"",
        &tag[1..tag.len() - 1],
        "w/*",
        &tag.to_uppercase(),
    ] {
        assert_eq!(
            get(&[(name(), unknown)]).status(),
            StatusCode::OK,
            "{unknown}"
        );
    }
    let content = Some(Content::new(TYPE, FILE));
    let asked = fields(&[(name(), &tag)]);
    let head = answers().answer(&Method::HEAD, &asked, Verdict::Admit, content);
    assert_eq!(wire(&head), expected);
}

#[test]
fn one_range_is_answered_and_several_are_not_looked_at() {
    for (range, status, place, body) in [
        ("bytes=0-3", 206, "bytes 0-3/10", "0123"),
        ("bytes=8-", 206, "bytes 8-9/10", "89"),
        ("bytes=8-99999999999999999999999", 206, "bytes 8-9/10", "89"),
        ("bytes=-3", 206, "bytes 7-9/10", "789"),
        ("bytes=-30", 206, "bytes 0-9/10", "0123456789"),
        ("Bytes=9-9", 206, "bytes 9-9/10", "9"),
        ("bytes=10-", 416, "bytes */10", ""),
        ("bytes=99999999999999999999999-", 416, "bytes */10", ""),
        ("bytes=-0", 416, "bytes */10", ""),
    ] {
        let answer = get(&[(header::RANGE, range)]);
        assert_eq!(answer.status().as_u16(), status, "{range}");
        assert_eq!(answer.headers()[header::CONTENT_RANGE], place, "{range}");
        assert_eq!(*answer.body(), body.as_bytes(), "{range}");
        let length = body.len().to_string();
        assert_eq!(answer.headers()[header::CONTENT_LENGTH], *length, "{range}");
    }
    for range in [
        "",
        "bytes",
        "bytes=",
        "bytes=-",
        "bytes=3-1",
        "bytes=0-1,3-4",
        "lines=0-1",
        "bytes=a-b",
        "bytes=+1-2",
        "bytes=0x1-2",
        "bytes=1-2-3",
        "=0-1",
    ] {
        assert_eq!(
            get(&[(header::RANGE, range)]).status(),
            StatusCode::OK,
            "{range}"
        );
    }
    let range = (header::RANGE, "bytes=0-3");
    let two = get(&[range.clone(), range.clone()]);
    assert_eq!(two.status(), StatusCode::OK);
    let content = Some(Content::new(TYPE, FILE));
    let asked = fields(std::slice::from_ref(&range));
    let head = answers().answer(&Method::HEAD, &asked, Verdict::Admit, content);
    assert_eq!(head.status(), StatusCode::OK);
    let of_nothing = Some(Content::new(TYPE, b""));
    for asked in ["bytes=0-", "bytes=-1"] {
        let asked = fields(&[(header::RANGE, asked)]);
        let answer = answers().answer(&Method::GET, &asked, Verdict::Admit, of_nothing);
        assert_eq!(answer.status(), StatusCode::RANGE_NOT_SATISFIABLE);
    }
}

#[test]
fn a_range_of_another_version_is_not_mixed_in() {
    let range = || (header::RANGE, "bytes=0-3");
    let weak = format!("W/{}", tag());
    for (version, status) in [
        (&*tag(), 206),
        (&*weak, 200),
        ("\"other\"", 200),
        ("Sun, 22 Nov 2026 18:00:00 GMT", 200),
    ] {
        let answer = get(&[range(), (header::IF_RANGE, version)]);
        assert_eq!(answer.status().as_u16(), status, "{version}");
    }
}

#[test]
fn methods_are_refused_alike_for_everybody() {
    let content = Some(Content::new(TYPE, FILE));
    for verdict in [Verdict::Admit, Verdict::Challenge, Verdict::Refuse] {
        let wire_of = |method| {
            let answer = answers().answer(&method, &HeaderMap::new(), verdict, content);
            wire(&answer)
        };
        assert_eq!(wire_of(Method::PUT), NOT_FOUND);
        for method in [Method::POST, Method::DELETE, Method::OPTIONS, Method::TRACE] {
            assert_eq!(
                wire_of(method),
                "405\nallow: GET, HEAD\ncache-control: no-store\ncontent-length: 0\n"
            );
        }
    }
    let failed = "500\ncache-control: no-store\ncontent-length: 0\n";
    assert_eq!(wire(&answers().failed()), failed);
}

#[test]
fn who_may_not_have_a_file_learns_nothing_of_it() {
    let tag = tag();
    for asked in [
        vec![],
        vec![(header::IF_NONE_MATCH, &*tag)],
        vec![(header::IF_NONE_MATCH, "*")],
        vec![(header::RANGE, "bytes=99-")],
    ] {
        for method in [Method::GET, Method::HEAD] {
            for content in [None, Some(Content::new(TYPE, FILE))] {
                let asked = fields(&asked);
                let answer = answers().answer(&method, &asked, Verdict::Refuse, content);
                assert_eq!(wire(&answer), NOT_FOUND);
                let challenged = answers().answer(&method, &asked, Verdict::Challenge, content);
                assert_eq!(
                    wire(&challenged),
                    "401\ncache-control: no-store\ncontent-length: 0\n\
                     www-authenticate: Basic realm=\"phones\"\n"
                );
            }
            let unnamed = answers().answer(&method, &fields(&asked), Verdict::Admit, None);
            assert_eq!(wire(&unnamed), NOT_FOUND);
        }
    }
}

#[test]
fn a_realm_cannot_say_more_than_a_name() {
    for realm in ["", "a\"b", "a\\b", "a\r\nx: y", "ä", &"a".repeat(65)] {
        assert!(Answers::new(realm, EtagKey::PUBLIC).is_err(), "{realm}");
    }
    let shown = format!("{:?} {:?}", answers(), Content::new(TYPE, FILE));
    assert!(!shown.contains("0123456789"), "{shown}");
}

// ---- with phones ----

const FOLDER: &str = "https://pbx.example.net/p/{token}/";

fn provisioner(url: &str) -> Provisioner {
    Provisioner::new(site_with(|site| {
        site.provisioning_url = Some(UrlTemplate::parse(url, Site::URL_PLACEHOLDERS).unwrap());
    }))
}

fn phone(model: &str, address: &str) -> Device {
    let device = Device::builder(mac(address), model).token(secret("t0ken"));
    built(device.extension(support::extension(1)))
}

/// The name of the file that is found at a path of this space.
fn found(url: &str, device: &Device, path: &str) -> Option<(String, Vec<u8>)> {
    let template = UrlTemplate::parse(url, Site::URL_PLACEHOLDERS).unwrap();
    let space = AddressSpace::new([&template]).unwrap();
    let facts = RequestFacts::new(path);
    let facts = facts.with_located(space.find(&facts).unwrap());
    let mut output = Output::new();
    let provisioner = provisioner(url);
    let file = rendered(&provisioner, device, &facts, &mut output).unwrap();
    file.map(|file| (file.name().to_owned(), file.bytes().to_vec()))
}

/// FusionPBX#1335, bluebox#38, provisioner#248: the address in the wrong letter case. gemeinschaft4#5,
/// FusionPBX#2893: the address with colons.
#[test]
fn a_file_is_found_in_every_way_that_phones_write_its_name() {
    let yealink = phone("yealink T46S", "80:5e:0c:12:34:56");
    let snom = phone("snom D785", "00:04:13:a1:1f:a7");
    let is = |device: &Device, path: &str, name: &str| {
        let path = format!("/p/t0ken/{path}");
        let file = found(FOLDER, device, &path).map(|(name, _)| name);
        assert_eq!(file.as_deref(), Some(name), "{path}");
    };
    for name in [
        "805e0c123456.cfg",
        "805E0C123456.cfg",
        "80:5e:0c:12:34:56.cfg",
        "80%3A5E%3a0C:12:34:56.CFG",
    ] {
        is(&yealink, name, "805e0c123456.cfg");
    }
    is(&yealink, "y000000000066.cfg", "y000000000066.cfg");
    for name in ["snomD785-000413A11FA7.htm", "snomd785-000413a11fa7.htm"] {
        is(&snom, name, "snomD785-000413A11FA7.htm");
    }
    is(&snom, "000413a11fa7.xml", "000413A11FA7.xml");
    for (device, path) in [
        (&yealink, "805e0c123457.cfg"),
        (&yealink, "805e0c123456-local.cfg"),
        (&yealink, "805e0c12345%36%2.cfg"),
        (&yealink, ""),
        (&snom, "805e0c123456.cfg"),
        (&snom, "x%00"),
    ] {
        let template = UrlTemplate::parse(FOLDER, Site::URL_PLACEHOLDERS).unwrap();
        let space = AddressSpace::new([&template]).unwrap();
        let path = format!("/p/t0ken/{path}");
        if space.find(&RequestFacts::new(&path)).is_some() {
            assert_eq!(found(FOLDER, device, &path), None, "{path}");
        }
    }
}

/// An address that names the file itself may call it what it likes.
#[test]
fn the_file_of_an_address_is_the_settings_of_the_phone() {
    let snom = phone("snom D785", "00:04:13:a1:1f:a7");
    let by_name = found(FOLDER, &snom, "/p/t0ken/000413A11FA7.xml").unwrap().1;
    assert!(by_name.len() > 1000);
    for (url, path) in [
        (
            "https://pbx.example.net/s.php?t={token}&m={mac}",
            "/s.php?t=t0ken&m=000413A11FA7",
        ),
        (
            "https://pbx.example.net/{token}/{mac}",
            "/t0ken/000413A11FA7",
        ),
    ] {
        let (_, bytes) = found(url, &snom, path).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.contains("<user_pass idx=\"1\""), "{path}: {text}");
    }
}

/// FreePBX#173: the file of a model held the address of the phone that asked last.
#[test]
fn shared_files_are_the_same_for_all_phones() {
    for (model, path) in [
        ("yealink T46S", "/p/t0ken/y000000000066.cfg"),
        ("snom D785", "/p/t0ken/snomD785.htm"),
    ] {
        let one = found(FOLDER, &phone(model, "80:5e:0c:12:34:56"), path);
        let other = found(FOLDER, &phone(model, "80:5e:0c:12:34:57"), path);
        assert!(one.is_some());
        assert_eq!(one, other);
    }
}

/// FusionPBX wrote the time into a comment: every request gave another tag.
#[test]
fn a_file_that_did_not_change_keeps_its_tag() {
    let provisioner = provisioner(FOLDER);
    let mut tags = BTreeSet::new();
    for _ in 0..3 {
        let mut output = Output::new();
        let device = phone("yealink T46S", "80:5e:0c:12:34:56");
        provisioner.render_into(&device, &mut output).unwrap();
        let file = find(&output, "805e0c123456.cfg").unwrap();
        let answers = answers();
        let content = Some(file.into());
        let answer = answers.answer(&Method::GET, &HeaderMap::new(), Verdict::Admit, content);
        tags.insert(answer.headers()[header::ETAG].clone());
    }
    assert_eq!(tags.len(), 1);
}

/// Gemeinschaft4#1, Tancredi: who knows an address gets a file, with its secrets or without some of them.
/// dsiprouter#748: old phones cannot follow to another address.
#[test]
fn strangers_get_one_and_the_same_answer() {
    let now = "2026-11-22T18:00:00Z".parse::<DateTime<Utc>>().unwrap();
    let environment = Environment::new("production").unwrap();
    let (first, first_hash) = environment.new_token(&[1; 16]).unwrap();
    let (_, hash) = environment.new_token(&[2; 16]).unwrap();
    let login = Login {
        username: text("phone"),
        password: secret("a password of twenty-nine chars"),
    };
    let login = environment.hash_login(&login).unwrap();
    let closed = |credential| {
        let mut record = PhoneRecord::new(mac("80:5e:0c:12:34:56"), Adoption::ByHand, now);
        record.invite(Credential::token(first_hash)).unwrap();
        record.issue(credential, now).unwrap();
        record
    };
    let records = [
        None,
        Some(closed(Credential::token(hash))),
        Some(closed(Credential::token(hash).and_login(login))),
        Some(closed(Credential::login(login))),
    ];
    let mut reasons = BTreeSet::new();
    for login_space in [false, true] {
        let mut wires = BTreeSet::new();
        for record in &records {
            let mut door = Admission::new(environment.clone(), Policy::default(), 7);
            for token in [Some(first.expose()), None, Some("wrong")] {
                for authorization in [None, Some(&b"Basic AAAA"[..]), Some(b"Digest x")] {
                    for certificate in [None, Some(mac("80:5e:0c:12:34:57"))] {
                        let mut attempt = Attempt::new([192, 0, 2, 7].into());
                        attempt.mac = Some(mac("80:5e:0c:12:34:56"));
                        attempt.token = token.map(Into::into);
                        attempt.authorization = authorization;
                        attempt.certificate = certificate;
                        attempt.login_space = login_space;
                        let mut record = record.clone();
                        let decision = door.decide(record.as_mut(), &attempt, now);
                        reasons.insert(decision.reason.as_str());
                        let fields = HeaderMap::new();
                        let content = Some(Content::new(TYPE, FILE));
                        let verdict = decision.verdict;
                        let answer = answers().answer(&Method::GET, &fields, verdict, content);
                        assert!(!answer.status().is_redirection());
                        wires.insert(wire(&answer));
                    }
                }
            }
        }
        assert_eq!(wires.len(), 1, "{wires:?}");
        assert_eq!(wires.contains(NOT_FOUND), !login_space);
    }
    let wanted = [
        Reason::UnknownPhone,
        Reason::WindowClosed,
        Reason::NothingShown,
        Reason::WrongCredential,
        Reason::OtherCertificate,
        Reason::SourceBlocked,
    ];
    assert_eq!(reasons, wanted.map(Reason::as_str).into());
}

proptest! {
    #[test]
    fn no_request_breaks_an_answer(
        range in "(bytes=)?[ -~]{0,12}",
        known in "[ -~]{0,40}",
        version in proptest::option::of("[ -~]{0,40}"),
        len in 0..12_usize,
    ) {
        let mut asked = vec![(header::RANGE, &*range), (header::IF_NONE_MATCH, &*known)];
        asked.extend(version.as_deref().map(|version| (header::IF_RANGE, version)));
        let content = Some(Content::new(TYPE, &FILE[..len.min(10)]));
        let answer = answers().answer(&Method::GET, &fields(&asked), Verdict::Admit, content);
        let is_expected = matches!(answer.status().as_u16(), 200 | 206 | 304 | 416);
        prop_assert!(is_expected);
        if answer.status() != StatusCode::NOT_MODIFIED {
            let length = answer.body().len().to_string();
            prop_assert_eq!(&answer.headers()[header::CONTENT_LENGTH], &*length);
        }
    }
}
