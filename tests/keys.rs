//! Function keys of Yealink phones, and what all targets check of keys: every kind on every model
//! and generation, read back and compared with what the reference says, not with the tables.

#![cfg(feature = "yealink")]

mod support;

use std::collections::BTreeMap;

use phone_provisioning::Targets;
use phone_provisioning::model::{
    DeviceBuilder, FeatureCodes, Firmware, FunctionKey, Handling, KeyKind, Profile, Site,
};
use phone_provisioning::target::ModelRow;
use proptest::prelude::*;
use support::{
    Model, built, device, document_errors, extension, line_key, models, notices_text, own_settings,
    render, render_err, site_with, some_key, some_value, text, value, with_firmware,
};

// ---- what the reference says ----

/// Type number of a kind of key on line keys, memory keys and keys of modules; `None` where the
/// phone has no such key. Written from the vendor's lists, not from the table of the library.
fn type_number(kind: KeyKind, model: &str, generation: u16) -> Option<&'static str> {
    let t2x = ["T20P", "T21P", "T22P", "T26P", "T28P"].contains(&model);
    let number = match kind {
        KeyKind::None => "0",
        KeyKind::Conference => "1",
        KeyKind::Forward => "2",
        KeyKind::Transfer => "3",
        KeyKind::Hold => "4",
        KeyKind::Dnd => "5",
        KeyKind::Redial if generation <= 71 => "6",
        KeyKind::Redial => return None,
        KeyKind::CallReturn => "7",
        KeyKind::DirectedPickup => "9",
        KeyKind::Park => "10",
        KeyKind::Dtmf => "11",
        KeyKind::Voicemail => "12",
        KeyKind::SpeedDial => "13",
        KeyKind::Intercom => "14",
        KeyKind::Line => "15",
        KeyKind::Blf => "16",
        KeyKind::Url if t2x => return None,
        KeyKind::Url => "17",
        KeyKind::SharedLine if generation <= 71 => "21",
        KeyKind::SharedLine => return None,
        KeyKind::GroupPickup => "23",
        KeyKind::MulticastPaging => "24",
        KeyKind::Record => "25",
        KeyKind::XmlBrowser => "27",
        KeyKind::HotDesking => "34",
        KeyKind::Ldap if model == "T20P" => return None,
        KeyKind::Ldap => "38",
        KeyKind::BlfList => "39",
        KeyKind::Prefix if model == "T49G" => return None,
        KeyKind::Prefix => "40",
        KeyKind::Lock => "50",
        KeyKind::RetrievePark if generation <= 71 => return None,
        KeyKind::RetrievePark => "56",
        KeyKind::Directory if generation <= 71 => return None,
        KeyKind::Directory => "61",
        other => panic!("which type is {other:?}?"),
    };
    Some(number)
}

/// How many keys there are.
struct Counts {
    models: &'static str,
    /// Keys over the pages: so many are assigned, so many cleared.
    keys: u16,
    last: u16,
    memory: u16,
    modules: u16,
    /// Keys of one module.
    of_module: &'static [(u16, u16)],
}

const fn counts_of(
    models: &'static str,
    (keys, last): (u16, u16),
    memory: u16,
    (modules, of_module): (u16, &'static [(u16, u16)]),
) -> Counts {
    Counts {
        models,
        keys,
        last,
        memory,
        modules,
        of_module,
    }
}

/// Models; keys that are assigned and that are cleared; memory keys; modules and their keys.
const COUNTS: &[Counts] = &[
    counts_of("T48G T48S", (29, 29), 0, (6, &[(1, 40)])),
    counts_of("T48U T57W", (29, 29), 0, (3, &[(1, 60)])),
    counts_of("T49G", (29, 29), 0, (0, &[])),
    counts_of("T46G T46S", (27, 27), 0, (6, &[(1, 40)])),
    counts_of("T29G", (27, 27), 0, (6, &[(1, 20), (22, 40)])),
    counts_of(
        "T46U T54S T54W T56A T58A T58V T58W VP59",
        (27, 27),
        0,
        (3, &[(1, 60)]),
    ),
    counts_of("T27P T27G", (21, 21), 0, (6, &[(1, 20), (22, 40)])),
    counts_of("T43U T52S T53 T53W", (21, 21), 0, (3, &[(1, 60)])),
    counts_of("T44U T44W", (21, 24), 0, (3, &[(1, 60)])),
    counts_of("T41P T41S T41U T42G T42S T42U", (15, 15), 0, (0, &[])),
    counts_of("T33P T33G T34W", (12, 12), 0, (0, &[])),
    counts_of("T28P", (6, 6), 10, (6, &[(1, 40)])),
    counts_of("T26P", (3, 3), 10, (6, &[(1, 40)])),
    counts_of("T38G", (6, 6), 10, (6, &[(1, 39)])),
    counts_of("T22P T23P T23G T32G T40P T40G", (3, 3), 0, (0, &[])),
    counts_of("T20P T21P T21P_E2 T31 T31P T31G T31W", (2, 2), 0, (0, &[])),
    counts_of("VP530", (4, 4), 0, (0, &[])),
    counts_of("T73U T73W", (40, 48), 0, (3, &[(1, 78)])),
    counts_of("T74U T74W", (50, 60), 0, (3, &[(1, 78)])),
    counts_of("T77U", (56, 95), 0, (3, &[(1, 78)])),
    counts_of("T85W", (60, 72), 0, (3, &[(1, 78)])),
    counts_of("T87W T88W T88V", (84, 95), 0, (3, &[(1, 78)])),
];

/// The counts of a model; none for phones without line keys.
fn counts(model: &str) -> Option<&'static Counts> {
    let is_it = |counts: &&Counts| counts.models.split(' ').any(|name| name == model);
    COUNTS.iter().find(is_it)
}

