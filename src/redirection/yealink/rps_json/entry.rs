//! What the service is told of phones and servers, and what it says of them.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use crate::delivery::PhoneUrl;
use crate::model::{Login, Mac, Url};
use crate::redirection::{
    Destination, Done, Enrolment, Outcome, Registered, ServerName, ServerObject,
};

/// The service's own identifier of an entry.
#[derive(Clone, PartialEq)]
pub(super) struct Id(String);

impl Id {
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Text(String),
            Number(u64),
        }
        let text = match Written::deserialize(deserializer)? {
            Written::Text(text) => text,
            Written::Number(number) => number.to_string(),
        };
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        // It goes into the query of another request.
        if (1..=128).contains(&text.len()) && text.bytes().all(fits) {
            return Ok(Self(text));
        }
        Err(D::Error::custom("an identifier"))
    }
}

/// A page of a list.
#[derive(Deserialize)]
pub(super) struct Listed<T> {
    pub(super) data: Vec<T>,
    pub(super) total: Option<u64>,
}

impl<T> Listed<T> {
    /// Where the next page begins.
    pub(super) fn next(&self, skip: u32, limit: u16) -> Option<u32> {
        let count = u32::try_from(self.data.len()).ok()?;
        let next = skip.checked_add(count)?;
        let is_more = match self.total {
            Some(total) => u64::from(next) < total,
            None => count >= u32::from(limit),
        };
        (is_more && count > 0).then_some(next)
    }
}

/// A phone, as the service says it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Device {
    pub(super) id: Id,
    #[serde(deserialize_with = "mac")]
    pub(super) mac: Mac,
    server_id: Option<Id>,
    server_name: Option<String>,
    server_url: Option<String>,
    unique_server_url: Option<String>,
    auth_name: Option<String>,
    remark: Option<String>,
}

fn mac<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Mac, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.trim()
        .parse()
        .map_err(|_| D::Error::custom("an address"))
}

impl Device {
    pub(super) fn registered(&self) -> Registered {
        let url = self.own_url().or(self.server_url.as_deref());
        let mut registered = Registered::new(self.mac);
        registered.is_sent_to(url.unwrap_or_default());
        registered.server = self
            .server_name
            .as_deref()
            .and_then(|name| name.parse().ok());
        registered.id = Some(self.id.as_str().to_owned());
        registered
    }

    pub(super) fn own_url(&self) -> Option<&str> {
        self.unique_server_url
            .as_deref()
            .filter(|url| !url.is_empty())
    }
}

/// A server, as the service says it.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Server {
    pub(super) id: Id,
    pub(super) server_name: String,
    url: Option<String>,
    auth_name: Option<String>,
}

impl Server {
    /// Nothing for a name that no [`ServerName`] is.
    pub(super) fn object(&self) -> Option<ServerObject> {
        let mut object = ServerObject::new(self.server_name.parse().ok()?);
        object.id = Some(self.id.as_str().to_owned());
        let url = self.url.as_deref().and_then(|url| url.parse::<Url>().ok());
        object.url = url.map(PhoneUrl::from);
        Some(object)
    }
}

/// A phone that is to be registered, with the server that it is to be sent to.
pub(super) struct Wanted {
    pub(super) phone: Enrolment,
    pub(super) server: Option<Server>,
}

impl Wanted {
    /// Whether the phone is as wanted, as far as is told.
    pub(super) fn is(&self, device: &Device) -> bool {
        let is_sent = match (&self.phone.to, &self.server) {
            (Destination::Url(url), _) => device.own_url() == Some(url.expose().as_str()),
            (_, Some(server)) if device.own_url().is_none() => match &device.server_id {
                Some(id) => *id == server.id,
                None => server.url.is_some() && device.server_url == server.url,
            },
            _ => false,
        };
        let login = self.phone.login.as_ref();
        let remark = self.phone.remark.as_ref().map(|remark| remark.as_str());
        is_sent
            && is_told(
                login.map(|login| login.username.as_str()),
                device.auth_name.as_deref(),
            )
            && is_told(remark, device.remark.as_deref())
    }

    /// Whether the entry of a list tells enough for [`is`](Self::is).
    pub(super) fn is_told_by(&self, device: &Device) -> bool {
        (self.phone.login.is_none() || device.auth_name.is_some())
            && (self.server.is_none() || device.server_id.is_some())
    }

    /// What is told of the phone, with the name of its server.
    pub(super) fn registered(&self, device: &Device) -> Registered {
        let mut registered = device.registered();
        if let Destination::Server(name) = &self.phone.to {
            registered.server = Some(name.clone());
        }
        registered
    }

    /// Whether nothing needs to be written: a password and a remark are only sure when they are.
    pub(super) fn needs_no_write(&self, device: &Device) -> bool {
        self.phone.login.is_none() && self.phone.remark.is_none() && self.is(device)
    }

