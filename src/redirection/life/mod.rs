//! The life of a phone's registration at its maker's service: as short as can be, and never forgotten.
//!
//! A registration is an address with a credential in it, which anybody may be told who asks in the
//! phone's name. So it stands for a week at most and goes as soon as the phone has come. What is kept
//! of one phone is a [`Registration`]: events in, what to ask the service out.
//!
//! | state | event | asked | then |
//! |---|---|---|---|
//! | (none) | [`add`](Registration::add), certified | register | `active`; on failure `provision` |
//! | (none) | `add`, not certified | – | `disabled` |
//! | any | [`activate`](Registration::activate) | register, take over | `active`; on failure `provision` |
//! | any but `disabled` | [`deactivate`](Registration::deactivate) | deregister | `disabled`; on failure `deprovision` |
//! | `active`, `provision` | [`visited`](Registration::visited) | deregister | `disabled`; on failure `deprovision` |
//! | `active`, `provision` | [`sweep`](Registration::sweep) after its end | deregister | `disabled`; on failure `deprovision` |
//! | `active` | [`check`](Registration::check) | look up | `disabled` unless it still is ours |
//! | `provision` | [`retry`](Registration::retry) | register | `active`; on failure the same |
//! | `deprovision` | `retry`, `sweep` when it is time | deregister | `disabled`; on failure the same |
//! | `disabled` | `deactivate`, `visited`, `sweep`, `retry`, `check` | – | the same |
//! | any | [`remove`](Registration::remove) | deregister unless `disabled` | gone; on failure a tombstone |
//!
//! * **Deregistering begins with looking up.** What another environment or another customer has
//!   registered meanwhile is left alone; the phone then is `disabled` here.
//! * **The record is stored before the service is asked** ([`Transition::change`]) and says the worse
//!   thing already: `provision` while the phone is being registered, `deprovision` while it is being
//!   taken out. A program that stops in between finds out at the next [`due`](Registration::due).
//! * **An answer belongs to a question** ([`Question::number`]): late and double ones change nothing.
//!   Questions about one phone are sent in the order in which they were asked.
//! * **Only hashes** of addresses are kept, because they hold the phone's first credential. The caller
//!   makes an address anew for every registration.
//! * Moving a phone to another organisation of the same environment is no event here: the registration
//!   stays as it is. Moving it to another environment is `activate` there; here a `check` finds out.
//!
//! When the registration ends, the credential in its address ends too, whether or not the service has
//! been reached: no window of the phone stays open beyond [`Registration::expires_at`]. An
//! [`Inventory`](crate::inventory::Inventory) sees to that.

mod cause;
mod diagnosis;
mod events;
mod expiry;
mod heard;
mod policy;
mod question;
mod registration;
mod stored;

pub use cause::Cause;
pub use diagnosis::{Diagnosis, Repair, Step};
pub use expiry::{Weekly, Zone};
pub use policy::{Account, Policy, Visit};
pub use question::{Ask, Change, Question, Transition};
pub use registration::{Due, Registration, State};
