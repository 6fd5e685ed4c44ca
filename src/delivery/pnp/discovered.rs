//! Phones that asked and that nobody knows ([`DiscoveredPhones`]), for an operator to assign.

use std::collections::BTreeMap;
use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::model::Mac;

use super::Phone;

/// A phone that asked for its files and that nobody knows yet.
///
/// What it says of itself is not proven and is safe to show.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct DiscoveredPhone {
    /// The MAC address.
    pub mac: Mac,
    /// The maker, if it is known.
    pub vendor: Option<String>,
    /// The model as the fleet document names it, when the targets in use know it.
    pub model: Option<String>,
    /// The model in the phone's own words.
    pub reported_model: Option<String>,
    /// The version of the firmware in the phone's own words.
    pub firmware: Option<String>,
    /// Where it last asked from.
    pub source: IpAddr,
    /// When it first asked.
    pub first_seen: DateTime<Utc>,
    /// When it last asked.
    pub last_seen: DateTime<Utc>,
    /// How often it has asked; a repetition of a request does not count.
    pub count: u32,
}

/// The discovered phones: one record per MAC address, a bounded number of them.
///
/// * When the list is full the phone that has not asked for the longest time goes.
/// * One source can hold a few records only: a machine that asks in the name of many phones throws
///   out its own, not those of others.
///
/// As serde value it is `{"version": 1, "phones": […]}`, MAC addresses as twelve lower-case digits and
/// instants in RFC 3339. Bounds are not stored: they are those of the list that takes it over.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(try_from = "stored::List", into = "stored::List")]
pub struct DiscoveredPhones {
    phones: BTreeMap<Mac, DiscoveredPhone>,
}

impl DiscoveredPhones {
    /// The records, by MAC address.
    pub fn iter(&self) -> impl Iterator<Item = &DiscoveredPhone> {
        self.phones.values()
    }

    /// The record of one phone.
    pub fn get(&self, mac: Mac) -> Option<&DiscoveredPhone> {
        self.phones.get(&mac)
    }

    /// How many records there are.
    pub fn len(&self) -> usize {
        self.phones.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.phones.is_empty()
    }

    /// Keeps that a phone asked.
    pub(super) fn note(
        &mut self,
        mac: Mac,
        phone: &Phone,
        source: IpAddr,
        now: DateTime<Utc>,
        bounds: Bounds,
    ) {
        let before = self.phones.remove(&mac);
        while self.of(source).count() >= bounds.per_source.max(1) {
            self.drop_oldest(Some(source));
        }
        while self.phones.len() >= bounds.all.max(1) {
            self.drop_oldest(None);
        }
        let record = DiscoveredPhone {
            mac,
            vendor: phone.vendor.clone(),
            model: phone.model.clone(),
            reported_model: phone.reported_model.clone(),
            firmware: phone.firmware.clone(),
            source,
            first_seen: before.as_ref().map_or(now, |before| before.first_seen),
            last_seen: now,
            count: before.map_or(1, |before| before.count.saturating_add(1)),
        };
        self.phones.insert(mac, record);
    }

    pub(super) fn forget(&mut self, mac: Mac) -> Option<DiscoveredPhone> {
        self.phones.remove(&mac)
    }

    /// Drops what has not been heard of for so long.
    pub(super) fn expire(&mut self, now: DateTime<Utc>, kept: TimeDelta) {
        self.phones
            .retain(|_, phone| now.signed_duration_since(phone.last_seen) < kept);
    }

    /// When the next record expires.
    pub(super) fn next_expiry(&self, kept: TimeDelta) -> Option<DateTime<Utc>> {
        let oldest = self.phones.values().map(|phone| phone.last_seen).min()?;
        oldest.checked_add_signed(kept)
    }

    fn of(&self, source: IpAddr) -> impl Iterator<Item = &DiscoveredPhone> {
        self.iter().filter(move |phone| phone.source == source)
    }

    /// Of a tie the lowest address goes.
    fn drop_oldest(&mut self, source: Option<IpAddr>) {
        let candidates = self
            .iter()
            .filter(|phone| source.is_none_or(|source| phone.source == source));
        if let Some(mac) = candidates
            .min_by_key(|phone| phone.last_seen)
            .map(|p| p.mac)
        {
            self.phones.remove(&mac);
        }
    }
}

/// How many records there may be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    pub(super) all: usize,
    pub(super) per_source: usize,
}

/// How the list is stored.
mod stored {
    use chrono::{DateTime, SecondsFormat, Utc};
    use serde::{Deserialize, Serialize};

    use super::{DiscoveredPhone, DiscoveredPhones};

    const VERSION: u32 = 1;

    #[derive(Deserialize, Serialize)]
    pub(super) struct List {
        version: u32,
        phones: Vec<Record>,
    }

    #[derive(Deserialize, Serialize)]
    struct Record {
        mac: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        vendor: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        model: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reported_model: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        firmware: Option<String>,
        source: std::net::IpAddr,
        first_seen: String,
        last_seen: String,
        count: u32,
    }

    impl From<DiscoveredPhones> for List {
        fn from(list: DiscoveredPhones) -> Self {
            let instant = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::AutoSi, true);
            let records = list.phones.into_values().map(|phone| Record {
                mac: phone.mac.plain_lower().to_string(),
                vendor: phone.vendor,
                model: phone.model,
                reported_model: phone.reported_model,
                firmware: phone.firmware,
                source: phone.source,
                first_seen: instant(phone.first_seen),
                last_seen: instant(phone.last_seen),
                count: phone.count,
            });
            Self {
                version: VERSION,
                phones: records.collect(),
            }
        }
    }

    impl TryFrom<List> for DiscoveredPhones {
        type Error = String;

        fn try_from(list: List) -> Result<Self, String> {
            if list.version != VERSION {
                let found = list.version;
                return Err(format!(
                    "expected version {VERSION} of the list, found {found}"
                ));
            }
            let instant = |text: &str| match DateTime::parse_from_rfc3339(text) {
                Ok(at) => Ok(at.to_utc()),
                Err(_) => Err("expected an instant in RFC 3339".to_owned()),
            };
            let phones = list.phones.into_iter().map(|record| {
                let mac = record.mac.parse().map_err(|error| format!("{error}"))?;
                let phone = DiscoveredPhone {
                    mac,
                    vendor: record.vendor,
                    model: record.model,
                    reported_model: record.reported_model,
                    firmware: record.firmware,
                    source: record.source,
                    first_seen: instant(&record.first_seen)?,
                    last_seen: instant(&record.last_seen)?,
                    count: record.count,
                };
                Ok((mac, phone))
            });
            Ok(Self {
                phones: phones.collect::<Result<_, String>>()?,
            })
        }
    }
}
