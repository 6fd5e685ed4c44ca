//! RPS by XML-RPC, played by a script.
#![cfg(feature = "redirection")]

mod redirection;

use phone_provisioning::Mac;
use phone_provisioning::delivery::PhoneUrl;
use phone_provisioning::model::{Login, Url};
use phone_provisioning::redirection::yealink::YealinkRps;
use phone_provisioning::redirection::{
    Action, ActionError, Destination, Done, Enrolment, Lost, Outcome, Page, PageRequest,
    RedirectionService as _, Refusal, Registered, Retry, RetryCause, ServerName, ServerObject,
    Session, Stamp,
};
use proptest::prelude::*;
use redirection::{
    Answer, Caller, any_answer, assert_sound, now, reply, reply_with, silence, spoilt,
};

const URL: &str = "https://pbx.example.net/p/t0ken/?a=1&b=2";

fn service() -> YealinkRps {
    let login = Login {
        username: "reseller".parse().unwrap(),
        password: "secret".parse().unwrap(),
    };
    YealinkRps::new(&YealinkRps::BASE.parse().unwrap(), &login).unwrap()
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

fn to_server(mac: &str) -> Enrolment {
    Enrolment::new(mac.parse().unwrap(), server())
}

fn registered(to: Option<Destination>) -> Registered {
    let mut phone = Registered::new(mac());
    match to {
        Some(Destination::Url(url)) => phone.url = Some(url),
        Some(Destination::Server(server)) => phone.server = Some(server),
        _ => {}
    }
    phone
}

fn retry(cause: RetryCause) -> Outcome {
    Outcome::Retry(Retry::new(cause))
}

/// A request: each parameter is a text, or with `|` in front an array of texts.
fn call(method: &str, params: &[&str]) -> String {
    let string = |text: &str| format!("<value><string>{text}</string></value>");
    let params = params.iter().map(|param| match param.strip_prefix('|') {
        Some(texts) => {
            let texts: String = texts.split('|').map(string).collect();
            format!("<param><value><array><data>{texts}</data></array></value></param>")
        }
        None => format!("<param>{}</param>", string(param)),
    });
    format!(
        "POST https://api-dm.yealink.com:8443/xmlrpc/\ncontent-type: text/xml\n\
         authorization: Basic cmVzZWxsZXI6c2VjcmV0\n\n\
         <?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<methodCall><methodName>redirect.{method}\
         </methodName><params>{}</params></methodCall>\n",
        params.collect::<String>()
    )
}

fn check() -> String {
    call("checkDevice", &["001565A1B2C3"])
}

fn unique(flag: &str) -> String {
    let url = URL.replace('&', "&amp;");
    let label = "phone-provisioning";
    call(
        "registerDeviceWithUniqueUrl",
        &["001565A1B2C3", label, &url, flag],
    )
}

/// An answer as the service gives it.
fn says(truth: u8, text: &str) -> Answer {
    reply(
        200,
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<methodResponse \
             xmlns:ex=\"http://ws.apache.org/xmlrpc/namespaces/extensions\"><params><param><value>\
             <array><data>\n<value><boolean>{truth}</boolean></value><value>{text}</value></data>\
             </array></value></param></params></methodResponse>"
        ),
    )
}

fn value(value: &str) -> Answer {
    let start = "<?xml version=\"1.0\"?><methodResponse><params><param>";
    reply(
        200,
        format!("{start}{value}</param></params></methodResponse>"),
    )
}

fn fault(code: i64, text: &str) -> Answer {
    reply(
        200,
        format!(
            "<?xml version=\"1.0\"?><methodResponse><fault><value><struct>\
             <member><name>faultCode</name><value><int>{code}</int></value></member>\
             <member><name>faultString</name><value>{text}</value></member>\
             </struct></value></fault></methodResponse>"
        ),
    )
}

#[track_caller]
fn play(action: Action, script: Vec<(String, Answer)>) -> Outcome {
    let service = service();
    let script: Vec<_> = script
        .iter()
        .map(|(sent, answer)| (sent.as_str(), answer.clone()))
        .collect();
    Caller::new(&service).play(&action, &script)
}

/// A look-up with this answer.
#[track_caller]
fn looked_up(answer: Answer) -> Outcome {
    play(Action::LookUp(mac()), vec![(check(), answer)])
}

