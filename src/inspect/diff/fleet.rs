//! What an edit of a fleet does to its phones.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Change, Diff, Effects, diff};
use crate::error::Errors;
use crate::fleet::Fleet;
use crate::inspect::secrets::secrets_of;
use crate::model::{Device, Mac};
use crate::parse::{File, Limits, parse};
use crate::target::{ConfigFile, Provisioner, ProvisioningTarget, Rendered, Targets};

/// What changes for one phone that fetches other files.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct StateDiff {
    /// The files whose bytes differ, by name; those that are new or gone too.
    pub files: Vec<String>,
    /// What changes on the phone.
    pub diff: Diff,
}

/// Compares what a phone is told by two sets of files, each in the order that the phone asks for them.
/// Files of equal bytes are not even read.
pub fn diff_states(
    target: &dyn ProvisioningTarget,
    old: &[ConfigFile],
    new: &[ConfigFile],
) -> StateDiff {
    let mut files: Vec<String> = Vec::new();
    for file in new.iter().chain(old) {
        let name = file.name();
        let differs = bytes(old, name) != bytes(new, name);
        if differs && !files.iter().any(|other| other == name) {
            files.push(name.to_owned());
        }
    }
    if files.is_empty() {
        return StateDiff::default();
    }
    let limits = Limits::default();
    let old: Vec<File<'_>> = old
        .iter()
        .map(|file| parse(file.bytes(), &limits))
        .collect();
    let new: Vec<File<'_>> = new
        .iter()
        .map(|file| parse(file.bytes(), &limits))
        .collect();
    let (old, new): (Vec<&File<'_>>, Vec<&File<'_>>) = (old.iter().collect(), new.iter().collect());
    StateDiff {
        files,
        diff: diff(Some(target), &old, &new),
    }
}

fn bytes<'f>(files: &'f [ConfigFile], name: &str) -> Option<&'f [u8]> {
    let file = files.iter().find(|file| file.name() == name);
    file.map(ConfigFile::bytes)
}

/// Renders two fleets and compares what each phone is told. Phones are known by their addresses; no
/// secret of either fleet is in the result, wherever it stands.
///
#[cfg_attr(feature = "yealink", doc = "```")]
#[cfg_attr(not(feature = "yealink"), doc = "```ignore")]
/// use phone_provisioning::inspect::{DeviceChange, diff_fleets};
/// use phone_provisioning::{Document, Targets};
///
/// let document = |language: &str| {
///     Document::from_toml(&format!(r#"
///         [site]
///         name = "Example BV"
///         [site.settings]
///         time_zone = "Europe/Amsterdam"
///         language = "{language}"
///         registrar = {{ host = "sip.example.net" }}
///         [[devices]]
///         mac = "80:5e:0c:12:34:56"
///         model = "yealink T46S"
///     "#))
/// };
/// let targets = Targets::builtin();
/// let old = document("en")?.resolve(&targets)?;
/// let new = document("de")?.resolve(&targets)?;
///
/// let diff = diff_fleets(&targets, &old, &new)?;
/// assert!(matches!(diff.devices()[0].change, DeviceChange::Changed(_)));
/// let changed: Vec<String> = diff.by_change().iter().map(|(c, _)| c.to_string()).collect();
/// assert!(changed.iter().any(|change| change.starts_with("lang.gui: \"English\" -> ")));
/// # Ok::<(), phone_provisioning::Errors>(())
/// ```
///
/// # Errors
/// What cannot be rendered of either fleet.
pub fn diff_fleets(targets: &Targets, old: &Fleet, new: &Fleet) -> Result<FleetDiff, Errors> {
    let mut secrets = secrets_of(old);
    secrets.extend(secrets_of(new));
    let before = Provisioner::with_targets(old.site().clone(), targets.clone());
    let after = Provisioner::with_targets(new.site().clone(), targets.clone());
    let olds: BTreeMap<Mac, &Device> = old.devices().iter().map(|d| (d.mac(), d)).collect();
    let news: BTreeMap<Mac, &Device> = new.devices().iter().map(|d| (d.mac(), d)).collect();
    let mut devices = Vec::new();
    let mut errors = Vec::new();
    let mut render = |provisioner: &Provisioner, device: &Device| -> Option<Rendered> {
        let rendered = provisioner.render(device);
        rendered
            .map_err(|found| errors.extend(found.into_vec()))
            .ok()
    };
    let names = |rendered: &Rendered| -> Vec<String> {
        let files = rendered.files().iter();
        files.map(|file| file.name().to_owned()).collect()
    };
    let model = |device: &Device| match targets.model(device.model()) {
        Ok(found) => found.canonical(),
        Err(_) => device.model().to_owned(),
    };
    for device in new.devices() {
        let Some(rendered) = render(&after, device) else {
            continue;
        };
        let change = match olds.get(&device.mac()) {
            None => DeviceChange::Added {
                files: names(&rendered),
            },
            Some(earlier) => {
                let Some(earlier_files) = render(&before, earlier) else {
                    continue;
                };
                let (was, is) = (model(earlier), model(device));
                match targets.model(device.model()) {
                    Ok(found) if was == is => {
                        let (old, new) = (earlier_files.files(), rendered.files());
                        let mut state = diff_states(&**found.target, old, new);
                        state.diff = state.diff.without(&secrets);
                        DeviceChange::Changed(state)
                    }
                    _ => DeviceChange::Replaced {
                        was,
                        files: names(&rendered),
                    },
                }
            }
        };
        devices.push(DeviceDiff::new(device, model(device), change));
    }
    for device in old.devices() {
        if !news.contains_key(&device.mac()) {
            devices.push(DeviceDiff::new(
                device,
                model(device),
                DeviceChange::Removed,
            ));
        }
    }
    Errors::check(errors)?;
    Ok(FleetDiff { devices })
}

