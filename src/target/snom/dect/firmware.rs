//! The section that tells base and handsets which firmware to fetch, and from where.

use std::collections::BTreeMap;

use super::super::super::job::Limit;
use super::super::writer::{At, PHONE, Writer};
use super::settings;
use super::tables::{self, names as n};
use crate::error::{ErrorKind, NoticeCode, Path};
use crate::model::{
    Device, Firmware, FirmwareChoice, FirmwareScheme, Found, Handset, Layer, Url, UrlTemplate,
};

/// What the firmware section is made of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted<'a> {
    pub(super) choice: Option<Found<&'a FirmwareChoice>>,
    pub(super) installed: Option<Firmware>,
    /// Where images are, for choices without an address of their own.
    pub(super) base: Option<&'a UrlTemplate>,
}

/// The section; nothing when nobody chose a firmware.
pub(super) fn write(w: &mut Writer<'_, '_>, device: &Device, wanted: &Wanted<'_>) {
    let handsets = handsets(w, device, wanted);
    if wanted.choice.is_none() && handsets.is_empty() {
        return settings::section(w, "firmware-settings");
    }
    w.open("firmware-settings", &[]);
    root(w, wanted, handsets.values().next());
    if let Some(choice) = wanted.choice {
        let version = choice.value.version;
        let path = choice_path(w, choice.layer);
        if version.scheme() != FirmwareScheme::Branch {
            let text = "the version is not written as firmware of bases is";
            let kind = ErrorKind::Conflict(text.into());
            w.job.error(path.key("version"), kind);
        }
        steps(w, version, wanted.installed, &path.key("version"));
        number(w, n::FP_FWU_SW_VERSION, PHONE, version.software());
        number(w, n::FP_FWU_BRANCH_VERSION, PHONE, version.branch());
    }
    for (token, (version, _)) in &handsets {
        let at = At::Type(token);
        number(w, n::PP_FWU_SW_VERSION, at, version.software());
        number(w, n::PP_FWU_BRANCH_VERSION, at, version.branch());
    }
    settings::custom(w, "firmware-settings");
    w.close("firmware-settings");
}

fn number(
    w: &mut Writer<'_, '_>,
    row: &crate::target::SettingRow,
    at: At<'_>,
    number: Option<u16>,
) {
    // A version of another scheme is an error already.
    if let Some(number) = number {
        w.number(row, at, number);
    }
}

fn choice_path(w: &Writer<'_, '_>, layer: Layer) -> Path {
    match layer {
        Layer::Device => w.job.at.key("firmware"),
        _ => Path::root()
            .key("site")
            .key("firmware")
            .key(w.job.model_name),
    }
}

/// Versions by model of handset, each with the handset that asks for it first.
fn handsets(
    w: &mut Writer<'_, '_>,
    device: &Device,
    wanted: &Wanted<'_>,
) -> BTreeMap<&'static str, (Firmware, Path)> {
    let mut versions: BTreeMap<&'static str, (Firmware, Path)> = BTreeMap::new();
    for (i, handset) in device.handsets().iter().enumerate() {
        let at = w.job.at.key("handsets").index(i);
        let token = handset_type(w, handset, wanted, &at);
        let Some(version) = handset.firmware else {
            continue;
        };
        let path = at.key("firmware");
        if version.scheme() != FirmwareScheme::Branch {
            let text = "the version is not written as handset firmware is";
            w.job.error(path, ErrorKind::Conflict(text.into()));
            continue;
        }
        if handset.model.is_none() {
            let kind = ErrorKind::Missing {
                expected: "the model of a handset with firmware",
                looked_at: at.key("model").to_string(),
            };
            w.job.error(at.key("model"), kind);
        }
        let Some(token) = token else { continue };
        match versions.get(token) {
            Some((other, first)) if *other != version => {
                let text = format!(
                    "{version} and, at {first}, {other}: handsets of one model have one firmware"
                );
                w.job.error(path, ErrorKind::Conflict(text.into()));
            }
            Some(_) => {}
            None => {
                versions.insert(token, (version, path));
            }
        }
    }
    versions
}

