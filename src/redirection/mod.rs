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
