//! DHCP: the options that tell a phone where its files are, and the vendor class that tells phones
//! apart.
//!
//! [`options`] says what phones of a target read, in their order of preference. All is as public as
//! the network: an address with a secret in it does not belong here.

use std::fmt::Write as _;
use std::sync::Arc;

use crate::model::Url;
use crate::target::{DhcpSource, ModelRow, ProvisioningTarget, Targets, VendorClass};

/// An option with its value.
///
/// ```
/// use phone_provisioning::delivery::dhcp::DhcpOption;
///
/// let option = DhcpOption::server(&"http://pbx.example.net/p/".parse()?)?;
/// assert_eq!(option.code(), 66);
/// assert_eq!(option.value(), b"http://pbx.example.net/p/");
/// assert_eq!(option.to_isc(), "option tftp-server-name \"http://pbx.example.net/p/\";\n");
/// assert_eq!(option.to_dnsmasq(), "dhcp-option=66,\"http://pbx.example.net/p/\"\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct DhcpOption {
    code: u8,
    value: Value,
}

#[derive(Clone, Debug, Eq, PartialEq)]
enum Value {
    /// Printable ASCII without quotation mark and backslash.
    Text(String),
    Bytes(Vec<u8>),
}

/// Why an option cannot be made.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum DhcpError {
    /// A value that is longer than an option can be, or no value.
    #[error("expected 1 to 255 bytes in option {code}, found {bytes}")]
    Length {
        /// The option, or the part of option 43.
        code: u8,
        /// The length of the value.
        bytes: usize,
    },
    /// An option that has a meaning of its own.
    #[error("expected an option between {min} and {max}, found {code}")]
    Code {
        /// The lowest that can be chosen.
        min: u8,
        /// The highest that can be chosen.
        max: u8,
        /// The option.
        code: u8,
    },
    /// A character that has no place in the value.
    #[error("expected printable ASCII without `\"` and `\\` in option {code}")]
    Character {
        /// The option, or the part of option 43.
        code: u8,
    },
}

/// Codes that a site can give a meaning of its own: RFC 2132 section 2, narrowed to 224 and above by RFC 3942,
/// which phones are older than.
const PRIVATE: (u8, u8) = (128, 254);

const SERVER: u8 = 66;
const BOOT_FILE: u8 = 67;
const ENCAPSULATED: u8 = 43;

impl DhcpOption {
    /// Option 66, the server: the whole address of the files.
    ///
    /// # Errors
    /// [`DhcpError::Length`].
    pub fn server(url: &Url) -> Result<Self, DhcpError> {
        Self::text(SERVER, url.as_str())
    }

    /// Option 67, the name of a file on the server of option 66.
    ///
    /// # Errors
    /// [`DhcpError::Length`], [`DhcpError::Character`].
    pub fn boot_file(name: &str) -> Result<Self, DhcpError> {
        Self::text(BOOT_FILE, name)
    }

    /// An option between 128 and 254, such as 160, that the phones have been told of or read by nature.
    ///
    /// # Errors
    /// [`DhcpError::Code`], [`DhcpError::Length`].
    pub fn custom(code: u8, url: &Url) -> Result<Self, DhcpError> {
        let (min, max) = PRIVATE;
        if !(min..=max).contains(&code) {
            return Err(DhcpError::Code { min, max, code });
        }
        Self::text(code, url.as_str())
    }

    /// Option 43 of parts with codes of their own, each a text with a NUL that counts in its length.
    ///
    /// ```
    /// use phone_provisioning::delivery::dhcp::DhcpOption;
    ///
    /// // The address of the files, and the VLAN 3.
    /// let option = DhcpOption::encapsulated([(66, "http://test"), (132, "3")])?;
    /// assert_eq!(
    ///     option.to_isc(),
    ///     "option vendor-encapsulated-options \
    ///      42:0c:68:74:74:70:3a:2f:2f:74:65:73:74:00:84:02:33:00;\n",
    /// );
    /// # Ok::<(), phone_provisioning::delivery::dhcp::DhcpError>(())
    /// ```
    ///
    /// # Errors
    /// [`DhcpError::Length`], [`DhcpError::Character`].
    pub fn encapsulated<'a>(
        parts: impl IntoIterator<Item = (u8, &'a str)>,
    ) -> Result<Self, DhcpError> {
        let mut bytes = Vec::new();
        for (code, text) in parts {
            let text = checked_text(code, text)?;
            let with_nul = text.len() + 1;
            let len = length(code, with_nul)?;
            bytes.extend([code, len]);
            bytes.extend_from_slice(text.as_bytes());
            bytes.push(0);
        }
        length(ENCAPSULATED, bytes.len())?;
        Ok(Self {
            code: ENCAPSULATED,
            value: Value::Bytes(bytes),
        })
    }

