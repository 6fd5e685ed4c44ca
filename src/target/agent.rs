//! What the User-Agent of a phone says.

use std::{fmt, iter};

use super::ProvisioningTarget;
use crate::model::{Firmware, Mac};
use crate::scan;

/// What a User-Agent says of the phone that sent it, in HTTP or in SIP. Anybody can write one: it is a
/// claim and no proof.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct AgentClaim<'a> {
    /// The model as the phone spells it, without the maker's name: `D785`, `T46S`. Letters, digits,
    /// `_` and `-`, at most [`AgentClaim::MAX_MODEL_LEN`].
    pub model: Option<&'a str>,
    /// The firmware, where it has the form that the maker's versions have.
    pub firmware: Option<Firmware>,
    /// The MAC address, where it is whole.
    pub mac: Option<Mac>,
    /// The expansion modules that are attached.
    pub modules: Option<Modules<'a>>,
}

impl<'a> AgentClaim<'a> {
    /// Characters of the longest name of a model that is taken for one.
    pub const MAX_MODEL_LEN: usize = 32;

    /// A phone of which nothing but its maker is known.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same, with the model, if it can be the name of one.
    #[must_use]
    pub fn with_model(self, model: &'a [u8]) -> Self {
        let fits = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'+');
        let is_name = (1..=Self::MAX_MODEL_LEN).contains(&model.len()) && model.iter().all(fits);
        let model = is_name.then(|| std::str::from_utf8(model).ok()).flatten();
        Self { model, ..self }
    }
}

/// How many expansion modules of each kind a phone says it has.
///
/// ```
/// use phone_provisioning::target::Modules;
///
/// let modules = Modules::parse([b"SXM:0".as_slice(), b"UXM:2"]).unwrap();
/// assert_eq!(modules.total(), 2);
/// assert_eq!(modules.iter().collect::<Vec<_>>(), [("SXM", 0), ("UXM", 2)]);
/// ```
#[derive(Clone, Copy, Default, Eq, PartialEq)]
pub struct Modules<'a> {
    counts: [(&'a str, u16); 4],
    kinds: usize,
}

impl<'a> Modules<'a> {
    /// Reads words of the form `KIND:COUNT`, a kind of at most ten letters and digits; what follows the first four
    /// and what has another form is left out. `None` when there is no such word.
    pub fn parse(words: impl IntoIterator<Item = &'a [u8]>) -> Option<Self> {
        let mut modules = Self::default();
        let counts = words.into_iter().filter_map(|word| {
            if word.len() > 12 || !word.first()?.is_ascii_alphabetic() {
                return None;
            }
            let at = word.iter().position(|&byte| byte == b':')?;
            let (kind, count) = (&word[..at], number(&word[at + 1..])?);
            let fits = kind.iter().all(u8::is_ascii_alphanumeric);
            fits.then_some((std::str::from_utf8(kind).ok()?, count))
        });
        for (place, count) in modules.counts.iter_mut().zip(counts) {
            *place = count;
            modules.kinds += 1;
        }
        (modules.kinds > 0).then_some(modules)
    }

    /// Each kind with its count, as the phone names them.
    pub fn iter(&self) -> impl Iterator<Item = (&'a str, u16)> {
        self.counts[..self.kinds].iter().copied()
    }

    /// All of them.
    pub fn total(&self) -> u16 {
        let counts = self.iter().map(|(_, count)| count);
        counts.fold(0, u16::saturating_add)
    }
}

impl fmt::Debug for Modules<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

/// At most three digits.
fn number(digits: &[u8]) -> Option<u16> {
    let fits = (1..=3).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit);
    let value = |sum, digit: &u8| sum * 10 + u16::from(digit - b'0');
    fits.then(|| digits.iter().fold(0, value))
}

/// The words of a User-Agent: what is between blanks, brackets and semicolons.
///
/// Read are the whole words within the first [`AgentWords::MAX_BYTES`], at most [`AgentWords::MAX_WORDS`]: more
/// than twice what the longest User-Agent that is known has.
///
/// ```
/// use phone_provisioning::target::AgentWords;
///
/// let words = AgentWords::new(b"Mozilla/4.0 (compatible; Snom M900 05.20.0001)");
/// let words: Vec<&[u8]> = words.iter().skip(2).collect();
/// assert_eq!(words, [b"Snom".as_slice(), b"M900", b"05.20.0001"]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct AgentWords<'a> {
    agent: &'a [u8],
    /// Where each word begins and ends.
    places: [(u16, u16); AgentWords::MAX_WORDS],
    len: usize,
}

impl<'a> AgentWords<'a> {
    /// Bytes that are read; a word that they cut is none.
    pub const MAX_BYTES: usize = 512;
    /// Words that are read.
    pub const MAX_WORDS: usize = 32;

