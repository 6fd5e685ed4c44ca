//! One layer of settings: wire form → model.

use super::document::{
    BackupRegistrarDoc, CustomDoc, FeatureCodesDoc, LdapDoc, LoggedOutDoc, LoginDoc, NatDoc,
    OutboundProxyDoc, PhonebookDoc, RegistrarDoc, ResyncDoc, RingTonesDoc, SettingsDoc, TlsDoc,
    VlanDoc, VolumesDoc,
};
use super::lax::{Lax, List, Number, Word};
use super::reader::{At, Reader};
use crate::error::{ErrorKind, Invalid};
use crate::model::{
    Codec, CodecList, CustomSetting, CustomValue, FeatureCodes, HostPort, Ldap, LoggedOut, Login,
    Nat, OutboundProxy, Percent, Phonebook, Port, Registrar, Resync, RingTones, Settings, Tls,
    Vlan, Volumes, nearest, one_of,
};
use crate::target::Targets;
#[cfg(feature = "templates")]
use crate::target::template::check_value;
use crate::text::Text;

impl Reader {
    pub(super) fn settings(
        &mut self,
        at: &At<'_>,
        field: &Option<Lax<SettingsDoc>>,
        targets: &Targets,
    ) -> Settings {
        let mut settings = Settings::default();
        let Some(doc) = self.table(at, field) else {
            return settings;
        };
        settings.time_zone = self.parse(&at.key("time_zone"), &doc.time_zone);
        settings.language = self.parse(&at.key("language"), &doc.language);
        settings.tone_country = self.parse(&at.key("tone_country"), &doc.tone_country);
        settings.time_format = self.word(&at.key("time_format"), &doc.time_format);
        settings.date_format = self.word(&at.key("date_format"), &doc.date_format);
        settings.ntp_servers = self.parse_list(&at.key("ntp_servers"), &doc.ntp_servers);
        settings.registrar = self.registrar(&at.key("registrar"), &doc.registrar);
        settings.outbound_proxy =
            self.outbound_proxy(&at.key("outbound_proxy"), &doc.outbound_proxy);
        settings.backup_registrar =
            self.backup_registrar(&at.key("backup_registrar"), &doc.backup_registrar);
        settings.codecs = self.codecs(&at.key("codecs"), &doc.codecs);
        settings.dtmf = self.word(&at.key("dtmf"), &doc.dtmf);
        settings.admin = self.login(&at.key("admin"), &doc.admin);
        settings.user = self.login(&at.key("user"), &doc.user);
        settings.maintenance = self.login(&at.key("maintenance"), &doc.maintenance);
        settings.download = self.login(&at.key("download"), &doc.download);
        settings.logged_out = self.logged_out(&at.key("logged_out"), &doc.logged_out);
        settings.nat = self.nat(&at.key("nat"), &doc.nat);
        settings.tls = self.tls(&at.key("tls"), &doc.tls);
        let pack = at.key("language_pack");
        settings.language_pack = self.table(&pack, &doc.language_pack).and_then(|doc| {
            self.require(&pack.key("url"), &doc.url, "a URL");
            self.parse(&pack.key("url"), &doc.url)
        });
        settings.call_waiting = self.boolean(&at.key("call_waiting"), &doc.call_waiting);
        settings.caller_id = self.word(&at.key("caller_id"), &doc.caller_id);
        settings.volumes = self.volumes(&at.key("volumes"), &doc.volumes);
        settings.vlan = self.vlan(&at.key("vlan"), &doc.vlan);
        settings.emergency_numbers =
            self.parse_list(&at.key("emergency_numbers"), &doc.emergency_numbers);
        settings.feature_codes = self.feature_codes(&at.key("feature_codes"), &doc.feature_codes);
        settings.ring_tones = self.ring_tones(&at.key("ring_tones"), &doc.ring_tones);
        settings.ldap = self.ldap(&at.key("ldap"), &doc.ldap);
        settings.phonebook = self.phonebook(&at.key("phonebook"), &doc.phonebook);
        settings.resync = self.resync(&at.key("resync"), &doc.resync);
        settings.custom = self.custom(&at.key("custom"), &doc.custom, targets);
        settings
    }

