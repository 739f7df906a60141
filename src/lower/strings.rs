//! Every string of a file, looked through for credentials while the file is read: whatever becomes of it later, and
//! whether or not anything uses it, it is looked at once.

use crate::azure::credentials::{self, Detection, HOLE};
use crate::azure::secrets::shown;
use crate::ir::{Name, Sighting};
use crate::source::{SourceId, Span};

/// Looks through the strings of one file.
#[derive(Debug)]
pub(super) struct Strings<'t> {
    pub(super) source: SourceId,
    pub(super) file: &'t str,
    /// The address of what is being read: `azurerm_x.y`, `variable.x`, `local.x`.
    pub(super) subject: Name,
    /// The name of the argument, key or parameter that is being read.
    pub(super) label: Name,
    pub(super) found: Vec<Sighting>,
}

impl<'t> Strings<'t> {
    pub(super) fn new(source: SourceId, file: &'t str) -> Self {
        Self { source, file, subject: "".into(), label: "".into(), found: Vec::new() }
    }

    /// Runs `read` with another label.
    pub(super) fn under(&mut self, label: &str, read: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.label, label.into());
        read(self);
        self.label = outer;
    }

    /// Looks at one string: its text with a mark for each hole, and where it is written.
    pub(super) fn look(&mut self, text: &str, literal: Span) {
        let detections = credentials::detect(text);
        // One that still opens something, and is sure, speaks for all.
        let Some(main) = detections.iter().min_by_key(|one| (one.expired, !one.certain, one.secret.start)) else {
            return;
        };
        let place = |one: &Detection| self.place(text, one, literal);
        let is_written_otherwise = |one: &&Detection| place(one) == literal;
        let says = |one: &Detection| Some(Name::from(text.get(one.secret.clone())?));
        self.found.push(Sighting {
            kind: main.kind,
            certain: main.certain,
            expired: main.expired,
            shown: format!(
                "{}{}",
                shown(text.get(main.secret.clone()).unwrap_or("")),
                if main.encoded { " of base64" } else { "" }
            ),
            literal,
            secret: place(main),
            others: detections.iter().filter(|one| *one != main).map(place).collect(),
            hidden: detections.iter().filter(is_written_otherwise).filter_map(says).collect(),
            subject: self.subject.clone(),
            label: self.label.clone(),
        });
    }

    /// The bytes of the file that a secret was read from, if its text stands there as it is; else the whole string.
    fn place(&self, text: &str, one: &Detection, literal: Span) -> Span {
        let raw = self.file.get(literal.start as usize..literal.end as usize).unwrap_or("");
        place(raw, text, one).map_or(literal, |(from, to)| {
            let start = literal.start as usize;
            Span::new(self.source, start + from, start + to)
        })
    }
}

/// Where in `raw`, which may have escapes and margins, the secret of `text` stands.
fn place(raw: &str, text: &str, one: &Detection) -> Option<(usize, usize)> {
    let secret = text.get(one.secret.clone())?;
    let (first, last) = (secret.lines().next()?.trim(), secret.lines().last()?.trim());
    let (before, after) = (text.get(..one.secret.start)?, text.get(one.secret.start..)?);
    // The piece of the text between two holes or line ends that the secret begins in: it tells one place of two.
    let is_end = |c: char| c == HOLE || c == '\n' || c == '\r';
    let head = before.rfind(is_end).map_or(before, |at| before.get(at..).unwrap_or("").trim_start_matches(is_end));
    let tail = after.find(is_end).map_or(after, |at| after.get(..at).unwrap_or(after));
    let start = match raw.find(&format!("{head}{tail}")) {
        Some(at) => at + head.len(),
        None => {
            let mut places = raw.match_indices(first);
            let (at, _) = places.next()?;
            if places.next().is_some() {
                return None;
            }
            at
        }
    };
    if secret.len() == first.len() {
        return Some((start, start + first.len()));
    }
    let rest = raw.get(start + first.len()..)?;
    Some((start, start + first.len() + rest.find(last)? + last.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, raw: &str) -> Option<String> {
        let one = credentials::detect(text).into_iter().next()?;
        place(raw, text, &one).and_then(|(from, to)| raw.get(from..to)).map(str::to_owned)
    }

    #[test]
    fn a_secret_is_pointed_at_where_its_text_stands() {
        let text = "Server=test1;User=test1;Password=test1;";
        assert_eq!(found(text, &format!("\"{text}\"")).as_deref(), Some("test1"));
        // An escape elsewhere in the string does no harm; one in the secret does.
        let quoted = r#""Server=\"a\";Password=Sommer-2024;""#;
        assert_eq!(found("Server=\"a\";Password=Sommer-2024;", quoted).as_deref(), Some("Sommer-2024"));
        let escaped = r#""Server=a;Password=Sommer\u002d2024;""#;
        assert_eq!(found("Server=a;Password=Sommer-2024;", escaped), None);
        let holes = format!("Server={HOLE};Password=Sommer-2024;");
        assert_eq!(found(&holes, r#""Server=${var.x};Password=Sommer-2024;""#).as_deref(), Some("Sommer-2024"));
    }
}
