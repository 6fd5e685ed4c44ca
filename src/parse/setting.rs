//! One setting as it stands in a file.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

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
    pub(super) extra: Option<Box<Extra>>,
    pub(super) span: Range<u32>,
    pub(super) value: Range<u32>,
    /// The element that it stands in.
    pub(super) section: Range<u32>,
    /// Where the name ends; where it begins, the shape says.
    pub(super) name_end: u32,
    /// Where that ends which stands behind the name, see [`Shape`].
    pub(super) beside_end: u32,
    /// 0 where there is none.
    pub(super) index: u32,
    pub(super) has_index: bool,
    pub(super) shape: Shape,
}

// A file has hundreds, and writing them is a fifth of the time in which it is read.
const _: () = assert!(size_of::<Setting<'_>>() <= 64);

/// How a setting is written, and so what stands behind its name.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Shape {
    /// `<name …>value</name>`: its attributes.
    Element {
        /// Whether numeric references are characters rather than bytes.
        code_points: bool,
    },
    /// `name = value`: nothing.
    Line,
    /// `name: value`: the sign.
    Text,
}

/// What few settings have.
#[derive(Clone, Default)]
pub(super) struct Extra {
    /// The value, where it is written otherwise.
    pub(super) value: Option<Zeroizing<String>>,
    /// Models in brackets before the line.
    pub(super) models: Option<Models>,
}

/// Models in brackets before a line, or on the line before it.
#[derive(Clone)]
pub(super) struct Models {
    pub(super) span: Range<u32>,
    /// Where the name begins.
    pub(super) name: u32,
}

impl<'a> Setting<'a> {
    /// Its name: of the element as it is written (`user_name`, `fkey`), or the whole name before the
    /// `=` (`account.1.label`).
    pub fn name(&self) -> &str {
        let start = match self.shape {
            Shape::Element { .. } => self.span.start + 1,
            Shape::Line | Shape::Text => {
                self.before().map_or(self.span.start, |models| models.name)
            }
        };
        self.source.slice(start..self.name_end)
    }

    /// The number in its attribute `idx`; lines have none beside their name.
    pub fn index(&self) -> Option<u32> {
        self.has_index.then_some(self.index)
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

    /// The element below the root that it stands in: `phone-settings`. Empty for a line, and where it
    /// stands in the root itself.
    pub fn section(&self) -> &str {
        self.source.slice(self.section.clone())
    }

    /// The models in brackets before a line, which alone take it: `T46S, T48S`. Empty when all do.
    pub fn models(&self) -> &str {
        self.before()
            .map_or("", |models| self.source.slice(models.span.clone()).trim())
    }

    /// Its attributes in order, references resolved; none for a line.
    pub fn attributes(&self) -> Attributes<'_> {
        let (text, code_points) = match self.shape {
            Shape::Element { code_points } => (self.beside(), code_points),
            Shape::Line | Shape::Text => ("", true),
        };
        Attributes {
            text,
            at: 0,
            code_points,
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
            Shape::Element { .. } => self.attribute("perm"),
            Shape::Line => None,
            Shape::Text => Some(Cow::Borrowed(self.beside())).filter(|sign| !sign.is_empty()),
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

    /// The models before the name.
    fn before(&self) -> Option<&Models> {
        self.extra.as_deref()?.models.as_ref()
    }

    /// What stands behind the name.
    fn beside(&self) -> &str {
        self.source.slice(self.name_end..self.beside_end)
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
            .field("index", &self.index())
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