    /// Whether only the server of a phone is to change.
    pub(super) fn is_migration(&self, device: &Device) -> bool {
        let is_plain = self.phone.login.is_none() && self.phone.remark.is_none();
        self.server.is_some() && is_plain && device.own_url().is_none()
    }

    /// The body that adds these phones as this one.
    pub(super) fn addition(&self, macs: &[Mac]) -> DeviceBody<'_> {
        let macs = macs.iter().map(|mac| plain(*mac)).collect();
        DeviceBody {
            macs: Some(macs),
            ..self.body()
        }
    }

    /// The body that changes this entry.
    pub(super) fn change<'a>(&'a self, device: &'a Device) -> DeviceBody<'a> {
        let own_url = device.own_url().map(|_| "");
        let body = self.body();
        DeviceBody {
            id: Some(device.id.as_str()),
            // An address of its own goes before the server, and must go.
            unique_server_url: body.unique_server_url.or(own_url),
            ..body
        }
    }

    fn body(&self) -> DeviceBody<'_> {
        let unique_server_url = match &self.phone.to {
            Destination::Url(url) => Some(url.expose().as_str()),
            Destination::Server(_) => None,
        };
        let (auth_name, password) = parts(self.phone.login.as_ref());
        DeviceBody {
            id: None,
            macs: None,
            server_id: self.server.as_ref().map(|server| server.id.as_str()),
            unique_server_url,
            remark: self.phone.remark.as_ref().map(|remark| remark.as_str()),
            auth_name,
            password,
        }
    }
}

/// Whether what is told is what is wanted; what is not told, or not wanted, is as good.
fn is_told(wanted: Option<&str>, told: Option<&str>) -> bool {
    wanted.is_none() || told.is_none() || wanted == told
}

fn parts(login: Option<&Login>) -> (Option<&str>, Option<&str>) {
    let name = login.map(|login| login.username.as_str());
    (name, login.map(|login| login.password.expose()))
}

/// The address as it stands in bodies and queries.
pub(super) fn plain(mac: Mac) -> String {
    mac.plain_lower().to_string()
}

/// A server that is to be there.
pub(super) struct WantedServer {
    pub(super) name: ServerName,
    pub(super) url: PhoneUrl,
    pub(super) login: Option<Login>,
}

impl WantedServer {
    /// Whether the server is as wanted, as far as is told.
    pub(super) fn is(&self, server: &Server) -> bool {
        let name = self.login.as_ref().map(|login| login.username.as_str());
        server.url.as_deref() == Some(self.url.expose().as_str())
            && is_told(name, server.auth_name.as_deref())
    }

    /// Whether an entry of a list tells enough for [`is`](Self::is).
    pub(super) fn is_told_by(&self, server: &Server) -> bool {
        self.login.is_none() || server.auth_name.is_some()
    }

    /// Whether nothing needs to be written: a password is only sure when it is.
    pub(super) fn needs_no_write(&self, server: &Server) -> bool {
        self.login.is_none() && self.is(server)
    }

    /// That the server is there, if it is as wanted.
    pub(super) fn compared(&self, server: &Server) -> Option<Outcome> {
        self.is(server).then(|| self.there(server))
    }

    pub(super) fn there(&self, server: &Server) -> Outcome {
        let mut object = ServerObject::new(self.name.clone());
        object.id = Some(server.id.as_str().to_owned());
        object.url = Some(self.url.clone());
        Outcome::Done(Done::Server(object))
    }

    /// The body that adds the server, or changes the one that is there.
    pub(super) fn body<'a>(&'a self, there: Option<&'a Server>) -> ServerBody<'a> {
        let (auth_name, password) = parts(self.login.as_ref());
        ServerBody {
            id: there.map(|server| server.id.as_str()),
            server_name: self.name.as_str(),
            url: self.url.expose().as_str(),
            auth_name,
            password,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DeviceBody<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    macs: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    server_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unique_server_url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    remark: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    auth_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ServerBody<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    server_name: &'a str,
    url: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    auth_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ListBody<'a> {
    /// What is searched for, in any place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) key: Option<&'a str>,
    pub(super) skip: u32,
    pub(super) limit: u16,
    pub(super) auto_count: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct IdsBody<'a> {
    pub(super) ids: [&'a str; 1],
    /// Where they are moved to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) server_id: Option<&'a str>,
}

/// Who has a phone.
#[derive(Deserialize)]
pub(super) struct Owner {
    existed: bool,
    #[serde(rename = "self")]
    is_self: Option<bool>,
}

impl Owner {
    pub(super) fn is_self(&self) -> bool {
        self.existed && self.is_self == Some(true)
    }

    pub(super) fn is_other(&self) -> bool {
        self.existed && self.is_self != Some(true)
    }
}
