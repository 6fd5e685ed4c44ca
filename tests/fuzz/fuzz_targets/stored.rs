//! Records out of a database that may be damaged, one in a line, read as each kind there is. Those of an
//! inventory then live on: the letters of the first line are what happens to their phones.
#![no_main]

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::LazyLock;

use chrono::{DateTime, TimeDelta, TimeZone as _, Utc};
use libfuzzer_sys::fuzz_target;
use phone_provisioning::delivery::admission::{
    Credential, Environment, LastRequest, PhoneRecord, TokenHash,
};
use phone_provisioning::delivery::pnp::DiscoveredPhones;
use phone_provisioning::delivery::resync::Recipient;
use phone_provisioning::inventory::{
    Access, Actor, Applied, Effect, Event, FromPbx, Inventory, Invitation, Key, Policy, Record,
    Role, Until,
};
use phone_provisioning::model::Url;
use phone_provisioning::redirection::life::Registration;
use phone_provisioning::redirection::{Done, Outcome, Registered};
use phone_provisioning::{Mac, Targets};
use serde::Serialize;
use serde::de::DeserializeOwned;

static TARGETS: LazyLock<Targets> = LazyLock::new(Targets::builtin);
static URL: LazyLock<Url> = LazyLock::new(|| "https://pbx.example.net/p/1f4b/".parse().unwrap());

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let mut lines = text.lines();
    let events = lines.next().unwrap_or_default();
    let mut records = Vec::new();
    for line in lines {
        read::<Registration>(line);
        read::<DiscoveredPhones>(line);
        read::<LastRequest>(line);
        read::<TokenHash>(line);
        if let Some(record) = read::<PhoneRecord>(line) {
            let _ = record.status(start());
        }
        records.extend(read::<Record>(line));
    }
    if !records.is_empty() {
        live_on(records, events);
    }
});

/// What is read, written and read again is written the same.
fn read<T: Serialize + DeserializeOwned + Debug>(text: &str) -> Option<T> {
    let record: T = match serde_json::from_str(text) {
        Ok(record) => record,
        Err(error) => {
            let _ = error.to_string();
            return None;
        }
    };
    let _ = format!("{record:?}");
    let written = serde_json::to_string(&record).expect("a record that can be stored");
    let again: T = serde_json::from_str(&written).expect("a record that can be read back");
    assert_eq!(serde_json::to_string(&again).unwrap(), written);
    Some(record)
}

fn start() -> DateTime<Utc> {
    Utc.timestamp_opt(1_793_700_000, 0).unwrap()
}

fn restored(records: impl IntoIterator<Item = Record>) -> Inventory {
    let policy = Policy::new(Environment::new("production").unwrap());
    Inventory::restore(policy, TARGETS.clone(), records)
}

fn stored(inventory: &Inventory) -> BTreeMap<Key, String> {
    let text =
        |key: &Key| serde_json::to_string(&inventory.record(key).expect("a record")).unwrap();
    inventory
        .keys()
        .map(|key| (key.clone(), text(&key)))
        .collect()
}

fn live_on(records: Vec<Record>, events: &str) {
    let mut inventory = restored(records);
    let macs: Vec<Mac> = inventory
        .keys()
        .filter_map(|key| match key {
            Key::Phone(mac) | Key::Tombstone(mac) => Some(mac),
            _ => None,
        })
        .collect();
    let mut now = start();
    let mut asked = 0;
    let mut before = stored(&inventory);
    for letter in events.bytes().take(64) {
        now += TimeDelta::minutes(if letter == b't' { 600 } else { 1 });
        for &mac in &macs {
            let Some(event) = event(&inventory, letter, mac, asked) else {
                continue;
            };
            let actor = match event.role() {
                Role::Platform => Actor::PLATFORM,
                _ => Actor::PROVIDER,
            };
            let applied = inventory.apply(&actor, event, now);
            let after = stored(&inventory);
            check_changes(&before, &after, applied.as_ref().ok());
            before = after;
            for effect in applied.iter().flat_map(|applied| &applied.effects) {
                let _ = effect.to_string();
                if let Effect::Ask(question) = effect {
                    assert_eq!(question.mac, mac, "asked about another phone");
                    asked = question.number;
                    let _ = question.action();
                }
            }
        }
    }
    // What is stored is all there is.
    let records: Vec<Record> = before
        .values()
        .map(|text| serde_json::from_str(text).unwrap())
        .collect();
    assert_eq!(stored(&restored(records)), before);
    look_at(&inventory, &macs, now);
}

