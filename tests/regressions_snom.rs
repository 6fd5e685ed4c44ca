//! Defects that other provisioning systems had with Snom phones and bases, one test each, named
//! after the defect. More of them stand beside the targets' own tests in `snom_desk.rs` and
//! `snom_dect.rs`.

#![cfg(feature = "snom")]

mod support;

use phone_provisioning::Targets;
use roxmltree::{Document as Xml, Node};
use support::{document_errors, render, resolve};

const SITE: &str = r#"
[site]
name = "Example BV"
provisioning_url = "https://pbx.example.net/p/{token}/?a=1&b={mac}"
firmware_base = "https://fw.example.net/{vendor}/{version}/{file}"
[site.settings]
time_zone = "Europe/Berlin"
language = "en"
registrar = { host = "sip.example.net" }
admin = { username = "admin", password = "adm1n" }
"#;

/// Every file of every device of a document, as text.
fn files_of(toml: &str) -> Vec<(String, String)> {
    let fleet = resolve(&format!("{SITE}{toml}"));
    let mut files = Vec::new();
    for device in fleet.devices() {
        for file in render(fleet.site(), device).files() {
            let text = String::from_utf8(file.bytes().to_vec()).unwrap();
            files.push((file.name().to_owned(), text));
        }
    }
    files
}

#[track_caller]
fn well_formed(name: &str, text: &str) {
    if let Err(error) = Xml::parse(text) {
        panic!("{name}: {error}\n{text}");
    }
    for (at, _) in text.match_indices('&') {
        let entity = text[at..].split_inclusive(';').next().unwrap_or_default();
        assert!(
            matches!(entity, "&amp;" | "&lt;" | "&gt;" | "&quot;" | "&#10;"),
            "{name}: a raw `&`: {entity:?}"
        );
    }
}

/// The text of an element by name and index.
#[track_caller]
fn element<'x>(xml: &'x Xml<'_>, name: &str, idx: Option<&str>) -> Option<&'x str> {
    let is_it = |node: &Node<'_, '_>| node.has_tag_name(name) && node.attribute("idx") == idx;
    let node = xml.descendants().find(is_it)?;
    Some(node.text().unwrap_or_default())
}

fn desk(model: &str, firmware: &str, more: &str) -> String {
    format!(
        r#"
[[devices]]
mac = "00:04:13:92:2d:24"
model = "{model}"
installed_firmware = "{firmware}"
token = "t&k<n"
{more}
"#
    )
}

const EXTENSION: &str = r#"extensions = [{ number = "1001", password = "s&<c>r\"t'é#=;%9 中🙂", display_name = "24/7 \"Süd\" <Büro> & Co" }]"#;

/// R1, R4: a label with `"` stood raw in an attribute, a password with `&` raw in the text.
#[test]
fn r01_r04_marks_in_labels_and_passwords_are_escaped_by_place() {
    let keys = r#"keys = [{ position = 1, kind = "line", label = "24/7 \"Süd\" <Büro> & Co" }]"#;
    let files = files_of(&desk(
        "snom D785",
        "10.1.226.16",
        &format!("{keys}\n{EXTENSION}"),
    ));
    for (name, text) in &files {
        well_formed(name, text);
    }
    let (_, text) = files
        .iter()
        .find(|(_, text)| text.contains("<user_pass"))
        .unwrap();
    let xml = Xml::parse(text).unwrap();
    assert_eq!(
        element(&xml, "user_pass", Some("1")),
        Some("s&<c>r\"t'é#=;%9 中🙂")
    );
    assert_eq!(
        element(&xml, "user_realname", Some("1")),
        Some("24/7 \"Süd\" <Büro> & Co")
    );
    let key = xml
        .descendants()
        .find(|n| n.has_tag_name("fkey") && n.attribute("idx") == Some("0"));
    assert_eq!(
        key.unwrap().attribute("label"),
        Some("24/7 \"Süd\" <Büro> & Co")
    );
}

/// R2: a firmware address with `&chained_url=` stood raw in the file.
#[test]
fn r02_no_address_has_a_raw_ampersand() {
    let more = format!("firmware = {{ version = \"10.1.226.16\" }}\n{EXTENSION}");
    let toml = desk("snom D735", "10.1.184.15", &more);
    let site = SITE.replace("?a=1&b={mac}", "");
    let fleet = resolve(&format!("{site}{toml}"));
    let rendered = render(fleet.site(), &fleet.devices()[0]);
    let files: Vec<(&str, &str)> = rendered
        .files()
        .iter()
        .map(|file| (file.name(), std::str::from_utf8(file.bytes()).unwrap()))
        .collect();
    assert!(
        files
            .iter()
            .any(|(_, text)| text.contains("&amp;chained_url=")),
        "{files:#?}"
    );
    for (name, text) in &files {
        well_formed(name, text);
    }
}

