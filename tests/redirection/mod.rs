//! A service played by a script: each request is compared with literal bytes, each reply is fed.

#![allow(dead_code, reason = "each suite uses its part")]

use chrono::{DateTime, TimeZone as _, Utc};
use http::{Request, Response};
use phone_provisioning::redirection::{
    Action, ActionError, Body, Ended, Lost, Outcome, RedirectionService, Reply, Session, Stamp,
    Step,
};
use proptest::prelude::*;

/// 2027-01-15T08:00:00Z.
pub(crate) const NOW: i64 = 1_800_000_000;

/// The time of all requests.
pub(crate) fn now() -> DateTime<Utc> {
    Utc.timestamp_opt(NOW, 0).unwrap()
}

/// What the service answers.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    Reply(u16, Vec<(&'static str, String)>, Vec<u8>),
    Lost(Lost),
}

/// An answer without fields.
pub(crate) fn reply(status: u16, body: impl AsRef<[u8]>) -> Answer {
    Answer::Reply(status, Vec::new(), body.as_ref().to_vec())
}

/// An answer with one field.
pub(crate) fn reply_with(
    status: u16,
    name: &'static str,
    value: &str,
    body: impl AsRef<[u8]>,
) -> Answer {
    Answer::Reply(
        status,
        vec![(name, value.to_owned())],
        body.as_ref().to_vec(),
    )
}

/// No answer.
pub(crate) fn silence() -> Answer {
    Answer::Lost(Lost::NoAnswer)
}

/// The caller of a service: keeps its session, and counts nonces up from 1.
pub(crate) struct Caller<'s> {
    pub(crate) service: &'s dyn RedirectionService,
    pub(crate) session: Session,
    pub(crate) nonces: u8,
}

impl<'s> Caller<'s> {
    pub(crate) fn new(service: &'s dyn RedirectionService) -> Self {
        Self {
            service,
            session: Session::new(),
            nonces: 0,
        }
    }

    /// Runs an action to its end: each request must be the literal one (its lines, an empty line, its
    /// body), and there must be as many as there are answers.
    #[track_caller]
    pub(crate) fn play(&mut self, action: &Action, script: &[(&str, Answer)]) -> Outcome {
        self.play_as(action, script, written)
    }

    /// The same without the fields: the line with method and address, and the body below it.
    #[track_caller]
    pub(crate) fn play_in_brief(&mut self, action: &Action, script: &[(&str, Answer)]) -> Outcome {
        self.play_as(action, script, |request| {
            let body = std::str::from_utf8(request.body().as_bytes()).unwrap();
            let line = format!("{} {}", request.method(), request.uri());
            format!("{line}\n{body}").trim_end().to_owned()
        })
    }

    #[track_caller]
    fn play_as(
        &mut self,
        action: &Action,
        script: &[(&str, Answer)],
        shown: fn(&Request<Body>) -> String,
    ) -> Outcome {
        let mut script = script.iter();
        let mut at = 0;
        let outcome = self.run(action, |request| {
            at += 1;
            let sent = shown(request);
            let Some((expected, answer)) = script.next() else {
                panic!("request {at} is one too many:\n{sent}");
            };
            assert_eq!(sent, expected.trim_start_matches('\n'), "request {at}");
            answer
        });
        assert_eq!(script.len(), 0, "requests that were not sent");
        outcome.unwrap()
    }

    /// Runs an action to its end with whatever the answers are. No action takes more than so many
    /// requests for each of its phones.
    #[track_caller]
    pub(crate) fn run<'a>(
        &mut self,
        action: &Action,
        mut answer: impl FnMut(&Request<Body>) -> &'a Answer,
    ) -> Result<Outcome, ActionError> {
        let stamp = self.stamp();
        let mut step = self.service.start(action, &self.session, &stamp)?;
        for _ in 0..1000 {
            step = match step {
                Step::Send(exchange) => {
                    assert!(!format!("{exchange:?}").contains("secret"));
                    let answer = answer(exchange.request());
                    let stamp = self.stamp();
                    match answer {
                        Answer::Reply(status, fields, body) => {
                            let mut response = Response::builder().status(*status);
                            for (name, value) in fields {
                                response = response.header(*name, value);
                            }
                            exchange.feed(Ok(response.body(body.as_slice()).unwrap()), &stamp)
                        }
                        Answer::Lost(lost) => exchange.feed(Reply::Err(*lost), &stamp),
                    }
                }
                Step::Ended(Ended {
                    outcome, session, ..
                }) => {
                    self.session = session;
                    return Ok(outcome);
                }
            };
        }
        panic!("it does not end");
    }

    fn stamp(&mut self) -> Stamp {
        self.nonces = self.nonces.wrapping_add(1);
        Stamp::new(now(), [self.nonces; 16])
    }
}

