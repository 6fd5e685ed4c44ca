//! RPS by JSON, played by a script.
#![cfg(feature = "redirection")]

mod redirection;

use std::cell::Cell;

use http::Request;
use phone_provisioning::Mac;
use phone_provisioning::delivery::PhoneUrl;
use phone_provisioning::model::{Login, Url};
use phone_provisioning::redirection::yealink::YealinkRpsJson;
use phone_provisioning::redirection::{
    Action, ActionError, Body, Cursor, Done, Enrolment, Lost, Outcome, Page, PageRequest,
    RedirectionService as _, Refusal, Registered, Retry, RetryCause, ServerName, ServerObject,
    Session, Stamp,
};
use proptest::prelude::*;
use redirection::{
    Answer, Caller, any_answer, assert_sound, now, reply, reply_with, silence, spoilt,
};

const URL: &str = "https://pbx.example.net/p/t0ken/";

fn service() -> YealinkRpsJson {
    let base = YealinkRpsJson::BASE.parse().unwrap();
    YealinkRpsJson::new(&base, "k3y", "secret".parse().unwrap()).unwrap()
}

fn mac() -> Mac {
    "00:15:65:a1:b2:c3".parse().unwrap()
}

fn url() -> PhoneUrl {
    URL.parse::<Url>().unwrap().into()
}

fn server() -> ServerName {
    "Head Office".parse().unwrap()
}

fn to_url() -> Enrolment {
    Enrolment::new(mac(), url())
}

fn to_server() -> Enrolment {
    Enrolment::new(mac(), server())
}

fn registered(id: &str, url: &str) -> Registered {
    let mut phone = Registered::new(mac());
    phone.id = Some(id.to_owned());
    phone.url = Some(url.parse::<Url>().unwrap().into());
    phone
}

fn retry(cause: RetryCause) -> Outcome {
    Outcome::Retry(Retry::new(cause))
}

/// What a request asks: its path, and its query or body.
fn asked(request: &Request<Body>) -> String {
    let path = request.uri().path().strip_prefix("/api/open/v1/").unwrap();
    let query = request.uri().query().unwrap_or_default();
    let body = std::str::from_utf8(request.body().as_bytes()).unwrap();
    format!("{} {path} {query}{body}", request.method())
}

const FIND: &str =
    r#"POST device/list {"key":"001565a1b2c3","skip":0,"limit":100,"autoCount":true}"#;
const CHECK_MAC: &str = "GET device/checkMac mac=001565a1b2c3";
const ADD: &str = r#"POST device/add {"macs":["001565a1b2c3"],"uniqueServerUrl":"https://pbx.example.net/p/t0ken/"}"#;
const EDIT: &str =
    r#"POST device/edit {"id":"77","uniqueServerUrl":"https://pbx.example.net/p/t0ken/"}"#;
const FIND_SERVER: &str =
    r#"POST server/list {"key":"Head Office","skip":0,"limit":100,"autoCount":true}"#;
const DELETE: &str = r#"POST device/delete {"ids":["77"]}"#;

