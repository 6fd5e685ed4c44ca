//! Versions of phone firmware ([`Firmware`]) in the schemes that makers number them by.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use crate::error::Invalid;

/// How the firmware of a family of phones is numbered.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum FirmwareScheme {
    /// Software number and branch of a DECT base or handset: software 740, branch 104.
    ///
    /// Read in all writings that are in use: `740B104`, `V740B104`, `740/104`, `07.40.0104`,
    /// `7.40.104`, `v0740_b0104` of the file names; without a branch (`740`, `7.40`) branch 0.
    Branch,
    /// Three to five numbers that count from left to right, missing ones as 0: `10.1.127.10`.
    Dotted,
    /// Prefix (the hardware it runs on), generation, customer (OEM; 0 = none) and build:
    /// `66.86.0.15`.
    Generation,
}

/// A firmware version.
///
/// * Every number is at most 65535.
/// * As many numbers as its [`FirmwareScheme`] has, nothing in front of them or behind.
///
/// Two versions are compared only where the numbering says which is newer:
///
/// * Dotted: number by number, missing ones as 0.
/// * Branch: by software number, then branch.
/// * Generation: by generation, then build, if the prefix is equal. Two customers' builds of one
///   number are neither equal nor one newer than the other.
/// * Versions of different schemes: never.
///
/// What a phone of the version can do is asked by [`level`](Self::level).
///
/// ```
/// use phone_provisioning::model::{Firmware, FirmwareScheme};
///
/// let installed = Firmware::parse(FirmwareScheme::Dotted, "10.1.79.0")?;
/// let newest = Firmware::parse(FirmwareScheme::Dotted, "10.1.127.10")?;
/// assert!(installed < newest);
///
/// let base = Firmware::parse(FirmwareScheme::Branch, "670B202")?;
/// assert_eq!(base.to_string(), "6.70.202");
/// assert_eq!(base.level(), [670, 202, 0, 0, 0]);
/// # Ok::<(), phone_provisioning::error::Invalid>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Firmware {
    scheme: FirmwareScheme,
    /// What is missing is 0.
    parts: [u16; 5],
    /// How many were given, for the text alone.
    len: u8,
}

impl Firmware {
    /// Reads a version in the writing of its scheme.
    ///
    /// # Errors
    /// Another number of parts, a number beyond 65535, or anything that is not a version.
    pub fn parse(scheme: FirmwareScheme, text: &str) -> Result<Self, Invalid> {
        match scheme {
            FirmwareScheme::Branch => Self::parse_branch(text),
            FirmwareScheme::Dotted => {
                let expected = "a firmware version of three to five numbers such as 10.1.127.10";
                Self::parse_numbers(scheme, text, 3, expected)
            }
            FirmwareScheme::Generation => {
                let expected = "a firmware version of prefix, generation, customer and build such \
                                as 66.86.0.15";
                Self::parse_numbers(scheme, text, 4, expected)
            }
        }
    }

    /// A version as phones tell theirs: numbers divided by dots. `None` for anything else.
    pub(crate) fn from_word(scheme: FirmwareScheme, word: &[u8]) -> Option<Self> {
        let mut parts = [0_u16; 5];
        let (mut last, mut digits) = (0, 0);
        for &byte in word {
            match byte {
                b'0'..=b'9' => {
                    parts[last] = parts[last]
                        .checked_mul(10)?
                        .checked_add((byte - b'0').into())?;
                    digits += 1;
                }
                b'.' if digits > 0 && last < 4 => (last, digits) = (last + 1, 0),
                _ => return None,
            }
        }
        let fits = digits > 0
            && match scheme {
                FirmwareScheme::Branch => last == 2,
                FirmwareScheme::Dotted => last >= 2,
                FirmwareScheme::Generation => last == 3,
            };
        let len = last as u8 + 1;
        match scheme {
            _ if !fits => None,
            FirmwareScheme::Branch => Self::parse(scheme, std::str::from_utf8(word).ok()?).ok(),
            _ => Some(Self { scheme, parts, len }),
        }
    }

