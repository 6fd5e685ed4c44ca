//! Why a phone is told what it is told ([`explain`]).

mod answer;
mod leaf;
mod probe;
pub(super) mod sample;

use serde_json::{Value, json};
use zeroize::Zeroizing;

pub use answer::{Explanation, Field, Occurrence, Origin, Rule};

use super::secrets::secrets_in;
use super::shown::{Shown, is_secret};
use crate::error::{Error, ErrorKind, Errors, Path};
use crate::fleet::Document;
use crate::model::{Device, Layer, Mac, nearest};
use crate::parse::{Limits, parse};
use crate::target::{Indices, ModelMatch, Provisioner, Rendered, Repeats, SettingMatch, Targets};
use leaf::{Leaf, Step, at, at_mut, find_free, leaves, path};
use probe::{Asked, Probe, seen};

/// Says which fields of a document decide a setting of one of its phones, and by what rule.
///
/// The name is the whole name as the file spells it (`account.1.label`, `user_name`), the index that
/// beside the name, where the file has one. Of a setting that the phone could be told and is not, the
/// answer says that.
///
/// The answer is found by experiment, not kept by the emitters: each field that the phone sees is
/// given other values, the phone's files are made again, and a field that changes the setting is one
/// that decides it. So the answer is true of whatever emitter there is, the caller's own included. The
/// model, the installed firmware and the profile of the phone are taken as given: they choose which
/// settings and which layers there are.
///
/// ```
/// # #[cfg(feature = "yealink")] {
/// use phone_provisioning::inspect::{Origin, explain};
/// use phone_provisioning::{Document, Targets};
///
/// let document = Document::from_toml(r#"
///     [site]
///     name = "Example BV"
///     [site.settings]
///     time_zone = "Europe/Amsterdam"
///     language = "nl"
///     registrar = { host = "sip.example.net" }
///     [profiles.reception.settings]
///     language = "de"
///     [[devices]]
///     mac = "80:5e:0c:12:34:56"
///     model = "yealink T46S"
///     profile = "reception"
/// "#).unwrap();
/// let mac = "805e0c123456".parse().unwrap();
/// let answer = explain(&document, &Targets::builtin(), mac, "lang.gui", None).unwrap();
///
/// assert_eq!(answer.origin, Origin::Fields);
/// let [field] = answer.fields.as_slice() else { panic!("one field says it") };
/// assert_eq!(field.path.as_str(), "profiles.reception.settings.language");
/// assert_eq!(field.overrides[0].as_str(), "site.settings.language");
/// # }
/// ```
///
/// # Errors
/// The faults of the document; [`ErrorKind::Unresolved`] when it has no such phone, or when neither
/// the phone's files nor its dictionary have such a setting.
pub fn explain(
    document: &Document,
    targets: &Targets,
    mac: Mac,
    name: &str,
    index: Option<u32>,
) -> Result<Explanation, Errors> {
    let fleet = document.resolve(targets)?;
    let unresolved = |what, name: String, nearest| {
        let kind = ErrorKind::Unresolved {
            what,
            name,
            nearest,
        };
        Errors::from(Error::new(Path::root(), kind))
    };
    let found = fleet
        .devices()
        .iter()
        .position(|device| device.mac() == mac);
    let Some(place) = found else {
        return Err(unresolved("device", mac.to_string(), None));
    };
    let device = &fleet.devices()[place];
    let provisioner = Provisioner::with_targets(fleet.site().clone(), targets.clone());
    let rendered = provisioner.render(device)?;
    let model = targets
        .model(device.model())
        .map_err(|kind| Error::new(device.path().key("model"), kind))?;
    let found = model.target.setting(name, index);
    let asked = Asked {
        name,
        index,
        repeats: found
            .as_ref()
            .map_or(Repeats::Replaces, |found| found.row.repeats),
    };
    if found.is_none() && seen(&rendered, asked).is_empty() {
        let names = model.target.settings().iter().map(|row| row.name);
        let near = nearest(name, names).map(str::to_owned);
        let full = index.map_or(name.to_owned(), |index| format!("{name} idx {index}"));
        return Err(unresolved("setting", full, near));
    }
    let question = Question {
        targets,
        model,
        device,
        asked,
        found,
        secrets: secrets_in(document),
        rendered,
        place,
    };
    Ok(question.answer(document))
}

