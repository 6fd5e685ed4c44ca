//! Devices rendered out of prepared parts get what the emitter itself writes: the same files, the same
//! notices, the same errors; and nothing of one device is left in the files of another.

mod support;

use std::sync::Arc;

use phone_provisioning::model::{
    Codec, CodecList, Device, DeviceBuilder, Dtmf, Extension, Firmware, Forward, FunctionKey,
    Handset, HandsetBinding, Ipei, KeyKind, Registrar, Site,
};
use phone_provisioning::target::{BulkItem, Etag, EtagKey};
use phone_provisioning::{Provisioner, Targets};
use proptest::prelude::*;
use proptest::sample::Index;
use support::{Model, models, secret, site_of, site_with, text};

/// A site that says all that makes a difference for keys and accounts, with a profile.
const EVERYTHING: &str = r#"
[site]
name = "Example & Sons"
provisioning_url = "https://pbx.example.net/p/{token}/"
[site.settings]
time_zone = "Europe/Berlin"
language = "de"
registrar = { host = "sip.example.net", transport = "tls", srtp = "mandatory" }
outbound_proxy = { host = "edge.example.net", port = 5071 }
codecs = ["opus", "g722", "pcma"]
call_waiting = false
admin = { username = "boss", password = "n0t&factory" }
user = { username = "anna", password = "n0t<factory" }
logged_out = { number = "900", password = "n0b&dy" }
[site.settings.feature_codes]
pickup = "*8"
park = "*5"
park_retrieve = "*6"
group_pickup = "*7"
voicemail = "*97"
login = "*1"
[[site.settings.custom]]
target = "yealink"
name = "account.2.label"
value = "raw"
[[site.settings.custom]]
target = "yealink"
name = "linekey.3.label"
value = "raw key"
[[site.settings.custom]]
target = "snom-desk"
name = "user_idle_text"
index = 2
value = "raw"
[[site.settings.custom]]
target = "snom-dect"
name = "user_mailbox"
index = 2
value = "raw"
[profiles.desk]
keys = [
  { position = 4, kind = "blf", value = "1002", label = "Bob & Co" },
  { position = 5, kind = "voicemail" },
  { position = 1, module = 1, kind = "speed_dial", value = "110" },
]
"#;

/// A provisioner that has prepared parts, and one that never does.
struct Both {
    warm: Provisioner,
    plain: Provisioner,
}

impl Both {
    fn new(site: &Arc<Site>) -> Self {
        Self {
            warm: Provisioner::new(site.clone()),
            plain: Provisioner::new(site.clone()).plain(true),
        }
    }

    /// The device is rendered until its parts are there, then out of them, then as a whole.
    fn assert_same(&self, what: &str, device: &Device) {
        let plain = told(&self.plain, device);
        for time in 1..=6 {
            let prepared = told(&self.warm, device);
            assert!(
                prepared == plain,
                "{what}, time {time}: {}",
                difference(&plain, &prepared)
            );
        }
    }
}

/// Everything that rendering says of a device.
#[derive(Debug, Eq, PartialEq)]
struct Told {
    files: Vec<(String, Vec<String>, bool, Vec<u8>)>,
    notices: Vec<String>,
    errors: Vec<String>,
}

fn told(provisioner: &Provisioner, device: &Device) -> Told {
    let mut told = Told {
        files: Vec::new(),
        notices: Vec::new(),
        errors: Vec::new(),
    };
    match provisioner.render(device) {
        Ok(rendered) => {
            told.notices = support::notices_text(rendered.notices());
            // Parts are told in the order of the file, whichever way they come.
            told.notices.sort();
            told.files = rendered
                .files()
                .iter()
                .map(|file| {
                    let (name, aliases) = (file.name().to_owned(), file.aliases().to_vec());
                    (name, aliases, file.is_sensitive(), file.bytes().to_vec())
                })
                .collect();
        }
        Err(errors) => told.errors = support::errors_text(&errors),
    }
    told
}

fn difference(expected: &Told, found: &Told) -> String {
    for (one, two) in expected.files.iter().zip(&found.files) {
        if let Some(difference) = support::difference(&one.3, &two.3) {
            return format!("{}: {difference}", one.0);
        }
    }
    let short = |told: &Told| {
        let names: Vec<_> = told.files.iter().map(|file| (&file.0, &file.1)).collect();
        format!("{names:?} {:?} {:?}", told.notices, told.errors)
    };
    format!("expected {}, found {}", short(expected), short(found))
}