/// A registration whose first write has this answer, and no more follows.
#[track_caller]
fn refused(answer: Answer) -> Outcome {
    play(Action::Register(to_url()), vec![(unique("0"), answer)])
}

#[test]
fn a_request_byte_for_byte() {
    let expected = concat!(
        "POST https://api-dm.yealink.com:8443/xmlrpc/\n",
        "content-type: text/xml\n",
        "authorization: Basic cmVzZWxsZXI6c2VjcmV0\n",
        "\n",
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n",
        "<methodCall><methodName>redirect.registerDeviceWithUniqueUrl</methodName><params>",
        "<param><value><string>001565A1B2C3</string></value></param>",
        "<param><value><string>phone-provisioning</string></value></param>",
        "<param><value><string>https://pbx.example.net/p/t0ken/?a=1&amp;b=2</string></value></param>",
        "<param><value><string>0</string></value></param>",
        "</params></methodCall>\n",
    );
    assert_eq!(unique("0"), expected);
    let outcome = refused(Answer::Lost(Lost::NotSent));
    assert_eq!(outcome, retry(RetryCause::NotSent));
}

#[test]
fn the_bases_are_addresses_and_others_can_be_given() {
    let login = Login {
        username: "a".parse().unwrap(),
        password: "b".parse().unwrap(),
    };
    for base in [
        YealinkRps::BASE,
        YealinkRps::OLD_BASE,
        "http://10.0.0.1:8080/rps",
    ] {
        let service = YealinkRps::new(&base.parse().unwrap(), &login).unwrap();
        let stamp = Stamp::new(now(), [1; 16]);
        let step = service
            .start(&Action::Check, &Session::new(), &stamp)
            .unwrap();
        let phone_provisioning::redirection::Step::Send(exchange) = step else {
            panic!()
        };
        assert_eq!(exchange.request().uri(), base);
    }
    assert!(YealinkRps::new(&"ftp://a/".parse().unwrap(), &login).is_err());
    let colon = Login {
        username: "a:b".parse().unwrap(),
        ..login
    };
    let error = YealinkRps::new(&YealinkRps::BASE.parse().unwrap(), &colon).unwrap_err();
    assert_eq!(
        error.to_string(),
        "expected a user name without a colon, found [redacted]"
    );
}

#[test]
fn what_a_look_up_says() {
    let ours = Outcome::Done(Done::Found(registered(None)));
    for text in ["Registered", "registered", " REGISTERED\n", "Registered."] {
        assert_eq!(looked_up(says(1, text)), ours, "{text}");
    }
    assert_eq!(looked_up(says(0, "Registered")), ours);
    assert_eq!(looked_up(value("<value>Registered</value>")), ours);
    assert_eq!(
        looked_up(value("<value><string>Registered</string></value>")),
        ours
    );
    for text in ["Unregistered", "UNKNOWN"] {
        assert_eq!(looked_up(says(1, text)), Outcome::NotFound, "{text}");
    }
    assert_eq!(
        looked_up(says(1, "Registered Elsewhere")),
        Outcome::OwnedByOther
    );
    let bad = Outcome::Refused(Refusal::Mac);
    assert_eq!(looked_up(says(0, "Error:Invalid MAC")), bad);
    assert_eq!(
        looked_up(says(0, "Error:Something of tomorrow")),
        Outcome::Refused(Refusal::Unknown)
    );
    for nothing in [
        says(1, "OK"),
        says(1, "whatever"),
        value("<value><array><data/></array></value>"),
    ] {
        assert!(matches!(looked_up(nothing), Outcome::Broken(_)));
    }
}

#[test]
fn an_instance_that_knows_the_newer_method_only_is_asked_by_it() {
    let newer = call("checkDeviceExt", &["001565A1B2C3"]);
    let script = |answer| {
        vec![
            (check(), fault(0, "No such handler: redirect.checkDevice")),
            (newer.clone(), answer),
        ]
    };
    let look_up = || Action::LookUp(mac());
    let ours = Outcome::Done(Done::Found(registered(None)));
    assert_eq!(play(look_up(), script(says(1, "Registered"))), ours);
    let unknown = fault(17, "No such handler");
    assert_eq!(
        play(look_up(), script(unknown)),
        Outcome::Refused(Refusal::Code(17))
    );
}

