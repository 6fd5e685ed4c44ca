//! The services of Snom: SRAPS, and the older one that it still answers for.

mod hawk;
mod sraps;
mod xml_rpc;

pub use sraps::SnomSraps;
pub use xml_rpc::SnomXmlRpc;
