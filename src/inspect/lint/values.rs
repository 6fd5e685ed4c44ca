//! Values: whether the setting takes them.

use super::items::{Item, Items, has};
use super::{Linter, Told, because, codes};
use crate::model::nearest;
use crate::parse::Level;
use crate::target::{Domain, LintRule, SettingRow};

/// Words for yes and no, by what they mean.
const BOOLEAN: [(&str, bool); 16] = [
    ("0", false),
    ("1", true),
    ("Disabled", false),
    ("Enabled", true),
    ("FALSE", false),
    ("False", false),
    ("TRUE", true),
    ("True", true),
    ("disabled", false),
    ("enabled", true),
    ("false", false),
    ("no", false),
    ("off", false),
    ("on", true),
    ("true", true),
    ("yes", true),
];

/// A value of more characters is near to no word.
const LONGEST_WORD: usize = 64;

/// Domains of more words are told by their number.
const MOST_WORDS: usize = 16;

pub(super) fn check(linter: &mut Linter<'_>, items: &Items<'_>) {
    for item in &items.list {
        let Some(row) = item.row else { continue };
        if item.cleared {
            cleared(linter, item, row);
        } else if !stated(linter, item, row) {
            first_word(linter, item, row);
            form(linter, item, row);
            domain(linter, item);
        }
        attributes(linter, item, row);
    }
}

fn cleared(linter: &mut Linter<'_>, item: &Item<'_>, row: &SettingRow) {
    let facts = linter.facts;
    if let Some(fact) = facts.about(row.name, LintRule::NeverEmpty).next() {
        let told = Told::new(format!("empty, this does harm{}", because(fact.because)));
        linter.tell(codes::EMPTY, item, told.at_value().level(fact.level));
        return;
    }
    let value = item.setting.value();
    let word = facts
        .of_rule(LintRule::ClearWord)
        .find(|row| row.value == Some(value));
    if let (Some(word), Some(level)) = (word, linter.level)
        && !word.holds(linter.request.model, Some(level))
    {
        let other = facts
            .of_rule(LintRule::ClearWord)
            .find(|row| row.holds(linter.request.model, Some(level)));
        let other = other.and_then(|row| row.value);
        let write = other.map_or_else(String::new, |word| format!("; write `{word}`"));
        let told = Told::new(format!(
            "this firmware does not know the word, and takes it for the value{write}"
        ));
        let told = told.at_value().instead(other.map(str::to_owned));
        linter.tell(codes::CLEAR_WORD, item, told);
    }
}

/// Values that a row names.
fn stated(linter: &mut Linter<'_>, item: &Item<'_>, row: &SettingRow) -> bool {
    let value = item.setting.value();
    let (model, level) = (linter.request.model, linter.level);
    let fact = linter
        .facts
        .about(row.name, LintRule::Value)
        .find(|fact| fact.holds(model, level) && fact.concerns_value(value));
    let Some(fact) = fact else { return false };
    let write = match fact.instead {
        "" => String::new(),
        instead => format!("; write `{}`", instead.replace('|', "` or `")),
    };
    let one = !fact.instead.is_empty() && !fact.instead.contains('|');
    let told = Told::new(format!(
        "this value is not what is meant{}{write}",
        because(fact.because)
    ));
    let told = told.at_value().level(fact.level);
    let told = told.instead(one.then(|| fact.instead.to_owned()));
    linter.tell(codes::VALUE, item, told);
    true
}

/// Keys hold their type as the first word.
fn first_word(linter: &mut Linter<'_>, item: &Item<'_>, row: &SettingRow) {
    let value = item.setting.value();
    // A definition of elements is a type of its own.
    if value.starts_with('<') {
        return;
    }
    let Some(fact) = linter.facts.about(row.name, LintRule::FirstWord).next() else {
        return;
    };
    let word = value.split_whitespace().next().unwrap_or_default();
    let words = || fact.value.unwrap_or_default().split('|');
    if words().any(|known| known == word) {
        return;
    }
    let near = (word.len() <= LONGEST_WORD)
        .then(|| nearest(word, words()))
        .flatten();
    let write = near.map_or_else(String::new, |near| format!("; the nearest is `{near}`"));
    let told = Told::new(format!("phones have no key of this type{write}")).at_value();
    let told = told.level(fact.level).instead(near.map(str::to_owned));
    linter.tell(codes::FIRST_WORD, item, told);
}

fn form(linter: &mut Linter<'_>, item: &Item<'_>, row: &SettingRow) {
    let value = item.setting.value();
    let Some(fact) = linter.facts.about(row.name, LintRule::Form).next() else {
        return;
    };
    let forms = fact.value.unwrap_or_default();
    if forms.split('|').any(|form| is_of_form(value, form)) {
        return;
    }
    let first = forms.split('|').next().unwrap_or_default();
    let told = Told::new(format!(
        "phones read this in another form, such as `{first}`{}",
        because(fact.because)
    ));
    linter.tell(codes::FORM, item, told.at_value().level(fact.level));
}

/// Whether a text is of a form: text as it stands, numbers within `{1..12}`.
fn is_of_form(value: &str, form: &str) -> bool {
    let mut value = value;
    let mut form = form;
    while let Some((literal, rest)) = form.split_once('{') {
        let Some((range, rest)) = rest.split_once('}') else {
            return false;
        };
        let Some(behind) = value.strip_prefix(literal) else {
            return false;
        };
        let digits = behind.bytes().take_while(u8::is_ascii_digit).count();
        let (number, behind) = behind.split_at(digits);
        if !is_in_range(number, range) {
            return false;
        }
        (value, form) = (behind, rest);
    }
    value == form
}

