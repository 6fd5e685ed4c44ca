//! Bytes: how a value stands in a file. Knows formats and places, no vendor. The room of the shipped
//! targets: a target of somebody else's writes its files as it likes, or is made of templates.
//!
//! A [`Place`] says what a piece of text becomes where it is written: copied, escaped or refused.
//! [`mod@cfg`] and [`xml`] have the tokens of the two kinds of files.

pub(crate) mod cfg;
mod place;
pub(crate) mod xml;

pub(crate) use place::{Place, Refusal, SLOT_END, SLOT_START, mark};
