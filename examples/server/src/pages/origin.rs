//! Where a form comes from, as far as browsers say it.

use http::header::{HOST, ORIGIN};
use http::request::Parts;

/// Whether a browser says that a form comes from another site. Browsers that say nothing are old; what
/// the form carries decides then.
pub(super) fn is_foreign(parts: &Parts) -> bool {
    let field = |name: &str| parts.headers.get(name).map(|value| value.as_bytes());
    let site = field("sec-fetch-site");
    if site.is_some_and(|site| site != b"same-origin" && site != b"none") {
        return true;
    }
    let Some(origin) = field(ORIGIN.as_str()) else {
        return false;
    };
    let host = field(HOST.as_str());
    let host = host.or_else(|| Some(parts.uri.authority()?.as_str().as_bytes()));
    // A proxy in front may speak TLS: the scheme is not compared.
    let named = origin
        .strip_prefix(b"https://")
        .or_else(|| origin.strip_prefix(b"http://"));
    named.is_none() || named != host
}