// ---- every model ----

#[test]
fn every_model_gets_the_same_out_of_prepared_parts() {
    let targets = Targets::builtin();
    for (name, site) in [
        ("least", site_with(|_| ())),
        ("everything", site_of(EVERYTHING)),
    ] {
        for model in models(&targets) {
            let firmwares = model.firmwares();
            // The oldest, the newest, and what is assumed.
            let ends = [firmwares.first(), firmwares.get(1), firmwares.last()];
            for firmware in ends.into_iter().flatten() {
                let both = Both::new(&site);
                for profile in [None, Some("desk")] {
                    if profile.is_some() && name == "least" {
                        continue;
                    }
                    let what = format!("{} {name} {profile:?} {firmware:?}", model.name());
                    let device = rich(&model, *firmware, profile);
                    both.assert_same(&what, &device);
                }
            }
        }
    }
}

/// A device that has some of everything that can be prepared.
fn rich(model: &Model<'_>, firmware: Option<Firmware>, profile: Option<&str>) -> Device {
    let accounts = model.accounts(firmware).unwrap_or(3).min(3);
    let mut device = support::with_firmware(support::device(&model.name()), firmware)
        .token(secret("t0k&n"))
        .handling(phone_provisioning::model::Handling::Lenient);
    if let Some(profile) = profile {
        device = device.profile(profile);
    }
    for number in 1..=accounts {
        let mut extension = support::extension(number);
        extension.display_name = Some(text("Zoë & Co"));
        if number > 1 {
            extension.voicemail = Some(text("*98"));
            extension.forward.no_answer = Some(text("0151"));
            extension.forward.no_answer_seconds = Some(18);
        }
        device = if model.is_base() {
            let mut handset = Handset::new(number);
            handset.extensions.push(extension);
            if number == 2 {
                handset.binding = HandsetBinding::Ipei(Ipei::new(36, 58_113).unwrap());
                handset.access_code = Some(secret("1234"));
            }
            device.handset(handset)
        } else {
            device.extension(extension)
        };
    }
    let keys = model.row.line_keys.unwrap_or(0);
    for (position, kind) in (2..=keys.min(12)).zip([
        KeyKind::Blf,
        KeyKind::SpeedDial,
        KeyKind::Park,
        KeyKind::Line,
        KeyKind::None,
        KeyKind::Dtmf,
        KeyKind::Url,
        KeyKind::Voicemail,
    ]) {
        device = device.key(support::some_key(position, kind));
    }
    support::built(device)
}

#[test]
fn every_kind_of_key_is_the_same_out_of_prepared_parts() {
    let site = site_of(EVERYTHING);
    let both = Both::new(&site);
    for model in ["yealink T46S", "yealink T28P", "snom D785", "snom D865"] {
        if Targets::builtin().model(model).is_err() {
            continue;
        }
        for (position, kind) in (1..).zip(KeyKind::ALL.iter().copied()) {
            for value in [None, support::some_value(kind), Some("201@pbx.example.net")] {
                // Of extensions that the device has, and of one that it has not.
                for extension in 1..=3 {
                    let mut key = FunctionKey::new(position % 10 + 1, kind);
                    key.value = value.map(text);
                    key.extension = extension;
                    let device = support::device(model)
                        .extension(support::extension(1))
                        .extension(support::extension(2))
                        .key(key);
                    let what = format!("{model} {kind:?} {value:?} {extension}");
                    both.assert_same(&what, &support::built(device));
                }
            }
        }
    }
}

