//! The addresses of phones: which paths belong to provisioning, and the token and the file in them.

use std::borrow::Cow;
use std::fmt;
use std::net::IpAddr;

use super::request::RequestFacts;
use crate::error::Invalid;
use crate::model::{Host, Mac, Url, UrlScheme, UrlTemplate, percent_decoded};
use crate::target::ProvisioningTarget;

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
/// is in no space, nor is a path or a query of more than [`AddressSpace::LONGEST`] bytes.
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
    pub const LONGEST: usize = 1024;

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
        let fits = longest <= Self::LONGEST && is_sound(path) && query.is_none_or(is_sound);
        if !fits || path.split('/').any(is_dots) {
            return None;
        }
        let mut patterns = self.0.iter().enumerate();
        patterns.find_map(|(template, pattern)| {
            if !facts.host().is_none_or(|host| pattern.is_at(host)) {
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
    pub const LONGEST: usize = 256;

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
    /// `.`, `..`, or longer than [`Token::LONGEST`] when it is encoded.
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
            crate::model::percent_encode_segment(token, &mut encoded);
            if encoded.len() > Token::LONGEST {
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

impl fmt::Debug for PhoneUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PhoneUrl([redacted])")
    }
}

/// A template taken apart.
#[derive(Clone, Debug)]
struct Pattern {
    scheme: UrlScheme,
    host: Host,
    port: u16,
    /// Between the slashes of the path.
    segments: Vec<Parts>,
    ends_with_slash: bool,
    /// Between the `&` of the query.
    query: Option<Vec<Parts>>,
}

/// Text and places, without a slash.
#[derive(Clone, Debug, Default)]
struct Parts(Vec<Part>);

#[derive(Clone, Debug)]
enum Part {
    Literal(Vec<Unit>),
    Mac,
    Token,
}

/// A character of a URL, and whether it is an encoded delimiter, which is another character than the
/// delimiter.
type Unit = (u8, bool);

impl Pattern {
    fn new(template: &UrlTemplate) -> Result<Self, Invalid> {
        let text = template.as_str();
        let path = &text[text.find("://").map_or(0, |at| at + 3)..];
        let path = &path[path.find(['/', '?']).unwrap_or(path.len())..];
        let (path, query) = match path.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (path, None),
        };
        let mut segments = Vec::new();
        for segment in path.split('/').filter(|segment| !segment.is_empty()) {
            if is_dots(segment) {
                return Err(Invalid::new(
                    "a URL without `.` and `..` in its path",
                    segment,
                ));
            }
            segments.push(Parts::new(segment)?);
        }
        let query = query.map(|query| query.split('&').map(Parts::new).collect());
        Ok(Self {
            scheme: template.scheme(),
            host: template.host().clone(),
            port: match template.port() {
                Some(port) => port.get(),
                None => template.scheme().default_port(),
            },
            segments,
            // `https://pbx` and `https://pbx/` are one (RFC 3986 section 6.2.3).
            ends_with_slash: path.is_empty() || path.ends_with('/'),
            query: query.transpose()?,
        })
    }

    /// Whether a request to this host and port can be for it.
    fn is_at(&self, authority: &str) -> bool {
        let place = authority
            .rsplit_once('@')
            .map_or(authority, |(_, place)| place);
        let (host, port) = match place.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
            _ => (place, None),
        };
        let host = host
            .strip_prefix('[')
            .and_then(|host| host.strip_suffix(']'))
            .unwrap_or(host);
        let address = |text: &str| text.parse::<IpAddr>().ok();
        let is_host = match address(self.host.as_str()) {
            Some(own) => address(host) == Some(own),
            None => host.eq_ignore_ascii_case(self.host.as_str()),
        };
        let default = self.scheme.default_port();
        is_host && port.map_or(Some(default), |port| port.parse().ok()) == Some(self.port)
    }

    fn is_folder(&self) -> bool {
        self.ends_with_slash && self.query.is_none()
    }

    fn find<'a>(&self, path: &'a str, query: Option<&'a str>) -> Option<Located<'a>> {
        let mut located = Located::default();
        if let Some(wanted) = &self.query {
            let mut pairs = query?.split('&');
            for parts in wanted {
                parts.find(pairs.next()?, &mut located)?;
            }
            if pairs.next().is_some() {
                return None;
            }
        }
        let mut given = path.split('/').filter(|segment| !segment.is_empty());
        let (folders, last) = match self.segments.split_last() {
            Some((last, folders)) if !self.is_folder() => (folders, Some(last)),
            _ => (&self.segments[..], None),
        };
        for parts in folders {
            parts.find(given.next()?, &mut located)?;
        }
        let file = given.next();
        let ends_with_slash = path.is_empty() || path.ends_with('/');
        let slash_fits = match self.is_folder() {
            true => file.is_none() || !ends_with_slash,
            false => ends_with_slash == self.ends_with_slash,
        };
        if given.next().is_some() || !slash_fits {
            return None;
        }
        match (last, file) {
            (None, file) if self.is_folder() => located.file = file.unwrap_or_default(),
            (None, None) => located.is_own_file = true,
            (None, Some(_)) | (Some(_), None) => return None,
            (Some(last), Some(file)) => {
                let mut own = located;
                if last.find(file, &mut own).is_some() {
                    own.is_own_file = last.has_place() || self.query.is_some();
                    own.file = if last.has_token() { "" } else { file };
                    return Some(own);
                }
                // Another file beside one that is named by the address.
                if self.query.is_some() || last.has_token() || !last.has_place() {
                    return None;
                }
                located.file = file;
            }
        }
        // What is behind the folders is one name.
        (!has_slash(located.file)).then_some(located)
    }
}

