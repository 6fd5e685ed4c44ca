//! Firmware: a document of its own, which the settings name.

use super::super::super::job::{Job, Limit};
use super::super::writer::{PHONE, Writer, close_document, open_document};
use super::custom;
use super::settings::DeviceFacts;
use super::tables::{MODELS, names as n};
use crate::error::{ErrorKind, NoticeCode};
use crate::model::{Firmware, FirmwareChoice, FirmwareScheme, Found, UrlTemplate};
use crate::target::ModelRow;

/// Root element of the document, and the section of its rows in the dictionary.
pub(super) const ROOT: &str = "firmware-settings";

/// Where Snom's own server has the first stage of a chained update.
const SNOM_HOST: &str = "downloads.snom.com";

/// A firmware document that the phone is told of.
#[derive(Debug)]
pub(super) struct Plan<'a> {
    /// Where it is.
    pub(super) address: &'a UrlTemplate,
    /// The image, where one is chosen; raw settings may name others.
    image: Option<String>,
}

/// What is chosen for the device, checked. `None` when the phone keeps what it has.
pub(super) fn plan<'a>(job: &mut Job<'_>, facts: &DeviceFacts<'a>) -> Option<Plan<'a>> {
    let raw = custom::first_of(job, ROOT);
    if facts.firmware.is_none() && raw.is_none() {
        return None;
    }
    let Some(address) = facts.addresses.and_then(|known| known.firmware.as_ref()) else {
        let asked = [
            facts
                .firmware
                .map(|choice| (choice.layer, job.firmware_path(choice.layer))),
            raw,
        ];
        for (layer, path) in asked.into_iter().flatten() {
            let what = "firmware choice without a known folder of its files";
            let instead = "give the site a `provisioning_url` that ends with a slash, and the device its `token`";
            job.unsupported(layer, path, what, Limit::Model, instead);
        }
        return None;
    };
    let image = facts
        .firmware
        .and_then(|choice| image(job, &choice, facts.installed));
    (image.is_some() || raw.is_some()).then_some(Plan { address, image })
}

/// The firmware document, where there is to be one. What is wrong with it is reported by [`plan`] for
/// the settings too.
pub(super) fn write(job: &mut Job<'_>, facts: &DeviceFacts<'_>, out: &mut Vec<u8>) {
    let Some(plan) = plan(job, facts) else {
        return;
    };
    open_document(ROOT, out);
    let mut writer = Writer::desk(job, out).at_depth(1);
    if let Some(image) = &plan.image {
        writer.address(n::FIRMWARE, PHONE, image);
    }
    custom::write(&mut writer, ROOT, |_| true);
    close_document(ROOT, out);
}

/// The address of the chosen image.
fn image(
    job: &mut Job<'_>,
    choice: &Found<&FirmwareChoice>,
    installed: Option<Firmware>,
) -> Option<String> {
    check_version(job, choice, installed);
    check_address(job, choice);
    let version = choice.value.version;
    let stem = job.model.file_stem.as_deref().unwrap_or_default();
    let suffix = if job.model.is("suffix-f") { "f" } else { "r" };
    let extension = if job.model.is("swu") { "swu" } else { "bin" };
    let first_stage = format!("{stem}-ramdisk-chained-update-r.bin");
    let image = job.image_address(
        choice,
        &format!("{stem}-{version}-SIP-{suffix}.{extension}"),
    )?;
    if choice.value.url.is_some() || !is_chained(job, version) {
        return Some(image);
    }
    let base = job.layers.site().firmware_base.as_ref()?;
    let first_stage = if base.host().as_str() == SNOM_HOST {
        format!("{}://{SNOM_HOST}/fw/update/{first_stage}", base.scheme())
    } else {
        job.on_firmware_server(version, &first_stage)?
    };
    Some(chained(&first_stage, &image))
}

