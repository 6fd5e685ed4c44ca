//! A fleet document of a stranger: read, resolved, written again, rendered.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use phone_provisioning::fleet::Secrets;
use phone_provisioning::parse::{Level, Limits, parse};
use phone_provisioning::target::Output;
use phone_provisioning::{Document, Errors, Fleet, Provisioner, Targets};

static TARGETS: LazyLock<Targets> = LazyLock::new(Targets::builtin);

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    for document in [Document::from_toml(text), Document::from_json(text)] {
        match document.and_then(|document| document.resolve(&TARGETS)) {
            Ok(fleet) => check(&fleet),
            Err(errors) => told(&errors),
        }
    }
});

/// Written as a document it is the same fleet; rendered it has files that can be read.
fn check(fleet: &Fleet) {
    let document = Document::from_fleet(fleet, Secrets::Expose);
    for again in [
        Document::from_toml(&document.to_toml()),
        Document::from_json(&document.to_json()),
    ] {
        let again = again.expect("a document as we write it").resolve(&TARGETS);
        assert_eq!(again.as_ref(), Ok(fleet));
    }
    let provisioner = Provisioner::new(fleet.site().clone());
    let mut output = Output::default();
    for device in fleet.devices().iter().take(3) {
        output.clear();
        if let Err(errors) = provisioner.render_into(device, &mut output) {
            told(&errors);
            continue;
        }
        for file in output.files() {
            let file = parse(file.bytes(), &Limits::default());
            let is_wrong =
                |finding: &&phone_provisioning::parse::Finding| finding.level() == Level::Error;
            assert_eq!(file.findings().iter().find(is_wrong), None);
        }
    }
}

fn told(errors: &Errors) {
    for error in errors.iter() {
        let _ = error.to_string();
    }
}
