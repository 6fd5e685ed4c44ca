//! What the services have in common on the wire: credentials, requests, and what an answer says before
//! its body is read.

pub(crate) mod xml_rpc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use http::header::{CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Uri};
use zeroize::Zeroizing;

use super::{Body, Broken, Lost, Outcome, Refusal, Reply, Retry, RetryCause};
use crate::error::Invalid;
use crate::model::{Login, Url, UrlScheme};

/// Longest answer that is looked at, in bytes; a longer one is [`Outcome::Broken`]. Whoever carries
/// requests need not read more than one byte beyond it.
pub const MAX_ANSWER_LEN: usize = 4 << 20;

/// Address of a service. The paths of its calls are put behind it.
#[derive(Clone)]
pub(crate) struct Base(Box<str>);

impl Base {
    /// # Errors
    /// Another scheme than `http` and `https`, a query, or more than 1024 characters.
    pub(crate) fn new(url: &Url) -> Result<Self, Invalid> {
        let text = url.as_str();
        let is_web = matches!(url.scheme(), UrlScheme::Http | UrlScheme::Https);
        if !is_web || text.contains('?') || text.len() > 1024 || text.parse::<Uri>().is_err() {
            let expected = "a base address of http or https without a query";
            return Err(Invalid::new(expected, text));
        }
        Ok(Self(text.into()))
    }

    /// The address as it was given.
    pub(crate) fn uri(&self) -> Uri {
        self.0.parse().unwrap_or_default()
    }

    /// The address of a call: a path of ours with a slash in front, and perhaps a query, of characters
    /// that a URL can hold.
    pub(crate) fn join(&self, path: &str) -> Uri {
        let base = self.0.trim_end_matches('/');
        format!("{base}{path}").parse().unwrap_or_default()
    }
}

/// A request, to be sent as it is.
pub(crate) fn request<const N: usize>(
    method: Method,
    uri: Uri,
    content_type: Option<&'static str>,
    fields: [(HeaderName, HeaderValue); N],
    body: Vec<u8>,
) -> Request<Body> {
    let mut request = Request::new(Body::from(body));
    *request.method_mut() = method;
    *request.uri_mut() = uri;
    let headers = request.headers_mut();
    if let Some(content_type) = content_type {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    }
    headers.extend(fields);
    request
}

/// The value of `Authorization` for these credentials (RFC 7617), which `Debug` does not show.
///
/// # Errors
/// A user name with a colon: the password begins behind the first one.
pub(crate) fn basic(login: &Login) -> Result<HeaderValue, Invalid> {
    let user = login.username.as_str();
    if user.contains(':') {
        return Err(Invalid::redacted("a user name without a colon"));
    }
    let pair = Zeroizing::new(format!("{user}:{}", login.password.expose()));
    let coded = Zeroizing::new(format!("Basic {}", STANDARD.encode(pair.as_bytes())));
    secret_field(&coded)
}

/// A value of a field that `Debug` does not show.
///
/// # Errors
/// Characters other than visible ASCII and blanks.
pub(crate) fn secret_field(text: &str) -> Result<HeaderValue, Invalid> {
    let value = HeaderValue::from_str(text).ok().filter(|_| text.is_ascii());
    let mut value = value.ok_or_else(|| Invalid::redacted("text of visible ASCII characters"))?;
    value.set_sensitive(true);
    Ok(value)
}

/// An answer that has something to read.
#[derive(Clone, Copy)]
pub(crate) struct Answer<'a> {
    pub(crate) status: u16,
    pub(crate) body: &'a [u8],
}