#[test]
fn handsets_that_share_what_they_must_not_are_told_when_parts_are_there() {
    if Targets::builtin().model("snom M900").is_err() {
        return;
    }
    let both = Both::new(&site_with(|_| ()));
    let base = |users: [&str; 2], numbers: [u32; 2]| {
        let mut device = support::device("snom M900");
        for (slot, (user, number)) in (1..).zip(users.into_iter().zip(numbers)) {
            let mut handset = Handset::new(slot);
            let mut own = support::extension(slot);
            own.username = Some(text(user));
            handset.extensions.push(own);
            handset.binding = HandsetBinding::Ipei(Ipei::new(36, number).unwrap());
            device = device.handset(handset);
        }
        support::built(device)
    };
    both.assert_same("all differ", &base(["anna", "bob"], [1, 2]));
    for (what, users, numbers, found) in [
        ("one user", ["anna", "anna"], [1, 2], "SIP user"),
        ("one handset", ["anna", "bob"], [1, 1], "IPEI"),
    ] {
        let device = base(users, numbers);
        both.assert_same(what, &device);
        let errors = told(&both.warm, &device).errors;
        assert!(
            errors.iter().any(|error| error.contains(found)),
            "{what}: {errors:?}"
        );
    }
    // The number that a base keeps for itself is worth a notice, which no part has.
    both.assert_same("its own number", &base(["512", "bob"], [1, 2]));
    let notices = told(&both.warm, &base(["512", "bob"], [1, 2])).notices;
    assert!(
        notices.iter().any(|notice| notice.contains("512")),
        "{notices:?}"
    );
}

#[test]
fn what_is_kept_does_not_show_its_bytes() {
    let both = Both::new(&site_of(EVERYTHING));
    let targets = Targets::builtin();
    for model in models(&targets).iter().step_by(7) {
        both.assert_same(&model.name(), &rich(model, None, None));
    }
    let shown = format!("{:?}", both.warm);
    assert!(shown.contains("Program"), "there are programs to be shown");
    // As text, and as a list of bytes.
    for secret in ["n0t&factory", "n0t&amp;factory", "n0b&dy"] {
        let bytes = format!("{:?}", secret.as_bytes());
        assert!(!shown.contains(secret), "{secret}");
        assert!(!shown.contains(bytes.trim_matches(['[', ']'])), "{secret}");
    }
}

#[test]
fn a_key_for_voice_mail_calls_the_mailbox_of_its_own_phone() {
    let targets = Targets::builtin();
    let known = |model: &&str| targets.model(model).is_ok();
    for model in ["yealink T46S", "snom D785"].into_iter().filter(known) {
        let both = Both::new(&site_of(EVERYTHING));
        // With one, without one, with another, with one that no key can call.
        for mailbox in [
            Some("*981"),
            None,
            Some("*982"),
            Some("a b"),
            Some("7@h.de"),
        ] {
            let mut own = Extension::new(text("1001"), secret("s3cret"));
            own.voicemail = mailbox.map(text);
            let key = FunctionKey::new(5, KeyKind::Voicemail);
            let device = support::device(model).token(secret("t0k&n"));
            let device = device.extension(own).key(key).build().unwrap();
            both.assert_same(&format!("{model} {mailbox:?}"), &device);
        }
    }
}

#[test]
fn what_serves_for_a_user_is_the_devices_own() {
    let targets = Targets::builtin();
    let known = |model: &&str| targets.model(model).is_ok();
    let models = ["yealink T46S", "snom D785", "snom M900"].into_iter();
    for model in models.filter(known) {
        let both = Both::new(&site_with(|_| ()));
        for (user, auth) in [
            (None, None),
            (Some("u"), None),
            (None, Some("a")),
            (Some("u"), Some("a")),
        ] {
            let mut own = Extension::new(text("1001"), secret("s3cret"));
            (own.username, own.auth_username) = (user.map(text), auth.map(text));
            let device = support::device(model).token(secret("t0k&n"));
            let device = if model.contains(" M") {
                let mut handset = Handset::new(1);
                handset.extensions.push(own);
                device.handset(handset)
            } else {
                device.extension(own)
            };
            both.assert_same(
                &format!("{model} {user:?} {auth:?}"),
                &device.build().unwrap(),
            );
        }
    }
}

// ---- any device after any other ----

#[derive(Clone, Debug)]
struct Person {
    texts: [Option<String>; 6],
    forwards: [Option<String>; 3],
    seconds: Option<u16>,
    switches: [Option<bool>; 3],
    tone: Option<u8>,
    odd: u8,
}

/// Texts that stand as they are, that are escaped, and that a place refuses.
fn a_text() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => "[a-z0-9]{1,8}",
        2 => "[a-zA-Z0-9é&<>\"' |$%!#]{1,8}",
        1 => Just("x".repeat(130)),
        1 => Just("%NULL%".to_owned()),
    ]
}

