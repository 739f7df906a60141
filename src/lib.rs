//! identilint
pub mod azure; pub mod finding; pub mod source; pub mod syntax; pub mod ir; pub mod lower; pub mod resolve; pub mod workspace; pub mod graph;
