//! What is worth knowing about files that were made.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use super::Path;

/// Something the caller should know about a file that was made all the same. Cheap to clone: what is
/// true of a site is told of each of its devices.
///
/// `Display` writes path, code and text: `devices[0]: no-token: …`.
///
/// ```
/// use phone_provisioning::error::{Notice, NoticeCode, Path};
///
/// let at = Path::root().key("site").key("settings").key("ldap");
/// let notice = Notice::new(NoticeCode::NotApplicable, at, "acme T46 has no LDAP directory");
/// assert_eq!(
///     notice.to_string(),
///     "site.settings.ldap: not-applicable: acme T46 has no LDAP directory",
/// );
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Notice(Arc<Told>);

#[derive(Debug, Eq, Hash, PartialEq)]
struct Told {
    code: NoticeCode,
    path: Path,
    message: Cow<'static, str>,
}

impl Notice {
    /// Whether it is a clone of the other.
    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// A notice about a value.
    pub fn new(code: NoticeCode, path: Path, message: impl Into<Cow<'static, str>>) -> Self {
        Self(Arc::new(Told {
            code,
            path,
            message: message.into(),
        }))
    }

    /// What kind of notice it is.
    pub fn code(&self) -> NoticeCode {
        self.0.code
    }

    /// The value it is about.
    pub fn path(&self) -> &Path {
        &self.0.path
    }

    /// The text, without path and code.
    pub fn message(&self) -> &str {
        &self.0.message
    }
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Told {
            code,
            path,
            message,
        } = &*self.0;
        write!(f, "{path}: {}: {message}", code.as_str())
    }
}

/// The kinds of notices. The code as it is printed is stable: a PBX may keep which it has shown.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum NoticeCode {
    /// What was chosen leaves room for fewer calls at once than the base could carry.
    Capacity,
    /// The phone's clock will be wrong for a time, because its rules cannot say the law of the zone, or
    /// it is not proven that it will be right.
    Clock,
    /// An inherited codec that the phone does not have was left out.
    CodecLeftOut,
    /// A raw setting that the vendor's dictionary does not know is sent as it is.
    CustomUnknown,
    /// A raw setting replaces one that the model feeds.
    CustomShadows,
    /// A third web login that was not given got the administrator's password.
    MaintenanceLogin,
    /// The address contains `{token}` and the device has none: no provisioning settings are sent.
    NoToken,
    /// An inherited value that this phone cannot be told, or a device's own in lenient handling.
    NotApplicable,
    /// A text that is longer than phones are known to take.
    LongText,
    /// A limit of the model that no source states.
    UnknownLimit,
    /// A firmware that does not fit what is known of the model.
    Firmware,
    /// A value that became the nearest one that the phone can be told.
    Rounded,
    /// A setting that leaves a door open and was not given.
    Security,
}

impl NoticeCode {
    /// The code as it is printed: `no-token`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Capacity => "capacity",
            Self::Clock => "clock",
            Self::CodecLeftOut => "codec-left-out",
            Self::CustomShadows => "custom-shadows",
            Self::CustomUnknown => "custom-unknown",
            Self::Firmware => "firmware",
            Self::LongText => "long-text",
            Self::MaintenanceLogin => "maintenance-login",
            Self::NoToken => "no-token",
            Self::NotApplicable => "not-applicable",
            Self::Rounded => "rounded",
            Self::Security => "security",
            Self::UnknownLimit => "unknown-limit",
        }
    }
}

impl fmt::Display for NoticeCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
