//! Typed phones, extensions and codecs in; the byte-exact configuration files that desk and DECT
//! phones download out. Begin with the manual:
#![cfg_attr(
    all(feature = "snom", feature = "yealink"),
    doc = "[getting started](manual::start), then the other pages of [`manual`]."
)]
#![cfg_attr(feature = "yealink", doc = include_str!("contract.md"))]
// No I/O, no clock, no environment, no logging: the methods are listed in `.clippy.toml`.
#![deny(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::print_stderr,
    clippy::print_stdout
)]
// With some of the targets left out, some of what they share has no user.
#![cfg_attr(
    not(all(feature = "snom", feature = "yealink")),
    allow(dead_code, unused_imports)
)]

pub mod clock;
pub mod delivery;
pub mod error;
pub mod fleet;
pub mod inspect;
pub mod inventory;
// Pages of the documentation, which speak of all targets.
#[cfg(all(any(doc, doctest), feature = "snom", feature = "yealink"))]
pub mod manual;
pub mod model;
pub mod parse;
pub mod redirection;
pub mod target;
pub mod text;

mod emit;
mod scan;
mod stored;
mod wiped;

pub use error::{Error, ErrorKind, Errors, Notice};
pub use fleet::{Document, Fleet};
pub use model::{Device, Extension, Mac, Settings, Site};
pub use target::{ConfigFile, FileRef, Output, Provisioner, Targets};
pub use text::{Secret, Text};

/// The program of the README, compiled and run.
#[cfg(all(doctest, feature = "yealink"))]
#[doc = include_str!("../README.md")]
pub struct ReadmeDoctests;