/// A request as lines: method and address, fields in their order, an empty line, the body.
pub(crate) fn written(request: &Request<Body>) -> String {
    let mut text = format!("{} {}\n", request.method(), request.uri());
    for (name, value) in request.headers() {
        text += &format!("{name}: {}\n", value.to_str().unwrap());
    }
    let body = std::str::from_utf8(request.body().as_bytes()).unwrap();
    text + "\n" + body
}

/// Any answer: bytes, JSON and XML of the shapes of the services, with a secret in it.
pub(crate) fn any_answer() -> impl Strategy<Value = Answer> {
    const MARKED: &[&str] = &[
        "secret",
        "{\"message\":\"secret\",\"code\":800003,\"error\":\"secret\"}",
        "{\"access_token\":\"secret\",\"expires_in\":1}",
        "{\"total\":9,\"successCount\":1,\"failureCount\":1,\"errors\":[{\"mac\":\"secret\",\"errorInfo\":\"secret\",\"field\":\"secret\"}]}",
        "{\"total\":300,\"data\":[{\"mac\":\"805e0c123456\",\"uniqueServerUrl\":\"https://secret/\"}]}",
        "[{\"mac\":\"000413a11fa7\",\"pin\":\"secret\"},{\"param_name\":\"setting_server\",\"uuid\":\"u\"}]",
        "{\"links\":{\"company\":\"/c\",\"endpoints\":\"/e\"},\"next\":\"/n\"}",
        "{\"mac\":\"000413a11fa7\",\"settings_manager\":{\"u\":{\"value\":\"https://secret/\"}}}",
        "<methodResponse><params><param><value><array><data><value><boolean>1</boolean></value>\
         <value>secret</value><value>https://secret/</value></data></array></value></param></params>\
         </methodResponse>",
        "<methodResponse><params><param><value><array><data><value><boolean>0</boolean></value>\
         <value>Error:secret</value></data></array></value></param></params></methodResponse>",
        "<methodResponse><fault><value><struct><member><name>faultString</name><value>secret</value>\
         </member></struct></value></fault></methodResponse>",
    ];
    let cut = |(text, at): (&str, usize)| text.as_bytes()[..at % (text.len() + 1)].to_vec();
    let body = prop_oneof![
        4 => prop::sample::select(MARKED).prop_map(|text| text.as_bytes().to_vec()),
        1 => (prop::sample::select(MARKED), any::<usize>()).prop_map(cut),
        1 => prop::collection::vec(any::<u8>(), 0..64),
    ];
    let status = prop_oneof![6 => Just(200_u16), 1 => 201..=204_u16, 2 => 100..=599_u16];
    let fields = prop_oneof![
        3 => Just(Vec::new()),
        1 => Just(vec![("link", "</n?page=2>; rel=\"next\"".to_owned())]),
        1 => Just(vec![("retry-after", "99999999999".to_owned())]),
        1 => Just(vec![("www-authenticate", "Hawk ts=\"1\", tsm=\"secret\"".to_owned())]),
    ];
    prop_oneof![
        9 => (status, fields, body).prop_map(|(status, fields, body)| Answer::Reply(status, fields, body)),
        1 => Just(Answer::Lost(Lost::NoAnswer)),
    ]
}

/// Answers of which some have bytes exchanged, put in, or left out.
pub(crate) fn spoilt(answers: impl Strategy<Value = Answer>) -> impl Strategy<Value = Answer> {
    let edit = (
        any::<prop::sample::Index>(),
        0..12_usize,
        ".{0,3}|[<>&\"{}\\[\\]/]{1,3}",
    );
    let edits = prop::collection::vec(edit, 0..3);
    (answers, edits).prop_map(|(answer, edits)| {
        let Answer::Reply(status, fields, mut body) = answer else {
            return answer;
        };
        for (at, length, put_in) in edits {
            let at = at.index(body.len() + 1);
            let end = body.len().min(at + length);
            body.splice(at..end, put_in.bytes());
        }
        Answer::Reply(status, fields, body)
    })
}

/// Whatever the answers are, again and again: the action ends, and nothing secret is shown.
#[track_caller]
pub(crate) fn assert_sound(caller: &mut Caller<'_>, action: &Action, answers: &[Answer]) {
    let mut answers = answers.iter().cycle();
    let outcome = caller.run(action, |_| answers.next().unwrap()).unwrap();
    let shown = format!("{outcome:?} {:?} {:?}", caller.session, caller.service);
    assert!(!shown.contains("secret"), "{shown}");
}
