//! Who uses a device: extensions, keys, handsets.

use std::collections::BTreeSet;
use std::net::IpAddr;

use super::document::{
    DeviceDoc, ExtensionDoc, ForwardDoc, HandsetDoc, HandsetFirmwareDoc, KeyDoc, MulticellDoc,
};
use super::lax::{Lax, List};
use super::reader::{At, Reader};
use super::resolve::MadeUp;
use crate::error::{ErrorKind, Invalid};
use crate::model::{
    DeviceBuilder, Extension, Firmware, FirmwareScheme, Forward, FunctionKey, Handset,
    HandsetBinding, KeyKind, Multicell,
};
use crate::target::ModelMatch;
use crate::text::Secret;

/// Who uses a device.
#[derive(Clone)]
pub(super) struct Occupants {
    extensions: Vec<Extension>,
    keys: Vec<FunctionKey>,
    handsets: Vec<Handset>,
    multicell: Option<Multicell>,
}

impl Occupants {
    pub(super) fn move_into(self, device: DeviceBuilder) -> DeviceBuilder {
        let device = self
            .extensions
            .into_iter()
            .fold(device, DeviceBuilder::extension);
        let device = self.keys.into_iter().fold(device, DeviceBuilder::key);
        let device = self
            .handsets
            .into_iter()
            .fold(device, DeviceBuilder::handset);
        match self.multicell {
            Some(multicell) => device.multicell(multicell),
            None => device,
        }
    }
}

impl Reader {
    pub(super) fn occupants(
        &mut self,
        at: &At<'_>,
        doc: &DeviceDoc,
        model: Option<ModelMatch<'_>>,
        made_up: &MadeUp,
    ) -> Occupants {
        let is_base = model
            .and_then(|model| model.row.handsets)
            .map(|handsets| handsets > 0);
        let name = || model.map(|model| model.canonical()).unwrap_or_default();

        let at_extensions = at.key("extensions");
        let extensions = self.extensions(&at_extensions, &doc.extensions, made_up);
        if is_base == Some(true) && !extensions.is_empty() {
            let kind = format!(
                "extensions on a base: the handsets of {} carry them",
                name()
            );
            self.fault(&at_extensions, ErrorKind::Conflict(kind.into()));
        }

        let at_keys = at.key("keys");
        let keys = self.keys(&at_keys, &doc.keys);
        // Nobody logged in: the keys wait for the first extension.
        let held = extensions.len().max(1);
        let known = is_base != Some(true) && extensions_are_a_list(&doc.extensions);
        for (i, key) in keys.iter().enumerate() {
            if known && usize::from(key.extension) > held {
                let (name, nearest) = (key.extension.to_string(), None);
                let kind = ErrorKind::Unresolved {
                    what: "extension",
                    name,
                    nearest,
                };
                self.fault(&at_keys.index(i).key("extension"), kind);
            }
        }

        let at_handsets = at.key("handsets");
        let scheme = model.map(|model| model.target.firmware_scheme());
        let handsets = self.handsets(&at_handsets, &doc.handsets, scheme, made_up);
        if is_base == Some(false) && !handsets.is_empty() {
            let kind = format!(
                "handsets on a desk phone: {} has extensions of its own",
                name()
            );
            self.fault(&at_handsets, ErrorKind::Conflict(kind.into()));
        }
        let multicell = self.multicell(&at.key("multicell"), &doc.multicell);

        // What the model refuses as a whole is left out of the checks.
        Occupants {
            extensions: if is_base == Some(true) {
                Vec::new()
            } else {
                extensions
            },
            keys,
            handsets: if is_base == Some(false) {
                Vec::new()
            } else {
                handsets
            },
            multicell,
        }
    }

    /// Moves what is twice at one place or excludes each other apart, so that the rest can be
    /// checked; the faults are noted already.
    pub(super) fn disentangle(&mut self, at: &At<'_>, occupants: &mut Occupants) {
        let (at_keys, at_handsets) = (at.key("keys"), at.key("handsets"));
        let keys = &mut occupants.keys;
        let mut free_positions = free(keys.iter().map(|key| key.position).collect());
        for i in 1..keys.len() {
            if keys[..i].iter().any(|earlier| earlier.same_place(&keys[i])) {
                self.displace(&at_keys.index(i));
                keys[i].position = free_positions.next().unwrap_or(u16::MAX);
            }
        }
        let handsets = &mut occupants.handsets;
        let mut free_slots = free(handsets.iter().map(|handset| handset.slot).collect());
        for i in 1..handsets.len() {
            if handsets[..i]
                .iter()
                .any(|earlier| earlier.slot == handsets[i].slot)
            {
                self.displace(&at_handsets.index(i));
                handsets[i].slot = free_slots.next().unwrap_or(u16::MAX);
            }
        }
        if !occupants.extensions.is_empty() {
            occupants.handsets.clear();
        }
        if !occupants.handsets.is_empty() {
            occupants.multicell = None;
        }
    }