impl Parts {
    fn new(text: &str) -> Result<Self, Invalid> {
        let mut parts = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let (literal, behind) = rest.split_at(rest.find('{').unwrap_or(rest.len()));
            if !literal.is_empty() {
                parts.push(Part::Literal(units(literal).collect()));
            }
            rest = match behind.split_once('}') {
                Some(("{token", behind)) => {
                    parts.push(Part::Token);
                    behind
                }
                Some(("{mac", behind)) => {
                    parts.push(Part::Mac);
                    behind
                }
                Some((other, _)) => {
                    let expected = "the places {token} and {mac} in a provisioning URL";
                    return Err(Invalid::new(expected, other));
                }
                None => behind,
            };
        }
        let parts = Self(parts);
        let is_token = |part: &&Part| matches!(part, Part::Token);
        if parts.0.iter().filter(is_token).count() > 1 {
            return Err(Invalid::new(
                "one {token} between two slashes of a URL",
                text,
            ));
        }
        Ok(parts)
    }

    fn has_token(&self) -> bool {
        self.0.iter().any(|part| matches!(part, Part::Token))
    }

    fn has_place(&self) -> bool {
        self.0.iter().any(|part| !matches!(part, Part::Literal(_)))
    }

    /// Takes the parts in front of the token off the front and those behind it off the end; the rest is
    /// the token. What stands at one place twice must be the same.
    fn find<'a>(&self, text: &'a str, located: &mut Located<'a>) -> Option<()> {
        let token = self.0.iter().position(|part| matches!(part, Part::Token));
        let (front, back) = match token {
            Some(at) => (&self.0[..at], &self.0[at + 1..]),
            None => (&self.0[..], &self.0[..0]),
        };
        let mut rest = text;
        for part in front {
            rest = match part {
                Part::Literal(wanted) => without_literal(rest, wanted)?,
                Part::Mac | Part::Token => {
                    let len = located.take_mac(|len| rest.get(..len))?;
                    &rest[len..]
                }
            };
        }
        for part in back.iter().rev() {
            rest = match part {
                Part::Literal(wanted) => without_last_literal(rest, wanted)?,
                Part::Mac | Part::Token => {
                    let start = |len| rest.len().checked_sub(len);
                    let len = located.take_mac(|len| rest.get(start(len)?..))?;
                    &rest[..rest.len() - len]
                }
            };
        }
        if token.is_none() {
            return rest.is_empty().then_some(());
        }
        let fits = (1..=Token::LONGEST).contains(&rest.len());
        if !fits || located.token.is_some_and(|token| token.0 != rest) {
            return None;
        }
        located.token = Some(Token(rest));
        Some(())
    }
}