    /// How it is numbered.
    pub const fn scheme(&self) -> FirmwareScheme {
        self.scheme
    }

    /// The numbers as given; of a branch version the software number and the branch.
    pub fn parts(&self) -> &[u16] {
        &self.parts[..usize::from(self.len)]
    }

    /// What settings are gated by: the numbers that say what the firmware can do, most significant
    /// first, filled up with 0.
    ///
    /// Dotted: all numbers. Branch: software number and branch. Generation: generation and build,
    /// because the prefix names the hardware and the customer is no progress.
    pub const fn level(&self) -> [u16; 5] {
        match self.scheme {
            FirmwareScheme::Branch | FirmwareScheme::Dotted => self.parts,
            FirmwareScheme::Generation => [self.parts[1], self.parts[3], 0, 0, 0],
        }
    }

    /// The software number of a branch version, 740 of `7.40.104`.
    pub fn software(&self) -> Option<u16> {
        self.part(FirmwareScheme::Branch, 0)
    }

    /// The branch of a branch version, 104 of `7.40.104`.
    pub fn branch(&self) -> Option<u16> {
        self.part(FirmwareScheme::Branch, 1)
    }

    /// The prefix of a generation version, 66 of `66.86.0.15`: the hardware it runs on.
    pub fn prefix(&self) -> Option<u16> {
        self.part(FirmwareScheme::Generation, 0)
    }

    /// The generation of a generation version, 86 of `66.86.0.15`.
    pub fn generation(&self) -> Option<u16> {
        self.part(FirmwareScheme::Generation, 1)
    }

    /// The customer of a generation version, 0 of `66.86.0.15`: the international build.
    pub fn oem(&self) -> Option<u16> {
        self.part(FirmwareScheme::Generation, 2)
    }

    /// The build of a generation version, 15 of `66.86.0.15`.
    pub fn build(&self) -> Option<u16> {
        self.part(FirmwareScheme::Generation, 3)
    }

    /// A branch version as file names of images have it, `v0740_b0104`; `None` in other schemes.
    pub fn file_form(&self) -> Option<String> {
        let (software, branch) = (self.software()?, self.branch()?);
        Some(format!("v{software:04}_b{branch:04}"))
    }

    fn part(&self, scheme: FirmwareScheme, place: usize) -> Option<u16> {
        (self.scheme == scheme).then_some(self.parts[place])
    }

    fn parse_numbers(
        scheme: FirmwareScheme,
        text: &str,
        least: u8,
        expected: &'static str,
    ) -> Result<Self, Invalid> {
        let most = if scheme == FirmwareScheme::Dotted {
            5
        } else {
            least
        };
        let mut parts = [0; 5];
        let mut len = 0;
        for number in text.split('.') {
            if len == most {
                return Err(Invalid::new(expected, text));
            }
            parts[usize::from(len)] = read_number(number, expected, text)?;
            len += 1;
        }
        if len < least {
            return Err(Invalid::new(expected, text));
        }
        Ok(Self { scheme, parts, len })
    }

    fn parse_branch(text: &str) -> Result<Self, Invalid> {
        let expected = "a firmware version such as 670B202, 670/202 or 6.70.202";
        let rest = text.strip_prefix(['v', 'V']).unwrap_or(text);
        let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
        let (software, rest) = rest.split_at(digits(rest));
        let mut software = read_number(software, expected, text)?;
        let mut separators = ["B", "b", "/", "_B", "_b"].as_slice();
        let mut rest = rest;
        if let Some(after_dot) = rest.strip_prefix('.') {
            // 6.70 is 670 and 6.7 could be 607 as well: only two digits are clear.
            let (low, after_low) = after_dot.split_at(digits(after_dot));
            if low.len() != 2 {
                return Err(Invalid::new(expected, text));
            }
            software = software
                .checked_mul(100)
                .and_then(|high| high.checked_add(low.parse().ok()?))
                .ok_or_else(|| Invalid::new(NUMBER_LIMIT, text))?;
            separators = [".", "B", "b", "/", "_B", "_b"].as_slice();
            rest = after_low;
        }
        let branch = match separators
            .iter()
            .find_map(|separator| rest.strip_prefix(separator))
        {
            Some(branch) => read_number(branch, expected, text)?,
            None if rest.is_empty() => 0,
            None => return Err(Invalid::new(expected, text)),
        };
        Ok(Self {
            scheme: FirmwareScheme::Branch,
            parts: [software, branch, 0, 0, 0],
            len: 2,
        })
    }
}

