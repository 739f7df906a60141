//! The reference as a man page.

use std::fmt::Write as _;

use super::super::help::{ENVIRONMENT, EXIT_CODES, FILES, examples};
use super::{Entry, Page};

pub(super) fn render(pages: &[Page]) -> String {
    let mut out = String::new();
    let Some((whole, commands)) = pages.split_first() else { return out };
    let version = env!("CARGO_PKG_VERSION");
    let name = &whole.name;
    // Writing to a string does not fail.
    let _ = writeln!(out, ".TH {} 1 \"\" \"{name} {version}\" \"User Commands\"", name.to_uppercase());
    let _ = writeln!(out, ".SH NAME\n{} \\- {}", text(name), text(&whole.about));
    out.push_str(".SH SYNOPSIS\n");
    usage(&mut out, whole);
    out.push_str(".SH DESCRIPTION\n");
    line(
        &mut out,
        "identilint reads Terraform, Bicep and ARM templates, works out which Azure identity does what with which right, and points at what will not work and at secrets that should not be there. It runs nothing, and it needs no connection.",
    );
    out.push_str(".PP\n");
    line(&mut out, "Without a command it checks: the flags are those of `identilint check`.");
    out.push_str(".SH COMMANDS\n");
    for page in commands {
        tagged(&mut out, &page.name, &page.about);
    }
    out.push_str(".SH OPTIONS\n");
    entries(&mut out, whole);
    for page in commands {
        let _ = writeln!(out, ".SH {}", quoted(&page.name.to_uppercase()));
        usage(&mut out, page);
        entries(&mut out, page);
    }
    for (heading, entries) in [("EXIT STATUS", EXIT_CODES), ("ENVIRONMENT", ENVIRONMENT), ("FILES", FILES)] {
        let _ = writeln!(out, ".SH {}", quoted(heading));
        for (name, what) in entries {
            tagged(&mut out, name, what);
        }
    }
    out.push_str(".SH EXAMPLES\n");
    for page in commands {
        for (what, command) in examples(&page.word) {
            tagged(&mut out, command, what);
        }
    }
    out
}

fn usage(out: &mut String, page: &Page) {
    out.push_str(".nf\n");
    for usage in &page.usage {
        line(out, usage);
    }
    out.push_str(".fi\n");
}

fn entries(out: &mut String, page: &Page) {
    for (heading, entries) in &page.groups {
        let _ = writeln!(out, ".SS {}", quoted(heading));
        for one in entries {
            tagged(out, &one.shown, &one.help);
            details(out, one);
        }
    }
}

fn details(out: &mut String, one: &Entry) {
    if !one.values.is_empty() {
        let values = one.values.iter().map(|(name, help)| match help {
            Some(help) => format!("`{name}` ({help})"),
            None => format!("`{name}`"),
        });
        out.push_str(".br\n");
        line(out, &format!("Values: {}", values.collect::<Vec<_>>().join(", ")));
    }
    if let Some(default) = &one.default {
        out.push_str(".br\n");
        line(out, &format!("Default: `{default}`"));
    }
}

/// A term, and what it means.
fn tagged(out: &mut String, term: &str, meaning: &str) {
    let _ = writeln!(out, ".TP\n\\fB{}\\fR", text(term));
    for part in meaning.lines().filter(|part| !part.trim().is_empty()) {
        line(out, part);
    }
}

/// A line of text; what stands between backticks is bold.
fn line(out: &mut String, content: &str) {
    let mut strong = false;
    let mut shown = String::new();
    for (at, part) in content.split('`').enumerate() {
        if at > 0 {
            strong = !strong;
            shown.push_str(if strong { "\\fB" } else { "\\fR" });
        }
        shown.push_str(&escaped(part));
    }
    if strong {
        shown.push_str("\\fR");
    }
    let guard = if shown.starts_with(['.', '\'']) { "\\&" } else { "" };
    let _ = writeln!(out, "{guard}{shown}");
}

/// Text that no request and no escape is read from.
fn text(content: &str) -> String {
    let shown = escaped(content);
    if shown.starts_with(['.', '\'']) { format!("\\&{shown}") } else { shown }
}

fn escaped(content: &str) -> String {
    content.replace('\\', "\\e").replace('-', "\\-").replace('~', "\\(ti").replace('\n', " ")
}

/// An argument of a request.
fn quoted(content: &str) -> String {
    format!("\"{}\"", escaped(content).replace('"', "\\(dq"))
}
