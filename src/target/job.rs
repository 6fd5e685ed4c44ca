//! What every emitter works with: the layers of one device, the limits of its model and firmware,
//! and the list of what is wrong.

use std::borrow::Cow;
use std::fmt::Display;

use super::custom::Custom;
use super::program::{SeamOf, probe_number, probe_seam};
use super::view::{Account, AccountAt, numbers};
use super::{Domain, ModelRow, SettingRow, TokenRow};
use crate::emit::{Place, Refusal, cfg};
use crate::error::{Error, ErrorKind, Notice, NoticeCode, Path};
use crate::model::{
    Codec, CodecList, CustomSetting, Firmware, FirmwareChoice, Found, Handling, Host, HostPort,
    Language, Layer, Layers, Ldap, LdapTls, Port, Settings,
};
use crate::text::Value;

/// One run of an emitter.
#[derive(Debug)]
pub(crate) struct Job<'a> {
    pub(crate) layers: Layers<'a>,
    pub(crate) model: &'a ModelRow,
    /// The model with its vendor, for messages.
    pub(crate) model_name: &'a str,
    /// Firmware level that settings are gated by; `None` = unknown: everything is written.
    pub(crate) level: Option<[u16; 5]>,
    /// The firmware in words, for messages.
    pub(crate) firmware_name: &'a str,
    /// Where the device stands in the document.
    pub(crate) at: &'a Path,
    pub(crate) handling: Handling,
    /// Raw settings for this target and model.
    pub(crate) custom: Vec<Custom<'a>>,
    /// Whether this run is for a probe, to be cut at its slots and seams.
    pub(crate) is_probe: bool,
    /// Whether what the probe gets depends on a number that stands in a slot.
    pub(crate) is_spoilt: bool,
    pub(crate) errors: Vec<Error>,
    pub(crate) notices: Vec<Notice>,
}

impl<'a> Job<'a> {
    /// Writes a number: of an account, a key, a handset, or any other.
    pub(crate) fn decimal(&self, number: i64, out: &mut Vec<u8>) {
        if self.is_probe {
            probe_number(number, out);
        } else {
            cfg::decimal(number, out);
        }
    }

    /// Whether the number stands for a slot of a probe.
    pub(crate) fn is_slot(&self, number: u16) -> bool {
        self.is_probe && numbers::slot(number.into()).is_some()
    }

    /// Says of what the following bytes are one among many.
    pub(crate) fn seam(&self, of: SeamOf, out: &mut Vec<u8>) {
        if self.is_probe {
            probe_seam(of, out);
        }
    }

