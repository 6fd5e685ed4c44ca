//! What every target promises, over every model row and every firmware at which its dictionary
//! changes. A new target or a new row is tested here without a line of code, but for a strict reader
//! of its format in `support` and, where it shares or lacks something, a word in the lists below.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use phone_provisioning::error::NoticeCode;
use phone_provisioning::model::{
    CustomSetting, CustomValue, Device, DeviceBuilder, Extension, Firmware, Handling, Handset,
    KeyKind, Profile, Settings, Site,
};
use phone_provisioning::target::{Output, Rendered};
use phone_provisioning::{Mac, Provisioner, Secret, Targets};
use support::cfg::Setting;
use support::dictionary::Places;
use support::xml::CONTAINER;
use support::{
    EVERYTHING, MARK, Model, built, device, extension, handset, line_key, models, render,
    render_err, secret, site_of, site_with, some_key, text, value, with_firmware,
};

/// Limits that no source states: model and column.
const UNKNOWN_LIMITS: &[&str] = &[
    "snom 360: accounts",
    "yealink T18: accounts",
    "yealink T18: line_keys",
    "yealink T18: modules",
    "yealink W75DM: handsets",
];

/// Models that are known by name only: nothing is rendered for them.
const UNSUPPORTED: &[&str] = &["snom SP800"];

/// File stems that several models ask for.
const SHARED_STEMS: &[&str] = &[
    "yealink y000000000025: yealink W52P, yealink W56P",
    "yealink y000000000044: yealink T23P, yealink T23G",
    "yealink y000000000058: yealink T56A, yealink T58V, yealink T58A",
    "yealink y000000000095: yealink T53, yealink T53W",
    "yealink y000000000103: yealink W80DM, yealink W80B",
    "yealink y000000000123: yealink T31, yealink T31P, yealink T31G",
    "yealink y000000000124: yealink T33P, yealink T33G",
    "yealink y000000000127: yealink T30, yealink T30P",
    "yealink y000000000130: yealink W90DM, yealink W90B",
    "yealink y000000000175: yealink W75DM, yealink W75B",
    "yealink y000000000192: yealink T88W, yealink T88V",
];

/// Settings that are told to a phone which does not say its firmware, whether or not the newest
/// known for its model has them.
const WITHOUT_VERSION: &[(&str, &str)] = &[
    // A base that keeps a login of the factory is open to everybody.
    ("snom-dect", "http_basic_user"),
    ("snom-dect", "http_basic_pass"),
    ("snom-dect", "http_engineer_user"),
    ("snom-dect", "http_engineer_pass"),
];

/// Settings of the fleet document that a target reads nothing of and says nothing about, as its
/// documentation admits.
const NOT_READ: &[(&str, &str)] = &[
    // The name is checked, the rule is not written as yet.
    ("yealink", "time_zone"),
    // Nothing on the phone dials it by itself.
    ("yealink", "feature_codes.login"),
    ("snom-desk", "time_zone"),
    ("snom-desk", "feature_codes.login"),
    // They go with keys, which are not written as yet; the first is a setting since 8.8.
    ("snom-desk", "feature_codes.pickup"),
    ("snom-desk", "feature_codes.group_pickup"),
    ("snom-dect", "time_zone"),
];

// ---- what is written ----

#[test]
fn the_least_device_renders_on_every_model_and_firmware() {
    let site = site_with(|_| ());
    every_model_and_firmware(|model, firmware| {
        let device = built(with_firmware(model.least(), firmware));
        check_files(model, firmware, &site, &device);
    });
}

#[test]
fn a_full_device_of_a_site_that_says_everything_renders_on_every_model_and_firmware() {
    let site = site_of(EVERYTHING);
    every_model_and_firmware(|model, firmware| {
        let device = model.full(firmware).token(secret("MARK-token"));
        check_files(model, firmware, &site, &built(device));
    });
}

#[test]
fn every_account_is_told_its_registrar() {
    let site = site_with(|_| ());
    every_model_and_firmware(|model, firmware| {
        let count = model.accounts(firmware).unwrap_or(1).min(2);
        let device = built(with_firmware(model.with_accounts(count), firmware));
        let rendered = render(&site, &device);
        let settings = support::read(model.target, support::own_file(&rendered).bytes());
        let registrar = support::spelling(model.target).registrar;
        for account in 1..=count {
            let what = format!("{} with {}: {account}", model.name(), version(firmware));
            let names = registrar(&settings, account);
            let told: Vec<_> = names.iter().filter_map(|n| value(&settings, n)).collect();
            assert_eq!(told, ["sip.example.net"], "{what}");
        }
    });
}

