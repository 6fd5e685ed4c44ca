//! The phones of one environment and who uses them: a state machine of records, nothing else.
//!
//! [`Inventory::apply`] takes what somebody wants or what has happened ([`Event`]), changes its records,
//! and says which of them are to be stored and what is to be done ([`Applied`]). Events need a
//! [`Role`], and so do effects.
//!
//! # The way of a phone
//!
//! ```text
//! Listed ─assign─▶ Assigned ─downloaded, registered─▶ Provisioned
//!   ▲               window closed, open                    │
//!   └──fetched── Unassigning ◀─────────unassign────────────┘
//! ```
//!
//! | event | state before | state after |
//! |---|---|---|
//! | [`Add`](Event::Add) | (none) | `Listed` |
//! | [`Assign`](Event::Assign), [`LoggedIn`](Event::LoggedIn) | `Listed`, `Unassigning` | `Assigned` |
//! | `LoggedIn` of somebody else | `Assigned`, `Provisioned` | `Assigned` |
//! | [`OpenWindow`](Event::OpenWindow), [`CloseWindow`](Event::CloseWindow) | any | the same; `Assigned` tells it |
//! | [`Fetched`](Event::Fetched) and [`Registered`](Event::Registered), in any order | `Assigned` | `Provisioned` |
//! | [`Unassign`](Event::Unassign), [`LoggedOut`](Event::LoggedOut), [`Move`](Event::Move) | `Assigned`, `Provisioned` | `Unassigning`; `Listed` if it was never let in to the line's files |
//! | `Fetched` | `Unassigning` | `Listed` |
//! | `Fetched`, reported late: files with a line taken away since | `Listed` | `Unassigning` |
//! | [`Remove`](Event::Remove) | any | (none) |
//!
//! Everything else leaves the state as it is.
//!
//! # What is kept together
//!
//! There is one record per [`Phone`], with its line, its [window and
//! credentials](crate::delivery::admission::PhoneRecord) and its
//! [registration](crate::redirection::life::Registration) at the maker's service: so they cannot
//! contradict each other, and one event stores one record. Requests are decided by
//! [`Inventory::admit`], on that record.
//!
//! * **Assignment without a window serves nothing** to a phone that has not come in yet. A phone that is
//!   bound is its own proof: it gets the files of whoever has it now without another window, and after
//!   unassigning the files that clear it.
//! * A window that is opened for a phone that its maker's service sends here ends with the registration
//!   at the latest, and so does the credential in the registered address.
//! * **Profiles** ([`Profile`]) are kept by organisation, subscriber and phone, also when the phone is
//!   unassigned, moved or removed, until somebody [forgets](Event::ForgetProfile) them. Settings and keys
//!   are documents of [`fleet`](crate::fleet); the passwords in them are stored with them.
//! * Passwords of lines and tokens are the caller's: it adds them ([`FromPbx`]) when files are made
//!   ([`Inventory::document`]).
//! * **Two environments** are two inventories, each with a record of a phone that both know. The one where
//!   it was activated last has it; the other finds out by [`Event::CheckRegistration`], or when its own
//!   registration ends, and never takes out what is not its own.
//!
//! # Storing
//!
//! [`Applied::changed`](field@Applied::changed) names what changed, [`Inventory::record`] gives it, [`Inventory::restore`] takes it
//! back. Best in one transaction; after a program that stopped between two of them `restore` still finds
//! no phone twice.

mod access;
mod effect;
mod error;
mod event;
mod files;
mod index;
mod lines;
mod listing;
mod names;
mod organisation;
mod organisations;
mod phone;
mod policy;
mod registrations;
mod role;
mod state;
mod stored;

pub use effect::{Access, Applied, Effect, Which};
pub use error::InventoryError;
pub use event::{Event, Invitation, NewPhone, Until};
pub use files::FromPbx;
pub use names::{OrganisationId, Subscriber};
pub use organisation::{Certified, Organisation, Profile, ProfileKey};
pub use phone::{Phone, PhoneState};
pub use policy::Policy;
pub use role::{Actor, Role};
pub use state::Inventory;
pub use stored::{Key, Record};
