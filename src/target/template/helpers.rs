//! What a template can call.

use std::sync::Arc;

use handlebars::{
    Context, Handlebars, Helper, HelperDef, HelperResult, Output, RenderContext, RenderError,
    RenderErrorReason, ScopedJson,
};
use serde_json::{Value as Json, json};

use super::engine::{Escape, Secrets};
use super::sink::{NOTICE, SECRET, VALUE_END, VALUE_START};
use super::tables::Tables;
use crate::error::shortened;
use crate::model::{Percent, percent_encode_segment};
use crate::text::Text;

/// The helper that writes passwords and tokens.
pub(super) const SECRET_HELPER: &str = "secret";

/// Checks that every parameter is there and counts a step. No template can name it.
pub(super) const CHECK: &str = " check";

/// Writes a value. No template can name it.
pub(super) const WRITE: &str = " write";

/// The table of the kinds of keys.
pub(super) const KEYS: &str = "keys";

/// Helpers that stand in `{{…}}` and in parentheses. Nothing in the data has such a name.
const INLINE: [&str; 20] = [
    "and",
    "eq",
    "fail",
    "gt",
    "gte",
    "key_type",
    "len",
    "lookup",
    "lt",
    "lte",
    "map",
    "minutes",
    "ne",
    "not",
    "notice",
    "or",
    "scale",
    SECRET_HELPER,
    "slots",
    "url_part",
];

pub(super) fn is_inline(name: &str) -> bool {
    INLINE.contains(&name)
}

pub(super) fn is_block(name: &str) -> bool {
    ["each", "if", "unless", "with"].contains(&name)
}

/// Whether a helper has an option of this name.
pub(super) fn has_option(helper: &str, option: &str) -> bool {
    matches!(
        (helper, option),
        (SECRET_HELPER, "place") | ("if" | "unless", "includeZero")
    )
}

pub(super) fn register(registry: &mut Handlebars<'_>, escape: Escape, tables: Arc<Tables>) {
    registry.register_escape_fn(move |text| marked(escape, text));
    registry.register_helper(CHECK, Box::new(Check));
    registry.register_helper(WRITE, Box::new(Write(escape)));
    let map = Map {
        tables: tables.clone(),
        escape,
    };
    registry.register_helper("map", Box::new(map));
    registry.register_helper("key_type", Box::new(KeyType { tables, escape }));
    registry.register_helper("fail", Box::new(Say { fails: true }));
    registry.register_helper("notice", Box::new(Say { fails: false }));
    registry.register_helper("minutes", Box::new(Minutes));
    registry.register_helper("scale", Box::new(Scale));
    registry.register_helper("slots", Box::new(Slots));
    registry.register_helper("url_part", Box::new(UrlPart));
}

/// An escaped value with the marks that tell it from the template's own text.
fn marked(escape: Escape, text: &str) -> String {
    if text.contains(SECRET) {
        // Not to be written at all: the sink sees to that.
        return text.to_owned();
    }
    format!("{VALUE_START}{}{VALUE_END}", *escape.escape(text))
}

fn other(text: impl Into<String>) -> RenderError {
    RenderErrorReason::Other(text.into()).into()
}

fn parameter<'h>(
    helper: &'h Helper<'_>,
    name: &'static str,
    index: usize,
) -> Result<&'h Json, RenderError> {
    match helper.param(index) {
        Some(parameter) => Ok(parameter.value()),
        None => Err(RenderErrorReason::ParamNotFoundForIndex(name, index).into()),
    }
}

/// A whole number of at least 0.
fn number(helper: &Helper<'_>, name: &'static str, index: usize) -> Result<u64, RenderError> {
    parameter(helper, name, index)?.as_u64().ok_or_else(|| {
        other(format!(
            "`{name}` takes a whole number as parameter {}",
            index + 1
        ))
    })
}

struct Check;

impl HelperDef for Check {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        for parameter in helper.params() {
            if parameter.is_value_missing() {
                return Err(RenderError::strict_error(parameter.relative_path()));
            }
        }
        Ok(out.write("")?)
    }
}