#[test]
fn nobody_is_logged_in_on_every_model_and_firmware() {
    let sites = [site_of(EVERYTHING), site_with(|_| ())];
    every_model_and_firmware(|model, firmware| {
        for site in &sites {
            let device = built(with_firmware(device(&model.name()), firmware));
            check_files(model, firmware, site, &device);
        }
    });
}

/// Reads every file of a device: its form, its settings, its values, its order.
#[track_caller]
fn check_files(model: &Model<'_>, firmware: Option<Firmware>, site: &Arc<Site>, device: &Device) {
    let rendered = render(site, device);
    // A firmware that is older than the dictionary is told what the oldest known one is told.
    let since = model.target.settings().iter().filter_map(|row| row.since);
    let oldest = since.map(|bound| bound.level()).min().unwrap_or_default();
    let own_level = firmware
        .map(|firmware| firmware.level())
        .or_else(|| model.row.newest_firmware.map(|bound| bound.level()))
        .map(|level| level.max(oldest));
    let what = format!("{} with {}", model.name(), version(firmware));
    for file in rendered.files() {
        let settings = support::read(model.target, file.bytes());
        // A file that all phones of the model share is for every firmware.
        let level = own_level.filter(|_| file.is_sensitive());
        for setting in &settings {
            if setting.section == CONTAINER {
                // The site's phone book stands beside the files that are rendered here.
                let book = site.settings.phonebook.as_ref();
                if book.is_some_and(|book| book.url.as_str() == setting.value) {
                    continue;
                }
                let (_, named) = setting.value.rsplit_once('/').unwrap();
                assert!(rendered.file(named).is_some(), "{what}: {named} is no file");
                continue;
            }
            let place = || format!("{what}: {} line {}", file.name(), setting.line);
            let rows = model.dictionary.rows(&setting.name);
            let id = model.target.id();
            let whatever = firmware.is_none()
                && WITHOUT_VERSION.contains(&(id.as_str(), setting.name.as_str()));
            let level = level.filter(|_| !whatever);
            let Some(row) = rows.iter().find(|row| row.exists_on(model.row, level)) else {
                panic!("{}: this phone has no `{}`", place(), setting.name);
            };
            assert!(
                setting.cleared || row.domain.contains(&setting.value),
                "{}: `{}` takes {}, found {}",
                place(),
                setting.name,
                row.domain,
                setting.value,
            );
        }
        if std::ptr::eq(file, support::own_file(&rendered)) {
            check_accounts_and_keys(model, firmware, device, &settings);
        }
    }
}

/// Every account of the model is on or off, every key that any source grants is written.
#[track_caller]
fn check_accounts_and_keys(
    model: &Model<'_>,
    firmware: Option<Firmware>,
    device: &Device,
    settings: &[Setting],
) {
    let what = format!("{} with {}", model.name(), version(firmware));
    let spelling = support::spelling(model.target);
    // A base holds a thousand accounts.
    let values = settings.iter().map(|s| (s.name.as_str(), s.value.as_str()));
    let values: BTreeMap<&str, &str> = values.collect();
    let value = |name: &str| values.get(name).copied();
    let used = device.extensions().len() + device.handsets().len();
    for account in 1..=model.accounts(firmware).unwrap_or(used.try_into().unwrap()) {
        let on = value(&(spelling.account_switch)(account));
        let on = on.unwrap_or_else(|| panic!("{what}: account {account} is not written"));
        let logged_out = used == 0 && account == 1;
        if !logged_out {
            let expected = spelling.positions[usize::from(usize::from(account) <= used)];
            assert_eq!(on, expected, "{what}: account {account}");
        }
    }
    let keys = model.row.line_keys_clear_to.or(model.row.line_keys);
    for key in 1..=keys.unwrap_or(0) {
        let name = (spelling.key_kind)(key);
        assert!(value(&name).is_some(), "{what}: no {name}");
    }
    if keys == Some(0) {
        let name = (spelling.key_kind)(1);
        assert_eq!(value(&name), None, "{what}: {name}");
    }
}

#[test]
fn settings_stand_in_the_order_of_the_dictionary() {
    let site = site_of(EVERYTHING);
    let mut violations = BTreeSet::new();
    every_dialect(|model, firmware| {
        let rendered = render(&site, &built(model.full(firmware)));
        for file in rendered.files() {
            let mut places = Places::of(&model.dictionary);
            let mut last = None;
            for setting in support::read(model.target, file.bytes()) {
                let row = model.dictionary.rows(&setting.name)[0];
                let place = places.of_setting(row, &setting.name);
                if let Some((section, before, behind)) = &last
                    && *section == setting.section
                    && *before > place
                {
                    violations.insert(format!("{} stands behind {behind}", setting.name));
                }
                last = Some((setting.section, place, setting.name));
            }
        }
    });
    assert!(violations.is_empty(), "{}", lines(violations));
}

// ---- limits ----

