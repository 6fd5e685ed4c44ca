//! The facts of the tables: every row finds what it is for, and no finding tells a value.

use phone_provisioning::Targets;
use phone_provisioning::inspect::{LintFinding, LintRequest, lint};
use phone_provisioning::model::Firmware;
use phone_provisioning::parse::{self, Format, Limits};
use phone_provisioning::target::{LintRow, LintRule, ProvisioningTarget};

use proptest::prelude::*;

use super::{cfg, in_section};

/// Every row of every target finds what it is for.
#[test]
fn every_fact_is_found() {
    let targets = Targets::builtin();
    for target in targets.iter() {
        let target = target.as_ref();
        for fact in target.lint_rows() {
            let Some((text, number)) = broken(target, fact) else {
                continue;
            };
            let newest = newest(target, fact);
            let file = parse::parse(text.as_bytes(), &Limits::default());
            let models: Vec<_> = target
                .models()
                .iter()
                .filter(|model| fact.only.iter().any(|word| model.is(word)))
                .collect();
            let mut request = LintRequest::new(&file, target).shared(true);
            if let Some(newest) = newest {
                request = request.firmware(newest);
            }
            if let Some(model) = models.first() {
                request = request.model(model);
            }
            let found = lint(&request);
            let hit = found.iter().any(|finding| &finding.code()[1..] == number);
            assert!(hit, "{} {fact:?}\n{text}\n{found:#?}", target.id());
        }
    }
}

/// A firmware for which the fact holds, as new as can be.
fn newest(target: &dyn ProvisioningTarget, fact: &LintRow) -> Option<Firmware> {
    let id = target.id();
    let until = fact.until.map(|bound| bound.parts()[0]);
    let text = match (id.as_str(), until) {
        ("yealink", Some(until)) => format!("1.{until}.0.1"),
        ("yealink", None) => "66.86.0.15".to_owned(),
        ("snom-desk", _) => "10.1.226.16".to_owned(),
        _ => "790/200".to_owned(),
    };
    Firmware::parse(target.firmware_scheme(), &text).ok()
}

