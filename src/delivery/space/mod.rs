//! The addresses of phones: which paths belong to provisioning, and the token and the file in them.

mod pattern;

use std::borrow::Cow;
use std::fmt;

use super::request::RequestFacts;
use crate::error::Invalid;
use crate::model::{
    Host, Mac, Url, UrlScheme, UrlTemplate, percent_decoded, percent_encode_segment,
};
use crate::target::ProvisioningTarget;
use pattern::{Pattern, has_dots, is_sound};

/// The addresses that phones are told, and their way back: from the path of a request to the token, the
/// MAC address and the file in it.
///
/// Made of the sites' provisioning URLs, templates with `{token}` and `{mac}` in path or query:
///
/// * One that ends with a slash is a **folder**: below it are files, of whatever name.
/// * One that does not is a **file**; with `{mac}` in its last part, the other files of its folder belong
///   to it as well, such as the document that names a firmware.
/// * `{mac}` is filled by us or by the phone, in either letter case, also with colons or dashes. A phone
///   that leaves the place as it is (`{mac}`, `%7Bmac%7D`) is told apart.
/// * Everything else is compared letter by letter, whether percent-encoded or not (RFC 3986 section
///   6.2.2); an encoded delimiter is not the delimiter. Several slashes are one.
/// * Of two templates that fit, the first in order counts.
///
/// A path with a segment `.` or `..` in any encoding, a control character, a backslash or a wrong encoding
/// is in no space, nor is a path or a query of more than [`AddressSpace::MAX_LEN`] bytes.
///
/// The token is only taken out here. How long that takes depends on the lengths of its surroundings and
/// not on a token that somebody has: whether it is right is for the admission to say.
///
/// ```
/// use phone_provisioning::delivery::{AddressSpace, RequestFacts};
/// use phone_provisioning::model::{Site, UrlTemplate};
///
/// let folder = "https://pbx.example.net/p/{token}/";
/// let folder = UrlTemplate::parse(folder, Site::URL_PLACEHOLDERS)?;
/// let space = AddressSpace::new([&folder])?;
/// let found = space.find(&RequestFacts::new("/p/4mSj8k/805e0c123456.cfg")).unwrap();
/// assert_eq!(found.token().unwrap().expose(), "4mSj8k");
/// assert_eq!(found.file(), "805e0c123456.cfg");
/// assert!(space.find(&RequestFacts::new("/p/4mSj8k/../805e0c123456.cfg")).is_none());
/// # Ok::<(), phone_provisioning::error::Invalid>(())
/// ```
#[derive(Clone, Debug)]
pub struct AddressSpace(Vec<Pattern>);

impl AddressSpace {
    /// Bytes of the longest path and the longest query that are looked at.
    pub const MAX_LEN: usize = 1024;

    /// The space of these templates.
    ///
    /// # Errors
    /// A template with another place than `{token}` and `{mac}`, with two tokens between two slashes, or
    /// with a segment `.` or `..`.
    pub fn new<'t>(templates: impl IntoIterator<Item = &'t UrlTemplate>) -> Result<Self, Invalid> {
        let patterns = templates.into_iter().map(Pattern::new);
        Ok(Self(patterns.collect::<Result<_, _>>()?))
    }

    /// What is at the path of a request; nothing when it is outside.
    pub fn find<'a>(&self, facts: &RequestFacts<'a>) -> Option<Located<'a>> {
        let (path, query) = (facts.path(), facts.query());
        let longest = path.len().max(query.map_or(0, str::len));
        let fits = longest <= Self::MAX_LEN && is_sound(path) && query.is_none_or(is_sound);
        if !fits || has_dots(path) {
            return None;
        }
        let mut patterns = self.0.iter().enumerate();
        patterns.find_map(|(template, pattern)| {
            if !facts.authority().is_none_or(|host| pattern.is_at(host)) {
                return None;
            }
            let located = pattern.find(path, query)?;
            Some(Located {
                template,
                ..located
            })
        })
    }

    /// Scheme, host and port of each template, in order: where a server must listen. Without a port in
    /// the template it is that of the scheme.
    pub fn endpoints(&self) -> impl Iterator<Item = (UrlScheme, &Host, u16)> {
        let endpoints = self.0.iter();
        endpoints.map(|pattern| (pattern.scheme, &pattern.host, pattern.port))
    }
}

