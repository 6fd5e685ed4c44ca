//! Stories, each from event to file.

use chrono::TimeDelta;
use phone_provisioning::delivery::admission::Reason;
use phone_provisioning::delivery::pnp::{Exchange, Heard, Limits, Route};
use phone_provisioning::fleet::{FirmwareDoc, HandsetDoc, List, Number};
use phone_provisioning::inspect::hide_secrets;
use phone_provisioning::inventory::{Key, Which};
use phone_provisioning::redirection::life::State;

use super::*;

#[test]
fn a_phone_comes_from_the_list_to_its_user() {
    for phone in [DESK, OTHER_DESK] {
        let (mut world, mac) = World::with_phone(phone);
        assert_eq!(world.state(mac), PhoneState::Listed);
        assert!(!world.has_account(mac));
        assert!(!world.file(mac).contains("password-of"));

        let applied = world.assign(mac, "1001");
        assert_eq!(
            applied.changed,
            [
                Key::Phone(mac),
                Key::Profile(world.key(mac, "acme", "1001"))
            ]
        );
        assert_eq!(lines(&applied), [format!("render {mac}")]);
        assert_eq!(world.state(mac).to_string(), "assigned, window closed");

        let applied = world.open_for_an_hour(mac);
        let at_ten = start() + TimeDelta::hours(1);
        assert_eq!(
            applied.effects,
            [
                Effect::IssueCredential {
                    mac,
                    access: Access::First
                },
                Effect::OpenWindow {
                    mac,
                    until: at_ten,
                    longer_than_advised: false
                },
            ]
        );
        assert_eq!(world.state(mac).to_string(), "assigned, window open");

        world.bind(mac);
        assert!(world.has_account(mac));
        let file = world.file(mac);
        assert!(file.contains("password-of-1001"), "{file}");
        let token = world.tokens[&(mac, Access::LongTerm)].expose();
        assert!(file.contains(token), "{file}");

        let edition = world.inventory.phone(mac).unwrap().edition();
        world.platform(Event::Fetched { mac, edition });
        assert_eq!(world.state(mac).to_string(), "assigned, window open");
        world.settle(mac);
        assert_eq!(world.state(mac), PhoneState::Provisioned);
    }
}

#[test]
fn assignment_without_a_window_serves_nothing() {
    let (mut world, mac) = World::with_phone(DESK);
    world.assign(mac, "1001");
    world.open_for_an_hour(mac);
    world.later(1);
    let (decision, applied) = world.ask(mac, Access::First);
    assert_eq!(decision.reason, Reason::WindowClosed);
    assert_eq!(applied, Applied::default());
    assert_eq!(world.state(mac).to_string(), "assigned, window closed");
}

#[test]
fn what_is_taken_away_is_cleared_by_the_bound_phone_itself() {
    for phone in [DESK, OTHER_DESK] {
        let (mut world, mac) = World::provisioned(phone, "1001");
        let applied = world.customer(Event::Unassign { mac });
        assert_eq!(
            lines(&applied),
            [
                format!("close the window of {mac}"),
                format!("render {mac}"),
                format!("resync {mac}"),
                format!("log 1001 out of {mac}"),
            ]
        );
        assert_eq!(world.state(mac), PhoneState::Unassigning);

        let (decision, _) = world.ask(mac, Access::First);
        assert!(!decision.is_admitted(), "the window of the old user");
        let (decision, _) = world.ask(mac, Access::LongTerm);
        assert!(decision.is_admitted(), "{}", decision.reason);
        assert!(!world.has_account(mac));
        assert!(!world.file(mac).contains("password-of"));

        world.settle(mac);
        assert_eq!(world.state(mac), PhoneState::Listed);
    }
}

#[test]
fn what_was_never_downloaded_need_not_be_cleared() {
    let (mut world, mac) = World::with_phone(DESK);
    world.assign(mac, "1001");
    let old = world.inventory.phone(mac).unwrap().edition();
    world.customer(Event::Unassign { mac });
    assert_eq!(world.state(mac), PhoneState::Listed);

    // The report of a download before comes late: it may hold the password after all.
    let applied = world.platform(Event::Fetched { mac, edition: old });
    assert_eq!(lines(&applied), [format!("render {mac}")]);
    assert_eq!(world.state(mac), PhoneState::Unassigning);
    let edition = world.inventory.phone(mac).unwrap().edition();
    world.platform(Event::Fetched { mac, edition });
    assert_eq!(world.state(mac), PhoneState::Listed);
}

#[test]
fn a_phone_that_was_let_in_may_hold_the_line_though_nobody_reports_it() {
    let (mut world, mac) = World::with_phone(DESK);
    world.assign(mac, "1001");
    world.open_for_an_hour(mac);
    let (decision, applied) = world.ask(mac, Access::First);
    assert!(decision.is_admitted());
    assert_eq!(applied.changed, [Key::Phone(mac)]);
    world.customer(Event::Unassign { mac });
    assert_eq!(world.state(mac), PhoneState::Unassigning);
}