/// The base's word for the handset's model; firmware for it is gated by the firmware that the base
/// will have.
fn handset_type(
    w: &mut Writer<'_, '_>,
    handset: &Handset,
    wanted: &Wanted<'_>,
    at: &Path,
) -> Option<&'static str> {
    let model = handset.model.as_ref()?;
    let name = model.as_str();
    let known = |row: &&crate::target::TokenRow| {
        row.word.eq_ignore_ascii_case(name)
            && (row.only.is_empty() || row.only.iter().any(|word| w.job.model.is(word)))
    };
    let chosen = wanted.choice.map(|choice| choice.value.version.level());
    let level = chosen.or(w.job.level);
    let row = tables::HANDSETS.iter().find(known);
    let fits = |row: &&crate::target::TokenRow| {
        handset.firmware.is_none() || row.exists_on(w.job.model, level)
    };
    let token = row.filter(fits).map(|row| row.token);
    if token.is_none() {
        let what = format!("handset `{}`", crate::error::shortened(name));
        let limit = if row.is_some() {
            Limit::Firmware
        } else {
            Limit::Model
        };
        w.job
            .unsupported(Layer::Extension, at.key("model"), what, limit, "");
    }
    token
}

/// The root of the server that holds images: the base adds `/M900/M900_v0740_b0104.fwu`.
fn root(w: &mut Writer<'_, '_>, wanted: &Wanted<'_>, handset: Option<&(Firmware, Path)>) {
    let own = wanted
        .choice
        .and_then(|choice| choice.value.url.as_ref().map(Url::as_str));
    let site = Path::root().key("site").key("firmware_base");
    let path = match (wanted.choice, handset) {
        (Some(choice), _) => choice_path(w, choice.layer).key("url"),
        (None, Some((_, path))) => path.clone(),
        (None, None) => return,
    };
    let version = wanted
        .choice
        .map(|choice| choice.value.version)
        .or(handset.map(|(version, _)| *version));
    let root = match (own, wanted.base) {
        (Some(own), _) => own.to_owned(),
        (None, Some(base)) => match root_of(base, version) {
            Some(root) => root,
            None => {
                let text = format!(
                    "{} adds `{{model}}/{{file}}` to the address by itself, so nothing else can stand at its end; give the choice a `url`",
                    w.job.model_name
                );
                return w.job.error(site, ErrorKind::Conflict(text.into()));
            }
        },
        (None, None) => {
            let kind = ErrorKind::Missing {
                expected: "the address of the server that holds images",
                looked_at: format!("{path}, {site}"),
            };
            return w.job.error(path, kind);
        }
    };
    let root = root.strip_suffix('/').unwrap_or(&root);
    w.address(n::FIRMWARE, PHONE, root);
    let level = wanted.installed.map(|installed| installed.level());
    if level.or(w.job.level).is_some_and(|level| level[0] == 520) && has_port(root) {
        let message =
            "firmware 5.20 drops the port of this address: let the server listen on the usual one";
        w.job.notice(NoticeCode::Firmware, path, message);
    }
}

/// The template without the `{model}/{file}` at its end, which the base adds; `None` when it ends
/// in another way.
fn root_of(base: &UrlTemplate, version: Option<Firmware>) -> Option<String> {
    let text = base.as_str();
    let end = text
        .strip_suffix("/{model}/{file}")
        .or_else(|| text.strip_suffix("/{model}/"))
        .or_else(|| text.strip_suffix("/{file}"))
        .unwrap_or(text);
    if end.contains("{model}") || end.contains("{file}") || end.contains('?') {
        return None;
    }
    let version = version.map(|version| version.to_string());
    let root = end.replace("{vendor}", "snom");
    Some(root.replace("{version}", &version.unwrap_or_default()))
}

fn has_port(url: &str) -> bool {
    url.parse::<Url>().is_ok_and(|url| url.port().is_some())
}

/// Steps between versions that lead nowhere. [wazo install.md]
fn steps(w: &mut Writer<'_, '_>, version: Firmware, installed: Option<Firmware>, path: &Path) {
    let Some(installed) = installed else { return };
    let (Some(from), Some(to)) = (installed.software(), version.software()) else {
        return;
    };
    let message = if from >= 450 && to <= 410 {
        format!("there is no way back from {installed} to {version}")
    } else if (450..500).contains(&from) && to >= 510 {
        format!("from {installed} the base needs 5.00.1 or 5.01.1 first, then {version}")
    } else if version < installed {
        format!("{version} is older than the installed {installed}")
    } else {
        return;
    };
    w.job.notice(NoticeCode::Firmware, path.clone(), message);
}
