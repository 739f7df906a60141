//! Addresses of files, as editors write them.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::workspace::paths::absolute;

/// The path of a `file:` address, without `.` and `..`; none of any other, which names nothing on this disk.
pub(super) fn to_path(uri: &str) -> Option<PathBuf> {
    let path = path_text(uri, cfg!(windows))?;
    let path = PathBuf::from(path);
    path.is_absolute().then(|| absolute(Path::new(""), &path))
}

/// What the address says, in the form of this or that system.
fn path_text(uri: &str, windows: bool) -> Option<String> {
    let (scheme, rest) = uri.split_once(':')?;
    let rest = rest.strip_prefix("//").filter(|_| scheme.eq_ignore_ascii_case("file"))?;
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    let (host, path) = rest.find('/').map(|at| rest.split_at(at))?;
    let path = decoded(path)?;
    if path.contains('\0') {
        return None;
    }
    let is_local = host.is_empty() || host.eq_ignore_ascii_case("localhost");
    if !windows {
        return is_local.then_some(path);
    }
    if !is_local {
        return Some(format!("\\\\{}{}", decoded(host)?, path.replace('/', "\\")));
    }
    // `/c:/x`, as VS Code writes it with `%3A`.
    let mut chars = path.chars().skip(1);
    let has_drive = chars.next().is_some_and(|char| char.is_ascii_alphabetic()) && chars.next() == Some(':');
    has_drive.then(|| path.trim_start_matches('/').replace('/', "\\"))
}

/// A text without its escapes; none if they are no UTF-8, or none at all.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || rest.next().and_then(|byte| char::from(byte).to_digit(16));
        let value = digit()? * 16 + digit()?;
        bytes.push(u8::try_from(value).ok()?);
    }
    String::from_utf8(bytes).ok()
}

/// The address of a file.
pub(super) fn of_path(path: &Path) -> String {
    of_text(&path.to_string_lossy(), cfg!(windows))
}

fn of_text(path: &str, windows: bool) -> String {
    let path = if windows { path.replace('\\', "/") } else { path.to_owned() };
    let (mut uri, path) = match path.strip_prefix("//").filter(|_| windows) {
        Some(share) => ("file://".to_owned(), share),
        None if path.starts_with('/') => ("file://".to_owned(), path.as_str()),
        None => ("file:///".to_owned(), path.as_str()),
    };
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(char::from(byte)),
            // Writing to a string does not fail.
            _ => drop(write!(uri, "%{byte:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::{of_text, path_text};

    #[test]
    fn addresses_become_paths() {
        for (uri, unix, windows) in [
            ("file:///a/b.tf", Some("/a/b.tf"), None),
            ("FILE://localhost/a/b.tf", Some("/a/b.tf"), None),
            ("file:///caf%C3%A9/a%20b.tf?x#y", Some("/café/a b.tf"), None),
            ("file:///café/x", Some("/café/x"), None),
            ("file:///c%3A/Users/x.tf", Some("/c:/Users/x.tf"), Some("c:\\Users\\x.tf")),
            ("file:///C:/Users/x.tf", Some("/C:/Users/x.tf"), Some("C:\\Users\\x.tf")),
            ("file://server/share/x.tf", None, Some("\\\\server\\share\\x.tf")),
            ("untitled:Untitled-1", None, None),
            ("git:/a/b.tf?%7B%7D", None, None),
            ("vscode-notebook-cell:/a#b", None, None),
            ("file:///a%zz", None, None),
            ("file:///a%ff", None, None),
            ("file:///a%00b", None, None),
            ("file:///a%+1", None, None),
            ("file:relative", None, None),
            ("file:///a%2", None, None),
            ("", None, None),
        ] {
            assert_eq!(path_text(uri, false).as_deref(), unix, "{uri}");
            assert_eq!(path_text(uri, true).as_deref(), windows, "{uri}");
        }
    }

    #[test]
    fn paths_become_addresses_that_come_back() {
        for (path, windows, uri) in [
            ("/a/b c%.tf", false, "file:///a/b%20c%25.tf"),
            ("/café/x", false, "file:///caf%C3%A9/x"),
            ("c:\\Users\\x.tf", true, "file:///c%3A/Users/x.tf"),
            ("\\\\server\\share\\x.tf", true, "file://server/share/x.tf"),
        ] {
            assert_eq!(of_text(path, windows), uri);
            assert_eq!(path_text(uri, windows).as_deref(), Some(path));
        }
    }
}
