//! Passwords that stand in a form which is not saved yet: no page shows them again, so the server keeps
//! them until the form is sent once more.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use phone_provisioning::Secret;

use super::Server;
use crate::random;

/// What was typed, by the ticket that the form carries.
#[derive(Default)]
pub(super) struct Held(HashMap<String, Kept>);

struct Kept {
    /// Of the session that typed it.
    form_token: String,
    until: DateTime<Utc>,
    secrets: Vec<(String, Secret)>,
}

/// So long is thought about a form.
const KEPT: TimeDelta = TimeDelta::minutes(30);

/// Forms whose passwords are kept.
const MOST: usize = 256;

/// Passwords of one form.
const MOST_SECRETS: usize = 64;

impl Server {
    /// Keeps the passwords of a form by their fields: the ticket for the same session to have them again.
    pub fn hold(&self, form_token: &str, secrets: Vec<(String, Secret)>) -> Option<Secret> {
        if secrets.is_empty() || secrets.len() > MOST_SECRETS {
            return None;
        }
        let now = self.now();
        let mut state = self.lock();
        let ticket = random::token(&state.environment);
        let held = &mut state.held.0;
        held.retain(|_, kept| now < kept.until);
        if held.len() >= MOST {
            let oldest = held.iter().min_by_key(|(_, kept)| kept.until);
            let oldest = oldest.map(|(ticket, _)| ticket.clone());
            oldest.and_then(|ticket| held.remove(&ticket));
        }
        let kept = Kept {
            form_token: form_token.to_owned(),
            until: now + KEPT,
            secrets,
        };
        held.insert(ticket.expose().to_owned(), kept);
        Some(ticket)
    }

    /// What was kept for a ticket of this session.
    pub fn held(&self, form_token: &str, ticket: &str) -> Vec<(String, Secret)> {
        let now = self.now();
        self.look(|state| {
            let kept = state.held.0.get(ticket);
            let kept = kept.filter(|kept| kept.form_token == form_token && now < kept.until);
            kept.map_or_else(Vec::new, |kept| kept.secrets.clone())
        })
    }
}
