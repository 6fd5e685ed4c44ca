//! The way back: model → wire form.

use super::Fleet;
use super::document::{
    BackupRegistrarDoc, CustomDoc, DeviceDoc, Document, ExtensionDoc, FeatureCodesDoc, FirmwareDoc,
    ForwardDoc, HandsetDoc, HandsetFirmwareDoc, KeyDoc, LanguagePackDoc, LdapDoc, LoggedOutDoc,
    LoginDoc, MulticellDoc, NatDoc, OutboundProxyDoc, PhonebookDoc, ProfileDoc, RegistrarDoc,
    ResyncDoc, RingTonesDoc, SettingsDoc, SiteDoc, TlsDoc, VlanDoc, VolumesDoc,
};
use super::lax::{Lax, List, Names, SecretText, Unknown};
use super::reader::REDACTED;
#[cfg(feature = "templates")]
use crate::model::Template;
use crate::model::{
    CustomSetting, CustomValue, Device, Extension, FeatureCodes, FirmwareChoice, Forward,
    FunctionKey, Handset, HandsetBinding, HostPort, Ldap, LoggedOut, Login, Multicell, Nat,
    OutboundProxy, Percent, Phonebook, Port, Profile, Registrar, Resync, RingTones, Settings, Site,
    Tls, Vlan, Volumes,
};
use crate::text::Secret;

/// Whether a document that is written from a fleet holds its secrets.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[allow(clippy::exhaustive_enums, reason = "in clear or not")]
pub enum Secrets {
    /// `[redacted]` stands in the place of each; such a document no longer resolves.
    Redact,
    /// In clear: for whoever keeps the document where passwords may be kept.
    Expose,
}

impl Document {
    /// The document of a fleet. With [`Secrets::Expose`] it resolves to an equal fleet again, but for what
    /// is no field of the document ([`Site::rules_as_of`], [`Site::clock_tolerance`]).
    pub fn from_fleet(fleet: &Fleet, secrets: Secrets) -> Self {
        let writer = Writer { secrets };
        let site = fleet.site();
        let profiles = site.profiles.iter();
        let profiles = profiles.map(|(name, profile)| (name.clone(), writer.profile(profile)));
        Self {
            site: Some(writer.site(site).into()),
            profiles: (!site.profiles.is_empty()).then(|| Names::from_iter(profiles).into()),
            devices: list(fleet.devices().iter().map(|device| writer.device(device))),
            unknown: Unknown::default(),
        }
    }
}

/// Every table is written with all its fields by name: a new one is not forgotten here.
struct Writer {
    secrets: Secrets,
}

impl Writer {
    fn secret(&self, secret: &Secret) -> Option<Lax<SecretText>> {
        let text = match self.secrets {
            Secrets::Expose => secret.expose(),
            Secrets::Redact => REDACTED,
        };
        Some(Lax::from(SecretText::from(text.to_owned())))
    }

    /// A template may hold a secret.
    #[cfg(feature = "templates")]
    fn template(&self, template: &Template) -> Option<Lax<SecretText>> {
        let text = match self.secrets {
            Secrets::Expose => template.expose(),
            Secrets::Redact => REDACTED,
        };
        Some(Lax::from(SecretText::from(text.to_owned())))
    }

    fn optional_secret(&self, secret: &Option<Secret>) -> Option<Lax<SecretText>> {
        secret.as_ref().and_then(|secret| self.secret(secret))
    }

    fn site(&self, site: &Site) -> SiteDoc {
        let firmware = site.firmware.iter();
        let firmware = firmware.map(|(model, choice)| (model.clone(), firmware_choice(choice)));
        SiteDoc {
            name: text(&site.name),
            provisioning_url: optional(&site.provisioning_url),
            firmware_base: optional(&site.firmware_base),
            firmware: (!site.firmware.is_empty()).then(|| Names::from_iter(firmware).into()),
            settings: self.settings(&site.settings),
            unknown: Unknown::default(),
        }
    }

    fn profile(&self, profile: &Profile) -> ProfileDoc {
        ProfileDoc {
            settings: self.settings(&profile.settings),
            keys: some_list(profile.keys.iter().map(key)),
            unknown: Unknown::default(),
        }
    }

