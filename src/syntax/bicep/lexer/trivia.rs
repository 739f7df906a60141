//! Blanks, comments and directives: what stands between tokens.

use super::{Lexer, small};
use crate::source::Span;
use crate::syntax::bicep::{Directive, DirectiveKind, Ident};

const DIRECTIVES: [(&str, DirectiveKind); 3] = [
    ("#disable-next-line", DirectiveKind::DisableNextLine),
    ("#disable-diagnostics", DirectiveKind::DisableDiagnostics),
    ("#restore-diagnostics", DirectiveKind::RestoreDiagnostics),
];

impl Lexer<'_> {
    /// Moves to the next token.
    pub(super) fn skip_trivia(&mut self) {
        loop {
            match self.peek() {
                Some(b' ' | b'\t') => self.pos += self.run(|byte| matches!(byte, b' ' | b'\t')),
                Some(b'/') => {
                    if !self.comment() {
                        return;
                    }
                }
                Some(b'#') => {
                    if !self.directive() {
                        return;
                    }
                }
                _ => return,
            }
        }
    }

    fn comment(&mut self) -> bool {
        let start = self.pos;
        match self.bytes.get(start + 1) {
            Some(b'/') => self.pos += self.run(|byte| !matches!(byte, b'\n' | b'\r')),
            Some(b'*') => match self.text.get(start + 2..).and_then(|rest| rest.find("*/")) {
                Some(length) => self.pos += 2 + length + 2,
                None => {
                    self.error(start, start + 2, "expected `*/` to end this comment");
                    self.pos = self.bytes.len();
                }
            },
            _ => return false,
        }
        self.out.comments.push(self.span(start, self.pos));
        true
    }

    /// Reads a directive; only blanks may stand in front of it on its line.
    fn directive(&mut self) -> bool {
        let start = self.pos;
        let before = self.bytes.get(self.line_start..start).unwrap_or(&[]);
        let text = self.text.get(start..).unwrap_or("");
        let Some((word, kind)) = DIRECTIVES.iter().find(|(word, _)| text.starts_with(word)) else {
            return false;
        };
        if !before.iter().all(|byte| matches!(byte, b' ' | b'\t')) {
            return false;
        }
        self.pos += word.len();
        let mut span = self.span(start, self.pos);
        let mut codes = Vec::new();
        while let Some(code) = self.code() {
            span = span.to(code.span);
            codes.push(code);
        }
        self.out.directives.push(Directive { span, kind: *kind, codes });
        true
    }

    fn code(&mut self) -> Option<Ident> {
        let start = self.pos + self.run(|byte| matches!(byte, b' ' | b'\t'));
        let rest = self.text.get(start..)?;
        let length =
            rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')).count();
        let name = rest.get(..length).filter(|name| !name.is_empty())?;
        self.pos = start + length;
        let span = Span { source: self.source, start: small(start), end: small(self.pos) };
        Some(Ident { name: name.into(), span })
    }
}
