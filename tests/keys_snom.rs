//! Function keys of Snom desk phones: what stands in `fkey` for every kind on every model, where it
//! stands, and what is said of a key that the phone cannot have.
//!
//! The tables are written from the vendor's list of types and from the numbers of keys of the phones
//! and modules, not from the rows under `vendors/`.

#![cfg(feature = "snom")]

mod support;

use std::collections::BTreeMap;
use std::sync::Arc;

use phone_provisioning::error::NoticeCode;
use phone_provisioning::model::{
    CustomSetting, CustomValue, DeviceBuilder, Firmware, FirmwareScheme, FunctionKey, Handling,
    KeyKind, LoggedOut, Profile, Site,
};
use phone_provisioning::{Provisioner, Targets, Text};
use proptest::prelude::*;
use support::{
    Model, built, device, extension, models, notices_text, own_settings, render, render_err,
    secret, site_with, text, with_firmware,
};

// ---- what a key looks like ----

/// Kind, value, and the body of `fkey`.
const BODIES: &[(&str, Option<&str>, &str)] = &[
    ("line", None, "line"),
    ("blf", Some("201"), "blf 201|*8"),
    ("blf", Some("**201"), "blf **201|*8"),
    (
        "blf",
        Some("201@pbx.example.net"),
        "blf <sip:201@pbx.example.net;user=phone>|*8",
    ),
    ("speed_dial", Some("+4930123"), "speed +4930123"),
    ("retrieve_park", None, "speed *86"),
    ("retrieve_park", Some("*865900"), "speed *865900"),
    ("dtmf", Some("*1#A"), "dtmf *1#A"),
    (
        "url",
        Some("https://pbx.example.net/a?b=1&c=2"),
        "url https://pbx.example.net/a?b=1&c=2",
    ),
    ("transfer", None, "transfer"),
    ("transfer", Some("201"), "transfer 201"),
    ("forward", None, "keyevent F_REDIRECT"),
    ("forward", Some("201"), "redirect 201"),
    ("dnd", None, "keyevent F_DND"),
    ("hold", None, "keyevent F_HOLD"),
    ("redial", None, "keyevent F_REDIAL"),
    ("conference", None, "keyevent F_CONFERENCE"),
    (
        "conference",
        Some("3000@pbx.example.net"),
        "conference sip:3000@pbx.example.net",
    ),
    ("intercom", Some("201"), "icom 201"),
    (
        "multicast_paging",
        Some("224.0.1.116:5004"),
        "multicast 224.0.1.116:5004",
    ),
    ("group_pickup", None, "speed *81"),
    ("group_pickup", Some("*82"), "speed *82"),
    ("directed_pickup", None, "speed *8"),
    ("directed_pickup", Some("*8201"), "speed *8201"),
    ("voicemail", None, "keyevent F_RETRIEVE"),
    ("voicemail", Some("*971001"), "speed *971001"),
    ("record", None, "recorder"),
    ("ldap", None, "keyevent F_DIRECTORY_SEARCH"),
    ("directory", None, "keyevent F_ADR_BOOK"),
    (
        "xml_browser",
        Some("http://pbx.example.net/menu.xml"),
        "url http://pbx.example.net/menu.xml",
    ),
    ("hot_desking", None, "speed *11"),
    ("hot_desking", Some("*12"), "speed *12"),
    ("shared_line", None, "mult"),
    ("none", None, "none"),
];

/// Kinds that no such phone has, with what is said of them.
const LACKING: &[(&str, Option<&str>, &str)] = &[
    (
        "call_return",
        None,
        "use `speed_dial` with the code by which the PBX calls the last caller",
    ),
    (
        "blf_list",
        None,
        "use `blf` with the number of each extension of the list",
    ),
    (
        "prefix",
        Some("0"),
        "use `speed_dial` with the whole number",
    ),
    (
        "lock",
        None,
        "the phone locks by itself with the raw setting `keyboard_lock_timeout`",
    ),
];

