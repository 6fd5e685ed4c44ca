//! Templates of the caller's: raw settings made by a template, and a vendor made of files.

#![cfg(feature = "templates")]
#![allow(
    clippy::disallowed_methods,
    reason = "the example vendor is files; the rule is for the library"
)]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use phone_provisioning::error::Errors;
use phone_provisioning::model::{Device, Settings, Site};
use phone_provisioning::target::template::{
    FileTemplate, Format, KeyValue, TemplateTarget, TemplateTargetBuilder,
};
use phone_provisioning::target::{ModelRow, ProvisioningTarget, Rendered, Targets};
use phone_provisioning::{Document, Fleet, Provisioner};
use proptest::prelude::*;

// ---- the example vendor, read from its files ----

fn example(file: &str) -> String {
    let path = support::root()
        .join("vendors/examples/grandstream")
        .join(file);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn grandstream() -> TemplateTarget {
    let template = example("cfg.xml.hbs");
    TemplateTarget::builder("grandstream-gxp", "grandstream")
        .models_toml(&example("models.toml"))
        .tables_toml(&example("tables.toml"))
        .file(FileTemplate::new("cfg{{mac}}.xml", Format::Xml, template))
        .build()
        .unwrap()
}

/// The shipped targets, and one more.
fn with(target: TemplateTarget) -> Targets {
    let shipped = Targets::builtin();
    let shipped: Vec<_> = shipped.iter().cloned().collect();
    Targets::new(shipped.into_iter().chain([Arc::new(target) as Arc<_>]))
}

#[track_caller]
fn fleet(targets: &Targets, toml: &str) -> Fleet {
    resolved(targets, toml).unwrap_or_else(|errors| panic!("{errors}"))
}

/// A document, resolved: that renders its devices.
fn resolved(targets: &Targets, toml: &str) -> Result<Fleet, Errors> {
    Document::from_toml(toml).and_then(|document| document.resolve(targets))
}

/// The first phone of a document.
fn first(targets: &Targets, toml: &str) -> Result<Rendered, Errors> {
    let fleet = resolved(targets, toml)?;
    Provisioner::with_targets(fleet.site().clone(), targets.clone()).render(&fleet.devices()[0])
}

#[test]
fn the_example_vendor_gives_its_golden_files() {
    let folder = support::root().join("tests/templates/grandstream");
    let targets = with(grandstream());
    let fleet = fleet(
        &targets,
        &fs::read_to_string(folder.join("fleet.toml")).unwrap(),
    );
    let provisioner = Provisioner::with_targets(fleet.site().clone(), targets);
    let mut files: BTreeMap<PathBuf, Vec<u8>> = BTreeMap::new();
    let mut notices = String::new();
    for device in fleet.devices() {
        let rendered = provisioner.render(device).unwrap();
        for notice in rendered.notices() {
            notices += &format!("notice: {notice}\n");
        }
        for file in rendered.files() {
            assert!(file.is_sensitive());
            assert_eq!(file.content_type(), "application/xml; charset=utf-8");
            files.insert(
                folder.join("files").join(file.name()),
                file.bytes().to_vec(),
            );
        }
    }
    files.insert(folder.join("notices.txt"), notices.into_bytes());
    for (path, bytes) in files {
        if std::env::var_os("BLESS").is_some() {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, &bytes).unwrap();
        }
        let expected = fs::read(&path).unwrap_or_default();
        if let Some(difference) = support::difference(&expected, &bytes) {
            panic!("{}: {difference}", path.display());
        }
    }
}

/// Another reader of XML gets the values of the document back.
#[test]
fn the_example_vendor_is_read_back() {
    let folder = support::root().join("tests/templates/grandstream");
    let targets = with(grandstream());
    let fleet = fleet(
        &targets,
        &fs::read_to_string(folder.join("fleet.toml")).unwrap(),
    );
    let provisioner = Provisioner::with_targets(fleet.site().clone(), targets);
    let rendered = provisioner.render(&fleet.devices()[0]).unwrap();
    let values = p_values(&rendered, "cfg000b82123456.xml");
    for (name, expected) in [
        // account 1
        ("P271", "1"),
        ("P47", "sip.example.net:5071"),
        ("P48", "edge.example.net:5072"),
        ("P35", "1001"),
        ("P34", "s&<c>r\"t'é#=;%9"),
        ("P3", "Zoë & 'Co' <x>"),
        ("P33", "*97"),
        ("P130", "2"),
        ("P183", "2"),
        // 590 seconds
        ("P32", "10"),
        // opus, g722, pcma; gsm is left out, the last is repeated
        ("P57", "123"),
        ("P58", "9"),
        ("P59", "8"),
        ("P98", "8"),
        ("P2301", "0"),
        ("P2302", "1"),
        ("P2303", "1"),
        ("P1347", "*8"),
        // account 2: its own registrar, codecs and call waiting
        ("P401", "1"),
        ("P402", "[2001:db8::5]:5060"),
        ("P405", "auth=1002"),
        ("P448", "0"),
        ("P443", "0"),
        ("P451", "0"),
        ("P458", "8"),
        ("P26163", "2"),
        // account 3 is switched off and emptied
        ("P501", "0"),
        ("P502", ""),
        ("P506", ""),
        // the phone
        ("P1362", "nl"),
        ("P246", "CET-1CEST,M3.5.0,M10.5.0/3"),
        ("P2", "a&d=m\"in"),
        ("P51", "10"),
        ("P230", "0"),
        ("P8345", "1"),
        // keys 1 and 2 are lines, 3 a lamp on a fixed key, 13 and 14 on dynamic ones, 48 the last
        ("P1363", "0"),
        ("P1366", "1"),
        ("P1367", "11"),
        ("P1469", "Bob & \"Zoë\""),
        ("P1470", "1002"),
        ("P23824", "0"),
        ("P23827", "+3120123*4"),
        ("P23828", "6"),
        ("P23829", "1"),
        ("P23964", "-1"),
    ] {
        assert_eq!(
            values.get(name).map(String::as_str),
            Some(expected),
            "{name}"
        );
    }
    // Nobody is logged in to the other phone.
    let rendered = provisioner.render(&fleet.devices()[1]).unwrap();
    let values = p_values(&rendered, "cfg000b82123457.xml");
    assert_eq!(values["P35"], "900");
    assert_eq!(values["P401"], "0");
    assert!(!values.contains_key("P23840"), "a GXP2140 has 16 keys");
}

