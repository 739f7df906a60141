//! Columns of arguments as `terraform fmt` sets them: the signs of equality of lines that follow each other stand below
//! each other, and so do the comments behind them (hclwrite, `formatCells`).

use std::ops::Range;

/// What a line is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Cells {
    /// Where what stands before the sign of equality ends, or all that is no comment.
    lead: usize,
    /// Where a sign of equality begins and its value, on the same line, ends.
    assign: Option<(usize, usize)>,
    /// Where a comment behind other things begins.
    comment: Option<usize>,
}

/// The lines of a text, by the cells that they are made of.
pub(super) struct Columns<'t> {
    lines: Vec<(usize, &'t str, Cells)>,
}

/// Spaces that stand where there should be another number of them.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Gap {
    /// The bytes.
    pub(super) at: Range<usize>,
    /// So many there should be.
    pub(super) wanted: usize,
}

impl<'t> Columns<'t> {
    /// The lines of a text that begins outside of any string and comment.
    pub(super) fn new(text: &'t str) -> Self {
        let mut lines = Vec::new();
        let mut at = 0;
        let mut heredoc: Option<&str> = None;
        let mut in_comment = false;
        let nothing = Cells { lead: 0, assign: None, comment: None };
        for line in text.split_inclusive('\n') {
            let bare = line.trim_end_matches(['\n', '\r']);
            let cells = match heredoc {
                Some(end) => {
                    heredoc = heredoc.filter(|_| bare.trim() != end);
                    nothing
                }
                None if in_comment => {
                    in_comment = !bare.contains("*/");
                    nothing
                }
                None => {
                    let (cells, opens) = cells(bare);
                    heredoc = opened(bare).filter(|_| !opens);
                    in_comment = opens;
                    cells
                }
            };
            lines.push((at, bare, cells));
            at += line.len();
        }
        Self { lines }
    }

    /// The numbers of the lines around a part of the text, and of those beside them.
    pub(super) fn around(&self, part: &Range<usize>) -> Range<usize> {
        let line = |at: usize| self.lines.partition_point(|(start, ..)| *start <= at).saturating_sub(1);
        line(part.start).saturating_sub(1)..(line(part.end) + 2).min(self.lines.len())
    }

    /// The gaps that are not as wide as they should be: before signs of equality and before comments, in the runs of lines
    /// that these lines are part of.
    pub(super) fn gaps(&self, touched: &[Range<usize>]) -> (Vec<Gap>, Vec<Gap>) {
        let is_touched = |run: &Range<usize>, wide: &[Range<usize>]| {
            wide.iter().any(|lines| lines.start < run.end && run.start < lines.end)
        };
        let assigns: Vec<Range<usize>> = self.runs(|cells| cells.assign.is_some()).collect();
        let assigns: Vec<Range<usize>> = assigns.into_iter().filter(|run| is_touched(run, touched)).collect();
        let width = |at: usize| {
            self.lines.get(at).map_or(0, |(_, line, cells)| line.get(..cells.lead).unwrap_or("").chars().count())
        };
        let mut wrong = Vec::new();
        // How far each line is moved.
        let mut moved = vec![0_isize; self.lines.len()];
        for run in &assigns {
            let widest = run.clone().map(width).max().unwrap_or(0);
            for at in run.clone() {
                let Some((start, _, Cells { lead, assign: Some((equals, _)), .. })) = self.lines.get(at) else {
                    continue;
                };
                let (there, wanted) = (equals - lead, widest - width(at) + 1);
                if there != wanted {
                    wrong.push(Gap { at: start + lead..start + equals, wanted });
                }
                if let Some(moved) = moved.get_mut(at) {
                    *moved = wanted.cast_signed() - there.cast_signed();
                }
            }
        }
        let around: Vec<Range<usize>> = touched.iter().cloned().chain(assigns).collect();
        let comments = self.runs(|cells| cells.comment.is_some()).filter(|run| is_touched(run, &around));
        let mut notes = Vec::new();
        for run in comments {
            let end = |at: usize| {
                let (_, line, cells) = self.lines.get(at)?;
                let text = line.get(..cells.assign.map_or(cells.lead, |(_, end)| end))?;
                Some(text.chars().count().cast_signed() + moved.get(at).copied().unwrap_or(0))
            };
            let widest = run.clone().filter_map(end).max().unwrap_or(0);
            for at in run {
                let Some((start, _, Cells { lead, assign, comment: Some(comment) })) = self.lines.get(at) else {
                    continue;
                };
                let from = assign.map_or(*lead, |(_, end)| end);
                let wanted = (widest - end(at).unwrap_or(widest) + 1).cast_unsigned();
                if comment - from != wanted {
                    notes.push(Gap { at: start + from..start + comment, wanted });
                }
            }
        }
        (wrong, notes)
    }