#[test]
fn a_line_that_was_never_downloaded_does_not_hide_the_one_before() {
    let (mut world, mac) = World::provisioned(DESK, "1001");
    world.customer(Event::Unassign { mac });
    world.assign(mac, "1002");
    world.customer(Event::Unassign { mac });
    assert_eq!(world.state(mac), PhoneState::Unassigning);
}

#[test]
fn the_files_of_the_user_before_provision_nobody() {
    let (mut world, mac) = World::provisioned(DESK, "1001");
    let old = world.inventory.phone(mac).unwrap().edition();
    world.customer(Event::Unassign { mac });
    world.assign(mac, "1002");
    world.platform(Event::Fetched { mac, edition: old });
    let contact = Recipient::contact("sip:x@192.0.2.7").unwrap();
    world.platform(Event::Registered {
        mac,
        subscriber: Some(subscriber("1001")),
        contact,
    });
    assert_eq!(world.state(mac).to_string(), "assigned, window closed");
    world.settle(mac);
    assert_eq!(world.state(mac), PhoneState::Provisioned);
}

#[test]
fn who_comes_back_finds_everything_again() {
    let (mut world, mac) = World::provisioned(DESK, "1001");
    world.customer(Event::ChangeProfile {
        mac,
        subscriber: subscriber("1001"),
        profile: profile(r#"keys = [{ position = 3, kind = "speed_dial", value = "2077" }]"#),
    });
    let before = world.file(mac);
    assert!(before.contains("2077"), "{before}");
    world.customer(Event::Unassign { mac });
    assert!(!world.file(mac).contains("2077"));

    world.assign(mac, "1002");
    assert!(!world.file(mac).contains("2077"), "another's keys");
    world.customer(Event::Unassign { mac });
    let applied = world.assign(mac, "1001");
    assert_eq!(applied.changed, [Key::Phone(mac)], "the profile is there");
    assert_eq!(world.file(mac), before);
}

#[test]
fn a_moved_phone_shows_its_new_organisation() {
    for phone in [DESK, OTHER_DESK] {
        let (mut world, mac) = World::provisioned(phone, "1001");
        world.customer(Event::Configure {
            mac,
            settings: profile("settings.vlan = { id = 77 }"),
        });
        let vlan = world.file(mac);
        assert!(vlan.contains("77") && vlan.contains(">Acme<") | vlan.contains("= Acme"));
        let registration = world.inventory.phone(mac).unwrap().registration().clone();

        let to = organisation("beta");
        let applied = world.provider(Event::Move { mac, to });
        assert_eq!(
            lines(&applied),
            [
                format!("close the window of {mac}"),
                format!("render {mac}"),
                format!("resync {mac}"),
                format!("log 1001 out of {mac}"),
            ]
        );
        let phone = world.inventory.phone(mac).unwrap();
        assert_eq!(
            *phone.registration(),
            registration,
            "the service is not asked"
        );
        let (decision, _) = world.ask(mac, Access::LongTerm);
        assert!(decision.is_admitted(), "no reset");
        let file = world.file(mac);
        assert!(file.contains("Beta") && !file.contains("Acme"), "{file}");
        assert!(!world.has_account(mac));
        assert!(file.contains("77"), "its own settings stay: {file}");

        // The number is another subscriber there.
        world.assign(mac, "1001");
        let beta = world.key(mac, "beta", "1001");
        let acme = world.key(mac, "acme", "1001");
        assert!(world.inventory.profile(&beta).is_some());
        assert!(world.inventory.profile(&acme).is_some(), "kept");
    }
}

#[test]
fn users_log_in_and_out_on_the_phone() {
    let (mut world, mac) = World::provisioned(DESK, "1001");
    let applied = world.platform(Event::LoggedIn {
        mac,
        subscriber: subscriber("1002"),
    });
    assert_eq!(
        lines(&applied),
        [
            format!("render {mac}"),
            format!("resync {mac}"),
            format!("log 1001 out of {mac}"),
        ]
    );
    assert!(world.file(mac).contains("password-of-1002"));
    let again = world.platform(Event::LoggedIn {
        mac,
        subscriber: subscriber("1002"),
    });
    assert_eq!(*again, Applied::default());
    world.settle(mac);
    assert_eq!(world.state(mac), PhoneState::Provisioned);

    world.platform(Event::LoggedOut { mac });
    assert_eq!(world.state(mac), PhoneState::Unassigning);
    assert!(!world.file(mac).contains("password-of"));
    assert_eq!(
        *world.platform(Event::LoggedOut { mac }),
        Applied::default()
    );
}

#[test]
fn a_phone_has_one_line_and_a_subscriber_may_have_several_phones() {
    let (mut world, mac) = World::with_phone(DESK);
    world.assign(mac, "1001");
    assert_eq!(*world.assign(mac, "1001"), Applied::default());
    let event = Event::Assign {
        mac,
        subscriber: subscriber("1002"),
    };
    let refused = world.apply(&Actor::PROVIDER, event).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "00:04:13:00:53:01 has a line already; unassign it first"
    );
    let other = support::mac(OTHER_DESK.0);
    let phone = NewPhone::new(other, OTHER_DESK.1, organisation("acme"));
    world.provider(Event::Add(phone.into()));
    world.assign(other, "1001");
    let phones = world
        .inventory
        .phones_of(&organisation("acme"), &subscriber("1001"));
    assert_eq!(phones.map(|p| p.mac()).collect::<Vec<_>>(), [mac, other]);
}

