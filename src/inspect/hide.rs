//! A file as it may be looked at: byte for byte, but for its secrets.

use std::ops::Range;

use memchr::memmem;
use zeroize::Zeroizing;

use super::secrets::secrets_of;
use super::shown::REDACTED;
use super::{Shown, target_of};
use crate::emit::xml::escape;
use crate::fleet::Fleet;
use crate::model::percent_encode_segment;
use crate::parse::{Limits, parse};
use crate::target::Targets;

/// A file of the fleet's with `[redacted]` in the place of everything that must not be shown; all other
/// bytes are as the phone gets them.
///
/// Not shown is the value of a setting that its row calls secret, or that has no row and sounds like a
/// secret; of an address that holds a login, and in a setting without a row one with a path; and whatever holds
/// a password, a token or an access code of the fleet of four characters and more, wherever in the file it
/// stands.
///
#[cfg_attr(feature = "yealink", doc = "```")]
#[cfg_attr(not(feature = "yealink"), doc = "```ignore")]
/// use phone_provisioning::inspect::hide_secrets;
/// use phone_provisioning::{Document, Provisioner, Targets};
///
/// let targets = Targets::builtin();
/// let fleet = Document::from_toml(r#"
///     [site]
///     name = "Example BV"
///     [site.settings]
///     time_zone = "Europe/Berlin"
///     language = "de"
///     registrar = { host = "sip.example.net" }
///     [[devices]]
///     mac = "80:5e:0c:12:34:56"
///     model = "yealink T46S"
///     extensions = [{ number = "1001", password = "s3cret&" }]
/// "#)?.resolve(&targets)?;
/// let files = Provisioner::new(fleet.site().clone()).render(&fleet.devices()[0])?;
/// let file = files.file("805e0c123456.cfg").unwrap();
///
/// let shown = String::from_utf8(hide_secrets(&targets, &fleet, file.bytes()))?;
/// assert!(shown.contains("\naccount.1.user_name = 1001\n"));
/// assert!(shown.contains("\naccount.1.password = [redacted]\n"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn hide_secrets(targets: &Targets, fleet: &Fleet, bytes: &[u8]) -> Vec<u8> {
    let secrets = secrets_of(fleet);
    let mut hidden = Vec::new();
    hide_settings(targets, bytes, &secrets, &mut hidden);
    for secret in &secrets {
        hide_everywhere(bytes, secret, 0..bytes.len(), &mut hidden);
    }
    hidden.sort_unstable_by_key(|span| span.start);

    let mut shown = Vec::with_capacity(bytes.len());
    let mut at = 0;
    for span in hidden {
        if span.start >= at {
            shown.extend_from_slice(&bytes[at..span.start]);
            shown.extend_from_slice(REDACTED.as_bytes());
        }
        at = at.max(span.end);
    }
    shown.extend_from_slice(&bytes[at..]);
    shown
}

/// What must not be shown because of the setting that it stands in.
fn hide_settings(
    targets: &Targets,
    bytes: &[u8],
    secrets: &[Zeroizing<String>],
    hidden: &mut Vec<Range<usize>>,
) {
    let file = parse(bytes, &Limits::default());
    let target = target_of(targets, &file);
    for setting in file.settings() {
        let name = setting.name();
        let found = target.and_then(|target| target.setting(name, setting.index()));
        let row = found.as_ref().map(|found| found.row);
        let is_shown = |shown: Shown, text: &str| shown.without(secrets).text() == Some(text);

        let value = setting.value();
        if !value.is_empty() && !is_shown(Shown::of(row, name, value), value) {
            hidden.push(setting.value_span());
        }
        for (attribute, value) in setting.attributes() {
            if attribute != "idx"
                && !is_shown(Shown::of_attribute(row, name, attribute, &value), &value)
            {
                hide_everywhere(bytes, &value, setting.span(), hidden);
            }
        }
    }
}

/// Everywhere in this part of the file: as it is, as XML has it, as an address has it.
fn hide_everywhere(
    bytes: &[u8],
    secret: &str,
    within: Range<usize>,
    hidden: &mut Vec<Range<usize>>,
) {
    let written = || Zeroizing::new(Vec::new());
    let (mut in_text, mut in_attribute, mut in_url) = (written(), written(), written());
    escape(secret, false, &mut in_text);
    escape(secret, true, &mut in_attribute);
    percent_encode_segment(secret, &mut in_url);
    for needle in [secret.as_bytes(), &in_text, &in_attribute, &in_url] {
        if needle.is_empty() {
            continue;
        }
        let places = memmem::find_iter(&bytes[within.clone()], needle);
        let places = places.map(|place| within.start + place);
        hidden.extend(places.map(|place| place..place + needle.len()));
    }
}
