//! What an editor shows of identities, slots, grants and hosts: cards, where references lead, lenses.

#![expect(clippy::expect_used, clippy::string_slice, reason = "a test stops at a surprise")]

#[path = "cards/languages.rs"]
mod languages;
#[path = "cards/merging.rs"]
mod merging;
#[path = "cards/moves.rs"]
mod moves;
#[path = "cards/page.rs"]
mod page;
#[path = "cards/secrets.rs"]
mod secrets;
#[path = "cards/support.rs"]
mod support;
#[path = "cards/sweep.rs"]
mod sweep;
#[path = "cards/unknowns.rs"]
mod unknowns;