/// The first stage with the image in its query, `{mac}` left to the phone in both.
fn chained(first_stage: &str, image: &str) -> String {
    let and = |address: &str| if address.contains('?') { '&' } else { '?' };
    let query = and(image);
    let whole = format!("{image}{query}mac=");
    let mut inner = String::with_capacity(whole.len() + 8);
    // The image is a value of a query: what divides values, and what decoding would change.
    for character in whole.chars() {
        match character {
            '?' => inner.push_str("%3F"),
            '&' => inner.push_str("%26"),
            '=' => inner.push_str("%3D"),
            '%' => inner.push_str("%25"),
            '+' => inner.push_str("%2B"),
            _ => inner.push(character),
        }
    }
    format!(
        "{first_stage}{}mac={{mac}}&chained_url={inner}{{mac}}",
        and(first_stage)
    )
}

/// Whether the model loads the version by way of a RAM disk image.
fn is_chained(job: &Job<'_>, version: Firmware) -> bool {
    let level = version.level();
    if level >= [10, 1, 226, 0, 0] {
        job.model.is("chained-update")
    } else {
        level >= [10, 1, 184, 15, 0] && job.model.is("chained-update-old")
    }
}

/// Images are named by the type of phone: one of another type is refused.
fn check_address(job: &mut Job<'_>, choice: &Found<&FirmwareChoice>) {
    let Some(url) = &choice.value.url else { return };
    let address = url.as_str().split(['?', '#']).next().unwrap_or_default();
    let (_, name) = address.rsplit_once('/').unwrap_or_default();
    let Some((of_type, _)) = name.split_once('-') else {
        return;
    };
    let is_of = |row: &ModelRow| {
        let stem = row.file_stem.as_deref();
        stem.is_some_and(|stem| stem.eq_ignore_ascii_case(of_type))
    };
    if !is_of(job.model)
        && let Some(other) = MODELS.iter().find(|row| is_of(row))
    {
        let text = format!(
            "an image of another model: it is named for snom {}, not for {}",
            other.name, job.model_name
        );
        let path = job.firmware_path(choice.layer).key("url");
        job.error(path, ErrorKind::Conflict(text.into()));
    }
}

fn check_version(job: &mut Job<'_>, choice: &Found<&FirmwareChoice>, installed: Option<Firmware>) {
    let version = choice.value.version;
    let path = job.firmware_path(choice.layer).key("version");
    if version.scheme() != FirmwareScheme::Dotted {
        let why = format!(
            "the version is not written as {} firmware is",
            job.model_name
        );
        return job.error(path, ErrorKind::Conflict(why.into()));
    }
    let level = version.level();
    if let Some(first) = job.model.first_firmware
        && !first.since_met(level)
    {
        let message = format!("{} is known from {first} on, not {version}", job.model_name);
        job.notice(NoticeCode::Firmware, path.clone(), message);
    }
    if let Some(newest) = job.model.newest_firmware
        && level[0] > newest.level()[0]
    {
        let message = format!(
            "{version} is of another line than {newest}, the newest known for {}",
            job.model_name
        );
        job.notice(NoticeCode::Firmware, path.clone(), message);
    }
    let Some(installed) = installed else { return };
    let in_8_9_3 = installed.level()[..3] == [8, 9, 3];
    if in_8_9_3 && level < [8, 7, 5, 44, 0] {
        let why = format!(
            "{version} cannot be loaded over the installed {installed}: 8.9.3 goes back to 8.7.5.44 at most"
        );
        job.error(path, ErrorKind::Conflict(why.into()));
    } else if version < installed {
        let message = format!("{version} is older than the installed {installed}");
        job.notice(NoticeCode::Firmware, path, message);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_image_is_a_value_of_the_first_stage() {
        assert_eq!(
            chained("https://h/u/a.bin", "https://h/fw/b.bin"),
            "https://h/u/a.bin?mac={mac}&chained_url=https://h/fw/b.bin%3Fmac%3D{mac}"
        );
        assert_eq!(
            chained("https://h/a?k=1", "https://h/b?k=1&l=%20"),
            "https://h/a?k=1&mac={mac}&chained_url=https://h/b%3Fk%3D1%26l%3D%2520%26mac%3D{mac}"
        );
    }
}
