//! Reports for people and programs. No report shows the text of a secret.

pub mod json;
mod masked;
pub mod text;
