//! The services of Yealink.

mod ymcs;

pub use ymcs::YealinkYmcs;
