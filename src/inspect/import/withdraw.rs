//! What the emitter refuses is taken out of the document, until it can be rendered. Importers check what
//! they read; this is for what only the whole of a document shows, such as more than the phone holds.

use super::{Draft, RemarkKind, Unknown};
use crate::error::{Error, ErrorKind, Errors, Path};
use crate::model::{Extension, Handset, Registrar, Settings};

impl Draft<'_> {
    /// Takes out of the document what these errors are about; `false` when that changes nothing.
    pub(super) fn withdraw(&mut self, errors: Errors) -> bool {
        let mut errors = errors.into_vec();
        // Of a list the last entries first, so that the others keep their places.
        errors.sort_by(|one, other| steps(other.path()).cmp(&steps(one.path())));
        errors.dedup_by(|one, other| one.path() == other.path());
        let mut changed = false;
        for error in errors {
            changed |= self.withdraw_one(&error);
        }
        changed
    }

    fn withdraw_one(&mut self, error: &Error) -> bool {
        use Step::{At, Key};
        let steps = steps(error.path());
        let changed = match steps[..] {
            [Key("site"), Key("settings"), Key(key), ..] => {
                let part = match steps.get(3) {
                    Some(Key(part)) => Some(*part),
                    _ => None,
                };
                forget(&mut self.site.settings, key, part)
            }
            [Key("site"), Key("provisioning_url"), ..] => {
                self.site.provisioning_url.take().is_some()
            }
            [
                Key("devices"),
                At(0),
                Key("settings"),
                Key("custom"),
                At(i),
                ..,
            ] => {
                return self.withdraw_custom(i, error);
            }
            [Key("devices"), At(0), Key("token"), ..] => self.token.take().is_some(),
            [Key("devices"), At(0), Key("firmware"), ..] => self.image.take().is_some(),
            [Key("devices"), At(0), Key("modules"), ..] => self.modules.take().is_some(),
            [Key("devices"), At(0), Key("multicell"), ..] => self.multicell.take().is_some(),
            [Key("devices"), At(0), Key("keys"), At(i), ..] => remove(&mut self.keys, i),
            [Key("devices"), At(0), Key("extensions")] => shorten(&mut self.extensions, error),
            [
                Key("devices"),
                At(0),
                Key("extensions"),
                At(i),
                ref rest @ ..,
            ] => {
                let before = self.extensions.len();
                let changed = forget_of_extension(&mut self.extensions, i, rest);
                if self.extensions.len() < before {
                    self.close_gap(|unknown| match unknown {
                        Unknown::Password(j) => behind(i, j).map(Unknown::Password),
                        other => Some(other),
                    });
                }
                changed
            }
            [Key("devices"), At(0), Key("handsets")] => {
                shorten(&mut self.handsets, error) || self.handsets.pop().is_some()
            }
            [
                Key("devices"),
                At(0),
                Key("handsets"),
                At(i),
                Key("extensions"),
                At(j),
                ref rest @ ..,
            ] => {
                let Some(handset) = self.handsets.get_mut(i) else {
                    return false;
                };
                let before = handset.extensions.len();
                let changed = forget_of_extension(&mut handset.extensions, j, rest);
                if handset.extensions.len() < before {
                    self.close_gap(|unknown| match unknown {
                        Unknown::HandsetPassword(own, k) if own == i => {
                            behind(j, k).map(|k| Unknown::HandsetPassword(i, k))
                        }
                        other => Some(other),
                    });
                }
                changed
            }
            [
                Key("devices"),
                At(0),
                Key("handsets"),
                At(i),
                Key("extensions"),
            ] => {
                let handset = self.handsets.get_mut(i);
                handset.is_some_and(|handset| handset.extensions.pop().is_some())
            }
            [Key("devices"), At(0), Key("handsets"), At(i), ref rest @ ..] => {
                let before = self.handsets.len();
                let changed = forget_of_handset(&mut self.handsets, i, rest);
                if self.handsets.len() < before {
                    self.close_gap(|unknown| match unknown {
                        Unknown::HandsetPassword(j, k) => {
                            behind(i, j).map(|j| Unknown::HandsetPassword(j, k))
                        }
                        other => Some(other),
                    });
                }
                changed
            }
            _ => false,
        };
        // Of lists that were cut short.
        let (extensions, handsets) = (&self.extensions, &self.handsets);
        self.unknown.retain(|unknown| match *unknown {
            Unknown::Password(i) => i < extensions.len(),
            Unknown::HandsetPassword(i, j) => {
                let handset = handsets.get(i);
                handset.is_some_and(|handset| j < handset.extensions.len())
            }
            Unknown::Mac | Unknown::Model => true,
        });
        if changed {
            self.remark(
                RemarkKind::Lost,
                error.path().clone(),
                error.kind().to_string(),
            );
        }
        changed
    }

    /// Keeps what is not known of the others where one of a list is gone.
    fn close_gap(&mut self, moved: impl Fn(Unknown) -> Option<Unknown>) {
        let unknown = std::mem::take(&mut self.unknown);
        self.unknown = unknown.into_iter().filter_map(moved).collect();
    }

    /// A raw setting outside of its domain is sent all the same, as the files have it; any other
    /// fault takes it out.
    fn withdraw_custom(&mut self, i: usize, error: &Error) -> bool {
        let Some(setting) = self.custom.get_mut(i) else {
            return false;
        };
        if matches!(error.kind(), ErrorKind::OutsideDomain { .. }) && !setting.unchecked {
            setting.unchecked = true;
            return true;
        }
        self.custom.remove(i);
        // Its remark is the one of that number.
        let mut of_custom = self
            .remarks
            .iter_mut()
            .filter(|remark| remark.kind == RemarkKind::Custom);
        if let Some(remark) = of_custom.nth(i) {
            remark.kind = RemarkKind::Lost;
            remark.path = Path::root();
            remark.message = error.kind().to_string().into();
        }
        true
    }
}