    fn settings(&self, settings: &Settings) -> Option<Lax<SettingsDoc>> {
        if settings.is_empty() {
            return None;
        }
        let login = |login: &Option<Login>| {
            login.as_ref().map(|login| {
                Lax::from(LoginDoc {
                    username: text(&login.username),
                    password: self.secret(&login.password),
                    unknown: Unknown::default(),
                })
            })
        };
        Some(Lax::from(SettingsDoc {
            time_zone: optional(&settings.time_zone),
            language: optional(&settings.language),
            tone_country: optional(&settings.tone_country),
            time_format: settings.time_format.map(word),
            date_format: settings.date_format.map(word),
            ntp_servers: settings.ntp_servers.as_deref().and_then(texts),
            registrar: settings.registrar.as_ref().map(registrar),
            outbound_proxy: settings.outbound_proxy.as_ref().map(outbound_proxy),
            backup_registrar: settings.backup_registrar.as_ref().map(backup_registrar),
            codecs: settings
                .codecs
                .as_ref()
                .and_then(|c| list(c.iter().map(|&c| c.into()))),
            dtmf: settings.dtmf.map(word),
            admin: login(&settings.admin),
            user: login(&settings.user),
            maintenance: login(&settings.maintenance),
            download: login(&settings.download),
            logged_out: settings
                .logged_out
                .as_ref()
                .map(|account| self.logged_out(account)),
            nat: nat(&settings.nat),
            tls: tls(&settings.tls),
            language_pack: settings.language_pack.as_ref().map(|url| {
                Lax::from(LanguagePackDoc {
                    url: text(url),
                    unknown: Unknown::default(),
                })
            }),
            call_waiting: settings.call_waiting.map(Lax::from),
            caller_id: settings.caller_id.map(word),
            volumes: volumes(&settings.volumes),
            vlan: settings.vlan.as_ref().map(vlan),
            emergency_numbers: settings.emergency_numbers.as_deref().and_then(texts),
            feature_codes: feature_codes(&settings.feature_codes),
            ring_tones: ring_tones(&settings.ring_tones),
            ldap: settings.ldap.as_ref().map(|ldap| self.ldap(ldap)),
            phonebook: settings.phonebook.as_ref().map(phonebook),
            resync: resync(&settings.resync),
            custom: some_list(settings.custom.iter().map(|setting| self.custom(setting))),
            unknown: Unknown::default(),
        }))
    }

    fn logged_out(&self, account: &LoggedOut) -> Lax<LoggedOutDoc> {
        Lax::from(LoggedOutDoc {
            number: text(&account.number),
            username: optional(&account.username),
            auth_username: optional(&account.auth_username),
            password: self.secret(&account.password),
            unknown: Unknown::default(),
        })
    }

    fn ldap(&self, ldap: &Ldap) -> Lax<LdapDoc> {
        Lax::from(LdapDoc {
            host: text(&ldap.host),
            port: port(ldap.port),
            tls: Some(word(ldap.tls)),
            base: text(&ldap.base),
            bind_dn: optional(&ldap.bind_dn),
            password: self.optional_secret(&ldap.password),
            name_filter: optional(&ldap.name_filter),
            number_filter: optional(&ldap.number_filter),
            name_attributes: some_list(ldap.name_attributes.iter().map(ToString::to_string)),
            number_attributes: some_list(ldap.number_attributes.iter().map(ToString::to_string)),
            display_name: optional(&ldap.display_name),
            unknown: Unknown::default(),
        })
    }

    fn custom(&self, setting: &CustomSetting) -> CustomDoc {
        CustomDoc {
            target: text(&setting.target),
            name: text(&setting.name),
            index: setting.index.map(number),
            value: match &setting.value {
                CustomValue::Literal(value) => self.secret(value),
                CustomValue::Empty => Some(Lax::from(SecretText::from(String::new()))),
                #[cfg(feature = "templates")]
                CustomValue::Template(_) => None,
            },
            template: match &setting.value {
                #[cfg(feature = "templates")]
                CustomValue::Template(template) => self.template(template),
                _ => None,
            },
            models: some_list(setting.models.iter().map(ToString::to_string)),
            unchecked: setting.unchecked.then(|| Lax::from(true)),
            unknown: Unknown::default(),
        }
    }

    fn device(&self, device: &Device) -> DeviceDoc {
        DeviceDoc {
            mac: text(&device.mac()),
            model: text(device.model()),
            label: device.label().and_then(text),
            profile: device.profile().and_then(text),
            installed_firmware: optional(&device.installed_firmware()),
            firmware: device
                .firmware()
                .map(|choice| Lax::from(firmware_choice(choice))),
            token: device.token().and_then(|token| self.secret(token)),
            modules: device.modules().map(number),
            redirect: device.redirect().map(Lax::from),
            handling: Some(word(device.handling())),
            settings: self.settings(device.settings()),
            extensions: some_list(device.extensions().iter().map(|e| self.extension(e))),
            keys: some_list(device.keys().iter().map(key)),
            handsets: some_list(
                device
                    .handsets()
                    .iter()
                    .map(|handset| self.handset(handset)),
            ),
            multicell: device.multicell().map(multicell),
            unknown: Unknown::default(),
        }
    }

