//! Tables: columns lined up, cells broken into lines where a row is too long.

use super::inline::{Kind, Text, push};
use super::{MARGIN, Style};

/// Between two columns.
const GAP: &str = "  ";
/// A column narrower than this is not broken: it would read worse than a line that is too long.
const NARROW: usize = 16;

pub(super) fn render(out: &mut String, rows: &[&str], style: Style) {
    let margin = format!("{MARGIN}{}", " ".repeat(rows.first().map_or(0, |row| row.len() - row.trim_start().len())));
    let is_rule = |row: &str| row.chars().all(|letter| matches!(letter, '|' | '-' | ':' | ' '));
    let has_head = rows.get(1).is_some_and(|row| is_rule(row));
    let table: Vec<Vec<Text>> = rows
        .iter()
        .filter(|row| !is_rule(row))
        .enumerate()
        .map(|(at, row)| {
            let kind = if at == 0 && has_head { Kind::Strong } else { Kind::Plain };
            cells(row).into_iter().map(|cell| Text::new(&cell, kind)).collect()
        })
        .collect();
    let columns = table.iter().map(Vec::len).max().unwrap_or(0);
    let widest = |at: usize, of: fn(&Text, Style) -> usize| {
        table.iter().filter_map(|row| row.get(at)).map(|cell| of(cell, style)).max().unwrap_or(0)
    };
    let mut widths: Vec<usize> = (0..columns).map(|at| widest(at, Text::width)).collect();
    let floors: Vec<usize> = (0..columns).map(|at| widest(at, Text::longest).max(NARROW)).collect();
    let mut excess = (widths.iter().map(|width| width + GAP.len()).sum::<usize>() + margin.len())
        .saturating_sub(style.width + GAP.len());
    while excess > 0 {
        // The widest column that can give way does.
        let able = widths.iter_mut().zip(&floors).filter(|(width, floor)| **width > **floor);
        let Some((width, _)) = able.max_by_key(|(width, _)| **width) else { break };
        *width -= 1;
        excess -= 1;
    }
    for (at, row) in table.iter().enumerate() {
        write_row(out, &margin, row, &widths, style);
        if at == 0 && has_head {
            let dashes: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
            out.push_str(&margin);
            push(out, &dashes.join(GAP), Kind::Aside, style);
            out.push('\n');
        }
    }
}

fn write_row(out: &mut String, margin: &str, row: &[Text], widths: &[usize], style: Style) {
    let cells: Vec<Vec<Text>> = row.iter().zip(widths).map(|(cell, width)| cell.lines(*width, style)).collect();
    for at in 0..cells.iter().map(Vec::len).max().unwrap_or(0) {
        let mut line = String::from(margin);
        for (lines, width) in cells.iter().zip(widths) {
            let used = lines.get(at).map_or(0, |text| {
                text.write(&mut line, style);
                text.width(style)
            });
            line.push_str(&" ".repeat(width.saturating_sub(used) + GAP.len()));
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
}

/// The cells of a row; a bar within code divides nothing.
fn cells(row: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut in_code = false;
    for letter in row.trim().trim_start_matches('|').trim_end_matches('|').chars() {
        in_code ^= letter == '`';
        match cells.last_mut() {
            Some(cell) if in_code || letter != '|' => cell.push(letter),
            _ => cells.push(String::new()),
        }
    }
    cells.into_iter().map(|cell| cell.trim().to_owned()).collect()
}
