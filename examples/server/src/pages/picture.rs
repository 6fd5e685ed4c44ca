//! A drawing of a phone by what the list of models says of it.

use askama::Template;
use phone_provisioning::target::ModelRow;

/// A drawing of a phone.
#[derive(Template)]
#[template(path = "picture.html")]
pub(super) struct Picture {
    form: Form,
    display: Display,
    keys: Option<u16>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Form {
    Desk,
    Conference,
    /// A base for handsets, in a system of several or by itself.
    Base,
    SingleCell,
    /// Coordinates a system of bases.
    Manager,
    /// Not on the list of models any more.
    Unknown,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Display {
    Colour,
    Mono,
    Untold,
}

impl Picture {
    /// Of a model; of a phone whose model is not on the list, nothing.
    pub(super) fn of(row: Option<&ModelRow>) -> Self {
        let Some(row) = row else {
            return Self {
                form: Form::Unknown,
                display: Display::Untold,
                keys: None,
            };
        };
        let holds_handsets = row.handsets.is_some_and(|handsets| handsets > 0);
        let form = match &*row.family {
            "conference" => Form::Conference,
            "dect-manager" => Form::Manager,
            "dect-single" => Form::SingleCell,
            _ if holds_handsets && row.bases == Some(1) => Form::SingleCell,
            _ if holds_handsets => Form::Base,
            _ => Form::Desk,
        };
        let display = match (row.is("colour"), row.is("mono")) {
            (true, _) => Display::Colour,
            (_, true) => Display::Mono,
            _ => Display::Untold,
        };
        let keys = row.line_keys.filter(|_| form == Form::Desk);
        Self {
            form,
            display,
            keys,
        }
    }

    /// The drawing in words.
    fn words(&self) -> String {
        let form = match self.form {
            Form::Desk => "Desk phone",
            Form::Conference => "Conference phone",
            Form::Base => "DECT base",
            Form::SingleCell => "DECT base, single cell",
            Form::Manager => "DECT manager",
            Form::Unknown => "Unknown model",
        };
        let display = match (self.form, self.display) {
            (Form::Desk | Form::Conference, Display::Colour) => " with colour display",
            (Form::Desk | Form::Conference, Display::Mono) => " with monochrome display",
            _ => "",
        };
        match self.keys {
            Some(keys) => format!("{form}{display}, {keys} keys"),
            None => format!("{form}{display}"),
        }
    }

    /// Where keys are drawn beside the display: up to ten, from left to right and downwards.
    fn keys(&self) -> impl Iterator<Item = (u16, u16)> {
        let drawn = self.keys.unwrap_or(0).min(10);
        (0..drawn).map(|key| (18 + key % 2 * 23, 9 + key / 2 * 4))
    }

    /// The arcs of a base: two of one in a system.
    fn is_system(&self) -> bool {
        matches!(self.form, Form::Base | Form::Manager)
    }
}
