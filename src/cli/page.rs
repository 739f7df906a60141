//! A rule's page for people to read: headings stand out, code is indented, prose fits the width.

mod inline;
mod table;

use std::fmt::Write as _;

use inline::{Kind, Text};

/// How to draw.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style {
    /// Whether to use colours.
    pub(super) color: bool,
    /// Columns to fill with prose; code keeps its own lines.
    pub(super) width: usize,
}

/// The margin of everything below a heading.
const MARGIN: &str = "  ";

/// Draws a page that is written in the Markdown of rule pages: headings, paragraphs, lists, code, tables.
pub(super) fn render(page: &str, style: Style) -> String {
    let mut out = String::new();
    let mut lines = page.trim().lines().peekable();
    while let Some(line) = lines.next() {
        if let Some(info) = line.strip_prefix("```") {
            caption(&mut out, info, style);
            for code in lines.by_ref().take_while(|line| !line.starts_with("```")) {
                // Writing to a string does not fail.
                let _ = if code.is_empty() { writeln!(out) } else { writeln!(out, "{MARGIN}{MARGIN}{code}") };
            }
        } else if is_row(line) {
            let mut rows = vec![line];
            while let Some(row) = lines.next_if(|line| is_row(line)) {
                rows.push(row);
            }
            table::render(&mut out, &rows, style);
        } else if line.starts_with('#') {
            Text::new(line.trim_start_matches('#').trim(), Kind::Strong).wrap(&mut out, "", "", style);
        } else if line.trim().is_empty() {
            out.push('\n');
        } else {
            let mut text = line.trim_end().to_owned();
            while let Some(more) = lines.next_if(|line| !starts_block(line)) {
                text.push(' ');
                text.push_str(more.trim());
            }
            let body = text.trim_start();
            let depth = " ".repeat(text.len() - body.len());
            let (mark, body) = body.strip_prefix("- ").map_or(("", body), |body| ("- ", body));
            let first = format!("{MARGIN}{depth}{mark}");
            let next = " ".repeat(first.len());
            Text::new(body, Kind::Plain).wrap(&mut out, &first, &next, style);
        }
    }
    out
}

fn is_row(line: &str) -> bool {
    line.trim_start().starts_with('|')
}

/// Whether this line cannot go on with the paragraph or list item above.
fn starts_block(line: &str) -> bool {
    let inner = line.trim_start();
    inner.is_empty() || inner.starts_with("- ") || is_row(line) || line.starts_with('#') || line.starts_with("```")
}

/// What a block of code is: `hcl bad`, `json good`, `hcl beside terraform.tfvars`.
fn caption(out: &mut String, info: &str, style: Style) {
    let words: Vec<&str> = info.split_whitespace().collect();
    let language = match words.first().copied() {
        Some("hcl") => "Terraform",
        Some("bicep") => "Bicep",
        Some("json") => "JSON",
        Some("sql") => "SQL",
        Some("yaml") => "YAML",
        Some(other) => other,
        None => return,
    };
    let text = match words.get(1..).unwrap_or_default() {
        ["bad", ..] => format!("{language}, flagged:"),
        ["good", ..] => format!("{language}, not flagged:"),
        ["beside", file] => format!("{file}:"),
        _ => format!("{language}:"),
    };
    out.push_str(MARGIN);
    inline::push(out, &text, Kind::Aside, style);
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Style = Style { color: false, width: 40 };

    #[test]
    fn prose_fits_and_code_stays() {
        let page = "# Title\n\nOne `two three` four five six seven eight\nnine.\n\n```hcl bad\na = 1\n\nb = \"# no heading\"\n```\n- a **b**\n  *c*\n  - d * e\n";
        let wanted = "Title\n\n  One `two three` four five six seven\n  eight nine.\n\n  Terraform, flagged:\n    a = 1\n\n    b = \"# no heading\"\n  - a b c\n    - d * e\n";
        assert_eq!(render(page, PLAIN), wanted);
    }

    #[test]
    fn links_show_where_they_lead() {
        let page = "- [`x` y](https://example.com/a/very/long/path/indeed), <https://example.com>\n";
        let wanted = "  - `x` y\n    <https://example.com/a/very/long/path/indeed>,\n    <https://example.com>\n";
        assert_eq!(render(page, PLAIN), wanted);
    }

    #[test]
    fn tables_are_lined_up() {
        let page = "- x\n\n  | A | B |\n  |---|---|\n  | `x` | one two three four five six seven eight |\n  | long cell | é |\n";
        let wanted = "  - x\n\n    A          B\n    ---------  -------------------------\n    `x`        one two three four five\n               six seven eight\n    long cell  é\n";
        assert_eq!(render(page, PLAIN), wanted);
    }

    #[test]
    fn colours_end_where_they_began() {
        let text = render("# T\n\na `b` c\n", Style { color: true, width: 40 });
        assert_eq!(text, "\u{1b}[1mT\u{1b}[0m\n\n  a \u{1b}[36mb\u{1b}[0m c\n");
    }

    #[test]
    fn no_page_loses_a_word() {
        for rule in &crate::rules::RULES {
            // So wide that no cell of a table is broken.
            let shown = render(rule.text(), Style { color: false, width: 10_000 });
            let mut letters = shown.chars().filter(|letter| letter.is_alphanumeric());
            let code = |line: &&str| !line.starts_with("```");
            let page: Vec<&str> = rule.text().lines().filter(code).collect();
            for letter in page.join("\n").chars().filter(|letter| letter.is_alphanumeric()) {
                assert!(letters.any(|shown| shown == letter), "{}: {shown}", rule.id);
            }
        }
    }
}
