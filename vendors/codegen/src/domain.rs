//! The grammar of the `domain` column: what values a setting takes.

use serde::Deserialize;

/// The values that a setting takes; the same words as the crate's `Domain`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(try_from = "String")]
pub enum Domain {
    /// No source states a domain.
    #[default]
    Any,
    /// One of these tokens, each with its meaning (empty where none is stated).
    Choice(Vec<(String, String)>),
    /// A decimal number.
    Decimal,
    /// So many decimal digits.
    Digits(u16, u16),
    /// Host name or IP address.
    Host,
    /// So many hexadecimal digits.
    Hex(u16, u16),
    /// IPv4 address.
    Ipv4,
    /// A whole number within one of these ranges.
    Integer(Vec<(i64, i64)>),
    /// Comma-separated words, any of these; none = any word.
    List(Vec<String>),
    /// Text of at most so many characters.
    Text(Option<u16>),
    /// `HH:MM`.
    Time,
    /// Address of a file or service, of at most so many characters.
    Url(Option<u16>),
}

impl TryFrom<String> for Domain {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text)
    }
}

impl Domain {
    /// Reads the column.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
        let plain = rest.is_empty();
        match word {
            "any" if plain => return Ok(Self::Any),
            "decimal" if plain => return Ok(Self::Decimal),
            "host" if plain => return Ok(Self::Host),
            "ipv4" if plain => return Ok(Self::Ipv4),
            "port" if plain => return Ok(Self::Integer(vec![(0, 65535)])),
            "time" if plain => return Ok(Self::Time),
            "text" if plain => return Ok(Self::Text(None)),
            "url" if plain => return Ok(Self::Url(None)),
            "digits" => return count(text, rest).map(|(low, high)| Self::Digits(low, high)),
            "hex" => return count(text, rest).map(|(low, high)| Self::Hex(low, high)),
            "int" => return ranges(text, rest).map(Self::Integer),
            "list" => return words(text, rest).map(Self::List),
            _ => {}
        }
        if let Some(limit) = text.strip_prefix("text<=") {
            return number(text, limit).map(|limit| Self::Text(Some(limit)));
        }
        if let Some(limit) = text.strip_prefix("url<=") {
            return number(text, limit).map(|limit| Self::Url(Some(limit)));
        }
        choice(text)
    }

    /// Whether a phone would take the value. The empty string always passes: as a default it
    /// says that the vendor states "blank", whatever the values are.
    pub fn admits(&self, value: &str) -> bool {
        if value.is_empty() {
            return true;
        }
        let fits = |limit: &Option<u16>| {
            limit.is_none_or(|limit| value.chars().count() <= usize::from(limit))
        };
        let counted = |low: &u16, high: &u16, kind: fn(&u8) -> bool| {
            (usize::from(*low)..=usize::from(*high)).contains(&value.len())
                && value.as_bytes().iter().all(kind)
        };
        match self {
            Self::Any => true,
            Self::Choice(tokens) => tokens.iter().any(|(token, _)| token == value),
            Self::Decimal => value.parse::<f64>().is_ok_and(f64::is_finite),
            Self::Digits(low, high) => counted(low, high, u8::is_ascii_digit),
            Self::Hex(low, high) => counted(low, high, u8::is_ascii_hexdigit),
            Self::Host => value
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b".-:[]_".contains(&b)),
            Self::Ipv4 => value.parse::<std::net::Ipv4Addr>().is_ok(),
            Self::Integer(ranges) => value
                .parse::<i64>()
                .is_ok_and(|n| ranges.iter().any(|(low, high)| (*low..=*high).contains(&n))),
            Self::List(words) => {
                words.is_empty()
                    || value
                        .split(',')
                        .all(|v| words.iter().any(|w| w == v.trim()))
            }
            Self::Text(limit) => fits(limit),
            Self::Time => value.split_once(':').is_some_and(|(hour, minute)| {
                let part = |text: &str, end: u8| {
                    text.len() == 2 && text.parse::<u8>().is_ok_and(|n| n < end)
                };
                part(hour, 24) && part(minute, 60)
            }),
            Self::Url(limit) => fits(limit) && !value.contains(char::is_whitespace),
        }
    }

    /// The value as a Rust expression of the crate's `Domain`.
    pub(crate) fn to_rust(&self) -> String {
        let limit = |limit: &Option<u16>| match limit {
            Some(limit) => format!("Some({limit})"),
            None => "None".to_owned(),
        };
        match self {
            Self::Any => "Domain::Any".to_owned(),
            Self::Choice(tokens) => format!("Domain::Choice(&{tokens:?})"),
            Self::Decimal => "Domain::Decimal".to_owned(),
            Self::Digits(low, high) => format!("Domain::Digits({low}, {high})"),
            Self::Host => "Domain::Host".to_owned(),
            Self::Hex(low, high) => format!("Domain::Hex({low}, {high})"),
            Self::Ipv4 => "Domain::Ipv4".to_owned(),
            Self::Integer(ranges) => {
                let ranges: Vec<String> = ranges
                    .iter()
                    .map(|(low, high)| format!("({}, {})", bound(*low), bound(*high)))
                    .collect();
                format!("Domain::Integer(&[{}])", ranges.join(", "))
            }
            Self::List(words) => format!("Domain::List(&{words:?})"),
            Self::Text(max) => format!("Domain::Text({})", limit(max)),
            Self::Time => "Domain::Time".to_owned(),
            Self::Url(max) => format!("Domain::Url({})", limit(max)),
        }
    }
}