/// A key for parking is `orbit` here and `speed` elsewhere.
const ORBIT: &[&str] = &[
    "D710", "D715", "D720", "D725", "760", "D765", "D810", "D812", "D815", "D862", "D865", "D892",
    "D895",
];

/// Kinds that belong to no extension.
const OF_NO_EXTENSION: &[&str] = &[
    "directory",
    "dtmf",
    "hold",
    "ldap",
    "multicast_paging",
    "none",
    "record",
    "url",
    "xml_browser",
];

/// Model, keys that can be assigned, keys of one module, modules, the last index of all (from 0).
const LAYOUTS: &[(&str, u16, u16, u8, u16)] = &[
    ("300", 6, 42, 3, 131),
    ("320", 12, 42, 3, 137),
    ("360", 12, 42, 3, 137),
    ("370", 12, 42, 3, 137),
    ("D710", 5, 0, 0, 4),
    ("D712", 5, 0, 0, 4),
    ("D713", 4, 0, 0, 3),
    ("D715", 5, 18, 3, 58),
    ("D717", 3, 18, 3, 56),
    ("D720", 18, 18, 3, 71),
    ("D725", 18, 18, 3, 71),
    ("D735", 32, 18, 3, 85),
    ("D745", 32, 18, 3, 85),
    ("760", 16, 18, 3, 69),
    ("D765", 16, 18, 3, 69),
    ("D785", 24, 18, 3, 77),
    ("D305", 5, 0, 0, 4),
    ("D315", 5, 18, 3, 58),
    ("D335", 32, 18, 3, 85),
    ("D345", 48, 18, 3, 101),
    ("D375", 12, 18, 3, 65),
    ("D385", 48, 18, 3, 101),
    ("D120", 2, 0, 0, 1),
    ("D140", 2, 0, 0, 1),
    ("D150", 2, 0, 0, 1),
    ("820", 16, 0, 0, 15),
    ("821", 12, 0, 0, 11),
    ("870", 15, 0, 0, 15),
    ("D810", 12, 60, 3, 195),
    ("D812", 28, 60, 3, 211),
    ("D815", 36, 60, 3, 219),
    ("D862", 28, 60, 3, 211),
    ("D865", 36, 60, 3, 219),
    ("D892", 36, 60, 3, 219),
    ("D895", 52, 60, 3, 235),
];

// ---- makers ----

/// A site with every code that a key may dial.
fn site() -> Arc<Site> {
    site_with(|site| {
        let codes = &mut site.settings.feature_codes;
        codes.pickup = Some(text("*8"));
        codes.group_pickup = Some(text("*81"));
        codes.park = Some(text("*85"));
        codes.park_retrieve = Some(text("*86"));
        codes.voicemail = Some(text("*97"));
        codes.login = Some(text("*11"));
    })
}

fn key(position: u16, kind: &str, value: Option<&str>) -> FunctionKey {
    let mut key = FunctionKey::new(position, kind.parse().unwrap());
    key.value = value.map(text);
    key
}

fn on_module(module: u8, mut key: FunctionKey) -> FunctionKey {
    key.module = Some(module);
    key
}

fn phone(model: &str) -> DeviceBuilder {
    device(&format!("snom {model}"))
}

/// Index, context, label and body of every key, in order.
type Keys = BTreeMap<u16, (String, String, String)>;

#[track_caller]
fn keys_of(site: &Arc<Site>, device: DeviceBuilder) -> Keys {
    let mut keys = Keys::new();
    for setting in own_settings(site, &built(device)) {
        let mut parts = setting.name.split('.');
        if parts.next() != Some("fkey") {
            continue;
        }
        let index = parts.next().unwrap().parse().unwrap();
        let key = keys.entry(index).or_default();
        match parts.next() {
            None => key.2 = setting.value,
            Some("context") => key.0 = setting.value,
            Some("label") => key.1 = setting.value,
            Some(other) => panic!("{other}"),
        }
    }
    keys
}

fn told(context: &str, label: &str, body: &str) -> (String, String, String) {
    (context.to_owned(), label.to_owned(), body.to_owned())
}

/// What a key is that nobody named.
fn free() -> (String, String, String) {
    told("active", "", "line")
}