fn a_person() -> impl Strategy<Value = Person> {
    let maybe = || prop::option::of(a_text());
    (
        prop::array::uniform6(maybe()),
        prop::array::uniform3(prop::option::weighted(0.2, "[0-9*#]{1,6}")),
        prop::option::weighted(0.2, 0..200_u16),
        prop::array::uniform3(prop::option::weighted(0.1, any::<bool>())),
        prop::option::weighted(0.1, 0..14_u8),
        0..24_u8,
    )
        .prop_map(|(texts, forwards, seconds, switches, tone, odd)| Person {
            texts,
            forwards,
            seconds,
            switches,
            tone,
            odd,
        })
}

impl Person {
    fn extension(&self, number: u16) -> Extension {
        let [
            label,
            display_name,
            username,
            auth_username,
            voicemail,
            password,
        ] = self
            .texts
            .each_ref()
            .map(|text| text.as_ref().and_then(|text| text.parse().ok()));
        let password = password.map_or(secret("s3cret"), |text: phone_provisioning::Text| {
            secret(text.as_str())
        });
        let mut own = Extension::new(text(&format!("{}", 1000 + number)), password);
        (own.label, own.display_name, own.username) = (label, display_name, username);
        (own.auth_username, own.voicemail) = (auth_username, voicemail);
        let [always, busy, no_answer] = self
            .forwards
            .each_ref()
            .map(|number| number.as_deref().map(text));
        let mut forward = Forward::default();
        (forward.always, forward.busy, forward.no_answer) = (always, busy, no_answer);
        forward.no_answer_seconds = self.seconds;
        own.forward = forward;
        [own.dnd, own.call_waiting, own.auto_answer] = self.switches;
        own.ring_tones.external = self.tone;
        match self.odd {
            0 => own.registrar = Some(Registrar::new("other.example.net".parse().unwrap())),
            1 => own.codecs = Some(CodecList::new([Codec::Pcma]).unwrap()),
            2 => own.dtmf = Some(Dtmf::SipInfo),
            3 => own.ring_tones.internal = Some(2),
            _ => {}
        }
        own
    }
}

/// Position, module, kind, value, label, extension.
type AnyKey = (u16, u8, Index, Option<String>, Option<String>, u8);

#[derive(Clone, Debug)]
struct Phone {
    model: Index,
    people: Vec<Person>,
    keys: Vec<AnyKey>,
    token: bool,
    profile: bool,
    modules: Option<u8>,
    binding: Vec<u8>,
}

fn a_phone() -> impl Strategy<Value = Phone> {
    let key = (
        1..24_u16,
        prop_oneof![4 => Just(0_u8), 1 => 1..3_u8],
        any::<Index>(),
        prop::option::of(prop_oneof![3 => "[0-9*#]{1,5}", 1 => "[a-z]{2}@[a-z]{3}", 1 => a_text()]),
        prop::option::of(a_text()),
        prop_oneof![4 => Just(1_u8), 1 => 1..4_u8],
    );
    (
        any::<Index>(),
        prop::collection::vec(a_person(), 0..4),
        prop::collection::vec(key, 0..8),
        any::<bool>(),
        any::<bool>(),
        prop::option::weighted(0.3, 0..4_u8),
        prop::collection::vec(0..6_u8, 4),
    )
        .prop_map(
            |(model, people, keys, token, profile, modules, binding)| Phone {
                model,
                people,
                keys,
                token,
                profile,
                modules,
                binding,
            },
        )
}

impl Phone {
    /// A phone of the same kind: it has texts where this one has, and others.
    fn twin(&self) -> Self {
        let mut twin = self.clone();
        let longer = |text: &mut Option<String>, tail| {
            if let Some(text) = text {
                text.push_str(tail);
            }
        };
        for person in &mut twin.people {
            person.texts.iter_mut().for_each(|text| longer(text, "y<&"));
            person
                .forwards
                .iter_mut()
                .for_each(|text| longer(text, "7"));
        }
        for (_, _, _, value, label, _) in &mut twin.keys {
            longer(value, "7");
            longer(label, " & \"z\"");
        }
        twin
    }

