//! What the server knows and does, whoever asks: phones, people, programs.
//!
//! * [`Server::change`] is the one way to change anything: in memory, then on the disk, then in the world.
//! * [`answering`] is for phones; [`phones`], [`subscribers`], [`settings`] for people and programs;
//!   [`files`] and [`preview`] show what phones get and what a change would do to them.

pub mod answering;
pub mod change;
pub mod documents;
pub mod equipment;
pub mod files;
pub mod held;
pub mod import;
pub mod people;
pub mod phones;
pub mod preview;
pub mod problem;
pub mod registrations;
pub mod settings;
pub mod start;
mod state;
pub mod subscribers;

use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use phone_provisioning::delivery::answer::Answers;
use phone_provisioning::model::Mac;
use phone_provisioning::redirection::life::Question;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

pub use problem::Problem;
pub use start::Options;
pub use state::State;

use crate::clock::Clock;
use crate::store::Store;

/// One environment: its phones, its people, its database.
pub struct Server {
    clock: Clock,
    state: Mutex<State>,
    store: Store,
    answers: Answers,
    world: World,
}

impl Server {
    /// The time.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// The clock.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Looks at what the server knows.
    pub fn look<R>(&self, look: impl FnOnce(&State) -> R) -> R {
        look(&self.lock())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A task that panicked has changed a record as a whole or not at all.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is to be done in the world, each thing by a task of its own.
struct World {
    questions: UnboundedSender<Asked>,
    resyncs: UnboundedSender<Vec<Mac>>,
    invited: UnboundedSender<Mac>,
    fetched: UnboundedSender<Mac>,
    forgotten: UnboundedSender<Mac>,
}

/// A question for a maker's redirection service.
#[derive(Debug)]
pub struct Asked {
    /// The maker, as the targets name it; unknown of a phone that was removed long ago.
    pub vendor: Option<String>,
    /// The question.
    pub question: Question,
}

/// What the tasks of the world wait for.
pub struct Tasks {
    /// Questions for the makers' redirection services.
    pub questions: UnboundedReceiver<Asked>,
    /// Phones that are to fetch their files, of each batch.
    pub resyncs: UnboundedReceiver<Vec<Mac>>,
    /// Phones that may come in from now on: if one waits for its address, it is told.
    pub invited: UnboundedReceiver<Mac>,
    /// Phones that have fetched their files.
    pub fetched: UnboundedReceiver<Mac>,
    /// Phones that are no discovered ones any more.
    pub forgotten: UnboundedReceiver<Mac>,
}

fn world() -> (World, Tasks) {
    let (questions, asked) = unbounded_channel();
    let (resyncs, resynced) = unbounded_channel();
    let (invited, invitations) = unbounded_channel();
    let (fetched, fetches) = unbounded_channel();
    let (forgotten, forgets) = unbounded_channel();
    let world = World {
        questions,
        resyncs,
        invited,
        fetched,
        forgotten,
    };
    let tasks = Tasks {
        questions: asked,
        resyncs: resynced,
        invited: invitations,
        fetched: fetches,
        forgotten: forgets,
    };
    (world, tasks)
}