    /// The code of the option.
    pub fn code(&self) -> u8 {
        self.code
    }

    /// The value, 1 to 255 bytes.
    pub fn value(&self) -> &[u8] {
        match &self.value {
            Value::Text(text) => text.as_bytes(),
            Value::Bytes(bytes) => bytes,
        }
    }

    /// The option as it stands in a DHCP message: code, length, value (RFC 2132 section 2).
    pub fn to_wire(&self) -> Vec<u8> {
        let value = self.value();
        // Checked when it was made.
        let mut bytes = vec![self.code, value.len() as u8];
        bytes.extend_from_slice(value);
        bytes
    }

    /// The lines for the configuration of ISC DHCP. An option without a name there is first declared.
    pub fn to_isc(&self) -> String {
        let value = self.quoted();
        let code = self.code;
        match code {
            SERVER => format!("option tftp-server-name {value};\n"),
            BOOT_FILE => format!("option bootfile-name {value};\n"),
            ENCAPSULATED => format!("option vendor-encapsulated-options {value};\n"),
            _ => format!(
                "option provisioning-{code} code {code} = text;\noption provisioning-{code} {value};\n"
            ),
        }
    }

    /// The line for the configuration of dnsmasq.
    pub fn to_dnsmasq(&self) -> String {
        format!("dhcp-option={},{}\n", self.code, self.quoted())
    }

    /// Text in quotation marks, bytes as pairs of digits with colons: both servers read both.
    fn quoted(&self) -> String {
        match &self.value {
            Value::Text(text) => format!("\"{text}\""),
            Value::Bytes(bytes) => {
                let mut text = String::new();
                for (i, byte) in bytes.iter().enumerate() {
                    let colon = if i > 0 { ":" } else { "" };
                    let _ = write!(text, "{colon}{byte:02x}");
                }
                text
            }
        }
    }

    fn text(code: u8, text: &str) -> Result<Self, DhcpError> {
        let text = checked_text(code, text)?;
        length(code, text.len())?;
        Ok(Self {
            code,
            value: Value::Text(text.to_owned()),
        })
    }
}

/// The options that tell phones of a target where their files are, each of which does by itself; the
/// one that wins over the others first. An option that can be chosen is there when its code is given.
///
/// # Errors
/// [`DhcpError::Length`] for an address that is too long for one of them; [`DhcpError::Code`] for a
/// custom option that these phones cannot be told of.
pub fn options(
    target: &dyn ProvisioningTarget,
    url: &Url,
    custom: Option<u8>,
) -> Result<Vec<DhcpOption>, DhcpError> {
    let sources = target.dhcp_sources().iter();
    let options = sources.filter_map(|source| match *source {
        DhcpSource::Text(code) => Some(DhcpOption::text(code, url.as_str())),
        DhcpSource::Encapsulated(code) => Some(DhcpOption::encapsulated([(code, url.as_str())])),
        DhcpSource::Custom { min, max } => custom.map(|code| match code {
            _ if (min..=max).contains(&code) => DhcpOption::custom(code, url),
            _ => Err(DhcpError::Code { min, max, code }),
        }),
    });
    options.collect()
}

/// The phone that sent a vendor class (option 60): its target and, where the class tells it, its model.
///
#[cfg_attr(feature = "snom", doc = "```")]
#[cfg_attr(not(feature = "snom"), doc = "```ignore")]
/// use phone_provisioning::Targets;
/// use phone_provisioning::delivery::dhcp::identify;
///
/// let targets = Targets::builtin();
/// let (target, model) = identify(&targets, b"snomD785").unwrap();
/// assert_eq!(target.id().as_str(), "snom-desk");
/// assert_eq!(model.unwrap().name, "D785");
/// ```
pub fn identify<'t>(
    targets: &'t Targets,
    class: &[u8],
) -> Option<(&'t Arc<dyn ProvisioningTarget>, Option<&'t ModelRow>)> {
    // Some clients count a NUL in.
    let class = class.strip_suffix(b"\0").unwrap_or(class);
    let mut maker = None;
    for target in targets.iter() {
        match target.vendor_class(class) {
            Some(VendorClass::Model(model)) => return Some((target, Some(model))),
            // Another target of the maker may know the model.
            Some(VendorClass::Maker) => maker = maker.or(Some((target, None))),
            None => {}
        }
    }
    maker
}

fn checked_text(code: u8, text: &str) -> Result<&str, DhcpError> {
    let fits = |byte: u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\');
    match text.bytes().all(fits) {
        true => Ok(text),
        false => Err(DhcpError::Character { code }),
    }
}

fn length(code: u8, bytes: usize) -> Result<u8, DhcpError> {
    match u8::try_from(bytes) {
        Ok(len) if len > 0 => Ok(len),
        _ => Err(DhcpError::Length { code, bytes }),
    }
}
