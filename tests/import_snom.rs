//! The files of Snom phones and bases, imported: what this library rendered comes back as it was, what
//! other systems wrote comes back as a document that says what it can.

#![cfg(feature = "snom")]
#![allow(
    clippy::disallowed_methods,
    reason = "expected documents are files; the rule is for the library"
)]

mod support;

#[path = "import_snom/foreign.rs"]
mod foreign;
#[path = "import_snom/generated.rs"]
mod generated;
#[path = "import_snom/random.rs"]
mod random;

use std::collections::BTreeSet;
use std::sync::Arc;

use phone_provisioning::fleet::Secrets;
use phone_provisioning::inspect::{ImportFile, ImportRequest, Imported, Remark, RemarkKind};
use phone_provisioning::model::{CustomSetting, Device, Firmware, Site, UrlTemplate};
use phone_provisioning::parse::{File, Limits, parse};
use phone_provisioning::target::{ModelRow, ProvisioningTarget, Rendered};
use phone_provisioning::{Document, Fleet, Provisioner, Targets};
use support::{EVERYTHING, Model, built, models, site_of, site_with};

/// The models of both targets that can be rendered.
fn snom_models(targets: &Targets) -> Vec<Model<'_>> {
    let mut models = models(targets);
    models.retain(|model| model.target.vendor() == "snom" && !model.row.is("unsupported"));
    models
}

/// What is known beside the files.
#[derive(Clone, Copy, Default)]
struct Known<'a> {
    model: Option<&'a ModelRow>,
    firmware: Option<Firmware>,
    url: Option<&'a UrlTemplate>,
}

