//! The section that tells base and handsets which firmware to fetch, and from where.

use std::collections::BTreeMap;

use super::super::super::job::Limit;
use super::super::writer::{At, PHONE, Writer};
use super::custom;
use super::tables::{self, names as n};
use crate::error::{ErrorKind, NoticeCode, Path};
use crate::model::{
    Device, Firmware, FirmwareChoice, FirmwareScheme, Found, Handset, Layer, Url, UrlTemplate,
};
use crate::target::{FirmwareBound, ModelRow, StepRule, TokenRow};

/// What the firmware section is made of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted<'a> {
    pub(super) choice: Option<Found<&'a FirmwareChoice>>,
    pub(super) installed: Option<Firmware>,
    /// Where images are, for choices without an address of their own.
    pub(super) base: Option<&'a UrlTemplate>,
}

/// What the base is told of its own firmware.
#[derive(Clone, Copy, Debug)]
struct Base {
    /// What it loads now.
    now: Firmware,
    /// Whether that is only a step towards what was chosen.
    is_step: bool,
}

/// The section; nothing when nobody chose a firmware.
pub(super) fn write(w: &mut Writer<'_, '_>, device: &Device, wanted: &Wanted<'_>) {
    let base = wanted.choice.and_then(|choice| base(w, &choice, wanted));
    let mut handsets = handsets(w, device, wanted);
    order(w, base, wanted.installed, &mut handsets);
    if base.is_none() && handsets.is_empty() {
        return custom::section(w, "firmware-settings");
    }
    w.open("firmware-settings", &[]);
    let version = base.map(|base| base.now);
    root(w, wanted, version, handsets.values().next());
    if let Some(version) = version {
        number(w, n::FP_FWU_SW_VERSION, PHONE, version.software());
        number(w, n::FP_FWU_BRANCH_VERSION, PHONE, version.branch());
    }
    for (token, (version, _)) in &handsets {
        let at = At::Type(token);
        number(w, n::PP_FWU_SW_VERSION, at, version.software());
        number(w, n::PP_FWU_BRANCH_VERSION, at, version.branch());
    }
    custom::write(w, "firmware-settings");
    w.close("firmware-settings");
}

/// Whether there is nothing to write or to say of a handset here.
pub(super) fn is_plain(model: &ModelRow, handset: &Handset) -> bool {
    let known = handset.model.as_ref().is_none_or(|name| {
        let mut rows = tables::HANDSETS.iter();
        rows.any(|row| is_row_of(row, name.as_str(), model))
    });
    known && handset.firmware.is_none()
}