/// Whoever stores what changed has stored all; what was refused has changed nothing.
fn check_changes(
    before: &BTreeMap<Key, String>,
    after: &BTreeMap<Key, String>,
    applied: Option<&Applied>,
) {
    let changed = applied.map_or(&[][..], |applied| &applied.changed);
    for key in before.keys().chain(after.keys()) {
        assert!(
            before.get(key) == after.get(key) || changed.contains(key),
            "{key:?}"
        );
    }
}

fn event(inventory: &Inventory, letter: u8, mac: Mac, asked: u64) -> Option<Event> {
    let environment = Environment::new("production").unwrap();
    let credential = |random: [u8; 16]| {
        let (_, hash) = environment.new_token(&random).expect("enough bytes");
        Credential::token(hash)
    };
    let mut random = [letter; 16];
    random[..6].copy_from_slice(mac.as_bytes());
    let invitation = || Invitation::new(credential(random), URL.clone().into());
    let phone = inventory.phone(mac);
    Some(match letter {
        b'a' => Event::Assign {
            mac,
            subscriber: "1001".parse().unwrap(),
        },
        b'A' => Event::Activate {
            mac,
            invitation: invitation(),
        },
        b'c' => Event::CloseWindow { mac },
        b'd' => Event::Deactivate { mac },
        b'D' => Event::Due {
            mac,
            invitation: Some(invitation()),
        },
        b'e' => Event::Due {
            mac,
            invitation: None,
        },
        b'f' => Event::Fetched {
            mac,
            edition: phone.map_or(0, |phone| phone.edition()),
        },
        b'F' => Event::Fetched {
            mac,
            edition: u64::MAX,
        },
        b'h' => Event::Heard {
            mac,
            number: asked,
            answer: Ok(Outcome::NotFound),
        },
        b'H' => {
            let outcome = Outcome::Done(Done::Registered(Registered::new(mac)));
            Event::Heard {
                mac,
                number: asked,
                answer: Ok(outcome),
            }
        }
        b'i' => Event::Credential {
            mac,
            access: Access::First,
            credential: credential(random),
        },
        b'I' => Event::Credential {
            mac,
            access: Access::LongTerm,
            credential: credential(random),
        },
        b'k' => Event::CheckRegistration { mac },
        b'l' => Event::LoggedIn {
            mac,
            subscriber: "1002".parse().unwrap(),
        },
        b'L' => Event::LoggedOut { mac },
        b'm' => Event::Move {
            mac,
            to: "beta".parse().unwrap(),
        },
        b'n' => Event::LineChanged { mac },
        b'o' => Event::OpenWindow {
            mac,
            until: Until::AnHourFromNow,
        },
        b'p' => Event::Describe {
            mac,
            description: "in the hall".parse().ok(),
        },
        b'r' => Event::Registered {
            mac,
            subscriber: phone.and_then(|phone| phone.subscriber()).cloned(),
            contact: Recipient::contact("<sip:1001@192.0.2.10:5060>").unwrap(),
        },
        b'R' => Event::Remove { mac },
        b's' => Event::Runs {
            mac,
            version: "10.1.127.10".to_owned(),
        },
        b'u' => Event::Unassign { mac },
        b'v' => Event::Revoke { mac },
        b'w' => Event::ChooseFirmware {
            phones: mac.into(),
            version: None,
        },
        _ => return None,
    })
}

/// What a server asks of what it has read.
fn look_at(inventory: &Inventory, macs: &[Mac], now: DateTime<Utc>) {
    for (mac, due) in inventory.due() {
        assert!(macs.contains(&mac));
        let _ = due.at();
    }
    for &mac in macs {
        let Some(phone) = inventory.phone(mac) else {
            continue;
        };
        let _ = (
            phone.state(now).to_string(),
            phone.contact(),
            format!("{phone:?}"),
        );
        assert_eq!(
            (phone.admission().mac(), phone.registration().mac()),
            (mac, mac)
        );
        let _ = phone.admission().status(now);
        let _ = phone.registration().diagnose(now, None);
        let phones = [(mac, FromPbx::default())];
        if let Ok(document) = inventory.document(phone.organisation(), phones)
            && let Err(errors) = document.resolve(&TARGETS)
        {
            let _ = errors.to_string();
        }
    }
}
