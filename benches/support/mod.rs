//! What the benches share: the cases, the contenders, and the making of their templates.

#![allow(
    dead_code,
    unreachable_pub,
    reason = "every bench uses a part of this, in a program of its own"
)]

pub(crate) mod cases;
pub(crate) mod contenders;
pub(crate) mod fill;
#[path = "../../examples/bulk/fleet.rs"]
pub(crate) mod fleet;
pub(crate) mod page;
pub(crate) mod reading;
