//! The fields of a form that was sent.

use std::fmt::Display;
use std::str::FromStr;

use phone_provisioning::Secret;

use crate::server::Problem;

/// The fields of a form, in the order in which they were sent. A name may be there several times.
/// There is no `Debug`: some of them are passwords.
#[derive(Default)]
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// Fields that were read.
    pub fn new(fields: Vec<(String, String)>) -> Self {
        Self(fields)
    }

    /// The same with further fields, which count before others of their names.
    pub fn after(&self, mut first: Vec<(String, String)>) -> Self {
        first.extend_from_slice(&self.0);
        Self(first)
    }

    /// What was typed, without blanks around it; nothing where there is no such field.
    pub fn text(&self, name: &str) -> &str {
        self.all(name).next().unwrap_or("").trim()
    }

    /// What was typed, unless that is nothing.
    pub fn filled(&self, name: &str) -> Option<&str> {
        Some(self.text(name)).filter(|text| !text.is_empty())
    }

    /// All fields of a name, as they were typed.
    pub fn all<'f>(&'f self, name: &str) -> impl Iterator<Item = &'f str> {
        let found = self.0.iter().filter(move |(own, _)| own == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Whether a box was ticked.
    pub fn is_ticked(&self, name: &str) -> bool {
        self.all(name).next().is_some()
    }

    /// What was typed, as what it means.
    ///
    /// # Errors
    /// What was expected there.
    pub fn read<T: FromStr<Err: Display>>(&self, name: &'static str) -> Result<T, Problem> {
        let read = self.text(name).parse();
        read.map_err(|error| Problem::field(name, error))
    }

    /// A password, as it was typed: blanks belong to it. Nothing where nothing was typed.
    ///
    /// # Errors
    /// Control characters.
    pub fn secret(&self, name: &'static str) -> Result<Option<Secret>, Problem> {
        let typed = self.all(name).next().filter(|text| !text.is_empty());
        let secret = typed.map(|text| Secret::new(text.to_owned()));
        let secret = secret.transpose();
        secret.map_err(|error| Problem::field(name, error))
    }
}
