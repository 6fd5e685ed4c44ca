//! One call and its answer.

use std::sync::Arc;

use http::header::AUTHORIZATION;
use http::{HeaderValue, Method};

use crate::delivery::PhoneUrl;
use crate::model::Mac;
use crate::redirection::wire::xml_rpc::{self, Param, Value};
use crate::redirection::wire::{self, Answer, Base};
use crate::redirection::{
    Done, Ended, Exchange, Outcome, Refusal, Registered, Reply, Session, Stamp, Step,
};

/// A user of the service.
pub(super) struct Account {
    pub(super) base: Base,
    pub(super) authorization: HeaderValue,
    /// Whose phones are listed.
    pub(super) models: Vec<String>,
}

impl Account {
    /// A call that is answered with whether it was done.
    pub(super) fn tell(
        self: Arc<Self>,
        method: &str,
        mac: Mac,
        url: Option<&PhoneUrl>,
        session: Session,
        stamp: &Stamp,
    ) -> Step {
        let mac = mac.plain_upper().to_string();
        let url = url.map(|url| Param::Text(url.expose().as_str()));
        let params: Vec<Param<'_>> = [Param::Text(&mac)].into_iter().chain(url).collect();
        self.call(method, &params, session, stamp, done)
    }

    /// The same for several phones.
    pub(super) fn tell_all(
        self: Arc<Self>,
        method: &str,
        macs: &[Mac],
        url: Option<&PhoneUrl>,
        session: Session,
        stamp: &Stamp,
    ) -> Step {
        let macs: Vec<String> = macs
            .iter()
            .map(|mac| mac.plain_upper().to_string())
            .collect();
        let url = url.map(|url| Param::Text(url.expose().as_str()));
        let params: Vec<Param<'_>> = [Param::Texts(&macs)].into_iter().chain(url).collect();
        self.call(method, &params, session, stamp, done)
    }

    pub(super) fn call(
        self: Arc<Self>,
        method: &str,
        params: &[Param<'_>],
        session: Session,
        _: &Stamp,
        next: impl FnOnce(Arc<Self>, Result<Value, Outcome>, Session, &Stamp) -> Step + Send + 'static,
    ) -> Step {
        let fields = [(AUTHORIZATION, self.authorization.clone())];
        let body = xml_rpc::call(method, params);
        // The slash at the end must be there.
        let request = wire::request(
            Method::POST,
            self.base.join("/"),
            Some("text/xml"),
            fields,
            body,
        );
        Step::Send(Exchange::new(request, move |reply, stamp| {
            next(self, receive(reply, stamp), session, stamp)
        }))
    }
}

pub(super) fn end(outcome: Outcome, session: Session) -> Step {
    Step::Ended(Ended::new(outcome, session))
}

fn done(_: Arc<Account>, value: Result<Value, Outcome>, session: Session, _: &Stamp) -> Step {
    let verdict = value.and_then(|value| verdict(&value).map(|_| Outcome::Done(Done::Access)));
    end(verdict.unwrap_or_else(|outcome| outcome), session)
}

fn receive(reply: Reply<'_>, stamp: &Stamp) -> Result<Value, Outcome> {
    let answer = Answer::of(reply, stamp.now)?;
    if !answer.is_success() {
        return Err(answer.refused());
    }
    match xml_rpc::answer(answer.body) {
        Ok(xml_rpc::Answer::Value(value)) => Ok(value),
        Ok(xml_rpc::Answer::Fault { code, .. }) => Err(Outcome::Refused(Refusal::Code(code))),
        Err(what) => Err(answer.broken(what)),
    }
}

/// What follows the word that it was done: `[true, …]`. Otherwise what `[false, reason]` means.
fn verdict(value: &Value) -> Result<&[Value], Outcome> {
    let Value::Array(values) = value else {
        return Err(wire::broken(200, "it does not say whether it was done"));
    };
    let is_done = match values.first() {
        Some(Value::Boolean(is_done)) => *is_done,
        Some(Value::Int(number)) => *number == 1,
        _ => return Err(wire::broken(200, "it does not say whether it was done")),
    };
    let text = values.get(1).and_then(Value::text).unwrap_or_default();
    let reason = text.to_ascii_lowercase();
    let Some(reason) = reason
        .strip_prefix("error:")
        .or((!is_done).then_some(reason.as_str()))
    else {
        return Ok(&values[1..]);
    };
    Err(match reason.trim() {
        "malformed_mac" => Outcome::Refused(Refusal::Mac),
        "malformed_url" => Outcome::Refused(Refusal::Url),
        "owned_by_other_user" => Outcome::OwnedByOther,
        "no_such_mac" => Outcome::NotFound,
        _ => Outcome::Refused(Refusal::Unknown),
    })
}

/// `[true, company, url]`: the company comes first.
pub(super) fn redirection(mac: Mac, value: &Value) -> Result<Registered, Outcome> {
    let [_, url] = verdict(value)? else {
        return Err(wire::broken(
            200,
            "it does not say company and address of the phone",
        ));
    };
    let mut registered = Registered::new(mac);
    let url = url
        .text()
        .ok_or_else(|| wire::broken(200, "the address of the phone is no text"))?;
    registered.is_sent_to(url);
    Ok(registered)
}

/// An array of MAC addresses, or `[false, reason]`.
pub(super) fn phones(value: &Value) -> Result<Vec<Registered>, Outcome> {
    let Value::Array(values) = value else {
        return Err(wire::broken(200, "it is no list"));
    };
    if let Some(Value::Boolean(_)) = values.first() {
        verdict(value)?;
        return Err(wire::broken(200, "it is no list of phones"));
    }
    let phones = values.iter().map(|value| {
        let mac = value.text().and_then(|text| text.parse().ok());
        mac.map(Registered::new)
            .ok_or_else(|| wire::broken(200, "it is no list of phones"))
    });
    phones.collect()
}
