//! Who may do what, and what nobody learns of others.

use phone_provisioning::inventory::{Role, Which};

use super::*;

/// One event of each kind, about this phone of `acme`, with the part that it needs.
fn events(world: &mut World, mac: Mac) -> Vec<(Role, Event)> {
    let acme = || organisation("acme");
    let number = || subscriber("1001");
    let (_, credential) = world.draw();
    let new = NewPhone::new(support::mac(OTHER_DESK.0), OTHER_DESK.1, acme());
    let invitation = world.invitation(mac);
    let contact = Recipient::contact("sip:x@192.0.2.7").unwrap();
    vec![
        (
            Role::Provider,
            Event::AddOrganisation {
                organisation: organisation("gamma"),
                site: site("Gamma").into(),
            },
        ),
        (
            Role::Provider,
            Event::ChangeOrganisation {
                organisation: acme(),
                site: site("Acme").into(),
            },
        ),
        (Role::Provider, Event::Add(new.into())),
        (Role::Provider, Event::Activate { mac, invitation }),
        (
            Role::Provider,
            Event::Certify {
                model: "snom D785".to_owned(),
                firmware: Vec::new(),
            },
        ),
        (
            Role::Customer,
            Event::Assign {
                mac,
                subscriber: number(),
            },
        ),
        (
            Role::Customer,
            Event::OpenWindow {
                mac,
                until: Until::AnHourFromNow,
            },
        ),
        (Role::Customer, Event::CloseWindow { mac }),
        (
            Role::Customer,
            Event::Describe {
                mac,
                description: Some("in the hall".parse().unwrap()),
            },
        ),
        (
            Role::Customer,
            Event::Configure {
                mac,
                settings: profile("keys = []"),
            },
        ),
        (
            Role::Customer,
            Event::ChangeProfile {
                mac,
                subscriber: number(),
                profile: profile("keys = []"),
            },
        ),
        (
            Role::Customer,
            Event::ChooseFirmware {
                phones: mac.into(),
                version: None,
            },
        ),
        (Role::Provider, Event::Deactivate { mac }),
        (Role::Customer, Event::Revoke { mac }),
        (
            Role::Platform,
            Event::Credential {
                mac,
                access: Access::LongTerm,
                credential,
            },
        ),
        (
            Role::Platform,
            Event::LoggedIn {
                mac,
                subscriber: number(),
            },
        ),
        (Role::Platform, Event::LoggedOut { mac }),
        (Role::Platform, Event::LineChanged { mac }),
        (Role::Platform, Event::Fetched { mac, edition: 1 }),
        (
            Role::Platform,
            Event::Registered {
                mac,
                subscriber: None,
                contact,
            },
        ),
        (
            Role::Platform,
            Event::Runs {
                mac,
                version: "10.1.127.10".to_owned(),
            },
        ),
        (
            Role::Platform,
            Event::Heard {
                mac,
                number: 1,
                answer: Ok(phone_provisioning::redirection::Outcome::NotFound),
            },
        ),
        (
            Role::Platform,
            Event::Due {
                mac,
                invitation: None,
            },
        ),
        (Role::Platform, Event::CheckRegistration { mac }),
        (
            Role::Platform,
            Event::LoggedIn {
                mac,
                subscriber: number(),
            },
        ),
        (Role::Customer, Event::Unassign { mac }),
        (
            Role::Customer,
            Event::ForgetProfile {
                organisation: acme(),
                mac,
                subscriber: number(),
            },
        ),
        (
            Role::Provider,
            Event::Move {
                mac,
                to: organisation("beta"),
            },
        ),
        (Role::Provider, Event::Remove { mac }),
        (
            Role::Provider,
            Event::RemoveOrganisation {
                organisation: organisation("beta"),
            },
        ),
    ]
}

#[test]
fn each_event_needs_its_part() {
    let (mut world, mac) = World::with_phone(DESK);
    let everything = || ["acme", "beta", "gamma"].map(organisation);
    let actors = [
        Actor::customer_of(everything()),
        Actor::PROVIDER,
        Actor::PLATFORM,
    ];
    for (needed, event) in events(&mut world, mac) {
        assert_eq!(event.role(), needed);
        for actor in &actors {
            let may = actor.role() == needed
                || (actor.role(), needed) == (Role::Provider, Role::Customer);
            if may {
                continue;
            }
            let before = storing::text(&world.inventory);
            let refused = world.apply(actor, event.clone()).unwrap_err();
            assert_eq!(refused, InventoryError::Role { needed }, "{event:?}");
            assert_eq!(storing::text(&world.inventory), before);
        }
        // Whose part it is may do it; what it does needs no higher part than its own.
        let actor = actors.iter().find(|actor| actor.role() == needed).unwrap();
        let applied = world.apply(actor, event.clone());
        let applied = applied.unwrap_or_else(|error| panic!("{event:?}: {error}"));
        for effect in applied.effects {
            assert!(effect.role() <= needed, "{event:?}: {effect}");
        }
    }
}

