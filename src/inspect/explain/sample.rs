//! What a document could say and does not: added to it one by one where no field of it decides a
//! setting, to tell a default from what is always so.

use serde_json::{Value, json};

use super::layers;
use super::leaf::{Step, at, at_mut, leaves};
use super::probe::{Outcome, Probe};
use crate::target::{Scope, SettingMatch, Targets};

/// Whether a table of the settings replaces that of a lower layer as a whole; others are merged key by
/// key.
pub(super) fn is_replaced_whole(key: &str) -> bool {
    !matches!(
        key,
        "feature_codes" | "nat" | "resync" | "ring_tones" | "tls" | "volumes"
    )
}

/// Every field that settings can have, with some value.
pub(in crate::inspect) fn settings() -> Value {
    json!({
        "time_zone": "Asia/Tokyo",
        "language": "fr",
        "tone_country": "FR",
        "time_format": "12h",
        "date_format": "ymd",
        "ntp_servers": ["t1.example.org", "t2.example.org"],
        "registrar": {
            "host": "alt-a.example.org", "port": 5999, "transport": "tcp", "expires": 1234, "srtp": "mandatory",
        },
        "outbound_proxy": { "host": "alt-b.example.org", "port": 5998, "transport": "tcp" },
        "backup_registrar": { "host": "alt-c.example.org", "port": 5997 },
        "codecs": ["pcmu"],
        "dtmf": "sip_info",
        "admin": { "username": "alt-admin", "password": "Alt-4dmin" },
        "user": { "username": "alt-user", "password": "Alt-us3r" },
        "maintenance": { "username": "alt-maintenance", "password": "Alt-m4int" },
        "download": { "username": "alt-download", "password": "Alt-d0wn" },
        "logged_out": { "number": "5550", "username": "5551", "auth_username": "5552", "password": "Alt-0ut" },
        "nat": { "keep_alive_seconds": 47, "rport": true, "stun": "alt-d.example.org:3499" },
        "tls": { "verify": false, "ca_url": "http://alt.example.org/ca.pem" },
        "language_pack": { "url": "http://alt.example.org/lang" },
        "call_waiting": false,
        "caller_id": "number",
        "volumes": { "ringer": 0, "speaker": 0, "handset": 0, "headset": 0, "microphone": 0 },
        "vlan": { "id": 77, "priority": 6, "pc_id": 78, "pc_priority": 5 },
        "emergency_numbers": ["115"],
        "feature_codes": {
            "pickup": "*51", "group_pickup": "*52", "park": "*53", "park_retrieve": "*54",
            "dnd_on": "*55", "dnd_off": "*56", "forward_always_on": "*57", "forward_always_off": "*58",
            "forward_busy_on": "*59", "forward_busy_off": "*60", "forward_no_answer_on": "*61",
            "forward_no_answer_off": "*62", "voicemail": "*63", "login": "*64",
        },
        "ring_tones": { "internal": 4, "external": 5 },
        "ldap": {
            "host": "alt-e.example.org", "port": 3899, "tls": "off", "base": "dc=alt", "bind_dn": "cn=alt",
            "password": "Alt-ld4p", "name_filter": "(cn=%)", "number_filter": "(tel=%)",
            "name_attributes": ["cn"], "number_attributes": ["tel"], "display_name": "%cn",
        },
        "phonebook": { "url": "http://alt.example.org/book.xml", "name": "Alt" },
        "resync": { "every_minutes": 77, "daily_at": "04:15" },
    })
}

/// Every field of an extension that is not required, but those that the layers have too.
pub(in crate::inspect) fn extension() -> Value {
    json!({
        "display_name": "Alt", "username": "alt-user", "auth_username": "alt-auth", "label": "Alt",
        "voicemail": "5557", "dnd": true, "auto_answer": true,
        "forward": { "always": "5551", "busy": "5552", "no_answer": "5553", "no_answer_seconds": 42 },
    })
}

/// Every field of a device that is not required and no list.
fn device() -> Value {
    json!({ "label": "Alt", "token": "alt-t0ken", "modules": 1 })
}

/// A field, or a table with its fields, that is not there.
pub(super) struct Addition {
    steps: Vec<Step>,
    value: Value,
}

impl Addition {
    /// The sample, then others: it may happen to be the default.
    fn values(&self, targets: &Targets) -> Vec<Value> {
        let mut fields = Vec::new();
        leaves(&self.value, &mut vec![self.last_step()], &mut fields);
        let mut values = vec![self.value.clone()];
        match fields.as_slice() {
            [leaf] if leaf.steps.len() == 1 => {
                values.extend(leaf.alternatives(targets).into_iter().take(3));
            }
            _ => {
                let mut others = self.value.clone();
                for leaf in &fields {
                    let place = at_mut(&mut others, &leaf.steps[1..]);
                    if let (Some(place), Some(other)) = (place, leaf.alternatives(targets).first())
                    {
                        place.clone_from(other);
                    }
                }
                values.push(others);
            }
        }
        values
    }

    fn last_step(&self) -> Step {
        self.steps.last().cloned().unwrap_or(Step::Index(0))
    }