fn import(target: &dyn ProvisioningTarget, files: &[(&str, &[u8])], known: Known<'_>) -> Imported {
    let limits = Limits::default();
    let parsed: Vec<(&str, File<'_>)> = files
        .iter()
        .map(|(name, bytes)| (*name, parse(bytes, &limits)))
        .collect();
    let files: Vec<ImportFile<'_>> = parsed
        .iter()
        .map(|(name, file)| ImportFile::new(file).named(name))
        .collect();
    let mut request = ImportRequest::new(&files);
    request.model = known.model;
    request.firmware = known.firmware;
    request.provisioning_url = known.url;
    target.import(request)
}

/// The fleet of the imported document, which must resolve. What a base has no word for is not in its
/// files: any language and, of one that follows another, any zone will do.
#[track_caller]
fn resolved(what: &str, imported: &Imported) -> Fleet {
    let mut document = imported.document(Secrets::Expose);
    for (key, value) in [("language", "sv"), ("time_zone", "Etc/UTC")] {
        let path = format!("site.settings.{key}");
        let mut remarks = imported.remarks().iter();
        if remarks
            .any(|remark| remark.kind() == RemarkKind::Missing && remark.path().as_str() == path)
        {
            let toml = document.to_toml();
            assert!(toml.contains("snom M"), "{what}: {toml}");
            let table = "[site.settings]\n";
            let toml = match toml.split_once(table) {
                Some((before, behind)) => format!("{before}{table}{key} = \"{value}\"\n{behind}"),
                None => format!("{table}{key} = \"{value}\"\n{toml}"),
            };
            document = Document::from_toml(&toml).unwrap();
        }
    }
    match document.resolve(&Targets::builtin()) {
        Ok(fleet) => fleet,
        Err(errors) => panic!("{what}: {errors}\n{}", document.to_toml()),
    }
}

fn files_of(rendered: &Rendered) -> Vec<(&str, &[u8])> {
    let files = rendered.files().iter();
    files.map(|file| (file.name(), file.bytes())).collect()
}

/// What differs between the files of a device and those of its import, and what is in `custom`.
#[track_caller]
fn come_back(what: &str, model: &Model<'_>, site: &Arc<Site>, device: &Device) -> Vec<String> {
    let known = Known {
        model: Some(model.row),
        firmware: device.installed_firmware(),
        url: site.provisioning_url.as_ref(),
    };
    come_back_with(what, model, site, device, known)
}

/// The same where less is known.
#[track_caller]
fn come_back_with(
    what: &str,
    model: &Model<'_>,
    site: &Arc<Site>,
    device: &Device,
    known: Known<'_>,
) -> Vec<String> {
    let rendered = support::render(site, device);
    let imported = import(model.target, &files_of(&rendered), known);
    let fleet = resolved(what, &imported);
    let again = &fleet.devices()[0];
    let again = support::render(fleet.site(), again);
    let mut faults = Vec::new();
    for file in rendered.files() {
        let Some(other) = again.file(file.name()) else {
            faults.push(format!("{what}: no {}", file.name()));
            continue;
        };
        if let Some(difference) = support::difference(file.bytes(), other.bytes()) {
            faults.push(format!("{what}: {}: {difference}", file.name()));
        }
    }
    for remark in imported.remarks() {
        let unsaid = matches!(remark.kind(), RemarkKind::Custom | RemarkKind::Lost);
        if unsaid
            && !device
                .settings()
                .custom
                .iter()
                .any(|own| is_of(remark, own))
            && !site.settings.custom.iter().any(|own| is_of(remark, own))
        {
            faults.push(format!("{what}: {remark}"));
        }
    }
    faults
}

/// Whether a remark is about a raw setting that was one before.
fn is_of(remark: &Remark, custom: &CustomSetting) -> bool {
    let setting = remark.setting();
    setting.is_some_and(|setting| setting.name() == custom.name.as_str())
}

/// Every model with every firmware at which its dictionary changes.
fn every_model_and_firmware(mut check: impl FnMut(&str, &Model<'_>, Option<Firmware>)) {
    let targets = Targets::builtin();
    for model in snom_models(&targets) {
        for firmware in model.firmwares() {
            let version = firmware.map_or("no version".to_owned(), |f| f.to_string());
            check(&format!("{} {version}", model.name()), &model, firmware);
        }
    }
}

/// Files of goldens that do not come back as they were, and why.
const NOT_AGAIN: &[(&str, &str)] = &[
    // A raw setting in place of the model's own is one of the model again.
    ("snom-desk/002-full", "vol_ringer"),
    // Handsets that were unbound are forgotten, and the extensions behind them move up.
    ("snom-dect/002-full", "user_pname"),
    // No file tells which handsets are of the model that the firmware is for.
    ("snom-dect/002-full", "pp_fwu"),
    ("snom-dect/010-m900-system", "pp_fwu"),
    ("snom-dect/010-m900-system", "idx=\\\"20\\\""),
];

#[test]
fn the_goldens_come_back() {
    let targets = Targets::builtin();
    let mut faults = Vec::new();
    let mut cases = 0;
    for id in ["snom-desk", "snom-dect"] {
        let folder = support::root().join("tests/golden").join(id);
        for case in std::fs::read_dir(folder).unwrap() {
            let case = case.unwrap().path();
            let name = format!("{id}/{}", case.file_name().unwrap().to_str().unwrap());
            let fleet =
                support::resolve(&std::fs::read_to_string(case.join("fleet.toml")).unwrap());
            for device in fleet.devices() {
                let found = targets.model(device.model()).unwrap();
                let all = snom_models(&targets);
                let model = all
                    .iter()
                    .find(|own| std::ptr::eq(own.row, found.row))
                    .unwrap();
                cases += 1;
                let told = come_back(&name, model, fleet.site(), device);
                let known = |fault: &String| {
                    NOT_AGAIN
                        .iter()
                        .any(|(case, part)| *case == name && fault.contains(part))
                };
                faults.extend(told.into_iter().filter(|fault| !known(fault)));
            }
        }
    }
    assert!(cases > 25, "{cases} devices");
    assert_none(faults);
}

fn assert_none(mut faults: Vec<String>) {
    let count = faults.len();
    faults.truncate(40);
    assert!(faults.is_empty(), "{count} faults:\n{}", faults.join("\n"));
}

#[test]
fn what_was_rendered_is_rendered_again() {
    let (full, least) = (site_of(EVERYTHING), site_with(|_| ()));
    let mut faults = Vec::new();
    every_model_and_firmware(|what, model, firmware| {
        let device = model.full(firmware).token(support::secret("a/b token"));
        faults.extend(come_back(what, model, &full, &built(device)));
        let device = support::with_firmware(model.least(), firmware);
        faults.extend(come_back(what, model, &least, &built(device)));
    });
    assert_none(faults);
}

#[test]
fn a_phone_of_nobody_and_every_form_of_address_come_back() {
    let addresses = [
        "https://pbx.example.net/p/{token}/",
        "https://pbx.example.net/p/{token}/{mac}.xml",
        "https://pbx.example.net/{mac}/",
        "https://pbx.example.net/p",
        "tftp://192.0.2.1/",
    ];
    let targets = Targets::builtin();
    let mut faults = Vec::new();
    for model in snom_models(&targets) {
        for address in addresses {
            let mut site = Site::clone(&site_of(EVERYTHING));
            site.provisioning_url = Some(url(address));
            let site = Arc::new(site);
            let nobody = support::device(&model.name());
            let token = || support::secret("t0ken");
            for device in [
                nobody.clone().token(token()),
                nobody,
                model.least().token(token()),
            ] {
                let what = format!("{} {address}", model.name());
                faults.extend(come_back(&what, &model, &site, &built(device)));
            }
        }
    }
    assert_none(faults);
}

/// Names of files tell model and hardware address, and an address may hold a token.
#[test]
fn nothing_has_to_be_known_beside_the_files() {
    let site = site_of(EVERYTHING);
    let targets = Targets::builtin();
    let mut faults = Vec::new();
    for model in snom_models(&targets) {
        let device = built(model.least().token(support::secret("t0ken/&")));
        let known = Known::default();
        faults.extend(come_back_with(&model.name(), &model, &site, &device, known));
    }
    assert_none(faults);
}

fn url(text: &str) -> UrlTemplate {
    UrlTemplate::parse(text, Site::URL_PLACEHOLDERS).unwrap()
}

#[test]
fn generated_devices_come_back() {
    let mut faults = Vec::new();
    every_model_and_firmware(|what, model, firmware| {
        // A thousand slots take their time.
        let rounds = match (firmware, model.row.accounts) {
            (_, Some(101..)) => 1,
            (None, _) => 6,
            _ => 2,
        };
        for seed in 0..rounds {
            let (site, device) = generated::device(model, firmware, seed);
            let what = format!("{what} seed {seed}");
            faults.extend(come_back(&what, model, &site, &device));
        }
    });
    assert_none(faults);
}
