//! How phones are reached beside their files: by SIP and by DHCP.

use super::ModelRow;

/// What a phone is to do when it is told that there is something new.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[allow(
    clippy::exhaustive_enums,
    reason = "a phone runs on, or it starts again"
)]
pub enum Refresh {
    /// Fetch its files and go on, without a break where its settings allow that.
    Reload,
    /// Start again, which fetches the files too.
    Restart,
}

/// How phones of one maker are told by a SIP `NOTIFY`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct CheckSync {
    /// The value of the field `Event`: `check-sync;reboot=false`.
    pub event: &'static str,
    /// What the phone may do instead, and when. To be shown to who asks for it.
    pub caveat: Option<&'static str>,
}

impl CheckSync {
    /// The value of the field `Event`, with nothing more to say.
    pub const fn new(event: &'static str) -> Self {
        Self {
            event,
            caveat: None,
        }
    }

    /// The same, with what the phone may do instead.
    #[must_use]
    pub const fn with_caveat(self, caveat: &'static str) -> Self {
        Self {
            caveat: Some(caveat),
            ..self
        }
    }
}

/// A DHCP option that phones read the address of their files from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum DhcpSource {
    /// The address as text in the option of this code.
    Text(u8),
    /// The address as text, within option 43, in the part of this code.
    Encapsulated(u8),
    /// The address as text in an option between these codes, which the phone has been told of.
    Custom {
        /// The lowest code.
        min: u8,
        /// The highest code.
        max: u8,
    },
}

/// What the vendor class of a DHCP client (option 60) says.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum VendorClass<'a> {
    /// A phone of this maker.
    Maker,
    /// A phone of this model.
    Model(&'a ModelRow),
}
