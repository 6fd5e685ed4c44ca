//! A small provisioning server over the library `phone-provisioning`: what a PBX does around the library,
//! and the first thing to start when looking at it.

pub mod api;
pub mod args;
pub mod clock;
pub mod log;
pub mod pages;
pub mod peer;
pub mod pnp;
pub mod random;
pub mod redirection;
pub mod resync;
pub mod run;
pub mod server;
pub mod store;
pub mod tasks;
pub mod tls;
pub mod web;

mod udp;