impl<'a> Answer<'a> {
    /// What came back, where its status does not say all: 2xx, and what of 4xx may be explained in the
    /// body.
    ///
    /// # Errors
    /// What a lost answer, a redirect, 401, 408, 429 and 5xx mean with any service.
    pub(crate) fn of(reply: Reply<'a>, now: DateTime<Utc>) -> Result<Self, Outcome> {
        let response = reply.map_err(lost)?;
        let (status, headers) = (response.status().as_u16(), response.headers());
        let after = || retry_after(headers, now);
        match status {
            200..300 | 400 | 402..=407 | 409..=424 | 426..=428 | 430..500 => {}
            300..400 => return Err(Outcome::Refused(Refusal::Redirect)),
            401 => return Err(Outcome::Refused(Refusal::Credentials)),
            429 => return Err(Outcome::RateLimited { until: after() }),
            408 | 425 | 500..600 => {
                let after = after().map(|until| (until - now).to_std().unwrap_or_default());
                let cause = RetryCause::Busy;
                return Err(Outcome::Retry(Retry { cause, after }));
            }
            _ => return Err(broken(status, "no service answers with such a status")),
        }
        let body: &'a [u8] = response.into_body();
        if body.len() > MAX_ANSWER_LEN {
            return Err(broken(status, "it is too long"));
        }
        Ok(Self { status, body })
    }

    /// Whether it is 2xx.
    pub(crate) fn is_success(self) -> bool {
        (200..300).contains(&self.status)
    }

    /// What its status says where its body says nothing, for one that is not 2xx.
    pub(crate) fn refused(self) -> Outcome {
        match self.status {
            403 => Outcome::Refused(Refusal::Permission),
            413 => Outcome::Refused(Refusal::TooMuch),
            _ => self.broken("its status says that the request was wrong"),
        }
    }

    /// It cannot be understood.
    pub(crate) fn broken(self, what: &'static str) -> Outcome {
        broken(self.status, what)
    }
}

/// An answer that cannot be understood.
pub(crate) fn broken(status: u16, what: &'static str) -> Outcome {
    Outcome::Broken(Broken::new(status, what))
}

/// Whether what was asked may have been done all the same.
pub(crate) fn is_uncertain(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Broken(_) => true,
        Outcome::Retry(retry) => retry.cause != RetryCause::NotSent,
        _ => false,
    }
}

/// The outcome of what follows a write: that it did not leave says nothing of the write.
pub(crate) fn after_write(outcome: Outcome) -> Outcome {
    match outcome {
        Outcome::Retry(Retry {
            cause: RetryCause::NotSent,
            after,
        }) => {
            let cause = RetryCause::NoAnswer;
            Outcome::Retry(Retry { cause, after })
        }
        Outcome::Each(outcomes) => {
            let outcomes = outcomes.into_iter();
            let outcomes = outcomes.map(|(mac, outcome)| (mac, after_write(outcome)));
            Outcome::Each(outcomes.collect())
        }
        outcome => outcome,
    }
}

fn lost(lost: Lost) -> Outcome {
    Outcome::Retry(Retry::new(match lost {
        Lost::NotSent => RetryCause::NotSent,
        Lost::NoAnswer => RetryCause::NoAnswer,
    }))
}

/// `Retry-After`: seconds, or a date in one of the three forms of RFC 9110 section 5.6.7.
fn retry_after(headers: &HeaderMap, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if value.bytes().all(|byte| byte.is_ascii_digit()) {
        let seconds = value.parse::<u32>().ok()?;
        return now.checked_add_signed(TimeDelta::seconds(seconds.into()));
    }
    let forms = [
        "%a, %d %b %Y %H:%M:%S GMT",
        "%A, %d-%b-%y %H:%M:%S GMT",
        "%a %b %e %H:%M:%S %Y",
    ];
    let date = |form| NaiveDateTime::parse_from_str(value, form).ok();
    Some(forms.into_iter().find_map(date)?.and_utc())
}

#[cfg(test)]
mod tests {
    use http::Response;

    use super::*;

    const NOW: &str = "2026-11-22T22:00:00Z";

