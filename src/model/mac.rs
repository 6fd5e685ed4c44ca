//! The hardware address that names a phone ([`Mac`]).

use std::fmt;
use std::str::FromStr;

use macaddr::MacAddr6;

use crate::error::Invalid;

/// MAC address of one phone or base: the name by which a phone asks for its file.
///
/// * Six bytes, a 48-bit address (EUI-48, IEEE 802).
/// * Not a group address: bit 0 of the first byte is clear. This excludes the broadcast address.
/// * Not all zeros: that is what a device shows that has no address.
///
/// Read from all usual writings in any letter case: twelve digits plain, in pairs with `:` or `-`,
/// in fours with `.`; blanks around it do not matter. `Display` writes `00:00:5e:00:53:2d`; the
/// other writings have methods of their own.
///
/// ```
/// use phone_provisioning::model::Mac;
///
/// let mac: Mac = "0000.5E00.532D".parse()?;
/// assert_eq!(mac.to_string(), "00:00:5e:00:53:2d");
/// assert_eq!(mac.plain_upper().to_string(), "00005E00532D");
/// assert_eq!(format!("{}.cfg", mac.plain_lower()), "00005e00532d.cfg");
/// # Ok::<(), phone_provisioning::error::Invalid>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Mac([u8; 6]);

impl Mac {
    /// An address from its bytes, in the order in which they are written.
    ///
    /// # Errors
    /// A group address, or all zeros.
    pub fn new(bytes: [u8; 6]) -> Result<Self, Invalid> {
        Self::checked(bytes, None)
    }

    /// The six bytes.
    pub const fn as_bytes(&self) -> &[u8; 6] {
        &self.0
    }

    /// The first three bytes, which say who was assigned the block of addresses.
    pub const fn oui(&self) -> [u8; 3] {
        [self.0[0], self.0[1], self.0[2]]
    }

    /// `00005e00532d`
    pub const fn plain_lower(self) -> MacText {
        MacText {
            mac: self,
            separator: None,
            upper: false,
        }
    }

    /// `00005E00532D`
    pub const fn plain_upper(self) -> MacText {
        MacText {
            mac: self,
            separator: None,
            upper: true,
        }
    }

    /// `00:00:5e:00:53:2d`
    pub const fn colon_lower(self) -> MacText {
        MacText {
            mac: self,
            separator: Some(b':'),
            upper: false,
        }
    }

    /// `00:00:5E:00:53:2D`
    pub const fn colon_upper(self) -> MacText {
        MacText {
            mac: self,
            separator: Some(b':'),
            upper: true,
        }
    }

    /// `00-00-5e-00-53-2d`
    pub const fn dash_lower(self) -> MacText {
        MacText {
            mac: self,
            separator: Some(b'-'),
            upper: false,
        }
    }

    /// [`plain_lower`](Self::plain_lower) as ASCII bytes.
    pub(crate) fn plain_lower_bytes(&self) -> [u8; 12] {
        self.plain(LOWER)
    }

    /// [`plain_upper`](Self::plain_upper) as ASCII bytes.
    pub(crate) fn plain_upper_bytes(&self) -> [u8; 12] {
        self.plain(UPPER)
    }

    /// An address as it stands in names and headers: twelve digits, plain or in pairs with one kind of
    /// `:` or `-`. `None` for anything else and for what is no phone's address.
    pub(crate) fn from_word(word: &[u8]) -> Option<Self> {
        Self::new(Self::digits(word)?).ok()
    }

    /// The same, whoever has it.
    pub(crate) fn digits(word: &[u8]) -> Option<[u8; 6]> {
        let step = match word {
            [_, _, b':' | b'-', ..] if word.len() == 17 => 3,
            _ if word.len() == 12 => 2,
            _ => return None,
        };
        let mut bytes = [0; 6];
        for (at, byte) in bytes.iter_mut().enumerate() {
            let pair = &word[at * step..];
            *byte = hex_value(pair[0])? << 4 | hex_value(pair[1])?;
            if step == 3 && at < 5 && pair[2] != word[2] {
                return None;
            }
        }
        Some(bytes)
    }

    fn plain(self, digits: &[u8; 16]) -> [u8; 12] {
        let mut text = [0; 12];
        for (pair, byte) in text.chunks_exact_mut(2).zip(self.0) {
            pair[0] = digits[usize::from(byte >> 4)];
            pair[1] = digits[usize::from(byte & 15)];
        }
        text
    }

    /// `written` is how the address came in, for the error text.
    fn checked(bytes: [u8; 6], written: Option<&str>) -> Result<Self, Invalid> {
        let mac = Self(bytes);
        let expected = if bytes == [0; 6] {
            "a MAC address other than all zeros"
        } else if bytes[0] & 1 == 1 {
            "the MAC address of one phone, not a group address"
        } else {
            return Ok(mac);
        };
        Err(match written {
            Some(text) => Invalid::new(expected, text),
            None => Invalid::new(expected, &mac.to_string()),
        })
    }
}

