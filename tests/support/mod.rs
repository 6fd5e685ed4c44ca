//! What the suites share: makers of sites and devices, a strict reader of files, comparisons that
//! name the line that differs.

#![allow(
    dead_code,
    unreachable_pub,
    reason = "every suite uses a part of this, in a crate of its own"
)]
#![allow(
    clippy::disallowed_methods,
    reason = "tests read goldens and write scratch files; the rule is for the library"
)]

pub mod cfg;
pub mod dictionary;
pub mod import;
pub mod xml;

use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;

use dictionary::Dictionary;
use phone_provisioning::error::{Errors, Notice};
use phone_provisioning::model::{
    Device, DeviceBuilder, Extension, Firmware, FirmwareScheme, FunctionKey, Handset, KeyKind,
    KeyValue, Mac, Settings, Site,
};
use phone_provisioning::target::{
    ConfigFile, FirmwareBound, ModelRow, ProvisioningTarget, Rendered,
};
use phone_provisioning::{Document, Fleet, Provisioner, Secret, Targets, Text};

/// Root of the repository.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

// ---- small makers ----

#[track_caller]
pub fn mac(text: &str) -> Mac {
    text.parse().unwrap()
}

#[track_caller]
pub fn text(text: &str) -> Text {
    text.parse().unwrap()
}

#[track_caller]
pub fn secret(text: &str) -> Secret {
    text.parse().unwrap()
}

/// Settings with the three things that every phone needs.
pub fn least_settings() -> Settings {
    site_of(LEAST).settings.clone()
}

/// A site of the three things that every phone needs, with more said by `change`.
pub fn site_with(change: impl FnOnce(&mut Site)) -> Arc<Site> {
    let mut site = Site::clone(&site_of(LEAST));
    change(&mut site);
    Arc::new(site)
}

/// The site of a document without devices.
#[track_caller]
pub fn site_of(toml: &str) -> Arc<Site> {
    resolve(&format!("devices = []\n{toml}")).site().clone()
}

const LEAST: &str = r#"
[site]
name = "Example BV"
[site.settings]
time_zone = "Europe/Berlin"
language = "en"
registrar = { host = "sip.example.net" }
"#;

/// A site that says everything that a site can say about its phones.
pub const EVERYTHING: &str = r#"
[site]
name = "Example BV"
provisioning_url = "https://pbx.example.net/p/{token}/"
firmware_base = "https://fw.example.net/{vendor}/{model}/{file}"
[site.settings]
time_zone = "Europe/Berlin"
language = "de"
tone_country = "DE"
time_format = "12h"
date_format = "ymd"
ntp_servers = ["ntp1.example.net", "192.0.2.123"]
registrar = { host = "sip.example.net", port = 5071, transport = "tls", expires = 600, srtp = "mandatory" }
outbound_proxy = { host = "edge.example.net", port = 5072 }
backup_registrar = { host = "sip2.example.net", port = 5073 }
codecs = ["pcma", "g722", "pcmu"]
dtmf = "rfc4733_and_sip_info"
admin = { username = "chief", password = "MARK-admin" }
user = { username = "worker", password = "MARK-user" }
maintenance = { username = "fixer", password = "MARK-maintenance" }
download = { username = "phone", password = "MARK-download" }
logged_out = { number = "900", password = "MARK-logged-out" }
nat = { keep_alive_seconds = 45, rport = true, stun = "stun.example.net:3479" }
tls = { verify = false, ca_url = "http://pbx.example.net/ca.pem" }
call_waiting = false
caller_id = "number"
volumes = { ringer = 10, speaker = 20, handset = 30, headset = 50, microphone = 100 }
vlan = { id = 10, priority = 5, pc_id = 20, pc_priority = 3 }
emergency_numbers = ["112", "110"]
ring_tones = { internal = 3, external = 4 }
ldap = { host = "ldap.example.net", port = 1636, tls = "ldaps", base = "dc=example,dc=net", bind_dn = "cn=phone", password = "MARK-ldap", name_filter = "(cn=%)", number_filter = "(tel=%)", name_attributes = ["cn", "sn"], number_attributes = ["tel"], display_name = "%cn" }
phonebook = { url = "https://pbx.example.net/book.xml", name = "Colleagues" }
resync = { every_minutes = 60, daily_at = "03:30" }
[site.settings.feature_codes]
pickup = "*8"
group_pickup = "*81"
park = "*85"
park_retrieve = "*86"
dnd_on = "*78"
dnd_off = "*79"
forward_always_on = "*72"
forward_always_off = "*73"
forward_busy_on = "*90"
forward_busy_off = "*91"
forward_no_answer_on = "*92"
forward_no_answer_off = "*93"
voicemail = "*97"
login = "*11"
[profiles.desk.settings]
volumes = { ringer = 70 }
"#;

