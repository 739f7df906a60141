//! Words within a line: code, links, what stands out; and breaking them into lines.

use super::Style;

/// What a letter belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Plain,
    Strong,
    Emphasis,
    Code,
    /// An address.
    Address,
    /// A remark of ours.
    Aside,
}

impl Kind {
    fn escape(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Strong => "\u{1b}[1m",
            Self::Emphasis => "\u{1b}[3m",
            Self::Code => "\u{1b}[36m",
            Self::Address => "\u{1b}[4m",
            Self::Aside => "\u{1b}[2m",
        }
    }
}

const RESET: &str = "\u{1b}[0m";

/// Letters, and what each belongs to.
#[derive(Debug, Default)]
pub(super) struct Text(Vec<(char, Kind)>);

impl Text {
    /// Reads inline Markdown.
    pub(super) fn new(markdown: &str, kind: Kind) -> Self {
        let mut text = Self::default();
        text.read(markdown, kind);
        text
    }

    fn read(&mut self, markdown: &str, kind: Kind) {
        let mut rest = markdown;
        while let Some(letter) = rest.chars().next() {
            if let Some((code, after)) = rest.strip_prefix('`').and_then(|rest| rest.split_once('`')) {
                self.put("`", Kind::Code);
                self.put(code, Kind::Code);
                self.put("`", Kind::Code);
                rest = after;
            } else if let Some((strong, after)) = rest.strip_prefix("**").and_then(|rest| rest.split_once("**")) {
                self.read(strong, Kind::Strong);
                rest = after;
            } else if let Some((word, after)) = emphasis(rest) {
                self.read(word, Kind::Emphasis);
                rest = after;
            } else if let Some((label, address, after)) = link(rest) {
                self.read(label, kind);
                self.put(" ", kind);
                self.address(address);
                rest = after;
            } else if let Some((address, after)) = autolink(rest) {
                self.address(address);
                rest = after;
            } else {
                self.0.push((letter, kind));
                rest = rest.get(letter.len_utf8()..).unwrap_or_default();
            }
        }
    }

    fn put(&mut self, text: &str, kind: Kind) {
        self.0.extend(text.chars().map(|letter| (letter, kind)));
    }

    fn address(&mut self, address: &str) {
        self.put("<", Kind::Plain);
        self.put(address, Kind::Address);
        self.put(">", Kind::Plain);
    }

    /// Columns that it takes on one line.
    pub(super) fn width(&self, style: Style) -> usize {
        self.0.iter().filter(|(letter, kind)| !is_hidden(*letter, *kind, style)).count()
    }

    /// Columns of its longest word.
    pub(super) fn longest(&self, style: Style) -> usize {
        self.lines(0, style).iter().map(|word| word.width(style)).max().unwrap_or(0)
    }

    /// Writes it in lines of the style's width; a longer word keeps a line of its own.
    pub(super) fn wrap(&self, out: &mut String, first: &str, next: &str, style: Style) {
        for (at, line) in self.lines(style.width.saturating_sub(next.len()), style).into_iter().enumerate() {
            out.push_str(if at == 0 { first } else { next });
            line.write(out, style);
            out.push('\n');
        }
    }

    /// Its lines of at most so many columns.
    pub(super) fn lines(&self, width: usize, style: Style) -> Vec<Self> {
        let mut lines: Vec<Self> = Vec::new();
        let mut used = 0;
        for word in self.0.split(|(letter, _)| *letter == ' ').filter(|word| !word.is_empty()) {
            let word = Self(word.to_vec());
            let columns = word.width(style);
            match lines.last_mut() {
                Some(line) if used + 1 + columns <= width => {
                    // Between two words of one kind, the space is of that kind, too.
                    let kind = line.0.last().map_or(Kind::Plain, |(_, kind)| *kind);
                    let same = word.0.first().is_some_and(|(_, other)| *other == kind);
                    line.0.push((' ', if same { kind } else { Kind::Plain }));
                    line.0.extend(word.0);
                    used += 1 + columns;
                }
                _ => {
                    lines.push(word);
                    used = columns;
                }
            }
        }
        lines
    }

    pub(super) fn write(&self, out: &mut String, style: Style) {
        let mut current = Kind::Plain;
        for (letter, kind) in &self.0 {
            if is_hidden(*letter, *kind, style) {
                continue;
            }
            if style.color && *kind != current {
                if current != Kind::Plain {
                    out.push_str(RESET);
                }
                out.push_str(kind.escape());
                current = *kind;
            }
            out.push(*letter);
        }
        if current != Kind::Plain {
            out.push_str(RESET);
        }
    }
}

/// Writes text as it is.
pub(super) fn push(out: &mut String, text: &str, kind: Kind, style: Style) {
    Text(text.chars().map(|letter| (letter, kind)).collect()).write(out, style);
}

/// A colour does what the marks around code do.
fn is_hidden(letter: char, kind: Kind, style: Style) -> bool {
    style.color && kind == Kind::Code && letter == '`'
}

/// `[label](address)` at the start.
fn link(text: &str) -> Option<(&str, &str, &str)> {
    let (label, rest) = text.strip_prefix('[')?.split_once("](")?;
    let (address, after) = rest.split_once(')')?;
    (!label.contains('[')).then_some((label, address, after))
}

/// `*word*` at the start.
fn emphasis(text: &str) -> Option<(&str, &str)> {
    let (word, after) = text.strip_prefix('*')?.split_once('*')?;
    (!word.is_empty() && !word.starts_with(' ') && !word.ends_with(' ')).then_some((word, after))
}

/// `<https://…>` at the start.
fn autolink(text: &str) -> Option<(&str, &str)> {
    let (address, after) = text.strip_prefix('<')?.split_once('>')?;
    address.starts_with("https://").then_some((address, after))
}
