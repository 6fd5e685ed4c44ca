//! The identity of a DECT handset ([`Ipei`]).

use std::fmt;
use std::str::FromStr;

use crate::error::Invalid;

/// Identity that a DECT handset has from its maker (IPEI, ETSI EN 300 175-6), 36 bits.
///
/// * The maker's code (EMC) is at most 65535.
/// * The serial number (PSN) is at most 1048575.
///
/// It has two writings. As **IPEI** it is decimal: 5 digits EMC, 7 digits PSN and a check
/// character (annex C): the sum of each of the 12 digits times its place, modulo 11, with `*` for
/// 10. As **IPUI** of type N it is hexadecimal: 5 digits EMC, the first of them 0, and 5 digits PSN.
///
/// Read are 13 or 12 decimal digits and 10 hexadecimal digits (with or without `0x`), told apart by
/// their number, with blanks, colons or dashes between the digits. A check character that is given
/// must be right. A colon behind a whole identity is refused, not skipped: the menus of handsets
/// show further text there.
///
/// The check character catches every swap of two neighbours and every single wrong digit but one
/// at the eleventh place, which is multiplied by 11 and so does not count: prefer the scanned
/// identity to the typed one.
///
/// ```
/// use phone_provisioning::model::Ipei;
///
/// let ipei: Ipei = "57005 0782068 7".parse()?;
/// assert_eq!(ipei.ipui().as_str(), "0DEADBEEF4");
/// assert_eq!("0x0deadbeef4".parse::<Ipei>()?, ipei);
/// assert_eq!(ipei.to_string(), "5700507820687");
/// # Ok::<(), phone_provisioning::error::Invalid>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Ipei {
    emc: u16,
    psn: u32,
}

impl Ipei {
    /// The largest serial number: 20 bits.
    pub const MAX_PSN: u32 = 0xF_FFFF;

    /// An identity from the maker's code and the serial number, 0 to [`Self::MAX_PSN`].
    ///
    /// # Errors
    /// A serial number beyond 20 bits.
    pub fn new(emc: u16, psn: u32) -> Result<Self, Invalid> {
        if psn > Self::MAX_PSN {
            return Err(Invalid::new(PSN_LIMIT, &psn.to_string()));
        }
        Ok(Self { emc, psn })
    }

    /// The maker's code (EMC).
    pub const fn emc(&self) -> u16 {
        self.emc
    }

    /// The serial number (PSN), 0 to [`Self::MAX_PSN`].
    pub const fn psn(&self) -> u32 {
        self.psn
    }

    /// The check character of the IPEI: `0` to `9` or `*`.
    pub fn check_character(&self) -> char {
        char::from(self.ipei().0[12])
    }

    /// The IPEI: 12 decimal digits and the check character.
    pub fn ipei(&self) -> IpeiText<13> {
        let mut text = [b'0'; 13];
        write_number(self.emc.into(), 10, &mut text[..5]);
        write_number(self.psn, 10, &mut text[5..12]);
        text[12] = check_character(&text[..12]);
        IpeiText(text)
    }

    /// The IPUI of type N: 10 hexadecimal digits in upper case, without `0x`.
    pub fn ipui(&self) -> IpeiText<10> {
        let mut text = [b'0'; 10];
        write_number(self.emc.into(), 16, &mut text[..5]);
        write_number(self.psn, 16, &mut text[5..]);
        IpeiText(text)
    }
}

impl fmt::Display for Ipei {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.ipei().fmt(f)
    }
}

