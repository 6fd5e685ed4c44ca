//! What a template of a whole phone sees beside the device: every account and every key that the
//! model has, used or not, and the vendor's words.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json, json};

use super::super::clock::Clock;
use super::super::context::Context;
use super::super::job::Limit;
use super::super::keys::{KeyLack, is_named, positions, positions_of_phone};
use super::super::view::Account;
use super::data::{Data, Set, codec_data, or_null, unused_account};
use super::helpers::KEYS;
use super::tables::Tables;
use crate::clock::{ClockRule, Law};
use crate::error::ErrorKind;
use crate::model::{Device, KeyKind, Layer, Transport};

/// The tables of codecs and of languages.
pub(super) const CODECS: &str = "codecs";
pub(super) const LANGUAGES: &str = "languages";

/// The data of a device, and every fault of the device that the model has.
pub(super) fn data<'a>(
    data: &mut Data<'_, 'a>,
    context: &'a Context,
    device: &'a Device,
    tables: &Tables,
    names: &BTreeSet<String>,
) -> Map<String, Json> {
    let mut json = data.of_device(context, device);
    let used = context.used_accounts(device);
    let accounts = accounts(data, context, &used, &mut json, tables, names);
    let mut put = |key: &str, value: Json| drop(json.insert(key.to_owned(), value));
    put("accounts", accounts);
    put("family", json!(context.model.family));
    put("tags", json!(context.model.tags));
    put("language", language(data, tables, names));
    put("keys", keys(data, context, device, &used, tables, names));
    put("custom", custom(data));
    codecs_of_phone(&mut json, tables);
    clock(data, names);
    if names.contains("admin") && names.contains("user") {
        data.job.check_logins();
    }
    unsupported(data, device, names);
    json
}

/// Puts the vendor's words into the list of codecs that holds for the whole phone.
pub(super) fn codecs_of_phone(json: &mut Map<String, Json>, tables: &Tables) {
    let Some(Json::Array(codecs)) = json.get_mut("settings").map(|s| &mut s["codecs"]) else {
        return;
    };
    codecs.retain_mut(|codec| {
        let word = codec["name"].as_str().unwrap_or_default();
        let token = tables.get(CODECS).and_then(|table| table.get(word));
        codec["token"] = json!(token);
        token.is_some()
    });
}

/// All accounts of the model, those that nobody uses included.
fn accounts<'a>(
    data: &mut Data<'_, 'a>,
    context: &Context,
    used: &[Account<'a>],
    json: &mut Map<String, Json>,
    tables: &Tables,
    names: &BTreeSet<String>,
) -> Json {
    let empty = BTreeMap::new();
    let table = tables.get(CODECS).unwrap_or(&empty);
    let mut accounts = match json.remove("extensions") {
        Some(Json::Array(accounts)) => accounts,
        _ => Vec::new(),
    };
    for (account, json) in used.iter().zip(&mut accounts) {
        if names.contains("registrar") {
            registrar(data, account);
        }
        if names.contains(CODECS) {
            let knows = |codec: crate::model::Codec| table.contains_key(codec.as_str());
            let known = data.job.codecs_known(account, knows).unwrap_or_default();
            json["codecs"] = known
                .iter()
                .map(|codec| codec_data(*codec, table.get(codec.as_str()).map(String::as_str)))
                .collect();
        }
    }
    json.insert("extensions".to_owned(), Json::Array(accounts.clone()));
    // More than the model holds is an error already.
    let last = context.model.accounts.unwrap_or(0);
    let from = u16::try_from(accounts.len()).map_or(u16::MAX, |used| used.saturating_add(1));
    accounts.extend((from..=last).map(unused_account));
    Json::Array(accounts)
}

/// An account needs a registrar, and one that the domain's service records can name.
fn registrar<'a>(data: &mut Data<'_, 'a>, account: &Account<'a>) {
    let own = account.view.own.and_then(|own| own.registrar.as_ref());
    let found = data.job.find_for(own, |s| s.registrar.as_ref());
    let Some(found) = found else {
        return data.job.missing_registrar(account.at);
    };
    if found.value.transport == Transport::DnsSrv {
        let path = data.job.path_for(account.at, found.layer, "registrar");
        data.job
            .check_dns(&found.value.host, found.value.port, &path);
    }
}

/// The language with the vendor's word for it, falling back along the tag.
fn language(data: &mut Data<'_, '_>, tables: &Tables, names: &BTreeSet<String>) -> Json {
    if !names.contains("language") {
        return Json::Null;
    }
    let Some(found) = data.job.find(|s| s.language.as_ref()) else {
        let path = data.job.path(Layer::Device, "language");
        data.job.missing(path, "a language");
        return Json::Null;
    };
    let mut tags = found.value.fallbacks();
    let token = tables
        .get(LANGUAGES)
        .map(|table| tags.find_map(|tag| table.get(tag)));
    if token == Some(None) {
        let what = format!("language `{}`", found.value.as_str());
        let path = data.job.path(found.layer, "language");
        data.job
            .unsupported(found.layer, path, what, Limit::Model, "");
    }
    json!({ "tag": found.value.as_str(), "token": token.flatten() })
}