struct Write(Escape);

impl HelperDef for Write {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let Some(parameter) = helper.param(0) else {
            return Ok(());
        };
        if parameter.is_value_missing() {
            return Err(RenderError::strict_error(parameter.relative_path()));
        }
        let name = || shortened(parameter.relative_path().map_or("", String::as_str));
        let text = match parameter.value() {
            Json::Null => return Ok(out.write("")?),
            Json::Array(_) => {
                let reason = "is a list: go through it with `{{#each …}}`";
                return Err(other(format!("`{}` {reason}", name())));
            }
            Json::Object(_) => {
                return Err(other(format!("`{}` has parts: name one of them", name())));
            }
            Json::String(text) => marked(self.0, text),
            Json::Bool(value) => marked(self.0, &value.to_string()),
            Json::Number(value) => marked(self.0, &value.to_string()),
        };
        Ok(out.write(&text)?)
    }
}

/// `{{secret password}}`, `{{secret token place="url"}}`.
pub(super) struct SecretHelper<'s> {
    pub(super) secrets: &'s Secrets,
    pub(super) escape: Escape,
}

impl HelperDef for SecretHelper<'_> {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        _: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Result<ScopedJson<'rc>, RenderError> {
        Err(other("`secret` only writes"))
    }

    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let found = match parameter(helper, SECRET_HELPER, 0)? {
            Json::Null => return Ok(out.write("")?),
            Json::String(text) => self.secrets.get(text),
            _ => None,
        };
        let Some(secret) = found else {
            return Err(other("`secret` is for passwords and tokens only"));
        };
        let escaped = match helper.hash_get("place").map(|place| place.value()) {
            None => self.escape.escape(secret),
            Some(Json::String(place)) if place == "url" => {
                let encoded = zeroize::Zeroizing::new(percent_encoded(secret));
                self.escape.escape(&encoded)
            }
            Some(_) => return Err(other("`secret` knows the place \"url\" only")),
        };
        let mut mark = [0; 4];
        out.write(VALUE_START.encode_utf8(&mut mark))?;
        out.write(&escaped)?;
        Ok(out.write(VALUE_END.encode_utf8(&mut mark))?)
    }
}

fn percent_encoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len() * 3);
    percent_encode_segment(text, &mut bytes);
    // Percent-encoding gives ASCII.
    String::from_utf8(bytes).unwrap_or_default()
}

/// `{{url_part label}}`
struct UrlPart;

impl HelperDef for UrlPart {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Result<ScopedJson<'rc>, RenderError> {
        let text = match parameter(helper, "url_part", 0)? {
            Json::Null => String::new(),
            Json::String(text) if text.contains(SECRET) => {
                return Err(other("write it with `{{secret … place=\"url\"}}`"));
            }
            Json::String(text) => percent_encoded(text),
            Json::Number(number) => number.to_string(),
            _ => return Err(other("`url_part` takes a text")),
        };
        Ok(Json::String(text).into())
    }
}

/// `{{map "table" word}}`, `{{map "table" word number}}`: an entry of a table.
struct Map {
    tables: Arc<Tables>,
    escape: Escape,
}

impl Map {
    fn find(&self, helper: &Helper<'_>) -> Result<String, RenderError> {
        let table = parameter(helper, "map", 0)?.as_str().unwrap_or_default();
        let mut words = Vec::new();
        for index in 1..helper.params().len().max(2) {
            words.push(match parameter(helper, "map", index)? {
                Json::String(text) => text.clone(),
                Json::Number(number) => number.to_string(),
                Json::Bool(value) => value.to_string(),
                _ => return Err(other("`map` takes words and numbers")),
            });
        }
        token(&self.tables, table, &words.join("."))
    }
}

fn token(tables: &Tables, table: &str, word: &str) -> Result<String, RenderError> {
    let Some(entries) = tables.get(table) else {
        return Err(other(format!("no table `{}`", shortened(table))));
    };
    match entries.get(word) {
        Some(token) => Ok(token.clone()),
        // A number of a secret is no name for a message.
        None if word.contains(SECRET) => Err(other(format!("`{table}` has no such entry"))),
        None => Err(other(format!(
            "`{table}` has no entry `{}`",
            shortened(word)
        ))),
    }
}