/// fusionpbx#2435: provisioning one phone did all phones of the extension.
#[test]
fn what_happens_to_one_phone_of_a_subscriber_leaves_the_others_alone() {
    let (mut world, mac) = World::provisioned(DESK, "1001");
    let other = support::mac(OTHER_DESK.0);
    let phone = NewPhone::new(other, OTHER_DESK.1, organisation("acme"));
    world.provider(Event::Add(phone.into()));
    for applied in [
        world.assign(other, "1001"),
        world.customer(Event::ChangeProfile {
            mac: other,
            subscriber: subscriber("1001"),
            profile: profile(r#"settings.user = { username = "u", password = "p" }"#),
        }),
        world.customer(Event::Unassign { mac: other }),
    ] {
        assert!(applied.effects.contains(&Effect::Render(other.into())));
        for line in lines(&applied) {
            assert!(!line.contains(&mac.to_string()), "{line}");
        }
        assert!(!applied.changed.contains(&Key::Phone(mac)));
    }
    assert_eq!(world.state(mac), PhoneState::Provisioned);
}

#[test]
fn a_base_carries_the_line_on_a_handset() {
    let (mut world, mac) = World::with_phone(("00:08:7b:00:53:03", "snom M900"));
    world.assign(mac, "1001");
    let file = |world: &World| {
        let mut handset = HandsetDoc::default();
        handset.slot = Some(Number::from(1).into());
        handset.extensions = Some(List::from_iter([account(&subscriber("1001"))]).into());
        let mut from_pbx = world.pbx(mac);
        from_pbx.extensions.clear();
        from_pbx.handsets.push(handset);
        let document = world
            .inventory
            .document(&organisation("acme"), [(mac, from_pbx)]);
        let fleet = document.unwrap().resolve(&targets()).unwrap();
        let provisioner = Provisioner::new(fleet.site().clone());
        let rendered = provisioner.render(&fleet.devices()[0]).unwrap();
        String::from_utf8(support::own_file(&rendered).bytes().to_vec()).unwrap()
    };
    assert!(file(&world).contains("password-of-1001"));
    world.customer(Event::Unassign { mac });
    assert!(!file(&world).contains("password-of"));
}

#[test]
fn a_base_is_part_of_a_system_and_a_phone_has_modules_as_the_pbx_says() {
    let (mut world, base) = World::with_phone(("00:08:7b:00:53:03", "snom M900"));
    world.assign(base, "1001");
    let system = r#"
        [site]
        name = "-"
        [[devices]]
        multicell = { role = "secondary", chain_id = 600 }
    "#;
    let system = Document::from_toml(system).unwrap();
    let system = system
        .devices
        .as_ref()
        .and_then(|list| list.value())
        .unwrap();
    let mut from_pbx = world.pbx(base);
    from_pbx.extensions.clear();
    from_pbx.modules = Some(2);
    from_pbx.multicell = system.entries()[0]
        .value()
        .unwrap()
        .multicell
        .clone()
        .unwrap()
        .value()
        .cloned();
    let document = world
        .inventory
        .document(&organisation("acme"), [(base, from_pbx)])
        .unwrap();
    let device = document
        .devices
        .as_ref()
        .and_then(|list| list.value())
        .unwrap();
    let device = device.entries()[0].value().unwrap();
    assert_eq!(device.modules.as_ref().unwrap().value().unwrap().get(), 2);
    let system = device.multicell.as_ref().unwrap().value().unwrap();
    assert_eq!(
        system.chain_id.as_ref().unwrap().value().unwrap().get(),
        600
    );
}

#[test]
fn a_new_password_of_the_line_reaches_the_phone_and_changes_no_state() {
    let (mut world, mac) = World::provisioned(DESK, "1001");
    let edition = world.inventory.phone(mac).unwrap().edition();
    let applied = world.platform(Event::LineChanged { mac });
    assert_eq!(
        lines(&applied),
        [format!("render {mac}"), format!("resync {mac}")]
    );
    assert_eq!(world.inventory.phone(mac).unwrap().edition(), edition + 1);
    assert_eq!(world.state(mac), PhoneState::Provisioned);
}

#[test]
fn windows_have_an_end_that_can_be_moved_and_a_longest_time() {
    let (mut world, mac) = World::with_phone(DESK);
    world.assign(mac, "1001");
    let mut open = |until| {
        let event = Event::OpenWindow {
            mac,
            until: Until::At(until),
        };
        world.apply(&Actor::PROVIDER, event)
    };
    let too_long = open(start() + TimeDelta::hours(25)).unwrap_err();
    assert_eq!(
        too_long.to_string(),
        "expected a window that ends at 2026-11-03 09:00:00 UTC at the latest, \
         found 2026-11-03 10:00:00 UTC"
    );
    open(start()).unwrap_err();
    let long = open(start() + TimeDelta::hours(3)).unwrap();
    let Some(Effect::OpenWindow {
        longer_than_advised: true,
        ..
    }) = long.effects.last()
    else {
        panic!("{long:?}")
    };
    let _ = open(start() + TimeDelta::hours(1)).unwrap();
    world.later(2);
    let (decision, _) = world.ask(mac, Access::First);
    assert_eq!(decision.reason, Reason::WindowClosed, "the new end counts");
    let closed = world.customer(Event::CloseWindow { mac });
    assert_eq!(*closed, Applied::default());
}

#[test]
fn a_stolen_phone_gets_nothing() {
    let (mut world, mac) = World::provisioned(DESK, "1001");
    let old = world.tokens.clone();
    world.customer(Event::Revoke { mac });
    world
        .tokens
        .insert((mac, Access::First), old[&(mac, Access::LongTerm)].clone());
    let (decision, _) = world.ask(mac, Access::First);
    assert!(!decision.is_admitted());
}

#[test]
fn a_request_that_names_no_phone_finds_it_by_its_token() {
    let (mut world, mac) = World::provisioned(DESK, "1001");
    let token = world.tokens[&(mac, Access::LongTerm)].expose().to_owned();
    let mut attempt = Attempt::new([192, 0, 2, 7].into());
    attempt.token = Some(token.as_str().into());
    let (decision, _) = world.inventory.admit(&mut world.door, &attempt, world.now);
    assert_eq!(decision.reason, Reason::LongTermCredential);
    world.provider(Event::Remove { mac });
    let hash = world.door.environment().hash(&token);
    assert!(world.inventory.phone_with_token(&hash).is_none());
    let mut attempt = Attempt::new([192, 0, 2, 7].into());
    attempt.mac = Some(mac);
    let (decision, _) = world.inventory.admit(&mut world.door, &attempt, world.now);
    assert_eq!(decision.reason, Reason::UnknownPhone);
}

#[test]
fn a_credential_that_is_refused_changes_nothing() {
    let (mut world, mac) = World::with_phone(DESK);
    let (_, credential) = world.draw();
    let issue = |access| Event::Credential {
        mac,
        access,
        credential,
    };
    world.platform(issue(Access::First));
    let before = storing::text(&world.inventory);
    let refused = world.apply(&Actor::PLATFORM, issue(Access::LongTerm));
    assert_eq!(
        refused.unwrap_err().to_string(),
        "expected a credential that the phone does not have yet"
    );
    assert_eq!(storing::text(&world.inventory), before);
}

#[test]
fn only_models_of_the_list_are_added() {
    let mut world = World::new("production");
    let phone = NewPhone::new(mac(DESK.0), "snom D786", organisation("acme"));
    let refused = world.apply(&Actor::PROVIDER, Event::Add(phone.into()));
    assert_eq!(
        refused.unwrap_err().to_string(),
        "no model `snom D786`; the nearest is `snom D785`"
    );
}

#[test]
fn a_phone_that_asked_the_network_is_adopted() {
    let mut world = World::new("production");
    let mut exchange = Exchange::new(targets(), Limits::default());
    let request = "SUBSCRIBE sip:MAC%3a805E0C005302@224.0.1.75 SIP/2.0\r\n\
        Via: SIP/2.0/UDP 192.0.2.10:5059;branch=z9hG4bK1\r\n\
        From: <sip:MAC%3a805E0C005302@224.0.1.75>;tag=1\r\n\
        To: <sip:MAC%3a805E0C005302@224.0.1.75>\r\n\
        Call-ID: 1@192.0.2.10\r\nCSeq: 1 SUBSCRIBE\r\n\
        Event: ua-profile;profile-type=\"device\";vendor=\"yealink\";model=\"T46S\";version=\"66.86.0.15\"\r\n\
        Expires: 0\r\nContent-Length: 0\r\n\r\n";
    let route = Route {
        phone: "192.0.2.10:5059".parse().unwrap(),
        local: "192.0.2.1:5060".parse().unwrap(),
    };
    let heard = exchange.feed(request.as_bytes(), route, start(), [7; 16]);
    let Ok(Heard::Asked(asked)) = heard else {
        panic!("{heard:?}")
    };
    let found = exchange.discover(asked.id, start()).unwrap().clone();
    let phone = NewPhone::discovered(&found, organisation("acme")).unwrap();
    world.provider(Event::Add(phone.into()));
    let phone = world.inventory.phone(mac(OTHER_DESK.0)).unwrap();
    assert_eq!(phone.model(), "yealink T46S");
    assert_eq!(phone.installed_firmware(), Some("66.86.0.15"));

    let mut unknown = found;
    unknown.model = None;
    unknown.reported_model = Some("T99".to_owned());
    let refused = NewPhone::discovered(&unknown, organisation("acme")).unwrap_err();
    assert_eq!(refused.to_string(), "no model `T99`");
}

#[test]
fn firmware_is_chosen_from_what_is_certified() {
    let (mut world, mac) = World::with_phone(OTHER_DESK);
    assert!(
        !world.file(mac).contains("firmware.url"),
        "installed is used"
    );
    let firmware = |version: &str| {
        let mut firmware = FirmwareDoc::default();
        firmware.version = Some(version.to_owned().into());
        let url = format!("https://fw.example.net/{version}.rom");
        firmware.url = Some(url.into());
        firmware
    };
    let choose = |phones, version: Option<&str>| Event::ChooseFirmware {
        phones,
        version: version.map(str::to_owned),
    };
    let refused = world.apply(&Actor::PROVIDER, choose(mac.into(), Some("66.86.0.20")));
    assert_eq!(
        refused.unwrap_err().to_string(),
        "firmware 66.86.0.20 is not certified for yealink T46S; certified are: none"
    );
    world.provider(Event::Certify {
        model: "yealink SIP-T46S".to_owned(),
        firmware: vec![firmware("66.86.0.20"), firmware("66.86.0.15")],
    });
    let badly = Event::Certify {
        model: "yealink T46S".to_owned(),
        firmware: vec![firmware("newest")],
    };
    world.apply(&Actor::PROVIDER, badly).unwrap_err();

    let model = Which::Model {
        organisation: organisation("acme"),
        model: "Yealink T46S".to_owned(),
    };
    world.customer(choose(model.clone(), Some("66.86.0.15")));
    assert!(
        world
            .file(mac)
            .contains("https://fw.example.net/66.86.0.15.rom")
    );
    world.customer(choose(Which::Phones(vec![mac]), Some("66.86.0.20")));
    assert!(
        world
            .file(mac)
            .contains("https://fw.example.net/66.86.0.20.rom")
    );
    world.customer(choose(mac.into(), None));
    assert!(
        world
            .file(mac)
            .contains("https://fw.example.net/66.86.0.15.rom")
    );
    world.customer(choose(Which::Organisation(organisation("acme")), None));
    assert!(
        !world.file(mac).contains("firmware.url"),
        "installed is used"
    );
}

#[test]
fn settings_with_faults_are_refused_with_their_paths() {
    let (mut world, mac) = World::with_phone(DESK);
    let event = Event::Configure {
        mac,
        settings: profile("settings.vlan = { id = 7000, idd = 3 }"),
    };
    let refused = world.apply(&Actor::PROVIDER, event).unwrap_err();
    let text = refused.to_string();
    assert!(text.contains("profiles.phone.settings.vlan.idd"), "{text}");
    assert!(text.contains("profiles.phone.settings.vlan.id:"), "{text}");
    assert!(world.inventory.phone(mac).unwrap().settings().is_none());
}

#[test]
fn provisioning_is_viewed_without_secrets_and_otherwise_as_it_is() {
    for phone in [DESK, OTHER_DESK] {
        let (mut world, mac) = World::provisioned(phone, "1001");
        // A password that stands where nobody looks for one, and would be escaped.
        world.customer(Event::ChangeProfile {
            mac,
            subscriber: subscriber("1001"),
            profile: profile(
                r#"keys = [{ position = 2, kind = "speed_dial", value = "1002", label = "x password-of-1001 y" }]
                   settings.user = { username = "user", password = "a<b&\"c'd" }
                   settings.ldap = { host = "ldap.example.net", base = "dc=x", password = "letme&in" }"#,
            ),
        });
        let fleet = world.fleet(mac);
        let provisioner = Provisioner::new(fleet.site().clone());
        let rendered = provisioner.render(&fleet.devices()[0]).unwrap();
        let own = support::own_file(&rendered).bytes();
        let shown = hide_secrets(world.inventory.targets(), &fleet, own);
        let shown = String::from_utf8(shown).unwrap();
        let token = world.tokens[&(mac, Access::LongTerm)].expose();
        for secret in [
            "password-of-1001",
            "a<b",
            "a&lt;b",
            "letme",
            token,
            "admin-of-Acme",
        ] {
            assert!(!shown.contains(secret), "{secret} in {shown}");
        }
        // Cut at what was hidden, the rest is the file.
        let mut rest = std::str::from_utf8(own).unwrap();
        assert!(rest.contains("password-of-1001") && rest.contains("letme"));
        let pieces: Vec<&str> = shown.split("[redacted]").collect();
        assert!(pieces.len() > 5);
        for piece in &pieces {
            let at = rest
                .find(piece)
                .unwrap_or_else(|| panic!("{piece:?} is not in the file"));
            rest = &rest[at + piece.len()..];
        }
        assert_eq!(rest, "");
        assert!(shown.starts_with(pieces[0]) && own.starts_with(pieces[0].as_bytes()));
        // What is no secret is there.
        assert!(shown.contains("1001") && shown.contains("acme.example.net"));
    }
}

#[test]
fn secrets_are_hidden_for_what_they_are_and_for_where_they_stand() {
    let (mut world, mac) = World::provisioned(OTHER_DESK, "1001");
    // Too short to be looked for, and one that the document does not call a secret.
    world.customer(Event::ChangeProfile {
        mac,
        subscriber: subscriber("1001"),
        profile: profile(
            r#"settings.user = { username = "user", password = "ab7" }
               settings.custom = [{ target = "yealink", name = "account.2.password", value = "hush" }]"#,
        ),
    });
    let fleet = world.fleet(mac);
    let provisioner = Provisioner::new(fleet.site().clone());
    let rendered = provisioner.render(&fleet.devices()[0]).unwrap();
    let own = support::own_file(&rendered).bytes();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    assert!(text(own).contains("ab7") && text(own).contains("account.2.password = hush"));
    let shown = text(&hide_secrets(&targets(), &fleet, own));
    assert!(!shown.contains("ab7") && !shown.contains("hush"), "{shown}");

    // Where no setting is.
    let comment = b"# password-of-1001 and admin-of-Acme\n\xff password-of-1001";
    let shown = hide_secrets(&targets(), &fleet, comment);
    assert_eq!(shown, b"# [redacted] and [redacted]\n\xff [redacted]");
    assert_eq!(hide_secrets(&targets(), &fleet, b""), b"");
}

#[test]
fn a_removed_phone_is_gone_and_its_profiles_are_not() {
    let (mut world, mac) = World::provisioned(DESK, "1001");
    let applied = world.provider(Event::Remove { mac });
    assert_eq!(applied.changed, [Key::Phone(mac)]);
    assert_eq!(lines(&applied), [format!("log 1001 out of {mac}")]);
    assert!(world.inventory.record(&Key::Phone(mac)).is_none());
    let key = world.key(mac, "acme", "1001");
    assert!(world.inventory.profile(&key).is_some());

    let forget = Event::ForgetProfile {
        organisation: organisation("acme"),
        mac,
        subscriber: subscriber("1001"),
    };
    world.customer(forget.clone());
    assert!(world.inventory.profile(&key).is_none());
    world.apply(&Actor::PROVIDER, forget).unwrap_err();
}

#[test]
fn the_profile_of_whoever_has_the_phone_is_not_forgotten() {
    let (mut world, mac) = World::with_phone(DESK);
    world.assign(mac, "1001");
    let forget = Event::ForgetProfile {
        organisation: organisation("acme"),
        mac,
        subscriber: subscriber("1001"),
    };
    let refused = world.apply(&Actor::PROVIDER, forget).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "`1001` has 00:04:13:00:53:01; unassign it first"
    );
}

