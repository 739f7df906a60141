//! `identilint completions`.

use clap::CommandFactory as _;
use clap_complete::{Shell, generate};

use super::args::Cli;
use super::{CLEAN, print_raw};

pub(super) fn run(shell: Shell) -> u8 {
    let mut command = Cli::command();
    let name = command.get_name().to_owned();
    let mut script = Vec::new();
    generate(shell, &mut command, name, &mut script);
    print_raw(&String::from_utf8_lossy(&script));
    CLEAN
}
