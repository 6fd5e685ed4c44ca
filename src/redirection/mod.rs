//! What a PBX tells the makers' redirection services, so that a phone out of its box finds its server.
//!
//! A phone that knows no server asks its maker's service, and is sent to the address that the PBX has
//! registered there for its MAC. Nothing here sends anything: a [`RedirectionService`] makes requests
//! and reads answers, the caller carries them.
//!
//! ```text
//! start(action) ─▶ Exchange ─request─▶ (caller sends) ─reply─▶ feed ─▶ Exchange …  ─▶ Ended(outcome)
//! ```
//!
#![cfg_attr(feature = "redirection", doc = "```")]
#![cfg_attr(not(feature = "redirection"), doc = "```ignore")]
//! use http::{Request, Response};
//! use phone_provisioning::redirection::{
//!     Action, ActionError, Body, Lost, Outcome, RedirectionService, Session, Stamp, Step,
//! };
//!
//! /// Carries an action out. `send` is the caller's HTTP client, without redirects; `stamp` gives the
//! /// time and 16 random bytes.
//! fn carry_out(
//!     service: &dyn RedirectionService,
//!     action: &Action,
//!     session: &mut Session,
//!     mut send: impl FnMut(&Request<Body>) -> Result<Response<Vec<u8>>, Lost>,
//!     mut stamp: impl FnMut() -> Stamp,
//! ) -> Result<Outcome, ActionError> {
//!     let mut step = service.start(action, session, &stamp())?;
//!     loop {
//!         match step {
//!             Step::Send(exchange) => {
//!                 let reply = send(exchange.request());
//!                 step = exchange.feed(reply, &stamp());
//!             }
//!             Step::Ended(ended) => {
//!                 *session = ended.session;
//!                 return Ok(ended.outcome);
//!             }
//!         }
//!     }
//! }
//! ```
//!
//! The services are in a module for each maker (feature `redirection`). What is asked and what comes of it
//! is the same for all; what one of them cannot do is an [`ActionError`] before anything is sent. A write is
//! read back where the service allows it, and one without an answer is looked up, never blindly repeated.
//!
//! What must not be registered for long, and when it goes, is the business of [`life`].

#![allow(
    clippy::result_large_err,
    reason = "an outcome is made once for an exchange over the network"
)]

pub mod life;

mod action;
mod exchange;
mod outcome;
#[cfg(feature = "redirection")]
mod several;
#[cfg(feature = "redirection")]
pub mod snom;
#[cfg(feature = "redirection")]
mod wire;
#[cfg(feature = "redirection")]
pub mod yealink;

pub use action::{
    Action, ActionError, Destination, Enrolment, PageRequest, Pin, Serial, ServerName,
};
pub use exchange::{Body, Ended, Exchange, Lost, Nonce, Reply, Session, Stamp, Step};
pub use outcome::{
    Broken, Cursor, Done, Outcome, Page, Refusal, Registered, Retry, RetryCause, ServerObject,
};
#[cfg(feature = "redirection")]
pub use wire::MAX_ANSWER_LEN;

use std::fmt;

/// One maker's service, with the credentials of an account there.
///
/// `session` is what earlier exchanges with this account have learned (an access token, the service's own
/// addresses): the caller keeps the one that came last ([`Ended::session`]) and passes it on; an empty one
/// costs more requests, no more. `stamp` holds what goes into the request now: the time and a nonce, fresh
/// for every call.
pub trait RedirectionService: fmt::Debug + Send + Sync {
    /// Name of the service and its protocol: `yealink-rps-json`.
    fn id(&self) -> &'static str;

    /// Begins an action.
    ///
    /// # Errors
    /// What this service cannot be asked, or not in this way. Nothing has been sent then.
    fn start(&self, action: &Action, session: &Session, stamp: &Stamp)
    -> Result<Step, ActionError>;
}
