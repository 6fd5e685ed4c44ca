//! Which firmware the phone and the handsets of a base fetch, and from where.

use std::collections::BTreeMap;

use super::settings::DeviceFacts;
use super::tables::{self, names as n};
use super::writer::{Ix, PHONE, Writer};
use crate::error::{ErrorKind, NoticeCode, Path};
use crate::model::{Firmware, FirmwareChoice, FirmwareScheme, Found, Url};
use crate::target::{ModelRow, TokenRow};

/// The section; nothing when nobody chose a firmware.
pub(super) fn write(w: &mut Writer<'_, '_>, facts: &DeviceFacts<'_>) {
    let own = facts.firmware.and_then(|choice| own(w, &choice, facts));
    let handsets = of_handsets(w, facts);
    if own.is_none() && handsets.is_empty() {
        return;
    }
    w.section("firmware");
    if let Some(address) = own {
        for row in [n::STATIC_FIRMWARE_URL, n::FIRMWARE_URL] {
            w.token(row, PHONE, &address);
        }
    }
    if handsets.is_empty() {
        return;
    }
    // Up to V82 there is one address for all handsets.
    let one_for_all = !w.job.has(n::OVER_THE_AIR_URL_HANDSET);
    if let Some((_, wanted)) = handsets.iter().nth(1).filter(|_| one_for_all) {
        let text = format!(
            "{} with firmware {} takes the image of one model of handset, and another is chosen",
            w.job.model_name, w.job.firmware_name
        );
        w.job
            .error(wanted.path.clone(), ErrorKind::Conflict(text.into()));
    }
    for (word, wanted) in handsets
        .iter()
        .take(if one_for_all { 1 } else { usize::MAX })
    {
        if one_for_all {
            w.token(n::OVER_THE_AIR_URL, PHONE, &wanted.address);
        } else {
            let ix = Ix { numbers: &[], word };
            w.token(n::OVER_THE_AIR_URL_HANDSET, ix, &wanted.address);
        }
    }
    // Switched off by hand, either would leave the choice without effect.
    for row in [
        n::OVER_THE_AIR_BASE_TRIGGER,
        n::OVER_THE_AIR_HANDSET_TRIGGER,
    ] {
        w.flag(row, PHONE, true);
    }
}

/// The address of the phone's own image.
fn own(
    w: &mut Writer<'_, '_>,
    choice: &Found<&FirmwareChoice>,
    facts: &DeviceFacts<'_>,
) -> Option<String> {
    let path = w.job.firmware_path(choice.layer);
    let at_version = path.key("version");
    let version = choice.value.version;
    if version.scheme() != FirmwareScheme::Generation {
        let text = format!(
            "the version is not written as {} firmware is",
            w.job.model_name
        );
        w.job.error(at_version, ErrorKind::Conflict(text.into()));
        return None;
    }
    let named = choice.value.url.as_ref().and_then(version_in_name);
    for (version, path) in [(Some(version), &at_version), (named, &path.key("url"))] {
        let misfit = version.and_then(|version| misfit(w.job.model, version).zip(Some(version)));
        if let Some((expected, version)) = misfit {
            let text = format!(
                "an image of another model: firmware of {} begins with {expected}, found {version}",
                w.job.model_name
            );
            w.job.error(path.clone(), ErrorKind::Conflict(text.into()));
            return None;
        }
    }
    if let Some(named) = named.filter(|named| *named != version) {
        let message = format!("the address names {named}, and {version} is chosen");
        w.job.notice(NoticeCode::Firmware, path.key("url"), message);
    }
    if w.job.model.image_prefixes.is_empty() {
        let message = format!(
            "with which number firmware of {} begins is not known: {version} is not checked",
            w.job.model_name
        );
        w.job
            .notice(NoticeCode::UnknownLimit, at_version.clone(), message);
    }
    if let Some(installed) = facts.installed {
        if installed.oem() != version.oem() {
            let message = format!(
                "{version} is of another branch than the installed {installed}; images of different branches are not freely interchangeable"
            );
            w.job
                .notice(NoticeCode::Firmware, at_version.clone(), message);
        }
        // Of one model, though its prefix may have changed on the way.
        if version.level() < installed.level() {
            let message = format!("{version} is older than the installed {installed}");
            w.job.notice(NoticeCode::Firmware, at_version, message);
        }
    }
    let file = format!("{}-{version}.rom", w.job.model.name);
    w.job.image_address(choice, &file)
}

/// With what the version should begin on this model, where it does not.
fn misfit(model: &ModelRow, version: Firmware) -> Option<u16> {
    let prefixes = &model.image_prefixes;
    let of_its_time = prefixes
        .iter()
        .rev()
        .find(|(since, _)| since.since_met(version.level()));
    let (_, expected) = of_its_time.or(prefixes.first())?;
    (version.prefix() != Some(*expected)).then_some(*expected)
}