#[test]
fn an_organisation_goes_with_its_profiles_when_its_phones_are_gone() {
    let (mut world, mac) = World::with_phone(DESK);
    world.assign(mac, "1001");
    let remove = |id: &str| Event::RemoveOrganisation {
        organisation: organisation(id),
    };
    let refused = world.apply(&Actor::PROVIDER, remove("acme")).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "the organisation `acme` still has phones"
    );
    world.provider(Event::Move {
        mac,
        to: organisation("beta"),
    });
    world.assign(mac, "1001");
    world.provider(remove("acme"));
    let of = |id| {
        world
            .inventory
            .profile(&world.key(mac, id, "1001"))
            .is_some()
    };
    assert_eq!([of("acme"), of("beta")], [false, true]);
}

#[test]
fn what_all_phones_share_reaches_all_phones() {
    let (mut world, mac) = World::provisioned(DESK, "1001");
    let applied = world.provider(Event::ChangeOrganisation {
        organisation: organisation("acme"),
        site: site("Renamed").into(),
    });
    assert_eq!(
        lines(&applied),
        ["render all phones of acme", "resync all phones of acme"]
    );
    let which = Which::Organisation(organisation("acme"));
    assert_eq!(world.inventory.macs(&which).collect::<Vec<_>>(), [mac]);
    assert!(world.file(mac).contains("Renamed"));
}