struct Question<'a> {
    targets: &'a Targets,
    model: ModelMatch<'a>,
    device: &'a Device,
    asked: Asked<'a>,
    found: Option<SettingMatch<'a>>,
    secrets: Vec<Zeroizing<String>>,
    rendered: Rendered,
    /// The place of the device in the document.
    place: usize,
}

impl Question<'_> {
    fn answer(&self, document: &Document) -> Explanation {
        let mut answer = Explanation {
            name: self.asked.name.to_owned(),
            index: self.asked.index,
            mac: self.device.mac(),
            model: self.model.canonical(),
            device: self.device.path().clone(),
            told: self.occurrences(),
            origin: Origin::Constant,
            fields: Vec::new(),
            untold: Vec::new(),
            rule: self.found.as_ref().map(|found| Rule::of(found.row)),
            notices: Vec::new(),
        };
        let Some(mut probe) = self.probe(document) else {
            return answer;
        };
        let numbers = self.found.as_ref().map(|found| found.indices);
        let numbers = numbers.as_ref().map_or(&[][..], Indices::as_slice);
        probe = shortened(probe, numbers);
        let fields = fields_of(&probe.document, numbers);
        let (deciding, untold) = probe.search(&fields);
        answer.untold = untold
            .iter()
            .map(|&i| self.real_path(&fields[i].steps))
            .collect();
        answer.fields = deciding
            .iter()
            .map(|&i| self.field(&probe.document, &fields[i]))
            .collect();
        answer
            .fields
            .sort_by_key(|field| std::cmp::Reverse(field.layer));
        answer.origin = self.origin(&mut probe, &answer.fields);
        answer.notices = self.notices(&answer.fields);
        answer
    }

    /// Where the files tell it.
    fn occurrences(&self) -> Vec<Occurrence> {
        let mut told = Vec::new();
        let row = self.found.as_ref().map(|found| found.row);
        for config in self.rendered.files() {
            let file = parse(config.bytes(), &Limits::default());
            let shown = |text: &str| Shown::of(row, self.asked.name, text).without(&self.secrets);
            let beside = |attribute: &str, text: &str| {
                let shown = Shown::of_attribute(row, self.asked.name, attribute, text);
                shown.without(&self.secrets)
            };
            for setting in file.settings() {
                if self.asked.is(setting) {
                    let attributes = setting.attributes();
                    told.push(Occurrence {
                        file: config.name().to_owned(),
                        position: file.position(setting.span().start),
                        value: shown(setting.value()),
                        attributes: attributes
                            .filter(|(name, _)| *name != "idx")
                            .map(|(name, value)| (name.to_owned(), beside(name, &value)))
                            .collect(),
                    });
                }
            }
        }
        told
    }

    /// The document of this device alone. It is handled leniently and its raw settings unchecked, so
    /// that more changes of it can be rendered, unless that changes the setting.
    fn probe(&self, document: &Document) -> Option<Probe<'_>> {
        let all = serde_json::to_value(document).ok()?;
        let mut own = json!({
            "site": all.get("site")?,
            "devices": [all.get("devices")?.get(self.place)?],
        });
        if let Some(name) = self.device.profile() {
            own["profiles"] = json!({ name: all.get("profiles")?.get(name)? });
        }
        let before = seen(&self.rendered, self.asked);
        let mut lax = own.clone();
        lax["devices"][0]["handling"] = json!("lenient");
        for layer in layers(self.device.profile()) {
            let custom = at_mut(&mut lax, &layer.1).and_then(|layer| layer.get_mut("custom"));
            for raw in custom.and_then(Value::as_array_mut).into_iter().flatten() {
                raw["unchecked"] = json!(true);
            }
        }
        [lax, own].into_iter().find_map(|document| {
            let probe = Probe::new(self.targets, self.asked, document)?;
            probe.saw(&before).then_some(probe)
        })
    }

    /// The place in the caller's document.
    fn real_path(&self, steps: &[Step]) -> Path {
        let mut steps = steps.to_vec();
        if let [Step::Key(key), Step::Index(device), ..] = steps.as_mut_slice()
            && key == "devices"
        {
            *device = self.place;
        }
        path(&steps)
    }

    fn field(&self, document: &Value, leaf: &Leaf) -> Field {
        Field {
            path: self.real_path(&leaf.steps),
            layer: layer_of(&leaf.steps),
            value: self.shown(document, leaf),
            overrides: self
                .overridden(document, leaf)
                .iter()
                .map(|steps| self.real_path(steps))
                .collect(),
        }
    }

    fn shown(&self, document: &Value, leaf: &Leaf) -> Shown {
        let text = match &leaf.value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let is_raw = |leaf: &Leaf| {
            let parent = leaf.steps.split_last().map(|(_, parent)| parent);
            let name = parent
                .and_then(|parent| at(document, parent)?.get("target"))
                .is_some();
            name && leaf.key() == "value"
        };
        let row = self.found.as_ref().map(|found| found.row);
        let secret = matches!(
            leaf.key(),
            "access_code" | "password" | "template" | "token"
        ) || (is_raw(leaf) && is_secret(row, self.asked.name));
        if secret {
            return Shown::Redacted;
        }
        // Only the name is that of a setting; the row of none is asked.
        Shown::of(None, "", &text).without(&self.secrets)
    }

    /// The fields of lower layers that would say it, were this one not there.
    fn overridden(&self, document: &Value, leaf: &Leaf) -> Vec<Vec<Step>> {
        let layers = layers(self.device.profile());
        let own = layers
            .iter()
            .position(|(_, steps)| leaf.steps.starts_with(steps));
        let (below, rest): (usize, &[Step]) = match own {
            Some(own) => (own, &leaf.steps[layers[own].1.len()..]),
            None if in_account(&leaf.steps) => {
                let entry = leaf
                    .steps
                    .iter()
                    .rposition(|step| matches!(step, Step::Index(_)));
                (
                    layers.len(),
                    &leaf.steps[entry.map_or(0, |entry| entry + 1)..],
                )
            }
            None => return self.overridden_key(document, leaf).into_iter().collect(),
        };
        let [Step::Key(first), ..] = rest else {
            return Vec::new();
        };
        let mut overridden = Vec::new();
        for (_, steps) in layers[..below].iter().rev() {
            let Some(lower) = at(document, steps) else {
                continue;
            };
            let found = if first == "custom" {
                same_raw(document, leaf, lower)
                    .map(|index| vec![Step::Key("custom".to_owned()), Step::Index(index)])
            } else if at(lower, rest).is_some() {
                Some(rest.to_vec())
            } else if sample::is_replaced_whole(first) && lower.get(first).is_some() {
                Some(rest[..1].to_vec())
            } else {
                None
            };
            overridden.extend(found.map(|found| [steps.clone(), found].concat()));
        }
        overridden
    }

    /// The key of the profile at the place of a key of the device.
    fn overridden_key(&self, document: &Value, leaf: &Leaf) -> Option<Vec<Step>> {
        let [
            Step::Key(devices),
            Step::Index(_),
            Step::Key(keys),
            Step::Index(_),
            ..,
        ] = leaf.steps.as_slice()
        else {
            return None;
        };
        if devices != "devices" || keys != "keys" {
            return None;
        }
        let own = at(document, &leaf.steps[..4])?;
        let keys = vec![
            Step::Key("profiles".to_owned()),
            Step::Key(self.device.profile()?.to_owned()),
            Step::Key("keys".to_owned()),
        ];
        let place = |key: &Value| (key.get("position").cloned(), key.get("module").cloned());
        let all = at(document, &keys)?.as_array()?;
        let index = all.iter().position(|key| place(key) == place(own))?;
        Some([keys, vec![Step::Index(index)]].concat())
    }

    /// How the setting came to be told so.
    fn origin(&self, probe: &mut Probe<'_>, fields: &[Field]) -> Origin {
        if fields.iter().any(|field| field.is_raw_value()) {
            return Origin::Raw;
        }
        if !fields.is_empty() {
            return Origin::Fields;
        }
        let used = sample::uses(&probe.document, self.found.as_ref(), self.asked.index);
        for use_of in used {
            if probe.try_with(|document| use_of.add(document)) == probe::Outcome::Changed {
                return Origin::Unused;
            }
        }
        let additions = sample::additions(&probe.document, self.device.profile());
        let set_by: Vec<Path> = sample::deciding(&additions, probe)
            .iter()
            .map(|steps| self.real_path(steps))
            .collect();
        match (set_by.is_empty(), probe.saw(&Vec::new())) {
            (true, true) => Origin::NotTold,
            (true, false) => Origin::Constant,
            (false, _) => Origin::Default { set_by },
        }
    }

    /// What was noticed about the fields.
    fn notices(&self, fields: &[Field]) -> Vec<String> {
        let notices = self.rendered.notices().iter();
        let about = |notice: &Path, field: &Path| {
            let (notice, field) = (notice.as_str(), field.as_str());
            let below = |above: &str, path: &str| {
                let rest = path.strip_prefix(above);
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
            };
            below(notice, field) || below(field, notice)
        };
        notices
            .filter(|notice| fields.iter().any(|field| about(notice.path(), &field.path)))
            .map(ToString::to_string)
            .collect()
    }
}