/// R3: a key was closed by another element's end tag when no phone book was given, on 14 models;
/// nobody had rendered them all.
#[test]
fn r03_every_model_gives_well_formed_files() {
    for target in Targets::builtin()
        .iter()
        .filter(|target| target.vendor() == "snom")
    {
        for row in target.models().iter().filter(|row| !row.is("unsupported")) {
            let model = format!("snom {}", row.name);
            let who = if row.handsets == Some(0) {
                EXTENSION.to_owned()
            } else {
                format!("handsets = [{{ slot = 1, {EXTENSION} }}]")
            };
            let toml = format!(
                "[[devices]]\nmac = \"00:04:13:92:2d:24\"\nmodel = \"{model}\"\ntoken = \"t&k<n\"\n{who}\n"
            );
            for (name, text) in files_of(&toml) {
                well_formed(&format!("{model}: {name}"), &text);
            }
        }
    }
}

/// R5: a line feed in a name became a line of its own.
#[test]
fn r05_a_line_feed_is_refused() {
    for (model, list) in [("snom D785", "extensions"), ("snom M300", "handsets")] {
        let extension = r#"{ number = "1", password = "p", display_name = "a\nb" }"#;
        let (who, path) = match list {
            "extensions" => (format!("extensions = [{extension}]"), "extensions[0]"),
            _ => (
                format!("handsets = [{{ slot = 1, extensions = [{extension}] }}]"),
                "handsets[0].extensions[0]",
            ),
        };
        let errors = document_errors(&format!(
            "{SITE}[[devices]]\nmac = \"00:04:13:92:2d:24\"\nmodel = \"{model}\"\ntoken = \"t\"\n{who}\n"
        ));
        assert_eq!(
            errors,
            [format!(
                "devices[0].{path}.display_name: line feed (U+000A) at character 2 cannot stand in a text"
            )]
        );
    }
}

/// R12: the zone was made of the language's country and whole hours: `USA+1` for Berlin in English.
/// Nothing about the zone is derived from anything but the zone.
#[test]
fn r12_the_language_says_nothing_about_the_zone() {
    for language in ["en", "fr", "de"] {
        let toml = desk("snom D785", "10.1.226.16", EXTENSION);
        let site = SITE.replace("language = \"en\"", &format!("language = \"{language}\""));
        let fleet = resolve(&format!("{site}{toml}"));
        let rendered = render(fleet.site(), &fleet.devices()[0]);
        let files = rendered.files().iter();
        let texts: Vec<&str> = files
            .map(|file| std::str::from_utf8(file.bytes()).unwrap())
            .collect();
        let zones: Vec<&str> = texts
            .iter()
            .flat_map(|text| text.lines())
            .filter(|line| line.contains("<timezone"))
            .collect();
        assert_eq!(
            zones,
            ["    <timezone perm=\"R\">GER+1</timezone>"],
            "{language}"
        );
    }
}

/// R16: the date format received the number of the handset's language.
#[test]
fn r16_the_date_format_is_that_of_the_document() {
    for (format, us) in [("dmy", "off"), ("mdy", "on")] {
        let more = format!("settings = {{ date_format = \"{format}\" }}\n{EXTENSION}");
        let files = files_of(&desk("snom D785", "10.1.226.16", &more));
        let (_, text) = files
            .iter()
            .find(|(_, text)| text.contains("<date_us_format"))
            .unwrap();
        let xml = Xml::parse(text).unwrap();
        assert_eq!(element(&xml, "date_us_format", None), Some(us));
    }
}

/// R25: a login that is not set got an empty password, or kept its factory one.
#[test]
fn r25_every_login_of_a_base_has_a_password() {
    let files = files_of(
        r#"
[[devices]]
mac = "00:04:13:b6:00:01"
model = "snom M900"
installed_firmware = "740/104"
token = "t"
"#,
    );
    let (_, text) = files
        .iter()
        .find(|(_, text)| text.contains("<http_pass"))
        .unwrap();
    let xml = Xml::parse(text).unwrap();
    for name in ["http_pass", "http_basic_pass", "http_engineer_pass"] {
        assert_eq!(element(&xml, name, None), Some("adm1n"), "{name}");
    }
}

/// R27: the IPEI was not written, the mailbox had a fixed French name, the transport was missing.
#[test]
fn r27_a_base_is_told_identity_mailbox_and_transport() {
    let files = files_of(
        r#"
[[devices]]
mac = "00:04:13:b6:00:01"
model = "snom M900"
installed_firmware = "740/104"
token = "t"
settings = { registrar = { host = "sip.example.net", transport = "tcp" } }
[[devices.handsets]]
slot = 1
ipei = "57005 0782068 7"
extensions = [{ number = "1", password = "p", voicemail = "*97" }]
"#,
    );
    let (_, text) = files
        .iter()
        .find(|(_, text)| text.contains("<user_pass"))
        .unwrap();
    let xml = Xml::parse(text).unwrap();
    assert_eq!(
        element(&xml, "subscr_dect_ipui", Some("1")),
        Some("0x0DEADBEEF4")
    );
    assert_eq!(element(&xml, "user_mailnumber", Some("1")), Some("*97"));
    assert_eq!(element(&xml, "srv_sip_transport", Some("1")), Some("tcp"));
}