fn is_in_range(number: &str, range: &str) -> bool {
    let Some((low, high)) = range.split_once("..") else {
        return false;
    };
    let padded = low.len() > 1 && low.starts_with('0');
    let written_so = if padded {
        number.len() == low.len()
    } else {
        number.len() == 1 || !number.starts_with('0')
    };
    let read = |text: &str| text.parse::<u32>().ok();
    match (read(number), read(low), read(high)) {
        (Some(number), Some(low), Some(high)) => written_so && (low..=high).contains(&number),
        _ => false,
    }
}

fn attributes(linter: &mut Linter<'_>, item: &Item<'_>, row: &SettingRow) {
    let facts = linter.facts;
    for fact in facts.about(row.name, LintRule::Attribute) {
        let Some(value) = item.setting.attribute(fact.other) else {
            continue;
        };
        if fact.concerns_value(&value) {
            continue;
        }
        let words: Vec<&str> = fact.value.unwrap_or_default().split('|').collect();
        let few = if words.len() > MOST_WORDS {
            format!("{} words, `{}` the first of them", words.len(), words[0])
        } else {
            format!("`{}`", words.join("`, `"))
        };
        let told = Told::new(format!("the attribute `{}` is one of {few}", fact.other));
        linter.tell(codes::ATTRIBUTE, item, told.level(fact.level));
    }
}

fn domain(linter: &mut Linter<'_>, item: &Item<'_>) {
    let value = item.setting.value();
    let (model, level) = (linter.request.model, linter.level);
    let exists = |row: &&SettingRow| has(row, model, level);
    let any = item.rows.iter().any(|row| exists(&row));
    let mut rows = item.rows.iter().filter(|row| !any || exists(row));
    if rows.clone().any(|row| row.domain.contains(value)) {
        return;
    }
    let Some(row) = rows.next() else { return };
    let doubtful = row.doubtful.then_some(Level::Warning);
    if let Some(word) = boolean(value, &row.domain) {
        let told = Told::new(format!("phones do not know this word here; write `{word}`"));
        let told = told.at_value().instead(word.to_owned());
        linter.tell(codes::BOOLEAN, item, told);
        return;
    }
    let near = near_word(value, &row.domain);
    let write = near.map_or_else(String::new, |near| format!("; the nearest is `{near}`"));
    let told = Told::new(format!("expected {}{write}", in_words(&row.domain))).at_value();
    let told = told.level(doubtful).instead(near.map(str::to_owned));
    linter.tell(codes::DOMAIN, item, told);
}

/// A domain, without the words of a long list.
fn in_words(domain: &Domain) -> String {
    let count = match domain {
        Domain::Choice(choices) => choices.len(),
        Domain::List(words) => words.len(),
        _ => 0,
    };
    match domain {
        Domain::List(_) if count > MOST_WORDS => format!("a list of any of {count} words"),
        _ if count > MOST_WORDS => format!("one of {count} words"),
        domain => domain.to_string(),
    }
}

/// The word of the domain for what a foreign word for yes or no means.
fn boolean(value: &str, domain: &Domain) -> Option<&'static str> {
    let meaning = |word: &str| BOOLEAN.iter().find(|(known, _)| *known == word);
    let (_, wanted) = meaning(value)?;
    let Domain::Choice(choices) = domain else {
        return None;
    };
    let says = |token: &str| meaning(token).is_some_and(|(_, says)| says == wanted);
    // A choice of numbers is one of yes or no only if it has nothing but these two.
    let switch = choices.iter().all(|(token, _)| meaning(token).is_some())
        || !value.starts_with(|c: char| c.is_ascii_digit());
    let found = choices.iter().find(|(token, _)| says(token));
    found.filter(|_| switch).map(|(token, _)| *token)
}

fn near_word(value: &str, domain: &Domain) -> Option<&'static str> {
    if value.len() > LONGEST_WORD {
        return None;
    }
    match domain {
        Domain::Choice(choices) => nearest(value, choices.iter().map(|(token, _)| *token)),
        Domain::List(words) => {
            let wrong = value.split(',').map(str::trim);
            wrong
                .filter(|item| !words.contains(item))
                .find_map(|item| nearest(item, words.iter().copied()))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::is_of_form;

    #[test]
    fn forms_are_text_and_ranges() {
        let rule = "{1..12}/{1..5}/{1..7}/{0..23}";
        for good in ["3/5/7/2", "10/5/7/23", "12/1/1/0"] {
            assert!(is_of_form(good, rule), "{good}");
        }
        for bad in [
            "",
            "3/5/7",
            "3/5/0/2",
            "13/5/7/2",
            "3/5/7/24",
            "03/5/7/2",
            "3/5/7/2 ",
            "3/5/7/2/1",
            "a/5/7/2",
            "/5/7/2",
            "99999999999/5/7/2",
        ] {
            assert!(!is_of_form(bad, rule), "{bad}");
        }
        assert!(is_of_form("02:00", "{00..23}:{00..59}"));
        assert!(!is_of_form("2:00", "{00..23}:{00..59}"));
        assert!(!is_of_form("002:00", "{00..23}:{00..59}"));
        assert!(is_of_form("+5:30", "+{0..14}:{00..59}"));
        assert!(is_of_form("0", "0"));
        assert!(!is_of_form("1", "{1"));
    }
}