/// What nobody says any more goes back to the maker's default.
#[test]
fn the_example_vendor_writes_defaults() {
    let toml = format!(
        "{SITE}\n[[devices]]\nmac = \"00:0b:82:12:34:56\"\nmodel = \"grandstream GXP2140\"\ntoken = \"t\"\nextensions = [{{ number = \"1\", password = \"x\" }}]\n"
    );
    let rendered = first(&with(grandstream()), &toml).unwrap();
    let values = p_values(&rendered, "cfg000b82123456.xml");
    for (name, expected) in [
        ("P122", "1"),
        ("P102", "0"),
        ("P22174", "0"),
        ("P51", "0"),
        ("P229", "0"),
        ("P84", "20"),
        ("P1347", "**"),
        ("P52", "0"),
        ("P57", "9"),
        ("P26063", "0"),
    ] {
        assert_eq!(
            values.get(name).map(String::as_str),
            Some(expected),
            "{name}"
        );
    }
    for name in ["P2", "P196", "P30"] {
        assert!(!values.contains_key(name), "{name} is left as it is");
    }
}

#[track_caller]
fn p_values(rendered: &Rendered, name: &str) -> BTreeMap<String, String> {
    let file = rendered.file(name).unwrap();
    let text = std::str::from_utf8(file.bytes()).unwrap();
    let document = roxmltree::Document::parse(text).unwrap();
    let config = document
        .descendants()
        .find(|node| node.has_tag_name("config"));
    let mut values = BTreeMap::new();
    for node in config.unwrap().children().filter(|node| node.is_element()) {
        let name = node.tag_name().name().to_owned();
        let value = node.text().unwrap_or_default().to_owned();
        assert!(
            values.insert(name.clone(), value).is_none(),
            "{name} is there twice"
        );
    }
    values
}

#[test]
fn the_example_vendor_has_a_source_for_every_row() {
    let sources = example("SOURCES.md");
    for model in grandstream().models() {
        assert!(!model.source.is_empty(), "{}", model.name);
        assert!(
            sources.contains(&format!("| `{}` |", model.source)),
            "{}",
            model.name
        );
        assert!(model.accounts.is_some() && model.line_keys.is_some());
    }
}

#[test]
fn models_of_the_example_vendor_are_found_and_its_names_told() {
    let targets = with(grandstream());
    let found = targets.model("GrandStream gxp 2135").unwrap();
    assert_eq!(found.canonical(), "grandstream GXP2135");
    assert_eq!(found.target.file_names(found.row), ["cfg<mac>.xml"]);
    assert!(
        targets
            .model("grandstream GXP2134")
            .unwrap_err()
            .to_string()
            .contains("GXP2135")
    );
}

#[test]
fn what_the_example_vendor_cannot_do_is_told() {
    let targets = with(grandstream());
    let phone = |site: &str, device: &str| {
        let toml = format!(
            "{SITE}{site}\n[[devices]]\nmac = \"00:0b:82:12:34:56\"\nmodel = \"grandstream GXP2140\"\ntoken = \"t\"\n{device}\n"
        );
        first(&targets, &toml)
    };
    let told = |result: Result<Rendered, Errors>| -> Vec<String> {
        match result {
            Ok(rendered) => support::notices_text(rendered.notices()),
            Err(errors) => support::errors_text(&errors),
        }
    };
    assert_eq!(told(phone("", "")), [""; 0]);
    assert_eq!(
        told(phone("resync = { every_minutes = 60 }", "")),
        [
            "site.settings.resync.every_minutes: not-applicable: grandstream GXP2140 has no `resync.every_minutes` in its templates"
        ]
    );
    assert_eq!(
        told(phone("", "settings = { resync = { every_minutes = 60 } }")),
        [
            "devices[0].settings.resync.every_minutes: grandstream GXP2140 has no `resync.every_minutes` in its templates"
        ]
    );
    assert_eq!(
        told(phone(
            "",
            "handling = \"lenient\"\nsettings = { resync = { every_minutes = 60 } }"
        )),
        [
            "devices[0].settings.resync.every_minutes: not-applicable: grandstream GXP2140 has no `resync.every_minutes` in its templates"
        ]
    );
    assert_eq!(
        told(phone(
            "admin = { username = \"chief\", password = \"x\" }",
            ""
        )),
        [
            "devices[0]: not-applicable: the administrator of these phones is always called admin: only the password is set"
        ]
    );
    let extension = |n: usize| format!("{{ number = \"{n}\", password = \"x\" }}");
    let five: Vec<String> = (1..=5).map(extension).collect();
    assert_eq!(
        told(phone("", &format!("extensions = [{}]", five.join(", ")))),
        ["devices[0].extensions: expected at most 4 accounts (grandstream GXP2140), found 5"]
    );
    let one = extension(1);
    assert_eq!(
        told(phone(
            "",
            &format!(
                "keys = [{{ position = 17, kind = \"blf\" }}, {{ position = 2, kind = \"url\" }}]\nextensions = [{one}]"
            )
        )),
        [
            "devices[0].keys[0].position: expected a position between 1 and 16 (grandstream GXP2140), found 17",
            "devices[0].keys[1].kind: grandstream GXP2140 has no key of kind `url`",
        ]
    );
    assert_eq!(
        told(phone(
            "",
            &format!("settings = {{ codecs = [\"gsm\", \"amr\"] }}\nextensions = [{one}]")
        )),
        [
            "devices[0].settings.codecs: no codec is left: grandstream GXP2140 with firmware 1.0.11.16 has none of gsm, amr"
        ]
    );
    assert_eq!(
        told(phone("", "settings = { language = \"fy\" }")),
        ["devices[0].settings.language: grandstream GXP2140 has no language `fy`"]
    );
    assert_eq!(
        told(phone(
            "",
            "extensions = [{ number = \"1\", password = \"x\", dnd = true }]"
        )),
        ["devices[0].extensions[0].dnd: grandstream GXP2140 has no `dnd` in its templates"]
    );
}

#[test]
fn what_the_model_requires_is_missed() {
    let site = Site::new(support::text("x"), Settings::default());
    let phone = Device::builder(support::mac("00:0b:82:12:34:56"), "grandstream GXP2140")
        .extension(support::extension(1))
        .build()
        .unwrap();
    let errors = Provisioner::with_targets(Arc::new(site), with(grandstream()))
        .render(&phone)
        .unwrap_err();
    let at = "device.000b82123456";
    assert_eq!(
        support::errors_text(&errors),
        [
            format!(
                "{at}.extensions[0].registrar: missing: expected a registrar; looked at {at}.extensions[0].registrar, {at}.settings, site.settings"
            ),
            format!(
                "{at}.settings.language: missing: expected a language; looked at {at}.settings, site.settings"
            ),
            format!(
                "{at}.settings.time_zone: missing: expected a time zone; looked at {at}.settings, site.settings"
            ),
        ]
    );
}

// ---- a small vendor for the rules ----

const SITE: &str = r#"
[site]
name = "Example BV"
provisioning_url = "https://pbx.example.net/{token}/"
[site.settings]
time_zone = "Europe/Amsterdam"
language = "nl"
registrar = { host = "sip.example.net" }
"#;