fn desk_models(targets: &Targets) -> Vec<Model<'_>> {
    let mut all = models(targets);
    all.retain(|model| model.target.id().as_str() == "snom-desk");
    all
}

/// The newest firmware, and of those between which settings change what the model runs.
fn cuts(model: &Model<'_>) -> Vec<Option<Firmware>> {
    let cuts = [
        "8.7.0",
        "8.7.3.17",
        "8.7.5.35",
        "8.9.3.80",
        "10.1.54.13",
        "10.1.127.10",
        "10.1.226.16",
    ];
    let mut all = model.firmwares();
    all.retain(|firmware| firmware.is_none_or(|f| cuts.contains(&&*f.to_string())));
    all
}

#[track_caller]
fn errors(device: DeviceBuilder) -> Vec<String> {
    let errors = render_err(&site(), &built(device));
    let at = "device.805e0c123456.";
    errors
        .iter()
        .map(|error| error.strip_prefix(at).unwrap_or(error).to_owned())
        .collect()
}

// ---- every kind on every model ----

#[test]
fn every_kind_reads_back_on_every_model() {
    let targets = Targets::builtin();
    let site = site();
    let mut seen = 0;
    for model in desk_models(&targets) {
        let Some((name, slots, ..)) = LAYOUTS.iter().find(|row| row.0 == model.row.name) else {
            continue;
        };
        let park = if ORBIT.contains(name) {
            "orbit"
        } else {
            "speed"
        };
        let (park_lot, park_code) = (format!("{park} 5900"), format!("{park} *85"));
        let mut table = BODIES.to_vec();
        table.push(("park", Some("5900"), &park_lot));
        table.push(("park", None, &park_code));
        for firmware in cuts(&model) {
            for (several, second) in [(false, 1), (true, 2)] {
                for part in table.chunks(usize::from(*slots)) {
                    let mut device = with_firmware(phone(name), firmware).extension(extension(1));
                    if several {
                        device = device.extension(extension(2));
                    }
                    for (position, (kind, value, _)) in (1..).zip(part) {
                        let mut key = key(position, kind, *value);
                        key.label = Some(text(&format!("{kind} \"&<{position}>")));
                        if !OF_NO_EXTENSION.contains(kind) {
                            key.extension = second;
                        }
                        device = device.key(key);
                    }
                    let keys = keys_of(&site, device);
                    for (index, (kind, value, body)) in (0..).zip(part) {
                        let context = match *kind {
                            "line" if several => "2",
                            "line" => "1",
                            kind if several && !OF_NO_EXTENSION.contains(&kind) => "2",
                            _ => "active",
                        };
                        let label = format!("{kind} \"&<{}>", index + 1);
                        assert_eq!(
                            keys[&index],
                            told(context, &label, body),
                            "{name} {firmware:?}: {kind} {value:?}"
                        );
                        seen += 1;
                    }
                }
            }
        }
    }
    assert!(seen > 5_000, "{seen} keys");
}

/// Whoever adds a kind says here what it is on these phones.
#[test]
fn every_kind_is_in_a_table() {
    for kind in KeyKind::ALL {
        let tables = BODIES.iter().chain(LACKING);
        let found = tables.filter(|row| row.0 == kind.as_str()).count();
        assert!(found > 0 || kind.as_str() == "park", "{}", kind.as_str());
    }
}

#[test]
fn what_no_phone_has_is_refused_with_what_to_do() {
    let targets = Targets::builtin();
    for model in desk_models(&targets) {
        let Some((name, ..)) = LAYOUTS.iter().find(|row| row.0 == model.row.name) else {
            continue;
        };
        for (kind, value, instead) in LACKING {
            let device = phone(name)
                .extension(extension(1))
                .key(key(1, kind, *value));
            assert_eq!(
                errors(device.clone()),
                [format!(
                    "keys[0].kind: snom {name} has no key of kind `{kind}`; {instead}"
                )]
            );
            // The key is free then, not the line that it would be had nobody named it.
            let keys = keys_of(&site(), device.handling(Handling::Lenient));
            assert_eq!(keys[&0], free(), "{name}: {kind}");
        }
    }
}