// ---- the maker's service ----

#[test]
fn a_phone_that_has_come_is_taken_out_at_the_service() {
    let mut service = service::Service::default();
    let mut world = World::new("production");
    let mac = mac(DESK.0);
    let invitation = world.invitation(mac);
    let phone = NewPhone::new(mac, DESK.1, organisation("acme")).redirected(invitation);
    let applied = world.provider(Event::Add(phone.into()));
    assert_eq!(applied.effects.len(), 2);
    assert_eq!(
        applied.effects[1].role(),
        phone_provisioning::inventory::Role::Provider
    );
    let state = |world: &World| world.inventory.phone(mac).unwrap().registration().state();
    assert_eq!(state(&world), State::Provision);
    service.carry(&mut world, applied);
    assert_eq!(state(&world), State::Active);
    assert!(service.holder(mac).unwrap().contains("production"));

    // The registration does not let it in; a window does.
    let (decision, _) = world.ask(mac, Access::First);
    assert_eq!(decision.reason, Reason::WindowClosed);
    world.assign(mac, "1001");
    let applied = world.open_for_an_hour(mac);
    assert_eq!(applied.effects.len(), 1, "the address has a credential");
    let applied = world.bind(mac);
    service.carry(&mut world, applied);
    assert_eq!(state(&world), State::Disabled);
    assert_eq!(service.holder(mac), None);
}