    /// The same phone with all its keys one place on.
    fn moved(&self) -> Self {
        let mut moved = self.clone();
        moved.keys.iter_mut().for_each(|key| key.0 += 1);
        moved
    }

    fn device(&self, models: &[&str]) -> Option<Device> {
        let model = models[self.model.index(models.len())];
        let is_base = ["snom M", "yealink W"]
            .iter()
            .any(|base| model.starts_with(base));
        let mut device = support::device(model);
        if self.token {
            device = device.token(secret("t0k&n"));
        }
        if self.profile {
            device = device.profile("desk");
        }
        if let Some(modules) = self.modules {
            device = device.modules(modules);
        }
        for (number, person) in (1..).zip(&self.people) {
            let own = person.extension(number);
            device = if is_base {
                device.handset(self.handset(number, own))
            } else {
                device.extension(own)
            };
        }
        if !is_base {
            device = self.keys.iter().fold(device, with_key);
        }
        device.build().ok()
    }

    fn handset(&self, number: u16, own: Extension) -> Handset {
        let mut handset = Handset::new(number);
        handset.extensions.push(own);
        match self.binding[usize::from(number - 1) % self.binding.len()] {
            0 => handset.binding = HandsetBinding::Remove,
            1 => handset.access_code = Some(secret("1234")),
            2 => handset.name = Some(text("Lab")),
            3 => handset.access_code = Some(secret("12x")),
            4 => {
                let ipei = Ipei::new(36, 58_113 + u32::from(number % 3)).unwrap();
                handset.binding = HandsetBinding::Ipei(ipei);
            }
            _ => {}
        }
        handset
    }
}

fn with_key(
    device: DeviceBuilder,
    (position, module, kind, value, label, extension): &AnyKey,
) -> DeviceBuilder {
    let mut key = FunctionKey::new(*position, KeyKind::ALL[kind.index(KeyKind::ALL.len())]);
    key.module = (*module > 0).then_some(*module);
    key.value = value.as_ref().and_then(|value| value.parse().ok());
    key.label = label.as_ref().and_then(|label| label.parse().ok());
    key.extension = *extension;
    device.key(key)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    /// One provisioner for many devices: each uses what the others left.
    #[test]
    fn nothing_of_one_device_is_left_in_another(
        phones in prop::collection::vec(a_phone(), 1..6),
        everything in any::<bool>(),
    ) {
        let all = ["yealink T46S", "yealink T23G", "yealink T28P", "yealink W70B", "snom D785",
            "snom D865", "snom 760", "snom M300", "snom M900"];
        let targets = Targets::builtin();
        let models: Vec<&str> = all.into_iter().filter(|m| targets.model(m).is_ok()).collect();
        if models.is_empty() {
            return Ok(());
        }
        let mut site = Site::clone(&site_of(EVERYTHING));
        if !everything {
            // No raw settings, and nobody's account.
            site.settings = site_with(|_| ()).settings.clone();
        }
        let both = Both::new(&Arc::new(site));
        let phones = phones.iter().flat_map(|phone| [phone.clone(), phone.twin(), phone.moved()]);
        let devices: Vec<Device> = phones.filter_map(|phone| phone.device(&models)).collect();
        let expected: Vec<Told> = devices.iter().map(|device| told(&both.plain, device)).collect();
        for _ in 0..4 {
            for (device, expected) in devices.iter().zip(&expected) {
                let found = told(&both.warm, device);
                prop_assert!(found == *expected, "{}: {}", device.model(), difference(expected, &found));
            }
        }
    }
}

// ---- bulk ----

/// Phones of all targets; the third of each four has a fault.
fn fleet() -> Vec<Device> {
    let targets = Targets::builtin();
    let all = ["yealink T46S", "snom D785", "snom M700"];
    let models: Vec<&str> = all
        .into_iter()
        .filter(|m| targets.model(m).is_ok())
        .collect();
    let mut devices = Vec::new();
    for number in 0..40_u32 {
        for model in &models {
            let mac = format!("00:04:13:{:02x}:00:{number:02x}", devices.len() % 7);
            let mut device = Device::builder(mac.parse().unwrap(), *model);
            let mut own = support::extension(1);
            own.display_name = Some(text(&format!("Person {number}")));
            if number % 4 == 2 {
                // No place takes it: a label with a command, a value that is a word of the format.
                own.label = Some(text("%NULL%"));
                own.registrar = Some(Registrar::new("sip.example.net".parse().unwrap()));
                own.registrar.as_mut().unwrap().transport =
                    phone_provisioning::model::Transport::DnsSrv;
                own.registrar.as_mut().unwrap().port = Some("5061".parse().unwrap());
            }
            device = if model.contains(" M") {
                let mut handset = Handset::new(1);
                handset.extensions.push(own);
                device.handset(handset)
            } else {
                device.extension(own)
            };
            devices.push(device.build().unwrap());
        }
    }
    devices
}

