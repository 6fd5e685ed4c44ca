//! What the service is told of a phone, and what it says of one.

use chrono::DateTime;
use serde::Serialize;
use serde_json::Value;

use super::call::{Answered, Call, Failure, integer};
use crate::model::Mac;
use crate::redirection::wire::broken;
use crate::redirection::{Destination, Enrolment, Outcome, Pin, Refusal, Registered};
use crate::text::Text;

impl Call {
    /// A page of the phones of the account, or of those whose address has something of this one.
    pub(super) fn list(skip: u64, limit: u16, mac: Option<Mac>) -> Self {
        let filter = mac.map(|mac| Filter { mac: plain(mac) });
        let auto_count = true;
        Self::new(
            "/v2/rps/listDevices",
            &List {
                skip,
                limit,
                auto_count,
                filter,
            },
        )
    }

    pub(super) fn remove(macs: &[Mac]) -> Self {
        let device_ids = macs.iter().map(|mac| plain(*mac)).collect();
        let device_id_type = "mac";
        Self::new(
            "/v2/rps/delDevices",
            &Remove {
                device_id_type,
                device_ids,
            },
        )
    }

    /// Without serial numbers.
    pub(super) fn add_all(enrolments: &[Enrolment]) -> Self {
        let devices: Vec<_> = enrolments.iter().map(Device::of).collect();
        Self::new("/v2/rps/addDevicesByMac", &devices)
    }

    pub(super) fn pins(macs: &[Mac]) -> Self {
        let macs = macs.iter().map(|mac| plain(*mac)).collect();
        Self::new("/v2/rps/listDevicePins", &Macs { macs })
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct List {
    skip: u64,
    limit: u16,
    auto_count: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    filter: Option<Filter>,
}

#[derive(Serialize)]
struct Filter {
    mac: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Remove {
    device_id_type: &'static str,
    device_ids: Vec<String>,
}

#[derive(Serialize)]
struct Macs {
    macs: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Device<'a> {
    mac: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    sn: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    server_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unique_server_url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    auth_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    remark: Option<&'a str>,
}

impl<'a> Device<'a> {
    fn of(enrolment: &'a Enrolment) -> Self {
        let login = enrolment.login.as_ref();
        let (server_id, unique_server_url) = match &enrolment.to {
            Destination::Url(url) => (None, Some(url.expose().as_str())),
            Destination::Server(server) => (Some(server.as_str()), None),
        };
        Self {
            mac: plain(enrolment.mac),
            sn: enrolment.serial.as_ref().map(|serial| serial.as_str()),
            server_id,
            unique_server_url,
            auth_name: login.map(|login| login.username.as_str()),
            password: login.map(|login| login.password.expose()),
            remark: enrolment.remark.as_ref().map(Text::as_str),
        }
    }
}

fn plain(mac: Mac) -> String {
    mac.plain_lower().to_string()
}

/// An enrolment, beside what the service has and says.
pub(super) struct Wanted<'a>(pub(super) &'a Enrolment);

impl Wanted<'_> {
    pub(super) fn call(&self) -> Call {
        match self.0.serial {
            Some(_) => Call::new("/v2/rps/devices", &Device::of(self.0)),
            None => Call::add_all(std::slice::from_ref(self.0)),
        }
    }

    /// Whether the service has all of this already, as far as it shows it.
    pub(super) fn is_of(&self, phone: &Registered) -> bool {
        self.0.login.is_none() && self.is_sent(phone)
    }

    /// Whether the service sends the phone where it is to go.
    pub(super) fn is_sent(&self, phone: &Registered) -> bool {
        match &self.0.to {
            Destination::Url(url) => phone.url.as_ref() == Some(url),
            Destination::Server(server) => phone.server.as_ref() == Some(server),
        }
    }

    /// Reads the answer to [`call`](Self::call).
    pub(super) fn added(&self, answer: &Value) -> Answered<()> {
        if self.0.serial.is_some() {
            // The phone itself: it is read back anyway.
            return Ok(());
        }
        let mut batch = Batch::read(answer)?;
        if batch.failed == 0 && batch.errors.is_empty() {
            return Ok(());
        }
        Err(match batch.errors.pop() {
            Some((_, info)) => refused_with(&info),
            None => Outcome::Refused(Refusal::Unknown).into(),
        })
    }

    /// What a call that was refused means: the one without serial numbers is not every account's.
    pub(super) fn refused(&self, failure: Failure) -> Outcome {
        match Outcome::from(failure) {
            Outcome::Refused(Refusal::Permission) if self.0.serial.is_none() => {
                Outcome::Refused(Refusal::Serial)
            }
            outcome => outcome,
        }
    }
}

/// What an error of a phone in a batch means. Its words are not documented: codes of the list, and the
/// keys of the maker's other interfaces, are looked for.
fn refused_with(info: &str) -> Failure {
    let info = info.to_ascii_lowercase();
    let mut numbers = info.split(|c: char| !c.is_ascii_digit());
    let code = numbers.find_map(|number| {
        Some(number)
            .filter(|number| number.len() == 6)?
            .parse()
            .ok()
    });
    if let Some(code) = code {
        return Failure::of_code(code, &Value::Null);
    }
    let has = |word: &str| info.contains(word);
    if has("added.by.other") || has("operate.forbidden") || has("override") {
        return Outcome::OwnedByOther.into();
    }
    if has("exist") {
        return Failure::of_code(800_003, &Value::Null);
    }
    Outcome::Refused(if has("mac") && has("invalid") {
        Refusal::Mac
    } else {
        Refusal::Unknown
    })
    .into()
}

/// The answer to several phones.
pub(super) struct Batch {
    failed: i64,
    /// Phones that were not taken, and what is said of them.
    errors: Vec<(Option<Mac>, String)>,
}

impl Batch {
    pub(super) fn read(answer: &Value) -> Answered<Self> {
        let failed = count(answer, "failureCount")?;
        let errors = answer
            .get("errors")
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        let errors = errors.map(|error| {
            let mac = text(error, "mac").and_then(|mac| mac.parse().ok());
            (mac, text(error, "errorInfo").unwrap_or_default().to_owned())
        });
        let errors = errors.collect();
        Ok(Self { failed, errors })
    }

