//! Places: repetition, order, sections, flags, and the file that a setting stands in.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::items::{Item, Items};
use super::names::bound;
use super::{Linter, Told, because, codes};
use crate::error::shortened;
use crate::parse::{Format, Level};
use crate::target::{LintRow, LintRule, ProvisioningTarget, SettingRow};

pub(super) fn check(linter: &mut Linter<'_>, items: &Items<'_>) {
    for places in items.repeated() {
        repeated(linter, items, places);
    }
    order(linter, items);
    for item in &items.list {
        let Some(row) = item.row else { continue };
        wrong_file(linter, item, row);
        if linter.request.file.format() == Format::Xml {
            section(linter, item, row);
            flag(linter, item, row);
        }
    }
}

/// Whether all phones of a model ask for a file of this name (`true`), or one phone alone; `None`
/// when the name tells neither.
pub(super) fn is_shared(target: &dyn ProvisioningTarget, name: &str) -> Option<bool> {
    let name = name.rsplit(['/', '\\']).next()?.to_ascii_lowercase();
    let stem = |name: &str| {
        name.rsplit_once('.')
            .map_or(name, |(stem, _)| stem)
            .to_owned()
    };
    let own = stem(&name);
    for model in target.models() {
        for pattern in target.file_names(model) {
            let pattern = stem(&pattern.to_ascii_lowercase());
            let (before, after) = pattern.split_once("<mac>").unwrap_or((&pattern, ""));
            if before.len() == pattern.len() {
                if own == pattern {
                    return Some(true);
                }
                continue;
            }
            let rest = own.strip_prefix(before);
            let middle = rest.and_then(|rest| rest.strip_suffix(after));
            if middle.is_some_and(is_address) {
                return Some(false);
            }
        }
    }
    // Further files of one phone carry its address as a word: `…-firmware`, `…-local`.
    own.split(['-', '_']).any(is_address).then_some(false)
}