const PHONE: &str = r#"
[[devices]]
mac = "00:00:5e:00:53:01"
model = "acme X1"
token = "t/k&n"
extensions = [{ number = "1001", display_name = "a=b & \"c\" 'd' <Zoë 中>", password = "s&cret" }]
"#;

fn x1() -> ModelRow {
    let mut row = ModelRow::new("X1");
    row.accounts = Some(2);
    row.line_keys = Some(2);
    row.modules = Some(0);
    row.handsets = Some(0);
    row
}

fn acme(format: Format, template: &str) -> TemplateTargetBuilder {
    // Named, so that the usual site sets nothing that is not there.
    let named = "{{#if zone}}{{/if}}{{#if language}}{{/if}}{{#if settings.registrar}}{{/if}}{{#each extensions}}{{#if display_name}}{{/if}}{{/each}}";
    TemplateTarget::builder("acme-desk", "acme")
        .model(x1())
        .file(FileTemplate::new(
            "{{mac}}.cfg",
            format,
            format!("{template}{named}"),
        ))
}

/// The file of [`PHONE`], or what is wrong.
fn made(format: Format, template: &str) -> Result<String, String> {
    made_by(acme(format, template))
}

fn made_by(builder: TemplateTargetBuilder) -> Result<String, String> {
    let text = |errors: Errors| support::errors_text(&errors).join("\n");
    let targets = Targets::new([Arc::new(builder.build().map_err(text)?) as Arc<_>]);
    let rendered = first(&targets, &format!("{SITE}{PHONE}")).map_err(text)?;
    let bytes = rendered.files()[0].bytes().to_vec();
    Ok(String::from_utf8(bytes).unwrap())
}

const ACCOUNT: &str = "{{#each extensions}}";

#[test]
fn values_give_the_exact_bytes_in_xml_and_in_lines() {
    let xml = format!(
        "<p a=\"{ACCOUNT}{{{{display_name}}}}{{{{/each}}}}\" b='{ACCOUNT}{{{{display_name}}}}{{{{/each}}}}'>{ACCOUNT}{{{{display_name}}}}|{{{{secret password}}}}{{{{/each}}}}</p>"
    );
    let text = made(Format::Xml, &xml).unwrap();
    let value = "a=b &amp; &quot;c&quot; &apos;d&apos; &lt;Zoë 中&gt;";
    assert_eq!(
        text,
        format!("<p a=\"{value}\" b='{value}'>{value}|s&amp;cret</p>")
    );
    let read = roxmltree::Document::parse(&text).unwrap();
    let name = "a=b & \"c\" 'd' <Zoë 中>";
    let root = read.root_element();
    assert_eq!(root.attribute("a"), Some(name));
    assert_eq!(root.attribute("b"), Some(name));
    assert_eq!(root.text(), Some(format!("{name}|s&cret").as_str()));

    let lines = format!(
        "# acme\n{ACCOUNT}\nname.{{{{index}}}} = {{{{display_name}}}}\npassword = {{{{secret password}}}}\n{{{{/each}}}}"
    );
    assert_eq!(
        made(Format::KeyValue(KeyValue::new()), &lines).unwrap(),
        "# acme\nname.1 = a=b & \"c\" 'd' <Zoë 中>\npassword = s&cret\n"
    );
}

#[test]
fn urls_are_encoded_and_secret_with_their_token() {
    let template = "{{secret provisioning_url}} {{secret token place=\"url\"}} {{#each extensions}}{{url_part display_name}}{{/each}}";
    assert_eq!(
        made(Format::Text, template).unwrap(),
        "https://pbx.example.net/t%2Fk%26n/ t%2Fk%26n a%3Db%20%26%20%22c%22%20%27d%27%20%3CZo%C3%AB%20%E4%B8%AD%3E"
    );
    assert_eq!(
        made(Format::Text, "\n{{provisioning_url}}").unwrap_err(),
        "devices[0]: the template of `{{mac}}.cfg` at line 2, column 1: a password or token; write it with `{{secret …}}`"
    );
    assert_eq!(
        made(Format::Text, "{{url_part token}}").unwrap_err(),
        "devices[0]: the template of `{{mac}}.cfg` at line 1, column 1: write it with `{{secret … place=\"url\"}}`"
    );
}

#[test]
fn helpers_do_what_their_table_says() {
    let with = |template: &str| {
        let builder = acme(Format::Text, template).tables_toml(
            "[codecs]\ng722 = 9\npcma = 8\n[keys]\nline = \"L\"\nnone = \"\"\n[t]\nX1 = \"a\"\nn = [\"p\", \"q\"]\n",
        );
        made_by(builder)
    };
    let gives =
        |template: &str, expected: &str| assert_eq!(with(template).as_deref(), Ok(expected));
    gives("{{map \"t\" model}} {{map \"t\" \"n\" 2}}", "a q");
    gives(
        "{{#each keys}}{{position}}{{key_type kind}}{{extension}} {{/each}}",
        "1L1 21 ",
    );
    gives(
        "{{#each extensions}}{{#each (slots codecs 3)}}{{slot}}:{{token}} {{/each}}{{/each}}",
        "1:9 2:8 3:8 ",
    );
    gives(
        "{{#each accounts}}{{index}}{{used}}{{number}} {{/each}}",
        "1true1001 2false ",
    );
    gives(
        "{{#each extensions}}{{minutes registrar.expires}}{{/each}} {{minutes 61}}",
        "60 2",
    );
    gives("{{scale 50 0 15}} {{scale 0 1 7}}", "8 1");
    gives(
        "{{mac}} {{mac_upper}} {{mac_colons}}",
        "00005e005301 00005E005301 00:00:5e:00:53:01",
    );
    gives(
        "{{zone.name}} {{zone.offset_hhmm}} {{zone.offset_minutes}} {{zone.rule.start.month}}.{{zone.rule.start.week}}.{{zone.rule.start.weekday}} {{zone.rule.end.hour}}:{{zone.rule.end.minute}} {{zone.rule.shift_minutes}}",
        "Europe/Amsterdam +01:00 60 3.5.7 3:0 60",
    );
    let fails = |template: &str, expected: &str| {
        let error = with(template).unwrap_err();
        assert!(error.ends_with(expected), "{error}");
    };
    fails("{{map \"t\" \"x\"}}", "column 1: `t` has no entry `x`");
    fails("{{map \"u\" \"x\"}}", "column 1: no table `u`");
    fails("{{map \"t\" token}}", "column 1: `t` has no such entry");
    fails(
        "{{scale 101 0 7}}",
        "column 1: `scale` takes a share of 0 to 100",
    );
    fails(
        "{{minutes mac}}",
        "column 1: `minutes` takes a whole number as parameter 1",
    );
    fails(
        "{{#each extensions}}{{#each (slots codecs 1)}}{{/each}}{{/each}}",
        "2 entries for 1 places",
    );
    fails("{{fail \"not this phone\"}}", "column 1: not this phone");
    fails(
        "{{fail token}}",
        "column 1: a text in quotes is expected here",
    );
    fails(
        "{{secret token place=\"x\"}}",
        "column 1: `secret` knows the place \"url\" only",
    );
}

