mod expressions;
mod hostile;
mod recovery;
mod show;
mod spans;
mod statements;
mod types;

use super::*;
use show::show;

/// Reads a text, checks what holds for every tree, and gives back the file.
fn read(text: &str, dialect: Dialect) -> Bicep {
    let file = super::read(SourceId(7), text, dialect);
    spans::check(text, &file);
    file
}

/// Each snippet is read without an error, and its first statement shows as given.
fn table(dialect: Dialect, rows: &[(&str, &str)]) {
    for (text, expected) in rows {
        let file = read(text, dialect);
        assert!(file.errors.is_empty(), "{text}\n{:?}", file.errors);
        let shown: Vec<_> = file.statements.iter().map(show).collect();
        assert_eq!(shown.join(" "), *expected, "{text}");
    }
}
