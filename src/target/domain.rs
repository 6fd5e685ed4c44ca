//! Domains of settings: what a value may be, and that in words.

use std::fmt;

use super::Domain;
use crate::model::{Host, TimeOfDay};

impl Domain {
    /// Whether a value lies in the domain. An empty value clears a setting and always does.
    pub fn contains(&self, value: &str) -> bool {
        let integer_in = |ranges: &[(i64, i64)]| {
            value
                .parse::<i64>()
                .is_ok_and(|n| ranges.iter().any(|(a, b)| (*a..=*b).contains(&n)))
        };
        let length_in =
            |min: u16, max: u16| (usize::from(min)..=usize::from(max)).contains(&value.len());
        match *self {
            Self::Any => true,
            Self::Choice(choices) => choices.iter().any(|(token, _)| *token == value),
            Self::Decimal => value.parse::<f64>().is_ok_and(f64::is_finite),
            Self::Digits(min, max) => {
                length_in(min, max) && value.bytes().all(|byte| byte.is_ascii_digit())
            }
            Self::Hex(min, max) => {
                length_in(min, max) && value.bytes().all(|byte| byte.is_ascii_hexdigit())
            }
            Self::Host => value.parse::<Host>().is_ok(),
            Self::Integer(ranges) => integer_in(ranges),
            Self::Ipv4 => value.parse::<std::net::Ipv4Addr>().is_ok(),
            Self::List(words) => {
                words.is_empty() || value.split(',').all(|item| words.contains(&item.trim()))
            }
            Self::Text(limit) | Self::Url(limit) => {
                limit.is_none_or(|limit| value.chars().count() <= usize::from(limit))
            }
            Self::Time => value.parse::<TimeOfDay>().is_ok(),
        }
    }
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = |f: &mut fmt::Formatter<'_>, min: u16, max: u16, what: &str| {
            if min == max {
                write!(f, "{min} {what}")
            } else {
                write!(f, "{min} to {max} {what}")
            }
        };
        match *self {
            Self::Any => f.write_str("any value"),
            Self::Choice(choices) => {
                f.write_str("one of ")?;
                for (i, (token, meaning)) in choices.iter().enumerate() {
                    let comma = if i == 0 { "" } else { ", " };
                    write!(f, "{comma}`{token}`")?;
                    if !meaning.is_empty() {
                        write!(f, " ({meaning})")?;
                    }
                }
                Ok(())
            }
            Self::Decimal => f.write_str("a decimal number"),
            Self::Digits(min, max) => count(f, min, max, "digits"),
            Self::Hex(min, max) => count(f, min, max, "hexadecimal digits"),
            Self::Host => f.write_str("a host name or address"),
            Self::Integer([] | [(i64::MIN, i64::MAX)]) => f.write_str("a whole number"),
            Self::Integer(ranges) => {
                f.write_str("a whole number ")?;
                for (i, (from, to)) in ranges.iter().enumerate() {
                    let or = if i == 0 { "" } else { " or " };
                    if from == to {
                        write!(f, "{or}{from}")?;
                    } else if *to == i64::MAX {
                        write!(f, "{or}from {from} on")?;
                    } else {
                        write!(f, "{or}from {from} to {to}")?;
                    }
                }
                Ok(())
            }
            Self::Ipv4 => f.write_str("an IPv4 address"),
            Self::List([]) => f.write_str("a comma-separated list"),
            Self::List(words) => write!(f, "a comma-separated list of {}", words.join(", ")),
            Self::Text(None) => f.write_str("a text"),
            Self::Text(Some(limit)) => write!(f, "a text of at most {limit} characters"),
            Self::Time => f.write_str("a time of day `HH:MM`"),
            Self::Url(None) => f.write_str("a URL"),
            Self::Url(Some(limit)) => write!(f, "a URL of at most {limit} characters"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_without_an_end_is_told_without_one() {
        let told = |ranges| Domain::Integer(ranges).to_string();
        assert_eq!(told(&[(i64::MIN, i64::MAX)]), "a whole number");
        assert_eq!(told(&[(0, i64::MAX)]), "a whole number from 0 on");
        assert_eq!(told(&[(0, 0), (5, 9)]), "a whole number 0 or from 5 to 9");
    }
}