impl Located<'_> {
    /// Reads what stands at `{mac}`, where `piece` gives a piece of some bytes; gives back how many it was.
    fn take_mac<'p>(&mut self, piece: impl Fn(usize) -> Option<&'p str>) -> Option<usize> {
        // With encoded colons, in pairs, plain, left as it was in two encodings.
        for len in [27, 17, 12, 9, 5] {
            let mut buffer = [0; 17];
            let Some(text) = piece(len).and_then(|text| decoded(text, &mut buffer)) else {
                continue;
            };
            if text.eq_ignore_ascii_case(b"{mac}") {
                self.is_unfilled = true;
                return Some(len);
            }
            if let Some(mac) = Mac::from_word(text) {
                if self.mac.is_some_and(|other| other != mac) {
                    return None;
                }
                self.mac = Some(mac);
                return Some(len);
            }
        }
        None
    }
}

/// A short text decoded.
fn decoded<'b>(text: &str, buffer: &'b mut [u8; 17]) -> Option<&'b [u8]> {
    let mut len = 0;
    for byte in percent_decoded(text) {
        *buffer.get_mut(len)? = byte.ok()?;
        len += 1;
    }
    Some(&buffer[..len])
}

/// Whether path or query are printable ASCII with whole encodings, and hold nothing that a file system
/// or another server could read as a way elsewhere.
fn is_sound(text: &str) -> bool {
    let is_plain = |byte| matches!(byte, b' '..=b'~') && byte != b'\\';
    let mut is_encoded = false;
    for byte in text.bytes() {
        if byte == b' ' || !is_plain(byte) {
            return false;
        }
        is_encoded |= byte == b'%';
    }
    let is_fine = |byte| byte > 127 || is_plain(byte);
    !is_encoded || percent_decoded(text).all(|byte| byte.is_ok_and(is_fine))
}

/// Whether a segment is `.` or `..` in any encoding.
fn is_dots(segment: &str) -> bool {
    segment.starts_with(['.', '%'])
        && percent_decoded(segment).all(|byte| byte == Ok(b'.'))
        && percent_decoded(segment).count() <= 2
}

/// Whether a name holds an encoded slash.
fn has_slash(name: &str) -> bool {
    name.contains('%') && percent_decoded(name).any(|byte| byte == Ok(b'/'))
}

/// The characters of a text.
fn units(text: &str) -> impl Iterator<Item = Unit> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (unit, len) = unit(rest.as_bytes().get(..3).unwrap_or(rest.as_bytes()))?;
        rest = &rest[len..];
        Some(unit)
    })
}

/// The first character, and how many bytes it takes.
fn unit(bytes: &[u8]) -> Option<(Unit, usize)> {
    let digit = |at: usize| char::from(*bytes.get(at)?).to_digit(16);
    let first = *bytes.first()?;
    if let (b'%', Some(high), Some(low)) = (first, digit(1), digit(2)) {
        let byte = (high << 4 | low) as u8;
        // The reserved characters of RFC 3986 section 2.2 that divide paths and queries, and `%`.
        let divides = matches!(byte, b'/' | b'?' | b'#' | b'&' | b'=' | b'+' | b';' | b'%');
        return Some(((byte, divides), 3));
    }
    Some(((first, false), 1))
}

fn without_literal<'a>(text: &'a str, wanted: &[Unit]) -> Option<&'a str> {
    let mut rest = text;
    for wanted in wanted {
        let (found, len) = unit(rest.as_bytes())?;
        if found != *wanted {
            return None;
        }
        rest = &rest[len..];
    }
    Some(rest)
}

fn without_last_literal<'a>(text: &'a str, wanted: &[Unit]) -> Option<&'a str> {
    let mut rest = text;
    for wanted in wanted.iter().rev() {
        let last = |len: usize| rest.as_bytes().get(rest.len().checked_sub(len)?..);
        // In a sound text a `%` is never the last or the last but one.
        let encoded = last(3).and_then(unit).filter(|(_, len)| *len == 3);
        let (found, len) = encoded.or_else(|| last(1).and_then(unit))?;
        if found != *wanted {
            return None;
        }
        rest = &rest[..rest.len() - len];
    }
    Some(rest)
}