#[test]
fn what_a_template_gives_is_read_back() {
    let name = "{{#each extensions}}{{display_name}}{{/each}}";
    let wrong = |format: Format, template: &str| {
        let error = made(format, template).unwrap_err();
        error
            .strip_prefix("devices[0]: what the template of `{{mac}}.cfg` gives at ")
            .unwrap_or_else(|| panic!("{error}"))
            .to_owned()
    };
    let xml = |template: &str| wrong(Format::Xml, template);
    let misplaced = "a value stands neither in text nor in an attribute";
    assert_eq!(
        xml(&format!("<a>\n<!-- {name} --></a>")),
        format!("line 2, column 6: {misplaced}")
    );
    assert_eq!(
        xml(&format!("<a><![CDATA[{name}]]></a>")),
        format!("line 1, column 13: {misplaced}")
    );
    assert_eq!(
        xml(&format!("<a><?x {name}?></a>")),
        format!("line 1, column 8: {misplaced}")
    );
    assert_eq!(
        xml("<a><b></a></b>"),
        "line 1, column 7: this is not well-formed XML"
    );
    assert_eq!(
        xml("<a>&nbsp;</a>"),
        "line 1, column 4: a reference that XML does not know"
    );
    assert_eq!(
        xml("<a b=\"1\" b=\"2\"/>"),
        "line 1, column 1: this is not well-formed XML"
    );
    assert_eq!(
        xml("<a b=\"<\"/>"),
        "line 1, column 1: this is not well-formed XML"
    );
    assert_eq!(xml("<1/>"), "line 1, column 1: this is not well-formed XML");
    assert_eq!(
        xml("<a/><b/>"),
        "line 1, column 5: a second element beside the first"
    );
    assert_eq!(
        xml("<a/>x"),
        "line 1, column 5: text outside of the element"
    );
    assert_eq!(
        xml("<a>"),
        "line 1, column 4: the XML ends before its element does"
    );
    assert_eq!(
        xml(""),
        "line 1, column 1: the XML ends before its element does"
    );
    assert_eq!(
        xml("<!DOCTYPE a><a/>"),
        "line 1, column 1: a document type has no place here"
    );
    assert_eq!(
        xml("<a>]]></a>"),
        "line 1, column 4: this is not well-formed XML"
    );
    // An index may be part of a name.
    assert!(
        made(
            Format::Xml,
            "<!-- {{mac}} --><a{{mac}} b=\"&#233;\"></a{{mac}}>"
        )
        .is_ok()
    );

    let lines = |dialect: KeyValue, template: &str| wrong(Format::KeyValue(dialect), template);
    let plain = KeyValue::new;
    assert_eq!(
        lines(plain(), "a = 1\nb\n"),
        "line 2, column 1: expected a name, `=` and a value"
    );
    assert_eq!(
        lines(plain(), "a = 1\na = 2\n"),
        "line 2, column 1: the setting `a` is there twice"
    );
    assert_eq!(
        lines(plain(), " = 1\n"),
        "line 1, column 1: a setting has no name"
    );
    assert_eq!(
        lines(plain(), &format!("x{name} = 1\n")),
        "line 1, column 2: a value stands in the name of a setting"
    );
    assert_eq!(
        lines(plain(), &format!("# {name}\n")),
        "line 1, column 3: a value stands in a line that is no setting"
    );
    assert_eq!(
        lines(plain().sections(), &format!("[{name}]\n")),
        "line 1, column 2: a value stands in a line that is no setting"
    );
    assert_eq!(
        lines(plain().refuse("\""), &format!("a = {name}\n")),
        "line 1, column 11: `\"` cannot stand in the value of a setting"
    );
    assert_eq!(
        lines(plain().separator(':'), "a = 1\n"),
        "line 1, column 1: expected a name, `:` and a value"
    );
    let fits = |dialect: KeyValue, template: &str| {
        assert!(made(Format::KeyValue(dialect), template).is_ok())
    };
    fits(plain().repeats(), "a = 1\na = 2\n");
    fits(plain().separator(':').comments(";"), "; x\n\na : 1=2\n");
    fits(plain().sections(), "[a]\nb = 1\n");
    fits(plain(), "account.{{mac}}.x = 1\r\n");
}

#[test]
fn blanks_at_the_end_of_a_line_are_not_lost() {
    let phone = "[[devices]]\nmac = \"00:00:5e:00:53:01\"\nmodel = \"acme X1\"\ntoken = \"t\"\nlabel = \" x \"\nextensions = [{ number = \"1\", password = \"x\" }]\n";
    for (template, fits) in [
        ("a = {{label}}\n", false),
        ("a = .{{label}}\n", false),
        ("a ={{label}}.\n", false),
        ("a = \"{{label}}\"\n", true),
    ] {
        let target = acme(Format::KeyValue(KeyValue::new()), template)
            .build()
            .unwrap();
        let targets = Targets::new([Arc::new(target) as Arc<_>]);
        let result = first(&targets, &format!("{SITE}{phone}"));
        assert_eq!(result.is_ok(), fits, "{template}");
    }
}

#[test]
fn an_undefined_variable_of_a_file_has_its_line_and_column() {
    assert_eq!(
        made(
            Format::Xml,
            "<a>\n  <b>{{#each accounts}}\n    {{nummer}}{{/each}}</b></a>"
        )
        .unwrap_err(),
        "devices[0]: the template of `{{mac}}.cfg` at line 3, column 5: no variable `nummer` here"
    );
}

