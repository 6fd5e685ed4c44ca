//! Defects that other provisioning systems had with the function keys of Snom phones, one test each,
//! named after the defect: numbers of the list of field failures, and `r…` for what was seen in
//! rendered files. What every kind of key looks like on every model is in `keys_snom.rs`.

#![cfg(feature = "snom")]

mod support;

use phone_provisioning::Targets;
use roxmltree::Document as Xml;
use support::{document_errors, render, resolve};

const SITE: &str = r#"
[site]
name = "Example BV"
[site.settings]
time_zone = "Europe/Berlin"
language = "en"
registrar = { host = "sip.example.net" }
admin = { username = "admin", password = "adm1n" }
feature_codes = { pickup = "**", park = "*85" }
"#;

const ONE: &str = r#"extensions = [{ number = "1001", password = "s3cret" }]"#;
const TWO: &str = r#"extensions = [{ number = "1001", password = "s3cret", label = "Account", display_name = "Person" }, { number = "1002", password = "s3cond" }]"#;

/// A key as it stands in the file.
#[derive(Debug, PartialEq)]
struct Key {
    idx: u16,
    context: String,
    label: String,
    perm: String,
    body: String,
}

/// All keys of the one device of a document, read back by another library.
#[track_caller]
fn keys(model: &str, who: &str, keys: &str) -> Vec<Key> {
    keys_of(&format!("{SITE}{}", device(model, who, keys)))
}

fn device(model: &str, who: &str, keys: &str) -> String {
    format!("\n[[devices]]\nmac = \"00:04:13:92:2d:24\"\nmodel = \"snom {model}\"\n{who}\n{keys}\n")
}

#[track_caller]
fn keys_of(toml: &str) -> Vec<Key> {
    let fleet = resolve(toml);
    let rendered = render(fleet.site(), &fleet.devices()[0]);
    let file = rendered.files().iter().find(|file| file.is_sensitive());
    let text = std::str::from_utf8(file.unwrap().bytes()).unwrap();
    let xml = Xml::parse(text).unwrap();
    let keys = xml.descendants().filter(|node| node.has_tag_name("fkey"));
    keys.map(|node| {
        let attribute = |name| node.attribute(name).unwrap().to_owned();
        Key {
            idx: attribute("idx").parse().unwrap(),
            context: attribute("context"),
            label: attribute("label"),
            perm: attribute("perm"),
            body: node.text().unwrap().to_owned(),
        }
    })
    .collect()
}

fn key(idx: u16, context: &str, label: &str, body: &str) -> Key {
    Key {
        idx,
        context: context.to_owned(),
        label: label.to_owned(),
        perm: "R".to_owned(),
        body: body.to_owned(),
    }
}

/// A key that was reset to the factory's.
fn free(idx: u16) -> Key {
    Key {
        perm: "RW".to_owned(),
        ..key(idx, "active", "", "line")
    }
}

/// The phones with function keys, and how many of them lines can stand on.
fn phones_with_keys() -> Vec<(String, u16)> {
    let targets = Targets::builtin();
    let desk = targets
        .iter()
        .find(|target| target.id().as_str() == "snom-desk");
    let rows = desk.unwrap().models().iter();
    let rows = rows.filter(|row| row.line_keys > Some(0) && !row.is("unsupported"));
    rows.map(|row| (row.name.to_string(), row.line_keys.unwrap()))
        .collect()
}

/// 12: a lamp was written `blf <sip:…/>`, without the pickup code and for identity 1 instead of the
/// active one.
#[test]
fn k12_a_lamp_is_whole() {
    let found = keys(
        "D785",
        ONE,
        r#"keys = [{ position = 2, kind = "blf", value = "201@pbx.example.net" }, { position = 3, kind = "blf", value = "202" }]"#,
    );
    let of_address = "blf <sip:201@pbx.example.net;user=phone>|**";
    assert_eq!(found[1], key(1, "active", "", of_address));
    assert_eq!(found[2], key(2, "active", "", "blf 202|**"));
}

/// 13: no line key at all came out, although the data were right. 20: a loop over a variable that
/// nobody set gave none either.
#[test]
fn k13_k20_every_phone_has_its_line_keys() {
    for (model, sure) in phones_with_keys() {
        let found = keys(&model, TWO, "");
        assert!(sure >= 2, "{model}");
        assert_eq!(found[0], key(0, "1", "", "line"), "{model}");
        assert_eq!(found[1], key(1, "2", "", "line"), "{model}");
        assert!(found.iter().skip(2).all(|found| *found == free(found.idx)));
    }
}

