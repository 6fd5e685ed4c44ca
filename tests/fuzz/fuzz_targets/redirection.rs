//! A redirection service of a stranger. The first line names service and action by a letter each, then come
//! answers divided by NUL: a line with the status, lines of fields, an empty line, the body. What is no
//! number in the place of the status is an answer that is lost. They are given again and again until the
//! action ends.
#![no_main]

use std::sync::LazyLock;

use chrono::{DateTime, TimeZone as _, Utc};
use http::header::AUTHORIZATION;
use http::{HeaderName, HeaderValue, Response, StatusCode};
use libfuzzer_sys::fuzz_target;
use phone_provisioning::Mac;
use phone_provisioning::delivery::PhoneUrl;
use phone_provisioning::delivery::admission::Environment;
use phone_provisioning::model::{Login, Url};
use phone_provisioning::redirection::life::{Policy, Registration};
use phone_provisioning::redirection::snom::{SnomSraps, SnomXmlRpc};
use phone_provisioning::redirection::yealink::{YealinkRps, YealinkRpsJson, YealinkYmcs};
use phone_provisioning::redirection::{
    Action, Cursor, Destination, Done, Ended, Enrolment, Exchange, Lost, Outcome, PageRequest,
    RedirectionService, Registered, Reply, ServerName, Session, Stamp, Step,
};

/// Nothing of these is in a dictionary, nor compared with by the library.
const PASSWORD: &str = "Huitzilopochtli-7";
const HOST: &str = "service.example.net";

/// No action takes more requests for the few phones here, whatever is answered.
const MOST_REQUESTS: usize = 300;

type Service = Box<dyn RedirectionService>;

static SERVICES: LazyLock<[Service; 6]> = LazyLock::new(|| {
    let base: Url = format!("https://{HOST}/api/v1/").parse().unwrap();
    let login = Login {
        username: "reseller".parse().unwrap(),
        password: PASSWORD.parse().unwrap(),
    };
    let key = || PASSWORD.parse().unwrap();
    let xml_rpc = SnomXmlRpc::new(&base, &login).unwrap();
    [
        Box::new(YealinkRps::new(&base, &login).unwrap()),
        Box::new(YealinkRpsJson::new(&base, "key-id", key()).unwrap()),
        Box::new(YealinkYmcs::new(&base, &login).unwrap()),
        Box::new(xml_rpc.with_models(["snomD785", "snom370"]).unwrap()),
        Box::new(SnomSraps::new(&base, "key-id", key()).unwrap()),
        Box::new(SnomSraps::grape(&base, "key-id", key()).unwrap()),
    ]
});

static MACS: LazyLock<[Mac; 3]> = LazyLock::new(|| {
    [
        "80:5e:0c:12:34:56",
        "00:04:13:a1:1f:a7",
        "80:5e:0c:12:34:57",
    ]
    .map(|mac| mac.parse().unwrap())
});

static URL: LazyLock<PhoneUrl> = LazyLock::new(|| {
    "https://pbx.example.net/p/t0ken/"
        .parse::<Url>()
        .unwrap()
        .into()
});

fuzz_target!(|bytes: &[u8]| {
    let (first, rest) = split(bytes, b'\n');
    let [service, action] = first else { return };
    let services: &[Service] = &*SERVICES;
    let Some(service) = services.get(usize::from(service.wrapping_sub(b'a'))) else {
        return;
    };
    let Some(action) = action_of(*action) else {
        return;
    };
    let answers: Vec<&[u8]> = rest.split(|byte| *byte == 0).collect();

    let (ended, requests) = walk(&**service, &action, &answers, Session::new());
    let Some(ended) = ended else { return };
    check(&action, &ended.outcome, &answers);
    feed_registration(&action, &ended.outcome);
    // Same answers, same requests; and what was learned keeps no action from ending.
    let (again, repeated) = walk(&**service, &action, &answers, Session::new());
    assert!(again.as_ref() == Some(&ended) && repeated == requests);
    let (_, first) = walk(&**service, &action, &answers, ended.session.clone());
    if let Some((next, place)) = next_page(&action, &ended.outcome) {
        // A place that was given is taken again, and leads on, unless its link leads back.
        let (page, further) = walk(&**service, &next, &answers, ended.session);
        assert!(page.is_some(), "a cursor that the service gave is refused");
        let leads_back = first.iter().any(|request| request.contains(&place));
        assert!(further != first || leads_back, "{place} is not asked for");
    }
});

