//! Names of the files that phones ask for.

use std::fmt;

/// What a file is that a phone asks for or sends.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum FileKind {
    /// The file that names the others: of one phone or of all.
    Boot,
    /// The list of calls that the phone keeps, which it may also send.
    CallLog,
    /// What all phones of a model share.
    Common,
    /// The phone book that the phone keeps, which it may also send.
    Contacts,
    /// What one phone has for itself.
    Device,
    /// An image of firmware, or the document that names one.
    Firmware,
    /// No file: the address ends with a slash.
    Folder,
    /// The key of an encrypted file.
    Key,
    /// A language pack.
    Language,
    /// What the user changed on the phone, which it may also send.
    LocalSettings,
    /// None of the names that are known.
    Other,
}

impl FileKind {
    /// A word for it: `device`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Boot => "boot",
            Self::CallLog => "call-log",
            Self::Common => "common",
            Self::Contacts => "contacts",
            Self::Device => "device",
            Self::Firmware => "firmware",
            Self::Folder => "folder",
            Self::Key => "key",
            Self::Language => "language",
            Self::LocalSettings => "local-settings",
            Self::Other => "other",
        }
    }
}

impl fmt::Display for FileKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A name that phones of a target ask for beside those of
/// [`file_names`](super::ProvisioningTarget::file_names).
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct FileRow {
    /// The name, in which `<mac>` stands for the address of a phone in any writing, `#` for a digit and
    /// `*` for anything. Letter case does not matter.
    pub pattern: &'static str,
    /// What it is.
    pub kind: FileKind,
    /// Source tags.
    pub source: &'static str,
}

impl FileRow {
    /// A name and what it is.
    pub const fn new(pattern: &'static str, kind: FileKind, source: &'static str) -> Self {
        Self {
            pattern,
            kind,
            source,
        }
    }
}

/// Whether a name in lower case, its address written `<mac>`, is one of a pattern's.
pub(crate) fn matches(pattern: &[u8], name: &[u8]) -> bool {
    let is_place = |byte: &&u8| matches!(byte, b'*' | b'#');
    let last = pattern.last().filter(|byte| !is_place(byte));
    if last.is_some() && last != name.last() {
        return false;
    }
    let (mut p, mut n) = (0, 0);
    // Behind the last star, and the first byte that it does not take.
    let mut star: Option<(usize, usize)> = None;
    while n < name.len() {
        let fits = match pattern.get(p) {
            Some(b'*') => {
                p += 1;
                star = Some((p, n));
                continue;
            }
            Some(b'#') => name[n].is_ascii_digit(),
            Some(byte) => *byte == name[n],
            None => false,
        };
        if fits {
            (p, n) = (p + 1, n + 1);
        } else if let Some((after, taken)) = star {
            star = Some((after, taken + 1));
            (p, n) = (after, taken + 1);
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|&byte| byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        let is = |pattern: &str, name: &str| matches(pattern.as_bytes(), name.as_bytes());
        assert!(is("y############.cfg", "y000000000108.cfg"));
        assert!(!is("y############.cfg", "y0000000000108.cfg"));
        assert!(!is("y############.cfg", "y00000000010.cfg"));
        assert!(!is("y############.cfg", "y00000000010a.cfg"));
        assert!(is("*.rom", "t46s-66.86.0.15.rom"));
        assert!(is("*.rom", ".rom"));
        assert!(!is("*.rom", "x.rom.cfg"));
        assert!(is("snom*-<mac>.htm", "snomd785-<mac>.htm"));
        assert!(!is("snom*-<mac>.htm", "snomd785.htm"));
        assert!(is("a*b*c", "abbbcbc"));
        assert!(is("*", ""));
        assert!(is("", ""));
        assert!(!is("", "x"));
    }
}
