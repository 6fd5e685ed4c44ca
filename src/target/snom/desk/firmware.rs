//! Firmware: a document of its own, which the settings name.

use super::super::super::job::{Job, Limit};
use super::super::writer::{PHONE, Writer, close_document, open_document};
use super::custom;
use super::settings::DeviceFacts;
use super::tables::{MODELS, names as n};
use crate::error::{ErrorKind, NoticeCode};
use crate::model::{Firmware, FirmwareChoice, FirmwareScheme, Found, Site, UrlTemplate};
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
    let first_stage = format!("{stem}-ramdisk-chained-update-r.bin");
    let image = job.image_address(choice, &file_name(job.model, &version.to_string()))?;
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

/// Name of the image of a version.
fn file_name(model: &ModelRow, version: &str) -> String {
    let stem = model.file_stem.as_deref().unwrap_or_default();
    let suffix = if model.is("suffix-f") { "f" } else { "r" };
    let extension = if model.is("swu") { "swu" } else { "bin" };
    format!("{stem}-{version}-SIP-{suffix}.{extension}")
}

/// What was chosen for a phone that is told of this image, and the server of images where the address
/// cannot stand in the choice: a chained one.
pub(super) fn read(image: &str, model: &ModelRow) -> Option<(FirmwareChoice, Option<UrlTemplate>)> {
    let chained = image.split_once("chained_url=");
    let (image, is_chained) = match chained {
        Some((_, image)) => (unchained(image), true),
        None => (image.to_owned(), false),
    };
    let address = image.split('?').next()?;
    let (server, file) = address.rsplit_once('/')?;
    let (_, version) = file.split_once('-')?;
    let (version, _) = version.split_once("-SIP-")?;
    let mut choice = FirmwareChoice::new(Firmware::parse(FirmwareScheme::Dotted, version).ok()?);
    if !is_chained {
        choice.url = Some(image.parse().ok()?);
        return Some((choice, None));
    }
    // What makes the chain is the model, of an image that is called by its version.
    (file == file_name(model, version)).then_some(())?;
    let base = format!("{server}/{{file}}");
    let base = UrlTemplate::parse(&base, Site::FIRMWARE_PLACEHOLDERS).ok()?;
    Some((choice, Some(base)))
}

/// An image as it was before it became a value of a query, without the hardware address that the
/// phone is left to add.
fn unchained(value: &str) -> String {
    let mut image = value.to_owned();
    for (encoded, plain) in [
        ("%3F", "?"),
        ("%26", "&"),
        ("%3D", "="),
        ("%2B", "+"),
        ("%25", "%"),
    ] {
        image = image.replace(encoded, plain);
    }
    let bare = image
        .strip_suffix("{mac}")
        .and_then(|image| image.strip_suffix("mac="));
    let bare = bare.map(|image| image.trim_end_matches(['?', '&']).to_owned());
    bare.unwrap_or(image)
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

    #[test]
    fn an_image_is_read_back() {
        let d785 = MODELS.iter().find(|row| row.name == "D785").unwrap();
        let read = |image: &str| {
            let (choice, base) = read(image, d785)?;
            let url = choice.url.map(|url| url.to_string());
            Some((
                choice.version.to_string(),
                url,
                base.map(|base| base.to_string()),
            ))
        };
        let image = "https://h/fw/snomD785-10.1.226.16-SIP-r.bin";
        let direct = Some(("10.1.226.16".to_owned(), Some(image.to_owned()), None));
        assert_eq!(read(image), direct);
        let base = Some("https://h/fw/{file}".to_owned());
        let by_base = Some(("10.1.226.16".to_owned(), None, base));
        assert_eq!(read(&chained("https://h/fw/first.bin", image)), by_base);
        for unknown in [
            "https://h/fw/latest.bin",
            "https://h/fw/snomD785-x-SIP-r.bin",
            "https://h/snomD785-10.1.226.16-SIP-r.bin?mac={mac}",
            &chained(
                "https://h/a.bin",
                "https://h/snomD785-10.1.226.16-SIP-f.bin",
            ),
            "",
        ] {
            assert_eq!(read(unknown), None, "{unknown}");
        }
    }
}