/// The plain form: `10.1.127.10`, `66.86.0.15`, of a branch version `7.40.104`.
impl fmt::Display for Firmware {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let (Some(software), Some(branch)) = (self.software(), self.branch()) {
            return write!(f, "{}.{:02}.{branch}", software / 100, software % 100);
        }
        for (i, part) in self.parts().iter().enumerate() {
            if i > 0 {
                f.write_str(".")?;
            }
            write!(f, "{part}")?;
        }
        Ok(())
    }
}

/// Missing numbers count as 0: 10.1.127 is 10.1.127.0.
impl PartialEq for Firmware {
    fn eq(&self, other: &Self) -> bool {
        self.scheme == other.scheme && self.parts == other.parts
    }
}

impl Eq for Firmware {}

impl Hash for Firmware {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.scheme.hash(state);
        self.parts.hash(state);
    }
}

impl PartialOrd for Firmware {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        if self == other {
            return Some(Ordering::Equal);
        }
        if self.scheme != other.scheme || self.prefix() != other.prefix() {
            return None;
        }
        match self.level().cmp(&other.level()) {
            // Not the same and yet of one level: only the customers differ.
            Ordering::Equal => None,
            unequal => Some(unequal),
        }
    }
}

const NUMBER_LIMIT: &str = "a firmware version with numbers of at most 65535";

fn read_number(number: &str, expected: &'static str, text: &str) -> Result<u16, Invalid> {
    if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Invalid::new(expected, text));
    }
    number.parse().map_err(|_| Invalid::new(NUMBER_LIMIT, text))
}

#[cfg(test)]
mod tests {
    use std::hash::DefaultHasher;

    use proptest::prelude::*;

    use super::FirmwareScheme::{Branch, Dotted, Generation};
    use super::*;

    #[track_caller]
    fn version(scheme: FirmwareScheme, text: &str) -> Firmware {
        Firmware::parse(scheme, text).unwrap()
    }

    #[track_caller]
    fn assert_refused(scheme: FirmwareScheme, text: &str, expected: &str) {
        assert_eq!(
            Firmware::parse(scheme, text).unwrap_err().to_string(),
            format!("expected {expected}, found `{text}`"),
        );
    }

    fn hash(firmware: Firmware) -> u64 {
        let mut hasher = DefaultHasher::new();
        firmware.hash(&mut hasher);
        hasher.finish()
    }

    #[test]
    fn dotted() {
        let firmware = version(Dotted, "10.1.127.10");
        assert_eq!(firmware.scheme(), Dotted);
        assert_eq!(firmware.parts(), [10, 1, 127, 10]);
        assert_eq!(firmware.level(), [10, 1, 127, 10, 0]);
        assert_eq!(firmware.to_string(), "10.1.127.10");
        assert_eq!(version(Dotted, "8.7.5.8.11").to_string(), "8.7.5.8.11");
        assert_eq!(version(Dotted, "8.9.3").to_string(), "8.9.3");
        assert_eq!(
            firmware
                .software()
                .or(firmware.branch())
                .or(firmware.prefix()),
            None
        );
        assert_eq!(firmware.file_form(), None);

        assert!(version(Dotted, "8.7.5.9") < version(Dotted, "8.7.5.35"));
        assert!(version(Dotted, "8.9.3.80") < version(Dotted, "10.1.54.13"));
        assert!(version(Dotted, "8.7.5") < version(Dotted, "8.7.5.8.11"));
    }

