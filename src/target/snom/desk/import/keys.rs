//! Function keys: the same numbers of places as the emitter's, read back.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::super::super::super::ModelRow;
use super::super::super::super::keys::positions;
use super::super::super::import::Reading;
use super::super::keys::{form, module_slots, slots};
use super::super::tables::names as n;
use super::body::Body;
use crate::emit::Place;
use crate::error::Path;
use crate::inspect::{Draft, Entry, Mark, RemarkKind};
use crate::model::{FunctionKey, Handling, KeyKind, Settings};
use crate::text::Text;

/// A key of the files.
struct Key<'a> {
    index: u16,
    module: Option<u8>,
    position: u16,
    body: Body,
    context: Option<u16>,
    label: Option<Cow<'a, str>>,
}

impl Key<'_> {
    /// Whether it is what phones bring.
    fn is_free(&self) -> bool {
        self.body.kind == KeyKind::Line && self.context.is_none() && self.label.is_none()
    }
}

pub(super) fn keys(r: &mut Reading<'_>) {
    let keys = read(r);
    let pickup = pickup(r, &keys);
    r.draft.settings().feature_codes.pickup = pickup.clone();
    r.draft.modules = modules(r, &keys);
    let lines = r.draft.extensions.len();
    for key in keys {
        let extension = match key.context {
            Some(identity) => r.number_of(identity).and_then(|i| u8::try_from(i).ok()),
            None => Some(1),
        };
        let is_line_of_place = key.module.is_none()
            && usize::from(key.position) <= lines
            && extension.map(u16::from) == Some(key.position);
        let is_plain = key.body.kind == KeyKind::Line && key.label.is_none();
        // One of an identity that is not in use does nothing either.
        if key.is_free() || is_plain && (extension.is_none() || is_line_of_place) {
            r.mark(n::FKEY, Some(key.index), Mark::Said);
            continue;
        }
        if !has_place(r.draft.model, &key) {
            continue;
        }
        let Some(function) = function(r, &key, extension.unwrap_or(1)) else {
            continue;
        };
        remark(r, &key, pickup.as_ref());
        r.draft.keys.push(function);
    }
}

/// The keys of which the document has the kind, wherever they are.
fn read<'a>(r: &Reading<'a>) -> Vec<Key<'a>> {
    let model = r.draft.model;
    let (slots, module_slots) = (slots(model), module_slots(model));
    let entries = r.draft.sheet.entries().iter();
    let keys = entries.filter(|entry| entry.setting.name() == n::FKEY.name);
    let read = |entry: &Entry<'a>| {
        let index = u16::try_from(entry.setting.index()?).ok()?;
        let (module, position) = match index.checked_sub(slots) {
            None => (None, index + 1),
            Some(behind) => {
                let module = behind.checked_div(module_slots)?;
                let module = u8::try_from(module + 1).ok()?;
                (Some(module), behind % module_slots + 1)
            }
        };
        let setting = entry.setting;
        let context = setting.attribute("context");
        Some(Key {
            index,
            module,
            position,
            body: Body::read(setting.value(), model)?,
            context: context.and_then(|identity| identity.trim().parse().ok()),
            label: setting.attribute("label").filter(|label| !label.is_empty()),
        })
    };
    keys.filter_map(read).collect()
}

/// Whether the phone has such a key for use.
fn has_place(model: &ModelRow, key: &Key<'_>) -> bool {
    let most = match key.module {
        None => {
            return model
                .assignable_keys()
                .is_none_or(|last| key.position <= last);
        }
        Some(_) => model.modules,
    };
    let attached = most.is_none_or(|most| key.module.map(u16::from) <= Some(most));
    attached && positions(&model.module_keys).any(|position| position == key.position)
}

/// The code with which keys take ringing calls: that of most of them, else that of the identities.
fn pickup(r: &mut Reading<'_>, keys: &[Key<'_>]) -> Option<Text> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for code in keys.iter().filter_map(|key| key.body.pickup.as_deref()) {
        *counts.entry(code).or_default() += 1;
    }
    let most = counts.into_iter().max_by_key(|(_, count)| *count);
    let of_identities = r.draft.settings().feature_codes.pickup.take();
    most.and_then(|(code, _)| Text::new(code).ok())
        .or(of_identities)
}

/// The modules that have keys in the files. Free keys of a module count where the files have all of
/// it, but for a system that frees more keys than there can be.
fn modules(r: &Reading<'_>, keys: &[Key<'_>]) -> Option<u8> {
    let model = r.draft.model;
    let most = model.modules?;
    let last = slots(model).saturating_add(most.saturating_mul(module_slots(model)));
    let all = keys.iter().any(|key| key.index >= last);
    let of = |module: u8| keys.iter().filter(move |key| key.module == Some(module));
    let is_attached = |module: &u8| {
        of(*module).any(|key| !key.is_free())
            || !all && of(*module).count() >= usize::from(module_slots(model))
    };
    let most = u8::try_from(most).unwrap_or(u8::MAX);
    (1..=most).rev().find(is_attached)
}

/// `None` for what the emitter would write in another way: it becomes a raw setting.
fn function(r: &Reading<'_>, key: &Key<'_>, extension: u8) -> Option<FunctionKey> {
    let value = key.body.value.as_deref();
    let mut function = FunctionKey::new(key.position, key.body.kind);
    function.module = key.module;
    function.value = match value {
        Some(value) => Some(Text::new(value).ok()?),
        None => None,
    };
    function.check_value().ok()?;
    if function.kind.has_extension() {
        function.extension = extension;
    }
    if function.kind == KeyKind::SpeedDial
        && let Some(kind) = value.and_then(|value| kind_of_code(r, value, extension))
    {
        function.kind = kind;
    }
    function.label = key.label.as_deref().and_then(label);
    Some(function)
}