    /// Takes a User-Agent apart.
    pub fn new(agent: &'a [u8]) -> Self {
        let mut words = Self {
            agent: agent.get(..Self::MAX_BYTES).unwrap_or(agent),
            places: [(0, 0); Self::MAX_WORDS],
            len: 0,
        };
        let mut start = 0;
        scan::word_ends(words.agent, |at| {
            // At most 512.
            let at = at as u16;
            words.add(start, at);
            start = at + 1;
        });
        // Cut, the last word could become another one.
        if words.agent.len() == agent.len() {
            words.add(start, agent.len() as u16);
        }
        words
    }

    fn add(&mut self, start: u16, end: u16) {
        if let Some(place) = self.places.get_mut(self.len)
            && start < end
        {
            *place = (start, end);
            self.len += 1;
        }
    }

    /// The words in order; none is empty.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &'a [u8]> + Clone {
        let (agent, places) = (self.agent, self.places[..self.len].iter());
        places.map(move |&(start, end)| &agent[usize::from(start)..usize::from(end)])
    }

    /// The address in it: the last word that is one.
    pub fn last_mac(&self) -> Option<Mac> {
        self.iter().rev().find_map(Mac::from_word)
    }

    /// What phones say whose User-Agent has no form that is known: the maker, a model, a version in this
    /// order, an address anywhere.
    pub(super) fn claim<T: ProvisioningTarget + ?Sized>(
        &self,
        target: &T,
    ) -> Option<AgentClaim<'a>> {
        let parts = |word: &'a [u8]| word.split(|&byte| matches!(byte, b'/' | b','));
        let mut rest = self.iter().flat_map(parts);
        let vendor = target.vendor().as_bytes();
        rest.find(|word| word.eq_ignore_ascii_case(vendor))?;
        let is_model = |word: &&[u8]| {
            let rows = target.models().iter();
            let mut names =
                rows.flat_map(|row| iter::once(&row.name).chain(row.other_names.iter()));
            names.any(|name| word.eq_ignore_ascii_case(name.as_bytes()))
        };
        let scheme = target.firmware_scheme();
        let mut behind = rest.clone();
        let (claim, mut rest) = match behind.find(is_model) {
            Some(model) => (AgentClaim::new().with_model(model), behind),
            None => (AgentClaim::new(), rest),
        };
        Some(AgentClaim {
            mac: self.last_mac(),
            firmware: rest.find_map(|word| Firmware::from_word(scheme, word)),
            ..claim
        })
    }
}

/// A word without these letters in front, in whatever case.
pub(crate) fn without_prefix<'a>(word: &'a [u8], prefix: &str) -> Option<&'a [u8]> {
    let head = word.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix.as_bytes())
        .then(|| &word[prefix.len()..])
}

/// Whether it is numbers divided by dots, two at the least.
pub(crate) fn is_version(word: &[u8]) -> bool {
    let mut numbers = word.split(|&byte| byte == b'.');
    numbers.clone().count() > 1
        && numbers.all(|number| !number.is_empty() && number.iter().all(u8::is_ascii_digit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_agents_end_with_a_whole_word() {
        let count = |agent: &[u8]| AgentWords::new(agent).iter().count();
        let mut agent = vec![b'x'; AgentWords::MAX_BYTES - 6];
        agent.extend_from_slice(b" 000413922d24");
        assert_eq!(count(&agent), 1);
        assert_eq!(count(&[b'x'; AgentWords::MAX_BYTES]), 1);
        assert_eq!(count(&[b'x'; AgentWords::MAX_BYTES + 1]), 0);
        assert_eq!(count(b" (;)\t"), 0);
        assert_eq!(
            count(&b"x ".repeat(AgentWords::MAX_WORDS)),
            AgentWords::MAX_WORDS
        );
        assert_eq!(
            count(&b"x ".repeat(AgentWords::MAX_WORDS + 1)),
            AgentWords::MAX_WORDS
        );
        assert_eq!(
            count(&b" x".repeat(AgentWords::MAX_WORDS + 1)),
            AgentWords::MAX_WORDS
        );
    }

    #[test]
    fn versions_are_numbers_and_dots() {
        for version in ["8.7", "10.1.33.33", "05.20.0001"] {
            assert!(is_version(version.as_bytes()), "{version}");
        }
        for other in ["", "8", "8.", ".8", "8..7", "8.7-r", "14:19:43", "v8.7"] {
            assert!(!is_version(other.as_bytes()), "{other}");
        }
    }

    #[test]
    fn modules_are_words_with_a_count() {
        let read = |text: &'static str| {
            let words = AgentWords::new(text.as_bytes());
            Modules::parse(words.iter())
        };
        assert_eq!(read("a b 14:19:43 :1 X: X:1000 ~:1"), None);
        let modules = read("SXM:1 x UXM:2 A:3 B:4 C:5").unwrap();
        assert_eq!(modules.total(), 10);
        assert_eq!(
            format!("{modules:?}"),
            r#"{"SXM": 1, "UXM": 2, "A": 3, "B": 4}"#
        );
    }
}