#[test]
fn registering_is_read_back() {
    let script = |answer| vec![(unique("0"), says(1, "OK")), (check(), answer)];
    let register = || Action::Register(to_url());
    let done = Outcome::Done(Done::Registered(registered(Some(url().into()))));
    assert_eq!(play(register(), script(says(1, "Registered"))), done);
    let not_shown = retry(RetryCause::NotShown);
    assert_eq!(play(register(), script(says(1, "Unregistered"))), not_shown);
    let elsewhere = says(1, "Registered Elsewhere");
    assert_eq!(play(register(), script(elsewhere)), Outcome::OwnedByOther);
    // That the second request did not leave is no word on the first.
    let lost = Answer::Lost(Lost::NotSent);
    assert_eq!(play(register(), script(lost)), retry(RetryCause::NoAnswer));
}

#[test]
fn a_phone_goes_to_a_server_by_its_name() {
    let write = call("registerDevice", &["001565A1B2C3", "Head Office", "0"]);
    let script = vec![(write, says(1, "OK")), (check(), says(1, "Registered"))];
    let outcome = play(Action::Register(to_server("001565a1b2c3")), script);
    let done = Done::Registered(registered(Some(server().into())));
    assert_eq!(outcome, Outcome::Done(done));
}

#[test]
fn a_label_of_ones_own() {
    let label: ServerName = "Falcon 9".parse().unwrap();
    let service = service().with_label(label);
    let write = unique("0").replace("phone-provisioning", "Falcon 9");
    let mut caller = Caller::new(&service);
    let script = [(write.as_str(), says(0, "Error:Invalid server"))];
    let outcome = caller.play(&Action::Register(to_url()), &script);
    assert_eq!(outcome, Outcome::Refused(Refusal::Server));
}

#[test]
fn every_text_of_an_error_is_told_by_its_kind() {
    let owned = Outcome::OwnedByOther;
    let kind = Outcome::Refused;
    for (text, outcome) in [
        ("Error:Invalid MAC(s):001565A1B2C3", kind(Refusal::Mac)),
        ("ERROR: invalid mac", kind(Refusal::Mac)),
        ("Error:Invalid server", kind(Refusal::Server)),
        (
            "Error:The server name can only contain 'A-z 0-9 - _ . '(include space)",
            kind(Refusal::Server),
        ),
        (
            "Error:The url can only begin with 'http://' or 'https://' or 'ftp://' or 'tftp://'",
            kind(Refusal::Url),
        ),
        (
            "Are you sure you want to override MAC addresses 001565A1B2C3?",
            owned.clone(),
        ),
        (
            "Error:\nare you sure you want to override mac addresses",
            owned.clone(),
        ),
        ("Error:001565a1b2c3", owned.clone()),
        ("Error:001565A1B2C3 belongs to secret", owned),
        // A word is no address.
        ("Error:unauthorized", kind(Refusal::Unknown)),
        ("Error:deadbeefcafexyz", kind(Refusal::Unknown)),
        ("Error:secret of the vendor", kind(Refusal::Unknown)),
        ("", kind(Refusal::Unknown)),
    ] {
        assert_eq!(refused(says(0, text)), outcome, "{text}");
        assert_eq!(
            refused(says(0, &format!("\n  {text}\r\n\n"))),
            outcome,
            "{text}"
        );
    }
    assert_eq!(
        refused(says(1, "Error:Invalid server")),
        kind(Refusal::Server)
    );
    assert_eq!(
        refused(fault(3, "Error:Invalid server")),
        kind(Refusal::Server)
    );
    assert_eq!(refused(fault(3, "secret")), kind(Refusal::Code(3)));
}

#[test]
fn a_phone_of_another_account_is_taken_over_when_that_is_asked() {
    let sure = || {
        says(
            0,
            "Are you sure you want to override MAC addresses:001565A1B2C3",
        )
    };
    assert_eq!(refused(sure()), Outcome::OwnedByOther);
    let mut phone = to_url();
    phone.take_over = true;
    let take = || Action::Register(phone.clone());
    let done = Outcome::Done(Done::Registered(registered(Some(url().into()))));
    let script = |answer| vec![(unique("0"), sure()), (unique("1"), answer)];
    let mut taken = script(says(1, "OK"));
    taken.push((check(), says(1, "Registered")));
    assert_eq!(play(take(), taken), done);
    // Asked again and again, it is no use.
    assert_eq!(play(take(), script(sure())), Outcome::OwnedByOther);
    assert_eq!(
        play(take(), script(says(0, "Error:001565A1B2C3"))),
        Outcome::OwnedByOther
    );
    // The first answer that is lost says nothing of who has it.
    let script = vec![
        (unique("0"), silence()),
        (check(), says(1, "Registered Elsewhere")),
    ];
    assert_eq!(play(take(), script), retry(RetryCause::NoAnswer));
}