    pub(super) fn registrar(
        &mut self,
        at: &At<'_>,
        field: &Option<Lax<RegistrarDoc>>,
    ) -> Option<Registrar> {
        let doc = self.table(at, field)?;
        self.require(&at.key("host"), &doc.host, "a host");
        let host = self.parse(&at.key("host"), &doc.host);
        let port = self.port(&at.key("port"), &doc.port);
        let transport = self.word(&at.key("transport"), &doc.transport);
        let expires = self.number(&at.key("expires"), &doc.expires, "a number of seconds");
        let srtp = self.word(&at.key("srtp"), &doc.srtp);
        let mut registrar = Registrar::new(host?);
        registrar.port = port;
        registrar.transport = transport.unwrap_or(registrar.transport);
        registrar.expires = expires.unwrap_or(registrar.expires);
        registrar.srtp = srtp.unwrap_or(registrar.srtp);
        Some(registrar)
    }

    pub(super) fn outbound_proxy(
        &mut self,
        at: &At<'_>,
        field: &Option<Lax<OutboundProxyDoc>>,
    ) -> Option<OutboundProxy> {
        let doc = self.table(at, field)?;
        self.require(&at.key("host"), &doc.host, "a host");
        let host = self.parse(&at.key("host"), &doc.host);
        let port = self.port(&at.key("port"), &doc.port);
        let transport = self.word(&at.key("transport"), &doc.transport);
        let mut proxy = OutboundProxy::new(host?);
        proxy.port = port;
        proxy.transport = transport;
        Some(proxy)
    }

    fn backup_registrar(
        &mut self,
        at: &At<'_>,
        field: &Option<Lax<BackupRegistrarDoc>>,
    ) -> Option<HostPort> {
        let doc = self.table(at, field)?;
        self.require(&at.key("host"), &doc.host, "a host");
        let host = self.parse(&at.key("host"), &doc.host);
        let port = self.port(&at.key("port"), &doc.port);
        Some(HostPort::new(host?, port))
    }

    fn port(&mut self, at: &At<'_>, field: &Option<Lax<Number<1, 65_535>>>) -> Option<Port> {
        let port: u16 = self.number(at, field, "a port")?;
        self.parsed(at, Port::new(port))
    }

    pub(super) fn codecs(
        &mut self,
        at: &At<'_>,
        field: &Option<Lax<List<Word<Codec>>>>,
    ) -> Option<CodecList> {
        let words = self.list(at, field)?;
        if words.is_empty() {
            self.fault(at, Invalid::new("at least one codec", "[]"));
            return None;
        }
        let mut found: Vec<(usize, Codec)> = Vec::new();
        for (i, word) in words.into_iter().enumerate() {
            let entry = at.index(i);
            let Some(codec) = word.and_then(|word| self.parsed(&entry, word.as_str().parse()))
            else {
                continue;
            };
            match found.iter().find(|(_, earlier)| *earlier == codec) {
                Some((first, _)) => {
                    let other = at.index(*first).path();
                    let found = codec.as_str().to_owned();
                    self.fault(
                        &entry,
                        ErrorKind::Duplicate {
                            what: "codec",
                            found,
                            other,
                        },
                    );
                }
                None => found.push((i, codec)),
            }
        }
        // Without duplicates only a list of nothing but unknown words is refused here: noted above.
        CodecList::new(found.into_iter().map(|(_, codec)| codec)).ok()
    }

    fn login(&mut self, at: &At<'_>, field: &Option<Lax<LoginDoc>>) -> Option<Login> {
        let doc = self.table(at, field)?;
        self.require(&at.key("username"), &doc.username, "a user name");
        self.require(&at.key("password"), &doc.password, "a password");
        let username = self.parse(&at.key("username"), &doc.username);
        let password = self.secret(&at.key("password"), &doc.password);
        Some(Login {
            username: username?,
            password: password?,
        })
    }

    fn logged_out(&mut self, at: &At<'_>, field: &Option<Lax<LoggedOutDoc>>) -> Option<LoggedOut> {
        let doc = self.table(at, field)?;
        self.require(&at.key("number"), &doc.number, "a number");
        let number = self.parse(&at.key("number"), &doc.number);
        let username = self.parse(&at.key("username"), &doc.username);
        let auth_username = self.parse(&at.key("auth_username"), &doc.auth_username);
        self.require(&at.key("password"), &doc.password, "a password");
        let password = self.secret(&at.key("password"), &doc.password);
        let mut account = LoggedOut::new(number?, password?);
        account.username = username;
        account.auth_username = auth_username;
        Some(account)
    }

