//! What a template sees of a device: the model as JSON, free of any vendor's words. The page of the
//! module says what is in it.

use serde_json::{Map, Value as Json, json};

use super::super::clock::Clock;
use super::super::context::Context;
use super::super::job::Job;
use super::super::view::{Account, AccountAt};
use super::engine::Secrets;
use crate::clock::{ClockRule, Precision, WeekRule};
use crate::error::Path;
use crate::model::{
    Codec, CodecList, Device, Dtmf, Found, Host, Layer, Ldap, Login, OutboundProxy, Percent, Port,
    Registrar, Settings, UrlTemplate, Words,
};
use crate::text::{Secret, Text, Value};

/// A value that is set for the device, for the check that a template uses it.
#[derive(Debug)]
pub(super) struct Set {
    /// Its key in the settings, a dot between a table and its field; or a key of an extension.
    pub(super) key: &'static str,
    pub(super) layer: Layer,
    pub(super) path: Path,
}

/// Collects the data of one device.
pub(super) struct Data<'j, 'a> {
    pub(super) job: &'j mut Job<'a>,
    pub(super) secrets: Secrets,
    /// What is set, in the order of the settings.
    pub(super) set: Vec<Set>,
}

impl<'j, 'a> Data<'j, 'a> {
    pub(super) fn new(job: &'j mut Job<'a>) -> Self {
        Self {
            job,
            secrets: Secrets::default(),
            set: Vec::new(),
        }
    }

    /// What is the same for all phones of the model at the site.
    pub(super) fn of_site(&mut self, context: &Context) -> Map<String, Json> {
        let mut data = Map::new();
        data.insert("vendor".to_owned(), json!(context.vendor));
        data.insert("model".to_owned(), json!(context.model.name));
        let site = self.job.layers.site();
        data.insert("site".to_owned(), json!({ "name": site.name.as_str() }));
        data.insert("settings".to_owned(), self.settings());
        let clock = Clock::of(self.job);
        data.insert("zone".to_owned(), or_null(clock.as_ref().map(zone_data)));
        data
    }

    /// The device, without its accounts and keys.
    pub(super) fn of_device(
        &mut self,
        context: &'a Context,
        device: &'a Device,
    ) -> Map<String, Json> {
        let mut data = self.of_site(context);
        let mac = device.mac();
        let mut put = |key: &str, value: Json| drop(data.insert(key.to_owned(), value));
        put("mac", json!(mac.plain_lower().to_string()));
        put("mac_upper", json!(mac.plain_upper().to_string()));
        put("mac_colons", json!(mac.colon_lower().to_string()));
        put("label", or_null(device.label().map(text)));
        put("profile", or_null(device.profile().map(|name| json!(name))));
        put("token", self.optional_secret(device.token()));
        let url = context.site.provisioning_url.as_ref();
        put(
            "provisioning_url",
            or_null(url.and_then(|url| self.url(url, device))),
        );
        let firmware = context.chosen_firmware(device);
        if let Some(found) = &firmware {
            let path = self.job.firmware_path(found.layer);
            self.set.push(Set {
                key: "firmware",
                layer: found.layer,
                path,
            });
        }
        put(
            "firmware",
            or_null(firmware.map(|found| {
                let url = found.value.url.as_ref();
                json!({
                    "version": found.value.version.to_string(),
                    "url": or_null(url.map(|url| json!(url.as_str()))),
                })
            })),
        );
        let used = context.used_accounts(device);
        let extensions = (1..)
            .zip(&used)
            .map(|(index, account)| self.account(index, account));
        put("extensions", extensions.collect());
        data
    }

    /// The address that the phone fetches its files from; `None` when it needs a token and the
    /// device has none.
    fn url(&mut self, url: &UrlTemplate, device: &Device) -> Option<Json> {
        let needs_token = url.contains("token");
        if needs_token && device.token().is_none() {
            return None;
        }
        let mac = device.mac().plain_lower().to_string();
        let filled = url.fill(|name| match (name, device.token()) {
            ("token", Some(token)) => token.expose(),
            _ => &mac,
        });
        // With its token it is as good as a password.
        Some(if needs_token {
            self.secrets.keep(&filled)
        } else {
            json!(filled)
        })
    }

