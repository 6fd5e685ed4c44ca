//! Snom: desk phones and DECT bases, two targets that share the way a setting is written.

mod agent;
pub mod dect;
pub mod desk;
mod files;
mod import;
mod places;
mod raw;
mod writer;
mod zones;

pub use dect::SnomDect;
pub use desk::SnomDesk;