/// What a file must say of the keys of a phone.
struct Expected<'m> {
    model: &'m str,
    generation: u16,
    told: BTreeMap<String, String>,
}

impl<'m> Expected<'m> {
    /// No key is in use.
    fn none(model: &'m str, generation: u16, modules: u16) -> Self {
        let counts = counts(model).unwrap();
        let mut told = BTreeMap::new();
        let mut free = |name: String| told.insert(format!("{name}.type"), "0".to_owned());
        (1..=counts.last).for_each(|key| drop(free(format!("linekey.{key}"))));
        (1..=counts.memory).for_each(|key| drop(free(format!("memorykey.{key}"))));
        for module in 1..=modules {
            let keys = counts.of_module.iter();
            for key in keys.flat_map(|(from, to)| *from..=*to) {
                free(format!("expansion_module.{module}.key.{key}"));
            }
        }
        Self {
            model,
            generation,
            told,
        }
    }

    fn key(&mut self, key: &FunctionKey, code: Option<&str>) {
        let keys = counts(self.model).unwrap().keys;
        let prefix = match key.module {
            Some(module) => format!("expansion_module.{module}.key.{}", key.position),
            None if key.position > keys => format!("memorykey.{}", key.position - keys),
            None => format!("linekey.{}", key.position),
        };
        assert!(
            self.told.contains_key(&format!("{prefix}.type")),
            "{prefix}"
        );
        let number = type_number(key.kind, self.model, self.generation).unwrap();
        if number == "0" {
            return;
        }
        let line = u16::from(key.extension);
        let line = match self.model {
            "T32G" | "T38G" => line - 1,
            _ => line,
        };
        let given = |text: Option<&str>| text.unwrap_or("%NULL%").to_owned();
        // The phone logs in by itself.
        let value = key.value.as_ref().filter(|_| number != "34");
        let mut tell =
            |key: &str, value: String| self.told.insert(format!("{prefix}.{key}"), value);
        tell("type", number.to_owned());
        tell("line", line.to_string());
        tell("value", given(value.map(|value| value.as_str())));
        tell(
            "label",
            given(key.label.as_ref().map(|label| label.as_str())),
        );
        let code = given(code.filter(|_| number == "16"));
        if self.generation <= 82 {
            tell("pickup_value", code.clone());
        }
        if self.generation >= 80 {
            tell("extension", code);
        }
    }

    #[track_caller]
    fn assert(&self, what: &str, settings: &[support::cfg::Setting]) {
        let of_keys = [
            "linekey.",
            "memorykey.",
            "expansion_module.",
            "programablekey.",
        ];
        let found: BTreeMap<&str, &str> = settings
            .iter()
            .filter(|setting| of_keys.iter().any(|key| setting.name.starts_with(key)))
            .map(|setting| (setting.name.as_str(), setting.value.as_str()))
            .collect();
        for (name, value) in &self.told {
            let found = found.get(name.as_str()).copied();
            assert_eq!(found, Some(value.as_str()), "{what}: {name}");
        }
        for (name, value) in found {
            assert!(self.told.contains_key(name), "{what}: {name} = {value}");
        }
    }
}

// ---- every kind on every model and generation ----

/// The generations that the model is known to run, as far as any source names settings.
fn generations(model: &Model<'_>) -> Vec<(u16, Option<Firmware>)> {
    let first = model.row.first_firmware.unwrap().parts()[0].max(70);
    let newest = model.row.newest_firmware.unwrap().parts()[0];
    let all = [70, 71, 72, 73, 80, 81, 82, 83, 84, 85, 86, 87];
    let known = all.into_iter().filter(|g| (first..=newest).contains(g));
    let bound = |generation| phone_provisioning::target::FirmwareBound::new(&[generation]);
    let versions = known.map(|g| (g, Some(model.version(bound(g)))));
    // Without a firmware the newest is meant.
    versions.chain([(newest, None)]).collect()
}

