//! Escaping by place: one rule for every kind of place that text is written to.

use crate::model::percent_encode_segment;
use crate::text::{CharKinds, Value};

/// A kind of place in a file.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(crate) enum Place {
    /// The value of a `name = value` line: the rest of the line. Nothing is escaped, because the
    /// format has no escapes: a blank at either end would be lost, and the whole values `%NULL%`
    /// and `%EMPTY%` are commands.
    CfgValue,
    /// The value of a function key in such a line: as [`Self::CfgValue`], and a leading `!` calls a
    /// macro.
    CfgKeyValue,
    /// One item of a comma-separated list in such a line: as [`Self::CfgValue`] without commas.
    CfgListItem,
    /// The name or the password of a `user:password` login: printable ASCII without blank and
    /// colon, at most 32 characters.
    Login,
    /// A segment of a URL path or a value in its query: everything but letters, digits and `-._~`
    /// is percent-encoded.
    UrlSegment,
    /// The value of an XML attribute in double quotes.
    XmlAttribute,
    /// The value of a function key in XML text: `|` separates its parts.
    XmlKeyValue,
    /// A label in an XML attribute, where `<br>` breaks the line and `$` begins a variable.
    XmlLabel,
    /// XML text.
    XmlText,
}

/// Why a text cannot stand in a place.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Refusal {
    /// A character that the place cannot carry, and its place from 1.
    Character(char, usize),
    /// A part that would act as a command, and its place from 1.
    Command(&'static str, usize),
    /// More characters than the place takes: the limit and what there is.
    TooLong(usize, usize),
}

impl Place {
    /// In the order of their declaration: the mark of a slot holds the place's number.
    const ALL: [Self; 9] = [
        Self::CfgValue,
        Self::CfgKeyValue,
        Self::CfgListItem,
        Self::Login,
        Self::UrlSegment,
        Self::XmlAttribute,
        Self::XmlKeyValue,
        Self::XmlLabel,
        Self::XmlText,
    ];

    /// What the place is called in errors.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::CfgKeyValue => "the value of a key",
            Self::CfgListItem => "an item of a list",
            Self::CfgValue => "the value of a setting",
            Self::Login => "a login",
            Self::UrlSegment => "a URL",
            Self::XmlAttribute => "an attribute",
            Self::XmlKeyValue => "the value of a key",
            Self::XmlLabel => "the label of a key",
            Self::XmlText => "the value of a setting",
        }
    }

    /// Writes a value for this place. At most six bytes are written for one byte of the value.
    ///
    /// # Errors
    /// A [`Refusal`] when the place cannot carry the value; nothing is written then.
    #[inline]
    pub(crate) fn write(self, value: Value<'_>, out: &mut Vec<u8>) -> Result<(), Refusal> {
        if self.examines(value.kinds()) {
            return self.write_examined(value, out);
        }
        copy(value.as_str().as_bytes(), out);
        Ok(())
    }

    /// Whether a value with these kinds of characters is written only after a look at it.
    #[inline]
    fn examines(self, kinds: CharKinds) -> bool {
        self.examined().is_none_or(|examined| kinds.any(examined))
    }

    /// The kinds of characters that a value may hold only after a look at it: all others are copied.
    /// `None`: every value is looked at.
    #[inline]
    pub(crate) const fn examined(self) -> Option<CharKinds> {
        let examined = match self {
            Self::CfgValue | Self::CfgKeyValue => CharKinds::COMMAND.with(CharKinds::EDGE_BLANK),
            // The length counts too.
            Self::Login => return None,
            Self::CfgListItem | Self::UrlSegment => CharKinds::RESERVED,
            Self::XmlAttribute => CharKinds::MARKUP.with(CharKinds::QUOTE),
            Self::XmlKeyValue => CharKinds::MARKUP.with(CharKinds::COMMAND),
            Self::XmlLabel => CharKinds::MARKUP
                .with(CharKinds::QUOTE)
                .with(CharKinds::COMMAND),
            Self::XmlText => CharKinds::MARKUP,
        };
        Some(examined.with(CharKinds::SENTINEL))
    }

    fn write_examined(self, value: Value<'_>, out: &mut Vec<u8>) -> Result<(), Refusal> {
        let (text, kinds) = (value.as_str(), value.kinds());
        if value.is_sentinel() {
            mark(text, self, out);
            return Ok(());
        }
        match self {
            Self::CfgValue | Self::CfgKeyValue | Self::CfgListItem => {
                if kinds.any(CharKinds::COMMAND.with(CharKinds::EDGE_BLANK)) {
                    check_cfg(text, self == Self::CfgKeyValue)?;
                }
                if self == Self::CfgListItem && kinds.any(CharKinds::RESERVED) {
                    refuse(text, |c| c == ',')?;
                }
            }
            Self::Login => {
                if kinds != CharKinds::NONE {
                    refuse(text, |c| !c.is_ascii_graphic() || c == ':')?;
                }
                if text.len() > 32 {
                    return Err(Refusal::TooLong(32, text.len()));
                }
            }
            Self::UrlSegment => {
                if kinds.any(CharKinds::RESERVED) {
                    percent_encode_segment(text, out);
                    return Ok(());
                }
            }
            Self::XmlAttribute | Self::XmlKeyValue | Self::XmlLabel | Self::XmlText => {
                if self == Self::XmlKeyValue && kinds.any(CharKinds::COMMAND) {
                    refuse_command(text, "|")?;
                }
                if self == Self::XmlLabel {
                    check_label(text, kinds)?;
                }
                let quotes = matches!(self, Self::XmlAttribute | Self::XmlLabel);
                if kinds.any(CharKinds::MARKUP.with(CharKinds::QUOTE)) {
                    super::xml::escape(text, quotes, out);
                    return Ok(());
                }
            }
        }
        out.extend_from_slice(text.as_bytes());
        Ok(())
    }

    /// The place of a mark, from the byte that [`mark`] wrote.
    pub(crate) fn of_mark(byte: u8) -> Option<Self> {
        Self::ALL.get(usize::from(byte.checked_sub(b'0')?)).copied()
    }
}