    /// One account in use.
    pub(super) fn account(&mut self, index: u16, account: &Account<'a>) -> Json {
        let view = &account.view;
        let own = view.own;
        let registrar = own.and_then(|own| own.registrar.as_ref());
        let registrar = self.job.find_for(registrar, |s| s.registrar.as_ref());
        let proxy = own.and_then(|own| own.outbound_proxy.as_ref());
        let proxy = self.job.find_for(proxy, |s| s.outbound_proxy.as_ref());
        let backup = match &registrar {
            Some(found) => self.job.backup_for(account.at, found.layer),
            None => None,
        };
        let codecs = own.and_then(|own| own.codecs.as_ref());
        let codecs = self.job.find_for(codecs, |s| s.codecs.as_ref());
        let default = CodecList::default();
        let codecs = codecs.map_or(default.as_slice(), |found| found.value.as_slice());
        let dtmf = own.and_then(|own| own.dtmf);
        let dtmf = self.job.find_for(dtmf, |s| s.dtmf);
        let waiting = own.and_then(|own| own.call_waiting);
        let waiting = self.job.find_for(waiting, |s| s.call_waiting);
        let tone = |own: Option<u8>, get: fn(&Settings) -> Option<u8>| {
            let found = self.job.find_for(own, get);
            or_null(found.map(|found| json!(found.value)))
        };
        let internal = tone(own.and_then(|own| own.ring_tones.internal), |s| {
            s.ring_tones.internal
        });
        let external = tone(own.and_then(|own| own.ring_tones.external), |s| {
            s.ring_tones.external
        });
        let (voicemail, _) = account.voicemail(self.job);
        let forward = own.map(|own| &own.forward);
        let number = |get: fn(&crate::model::Forward) -> Option<&Text>| {
            or_null(forward.and_then(get).map(text))
        };
        self.set_by_extension(account);
        let transport = proxy.and_then(|found| found.value.transport);
        let transport = transport.or(registrar.map(|found| found.value.transport));
        json!({
            "index": index,
            "used": true,
            "logged_out": matches!(account.at, AccountAt::LoggedOut(_)),
            "number": view.number.as_str(),
            "username": view.username.as_str(),
            "auth_username": view.auth_username.as_str(),
            "password": self.secrets.keep(view.password.as_str()),
            "label": view.label.as_str(),
            "display_name": or_null(view.display_name.map(Value::as_str).map(|name| json!(name))),
            "voicemail": or_null(voicemail.map(|number| json!(number.as_str()))),
            "registrar": or_null(registrar.map(|found| registrar_data(found.value))),
            "transport": or_null(transport.map(|transport| json!(transport.as_str()))),
            "outbound_proxy": or_null(proxy.map(|found| proxy_data(found.value))),
            "backup_registrar": or_null(
                backup.map(|found| place(found.value.host(), found.value.port())),
            ),
            "codecs": codecs.iter().map(|codec| codec_data(*codec, None)).collect::<Vec<_>>(),
            "dtmf": dtmf.map_or(Dtmf::default(), |found| found.value).as_str(),
            "call_waiting": or_null(waiting.map(|found| json!(found.value))),
            "ring_tones": { "internal": internal, "external": external },
            "forward": {
                "always": number(|forward| forward.always.as_ref()),
                "busy": number(|forward| forward.busy.as_ref()),
                "no_answer": number(|forward| forward.no_answer.as_ref()),
                "no_answer_seconds": forward.and_then(|forward| forward.no_answer_seconds),
            },
            "dnd": own.and_then(|own| own.dnd),
            "auto_answer": own.and_then(|own| own.auto_answer),
        })
    }

    /// What an extension sets of its own.
    fn set_by_extension(&mut self, account: &Account<'a>) {
        let Some(own) = account.view.own else { return };
        let path = account.at.path(self.job);
        let set = [
            ("registrar", own.registrar.is_some()),
            ("outbound_proxy", own.outbound_proxy.is_some()),
            ("codecs", own.codecs.is_some()),
            ("dtmf", own.dtmf.is_some()),
            ("ring_tones", own.ring_tones != Default::default()),
            ("forward", own.forward != Default::default()),
            ("dnd", own.dnd.is_some()),
            ("call_waiting", own.call_waiting.is_some()),
            ("auto_answer", own.auto_answer.is_some()),
            ("display_name", own.display_name.is_some()),
            ("label", own.label.is_some()),
            ("voicemail", own.voicemail.is_some()),
            ("username", own.username.is_some()),
            ("auth_username", own.auth_username.is_some()),
        ];
        for (key, _) in set.into_iter().filter(|(_, is_set)| *is_set) {
            let layer = Layer::Extension;
            let path = path.key(key);
            self.set.push(Set { key, layer, path });
        }
    }

