//! Who may download: decisions about requests, with a reason each, on the caller's clock.
//!
//! A phone's configuration holds its SIP password in clear, and the phone's address is no secret. So
//! a phone comes in twice:
//!
//! 1. **First access.** An administrator opens a [window](PhoneRecord::open_for_an_hour) and the phone
//!    is sent, by whatever way, to an address with a token of its own. In the window, and only then,
//!    the token lets it in, as often as it likes.
//! 2. **For good.** Its configuration names an address with another token, or a login. The first
//!    request that shows this *long-term credential* binds the phone: the window and the first token
//!    end a few minutes later ([`Policy::grace`]), and from then on the long-term credential lets it
//!    in at any time.
//!
//! The long-term credential is replaced by [issuing](PhoneRecord::issue) another one: both are valid
//! until the phone has been seen with the newer one.
//!
//! [`Admission::decide`] takes what a request shows ([`Attempt`]), the phone's [`PhoneRecord`] if
//! there is one, and the time. It says what to answer and why ([`Decision`]), changes the record and
//! says whether it must be stored. What the rules are against stands in
//! [`threats`](crate::delivery::threats).

mod attempt;
mod decide;
mod decision;
mod error;
mod policy;
mod record;
mod request_log;
mod sources;
mod token;
mod window;

pub use attempt::Attempt;
pub use decide::Admission;
pub use decision::{Alarm, Change, Decision, Reason, Verdict};
pub use error::AdmissionError;
pub use policy::{Policy, Source};
pub use record::{Adoption, PhoneRecord, Status};
pub use request_log::LastRequest;
pub use token::{Credential, Environment, TokenHash};
pub use window::{Opening, WindowState};
