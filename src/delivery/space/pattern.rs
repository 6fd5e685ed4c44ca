//! A template taken apart, and the path of a request held against it.

use std::net::IpAddr;

use memchr::memchr_iter;

use super::{Located, Token};
use crate::error::Invalid;
use crate::model::{Host, Mac, UrlScheme, UrlTemplate, percent_decoded};

/// A template taken apart.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    pub(super) scheme: UrlScheme,
    pub(super) host: Host,
    pub(super) port: u16,
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
    pub(super) fn new(template: &UrlTemplate) -> Result<Self, Invalid> {
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
    pub(super) fn is_at(&self, authority: &str) -> bool {
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

    pub(super) fn find<'a>(&self, path: &'a str, query: Option<&'a str>) -> Option<Located<'a>> {
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
        let mut given = segments(path);
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
        let fits = (1..=Token::MAX_LEN).contains(&rest.len());
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
pub(super) fn is_sound(text: &str) -> bool {
    let is_plain = |byte: u8| matches!(byte, b' '..=b'~') && byte != b'\\';
    // Without a branch, so that many bytes are looked at together.
    let mut is_strange = false;
    let mut is_encoded = false;
    for byte in text.bytes() {
        is_strange |= (byte <= b' ') | (byte > b'~') | (byte == b'\\');
        is_encoded |= byte == b'%';
    }
    let is_fine = |byte| byte > 127 || is_plain(byte);
    !is_strange && (!is_encoded || percent_decoded(text).all(|byte| byte.is_ok_and(is_fine)))
}

/// Whether a path has a segment `.` or `..` in any encoding.
pub(super) fn has_dots(path: &str) -> bool {
    let mut is_possible = path.starts_with(['.', '%']);
    for pair in path.as_bytes().windows(2) {
        is_possible |= (pair[0] == b'/') & ((pair[1] == b'.') | (pair[1] == b'%'));
    }
    is_possible && path.split('/').any(is_dots)
}

/// The parts between slashes that are not empty.
fn segments(path: &str) -> impl Iterator<Item = &str> {
    let ends = memchr_iter(b'/', path.as_bytes()).chain([path.len()]);
    let mut start = 0;
    let parts = ends.map(move |end| {
        let part = &path[start..end];
        start = end + 1;
        part
    });
    parts.filter(|part| !part.is_empty())
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