impl FromStr for Ipei {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim_ascii();
        let before_colon = text
            .split_once(':')
            .map(|(before, _)| before.parse::<Self>());
        if let Some(Ok(_)) = before_colon {
            // Even where digits follow: they may be a date or a version as well.
            let expected = "an IPEI alone, without what the handset shows after the colon";
            return Err(Invalid::new(expected, text));
        }
        let malformed = || {
            let expected = "an IPEI of 13 or 12 decimal digits or an IPUI of 10 hexadecimal digits";
            Invalid::new(expected, text)
        };
        let unprefixed = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
        let (digits, len) = without_separators(unprefixed.unwrap_or(text)).ok_or_else(malformed)?;
        let digits = &digits[..len];
        match len {
            10 => {
                let emc = read_number(&digits[..5], 16).ok_or_else(malformed)?;
                let psn = read_number(&digits[5..], 16).ok_or_else(malformed)?;
                let emc = u16::try_from(emc)
                    .map_err(|_| Invalid::new("an IPUI of type N, whose first digit is 0", text))?;
                Self::new(emc, psn)
            }
            12 | 13 if unprefixed.is_none() => {
                let emc = read_number(&digits[..5], 10).ok_or_else(malformed)?;
                let psn = read_number(&digits[5..12], 10).ok_or_else(malformed)?;
                let check = check_character(&digits[..12]);
                match digits.get(12) {
                    Some(given) if !given.is_ascii_digit() && *given != b'*' => {
                        return Err(malformed());
                    }
                    Some(&given) if given != check => {
                        let expected = format!("the check character `{}`", char::from(check));
                        return Err(Invalid::new(expected + " at the end of the IPEI", text));
                    }
                    _ => {}
                }
                let emc = u16::try_from(emc).map_err(|_| Invalid::new(EMC_LIMIT, text))?;
                if psn > Self::MAX_PSN {
                    return Err(Invalid::new(PSN_LIMIT, text));
                }
                Self::new(emc, psn)
            }
            _ => Err(malformed()),
        }
    }
}

impl TryFrom<&str> for Ipei {
    type Error = Invalid;

    fn try_from(text: &str) -> Result<Self, Self::Error> {
        text.parse()
    }
}

/// One writing of an [`Ipei`] as ASCII of a fixed length.
///
/// Made by [`Ipei::ipei`] and [`Ipei::ipui`].
///
/// ```
/// use phone_provisioning::model::Ipei;
///
/// let ipei = Ipei::new(146, 156_577)?;
/// assert_eq!(ipei.ipei().as_str(), "0014601565779");
/// assert_eq!(ipei.ipui().as_bytes(), b"00092263A1");
/// # Ok::<(), phone_provisioning::error::Invalid>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct IpeiText<const N: usize>([u8; N]);

impl<const N: usize> IpeiText<N> {
    /// The characters as bytes.
    pub const fn as_bytes(&self) -> &[u8; N] {
        &self.0
    }