/// What stands in every secret of [`EVERYTHING`] and of [`marked`] devices.
pub const MARK: &str = "MARK-";

/// A device of the model with the usual address.
pub fn device(model: &str) -> DeviceBuilder {
    Device::builder(mac("80:5e:0c:12:34:56"), model)
}

/// The extension 1001, 1002, …
pub fn extension(number: u16) -> Extension {
    let digits = (1000 + number).to_string();
    Extension::new(text(&digits), secret(&format!("MARK-{digits}")))
}

/// A handset of a base, in the slot of its number, with one extension.
pub fn handset(number: u16) -> Handset {
    let mut handset = Handset::new(number);
    handset.extensions.push(extension(number));
    handset
}

pub fn line_key(position: u16, extension: u8) -> FunctionKey {
    let mut key = FunctionKey::new(position, KeyKind::Line);
    key.extension = extension;
    key
}

/// A key of any kind for extension 1, with a label and, where the kind takes one, a value.
pub fn some_key(position: u16, kind: KeyKind) -> FunctionKey {
    let mut key = FunctionKey::new(position, kind);
    key.value = some_value(kind).map(text);
    key.label = (kind != KeyKind::None).then(|| text("Bob & Co"));
    key
}

/// A value for a key of this kind, where it takes one.
pub fn some_value(kind: KeyKind) -> Option<&'static str> {
    match kind.value() {
        KeyValue::Nothing => None,
        KeyValue::Number => Some("1002"),
        KeyValue::Digits => Some("*1#A"),
        KeyValue::Prefix => Some("+49"),
        KeyValue::Url => Some("http://pbx.example.net/a?b=1&c=2"),
        KeyValue::Multicast => Some("224.0.1.116:5004"),
        other => panic!("an example of {other:?}?"),
    }
}

#[track_caller]
pub fn built(device: DeviceBuilder) -> Device {
    match device.build() {
        Ok(device) => device,
        Err(errors) => panic!("{errors}"),
    }
}

// ---- documents ----

#[track_caller]
pub fn resolve(toml: &str) -> Fleet {
    match try_resolve(toml) {
        Ok(fleet) => fleet,
        Err(errors) => panic!("{errors}"),
    }
}

pub fn try_resolve(toml: &str) -> Result<Fleet, Errors> {
    Document::from_toml(toml)?.resolve(&Targets::builtin())
}

/// The texts of all errors of a document.
#[track_caller]
pub fn document_errors(toml: &str) -> Vec<String> {
    match try_resolve(toml) {
        Ok(_) => panic!("the document has no fault"),
        Err(errors) => errors_text(&errors),
    }
}

pub fn errors_text(errors: &Errors) -> Vec<String> {
    errors.iter().map(ToString::to_string).collect()
}

pub fn notices_text(notices: &[Notice]) -> Vec<String> {
    notices.iter().map(ToString::to_string).collect()
}

// ---- rendering ----

#[track_caller]
pub fn render(site: &Arc<Site>, device: &Device) -> Rendered {
    match Provisioner::new(site.clone()).render(device) {
        Ok(rendered) => rendered,
        Err(errors) => panic!("{} does not render: {errors}", device.model()),
    }
}

/// The same out of prepared parts: they are made for the second device of a kind and used from the
/// third on.
#[track_caller]
pub fn render_prepared(site: &Arc<Site>, device: &Device) -> Rendered {
    let provisioner = Provisioner::new(site.clone());
    for _ in 0..3 {
        provisioner.render(device).unwrap();
    }
    provisioner.render(device).unwrap()
}

/// The texts of what is wrong with a device.
#[track_caller]
pub fn render_err(site: &Arc<Site>, device: &Device) -> Vec<String> {
    match Provisioner::new(site.clone()).render(device) {
        Ok(_) => panic!("{} renders", device.model()),
        Err(errors) => errors_text(&errors),
    }
}

