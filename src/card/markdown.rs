//! Cards as Markdown for editors: `CommonMark` with tables, without HTML.

use std::fmt::Write as _;

use super::{Card, Face, Line, Place, Section, Table};
use crate::text::one_line;

/// No text of one place is shown longer, in characters.
const MAX_TEXT: usize = 300;

/// So many names of one thing are shown.
const MAX_TITLES: usize = 3;

impl Card {
    /// The card as Markdown. `link` gives the address of a place, where the reader can go there.
    #[must_use]
    pub fn markdown(&self, link: impl Fn(&Place) -> Option<String>) -> String {
        let mut text = String::new();
        if self.faces.len() + self.more > 1 {
            let count = self.faces.len() + self.more;
            let _ = writeln!(text, "*One of {count}, depending on the instance:*\n");
        }
        for (at, face) in self.faces.iter().enumerate() {
            if at > 0 {
                text.push_str("\n---\n\n");
            }
            face.write(&mut text, &link);
        }
        if self.more > 0 {
            let _ = writeln!(text, "\n*and {} more*", self.more);
        }
        if self.left_out > 0 {
            let deployments = crate::text::count(self.left_out, "deployment");
            let _ = writeln!(text, "\n*{deployments} more that this file is part of: not looked at*");
        }
        text.truncate(text.trim_end().len());
        text.push('\n');
        text
    }
}

impl Face {
    fn write(&self, text: &mut String, link: &impl Fn(&Place) -> Option<String>) {
        let mut titles: Vec<String> = self.titles.iter().take(MAX_TITLES).map(|one| code(one)).collect();
        if self.titles.len() > MAX_TITLES {
            titles.push(format!("{} more", self.titles.len() - MAX_TITLES));
        }
        let place = self.declared.as_ref().map(|place| format!(" · {}", shown(place, link))).unwrap_or_default();
        let _ = writeln!(text, "**{}** · {}{place}", titles.join(", "), prose(&self.what));
        for note in &self.notes {
            let _ = writeln!(text, "\n{}{}", prose(&note.text), only(&note.only));
        }
        for table in &self.tables {
            table.write(text);
        }
        for section in &self.sections {
            section.write(text, link);
        }
    }
}

impl Table {
    fn write(&self, text: &mut String) {
        let slots: Vec<String> = self.slots.iter().take(MAX_TITLES).map(|one| code(one)).collect();
        let (site, slot) = (cell(&code(&self.site)), cell(&slots.join(", ")));
        if !self.only.is_empty() {
            let _ = writeln!(text, "\n{}:", names(&self.only));
        }
        let _ = writeln!(text, "\n| | site {site} | slot {slot} |\n|---|---|---|");
        for row in &self.rows {
            let [what, of_site, of_slot] = row.each_ref().map(|one| cell(one));
            let _ = writeln!(text, "| {what} | {of_site} | {of_slot} |");
        }
    }
}

impl Section {
    fn write(&self, text: &mut String, link: &impl Fn(&Place) -> Option<String>) {
        let _ = writeln!(text, "\n**{}**", self.topic.name());
        text.push('\n');
        for line in &self.lines {
            line.write(text, link);
        }
        if self.more > 0 {
            let _ = writeln!(text, "- and {} more", self.more);
        }
    }
}

impl Line {
    fn write(&self, text: &mut String, link: &impl Fn(&Place) -> Option<String>) {
        let place = self.place.as_ref().map(|place| format!(" · {}", shown(place, link))).unwrap_or_default();
        let _ = writeln!(text, "- {}{}{place}", prose(&self.text), only(&self.only));
    }
}

fn only(names_of: &[String]) -> String {
    if names_of.is_empty() { String::new() } else { format!(" (only in {})", names(names_of)) }
}

fn names(names: &[String]) -> String {
    names.iter().map(|name| prose(name)).collect::<Vec<_>>().join(", ")
}

fn shown(place: &Place, link: &impl Fn(&Place) -> Option<String>) -> String {
    let label = escaped(&place.shown);
    match link(place) {
        // What would end the address is not in it: whoever gives it encodes it.
        Some(address) if !address.contains(['(', ')', ' ', '<', '>', '\n']) => format!("[{label}]({address})"),
        _ => label,
    }
}

/// A sentence. What stands between backticks is code.
fn prose(text: &str) -> String {
    let text = shortened(text);
    if !text.matches('`').count().is_multiple_of(2) {
        return escaped(&text);
    }
    let parts = text.split('`').enumerate();
    parts.map(|(at, part)| if at % 2 == 1 { code(part) } else { escaped(part) }).collect()
}

/// A cell of a table: a bar ends it even inside code.
fn cell(text: &str) -> String {
    prose(text).replace("\\|", "|").replace('|', "\\|")
}

/// A piece of code: nothing inside is anything else.
fn code(text: &str) -> String {
    let text = shortened(text).replace('`', "'");
    let text = text.trim();
    if text.is_empty() { "``  ``".to_owned() } else { format!("`{text}`") }
}

fn shortened(text: &str) -> String {
    let text = one_line(text);
    let mut letters = text.chars();
    let mut short: String = letters.by_ref().take(MAX_TEXT).collect();
    if letters.next().is_some() {
        // A cut must not leave half a piece of code.
        let is_whole = short.matches('`').count().is_multiple_of(2);
        short.push_str(if is_whole { "…" } else { "…`" });
    }
    short
}

/// Words that are no markup.
fn escaped(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    let mut inside = false;
    while let Some(letter) = letters.next() {
        // Inside a word an underscore is one.
        let in_word = letter == '_' && inside && letters.peek().is_some_and(|next| next.is_alphanumeric());
        let marks = ['\\', '`', '*', '_', '[', ']', '<', '>', '&', '#', '|', '~', '!', '$'];
        if marks.contains(&letter) && !in_word {
            shown.push('\\');
        }
        inside = letter.is_alphanumeric();
        shown.push(letter);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_the_code_is_markup() {
        assert_eq!(prose("set `a*b_c` to [x](y)"), "set `a*b_c` to \\[x\\](y)");
        assert_eq!(prose("<b> an odd ` here"), "\\<b\\> an odd \\` here");
        assert_eq!(prose("`a\r\nb`"), "`a b`");
        assert_eq!(cell("`a|b` or c|d"), "`a\\|b` or c\\|d");
        assert_eq!(prose("main_app.tf _x_"), "main_app.tf \\_x\\_");
        assert_eq!(code("  "), "``  ``");
    }

    #[test]
    fn a_cut_ends_the_code_that_it_cuts() {
        let long = format!("see `{}`", "é".repeat(2 * MAX_TEXT));
        assert!(prose(&long).ends_with("…`"));
        assert!(prose(&"é".repeat(2 * MAX_TEXT)).ends_with('…'));
    }
}