/// The layers of settings, lowest first, with their places in the document of one device.
fn layers(profile: Option<&str>) -> Vec<(Layer, Vec<Step>)> {
    let key = |key: &str| Step::Key(key.to_owned());
    let mut layers = vec![(Layer::Site, vec![key("site"), key("settings")])];
    if let Some(name) = profile {
        let steps = vec![key("profiles"), key(name), key("settings")];
        layers.push((Layer::Profile, steps));
    }
    let steps = vec![key("devices"), Step::Index(0), key("settings")];
    layers.push((Layer::Device, steps));
    layers
}

/// Whether a field is one of an extension.
fn in_account(steps: &[Step]) -> bool {
    steps.contains(&Step::Key("extensions".to_owned()))
}

fn layer_of(steps: &[Step]) -> Layer {
    let is = |step: &Step, word: &str| matches!(step, Step::Key(key) if key == word);
    match steps {
        [top, ..] if is(top, "site") => Layer::Site,
        [top, ..] if is(top, "profiles") => Layer::Profile,
        [_, _, list, ..]
            if ["extensions", "handsets", "keys"]
                .iter()
                .any(|key| is(list, key)) =>
        {
            Layer::Extension
        }
        _ => Layer::Device,
    }
}

/// The raw setting of a lower layer for the same place as the one that a field belongs to.
fn same_raw(document: &Value, leaf: &Leaf, lower: &Value) -> Option<usize> {
    let entry = leaf
        .steps
        .iter()
        .rposition(|step| matches!(step, Step::Index(_)))?;
    let own = at(document, &leaf.steps[..=entry])?;
    let place = |raw: &Value| {
        let part = |key: &str| raw.get(key).cloned();
        (part("target"), part("name"), part("index"))
    };
    let all = lower.get("custom")?.as_array()?;
    all.iter().position(|raw| place(raw) == place(own))
}