#[test]
fn one_more_than_the_model_holds_is_an_error_that_names_the_limit() {
    let site = site_with(|_| ());
    every_model_and_firmware(|model, firmware| {
        let name = model.name();
        let limited = |device: DeviceBuilder| {
            render_err(&site, &built(with_firmware(device, firmware))).join("\n")
        };
        if let Some(limit) = model.accounts(firmware) {
            let list = if model.is_base() {
                "handsets"
            } else {
                "extensions"
            };
            assert_limit(
                &limited(model.with_accounts(limit + 1)),
                &format!(
                    "device.805e0c123456.{list}: expected at most {limit} account{} ({name}",
                    plural(limit)
                ),
                &format!("), found {}", limit + 1),
            );
        }
        if let Some(limit) = model.row.handsets
            && model.is_base()
        {
            // Handsets without accounts count too.
            let too_many = (1..=limit + 1).fold(device(&name), |device, slot| {
                device.handset(Handset::new(slot))
            });
            assert_limit(
                &limited(too_many),
                &format!(
                    "device.805e0c123456.handsets: expected at most {limit} handset{} ({name}",
                    plural(limit)
                ),
                &format!("), found {}", limit + 1),
            );
        }
        if let Some(limit) = model.row.modules {
            let limit = u8::try_from(limit).unwrap();
            assert_limit(
                &limited(model.least().modules(limit + 1)),
                &format!(
                    "device.805e0c123456.modules: expected at most {limit} expansion module{} ({name}",
                    plural(limit.into())
                ),
                &format!("), found {}", limit + 1),
            );
        }
        if let Some(line_keys) = model.row.line_keys {
            let memory_keys = model.row.memory_keys.iter();
            let limit = memory_keys.fold(line_keys, |keys, (from, to)| keys + to - from + 1);
            let errors = limited(model.least().key(line_key(limit + 1, 1)));
            let start = "device.805e0c123456.keys[0]";
            let sure = if limit == 0 {
                format!("{name} has no function key")
            } else {
                format!("between 1 and {limit} ({name}), found {}", limit + 1)
            };
            assert_limit(&errors, start, &sure);
        }
    });
}

#[test]
fn a_handset_beyond_the_slots_of_its_base_is_an_error() {
    let site = site_with(|_| ());
    every_model(|model| {
        if let Some(slots) = model.row.handsets
            && model.is_base()
        {
            let beyond = device(&model.name()).handset(handset(slots + 1));
            assert_limit(
                &render_err(&site, &built(beyond)).join("\n"),
                "device.805e0c123456.handsets[0].slot: expected a slot",
                &format!(
                    "between 1 and {slots} ({}), found {}",
                    model.name(),
                    slots + 1
                ),
            );
        }
    });
}

/// Keys that one source grants and another does not are reset and never used.
#[test]
fn a_key_that_is_not_sure_to_exist_is_not_used() {
    let site = site_with(|_| ());
    every_model(|model| {
        let (Some(sure), Some(most)) = (model.row.line_keys, model.row.line_keys_clear_to) else {
            return;
        };
        if sure == most {
            return;
        }
        let device = model.least().key(line_key(most, 1));
        let rendered = render(&site, &built(device.handling(Handling::Lenient)));
        let plain = render(&site, &built(model.least()));
        support::assert_bytes(
            &model.name(),
            support::own_file(&plain).bytes(),
            support::own_file(&rendered).bytes(),
        );
        assert!(tells_more(&rendered, &plain), "{}", model.name());
    });
}

/// A profile made by hand is checked by nobody before it is rendered.
#[test]
fn a_key_of_a_profile_that_cannot_be_is_told_and_not_written() {
    let keys = [
        (0, None, 1),
        (1, None, 0),
        (u16::MAX, None, u8::MAX),
        (1, None, 2),
        (1, Some(0), 1),
        (1, Some(u8::MAX), 1),
    ];
    for (position, module, extension) in keys {
        let site = site_with(|site| {
            let mut profile = Profile::default();
            let mut key = line_key(position, extension);
            key.module = module;
            profile.keys.push(key);
            site.profiles.insert("odd".to_owned(), profile);
        });
        every_model(|model| {
            let rendered = render(&site, &built(model.least().profile("odd")));
            let plain = render(&site, &built(model.least()));
            let what = format!("{position} {module:?} {extension} on {}", model.name());
            assert!(tells_more(&rendered, &plain), "{what}");
            let settings = support::read(model.target, support::own_file(&rendered).bytes());
            let most = model.row.modules.unwrap_or(0);
            let module = support::spelling(model.target).module;
            let modules = settings.iter();
            let modules = modules.filter_map(|setting| module(model.row, &setting.name));
            assert!(modules.max().unwrap_or(0) <= most, "{what}");
        });
    }
}

