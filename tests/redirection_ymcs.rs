//! YMCS, played by a script.
#![cfg(feature = "redirection")]

mod redirection;

use chrono::{Duration, TimeZone as _, Utc};
use phone_provisioning::Mac;
use phone_provisioning::delivery::PhoneUrl;
use phone_provisioning::model::{Login, Url};
use phone_provisioning::redirection::yealink::YealinkYmcs;
use phone_provisioning::redirection::{
    Action, ActionError, Cursor, Done, Enrolment, Lost, Outcome, PageRequest,
    RedirectionService as _, Refusal, Registered, Retry, RetryCause, ServerName,
};
use proptest::prelude::*;
use redirection::{Answer, Caller, now, reply, reply_with, silence};

const URL: &str = "https://pbx.example.net/p/t0ken/";

fn service() -> YealinkYmcs {
    let client = Login {
        username: "client".parse().unwrap(),
        password: "secret".parse().unwrap(),
    };
    YealinkYmcs::new(&YealinkYmcs::EUROPE.parse().unwrap(), &client).unwrap()
}

fn mac() -> Mac {
    "80:5e:0c:12:34:56".parse().unwrap()
}

fn url() -> PhoneUrl {
    URL.parse::<Url>().unwrap().into()
}

fn register() -> Action {
    Action::Register(Enrolment::new(mac(), url()))
}

/// A request of the script: the token `tok`, the nonce of this number.
fn call(nonce: u8, path: &str, body: &str) -> String {
    let nonce = format!("{nonce:02x}").repeat(16);
    format!(
        "POST https://eu-api.ymcs.yealink.com/v2/{path}\ncontent-type: application/json\n\
         accept: application/json\ntimestamp: 1800000000000\nnonce: {nonce}\n\
         authorization: Bearer tok\n\n{body}"
    )
}

fn token_call(nonce: u8) -> String {
    let body = r#"{"grant_type":"client_credentials"}"#;
    let call = call(nonce, "token", body);
    call.replace("Bearer tok", "Basic Y2xpZW50OnNlY3JldA==")
}

fn token() -> Answer {
    reply(
        200,
        r#"{"access_token":"tok","token_type":"bearer","expires_in":7200}"#,
    )
}

const LOOK: &str = r#"{"skip":0,"limit":100,"autoCount":true,"filter":{"mac":"805e0c123456"}}"#;

fn look(nonce: u8) -> String {
    call(nonce, "rps/listDevices", LOOK)
}

const ADD: &str =
    r#"[{"mac":"805e0c123456","uniqueServerUrl":"https://pbx.example.net/p/t0ken/"}]"#;
const DELETE: &str = r#"{"deviceIdType":"mac","deviceIds":["805e0c123456"]}"#;

