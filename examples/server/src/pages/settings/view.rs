//! The fields of a form as HTML shows them.

use askama::Template;

use super::fields::{Field, Group, KEY, Kind, Suggestions, spoken};
use super::form::{Form, KEYS, Shape, row_name};
use crate::pages::Faults;

/// Fields that belong together.
pub(super) struct Shown {
    pub title: &'static str,
    pub note: &'static str,
    pub inputs: Vec<Input>,
}

/// One field with its label.
#[derive(Template)]
#[template(path = "settings/input.html")]
pub(super) struct Input {
    pub name: String,
    pub label: String,
    /// Whether the label is there for screen readers alone: the heading of a column says it.
    pub is_in_table: bool,
    pub hints: Vec<String>,
    pub fault: Option<String>,
    pub value: String,
    pub control: Control,
}

/// What is typed into.
pub(super) enum Control {
    /// A line, with the list of its suggestions.
    Line(Option<&'static str>),
    /// Digits.
    Number,
    /// Several lines.
    Lines,
    /// Nothing of what is there is shown.
    Password,
    /// Words, with what people read; the empty one first.
    Choice(Vec<(String, String)>),
}

impl Input {
    fn describes(&self) -> String {
        let mut ids = Vec::new();
        if self.fault.is_some() {
            ids.push(format!("{}-fault", self.name));
        }
        if !self.hints.is_empty() {
            ids.push(format!("{}-hint", self.name));
        }
        ids.join(" ")
    }
}

/// What is known of a form besides what was typed into it.
pub(super) struct Around<'a> {
    pub shape: Shape,
    /// What is said of the password of a field: whether there is one, or one was typed.
    pub password: &'a dyn Fn(&str) -> &'static str,
    /// What is wrong, by field.
    pub faults: &'a Faults,
    /// What is inherited: whose it is, and the texts.
    pub inherited: &'a [(&'static str, Form)],
    /// Empty rows for more keys.
    pub blank_rows: usize,
}

impl Around<'_> {
    /// The groups of a form.
    pub(super) fn groups(&self, form: &Form) -> Vec<Shown> {
        let groups = self.shape.groups();
        groups.map(|group| self.group(group, form)).collect()
    }

    /// The rows of its keys.
    pub(super) fn keys(&self, form: &Form) -> Vec<Vec<Input>> {
        let rows = form.rows(KEYS) + self.blank_rows;
        let cell = |row: usize, field: &Field| {
            let name = row_name(KEYS, row, field.path);
            let label = format!("{} of key {}", field.label, row + 1);
            let mut input = self.input(field, name, label, form);
            input.is_in_table = true;
            input
        };
        let rows = (0..rows).map(|row| KEY.iter().map(|field| cell(row, field)).collect());
        rows.collect()
    }

    fn group(&self, group: &'static Group, form: &Form) -> Shown {
        let mut inputs = Vec::new();
        for field in group.fields {
            let Kind::Ranks(words) = field.kind else {
                let label = field.label.to_owned();
                inputs.push(self.input(field, field.path.to_owned(), label, form));
                continue;
            };
            let most = words().len();
            let rows = (form.rows(field.path) + 2).max(6).min(most);
            for rank in 0..rows.max(form.rows(field.path)) {
                let label = format!("{} {}", field.label, rank + 1);
                inputs.push(self.input(field, row_name(field.path, rank, ""), label, form));
            }
        }
        Shown {
            title: group.title,
            note: group.note,
            inputs,
        }
    }

    fn input(&self, field: &Field, name: String, label: String, form: &Form) -> Input {
        let mut hints = Vec::new();
        if !field.hint.is_empty() {
            hints.push(field.hint.to_owned());
        }
        let value = form.text(&name).to_owned();
        if let Kind::Password(_) = field.kind {
            hints.push((self.password)(&name).to_owned());
        } else if let Some((whose, text)) = self.inherited_text(&name) {
            let text = match field.kind {
                Kind::Choice(_) | Kind::Ranks(_) => spoken(text),
                Kind::YesNo => yes_no(text).to_owned(),
                _ => text.replace('\n', ", "),
            };
            hints.push(format!("Inherited from {whose}: {text}"));
        }
        Input {
            fault: self.faults.of(&name).map(str::to_owned),
            control: control(field.kind, &value),
            is_in_table: false,
            name,
            label,
            hints,
            value,
        }
    }

    fn inherited_text(&self, name: &str) -> Option<(&'static str, &str)> {
        let mut texts = self
            .inherited
            .iter()
            .map(|(whose, form)| (*whose, form.text(name)));
        texts.find(|(_, text)| !text.is_empty())
    }
}

fn control(kind: Kind, value: &str) -> Control {
    let choice = |words: Vec<&str>, spoken: fn(&str) -> String| {
        let mut options = vec![(String::new(), "–".to_owned())];
        options.extend(words.iter().map(|word| ((*word).to_owned(), spoken(word))));
        if !options.iter().any(|(word, _)| word == value) {
            // What was typed into a form of somebody's own stands there until it is mended.
            options.push((value.to_owned(), value.to_owned()));
        }
        Control::Choice(options)
    };
    match kind {
        Kind::Text => Control::Line(None),
        Kind::Suggested(list) => Control::Line(Some(id_of(list))),
        Kind::Number => Control::Number,
        Kind::Lines => Control::Lines,
        Kind::Password(_) => Control::Password,
        Kind::Choice(words) | Kind::Ranks(words) => choice(words(), spoken),
        Kind::YesNo => choice(vec!["true", "false"], |word| yes_no(word).to_owned()),
        Kind::SchemeOf(_) => choice(vec!["https", "http"], str::to_ascii_uppercase),
    }
}

fn yes_no(word: &str) -> &'static str {
    match word {
        "true" => "yes",
        _ => "no",
    }
}

/// The list of suggestions on the page.
pub(super) fn id_of(list: Suggestions) -> &'static str {
    match list {
        Suggestions::Languages => "languages",
        Suggestions::TimeZones => "time-zones",
        Suggestions::Countries => "countries",
    }
}
