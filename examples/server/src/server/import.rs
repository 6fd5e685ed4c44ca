//! The fleet file at the first start: an organisation, its subscribers and its phones.
//!
//! | in the file | here |
//! |---|---|
//! | `site` | the organisation |
//! | `extensions` of a device | a subscriber, named by its first number, who has the device |
//! | `extensions` of a handset | a subscriber, named by its first number, who carries the handset |
//! | `profile` of a device | the device's own settings, which stay with it |
//! | `settings` and `keys` of a device | its subscriber's profile; without one, the device's own |
//! | `firmware` of a device | certified for the model and chosen for the device |
//! | `token` | its long-term credential: a phone that has it goes on as before |
//! | `redirect` | registered at its maker's service |

use phone_provisioning::fleet::{
    DeviceDoc, Document, ExtensionDoc, FirmwareDoc, Lax, List, ProfileDoc,
};
use phone_provisioning::inventory::{Access, Actor, Event, NewPhone, OrganisationId, Subscriber};
use phone_provisioning::model::Mac;
use serde_json::Value;

use super::Problem;
use super::change::Change;
use super::equipment::{Account, Equipment, Handset};
use super::settings::check_address;
use super::start::StartError;
use super::subscribers::number;

/// Takes a fleet in; how many phones it has.
pub(super) fn fleet(change: &mut Change<'_>, document: &Document) -> Result<usize, StartError> {
    let resolved = document.resolve(change.state.targets());
    let listed = |errors: &phone_provisioning::Errors| {
        errors
            .iter()
            .map(|error| format!("error: {error}"))
            .collect()
    };
    resolved.map_err(|errors| StartError::Fleet(listed(&errors)))?;
    take_in(change, document).map_err(|problem| {
        let messages = problem.messages().into_iter();
        StartError::Fleet(
            messages
                .map(|message| format!("error: {message}"))
                .collect(),
        )
    })
}

fn take_in(change: &mut Change<'_>, document: &Document) -> Result<usize, Problem> {
    let Some(site) = value(&document.site) else {
        return Err(Problem::Unknown("site"));
    };
    check_address(site)?;
    let organisation = slug(
        site.name
            .as_ref()
            .and_then(Lax::value)
            .map_or("", String::as_str),
    );
    let event = Event::AddOrganisation {
        organisation: organisation.clone(),
        site: site.clone().into(),
    };
    change.apply(&Actor::PROVIDER, event)?;
    let devices: Vec<&DeviceDoc> = list(&document.devices).collect();
    certify(change, &devices)?;
    for device in &devices {
        let taken = Taken {
            organisation: &organisation,
            document,
            device,
        };
        taken.take_in(change)?;
    }
    Ok(devices.len())
}

/// A device that is taken in.
struct Taken<'a> {
    organisation: &'a OrganisationId,
    document: &'a Document,
    device: &'a DeviceDoc,
}

impl Taken<'_> {
    fn take_in(&self, change: &mut Change<'_>) -> Result<(), Problem> {
        let device = self.device;
        let mac: Mac = text(&device.mac).parse()?;
        let model = text(&device.model);
        let mut phone = NewPhone::new(mac, model, self.organisation.clone());
        phone.installed_firmware = value(&device.installed_firmware).cloned();
        phone.description = match value(&device.label) {
            Some(label) => Some(
                label
                    .parse()
                    .map_err(|error| Problem::field("label", error))?,
            ),
            None => None,
        };
        let mut first = None;
        if value(&device.redirect) == Some(&true) {
            let (invitation, token) = change.invitation(mac, model, self.organisation)?;
            phone = phone.redirected(invitation);
            first = Some(token);
        }
        let vendor = change.state.targets().model(model);
        let vendor = vendor.map_err(|error| Problem::field("model", error))?;
        let vendor = vendor.target.vendor().to_owned();
        change.apply(&Actor::PROVIDER, Event::Add(phone.into()))?;
        if let Some(token) = first {
            change.keep(mac, Access::First, token);
        }
        self.equip(change, mac, &vendor)?;
        self.configure(change, mac)?;
        if let Some(token) = value(&device.token) {
            let token = token.expose().parse();
            let token = token.map_err(|error| Problem::field("token", error))?;
            change.reissue(mac, token);
        }
        Ok(())
    }

    /// Handsets, modules; subscribers and their phone.
    fn equip(&self, change: &mut Change<'_>, mac: Mac, vendor: &str) -> Result<(), Problem> {
        let mut equipment = Equipment::new(mac, vendor);
        let modules = value(&self.device.modules);
        equipment.modules = modules.and_then(|count| u8::try_from(count.get()).ok());
        equipment.multicell = value(&self.device.multicell).cloned();
        for handset in list(&self.device.handsets) {
            let mut own = handset.clone();
            own.extensions = None;
            let extensions: Vec<ExtensionDoc> = list(&handset.extensions).cloned().collect();
            equipment.handsets.push(Handset {
                handset: own,
                subscriber: self.subscriber(change, extensions)?,
            });
        }
        let line = match equipment.handsets.is_empty() {
            true => {
                let extensions = list(&self.device.extensions).cloned().collect();
                self.subscriber(change, extensions)?
            }
            false => Some(Equipment::line_of_base(mac)),
        };
        change.put_equipment(equipment);
        if let Some(subscriber) = line {
            change.apply(&Actor::PROVIDER, Event::Assign { mac, subscriber })?;
        }
        Ok(())
    }

    /// The subscriber of some accounts. Of two devices with the same first number each must have the
    /// same accounts: one person with two phones.
    fn subscriber(
        &self,
        change: &mut Change<'_>,
        extensions: Vec<ExtensionDoc>,
    ) -> Result<Option<Subscriber>, Problem> {
        let Some(name) = extensions.first().and_then(number) else {
            return Ok(None);
        };
        let subscriber: Subscriber = name.parse()?;
        let account = Account {
            organisation: self.organisation.clone(),
            subscriber: subscriber.clone(),
            extensions,
        };
        if let Some(known) = change.state.account(self.organisation, &subscriber) {
            if json(&known.extensions) != json(&account.extensions) {
                let why =
                    format!("two devices have the number {subscriber}, with different accounts");
                return Err(Problem::Conflict(why));
            }
            return Ok(Some(subscriber));
        }
        change.put_account(account);
        Ok(Some(subscriber))
    }

    fn configure(&self, change: &mut Change<'_>, mac: Mac) -> Result<(), Problem> {
        let device = self.device;
        let mut own = ProfileDoc::default();
        own.settings.clone_from(&device.settings);
        own.keys.clone_from(&device.keys);
        let is_empty = own.settings.is_none() && own.keys.is_none();
        let profiles = value(&self.document.profiles).into_iter();
        let mut profiles = profiles.flat_map(|names| names.entries());
        let named = value(&device.profile).and_then(|name| {
            let (_, profile) = profiles.find(|(known, _)| known == name)?;
            profile.value().cloned()
        });
        let phone = change.state.inventory.phone(mac);
        let subscriber = phone.and_then(|phone| phone.subscriber()).cloned();
        let of_phone = match (&subscriber, named) {
            (Some(_), named) => named,
            (None, Some(named)) => Some(over(&named, &own)),
            (None, None) => Some(own.clone()).filter(|_| !is_empty),
        };
        if let Some(settings) = of_phone {
            let settings = Box::new(settings);
            change.apply(&Actor::PROVIDER, Event::Configure { mac, settings })?;
        }
        if let (Some(subscriber), false) = (subscriber, is_empty) {
            let profile = Box::new(own);
            let event = Event::ChangeProfile {
                mac,
                subscriber,
                profile,
            };
            change.apply(&Actor::PROVIDER, event)?;
        }
        if let Some(firmware) = value(&device.firmware) {
            let event = Event::ChooseFirmware {
                phones: mac.into(),
                version: value(&firmware.version).cloned(),
            };
            change.apply(&Actor::PROVIDER, event)?;
        }
        Ok(())
    }
}

