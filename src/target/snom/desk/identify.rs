//! User-Agents of desk phones.
//!
//! | firmware | `Mozilla/4.0 (compatible; …)` |
//! |---|---|
//! | recovery | `snom lid 3605` |
//! | V6 | `snom320-SIP 6.5.20; snom320 jffs2 v3.36; snom320 linux 3.38` |
//! | V7, V8 | `snom760-SIP 8.7.3.19 2010.06`: behind the version is the boot loader, in words |
//! | since 8.7.5 | `snom710-SIP 8.7.5.35 1.1.5-IFX-05.01.12 000413741767`: and the address |
//! | V10 | `snomD785-SIP 10.1.33.33 2010.12-00004-g9ba52f5 000413922D24 SXM:0 UXM:0`: and the modules |
//!
//! In SIP it is `snomD785/10.1.198.12`, perhaps with the address behind it. The words of the boot loader
//! may hold anything, so that nothing is read by its position.

use super::super::agent::{is_base, model_behind_maker, without_suffix};
use crate::model::{Firmware, FirmwareScheme};
use crate::target::{AgentClaim, AgentWords, Modules};

pub(super) fn read_agent<'a>(agent: &AgentWords<'a>) -> Option<AgentClaim<'a>> {
    let (model, behind) = model_behind_maker(agent)?;
    let (model, firmware) = match model.iter().position(|&byte| byte == b'/') {
        Some(at) => (&model[..at], Some(&model[at + 1..])),
        None => (without_suffix(model), behind.clone().next()),
    };
    if is_base(model) {
        return None;
    }
    let claim = AgentClaim {
        firmware: firmware.and_then(|word| Firmware::from_word(FirmwareScheme::Dotted, word)),
        mac: agent.last_mac(),
        ..AgentClaim::new()
    };
    if model.eq_ignore_ascii_case(b"lid") {
        return Some(claim);
    }
    let modules = Modules::parse(behind);
    Some(AgentClaim { modules, ..claim }.with_model(model))
}
