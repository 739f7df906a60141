//! The expressions of Azure Resource Manager templates: a language of calls that lives inside JSON strings.
//!
//! ```text
//! expression = string | number | chain
//! chain      = [ name "." ] name "(" [ expression { "," expression } ] ")" { "." name | "[" expression "]" }
//! string     = "'" { any character but "'" | "''" } "'"
//! ```

#[cfg(test)]
mod tests;

use std::fmt::Arguments;

use super::SyntaxError;
use super::json::Text;
use crate::source::{SourceId, Span};

/// No tree is higher than this, and the parser recurses no deeper: no template needs it, and the stack is finite.
const MAX_DEPTH: usize = 128;
/// An expression with this many errors is something else; more of them would help nobody.
const MAX_ERRORS: usize = 10;

/// What a string of a template means.
#[derive(Debug, Clone, PartialEq)]
pub enum Parsed {
    /// The text itself.
    Literal(String),
    /// What the text between the brackets evaluates to.
    Expression(Expr),
}

/// An expression and the bytes of the file it was read from, without the space around it.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    /// Where it is.
    pub span: Span,
    /// What it is.
    pub kind: Kind,
}

/// What an expression is. Names are as written; the language does not tell upper from lower case.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// A string, its quotes and doubled apostrophes undone. The span takes in the quotes.
    Str(Box<str>),
    /// A whole number.
    Int(i64),
    /// A number with a fraction or an exponent, or one too large for [`Self::Int`].
    Float(f64),
    /// A function call. A list of arguments that is not closed ends in [`Self::Broken`].
    Call {
        /// The namespace of a user-defined function.
        namespace: Option<Box<str>>,
        /// The function.
        name: Box<str>,
        /// Where the name is, without its namespace.
        name_span: Span,
        /// The arguments, in order.
        args: Vec<Expr>,
    },
    /// A property, as in `base.name`.
    Property {
        /// What has the property.
        base: Box<Expr>,
        /// The property.
        name: Box<str>,
        /// Where its name is.
        name_span: Span,
    },
    /// An element, as in `base[index]`. The index may be a string.
    Index {
        /// What has the element.
        base: Box<Expr>,
        /// Its number or key.
        index: Box<Expr>,
    },
    /// Text of unknown meaning, covered by an error. Empty where an expression is missing.
    Broken,
}

/// Reads a string of a template, where `content_start` is the offset in the file of the first byte after its opening
/// quote. Never fails: what cannot be read is [`Kind::Broken`], beside an error and everything that can.
///
/// Only `[` as the very first and `]` as the very last character make an expression. A second `[` at the start makes it
/// a literal again and stands for one; in any other string brackets mean nothing. Linear in the length of the text.
#[must_use]
pub fn parse(source: SourceId, text: &Text, content_start: u32) -> (Parsed, Vec<SyntaxError>) {
    let value = &*text.value;
    let opened = value.strip_prefix('[');
    let Some((inside, code)) = opened.and_then(|rest| rest.strip_suffix(']')).zip(value.strip_suffix(']')) else {
        return (Parsed::Literal(value.to_owned()), Vec::new());
    };
    if inside.starts_with('[') {
        return (Parsed::Literal(opened.unwrap_or_default().to_owned()), Vec::new());
    }
    let errors = Vec::new();
    let mut parser = Parser { source, text, content_start, code, pos: 0, errors, saw_end: false, saw_too_deep: false };
    let expr = parser.whole();
    // Some errors are found at the end of what they blame.
    parser.errors.sort_by_key(|error| (error.span.start, error.span.end));
    (Parsed::Expression(expr), parser.errors)
}

/// Between two steps the cursor stands at a token or at the end, never at space.
struct Parser<'a> {
    source: SourceId,
    text: &'a Text,
    content_start: u32,
    /// The string without its last bracket.
    code: &'a str,
    pos: usize,
    errors: Vec<SyntaxError>,
    /// An error reaches to the end of the text; that brackets are left open is no more news.
    saw_end: bool,
    saw_too_deep: bool,
}

/// An expression and how many levels lie below it, which bounds the stack of whoever walks or drops it.
type Tree = (Expr, usize);

impl<'a> Parser<'a> {
    fn whole(&mut self) -> Expr {
        self.bump();
        let (expr, _) = self.expr(0);
        if self.peek().is_none() {
            return expr;
        }
        // A bracket too many leaves no doubt about what comes before it; other text does.
        if self.rest().chars().all(|char| char.is_whitespace() || matches!(char, ')' | ']' | ',')) {
            if !is_broken(&expr) {
                self.error(self.here(), format_args!("expected the end of the expression here"));
            }
            return expr;
        }
        let whole = self.doubtful(&expr, "the end of the expression");
        self.broken(whole.span, self.code.trim_end().len())
    }