    /// Accounts in order. One that is wrong keeps its place with made-up values.
    fn extensions(
        &mut self,
        at: &At<'_>,
        field: &Option<Lax<List<ExtensionDoc>>>,
        made_up: &MadeUp,
    ) -> Vec<Extension> {
        let Some(list) = self.value(at, field) else {
            return Vec::new();
        };
        let entries = list.entries().iter().enumerate();
        entries
            .map(|(i, entry)| self.extension(&at.index(i), entry, made_up))
            .collect()
    }

    fn extension(&mut self, at: &At<'_>, entry: &Lax<ExtensionDoc>, made_up: &MadeUp) -> Extension {
        let mut extension = Extension::new(made_up.text.clone(), made_up.secret.clone());
        let Some(doc) = self.table_entry(at, entry) else {
            return extension;
        };
        self.require(&at.key("number"), &doc.number, "a number");
        if let Some(number) = self.parse(&at.key("number"), &doc.number) {
            extension.number = number;
        }
        extension.display_name = self.parse(&at.key("display_name"), &doc.display_name);
        extension.username = self.parse(&at.key("username"), &doc.username);
        extension.auth_username = self.parse(&at.key("auth_username"), &doc.auth_username);
        self.require(&at.key("password"), &doc.password, "a password");
        if let Some(password) = self.secret(&at.key("password"), &doc.password) {
            extension.password = password;
        }
        extension.label = self.parse(&at.key("label"), &doc.label);
        extension.voicemail = self.parse(&at.key("voicemail"), &doc.voicemail);
        extension.registrar = self.registrar(&at.key("registrar"), &doc.registrar);
        extension.outbound_proxy =
            self.outbound_proxy(&at.key("outbound_proxy"), &doc.outbound_proxy);
        extension.codecs = self.codecs(&at.key("codecs"), &doc.codecs);
        extension.dtmf = self.word(&at.key("dtmf"), &doc.dtmf);
        extension.ring_tones = self.ring_tones(&at.key("ring_tones"), &doc.ring_tones);
        extension.forward = self.forward(&at.key("forward"), &doc.forward);
        extension.dnd = self.boolean(&at.key("dnd"), &doc.dnd);
        extension.call_waiting = self.boolean(&at.key("call_waiting"), &doc.call_waiting);
        extension.auto_answer = self.boolean(&at.key("auto_answer"), &doc.auto_answer);
        extension
    }

    fn forward(&mut self, at: &At<'_>, field: &Option<Lax<ForwardDoc>>) -> Forward {
        let mut forward = Forward::default();
        let Some(doc) = self.table(at, field) else {
            return forward;
        };
        forward.always = self.parse(&at.key("always"), &doc.always);
        forward.busy = self.parse(&at.key("busy"), &doc.busy);
        forward.no_answer = self.parse(&at.key("no_answer"), &doc.no_answer);
        forward.no_answer_seconds = self.number(
            &at.key("no_answer_seconds"),
            &doc.no_answer_seconds,
            "a number of seconds",
        );
        forward
    }

    /// Keys in order. One that is wrong keeps its place in the list.
    pub(super) fn keys(
        &mut self,
        at: &At<'_>,
        field: &Option<Lax<List<KeyDoc>>>,
    ) -> Vec<FunctionKey> {
        let Some(list) = self.value(at, field) else {
            return Vec::new();
        };
        let entries = list.entries().iter().enumerate();
        let mut keys: Vec<FunctionKey> = entries
            .map(|(i, entry)| self.function_key(&at.index(i), entry))
            .collect();
        let taken = keys.iter().map(|key| key.position).collect();
        let displaced = keys.iter_mut().filter(|key| key.position == NOWHERE);
        displaced
            .zip(free(taken))
            .for_each(|(key, position)| key.position = position);
        keys
    }

    /// A key, at [`NOWHERE`] when its place is wrong.
    fn function_key(&mut self, at: &At<'_>, entry: &Lax<KeyDoc>) -> FunctionKey {
        let mut key = FunctionKey::new(NOWHERE, KeyKind::None);
        let Some(doc) = self.table_entry(at, entry) else {
            return key;
        };
        self.require(&at.key("position"), &doc.position, "a position");
        let position = self.number(&at.key("position"), &doc.position, "a position");
        let module = self.number(&at.key("module"), &doc.module, "a module");
        match position {
            Some(position) if module.is_some() || doc.module.is_none() => {
                key.position = position;
                key.module = module;
            }
            _ => self.displace(at),
        }
        self.require(&at.key("kind"), &doc.kind, "a kind of key");
        let kind = self.word(&at.key("kind"), &doc.kind);
        key.kind = kind.unwrap_or(KeyKind::None);
        key.value = self.parse(&at.key("value"), &doc.value);
        if kind.is_some()
            && let Err(wrong) = key.check_value()
        {
            self.fault(&at.key("value"), wrong);
        }
        key.label = self.parse(&at.key("label"), &doc.label);
        let extension = self.number(&at.key("extension"), &doc.extension, "an extension");
        key.extension = extension.unwrap_or(key.extension);
        key
    }