/// `N` or `A..B` digits.
fn count(text: &str, rest: &str) -> Result<(u16, u16), String> {
    let (low, high) = rest.split_once("..").unwrap_or((rest, rest));
    let (low, high) = (number(text, low)?, number(text, high)?);
    if low == 0 || low > high {
        return Err(format!(
            "domain {text:?}: the count of digits must ascend from 1"
        ));
    }
    Ok((low, high))
}

/// Nothing, or `A..B` joined by `|`; an end may be left open.
fn ranges(text: &str, rest: &str) -> Result<Vec<(i64, i64)>, String> {
    if rest.is_empty() {
        return Ok(vec![(i64::MIN, i64::MAX)]);
    }
    let mut ranges: Vec<(i64, i64)> = Vec::new();
    for range in rest.split('|') {
        let (low, high) = range
            .split_once("..")
            .ok_or_else(|| format!("domain {text:?}: {range:?} is no range A..B"))?;
        let low = if low.is_empty() {
            i64::MIN
        } else {
            number(text, low)?
        };
        let high = if high.is_empty() {
            i64::MAX
        } else {
            number(text, high)?
        };
        if low > high || ranges.last().is_some_and(|(_, last)| *last >= low) {
            return Err(format!("domain {text:?}: ranges must ascend"));
        }
        ranges.push((low, high));
    }
    Ok(ranges)
}

/// Nothing, or words joined by `|`.
fn words(text: &str, rest: &str) -> Result<Vec<String>, String> {
    let words: Vec<String> = rest
        .split('|')
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    unique(text, words.iter())?;
    Ok(words)
}

/// `TOKEN=meaning|…`, or `=TOKEN|…` without meanings.
fn choice(text: &str) -> Result<Domain, String> {
    if !text.contains('=') {
        return Err(format!(
            "domain {text:?}: neither a known word nor a list of tokens"
        ));
    }
    let tokens: Vec<(String, String)> = match text.strip_prefix('=') {
        Some(plain) => plain
            .split('|')
            .map(|token| (token.to_owned(), String::new()))
            .collect(),
        None => text
            .split('|')
            .map(|part| {
                let (token, meaning) = part.split_once('=').unwrap_or((part, ""));
                (token.to_owned(), meaning.to_owned())
            })
            .collect(),
    };
    if tokens.iter().any(|(token, _)| token.is_empty()) {
        return Err(format!("domain {text:?}: a token is empty"));
    }
    unique(text, tokens.iter().map(|(token, _)| token))?;
    Ok(Domain::Choice(tokens))
}