/// 14: modules had 18 keys whatever they were, or their keys could not be set. 16: new modules had
/// the old number of keys.
#[test]
fn k14_k16_a_module_has_its_own_number_of_keys() {
    for (model, first, last) in [("D865", 40, 99), ("D785", 24, 41), ("320", 12, 53)] {
        let position = last - first + 1;
        let found = keys(
            model,
            ONE,
            &format!(
                "keys = [{{ position = 1, module = 1, kind = \"speed_dial\", value = \"201\" }}, {{ position = {position}, module = 1, kind = \"dtmf\", value = \"*1\" }}]"
            ),
        );
        assert_eq!(found.len(), usize::from(last) + 1, "{model}");
        assert_eq!(
            found[usize::from(first)],
            key(first, "active", "", "speed 201")
        );
        assert_eq!(found[usize::from(last)], key(last, "active", "", "dtmf *1"));
    }
}

/// 15: the number of keys of a model was wrong, and a key too many was dropped in silence.
#[test]
fn k15_a_key_too_many_is_an_error_with_the_number_that_fits() {
    for (model, sure) in phones_with_keys() {
        let position = sure + 1;
        let key = format!("keys = [{{ position = {position}, kind = \"dnd\" }}]");
        let toml = format!("{SITE}{}", device(&model, ONE, &key));
        assert_eq!(
            document_errors(&toml),
            [format!(
                "devices[0].keys[0].position: expected a position between 1 and {sure} (snom {model}), found {position}"
            )]
        );
    }
}

/// 16: a key that was taken out of the document stayed on the phone. R21: unset keys became lines
/// without an identity of their own, or were not written at all.
#[test]
fn k16_r21_a_key_that_is_gone_is_reset() {
    let modules = "modules = 1";
    let before = r#"keys = [{ position = 4, kind = "blf", value = "201" }, { position = 5, module = 1, kind = "dnd" }]"#;
    let with_keys = keys("D785", ONE, &format!("{modules}\n{before}"));
    let without = keys("D785", ONE, modules);
    assert_eq!(with_keys.len(), without.len());
    for idx in [3, 24 + 4] {
        assert_ne!(with_keys[usize::from(idx)], free(idx));
        assert_eq!(without[usize::from(idx)], free(idx));
    }
    // Both ways write all that there is: the phone and its one module.
    let indices = without.iter().map(|key| key.idx);
    assert!(indices.eq(0..24 + 18));
}

/// 17: the line of a lamp was off by one. R22: a key of account 2 was placed on line 1.
#[test]
fn k17_r22_a_key_belongs_to_the_extension_that_it_names() {
    let found = keys(
        "D785",
        TWO,
        r#"keys = [
    { position = 3, kind = "line", extension = 2 },
    { position = 4, kind = "blf", value = "201", extension = 2 },
    { position = 5, kind = "blf", value = "202", extension = 1 },
    { position = 6, kind = "speed_dial", value = "203" },
]"#,
    );
    let contexts: Vec<&str> = found[..6].iter().map(|key| key.context.as_str()).collect();
    assert_eq!(contexts, ["1", "2", "2", "2", "1", "1"]);
}

/// 18: the pickup code of lamps had to be put into every template by hand. R21: without a code the
/// lamp was dropped without a word.
#[test]
fn k18_r21_a_lamp_has_the_code_of_the_site_and_needs_none() {
    let lamps = r#"modules = 1
keys = [{ position = 2, kind = "blf", value = "201" }, { position = 1, module = 1, kind = "blf", value = "202" }]"#;
    let toml = format!("{SITE}{}", device("D785", ONE, lamps));
    let bodies = |toml: &str| [1, 24].map(|at: usize| keys_of(toml)[at].body.clone());
    assert_eq!(bodies(&toml), ["blf 201|**", "blf 202|**"]);
    let without = toml.replace("pickup = \"**\", ", "");
    assert_eq!(bodies(&without), ["blf 201", "blf 202"]);
}

/// 19: the value `100@host` was accepted and made the file malformed, so that all keys were lost.
#[test]
fn k19_the_value_of_a_lamp_is_checked() {
    for (value, expected) in [
        ("100@host@host", "a number or an address with one `@`"),
        (
            "100 200",
            "a number or an address `user@host`, without scheme, blanks and brackets",
        ),
        (
            "<sip:100@host/>",
            "a number or an address `user@host`, without scheme, blanks and brackets",
        ),
        (
            "100|**",
            "a number or an address `user@host`, without scheme, blanks and brackets",
        ),
    ] {
        let lamp = format!("keys = [{{ position = 1, kind = \"blf\", value = \"{value}\" }}]");
        let toml = format!("{SITE}{}", device("D785", ONE, &lamp));
        assert_eq!(
            document_errors(&toml),
            [format!(
                "devices[0].keys[0].value: expected {expected}, found `{value}`"
            )]
        );
    }
    let url = r#"keys = [{ position = 1, kind = "url", value = "http://h/a b" }]"#;
    assert_eq!(
        document_errors(&format!("{SITE}{}", device("D785", ONE, url))),
        [
            "devices[0].keys[0].value: expected percent-encoding at character 11 of the URL, found ` `"
        ]
    );
}

