//! Function keys: what a key does, apart from how a phone spells it.

use std::str::FromStr;

use super::KeyValue;
use crate::error::{ErrorKind, Invalid};
use crate::text::Text;

/// One function key of a phone or of an expansion module.
///
/// Which keys a phone has, and which kinds, is the affair of its model: the target refuses what does
/// not fit.
///
/// ```
/// use phone_provisioning::model::{FunctionKey, KeyKind};
///
/// let mut bob = FunctionKey::new(3, KeyKind::Blf);
/// bob.value = Some("1002".parse()?);
/// bob.label = Some("Bob".parse()?);
/// bob.check_value()?;
///
/// bob.kind = KeyKind::Dnd;
/// assert_eq!(
///     bob.check_value().unwrap_err().to_string(),
///     "a key of kind `dnd` takes no value",
/// );
/// # Ok::<(), phone_provisioning::error::ErrorKind>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub struct FunctionKey {
    /// Place, from 1, counted over the pages of the phone or of the module.
    pub position: u16,
    /// Expansion module, from 1; absent = the phone itself.
    pub module: Option<u8>,
    /// What the key does.
    pub kind: KeyKind,
    /// Number, address or code that it does it with; of which shape, says [`KeyKind::value`].
    pub value: Option<Text>,
    /// What the phone writes beside the key.
    pub label: Option<Text>,
    /// Extension that it belongs to, from 1.
    pub extension: u8,
}

impl FunctionKey {
    /// A key of the phone itself for extension 1, without value and label.
    pub fn new(position: u16, kind: KeyKind) -> Self {
        Self {
            position,
            module: None,
            kind,
            value: None,
            label: None,
            extension: 1,
        }
    }

    /// Whether two entries are for the same key, so that the later layer's replaces the earlier.
    pub fn same_place(&self, other: &Self) -> bool {
        self.place() == other.place()
    }

    /// Module and position.
    pub(crate) fn place(&self) -> (Option<u8>, u16) {
        (self.module, self.position)
    }

    /// Whether the value, where there is one, is one for this kind of key.
    ///
    /// # Errors
    /// [`ErrorKind::Conflict`] for a value that the kind does not take, [`ErrorKind::Invalid`] for
    /// one of another shape, see [`KeyValue`].
    pub fn check_value(&self) -> Result<(), ErrorKind> {
        let Some(value) = &self.value else {
            return Ok(());
        };
        match self.kind.value() {
            KeyValue::Nothing => {
                let why = format!("a key of kind `{}` takes no value", self.kind.as_str());
                Err(ErrorKind::Conflict(why.into()))
            }
            shape => Ok(shape.check(value.as_str())?),
        }
    }
}

macro_rules! key_kinds {
    ($($(#[doc = $doc:literal])+ $variant:ident = $word:literal,)+) => {
        /// What a function key does. Its word in the fleet document is [`as_str`](Self::as_str).
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        #[non_exhaustive]
        pub enum KeyKind {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl KeyKind {
            /// All kinds, in the order of their words' table.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The word of the fleet document.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }
        }
    };
}

key_kinds! {
    /// A line of an extension.
    Line = "line",
    /// Busy lamp field: lamp of another extension; calls it, or takes its ringing call.
    Blf = "blf",
    /// Calls a number.
    SpeedDial = "speed_dial",
    /// Parks a call.
    Park = "park",
    /// Fetches a parked call.
    RetrievePark = "retrieve_park",
    /// Sends digits during a call.
    Dtmf = "dtmf",
    /// Opens an address.
    Url = "url",
    /// Transfers the call.
    Transfer = "transfer",
    /// Switches forwarding.
    Forward = "forward",
    /// Switches do-not-disturb.
    Dnd = "dnd",
    /// Holds the call.
    Hold = "hold",
    /// Dials the last number again.
    Redial = "redial",
    /// Joins calls.
    Conference = "conference",
    /// Speaks to an extension that answers by itself.
    Intercom = "intercom",
    /// Speaks to a multicast group.
    MulticastPaging = "multicast_paging",
    /// Takes a call that rings in the group.
    GroupPickup = "group_pickup",
    /// Takes a call that rings at one extension.
    DirectedPickup = "directed_pickup",
    /// Listens to voice mail.
    Voicemail = "voicemail",
    /// Records the call.
    Record = "record",
    /// Calls the last caller.
    CallReturn = "call_return",
    /// Opens the LDAP directory.
    Ldap = "ldap",
    /// Opens the phone's directory.
    Directory = "directory",
    /// Opens a page of the phone's XML browser.
    XmlBrowser = "xml_browser",
    /// Logs a user in.
    HotDesking = "hot_desking",
    /// A shared line.
    SharedLine = "shared_line",
    /// A lamp out of a list that the server keeps.
    BlfList = "blf_list",
    /// Puts digits in front of a number.
    Prefix = "prefix",
    /// Locks the phone.
    Lock = "lock",
    /// Nothing.
    None = "none",
}

impl FromStr for KeyKind {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::ALL
            .iter()
            .copied()
            .find(|kind| kind.as_str() == text)
            .ok_or_else(|| {
                let words = Self::ALL.iter().map(|kind| kind.as_str());
                let nearest = super::nearest(text, words)
                    .map(|near| format!("a kind of key; the nearest is `{near}`"))
                    .unwrap_or_else(|| "a kind of key".to_owned());
                Invalid::new(nearest, text)
            })
    }
}