    fn extension(&self, extension: &Extension) -> ExtensionDoc {
        ExtensionDoc {
            number: text(&extension.number),
            display_name: optional(&extension.display_name),
            username: optional(&extension.username),
            auth_username: optional(&extension.auth_username),
            password: self.secret(&extension.password),
            label: optional(&extension.label),
            voicemail: optional(&extension.voicemail),
            registrar: extension.registrar.as_ref().map(registrar),
            outbound_proxy: extension.outbound_proxy.as_ref().map(outbound_proxy),
            codecs: extension
                .codecs
                .as_ref()
                .and_then(|c| list(c.iter().map(|&c| c.into()))),
            dtmf: extension.dtmf.map(word),
            ring_tones: ring_tones(&extension.ring_tones),
            forward: forward(&extension.forward),
            dnd: extension.dnd.map(Lax::from),
            call_waiting: extension.call_waiting.map(Lax::from),
            auto_answer: extension.auto_answer.map(Lax::from),
            unknown: Unknown::default(),
        }
    }

    fn handset(&self, handset: &Handset) -> HandsetDoc {
        HandsetDoc {
            slot: Some(number(handset.slot)),
            name: optional(&handset.name),
            ipei: match handset.binding {
                HandsetBinding::Any => None,
                HandsetBinding::Ipei(ipei) => text(&ipei),
                HandsetBinding::Remove => text("remove"),
            },
            access_code: self.optional_secret(&handset.access_code),
            model: optional(&handset.model),
            firmware: handset.firmware.as_ref().map(|version| {
                Lax::from(HandsetFirmwareDoc {
                    version: text(version),
                    unknown: Unknown::default(),
                })
            }),
            extensions: list(handset.extensions.iter().map(|e| self.extension(e))),
            unknown: Unknown::default(),
        }
    }
}

fn firmware_choice(choice: &FirmwareChoice) -> FirmwareDoc {
    FirmwareDoc {
        version: text(&choice.version),
        url: optional(&choice.url),
        unknown: Unknown::default(),
    }
}

fn registrar(registrar: &Registrar) -> Lax<RegistrarDoc> {
    Lax::from(RegistrarDoc {
        host: text(&registrar.host),
        port: port(registrar.port),
        transport: Some(word(registrar.transport)),
        expires: Some(number(registrar.expires)),
        srtp: Some(word(registrar.srtp)),
        unknown: Unknown::default(),
    })
}

fn outbound_proxy(proxy: &OutboundProxy) -> Lax<OutboundProxyDoc> {
    Lax::from(OutboundProxyDoc {
        host: text(&proxy.host),
        port: port(proxy.port),
        transport: proxy.transport.map(word),
        unknown: Unknown::default(),
    })
}

fn backup_registrar(server: &HostPort) -> Lax<BackupRegistrarDoc> {
    Lax::from(BackupRegistrarDoc {
        host: text(server.host()),
        port: port(server.port()),
        unknown: Unknown::default(),
    })
}

fn nat(nat: &Nat) -> Option<Lax<NatDoc>> {
    (*nat != Nat::default()).then(|| {
        Lax::from(NatDoc {
            keep_alive_seconds: nat.keep_alive_seconds.map(number),
            rport: nat.rport.map(Lax::from),
            stun: optional(&nat.stun),
            unknown: Unknown::default(),
        })
    })
}

fn tls(tls: &Tls) -> Option<Lax<TlsDoc>> {
    (*tls != Tls::default()).then(|| {
        Lax::from(TlsDoc {
            verify: tls.verify.map(Lax::from),
            ca_url: optional(&tls.ca_url),
            unknown: Unknown::default(),
        })
    })
}

fn volumes(volumes: &Volumes) -> Option<Lax<VolumesDoc>> {
    let percent = |volume: Option<Percent>| volume.map(|volume| number(volume.get()));
    (*volumes != Volumes::default()).then(|| {
        Lax::from(VolumesDoc {
            ringer: percent(volumes.ringer),
            speaker: percent(volumes.speaker),
            handset: percent(volumes.handset),
            headset: percent(volumes.headset),
            microphone: percent(volumes.microphone),
            unknown: Unknown::default(),
        })
    })
}

