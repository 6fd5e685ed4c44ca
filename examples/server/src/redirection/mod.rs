//! Asks the makers' redirection services what the life cycle of registrations wants to know.
//!
//! The library says what to ask and what comes of the answers; here is who carries the requests: a
//! [`Worker`] with the [`Services`] that the operator has accounts at.

mod carry;
mod queue;
mod services;
mod worker;

pub use services::{Services, ServicesError};
pub use worker::Worker;