fn action_of(letter: u8) -> Option<Action> {
    let [mac, second, third] = *MACS;
    let server: ServerName = "Profile 1".parse().unwrap();
    let plain = |mac| Enrolment::new(mac, URL.clone());
    Some(match letter {
        b'a' => Action::Check,
        b'b' => Action::LookUp(mac),
        b'c' => Action::List(PageRequest::first(2)),
        b'd' => Action::Register(plain(mac)),
        b'e' => Action::Deregister(mac),
        b'f' => Action::RegisterAll(vec![plain(mac), plain(second), plain(third)]),
        b'g' => Action::DeregisterAll(vec![mac, second, third]),
        b'h' => Action::ListServers(PageRequest::first(2)),
        b'i' => Action::PutServer {
            name: server,
            url: URL.clone(),
            login: None,
        },
        b'j' => Action::RemoveServer(server),
        b'k' => Action::Pins(vec![mac, second]),
        b'l' => Action::Register(Enrolment::new(mac, server)),
        b'm' => {
            let mut enrolment = plain(mac);
            enrolment.serial = "3123456789".parse().ok();
            enrolment.take_over = true;
            Action::Register(enrolment)
        }
        _ => return None,
    })
}

/// The end, unless the service cannot be asked this; and what was sent.
fn walk(
    service: &dyn RedirectionService,
    action: &Action,
    answers: &[&[u8]],
    session: Session,
) -> (Option<Ended>, Vec<String>) {
    let mut requests = Vec::new();
    let Ok(mut step) = service.start(action, &session, &stamp(0)) else {
        return (None, requests);
    };
    for (number, answer) in (1..).zip(answers.iter().cycle()) {
        let exchange = match step {
            Step::Send(exchange) => exchange,
            Step::Ended(ended) => return (Some(ended), requests),
        };
        assert!(number <= MOST_REQUESTS, "it does not end");
        requests.push(sent(&exchange));
        step = exchange.feed(reply(answer), &stamp(number));
    }
    (None, requests)
}

/// What is sent, which goes to the service alone and shows no password.
fn sent(exchange: &Exchange) -> String {
    let request = exchange.request();
    let uri = request.uri();
    // In whatever letters a link of the service spells it.
    let host = uri.host().map(str::to_ascii_lowercase);
    assert_eq!(
        (uri.scheme_str(), host.as_deref()),
        (Some("https"), Some(HOST)),
        "{uri}"
    );
    assert!(!uri.to_string().contains(PASSWORD));
    let shown = format!("{exchange:?} {request:?}");
    assert!(!shown.contains(PASSWORD), "{shown}");
    // Coded, it would not be found like this.
    let credentials = request.headers().get(AUTHORIZATION);
    assert!(credentials.is_none_or(HeaderValue::is_sensitive), "{shown}");
    let body = String::from_utf8_lossy(request.body().as_bytes());
    assert!(!body.contains(PASSWORD), "{body}");
    format!("{} {uri} {:?} {body}", request.method(), request.headers())
}

fn stamp(number: usize) -> Stamp {
    let mut random = [0; 16];
    random[..8].copy_from_slice(&number.to_be_bytes());
    Stamp::new(now(), random)
}

fn now() -> DateTime<Utc> {
    Utc.timestamp_opt(1_800_000_000, 0).unwrap()
}

fn reply(answer: &[u8]) -> Reply<'_> {
    let (status, mut rest) = split(answer, b'\n');
    let Ok(status) = StatusCode::from_bytes(status) else {
        return Err(if status.is_empty() {
            Lost::NotSent
        } else {
            Lost::NoAnswer
        });
    };
    let mut response = Response::new(&b""[..]);
    *response.status_mut() = status;
    while !rest.is_empty() {
        let (line, behind) = split(rest, b'\n');
        rest = behind;
        if line.is_empty() {
            break;
        }
        let (name, value) = split(line, b':');
        let name = HeaderName::from_bytes(name);
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_bytes(value.trim_ascii())) {
            response.headers_mut().append(name, value);
        }
    }
    *response.body_mut() = rest;
    Ok(response)
}

