//! Addresses with places that are filled per phone.

use std::fmt;
use std::iter;
use std::ops::Range;

use super::percent::percent_encoded;
use super::{Head, Url, UrlScheme, ends_with_slash, placeholders};
use crate::error::Invalid;
use crate::model::host::{Host, Port};

/// A [`Url`] with named places in its path and query that are filled per phone.
///
/// * Each place is a name in braces, one of those that the reader of the template allows.
/// * Without its places it meets the rules of [`Url`].
/// * Filled, it is a [`Url`].
///
/// ```
/// use phone_provisioning::model::{Segment, UrlTemplate};
///
/// let template = UrlTemplate::parse("https://pbx.example.net/p/{token}/", &["token", "mac"])?;
/// assert!(template.contains("token"));
/// assert_eq!(template.fill(|_| "a/b c"), "https://pbx.example.net/p/a%2Fb%20c/");
/// assert_eq!(
///     template.segments().collect::<Vec<_>>(),
///     [
///         Segment::Literal("https://pbx.example.net/p/"),
///         Segment::Placeholder("token"),
///         Segment::Literal("/"),
///     ],
/// );
/// # Ok::<(), phone_provisioning::error::Invalid>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct UrlTemplate {
    text: Box<str>,
    head: Head,
    /// With their braces, in order.
    placeholders: Vec<Range<usize>>,
}

impl UrlTemplate {
    /// Reads a template in which the named places may stand, each any number of times.
    ///
    /// # Errors
    /// What [`Url`] refuses, a place outside path and query, one of another name, or a brace that
    /// belongs to no place.
    pub fn parse(text: &str, allowed: &[&str]) -> Result<Self, Invalid> {
        let head = Head::read(text)?;
        let placeholders = placeholders(text, head.len, Some(allowed))?;
        Ok(Self {
            text: text.into(),
            head,
            placeholders,
        })
    }

    /// The template as it was given.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The scheme.
    pub fn scheme(&self) -> UrlScheme {
        self.head.scheme
    }

    /// The host, in its canonical form.
    pub fn host(&self) -> &Host {
        self.head.place.host()
    }

    /// The port, if one is given.
    pub fn port(&self) -> Option<Port> {
        self.head.place.port()
    }

    /// Whether a file name can be put behind it: it ends with a slash and has no query.
    pub fn ends_with_slash(&self) -> bool {
        ends_with_slash(&self.text, &self.head)
    }

    /// Whether the place of this name is in it.
    pub fn contains(&self, placeholder: &str) -> bool {
        self.placeholders
            .iter()
            .any(|range| self.name(range) == placeholder)
    }

    /// Its parts in order; no literal is empty.
    pub fn segments(&self) -> impl Iterator<Item = Segment<'_>> {
        let starts = iter::once(0).chain(self.placeholders.iter().map(|range| range.end));
        let ends = self.placeholders.iter().map(|range| range.start);
        let literals = starts
            .zip(ends.chain(iter::once(self.text.len())))
            .map(|(start, end)| Segment::Literal(&self.text[start..end]));
        // One literal more than placeholders: the last stands alone.
        let names = self.placeholders.iter().map(|range| Some(self.name(range)));
        literals
            .zip(names.chain(iter::once(None)))
            .flat_map(|(literal, name)| [Some(literal), name.map(Segment::Placeholder)])
            .flatten()
            .filter(|segment| *segment != Segment::Literal(""))
    }

    /// The URL with a value at each place, asked for by its name and written as by
    /// [`percent_encode_segment`](super::percent_encode_segment).
    pub fn fill<V: AsRef<str>>(&self, mut value: impl FnMut(&str) -> V) -> String {
        let mut url = String::with_capacity(self.text.len());
        for segment in self.segments() {
            match segment {
                Segment::Literal(text) => url.push_str(text),
                Segment::Placeholder(name) => {
                    url.extend(percent_encoded(value(name).as_ref()).map(char::from));
                }
            }
        }
        url
    }

    fn name(&self, placeholder: &Range<usize>) -> &str {
        // The range includes the two braces, one byte each.
        &self.text[placeholder.start + 1..placeholder.end - 1]
    }
}

impl fmt::Display for UrlTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

/// A URL is a template without places.
impl From<Url> for UrlTemplate {
    fn from(url: Url) -> Self {
        Self {
            text: url.text,
            head: url.head,
            placeholders: Vec::new(),
        }
    }
}

/// A part of a [`UrlTemplate`].
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[allow(
    clippy::exhaustive_enums,
    reason = "a template has no third kind of part"
)]
pub enum Segment<'a> {
    /// Text that stands in every URL.
    Literal(&'a str),
    /// The name of a place, without braces.
    Placeholder(&'a str),
}
