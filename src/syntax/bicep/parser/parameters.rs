//! The statements of parameter files that templates do not have.

use super::recover::LINE;
use super::{Headed, Kind, Parsed, Parser};
use crate::syntax::bicep::ast::StatementKind;

impl Parser<'_> {
    /// `using '…'` or `using none`, maybe with a configuration.
    pub(super) fn using(&mut self) -> Headed {
        self.bump();
        let path = if self.eat_word("none") {
            None
        } else {
            Some(self.string_until(LINE, "the path of the template as a string, or `none`"))
        };
        let header = self.read_to;
        let config = if matches!(self.kind(), Kind::NewLine | Kind::End) { None } else { self.config() };
        (StatementKind::Using(path, config), header)
    }

    pub(super) fn extends(&mut self) -> Headed {
        self.bump();
        let path = self.string_until(LINE, "the path of the parameter file as a string");
        (StatementKind::Extends(path), self.read_to)
    }

    pub(super) fn extension_config(&mut self) -> Parsed<Headed> {
        self.bump();
        let name = self.ident("the name of the extension")?;
        let header = self.read_to;
        Ok((StatementKind::ExtensionConfig(name, self.config()), header))
    }
}