    fn handsets(
        &mut self,
        at: &At<'_>,
        field: &Option<Lax<List<HandsetDoc>>>,
        scheme: Option<FirmwareScheme>,
        made_up: &MadeUp,
    ) -> Vec<Handset> {
        let Some(list) = self.value(at, field) else {
            return Vec::new();
        };
        let entries = list.entries().iter().enumerate();
        let mut handsets: Vec<Handset> = entries
            .map(|(i, entry)| self.handset(&at.index(i), entry, scheme, made_up))
            .collect();
        let taken = handsets.iter().map(|handset| handset.slot).collect();
        let displaced = handsets
            .iter_mut()
            .filter(|handset| handset.slot == NOWHERE);
        displaced
            .zip(free(taken))
            .for_each(|(handset, slot)| handset.slot = slot);
        handsets
    }

    /// A handset, in slot [`NOWHERE`] when its slot is wrong.
    fn handset(
        &mut self,
        at: &At<'_>,
        entry: &Lax<HandsetDoc>,
        scheme: Option<FirmwareScheme>,
        made_up: &MadeUp,
    ) -> Handset {
        let mut handset = Handset::new(NOWHERE);
        let Some(doc) = self.table_entry(at, entry) else {
            return handset;
        };
        self.require(&at.key("slot"), &doc.slot, "a slot");
        match self.number(&at.key("slot"), &doc.slot, "a slot") {
            Some(slot) => handset.slot = slot,
            None => self.displace(at),
        }
        handset.name = self.parse(&at.key("name"), &doc.name);
        handset.binding = self.binding(&at.key("ipei"), &doc.ipei);
        let code = at.key("access_code");
        handset.access_code = self.secret(&code, &doc.access_code);
        if handset
            .access_code
            .as_ref()
            .is_some_and(|code| !is_access_code(code))
        {
            self.fault(&code, Invalid::redacted("four digits"));
            handset.access_code = None;
        }
        handset.model = self.parse(&at.key("model"), &doc.model);
        handset.firmware = self.handset_firmware(&at.key("firmware"), &doc.firmware, scheme);
        if handset.binding != HandsetBinding::Remove {
            self.require(
                &at.key("extensions"),
                &doc.extensions,
                "a list of extensions",
            );
        }
        handset.extensions = self.extensions(&at.key("extensions"), &doc.extensions, made_up);
        handset
    }

    fn binding(&mut self, at: &At<'_>, field: &Option<Lax<String>>) -> HandsetBinding {
        let Some(text) = self.value(at, field) else {
            return HandsetBinding::Any;
        };
        if text == "remove" || text.eq_ignore_ascii_case("FFFFFFFFFF") {
            return HandsetBinding::Remove;
        }
        self.parsed(at, text.parse())
            .map_or(HandsetBinding::Any, HandsetBinding::Ipei)
    }

    fn handset_firmware(
        &mut self,
        at: &At<'_>,
        field: &Option<Lax<HandsetFirmwareDoc>>,
        scheme: Option<FirmwareScheme>,
    ) -> Option<Firmware> {
        let doc = self.table(at, field)?;
        self.require(&at.key("version"), &doc.version, "a version");
        self.firmware(&at.key("version"), &doc.version, scheme)
    }

    fn multicell(&mut self, at: &At<'_>, field: &Option<Lax<MulticellDoc>>) -> Option<Multicell> {
        let doc = self.table(at, field)?;
        let chain_id = self.number(&at.key("chain_id"), &doc.chain_id, "a chain id");
        self.require(&at.key("role"), &doc.role, "a role");
        let role = self.word(&at.key("role"), &doc.role);
        let at_primary = at.key("primary");
        let primary = self.value(&at_primary, &doc.primary).and_then(|text| {
            let address = text.parse::<IpAddr>();
            self.parsed(
                &at_primary,
                address.map_err(|_| Invalid::new("an IP address", text)),
            )
        });
        let mut multicell = Multicell::new(role?);
        // One that is wrong is not the default either.
        let wrong = || doc.chain_id.as_ref().map(|_| 0);
        multicell.chain_id = chain_id.or_else(wrong);
        multicell.primary = primary;
        Some(multicell)
    }
}

fn extensions_are_a_list(field: &Option<Lax<List<ExtensionDoc>>>) -> bool {
    field.as_ref().is_none_or(|lax| lax.value().is_some())
}

/// No place: positions and slots begin at 1.
const NOWHERE: u16 = 0;

/// Places that nothing else has, from the end: for entries whose own place is wrong.
fn free(taken: BTreeSet<u16>) -> impl Iterator<Item = u16> {
    (1..=u16::MAX)
        .rev()
        .filter(move |place| !taken.contains(place))
}

fn is_access_code(code: &Secret) -> bool {
    code.expose().len() == 4 && code.expose().bytes().all(|b| b.is_ascii_digit())
}