impl fmt::Display for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.colon_lower().fmt(f)
    }
}

impl FromStr for Mac {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim_ascii();
        let malformed = || {
            let digits = text.chars().filter(|c| !SEPARATORS.contains(c));
            let all_there = digits.clone().count() == 12 && digits.clone().all(is_hex);
            let mixed = SEPARATORS
                .iter()
                .filter(|&&separator| text.contains(separator))
                .count()
                > 1;
            let expected = if all_there && mixed {
                "one kind of separator throughout the MAC address"
            } else {
                "a MAC address of 12 hexadecimal digits, plain, in pairs with `:` or `-`, or in \
                 fours with `.`"
            };
            Invalid::new(expected, text)
        };
        let (separator, group_length) = match text.chars().find(|c| SEPARATORS.contains(c)) {
            Some('.') => ('.', 4),
            Some(separator) => (separator, 2),
            // There is nothing to split at: one group.
            None => (':', 12),
        };
        let mut bytes = [0_u8; 6];
        let mut count = 0;
        for group in text.split(separator) {
            if group.len() != group_length {
                return Err(malformed());
            }
            for digit in group.bytes() {
                let value = hex_value(digit).ok_or_else(malformed)?;
                let byte = bytes.get_mut(count / 2).ok_or_else(malformed)?;
                *byte = *byte << 4 | value;
                count += 1;
            }
        }
        if count != 12 {
            return Err(malformed());
        }
        Self::checked(bytes, Some(text))
    }
}

impl TryFrom<&str> for Mac {
    type Error = Invalid;

    fn try_from(text: &str) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl TryFrom<[u8; 6]> for Mac {
    type Error = Invalid;

    fn try_from(bytes: [u8; 6]) -> Result<Self, Self::Error> {
        Self::new(bytes)
    }
}

impl TryFrom<MacAddr6> for Mac {
    type Error = Invalid;

    fn try_from(address: MacAddr6) -> Result<Self, Self::Error> {
        Self::new(address.into_array())
    }
}

impl From<Mac> for MacAddr6 {
    fn from(mac: Mac) -> Self {
        Self::from(mac.0)
    }
}

impl From<Mac> for [u8; 6] {
    fn from(mac: Mac) -> Self {
        mac.0
    }
}

/// One writing of a [`Mac`]; its `Display` is the text.
///
/// Made by the methods of [`Mac`], which say what it looks like.
///
/// ```
/// use phone_provisioning::model::Mac;
///
/// let mac = Mac::new([0x00, 0x00, 0x5e, 0x00, 0x53, 0x2d])?;
/// assert_eq!(format!("{}.cfg", mac.plain_lower()), "00005e00532d.cfg");
/// # Ok::<(), phone_provisioning::error::Invalid>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct MacText {
    mac: Mac,
    separator: Option<u8>,
    upper: bool,
}

impl fmt::Display for MacText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = self.mac.plain(if self.upper { UPPER } else { LOWER });
        let mut text = [0; 17];
        let mut len = 0;
        for (i, pair) in plain.chunks_exact(2).enumerate() {
            if let (Some(separator), true) = (self.separator, i > 0) {
                text[len] = separator;
                len += 1;
            }
            text[len..len + 2].copy_from_slice(pair);
            len += 2;
        }
        // Digits and separators are ASCII: this never fails.
        f.pad(std::str::from_utf8(&text[..len]).map_err(|_| fmt::Error)?)
    }
}

const SEPARATORS: [char; 3] = [':', '-', '.'];
const LOWER: &[u8; 16] = b"0123456789abcdef";
const UPPER: &[u8; 16] = b"0123456789ABCDEF";

fn is_hex(character: char) -> bool {
    character.is_ascii_hexdigit()
}