/// What is at a path of an [`AddressSpace`].
#[derive(Clone, Copy, Debug, Default)]
pub struct Located<'a> {
    template: usize,
    token: Option<Token<'a>>,
    mac: Option<Mac>,
    is_unfilled: bool,
    is_own_file: bool,
    file: &'a str,
}

impl<'a> Located<'a> {
    /// Which template of the space it is, from 0.
    pub fn template(&self) -> usize {
        self.template
    }

    /// What stands at `{token}`.
    pub fn token(&self) -> Option<Token<'a>> {
        self.token
    }

    /// The address that stands at `{mac}`.
    pub fn mac(&self) -> Option<Mac> {
        self.mac
    }

    /// Whether `{mac}` still stands there: the phone does not fill it in.
    pub fn is_unfilled(&self) -> bool {
        self.is_unfilled
    }

    /// Whether the template names this file, by `{mac}` or `{token}`: it is the phone's own.
    pub fn is_own_file(&self) -> bool {
        self.is_own_file
    }

    /// The name of the file as it was sent; empty for a folder, and where the token is part of it.
    pub fn file(&self) -> &'a str {
        self.file
    }
}

/// A token in the path of a request, not checked yet. `Debug` does not show it.
#[derive(Clone, Copy)]
pub struct Token<'a>(&'a str);

impl<'a> Token<'a> {
    /// Bytes of the longest token, in percent-encoding.
    pub const MAX_LEN: usize = 256;

    /// The token, decoded; borrowed where nothing of it is encoded.
    pub fn expose(self) -> Cow<'a, str> {
        if !self.0.contains('%') {
            return Cow::Borrowed(self.0);
        }
        // The path was checked: every encoding is whole, its characters are not.
        let bytes: Vec<u8> = percent_decoded(self.0).flatten().collect();
        Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())
    }
}

impl fmt::Debug for Token<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// The address that one phone is told. It may hold the phone's token: `Debug` does not show it.
#[derive(Clone, Eq, PartialEq)]
pub struct PhoneUrl(Url);

impl PhoneUrl {
    /// Fills the places of a template: `{token}`, and `{mac}` in the letter case in which phones of the
    /// target write it. A phone that finds a folder puts its file names behind it.
    ///
    #[cfg_attr(feature = "snom", doc = "```")]
    #[cfg_attr(not(feature = "snom"), doc = "```ignore")]
    /// use phone_provisioning::delivery::PhoneUrl;
    /// use phone_provisioning::model::{Site, UrlTemplate};
    /// use phone_provisioning::target::snom::SnomDesk;
    ///
    /// let template = "https://pbx.example.net/{token}/{mac}.xml";
    /// let template = UrlTemplate::parse(template, Site::URL_PLACEHOLDERS)?;
    /// let mac = "00:04:13:a1:1f:a7".parse()?;
    /// let url = PhoneUrl::new(&template, &SnomDesk::new(), mac, Some("4mSj8k"))?;
    /// assert_eq!(url.expose().as_str(), "https://pbx.example.net/4mSj8k/000413A11FA7.xml");
    /// # Ok::<(), phone_provisioning::error::Invalid>(())
    /// ```
    ///
    /// # Errors
    /// A template with a place for a token and none is given, or one that a path cannot carry: empty,
    /// `.`, `..`, or longer than [`Token::MAX_LEN`] when it is encoded.
    pub fn new(
        template: &UrlTemplate,
        target: &dyn ProvisioningTarget,
        mac: Mac,
        token: Option<&str>,
    ) -> Result<Self, Invalid> {
        let mac = target.mac_in_url(mac).to_string();
        if template.contains("token") {
            let expected = "a token for the place {token} of the provisioning URL";
            let token = token.filter(|token| !matches!(*token, "" | "." | ".."));
            let mut encoded = Vec::new();
            let token = token.ok_or_else(|| Invalid::redacted(expected))?;
            percent_encode_segment(token, &mut encoded);
            if encoded.len() > Token::MAX_LEN {
                let expected = "a token of at most 256 bytes in percent-encoding";
                return Err(Invalid::redacted(expected));
            }
        }
        let filled = template.fill(|name| match name {
            "token" => token.unwrap_or_default(),
            _ => &mac,
        });
        filled.parse().map(Self)
    }

    /// The address, token and all.
    pub fn expose(&self) -> &Url {
        &self.0
    }
}

/// An address that was made elsewhere, or that a service keeps.
impl From<Url> for PhoneUrl {
    fn from(url: Url) -> Self {
        Self(url)
    }
}

impl fmt::Debug for PhoneUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PhoneUrl([redacted])")
    }
}
