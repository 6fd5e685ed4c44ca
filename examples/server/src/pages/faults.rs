//! What is wrong with a form.

use std::borrow::Cow;

use phone_provisioning::inventory::InventoryError;

use crate::server::Problem;

/// What is wrong with a form: each fault by itself, beside its field where there is one.
#[derive(Debug, Default)]
pub struct Faults(Vec<Fault>);

/// One thing that is wrong.
#[derive(Debug)]
pub struct Fault {
    /// The field.
    pub field: Option<Cow<'static, str>>,
    /// What is wrong with it.
    pub text: String,
}

impl Faults {
    /// Nothing is wrong so far.
    pub fn none() -> Self {
        Self::default()
    }

    /// Takes the value of a field, or what is wrong with it.
    pub fn take<T>(&mut self, value: Result<T, Problem>) -> Option<T> {
        value.map_err(|problem| self.add(&problem)).ok()
    }

    /// One more thing, or several.
    pub fn add(&mut self, problem: &Problem) {
        let texts = match problem {
            Problem::Field { message, .. } => vec![message.clone()],
            other => other.messages(),
        };
        let field = field(problem).map(Cow::Borrowed);
        let faults = texts.into_iter().map(|text| Fault {
            field: field.clone(),
            text,
        });
        self.0.extend(faults);
    }

    /// One more thing, beside a field that has its name from the form.
    pub fn add_at(&mut self, field: Option<String>, text: String) {
        let field = field.map(Cow::Owned);
        self.0.push(Fault { field, text });
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Everything that is wrong.
    pub fn iter(&self) -> impl Iterator<Item = &Fault> {
        self.0.iter()
    }

    /// What is wrong with one field.
    pub fn of(&self, field: &str) -> Option<&str> {
        let fault = self
            .0
            .iter()
            .find(|fault| fault.field.as_deref() == Some(field))?;
        Some(&fault.text)
    }
}

impl From<&Problem> for Faults {
    fn from(problem: &Problem) -> Self {
        let mut faults = Self::none();
        faults.add(problem);
        faults
    }
}

/// The field that a problem is about.
fn field(problem: &Problem) -> Option<&'static str> {
    match problem {
        Problem::Field { field, .. } => Some(field),
        Problem::Inventory(InventoryError::Model(_)) => Some("model"),
        Problem::Inventory(InventoryError::InUse(_)) => Some("mac"),
        _ => None,
    }
}
