//! What the service keeps of a phone, and of a profile.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::walk::SETTING;
use crate::delivery::PhoneUrl;
use crate::model::Mac;
use crate::redirection::{Registered, ServerName, ServerObject, Session};
use crate::text::Text;

/// Where a phone is sent.
pub(super) enum Bound {
    Url(PhoneUrl),
    /// The identifier of a profile.
    Profile(String),
}

impl Bound {
    /// The entry to be written. Nothing else is in it: the service refuses what it alone may set.
    pub(super) fn body(
        &self,
        mac: Mac,
        remark: Option<&Text>,
        setting: Option<&str>,
    ) -> Option<Vec<u8>> {
        let (settings_manager, provisioning_profile) = match self {
            Self::Url(url) => {
                let value = url.expose().as_str();
                let attrs = Attributes { perm: "RW" };
                let setting = setting.unwrap_or_default();
                (
                    Some(BTreeMap::from([(setting, Setting { value, attrs })])),
                    None,
                )
            }
            Self::Profile(id) => (None, Some(id.as_str())),
        };
        let entry = Put {
            mac: mac.plain_lower().to_string(),
            autoprovisioning_enabled: true,
            settings_manager,
            provisioning_profile,
            name: remark.map(Text::as_str),
        };
        serde_json::to_vec(&entry).ok()
    }

    /// Whether this is what the service has.
    pub(super) fn is_of(&self, entry: &Registered) -> bool {
        match self {
            Self::Url(url) => entry.url.as_ref() == Some(url),
            Self::Profile(id) => entry
                .server
                .as_ref()
                .is_some_and(|server| server.as_str() == id),
        }
    }
}

#[derive(Serialize)]
struct Put<'a> {
    mac: String,
    autoprovisioning_enabled: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    settings_manager: Option<BTreeMap<&'a str, Setting<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    provisioning_profile: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
}

#[derive(Serialize)]
struct Setting<'a> {
    value: &'a str,
    attrs: Attributes,
}

#[derive(Serialize)]
struct Attributes {
    perm: &'static str,
}

/// The entry of a phone; nothing where it has no address of a phone.
pub(super) fn read(entry: &Value, session: &Session) -> Option<Registered> {
    let mac = text(entry, "mac")?.parse().ok()?;
    let mut registered = Registered::new(mac);
    registered.id = text(entry, "uuid").map(str::to_owned);
    if entry.get("autoprovisioning_enabled") == Some(&Value::Bool(false)) {
        // It is there, and is sent nowhere.
        return Some(registered);
    }
    let setting = session.place(SETTING).unwrap_or_default();
    let setting = entry
        .get("settings_manager")
        .and_then(|settings| settings.get(setting));
    registered.is_sent_to(
        setting
            .and_then(|setting| text(setting, "value"))
            .unwrap_or_default(),
    );
    // An identifier, or a link that ends with it.
    let profile = text(entry, "provisioning_profile").map(|profile| profile.trim_end_matches('/'));
    let profile = profile.and_then(|profile| profile.rsplit('/').next());
    registered.server = profile.and_then(|profile| profile.parse().ok());
    Some(registered)
}

/// A profile; nothing where it has no identifier. One whose name is none of ours goes by that.
pub(super) fn read_profile(entry: &Value) -> Option<ServerObject> {
    let id = text(entry, "uuid")?;
    let name = text(entry, "name").and_then(|name| name.parse::<ServerName>().ok());
    let name = name.or_else(|| id.parse().ok())?;
    let mut profile = ServerObject::new(name);
    profile.id = Some(id.to_owned());
    Some(profile)
}

pub(super) fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name)?.as_str()
}