    fn expr(&mut self, depth: usize) -> Tree {
        let here = self.here();
        let expr = match self.peek() {
            None => {
                self.end_error(here, format_args!("expected an expression before this `]`"));
                Expr { span: here.at_start(), kind: Kind::Broken }
            }
            Some(byte @ (b',' | b')' | b']')) => {
                self.error(here, format_args!("expected an expression before this `{}`", char::from(byte)));
                Expr { span: here.at_start(), kind: Kind::Broken }
            }
            Some(b'\'') => self.string(),
            Some(b'+' | b'-' | b'0'..=b'9') => self.number(),
            Some(_) if depth >= MAX_DEPTH => self.too_deep(here),
            Some(_) => match self.call(depth) {
                Ok(call) => return self.chain(call, depth),
                Err(broken) => broken,
            },
        };
        (expr, 0)
    }

    fn call(&mut self, depth: usize) -> Result<Tree, Expr> {
        let start = self.here();
        let Some((mut name, mut name_span)) = self.name() else {
            return Err(self.unreadable(start, start, format_args!("expected an expression here")));
        };
        let mut namespace = None;
        if self.peek() == Some(b'.') {
            let dot = self.bump();
            namespace = Some(name.into());
            let Some(function) = self.name() else {
                return Err(self.unreadable(start, dot, format_args!("expected a function name after this `.`")));
            };
            (name, name_span) = function;
        }
        if self.peek() != Some(b'(') {
            return Err(self.unreadable(start, name_span, format_args!("expected `(` after this function name")));
        }
        let (args, height, end) = self.args(depth);
        let kind = Kind::Call { namespace, name: name.into(), name_span, args };
        Ok((Expr { span: start.to(end), kind }, height + 1))
    }

    /// The arguments of a call, the height of the highest, and the last byte of the list.
    fn args(&mut self, depth: usize) -> (Vec<Expr>, usize, Span) {
        let open = self.bump();
        let (mut args, mut height) = (Vec::new(), 0);
        if self.peek() == Some(b')') {
            return (args, height, self.bump());
        }
        loop {
            let (mut arg, arg_height) = self.expr(depth + 1);
            height = height.max(arg_height);
            if !matches!(self.peek(), None | Some(b',' | b')' | b']')) {
                arg = self.doubtful(&arg, "`,` or `)`");
            }
            let (span, broken) = (arg.span, is_broken(&arg));
            args.push(arg);
            match self.peek() {
                Some(b',') => _ = self.bump(),
                Some(b')') => return (args, height, self.bump()),
                other => {
                    if other.is_none() {
                        self.end_error(open, format_args!("this `(` is never closed"));
                    } else if !broken {
                        self.error(self.here(), format_args!("expected `)` before this `]`"));
                    }
                    if !broken {
                        args.push(Expr { span: Span { start: span.end, ..span }, kind: Kind::Broken });
                    }
                    return (args, height, span);
                }
            }
        }
    }

    /// Properties and elements of the result of a call.
    fn chain(&mut self, (mut expr, mut height): Tree, depth: usize) -> Tree {
        let start = expr.span;
        loop {
            if height > MAX_DEPTH {
                return (self.too_deep(start), 0);
            }
            let (kind, end) = match self.peek() {
                Some(b'.') => {
                    let dot = self.bump();
                    let Some((name, name_span)) = self.name() else {
                        let message = format_args!("expected a property name after this `.`");
                        return (self.unreadable(start, dot, message), 0);
                    };
                    (Kind::Property { base: Box::new(expr), name: name.into(), name_span }, name_span)
                }
                Some(b'[') => {
                    let (index, index_height, end) = self.index(depth);
                    height = height.max(index_height);
                    (Kind::Index { base: Box::new(expr), index: Box::new(index) }, end)
                }
                _ => return (expr, height),
            };
            expr = Expr { span: start.to(end), kind };
            height += 1;
        }
    }

    /// What stands between brackets, its height, and the last byte of it all.
    fn index(&mut self, depth: usize) -> (Expr, usize, Span) {
        let open = self.bump();
        let (mut index, height) = self.expr(depth + 1);
        match self.peek() {
            Some(b']') => {}
            None => {
                self.end_error(open, format_args!("this `[` is never closed"));
                index.kind = Kind::Broken;
            }
            Some(_) => index = self.doubtful(&index, "`]`"),
        }
        let end = if self.peek() == Some(b']') { self.bump() } else { index.span };
        (index, height, end)
    }

    fn string(&mut self) -> Expr {
        let here = self.here();
        let Some(end) = self.string_end() else {
            self.end_error(here, format_args!("this string is never closed"));
            self.pos = self.code.len();
            return self.broken(here, self.pos);
        };
        let content = self.code.get(self.pos + 1..end - 1).unwrap_or_default();
        let value = if content.contains('\'') { content.replace("''", "'").into() } else { content.into() };
        Expr { span: self.advance(end), kind: Kind::Str(value) }
    }