#[test]
fn an_inherited_kind_that_no_phone_has_is_told_and_left_out() {
    let site = site_with(|site| {
        let mut profile = Profile::default();
        profile.keys = vec![key(1, "lock", None), key(2, "dnd", None)];
        site.profiles.insert("desk".to_owned(), profile);
    });
    let device = phone("D785").profile("desk").extension(extension(1));
    let keys = keys_of(&site, device.clone());
    assert_eq!(keys[&0], free());
    assert_eq!(keys[&1], told("active", "", "keyevent F_DND"));
    let notices = notices_text(render(&site, &built(device)).notices());
    let expected = "profiles.desk.keys[0].kind: not-applicable: snom D785 has no key of kind `lock`; the phone locks by itself with the raw setting `keyboard_lock_timeout`";
    assert!(
        notices.iter().any(|notice| notice == expected),
        "{notices:#?}"
    );
}

// ---- where a key stands ----

#[test]
fn the_layouts_are_of_every_model_with_keys() {
    let targets = Targets::builtin();
    let rows = desk_models(&targets);
    let with_keys: Vec<&str> = rows
        .iter()
        .filter(|model| model.row.line_keys > Some(0) && !model.row.is("unsupported"))
        .map(|model| model.row.name.as_ref())
        .collect();
    let expected: Vec<&str> = LAYOUTS.iter().map(|row| row.0).collect();
    assert_eq!(with_keys, expected);
}

/// The keys of a module stand behind the last slot of the phone, usable or not.
#[test]
fn keys_of_modules_follow_the_slots_of_the_phone() {
    for (model, assignable, of_module, modules, last) in LAYOUTS {
        let mut device = phone(model).modules(*modules).extension(extension(1));
        device = device.key(key(*assignable, "speed_dial", Some("1")));
        for module in 1..=*modules {
            let number = format!("{module}00");
            device = device
                .key(on_module(module, key(1, "speed_dial", Some(&number))))
                .key(on_module(module, key(*of_module, "dtmf", Some(&number))));
        }
        let keys = keys_of(&site(), device);
        let indices: Vec<u16> = keys.keys().copied().collect();
        assert_eq!(indices, (0..=*last).collect::<Vec<u16>>(), "{model}");
        let first_of_modules = last + 1 - of_module * u16::from(*modules);
        let mut expected = BTreeMap::from([
            (0, told("1", "", "line")),
            (assignable - 1, told("active", "", "speed 1")),
        ]);
        for module in 1..=u16::from(*modules) {
            let first = first_of_modules + (module - 1) * of_module;
            let body = |kind| told("active", "", &format!("{kind} {module}00"));
            expected.insert(first, body("speed"));
            expected.insert(first + of_module - 1, body("dtmf"));
        }
        for (index, key) in keys {
            let expected = expected.remove(&index).unwrap_or_else(free);
            assert_eq!(key, expected, "{model}: {index}");
        }
    }
}

/// One further number from another source: what other generators count up to.
#[test]
fn the_largest_indices_are_those_of_the_field() {
    for (model, last) in [
        ("D345", 101),
        ("D385", 101),
        ("D735", 85),
        ("D745", 85),
        ("D785", 77),
        ("D725", 71),
        ("D765", 69),
        ("D375", 65),
        ("D315", 58),
        ("D895", 235),
    ] {
        let keys = keys_of(&site(), phone(model).modules(3).extension(extension(1)));
        assert_eq!(keys.keys().last(), Some(&last), "{model}");
    }
    // Modules that are not attached are not cleared.
    let keys = keys_of(&site(), phone("D785").modules(1).extension(extension(1)));
    assert_eq!(keys.keys().last(), Some(&41));
    // Nobody says how many: as many as the highest that a key names.
    let named = on_module(2, key(1, "dnd", None));
    let keys = keys_of(&site(), phone("D785").extension(extension(1)).key(named));
    assert_eq!(keys.keys().last(), Some(&59));
    assert_eq!(keys[&42], told("active", "", "keyevent F_DND"));
}