/// 20: the key for the XML browser was missing; the labels of account, person and key were mixed up.
#[test]
fn k20_a_key_has_its_own_label() {
    let found = keys(
        "D785",
        TWO,
        r#"label = "Phone"
keys = [
    { position = 1, kind = "line", label = "Key" },
    { position = 3, kind = "xml_browser", value = "http://h/menu.xml", label = "Menu" },
]"#,
    );
    assert_eq!(found[0], key(0, "1", "Key", "line"));
    assert_eq!(found[1], key(1, "2", "", "line"));
    assert_eq!(found[2], key(2, "active", "Menu", "url http://h/menu.xml"));
}

/// 21: a key of the phone and one of a module were told differently; layouts had no names.
#[test]
fn k21_a_named_layout_is_the_same_on_phone_and_module() {
    let kinds = r#"kind = "park", value = "5900", label = "Park""#;
    let site = format!(
        "{SITE}\n[profiles.desk]\nkeys = [{{ position = 2, {kinds} }}, {{ position = 2, module = 1, {kinds} }}]\n"
    );
    for (model, module, body) in [("D785", 24, "speed 5900"), ("D862", 32, "orbit 5900")] {
        let found = keys_of(&format!(
            "{site}{}",
            device(model, ONE, "profile = \"desk\"")
        ));
        assert_eq!(found[1], key(1, "active", "Park", body));
        let idx = module + 1;
        assert_eq!(found[usize::from(idx)], key(idx, "active", "Park", body));
    }
}

/// R1, R4: a label with `"` stood raw in an attribute, a value with `&` raw in the text.
#[test]
fn r01_r04_labels_and_values_are_escaped_by_place() {
    let label = "24/7 \"Süd\" <Büro> & 'Co' 中🙂";
    let found = keys(
        "D785",
        ONE,
        r#"keys = [{ position = 1, kind = "url", value = "http://h/?a=1&b='2'", label = "24/7 \"Süd\" <Büro> & 'Co' 中🙂" }]"#,
    );
    assert_eq!(found[0], key(0, "active", label, "url http://h/?a=1&b='2'"));
}

/// R3: a context key was closed by the end tag of another element, on 14 models.
#[test]
fn r03_a_raw_soft_key_is_closed_by_its_own_name() {
    let raw = r#"
custom = [
    { target = "snom-desk", name = "context_key", index = 1, value = "url http://h/?a=1&b=2" },
    { target = "snom-desk", name = "gui_fkey2", value = "keyevent F_CALL_LIST" },
]
"#;
    for (model, _) in phones_with_keys() {
        let toml = format!("{SITE}{raw}{}", device(&model, ONE, ""));
        let fleet = resolve(&toml);
        let rendered = render(fleet.site(), &fleet.devices()[0]);
        let file = rendered.files().iter().find(|file| file.is_sensitive());
        let text = std::str::from_utf8(file.unwrap().bytes()).unwrap();
        let xml = Xml::parse(text).unwrap();
        let value = |name: &str| {
            let node = xml.descendants().find(|node| node.has_tag_name(name));
            node.unwrap().text().unwrap().to_owned()
        };
        assert_eq!(value("context_key"), "url http://h/?a=1&b=2", "{model}");
        assert_eq!(value("gui_fkey2"), "keyevent F_CALL_LIST", "{model}");
    }
}

/// R21: a key for parking became a line.
#[test]
fn r21_a_key_for_parking_parks() {
    for (model, _) in phones_with_keys() {
        let found = keys(&model, ONE, r#"keys = [{ position = 2, kind = "park" }]"#);
        let bodies = ["orbit *85", "speed *85"];
        assert!(
            bodies.contains(&found[1].body.as_str()),
            "{model}: {found:?}"
        );
    }
}

/// R23: the priority of codecs was missing or fixed, and a numeric name went to firmware that wants
/// words.
#[test]
fn r23_codecs_have_the_order_of_the_document_and_the_names_of_the_firmware() {
    let codecs = r#"codecs = ["g729", "pcma", "g722"]"#;
    for (model, firmware) in [("720", "8.7.5.35"), ("D785", "10.1.226.16")] {
        let site = SITE.replace("feature_codes", &format!("{codecs}\nfeature_codes"));
        let installed = format!("installed_firmware = \"{firmware}\"");
        let fleet = resolve(&format!("{site}{}", device(model, ONE, &installed)));
        let device = &fleet.devices()[0];
        let settings = support::own_settings(fleet.site(), device);
        assert_eq!(
            support::value(&settings, "codec_priority_list.1"),
            Some("g729,pcma,g722,telephone-event"),
            "{model}"
        );
    }
}

/// A peer wrote the type `record`, which is not in the vendor's list.
#[test]
fn a_key_that_records_is_a_recorder() {
    let found = keys("D785", ONE, r#"keys = [{ position = 2, kind = "record" }]"#);
    assert_eq!(found[1], key(1, "active", "", "recorder"));
}