fn every_model_with_keys(mut run: impl FnMut(&Model<'_>, u16, Option<Firmware>)) {
    let targets = Targets::builtin();
    let mut runs = 0;
    for model in models(&targets) {
        if model.target.id().as_str() == "yealink" && counts(&model.row.name).is_some() {
            for (generation, firmware) in generations(&model) {
                run(&model, generation, firmware);
                runs += 1;
            }
        }
    }
    assert!(runs > 150, "only {runs}");
}

fn with_pickup(site: &mut Site) {
    site.settings.feature_codes.pickup = Some(text("*8"));
}

/// The places of all keys that can be assigned, the phone's own and those of all modules.
fn places(row: &ModelRow) -> (Vec<u16>, Vec<(u8, u16)>) {
    let counts = counts(&row.name).unwrap();
    let of_modules = (1..=counts.modules.try_into().unwrap()).flat_map(|module| {
        let positions = counts.of_module.iter().flat_map(|(from, to)| *from..=*to);
        positions.map(move |position| (module, position))
    });
    (
        (1..=counts.keys + counts.memory).collect(),
        of_modules.collect(),
    )
}

/// Two extensions where the phone has two.
fn phone(model: &Model<'_>, firmware: Option<Firmware>) -> (DeviceBuilder, u8) {
    let accounts = model.accounts(firmware).unwrap_or(1).min(2);
    let device = with_firmware(model.with_accounts(accounts), firmware);
    (device, accounts.try_into().unwrap())
}

#[test]
fn every_kind_of_key_arrives_at_every_place_of_every_model() {
    let site = site_with(with_pickup);
    every_model_with_keys(|model, generation, firmware| {
        let name: &str = &model.row.name;
        let what = format!("{name} V{generation}");
        let (own, of_modules) = places(model.row);
        let kinds: Vec<KeyKind> = KeyKind::ALL
            .iter()
            .copied()
            .filter(|kind| type_number(*kind, name, generation).is_some())
            .collect();
        let (_, extensions) = phone(model, firmware);
        let key_of = |position, kind: KeyKind| {
            let mut key = some_key(position, kind);
            if kind.has_extension() {
                key.extension = extensions;
            }
            if kind == KeyKind::HotDesking {
                key.value = None;
            }
            key
        };
        // All keys of the phone at once, so often that every kind has its turn; the keys of the
        // modules along with the last turn.
        let turns = kinds.len().div_ceil(own.len());
        for turn in 0..turns {
            let (mut device, _) = phone(model, firmware);
            let last = turn + 1 == turns;
            let modules = if last {
                counts(name).unwrap().modules
            } else {
                0
            };
            let mut expected = Expected::none(name, generation, modules);
            let kind_at = |at: usize| kinds[(turn * own.len() + at) % kinds.len()];
            let mut keys: Vec<FunctionKey> = (0..)
                .zip(&own)
                .map(|(at, position)| key_of(*position, kind_at(at)))
                .collect();
            if last {
                keys.extend((0..).zip(&of_modules).map(|(at, (module, position))| {
                    let mut key = key_of(*position, kinds[at % kinds.len()]);
                    key.module = Some(*module);
                    key
                }));
            }
            for key in keys {
                expected.key(&key, Some("*8"));
                device = device.key(key);
            }
            let settings = own_settings(&site, &built(device));
            expected.assert(&format!("{what}, turn {turn}"), &settings);
        }
    });
}

#[test]
fn a_kind_that_a_model_or_firmware_lacks_names_what_serves_instead() {
    let site = site_with(with_pickup);
    let mut lacking = std::collections::BTreeSet::new();
    every_model_with_keys(|model, generation, firmware| {
        let name: &str = &model.row.name;
        for kind in KeyKind::ALL {
            if type_number(*kind, name, generation).is_some() {
                continue;
            }
            let (device, _) = phone(model, firmware);
            let device = device.key(some_key(1, *kind));
            let errors = render_err(&site, &built(device));
            let kind = kind.as_str();
            let by_model = matches!(kind, "url" | "ldap" | "prefix");
            let version = match firmware {
                Some(firmware) => firmware.to_string(),
                None => generation.to_string(),
            };
            let limit = match by_model {
                true => format!("yealink {name}"),
                false => format!("yealink {name} with firmware {version}"),
            };
            let instead = match kind {
                "directory" => "type 29 of a programmable key opens it, set by `custom`",
                "ldap" => "use `directory`",
                "prefix" => "use `speed_dial` with the whole number",
                "redial" => "use `call_return` for the last caller, `speed_dial` for a number",
                "retrieve_park" => "use `speed_dial` with the code",
                "shared_line" => "use `line` of the extension that is shared",
                "url" => "use `xml_browser`",
                other => panic!("{other}"),
            };
            let at = "device.805e0c123456.keys[0].kind";
            let expected = format!("{at}: {limit} has no key of kind `{kind}`; {instead}");
            assert_eq!(errors, [expected]);
            lacking.insert(kind);
        }
    });
    let all = [
        "directory",
        "ldap",
        "prefix",
        "redial",
        "retrieve_park",
        "shared_line",
        "url",
    ];
    assert_eq!(Vec::from_iter(lacking), all);
}

#[test]
fn no_model_with_keys_is_forgotten() {
    let targets = Targets::builtin();
    for model in models(&targets) {
        if model.target.id().as_str() != "yealink" {
            continue;
        }
        let row = model.row;
        let name: &str = &row.name;
        match counts(name) {
            Some(counts) => {
                let memory_keys = row.memory_keys.iter();
                let memory_keys: u16 = memory_keys.map(|(from, to)| to - from + 1).sum();
                assert_eq!(row.line_keys, Some(counts.keys), "{name}");
                assert_eq!(row.line_keys_clear_to, Some(counts.last), "{name}");
                assert_eq!(memory_keys, counts.memory, "{name}");
                assert_eq!(row.modules, Some(counts.modules), "{name}");
                assert_eq!(*row.module_keys, *counts.of_module, "{name}");
            }
            // Of the T18 nobody has counted the keys.
            None => assert!(row.line_keys.unwrap_or(0) == 0, "{name}"),
        }
    }
}

#[test]
fn the_largest_index_is_that_of_the_last_module() {
    let site = site_with(|_| ());
    for (model, module, position) in [("T46S", 6, 40), ("T46U", 3, 60), ("T87W", 3, 78)] {
        let mut key = some_key(position, KeyKind::Blf);
        key.module = Some(module);
        let name = format!("yealink {model}");
        let settings = own_settings(
            &site,
            &built(device(&name).extension(extension(1)).key(key)),
        );
        let modules: Vec<(u16, u16)> = settings
            .iter()
            .filter_map(|setting| {
                let rest = setting.name.strip_prefix("expansion_module.")?;
                let (module, rest) = rest.split_once(".key.")?;
                let key = rest.strip_suffix(".type")?;
                Some((module.parse().unwrap(), key.parse().unwrap()))
            })
            .collect();
        // As many modules as the highest one that is named, and all of their keys.
        assert_eq!(modules.len(), usize::from(module) * usize::from(position));
        assert_eq!(modules.iter().max(), Some(&(module.into(), position)));
        let last = format!("expansion_module.{module}.key.{position}.type");
        assert_eq!(value(&settings, &last), Some("16"));
    }
}

// ---- places ----

#[track_caller]
fn errors_of(device: DeviceBuilder) -> Vec<String> {
    let errors = render_err(&site_with(|_| ()), &built(device));
    let at = "device.805e0c123456.";
    errors.iter().map(|e| e.replacen(at, "", 1)).collect()
}

fn desk(model: &str) -> DeviceBuilder {
    device(model).extension(extension(1))
}

fn at_module(module: u8, position: u16, kind: KeyKind) -> FunctionKey {
    let mut key = some_key(position, kind);
    key.module = Some(module);
    key
}

#[test]
fn a_layout_that_is_too_large_names_the_number_that_fits() {
    for (model, position, fits) in [
        ("T46S", 28, 27),
        ("T28P", 17, 16),
        ("T26P", 14, 13),
        ("T44U", 22, 21),
        ("T87W", 85, 84),
    ] {
        let name = format!("yealink {model}");
        assert_eq!(
            errors_of(desk(&name).key(some_key(position, KeyKind::Blf))),
            [format!(
                "keys[0].position: expected a position between 1 and {fits} ({name}), found {position}"
            )]
        );
    }
    let name = "yealink T46U";
    assert_eq!(
        errors_of(
            desk(name)
                .modules(2)
                .key(at_module(2, 61, KeyKind::Blf))
                .key(at_module(3, 1, KeyKind::Blf))
        ),
        [
            "keys[0].position: expected a position between 1 and 60 (yealink T46U), found 61",
            "keys[1].module: expected a module between 1 and 2 (yealink T46U), found 3",
        ]
    );
    assert_eq!(
        errors_of(desk(name).modules(0).key(at_module(1, 1, KeyKind::Blf))),
        ["keys[0].module: yealink T46U has no expansion module attached"]
    );
    assert_eq!(
        errors_of(desk(name).key(at_module(4, 1, KeyKind::Blf))),
        ["keys[0].module: expected a module between 1 and 3 (yealink T46U), found 4"]
    );
    assert_eq!(
        errors_of(desk("yealink T42S").key(at_module(1, 1, KeyKind::Blf))),
        ["keys[0]: yealink T42S has no expansion module"]
    );
}

#[test]
fn the_page_key_of_a_module_cannot_be_assigned() {
    for model in ["T27P", "T27G", "T29G"] {
        let name = format!("yealink {model}");
        assert_eq!(
            errors_of(desk(&name).key(at_module(1, 21, KeyKind::Blf))),
            [format!(
                "keys[0].position: {name} has no key 21 to assign on an expansion module; it has the keys 1 to 20, 22 to 40"
            )]
        );
    }
}

#[test]
fn a_phone_without_line_keys_names_what_it_has() {
    let key = || some_key(1, KeyKind::SpeedDial);
    assert_eq!(
        errors_of(desk("yealink T19P_E2").key(key())),
        [
            "keys[0]: yealink T19P_E2 has no function key; its programmable keys 1 to 9, 13 to 14 are reached by `custom` settings"
        ]
    );
    assert_eq!(
        errors_of(desk("yealink CP920").key(key())),
        ["keys[0]: yealink CP920 has no function key"]
    );
    assert_eq!(
        errors_of(
            device("yealink W60B")
                .handset(support::handset(1))
                .key(key())
        ),
        ["keys[0]: yealink W60B has no function key"]
    );
    let settings = own_settings(&site_with(|_| ()), &built(desk("yealink T30P")));
    assert!(!settings.iter().any(|s| s.name.starts_with("linekey")));
}

/// Nobody has counted the keys of the T18: those that are named are written, in order.
#[test]
fn of_a_phone_whose_keys_nobody_counted_the_named_ones_are_written() {
    let device = desk("yealink T18")
        .key(some_key(300, KeyKind::Dnd))
        .key(some_key(2, KeyKind::Blf));
    let settings = own_settings(&site_with(|_| ()), &built(device));
    let types: Vec<(&str, &str)> = settings
        .iter()
        .filter(|setting| setting.name.starts_with("linekey") && setting.name.ends_with("type"))
        .map(|setting| (setting.name.as_str(), setting.value.as_str()))
        .collect();
    assert_eq!(types, [("linekey.2.type", "16"), ("linekey.300.type", "5")]);
}

// ---- layers ----

const SITE: &str = r#"
[site]
name = "Example BV"
[site.settings]
time_zone = "Europe/Berlin"
language = "de"
registrar = { host = "sip.example.net" }
"#;

const PHONE: &str = r#"
[[devices]]
mac = "80:5e:0c:12:34:56"
model = "yealink T46U"
installed_firmware = "108.86.0.90"
profile = "desk"
extensions = [{ number = "1001", password = "p" }, { number = "1002", password = "q" }]
"#;

/// Type of each key in use.
#[track_caller]
fn types(toml: &str) -> Vec<(String, String)> {
    let fleet = support::resolve(&format!("{SITE}{toml}"));
    own_settings(fleet.site(), &fleet.devices()[0])
        .into_iter()
        .filter(|setting| setting.value != "0")
        .filter_map(|setting| {
            let key = setting.name.strip_suffix(".type")?;
            let of_key = key.starts_with("linekey") || key.starts_with("expansion");
            of_key.then(|| (key.to_owned(), setting.value))
        })
        .collect()
}

#[track_caller]
fn assert_types(toml: &str, expected: &[(&str, &str)]) {
    let types = types(toml);
    let types: Vec<(&str, &str)> = types.iter().map(|(k, v)| (&**k, &**v)).collect();
    assert_eq!(types, expected);
}

#[test]
fn keys_that_nobody_names_are_the_lines_of_the_extensions() {
    let lines = [("linekey.1", "15"), ("linekey.2", "15")];
    assert_types(&format!("[profiles.desk]\n{PHONE}"), &lines);
    // One extension more than the phone has keys.
    let phone = PHONE.replace("T46U", "T31P").replace("108.86", "124.86");
    assert_types(&format!("[profiles.desk]\n{phone}"), &lines);
    // A key that is named takes the place of the line, also when it is `none`.
    assert_types(
        &format!(
            "[profiles.desk]\n{PHONE}keys = [{{ position = 1, kind = \"none\" }}, {{ position = 2, kind = \"dnd\" }}]"
        ),
        &[("linekey.2", "5")],
    );
}

#[test]
fn the_later_layer_replaces_a_key_at_the_same_place() {
    assert_types(
        &format!(
            r#"
[profiles.desk]
keys = [
    {{ position = 3, kind = "hold" }},
    {{ position = 3, module = 1, kind = "hold" }},
    {{ position = 3, module = 2, kind = "hold" }},
    {{ position = 4, kind = "hold" }},
]
{PHONE}
keys = [
    {{ position = 3, kind = "dnd" }},
    {{ position = 3, module = 2, kind = "none" }},
    {{ position = 5, kind = "record" }},
]"#
        ),
        &[
            ("linekey.1", "15"),
            ("linekey.2", "15"),
            ("linekey.3", "5"),
            ("linekey.4", "4"),
            ("linekey.5", "25"),
            ("expansion_module.1.key.3", "4"),
        ],
    );
}

/// What is replaced is not looked at.
#[test]
fn a_key_that_is_replaced_is_neither_refused_nor_told() {
    let site = site_with(|site| {
        let mut profile = Profile::default();
        profile.keys.push(some_key(3, KeyKind::Redial));
        profile.keys.push(FunctionKey::new(4, KeyKind::Blf));
        site.profiles.insert("desk".to_owned(), profile);
    });
    let device = desk("yealink T46S").profile("desk");
    let device = device
        .key(some_key(3, KeyKind::Dnd))
        .key(some_key(4, KeyKind::Hold));
    let told = notices_text(render(&site, &built(device)).notices());
    assert!(
        !told.iter().any(|notice| notice.contains("keys[")),
        "{told:#?}"
    );
}

#[test]
fn as_many_modules_are_reset_as_are_attached() {
    let modules = |toml: &str| {
        let fleet = support::resolve(&format!("{SITE}[profiles.desk]\n{toml}"));
        own_settings(fleet.site(), &fleet.devices()[0])
            .iter()
            .filter(|s| s.name.starts_with("expansion_module") && s.name.ends_with("type"))
            .count()
    };
    assert_eq!(modules(PHONE), 0);
    assert_eq!(modules(&format!("{PHONE}modules = 2")), 120);
    let key = "keys = [{ position = 1, module = 2, kind = \"dnd\" }]";
    assert_eq!(modules(&format!("{PHONE}{key}")), 120);
    assert_eq!(modules(&format!("{PHONE}modules = 3\n{key}")), 180);
}

#[test]
fn one_place_twice_in_one_layer_is_an_error() {
    assert_eq!(
        document_errors(&format!(
            r#"{SITE}
[profiles.desk]
keys = [{{ position = 2, module = 1, kind = "dnd" }}, {{ position = 2, module = 1, kind = "hold" }}]
{PHONE}"#
        )),
        ["profiles.desk.keys[1]: key `2 of module 1` is also at profiles.desk.keys[0]"]
    );
}

#[test]
fn a_key_of_a_profile_that_the_phone_lacks_is_told_and_the_others_stand() {
    let site = site_with(|site| {
        let mut profile = Profile::default();
        profile.keys.push(some_key(1, KeyKind::Redial));
        profile.keys.push(some_key(28, KeyKind::Dnd));
        profile.keys.push(line_key(4, 2));
        profile.keys.push(some_key(5, KeyKind::Dnd));
        site.profiles.insert("desk".to_owned(), profile);
    });
    let device = built(desk("yealink T46S").profile("desk"));
    let rendered = render(&site, &device);
    let told = notices_text(rendered.notices());
    let of_keys: Vec<&String> = told.iter().filter(|n| n.contains("keys[")).collect();
    assert_eq!(
        of_keys,
        [
            "profiles.desk.keys[0].kind: not-applicable: yealink T46S with firmware 86 has no key of kind `redial`; use `call_return` for the last caller, `speed_dial` for a number",
            "profiles.desk.keys[1].position: not-applicable: expected a position between 1 and 27 (yealink T46S), found 28",
            "profiles.desk.keys[2].extension: not-applicable: expected an extension between 1 and 1 (the device's extensions), found 2",
        ]
    );
    let settings = own_settings(&site, &device);
    // The key that is named and cannot be is no line key either.
    for (key, kind) in [(1, "0"), (2, "0"), (3, "0"), (4, "0"), (5, "5")] {
        let name = format!("linekey.{key}.type");
        assert_eq!(value(&settings, &name), Some(kind), "{name}");
    }
}

// ---- values ----

/// The errors of one key of a T46S on V86, written in the words of the document.
#[track_caller]
fn refused(key: &str, expected: &[&str]) {
    let phone = |keys: &str| {
        format!(
            r#"{SITE}{keys}
[[devices]]
mac = "80:5e:0c:12:34:56"
model = "yealink T46S"
installed_firmware = "66.86.0.15"
extensions = [{{ number = "1001", password = "p" }}]
"#
        )
    };
    let own = format!("{}keys = [{{ position = 3, {key} }}]", phone(""));
    assert_eq!(document_errors(&own), expected);
    // Wrong input is wrong in a profile and in lenient handling too.
    let profile = format!("[profiles.desk]\nkeys = [{{ position = 3, {key} }}]");
    let inherited = format!(
        "{}profile = \"desk\"\nhandling = \"lenient\"",
        phone(&profile)
    );
    let expected: Vec<String> = expected
        .iter()
        .map(|error| {
            let (before, looked_at) = error.split_once("looked at").unwrap_or((error, ""));
            let before = before.replace("devices[0].keys", "profiles.desk.keys");
            let looked_at = looked_at
                .replace("devices[0].keys", "profiles.desk.keys")
                .replace("settings, site", "settings, profiles.desk.settings, site");
            match looked_at.is_empty() {
                true => before,
                false => format!("{before}looked at{looked_at}"),
            }
        })
        .collect();
    assert_eq!(document_errors(&inherited), expected);
}

#[test]
fn everything_that_is_wrong_with_a_key_is_told_at_once() {
    let mut key = FunctionKey::new(3, KeyKind::Blf);
    key.value = Some(text("1@2@3"));
    key.label = Some(text("%NULL%"));
    let device = support::device("yealink T46S")
        .extension(support::extension(1))
        .key(key);
    let errors = render_err(&site_with(with_pickup), &built(device));
    assert_eq!(
        errors,
        [
            "device.805e0c123456.keys[0].value: expected a number or an address with one `@`, found `1@2@3`",
            "device.805e0c123456.keys[0].label: `%NULL%` at character 1 would act as a command in the value of a setting (`linekey.3.label`); choose another text",
        ],
    );
}

#[test]
fn a_value_that_is_none_for_its_kind_is_refused() {
    refused(
        r#"kind = "blf", value = "100@a@b""#,
        &[
            "devices[0].keys[0].value: expected a number or an address with one `@`, found `100@a@b`",
        ],
    );
    for value in ["10 0", "<sip:100@host>", "sip:100@host", "100|*8"] {
        for kind in [
            "blf",
            "speed_dial",
            "park",
            "transfer",
            "intercom",
            "voicemail",
        ] {
            refused(
                &format!("kind = \"{kind}\", value = \"{value}\""),
                &[&format!(
                    "devices[0].keys[0].value: expected a number or an address `user@host`, without scheme, blanks and brackets, found `{value}`"
                )],
            );
        }
    }
    for kind in ["url", "xml_browser"] {
        refused(
            &format!("kind = \"{kind}\", value = \"http://pbx.example.net/a b\""),
            &[
                "devices[0].keys[0].value: expected percent-encoding at character 25 of the URL, found ` `",
            ],
        );
    }
    refused(
        r#"kind = "url", value = "201""#,
        &[
            "devices[0].keys[0].value: expected an absolute URL such as https://pbx.example.net/, found `201`",
        ],
    );
    refused(
        r#"kind = "dtmf", value = "1,2""#,
        &["devices[0].keys[0].value: expected tones: digits, `*`, `#`, `A` to `D`, found `1,2`"],
    );
    refused(
        r#"kind = "prefix", value = "0 49""#,
        &["devices[0].keys[0].value: expected a prefix: digits, `*`, `#`, `+`, found `0 49`"],
    );
    refused(
        r#"kind = "multicast_paging", value = "192.0.2.1:5004""#,
        &[
            "devices[0].keys[0].value: expected an IPv4 multicast address and a port such as 224.0.1.116:5004, found `192.0.2.1:5004`",
        ],
    );
    for kind in [
        "line",
        "dnd",
        "hold",
        "record",
        "call_return",
        "ldap",
        "directory",
        "blf_list",
        "lock",
        "none",
    ] {
        refused(
            &format!("kind = \"{kind}\", value = \"1\""),
            &[&format!(
                "devices[0].keys[0].value: a key of kind `{kind}` takes no value"
            )],
        );
    }
}

/// A profile that no phone has is checked with the document.
#[test]
fn a_wrong_value_in_a_profile_that_nobody_has_is_an_error() {
    let profile = "[profiles.spare]\nkeys = [{ position = 1, kind = \"dtmf\", value = \"x\" }]";
    assert_eq!(
        document_errors(&format!("devices = []\n{SITE}{profile}")),
        ["profiles.spare.keys[0].value: expected tones: digits, `*`, `#`, `A` to `D`, found `x`"]
    );
}

/// Keys that come from no document are checked when they are rendered.
#[test]
fn a_wrong_value_of_a_key_made_by_hand_is_an_error() {
    let wrong = |position, kind, value: &str| {
        let mut key = FunctionKey::new(position, kind);
        key.value = Some(text(value));
        key
    };
    let site = site_with(|site| {
        let mut profile = Profile::default();
        profile.keys.push(wrong(3, KeyKind::Blf, "1@2@3"));
        site.profiles.insert("desk".to_owned(), profile);
    });
    let device = desk("yealink T46S")
        .profile("desk")
        .key(wrong(4, KeyKind::Dnd, "1"))
        // Wrong on every phone, so also where it has no place.
        .key(wrong(99, KeyKind::Dtmf, "x"));
    assert_eq!(
        render_err(&site, &built(device.handling(Handling::Lenient))),
        [
            "profiles.desk.keys[0].value: expected a number or an address with one `@`, found `1@2@3`",
            "device.805e0c123456.keys[0].value: a key of kind `dnd` takes no value",
            "device.805e0c123456.keys[1].value: expected tones: digits, `*`, `#`, `A` to `D`, found `x`",
        ]
    );
}

#[test]
fn a_value_that_is_missing_says_where_it_was_looked_for() {
    for (kind, expected) in [
        ("blf", "a number or code to dial"),
        ("speed_dial", "a number or code to dial"),
        ("intercom", "a number or code to dial"),
        ("dtmf", "tones to send"),
        ("prefix", "the digits of the prefix"),
        ("url", "a URL"),
        ("xml_browser", "a URL"),
        ("multicast_paging", "a multicast address and port"),
    ] {
        refused(
            &format!("kind = \"{kind}\""),
            &[&format!(
                "devices[0].keys[0].value: missing: expected {expected}; looked at devices[0].keys[0].value"
            )],
        );
    }
    for (kind, also) in [
        ("park", "feature_codes.park"),
        ("retrieve_park", "feature_codes.park_retrieve"),
        ("group_pickup", "feature_codes.group_pickup"),
        ("directed_pickup", "feature_codes.pickup"),
        (
            "voicemail",
            "the extension's voicemail, feature_codes.voicemail",
        ),
    ] {
        refused(
            &format!("kind = \"{kind}\""),
            &[&format!(
                "devices[0].keys[0].value: missing: expected a number or code to dial; looked at devices[0].keys[0].value, {also} of devices[0].settings, site.settings"
            )],
        );
    }
}

#[test]
fn a_code_of_the_layers_is_checked_where_it_stands() {
    let site = site_with(|site| {
        let mut codes = FeatureCodes::default();
        codes.pickup = Some(text("* 8"));
        codes.park = Some(text("*8@5@1"));
        site.settings.feature_codes = codes;
    });
    let device = desk("yealink T46S")
        .key(some_key(2, KeyKind::Blf))
        .key(FunctionKey::new(3, KeyKind::Park));
    assert_eq!(
        render_err(&site, &built(device)),
        [
            "site.settings.feature_codes.pickup: expected a number or an address `user@host`, without scheme, blanks and brackets, found `* 8`",
            "site.settings.feature_codes.park: expected a number or an address with one `@`, found `*8@5@1`",
        ]
    );
}

#[test]
fn what_acts_as_a_command_is_refused_where_it_stands() {
    let mut key = FunctionKey::new(3, KeyKind::SpeedDial);
    key.value = Some(text("!201"));
    key.label = Some(text("%NULL%"));
    assert_eq!(
        errors_of(desk("yealink T46S").key(key)),
        [
            "keys[0].value: `!` at character 1 would act as a command in the value of a key (`linekey.3.value`); choose another text",
            "keys[0].label: `%NULL%` at character 1 would act as a command in the value of a setting (`linekey.3.label`); choose another text",
        ]
    );
}

#[test]
fn what_a_kind_cannot_use_is_told() {
    // The phone logs in by itself.
    let key = || some_key(2, KeyKind::HotDesking);
    let limit = "yealink T46S has no value for a key of kind `hot_desking`; the phone logs in by itself; use `speed_dial` for a number to dial";
    assert_eq!(
        errors_of(desk("yealink T46S").key(key())),
        [format!("keys[0].value: {limit}")]
    );
    let site = site_with(|_| ());
    let lenient = desk("yealink T46S").key(key()).handling(Handling::Lenient);
    let rendered = render(&site, &built(lenient));
    let told = notices_text(rendered.notices());
    let notice = format!("device.805e0c123456.keys[0].value: not-applicable: {limit}");
    assert!(told.contains(&notice), "{told:#?}");
    let lenient = desk("yealink T46S").key(key()).handling(Handling::Lenient);
    let settings = own_settings(&site, &built(lenient));
    assert_eq!(value(&settings, "linekey.2.type"), Some("34"));
    assert_eq!(value(&settings, "linekey.2.value"), Some("%NULL%"));

    let mut key = FunctionKey::new(2, KeyKind::None);
    key.label = Some(text("Nothing"));
    assert_eq!(
        errors_of(desk("yealink T46S").key(key)),
        ["keys[0].label: yealink T46S has no label for a key of kind `none`; leave it out"]
    );

    let mut key = some_key(2, KeyKind::Url);
    key.extension = 2;
    let device = desk("yealink T46S").extension(extension(2)).key(key);
    assert_eq!(
        errors_of(device),
        ["keys[0].extension: yealink T46S has no extension for a key of kind `url`; leave it out"]
    );
}

/// A code to log in with is the site's, not the key's: it is no fault that the phone has its own way.
#[test]
fn the_login_code_of_the_site_does_not_hinder_a_hot_desking_key() {
    let site = site_with(|site| site.settings.feature_codes.login = Some(text("*11")));
    let key = FunctionKey::new(2, KeyKind::HotDesking);
    let settings = own_settings(&site, &built(desk("yealink T46S").key(key)));
    assert_eq!(value(&settings, "linekey.2.type"), Some("34"));
    assert_eq!(value(&settings, "linekey.2.value"), Some("%NULL%"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Any text in any key arrives as it is, or is refused with the path of the key.
    #[test]
    fn any_value_and_label_arrives_or_is_refused(
        kind in proptest::sample::select(KeyKind::ALL),
        given in prop_oneof!["[0-9*#+a-z@.:! |%<>&]{1,12}", "\\PC{1,12}", Just("%EMPTY%".to_owned())],
        label in prop_oneof!["\\PC{1,12}", Just("%NULL%".to_owned()), Just(" x".to_owned())],
        model in proptest::sample::select(&["yealink T46S", "yealink T28P", "snom D785"][..]),
    ) {
        prop_assume!(given.parse::<phone_provisioning::Text>().is_ok());
        prop_assume!(label.parse::<phone_provisioning::Text>().is_ok());
        let yealink = model.starts_with("yealink");
        prop_assume!(yealink || cfg!(feature = "snom"));
        let site = site_with(|_| ());
        let mut key = FunctionKey::new(2, kind);
        key.value = Some(text(&given));
        key.label = Some(text(&label));
        let device = built(desk(model).key(key));
        match phone_provisioning::Provisioner::new(site.clone()).render(&device) {
            Ok(_) => {
                // Read by the strict reader of the target's format.
                let settings = own_settings(&site, &device);
                if yealink {
                    prop_assert_eq!(value(&settings, "linekey.2.value"), Some(given.as_str()));
                    prop_assert_eq!(value(&settings, "linekey.2.label"), Some(label.as_str()));
                }
            }
            Err(errors) => {
                let own = "device.805e0c123456.keys[0].";
                prop_assert!(errors.iter().all(|e| e.path().as_str().starts_with(own)), "{}", errors);
            }
        }
    }
}

/// The values of the suites are values of their kinds: what every kind test relies on.
#[test]
fn the_examples_are_values() {
    for kind in KeyKind::ALL {
        if let Some(value) = some_value(*kind) {
            assert_eq!(kind.value().check(value), Ok(()), "{kind:?}");
        }
    }
}
