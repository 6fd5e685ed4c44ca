//! Records: stored one by one, read back, of this version and of others.

use phone_provisioning::inventory::{Key, Record};
use serde_json::{Value, json};

use super::*;

/// All records as they are stored.
pub(super) fn text(inventory: &Inventory) -> String {
    let records = inventory.keys().map(|key| inventory.record(&key).unwrap());
    let records: Vec<Record> = records.collect();
    serde_json::to_string(&records).unwrap()
}

/// What another program finds in the database.
pub(super) fn restored(inventory: &Inventory) -> Inventory {
    let records: Vec<Record> = serde_json::from_str(&text(inventory)).unwrap();
    Inventory::restore(
        inventory.policy.clone(),
        inventory.targets().clone(),
        records,
    )
}

/// As version 1 wrote them: this text must be readable for good.
const VERSION_1: &str = include_str!("records-1.json");

fn everything() -> World {
    let (mut world, mac) = World::provisioned(DESK, "1001");
    world.customer(Event::Configure {
        mac,
        settings: profile("settings.vlan = { id = 77 }"),
    });
    world.customer(Event::ChangeProfile {
        mac,
        subscriber: subscriber("1001"),
        profile: profile(
            r#"settings.user = { username = "u", password = "hush-hush" }
               keys = [{ position = 3, kind = "speed_dial", value = "2077" }]"#,
        ),
    });
    world.customer(Event::Describe {
        mac,
        description: Some("in the hall".parse().unwrap()),
    });
    let mut firmware = phone_provisioning::fleet::FirmwareDoc::default();
    firmware.version = Some("10.1.175.16".to_owned().into());
    firmware.url = Some("https://fw.example.net/d785.bin".to_owned().into());
    world.provider(Event::Certify {
        model: "snom D785".to_owned(),
        firmware: vec![firmware],
    });
    world.customer(Event::ChooseFirmware {
        phones: mac.into(),
        version: Some("10.1.175.16".to_owned()),
    });
    world.platform(Event::Runs {
        mac,
        version: "10.1.127.10".to_owned(),
    });
    let removed = support::mac(OTHER_DESK.0);
    let invitation = world.invitation(removed);
    let phone = NewPhone::new(removed, OTHER_DESK.1, organisation("beta"));
    world.provider(Event::Add(phone.redirected(invitation).into()));
    world.assign(removed, "1001");
    world.provider(Event::Remove { mac: removed });
    world
}

#[test]
fn records_of_version_1_are_read_and_written_back() {
    let records: Vec<Record> = serde_json::from_str(VERSION_1).unwrap();
    let inventory = Inventory::restore(policy("production"), targets(), records);
    let again: Value = serde_json::from_str(&text(&inventory)).unwrap();
    let written = serde_json::to_string_pretty(&again).unwrap();
    let kept: Value = serde_json::from_str(VERSION_1).unwrap();
    assert_eq!(written, serde_json::to_string_pretty(&kept).unwrap());

    let phone = inventory.phone(mac(DESK.0)).unwrap();
    assert_eq!(phone.state(start()), PhoneState::Provisioned);
    assert_eq!(phone.description().unwrap().as_str(), "in the hall");
    assert_eq!(phone.installed_firmware(), Some("10.1.127.10"));
    assert_eq!(phone.contact().unwrap().uri(), "sip:x@192.0.2.7:5060");
    assert!(phone.admission().status(start()).bound.is_some());
    assert!(inventory.tombstone(mac(OTHER_DESK.0)).is_some());
    assert_eq!(
        inventory.certified("snom D785").unwrap().versions().count(),
        1
    );
    assert_eq!(inventory.organisations().count(), 2);
}

/// What is written today is what is kept as version 1: when this fails, there is a version 2.
#[test]
fn version_1_is_the_version_of_today() {
    let written: Value = serde_json::from_str(&text(&everything().inventory)).unwrap();
    let kept: Value = serde_json::from_str(VERSION_1).unwrap();
    assert_eq!(
        serde_json::to_string_pretty(&written).unwrap(),
        serde_json::to_string_pretty(&kept).unwrap()
    );
}

#[test]
fn what_is_restored_gives_the_same_files_and_lets_the_same_phones_in() {
    let mut world = everything();
    let mac = mac(DESK.0);
    let file = world.file(mac);
    world.inventory = restored(&world.inventory);
    assert_eq!(world.file(mac), file);
    let (decision, _) = world.ask(mac, Access::LongTerm);
    assert!(decision.is_admitted());
    let phones = |number| {
        let number = subscriber(number);
        world
            .inventory
            .phones_of(&organisation("acme"), &number)
            .count()
    };
    assert_eq!((phones("1001"), phones("1002")), (1, 0));
    assert_eq!(world.inventory.due().count(), 1, "the tombstone");
}

#[test]
fn a_record_of_a_newer_version_is_told() {
    let newer = json!({"version": "2", "kind": "phone", "mac": "000413005301"});
    let error = serde_json::from_value::<Record>(newer).unwrap_err();
    assert!(error.to_string().contains("newer version"), "{error}");
}

#[test]
fn a_broken_record_is_no_record() {
    let records: Vec<Value> = serde_json::from_str(VERSION_1).unwrap();
    let mut refused = 0;
    for record in records {
        for key in record.as_object().unwrap().keys() {
            for wrong in [Value::Null, json!([1]), json!("\u{1}")] {
                let mut broken = record.clone();
                broken[key] = wrong;
                refused += usize::from(serde_json::from_value::<Record>(broken).is_err());
            }
        }
    }
    assert!(refused > 50, "{refused}");
}

/// A damaged record had the service asked about another phone.
#[test]
fn parts_of_different_phones_are_no_record() {
    let records: Vec<Value> = serde_json::from_str(VERSION_1).unwrap();
    let phone = records
        .iter()
        .find(|record| record["kind"] == "phone")
        .unwrap();
    assert!(serde_json::from_value::<Record>(phone.clone()).is_ok());
    for path in ["/mac", "/admission/mac", "/registration/mac"] {
        let mut damaged = phone.clone();
        *damaged.pointer_mut(path).unwrap() = json!("00005e00532d");
        let error = serde_json::from_value::<Record>(damaged).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the record of the phone holds the admission or the registration of another phone",
            "{path}"
        );
    }
}

#[test]
fn a_program_that_stops_between_two_records_finds_no_phone_twice() {
    let world = everything();
    let (phone, removed) = (mac(DESK.0), mac(OTHER_DESK.0));
    // Added again: the phone is stored, its tombstone not deleted yet.
    let mut again = restored(&world.inventory);
    let new = NewPhone::new(removed, OTHER_DESK.1, organisation("beta"));
    let _ = again
        .apply(&Actor::PROVIDER, Event::Add(new.into()), start())
        .unwrap();
    let stored = again.record(&Key::Phone(removed)).unwrap();
    let old = world.inventory.record(&Key::Tombstone(removed)).unwrap();
    let old_phone = world.inventory.record(&Key::Phone(phone)).unwrap();
    for records in [
        vec![stored.clone(), old.clone(), old_phone.clone()],
        vec![old, old_phone, stored],
    ] {
        let inventory = Inventory::restore(policy("production"), targets(), records);
        assert!(inventory.tombstone(removed).is_none());
        assert_eq!(inventory.keys().count(), 2);
        let due: Vec<Mac> = inventory.due().map(|(mac, _)| mac).collect();
        assert_eq!(
            due,
            [removed],
            "what it was registered for goes on being taken out"
        );
    }
}