fn vlan(vlan: &Vlan) -> Lax<VlanDoc> {
    Lax::from(VlanDoc {
        id: Some(number(vlan.id())),
        priority: Some(number(vlan.priority())),
        pc_id: vlan.pc().map(|(id, _)| number(id)),
        pc_priority: vlan.pc().map(|(_, priority)| number(priority)),
        unknown: Unknown::default(),
    })
}

fn feature_codes(codes: &FeatureCodes) -> Option<Lax<FeatureCodesDoc>> {
    (*codes != FeatureCodes::default()).then(|| {
        Lax::from(FeatureCodesDoc {
            pickup: optional(&codes.pickup),
            group_pickup: optional(&codes.group_pickup),
            park: optional(&codes.park),
            park_retrieve: optional(&codes.park_retrieve),
            dnd_on: optional(&codes.dnd_on),
            dnd_off: optional(&codes.dnd_off),
            forward_always_on: optional(&codes.forward_always_on),
            forward_always_off: optional(&codes.forward_always_off),
            forward_busy_on: optional(&codes.forward_busy_on),
            forward_busy_off: optional(&codes.forward_busy_off),
            forward_no_answer_on: optional(&codes.forward_no_answer_on),
            forward_no_answer_off: optional(&codes.forward_no_answer_off),
            voicemail: optional(&codes.voicemail),
            login: optional(&codes.login),
            unknown: Unknown::default(),
        })
    })
}

fn ring_tones(tones: &RingTones) -> Option<Lax<RingTonesDoc>> {
    (*tones != RingTones::default()).then(|| {
        Lax::from(RingTonesDoc {
            internal: tones.internal.map(number),
            external: tones.external.map(number),
            unknown: Unknown::default(),
        })
    })
}

fn phonebook(phonebook: &Phonebook) -> Lax<PhonebookDoc> {
    Lax::from(PhonebookDoc {
        url: text(&phonebook.url),
        name: optional(&phonebook.name),
        unknown: Unknown::default(),
    })
}

fn resync(resync: &Resync) -> Option<Lax<ResyncDoc>> {
    (*resync != Resync::default()).then(|| {
        Lax::from(ResyncDoc {
            every_minutes: resync.every_minutes.map(number),
            daily_at: optional(&resync.daily_at),
            unknown: Unknown::default(),
        })
    })
}

fn forward(forward: &Forward) -> Option<Lax<ForwardDoc>> {
    (*forward != Forward::default()).then(|| {
        Lax::from(ForwardDoc {
            always: optional(&forward.always),
            busy: optional(&forward.busy),
            no_answer: optional(&forward.no_answer),
            no_answer_seconds: forward.no_answer_seconds.map(number),
            unknown: Unknown::default(),
        })
    })
}

fn key(key: &FunctionKey) -> KeyDoc {
    KeyDoc {
        position: Some(number(key.position)),
        module: key.module.map(number),
        kind: Some(word(key.kind)),
        value: optional(&key.value),
        label: optional(&key.label),
        extension: Some(number(key.extension)),
        unknown: Unknown::default(),
    }
}

fn multicell(multicell: &Multicell) -> Lax<MulticellDoc> {
    Lax::from(MulticellDoc {
        chain_id: multicell.chain_id.map(number),
        role: Some(word(multicell.role)),
        primary: optional(&multicell.primary),
        unknown: Unknown::default(),
    })
}

fn text(value: &(impl ToString + ?Sized)) -> Option<Lax<String>> {
    Some(Lax::from(value.to_string()))
}

fn optional(value: &Option<impl ToString>) -> Option<Lax<String>> {
    value.as_ref().and_then(text)
}

fn texts(values: &[impl ToString]) -> Option<Lax<List<String>>> {
    list(values.iter().map(ToString::to_string))
}

/// A value as the type of its field.
fn word<T, W: From<T>>(value: T) -> Lax<W> {
    Lax::from(W::from(value))
}

/// A number as the type of its field.
fn number<N: From<i64>>(value: impl Into<i64>) -> Lax<N> {
    Lax::from(N::from(value.into()))
}

fn port<N: From<i64>>(port: Option<Port>) -> Option<Lax<N>> {
    port.map(|port| number(port.get()))
}

/// A list, also when it is empty: an empty list replaces that of the layer below.
fn list<T>(entries: impl Iterator<Item = T>) -> Option<Lax<List<T>>> {
    Some(Lax::from(List::from_iter(entries)))
}

/// A list, absent when it is empty.
fn some_list<T>(entries: impl Iterator<Item = T>) -> Option<Lax<List<T>>> {
    let mut entries = entries.peekable();
    entries
        .peek()
        .is_some()
        .then(|| Lax::from(List::from_iter(entries)))
}
