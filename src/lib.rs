//! identilint tells, before deployment, whether the Azure identities in infrastructure code work and whether secrets are
//! still in it.
//!
//! ```text
//! files ─ workspace ─▶ syntax ─▶ lower ─▶ ir ─▶ resolve ─▶ graph ─▶ rules ─▶ suppress ─▶ engine's report ─▶ report
//! ```
//!
//! Front ends turn text into one shape ([`ir`]); [`resolve`] works out what every expression is without running
//! anything; [`graph`] holds identities, grants, scopes and uses; [`rules`] look only at that. `docs/architecture.md`
//! tells the whole story, and a test keeps the layers apart.

pub mod azure;
pub mod baseline;
pub mod card;
pub mod cli;
pub mod config;
pub mod day;
pub mod disk;
pub mod engine;
pub mod finding;
pub mod fingerprint;
pub mod fix;
pub mod graph;
pub mod ir;
pub mod known;
pub mod lower;
pub mod lsp;
pub mod policy;
pub mod progress;
pub mod report;
pub mod resolve;
pub mod rules;
pub mod since;
pub mod source;
pub mod suppress;
pub mod syntax;
pub mod text;
pub mod workspace;