    /// Lines that follow each other and have something.
    fn runs(&self, has: impl Fn(&Cells) -> bool) -> impl Iterator<Item = Range<usize>> {
        let mut runs: Vec<Range<usize>> = Vec::new();
        for (at, _) in self.lines.iter().enumerate().filter(|(_, (_, _, cells))| has(cells)) {
            match runs.last_mut() {
                Some(run) if run.end == at => run.end = at + 1,
                _ => runs.push(at..at + 1),
            }
        }
        runs.into_iter()
    }
}

/// The word that ends a text of several lines which begins on this line.
pub(super) fn opened(line: &str) -> Option<&str> {
    let (_, rest) = line.rsplit_once("<<")?;
    let word = rest.strip_prefix('-').unwrap_or(rest).trim_end();
    let is_word =
        !word.is_empty() && word.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '-'));
    is_word.then_some(word)
}

/// What a line is made of, and whether a comment begins in it that goes on.
fn cells(line: &str) -> (Cells, bool) {
    let bytes = line.as_bytes();
    let mut equals: Option<usize> = None;
    let mut comment = None;
    let mut opens = false;
    let (mut since, mut at) = (0_i32, 0);
    // Strings within holes of strings: true is a string, false a hole or a bracket in one.
    let mut inside: Vec<bool> = Vec::new();
    while let Some(byte) = bytes.get(at) {
        let next = bytes.get(at + 1);
        if inside.last() == Some(&true) {
            match (byte, next) {
                (b'\\', _) => at += 1,
                (b'"', _) => drop(inside.pop()),
                (b'$' | b'%', Some(b'{')) => {
                    inside.push(false);
                    at += 1;
                }
                _ => {}
            }
            at += 1;
            continue;
        }
        let outside = inside.is_empty();
        match (byte, next) {
            (b'"', _) => inside.push(true),
            (b'/', Some(b'*')) => {
                let behind = line.get(at + 2..).unwrap_or("").split_once("*/").map(|(_, behind)| behind);
                opens = behind.is_none();
                match behind.filter(|behind| !behind.trim().is_empty()) {
                    Some(behind) => at = line.len() - behind.len(),
                    None => {
                        comment = Some(at);
                        break;
                    }
                }
                continue;
            }
            (b'#', _) | (b'/', Some(b'/')) if outside => {
                comment = Some(at);
                break;
            }
            (b'{' | b'[' | b'(', _) if outside => since += i32::from(equals.is_some()),
            (b'}' | b']' | b')', _) if outside => since -= i32::from(equals.is_some()),
            (b'{', _) => inside.push(false),
            (b'}', _) => drop(inside.pop()),
            (b'=' | b'!' | b'<' | b'>', Some(b'=')) | (b'=', Some(b'>')) => at += 1,
            (b'=', _) if outside && equals.is_none() => equals = Some(at),
            _ => {}
        }
        at += 1;
    }
    let end = |to: usize| line.get(..to).unwrap_or("").trim_end().len();
    let whole = end(comment.unwrap_or(line.len()));
    let comment = comment.filter(|_| whole > 0);
    let equals = equals.filter(|equals| since == 0 && end(*equals) > 0);
    let cells = match equals {
        Some(equals) => Cells { lead: end(equals), assign: Some((equals, whole)), comment },
        None => Cells { lead: whole, assign: None, comment },
    };
    (cells, opens)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gaps(text: &str) -> (usize, usize) {
        let columns = Columns::new(text);
        let whole = 0..usize::MAX;
        let (wrong, notes) = columns.gaps(std::slice::from_ref(&whole));
        (wrong.len(), notes.len())
    }

    #[test]
    fn lines_are_in_columns_where_terraform_fmt_says() {
        for text in [
            "a   = 1\nbcd = 2\n\nlonger = 3\n",
            "é   = \"=\"\nbcd = \"${x == \"a\" ? 1 : { b = 2 }}\"\n",
            "tags = {\n  a  = 1\n  bc = 2\n}\nname = 1\n",
            "a = <<EOT\nname   =  1\nEOT\nb  = 1\nbc = 2\n",
            "a  = 1   # x\nbc = 222 // y\n",
            "a  = [for x in y : x if x != 1] # x\nbc = 2                          # y\n",
            "x { # y\n  a = 1 # z\n}\n",
        ] {
            let is_right = if text.starts_with("x {") { (0, 1) } else { (0, 0) };
            assert_eq!(gaps(text), is_right, "{text}");
        }
        assert_eq!(gaps("a = 1\nbcd = 2\n"), (1, 0));
        assert_eq!(gaps("a   = 1\nbc  = 2 # x\nd  = 4\n"), (2, 0));
        assert_eq!(gaps("/* = */ a = 1 /* b */\nb         = 1 # c\n"), (0, 0));
        assert_eq!(gaps("/* a\nb  =  1\n*/\nc  = 2\nde = 3\n"), (0, 0));
    }
}