/// What may be said of an end.
fn check(action: &Action, outcome: &Outcome, answers: &[&[u8]]) {
    let shown = format!("{outcome:?}");
    // The services are known to repeat credentials in their errors, and a phone may be called like one.
    let is_told = |answer: &&[u8]| String::from_utf8_lossy(answer).contains(PASSWORD);
    let has_entries = matches!(
        outcome,
        Outcome::Done(_) | Outcome::AlreadyOurs(_) | Outcome::Each(_)
    );
    assert!(
        !shown.contains(PASSWORD) || has_entries && answers.iter().any(is_told),
        "{shown}"
    );

    match (action, outcome) {
        (Action::RegisterAll(phones), Outcome::Each(each)) => {
            assert!(
                each.iter()
                    .map(|(mac, _)| *mac)
                    .eq(phones.iter().map(|phone| phone.mac))
            );
            for (phone, (_, outcome)) in phones.iter().zip(each) {
                check_phone(&phone.to, phone.mac, outcome);
            }
        }
        (Action::DeregisterAll(macs), Outcome::Each(each)) => {
            assert!(each.iter().map(|(mac, _)| mac).eq(macs));
        }
        (_, Outcome::Each(_)) => panic!("several outcomes of one phone"),
        (Action::Register(phone), outcome) => check_phone(&phone.to, phone.mac, outcome),
        (Action::LookUp(mac), Outcome::Done(Done::Found(found))) => assert_eq!(found.mac, *mac),
        (Action::Pins(macs), Outcome::Done(Done::Pins(pins))) => {
            assert!(pins.iter().map(|(mac, _)| mac).eq(macs));
        }
        (_, Outcome::Done(Done::Registered(_)) | Outcome::AlreadyOurs(_)) => {
            panic!("registered by {action:?}");
        }
        _ => {}
    }
}

/// No answer makes a phone registered that the same answer shows to be sent elsewhere.
fn check_phone(to: &Destination, mac: Mac, outcome: &Outcome) {
    let (Outcome::Done(Done::Registered(phone)) | Outcome::AlreadyOurs(phone)) = outcome else {
        assert!(!matches!(outcome, Outcome::Done(_)), "{outcome:?}");
        return;
    };
    let Registered {
        mac: registered,
        url,
        is_elsewhere,
        ..
    } = phone;
    assert_eq!(*registered, mac);
    if let Destination::Url(asked) = to {
        assert!(!is_elsewhere && url.as_ref() == Some(asked), "{phone:?}");
    }
}

/// An outcome ends a question about the phone's registration, whichever it is.
fn feed_registration(action: &Action, outcome: &Outcome) {
    let is_of_phone =
        |action: &Action| matches!(action, Action::Register(_) | Action::Deregister(_));
    if !is_of_phone(action) {
        return;
    }
    let policy = Policy::new(Environment::new("production").unwrap());
    let mut registration = Registration::new(MACS[0]);
    let asked = registration.activate(URL.clone().into(), now(), &policy);
    let number = asked.ask.map_or(0, |question| question.number);
    let _ = registration.heard(number, outcome, now(), &policy);
    let stored = serde_json::to_string(&registration).unwrap();
    assert_eq!(
        serde_json::from_str::<Registration>(&stored).unwrap(),
        registration
    );
    for repair in registration.diagnose(now(), None).repair {
        let _ = repair.to_string();
    }
}

/// What asks for the page that follows, and its place as it stands in a request if it is a link.
fn next_page(action: &Action, outcome: &Outcome) -> Option<(Action, String)> {
    let (cursor, list): (&Cursor, fn(PageRequest) -> Action) = match outcome {
        Outcome::Done(Done::Phones(page)) => (page.next.as_ref()?, Action::List),
        Outcome::Done(Done::Servers(page)) => (page.next.as_ref()?, Action::ListServers),
        _ => return None,
    };
    assert!(matches!(action, Action::List(_) | Action::ListServers(_)));
    let kept = Cursor::new(cursor.as_str()).expect("a place that can be kept as text");
    let place = format!(" {cursor} ");
    Some((list(PageRequest::first(2).after(kept)), place))
}

fn split(bytes: &[u8], end: u8) -> (&[u8], &[u8]) {
    let at = bytes.iter().position(|byte| *byte == end);
    at.map_or((bytes, &[]), |at| (&bytes[..at], &bytes[at + 1..]))
}
