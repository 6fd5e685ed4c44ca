//! User-Agents of bases: `Mozilla/4.0 (compatible; Snom M900 05.20.0001 000413b60680)`, in SIP
//! `snomM700/03.23.0005 (MAC=000413612A3B; SER= 00000; HW=255)`.

use super::super::agent::{is_base, model_behind_maker};
use crate::model::{Firmware, FirmwareScheme, Mac};
use crate::target::agent::without_prefix;
use crate::target::{AgentClaim, AgentWords};

pub(super) fn read_agent<'a>(agent: &AgentWords<'a>) -> Option<AgentClaim<'a>> {
    let (model, mut behind) = model_behind_maker(agent)?;
    let (model, firmware) = match model.iter().position(|&byte| byte == b'/') {
        Some(at) => (&model[..at], Some(&model[at + 1..])),
        None => (model, behind.clone().next()),
    };
    if !is_base(model) {
        return None;
    }
    let named = behind.find_map(|word| without_prefix(word, "MAC="));
    let claim = AgentClaim {
        firmware: firmware.and_then(|word| Firmware::from_word(FirmwareScheme::Branch, word)),
        mac: named.map_or_else(|| agent.last_mac(), Mac::from_word),
        ..AgentClaim::new()
    };
    Some(claim.with_model(model))
}