/// What devices shall run is certified for their models.
fn certify(change: &mut Change<'_>, devices: &[&DeviceDoc]) -> Result<(), Problem> {
    let mut by_model = std::collections::BTreeMap::<String, Vec<FirmwareDoc>>::new();
    for device in devices {
        let Some(firmware) = value(&device.firmware) else {
            continue;
        };
        let model = change.state.targets().model(text(&device.model));
        let model = model.map_err(|error| Problem::field("model", error))?;
        let certified = by_model.entry(model.canonical()).or_default();
        if !certified.iter().any(|known| json(known) == json(firmware)) {
            certified.push(firmware.clone());
        }
    }
    for (model, firmware) in by_model {
        change.apply(&Actor::PROVIDER, Event::Certify { model, firmware })?;
    }
    Ok(())
}

/// One layer over another, as `fleet` lays them: a phone that nobody has, has one layer here.
fn over(lower: &ProfileDoc, upper: &ProfileDoc) -> ProfileDoc {
    let (mut merged, upper) = (json(lower), json(upper));
    merge(&mut merged, upper, "");
    serde_json::from_value(merged).unwrap_or_default()
}

/// Tables whose fields are taken one by one.
const FIELD_BY_FIELD: [&str; 8] = [
    "",
    "settings",
    "volumes",
    "feature_codes",
    "ring_tones",
    "nat",
    "tls",
    "resync",
];

fn merge(lower: &mut Value, upper: Value, name: &str) {
    match (lower, upper) {
        (Value::Object(lower), Value::Object(upper)) if FIELD_BY_FIELD.contains(&name) => {
            for (key, value) in upper {
                match lower.get_mut(&key) {
                    Some(known) => merge(known, value, &key),
                    None => drop(lower.insert(key, value)),
                }
            }
        }
        (Value::Array(lower), Value::Array(upper)) if matches!(name, "keys" | "custom") => {
            let place = |entry: &Value| match name {
                "keys" => [
                    entry["module"].clone(),
                    entry["position"].clone(),
                    Value::Null,
                ],
                _ => [
                    entry["target"].clone(),
                    entry["name"].clone(),
                    entry["index"].clone(),
                ],
            };
            lower.retain(|known| !upper.iter().any(|new| place(new) == place(known)));
            lower.extend(upper);
        }
        (lower, upper) => *lower = upper,
    }
}

fn json(value: &impl serde::Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

fn value<T>(field: &Option<Lax<T>>) -> Option<&T> {
    field.as_ref().and_then(Lax::value)
}

fn list<T>(field: &Option<Lax<List<T>>>) -> impl Iterator<Item = &T> {
    let entries = value(field).map_or(&[][..], List::entries);
    entries.iter().filter_map(Lax::value)
}

fn text(field: &Option<Lax<String>>) -> &str {
    value(field).map_or("", String::as_str)
}

/// A name for addresses and lists: letters, digits and dashes.
fn slug(name: &str) -> OrganisationId {
    let mut slug = String::new();
    for c in name.chars().flat_map(char::to_lowercase) {
        match c {
            'a'..='z' | '0'..='9' => slug.push(c),
            _ if slug.ends_with('-') || slug.is_empty() => {}
            _ => slug.push('-'),
        }
    }
    slug.truncate(40);
    let slug = slug.trim_end_matches('-');
    let slug = if slug.is_empty() { "main" } else { slug };
    slug.parse().expect("letters, digits and dashes")
}
