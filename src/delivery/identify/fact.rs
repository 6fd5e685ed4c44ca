//! Facts about a request: each with where it comes from and how far it can be trusted.

use std::fmt;

/// Something that is known of a request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Fact<T> {
    /// What is known.
    pub value: T,
    /// Where it comes from; of several places the one that is trusted most.
    pub origin: Origin,
    /// How far it can be trusted.
    pub confidence: Confidence,
}

impl<T> Fact<T> {
    pub(super) fn new(value: T, origin: Origin, confidence: Confidence) -> Self {
        Self {
            value,
            origin,
            confidence,
        }
    }
}

/// Where a fact comes from.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Origin {
    /// The client's certificate.
    Certificate,
    /// The path: the name of the file, or the place of `{mac}`.
    Path,
    /// The parameter `mac` of the query.
    Query,
    /// The header `User-Agent`.
    UserAgent,
    /// The block that the MAC address is in.
    Block,
}

impl Origin {
    pub(super) const ALL: [Self; 5] = [
        Self::Certificate,
        Self::Path,
        Self::Query,
        Self::UserAgent,
        Self::Block,
    ];

    /// A word for it: `user-agent`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Certificate => "certificate",
            Self::Path => "path",
            Self::Query => "query",
            Self::UserAgent => "user-agent",
            Self::Block => "block",
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// How far a fact can be trusted. None of it is a permission: that is for the admission to give.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Confidence {
    /// Likely, and no more: a block of addresses, a name that others use too.
    Hint,
    /// The request says so in one place; anybody can write it.
    Claimed,
    /// Two places of the request say the same.
    Agreed,
    /// A certificate says so that the server has checked.
    Certified,
}

impl Confidence {
    /// A word for it: `agreed`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hint => "hint",
            Self::Claimed => "claimed",
            Self::Agreed => "agreed",
            Self::Certified => "certified",
        }
    }
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Places of a request that do not agree. `Display` gives a sentence for the log, without any value of
/// the request.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub struct Conflict {
    /// What they are about.
    pub about: Subject,
    /// The places, as a set.
    origins: u8,
}

impl Conflict {
    pub(super) fn new(about: Subject, origins: impl IntoIterator<Item = Origin>) -> Self {
        let origins = origins.into_iter().map(|origin| 1 << origin as u8);
        Self {
            about,
            origins: origins.fold(0, std::ops::BitOr::bitor),
        }
    }

    /// The places; a single one has two that differ within it.
    pub fn origins(&self) -> impl Iterator<Item = Origin> {
        let origins = self.origins;
        let is_in = move |origin: &Origin| origins >> (*origin as u8) & 1 == 1;
        Origin::ALL.into_iter().filter(is_in)
    }
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} differs: ", self.about)?;
        for (i, origin) in self.origins().enumerate() {
            let between = if i > 0 { ", " } else { "" };
            write!(f, "{between}{origin}")?;
        }
        Ok(())
    }
}

/// What a conflict is about.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Subject {
    /// The MAC address.
    Mac,
    /// The maker.
    Vendor,
    /// The model.
    Model,
}

impl Subject {
    /// A word for it: `mac`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mac => "mac",
            Self::Vendor => "vendor",
            Self::Model => "model",
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
