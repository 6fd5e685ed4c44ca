//! The services of Yealink: the Redirection and Provisioning Service (RPS) by its older and its newer
//! interface, and the Management Cloud Service (YMCS), which has another way to the same.

mod rps;
mod rps_json;
mod ymcs;

pub use rps::YealinkRps;
pub use rps_json::YealinkRpsJson;
pub use ymcs::YealinkYmcs;
