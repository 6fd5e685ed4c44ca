//! One setting as it stands in a file.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use zeroize::Zeroizing;

use super::attribute;
use super::reference;
use super::source::Source;

/// A setting of a file: its name, what stands beside the name, its value, and where it is.
///
/// A value that holds elements of its own (the actions of a soft key, a contact) is the text of those
/// elements as it is written.
///
/// `Debug` shows the name and never the value, which may be a secret.
#[derive(Clone)]
pub struct Setting<'a> {
    pub(super) source: Source<'a>,
    pub(super) span: Range<u32>,
    pub(super) name: Range<u32>,
    /// What stands beside the name, see [`Shape`].
    pub(super) beside: Range<u32>,
    pub(super) value: Range<u32>,
    /// The element that it stands in.
    pub(super) section: Range<u32>,
    pub(super) index: Option<u32>,
    /// Whether numeric references are characters rather than bytes.
    pub(super) code_points: bool,
    pub(super) shape: Shape,
    pub(super) extra: Option<Box<Extra>>,
}

/// How a setting is written, and so what stands beside its name.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Shape {
    /// `<name …>value</name>`: its attributes.
    Element,
    /// `name = value`: the models in brackets before it.
    Line,
    /// `name: value`: the sign behind the name.
    Text,
}

/// What of a setting is not a piece of the text.
#[derive(Clone, Default)]
pub(super) struct Extra {
    /// The value, where it is written otherwise.
    pub(super) value: Option<Zeroizing<String>>,
    /// Several elements that it stands in, joined.
    pub(super) section: Option<Arc<str>>,
}

impl<'a> Setting<'a> {
    /// Its name: of the element as it is written (`user_name`, `fkey`), or the whole name before the
    /// `=` (`account.1.label`).
    pub fn name(&self) -> &str {
        self.source.slice(self.name.clone())
    }

    /// The number in its attribute `idx`; lines have none beside their name.
    pub fn index(&self) -> Option<u32> {
        self.index
    }

    /// Its value: references resolved, blanks around the value of a line taken off. Literal commands
    /// such as `%NULL%` stand as they are.
    pub fn value(&self) -> &str {
        match self.extra.as_deref() {
            Some(Extra {
                value: Some(value), ..
            }) => value,
            _ => self.source.slice(self.value.clone()),
        }
    }

    /// The elements below the root that it stands in, joined by `/`: `phone-settings`. Empty for
    /// a line, and where it stands in the root itself.
    pub fn section(&self) -> &str {
        match self.extra.as_deref() {
            Some(Extra {
                section: Some(section),
                ..
            }) => section,
            _ => self.source.slice(self.section.clone()),
        }
    }

    /// The models in brackets before a line, which alone take it: `T46S, T48S`. Empty when all do.
    pub fn models(&self) -> &str {
        match self.shape {
            Shape::Line => self.source.slice(self.beside.clone()).trim(),
            Shape::Element | Shape::Text => "",
        }
    }

    /// Its attributes in order, references resolved; none for a line.
    pub fn attributes(&self) -> Attributes<'_> {
        Attributes {
            text: match self.shape {
                Shape::Element => self.source.slice(self.beside.clone()),
                Shape::Line | Shape::Text => "",
            },
            at: 0,
            code_points: self.code_points,
        }
    }

    /// The value of one attribute.
    pub fn attribute(&self, name: &str) -> Option<Cow<'_, str>> {
        self.attributes()
            .find(|(found, _)| *found == name)
            .map(|(_, value)| value)
    }

    /// Its attribute `perm`, or the sign behind the name: who may change the setting.
    pub fn perm(&self) -> Option<Cow<'_, str>> {
        match self.shape {
            Shape::Element => self.attribute("perm"),
            Shape::Line => None,
            Shape::Text => {
                let sign = self.source.slice(self.beside.clone());
                (!sign.is_empty()).then_some(Cow::Borrowed(sign))
            }
        }
    }

    /// The whole element, or the line without blanks around it, in bytes of the input.
    pub fn span(&self) -> Range<usize> {
        self.source.span(self.span.clone())
    }

    /// The value as it is written, in bytes of the input.
    pub fn value_span(&self) -> Range<usize> {
        self.source.span(self.value.clone())
    }

    /// The whole element or line in the text.
    pub(super) fn text_span(&self) -> Range<usize> {
        self.span.start as usize..self.span.end as usize
    }

    pub(super) fn value_text_span(&self) -> Range<usize> {
        self.value.start as usize..self.value.end as usize
    }
}

impl fmt::Debug for Setting<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Setting")
            .field("name", &self.name())
            .field("index", &self.index)
            .field("section", &self.section())
            .field("span", &self.span())
            .finish_non_exhaustive()
    }
}

/// The attributes of a setting: names and values.
#[derive(Clone)]
pub struct Attributes<'s> {
    text: &'s str,
    at: usize,
    code_points: bool,
}

impl<'s> Iterator for Attributes<'s> {
    type Item = (&'s str, Cow<'s, str>);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let found = attribute::next(self.text.as_bytes(), self.at)?;
            self.at = found.next;
            let name = self.text.get(found.name).unwrap_or_default();
            if name.is_empty() {
                continue;
            }
            let value = self.text.get(found.value).unwrap_or_default();
            let value = reference::resolve_attribute(value, self.code_points);
            return Some((name, value));
        }
    }
}

impl fmt::Debug for Attributes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.clone().map(|(name, _)| name))
            .finish()
    }
}
