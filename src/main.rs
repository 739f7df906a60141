//! The command.

use std::process::ExitCode;

fn main() -> ExitCode {
    identilint::cli::main()
}