/// The one file of the device's own that holds its settings.
#[track_caller]
pub fn own_file(rendered: &Rendered) -> &ConfigFile {
    let own: Vec<&ConfigFile> = rendered
        .files()
        .iter()
        .filter(|f| f.is_sensitive())
        .collect();
    // A file that names the address of another holds the token, and nothing else of the device.
    let named = |file: &&&ConfigFile| !file.name().ends_with(".htm");
    match own[..] {
        [file] => file,
        [_, _] if own.iter().filter(named).count() == 1 => own.iter().find(named).unwrap(),
        _ => panic!("{} files of the device's own", own.len()),
    }
}

/// The settings of the device's own file, in order.
#[track_caller]
pub fn own_settings(site: &Arc<Site>, device: &Device) -> Vec<cfg::Setting> {
    let targets = Targets::builtin();
    let found = targets.model(device.model()).unwrap();
    let rendered = render(site, device);
    read(found.target.as_ref(), own_file(&rendered).bytes())
}

/// The value of a setting, where the file has it.
pub fn value<'s>(settings: &'s [cfg::Setting], name: &str) -> Option<&'s str> {
    let found = settings.iter().find(|setting| setting.name == name)?;
    Some(&found.value)
}

/// Reads a file with the strict reader of its target's format.
#[track_caller]
pub fn read(target: &dyn ProvisioningTarget, bytes: &[u8]) -> Vec<cfg::Setting> {
    let result = match target.id().as_str() {
        "yealink" => cfg::read(bytes),
        "snom-desk" => xml::read(xml::Dialect::Desk, bytes),
        "snom-dect" => xml::read(xml::Dialect::Dect, bytes),
        other => panic!("write a strict reader for the files of {other}"),
    };
    match result {
        Ok(settings) => settings,
        Err(fault) => panic!("{fault}\n{}", String::from_utf8_lossy(bytes)),
    }
}

/// How a target spells the settings that every suite asks for.
pub struct Spelling {
    /// The switch of an account.
    pub account_switch: fn(u16) -> String,
    /// Its two positions: off and on.
    pub positions: [&'static str; 2],
    /// Where the registrar of an account stands, by firmware.
    pub registrar: fn(&[cfg::Setting], u16) -> Vec<String>,
    /// What a key of the phone does.
    pub key_kind: fn(u16) -> String,
    /// The expansion module that a setting is for.
    pub module: fn(&ModelRow, &str) -> Option<u16>,
}

pub fn spelling(target: &dyn ProvisioningTarget) -> Spelling {
    match target.id().as_str() {
        "yealink" => Spelling {
            account_switch: |account| format!("account.{account}.enable"),
            positions: ["0", "1"],
            // A manager keeps servers in a table.
            registrar: |settings, account| {
                let spelled = ["sip_server.1.address", "sip_server_host"];
                let own = spelled.map(|name| format!("account.{account}.{name}"));
                let row = value(settings, &format!("account.{account}.sip_server.template"));
                let shared = row.map(|row| format!("template.{row}.sip_server.1.address"));
                own.into_iter().chain(shared).collect()
            },
            key_kind: |key| format!("linekey.{key}.type"),
            module: |_, name| {
                let rest = name.strip_prefix("expansion_module.")?;
                rest.split('.').next()?.parse().ok()
            },
        },
        "snom-desk" => Spelling {
            account_switch: |account| format!("user_active.{account}"),
            positions: ["off", "on"],
            registrar: |_, account| vec![format!("user_host.{account}")],
            // Keys count from 0, those of modules behind those of the phone.
            key_kind: |key| format!("fkey.{}", key - 1),
            module: |row, name| {
                let index: u16 = name
                    .strip_prefix("fkey.")?
                    .split('.')
                    .next()?
                    .parse()
                    .ok()?;
                let slots = row.line_keys_clear_to.max(row.line_keys);
                let behind = index.checked_sub(slots.unwrap_or(0))?;
                let keys = row.module_keys.iter().map(|(_, last)| *last).max();
                Some(behind / keys.unwrap_or(1) + 1)
            },
        },
        "snom-dect" => Spelling {
            account_switch: |account| format!("user_active.{account}"),
            positions: ["off", "on"],
            // Of several accounts one row of the table of servers.
            registrar: |settings, account| {
                let row = value(settings, &format!("subscr_sip_ua_data_server_id.{account}"));
                vec![format!("user_host.{}", row.unwrap_or_default())]
            },
            key_kind: |key| format!("fkey.{}", key - 1),
            module: |_, _| None,
        },
        other => panic!("how does {other} spell it?"),
    }
}

/// Fails with the first line that differs.
#[track_caller]
pub fn assert_bytes(name: &str, expected: &[u8], found: &[u8]) {
    if let Some(difference) = difference(expected, found) {
        panic!("{name}: {difference}");
    }
}

/// The first line that differs, in words.
pub fn difference(expected: &[u8], found: &[u8]) -> Option<String> {
    if expected == found {
        return None;
    }
    let lines = |bytes: &[u8]| -> Vec<String> {
        String::from_utf8_lossy(bytes)
            .split_inclusive('\n')
            .map(|line| format!("{line:?}"))
            .collect()
    };
    let (expected, found) = (lines(expected), lines(found));
    let at = (0..)
        .find(|i| expected.get(*i) != found.get(*i))
        .expect("the bytes differ, so a line does");
    let end = || "the end of the file".to_owned();
    Some(format!(
        "line {}: expected {}, found {}",
        at + 1,
        expected.get(at).cloned().unwrap_or_else(end),
        found.get(at).cloned().unwrap_or_else(end),
    ))
}

// ---- all targets, all models ----

/// One row of one target.
#[derive(Clone, Debug)]
pub struct Model<'t> {
    pub target: &'t dyn ProvisioningTarget,
    pub row: &'t ModelRow,
    pub dictionary: Rc<Dictionary<'t>>,
}