fn plural(count: u16) -> &'static str {
    if count == 1 { "" } else { "s" }
}

#[track_caller]
fn assert_limit(errors: &str, start: &str, end: &str) {
    let found = errors
        .lines()
        .any(|line| line.starts_with(start) && line.contains(end));
    assert!(found, "expected `{start}…{end}`, found:\n{errors}");
}

#[test]
fn a_limit_that_no_source_states_is_listed_here_and_told_in_a_notice() {
    let site = site_with(|_| ());
    let mut unknown = Vec::new();
    every_model(|model| {
        let row = model.row;
        let mut lacks = false;
        for (column, limit) in [
            ("accounts", row.accounts),
            ("line_keys", row.line_keys),
            ("modules", row.modules),
            ("handsets", row.handsets),
        ] {
            if limit.is_none() {
                lacks = true;
                unknown.push(format!("{}: {column}", model.name()));
            }
        }
        // Of codecs it is another limit that is not known: how the phone is told them.
        let told = render(&site, &built(model.least()))
            .notices()
            .iter()
            .filter(|notice| notice.code() == NoticeCode::UnknownLimit)
            .any(|notice| !notice.path().as_str().ends_with("codecs"));
        assert_eq!(told, lacks, "{}", model.name());
    });
    assert_eq!(lines(unknown), lines(compiled_in(UNKNOWN_LIMITS)));
}

#[test]
fn a_model_that_is_known_by_name_only_is_listed_here_and_refused() {
    let targets = Targets::builtin();
    let all = models(&targets);
    let unsupported: Vec<_> = all.iter().filter(|m| m.row.is("unsupported")).collect();
    let names = unsupported.iter().map(|model| model.name());
    assert_eq!(lines(names), lines(compiled_in(UNSUPPORTED)));
    let site = site_with(|_| ());
    for model in unsupported {
        let errors = render_err(&site, &built(model.least()));
        let start = "device.805e0c123456.model: ";
        assert!(errors.iter().any(|e| e.starts_with(start)), "{errors:?}");
    }
}

// ---- secrets ----

#[test]
fn no_secret_is_in_a_file_that_is_not_the_devices_own() {
    let site = marked_site();
    every_model(|model| {
        let rendered = render(&site, &built(marked(model)));
        for file in rendered.files() {
            let holds = contains(file.bytes(), MARK);
            assert_eq!(
                holds,
                file.is_sensitive(),
                "{} {}",
                model.name(),
                file.name()
            );
        }
        let told = format!(
            "{rendered:?} {:?}",
            support::notices_text(rendered.notices())
        );
        assert!(!told.contains(MARK), "{told}");
    });
}

#[test]
fn no_secret_is_in_debug_output() {
    let site = marked_site();
    every_model(|model| {
        let device = built(marked(model));
        let mut output = Output::new();
        let provisioner = Provisioner::new(site.clone());
        provisioner
            .render_shared_into(&device, &mut output)
            .unwrap();
        provisioner.render_into(&device, &mut output).unwrap();
        let files: Vec<_> = output.files().collect();
        for debug in [
            format!("{device:#?}"),
            format!("{site:#?}"),
            format!("{provisioner:#?}"),
            format!("{output:#?}"),
            format!("{files:#?}"),
        ] {
            assert!(!debug.contains(MARK), "{debug}");
        }
    });
}

#[test]
fn no_secret_is_in_an_error() {
    // Every secret of these is refused by some place of some file.
    let hostile = || secret(&format!("{MARK} \u{a0}é:"));
    let site = marked_site();
    let mut wrong = Site::clone(&site);
    for login in [
        &mut wrong.settings.admin,
        &mut wrong.settings.user,
        &mut wrong.settings.maintenance,
        &mut wrong.settings.download,
    ] {
        login.as_mut().unwrap().password = hostile();
    }
    wrong.settings.ldap.as_mut().unwrap().password = Some(secret(&format!("{MARK} ")));
    let wrong = Arc::new(wrong);
    every_model(|model| {
        let mut user = extension(1);
        user.password = secret(&format!("{MARK} "));
        let least = if model.is_base() {
            let mut carrier = Handset::new(1);
            carrier.extensions.push(user);
            // A base may take any password, but no such code.
            carrier.access_code = Some(secret(&format!("{MARK} ")));
            device(&model.name()).handset(carrier)
        } else {
            device(&model.name()).extension(user)
        };
        let errors = render_err(&wrong, &built(least)).join("\n");
        let refused = ["password: ", "access_code: "];
        assert!(
            refused.iter().any(|field| errors.contains(field)),
            "{errors}"
        );
        assert!(!errors.contains(MARK), "{errors}");
    });
}

