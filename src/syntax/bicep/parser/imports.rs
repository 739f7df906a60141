//! Imports and extensions.

use super::lists::Separator;
use super::recover::LINE;
use super::{Headed, Kind, Parsed, Parser};
use crate::syntax::bicep::ast::{Expr, ExprKind, Ident, Import, ImportItem, Imported, Object, StatementKind, Text};

impl Parser<'_> {
    /// `import … from '…'`, or an extension in the words of old.
    pub(super) fn import(&mut self) -> Parsed<Headed> {
        if matches!(self.ahead(1), Kind::StringComplete | Kind::StringLeft) {
            return self.extension();
        }
        self.bump();
        let imported = match self.kind() {
            Kind::LeftBrace => Imported::Items(self.list(Kind::RightBrace, Separator::Lines, Self::import_item)),
            Kind::Asterisk => {
                self.bump();
                self.expect_word("as")?;
                Imported::All(self.ident("a name for what is imported")?)
            }
            _ => return Err(self.fail(format_args!("expected `{{` and a list of names, or `* as` and a name"))),
        };
        let header = self.read_to;
        let start = self.current.start;
        let from = self.or_skip(LINE, |parser| {
            parser.expect_word("from")?;
            parser.expect_string("the path of the file as a string")
        });
        let from = from.unwrap_or_else(|| self.skipped(start));
        Ok((StatementKind::Import(Box::new(Import { imported, from })), header))
    }

    fn import_item(&mut self) -> Parsed<ImportItem> {
        let key = self.key()?;
        let ExprKind::Str(name) = key.kind else {
            self.blame(key.span, format_args!("expected a string without holes"));
            return Err(super::Broken);
        };
        let alias = if self.eat_word("as") { Some(self.ident("a name for what is imported")?) } else { None };
        if alias.is_none() && is_quoted(&name, &key.span) {
            self.blame(key.span, format_args!("expected `as` and a name behind this string"));
        }
        Ok(ImportItem { name, alias })
    }

    /// `extension spec with {…} as name`.
    pub(super) fn extension(&mut self) -> Parsed<Headed> {
        self.bump();
        let spec = if self.kind() == Kind::Identifier {
            let ident = self.ident("the name of the extension")?;
            Expr { span: ident.span, kind: ExprKind::Name(ident.name) }
        } else {
            self.expect_string("the extension as a name or string")?
        };
        let header = self.read_to;
        let config =
            if matches!(self.kind(), Kind::NewLine | Kind::End) || self.at_word("as") { None } else { self.config() };
        let alias =
            if matches!(self.kind(), Kind::NewLine | Kind::End) { None } else { self.or_skip(LINE, Self::alias) };
        Ok((StatementKind::Extension(spec, config, alias), header))
    }

    fn alias(&mut self) -> Parsed<Ident> {
        self.expect_word("as")?;
        self.ident("a name for the extension")
    }

    /// `with {…}`.
    pub(super) fn config(&mut self) -> Option<Object> {
        self.or_skip(LINE, |parser| {
            parser.expect_word("with")?;
            parser.expect_object()
        })
    }
}

/// Whether the text is written in quotes: it is then less than all of the node.
fn is_quoted(text: &Text, node: &super::Span) -> bool {
    text.span != *node
}
