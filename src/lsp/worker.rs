//! The thread that looks and answers questions about what was seen.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender};

use serde_json::Value;

use super::client::Client;
use super::look::{Looker, Snapshot, World};
use super::requests::Ask;
use super::server::Event;
use super::wire::{Code, Failure};
use crate::engine::with_workers;
use crate::progress::Progress;

/// What there is to do.
pub(super) enum Job {
    /// To look at a world.
    Look(Arc<World>, Arc<Progress>),
    /// To answer a question.
    Answer(Question),
}

/// A question about what was seen.
pub(super) struct Question {
    /// What the client calls it.
    pub(super) id: Value,
    /// How it is answered.
    pub(super) ask: Ask,
    /// What the client says with it.
    pub(super) params: Value,
    /// About what.
    pub(super) view: View,
}

/// What a question can be about.
#[derive(Debug, Clone)]
pub(super) struct View {
    /// What the client can do.
    pub(super) client: Arc<Client>,
    /// What the editor shows.
    pub(super) world: Arc<World>,
    /// What was seen of it.
    pub(super) snapshot: Arc<Snapshot>,
    /// Whether anybody still waits.
    pub(super) progress: Arc<Progress>,
}

/// Works until nobody has anything to do any more.
pub(super) fn run(jobs: Receiver<Job>, events: &Sender<Event>) {
    with_workers(move || {
        let mut looker = Looker::default();
        for job in jobs {
            let event = match job {
                Job::Look(_, progress) if progress.is_cancelled() => continue,
                Job::Look(world, progress) => {
                    let seen = catch_unwind(AssertUnwindSafe(|| looker.look(&world, &progress)));
                    if progress.is_cancelled() {
                        continue;
                    }
                    Event::Looked(seen.map(Arc::new).map_err(|_| world.generation))
                }
                Job::Answer(question) => {
                    let (id, view) = (question.id, question.view);
                    let result = catch_unwind(AssertUnwindSafe(|| (question.ask)(&view, question.params)));
                    let result = result.unwrap_or_else(|_| Err(Failure::new(Code::InternalError, BUG)));
                    Event::Answered { id, generation: view.world.generation, result }
                }
            };
            if events.send(event).is_err() {
                return;
            }
        }
    });
}

/// What is said of a mistake of the server's own.
pub(super) const BUG: &str = "identilint stopped with an error of its own; please report this as a bug";