/// A site whose every secret is marked, custom settings included.
fn marked_site() -> Arc<Site> {
    let mut site = Site::clone(&site_of(EVERYTHING));
    for target in Targets::builtin().ids() {
        let value = CustomValue::Literal(secret("MARK-custom"));
        let (target, name) = (text(target.as_str()), text("no.such.setting"));
        site.settings
            .custom
            .push(CustomSetting::new(target, name, value));
    }
    Arc::new(site)
}

fn marked(model: &Model<'_>) -> DeviceBuilder {
    model.least().token(secret("MARK-token"))
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes
        .windows(text.len())
        .any(|window| window == text.as_bytes())
}

// ---- two ways, same bytes ----

#[test]
fn the_prepared_and_the_direct_way_give_the_same_bytes() {
    let sites = [site_of(EVERYTHING), site_with(|_| ())];
    every_model_and_firmware(|model, firmware| {
        for site in &sites {
            for token in [None, Some(secret("MARK-token"))] {
                let devices = spelled_out(model, firmware, site, token);
                let Some((plain, others)) = devices.split_first() else {
                    continue;
                };
                let plain = support::render_prepared(site, plain);
                for (i, other) in others.iter().enumerate() {
                    let what = format!("{} with {} {i}", model.name(), version(firmware));
                    let other = render(site, other);
                    support::assert_bytes(
                        &what,
                        support::own_file(&plain).bytes(),
                        support::own_file(&other).bytes(),
                    );
                }
            }
        }
    });
}

/// A phone that says nothing of its own, and phones that say what they would inherit: the first can be
/// rendered out of prepared parts, the second cannot, the third out of others.
fn spelled_out(
    model: &Model<'_>,
    firmware: Option<Firmware>,
    site: &Arc<Site>,
    token: Option<Secret>,
) -> Vec<Device> {
    let count = model.accounts(firmware).unwrap_or(1).min(3);
    let plain = || {
        let mut device = with_firmware(model.with_accounts(count), firmware);
        if let Some(token) = &token {
            device = device.token(token.clone());
        }
        device.modules(u8::try_from(model.row.modules.unwrap_or(0)).unwrap())
    };
    let own_settings = plain()
        .settings(site.settings.clone())
        .handling(Handling::Lenient);
    if model.is_base() {
        return vec![built(plain()), built(own_settings)];
    }
    let mut last = plain().build().unwrap();
    let mut extensions = last.extensions().to_vec();
    for extension in &mut extensions {
        extension.auto_answer = Some(false);
        extension.dnd = Some(false);
    }
    last = extensions
        .into_iter()
        .fold(rebuilt(&last), DeviceBuilder::extension)
        .build()
        .unwrap();
    vec![built(plain()), built(own_settings), last]
}

/// The device without its extensions.
fn rebuilt(device: &Device) -> DeviceBuilder {
    let mut builder = Device::builder(device.mac(), device.model());
    if let Some(firmware) = device.installed_firmware() {
        builder = builder.installed_firmware(firmware);
    }
    if let Some(token) = device.token() {
        builder = builder.token(token.clone());
    }
    match device.modules() {
        Some(modules) => builder.modules(modules),
        None => builder,
    }
}

#[test]
fn the_file_of_a_model_is_the_same_whoever_asks() {
    let site = site_of(EVERYTHING);
    every_model(|model| {
        let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
        for firmware in model.firmwares() {
            for device in [
                with_firmware(model.least(), firmware),
                with_firmware(device(&model.name()).profile("desk"), firmware),
                model.full(firmware).token(secret("MARK-token")),
            ] {
                let rendered = render(&site, &built(device));
                for file in rendered.files().iter().filter(|file| !file.is_sensitive()) {
                    let first = files
                        .entry(file.name().to_owned())
                        .or_insert_with(|| file.bytes().to_vec());
                    support::assert_bytes(file.name(), first, file.bytes());
                }
            }
        }
    });
}

#[test]
fn neither_the_order_of_devices_nor_another_run_changes_a_byte() {
    let targets = Targets::builtin();
    let site = site_of(EVERYTHING);
    let devices: Vec<Device> = models(&targets)
        .iter()
        .filter(|model| !UNSUPPORTED.contains(&model.name().as_str()))
        .enumerate()
        .map(|(i, model)| {
            let bytes = [0x80, 0x5e, 0x0c, 0, 0, u8::try_from(i).unwrap()];
            let mac = Mac::new(bytes).unwrap();
            let device = Device::builder(mac, model.name());
            let device = match (model.row.accounts, model.is_base()) {
                (Some(0), _) => device,
                (_, true) => device.handset(handset(1)),
                (_, false) => device.extension(extension(1)),
            };
            built(device)
        })
        .collect();
    let run = |devices: &mut dyn Iterator<Item = &Device>| {
        let provisioner = Provisioner::new(site.clone());
        let mut files = BTreeMap::new();
        for device in devices {
            for file in provisioner.render(device).unwrap().files() {
                files.insert(file.name().to_owned(), file.bytes().to_vec());
            }
        }
        files
    };
    let once = run(&mut devices.iter());
    assert!(once == run(&mut devices.iter()), "another run");
    assert!(once == run(&mut devices.iter().rev()), "another order");
    assert_eq!(once.is_empty(), devices.is_empty());
}

