//! Boot files of Yealink phones, which name the two files of a phone: made only when they are asked for.

#![cfg(feature = "yealink")]

mod support;

use std::sync::Arc;

use phone_provisioning::inspect::{LintRequest, lint};
use phone_provisioning::model::{Device, Firmware};
use phone_provisioning::parse::{FileKind, Limits, parse};
use phone_provisioning::target::ProvisioningTarget;
use phone_provisioning::target::yealink::Yealink;
use phone_provisioning::{Output, Provisioner, Targets};
use support::{extension, site_with};

fn provisioner(boot_file: bool) -> Provisioner {
    let yealink = Yealink::new().boot_file(boot_file);
    let targets = Targets::new([Arc::new(yealink) as Arc<dyn ProvisioningTarget>]);
    Provisioner::with_targets(site_with(|_| ()), targets)
}

fn phone(model: &str, firmware: Option<&str>) -> Device {
    let mac = "80:5e:0c:12:34:56".parse().unwrap();
    let mut device = Device::builder(mac, model).extension(extension(1));
    if let Some(firmware) = firmware {
        device = device.installed_firmware(
            Firmware::parse(Yealink::new().firmware_scheme(), firmware).unwrap(),
        );
    }
    device.build().unwrap()
}

/// The names of the phone's own files, and the boot file among them.
fn rendered(provisioner: &Provisioner, device: &Device) -> (Vec<String>, Option<String>) {
    let rendered = provisioner.render(device).unwrap();
    let names = rendered.files().iter().map(|file| file.name().to_owned());
    let boot = rendered.file("805e0c123456.boot").map(|file| {
        assert!(!file.is_sensitive(), "it holds names and no more");
        assert_eq!(file.content_type(), "text/plain; charset=utf-8");
        String::from_utf8(file.bytes().to_vec()).unwrap()
    });
    (names.collect(), boot)
}

#[test]
fn a_boot_file_names_the_two_files() {
    let (names, boot) = rendered(
        &provisioner(true),
        &phone("yealink T46S", Some("66.86.0.15")),
    );
    assert_eq!(
        names,
        ["y000000000066.cfg", "805e0c123456.cfg", "805e0c123456.boot"]
    );
    assert_eq!(
        boot.unwrap(),
        "#!version:1.0.0.1\n\
         include:config \"y000000000066.cfg\"\n\
         include:config \"805e0c123456.cfg\"\n\
         overwrite_mode = 1\n",
    );
}

#[test]
fn nobody_gets_one_unasked_or_before_v81() {
    let device = phone("yealink T46S", Some("66.86.0.15"));
    assert_eq!(rendered(&provisioner(false), &device).1, None);
    assert_eq!(
        rendered(&Provisioner::new(site_with(|_| ())), &device).1,
        None
    );
    for (model, firmware, has_one) in [
        ("yealink T28P", "2.73.0.50", false),
        ("yealink T46G", "28.80.0.95", false),
        ("yealink T46G", "28.81.0.10", true),
    ] {
        let device = phone(model, Some(firmware));
        assert_eq!(
            rendered(&provisioner(true), &device).1.is_some(),
            has_one,
            "{firmware}"
        );
    }
}

/// For each model: what it includes is there, in the order in which the phone reads it, and our own reader
/// has nothing to say against it.
#[test]
fn every_boot_file_leads_to_the_files() {
    let provisioner = provisioner(true);
    let yealink = Yealink::new();
    let mut boots = 0;
    for row in yealink.models() {
        let device = phone(&format!("yealink {}", row.name), None);
        let mut output = Output::new();
        if provisioner.render_into(&device, &mut output).is_err() {
            // A base wants handsets, and this is about names of files.
            continue;
        }
        let (_, Some(boot)) = rendered(&provisioner, &device) else {
            continue;
        };
        boots += 1;
        let file = parse(boot.as_bytes(), &Limits::default());
        assert_eq!(file.kind(), FileKind::Boot, "{}", row.name);
        assert!(
            file.findings().is_empty(),
            "{}: {:?}",
            row.name,
            file.findings()
        );
        let includes: Vec<&str> = file.includes().iter().map(|i| i.target()).collect();
        let shared = row.file_stem.as_ref().map(|stem| format!("{stem}.cfg"));
        let expected: Vec<&str> = shared
            .as_deref()
            .into_iter()
            .chain(["805e0c123456.cfg"])
            .collect();
        assert_eq!(includes, expected, "{}", row.name);
        let findings = lint(&LintRequest::new(&file, &yealink));
        assert!(findings.is_empty(), "{}: {findings:?}", row.name);
    }
    assert!(boots > 40, "only {boots} models");
}