#[test]
fn a_phone_of_ones_own_is_sent_elsewhere() {
    let existing = || says(0, "Existing MAC(s):001565A1B2C3");
    let done = Outcome::Done(Done::Registered(registered(Some(url().into()))));
    let script = vec![
        (unique("0"), existing()),
        (unique("1"), says(1, "OK")),
        (check(), says(1, "Registered")),
    ];
    assert_eq!(play(Action::Register(to_url()), script), done);
    let script = vec![
        (
            call("registerDevice", &["001565A1B2C3", "Head Office", "0"]),
            existing(),
        ),
        (
            call("editDevice", &["001565A1B2C3", "Head Office"]),
            says(1, "OK"),
        ),
        (check(), says(1, "Registered")),
    ];
    let outcome = play(Action::Register(to_server("001565a1b2c3")), script);
    let moved = Done::Registered(registered(Some(server().into())));
    assert_eq!(outcome, Outcome::Done(moved));
    // Where the override is not taken, the phone is taken out first; and that only once.
    let remove = call("deRegisterDevice", &["001565A1B2C3"]);
    let mut script = vec![
        (unique("0"), existing()),
        (unique("1"), existing()),
        (remove, says(1, "OK")),
        (check(), says(1, "Unregistered")),
        (unique("0"), says(1, "OK")),
        (check(), says(1, "Registered")),
    ];
    assert_eq!(play(Action::Register(to_url()), script.clone()), done);
    script.pop();
    script[4].1 = existing();
    let conflict = Outcome::Refused(Refusal::Conflict);
    assert_eq!(play(Action::Register(to_url()), script), conflict);
}

#[test]
fn a_lost_answer_to_a_registration_is_looked_up() {
    let done = Outcome::Done(Done::Registered(registered(Some(url().into()))));
    let register = || Action::Register(to_url());
    for lost in [
        silence(),
        reply(502, ""),
        reply(200, "<methodResponse><params>"),
    ] {
        // It is ours, now or as before: where it is sent is written again.
        let script = vec![
            (unique("0"), lost.clone()),
            (check(), says(1, "Registered")),
            (unique("1"), says(1, "OK")),
            (check(), says(1, "Registered")),
        ];
        assert_eq!(play(register(), script), done);
        let script = vec![
            (unique("0"), lost.clone()),
            (check(), says(1, "Unregistered")),
        ];
        let outcome = play(register(), script);
        assert!(
            matches!(outcome, Outcome::Retry(_) | Outcome::Broken(_)),
            "{outcome:?}"
        );
        let script = vec![
            (unique("0"), lost),
            (check(), says(1, "Registered Elsewhere")),
        ];
        assert_eq!(play(register(), script), Outcome::OwnedByOther);
    }
    // This one was not lost: it says two things at once.
    assert!(matches!(refused(says(0, "OK")), Outcome::Broken(_)));
    // Twice lost: it is not written a third time.
    let script = vec![
        (unique("0"), silence()),
        (check(), says(1, "Registered")),
        (unique("1"), silence()),
        (check(), says(1, "Registered")),
    ];
    assert_eq!(play(register(), script), retry(RetryCause::NoAnswer));
    let script = vec![
        (unique("0"), silence()),
        (check(), says(1, "Registered")),
        (unique("1"), Answer::Lost(Lost::NotSent)),
    ];
    assert_eq!(play(register(), script), retry(RetryCause::NoAnswer));
    let script = vec![(unique("0"), silence()), (check(), silence())];
    assert_eq!(play(register(), script), retry(RetryCause::NoAnswer));
}

