//! User-Agents: `Yealink SIP-T46G 28.72.0.1 00:15:65:4a:a9:37`.
//!
//! * The maker may be in lower case; between the words may be several blanks.
//! * Conference phones, bases and Wi-Fi phones have no `SIP-` before the model, one has `SIP VP-`.
//! * The first V71 wrote `Yealink-T46G 28.71.0.81 28.1.0.128.0.0.0`, with the hardware's version for the
//!   address, which later ones leave out where they are told to.
//! * Three old products write no maker: then the model must be one of them.
//! * Phones with Android write the address without colons.

use crate::model::{Firmware, FirmwareScheme, Mac};
use crate::target::agent::without_prefix;
use crate::target::{AgentClaim, AgentWords};

/// What names itself without its maker.
const WITHOUT_MAKER: [&str; 3] = ["W52P", "VP530", "VP530P"];

pub(super) fn read_agent<'a>(agent: &AgentWords<'a>) -> Option<AgentClaim<'a>> {
    let mut words = agent.iter();
    let first = words.next()?;
    let has_maker = without_prefix(first, "yealink");
    let model = match has_maker {
        Some([]) => words.next(),
        Some([b'-', model @ ..]) => Some(model),
        Some(_) => return None,
        None if is_known(first) => Some(first),
        None => return None,
    };
    let model = match model {
        Some(word) if word.eq_ignore_ascii_case(b"sip") => words.next(),
        other => other,
    };
    let prefixes = ["SIP-", "VP-"].iter();
    let bare = |word| {
        prefixes
            .clone()
            .find_map(|prefix| without_prefix(word, prefix))
    };
    let model = model.map(|word| bare(word).unwrap_or(word));
    let is_model = |word: &&[u8]| matches!(word, [letter, _, ..] if letter.is_ascii_alphabetic());
    let firmware = words.next();
    let claim = AgentClaim {
        firmware: firmware.and_then(|word| Firmware::from_word(FirmwareScheme::Generation, word)),
        mac: words.next().and_then(Mac::from_word),
        ..AgentClaim::new()
    };
    if has_maker.is_none() && claim.firmware.is_none() {
        return None;
    }
    Some(match model.filter(is_model) {
        Some(model) => claim.with_model(model),
        None => claim,
    })
}

fn is_known(model: &[u8]) -> bool {
    let mut names = WITHOUT_MAKER.iter();
    names.any(|name| model.eq_ignore_ascii_case(name.as_bytes()))
}
