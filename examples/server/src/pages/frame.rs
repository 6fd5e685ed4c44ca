//! What every page has around it.

use phone_provisioning::inventory::{Actor, Role};

use super::{Done, Visitor};

/// What every page has around it: who is logged in, where they can go, what was just done.
pub struct Frame {
    /// Who is logged in.
    pub name: String,
    /// Whether they own phones.
    pub is_provider: bool,
    /// Whether they may say who logs in.
    pub is_provider_of_all: bool,
    /// Where the page belongs.
    pub here: Section,
    /// What was just done.
    pub done: Option<Done>,
    /// What every form carries.
    pub form_token: String,
}

/// The parts of the pages.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Section {
    /// Phones on the list.
    Phones,
    /// Phones that asked the network.
    Discovered,
    /// Subscribers.
    Subscribers,
    /// Firmware.
    Firmware,
    /// Organisations.
    Organisations,
    /// Who may log in.
    People,
    /// The visitor's own login.
    Own,
}

impl Frame {
    /// The frame of a visitor's page.
    pub fn new(visitor: &Visitor, here: Section) -> Self {
        Self {
            name: visitor.name.clone(),
            is_provider: visitor.actor.role() == Role::Provider,
            is_provider_of_all: visitor.actor == Actor::PROVIDER,
            here,
            done: visitor.done,
            form_token: visitor.form_token.clone(),
        }
    }

    /// Whether the page belongs to a section.
    pub fn is_at(&self, section: Section) -> bool {
        self.here == section
    }
}