    fn decides(&self, probe: &mut Probe<'_>) -> bool {
        let mut values = self.values(probe.targets).into_iter();
        values.any(|value| probe.try_with(|document| self.add(document, value)) == Outcome::Changed)
    }

    /// The fields of a table, each by itself.
    fn parts(&self) -> Vec<Self> {
        let fields = self.value.as_object().into_iter().flatten();
        fields
            .map(|(key, value)| Self {
                steps: [self.steps.as_slice(), &[Step::Key(key.clone())]].concat(),
                value: value.clone(),
            })
            .collect()
    }

    fn add(&self, document: &mut Value, value: Value) {
        let Some((Step::Key(key), above)) = self.steps.split_last() else {
            return;
        };
        let mut place = document;
        for step in above {
            let next = match (place, step) {
                (Value::Object(table), Step::Key(key)) => {
                    Some(table.entry(key.as_str()).or_insert_with(|| json!({})))
                }
                (Value::Array(entries), Step::Index(index)) => entries.get_mut(*index),
                _ => None,
            };
            let Some(next) = next else { return };
            place = next;
        }
        if let Value::Object(table) = place {
            table.insert(key.clone(), value);
        }
    }
}

/// Which of the additions make the setting another one; of a table those of its fields that do so
/// alone, where there are any.
pub(super) fn deciding(additions: &[Addition], probe: &mut Probe<'_>) -> Vec<Vec<Step>> {
    let mut found = Vec::new();
    halve(additions, probe, &mut found);
    found
}

fn halve(additions: &[Addition], probe: &mut Probe<'_>, found: &mut Vec<Vec<Step>>) {
    if let [addition] = additions {
        if addition.decides(probe) {
            let before = found.len();
            for part in addition.parts() {
                if part.decides(probe) {
                    found.push(part.steps);
                }
            }
            if found.len() == before {
                found.push(addition.steps.clone());
            }
        }
        return;
    }
    let targets = probe.targets;
    let together = |nth: usize| {
        move |document: &mut Value| {
            for addition in additions {
                let mut values = addition.values(targets);
                let value = values.swap_remove(nth % values.len());
                addition.add(document, value);
            }
        }
    };
    let none = (0..2).all(|nth| probe.try_with(together(nth)) == Outcome::Same);
    if !none && !additions.is_empty() {
        let (left, right) = additions.split_at(additions.len() / 2);
        halve(left, probe, found);
        halve(right, probe, found);
    }
}

/// What the document of one device does not say: settings in the highest layer that has a part of their
/// table, else in the site; fields of each extension; fields of the device.
pub(super) fn additions(document: &Value, profile: Option<&str>) -> Vec<Addition> {
    let key = |key: &str| Step::Key(key.to_owned());
    let mut found = Vec::new();
    let layers = layers(profile);
    for (name, value) in settings().as_object().into_iter().flatten() {
        let own = |steps: &[Step]| [steps, &[key(name)]].concat();
        let holding = layers.iter().rev().map(|(_, steps)| own(steps));
        let holding = holding.filter(|steps| at(document, steps).is_some());
        let site = own(&layers[0].1);
        let steps = holding.into_iter().next().unwrap_or(site);
        absent(value, document, steps, &mut found);
    }
    let device_steps = vec![key("devices"), Step::Index(0)];
    absent(&device(), document, device_steps.clone(), &mut found);
    let site_url = json!("https://alt.example.org/q/{mac}/");
    let site_url_steps = vec![key("site"), key("provisioning_url")];
    absent(&site_url, document, site_url_steps, &mut found);
    let mut lists = vec![[device_steps.as_slice(), &[key("extensions")]].concat()];
    let handsets = [device_steps.as_slice(), &[key("handsets")]].concat();
    for index in 0..count(document, &handsets) {
        lists.push(
            [
                handsets.as_slice(),
                &[Step::Index(index), key("extensions")],
            ]
            .concat(),
        );
    }
    for list in lists {
        for index in 0..count(document, &list) {
            let steps = [list.as_slice(), &[Step::Index(index)]].concat();
            absent(&extension(), document, steps, &mut found);
        }
    }
    found
}

fn count(document: &Value, list: &[Step]) -> usize {
    at(document, list)
        .and_then(Value::as_array)
        .map_or(0, Vec::len)
}

/// What of a sample the document does not have.
fn absent(sample: &Value, document: &Value, steps: Vec<Step>, found: &mut Vec<Addition>) {
    match (sample, at(document, &steps)) {
        (_, None) => found.push(Addition {
            steps,
            value: sample.clone(),
        }),
        (Value::Object(sample), Some(Value::Object(_))) => {
            for (key, value) in sample {
                let steps = [steps.as_slice(), &[Step::Key(key.clone())]].concat();
                absent(value, document, steps, found);
            }
        }
        _ => {}
    }
}

/// Entries for a list of the device that would use a place that it leaves unused.
pub(super) struct Use {
    list: &'static str,
    entries: Vec<Value>,
}

