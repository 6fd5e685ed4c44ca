//! Defects of function keys that other provisioning systems had, one test each, named after the
//! defect, on Yealink phones. The numbers are those of the list of field failures that the crate was
//! designed against.

#![cfg(feature = "yealink")]

mod support;

use support::cfg::Setting;
use support::{document_errors, own_settings, resolve, value};

const SITE: &str = r#"
[site]
name = "Example BV"
[site.settings]
time_zone = "Europe/Berlin"
language = "de"
registrar = { host = "sip.example.net" }
"#;

/// A document of the site, of these further tables, and of one phone with two extensions.
fn document(further: &str, model: &str, firmware: &str, phone: &str) -> String {
    format!(
        r#"{SITE}{further}
[[devices]]
mac = "80:5e:0c:12:34:56"
model = "yealink {model}"
installed_firmware = "{firmware}"
extensions = [
    {{ number = "1001", display_name = "Anna", label = "Hall", password = "p" }},
    {{ number = "1002", password = "q" }},
]
{phone}"#
    )
}

#[track_caller]
fn settings_of(further: &str, model: &str, firmware: &str, phone: &str) -> Vec<Setting> {
    let fleet = resolve(&document(further, model, firmware, phone));
    own_settings(fleet.site(), &fleet.devices()[0])
}

#[track_caller]
fn t46s(phone: &str) -> Vec<Setting> {
    settings_of("", "T46S", "66.86.0.15", phone)
}

fn count(settings: &[Setting], start: &str) -> usize {
    let is_type = |s: &&Setting| s.name.starts_with(start) && s.name.ends_with(".type");
    settings.iter().filter(is_type).count()
}

/// 13: a guard that compared text as false wrote no key at all, though the data were right.
#[test]
fn f13_keys_are_written_whatever_their_values_look_like() {
    for given in ["0", "00", "1e3", "false", "null", "none", "1.0"] {
        let settings = t46s(&format!(
            "keys = [{{ position = 3, kind = \"blf\", value = \"{given}\", label = \"{given}\" }}]"
        ));
        assert_eq!(count(&settings, "linekey."), 27);
        assert_eq!(value(&settings, "linekey.3.value"), Some(given));
        assert_eq!(value(&settings, "linekey.3.label"), Some(given));
    }
}

/// 14, 16: modules forced to 18 or 40 keys; keys of modules that could not be set at all.
#[test]
fn f14_a_module_has_the_keys_of_its_family() {
    for (model, firmware, keys) in [
        ("T46S", "66.86.0.15", 40),
        ("T46U", "108.86.0.90", 60),
        ("T27G", "69.86.0.15", 39),
        ("T74U", "185.87.0.34", 78),
    ] {
        let last = if keys == 39 { 40 } else { keys };
        let settings = settings_of(
            "",
            model,
            firmware,
            &format!("keys = [{{ position = {last}, module = 1, kind = \"dnd\" }}]"),
        );
        assert_eq!(count(&settings, "expansion_module.1."), keys, "{model}");
        let name = format!("expansion_module.1.key.{last}.type");
        assert_eq!(value(&settings, &name), Some("5"), "{model}");
    }
}

/// 15: wrong counts of keys for the T43U and the T33.
#[test]
fn f15_the_t43u_has_21_keys_and_the_t33_12() {
    for (model, firmware, keys) in [
        ("T43U", "108.86.0.90", 21),
        ("T33G", "124.86.0.75", 12),
        ("T33P", "124.86.0.75", 12),
    ] {
        let settings = settings_of(
            "",
            model,
            firmware,
            &format!("keys = [{{ position = {keys}, kind = \"dnd\" }}]"),
        );
        assert_eq!(count(&settings, "linekey."), keys, "{model}");
        assert_eq!(
            value(&settings, &format!("linekey.{keys}.type")),
            Some("5"),
            "{model}"
        );
    }
}

/// 15: recording was made of a key that sends tones.
#[test]
fn f15_a_key_that_records_is_one_that_records() {
    let settings = t46s("keys = [{ position = 3, kind = \"record\" }]");
    assert_eq!(value(&settings, "linekey.3.type"), Some("25"));
    assert_eq!(value(&settings, "linekey.3.value"), Some("%NULL%"));
}

