//! Paths as they are shown and compared: relative to the working directory, with `/`, without `.` and inner `..`.

use std::path::{Component, Path, PathBuf};

/// The absolute path without `.` and `..`; links are not followed.
pub(crate) fn absolute(directory: &Path, path: &Path) -> PathBuf {
    let mut result = PathBuf::new();
    for component in directory.join(path).components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => drop(result.pop()),
            component => result.push(component),
        }
    }
    result
}

/// How an absolute path is shown: relative to the working directory if they share a directory below the root.
pub(crate) fn shown(directory: &Path, path: &Path) -> String {
    let (from, to): (Vec<_>, Vec<_>) = (directory.components().collect(), path.components().collect());
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    if shared < 2 && shared < from.len() {
        return slashed(path);
    }
    let up = from.iter().skip(shared).map(|_| "..".to_owned());
    let down = to.iter().skip(shared).map(|component| component.as_os_str().to_string_lossy().into_owned());
    let parts: Vec<String> = up.chain(down).collect();
    if parts.is_empty() { ".".to_owned() } else { parts.join("/") }
}

fn slashed(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

/// The directory part of a shown path.
pub(super) fn parent(shown: &str) -> &str {
    match shown.rsplit_once('/') {
        Some(("", _)) => "/",
        Some((head, _)) => head,
        None => ".",
    }
}

/// The last part of a shown path.
pub(super) fn file_name(shown: &str) -> &str {
    shown.rsplit('/').next().unwrap_or(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_shown_relative_to_the_working_directory() {
        let here = Path::new("/home/x/repo/infra");
        let show = |path: &str| shown(here, &absolute(here, Path::new(path)));
        assert_eq!(show("./a/../main.tf"), "main.tf");
        assert_eq!(show("../modules"), "../modules");
        assert_eq!(show("."), ".");
        assert_eq!(show("/elsewhere/main.tf"), "/elsewhere/main.tf");
        assert_eq!(shown(Path::new("/"), Path::new("/a/b")), "a/b");
    }
}
