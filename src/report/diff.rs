//! Changes as a unified diff that `git apply` and `patch -p1` take, in the working directory.

use std::fmt::Write as _;

use similar::{Algorithm, DiffOp, DiffTag, capture_diff_slices, group_diff_ops};

use super::masked::Masked;
use crate::engine::Report;
use crate::fix::Change;
use crate::source::Sources;

/// So many lines are shown before and after a change.
const CONTEXT: usize = 3;

/// Changes to show.
#[derive(Debug)]
pub struct Shown {
    /// The diff.
    pub text: String,
    /// The files, as shown, whose diff would show a secret: it is left out, as no program could apply it masked.
    pub hidden: Vec<String>,
}

/// The diff of changes; the report and its files know the secrets.
#[must_use]
pub fn render(changes: &[Change], report: &Report, sources: &Sources, color: bool) -> Shown {
    let masked = Masked::new(sources, report);
    let mut shown = Shown { text: String::new(), hidden: Vec::new() };
    let mut changes: Vec<&Change> = changes.iter().collect();
    changes.sort_by(|a, b| a.display.cmp(&b.display));
    for change in changes {
        let text = one(change, color);
        if masked.words(&text) == text {
            shown.text.push_str(&text);
        } else {
            shown.hidden.push(change.display.to_string());
        }
    }
    shown
}

fn one(change: &Change, color: bool) -> String {
    // A lone carriage return ends no line for those who apply it.
    let (old, new): (Vec<&str>, Vec<&str>) =
        (change.old.split_inclusive('\n').collect(), change.new.split_inclusive('\n').collect());
    let ops = capture_diff_slices(Algorithm::Myers, &old, &new);
    let mut text = String::new();
    let paint = |style: &'static str| if color { (style, "\u{1b}[0m") } else { ("", "") };
    let (bold, plain) = paint("\u{1b}[1m");
    // Writing to a string does not fail.
    let _ = writeln!(text, "{bold}--- {}{plain}", name("a", &change.display));
    let _ = writeln!(text, "{bold}+++ {}{plain}", name("b", &change.display));
    for hunk in group_diff_ops(ops, CONTEXT) {
        let (Some(first), Some(last)) = (hunk.first(), hunk.last()) else { continue };
        let range = |start: usize, end: usize| match end - start {
            0 => format!("{start},0"),
            1 => format!("{}", start + 1),
            length => format!("{},{length}", start + 1),
        };
        let before = range(first.old_range().start, last.old_range().end);
        let after = range(first.new_range().start, last.new_range().end);
        let (cyan, plain) = paint("\u{1b}[36m");
        let _ = writeln!(text, "{cyan}@@ -{before} +{after} @@{plain}");
        for op in &hunk {
            lines(&mut text, op, &old, &new, &paint);
        }
    }
    text
}

fn lines(
    text: &mut String,
    op: &DiffOp,
    old: &[&str],
    new: &[&str],
    paint: &dyn Fn(&'static str) -> (&'static str, &'static str),
) {
    let (tag, before, after) = op.as_tag_tuple();
    let mut write = |sign: char, lines: Option<&[&str]>, (style, plain): (&str, &str)| {
        for line in lines.into_iter().flatten() {
            let bare = line.strip_suffix('\n');
            let _ = writeln!(text, "{style}{sign}{}{plain}", bare.unwrap_or(line));
            if bare.is_none() {
                let _ = writeln!(text, "\\ No newline at end of file");
            }
        }
    };
    if tag == DiffTag::Equal {
        write(' ', old.get(before), ("", ""));
        return;
    }
    write('-', old.get(before), paint("\u{1b}[31m"));
    write('+', new.get(after), paint("\u{1b}[32m"));
}

/// A path as git writes it: in quotes if need be, and with a tab behind it if there is a space in it.
fn name(side: &str, path: &str) -> String {
    let path = format!("{side}/{path}");
    if path.contains(['"', '\\']) || path.contains(char::is_control) {
        let mut quoted = String::from("\"");
        for letter in path.chars() {
            match letter {
                '"' | '\\' => quoted.extend(['\\', letter]),
                '\t' => quoted.push_str("\\t"),
                '\n' => quoted.push_str("\\n"),
                letter if letter.is_control() => {
                    letter.to_string().bytes().for_each(|byte| {
                        let _ = write!(quoted, "\\{byte:03o}");
                    });
                }
                letter => quoted.push(letter),
            }
        }
        return quoted + "\"";
    }
    if path.contains(' ') { path + "\t" } else { path }
}