#[test]
fn taking_a_phone_out_is_looked_up() {
    let remove = || call("deRegisterDevice", &["001565A1B2C3"]);
    let play = |answer: Answer, looked: Option<&str>| {
        let mut script = vec![(remove(), answer)];
        script.extend(looked.map(|text| (check(), says(1, text))));
        play(Action::Deregister(mac()), script)
    };
    let removed = Outcome::Done(Done::Removed);
    let ok = || says(1, "OK");
    assert_eq!(play(ok(), Some("Unregistered")), removed);
    assert_eq!(play(ok(), Some("Registered Elsewhere")), removed);
    assert_eq!(play(ok(), Some("Registered")), retry(RetryCause::NotShown));
    // What the guide does not say of this method is believed when the truth value is.
    assert_eq!(play(says(1, "1 device"), Some("Unregistered")), removed);
    let invalid = || says(0, "Error:Invalid MAC(s):001565A1B2C3");
    assert_eq!(play(invalid(), Some("Unregistered")), Outcome::NotFound);
    assert_eq!(
        play(invalid(), Some("Registered")),
        Outcome::Refused(Refusal::Mac)
    );
    assert_eq!(
        play(invalid(), Some("Registered Elsewhere")),
        Outcome::OwnedByOther
    );
    assert_eq!(play(says(0, "Unregistered"), None), Outcome::NotFound);
    assert_eq!(
        play(says(0, "Error:001565A1B2C3"), None),
        Outcome::OwnedByOther
    );
    assert_eq!(play(silence(), Some("Unregistered")), removed);
    assert_eq!(
        play(silence(), Some("Registered")),
        retry(RetryCause::NoAnswer)
    );
    assert_eq!(
        play(reply(503, ""), Some("Registered")),
        retry(RetryCause::Busy)
    );
    assert_eq!(
        play(Answer::Lost(Lost::NotSent), None),
        retry(RetryCause::NotSent)
    );
}

#[test]
fn lists_of_phones() {
    let list = |answer| {
        play(
            Action::List(PageRequest::default()),
            vec![(call("listDevices", &[]), answer)],
        )
    };
    let other: Mac = "80:5e:c0:00:00:01".parse().unwrap();
    let page = |macs: &[Mac]| {
        let entries = macs.iter().copied().map(Registered::new).collect();
        Outcome::Done(Done::Phones(Page::new(entries, None)))
    };
    let array = |values: &str| {
        value(&format!(
            "<value><array><data>{values}</data></array></value>"
        ))
    };
    assert_eq!(list(array("")), page(&[]));
    let both = "<value>001565A1B2C3</value> <value><string>80-5e-c0-00-00-01</string></value>";
    assert_eq!(list(array(both)), page(&[mac(), other]));
    let truth = "<value><boolean>1</boolean></value>";
    assert_eq!(
        list(array(&format!("{truth}{both}"))),
        page(&[mac(), other])
    );
    let inner = format!("{truth}<value><array><data>{both}</data></array></value>");
    assert_eq!(list(array(&inner)), page(&[mac(), other]));
    let structs = "<value><struct><member><name>server</name><value>x</value></member>\
                   <member><name>mac</name><value>001565A1B2C3</value></member></struct></value>";
    assert_eq!(list(array(structs)), page(&[mac()]));
    assert_eq!(
        list(says(0, "Error:Invalid server")),
        Outcome::Refused(Refusal::Server)
    );
    assert_eq!(list(fault(5, "secret")), Outcome::Refused(Refusal::Code(5)));
    for strange in [
        array("<value>secret</value>"),
        says(1, "secret"),
        value("<value>secret</value>"),
    ] {
        let outcome = list(strange);
        assert!(
            matches!(
                outcome,
                Outcome::Broken(_) | Outcome::Refused(Refusal::Unknown)
            ),
            "{outcome:?}"
        );
    }
}

#[test]
fn credentials_are_checked_with_a_list() {
    let check = |answer| play(Action::Check, vec![(call("listDevices", &[]), answer)]);
    let empty = value("<value><array><data></data></array></value>");
    assert_eq!(check(empty), Outcome::Done(Done::Access));
    assert_eq!(
        check(reply(401, "secret")),
        Outcome::Refused(Refusal::Credentials)
    );
    assert_eq!(
        check(reply(403, "secret")),
        Outcome::Refused(Refusal::Permission)
    );
    let elsewhere = reply_with(302, "location", "https://secret/", "");
    assert_eq!(check(elsewhere), Outcome::Refused(Refusal::Redirect));
    let limit = Outcome::RateLimited {
        until: Some("2027-01-15T08:01:30Z".parse().unwrap()),
    };
    assert_eq!(check(reply_with(429, "retry-after", "90", "")), limit);
    let date = "Fri, 15 Jan 2027 08:01:30 GMT";
    assert_eq!(check(reply_with(429, "retry-after", date, "")), limit);
    assert_eq!(check(reply(500, "secret")), retry(RetryCause::Busy));
    for broken in [
        reply(404, "<html>secret</html>"),
        reply(200, ""),
        reply(200, "<html><body>secret</body></html>"),
        reply(200, "{\"ret\":0}"),
        reply(200, vec![b'a'; (4 << 20) + 1]),
    ] {
        assert!(matches!(check(broken), Outcome::Broken(_)));
    }
}