#[test]
fn a_layout_that_is_too_full_is_told_what_fits() {
    for (model, assignable, of_module, modules, _) in LAYOUTS {
        let mut device = phone(model).modules(*modules).extension(extension(1));
        device = device.key(key(assignable + 1, "dnd", None));
        let mut expected = vec![format!(
            "keys[0].position: expected a position between 1 and {assignable} (snom {model}), found {}",
            assignable + 1
        )];
        if *modules > 0 {
            device = device
                .key(on_module(1, key(of_module + 1, "dnd", None)))
                .key(on_module(modules + 1, key(1, "dnd", None)));
            expected.push(format!(
                "keys[1].position: expected a position between 1 and {of_module} (snom {model}), found {}",
                of_module + 1
            ));
            expected.push(format!(
                "keys[2].module: expected a module between 1 and {modules} (snom {model}), found {}",
                modules + 1
            ));
        } else {
            device = device.key(on_module(1, key(1, "dnd", None)));
            expected.push(format!("keys[1]: snom {model} has no expansion module"));
        }
        assert_eq!(errors(device), expected);
    }
    for model in ["PA1", "PA1P", "MP"] {
        let device = phone(model).extension(extension(1));
        assert_eq!(
            errors(device.key(key(1, "dnd", None))),
            [format!("keys[0]: snom {model} has no function key")]
        );
    }
}

#[test]
fn keys_that_nobody_names_are_the_lines_and_then_free() {
    let device = phone("D785")
        .extension(extension(1))
        .extension(extension(2))
        .extension(extension(3))
        .key(key(2, "none", None))
        .key(key(5, "dnd", None));
    let keys = keys_of(&site(), device);
    let expected = [
        told("1", "", "line"),
        told("active", "", "none"),
        told("3", "", "line"),
        free(),
        told("active", "", "keyevent F_DND"),
        free(),
    ];
    for (index, expected) in (0..).zip(expected) {
        let found = &keys[&index];
        // A phone-wide switch belongs to the extension that it names.
        let context = if index == 4 { "1" } else { &expected.0 };
        assert_eq!((context, &*found.2), (&*found.0, &*expected.2), "{index}");
    }
    // Page-turning keys: the lines end where the usable keys do.
    let full = (1..=12).fold(phone("D862"), |device, number| match number {
        1..=8 => device.extension(extension(number)),
        _ => device,
    });
    let keys = keys_of(&site(), full);
    assert_eq!(keys[&7], told("8", "", "line"));
    assert_eq!(keys[&8], free());
}

// ---- values, codes and labels ----

#[test]
fn everything_that_is_wrong_with_a_key_is_told_at_once() {
    let mut lamp = key(1, "blf", Some("201"));
    lamp.label = Some(text("$name"));
    let mut event = key(2, "dnd", None);
    event.label = Some(text("a<br>b"));
    let device = phone("D785").extension(extension(1));
    let device = device
        .key(lamp)
        .key(event)
        .key(key(3, "url", Some("http://h/a|b")))
        .key(key(4, "blf", Some("201|*8")))
        .key(key(5, "blf", Some("100@host@host")))
        .key(key(6, "hold", Some("1")));
    assert_eq!(
        errors(device),
        [
            "keys[2].value: expected percent-encoding at character 11 of the URL, found `|`",
            "keys[3].value: expected a number or an address `user@host`, without scheme, blanks and brackets, found `201|*8`",
            "keys[4].value: expected a number or an address with one `@`, found `100@host@host`",
            "keys[5].value: a key of kind `hold` takes no value",
            "keys[0].label: `$` at character 1 would act as a command in the label of a key (`fkey`); choose another text",
            "keys[1].label: `<br>` at character 2 would act as a command in the label of a key (`fkey`); choose another text",
        ]
    );
}

#[test]
fn the_lamp_works_without_a_pickup_code() {
    let site = site_with(|_| {});
    let device = phone("D785").extension(extension(1));
    let keys = keys_of(&site, device.key(key(1, "blf", Some("201"))));
    assert_eq!(keys[&0], told("active", "", "blf 201"));
}

