//! What stands in a function key, read back.

use super::super::super::super::{ModelRow, TokenRow};
use super::super::tables::KEY_TYPES;
use crate::model::{KeyKind, KeyValue};

/// What a key does.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Body {
    pub(super) kind: KeyKind,
    pub(super) value: Option<String>,
    /// The code behind `|`, with which the key takes a ringing call.
    pub(super) pickup: Option<String>,
    /// Whether the type is another one's word for what the key does.
    pub(super) is_guess: bool,
}

impl Body {
    fn of(kind: KeyKind, value: Option<String>) -> Self {
        Self {
            kind,
            value,
            pickup: None,
            is_guess: false,
        }
    }

    /// `None` for what the model of the crate has no kind for.
    pub(super) fn read(text: &str, model: &ModelRow) -> Option<Self> {
        let text = text.trim();
        // Old files leave the type of a key event out.
        let event = text.starts_with("F_").then(|| format!("keyevent {text}"));
        if let Some(row) = bare(event.as_deref().unwrap_or(text), model) {
            return Some(Self::of(kind(row)?, None));
        }
        match text {
            "" | "keyevent none" | "keyevent F_NONE" => return Some(Self::of(KeyKind::None, None)),
            "keyevent F_TRANSFER" => return Some(Self::of(KeyKind::Transfer, None)),
            _ => {}
        }
        let (token, argument) = text.split_once(' ')?;
        let argument = argument.trim();
        match token {
            "blf" | "dest" => {
                let (number, pickup) = match argument.split_once('|') {
                    Some((number, pickup)) => (number, Some(pickup.trim().to_owned())),
                    None => (argument, None),
                };
                let mut body = Self::of(KeyKind::Blf, Some(number_of(number)?));
                body.pickup = pickup.filter(|code| !code.is_empty());
                body.is_guess = token == "dest";
                return Some(body);
            }
            // What a generator writes that means `recorder`.
            "record" => {
                let mut body = Self::of(KeyKind::Record, None);
                body.is_guess = true;
                return Some(body);
            }
            "orbit" => return Some(Self::of(KeyKind::Park, Some(number_of(argument)?))),
            _ => {}
        }
        let row = by_preference(token, model)?;
        let kind = kind(row)?;
        let value = match kind.value() {
            KeyValue::Number => number_of(argument)?,
            _ => argument.to_owned(),
        };
        Some(Self::of(kind, Some(value)))
    }
}

/// The kind whose whole body, without a value, this is.
fn bare(text: &str, model: &ModelRow) -> Option<&'static TokenRow> {
    rows(model).find(|row| row.order == 0 && row.token == text)
}

/// Of several kinds that are told alike the one that says least: a number to dial, an address.
fn by_preference(token: &str, model: &ModelRow) -> Option<&'static TokenRow> {
    let with_value = || rows(model).filter(|row| row.order > 0 && row.token == token);
    let plain = ["speed_dial", "url"];
    with_value()
        .find(|row| plain.contains(&row.word))
        .or_else(|| with_value().next())
}

fn rows(model: &ModelRow) -> impl Iterator<Item = &'static TokenRow> {
    KEY_TYPES
        .iter()
        .filter(|row| row.only.is_empty() || row.only.iter().any(|word| model.is(word)))
}

fn kind(row: &TokenRow) -> Option<KeyKind> {
    row.word.parse().ok()
}

/// A number, or `user@host` out of a SIP address: `<sip:201@host;user=phone>`.
fn number_of(text: &str) -> Option<String> {
    let text = text.trim();
    let text = text
        .strip_prefix('<')
        .and_then(|text| text.strip_suffix('>'))
        .unwrap_or(text);
    let number = match text.strip_prefix("sip:") {
        Some(address) => address.split([';', '?']).next().unwrap_or(address),
        None => text,
    };
    // Some write `sip:201/`.
    let number = number.strip_suffix('/').unwrap_or(number);
    KeyValue::Number.check(number).ok()?;
    Some(number.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(&'static str, String, String)> {
        let body = Body::read(text, &ModelRow::EMPTY)?;
        Some((
            body.kind.as_str(),
            body.value.unwrap_or_default(),
            body.pickup.unwrap_or_default(),
        ))
    }

    fn key(
        kind: &'static str,
        value: &str,
        pickup: &str,
    ) -> Option<(&'static str, String, String)> {
        Some((kind, value.to_owned(), pickup.to_owned()))
    }

    #[test]
    fn keys_of_the_field_are_read() {
        for (text, expected) in [
            ("line", key("line", "", "")),
            ("none", key("none", "", "")),
            ("", key("none", "", "")),
            ("keyevent F_DND", key("dnd", "", "")),
            ("F_REDIRECT", key("forward", "", "")),
            ("transfer", key("transfer", "", "")),
            ("keyevent F_TRANSFER", key("transfer", "", "")),
            ("transfer 203", key("transfer", "203", "")),
            ("redirect 204", key("forward", "204", "")),
            ("blf 201", key("blf", "201", "")),
            ("blf 201|*8", key("blf", "201", "*8")),
            (
                "blf <sip:201@pbx.example.net;user=phone>|**",
                key("blf", "201@pbx.example.net", "**"),
            ),
            (
                "dest sip:201@pbx.example.net;user=phone",
                key("blf", "201@pbx.example.net", ""),
            ),
            (
                "blf <sip:201@192.0.2.1:5060>",
                key("blf", "201@192.0.2.1:5060", ""),
            ),
            ("speed *85", key("speed_dial", "*85", "")),
            ("orbit 5900", key("park", "5900", "")),
            ("icom 205", key("intercom", "205", "")),
            ("dtmf *1#A", key("dtmf", "*1#A", "")),
            (
                "url http://pbx.example.net/a?b=1&c=2",
                key("url", "http://pbx.example.net/a?b=1&c=2", ""),
            ),
            (
                "multicast 224.0.1.116:5004",
                key("multicast_paging", "224.0.1.116:5004", ""),
            ),
            (
                "conference sip:3000@pbx.example.net",
                key("conference", "3000@pbx.example.net", ""),
            ),
            ("record 1", key("record", "", "")),
            ("recorder", key("record", "", "")),
            // No kind of the model of the crate.
            ("keyevent F_MUTE", None),
            ("xml <general/>", None),
            ("button x", None),
            ("blf <sip:a b@c>", None),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }
}
