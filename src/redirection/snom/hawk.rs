//! The header `Authorization` of Hawk: a request signed with a key that is not sent.
//!
//! Hawk is a public specification (version 1 of the header, SHA-256 throughout). The signature covers
//! method, host, port, path and query, the time, a nonce and a hash of the body.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

use crate::error::Invalid;
use crate::text::Secret;

/// An identifier and its key.
#[derive(Clone, Debug)]
pub(super) struct Credentials {
    id: Box<str>,
    key: Secret,
}

impl Credentials {
    /// # Errors
    /// An identifier of other characters than visible ASCII without `"` and `\`, or of none.
    pub(super) fn new(id: &str, key: Secret) -> Result<Self, Invalid> {
        let fits = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\');
        if !(1..=256).contains(&id.len()) || !id.bytes().all(fits) {
            let expected = "an access key identifier of 1 to 256 visible ASCII characters";
            return Err(Invalid::redacted(expected));
        }
        let id = id.into();
        Ok(Self { id, key })
    }

    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// The value of the header.
    pub(super) fn authorization(&self, request: &Request<'_>) -> String {
        let Request { ts, nonce, .. } = *request;
        let mut header = format!(r#"Hawk id="{}", ts="{ts}", nonce="{nonce}""#, self.id);
        for (name, value) in [("hash", request.hash), ("ext", request.ext)] {
            if !value.is_empty() {
                let _ = write!(header, r#", {name}="{value}""#);
            }
        }
        let mac = self.sign(&request.normalized());
        let _ = write!(header, r#", mac="{mac}""#);
        header
    }

    /// Whether a header `WWW-Authenticate` says what the time is, and whoever wrote it knows the key: so
    /// the service has refused our time, and nobody else has made that up.
    pub(super) fn tells_time(&self, header: &str) -> bool {
        let Some(fields) = header.strip_prefix("Hawk ") else {
            return false;
        };
        let field = |name: &str| {
            let mut fields = fields.split(',').filter_map(|field| {
                let (key, value) = field.trim().split_once('=')?;
                let value = value.strip_prefix('"')?.strip_suffix('"')?;
                (key == name).then_some(value)
            });
            fields.next()
        };
        let (Some(ts), Some(tsm)) = (field("ts"), field("tsm")) else {
            return false;
        };
        let Ok(tsm) = STANDARD.decode(tsm) else {
            return false;
        };
        let signed = format!("hawk.1.ts\n{ts}\n");
        self.signature(&signed).verify_slice(&tsm).is_ok()
    }

    fn sign(&self, text: &str) -> String {
        STANDARD.encode(self.signature(text).finalize().into_bytes())
    }

    fn signature(&self, text: &str) -> Hmac<Sha256> {
        let key = self.key.expose().as_bytes();
        let hmac = Hmac::<Sha256>::new_from_slice(key).expect("a key of HMAC is of any length");
        hmac.chain_update(text)
    }
}

/// What is signed of a request.
pub(super) struct Request<'a> {
    /// Seconds since 1970.
    pub(super) ts: i64,
    /// Used once.
    pub(super) nonce: &'a str,
    /// In capitals.
    pub(super) method: &'a str,
    /// Path and query.
    pub(super) resource: &'a str,
    /// In lower case.
    pub(super) host: &'a str,
    /// Also where the scheme implies it.
    pub(super) port: u16,
    /// Of [`payload_hash`]; empty for none.
    pub(super) hash: &'a str,
    /// The application's own, without quotation marks, backslashes and line feeds; empty for none.
    pub(super) ext: &'a str,
}

impl Request<'_> {
    fn normalized(&self) -> String {
        let Self {
            ts,
            nonce,
            method,
            resource,
            host,
            port,
            hash,
            ext,
        } = self;
        format!(
            "hawk.1.header\n{ts}\n{nonce}\n{method}\n{resource}\n{host}\n{port}\n{hash}\n{ext}\n"
        )
    }
}

/// The hash of a body of this type, in lower case and without parameters.
pub(super) fn payload_hash(content_type: &str, body: &[u8]) -> String {
    let hasher = Sha256::new()
        .chain_update(format!("hawk.1.payload\n{content_type}\n"))
        .chain_update(body)
        .chain_update("\n");
    STANDARD.encode(hasher.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The account of the specification's examples.
    fn credentials() -> Credentials {
        let key = "werxhqb98rpaxn39848xrunpaw3489ruxnpa98w4rxn";
        Credentials::new("dh37fgj492je", key.parse().unwrap()).unwrap()
    }

    /// The request of the specification's examples.
    fn request<'a>(method: &'a str, hash: &'a str) -> Request<'a> {
        Request {
            ts: 1_353_832_234,
            nonce: "j4h3g2",
            method,
            resource: "/resource/1?b=1&a=2",
            host: "example.com",
            port: 8000,
            hash,
            ext: "some-app-ext-data",
        }
    }

    #[test]
    fn the_example_of_the_specification() {
        let request = request("GET", "");
        assert_eq!(
            request.normalized(),
            "hawk.1.header\n1353832234\nj4h3g2\nGET\n/resource/1?b=1&a=2\nexample.com\n8000\n\n\
             some-app-ext-data\n"
        );
        assert_eq!(
            credentials().authorization(&request),
            "Hawk id=\"dh37fgj492je\", ts=\"1353832234\", nonce=\"j4h3g2\", \
             ext=\"some-app-ext-data\", mac=\"6R4rV5iE+NPoym+WwjeHzjAGXUtLNIxmo1vpMofpLAE=\""
        );
    }

    #[test]
    fn the_example_of_the_specification_with_a_body() {
        let hash = payload_hash("text/plain", b"Thank you for flying Hawk");
        assert_eq!(hash, "Yi9LfIIFRtBEPt74PVmbTF/xVAwPn7ub15ePICfgnuY=");
        assert_eq!(
            credentials().authorization(&request("POST", &hash)),
            "Hawk id=\"dh37fgj492je\", ts=\"1353832234\", nonce=\"j4h3g2\", \
             hash=\"Yi9LfIIFRtBEPt74PVmbTF/xVAwPn7ub15ePICfgnuY=\", ext=\"some-app-ext-data\", \
             mac=\"aSe1DERmZuRl3pI36/9BdZmnErTw3sNzOOAUlfeKjVw=\""
        );
    }

    #[test]
    fn nothing_is_signed_where_nothing_is_given() {
        let request = Request {
            ext: "",
            ..request("GET", "")
        };
        assert!(request.normalized().ends_with("\n8000\n\n\n"));
        let header = credentials().authorization(&request);
        assert!(!header.contains("hash=") && !header.contains("ext="));
    }

    #[test]
    fn only_who_knows_the_key_tells_the_time() {
        // Public implementations test this one.
        let told = "Hawk ts=\"1365741469\", tsm=\"b4Qqhz8OUBq21saghHLV1ktwlXE72T1xtTEZkSlWizA=\", \
                    error=\"Stale timestamp\"";
        assert!(credentials().tells_time(told));
        for wrong in [
            told.replace("1365741469", "1365741470"),
            told.replace("b4Qq", "c4Qq"),
            told.replace("Hawk ", "Basic "),
            told.replace("tsm=", "mac="),
            told.replace("ts=\"1365741469\", ", ""),
            told.replace('"', ""),
            "Hawk ".to_owned(),
            String::new(),
        ] {
            assert!(!credentials().tells_time(&wrong), "{wrong}");
        }
        let other = Credentials::new("dh37fgj492je", "other".parse().unwrap()).unwrap();
        assert!(!other.tells_time(told));
    }

    #[test]
    fn identifiers_fit_the_header() {
        let key: Secret = "k".parse().unwrap();
        for wrong in ["", "a b", "a\"b", "a\\b", "é", "a\n"] {
            let error = Credentials::new(wrong, key.clone()).unwrap_err();
            assert_eq!(
                error.to_string(),
                "expected an access key identifier of 1 to 256 visible ASCII characters, found \
                 [redacted]"
            );
        }
        assert!(Credentials::new(&"a".repeat(257), key).is_err());
    }
}
