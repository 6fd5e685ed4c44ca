//! Audio codecs ([`Codec`]) and their order of preference ([`CodecList`]).

use std::fmt;
use std::slice;
use std::str::FromStr;

use crate::error::Invalid;
use crate::model::nearest::nearest;

/// An audio codec that some phone can be told to use.
///
/// The words of the fleet format, in the order of that format. Whether a phone has the codec is a
/// matter of its model.
///
/// ```
/// use phone_provisioning::model::Codec;
///
/// assert_eq!("g722".parse::<Codec>()?, Codec::G722);
/// assert_eq!(Codec::AmrWb.as_str(), "amr_wb");
/// # Ok::<(), phone_provisioning::error::Invalid>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Codec {
    /// G.711 µ-law.
    Pcmu,
    /// G.711 A-law.
    Pcma,
    /// G.722, wideband.
    G722,
    /// G.729.
    G729,
    /// G.723.1.
    G723,
    /// G.726 at 16 kbit/s.
    G726_16,
    /// G.726 at 24 kbit/s.
    G726_24,
    /// G.726 at 32 kbit/s.
    G726_32,
    /// G.726 at 40 kbit/s.
    G726_40,
    /// iLBC.
    Ilbc,
    /// Opus.
    Opus,
    /// GSM full rate.
    Gsm,
    /// AMR, narrowband.
    Amr,
    /// AMR wideband.
    AmrWb,
    /// G.722.1.
    G722_1,
    /// G.722.1 annex C.
    G722_1c,
}

impl Codec {
    /// All codecs, in the order of the fleet format.
    pub const ALL: &'static [Self] = &[
        Self::Pcmu,
        Self::Pcma,
        Self::G722,
        Self::G729,
        Self::G723,
        Self::G726_16,
        Self::G726_24,
        Self::G726_32,
        Self::G726_40,
        Self::Ilbc,
        Self::Opus,
        Self::Gsm,
        Self::Amr,
        Self::AmrWb,
        Self::G722_1,
        Self::G722_1c,
    ];

    /// The word of the fleet format.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pcmu => "pcmu",
            Self::Pcma => "pcma",
            Self::G722 => "g722",
            Self::G729 => "g729",
            Self::G723 => "g723",
            Self::G726_16 => "g726_16",
            Self::G726_24 => "g726_24",
            Self::G726_32 => "g726_32",
            Self::G726_40 => "g726_40",
            Self::Ilbc => "ilbc",
            Self::Opus => "opus",
            Self::Gsm => "gsm",
            Self::Amr => "amr",
            Self::AmrWb => "amr_wb",
            Self::G722_1 => "g722_1",
            Self::G722_1c => "g722_1c",
        }
    }
}

impl FromStr for Codec {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .iter()
            .copied()
            .find(|codec| codec.as_str() == text)
            .ok_or_else(|| {
                let words = || Self::ALL.iter().map(|codec| codec.as_str());
                match nearest(text, words()) {
                    Some(word) => Invalid::new(format!("a codec (the nearest is `{word}`)"), text),
                    None => {
                        let words = words().collect::<Vec<_>>().join(" ");
                        Invalid::new(format!("a codec (one of {words})"), text)
                    }
                }
            })
    }
}

/// The codecs a phone offers, best first.
///
/// * At least one: a phone without codecs cannot talk.
/// * None twice.
///
/// As text the words stand with one blank between them.
///
/// ```
/// use phone_provisioning::model::{Codec, CodecList};
///
/// let wanted = CodecList::new([Codec::Opus, Codec::G722, Codec::Pcma])?;
/// let left = wanted.intersect(&[Codec::Pcmu, Codec::Pcma, Codec::G722]).unwrap();
/// assert_eq!(left.to_string(), "g722 pcma");
/// assert!(wanted.intersect(&[Codec::Pcmu]).is_none());
/// # Ok::<(), phone_provisioning::error::Invalid>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct CodecList(Vec<Codec>);

impl CodecList {
    /// A list of codecs, best first.
    ///
    /// # Errors
    /// No codec, or one that is there twice.
    pub fn new(codecs: impl IntoIterator<Item = Codec>) -> Result<Self, Invalid> {
        let mut list = Vec::new();
        for codec in codecs {
            if list.contains(&codec) {
                return Err(Invalid::new("each codec only once", codec.as_str()));
            }
            list.push(codec);
        }
        if list.is_empty() {
            Err(Invalid::new("at least one codec", ""))
        } else {
            Ok(Self(list))
        }
    }