/// What a run delivers, in words.
fn delivered(device: &Device, delivery: BulkItem<'_>, to: &mut Vec<String>) {
    let mac = device.mac();
    to.push(match delivery {
        BulkItem::File(file) => format!(
            "{mac:?} {} {} {}",
            file.name(),
            file.bytes().len(),
            file.etag(EtagKey::PUBLIC)
        ),
        BulkItem::Notice(notice) => format!("{mac:?} {notice}"),
        BulkItem::Failed(errors) => format!("{mac:?} {errors}"),
        other => panic!("{other:?}?"),
    });
}

#[test]
fn bulk_delivers_what_rendering_one_by_one_gives() {
    let site = site_with(|_| ());
    let devices = fleet();
    let provisioner = Provisioner::new(site);
    let mut found = Vec::new();
    let summary = provisioner.bulk().run(&devices, |device, delivery| {
        delivered(device, delivery, &mut found);
    });
    let mut expected = Vec::new();
    let mut failed = 0;
    for device in &devices {
        match provisioner.render(device) {
            Ok(rendered) => {
                let mut output = phone_provisioning::Output::new();
                provisioner.render_into(device, &mut output).unwrap();
                for file in output.files() {
                    delivered(device, BulkItem::File(file), &mut expected);
                }
                for notice in rendered.notices() {
                    delivered(device, BulkItem::Notice(notice), &mut expected);
                }
            }
            Err(errors) => {
                failed += 1;
                delivered(device, BulkItem::Failed(&errors), &mut expected);
            }
        }
    }
    assert_eq!(found, expected);
    assert_eq!(summary.failed, failed);
    assert_eq!(summary.devices + summary.failed, devices.len() as u64);
    assert!(devices.is_empty() || (failed > 0 && summary.devices > failed));
}

#[test]
fn bulk_brings_the_files_of_a_model_once() {
    let provisioner = Provisioner::new(site_with(|_| ()));
    let devices = fleet();
    let mut names = Vec::new();
    provisioner
        .bulk()
        .shared(true)
        .run(&devices, |_, delivery| {
            if let BulkItem::File(file) = delivery
                && !file.is_sensitive()
            {
                names.push(file.name().to_owned());
            }
        });
    let mut expected: Vec<String> = Vec::new();
    for device in &devices {
        // What is wrong with a device does not keep the others from their model's files.
        let Ok(rendered) = provisioner.render(device) else {
            continue;
        };
        for file in rendered.files().iter().filter(|file| !file.is_sensitive()) {
            if !expected.contains(&file.name().to_owned()) {
                expected.push(file.name().to_owned());
            }
        }
    }
    assert_eq!(expected.is_empty(), devices.is_empty());
    names.sort();
    expected.sort();
    assert_eq!(names, expected);
}