/// A file that has what the fact is about, and the number of the code.
fn broken(target: &dyn ProvisioningTarget, fact: &LintRow) -> Option<(String, &'static str)> {
    let named = |name: &str| {
        let name = name.strip_suffix('*').map_or(name.to_owned(), |stem| {
            let mut names = target.settings().iter().map(|row| row.name);
            let known = names.find(|name| name.starts_with(stem));
            known.map_or_else(|| format!("{stem}type"), str::to_owned)
        });
        name.replace(".X", ".1")
            .replace(".Y", ".1")
            .replace("<payload>", "pcmu")
    };
    let counts = |name: &str| {
        let mut rows = target.settings().iter();
        let row = rows.rfind(|row| row.name == name);
        row.is_some_and(|row| !row.indices.is_empty() || format!("{:?}", row.scope) != "Phone")
    };
    let line = |name: &str, value: &str, more: &str| match target.format() {
        Format::Cfg => format!("{name} = {value}\n"),
        _ => {
            let more = if more.contains("perm=") {
                more.to_owned()
            } else {
                format!("perm=\"R\" {more}")
            };
            let index = if counts(name) { "idx=\"1\" " } else { "" };
            format!("<{name} {index}{more}>{value}</{name}>\n")
        }
    };
    let section = |name: &str| {
        let mut rows = target.settings().iter();
        rows.find(|row| row.name == name)
            .map_or("phone-settings", |row| row.section)
    };
    let name = named(fact.name);
    let other = named(fact.other);
    let first = |words: Option<&str>| {
        let word = words.unwrap_or("x").split('|').next().unwrap();
        if let Some(part) = word.strip_prefix('$') {
            return format!("x{part}");
        }
        match word.strip_prefix(['~', '^']) {
            Some(part) => format!("{part}x"),
            None if word.starts_with('!') => "no-such-word".to_owned(),
            None if word == "*" => "1234".to_owned(),
            None => word.to_owned(),
        }
    };
    let value = first(fact.value);
    let with = match fact.with {
        Some("") => "x".to_owned(),
        Some("*") if fact.rule == LintRule::Clash => "1234".to_owned(),
        Some("*") => String::new(),
        words if fact.rule == LintRule::Clash => first(words),
        _ => "no-such-word".to_owned(),
    };
    let (lines, code) = match fact.rule {
        LintRule::Attribute => (
            line(&name, "line", &format!("{}=\"?\"", fact.other)),
            "0307",
        ),
        LintRule::Before if fact.other == "*" => (
            line("pnp_config", "off", "") + &line(&name, "on", ""),
            "0403",
        ),
        LintRule::Before => (line(&other, "a:b", "") + &line(&name, "x", ""), "0403"),
        LintRule::BootFile | LintRule::OwnFile => (line(&name, "1", ""), "0405"),
        LintRule::Clash => (line(&name, &value, "") + &line(&other, &with, ""), "0502"),
        LintRule::Factory => (line(&name, fact.value?, ""), "0602"),
        LintRule::FirstWord => (line(&name, "nothing 1", ""), "0306"),
        LintRule::Form => (line(&name, "3.29.2", ""), "0308"),
        LintRule::Login => (
            line(&name, "short", ""),
            if fact.other.is_empty() {
                "0604"
            } else {
                "0603"
            },
        ),
        LintRule::Misspelt => (line(&name, "1", ""), "0102"),
        LintRule::Needs => (
            line(&name, &value.replace("x", ""), "") + &line(&other, &with, ""),
            "0501",
        ),
        LintRule::NeverEmpty => {
            let empty = if target.format() == Format::Cfg {
                "%NULL%"
            } else {
                ""
            };
            (line(&name, empty, ""), "0303")
        }
        LintRule::NeverSent => (line(&name, "1", ""), "0106"),
        LintRule::Obsolete => (line(&name, "1", ""), "0107"),
        LintRule::PermIs => {
            let more = format!(
                "perm=\"!\" {}",
                fact.other.replace('=', "=\"").clone()
                    + if fact.other.is_empty() { "" } else { "\"" }
            );
            (line(&name, fact.with.unwrap_or("on"), &more), "0407")
        }
        LintRule::PermNot => (
            line(&name, "Wx9-mH7-bq2", &format!("perm=\"{}\"", fact.value?)),
            "0407",
        ),
        LintRule::Pin => (line(&name, "7777", ""), "0603"),
        LintRule::Renamed => (line(&name, "1", ""), "0103"),
        LintRule::Same => (line(&name, "1", "") + &line(&other, "2", ""), "0503"),
        LintRule::Unique => {
            let of = |index| format!("<{name} idx=\"{index}\">201</{name}>\n");
            (of(1) + &of(2), "0504")
        }
        LintRule::Value => (line(&name, &value, ""), "0304"),
        // They say what is right.
        _ => return None,
    };
    let text = match target.format() {
        Format::Cfg => cfg(&lines),
        _ => in_section(section(&name), &lines),
    };
    Some((text, code))
}

