//! From the socket to the file: everything between a phone and its PBX around the files, as values.
//!
//! Nothing here opens a socket, reads a clock or draws a random number: bytes and facts go in, bytes
//! and decisions come out.
//!
//! A request of a phone goes through four steps, each of which stands alone:
//!
//! ```text
//! request ─▶ address space ─▶ identify ─▶ admit ─▶ answer
//!            token, file      who asks     may it    200, 304, 401, 404
//! ```

pub mod admission;
pub mod answer;
pub mod dhcp;
mod identify;
pub mod pnp;
mod request;
pub mod resync;
mod sip;
mod space;
#[doc = include_str!("threats.md")]
pub mod threats {}

pub use identify::{
    Confidence, Conflict, Fact, Identification, NamedModel, Origin, RequestedFile, Subject,
    identify,
};
pub use request::RequestFacts;
pub use space::{AddressSpace, Located, PhoneUrl, Token};
