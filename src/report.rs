//! Reports for people and programs. No report shows the text of a secret.

pub mod diff;
pub mod fixes;
pub mod json;
mod masked;
pub mod text;
