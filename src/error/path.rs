//! Where a value stands.

use std::fmt::{self, Write as _};

/// Where a value stands in the fleet document: `profiles.reception.keys[0].value`.
///
/// Keys are divided by dots, entries of lists counted from 0. A device that no document has begins with
/// `device.<mac>`.
///
/// ```
/// use phone_provisioning::error::Path;
///
/// let key = Path::root().key("profiles").key("front desk").key("keys").index(0);
/// assert_eq!(key.as_str(), "profiles.\"front desk\".keys[0]");
/// assert_eq!(Path::root().to_string(), "document");
/// ```
#[derive(Clone, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Path(String);

impl Path {
    /// The document itself.
    pub fn root() -> Self {
        Self::default()
    }

    /// The path of a key below this one. A key that is no bare key of TOML is quoted.
    #[must_use]
    pub fn key(&self, key: &str) -> Self {
        let mut path = self.0.clone();
        if !path.is_empty() {
            path.push('.');
        }
        let bare = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        if !key.is_empty() && key.chars().all(bare) {
            path.push_str(key);
        } else {
            // `Debug` escapes quotes and controls, so that a path stays one line.
            let _ = write!(path, "{key:?}");
        }
        Self(path)
    }

    /// The path of an entry of the list at this path, from 0.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        Self(format!("{}[{index}]", self.0))
    }

    /// The path as text; empty for the document itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is this path or one below it.
    pub(crate) fn is_within(&self, above: &Self) -> bool {
        let rest = self.0.strip_prefix(above.as_str());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(if self.0.is_empty() {
            "document"
        } else {
            &self.0
        })
    }
}