impl Model<'_> {
    /// `yealink T46S`
    pub fn name(&self) -> String {
        format!("{} {}", self.target.vendor(), self.row.name)
    }

    /// Whether its accounts belong to handsets. A base of unknown size is a base.
    pub fn is_base(&self) -> bool {
        self.row.handsets != Some(0)
    }

    /// A device with one account in use, as far as the model holds any.
    pub fn least(&self) -> DeviceBuilder {
        match (self.row.accounts, self.is_base()) {
            (Some(0), _) => device(&self.name()),
            (_, true) => device(&self.name()).handset(handset(1)),
            (_, false) => device(&self.name()).extension(extension(1)),
        }
    }

    /// Accounts that the model holds with this firmware; `None` = unknown.
    pub fn accounts(&self, firmware: Option<Firmware>) -> Option<u16> {
        match (self.row.accounts_until, firmware) {
            (Some((until, fewer)), Some(firmware)) if until.until_met(firmware.level()) => {
                Some(fewer)
            }
            _ => self.row.accounts,
        }
    }

    /// A device with this many accounts.
    pub fn with_accounts(&self, accounts: u16) -> DeviceBuilder {
        (1..=accounts).fold(device(&self.name()), |device, number| {
            if self.is_base() {
                device.handset(handset(number))
            } else {
                device.extension(extension(number))
            }
        })
    }

    /// A device that fills the model: all accounts, all keys, all modules.
    pub fn full(&self, firmware: Option<Firmware>) -> DeviceBuilder {
        let accounts = self.accounts(firmware).unwrap_or(1);
        let accounts = accounts.min(match self.row.handsets {
            Some(handsets) if self.is_base() => handsets,
            _ => u16::MAX,
        });
        let mut device = self.with_accounts(accounts);
        if let Some(modules) = self.row.modules {
            device = device.modules(modules.try_into().unwrap());
        }
        for position in 1..=self.row.line_keys.unwrap_or(0) {
            let extension = u8::try_from((position - 1) % accounts.max(1) + 1).unwrap();
            device = device.key(line_key(position, extension));
        }
        with_firmware(device, firmware)
    }

    /// No firmware (the newest is assumed), and one version for every level at which the
    /// dictionary changes, as far as the model is known to run it.
    pub fn firmwares(&self) -> Vec<Option<Firmware>> {
        let (first, newest) = (self.row.first_firmware, self.row.newest_firmware);
        let settings = self.target.settings().iter();
        let released = released(self.target.firmware_scheme());
        // Older than any that is known to be out there: names of their time are only read.
        let oldest = released.first().map(|bound| bound.level());
        let mut bounds: Vec<FirmwareBound> = settings
            .flat_map(|row| [row.since, row.until])
            .chain([first, newest])
            .flatten()
            .chain(released.iter().copied())
            .filter(|bound| Some(*bound) == first || Some(bound.level()) >= oldest)
            .filter(|bound| first.is_none_or(|first| bound.level() >= first.level()))
            .filter(|bound| newest.is_none_or(|newest| bound.level() <= newest.level()))
            .collect();
        bounds.sort_by_key(|bound| bound.level());
        bounds.dedup_by_key(|bound| bound.level());
        let versions = bounds.into_iter().map(|bound| Some(self.version(bound)));
        [None].into_iter().chain(versions).collect()
    }

    /// A version at a bound, in the writing of the target.
    pub fn version(&self, bound: FirmwareBound) -> Firmware {
        let scheme = self.target.firmware_scheme();
        let parts = bound.parts();
        let text = match scheme {
            FirmwareScheme::Branch => {
                format!("{}/{}", parts[0], parts.get(1).copied().unwrap_or(0))
            }
            FirmwareScheme::Dotted => {
                let padded = parts.iter().copied().chain(std::iter::repeat(0));
                let padded: Vec<String> = padded
                    .take(parts.len().max(3))
                    .map(|part| part.to_string())
                    .collect();
                padded.join(".")
            }
            FirmwareScheme::Generation => {
                let prefixes = self.row.image_prefixes.iter();
                let prefix = prefixes
                    .rev()
                    .find(|(since, _)| since.since_met(bound.level()))
                    .or(self.row.image_prefixes.first())
                    .map_or(1, |(_, prefix)| *prefix);
                format!(
                    "{prefix}.{}.0.{}",
                    parts[0],
                    parts.get(1).copied().unwrap_or(10)
                )
            }
            other => panic!("how is {other:?} written?"),
        };
        Firmware::parse(scheme, &text).unwrap()
    }
}

