//! The tables, and how an older database becomes one of today.

use rusqlite_migration::{M, Migrations};

/// What is kept, each in a table of its own.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Kind {
    /// Records of the inventory.
    Records,
    /// Tokens of phones, in clear: they are written into the phones' files.
    Tokens,
    /// Subscribers with their accounts.
    Subscribers,
    /// What the server knows of a phone besides: handsets, modules, its maker.
    Equipment,
    /// Phones that asked the network for their files and that nobody knows.
    Discovered,
    /// People who may log in.
    People,
    /// Their sessions, by the hash of what they hold.
    Sessions,
    /// What the server drew when it was first started.
    Server,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Records,
        Self::Tokens,
        Self::Subscribers,
        Self::Equipment,
        Self::Discovered,
        Self::People,
        Self::Sessions,
        Self::Server,
    ];

    /// Name of the table.
    pub(super) fn table(self) -> &'static str {
        match self {
            Self::Records => "records",
            Self::Tokens => "tokens",
            Self::Subscribers => "subscribers",
            Self::Equipment => "equipment",
            Self::Discovered => "discovered",
            Self::People => "people",
            Self::Sessions => "sessions",
            Self::Server => "server",
        }
    }
}

/// All versions of the database, oldest first. One that was released is never changed.
pub(super) fn migrations() -> Migrations<'static> {
    Migrations::new(vec![M::up(include_str!("migrations/1.sql"))])
}