fn none() -> Answer {
    reply(200, r#"{"skip":0,"limit":100,"total":0,"data":[]}"#)
}

fn one(url: &str) -> Answer {
    let device = format!(
        r#"{{"id":"77","mac":"805e0c123456","sn":null,"serverId":null,"uniqueServerUrl":"{url}"}}"#
    );
    reply(
        200,
        format!(r#"{{"skip":0,"limit":100,"total":1,"data":[{device}]}}"#),
    )
}

fn counts(done: u8, failed: u8, errors: &str) -> Answer {
    let total = done + failed;
    reply(
        200,
        format!(
            r#"{{"total":{total},"successCount":{done},"failureCount":{failed},"errors":[{errors}]}}"#
        ),
    )
}

fn ours(url: &str) -> Registered {
    let mut phone = Registered::new(mac());
    phone.id = Some("77".to_owned());
    phone.url = Some(url.parse::<Url>().unwrap().into());
    phone
}

/// A caller that has a token: its next nonce is 3.
fn caller(service: &YealinkYmcs) -> Caller<'_> {
    let mut caller = Caller::new(service);
    let answers = [token(), none()];
    let mut answers = answers.iter();
    let looked = caller.run(&Action::LookUp(mac()), |_| answers.next().unwrap());
    assert_eq!(looked.unwrap(), Outcome::NotFound);
    caller.nonces = 2;
    caller
}

/// Plays an action with a token at hand.
#[track_caller]
fn play(action: &Action, script: Vec<(String, Answer)>) -> Outcome {
    let service = service();
    let borrowed: Vec<(&str, Answer)> = script
        .iter()
        .map(|(request, answer)| (request.as_str(), answer.clone()))
        .collect();
    caller(&service).play(action, &borrowed)
}

#[test]
fn a_phone_is_registered_byte_for_byte() {
    let service = service();
    let mut caller = Caller::new(&service);
    let outcome = caller.play(
        &register(),
        &[
            (
                r#"
POST https://eu-api.ymcs.yealink.com/v2/token
content-type: application/json
accept: application/json
timestamp: 1800000000000
nonce: 01010101010101010101010101010101
authorization: Basic Y2xpZW50OnNlY3JldA==

{"grant_type":"client_credentials"}"#,
                token(),
            ),
            (
                r#"
POST https://eu-api.ymcs.yealink.com/v2/rps/listDevices
content-type: application/json
accept: application/json
timestamp: 1800000000000
nonce: 02020202020202020202020202020202
authorization: Bearer tok

{"skip":0,"limit":100,"autoCount":true,"filter":{"mac":"805e0c123456"}}"#,
                none(),
            ),
            (
                r#"
POST https://eu-api.ymcs.yealink.com/v2/rps/addDevicesByMac
content-type: application/json
accept: application/json
timestamp: 1800000000000
nonce: 03030303030303030303030303030303
authorization: Bearer tok

[{"mac":"805e0c123456","uniqueServerUrl":"https://pbx.example.net/p/t0ken/"}]"#,
                counts(1, 0, ""),
            ),
            (&look(4), one(URL)),
        ],
    );
    assert_eq!(outcome, Outcome::Done(Done::Registered(ours(URL))));
    // The token is kept: a later action is one request.
    caller.nonces = 4;
    let outcome = caller.play(&Action::LookUp(mac()), &[(&look(5), one(URL))]);
    assert_eq!(outcome, Outcome::Done(Done::Found(ours(URL))));
}

#[test]
fn a_phone_with_its_serial_number_goes_the_ordinary_way() {
    // Field failure 50: the call without serial numbers answers 403 for ordinary accounts.
    let mut enrolment = Enrolment::new(mac(), "5f2e".parse::<ServerName>().unwrap());
    enrolment.serial = Some("3101019060001234".parse().unwrap());
    enrolment.remark = Some("Müller \"2\"".parse().unwrap());
    enrolment.login = Some(Login {
        username: "phone".parse().unwrap(),
        password: "p&ss".parse().unwrap(),
    });
    let device = r#"{"id":"77","mac":"80:5E:0C:12:34:56","sn":"3101019060001234","serverId":"5f2e",
        "uniqueServerUrl":null,"dateRegistered":1799999999000,"lastConnected":"0"}"#;
    let page = format!(r#"{{"total":1,"data":[{device}]}}"#);
    let body = r#"{"mac":"805e0c123456","sn":"3101019060001234","serverId":"5f2e","authName":"phone","password":"p&ss","remark":"Müller \"2\""}"#;
    let outcome = play(
        &Action::Register(enrolment),
        vec![
            (look(3), none()),
            (call(4, "rps/devices", body), reply(201, device)),
            (look(5), reply(200, page)),
        ],
    );
    let mut phone = Registered::new(mac());
    phone.id = Some("77".to_owned());
    phone.server = Some("5f2e".parse().unwrap());
    phone.serial = Some("3101019060001234".parse().unwrap());
    phone.since = Some(now() - Duration::seconds(1));
    assert_eq!(outcome, Outcome::Done(Done::Registered(phone)));

    let refused = |answer| {
        let script = vec![
            (look(3), none()),
            (call(4, "rps/addDevicesByMac", ADD), answer),
        ];
        play(&register(), script)
    };
    assert_eq!(refused(reply(403, "")), Outcome::Refused(Refusal::Serial));
    assert_eq!(
        refused(reply(403, r#"{"code":"900403"}"#)),
        Outcome::Refused(Refusal::Serial)
    );
}

#[test]
fn an_own_phone_is_left_or_replaced() {
    assert_eq!(
        play(&register(), vec![(look(3), one(URL))]),
        Outcome::AlreadyOurs(ours(URL))
    );
    let delete = call(4, "rps/delDevices", DELETE);
    let add = call(5, "rps/addDevicesByMac", ADD);
    let old = "https://old.example.net/";
    let replaced = play(
        &register(),
        vec![
            (look(3), one(old)),
            (delete.clone(), counts(1, 0, "")),
            (add.clone(), counts(1, 0, "")),
            (look(6), one(URL)),
        ],
    );
    assert_eq!(replaced, Outcome::Done(Done::Registered(ours(URL))));
    // Not taken out: not added either.
    let kept = play(
        &register(),
        vec![(look(3), one(old)), (delete.clone(), counts(0, 1, ""))],
    );
    assert_eq!(kept, Outcome::Refused(Refusal::Unknown));
    let lost = play(&register(), vec![(look(3), one(old)), (delete, silence())]);
    assert_eq!(lost, Outcome::Retry(Retry::new(RetryCause::NoAnswer)));
}

#[test]
fn what_exists_is_looked_up_before_it_is_called_anothers() {
    let add = |answer, after| {
        let script = vec![
            (look(3), none()),
            (call(4, "rps/addDevicesByMac", ADD), answer),
            (look(5), after),
        ];
        play(&register(), script)
    };
    let exists = || reply(400, r#"{"code":800003,"message":"secret exists"}"#);
    assert_eq!(add(exists(), none()), Outcome::OwnedByOther);
    assert_eq!(
        add(exists(), one(URL)),
        Outcome::Done(Done::Registered(ours(URL)))
    );
    assert_eq!(
        add(exists(), one("http://x/")),
        Outcome::Refused(Refusal::Conflict)
    );
    let in_batch = || {
        counts(
            0,
            1,
            r#"{"mac":"805e0c123456","errorInfo":"device.mac.existed"}"#,
        )
    };
    assert_eq!(add(in_batch(), none()), Outcome::OwnedByOther);
    // A write answer is not proof, and no answer is no refusal.
    let unshown = Outcome::Retry(Retry::new(RetryCause::NotShown));
    assert_eq!(add(counts(1, 0, ""), none()), unshown);
    assert_eq!(add(counts(1, 0, ""), one("http://x/")), unshown);
    assert_eq!(
        add(silence(), one(URL)),
        Outcome::Done(Done::Registered(ours(URL)))
    );
    assert_eq!(
        add(silence(), none()),
        Outcome::Retry(Retry::new(RetryCause::NoAnswer))
    );
    assert_eq!(
        add(reply(502, "<html>"), one(URL)),
        Outcome::Done(Done::Registered(ours(URL)))
    );
    assert!(matches!(add(reply(200, "{}"), none()), Outcome::Broken(_)));
}

#[test]
fn errors_of_a_phone_in_a_batch() {
    for (info, expected) in [
        ("800004", Outcome::OwnedByOther),
        ("error 800001: MAC", Outcome::Refused(Refusal::Mac)),
        ("Invalid MAC", Outcome::Refused(Refusal::Mac)),
        ("device.mac.added.by.other", Outcome::OwnedByOther),
        (
            "Are you sure you want to override MAC addresses",
            Outcome::OwnedByOther,
        ),
        ("secret 12", Outcome::Refused(Refusal::Unknown)),
        ("", Outcome::Refused(Refusal::Unknown)),
    ] {
        let error = format!(r#"{{"mac":"805e0c123456","sn":null,"errorInfo":"{info}"}}"#);
        let add = (call(4, "rps/addDevicesByMac", ADD), counts(0, 1, &error));
        assert_eq!(
            play(&register(), vec![(look(3), none()), add]),
            expected,
            "{info}"
        );
    }
}

#[test]
fn every_code_means_something() {
    let busy = Outcome::Retry(Retry::new(RetryCause::Busy));
    let refused = Outcome::Refused;
    for (code, expected) in [
        ("70011", refused(Refusal::Code(70011))),
        ("800001", refused(Refusal::Mac)),
        ("800002", refused(Refusal::Serial)),
        ("800003", refused(Refusal::Conflict)),
        ("800004", Outcome::OwnedByOther),
        ("800005", refused(Refusal::Mac)),
        ("800200", refused(Refusal::Mac)),
        ("800006", refused(Refusal::TooMuch)),
        ("800007", refused(Refusal::Code(800007))),
        ("800008", refused(Refusal::TooMuch)),
        ("800130", refused(Refusal::Code(800130))),
        ("900400", refused(Refusal::Code(900400))),
        ("900403", refused(Refusal::Permission)),
        ("900404", Outcome::NotFound),
        ("900408", busy.clone()),
        ("900409", refused(Refusal::Conflict)),
        ("900412", refused(Refusal::Conflict)),
        ("900429", Outcome::RateLimited { until: None }),
        ("900500", busy.clone()),
        ("900501", refused(Refusal::Code(900501))),
        ("900502", busy.clone()),
        ("900503", busy.clone()),
        ("900504", busy.clone()),
        ("900511", busy.clone()),
        ("900599", busy.clone()),
        ("500403", busy),
    ] {
        for (status, body) in [
            (
                400,
                format!(r#"{{"code":{code},"message":"secret","details":[]}}"#),
            ),
            (200, format!(r#"{{"code":"{code}","requestId":"secret"}}"#)),
        ] {
            let outcome = play(&Action::LookUp(mac()), vec![(look(3), reply(status, body))]);
            assert_eq!(outcome, expected, "{status} {code}");
        }
    }
    for (field, refusal) in [
        ("mac", Refusal::Mac),
        ("sn", Refusal::Serial),
        ("uniqueServerUrl", Refusal::Url),
        ("serverId", Refusal::Server),
        ("remark", Refusal::Code(900400)),
    ] {
        let body =
            format!(r#"{{"code":900400,"details":[{{"field":"{field}","message":"secret"}}]}}"#);
        let outcome = play(&Action::LookUp(mac()), vec![(look(3), reply(400, body))]);
        assert_eq!(outcome, Outcome::Refused(refusal));
    }
}

#[test]
fn statuses_and_shapes() {
    let busy = Outcome::Retry(Retry::new(RetryCause::Busy));
    let later = now() + Duration::seconds(30);
    for (answer, expected) in [
        (reply(302, ""), Outcome::Refused(Refusal::Redirect)),
        (
            reply(403, "<html>secret"),
            Outcome::Refused(Refusal::Permission),
        ),
        (reply(500, "secret"), busy),
        (
            reply_with(429, "retry-after", "30", ""),
            Outcome::RateLimited { until: Some(later) },
        ),
        (
            Answer::Lost(phone_provisioning::redirection::Lost::NotSent),
            Outcome::Retry(Retry::new(RetryCause::NotSent)),
        ),
    ] {
        assert_eq!(
            play(&Action::LookUp(mac()), vec![(look(3), answer)]),
            expected
        );
    }
    for body in [
        "",
        "<html>",
        "null",
        "[]",
        "{\"data\":{}}",
        "{\"data\":[",
        "\u{feff}{}",
        "7",
    ] {
        let outcome = play(&Action::LookUp(mac()), vec![(look(3), reply(200, body))]);
        assert!(matches!(outcome, Outcome::Broken(_)), "{body}: {outcome:?}");
    }
    let huge = vec![b' '; (4 << 20) + 1];
    let outcome = play(&Action::LookUp(mac()), vec![(look(3), reply(200, huge))]);
    assert!(matches!(outcome, Outcome::Broken(_)));
    // Deeper than any stack.
    let deep = "[".repeat(200_000);
    let outcome = play(&Action::LookUp(mac()), vec![(look(3), reply(200, deep))]);
    assert!(matches!(outcome, Outcome::Broken(_)));
}

#[test]
fn a_token_is_renewed_early_and_once() {
    let list = |nonce| look(nonce).replace("Bearer tok", "Bearer new");
    let anew = || reply(200, r#"{"access_token":"new","expires_in":"3600"}"#);
    for ended in [
        reply(401, ""),
        reply(401, r#"{"code":900401}"#),
        reply(200, r#"{"code":"900440"}"#),
    ] {
        let script = vec![
            (look(3), ended.clone()),
            (token_call(4), anew()),
            (list(5), none()),
        ];
        assert_eq!(play(&Action::LookUp(mac()), script), Outcome::NotFound);
        let script = vec![
            (look(3), ended.clone()),
            (token_call(4), anew()),
            (list(5), ended),
        ];
        let outcome = play(&Action::LookUp(mac()), script);
        assert_eq!(outcome, Outcome::Refused(Refusal::Credentials));
    }
    // In its last minute a token is not used, however good it is.
    for (seconds, requests) in [(61, 1), (60, 2), (0, 2), (-5, 2)] {
        let service = service();
        let mut caller = Caller::new(&service);
        let granted = format!(r#"{{"access_token":"tok","expires_in":{seconds}}}"#);
        let (granted, none) = (reply(200, granted), none());
        for expected in [2, requests] {
            let mut sent = 0;
            let outcome = caller.run(&Action::LookUp(mac()), |request| {
                sent += 1;
                if request.uri().path() == "/v2/token" {
                    &granted
                } else {
                    &none
                }
            });
            assert_eq!(outcome.unwrap(), Outcome::NotFound);
            assert_eq!(sent, expected, "{seconds}");
        }
    }
}

#[test]
fn no_token_no_action() {
    let refused = Outcome::Refused(Refusal::Credentials);
    for (answer, expected) in [
        (
            reply(401, r#"{"error":"invalid_client"}"#),
            Some(refused.clone()),
        ),
        (
            reply(400, r#"{"error":"invalid_client","message":"secret"}"#),
            Some(refused),
        ),
        (
            reply(400, r#"{"code":"70011"}"#),
            Some(Outcome::Refused(Refusal::Code(70011))),
        ),
        (reply(200, r#"{"token_type":"bearer"}"#), None),
        (
            reply(200, r#"{"access_token":"a b","expires_in":10}"#),
            None,
        ),
        (
            reply(200, r#"{"access_token":"a\r\nx: y","expires_in":10}"#),
            None,
        ),
        (reply(200, r#"{"access_token":""}"#), None),
    ] {
        let service = service();
        let outcome = Caller::new(&service).play(&register(), &[(&token_call(1), answer)]);
        match expected {
            Some(expected) => assert_eq!(outcome, expected),
            None => assert!(matches!(outcome, Outcome::Broken(_)), "{outcome:?}"),
        }
    }
}

#[test]
fn the_filter_is_fuzzy() {
    let entry = |n: u32| format!(r#"{{"mac":"805e0d{n:06x}"}}"#);
    let page = |from: u32, to: u32, total: u32| {
        let entries: Vec<_> = (from..to).map(entry).collect();
        reply(
            200,
            format!(r#"{{"total":{total},"data":[{}]}}"#, entries.join(",")),
        )
    };
    let second = LOOK.replace("\"skip\":0", "\"skip\":100");
    let second = || call(4, "rps/listDevices", &second);
    let found = play(
        &Action::LookUp(mac()),
        vec![(look(3), page(0, 100, 101)), (second(), one(URL))],
    );
    assert_eq!(found, Outcome::Done(Done::Found(ours(URL))));
    let none = play(
        &Action::LookUp(mac()),
        vec![
            (look(3), page(0, 100, 150)),
            (second(), page(100, 150, 150)),
        ],
    );
    assert_eq!(none, Outcome::NotFound);
    // A list without an end ends.
    let service = service();
    for endless in [page(0, 100, u32::MAX), page(0, 1, u32::MAX)] {
        let mut sent = 0;
        let outcome = caller(&service).run(&Action::LookUp(mac()), |_| {
            sent += 1;
            &endless
        });
        assert!(matches!(outcome, Ok(Outcome::Broken(_))));
        assert_eq!(sent, 20);
    }
}

#[test]
fn phones_are_listed_page_by_page() {
    let list = |nonce, skip| {
        let body = format!(r#"{{"skip":{skip},"limit":2,"autoCount":true}}"#);
        call(nonce, "rps/listDevices", &body)
    };
    let service = service();
    let mut caller = caller(&service);
    let page = PageRequest::first(2);
    let body =
        r#"{"total":3,"data":[{"mac":"805e0c123456","lastConnected":1799999940000},{"mac":"?"}]}"#;
    let outcome = caller.play(
        &Action::List(page.clone()),
        &[(&list(3, 0), reply(200, body))],
    );
    let Outcome::Done(Done::Phones(first)) = outcome else {
        panic!("{outcome:?}");
    };
    let mut phone = Registered::new(mac());
    phone.last_visit = Some(Utc.timestamp_opt(1_799_999_940, 0).unwrap());
    assert_eq!(first.entries, [phone]);
    let next = first.next.unwrap();
    assert_eq!(next.as_str(), "2");
    caller.nonces = 3;
    let body = r#"{"total":3,"data":[{"mac":"805e0c123457"}]}"#;
    let page = page.after(next);
    let outcome = caller.play(
        &Action::List(page.clone()),
        &[(&list(4, 2), reply(200, body))],
    );
    assert!(matches!(outcome, Outcome::Done(Done::Phones(page)) if page.next.is_none()));
    let alien = Action::List(page.after(Cursor::new("https://x/").unwrap()));
    let none = none();
    assert_eq!(
        caller.run(&alien, |_| &none).unwrap_err().to_string(),
        "yealink-ymcs: expected a place in this list, as it was given with the page before"
    );
}

#[test]
fn a_phone_is_taken_out() {
    let deregister = |answer, after: Option<Answer>| {
        let mut script = vec![(call(3, "rps/delDevices", DELETE), answer)];
        script.extend(after.map(|after| (look(4), after)));
        play(&Action::Deregister(mac()), script)
    };
    let removed = Outcome::Done(Done::Removed);
    assert_eq!(deregister(counts(1, 0, ""), Some(none())), removed);
    let unshown = Outcome::Retry(Retry::new(RetryCause::NotShown));
    assert_eq!(deregister(counts(1, 0, ""), Some(one(URL))), unshown);
    assert_eq!(
        deregister(counts(0, 1, ""), Some(none())),
        Outcome::NotFound
    );
    assert_eq!(
        deregister(counts(0, 1, ""), Some(one(URL))),
        Outcome::Refused(Refusal::Unknown)
    );
    // Field failure 53: 900400 for what it does not have.
    let unknown = || reply(400, r#"{"code":900400}"#);
    assert_eq!(deregister(unknown(), Some(none())), Outcome::NotFound);
    assert_eq!(deregister(silence(), Some(none())), removed);
    assert_eq!(
        deregister(silence(), Some(one(URL))),
        Outcome::Retry(Retry::new(RetryCause::NoAnswer))
    );
    // That the look-up did not leave says nothing of the write.
    assert_eq!(
        deregister(counts(1, 0, ""), Some(Answer::Lost(Lost::NotSent))),
        Outcome::Retry(Retry::new(RetryCause::NoAnswer))
    );
    assert_eq!(
        deregister(reply(403, ""), None),
        Outcome::Refused(Refusal::Permission)
    );
}

#[test]
fn several_phones_in_one_call() {
    let other: Mac = "80:5e:0c:12:34:57".parse().unwrap();
    let third: Mac = "80:5e:0c:12:34:58".parse().unwrap();
    let macs = [mac(), other, third];
    let all = macs.map(|mac| Enrolment::new(mac, url()));
    let add = macs.map(|mac| {
        let mac = mac.plain_lower();
        format!(r#"{{"mac":"{mac}","uniqueServerUrl":"{URL}"}}"#)
    });
    let look_at =
        |nonce, mac: Mac| look(nonce).replace("805e0c123456", &mac.plain_lower().to_string());
    let shown = |mac: Mac| {
        let mac = mac.plain_lower();
        reply(
            200,
            format!(r#"{{"total":1,"data":[{{"mac":"{mac}","uniqueServerUrl":"{URL}"}}]}}"#),
        )
    };
    let error = r#"{"mac":"805e0c123457","errorInfo":"800003"}"#;
    let outcome = play(
        &Action::RegisterAll(all.to_vec()),
        vec![
            (
                call(3, "rps/addDevicesByMac", &format!("[{}]", add.join(","))),
                counts(2, 1, error),
            ),
            (look_at(4, mac()), shown(mac())),
            (look_at(5, other), shown(other)),
            (look_at(6, third), none()),
        ],
    );
    let phone = |mac| {
        let mut phone = Registered::new(mac);
        phone.url = Some(url());
        phone
    };
    assert_eq!(
        outcome,
        Outcome::Each(vec![
            (mac(), Outcome::Done(Done::Registered(phone(mac())))),
            (other, Outcome::AlreadyOurs(phone(other))),
            (third, Outcome::Retry(Retry::new(RetryCause::NotShown))),
        ])
    );

    let delete = r#"{"deviceIdType":"mac","deviceIds":["805e0c123456","805e0c123457"]}"#;
    let error = r#"{"field":"805e0c123457","msg":"?"}"#;
    let outcome = play(
        &Action::DeregisterAll(vec![mac(), other]),
        vec![
            (call(3, "rps/delDevices", delete), counts(1, 1, error)),
            (look_at(4, mac()), none()),
            (
                call(5, "rps/delDevices", &DELETE.replace("3456", "3457")),
                counts(0, 1, error),
            ),
            (look_at(6, other), none()),
        ],
    );
    assert_eq!(
        outcome,
        Outcome::Each(vec![
            (mac(), Outcome::Done(Done::Removed)),
            (other, Outcome::NotFound)
        ])
    );

    // What no phone can change ends it for all.
    let outcome = play(
        &Action::DeregisterAll(vec![mac(), other]),
        vec![(call(3, "rps/delDevices", delete), reply(429, ""))],
    );
    let limited = Outcome::RateLimited { until: None };
    assert_eq!(
        outcome,
        Outcome::Each(vec![(mac(), limited.clone()), (other, limited)])
    );
}

#[test]
fn pins_are_secret() {
    // Field failure 51: the PBX must fetch and show the PIN of a device.
    let other: Mac = "80:5e:0c:12:34:57".parse().unwrap();
    let third: Mac = "80:5e:0c:12:34:58".parse().unwrap();
    let outcome = play(
        &Action::Pins(vec![mac(), other, third]),
        vec![(
            call(
                3,
                "rps/listDevicePins",
                r#"{"macs":["805e0c123456","805e0c123457","805e0c123458"]}"#,
            ),
            reply(
                200,
                r#"[{"mac":"805E0C123457","pin":"4711"},{"mac":"x","pin":"1"},{"mac":"805e0c123456","pin":42}]"#,
            ),
        )],
    );
    assert!(!format!("{outcome:?}").contains("4711"));
    let expected = vec![
        (mac(), Some("42".parse().unwrap())),
        (other, Some("4711".parse().unwrap())),
        (third, None),
    ];
    assert_eq!(outcome, Outcome::Done(Done::Pins(expected)));
}

#[test]
fn what_cannot_be_asked() {
    let service = service();
    let mut caller = Caller::new(&service);
    let none = none();
    let mut refused = |action| caller.run(&action, |_| &none).unwrap_err();
    let twice = Action::Pins(vec![mac(), mac()]);
    assert_eq!(
        refused(twice).to_string(),
        "yealink-ymcs: expected each phone once"
    );
    assert_eq!(
        refused(Action::RegisterAll(Vec::new())).to_string(),
        "yealink-ymcs: expected 1 to 100 phones at once, found 0"
    );
    let servers = Action::ListServers(PageRequest::default());
    assert!(matches!(refused(servers), ActionError::Unsupported { .. }));
    assert_eq!(service.id(), "yealink-ymcs");
}

#[test]
fn the_check_asks_for_a_new_token_and_for_the_list() {
    let service = service();
    let mut caller = caller(&service);
    let list = call(
        4,
        "rps/listDevices",
        r#"{"skip":0,"limit":1,"autoCount":true}"#,
    );
    let outcome = caller.play(
        &Action::Check,
        &[(&token_call(3), token()), (&list, none())],
    );
    assert_eq!(outcome, Outcome::Done(Done::Access));
}

proptest! {
    #[test]
    fn no_answer_breaks_or_leaks(
        answers in prop::collection::vec(redirection::any_answer(), 1..6),
        action in 0..5_usize,
    ) {
        let actions = [
            register(),
            Action::Deregister(mac()),
            Action::List(PageRequest::default()),
            Action::RegisterAll(vec![Enrolment::new(mac(), url())]),
            Action::Pins(vec![mac()]),
        ];
        let service = service();
        let mut caller = caller(&service);
        redirection::assert_sound(&mut caller, &actions[action], &answers);
    }
}
