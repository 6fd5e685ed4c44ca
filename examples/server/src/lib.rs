//! A small provisioning server over the library `phone-provisioning`: what a PBX does around the library,
//! and the first thing to start when looking at it.

pub mod clock;