    fn nat(&mut self, at: &At<'_>, field: &Option<Lax<NatDoc>>) -> Nat {
        let mut nat = Nat::default();
        let Some(doc) = self.table(at, field) else {
            return nat;
        };
        nat.keep_alive_seconds = self.number(
            &at.key("keep_alive_seconds"),
            &doc.keep_alive_seconds,
            "a number of seconds",
        );
        nat.rport = self.boolean(&at.key("rport"), &doc.rport);
        nat.stun = self.parse(&at.key("stun"), &doc.stun);
        nat
    }

    fn tls(&mut self, at: &At<'_>, field: &Option<Lax<TlsDoc>>) -> Tls {
        let mut tls = Tls::default();
        let Some(doc) = self.table(at, field) else {
            return tls;
        };
        tls.verify = self.boolean(&at.key("verify"), &doc.verify);
        tls.ca_url = self.parse(&at.key("ca_url"), &doc.ca_url);
        tls
    }

    fn volumes(&mut self, at: &At<'_>, field: &Option<Lax<VolumesDoc>>) -> Volumes {
        let mut volumes = Volumes::default();
        let Some(doc) = self.table(at, field) else {
            return volumes;
        };
        let mut volume = |key, field| {
            let percent: u8 = self.number(&at.key(key), field, "a volume in per cent")?;
            Percent::new(percent).ok()
        };
        volumes.ringer = volume("ringer", &doc.ringer);
        volumes.speaker = volume("speaker", &doc.speaker);
        volumes.handset = volume("handset", &doc.handset);
        volumes.headset = volume("headset", &doc.headset);
        volumes.microphone = volume("microphone", &doc.microphone);
        volumes
    }

    fn vlan(&mut self, at: &At<'_>, field: &Option<Lax<VlanDoc>>) -> Option<Vlan> {
        let doc = self.table(at, field)?;
        self.require(&at.key("id"), &doc.id, "a VLAN id");
        let id = self.number(&at.key("id"), &doc.id, "a VLAN id");
        let priority = self.number(&at.key("priority"), &doc.priority, "a priority");
        if doc.pc_priority.is_some() {
            self.require(
                &at.key("pc_id"),
                &doc.pc_id,
                "the VLAN id that `pc_priority` is for",
            );
        }
        let pc_id = self.number(&at.key("pc_id"), &doc.pc_id, "a VLAN id");
        let pc_priority = self.number(&at.key("pc_priority"), &doc.pc_priority, "a priority");
        let vlan = self.parsed(at, Vlan::new(id?, priority))?;
        match pc_id {
            Some(pc_id) => self.parsed(at, vlan.with_pc(pc_id, pc_priority)),
            None => Some(vlan),
        }
    }

    fn feature_codes(&mut self, at: &At<'_>, field: &Option<Lax<FeatureCodesDoc>>) -> FeatureCodes {
        let mut codes = FeatureCodes::default();
        let Some(doc) = self.table(at, field) else {
            return codes;
        };
        let mut code = |key, field| self.parse(&at.key(key), field);
        codes.pickup = code("pickup", &doc.pickup);
        codes.group_pickup = code("group_pickup", &doc.group_pickup);
        codes.park = code("park", &doc.park);
        codes.park_retrieve = code("park_retrieve", &doc.park_retrieve);
        codes.dnd_on = code("dnd_on", &doc.dnd_on);
        codes.dnd_off = code("dnd_off", &doc.dnd_off);
        codes.forward_always_on = code("forward_always_on", &doc.forward_always_on);
        codes.forward_always_off = code("forward_always_off", &doc.forward_always_off);
        codes.forward_busy_on = code("forward_busy_on", &doc.forward_busy_on);
        codes.forward_busy_off = code("forward_busy_off", &doc.forward_busy_off);
        codes.forward_no_answer_on = code("forward_no_answer_on", &doc.forward_no_answer_on);
        codes.forward_no_answer_off = code("forward_no_answer_off", &doc.forward_no_answer_off);
        codes.voicemail = code("voicemail", &doc.voicemail);
        codes.login = code("login", &doc.login);
        codes
    }