#[test]
fn the_pickup_code_is_that_of_the_highest_layer() {
    let mut site = Site::clone(&site());
    let mut profile = Profile::default();
    profile.settings.feature_codes.pickup = Some(text("**"));
    site.profiles.insert("desk".to_owned(), profile);
    let device = phone("D785").profile("desk").extension(extension(1));
    let keys = keys_of(&Arc::new(site), device.key(key(1, "blf", Some("201"))));
    assert_eq!(keys[&0].2, "blf 201|**");
}

#[test]
fn an_address_is_told_where_its_form_is_known() {
    let address = Some("201@pbx.example.net");
    let kinds = ["speed_dial", "intercom", "transfer", "forward", "park"];
    for kind in kinds {
        let device = phone("D785").extension(extension(1));
        let device = device.key(key(1, kind, address));
        assert_eq!(
            errors(device.clone()),
            [
                "keys[0].value: snom D785 has no address as what such a key dials; give the number alone: it is dialled at the PBX of the extension"
            ],
            "{kind}"
        );
        let keys = keys_of(&site(), device.handling(Handling::Lenient));
        assert_eq!(keys[&0], free(), "{kind}");
    }
    let room = phone("D785").extension(extension(1));
    assert_eq!(
        errors(room.key(key(1, "conference", Some("3000")))),
        [
            "keys[0].value: snom D785 has no conference room that has a number alone; give its address: `room@host`"
        ]
    );
}

#[test]
fn a_shared_line_takes_no_number() {
    let device = phone("D785").extension(extension(1));
    let device = device.key(key(1, "shared_line", Some("201")));
    assert_eq!(
        errors(device.clone()),
        [
            "keys[0].value: snom D785 has no value for a key of kind `shared_line`; leave it out: the key is for the line of its `extension`"
        ]
    );
    let keys = keys_of(&site(), device.handling(Handling::Lenient));
    assert_eq!(keys[&0], told("active", "", "mult"));
}

#[test]
fn a_code_that_nobody_gives_is_missing() {
    let site = site_with(|_| {});
    for (kind, code) in [
        ("park", "park"),
        ("retrieve_park", "park_retrieve"),
        ("group_pickup", "group_pickup"),
        ("directed_pickup", "pickup"),
        ("hot_desking", "login"),
    ] {
        let device = phone("D785").extension(extension(1));
        let errors = render_err(&site, &built(device.key(key(1, kind, None))));
        assert_eq!(errors.len(), 1, "{errors:#?}");
        assert!(
            errors[0]
                .contains("keys[0].value: missing: expected a number or code to dial; looked at ")
                && errors[0].contains(&format!("feature_codes.{code} of ")),
            "{errors:#?}"
        );
    }
}

/// The number of a mailbox goes to the identity, and the key calls that mailbox.
#[test]
fn the_voice_mail_key_calls_the_mailbox_of_its_identity() {
    let mut second = extension(2);
    second.voicemail = Some(text("*972"));
    let mut of_second = key(3, "voicemail", None);
    of_second.extension = 2;
    let device = phone("D785").extension(extension(1)).extension(second);
    let device = device.key(of_second);
    let settings = own_settings(&site(), &built(device.clone()));
    assert_eq!(support::value(&settings, "user_mailbox.1"), Some("*97"));
    assert_eq!(support::value(&settings, "user_mailbox.2"), Some("*972"));
    let keys = keys_of(&site(), device);
    assert_eq!(keys[&2], told("2", "", "keyevent F_RETRIEVE"));
}

