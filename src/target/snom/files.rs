//! The documents around the settings: where they are, and the container that names them.

use crate::emit::xml;
use crate::model::shape::Shape;
use crate::model::{Site, Url, UrlTemplate};
use crate::text::Value;

use super::super::Output;
use super::super::emission::{Emission, NO_NUMBERS};
use super::super::parts::{Part, PartKind};
use super::super::view::DeviceView;
use super::super::whole::Section;
use super::writer;

/// Content type of the files.
pub(super) const CONTENT_TYPE: &str = "text/xml; charset=utf-8";

/// Where the files of a phone are, as templates with `{token}` and `{mac}`, made once of the site's
/// provisioning URL.
///
/// | provisioning URL | the phone is told | its settings are at |
/// |---|---|---|
/// | ends with `/` | the URL | `<URL><MAC>.xml` |
/// | ends with `/` and has `{mac}` in it | `<URL>{mac}.xml` | the same |
/// | has `{mac}` and no final `/` | the URL | the same: the URL names the file itself |
/// | neither | the URL | no address of their own |
///
/// A phone that is told an address with `{mac}` asks for that address and no other, hence the second
/// row. Of an address of the last kind it makes names that no source states.
#[derive(Debug)]
pub(super) struct Addresses {
    /// What the phone is told; `{mac}` is left to it.
    pub(super) server: UrlTemplate,
    /// The file with its settings.
    pub(super) settings: Option<UrlTemplate>,
    /// The file with its firmware.
    pub(super) firmware: Option<UrlTemplate>,
    /// The name of the file with its settings, with `{mac}` in it.
    settings_name: Option<Box<str>>,
}

impl Addresses {
    pub(super) fn new(site: &Site) -> Option<Self> {
        let server = site.provisioning_url.as_ref()?;
        let parse = |text: String| UrlTemplate::parse(&text, Site::URL_PLACEHOLDERS).ok();
        let text = server.as_str();
        let own = server.contains("mac");
        let below = |file| {
            server
                .ends_with_slash()
                .then(|| parse(format!("{text}{file}")))
        };
        let named = below("{mac}.xml").flatten();
        let folder = match text.rfind('/') {
            // In front of a query, and behind `https://`.
            Some(at) if !text.contains('?') && (own || server.ends_with_slash()) => {
                Some(&text[..=at])
            }
            _ => None,
        };
        let told = match (&named, own) {
            (Some(named), true) => named.clone(),
            _ => server.clone(),
        };
        let settings = named.or_else(|| own.then(|| server.clone()));
        Some(Self {
            server: told,
            settings_name: settings.as_ref().and_then(name_of_file),
            settings,
            firmware: folder.and_then(|folder| parse(format!("{folder}{{mac}}-firmware.xml"))),
        })
    }

    /// Whether the phone asks for the container. One whose address names it by `{mac}` asks for its
    /// settings directly.
    pub(super) fn has_container(&self) -> bool {
        self.settings.is_some() && !self.server.contains("mac")
    }

    /// Whether the device has what the addresses need.
    pub(super) fn known_to(&self, view: &DeviceView<'_>) -> bool {
        !self.server.contains("token") || view.token.is_some()
    }

    /// Adds the name of the file with the settings, for this hardware address: the last part of their
    /// address, where that is a file name that holds it.
    pub(super) fn alias(&self, mac: &str, output: &mut Output) {
        if let Some(name) = &self.settings_name {
            let parts = name.split("{mac}").enumerate();
            let place = |at| if at > 0 { mac } else { "" };
            output.alias(parts.flat_map(|(at, part)| [place(at), part]));
        }
    }
}

/// The last part of an address, where it is a file name that holds the hardware address alone.
fn name_of_file(address: &UrlTemplate) -> Option<Box<str>> {
    let (_, file) = address.as_str().rsplit_once('/')?;
    let rest = file.replace("{mac}", "");
    let is_name = rest.len() < file.len() && !rest.contains(['?', '{']);
    is_name.then(|| file.into())
}

