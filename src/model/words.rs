//! The words of the fleet document for the choices of the model: every such type has `ALL`, `as_str`,
//! `Display` and `FromStr`, written down once.

use std::fmt;
use std::str::FromStr;

use super::{
    CallerId, Codec, DateFormat, Dtmf, Handling, KeyKind, LdapTls, MulticellRole, Srtp, TimeFormat,
    Transport,
};
use crate::error::Invalid;

/// A choice of the model, for code that serves all of them. Nobody outside names it.
pub trait Words: Copy + FromStr<Err = Invalid> + 'static {
    /// All choices, in the order of the format's table.
    const ALL: &'static [Self];

    /// The word.
    fn as_str(self) -> &'static str;
}

macro_rules! words {
    ($($type:ident { $($variant:ident = $word:literal),+ $(,)? })+) => {$(
        impl $type {
            /// All choices, in the order of the fleet format.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word of the fleet document.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }
        }

        impl FromStr for $type {
            type Err = Invalid;

            fn from_str(text: &str) -> Result<Self, Invalid> {
                match text {
                    $($word => Ok(Self::$variant),)+
                    _ => Err(Invalid::new(one_of(&[$($word),+]), text)),
                }
            }
        }
    )+};
}

words! {
    CallerId {
        Name = "name",
        Number = "number",
        NameAndNumber = "name_and_number",
        NumberAndName = "number_and_name",
    }
    DateFormat { DayMonthYear = "dmy", MonthDayYear = "mdy", YearMonthDay = "ymd" }
    Dtmf {
        Rfc4733 = "rfc4733",
        SipInfo = "sip_info",
        InBand = "in_band",
        Rfc4733AndSipInfo = "rfc4733_and_sip_info",
    }
    Handling { Strict = "strict", Lenient = "lenient" }
    LdapTls { Off = "off", StartTls = "start_tls", Ldaps = "ldaps" }
    MulticellRole { Primary = "primary", Secondary = "secondary" }
    Srtp { Off = "off", Optional = "optional", Mandatory = "mandatory" }
    TimeFormat { H24 = "24h", H12 = "12h" }
    Transport { Udp = "udp", Tcp = "tcp", Tls = "tls", DnsSrv = "dns_srv" }
}

macro_rules! choices {
    ($($type:ident),+ $(,)?) => {$(
        impl Words for $type {
            const ALL: &'static [Self] = Self::ALL;

            fn as_str(self) -> &'static str {
                self.as_str()
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl TryFrom<&str> for $type {
            type Error = Invalid;

            fn try_from(text: &str) -> Result<Self, Invalid> {
                text.parse()
            }
        }
    )+};
}

choices!(
    CallerId,
    Codec,
    DateFormat,
    Dtmf,
    Handling,
    KeyKind,
    LdapTls,
    MulticellRole,
    Srtp,
    TimeFormat,
    Transport,
);

/// `` `a`, `b` or `c` ``
pub(crate) fn one_of(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_read_back<T: Words + PartialEq + fmt::Debug>(count: usize) {
        assert_eq!(T::ALL.len(), count);
        for choice in T::ALL {
            assert_eq!(choice.as_str().parse(), Ok(*choice));
        }
        assert!("".parse::<T>().is_err());
    }

    #[test]
    fn every_word_is_read_back() {
        assert_read_back::<CallerId>(4);
        assert_read_back::<Codec>(16);
        assert_read_back::<DateFormat>(3);
        assert_read_back::<Dtmf>(4);
        assert_read_back::<Handling>(2);
        assert_read_back::<KeyKind>(29);
        assert_read_back::<LdapTls>(3);
        assert_read_back::<MulticellRole>(2);
        assert_read_back::<Srtp>(3);
        assert_read_back::<TimeFormat>(2);
        assert_read_back::<Transport>(4);
    }

    #[test]
    fn a_choice_is_what_its_word_says() {
        assert_eq!(format!("{:>6}|", Srtp::Off), "   off|");
        assert_eq!(Transport::try_from("dns_srv"), Ok(Transport::DnsSrv));
        assert_eq!(
            "sctp".parse::<Transport>().unwrap_err().to_string(),
            "expected `udp`, `tcp`, `tls` or `dns_srv`, found `sctp`"
        );
    }
}