/// What an edit does to the phones of a fleet: those of the new fleet in its order, then those that it
/// no longer has.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct FleetDiff {
    devices: Vec<DeviceDiff>,
}

impl FleetDiff {
    /// The phones, those included for which nothing changes.
    pub fn devices(&self) -> &[DeviceDiff] {
        &self.devices
    }

    /// Every change with the phones that it comes to: what comes to most of them first.
    pub fn by_change(&self) -> Vec<(&Change, Vec<Mac>)> {
        let mut places: BTreeMap<&Change, usize> = BTreeMap::new();
        let mut groups: Vec<(&Change, Vec<Mac>)> = Vec::new();
        for device in &self.devices {
            for change in device.changes() {
                let next = groups.len();
                let place = *places.entry(change).or_insert(next);
                if place == next {
                    groups.push((change, Vec::new()));
                }
                // The same twice on one phone is one phone.
                let macs = &mut groups[place].1;
                if macs.last() != Some(&device.mac) {
                    macs.push(device.mac);
                }
            }
        }
        groups.sort_by_key(|(_, macs)| std::cmp::Reverse(macs.len()));
        groups
    }

    /// How many changes there are, phones that come and go counted as one each.
    pub fn count(&self) -> usize {
        let counts = self.devices.iter().map(|device| match &device.change {
            DeviceChange::Changed(state) => state.diff.changes().len(),
            DeviceChange::Added { .. } | DeviceChange::Removed | DeviceChange::Replaced { .. } => 1,
        });
        counts.sum()
    }
}

/// What an edit does to one phone.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct DeviceDiff {
    /// Its address.
    #[serde(serialize_with = "plain")]
    pub mac: Mac,
    /// Its model with its vendor.
    pub model: String,
    /// What it is called, where the fleet says so.
    pub label: Option<String>,
    /// What happens to it.
    pub change: DeviceChange,
}

fn plain<S: serde::Serializer>(mac: &Mac, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&mac.plain_lower())
}

impl DeviceDiff {
    fn new(device: &Device, model: String, change: DeviceChange) -> Self {
        Self {
            mac: device.mac(),
            model,
            label: device.label().map(|label| label.as_str().to_owned()),
            change,
        }
    }

    /// The changes of its settings; none of a phone that comes or goes.
    pub fn changes(&self) -> &[Change] {
        match &self.change {
            DeviceChange::Changed(state) => state.diff.changes(),
            _ => &[],
        }
    }

    /// What the changes do to it, see [`Diff::effects`].
    pub fn effects(&self) -> Effects {
        match &self.change {
            DeviceChange::Changed(state) => state.diff.effects(),
            _ => Effects::default(),
        }
    }
}

/// What happens to a phone.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DeviceChange {
    /// Only the new fleet has it.
    Added {
        /// Its files.
        files: Vec<String>,
    },
    /// Both have it; perhaps nothing changes.
    Changed(StateDiff),
    /// Only the old fleet has it.
    Removed,
    /// A phone of another model has its address.
    Replaced {
        /// The model that it was.
        was: String,
        /// Its new files.
        files: Vec<String>,
    },
}