/// The fields that are experimented with: all but those that choose the dictionary and the layers.
fn fields_of(document: &Value, asked: &[u32]) -> Vec<Leaf> {
    let mut fields = Vec::new();
    leaves(document, &mut Vec::new(), &mut fields);
    fields.retain(|leaf| {
        let given = ["handling", "installed_firmware", "model", "profile"];
        let of_device = leaf.steps.len() == 3 && layer_of(&leaf.steps) == Layer::Device;
        let is_empty = leaf.value.as_array().is_some_and(Vec::is_empty);
        let given = of_device && given.contains(&leaf.key());
        !given && !is_empty && leaf.key() != "unchecked"
    });
    find_free(&mut fields, asked);
    fields
}

/// A base with many handsets is rendered many times; those behind the last one that the setting needs
/// are left out, where none of them can change it.
fn shortened<'a>(mut probe: Probe<'a>, asked: &[u32]) -> Probe<'a> {
    const MANY: usize = 16;
    let steps = [
        Step::Key("devices".to_owned()),
        Step::Index(0),
        Step::Key("handsets".to_owned()),
    ];
    let handsets = at(&probe.document, &steps).and_then(Value::as_array);
    let count = handsets.map_or(0, Vec::len);
    if count <= MANY {
        return probe;
    }
    let (mut short, mut long) = (0, count);
    while long - short > 1 {
        let middle = short + (long - short) / 2;
        if with_first(&probe, &steps, middle).is_some() {
            long = middle;
        } else {
            short = middle;
        }
    }
    let Some(shorter) = with_first(&probe, &steps, long) else {
        return probe;
    };
    let mut left_out = fields_of(&probe.document, asked);
    left_out.retain(|leaf| {
        leaf.steps.starts_with(&steps)
            && matches!(leaf.steps.get(steps.len()), Some(Step::Index(i)) if *i >= long)
    });
    if left_out.is_empty() || probe.none_decides(&left_out) {
        shorter
    } else {
        probe
    }
}

/// The same for a list cut short, where the setting still is what it was.
fn with_first<'a>(probe: &Probe<'a>, list: &[Step], count: usize) -> Option<Probe<'a>> {
    let mut document = probe.document.clone();
    at_mut(&mut document, list)
        .and_then(Value::as_array_mut)?
        .truncate(count);
    probe.with(document)
}
