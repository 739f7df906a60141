//! Trees to the one shape that everything after works on.

pub mod arm;
pub mod bicep;
pub mod terraform;
