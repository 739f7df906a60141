//! The language server: what editors show while code is written. It speaks to one client on standard input and output; it
//! opens no connection and starts no process, whatever is in the workspace.
//!
//! One thread reads messages, one analyses, and the main loop does everything else, one thing after the other. What was
//! analysed is a snapshot that never changes; a request about it waits until there is one of what the editor shows.

mod actions;
mod cards;
mod changes;
mod client;
mod diagnostics;
mod document;
mod filing;
mod fix_all;
mod lines;
mod look;
mod names;
mod protocol;
mod requests;
mod server;
mod settings;
mod shift;
mod uri;
mod wire;
mod worker;

pub use server::serve;