/// Copies a text, most of which have a few bytes: two fixed copies that overlap are faster than one of
/// a length that is known only then.
#[inline]
fn copy(text: &[u8], out: &mut Vec<u8>) {
    let start = out.len();
    if let (Some(head), Some(tail)) = (text.first_chunk::<8>(), text.last_chunk::<8>())
        && text.len() <= 16
    {
        let mut both = [0; 16];
        both[..8].copy_from_slice(head);
        both[text.len() - 8..text.len()].copy_from_slice(tail);
        out.extend_from_slice(&both);
        out.truncate(start + text.len());
    } else if let (Some(head), Some(tail)) = (text.first_chunk::<4>(), text.last_chunk::<4>())
        && text.len() <= 8
    {
        let mut both = [0; 8];
        both[..4].copy_from_slice(head);
        both[text.len() - 4..text.len()].copy_from_slice(tail);
        out.extend_from_slice(&both);
        out.truncate(start + text.len());
    } else {
        out.extend_from_slice(text);
    }
}

/// Writes the mark of a slot instead of a sentinel: START, the slot, the place, END.
pub(crate) fn mark(slot: &str, place: Place, out: &mut Vec<u8>) {
    out.push(SLOT_START);
    out.extend_from_slice(slot.as_bytes());
    out.push(b'0' + place as u8);
    out.push(SLOT_END);
}

/// Begins the mark of a slot; no text holds it.
pub(crate) const SLOT_START: u8 = 0x01;
/// Ends the mark of a slot; no text holds it.
pub(crate) const SLOT_END: u8 = 0x02;

fn check_cfg(text: &str, key: bool) -> Result<(), Refusal> {
    for token in ["%NULL%", "%EMPTY%"] {
        if text == token {
            return Err(Refusal::Command(token, 1));
        }
    }
    if key && text.starts_with('!') {
        return Err(Refusal::Command("!", 1));
    }
    let mut characters = text.chars();
    match (characters.next(), characters.next_back()) {
        (Some(first), _) if first.is_whitespace() => Err(Refusal::Character(first, 1)),
        (_, Some(last)) if last.is_whitespace() => {
            Err(Refusal::Character(last, text.chars().count()))
        }
        _ => Ok(()),
    }
}

fn check_label(text: &str, kinds: CharKinds) -> Result<(), Refusal> {
    if kinds.any(CharKinds::COMMAND) {
        refuse_command(text, "$")?;
    }
    // Any letter case: how strictly phones compare is not known.
    let breaks = |at: &usize| {
        let tag = text.as_bytes().get(*at..at + 3);
        tag.is_some_and(|tag| tag.eq_ignore_ascii_case(b"<br"))
    };
    let tags = text.bytes().enumerate().filter(|(_, byte)| *byte == b'<');
    match tags.map(|(at, _)| at).find(breaks) {
        Some(at) => Err(Refusal::Command("<br>", text[..at].chars().count() + 1)),
        None => Ok(()),
    }
}

fn refuse_command(text: &str, command: &'static str) -> Result<(), Refusal> {
    match text.find(command) {
        Some(at) => Err(Refusal::Command(command, text[..at].chars().count() + 1)),
        None => Ok(()),
    }
}