/// Any value may be a secret, and so may a piece of a value that stands in the wrong place.
#[test]
fn no_value_is_in_a_finding() {
    let mark = "Geheim9";
    for target in Targets::builtin().iter() {
        let target = target.as_ref();
        let wrap = |name: &str, value: &str| match target.format() {
            Format::Cfg => format!("{name} = {value}\n"),
            _ => format!("<{name} idx=\"1\" perm=\"{mark}\" context=\"{mark}\">{value}</{name}>\n"),
        };
        let lines = |every: usize, of: &dyn Fn(&str) -> String| -> String {
            let names = target.settings().iter().step_by(every).map(|row| {
                let name = row.name.replace(".X", ".1").replace(".Y", ".2");
                name.replace("<payload>", "pcmu")
            });
            names.map(|name| of(&name)).collect()
        };
        let other = |word: &str| format!("{mark}{word}");
        let bodies = [
            lines(1, &|name| wrap(name, mark)),
            lines(3, &|name| {
                wrap(name, &other(":x")) + &wrap(name, &other(";tcp"))
            }),
            lines(3, &|name| {
                wrap(name, &other(" telephone-event")) + &wrap(name, "")
            }),
            lines(20, &|name| wrap(&format!("{name}x"), mark)),
        ];
        for body in bodies {
            let text = match target.format() {
                Format::Cfg => cfg(&body),
                _ => in_section("phone-settings", &body),
            };
            let file = parse::parse(text.as_bytes(), &Limits::default());
            for model in target.models().iter().take(1) {
                let request = LintRequest::new(&file, target).model(model).shared(true);
                let found = lint(&request.limit(usize::MAX));
                assert!(found.len() > 10, "{} {}", target.id(), found.len());
                for finding in found {
                    let json = serde_json::to_string(&finding).unwrap();
                    assert!(!json.contains(mark), "{json}");
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Nothing panics, findings ascend, and each lies within the file.
    #[test]
    fn any_file_is_checked(
        lines in prop::collection::vec((0usize..10_000, 0usize..10_000, 0u32..300, "[ -~]{0,12}"), 0..24),
        cut in 0usize..4_000,
        model in 0usize..1_000,
    ) {
        for target in Targets::builtin().iter() {
            let target = target.as_ref();
            let rows = target.settings();
            let facts = target.lint_rows();
            let mut text = String::new();
            for (row, fact, index, words) in &lines {
                let name = rows[row % rows.len()].name;
                let name = name.replace(".X", &format!(".{index}")).replace(".Y", ".2");
                let fact = facts[fact % facts.len()];
                let value = fact.value.unwrap_or(words);
                let line = match target.format() {
                    Format::Cfg => format!("{name} = {value}\n{} = {words}\n", fact.name),
                    _ => format!("<{name} idx=\"{index}\" perm=\"{words}\">{value}</{name}><{} perm=\"R\">{words}</{}>\n", fact.name, fact.name),
                };
                text += &line;
            }
            let mut text = match target.format() {
                Format::Cfg => cfg(&text),
                _ => in_section("phone-settings", &text),
            };
            text.truncate(text.len().saturating_sub(cut / 10));
            let file = parse::parse(text.as_bytes(), &Limits::default());
            let models = target.models();
            let request = LintRequest::new(&file, target).shared(cut % 2 == 0);
            for request in [request, request.model(&models[model % models.len()])] {
                let found = lint(&request);
                for pair in found.windows(2) {
                    prop_assert!(pair[0].span().start <= pair[1].span().start);
                }
                for finding in &found {
                    prop_assert!(finding.span().end <= text.len());
                    let position = file.position(finding.span().start);
                    prop_assert_eq!(finding.position(), position);
                }
            }
        }
    }
}

/// A file of a stranger costs no more than its size, whatever it holds.
#[test]
fn a_hostile_file_is_checked_in_bounded_work() {
    let mut lines = String::new();
    for i in 0..20_000 {
        lines += &format!("acount.{i}.nam{i} = 1\n");
    }
    let long = format!("{} = 1\n", "a.".repeat(40_000));
    for text in [
        cfg(&lines),
        cfg(&long),
        cfg(&"account.1.label = a\n".repeat(30_000)),
    ] {
        let file = parse::parse(text.as_bytes(), &Limits::default());
        for target in Targets::builtin().iter() {
            let found = lint(&LintRequest::new(&file, target.as_ref()));
            assert!(found.len() <= 1_001 + 2);
            let names = found.iter().filter_map(LintFinding::name);
            assert!(names.map(str::len).max().unwrap_or(0) <= 70);
        }
    }
}

/// What a row says to write instead of a name is a name.
#[test]
fn what_is_written_instead_is_known() {
    for target in Targets::builtin().iter() {
        for fact in target.lint_rows() {
            let is_name = matches!(
                fact.rule,
                LintRule::Misspelt | LintRule::Obsolete | LintRule::Renamed
            );
            if !is_name || fact.instead.is_empty() {
                continue;
            }
            let stem = fact.instead.trim_end_matches('*');
            let bare = stem.replace("<payload>", "pcmu");
            let concrete = bare.replace(".X", ".1").replace(".Y", ".1");
            let known = target.setting(&concrete, None).is_some()
                || target.setting(&concrete, Some(1)).is_some()
                || target
                    .settings()
                    .iter()
                    .any(|row| row.name.starts_with(stem))
                || target.setting(&format!("{concrete}enable"), None).is_some();
            assert!(known, "{}: {}", target.id(), fact.instead);
        }
    }
}