    /// The highest layer that has the value.
    pub(crate) fn find<T>(&self, get: impl Fn(&'a Settings) -> Option<T>) -> Option<Found<T>> {
        self.layers.find(get)
    }

    /// The value alone, or the target's default.
    pub(crate) fn or<T>(&self, get: impl Fn(&'a Settings) -> Option<T>, default: T) -> T {
        self.find(get).map_or(default, |found| found.value)
    }

    /// A value of the extension's own, else of the layers below.
    pub(crate) fn find_for<T>(
        &self,
        own: Option<T>,
        get: impl Fn(&'a Settings) -> Option<T>,
    ) -> Option<Found<T>> {
        own.map(|value| Found {
            value,
            layer: Layer::Extension,
        })
        .or_else(|| self.find(get))
    }

    /// Path of a value that an extension may have of its own.
    pub(crate) fn path_for(&self, at: AccountAt, layer: Layer, key: &str) -> Path {
        match layer {
            Layer::Extension => at.path(self).key(key),
            _ => self.path(layer, key),
        }
    }

    /// Path of a value of the settings.
    pub(crate) fn path(&self, layer: Layer, key: &str) -> Path {
        self.layers.path(layer, self.at, key)
    }

    pub(crate) fn error(&mut self, path: Path, kind: ErrorKind) {
        let error = Error::new(path, kind);
        if !self.errors.contains(&error) {
            self.errors.push(error);
        }
    }

    pub(crate) fn notice(
        &mut self,
        code: NoticeCode,
        path: Path,
        message: impl Into<Cow<'static, str>>,
    ) {
        self.notices.push(Notice::new(code, path, message));
    }

    /// A required value that no layer gives.
    pub(crate) fn missing(&mut self, path: Path, expected: &'static str) {
        let looked_at = self.layers.looked_at(self.at);
        let kind = ErrorKind::Missing {
            expected,
            looked_at,
        };
        self.error(path, kind);
    }

    /// An account for which no layer gives a registrar.
    pub(crate) fn missing_registrar(&mut self, at: AccountAt) {
        let path = at.path(self).key("registrar");
        let looked_at = format!("{path}, {}", self.layers.looked_at(self.at));
        let kind = ErrorKind::Missing {
            expected: "a registrar",
            looked_at,
        };
        self.error(path, kind);
    }

    /// Path of a chosen firmware.
    pub(crate) fn firmware_path(&self, layer: Layer) -> Path {
        match layer {
            Layer::Device => self.at.key("firmware"),
            _ => Path::root()
                .key("site")
                .key("firmware")
                .key(self.model_name),
        }
    }

    /// Address of a chosen image: its own, else that of a file on the site's firmware server. That
    /// there is neither is an error.
    pub(crate) fn image_address(
        &mut self,
        choice: &Found<&FirmwareChoice>,
        file: &str,
    ) -> Option<String> {
        if let Some(url) = &choice.value.url {
            return Some(url.as_str().to_owned());
        }
        let address = self.on_firmware_server(choice.value.version, file);
        if address.is_none() {
            let path = self.firmware_path(choice.layer).key("url");
            let kind = ErrorKind::Missing {
                expected: "the address of the image",
                looked_at: format!("{path}, site.firmware_base"),
            };
            self.error(path, kind);
        }
        address
    }

    /// Address of a file on the site's firmware server, where the site has one.
    pub(crate) fn on_firmware_server(&self, version: Firmware, file: &str) -> Option<String> {
        let base = self.layers.site().firmware_base.as_ref()?;
        let vendor = self.model_name.split(' ').next().unwrap_or_default();
        Some(base.fill(|name| match name {
            "vendor" => vendor.to_owned(),
            "model" => self.model.name.to_string(),
            "version" => version.to_string(),
            _ => file.to_owned(),
        }))
    }

    /// The phone cannot do `what`: an error when it was asked for on the device itself, else a
    /// notice. `instead` says what can be done.
    pub(crate) fn unsupported(
        &mut self,
        layer: Layer,
        path: Path,
        what: impl Into<Cow<'static, str>>,
        limit: Limit,
        instead: &'static str,
    ) {
        let kind = ErrorKind::NotSupported {
            what: what.into(),
            limit: self.limit(limit),
            instead: instead.into(),
        };
        self.beyond(layer, path, kind);
    }

    /// Something the phone cannot do, as an error or as a notice.
    pub(crate) fn beyond(&mut self, layer: Layer, path: Path, kind: ErrorKind) {
        if layer.is_own() && self.handling == Handling::Strict {
            self.error(path, kind);
        } else {
            self.notice(NoticeCode::NotApplicable, path, kind.to_string());
        }
    }

    /// The time servers, of which the phone takes so many.
    pub(crate) fn time_servers(&mut self, most: usize) -> Option<&'a [Host]> {
        let servers = self.find(|s| s.ntp_servers.as_deref())?;
        if servers.value.len() > most {
            let kind = ErrorKind::TooMany {
                what: "time servers",
                limit: most,
                found: servers.value.len(),
                origin: self.limit(Limit::Model),
            };
            let path = self.path(servers.layer, "ntp_servers");
            self.beyond(servers.layer, path, kind);
        }
        Some(servers.value)
    }

    /// Tells of a text that is longer than the row's length, and so may be cut by the phone.
    pub(crate) fn tell_long_text<N: Display>(
        &mut self,
        row: &SettingRow,
        value: Value<'_>,
        path: impl FnOnce(&Self) -> Path,
        setting: impl FnOnce() -> N,
    ) {
        if let (Domain::Text(Some(limit)), false) = (row.domain, value.is_sentinel())
            && value.as_str().len() > usize::from(limit)
            && value.as_str().chars().count() > usize::from(limit)
        {
            let path = path(self);
            let setting = setting();
            let message =
                format!("longer than the {limit} characters that `{setting}` is known to take");
            self.notice(NoticeCode::LongText, path, message);
        }
    }

    /// The origin of a limit in words.
    pub(crate) fn limit(&self, limit: Limit) -> String {
        match limit {
            Limit::Firmware => format!("{} with firmware {}", self.model_name, self.firmware_name),
            Limit::Model => self.model_name.to_owned(),
        }
    }

    /// Whether the phone has the setting.
    pub(crate) fn has(&self, row: &SettingRow) -> bool {
        row.exists_on(self.model, self.level)
    }

    /// The tokens that the phone knows for a word, in order.
    pub(crate) fn tokens(
        &self,
        table: &'static [TokenRow],
        word: &str,
    ) -> impl Iterator<Item = &'static TokenRow> {
        // The tables stand in the order of their words.
        let first = table.partition_point(|row| row.word < word);
        let last = table[first..].partition_point(|row| row.word == word);
        let rows = table[first..first + last].iter();
        rows.filter(move |row| row.exists_on(self.model, self.level))
    }

    /// The token of a language, falling back along its tag.
    pub(crate) fn token_of(
        &self,
        table: &'static [TokenRow],
        language: &Language,
    ) -> Option<&'static TokenRow> {
        language
            .fallbacks()
            .find_map(|tag| self.tokens(table, tag).next())
    }

