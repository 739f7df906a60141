//! Facts about Azure as data: roles, resource types, shapes of ids. Knows no language beyond their type names.

pub mod actions;
pub mod audiences;
pub mod conditions;
pub mod credentials;
pub mod directory;
pub mod features;
pub mod ids;
pub mod integrations;
pub mod keys;
pub mod local_auth;
pub mod modules;
pub mod needs;
pub mod outputs;
pub mod references;
pub mod removed;
pub mod roles;
pub mod secrets;
pub mod types;

/// The cells of a table's rows; comment lines are left out, a lone `-` is an empty cell.
fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    table
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .map(|line| line.split('\t').map(|cell| if cell == "-" { "" } else { cell }).collect())
}

/// The items of a cell.
fn items(cell: &'static str, separator: char) -> Vec<&'static str> {
    cell.split(separator).filter(|item| !item.is_empty()).collect()
}
