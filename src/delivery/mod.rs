//! From the socket to the file: everything between a phone and its PBX around the files, as values.
//!
//! Nothing here opens a socket, reads a clock or draws a random number: bytes and facts go in, bytes
//! and decisions come out. The caller ends TLS, keeps the records of its phones, and passes the time
//! and random bytes.
//!
//! A request of a phone goes through four steps, each of which stands alone:
//!
//! ```text
//! request ─▶ AddressSpace ─▶ identify ─▶ admission ─▶ answer
//!            token, file     who asks    may it       200, 304, 401, 404
//! ```
//!
//! | what | where |
//! |---|---|
//! | the address that a phone is told, and the way back from a request's path | [`PhoneUrl`], [`AddressSpace`] |
//! | who sent a request, how sure that is, and what does not agree | [`identify()`] |
//! | who may download: windows, credentials, certificates, limits | [`admission`] |
//! | what is sent back | [`answer`] |
//! | phones that ask the network for their address | [`pnp`] |
//! | phones that are told to fetch again, one or many | [`resync`] |
//! | the address by DHCP | [`dhcp`] |
//! | what each rule is against | [`threats`] |

pub mod admission;
pub mod answer;
pub mod dhcp;
pub mod pnp;
pub mod resync;
#[doc = include_str!("threats.md")]
pub mod threats {}

mod identify;
mod request;
mod sip;
mod space;

pub use identify::{
    Confidence, Conflict, Fact, Identification, NamedModel, Origin, RequestedFile, Subject,
    identify,
};
pub use request::RequestFacts;
pub use space::{AddressSpace, Located, PhoneUrl, Token};
