//! Requests of phones: who asks, may it, and what it gets.

use std::net::IpAddr;
use std::sync::Arc;

use http::{HeaderMap, Method, Response, header};
use phone_provisioning::Output;
use phone_provisioning::delivery::admission::{Attempt, Change as Recorded, Decision, Verdict};
use phone_provisioning::delivery::answer::{Content, rendered};
use phone_provisioning::delivery::{Identification, RequestFacts, identify};
use phone_provisioning::inventory::{Actor, Event};
use phone_provisioning::model::Mac;

use super::change::Change;
use super::files::Readying;
use super::{Problem, Server};
use crate::store::Against;

/// A request that may be a phone's.
pub struct PhoneRequest<'a> {
    /// The method.
    pub method: &'a Method,
    /// Path and query as they were sent.
    pub path_and_query: &'a str,
    /// The header fields.
    pub fields: &'a HeaderMap,
    /// Where it comes from.
    pub source: IpAddr,
    /// The subject of a client certificate that was checked.
    pub certificate: Option<&'a str>,
}

impl Server {
    /// Answers a phone. Everything that the answer rests on is stored before it is given.
    pub async fn answer(self: &Arc<Self>, request: PhoneRequest<'_>) -> Response<Vec<u8>> {
        let (space, targets) = self.look(|state| (state.space.clone(), state.targets().clone()));
        let facts = facts(&request);
        let Some(located) = space.find(&facts) else {
            return self.refused(&request);
        };
        let facts = facts.with_located(located);
        let identification = identify(&targets, &facts);
        let mut attempt = Attempt::of(&facts, &identification, request.source);
        let authorization = request.fields.get(header::AUTHORIZATION);
        attempt.authorization = authorization.map(http::HeaderValue::as_bytes);

        let (admitted, receipt, effects) = self.begin(Against::Crash, |change| {
            admit(change, &attempt, &identification)
        });
        // Whether a phone is known must not be told by the time that a disk takes.
        if admitted.decision.is_admitted() {
            self.follow_later(receipt, effects).await;
        }
        let Admitted {
            decision,
            mac,
            readying,
        } = admitted;
        let ready = readying.map(|readying| self.ready(readying?));

        let mut output = Output::with_capacity(32 * 1024);
        let (file, failed) = match &ready {
            Some(Ok(ready)) => {
                let file = rendered(&ready.provisioner, &ready.device, &facts, &mut output);
                match file {
                    Ok(file) => (file, None),
                    Err(errors) => (None, Some(Problem::from(errors))),
                }
            }
            Some(Err(_)) | None => (None, None),
        };
        let failed = match ready.as_ref() {
            Some(Err(problem)) => Some(problem),
            _ => failed.as_ref(),
        };
        let content = file.map(Content::from);
        let answer = match failed {
            Some(problem) => {
                tracing::error!(mac = mac.map(tracing::field::display), %problem, "no files");
                self.answers.failed()
            }
            None => {
                let (method, fields) = (request.method, request.fields);
                self.answers
                    .answer(method, fields, decision.verdict, content)
            }
        };
        // A part of a file, or its length alone, is not the file.
        let is_served =
            request.method == Method::GET && matches!(answer.status().as_u16(), 200 | 304);
        let is_own = file.is_some_and(|file| file.is_sensitive());
        let answer = answer.map(<[u8]>::to_vec);
        self.log(&attempt, &decision, mac, &answer);
        if let (Some(mac), Some(Ok(ready)), true) = (mac, &ready, is_served && is_own) {
            self.fetched(mac, ready.edition).await;
        }
        answer
    }

    /// The phone has got files of its own.
    async fn fetched(self: &Arc<Self>, mac: Mac, edition: u64) {
        let event = Event::Fetched { mac, edition };
        let (_, receipt, effects) = self.begin(Against::Crash, |change| {
            // It may have been removed meanwhile.
            change.apply(&Actor::PLATFORM, event)
        });
        self.follow_later(receipt, effects).await;
        let _ = self.world.fetched.send(mac);
    }

