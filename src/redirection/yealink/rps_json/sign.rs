//! The signature of a request.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac as _};
use md5::{Digest, Md5};
use sha2::Sha256;

use crate::text::Secret;

/// What is signed of a request.
pub(super) struct Signed<'a> {
    pub(super) method: &'a str,
    /// Of a request with a body.
    pub(super) content_md5: Option<&'a str>,
    pub(super) key: &'a str,
    pub(super) nonce: &'a str,
    /// Milliseconds since 1970.
    pub(super) timestamp: &'a str,
    /// As it is sent.
    pub(super) path: &'a str,
    pub(super) query: &'a [(&'a str, &'a str)],
}

impl Signed<'_> {
    /// The lines that are signed: the method, the fields by name, the path without its first slash, and
    /// the query by name where there is one. No line feed ends the last.
    pub(super) fn text(&self) -> String {
        let mut lines = vec![self.method.to_owned()];
        if let Some(digest) = self.content_md5 {
            lines.push(format!("Content-MD5:{digest}"));
        }
        lines.push(format!("X-Ca-Key:{}", self.key));
        lines.push(format!("X-Ca-Nonce:{}", self.nonce));
        lines.push(format!("X-Ca-Timestamp:{}", self.timestamp));
        let path = self.path.strip_prefix('/').unwrap_or(self.path);
        lines.push(path.to_owned());
        if !self.query.is_empty() {
            let mut query = self.query.to_vec();
            query.sort_unstable();
            let pair = |(name, value): &(&str, &str)| match *value {
                "" => (*name).to_owned(),
                value => format!("{name}={value}"),
            };
            let query: Vec<String> = query.iter().map(pair).collect();
            lines.push(query.join("&"));
        }
        lines.join("\n")
    }

    /// Base64 of the HMAC-SHA256 of these lines.
    pub(super) fn signature(&self, secret: &Secret) -> String {
        // HMAC takes keys of every length (RFC 2104 section 2).
        let mac = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes());
        let mut mac = mac.expect("a key of any length");
        mac.update(self.text().as_bytes());
        STANDARD.encode(mac.finalize().into_bytes())
    }
}

/// The value of `Content-MD5` (RFC 1864).
pub(super) fn content_md5(body: &[u8]) -> String {
    STANDARD.encode(Md5::digest(body))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GET: Signed<'_> = Signed {
        method: "GET",
        content_md5: None,
        key: "k3y",
        nonce: "0123456789abcdef0123456789abcdef",
        timestamp: "1763848800123",
        path: "/api/open/v1/device/checkMac",
        query: &[("mac", "001565a1b2c3")],
    };

    #[test]
    fn what_is_signed_without_a_body() {
        let expected = "GET\n\
                        X-Ca-Key:k3y\n\
                        X-Ca-Nonce:0123456789abcdef0123456789abcdef\n\
                        X-Ca-Timestamp:1763848800123\n\
                        api/open/v1/device/checkMac\n\
                        mac=001565a1b2c3";
        assert_eq!(GET.text(), expected);
    }

    #[test]
    fn what_is_signed_with_a_body() {
        let digest = content_md5(br#"{"macs":["001565a1b2c3"]}"#);
        let signed = Signed {
            method: "POST",
            content_md5: Some(&digest),
            path: "/api/open/v1/device/add",
            query: &[],
            ..GET
        };
        let expected = "POST\n\
                        Content-MD5:9hbIjvt3HhyhsAmguP/u3w==\n\
                        X-Ca-Key:k3y\n\
                        X-Ca-Nonce:0123456789abcdef0123456789abcdef\n\
                        X-Ca-Timestamp:1763848800123\n\
                        api/open/v1/device/add";
        assert_eq!(signed.text(), expected);
    }

    #[test]
    fn a_query_is_sorted_and_an_empty_value_leaves_the_name() {
        let query = &[("b", "2"), ("empty", ""), ("a", "1")];
        let signed = Signed { query, ..GET };
        assert_eq!(signed.text().lines().last(), Some("a=1&b=2&empty"));
    }

    #[test]
    fn the_signature_is_that_of_another_program() {
        let secret = "5ecr3t".parse().unwrap();
        assert_eq!(
            GET.signature(&secret),
            "Ylr2/LeyILHDEtHkB9UP1pvNGq0uqN2/kvMjSi8mJIs="
        );
    }
}