    /// The token of the country whose tones are wanted; a country that the phone lacks is reported.
    pub(crate) fn tones(
        &mut self,
        table: &'static [TokenRow],
        limit: Limit,
    ) -> Option<&'static str> {
        let country = self.find(|s| s.tone_country)?;
        let row = self.tokens(table, country.value.as_str()).next();
        if row.is_none() {
            let what = format!("tones of `{}`", country.value.as_str());
            let path = self.path(country.layer, "tone_country");
            self.unsupported(country.layer, path, what, limit, "");
        }
        row.map(|row| row.token)
    }

    /// The codecs of an account that the phone has, in order; what it lacks is reported. `None` when
    /// none is left, which is an error.
    pub(crate) fn codecs(
        &mut self,
        account: &Account<'a>,
        table: &'static [TokenRow],
    ) -> Option<Vec<Codec>> {
        let (model, level) = (self.model, self.level);
        let knows = |codec: Codec| {
            table
                .iter()
                .any(|row| row.word == codec.as_str() && row.exists_on(model, level))
        };
        self.codecs_known(account, knows)
    }

    /// The same for a phone that knows these.
    pub(crate) fn codecs_known(
        &mut self,
        account: &Account<'a>,
        knows: impl Fn(Codec) -> bool,
    ) -> Option<Vec<Codec>> {
        let own = account.view.own.and_then(|own| own.codecs.as_ref());
        let wanted = self.find_for(own, |s| s.codecs.as_ref());
        let default = CodecList::default();
        let list = wanted.map_or(&default, |found| found.value);
        let (kept, left): (Vec<Codec>, Vec<Codec>) =
            list.iter().copied().partition(|codec| knows(*codec));
        let Some(found) = wanted else {
            return Some(kept);
        };
        let path = self.path_for(account.at, found.layer, "codecs");
        let limit = self.limit(Limit::Firmware);
        if kept.is_empty() {
            let kind = ErrorKind::NoCodecLeft {
                wanted: left,
                limit,
            };
            self.error(path, kind);
            return None;
        }
        for codec in left {
            let what = format!("codec `{}`", codec.as_str());
            if found.layer.is_own() {
                self.unsupported(found.layer, path.clone(), what, Limit::Firmware, "");
            } else {
                let message = format!("{limit} has no {what}");
                self.notice(NoticeCode::CodecLeftOut, path.clone(), message);
            }
        }
        Some(kept)
    }

    /// The LDAP directory, when the phone can reach it in the wanted way. Without the encryption that
    /// was asked for its password would go in clear, so the directory is left out.
    pub(crate) fn ldap(
        &mut self,
        can: impl Fn(LdapTls) -> bool,
        limit: Limit,
    ) -> Option<Found<&'a Ldap>> {
        let found = self.find(|s| s.ldap.as_ref())?;
        let what = match found.value.tls {
            LdapTls::Off => return Some(found),
            tls if can(tls) => return Some(found),
            LdapTls::StartTls => "StartTLS for LDAP",
            LdapTls::Ldaps => "LDAP over TLS",
        };
        let path = self.path(found.layer, "ldap.tls");
        let instead = "the directory is left out, because its password would go in clear";
        self.unsupported(found.layer, path, what, limit, instead);
        // An error already: no file comes of it, and what else is wrong is told with it.
        let refused = found.layer.is_own() && self.handling == Handling::Strict;
        refused.then_some(found)
    }

    /// The backup registrar of an account. It stands in for the registrar that was given beside it,
    /// not for the PBX of an extension that has a registrar of its own.
    pub(crate) fn backup_for(
        &mut self,
        at: AccountAt,
        registrar: Layer,
    ) -> Option<Found<&'a HostPort>> {
        let found = self.find(|s| s.backup_registrar.as_ref())?;
        if registrar != Layer::Extension {
            return Some(found);
        }
        let path = self.path(found.layer, "backup_registrar");
        let of = at.path(self).key("registrar");
        let message = format!("not used beside the registrar of its own at {of}");
        self.notice(NoticeCode::NotApplicable, path, message);
        None
    }

    /// Service records belong to a domain and say the port.
    pub(crate) fn check_dns(&mut self, host: &Host, port: Option<Port>, path: &Path) {
        if host.is_ip() {
            let why = "transport `dns_srv` with an address: service records belong to a domain";
            self.error(path.key("host"), ErrorKind::Conflict(why.into()));
        }
        if port.is_some() {
            let why = "transport `dns_srv` with a port: the port comes from the service record; leave it out";
            self.error(path.key("port"), ErrorKind::Conflict(why.into()));
        }
    }

    /// Two logins of one name would be one login with two passwords.
    pub(crate) fn check_logins(&mut self) {
        let logins = [
            ("admin", self.find(|s| s.admin.as_ref())),
            ("user", self.find(|s| s.user.as_ref())),
            ("maintenance", self.find(|s| s.maintenance.as_ref())),
        ];
        let mut seen: Vec<(&str, Path)> = Vec::new();
        for (key, login) in logins {
            let Some(found) = login else { continue };
            let name = found.value.username.as_str();
            let path = self.path(found.layer, key).key("username");
            if let Some((_, other)) = seen.iter().find(|(earlier, _)| *earlier == name) {
                let kind = ErrorKind::Duplicate {
                    what: "login name",
                    found: name.to_owned(),
                    other: other.clone(),
                };
                self.error(path.clone(), kind);
            }
            seen.push((name, path));
        }
    }

    /// Whether a ring tone is one of the phone's, which has so many; 0 is silence.
    pub(crate) fn ring_tone_fits(&mut self, found: Found<u8>, most: u8, path: Path) -> bool {
        let fits = found.value <= most;
        if !fits {
            let kind = ErrorKind::OutOfRange {
                what: "a ring tone",
                min: 0,
                max: most.into(),
                found: found.value.into(),
                limit: self.limit(Limit::Model),
            };
            self.beyond(found.layer, path, kind);
        }
        fits
    }

    /// Whether a raw setting is sent in place of the model's own of this name, which is then left
    /// out. The notice says so.
    pub(crate) fn shadowed(&mut self, name: &str, is_it: impl Fn(&CustomSetting) -> bool) -> bool {
        let found = self.custom.iter().find(|custom| is_it(custom.setting));
        let Some(path) = found.map(|custom| custom.path(self)) else {
            return false;
        };
        let message = format!("replaces what the model says of `{name}`");
        self.notice(NoticeCode::CustomShadows, path, message);
        true
    }

    /// Turns a refusal of a place into an error that names the place and the setting.
    pub(crate) fn refused(&mut self, path: Path, refusal: Refusal, place: Place, setting: &str) {
        let place_name = format!("{} (`{setting}`)", place.name());
        self.error(
            path,
            match refusal {
                Refusal::Character(character, position) => ErrorKind::Unwritable {
                    character,
                    position,
                    place: place_name,
                },
                Refusal::Command(what, position) => ErrorKind::Command {
                    what: format!("`{what}`").into(),
                    position,
                    place: place_name,
                },
                Refusal::TooLong(limit, found) => ErrorKind::TooMany {
                    what: "characters",
                    limit,
                    found,
                    origin: place_name,
                },
            },
        );
    }
}

/// Where a limit comes from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Limit {
    Firmware,
    Model,
}