#[test]
fn the_credential_in_the_registered_address_ends_with_the_registration() {
    let mut service = service::Service::default();
    let mut world = World::new("production");
    let mac = mac(DESK.0);
    // Tuesday, 22:30 UTC: half an hour before the registration ends.
    world.now = "2026-11-03T22:30:00Z".parse().unwrap();
    let invitation = world.invitation(mac);
    let phone = NewPhone::new(mac, DESK.1, organisation("acme")).redirected(invitation);
    let applied = world.provider(Event::Add(phone.into()));
    service.carry(&mut world, applied);
    world.assign(mac, "1001");
    let applied = world.open_for_an_hour(mac);
    let end: DateTime<Utc> = "2026-11-03T23:00:00Z".parse().unwrap();
    let Some(Effect::OpenWindow { until, .. }) = applied.effects.last() else {
        panic!("{applied:?}")
    };
    assert_eq!(*until, end);
    world.now = end - TimeDelta::seconds(1);
    assert!(world.ask(mac, Access::First).0.is_admitted());
    world.now = end;
    let refused = world.ask(mac, Access::First).0;
    assert_eq!(refused.reason, Reason::WindowClosed, "swept or not");

    // In a new window the old address is no good, though the service still has it.
    let old = world.tokens[&(mac, Access::First)].clone();
    let applied = world.open_for_an_hour(mac);
    assert_eq!(applied.effects.len(), 2, "another credential is wanted");
    let new = world.tokens.insert((mac, Access::First), old).unwrap();
    assert!(!world.ask(mac, Access::First).0.is_admitted());
    world.tokens.insert((mac, Access::First), new);
    assert!(world.ask(mac, Access::First).0.is_admitted());
}