fn is_address(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn repeated(linter: &mut Linter<'_>, items: &Items<'_>, places: &[usize]) {
    let pattern = items.list[places[0]].row.map(|row| row.name);
    let facts = linter.facts;
    let repeats = pattern.and_then(|name| facts.about(name, LintRule::Repeats).next());
    // What stands for each login, certificate or handset on its own is not repeated.
    let mut seen: BTreeMap<(&str, Cow<'_, str>), usize> = BTreeMap::new();
    for place in places {
        let item = &items.list[*place];
        let key = repeats.map_or(Cow::Borrowed(""), |fact| key_of(fact, item));
        let Some(before) = seen.insert((item.setting.models(), key), *place) else {
            continue;
        };
        let before = &items.list[before];
        let line = linter
            .request
            .file
            .position(before.setting.span().start)
            .line;
        if item.cleared && !before.cleared {
            let told = Told::new(format!("this empties what line {line} sets"));
            linter.tell(codes::UNDONE, item, told);
            continue;
        }
        let (text, level) = if item.setting.value() == before.setting.value() {
            ("to the same value", Some(Level::Info))
        } else if before.cleared {
            ("emptied there", Some(Level::Info))
        } else {
            ("to another value; this one counts", None)
        };
        let told = Told::new(format!(
            "this setting stands in line {line} as well, {text}"
        ));
        linter.tell(codes::TWICE, item, told.level(level));
    }
}

/// What tells two settings of one name apart.
fn key_of<'i>(fact: &LintRow, item: &'i Item<'_>) -> Cow<'i, str> {
    if !fact.other.is_empty() {
        return item.setting.attribute(fact.other).unwrap_or_default();
    }
    let value = item.setting.value();
    let key = match fact.value {
        Some(mark) if !mark.is_empty() => value.split_once(mark).map_or(value, |(key, _)| key),
        _ => value,
    };
    Cow::Borrowed(key)
}

fn order(linter: &mut Linter<'_>, items: &Items<'_>) {
    let facts = linter.facts;
    for fact in facts.of_rule(LintRule::Before) {
        let Some(late) = items.places(fact.name).last() else {
            continue;
        };
        let early = match fact.other {
            "*" => (late > 0).then_some(0),
            other => items.places(other).find(|place| *place < late),
        };
        let Some(early) = early else { continue };
        let what = match fact.other {
            "*" => "all others".to_owned(),
            _ => {
                let early = items.list[early].setting;
                let line = linter.request.file.position(early.span().start).line;
                format!("`{}` of line {line}", shortened(early.name()))
            }
        };
        let told = Told::new(format!(
            "this setting belongs before {what}{}",
            because(fact.because)
        ));
        linter.tell(codes::ORDER, &items.list[late], told.level(fact.level));
    }
}

fn wrong_file(linter: &mut Linter<'_>, item: &Item<'_>, row: &SettingRow) {
    let request = linter.request;
    let facts = linter.facts;
    let own = facts
        .about(row.name, LintRule::OwnFile)
        .find(|fact| fact.holds(request.model, linter.level))
        .filter(|_| request.shared == Some(true));
    let boot = facts
        .about(row.name, LintRule::BootFile)
        .next()
        .filter(|_| request.file.includes().is_empty());
    if let Some(fact) = own.or(boot) {
        let told = Told::new(format!("phones ignore this here{}", because(fact.because)));
        linter.tell(codes::IGNORED_HERE, item, told.level(fact.level));
    }
}

fn section(linter: &mut Linter<'_>, item: &Item<'_>, row: &SettingRow) {
    let holds = |fact: &LintRow| {
        fact.name == item.section && (fact.value == Some("*") || fact.value == Some(row.section))
    };
    let fits = item.section == row.section
        || linter.facts.of_rule(LintRule::Section).any(holds)
        || item.rows.iter().any(|row| row.section == item.section);
    if fits {
        return;
    }
    let told = Told::new(format!("this setting belongs into `<{}>`", row.section));
    linter.tell(codes::SECTION, item, told.instead(row.section.to_owned()));
}

fn flag(linter: &mut Linter<'_>, item: &Item<'_>, row: &SettingRow) {
    let facts = linter.facts;
    let flags: Vec<&LintRow> = facts.of_rule(LintRule::Perm).collect();
    let perm = item.setting.perm();
    if flags.is_empty() {
        if perm.is_some() && row.perm.is_none() {
            let told = Told::new("files of these phones have no permission flags");
            linter.tell(codes::PERM, item, told.level(Level::Info));
        }
        return;
    }
    let Some(perm) = perm else {
        if let Some(usual) = row.perm {
            let told = Told::new(format!(
                "the permission flag is missing, and it is not known what that means; write `perm=\"{usual}\"`"
            ));
            linter.tell(codes::PERM_MISSING, item, told.instead(usual.to_owned()));
        }
        return;
    };
    let known = |flag: &str| flags.iter().copied().find(|row| row.value == Some(flag));
    // A flag may stand behind one that says how long the value lasts.
    let fact = known(&perm).or_else(|| {
        let mut letters = perm.chars();
        let last = letters.next_back()?.to_string();
        known(&last).filter(|_| known(letters.as_str()).is_some())
    });
    match fact {
        None => {
            let told = Told::new("phones know no permission flag of this name");
            linter.tell(codes::PERM, item, told);
        }
        Some(fact) => flag_fits(linter, item, row, fact, &perm),
    }
}

fn flag_fits(
    linter: &mut Linter<'_>,
    item: &Item<'_>,
    row: &SettingRow,
    fact: &LintRow,
    perm: &str,
) {
    let facts = linter.facts;
    let too_old = |since: &crate::target::FirmwareBound| {
        linter.level.is_some_and(|level| !since.since_met(level))
    };
    if let Some(since) = fact.since.filter(too_old) {
        let since = bound(linter, since);
        let told = Told::new(format!(
            "only firmware from {since} on knows this permission flag"
        ));
        linter.tell(codes::PERM, item, told);
    } else if fact.level.is_some() {
        let told = Told::new(format!(
            "this permission flag is not to be relied on{}",
            because(fact.because)
        ));
        let told = told.level(fact.level).instead(fact.instead.to_owned());
        linter.tell(codes::PERM, item, told);
    } else if let Some(fact) = facts
        .about(row.name, LintRule::PermNot)
        .find(|fact| fact.value == Some(perm))
    {
        let told = Told::new(format!(
            "this setting must not have the permission flag `{perm}`{}",
            because(fact.because)
        ));
        linter.tell(codes::PERM, item, told.instead(fact.instead.to_owned()));
    } else if let Some((fact, wanted)) = facts
        .about(row.name, LintRule::PermIs)
        .filter(|fact| is_about(fact, item))
        .find_map(|fact| Some((fact, fact.value.filter(|wanted| *wanted != perm)?)))
    {
        let told = Told::new(format!(
            "this setting needs the permission flag `{wanted}`{}",
            because(fact.because)
        ));
        linter.tell(codes::PERM, item, told.instead(wanted.to_owned()));
    }
}

/// Whether a row on flags is about this value and this attribute.
fn is_about(fact: &LintRow, item: &Item<'_>) -> bool {
    fact.concerns_other(item.setting.value())
        && fact
            .other
            .split_once('=')
            .is_none_or(|(name, value)| item.setting.attribute(name).as_deref() == Some(value))
}