impl HelperDef for Map {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Result<ScopedJson<'rc>, RenderError> {
        Ok(Json::String(self.find(helper)?).into())
    }

    /// An entry is the vendor's own word, so it may stand anywhere, as the name of an element too.
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        Ok(out.write(&self.escape.escape(&self.find(helper)?))?)
    }
}

/// `{{key_type kind}}`: the vendor's word for a kind of key.
struct KeyType {
    tables: Arc<Tables>,
    escape: Escape,
}

impl HelperDef for KeyType {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Result<ScopedJson<'rc>, RenderError> {
        let kind = parameter(helper, "key_type", 0)?
            .as_str()
            .unwrap_or_default();
        Ok(Json::String(token(&self.tables, KEYS, kind)?).into())
    }

    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let kind = parameter(helper, "key_type", 0)?
            .as_str()
            .unwrap_or_default();
        Ok(out.write(&self.escape.escape(&token(&self.tables, KEYS, kind)?))?)
    }
}

/// `{{notice "…"}}` tells the caller something about the phone, `{{fail "…"}}` refuses it. The text
/// stands in the template: a value could be a secret.
struct Say {
    fails: bool,
}

impl HelperDef for Say {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let text = helper
            .param(0)
            .and_then(|text| text.try_get_constant_value());
        let Some(Json::String(text)) = text else {
            return Err(other("a text in quotes is expected here"));
        };
        let text = Text::new(text.as_str()).map_err(|kind| other(kind.to_string()))?;
        if self.fails {
            return Err(other(text.as_str()));
        }
        Ok(out.write(&format!("{NOTICE}{text}"))?)
    }
}

/// `{{minutes registrar.expires}}`: seconds as minutes, rounded up.
struct Minutes;

impl HelperDef for Minutes {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Result<ScopedJson<'rc>, RenderError> {
        Ok(json!(number(helper, "minutes", 0)?.div_ceil(60)).into())
    }
}

/// `{{scale settings.volumes.ringer 0 7}}`: a share of 0 to 100 as a step of the phone's range.
struct Scale;

impl HelperDef for Scale {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Result<ScopedJson<'rc>, RenderError> {
        let small = |index| {
            let number = number(helper, "scale", index)?;
            u16::try_from(number).map_err(|_| other("`scale` takes numbers up to 65535"))
        };
        let (percent, min, max) = (small(0)?, small(1)?, small(2)?);
        let percent = u8::try_from(percent).ok();
        let percent = percent.and_then(|percent| Percent::new(percent).ok());
        let percent = percent.ok_or_else(|| other("`scale` takes a share of 0 to 100"))?;
        Ok(json!(percent.of(min, max)).into())
    }
}

/// `{{#each (slots codecs 8)}}`: the list at exactly this length, its last entry repeated, for
/// phones that have so many places and read them all. Each entry with parts has its place as `slot`.
struct Slots;

impl HelperDef for Slots {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Result<ScopedJson<'rc>, RenderError> {
        let Json::Array(list) = parameter(helper, "slots", 0)? else {
            return Err(other("`slots` takes a list"));
        };
        let places = number(helper, "slots", 1)?;
        if !(1..=1024).contains(&places) {
            return Err(other("`slots` takes 1 to 1024 places"));
        }
        let places = places as usize;
        if list.len() > places {
            return Err(other(format!("{} entries for {places} places", list.len())));
        }
        let last = list.last().into_iter().cycle();
        let slots = list.iter().chain(last).take(places).zip(1..);
        let slots = slots.map(|(entry, slot)| {
            let mut entry = entry.clone();
            if let Json::Object(fields) = &mut entry {
                fields.insert("slot".to_owned(), json!(slot));
            }
            entry
        });
        Ok(Json::Array(slots.collect()).into())
    }
}