#[test]
fn a_window_that_is_open_ends_with_the_registration_too() {
    let mut world = World::new("production");
    let mac = mac(DESK.0);
    world.now = "2026-11-03T22:30:00Z".parse().unwrap();
    let phone = NewPhone::new(mac, DESK.1, organisation("acme"));
    world.provider(Event::Add(phone.into()));
    world.open_for_an_hour(mac);
    let invitation = world.invitation(mac);
    world.provider(Event::Activate { mac, invitation });
    assert!(world.ask(mac, Access::First).0.is_admitted());
    world.now = "2026-11-03T23:00:00Z".parse().unwrap();
    assert!(!world.ask(mac, Access::First).0.is_admitted());
}

#[test]
fn a_phone_that_is_not_to_come_by_its_maker_is_taken_out_and_its_address_is_worth_nothing() {
    let mut service = service::Service::default();
    let mut world = World::new("production");
    let mac = mac(DESK.0);
    let invitation = world.invitation(mac);
    let phone = NewPhone::new(mac, DESK.1, organisation("acme")).redirected(invitation);
    let applied = world.provider(Event::Add(phone.into()));
    service.carry(&mut world, applied);
    world.assign(mac, "1001");
    world.open_for_an_hour(mac);
    assert!(world.ask(mac, Access::First).0.is_admitted());

    let applied = world.provider(Event::Deactivate { mac });
    let told = lines(&applied);
    assert_eq!(told[0], format!("close the window of {mac}"));
    assert!(told[1].ends_with(": look up"), "{told:?}");
    assert!(!world.ask(mac, Access::First).0.is_admitted());
    service.carry(&mut world, applied);
    assert_eq!(service.holder(mac), None);
    let registration = |world: &World| world.inventory.phone(mac).unwrap().registration().state();
    assert_eq!(registration(&world), State::Disabled);

    // Another window has a credential of its own; a second time nothing happens.
    let applied = world.open_for_an_hour(mac);
    let access = Access::First;
    assert_eq!(applied.effects[0], Effect::IssueCredential { mac, access });
    let applied = world.provider(Event::Deactivate { mac });
    assert_eq!((applied.changed.len(), applied.effects.len()), (0, 0));
}

