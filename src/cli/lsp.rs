//! `identilint lsp`.

use crate::lsp::serve;

pub(super) fn run() -> u8 {
    serve(std::io::BufReader::new(std::io::stdin()), std::io::stdout().lock())
}
