//! The reference as a page of the documentation.

use std::fmt::Write as _;

use super::super::help::{ENVIRONMENT, EXIT_CODES, FILES, examples};
use super::{Entry, Page};

pub(super) fn render(pages: &[Page]) -> String {
    let mut out = String::new();
    // Writing to a string does not fail.
    for page in pages {
        let _ = write!(out, "## `{}`\n\n{}\n\n```text\n{}\n```\n", page.name, page.about, page.usage.join("\n"));
        for (heading, entries) in &page.groups {
            let _ = write!(out, "\n### {heading}\n\n");
            for one in entries {
                out.push_str(&item(one));
            }
        }
        // Those of the whole command are those of `check`.
        let shown = if page.name.contains(' ') { examples(&page.word) } else { &[] };
        if !shown.is_empty() {
            out.push_str("\n### Examples\n\n```sh\n");
            for (what, line) in shown {
                let _ = writeln!(out, "# {what}\n{line}");
            }
            out.push_str("```\n");
        }
        out.push('\n');
    }
    for (heading, entries) in [("Exit codes", EXIT_CODES), ("Environment", ENVIRONMENT), ("Files", FILES)] {
        let _ = write!(out, "## {heading}\n\n");
        for (name, what) in entries {
            let _ = writeln!(out, "- `{}`: {what}", name.replace(", ", "`, `"));
        }
        out.push('\n');
    }
    format!("{}\n", out.trim_end())
}

fn item(one: &Entry) -> String {
    let mut text = format!("- `{}`  \n", one.shown);
    for line in one.help.lines().filter(|line| !line.is_empty()) {
        let _ = writeln!(text, "  {line}");
    }
    if !one.values.is_empty() {
        let values = one.values.iter().map(|(name, help)| match help {
            Some(help) => format!("`{name}` ({help})"),
            None => format!("`{name}`"),
        });
        let _ = writeln!(text, "  Values: {}", values.collect::<Vec<_>>().join(", "));
    }
    if let Some(default) = &one.default {
        let _ = writeln!(text, "  Default: `{default}`");
    }
    text
}
