//! User-Agents of bases: `Mozilla/4.0 (compatible; Snom M900 05.20.0001 000413b60680)`, in SIP
//! `snomM700/03.23.0005 (MAC=000413612A3B; SER= 00000; HW=255)`.

use super::super::agent::{is_base, model_behind_maker};
use crate::model::{FirmwareScheme, Mac};
use crate::target::agent::{AgentClaim, is_version, last_mac, version, without_prefix, words};

pub(super) fn read_agent(agent: &[u8]) -> Option<AgentClaim<'_>> {
    let (model, mut rest) = model_behind_maker(agent)?;
    let (model, firmware) = match model.iter().position(|&byte| byte == b'/') {
        Some(at) => (&model[..at], Some(&model[at + 1..])),
        None => (model, rest.next()),
    };
    if !is_base(model) {
        return None;
    }
    let firmware = firmware.filter(|word| is_version(word));
    let named = words(agent).find_map(|word| without_prefix(word, "MAC="));
    let claim = AgentClaim {
        firmware: firmware.and_then(|word| version(FirmwareScheme::Branch, word)),
        mac: named.map_or_else(|| last_mac(agent), Mac::from_word),
        ..AgentClaim::new()
    };
    Some(claim.with_model(model))
}