fn refuse(text: &str, refused: impl Fn(char) -> bool) -> Result<(), Refusal> {
    match text.chars().enumerate().find(|(_, c)| refused(*c)) {
        Some((index, character)) => Err(Refusal::Character(character, index + 1)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Text;

    fn written(place: Place, text: &str) -> Result<String, Refusal> {
        let text = Text::new(text).unwrap();
        let mut out = Vec::new();
        place.write(text.value(), &mut out)?;
        Ok(String::from_utf8(out).unwrap())
    }

    #[test]
    fn a_cfg_value_is_copied_or_refused() {
        let hostile = "&<>\"'#=;% é 中🙂";
        assert_eq!(written(Place::CfgValue, hostile).unwrap(), hostile);
        assert_eq!(
            written(Place::CfgValue, "%NULL% "),
            Err(Refusal::Character(' ', 7))
        );
        assert_eq!(
            written(Place::CfgValue, "%NULL%"),
            Err(Refusal::Command("%NULL%", 1))
        );
        assert_eq!(
            written(Place::CfgValue, "%EMPTY%"),
            Err(Refusal::Command("%EMPTY%", 1))
        );
        assert_eq!(
            written(Place::CfgValue, " a"),
            Err(Refusal::Character(' ', 1))
        );
        assert_eq!(
            written(Place::CfgValue, " "),
            Err(Refusal::Character(' ', 1))
        );
        assert_eq!(
            written(Place::CfgValue, "a\u{a0}"),
            Err(Refusal::Character('\u{a0}', 2))
        );
        assert_eq!(written(Place::CfgValue, "!x").unwrap(), "!x");
    }

    #[test]
    fn a_key_value_calls_no_macro() {
        assert_eq!(
            written(Place::CfgKeyValue, "!x"),
            Err(Refusal::Command("!", 1))
        );
        assert_eq!(written(Place::CfgKeyValue, "x!").unwrap(), "x!");
    }

    #[test]
    fn a_list_item_holds_no_comma() {
        assert_eq!(
            written(Place::CfgListItem, "1,2"),
            Err(Refusal::Character(',', 2))
        );
        assert_eq!(written(Place::CfgListItem, "112").unwrap(), "112");
    }

    #[test]
    fn a_login_is_printable_ascii_without_colon() {
        assert_eq!(written(Place::Login, "p&<!~").unwrap(), "p&<!~");
        assert_eq!(
            written(Place::Login, "a:b"),
            Err(Refusal::Character(':', 2))
        );
        assert_eq!(
            written(Place::Login, "a b"),
            Err(Refusal::Character(' ', 2))
        );
        assert_eq!(written(Place::Login, "é"), Err(Refusal::Character('é', 1)));
        assert_eq!(
            written(Place::Login, &"x".repeat(33)),
            Err(Refusal::TooLong(32, 33))
        );
        assert!(written(Place::Login, &"x".repeat(32)).is_ok());
    }

    #[test]
    fn xml_is_escaped_by_place() {
        let text = "a&b<c>\"d\" 'e' é中";
        assert_eq!(
            written(Place::XmlText, text).unwrap(),
            "a&amp;b&lt;c&gt;\"d\" 'e' é中"
        );
        assert_eq!(
            written(Place::XmlAttribute, text).unwrap(),
            "a&amp;b&lt;c&gt;&quot;d&quot; 'e' é中"
        );
        assert_eq!(written(Place::XmlText, "%NULL% |").unwrap(), "%NULL% |");
    }

    #[test]
    fn what_acts_in_a_label_or_a_key_is_refused() {
        assert_eq!(
            written(Place::XmlLabel, "a $name"),
            Err(Refusal::Command("$", 3))
        );
        assert_eq!(
            written(Place::XmlLabel, "é<BR/>b"),
            Err(Refusal::Command("<br>", 2))
        );
        assert_eq!(
            written(Place::XmlLabel, "<b> & \"x\"").unwrap(),
            "&lt;b&gt; &amp; &quot;x&quot;"
        );
        assert_eq!(
            written(Place::XmlKeyValue, "10|*8"),
            Err(Refusal::Command("|", 3))
        );
        assert_eq!(
            written(Place::XmlKeyValue, "<sip:1@h>").unwrap(),
            "&lt;sip:1@h&gt;"
        );
    }

    #[test]
    fn a_mark_names_its_place() {
        for place in Place::ALL {
            let mut out = Vec::new();
            place.write(Value::sentinel("n"), &mut out).unwrap();
            assert_eq!(Place::of_mark(out[out.len() - 2]), Some(place));
        }
    }

    #[test]
    fn a_url_segment_is_percent_encoded() {
        assert_eq!(written(Place::UrlSegment, "a-._~Z9").unwrap(), "a-._~Z9");
        assert_eq!(
            written(Place::UrlSegment, "a/b?c&é").unwrap(),
            "a%2Fb%3Fc%26%C3%A9"
        );
    }
}
