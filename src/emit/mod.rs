//! Bytes: how a value stands in a file. Knows formats and places, no vendor.
//!
//! A [`Place`] says what a piece of text becomes where it is written: copied, escaped or refused.
//! [`mod@cfg`] and [`xml`] have the tokens of the two kinds of files.

pub mod cfg;
mod place;
pub mod xml;

pub use place::{Place, Refusal};
pub(crate) use place::{SLOT_END, SLOT_START, mark};