/// Versions that phones are known to run, beside the bounds of the dictionary.
fn released(scheme: FirmwareScheme) -> Vec<FirmwareBound> {
    let versions: &[&[u16]] = match scheme {
        FirmwareScheme::Dotted => &[
            &[8, 7],
            &[8, 7, 3, 17],
            &[8, 7, 4, 8],
            &[8, 7, 5, 35],
            &[8, 9, 3, 80],
            &[10, 1, 54, 13],
            &[10, 1, 127, 10],
            &[10, 1, 226, 16],
        ],
        FirmwareScheme::Branch => &[
            &[450],
            &[520, 1],
            &[530, 10],
            &[670, 202],
            &[740, 104],
            &[790, 200],
        ],
        // Its bounds are the generations themselves.
        _ => &[],
    };
    versions
        .iter()
        .map(|parts| FirmwareBound::new(parts))
        .collect()
}

pub fn with_firmware(device: DeviceBuilder, firmware: Option<Firmware>) -> DeviceBuilder {
    match firmware {
        Some(firmware) => device.installed_firmware(firmware),
        None => device,
    }
}

/// Every model of every target that is compiled in.
pub fn models(targets: &Targets) -> Vec<Model<'_>> {
    let mut all = Vec::new();
    for target in targets.iter() {
        let target = target.as_ref();
        let dictionary = Rc::new(Dictionary::of(target));
        all.extend(target.models().iter().map(|row| Model {
            target,
            row,
            dictionary: dictionary.clone(),
        }));
    }
    all
}

// ---- programs ----

/// Targets that the default features bring.
pub const SHIPPED_TARGETS: &[&str] = &["snom-dect", "snom-desk", "yealink"];

/// One of the programs under `examples/`, as a child process. `cargo test` builds them; a single
/// suite does not, so they are built here where they are missing.
pub fn program(name: &str) -> std::process::Command {
    let test = std::env::current_exe().unwrap();
    // target/debug/deps/suite-hash
    let profile = test.ancestors().nth(2).unwrap();
    let path = profile
        .join("examples")
        .join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    static BUILD: std::sync::Mutex<()> = std::sync::Mutex::new(());
    let guard = BUILD.lock().unwrap();
    if !path.exists() {
        let features = match name {
            "encrypt" => "yealink-encrypt",
            "inspect" if cfg!(feature = "yealink-encrypt") => "yealink-encrypt",
            "redirection" => "redirection",
            _ => "",
        };
        let status = std::process::Command::new(env!("CARGO"))
            .args(["build", "--quiet", "--example", name])
            .args(["--features", features])
            .env("CARGO_TARGET_DIR", profile.parent().unwrap())
            .current_dir(root())
            .status()
            .unwrap();
        assert!(status.success(), "the program {name} cannot be built");
    }
    drop(guard);
    let mut command = std::process::Command::new(path);
    command.current_dir(root());
    command
}