/// The place of an entry when the one at `gone` is gone; nothing when it is that one.
fn behind(gone: usize, place: usize) -> Option<usize> {
    (place != gone).then(|| place - usize::from(place > gone))
}

/// Takes a value out of the settings.
fn forget(settings: &mut Settings, key: &str, part: Option<&str>) -> bool {
    let before = settings.clone();
    let codes = &mut settings.feature_codes;
    match (key, part) {
        ("time_zone", _) => settings.time_zone = None,
        ("language", _) => settings.language = None,
        ("tone_country", _) => settings.tone_country = None,
        ("time_format", _) => settings.time_format = None,
        ("date_format", _) => settings.date_format = None,
        ("ntp_servers", _) => settings.ntp_servers = None,
        ("registrar", Some("expires")) => {
            if let Some(registrar) = &mut settings.registrar {
                registrar.expires = Registrar::new(registrar.host.clone()).expires;
            }
        }
        ("registrar", _) => settings.registrar = None,
        ("outbound_proxy", _) => settings.outbound_proxy = None,
        ("backup_registrar", _) => settings.backup_registrar = None,
        ("codecs", _) => settings.codecs = None,
        ("dtmf", _) => settings.dtmf = None,
        ("admin", _) => settings.admin = None,
        ("user", _) => settings.user = None,
        ("maintenance", _) => settings.maintenance = None,
        ("download", _) => settings.download = None,
        ("logged_out", _) => settings.logged_out = None,
        ("nat", _) => settings.nat = Default::default(),
        ("tls", _) => settings.tls = Default::default(),
        ("language_pack", _) => settings.language_pack = None,
        ("call_waiting", _) => settings.call_waiting = None,
        ("caller_id", _) => settings.caller_id = None,
        ("volumes", _) => settings.volumes = Default::default(),
        ("vlan", _) => settings.vlan = None,
        ("emergency_numbers", _) => settings.emergency_numbers = None,
        ("feature_codes", Some("pickup")) => codes.pickup = None,
        ("feature_codes", Some("group_pickup")) => codes.group_pickup = None,
        ("feature_codes", Some("park")) => codes.park = None,
        ("feature_codes", Some("park_retrieve")) => codes.park_retrieve = None,
        ("feature_codes", Some("dnd_on")) => codes.dnd_on = None,
        ("feature_codes", Some("dnd_off")) => codes.dnd_off = None,
        ("feature_codes", Some("forward_always_on")) => codes.forward_always_on = None,
        ("feature_codes", Some("forward_always_off")) => codes.forward_always_off = None,
        ("feature_codes", Some("forward_busy_on")) => codes.forward_busy_on = None,
        ("feature_codes", Some("forward_busy_off")) => codes.forward_busy_off = None,
        ("feature_codes", Some("forward_no_answer_on")) => codes.forward_no_answer_on = None,
        ("feature_codes", Some("forward_no_answer_off")) => codes.forward_no_answer_off = None,
        ("feature_codes", Some("voicemail")) => codes.voicemail = None,
        ("feature_codes", Some("login")) => codes.login = None,
        ("ring_tones", _) => settings.ring_tones = Default::default(),
        ("ldap", _) => settings.ldap = None,
        ("phonebook", _) => settings.phonebook = None,
        ("resync", _) => settings.resync = Default::default(),
        _ => {}
    }
    *settings != before
}