fn hex_value(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const BYTES: [u8; 6] = [0x00, 0x04, 0x13, 0x92, 0x2d, 0x24];

    #[track_caller]
    fn assert_refused(text: &str, message: &str) {
        assert_eq!(text.parse::<Mac>().unwrap_err().to_string(), message);
    }

    #[test]
    fn all_usual_writings_are_read() {
        for text in [
            "00:04:13:92:2D:24",
            "00:04:13:92:2d:24",
            "000413922d24",
            "000413922D24",
            "00-04-13-92-2d-24",
            "0004.1392.2d24",
            "  000413922d24\t",
        ] {
            assert_eq!(text.parse::<Mac>().unwrap().as_bytes(), &BYTES, "{text}");
            assert_eq!(Mac::try_from(text).unwrap().as_bytes(), &BYTES, "{text}");
        }
    }

    #[test]
    fn writings() {
        let mac = Mac::new(BYTES).unwrap();
        assert_eq!(mac.to_string(), "00:04:13:92:2d:24");
        assert_eq!(mac.plain_lower().to_string(), "000413922d24");
        assert_eq!(mac.plain_upper().to_string(), "000413922D24");
        assert_eq!(mac.colon_lower().to_string(), "00:04:13:92:2d:24");
        assert_eq!(mac.colon_upper().to_string(), "00:04:13:92:2D:24");
        assert_eq!(mac.dash_lower().to_string(), "00-04-13-92-2d-24");
        assert_eq!(&mac.plain_lower_bytes(), b"000413922d24");
        assert_eq!(&mac.plain_upper_bytes(), b"000413922D24");
        assert_eq!(format!("{:>14}|", mac.plain_lower()), "  000413922d24|");
        assert_eq!(mac.oui(), [0x00, 0x04, 0x13]);
    }

    #[test]
    fn words_of_strangers_are_read_in_two_writings() {
        for word in [
            "000413922d24",
            "000413922D24",
            "00:04:13:92:2d:24",
            "00-04-13-92-2D-24",
        ] {
            let mac = Mac::from_word(word.as_bytes()).unwrap();
            assert_eq!(mac.as_bytes(), &BYTES, "{word}");
        }
        for word in [
            "",
            "000413922d2",
            "000413922d2g",
            "00:04:13:92-2d:24",
            "00:04:13:92:2d:2",
            "0004.1392.2d24",
            "00:04:1392:2d:245",
            "000000000000",
            "ffffffffffff",
            "01:00:5e:00:00:01",
        ] {
            assert_eq!(Mac::from_word(word.as_bytes()), None, "{word}");
        }
    }

    #[test]
    fn malformed_addresses_are_refused() {
        let expected = "expected a MAC address of 12 hexadecimal digits, plain, in pairs with `:` \
                        or `-`, or in fours with `.`, found ";
        for text in [
            "",
            "000413922d2",
            "000413922d244",
            "000413922d2g",
            "00:04:13:92:2d",
            "00:04:13:92:2d:24:",
            ":00:04:13:92:2d:24",
            "00:04:13:92:2d:2",
            "000:413:922:d24",
            "00:04:13:92:2d:24:25",
            "00041392:2d24",
            "0004-1392-2d24",
            "00.04.13.92.2d.24",
            "00 04 13 92 2d 24",
            "00041392\u{ff12}d24",
            "phone-1.example",
        ] {
            assert_refused(text, &format!("{expected}`{text}`"));
        }
    }

    #[test]
    fn mixed_separators_are_refused() {
        for text in ["00:04:13-92:2d:24", "00:04:13:92.2d24", "00-04:13:92:2d:24"] {
            assert_refused(
                text,
                &format!(
                    "expected one kind of separator throughout the MAC address, found `{text}`"
                ),
            );
        }
    }

    #[test]
    fn group_addresses_are_refused() {
        assert_refused(
            "01:00:5E:00:00:01",
            "expected the MAC address of one phone, not a group address, found `01:00:5E:00:00:01`",
        );
        assert_eq!(
            Mac::new([0xff; 6]).unwrap_err().to_string(),
            "expected the MAC address of one phone, not a group address, found \
             `ff:ff:ff:ff:ff:ff`",
        );
    }

    #[test]
    fn all_zeros_are_refused() {
        assert_refused(
            "000000000000",
            "expected a MAC address other than all zeros, found `000000000000`",
        );
    }

    #[test]
    fn converts_from_and_to_the_common_type() {
        let mac = Mac::new(BYTES).unwrap();
        assert_eq!(MacAddr6::from(mac).into_array(), BYTES);
        assert_eq!(<[u8; 6]>::from(mac), BYTES);
        assert_eq!(Mac::try_from(MacAddr6::from(BYTES)).unwrap(), mac);
        assert_eq!(Mac::try_from(BYTES).unwrap(), mac);
        assert_eq!(
            Mac::try_from(MacAddr6::nil()).unwrap_err().to_string(),
            "expected a MAC address other than all zeros, found `00:00:00:00:00:00`",
        );
    }

    proptest! {
        #[test]
        fn every_writing_is_read_back(bytes: [u8; 6]) {
            let bytes = [bytes[0] & 0xfe, bytes[1], bytes[2], bytes[3], bytes[4], bytes[5] | 1];
            let mac = Mac::new(bytes).unwrap();
            prop_assert_eq!(mac.to_string().parse::<Mac>().unwrap(), mac);
            for text in [
                mac.plain_lower(),
                mac.plain_upper(),
                mac.colon_lower(),
                mac.colon_upper(),
                mac.dash_lower(),
            ] {
                prop_assert_eq!(text.to_string().parse::<Mac>().unwrap(), mac);
            }
        }

        #[test]
        fn no_text_panics(text in "[0-9a-fA-F:.é -]{0,20}|.*") {
            if let Ok(mac) = text.parse::<Mac>() {
                prop_assert_eq!(mac.to_string().parse::<Mac>().unwrap(), mac);
            }
        }
    }
}