    /// A value of the layers, noted as set.
    fn found<T>(
        &mut self,
        key: &'static str,
        get: impl Fn(&'a Settings) -> Option<T>,
    ) -> Option<Found<T>> {
        let found = self.job.find(get)?;
        let path = self.job.path(found.layer, key);
        self.set.push(Set {
            key,
            layer: found.layer,
            path,
        });
        Some(found)
    }

    /// A value of the layers as JSON.
    fn value<T>(
        &mut self,
        key: &'static str,
        get: impl Fn(&'a Settings) -> Option<T>,
        json: impl FnOnce(T) -> Json,
    ) -> Json {
        or_null(self.found(key, get).map(|found| json(found.value)))
    }

    fn login(
        &mut self,
        key: &'static str,
        get: impl Fn(&'a Settings) -> Option<&'a Login>,
    ) -> Json {
        let found = self.found(key, get);
        or_null(found.map(|found| {
            json!({
                "username": found.value.username.as_str(),
                "password": self.secrets.keep(found.value.password.expose()),
            })
        }))
    }

    fn optional_secret(&mut self, secret: Option<&Secret>) -> Json {
        or_null(secret.map(|secret| self.secrets.keep(secret.expose())))
    }

    /// The settings in the words of the fleet document, the highest layer of each.
    fn settings(&mut self) -> Json {
        let text_of = |value: &'a Text| text(value);
        json!({
            "time_zone": self.value("time_zone", |s| s.time_zone, |zone| json!(zone.as_str())),
            "language": self.value("language", |s| s.language.as_ref(), |l| json!(l.as_str())),
            "tone_country": self.value("tone_country", |s| s.tone_country, |c| json!(c.as_str())),
            "time_format": self.value("time_format", |s| s.time_format, word),
            "date_format": self.value("date_format", |s| s.date_format, word),
            "ntp_servers": self.value("ntp_servers", |s| s.ntp_servers.as_ref(), |servers| {
                servers.iter().map(|host| json!(host.as_str())).collect()
            }),
            "registrar": self.value("registrar", |s| s.registrar.as_ref(), registrar_data),
            "outbound_proxy": self.value("outbound_proxy", |s| s.outbound_proxy.as_ref(), proxy_data),
            "backup_registrar": self.value("backup_registrar", |s| s.backup_registrar.as_ref(), |b| {
                place(b.host(), b.port())
            }),
            "codecs": self.value("codecs", |s| s.codecs.as_ref(), |codecs| {
                codecs.iter().map(|codec| codec_data(*codec, None)).collect()
            }),
            "dtmf": self.value("dtmf", |s| s.dtmf, word),
            "admin": self.login("admin", |s| s.admin.as_ref()),
            "user": self.login("user", |s| s.user.as_ref()),
            "maintenance": self.login("maintenance", |s| s.maintenance.as_ref()),
            "download": self.login("download", |s| s.download.as_ref()),
            "nat": {
                "keep_alive_seconds": self.value(
                    "nat.keep_alive_seconds", |s| s.nat.keep_alive_seconds, |n| json!(n),
                ),
                "rport": self.value("nat.rport", |s| s.nat.rport, |on| json!(on)),
                "stun": self.value("nat.stun", |s| s.nat.stun.as_ref(), |stun| {
                    place(stun.host(), stun.port())
                }),
            },
            "tls": {
                "verify": self.value("tls.verify", |s| s.tls.verify, |on| json!(on)),
                "ca_url": self.value("tls.ca_url", |s| s.tls.ca_url.as_ref(), |u| json!(u.as_str())),
            },
            "language_pack": self.value("language_pack", |s| s.language_pack.as_ref(), |url| {
                json!({ "url": url.as_str() })
            }),
            "call_waiting": self.value("call_waiting", |s| s.call_waiting, |on| json!(on)),
            "caller_id": self.value("caller_id", |s| s.caller_id, word),
            "volumes": {
                "ringer": self.value("volumes.ringer", |s| s.volumes.ringer, percent),
                "speaker": self.value("volumes.speaker", |s| s.volumes.speaker, percent),
                "handset": self.value("volumes.handset", |s| s.volumes.handset, percent),
                "headset": self.value("volumes.headset", |s| s.volumes.headset, percent),
                "microphone": self.value("volumes.microphone", |s| s.volumes.microphone, percent),
            },
            "vlan": self.value("vlan", |s| s.vlan, |vlan| {
                json!({
                    "id": vlan.id(),
                    "priority": vlan.priority(),
                    "pc_id": vlan.pc().map(|(id, _)| id),
                    "pc_priority": vlan.pc().map(|(_, priority)| priority),
                })
            }),
            "emergency_numbers": self.value(
                "emergency_numbers",
                |s| s.emergency_numbers.as_ref(),
                |numbers| numbers.iter().map(text).collect(),
            ),
            "feature_codes": {
                "pickup": self.value("feature_codes.pickup", |s| s.feature_codes.pickup.as_ref(), text_of),
                "group_pickup": self.value("feature_codes.group_pickup", |s| s.feature_codes.group_pickup.as_ref(), text_of),
                "park": self.value("feature_codes.park", |s| s.feature_codes.park.as_ref(), text_of),
                "park_retrieve": self.value("feature_codes.park_retrieve", |s| s.feature_codes.park_retrieve.as_ref(), text_of),
                "dnd_on": self.value("feature_codes.dnd_on", |s| s.feature_codes.dnd_on.as_ref(), text_of),
                "dnd_off": self.value("feature_codes.dnd_off", |s| s.feature_codes.dnd_off.as_ref(), text_of),
                "forward_always_on": self.value("feature_codes.forward_always_on", |s| s.feature_codes.forward_always_on.as_ref(), text_of),
                "forward_always_off": self.value("feature_codes.forward_always_off", |s| s.feature_codes.forward_always_off.as_ref(), text_of),
                "forward_busy_on": self.value("feature_codes.forward_busy_on", |s| s.feature_codes.forward_busy_on.as_ref(), text_of),
                "forward_busy_off": self.value("feature_codes.forward_busy_off", |s| s.feature_codes.forward_busy_off.as_ref(), text_of),
                "forward_no_answer_on": self.value("feature_codes.forward_no_answer_on", |s| s.feature_codes.forward_no_answer_on.as_ref(), text_of),
                "forward_no_answer_off": self.value("feature_codes.forward_no_answer_off", |s| s.feature_codes.forward_no_answer_off.as_ref(), text_of),
                "voicemail": self.value("feature_codes.voicemail", |s| s.feature_codes.voicemail.as_ref(), text_of),
                "login": self.value("feature_codes.login", |s| s.feature_codes.login.as_ref(), text_of),
            },
            "ring_tones": {
                "internal": self.value("ring_tones.internal", |s| s.ring_tones.internal, |n| json!(n)),
                "external": self.value("ring_tones.external", |s| s.ring_tones.external, |n| json!(n)),
            },
            "ldap": self.ldap(),
            "phonebook": self.value("phonebook", |s| s.phonebook.as_ref(), |book| {
                json!({ "url": book.url.as_str(), "name": or_null(book.name.as_ref().map(text)) })
            }),
            "resync": {
                "every_minutes": self.value("resync.every_minutes", |s| s.resync.every_minutes, |n| json!(n)),
                "daily_at": self.value("resync.daily_at", |s| s.resync.daily_at, |time| {
                    json!({
                        "hour": time.hour(),
                        "minute": time.minute(),
                        "text": time.to_string(),
                    })
                }),
            },
        })
    }

    fn ldap(&mut self) -> Json {
        let Some(Found { value: ldap, .. }) = self.found("ldap", |s| s.ldap.as_ref()) else {
            return Json::Null;
        };
        let Ldap {
            host,
            port,
            tls,
            base,
            bind_dn,
            password,
            name_filter,
            number_filter,
            name_attributes,
            number_attributes,
            display_name,
        } = ldap;
        let optional = |value: &Option<Text>| or_null(value.as_ref().map(text));
        json!({
            "host": host.as_str(),
            "port": port.map(Port::get),
            "tls": tls.as_str(),
            "base": text(base),
            "bind_dn": optional(bind_dn),
            "password": self.optional_secret(password.as_ref()),
            "name_filter": optional(name_filter),
            "number_filter": optional(number_filter),
            "name_attributes": name_attributes.iter().map(text).collect::<Vec<_>>(),
            "number_attributes": number_attributes.iter().map(text).collect::<Vec<_>>(),
            "display_name": optional(display_name),
        })
    }
}

/// An account that nobody uses: everything that an account has, and nothing in it.
pub(super) fn unused_account(index: u16) -> Json {
    json!({
        "index": index,
        "used": false,
        "logged_out": false,
        "number": null,
        "username": null,
        "auth_username": null,
        "password": null,
        "label": null,
        "display_name": null,
        "voicemail": null,
        "registrar": null,
        "transport": null,
        "outbound_proxy": null,
        "backup_registrar": null,
        "codecs": [],
        "dtmf": null,
        "call_waiting": null,
        "ring_tones": { "internal": null, "external": null },
        "forward": { "always": null, "busy": null, "no_answer": null, "no_answer_seconds": null },
        "dnd": null,
        "auto_answer": null,
    })
}

/// A time zone: its name, its rule as POSIX writes it, and as weeks of months.
fn zone_data(clock: &Clock) -> Json {
    let rule = rule(clock);
    let offset = rule.standard_offset;
    let sign = if offset < 0 { '-' } else { '+' };
    let minutes = offset.unsigned_abs() / 60;
    json!({
        "name": clock.zone.as_str(),
        "posix": clock.law.posix().to_string(),
        "offset_seconds": offset,
        "offset_minutes": offset / 60,
        "offset_hhmm": format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60),
        "rule": or_null(rule.daylight.map(|daylight| json!({
            "start": week_data(daylight.start),
            "end": week_data(daylight.end),
            "shift_minutes": daylight.shift / 60,
        }))),
    })
}

/// The rule of weeks for a zone.
pub(super) fn rule(clock: &Clock) -> ClockRule {
    clock.rule(Precision::Second)
}

fn week_data(change: WeekRule) -> Json {
    json!({
        "month": change.month,
        "week": change.week,
        "weekday": change.weekday,
        "hour": change.time / 3600,
        "minute": change.time / 60 % 60,
    })
}

pub(super) fn codec_data(codec: Codec, token: Option<&str>) -> Json {
    json!({ "name": codec.as_str(), "token": token })
}

fn registrar_data(registrar: &Registrar) -> Json {
    let mut data = place(&registrar.host, registrar.port);
    data["transport"] = json!(registrar.transport.as_str());
    data["srtp"] = json!(registrar.srtp.as_str());
    data["expires"] = json!(registrar.expires);
    data
}

fn proxy_data(proxy: &OutboundProxy) -> Json {
    let mut data = place(&proxy.host, proxy.port);
    data["transport"] = json!(proxy.transport.map(Words::as_str));
    data
}

/// A host and a port, and the two as `host:port` where there is a port.
fn place(host: &Host, port: Option<Port>) -> Json {
    let address = match port {
        Some(port) => format!("{}:{port}", host.bracketed()),
        None => host.bracketed().into_owned(),
    };
    json!({ "host": host.as_str(), "port": port.map(Port::get), "address": address })
}

fn text(text: &Text) -> Json {
    json!(text.as_str())
}

fn word(choice: impl Words) -> Json {
    json!(choice.as_str())
}

fn percent(percent: Percent) -> Json {
    json!(percent.get())
}

pub(super) fn or_null(value: Option<Json>) -> Json {
    value.unwrap_or(Json::Null)
}

#[cfg(test)]
mod tests {
    use super::super::helpers::{is_block, is_inline};
    use super::*;

    /// A name of the data that is a helper's too would never be written.
    #[test]
    fn nothing_is_called_like_a_helper() {
        fn names(json: &Json, found: &mut Vec<String>) {
            match json {
                Json::Object(fields) => {
                    for (name, value) in fields {
                        found.push(name.clone());
                        names(value, found);
                    }
                }
                Json::Array(list) => list.iter().for_each(|value| names(value, found)),
                _ => {}
            }
        }
        let mut found = Vec::new();
        names(&unused_account(1), &mut found);
        // The first cells of the tables on the page of the module.
        let page = include_str!("mod.rs");
        let (tables, _) = page.split_once("# What a template can call").unwrap();
        for cell in tables.lines().filter_map(|line| line.split('|').nth(1)) {
            let names = cell.split('`').skip(1).step_by(2);
            found.extend(names.map(str::to_owned));
        }
        assert!(found.iter().any(|name| name == "mac_upper"), "{found:?}");
        for name in found {
            assert!(!is_inline(&name) && !is_block(&name), "{name}");
        }
    }
}
