//! Languages ([`Language`]) and countries ([`Country`]).

use std::fmt;
use std::str::FromStr;

use crate::error::Invalid;

/// A language as a BCP 47 tag: `nl`, `de-AT`, `zh-Hant-TW`.
///
/// * Language of 2 or 3 letters, then at most one script of 4 letters, at most one region of 2
///   letters or 3 digits, then variants of 5 to 8 letters and digits or of 4 that begin with a digit
///   (RFC 5646 section 2.1). Extended languages, extensions and private use are no part of it.
/// * No variant twice (RFC 5646 section 2.2.5).
/// * At most 35 characters (RFC 5646 section 4.4.1).
/// * The text has the usual letter case (RFC 5646 section 2.1.1), in whatever case it came.
///
/// Well-formed is enough: whether a phone speaks it is a matter of its model.
///
/// ```
/// use phone_provisioning::model::Language;
///
/// let language: Language = "zh-hant-tw".parse()?;
/// assert_eq!(language.as_str(), "zh-Hant-TW");
/// assert_eq!(language.fallbacks().collect::<Vec<_>>(), ["zh-Hant-TW", "zh-Hant", "zh"]);
/// # Ok::<(), phone_provisioning::error::Invalid>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Language(Box<str>);

impl Language {
    /// The tag in its usual letter case.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first part alone: `de` of `de-AT`.
    pub fn primary(&self) -> &str {
        self.0.split('-').next().unwrap_or(&self.0)
    }

    /// The script, `Hant` of `zh-Hant-TW`.
    pub fn script(&self) -> Option<&str> {
        self.0.split('-').nth(1).filter(|part| is_script(part))
    }

    /// The region, `AT` of `de-AT`.
    pub fn region(&self) -> Option<&str> {
        self.0
            .split('-')
            .skip(1)
            .take(2)
            .find(|part| is_region(part))
    }

    /// The tag itself, then ever shorter ones: `de-AT`, `de`.
    pub fn fallbacks(&self) -> impl Iterator<Item = &str> {
        std::iter::successors(Some(self.as_str()), |tag| {
            tag.rsplit_once('-').map(|(shorter, _)| shorter)
        })
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for Language {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.len() > 35 {
            return Err(Invalid::new(
                "a language tag of at most 35 characters",
                text,
            ));
        }
        let malformed = || {
            let expected = if text.contains('_') {
                "a language tag with hyphens between its parts, such as `de-AT`"
            } else {
                "a language tag such as `nl`, `de-AT` or `zh-Hant-TW`"
            };
            Invalid::new(expected, text)
        };
        let mut parts = text.split('-').peekable();
        let primary = parts.next().unwrap_or_default();
        if !matches!(primary.len(), 2 | 3) || !is_alphabetic(primary) {
            return Err(malformed());
        }
        let mut tag = primary.to_ascii_lowercase();
        if let Some(script) = parts.next_if(|part| is_script(part)) {
            let (first, rest) = script.split_at(1);
            tag += "-";
            tag += &first.to_ascii_uppercase();
            tag += &rest.to_ascii_lowercase();
        }
        if let Some(region) = parts.next_if(|part| is_region(part)) {
            tag += "-";
            tag += &region.to_ascii_uppercase();
        }
        let first_variant = tag.len();
        for part in parts {
            if !is_variant(part) {
                return Err(malformed());
            }
            let variant = part.to_ascii_lowercase();
            if tag[first_variant..]
                .split('-')
                .any(|earlier| earlier == variant)
            {
                return Err(Invalid::new("a language tag without a variant twice", text));
            }
            tag += "-";
            tag += &variant;
        }
        Ok(Self(tag.into()))
    }
}

impl TryFrom<&str> for Language {
    type Error = Invalid;

    fn try_from(text: &str) -> Result<Self, Self::Error> {
        text.parse()
    }
}

/// A country or territory: one of the 249 assigned codes of ISO 3166-1 alpha-2.
///
/// * Upper case, in whatever case it came.
/// * Officially assigned: neither reserved (`UK`, `EU`) nor free for private use (`XK`).
///
/// ```
/// use phone_provisioning::model::Country;
///
/// let country: Country = "nl".parse()?;
/// assert_eq!(country.as_str(), "NL");
/// # Ok::<(), phone_provisioning::error::Invalid>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Country(&'static str);

impl Country {
    /// All countries, sorted by code.
    pub fn all() -> impl Iterator<Item = Self> {
        COUNTRIES.iter().copied().map(Self)
    }

    /// The two letters, in upper case.
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0)
    }
}

impl FromStr for Country {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // Compared before it is copied: the text may be long.
        let code = (text.len() == 2).then(|| text.to_ascii_uppercase());
        match code.as_deref().map(|code| COUNTRIES.binary_search(&code)) {
            Some(Ok(place)) => Ok(Self(COUNTRIES[place])),
            _ => {
                let expected = if code.as_deref() == Some("UK") {
                    "a country of ISO 3166-1 (the United Kingdom is `GB`)"
                } else {
                    "a country of ISO 3166-1 as two letters, such as `NL`"
                };
                Err(Invalid::new(expected, text))
            }
        }
    }
}

