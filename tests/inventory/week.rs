//! A week of a large environment.

use std::collections::BTreeMap;

use phone_provisioning::inventory::Key;
use phone_provisioning::redirection::life::Due;

use super::service::Service;
use super::*;

/// Numbers that look random and are the same every time (SplitMix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % limit
    }
}

fn phone(number: u64) -> Mac {
    let bytes = number.to_be_bytes();
    Mac::new([0, 4, 0x13, bytes[5], bytes[6], bytes[7]]).unwrap()
}

const ORGANISATIONS: u64 = 300;

#[test]
fn a_hundred_thousand_phones_live_through_a_week() {
    let phones: u64 = 100_000;
    let mut dice = Dice(1);
    let mut service = Service::default();
    let mut world = World::new("production");
    for number in 0..ORGANISATIONS {
        world.provider(Event::AddOrganisation {
            organisation: organisation(&format!("o{number}")),
            site: site("Name").into(),
        });
    }
    // What the events should have led to, kept as plainly as can be.
    let mut lines: BTreeMap<Mac, Option<(String, String)>> = BTreeMap::new();
    let mut profiles = 0_usize;
    let of = |number: u64| format!("o{}", number % ORGANISATIONS);
    for number in 0..phones {
        let mac = phone(number);
        let mut new = NewPhone::new(mac, "snom D785", organisation(&of(number)));
        if number % 3 == 0 {
            new = new.redirected(world.invitation(mac));
        }
        let applied = world.provider(Event::Add(new.into()));
        service.carry(&mut world, applied);
        lines.insert(mac, None);
        world.now += TimeDelta::milliseconds(100);
    }

    let events = phones * 5;
    for _ in 0..events {
        world.now += TimeDelta::seconds(7 * 86_400) / i32::try_from(events).unwrap();
        let mac = phone(dice.below(phones));
        let phone = world.inventory.phone(mac).unwrap();
        let (edition, place) = (phone.edition(), phone.organisation().to_string());
        match dice.below(8) {
            0 | 1 => {
                let number = format!("{}", 1000 + dice.below(4));
                let event = Event::Assign {
                    mac,
                    subscriber: subscriber(&number),
                };
                let is_known = world
                    .inventory
                    .profile(&world.key(mac, &place, &number))
                    .is_some();
                let applied = world.apply(&Actor::PROVIDER, event);
                if lines[&mac].is_none() {
                    let _ = applied.unwrap();
                    profiles += usize::from(!is_known);
                    lines.insert(mac, Some((place, number)));
                }
            }
            2 => {
                let applied = world.apply(&Actor::PROVIDER, Event::Unassign { mac });
                assert_eq!(applied.is_ok(), lines[&mac].is_some());
                lines.insert(mac, None);
            }
            3 => {
                let until = Until::AnHourFromNow;
                world.provider(Event::OpenWindow { mac, until });
                let (decision, applied) = world.ask(mac, Access::First);
                if decision.is_admitted() {
                    service.carry(&mut world, applied);
                    let (_, applied) = world.ask(mac, Access::LongTerm);
                    service.carry(&mut world, applied);
                }
            }
            4 | 5 => {
                world.platform(Event::Fetched { mac, edition });
            }
            6 => {
                let contact = Recipient::contact("sip:x@192.0.2.7").unwrap();
                let line = lines[&mac].as_ref().map(|(_, number)| subscriber(number));
                world.platform(Event::Registered {
                    mac,
                    subscriber: line,
                    contact,
                });
            }
            _ => {
                let to = of(dice.below(ORGANISATIONS));
                if to != place {
                    lines.insert(mac, None);
                }
                world.provider(Event::Move {
                    mac,
                    to: organisation(&to),
                });
            }
        }
        sweep(&mut world, &mut service);
    }
    world.now += TimeDelta::days(7);
    sweep(&mut world, &mut service);

    let inventory = &world.inventory;
    assert_eq!(inventory.due().count(), 0);
    let mut listed = 0;
    for organisation in inventory.organisations() {
        for phone in inventory.list(&Actor::PROVIDER, organisation.id()).unwrap() {
            listed += 1;
            let line = phone
                .subscriber()
                .map(|subscriber| (phone.organisation().to_string(), subscriber.to_string()));
            assert_eq!(line, lines[&phone.mac()]);
            let is_assigned = matches!(
                phone.state(world.now),
                PhoneState::Assigned { .. } | PhoneState::Provisioned
            );
            assert_eq!(is_assigned, line.is_some());
            assert_eq!(phone.registration().state().to_string(), "disabled");
            assert_eq!(service.holder(phone.mac()), None);
        }
    }
    assert_eq!(listed, phones);
    let kept = inventory
        .keys()
        .filter(|key| matches!(key, Key::Profile(_)));
    assert_eq!(kept.count(), profiles, "no profile is lost");
    let of_lines = lines.values().flatten().count();
    let found: usize = (0..ORGANISATIONS)
        .flat_map(|o| (1000..1004).map(move |number| (o, number)))
        .map(|(o, number)| {
            let number = subscriber(&number.to_string());
            inventory
                .phones_of(&organisation(&format!("o{o}")), &number)
                .count()
        })
        .sum();
    assert_eq!(found, of_lines);
    assert!(
        of_lines > usize::try_from(phones).unwrap() / 5,
        "{of_lines}"
    );
}

fn sweep(world: &mut World, service: &mut Service) {
    loop {
        let next = world.inventory.due().next();
        let Some((mac, due)) = next.filter(|(_, due)| due.at() <= world.now) else {
            return;
        };
        assert!(matches!(due, Due::Sweep(_)), "the service always answers");
        let invitation = None;
        let applied = world.platform(Event::Due { mac, invitation });
        service.carry(world, applied);
    }
}