#[test]
fn a_phone_that_the_service_would_not_forget_can_be_added_again() {
    let mut service = service::Service::default();
    let mut world = World::new("production");
    let mac = mac(DESK.0);
    let invitation = world.invitation(mac);
    let phone = NewPhone::new(mac, DESK.1, organisation("acme")).redirected(invitation);
    let applied = world.provider(Event::Add(phone.clone().into()));
    service.carry(&mut world, applied);
    service.is_down = true;
    let applied = world.provider(Event::Remove { mac });
    assert_eq!(applied.changed, [Key::Phone(mac), Key::Tombstone(mac)]);
    service.carry(&mut world, applied);
    assert_eq!(
        world.inventory.tombstone(mac).unwrap().state(),
        State::Deprovision
    );
    assert!(service.holder(mac).is_some());

    // It is tried again until the service forgets it …
    let mut other = World {
        inventory: storing::restored(&world.inventory),
        ..World::new("production")
    };
    service.is_down = false;
    let (tombstone, due) = other.inventory.due().next().unwrap();
    assert_eq!(tombstone, mac);
    other.now = due.at();
    let applied = other.platform(Event::Due {
        mac,
        invitation: None,
    });
    service.carry(&mut other, applied);
    assert!(other.inventory.tombstone(mac).is_none());
    assert_eq!(service.holder(mac), None);

    // … or the phone comes back, to another organisation.
    let mut phone = phone;
    phone.organisation = organisation("beta");
    phone.invitation = Some(world.invitation(mac));
    let applied = world.provider(Event::Add(phone.into()));
    assert_eq!(applied.changed, [Key::Phone(mac), Key::Tombstone(mac)]);
    assert!(world.inventory.record(&Key::Tombstone(mac)).is_none());
    service.carry(&mut world, applied);
    assert!(service.holder(mac).is_some());
}

#[test]
fn a_phone_is_switched_over_to_another_environment() {
    let mut service = service::Service::default();
    let mut worlds = ["production", "staging"].map(World::new);
    let mac = mac(DESK.0);
    for world in &mut worlds {
        let invitation = world.invitation(mac);
        let phone = NewPhone::new(mac, DESK.1, organisation("acme")).redirected(invitation);
        let applied = world.provider(Event::Add(phone.into()));
        service.carry(world, applied);
    }
    let [production, staging] = &mut worlds;
    let state = |world: &World| world.inventory.phone(mac).unwrap().registration().state();
    assert_eq!(state(production), State::Active);
    assert_eq!(state(staging), State::Provision, "owned by another");

    let invitation = staging.invitation(mac);
    let applied = staging.provider(Event::Activate { mac, invitation });
    service.carry(staging, applied);
    assert_eq!(state(staging), State::Active);
    assert!(service.holder(mac).unwrap().contains("staging"));

    let applied = production.platform(Event::CheckRegistration { mac });
    service.carry(production, applied);
    assert_eq!(state(production), State::Disabled, "found out");
    assert!(
        service.holder(mac).unwrap().contains("staging"),
        "left alone"
    );
}

#[test]
fn what_could_not_be_registered_waits_for_another_address() {
    let mut service = service::Service::default();
    service.is_down = true;
    let mut world = World::new("production");
    let mac = mac(DESK.0);
    let invitation = world.invitation(mac);
    let phone = NewPhone::new(mac, DESK.1, organisation("acme")).redirected(invitation);
    let applied = world.provider(Event::Add(phone.into()));
    service.carry(&mut world, applied);
    service.is_down = false;
    let due = |invitation| Event::Due { mac, invitation };
    assert_eq!(*world.platform(due(None)), Applied::default(), "too early");
    world.now = world.inventory.due().next().unwrap().1.at();
    let refused = world.apply(&Actor::PLATFORM, due(None)).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "00:04:13:00:53:01 is to be registered again: expected an address for it"
    );
    let invitation = world.invitation(mac);
    let applied = world.platform(due(Some(invitation)));
    service.carry(&mut world, applied);
    assert!(service.holder(mac).is_some());
}