    async fn follow_later(
        self: &Arc<Self>,
        receipt: crate::store::Receipt,
        effects: Vec<phone_provisioning::inventory::Effect>,
    ) {
        if effects.is_empty() {
            return receipt.stored().await;
        }
        let server = self.clone();
        // Also when the phone has hung up meanwhile.
        let done = tokio::spawn(async move {
            receipt.stored().await;
            server.carry_out(effects);
        });
        let _ = done.await;
    }

    /// The same answer as to a phone that is not known.
    fn refused(&self, request: &PhoneRequest<'_>) -> Response<Vec<u8>> {
        let (method, fields) = (request.method, request.fields);
        let answer = self.answers.answer(method, fields, Verdict::Refuse, None);
        tracing::debug!(source = %request.source, status = answer.status().as_u16(), "outside");
        answer.map(<[u8]>::to_vec)
    }

    fn log(
        &self,
        attempt: &Attempt<'_>,
        decision: &Decision,
        mac: Option<Mac>,
        answer: &Response<Vec<u8>>,
    ) {
        if let Some(alarm) = decision.alarm {
            tracing::warn!(%alarm, source = %attempt.source, "alarm");
        }
        // What a stranger sends stands in the log as the record of the phone has it: cut and cleaned.
        let last = mac.and_then(|mac| {
            self.look(|state| {
                let admission = state.inventory.phone(mac)?.admission();
                let last = match decision.is_admitted() {
                    true => admission.last_admitted(),
                    false => admission.last_refused(),
                };
                last.map(|last| (last.file.clone(), last.agent.clone()))
            })
        });
        let (file, agent) = last.unwrap_or_default();
        tracing::info!(
            source = %attempt.source,
            mac = attempt.mac.map(tracing::field::display),
            reason = %decision.reason,
            status = answer.status().as_u16(),
            bytes = answer.body().len(),
            file,
            agent,
            "phone"
        );
    }
}

/// What came of a request at the door.
struct Admitted {
    decision: Decision,
    /// The phone that is on the list.
    mac: Option<Mac>,
    /// What its files are made of, if it was let in.
    readying: Option<Result<Readying, Problem>>,
}

fn admit(
    change: &mut Change<'_>,
    attempt: &Attempt<'_>,
    identification: &Identification<'_>,
) -> Admitted {
    let now = change.now;
    let state = &mut *change.state;
    let hash = |token: &str| state.environment.hash(token);
    let by_token = || {
        let token = hash(attempt.token.as_deref()?);
        Some(state.inventory.phone_with_token(&token)?.mac())
    };
    let mac = attempt.mac.or_else(by_token);
    let mac = mac.filter(|mac| state.inventory.phone(*mac).is_some());
    let (decision, applied) = state.inventory.admit(&mut state.door, attempt, now);
    change.follow(applied);
    let Some(mac) = mac else {
        return Admitted {
            decision,
            mac,
            readying: None,
        };
    };
    if !decision.is_admitted() {
        // What was refused last is stored with the next change: strangers shall not fill the disk's day.
        return Admitted {
            decision,
            mac: Some(mac),
            readying: None,
        };
    }
    if decision.change == Recorded::LastRequest {
        change.note(mac);
    }
    // What it runs decides how its files are written.
    if let Some(firmware) = identification.firmware() {
        let version = firmware.value.to_string();
        let known = change.state.inventory.phone(mac);
        if known.and_then(|phone| phone.installed_firmware()) != Some(&version) {
            // Of another maker than its model: not worth keeping.
            let _ = change.apply(&Actor::PLATFORM, Event::Runs { mac, version });
        }
    }
    Admitted {
        decision,
        mac: Some(mac),
        readying: Some(change.state.readying(mac)),
    }
}

fn facts<'a>(request: &PhoneRequest<'a>) -> RequestFacts<'a> {
    let mut facts = RequestFacts::new(request.path_and_query).with_method(request.method);
    let agents = request.fields.get_all(header::USER_AGENT);
    if let Some(agent) = agents.iter().next() {
        facts = facts.with_user_agent(agent.as_bytes());
    }
    if let Some(certificate) = request.certificate {
        facts = facts.with_certificate(certificate);
    }
    facts.with_peer(request.source)
}