#[test]
fn a_phone_that_nobody_uses_has_its_keys() {
    let site = site_with(|site| {
        site.settings.logged_out = Some(LoggedOut::new(text("900"), secret("x")));
        site.settings.feature_codes.login = Some(text("*11"));
    });
    let keys = keys_of(&site, phone("D785").key(key(2, "hot_desking", None)));
    assert_eq!(keys[&0], told("1", "", "line"));
    assert_eq!(keys[&1], told("active", "", "speed *11"));
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 128,
        // A failing case is shrunk and printed; it then becomes a test of its own.
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// Whatever stands in a label or a value is read back as it was, or is refused.
    #[test]
    fn any_text_reads_back_or_is_refused(
        label in "\\PC{0,12}|[$<&\"'|a-z]{1,6}",
        value in "\\PC{1,12}|[0-9*#@.|<>&;]{1,8}|[0-9]{1,4}@[a-z]{1,8}",
        is_lamp in any::<bool>(),
    ) {
        let (Ok(label), Ok(value)) = (label.parse::<Text>(), value.parse::<Text>()) else {
            return Ok(());
        };
        let kind = if is_lamp { KeyKind::Blf } else { KeyKind::SpeedDial };
        let mut key = FunctionKey::new(3, kind);
        key.label = Some(label.clone());
        key.value = Some(value.clone());
        let device = phone("D785").extension(extension(1)).key(key);
        if Provisioner::new(site()).render(&built(device.clone())).is_ok() {
            let value = value.as_str();
            let body = match (is_lamp, value.contains('@')) {
                (false, _) => format!("speed {value}"),
                (true, false) => format!("blf {value}|*8"),
                (true, true) => format!("blf <sip:{value};user=phone>|*8"),
            };
            let expected = told("active", label.as_str(), &body);
            prop_assert_eq!(&keys_of(&site(), device)[&2], &expected);
        }
    }
}

// ---- what is known to go wrong ----

#[test]
fn known_defects_are_told_where_they_apply() {
    let lamps = |model: &str, firmware: &str, kind: &str, value: Option<&str>| {
        let firmware = Firmware::parse(FirmwareScheme::Dotted, firmware);
        let device = phone(model)
            .installed_firmware(firmware.unwrap())
            .extension(extension(1))
            .key(key(1, kind, value))
            .key(key(2, kind, value));
        let rendered = render(&site(), &built(device));
        let told: Vec<String> = rendered
            .notices()
            .iter()
            .filter(|notice| notice.code() == NoticeCode::Firmware)
            .map(|notice| notice.message().to_owned())
            .collect();
        told
    };
    let dark = "snom D735 with firmware 10.1.127.10: the lamps of such keys may stay dark with this firmware; one cure in use are the raw settings `led_on`, `led_red`, `led_green` and `led_orange`";
    assert_eq!(lamps("D735", "10.1.127.10", "blf", Some("201")), [dark]);
    assert!(lamps("D735", "10.1.101.11", "blf", Some("201")).is_empty());
    assert!(lamps("D735", "10.1.127.10", "speed_dial", Some("201")).is_empty());
    assert!(lamps("D785", "10.1.127.10", "blf", Some("201")).is_empty());
    let page = Some("http://pbx.example.net/menu.xml");
    let input = "snom D862 with firmware 10.1.184.15: a page that asks for input cannot be shown before firmware 10.1.198";
    assert_eq!(lamps("D862", "10.1.184.15", "xml_browser", page), [input]);
    assert!(lamps("D862", "10.1.198.12", "xml_browser", page).is_empty());
    assert!(lamps("D785", "10.1.184.15", "xml_browser", page).is_empty());
    let target = "snom D865 with firmware 10.1.226.16: the key does nothing until a target for forwarding is set";
    assert_eq!(lamps("D865", "10.1.226.16", "forward", None), [target]);
    assert!(lamps("D865", "10.1.226.16", "forward", Some("201")).is_empty());
    let mut with_target = extension(1);
    with_target.forward.always = Some(text("2001"));
    let device = phone("D865").extension(with_target);
    let rendered = render(&site(), &built(device.key(key(2, "forward", None))));
    let told = rendered.notices().iter();
    assert_eq!(told.filter(|n| n.code() == NoticeCode::Firmware).count(), 0);
}

// ---- keys beside the function keys ----

fn custom(name: &str, index: Option<u16>, value: &str) -> CustomSetting {
    let value = CustomValue::Literal(secret(value));
    let mut custom = CustomSetting::new(text("snom-desk"), text(name), value);
    custom.index = index;
    custom
}