    /// The codecs, best first.
    pub fn iter(&self) -> slice::Iter<'_, Codec> {
        self.0.iter()
    }

    /// The codecs as a slice, best first; never empty.
    pub fn as_slice(&self) -> &[Codec] {
        &self.0
    }

    /// Whether the codec is in the list.
    pub fn contains(&self, codec: Codec) -> bool {
        self.0.contains(&codec)
    }

    /// The codecs of this list that are available too, in the order of this list; `None` when none
    /// is left.
    #[must_use]
    pub fn intersect(&self, available: &[Codec]) -> Option<Self> {
        let left: Vec<_> = self
            .iter()
            .copied()
            .filter(|codec| available.contains(codec))
            .collect();
        (!left.is_empty()).then_some(Self(left))
    }
}

/// What is offered when nobody says otherwise: `g722 pcma pcmu g729`.
impl Default for CodecList {
    fn default() -> Self {
        Self(vec![Codec::G722, Codec::Pcma, Codec::Pcmu, Codec::G729])
    }
}

impl fmt::Display for CodecList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, codec) in self.iter().enumerate() {
            if i > 0 {
                f.write_str(" ")?;
            }
            f.write_str(codec.as_str())?;
        }
        Ok(())
    }
}

impl FromStr for CodecList {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let codecs: Result<Vec<Codec>, _> = text.split_ascii_whitespace().map(str::parse).collect();
        Self::new(codecs?)
    }
}

impl TryFrom<&str> for CodecList {
    type Error = Invalid;

    fn try_from(text: &str) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl<'a> IntoIterator for &'a CodecList {
    type IntoIter = slice::Iter<'a, Codec>;
    type Item = &'a Codec;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::{select, subsequence};

    use super::*;

    #[test]
    fn words_are_those_of_the_fleet_format() {
        let words = "pcmu pcma g722 g729 g723 g726_16 g726_24 g726_32 g726_40 ilbc opus gsm amr \
                     amr_wb g722_1 g722_1c";
        assert_eq!(
            CodecList::new(Codec::ALL.iter().copied())
                .unwrap()
                .to_string(),
            words
        );
        for (word, codec) in words.split(' ').zip(Codec::ALL.iter().copied()) {
            assert_eq!(word.parse::<Codec>().unwrap(), codec);
            assert_eq!(Codec::try_from(word).unwrap().to_string(), word);
        }
        assert!(Codec::ALL.is_sorted());
    }

    #[test]
    fn unknown_codecs_name_the_nearest_or_all() {
        let refused = |text: &str| text.parse::<Codec>().unwrap_err().to_string();
        assert_eq!(
            refused("PCMA"),
            "expected a codec (the nearest is `pcma`), found `PCMA`"
        );
        assert_eq!(
            refused("g7222"),
            "expected a codec (the nearest is `g722`), found `g7222`"
        );
        assert_eq!(
            refused("amr-wb"),
            "expected a codec (the nearest is `amr_wb`), found `amr-wb`"
        );
        assert_eq!(
            refused("silk"),
            "expected a codec (one of pcmu pcma g722 g729 g723 g726_16 g726_24 g726_32 g726_40 ilbc \
             opus gsm amr amr_wb g722_1 g722_1c), found `silk`",
        );
        assert!(refused("").ends_with("g722_1c), found ``"));
    }

    #[test]
    fn lists() {
        let list = CodecList::default();
        assert_eq!(list.to_string(), "g722 pcma pcmu g729");
        assert_eq!(CodecList::new(list.iter().copied()).unwrap(), list);
        assert_eq!("g722 pcma  pcmu g729".parse::<CodecList>().unwrap(), list);
        assert_eq!(list.as_slice()[0], Codec::G722);
        assert!(list.contains(Codec::Pcmu));
        assert!(!list.contains(Codec::Opus));
        assert_eq!((&list).into_iter().count(), 4);
    }

    #[test]
    fn bad_lists_are_refused() {
        let refused = |text: &str| CodecList::try_from(text).unwrap_err().to_string();
        assert_eq!(refused(""), "expected at least one codec, found ``");
        assert_eq!(
            refused("g722 pcma g722"),
            "expected each codec only once, found `g722`"
        );
        assert_eq!(
            refused("g722 pmca"),
            "expected a codec (the nearest is `pcma`), found `pmca`",
        );
    }

    proptest! {
        #[test]
        fn lists_are_read_back(
            codecs in subsequence(Codec::ALL.to_vec(), 1..=16).prop_shuffle(),
        ) {
            let list = CodecList::new(codecs).unwrap();
            prop_assert_eq!(list.to_string().parse::<CodecList>().unwrap(), list);
        }

        #[test]
        fn intersection_keeps_the_order(
            codecs in subsequence(Codec::ALL.to_vec(), 1..=16).prop_shuffle(),
            available in prop::collection::vec(select(Codec::ALL), 0..8),
        ) {
            let list = CodecList::new(codecs.clone()).unwrap();
            let left = list.intersect(&available);
            let expected: Vec<Codec> =
                codecs.into_iter().filter(|codec| available.contains(codec)).collect();
            prop_assert_eq!(left.map(|list| list.0).unwrap_or_default(), expected);
        }
    }
}