#[test]
fn what_belongs_to_others_is_unknown() {
    let (mut world, mac) = World::provisioned(DESK, "1001");
    let unknown = InventoryError::UnknownPhone(mac);
    let acme = organisation("acme");
    for actor in [
        Actor::customer_of([organisation("beta")]),
        Actor::provider_of([organisation("beta")]),
    ] {
        let never_seen = support::mac("00:04:13:00:53:99");
        for (needed, event) in events(&mut world, mac) {
            // What it may do in its own name, or what names no phone and no organisation.
            let own = matches!(
                event,
                Event::AddOrganisation { .. }
                    | Event::Certify { .. }
                    | Event::RemoveOrganisation { .. }
            );
            if needed == Role::Platform || own || needed > actor.role() {
                continue;
            }
            let before = storing::text(&world.inventory);
            let refused = world.apply(&actor, event.clone()).unwrap_err();
            let of_acme = InventoryError::UnknownOrganisation(acme.clone());
            assert!(
                refused == unknown || refused == of_acme,
                "{event:?}: {refused}"
            );
            assert_eq!(storing::text(&world.inventory), before);
        }
        assert_eq!(world.inventory.find(&actor, mac).unwrap_err(), unknown);
        let stranger = world.inventory.find(&actor, never_seen).unwrap_err();
        assert_eq!(stranger, InventoryError::UnknownPhone(never_seen));
        assert!(world.inventory.list(&actor, &acme).is_err());
        let phones = world.inventory.list(&actor, &organisation("beta")).unwrap();
        assert_eq!(phones.count(), 0);
    }
}

#[test]
fn a_move_needs_both_organisations() {
    let (mut world, mac) = World::with_phone(DESK);
    let to = || organisation("beta");
    let event = || Event::Move { mac, to: to() };
    for (of, error) in [
        ("acme", InventoryError::UnknownOrganisation(to())),
        ("beta", InventoryError::UnknownPhone(mac)),
    ] {
        let half = Actor::provider_of([organisation(of)]);
        assert_eq!(world.apply(&half, event()).unwrap_err(), error);
    }
    let both = Actor::provider_of(["acme", "beta"].map(organisation));
    let _ = world.apply(&both, event()).unwrap();
}

#[test]
fn a_phone_of_others_is_in_use_and_no_more_is_told() {
    let (mut world, mac) = World::with_phone(DESK);
    let beta = Actor::provider_of([organisation("beta")]);
    let phone = NewPhone::new(mac, DESK.1, organisation("beta"));
    let refused = world.apply(&beta, Event::Add(phone.into())).unwrap_err();
    assert_eq!(refused.to_string(), "00:04:13:00:53:01 is already in use");
    assert!(!format!("{refused:?}").contains("acme"));
    let phone = NewPhone::new(mac, DESK.1, organisation("acme"));
    let own = world.apply(&Actor::PROVIDER, Event::Add(phone.into()));
    assert_eq!(own.unwrap_err(), refused, "the same words for one's own");
}

#[test]
fn what_holds_for_all_is_decided_by_whom_all_is() {
    let mut world = World::new("production");
    let event = Event::Certify {
        model: "snom D785".to_owned(),
        firmware: Vec::new(),
    };
    let some = Actor::provider_of([organisation("acme")]);
    let refused = world.apply(&some, event).unwrap_err();
    assert_eq!(refused, InventoryError::Environment);
}

#[test]
fn several_phones_are_changed_together_or_not_at_all() {
    let (mut world, mac) = World::with_phone(DESK);
    let before = storing::text(&world.inventory);
    let stranger = support::mac("00:04:13:00:53:99");
    let event = Event::ChooseFirmware {
        phones: Which::Phones(vec![mac, stranger]),
        version: None,
    };
    let refused = world.apply(&Actor::PROVIDER, event).unwrap_err();
    assert_eq!(refused, InventoryError::UnknownPhone(stranger));
    assert_eq!(storing::text(&world.inventory), before);
}

#[test]
fn no_secret_is_in_debug() {
    let (mut world, mac) = World::provisioned(DESK, "1001");
    let invitation = world.invitation(mac);
    let token = world.tokens[&(mac, Access::First)].expose().to_owned();
    let long = world.tokens[&(mac, Access::LongTerm)].expose().to_owned();
    let events = [
        Event::Configure {
            mac,
            settings: profile(r#"settings.user = { username = "u", password = "hush-hush" }"#),
        },
        Event::ChangeProfile {
            mac,
            subscriber: subscriber("1001"),
            profile: profile(
                r#"settings.ldap = { host = "ldap.example.net", base = "dc=x", password = "hush-hush" }"#,
            ),
        },
        Event::Activate { mac, invitation },
    ];
    for event in &events {
        let applied = world.apply(&Actor::PROVIDER, event.clone()).unwrap();
        let shown = format!("{applied:?} {}", lines(&applied).join("\n"));
        for secret in ["hush-hush", &token, &long] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
    let shown = format!("{:?} {:?}", events[0], events[2]);
    assert!(!shown.contains("hush-hush") && !shown.contains(&token));

    let mut shown = format!("{:?}", world.inventory);
    for key in world.inventory.keys() {
        shown += &format!("{:?}", world.inventory.record(&key).unwrap());
    }
    shown += &format!("{:?}", world.pbx(mac));
    for secret in ["hush-hush", "password-of", "admin-of", &token, &long] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
    // Tokens are nowhere; what is in settings is stored with them, as the documentation says.
    let stored = storing::text(&world.inventory);
    assert!(stored.contains("hush-hush"));
    assert!(!stored.contains(&token) && !stored.contains(&long));
}