#[test]
fn a_server_is_added() {
    let add = call("addServer", &["Head Office", &URL.replace('&', "&amp;")]);
    let put = Action::PutServer {
        name: server(),
        url: url(),
        login: None,
    };
    let mut object = ServerObject::new(server());
    object.url = Some(url());
    let outcome = play(put.clone(), vec![(add.clone(), says(1, "OK"))]);
    assert_eq!(outcome, Outcome::Done(Done::Server(object)));
    assert_eq!(
        play(put, vec![(add, silence())]),
        retry(RetryCause::NoAnswer)
    );
}

#[test]
fn several_phones_go_to_one_server_in_one_request() {
    let macs = ["001565A1B2C3", "001565A1B2C4"];
    let phones: Vec<_> = macs.iter().map(|mac| to_server(mac)).collect();
    let all = call(
        "registerDevices",
        &["|001565A1B2C3|001565A1B2C4", "Head Office", "0"],
    );
    let looked = |mac: &str, text: &str| (call("checkDevice", &[mac]), says(1, text));
    let done = |mac: &str| {
        let mut phone = Registered::new(mac.parse().unwrap());
        phone.server = Some(server());
        (phone.mac, Outcome::Done(Done::Registered(phone)))
    };
    let script = vec![
        (all.clone(), says(1, "OK")),
        looked(macs[0], "Registered"),
        looked(macs[1], "Unregistered"),
    ];
    let not_shown = (macs[1].parse().unwrap(), retry(RetryCause::NotShown));
    let expected = Outcome::Each(vec![done(macs[0]), not_shown]);
    assert_eq!(play(Action::RegisterAll(phones.clone()), script), expected);
    // An error names one at most: then each is asked for alone.
    let alone = |mac: &str| call("registerDevice", &[mac, "Head Office", "0"]);
    let script = vec![
        (all.clone(), says(0, "Error:001565A1B2C4")),
        (alone(macs[0]), says(1, "OK")),
        looked(macs[0], "Registered"),
        (alone(macs[1]), says(0, "Error:001565A1B2C4")),
    ];
    let owned = (macs[1].parse().unwrap(), Outcome::OwnedByOther);
    let expected = Outcome::Each(vec![done(macs[0]), owned]);
    assert_eq!(play(Action::RegisterAll(phones.clone()), script), expected);
    // A request that does not leave says nothing of the one for all, which did.
    let not_sent = Answer::Lost(Lost::NotSent);
    let script = vec![(all.clone(), silence()), (alone(macs[0]), not_sent)];
    let unknown = macs.map(|mac| (mac.parse().unwrap(), retry(RetryCause::NoAnswer)));
    let outcome = play(Action::RegisterAll(phones.clone()), script);
    assert_eq!(outcome, Outcome::Each(unknown.into()));
    // What is the account's is that of each.
    let outcome = play(Action::RegisterAll(phones), vec![(all, reply(401, ""))]);
    let refused = Outcome::Refused(Refusal::Credentials);
    let expected = macs.map(|mac| (mac.parse().unwrap(), refused.clone()));
    assert_eq!(outcome, Outcome::Each(expected.into()));
}

#[test]
fn several_phones_with_addresses_of_their_own_go_one_by_one() {
    let phones = vec![to_url(), to_server("001565A1B2C4")];
    let script = vec![
        (unique("0"), says(0, "Error:001565A1B2C3")),
        (
            call("registerDevice", &["001565A1B2C4", "Head Office", "0"]),
            reply(429, ""),
        ),
    ];
    let limited = Outcome::RateLimited { until: None };
    let other = "001565A1B2C4".parse().unwrap();
    let expected = Outcome::Each(vec![(mac(), Outcome::OwnedByOther), (other, limited)]);
    assert_eq!(play(Action::RegisterAll(phones), script), expected);
}

