//! The words of the format for the choices of the model.

use super::{
    CallerId, Codec, DateFormat, Dtmf, Handling, KeyKind, LdapTls, MulticellRole, Srtp, TimeFormat,
    Transport,
};
use crate::error::Invalid;

/// A choice of the model that the format has a word for.
///
/// ```
/// use phone_provisioning::model::{Transport, Words as _};
///
/// let words: Vec<&str> = Transport::all().iter().map(|choice| choice.word()).collect();
/// assert_eq!(words, ["udp", "tcp", "tls", "dns_srv"]);
/// ```
pub trait Words: Copy + 'static {
    /// All choices, in the order of the format's table.
    fn all() -> &'static [Self];

    /// The word.
    fn word(self) -> &'static str;

    /// The choice that a word stands for.
    ///
    /// # Errors
    /// [`Invalid`] with the words that there are.
    fn parse(text: &str) -> Result<Self, Invalid>;
}

macro_rules! words {
    ($($type:ident { $($variant:ident = $word:literal),+ $(,)? })+) => {$(
        impl Words for $type {
            fn all() -> &'static [Self] {
                &[$(Self::$variant),+]
            }

            fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }

            fn parse(text: &str) -> Result<Self, Invalid> {
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

impl Words for Codec {
    fn all() -> &'static [Self] {
        &Self::ALL
    }

    fn word(self) -> &'static str {
        self.as_str()
    }

    fn parse(text: &str) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl Words for KeyKind {
    fn all() -> &'static [Self] {
        Self::ALL
    }

    fn word(self) -> &'static str {
        self.as_str()
    }

    fn parse(text: &str) -> Result<Self, Invalid> {
        text.parse()
    }
}

/// `` `a`, `b` or `c` ``
pub(crate) fn one_of(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}