/// What a number is dialled for that is a code of the PBX, where the phone is told such a key alike.
fn kind_of_code(r: &Reading<'_>, value: &str, extension: u8) -> Option<KeyKind> {
    let codes = &r.draft.site.settings.feature_codes;
    let is = |code: &Option<Text>| code.as_ref().is_some_and(|code| code.as_str() == value);
    let own = r
        .draft
        .extensions
        .get(usize::from(extension).checked_sub(1)?);
    let kind = if is(&codes.park) {
        KeyKind::Park
    } else if is(&codes.park_retrieve) {
        KeyKind::RetrievePark
    } else if is(&codes.pickup) {
        KeyKind::DirectedPickup
    } else if own.is_some_and(|own| is(&own.voicemail)) {
        KeyKind::Voicemail
    } else {
        return None;
    };
    let own = Settings::default();
    let at = Draft::at_device();
    let job = r.context.job(&own, &at, Handling::Lenient);
    let alike = form(&job, kind, true) == form(&job, KeyKind::SpeedDial, true);
    alike.then_some(kind)
}

/// A label as the document can say it: without line breaks, and none with variables of the phone.
fn label(label: &str) -> Option<Text> {
    let text = Text::new(break_lines(label)).ok()?;
    let can_be = Place::XmlLabel.write(text.value(), &mut Vec::new()).is_ok();
    can_be.then_some(text)
}

/// The label with a blank in place of each `<br>` and line feed.
fn break_lines(label: &str) -> String {
    let mut plain = String::with_capacity(label.len());
    let mut rest = label;
    while let Some(at) = rest.find('<') {
        let (before, tag) = rest.split_at(at);
        plain.push_str(before);
        let is_break = tag
            .get(1..3)
            .is_some_and(|name| name.eq_ignore_ascii_case("br"));
        let end = match is_break {
            true => tag.find('>'),
            false => Some(0),
        };
        // Without an end there is no further break either.
        let Some(end) = end else {
            rest = tag;
            break;
        };
        plain.push(if is_break { ' ' } else { '<' });
        rest = &tag[end + 1..];
    }
    plain.push_str(rest);
    plain.replace(['\r', '\n', '\t'], " ")
}

/// Says what the document does not say of a key as the files do.
fn remark(r: &mut Reading<'_>, key: &Key<'_>, pickup: Option<&Text>) {
    let path = |r: &Reading<'_>| Draft::at_device().key("keys").index(r.draft.keys.len());
    let said = |r: &mut Reading<'_>, kind, at: Path, message: &'static str| {
        r.draft.remark(kind, at, message);
    };
    if let Some(as_written) = key.label.as_deref() {
        let kept = label(as_written);
        if kept.is_none() {
            let at = path(r).key("label");
            let message = "the label has a variable or a command of the phone: left out";
            said(r, RemarkKind::Lost, at, message);
        } else if kept.as_ref().map(Text::as_str) != Some(as_written) {
            let at = path(r).key("label");
            said(
                r,
                RemarkKind::Replaced,
                at,
                "a blank stands for each line break of the label",
            );
        }
    }
    if key.body.is_guess {
        let at = path(r).key("kind");
        let message = "the type of the key is read as the one that does the same";
        said(r, RemarkKind::Guess, at, message);
    }
    if key.body.kind == KeyKind::Blf {
        let own = key.body.pickup.as_deref();
        if own.is_some() && own != pickup.map(Text::as_str) {
            let at = path(r).key("value");
            let message = "its own code for taking a ringing call: it gets that of the others";
            said(r, RemarkKind::Replaced, at, message);
        }
    }
    // In whatever way the files write it.
    if let Some(body) = written(r, &key.body, pickup) {
        let same = (n::FKEY, Some(u32::from(key.index)), body.as_str());
        r.same_as(n::FKEY, Some(key.index), same);
    }
}

/// The key as the emitter writes it.
fn written(r: &Reading<'_>, body: &Body, pickup: Option<&Text>) -> Option<String> {
    let own = Settings::default();
    let at = Draft::at_device();
    let job = r.context.job(&own, &at, Handling::Lenient);
    let form = form(&job, body.kind, body.value.is_some())?;
    let Some(value) = &body.value else {
        return Some(form.to_owned());
    };
    Some(match (body.kind, value.contains('@')) {
        (KeyKind::Blf, is_address) => {
            let number = match is_address {
                true => format!("<sip:{value};user=phone>"),
                false => value.clone(),
            };
            let pickup = pickup.map(|code| format!("|{code}")).unwrap_or_default();
            format!("{form} {number}{pickup}")
        }
        (KeyKind::Conference, true) => format!("{form} sip:{value}"),
        _ => format!("{form} {value}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_has_one_line() {
        assert_eq!(break_lines("Anna<br>Office"), "Anna Office");
        assert_eq!(break_lines("é<BR/>b<Br />"), "é b ");
        assert_eq!(break_lines("a\nb"), "a b");
        assert_eq!(break_lines("<b> a < b"), "<b> a < b");
        assert_eq!(break_lines("a<br"), "a<br");
        assert_eq!(break_lines("<é"), "<é");
        assert_eq!(label("a<br"), None);
        assert_eq!(label("$name"), None);
    }
}