impl Use {
    pub(super) fn add(&self, document: &mut Value) {
        let device = [Step::Key("devices".to_owned()), Step::Index(0)];
        let Some(Value::Object(device)) = at_mut(document, &device) else {
            return;
        };
        let list = device.entry(self.list).or_insert_with(|| json!([]));
        if let Value::Array(list) = list {
            list.extend(self.entries.iter().cloned());
        }
    }
}

/// What would use the place of a setting.
pub(super) fn uses(
    document: &Value,
    found: Option<&SettingMatch<'_>>,
    index: Option<u32>,
) -> Vec<Use> {
    /// More accounts than this are those of handsets.
    const ACCOUNTS: usize = 32;
    /// More than a base holds.
    const HANDSETS: usize = 1_100;

    let Some(found) = found else {
        return Vec::new();
    };
    let numbers = found.indices.as_slice();
    let number = numbers.first().copied().or(index).unwrap_or_default();
    let wanted = usize::try_from(number).unwrap_or(usize::MAX);
    let list = |key: &str| {
        let steps = [
            Step::Key("devices".to_owned()),
            Step::Index(0),
            Step::Key(key.to_owned()),
        ];
        at(document, &steps)
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default()
    };
    let account = |n: usize| json!({ "number": format!("99{n}"), "password": format!("Alt-{n}") });
    let accounts = || {
        let more = wanted
            .saturating_sub(list("extensions").len())
            .min(ACCOUNTS);
        Use {
            list: "extensions",
            entries: (0..more).map(account).collect(),
        }
    };
    let handsets = || {
        let own = list("handsets");
        let slots: Vec<u64> = own
            .iter()
            .filter_map(|handset| handset.get("slot")?.as_u64())
            .collect();
        let carried: usize = own
            .iter()
            .filter_map(|handset| Some(handset.get("extensions")?.as_array()?.len()))
            .sum();
        let more = wanted
            .saturating_sub(carried.min(own.len()))
            .clamp(1, HANDSETS);
        let free = (1..).filter(|slot| !slots.contains(slot)).take(more);
        Use {
            list: "handsets",
            entries: (0..)
                .zip(free)
                .map(|(n, slot)| json!({ "slot": slot, "extensions": [account(n)] }))
                .collect(),
        }
    };
    let key = |position: u32, module: Option<u32>| Use {
        list: "keys",
        entries: vec![json!({
            "position": position, "module": module, "kind": "speed_dial", "value": "5550",
        })],
    };
    match (found.row.scope, numbers) {
        (Scope::Account, _) => vec![accounts(), handsets()],
        (Scope::Extension | Scope::Handset | Scope::Server, _) => vec![handsets()],
        (Scope::ModuleKey, [module, position, ..]) => vec![key(*position, Some(*module))],
        // Some count from 0, and memory keys follow the phone's own.
        (Scope::Key | Scope::MemoryKey | Scope::ProgrammableKey, _) => (number.saturating_sub(1)
            ..=number + 1)
            .filter(|position| *position > 0)
            .map(|position| key(position, None))
            .collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fleet::Document;

    #[test]
    fn the_samples_are_of_the_format() {
        let all = |value: &Value| {
            let mut fields = Vec::new();
            leaves(value, &mut Vec::new(), &mut fields);
            fields
                .into_iter()
                .map(|leaf| leaf.steps)
                .collect::<Vec<_>>()
        };
        let sample = json!({
            "site": { "settings": settings() },
            "devices": [{ "extensions": [extension()] }],
        });
        let read: Document = serde_json::from_value(sample.clone()).unwrap();
        let read = serde_json::to_value(&read).unwrap();
        assert_eq!(all(&read), all(&sample));
    }

    /// A field that the format has and the samples do not would be taken for what is always so.
    #[cfg(feature = "schema")]
    #[test]
    fn the_samples_have_every_field() {
        let schema: Value = serde_json::from_str(&Document::json_schema()).unwrap();
        let missing = |table: &str, sample: &Value, left_out: &[&str]| {
            let fields = schema["$defs"][table]["properties"].as_object().unwrap();
            let fields = fields.keys().filter(|key| sample.get(key).is_none());
            let fields: Vec<&str> = fields.map(String::as_str).collect();
            assert_eq!(fields, left_out, "{table}");
        };
        let settings = settings();
        missing("SettingsDoc", &settings, &["custom"]);
        missing("RegistrarDoc", &settings["registrar"], &[]);
        missing("OutboundProxyDoc", &settings["outbound_proxy"], &[]);
        missing("BackupRegistrarDoc", &settings["backup_registrar"], &[]);
        missing("LdapDoc", &settings["ldap"], &[]);
        missing("NatDoc", &settings["nat"], &[]);
        missing("VlanDoc", &settings["vlan"], &[]);
        missing("VolumesDoc", &settings["volumes"], &[]);
        missing("FeatureCodesDoc", &settings["feature_codes"], &[]);
        let of_layers = [
            "call_waiting",
            "codecs",
            "dtmf",
            "number",
            "outbound_proxy",
            "password",
        ];
        let of_layers = [&of_layers[..], &["registrar", "ring_tones"]].concat();
        missing("ExtensionDoc", &extension(), &of_layers);
        missing("ForwardDoc", &extension()["forward"], &[]);
    }
}