    pub(super) fn ring_tones(
        &mut self,
        at: &At<'_>,
        field: &Option<Lax<RingTonesDoc>>,
    ) -> RingTones {
        let mut tones = RingTones::default();
        let Some(doc) = self.table(at, field) else {
            return tones;
        };
        let what = "the number of a ring tone";
        tones.internal = self.number(&at.key("internal"), &doc.internal, what);
        tones.external = self.number(&at.key("external"), &doc.external, what);
        tones
    }

    fn ldap(&mut self, at: &At<'_>, field: &Option<Lax<LdapDoc>>) -> Option<Ldap> {
        let doc = self.table(at, field)?;
        self.require(&at.key("host"), &doc.host, "a host");
        let host = self.parse(&at.key("host"), &doc.host);
        let port = self.port(&at.key("port"), &doc.port);
        let tls = self.word(&at.key("tls"), &doc.tls);
        self.require(&at.key("base"), &doc.base, "where the search begins");
        let base = self.parse(&at.key("base"), &doc.base);
        let bind_dn = self.parse(&at.key("bind_dn"), &doc.bind_dn);
        let password = self.secret(&at.key("password"), &doc.password);
        let name_filter = self.parse(&at.key("name_filter"), &doc.name_filter);
        let number_filter = self.parse(&at.key("number_filter"), &doc.number_filter);
        let name_attributes = self.parse_list(&at.key("name_attributes"), &doc.name_attributes);
        let number_attributes =
            self.parse_list(&at.key("number_attributes"), &doc.number_attributes);
        let display_name = self.parse(&at.key("display_name"), &doc.display_name);
        let mut ldap = Ldap::new(host?, base?);
        ldap.port = port;
        ldap.tls = tls.unwrap_or(ldap.tls);
        ldap.bind_dn = bind_dn;
        ldap.password = password;
        ldap.name_filter = name_filter;
        ldap.number_filter = number_filter;
        ldap.name_attributes = name_attributes.unwrap_or_default();
        ldap.number_attributes = number_attributes.unwrap_or_default();
        ldap.display_name = display_name;
        Some(ldap)
    }

    fn phonebook(&mut self, at: &At<'_>, field: &Option<Lax<PhonebookDoc>>) -> Option<Phonebook> {
        let doc = self.table(at, field)?;
        self.require(&at.key("url"), &doc.url, "a URL");
        let url = self.parse(&at.key("url"), &doc.url);
        let name = self.parse(&at.key("name"), &doc.name);
        let mut phonebook = Phonebook::new(url?);
        phonebook.name = name;
        Some(phonebook)
    }

    fn resync(&mut self, at: &At<'_>, field: &Option<Lax<ResyncDoc>>) -> Resync {
        let mut resync = Resync::default();
        let Some(doc) = self.table(at, field) else {
            return resync;
        };
        resync.every_minutes = self.number(
            &at.key("every_minutes"),
            &doc.every_minutes,
            "a number of minutes",
        );
        resync.daily_at = self.parse(&at.key("daily_at"), &doc.daily_at);
        resync
    }

    /// The raw settings of a layer. One that is wrong keeps its place, so that the indices of the
    /// others are right, as a setting for no target.
    fn custom(
        &mut self,
        at: &At<'_>,
        field: &Option<Lax<List<CustomDoc>>>,
        targets: &Targets,
    ) -> Vec<CustomSetting> {
        let Some(list) = self.value(at, field) else {
            return Vec::new();
        };
        let mut settings: Vec<CustomSetting> = Vec::new();
        for (i, entry) in list.entries().iter().enumerate() {
            let entry_at = at.index(i);
            match self.custom_setting(&entry_at, entry, targets) {
                Some(setting) => {
                    if let Some(first) = settings.iter().position(|s| overlap(s, &setting)) {
                        let other = at.index(first).path();
                        let found = setting.name.to_string();
                        let what = "setting";
                        self.fault(&entry_at, ErrorKind::Duplicate { what, found, other });
                    }
                    settings.push(setting);
                }
                None => settings.extend(no_setting()),
            }
        }
        settings
    }

