//! What callers rely on without saying so, of what is around the files: types cross threads, values
//! compare, names are read as they are written.

use std::error::Error as StdError;
use std::fmt::{Debug, Display};
use std::hash::Hash;
use std::str::FromStr;

use phone_provisioning::delivery::admission::{
    Admission, AdmissionError, Credential, Decision, Environment, PhoneRecord, TokenHash,
};
use phone_provisioning::delivery::answer::Answers;
use phone_provisioning::delivery::dhcp::{DhcpError, DhcpOption};
use phone_provisioning::delivery::resync::{Recipient, Spread, Transaction};
use phone_provisioning::delivery::{AddressSpace, PhoneUrl, RequestFacts, pnp};
use phone_provisioning::inventory::{Effect, Event, Inventory, InventoryError, Key, Record};
use phone_provisioning::redirection::life::{Cause, Registration, State, Transition};
use phone_provisioning::redirection::{
    Action, ActionError, Broken, Cursor, Exchange, Nonce, Outcome, RedirectionService, Refusal,
    Session, Step,
};
use phone_provisioning::target::{Etag, FirmwareBound, Rendered, TargetId};

fn crosses_threads<T: Debug + Send + Sync + 'static>() {}
fn moves_to_a_thread<T: Debug + Send + 'static>() {}
fn is_an_error<T: StdError + Send + Sync + 'static>() {}
fn compares<T: Eq>() {}
fn is_a_key<T: Eq + Hash>() {}
fn is_a_text<T: Display + FromStr>() {}

#[test]
fn types_cross_threads() {
    crosses_threads::<AddressSpace>();
    crosses_threads::<Admission>();
    crosses_threads::<Answers>();
    crosses_threads::<Decision>();
    crosses_threads::<DhcpOption>();
    crosses_threads::<PhoneRecord>();
    crosses_threads::<PhoneUrl>();
    crosses_threads::<RequestFacts<'static>>();
    crosses_threads::<Spread>();
    crosses_threads::<Transaction>();
    crosses_threads::<pnp::Exchange>();
    crosses_threads::<Action>();
    crosses_threads::<Outcome>();
    crosses_threads::<Registration>();
    crosses_threads::<Session>();
    crosses_threads::<Transition>();
    crosses_threads::<Effect>();
    crosses_threads::<Event>();
    crosses_threads::<Inventory>();
    crosses_threads::<Record>();
    crosses_threads::<Box<dyn RedirectionService>>();
    // A request under way is fed once, by whoever sends it: it need not be shared.
    moves_to_a_thread::<Exchange>();
    moves_to_a_thread::<Step>();
    is_an_error::<ActionError>();
    is_an_error::<AdmissionError>();
    is_an_error::<Broken>();
    is_an_error::<DhcpError>();
    is_an_error::<InventoryError>();
    is_an_error::<Refusal>();
    is_an_error::<pnp::AnswerError>();
    is_an_error::<pnp::Refusal>();
}

#[test]
fn values_compare_and_names_are_read_as_they_are_written() {
    compares::<Action>();
    compares::<Credential>();
    compares::<Effect>();
    compares::<InventoryError>();
    compares::<Outcome>();
    compares::<Rendered>();
    compares::<Transition>();
    compares::<pnp::Heard>();
    is_a_key::<Cause>();
    is_a_key::<Environment>();
    is_a_key::<Key>();
    is_a_key::<Recipient>();
    is_a_key::<State>();
    is_a_key::<TargetId>();
    is_a_key::<TokenHash>();
    is_a_text::<Cursor>();
    is_a_text::<Environment>();
    is_a_text::<Etag>();
    is_a_text::<FirmwareBound>();
    is_a_text::<Nonce>();
    is_a_text::<TargetId>();
}