/// Takes a value out of an extension; one without which it is none takes the extension with it.
fn forget_of_extension(extensions: &mut Vec<Extension>, i: usize, rest: &[Step<'_>]) -> bool {
    let Some(extension) = extensions.get_mut(i) else {
        return false;
    };
    let before = extension.clone();
    match rest.first() {
        Some(Step::Key("display_name")) => extension.display_name = None,
        Some(Step::Key("auth_username")) => extension.auth_username = None,
        Some(Step::Key("label")) => extension.label = None,
        Some(Step::Key("voicemail")) => extension.voicemail = None,
        Some(Step::Key("registrar")) => extension.registrar = None,
        Some(Step::Key("outbound_proxy")) => extension.outbound_proxy = None,
        Some(Step::Key("codecs")) => extension.codecs = None,
        Some(Step::Key("dtmf")) => extension.dtmf = None,
        Some(Step::Key("ring_tones")) => extension.ring_tones = Default::default(),
        Some(Step::Key("forward")) => extension.forward = Default::default(),
        Some(Step::Key("dnd")) => extension.dnd = None,
        Some(Step::Key("call_waiting")) => extension.call_waiting = None,
        Some(Step::Key("auto_answer")) => extension.auto_answer = None,
        _ => {}
    }
    extensions.get(i) != Some(&before) || remove(extensions, i)
}

/// Takes a value out of a handset; one without which it is none takes the handset with it.
fn forget_of_handset(handsets: &mut Vec<Handset>, i: usize, rest: &[Step<'_>]) -> bool {
    let Some(handset) = handsets.get_mut(i) else {
        return false;
    };
    let before = handset.clone();
    match rest.first() {
        Some(Step::Key("name")) => handset.name = None,
        Some(Step::Key("ipei")) => handset.binding = Default::default(),
        Some(Step::Key("access_code")) => handset.access_code = None,
        Some(Step::Key("model")) => (handset.model, handset.firmware) = (None, None),
        Some(Step::Key("firmware")) => handset.firmware = None,
        _ => {}
    }
    handsets.get(i) != Some(&before) || remove(handsets, i)
}

fn remove<T>(list: &mut Vec<T>, i: usize) -> bool {
    let is_there = i < list.len();
    if is_there {
        list.remove(i);
    }
    is_there
}

/// Cuts a list to what the phone holds.
fn shorten<T>(list: &mut Vec<T>, error: &Error) -> bool {
    let before = list.len();
    if let ErrorKind::TooMany { limit, .. } = error.kind() {
        list.truncate(*limit);
    }
    list.len() < before
}

/// One step of a path.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Step<'p> {
    At(usize),
    Key(&'p str),
}

/// The steps of a path. Keys that are quoted there are of no table that is looked at here.
fn steps(path: &Path) -> Vec<Step<'_>> {
    let pieces = path.as_str().split(['.', '[']);
    pieces
        .map(|piece| match piece.strip_suffix(']') {
            Some(index) => index.parse().map_or(Step::Key(index), Step::At),
            None => Step::Key(piece),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::{ImportRequest, Remark, Sheet};
    use super::*;
    use crate::fleet::Document;
    use crate::inspect::explain::sample;
    use crate::model::{
        CustomSetting, Device, FirmwareChoice, FirmwareScheme, FunctionKey, Multicell, UrlTemplate,
    };
    use crate::target::{
        ModelRow, Output, Prepare, Prepared, ProvisioningTarget, TargetId, Targets,
    };
    use crate::text::Secret;

    /// A document with every field that there is: of a phone, and of a base what phones have not.
    fn full() -> Value {
        let extension = |number: &str| {
            let mut all = sample::extension();
            let more = json!({
                "number": number, "password": "s3cret", "registrar": { "host": "own.example.org" },
                "outbound_proxy": { "host": "proxy.example.org" }, "codecs": ["g722"], "dtmf": "rfc4733",
                "ring_tones": { "internal": 2 }, "call_waiting": true,
            });
            let more = more.as_object().unwrap().clone();
            all.as_object_mut().unwrap().extend(more);
            all
        };
        let handset = |slot: u8, ipei: &str, numbers: [&str; 2]| {
            json!({
                "ipei": ipei, "name": "Store", "access_code": "0000", "model": "H1", "firmware": { "version": "7.30.0" }, "slot": slot,
                "extensions": (numbers.map(extension)),
            })
        };
        let key = |number: &str| json!({ "kind": "blf", "value": number, "position": number[3..].parse::<u8>().unwrap() });
        // What a site may only lack where the device has it.
        let own = |custom: Value| {
            let registrar = json!({ "host": "other.example.org" });
            json!({ "time_zone": "UTC", "language": "en", "registrar": registrar, "custom": custom })
        };
        json!({
            "site": {
                "name": "Imported", "settings": sample::settings(),
                "provisioning_url": "https://pbx.example.net/p/{token}/",
            },
            "devices": [{
                "mac": "00:00:5e:00:53:2d", "model": "acme P1", "token": "t0ken", "modules": 1,
                "firmware": { "version": "1.2.3", "url": "https://pbx.example.net/fw.bin" },
                "extensions": (["1001", "1002", "1003"].map(extension)),
                "keys": (["2001", "2002", "2003"].map(key)),
                "settings": own(json!([
                    { "target": "acme-desk", "name": "a", "value": "1" },
                    { "target": "acme-desk", "name": "b", "value": "2" },
                ])),
            }, {
                "mac": "00:00:5e:00:53:2e", "model": "acme P1",
                "handsets": [
                    handset(1, "00001 0000001 6", ["3001", "3002"]),
                    handset(2, "00001 0000002 7", ["3003", "3004"]),
                    handset(3, "00001 0000003 8", ["3005", "3006"]),
                ],
                "multicell": { "role": "primary", "chain_id": 513 },
                "settings": own(json!([])),
            }],
        })
    }

    type Parts = (
        (Settings, Option<UrlTemplate>),
        (Option<Secret>, Option<FirmwareChoice>, Option<u8>),
        (Vec<Extension>, Vec<FunctionKey>, Vec<Handset>),
        (Option<Multicell>, Vec<CustomSetting>),
    );

    /// A maker whose phones take everything.
    #[derive(Debug)]
    struct Acme(Vec<ModelRow>);

    impl ProvisioningTarget for Acme {
        fn id(&self) -> TargetId {
            TargetId::new("acme-desk")
        }

        fn vendor(&self) -> &str {
            "acme"
        }

        fn firmware_scheme(&self) -> FirmwareScheme {
            FirmwareScheme::Dotted
        }

        fn models(&self) -> &[ModelRow] {
            &self.0
        }

        fn file_names(&self, _: &ModelRow) -> Vec<String> {
            Vec::new()
        }

        fn prepare(&self, _: Prepare<'_>) -> Result<Box<dyn Prepared>, Errors> {
            Ok(Box::new(Nothing))
        }
    }

    #[derive(Debug)]
    struct Nothing;

    impl Prepared for Nothing {
        fn render(&self, _: &Device, _: &mut Output) -> Result<(), Errors> {
            Ok(())
        }

        fn render_shared(&self, _: &mut Output) -> Result<(), Errors> {
            Ok(())
        }
    }

    fn read(document: &Value) -> Parts {
        let targets = Targets::new([]).with(Acme(vec![ModelRow::new("P1")]));
        let document = Document::from_json(&document.to_string()).unwrap();
        let fleet = document
            .resolve(&targets)
            .unwrap_or_else(|errors| panic!("{errors}"));
        let (site, [device, base]) = (fleet.site(), fleet.devices()) else {
            panic!("two devices");
        };
        (
            (site.settings.clone(), site.provisioning_url.clone()),
            (
                device.token().cloned(),
                device.firmware().cloned(),
                device.modules(),
            ),
            (
                device.extensions().to_vec(),
                device.keys().to_vec(),
                base.handsets().to_vec(),
            ),
            (base.multicell().copied(), device.settings().custom.clone()),
        )
    }

    fn draft<'a>(parts: Parts, model: &'a ModelRow, request: &ImportRequest<'a>) -> Draft<'a> {
        let sheet = Sheet::new(&[], |_| false, |_| false);
        let mut draft = Draft::new(sheet, request, None, model, true);
        (draft.site.settings, draft.site.provisioning_url) = parts.0;
        (draft.token, draft.image, draft.modules) = parts.1;
        (draft.extensions, draft.keys, draft.handsets) = parts.2;
        (draft.multicell, draft.custom) = parts.3;
        draft
    }

    fn parts(draft: Draft<'_>) -> Parts {
        (
            (draft.site.settings, draft.site.provisioning_url),
            (draft.token, draft.image, draft.modules),
            (draft.extensions, draft.keys, draft.handsets),
            (draft.multicell, draft.custom),
        )
    }

    /// What is left of the full document after an error at a path, and what is said of it; `None` if
    /// nothing was taken out.
    fn without(path: &str, kind: ErrorKind) -> Option<(Parts, Vec<Remark>)> {
        let model = ModelRow::new("P1");
        let request = ImportRequest::new(&[]);
        let mut draft = draft(read(&full()), &model, &request);
        let error = Error::new(at(path), kind);
        let changed = draft.withdraw(error.into());
        let remarks = std::mem::take(&mut draft.remarks);
        let left = parts(draft);
        assert_eq!(changed, left != read(&full()), "{path}");
        changed.then_some((left, remarks))
    }

    /// `devices.0.keys` as a path.
    fn at(path: &str) -> Path {
        path.split('.')
            .fold(Path::root(), |path, step| match step.parse() {
                Ok(index) => path.index(index),
                Err(_) => path.key(step),
            })
    }

    /// Where in the full document is what a draft has at a place.
    fn pointer(path: &str) -> String {
        let of_base = path.contains(".handsets") || path.ends_with(".multicell");
        let path = path.replace("devices.0", if of_base { "devices.1" } else { "devices.0" });
        format!("/{}", path.replace('.', "/"))
    }

    /// The full document without what is at a place.
    fn cut(path: &str) -> Parts {
        let mut document = full();
        let place = pointer(path);
        let (table, key) = place.rsplit_once('/').unwrap();
        let table = document.pointer_mut(table).unwrap();
        let gone = match table {
            Value::Array(list) => list.remove(key.parse().unwrap()),
            table => table.as_object_mut().unwrap().remove(key).unwrap(),
        };
        assert_ne!(gone, Value::Null, "{path}");
        read(&document)
    }

    /// For each place of a fault: what goes with it.
    #[test]
    fn what_is_refused_goes_and_nothing_else() {
        let mut places = Vec::new();
        for (key, value) in sample::settings().as_object().unwrap() {
            let place = format!("site.settings.{key}");
            let own = ["feature_codes", "registrar"].contains(&key.as_str());
            for part in value.as_object().into_iter().flat_map(|table| table.keys()) {
                let alone = key == "feature_codes" || part == "expires";
                let path = format!("{place}.{part}");
                places.push((path.clone(), if alone { path } else { place.clone() }));
            }
            if !own || key == "registrar" {
                places.push((place.clone(), place));
            }
        }
        places.push((
            "site.provisioning_url".into(),
            "site.provisioning_url".into(),
        ));
        let device = "devices.0";
        for key in ["token", "firmware", "modules", "multicell"] {
            places.push((format!("{device}.{key}.x"), format!("{device}.{key}")));
        }
        for i in 0..3 {
            places.push((
                format!("{device}.keys.{i}.value"),
                format!("{device}.keys.{i}"),
            ));
        }
        let extensions = [
            format!("{device}.extensions.1"),
            format!("{device}.handsets.2.extensions.0"),
        ];
        for extension in extensions {
            let whole = ["number", "password", "username"];
            let document = full();
            let fields = document.pointer(&pointer(&extension)).unwrap();
            for key in fields.as_object().unwrap().keys() {
                let path = format!("{extension}.{key}");
                let gone = whole.contains(&key.as_str());
                places.push((path.clone(), if gone { extension.clone() } else { path }));
            }
        }
        let handset = format!("{device}.handsets.1");
        for key in ["name", "ipei", "access_code", "firmware"] {
            places.push((format!("{handset}.{key}"), format!("{handset}.{key}")));
        }
        for key in ["slot", "something"] {
            places.push((format!("{handset}.{key}"), handset.clone()));
        }
        for (path, gone) in places {
            let (left, remarks) =
                without(&path, ErrorKind::Empty).unwrap_or_else(|| panic!("{path}"));
            assert_eq!(left, cut(&gone), "{path}");
            let [remark] = &remarks[..] else {
                panic!("{path}: {remarks:?}")
            };
            assert_eq!(
                (remark.kind(), remark.path()),
                (RemarkKind::Lost, &at(&path))
            );
        }
    }

    #[test]
    fn what_there_is_not_changes_nothing() {
        for path in [
            "site.settings.nothing",
            "site.settings.feature_codes",
            "site.name",
            "devices.0.mac",
            "devices.0.keys.3",
            "devices.0.extensions.3.label",
            "devices.0.handsets.3.name",
            "devices.0.handsets.3.extensions.0.label",
            "devices.0.handsets.0.extensions.2",
            "devices.0.handsets.3.extensions",
            "devices.0.settings.custom.2",
            "devices.1.token",
            "devices.0.extensions",
        ] {
            assert_eq!(without(path, ErrorKind::Empty), None, "{path}");
        }
    }

    #[test]
    fn too_many_are_cut_short() {
        let too_many = |limit| ErrorKind::TooMany {
            what: "of them",
            limit,
            found: 3,
            origin: "P1".to_owned(),
        };
        let (left, _) = without("devices.0.extensions", too_many(1)).unwrap();
        assert_eq!(left.2.0, read(&full()).2.0[..1]);
        let (left, _) = without("devices.0.handsets", too_many(2)).unwrap();
        assert_eq!(left.2.2, read(&full()).2.2[..2]);
        // Without a number the last one goes, until it is right.
        let (left, _) = without("devices.0.handsets", ErrorKind::Empty).unwrap();
        assert_eq!(left.2.2, read(&full()).2.2[..2]);
        let (left, _) = without("devices.0.handsets.1.extensions", ErrorKind::Empty).unwrap();
        assert_eq!(left, cut("devices.0.handsets.1.extensions.1"));
    }

    /// What stands in a raw setting is sent as it stood in the file, unless it cannot be.
    #[test]
    fn raw_settings_are_sent_unchecked_or_not_at_all() {
        let place = "devices.0.settings.custom.1";
        let outside = || ErrorKind::OutsideDomain {
            setting: "b".to_owned(),
            domain: "a number".to_owned(),
            found: "2".to_owned(),
        };
        let (left, remarks) = without(place, outside()).unwrap();
        assert_eq!(
            left.3
                .1
                .iter()
                .map(|custom| custom.unchecked)
                .collect::<Vec<_>>(),
            [false, true]
        );
        assert_eq!(remarks, []);
        assert_eq!(without(place, ErrorKind::Empty).unwrap().0, cut(place));

        let model = ModelRow::new("P1");
        let request = ImportRequest::new(&[]);
        let mut draft = draft(read(&full()), &model, &request);
        for number in 0..2 {
            let path = at("devices.0.settings.custom").index(number);
            draft.remark(RemarkKind::Custom, path, "no field says it");
        }
        assert!(draft.withdraw(Error::new(at(place), ErrorKind::Empty).into()));
        let kinds: Vec<_> = draft.remarks.iter().map(Remark::kind).collect();
        assert_eq!(kinds, [RemarkKind::Custom, RemarkKind::Lost]);
        assert_eq!(draft.remarks[1].path(), &Path::root());
    }

    /// Whose password is not known, is told by number, and the numbers follow the lists.
    #[test]
    fn what_is_not_known_follows_its_list() {
        use Unknown::{HandsetPassword, Password};
        let model = ModelRow::new("P1");
        let request = ImportRequest::new(&[]);
        let left = |path: &str, kind: ErrorKind| {
            let mut draft = draft(read(&full()), &model, &request);
            draft.unknown = [0, 1, 2].map(Password).into();
            draft
                .unknown
                .extend([0, 1, 2].map(|i| HandsetPassword(i, 1)));
            assert!(draft.withdraw(Error::new(at(path), kind).into()), "{path}");
            draft.unknown.into_iter().collect::<Vec<_>>()
        };
        let passwords = [0, 1, 2].map(Password);
        let of_handsets = [0, 1, 2].map(|i| HandsetPassword(i, 1));
        let both = |one: &[Unknown], other: &[Unknown]| [one, other].concat();
        let found = left("devices.0.extensions.1.number", ErrorKind::Empty);
        assert_eq!(found, both(&passwords[..2], &of_handsets));
        let found = left("devices.0.handsets.0.slot", ErrorKind::Empty);
        assert_eq!(found, both(&passwords, &of_handsets[..2]));
        let found = left("devices.0.handsets.1.extensions.0.number", ErrorKind::Empty);
        let moved = [
            HandsetPassword(0, 1),
            HandsetPassword(1, 0),
            HandsetPassword(2, 1),
        ];
        assert_eq!(found, both(&passwords, &moved));
        let found = left("devices.0.handsets.1.extensions", ErrorKind::Empty);
        assert_eq!(found, both(&passwords, &[of_handsets[0], of_handsets[2]]));
        let limit = ErrorKind::TooMany {
            what: "accounts",
            limit: 1,
            found: 3,
            origin: "P1".to_owned(),
        };
        assert_eq!(
            left("devices.0.extensions", limit),
            both(&passwords[..1], &of_handsets)
        );
    }

    /// Of several faults the last of a list first, so that the numbers of the others stay right; two at one
    /// place are one.
    #[test]
    fn several_at_once() {
        let model = ModelRow::new("P1");
        let request = ImportRequest::new(&[]);
        let mut draft = draft(read(&full()), &model, &request);
        let places = [
            "devices.0.keys.0",
            "devices.0.keys.2",
            "devices.0.keys.2",
            "devices.0.token",
        ];
        let mut all = Vec::new();
        for place in places {
            all.push(Error::new(at(place), ErrorKind::Empty));
        }
        assert!(draft.withdraw(Errors::check(all).unwrap_err()));
        assert_eq!(draft.remarks.len(), 3);
        let left = parts(draft);
        assert_eq!(left.2.1, read(&full()).2.1[1..2]);
        assert_eq!(left.1.0, None);
    }

    #[test]
    fn what_is_behind_a_gap_moves_up() {
        assert_eq!(
            [0, 1, 2, 3].map(|place| behind(1, place)),
            [Some(0), None, Some(1), Some(2)]
        );
    }

    #[test]
    fn a_path_is_taken_apart() {
        let path = Path::root().key("devices").index(0).key("keys").index(12);
        assert_eq!(
            steps(&path.key("value")),
            [
                Step::Key("devices"),
                Step::At(0),
                Step::Key("keys"),
                Step::At(12),
                Step::Key("value"),
            ]
        );
    }
}