#[test]
fn only_files_that_differ_are_handed_out() {
    let provisioner = Provisioner::new(site_with(|_| ()));
    let mut devices = fleet();
    if devices.is_empty() {
        return;
    }
    devices.retain(|device| provisioner.check(device).is_ok());
    let key = EtagKey::new(7);
    let mut tags: std::collections::BTreeMap<String, Etag> = Default::default();
    provisioner.bulk().run(&devices, |_, delivery| {
        if let BulkItem::File(file) = delivery {
            tags.insert(file.name().to_owned(), file.etag(key));
        }
    });
    let known = |name: &str| tags.get(name).copied();
    let bulk = provisioner.bulk().unless(key, &known);
    let none = bulk.run(&devices, |_, delivery| {
        assert!(!matches!(delivery, BulkItem::File(_)), "{delivery:?}");
    });
    assert_eq!(
        (none.files, none.bytes, none.unchanged),
        (0, 0, tags.len() as u64)
    );

    let changed = devices[5].clone();
    let mut other = Device::builder(changed.mac(), changed.model());
    let mut own = support::extension(2);
    own.display_name = Some(text("Somebody else"));
    other = if changed.handsets().is_empty() {
        other.extension(own)
    } else {
        let mut handset = Handset::new(1);
        handset.extensions.push(own);
        other.handset(handset)
    };
    devices[5] = other.build().unwrap();
    let mut names = Vec::new();
    let one = bulk.run(&devices, |device, delivery| {
        if let BulkItem::File(file) = delivery {
            assert_eq!(device.mac(), changed.mac());
            names.push(file.name().to_owned());
        }
    });
    assert_eq!(
        (one.files, one.unchanged),
        (1, none.unchanged - 1),
        "{names:?}"
    );
}

#[cfg(feature = "parallel")]
#[test]
fn threads_change_neither_order_nor_bytes() {
    let site = site_with(|_| ());
    let devices = fleet();
    let one = Provisioner::new(site.clone());
    let mut expected = Vec::new();
    let alone = one.bulk().shared(true).run(&devices, |device, delivery| {
        delivered(device, delivery, &mut expected);
    });
    for threads in 1..=4 {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        let many = Provisioner::new(site.clone());
        // The second run finds every part prepared.
        for _ in 0..2 {
            let mut found = Vec::new();
            let together = pool.install(|| {
                many.bulk()
                    .shared(true)
                    .run_parallel(&devices, |device, delivery| {
                        delivered(device, delivery, &mut found);
                    })
            });
            assert_eq!(found, expected, "{threads} threads");
            assert_eq!(together, alone);
        }
    }
}

/// A sink may use the same threads for work of its own, while the others wait for it.
#[cfg(feature = "parallel")]
#[test]
fn a_slow_sink_may_work_on_the_threads_that_wait_for_it() {
    use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

    let devices = fleet();
    let provisioner = Provisioner::new(site_with(|_| ()));
    let many = || devices.iter().cycle().take(8 * devices.len());
    let mut expected = Vec::new();
    let alone = provisioner.bulk().run(many(), |device, item| {
        delivered(device, item, &mut expected);
    });
    for threads in [1, 2, 5] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
        let mut found = Vec::new();
        let together = pool.build().unwrap().install(|| {
            provisioner.bulk().run_parallel(many(), |device, item| {
                let tags: Vec<u32> = (0..256).collect();
                let sums = rayon::join(
                    || tags.par_iter().map(|tag| tag ^ 1).sum::<u32>(),
                    || tags.par_iter().map(|tag| tag ^ 2).sum::<u32>(),
                );
                assert_eq!(sums.0, sums.1);
                delivered(device, item, &mut found);
            })
        });
        assert_eq!(found, expected, "{threads} threads");
        assert_eq!(together, alone);
    }
}

/// Whoever panics on one of the threads ends the work, and the caller hears of it.
#[cfg(feature = "parallel")]
#[test]
fn a_panic_ends_the_work() {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    let devices = fleet();
    let provisioner = Provisioner::new(site_with(|_| ()));
    let many = || devices.iter().cycle().take(8 * devices.len());
    for threads in [1, 3] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
        let pool = pool.build().unwrap();
        let mut seen = 0;
        let sink_panics = catch_unwind(AssertUnwindSafe(|| {
            pool.install(|| {
                provisioner.bulk().run_parallel(many(), |_, _| {
                    seen += 1;
                    assert!(seen < 30, "enough");
                })
            })
        }));
        assert!(sink_panics.is_err());
        assert_eq!(seen, 30, "and is not called again");

        let feed_panics = catch_unwind(AssertUnwindSafe(|| {
            let failing = many().enumerate().map(|(number, device)| {
                assert!(number < 100, "no more");
                device
            });
            pool.install(|| provisioner.bulk().run_parallel(failing, |_, _| ()))
        }));
        assert!(feed_panics.is_err());

        let again = pool.install(|| provisioner.bulk().run_parallel(&devices, |_, _| ()));
        assert_eq!(again, provisioner.bulk().run(&devices, |_, _| ()));
    }
}
