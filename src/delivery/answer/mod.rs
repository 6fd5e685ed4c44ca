//! What to answer a phone: the file, or one of the few answers that say nothing.
//!
//! ```
//! use http::{HeaderMap, Method, header};
//! use phone_provisioning::delivery::answer::{Answers, Content};
//! use phone_provisioning::delivery::admission::Verdict;
//! use phone_provisioning::target::EtagKey;
//!
//! let answers = Answers::new("phones", EtagKey::new(7))?;
//! let file = Content::new("text/plain; charset=utf-8", b"x = 1\n");
//! let mut fields = HeaderMap::new();
//! let answer = answers.answer(&Method::GET, &fields, Verdict::Admit, Some(file));
//! assert_eq!((answer.status().as_u16(), *answer.body()), (200, &b"x = 1\n"[..]));
//! assert_eq!(answer.headers()[header::CONTENT_LENGTH], "6");
//!
//! fields.insert(header::IF_NONE_MATCH, answer.headers()[header::ETAG].clone());
//! let again = answers.answer(&Method::GET, &fields, Verdict::Admit, Some(file));
//! assert_eq!(again.status().as_u16(), 304);
//! let refused = answers.answer(&Method::GET, &fields, Verdict::Refuse, Some(file));
//! assert_eq!(refused.status().as_u16(), 404);
//! # Ok::<(), phone_provisioning::error::Invalid>(())
//! ```
//!
//! | request | answer |
//! |---|---|
//! | `GET`, `HEAD`, admitted, a file of the phone's | `200`; `304` when its tag is in `If-None-Match`; `206` or `416` for one range |
//! | admitted, another name | `404`, empty |
//! | not admitted, whatever the reason | the same `404` |
//! | without its login, in a space of logins | `401`, empty, with a challenge |
//! | `PUT` | the same `404`: nothing is taken, neither local settings nor call lists |
//! | any other method | `405`, empty, for everybody |
//!
//! Nothing is ever answered with another address: old phones cannot follow one to `https`. Every
//! answer but `304` says its length, because old phones cannot read chunks.

mod conditions;

use std::fmt;

use http::header::{
    ACCEPT_RANGES, ALLOW, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG,
    WWW_AUTHENTICATE,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode};

use self::conditions::{Part, is_unchanged, part};
use super::admission::Verdict;
use crate::delivery::RequestFacts;
use crate::error::{Errors, Invalid};
use crate::model::{Device, percent_decoded};
use crate::target::{EtagKey, FileRef, Output, Provisioner};

/// Makes the answers of one server.
#[derive(Clone, Debug)]
pub struct Answers {
    challenge: HeaderValue,
    key: EtagKey,
}

impl Answers {
    /// `realm` is what a challenge calls the space of phones that log in: 1 to 64 printable ASCII
    /// characters without `"` and `\`. `key` keeps entity tags from telling what is in a file; it
    /// stays the same as long as phones are to be answered with `304`.
    ///
    /// # Errors
    /// A realm of other characters.
    pub fn new(realm: &str, key: EtagKey) -> Result<Self, Invalid> {
        let fits = |byte| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\');
        let challenge = HeaderValue::try_from(format!("Basic realm=\"{realm}\""));
        match challenge {
            Ok(challenge) if (1..=64).contains(&realm.len()) && realm.bytes().all(fits) => {
                Ok(Self { challenge, key })
            }
            _ => {
                let expected =
                    "a realm of 1 to 64 printable ASCII characters without `\"` and `\\`";
                Err(Invalid::new(expected, realm))
            }
        }
    }

    /// The answer to a request of this method with these header fields. `content` is the file of the
    /// name that was asked for, if the phone has one; it is looked at only when the request was
    /// admitted.
    ///
    /// Only Basic authentication is asked for. Digest authentication wants the password, or what is
    /// as good as it, on the server, where only hashes are kept, and within TLS protects nothing
    /// besides.
    pub fn answer<'a>(
        &self,
        method: &Method,
        fields: &HeaderMap,
        verdict: Verdict,
        content: Option<Content<'a>>,
    ) -> Response<&'a [u8]> {
        let is_head = match *method {
            Method::GET => false,
            Method::HEAD => true,
            Method::PUT => return not_found(),
            _ => {
                let allow = HeaderValue::from_static("GET, HEAD");
                return nothing(StatusCode::METHOD_NOT_ALLOWED, Some((ALLOW, allow)));
            }
        };
        let mut answer = match (verdict, content) {
            (Verdict::Admit, Some(content)) => self.content(is_head, fields, content),
            (Verdict::Challenge, _) => {
                let challenge = (WWW_AUTHENTICATE, self.challenge.clone());
                nothing(StatusCode::UNAUTHORIZED, Some(challenge))
            }
            (Verdict::Admit | Verdict::Refuse, _) => not_found(),
        };
        if is_head {
            *answer.body_mut() = b"";
        }
        answer
    }

    /// The answer to an admitted request whose file cannot be rendered: `500`, empty. A phone keeps
    /// what it has and asks again.
    pub fn failed(&self) -> Response<&'static [u8]> {
        nothing(StatusCode::INTERNAL_SERVER_ERROR, None)
    }

    fn content<'a>(
        &self,
        is_head: bool,
        fields: &HeaderMap,
        content: Content<'a>,
    ) -> Response<&'a [u8]> {
        let tag = format!("\"{}\"", self.key.tag(content.bytes));
        // Ranges are defined for GET alone (RFC 9110 section 14.2).
        let part = match is_head {
            true => Part::Whole,
            false => part(fields, &tag, content.bytes.len()),
        };
        let (status, body, range) = match part {
            _ if is_unchanged(fields, &tag) => (StatusCode::NOT_MODIFIED, &b""[..], None),
            Part::Whole => (StatusCode::OK, content.bytes, None),
            Part::Range(range) => {
                let (first, last) = (range.start, range.end - 1);
                let place = format!("bytes {first}-{last}/{}", content.bytes.len());
                let body = &content.bytes[range];
                (StatusCode::PARTIAL_CONTENT, body, Some(place))
            }
            Part::Beyond => {
                let place = format!("bytes */{}", content.bytes.len());
                (StatusCode::RANGE_NOT_SATISFIABLE, &b""[..], Some(place))
            }
        };
        let mut answer = Response::new(body);
        *answer.status_mut() = status;
        let answered = answer.headers_mut();
        answered.insert(CACHE_CONTROL, HeaderValue::from_static("private"));
        if let Some(place) = range {
            answered.insert(CONTENT_RANGE, text(place));
        }
        if status != StatusCode::RANGE_NOT_SATISFIABLE {
            answered.insert(ETAG, text(tag));
        }
        if status != StatusCode::NOT_MODIFIED {
            answered.insert(CONTENT_LENGTH, body.len().into());
            answered.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
        }
        if matches!(status, StatusCode::OK | StatusCode::PARTIAL_CONTENT) {
            let content_type = HeaderValue::from_str(content.content_type).ok();
            answered.extend(content_type.map(|value| (CONTENT_TYPE, value)));
        }
        answer
    }
}