    fn custom_setting(
        &mut self,
        at: &At<'_>,
        entry: &Lax<CustomDoc>,
        targets: &Targets,
    ) -> Option<CustomSetting> {
        let doc = self.table_entry(at, entry)?;
        self.require(&at.key("target"), &doc.target, "a target");
        let target = self.custom_target(&at.key("target"), &doc.target, targets);
        self.require(&at.key("name"), &doc.name, "the name of a setting");
        let name = self.parse(&at.key("name"), &doc.name);
        let index = self.number(&at.key("index"), &doc.index, "an index");
        let value = self.custom_value(at, doc);
        let models = self.custom_models(&at.key("models"), &doc.models, target.as_ref(), targets);
        let unchecked = self.boolean(&at.key("unchecked"), &doc.unchecked);
        if self.is_broken_at(at) {
            return None;
        }
        let mut setting = CustomSetting::new(target?, name?, value?);
        setting.index = index;
        setting.models = models;
        setting.unchecked = unchecked.unwrap_or(false);
        Some(setting)
    }

    fn custom_target(
        &mut self,
        at: &At<'_>,
        field: &Option<Lax<String>>,
        targets: &Targets,
    ) -> Option<Text> {
        let target: Text = self.parse(at, field)?;
        let ids = targets.ids();
        if ids.iter().any(|id| id.as_str() == target.as_str()) {
            return Some(target);
        }
        let ids: Vec<&str> = ids.iter().map(|id| id.as_str()).collect();
        let kind = match nearest(target.as_str(), ids.iter().copied()) {
            Some(near) => ErrorKind::Unresolved {
                what: "target",
                name: target.to_string(),
                nearest: Some(near.to_owned()),
            },
            None => Invalid::new(format!("a target: {}", one_of(&ids)), target.as_str()).into(),
        };
        self.fault(at, kind);
        None
    }

    /// Exactly one of `value` and `template`.
    fn custom_value(&mut self, at: &At<'_>, doc: &CustomDoc) -> Option<CustomValue> {
        match (&doc.value, &doc.template) {
            (Some(_), Some(_)) => {
                let both = "`value` beside `template`: give one of the two";
                self.fault(at, ErrorKind::Conflict(both.into()));
                None
            }
            #[cfg(not(feature = "templates"))]
            (_, Some(_)) => {
                self.fault(&at.key("template"), ErrorKind::NeedsFeature("templates"));
                None
            }
            #[cfg(feature = "templates")]
            (_, template @ Some(_)) => {
                let at = at.key("template");
                let template = self.value_template(&at, template)?;
                self.parsed(&at, check_value(&template))?;
                Some(CustomValue::Template(template))
            }
            (value, None) => {
                self.require(&at.key("value"), value, "a value");
                let text = self.value(&at.key("value"), value)?;
                if text.expose().is_empty() {
                    return Some(CustomValue::Empty);
                }
                self.secret(&at.key("value"), value)
                    .map(CustomValue::Literal)
            }
        }
    }

    /// The models of a raw setting, each in its one spelling; one of another target would never be
    /// met.
    fn custom_models(
        &mut self,
        at: &At<'_>,
        field: &Option<Lax<List<String>>>,
        target: Option<&Text>,
        targets: &Targets,
    ) -> Vec<Text> {
        let mut models = Vec::new();
        for (i, spelled) in self.list(at, field).into_iter().flatten().enumerate() {
            let entry = at.index(i);
            let Some(spelled) = spelled else { continue };
            let Some(model) = self.parsed(&entry, targets.model(spelled)) else {
                continue;
            };
            let id = model.target.id();
            if let Some(target) = target
                && id.as_str() != target.as_str()
            {
                let other = format!("{} is a model of the target `{id}`", model.canonical());
                self.fault(&entry, ErrorKind::Conflict(other.into()));
            }
            models.extend(self.parsed(&entry, Text::new(model.canonical())));
        }
        models
    }
}

/// Whether two raw settings set the same thing on the same model.
fn overlap(one: &CustomSetting, other: &CustomSetting) -> bool {
    one.same_place(other)
        && (one.models.is_empty()
            || other.models.is_empty()
            || one.models.iter().any(|model| other.models.contains(model)))
}

/// A raw setting for no target.
fn no_setting() -> Option<CustomSetting> {
    // No target id has a dot. The text is one: never `None`.
    let nothing = Text::new("no.target").ok()?;
    Some(CustomSetting::new(
        nothing.clone(),
        nothing,
        CustomValue::Empty,
    ))
}