/// What stands at a place of an address. `{mac}` is upper case, as the phone writes it.
pub(super) fn filled<'v>(view: &DeviceView<'v>, name: &str) -> Option<Value<'v>> {
    match name {
        "token" => view.token,
        _ => Some(view.mac_upper),
    }
}

/// Adds the container as a file of its own.
pub(super) fn add_container<'d>(
    emission: &mut Emission<'d>,
    settings: &UrlTemplate,
    phonebook: Option<&Url>,
    view: &DeviceView<'_>,
) {
    let shape = Shape::default().with_flag(view.token.is_some());
    emission.section(
        Section::Container,
        true,
        |slot| view.value(slot),
        |emission| {
            emission.part(
                Some(Part::new(PartKind::Container, shape)),
                NO_NUMBERS,
                |slot| view.given(slot),
                |_, bytes| container(settings, phonebook, view, bytes),
            );
        },
    );
}

/// Writes the container that names the file with the settings, and a phone book after it.
pub(super) fn container(
    settings: &UrlTemplate,
    phonebook: Option<&Url>,
    view: &DeviceView<'_>,
    out: &mut Vec<u8>,
) {
    writer::open_document("setting-files", out);
    file(out, |out| {
        let written = writer::url(settings, |name| filled(view, name), out);
        debug_assert!(written.is_ok(), "percent-encoding takes every character");
    });
    if let Some(phonebook) = phonebook {
        file(out, |out| writer::literal(phonebook.as_str(), out));
    }
    writer::close_document("setting-files", out);
}

fn file(out: &mut Vec<u8>, address: impl FnOnce(&mut Vec<u8>)) {
    xml::line(1, out);
    xml::open_tag("file", out);
    xml::begin_attribute("url", out);
    address(out);
    xml::end_attribute(out);
    xml::close_empty(out);
    out.push(b'\n');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Settings;

    fn addresses(url: &str) -> [Option<String>; 4] {
        let mut site = Site::new("Example".parse().unwrap(), Settings::default());
        site.provisioning_url = Some(UrlTemplate::parse(url, Site::URL_PLACEHOLDERS).unwrap());
        let found = Addresses::new(&site).unwrap();
        let text = |template: &UrlTemplate| template.as_str().to_owned();
        [
            Some(text(&found.server)),
            found.settings.as_ref().map(text),
            found.firmware.as_ref().map(text),
            found
                .settings_name
                .map(|name| name.replace("{mac}", "000413A11FA7")),
        ]
    }

    #[test]
    fn the_files_follow_from_the_url() {
        let some = |texts: [&str; 4]| texts.map(|t| (!t.is_empty()).then(|| t.to_owned()));
        for (url, expected) in [
            (
                "https://h/p/{token}/",
                [
                    "https://h/p/{token}/",
                    "https://h/p/{token}/{mac}.xml",
                    "https://h/p/{token}/{mac}-firmware.xml",
                    "000413A11FA7.xml",
                ],
            ),
            (
                "https://h/{mac}/",
                [
                    "https://h/{mac}/{mac}.xml",
                    "https://h/{mac}/{mac}.xml",
                    "https://h/{mac}/{mac}-firmware.xml",
                    "000413A11FA7.xml",
                ],
            ),
            (
                "https://h/p/cfg-{mac}.xml",
                [
                    "https://h/p/cfg-{mac}.xml",
                    "https://h/p/cfg-{mac}.xml",
                    "https://h/p/{mac}-firmware.xml",
                    "cfg-000413A11FA7.xml",
                ],
            ),
            (
                "https://h/p?mac={mac}&t={token}",
                [
                    "https://h/p?mac={mac}&t={token}",
                    "https://h/p?mac={mac}&t={token}",
                    "",
                    "",
                ],
            ),
            ("https://h/p", ["https://h/p", "", "", ""]),
            ("https://h", ["https://h", "", "", ""]),
            (
                "https://h/p/{mac}/{token}.xml",
                [
                    "https://h/p/{mac}/{token}.xml",
                    "https://h/p/{mac}/{token}.xml",
                    "https://h/p/{mac}/{mac}-firmware.xml",
                    "",
                ],
            ),
        ] {
            assert_eq!(addresses(url), some(expected), "{url}");
        }
    }
}