    #[test]
    fn missing_numbers_are_zeros() {
        let short = version(Dotted, "8.7.5");
        let long = version(Dotted, "8.7.5.0.0");
        assert_eq!(short, long);
        assert_eq!(short.partial_cmp(&long), Some(Ordering::Equal));
        assert_eq!(hash(short), hash(long));
        assert_ne!(short.to_string(), long.to_string());
    }

    #[test]
    fn generation() {
        let firmware = version(Generation, "66.86.0.15");
        assert_eq!(
            (
                firmware.prefix(),
                firmware.generation(),
                firmware.oem(),
                firmware.build()
            ),
            (Some(66), Some(86), Some(0), Some(15)),
        );
        assert_eq!(firmware.level(), [86, 15, 0, 0, 0]);
        assert_eq!(firmware.to_string(), "66.86.0.15");
        assert_eq!(firmware.software().or(firmware.branch()), None);
        assert_eq!(firmware.file_form(), None);

        assert!(version(Generation, "66.85.0.120") < firmware);
        assert!(version(Generation, "66.86.188.5") < firmware);
        assert!(version(Generation, "66.86.188.20") > firmware);
        let twin = version(Generation, "66.86.188.15");
        assert_ne!(twin, firmware);
        assert_eq!(twin.partial_cmp(&firmware), None);
        assert_eq!(
            version(Generation, "65.86.0.14").partial_cmp(&firmware),
            None
        );
    }

    #[test]
    fn branch() {
        for text in [
            "670B202",
            "V670B202",
            "v670b202",
            "670/202",
            "06.70.0202",
            "6.70.202",
            "6.70B202",
            "v0670_b0202",
        ] {
            let firmware = version(Branch, text);
            assert_eq!(
                (firmware.software(), firmware.branch()),
                (Some(670), Some(202)),
                "{text}"
            );
            assert_eq!(firmware.parts(), [670, 202], "{text}");
            assert_eq!(firmware.level(), [670, 202, 0, 0, 0], "{text}");
            assert_eq!(firmware.to_string(), "6.70.202", "{text}");
            assert_eq!(
                firmware.file_form().as_deref(),
                Some("v0670_b0202"),
                "{text}"
            );
        }
        for text in ["740", "0740", "7.40", "740B0", "V740"] {
            assert_eq!(version(Branch, text).level(), [740, 0, 0, 0, 0], "{text}");
        }
        assert_eq!(version(Branch, "740/104").to_string(), "7.40.104");
        assert_eq!(version(Branch, "5.01B1").to_string(), "5.01.1");
        assert_eq!(version(Branch, "7").to_string(), "0.07.0");
        assert_eq!(version(Branch, "740").generation(), None);

        assert!(version(Branch, "670B202") < version(Branch, "7.40.104"));
        assert!(version(Branch, "670B201") < version(Branch, "670B202"));
    }

    #[test]
    fn schemes_are_not_compared() {
        let dotted = version(Dotted, "66.86.0.15");
        let generation = version(Generation, "66.86.0.15");
        assert_ne!(dotted, generation);
        assert_eq!(dotted.partial_cmp(&generation), None);
        assert_eq!(version(Branch, "740").partial_cmp(&dotted), None);
    }