#[test]
fn a_device_that_fails_leaves_nothing_behind() {
    let site = site_of(EVERYTHING);
    every_model(|model| {
        let mut output = Output::new();
        let provisioner = Provisioner::new(site.clone());
        let mut device = model.least();
        let mut bad = extension(1);
        bad.password = secret(" a blank at the edge");
        // What one target refuses, another writes: one of these is wrong everywhere.
        device = device.modules(200);
        let device = if model.is_base() {
            let mut carrier = Handset::new(2000);
            carrier.extensions.push(bad);
            device.handset(carrier)
        } else {
            device.extension(bad)
        };
        let device = built(device);
        assert!(provisioner.render_into(&device, &mut output).is_err());
        assert_eq!(output.files().len(), 0, "{}", model.name());
        assert_eq!(
            support::notices_text(output.notices()),
            [""; 0],
            "{}",
            model.name()
        );
        provisioner
            .render_into(&built(model.least()), &mut output)
            .unwrap();
        let alone = render(&site, &built(model.least()));
        let own = output.files().next().unwrap();
        support::assert_bytes(
            "after a failure",
            support::own_file(&alone).bytes(),
            own.bytes(),
        );
    });
}

// ---- nothing is dropped in silence ----

#[test]
fn what_is_set_for_a_device_is_written_refused_or_told() {
    // A value may be the one that the target writes anyway: one of two is not.
    let other = EVERYTHING
        .replace("verify = false", "verify = true")
        .replace("rport = true", "rport = false");
    let sites = [site_of(EVERYTHING), site_of(&other)];
    let mut silent = BTreeSet::new();
    every_dialect(|model, firmware| {
        if model.row.accounts == Some(0) {
            return;
        }
        let site = site_with(|_| ());
        let provisioner = Provisioner::new(site.clone());
        let plain = |settings: Settings| {
            let device = with_firmware(model.least(), firmware);
            built(device.settings(settings).handling(Handling::Lenient))
        };
        let before = render(&site, &plain(Settings::default()));
        for (name, take) in FIELDS {
            let says_nothing = |from: &Arc<Site>| {
                let mut settings = Settings::default();
                take(&mut settings, &from.settings);
                assert!(!settings.is_empty(), "{name}: the field is not taken");
                let Ok(after) = provisioner.render(&plain(settings)) else {
                    return false;
                };
                let same = support::own_file(&before).bytes() == support::own_file(&after).bytes();
                same && !tells_more(&after, &before)
            };
            if sites.iter().all(says_nothing) {
                let target = model.target.id().to_string();
                if !NOT_READ.contains(&(target.as_str(), name)) {
                    let with = version(firmware);
                    silent.insert(format!("{name} on {} with {with}", model.name()));
                }
            }
        }
    });
    assert!(
        silent.is_empty(),
        "{} dropped:\n{}",
        silent.len(),
        lines(silent)
    );
}

type Take = fn(&mut Settings, &Settings);

macro_rules! fields {
    ($($($field:ident).+),+ $(,)?) => {
        &[$((stringify!($($field).+), |to, from| {
            to.$($field).+ = from.$($field).+.clone();
        })),+]
    };
}

const FIELDS: &[(&str, Take)] = fields![
    time_zone,
    language,
    tone_country,
    time_format,
    date_format,
    ntp_servers,
    registrar,
    outbound_proxy,
    backup_registrar,
    codecs,
    dtmf,
    admin,
    download,
    nat.keep_alive_seconds,
    nat.rport,
    nat.stun,
    tls.verify,
    tls.ca_url,
    call_waiting,
    caller_id,
    volumes.ringer,
    volumes.speaker,
    volumes.handset,
    volumes.headset,
    volumes.microphone,
    vlan,
    emergency_numbers,
    feature_codes.pickup,
    feature_codes.group_pickup,
    feature_codes.park,
    feature_codes.park_retrieve,
    feature_codes.dnd_on,
    feature_codes.dnd_off,
    feature_codes.forward_always_on,
    feature_codes.forward_always_off,
    feature_codes.forward_busy_on,
    feature_codes.forward_busy_off,
    feature_codes.forward_no_answer_on,
    feature_codes.forward_no_answer_off,
    feature_codes.voicemail,
    feature_codes.login,
    ring_tones.internal,
    ring_tones.external,
    ldap,
    phonebook,
    resync.every_minutes,
    resync.daily_at,
];

