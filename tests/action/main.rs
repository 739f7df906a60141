//! The GitHub Action: its script runs as a runner starts it, on real histories, with the built binary.

#![cfg(unix)]
#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test stops at a surprise")]

mod events;
mod history;
mod hostile;
mod inputs;
mod install;
mod pages;
mod runner;