#[test]
fn everything_that_is_wrong_with_a_vendor_is_told_at_once() {
    let mut twice = x1();
    twice.line_keys = None;
    let errors = TemplateTarget::builder("Acme", "ac me")
        .model(x1())
        .model(twice)
        .model(ModelRow::new(""))
        .word("codecs", "g711", "0")
        .word("languages", "dutch_", "x")
        .word("keys", "none", "0")
        .word("t", "a", "b\n")
        .models_toml("[models]\nA = { acounts = 1 }\n")
        .file(FileTemplate::new(
            "a.cfg",
            Format::Text,
            "{{#each keys}}{{/each}}{{#each codecs}}{{/each}}",
        ))
        .file(FileTemplate::new("{{mac}}/x", Format::Text, "{{{a}}}"))
        .file(FileTemplate::new("s{{mac}}.cfg", Format::Text, "x").shared())
        .file(
            FileTemplate::new("s.cfg", Format::Text, "{{secret settings.admin.password}}").shared(),
        )
        .file(FileTemplate::new("{{mac}}.b", Format::Text, "x").alias("{{mac}}.b"))
        .build()
        .unwrap_err();
    let paths: Vec<String> = errors
        .iter()
        .map(|error| error.path().to_string())
        .collect();
    assert_eq!(
        paths,
        [
            "tables.t.a",
            "models.A",
            "id",
            "vendor",
            "models[1].name",
            "models[2].name",
            "files[0].name",
            "files[1].name",
            "files[2].name",
            "files[4].aliases[0]",
            "files[1].template",
            "files[3].template",
            "tables.codecs.g711",
            "tables.languages.dutch_",
            "tables.keys.line",
        ],
        "{errors}"
    );
    let nothing = TemplateTarget::builder("a", "a").build().unwrap_err();
    assert_eq!(nothing.iter().count(), 2, "{nothing}");
    let unnamed = TemplateTarget::builder("a", "a")
        .model(x1())
        .file(FileTemplate::new(
            "{{mac}}",
            Format::Text,
            "{{#each keys}}{{/each}}",
        ))
        .build()
        .unwrap_err();
    assert_eq!(
        unnamed.to_string(),
        "tables.keys: expected a table, because a template names the list, found ``"
    );
}

#[test]
fn shared_files_are_made_of_the_site_alone() {
    let target = acme(Format::Text, "own")
        .file(
            FileTemplate::new(
                "{{model}}.cfg",
                Format::Text,
                "{{site.name}} {{model}} {{settings.language}}\n",
            )
            .shared()
            .content_type("text/x-acme")
            .alias("acme.cfg"),
        )
        .build()
        .unwrap();
    assert_eq!(
        target.file_names(&target.models()[0]),
        ["X1.cfg", "<mac>.cfg"]
    );
    let targets = Targets::new([Arc::new(target) as Arc<_>]);
    let fleet = fleet(&targets, &format!("{SITE}{PHONE}"));
    let rendered = Provisioner::with_targets(fleet.site().clone(), targets)
        .render(&fleet.devices()[0])
        .unwrap();
    let file = rendered.file("X1.cfg").unwrap();
    assert_eq!(file.bytes(), b"Example BV X1 nl\n");
    assert_eq!(
        (file.content_type(), file.is_sensitive()),
        ("text/x-acme", false)
    );
    assert_eq!(file.aliases(), ["acme.cfg"]);
    let own = rendered.file("00005e005301.cfg").unwrap();
    assert!(!own.is_sensitive(), "nothing secret is written");

    let of_device = acme(Format::Text, "own")
        .file(FileTemplate::new("x.cfg", Format::Text, "{{mac}}").shared())
        .build()
        .unwrap();
    let targets = Targets::new([Arc::new(of_device) as Arc<_>]);
    let errors = first(&targets, &format!("{SITE}{PHONE}")).unwrap_err();
    assert_eq!(
        errors.to_string(),
        "site: the template of `x.cfg` at line 1, column 1: no variable `mac` here"
    );
}

#[test]
fn a_vendor_of_templates_prints_no_secret() {
    let builder = acme(Format::Text, "MARK-in-template {{secret token}}");
    let target = builder.clone().build().unwrap();
    let targets = Targets::new([Arc::new(target.clone()) as Arc<_>]);
    let fleet = fleet(&targets, &format!("{SITE}{PHONE}"));
    let provisioner = Provisioner::with_targets(fleet.site().clone(), targets);
    let rendered = provisioner.render(&fleet.devices()[0]).unwrap();
    assert!(rendered.files()[0].is_sensitive());
    let printed = format!("{builder:?} {target:#?} {provisioner:#?} {rendered:?}");
    assert!(!printed.contains("MARK-"), "{printed}");
    assert!(!printed.contains("t/k&n"), "{printed}");
}

// ---- raw settings ----

#[cfg(feature = "yealink")]
mod raw {
    use super::*;

    /// A phone whose raw settings are these lines of its site and of its own.
    fn phone(site: &str, own: &str) -> String {
        format!(
            "{SITE}{site}\n[[devices]]\nmac = \"80:5e:0c:12:34:56\"\nmodel = \"yealink T46S\"\ntoken = \"t&k\"\nlabel = \"Desk=1 & \\\"é\\\"\"\n{own}\nextensions = [{{ number = \"1001\", display_name = \"Zoë\", password = \"s&cret\" }}, {{ number = \"1002\", password = \"x\" }}]\n"
        )
    }

    fn custom(name: &str, template: &str) -> String {
        let template = template
            .replace('\\', "\\\\")
            .replace('"', "\\\"")
            .replace('\n', "\\n");
        format!("{{ target = \"yealink\", name = \"{name}\", template = \"{template}\" }}")
    }

    fn site(custom: &[String]) -> String {
        format!("custom = [{}]", custom.join(", "))
    }

    fn own(custom: &[String]) -> String {
        format!("settings = {{ custom = [{}] }}", custom.join(", "))
    }

    fn rendered(toml: &str) -> Result<Rendered, Errors> {
        first(&Targets::builtin(), toml)
    }

    #[track_caller]
    fn line(toml: &str, name: &str) -> String {
        let rendered = rendered(toml).unwrap_or_else(|errors| panic!("{errors}"));
        let file = rendered.file("805e0c123456.cfg").unwrap();
        let text = std::str::from_utf8(file.bytes()).unwrap();
        let start = format!("{name} = ");
        let lines: Vec<&str> = text
            .lines()
            .filter_map(|line| line.strip_prefix(&start))
            .collect();
        assert_eq!(lines.len(), 1, "{name}: {lines:?}");
        lines[0].to_owned()
    }

    #[track_caller]
    fn errors(toml: &str) -> Vec<String> {
        support::errors_text(&rendered(toml).unwrap_err())
    }

    #[test]
    fn a_template_gives_the_exact_bytes() {
        let name = "account.1.label";
        let template = "{{label}}?a=1&b=\"2\" 'é' {{#each extensions}}{{number}}{{#unless @last}},{{/unless}}{{/each}}";
        let expected = "Desk=1 & \"é\"?a=1&b=\"2\" 'é' 1001,1002";
        assert_eq!(
            line(&phone(&site(&[custom(name, template)]), ""), name),
            expected
        );
        assert_eq!(
            line(&phone("", &own(&[custom(name, template)])), name),
            expected
        );
    }

