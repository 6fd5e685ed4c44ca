//! Conversations over time: repetitions, ends, late answers, phones that nobody knows.

use chrono::TimeDelta;
use phone_provisioning::Targets;
use phone_provisioning::delivery::pnp::{
    AnswerError, DiscoveredPhones, Exchange, Heard, Limits, Outcome, Refusal, Route,
};
use phone_provisioning::model::Mac;
use proptest::prelude::*;

use super::traces::{AUDIOCODES, SNOM_DECT, SNOM_DESK, Trace, YEALINK};
use super::{RANDOM, URL, ask, at, exchange, reply, route, url};

fn mac(trace: &Trace) -> Mac {
    trace.mac.unwrap().parse().unwrap()
}

/// The phone's request with another Call-ID: it has started anew.
fn anew(trace: &Trace, call_id: &str) -> Vec<u8> {
    let text = trace
        .text
        .replace("Call-ID: ", &format!("Call-ID: {call_id}"));
    text.into_bytes()
}

/// The same request from a phone with another MAC address.
fn other(number: u32) -> Vec<u8> {
    let text = SNOM_DESK
        .text
        .replace("000413A11FA7", &format!("00041300{number:04X}"));
    text.replace("Call-ID: ", &format!("Call-ID: {number}"))
        .into_bytes()
}

