//! Trees to the one shape that everything after works on.

pub mod arm;
pub mod bicep;
mod lambda;
mod remark;
mod strings;
pub mod terraform;

use lambda::renamed;
use remark::remark;