    #[cfg(feature = "snom")]
    #[test]
    fn a_template_gives_the_exact_bytes_in_xml() {
        for (model, name, file) in [
            ("snom D785", "user_realname", "snomD785-000413A11FA7.htm"),
            ("snom M700", "country", "snomM700-000413A11FA7.htm"),
        ] {
            let target = if model.ends_with("M700") {
                "snom-dect"
            } else {
                "snom-desk"
            };
            let index = if name == "user_realname" {
                "index = 2, "
            } else {
                ""
            };
            let toml = format!(
                "{SITE}custom = [{{ target = \"{target}\", name = \"{name}\", {index}unchecked = true, template = \"{{{{label}}}}={{{{secret token}}}}\" }}]\n[[devices]]\nmac = \"00:04:13:a1:1f:a7\"\nmodel = \"{model}\"\nlabel = \"<é> & \\\"x\\\"\"\ntoken = \"t&k\"\n"
            )
            .replace("provisioning_url = \"https://pbx.example.net/{token}/\"\n", "");
            let rendered = rendered(&toml).unwrap_or_else(|errors| panic!("{errors}"));
            let text = std::str::from_utf8(rendered.file(file).unwrap().bytes()).unwrap();
            assert!(
                text.contains(">&lt;é&gt; &amp; \"x\"=t&amp;k</"),
                "{model}: {}",
                text.lines()
                    .filter(|line| line.contains("country"))
                    .collect::<String>()
            );
        }
    }

    #[test]
    fn a_template_is_as_good_as_what_it_gives() {
        let made = rendered(&phone(&site(&[custom("account.1.label", "{{label}}")]), "")).unwrap();
        let literal = "custom = [{ target = \"yealink\", name = \"account.1.label\", value = \"Desk=1 & \\\"é\\\"\" }]";
        let given = rendered(&phone(literal, "")).unwrap();
        assert_eq!(made.files(), given.files());
        assert_eq!(made.notices(), given.notices());
    }

    #[test]
    fn each_device_gets_its_own() {
        let toml = phone(&site(&[custom("account.1.label", "{{mac}}")]), "");
        let second =
            "[[devices]]\nmac = \"80:5e:0c:12:34:57\"\nmodel = \"yealink T46S\"\ntoken = \"t\"\n";
        let fleet = fleet(&Targets::builtin(), &format!("{toml}{second}"));
        let provisioner = Provisioner::new(fleet.site().clone());
        for (device, mac) in fleet.devices().iter().zip(["805e0c123456", "805e0c123457"]) {
            let rendered = provisioner.render(device).unwrap();
            let file = rendered.file(&format!("{mac}.cfg")).unwrap();
            let text = std::str::from_utf8(file.bytes()).unwrap();
            assert!(text.contains(&format!("\naccount.1.label = {mac}\n")));
        }
    }

    #[test]
    fn nothing_clears_and_lines_can_be_joined() {
        let name = "account.1.label";
        let toml = |template: &str| phone(&site(&[custom(name, template)]), "");
        assert_eq!(line(&toml("{{profile}}"), name), "%NULL%");
        let lines = "{{~#if profile~}}\n  a\n{{~else~}}\n  b{{mac}}\n{{~/if~}}\n";
        assert_eq!(line(&toml(lines), name), "b805e0c123456");
        assert_eq!(
            errors(&toml("a\n{{mac}}")),
            [
                "site.settings.custom[0].template: line feed (U+000A) at character 2 cannot stand in a text"
            ]
        );
        assert_eq!(
            errors(&toml("{{label}} ")),
            [
                "site.settings.custom[0].template: ` ` at character 13 cannot stand in the value of a setting (`account.1.label`)"
            ]
        );
    }

    #[test]
    fn an_undefined_variable_has_its_path_line_and_column() {
        let toml = phone(
            &site(&[
                custom("lang.wui", "a"),
                custom("account.1.label", "é\n {{labl}}"),
            ]),
            &own(&[custom(
                "account.2.label",
                "{{#each extensions}}{{nummer}}{{/each}}",
            )]),
        );
        assert_eq!(
            errors(&toml),
            [
                "site.settings.custom[1].template: the template at line 2, column 2: no variable `labl` here",
                "devices[0].settings.custom[0].template: the template at line 1, column 21: no variable `nummer` here",
            ]
        );
    }

    #[test]
    fn a_template_that_is_not_well_formed_is_told_with_all_other_faults() {
        let toml = phone(
            &site(&[
                custom("lang.wui", "{{#if x}}s3cret"),
                custom("a", "{{{b}}}"),
            ]),
            "modules = \"x\"",
        );
        let errors = support::document_errors(&toml);
        assert_eq!(
            errors,
            [
                "site.settings.custom[0].template: the template at line 1, column 1: the block has no end",
                "site.settings.custom[1].template: the template at line 1, column 1: `{{{` would write without escaping; write `{{`",
                "devices[0].modules: expected an integer, found a text",
            ]
        );
    }

    #[test]
    fn secrets_are_written_and_never_shown() {
        let name = "account.1.label";
        let toml = |template: &str| phone(&site(&[custom(name, template)]), "");
        assert_eq!(line(&toml("{{secret token}}"), name), "t&k");
        let of_extension = "{{#each extensions}}{{#if @first}}{{secret password}}{{/if}}{{/each}}";
        assert_eq!(line(&toml(of_extension), name), "s&cret");
        let found = errors(&toml("{{token}}"));
        assert_eq!(
            found,
            [
                "site.settings.custom[0].template: the template at line 1, column 1: a password or token; write it with `{{secret …}}`"
            ]
        );
        // Outside the domain: a literal value is shown, one with a secret in it is not.
        let outside = |template: &str| {
            errors(&phone(
                &site(&[custom("phone_setting.dialnow_delay", template)]),
                "",
            ))
        };
        let domain = "site.settings.custom[0].template: `phone_setting.dialnow_delay` takes a whole number from 1 to 14, found";
        let unchecked = "; set `unchecked` to send it all the same";
        assert_eq!(
            outside("{{mac}}"),
            [format!("{domain} `805e0c123456`{unchecked}")]
        );
        assert_eq!(
            outside("{{secret token}}"),
            [format!("{domain} [redacted]{unchecked}")]
        );
    }

    #[test]
    fn a_template_goes_through_documents_and_is_redacted() {
        let toml = phone(&site(&[custom("account.1.label", "{{mac}} MARK")]), "");
        let one = fleet(&Targets::builtin(), &toml);
        assert!(!format!("{one:?}").contains("MARK"));
        let exposed =
            Document::from_fleet(&one, phone_provisioning::fleet::Secrets::Expose).to_toml();
        assert_eq!(fleet(&Targets::builtin(), &exposed), one);
        let redacted = Document::from_fleet(&one, phone_provisioning::fleet::Secrets::Redact);
        assert!(!redacted.to_toml().contains("MARK"));
        let errors = redacted
            .resolve(&Targets::builtin())
            .unwrap_err()
            .to_string();
        assert!(
            errors.contains(
                "site.settings.custom[0].template: expected the template itself, found [redacted]"
            ),
            "{errors}"
        );
    }