#[test]
fn several_phones_are_taken_out_in_one_request() {
    let macs: Vec<Mac> = ["001565A1B2C3", "001565A1B2C4"]
        .map(|mac| mac.parse().unwrap())
        .into();
    let all = || call("deRegisterDevices", &["|001565A1B2C3|001565A1B2C4"]);
    let looked = |mac: &str, text: &str| (call("checkDevice", &[mac]), says(1, text));
    let remove = || Action::DeregisterAll(macs.clone());
    let script = vec![
        (all(), says(1, "OK")),
        looked("001565A1B2C3", "Unregistered"),
        looked("001565A1B2C4", "Registered"),
    ];
    let removed = Outcome::Done(Done::Removed);
    let each = |second| Outcome::Each(vec![(macs[0], removed.clone()), (macs[1], second)]);
    assert_eq!(play(remove(), script), each(retry(RetryCause::NotShown)));
    let alone = |mac: &str| call("deRegisterDevice", &[mac]);
    let script = vec![
        (all(), says(0, "Error:Invalid MAC(s):001565A1B2C4")),
        (alone("001565A1B2C3"), says(1, "OK")),
        looked("001565A1B2C3", "Unregistered"),
        (
            alone("001565A1B2C4"),
            says(0, "Error:Invalid MAC(s):001565A1B2C4"),
        ),
        looked("001565A1B2C4", "Unknown"),
    ];
    assert_eq!(play(remove(), script), each(Outcome::NotFound));
}

#[test]
fn what_the_service_has_not_is_not_asked() {
    let service = service();
    let stamp = Stamp::new(now(), [1; 16]);
    let error = |action: Action| service.start(&action, &Session::new(), &stamp).unwrap_err();
    let unsupported = |action| ActionError::Unsupported {
        service: "yealink-rps",
        action,
    };
    assert_eq!(
        error(Action::ListServers(PageRequest::default())),
        unsupported("list-servers")
    );
    assert_eq!(
        error(Action::RemoveServer(server())),
        unsupported("remove-server")
    );
    assert_eq!(error(Action::Pins(vec![mac()])), unsupported("pins"));
    let count = |found| ActionError::Count {
        service: "yealink-rps",
        limit: 100,
        found,
    };
    assert_eq!(error(Action::DeregisterAll(vec![])), count(0));
    assert_eq!(error(Action::RegisterAll(vec![to_url(); 101])), count(101));
    let twice = error(Action::DeregisterAll(vec![mac(), mac()]));
    assert!(matches!(twice, ActionError::Mixed { .. }));
}

/// Any action, with a secret in what it is given.
fn any_action() -> impl Strategy<Value = Action> {
    let url: PhoneUrl = "https://pbx.example.net/secret/"
        .parse::<Url>()
        .unwrap()
        .into();
    let mut taking = Enrolment::new(mac(), url.clone());
    taking.take_over = true;
    let other = to_server("001565A1B2C4");
    prop::sample::select(vec![
        Action::Check,
        Action::LookUp(mac()),
        Action::List(PageRequest::default()),
        Action::Register(Enrolment::new(mac(), url.clone())),
        Action::Register(taking.clone()),
        Action::Register(to_server("001565A1B2C3")),
        Action::RegisterAll(vec![taking, other.clone()]),
        Action::RegisterAll(vec![to_server("001565A1B2C3"), other.clone()]),
        Action::Deregister(mac()),
        Action::DeregisterAll(vec![mac(), other.mac]),
        Action::PutServer {
            name: server(),
            url,
            login: None,
        },
    ])
}

/// What the service may say, in shapes that are its own.
fn any_of_its_answers() -> impl Strategy<Value = Answer> {
    let texts = [
        "OK",
        "Registered",
        "Unregistered",
        "Registered Elsewhere",
        "Existing MAC(s):secret",
        "Are you sure you want to override secret",
        "Error:001565A1B2C3 secret",
        "Error:secret",
        "Error:Invalid MAC(s):secret",
    ];
    let says =
        (0..2_u8, prop::sample::select(texts.to_vec())).prop_map(|(truth, text)| says(truth, text));
    prop_oneof![4 => says, 1 => Just(fault(7, "secret")), 1 => Just(silence()), 1 => any_answer()]
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
