//! How far a run is: counters that work adds to and a front end may look at, at the price of one atomic step each. And
//! whether anybody still waits for it.

use std::sync::atomic::{AtomicBool, AtomicU8, AtomicUsize, Ordering};

/// What is being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Phase {
    /// Nothing yet.
    Starting,
    /// Directories are walked; how much there is shows only then.
    Looking,
    /// Files are read and parsed.
    Reading,
    /// Deployments go through the rules.
    Analysing,
}

/// The counters. Numbers may lag behind each other for a moment: they are for people.
#[derive(Debug, Default)]
pub struct Progress {
    phase: AtomicU8,
    done: AtomicUsize,
    total: AtomicUsize,
    cancelled: AtomicBool,
}

impl Progress {
    /// A phase begins, or the one that runs gets so many steps more.
    pub fn begin(&self, phase: Phase, steps: usize) {
        if self.phase.swap(phase as u8, Ordering::Relaxed) == phase as u8 {
            self.total.fetch_add(steps, Ordering::Relaxed);
        } else {
            self.done.store(0, Ordering::Relaxed);
            self.total.store(steps, Ordering::Relaxed);
        }
    }

    /// One step is done.
    pub fn step(&self) {
        self.done.fetch_add(1, Ordering::Relaxed);
    }

    /// Nobody waits for the result any more: what is left of the work may be left out, and the result is worth nothing.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// Whether nobody waits any more.
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    /// The phase, the steps done, and of how many; 0 if nobody knows yet.
    pub fn now(&self) -> (Phase, usize, usize) {
        let phase = match self.phase.load(Ordering::Relaxed) {
            1 => Phase::Looking,
            2 => Phase::Reading,
            3 => Phase::Analysing,
            _ => Phase::Starting,
        };
        (phase, self.done.load(Ordering::Relaxed), self.total.load(Ordering::Relaxed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phase_grows_and_the_next_one_starts_anew() {
        let progress = Progress::default();
        assert_eq!(progress.now(), (Phase::Starting, 0, 0));
        progress.begin(Phase::Reading, 2);
        progress.step();
        progress.begin(Phase::Reading, 3);
        assert_eq!(progress.now(), (Phase::Reading, 1, 5));
        progress.begin(Phase::Analysing, 1);
        assert_eq!(progress.now(), (Phase::Analysing, 0, 1));
    }
}