    fn heard(status: u16, retry_after: &str) -> Result<u16, Outcome> {
        let mut response = Response::builder().status(status);
        if !retry_after.is_empty() {
            response = response.header("Retry-After", retry_after);
        }
        let reply = Ok(response.body(&b"secret-of-the-vendor"[..]).unwrap());
        Answer::of(reply, NOW.parse().unwrap()).map(|answer| answer.status)
    }

    #[test]
    fn a_status_says_what_it_can() {
        assert_eq!(heard(200, ""), Ok(200));
        assert_eq!(heard(204, ""), Ok(204));
        assert_eq!(heard(403, ""), Ok(403));
        assert_eq!(heard(301, ""), Err(Outcome::Refused(Refusal::Redirect)));
        assert_eq!(heard(308, ""), Err(Outcome::Refused(Refusal::Redirect)));
        assert_eq!(heard(401, ""), Err(Outcome::Refused(Refusal::Credentials)));
        let busy = |seconds: Option<u64>| {
            let after = seconds.map(std::time::Duration::from_secs);
            let cause = RetryCause::Busy;
            Err(Outcome::Retry(Retry { cause, after }))
        };
        assert_eq!(heard(408, ""), busy(None));
        assert_eq!(heard(500, ""), busy(None));
        assert_eq!(heard(503, "90"), busy(Some(90)));
        assert_eq!(heard(503, "Sun, 22 Nov 2026 22:01:00 GMT"), busy(Some(60)));
        // What is over is now.
        assert_eq!(heard(503, "Sun, 22 Nov 2026 21:00:00 GMT"), busy(Some(0)));
        assert!(matches!(heard(700, ""), Err(Outcome::Broken(_))));
        assert!(matches!(heard(101, ""), Err(Outcome::Broken(_))));
    }

    #[test]
    fn a_limit_is_told_in_seconds_and_in_three_forms_of_dates() {
        let until = |text: &str| match heard(429, text) {
            Err(Outcome::RateLimited { until }) => until.map(|until| until.to_rfc3339()),
            other => panic!("{other:?}"),
        };
        let noon = Some("2026-11-23T12:00:00+00:00".to_owned());
        assert_eq!(until("50400"), noon);
        assert_eq!(until("Mon, 23 Nov 2026 12:00:00 GMT"), noon);
        assert_eq!(until("Monday, 23-Nov-26 12:00:00 GMT"), noon);
        assert_eq!(until("Mon Nov 23 12:00:00 2026"), noon);
        let wrong_day = "Tue, 23 Nov 2026 12:00:00 GMT";
        for nothing in ["", "soon", "-5", "1.5", "99999999999999999999", wrong_day] {
            assert_eq!(until(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn credentials_are_those_of_rfc_7617() {
        let login = |user: &str, password: &str| Login {
            username: user.parse().unwrap(),
            password: password.parse().unwrap(),
        };
        let value = basic(&login("Aladdin", "open sesame")).unwrap();
        assert_eq!(value, "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
        assert_eq!(format!("{value:?}"), "Sensitive");
        assert!(basic(&login("a:b", "c")).is_err());
    }

    #[test]
    fn calls_stand_behind_the_base() {
        let base = |text: &str| Base::new(&text.parse().unwrap());
        let joined = |text| base(text).unwrap().join("/api/x?mac=1").to_string();
        let plain = "https://rps.example.net/api/x?mac=1";
        assert_eq!(joined("https://rps.example.net"), plain);
        let deep = "https://rps.example.net:8443/a/api/x?mac=1";
        assert_eq!(joined("https://rps.example.net:8443/a/"), deep);
        let whole = "https://rps.example.net/xmlrpc/";
        assert_eq!(base(whole).unwrap().uri(), whole);
        for wrong in ["ftp://rps.example.net/", "https://rps.example.net/?a=b"] {
            assert!(base(wrong).is_err(), "{wrong}");
        }
        let long = format!("https://rps.example.net/{}", "a".repeat(1024));
        assert!(base(&long).is_err());
    }
}