/// The version in the name of an image, whose other parts are free: `T46S(T48S)-66.86.0.15.rom`.
pub(super) fn version_in_name(url: &Url) -> Option<Firmware> {
    let path = url.as_str().split(['?', '#']).next()?;
    let (_, name) = path.rsplit_once('/')?;
    let of_version = |c: char| c.is_ascii_digit() || c == '.';
    let mut versions = name.split(|c| !of_version(c)).filter_map(|piece| {
        let piece = piece.trim_matches('.');
        Firmware::parse(FirmwareScheme::Generation, piece).ok()
    });
    versions.next_back()
}

/// The image of one model of handset.
#[derive(Debug)]
struct Image {
    version: Firmware,
    address: String,
    path: Path,
}

/// Images by the base's word for the model of handset.
fn of_handsets(w: &mut Writer<'_, '_>, facts: &DeviceFacts<'_>) -> BTreeMap<&'static str, Image> {
    let mut images: BTreeMap<&'static str, Image> = BTreeMap::new();
    for (i, handset) in facts.handsets.iter().enumerate() {
        let Some(version) = handset.firmware else {
            continue;
        };
        let at = w.job.at.key("handsets").index(i);
        let path = at.key("firmware");
        if version.scheme() != FirmwareScheme::Generation {
            let text = "the version is not written as handset firmware is";
            w.job.error(path, ErrorKind::Conflict(text.into()));
            continue;
        }
        let Some(model) = &handset.model else {
            let kind = ErrorKind::Missing {
                expected: "the model of a handset with firmware",
                looked_at: at.key("model").to_string(),
            };
            w.job.error(at.key("model"), kind);
            continue;
        };
        // One that is not known is reported where the handset is.
        let Some(row) = handset_row(model.as_str()) else {
            continue;
        };
        if let Some(expected) = row.number.filter(|own| version.prefix() != Some(*own)) {
            let text = format!(
                "an image of another handset: firmware of {} begins with {expected}, found {version}",
                row.word
            );
            w.job.error(path, ErrorKind::Conflict(text.into()));
            continue;
        }
        match images.get(row.token) {
            Some(other) if other.version != version => {
                let text = format!(
                    "{version} and, at {}, {}: handsets of one model have one firmware",
                    other.path, other.version
                );
                w.job.error(path, ErrorKind::Conflict(text.into()));
            }
            Some(_) => {}
            None => {
                let file = format!("{}-{version}.rom", row.word);
                if let Some(address) = address(w, row, version, file, &path) {
                    let image = Image {
                        version,
                        address,
                        path,
                    };
                    images.insert(row.token, image);
                }
            }
        }
    }
    images
}

/// Address of a handset's image on the site's firmware server, an error where it has none.
fn address(
    w: &mut Writer<'_, '_>,
    row: &TokenRow,
    version: Firmware,
    file: String,
    path: &Path,
) -> Option<String> {
    let Some(base) = &w.job.layers.site().firmware_base else {
        let kind = ErrorKind::Missing {
            expected: "the address of the server that holds images of handsets",
            looked_at: "site.firmware_base".to_owned(),
        };
        w.job.error(path.clone(), kind);
        return None;
    };
    let vendor = w.job.model_name.split(' ').next().unwrap_or_default();
    Some(base.fill(|name| match name {
        "vendor" => vendor.to_owned(),
        "model" => row.word.to_owned(),
        "version" => version.to_string(),
        _ => file.clone(),
    }))
}

/// The row of a model of handset, however it is spelled.
pub(super) fn handset_row(name: &str) -> Option<&'static TokenRow> {
    let bare = |text: &str| -> String {
        let letters = text.chars().filter(char::is_ascii_alphanumeric);
        letters.map(|c| c.to_ascii_uppercase()).collect()
    };
    let wanted = bare(name);
    tables::HANDSETS.iter().find(|row| bare(row.word) == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_found_in_the_names_that_images_have() {
        for (name, expected) in [
            ("T46S-66.81.0.110.rom", Some("66.81.0.110")),
            ("T46S(T48S,T42S,T41S)-66.86.0.15.rom", Some("66.86.0.15")),
            (
                "T54W(T57W,T53W,T53,T53C,T54,T57)-96.86.0.45(20211130).rom",
                Some("96.86.0.45"),
            ),
            ("T58W-OS12-150.87.0.15.rom", Some("150.87.0.15")),
            ("9.73.0.50.rom?v=1.2.3.4", Some("9.73.0.50")),
            ("latest.rom", None),
        ] {
            let url = format!("https://fw.example.net/1.2.3.4/{name}");
            let url: Url = url.parse().unwrap();
            let found = version_in_name(&url).map(|version| version.to_string());
            assert_eq!(found.as_deref(), expected, "{name}");
        }
    }
}
