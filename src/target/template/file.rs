//! The files of a vendor: their names, their formats, their templates.

use std::fmt;

use super::engine::Escape;
use crate::error::Invalid;

/// What a file is, and so how values are escaped in it and how it is read back.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Format {
    /// `name = value` lines. Nothing is escaped: what the lines cannot carry is an error.
    KeyValue(KeyValue),
    /// Anything else: nothing is escaped, nothing is read back. No value has a line end or another
    /// control character.
    Text,
    /// XML. Values are escaped so that they can stand in text and in attributes in either kind of
    /// quotes; a value that ends up anywhere else is an error, and so is a result that is not well
    /// formed.
    Xml,
}

impl Format {
    pub(super) fn escape(&self) -> Escape {
        match self {
            Self::Xml => Escape::Xml,
            Self::KeyValue(_) | Self::Text => Escape::None,
        }
    }

    fn content_type(&self) -> &'static str {
        match self {
            Self::Xml => "application/xml; charset=utf-8",
            Self::KeyValue(_) | Self::Text => "text/plain; charset=utf-8",
        }
    }
}

/// A dialect of `name = value` lines.
///
/// ```
/// use phone_provisioning::target::template::{Format, KeyValue};
///
/// let dialect = KeyValue::new().separator(':').comments("#;").refuse("\"").sections();
/// let format = Format::KeyValue(dialect);
/// # let _ = format;
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct KeyValue {
    pub(super) separator: char,
    pub(super) comments: String,
    pub(super) refused: String,
    pub(super) repeats: bool,
    pub(super) sections: bool,
}

impl KeyValue {
    /// Names and values with `=` between them, comments that begin with `#`, no name twice.
    pub fn new() -> Self {
        Self {
            separator: '=',
            comments: "#".to_owned(),
            refused: String::new(),
            repeats: false,
            sections: false,
        }
    }

    /// What stands between a name and its value; default `=`.
    #[must_use]
    pub fn separator(self, separator: char) -> Self {
        Self { separator, ..self }
    }

    /// The characters that a comment begins with; default `#`.
    #[must_use]
    pub fn comments(self, characters: &str) -> Self {
        Self {
            comments: characters.to_owned(),
            ..self
        }
    }

    /// Characters that end a value or mean something in it: a value that has one is an error.
    #[must_use]
    pub fn refuse(self, characters: &str) -> Self {
        Self {
            refused: characters.to_owned(),
            ..self
        }
    }

    /// A name may be there more than once.
    #[must_use]
    pub fn repeats(self) -> Self {
        Self {
            repeats: true,
            ..self
        }
    }

    /// Lines such as `[network]` begin a section.
    #[must_use]
    pub fn sections(self) -> Self {
        Self {
            sections: true,
            ..self
        }
    }
}

impl Default for KeyValue {
    fn default() -> Self {
        Self::new()
    }
}

/// A file that a phone asks for, made by a template.
///
/// The name may hold `{{mac}}` (12 lower-case digits), `{{mac_upper}}` and `{{model}}` (as in the
/// model's row). `Debug` does not show the template: it may hold a password.
///
/// ```
/// use phone_provisioning::target::template::{FileTemplate, Format};
///
/// let file = FileTemplate::new("cfg{{mac}}.xml", Format::Xml, "<phone mac=\"{{mac}}\"/>\n");
/// # let _ = file;
/// ```
#[derive(Clone)]
pub struct FileTemplate {
    pub(super) name: String,
    pub(super) aliases: Vec<String>,
    pub(super) format: Format,
    pub(super) text: zeroize::Zeroizing<String>,
    pub(super) content_type: &'static str,
    pub(super) sensitive: bool,
    pub(super) shared: bool,
}

impl FileTemplate {
    /// A file of each phone. It counts as sensitive when its template writes a password or a token.
    pub fn new(name: impl Into<String>, format: Format, template: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            aliases: Vec::new(),
            content_type: format.content_type(),
            format,
            text: zeroize::Zeroizing::new(template.into()),
            sensitive: false,
            shared: false,
        }
    }

    /// A further name that the same bytes answer to.
    #[must_use]
    pub fn alias(mut self, name: impl Into<String>) -> Self {
        self.aliases.push(name.into());
        self
    }

    /// Content type to serve it with; default `application/xml` or `text/plain`, in UTF-8.
    #[must_use]
    pub fn content_type(self, content_type: &'static str) -> Self {
        Self {
            content_type,
            ..self
        }
    }

    /// It holds secrets, even if it writes no password or token of the model.
    #[must_use]
    pub fn sensitive(self) -> Self {
        Self {
            sensitive: true,
            ..self
        }
    }

    /// All phones of a model at a site share it: it is made of the site alone and holds no secret.
    #[must_use]
    pub fn shared(self) -> Self {
        Self {
            shared: true,
            ..self
        }
    }
}

impl fmt::Debug for FileTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileTemplate")
            .field("name", &self.name)
            .field("format", &self.format)
            .field("shared", &self.shared)
            .finish_non_exhaustive()
    }
}

/// What stands for a phone in the names of its files.
#[derive(Clone, Copy, Debug)]
pub(super) struct Names<'n> {
    pub(super) mac: &'n str,
    pub(super) mac_upper: &'n str,
    pub(super) model: &'n str,
}

/// The name of a file for a phone.
pub(super) fn file_name(name: &str, names: Names<'_>) -> String {
    name.replace("{{mac}}", names.mac)
        .replace("{{mac_upper}}", names.mac_upper)
        .replace("{{model}}", names.model)
}

/// Checks the name of a file.
///
/// # Errors
/// A name that is no single segment of a path of printable ASCII, or that has another placeholder.
pub(super) fn check_name(name: &str, shared: bool) -> Result<(), Invalid> {
    let names = Names {
        mac: "0",
        mac_upper: "0",
        model: "x",
    };
    let plain = file_name(name, names);
    let of_phone = name.contains("{{mac");
    let fine = !plain.is_empty()
        && plain != "."
        && plain != ".."
        && plain
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && !b"/\\{}".contains(&byte));
    if !fine {
        let expected =
            "a file name, with `{{mac}}`, `{{mac_upper}}` or `{{model}}` where they belong";
        return Err(Invalid::new(expected, name));
    }
    if of_phone == shared {
        let expected = if shared {
            "the name of a shared file, without `{{mac}}`"
        } else {
            "the name of a phone's own file, with `{{mac}}` in it"
        };
        return Err(Invalid::new(expected, name));
    }
    Ok(())
}
