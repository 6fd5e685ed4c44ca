//! A vendor made of somebody's files, divided by NUL: rows of models, tables of words, a template. The
//! first byte says what kind of file the template makes. Then the phone of a document that holds what
//! ends texts, values and tags.
#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use phone_provisioning::target::Targets;
use phone_provisioning::target::template::{FileTemplate, Format, KeyValue, TemplateTarget};
use phone_provisioning::{Document, Provisioner};

/// Not to be met by chance.
const PASSWORD: &str = "x&Quetzalcoatl<'>\\\"";

const NAME: &str = "</name><![CDATA[&amp;]]> --> = # ; \\ \\\" ' {{mac}} \u{eb}\u{1f4de}";

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let Some((kind, rest)) = text.split_at_checked(1) else {
        return;
    };
    let mut parts = rest.splitn(3, '\0');
    let mut part = || parts.next().unwrap_or_default();
    let (models, tables, template) = (part(), part(), part());
    let format = match kind {
        "x" => Format::Xml,
        "t" => Format::Text,
        "k" => Format::KeyValue(KeyValue::new()),
        "s" => Format::KeyValue(
            KeyValue::new()
                .separator(':')
                .comments("#;")
                .refuse("\"")
                .sections(),
        ),
        "r" => Format::KeyValue(KeyValue::new().repeats()),
        _ => return,
    };
    let file = FileTemplate::new("cfg{{mac}}", format.clone(), template);
    let target = TemplateTarget::builder("acme-desk", "acme")
        .models_toml(models)
        .tables_toml(tables)
        .file(file)
        .build();
    let target = match target {
        Ok(target) => target,
        Err(errors) => return told(errors),
    };
    let Some(model) = models_of(&target) else {
        return;
    };
    let targets = Targets::new([Arc::new(target) as Arc<_>]);
    let document = format!(
        "[site]\nname = {NAME:?}\n[site.settings]\ntime_zone = 'Europe/Berlin'\n\
         language = 'de'\nregistrar = {{ host = 'sip.example.net' }}\ncodecs = ['g722', 'pcma']\n\
         [[devices]]\nmac = '80:5e:0c:12:34:56'\nmodel = {model:?}\nhandling = 'lenient'\n\
         [[devices.extensions]]\nnumber = '1001'\ndisplay_name = {NAME:?}\npassword = {PASSWORD:?}\n"
    );
    let document = Document::from_toml(&document).expect("a document of ours");
    let fleet = match document.resolve(&targets) {
        Ok(fleet) => fleet,
        Err(errors) => return told(errors),
    };
    let provisioner = Provisioner::with_targets(fleet.site().clone(), targets);
    match provisioner.render(&fleet.devices()[0]) {
        Err(errors) => told(errors),
        Ok(rendered) => {
            for file in rendered.files() {
                let text = std::str::from_utf8(file.bytes()).expect("text");
                // Whatever holds a password is known to.
                assert!(
                    file.is_sensitive() || !text.contains("Quetzalcoatl"),
                    "{text}"
                );
                if format == Format::Xml {
                    let options = roxmltree::ParsingOptions {
                        allow_dtd: true,
                        ..Default::default()
                    };
                    if let Err(error) = roxmltree::Document::parse_with_options(text, options) {
                        panic!("{error}\n{text}");
                    }
                }
            }
            for notice in rendered.notices() {
                let _ = notice.to_string();
            }
        }
    }
});

fn models_of(target: &TemplateTarget) -> Option<String> {
    use phone_provisioning::target::ProvisioningTarget as _;
    Some(format!("acme {}", target.models().first()?.name))
}

/// No error shows the password.
fn told(errors: phone_provisioning::Errors) {
    for error in errors.iter() {
        assert!(!error.to_string().contains("Quetzalcoatl"), "{error}");
    }
}
