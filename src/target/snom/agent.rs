//! What the User-Agents of desk phones and of bases have in common.

use crate::target::AgentWords;
use crate::target::agent::{is_version, without_prefix};

/// The type behind the maker's name, in one word with it or the next, and the words behind that.
///
/// What begins with the maker's name is a type only with a version in it or behind it, or with the ending
/// `-SIP`: `snom lid 3605` has neither and is the recovery system.
pub(super) fn model_behind_maker<'a>(
    agent: &AgentWords<'a>,
) -> Option<(&'a [u8], impl Iterator<Item = &'a [u8]> + Clone)> {
    let mut words = agent.iter();
    while let Some(word) = words.next() {
        let Some(model) = without_prefix(word, "snom") else {
            continue;
        };
        let mut behind = words.clone();
        let model = match model {
            [] => behind.next()?,
            model => model,
        };
        let is_type = model.contains(&b'/')
            || without_suffix(model).len() < model.len()
            || behind.clone().next().is_some_and(is_version)
            || model.eq_ignore_ascii_case(b"lid");
        if model.first().is_some_and(u8::is_ascii_alphanumeric) && is_type {
            return Some((model, behind));
        }
    }
    None
}

/// Whether a type is one of a base: `M` and three digits.
pub(super) fn is_base(model: &[u8]) -> bool {
    matches!(model, [b'M' | b'm', digits @ ..]
        if digits.len() == 3 && digits.iter().all(u8::is_ascii_digit))
}

/// A type without the `-SIP` behind it.
pub(super) fn without_suffix(word: &[u8]) -> &[u8] {
    match word.split_last_chunk() {
        Some((model, suffix @ [_, _, _, _])) if suffix.eq_ignore_ascii_case(b"-sip") => model,
        _ => word,
    }
}