/// 16, R21: keys that are no longer in the document stayed on the phone.
#[test]
fn f16_a_key_that_is_gone_is_reset() {
    let blf = "keys = [{ position = 3, kind = \"blf\", value = \"1003\" }, { position = 2, module = 1, kind = \"dnd\" }]";
    let before = t46s(blf);
    assert_eq!(value(&before, "linekey.3.type"), Some("16"));
    let after = t46s("modules = 1");
    for name in ["linekey.3.type", "expansion_module.1.key.2.type"] {
        assert_eq!(value(&after, name), Some("0"), "{name}");
    }
}

/// 16: what an earlier kind of key was told stayed beside the new one.
#[test]
fn f16_a_key_in_use_keeps_nothing_of_an_earlier_use() {
    let further = "[site.settings.feature_codes]\npickup = \"*8\"";
    for (firmware, code_in) in [
        ("28.73.0.50", &["pickup_value"][..]),
        ("28.81.0.110", &["extension", "pickup_value"]),
        ("28.83.0.15", &["extension"]),
    ] {
        let blf = "keys = [{ position = 3, kind = \"blf\", value = \"1003\", label = \"Bob\" }]";
        let before = settings_of(further, "T46G", firmware, blf);
        let dnd = "keys = [{ position = 3, kind = \"dnd\" }]";
        let after = settings_of(further, "T46G", firmware, dnd);
        let told = |settings: &[Setting]| -> Vec<String> {
            let of_key = settings.iter().filter(|s| s.name.starts_with("linekey.3."));
            of_key.map(|setting| setting.name.clone()).collect()
        };
        assert_eq!(told(&before), told(&after), "{firmware}");
        for sub_key in ["extension", "pickup_value"] {
            let name = format!("linekey.3.{sub_key}");
            let code = code_in.contains(&sub_key);
            assert_eq!(value(&before, &name), code.then_some("*8"), "{firmware}");
            assert_eq!(value(&after, &name), code.then_some("%NULL%"), "{firmware}");
        }
    }
}

/// 17, R22: the line of a lamp was off by one; a key of account 2 stood on line 1.
#[test]
fn f17_the_line_of_a_key_is_its_extension() {
    let keys = r#"keys = [
    { position = 1, kind = "blf", value = "1003" },
    { position = 2, kind = "blf", value = "1004", extension = 2 },
    { position = 3, kind = "line", extension = 2 },
]"#;
    for (model, firmware, lines) in [
        ("T46S", "66.86.0.15", ["1", "2", "2"]),
        // It counts from 0.
        ("T38G", "38.70.0.125", ["0", "1", "1"]),
    ] {
        let settings = settings_of("", model, firmware, keys);
        for (key, line) in (1..).zip(lines) {
            let name = format!("linekey.{key}.line");
            assert_eq!(value(&settings, &name), Some(line), "{model} {name}");
        }
    }
}

/// 18: the pick-up code of lamps had to be added to every template by hand.
#[test]
fn f18_the_pickup_code_of_the_layers_reaches_every_lamp() {
    let further = r#"[site.settings.feature_codes]
pickup = "*8"
[profiles.desk]
keys = [{ position = 3, kind = "blf", value = "1003" }]
settings = { feature_codes = { pickup = "*97" } }"#;
    let settings = settings_of(
        further,
        "T46S",
        "66.86.0.15",
        "profile = \"desk\"\nkeys = [{ position = 4, module = 1, kind = \"blf\", value = \"1004\" }]",
    );
    for name in ["linekey.3.extension", "expansion_module.1.key.4.extension"] {
        assert_eq!(value(&settings, name), Some("*97"), "{name}");
    }
}