    /// Whether this phone was not taken, or it is not known which.
    pub(super) fn refused(&self, mac: Mac) -> bool {
        let named = self
            .errors
            .iter()
            .filter(|(named, _)| named.is_some())
            .count();
        let all_named = i64::try_from(named) == Ok(self.failed);
        !all_named || self.errors.iter().any(|(named, _)| *named == Some(mac))
    }
}

/// The answer to phones that were to be removed.
pub(super) struct Removal {
    /// How many were.
    pub(super) done: i64,
    failed: i64,
    errors: Vec<String>,
}

impl Removal {
    /// Whether this phone was not removed, or it is not known which.
    pub(super) fn names(&self, mac: Mac) -> bool {
        let mac = plain(mac);
        let is_named = self.errors.iter().any(|error| error.contains(&mac));
        let all_named = i64::try_from(self.errors.len()) == Ok(self.failed);
        self.failed > 0 && (is_named || !all_named)
    }
}

pub(super) fn removal(answer: &Value) -> Answered<Removal> {
    let errors = answer
        .get("errors")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    let words = errors.map(|error| {
        let parts = ["field", "msg"].map(|name| text(error, name).unwrap_or_default());
        parts.join(" ").to_ascii_lowercase().replace([':', '-'], "")
    });
    Ok(Removal {
        done: count(answer, "successCount")?,
        failed: count(answer, "failureCount").unwrap_or_default(),
        errors: words.collect(),
    })
}

/// A page of phones.
pub(super) struct Found {
    pub(super) phones: Vec<Registered>,
    /// Entries of the page, also those that are no phones.
    entries: u64,
    total: Option<u64>,
}

impl Found {
    /// Entries before the next page, if there is one.
    pub(super) fn next(&self, skip: u64, limit: u16) -> Option<u64> {
        let next = skip + self.entries;
        let is_more = match self.total {
            Some(total) => next < total,
            None => self.entries >= u64::from(limit),
        };
        (self.entries > 0 && is_more).then_some(next)
    }
}

pub(super) fn search(answer: &Value) -> Answered<Found> {
    let entries = answer.get("data").and_then(Value::as_array);
    let entries = entries.ok_or_else(|| Failure::from(broken(200, "it is no list of phones")))?;
    let total = answer.get("total").and_then(integer);
    Ok(Found {
        phones: entries.iter().filter_map(registered).collect(),
        entries: entries.len() as u64,
        total: total.and_then(|total| total.try_into().ok()),
    })
}

fn registered(entry: &Value) -> Option<Registered> {
    let mut phone = Registered::new(text(entry, "mac")?.parse().ok()?);
    let time = |name: &str| {
        let millis = integer(entry.get(name)?).filter(|millis| *millis > 0)?;
        DateTime::from_timestamp_millis(millis)
    };
    match text(entry, "uniqueServerUrl").filter(|url| !url.is_empty()) {
        Some(url) => phone.is_sent_to(url),
        None => {
            phone.is_sent_to(text(entry, "serverUrl").unwrap_or_default());
            phone.server = text(entry, "serverId").and_then(|server| server.parse().ok());
        }
    }
    phone.id = text(entry, "id").map(str::to_owned);
    phone.serial = text(entry, "sn").and_then(|serial| serial.parse().ok());
    phone.since = time("dateRegistered");
    phone.last_visit = time("lastConnected");
    Some(phone)
}

/// The PIN of each phone, in the order in which they were asked for.
pub(super) fn pins(macs: &[Mac], answer: &Value) -> Answered<Vec<(Mac, Option<Pin>)>> {
    let entries = answer.as_array();
    let entries = entries.ok_or_else(|| Failure::from(broken(200, "it is no list of PINs")))?;
    let pin = |mac: &Mac| {
        let is_of =
            |entry: &&Value| text(entry, "mac").and_then(|text| text.parse().ok()) == Some(*mac);
        match entries.iter().find(is_of)?.get("pin")? {
            Value::Number(number) => number.to_string().parse().ok(),
            pin => pin.as_str()?.parse().ok(),
        }
    };
    Ok(macs.iter().map(|mac| (*mac, pin(mac))).collect())
}

fn count(answer: &Value, name: &'static str) -> Answered<i64> {
    let count = answer.get(name).and_then(integer);
    count.ok_or_else(|| broken(200, "it does not say how many phones it was done for").into())
}

fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name)?.as_str()
}
