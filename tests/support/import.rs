//! A device rendered, imported and rendered again.

use std::sync::Arc;

use phone_provisioning::error::Errors;
use phone_provisioning::fleet::Secrets;
use phone_provisioning::inspect::{ImportFile, ImportRequest, Imported, Remark, RemarkKind};
use phone_provisioning::model::Device;
use phone_provisioning::parse::{Limits, parse};
use phone_provisioning::target::Rendered;
use phone_provisioning::{Document, Fleet, Provisioner, Site, Targets};

/// Imports the device's own file, with what a server knows of the device beside it.
#[track_caller]
pub fn imported(site: &Site, device: &Device, rendered: &Rendered) -> Imported {
    let targets = Targets::builtin();
    let model = targets.model(device.model()).unwrap();
    let own = super::own_file(rendered);
    let file = parse(own.bytes(), &Limits::default());
    let files = [ImportFile::new(&file).named(own.name())];
    let mut request = ImportRequest::new(&files);
    request.mac = Some(device.mac());
    request.model = Some(model.row);
    request.firmware = device.installed_firmware();
    request.provisioning_url = site.provisioning_url.as_ref();
    model.target.import(request)
}

/// What a document of an import resolves to, through its text.
pub fn resolved(imported: &Imported) -> Result<Fleet, Errors> {
    let toml = imported.document(Secrets::Expose).to_toml();
    Document::from_toml(&toml)?.resolve(&Targets::builtin())
}

/// The first difference between a device's own file and that of its import, in words; also when the
/// import says anything but what it guesses. Lines of the `untold` settings, which no document of an
/// import can say, are not compared and may become raw settings.
pub fn difference(site: &Arc<Site>, device: &Device, untold: &[&str]) -> Option<String> {
    let rendered = super::render(site, device);
    let imported = imported(site, device, &rendered);
    let fleet = match resolved(&imported) {
        Ok(fleet) => fleet,
        Err(errors) => return Some(format!("does not resolve: {errors}")),
    };
    let again = match Provisioner::new(fleet.site().clone()).render(&fleet.devices()[0]) {
        Ok(again) => again,
        Err(errors) => return Some(format!("does not render: {errors}")),
    };
    let is_untold = |name: &str| untold.iter().any(|untold| name.starts_with(untold));
    let compared = |rendered: &Rendered| -> Vec<u8> {
        let text = String::from_utf8(super::own_file(rendered).bytes().to_vec()).unwrap();
        let lines = text.split_inclusive('\n').filter(|line| !is_untold(line));
        let lines: Vec<&str> = lines.collect();
        let is_comment = |line: &str| line.starts_with("# ");
        let said = lines.iter().enumerate().filter(|(i, line)| {
            // A section in which nothing is said tells nothing.
            !is_comment(line) || lines.get(i + 1).is_some_and(|next| !is_comment(next))
        });
        said.flat_map(|(_, line)| line.bytes()).collect()
    };
    if let Some(difference) = super::difference(&compared(&rendered), &compared(&again)) {
        return Some(difference);
    }
    let told = told(&imported).filter(|remark| {
        let name = remark.setting().map(|setting| setting.name());
        !name.is_some_and(is_untold)
    });
    let told: Vec<String> = told.map(ToString::to_string).collect();
    (!told.is_empty()).then(|| told.join("\n"))
}

/// Everything that an import says but what it guesses.
pub fn told(imported: &Imported) -> impl Iterator<Item = &Remark> {
    let remarks = imported.remarks().iter();
    remarks.filter(|remark| remark.kind() != RemarkKind::Guess)
}