/// 19: a value `100@host` was accepted and broke the file, so that all keys were lost.
#[test]
fn f19_an_address_arrives_and_two_at_signs_are_refused() {
    let blf =
        |value: &str| format!("keys = [{{ position = 3, kind = \"blf\", value = \"{value}\" }}]");
    let settings = t46s(&blf("100@pbx.example.net"));
    assert_eq!(
        value(&settings, "linekey.3.value"),
        Some("100@pbx.example.net")
    );
    assert_eq!(
        document_errors(&document("", "T46S", "66.86.0.15", &blf("100@pbx@host"))),
        [
            "devices[0].keys[0].value: expected a number or an address with one `@`, found `100@pbx@host`"
        ]
    );
}

/// 20: the type of the XML browser was missing.
#[test]
fn f20_the_xml_browser_is_type_27() {
    let settings = t46s(
        "keys = [{ position = 3, kind = \"xml_browser\", value = \"http://pbx.example.net/menu.xml?a=1&b=2\" }]",
    );
    assert_eq!(value(&settings, "linekey.3.type"), Some("27"));
    assert_eq!(
        value(&settings, "linekey.3.value"),
        Some("http://pbx.example.net/menu.xml?a=1&b=2")
    );
}

/// 20: the label of the account, the display name and the label of the key were mixed up.
#[test]
fn f20_a_key_has_its_own_label_and_an_account_its_own() {
    let settings = t46s("keys = [{ position = 1, kind = \"line\", label = \"Key\" }]");
    assert_eq!(value(&settings, "linekey.1.label"), Some("Key"));
    assert_eq!(value(&settings, "account.1.label"), Some("Hall"));
    assert_eq!(value(&settings, "account.1.display_name"), Some("Anna"));
    // Without a label of its own the key shows the account's, which the phone knows.
    let settings = t46s("keys = [{ position = 1, kind = \"line\" }]");
    assert_eq!(value(&settings, "linekey.1.label"), Some("%NULL%"));
}

/// 21: the types of keys differed between the groups of keys of one phone.
#[test]
fn f21_a_kind_is_the_same_on_every_sort_of_key() {
    let settings = settings_of(
        "",
        "T28P",
        "2.73.0.50",
        r#"keys = [
    { position = 6, kind = "directory" },
    { position = 16, kind = "directory" },
    { position = 40, module = 6, kind = "directory" },
]"#,
    );
    for key in ["linekey.6", "memorykey.10", "expansion_module.6.key.40"] {
        let name = format!("{key}.type");
        assert_eq!(value(&settings, &name), Some("61"), "{name}");
    }
}

/// 21: layouts with a name that phones are given were wished for.
#[test]
fn f21_a_layout_with_a_name_serves_phones_of_several_models() {
    let further = r#"[profiles.desk]
keys = [{ position = 2, kind = "dnd" }, { position = 20, kind = "hold" }]"#;
    for (model, firmware, last) in [
        ("T46S", "66.86.0.15", Some("4")),
        // It has two keys; the profile is no fault of it.
        ("T31P", "124.86.0.75", None),
    ] {
        let settings = settings_of(further, model, firmware, "profile = \"desk\"");
        assert_eq!(value(&settings, "linekey.2.type"), Some("5"), "{model}");
        assert_eq!(value(&settings, "linekey.20.type"), last, "{model}");
    }
}

/// R21: keys that are not set became free line keys, and a park key a line.
#[test]
fn r21_what_is_not_set_is_nothing_and_park_is_park() {
    let settings = t46s("keys = [{ position = 4, kind = \"park\", value = \"5901\" }]");
    let types: Vec<&str> = settings
        .iter()
        .filter(|s| s.name.starts_with("linekey.") && s.name.ends_with(".type"))
        .map(|setting| setting.value.as_str())
        .collect();
    let mut expected = vec!["15", "15", "0", "10"];
    expected.resize(27, "0");
    assert_eq!(types, expected);
}

/// R21: a lamp was dropped without a word where no pick-up code is set.
#[test]
fn r21_a_lamp_without_a_pickup_code_is_a_lamp() {
    let settings = t46s("keys = [{ position = 3, kind = \"blf\", value = \"1003\" }]");
    assert_eq!(value(&settings, "linekey.3.type"), Some("16"));
    assert_eq!(value(&settings, "linekey.3.value"), Some("1003"));
    assert_eq!(value(&settings, "linekey.3.extension"), Some("%NULL%"));
}