/// The time zone must be given where a template uses it; where the phone's clock will be wrong with
/// what the template tells it is a notice.
fn clock(data: &mut Data<'_, '_>, names: &BTreeSet<String>) {
    let names = |name: &str| names.contains(name);
    if !names("zone") {
        return;
    }
    let Some(clock) = Clock::of(data.job) else {
        let path = data.job.path(Layer::Device, "time_zone");
        return data.job.missing(path, "a time zone");
    };
    let rule = super::data::rule(&clock);
    let told: Option<Law> = if names("posix") {
        Some(clock.law.posix().clone().into())
    } else if names("rule") {
        Some(rule.law())
    } else if ["offset_seconds", "offset_minutes", "offset_hhmm"]
        .iter()
        .any(|name| names(name))
    {
        Some(ClockRule::fixed(rule.standard_offset).law())
    } else {
        None
    };
    if let Some(told) = told {
        clock.tell(data.job, &told);
    }
}

/// All keys of the phone and its attached modules.
fn keys<'a>(
    data: &mut Data<'_, 'a>,
    context: &'a Context,
    device: &'a Device,
    used: &[Account<'a>],
    tables: &Tables,
    names: &BTreeSet<String>,
) -> Json {
    let job = &mut *data.job;
    let named = job.layers.keys(device.keys());
    if !names.contains(KEYS) {
        for placed in &named {
            let path = job.key_path(placed);
            let what = "keys in its templates";
            job.unsupported(placed.0.layer, path, what, Limit::Model, "");
        }
        return Json::Array(Vec::new());
    }
    let model = &context.model;
    // More than the model holds is an error already.
    let accounts = u16::try_from(used.len()).unwrap_or(u16::MAX);
    let highest = named.iter().filter_map(|(key, _)| key.value.module).max();
    let most = model.modules.and_then(|most| u8::try_from(most).ok());
    let modules = device.modules().or(highest).unwrap_or(0);
    let modules = modules.min(most.unwrap_or(u8::MAX));
    let writes = |kind: KeyKind| {
        tables
            .get(KEYS)
            .is_some_and(|t| t.contains_key(kind.as_str()))
    };
    let fitting = job.fitting_keys(&named, used, modules, |_, key| {
        if writes(key.kind()) {
            Ok(())
        } else {
            Err(KeyLack::Kind(Limit::Model, ""))
        }
    });
    let mut list = Vec::new();
    let of_phone = positions_of_phone(model, &named);
    let line_keys = model.line_keys.unwrap_or(0);
    let places = of_phone.into_iter().map(|position| (None, position));
    let of_modules = (1..=modules).flat_map(|module| {
        positions(&model.module_keys).map(move |position| (Some(module), position))
    });
    for (module, position) in places.chain(of_modules) {
        let key = fitting.iter().find(|key| key.is_at(module, position));
        let is_named = is_named(&named, module, position);
        let is_line = module.is_none() && !is_named && position <= accounts.min(line_keys);
        let (kind, extension) = match key {
            Some(key) => (key.kind(), key.extension().into()),
            None if is_line => (KeyKind::Line, position),
            None => (KeyKind::None, 1),
        };
        let value = key.and_then(|key| key.value).map(|text| text.value);
        let pickup = key.and_then(|key| key.pickup).map(|text| text.value);
        let label = key.and_then(|key| key.label());
        list.push(json!({
            "position": position,
            "module": module,
            "kind": kind.as_str(),
            "value": or_null(value.map(|value| json!(value.as_str()))),
            "pickup": or_null(pickup.map(|pickup| json!(pickup.as_str()))),
            "label": or_null(label.map(|label| json!(label.as_str()))),
            "extension": extension,
        }));
    }
    Json::Array(list)
}

/// The caller's raw settings.
fn custom(data: &mut Data<'_, '_>) -> Json {
    let mut list = Vec::new();
    for custom in &data.job.custom {
        data.set.push(Set {
            key: "custom",
            layer: custom.layer,
            path: custom.path(data.job),
        });
        let value = custom
            .value()
            .map(|value| data.secrets.keep(value.as_str()));
        list.push(json!({
            "name": custom.setting.name.as_str(),
            "index": custom.setting.index,
            "value": or_null(value),
        }));
    }
    Json::Array(list)
}

/// What is set and stands in no template is never dropped in silence.
fn unsupported(data: &mut Data<'_, '_>, device: &Device, names: &BTreeSet<String>) {
    for set in std::mem::take(&mut data.set) {
        let leaf = set.key.rsplit('.').next().unwrap_or(set.key);
        let others: &[&str] = match set.key {
            "time_zone" => &["zone"],
            _ => &[],
        };
        if names.contains(leaf) || others.iter().any(|name| names.contains(*name)) {
            continue;
        }
        let what = format!("`{}` in its templates", set.key);
        data.job
            .unsupported(set.layer, set.path, what, Limit::Model, "");
    }
    if !device.handsets().is_empty() {
        let path = device.path().key("handsets");
        let limit = data.job.limit(Limit::Model);
        let kind = ErrorKind::NotSupported {
            what: "handsets in its templates".into(),
            limit,
            instead: "".into(),
        };
        data.job.error(path, kind);
    }
    if device.multicell().is_some() {
        let path = device.path().key("multicell");
        let what = "part in a system of several bases";
        data.job
            .unsupported(Layer::Device, path, what, Limit::Model, "");
    }
}