/// Soft keys are no function keys: they are raw settings, of two families.
#[test]
fn soft_keys_are_raw_settings_of_the_right_family() {
    let site = site_with(|site| {
        site.settings.custom = vec![
            custom("context_key", Some(0), "keyevent F_DND"),
            custom("context_key", Some(3), "speed 0123"),
            custom("gui_fkey1", None, "keyevent F_CALL_LIST"),
            custom("dkey_retrieve", None, "speed *97"),
        ];
    });
    let not_known = |model: &str, firmware: Option<&str>| {
        let mut device = phone(model).extension(extension(1));
        if let Some(firmware) = firmware {
            let scheme = FirmwareScheme::Dotted;
            let firmware = Firmware::parse(scheme, firmware);
            device = device.installed_firmware(firmware.unwrap());
        }
        let device = built(device);
        let settings = own_settings(&site, &device);
        for (name, value) in [
            ("context_key.0", "keyevent F_DND"),
            ("context_key.3", "speed 0123"),
            ("gui_fkey1", "keyevent F_CALL_LIST"),
            ("dkey_retrieve", "speed *97"),
        ] {
            assert_eq!(support::value(&settings, name), Some(value), "{model}");
        }
        // What the model does not feed is not written beside them.
        assert_eq!(support::value(&settings, "context_key.1"), None);
        assert_eq!(support::value(&settings, "gui_fkey2"), None);
        let notices = render(&site, &device);
        let notices = notices.notices().iter();
        let told = notices.filter(|notice| notice.path().to_string().contains(".custom["));
        told.map(|notice| format!("{}: {}", notice.path(), notice.message()))
            .collect::<Vec<String>>()
    };
    for model in ["D785", "D140", "D812", "D865", "D895"] {
        let limit = format!("snom {model} with firmware 10.1.226.16");
        assert_eq!(
            not_known(model, None),
            [format!(
                "site.settings.custom[2].name: {limit} does not know `gui_fkey1`"
            )]
        );
    }
    for (model, firmware) in [
        ("D345", "10.1.175.16"),
        ("D745", "10.1.54.13"),
        ("760", "8.9.3.80"),
        ("D375", "8.9.3.80"),
        ("300", "8.7.5.35"),
    ] {
        let limit = format!("snom {model} with firmware {firmware}");
        assert_eq!(
            not_known(model, Some(firmware)),
            [0, 1].map(|index| format!(
                "site.settings.custom[{index}].name: {limit} does not know `context_key`"
            ))
        );
    }
}

#[test]
fn soft_keys_have_their_index() {
    for (name, index, error) in [
        (
            "context_key",
            Some(4),
            "expected an index between 0 and 3 (snom D785), found 4",
        ),
        ("context_key", None, "`context_key` takes an index"),
        ("gui_fkey1", Some(1), "`gui_fkey1` takes no index"),
    ] {
        let site = site_with(|site| {
            site.settings.custom = vec![custom(name, index, "keyevent F_DND")];
        });
        let errors = render_err(&site, &built(phone("D785").extension(extension(1))));
        let expected = format!("site.settings.custom[0].index: {error}");
        assert_eq!(errors, [expected]);
    }
}

/// A raw key takes the place of the document's.
#[test]
fn a_raw_key_shadows_one_of_the_document() {
    let mut site = Site::clone(&site());
    site.settings.custom = vec![custom("fkey", Some(1), "presence 201")];
    let site = Arc::new(site);
    let device = phone("D785").extension(extension(1));
    let device = device.key(key(2, "blf", Some("201")));
    let keys = keys_of(&site, device.clone());
    assert_eq!(keys[&1], told("active", "", "presence 201"));
    let provisioner = Provisioner::new(site);
    let rendered = provisioner.render(&built(device)).unwrap();
    let shadows =
        |notice: &&phone_provisioning::error::Notice| notice.code() == NoticeCode::CustomShadows;
    assert_eq!(rendered.notices().iter().filter(shadows).count(), 1);
}