impl TryFrom<&str> for Country {
    type Error = Invalid;

    fn try_from(text: &str) -> Result<Self, Self::Error> {
        text.parse()
    }
}

fn is_alphabetic(part: &str) -> bool {
    part.bytes().all(|byte| byte.is_ascii_alphabetic())
}

fn is_script(part: &str) -> bool {
    part.len() == 4 && is_alphabetic(part)
}

fn is_region(part: &str) -> bool {
    match part.len() {
        2 => is_alphabetic(part),
        3 => part.bytes().all(|byte| byte.is_ascii_digit()),
        _ => false,
    }
}

fn is_variant(part: &str) -> bool {
    let long_enough = match part.len() {
        4 => part.starts_with(|first: char| first.is_ascii_digit()),
        length => (5..=8).contains(&length),
    };
    long_enough && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// The officially assigned codes of ISO 3166-1 alpha-2, sorted. Compared with `iso3166.tab` of the
/// IANA time zone database, which lists them too.
#[rustfmt::skip]
const COUNTRIES: [&str; 249] = [
    "AD", "AE", "AF", "AG", "AI", "AL", "AM", "AO", "AQ", "AR", "AS", "AT", "AU", "AW",
    "AX", "AZ",
    "BA", "BB", "BD", "BE", "BF", "BG", "BH", "BI", "BJ", "BL", "BM", "BN", "BO", "BQ",
    "BR", "BS", "BT", "BV", "BW", "BY", "BZ",
    "CA", "CC", "CD", "CF", "CG", "CH", "CI", "CK", "CL", "CM", "CN", "CO", "CR", "CU",
    "CV", "CW", "CX", "CY", "CZ",
    "DE", "DJ", "DK", "DM", "DO", "DZ",
    "EC", "EE", "EG", "EH", "ER", "ES", "ET",
    "FI", "FJ", "FK", "FM", "FO", "FR",
    "GA", "GB", "GD", "GE", "GF", "GG", "GH", "GI", "GL", "GM", "GN", "GP", "GQ", "GR",
    "GS", "GT", "GU", "GW", "GY",
    "HK", "HM", "HN", "HR", "HT", "HU",
    "ID", "IE", "IL", "IM", "IN", "IO", "IQ", "IR", "IS", "IT",
    "JE", "JM", "JO", "JP",
    "KE", "KG", "KH", "KI", "KM", "KN", "KP", "KR", "KW", "KY", "KZ",
    "LA", "LB", "LC", "LI", "LK", "LR", "LS", "LT", "LU", "LV", "LY",
    "MA", "MC", "MD", "ME", "MF", "MG", "MH", "MK", "ML", "MM", "MN", "MO", "MP", "MQ",
    "MR", "MS", "MT", "MU", "MV", "MW", "MX", "MY", "MZ",
    "NA", "NC", "NE", "NF", "NG", "NI", "NL", "NO", "NP", "NR", "NU", "NZ",
    "OM",
    "PA", "PE", "PF", "PG", "PH", "PK", "PL", "PM", "PN", "PR", "PS", "PT", "PW", "PY",
    "QA",
    "RE", "RO", "RS", "RU", "RW",
    "SA", "SB", "SC", "SD", "SE", "SG", "SH", "SI", "SJ", "SK", "SL", "SM", "SN", "SO",
    "SR", "SS", "ST", "SV", "SX", "SY", "SZ",
    "TC", "TD", "TF", "TG", "TH", "TJ", "TK", "TL", "TM", "TN", "TO", "TR", "TT", "TV",
    "TW", "TZ",
    "UA", "UG", "UM", "US", "UY", "UZ",
    "VA", "VC", "VE", "VG", "VI", "VN", "VU",
    "WF", "WS",
    "YE", "YT",
    "ZA", "ZM", "ZW",
];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn assert_language(text: &str, canonical: &str, fallbacks: &[&str]) {
        let language: Language = text.parse().unwrap();
        assert_eq!(language.as_str(), canonical);
        assert_eq!(language.to_string(), canonical);
        assert_eq!(language.fallbacks().collect::<Vec<_>>(), fallbacks);
        assert_eq!(Language::try_from(canonical).unwrap(), language);
    }

    #[track_caller]
    fn assert_language_refused(text: &str, expected: &str) {
        assert_eq!(
            text.parse::<Language>().unwrap_err().to_string(),
            format!("expected {expected}, found `{text}`"),
        );
    }

    #[test]
    fn languages() {
        assert_language("nl", "nl", &["nl"]);
        assert_language("FRY", "fry", &["fry"]);
        assert_language("de-at", "de-AT", &["de-AT", "de"]);
        assert_language("DE-at", "de-AT", &["de-AT", "de"]);
        assert_language("es-419", "es-419", &["es-419", "es"]);
        assert_language("ZH-hANT-tw", "zh-Hant-TW", &["zh-Hant-TW", "zh-Hant", "zh"]);
        assert_language("sr-latn", "sr-Latn", &["sr-Latn", "sr"]);
        assert_language("de-CH-1996", "de-CH-1996", &["de-CH-1996", "de-CH", "de"]);
        assert_language(
            "sl-ROZAJ-Biske",
            "sl-rozaj-biske",
            &["sl-rozaj-biske", "sl-rozaj", "sl"],
        );
    }

    #[test]
    fn parts_of_a_language() {
        let parts = |text: &str| {
            let language: Language = text.parse().unwrap();
            let owned = |part: Option<&str>| part.map(str::to_owned);
            (
                language.primary().to_owned(),
                owned(language.script()),
                owned(language.region()),
            )
        };
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(
            parts("zh-Hant-TW"),
            ("zh".to_owned(), some("Hant"), some("TW"))
        );
        assert_eq!(parts("de-AT"), ("de".to_owned(), None, some("AT")));
        assert_eq!(parts("sr-Latn"), ("sr".to_owned(), some("Latn"), None));
        assert_eq!(parts("de-1996"), ("de".to_owned(), None, None));
        assert_eq!(parts("nl"), ("nl".to_owned(), None, None));
    }

    #[test]
    fn no_languages() {
        let expected = "a language tag such as `nl`, `de-AT` or `zh-Hant-TW`";
        for text in [
            "",
            "n",
            "nl-",
            "-nl",
            "nl--NL",
            "dutch",
            "n1",
            "nl-N",
            "nl-NL-Latn",
            "zh-yue",
            "de-AT-DE",
            "en-u-hc-h23",
            "x-klingon",
            "nl NL",
            " nl",
            "é",
            "nl-é",
            "de-abcd1-abcdefghi",
        ] {
            assert_language_refused(text, expected);
        }
        for text in ["de_AT", "zh_Hant_TW", "de-AT_x"] {
            assert_language_refused(
                text,
                "a language tag with hyphens between its parts, such as `de-AT`",
            );
        }
        assert_language_refused("sl-rozaj-Rozaj", "a language tag without a variant twice");
        assert_language_refused(
            "de-abcde-bcdef-cdefg-defgh-efghi-fgh",
            "a language tag of at most 35 characters",
        );
        assert!("de-abcde-bcdef-cdefg-defgh-efghi-12".len() == 35);
        assert_language_refused("de-abcde-bcdef-cdefg-defgh-efghi-12", expected);
        assert!(
            "de-AT-abcde-bcdef-cdefg-defgh-1fghi"
                .parse::<Language>()
                .is_ok()
        );
    }

    #[test]
    fn the_table_is_sorted_and_whole() {
        assert!(COUNTRIES.is_sorted_by(|a, b| a < b));
        assert!(COUNTRIES.iter().all(|code| code.len() == 2));
        assert!(
            COUNTRIES
                .iter()
                .flat_map(|code| code.bytes())
                .all(|b| b.is_ascii_uppercase())
        );
        assert_eq!(Country::all().count(), 249);
        for country in Country::all() {
            assert_eq!(country.as_str().parse::<Country>().unwrap(), country);
            assert_eq!(
                country
                    .to_string()
                    .to_lowercase()
                    .parse::<Country>()
                    .unwrap(),
                country
            );
        }
    }

    #[test]
    fn countries() {
        assert_eq!("nl".parse::<Country>().unwrap().as_str(), "NL");
        assert_eq!(Country::try_from("Gb").unwrap().to_string(), "GB");
        for text in ["", "N", "NLD", "XX", "XK", "EU", "AN", "é", "N ", "528"] {
            assert_eq!(
                text.parse::<Country>().unwrap_err().to_string(),
                format!(
                    "expected a country of ISO 3166-1 as two letters, such as `NL`, found `{text}`"
                ),
            );
        }
        assert_eq!(
            "uk".parse::<Country>().unwrap_err().to_string(),
            "expected a country of ISO 3166-1 (the United Kingdom is `GB`), found `uk`",
        );
    }

    proptest! {
        #[test]
        fn languages_are_read_back(
            text in "[a-zA-Z]{2,3}(-[a-zA-Z]{4})?(-([a-zA-Z]{2}|[0-9]{3}))?(-[a-zA-Z0-9]{5,8})?",
        ) {
            let language: Language = text.parse().unwrap();
            prop_assert!(language.as_str().eq_ignore_ascii_case(&text));
            prop_assert_eq!(language.to_string().parse::<Language>().unwrap(), language.clone());
            for shorter in language.fallbacks() {
                let parsed: Language = shorter.parse().unwrap();
                prop_assert_eq!(parsed.as_str(), shorter);
            }
        }

        #[test]
        fn no_text_panics(text in "[a-cA-C0-2é-]{0,16}|.*") {
            if let Ok(language) = text.parse::<Language>() {
                prop_assert_eq!(language.to_string().parse::<Language>().unwrap(), language);
            }
            if let Ok(country) = text.parse::<Country>() {
                prop_assert!(country.as_str().eq_ignore_ascii_case(&text));
            }
        }
    }
}