    #[test]
    fn no_versions() {
        let dotted = "a firmware version of three to five numbers such as 10.1.127.10";
        for text in [
            "",
            "10",
            "10.1",
            "10.1.127.10-SIP-r",
            "1.2.3.4.5.6",
            "10.1..10",
            "10.1.127.",
            "10.1.x",
            "+10.1.127",
            "-1.1.1",
            " 10.1.127.10",
            "V10.1.127",
            "10,1,127",
        ] {
            assert_refused(Dotted, text, dotted);
        }
        let generation = "a firmware version of prefix, generation, customer and build such as \
                          66.86.0.15";
        for text in [
            "",
            "86",
            "66.86.0",
            "66.86.0.15.1",
            "66.86.0.15.rom",
            "66.86.0.x",
            "V86",
        ] {
            assert_refused(Generation, text, generation);
        }
        let branch = "a firmware version such as 670B202, 670/202 or 6.70.202";
        for text in [
            "",
            "V",
            "B202",
            "670B",
            "670/",
            "670.202",
            "6.7.202",
            "6.700.202",
            "6.70.",
            "6.70.2.1",
            "670-202",
            "670B202x",
            "670BB202",
            "670 B202",
            "VV670",
            ".70.202",
            "670_202",
            "6.70.b1",
        ] {
            assert_refused(Branch, text, branch);
        }
    }

    #[test]
    fn numbers_end_at_65535() {
        let expected = "a firmware version with numbers of at most 65535";
        assert_eq!(version(Dotted, "65535.0.0").parts(), [65_535, 0, 0]);
        assert_refused(Dotted, "65536.0.0", expected);
        assert_refused(Generation, "66.86.0.65536", expected);
        assert_eq!(version(Branch, "655.35.65535").to_string(), "655.35.65535");
        for text in ["655.36.0", "656.00.0", "65536", "670B65536", "70000.00.1"] {
            assert_refused(Branch, text, expected);
        }
    }

    fn any_firmware() -> impl Strategy<Value = Firmware> {
        let numbers = prop::collection::vec(prop_oneof![0_u16..4, any::<u16>()], 4..=5);
        (
            prop::sample::select(vec![Branch, Dotted, Generation]),
            numbers,
            3_usize..=5,
        )
            .prop_map(|(scheme, numbers, len)| {
                let numbers: Vec<_> = numbers.iter().map(u16::to_string).collect();
                let text = match scheme {
                    Branch => numbers[..2].join("/"),
                    Dotted => numbers[..len.min(numbers.len())].join("."),
                    Generation => numbers[..4].join("."),
                };
                Firmware::parse(scheme, &text).unwrap()
            })
    }

    proptest! {
        #[test]
        fn versions_are_read_back(firmware in any_firmware()) {
            let text = firmware.to_string();
            let again = Firmware::parse(firmware.scheme(), &text).unwrap();
            prop_assert_eq!(again, firmware);
            prop_assert_eq!(again.to_string(), text);
            if let Some(text) = firmware.file_form() {
                prop_assert_eq!(Firmware::parse(Branch, &text).unwrap(), firmware);
            }
        }

        #[test]
        fn what_phones_tell_is_read_alike(text in "[0-9]{1,5}(\\.[0-9]{1,6}){0,5}|[0-9.vB]{0,12}") {
            for scheme in [Branch, Dotted, Generation] {
                let is_dotted = text.bytes().all(|byte| byte == b'.' || byte.is_ascii_digit());
                let is_told = is_dotted && (scheme != Branch || text.split('.').count() == 3);
                let expected = Firmware::parse(scheme, &text).ok().filter(|_| is_told);
                prop_assert_eq!(Firmware::from_word(scheme, text.as_bytes()), expected);
            }
        }

        #[test]
        fn order_is_a_partial_order(
            a in any_firmware(), b in any_firmware(), c in any_firmware(),
        ) {
            prop_assert_eq!(a.partial_cmp(&b), b.partial_cmp(&a).map(Ordering::reverse));
            prop_assert_eq!(a == b, a.partial_cmp(&b) == Some(Ordering::Equal));
            if a < b && b < c {
                prop_assert!(a < c);
            }
        }

        #[test]
        fn no_text_panics(text in "[vV]?[0-9./bB_é]{0,12}|.*") {
            for scheme in [Branch, Dotted, Generation] {
                if let Ok(firmware) = Firmware::parse(scheme, &text) {
                    let again = Firmware::parse(scheme, &firmware.to_string()).unwrap();
                    prop_assert_eq!(again, firmware);
                }
            }
        }
    }
}
