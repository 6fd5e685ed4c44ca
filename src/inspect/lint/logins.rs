//! Passwords: those of the factory, those that are easily guessed, those that everybody can read.

use std::collections::{BTreeMap, BTreeSet};

use super::items::{Item, Items};
use super::{Linter, Told, codes};
use crate::target::{Domain, LintRow, LintRule, SettingRow};

/// Passwords of fewer characters are guessed.
const SHORTEST: usize = 8;

/// Passwords of digits alone are guessed up to this length.
const SHORTEST_NUMBER: usize = 16;

pub(super) fn check(linter: &mut Linter<'_>, items: &Items<'_>) {
    // The logins that stand in lines of `name:password`, by setting.
    let mut lines: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for item in &items.list {
        let Some(row) = item.row else { continue };
        if item.cleared {
            continue;
        }
        shared(linter, item, row);
        let facts = linter.facts;
        if let Some(login) = facts.about(row.name, LintRule::Login).next() {
            if let Some(mark) = login.value {
                line(linter, item, row, mark);
                let name = item.setting.value().split_once(mark);
                let name = name.filter(|(name, _)| !name.is_empty());
                let names = lines.entry(row.name).or_default();
                names.extend(name.map(|(name, _)| name));
            } else {
                pair(linter, items, item, row, login);
            }
        } else if facts
            .about(row.name, LintRule::Pin)
            .any(|fact| fact.concerns_value(item.setting.value()))
        {
            pin(linter, item, row);
        }
    }
    for (setting, names) in lines {
        left(linter, items, setting, names.len());
    }
}

/// A secret in a file that everybody can have.
fn shared(linter: &mut Linter<'_>, item: &Item<'_>, row: &SettingRow) {
    if linter.request.shared != Some(true) || !row.secret {
        return;
    }
    // An address is a secret only with a login in it.
    let address = matches!(row.domain, Domain::Url(_));
    if address && !has_login(item.setting.value()) {
        return;
    }
    let told = Told::new(
        "everybody who knows the model can read this secret; it belongs into the phone's own file",
    );
    linter.tell(codes::SECRET_SHARED, item, told);
}

fn has_login(url: &str) -> bool {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    host.contains('@')
}

/// A login in one line.
fn line(linter: &mut Linter<'_>, item: &Item<'_>, row: &SettingRow, mark: &str) {
    match item.setting.value().split_once(mark) {
        Some((name, password)) if !name.is_empty() && !password.is_empty() => {
            if is_factory(linter, row, item.setting.value()) {
                factory(linter, item);
            } else {
                weak(linter, item, password, Some(name));
            }
        }
        _ => {
            let told = Told::new(format!("expected a name, `{mark}` and a password")).at_value();
            linter.tell(codes::LOGIN, item, told);
        }
    }
}

/// A password whose login stands in another setting.
fn pair(
    linter: &mut Linter<'_>,
    items: &Items<'_>,
    item: &Item<'_>,
    row: &SettingRow,
    login: &LintRow,
) {
    let other = items.last(login.other, &item.indices);
    if let Some(other) = other.filter(|other| other.cleared) {
        let told = Told::new("a password without a login name");
        linter.tell(codes::LOGIN, other, told);
    }
    if is_factory(linter, row, item.setting.value()) {
        factory(linter, item);
    } else {
        let name = other.map(|other| other.setting.value());
        weak(linter, item, item.setting.value(), name);
    }
}

fn pin(linter: &mut Linter<'_>, item: &Item<'_>, row: &SettingRow) {
    let value = item.setting.value();
    if is_factory(linter, row, value) {
        factory(linter, item);
    } else if all_the_same(value) {
        tell_weak(linter, item, "all of its characters are the same");
    }
}

fn factory(linter: &mut Linter<'_>, item: &Item<'_>) {
    let told = Told::new("this is the password of the factory, which everybody knows").at_value();
    linter.tell(codes::FACTORY, item, told);
}

fn is_factory(linter: &Linter<'_>, row: &SettingRow, value: &str) -> bool {
    let stated = linter
        .facts
        .about(row.name, LintRule::Factory)
        .any(|fact| fact.value == Some(value));
    stated || (row.secret && row.default == Some(value))
}

fn weak(linter: &mut Linter<'_>, item: &Item<'_>, password: &str, name: Option<&str>) {
    // The mask of an export is told by the parser.
    if password.bytes().all(|byte| byte == b'*') {
        return;
    }
    let length = password.chars().count();
    let number = password.bytes().all(|byte| byte.is_ascii_digit());
    let reason = if name.is_some_and(|name| name.eq_ignore_ascii_case(password)) {
        "it is the name of the login"
    } else if all_the_same(password) {
        "all of its characters are the same"
    } else if length < SHORTEST {
        "it has fewer than 8 characters"
    } else if number && length < SHORTEST_NUMBER {
        "it is a number"
    } else {
        return;
    };
    tell_weak(linter, item, reason);
}

fn tell_weak(linter: &mut Linter<'_>, item: &Item<'_>, reason: &str) {
    let told = Told::new(format!("this password is easily guessed: {reason}")).at_value();
    linter.tell(codes::WEAK, item, told);
}

fn all_the_same(text: &str) -> bool {
    let mut characters = text.chars();
    let first = characters.next();
    characters.all(|character| Some(character) == first)
}

/// Logins of the factory that no line changes: there are as many lines as logins, or some are left.
fn left(linter: &mut Linter<'_>, items: &Items<'_>, setting: &str, named: usize) {
    let factory = linter.facts.about(setting, LintRule::Factory).count();
    let Some(first) = items.places(setting).next() else {
        return;
    };
    // Lines that name nobody are told one by one.
    if named == 0 || named >= factory {
        return;
    }
    let told = Told::new(format!(
        "phones have {factory} logins, and only {named} of them get a password: the others keep that of the factory"
    ));
    linter.tell(codes::LOGIN_LEFT, &items.list[first], told);
}