    #[test]
    fn a_later_layer_replaces_a_template() {
        let literal = "settings = { custom = [{ target = \"yealink\", name = \"account.1.label\", value = \"own\" }] }";
        let toml = phone(&site(&[custom("account.1.label", "{{nothing}}")]), literal);
        assert_eq!(line(&toml, "account.1.label"), "own");
    }

    proptest! {
        #![proptest_config(cases(64))]

        /// Any label gives what the same literal value gives: the same bytes, or the same refusal.
        #[test]
        fn any_text_is_written_as_a_literal_is(label in "[ -~é中\u{a0}]{1,12}") {
            let quoted = label.replace('\\', "\\\\").replace('"', "\\\"");
            let toml = |custom: String| {
                phone(&format!("custom = [{{ target = \"yealink\", name = \"account.2.label\", {custom} }}]"), "")
                    .replace("label = \"Desk=1 & \\\"é\\\"\"", &format!("label = \"{quoted}\""))
            };
            let made = rendered(&toml("template = \"{{label}}\"".to_owned()));
            let given = rendered(&toml(format!("value = \"{quoted}\"")));
            match (made, given) {
                (Ok(made), Ok(given)) => prop_assert_eq!(made.files(), given.files()),
                (Err(made), Err(given)) => prop_assert_eq!(
                    made.to_string().replace(".template:", ".value:"),
                    given.to_string()
                ),
                (made, given) => prop_assert!(false, "{:?} {:?}", made, given),
            }
        }
    }
}

// ---- any text, any template ----

fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        // A failing case is shrunk and printed; it then becomes a test of its own.
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// What a vendor's template makes of a phone with this label.
fn labelled(targets: &Targets, label: &str) -> Result<String, Errors> {
    let site = support::site_with(|_| {});
    let phone = Device::builder(support::mac("00:00:5e:00:53:01"), "acme X1")
        .label(support::text(label))
        .build()
        .unwrap();
    let rendered = Provisioner::with_targets(site, targets.clone()).render(&phone)?;
    Ok(String::from_utf8(rendered.files()[0].bytes().to_vec()).unwrap())
}

proptest! {
    #![proptest_config(cases(500))]

    /// Any text is read back as it was, by readers that are not this crate, or it is an error.
    #[test]
    fn any_text_is_read_back(label in "[ -~é中\u{a0}🙂]{1,16}") {
        let xml = acme(Format::Xml, "<a b=\"{{label}}\" c='{{label}}'>{{label}}</a>").build().unwrap();
        let text = labelled(&Targets::new([Arc::new(xml) as Arc<_>]), &label).unwrap();
        let read = roxmltree::Document::parse(&text).unwrap();
        let root = read.root_element();
        let label = label.as_str();
        prop_assert_eq!(root.text(), Some(label));
        prop_assert_eq!((root.attribute("b"), root.attribute("c")), (Some(label), Some(label)));

        let lines = KeyValue::new().refuse(";");
        let lines = acme(Format::KeyValue(lines), "a = {{label}}\nb = 1\n").build().unwrap();
        let made = labelled(&Targets::new([Arc::new(lines) as Arc<_>]), label);
        let carried = label.trim() == label && !label.contains(';');
        prop_assert_eq!(made.is_ok(), carried, "{:?}", made);
        if let Ok(text) = made {
            prop_assert_eq!(text, format!("a = {label}\nb = 1\n"));
        }
    }
}

fn any_piece() -> impl Strategy<Value = String> {
    let pieces = [
        "{{",
        "}}",
        "{{{",
        "}}}",
        "{{#",
        "{{/",
        "{{^",
        "{{~",
        "~}}",
        "{{!",
        "{{!--",
        "--}}",
        "{{else}}",
        "{{else if a}}",
        "#if ",
        "#each ",
        "/if",
        "/each",
        "each",
        "if",
        "with",
        "mac",
        "accounts",
        ".",
        "..",
        "../",
        "/",
        "@index",
        "@root",
        "this",
        "(",
        ")",
        "=",
        "|a b|",
        "as |x|",
        "\"",
        "'",
        "\\",
        " ",
        "\n",
        "1",
        "-1",
        "1.5",
        "true",
        "null",
        "[",
        "]",
        "é",
        "secret ",
        "token",
        "lookup ",
        "map ",
        "slots ",
        "keys",
        ">",
        "&",
        "*",
        "\u{1}",
        "{{#if mac}}x{{/if}}",
        "{{#each accounts}}{{number}}{{/each}}",
    ];
    prop::collection::vec(prop::sample::select(pieces.to_vec()), 0..24)
        .prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(cases(2000))]

    /// No template panics, and none writes a secret without its helper.
    #[test]
    fn no_template_panics(template in any_piece()) {
        let builder = acme(Format::Text, &template).word("keys", "line", "1").word("keys", "none", "0");
        if let Ok(text) = made_by(builder) {
            prop_assert!(template.contains("secret") || !text.contains("t/k&n"));
            let marks = ['\u{1}', '\u{2}', '\u{3}', '\u{4}'];
            prop_assert!(!text.contains(marks), "marks");
        }
    }
}

// ---- the data ----

/// Every field that the settings and an extension can have, each with a value of its own.
const EVERY_FIELD: &str = r#"
[site]
name = "Example BV"
provisioning_url = "https://pbx.example.net/{token}/{mac}/"
[site.settings]
time_zone = "Asia/Tokyo"
language = "fr"
tone_country = "FR"
time_format = "12h"
date_format = "ymd"
ntp_servers = ["t1.example.org", "t2.example.org"]
registrar = { host = "reg.example.org", port = 5999, transport = "tcp", expires = 1234, srtp = "mandatory" }
outbound_proxy = { host = "2001:db8::1", port = 5998, transport = "tls" }
backup_registrar = { host = "backup.example.org", port = 5997 }
codecs = ["pcmu", "g722"]
dtmf = "sip_info"
admin = { username = "admin-name", password = "4dmin" }
user = { username = "user-name", password = "us3r" }
maintenance = { username = "maintenance-name", password = "m4int" }
download = { username = "download-name", password = "d0wn" }
nat = { keep_alive_seconds = 47, rport = true, stun = "stun.example.org:3499" }
tls = { verify = false, ca_url = "http://ca.example.org/ca.pem" }
language_pack = { url = "http://lang.example.org/lang" }
call_waiting = false
caller_id = "number"
volumes = { ringer = 1, speaker = 2, handset = 3, headset = 4, microphone = 5 }
vlan = { id = 77, priority = 6, pc_id = 78, pc_priority = 5 }
emergency_numbers = ["115", "116"]
ring_tones = { internal = 4, external = 5 }
phonebook = { url = "http://book.example.org/book.xml", name = "Book" }
resync = { every_minutes = 77, daily_at = "04:05" }
[site.settings.feature_codes]
pickup = "*51"
group_pickup = "*52"
park = "*53"
park_retrieve = "*54"
dnd_on = "*55"
dnd_off = "*56"
forward_always_on = "*57"
forward_always_off = "*58"
forward_busy_on = "*59"
forward_busy_off = "*60"
forward_no_answer_on = "*61"
forward_no_answer_off = "*62"
voicemail = "*63"
login = "*64"
[site.settings.ldap]
host = "ldap.example.org"
port = 3899
tls = "off"
base = "dc=base"
bind_dn = "cn=bind"
password = "ld4p"
name_filter = "(cn=1)"
number_filter = "(tel=2)"
name_attributes = ["cn", "sn"]
number_attributes = ["tel", "mobile"]
display_name = "shown"
[[devices]]
mac = "00:00:5e:00:53:2d"
model = "acme X1"
label = "Desk"
token = "t0ken"
firmware = { version = "1.2.3", url = "http://fw.example.org/fw.bin" }
[[devices.extensions]]
number = "1001"
username = "anna-user"
auth_username = "anna-auth"
password = "s3cret"
label = "Anna"
display_name = "Anna Example"
voicemail = "5557"
dnd = true
auto_answer = true
call_waiting = true
dtmf = "rfc4733"
codecs = ["pcma"]
registrar = { host = "own.example.org", port = 5061 }
outbound_proxy = { host = "edge.example.org" }
ring_tones = { internal = 2, external = 3 }
forward = { always = "5551", busy = "5552", no_answer = "5553", no_answer_seconds = 42 }
"#;