#[track_caller]
fn outcome(exchange: &mut Exchange, trace: &Trace, status: &str, millis: i64) -> Outcome {
    let answer = reply(trace, status);
    match exchange
        .feed(&answer, route(trace.source), at(millis), RANDOM)
        .unwrap()
    {
        Heard::Ended(ended) => ended.outcome,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_known_phone_gets_200_and_notify_and_confirms() {
    let mut exchange = exchange();
    let asked = ask(&mut exchange, &YEALINK, 0);
    assert_eq!(asked.phone.mac, Some(mac(&YEALINK)));
    let sent = exchange.answer(asked.id, &url(), at(10)).unwrap();
    let [ok, notify] = &sent[..] else {
        panic!("{sent:?}")
    };
    assert!(ok.bytes().starts_with(b"SIP/2.0 200 OK\r\n"));
    assert!(notify.bytes().ends_with(URL.as_bytes()));
    assert_eq!(
        (ok.to(), ok.from()),
        (YEALINK.source(), route(YEALINK.source).local)
    );
    assert_eq!((notify.to(), notify.from()), (ok.to(), ok.from()));

    let answer = reply(&YEALINK, "100 Trying");
    let heard = exchange.feed(&answer, route(YEALINK.source), at(20), RANDOM);
    assert!(matches!(heard, Ok(Heard::Nothing)));
    assert_eq!(
        outcome(&mut exchange, &YEALINK, "200 OK", 30),
        Outcome::Delivered
    );
    // The answer once more, and then silence for ever.
    let answer = reply(&YEALINK, "200 OK");
    let heard = exchange.feed(&answer, route(YEALINK.source), at(40), RANDOM);
    assert!(matches!(heard, Ok(Heard::Nothing)));
    let polled = exchange.poll(at(600_000));
    assert!(polled.send.is_empty() && polled.ended.is_empty());
    assert_eq!(exchange.next_timeout(), None);
}

#[test]
fn a_repeated_request_gets_the_same_200_and_no_second_answer() {
    let mut exchange = exchange();
    let asked = ask(&mut exchange, &YEALINK, 0);
    let sent = exchange.answer(asked.id, &url(), at(0)).unwrap();
    for millis in [500, 1500, 3500, 31_000] {
        let other_random = [millis as u8; 16];
        let heard = exchange.feed(
            &YEALINK.bytes(),
            route(YEALINK.source),
            at(millis),
            other_random,
        );
        let Ok(Heard::Repeated(id, Some(again))) = heard else {
            panic!("{heard:?}")
        };
        assert_eq!((id, &again), (asked.id, &sent[0]));
    }
    assert_eq!(
        exchange.answer(asked.id, &url(), at(4000)),
        Err(AnswerError::Answered)
    );
    // Also when the phone has confirmed already.
    outcome(&mut exchange, &YEALINK, "200 OK", 31_500);
    let heard = exchange.feed(&YEALINK.bytes(), route(YEALINK.source), at(32_000), RANDOM);
    assert!(matches!(heard, Ok(Heard::Repeated(_, Some(again))) if again == sent[0]));
    assert_eq!(
        exchange.answer(asked.id, &url(), at(32_000)),
        Err(AnswerError::Answered)
    );
}

#[test]
fn a_repetition_is_told_from_a_new_request() {
    let repeated = |datagram: &[u8], source: &str| {
        let mut exchange = exchange();
        ask(&mut exchange, &YEALINK, 0);
        let heard = exchange
            .feed(datagram, route(source), at(1), RANDOM)
            .unwrap();
        matches!(heard, Heard::Repeated(_, None))
    };
    let changed = |from: &str, to: &str| YEALINK.text.replace(from, to).into_bytes();
    assert!(repeated(&YEALINK.bytes(), YEALINK.source));
    assert!(repeated(
        &changed("Max-Forwards: 70", "Max-Forwards: 69"),
        YEALINK.source
    ));
    assert!(!repeated(&YEALINK.bytes(), "10.1.3.239:5060"));
    assert!(!repeated(
        &changed("branch=z9hG4bK", "branch=z9hG4bKa"),
        YEALINK.source
    ));
    assert!(!repeated(
        &changed("Call-ID: ", "Call-ID: 2"),
        YEALINK.source
    ));
    assert!(!repeated(&changed("CSeq: 1", "CSeq: 2"), YEALINK.source));

    // Without a branch the tag tells.
    let mut exchange = exchange();
    ask(&mut exchange, &SNOM_DESK, 0);
    let changed = SNOM_DESK.text.replace("tag=1245", "tag=1246");
    let heard = exchange.feed(changed.as_bytes(), route(SNOM_DESK.source), at(1), RANDOM);
    assert!(matches!(heard, Ok(Heard::Asked(_))));
}

/// RFC 3261 section 17.1.2: half a second, doubled up to four, and the end after 32.
#[test]
fn a_notify_without_answer_is_repeated_and_given_up() {
    let mut exchange = exchange();
    let asked = ask(&mut exchange, &YEALINK, 0);
    let sent = exchange.answer(asked.id, &url(), at(0)).unwrap();
    let mut instants = Vec::new();
    let mut end = 0;
    while end == 0 && instants.len() < 100 {
        let next = exchange.next_timeout().unwrap();
        assert!(
            exchange
                .poll(next - TimeDelta::microseconds(1))
                .send
                .is_empty()
        );
        let polled = exchange.poll(next);
        let millis = (next - at(0)).num_milliseconds();
        if let [ended] = &polled.ended[..] {
            assert_eq!(ended.outcome, Outcome::Unanswered);
            assert_eq!(ended.id, asked.id);
            end = millis;
        } else {
            assert_eq!(polled.send, [sent[1].clone()]);
            instants.push(millis);
        }
    }
    let expected = [
        500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500,
    ];
    assert_eq!(instants, expected);
    assert_eq!(end, 32_000);
    assert!(
        Outcome::Unanswered
            .advice()
            .unwrap()
            .starts_with("reboot the phone")
    );
    // An answer that comes after all changes nothing.
    let heard = exchange.feed(
        &reply(&YEALINK, "200 OK"),
        route(YEALINK.source),
        at(33_000),
        RANDOM,
    );
    assert!(matches!(heard, Ok(Heard::Nothing)));
}

#[test]
fn a_late_poll_sends_once() {
    let mut exchange = exchange();
    let asked = ask(&mut exchange, &YEALINK, 0);
    exchange.answer(asked.id, &url(), at(0)).unwrap();
    assert_eq!(exchange.poll(at(10_000)).send.len(), 1);
    assert!(exchange.poll(at(10_001)).send.is_empty());
    assert_eq!(exchange.next_timeout(), Some(at(11_500)));
    // The clock is set back, and far forward.
    assert!(exchange.poll(at(-1_000_000)).send.is_empty());
    assert_eq!(exchange.poll(at(1_000_000_000)).ended.len(), 1);
}

#[test]
fn the_status_of_the_answer_says_how_it_ended() {
    for (status, expected) in [
        ("200 OK", Outcome::Delivered),
        ("202 Accepted", Outcome::Delivered),
        ("481 Subscription Does Not Exist", Outcome::Forgotten),
        ("401 Unauthorized", Outcome::Refused(401)),
        ("407 Proxy Authentication Required", Outcome::Refused(407)),
        ("302 Moved", Outcome::Refused(302)),
        ("603 Decline", Outcome::Refused(603)),
    ] {
        let mut exchange = exchange();
        let asked = ask(&mut exchange, &YEALINK, 0);
        exchange.answer(asked.id, &url(), at(0)).unwrap();
        assert_eq!(outcome(&mut exchange, &YEALINK, status, 100), expected);
        assert!(exchange.poll(at(500)).send.is_empty());
        assert_eq!(expected.is_delivered(), expected == Outcome::Delivered);
        let advised = expected == Outcome::Forgotten;
        assert_eq!(expected.advice().is_some(), advised);
    }
}

#[test]
fn an_answer_that_is_not_meant_is_refused() {
    let mut exchange = exchange();
    let asked = ask(&mut exchange, &YEALINK, 0);
    let good = reply(&YEALINK, "200 OK");
    let source = YEALINK.source;
    // Nothing was sent yet.
    let heard = exchange.feed(&good, route(source), at(0), RANDOM);
    assert_eq!(heard.unwrap_err(), Refusal::Unasked);
    exchange.answer(asked.id, &url(), at(0)).unwrap();
    let text = String::from_utf8(good).unwrap();
    for (answer, source, refusal) in [
        (text.clone(), "10.1.3.240:5059", Refusal::Unasked),
        (
            text.replace("1536537630", "1536537631"),
            source,
            Refusal::Unasked,
        ),
        (
            text.replace("1 NOTIFY", "2 NOTIFY"),
            source,
            Refusal::Unasked,
        ),
        (
            text.replace("1 NOTIFY", "1 SUBSCRIBE"),
            source,
            Refusal::Unasked,
        ),
        (
            text.replace("1 NOTIFY", "NOTIFY"),
            source,
            Refusal::Malformed("CSeq"),
        ),
        (text.replace("CSeq", "X"), source, Refusal::Missing("CSeq")),
        (
            text.replace("Call-ID", "X"),
            source,
            Refusal::Missing("Call-ID"),
        ),
        (text.replace("200", "20"), source, Refusal::NotSip),
        (text.replace("200", "+20"), source, Refusal::NotSip),
        (text.replace("200", "2000"), source, Refusal::NotSip),
        (text.clone(), "224.0.1.75:5060", Refusal::Source),
        (text.clone(), "0.0.0.0:5060", Refusal::Source),
        (text.clone(), "255.255.255.255:5060", Refusal::Source),
    ] {
        let heard = exchange.feed(answer.as_bytes(), route(source), at(1), RANDOM);
        assert_eq!(heard.unwrap_err(), refusal, "{answer}");
    }
    // From another port of the same phone it counts.
    let heard = exchange.feed(text.as_bytes(), route("10.1.3.239:7"), at(1), RANDOM);
    assert!(matches!(heard, Ok(Heard::Ended(_))));
}

#[test]
fn a_phone_that_fetches_its_files_needs_not_answer() {
    let mut exchange = exchange();
    let asked = ask(&mut exchange, &YEALINK, 0);
    assert!(exchange.fetched(mac(&YEALINK), at(0)).is_empty());
    exchange.answer(asked.id, &url(), at(0)).unwrap();
    assert!(exchange.fetched(mac(&SNOM_DESK), at(1)).is_empty());
    let ended = exchange.fetched(mac(&YEALINK), at(2));
    assert_eq!(ended.len(), 1);
    assert_eq!(
        (ended[0].id, ended[0].outcome),
        (asked.id, Outcome::Fetched)
    );
    assert!(Outcome::Fetched.is_delivered());
    assert!(exchange.poll(at(500)).send.is_empty());
    assert!(exchange.fetched(mac(&YEALINK), at(3)).is_empty());
}

#[test]
fn an_unknown_phone_gets_nothing_and_is_kept() {
    let mut exchange = exchange();
    let asked = ask(&mut exchange, &SNOM_DESK, 0);
    let phone = exchange.discover(asked.id, at(0)).unwrap().clone();
    assert_eq!(phone.mac, mac(&SNOM_DESK));
    assert_eq!(phone.reported_model.as_deref(), Some("snomD120"));
    assert_eq!(phone.firmware.as_deref(), Some("10.1.39.11"));
    assert_eq!(phone.source, SNOM_DESK.source().ip());
    assert_eq!(
        (phone.first_seen, phone.last_seen, phone.count),
        (at(0), at(0), 1)
    );

    // Repeated: silence, and no second record.
    let heard = exchange.feed(&SNOM_DESK.bytes(), route(SNOM_DESK.source), at(500), RANDOM);
    assert!(matches!(heard, Ok(Heard::Repeated(id, None)) if id == asked.id));
    let polled = exchange.poll(at(599_000));
    assert!(polled.send.is_empty() && polled.ended.is_empty());

    // Rebooted an hour later.
    let again = exchange.feed(
        &anew(&SNOM_DESK, "x"),
        route(SNOM_DESK.source),
        at(3_600_000),
        RANDOM,
    );
    let Ok(Heard::Asked(again)) = again else {
        panic!("{again:?}")
    };
    exchange.discover(again.id, at(3_600_000)).unwrap();
    let phone = exchange.discovered().get(mac(&SNOM_DESK)).unwrap();
    assert_eq!(
        (phone.first_seen, phone.last_seen, phone.count),
        (at(0), at(3_600_000), 2)
    );
    assert_eq!(exchange.discovered().len(), 1);

    // A phone without an address cannot be assigned.
    let asked = ask(&mut exchange, &AUDIOCODES, 3_600_000);
    assert_eq!(exchange.discover(asked.id, at(3_600_000)), None);

    // A day after it was last heard of it is gone.
    let day = 24 * 3_600_000;
    exchange.poll(at(3_600_000 + day - 1));
    assert_eq!(exchange.discovered().len(), 1);
    assert_eq!(exchange.next_timeout(), Some(at(3_600_000 + day)));
    exchange.poll(at(3_600_000 + day));
    assert!(exchange.discovered().is_empty());
}

#[test]
fn a_phone_that_is_assigned_late_gets_the_notify_alone() {
    let mut exchange = exchange();
    let asked = ask(&mut exchange, &SNOM_DECT, 0);
    exchange.discover(asked.id, at(0));
    assert_eq!(exchange.open_request(mac(&SNOM_DESK)), None);
    let id = exchange.open_request(mac(&SNOM_DECT)).unwrap();
    assert_eq!(id, asked.id);
    exchange.poll(at(599_999));
    let sent = exchange.answer(id, &url(), at(599_999)).unwrap();
    let [notify] = &sent[..] else {
        panic!("{sent:?}")
    };
    assert!(
        notify
            .bytes()
            .starts_with(b"NOTIFY sip:512@10.0.0.90 SIP/2.0\r\n")
    );
    assert_eq!(exchange.open_request(mac(&SNOM_DECT)), None);
    // The operator still sees it until it has its files.
    assert_eq!(exchange.discovered().len(), 1);
    assert_eq!(
        outcome(&mut exchange, &SNOM_DECT, "200 OK", 600_100),
        Outcome::Delivered
    );
    assert!(exchange.discovered().is_empty());
}

#[test]
fn a_late_answer_within_the_time_of_the_request_begins_with_the_200() {
    let sent = |millis| {
        let mut exchange = exchange();
        let asked = ask(&mut exchange, &SNOM_DECT, 0);
        exchange
            .answer(asked.id, &url(), at(millis))
            .map(|sent| sent.len())
    };
    assert_eq!(sent(31_999), Ok(2));
    assert_eq!(sent(32_000), Ok(1));
    assert_eq!(sent(599_999), Ok(1));
    assert_eq!(sent(600_000), Err(AnswerError::Gone));
    assert!(AnswerError::Gone.to_string().contains("reboot the phone"));
}

#[test]
fn a_phone_that_has_forgotten_stays_on_the_list() {
    let mut exchange = exchange();
    let asked = ask(&mut exchange, &SNOM_DECT, 0);
    exchange.discover(asked.id, at(0));
    exchange.answer(asked.id, &url(), at(300_000)).unwrap();
    assert_eq!(
        outcome(&mut exchange, &SNOM_DECT, "481 Gone", 300_100),
        Outcome::Forgotten
    );
    assert_eq!(exchange.discovered().len(), 1);
    assert!(exchange.forget(mac(&SNOM_DECT)).is_some());
    assert!(exchange.discovered().is_empty());
}

#[test]
fn a_phone_that_starts_anew_is_asked_no_more_about_the_old_request() {
    let mut exchange = exchange();
    let first = ask(&mut exchange, &YEALINK, 0);
    exchange.answer(first.id, &url(), at(0)).unwrap();
    let heard = exchange.feed(
        &anew(&YEALINK, "x"),
        route(YEALINK.source),
        at(1000),
        RANDOM,
    );
    let Ok(Heard::Asked(second)) = heard else {
        panic!("{heard:?}")
    };
    assert!(exchange.poll(at(2000)).send.is_empty());
    assert_eq!(
        exchange.answer(first.id, &url(), at(2000)),
        Err(AnswerError::Gone)
    );
    assert_eq!(exchange.open_request(mac(&YEALINK)), Some(second.id));
    // Another machine in its name changes nothing for it.
    let forged = exchange.feed(
        &anew(&YEALINK, "y"),
        route("10.1.3.66:5059"),
        at(3000),
        RANDOM,
    );
    assert!(matches!(forged, Ok(Heard::Asked(_))));
    assert_eq!(
        exchange.answer(second.id, &url(), at(3000)).unwrap().len(),
        2
    );
}

fn bounded(conversations: usize, discovered: usize, per_source: usize) -> Exchange {
    let mut limits = Limits::default();
    limits.conversations = conversations;
    limits.discovered = discovered;
    limits.per_source = per_source;
    Exchange::new(Targets::builtin(), limits)
}

#[test]
fn a_crowd_cannot_fill_the_memory() {
    let mut exchange = bounded(4, 3, 100);
    let mut ids = Vec::new();
    for number in 1..=10 {
        let source = format!("10.9.0.{number}:5060");
        let heard = exchange.feed(&other(number), route(&source), at(number.into()), RANDOM);
        let Ok(Heard::Asked(asked)) = heard else {
            panic!("{heard:?}")
        };
        exchange.discover(asked.id, at(number.into()));
        ids.push(asked.id);
    }
    let open: Vec<bool> = ids
        .iter()
        .map(|id| exchange.answer(*id, &url(), at(20)).is_ok())
        .collect();
    assert_eq!(
        open,
        [
            false, false, false, false, false, false, true, true, true, true
        ]
    );
    let seen: Vec<_> = exchange
        .discovered()
        .iter()
        .map(|phone| phone.first_seen)
        .collect();
    assert_eq!(seen, [at(8), at(9), at(10)]);
}

#[test]
fn one_machine_with_many_names_harms_nobody_else() {
    let mut exchange = bounded(100, 100, 2);
    let good = ask(&mut exchange, &YEALINK, 0);
    exchange.discover(good.id, at(0));
    for number in 1..=1000 {
        let heard = exchange.feed(
            &other(number),
            route("10.9.0.9:5060"),
            at(number.into()),
            RANDOM,
        );
        let Ok(Heard::Asked(asked)) = heard else {
            panic!("{heard:?}")
        };
        exchange.discover(asked.id, at(number.into()));
    }
    assert_eq!(exchange.discovered().len(), 3);
    assert!(exchange.discovered().get(mac(&YEALINK)).is_some());
    assert!(exchange.answer(good.id, &url(), at(2000)).is_ok());
}

#[test]
fn what_is_over_goes_before_what_waits() {
    let mut exchange = bounded(2, 9, 9);
    let over = ask(&mut exchange, &YEALINK, 5);
    exchange.answer(over.id, &url(), at(5)).unwrap();
    outcome(&mut exchange, &YEALINK, "200 OK", 6);
    let waiting = ask(&mut exchange, &SNOM_DECT, 1);
    ask(&mut exchange, &SNOM_DESK, 7);
    assert!(exchange.answer(waiting.id, &url(), at(8)).is_ok());
    // Now one waits for its phone, and one for an answer: that goes.
    ask(&mut exchange, &AUDIOCODES, 9);
    assert_eq!(exchange.open_request(mac(&SNOM_DESK)), None);
    assert_eq!(
        exchange.answer(waiting.id, &url(), at(10)),
        Err(AnswerError::Answered)
    );
    // A bound of nothing still holds one.
    let mut exchange = bounded(0, 0, 0);
    let asked = ask(&mut exchange, &YEALINK, 0);
    assert!(exchange.discover(asked.id, at(0)).is_some());
    assert!(exchange.answer(asked.id, &url(), at(0)).is_ok());
}

#[test]
fn an_answer_that_does_not_fit_leaves_the_request_open() {
    let mut exchange = exchange();
    let asked = ask(&mut exchange, &YEALINK, 0);
    let long = format!("https://pbx.example.net/{}", "x".repeat(1300))
        .parse()
        .unwrap();
    let error = exchange.answer(asked.id, &long, at(0)).unwrap_err();
    assert!(matches!(error, AnswerError::TooLong(_)));
    assert!(exchange.answer(asked.id, &url(), at(0)).is_ok());

    let long = YEALINK
        .text
        .replace("Via: ", &format!("Via: {}\nVia: ", "x".repeat(1300)));
    let heard = exchange.feed(long.as_bytes(), route(YEALINK.source), at(1), RANDOM);
    assert!(matches!(heard.unwrap_err(), Refusal::Answer(_)));
}

#[test]
fn the_discovered_phones_can_be_stored() {
    let mut exchange = exchange();
    for (trace, millis) in [(&SNOM_DESK, 0), (&YEALINK, 1500)] {
        let asked = ask(&mut exchange, trace, millis);
        exchange.discover(asked.id, at(millis));
    }
    let stored = serde_json::to_value(exchange.discovered()).unwrap();
    assert_eq!(stored["version"], 1);
    let yealink = &stored["phones"][1];
    assert_eq!(yealink["mac"], "001565f4f9e1");
    assert_eq!(yealink["reported_model"], "W52P");
    assert_eq!(yealink["source"], "10.1.3.239");
    assert_eq!(yealink["first_seen"], "2026-01-01T00:00:01.500Z");
    assert_eq!(yealink["count"], 1);
    let restored: DiscoveredPhones = serde_json::from_value(stored.clone()).unwrap();
    assert_eq!(&restored, exchange.discovered());
    let resumed = Exchange::new(Targets::builtin(), Limits::default()).with_discovered(restored);
    assert_eq!(resumed.discovered().len(), 2);

    let refused = |change: &dyn Fn(&mut serde_json::Value)| {
        let mut stored = stored.clone();
        change(&mut stored);
        serde_json::from_value::<DiscoveredPhones>(stored)
            .unwrap_err()
            .to_string()
    };
    assert_eq!(
        refused(&|stored| stored["version"] = 2.into()),
        "expected version 1 of the list, found 2",
    );
    assert_eq!(
        refused(&|stored| stored["phones"][0]["last_seen"] = "yesterday".into()),
        "expected an instant in RFC 3339",
    );
    assert!(refused(&|stored| stored["phones"][0]["mac"] = "x".into()).contains("MAC address"));
}

#[test]
fn no_secret_is_in_debug() {
    let mut exchange = exchange();
    let asked = ask(&mut exchange, &YEALINK, 0);
    let sent = exchange.answer(asked.id, &url(), at(0)).unwrap();
    for text in [format!("{exchange:?}"), format!("{sent:?}")] {
        assert!(!text.contains("ac2fbb80c5da60e"), "{text}");
    }
}

/// What a phone and its server do to each other, in any order.
#[derive(Clone, Debug)]
enum Event {
    Ask,
    Answer,
    Reply(u16),
    Fetch,
    Wait(u16),
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        Just(Event::Ask),
        Just(Event::Answer),
        prop::sample::select(vec![100, 200, 401, 481, 500]).prop_map(Event::Reply),
        Just(Event::Fetch),
        (0..9000u16).prop_map(Event::Wait),
    ]
}

/// The same conversation in the plainest words: instants in milliseconds, no transactions.
#[derive(Default)]
struct Model {
    asked: Option<i64>,
    answered: Option<i64>,
    over: Option<i64>,
    sent: u32,
}

impl Model {
    /// Repetitions that are due by now, counted from the answer.
    fn due(&self, now: i64) -> u32 {
        let Some(answered) = self.answered else {
            return 0;
        };
        let (mut at, mut wait, mut count) = (500, 500, 0);
        while at <= now - answered && at < 32_000 {
            count += 1;
            wait = (wait * 2).min(4000);
            at += wait;
        }
        count
    }
}

proptest! {
    #[test]
    fn every_order_of_events_ends_as_the_plain_model_says(
        events in prop::collection::vec(event(), 1..60),
    ) {
        let mut exchange = exchange();
        let (mut model, mut now) = (Model::default(), 0i64);
        let mut request = None;
        let mut ok = None;
        for event in events {
            match event {
                Event::Ask => {
                    let heard = exchange.feed(&YEALINK.bytes(), route(YEALINK.source), at(now), RANDOM);
                    match heard.unwrap() {
                        Heard::Asked(asked) => {
                            prop_assert!(model.asked.is_none());
                            request = Some(asked.id);
                            model = Model { asked: Some(now), ..Model::default() };
                        }
                        Heard::Repeated(id, again) => {
                            prop_assert_eq!(Some(id), request);
                            prop_assert_eq!(again, ok.clone());
                        }
                        other => prop_assert!(false, "{:?}", other),
                    }
                }
                Event::Answer => {
                    let Some(id) = request else { continue };
                    let result = exchange.answer(id, &url(), at(now));
                    match (model.asked, model.answered) {
                        (Some(_), None) => {
                            let sent = result.unwrap();
                            let late = now - model.asked.unwrap() >= 32_000;
                            prop_assert_eq!(sent.len(), if late { 1 } else { 2 });
                            model.answered = Some(now);
                            model.sent = 0;
                            let heard = exchange.feed(&YEALINK.bytes(), route(YEALINK.source), at(now), RANDOM);
                            let Ok(Heard::Repeated(_, again)) = heard else { panic!() };
                            prop_assert!(again.is_some());
                            ok = again;
                        }
                        (Some(_), Some(_)) => prop_assert_eq!(result, Err(AnswerError::Answered)),
                        (None, _) => prop_assert_eq!(result, Err(AnswerError::Gone)),
                    }
                }
                Event::Reply(status) => {
                    let answer = reply(&YEALINK, &format!("{status} x"));
                    let heard = exchange.feed(&answer, route(YEALINK.source), at(now), RANDOM);
                    let notifying = model.answered.is_some() && model.over.is_none();
                    match heard {
                        Ok(Heard::Ended(_)) => {
                            prop_assert!(notifying && status >= 200);
                            model.over = Some(now);
                        }
                        Ok(Heard::Nothing) => prop_assert!(model.over.is_some() || status < 200),
                        Err(refusal) => {
                            prop_assert_eq!(refusal, Refusal::Unasked);
                            prop_assert!(model.answered.is_none());
                        }
                        other => prop_assert!(false, "{:?}", other),
                    }
                }
                Event::Fetch => {
                    let ended = exchange.fetched(mac(&YEALINK), at(now));
                    let notifying = model.answered.is_some() && model.over.is_none();
                    prop_assert_eq!(ended.len(), usize::from(notifying));
                    if notifying {
                        model.over = Some(now);
                    }
                }
                Event::Wait(millis) => {
                    // Step by step, as a caller does that looks at the next timeout.
                    let end = now + i64::from(millis);
                    for step in 0.. {
                        prop_assert!(step < 100, "never ends");
                        let next = exchange.next_timeout().filter(|next| *next <= at(end));
                        let Some(next) = next else { break };
                        now = (next - at(0)).num_milliseconds();
                        let polled = exchange.poll(next);
                        model.sent += polled.send.len() as u32;
                        if !polled.ended.is_empty() {
                            prop_assert_eq!(model.answered, Some(now - 32_000));
                            prop_assert!(model.over.is_none());
                            model.over = Some(now);
                        }
                        let kept_until = match (model.over, model.answered, model.asked) {
                            (Some(over), ..) => over + 32_000,
                            (None, None, Some(asked)) => asked + 600_000,
                            _ => i64::MAX,
                        };
                        if now >= kept_until {
                            model = Model::default();
                            ok = None;
                        }
                    }
                    now = end;
                    if model.over.is_none() {
                        prop_assert_eq!(model.sent, model.due(now));
                    }
                }
            }
        }
    }

    #[test]
    fn no_order_of_datagrams_and_instants_panics(
        steps in prop::collection::vec((0..4usize, any::<i64>(), any::<[u8; 16]>(), 0..3u8), 0..40),
    ) {
        let traces = [&SNOM_DESK, &SNOM_DECT, &YEALINK, &AUDIOCODES];
        let mut exchange = bounded(2, 2, 2);
        for (trace, seconds, random, what) in steps {
            let now = chrono::DateTime::from_timestamp(seconds % 9_000_000_000_000, 0)
                .unwrap_or(chrono::DateTime::<chrono::Utc>::MAX_UTC);
            let trace = traces[trace];
            let route = Route { phone: trace.source(), ..route(trace.source) };
            match exchange.feed(&trace.bytes(), route, now, random) {
                Ok(Heard::Asked(asked)) if what == 0 => drop(exchange.answer(asked.id, &url(), now)),
                Ok(Heard::Asked(asked)) if what == 1 => drop(exchange.discover(asked.id, now).cloned()),
                _ => drop(exchange.feed(&reply(trace, "200 OK"), route, now, random)),
            }
            exchange.poll(now);
            let _ = exchange.next_timeout();
        }
    }
}