    fn number(&mut self) -> Expr {
        // The sign of the number stands where that of an exponent would.
        let mut last = b'e';
        let inside = |byte: &u8| {
            let sign = matches!(byte, b'+' | b'-') && matches!(last, b'e' | b'E');
            last = *byte;
            sign || byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_')
        };
        let len = self.rest().bytes().take_while(inside).count();
        let written = self.rest().get(..len).unwrap_or_default();
        let span = self.advance(self.pos + len);
        // The standard library reads some numbers that this language does not have.
        let digit_first = |part: &str| part.starts_with(|char: char| char.is_ascii_digit());
        let plain = written.trim_start_matches(['+', '-']).split('.').all(digit_first);
        let float = || written.parse().ok().filter(|value: &f64| plain && value.is_finite()).map(Kind::Float);
        let kind = written.parse().ok().map(Kind::Int).or_else(float).unwrap_or_else(|| {
            self.error(span, format_args!("not a valid number"));
            Kind::Broken
        });
        Expr { span, kind }
    }

    fn name(&mut self) -> Option<(&'a str, Span)> {
        let rest = self.rest();
        let len = rest.find(|char: char| !char.is_alphanumeric() && !matches!(char, '_' | '$')).unwrap_or(rest.len());
        let name = rest.get(..len).filter(|name| name.chars().next().is_some_and(|first| !first.is_numeric()))?;
        Some((name, self.advance(self.pos + len)))
    }

    /// The offset behind the string at the cursor, if it has an end.
    fn string_end(&self) -> Option<usize> {
        let mut at = self.pos + 1;
        loop {
            at += self.code.get(at..)?.find('\'')? + 1;
            if self.code.as_bytes().get(at) != Some(&b'\'') {
                return Some(at);
            }
            at += 1;
        }
    }

    /// Gives up on what starts at `start`; `blamed` is why.
    fn unreadable(&mut self, start: Span, blamed: Span, message: Arguments<'_>) -> Expr {
        self.error(blamed, message);
        let end = self.skip();
        self.broken(start, end)
    }

    /// Gives up on an expression that something unexpected follows: where a quote is missing, it swallowed too much.
    fn doubtful(&mut self, expr: &Expr, expected: &str) -> Expr {
        if !is_broken(expr) {
            self.error(self.here(), format_args!("expected {expected} here"));
        }
        let end = self.skip();
        self.broken(expr.span, end)
    }

    fn too_deep(&mut self, start: Span) -> Expr {
        if !self.saw_too_deep {
            self.saw_too_deep = true;
            self.error(self.here(), format_args!("nested more than {MAX_DEPTH} levels deep"));
        }
        let end = self.skip();
        self.broken(start, end)
    }

    fn broken(&self, start: Span, end: usize) -> Expr {
        Expr { span: start.to(self.span(end, end)), kind: Kind::Broken }
    }

    /// Passes over what cannot be read, up to the comma or bracket that ends it; gives the end of the text before that.
    fn skip(&mut self) -> usize {
        let mut open = 0_usize;
        while let Some(byte) = self.peek() {
            match byte {
                b')' | b']' | b',' if open == 0 => break,
                b'(' | b'[' => open += 1,
                b')' | b']' => open -= 1,
                _ => {}
            }
            let string = if byte == b'\'' { self.string_end() } else { Some(self.pos + 1) };
            self.pos = string.unwrap_or(self.code.len());
        }
        // What was passed over may have held the brackets that are missing now.
        self.saw_end |= self.peek().is_none();
        self.code.get(..self.pos).unwrap_or_default().trim_end().len()
    }

    fn peek(&self) -> Option<u8> {
        self.code.as_bytes().get(self.pos).copied()
    }

    fn rest(&self) -> &'a str {
        self.code.get(self.pos..).unwrap_or_default()
    }

    /// Moves past a token that is one byte long.
    fn bump(&mut self) -> Span {
        self.advance(self.pos + 1)
    }

    /// Moves past the token that ends at `end`, and the space after it.
    fn advance(&mut self, end: usize) -> Span {
        let span = self.span(self.pos, end);
        self.pos = end;
        if self.peek().is_some_and(|byte| byte <= b' ' || !byte.is_ascii()) {
            let rest = self.rest();
            self.pos += rest.len() - rest.trim_start().len();
        }
        span
    }

    /// The character at the cursor; at the end, the bracket that ends the expression.
    fn here(&self) -> Span {
        self.span(self.pos, self.pos + self.rest().chars().next().map_or(1, char::len_utf8))
    }

    fn span(&self, start: usize, end: usize) -> Span {
        let offset = |at| self.text.source_offset(self.content_start, u32::try_from(at).unwrap_or(u32::MAX));
        Span { source: self.source, start: offset(start), end: offset(end) }
    }

    /// An error that the end of the text brings to light: only the first of them says something new.
    fn end_error(&mut self, span: Span, message: Arguments<'_>) {
        if !self.saw_end {
            self.saw_end = true;
            self.error(span, message);
        }
    }

    fn error(&mut self, span: Span, message: Arguments<'_>) {
        if self.errors.len() < MAX_ERRORS {
            self.errors.push(SyntaxError { span, message: message.to_string() });
        }
    }
}

fn is_broken(expr: &Expr) -> bool {
    matches!(expr.kind, Kind::Broken)
}