fn unique<'a>(text: &str, words: impl Iterator<Item = &'a String>) -> Result<(), String> {
    let mut seen = std::collections::BTreeSet::new();
    for word in words {
        if !seen.insert(word) {
            return Err(format!("domain {text:?}: {word:?} stands twice"));
        }
    }
    Ok(())
}

fn number<T: std::str::FromStr>(text: &str, digits: &str) -> Result<T, String> {
    digits
        .parse()
        .map_err(|_| format!("domain {text:?}: {digits:?} is no number that fits"))
}

fn bound(n: i64) -> String {
    match n {
        i64::MIN => "i64::MIN".to_owned(),
        i64::MAX => "i64::MAX".to_owned(),
        n => n.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_the_grammar_is_read() {
        let pairs = |pairs: &[(&str, &str)]| {
            Domain::Choice(
                pairs
                    .iter()
                    .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
                    .collect(),
            )
        };
        for (text, domain) in [
            ("any", Domain::Any),
            ("text", Domain::Text(None)),
            ("text<=99", Domain::Text(Some(99))),
            ("url<=511", Domain::Url(Some(511))),
            ("port", Domain::Integer(vec![(0, 65535)])),
            ("int", Domain::Integer(vec![(i64::MIN, i64::MAX)])),
            (
                "int -3..4|8..",
                Domain::Integer(vec![(-3, 4), (8, i64::MAX)]),
            ),
            ("digits 4", Domain::Digits(4, 4)),
            ("hex 5..10", Domain::Hex(5, 10)),
            ("list", Domain::List(vec![])),
            (
                "list a|b",
                Domain::List(vec!["a".to_owned(), "b".to_owned()]),
            ),
            ("0=off|1=a=b", pairs(&[("0", "off"), ("1", "a=b")])),
            ("=one two|3", pairs(&[("one two", ""), ("3", "")])),
        ] {
            assert_eq!(Domain::parse(text), Ok(domain), "{text}");
        }
    }

    #[test]
    fn a_bad_domain_says_what_is_wrong() {
        for (text, fault) in [
            ("string", "neither a known word"),
            ("any thing", "neither a known word"),
            ("int 5", "is no range"),
            ("int 5..1", "must ascend"),
            ("int 1..5|5..9", "must ascend"),
            ("digits 0", "must ascend from 1"),
            ("text<=x", "is no number"),
            ("0=off|0=on", "stands twice"),
            ("=a||b", "is empty"),
        ] {
            let error = Domain::parse(text).unwrap_err();
            assert!(error.contains(fault), "{text}: {error}");
        }
    }

    #[test]
    fn values_are_judged_by_their_domain() {
        for (domain, good, bad) in [
            ("0=off|1=on", "1", "2"),
            ("int -1..20", "-1", "21"),
            ("int", "-70000", "1.5"),
            ("decimal", "0.5", "half"),
            ("digits 4", "0000", "000"),
            ("hex 4", "00fF", "00fg"),
            ("host", "cn.pool.ntp.org", "two words"),
            ("ipv4", "10.0.0.1", "10.0.0.256"),
            ("list a|b", "b, a", "a,c"),
            ("text<=3", "äöü", "abcd"),
            ("time", "23:59", "24:00"),
            ("url<=12", "http://a.b/c", "http://a.b/c d"),
        ] {
            let domain = Domain::parse(domain).unwrap();
            assert!(domain.admits(good), "{domain:?} {good}");
            assert!(!domain.admits(bad), "{domain:?} {bad}");
            assert!(domain.admits(""), "{domain:?} blank");
        }
    }
}