type Change<'a> = &'a dyn Fn(&mut Extension);

#[test]
fn what_is_set_for_an_extension_is_written_refused_or_told() {
    let site = site_with(|_| ());
    let everything = site_of(EVERYTHING);
    let mut silent = BTreeSet::new();
    every_dialect(|model, firmware| {
        if model.row.accounts == Some(0) {
            return;
        }
        let with = |extension: Extension| {
            let device = device(&model.name());
            let device = if model.is_base() {
                let mut carrier = Handset::new(1);
                carrier.extensions.push(extension);
                device.handset(carrier)
            } else {
                device.extension(extension)
            };
            built(with_firmware(device, firmware).handling(Handling::Lenient))
        };
        let provisioner = Provisioner::new(site.clone());
        let before = render(&site, &with(extension(1)));
        let settings = &everything.settings;
        let changes: [(&str, Change<'_>); 18] = [
            ("number", &|e| e.number = text("1999")),
            ("password", &|e| e.password = secret("other")),
            ("display_name", &|e| e.display_name = Some(text("Anna"))),
            ("username", &|e| e.username = Some(text("anna"))),
            ("auth_username", &|e| e.auth_username = Some(text("anna"))),
            ("label", &|e| e.label = Some(text("Anna"))),
            ("voicemail", &|e| e.voicemail = Some(text("*97"))),
            ("registrar", &|e| e.registrar = settings.registrar.clone()),
            ("outbound_proxy", &|e| {
                e.outbound_proxy = settings.outbound_proxy.clone()
            }),
            ("codecs", &|e| e.codecs = settings.codecs.clone()),
            ("dtmf", &|e| e.dtmf = settings.dtmf),
            ("ring_tones.internal", &|e| e.ring_tones.internal = Some(2)),
            ("ring_tones.external", &|e| e.ring_tones.external = Some(2)),
            ("forward.always", &|e| e.forward.always = Some(text("1002"))),
            ("forward.no_answer_seconds", &|e| {
                e.forward.no_answer_seconds = Some(30)
            }),
            ("dnd", &|e| e.dnd = Some(true)),
            ("call_waiting", &|e| e.call_waiting = Some(false)),
            ("auto_answer", &|e| e.auto_answer = Some(true)),
        ];
        for (name, change) in changes {
            let mut changed = extension(1);
            change(&mut changed);
            let Ok(after) = provisioner.render(&with(changed)) else {
                continue;
            };
            let same = support::own_file(&before).bytes() == support::own_file(&after).bytes();
            if same && !tells_more(&after, &before) {
                silent.insert(format!(
                    "{name} on {} with {}",
                    model.name(),
                    version(firmware)
                ));
            }
        }
    });
    assert!(
        silent.is_empty(),
        "{} dropped:\n{}",
        silent.len(),
        lines(silent)
    );
}

#[test]
fn a_key_of_any_kind_is_written_refused_or_told() {
    let site = site_with(|_| ());
    let mut silent = BTreeSet::new();
    every_dialect(|model, firmware| {
        if firmware.is_some() {
            return;
        }
        let plain = built(model.least());
        let provisioner = Provisioner::new(site.clone());
        let before = render(&site, &plain);
        for kind in KeyKind::ALL
            .iter()
            .copied()
            .filter(|kind| *kind != KeyKind::None)
        {
            for (what, position, module) in [
                ("key", 2, None),
                ("far key", 500, None),
                ("module key", 1, Some(1)),
            ] {
                let mut key = some_key(position, kind);
                key.module = module;
                let device = model.least().key(key).handling(Handling::Lenient);
                let Ok(after) = provisioner.render(&built(device)) else {
                    continue;
                };
                let same = support::own_file(&before).bytes() == support::own_file(&after).bytes();
                if same && !tells_more(&after, &before) {
                    silent.insert(format!("{what} `{}` on {}", kind.as_str(), model.name()));
                }
            }
        }
    });
    assert!(
        silent.is_empty(),
        "{} dropped:\n{}",
        silent.len(),
        lines(silent)
    );
}

fn tells_more(after: &Rendered, before: &Rendered) -> bool {
    let mut notices = after.notices().iter();
    notices.any(|notice| !before.notices().contains(notice))
}

// ---- names ----

#[test]
fn every_target_has_a_name_of_its_own() {
    let ids = Targets::builtin().ids();
    let unique: BTreeSet<_> = ids.iter().collect();
    assert_eq!(unique.len(), ids.len());
    for target in Targets::builtin().iter() {
        let vendor = target.vendor();
        assert!(
            !vendor.is_empty() && vendor.bytes().all(|b| b.is_ascii_lowercase()),
            "{vendor}"
        );
    }
}

#[test]
fn every_spelling_of_a_model_finds_that_model() {
    let targets = Targets::builtin();
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    for model in models(&targets) {
        let vendor = model.target.vendor();
        let names = [&model.row.name]
            .into_iter()
            .chain(model.row.other_names.iter());
        for name in names {
            let plain = name.to_lowercase().replace(['-', '_', ' '], "");
            let first = seen.insert(format!("{vendor}{plain}"), model.name());
            assert_eq!(first, None, "{name} is also {}", model.name());
            for spelled in [
                format!("{vendor} {name}"),
                format!("{} {}", vendor.to_uppercase(), name.to_lowercase()),
                format!("{vendor}-SIP-{name}"),
                format!("{vendor}_{}", name.replace('_', " ")),
            ] {
                let found = targets
                    .model(&spelled)
                    .unwrap_or_else(|kind| panic!("{kind}"));
                assert_eq!(found.canonical(), model.name(), "{spelled}");
            }
        }
    }
}

#[test]
fn models_share_no_file_but_the_ones_listed_here() {
    let targets = Targets::builtin();
    let mut models_by_stem: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for model in models(&targets) {
        for stem in model
            .row
            .file_stem
            .iter()
            .chain(model.row.other_file_stems.iter())
        {
            let stem = format!("{} {stem}", model.target.id());
            models_by_stem.entry(stem).or_default().push(model.name());
        }
    }
    let shared = models_by_stem.iter().filter(|(_, models)| models.len() > 1);
    let shared = shared.map(|(stem, models)| format!("{stem}: {}", models.join(", ")));
    assert_eq!(lines(shared), lines(compiled_in(SHARED_STEMS)));
}

#[test]
fn the_files_of_a_device_have_the_names_that_the_target_announces() {
    let site = site_with(|_| ());
    every_model(|model| {
        let announced: BTreeSet<String> = model
            .target
            .file_names(model.row)
            .iter()
            .map(|name| {
                name.replace("<mac>", "805e0c123456")
                    .replace("<MAC>", "805E0C123456")
            })
            .collect();
        let rendered = render(&site, &built(model.least()));
        let files = rendered.files().iter();
        let given: BTreeSet<String> = files.clone().map(|f| f.name().to_owned()).collect();
        let aliases = files.flat_map(|f| f.aliases().iter().cloned());
        let all: BTreeSet<String> = given.iter().cloned().chain(aliases).collect();
        let name = model.name();
        assert!(
            given.is_subset(&announced),
            "{name}: {given:?} {announced:?}"
        );
        assert!(announced.is_subset(&all), "{name}: {announced:?} {all:?}");
        // Beside them only the other letter case of one.
        for alias in all.difference(&announced) {
            let twin = announced
                .iter()
                .any(|known| known.eq_ignore_ascii_case(alias));
            assert!(twin, "{name}: {alias}");
        }
    });
}

// ---- walks ----

/// The entries of a list that begin with a vendor that is compiled in.
fn compiled_in(list: &[&'static str]) -> Vec<&'static str> {
    let targets = Targets::builtin();
    let vendors: BTreeSet<&str> = targets.iter().map(|target| target.vendor()).collect();
    list.iter()
        .copied()
        .filter(|entry| vendors.contains(entry.split(' ').next().unwrap()))
        .collect()
}

/// Every model but the ones that are known by name only.
fn every_model(check: impl FnMut(&Model<'_>)) {
    let targets = Targets::builtin();
    let all = models(&targets);
    all.iter()
        .filter(|model| !UNSUPPORTED.contains(&model.name().as_str()))
        .for_each(check);
}

fn every_model_and_firmware(mut check: impl FnMut(&Model<'_>, Option<Firmware>)) {
    every_model(|model| {
        for firmware in model.firmwares() {
            check(model, firmware);
        }
    });
}

/// One model of every kind that settings are told apart by, with every firmware.
fn every_dialect(mut check: impl FnMut(&Model<'_>, Option<Firmware>)) {
    let mut seen = BTreeSet::new();
    every_model_and_firmware(|model, firmware| {
        let mut tags = model.row.tags.to_vec();
        tags.sort();
        let level = firmware.map(|firmware| firmware.level());
        let (id, family) = (model.target.id(), model.row.family.clone());
        let used = model.row.accounts.map(|accounts| accounts.min(1));
        if seen.insert((
            id,
            family,
            tags,
            level,
            used,
            model.row.line_keys == Some(0),
        )) {
            check(model, firmware);
        }
    });
}

fn version(firmware: Option<Firmware>) -> String {
    firmware.map_or_else(
        || "its newest firmware".to_owned(),
        |firmware| firmware.to_string(),
    )
}

fn lines(items: impl IntoIterator<Item = impl ToString>) -> String {
    let items: Vec<String> = items.into_iter().map(|item| item.to_string()).collect();
    items.join("\n")
}