/// A file to answer with: one that was rendered ([`FileRef`] converts into it), or one of the
/// caller's such as a firmware image.
#[derive(Clone, Copy)]
pub struct Content<'a> {
    content_type: &'static str,
    bytes: &'a [u8],
}

impl<'a> Content<'a> {
    /// A file of this content type. One that no header field can carry is left out of the answer.
    pub const fn new(content_type: &'static str, bytes: &'a [u8]) -> Self {
        Self {
            content_type,
            bytes,
        }
    }
}

impl<'a> From<FileRef<'a>> for Content<'a> {
    fn from(file: FileRef<'a>) -> Self {
        Self::new(file.content_type(), file.bytes())
    }
}

impl fmt::Debug for Content<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Content")
            .field("content_type", &self.content_type)
            .field("len", &self.bytes.len())
            .finish_non_exhaustive()
    }
}

/// Renders the file that a device asks for: one of its own, or one that it shares with its model; none
/// when it has no file of that name. Where the provisioning URL names the file of a phone itself, that
/// file holds its settings, whatever its name.
///
/// Whether the phone may have it is the admission's to say, before this is called. `output` is cleared
/// first; it is a buffer to be reused.
///
/// # Errors
/// Everything that is wrong with the device; answer with [`Answers::failed`].
pub fn rendered<'o>(
    provisioner: &Provisioner,
    device: &Device,
    facts: &RequestFacts<'_>,
    output: &'o mut Output,
) -> Result<Option<FileRef<'o>>, Errors> {
    let (name, is_own) = match facts.located() {
        Some(located) => (located.file(), located.is_own_file()),
        None => (facts.path().rsplit('/').next().unwrap_or_default(), false),
    };
    output.clear();
    provisioner.render_into(device, output)?;
    if find(output, name).is_some() {
        return Ok(find(output, name));
    }
    if is_own {
        // What stands in front of it leads to it, and what holds no secret is not the settings.
        return Ok(output.files().filter(FileRef::is_sensitive).last());
    }
    provisioner.render_shared_into(device, output)?;
    Ok(find(output, name))
}

/// The file with this name, or with this name among its aliases; `name` is as it was sent, perhaps in
/// percent-encoding.
///
/// Letter case does not matter, nor do colons: firmware differs in both where it writes its address
/// into the name of a file.
pub fn find<'o>(output: &'o Output, name: &str) -> Option<FileRef<'o>> {
    let is_it = |of_file: &str| of_file.bytes().filter_map(letter).eq(letters(name));
    output
        .files()
        .find(|file| is_it(file.name()) || file.aliases().any(is_it))
}

/// What of a name matters.
fn letters(sent: &str) -> impl Iterator<Item = u8> {
    // A byte that is wrongly encoded is one that no name has.
    percent_decoded(sent).filter_map(|byte| letter(byte.unwrap_or(0)))
}

fn letter(byte: u8) -> Option<u8> {
    (byte != b':').then_some(byte.to_ascii_lowercase())
}

/// The one answer to a phone that is not known, one whose window is closed, one that shows a wrong
/// token, and one that asks for a name that nobody has.
fn not_found() -> Response<&'static [u8]> {
    nothing(StatusCode::NOT_FOUND, None)
}

fn nothing(
    status: StatusCode,
    field: Option<(HeaderName, HeaderValue)>,
) -> Response<&'static [u8]> {
    let mut answer = Response::new(&b""[..]);
    *answer.status_mut() = status;
    let fields = answer.headers_mut();
    // A cache between would otherwise keep it, and the phone would never see its window open.
    fields.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    fields.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
    fields.extend(field);
    answer
}

/// Text of digits, quotes and letters.
fn text(text: String) -> HeaderValue {
    HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static(""))
}
