//! From modules to values: links between modules, parameter files, evaluation.

pub mod eval;
mod functions;
pub mod modules;
pub mod providers;
pub mod value;
