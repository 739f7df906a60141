//! Where the output goes.

use std::io::IsTerminal as _;

use super::args::Color;

/// The width of text that goes to no terminal.
const WIDTH: usize = 100;
/// Lines of prose that are longer than this are hard to read.
const READABLE: usize = 110;

/// Whether standard output gets colours.
pub(super) fn is_colored(choice: Color) -> bool {
    match choice {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => {
            std::io::stdout().is_terminal()
                && std::env::var_os("NO_COLOR").is_none_or(|set| set.is_empty())
                && !is_dumb()
        }
    }
}

/// Whether the terminal says that it knows no escapes.
pub(super) fn is_dumb() -> bool {
    std::env::var_os("TERM").is_some_and(|kind| kind == "dumb")
}

/// Columns for prose.
pub(super) fn prose_width() -> usize {
    let seen = std::io::stdout().is_terminal().then(terminal_size::terminal_size).flatten();
    seen.map_or(WIDTH, |(width, _)| usize::from(width.0)).clamp(40, READABLE)
}