    /// The characters as text.
    pub fn as_str(&self) -> &str {
        // Only digits and `*` are ever put in, so this is always UTF-8.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl<const N: usize> fmt::Display for IpeiText<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

const EMC_LIMIT: &str = "a maker's code (EMC, first 5 digits) of at most 65535";
const PSN_LIMIT: &str = "a serial number (PSN, 7 digits after the first 5) of at most 1048575";

/// The digits without what stands between them: a colon or dash only between two digits, blanks
/// anywhere. `None` when there is anything else, or more than 13 characters are left.
fn without_separators(text: &str) -> Option<([u8; 13], usize)> {
    let mut digits = [0; 13];
    let mut len = 0;
    let mut after_digit = false;
    for byte in text.bytes() {
        match byte {
            b' ' => {}
            b':' | b'-' if after_digit => after_digit = false,
            b'*' | b'0'..=b'9' | b'A'..=b'F' | b'a'..=b'f' => {
                *digits.get_mut(len)? = byte;
                len += 1;
                after_digit = true;
            }
            _ => return None,
        }
    }
    after_digit.then_some((digits, len))
}

/// Reads at most seven digits, so that the number fits.
fn read_number(digits: &[u8], radix: u32) -> Option<u32> {
    digits.iter().try_fold(0, |number, &digit| {
        char::from(digit)
            .to_digit(radix)
            .map(|digit| number * radix + digit)
    })
}

/// Fills the place with the number, zeros in front.
fn write_number(mut number: u32, radix: u32, place: &mut [u8]) {
    for digit in place.iter_mut().rev() {
        // The remainder is below 16: the digit exists.
        *digit = b"0123456789ABCDEF"[(number % radix) as usize];
        number /= radix;
    }
}

fn check_character(digits: &[u8]) -> u8 {
    let sum: u32 = (1..)
        .zip(digits)
        .map(|(place, digit)| place * u32::from(digit - b'0'))
        .sum();
    b"0123456789*"[(sum % 11) as usize]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn assert_pair(ipei: &str, ipui: &str) {
        let plain: String = ipei.split(' ').collect();
        let parsed: Ipei = ipei.parse().unwrap();
        assert_eq!(parsed.ipei().as_str(), plain);
        assert_eq!(parsed.to_string(), plain);
        assert_eq!(parsed.ipui().as_str(), ipui);
        assert_eq!(parsed.ipui().to_string(), ipui);
        assert_eq!(Some(parsed.check_character()), plain.chars().last());
        for text in [
            plain.clone(),
            plain[..12].to_owned(),
            ipui.to_owned(),
            ipui.to_lowercase(),
            format!("0x{ipui}"),
            format!("0X{ipui}"),
            format!(" {} {} ", &ipui[..5], &ipui[5..]),
            format!("{}-{}-{}", &plain[..5], &plain[5..12], &plain[12..]),
            format!("{}:{}", &ipui[..2], &ipui[2..]),
        ] {
            assert_eq!(text.parse::<Ipei>().unwrap(), parsed, "{text}");
        }
    }

    #[track_caller]
    fn assert_refused(text: &str, expected: &str) {
        assert_eq!(
            text.parse::<Ipei>().unwrap_err().to_string(),
            format!("expected {expected}, found `{text}`"),
        );
    }

    #[test]
    fn known_pairs() {
        assert_pair("57005 0782068 7", "0DEADBEEF4");
        assert_pair("00146 0156577 9", "00092263A1");
        assert_pair("03096 0000004 *", "00C1800004");
        assert_pair("65535 1048575 2", "0FFFFFFFFF");
    }

    #[test]
    fn parts() {
        let ipei: Ipei = "57005 0782068 7".parse().unwrap();
        assert_eq!(
            (ipei.emc(), ipei.psn(), ipei.check_character()),
            (57_005, 782_068, '7')
        );
        assert_eq!(Ipei::new(57_005, 782_068).unwrap(), ipei);
        assert_eq!(
            Ipei::new(0, 1_048_576).unwrap_err().to_string(),
            "expected a serial number (PSN, 7 digits after the first 5) of at most 1048575, found \
             `1048576`",
        );
    }

    #[test]
    fn malformed_identities_are_refused() {
        for text in [
            "",
            "0x",
            "57005 0782068 7 1",
            "57005 0782068 A",
            "5700507820*87",
            "57005078206",
            "0DEADBEEF",
            "0DEADBEE*4",
            "0DEADBEEFG",
            "0x5700507820687",
            "x0DEADBEEF4",
            "-57005 0782068 7",
            "57005 0782068 7-",
            "57005--0782068 7",
            "57005- -0782068 7",
            "57005.0782068.7",
            "5700\u{ff15}0782068",
            "0DEADBEEF412",
        ] {
            assert_refused(
                text,
                "an IPEI of 13 or 12 decimal digits or an IPUI of 10 hexadecimal digits",
            );
        }
    }

    #[test]
    fn text_behind_a_colon_is_refused() {
        for text in [
            "57005 0782068 7:M65",
            "57005 0782068 7 : 1",
            "570050782068:",
            "570050782068:7",
            "0123456789:12",
        ] {
            assert_refused(
                text,
                "an IPEI alone, without what the handset shows after the colon",
            );
        }
    }

    #[test]
    fn numbers_beyond_their_bits_are_refused() {
        assert_refused(
            "655360000000",
            "a maker's code (EMC, first 5 digits) of at most 65535",
        );
        assert_refused(
            "655351048576",
            "a serial number (PSN, 7 digits after the first 5) of at most 1048575",
        );
        for text in ["FFFFFFFFFF", "1000000000", "0x1DEADBEEF4"] {
            assert_refused(text, "an IPUI of type N, whose first digit is 0");
        }
    }

    #[test]
    fn a_wrong_check_character_names_the_right_one() {
        assert_refused(
            "57005 0782068 8",
            "the check character `7` at the end of the IPEI",
        );
        assert_refused(
            "0309600000040",
            "the check character `*` at the end of the IPEI",
        );
        assert_refused(
            "57005 0782068 *",
            "the check character `7` at the end of the IPEI",
        );
    }

    /// Place 11 is multiplied by 11, so ETSI's check does not see it. Should this ever fail, the
    /// sum is computed in another way than the standard's.
    #[test]
    fn the_eleventh_digit_is_not_checked() {
        let right: Ipei = "57005 0782068 7".parse().unwrap();
        let wrong: Ipei = "57005 0782078 7".parse().unwrap();
        assert_ne!(right, wrong);
        assert_eq!(right.check_character(), wrong.check_character());
    }

    /// All of them, not a sample: the check catches every wrong digit at every place but the eleventh,
    /// and there none.
    #[test]
    fn place_11_is_the_only_one_where_a_wrong_digit_passes() {
        for right in [
            "5700507820687",
            "0014601565779",
            "030960000004*",
            "0000000000000",
        ] {
            for place in 1..=12 {
                let own = right.as_bytes()[place - 1];
                let mut passed = Vec::new();
                for digit in (b'0'..=b'9').filter(|digit| *digit != own) {
                    let mut text = right.as_bytes().to_vec();
                    text[place - 1] = digit;
                    let text = String::from_utf8(text).unwrap();
                    if let Ok(wrong) = text.parse::<Ipei>() {
                        assert_ne!(wrong, right.parse().unwrap(), "{text}");
                        passed.push(digit);
                    }
                }
                let expected = if place == 11 { 9 } else { 0 };
                assert_eq!(passed.len(), expected, "{right} at place {place}");
            }
            for check in "0123456789*"
                .chars()
                .filter(|check| !right.ends_with(*check))
            {
                let text = format!("{}{check}", &right[..12]);
                assert!(text.parse::<Ipei>().is_err(), "{text}");
            }
        }
    }

    proptest! {
        #[test]
        fn both_writings_are_read_back(emc: u16, psn in 0..=Ipei::MAX_PSN) {
            let ipei = Ipei::new(emc, psn).unwrap();
            prop_assert_eq!(ipei.to_string().parse::<Ipei>().unwrap(), ipei);
            prop_assert_eq!(ipei.ipei().as_str()[..12].parse::<Ipei>().unwrap(), ipei);
            prop_assert_eq!(ipei.ipui().as_str().parse::<Ipei>().unwrap(), ipei);
        }

        #[test]
        fn a_single_wrong_character_is_caught_but_at_place_11(
            emc: u16,
            psn in 0..=Ipei::MAX_PSN,
            place in (0_usize..13).prop_filter("not checked", |&place| place != 10),
            slip in 1_u8..10,
        ) {
            let mut text = *Ipei::new(emc, psn).unwrap().ipei().as_bytes();
            text[place] = match text[place] {
                b'*' => b'0' + slip,
                digit => b'0' + (digit - b'0' + slip) % 10,
            };
            let text = String::from_utf8(text.to_vec()).unwrap();
            prop_assert!(text.parse::<Ipei>().is_err(), "{}", text);
        }

        #[test]
        fn swapped_neighbours_are_caught(emc: u16, psn in 0..=Ipei::MAX_PSN, place in 0_usize..11) {
            let mut text = *Ipei::new(emc, psn).unwrap().ipei().as_bytes();
            let differ = text[place] != text[place + 1];
            text.swap(place, place + 1);
            let text = String::from_utf8(text.to_vec()).unwrap();
            prop_assert_eq!(text.parse::<Ipei>().is_err(), differ, "{}", text);
        }

        #[test]
        fn no_text_panics(text in "[0-9a-fA-Fx*: -]{0,20}|.*") {
            if let Ok(ipei) = text.parse::<Ipei>() {
                prop_assert_eq!(ipei.to_string().parse::<Ipei>().unwrap(), ipei);
            }
        }
    }
}