/// The template asks for each value by the words of the document, and gets what the document says.
#[test]
fn every_field_of_the_document_reaches_a_template() {
    let document: toml::Table = EVERY_FIELD.parse().unwrap();
    let device = document["devices"][0].as_table().unwrap();
    let mut asked = String::new();
    let mut expected = String::new();
    let mut ask = |name: &str, expression: &str, value: &str| {
        asked += &format!("{name} = {expression}\n");
        expected += &format!("{name} = {value}\n");
    };
    fields(&document["site"]["settings"], "settings", &mut ask);
    ask("label", "{{label}}", "Desk");
    ask("token", "{{secret token}}", "t0ken");
    ask("firmware.version", "{{firmware.version}}", "1.2.3");
    ask(
        "firmware.url",
        "{{firmware.url}}",
        "http://fw.example.org/fw.bin",
    );
    let url = "https://pbx.example.net/t0ken/00005e00532d/";
    ask("url", "{{secret provisioning_url}}", url);
    for (name, value) in [
        ("mac", "00005e00532d"),
        ("mac_upper", "00005E00532D"),
        ("mac_colons", "00:00:5e:00:53:2d"),
        ("vendor", "acme"),
        ("model", "X1"),
        ("site.name", "Example BV"),
        ("zone.name", "Asia/Tokyo"),
        ("zone.posix", "JST-9"),
        ("zone.offset_seconds", "32400"),
        ("zone.offset_minutes", "540"),
        ("zone.offset_hhmm", "+09:00"),
    ] {
        ask(name, &format!("{{{{{name}}}}}"), value);
    }
    let mut of_account = String::new();
    let mut ask = |name: &str, expression: &str, value: &str| {
        of_account += &format!("account.{name} = {expression}\n");
        expected += &format!("account.{name} = {value}\n");
    };
    let mut extension = device["extensions"][0].as_table().unwrap().clone();
    // What the account says in words of its own.
    for (table, key, value) in [
        ("registrar", "transport", "udp"),
        ("registrar", "srtp", "off"),
    ] {
        let table = extension[table].as_table_mut().unwrap();
        table.insert(key.to_owned(), value.into());
    }
    fields(&toml::Value::Table(extension), "", &mut ask);
    ask("transport", "{{transport}}", "udp");
    // A backup is for the registrar of its own layer.
    ask("backup", "{{#if backup_registrar}}?{{/if}}", "");
    let template = format!("{asked}{{{{#each extensions}}}}\n{of_account}{{{{/each}}}}\n");
    let target = TemplateTarget::builder("acme-desk", "acme").model(x1());
    let target = target.tables_toml("[codecs]\npcmu = \"0\"\npcma = \"8\"\ng722 = \"9\"\n");
    let target = target.file(FileTemplate::new("{{mac}}.txt", Format::Text, template));
    let targets = with(target.build().unwrap_or_else(|errors| panic!("{errors}")));
    let rendered = first(&targets, EVERY_FIELD).unwrap_or_else(|errors| panic!("{errors}"));
    let file = rendered.file("00005e00532d.txt").unwrap();
    assert_eq!(std::str::from_utf8(file.bytes()).unwrap(), expected);
}

/// Asks for each value of a table of the document.
fn fields(value: &toml::Value, path: &str, ask: &mut impl FnMut(&str, &str, &str)) {
    let below = |key: &str| match path {
        "" => key.to_owned(),
        _ => format!("{path}.{key}"),
    };
    match value {
        toml::Value::Table(table) => {
            for (key, value) in table {
                fields(value, &below(key), ask);
            }
            // Places are one address, too.
            if let Some(host) = table.get("host").and_then(toml::Value::as_str)
                && !path.ends_with("ldap")
            {
                let host = match host.contains(':') {
                    true => format!("[{host}]"),
                    false => host.to_owned(),
                };
                let port = table
                    .get("port")
                    .map_or(String::new(), |port| format!(":{port}"));
                let name = below("address");
                ask(&name, &format!("{{{{{name}}}}}"), &format!("{host}{port}"));
            }
        }
        toml::Value::Array(list) => {
            let entry = if path.ends_with("codecs") {
                "name"
            } else {
                "this"
            };
            let texts: Vec<_> = list.iter().map(|entry| entry.as_str().unwrap()).collect();
            let expression = format!("{{{{#each {path}}}}}{{{{{entry}}}}} {{{{/each}}}}.");
            ask(path, &expression, &format!("{} .", texts.join(" ")));
        }
        _ if path.ends_with("password") => {
            ask(
                path,
                &format!("{{{{secret {path}}}}}"),
                value.as_str().unwrap(),
            );
        }
        _ if path.ends_with("stun") => {
            let expression =
                format!("{{{{{path}.host}}}} {{{{{path}.port}}}} {{{{{path}.address}}}}");
            ask(
                path,
                &expression,
                "stun.example.org 3499 stun.example.org:3499",
            );
        }
        _ if path.ends_with("daily_at") => {
            let expression =
                format!("{{{{{path}.hour}}}} {{{{{path}.minute}}}} {{{{{path}.text}}}}");
            ask(path, &expression, "4 5 04:05");
        }
        toml::Value::String(text) => ask(path, &format!("{{{{{path}}}}}"), text),
        other => ask(path, &format!("{{{{{path}}}}}"), &other.to_string()),
    }
}