fn ok(data: &str) -> Answer {
    reply(200, format!(r#"{{"ret":0,"data":{data},"error":null}}"#))
}

fn fails(message: &str) -> Answer {
    let error = format!(r#"{{"msg":"{message}","fieldErrors":[]}}"#);
    reply(200, format!(r#"{{"ret":-1,"data":null,"error":{error}}}"#))
}

fn listed(entries: &str) -> Answer {
    let total = entries.matches("\"id\"").count();
    ok(&format!(
        r#"{{"skip":0,"limit":100,"total":{total},"data":[{entries}]}}"#
    ))
}

fn none() -> Answer {
    listed("")
}

fn device(unique: &str) -> String {
    format!(
        r#"{{"id":"77","mac":"001565A1B2C3","serverUrl":null,"uniqueServerUrl":"{unique}","enterpriseName":"secret","ipAddress":null}}"#
    )
}

/// A phone that is sent to the server of this identifier.
fn on_server(id: &str) -> String {
    format!(
        r#"{{"id":"77","mac":"001565A1B2C3","serverId":"{id}","serverUrl":"https://{id}.example.net/","uniqueServerUrl":""}}"#
    )
}

fn one_server() -> Answer {
    let other = r#"{"id":"s0","serverName":"Head Office 2","url":"https://s0.example.net/"}"#;
    let this = r#"{"id":"s1","serverName":"Head Office","url":"https://s1.example.net/"}"#;
    listed(&format!("{other},{this}"))
}

fn nobodys() -> Answer {
    ok(r#"{"existed":false,"self":null}"#)
}

fn ours() -> Answer {
    ok(r#"{"existed":true,"self":true}"#)
}

#[track_caller]
fn play(action: Action, script: &[(&str, Answer)]) -> Outcome {
    let service = service();
    let mut script = script.iter();
    let at = Cell::new(0);
    let outcome = Caller::new(&service).run(&action, |request| {
        at.set(at.get() + 1);
        let sent = asked(request);
        let Some((expected, answer)) = script.next() else {
            panic!("request {} is one too many: {sent}", at.get());
        };
        assert_eq!(sent, *expected, "request {}", at.get());
        answer
    });
    assert_eq!(script.len(), 0, "requests that were not sent");
    outcome.unwrap()
}

#[test]
fn requests_byte_for_byte() {
    // Made with Python's hmac, hashlib and base64.
    let checked = concat!(
        "GET https://api-dm.yealink.com:8443/api/open/v1/device/checkMac?mac=001565a1b2c3\n",
        "x-ca-key: k3y\n",
        "x-ca-nonce: 01010101010101010101010101010101\n",
        "x-ca-timestamp: 1800000000000\n",
        "x-ca-signature: lzG/oBP7wMR+SuQYDaU3ppLt4BQH2JVP8VTwYusMOPM=\n",
        "\n",
    );
    let added = concat!(
        "POST https://api-dm.yealink.com:8443/api/open/v1/device/add\n",
        "x-ca-key: k3y\n",
        "x-ca-nonce: 02020202020202020202020202020202\n",
        "x-ca-timestamp: 1800000000000\n",
        "x-ca-signature: S1l0NKEl+1uyTTmPQ1qt+9ugUWLaMvY6jQNKaAyyfOc=\n",
        "content-md5: r3BYIJ5xTy52doWtn7tpvQ==\n",
        "content-type: application/json;charset=UTF-8\n",
        "\n",
        "{\"macs\":[\"001565a1b2c3\"],",
        "\"uniqueServerUrl\":\"https://pbx.example.net/p/t0ken/\"}",
    );
    let service = service();
    let script = [(checked, nobodys()), (added, fails("device.mac.invalid"))];
    let outcome = Caller::new(&service).play(&Action::Register(to_url()), &script);
    assert_eq!(outcome, Outcome::Refused(Refusal::Mac));
}

#[test]
fn credentials_are_not_shown() {
    let service = service();
    let stamp = Stamp::new(now(), [1; 16]);
    let step = service
        .start(&Action::Check, &Session::new(), &stamp)
        .unwrap();
    let phone_provisioning::redirection::Step::Send(exchange) = step else {
        panic!()
    };
    let headers = format!("{:?}", exchange.request().headers());
    assert!(!headers.contains("k3y"), "{headers}");
    assert_eq!(headers.matches("Sensitive").count(), 4, "{headers}");
    assert_eq!(
        format!("{service:?}"),
        "YealinkRpsJson { host: Some(\"api-dm.yealink.com\"), .. }"
    );
    let base = YealinkRpsJson::BASE.parse().unwrap();
    let error = YealinkRpsJson::new(&base, "k\u{e9}y", "s".parse().unwrap()).unwrap_err();
    let expected = "expected text of visible ASCII characters, found [redacted]";
    assert_eq!(error.to_string(), expected);
}

#[test]
fn a_new_phone_is_added_and_read_back() {
    let script = |found| [(CHECK_MAC, nobodys()), (ADD, ok("null")), (FIND, found)];
    let register = |found| play(Action::Register(to_url()), &script(found));
    let done = Outcome::Done(Done::Registered(registered("77", URL)));
    assert_eq!(register(listed(&device(URL))), done);
    let not_shown = retry(RetryCause::NotShown);
    assert_eq!(register(none()), not_shown);
    assert_eq!(
        register(listed(&device("https://other.example.net/"))),
        not_shown
    );
    assert_eq!(
        register(Answer::Lost(Lost::NotSent)),
        retry(RetryCause::NoAnswer)
    );
    assert_eq!(
        register(reply(429, "")),
        Outcome::RateLimited { until: None }
    );
}

#[test]
fn a_search_finds_more_than_the_phone() {
    let near = |number: usize| device(URL).replace("001565A1B2C3", &format!("001565{number:06x}"));
    let page: Vec<String> = (0..100).map(near).collect();
    let page = |total: &str| ok(&format!(r#"{{{total}"data":[{}]}}"#, page.join(",")));
    let second = FIND.replace("\"skip\":0", "\"skip\":100");
    let found = Outcome::Done(Done::Found(registered("77", URL)));
    let whole = device(URL).replace("001565A1B2C3", "00:15:65:a1:b2:c3");
    for total in ["\"total\":101,", ""] {
        let script = [(FIND, page(total)), (second.as_str(), listed(&whole))];
        assert_eq!(play(Action::LookUp(mac()), &script), found);
    }
    // It was the last.
    let script = [(FIND, page("\"total\":100,")), (CHECK_MAC, nobodys())];
    assert_eq!(play(Action::LookUp(mac()), &script), Outcome::NotFound);
    // And pages without an end are not read for ever.
    let service = service();
    let short = format!(r#"{{"total":1000000,"data":[{}]}}"#, near(1));
    for endless in [page("\"total\":1000000,"), ok(&short)] {
        let mut requests = 0;
        let outcome = Caller::new(&service).run(&Action::LookUp(mac()), |_| {
            requests += 1;
            &endless
        });
        assert!(matches!(outcome, Ok(Outcome::Broken(_))), "{outcome:?}");
        assert_eq!(requests, 50);
    }
}

#[test]
fn a_look_up_says_who_has_the_phone() {
    let look = |script: &[(&str, Answer)]| play(Action::LookUp(mac()), script);
    let found = |phone| Outcome::Done(Done::Found(phone));
    let script = [(FIND, listed(&on_server("s1")))];
    assert_eq!(
        look(&script),
        found(registered("77", "https://s1.example.net/"))
    );
    let number = device(URL).replace("\"77\"", "77");
    assert_eq!(
        look(&[(FIND, listed(&number))]),
        found(registered("77", URL))
    );
    let other = |data: &str| look(&[(FIND, none()), (CHECK_MAC, ok(data))]);
    assert_eq!(
        other(r#"{"existed":true,"self":false}"#),
        Outcome::OwnedByOther
    );
    assert_eq!(
        other(r#"{"existed":true,"self":null}"#),
        Outcome::OwnedByOther
    );
    assert_eq!(other(r#"{"existed":true}"#), Outcome::OwnedByOther);
    assert_eq!(other(r#"{"existed":false,"self":null}"#), Outcome::NotFound);
    assert_eq!(
        other(r#"{"existed":true,"self":true}"#),
        retry(RetryCause::NotShown)
    );
    for data in ["null", "true", "{}", r#"{"existed":1}"#] {
        assert!(matches!(other(data), Outcome::Broken(_)), "{data}");
    }
}

#[test]
fn a_phone_of_another_enterprise_is_not_added() {
    let owner = ok(r#"{"existed":true,"self":false}"#);
    let mut phone = to_url();
    phone.take_over = true;
    for phone in [to_url(), phone] {
        let script = [(CHECK_MAC, owner.clone())];
        assert_eq!(
            play(Action::Register(phone), &script),
            Outcome::OwnedByOther
        );
    }
    for message in ["device.mac.added.by.other", "Device.Operate.Forbidden"] {
        let script = [(CHECK_MAC, nobodys()), (ADD, fails(message))];
        assert_eq!(
            play(Action::Register(to_url()), &script),
            Outcome::OwnedByOther
        );
    }
}

#[test]
fn a_phone_of_ones_own_is_edited_unless_it_is_as_wanted() {
    let there = [(CHECK_MAC, ours()), (FIND, listed(&device(URL)))];
    let already = Outcome::AlreadyOurs(registered("77", URL));
    assert_eq!(play(Action::Register(to_url()), &there), already);
    let elsewhere = || listed(&device("https://old.example.net/"));
    let edited = |before: &[(&'static str, Answer)]| {
        let mut script = before.to_vec();
        script.extend([
            (FIND, elsewhere()),
            (EDIT, ok("null")),
            (FIND, listed(&device(URL))),
        ]);
        play(Action::Register(to_url()), &script)
    };
    let done = Outcome::Done(Done::Registered(registered("77", URL)));
    assert_eq!(edited(&[(CHECK_MAC, ours())]), done);
    // It came between the question and the request.
    let existed = fails("device.mac.existed");
    assert_eq!(edited(&[(CHECK_MAC, nobodys()), (ADD, existed)]), done);
    // It went between the two.
    let gone = [
        (CHECK_MAC, ours()),
        (FIND, elsewhere()),
        (EDIT, fails("device.not.found")),
    ];
    assert_eq!(
        play(Action::Register(to_url()), &gone),
        Outcome::Refused(Refusal::Conflict)
    );
    let hidden = [(CHECK_MAC, ours()), (FIND, none())];
    assert_eq!(
        play(Action::Register(to_url()), &hidden),
        retry(RetryCause::NotShown)
    );
}

#[test]
fn a_lost_answer_to_add_is_looked_up_and_not_repeated() {
    let done = Outcome::Done(Done::Registered(registered("77", URL)));
    let register = |lost, found| {
        let script = [(CHECK_MAC, nobodys()), (ADD, lost), (FIND, found)];
        play(Action::Register(to_url()), &script)
    };
    assert_eq!(register(silence(), listed(&device(URL))), done);
    assert_eq!(register(silence(), none()), retry(RetryCause::NoAnswer));
    assert_eq!(register(silence(), silence()), retry(RetryCause::NoAnswer));
    assert_eq!(register(reply(504, ""), listed(&device(URL))), done);
    assert_eq!(register(reply(504, ""), none()), retry(RetryCause::Busy));
    assert_eq!(
        register(reply(200, "{\"ret\":0"), listed(&device(URL))),
        done
    );
    assert!(matches!(
        register(reply(200, "{\"ret\":0"), none()),
        Outcome::Broken(_)
    ));
    let script = [(CHECK_MAC, nobodys()), (ADD, Answer::Lost(Lost::NotSent))];
    assert_eq!(
        play(Action::Register(to_url()), &script),
        retry(RetryCause::NotSent)
    );
}

#[test]
fn a_phone_goes_to_a_server_by_its_identifier() {
    let add = r#"POST device/add {"macs":["001565a1b2c3"],"serverId":"s1"}"#;
    let mut phone = registered("77", "https://s1.example.net/");
    phone.server = Some(server());
    let done = Outcome::Done(Done::Registered(phone.clone()));
    let register = |script: &[(&str, Answer)]| play(Action::Register(to_server()), script);
    let mut script = vec![
        (FIND_SERVER, one_server()),
        (CHECK_MAC, nobodys()),
        (add, ok("null")),
        (FIND, listed(&on_server("s1"))),
    ];
    assert_eq!(register(&script), done);
    script[3].1 = listed(&on_server("s0"));
    assert_eq!(register(&script), retry(RetryCause::NotShown));
    // What the list does not tell, the details do; and where neither does, the address.
    let detail = |id: &str| {
        format!(r#"{{"id":"77","mac":"001565A1B2C3","serverUrl":"https://s1.example.net/"{id}}}"#)
    };
    for (id, outcome) in [
        (r#","serverId":"s1""#, &done),
        ("", &done),
        (r#","serverId":"s0""#, &retry(RetryCause::NotShown)),
    ] {
        script.truncate(3);
        script.push((FIND, listed(&detail(""))));
        script.push(("GET device/detail id=77", ok(&detail(id))));
        assert_eq!(register(&script), *outcome);
    }
    // A phone with a server changes it, and nothing else.
    let migrate = r#"POST device/migrate {"ids":["77"],"serverId":"s1"}"#;
    let script = [
        (FIND_SERVER, one_server()),
        (CHECK_MAC, ours()),
        (FIND, listed(&on_server("s0"))),
        (migrate, ok("null")),
        (FIND, listed(&on_server("s1"))),
    ];
    assert_eq!(register(&script), done);
    // One with an address of its own loses it.
    let edit = r#"POST device/edit {"id":"77","serverId":"s1","uniqueServerUrl":""}"#;
    let own = on_server("s1").replace(
        "\"uniqueServerUrl\":\"\"",
        "\"uniqueServerUrl\":\"https://a/\"",
    );
    let script = [
        (FIND_SERVER, one_server()),
        (CHECK_MAC, ours()),
        (FIND, listed(&own)),
        (edit, ok("null")),
        (FIND, listed(&on_server("s1"))),
    ];
    assert_eq!(register(&script), done);
    let script = [
        (FIND_SERVER, one_server()),
        (CHECK_MAC, ours()),
        (FIND, listed(&on_server("s1"))),
    ];
    assert_eq!(register(&script), Outcome::AlreadyOurs(phone));
    let script = [(FIND_SERVER, none())];
    assert_eq!(register(&script), Outcome::Refused(Refusal::Server));
}

fn login() -> Login {
    Login {
        username: "ph\u{f6}ne".parse().unwrap(),
        password: "secret\"&".parse().unwrap(),
    }
}

#[test]
fn a_login_is_always_written_and_its_name_read_back() {
    let mut phone = to_url();
    phone.login = Some(login());
    phone.remark = Some("Zo\u{eb}'s".parse().unwrap());
    let edit = "POST device/edit {\"id\":\"77\",\"uniqueServerUrl\":\"https://pbx.example.net/p/t0ken/\",\
                \"remark\":\"Zo\u{eb}'s\",\"authName\":\"ph\u{f6}ne\",\"password\":\"secret\\\"&\"}";
    let detail = "GET device/detail id=77";
    let told = |name: &str| {
        let start = device(URL);
        ok(&start.replacen('{', &format!("{{\"authName\":\"{name}\","), 1))
    };
    let register = |name: &str| {
        let script = [
            (CHECK_MAC, ours()),
            (FIND, listed(&device(URL))),
            (detail, told("ph\u{f6}ne")),
            (edit, ok("null")),
            (FIND, listed(&device(URL))),
            (detail, told(name)),
        ];
        play(Action::Register(phone.clone()), &script)
    };
    let done = Outcome::Done(Done::Registered(registered("77", URL)));
    assert_eq!(register("ph\u{f6}ne"), done);
    assert_eq!(register("somebody"), retry(RetryCause::NotShown));
    // Whether a password was changed cannot be read back.
    let script = [
        (CHECK_MAC, ours()),
        (FIND, listed(&device(URL))),
        (detail, told("ph\u{f6}ne")),
        (edit, silence()),
    ];
    let outcome = play(Action::Register(phone.clone()), &script);
    assert_eq!(outcome, retry(RetryCause::NoAnswer));
}

#[test]
fn taking_a_phone_out_goes_by_its_identifier() {
    let there = || listed(&device(URL));
    let remove = |answer, after: Option<Answer>| {
        let mut script = vec![(FIND, there()), (DELETE, answer)];
        script.extend(after.map(|after| (FIND, after)));
        play(Action::Deregister(mac()), &script)
    };
    let removed = Outcome::Done(Done::Removed);
    for data in ["1", "null", "\"1\"", "{}"] {
        assert_eq!(remove(ok(data), Some(none())), removed);
    }
    assert_eq!(remove(ok("1"), Some(there())), retry(RetryCause::NotShown));
    assert_eq!(remove(silence(), Some(none())), removed);
    assert_eq!(
        remove(silence(), Some(there())),
        retry(RetryCause::NoAnswer)
    );
    assert_eq!(remove(fails("device.not.found"), None), Outcome::NotFound);
    assert_eq!(
        remove(fails("device.operate.forbidden"), None),
        Outcome::OwnedByOther
    );
    let script = [(FIND, none()), (CHECK_MAC, nobodys())];
    assert_eq!(play(Action::Deregister(mac()), &script), Outcome::NotFound);
    let other = ok(r#"{"existed":true,"self":false}"#);
    let script = [(FIND, none()), (CHECK_MAC, other)];
    assert_eq!(
        play(Action::Deregister(mac()), &script),
        Outcome::OwnedByOther
    );
}

#[test]
fn every_error_is_told_by_its_kind() {
    const CHECK: &str = "GET device/serverList ";
    let check = |answer| play(Action::Check, &[(CHECK, answer)]);
    assert_eq!(check(ok("[]")), Outcome::Done(Done::Access));
    assert_eq!(
        check(reply(200, r#"{"ret":1}"#)),
        Outcome::Done(Done::Access)
    );
    let refused = Outcome::Refused;
    let error = |error: &str| check(reply(200, format!(r#"{{"ret":-1,{error}}}"#)));
    let credentials = refused(Refusal::Credentials);
    assert_eq!(
        error(r#""error":{"msg":"token.unauthorized"}"#),
        credentials
    );
    assert_eq!(
        error(r#""errors":{"msg":"Unauthorized: secret"}"#),
        credentials
    );
    assert_eq!(check(reply(401, "secret")), credentials);
    assert_eq!(check(reply(403, "secret")), credentials);
    assert_eq!(check(reply(403, r#"{"ret":-1,"error":null}"#)), credentials);
    let forbidden = r#"{"ret":-1,"error":{"msg":"device.operate.forbidden"}}"#;
    assert_eq!(check(reply(403, forbidden)), Outcome::OwnedByOther);
    let fields = |field: &str| {
        error(&format!(
            r#""error":{{"msg":"param.error","fieldErrors":[{{"field":"{field}","msg":"secret"}}]}}"#
        ))
    };
    assert_eq!(fields("macs"), refused(Refusal::Mac));
    assert_eq!(fields("serverName"), refused(Refusal::Server));
    assert_eq!(fields("uniqueServerUrl"), refused(Refusal::Url));
    assert_eq!(fields("secret"), refused(Refusal::Unknown));
    assert_eq!(
        error(r#""error":{"msg":"secret","errorCode":500403}"#),
        refused(Refusal::Code(500_403))
    );
    assert_eq!(
        error(r#""error":{"msg":"secret","errorCode":"17"}"#),
        refused(Refusal::Code(17))
    );
    assert_eq!(error(r#""error":"secret""#), refused(Refusal::Unknown));
    assert_eq!(error(r#""error":null"#), refused(Refusal::Unknown));
    assert_eq!(error(r#""data":null"#), refused(Refusal::Unknown));
    // "Success", with an error.
    let both = r#"{"ret":0,"error":{"msg":"device.mac.invalid"}}"#;
    assert_eq!(check(reply(200, both)), refused(Refusal::Mac));
    assert_eq!(check(reply(307, "")), refused(Refusal::Redirect));
    assert_eq!(check(reply(500, "secret")), retry(RetryCause::Busy));
    let until = Some("2027-01-15T08:00:05Z".parse().unwrap());
    assert_eq!(
        check(reply_with(429, "retry-after", "5", "")),
        Outcome::RateLimited { until }
    );
    for body in [
        "",
        "{}",
        "[]",
        "null",
        "secret",
        "<html>secret</html>",
        r#"{"ret":"0"}"#,
        r#"{"ret":0"#,
    ] {
        assert!(
            matches!(check(reply(200, body)), Outcome::Broken(_)),
            "{body}"
        );
    }
    let deep = "[".repeat(100_000);
    let deep = format!(r#"{{"ret":0,"data":{deep}"#);
    assert!(matches!(check(reply(200, deep)), Outcome::Broken(_)));
    assert!(matches!(check(reply(404, "secret")), Outcome::Broken(_)));
    assert!(matches!(
        check(reply(200, vec![b' '; (4 << 20) + 1])),
        Outcome::Broken(_)
    ));
}

#[test]
fn lists_come_in_pages() {
    let list = |page: PageRequest, sent: &str, answer| play(Action::List(page), &[(sent, answer)]);
    let first = r#"POST device/list {"skip":0,"limit":1,"autoCount":true}"#;
    let entry = device(URL);
    let page = |next: Option<&str>| {
        let next = next.map(|next| Cursor::new(next).unwrap());
        Outcome::Done(Done::Phones(Page::new(vec![registered("77", URL)], next)))
    };
    let answer = |total: &str| ok(&format!(r#"{{{total}"data":[{entry}]}}"#));
    assert_eq!(
        list(PageRequest::first(1), first, answer("\"total\":2,")),
        page(Some("1"))
    );
    assert_eq!(
        list(PageRequest::first(1), first, answer("")),
        page(Some("1"))
    );
    assert_eq!(
        list(PageRequest::first(1), first, answer("\"total\":1,")),
        page(None)
    );
    let second = PageRequest::first(1).after(Cursor::new("1").unwrap());
    let sent = first.replace("\"skip\":0", "\"skip\":1");
    assert_eq!(list(second, &sent, answer("\"total\":2,")), page(None));
    for strange in [
        "null",
        "{}",
        r#"{"data":[{"id":"7"}]}"#,
        r#"{"data":[{"id":"7","mac":"x"}]}"#,
        r#"{"data":[{"id":"../x","mac":"001565a1b2c3"}]}"#,
        r#"{"data":[{"id":"","mac":"001565a1b2c3"}]}"#,
    ] {
        let outcome = list(PageRequest::first(1), first, ok(strange));
        assert!(matches!(outcome, Outcome::Broken(_)), "{strange}");
    }
    let stamp = Stamp::new(now(), [1; 16]);
    let strange = PageRequest::first(1).after(Cursor::new("-1").unwrap());
    let error = service()
        .start(&Action::List(strange), &Session::new(), &stamp)
        .unwrap_err();
    assert_eq!(
        error,
        ActionError::Cursor {
            service: "yealink-rps-json"
        }
    );
}

#[test]
fn servers_are_listed_put_and_removed() {
    let named = |name: &str, id: &str, url: &str| {
        let mut object = ServerObject::new(name.parse().unwrap());
        object.id = Some(id.to_owned());
        object.url = Some(url.parse::<Url>().unwrap().into());
        object
    };
    let first = r#"POST server/list {"skip":0,"limit":100,"autoCount":true}"#;
    let outcome = play(
        Action::ListServers(PageRequest::default()),
        &[(first, one_server())],
    );
    let both = vec![
        named("Head Office 2", "s0", "https://s0.example.net/"),
        named("Head Office", "s1", "https://s1.example.net/"),
    ];
    assert_eq!(outcome, Outcome::Done(Done::Servers(Page::new(both, None))));

    let put = |url: &str, login| Action::PutServer {
        name: server(),
        url: url.parse::<Url>().unwrap().into(),
        login,
    };
    let there = |url: &str| Outcome::Done(Done::Server(named("Head Office", "s1", url)));
    let s1 = "https://s1.example.net/";
    assert_eq!(
        play(put(s1, None), &[(FIND_SERVER, one_server())]),
        there(s1)
    );
    let add = r#"POST server/add {"serverName":"Head Office","url":"https://s1.example.net/"}"#;
    let script = |answer, found| [(FIND_SERVER, none()), (add, answer), (FIND_SERVER, found)];
    let added = ok(r#"{"id":"s1"}"#);
    assert_eq!(
        play(put(s1, None), &script(added.clone(), one_server())),
        there(s1)
    );
    assert_eq!(
        play(put(s1, None), &script(added, none())),
        retry(RetryCause::NotShown)
    );
    assert_eq!(
        play(put(s1, None), &script(silence(), one_server())),
        there(s1)
    );
    assert_eq!(
        play(put(s1, None), &script(silence(), none())),
        retry(RetryCause::NoAnswer)
    );
    let edit = r#"POST server/edit {"id":"s1","serverName":"Head Office","url":"https://s2.example.net/"}"#;
    let script = [
        (FIND_SERVER, one_server()),
        (edit, ok("null")),
        (FIND_SERVER, one_server()),
    ];
    let s2 = "https://s2.example.net/";
    assert_eq!(play(put(s2, None), &script), retry(RetryCause::NotShown));
    let edit = "POST server/edit {\"id\":\"s1\",\"serverName\":\"Head Office\",\
                \"url\":\"https://s1.example.net/\",\"authName\":\"ph\u{f6}ne\",\"password\":\"secret\\\"&\"}";
    let detail = |name: &str| {
        let url = "\"url\":\"https://s1.example.net/\"";
        ok(&format!(
            r#"{{"id":"s1","serverName":"Head Office",{url},"authName":"{name}"}}"#
        ))
    };
    let script = |name| {
        [
            (FIND_SERVER, one_server()),
            (edit, ok("null")),
            (FIND_SERVER, one_server()),
            ("GET server/detail id=s1", detail(name)),
        ]
    };
    assert_eq!(
        play(put(s1, Some(login())), &script("ph\u{f6}ne")),
        there(s1)
    );
    assert_eq!(
        play(put(s1, Some(login())), &script("x")),
        retry(RetryCause::NotShown)
    );
    let script = [(FIND_SERVER, one_server()), (edit, silence())];
    let outcome = play(put(s1, Some(login())), &script);
    assert_eq!(outcome, retry(RetryCause::NoAnswer));

    let delete = r#"POST server/delete {"ids":["s1"]}"#;
    let remove = |answer, found| {
        let script = [
            (FIND_SERVER, one_server()),
            (delete, answer),
            (FIND_SERVER, found),
        ];
        play(Action::RemoveServer(server()), &script)
    };
    let removed = Outcome::Done(Done::Removed);
    assert_eq!(remove(ok("null"), none()), removed);
    assert_eq!(
        remove(ok("null"), one_server()),
        retry(RetryCause::NotShown)
    );
    assert_eq!(remove(silence(), none()), removed);
    let script = [(FIND_SERVER, none())];
    assert_eq!(
        play(Action::RemoveServer(server()), &script),
        Outcome::NotFound
    );
}

#[test]
fn several_phones_are_added_in_one_request() {
    let second: Mac = "00:15:65:a1:b2:c4".parse().unwrap();
    let phones = vec![to_server(), Enrolment::new(second, server())];
    let add = r#"POST device/add {"macs":["001565a1b2c3","001565a1b2c4"],"serverId":"s1"}"#;
    let find_second = FIND.replace("b2c3", "b2c4");
    let check_second = CHECK_MAC.replace("b2c3", "b2c4");
    let mut phone = registered("77", "https://s1.example.net/");
    phone.server = Some(server());
    let done = (mac(), Outcome::Done(Done::Registered(phone)));
    let script = [
        (FIND_SERVER, one_server()),
        (add, ok("null")),
        (FIND, listed(&on_server("s1"))),
        (find_second.as_str(), none()),
    ];
    let expected = vec![done.clone(), (second, retry(RetryCause::NotShown))];
    assert_eq!(
        play(Action::RegisterAll(phones.clone()), &script),
        Outcome::Each(expected)
    );
    // One that is there already spoils all: then each is asked for alone, and nothing added twice.
    for spoilt in [fails("device.mac.existed"), silence()] {
        let script = [
            (FIND_SERVER, one_server()),
            (add, spoilt),
            (FIND_SERVER, one_server()),
            (CHECK_MAC, ours()),
            (FIND, listed(&on_server("s1"))),
            (FIND_SERVER, one_server()),
            (
                check_second.as_str(),
                ok(r#"{"existed":true,"self":false}"#),
            ),
        ];
        let (_, Outcome::Done(Done::Registered(phone))) = &done else {
            panic!()
        };
        let already = (mac(), Outcome::AlreadyOurs(phone.clone()));
        let expected = Outcome::Each(vec![already, (second, Outcome::OwnedByOther)]);
        assert_eq!(play(Action::RegisterAll(phones.clone()), &script), expected);
    }
    // A request that does not leave says nothing of the one for all, which did.
    let script = [
        (FIND_SERVER, one_server()),
        (add, silence()),
        (FIND_SERVER, Answer::Lost(Lost::NotSent)),
    ];
    let unknown = retry(RetryCause::NoAnswer);
    let expected = vec![(mac(), unknown.clone()), (second, unknown)];
    let outcome = play(Action::RegisterAll(phones.clone()), &script);
    assert_eq!(outcome, Outcome::Each(expected));
    let refused = |refusal| {
        let outcome = Outcome::Refused(refusal);
        Outcome::Each(vec![(mac(), outcome.clone()), (second, outcome)])
    };
    let script = [(FIND_SERVER, one_server()), (add, reply(401, ""))];
    let outcome = play(Action::RegisterAll(phones.clone()), &script);
    assert_eq!(outcome, refused(Refusal::Credentials));
    let script = [(FIND_SERVER, none())];
    assert_eq!(
        play(Action::RegisterAll(phones), &script),
        refused(Refusal::Server)
    );
}

#[test]
fn what_the_service_does_not_take_is_not_asked() {
    let service = service();
    let stamp = Stamp::new(now(), [1; 16]);
    let error = |action: Action| service.start(&action, &Session::new(), &stamp).unwrap_err();
    let pins = ActionError::Unsupported {
        service: "yealink-rps-json",
        action: "pins",
    };
    assert_eq!(error(Action::Pins(vec![mac()])), pins);
    let long: ServerName = "a name of 21 letters.".parse().unwrap();
    let too_long = error(Action::RemoveServer(long.clone()));
    let expected =
        "yealink-rps-json: expected the name of a server of at most 20 characters, found 21";
    assert_eq!(too_long.to_string(), expected);
    assert_eq!(
        error(Action::Register(Enrolment::new(mac(), long.clone()))),
        too_long
    );
    assert_eq!(
        error(Action::RegisterAll(vec![Enrolment::new(
            mac(),
            long.clone()
        )])),
        too_long
    );
    assert_eq!(
        error(Action::PutServer {
            name: long,
            url: url(),
            login: None
        }),
        too_long
    );
    let twice = error(Action::RegisterAll(vec![to_url(), to_url()]));
    assert!(matches!(twice, ActionError::Mixed { .. }));
}

fn any_action() -> impl Strategy<Value = Action> {
    let url: PhoneUrl = "https://pbx.example.net/secret/"
        .parse::<Url>()
        .unwrap()
        .into();
    let mut full = Enrolment::new(mac(), url.clone());
    full.login = Some(login());
    let other = Enrolment::new("001565A1B2C4".parse().unwrap(), server());
    prop::sample::select(vec![
        Action::Check,
        Action::LookUp(mac()),
        Action::List(PageRequest::default()),
        Action::ListServers(PageRequest::default()),
        Action::Register(Enrolment::new(mac(), url.clone())),
        Action::Register(full.clone()),
        Action::Register(to_server()),
        Action::RegisterAll(vec![full, other.clone()]),
        Action::RegisterAll(vec![to_server(), other.clone()]),
        Action::Deregister(mac()),
        Action::DeregisterAll(vec![mac(), other.mac]),
        Action::PutServer {
            name: server(),
            url,
            login: Some(login()),
        },
        Action::RemoveServer(server()),
    ])
}

fn any_of_its_answers() -> impl Strategy<Value = Answer> {
    let known = prop::sample::select(vec![
        nobodys(),
        ours(),
        none(),
        ok("null"),
        listed(&device(URL)),
        listed(&device("https://secret/")),
        listed(&on_server("s1")),
        one_server(),
        ok(&device(URL)),
        ok(r#"{"total":999999,"data":[{"id":"1","mac":"001565a1b2c9","serverName":"x"}]}"#),
        fails("device.mac.existed"),
        fails("secret"),
        reply(
            200,
            r#"{"ret":-1,"errors":[{"fieldErrors":[{"field":"secret","msg":"secret"}]}]}"#,
        ),
        silence(),
    ]);
    prop_oneof![4 => known, 1 => any_answer()]
}

proptest! {
    #[test]
    fn whatever_it_answers_an_action_ends_and_nothing_is_shown(
        action in any_action(),
        answers in prop::collection::vec(spoilt(any_of_its_answers()), 1..12),
    ) {
        let service = service();
        assert_sound(&mut Caller::new(&service), &action, &answers);
    }
}
