//! The services of Snom, played by a script.
#![cfg(feature = "redirection")]

mod redirection;
#[path = "redirection/snom_xml_rpc.rs"]
mod snom_xml_rpc;
#[path = "redirection/sraps.rs"]
mod sraps;

use chrono::Duration;
use phone_provisioning::Mac;
use phone_provisioning::delivery::PhoneUrl;
use phone_provisioning::model::{Login, Url};
use phone_provisioning::redirection::snom::{SnomSraps, SnomXmlRpc};
use phone_provisioning::redirection::{
    Action, ActionError, Cursor, Destination, Done, Enrolment, Lost, Outcome, Page, PageRequest,
    RedirectionService, Refusal, Registered, Retry, RetryCause, ServerName, ServerObject, Session,
};
use proptest::prelude::*;
use redirection::{Answer, Caller, now, reply, reply_with, silence};

const URL: &str = "https://pbx.example.net/p/t0ken/";

fn mac() -> Mac {
    "00:04:13:a1:1f:a7".parse().unwrap()
}

fn url() -> PhoneUrl {
    URL.parse::<Url>().unwrap().into()
}

fn register() -> Action {
    Action::Register(Enrolment::new(mac(), url()))
}

fn ours() -> Registered {
    let mut phone = Registered::new(mac());
    phone.url = Some(url());
    phone
}

fn unshown() -> Outcome {
    Outcome::Retry(Retry::new(RetryCause::NotShown))
}

fn unanswered() -> Outcome {
    Outcome::Retry(Retry::new(RetryCause::NoAnswer))
}