fn is_row_of(row: &TokenRow, name: &str, model: &ModelRow) -> bool {
    row.word.eq_ignore_ascii_case(name)
        && (row.only.is_empty() || row.only.iter().any(|word| model.is(word)))
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

/// What the base loads on its way to the chosen version; nothing where there is no way.
fn base(
    w: &mut Writer<'_, '_>,
    choice: &Found<&FirmwareChoice>,
    wanted: &Wanted<'_>,
) -> Option<Base> {
    let version = choice.value.version;
    let path = w.job.firmware_path(choice.layer).key("version");
    if version.scheme() != FirmwareScheme::Branch {
        let text = "the version is not written as firmware of bases is";
        w.job.error(path, ErrorKind::Conflict(text.into()));
        return None;
    }
    let (name, model) = (w.job.model_name, w.job.model);
    let level = version.level();
    let first = model.first_firmware.filter(|first| !first.since_met(level));
    let newest = model
        .newest_firmware
        .filter(|newest| level > newest.level());
    if let Some(first) = first {
        let message = format!("{name} is known from {} on, not {version}", shown(first));
        w.job.notice(NoticeCode::Firmware, path.clone(), message);
    } else if let Some(newest) = newest {
        let message = format!(
            "{version} is newer than {}, the newest known for {name}",
            shown(newest)
        );
        w.job.notice(NoticeCode::Firmware, path.clone(), message);
    }
    let base = match wanted.installed {
        Some(installed) => way(w, choice.layer, version, installed, &path)?,
        None => Base {
            now: version,
            is_step: false,
        },
    };
    Some(base)
}

/// The next version on the way from the installed one to the chosen one.
fn way(
    w: &mut Writer<'_, '_>,
    layer: Layer,
    version: Firmware,
    installed: Firmware,
    path: &Path,
) -> Option<Base> {
    let to = version.level();
    let steps = &w.job.model.firmware_steps;
    let rules = |from: [u16; 5], to: [u16; 5]| {
        let on = steps.iter().filter(move |step| step.is_on(from, to));
        on.map(|step| step.rule)
    };
    if rules(installed.level(), to).any(|rule| rule == StepRule::Never) {
        let instead = "choose the installed one or a newer one, or none to keep it";
        let what = format!("way back from {installed} to {version}");
        let limit = Limit::Model;
        w.job.unsupported(layer, path.clone(), what, limit, instead);
        return None;
    }
    let mut stops = Vec::new();
    let mut from = installed.level();
    let via = |from| {
        let next = |rule| match rule {
            // Only forward, so that the way has an end whatever a row says.
            StepRule::Via(via) => Some(via).filter(|via| (from..to).contains(&via.level())),
            _ => None,
        };
        rules(from, to)
            .find_map(next)
            .filter(|via| via.level() != from)
    };
    while let Some(next) = via(from) {
        stops.push(next);
        from = next.level();
    }
    let now = stops.first().and_then(|next| of_bound(*next));
    let loads = now.unwrap_or(version);
    let mut notices = Vec::new();
    for rule in rules(installed.level(), loads.level()) {
        if let StepRule::Needs(what) = rule {
            notices.push(format!("the step from {installed} to {loads} needs {what}"));
        }
    }
    if let Some(now) = now {
        let rest: Vec<String> = stops[1..].iter().map(|stop| shown(*stop)).collect();
        let rest: String = rest.iter().map(|stop| format!("{stop}, then ")).collect();
        notices.push(format!(
            "from {installed} the base needs {now} first, which it is told now: the server must hold {}; {rest}{version} is told when `installed_firmware` says that it has it",
            image(w.job.model, now)
        ));
    } else if version < installed {
        notices.push(format!("{version} is older than the installed {installed}"));
    }
    for message in notices {
        w.job.notice(NoticeCode::Firmware, path.clone(), message);
    }
    Some(Base {
        now: loads,
        is_step: now.is_some(),
    })
}

/// Base before handsets: a handset loads its image from a base that has the version already.
fn order(
    w: &mut Writer<'_, '_>,
    base: Option<Base>,
    installed: Option<Firmware>,
    handsets: &mut BTreeMap<&'static str, (Firmware, Path)>,
) {
    let on_base = base.map(|base| base.now).or(installed);
    // Branches differ in sets of images that belong together: 6.70.202 of bases, 6.70.201 of handsets.
    let software = on_base.and_then(|version| version.software());
    let told = base.is_some();
    let is_step = base.is_some_and(|base| base.is_step);
    handsets.retain(|_, (version, path)| {
        let newer = version.software() > software;
        if let Some(on_base) = on_base.filter(|_| version.software() != software) {
            let message = match (newer, is_step) {
                (true, true) => format!(
                    "handsets get {version} after the base: it is not told while the base is on its way to that by {on_base}"
                ),
                (true, false) => {
                    let has = if told { "is told" } else { "has" };
                    format!(
                        "handsets load {version} only from a base that has it: this one {has} {on_base}, and they keep what they have until it gets {version}; choose that for the base too"
                    )
                }
                (false, _) => format!(
                    "{version} for handsets of a base with {on_base}: the sets of images that are known have one version for both"
                ),
            };
            w.job
                .notice(NoticeCode::Firmware, path.clone(), message);
        }
        !(newer && is_step)
    });
    if let Some((_, path)) = handsets.values().next() {
        let message = "a handset loads its image from the base once that is updated, while it stands in the charger and is charged by more than half";
        w.job.notice(NoticeCode::Firmware, path.clone(), message);
    }
}

/// Where the base looks for an image below the root of the server.
fn image(model: &ModelRow, version: Firmware) -> String {
    let (name, version) = (&model.name, version.file_form().unwrap_or_default());
    format!("{name}/{name}_{version}.fwu")
}

/// A bound of the tables as a version of a base.
fn of_bound(bound: FirmwareBound) -> Option<Firmware> {
    let [software, branch, ..] = bound.level();
    Firmware::parse(FirmwareScheme::Branch, &format!("{software}/{branch}")).ok()
}

fn shown(bound: FirmwareBound) -> String {
    of_bound(bound).map_or(bound.to_string(), |version| version.to_string())
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
    let chosen = wanted.choice.map(|choice| choice.value.version.level());
    let level = chosen.or(w.job.level);
    let mut rows = tables::HANDSETS.iter();
    let row = rows.find(|row| is_row_of(row, name, w.job.model));
    let fits = |row: &&TokenRow| handset.firmware.is_none() || row.exists_on(w.job.model, level);
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
fn root(
    w: &mut Writer<'_, '_>,
    wanted: &Wanted<'_>,
    version: Option<Firmware>,
    handset: Option<&(Firmware, Path)>,
) {
    let choice = wanted.choice.filter(|_| version.is_some());
    let own = choice.and_then(|choice| choice.value.url.as_ref().map(Url::as_str));
    let site = Path::root().key("site").key("firmware_base");
    let path = match (choice, handset) {
        (Some(choice), _) => w.job.firmware_path(choice.layer).key("url"),
        (None, Some((_, path))) => path.clone(),
        (None, None) => return,
    };
    let version = version.or(handset.map(|(version, _)| *version));
    if own.is_some_and(|own| own.ends_with(".fwu")) {
        let text = format!(
            "the address of an image: {} adds `{{model}}/{{file}}` to the address of the server by itself",
            w.job.model_name
        );
        return w.job.error(path, ErrorKind::Conflict(text.into()));
    }
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
